//! The entries of a matrix by blocks of consecutive rows, within which columns stay in order.
//!
//! Where work goes to (or comes from) all over the rows, doing it block after block keeps what it touches in a near cache,
//! and gives each thread rows of its own. Places ascend within a column, so that all a block needs is where in each
//! column it begins. Cost: one pass over the places, and four bytes a column and block.

use super::matrix::{Entry, Sparse};
use rayon::prelude::*;
use std::ops::Range;

/// Columns whose beginnings are kept together.
const GROUP: usize = 4096;

/// Where blocks of rows begin in each column.
pub(super) struct Blocks {
    /// Rows of a block; the last may have fewer.
    height: usize,
    rows: usize,
    count: usize,
    /// For each group of columns: for each block and the end, for each column of the group, the first entry.
    groups: Vec<Vec<u32>>,
}

impl Blocks {
    /// Blocks of `height` rows.
    pub(super) fn new<T: Entry>(a: &Sparse<T>, height: usize) -> Blocks {
        let (rows, height) = (a.rows(), height.max(1));
        let count = rows.div_ceil(height).max(1);
        let group = |g: usize| {
            let columns = g * GROUP..((g + 1) * GROUP).min(a.cols());
            let width = columns.len();
            let mut begins = vec![0u32; (count + 1) * width];
            for (c, j) in columns.enumerate() {
                let (first, end) = (a.starts()[j] as usize, a.starts()[j + 1] as usize);
                let mut k = first;
                begins[c] = first as u32;
                for b in 1..count {
                    let limit = (b * height) as u32;
                    while k < end && a.places()[k] < limit {
                        k += 1;
                    }
                    begins[b * width + c] = k as u32;
                }
                begins[count * width + c] = end as u32;
            }
            begins
        };
        let numbers = 0..a.cols().div_ceil(GROUP);
        let groups = if a.nnz() < GROUP {
            numbers.map(group).collect()
        } else {
            numbers.into_par_iter().map(group).collect()
        };
        Blocks { height, rows, count, groups }
    }

    /// Rows of a block; the last may have fewer.
    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// The rows of block b.
    pub(super) fn rows(&self, b: usize) -> Range<usize> {
        b * self.height..((b + 1) * self.height).min(self.rows)
    }

    /// Number of blocks, at least one.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// For each group of columns its first column, and where in block b each of its columns begins and ends.
    #[inline(always)]
    pub(super) fn groups(&self, b: usize) -> impl Iterator<Item = (usize, &[u32], &[u32])> {
        self.groups.iter().enumerate().map(move |(g, begins)| {
            let width = begins.len() / (self.count + 1);
            let (first, end) = (b * width, (b + 1) * width);
            (g * GROUP, &begins[first..end], &begins[end..end + width])
        })
    }

    /// Calls `f` with each column and the range of its entries in block b.
    #[inline(always)]
    pub(super) fn for_each(&self, b: usize, mut f: impl FnMut(usize, Range<usize>)) {
        for (first, begins, ends) in self.groups(b) {
            for (c, (&begin, &end)) in begins.iter().zip(ends).enumerate() {
                f(first + c, begin as usize..end as usize);
            }
        }
    }
}
