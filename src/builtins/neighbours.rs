//! Labels of rows by their nearest neighbours.

use super::argument::{Argument, Words};
use crate::value::{Array, Blame, Cells, Fault, Host, Result, Value};
use matfac::Matrix;
use matfac::models::neighbours::{Split, classify};

/// Labels as they were given, and the number of each one's class.
enum Classes {
    Numbers(Vec<f64>, Vec<usize>),
    Words(Vec<String>, Vec<usize>),
}

impl Classes {
    fn of(labels: &Value) -> Result<Classes> {
        let blame = Blame::Keyword("labels".into());
        if let Value::Cell(_) | Value::Text(_) = labels {
            let Words(words) = Words::from_value(labels.clone()).map_err(|what| {
                Fault::new(format!("labels are numbers or strings, and this is {what}"))
                    .blame(blame)
            })?;
            let codes = numbered(&words, |a, b| a.cmp(b));
            return Ok(Classes::Words(words, codes));
        }
        let numbers = labels.to_array()?.data.as_slice().to_vec();
        if let Some(place) = numbers.iter().position(|x| x.is_nan()) {
            return Err(Fault::new(format!("label {} is NaN", place + 1)).blame(blame));
        }
        let codes = numbered(&numbers, f64::total_cmp);
        Ok(Classes::Numbers(numbers, codes))
    }

    fn codes(&self) -> &[usize] {
        match self {
            Classes::Numbers(_, codes) | Classes::Words(_, codes) => codes,
        }
    }

    /// The labels of classes; none where there is no class.
    fn labels(&self, classes: &[Option<usize>]) -> Value {
        let place = |class: &Option<usize>| {
            class.and_then(|class| self.codes().iter().position(|c| *c == class))
        };
        let places = classes.iter().map(place);
        match self {
            Classes::Numbers(labels, _) => {
                Matrix::column_vector(places.map(|p| p.map_or(f64::NAN, |p| labels[p])).collect())
                    .into()
            }
            Classes::Words(labels, _) => {
                let words: Vec<Value> =
                    places.map(|p| Value::text(p.map_or("", |p| &labels[p]))).collect();
                Value::cell(Cells::from_vec(words.len(), 1, words))
            }
        }
    }
}

/// The rank of each label among the different ones.
fn numbered<T>(labels: &[T], order: impl Fn(&T, &T) -> std::cmp::Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..labels.len()).collect();
    places.sort_by(|&a, &b| order(&labels[a], &labels[b]));
    let mut codes = vec![0; labels.len()];
    let mut code = 0;
    for (turn, &place) in places.iter().enumerate() {
        if turn > 0 && order(&labels[places[turn - 1]], &labels[place]).is_ne() {
            code += 1;
        }
        codes[place] = code;
    }
    codes
}

/// The share of rows whose neighbours tell their label, and the labels found.
pub fn accuracy(
    host: &mut dyn Host,
    z: &Array,
    labels: &Value,
    k: usize,
    folds: Option<usize>,
    holdout: Option<f64>,
    seed: usize,
) -> Result<(Value, Value)> {
    let classes = Classes::of(labels)?;
    let split = match (folds, holdout) {
        (Some(_), Some(_)) => {
            return Err(Fault::new("folds and holdout are two ways to divide the rows; give one")
                .blame(Blame::Keyword("holdout".into())));
        }
        (Some(folds), None) => Split::Folds(folds),
        (None, Some(share)) => Split::HoldOut(share),
        (None, None) => Split::LeaveOneOut,
    };
    // Every block of rows polls the interrupt, so that this needs no thread of its own.
    let found = classify(&z.data, classes.codes(), k, split, seed as u64, &host.monitor())?;
    Ok((found.accuracy.into(), classes.labels(&found.predicted)))
}
