//! Filled areas and polygons.

use super::arguments::{Look, colour, numbers};
use super::data::Given;
use super::object;
use crate::builtins::argument::Rest;
use crate::builtins::entry::Context;
use crate::value::{Blame, Fault, Result, Value};
use matfac::plot::{Colour, Mark, Patch, PointColours};

/// How much areas cover: what is behind shows through a little.
const ALPHA: f64 = 0.75;

/// Draws the area between each column, added to those before, and what is below.
pub fn area(
    cx: &mut Context<'_>,
    data: Rest,
    look: Look,
    base: f64,
    alpha: Option<f64>,
) -> Result<Vec<Value>> {
    let mut given = Given::read("area", &data)?;
    let mut base = base;
    // `area(x, y, level)`, and `area(y, level)` of more than one y.
    if let [.., y, level] = &given.arrays[..]
        && level.data.len() == 1
        && (y.data.len() > 1 || given.arrays.len() == 3)
    {
        base = level.data.as_slice()[0];
        given.arrays.pop();
    }
    let lines = given.lines(&look)?;
    let alpha = share("alpha", alpha, ALPHA)?;
    let mut below: Vec<f64> = Vec::new();
    let mut marks = Vec::new();
    for line in lines {
        if below.is_empty() {
            below = vec![base; line.y.len()];
        }
        let offset = if marks.is_empty() { 0.0 } else { 1.0 };
        let known = |v: f64| if v.is_finite() { v } else { 0.0 };
        // A gap adds nothing: the areas above stay whole.
        let above: Vec<f64> = match offset {
            0.0 => line.y.iter().map(|&y| if y.is_finite() { y } else { base }).collect(),
            _ => below.iter().zip(&line.y).map(|(b, &y)| b + known(y)).collect(),
        };
        let there_and_back = |a: &[f64], b: &[f64]| -> Vec<f64> {
            a.iter().chain(b.iter().rev()).copied().collect()
        };
        marks.push(Mark::Patch(Patch {
            x: there_and_back(&line.x, &line.x),
            y: there_and_back(&above, &below),
            colours: line.colour.map_or(PointColours::Auto, PointColours::One),
            alpha,
            base: Some(base),
            label: line.label,
            ..Patch::default()
        }));
        below = above;
    }
    cx.host.figures().plot(|axes| axes.marks.extend(marks));
    Ok(object::outputs(cx))
}

/// A number from 0 to 1.
pub fn share(name: &str, given: Option<f64>, default: f64) -> Result<f64> {
    match given {
        None => Ok(default),
        Some(v) if (0.0..=1.0).contains(&v) => Ok(v),
        Some(v) => Err(Fault::new(format!("{name} is a number from 0 to 1, and this is {v}"))
            .blame(Blame::Keyword(name.into()))),
    }
}

/// Draws filled polygons: `fill(x, y, c)`, several groups, a polygon for each column of matrices.
pub fn fill(
    cx: &mut Context<'_>,
    data: Rest,
    color: Option<Value>,
    alpha: Option<f64>,
    edge: Option<Value>,
    label: Option<String>,
) -> Result<Vec<Value>> {
    let alpha = share("alpha", alpha, 1.0)?;
    let own = color.as_ref().map(colour).transpose()?;
    let outline: Option<Colour> = match &edge {
        Some(value) if value.as_text() == Some("none") => None,
        Some(value) => Some(colour(value)?),
        None => None,
    };
    let mut marks = Vec::new();
    let mut at = 0;
    while at < data.0.len() {
        let Some(second) = data.0.get(at + 1).filter(|y| y.as_text().is_none()) else {
            return Err(Fault::new("fill needs x, y and a colour for each polygon")
                .hint("fill([0 1 1], [0 0 1], \"r\")")
                .blame(Blame::Positional(at)));
        };
        let (x, y) = (numbers("fill", &data.0[at], at)?, numbers("fill", second, at + 1)?);
        let lines = super::lines::pairs(&x, &y).map_err(|f| f.blame(Blame::Positional(at + 1)))?;
        at += 2;
        // The colour may be left out of the last group.
        let given = data.0.get(at);
        at += usize::from(given.is_some());
        let colours = match (own, given) {
            (Some(own), _) => PointColours::One(own),
            (None, None) => PointColours::Auto,
            (None, Some(value)) => fill_colours(value, lines.len(), at - 1)?,
        };
        let gap = |v: &[f64]| v.iter().copied().chain([f64::NAN]).collect::<Vec<f64>>();
        marks.push(Mark::Patch(Patch {
            x: lines.iter().flat_map(|line| gap(&line.x)).collect(),
            y: lines.iter().flat_map(|line| gap(&line.y)).collect(),
            colours,
            alpha,
            edge: outline,
            label: label.clone(),
            ..Patch::default()
        }));
    }
    if marks.is_empty() {
        return Err(Fault::new("fill needs something to draw").hint("fill(x, y, \"r\")"));
    }
    cx.host.figures().plot(|axes| axes.marks.extend(marks));
    Ok(object::outputs(cx))
}

/// A colour, or a number for each polygon that the colour map colours.
fn fill_colours(value: &Value, count: usize, position: usize) -> Result<PointColours> {
    if value.as_text().is_some() || (value.numel() == 3 && count != 3) {
        return Ok(PointColours::One(colour(value).map_err(|mut fault| {
            fault.blame = Blame::Positional(position);
            fault
        })?));
    }
    let values = numbers("fill", value, position)?;
    if values.data.len() == count {
        return Ok(PointColours::Values(values.data.as_slice().to_vec()));
    }
    Err(Fault::new(format!(
        "fill: {count} polygon{} and {} numbers to colour them",
        if count == 1 { "" } else { "s" },
        values.data.len()
    ))
    .hint("a colour such as \"red\", [r g b], or one number for each polygon")
    .blame(Blame::Positional(position)))
}
