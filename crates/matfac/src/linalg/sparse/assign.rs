//! Writing single entries and blocks.
//!
//! A block is merged into the columns it touches, which makes a new matrix: O(m + n + nnz + size of the block). One entry
//! that is stored already is written in place.

use super::columns::columns;
use super::matrix::{Entry, Sparse};
use super::select::Picks;
use crate::error::{Error, Result, Shape};
use crate::linalg::{Dense, memory};

/// What is written.
#[derive(Debug, Clone, Copy)]
pub enum Block<'a, T> {
    /// The same everywhere.
    Scalar(T),
    /// A matrix of the shape of the place.
    Sparse(&'a Sparse<T>),
    /// A full matrix of the shape of the place.
    Full(&'a Dense<T>),
}

impl<T: Entry> Block<'_, T> {
    fn shape(&self) -> Option<Shape> {
        match self {
            Block::Scalar(_) => None,
            Block::Sparse(b) => Some(b.shape()),
            Block::Full(b) => Some(b.shape()),
        }
    }

    /// At most how many entries column j has, of m rows.
    fn col_nnz(&self, j: usize, m: usize) -> usize {
        match self {
            Block::Scalar(x) if x.is_zero() => 0,
            Block::Sparse(b) => b.col_nnz(j),
            _ => m,
        }
    }

    /// Calls `f` with the row and entry of what column j has other than zero, of m rows.
    fn for_each(&self, j: usize, m: usize, mut f: impl FnMut(usize, T)) {
        match self {
            Block::Scalar(x) if x.is_zero() => {}
            Block::Scalar(x) => (0..m).for_each(|k| f(k, *x)),
            Block::Sparse(b) => {
                let (p, x) = b.col(j);
                p.iter().zip(x).for_each(|(&k, &x)| f(k as usize, x));
            }
            Block::Full(b) => {
                let stored = b.col(j).iter().enumerate().filter(|(_, x)| !x.is_zero());
                stored.for_each(|(k, &x)| f(k, x));
            }
        }
    }
}

/// Nobody writes this row or column.
const NOBODY: u32 = u32::MAX;

/// For each of `side` who writes it: of several the last.
fn owners(picks: Picks<'_>, side: usize) -> Vec<u32> {
    let mut owners = vec![NOBODY; side];
    (0..picks.count(side)).for_each(|k| owners[picks.at(k)] = k as u32);
    owners
}

/// The matrix with `A(rows, cols) = block`; of several writes to one place the last counts.
///
/// [`Error::Argument`] when a row or column is outside, [`Error::Shapes`] when the block has another shape.
pub fn assigned<T: Entry>(
    a: &Sparse<T>,
    rows: Picks<'_>,
    cols: Picks<'_>,
    block: Block<'_, T>,
) -> Result<Sparse<T>> {
    rows.require_below(a.rows(), "row")?;
    cols.require_below(a.cols(), "column")?;
    let place = Shape(rows.count(a.rows()), cols.count(a.cols()));
    if let Some(shape) = block.shape().filter(|&shape| shape != place) {
        return Err(Error::Shapes { operation: "assign", left: place, right: shape, hint: None });
    }
    if let Block::Scalar(x) = block
        && !x.is_zero()
    {
        memory::entries::<(u32, T)>(place.0, place.1)?;
    }
    let writers = owners(cols, a.cols());
    let mut before = Vec::with_capacity(a.cols() + 1);
    before.push(0);
    for (j, &writer) in writers.iter().enumerate() {
        let new = if writer == NOBODY { 0 } else { block.col_nnz(writer as usize, place.0) };
        before.push(before[j] + a.col_nnz(j) + new);
    }
    let rows = rows.simplified(a.rows());
    let row_writers = if let Picks::List(_) = rows { owners(rows, a.rows()) } else { Vec::new() };
    columns(
        a.rows(),
        a.cols(),
        |j| before[j],
        Vec::new,
        |new: &mut Vec<(u32, T)>, j, places, entries| {
            let (p, x) = a.col(j);
            if writers[j] == NOBODY {
                places.extend_from_slice(p);
                entries.extend_from_slice(x);
                return;
            }
            let column = writers[j] as usize;
            if let Picks::Span(first, end) = rows {
                let above = p.partition_point(|&i| (i as usize) < first);
                let below = p.partition_point(|&i| (i as usize) < end);
                places.extend_from_slice(&p[..above]);
                entries.extend_from_slice(&x[..above]);
                block.for_each(column, place.0, |k, x| {
                    places.push((first + k) as u32);
                    entries.push(x);
                });
                places.extend_from_slice(&p[below..]);
                entries.extend_from_slice(&x[below..]);
                return;
            }
            new.clear();
            block.for_each(column, place.0, |k, x| {
                let i = rows.at(k);
                if row_writers[i] == k as u32 {
                    new.push((i as u32, x));
                }
            });
            let stays = |&(&i, _): &(&u32, &T)| row_writers[i as usize] == NOBODY;
            new.extend(p.iter().zip(x).filter(stays).map(|(&i, &x)| (i, x)));
            new.sort_unstable_by_key(|&(i, _)| i);
            places.extend(new.iter().map(|&(i, _)| i));
            entries.extend(new.iter().map(|&(_, x)| x));
        },
    )
}

/// The matrix with `A(positions) = entries`, positions being linear and from 0; of several writes to one place the last
/// counts. One entry is written everywhere.
///
/// [`Error::Argument`] when a position is outside, or there are more or fewer entries than positions.
pub fn assigned_at<T: Entry>(
    a: &Sparse<T>,
    positions: &[usize],
    entries: &[T],
) -> Result<Sparse<T>> {
    let length = a.rows() as u128 * a.cols() as u128;
    if let Some(&k) = positions.iter().find(|&&k| k as u128 >= length) {
        let message = format!("position {} is outside 1…{length}", k.saturating_add(1));
        return Err(Error::argument("index", message));
    }
    if entries.len() != positions.len() && entries.len() != 1 {
        let (count, given) = (positions.len(), entries.len());
        let message = format!("{given} entries cannot be written to {count} places");
        return Err(Error::argument("value", message));
    }
    let m = a.rows().max(1);
    let mut new: Vec<(usize, T)> = match entries {
        &[x] => positions.iter().map(|&k| (k, x)).collect(),
        _ => positions.iter().copied().zip(entries.iter().copied()).collect(),
    };
    // Stable, so that of equals the last is last.
    new.sort_by_key(|&(k, _)| k);
    let mut next = 0;
    Sparse::from_columns(a.rows(), a.cols(), |j, places, entries| {
        let (p, x) = a.col(j);
        let mut k = 0;
        while next < new.len() && new[next].0 / m == j {
            let (position, value) = new[next];
            next += 1;
            if new.get(next).is_some_and(|other| other.0 == position) {
                continue;
            }
            let i = (position % m) as u32;
            let end = k + p[k..].partition_point(|&held| held < i);
            places.extend_from_slice(&p[k..end]);
            entries.extend_from_slice(&x[k..end]);
            places.push(i);
            entries.push(value);
            k = end + usize::from(p.get(end) == Some(&i));
        }
        places.extend_from_slice(&p[k..]);
        entries.extend_from_slice(&x[k..]);
        Ok(())
    })
}

impl<T: Entry> Sparse<T> {
    /// Writes entry (i, j), from 0, which must be inside: in place when it is stored, else what follows it moves.
    ///
    /// [`Error::Argument`] when it is outside, or the matrix is full.
    pub fn set(&mut self, i: usize, j: usize, x: T) -> Result<()> {
        Picks::Span(i, i + 1).require_below(self.rows(), "row")?;
        Picks::Span(j, j + 1).require_below(self.cols(), "column")?;
        let first = self.starts()[j] as usize;
        match self.col(j).0.binary_search(&(i as u32)) {
            Ok(k) if !x.is_zero() => self.entries_mut()[first + k] = x,
            Err(_) if x.is_zero() => {}
            found => {
                super::matrix::require_entries(self.nnz() + 1)?;
                let (m, n) = (self.rows(), self.cols());
                let (mut starts, mut places, mut entries) =
                    std::mem::replace(self, Sparse::zeros(0, 0)?).into_parts();
                match found {
                    Ok(k) => {
                        places.remove(first + k);
                        entries.remove(first + k);
                        starts[j + 1..].iter_mut().for_each(|end| *end -= 1);
                    }
                    Err(k) => {
                        places.insert(first + k, i as u32);
                        entries.insert(first + k, x);
                        starts[j + 1..].iter_mut().for_each(|end| *end += 1);
                    }
                }
                *self = Sparse::from_parts(m, n, starts, places, entries);
            }
        }
        Ok(())
    }
}
