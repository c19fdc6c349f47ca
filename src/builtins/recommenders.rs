//! Recommenders: ratings, models fitted to them, and what such a model can do.
//!
//! Verbs take labels: film 318 is the one labelled 318, not the 318th column.

use super::argument::{Count, Label, Vector, options};
use super::entry::builtins;
use super::files::located;
use super::recommender_model::{LabelList, Limits, Model, RecommenderModel, Rivals};
use super::recommender_predict::predicted;
use super::recommender_tables as tables;
use crate::value::{Array, Fault, Host, Result, Value};
use matfac::data::{Duplicates, Monitor, Ratings};
use matfac::recommend::{
    AlsOptions, BaselineOptions, Batch, Clip, FactorModel, FunkSvdOptions, Recommender,
    SplitOptions,
};
use std::sync::Arc;

options! {
    /// What to do with several ratings of one item by one user.
    Repeated { Last = "last", Mean = "mean", Error = "error" }
}

options! {
    /// What a step of gradient descent looks at.
    StepOf { Sgd = "sgd", Full = "full" }
}

builtins! { "recommenders";
    /// Observed ratings: a matrix of users × items in which what is missing is unknown, not zero.
    ///
    /// From a file with one rating in each line, whose columns are found by name (`userId,movieId,rating`) or by
    /// position; from such a table; from a matrix with NaN for what is missing; from a sparse matrix, of which the stored
    /// entries are observed; or from lists of users, items and ratings. Users and items keep their labels, and the verbs of the models take labels; `R(i,j)` goes by position.
    ///
    /// >>> R = ratings([5 3 NaN; 4 NaN 1])
    /// R = 2×3 ratings: 4 observed (66.67 %), from 1 to 5, mean 3.2500
    /// >>> R(1,3)
    /// ans = NaN
    /// >>> R = ratings([15 15 7], [318 1 318], [5 3.5 4]);
    /// >>> size(R)
    /// ans = 1×2
    ///    2   2
    ///
    /// See also: split, als, funksvd, load
    /// Reference: https://grouplens.org/datasets/movielens/
    fn ratings(cx,
        /** A file's path, a table, a matrix with NaN for what is missing, or a sparse one. */ source: Value,
        /** Name of the users' column. */ user: Option<String>,
        /** Name of the items' column. */ item: Option<String>,
        /** Name of the ratings' column. */ rating: Option<String>,
        /** Name of the times' column. */ time: Option<String>,
        /** Of several ratings of an item by one user: the last, their mean, or an error. */ duplicates: Repeated = "last",
        /** A file or table whose first column has the items' labels and another their titles. */ titles: Option<Value>,
    ) -> [R] { tables::read(located(cx.host, source), [user, item, rating, time], duplicates.into(), titles.map(|t| located(cx.host, t))) }
    or (cx,
        /** Labels of the users, one for each rating. */ i: Vector,
        /** Labels of the items. */ j: Vector,
        /** The ratings. */ v: Vector,
        /** Their times. */ t: Option<Vector>,
        duplicates: Repeated = "last", titles: Option<Value>,
    ) -> [R] { from_lists(&i.0, &j.0, &v.0, t, duplicates.into(), titles.map(|t| located(cx.host, t))) }

    /// Ratings divided at random: one part to fit to, one to test on. Both keep all users and items.
    ///
    /// >>> [train, test] = split(ratings(magic(10)), test=0.2, seed=1);
    /// >>> [nnz(train) nnz(test)]
    /// ans = 1×2
    ///    80   20
    ///
    /// See also: ratings, evaluate, rmse
    fn split(cx,
        /** Ratings. */ R: Arc<Ratings>,
        /** Fraction to test on. */ test: f64 = 0.2,
        /** Fraction to fit to; all the others when left out. */ train: Option<f64>,
        /** Seed of the choice. */ seed: usize = 0,
    ) -> [train, test] { divide(&R, test, train, seed) }

    /// The model to beat: the mean rating, plus a bias of each user and of each item.
    ///
    /// With `biases=false` every prediction is the mean.
    ///
    /// >>> m = baseline([5 3 NaN; 4 NaN 1])
    /// m =
    /// baseline model of 2 users × 3 items
    ///   observed    4 (66.67 %), mean 3.2500
    ///   iterations  6, converged
    ///   train RMSE  0.9441 (the mean alone 1.4790)
    /// >>> predict(m, 1, 3)
    /// ans = 2.9841
    ///
    /// See also: als, funksvd, evaluate
    /// Reference: Koren (2010), Factor in the neighbors, section 2.1, doi:10.1145/1644873.1644874
    fn baseline(cx,
        /** Ratings. */ R: Arc<Ratings>,
        /** Whether to fit biases. */ biases: bool = true,
        /** Penalty of the users' biases: the number of ratings at which one is believed by half. */ user_lambda: f64 = 3.0,
        /** Penalty of the items' biases. */ item_lambda: f64 = 3.0,
        /** Stop when an iteration lowers the objective by less than this fraction. */ tol: f64 = 1e-9,
        /** Most iterations. */ maxiter: usize = 100,
        /** The range of predictions: [low high], "observed" (that of the ratings) or "off". */ clip: Limits = "observed",
    ) -> [m] {
        let options = BaselineOptions { biases, user_lambda, item_lambda, tol, max_iter: maxiter, clip: clip.0 };
        fitted(cx.host, tol, |monitor| matfac::recommend::baseline(&R, &options, monitor))
    }

    /// Fit a factor model to ratings by alternating least squares: mean + biases + P(u,:)·Q(i,:).
    ///
    /// Each half step is a ridge regression that minimises the objective exactly, so that it never rises. `lambda`
    /// counts once for each rating of a row (`weighted`), or once for each row. Without biases the model is P*Q'.
    ///
    /// >>> R = ratings([5 3 NaN 1 NaN; 4 NaN NaN 1 2; 1 1 NaN 5 NaN; 1 NaN NaN 4 5; NaN 1 5 4 NaN; 2 1 4 NaN 5]);
    /// >>> m = als(R, k=2, lambda=.1, biases=false, weighted=false, restarts=20);
    /// >>> objective(m)
    /// ans = 5.0939
    ///
    /// See also: funksvd, predict, recommend, evaluate
    /// Reference: Zhou, Wilkinson, Schreiber and Pan (2008), doi:10.1007/978-3-540-68880-8_32
    fn als(cx,
        /** Ratings, or a matrix with NaN for what is missing. */ R: Arc<Ratings>,
        /** Number of factors; 20, or as many as users and items allow, when left out. */ k: Option<usize>,
        /** Penalty of the factors; 0.17 when left out, or 14 unweighted. */ lambda: Option<f64>,
        /** Penalty of the biases. */ bias_lambda: f64 = 4.0,
        /** Whether to fit mean and biases too. */ biases: bool = true,
        /** Whether a row's factors pay lambda once for each of its ratings. */ weighted: bool = true,
        /** Random starts, of which the best is kept. */ restarts: Count = 1,
        /** Most iterations of a start. */ maxiter: usize = 200,
        /** Stop when the objective is within this fraction of its limit. */ tol: f64 = 1e-4,
        /** Seed of the starts. */ seed: usize = 0,
        /** The range of predictions: [low high], "observed" (with biases) or "off" (without). */ clip: Option<Limits>,
    ) -> [m] {
        let clip = clip_or_usual(clip, biases);
        let options = AlsOptions { k, lambda, bias_lambda, biases, weighted, restarts: restarts.0, tol, max_iter: maxiter, seed: seed as u64, clip, ..Default::default() };
        fitted(cx.host, tol, |monitor| matfac::recommend::als(&R, &options, monitor))
    }

    /// Fit a factor model to ratings by gradient descent (Funk's SVD): mean + biases + P(u,:)·Q(i,:).
    ///
    /// A step looks at one rating after another in a random order, or at all of them (`batch="full"`). With `holdout`,
    /// that fraction of the ratings decides when to stop. Without biases the model is P*Q'.
    ///
    /// >>> R = ratings([5 3 NaN 1 NaN; 4 NaN NaN 1 2; 1 1 NaN 5 NaN; 1 NaN NaN 4 5; NaN 1 5 4 NaN; 2 1 4 NaN 5]);
    /// >>> m = funksvd(R, k=2, lr=.02, lambda=.1, maxiter=4000, biases=false, batch="full");
    /// >>> predict(m, 1, [3 5])
    /// ans = 1×2
    ///    0.7808   2.2655
    ///
    /// See also: als, predict, recommend, evaluate
    /// Reference: https://sifter.org/~simon/journal/20061211.html
    fn funksvd(cx,
        /** Ratings, or a matrix with NaN for what is missing. */ R: Arc<Ratings>,
        /** Number of factors; 20, or as many as users and items allow, when left out. */ k: Option<usize>,
        /** Learning rate. */ lr: f64 = 0.01,
        /** Penalty of factors and biases. */ lambda: f64 = 0.1,
        /** Epochs. */ maxiter: usize = 50,
        /** Whether to fit mean and biases too. */ biases: bool = true,
        /** What a step looks at: one rating, or all. */ batch: StepOf = "sgd",
        /** Stop when an epoch changes the objective by less than this fraction; 0 runs all epochs. */ tol: f64 = 0.0,
        /** Standard deviation of the random start. */ init_scale: f64 = 0.1,
        /** Fraction of the ratings held out to stop early; 0 for none. */ holdout: f64 = 0.0,
        /** Epochs without a better held-out error before stopping. */ patience: usize = 3,
        /** Seed of start and order. */ seed: usize = 0,
        /** The range of predictions: [low high], "observed" (with biases) or "off" (without). */ clip: Option<Limits>,
    ) -> [m] {
        let clip = clip_or_usual(clip, biases);
        let options = FunkSvdOptions { k, lr, lambda, biases, max_iter: maxiter, tol, batch: batch.into(), init_scale, holdout, patience, seed: seed as u64, clip, ..Default::default() };
        fitted(cx.host, tol.max(holdout), |monitor| matfac::recommend::funksvd(&R, &options, monitor))
    }

    /// Predicted ratings: of one pair, of lists of pairs, of all pairs, or of test ratings.
    ///
    /// Users and items are given by label, `predict(m, 15, 318)`. Without items all are predicted, without users too.
    /// A user or item without ratings is predicted by what is left of the model, biases and then the mean, with a
    /// warning. `predict(m, test)` is a table of the test ratings beside their predictions.
    ///
    /// >>> m = baseline([5 3 NaN; 4 NaN 1]);
    /// >>> predict(m, 1, [2 3])
    /// ans = 1×2
    ///    3.3525   2.9841
    /// >>> predict(m)
    /// ans = 2×3
    ///           1        2        3
    /// 1    3.9873   3.3525   2.9841
    /// 2    3.4610   2.8262   2.4578
    ///
    /// See also: recommend, als, funksvd, rmse
    fn predict(cx, /** A model. */ m: Model, /** Ratings to predict. */ test: Arc<Ratings>) -> [T] {
        Ok(Value::Table(Arc::new(tables::predicted(&m.0, &test)?)))
    }
    or (cx, m: Model, /** Labels of users. */ user: Option<LabelList>, /** Labels of items. */ item: Option<LabelList>) -> [r] {
        predicted(cx.host, &m.0, user, item)
    }

    /// The items with the highest predicted ratings for a user, best first.
    ///
    /// Items the user has rated are left out, and those nobody has. Films get their titles from
    /// `titles="movies.csv"`, here or in `ratings`.
    ///
    /// >>> m = als([5 3 NaN 1 NaN; 4 NaN NaN 1 2; 1 1 NaN 5 NaN; 1 NaN NaN 4 5; NaN 1 5 4 NaN; 2 1 4 NaN 5], k=2);
    /// >>> recommend(m, user=1, n=2)
    /// ans = 2×2 table
    ///   item   score
    ///      3  2.2238
    ///      5  2.0347
    ///
    /// See also: predict, similar, als
    fn recommend(cx,
        /** A model. */ m: Model,
        /** The user's label. */ user: Label,
        /** How many. */ n: Count = 10,
        /** Whether to leave out what the user has rated. */ exclude_seen: bool = true,
        /** A file or table with the items' labels and titles. */ titles: Option<Value>,
    ) -> [T] { recommended(cx.host, &m.0, &user, n, exclude_seen, titles) }

    /// The items (or users) whose factors point most nearly the same way as those of one, by cosine.
    ///
    /// >>> m = als([5 4 1 1; 4 5 1 2; 1 1 5 4; 2 1 4 5], k=2, biases=false);
    /// >>> similar(m, item=1, n=1)
    /// ans = 1×2 table
    ///   item  similarity
    ///      2      0.9951
    ///
    /// See also: recommend, cosine
    fn similar(cx,
        /** A model with factors. */ m: Model,
        /** The item's label. */ item: Option<Label>,
        /** The user's label, for similar users. */ user: Option<Label>,
        /** How many. */ n: Count = 10,
        /** A file or table with the items' labels and titles. */ titles: Option<Value>,
    ) -> [T] { alike(&m.0, item, user, n, titles.map(|t| located(cx.host, t))) }

    /// The items at both ends of a factor: what it tells apart.
    ///
    /// >>> m = als([5 4 1 1; 4 5 1 2; 1 1 5 4; 2 1 4 5], k=1, seed=1);
    /// >>> T = top(m, n=2);
    /// >>> sort(T.item(1:2)')
    /// ans = 1×2
    ///    3   4
    ///
    /// See also: similar, recommend
    fn top(cx,
        /** A model with factors. */ m: Model,
        /** Which factor. */ factor: Count = 1,
        /** How many at each end. */ n: Count = 5,
        /** A file or table with the items' labels and titles. */ titles: Option<Value>,
    ) -> [T] { ends(&m.0, factor.0, n.0, titles.map(|t| located(cx.host, t))) }

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
        model_error(&m.0, test, matfac::recommend::rmse)
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
        model_error(&m.0, test, matfac::recommend::mae)
    }
    or (cx, /** Predicted numbers. */ predicted: Arc<Array>, /** What they should be: as many numbers, or ratings. */ actual: Value) -> [e] {
        mean_error(&predicted, &actual, "mae", f64::abs)
    }

    /// A model's test errors beside what it has to beat: the mean rating, and the mean with biases.
    ///
    /// Both are fitted to what the model was fitted to. A model that loses to one of them is reported by a warning.
    ///
    /// >>> [train, test] = split((1:20)' * (1:10) / 40, seed=1);
    /// >>> E = evaluate(als(train, k=1, lambda=1e-4, biases=false), test);
    /// >>> E.rmse(3) < E.rmse(2) && E.rmse(2) < E.rmse(1)
    /// ans = 1
    ///
    /// See also: rmse, split, baseline
    fn evaluate(cx, /** A model. */ m: Model, /** Ratings it was not fitted to. */ test: Arc<Ratings>) -> [T] {
        evaluated(cx.host, &m.0, &test)
    }

    /// What a model's fit minimised: squared errors plus penalties.
    ///
    /// >>> m = als([5 3 NaN 1 NaN; 4 NaN NaN 1 2; 1 1 NaN 5 NaN; 1 NaN NaN 4 5; NaN 1 5 4 NaN; 2 1 4 NaN 5], k=2);
    /// >>> abs(objective(m) - m.history(end, 2)) < 1e-9
    /// ans = 1
    ///
    /// See also: als, funksvd
    fn objective(cx, /** A model. */ m: Model) -> [s] { Ok(m.0.objective()) }
}

impl From<Repeated> for Duplicates {
    fn from(rule: Repeated) -> Duplicates {
        match rule {
            Repeated::Last => Duplicates::Last,
            Repeated::Mean => Duplicates::Mean,
            Repeated::Error => Duplicates::Error,
        }
    }
}

impl From<StepOf> for Batch {
    fn from(step: StepOf) -> Batch {
        match step {
            StepOf::Sgd => Batch::Sgd,
            StepOf::Full => Batch::Full,
        }
    }
}

/// With biases a model speaks of stars, and stops where they stop. Without, it is the product P*Q', and
/// `predict` shows just that.
fn clip_or_usual(clip: Option<Limits>, biases: bool) -> Clip {
    clip.map_or(if biases { Clip::Observed } else { Clip::Off }, |limits| limits.0)
}

fn from_lists(
    i: &[f64],
    j: &[f64],
    v: &[f64],
    t: Option<Vector>,
    duplicates: Duplicates,
    titles: Option<Value>,
) -> Result<Value> {
    let times = t.as_ref().map(|t| &t.0[..]);
    tables::titled(Ratings::from_numbers(i, j, v, times, duplicates)?, titles)
}

fn divide(ratings: &Ratings, test: f64, train: Option<f64>, seed: usize) -> Result<(Value, Value)> {
    let options = SplitOptions { test, train, seed: seed as u64 };
    let (train, test) = matfac::recommend::split(ratings, &options)?;
    Ok((Value::Ratings(Arc::new(train)), Value::Ratings(Arc::new(test))))
}

/// The fit as a value; one that did not settle is told. `until` is 0 when all iterations were asked for.
fn fitted(
    host: &mut dyn Host,
    until: f64,
    fit: impl FnOnce(&Monitor) -> matfac::Result<FactorModel>,
) -> Result<Value> {
    let fit = fit(&host.monitor())?;
    if !fit.converged {
        let (method, n) = (fit.method, fit.history.len());
        let plural = if n == 1 { "" } else { "s" };
        host.warn(
            "mf:not-converged",
            &format!(
                "{method} stopped after {n} iteration{plural}, before it settled: try a larger maxiter"
            ),
        )?;
    }
    Ok(Value::object(RecommenderModel::new(fit, until > 0.0)))
}

fn recommended(
    host: &mut dyn Host,
    m: &FactorModel,
    user: &Label,
    n: Count,
    exclude_seen: bool,
    titles: Option<Value>,
) -> Result<Value> {
    let titles = titles.map(|t| located(host, t));
    let ranked = m.recommend(&user.0, n.0, exclude_seen)?;
    if ranked.is_empty() {
        let message = format!(
            "user {} has rated every item that anybody has; exclude_seen=false ranks those",
            user.0
        );
        host.warn("mf:nothing-left", &message)?;
    }
    tables::ranked("item", &tables::item_labels(m, titles)?, &ranked, "score")
}

fn needs_factors(m: &FactorModel, function: &str) -> Result<()> {
    if m.k() > 0 {
        return Ok(());
    }
    Err(Fault::new(format!("{function}: a {} model has no factors", m.method))
        .hint("als and funksvd fit factors"))
}

fn alike(
    m: &FactorModel,
    item: Option<Label>,
    user: Option<Label>,
    n: Count,
    titles: Option<Value>,
) -> Result<Value> {
    needs_factors(m, "similar")?;
    match (item, user) {
        (Some(item), None) => {
            let labels = tables::item_labels(m, titles)?;
            tables::ranked("item", &labels, &m.similar_items(&item.0, n.0)?, "similarity")
        }
        (None, Some(user)) => {
            tables::ranked("user", m.users(), &m.similar_users(&user.0, n.0)?, "similarity")
        }
        _ => Err(Fault::new("similar needs an item or a user")
            .hint("similar(m, item=318) or similar(m, user=15)")),
    }
}

fn ends(m: &FactorModel, factor: usize, n: usize, titles: Option<Value>) -> Result<Value> {
    needs_factors(m, "top")?;
    if factor > m.k() {
        return Err(Fault::new(format!("top: the model has {} factors, not {factor}", m.k())));
    }
    tables::ends(m, factor - 1, n, &tables::item_labels(m, titles)?)
}

fn model_error(
    m: &FactorModel,
    test: Option<Arc<Ratings>>,
    error: fn(&dyn Recommender, &Ratings) -> matfac::Result<f64>,
) -> Result<f64> {
    Ok(error(m, test.as_deref().unwrap_or(&m.seen))?)
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

fn evaluated(host: &mut dyn Host, m: &FactorModel, test: &Ratings) -> Result<Value> {
    let rivals = Rivals::fit(&m.seen, &host.monitor())?;
    let named = [("mean", &rivals.mean), ("biases", &rivals.biases), (m.method, m)];
    let mut errors = Vec::new();
    for (name, model) in named {
        let rmse = matfac::recommend::rmse(model, test)?;
        errors.push((name, rmse, matfac::recommend::mae(model, test)?));
    }
    let own = errors[2].1;
    let is_baseline = m.k() == 0;
    if let Some((name, rmse, _)) = errors[..2].iter().rev().find(|(_, rmse, _)| *rmse <= own)
        && !is_baseline
    {
        host.warn(
            "mf:loses-to-baseline",
            &format!(
                "the model's test RMSE {own:.4} is no better than that of the {name} alone, {rmse:.4}: try a larger lambda, or a smaller k"
            ),
        )?;
    }
    tables::errors(&errors)
}
