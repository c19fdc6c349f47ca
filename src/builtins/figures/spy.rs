//! The pattern of a matrix.

use super::arguments::pixels;
use super::object;
use crate::builtins::argument::Rest;
use crate::builtins::entry::Context;
use crate::builtins::gather::not_zero;
use crate::value::{Blame, Fault, Result, Value, each};
use matfac::data::Ratings;
use matfac::linalg::sparse::{Duplicates, Sparse, Structure};
use matfac::plot::{Figure, LineSpec, SpyStyle};

/// Draws where a matrix has entries other than zero.
pub fn spy(cx: &mut Context<'_>, a: Value, look: Rest) -> Result<Vec<Value>> {
    let mut style = SpyStyle::default();
    for (k, value) in look.0.iter().enumerate() {
        match (value.as_text(), value.as_number()) {
            (Some(text), _) => {
                let spec = LineSpec::parse(text)
                    .map_err(|error| Box::<Fault>::from(error).blame(Blame::Positional(k + 1)))?;
                style.colour = spec.colour.or(style.colour);
                style.marker = spec.marker.or(style.marker);
            }
            (None, Some(size)) => style.size = Some(pixels("markersize", size)?),
            _ => {
                return Err(Fault::new(format!(
                    "spy takes a line specification or a marker size, and this is a {}",
                    value.describe()
                ))
                .hint("spy(S, \"r.\"), spy(S, 3)")
                .blame(Blame::Positional(k + 1)));
            }
        }
    }
    let picture = match &a {
        Value::Sparse(s) => each!(&**s, |s| matfac::plot::spy(s.pattern(), style)),
        Value::Ratings(r) => matfac::plot::spy(observed(r)?.pattern(), style),
        full if full.is_array() => {
            matfac::plot::spy(Structure::from_dense(&not_zero(full.clone())?)?.pattern(), style)
        }
        other => {
            return Err(Fault::new(format!(
                "spy draws a matrix, and this is a {}",
                other.describe()
            ))
            .blame(Blame::Positional(0)));
        }
    };
    cx.host.figures().adopt(Figure::of(picture));
    Ok(object::outputs(cx))
}

/// Where ratings are observed.
fn observed(ratings: &Ratings) -> Result<Sparse<bool>> {
    let (users, items) = (ratings.users().len(), ratings.items().len());
    let place = |(i, j, _)| (i as u32, j as u32);
    let (rows, cols): (Vec<u32>, Vec<u32>) = ratings.iter().map(place).unzip();
    let entries = vec![true; rows.len()];
    let joined = |a, b| a || b;
    Ok(Sparse::from_triplets(users, items, &rows, &cols, &entries, Duplicates::Sum, joined)?)
}
