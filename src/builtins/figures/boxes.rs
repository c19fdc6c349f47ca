//! Box plots and Pareto charts.

use super::arguments::{colour, lengths, numbers};
use super::bars::names;
use super::data::strings;
use super::object;
use crate::builtins::argument::options;
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::data::number_text;
use matfac::plot::{BoxStyle, Figure};

options! {
    /// Which way boxes stand.
    Orientation { Vertical = "vertical", Horizontal = "horizontal" }
}

/// How boxes look, as keywords say it.
#[derive(Debug)]
pub struct Style {
    pub labels: Option<Value>,
    pub notch: bool,
    pub orientation: Orientation,
    pub whisker: f64,
    pub color: Option<Value>,
}

/// Groups of numbers with their names.
type Groups = (Vec<Vec<f64>>, Vec<String>);

/// Draws a box for each column, each cell, or each group of a vector.
pub fn boxplot(
    cx: &mut Context<'_>,
    data: &Value,
    group: Option<Value>,
    style: Style,
) -> Result<Vec<Value>> {
    let (groups, mut titles) = match (data, group) {
        (Value::Cell(cells), None) => {
            let part = |value: &Value| Ok(numbers("boxplot", value, 0)?.data.as_slice().to_vec());
            let groups: Vec<Vec<f64>> = cells.as_slice().iter().map(part).collect::<Result<_>>()?;
            (groups, Vec::new())
        }
        (data, Some(group)) => grouped(numbers("boxplot", data, 0)?.data.as_slice(), &group)?,
        (data, None) => {
            let a = numbers("boxplot", data, 0)?;
            if a.data.is_vector() {
                (vec![a.data.as_slice().to_vec()], Vec::new())
            } else {
                let groups = (0..a.data.cols()).map(|j| a.data.col(j).to_vec()).collect();
                (groups, a.col_labels().map(names).unwrap_or_default())
            }
        }
    };
    if let Some(labels) = &style.labels {
        titles = strings(labels, "a label")?;
        if titles.len() != groups.len() {
            return Err(lengths(("labels", titles.len()), ("the list of boxes", groups.len()))
                .blame(Blame::Keyword("labels".into())));
        }
    }
    if !(style.whisker >= 0.0 && style.whisker.is_finite()) {
        return Err(Fault::new(format!(
            "whisker is a number of box lengths, 0 or more, and this is {}",
            style.whisker
        ))
        .blame(Blame::Keyword("whisker".into())));
    }
    let look = BoxStyle {
        notch: style.notch,
        horizontal: style.orientation == Orientation::Horizontal,
        whisker: style.whisker,
        colour: style.color.as_ref().map(colour).transpose()?,
    };
    cx.host.figures().adopt(Figure::of(matfac::plot::boxplot(&groups, titles, look)));
    Ok(object::outputs(cx))
}

/// The numbers of each group, in the order of the groups' values or of their first appearance.
fn grouped(values: &[f64], group: &Value) -> Result<Groups> {
    let (keys, order): (Vec<String>, Vec<String>) = match group {
        Value::Cell(_) => {
            let keys = strings(group, "a group")?;
            let mut order: Vec<String> = Vec::new();
            for key in &keys {
                if !order.contains(key) {
                    order.push(key.clone());
                }
            }
            (keys, order)
        }
        other => {
            let numbers = numbers("boxplot", other, 1)?;
            let mut classes = numbers.data.as_slice().to_vec();
            let keys = classes.iter().map(|&v| number_text(v)).collect();
            classes.sort_by(f64::total_cmp);
            classes.dedup();
            (keys, classes.into_iter().map(number_text).collect())
        }
    };
    if keys.len() != values.len() {
        return Err(lengths(("x", values.len()), ("the list of groups", keys.len()))
            .blame(Blame::Positional(1)));
    }
    if order.len() > 200 {
        return Err(Fault::new(format!("{} groups are too many boxes", order.len()))
            .hint("at most 200")
            .blame(Blame::Positional(1)));
    }
    let of = |wanted: &String| {
        keys.iter().zip(values).filter(|(key, _)| *key == wanted).map(|(_, v)| *v).collect()
    };
    Ok((order.iter().map(of).collect(), order))
}

/// Draws bars from the highest, with their running total.
pub fn pareto(
    cx: &mut Context<'_>,
    y: &Array,
    called: Option<Value>,
    color: Option<Value>,
) -> Result<Vec<Value>> {
    let titles = match &called {
        Some(cell @ Value::Cell(_)) => strings(cell, "a name")?,
        Some(other) => {
            let at = numbers("pareto", other, 1)?;
            at.data.as_slice().iter().map(|&v| number_text(v)).collect()
        }
        None if y.data.rows() > 1 => y.row_labels().map(names).unwrap_or_default(),
        None => y.col_labels().map(names).unwrap_or_default(),
    };
    if called.is_some() && titles.len() != y.data.len() {
        return Err(lengths(("y", y.data.len()), ("the list of names", titles.len()))
            .blame(Blame::Positional(1)));
    }
    let own = color.as_ref().map(colour).transpose()?;
    let axes = matfac::plot::pareto(y.data.as_slice(), titles, own);
    cx.host.figures().adopt(Figure::of(axes));
    Ok(object::outputs(cx))
}
