//! Order and search among the entries of a sparse matrix, zeros counted as one.

use super::gather::positions;
use crate::syntax::UnaryOp;
use crate::value::{Result, SparseArray, Value, each, unary};
use matfac::Matrix;
use matfac::linalg::Dense;
use matfac::linalg::reduce::Axis;
use matfac::linalg::sets;
use matfac::linalg::sparse::{Entry, Ordered, Sparse};
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

/// Of the entries at some positions of storage: where they stand, their rows and columns, the entries. As many as asked
/// for, at least one.
pub fn found(
    s: &SparseArray,
    stored: Range<usize>,
    shape: (usize, usize),
    nargout: usize,
) -> Vec<Value> {
    let m = s.shape().0 as f64;
    let (rows, cols) = each!(s, |s| subscripts(s, stored.clone()));
    let numbers = |list: Vec<f64>| Value::from(Matrix::from_vec(shape.0, shape.1, list));
    if nargout < 2 {
        let places = rows.iter().zip(&cols).map(|(i, j)| i + (j - 1.0) * m).collect();
        return vec![numbers(places)];
    }
    let entries =
        each!(s, |s| Value::from(Dense::from_vec(shape.0, shape.1, s.entries()[stored].to_vec())));
    vec![numbers(rows), numbers(cols), entries]
}

/// Rows and columns, from 1, of the entries at some positions of storage.
fn subscripts<T: Entry>(s: &Sparse<T>, stored: Range<usize>) -> (Vec<f64>, Vec<f64>) {
    let rows = s.places()[stored.clone()].iter().map(|&i| f64::from(i) + 1.0).collect();
    let mut cols = Vec::with_capacity(stored.len());
    let mut j = s.starts().partition_point(|&start| start as usize <= stored.start);
    for k in stored {
        while s.starts()[j] as usize <= k {
            j += 1;
        }
        cols.push(j as f64);
    }
    (rows, cols)
}

/// Each column or row in order; and where the entries stood, if `places`.
pub fn sorted(
    s: &SparseArray,
    axis: Axis,
    descending: bool,
    places: bool,
) -> Result<(Value, Value)> {
    let flip = |value: Value| match axis {
        Axis::Down => Ok(value),
        Axis::Across => unary(UnaryOp::Transpose, value),
    };
    let lanes = match axis {
        Axis::Down => None,
        Axis::Across => Some(s.transposed(false)),
    };
    let lanes = lanes.as_ref().unwrap_or(s);
    let values = each!(lanes, |s| Value::from(Ordered::sorted(s, descending)?));
    if !places {
        return Ok((flip(values)?, Value::empty()));
    }
    let sources = each!(lanes, |s| Ordered::sources(s, descending)?);
    let places = positions(sources.as_slice(), (sources.rows(), sources.cols()));
    Ok((flip(values)?, flip(places)?))
}

/// The distinct numbers in ascending order, 0 among them where one is not stored.
pub fn distinct(s: &Sparse<f64>) -> Vec<f64> {
    let mut entries = s.entries().to_vec();
    if (s.nnz() as u128) < s.rows() as u128 * s.cols() as u128 {
        entries.push(0.0);
    }
    sets::distinct(&entries)
}

/// A sparse matrix in the order of its columns one after the other: of rows, given the transpose.
pub fn compare_columns(s: &Sparse<f64>, x: usize, y: usize) -> Ordering {
    let ((p, u), (q, v)) = (s.col(x), s.col(y));
    let (mut k, mut l) = (0, 0);
    while k < p.len() || l < q.len() {
        let (i, j) = (p.get(k).copied().unwrap_or(u32::MAX), q.get(l).copied().unwrap_or(u32::MAX));
        let left = if i <= j { u[k] } else { 0.0 };
        let right = if j <= i { v[l] } else { 0.0 };
        let order = matfac::linalg::order::ascending(left, right);
        if order.is_ne() {
            return order;
        }
        k += usize::from(i <= j);
        l += usize::from(j <= i);
    }
    Ordering::Equal
}

/// The numbers of a sparse value; `None` of any other, and of complex ones.
pub fn real_numbers(a: &Value) -> Option<Arc<SparseArray>> {
    let Value::Sparse(s) = a else { return None };
    match &**s {
        SparseArray::Real(_) => Some(s.clone()),
        SparseArray::Bool(_) => Some(Arc::new(SparseArray::clone(s).into_numbers())),
        SparseArray::Complex(_) => None,
    }
}
