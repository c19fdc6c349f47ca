//! The way into a value, given as values: what `setfield`, `getfield`, `subsref` and `subsasgn` take.

use crate::value::{
    Arguments, Blame, Change, Fault, Host, Index, Result, Step, Struct, Value, change, contents,
    fields, index, single,
};

/// Steps into a value, each with the values it was made of.
#[derive(Debug)]
pub struct Path(Vec<PathStep>);

#[derive(Debug)]
enum PathStep {
    Paren(Vec<Value>),
    Brace(Vec<Value>),
    Field(String),
}

impl Path {
    /// Names of fields, and cells of indices.
    pub fn of_fields(function: &str, parts: Vec<Value>) -> Result<Path> {
        let step = |(i, part): (usize, Value)| match part {
            Value::Text(name) => Ok(PathStep::Field(name.as_str().into())),
            Value::Cell(cells) => Ok(PathStep::Paren(cells.as_slice().to_vec())),
            other => Err(Fault::new(format!(
                "{function} needs names and cells of indices, and this is a {}",
                other.describe()
            ))
            .blame(Blame::Positional(i + 1))),
        };
        Ok(Path(parts.into_iter().enumerate().map(step).collect::<Result<_>>()?))
    }
}

/// The struct array that stands for steps: fields `type` and `subs`.
pub fn step_structs(kind: String, subs: Value, more: Vec<Value>) -> Result<Value> {
    let mut pairs = vec![(Value::from(kind), subs)];
    if !more.len().is_multiple_of(2) {
        return Err(Fault::new("substruct: each kind of step needs its indices or name")
            .identified("Octave:invalid-fun-call"));
    }
    pairs.extend(more.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())));
    let mut steps = Struct::new(1, pairs.len());
    for (k, (kind, subs)) in pairs.into_iter().enumerate() {
        step_of(&kind, &subs).map_err(|fault| fault.blame(Blame::Positional(2 * k)))?;
        steps.set(k, "type", kind);
        steps.set(k, "subs", subs);
    }
    Ok(steps.into())
}

/// The steps that such a struct array stands for.
pub fn steps_of_structs(steps: &Struct) -> Result<Path> {
    let (Some(kinds), Some(subs)) = (steps.field("type"), steps.field("subs")) else {
        return Err(Fault::new("the steps need the fields `type` and `subs`")
            .hint("substruct(\"()\", {1}) makes them")
            .blame(Blame::Positional(1)));
    };
    Ok(Path(kinds.iter().zip(subs).map(|(k, s)| step_of(k, s)).collect::<Result<_>>()?))
}

fn step_of(kind: &Value, subs: &Value) -> Result<PathStep> {
    let indices = || match subs {
        Value::Cell(cells) => Ok(cells.as_slice().to_vec()),
        Value::Text(text) if text.as_str() == ":" => Ok(vec![subs.clone()]),
        other => Err(Fault::new(format!(
            "the indices of a step are a cell, and these are a {}",
            other.describe()
        ))),
    };
    match kind.as_text() {
        Some("()") => Ok(PathStep::Paren(indices()?)),
        Some("{}") => Ok(PathStep::Brace(indices()?)),
        Some(".") => match subs.as_text() {
            Some(name) => Ok(PathStep::Field(name.into())),
            None => Err(Fault::new("the name of a field is a string")),
        },
        _ => Err(Fault::new("a step is \"()\", \"{}\" or \".\"")),
    }
}

fn indices(values: &[Value]) -> Result<Vec<Index>> {
    values.iter().map(Index::new).collect()
}

/// The values the path leads to; of several on the way, the first.
pub fn value_at(
    host: &mut dyn Host,
    value: Value,
    path: &Path,
    nargout: usize,
) -> Result<Vec<Value>> {
    let mut values = vec![value];
    for (i, step) in path.0.iter().enumerate() {
        let value = single(values, "a part of this value")?;
        values = match step {
            PathStep::Paren(list) => match &value {
                Value::Function(f) => {
                    let wanted = if i + 1 == path.0.len() { nargout } else { 1 };
                    host.call(f, Arguments::positional(list.clone()), wanted)?
                }
                _ => vec![index(&value, &indices(list)?)?],
            },
            PathStep::Brace(list) => contents(&value, &indices(list)?)?,
            PathStep::Field(name) => fields(&value, name)?,
        };
    }
    Ok(values)
}

/// The value with the part that the path leads to changed.
pub fn assigned(value: Value, path: &Path, part: Value) -> Result<Value> {
    let step = |step: &PathStep| {
        Ok(match step {
            PathStep::Paren(list) => Step::Paren(indices(list)?),
            PathStep::Brace(list) => Step::Brace(indices(list)?),
            PathStep::Field(name) => Step::Field(name.as_str().into()),
        })
    };
    let steps = path.0.iter().map(step).collect::<Result<Vec<_>>>()?;
    let mut place = Some(value);
    // As in x(i) = [] a part in parentheses is deleted.
    let is_deleted = matches!(path.0.last(), Some(PathStep::Paren(_)))
        && matches!(&part, Value::Matrix(a) if (a.data.rows(), a.data.cols()) == (0, 0));
    change(&mut place, &steps, if is_deleted { Change::Delete } else { Change::Put(part) })?;
    Ok(place.unwrap_or_else(Value::empty))
}
