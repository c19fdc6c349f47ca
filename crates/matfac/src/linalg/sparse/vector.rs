//! Products with one vector, at the speed of memory.
//!
//! `A*x` adds columns into the result. From [`PARALLEL`] entries on each thread has a share of the columns and a result of
//! its own, and these are added at the end, when the matrix has enough entries a row to pay for that. `A'*x` is a dot
//! product for each column. Bits depend on the number of threads alone.

use super::columns::{divide, each, split};
use super::matrix::{Entry, Sparse};
use crate::linalg::Scalar;
use crate::linalg::buffer::CHUNK;
use crate::linalg::simd::clean;
use rayon::prelude::*;
use std::ops::Range;

/// Entries from which threads share the work: one thread takes some 50 µs for them.
const PARALLEL: usize = 1 << 16;

impl<T: Scalar + Entry> Sparse<T> {
    /// `y = A*x`, with x of n and y of m numbers.
    ///
    /// # Panics
    /// When x or y has another length.
    pub fn times_vector(&self, x: &[T], y: &mut [T]) {
        assert_eq!((x.len(), y.len()), (self.cols(), self.rows()), "lengths fit the matrix");
        y.fill(T::ZERO);
        self.add_times_vector(x, y);
    }

    /// `y += A*x`, of lengths that fit.
    pub(super) fn add_times_vector(&self, x: &[T], y: &mut [T]) {
        // A result more takes two passes over m numbers, the entries it saves one.
        let most = self.nnz() / (2 * self.rows() + 1);
        let count = if self.nnz() < PARALLEL { 1 } else { threads().min(most) };
        let mut ranges = split(count, self.cols(), |j| self.starts()[j] as usize);
        let own = ranges.pop().unwrap_or(0..0);
        let (sums, ()) = rayon_join(
            !ranges.is_empty(),
            || {
                let partial = |range| {
                    let mut sum = vec![T::ZERO; self.rows()];
                    self.add_columns(range, x, &mut sum);
                    sum
                };
                ranges.into_par_iter().map(partial).collect::<Vec<_>>()
            },
            || self.add_columns(own, x, y),
        );
        if sums.is_empty() {
            return;
        }
        each(y.chunks_mut(CHUNK).enumerate().collect(), |(chunk, y)| {
            for sum in &sums {
                y.iter_mut().zip(&sum[chunk * CHUNK..]).for_each(|(y, &s)| *y += s);
            }
        });
    }

    fn add_columns(&self, range: Range<usize>, x: &[T], y: &mut [T]) {
        clean();
        let y = &mut y[..self.rows()];
        for j in range {
            let (places, entries) = self.col(j);
            let x = x[j];
            for (&i, &a) in places.iter().zip(entries) {
                // SAFETY: places are below the number of rows, which is the length of y.
                let y = unsafe { y.get_unchecked_mut(i as usize) };
                *y += a * x;
            }
        }
    }

    /// `y = A'*x` (conjugated), with x of m and y of n numbers.
    ///
    /// # Panics
    /// When x or y has another length.
    pub fn adjoint_times_vector(&self, x: &[T], y: &mut [T]) {
        self.dots(x, y, |a| a.conjugate());
    }

    /// `y = A.'*x` (not conjugated), with x of m and y of n numbers.
    ///
    /// # Panics
    /// When x or y has another length.
    pub fn transposed_times_vector(&self, x: &[T], y: &mut [T]) {
        self.dots(x, y, |a| a);
    }

    fn dots(&self, x: &[T], y: &mut [T], f: impl Fn(T) -> T + Sync) {
        assert_eq!((x.len(), y.len()), (self.rows(), self.cols()), "lengths fit the matrix");
        let count = if self.nnz() < PARALLEL { 1 } else { threads() };
        let ranges = split(count, self.cols(), |j| self.starts()[j] as usize);
        each(divide(y, &ranges, |j| j), |(range, y)| {
            range.zip(y).for_each(|(j, y)| *y = dot(self.col(j), x, &f));
        });
    }
}

/// `Σ f(a)*x` over a column, in four sums that do not wait for one another.
#[inline(always)]
fn dot<T: Scalar>((places, entries): (&[u32], &[T]), x: &[T], f: impl Fn(T) -> T) -> T {
    // SAFETY: places are below the number of rows, which is the length of x, as the caller has asserted.
    let at = |i: u32| unsafe { *x.get_unchecked(i as usize) };
    let mut sums = [T::ZERO; 4];
    let (fours, last) = places.as_chunks::<4>();
    let (numbers, rest) = entries.as_chunks::<4>();
    for (i, a) in fours.iter().zip(numbers) {
        for l in 0..4 {
            sums[l] += f(a[l]) * at(i[l]);
        }
    }
    let tail: T = last.iter().zip(rest).map(|(&i, &a)| f(a) * at(i)).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}

pub(super) fn threads() -> usize {
    rayon::current_num_threads()
}

/// Both, at the same time when it is worth it.
fn rayon_join<A: Send, B: Send>(
    worth: bool,
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    if worth { rayon::join(a, b) } else { (a(), b()) }
}
