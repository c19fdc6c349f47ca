//! The parameters of a factor model while they are being fitted: each row's factors contiguous.
//!
//! Sums over ratings are taken per row in parallel and added in row order, so that their bits do not
//! depend on the number of threads.

use super::fit::{Epoch, Fit};
use super::fold::UserFit;
use super::widest::widest;
use super::{FactorModel, Penalty};
use crate::data::{Entries, Ratings};
use crate::linalg::{Matrix, Random};
use rayon::prelude::*;

/// One side of the model: a bias and k factors for each row.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub(super) bias: Vec<f64>,
    /// k numbers for each row, row after row.
    pub(super) factors: Vec<f64>,
}

impl Side {
    pub(super) fn zeros(rows: usize, k: usize) -> Side {
        Side { bias: vec![0.0; rows], factors: vec![0.0; rows * k] }
    }

    pub(super) fn random(rows: usize, k: usize, scale: f64, random: &mut Random) -> Side {
        let factors = (0..rows * k).map(|_| scale * random.normal()).collect();
        Side { bias: vec![0.0; rows], factors }
    }

    /// The rows of a matrix, rows×k.
    pub(super) fn of(bias: &[f64], factors: &Matrix) -> Side {
        let k = factors.cols();
        let mut rows = vec![0.0; bias.len() * k];
        for f in 0..k {
            factors.col(f).iter().enumerate().for_each(|(n, x)| rows[n * k + f] = *x);
        }
        Side { bias: bias.to_vec(), factors: rows }
    }

    pub(super) fn row(&self, n: usize, k: usize) -> &[f64] {
        &self.factors[n * k..(n + 1) * k]
    }
}

/// Both sides, and where predictions start.
#[derive(Debug, Clone)]
pub(super) struct Factors {
    pub(super) k: usize,
    /// The mean rating with biases, else 0.
    pub(super) start: f64,
    pub(super) users: Side,
    pub(super) items: Side,
}

/// The inner product, in eight sums that a processor takes side by side.
#[inline(always)]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
    for (a, b) in a.zip(b) {
        for n in 0..8 {
            sums[n] += a[n] * b[n];
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    rest + (((a + b) + (c + d)) + ((e + f) + (g + h)))
}

widest! {
/// The sum of squared errors of a user.
fn row_squares(model: &Factors, u: usize, rated: (&[u32], &[f64])) -> f64 {
    let (k, p) = (model.k, model.users.row(u, model.k));
    let start = model.start + model.users.bias[u];
    let mut sum = 0.0;
    for (&i, r) in rated.0.iter().zip(rated.1) {
        let i = i as usize;
        let e = r - (start + model.items.bias[i] + dot(p, model.items.row(i, k)));
        sum += e * e;
    }
    sum
}
}

impl Factors {
    #[inline(always)]
    pub(super) fn value(&self, u: usize, i: usize) -> f64 {
        let latent = dot(self.users.row(u, self.k), self.items.row(i, self.k));
        self.start + self.users.bias[u] + self.items.bias[i] + latent
    }

    /// The sum of squared errors.
    pub(super) fn squares(&self, ratings: &Ratings) -> f64 {
        let rows: Vec<f64> = (0..ratings.users().len())
            .into_par_iter()
            .with_min_len(64)
            .map(|u| row_squares(self, u, ratings.user_row(u)))
            .collect();
        rows.iter().sum()
    }

    /// Rows without ratings get zeros instead of a random start, which nothing would ever correct.
    pub(super) fn forget_unrated(&mut self, ratings: &Ratings) {
        let k = self.k;
        for (side, entries) in
            [(&mut self.users, ratings.by_user()), (&mut self.items, ratings.by_item())]
        {
            for n in (0..side.bias.len()).filter(|&n| row_len(entries, n) == 0) {
                side.factors[n * k..(n + 1) * k].fill(0.0);
            }
        }
    }

    /// The objective of [`FactorModel::objective`] and the train error.
    pub(super) fn assess(&self, ratings: &Ratings, penalty: &Penalty) -> Epoch {
        let squares = self.squares(ratings);
        let mut objective = squares;
        let sides = [
            (&self.users, ratings.by_user(), penalty.user_bias),
            (&self.items, ratings.by_item(), penalty.item_bias),
        ];
        for (side, entries, bias_lambda) in sides {
            let weight = |n| if penalty.weighted_biases { row_len(entries, n) as f64 } else { 1.0 };
            let biases = side.bias.iter().enumerate().map(|(n, b)| weight(n) * b * b);
            objective += bias_lambda * biases.sum::<f64>();
            if self.k == 0 {
                continue;
            }
            for (n, row) in side.factors.chunks_exact(self.k).enumerate() {
                let weight = if penalty.weighted { row_len(entries, n) as f64 } else { 1.0 };
                objective += penalty.factors * weight * dot(row, row);
            }
        }
        let rmse = Some((squares / ratings.nnz() as f64).sqrt());
        Epoch { objective, rmse, held_out: None }
    }

    /// The finished model.
    pub(super) fn finish(self, fit: Fit, biases: bool, penalty: Penalty) -> FactorModel {
        let by_columns = |side: &Side| {
            Matrix::from_fn(side.bias.len(), self.k, |n, f| side.factors[n * self.k + f])
        };
        FactorModel {
            mean: fit.seen.mean().unwrap_or(0.0),
            biases,
            p: by_columns(&self.users),
            q: by_columns(&self.items),
            user_bias: self.users.bias,
            item_bias: self.items.bias,
            penalty,
            user_fit: UserFit::Ridge,
            fit,
        }
    }
}

/// Number of ratings of row (or column) `n`.
pub(super) fn row_len(entries: &Entries, n: usize) -> usize {
    entries.indptr().outer_inds_sz(n).len()
}
