//! What the functions of statistics are told besides their numbers: which entries make one number of the result, what
//! to do with NaN, and words of their own.

use super::super::argument::Rest;
use crate::value::{Fault, Result, Value};
use matfac::linalg::Dense;
use matfac::linalg::reduce::Axis;

/// Which entries make one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lanes {
    /// Those along the first dimension that is longer than 1.
    Default,
    /// Those along a dimension.
    Along(Axis),
    /// All: "all", or [1 2].
    All,
    /// Each by itself: a dimension beyond the second.
    Each,
}

impl Lanes {
    /// How many entries a lane of an m×n matrix has.
    pub fn length(self, (m, n): (usize, usize)) -> usize {
        match self {
            Lanes::Default if m < 2 && n > 1 => n,
            Lanes::Default | Lanes::Along(Axis::Down) => m,
            Lanes::Along(Axis::Across) => n,
            Lanes::All => m * n,
            Lanes::Each => 1,
        }
    }
}

/// How a statistic was asked for.
#[derive(Debug)]
pub struct Request {
    /// Which entries make one number.
    pub lanes: Lanes,
    /// Whether NaN is left out.
    pub omit_nan: bool,
    /// The words that only this function knows.
    pub words: Vec<String>,
}

impl Request {
    /// Reads what follows the numbers (and weights): a dimension and words, in any order; `words` are the function's own.
    pub fn read(
        function: &str,
        given: impl IntoIterator<Item = Value>,
        words: &[&str],
    ) -> Result<Request> {
        let mut request = Request { lanes: Lanes::Default, omit_nan: false, words: Vec::new() };
        for value in given {
            let word = value.as_text().map(str::to_ascii_lowercase);
            match word.as_deref() {
                Some("all") => request.lanes = Lanes::All,
                Some("omitnan") => request.omit_nan = true,
                // Every number is a double already.
                Some("includenan" | "default" | "double" | "native") => {}
                Some(word) if words.contains(&word) => request.words.push(word.into()),
                Some(word) => {
                    let known = ["all", "omitnan", "includenan"];
                    let list = [&known[..], words].concat().join("\", \"");
                    return Err(Fault::new(format!("{function} has no option \"{word}\""))
                        .hint(format!("one of \"{list}\"")));
                }
                None if request.lanes == Lanes::Default => request.lanes = lanes(function, &value)?,
                None => return Err(Fault::new(format!("{function}: one dimension is enough"))),
            }
        }
        Ok(request)
    }
}

/// A dimension, or several.
fn lanes(function: &str, dim: &Value) -> Result<Lanes> {
    let refuse = || {
        Fault::new(format!(
            "{function}: dim is 1 (down the columns), 2 (along the rows), [1 2] or \"all\", not {}",
            dim.describe()
        ))
    };
    let list = dim.to_array().map_err(|_| refuse())?;
    let list = list.data.as_slice();
    let is_dimension = |d: &f64| *d >= 1.0 && d.fract() == 0.0;
    let is_repeated = (1..list.len()).any(|k| list[..k].contains(&list[k]));
    if list.is_empty() || !list.iter().all(is_dimension) || is_repeated {
        return Err(refuse());
    }
    Ok(match (list.contains(&1.0), list.contains(&2.0)) {
        (true, true) => Lanes::All,
        (true, false) => Lanes::Along(Axis::Down),
        (false, true) => Lanes::Along(Axis::Across),
        (false, false) => Lanes::Each,
    })
}

/// Applies `f`, which makes one number of each lane along an axis, to the lanes that were asked for.
pub fn over<T: Clone, U: Clone>(
    a: &Dense<T>,
    lanes: Lanes,
    f: impl FnOnce(&Dense<T>, Axis) -> Dense<U>,
) -> Dense<U> {
    let (m, n) = (a.rows(), a.cols());
    match lanes {
        // Of [] there is one number, as of any empty vector.
        Lanes::Default if m == 0 && n == 0 => f(&a.clone().reshaped(0, 1), Axis::Down),
        Lanes::Default if m < 2 && n > 1 => f(a, Axis::Across),
        Lanes::Default => f(a, Axis::Down),
        Lanes::Along(axis) => f(a, axis),
        Lanes::All => f(&a.clone().reshaped(m * n, 1), Axis::Down),
        Lanes::Each => f(&a.clone().reshaped(1, m * n), Axis::Down).reshaped(m, n),
    }
}

/// What follows the numbers, in order.
pub fn arguments(dim: Option<Value>, options: Rest) -> impl Iterator<Item = Value> {
    dim.into_iter().chain(options.0)
}
