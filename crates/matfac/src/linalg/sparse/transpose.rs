//! The transpose: a counting sort of the entries by row, which columns of ascending order make stable.
//!
//! O(m + n + nnz). Large matrices are done by blocks of rows (see `blocks`), which are consecutive in the result: each block
//! is one thread's, and few enough rows are written to at a time for the nearer caches.

use super::blocks::Blocks;
use super::columns::{divide, each};
use super::matrix::{Entry, Sparse};
use super::vector::threads;
use crate::linalg::Scalar;
use std::ops::Range;

/// Entries from which threads share the work.
const PARALLEL: usize = 1 << 16;
/// Rows of a block: each is written at a place of its own, a line of places and one of entries.
const HEIGHT: usize = 8192;

impl<T: Entry> Sparse<T> {
    /// The n×m transpose, without conjugation: O(m + n + nnz).
    pub fn transposed(&self) -> Sparse<T> {
        self.flipped(|x| x)
    }

    fn flipped(&self, f: impl Fn(T) -> T + Sync) -> Sparse<T> {
        let (m, n) = (self.rows(), self.cols());
        let most = (self.nnz() / (4 * n + 1)).max(threads());
        let count = if self.nnz() < PARALLEL { 1 } else { m.div_ceil(HEIGHT).min(most) };
        let blocks = Blocks::new(self, m.div_ceil(count.max(1)));
        let ranges: Vec<Range<usize>> = (0..blocks.count()).map(|b| blocks.rows(b)).collect();
        let mut starts = vec![0u32; m + 1];
        let counted = |(b, (rows, counts)): (usize, (Range<usize>, &mut [u32]))| {
            blocks.for_each(b, |_, range| {
                for &i in &self.places()[range] {
                    counts[i as usize - rows.start] += 1;
                }
            });
        };
        each(divide(&mut starts[1..], &ranges, |i| i).into_iter().enumerate().collect(), counted);
        (0..m).for_each(|i| starts[i + 1] += starts[i]);
        let mut places = vec![0u32; self.nnz()];
        let mut entries = vec![T::default(); self.nnz()];
        let first = |i: usize| starts[i] as usize;
        let parts = divide(&mut places, &ranges, first)
            .into_iter()
            .zip(divide(&mut entries, &ranges, first))
            .map(|((rows, places), (_, entries))| (rows, places, entries))
            .enumerate()
            .collect();
        each(parts, |(b, (rows, places, entries))| {
            let start = starts[rows.start];
            let mut next: Vec<u32> = starts[rows.clone()].iter().map(|s| s - start).collect();
            blocks.for_each(b, |j, range| {
                for (&i, &x) in self.places()[range.clone()].iter().zip(&self.entries()[range]) {
                    let slot = &mut next[i as usize - rows.start];
                    places[*slot as usize] = j as u32;
                    entries[*slot as usize] = f(x);
                    *slot += 1;
                }
            });
        });
        Sparse::from_parts(n, m, starts, places, entries)
    }
}

impl<T: Scalar + Entry> Sparse<T> {
    /// The conjugate transpose.
    pub fn adjoint(&self) -> Sparse<T> {
        self.flipped(|x| x.conjugate())
    }
}
