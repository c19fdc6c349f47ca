//! Ratings as a value: where they come from, and their parts to fit to and to test on.

use super::argument::{Count, Vector, options};
use super::entry::builtins;
use super::files::located;
use super::recommender_tables as tables;
use crate::value::{Cells, Fault, Host, Result, Value};
use matfac::data::{Duplicates, Ratings};
use matfac::recommend::{SplitOptions, leave_out, split_by_time, split_by_user};
use std::sync::Arc;

options! {
    /// What to do with several ratings of one item by one user.
    Repeated { Last = "last", Mean = "mean", Error = "error" }
}

options! {
    /// What decides which ratings are tested on.
    By { Ratings = "ratings", Time = "time", User = "user" }
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
    /// With `implicit=true` the numbers are weights of observations (how often something was bought or played), and with
    /// a `threshold` what is rated at least that is observed, with weight 1.
    ///
    /// >>> ratings([5 3 NaN; 4 NaN 1], implicit=true, threshold=4)
    /// ans = 2×3 observations: 2 (33.33 %), of weight 1
    ///
    /// See also: split, join_ratings, als, ials, load
    /// Reference: https://grouplens.org/datasets/movielens/
    fn ratings(cx,
        /** A file's path, a table, a matrix with NaN for what is missing, or a sparse one. */ source: Value,
        /** Name of the users' column. */ user: Option<String>,
        /** Name of the items' column. */ item: Option<String>,
        /** Name of the ratings' column. */ rating: Option<String>,
        /** Name of the times' column. */ time: Option<String>,
        /** Of several ratings of an item by one user: the last, their mean, or an error. */ duplicates: Repeated = "last",
        /** A file or table whose first column has the items' labels and another their titles. */ titles: Option<Value>,
        /** Whether the numbers are weights of observations instead of ratings. */ implicit: bool = false,
        /** With implicit: what is rated at least this is observed. */ threshold: Option<f64>,
        /** Leave out users with fewer ratings, until all have as many. */ min_user: usize = 0,
        /** Leave out items with fewer ratings, until all have as many. */ min_item: usize = 0,
        /** The least and the greatest rating there may be, [low high]; others are an error. */ scale: Option<Vector>,
    ) -> [R] {
        let read = tables::read(located(cx.host, source), [user, item, rating, time], duplicates.into(), titles.map(|t| located(cx.host, t)))?;
        chosen(cx.host, within(read, scale)?, implicit, threshold, min_user, min_item)
    }
    or (cx,
        /** Labels of the users, one for each rating. */ i: Vector,
        /** Labels of the items. */ j: Vector,
        /** The ratings. */ v: Vector,
        /** Their times. */ t: Option<Vector>,
        duplicates: Repeated = "last", titles: Option<Value>,
        implicit: bool = false, threshold: Option<f64>, min_user: usize = 0, min_item: usize = 0, scale: Option<Vector>,
    ) -> [R] {
        let read = from_lists(&i.0, &j.0, &v.0, t, duplicates.into(), titles.map(|t| located(cx.host, t)))?;
        chosen(cx.host, within(read, scale)?, implicit, threshold, min_user, min_item)
    }

    /// Ratings divided into a part to fit to and a part to test on. Both keep all users and items.
    ///
    /// At random; with `leave=n` n ratings of each user are tested on; with `by="time"` the latest are, of all ratings or
    /// of each user. With `by="user"` a fraction of the users is kept from training altogether (strong generalization): of
    /// their ratings the fraction `given` is for `fold_in` and the others are tested on.
    ///
    /// >>> [train, test] = split(ratings(magic(10)), test=0.2, seed=1);
    /// >>> [nnz(train) nnz(test)]
    /// ans = 1×2
    ///    80   20
    /// >>> [train, test, given] = split(ratings(magic(10)), by="user", test=0.3);
    /// >>> [nnz(train) nnz(test) nnz(given)]
    /// ans = 1×3
    ///    70    6   24
    ///
    /// See also: ratings, folds, fold_in, evaluate, rmse
    fn split(cx,
        /** Ratings. */ R: Arc<Ratings>,
        /** Fraction of the ratings, or by user of the users, to test on. */ test: f64 = 0.2,
        /** Fraction to fit to; all the others when left out. */ train: Option<f64>,
        /** What decides: chance, the time or the user. */ by: By = "ratings",
        /** How many ratings of each user to test on, instead of a fraction. */ leave: Option<Count>,
        /** By user: the fraction of a test user's ratings that the model is shown. */ given: f64 = 0.8,
        /** Seed of the choice. */ seed: usize = 0,
    ) -> [train, test, given] { divide(&R, by, test, train, leave, given, seed as u64) }

    /// Ratings divided at random into folds: a cell with a line {train, test} for each.
    ///
    /// >>> F = folds(ratings(magic(10)), 5);
    /// >>> size(F), nnz(F{1,2})
    /// ans = 1×2
    ///    5   2
    /// ans = 20
    ///
    /// See also: split, crossval
    fn folds(cx, /** Ratings. */ R: Arc<Ratings>, /** How many. */ count: Count = 5, /** Seed of the choice. */ seed: usize = 0) -> [F] { in_folds(&R, count.0, seed as u64) }

    /// Ratings of two sets together; what both have is taken from the second. New users and items come after the known.
    ///
    /// >>> R = join_ratings(ratings([1 1], [10 20], [5 3]), ratings([1 2], [20 10], [4 2]));
    /// >>> R(1, 2), size(R)
    /// ans = 4
    /// ans = 1×2
    ///    2   2
    ///
    /// See also: ratings, fold_in
    fn join_ratings(cx, /** Ratings. */ R: Arc<Ratings>, /** Newer ratings. */ newer: Arc<Ratings>) -> [R] { Ok(Value::Ratings(Arc::new(R.union(&newer)))) }
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

/// Refuses ratings outside their scale.
fn within(read: Value, scale: Option<Vector>) -> Result<Value> {
    let Some(scale) = scale else { return Ok(read) };
    let Value::Ratings(ratings) = &read else { return Ok(read) };
    let &[low, high] = &scale.0[..] else {
        return Err(Fault::new("ratings: scale is the least and the greatest rating there may be")
            .hint("scale=[1 5]"));
    };
    let outside = ratings.iter().find(|&(_, _, r)| !(low..=high).contains(&r));
    match outside {
        None => Ok(read),
        Some((u, i, r)) => Err(Fault::new(format!(
            "ratings: user {} rates item {} {r}, outside the scale from {low} to {high}",
            ratings.users().name(u),
            ratings.items().name(i)
        ))),
    }
}

/// What is kept of ratings that were read.
fn chosen(
    host: &mut dyn Host,
    read: Value,
    implicit: bool,
    threshold: Option<f64>,
    min_user: usize,
    min_item: usize,
) -> Result<Value> {
    let Value::Ratings(ratings) = &read else { return Ok(read) };
    if threshold.is_some() && !implicit && !ratings.is_implicit() {
        return Err(Fault::new("ratings: threshold says what counts as observed")
            .hint("ratings(…, implicit=true, threshold=4)"));
    }
    if !implicit && min_user.max(min_item) == 0 {
        return Ok(read);
    }
    let mut kept = (**ratings).clone();
    if implicit {
        kept = kept.into_implicit(threshold)?;
    }
    if min_user.max(min_item) > 0 {
        kept = kept.at_least(min_user, min_item);
    }
    if kept.nnz() == 0 && ratings.nnz() > 0 {
        host.warn("mf:no-ratings", "ratings: nothing is left of the ratings")?;
    }
    Ok(Value::Ratings(Arc::new(kept)))
}

fn divide(
    r: &Ratings,
    by: By,
    test: f64,
    train: Option<f64>,
    leave: Option<Count>,
    given: f64,
    seed: u64,
) -> Result<Vec<Value>> {
    if train.is_some() && (leave.is_some() || by != By::Ratings) {
        return Err(Fault::new("split: train is a fraction of the ratings, chosen at random")
            .hint("leave out train, or by and leave"));
    }
    let parts = match (by, leave) {
        (By::User, Some(_)) => {
            return Err(Fault::new(
                "split: leave divides the ratings of every user, by=\"user\" the users",
            )
            .hint("by=\"user\" takes given, the fraction of a test user's ratings that is shown"));
        }
        (By::User, None) => {
            let (train, given, test) = split_by_user(r, test, given, seed)?;
            vec![train, test, given]
        }
        (by, Some(count)) => {
            let (train, test) = leave_out(r, count.0, by == By::Time, seed)?;
            vec![train, test]
        }
        (By::Time, None) => {
            let (train, test) = split_by_time(r, test)?;
            vec![train, test]
        }
        (By::Ratings, None) => {
            let options = SplitOptions { test, train, seed };
            let (train, test) = matfac::recommend::split(r, &options)?;
            vec![train, test]
        }
    };
    Ok(parts.into_iter().map(|part| Value::Ratings(Arc::new(part))).collect())
}

fn in_folds(r: &Ratings, count: usize, seed: u64) -> Result<Value> {
    let folds = matfac::recommend::folds(r, count, seed)?;
    let (train, test): (Vec<Value>, Vec<Value>) = folds
        .into_iter()
        .map(|(train, test)| (Value::Ratings(Arc::new(train)), Value::Ratings(Arc::new(test))))
        .unzip();
    Ok(Value::cell(Cells::from_vec(count, 2, [train, test].concat())))
}
