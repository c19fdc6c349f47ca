//! A side of a factor model as ridge regressions on the other side, one for each row.
//!
//! Row `n` minimises `Σ (r - start - b_i - b_n - p·q_i)² + λ w ‖p‖² + λ_b b_n²` over its ratings, by Cholesky of
//! the normal equations: `O(nnz k² + rows k³)`. Rows are solved in parallel and do not depend on one another.

use super::Penalty;
use super::factors::Side;
use crate::data::{Entries, Interrupt};
use rayon::prelude::*;

/// The ridge regressions of all rows of one side.
pub(super) struct Ridge<'a> {
    pub(super) entries: &'a Entries,
    pub(super) other: &'a Side,
    pub(super) k: usize,
    pub(super) start: f64,
    pub(super) penalty: &'a Penalty,
    pub(super) bias_lambda: f64,
}

impl Ridge<'_> {
    /// Solves every row of `own` given the other side.
    ///
    /// After an interrupt the rows that were not reached keep what they had.
    pub(super) fn solve(&self, own: &mut Side, biases: bool, interrupt: &Interrupt) {
        let rows = own.factors.par_chunks_exact_mut(self.k).zip(own.bias.par_iter_mut());
        let size = self.k + usize::from(biases);
        rows.enumerate().with_min_len(8).for_each_init(
            || (vec![0.0; size * size], vec![0.0; size], vec![0.0; 4 * size]),
            |(gram, right, features), (n, (factors, bias))| {
                // Polled in every row, so that a long half step ends within the time of a few rows.
                if !interrupt.is_set() {
                    self.row(n, gram, right, features);
                    factors.copy_from_slice(&right[..self.k]);
                    if biases {
                        *bias = right[self.k];
                    }
                }
            },
        );
    }

    /// Leaves the solution of row `n` in `right`: the factors, then the bias.
    pub(super) fn row(&self, n: usize, gram: &mut [f64], right: &mut [f64], features: &mut [f64]) {
        if self.normal_equations(n, gram, right, features) {
            solve_positive(gram, right);
        }
    }

    /// The normal equations of row `n`, lower triangle; whether it has ratings.
    pub(super) fn normal_equations(
        &self,
        n: usize,
        gram: &mut [f64],
        right: &mut [f64],
        features: &mut [f64],
    ) -> bool {
        let (k, size) = (self.k, right.len());
        gram.fill(0.0);
        right.fill(0.0);
        let range = self.entries.indptr().outer_inds_sz(n);
        let count = range.len();
        if count == 0 {
            return false;
        }
        let (items, values) = (&self.entries.indices()[range.clone()], &self.entries.data()[range]);
        // Four ratings at a time: the Gram matrix is then read and written a quarter as often.
        for (items, values) in items.chunks(4).zip(values.chunks(4)) {
            features.fill(0.0);
            let mut targets = [0.0; 4];
            for (n, (&i, rating)) in items.iter().zip(values).enumerate() {
                let x = &mut features[n * size..(n + 1) * size];
                x[..k].copy_from_slice(self.other.row(i as usize, k));
                x[k..].fill(1.0);
                targets[n] = rating - self.start - self.other.bias[i as usize];
            }
            let (x01, x23) = features.split_at(2 * size);
            let ((x0, x1), (x2, x3)) = (x01.split_at(size), x23.split_at(size));
            for a in 0..size {
                let w = [x0[a], x1[a], x2[a], x3[a]];
                right[a] += (0..4).map(|n| w[n] * targets[n]).sum::<f64>();
                let line = &mut gram[a * size..a * size + a + 1];
                let columns = x0.iter().zip(x1).zip(x2.iter().zip(x3));
                for (g, ((y0, y1), (y2, y3))) in line.iter_mut().zip(columns) {
                    *g += (w[0] * y0 + w[1] * y1) + (w[2] * y2 + w[3] * y3);
                }
            }
        }
        let weight = if self.penalty.weighted { count as f64 } else { 1.0 };
        for a in 0..size {
            let lambda = if a < k { weight * self.penalty.factors } else { self.bias_lambda };
            gram[a * size + a] += lambda;
        }
        true
    }
}

/// Solves `A x = b` by Cholesky in the lower triangle of the row-major `a`; `b` becomes `x`.
///
/// Without a penalty `A` may be singular (fewer ratings than factors). A vanishing pivot then drops
/// its unknown, which picks one of the minimisers.
pub(super) fn solve_positive(a: &mut [f64], b: &mut [f64]) {
    let n = b.len();
    for j in 0..n {
        let scale = a[j * n + j];
        let (above, rest) = a.split_at_mut(j * n);
        for (m, row) in above.chunks_exact(n).enumerate() {
            let sum: f64 = rest[..m].iter().zip(row).map(|(x, y)| x * y).sum();
            rest[m] = if row[m] > 0.0 { (rest[m] - sum) / row[m] } else { 0.0 };
        }
        let pivot = rest[j] - rest[..j].iter().map(|x| x * x).sum::<f64>();
        rest[j] = if pivot > 1e-13 * scale { pivot.sqrt() } else { 0.0 };
    }
    for j in 0..n {
        let row = &a[j * n..j * n + j + 1];
        let sum: f64 = row[..j].iter().zip(&b[..j]).map(|(x, y)| x * y).sum();
        b[j] = if row[j] > 0.0 { (b[j] - sum) / row[j] } else { 0.0 };
    }
    for j in (0..n).rev() {
        let row = &a[j * n..j * n + j + 1];
        let x = if row[j] > 0.0 { b[j] / row[j] } else { 0.0 };
        b[j] = x;
        b[..j].iter_mut().zip(row).for_each(|(b, l)| *b -= l * x);
    }
}
