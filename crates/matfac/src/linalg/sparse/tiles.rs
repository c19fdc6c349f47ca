//! Entries sorted into blocks of consecutive rows (or columns), in their order within each.
//!
//! Work that goes all over the rows is done block after block, so that what it touches stays in a near cache, and each
//! thread has blocks of its own. The copy is read once and written to as many places as there are blocks, at the speed of
//! memory; reading the matrix itself by blocks would touch a few entries of every column each time, and wait for each.

use super::columns::{each, split};
use super::matrix::{Entry, Sparse};
use super::slots::assembled;
use super::vector::threads;
use std::ops::Range;

/// An entry, with the index that decides about its block and the other one.
#[derive(Clone, Copy)]
pub(super) struct Tile<T> {
    pub(super) key: u32,
    pub(super) other: u32,
    pub(super) x: T,
}

/// Entries by blocks.
pub(super) struct Tiles<T> {
    /// A block is 2^shift long; the last may be shorter.
    shift: u32,
    side: usize,
    /// Block after block.
    tiles: Vec<Tile<T>>,
    /// Where blocks end.
    ends: Vec<usize>,
}

impl<T: Entry> Tiles<T> {
    /// Blocks of about `length` of the keys below `side`, of entries given in consecutive shares, each a thread's.
    pub(super) fn new<I>(side: usize, length: usize, shares: Vec<I>) -> Tiles<T>
    where
        I: Iterator<Item = Tile<T>> + Clone + Send + Sync,
    {
        let shift = length.max(1).ilog2();
        let blocks = side.div_ceil(1 << shift);
        let mut counts = vec![vec![0usize; blocks]; shares.len()];
        each(counts.iter_mut().zip(&shares).collect(), |(counts, share)| {
            share.clone().for_each(|tile| counts[(tile.key >> shift) as usize] += 1);
        });
        // A block has a part for each share.
        let lengths = (0..blocks).flat_map(|b| counts.iter().map(move |counts| counts[b]));
        let count = shares.len();
        let tiles = assembled(lengths, |parts| {
            let mut of_share: Vec<Vec<_>> =
                (0..count).map(|_| Vec::with_capacity(blocks)).collect();
            parts.iter_mut().enumerate().for_each(|(k, part)| of_share[k % count].push(part));
            each(of_share.into_iter().zip(shares).collect(), |(mut parts, share)| {
                share.for_each(|tile| parts[(tile.key >> shift) as usize].push(tile));
            });
        });
        let mut end = 0;
        let ends = (0..blocks).map(|b| {
            end += counts.iter().map(|counts| counts[b]).sum::<usize>();
            end
        });
        let ends = ends.collect();
        Tiles { shift, side, tiles, ends }
    }

    /// The keys of each block.
    pub(super) fn ranges(&self) -> Vec<Range<usize>> {
        let length = 1 << self.shift;
        let blocks = self.side.div_ceil(length);
        (0..blocks).map(|b| b * length..((b + 1) * length).min(self.side)).collect()
    }

    /// Keys of a block; the last may have fewer.
    pub(super) fn length(&self) -> usize {
        1 << self.shift
    }

    /// The entries of block b, in order.
    pub(super) fn block(&self, b: usize) -> &[Tile<T>] {
        let start = if b == 0 { 0 } else { self.ends[b - 1] };
        &self.tiles[start..self.ends[b]]
    }

    /// The entries of all blocks.
    pub(super) fn blocks_mut(&mut self) -> Vec<&mut [Tile<T>]> {
        let (mut rest, mut start) = (&mut self.tiles[..], 0);
        let mut blocks = Vec::with_capacity(self.ends.len());
        for &end in &self.ends {
            let (block, after) = rest.split_at_mut(end - start);
            blocks.push(block);
            (rest, start) = (after, end);
        }
        blocks
    }
}

/// The entries of A by blocks of about `length` rows, column after column within each.
pub(super) fn by_rows<T: Entry>(a: &Sparse<T>, length: usize, in_parallel: bool) -> Tiles<T> {
    let count = if in_parallel { threads() } else { 1 };
    let share = |range: Range<usize>| {
        range.flat_map(move |j| {
            let (places, entries) = a.col(j);
            let other = j as u32;
            places.iter().zip(entries).map(move |(&key, &x)| Tile { key, other, x })
        })
    };
    let ranges = split(count, a.cols(), |j| a.starts()[j] as usize);
    Tiles::new(a.rows(), length, ranges.into_iter().map(share).collect())
}
