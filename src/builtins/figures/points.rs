//! Points, and words at points.

use super::arguments::{colour, lengths, marker, pixels};
use super::data::strings;
use super::object;
use crate::builtins::argument::{Rest, options};
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::data::number_text;
use matfac::plot::{Anchor, LineSpec, Mark, PointColours, Scatter, Text};

/// So many different whole numbers are classes still; more are values.
const MOST_CLASSES: usize = 12;

/// So many names are classes; a legend of more is no help.
const MOST_NAMES: usize = 40;

options! {
    /// Which end of the words is at their point.
    Alignment { Left = "left", Center = "center", Right = "right" }
}

/// How points look.
#[derive(Debug, Default)]
pub struct Style {
    pub size: Option<Value>,
    pub color: Option<Value>,
    pub marker: Option<String>,
    pub label: Option<String>,
}

/// Draws points at the first two columns of a matrix.
pub fn scatter_matrix(cx: &mut Context<'_>, a: &Array, style: Style) -> Result<Vec<Value>> {
    if a.data.cols() < 2 {
        return Err(Fault::new(format!(
            "scatter needs two columns, and this is {}×{}",
            a.data.rows(),
            a.data.cols()
        ))
        .hint("scatter(x, y), or a matrix with a column for each axis")
        .blame(Blame::Positional(0)));
    }
    let outputs = scatter(cx, a.data.col(0).to_vec(), a.data.col(1).to_vec(), style)?;
    if let Some(labels) = a.col_labels() {
        cx.host.figures().edit(|axes| {
            axes.x_label = labels.name(0).into();
            axes.y_label = labels.name(1).into();
        });
    }
    Ok(outputs)
}

/// Draws points.
pub fn scatter(cx: &mut Context<'_>, x: Vec<f64>, y: Vec<f64>, style: Style) -> Result<Vec<Value>> {
    if x.len() != y.len() {
        return Err(lengths(("x", x.len()), ("y", y.len())).blame(Blame::Positional(1)));
    }
    let mut points = Scatter { label: style.label, ..Scatter::default() };
    match &style.size {
        // MATLAB's place for the size may hold a line specification.
        Some(Value::Text(spec)) => look(&mut points, LineSpec::parse(spec.as_str())?),
        Some(size) if size.numel() > 0 => points.size = Some(diameter(size)?),
        _ => {}
    }
    match &style.color {
        None => {}
        Some(Value::Text(text)) => match colour(&Value::Text(text.clone())) {
            Ok(one) => points.colours = PointColours::One(one),
            // And the place for the colour too.
            Err(fault) => {
                look(&mut points, LineSpec::parse(text.as_str()).map_err(|_| fault)?);
            }
        },
        Some(value) => points.colours = colours(value, x.len(), points.label.take())?,
    }
    if let Some(letter) = &style.marker {
        points.marker = marker(letter)?;
    }
    (points.x, points.y) = (x, y);
    cx.host.figures().plot(|axes| axes.marks.push(Mark::Scatter(points)));
    Ok(object::outputs(cx))
}

fn look(points: &mut Scatter, spec: LineSpec) {
    if let Some(one) = spec.colour {
        points.colours = PointColours::One(one);
    }
    points.marker = spec.marker.unwrap_or(points.marker);
}

/// Pixels across of a point whose area is given in square points.
fn diameter(size: &Value) -> Result<f64> {
    match size.as_number() {
        Some(area) => Ok(pixels("size", area)?.sqrt() * 96.0 / 72.0),
        None => Err(Fault::unsupported("points of different sizes")
            .hint("size is one number; color tells points apart")
            .blame(Blame::Keyword("size".into()))),
    }
}

/// The colours that one number for each point means. Names of the classes may be given, separated by commas.
pub fn colours(value: &Value, count: usize, names: Option<String>) -> Result<PointColours> {
    let wrong = || Blame::Keyword("color".into());
    if let Value::Cell(_) = value {
        return classes(&strings(value, "a class").map_err(|fault| fault.blame(wrong()))?, count);
    }
    if value.numel() == 3 && count != 3 {
        return Ok(PointColours::One(colour(value)?));
    }
    let values = value.to_array().map_err(|fault| fault.blame(wrong()))?;
    let values = values.data.as_slice();
    if values.len() != count {
        let entries = if values.len() == 1 { "entry" } else { "entries" };
        return Err(Fault::new(format!(
            "color has {} {entries} and there are {count} points",
            values.len()
        ))
        .hint("one number for each point, or a colour such as \"red\"")
        .blame(wrong()));
    }
    let mut classes: Vec<f64> = Vec::new();
    for &v in values {
        // A class is a whole number; one NaN or fraction makes them values.
        if v.fract() != 0.0 || classes.len() > MOST_CLASSES {
            return Ok(PointColours::Values(values.to_vec()));
        }
        if !classes.contains(&v) {
            classes.push(v);
        }
    }
    if classes.len() > MOST_CLASSES {
        return Ok(PointColours::Values(values.to_vec()));
    }
    classes.sort_by(f64::total_cmp);
    let names = match names {
        None => classes.iter().map(|&class| number_text(class)).collect(),
        Some(list) => {
            let names: Vec<String> = list.split(',').map(|n| n.trim().to_string()).collect();
            if names.len() != classes.len() {
                return Err(Fault::new(format!(
                    "label has {} names and color has {} classes",
                    names.len(),
                    classes.len()
                ))
                .hint("label=\"first, second, third\"")
                .blame(Blame::Keyword("label".into())));
            }
            names
        }
    };
    let of = values.iter().map(|v| classes.iter().position(|c| c == v).unwrap_or(0)).collect();
    Ok(PointColours::Categories { of, names })
}

/// The classes that strings name, in the order in which they come.
fn classes(list: &[String], count: usize) -> Result<PointColours> {
    let wrong = || Blame::Keyword("color".into());
    if list.len() != count {
        return Err(lengths(("color", list.len()), ("x", count)).blame(wrong()));
    }
    let mut names: Vec<String> = Vec::new();
    let mut of = Vec::with_capacity(count);
    for name in list {
        let class = names.iter().position(|known| known == name).unwrap_or(names.len());
        if class == names.len() {
            names.push(name.clone());
        }
        if names.len() > MOST_NAMES {
            return Err(Fault::new("color names more classes than anybody could tell apart")
                .hint(format!("at most {MOST_NAMES}"))
                .blame(wrong()));
        }
        of.push(class);
    }
    Ok(PointColours::Categories { of, names })
}

/// How words are written.
#[derive(Debug)]
pub struct Writing {
    pub color: Option<Value>,
    pub fontsize: Option<f64>,
    pub horizontalalignment: Option<Alignment>,
}

/// Writes words at points.
pub fn text(
    cx: &mut Context<'_>,
    x: Vec<f64>,
    y: Vec<f64>,
    words: Rest,
    writing: Writing,
) -> Result<()> {
    if x.len() != y.len() {
        return Err(lengths(("x", x.len()), ("y", y.len())).blame(Blame::Positional(1)));
    }
    let mut texts: Vec<String> = Vec::new();
    for value in &words.0 {
        if let Value::Cell(_) = value {
            texts.extend(strings(value, "what is written")?);
            continue;
        }
        match (value.as_text(), value.to_array()) {
            (Some(text), _) => texts.push(text.into()),
            (None, Ok(numbers)) => {
                texts.extend(numbers.data.as_slice().iter().map(|&x| number_text(x)));
            }
            (None, Err(fault)) => return Err(fault),
        }
    }
    if let (1, Some(only)) = (texts.len(), texts.first().cloned()) {
        texts = vec![only; x.len()];
    }
    if texts.len() != x.len() {
        return Err(lengths(("x", x.len()), ("the list of words", texts.len())));
    }
    let anchor = match writing.horizontalalignment {
        None => Anchor::Free,
        Some(Alignment::Left) => Anchor::At(0.0, 0.5),
        Some(Alignment::Center) => Anchor::At(-0.5, 0.5),
        Some(Alignment::Right) => Anchor::At(-1.0, 0.5),
    };
    let colour = writing.color.as_ref().map(colour).transpose()?;
    let size = writing.fontsize.map(|s| pixels("fontsize", s)).transpose()?;
    let text = Text { x, y, texts, colour, anchor, size };
    cx.host.figures().edit(|axes| axes.marks.push(Mark::Text(text)));
    Ok(())
}
