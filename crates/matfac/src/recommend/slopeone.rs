//! Slope one: an item's rating is another's plus how much higher it is rated on average.
//!
//! Lemire and Maclachlan (2005), "Slope one predictors for online rating-based collaborative filtering":
//! weighted (eq. 4.2.2), `Σ (d_ij + r_j) c_ij / Σ c_ij` over the items j the user rated, where c_ij users rated
//! both and d_ij is the mean of their differences; or not weighted, in the paper's form for dense ratings, the
//! user's mean plus the mean of d_ij. `O(Σ n²)` over the lengths n of the users' rows, and 12 bytes for each pair.

use super::FactorModel;
use super::baseline::{BaselineOptions, baseline};
use super::corated::{Corated, Sums, meet, room_for};
use super::fit::{Aim, Clip, Fit, Setting, check_ratings};
use super::ranking::top;
use super::recommender::{Axis, Ranked, Recommender, warm};
use crate::data::{Monitor, Ratings};
use crate::error::{Error, Result};
use std::sync::Arc;

/// How [`slopeone`] fits.
#[derive(Debug, Clone, PartialEq)]
pub struct SlopeOneOptions {
    /// Whether a difference counts as often as it was observed.
    pub weighted: bool,
    /// Most differences kept of each item, those observed most often; `None` is all, or as many as fit in a
    /// gigabyte.
    pub neighbours: Option<usize>,
    /// The range of predictions.
    pub clip: Clip,
}

impl Default for SlopeOneOptions {
    fn default() -> SlopeOneOptions {
        SlopeOneOptions { weighted: true, neighbours: None, clip: Clip::Observed }
    }
}

/// Memory that differences may take unless told otherwise.
const BYTES: usize = 1 << 30;

/// How much higher an item is rated than another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Position of the other.
    pub at: u32,
    /// Mean of the item's rating minus the other's.
    pub mean: f32,
    /// How many users rated both.
    pub count: f32,
}

/// A fitted slope one model.
#[derive(Debug, Clone)]
pub struct SlopeOne {
    /// How it was fitted.
    pub fit: Fit,
    /// Whether a difference counts as often as it was observed.
    pub weighted: bool,
    /// Mean and biases, where predictions of the unknown fall back to.
    pub base: Arc<FactorModel>,
    /// The differences of each item to the others, by ascending position.
    pub differences: Arc<Vec<Vec<Difference>>>,
}

/// Finds the mean differences of all pairs of items.
///
/// # Errors
/// When there is no rating, an option makes no sense, or the monitor interrupts.
pub fn slopeone(
    ratings: &Arc<Ratings>,
    options: &SlopeOneOptions,
    monitor: &Monitor,
) -> Result<SlopeOne> {
    check_ratings("slopeone", ratings)?;
    options.clip.check()?;
    if options.neighbours == Some(0) {
        return Err(Error::argument("neighbours", "neighbours must be at least 1"));
    }
    let quiet = monitor.quiet();
    let biases = BaselineOptions { clip: Clip::Off, ..Default::default() };
    let base = baseline(ratings, &biases, &quiet)?;
    let corated = Corated::new(Axis::Items, ratings, |_, _, r| r);
    let every: Vec<usize> = (0..ratings.items().len()).collect();
    let fits = room_for(every.len(), BYTES, size_of::<Difference>());
    let difference = |at: usize, sums: &Sums| {
        let mean = ((sums.x - sums.y) / sums.n) as f32;
        Some(Difference { at: at as u32, mean, count: sums.n as f32 })
    };
    let most = options.neighbours.unwrap_or(fits);
    let differences = corated.rows(&every, most, difference, |d| d.count, "slopeone", monitor)?;
    let fit = Fit {
        clip: options.clip.range(ratings),
        settings: vec![("weighted", Setting::Flag(options.weighted))],
        ..Fit::new("slopeone", Aim::Ratings, ratings.clone())
    };
    let (weighted, base) = (options.weighted, Arc::new(base));
    Ok(SlopeOne { fit, weighted, base, differences: Arc::new(differences) })
}

impl SlopeOne {
    /// Each rated item's difference to `item` and the user's rating of it.
    fn known(&self, user: usize, item: usize) -> Vec<(Difference, f64)> {
        let (rated, values) = self.seen().user_row(user);
        let mut known = Vec::new();
        meet(rated, &self.differences[item], |d| d.at, |n, d| known.push((*d, values[n])));
        known
    }

    fn user_mean(&self, user: usize) -> f64 {
        let values = self.seen().user_row(user).1;
        values.iter().sum::<f64>() / values.len() as f64
    }
}

impl Recommender for SlopeOne {
    fn fit(&self) -> &Fit {
        &self.fit
    }

    fn raw(&self, user: Option<usize>, item: Option<usize>) -> f64 {
        let (user, item) = warm(self.seen(), user, item);
        let (Some(u), Some(i)) = (user, item) else { return self.base.raw(user, item) };
        let known = self.known(u, i);
        if known.is_empty() {
            return if self.weighted { self.base.raw(user, item) } else { self.user_mean(u) };
        }
        if !self.weighted {
            let sum: f64 = known.iter().map(|(d, _)| f64::from(d.mean)).sum();
            return self.user_mean(u) + sum / known.len() as f64;
        }
        let total: f64 = known.iter().map(|(d, _)| f64::from(d.count)).sum();
        let term = |(d, r): &(Difference, f64)| f64::from(d.count) * (f64::from(d.mean) + r);
        known.iter().map(term).sum::<f64>() / total
    }

    /// Shares of the prediction's distance from the item's mean and biases' prediction.
    fn contributions(&self, user: usize, item: usize) -> Option<Vec<Ranked>> {
        let known = self.known(user, item);
        if known.is_empty() {
            return None;
        }
        let origin = self.base.raw(None, Some(item));
        let weight = |d: &Difference| if self.weighted { f64::from(d.count) } else { 1.0 };
        let total: f64 = known.iter().map(|(d, _)| weight(d)).sum();
        let start = self.user_mean(user);
        let share = |(d, r): &(Difference, f64)| {
            let from = if self.weighted { *r } else { start };
            let score = weight(d) * (f64::from(d.mean) + from - origin) / total;
            Ranked { position: d.at as usize, score }
        };
        Some(top(known.len(), known.iter().map(share)))
    }

    fn refitted(
        &self,
        seen: Arc<Ratings>,
        changed: &[usize],
        monitor: &Monitor,
    ) -> Result<Arc<dyn Recommender>> {
        let base = self.base.user_fit.refitted(&self.base, seen.clone(), changed, monitor)?;
        let fit = self.fit.over(&seen);
        Ok(Arc::new(SlopeOne { fit, base: Arc::new(base), ..self.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;

    /// The paper's picture: John rated three items, Mark two of them, Lucy two.
    fn rated() -> Arc<Ratings> {
        let n = f64::NAN;
        let a = Matrix::from_rows(&[&[5.0, 3.0, 2.0], &[3.0, 4.0, n], &[n, 2.0, 5.0], &[n; 3]]);
        Arc::new(Ratings::from_dense(&a).unwrap())
    }

    #[test]
    fn a_prediction_by_hand() {
        // Lucy and the first item: d to the second (2 - 1)/2 = 0.5 from two users, to the third 3 from one.
        let quiet = Monitor::default();
        let m = slopeone(&rated(), &SlopeOneOptions::default(), &quiet).unwrap();
        let expected = (2.0 * (2.0 + 0.5) + (5.0 + 3.0)) / 3.0;
        assert!((m.raw(Some(2), Some(0)) - expected).abs() < 1e-6);
        let shares = m.contributions(2, 0).unwrap();
        let sum: f64 = shares.iter().map(|r| r.score).sum();
        assert!((m.base.raw(None, Some(0)) + sum - expected).abs() < 1e-6);
        let options = SlopeOneOptions { weighted: false, ..Default::default() };
        let m = slopeone(&rated(), &options, &quiet).unwrap();
        assert!((m.raw(Some(2), Some(0)) - (3.5 + (0.5 + 3.0) / 2.0)).abs() < 1e-6);
        assert!(m.predict("4", "1").unwrap().cold_user && m.contributions(3, 0).is_none());
        let again = m.refitted(rated(), &[2], &quiet).unwrap();
        assert_eq!(again.raw(Some(2), Some(0)), m.raw(Some(2), Some(0)));
        let options = SlopeOneOptions { neighbours: Some(1), ..Default::default() };
        let m = slopeone(&rated(), &options, &quiet).unwrap();
        assert!((m.raw(Some(2), Some(0)) - 2.5).abs() < 1e-6);
        let options = SlopeOneOptions { neighbours: Some(0), ..options };
        assert!(slopeone(&rated(), &options, &quiet).is_err());
    }
}
