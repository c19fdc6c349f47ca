//! Dimensions that functions run along, those beyond the second included: there each lane is one entry.

use super::argument::{Argument, options, what};
use super::rearranging::{as_row, with_shape};
use crate::value::{Result, Value};
use matfac::c64;
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
        // Logicals, characters and ranges have none.
        other => other,
    }
}
