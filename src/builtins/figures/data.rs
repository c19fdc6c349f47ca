//! What plotting functions are called with: `y`, or `x` and `y`, perhaps more numbers, and words such as `"r--"`.

use super::arguments::{Look, numbers};
use super::lines::{Group, pairs, styled};
use crate::builtins::argument::Rest;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::Matrix;
use matfac::plot::{Line, LineSpec};
use std::sync::Arc;

/// Numbers first, then words.
pub struct Given {
    function: &'static str,
    pub arrays: Vec<Arc<Array>>,
    /// Each with its position.
    pub words: Vec<(usize, String)>,
}

impl Given {
    /// Reads the arguments of `function`.
    pub fn read(function: &'static str, values: &Rest) -> Result<Given> {
        let mut given = Given { function, arrays: Vec::new(), words: Vec::new() };
        for (i, value) in values.0.iter().enumerate() {
            match value.as_text() {
                Some(word) => given.words.push((i, word.to_string())),
                None if given.words.is_empty() => given.arrays.push(numbers(function, value, i)?),
                None => {
                    return Err(Fault::new(format!("{function}: numbers follow a word"))
                        .hint(format!("{function}(x, y, \"r--\")"))
                        .blame(Blame::Positional(i)));
                }
            }
        }
        if given.arrays.is_empty() {
            return Err(Fault::new(format!("{function} needs something to draw"))
                .hint(format!("{function}(y) or {function}(x, y)")));
        }
        Ok(given)
    }

    /// Takes a word out, whatever its case; whether it was there.
    pub fn take(&mut self, word: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|(_, given)| !given.eq_ignore_ascii_case(word));
        self.words.len() < before
    }

    /// The line specification among the words, which has to be the only one left.
    pub fn spec(&self) -> Result<LineSpec> {
        match &self.words[..] {
            [] => Ok(LineSpec::default()),
            [(at, word)] => LineSpec::parse(word).map_err(|error| {
                let mut fault = Box::<Fault>::from(error);
                fault.blame = Blame::Positional(*at);
                fault
            }),
            [_, (at, word), ..] => {
                Err(Fault::new(format!("{}: what is \"{word}\"?", self.function))
                    .blame(Blame::Positional(*at)))
            }
        }
    }

    /// One line for each column of y, from `y` or `x, y`; further numbers are refused.
    pub fn series(&self) -> Result<Vec<Line>> {
        match &self.arrays[..] {
            [y] => pairs(&counting(y), y).map_err(|fault| fault.blame(Blame::Positional(0))),
            [x, y] => pairs(x, y).map_err(|fault| fault.blame(Blame::Positional(1))),
            more => Err(Fault::new(format!(
                "{} takes y, or x and y, and these are {} arrays",
                self.function,
                more.len()
            ))
            .blame(Blame::Positional(2))),
        }
    }

    /// [`Given::series`] in the look that the words and keywords give.
    pub fn lines(&self, look: &Look) -> Result<Vec<Line>> {
        styled(vec![Group { series: self.series()?, spec: self.spec()? }], look)
    }
}

/// 1, 2, 3 … for the rows of y, or for the entries of a vector.
pub fn counting(y: &Array) -> Array {
    let count = if y.data.is_vector() { y.data.len() } else { y.data.rows() };
    Array::from(Matrix::column_vector((1..=count).map(|i| i as f64).collect()))
}

/// The strings of a cell, or of a string alone.
pub fn strings(value: &Value, what: &str) -> Result<Vec<String>> {
    let refused =
        |value: &Value| Fault::new(format!("{what} is a string, not a {}", value.describe()));
    match value {
        Value::Cell(cells) => {
            let text =
                |part: &Value| part.as_text().map(str::to_string).ok_or_else(|| refused(part));
            cells.as_slice().iter().map(text).collect()
        }
        other => Ok(vec![other.as_text().ok_or_else(|| refused(other))?.to_string()]),
    }
}
