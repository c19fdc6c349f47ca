//! Compression of (row, column, entry) triplets, as `sparse(i, j, v)` has them.
//!
//! The triplets are distributed to blocks of columns (see `tiles`) that stay in a near cache, where each block is sorted by
//! column and row, unless it is sorted already: by counting the values of a few bits at a time from the lowest on, which is
//! stable and compares nothing (Knuth 1998, The Art of Computer Programming 3, 5.2.5). O(n + nnz) for given sides.

use super::columns::divide;
use super::matrix::{Entry, LIMIT, Sparse, require_entries, require_sides};
use super::slots::in_parts;
use super::tiles::{Tile, Tiles};
use super::vector::threads;
use crate::error::{Error, Result};
use crate::linalg::buffer;
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
    let (rows, most_rows) = from_one(indices.rows, indices.m, "i", "row")?;
    let (cols, most_cols) = from_one(indices.cols, indices.n, "j", "column")?;
    let (m, n) = (indices.m.unwrap_or(most_rows), indices.n.unwrap_or(most_cols));
    require_sides(m, n)?;
    require_entries(count)?;
    let repeated = |list: Vec<u32>| if list.len() == 1 { vec![list[0]; count] } else { list };
    let values;
    let entries = if entries.len() == 1 && count != 1 {
        values = vec![entries[0]; count];
        &values
    } else {
        entries
    };
    Ok(sorted(m, n, &repeated(rows), &repeated(cols), entries, duplicates, T::joined))
}

fn uneven(lengths: [usize; 3]) -> Error {
    let [rows, cols, entries] = lengths;
    let message = format!(
        "sparse needs as many rows, columns and entries; there are {rows}, {cols} and {entries}"
    );
    Error::argument("i", message)
}

/// Indices from 1 as indices from 0, and how large a side they need.
fn from_one(
    list: &[f64],
    side: Option<usize>,
    name: &'static str,
    what: &str,
) -> Result<(Vec<u32>, usize)> {
    let most = side.unwrap_or(LIMIT).min(LIMIT);
    // Casts saturate, so that only a whole number comes back as it was; what is outside becomes the largest number.
    let index = |&x: &f64| {
        let i = x as u32;
        if f64::from(i) == x && i as usize <= most { i.wrapping_sub(1) } else { u32::MAX }
    };
    let indices = buffer::build(list.len(), |range| list[range].iter().map(index));
    let largest = indices.par_chunks(PARALLEL).map(|part| part.iter().copied().max()).max();
    let largest = largest.flatten();
    if largest != Some(u32::MAX) {
        return Ok((indices, largest.map_or(0, |i| i as usize + 1)));
    }
    match indices.iter().position(|&i| i == u32::MAX) {
        None => Ok((indices, 0)),
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

/// Columns of a block, and how many entries each has.
type Part<'a> = (Range<usize>, &'a mut [u32]);

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
    let shares = if count < PARALLEL { 1 } else { threads() };
    let length = count.div_ceil(shares).max(1);
    let triplets = rows.chunks(length).zip(cols.chunks(length)).zip(entries.chunks(length));
    let blocks = (count / BLOCK).clamp(1, 256);
    let mut tiles = Tiles::new(n, n.div_ceil(blocks), triplets.map(tiles_of).collect());
    let join = |held: T, x: T| if duplicates == Duplicates::Sum { add(held, x) } else { x };
    let ranges = tiles.ranges();
    let mut ends = vec![0u32; n + 1];
    let counts = divide(&mut ends[1..], &ranges, |j| j);
    let parts: Vec<_> = tiles.blocks_mut().into_iter().zip(counts).collect();
    let compress = |room: &mut Vec<_>, (tiles, (range, counts)): (&mut [_], Part<'_>)| {
        clean();
        in_order(tiles, range.start as u32, room);
        compressed(tiles, range.start, counts, join)
    };
    let kept: Vec<usize> = match parts.len() {
        0 | 1 => parts.into_iter().map(|part| compress(&mut Vec::new(), part)).collect(),
        _ => parts.into_par_iter().map_init(Vec::new, compress).collect(),
    };
    (0..n).for_each(|j| ends[j + 1] += ends[j]);
    let (places, numbers) = in_parts(&kept, |b, places, numbers| {
        let tiles = &tiles.block(b)[..kept[b]];
        places.extend(tiles.iter().map(|tile| tile.other));
        numbers.extend(tiles.iter().map(|tile| tile.x));
    });
    Sparse::from_parts(m, n, ends, places, numbers)
}

/// Triplets as entries by columns.
fn tiles_of<'a, T: Entry>(
    ((rows, cols), entries): ((&'a [u32], &'a [u32]), &'a [T]),
) -> impl Iterator<Item = Tile<T>> + Clone + Send + Sync + 'a {
    let triplets = rows.iter().zip(cols).zip(entries);
    triplets.map(|((&other, &key), &x)| Tile { key, other, x })
}

/// Of a sorted block: joins duplicates and drops zeros, so that what is kept stands at the beginning; returns how much that
/// is, and counts it by columns, of which the first is `origin`.
fn compressed<T: Entry>(
    tiles: &mut [Tile<T>],
    origin: usize,
    counts: &mut [u32],
    join: impl Fn(T, T) -> T,
) -> usize {
    let (mut kept, mut k) = (0, 0);
    while k < tiles.len() {
        let mut tile = tiles[k];
        k += 1;
        while k < tiles.len() && (tiles[k].key, tiles[k].other) == (tile.key, tile.other) {
            tile.x = join(tile.x, tiles[k].x);
            k += 1;
        }
        tiles[kept] = tile;
        let is_kept = !tile.x.is_zero();
        kept += usize::from(is_kept);
        counts[tile.key as usize - origin] += u32::from(is_kept);
    }
    kept
}

/// Tiles up to which comparing is faster than counting.
const FEW: usize = 256;
/// The most bits that are sorted by at once: as many places are written to by turns.
const BITS: u32 = 10;

/// Sorts a block, whose keys begin at `origin`, by key and then by the other index, keeping the order of equals.
fn in_order<T: Entry>(tiles: &mut [Tile<T>], origin: u32, room: &mut Vec<Tile<T>>) {
    if tiles.is_sorted_by_key(|tile| (tile.key, tile.other)) {
        return;
    }
    if tiles.len() <= FEW {
        return tiles.sort_by_key(|tile| (tile.key, tile.other));
    }
    let all = |pick: fn(&Tile<T>) -> u32| tiles.iter().fold(0, |bits, tile| bits | pick(tile));
    let low = u32::BITS - all(|tile| tile.other).leading_zeros();
    let high = u32::BITS - tiles.iter().fold(0, |b, t| b | (t.key - origin)).leading_zeros();
    let code = |tile: &Tile<T>| u64::from(tile.key - origin) << low | u64::from(tile.other);
    let steps = (low + high).div_ceil(BITS).max(1);
    let bits = (low + high).div_ceil(steps);
    let digit =
        |tile: &Tile<T>, step: u32| (code(tile) >> (step * bits)) as usize & ((1 << bits) - 1);
    if room.len() < tiles.len() {
        room.resize(tiles.len(), tiles[0]);
    }
    let mut next = vec![0u32; (steps as usize) << bits];
    for tile in tiles.iter() {
        (0..steps).for_each(|step| next[((step as usize) << bits) + digit(tile, step)] += 1);
    }
    let count = tiles.len();
    let (mut from, mut to) = (tiles, &mut room[..count]);
    for (step, next) in (0..).zip(next.chunks_exact_mut(1 << bits)) {
        let mut start = 0;
        next.iter_mut().for_each(|next| start += std::mem::replace(next, start));
        for tile in from.iter() {
            let slot = &mut next[digit(tile, step)];
            to[*slot as usize] = *tile;
            *slot += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
    if steps % 2 == 1 {
        to.copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{Matrix, Random};

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

    /// Few rows, so that many triplets meet; whole numbers, so that sums are exact and some of them zero.
    fn many(count: usize, m: usize, n: usize, seed: u64) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let mut r = Random::seeded(seed);
        let mut list = |side: usize| -> Vec<f64> {
            (0..count).map(|_| 1.0 + (r.uniform() * side as f64).floor()).collect()
        };
        let (rows, cols) = (list(m), list(n));
        (rows, cols, list(5).into_iter().map(|x| x - 3.0).collect())
    }

    fn expect(m: usize, n: usize, (rows, cols, v): &(Vec<f64>, Vec<f64>, Vec<f64>)) {
        for duplicates in [Duplicates::Sum, Duplicates::Last] {
            let mut full = Matrix::zeros(m, n);
            for ((&i, &j), &x) in rows.iter().zip(cols).zip(v) {
                let entry = &mut full[(i as usize - 1, j as usize - 1)];
                *entry = if duplicates == Duplicates::Sum { *entry + x } else { x };
            }
            let at = Indices { rows, cols, m: Some(m), n: Some(n) };
            let made = from_indices(&at, v, duplicates).unwrap();
            assert_eq!(made, Sparse::from_dense(&full).unwrap());
        }
    }

    #[test]
    fn blocks_of_all_sizes_are_sorted() {
        // One block and many, of few triplets and of enough to be counted, in an odd and an even number of steps.
        for (count, m, n) in
            [(0, 3, 2), (1, 1, 1), (200, 40, 30), (5000, 90, 1), (5000, 1, 70), (9000, 700, 300)]
        {
            expect(m, n, &many(count, m, n, 1));
        }
        for (count, m, n) in [(70_000, 300, 500), (70_000, 3, 2), (70_000, 20, 30_000)] {
            let (mut rows, cols, v) = many(count, m, n, 2);
            expect(m, n, &(rows.clone(), cols.clone(), v.clone()));
            // Rows in order within columns, which are not.
            rows.sort_by(f64::total_cmp);
            expect(m, n, &(rows, cols, v));
        }
    }

    #[test]
    fn triplets_that_cancel_leave_nothing() {
        let (rows, cols, v) = many(40_000, 100_000, 20_000, 3);
        let twice = |list: &[f64], sign: f64| {
            list.iter()
                .chain(list)
                .enumerate()
                .map(|(k, x)| if k < list.len() { *x } else { sign * x })
                .collect::<Vec<f64>>()
        };
        let (rows, cols, v) = (twice(&rows, 1.0), twice(&cols, 1.0), twice(&v, -1.0));
        let at = Indices { rows: &rows, cols: &cols, m: Some(100_000), n: Some(20_000) };
        assert_eq!(from_indices(&at, &v, Duplicates::Sum).unwrap().nnz(), 0);
        let none = vec![0.0; v.len()];
        assert_eq!(from_indices(&at, &none, Duplicates::Last).unwrap().nnz(), 0);
    }

    #[test]
    fn sides_are_those_of_the_largest_indices() {
        let at = Indices { rows: &[2.0, 7.0], cols: &[3.0], m: None, n: None };
        let made = from_indices(&at, &[1.0], Duplicates::Sum).unwrap();
        assert_eq!((made.rows(), made.cols(), made.nnz()), (7, 3, 2));
        let mut rows = vec![1.0; 50_000];
        rows[40_001] = 9.0;
        let refused = |m, rows: &[f64]| {
            let at = Indices { rows, cols: &[1.0], m, n: None };
            from_indices(&at, &[1.0], Duplicates::Sum).unwrap_err().to_string()
        };
        assert_eq!(refused(Some(8), &rows), "triplet 40002: row 9 is outside 1…8");
        rows[40_001] = 1.5;
        assert_eq!(refused(None, &rows), "triplet 40002: row 1.5 is not a whole number");
        assert!(refused(None, &[1.0, 0.0]).starts_with("triplet 2: row 0 is outside"));
        assert!(refused(None, &[1.0, f64::NAN]).starts_with("triplet 2: row NaN"));
    }
}
