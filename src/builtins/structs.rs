//! Structs: making them, and their fields by name.

use super::argument::{Rest, Words};
use super::entry::builtins;
use super::field_path::{Path, assigned, step_structs, steps_of_structs, value_at};
use crate::value::{Blame, Cells, Fault, Host, Result, Struct, Value, did_you_mean, nearest};
use matfac::{BoolMatrix, Matrix};
use std::sync::Arc;

builtins! { "structs";
    /// A struct with these fields. A cell gives a value to each element of a struct array; a field that is itself a cell is written `{{…}}`.
    ///
    /// >>> s = struct("name", "ada", "age", 36); s.age
    /// ans = 36
    /// >>> s = struct("a", {1, 2, 3}); size(s)
    /// ans = 1×2
    ///    1   3
    ///
    /// See also: fieldnames, isstruct, cell2struct
    fn r#struct(cx, /** Names and values in turn. */ fields: Rest) -> [s] { of_pairs(fields.0) }

    /// Whether it is a struct, or an array of structs.
    ///
    /// >>> isstruct(struct("a", 1))
    /// ans = 1
    ///
    /// See also: isfield, iscell
    fn isstruct(cx, /** Anything. */ x: Value) -> [b] { Ok(matches!(x, Value::Struct(_))) }

    /// Whether a struct has a field, or which fields of a cell of names it has.
    ///
    /// >>> isfield(struct("a", 1), {"a", "b"})
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: fieldnames, isstruct
    fn isfield(cx, /** Anything. */ s: Value, /** A name, or a cell of names. */ name: Value) -> [b] { has_fields(&s, &name) }

    /// The names of the fields, in order.
    ///
    /// >>> names = fieldnames(struct("b", 1, "a", 2)); names{1}
    /// ans = b
    ///
    /// See also: numfields, isfield, orderfields
    fn fieldnames(cx, /** A struct, a table, a model or a factorization. */ s: Value) -> [names] { names_of(&s) }

    /// The number of fields.
    ///
    /// >>> numfields(struct("a", 1, "b", 2))
    /// ans = 2
    ///
    /// See also: fieldnames
    fn numfields(cx, /** A struct. */ s: Arc<Struct>) -> [n] { Ok(s.names().len()) }

    /// The struct without a field, or without several.
    ///
    /// >>> s = rmfield(struct("a", 1, "b", 2), "a"); fieldnames(s){1}
    /// ans = b
    ///
    /// See also: setfield, orderfields
    fn rmfield(cx, /** A struct. */ s: Arc<Struct>, /** A name, or a cell of names. */ names: Words) -> [t] { without(s, &names.0) }

    /// The struct with a part changed: `setfield(s, "a", v)` is `s.a = v`, and `setfield(s, "a", {2}, v)` is `s.a(2) = v`.
    ///
    /// >>> s = setfield(struct("a", 1), "b", 5); s.b
    /// ans = 5
    ///
    /// See also: getfield, rmfield
    fn setfield(cx, /** A struct. */ s: Value, /** Names, and indices in cells; then the value. */ path: Rest) -> [t] { with_part(s, path.0) }

    /// A part of a struct: `getfield(s, "a")` is `s.a`, and `getfield(s, "a", {2})` is `s.a(2)`.
    ///
    /// >>> getfield(struct("a", [4 5 6]), "a", {2})
    /// ans = 5
    ///
    /// See also: setfield, isfield
    fn getfield(cx, /** A struct. */ s: Value, /** A name, or an index in a cell. */ first: Value, /** More of them. */ path: Rest) -> [x] { part(cx.host, s, first, path.0) }

    /// The struct with its fields in the order of their names, of another struct's, of a list, or as `order` permutes them; and that permutation.
    ///
    /// >>> [s, p] = orderfields(struct("b", 1, "a", 2)); p'
    /// ans = 1×2
    ///    2   1
    ///
    /// See also: fieldnames
    fn orderfields(cx, /** A struct. */ s: Arc<Struct>, /** A struct, a cell of names, or a permutation. */ order: Option<Value>) -> [t, p] { in_order(&s, order) }

    /// The fields' values as a column; of an n×1 struct array, one column for each element.
    ///
    /// >>> c = struct2cell(struct("a", 1, "b", "x")); c{2}
    /// ans = x
    ///
    /// See also: cell2struct, fieldnames
    fn struct2cell(cx, /** A struct. */ s: Arc<Struct>) -> [c] { values_of(&s) }

    /// A struct whose fields have a cell's parts for values; further columns (rows when `dim` is 2) make further elements.
    ///
    /// >>> s = cell2struct({1; "x"}, {"a"; "b"}); s.b
    /// ans = x
    ///
    /// See also: struct2cell, struct
    fn cell2struct(cx, /** The values. */ c: Arc<Cells>, /** A name for each, or a cell of names. */ names: Words, /** The dimension along which the fields lie. */ dim: usize = 1) -> [s] { of_cell(&c, &names.0, dim) }

    /// Steps into a value, for `subsref` and `subsasgn`: `"()"` or `"{}"` with a cell of indices, `"."` with a name.
    ///
    /// >>> s = substruct(".", "a", "()", {2}); size(s)
    /// ans = 1×2
    ///    1   2
    ///
    /// See also: subsref, subsasgn
    fn substruct(cx, /** "()", "{}" or ".". */ kind: String, /** Its indices or name. */ subs: Value, /** Further steps. */ more: Rest) -> [s] { step_structs(kind, subs, more.0) }

    /// The part of a value that steps such as `(1)`, `.a` and `{2}` lead to.
    ///
    /// >>> subsref([4 5 6], substruct("()", {2}))
    /// ans = 5
    ///
    /// See also: substruct, subsasgn
    fn subsref(cx, /** Anything. */ x: Value, /** What `substruct` makes. */ steps: Arc<Struct>) -> [varargout] { value_at(cx.host, x, &steps_of_structs(&steps)?, cx.nargout) }

    /// The value with the part changed that the steps lead to.
    ///
    /// >>> subsasgn([1 2 3], substruct("()", {2}), 9)
    /// ans = 1×3
    ///    1   9   3
    ///
    /// See also: substruct, subsref
    fn subsasgn(cx, /** Anything. */ x: Value, /** What `substruct` makes. */ steps: Arc<Struct>, /** The part's new value. */ value: Value) -> [y] { assigned(x, &steps_of_structs(&steps)?, value) }
}

fn of_pairs(fields: Vec<Value>) -> Result<Value> {
    match &fields[..] {
        [] => return Ok(Struct::default().into()),
        [only @ Value::Struct(_)] => return Ok(only.clone()),
        [only] if only.is_array() && only.shape() == (0, 0) && only.as_text().is_none() => {
            return Ok(Struct::new(0, 0).into());
        }
        _ => {}
    }
    // Cells other than 1×1 say how many elements there are.
    let mut shape: Option<((usize, usize), usize)> = None;
    for (i, pair) in fields.chunks(2).enumerate() {
        let [name, value] = pair else {
            let name = pair[0].as_text().unwrap_or_default();
            return Err(Fault::new(format!("struct: the field `{name}` has no value"))
                .hint("names and values come in turn: struct(\"a\", 1, \"b\", 2)"));
        };
        if name.as_text().is_none_or(str::is_empty) {
            return Err(Fault::new(format!(
                "struct: a field's name is a string, and this is a {}",
                name.describe()
            ))
            .hint("names and values come in turn: struct(\"a\", 1, \"b\", 2)")
            .blame(Blame::Positional(2 * i)));
        }
        let Value::Cell(cells) = value else { continue };
        let ours = (cells.rows(), cells.cols());
        match shape {
            _ if ours == (1, 1) => {}
            Some((theirs, at)) if theirs != ours => {
                let size = |(m, n): (usize, usize)| format!("{m}×{n}");
                return Err(Fault::new(format!(
                    "struct: argument {} is a {} cell, and argument {} a {} one",
                    2 * at + 2,
                    size(theirs),
                    2 * i + 2,
                    size(ours)
                ))
                .hint("a cell holds the values of all elements; {{…}} makes a field a cell")
                .blame(Blame::Positional(2 * i + 1)));
            }
            _ => shape = Some((ours, i)),
        }
    }
    let (m, n) = shape.map_or((1, 1), |(shape, _)| shape);
    let mut result = Struct::new(m, n);
    for pair in fields.chunks_exact(2) {
        let Some(name) = pair[0].as_text() else { continue };
        result.add(name);
        for k in 0..m * n {
            let value = match &pair[1] {
                Value::Cell(cells) if cells.len() == 1 => cells.as_slice()[0].clone(),
                Value::Cell(cells) => cells.as_slice()[k].clone(),
                value => value.clone(),
            };
            result.set(k, name, value);
        }
    }
    Ok(result.into())
}

fn has_fields(s: &Value, name: &Value) -> Result<Value> {
    let has = |name: &Value| match (s, name.as_text()) {
        (Value::Struct(s), Some(name)) => s.field(name).is_some(),
        _ => false,
    };
    Ok(match (s, name) {
        (Value::Struct(_), Value::Cell(names)) => BoolMatrix::from_vec(
            names.rows(),
            names.cols(),
            names.as_slice().iter().map(has).collect(),
        )
        .into(),
        _ => has(name).into(),
    })
}

fn names_of(s: &Value) -> Result<Value> {
    let names: Vec<Value> = match s {
        Value::Struct(s) => s.names().map(|name| (&**name).into()).collect(),
        Value::Table(t) => t.names().names().iter().map(|name| (&**name).into()).collect(),
        Value::Object(object) => object.fields().iter().map(|&name| name.into()).collect(),
        other => {
            return Err(Fault::new(format!("fieldnames: a {} has no fields", other.describe()))
                .blame(Blame::Positional(0)));
        }
    };
    Ok(Value::cell(Cells::column_vector(names)))
}

fn without(mut s: Arc<Struct>, names: &[String]) -> Result<Value> {
    let structs = Arc::make_mut(&mut s);
    for name in names {
        if !structs.remove(name) {
            let known = structs.names().map(|known| &**known);
            let mut fault = Fault::new(format!("rmfield: there is no field `{name}`"))
                .blame(Blame::Positional(1));
            fault.hint = did_you_mean(&nearest(name, known));
            return Err(fault);
        }
    }
    Ok(Value::Struct(s))
}

fn with_part(s: Value, mut path: Vec<Value>) -> Result<Value> {
    let value = path.pop().filter(|_| !path.is_empty()).ok_or_else(|| {
        Fault::new("setfield needs a name and a value")
            .identified("Octave:invalid-fun-call")
            .hint("setfield(s, \"name\", value)")
    })?;
    assigned(s, &Path::of_fields("setfield", path)?, value)
}

fn part(host: &mut dyn Host, s: Value, first: Value, path: Vec<Value>) -> Result<Value> {
    let path = Path::of_fields("getfield", std::iter::once(first).chain(path).collect())?;
    // Of several values, `getfield` takes the first.
    let values = value_at(host, s, &path, 1)?;
    crate::value::single(values, "getfield")
}

fn in_order(s: &Struct, order: Option<Value>) -> Result<(Value, Matrix)> {
    let names: Vec<Arc<str>> = s.names().cloned().collect();
    let refuse = |message: String| Fault::new(message).blame(Blame::Positional(1));
    let by_names = |wanted: Vec<Arc<str>>| -> Result<Vec<usize>> {
        let found: Option<Vec<usize>> =
            wanted.iter().map(|name| names.iter().position(|known| known == name)).collect();
        let known = || names.iter().map(|name| &**name).collect::<Vec<_>>().join(", ");
        found.ok_or_else(|| {
            refuse("orderfields: these are not the names of the fields".into())
                .hint(format!("the fields are {}", known()))
        })
    };
    let positions = match order {
        None => {
            let mut positions: Vec<usize> = (0..names.len()).collect();
            positions.sort_by(|&i, &j| names[i].cmp(&names[j]));
            positions
        }
        Some(Value::Struct(other)) => by_names(other.names().cloned().collect())?,
        Some(order @ Value::Cell(_)) => {
            use super::argument::Argument;
            let words = Words::from_value(order)
                .map_err(|what| refuse(format!("orderfields needs names, and this is {what}")))?;
            by_names(words.0.iter().map(|name| name.as_str().into()).collect())?
        }
        Some(order) => {
            let numbers = order.to_array()?;
            let position = |&x: &f64| (x >= 1.0 && x.fract() == 0.0).then(|| x as usize - 1);
            numbers.data.as_slice().iter().map(position).collect::<Option<_>>().ok_or_else(
                || refuse("orderfields: a permutation holds whole numbers from 1".into()),
            )?
        }
    };
    let mut seen = vec![false; names.len()];
    let is_permutation = positions.len() == names.len()
        && positions.iter().all(|&i| seen.get_mut(i).is_some_and(|s| !std::mem::replace(s, true)));
    if !is_permutation {
        return Err(refuse(format!(
            "orderfields: each of the {} fields is named once",
            names.len()
        )));
    }
    let sorted: Vec<Arc<str>> = positions.iter().map(|&i| names[i].clone()).collect();
    let ordered = s.ordered(&sorted).unwrap_or_else(|| s.clone());
    let numbers = positions.iter().map(|&i| (i + 1) as f64).collect();
    Ok((ordered.into(), Matrix::column_vector(numbers)))
}

fn values_of(s: &Struct) -> Result<Value> {
    let (m, n) = s.shape();
    if n > 1 {
        return Err(Fault::unsupported(
            "struct2cell of a row of structs, which has three dimensions",
        )
        .hint("struct2cell(s(:)) has a column for each element"));
    }
    let count = s.names().len();
    let mut parts = vec![Value::empty(); count * m * n];
    for (f, (_, values)) in s.fields().enumerate() {
        for (k, value) in values.iter().enumerate() {
            parts[k * count + f] = value.clone();
        }
    }
    Ok(Value::cell(Cells::from_vec(count, m * n, parts)))
}

fn of_cell(cells: &Cells, names: &[String], dim: usize) -> Result<Value> {
    let (along, elements) = match dim {
        1 => (cells.rows(), cells.cols()),
        2 => (cells.cols(), cells.rows()),
        // Along the third dimension, which is 1 long, each cell is an element's only field.
        3 if names.len() == 1 => {
            let mut result = Struct::new(cells.rows(), cells.cols());
            result.add(&names[0]);
            for (k, value) in cells.as_slice().iter().enumerate() {
                result.set(k, &names[0], value.clone());
            }
            return Ok(result.into());
        }
        _ => {
            return Err(Fault::new(format!("cell2struct: a dimension is 1 or 2, not {dim}"))
                .blame(Blame::Positional(2)));
        }
    };
    if along != names.len() {
        let (unit, other) = if dim == 1 { ("rows", 2) } else { ("columns", 1) };
        let mut fault = Fault::new(format!(
            "cell2struct: {} names for {along} {unit} of a {}×{} cell",
            names.len(),
            cells.rows(),
            cells.cols()
        ))
        .blame(Blame::Positional(1));
        if elements == names.len() {
            fault.hint = Some(format!("cell2struct(c, names, {other}) takes the other dimension"));
        }
        return Err(fault);
    }
    let mut result = Struct::new(elements, 1);
    for (f, name) in names.iter().enumerate() {
        result.add(name);
        for k in 0..elements {
            let value = if dim == 1 { &cells[(f, k)] } else { &cells[(k, f)] };
            result.set(k, name, value.clone());
        }
    }
    Ok(result.into())
}
