//! Bars.

use super::arguments::{colour, lengths};
use super::object;
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Cells, Fault, Result, Value};
use matfac::data::Labels;
use matfac::plot::{Bar, Mark, Ticks};

/// Draws a bar for each entry of a vector, or a group for each row of a matrix.
pub fn bar(
    cx: &mut Context<'_>,
    x: Option<Vec<f64>>,
    y: &Array,
    color: Option<Value>,
    label: Option<String>,
    horizontal: bool,
) -> Result<Vec<Value>> {
    let row = y.data.is_vector() && y.data.rows() == 1;
    let turned = row.then(|| y.transposed());
    let y = turned.as_ref().unwrap_or(y);
    let count = y.data.rows();
    if let Some(x) = &x
        && x.len() != count
    {
        return Err(lengths(("x", x.len()), ("y", count)).blame(Blame::Positional(1)));
    }
    let own = color.as_ref().map(colour).transpose()?;
    if label.is_some() && y.data.cols() > 1 {
        return Err(Fault::new(format!("label names one series, and there are {}", y.data.cols()))
            .hint("legend(\"first\", \"second\") names several")
            .blame(Blame::Keyword("label".into())));
    }
    let categories = match &x {
        None => y.row_labels().map(names),
        Some(_) => None,
    };
    let x = x.unwrap_or_else(|| (1..=count).map(|i| i as f64).collect());
    let bars: Vec<Mark> = (0..y.data.cols())
        .map(|j| {
            let several = y.data.cols() > 1;
            let own_name = y.col_labels().filter(|_| several).map(|l| l.name(j).to_string());
            Mark::Bar(Bar {
                x: x.clone(),
                heights: y.data.col(j).to_vec(),
                colour: own,
                horizontal,
                label: label.clone().or(own_name),
                ..Bar::default()
            })
        })
        .collect();
    cx.host.figures().plot(|axes| {
        let ticks = match categories {
            Some(names) => Ticks::Categories(names),
            // With few bars each has its tick.
            None if count <= 20 => Ticks::At(x),
            None => Ticks::Auto,
        };
        if horizontal {
            axes.y_ticks = ticks;
        } else {
            axes.x_ticks = ticks;
        }
        axes.marks.extend(bars);
    });
    Ok(object::outputs(cx))
}

/// [`bar`] with what each bar is called.
pub fn named(
    cx: &mut Context<'_>,
    names: &Cells,
    y: &Array,
    color: Option<Value>,
    label: Option<String>,
    horizontal: bool,
) -> Result<Vec<Value>> {
    let texts: Option<Vec<Box<str>>> =
        names.as_slice().iter().map(|name| name.as_text().map(Into::into)).collect();
    let Some(texts) = texts else {
        return Err(Fault::new("bars are called by strings").blame(Blame::Positional(0)));
    };
    let upright = y.data.is_vector() && y.data.rows() == 1;
    let y = if upright { y.transposed() } else { y.clone() };
    if texts.len() != y.data.rows() {
        return Err(
            lengths(("names", texts.len()), ("y", y.data.rows())).blame(Blame::Positional(1))
        );
    }
    let y = Array::labelled((*y.data).clone(), Some(Labels::new(texts)), y.col_labels().cloned());
    bar(cx, None, &y, color, label, horizontal)
}

/// Names with their titles where they have some.
pub fn names(labels: &Labels) -> Vec<String> {
    (0..labels.len()).map(|i| labels.title(i).unwrap_or(labels.name(i)).to_string()).collect()
}
