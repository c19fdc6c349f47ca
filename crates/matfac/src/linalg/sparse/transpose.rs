//! The transpose: a counting sort of the entries by row, which columns of ascending order make stable.
//!
//! O(m + n + nnz). Large matrices are done by blocks of rows (see `tiles`), which are consecutive in the result: each block
//! is one thread's, and few enough rows are written to at a time for the nearer caches.

use super::columns::{divide, each};
use super::matrix::{Entry, Sparse};
use super::tiles;
use crate::linalg::Scalar;

/// Entries from which threads share the work.
const PARALLEL: usize = 1 << 16;
/// Rows of a block: each is written at a place of its own, a line of places and one of entries.
const HEIGHT: usize = 4096;

impl<T: Entry> Sparse<T> {
    /// The n×m transpose, without conjugation: O(m + n + nnz).
    pub fn transposed(&self) -> Sparse<T> {
        if self.nnz() < PARALLEL { self.flipped(|x| x) } else { self.flipped_by_blocks(|x| x) }
    }

    fn flipped(&self, f: impl Fn(T) -> T) -> Sparse<T> {
        let mut starts = vec![0u32; self.rows() + 1];
        self.places().iter().for_each(|&i| starts[i as usize + 1] += 1);
        (0..self.rows()).for_each(|i| starts[i + 1] += starts[i]);
        let mut next = starts.clone();
        let mut places = vec![0u32; self.nnz()];
        let mut entries = vec![T::default(); self.nnz()];
        for j in 0..self.cols() {
            let (rows, values) = self.col(j);
            for (&i, &x) in rows.iter().zip(values) {
                let slot = &mut next[i as usize];
                (places[*slot as usize], entries[*slot as usize]) = (j as u32, f(x));
                *slot += 1;
            }
        }
        Sparse::from_parts(self.cols(), self.rows(), starts, places, entries)
    }

    fn flipped_by_blocks(&self, f: impl Fn(T) -> T + Sync + Send) -> Sparse<T> {
        let tiles = tiles::by_rows(self, HEIGHT, true);
        let ranges = tiles.ranges();
        let mut starts = vec![0u32; self.rows() + 1];
        let parts = divide(&mut starts[1..], &ranges, |i| i).into_iter().enumerate().collect();
        each(parts, |(b, (rows, counts))| {
            tiles.block(b).iter().for_each(|tile| counts[tile.key as usize - rows.start] += 1);
        });
        (0..self.rows()).for_each(|i| starts[i + 1] += starts[i]);
        let mut places = vec![0u32; self.nnz()];
        let mut entries = vec![T::default(); self.nnz()];
        let first = |i: usize| starts[i] as usize;
        let parts = divide(&mut places, &ranges, first)
            .into_iter()
            .zip(divide(&mut entries, &ranges, first))
            .enumerate()
            .collect();
        each(parts, |(b, ((rows, places), (_, entries)))| {
            let start = starts[rows.start];
            let mut next: Vec<u32> = starts[rows.clone()].iter().map(|s| s - start).collect();
            for tile in tiles.block(b) {
                let slot = &mut next[tile.key as usize - rows.start];
                (places[*slot as usize], entries[*slot as usize]) = (tile.other, f(tile.x));
                *slot += 1;
            }
        });
        Sparse::from_parts(self.cols(), self.rows(), starts, places, entries)
    }
}

impl<T: Scalar + Entry> Sparse<T> {
    /// The conjugate transpose.
    pub fn adjoint(&self) -> Sparse<T> {
        let conjugate = |x: T| x.conjugate();
        if self.nnz() < PARALLEL {
            self.flipped(conjugate)
        } else {
            self.flipped_by_blocks(conjugate)
        }
    }
}
