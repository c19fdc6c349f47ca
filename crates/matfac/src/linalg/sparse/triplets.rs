//! Compression of (row, column, entry) triplets, as `sparse(i, j, v)` has them.
//!
//! A stable counting sort by column, in two steps that stay in the caches (see `tiles`), and then each column's few entries
//! sorted by row: O(n + nnz log(nnz/n)), and O(n + nnz) of columns that are in order already.

use super::columns::{divide, each};
use super::matrix::{Entry, LIMIT, Sparse, require_entries, require_sides};
use super::tiles::{Tile, Tiles};
use super::vector::threads;
use crate::error::{Error, Result};
use crate::linalg::simd::clean;
use rayon::prelude::*;
use std::ops::Range;

/// What becomes of entries for the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// They are added (of logicals: any).
    Sum,
    /// The last counts.
    Last,
}

/// The rows and columns of triplets as numbers from 1, and the sides of the matrix where they are given.
#[derive(Debug, Clone, Copy)]
pub struct Indices<'a> {
    /// Rows; a single one is meant for every triplet.
    pub rows: &'a [f64],
    /// Columns; a single one is meant for every triplet.
    pub cols: &'a [f64],
    /// m; the largest row when not given.
    pub m: Option<usize>,
    /// n; the largest column when not given.
    pub n: Option<usize>,
}

/// The matrix with `entries[k]` at row `rows[k]`, column `cols[k]`: `sparse(i, j, v, m, n)`. Lists of one are repeated.
///
/// [`Error::Argument`] when lengths differ or an index is not a whole number inside the matrix, which names the triplet.
pub fn from_indices<T: Entry>(
    indices: &Indices<'_>,
    entries: &[T],
    duplicates: Duplicates,
) -> Result<Sparse<T>> {
    let lengths = [indices.rows.len(), indices.cols.len(), entries.len()];
    let count = lengths.into_iter().find(|&l| l != 1).unwrap_or(1);
    if lengths.iter().any(|&l| l != 1 && l != count) {
        return Err(uneven(lengths));
    }
    let rows = from_one(indices.rows, indices.m, "i", "row")?;
    let cols = from_one(indices.cols, indices.n, "j", "column")?;
    let side = |given: Option<usize>, list: &[u32]| {
        given.unwrap_or_else(|| list.iter().max().map_or(0, |&i| i as usize + 1))
    };
    let (m, n) = (side(indices.m, &rows), side(indices.n, &cols));
    let repeated = |list: Vec<u32>| if list.len() == 1 { vec![list[0]; count] } else { list };
    let values;
    let entries = if entries.len() == 1 && count != 1 {
        values = vec![entries[0]; count];
        &values
    } else {
        entries
    };
    Sparse::from_triplets(m, n, &repeated(rows), &repeated(cols), entries, duplicates, T::joined)
}

fn uneven(lengths: [usize; 3]) -> Error {
    let [rows, cols, entries] = lengths;
    let message = format!(
        "sparse needs as many rows, columns and entries; there are {rows}, {cols} and {entries}"
    );
    Error::argument("i", message)
}

/// Indices from 1 as indices from 0.
fn from_one(list: &[f64], side: Option<usize>, name: &'static str, what: &str) -> Result<Vec<u32>> {
    let most = side.unwrap_or(LIMIT).min(LIMIT);
    // Casts saturate, so that only a whole number comes back as it was; what is outside becomes the largest number.
    let index = |&x: &f64| {
        let i = x as u32;
        if f64::from(i) == x && i as usize <= most { i.wrapping_sub(1) } else { u32::MAX }
    };
    let indices: Vec<u32> = list.par_iter().with_min_len(PARALLEL).map(index).collect();
    match indices.iter().position(|&i| i == u32::MAX) {
        None => Ok(indices),
        Some(k) => {
            let x = list[k];
            let reason = if x.fract() != 0.0 && x.is_finite() || x.is_nan() {
                format!("triplet {}: {what} {x} is not a whole number", k + 1)
            } else {
                format!("triplet {}: {what} {x} is outside 1…{most}", k + 1)
            };
            Err(Error::argument(name, reason))
        }
    }
}

impl<T: Entry> Sparse<T> {
    /// The m×n matrix with `entries[k]` at row `rows[k]`, column `cols[k]`, both from 0.
    ///
    /// `add` joins duplicates under
    /// [`Duplicates::Sum`], in the order given. [`Error::Argument`] when lengths differ or an index is outside, which names
    /// the triplet.
    pub fn from_triplets(
        m: usize,
        n: usize,
        rows: &[u32],
        cols: &[u32],
        entries: &[T],
        duplicates: Duplicates,
        add: impl Fn(T, T) -> T + Sync,
    ) -> Result<Sparse<T>> {
        require_sides(m, n)?;
        require_entries(entries.len())?;
        if rows.len() != entries.len() || cols.len() != entries.len() {
            return Err(uneven([rows.len(), cols.len(), entries.len()]));
        }
        let outside = |list: &[u32], side: usize, name: &'static str, what: &str| match list
            .par_iter()
            .with_min_len(PARALLEL)
            .position_first(|&i| i as usize >= side)
        {
            None => Ok(()),
            Some(k) => {
                let message = format!(
                    "triplet {}: {what} {} is outside 1…{side}",
                    k + 1,
                    u64::from(list[k]) + 1
                );
                Err(Error::argument(name, message))
            }
        };
        outside(rows, m, "i", "row")?;
        outside(cols, n, "j", "column")?;
        Ok(sorted(m, n, rows, cols, entries, duplicates, add))
    }
}

/// Triplets from which threads share the work.
const PARALLEL: usize = 1 << 15;
/// Triplets of a block of columns: a quarter of a megabyte.
const BLOCK: usize = 1 << 14;

/// The matrix of triplets that are inside.
fn sorted<T: Entry>(
    m: usize,
    n: usize,
    rows: &[u32],
    cols: &[u32],
    entries: &[T],
    duplicates: Duplicates,
    add: impl Fn(T, T) -> T + Sync,
) -> Sparse<T> {
    let count = entries.len();
    // By blocks of columns first, so that the second sort stays in a near cache.
    let shares = if count < PARALLEL { 1 } else { threads() };
    let length = count.div_ceil(shares).max(1);
    let triplets = rows.chunks(length).zip(cols.chunks(length)).zip(entries.chunks(length));
    let blocks = (count / BLOCK).clamp(1, 256);
    let tiles = Tiles::new(n, n.div_ceil(blocks), triplets.map(tiles_of).collect());
    let ranges = tiles.ranges();
    let mut starts = vec![0u32; n + 1];
    let parts = divide(&mut starts[1..], &ranges, |j| j).into_iter().enumerate().collect();
    each(parts, |(b, (cols, counts))| {
        tiles.block(b).flatten().for_each(|tile| counts[tile.key as usize - cols.start] += 1);
    });
    (0..n).for_each(|j| starts[j + 1] += starts[j]);
    let (mut places, mut numbers) = (vec![0u32; count], vec![T::default(); count]);
    let first = |j: usize| starts[j] as usize;
    let parts: Vec<_> = divide(&mut places, &ranges, first)
        .into_iter()
        .zip(divide(&mut numbers, &ranges, first))
        .enumerate()
        .collect();
    let join = |held: T, x: T| if duplicates == Duplicates::Sum { add(held, x) } else { x };
    let kept: Vec<Vec<u32>> = parts
        .into_par_iter()
        .map(|(b, ((range, places), (_, numbers)))| {
            clean();
            let start = starts[range.start];
            let mut next: Vec<u32> = starts[range.clone()].iter().map(|s| s - start).collect();
            for tile in tiles.block(b).flatten() {
                let slot = &mut next[tile.key as usize - range.start];
                (places[*slot as usize], numbers[*slot as usize]) = (tile.other, tile.x);
                *slot += 1;
            }
            let ends = starts[range.start..=range.end].windows(2);
            let columns = ends.map(|w| (w[0] - start) as usize..(w[1] - start) as usize);
            compress(columns, places, numbers, join)
        })
        .collect();
    closed(m, &starts, &ranges, kept, places, numbers)
}

/// Triplets as entries by columns.
fn tiles_of<'a, T: Entry>(
    ((rows, cols), entries): ((&'a [u32], &'a [u32]), &'a [T]),
) -> impl Iterator<Item = Tile<T>> + Clone + Send + 'a {
    let triplets = rows.iter().zip(cols).zip(entries);
    triplets.map(|((&other, &key), &x)| Tile { key, other, x })
}

/// Sorts each column by row, joins duplicates and drops zeros, so that the columns follow one another from the start of the
/// part; returns how many entries each has.
fn compress<T: Entry>(
    columns: impl Iterator<Item = Range<usize>>,
    places: &mut [u32],
    numbers: &mut [T],
    join: impl Fn(T, T) -> T,
) -> Vec<u32> {
    let (mut kept, mut keys, mut held) = (0, Vec::new(), Vec::new());
    let counts = columns.map(|column| {
        if !places[column.clone()].is_sorted() {
            in_order(
                &mut places[column.clone()],
                &mut numbers[column.clone()],
                &mut keys,
                &mut held,
            );
        }
        let (begin, mut k) = (kept, column.start);
        while k < column.end {
            let (i, mut x) = (places[k], numbers[k]);
            k += 1;
            while k < column.end && places[k] == i {
                x = join(x, numbers[k]);
                k += 1;
            }
            (places[kept], numbers[kept]) = (i, x);
            kept += usize::from(!x.is_zero());
        }
        (kept - begin) as u32
    });
    counts.collect()
}

/// Sorts a column by row, keeping the order of equals.
fn in_order<T: Entry>(
    places: &mut [u32],
    numbers: &mut [T],
    keys: &mut Vec<u64>,
    held: &mut Vec<T>,
) {
    keys.clear();
    keys.extend(places.iter().zip(0u64..).map(|(&i, k)| u64::from(i) << 32 | k));
    keys.sort_unstable();
    held.clear();
    held.extend_from_slice(numbers);
    for ((place, number), &key) in places.iter_mut().zip(numbers).zip(keys.iter()) {
        *place = (key >> 32) as u32;
        *number = held[key as u32 as usize];
    }
}

/// The matrix of parts, each of which has its columns at its beginning.
fn closed<T: Entry>(
    rows: usize,
    starts: &[u32],
    ranges: &[Range<usize>],
    counts: Vec<Vec<u32>>,
    mut places: Vec<u32>,
    mut numbers: Vec<T>,
) -> Sparse<T> {
    let mut ends = Vec::with_capacity(starts.len());
    ends.push(0u32);
    let mut kept = 0u32;
    for (range, counts) in ranges.iter().zip(counts) {
        let (begin, to) = (starts[range.start] as usize, kept as usize);
        for count in counts {
            kept += count;
            ends.push(kept);
        }
        if to < begin {
            let from = begin..begin + kept as usize - to;
            places.copy_within(from.clone(), to);
            numbers.copy_within(from, to);
        }
    }
    places.truncate(kept as usize);
    numbers.truncate(kept as usize);
    Sparse::from_parts(rows, starts.len() - 1, ends, places, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_added_or_replaced() {
        let (i, j, v) = ([2, 0, 2, 1, 0], [1, 0, 1, 0, 0], [1.0, 2.0, 3.0, 4.0, -2.0]);
        let sum = Sparse::from_triplets(3, 2, &i, &j, &v, Duplicates::Sum, |a, b| a + b).unwrap();
        assert_eq!(sum.triplets().collect::<Vec<_>>(), [(1, 0, 4.0), (2, 1, 4.0)]);
        let last = Sparse::from_triplets(3, 2, &i, &j, &v, Duplicates::Last, |a, b| a + b).unwrap();
        assert_eq!(last.triplets().collect::<Vec<_>>(), [(0, 0, -2.0), (1, 0, 4.0), (2, 1, 3.0)]);
    }

    #[test]
    fn an_index_outside_is_named() {
        let refused =
            Sparse::from_triplets(2, 2, &[0, 2], &[0, 0], &[1.0, 1.0], Duplicates::Sum, |a, _| a);
        assert_eq!(refused.unwrap_err().to_string(), "triplet 2: row 3 is outside 1…2");
    }
}
