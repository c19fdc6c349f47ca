//! Least squares and refined solves that say how far they can be trusted: `lstsq` and `solve_refined`.

use super::entry::builtins;
use super::operand::{either_pair, lu_flops, operand, run, sides, svd_flops};
use crate::value::{Blame, Fault, FieldMatrix, Host, Result, Struct, Value, warn_conditioning};
use matfac::Matrix;
use matfac::factor::{self, Field, inverse, solve};
use matfac::linalg::Dense;

builtins! { "linear algebra";
    /// The least-squares solution of least norm, for a matrix of any shape and rank.
    ///
    /// The columns are scaled, and where they are ill-conditioned the solution is refined with residuals in doubled
    /// precision. With `rank`, only that many singular values are used (truncated SVD): an error of `b` is then
    /// amplified by at most 1/s(rank); with `ridge`, large solutions are penalised.
    ///
    /// >>> lstsq([1 1; 1 0; 0 1], [1; 2; 3])
    /// ans = 2×1
    ///    0.6667
    ///    1.6667
    /// >>> lstsq([1 2; 2 4; 3 6], [1; 2; 3])
    /// ans = 2×1
    ///    0.2000
    ///    0.4000
    /// >>> abs(lstsq([1; 0], [2; 4], ridge=1) - 1) < 1e-15
    /// ans = 1
    ///
    /// See also: mldivide, pinv, svd
    /// Reference: Björck (1967), BIT 7; Demmel, Hida, Riedy & Li (2009), ACM TOMS 35.
    fn lstsq(
        cx,
        /** m×n, real or complex. */ A: Value,
        /** The right-hand sides, m×k. */ b: Value,
        /** How many singular values to use; all that are not 0 by default. */ rank: Option<usize>,
        /** Columns that the others explain up to this share of the largest count as dependent. */ tol: Option<f64>,
        /** Tikhonov's lambda: the x that makes `norm(A*x - b)^2 + ridge*norm(x)^2` smallest. */ ridge: Option<f64>,
    ) -> [x] { least_squares(cx.host, A, b, Regularity { rank, tol, ridge }) }

    /// The solution of a square system to full working precision, with bounds on its error.
    ///
    /// Residuals are computed in doubled precision, and corrections added until they stop shrinking. For each column,
    /// `backward` is the smallest relative change of the entries of A and B that makes the solution exact, `forward` an
    /// estimated bound of the largest error, relative to the largest entry. `linsolve(A, B, refine=true)` calls it.
    ///
    /// >>> A = hilb(8); [x, info] = solve_refined(A, A * ones(8, 1)); info.forward < 1e-14
    /// ans = 1
    ///
    /// See also: linsolve, mldivide, rcond
    /// Reference: Demmel, Hida, Kahan, Li, Mukherjee & Riedy (2006), ACM TOMS 32.
    fn solve_refined(cx, /** Square, n×n, real or complex. */ A: Value, /** n×k. */ B: Value) -> [x, info] { refined(cx.host, A, B) }
}

/// How `lstsq` bounds what noise can do.
#[derive(Debug, Clone, Copy)]
struct Regularity {
    rank: Option<usize>,
    tol: Option<f64>,
    ridge: Option<f64>,
}

fn least_squares(host: &mut dyn Host, a: Value, b: Value, by: Regularity) -> Result<Value> {
    if [by.rank.is_some(), by.tol.is_some(), by.ridge.is_some()].iter().filter(|&&x| x).count() > 1
    {
        return Err(Fault::new("lstsq: rank=, tol= and ridge= exclude each other")
            .blame(Blame::Positional(2)));
    }
    if let Some(ridge) = by.ridge.filter(|x| !(*x >= 0.0 && x.is_finite())) {
        return Err(Fault::new(format!("lstsq: ridge is not negative, and this is {ridge}"))
            .blame(Blame::Keyword("ridge".into())));
    }
    let (a, b) = (operand("lstsq", a)?, operand("lstsq", b)?);
    either_pair!(a, b, |a, b| least_squares_of(host, &a, b, by))
}

fn least_squares_of<M: FieldMatrix>(
    host: &mut dyn Host,
    a: &M,
    b: M,
    by: Regularity,
) -> Result<Value> {
    if a.dense().rows() != b.dense().rows() {
        return Err(matfac::Error::Shapes {
            operation: "solve",
            left: a.dense().shape(),
            right: b.dense().shape(),
            hint: Some("both must have as many rows".into()),
        }
        .into());
    }
    let (m, n, r) = sides(a.dense());
    let substitution = 4.0 * m * n * b.dense().cols() as f64;
    let direct = if by.rank.is_some() { svd_flops(a.dense()) } else { 4.0 * m * n * r };
    let x = run(host, a, direct + substitution, move |a| {
        let b = b.dense();
        match by {
            Regularity { rank: Some(k), .. } => {
                b.require_finite("lstsq")?;
                inverse::truncated_solve(a, b, k)
            }
            Regularity { tol: Some(tol), .. } => solve::solve_with_tolerance(a, b, tol),
            Regularity { ridge: Some(ridge), .. } if ridge > 0.0 => damped(a, b, ridge),
            _ => solve::factorize(a)?.solve(b),
        }
    })?;
    Ok(M::value(x))
}

/// The X that makes `‖A*X - B‖² + ridge*‖X‖²` smallest: least squares with `sqrt(ridge)*I` below A.
fn damped<T: Field>(a: &Dense<T>, b: &Dense<T>, ridge: f64) -> matfac::Result<Dense<T>> {
    let (m, n) = (a.rows(), a.cols());
    let mut stacked = Dense::filled(m + n, n, T::ZERO)?;
    for j in 0..n {
        stacked.col_mut(j)[..m].copy_from_slice(a.col(j));
        stacked[(m + j, j)] = T::of(ridge.sqrt());
    }
    let mut right = Dense::filled(m + n, b.cols(), T::ZERO)?;
    (0..b.cols()).for_each(|j| right.col_mut(j)[..m].copy_from_slice(b.col(j)));
    solve::factorize_by(&stacked, solve::Method::Qr)?.solve(&right)
}

fn refined(host: &mut dyn Host, a: Value, b: Value) -> Result<Vec<Value>> {
    let (a, b) = (operand("solve_refined", a)?, operand("solve_refined", b)?);
    either_pair!(a, b, |a, b| refined_of(host, &a, b))
}

fn refined_of<M: FieldMatrix>(host: &mut dyn Host, a: &M, b: M) -> Result<Vec<Value>> {
    let work = lu_flops(a.dense()) + 200.0 * a.dense().rows() as f64 * b.dense().len() as f64;
    let found = run(host, a, work, move |a| factor::solve_refined(a, b.dense()))?;
    warn_conditioning(host, found.warning, found.method)?;
    let row = |v: Vec<f64>| Value::from(Matrix::row_vector(v));
    let fields = [
        ("forward", row(found.forward_error)),
        ("backward", row(found.backward_error)),
        ("steps", found.steps.into()),
        ("rcond", found.rcond.into()),
    ];
    let info = Struct::from_fields(fields);
    Ok(vec![M::value(found.x), info.into()])
}
