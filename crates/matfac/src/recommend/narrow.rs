//! A factor model in single precision while stochastic descent works on it.
//!
//! A step of descent is far coarser than the rounding.

use super::factors::{Factors, Side};
use super::fit::Epoch;
use super::line::{Line, prefetch};
use super::rows::{Rows, dot};
use super::widest::widest;
use crate::data::Ratings;
use rayon::prelude::*;

/// How many ratings ahead rows are fetched into the cache: the time of a few steps hides a miss.
pub(super) const AHEAD: usize = 4;

/// Biases and factors of both sides, the latter in single precision.
#[derive(Debug, Clone)]
pub(super) struct Narrow {
    /// Where predictions start.
    pub(super) start: f64,
    pub(super) user_bias: Vec<f64>,
    pub(super) item_bias: Vec<f64>,
    pub(super) users: Rows,
    pub(super) items: Rows,
}

impl Narrow {
    pub(super) fn of(k: usize, start: f64, users: &Side, items: &Side) -> Narrow {
        Narrow {
            start,
            user_bias: users.bias.clone(),
            item_bias: items.bias.clone(),
            users: Rows::of(&users.factors, users.bias.len(), k),
            items: Rows::of(&items.factors, items.bias.len(), k),
        }
    }

    /// The same in double precision.
    pub(super) fn widened(self) -> Factors {
        let side = |bias, rows: &Rows| Side { bias, factors: rows.numbers() };
        Factors {
            k: self.users.k,
            start: self.start,
            users: side(self.user_bias, &self.users),
            items: side(self.item_bias, &self.items),
        }
    }

    /// The sum of squared errors, users' factors being the rows of `users`.
    pub(super) fn squares(&self, users: &Rows, ratings: &Ratings) -> f64 {
        let row = |u: usize| row_squares(self, users.row(u), u, ratings.user_row(u));
        let count = ratings.users().len();
        let rows: Vec<f64> = (0..count).into_par_iter().with_min_len(16).map(row).collect();
        rows.iter().sum()
    }

    /// The objective of [`super::FactorModel::objective`] and the train error, for factors that pay once for each rating.
    pub(super) fn assess(&self, ratings: &Ratings, lambda: f64, bias_lambda: f64) -> Epoch {
        self.assess_as(&self.users, ratings, lambda, bias_lambda)
    }

    /// [`Narrow::assess`] where the users' factors are the rows of `effective` while those of `users` pay.
    pub(super) fn assess_as(
        &self,
        effective: &Rows,
        ratings: &Ratings,
        lambda: f64,
        bias_lambda: f64,
    ) -> Epoch {
        let squares = self.squares(effective, ratings);
        // Descent pays for a bias at each of its ratings too.
        let paid_by = |x: &[f64], count: &dyn Fn(usize) -> usize| {
            x.iter().enumerate().map(|(n, x)| count(n) as f64 * x * x).sum::<f64>()
        };
        let (of_user, of_item) = (|u| ratings.user_row(u).0.len(), |i| ratings.item_col(i).0.len());
        let users = self.users.squares().into_iter().enumerate();
        let items = self.items.squares().into_iter().enumerate();
        let paid = users.map(|(u, s)| s * ratings.user_row(u).0.len() as f64).sum::<f64>()
            + items.map(|(i, s)| s * ratings.item_col(i).0.len() as f64).sum::<f64>();
        let biases = paid_by(&self.user_bias, &of_user) + paid_by(&self.item_bias, &of_item);
        let objective = squares + lambda * paid + bias_lambda * biases;
        Epoch { objective, rmse: Some((squares / ratings.nnz() as f64).sqrt()), held_out: None }
    }
}

widest! {
/// The sum of squared errors of a user with factors `p`.
fn row_squares(model: &Narrow, p: &[Line], u: usize, rated: (&[u32], &[f64])) -> f64 {
    let start = model.start + model.user_bias[u];
    let mut sum = 0.0;
    for (n, (&i, &r)) in rated.0.iter().zip(rated.1).enumerate() {
        if let Some(&next) = rated.0.get(n + AHEAD) {
            prefetch(model.items.row(next as usize));
        }
        let i = i as usize;
        let e = r - (start + model.item_bias[i]) - f64::from(dot(p, model.items.row(i)));
        sum += e * e;
    }
    sum
}
}
