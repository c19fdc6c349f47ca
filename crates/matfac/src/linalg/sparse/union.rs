//! Two matrices entry by entry: over the places that either has, or that both have.
//!
//! Columns are merged, each entry being read once: O(n + nnz(A) + nnz(B)), on all threads. With a full matrix, a row or a
//! column only the stored entries are visited.

use super::columns::columns;
use super::matrix::{Entry, Sparse};
use crate::error::{Error, Result, Shape};
use crate::linalg::Dense;
use crate::linalg::broadcast::broadcast_shape;

/// `f(A(i,j), B(i,j))` wherever one of them is stored. `f(0, 0)` must be 0.
///
/// [`Error::Shapes`] unless the shapes are equal.
pub fn union<T: Entry, U: Entry, V: Entry>(
    operation: &'static str,
    a: &Sparse<T>,
    b: &Sparse<U>,
    f: impl Fn(T, U) -> V + Sync,
) -> Result<Sparse<V>> {
    require_equal(operation, a.shape(), b.shape())?;
    let before = |j| (a.starts()[j] + b.starts()[j]) as usize;
    columns(
        a.rows(),
        a.cols(),
        before,
        || (),
        |_, j, places, entries| {
            let ((p, x), (q, y)) = (a.col(j), b.col(j));
            let (mut k, mut l) = (0, 0);
            while k < p.len() && l < q.len() {
                let place = p[k].min(q[l]);
                let (left, right) = (p[k] == place, q[l] == place);
                places.push(place);
                let of_a = if left { x[k] } else { T::default() };
                let of_b = if right { y[l] } else { U::default() };
                entries.push(f(of_a, of_b));
                k += usize::from(left);
                l += usize::from(right);
            }
            places.extend_from_slice(&p[k..]);
            entries.extend(x[k..].iter().map(|&x| f(x, U::default())));
            places.extend_from_slice(&q[l..]);
            entries.extend(y[l..].iter().map(|&y| f(T::default(), y)));
        },
    )
}

/// `f(A(i,j), B(i,j))` wherever both are stored, and 0 elsewhere.
///
/// [`Error::Shapes`] unless the shapes are equal.
pub fn intersection<T: Entry, U: Entry, V: Entry>(
    operation: &'static str,
    a: &Sparse<T>,
    b: &Sparse<U>,
    f: impl Fn(T, U) -> V + Sync,
) -> Result<Sparse<V>> {
    require_equal(operation, a.shape(), b.shape())?;
    let fewer = if a.nnz() <= b.nnz() { a.starts() } else { b.starts() };
    columns(
        a.rows(),
        a.cols(),
        |j| fewer[j] as usize,
        || (),
        |_, j, places, entries| {
            let ((p, x), (q, y)) = (a.col(j), b.col(j));
            let (mut k, mut l) = (0, 0);
            while k < p.len() && l < q.len() {
                if p[k] == q[l] {
                    places.push(p[k]);
                    entries.push(f(x[k], y[l]));
                }
                let (left, right) = (p[k] <= q[l], q[l] <= p[k]);
                k += usize::from(left);
                l += usize::from(right);
            }
        },
    )
}

/// `f(A(i,j), B(i,j))` wherever A is stored, for a full B of A's shape, or a row or column of as many entries as A has
/// columns or rows, or 1×1. [`Error::Shapes`] otherwise.
pub fn with_full<T: Entry, U: Copy + Sync, V: Entry>(
    operation: &'static str,
    a: &Sparse<T>,
    b: &Dense<U>,
    f: impl Fn(T, U) -> V + Sync,
) -> Result<Sparse<V>> {
    if broadcast_shape(operation, a.shape(), b.shape())? != a.shape() {
        return Err(Error::Shapes { operation, left: a.shape(), right: b.shape(), hint: None });
    }
    let one_row = b.rows() == 1;
    let (one_column, full) = (b.cols() == 1, b.as_slice());
    columns(
        a.rows(),
        a.cols(),
        |j| a.starts()[j] as usize,
        || (),
        |_, j, places, entries| {
            let (p, x) = a.col(j);
            let first = if one_column { 0 } else { j * b.rows() };
            places.extend_from_slice(p);
            if one_row {
                entries.extend(x.iter().map(|&x| f(x, full[first])));
            } else {
                entries.extend(p.iter().zip(x).map(|(&i, &x)| f(x, full[first + i as usize])));
            }
        },
    )
}

fn require_equal(operation: &'static str, left: Shape, right: Shape) -> Result<()> {
    if left == right {
        return Ok(());
    }
    let hint = match broadcast_shape(operation, left, right) {
        Err(refused) => return Err(refused),
        Ok(_) => "sparse operands must be of equal shape; full(…) of the smaller one is repeated",
    };
    Err(Error::Shapes { operation, left, right, hint: Some(hint.into()) })
}
