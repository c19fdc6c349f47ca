//! How good predictions and rankings are on ratings a model has not seen.
//!
//! Rankings: for each user with a relevant test item, all items the user did not rate in training are
//! ranked, and the first `n` judged by the relevant ones (Herlocker et al. 2004; nDCG after Järvelin and
//! Kekäläinen 2002, binary gain). `O(users · items · k)`.

use super::{Ranked, Recommender};
use crate::data::{Labels, Ratings};
use crate::error::{Error, Result};
use rayon::prelude::*;

/// Root mean square error of the predictions of `test`'s ratings.
///
/// # Errors
/// When there is no test rating, or the model has other labels.
pub fn rmse(model: &dyn Recommender, test: &Ratings) -> Result<f64> {
    Ok(mean_error(model, test, |e| e * e)?.sqrt())
}

/// Mean absolute error of the predictions of `test`'s ratings.
///
/// # Errors
/// When there is no test rating, or the model has other labels.
pub fn mae(model: &dyn Recommender, test: &Ratings) -> Result<f64> {
    mean_error(model, test, f64::abs)
}

fn mean_error(model: &dyn Recommender, test: &Ratings, cost: fn(f64) -> f64) -> Result<f64> {
    let (users, items) = positions(model, test)?;
    let errors = test.iter().map(|(u, i, r)| cost(r - model.predict_at(users[u], items[i]).value));
    Ok(errors.sum::<f64>() / test.nnz() as f64)
}

/// Where the model has the users and items of `test`; those it does not know are cold.
type Positions = (Vec<Option<usize>>, Vec<Option<usize>>);

fn positions(model: &dyn Recommender, test: &Ratings) -> Result<Positions> {
    if test.nnz() == 0 {
        return Err(Error::argument("test", "there is no test rating"));
    }
    let of = |own: &Labels, asked: &Labels| -> Vec<Option<usize>> {
        if own.names() == asked.names() {
            return (0..asked.len()).map(Some).collect();
        }
        asked.names().iter().map(|name| own.position(name)).collect()
    };
    Ok((of(model.users(), test.users()), of(model.items(), test.items())))
}

/// How [`ranking_metrics`] judges.
#[derive(Debug, Clone, PartialEq)]
pub struct RankingOptions {
    /// Length of the lists.
    pub n: usize,
    /// A test item is relevant when it is rated at least this; `None` is the mean training rating.
    pub threshold: Option<f64>,
}

impl Default for RankingOptions {
    fn default() -> RankingOptions {
        RankingOptions { n: 10, threshold: None }
    }
}

/// How good lists of the `n` first items are, as means over users with a relevant test item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankingMetrics {
    /// Length of the lists.
    pub n: usize,
    /// What counted as relevant.
    pub threshold: f64,
    /// Fraction of the list that is relevant.
    pub precision: f64,
    /// Fraction of the relevant items that is in the list.
    pub recall: f64,
    /// Discounted gain as a fraction of the best list's.
    pub ndcg: f64,
    /// Mean average precision.
    pub map: f64,
    /// Mean reciprocal rank of the first relevant item (0 when the list has none).
    pub mrr: f64,
    /// Fraction of users whose list has a relevant item.
    pub hit_rate: f64,
    /// Fraction of the items that is in anybody's list.
    pub coverage: f64,
    /// How many users were judged.
    pub users: usize,
}

/// Judges the rankings of a model by test ratings.
///
/// # Errors
/// When there is no test rating, none is relevant, or `n` is 0.
pub fn ranking_metrics(
    model: &dyn Recommender,
    test: &Ratings,
    options: &RankingOptions,
) -> Result<RankingMetrics> {
    if options.n == 0 {
        return Err(Error::argument("n", "a list needs at least 1 item; n is 0"));
    }
    let (users, items) = positions(model, test)?;
    let threshold = options.threshold.or(model.seen().mean()).unwrap_or(0.0);
    // Building it here keeps the threads below from waiting for one another.
    model.seen().by_item();
    let judged: Vec<(Judged, Vec<Ranked>)> = (0..users.len())
        .into_par_iter()
        .filter_map(|u| {
            let (rated, values) = test.user_row(u);
            let good = rated.iter().zip(values).filter(|(_, r)| **r >= threshold);
            let mut relevant: Vec<usize> = good.filter_map(|(&i, _)| items[i as usize]).collect();
            relevant.sort_unstable();
            if relevant.is_empty() {
                return None;
            }
            let list = model.recommend_at(users[u]?, options.n, true);
            let hits: Vec<bool> =
                list.iter().map(|r| relevant.binary_search(&r.position).is_ok()).collect();
            Some((judge(&hits, relevant.len(), options.n), list))
        })
        .collect();
    if judged.is_empty() {
        let message = format!("no test rating is {threshold} or more, so none is relevant");
        return Err(Error::argument_hint("threshold", message, "choose a lower threshold"));
    }
    let mean =
        |f: fn(&Judged) -> f64| judged.iter().map(|(j, _)| f(j)).sum::<f64>() / judged.len() as f64;
    let mut listed = vec![false; model.items().len()];
    judged.iter().flat_map(|(_, list)| list).for_each(|r| listed[r.position] = true);
    Ok(RankingMetrics {
        n: options.n,
        threshold,
        precision: mean(|j| j.precision),
        recall: mean(|j| j.recall),
        ndcg: mean(|j| j.ndcg),
        map: mean(|j| j.average_precision),
        mrr: mean(|j| j.reciprocal),
        hit_rate: mean(|j| f64::from(u8::from(j.reciprocal > 0.0))),
        coverage: listed.iter().filter(|&&l| l).count() as f64 / listed.len() as f64,
        users: judged.len(),
    })
}

struct Judged {
    precision: f64,
    recall: f64,
    ndcg: f64,
    average_precision: f64,
    reciprocal: f64,
}

/// Judges one list by which of its places are relevant; `relevant` is how many items are.
fn judge(hits: &[bool], relevant: usize, n: usize) -> Judged {
    let discount = |place: usize| 1.0 / ((place + 2) as f64).log2();
    let best: f64 = (0..relevant.min(n)).map(discount).sum();
    let (mut found, mut gain, mut precisions, mut reciprocal) = (0usize, 0.0, 0.0, 0.0);
    for place in (0..hits.len()).filter(|&place| hits[place]) {
        found += 1;
        gain += discount(place);
        precisions += found as f64 / (place + 1) as f64;
        if found == 1 {
            reciprocal = 1.0 / (place + 1) as f64;
        }
    }
    Judged {
        precision: found as f64 / n as f64,
        recall: found as f64 / relevant as f64,
        ndcg: gain / best,
        average_precision: precisions / relevant.min(n) as f64,
        reciprocal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Monitor;
    use crate::linalg::Matrix;
    use crate::recommend::{BaselineOptions, baseline};
    use std::sync::Arc;

    #[test]
    fn a_list_judged_by_hand() {
        // Relevant, not, relevant; three relevant items in all; lists of four.
        let j = judge(&[true, false, true, false], 3, 4);
        assert_eq!((j.precision, j.recall, j.reciprocal), (0.5, 2.0 / 3.0, 1.0));
        assert!((j.average_precision - (1.0 + 2.0 / 3.0) / 3.0).abs() < 1e-15);
        let ideal = 1.0 + 1.0 / 3f64.log2() + 0.5;
        assert!((j.ndcg - 1.5 / ideal).abs() < 1e-15);
        let none = judge(&[false], 1, 1);
        assert_eq!((none.precision, none.ndcg, none.reciprocal), (0.0, 0.0, 0.0));
    }

    #[test]
    fn errors_and_rankings_of_the_mean() {
        let nan = f64::NAN;
        let rated = |rows: &[&[f64]]| Ratings::from_dense(&Matrix::from_rows(rows)).unwrap();
        let train = Arc::new(rated(&[&[1.0, nan, nan], &[nan, 5.0, 3.0]]));
        let test = rated(&[&[nan, 5.0, 1.0], &[3.0, nan, nan]]);
        let options = BaselineOptions { biases: false, ..Default::default() };
        let mean = baseline(&train, &options, &Monitor::default()).unwrap();
        assert_eq!(mae(&mean, &test), Ok(4.0 / 3.0));
        assert!((rmse(&mean, &test).unwrap() - (8.0 / 3.0f64).sqrt()).abs() < 1e-15);
        let lists = RankingOptions { n: 1, threshold: None };
        let judged = ranking_metrics(&mean, &test, &lists).unwrap();
        assert_eq!((judged.users, judged.precision, judged.coverage), (2, 1.0, 2.0 / 3.0));
        assert!(rmse(&mean, &test.filter(|_| false)).is_err());
        let strict = RankingOptions { n: 1, threshold: Some(6.0) };
        assert!(ranking_metrics(&mean, &test, &strict).is_err());
    }
}
