//! The parameters of a factor model while they are being fitted: each row's factors contiguous.
//!
//! Sums over ratings are taken per row in parallel and added in row order, so that their bits do not
//! depend on the number of threads.

use super::{Clip, Epoch, FactorModel, Penalty};
use crate::data::{Entries, Ratings};
use crate::error::{Error, Result};
use crate::linalg::{Matrix, Random};
use rayon::prelude::*;
use std::sync::Arc;

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

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

impl Factors {
    pub(super) fn value(&self, u: usize, i: usize) -> f64 {
        let latent = dot(self.users.row(u, self.k), self.items.row(i, self.k));
        self.start + self.users.bias[u] + self.items.bias[i] + latent
    }

    /// The objective of [`FactorModel::objective`] and the train error.
    pub(super) fn assess(&self, ratings: &Ratings, penalty: &Penalty) -> Epoch {
        let rows: Vec<f64> = (0..ratings.users().len())
            .into_par_iter()
            .with_min_len(64)
            .map(|u| {
                let (items, values) = ratings.user_row(u);
                let errors = items.iter().zip(values);
                errors.map(|(&i, r)| (r - self.value(u, i as usize)).powi(2)).sum()
            })
            .collect();
        let squares: f64 = rows.iter().sum();
        let mut objective = squares;
        let sides = [
            (&self.users, ratings.by_user(), penalty.user_bias),
            (&self.items, ratings.by_item(), penalty.item_bias),
        ];
        for (side, entries, bias_lambda) in sides {
            objective += bias_lambda * dot(&side.bias, &side.bias);
            if self.k == 0 {
                continue;
            }
            for (n, row) in side.factors.chunks_exact(self.k).enumerate() {
                let weight = if penalty.weighted { row_len(entries, n) as f64 } else { 1.0 };
                objective += penalty.factors * weight * dot(row, row);
            }
        }
        Epoch { objective, rmse: (squares / ratings.nnz() as f64).sqrt(), held_out: None }
    }

    /// The finished model; `clip` is resolved against the ratings' scale.
    pub(super) fn finish(
        self,
        method: &'static str,
        ratings: Arc<Ratings>,
        clip: Clip,
    ) -> FactorModel {
        let k = self.k;
        let by_columns =
            |side: &Side| Matrix::from_fn(side.bias.len(), k, |n, f| side.factors[n * k + f]);
        FactorModel {
            method,
            mean: ratings.mean().unwrap_or(0.0),
            biases: self.start != 0.0,
            p: by_columns(&self.users),
            q: by_columns(&self.items),
            user_bias: self.users.bias,
            item_bias: self.items.bias,
            clip: match clip {
                Clip::Observed => ratings.scale(),
                Clip::Off => None,
                Clip::To(low, high) => Some((low, high)),
            },
            seen: ratings,
            penalty: Penalty { factors: 0.0, user_bias: 0.0, item_bias: 0.0, weighted: false },
            history: Vec::new(),
            converged: true,
            starts: Vec::new(),
            seed: 0,
        }
    }
}

/// Number of ratings of row (or column) `n`.
pub(super) fn row_len(entries: &Entries, n: usize) -> usize {
    entries.indptr().outer_inds_sz(n).len()
}

/// Refuses what no fit can work with; the number of factors it may have.
///
/// More factors than users or items add nothing, so that is the most `k` may be; without a `k` it is
/// `usual`, or that most when it is less.
pub(super) fn check_fit(
    method: &'static str,
    ratings: &Ratings,
    k: Option<usize>,
    usual: usize,
    clip: Clip,
) -> Result<usize> {
    if ratings.nnz() == 0 {
        return Err(Error::argument("R", format!("{method} needs ratings; there is none")));
    }
    if let Clip::To(low, high) = clip
        && (low.is_nan() || high.is_nan() || low > high)
    {
        let message = format!("clip needs a lower and an upper limit; [{low} {high}] is not that");
        return Err(Error::argument("clip", message));
    }
    let (users, items) = (ratings.users().len(), ratings.items().len());
    let most = users.min(items);
    match k {
        None => Ok(usual.min(most)),
        Some(0) => {
            let message = format!("{method} needs k ≥ 1 factors; k is 0");
            Err(Error::argument_hint("k", message, "baseline fits biases alone"))
        }
        Some(k) if k > most => {
            let message = format!("k is {k}, more than {users} users × {items} items allow");
            Err(Error::argument_hint("k", message, format!("k can be at most {most}")))
        }
        Some(k) => Ok(k),
    }
}

/// Refuses a parameter that is negative, NaN or infinite.
pub(super) fn check_non_negative(name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(Error::argument(name, format!("{name} must be a number ≥ 0; it is {value}")))
}

/// Refuses an iteration limit of zero.
pub(super) fn check_iterations(max_iter: usize) -> Result<()> {
    if max_iter > 0 {
        return Ok(());
    }
    Err(Error::argument("maxiter", "maxiter must be at least 1"))
}
