//! A figure as a value.

use crate::builtins::argument::Argument;
use crate::builtins::entry::Context;
use crate::value::{FigureHandle, Object, Result, Value};
use matfac::plot::{Figure, Mark};
use std::any::Any;
use std::sync::Arc;

/// What `f = plot(…)` gives: the same figure that the program goes on drawing.
#[derive(Debug, Clone)]
pub struct FigureValue(FigureHandle);

impl FigureValue {
    /// The figure that all who hold it see.
    pub fn handle(&self) -> &FigureHandle {
        &self.0
    }

    /// The figure as it is now.
    pub fn figure(&self) -> Arc<Figure> {
        self.0.figure()
    }
}

impl Object for FigureValue {
    fn class(&self) -> &'static str {
        "figure"
    }

    fn summary(&self) -> String {
        let figure = self.figure();
        let (width, height) = figure.size;
        let marks: Vec<&Mark> = figure.axes.iter().flat_map(|axes| &axes.marks).collect();
        let mut parts = Vec::new();
        for (one, is_one) in KINDS {
            match marks.iter().filter(|mark| is_one(mark)).count() {
                0 => {}
                1 => parts.push(format!("1 {one}")),
                // "2 bar series" is its own plural.
                n if one.ends_with('s') => parts.push(format!("{n} {one}")),
                n => parts.push(format!("{n} {one}s")),
            }
        }
        let content = if parts.is_empty() { "empty".into() } else { parts.join(", ") };
        let titles: Vec<&str> =
            figure.axes.iter().map(|a| a.title.as_str()).filter(|t| !t.is_empty()).collect();
        let title = if titles.is_empty() {
            String::new()
        } else {
            format!(" \"{}\"", titles.join("\", \""))
        };
        format!("figure {width}×{height}{title}: {content}")
    }

    fn fields(&self) -> &'static [&'static str] {
        &["width", "height"]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let (width, height) = self.figure().size;
        match name {
            "width" => Some(Ok(f64::from(width).into())),
            "height" => Some(Ok(f64::from(height).into())),
            _ => None,
        }
    }

    fn plot(&self) -> Option<Result<Figure>> {
        Some(Ok((*self.figure()).clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A kind of mark: its name, and whether a mark is one.
type Kind = (&'static str, fn(&Mark) -> bool);

/// The kinds of marks, as the summary counts them.
const KINDS: [Kind; 8] = [
    ("line", |mark| matches!(mark, Mark::Line(_))),
    ("scatter", |mark| matches!(mark, Mark::Scatter(_))),
    ("bar series", |mark| matches!(mark, Mark::Bar(_))),
    ("image", |mark| matches!(mark, Mark::Image(_) | Mark::Picture(_) | Mark::Pattern(_))),
    ("area", |mark| matches!(mark, Mark::Patch(_))),
    ("contour", |mark| matches!(mark, Mark::Contours(_))),
    ("surface", |mark| matches!(mark, Mark::Surface(_))),
    ("rule", |mark| matches!(mark, Mark::HLine(_) | Mark::VLine(_))),
];

/// The value of a figure.
pub fn value(handle: &FigureHandle) -> Value {
    Value::object(FigureValue(handle.clone()))
}

/// What a plotting function gives: the current figure, when somebody asks.
pub fn outputs(cx: &mut Context<'_>) -> Vec<Value> {
    if cx.nargout == 0 { Vec::new() } else { vec![value(cx.host.figures().current())] }
}

impl Argument for Arc<FigureValue> {
    const KIND: &'static str = "a figure";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        match value.as_object::<FigureValue>() {
            Some(figure) => Ok(Arc::new(figure.clone())),
            None => Err(format!("a {}", value.describe())),
        }
    }
}
