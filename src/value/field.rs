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
            _ => Err(unknown(value, name, &["mean", "nnz", "density"])),
        },
        _ => Err(Fault::new(format!("a {} has no fields", value.describe()))),
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
