//! Reading parts of a sparse matrix. What is read is sparse, down to a single entry, as in Octave.
//!
//! Columns one after the other are copied as they are, a single entry is found by bisection, other lists of rows cost
//! what the chosen columns hold.

use super::index::{linear_shape, outside};
use super::sparse_kinds::{picks, reshaped, rewritten};
use super::{Fault, Index, Result, SparseArray, Value};
use matfac::linalg::sparse::{Picks, Structure};
use std::sync::Arc;

/// `S(indices)`.
pub(super) fn index_sparse(s: &Arc<SparseArray>, indices: &[Index]) -> Result<Value> {
    match indices {
        [] | [Index::All, Index::All] => Ok(Value::Sparse(s.clone())),
        [index] => by_position(s, index),
        [rows, cols] => block(s, rows, cols),
        _ => Err(Fault::new("a matrix has two dimensions")),
    }
}

/// A sparse mask or list of positions as an index.
pub(super) fn sparse_as_index(s: &SparseArray) -> Result<Index> {
    let (m, _) = s.shape();
    match s {
        SparseArray::Bool(mask) if s.shape() != (1, 1) => {
            let positions: Vec<usize> = mask.triplets().map(|(i, j, _)| i + j * m).collect();
            let count = positions.len();
            Ok(Index::List { positions, shape: if m == 1 { (1, count) } else { (count, 1) } })
        }
        numbers => Index::new(&numbers.to_full()?),
    }
}

fn by_position(s: &Arc<SparseArray>, index: &Index) -> Result<Value> {
    let (m, n) = s.shape();
    let length = m * n;
    if index.reach() > length {
        return Err(outside(index.reach() - 1, "index", length, (m, n)));
    }
    if *index == Index::All {
        return if n == 1 { Ok(Value::Sparse(s.clone())) } else { reshaped(s, length, 1) };
    }
    if let Index::One(k) = index {
        return part(s, Picks::Span(k % m, k % m + 1), Picks::Span(k / m, k / m + 1));
    }
    let index = &*index.listed();
    let shape = linear_shape(index, (m, n), index.count(length));
    // Of a vector the kernel for rows or columns does the same without looking up each entry.
    match (m, n) {
        (_, 1) if shape.1 == 1 => part(s, picks(index), Picks::All),
        (1, _) if shape.0 == 1 => part(s, Picks::All, picks(index)),
        _ => {
            let positions: Vec<usize> = index.positions(length).collect();
            Ok(rewritten!(&**s, |s| Structure::at_positions(s, &positions, shape.0, shape.1)))
        }
    }
}

fn block(s: &SparseArray, rows: &Index, cols: &Index) -> Result<Value> {
    let (m, n) = s.shape();
    if rows.reach() > m {
        return Err(outside(rows.reach() - 1, "row", m, (m, n)));
    }
    if cols.reach() > n {
        return Err(outside(cols.reach() - 1, "column", n, (m, n)));
    }
    part(s, picks(&rows.listed()), picks(&cols.listed()))
}

fn part(s: &SparseArray, rows: Picks<'_>, cols: Picks<'_>) -> Result<Value> {
    Ok(rewritten!(s, |s| Structure::submatrix(s, rows, cols)))
}
