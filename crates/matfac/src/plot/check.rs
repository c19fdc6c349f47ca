//! What of a mark's parts must fit together.

use super::marks::{Image, Mark, PointColours};
use crate::Matrix;
use crate::error::{Error, Result};

/// Refuses a mark whose parts do not fit together.
pub(super) fn check(mark: &Mark) -> Result<()> {
    match mark {
        Mark::Line(line) => equal("y", "x", line.x.len(), "y", line.y.len()),
        Mark::Patch(patch) => {
            equal("y", "x", patch.x.len(), "y", patch.y.len())?;
            colours(&patch.colours, patch.polygons().count(), "there are polygons")
        }
        Mark::Spans(spans) => {
            equal("low", "at", spans.at.len(), "low", spans.low.len())?;
            equal("high", "at", spans.at.len(), "high", spans.high.len())
        }
        Mark::Contours(contours) => {
            equal("x", "x", contours.x.len(), "a row of z", contours.z.cols())?;
            equal("y", "y", contours.y.len(), "a column of z", contours.z.rows())?;
            ascending("x", &contours.x)?;
            ascending("y", &contours.y)
        }
        Mark::Surface(surface) => {
            let shape = |m: &Matrix| (m.rows(), m.cols());
            let z = shape(&surface.z);
            let all = [Some(&surface.x), Some(&surface.y), surface.values.as_ref()];
            match all.into_iter().flatten().find(|m| shape(m) != z) {
                None => Ok(()),
                Some(other) => Err(Error::argument(
                    "z",
                    format!(
                        "z is {}×{} and what belongs to it {}×{}",
                        z.0,
                        z.1,
                        other.rows(),
                        other.cols()
                    ),
                )),
            }
        }
        Mark::Text(text) => {
            equal("y", "x", text.x.len(), "y", text.y.len())?;
            equal("texts", "x", text.x.len(), "the list of texts", text.texts.len())
        }
        Mark::Bar(bar) => {
            equal("heights", "x", bar.x.len(), "the list of heights", bar.heights.len())
        }
        Mark::Scatter(points) => {
            equal("y", "x", points.x.len(), "y", points.y.len())?;
            colours(&points.colours, points.x.len(), "x")
        }
        Mark::Picture(picture) => equal(
            "image",
            "a picture of that shape",
            picture.rows.saturating_mul(picture.cols),
            "the list of pixels",
            picture.pixels.len(),
        ),
        Mark::Image(Image { matrix, labels: Some(labels), .. }) => {
            equal("labels", "the matrix", matrix.len(), "the list of labels", labels.len())
        }
        Mark::Image(_) | Mark::Pattern(_) | Mark::HLine(_) | Mark::VLine(_) => Ok(()),
    }
}

/// Two lists that should be equally long.
fn equal(what: &'static str, first: &str, a: usize, second: &str, b: usize) -> Result<()> {
    if a == b {
        return Ok(());
    }
    Err(Error::argument(what, format!("{first} has {a} values and {second} has {b}")))
}

/// Colours of `count` things.
fn colours(colours: &PointColours, count: usize, things: &str) -> Result<()> {
    match colours {
        PointColours::Values(v) => equal("colors", things, count, "colors", v.len()),
        PointColours::Categories { of, names } => {
            equal("colors", things, count, "the list of categories", of.len())?;
            match of.iter().max() {
                Some(&last) if last >= names.len() => Err(Error::argument(
                    "colors",
                    format!("category {} of {}", last + 1, names.len()),
                )),
                _ => Ok(()),
            }
        }
        PointColours::Auto | PointColours::One(_) => Ok(()),
    }
}

/// The lines of a grid.
fn ascending(axis: &'static str, at: &[f64]) -> Result<()> {
    if at.windows(2).all(|w| w[0] < w[1]) && at.iter().all(|v| v.is_finite()) {
        return Ok(());
    }
    Err(Error::argument(axis, format!("the grid's {axis} must be finite and ascend")))
}
