//! The Kronecker product: O(nnz(A)·nnz(B)), the size of the result.

use super::columns::columns;
use super::matrix::{Entry, Sparse, require_entries, require_sides};
use crate::error::Result;
use crate::linalg::Scalar;

/// The (m·p)×(n·q) matrix of blocks `A(i,j)*B`, for A m×n and B p×q.
///
/// [`crate::Error::Argument`] when it would be larger than a sparse matrix can be.
pub fn kron<T: Scalar + Entry>(a: &Sparse<T>, b: &Sparse<T>) -> Result<Sparse<T>> {
    let (p, q) = (b.rows(), b.cols());
    let (rows, cols) = (a.rows().saturating_mul(p), a.cols().saturating_mul(q));
    require_sides(rows, cols)?;
    require_entries(a.nnz().saturating_mul(b.nnz()))?;
    // Column j*q + l has the entries of A's column j times those of B's column l.
    let before = |column: usize| match column.checked_div(q) {
        None => 0,
        Some(j) if j == a.cols() => a.nnz() * b.nnz(),
        Some(j) => {
            a.starts()[j] as usize * b.nnz() + a.col_nnz(j) * b.starts()[column % q] as usize
        }
    };
    columns(
        rows,
        cols,
        before,
        || (),
        |_, column, places, entries| {
            let ((left, x), (right, y)) = (a.col(column / q), b.col(column % q));
            for (&i, &x) in left.iter().zip(x) {
                let first = i * p as u32;
                places.extend(right.iter().map(|k| first + k));
                entries.extend(y.iter().map(|&y| x * y));
            }
        },
    )
}
