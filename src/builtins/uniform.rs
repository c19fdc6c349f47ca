//! Single entries put together into one array, as `cellfun` and `arrayfun` do: the first says of which class.

use super::rearranging::with_shape;
use crate::value::{Cells, Fault, Numeric, Result, Struct, Value, horizontal, to_logical};
use matfac::{BoolMatrix, ComplexMatrix, Matrix};

/// An m×n array of these entries, each of which is 1×1.
pub fn collected(function: &str, list: Vec<Value>, (m, n): (usize, usize)) -> Result<Value> {
    let Some(first) = list.first() else {
        return Ok(Matrix::zeros(m, n).into());
    };
    if let Value::Sparse(_) = first {
        // What is put together of sparse entries is sparse.
        return with_shape(horizontal(list)?, (m, n));
    }
    match first {
        Value::Bool(_) | Value::Bools(_) => {
            let one = |value: Value| match value.is_array() && value.as_text().is_none() {
                true => Ok(to_logical(value)?.as_slice()[0]),
                false => Err(mixed(function, "logical", &value)),
            };
            let entries = list.into_iter().map(one).collect::<Result<_>>()?;
            Ok(BoolMatrix::from_vec(m, n, entries).into())
        }
        Value::Text(_) if m == 1 => horizontal(list),
        Value::Text(_) => Err(Fault::unsupported("several rows of characters")
            .hint("UniformOutput=false collects strings in a cell")),
        Value::Cell(_) => {
            let one = |value: Value| match value {
                Value::Cell(cells) => cells.as_slice()[0].clone(),
                other => other,
            };
            Ok(Value::cell(Cells::from_vec(m, n, list.into_iter().map(one).collect())))
        }
        Value::Struct(_) => match horizontal(list)? {
            Value::Struct(row) => {
                let reshaped = Struct::clone(&row).reshaped(m, n);
                Ok(reshaped.map_or(Value::Struct(row), Value::from))
            }
            other => Ok(other),
        },
        _ if first.is_array() => numbers(function, list, (m, n)),
        other => Err(Fault::new(format!(
            "{function}: a {} cannot be an entry of an array",
            other.describe()
        ))
        .hint("UniformOutput=false collects values of any kind in a cell")),
    }
}

fn numbers(function: &str, list: Vec<Value>, (m, n): (usize, usize)) -> Result<Value> {
    let mut entries = Vec::with_capacity(list.len());
    let mut is_complex = false;
    for value in list {
        if !value.is_array() {
            return Err(mixed(function, "number", &value));
        }
        let entry = match value.into_numeric()? {
            Numeric::Scalar(x) => matfac::c64::new(x, 0.0),
            Numeric::Real(a) => matfac::c64::new(a.data.as_slice()[0], 0.0),
            Numeric::Complex(z) => {
                is_complex = true;
                z.as_slice()[0]
            }
        };
        entries.push(entry);
    }
    if is_complex {
        return Ok(ComplexMatrix::from_vec(m, n, entries).into());
    }
    Ok(Matrix::from_vec(m, n, entries.iter().map(|z| z.re).collect()).into())
}

fn mixed(function: &str, first: &str, other: &Value) -> Box<Fault> {
    Fault::new(format!("{function}: a {} cannot follow a {first} in one array", other.describe()))
        .hint("UniformOutput=false collects values of any kind in a cell")
}
