//! `A'*A` of a sparse matrix as a linear map that reads the matrix once.
//!
//! Row after row, `y = a*x` is taken and `a'*y` added to the result, so that the image A*x is never stored and each entry
//! is fetched once for both products. The rows are divided into parts with about equally many entries, each with a result
//! of its own; their number is fixed, so that the bits do not depend on the threads. Several vectors are interleaved, so
//! that an entry meets all of them in one cache line. Cost: 4·nnz flops a vector.

use crate::error::Result;
use crate::linalg::simd::{clean, widened};
use crate::linalg::sparse::Entry;
use crate::linalg::{Dense, Operator, Scalar, Sparse};
use rayon::prelude::*;
use std::ops::Range;

/// Parts of the rows.
const PARTS: usize = 4;

/// The map.
pub(super) struct SparseGram<'a, T> {
    /// Its columns are the rows of A.
    rows: &'a Sparse<T>,
    /// Whether the rows of A are the conjugates of these columns.
    conjugated: bool,
    /// 1 over the square of what A is divided by.
    factor: f64,
    parts: Vec<Range<usize>>,
}

impl<'a, T: Scalar + Entry> SparseGram<'a, T> {
    /// Of A, divided by `scale`, whose rows are the columns of `rows`, or their conjugates.
    pub fn new(rows: &'a Sparse<T>, conjugated: bool, scale: f64) -> SparseGram<'a, T> {
        let (starts, count) = (rows.starts(), rows.cols());
        let share = rows.nnz().div_ceil(PARTS).max(1);
        let bound = |k: usize| starts.partition_point(|&s| (s as usize) < k * share).min(count);
        let bounds: Vec<usize> =
            (0..=PARTS).map(|k| if k == PARTS { count } else { bound(k) }).collect();
        let parts = bounds.windows(2).map(|w| w[0]..w[1].max(w[0])).collect();
        SparseGram { rows, conjugated, factor: 1.0 / scale / scale, parts }
    }

    /// The part of the result that these rows give, for B interleaved vectors.
    fn part<const B: usize>(&self, rows: Range<usize>, x: &[T]) -> Vec<T> {
        clean();
        let mut z = vec![T::ZERO; x.len()];
        let (x, out) = (x.as_chunks::<B>().0, z.as_chunks_mut::<B>().0);
        add_rows(self, rows, x, out);
        z
    }

    fn interleaved<const B: usize>(&self, x: &[T]) -> Vec<T> {
        let run = |rows: &Range<usize>| self.part::<B>(rows.clone(), x);
        let parts: Vec<Vec<T>> = match self.rows.nnz() < 1 << 15 {
            true => self.parts.iter().map(run).collect(),
            false => self.parts.par_iter().map(run).collect(),
        };
        let mut parts = parts.into_iter();
        let mut total = parts.next().unwrap_or_default();
        for part in parts {
            total.iter_mut().zip(part).for_each(|(t, x)| *t += x);
        }
        total
    }

    /// Of B columns.
    fn columns<const B: usize>(&self, x: &[T], y: &mut [T]) {
        let n = self.rows.rows();
        if B == 1 {
            y.copy_from_slice(&self.interleaved::<1>(x));
            return;
        }
        let mut mixed = vec![T::ZERO; x.len()];
        for (i, group) in mixed.chunks_exact_mut(B).enumerate() {
            for (l, place) in group.iter_mut().enumerate() {
                *place = x[l * n + i];
            }
        }
        for (i, group) in self.interleaved::<B>(&mixed).chunks_exact(B).enumerate() {
            for (l, &value) in group.iter().enumerate() {
                y[l * n + i] = value;
            }
        }
    }
}

widened! {
    /// Adds what these rows give, for W interleaved vectors.
    fn add_rows<T, const W>(
        gram: &SparseGram<'_, T>,
        rows: Range<usize>,
        x: &[[T; W]],
        out: &mut [[T; W]]
    ) {
        for i in rows {
            let (places, entries) = gram.rows.col(i);
            let mut y = [T::ZERO; W];
            for (&j, &a) in places.iter().zip(entries) {
                let a = if gram.conjugated { a.conjugate() } else { a };
                for (y, &x) in y.iter_mut().zip(&x[j as usize]) {
                    *y += a * x;
                }
            }
            let y = y.map(|y| y.scaled(gram.factor));
            for (&j, &a) in places.iter().zip(entries) {
                let a = if gram.conjugated { a } else { a.conjugate() };
                for (z, &y) in out[j as usize].iter_mut().zip(&y) {
                    *z += a * y;
                }
            }
        }
    }
}

impl<T: Scalar + Entry> Operator<T> for SparseGram<'_, T> {
    fn rows(&self) -> usize {
        self.rows.rows()
    }

    fn cols(&self) -> usize {
        self.rows.rows()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.columns::<1>(x, y);
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.apply(x, y)
    }

    fn apply_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        let (n, total) = (self.rows.rows(), x.cols());
        let mut first = 0;
        while first < total {
            let width = match total - first {
                8.. => 8,
                4.. => 4,
                2.. => 2,
                _ => 1,
            };
            let range = first * n..(first + width) * n;
            let (x, y) = (&x.as_slice()[range.clone()], &mut y.as_mut_slice()[range]);
            match width {
                8 => self.columns::<8>(x, y),
                4 => self.columns::<4>(x, y),
                2 => self.columns::<2>(x, y),
                _ => self.columns::<1>(x, y),
            }
            first += width;
        }
        Ok(())
    }

    fn apply_adjoint_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        self.apply_block(x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{Random, c64, product};

    #[test]
    fn one_pass_equals_two_products() {
        let mut r = Random::seeded(5);
        let full = Dense::from_fn(40, 23, |_, _| match r.uniform() < 0.3 {
            true => c64::new(r.normal(), r.normal()),
            false => c64::ZERO,
        });
        let a = Sparse::from_dense(&full).unwrap();
        let x = Dense::from_fn(23, 15, |_, _| c64::new(r.normal(), r.normal()));
        let image = product::times(&full, false, &x, false).unwrap();
        let expected = product::times(&full, true, &image, false).unwrap();
        let (rows, columns) = (a.transposed(), a.adjoint());
        for map in [SparseGram::new(&rows, false, 2.0), SparseGram::new(&columns, true, 2.0)] {
            let mut y = Dense::zeros(23, 15);
            map.apply_block(&x, &mut y).unwrap();
            let pairs = y.as_slice().iter().zip(expected.as_slice());
            assert!(pairs.map(|(y, e)| (y.scaled(4.0) - *e).modulus()).fold(0.0, f64::max) < 1e-12);
        }
    }
}
