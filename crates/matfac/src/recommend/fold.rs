//! New ratings in a fitted factor model: users' parameters when those of the items are given.
//!
//! Folding in after Berry, Dumais and O'Brien (1995); explanations after Hu, Koren and Volinsky (2008),
//! "Collaborative filtering for implicit feedback datasets", section 5: the prediction is linear in what the
//! user rated, so that each rating has a share in it.

use super::FactorModel;
use super::factors::Side;
use super::fit::Aim;
use super::ranking::top;
use super::recommender::{Ranked, Recommender};
use super::ridge::{Ridge, solve_positive};
use crate::data::{Monitor, Ratings};
use crate::error::Result;
use crate::linalg::Matrix;
use std::sync::Arc;

/// How a user's parameters follow from the ratings when those of the items are given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum UserFit {
    /// The least regularised squared error over the user's ratings, with the model's penalty.
    Ridge,
}

impl UserFit {
    /// The model with users `changed` fitted anew to `seen`; see [`Recommender::refitted`].
    pub(super) fn refitted(
        self,
        m: &FactorModel,
        seen: Arc<Ratings>,
        changed: &[usize],
        monitor: &Monitor,
    ) -> Result<FactorModel> {
        let users = seen.users().len();
        let mut p =
            Matrix::from_fn(users, m.k(), |u, f| if u < m.p.rows() { m.p[(u, f)] } else { 0.0 });
        let mut user_bias = m.user_bias.clone();
        user_bias.resize(users, 0.0);
        let fit = m.fit.over(&seen);
        match self {
            UserFit::Ridge => {
                let items = Side::of(&m.item_bias, &m.q);
                let ridge = ridge_of(m, &seen, &items);
                let mut room = Room::new(m);
                for &u in changed {
                    monitor.interrupt.check()?;
                    room.right.fill(0.0);
                    ridge.row(u, &mut room.gram, &mut room.right, &mut room.features);
                    (0..m.k()).for_each(|f| p[(u, f)] = room.right[f]);
                    if has_bias(m) {
                        user_bias[u] = room.right[m.k()];
                    }
                }
            }
        }
        Ok(FactorModel { fit, p, user_bias, ..m.clone() })
    }

    /// The share of each rated item in the score of `item`, largest first.
    pub(super) fn contributions(
        self,
        m: &FactorModel,
        user: usize,
        item: usize,
    ) -> Option<Vec<Ranked>> {
        let (rated, values) = m.seen().user_row(user);
        let (k, bias) = (m.k(), has_bias(m));
        if rated.is_empty() || (k == 0 && !bias) || m.fit.aim == Aim::Ranking {
            return None;
        }
        let items = Side::of(&m.item_bias, &m.q);
        let ridge = ridge_of(m, m.seen(), &items);
        let mut room = Room::new(m);
        ridge.normal_equations(user, &mut room.gram, &mut room.right, &mut room.features);
        // (x_i' A⁻¹) x_j t_j for the features x of the item and of each rated one.
        let feature = |i: usize| {
            let row = items.row(i, k).iter().copied();
            row.chain(bias.then_some(1.0)).collect::<Vec<f64>>()
        };
        let mut weights = feature(item);
        solve_positive(&mut room.gram, &mut weights);
        let shares = rated.iter().zip(values).map(|(&j, r)| {
            let j = j as usize;
            let target = r - ridge.start - items.bias[j];
            let score = target * feature(j).iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>();
            Ranked { position: j, score }
        });
        Some(top(rated.len(), shares))
    }
}

/// Whether each user has a bias of its own.
fn has_bias(m: &FactorModel) -> bool {
    m.biases && !m.user_bias.iter().all(|b| *b == 0.0)
}

fn ridge_of<'a>(m: &'a FactorModel, seen: &'a Ratings, items: &'a Side) -> Ridge<'a> {
    Ridge {
        entries: seen.by_user(),
        other: items,
        k: m.k(),
        start: if m.biases { m.mean } else { 0.0 },
        penalty: &m.penalty,
        bias_lambda: m.penalty.user_bias,
    }
}

/// What the solution of one row works in.
struct Room {
    gram: Vec<f64>,
    right: Vec<f64>,
    features: Vec<f64>,
}

impl Room {
    fn new(m: &FactorModel) -> Room {
        let size = m.k() + usize::from(has_bias(m));
        Room { gram: vec![0.0; size * size], right: vec![0.0; size], features: vec![0.0; 4 * size] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recommend::{AlsOptions, als};

    /// Four users of two tastes, with biases.
    fn fitted(biases: bool) -> FactorModel {
        let n = f64::NAN;
        let a = Matrix::from_rows(&[
            &[5.0, 4.0, 1.0, n],
            &[4.0, 5.0, n, 2.0],
            &[1.0, n, 5.0, 4.0],
            &[n, 1.0, 4.0, 5.0],
        ]);
        let options = AlsOptions {
            k: Some(2),
            lambda: Some(0.1),
            biases,
            tol: 1e-12,
            max_iter: 5000,
            ..Default::default()
        };
        als(&Arc::new(Ratings::from_dense(&a).unwrap()), &options, &Monitor::default()).unwrap()
    }

    #[test]
    fn a_user_fitted_anew_to_the_same_ratings_stays() {
        for biases in [false, true] {
            let m = fitted(biases);
            let again =
                m.user_fit.refitted(&m, m.fit.seen.clone(), &[0, 2], &Monitor::default()).unwrap();
            for u in [0, 2] {
                for f in 0..2 {
                    assert!((m.p[(u, f)] - again.p[(u, f)]).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn shares_add_up_to_the_prediction() {
        for biases in [false, true] {
            let m = fitted(biases);
            let sum: f64 = m.contributions(0, 3).unwrap().iter().map(|r| r.score).sum();
            let rest = if biases { m.mean + m.item_bias[3] } else { 0.0 };
            assert!((rest + sum - m.raw(Some(0), Some(3))).abs() < 1e-4);
        }
    }
}
