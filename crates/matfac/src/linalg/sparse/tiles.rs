//! Entries sorted into blocks of consecutive rows (or columns), in their order within each.
//!
//! Work that goes all over the rows is done block after block, so that what it touches stays in a near cache, and each
//! thread has blocks of its own. The copy is read once and written to as many places as there are blocks, at the speed of
//! memory; reading the matrix itself by blocks would touch a few entries of every column each time, and wait for each.

use super::columns::split;
use super::matrix::{Entry, Sparse};
use super::vector::threads;
use rayon::prelude::*;
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
    /// For each share of the entries its blocks.
    shares: Vec<Vec<Vec<Tile<T>>>>,
}

impl<T: Entry> Tiles<T> {
    /// Blocks of about `length` of the keys below `side`, of entries given in consecutive shares, each a thread's.
    pub(super) fn new<I>(side: usize, length: usize, shares: Vec<I>) -> Tiles<T>
    where
        I: Iterator<Item = Tile<T>> + Clone + Send,
    {
        let shift = length.max(1).ilog2();
        let blocks = (side >> shift) + 1;
        let sort = |share: I| {
            let mut counts = vec![0usize; blocks];
            share.clone().for_each(|tile| counts[(tile.key >> shift) as usize] += 1);
            let mut held: Vec<Vec<Tile<T>>> = counts.into_iter().map(Vec::with_capacity).collect();
            share.for_each(|tile| held[(tile.key >> shift) as usize].push(tile));
            held
        };
        let shares = match shares.len() {
            1 => shares.into_iter().map(sort).collect(),
            _ => shares.into_par_iter().map(sort).collect(),
        };
        Tiles { shift, side, shares }
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

    /// The entries of block b, in order, in a few pieces.
    pub(super) fn block(&self, b: usize) -> impl Iterator<Item = &[Tile<T>]> {
        self.shares.iter().map(move |share| &share[b][..])
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
