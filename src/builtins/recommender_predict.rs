//! `predict`: positions of labels, what is left for those without ratings, and the shape of the answer.

use super::recommender_model::LabelList;
use crate::value::{Array, Fault, Host, Result, Value};
use matfac::Matrix;
use matfac::data::Labels;
use matfac::recommend::{Aim, Recommender};

/// Users or items by label.
struct Found {
    /// Where the labels stand; `None` for those the model has never heard of.
    positions: Vec<Option<usize>>,
    /// What to say about those without ratings, when there are any.
    cold: Option<String>,
}

impl Found {
    fn new(m: &dyn Recommender, axis: &'static str, labels: &[String]) -> Found {
        let known = if axis == "user" { m.users() } else { m.items() };
        let is_rated = |p: usize| match axis {
            "user" => !m.seen().user_row(p).0.is_empty(),
            _ => !m.seen().item_col(p).0.is_empty(),
        };
        let positions: Vec<_> = labels.iter().map(|label| known.position(label)).collect();
        let cold: Vec<usize> =
            (0..labels.len()).filter(|&n| !positions[n].is_some_and(is_rated)).collect();
        let cold = cold.first().map(|&first| {
            let who = match cold.len() {
                1 => format!("{axis} {} has", labels[first]),
                n => format!("{axis} {} and {} more have", labels[first], n - 1),
            };
            let has_biases = m.factors().is_none_or(|factors| factors.biases);
            let left = match m.fit().aim {
                Aim::Ranking => "how many users have the item is",
                Aim::Ratings if has_biases => "biases and the mean are",
                Aim::Ratings => "the mean is",
            };
            let near = match positions[first] {
                Some(_) => None,
                None => known.find(axis, &labels[first]).err().and_then(|error| error.hint()),
            };
            let near = near.map_or_else(String::new, |near| format!(" ({near})"));
            format!("{who} no ratings in the fit{near}; {left} left to predict from")
        });
        Found { positions, cold }
    }
}

/// `predict(m, user, item)`: a number, a vector of pairs, rows, columns, or all.
pub(super) fn predicted(
    host: &mut dyn Host,
    m: &dyn Recommender,
    user: Option<LabelList>,
    item: Option<LabelList>,
) -> Result<Value> {
    let users = user.as_ref().map(|list| Found::new(m, "user", &list.labels));
    let items = item.as_ref().map(|list| Found::new(m, "item", &list.labels));
    for cold in [&users, &items].into_iter().flatten().filter_map(|found| found.cold.as_deref()) {
        host.warn("mf:cold-start", cold)?;
    }
    let value = |u, i| m.predict_at(u, i).value;
    if let (Some(asked), Some(users), Some(wanted), Some(items)) = (&user, &users, &item, &items) {
        let pairs = pairs(&users.positions, &items.positions)?;
        let values: Vec<f64> = pairs.into_iter().map(|(u, i)| value(u, i)).collect();
        return Ok(if asked.is_column || wanted.is_column {
            Matrix::column_vector(values).into()
        } else {
            Matrix::row_vector(values).into()
        });
    }
    let all = if users.is_none() && items.is_none() {
        m.predictions(&host.monitor())?
    } else {
        let everyone = |n: usize| (0..n).map(Some).collect();
        let us = users.map_or_else(|| everyone(m.users().len()), |found| found.positions);
        let is = items.map_or_else(|| everyone(m.items().len()), |found| found.positions);
        let mut some = Matrix::filled(us.len(), is.len(), 0.0)?;
        for (j, &i) in is.iter().enumerate() {
            us.iter().enumerate().for_each(|(n, &u)| some[(n, j)] = value(u, i));
        }
        some
    };
    let labels = |list: Option<LabelList>, known: &Labels| match list {
        Some(list) => Labels::new(list.labels.into_iter().map(Into::into).collect()),
        None => known.clone(),
    };
    let (rows, cols) = (labels(user, m.users()), labels(item, m.items()));
    Ok(Array::labelled(all, Some(rows), Some(cols)).into())
}

type Place = Option<usize>;

/// Users and items side by side; one of either goes with all of the others.
fn pairs(users: &[Place], items: &[Place]) -> Result<Vec<(Place, Place)>> {
    let n = if users.len() == 1 { items.len() } else { users.len() };
    if items.len() != n && items.len() != 1 {
        return Err(Fault::new(format!(
            "predict: {} users and {} items do not pair up",
            users.len(),
            items.len()
        ))
        .hint("give as many of both, or leave one out to predict for all"));
    }
    let pick = |list: &[Place], n: usize| if list.len() == 1 { list[0] } else { list[n] };
    Ok((0..n).map(|n| (pick(users, n), pick(items, n))).collect())
}
