//! How good recommenders are on ratings they have not seen.

use super::argument::Count;
use super::entry::builtins;
use super::recommender_model::{Model, Rivals};
use super::recommender_tables as tables;
use crate::value::{Array, Fault, Host, Result, Value};
use matfac::data::{Monitor, Ratings};
use matfac::recommend::{
    Aim, RankingMetrics, RankingOptions, Recommender, popularity, ranking_metrics,
};
use std::sync::Arc;

builtins! { "recommenders";
    /// The root mean square error of a model on test ratings, or of numbers against others; NaN cells are left out.
    ///
    /// >>> rmse([1 2 4], [1 4 4])
    /// ans = 1.1547
    /// >>> R = ratings([5 3 NaN; 4 NaN 1]);
    /// >>> rmse(baseline(R, biases=false), R)
    /// ans = 1.4790
    ///
    /// See also: mae, evaluate, predict
    fn rmse(cx, /** A model. */ m: Model, /** Ratings; those it was fitted to when left out. */ test: Option<Arc<Ratings>>) -> [e] {
        model_error(cx.host, &*m.0, test, matfac::recommend::rmse)
    }
    or (cx, /** Predicted numbers. */ predicted: Arc<Array>, /** What they should be: as many numbers, or ratings. */ actual: Value) -> [e] {
        Ok(mean_error(&predicted, &actual, "rmse", |e| e * e)?.sqrt())
    }

    /// The mean absolute error of a model on test ratings, or of numbers against others; NaN cells are left out.
    ///
    /// >>> mae([1 2 4], [1 3 2])
    /// ans = 1
    ///
    /// See also: rmse, evaluate
    fn mae(cx, /** A model. */ m: Model, /** Ratings; those it was fitted to when left out. */ test: Option<Arc<Ratings>>) -> [e] {
        model_error(cx.host, &*m.0, test, matfac::recommend::mae)
    }
    or (cx, /** Predicted numbers. */ predicted: Arc<Array>, /** What they should be: as many numbers, or ratings. */ actual: Value) -> [e] {
        mean_error(&predicted, &actual, "mae", f64::abs)
    }

    /// A model's errors on ratings it was not fitted to, beside what it has to beat.
    ///
    /// Of predicted ratings RMSE and MAE, beside the mean rating and the mean with biases; of rankings, or with a list
    /// length `k`, how good the lists of the k first items are: precision, recall, ndcg, map, mrr, hitrate, the auc over the
    /// whole ranking, the coverage of the catalogue and the novelty, beside popularity. The rivals are fitted to what the
    /// model was fitted to, and seen items are never listed. A model that loses to one of them is reported by a warning.
    ///
    /// >>> [train, test] = split((1:20)' * (1:10) / 40, seed=1);
    /// >>> E = evaluate(als(train, k=1, lambda=1e-4, biases=false), test);
    /// >>> E.rmse(3) < E.rmse(2) && E.rmse(2) < E.rmse(1)
    /// ans = 1
    ///
    /// See also: rmse, ndcg, split, crossval, compare
    fn evaluate(cx,
        /** A model. */ m: Model,
        /** Ratings it was not fitted to. */ test: Arc<Ratings>,
        /** Length of the lists; 10 for rankings, none for ratings. */ k: Option<Count>,
        /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>,
        /** Whether to judge what it has to beat too. */ baselines: bool = true,
    ) -> [T] { evaluated(cx.host, &m.0, &test, k, threshold, baselines) }

    /// The share of the lists of the k best items that users took: precision at k.
    ///
    /// Over the full ranking of all items the user has not rated, as means over users with a relevant test item.
    ///
    /// >>> n = NaN; m = popularity([1 1 n n; 1 n 1 n; n 1 n n; n 1 n 1]);
    /// >>> precision(m, [n n n 1; n 1 n n; n n n n; n n n n], k=1)
    /// ans = 0.5000
    ///
    /// See also: recall, evaluate
    fn precision(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>, /** Length of the lists. */ k: Count = 10, /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>) -> [x] { Ok(judged(cx.host, &*m.0, &test, k, threshold)?.precision) }

    /// The share of what users took that is in the lists of the k best items: recall at k.
    ///
    /// Over the full ranking of all items the user has not rated, as means over users with a relevant test item.
    ///
    /// >>> n = NaN; m = popularity([1 1 n n; 1 n 1 n; n 1 n n; n 1 n 1]);
    /// >>> recall(m, [n n n 1; n 1 n n; n n n n; n n n n], k=1)
    /// ans = 0.5000
    ///
    /// See also: precision, evaluate
    fn recall(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>, /** Length of the lists. */ k: Count = 10, /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>) -> [x] { Ok(judged(cx.host, &*m.0, &test, k, threshold)?.recall) }

    /// Normalised discounted cumulative gain of the lists of the k best items.
    ///
    /// Over the full ranking of all items the user has not rated, as means over users with a relevant test item.
    ///
    /// >>> n = NaN; m = popularity([1 1 n n; 1 n 1 n; n 1 n n; n 1 n 1]);
    /// >>> ndcg(m, [n n n 1; n 1 n n; n n n n; n n n n], k=1)
    /// ans = 0.5000
    ///
    /// See also: map, evaluate
    fn ndcg(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>, /** Length of the lists. */ k: Count = 10, /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>) -> [x] { Ok(judged(cx.host, &*m.0, &test, k, threshold)?.ndcg) }

    /// Mean average precision of the lists of the k best items.
    ///
    /// Over the full ranking of all items the user has not rated, as means over users with a relevant test item.
    ///
    /// >>> n = NaN; m = popularity([1 1 n n; 1 n 1 n; n 1 n n; n 1 n 1]);
    /// >>> map(m, [n n n 1; n 1 n n; n n n n; n n n n], k=1)
    /// ans = 0.5000
    ///
    /// See also: ndcg, evaluate
    fn map(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>, /** Length of the lists. */ k: Count = 10, /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>) -> [x] { Ok(judged(cx.host, &*m.0, &test, k, threshold)?.map) }

    /// Mean reciprocal rank of the first item that the user took, 0 when the list has none.
    ///
    /// Over the full ranking of all items the user has not rated, as means over users with a relevant test item.
    ///
    /// >>> n = NaN; m = popularity([1 1 n n; 1 n 1 n; n 1 n n; n 1 n 1]);
    /// >>> mrr(m, [n n n 1; n 1 n n; n n n n; n n n n], k=1)
    /// ans = 0.5000
    ///
    /// See also: hitrate, evaluate
    fn mrr(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>, /** Length of the lists. */ k: Count = 10, /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>) -> [x] { Ok(judged(cx.host, &*m.0, &test, k, threshold)?.mrr) }

    /// Probability that an item the user took is ranked before one that is not: the area under the ROC curve.
    ///
    /// Over the full ranking of all items the user has not rated, as means over users with a relevant test item.
    ///
    /// >>> n = NaN; m = popularity([1 1 n n; 1 n 1 n; n 1 n n; n 1 n 1]);
    /// >>> auc(m, [n n n 1; n 1 n n; n n n n; n n n n], k=1)
    /// ans = 0.7500
    ///
    /// See also: ndcg, evaluate
    fn auc(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>, /** Length of the lists. */ k: Count = 10, /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>) -> [x] { Ok(judged(cx.host, &*m.0, &test, k, threshold)?.auc) }

    /// The share of users whose list has an item they took.
    ///
    /// Over the full ranking of all items the user has not rated, as means over users with a relevant test item.
    ///
    /// >>> n = NaN; m = popularity([1 1 n n; 1 n 1 n; n 1 n n; n 1 n 1]);
    /// >>> hitrate(m, [n n n 1; n 1 n n; n n n n; n n n n], k=1)
    /// ans = 0.5000
    ///
    /// See also: recall, evaluate
    fn hitrate(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>, /** Length of the lists. */ k: Count = 10, /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>) -> [x] { Ok(judged(cx.host, &*m.0, &test, k, threshold)?.hit_rate) }

    /// The share of the items that is in anybody's list of the k best.
    ///
    /// Over the full ranking of all items the user has not rated, as means over users with a relevant test item.
    ///
    /// >>> n = NaN; m = popularity([1 1 n n; 1 n 1 n; n 1 n n; n 1 n 1]);
    /// >>> coverage(m, [n n n 1; n 1 n n; n n n n; n n n n], k=1)
    /// ans = 0.5000
    ///
    /// See also: novelty, evaluate
    fn coverage(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>, /** Length of the lists. */ k: Count = 10, /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>) -> [x] { Ok(judged(cx.host, &*m.0, &test, k, threshold)?.coverage) }

    /// How unknown the listed items are: the mean of `-log2(share of users who have the item)`.
    ///
    /// Over the full ranking of all items the user has not rated, as means over users with a relevant test item.
    ///
    /// >>> n = NaN; m = popularity([1 1 n n; 1 n 1 n; n 1 n n; n 1 n 1]);
    /// >>> novelty(m, [n n n 1; n 1 n n; n n n n; n n n n], k=1)
    /// ans = 1.2075
    ///
    /// See also: coverage, evaluate
    fn novelty(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>, /** Length of the lists. */ k: Count = 10, /** What is rated at least this is relevant; the mean training rating when left out. */ threshold: Option<f64>) -> [x] { Ok(judged(cx.host, &*m.0, &test, k, threshold)?.novelty) }
}

fn model_error(
    host: &mut dyn Host,
    m: &dyn Recommender,
    test: Option<Arc<Ratings>>,
    error: fn(&dyn Recommender, &Ratings, &Monitor) -> matfac::Result<f64>,
) -> Result<f64> {
    Ok(error(m, test.as_deref().unwrap_or(m.seen()), &host.monitor())?)
}

/// The mean of `cost` over the cells that both have; a rated cell for ratings.
fn mean_error(predicted: &Array, actual: &Value, name: &str, cost: fn(f64) -> f64) -> Result<f64> {
    let p = &predicted.data;
    let mut errors = Vec::new();
    let shape = match actual {
        Value::Ratings(ratings) => {
            let shape = actual.shape();
            if shape == (p.rows(), p.cols()) {
                errors = ratings.iter().map(|(u, i, r)| p[(u, i)] - r).collect();
            }
            shape
        }
        _ => {
            let actual = actual.to_array()?;
            let a = &actual.data;
            // A row and a column of the same length pair up: `mae` has always read both as lists.
            if a.shape() == p.shape() || (a.is_vector() && p.is_vector() && a.len() == p.len()) {
                errors = p.as_slice().iter().zip(a.as_slice()).map(|(p, a)| p - a).collect();
                (p.rows(), p.cols())
            } else {
                (a.rows(), a.cols())
            }
        }
    };
    if shape != (p.rows(), p.cols()) {
        return Err(Fault::new(format!(
            "{name}: {}×{} predictions and {}×{} actual numbers do not pair up",
            p.rows(),
            p.cols(),
            shape.0,
            shape.1
        ))
        .identified("Octave:nonconformant-args"));
    }
    errors.retain(|e| !e.is_nan());
    if errors.is_empty() {
        return Err(Fault::new(format!("{name}: there is no cell that both have")));
    }
    Ok(errors.iter().map(|&e| cost(e)).sum::<f64>() / errors.len() as f64)
}

/// A model's rankings, judged.
fn judged(
    host: &mut dyn Host,
    m: &dyn Recommender,
    test: &Ratings,
    k: Count,
    threshold: Option<f64>,
) -> Result<RankingMetrics> {
    let options = RankingOptions { n: k.0, threshold };
    Ok(ranking_metrics(m, test, &options, &host.monitor())?)
}

fn evaluated(
    host: &mut dyn Host,
    m: &Arc<dyn Recommender>,
    test: &Ratings,
    k: Option<Count>,
    threshold: Option<f64>,
    baselines: bool,
) -> Result<Value> {
    let fit = m.fit();
    let is_ranking = fit.aim == Aim::Ranking;
    let mut models: Vec<(&str, Arc<dyn Recommender>)> = Vec::new();
    if baselines && is_ranking {
        models.push(("popularity", Arc::new(popularity(&fit.seen)?)));
    } else if baselines {
        let rivals = Rivals::fit(&fit.seen, &host.monitor())?;
        models.push(("mean", Arc::new(rivals.mean)));
        models.push(("biases", Arc::new(rivals.biases)));
        if k.is_some() {
            models.push(("popularity", Arc::new(popularity(&fit.seen)?)));
        }
    }
    models.push((fit.method, m.clone()));
    let k = k.or(is_ranking.then_some(Count(10)));
    let mut lines = Vec::new();
    for (name, model) in &models {
        let errors = match model.fit().aim {
            Aim::Ranking => None,
            Aim::Ratings => Some((
                matfac::recommend::rmse(&**model, test, &host.monitor())?,
                matfac::recommend::mae(&**model, test, &host.monitor())?,
            )),
        };
        let lists = match k {
            Some(k) => Some(judged(host, &**model, test, k, threshold)?),
            None => None,
        };
        lines.push(tables::Judgement { name, errors, lists });
    }
    if let Some(message) = lost(&lines)
        && !matches!(fit.method, "baseline" | "popularity")
    {
        host.warn("mf:loses-to-baseline", &message)?;
    }
    tables::judgements(&lines)
}

/// What to say when the last model is no better than one of the others.
fn lost(lines: &[tables::Judgement]) -> Option<String> {
    let (own, rivals) = lines.split_last()?;
    for rival in rivals.iter().rev() {
        if let (Some((own, _)), Some((rmse, _))) = (own.errors, rival.errors) {
            if rmse <= own {
                return Some(format!(
                    "the model's test RMSE {own:.4} is no better than that of the {} alone, {rmse:.4}: try a larger lambda, or a smaller k",
                    rival.name
                ));
            }
        } else if let (Some(own), Some(lists)) = (own.lists, rival.lists)
            && lists.ndcg >= own.ndcg
        {
            return Some(format!(
                "the model's ndcg {:.4} is no better than that of {}, {:.4}: try other settings (tune)",
                own.ndcg, rival.name, lists.ndcg
            ));
        }
    }
    None
}
