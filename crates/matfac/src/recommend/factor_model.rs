//! The latent factor model that most recommenders are.
//!
//! A rating is predicted as `mean + b_u + b_i + p_u · q_i` (Koren, Bell and Volinsky 2009, "Matrix
//! factorization techniques for recommender systems", eq. 4), or `p_u · q_i` when fitted without
//! biases. One prediction costs `O(k)`, a ranking `O(items · k)`.

use super::fit::{Aim, Fit};
use super::fold::UserFit;
use super::packed::PackedFactors;
use super::ranking::top;
use super::recommender::{Axis, Ranked, Recommender, no_similarity, popularity_of, warm};
use crate::data::{Monitor, Ratings};
use crate::error::Result;
use crate::linalg::Matrix;
use std::ops::Range;
use std::sync::Arc;

/// What a fit pays for large parameters; see [`FactorModel::objective`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    /// λ of the factors.
    pub factors: f64,
    /// λ of the users' biases.
    pub user_bias: f64,
    /// λ of the items' biases.
    pub item_bias: f64,
    /// Whether a row's factors pay once for each of its ratings (Zhou et al. 2008) instead of once.
    pub weighted: bool,
    /// Whether its bias does too, as in stochastic descent.
    pub weighted_biases: bool,
}

/// A latent factor model fitted to ratings; without factors (k = 0) it is a bias model.
#[derive(Debug, Clone)]
pub struct FactorModel {
    /// How it was fitted.
    pub fit: Fit,
    /// Mean of the ratings.
    pub mean: f64,
    /// Whether predictions start from the mean and the biases.
    pub biases: bool,
    /// How much higher than the mean each user rates; zeros without biases.
    pub user_bias: Vec<f64>,
    /// How much higher than the mean each item is rated; zeros without biases.
    pub item_bias: Vec<f64>,
    /// User factors, users×k.
    pub p: Matrix,
    /// Item factors, items×k.
    pub q: Matrix,
    /// What the fit minimised besides the squared errors.
    pub penalty: Penalty,
    /// How a user's parameters follow from ratings when those of the items are given.
    pub user_fit: UserFit,
}

impl FactorModel {
    /// Number of factors.
    pub fn k(&self) -> usize {
        self.p.cols()
    }

    /// What a ranking gives an item that nobody has: no factors, and the bias of the least popular.
    fn least_bias(&self) -> f64 {
        self.item_bias.iter().fold(0.0, |least, bias| bias.min(least))
    }

    fn value(&self, u: usize, i: usize) -> f64 {
        let start =
            if self.biases { self.mean + self.user_bias[u] + self.item_bias[i] } else { 0.0 };
        start + (0..self.k()).map(|f| self.p[(u, f)] * self.q[(i, f)]).sum::<f64>()
    }

    /// What a fit of ratings minimised: `Σ e² + λ (Σ w_u ‖p_u‖² + Σ w_i ‖q_i‖²) + λ_U Σ b_u² + λ_I Σ b_i²`
    /// over the observed ratings, where the weights are 1, or the number of ratings of the row when
    /// weighted.
    ///
    /// Of an implicit model, what [`ials`](super::ials()) minimises.
    pub fn objective(&self) -> f64 {
        if let UserFit::Confidence(confidence) = &self.user_fit {
            return confidence.objective(self);
        }
        let errors: f64 = self.seen().iter().map(|(u, i, r)| (r - self.value(u, i)).powi(2)).sum();
        let bias_weight = |n: usize| if self.penalty.weighted_biases { n as f64 } else { 1.0 };
        let of_user = |u| bias_weight(self.seen().user_row(u).0.len());
        let of_item = |i| bias_weight(self.seen().item_col(i).0.len());
        let mut factors = 0.0;
        for f in 0..self.k() {
            factors +=
                weighted_sum(self.p.col(f), |u| self.weight(self.seen().user_row(u).0.len()));
            factors +=
                weighted_sum(self.q.col(f), |i| self.weight(self.seen().item_col(i).0.len()));
        }
        errors
            + self.penalty.factors * factors
            + self.penalty.user_bias * weighted_sum(&self.user_bias, of_user)
            + self.penalty.item_bias * weighted_sum(&self.item_bias, of_item)
    }

    fn weight(&self, ratings: usize) -> f64 {
        if self.penalty.weighted { ratings as f64 } else { 1.0 }
    }

    /// The gradient of [`FactorModel::objective`] with respect to `p` and `q`: `-2 e q + 2 λ p`, summed.
    pub fn gradient(&self) -> (Matrix, Matrix) {
        if let UserFit::Confidence(confidence) = &self.user_fit {
            return confidence.gradient(self);
        }
        let lambda = self.penalty.factors;
        let mut dp = Matrix::from_fn(self.p.rows(), self.k(), |u, f| {
            2.0 * lambda * self.weight(self.seen().user_row(u).0.len()) * self.p[(u, f)]
        });
        let mut dq = Matrix::from_fn(self.q.rows(), self.k(), |i, f| {
            2.0 * lambda * self.weight(self.seen().item_col(i).0.len()) * self.q[(i, f)]
        });
        for (u, i, r) in self.seen().iter() {
            let e = r - self.value(u, i);
            for f in 0..self.k() {
                dp[(u, f)] -= 2.0 * e * self.q[(i, f)];
                dq[(i, f)] -= 2.0 * e * self.p[(u, f)];
            }
        }
        (dp, dq)
    }

    /// The largest difference between [`FactorModel::gradient`] and central differences of
    /// [`FactorModel::objective`], relative to the largest slope; at most 200 parameters, evenly chosen, are
    /// looked at. `None` when it was not squared errors that were minimised.
    pub fn gradient_error(&self) -> Option<f64> {
        if matches!(self.user_fit, UserFit::Pairs(_) | UserFit::Implied(_)) {
            return None;
        }
        let (dp, dq) = self.gradient();
        let mut m = self.clone();
        let (mut worst, mut steepest) = (0.0f64, 0.0f64);
        for (is_user, slopes) in [(true, dp), (false, dq)] {
            let stride = slopes.as_slice().len().div_ceil(100).max(1);
            for at in (0..slopes.as_slice().len()).step_by(stride) {
                let mut moved = |to: f64| {
                    let side = if is_user { &mut m.p } else { &mut m.q };
                    side.as_mut_slice()[at] = to;
                    m.objective()
                };
                let side = if is_user { &self.p } else { &self.q };
                let here = side.as_slice()[at];
                // The objective is a polynomial of the fourth degree: the best step is far above rounding.
                let step = 1e-4 * here.abs().max(1e-2);
                let slope = (moved(here + step) - moved(here - step)) / (2.0 * step);
                moved(here);
                worst = worst.max((slope - slopes.as_slice()[at]).abs());
                steepest = steepest.max(slope.abs()).max(slopes.as_slice()[at].abs());
            }
        }
        Some(worst / steepest.max(1.0))
    }
}

impl Recommender for FactorModel {
    fn fit(&self) -> &Fit {
        &self.fit
    }

    fn factors(&self) -> Option<&FactorModel> {
        Some(self)
    }

    fn packed(&self) -> Option<PackedFactors<'_>> {
        Some(PackedFactors::new(self))
    }

    fn score_rows(&self, users: Range<usize>, out: &mut [f32]) {
        PackedFactors::new(self).rows(users, out);
    }

    /// By cosine of the factors; items (or users) without ratings are left out.
    fn similar_at(&self, axis: Axis, position: usize, n: usize) -> Result<Vec<Ranked>> {
        if self.k() == 0 {
            return Err(no_similarity(self.fit.method, axis));
        }
        Ok(match axis {
            Axis::Items => {
                most_similar(&self.q, position, n, |i| !self.seen().item_col(i).0.is_empty())
            }
            Axis::Users => {
                most_similar(&self.p, position, n, |u| !self.seen().user_row(u).0.is_empty())
            }
        })
    }

    fn objective(&self) -> Option<f64> {
        // Held-out ratings are known, but were not fitted to; of SVD++ only the sum of its factors is kept.
        let held_out = self.fit.history.last().is_some_and(|epoch| epoch.held_out.is_some());
        if !held_out && !matches!(self.user_fit, UserFit::Pairs(_) | UserFit::Implied(_)) {
            return Some(FactorModel::objective(self));
        }
        self.fit.history.last().map(|epoch| epoch.objective)
    }

    fn contributions(&self, user: usize, item: usize) -> Option<Vec<Ranked>> {
        self.user_fit.contributions(self, user, item)
    }

    fn refitted(
        &self,
        seen: Arc<Ratings>,
        changed: &[usize],
        monitor: &Monitor,
    ) -> Result<Arc<dyn Recommender>> {
        Ok(Arc::new(self.user_fit.refitted(self, seen, changed, monitor)?))
    }

    fn raw(&self, user: Option<usize>, item: Option<usize>) -> f64 {
        let (user, item) = warm(self.seen(), user, item);
        match (user, item) {
            (Some(u), Some(i)) => self.value(u, i),
            (Some(_), None) if self.fit.aim == Aim::Ranking => self.least_bias(),
            _ if self.fit.aim == Aim::Ranking => popularity_of(self.seen(), item),
            // Without biases they are zeros, which leaves the mean.
            _ => {
                self.mean
                    + user.map_or(0.0, |u| self.user_bias[u])
                    + item.map_or(0.0, |i| self.item_bias[i])
            }
        }
    }

    fn scores(&self, user: usize) -> Vec<f64> {
        if self.seen().user_row(user).0.is_empty() {
            return (0..self.items().len()).map(|i| self.raw(None, Some(i))).collect();
        }
        let start = if self.biases { self.mean + self.user_bias[user] } else { 0.0 };
        let mut scores: Vec<f64> = self.item_bias.iter().map(|b| start + b).collect();
        for f in 0..self.k() {
            let weight = self.p[(user, f)];
            scores.iter_mut().zip(self.q.col(f)).for_each(|(s, q)| *s += weight * q);
        }
        for (i, score) in scores.iter_mut().enumerate() {
            if self.seen().item_col(i).0.is_empty() {
                *score = self.raw(Some(user), Some(i));
            }
        }
        scores
    }
}

fn weighted_sum(x: &[f64], weight: impl Fn(usize) -> f64) -> f64 {
    x.iter().enumerate().map(|(n, v)| weight(n) * v * v).sum()
}

fn most_similar(
    factors: &Matrix,
    chosen: usize,
    n: usize,
    known: impl Fn(usize) -> bool,
) -> Vec<Ranked> {
    let mut dots = vec![0.0; factors.rows()];
    let mut squares = vec![0.0; factors.rows()];
    for f in 0..factors.cols() {
        let column = factors.col(f);
        for (i, &x) in column.iter().enumerate() {
            dots[i] += x * column[chosen];
            squares[i] += x * x;
        }
    }
    let cosine = |i: usize| {
        let lengths = (squares[i] * squares[chosen]).sqrt();
        if lengths > 0.0 { dots[i] / lengths } else { 0.0 }
    };
    let others = (0..factors.rows()).filter(|&i| i != chosen && known(i));
    top(n, others.map(|position| Ranked { position, score: cosine(position) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn model() -> FactorModel {
        let nan = f64::NAN;
        let a = Matrix::from_rows(&[&[3.0, nan, 4.0, nan], &[nan, 5.0, 1.0, nan], &[nan; 4]]);
        FactorModel {
            fit: Fit {
                clip: Some((1.0, 5.0)),
                ..Fit::new("als", Aim::Ratings, Arc::new(Ratings::from_dense(&a).unwrap()))
            },
            mean: 3.5,
            biases: true,
            user_bias: vec![-0.2, 0.3, 0.0],
            item_bias: vec![0.1, 0.1, -0.4, 0.0],
            p: Matrix::from_rows(&[&[1.0, 0.5], &[0.0, 1.0], &[0.0, 0.0]]),
            q: Matrix::from_rows(&[&[0.2, 0.6], &[0.2, 0.6], &[-0.2, -0.6], &[0.0, 0.0]]),
            penalty: Penalty {
                factors: 0.1,
                user_bias: 1.0,
                item_bias: 2.0,
                weighted: true,
                weighted_biases: false,
            },
            user_fit: UserFit::Ridge,
        }
    }

    #[test]
    fn the_formula_and_its_cold_fall_backs() {
        let m = model();
        let warm = m.predict("1", "1").unwrap();
        assert!((warm.value - 3.9).abs() < 1e-12 && !warm.cold_user && !warm.cold_item);
        let user = m.predict("3", "1").unwrap();
        assert!((user.value - 3.6).abs() < 1e-12 && user.cold_user && !user.cold_item);
        let new = m.predict_new("99", "1");
        assert_eq!((new.value, new.cold_user), (user.value, true));
        let item = m.predict("1", "4").unwrap();
        assert!((item.value - 3.3).abs() < 1e-12 && item.cold_item && !item.cold_user);
        assert_eq!(m.predict_new("x", "y").value, 3.5);
        assert!(matches!(m.predict("1", "7"), Err(Error::UnknownLabel { axis: "item", .. })));
    }

    #[test]
    fn rankings_mask_the_seen_and_break_ties_by_position() {
        let m = model();
        let positions = |r: Vec<Ranked>| r.iter().map(|r| r.position).collect::<Vec<_>>();
        assert_eq!(positions(m.recommend("1", 9, false).unwrap()), [0, 1, 2]);
        assert_eq!(positions(m.recommend("1", 9, true).unwrap()), [1]);
        assert_eq!(positions(m.recommend("3", 2, true).unwrap()), [0, 1]);
        assert!(m.recommend("1", 0, true).unwrap().is_empty());
        assert_eq!(positions(m.similar_items("1", 5).unwrap()), [1, 2]);
        assert!((m.similar_items("1", 5).unwrap()[1].score + 1.0).abs() < 1e-12);
        for u in 0..3 {
            for (i, score) in m.scores(u).into_iter().enumerate() {
                assert!((score - m.raw(Some(u), Some(i))).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_gradient_is_that_of_the_objective() {
        let mut m = model();
        let (dp, dq) = m.gradient();
        let h = 1e-6;
        for (u, f) in [(0, 0), (1, 1)] {
            m.p[(u, f)] += h;
            let up = m.objective();
            m.p[(u, f)] -= 2.0 * h;
            let slope = (up - m.objective()) / (2.0 * h);
            m.p[(u, f)] += h;
            assert!((slope - dp[(u, f)]).abs() < 1e-6);
        }
        m.q[(2, 1)] += h;
        let up = m.objective();
        m.q[(2, 1)] -= 2.0 * h;
        assert!(((up - m.objective()) / (2.0 * h) - dq[(2, 1)]).abs() < 1e-6);
    }
}
