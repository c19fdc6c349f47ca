//! Scatter matrices.

use super::bars::names;
use super::data::strings;
use super::object;
use super::points;
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::plot::PointColours;

/// Draws every column against every other.
pub fn pairs(
    cx: &mut Context<'_>,
    a: &Array,
    color: Option<Value>,
    called: Option<Value>,
) -> Result<Vec<Value>> {
    let titles = match &called {
        Some(list) => strings(list, "a name")?,
        None => a.col_labels().map(names).unwrap_or_default(),
    };
    if called.is_some() && titles.len() != a.data.cols() {
        return Err(super::arguments::lengths(
            ("the list of names", titles.len()),
            ("the list of columns", a.data.cols()),
        )
        .blame(Blame::Keyword("names".into())));
    }
    let classes = match &color {
        None => None,
        Some(value) => match points::colours(value, a.data.rows(), None)? {
            PointColours::Categories { of, names } => Some((of, names)),
            _ => {
                return Err(Fault::new("pairs: color says of each row which class it is of")
                    .hint("a few different whole numbers, or a cell of strings")
                    .blame(Blame::Keyword("color".into())));
            }
        },
    };
    cx.host.figures().adopt(matfac::plot::pairs(&a.data, &titles, classes.as_ref())?);
    Ok(object::outputs(cx))
}
