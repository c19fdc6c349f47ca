//! Assigning to parts of a sparse matrix, and deleting them.
//!
//! One entry is written in place when nobody else holds the matrix: what follows it moves, and the starts of the columns
//! after it are counted on, so that a matrix that is filled in the order of its storage costs O(n) for each entry at
//! worst and moves nothing. Blocks are merged into the columns that they touch.

use super::assign::{does_not_fit, place_of_block, shape_for_position};
use super::deletion::kept;
use super::sparse_index::index_sparse;
use super::sparse_kinds::{Kind, picks};
use super::{Index, Result, SparseArray, Value};
use matfac::c64;
use matfac::linalg::Dense;
use matfac::linalg::sparse::{Block, Picks, Sparse};
use std::sync::Arc;

/// A matrix without entries of the kind that `source` has.
pub(super) fn sparse_like(source: &SparseArray) -> Result<Value> {
    Ok(match source {
        SparseArray::Bool(_) => Sparse::<bool>::zeros(0, 0)?.into(),
        _ => Sparse::<f64>::zeros(0, 0)?.into(),
    })
}

/// `target(indices) = source`; on an error the target is what it was.
pub(super) fn assign_sparse(
    target: &mut Arc<SparseArray>,
    indices: &[Index],
    source: &Value,
) -> Result<()> {
    if source.is_complex() && !matches!(**target, SparseArray::Complex(_)) {
        let mut wide = target.to_complex();
        write(&mut wide, indices, source)?;
        *target = Arc::new(wide.into());
        return Ok(());
    }
    if let (Value::Text(_), SparseArray::Bool(_)) = (source, &**target) {
        // Characters make numbers of logicals, as in a full matrix.
        let mut numbers = Arc::new(SparseArray::clone(target).into_numbers());
        assign_sparse(&mut numbers, indices, source)?;
        *target = numbers;
        return Ok(());
    }
    match Arc::make_mut(target) {
        SparseArray::Real(s) => write(s, indices, source),
        // Logicals stay logicals when real numbers are put into them.
        SparseArray::Bool(s) => write(s, indices, source),
        SparseArray::Complex(s) => {
            write(s, indices, source)?;
            if s.entries().iter().all(|z| z.im == 0.0) {
                let real = s.map(|z| z.re);
                *target = Arc::new(real.into());
            }
            Ok(())
        }
    }
}

/// Entries as they are written.
enum Source<T> {
    One(T),
    Sparse(Sparse<T>),
    Full(Dense<T>),
}

/// Kinds of entries that can be written.
trait Written: Kind {
    /// A number, or the matrix in full, of a value that is not sparse.
    fn full(value: &Value) -> Result<Dense<Self>>;
}

impl Written for f64 {
    fn full(value: &Value) -> Result<Dense<f64>> {
        Ok((*value.to_array()?.data).clone())
    }
}

impl Written for c64 {
    fn full(value: &Value) -> Result<Dense<c64>> {
        Ok(Arc::unwrap_or_clone(value.clone().into_numeric()?.to_complex()))
    }
}

impl Written for bool {
    fn full(value: &Value) -> Result<Dense<bool>> {
        super::to_logical(value.clone())
    }
}

impl<T: Written> Source<T> {
    fn new(value: &Value) -> Result<Source<T>> {
        if let Value::Sparse(_) = value {
            let s = T::of(value)?;
            return Ok(match (s.rows(), s.cols()) {
                (1, 1) => Source::One(s.get(0, 0)),
                _ => Source::Sparse(s.into_owned()),
            });
        }
        let full = T::full(value)?;
        Ok(match full.as_slice() {
            [x] => Source::One(*x),
            _ => Source::Full(full),
        })
    }

    fn shape(&self) -> (usize, usize) {
        match self {
            Source::One(_) => (1, 1),
            Source::Sparse(s) => (s.rows(), s.cols()),
            Source::Full(a) => (a.rows(), a.cols()),
        }
    }

    fn reshaped(self, (m, n): (usize, usize)) -> Result<Source<T>> {
        Ok(match self {
            Source::Sparse(s) if (s.rows(), s.cols()) != (m, n) => {
                Source::Sparse(T::reshaped(&s, m, n)?)
            }
            Source::Full(a) if (a.rows(), a.cols()) != (m, n) => Source::Full(a.reshaped(m, n)),
            same => same,
        })
    }

    fn block(&self) -> Block<'_, T> {
        match self {
            Source::One(x) => Block::Scalar(*x),
            Source::Sparse(s) => Block::Sparse(s),
            Source::Full(a) => Block::Full(a),
        }
    }
}

fn write<T: Written>(s: &mut Sparse<T>, indices: &[Index], source: &Value) -> Result<()> {
    let source = Source::new(source)?;
    match (indices, source) {
        ([], source) => {
            *s = match source {
                Source::One(x) => T::from_dense(&Dense::from_vec(1, 1, vec![x]))?,
                Source::Sparse(other) => other,
                Source::Full(a) => T::from_dense(&a)?,
            };
            Ok(())
        }
        ([Index::One(i), Index::One(j)], Source::One(x)) => {
            grow(s, s.rows().max(i + 1), s.cols().max(j + 1))?;
            Ok(T::set(s, *i, *j, x)?)
        }
        ([index], source) => write_positions(s, index, source),
        ([rows, cols], source) => write_block(s, rows, cols, source),
        _ => Err(super::Fault::new("a matrix has two dimensions")),
    }
}

fn grow<T: Written>(s: &mut Sparse<T>, m: usize, n: usize) -> Result<()> {
    if (m, n) != (s.rows(), s.cols()) {
        s.grow(m, n)?;
    }
    Ok(())
}

fn write_positions<T: Written>(s: &mut Sparse<T>, index: &Index, source: Source<T>) -> Result<()> {
    let (m, n) = (s.rows(), s.cols());
    let count = index.count(m * n);
    let (p, q) = source.shape();
    let is_one = matches!(source, Source::One(_));
    if !is_one && p * q != count {
        let places = format!("{count} place{}", if count == 1 { "" } else { "s" });
        return Err(does_not_fit(&format!("{} values", p * q), &places));
    }
    if *index == Index::All {
        let source = source.reshaped((m, n))?;
        *s = T::assigned(s, Picks::All, Picks::All, source.block())?;
        return Ok(());
    }
    let shape = shape_for_position((m, n), index.reach())?;
    grow(s, shape.0, shape.1)?;
    match (index, &source) {
        (Index::One(k), Source::One(x)) => T::set(s, k % shape.0, k / shape.0, *x)?,
        (index, source) => {
            let positions: Vec<usize> = index.positions(count).collect();
            let full;
            let entries = match source {
                Source::One(x) => std::slice::from_ref(x),
                Source::Full(a) => a.as_slice(),
                Source::Sparse(b) => {
                    full = T::to_dense(b)?;
                    full.as_slice()
                }
            };
            *s = T::assigned_at(s, &positions, entries)?;
        }
    }
    Ok(())
}

fn write_block<T: Written>(
    s: &mut Sparse<T>,
    rows: &Index,
    cols: &Index,
    source: Source<T>,
) -> Result<()> {
    let held = (s.rows(), s.cols());
    let Some([place, need]) = place_of_block(held, rows, cols, source.shape())? else {
        return Ok(());
    };
    let source = source.reshaped(place)?;
    grow(s, need.0, need.1)?;
    *s = T::assigned(s, picks(&rows.listed()), picks(&cols.listed()), source.block())?;
    Ok(())
}

/// `target(indices) = []`.
pub(super) fn delete_sparse(s: &Arc<SparseArray>, indices: &[Index]) -> Result<Value> {
    let (m, n) = s.shape();
    match indices {
        // Of a sparse matrix the columns go, of a full one the rows.
        [Index::All, Index::All] => {
            let none = Index::List { positions: Vec::new(), shape: (1, 0) };
            index_sparse(s, &[Index::All, none])
        }
        [_, _] => {
            let (rows, cols) = kept(indices, (m, n))?;
            index_sparse(s, &[rows, cols])
        }
        [Index::All] => {
            let none = Index::List { positions: Vec::new(), shape: (1, 0) };
            index_sparse(s, &[none.clone(), none])
        }
        [_] if n == 1 => index_sparse(s, &[kept(indices, (m, n))?.0]),
        // What is left of a matrix is a row, however its entries were chosen.
        [_] => {
            let Value::Sparse(line) = s.reshaped(1, m * n)? else { return Ok(Value::empty()) };
            index_sparse(&line, &[kept(indices, (1, m * n))?.0])
        }
        _ => kept(indices, (m, n)).map(|_| Value::Sparse(s.clone())),
    }
}
