//! What is known of the workspace between programs: descriptions, and short values, which cost little to copy when a
//! program writes into what two hold.
//!
//! A snapshot follows every program. The worker keeps what it has described, so that only what has changed since is
//! described again.

use super::functions::Function;
use crate::eval::{self, Interpreter};
use crate::value::{Array, Host, Style, Value, show};
use matfac::data::{Column, Labels, Table};
use std::cmp::Ordering;
use std::iter::Peekable;
use std::sync::Arc;

/// Values with more entries are described, not shown, and not held.
const MOST_SHOWN: usize = 100;

/// Structs in structs are known to this depth.
const DEPTH: usize = 4;

/// Fields of a variable that are known, with their own.
const MOST_FIELDS: usize = 1000;

/// What a value looks like, made when someone asks: most snapshots are never looked at.
type Text = Box<dyn Fn() -> String + Send + Sync>;

/// What is known of the workspace between programs.
#[derive(Default)]
pub struct Snapshot {
    /// Variables, by name.
    pub variables: Vec<Arc<Known>>,
    /// Functions of the user, by name.
    pub functions: Vec<Arc<Function>>,
}

/// What is known of a value.
#[derive(Default)]
pub struct Known {
    /// The name of the variable or field.
    pub name: String,
    /// What it is: `3×4 matrix`.
    pub class: String,
    /// How it is shown, when that is short.
    pub text: Option<Text>,
    /// Its fields or columns.
    pub fields: Vec<Known>,
    /// Names of its rows, columns, users or items.
    pub labels: Vec<Labels>,
}

impl Snapshot {
    /// The variable, or the field of one, that `path` names.
    pub fn find(&self, path: &[&str]) -> Option<&Known> {
        let (first, fields) = path.split_first()?;
        let mut known = &**self.variables.iter().find(|known| known.name == *first)?;
        for name in fields {
            known = known.fields.iter().find(|field| field.name == *name)?;
        }
        Some(known)
    }
}

/// What the worker remembers of a workspace from one snapshot to the next.
#[derive(Default)]
pub struct Watch {
    /// Variables, by name.
    variables: Vec<Seen>,
    /// Functions, by name.
    functions: Vec<(Arc<eval::Function>, Arc<Function>)>,
}

/// A variable and what was found.
struct Seen {
    name: Arc<str>,
    /// The value that was described. Held, it is not written into: what has the same address has not changed.
    held: Option<Value>,
    known: Arc<Known>,
}

impl Watch {
    /// What an interpreter's workspace has now.
    pub fn look(&mut self, interpreter: &Interpreter) -> Snapshot {
        let mut earlier = std::mem::take(&mut self.variables).into_iter().peekable();
        for (name, value) in interpreter.variables() {
            let seen = next_of(&mut earlier, |seen| (*seen.name).cmp(&name));
            let same =
                seen.filter(|seen| seen.held.as_ref().is_some_and(|old| is_same(old, &value)));
            self.variables.push(same.unwrap_or_else(|| Seen::new(name, value)));
        }
        let mut earlier = std::mem::take(&mut self.functions).into_iter().peekable();
        for function in interpreter.user_functions() {
            let seen = next_of(&mut earlier, |seen| seen.0.name.cmp(&function.name));
            let same = seen.filter(|seen| Arc::ptr_eq(&seen.0, &function));
            self.functions.push(same.unwrap_or_else(|| {
                let known = Arc::new(Function::of_user(&function));
                (function, known)
            }));
        }
        Snapshot {
            variables: self.variables.iter().map(|seen| seen.known.clone()).collect(),
            functions: self.functions.iter().map(|(_, known)| known.clone()).collect(),
        }
    }
}

/// Of a list in order, the element that compares equal; those before it are dropped.
fn next_of<T>(
    list: &mut Peekable<impl Iterator<Item = T>>,
    order: impl Fn(&T) -> Ordering,
) -> Option<T> {
    while list.next_if(|seen| order(seen).is_lt()).is_some() {}
    list.next_if(|seen| order(seen).is_eq())
}

impl Seen {
    fn new(name: Arc<str>, value: Value) -> Seen {
        let is_short = room_after(&value, MOST_SHOWN).is_some();
        let known = Known {
            text: if is_short { text(&name, &value) } else { None },
            ..Known::described(&name, &value, DEPTH, &mut { MOST_FIELDS })
        };
        // What a function has captured may be large.
        let held = (is_short && !has_function(&value)).then_some(value);
        Seen { name, held, known: Arc::new(known) }
    }
}

/// Whether nothing has changed between two looks, the first value having been held.
fn is_same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Matrix(a), Value::Matrix(b)) => Arc::ptr_eq(a, b),
        (Value::Complex(a), Value::Complex(b)) => Arc::ptr_eq(a, b),
        (Value::Bools(a), Value::Bools(b)) => Arc::ptr_eq(a, b),
        (Value::Range(a), Value::Range(b)) => Arc::ptr_eq(a, b),
        (Value::Sparse(a), Value::Sparse(b)) => Arc::ptr_eq(a, b),
        (Value::Text(a), Value::Text(b)) => Arc::ptr_eq(a, b),
        (Value::Cell(a), Value::Cell(b)) => Arc::ptr_eq(a, b),
        (Value::Struct(a), Value::Struct(b)) => Arc::ptr_eq(a, b),
        (Value::Table(a), Value::Table(b)) => Arc::ptr_eq(a, b),
        (Value::Ratings(a), Value::Ratings(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

impl Known {
    fn described(name: &str, value: &Value, depth: usize, room: &mut usize) -> Known {
        Known {
            name: name.into(),
            class: value.describe(),
            text: None,
            fields: fields(value, depth, room),
            labels: labels(value),
        }
    }

    fn field(name: &str, class: &str) -> Known {
        Known { name: name.into(), class: class.into(), ..Known::default() }
    }
}

/// How a short value is shown: later, where the value may leave its thread.
fn text(name: &str, value: &Value) -> Option<Text> {
    fn later<T: Clone + Send + Sync + 'static>(
        name: &str,
        held: &T,
        wrap: fn(T) -> Value,
    ) -> Option<Text> {
        let (name, held) = (name.to_string(), held.clone());
        Some(Box::new(move || shown(&name, &wrap(held.clone()))))
    }
    fn shown(name: &str, value: &Value) -> String {
        show(name, value, &Style::default()).text
    }
    match value {
        Value::Number(x) => later(name, x, Value::Number),
        Value::Bool(x) => later(name, x, Value::Bool),
        Value::Matrix(x) => later(name, x, Value::Matrix),
        Value::Complex(x) => later(name, x, Value::Complex),
        Value::Bools(x) => later(name, x, Value::Bools),
        Value::Range(x) => later(name, x, Value::Range),
        Value::Sparse(x) => later(name, x, Value::Sparse),
        Value::Text(x) => later(name, x, Value::Text),
        Value::Table(x) => later(name, x, Value::Table),
        Value::Ratings(x) => later(name, x, Value::Ratings),
        Value::Cell(_) | Value::Struct(_) | Value::Function(_) => {
            let text = shown(name, value);
            Some(Box::new(move || text.clone()))
        }
        // An object's summary may be a computation.
        Value::Object(_) => None,
    }
}

/// How many entries may follow a value where there is room for so many; `None` where there is too little for the value.
fn room_after(value: &Value, room: usize) -> Option<usize> {
    fn of_parts<'a>(mut parts: impl Iterator<Item = &'a Value>, room: usize) -> Option<usize> {
        parts.try_fold(room, |room, part| room_after(part, room.checked_sub(1)?))
    }
    match value {
        Value::Object(_) => None,
        Value::Struct(s) => of_parts(s.fields().flat_map(|(_, values)| values), room),
        Value::Cell(cells) => of_parts(cells.as_slice().iter(), room),
        _ => room.checked_sub(value.numel()),
    }
}

/// Whether a short value is or contains a function.
fn has_function(value: &Value) -> bool {
    match value {
        Value::Function(_) => true,
        Value::Struct(s) => s.fields().flat_map(|(_, values)| values).any(has_function),
        Value::Cell(cells) => cells.as_slice().iter().any(has_function),
        _ => false,
    }
}

fn fields(value: &Value, depth: usize, room: &mut usize) -> Vec<Known> {
    match value {
        // A field of an object may be a computation.
        Value::Object(object) => {
            object.fields().iter().map(|name| Known::field(name, "")).collect()
        }
        Value::Table(table) => columns(table),
        Value::Struct(s) => {
            let mut list = Vec::new();
            for (name, values) in s.fields() {
                let Some(left) = room.checked_sub(1) else { break };
                *room = left;
                list.push(match values {
                    [value] if depth > 0 => Known::described(name, value, depth - 1, room),
                    _ => Known::field(name, ""),
                });
            }
            list
        }
        _ => Vec::new(),
    }
}

fn columns(table: &Table) -> Vec<Known> {
    let class = |column: &Column| match column {
        Column::Numbers(_) => "column of numbers",
        Column::Text(_) => "column of text",
    };
    let named = table.names().names().iter().zip(table.columns());
    named.map(|(name, column)| Known::field(name, class(column))).collect()
}

fn labels(value: &Value) -> Vec<Labels> {
    match value {
        Value::Matrix(array) => names_of(array),
        Value::Table(table) => vec![table.names().clone()],
        Value::Ratings(ratings) => vec![ratings.users().clone(), ratings.items().clone()],
        Value::Object(object) => object.labels(),
        _ => Vec::new(),
    }
}

fn names_of(array: &Array) -> Vec<Labels> {
    array.row_labels().into_iter().chain(array.col_labels()).cloned().collect()
}
