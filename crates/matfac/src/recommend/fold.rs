//! New ratings in a fitted factor model: users' parameters when those of the items are given.
//!
//! Folding in after Berry, Dumais and O'Brien (1995); explanations after Hu, Koren and Volinsky (2008),
//! "Collaborative filtering for implicit feedback datasets", section 5: the prediction is linear in what the
//! user rated, so that each rating has a share in it.

use super::FactorModel;
use super::bpr::Pairs;
use super::confidence::Confidence;
use super::factors::{Side, dot};
use super::fit::{Aim, Setting};
use super::ranking::top;
use super::recommender::{Ranked, Recommender};
use super::ridge::{Ridge, Room, RowSolver, solve_positive};
use crate::data::{Monitor, Ratings};
use crate::error::Result;
use crate::linalg::Matrix;
use std::sync::Arc;

/// How a user's parameters follow from the ratings when those of the items are given.
#[derive(Debug, Clone, PartialEq)]
pub enum UserFit {
    /// The least regularised squared error over the user's ratings, with the model's penalty.
    Ridge,
    /// The same around `|N|^-½ Σ y_j` over the rated items N: the rows of the matrix, items×k.
    Implied(Arc<Matrix>),
    /// The least weighted squared error over all items, those not observed included.
    Confidence(Confidence),
    /// Observed items above others, by descent over sampled pairs.
    Pairs(Pairs),
    /// As `Ridge`, with factors at or above zero.
    NonNegative,
}

impl UserFit {
    /// The model with users `changed` fitted anew to `seen`; see [`Recommender::refitted`].
    pub(super) fn refitted(
        &self,
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
            UserFit::Confidence(weights) => weights.fold(m, &seen, changed, &mut p, monitor)?,
            UserFit::Pairs(pairs) => pairs.fold(m, &seen, changed, &mut p, monitor)?,
            UserFit::Ridge | UserFit::Implied(_) | UserFit::NonNegative => {
                let mut items = Side::of(&m.item_bias, &m.q);
                let mut room = room_for(m);
                for &u in changed {
                    monitor.interrupt.check()?;
                    room.right.fill(0.0);
                    let rated = seen.user_row(u).0;
                    let implied = self.implied(m.k(), rated);
                    shift(m, &mut items, rated, &implied);
                    let ridge = ridge_of(m, &seen, &items);
                    ridge.row(u, &mut room);
                    rated.iter().for_each(|&j| items.bias[j as usize] = m.item_bias[j as usize]);
                    (0..m.k()).for_each(|f| p[(u, f)] = room.right[f] + implied[f]);
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
        &self,
        m: &FactorModel,
        user: usize,
        item: usize,
    ) -> Option<Vec<Ranked>> {
        match self {
            UserFit::Confidence(weights) => return weights.shares(m, user, item),
            UserFit::Pairs(_) => return spread(m, user, item),
            UserFit::Ridge | UserFit::Implied(_) | UserFit::NonNegative => {}
        }
        let (rated, values) = m.seen().user_row(user);
        let (k, bias) = (m.k(), has_bias(m));
        if rated.is_empty() || (k == 0 && !bias) || m.fit.aim == Aim::Ranking {
            return None;
        }
        let items = Side::of(&m.item_bias, &m.q);
        let ridge = ridge_of(m, m.seen(), &items);
        let mut room = room_for(m);
        let slopes = self.slopes(m, rated);
        ridge.normal_equations(user, &mut room);
        // What is held at zero has no part in the prediction: a vanishing pivot drops it.
        let held = |f: usize| *self == UserFit::NonNegative && f < k && m.p[(user, f)] == 0.0;
        let size = room.right.len();
        for f in (0..size).filter(|&f| held(f)) {
            room.gram[f * size..f * size + f + 1].fill(0.0);
            (f..size).for_each(|g| room.gram[g * size + f] = 0.0);
        }
        // (x_i' A⁻¹) x_j t_j for the features x of the item and of each rated one.
        let feature = |i: usize| {
            let row = items.row(i, k).iter().copied();
            row.chain(bias.then_some(1.0)).collect::<Vec<f64>>()
        };
        let mut weights = feature(item);
        solve_positive(&mut room.gram, &mut weights);
        let weight = |j: usize| feature(j).iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>();
        // What is implied adds itself to the score, and takes itself from what the ridge has to explain.
        let mut open = items.row(item, k).to_vec();
        for &j in rated {
            let w = weight(j as usize);
            open.iter_mut().zip(items.row(j as usize, k)).for_each(|(x, q)| *x -= w * q);
        }
        let shares = rated.iter().zip(values).zip(&slopes).map(|((&j, r), slope)| {
            let j = j as usize;
            let target = r - ridge.start - items.bias[j];
            let score = target * weight(j) + dot(slope, &open);
            Ranked { position: j, score }
        });
        Some(top(rated.len(), shares))
    }

    /// What each rated item adds to a user's factors by being rated.
    fn slopes(&self, m: &FactorModel, rated: &[u32]) -> Vec<Vec<f64>> {
        let scale = 1.0 / (rated.len().max(1) as f64).sqrt();
        let slope = |&j: &u32| match self {
            UserFit::Implied(y) => (0..m.k()).map(|f| scale * y[(j as usize, f)]).collect(),
            _ => vec![0.0; m.k()],
        };
        rated.iter().map(slope).collect()
    }

    /// What all rated items together add to a user's factors by being rated.
    fn implied(&self, k: usize, rated: &[u32]) -> Vec<f64> {
        let scale = 1.0 / (rated.len().max(1) as f64).sqrt();
        match self {
            UserFit::Implied(y) => {
                (0..k).map(|f| rated.iter().map(|&j| scale * y[(j as usize, f)]).sum()).collect()
            }
            _ => vec![0.0; k],
        }
    }
}

/// The shares where no linear equation leads from what was taken to the user's factors: these are written as the
/// combination of those of the taken items that is nearest to them, `p ≈ Σ w_j q_j`, and item j's share is
/// `w_j q_j · q_i`.
fn spread(m: &FactorModel, user: usize, item: usize) -> Option<Vec<Ranked>> {
    let (rated, k) = (m.seen().user_row(user).0, m.k());
    if rated.is_empty() {
        return None;
    }
    let items = Side::of(&m.item_bias, &m.q);
    let mut gram = vec![0.0; k * k];
    for &j in rated {
        let q = items.row(j as usize, k);
        for a in 0..k {
            gram[a * k..=a * k + a].iter_mut().zip(q).for_each(|(g, x)| *g += q[a] * x);
        }
    }
    // Fewer items than factors leave directions open.
    let trace: f64 = (0..k).map(|a| gram[a * k + a]).sum();
    (0..k).for_each(|a| gram[a * k + a] += 1e-6 * trace.max(f64::MIN_POSITIVE));
    let mut weights: Vec<f64> = (0..k).map(|f| m.p[(user, f)]).collect();
    solve_positive(&mut gram, &mut weights);
    let wanted = items.row(item, k);
    let shares = rated.iter().map(|&j| {
        let q = items.row(j as usize, k);
        Ranked { position: j as usize, score: dot(q, &weights) * dot(q, wanted) }
    });
    Some(top(rated.len(), shares))
}

/// Moves the biases of rated items by what a user's implied factors already explain.
fn shift(m: &FactorModel, items: &mut Side, rated: &[u32], implied: &[f64]) {
    for &j in rated {
        let j = j as usize;
        items.bias[j] = m.item_bias[j] + dot(items.row(j, m.k()), implied);
    }
}

/// Whether each user has a bias of its own.
fn has_bias(m: &FactorModel) -> bool {
    m.biases && !m.fit.settings.contains(&("biases", Setting::Flag(false)))
}

fn ridge_of<'a>(m: &'a FactorModel, seen: &'a Ratings, items: &'a Side) -> Ridge<'a> {
    Ridge {
        entries: seen.by_user(),
        other: items,
        k: m.k(),
        start: if m.biases { m.mean } else { 0.0 },
        penalty: &m.penalty,
        bias_lambda: m.penalty.user_bias,
        solver: match m.user_fit {
            UserFit::NonNegative => RowSolver::NonNegative,
            _ => RowSolver::Cholesky,
        },
    }
}

fn room_for(m: &FactorModel) -> Room {
    Room::new(m.k() + usize::from(has_bias(m)))
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
