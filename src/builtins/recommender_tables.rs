//! Ratings from whatever holds them, and the tables in which recommenders answer.

use super::argument::{dense_ratings, sparse_ratings};
use crate::value::{Array, Fault, Result, Value, label_number};
use matfac::data::{Column, Duplicates, Labels, Ratings, Table};
use matfac::io::{RatingsOptions, attach_titles, ratings_from_table, read_ratings, read_titles};
use matfac::recommend::{FactorModel, Ranked, RankingMetrics, Recommender};
use std::sync::Arc;

/// `ratings(source, …)`; the names are those of the columns of users, items, ratings and times.
pub(super) fn read(
    source: Value,
    names: [Option<String>; 4],
    duplicates: Duplicates,
    titles: Option<Value>,
) -> Result<Value> {
    let is_named = names.iter().any(Option::is_some);
    let [user, item, rating, time] = names;
    let options =
        RatingsOptions { user, item, rating, time, duplicates, ..RatingsOptions::default() };
    let ratings = match &source {
        Value::Text(path) => read_ratings(path.as_str(), &options)?,
        Value::Table(table) => ratings_from_table(table, &options)?,
        Value::Ratings(ratings) => (**ratings).clone(),
        Value::Sparse(_) if is_named => {
            return Err(Fault::new("ratings: a sparse matrix has no names of columns")
                .hint("ratings(S) takes its rows for users and its columns for items"));
        }
        Value::Sparse(s) => sparse_ratings(s)?,
        _ => {
            let array = source.to_array()?;
            match as_table(&array).map(|table| ratings_from_table(&table, &options)) {
                Some(Ok(ratings)) => ratings,
                Some(Err(error)) if is_named => return Err(error.into()),
                None if is_named => {
                    return Err(Fault::new("ratings: this matrix has no names of columns")
                        .hint("ratings(A(:,1), A(:,2), A(:,3)) takes users, items and ratings"));
                }
                _ => dense_ratings(&array)?,
            }
        }
    };
    titled(ratings, titles)
}

/// A matrix that `load` read from a file of triplets: named columns and unnamed rows.
fn as_table(array: &Array) -> Option<Table> {
    let names = array.col_labels().filter(|_| array.row_labels().is_none())?;
    let columns = (0..names.len()).map(|j| Column::Numbers(array.data.col(j).to_vec())).collect();
    Table::new(names.names().to_vec(), columns).ok()
}

/// The ratings as a value, with titles when there are some.
pub(super) fn titled(ratings: Ratings, titles: Option<Value>) -> Result<Value> {
    let ratings = match titles {
        None => ratings,
        Some(titles) => attach_titles(&ratings, &*titles_table(titles)?)?,
    };
    Ok(Value::Ratings(Arc::new(ratings)))
}

/// The labels of a model's items, with titles when there are some.
pub(super) fn item_labels(m: &dyn Recommender, titles: Option<Value>) -> Result<Labels> {
    match titles {
        None => Ok(m.items().clone()),
        Some(titles) => Ok(attach_titles(m.seen(), &*titles_table(titles)?)?.items().clone()),
    }
}

fn titles_table(titles: Value) -> Result<Arc<Table>> {
    match titles {
        Value::Text(path) => Ok(Arc::new(read_titles(path.as_str())?)),
        Value::Table(table) => Ok(table),
        other => Err(Fault::new(format!(
            "titles come from a file or a table, and this is a {}",
            other.describe()
        ))
        .hint("titles=\"movies.csv\"")),
    }
}

/// Labels as numbers when all of them are, so that `T.item` can be computed with; else as text.
fn label_column(labels: &Labels, positions: impl Iterator<Item = usize> + Clone) -> Column {
    // Each label is read once, however often it occurs.
    let mut known: Vec<Option<Option<f64>>> = vec![None; labels.len()];
    let mut number =
        |p: usize| -> Option<f64> { *known[p].get_or_insert_with(|| label_number(labels.name(p))) };
    match positions.clone().map(&mut number).collect::<Option<Vec<f64>>>() {
        Some(numbers) => Column::Numbers(numbers),
        None => Column::Text(positions.map(|p| labels.name(p).into()).collect()),
    }
}

fn title_column(labels: &Labels, positions: impl Iterator<Item = usize>) -> Option<Column> {
    let title = |p| labels.title(p).unwrap_or_default().into();
    labels.has_titles().then(|| Column::Text(positions.map(title).collect()))
}

fn table(columns: Vec<(&str, Column)>) -> Result<Value> {
    let (names, columns) = columns.into_iter().map(|(name, c)| (name.into(), c)).unzip();
    Ok(Value::Table(Arc::new(Table::new(names, columns)?)))
}

/// What a ranking found: label, title when there are titles, and score.
pub(super) fn ranked(axis: &str, labels: &Labels, list: &[Ranked], score: &str) -> Result<Value> {
    let positions = list.iter().map(|r| r.position);
    let mut columns = vec![(axis, label_column(labels, positions.clone()))];
    columns.extend(title_column(labels, positions).map(|titles| ("title", titles)));
    columns.push((score, Column::Numbers(list.iter().map(|r| r.score).collect())));
    table(columns)
}

/// The lists of several users, one after the other.
pub(super) fn ranked_for_all(
    m: &dyn Recommender,
    items: &Labels,
    users: &[usize],
    lists: &[Vec<Ranked>],
) -> Result<Value> {
    let of_users = users.iter().zip(lists).flat_map(|(u, list)| list.iter().map(move |_| *u));
    let places = lists.iter().flat_map(|list| (1..=list.len()).map(|place| place as f64));
    let found = lists.iter().flatten();
    let positions = found.clone().map(|r| r.position);
    let mut columns = vec![
        ("user", label_column(m.users(), of_users)),
        ("place", Column::Numbers(places.collect())),
        ("item", label_column(items, positions.clone())),
    ];
    columns.extend(title_column(items, positions).map(|titles| ("title", titles)));
    columns.push(("score", Column::Numbers(found.map(|r| r.score).collect())));
    table(columns)
}

/// The `n` items with the highest loadings on a factor and the `n` with the lowest, high to low.
pub(super) fn ends(m: &FactorModel, factor: usize, n: usize, labels: &Labels) -> Result<Value> {
    let loadings = m.q.col(factor);
    let mut list: Vec<Ranked> = (0..loadings.len())
        .filter(|&i| !m.seen().item_col(i).0.is_empty())
        .map(|position| Ranked { position, score: loadings[position] })
        .collect();
    list.sort_by(|a, b| b.score.total_cmp(&a.score));
    if list.len() > 2 * n {
        list.drain(n..list.len() - n);
    }
    ranked("item", labels, &list, "loading")
}

/// Every test rating beside its prediction.
pub(super) fn predicted(m: &dyn Recommender, test: &Ratings) -> Result<Table> {
    let find = |own: &Labels, asked: &Labels| -> Vec<Option<usize>> {
        asked.names().iter().map(|name| own.position(name)).collect()
    };
    let (users, items) = (find(m.users(), test.users()), find(m.items(), test.items()));
    let predictions = test.iter().map(|(u, i, _)| m.predict_at(users[u], items[i]).value).collect();
    let pairs: Vec<(usize, usize)> = test.iter().map(|(u, i, _)| (u, i)).collect();
    let mut columns = vec![
        ("user", label_column(test.users(), pairs.iter().map(|p| p.0))),
        ("item", label_column(test.items(), pairs.iter().map(|p| p.1))),
    ];
    let titles = title_column(test.items(), pairs.iter().map(|p| p.1));
    columns.extend(titles.map(|titles| ("title", titles)));
    columns.push(("rating", Column::Numbers(test.values().to_vec())));
    columns.push(("predicted", Column::Numbers(predictions)));
    let (names, columns) = columns.into_iter().map(|(name, c)| (name.into(), c)).unzip();
    Ok(Table::new(names, columns)?)
}

/// What each rated item adds to a prediction.
pub(super) fn reasons(
    labels: &Labels,
    seen: &Ratings,
    user: usize,
    shares: &[Ranked],
) -> Result<Value> {
    let positions = shares.iter().map(|r| r.position);
    let rating = |i| seen.get(user, i).unwrap_or(f64::NAN);
    let mut columns = vec![("item", label_column(labels, positions.clone()))];
    columns.extend(title_column(labels, positions.clone()).map(|titles| ("title", titles)));
    columns.push(("rating", Column::Numbers(positions.map(rating).collect())));
    columns.push(("share", Column::Numbers(shares.iter().map(|r| r.score).collect())));
    table(columns)
}

/// How a model does on test ratings.
pub(super) struct Judgement<'a> {
    /// The model's name.
    pub name: &'a str,
    /// RMSE and MAE of predicted ratings.
    pub errors: Option<(f64, f64)>,
    /// How good the first items of its rankings are.
    pub lists: Option<RankingMetrics>,
}

/// Models with their errors, a line each.
pub(super) fn judgements(lines: &[Judgement]) -> Result<Value> {
    let mut columns =
        vec![("model", Column::Text(lines.iter().map(|line| line.name.into()).collect()))];
    if lines.iter().any(|line| line.errors.is_some()) {
        let error = |pick: fn((f64, f64)) -> f64| {
            Column::Numbers(lines.iter().map(|line| line.errors.map_or(f64::NAN, pick)).collect())
        };
        columns.push(("rmse", error(|e| e.0)));
        columns.push(("mae", error(|e| e.1)));
    }
    if let Some(lists) = lines.iter().map(|line| line.lists).collect::<Option<Vec<_>>>() {
        let mut add = |name, value: fn(&RankingMetrics) -> f64| {
            columns.push((name, Column::Numbers(lists.iter().map(value).collect())));
        };
        add("precision", |l| l.precision);
        add("recall", |l| l.recall);
        add("ndcg", |l| l.ndcg);
        add("map", |l| l.map);
        add("mrr", |l| l.mrr);
        add("hitrate", |l| l.hit_rate);
        add("auc", |l| l.auc);
        add("coverage", |l| l.coverage);
        add("novelty", |l| l.novelty);
    }
    table(columns)
}

/// Every rating as a line of a table: what `save` writes and `ratings` reads.
pub(super) fn triplets(ratings: &Ratings) -> Result<Table> {
    let pairs: Vec<(usize, usize)> = ratings.iter().map(|(u, i, _)| (u, i)).collect();
    let mut names = vec!["user".into(), "item".into(), "rating".into()];
    let mut columns = vec![
        label_column(ratings.users(), pairs.iter().map(|p| p.0)),
        label_column(ratings.items(), pairs.iter().map(|p| p.1)),
        Column::Numbers(ratings.values().to_vec()),
    ];
    if let Some(times) = ratings.times() {
        names.push("time".into());
        columns.push(Column::Numbers(times.to_vec()));
    }
    Ok(Table::new(names, columns)?)
}
