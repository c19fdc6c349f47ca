//! The same entries elsewhere: shapes, diagonals, triangles and copies, of any class; flips and shifts are in `turning`.

use super::argument::{Rest, Vector, options};
use super::entry::builtins;
use super::gather::{gather, select};
use super::lanes::Dimension;
use super::sparse_parts;
use super::sparse_rearranging as sparse;
use crate::syntax::UnaryOp;
use crate::value::{Array, Cells, Fault, Known, Result, Value, horizontal, unary, vertical};
use matfac::Error;
use matfac::error::Shape;
use matfac::linalg::reduce::Axis;
use std::sync::Arc;

options! {
    /// How a triangle is given.
    Storage { Full = "full", Pack = "pack" }
}

builtins! { "rearranging";
    /// The diagonal of a matrix, or a matrix with a vector on its diagonal; `diag(v, m, n)` is m×n.
    ///
    /// >>> diag([1 2])
    /// ans = 2×2
    ///    1   0
    ///    0   2
    /// >>> diag([1 2; 3 4])
    /// ans = 2×1
    ///    1
    ///    4
    ///
    /// See also: eye, trace
    fn diag(cx, /** A vector (length n) or an m×n matrix. */ A: Value, /** Which diagonal: above the main one when positive. */ k: f64 = 0) -> [D] { diagonal(&A, k) }
    or (cx, A: Value, /** Rows. */ m: usize, /** Columns. */ n: usize) -> [D] { diagonal_of_size(&A, m, n) }

    /// Copies of a matrix, string, cell or struct, side by side and one above the other.
    ///
    /// >>> repmat([1 2], 2, 2)
    /// ans = 2×4
    ///    1   2   1   2
    ///    1   2   1   2
    ///
    /// See also: kron, reshape
    fn repmat(cx, /** What to repeat. */ A: Value, /** How often down and across. */ size: Rest) -> [B] { repeated(A, &size) }

    /// The same entries in another shape, column after column; one size may be `[]`.
    ///
    /// >>> reshape(1:6, 2, 3)
    /// ans = 2×3
    ///    1   3   5
    ///    2   4   6
    /// >>> size(reshape(1:6, [], 2))
    /// ans = 1×2
    ///    3   2
    ///
    /// See also: repmat, vec, resize
    fn reshape(cx, /** The matrix. */ A: Value, /** The new size. */ size: Rest) -> [B] { reshaped(A, &size) }

    /// The matrix cut, or filled up with zeros, to another size.
    ///
    /// >>> resize([1 2; 3 4], 1, 3)
    /// ans = 1×3
    ///    1   2   0
    ///
    /// See also: reshape, postpad
    fn resize(cx, /** The matrix. */ A: Value, /** The new size. */ size: Rest) -> [B] { resized(&A, &size) }

    /// All entries, column after column, as one column (`dim=2`: as one row).
    ///
    /// >>> vec([1 2; 3 4])'
    /// ans = 1×4
    ///    1   3   2   4
    ///
    /// See also: reshape, vech
    fn vec(cx, /** A matrix. */ A: Value, /** 1 for a column, 2 for a row. */ dim: Axis = 1) -> [v] { in_line(&A, dim) }

    /// The columns of the lower triangle of a square matrix, one below the other.
    ///
    /// >>> vech([1 2; 3 4])'
    /// ans = 1×3
    ///    1   3   4
    ///
    /// See also: vec, tril
    fn vech(cx, /** Square, n×n. */ A: Value) -> [v] { half(&A) }

    /// The lower triangle.
    ///
    /// >>> tril([1 2; 3 4])
    /// ans = 2×2
    ///    1   0
    ///    3   4
    ///
    /// See also: triu
    fn tril(cx, /** The matrix. */ A: Value, /** Keep up to this diagonal. */ k: f64 = 0, /** "pack": a column of what is kept. */ form: Storage = "full") -> [L] {
        lower(&A, k, form)
    }

    /// The upper triangle.
    ///
    /// >>> triu([1 2; 3 4])
    /// ans = 2×2
    ///    1   2
    ///    0   4
    ///
    /// See also: tril
    fn triu(cx, /** The matrix. */ A: Value, /** Keep from this diagonal on. */ k: f64 = 0, /** "pack": a column of what is kept. */ form: Storage = "full") -> [U] {
        upper(&A, k, form)
    }

    /// The dimensions in another order: `permute(A, [2 1])` is the transpose.
    ///
    /// >>> permute([1 2], [2 1])
    /// ans = 2×1
    ///    1
    ///    2
    ///
    /// See also: ipermute, transpose
    fn permute(cx, /** A matrix. */ A: Value, /** [1 2] or [2 1]. */ order: Vector) -> [B] { permuted(A, &order.0) }

    /// What `permute` did, undone.
    ///
    /// >>> ipermute([1; 2], [2 1])
    /// ans = 1×2
    ///    1   2
    ///
    /// See also: permute
    fn ipermute(cx, /** A matrix. */ A: Value, /** [1 2] or [2 1]. */ order: Vector) -> [B] { permuted(A, &order.0) }

    /// The matrix without dimensions of length 1 beyond the second: the matrix itself.
    ///
    /// >>> squeeze([1 2])
    /// ans = 1×2
    ///    1   2
    ///
    /// See also: reshape
    fn squeeze(cx, /** A matrix. */ A: Value) -> [B] { Ok(A) }

    /// Matrices joined along a dimension: 1 one above the other, 2 side by side.
    ///
    /// >>> cat(1, [1 2], [3 4])
    /// ans = 2×2
    ///    1   2
    ///    3   4
    ///
    /// See also: horzcat, vertcat
    fn cat(cx, /** 1 or 2. */ dim: Dimension, /** The matrices. */ parts: Rest) -> [A] {
        match dim {
            Dimension::Along(Axis::Down) => vertical(parts.0),
            Dimension::Along(Axis::Across) => horizontal(parts.0),
            Dimension::Beyond => only_one(parts.0),
        }
    }

    /// Matrices side by side.
    ///
    /// >>> horzcat([1; 2], [3; 4])
    /// ans = 2×2
    ///    1   3
    ///    2   4
    ///
    /// See also: vertcat
    fn horzcat(cx, /** The matrices. */ parts: Rest) -> [A] { horizontal(parts.0) }

    /// Matrices one above the other.
    ///
    /// >>> vertcat([1 2], [3 4])
    /// ans = 2×2
    ///    1   2
    ///    3   4
    ///
    /// See also: horzcat
    fn vertcat(cx, /** The matrices. */ parts: Rest) -> [A] { vertical(parts.0) }
}

/// Beyond the second dimension no more than one matrix has room.
fn only_one(mut parts: Vec<Value>) -> Result<Value> {
    if parts.len() > 1 {
        parts.retain(|part| part.shape() != (0, 0));
    }
    match parts.len() {
        0 => Ok(Value::empty()),
        1 => Ok(parts.swap_remove(0)),
        _ => Err(Fault::unsupported("arrays of more than two dimensions")),
    }
}

pub(super) fn whole(function: &str, what: &str, x: f64) -> Result<i64> {
    if x.fract() == 0.0 && x.abs() < 9e15 {
        return Ok(x as i64);
    }
    Err(Fault::new(format!("{function}: {what} is a whole number, not {x}")))
}

fn diagonal(a: &Value, k: f64) -> Result<Value> {
    let k = whole("diag", "a diagonal", k)?;
    if let Value::Sparse(s) = a {
        return sparse_parts::diag(s, k as i64);
    }
    let (down, right) = ((-k).max(0) as usize, k.max(0) as usize);
    let (m, n) = a.shape();
    if m == 1 || n == 1 {
        let side = (m * n).saturating_add(down.max(right));
        let diagonal = gather(a, (side, side), |i, j| {
            (i >= down && j >= right && i - down == j - right && i - down < m * n).then(|| i - down)
        })?;
        let known = match k {
            0 => Known::DIAGONAL,
            k if k > 0 => Known::UPPER,
            _ => Known::LOWER,
        };
        return Ok(diagonal.knowing(known));
    }
    if (m, n) == (0, 0) {
        return Ok(a.clone());
    }
    let count = m.saturating_sub(down).min(n.saturating_sub(right));
    gather(a, (count, 1), |i, _| Some(i + down + (i + right) * m))
}

fn diagonal_of_size(a: &Value, m: usize, n: usize) -> Result<Value> {
    let (rows, cols) = a.shape();
    if rows != 1 && cols != 1 {
        return Err(Fault::new(format!(
            "diag: an m×n diagonal matrix is made from a vector, and this is {rows}×{cols}"
        )));
    }
    let diagonal = gather(a, (m, n), |i, j| (i == j && i < rows * cols).then_some(i))?;
    Ok(diagonal.knowing(Known::DIAGONAL))
}

fn repeated(a: Value, size: &Rest) -> Result<Value> {
    if size.0.is_empty() {
        return Err(Fault::new("repmat needs how often to repeat").hint("repmat(A, m, n)"));
    }
    // Places left empty say nothing; what remains is one number for both, or a list of both.
    let given = size.0.iter().filter(|s| s.shape() != (0, 0)).cloned().collect::<Vec<_>>();
    let (down, across) = match &given[..] {
        [] => (1, 1),
        [only] if only.numel() == 1 && size.0.len() > 1 => (Rest(given).size("repmat")?.0, 1),
        _ => Rest(given).size("repmat")?,
    };
    let (m, n) = a.shape();
    let (Some(rows), Some(cols)) = (m.checked_mul(down), n.checked_mul(across)) else {
        let shape = Shape(m.saturating_mul(down), n.saturating_mul(across));
        return Err(Error::TooLarge(shape).into());
    };
    if let Value::Sparse(_) = a {
        return sparse::repeated(&a, down, across);
    }
    gather(&a, (rows, cols), |i, j| Some(i % m + j % n * m))
}

fn reshaped(a: Value, size: &Rest) -> Result<Value> {
    let count = a.numel();
    let is_open = |v: &Value| v.is_array() && v.numel() == 0;
    let open_side = |other: &Value| {
        let known = Rest(vec![other.clone()]).size("reshape")?.0;
        if known == 0 || !count.is_multiple_of(known) {
            return Err(Fault::new(format!(
                "reshape: {count} entries do not divide into lines of {known}"
            )));
        }
        Ok((known, count / known))
    };
    let mut sides = &size.0[..];
    while let [before @ .., Value::Number(1.0)] = sides
        && before.len() > 1
    {
        sides = before;
    }
    let (m, n) = match sides {
        // One side may be left open.
        [rows, cols] if is_open(rows) && !is_open(cols) => open_side(cols).map(|(n, m)| (m, n))?,
        [rows, cols] if is_open(cols) && !is_open(rows) => open_side(rows)?,
        [] => return Err(Fault::new("reshape needs the new size").hint("reshape(A, m, n)")),
        [only] if only.numel() < 2 => {
            return Err(Fault::new("reshape needs two sizes").hint("reshape(A, [m n])"));
        }
        sizes => {
            if sizes
                .iter()
                .any(|s| s.to_array().is_ok_and(|s| s.data.as_slice().iter().any(|x| *x < 0.0)))
            {
                return Err(Fault::new("reshape: a size must not be negative"));
            }
            size.size("reshape")?
        }
    };
    with_shape(a, (m, n))
}

/// The entries of `a`, column after column, in another shape.
pub(super) fn with_shape(a: Value, (m, n): (usize, usize)) -> Result<Value> {
    let count = a.numel();
    if m.checked_mul(n) != Some(count) {
        let (p, q) = a.shape();
        return Err(Fault::new(format!(
            "cannot reshape {p}×{q} to {m}×{n}: {count} entries are not {}",
            m.saturating_mul(n)
        )));
    }
    Ok(match a {
        Value::Matrix(a) => {
            let array: Array = Arc::unwrap_or_clone(a);
            array.into_matrix().reshaped(m, n).into()
        }
        Value::Bools(b) => Arc::unwrap_or_clone(b).reshaped(m, n).into(),
        Value::Sparse(s) if s.shape() != (m, n) => s.reshaped(m, n)?,
        Value::Complex(z) => Arc::unwrap_or_clone(z).reshaped(m, n).into(),
        a if a.shape() == (m, n) => a,
        other => gather(&other, (m, n), |i, j| Some(i + j * m))?,
    })
}

fn resized(a: &Value, size: &Rest) -> Result<Value> {
    if size.0.is_empty() {
        return Err(Fault::new("resize needs the new size").hint("resize(A, m, n)"));
    }
    let negative =
        |size: &&Value| size.to_array().is_ok_and(|s| s.data.as_slice().iter().any(|x| *x < 0.0));
    if size.0.iter().find(negative).is_some() {
        return Err(Fault::new("resize: a size must not be negative"));
    }
    let (m, n) = a.shape();
    let shape = size.size("resize")?;
    if let Value::Sparse(s) = a {
        return s.resized(shape.0, shape.1);
    }
    if let Value::Cell(cells) = a {
        // New cells hold 0, as in Octave, and not [].
        let mut out = Cells::filled(shape.0, shape.1, 0.into())?;
        for j in 0..n.min(shape.1) {
            for i in 0..m.min(shape.0) {
                out[(i, j)] = cells[(i, j)].clone();
            }
        }
        return Ok(Value::cell(out));
    }
    gather(a, shape, |i, j| (i < m && j < n).then(|| i + j * m))
}

fn in_line(a: &Value, dim: Axis) -> Result<Value> {
    let n = a.numel();
    with_shape(a.clone(), if dim == Axis::Down { (n, 1) } else { (1, n) })
}

/// All entries, column after column, as one row.
pub(super) fn as_row(a: &Value) -> Result<Value> {
    let n = a.numel();
    if let Value::Sparse(_) = a {
        return with_shape(a.clone(), (1, n));
    }
    gather(a, (1, n), |_, j| Some(j))
}

fn half(a: &Value) -> Result<Value> {
    let (m, n) = a.shape();
    if m != n {
        return Err(Fault::new(format!("vech needs a square matrix; this one is {m}×{n}")));
    }
    if n == 0 {
        return Ok(a.clone());
    }
    let kept: Vec<usize> = (0..n).flat_map(|j| (j..n).map(move |i| i + j * n)).collect();
    select(a, &kept, false)
}

fn lower(a: &Value, k: f64, form: Storage) -> Result<Value> {
    match (a, form) {
        (Value::Sparse(s), Storage::Full) => Ok(sparse_parts::triangle(s, k, false)),
        _ => triangle(a, form, a.known().lower_part(k), |i, j| j as f64 - i as f64 <= k),
    }
}

fn upper(a: &Value, k: f64, form: Storage) -> Result<Value> {
    match (a, form) {
        (Value::Sparse(s), Storage::Full) => Ok(sparse_parts::triangle(s, k, true)),
        _ => triangle(a, form, a.known().upper_part(k), |i, j| j as f64 - i as f64 >= k),
    }
}

fn triangle(
    a: &Value,
    form: Storage,
    known: Known,
    keep: impl Fn(usize, usize) -> bool,
) -> Result<Value> {
    let (m, n) = a.shape();
    if form == Storage::Pack {
        let kept: Vec<usize> = (0..m * n).filter(|k| keep(k % m, k / m)).collect();
        return select(a, &kept, false);
    }
    Ok(gather(a, (m, n), |i, j| keep(i, j).then(|| i + j * m))?.knowing(known))
}

fn permuted(a: Value, order: &[f64]) -> Result<Value> {
    // Further dimensions have length 1 and may stand at the end only.
    let rest_in_place = order.iter().enumerate().skip(2).all(|(i, &d)| d == (i + 1) as f64);
    match order {
        [1.0, 2.0, ..] if rest_in_place => Ok(a),
        [2.0, 1.0, ..] if rest_in_place => unary(UnaryOp::Transpose, a),
        _ if order.len() > 2 => Err(Fault::unsupported("arrays of more than two dimensions")),
        _ => Err(Fault::new("permute: the order is [1 2] or [2 1]")
            .blame(crate::value::Blame::Positional(1))),
    }
}
