//! Functions of strings on cells of strings: part by part, and two cells side by side.

use crate::value::{Blame, Cells, Fault, Result, Text, Value, horizontal};
use matfac::BoolMatrix;

/// A function on a value, or on each part of a cell, however deep.
pub fn each(value: Value, f: &dyn Fn(Value) -> Result<Value>) -> Result<Value> {
    match value {
        Value::Cell(cells) => {
            let parts = cells.as_slice().iter().map(|part| each(part.clone(), f));
            let parts = parts.collect::<Result<_>>()?;
            Ok(Value::cell(Cells::from_vec(cells.rows(), cells.cols(), parts)))
        }
        other => f(other),
    }
}

/// A function on a string, or on each string of a cell; anything else is refused.
pub fn each_text(function: &str, value: Value, f: &dyn Fn(&str) -> String) -> Result<Value> {
    let inside = matches!(value, Value::Cell(_));
    each(value, &|part| match part.as_text() {
        Some("") => Ok(part),
        Some(text) => Ok(f(text).into()),
        None => {
            let place = if inside { " in the cell" } else { "" };
            Err(Fault::new(format!(
                "{function} needs strings, and this is a {}{place}",
                part.describe()
            ))
            .blame(Blame::Positional(0)))
        }
    })
}

/// A function on a string or the strings of a cell that leaves numbers as they are.
pub fn each_if_text(function: &str, value: Value, f: &dyn Fn(&str) -> String) -> Result<Value> {
    each(value, &|part| match part.as_text() {
        None if !part.is_array() => Err(Fault::new(format!(
            "{function} needs a string or a cell of strings, and this is a {}",
            part.describe()
        ))),
        Some("") | None => Ok(part),
        Some(text) => Ok(f(text).into()),
    })
}

/// Compares two strings, a string with each part of a cell, or two cells part by part. What is no string equals
/// nothing.
pub fn compared(
    function: &str,
    a: &Value,
    b: &Value,
    equal: &dyn Fn(&Text, &Text) -> bool,
) -> Result<Value> {
    let same = |a: &Value, b: &Value| match (a, b) {
        (Value::Text(a), Value::Text(b)) => equal(a, b),
        _ => false,
    };
    let with_each = |cells: &Cells, other: &Value| {
        let truths = cells.as_slice().iter().map(|part| same(part, other)).collect();
        Value::from(BoolMatrix::from_vec(cells.rows(), cells.cols(), truths))
    };
    Ok(match (a, b) {
        (Value::Cell(a), Value::Cell(b)) => match (a.as_slice(), b.as_slice()) {
            (_, [only]) => with_each(a, only),
            ([only], _) => with_each(b, only),
            (x, y) if (a.rows(), a.cols()) == (b.rows(), b.cols()) => {
                let truths = x.iter().zip(y).map(|(x, y)| same(x, y)).collect();
                BoolMatrix::from_vec(a.rows(), a.cols(), truths).into()
            }
            _ => {
                return Err(Fault::new(format!(
                    "{function}: cells of the same size are compared, not {} and {}",
                    a.shape(),
                    b.shape()
                ))
                .identified("Octave:nonconformant-args"));
            }
        },
        (Value::Cell(cells), other) | (other, Value::Cell(cells)) => with_each(cells, other),
        (a, b) => same(a, b).into(),
    })
}

/// Strings joined; with a cell among them, cells of one size (or of one part) joined part by part. Strings outside
/// of cells lose the blanks at their end.
pub fn joined(parts: Vec<Value>) -> Result<Value> {
    let mut shape = (1, 1);
    let has_cell = parts.iter().any(|part| matches!(part, Value::Cell(_)));
    if !has_cell {
        let trimmed = parts.into_iter().map(|part| match part.as_text() {
            Some(text) => text.trim_end_matches([' ', '\t']).into(),
            None => part,
        });
        return horizontal(std::iter::once("".into()).chain(trimmed).collect());
    }
    for (i, part) in parts.iter().enumerate() {
        match part {
            Value::Cell(cells) => {
                let ours = (cells.rows(), cells.cols());
                if ours != (1, 1) && shape != (1, 1) && ours != shape {
                    return Err(Fault::new(format!(
                        "strcat: cells of the same size are joined, not {}×{} and {}",
                        shape.0,
                        shape.1,
                        cells.shape()
                    ))
                    .identified("Octave:nonconformant-args")
                    .blame(Blame::Positional(i)));
                }
                if ours != (1, 1) {
                    shape = ours;
                }
            }
            Value::Text(_) => {}
            other => {
                return Err(Fault::new(format!(
                    "strcat needs strings, and this is a {}",
                    other.describe()
                ))
                .hint("num2str(x) writes a number as text")
                .blame(Blame::Positional(i)));
            }
        }
    }
    let mut list = Vec::with_capacity(shape.0 * shape.1);
    for k in 0..shape.0 * shape.1 {
        let mut text = String::new();
        for part in &parts {
            let piece = match part {
                Value::Cell(cells) => &cells.as_slice()[if cells.len() == 1 { 0 } else { k }],
                other => other,
            };
            let characters = piece.as_text().ok_or_else(|| {
                Fault::new(format!("strcat: there is a {} in the cell", piece.describe()))
            })?;
            text += match part {
                Value::Cell(_) => characters,
                _ => characters.trim_end_matches([' ', '\t']),
            };
        }
        list.push(text.into());
    }
    Ok(Value::cell(Cells::from_vec(shape.0, shape.1, list)))
}
