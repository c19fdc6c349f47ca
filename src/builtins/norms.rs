//! Norms of vectors, of matrices and of their rows or columns.

use super::argument::options;
use super::entry::builtins;
use super::gather::refuse_text;
use super::sparse_reductions::{self};
use crate::value::{Array, Fault, FieldMatrix, Host, Numeric, Result, Value};
use matfac::linalg::norm;
use matfac::linalg::reduce::{self, Axis};
use std::sync::Arc;

options! {
    /// What norms are taken of.
    Lines { Rows = "rows", Columns = "columns", Cols = "cols" }
}

builtins! { "sums and order";
    /// The 2-norm, or another, of a vector or matrix.
    ///
    /// `p` is 1, 2, Inf, "fro" (Frobenius) or "nuc" (nuclear); of a vector any p. With "rows" or "columns" it is the
    /// norm of each row or column.
    ///
    /// >>> norm([3 4])
    /// ans = 5
    /// >>> norm([1 2; 3 4], "fro")
    /// ans = 5.4772
    ///
    /// See also: cond, svd
    fn norm(cx, /** A vector or an m×n matrix. */ A: Value, /** Which norm. */ p: Value = 2.0, /** Of the rows, or of the columns, instead of the matrix. */ lines: Option<Lines>) -> [n] { norm_of(cx.host, A, p, lines) }
}

fn norm_of(host: &mut dyn Host, a: Value, p: Value, lines: Option<Lines>) -> Result<Value> {
    refuse_text("norm", &a)?;
    let (is_line, is_p_of_lines) = (a.shape().0 == 1 || a.shape().1 == 1, lines.is_some());
    let of_vectors = is_line || is_p_of_lines;
    let which = match (p.as_text(), p.as_number()) {
        (Some("fro"), _) => norm::Norm::Fro,
        (Some("nuc"), _) if !is_p_of_lines => norm::Norm::Nuc,
        (Some("inf" | "Inf"), _) => norm::Norm::Inf,
        (None, Some(1.0)) => norm::Norm::One,
        (None, Some(2.0)) => norm::Norm::Two,
        (None, Some(f64::INFINITY)) => norm::Norm::Inf,
        (None, Some(f64::NEG_INFINITY)) if of_vectors => norm::Norm::NegInf,
        (None, Some(p)) if of_vectors && !p.is_nan() => norm::Norm::P(p),
        _ => {
            return Err(Fault::new(
                "norm: p is 1, 2, Inf, \"fro\" or \"nuc\"; of a vector also any other number",
            )
            .blame(crate::value::Blame::Positional(1)));
        }
    };
    if let Value::Sparse(s) = &a {
        let axis = |lines| if lines == Lines::Rows { Axis::Across } else { Axis::Down };
        let norm = match lines {
            Some(lines) => sparse_reductions::norms_of_lines(s, axis(lines), which)?,
            None => sparse_reductions::whole_norm(s, which)?.map(Value::from),
        };
        if let Some(norm) = norm {
            return Ok(norm);
        }
        if lines.is_none() && which == norm::Norm::Two {
            return Ok(super::truncated::two_norm(host, s)?.into());
        }
    }
    match a.into_numeric()? {
        // Entry by entry only moduli matter; the singular values need the matrix itself.
        Numeric::Complex(z) if lines.is_none() && !of_vectors => whole_norm(host, z, which),
        Numeric::Complex(z) => {
            let sizes = Arc::new(Array::from(matfac::linalg::complex::abs(&z)));
            norms_of_lines(host, sizes, which, lines)
        }
        real => norms_of_lines(host, real.to_real()?, which, lines),
    }
}

fn norms_of_lines(
    host: &mut dyn Host,
    a: Arc<Array>,
    which: norm::Norm,
    lines: Option<Lines>,
) -> Result<Value> {
    let Some(lines) = lines else { return whole_norm(host, a, which) };
    let axis = if lines == Lines::Rows { Axis::Across } else { Axis::Down };
    let which = if which == norm::Norm::Fro { norm::Norm::Two } else { which };
    Ok(reduce::norms(&a.data, axis, which).into())
}

fn whole_norm<M: FieldMatrix>(host: &mut dyn Host, a: M, which: norm::Norm) -> Result<Value> {
    let (m, n) = (a.dense().rows(), a.dense().cols());
    let is_line = m <= 1 || n <= 1;
    let work = if is_line { 0.0 } else { 4.0 * M::WORK * (m * n * m.min(n)) as f64 };
    let norm = crate::value::uninterruptible(host, work, 8 * m * n, move || {
        matfac::factor::svd::matrix_norm(a.dense(), which)
    })?;
    Ok(norm.into())
}
