//! What the plotting functions share of reading their arguments.

use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::plot::{Colour, Marker};
use std::sync::Arc;

/// How lines look, as keywords or MATLAB's pairs say it.
#[derive(Debug, Default)]
pub struct Look {
    pub color: Option<Value>,
    pub label: Option<String>,
    pub linewidth: Option<f64>,
    pub marker: Option<String>,
    pub markersize: Option<f64>,
}

/// A colour: its name, `"#rrggbb"`, or `[r g b]` from 0 to 1.
pub fn colour(value: &Value) -> Result<Colour> {
    if let Some(text) = value.as_text() {
        return Ok(Colour::parse(text)?);
    }
    match value.to_array() {
        Ok(a) if a.data.len() == 3 && a.data.as_slice().iter().all(|x| (0.0..=1.0).contains(x)) => {
            let parts = a.data.as_slice();
            let part = |i: usize| (parts[i] * 255.0).round() as u8;
            Ok(Colour::new(part(0), part(1), part(2)))
        }
        _ => Err(Fault::new(format!("color: this {} is not a colour", value.describe()))
            .hint("a name such as \"red\", \"#rrggbb\", or [r g b] with numbers from 0 to 1")
            .blame(Blame::Keyword("color".into()))),
    }
}

/// A marker's letter.
pub fn marker(text: &str) -> Result<Marker> {
    let mut letters = text.chars();
    match (letters.next().and_then(Marker::from_char), letters.next()) {
        (Some(marker), None) => Ok(marker),
        _ => Err(Fault::new(format!("there is no marker \"{text}\""))
            .hint("one of o + * . x s d ^ v < > p")
            .blame(Blame::Keyword("marker".into()))),
    }
}

/// A width or size in pixels.
pub fn pixels(name: &str, x: f64) -> Result<f64> {
    if x.is_finite() && x >= 0.0 {
        return Ok(x);
    }
    Err(Fault::new(format!("{name} is a number of pixels, and this is {x}"))
        .blame(Blame::Keyword(name.into())))
}

/// Entries up to which a sparse matrix is drawn as a full one without a warning.
const QUIETLY: usize = 1_000_000;

/// An argument's numbers; `function` names who asks.
pub fn numbers(function: &str, value: &Value, position: usize) -> Result<Arc<Array>> {
    match value {
        Value::Ratings(_) => {
            Err(Fault::new(format!("{function} draws numbers, and this is ratings"))
                .hint("imagesc(R) draws them")
                .blame(Blame::Positional(position)))
        }
        Value::Complex(_) => {
            Err(Fault::new(format!("{function} draws real numbers, and these are complex"))
                .hint("real(z), imag(z) or abs(z)")
                .blame(Blame::Positional(position)))
        }
        // A picture shows no more than its pixels: what is small is made full for it without a word.
        Value::Sparse(s) if value.numel() <= QUIETLY => numbers(function, &s.to_full()?, position),
        value => value.to_array().map_err(|_| {
            Fault::new(format!("{function} draws numbers, and this is a {}", value.describe()))
                .blame(Blame::Positional(position))
        }),
    }
}

/// An error about two lists that should be equally long.
pub fn lengths(x: (&str, usize), y: (&str, usize)) -> Box<Fault> {
    let entries = |n: usize| if n == 1 { "1 entry".to_string() } else { format!("{n} entries") };
    Fault::new(format!("{} has {} and {} has {}", x.0, entries(x.1), y.0, y.1))
}
