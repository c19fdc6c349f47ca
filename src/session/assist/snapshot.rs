//! What is known of the workspace between programs: descriptions, no values, since a value that two hold would have
//! to be copied when the program writes into it.

use super::functions::Function;
use crate::eval::Interpreter;
use crate::value::{Array, Host, Style, Value, show};
use matfac::data::{Column, Labels, Table};

/// Values with more entries are described, not shown.
const MOST_SHOWN: usize = 100;

/// Structs in structs are known to this depth.
const DEPTH: usize = 4;

/// What is known of the workspace between programs.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Variables, by name.
    pub variables: Vec<Known>,
    /// Functions of the user, by name.
    pub functions: Vec<Function>,
}

/// What is known of a value.
#[derive(Debug, Default)]
pub struct Known {
    /// The name of the variable or field.
    pub name: String,
    /// What it is: `3×4 matrix`.
    pub class: String,
    /// How it is shown, when that is short.
    pub text: Option<String>,
    /// Its fields or columns.
    pub fields: Vec<Known>,
    /// Names of its rows, columns, users or items.
    pub labels: Vec<Labels>,
}

impl Snapshot {
    /// What an interpreter's workspace has now.
    pub fn of(interpreter: &Interpreter) -> Snapshot {
        let variables = interpreter.variables().into_iter();
        let functions = interpreter.user_functions();
        Snapshot {
            variables: variables.map(|(name, value)| Known::variable(&name, &value)).collect(),
            functions: functions.iter().map(|function| Function::of_user(function)).collect(),
        }
    }

    /// The variable, or the field of one, that `path` names.
    pub fn find(&self, path: &[&str]) -> Option<&Known> {
        let (first, fields) = path.split_first()?;
        let mut known = self.variables.iter().find(|known| known.name == *first)?;
        for name in fields {
            known = known.fields.iter().find(|field| field.name == *name)?;
        }
        Some(known)
    }
}

impl Known {
    fn variable(name: &str, value: &Value) -> Known {
        // An object's summary may be a computation.
        let is_short = value.numel() <= MOST_SHOWN && !matches!(value, Value::Object(_));
        let text = is_short.then(|| show(name, value, &Style::default()).text);
        Known { text, ..Known::described(name, value, DEPTH) }
    }

    fn described(name: &str, value: &Value, depth: usize) -> Known {
        Known {
            name: name.into(),
            class: value.describe(),
            text: None,
            fields: fields(value, depth),
            labels: labels(value),
        }
    }

    fn field(name: &str, class: &str) -> Known {
        Known { name: name.into(), class: class.into(), ..Known::default() }
    }
}

fn fields(value: &Value, depth: usize) -> Vec<Known> {
    match value {
        // A field of an object may be a computation.
        Value::Object(object) => {
            object.fields().iter().map(|name| Known::field(name, "")).collect()
        }
        Value::Table(table) => columns(table),
        Value::Struct(s) => s
            .fields()
            .map(|(name, values)| match values {
                [value] if depth > 0 => Known::described(name, value, depth - 1),
                _ => Known::field(name, ""),
            })
            .collect(),
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
