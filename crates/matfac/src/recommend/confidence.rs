//! Users of an implicit model when the items are given: how confident observations are, and what follows.
//!
//! Hu, Koren and Volinsky (2008), section 5: a user's factors are `W Σ c_j q_j` with
//! `W = (w Q'Q + Σ (c_j - w) q_j q_j' + λ_u)^-1`, so that each observation has a share `c_j q_i' W q_j` in the score
//! of item i. `O(n k² + k³)` for a user with n observations, and `O(items k²)` once.

use super::FactorModel;
use super::ials::IalsOptions;
use super::ranking::top;
use super::recommender::{Ranked, Recommender};
use super::ridge::solve_positive;
use crate::data::{Entries, Monitor, Ratings};
use crate::error::Result;
use crate::linalg::Matrix;

/// The weights and penalties of implicit least squares; see [`ials`](super::ials()).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    /// Penalty of a row of mean weight.
    pub lambda: f64,
    /// Confidence that a unit of weight adds to 1.
    pub alpha: f64,
    /// Weight of what was not observed.
    pub unobserved: f64,
    /// Exponent of the rows' weights in the penalty.
    pub nu: f64,
    /// Mean total weight of the users.
    pub user_weight: f64,
    /// Mean total weight of the items.
    pub item_weight: f64,
}

impl Confidence {
    pub(super) fn new(ratings: &Ratings, options: &IalsOptions) -> Confidence {
        let (users, items) = (ratings.users().len() as f64, ratings.items().len() as f64);
        let mut confidence = Confidence {
            lambda: options.lambda,
            alpha: options.alpha,
            unobserved: options.unobserved,
            nu: options.nu,
            user_weight: 1.0,
            item_weight: 1.0,
        };
        let whole = confidence.total(ratings.values(), users * items);
        confidence.user_weight = whole / users;
        confidence.item_weight = whole / items;
        confidence
    }

    /// Confidence of an observation of weight `r`; one of weight 0 is none.
    fn of(&self, r: f64) -> Option<f64> {
        (r > 0.0).then_some(1.0 + self.alpha * r)
    }

    /// The weights of everything, `pairs` of them, of which these were observed.
    fn total(&self, values: &[f64], pairs: f64) -> f64 {
        let more = values.iter().filter_map(|&r| self.of(r)).map(|c| c - self.unobserved);
        self.unobserved * pairs + more.sum::<f64>()
    }

    fn penalty(&self, values: &[f64], pairs: usize, mean: f64) -> f64 {
        if self.nu == 0.0 || mean <= 0.0 {
            return self.lambda;
        }
        self.lambda * (self.total(values, pairs as f64) / mean).powf(self.nu)
    }

    pub(super) fn user_lambdas(&self, ratings: &Ratings) -> Vec<f64> {
        self.lambdas(ratings.by_user(), ratings.items().len(), self.user_weight)
    }

    pub(super) fn item_lambdas(&self, ratings: &Ratings) -> Vec<f64> {
        self.lambdas(ratings.by_item(), ratings.users().len(), self.item_weight)
    }

    fn lambdas(&self, entries: &Entries, pairs: usize, mean: f64) -> Vec<f64> {
        let values = |n| &entries.data()[entries.indptr().outer_inds_sz(n)];
        (0..entries.outer_dims()).map(|n| self.penalty(values(n), pairs, mean)).collect()
    }

    /// What [`ials`](super::ials()) minimises, of a model with these weights. `O(nnz k + (users + items) k²)`.
    pub fn objective(&self, m: &FactorModel) -> f64 {
        let seen = m.seen();
        let score = |u, i| (0..m.k()).map(|f| m.p[(u, f)] * m.q[(i, f)]).sum::<f64>();
        let mut sum = 0.0;
        for (u, i, r) in seen.iter() {
            if let Some(c) = self.of(r) {
                let s: f64 = score(u, i);
                sum += c * (1.0 - s).powi(2) - self.unobserved * s * s;
            }
        }
        let (p, q) = (gram(&m.p), gram(&m.q));
        sum += self.unobserved * p.iter().zip(&q).map(|(x, y)| x * y).sum::<f64>();
        let square =
            |a: &Matrix, n: usize| (0..a.cols()).map(|f| a[(n, f)] * a[(n, f)]).sum::<f64>();
        let users = self.user_lambdas(seen).into_iter().enumerate();
        let items = self.item_lambdas(seen).into_iter().enumerate();
        sum + users.map(|(u, lambda)| lambda * square(&m.p, u)).sum::<f64>()
            + items.map(|(i, lambda)| lambda * square(&m.q, i)).sum::<f64>()
    }

    /// The gradient of [`Confidence::objective`] with respect to `p` and `q`.
    pub fn gradient(&self, m: &FactorModel) -> (Matrix, Matrix) {
        let (seen, k) = (m.seen(), m.k());
        let slope = |own: &Matrix, other: &Matrix, lambdas: Vec<f64>| {
            let whole = gram(other);
            Matrix::from_fn(own.rows(), k, |n, f| {
                let along: f64 = (0..k).map(|g| own[(n, g)] * whole[g * k + f]).sum();
                2.0 * (self.unobserved * along + lambdas[n] * own[(n, f)])
            })
        };
        let mut dp = slope(&m.p, &m.q, self.user_lambdas(seen));
        let mut dq = slope(&m.q, &m.p, self.item_lambdas(seen));
        for (u, i, r) in seen.iter() {
            let Some(c) = self.of(r) else { continue };
            let s: f64 = (0..k).map(|f| m.p[(u, f)] * m.q[(i, f)]).sum();
            let pull = 2.0 * (c * (s - 1.0) - self.unobserved * s);
            for f in 0..k {
                dp[(u, f)] += pull * m.q[(i, f)];
                dq[(i, f)] += pull * m.p[(u, f)];
            }
        }
        (dp, dq)
    }

    /// New factors of users `changed`, given the items of `m`.
    pub(super) fn fold(
        &self,
        m: &FactorModel,
        seen: &Ratings,
        changed: &[usize],
        p: &mut Matrix,
        monitor: &Monitor,
    ) -> Result<()> {
        let whole = gram(&m.q);
        for &u in changed {
            monitor.interrupt.check()?;
            let (mut a, mut b) = self.equations(m, seen.user_row(u), &whole);
            solve_positive(&mut a, &mut b);
            (0..m.k()).for_each(|f| p[(u, f)] = b[f]);
        }
        Ok(())
    }

    /// The normal equations of a user: the matrix, k×k, and the right side.
    fn equations(
        &self,
        m: &FactorModel,
        (items, values): (&[u32], &[f64]),
        whole: &[f64],
    ) -> (Vec<f64>, Vec<f64>) {
        let k = m.k();
        let mut a: Vec<f64> = whole.iter().map(|x| self.unobserved * x).collect();
        let mut b = vec![0.0; k];
        for (&i, &r) in items.iter().zip(values) {
            let Some(c) = self.of(r) else { continue };
            let y: Vec<f64> = (0..k).map(|f| m.q[(i as usize, f)]).collect();
            for (f, line) in a.chunks_exact_mut(k).enumerate() {
                let weight = (c - self.unobserved) * y[f];
                line.iter_mut().zip(&y).for_each(|(a, y)| *a += weight * y);
                b[f] += c * y[f];
            }
        }
        let lambda = self.penalty(values, m.items().len(), self.user_weight);
        (0..k).for_each(|f| a[f * k + f] += lambda);
        (a, b)
    }

    /// The share of each observation in the score of `item`, largest first.
    pub(super) fn shares(&self, m: &FactorModel, user: usize, item: usize) -> Option<Vec<Ranked>> {
        let seen = m.seen().user_row(user);
        if seen.0.is_empty() {
            return None;
        }
        let (mut a, _) = self.equations(m, seen, &gram(&m.q));
        let mut weights: Vec<f64> = (0..m.k()).map(|f| m.q[(item, f)]).collect();
        solve_positive(&mut a, &mut weights);
        let shares = seen.0.iter().zip(seen.1).map(|(&j, &r)| {
            let j = j as usize;
            let along: f64 = weights.iter().enumerate().map(|(f, w)| w * m.q[(j, f)]).sum();
            Ranked { position: j, score: self.of(r).unwrap_or(0.0) * along }
        });
        Some(top(seen.0.len(), shares))
    }
}

/// `A'A`, row after row.
fn gram(a: &Matrix) -> Vec<f64> {
    let k = a.cols();
    let mut sum = vec![0.0; k * k];
    for f in 0..k {
        for g in 0..=f {
            let dot = a.col(f).iter().zip(a.col(g)).map(|(x, y)| x * y).sum();
            sum[f * k + g] = dot;
            sum[g * k + f] = dot;
        }
    }
    sum
}
