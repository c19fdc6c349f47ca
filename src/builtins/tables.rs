//! Tables made from columns.

use super::argument::{Named, Rest};
use super::entry::builtins;
use crate::value::{Blame, Fault, Result, Value};
use matfac::data::{Column, Table};
use std::sync::Arc;

builtins! { "structs";
    /// A table of named columns: vectors of numbers, or cells of strings; all as long as the first.
    ///
    /// Names that a program makes are given as strings before their columns: `table("rank", [1 2])`.
    ///
    /// >>> t = table(rank=[1 2], error=[0.5 0.25])
    /// t = 2×2 table
    ///   rank   error
    ///      1  0.5000
    ///      2  0.2500
    /// >>> t.error'
    /// ans = 1×2
    ///    0.5000   0.2500
    /// >>> t(t.error < 0.4, :)
    /// ans = 1×2 table
    ///   rank   error
    ///      2  0.2500
    /// >>> t(3, :)
    /// error: `t`: row 3 is outside 1…2: the size is 2×2
    ///
    /// See also: struct, load, save
    fn table(cx, /** Names and columns in turn. */ pairs: Rest, /** The columns, under any names. */ columns: Named) -> [t] { made(pairs, columns) }
}

fn made(pairs: Rest, columns: Named) -> Result<Value> {
    let mut names = Vec::new();
    let mut values = Vec::new();
    let mut pairs = pairs.0.into_iter();
    while let Some(name) = pairs.next() {
        let (Some(name), Some(value)) = (name.as_text(), pairs.next()) else {
            return Err(Fault::new("table takes a name before each column")
                .hint("table(rank=[1 2]) or table(\"rank\", [1 2])"));
        };
        names.push(Box::from(name));
        values.push(value);
    }
    for (name, value) in columns.0 {
        names.push(name);
        values.push(value);
    }
    let column = |(name, value): (&str, Value)| {
        column(value).map_err(|what| {
            Fault::new(format!(
                "a column of a table is a vector of numbers or a cell of strings, and {name} is {what}"
            ))
            .blame(Blame::Keyword(name.into()))
        })
    };
    let named = names.iter().map(AsRef::as_ref).zip(values);
    let columns = named.map(column).collect::<Result<Vec<Column>>>()?;
    Ok(Value::Table(Arc::new(Table::new(names, columns)?)))
}

/// A value as a column, or what it is instead.
fn column(value: Value) -> std::result::Result<Column, String> {
    let (rows, cols) = value.shape();
    let what = format!("a {}", value.describe());
    if rows.min(cols) > 1 {
        return Err(what);
    }
    match &value {
        Value::Text(text) => Ok(Column::Text(vec![text.as_str().into()])),
        Value::Cell(cells) => {
            let texts: Option<Vec<Box<str>>> =
                cells.as_slice().iter().map(|cell| cell.as_text().map(Into::into)).collect();
            texts.map(Column::Text).ok_or(what)
        }
        _ => match value.to_array() {
            Ok(array) => Ok(Column::Numbers(array.data.as_slice().to_vec())),
            Err(_) => Err(what),
        },
    }
}
