//! The dimension that a function runs along, those beyond the second included: there each lane is one entry; what to do
//! with NaN; and, for statistics, several dimensions at once and words in any order.

use super::argument::{Argument, Rest, options, what};
use super::rearranging::{as_row, with_shape};
use crate::value::{Fault, Result, Value, mapped};
use matfac::c64;
use matfac::linalg::Dense;
use matfac::linalg::reduce::Axis;

options! {
    /// What to do with NaN.
    Missing { Omit = "omitnan", Include = "includenan" }
}

/// The dimension in `sum(A, dim)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Down the columns or along the rows.
    Along(Axis),
    /// The third or a later one, of length 1.
    Beyond,
}

impl Argument for Dimension {
    const KIND: &'static str = "a dimension: 1 (down the columns) or 2 (along the rows)";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        match usize::from_value(value.clone())? {
            0 => Err(what(&value)),
            n => Ok(Axis::from_dimension(n).map_or(Dimension::Beyond, Dimension::Along)),
        }
    }
}

/// What `f` makes of the lanes along a dimension.
///
/// Lanes of one entry each are the columns of a row that has all entries.
pub(super) fn along<const N: usize>(
    a: Value,
    dim: Option<Dimension>,
    f: impl FnOnce(Value, Option<Axis>) -> Result<[Value; N]>,
) -> Result<Vec<Value>> {
    Ok(match dim {
        None => f(a, None)?.into(),
        Some(Dimension::Along(axis)) => f(a, Some(axis))?.into(),
        Some(Dimension::Beyond) => {
            let results = f(as_row(&a)?, Some(Axis::Down))?;
            results.into_iter().map(|r| with_shape(r, a.shape())).collect::<Result<_>>()?
        }
    })
}

/// The numbers with `neutral`, which changes no sum or product, in the place of NaN when it is to be passed over.
pub(super) fn without_nan(a: Value, missing: Option<Missing>, neutral: f64) -> Value {
    if missing != Some(Missing::Omit) {
        return a;
    }
    let number = |x: f64| if x.is_nan() { neutral } else { x };
    match a {
        Value::Number(x) => number(x).into(),
        Value::Matrix(a) => a.data.map(number).into(),
        Value::Complex(z) => z
            .map(|z| if z.re.is_nan() || z.im.is_nan() { c64::new(neutral, 0.0) } else { z })
            .into(),
        Value::Sparse(s) => mapped(s.clone(), |entries| Ok(without_nan(entries, missing, neutral)))
            .unwrap_or(Value::Sparse(s)),
        // Logicals, characters and ranges have none.
        other => other,
    }
}

/// Which entries make one number of a statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lanes {
    /// Those along the first dimension that is longer than 1.
    Default,
    /// Those along a dimension.
    Along(Dimension),
    /// All: "all", or [1 2].
    All,
}

impl Lanes {
    /// Those of a column each.
    pub const COLUMNS: Lanes = Lanes::Along(Dimension::Along(Axis::Down));
    /// Those of a row each.
    pub const ROWS: Lanes = Lanes::Along(Dimension::Along(Axis::Across));

    /// How many entries a lane of an m×n matrix has.
    pub fn length(self, (m, n): (usize, usize)) -> usize {
        match self {
            Lanes::Default if m < 2 && n > 1 => n,
            Lanes::Default | Lanes::COLUMNS => m,
            Lanes::ROWS => n,
            Lanes::All => m * n,
            Lanes::Along(Dimension::Beyond) => 1,
        }
    }

    /// A dimension, or several.
    fn read(function: &str, dim: &Value) -> Result<Lanes> {
        let refuse = || {
            Fault::new(format!(
                "{function}: dim is 1 (down the columns), 2 (along the rows), [1 2] or \"all\", not {}",
                dim.describe()
            ))
        };
        let list = dim.to_array().map_err(|_| refuse())?;
        let read = |&d: &f64| Dimension::from_value(d.into()).map_err(|_| refuse());
        let list = list.data.as_slice();
        let dimensions = list.iter().map(read).collect::<Result<Vec<_>>>()?;
        let is_repeated = (1..list.len()).any(|k| list[..k].contains(&list[k]));
        let inner: Vec<_> = dimensions.iter().filter(|d| **d != Dimension::Beyond).collect();
        match (&dimensions[..], &inner[..]) {
            ([], _) => Err(refuse()),
            _ if is_repeated => Err(refuse()),
            (_, []) => Ok(Lanes::Along(Dimension::Beyond)),
            (_, [only]) => Ok(Lanes::Along(**only)),
            _ => Ok(Lanes::All),
        }
    }
}

/// How a statistic was asked for.
#[derive(Debug)]
pub struct Request {
    /// Which entries make one number.
    pub lanes: Lanes,
    /// What to do with NaN.
    pub missing: Missing,
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
        let (lanes, missing) = (Lanes::Default, Missing::Include);
        let mut request = Request { lanes, missing, words: Vec::new() };
        for value in given {
            let Some(word) = value.as_text().map(str::to_ascii_lowercase) else {
                if request.lanes != Lanes::Default {
                    return Err(Fault::new(format!("{function}: one dimension is enough")));
                }
                request.lanes = Lanes::read(function, &value)?;
                continue;
            };
            match &word[..] {
                "all" => request.lanes = Lanes::All,
                // Every number is a double already.
                "default" | "double" | "native" => {}
                own if words.contains(&own) => request.words.push(word),
                other => {
                    request.missing = Missing::from_value(other.into()).map_err(|_| {
                        let list = [&["all"], Missing::OPTIONS, words].concat().join("\", \"");
                        Fault::new(format!("{function} has no option \"{other}\""))
                            .hint(format!("one of \"{list}\""))
                    })?;
                }
            }
        }
        Ok(request)
    }

    /// Whether NaN is left out.
    pub fn omits_nan(&self) -> bool {
        self.missing == Missing::Omit
    }
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
        Lanes::Along(Dimension::Along(axis)) => f(a, axis),
        Lanes::Along(Dimension::Beyond) => {
            f(&a.clone().reshaped(1, m * n), Axis::Down).reshaped(m, n)
        }
        Lanes::All => f(&a.clone().reshaped(m * n, 1), Axis::Down),
    }
}

/// What follows the numbers, in order.
pub fn arguments(dim: Option<Value>, options: Rest) -> impl Iterator<Item = Value> {
    dim.into_iter().chain(options.0)
}
