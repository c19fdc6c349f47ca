//! Where a string occurs in another: finding it, counting positions, replacing it. Linear in the text for short
//! patterns; positions are counted in characters, from 1.

use super::argument::Words;
use crate::value::{Blame, Cells, Fault, Result, Value};
use matfac::{BoolMatrix, Matrix};

/// Byte offsets where `pattern` starts.
fn places(s: &str, pattern: &str, overlaps: bool) -> Vec<usize> {
    let mut found = Vec::new();
    let Some(first) = pattern.chars().next() else { return found };
    let step = if overlaps { first.len_utf8() } else { pattern.len() };
    let mut at = 0;
    while let Some(k) = s[at..].find(pattern) {
        found.push(at + k);
        at += k + step;
    }
    found
}

/// The same offsets as positions from 1.
fn positions(s: &str, places: &[usize]) -> Vec<f64> {
    let (mut count, mut at) = (0, 0);
    let position = |&place: &usize| {
        count += if s.is_ascii() { place - at } else { s[at..place].chars().count() };
        at = place;
        (count + 1) as f64
    };
    places.iter().map(position).collect()
}

fn refused(function: &str, what: &str, value: &Value, argument: usize) -> Box<Fault> {
    Fault::new(format!(
        "{function}: {what} needs a string or a cell of strings, and this is a {}",
        value.describe()
    ))
    .blame(Blame::Positional(argument))
}

/// `strfind`: positions, or a cell of them.
pub fn found(s: &Value, pattern: &Value, options: &[Value]) -> Result<Value> {
    let (mut overlaps, mut in_cell) = (true, false);
    for pair in options.chunks(2) {
        let name = pair[0].as_text().unwrap_or_default().to_lowercase();
        let value = match pair.get(1) {
            Some(Value::Bool(b)) => *b,
            Some(value) if value.as_number().is_some() => value.as_number() != Some(0.0),
            _ => {
                return Err(Fault::new("strfind: an option is a word followed by true or false")
                    .identified("Octave:invalid-fun-call")
                    .hint("strfind(s, pattern, \"overlaps\", false)"));
            }
        };
        match name.as_str() {
            "overlaps" => overlaps = value,
            "forcecelloutput" => in_cell = value,
            _ => {
                return Err(Fault::new(format!("strfind: \"{name}\" is not an option"))
                    .hint("overlaps or forcecelloutput"));
            }
        }
    }
    let each = |list: &Cells, one: &dyn Fn(&Value) -> Result<Value>| {
        let parts = list.as_slice().iter().map(one).collect::<Result<_>>()?;
        Ok(Value::cell(Cells::from_vec(list.rows(), list.cols(), parts)))
    };
    let start = |text: &Value, pattern: &str| match text.as_text() {
        Some(text) => {
            let list = positions(text, &places(text, pattern, overlaps));
            Ok(if list.is_empty() { Value::empty() } else { Matrix::row_vector(list).into() })
        }
        None => Err(refused("strfind", "s", text, 0)),
    };
    match (s, pattern) {
        (Value::Cell(texts), Value::Text(pattern)) => {
            each(texts, &|text| start(text, pattern.as_str()))
        }
        (Value::Text(_), Value::Cell(patterns)) => {
            each(patterns, &|pattern| match pattern.as_text() {
                Some(pattern) => start(s, pattern),
                None => Err(refused("strfind", "pattern", pattern, 1)),
            })
        }
        (text, Value::Text(pattern)) => {
            let positions = start(text, pattern.as_str())?;
            Ok(if in_cell { Value::cell_row(vec![positions]) } else { positions })
        }
        (_, pattern) => Err(refused("strfind", "pattern", pattern, 1)),
    }
}

/// `index` and `rindex`: the first or last position, or 0; for each part of a cell.
pub fn one_start(function: &str, s: &Value, t: &[String], last: bool) -> Result<Value> {
    let [pattern] = t else {
        return Err(Fault::new(format!("{function}: t is one string")).blame(Blame::Positional(1)));
    };
    let start = |text: &Value| -> Result<f64> {
        let text = text.as_text().ok_or_else(|| refused(function, "s", text, 0))?;
        let found = if last { text.rfind(pattern.as_str()) } else { text.find(pattern.as_str()) };
        let found = found.filter(|_| !pattern.is_empty());
        Ok(found.map_or(0.0, |place| positions(text, &[place])[0]))
    };
    match s {
        Value::Cell(cells) => {
            let list = cells.as_slice().iter().map(start).collect::<Result<_>>()?;
            Ok(Matrix::from_vec(cells.rows(), cells.cols(), list).into())
        }
        text => start(text).map(Value::from),
    }
}

/// `strrep` on a string, or on each of a cell.
pub fn replaced(s: Value, old: &str, new: &str, overlaps: bool) -> Result<Value> {
    let one = |part: &Value| -> Result<Value> {
        let text = part.as_text().ok_or_else(|| refused("strrep", "s", part, 0))?;
        let places = places(text, old, overlaps);
        if places.is_empty() {
            return Ok(part.clone());
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for place in places {
            // An occurrence that begins inside of the one before has nothing in front of it.
            out += text.get(at..place).unwrap_or_default();
            out += new;
            at = place + old.len();
        }
        Ok((out + &text[at..]).into())
    };
    match &s {
        Value::Cell(cells) => {
            let parts = cells.as_slice().iter().map(one).collect::<Result<_>>()?;
            Ok(Value::cell(Cells::from_vec(cells.rows(), cells.cols(), parts)))
        }
        text => one(text),
    }
}

/// `startsWith` and `endsWith`: whether any of the patterns is at that end of each text.
pub fn at_an_end(
    s: &Value,
    patterns: &Words,
    ignore_case: bool,
    is_there: fn(&str, &str) -> bool,
) -> Result<Value> {
    let folded = |text: &str| if ignore_case { text.to_lowercase() } else { text.to_string() };
    let patterns: Vec<String> = patterns.0.iter().map(|pattern| folded(pattern)).collect();
    let test = |part: &Value| match part.as_text() {
        Some(text) => Ok(patterns.iter().any(|pattern| is_there(&folded(text), pattern))),
        None => Err(refused("startsWith and endsWith", "s", part, 0)),
    };
    match s {
        Value::Cell(cells) => {
            let truths = cells.as_slice().iter().map(test).collect::<Result<_>>()?;
            Ok(BoolMatrix::from_vec(cells.rows(), cells.cols(), truths).into())
        }
        text => test(text).map(Value::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_occurrences_are_replaced_each() {
        let run = |s: &str, old, overlaps| {
            let text = replaced(s.into(), old, "xyz", overlaps).unwrap();
            text.as_text().unwrap().to_string()
        };
        assert_eq!(run("abababc", "abab", true), "xyzxyzc");
        assert_eq!(run("abababc", "abab", false), "xyzabc");
        assert_eq!(run("éé", "é", true), "xyzxyz");
        assert_eq!(run("abc", "", true), "abc");
    }

    #[test]
    fn positions_count_characters() {
        let text = "aéaé";
        assert_eq!(positions(text, &places(text, "é", true)), [2.0, 4.0]);
    }
}
