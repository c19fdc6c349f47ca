//! `value.name`: the fields of structs, tables, ratings, models and factorizations.

use super::{Fault, Result, Value, did_you_mean, nearest};
use matfac::data::Column;

/// What `value.name` stands for: one value, or one for each element of a struct array.
pub fn fields(value: &Value, name: &str) -> Result<Vec<Value>> {
    if let Value::Struct(structs) = value {
        let known = || structs.names().map(|n| &**n).collect::<Vec<_>>();
        return match structs.field(name) {
            Some(values) => Ok(values.to_vec()),
            None => Err(unknown(value, name, &known())),
        };
    }
    Ok(vec![single(value, name)?])
}

fn single(value: &Value, name: &str) -> Result<Value> {
    match value {
        Value::Object(object) => {
            object.field(name).unwrap_or_else(|| Err(unknown(value, name, object.fields())))
        }
        Value::Table(table) => match table.column(name) {
            Ok(Column::Numbers(numbers)) => {
                Ok(matfac::Matrix::column_vector(numbers.clone()).into())
            }
            Ok(Column::Text(texts)) => {
                let texts = texts.iter().map(|text| Value::from(&**text)).collect();
                Ok(Value::cell(super::Cells::column_vector(texts)))
            }
            Err(_) => {
                let names = table.names().names().iter().map(|n| &**n).collect::<Vec<_>>();
                Err(unknown(value, name, &names))
            }
        },
        Value::Ratings(ratings) => match name {
            "mean" => Ok(ratings.mean().unwrap_or(f64::NAN).into()),
            "nnz" => Ok(ratings.nnz().into()),
            "density" => Ok(ratings.density().into()),
            "users" => Ok(named(ratings.users().names())),
            "items" => Ok(named(ratings.items().names())),
            "titles" => {
                let items = ratings.items();
                let titles = (0..items.len()).map(|i| items.title(i).unwrap_or_default().into());
                Ok(Value::cell(super::Cells::column_vector(titles.collect())))
            }
            "values" => Ok(matfac::Matrix::column_vector(ratings.values().to_vec()).into()),
            "times" => {
                let times = ratings.times().map(<[f64]>::to_vec).unwrap_or_default();
                Ok(matfac::Matrix::column_vector(times).into())
            }
            "implicit" => Ok(ratings.is_implicit().into()),
            _ => Err(unknown(
                value,
                name,
                &[
                    "mean", "nnz", "density", "users", "items", "titles", "values", "times",
                    "implicit",
                ],
            )),
        },
        _ => Err(Fault::new(format!("a {} has no fields", value.describe()))),
    }
}

/// The number that a label is, when it is written as numbers are.
pub fn label_number(label: &str) -> Option<f64> {
    let x = label.parse().ok()?;
    (matfac::data::number_text(x) == label).then_some(x)
}

/// Labels as a column of numbers when all of them are, else of strings.
fn named(names: &[Box<str>]) -> Value {
    match names.iter().map(|name| label_number(name)).collect::<Option<Vec<f64>>>() {
        Some(numbers) => matfac::Matrix::column_vector(numbers).into(),
        None => {
            let texts = names.iter().map(|name| Value::from(&**name)).collect();
            Value::cell(super::Cells::column_vector(texts))
        }
    }
}

fn unknown(value: &Value, name: &str, known: &[&str]) -> Box<Fault> {
    let fault = Fault::new(format!("a {} has no field `{name}`", value.describe()))
        .identified("Octave:invalid-indexing");
    match did_you_mean(&nearest(name, known.iter().copied())) {
        Some(suggestion) => fault.hint(suggestion),
        None if known.is_empty() => fault,
        None => fault.hint(format!("the fields are {}", known.join(", "))),
    }
}
