//! What every recommender can do.
//!
//! Verbs that take text take labels: item `"318"` is the one labelled 318, not the one at position 318.

use super::accuracy::sum_over_users;
use super::fit::{Aim, Fit};
use super::ranking::top;
use super::{FactorModel, PackedFactors};
use crate::data::{Labels, Monitor, Ratings};
use crate::error::{Error, Result};
use crate::linalg::Matrix;
use rayon::prelude::*;
use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

/// A predicted rating.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The rating, clipped as the model says.
    pub value: f64,
    /// Whether the model knows no rating by this user, so that the value rests on the item alone.
    pub cold_user: bool,
    /// Whether the model knows no rating of this item, so that the value rests on the user alone.
    pub cold_item: bool,
}

/// An item (or user) found by a ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Its position among the labels, from 0.
    pub position: usize,
    /// Predicted rating, similarity or share.
    pub score: f64,
}

/// Rows or columns of the ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Rows.
    Users,
    /// Columns.
    Items,
}

/// A fitted model that predicts ratings or ranks items.
pub trait Recommender: Debug + Send + Sync {
    /// How it was fitted, with the ratings it knows.
    fn fit(&self) -> &Fit;

    /// The unclipped prediction for positions from 0; `None` and users or items without ratings fall
    /// back to what is left of the model: biases, then the mean; of a ranking, the share of users who
    /// have the item ([`popularity_of`]).
    fn raw(&self, user: Option<usize>, item: Option<usize>) -> f64;

    /// The unclipped predictions of all items for a user.
    fn scores(&self, user: usize) -> Vec<f64> {
        (0..self.items().len()).map(|i| self.raw(Some(user), Some(i))).collect()
    }

    /// [`Recommender::scores`] of several users, row after row, in single precision: for long rankings.
    ///
    /// `out` has `users.len()` × items numbers. It is called from several threads at once.
    fn score_rows(&self, users: Range<usize>, out: &mut [f32]) {
        let items = self.items().len().max(1);
        for (user, row) in users.zip(out.chunks_exact_mut(items)) {
            row.iter_mut().zip(self.scores(user)).for_each(|(x, score)| *x = score as f32);
        }
    }

    /// What is prepared once for the scores of many users; `None` where rows are as good.
    fn packed(&self) -> Option<PackedFactors<'_>> {
        None
    }

    /// The factor model it is, or stands on.
    fn factors(&self) -> Option<&FactorModel> {
        None
    }

    /// The `n` items (or users) most like the one at `position`, best first, without itself.
    ///
    /// # Errors
    /// When the model has no notion of similarity on that axis.
    fn similar_at(&self, axis: Axis, _position: usize, _n: usize) -> Result<Vec<Ranked>> {
        Err(no_similarity(self.fit().method, axis))
    }

    /// How much each item the user has rated adds to the score of `item`, largest first; what is left is
    /// the same for everybody. `None` when the model does not rest on what the user rated.
    fn contributions(&self, _user: usize, _item: usize) -> Option<Vec<Ranked>> {
        None
    }

    /// The model for `seen`, which has new users or new ratings by old ones: `changed` users are fitted
    /// anew to all their ratings while everything about items stays as it is.
    ///
    /// `seen` has the same items; its users begin with those the model knows.
    ///
    /// # Errors
    /// When the monitor interrupts.
    fn refitted(
        &self,
        seen: Arc<Ratings>,
        changed: &[usize],
        monitor: &Monitor,
    ) -> Result<Arc<dyn Recommender>>;

    /// The ratings it knows, with the labels of users and items.
    fn seen(&self) -> &Ratings {
        &self.fit().seen
    }

    /// The range predictions are cut off to.
    fn limits(&self) -> Option<(f64, f64)> {
        self.fit().clip
    }

    /// The users' labels.
    fn users(&self) -> &Labels {
        self.seen().users()
    }

    /// The items' labels.
    fn items(&self) -> &Labels {
        self.seen().items()
    }

    /// The prediction for positions from 0; `None` is a user or item the data does not have.
    fn predict_at(&self, user: Option<usize>, item: Option<usize>) -> Prediction {
        Prediction {
            value: clipped(self.raw(user, item), self.limits()),
            cold_user: user.is_none_or(|u| self.seen().user_row(u).0.is_empty()),
            cold_item: item.is_none_or(|i| self.seen().item_col(i).0.is_empty()),
        }
    }

    /// The prediction for labels.
    ///
    /// # Errors
    /// [`crate::Error::UnknownLabel`], with the nearest labels.
    fn predict(&self, user: &str, item: &str) -> Result<Prediction> {
        let (user, item) = (self.users().find("user", user)?, self.items().find("item", item)?);
        Ok(self.predict_at(Some(user), Some(item)))
    }

    /// The prediction for labels, of which either may be new: that is flagged, not refused.
    fn predict_new(&self, user: &str, item: &str) -> Prediction {
        self.predict_at(self.users().position(user), self.items().position(item))
    }

    /// The `n` items with the highest predictions for the user at a position, best first.
    ///
    /// Items nobody rated are left out, and those the user rated too when `exclude_seen`. The order is
    /// that of the unclipped predictions; of equal ones the earlier item comes first.
    fn recommend_at(&self, user: usize, n: usize, exclude_seen: bool) -> Vec<Ranked> {
        self.recommend_among(user, n, exclude_seen, &self.items_with(1))
    }

    /// The items that at least so many users rated.
    fn items_with(&self, ratings: usize) -> Vec<usize> {
        let enough = |i: &usize| self.seen().item_col(*i).0.len() >= ratings;
        (0..self.items().len()).filter(enough).collect()
    }

    /// [`Recommender::recommend_at`] with the items to choose from, which may be such as nobody rated.
    fn recommend_among(
        &self,
        user: usize,
        n: usize,
        exclude_seen: bool,
        items: &[usize],
    ) -> Vec<Ranked> {
        let seen = self.seen().user_row(user).0;
        let scores = self.scores(user);
        let is_open = |i: &&usize| !exclude_seen || seen.binary_search(&(**i as u32)).is_err();
        let open = items.iter().filter(is_open);
        let mut ranked = top(n, open.map(|&position| Ranked { position, score: scores[position] }));
        ranked.iter_mut().for_each(|r| r.score = clipped(r.score, self.limits()));
        ranked
    }

    /// The `n` items with the highest predictions for the user labelled `user`, best first.
    ///
    /// # Errors
    /// [`crate::Error::UnknownLabel`], with the nearest labels.
    fn recommend(&self, user: &str, n: usize, exclude_seen: bool) -> Result<Vec<Ranked>> {
        Ok(self.recommend_at(self.users().find("user", user)?, n, exclude_seen))
    }

    /// The `n` items most like the one labelled `item`, best first, without itself.
    ///
    /// # Errors
    /// As [`Recommender::similar_at`]; [`crate::Error::UnknownLabel`], with the nearest labels.
    fn similar_items(&self, item: &str, n: usize) -> Result<Vec<Ranked>> {
        self.similar_at(Axis::Items, self.items().find("item", item)?, n)
    }

    /// The `n` users most like the one labelled `user`, best first, without itself.
    ///
    /// # Errors
    /// As [`Recommender::similar_at`]; [`crate::Error::UnknownLabel`], with the nearest labels.
    fn similar_users(&self, user: &str, n: usize) -> Result<Vec<Ranked>> {
        self.similar_at(Axis::Users, self.users().find("user", user)?, n)
    }

    /// The predictions of every pair, users×items, clipped.
    ///
    /// # Errors
    /// [`crate::Error::TooLarge`] when they do not fit in memory; [`crate::Error::Interrupted`].
    fn predictions(&self, monitor: &Monitor) -> Result<Matrix> {
        let (users, items) = (self.users().len(), self.items().len());
        let mut all = Matrix::filled(users, items, 0.0)?;
        self.seen().by_item();
        for first in (0..users).step_by(64) {
            monitor.interrupt.check()?;
            let some = first..(first + 64).min(users);
            let rows: Vec<Vec<f64>> =
                some.clone().into_par_iter().map(|u| self.scores(u)).collect();
            for i in 0..items {
                let column = &mut all.col_mut(i)[some.clone()];
                let scores = rows.iter().map(|row| clipped(row[i], self.limits()));
                column.iter_mut().zip(scores).for_each(|(x, score)| *x = score);
            }
        }
        Ok(all)
    }

    /// What the fit minimised, at the end of it; `None` for models that are computed at once.
    fn objective(&self) -> Option<f64> {
        self.fit().history.last().map(|epoch| epoch.objective)
    }

    /// Root mean square error over the ratings it knows, unclipped; `None` for a ranking.
    ///
    /// # Errors
    /// [`crate::Error::Interrupted`].
    fn train_rmse(&self, monitor: &Monitor) -> Result<Option<f64>> {
        if self.fit().aim == Aim::Ranking {
            return Ok(None);
        }
        let seen = self.seen();
        seen.by_item();
        let squares = sum_over_users(seen.users().len(), monitor, |u| {
            let (items, values) = seen.user_row(u);
            let error = |(&i, r): (&u32, &f64)| r - self.raw(Some(u), Some(i as usize));
            items.iter().zip(values).map(|pair| error(pair).powi(2)).sum()
        })?;
        Ok(Some((squares / seen.nnz() as f64).sqrt()))
    }
}

/// The user and the item of a pair, those without ratings left out: there a model falls back.
pub(super) fn warm(
    seen: &Ratings,
    user: Option<usize>,
    item: Option<usize>,
) -> (Option<usize>, Option<usize>) {
    let user = user.filter(|&u| !seen.user_row(u).0.is_empty());
    (user, item.filter(|&i| !seen.item_col(i).0.is_empty()))
}

/// A value within limits.
pub(super) fn clipped(value: f64, limits: Option<(f64, f64)>) -> f64 {
    limits.map_or(value, |(low, high)| value.max(low).min(high))
}

/// The share of users who have an item: what a ranking falls back to for users it does not know.
pub fn popularity_of(ratings: &Ratings, item: Option<usize>) -> f64 {
    let users = ratings.users().len().max(1) as f64;
    item.map_or(0.0, |i| ratings.item_col(i).0.len() as f64 / users)
}

pub(super) fn no_similarity(method: &str, axis: Axis) -> Error {
    let what = if axis == Axis::Users { "users" } else { "items" };
    let message = format!("a {method} model does not compare {what}");
    Error::argument_hint("m", message, "als, ials, knn and itemknn do")
}
