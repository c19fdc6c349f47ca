//! Lines with error bars.

use super::arguments::Look;
use super::data::{Given, counting};
use super::lines::pairs;
use super::object;
use crate::builtins::argument::Rest;
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::plot::{Line, Mark, Spans};
use std::sync::Arc;

/// Across which axes the bars go.
#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Up,
    Across,
    Both,
}

/// Below and above, or left and right, for each column of y.
type Errors = (Vec<Line>, Vec<Line>);

/// Draws y with bars of the given lengths.
pub fn errorbar(cx: &mut Context<'_>, data: Rest, look: Look) -> Result<Vec<Value>> {
    let mut given = Given::read("errorbar", &data)?;
    let direction = direction(&mut given);
    let (x, y, lengths) = split(&given.arrays, direction)?;
    given.arrays = vec![x.clone(), y.clone()];
    let lines = given.lines(&look)?;
    let errors = |low: &Array, high: &Array| -> Result<Errors> {
        let same = |e: &Array| match e.data.len() {
            1 => Array::from(y.data.map(|_| e.data.as_slice()[0])),
            _ => e.clone(),
        };
        Ok((pairs(&x, &same(low))?, pairs(&x, &same(high))?))
    };
    let (up, across) = match (&lengths[..], direction) {
        ([e], Direction::Up) => (Some(errors(e, e)?), None),
        ([e], Direction::Across) => (None, Some(errors(e, e)?)),
        ([e], Direction::Both) => (Some(errors(e, e)?), Some(errors(e, e)?)),
        ([low, high], Direction::Up) => (Some(errors(low, high)?), None),
        ([low, high], Direction::Across) => (None, Some(errors(low, high)?)),
        // Octave gives first the errors of x, then those of y.
        ([x, y], Direction::Both) => (Some(errors(y, y)?), Some(errors(x, x)?)),
        ([lx, ux, ly, uy, ..], _) => (Some(errors(ly, uy)?), Some(errors(lx, ux)?)),
        _ => return Err(forms()),
    };
    let bars = |line: &Line, k: usize, errors: &Errors, horizontal: bool| -> Result<Mark> {
        let (low, high) = (&errors.0, &errors.1);
        let (Some(low), Some(high)) = (low.get(k), high.get(k)) else { return Err(forms()) };
        if low.y.len() != line.y.len() || high.y.len() != line.y.len() {
            return Err(super::arguments::lengths(
                ("y", line.y.len()),
                ("the errors", low.y.len()),
            ));
        }
        let (at, middle) = if horizontal { (&line.y, &line.x) } else { (&line.x, &line.y) };
        let end = |side: &Line, sign: f64| {
            middle.iter().zip(&side.y).map(|(m, e)| m + sign * e.abs()).collect()
        };
        Ok(Mark::Spans(Spans {
            at: at.clone(),
            low: end(low, -1.0),
            high: end(high, 1.0),
            horizontal,
            cap: 7.0,
            width: look.linewidth.unwrap_or(1.4),
            ..Spans::default()
        }))
    };
    let mut marks = Vec::new();
    for (k, line) in lines.into_iter().enumerate() {
        let up = up.as_ref().map(|errors| bars(&line, k, errors, false)).transpose()?;
        let across = across.as_ref().map(|errors| bars(&line, k, errors, true)).transpose()?;
        marks.push(Mark::Line(line));
        marks.extend(up.into_iter().chain(across));
    }
    cx.host.figures().plot(|axes| axes.marks.extend(marks));
    Ok(object::outputs(cx))
}

/// Octave's signs at the start of a specification, and MATLAB's words.
fn direction(given: &mut Given) -> Direction {
    let (across, both) = (given.take("horizontal"), given.take("both"));
    given.take("vertical");
    let mut direction = match (across, both) {
        (_, true) => Direction::Both,
        (true, _) => Direction::Across,
        _ => Direction::Up,
    };
    if let Some((_, word)) = given.words.first_mut() {
        for (sign, meant) in
            [("~>", Direction::Both), ("~", Direction::Up), (">", Direction::Across)]
        {
            if let Some(rest) = word.strip_prefix(sign) {
                (*word, direction) = (rest.to_string(), meant);
                break;
            }
        }
    }
    direction
}

/// x, y and the lengths of bars among the arrays.
type Split = (Arc<Array>, Arc<Array>, Vec<Arc<Array>>);

fn split(arrays: &[Arc<Array>], direction: Direction) -> Result<Split> {
    match arrays {
        [y, e] => Ok((Arc::new(counting(y)), y.clone(), vec![e.clone()])),
        [y, low, high]
            if direction != Direction::Both
                && low.data.len() == 1
                && high.data.len() == 1
                && y.data.len() > 1 =>
        {
            Ok((Arc::new(counting(y)), y.clone(), vec![low.clone(), high.clone()]))
        }
        [x, y, lengths @ ..] if matches!(lengths.len(), 1 | 2 | 4) => {
            Ok((x.clone(), y.clone(), lengths.to_vec()))
        }
        _ => Err(forms()),
    }
}

fn forms() -> Box<Fault> {
    Fault::new("errorbar does not know what these arrays are")
        .hint("errorbar(y, e), errorbar(x, y, e), errorbar(x, y, below, above) or errorbar(x, y, left, right, below, above)")
        .blame(Blame::Call)
}
