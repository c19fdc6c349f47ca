//! Dimensions that functions run along, those beyond the second included: there each lane is one entry.

use super::argument::{Argument, what};
use super::rearranging::{as_row, with_shape};
use crate::value::{Result, Value};
use matfac::linalg::reduce::Axis;

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
