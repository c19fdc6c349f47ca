//! What a fitted recommender can do. Users and items go by label: film 318 is the one labelled 318, not the 318th column.

use super::argument::{Count, Label};
use super::entry::builtins;
use super::files::located;
use super::recommender_model::{LabelList, Model, RecommenderModel};
use super::recommender_predict::predicted;
use super::recommender_tables as tables;
use crate::value::{Array, Fault, Host, Result, Value};
use matfac::data::Ratings;
use matfac::recommend::{FactorModel, Recommender, recommend_all};
use std::sync::Arc;

builtins! { "recommenders";
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
    /// `predict(P, Q)` takes factors that come from elsewhere: every user's with every item's, `P*Q'`.
    ///
    /// See also: recommend, als, funksvd, rmse
    fn predict(cx, /** A model. */ m: Model, /** Ratings to predict. */ test: Arc<Ratings>) -> [T] {
        Ok(Value::Table(Arc::new(tables::predicted(&*m.0, &test)?)))
    }
    or (cx, m: Model, /** Labels of users. */ user: Option<LabelList>, /** Labels of items. */ item: Option<LabelList>) -> [r] {
        predicted(cx.host, &*m.0, user, item)
    }
    or (cx, /** Factors of users, users×k. */ P: Arc<Array>, /** Factors of items, items×k. */ Q: Arc<Array>) -> [r] { products(&P, &Q) }

    /// The items with the highest predicted ratings for a user, best first.
    ///
    /// Items the user has rated are left out, and those nobody has, unless `items` asks for them. Films get their titles
    /// from `titles="movies.csv"`, here or in `ratings`. A user without ratings in the fit gets what is best without
    /// knowing the user, with a warning; `fold_in` makes one known.
    ///
    /// >>> m = als([5 3 NaN 1 NaN; 4 NaN NaN 1 2; 1 1 NaN 5 NaN; 1 NaN NaN 4 5; NaN 1 5 4 NaN; 2 1 4 NaN 5], k=2);
    /// >>> recommend(m, user=1, n=2)
    /// ans = 2×2 table
    ///   item   score
    ///      3  2.2238
    ///      5  2.0347
    ///
    /// See also: recommend_all, predict, similar, why
    fn recommend(cx,
        /** A model. */ m: Model,
        /** The user's label. */ user: Label,
        /** How many. */ n: Count = 10,
        /** Whether to leave out what the user has rated. */ exclude_seen: bool = true,
        /** Labels of the items to choose from; all when left out. */ items: Option<LabelList>,
        /** Only items that as many users have rated: few ratings may be high by chance. */ min_ratings: usize = 1,
        /** A file or table with the items' labels and titles. */ titles: Option<Value>,
    ) -> [T] { recommended(cx.host, &*m.0, &user, n.0, exclude_seen, (items, min_ratings), titles) }

    /// The items with the highest predictions for every user, or for those asked for, each user's best first.
    ///
    /// The table has up to n lines for each user: the user, the place from 1 on, the item with its title, and the score.
    ///
    /// >>> m = popularity([1 1 NaN; 1 NaN 1; NaN 1 NaN; NaN 1 NaN]);
    /// >>> T = recommend_all(m, n=1); T.item'
    /// ans = 1×4
    ///    3   2   1   1
    ///
    /// See also: recommend, evaluate
    fn recommend_all(cx,
        /** A model. */ m: Model,
        /** How many for each user. */ n: Count = 10,
        /** Whether to leave out what the user has rated. */ exclude_seen: bool = true,
        /** Labels of the users; all when left out. */ users: Option<LabelList>,
        /** A file or table with the items' labels and titles. */ titles: Option<Value>,
    ) -> [T] { recommended_to_all(cx.host, &*m.0, n.0, exclude_seen, users, titles) }

    /// The items (or users) most like one: by cosine of the factors, or as the model compares them.
    ///
    /// >>> m = als([5 4 1 1; 4 5 1 2; 1 1 5 4; 2 1 4 5], k=2, biases=false);
    /// >>> similar(m, item=1, n=1)
    /// ans = 1×2 table
    ///   item  similarity
    ///      2      0.9952
    ///
    /// See also: recommend, cosine
    fn similar(cx,
        /** A model. */ m: Model,
        /** The item's label. */ item: Option<Label>,
        /** The user's label, for similar users. */ user: Option<Label>,
        /** How many. */ n: Count = 10,
        /** A file or table with the items' labels and titles. */ titles: Option<Value>,
    ) -> [T] { alike(&*m.0, item, user, n, titles.map(|t| located(cx.host, t))) }

    /// Why an item is recommended to a user: the share of each rated item in the prediction, largest first.
    ///
    /// The prediction of most models is linear in what the user rated; what the shares leave of it are the mean and the
    /// biases. Of models fitted by stochastic descent the shares explain the nearest such prediction.
    ///
    /// >>> m = als([5 4 1 NaN; 4 5 1 2; 1 1 5 4; 2 1 4 5], k=1, biases=false, tol=1e-9);
    /// >>> T = why(m, 1, 4); abs(sum(T.share) - predict(m, 1, 4)) < 0.01
    /// ans = 1
    ///
    /// See also: recommend, similar
    /// Reference: Hu, Koren and Volinsky (2008), section 5, doi:10.1109/ICDM.2008.22
    fn why(cx,
        /** A model. */ m: Model,
        /** The user's label. */ user: Label,
        /** The item's label. */ item: Label,
        /** How many rated items. */ n: Count = 10,
        /** A file or table with the items' labels and titles. */ titles: Option<Value>,
    ) -> [T] { reasons(cx.host, &*m.0, &user, &item, n.0, titles) }

    /// A model that knows new users, or new ratings by known ones, without fitting it anew.
    ///
    /// The users of the new ratings are fitted to all they rated, while everything about items stays as it is. Ratings of
    /// items that the model does not know are left out, with a warning.
    ///
    /// >>> m = als([5 4 1 NaN; 4 5 NaN 2; 1 NaN 5 4], k=2);
    /// >>> m = fold_in(m, ratings([9 9 9], [1 2 3], [5 4 1]));
    /// >>> abs(predict(m, 9, 4) - predict(m, 1, 4)) < 0.05
    /// ans = 1
    ///
    /// See also: recommend, join_ratings, split
    fn fold_in(cx, /** A model. */ m: Model, /** The new ratings. */ R: Arc<Ratings>) -> [m] { folded(cx.host, &*m.0, &R) }

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
    ) -> [T] { ends(&*m.0, factor.0, n.0, titles.map(|t| located(cx.host, t))) }

    /// What a model's fit minimised: squared errors plus penalties, or the loss of its last iteration.
    ///
    /// >>> m = als([5 3 NaN 1 NaN; 4 NaN NaN 1 2; 1 1 NaN 5 NaN; 1 NaN NaN 4 5; NaN 1 5 4 NaN; 2 1 4 NaN 5], k=2);
    /// >>> abs(objective(m) - m.history(end, 2)) < 1e-9
    /// ans = 1
    ///
    /// See also: als, funksvd, gradcheck
    fn objective(cx, /** A model. */ m: Model) -> [s] { Ok(m.0.objective().unwrap_or(f64::NAN)) }

    /// How well a model's gradient agrees with finite differences: the largest difference, relative to the largest slope.
    ///
    /// Of a model fitted to squared errors, at its parameters: central differences of the objective in up to 200 of them.
    ///
    /// >>> m = funksvd([5 3 NaN 1; 4 NaN NaN 1; 1 1 NaN 5], k=2);
    /// >>> gradcheck(m) < 1e-5
    /// ans = 1
    ///
    /// See also: objective
    fn gradcheck(cx, /** A model with factors. */ m: Model) -> [e] {
        Ok(needs_factors(&*m.0, "gradcheck")?.gradient_error().ok_or_else(|| no_squares(&*m.0))?)
    }
}

/// Every user's factors with every item's.
fn products(p: &Array, q: &Array) -> Result<Value> {
    if p.data.cols() != q.data.cols() {
        return Err(Fault::new(format!(
            "predict: the users have {} factors and the items {}",
            p.data.cols(),
            q.data.cols()
        )));
    }
    let scores = matfac::linalg::product::multiply_with(&p.data, false, &q.data, true)?;
    Ok(Array::labelled(scores, p.row_labels().cloned(), q.row_labels().cloned()).into())
}

/// The user's position; a warning for one the model knows nothing about.
fn user_at(host: &mut dyn Host, m: &dyn Recommender, user: &Label) -> Result<usize> {
    let at = m.users().find("user", &user.0)?;
    if m.seen().user_row(at).0.is_empty() {
        let message = format!(
            "user {} has no ratings in the fit; this is what is best without knowing a user",
            user.0
        );
        host.warn("mf:cold-start", &message)?;
    }
    Ok(at)
}

fn recommended(
    host: &mut dyn Host,
    m: &dyn Recommender,
    user: &Label,
    n: usize,
    exclude_seen: bool,
    (items, min_ratings): (Option<LabelList>, usize),
    titles: Option<Value>,
) -> Result<Value> {
    let titles = titles.map(|t| located(host, t));
    let at = user_at(host, m, user)?;
    let ranked = match items {
        None => m.recommend_among(at, n, exclude_seen, &m.items_with(min_ratings)),
        Some(items) => {
            let places = items.labels.iter().map(|label| m.items().find("item", label));
            let mut places = places.collect::<matfac::Result<Vec<usize>>>()?;
            places.sort_unstable();
            places.dedup();
            // Without a limit what is asked for by name is ranked even if nobody has rated it.
            if min_ratings > 1 {
                let enough = m.items_with(min_ratings);
                places.retain(|place| enough.binary_search(place).is_ok());
            }
            m.recommend_among(at, n, exclude_seen, &places)
        }
    };
    if ranked.is_empty() {
        let message = format!(
            "user {} has rated every item there is to choose from; exclude_seen=false ranks those",
            user.0
        );
        host.warn("mf:nothing-left", &message)?;
    }
    tables::ranked("item", &tables::item_labels(m, titles)?, &ranked, "score")
}

fn recommended_to_all(
    host: &mut dyn Host,
    m: &dyn Recommender,
    n: usize,
    exclude_seen: bool,
    users: Option<LabelList>,
    titles: Option<Value>,
) -> Result<Value> {
    let titles = titles.map(|t| located(host, t));
    let users: Vec<usize> = match users {
        None => (0..m.users().len()).collect(),
        Some(users) => {
            let places = users.labels.iter().map(|label| m.users().find("user", label));
            places.collect::<matfac::Result<_>>()?
        }
    };
    let lists = recommend_all(m, &users, n, exclude_seen, &host.monitor())?;
    tables::ranked_for_all(m, &tables::item_labels(m, titles)?, &users, &lists)
}

/// The factors of a model that has such.
fn needs_factors<'a>(m: &'a dyn Recommender, function: &str) -> Result<&'a FactorModel> {
    m.factors().filter(|factors| factors.k() > 0).ok_or_else(|| {
        Fault::new(format!("{function}: a {} model has no factors", m.fit().method))
            .hint("als, funksvd, svdpp, ials and bpr fit factors")
    })
}

fn no_squares(m: &dyn Recommender) -> Box<Fault> {
    Fault::new(format!("gradcheck: {} does not minimise squared errors of ratings", m.fit().method))
        .hint("als and funksvd do")
}

fn alike(
    m: &dyn Recommender,
    item: Option<Label>,
    user: Option<Label>,
    n: Count,
    titles: Option<Value>,
) -> Result<Value> {
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

fn reasons(
    host: &mut dyn Host,
    m: &dyn Recommender,
    user: &Label,
    item: &Label,
    n: usize,
    titles: Option<Value>,
) -> Result<Value> {
    let titles = titles.map(|t| located(host, t));
    let user_at = user_at(host, m, user)?;
    let item_at = m.items().find("item", &item.0)?;
    let Some(mut shares) = m.contributions(user_at, item_at) else {
        return Err(Fault::new(format!(
            "why: what a {} model predicts for user {} does not rest on rated items",
            m.fit().method,
            user.0
        ))
        .hint(
            "als, funksvd, ials, knn, itemknn and ease explain themselves, of users with ratings",
        ));
    };
    shares.truncate(n);
    tables::reasons(&tables::item_labels(m, titles)?, m.seen(), user_at, &shares)
}

fn folded(host: &mut dyn Host, m: &dyn Recommender, new: &Ratings) -> Result<Value> {
    let folded = matfac::recommend::fold_in(m, new, &host.monitor())?;
    if folded.unknown > 0 {
        let message = format!(
            "fold_in: {} of {} new ratings are of items the model does not know, and left out",
            folded.unknown,
            new.nnz()
        );
        host.warn("mf:unknown-items", &message)?;
    }
    Ok(Value::object(RecommenderModel::new(folded.model, false, host)))
}

fn ends(m: &dyn Recommender, factor: usize, n: usize, titles: Option<Value>) -> Result<Value> {
    let factors = needs_factors(m, "top")?;
    if factor > factors.k() {
        return Err(Fault::new(format!(
            "top: the model has {} factors, not {factor}",
            factors.k()
        )));
    }
    tables::ends(factors, factor - 1, n, &tables::item_labels(m, titles)?)
}
