//! What any recommender has to beat: the mean rating, or the mean plus a bias of each user and item.
//!
//! Koren (2010), "Factor in the neighbors: scalable and accurate collaborative filtering", section 2.1:
//! `b_i = Σ (r - mean - b_u) / (λ_I + n_i)` and the same for users, alternating until they settle, which
//! minimises `Σ (r - mean - b_u - b_i)² + λ_U Σ b_u² + λ_I Σ b_i²`. `O(nnz)` per iteration.

use super::factors::{Factors, Side};
use super::fit::{
    Aim, Clip, Epoch, Fit, Setting, check_finite, check_iterations, check_non_negative,
    check_ratings,
};
use super::{FactorModel, Penalty};
use crate::data::{End, Entries, Monitor, Ratings, Step};
use crate::error::Result;
use std::sync::Arc;

/// How [`baseline`] fits. The penalties are about the number of ratings at which a bias is believed
/// by half.
#[derive(Debug, Clone, PartialEq)]
pub struct BaselineOptions {
    /// Whether to fit biases; without them every prediction is the mean.
    pub biases: bool,
    /// Penalty λ_U of the users' biases.
    pub user_lambda: f64,
    /// Penalty λ_I of the items' biases.
    pub item_lambda: f64,
    /// Stop when an iteration lowers the objective by less than this fraction.
    pub tol: f64,
    /// Most iterations.
    pub max_iter: usize,
    /// The range of predictions.
    pub clip: Clip,
}

impl Default for BaselineOptions {
    fn default() -> BaselineOptions {
        BaselineOptions {
            biases: true,
            user_lambda: 3.0,
            item_lambda: 3.0,
            tol: 1e-9,
            max_iter: 100,
            clip: Clip::Observed,
        }
    }
}

/// Fits the mean and, unless they are turned off, biases: a [`FactorModel`] without factors.
///
/// # Errors
/// When there is no rating, an option makes no sense, or the monitor interrupts.
pub fn baseline(
    ratings: &Arc<Ratings>,
    options: &BaselineOptions,
    monitor: &Monitor,
) -> Result<FactorModel> {
    check_ratings("baseline", ratings)?;
    options.clip.check()?;
    check_non_negative("user_lambda", options.user_lambda)?;
    check_non_negative("item_lambda", options.item_lambda)?;
    check_non_negative("tol", options.tol)?;
    check_iterations(options.max_iter)?;
    let penalty = Penalty {
        factors: 0.0,
        user_bias: options.user_lambda,
        item_bias: options.item_lambda,
        weighted: false,
        weighted_biases: false,
    };
    let mut factors = Factors {
        k: 0,
        start: ratings.mean().unwrap_or(0.0),
        users: Side::zeros(ratings.users().len(), 0),
        items: Side::zeros(ratings.items().len(), 0),
    };
    let mut history: Vec<Epoch> = vec![];
    let mut end = if options.biases { End::Limit } else { End::Converged };
    while end == End::Limit && history.len() < options.max_iter {
        let Factors { start, users, items, .. } = &mut factors;
        update(ratings.by_item(), &mut items.bias, &users.bias, *start, options.item_lambda);
        update(ratings.by_user(), &mut users.bias, &items.bias, *start, options.user_lambda);
        let epoch = factors.assess(ratings, &penalty);
        let (iteration, objective) = (history.len() + 1, epoch.objective);
        check_finite("baseline", objective)?;
        let drop = history.last().map_or(f64::INFINITY, |e| e.objective - objective);
        history.push(epoch);
        let step = Step { task: "baseline", iteration, max_iter: options.max_iter, objective };
        if drop <= options.tol.max(4.0 * f64::EPSILON) * objective {
            end = End::Converged;
        }
        if !monitor.goes_on(step) {
            end = End::Interrupted;
        }
    }
    if !options.biases {
        history.push(factors.assess(ratings, &penalty));
    }
    let mut settings = vec![("biases", Setting::Flag(options.biases))];
    if options.biases {
        settings.push(("user_lambda", Setting::Number(options.user_lambda)));
        settings.push(("item_lambda", Setting::Number(options.item_lambda)));
    }
    let fit = Fit {
        clip: options.clip.range(ratings),
        settings,
        ..Fit::new("baseline", Aim::Ratings, ratings.clone()).iterated(history, end, 0)
    };
    // The mean is where predictions start in both cases, hence `biases`.
    Ok(factors.finish(fit, true, penalty))
}

fn update(entries: &Entries, own: &mut [f64], other: &[f64], start: f64, lambda: f64) {
    for (bias, row) in own.iter_mut().zip(entries.outer_iterator()) {
        if row.nnz() == 0 {
            continue;
        }
        let rests =
            row.indices().iter().zip(row.data()).map(|(&i, r)| r - start - other[i as usize]);
        *bias = rests.sum::<f64>() / (lambda + row.nnz() as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;
    use crate::recommend::Recommender;

    fn rated() -> Arc<Ratings> {
        let nan = f64::NAN;
        let a = Matrix::from_rows(&[&[5.0, 3.0, nan], &[4.0, nan, 1.0], &[nan, 2.0, 1.0]]);
        Arc::new(Ratings::from_dense(&a).unwrap())
    }

    #[test]
    fn the_biases_minimise_the_objective() {
        let options = BaselineOptions { tol: 1e-15, ..Default::default() };
        let mut m = baseline(&rated(), &options, &Monitor::default()).unwrap();
        assert!(
            m.fit.converged()
                && m.fit.history.windows(2).all(|w| w[1].objective <= w[0].objective + 1e-12)
        );
        let least = m.objective();
        assert!((least - m.fit.starts[0]).abs() < 1e-12);
        for n in 0..3 {
            for step in [1e-3, -1e-3] {
                m.user_bias[n] += step;
                assert!(m.objective() > least);
                m.user_bias[n] -= step;
                m.item_bias[n] += step;
                assert!(m.objective() > least);
                m.item_bias[n] -= step;
            }
        }
    }

    #[test]
    fn without_biases_everything_is_the_mean() {
        let options = BaselineOptions { biases: false, ..Default::default() };
        let m = baseline(&rated(), &options, &Monitor::default()).unwrap();
        assert!((m.predict("1", "3").unwrap().value - 16.0 / 6.0).abs() < 1e-12);
        assert_eq!((m.k(), m.fit.converged()), (0, true));
    }
}
