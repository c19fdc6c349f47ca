//! `isequal` inside of cells and structs, and of functions.

use crate::value::Value;

/// Whether two cells, structs or functions are equal, their parts compared by `equal`; `None` for other values.
///
/// The order of a struct's fields says nothing. Anonymous functions are equal when they are copies of one.
pub fn equal_parts(a: &Value, b: &Value, equal: fn(&Value, &Value) -> bool) -> Option<bool> {
    let all = |a: &[Value], b: &[Value]| a.iter().zip(b).all(|(a, b)| equal(a, b));
    Some(match (a, b) {
        (Value::Cell(a), Value::Cell(b)) => {
            (a.rows(), a.cols()) == (b.rows(), b.cols()) && all(a.as_slice(), b.as_slice())
        }
        (Value::Struct(a), Value::Struct(b)) => {
            a.shape() == b.shape()
                && a.has_fields_of(b)
                && a.fields().all(|(name, ours)| b.field(name).is_some_and(|b| all(ours, b)))
        }
        (Value::Function(f), Value::Function(g)) => f.same(g),
        (Value::Cell(_) | Value::Struct(_) | Value::Function(_), _)
        | (_, Value::Cell(_) | Value::Struct(_) | Value::Function(_)) => false,
        _ => return None,
    })
}
