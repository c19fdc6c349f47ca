//! How good the rankings of a model are, judged by what users took that it has not seen.
//!
//! For each user with a relevant test item all items are ranked that the user did not rate in training (no sample of
//! them: Krichene and Rendle 2020, "On sampled metrics for item recommendation"), and the first `n` judged by the
//! relevant ones: precision, recall, average precision, reciprocal rank (Herlocker et al. 2004), nDCG with binary gain
//! (Järvelin and Kekäläinen 2002), the area under the ROC curve over the whole ranking, and of the lists together the
//! coverage of the catalogue and the novelty, the mean self-information `-log2(share of users)` of what is listed
//! (Zhou et al. 2010). `O(users · items · k)`.

use super::accuracy::positions;
use super::ranking::top;
use super::recommender::{Ranked, Recommender, popularity_of};
use crate::data::{Monitor, Ratings};
use crate::error::{Error, Result};
use rayon::prelude::*;

/// How [`ranking_metrics`] judges.
#[derive(Debug, Clone, PartialEq)]
pub struct RankingOptions {
    /// Length of the lists.
    pub n: usize,
    /// A test item is relevant when it is rated at least this; `None` is the mean training rating, or of
    /// implicit observations everything.
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
    /// Probability that a relevant item is ranked before one that is not, over the whole ranking; a user of
    /// whom every item is relevant does not count.
    pub auc: f64,
    /// Fraction of users whose list has a relevant item.
    pub hit_rate: f64,
    /// Fraction of the items that is in anybody's list.
    pub coverage: f64,
    /// Mean of `-log2(share of users who have the item)` over what is listed.
    pub novelty: f64,
    /// How many users were judged.
    pub users: usize,
}

/// Judges the rankings of a model by test ratings.
///
/// # Errors
/// When there is no test rating, none is relevant, `n` is 0, or the monitor interrupts.
pub fn ranking_metrics(
    model: &dyn Recommender,
    test: &Ratings,
    options: &RankingOptions,
    monitor: &Monitor,
) -> Result<RankingMetrics> {
    if options.n == 0 {
        return Err(Error::argument("k", "a list needs at least 1 item; k is 0"));
    }
    if options.threshold.is_some_and(f64::is_nan) {
        return Err(Error::argument("threshold", "threshold is NaN; it must be a number"));
    }
    let (users, items) = positions(model, test)?;
    let seen = model.seen();
    let everything = if seen.is_implicit() { f64::NEG_INFINITY } else { 0.0 };
    let usual = if seen.is_implicit() { None } else { seen.mean() };
    let threshold = options.threshold.or(usual).unwrap_or(everything);
    // Building it here keeps the threads below from waiting for one another.
    let known: Vec<bool> =
        (0..model.items().len()).map(|i| !seen.item_col(i).0.is_empty()).collect();
    let mut asked: Vec<(usize, Vec<usize>)> = Vec::new();
    for (u, place) in users.iter().enumerate() {
        let Some(place) = *place else { continue };
        let (rated, values) = test.user_row(u);
        let good = rated.iter().zip(values).filter(|(_, r)| **r >= threshold);
        // An item nobody had in training cannot be ranked, but it was relevant all the same.
        // What the user had already cannot be listed, and is no test of anything.
        let mine = seen.user_row(place).0;
        let mut relevant: Vec<usize> = good
            .map(|(&i, _)| items[i as usize].unwrap_or(usize::MAX))
            .filter(|&i| u32::try_from(i).map_or(true, |i| mine.binary_search(&i).is_err()))
            .collect();
        relevant.sort_unstable();
        if !relevant.is_empty() {
            asked.push((place, relevant));
        }
    }
    if asked.is_empty() {
        let message = match (threshold.is_finite(), users.iter().any(Option::is_some)) {
            (_, false) => "the model knows none of the test users".to_string(),
            (false, _) => "no user has a test item that is not known from training".to_string(),
            _ => format!("no test rating is {threshold} or more, so none is relevant"),
        };
        return Err(Error::argument_hint(
            "test",
            message,
            "fold_in(m, R) makes users known; threshold=… says what is relevant",
        ));
    }
    let packed = model.packed();
    let judged: Vec<(Judged, Vec<Ranked>)> = asked
        .par_iter()
        .map_init(
            || vec![0.0f32; model.items().len()],
            |scores, (user, relevant)| {
                monitor.interrupt.check()?;
                match &packed {
                    Some(packed) => packed.rows(*user..*user + 1, scores),
                    None => model.score_rows(*user..*user + 1, scores),
                }
                let mut open = known.clone();
                seen.user_row(*user).0.iter().for_each(|&i| open[i as usize] = false);
                Ok(judge_user(scores, &open, relevant, options.n))
            },
        )
        .collect::<Result<_>>()?;
    let mean =
        |f: fn(&Judged) -> f64| judged.iter().map(|(j, _)| f(j)).sum::<f64>() / judged.len() as f64;
    let lists = || judged.iter().flat_map(|(_, list)| list);
    let mut listed = vec![false; known.len()];
    lists().for_each(|r| listed[r.position] = true);
    let novelty = lists().map(|r| -popularity_of(seen, Some(r.position)).log2()).sum::<f64>();
    let areas: Vec<f64> = judged.iter().filter_map(|(j, _)| j.auc).collect();
    Ok(RankingMetrics {
        n: options.n,
        threshold,
        precision: mean(|j| j.precision),
        recall: mean(|j| j.recall),
        ndcg: mean(|j| j.ndcg),
        map: mean(|j| j.average_precision),
        mrr: mean(|j| j.reciprocal),
        auc: areas.iter().sum::<f64>() / areas.len() as f64,
        hit_rate: mean(|j| f64::from(u8::from(j.reciprocal > 0.0))),
        coverage: listed.iter().filter(|&&l| l).count() as f64 / listed.len() as f64,
        novelty: novelty / lists().count() as f64,
        users: judged.len(),
    })
}

/// The judgement of one user's ranking, and its first `n`; `open` are the items that may be ranked.
fn judge_user(
    scores: &[f32],
    open: &[bool],
    relevant: &[usize],
    n: usize,
) -> (Judged, Vec<Ranked>) {
    let candidates = (0..scores.len()).filter(|&i| open[i]);
    let all = candidates.map(|position| Ranked { position, score: f64::from(scores[position]) });
    let list = top(n, all);
    let hits: Vec<bool> =
        list.iter().map(|r| relevant.binary_search(&r.position).is_ok()).collect();
    let judged = judge(&hits, relevant.len(), n);
    let auc = area(scores, open, relevant);
    (Judged { auc, ..judged }, list)
}

/// How often a relevant item is before one that is not, ties counting half; `None` without pairs.
fn area(scores: &[f32], open: &[bool], relevant: &[usize]) -> Option<f64> {
    let mut liked: Vec<f32> =
        relevant.iter().filter(|&&i| i < scores.len() && open[i]).map(|&i| scores[i]).collect();
    liked.sort_unstable_by(f32::total_cmp);
    let (mut wins, mut others) = (0.0, 0usize);
    for i in (0..scores.len()).filter(|&i| open[i] && relevant.binary_search(&i).is_err()) {
        let below = liked.partition_point(|&x| x < scores[i]);
        let equal = liked.partition_point(|&x| x <= scores[i]) - below;
        wins += (liked.len() - below - equal) as f64 + 0.5 * equal as f64;
        others += 1;
    }
    let pairs = others as f64 * liked.len() as f64;
    (pairs > 0.0).then(|| wins / pairs)
}

struct Judged {
    precision: f64,
    recall: f64,
    ndcg: f64,
    average_precision: f64,
    reciprocal: f64,
    auc: Option<f64>,
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
        auc: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;
    use crate::recommend::popularity;
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
    fn the_area_counts_pairs_and_halves_ties() {
        let scores = [4.0, 3.0, 3.0, 1.0, 9.0];
        let open = [true, true, true, true, false];
        // Item 1 against items 0, 2 and 3: lost, tied, won.
        assert_eq!(area(&scores, &open, &[1]), Some(0.5));
        assert_eq!(area(&scores, &open, &[0, 1, 2, 3]), None);
        assert_eq!(area(&scores, &open, &[0]), Some(1.0));
    }

    #[test]
    fn popularity_judged_by_hand() {
        let n = f64::NAN;
        let rated = |rows: &[&[f64]]| Ratings::from_dense(&Matrix::from_rows(rows)).unwrap();
        // Shares of the four items: 1/2, 3/4, 1/4, 1/4.
        let train =
            rated(&[&[1.0, 1.0, n, n], &[1.0, n, 1.0, n], &[n, 1.0, n, n], &[n, 1.0, n, 1.0]]);
        let m = popularity(&Arc::new(train.into_implicit(None).unwrap())).unwrap();
        let test = rated(&[&[n, n, n, 1.0], &[n, 1.0, n, n], &[n; 4], &[n; 4]]);
        let options = RankingOptions { n: 1, threshold: None };
        let found = ranking_metrics(&m, &test, &options, &Monitor::default()).unwrap();
        // User 1 is shown item 3 (a tie, the earlier first), user 2 item 2, which is right.
        assert_eq!((found.users, found.precision, found.hit_rate, found.mrr), (2, 0.5, 0.5, 0.5));
        assert_eq!((found.auc, found.coverage), (0.75, 0.5));
        assert!((found.novelty - (2.0 + (4.0f64 / 3.0).log2()) / 2.0).abs() < 1e-12);
        let strict = RankingOptions { n: 1, threshold: Some(6.0) };
        assert!(ranking_metrics(&m, &test, &strict, &Monitor::default()).is_err());
    }
}
