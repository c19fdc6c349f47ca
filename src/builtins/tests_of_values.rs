//! Questions about values: their sizes and shapes.

use super::argument::Rest;
use super::entry::builtins;
use super::sparse_order::listed;
use crate::value::{Extent, Fault, Result, SparseArray, Value};
use matfac::Matrix;

builtins! { "sizes";
    /// The number of rows and columns; `size(A, 1)` is one of them, `[m, n] = size(A)` both apart.
    ///
    /// >>> size(zeros(2, 3))
    /// ans = 1×2
    ///    2   3
    /// >>> [m, n] = size(zeros(2, 3))
    /// m = 2
    /// n = 3
    ///
    /// `size(A, [1 2])` and `size(A, 1, 2)` are several of them.
    ///
    /// See also: numel, rows, columns, length
    fn size(cx, /** Anything. */ A: Value, /** 1 for rows, 2 for columns. */ dims: Rest) -> [m, n, p, q, r] { sizes(&A, &dims.0, cx.nargout) } scalar Scalar::Dimension(extent);

    /// Whether all arguments have the same size.
    ///
    /// >>> size_equal([1 2], [3 4])
    /// ans = 1
    ///
    /// See also: size, isequal
    fn size_equal(cx, /** Anything. */ values: Rest) -> [b] {
        Ok(values.0.windows(2).all(|pair| pair[0].shape() == pair[1].shape()))
    }

    /// The number of entries; with indices, how many entries they choose.
    ///
    /// >>> numel(zeros(2, 3))
    /// ans = 6
    /// >>> numel(zeros(2, 3), ":", 1)
    /// ans = 2
    ///
    /// See also: size, length
    fn numel(cx, /** Anything. */ A: Value, /** Indices, ":" for all. */ indices: Rest) -> [n] { chosen(&A, &indices.0) } scalar Scalar::Extent(|m, n| m * n);

    /// The longer side; 0 when there are no entries.
    ///
    /// >>> length([1 2 3])
    /// ans = 3
    ///
    /// See also: size, numel
    fn length(cx, /** Anything. */ A: Value) -> [n] {
        let (m, n) = A.shape();
        Ok(longer(m, n))
    } scalar Scalar::Extent(longer);

    /// The number of dimensions: always 2.
    ///
    /// >>> ndims(5)
    /// ans = 2
    ///
    /// See also: size
    fn ndims(cx, /** Anything. */ A: Value) -> [n] { Ok(2usize) }

    /// The number of rows.
    ///
    /// >>> rows([1 2; 3 4; 5 6])
    /// ans = 3
    ///
    /// See also: columns, size
    fn rows(cx, /** Anything. */ A: Value) -> [m] { Ok(A.shape().0) } scalar Scalar::Extent(|m, _| m);

    /// The number of columns.
    ///
    /// >>> columns([1 2; 3 4; 5 6])
    /// ans = 2
    ///
    /// See also: rows, size
    fn columns(cx, /** Anything. */ A: Value) -> [n] { Ok(A.shape().1) } scalar Scalar::Extent(|_, n| n);

    /// Whether there are no entries.
    ///
    /// >>> isempty([])
    /// ans = 1
    ///
    /// See also: numel
    fn isempty(cx, /** Anything. */ A: Value) -> [b] { Ok(A.numel() == 0) } scalar Scalar::Shape(|m, n| m * n == 0);

    /// Whether it is the empty matrix.
    ///
    /// >>> isnull([])
    /// ans = 1
    ///
    /// See also: isempty
    fn isnull(cx, /** Anything. */ A: Value) -> [b] { Ok(A.is_array() && A.shape() == (0, 0)) }

    /// Whether it has two dimensions: always true.
    ///
    /// >>> ismatrix(5)
    /// ans = 1
    ///
    /// See also: isvector, isscalar
    fn ismatrix(cx, /** Anything. */ A: Value) -> [b] { Ok(true) }

    /// Whether it can index: whole numbers from 1 (up to `n`), or logicals (at most `n`).
    ///
    /// >>> isindex([1 2 3])
    /// ans = 1
    /// >>> isindex(0)
    /// ans = 0
    ///
    /// See also: numel
    fn isindex(cx, /** Anything. */ x: Value, /** The largest allowed. */ n: Option<f64>) -> [b] { can_index(x, n) }

    /// Whether it is 1×1.
    ///
    /// >>> isscalar(5)
    /// ans = 1
    ///
    /// See also: isvector
    fn isscalar(cx, /** Anything. */ A: Value) -> [b] { Ok(A.shape() == (1, 1)) }

    /// Whether one side is 1.
    ///
    /// >>> isvector([1 2 3])
    /// ans = 1
    ///
    /// See also: isrow, iscolumn
    fn isvector(cx, /** Anything. */ A: Value) -> [b] {
        let (m, n) = A.shape();
        Ok(m == 1 || n == 1)
    }

    /// Whether it has one row.
    ///
    /// >>> isrow([1 2 3])
    /// ans = 1
    ///
    /// See also: iscolumn
    fn isrow(cx, /** Anything. */ A: Value) -> [b] { Ok(A.shape().0 == 1) }

    /// Whether it has one column.
    ///
    /// >>> iscolumn([1 2 3])
    /// ans = 0
    ///
    /// See also: isrow
    fn iscolumn(cx, /** Anything. */ A: Value) -> [b] { Ok(A.shape().1 == 1) }

    /// Whether it has as many rows as columns.
    ///
    /// >>> issquare(eye(3))
    /// ans = 1
    ///
    /// See also: size
    fn issquare(cx, /** Anything. */ A: Value) -> [b] { Ok(A.shape().0 == A.shape().1) }
}

/// `length` of m×n entries.
fn longer(m: usize, n: usize) -> usize {
    if m * n == 0 { 0 } else { m.max(n) }
}

/// What `size(A, dim)` takes from rows and columns.
fn extent(dim: f64) -> Option<Extent> {
    match dim {
        1.0 => Some(|m, _| m),
        2.0 => Some(|_, n| n),
        d if d > 2.0 && d.fract() == 0.0 => Some(|_, _| 1),
        _ => None,
    }
}

/// Trailing dimensions have length 1.
fn side(a: &Value, dim: f64) -> Result<usize> {
    let (m, n) = a.shape();
    match extent(dim) {
        Some(side) => Ok(side(m, n)),
        None => Err(Fault::new(format!("size: a dimension is 1 or 2, not {dim}"))
            .blame(crate::value::Blame::Positional(1))),
    }
}

fn sizes(a: &Value, dims: &[Value], nargout: usize) -> Result<Vec<Value>> {
    let mut wanted = Vec::new();
    for dim in dims {
        if dim.numel() == 0 {
            return Err(Fault::new("size: a dimension is 1 or 2, and this is empty"));
        }
        wanted.extend_from_slice(dim.to_array()?.data.as_slice());
    }
    if dims.is_empty() {
        wanted = (1..=nargout.max(2)).map(|d| d as f64).collect();
    }
    let found = wanted.iter().map(|&d| side(a, d)).collect::<Result<Vec<usize>>>()?;
    if nargout < 2 {
        let numbers = found.iter().map(|&n| n as f64).collect();
        return Ok(vec![Matrix::row_vector(numbers).into()]);
    }
    if nargout > found.len() {
        return Err(Fault::new(format!(
            "size: {nargout} outputs for {} dimension{}",
            found.len(),
            if found.len() == 1 { "" } else { "s" }
        )));
    }
    Ok(found.into_iter().map(Value::from).collect())
}

fn chosen(a: &Value, indices: &[Value]) -> Result<usize> {
    let (m, n) = a.shape();
    let extent = |i: usize| match (indices.len(), i) {
        (1, _) => m * n,
        (_, 0) => m,
        (_, 1) => n,
        _ => 1,
    };
    let count = |(i, index): (usize, &Value)| match index.as_text() {
        Some(":") => extent(i),
        _ => index.numel(),
    };
    if indices.is_empty() {
        return Ok(a.numel());
    }
    Ok(indices.iter().enumerate().map(count).product())
}

fn can_index(x: Value, n: Option<f64>) -> Result<bool> {
    let largest = n.unwrap_or(f64::INFINITY);
    Ok(match x {
        Value::Bool(_) | Value::Bools(_) => x.numel() as f64 <= largest,
        Value::Complex(_) => false,
        Value::Sparse(ref s) if matches!(**s, SparseArray::Bool(_)) => x.numel() as f64 <= largest,
        x if x.is_array() => {
            let entries = listed(&x)?.0.to_array()?;
            entries.data.as_slice().iter().all(|&k| k >= 1.0 && k.fract() == 0.0 && k <= largest)
        }
        _ => false,
    })
}
