//! Reading a workspace file. Nothing is made larger than what the file has lines for.

use super::DEEPEST;
use super::lines::Lines;
use super::sift::hollow;
use crate::value::{
    Arguments, Callable, Cells, Host, Range, Result, Struct, Text, Value, Variable, single,
};
use indexmap::IndexMap;
use matfac::linalg::Dense;
use matfac::linalg::sparse::{Duplicates, Entry, Sparse};
use matfac::{Matrix, c64};
use std::sync::Arc;

/// What a file holds.
pub(super) struct Content {
    pub(super) variables: Vec<Variable>,
    /// What is left out, and why.
    pub(super) skipped: Vec<(Arc<str>, String)>,
    /// What is not as it was saved, and how.
    pub(super) changed: Vec<(Arc<str>, String)>,
}

/// Bytes that a number takes at least, with the blank before it.
const NUMBER: usize = 2;
/// Bytes that a value inside a cell takes at least.
const ELEMENT: usize = 20;

/// Reads a whole file.
pub(super) fn read(host: &mut dyn Host, path: &str, bytes: &[u8]) -> Result<Content> {
    let mut reader = Reader { lines: Lines::new(path, bytes), host, skip: None, change: None };
    let mut variables: IndexMap<Arc<str>, Value> = IndexMap::new();
    let (mut skipped, mut changed) = (Vec::new(), Vec::new());
    while !reader.lines.is_at_end() {
        let Some(name) = reader.lines.optional("name") else {
            if !reader.lines.is_at_comment() {
                return Err(reader.lines.fault("a variable's \"# name:\" is expected here"));
            }
            reader.lines.rest();
            continue;
        };
        let name: Arc<str> = name.into();
        let value = reader.value(0)?;
        match (reader.skip.take(), reader.change.take()) {
            (Some(why), _) => skipped.push((name, why)),
            (None, change) => {
                changed.extend(change.map(|how| (name.clone(), how)));
                variables.insert(name, value);
            }
        }
    }
    Ok(Content { variables: variables.into_iter().collect(), skipped, changed })
}

struct Reader<'a, 'b> {
    lines: Lines<'b>,
    host: &'a mut dyn Host,
    /// Why the variable that is being read cannot be a value.
    skip: Option<String>,
    /// How it differs from what was saved.
    change: Option<String>,
}

impl<'b> Reader<'_, 'b> {
    fn value(&mut self, depth: usize) -> Result<Value> {
        self.host.interrupt().check()?;
        if depth > DEEPEST {
            return Err(self.lines.fault(format!("values nest deeper than {DEEPEST} levels")));
        }
        let written = self.lines.keyword("type")?;
        let mut kind = written.strip_prefix("global ").unwrap_or(&written);
        let first = kind.split(' ').next().unwrap_or("");
        let is_integer = ["int8", "int16", "int32", "int64"]
            .iter()
            .any(|class| first.strip_prefix('u').unwrap_or(first) == *class);
        if is_integer || first == "float" {
            let class = if is_integer { first } else { "single" };
            self.change = Some(format!("{class} numbers became double"));
            kind = kind[first.len()..].trim_start();
        }
        match kind {
            "scalar" => Ok(self.lines.number()?.into()),
            "complex scalar" => Ok(self.lines.complex()?.into()),
            "bool" => Ok(self.lines.logical()?.into()),
            "matrix" | "null_matrix" => Ok(self.matrix(Lines::number, 0.0)?.into()),
            "complex matrix" => Ok(self.matrix(Lines::complex, c64::new(0.0, 0.0))?.into()),
            "bool matrix" => Ok(self.matrix(Lines::logical, false)?.into()),
            "range" | "double_range" => self.range(),
            "string" | "sq_string" | "null_string" | "null_sq_string" => {
                self.text(matches!(kind, "string" | "null_string"))
            }
            "cell" => Ok(match self.cells(depth)? {
                Some(cells) => Value::cell(cells),
                None => Value::empty(),
            }),
            "struct" | "scalar struct" => self.structs(kind == "struct", depth),
            "sparse matrix" => Ok(self.sparse(Lines::number, |a, b| a + b)?.into()),
            "sparse complex matrix" => Ok(self.sparse(Lines::complex, |a, b| a + b)?.into()),
            "sparse bool matrix" => Ok(self.sparse(Lines::logical, |a, b| a | b)?.into()),
            "diagonal matrix" => Ok(self.diagonal(Lines::number, 0.0)?.into()),
            "complex diagonal matrix" => {
                Ok(self.diagonal(Lines::complex, c64::new(0.0, 0.0))?.into())
            }
            "permutation matrix" => self.permutation(),
            "function handle" => self.function(depth),
            _ => Err(self.lines.fault(format!("values of type \"{written}\" cannot be read"))),
        }
    }

    /// More than two dimensions have no values; their entries are read past.
    fn plane(&mut self, sides: &[usize]) -> (usize, usize) {
        if sides[2..].iter().any(|&side| side != 1) {
            self.skip = Some("an array of more than two dimensions".into());
            return (0, 0);
        }
        (sides[0], sides[1])
    }

    fn matrix<T: Copy>(
        &mut self,
        entry: impl Fn(&mut Lines<'b>) -> Result<T>,
        zero: T,
    ) -> Result<Dense<T>> {
        if let Some(count) = self.lines.optional("ndims") {
            // With this header the entries come column by column.
            let count = count.parse().unwrap_or(0);
            let sides = self.lines.dimensions(count)?;
            let total = self.lines.product(&sides, NUMBER)?;
            let entries = self.list(total, entry)?;
            return Ok(match self.plane(&sides) {
                (rows, cols) if rows * cols == total => Dense::from_vec(rows, cols, entries),
                _ => Dense::from_vec(0, 0, Vec::new()),
            });
        }
        let (rows, cols) = self.lines.sides()?;
        let total = self.lines.product(&[rows, cols], NUMBER)?;
        let by_rows = self.list(total, entry)?;
        let mut entries = vec![zero; total];
        for (k, &x) in by_rows.iter().enumerate() {
            entries[k % cols * rows + k / cols] = x;
        }
        Ok(Dense::from_vec(rows, cols, entries))
    }

    fn list<T>(
        &mut self,
        count: usize,
        entry: impl Fn(&mut Lines<'b>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut list = Vec::with_capacity(count);
        for k in 0..count {
            if k % 65_536 == 0 {
                self.host.interrupt().check()?;
            }
            list.push(entry(&mut self.lines)?);
        }
        Ok(list)
    }

    fn range(&mut self) -> Result<Value> {
        self.lines.line();
        let (base, limit) = (self.lines.number()?, self.lines.number()?);
        let step = self.lines.number()?;
        Range::new(base, step, limit).map(Value::from).map_err(|f| self.lines.fault(f.message))
    }

    fn text(&mut self, double_quoted: bool) -> Result<Value> {
        let quoted = |mut text: Text| {
            text.double_quoted = double_quoted;
            Value::Text(Arc::new(text))
        };
        if let Some(count) = self.lines.optional("ndims") {
            let sides = self.lines.dimensions(count.parse().unwrap_or(0))?;
            let total = self.lines.product(&sides, 1)?;
            let text = self.lines.characters(total)?;
            return Ok(match self.plane(&sides) {
                _ if self.skip.is_some() => Value::empty(),
                (rows, cols) if total == 0 => quoted(Text::empty(rows, cols)),
                (1, _) => quoted(Text::new(text)),
                (rows, _) => {
                    let characters: Vec<char> = text.chars().collect();
                    let row = |i| characters.iter().skip(i).step_by(rows).collect();
                    self.rows((0..rows).map(row).collect())
                }
            });
        }
        let count = self.lines.count("elements")?;
        let count = self.lines.product(&[count], ELEMENT / 2)?;
        let mut rows = Vec::new();
        for _ in 0..count {
            let length = self.lines.count("length")?;
            rows.push(self.lines.characters(length)?);
        }
        if count == 0 {
            self.lines.optional("length");
        }
        Ok(match &rows[..] {
            [] => quoted(Text::new("")),
            [only] if only.is_empty() => quoted(Text::empty(1, 0)),
            [only] => quoted(Text::new(only.as_str())),
            _ if rows.iter().all(String::is_empty) => quoted(Text::empty(count, 0)),
            _ => self.rows(rows),
        })
    }

    /// Rows of characters, which are a column of strings here.
    fn rows(&mut self, rows: Vec<String>) -> Value {
        self.change = Some("rows of characters became a cell of strings".into());
        Value::cell(Cells::column_vector(rows.into_iter().map(Value::from).collect()))
    }

    /// A cell's parts; `None` when it has more than two dimensions.
    fn cells(&mut self, depth: usize) -> Result<Option<Cells>> {
        let sides = match self.lines.optional("ndims") {
            Some(count) => self.lines.dimensions(count.parse().unwrap_or(0))?,
            None => <[usize; 2]>::from(self.lines.sides()?).to_vec(),
        };
        let total = self.lines.product(&sides, ELEMENT)?;
        let mut parts = Vec::new();
        for _ in 0..total {
            self.lines.keyword("name")?;
            parts.push(self.value(depth + 1)?);
        }
        let (rows, cols) = self.plane(&sides);
        Ok((rows * cols == total).then(|| Cells::from_vec(rows, cols, parts)))
    }

    fn structs(&mut self, is_array: bool, depth: usize) -> Result<Value> {
        let sides = match self.lines.optional("ndims") {
            Some(count) => self.lines.dimensions(count.parse().unwrap_or(0))?,
            None => vec![1, 1],
        };
        let (rows, cols) = self.plane(&sides);
        let total = rows.checked_mul(cols).filter(|&n| n <= i32::MAX as usize);
        let Some(total) = total else {
            return Err(self.lines.fault(format!("{rows}×{cols} structs are too many")));
        };
        let fields = self.lines.count("length")?;
        let fields = self.lines.product(&[fields], ELEMENT)?;
        let mut list: Vec<(String, Vec<Value>)> = Vec::new();
        for _ in 0..fields {
            let name = self.lines.keyword("name")?;
            if !is_array {
                list.push((name, vec![self.value(depth + 1)?]));
                continue;
            }
            let kind = self.lines.keyword("type")?;
            if kind != "cell" {
                return Err(self.lines.fault(format!("a field of structs is a cell, not {kind}")));
            }
            match self.cells(depth + 1)? {
                Some(cells) if cells.len() == total => list.push((name, cells.into_vec())),
                _ if self.skip.is_some() => {}
                _ => {
                    let message = format!("field {name} needs {total} values");
                    return Err(self.lines.fault(message));
                }
            }
        }
        if self.skip.is_some() {
            return Ok(Value::empty());
        }
        let mut structs = if is_array { Struct::new(rows, cols) } else { Struct::new(1, 1) };
        for (name, values) in list {
            structs.add(&name);
            for (i, value) in values.into_iter().enumerate() {
                structs.set(i, &name, value);
            }
        }
        Ok(structs.into())
    }

    fn sparse<T: Entry>(
        &mut self,
        entry: impl Fn(&mut Lines<'b>) -> Result<T>,
        add: impl Fn(T, T) -> T + Sync,
    ) -> Result<Sparse<T>> {
        let count = self.lines.count("nnz")?;
        let (rows, cols) = self.lines.sides()?;
        let count = self.lines.product(&[count], 3 * NUMBER)?;
        if hollow(cols, count) {
            let message = format!("{cols} columns are too many for {count} entries");
            return Err(self.lines.fault(message));
        }
        let triplet =
            |lines: &mut Lines<'b>| Ok((lines.index(rows)?, lines.index(cols)?, entry(lines)?));
        let mut triplets = self.list(count, triplet)?;
        triplets.retain(|t| !t.2.is_zero());
        let is: Vec<u32> = triplets.iter().map(|t| t.0).collect();
        let js: Vec<u32> = triplets.iter().map(|t| t.1).collect();
        let entries: Vec<T> = triplets.iter().map(|t| t.2).collect();
        Sparse::from_triplets(rows, cols, &is, &js, &entries, Duplicates::Sum, add)
            .map_err(|error| self.lines.fault(error))
    }

    fn diagonal<T: Copy>(
        &mut self,
        entry: impl Fn(&mut Lines<'b>) -> Result<T>,
        zero: T,
    ) -> Result<Dense<T>> {
        let (rows, cols) = self.lines.sides()?;
        let count = self.lines.product(&[rows.min(cols)], NUMBER)?;
        let entries = self.list(count, entry)?;
        let mut full = self.filled(rows, cols, count, zero)?;
        for (k, x) in entries.into_iter().enumerate() {
            full.col_mut(k)[k] = x;
        }
        Ok(full)
    }

    /// A full matrix of which the file names `count` entries.
    fn filled<T: Copy>(&self, rows: usize, cols: usize, count: usize, zero: T) -> Result<Dense<T>> {
        if count > 0 && rows.max(cols) / count > 1000 {
            return Err(self
                .lines
                .fault(format!("{rows}×{cols} is too large for {count} entries")));
        }
        Dense::filled(rows, cols, zero).map_err(|error| self.lines.fault(error))
    }

    fn permutation(&mut self) -> Result<Value> {
        let size = self.lines.count("size")?;
        let by_columns = self.lines.keyword("orient")? == "c";
        let size = self.lines.product(&[size], NUMBER)?;
        let places = self.list(size, |lines| lines.index(size))?;
        let mut full: Matrix = self.filled(size, size, size, 0.0)?;
        for (k, &place) in places.iter().enumerate() {
            let (i, j) = if by_columns { (place as usize, k) } else { (k, place as usize) };
            full.col_mut(j)[i] = 1.0;
        }
        Ok(full.into())
    }

    fn function(&mut self, depth: usize) -> Result<Value> {
        self.lines.optional("octaveroot");
        if let Some(kind) = self.lines.optional("subtype") {
            let name = self.lines.line();
            if kind != "simple" {
                self.skip = Some(format!("a {kind} function"));
                return Ok(Value::empty());
            }
            return Ok(Value::function(Callable::Named(name.into())));
        }
        let name = self.lines.line();
        if name != "<anonymous>" && name != "@<anonymous>" {
            return Ok(Value::function(Callable::Named(name.trim_start_matches('@').into())));
        }
        let text = self.lines.line();
        let mut kept = Vec::new();
        if let Some(count) = self.lines.optional("length") {
            let count = count.parse().map_err(|_| self.lines.fault("no number of values"))?;
            for _ in 0..self.lines.product(&[count], ELEMENT)? {
                kept.push((self.lines.keyword("name")?, self.value(depth + 1)?));
            }
        }
        match self.made(&text, kept) {
            Some(f) => Ok(f),
            None => {
                self.skip = Some(format!("a function that does not read: {text}"));
                Ok(Value::empty())
            }
        }
    }

    /// The anonymous function of a text with the values that it keeps: what an anonymous function of these returns.
    /// Nothing of the text runs: it begins as a function, and so the whole of it is the function's body.
    fn made(&mut self, text: &str, kept: Vec<(String, Value)>) -> Option<Value> {
        let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
        let are_names = names.iter().all(|name| crate::syntax::is_name(name));
        if !text.starts_with("@(") || !are_names {
            return None;
        }
        let outer = self.host.evaluate(&format!("@({}) {text}", names.join(", "))).ok()?;
        let Value::Function(outer) = outer else { return None };
        let values = Arguments::positional(kept.into_iter().map(|(_, value)| value).collect());
        let made = single(self.host.call(&outer, values, 1).ok()?, "it").ok()?;
        matches!(made, Value::Function(_)).then_some(made)
    }
}
