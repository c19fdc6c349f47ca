//! Arrays of any class rearranged: each entry of the result is an entry of the array, or zero.
//!
//! Numbers, complex numbers, logicals, characters, cells and structs keep their class. Cost: one pass over the result.

use super::rearranging::with_shape;
use crate::value::{Fault, Index, Numeric, Result, Text, Value, index, to_logical};
use matfac::linalg::{Dense, places};
use matfac::{BoolMatrix, c64};
use std::sync::Arc;

/// The m×n array of the class of `a` whose entry (i, j) is entry `source(i, j)` of `a`, counted by columns from 0;
/// where `source` gives none it is 0, false or the character 0.
pub fn gather(
    a: &Value,
    (rows, cols): (usize, usize),
    source: impl Fn(usize, usize) -> Option<usize>,
) -> Result<Value> {
    Ok(match a {
        Value::Text(text) => {
            let chars: Vec<char> = text.as_str().chars().collect();
            row_of_text(pick(&chars, (rows, cols), '\0', source)?, text.double_quoted)?
        }
        Value::Cell(cells) => {
            Value::cell(pick(cells.as_slice(), (rows, cols), Value::empty(), source)?)
        }
        Value::Struct(structs) => {
            let every: Vec<Option<usize>> = (0..structs.len()).map(Some).collect();
            structs.rearranged(&pick(&every, (rows, cols), None, source)?).into()
        }
        Value::Bool(b) => pick(&[*b], (rows, cols), false, source)?.into(),
        Value::Bools(b) => pick(b.as_slice(), (rows, cols), false, source)?.into(),
        other => match other.clone().into_numeric()? {
            Numeric::Scalar(x) => pick(&[x], (rows, cols), 0.0, source)?.into(),
            Numeric::Real(a) => pick(a.data.as_slice(), (rows, cols), 0.0, source)?.into(),
            Numeric::Complex(z) => {
                pick(z.as_slice(), (rows, cols), c64::new(0.0, 0.0), source)?.into()
            }
        },
    })
}

/// The entries of `a` at these positions, counted by columns from 0, as a row or a column.
pub fn select(a: &Value, positions: &[usize], as_row: bool) -> Result<Value> {
    let n = positions.len();
    let shape = if as_row { (1, n) } else { (n, 1) };
    if let Value::Sparse(_) = a {
        let list = Index::List { positions: positions.to_vec(), shape };
        return with_shape(index(a, &[list])?, shape);
    }
    gather(a, shape, |i, j| Some(positions[i + j]))
}

/// The rows of `a` at these positions, counted from 0.
pub fn select_rows(a: &Value, positions: &[usize]) -> Result<Value> {
    let (m, n) = a.shape();
    if let Value::Sparse(_) = a {
        let list = Index::List { positions: positions.to_vec(), shape: (1, positions.len()) };
        return index(a, &[list, Index::All]);
    }
    gather(a, (positions.len(), n), |i, j| Some(positions[i] + j * m))
}

fn pick<T: Clone>(
    entries: &[T],
    (rows, cols): (usize, usize),
    zero: T,
    source: impl Fn(usize, usize) -> Option<usize>,
) -> Result<Dense<T>> {
    let mut out = Dense::filled(rows, cols, zero)?;
    for j in 0..cols {
        for (i, entry) in out.col_mut(j).iter_mut().enumerate() {
            if let Some(k) = source(i, j) {
                *entry = entries[k].clone();
            }
        }
    }
    Ok(out)
}

/// Characters as a string, which has one row.
fn row_of_text(chars: Dense<char>, double_quoted: bool) -> Result<Value> {
    if chars.is_empty() {
        return Ok(Value::Text(Arc::new(Text::empty(chars.rows(), chars.cols()))));
    }
    if chars.rows() > 1 {
        return Err(Fault::unsupported("a matrix of characters")
            .hint("a cell {'a'; 'bc'} holds strings of any length"));
    }
    let mut text = Text::new(chars.into_vec().into_iter().collect::<String>());
    text.double_quoted = double_quoted;
    Ok(Value::Text(Arc::new(text)))
}

/// Refuses strings where a function counts with numbers only.
pub fn refuse_text(function: &str, a: &Value) -> Result<()> {
    match a {
        Value::Text(_) => {
            Err(Fault::new(format!("{function} needs numbers, and this is a string"))
                .hint("double(s) makes numbers of characters"))
        }
        _ => Ok(()),
    }
}

/// Positions from 0 as numbers from 1, in the given shape.
pub fn positions(found: &[usize], (rows, cols): (usize, usize)) -> Value {
    matfac::Matrix::from_vec(rows, cols, places::numbers(found)).into()
}

/// Which entries are not zero; NaN is not zero.
pub fn not_zero(a: Value) -> Result<BoolMatrix> {
    match a {
        Value::Bool(_) | Value::Bools(_) => to_logical(a),
        a => Ok(match a.into_numeric()? {
            Numeric::Scalar(x) => BoolMatrix::from_vec(1, 1, vec![x != 0.0]),
            Numeric::Real(a) => {
                let entries = places::not_zero(a.data.as_slice());
                BoolMatrix::from_vec(a.data.rows(), a.data.cols(), entries)
            }
            Numeric::Complex(z) => z.map(|z| z.re != 0.0 || z.im != 0.0),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_is_kept() {
        let twice = |a: &Value| gather(a, (1, 2), |_, j| (j == 0).then_some(0)).unwrap();
        assert_eq!(twice(&true.into()).class(), "logical");
        assert_eq!(twice(&"a".into()).as_text(), Some("a\0"));
        assert_eq!(twice(&3.0.into()).shape(), (1, 2));
        assert!(matches!(twice(&c64::new(0.0, 1.0).into()), Value::Complex(_)));
        assert!(gather(&"a".into(), (2, 1), |_, _| Some(0)).is_err());
    }
}
