//! Changing a part deep inside a value: `a(2).b{3}(4) = x`, `s.list(2) = []`.
//!
//! Each level takes the part it is about to change out of its container, so that nobody else holds it and it is
//! written in place, and puts it back whether or not the change succeeded.

use super::{Cells, Fault, Index, Result, Struct, Value, assign, contents, delete, index};
use std::sync::Arc;

/// One step into a value.
#[derive(Debug, Clone)]
pub enum Step {
    /// `(i, j)`
    Paren(Vec<Index>),
    /// `{i, j}`
    Brace(Vec<Index>),
    /// `.name`
    Field(Arc<str>),
}

/// What happens at the end of the steps.
#[derive(Debug)]
pub enum Change {
    /// The part becomes this value.
    Put(Value),
    /// The part is deleted: only after `(…)`.
    Delete,
}

/// Changes the part of `place` that `steps` lead to. Containers come into being on the way, as in Octave. On an
/// error `place` is what it was.
pub fn change(place: &mut Option<Value>, steps: &[Step], what: Change) -> Result<()> {
    match steps {
        [] => {
            if let Change::Put(value) = what {
                *place = Some(value);
            }
            Ok(())
        }
        [Step::Paren(indices)] => match what {
            Change::Put(value) => assign(place, indices, value),
            Change::Delete => {
                let whole = place.clone().unwrap_or_else(Value::empty);
                *place = Some(delete(whole, indices)?);
                Ok(())
            }
        },
        [Step::Field(name), rest @ ..] => change_field(place, name, rest, what),
        [Step::Brace(indices), rest @ ..] => change_contents(place, indices, rest, what),
        [Step::Paren(indices), Step::Field(name), rest @ ..] => {
            change_element(place, indices, name, rest, what)
        }
        [Step::Paren(_), Step::Paren(_), ..] => {
            Err(Fault::new("x(i)(j) cannot be assigned to").hint("write one index: x(i,j) = …"))
        }
        [Step::Paren(indices), rest @ ..] => {
            let mut part = match place {
                Some(whole) => index(whole, indices).ok(),
                None => None,
            };
            change(&mut part, rest, what)?;
            assign(place, indices, part.unwrap_or_else(Value::empty))
        }
    }
}

/// Nothing, `[]`, `''` and `{}` become whatever is stored into them.
fn is_blank(place: &Option<Value>) -> bool {
    match place {
        None => true,
        Some(Value::Cell(cells)) => cells.is_empty(),
        Some(value) => value.is_array() && value.numel() == 0,
    }
}

fn change_field(
    place: &mut Option<Value>,
    name: &Arc<str>,
    rest: &[Step],
    what: Change,
) -> Result<()> {
    if is_blank(place) {
        let mut part = None;
        change(&mut part, rest, what)?;
        let value = part.unwrap_or_else(Value::empty);
        *place = Some(Struct::from_fields([(name.clone(), value)]).into());
        return Ok(());
    }
    match place {
        Some(Value::Struct(structs)) if structs.len() == 1 => {
            change_member(Arc::make_mut(structs), 0, name, rest, what)
        }
        Some(Value::Struct(structs)) => {
            let (m, n) = structs.shape();
            Err(Fault::new(format!("this is a {m}×{n} array of structs, not one struct"))
                .hint(format!("say which element: s(1).{name} = …")))
        }
        Some(value @ (Value::Object(_) | Value::Table(_))) => {
            Err(Fault::new(format!("the fields of a {} cannot be changed", value.describe())))
        }
        Some(value) => Err(Fault::new(format!("a {} has no fields", value.describe()))
            .hint("clear the variable first, or give the struct another name")),
        None => Ok(()),
    }
}

/// Changes a field of element `i`, which exists.
fn change_member(
    structs: &mut Struct,
    i: usize,
    name: &str,
    rest: &[Step],
    what: Change,
) -> Result<()> {
    let had = structs.field(name).is_some();
    let mut part = structs.take(i, name);
    let result = change(&mut part, rest, what);
    if had || result.is_ok() {
        structs.set(i, name, part.unwrap_or_else(Value::empty));
    }
    result
}

fn change_element(
    place: &mut Option<Value>,
    indices: &[Index],
    name: &Arc<str>,
    rest: &[Step],
    what: Change,
) -> Result<()> {
    if let Some(Value::Struct(structs)) = place
        && let Some(i) = structs.position(indices)
    {
        return change_member(Arc::make_mut(structs), i, name, rest, what);
    }
    if !is_blank(place) && !matches!(place, Some(Value::Struct(_))) {
        let what = place.as_ref().map_or_else(String::new, Value::describe);
        return Err(Fault::new(format!("a {what} has no fields")));
    }
    if indices.iter().any(Index::is_several) {
        return Err(Fault::new("a field is assigned to one element at a time")
            .hint(format!("[s(…).{name}] = deal(value) sets several")));
    }
    // An element that does not exist yet: the array grows, once the value is known.
    let mut part = None;
    change(&mut part, rest, what)?;
    let element = Struct::from_fields([(name.clone(), part.unwrap_or_else(Value::empty))]);
    let mut element = Value::from(element);
    // All elements have the fields of either.
    let mut is_new = false;
    if let (Some(Value::Struct(structs)), Value::Struct(new)) = (&mut *place, &mut element) {
        let new = Arc::make_mut(new);
        structs.names().for_each(|known| new.add(known));
        is_new = structs.field(name).is_none();
        if is_new {
            Arc::make_mut(structs).add(name);
        }
    }
    let result = assign(place, indices, element);
    if result.is_err()
        && is_new
        && let Some(Value::Struct(structs)) = place
    {
        Arc::make_mut(structs).remove(name);
    }
    result
}

fn change_contents(
    place: &mut Option<Value>,
    indices: &[Index],
    rest: &[Step],
    what: Change,
) -> Result<()> {
    if is_blank(place) && !matches!(place, Some(Value::Cell(_))) {
        let mut part = None;
        change(&mut part, rest, what)?;
        let mut cell = Some(Value::cell(Cells::from_vec(0, 0, Vec::new())));
        put_contents(&mut cell, indices, part)?;
        *place = cell;
        return Ok(());
    }
    match place {
        Some(Value::Cell(cells)) => {
            if rest.is_empty() {
                let mut part = None;
                change(&mut part, rest, what)?;
                return put_contents(place, indices, part);
            }
            let held = match contents(&Value::Cell(cells.clone()), indices) {
                Ok(held) if held.len() > 1 => {
                    return Err(Fault::new("several cells at once cannot be looked into"));
                }
                Ok(mut held) => held.pop(),
                Err(_) => None,
            };
            // The cell must not hold the part while it changes, or the part would be copied.
            if held.is_some() {
                put_contents(place, indices, None)?;
            }
            let mut part = held;
            let result = change(&mut part, rest, what);
            if result.is_ok() || part.is_some() {
                put_contents(place, indices, part)?;
            }
            result
        }
        Some(value) => Err(Fault::new(format!("a {} is not a cell", value.describe()))
            .hint("x(i) = … assigns to entries of a matrix")),
        None => Ok(()),
    }
}

/// `c{indices} = part`, whatever kind of value that is.
fn put_contents(place: &mut Option<Value>, indices: &[Index], part: Option<Value>) -> Result<()> {
    let one = Cells::from_vec(1, 1, vec![part.unwrap_or_else(Value::empty)]);
    let shape = place.as_ref().map_or((0, 0), Value::shape);
    if indices.iter().any(Index::is_several) && Index::count_of(indices, shape) != 1 {
        return Err(Fault::new("several cells cannot be given one value this way")
            .hint("c(indices) = {value} sets them all"));
    }
    assign(place, indices, Value::cell(one))
}
