//! Bars.

use super::arguments::{colour, lengths, numbers};
use super::data::strings;
use super::object;
use crate::builtins::argument::Rest;
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::data::Labels;
use matfac::plot::{Arrangement, Axes, Bar, Colour, Mark, Ticks};
use std::sync::Arc;

/// How bars look and stand.
#[derive(Debug, Default)]
pub struct Style {
    pub color: Option<Value>,
    pub label: Option<String>,
    pub width: Option<f64>,
    pub base: f64,
    pub horizontal: bool,
}

/// The bars that were asked for.
struct Wanted {
    names: Option<Vec<String>>,
    x: Option<Vec<f64>>,
    y: Arc<Array>,
    width: Option<f64>,
    colour: Option<Colour>,
    arrangement: Arrangement,
}

/// Draws a bar for each entry of a vector, or a group for each row of a matrix.
pub fn bar(cx: &mut Context<'_>, data: Rest, style: Style) -> Result<Vec<Value>> {
    let function = if style.horizontal { "barh" } else { "bar" };
    let wanted = wanted(function, &data.0)?;
    let row = wanted.y.data.rows() == 1 && wanted.x.as_ref().is_none_or(|x| x.len() != 1);
    let y = if row { Arc::new(wanted.y.transposed()) } else { wanted.y };
    let count = y.data.rows();
    let named = wanted.names.as_ref().map(|names| ("names", names.len()));
    let placed = wanted.x.as_ref().map(|x| ("x", x.len()));
    if let Some(given) = named.or(placed)
        && given.1 != count
    {
        return Err(lengths(given, ("y", count)).blame(Blame::Positional(1)));
    }
    if style.label.is_some() && y.data.cols() > 1 {
        return Err(Fault::new(format!("label names one series, and there are {}", y.data.cols()))
            .hint("legend(\"first\", \"second\") names several")
            .blame(Blame::Keyword("label".into())));
    }
    let width = width(style.width.or(wanted.width))?;
    let colour = style.color.as_ref().map(colour).transpose()?.or(wanted.colour);
    let categories = match &wanted.x {
        None => wanted.names.or_else(|| y.row_labels().map(names)),
        Some(_) => None,
    };
    let x = wanted.x.unwrap_or_else(|| (1..=count).map(|i| i as f64).collect());
    let several = y.data.cols() > 1;
    let bars: Vec<Mark> = (0..y.data.cols())
        .map(|j| {
            let own_name = y.col_labels().filter(|_| several).map(|l| l.name(j).to_string());
            Mark::Bar(Bar {
                x: x.clone(),
                heights: y.data.col(j).to_vec(),
                colour,
                horizontal: style.horizontal,
                arrangement: wanted.arrangement,
                width: width.unwrap_or(0.8),
                base: style.base,
                label: style.label.clone().or(own_name),
            })
        })
        .collect();
    cx.host.figures().plot(|axes| {
        put_ticks(axes, categories, &x, style.horizontal);
        axes.marks.extend(bars);
    });
    Ok(object::outputs(cx))
}

/// Each of a few bars has its tick, which is its name when it has one.
fn put_ticks(axes: &mut Axes, categories: Option<Vec<String>>, x: &[f64], horizontal: bool) {
    let held = !axes.marks.is_empty();
    let ticks = match categories {
        Some(names) => Ticks::Categories(names),
        None if x.len() <= 20 => {
            let mut at = x.to_vec();
            at.sort_by(f64::total_cmp);
            at.dedup();
            Ticks::At(at)
        }
        None => Ticks::Auto,
    };
    let old = if horizontal { &mut axes.y_ticks } else { &mut axes.x_ticks };
    // Bars that join a plot leave the ticks that it has.
    if !held || *old == Ticks::Auto && matches!(ticks, Ticks::Categories(_)) {
        *old = ticks;
    }
}

/// Reads `y`, `x, y`, a width, a colour letter and how groups stand.
fn wanted(function: &'static str, values: &[Value]) -> Result<Wanted> {
    let mut names = None;
    let mut arrays: Vec<Arc<Array>> = Vec::new();
    let (mut colour_given, mut arrangement) = (None, Arrangement::Grouped);
    let mut width = None;
    for (i, value) in values.iter().enumerate() {
        if let Some(word) = value.as_text() {
            match word.to_lowercase().as_str() {
                "grouped" => arrangement = Arrangement::Grouped,
                "stacked" => arrangement = Arrangement::Stacked,
                // Bars that touch.
                "hist" | "histc" => width = Some(1.0),
                _ => {
                    let found = Colour::parse(word).map_err(|_| {
                        Fault::new(format!("{function} does not know \"{word}\""))
                            .hint("grouped, stacked, hist, or a colour such as \"r\"")
                            .blame(Blame::Positional(i))
                    })?;
                    colour_given = Some(found);
                }
            }
        } else if let (0, Value::Cell(_)) = (i, value) {
            let list = strings(value, "what a bar is called");
            names = Some(list.map_err(|fault| fault.blame(Blame::Positional(0)))?);
        } else {
            arrays.push(numbers(function, value, i)?);
        }
    }
    // A single number after more than one is the width.
    if let [.., y, last] = &arrays[..]
        && last.data.len() == 1
        && (y.data.len() > 1 || arrays.len() == 3)
    {
        width = Some(last.data.as_slice()[0]);
        arrays.pop();
    }
    let (x, y) = match (&names, &arrays[..]) {
        (_, [y]) => (None, y.clone()),
        (None, [x, y]) if x.data.is_vector() || x.data.is_empty() => {
            (Some(x.data.as_slice().to_vec()), y.clone())
        }
        _ => {
            return Err(Fault::new(format!("{function} does not know what these {} arrays are", arrays.len()))
                .hint(format!(
                    "{function}(y), {function}(x, y), {function}(names, y), then a width, \"stacked\" or a colour"
                )));
        }
    };
    Ok(Wanted { names, x, y, width, colour: colour_given, arrangement })
}

/// The share of its place that a bar fills.
fn width(given: Option<f64>) -> Result<Option<f64>> {
    match given {
        Some(w) if !(w > 0.0 && w <= 1.0) => {
            Err(Fault::new(format!("a bar fills a share of its place, and this is {w}"))
                .hint("a width above 0 and up to 1, at which bars touch")
                .blame(Blame::Keyword("width".into())))
        }
        given => Ok(given),
    }
}

/// Names with their titles where they have some.
pub fn names(labels: &Labels) -> Vec<String> {
    (0..labels.len()).map(|i| labels.title(i).unwrap_or(labels.name(i)).to_string()).collect()
}
