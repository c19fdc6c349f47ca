//! Arrows, boxes and words on the page, and the page's title.

use super::arguments::{colour, numbers, pixels};
use super::object;
use crate::builtins::argument::options;
use crate::builtins::entry::Context;
use crate::value::{Blame, Fault, Result, Value};
use matfac::plot::{Annotation, AnnotationShape, LineSpec, LineStyle};

options! {
    /// MATLAB's kinds of annotations.
    Kind { Line = "line", Arrow = "arrow", DoubleArrow = "doublearrow", TextArrow = "textarrow", TextBox = "textbox", Rectangle = "rectangle", Ellipse = "ellipse" }
}

/// How an annotation looks.
#[derive(Debug)]
pub struct Style {
    pub string: Option<String>,
    pub color: Option<Value>,
    pub linestyle: Option<String>,
    pub linewidth: Option<f64>,
    pub fontsize: Option<f64>,
    pub backgroundcolor: Option<Value>,
}

/// Adds an annotation: lines from x(1), y(1) to x(2), y(2); boxes at [x y width height].
pub fn annotate(
    cx: &mut Context<'_>,
    kind: Kind,
    x: &Value,
    y: Option<&Value>,
    style: Style,
) -> Result<Vec<Value>> {
    let list = numbers("annotation", x, 1)?.data.as_slice().to_vec();
    let others = match y {
        Some(y) => numbers("annotation", y, 2)?.data.as_slice().to_vec(),
        None => Vec::new(),
    };
    let is_box = matches!(kind, Kind::TextBox | Kind::Rectangle | Kind::Ellipse);
    let (from, to) = match (is_box, &list[..], &others[..]) {
        (true, &[x, y, width, height], []) => ((x, y), (x + width, y + height)),
        (false, &[x1, x2], &[y1, y2]) => ((x1, y1), (x2, y2)),
        (true, ..) => {
            return Err(Fault::new("annotation: a box is [x y width height]")
                .hint("shares of the figure: annotation(\"textbox\", [0.6 0.7 0.3 0.1], string=\"here\")")
                .blame(Blame::Positional(1)));
        }
        (false, ..) => {
            return Err(Fault::new("annotation: a line goes from x(1), y(1) to x(2), y(2)")
                .hint("shares of the figure: annotation(\"arrow\", [0.3 0.5], [0.6 0.5])")
                .blame(Blame::Positional(1)));
        }
    };
    if ![from.0, from.1, to.0, to.1].iter().all(|v| v.is_finite()) {
        return Err(Fault::new("annotation: places are finite numbers").blame(Blame::Positional(1)));
    }
    let shape = match kind {
        Kind::Line => AnnotationShape::Line,
        Kind::Arrow | Kind::TextArrow => AnnotationShape::Arrow,
        Kind::DoubleArrow => AnnotationShape::DoubleArrow,
        Kind::TextBox | Kind::Rectangle => AnnotationShape::Box,
        Kind::Ellipse => AnnotationShape::Ellipse,
    };
    let line = match style.linestyle.as_deref() {
        None => LineStyle::Solid,
        Some("none") => LineStyle::None,
        Some(text) => LineSpec::parse(text)?.line_style(),
    };
    let fill = match &style.backgroundcolor {
        Some(value) if value.as_text() == Some("none") => None,
        given => given.as_ref().map(colour).transpose()?,
    };
    let annotation = Annotation {
        shape,
        from,
        to,
        text: style.string.unwrap_or_default(),
        colour: style.color.as_ref().map(colour).transpose()?,
        fill,
        style: line,
        width: style.linewidth.map_or(Ok(1.2), |w| pixels("linewidth", w))?,
        size: style.fontsize.map(|s| pixels("fontsize", s)).transpose()?,
    };
    cx.host.figures().edit_page(|figure| figure.annotations.push(annotation));
    Ok(object::outputs(cx))
}

/// The title of the whole figure.
pub fn page_title(cx: &mut Context<'_>, text: String) -> Result<()> {
    cx.host.figures().edit_page(|figure| figure.title = text);
    Ok(())
}
