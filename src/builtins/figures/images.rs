//! Matrices as pictures.

use super::arguments::numbers;
use super::bars::names;
use super::object;
use crate::builtins::argument::Vector;
use crate::builtins::entry::Context;
use crate::builtins::operand::real;
use crate::builtins::pictures::ColourPicture;
use crate::value::{Blame, Fault, Result, Value};
use matfac::Matrix;
use matfac::data::Labels;
use matfac::plot::{Axes, ColourMap, Image, Mark, Ticks};

/// Draws coloured cells with a colour bar.
pub fn imagesc(
    cx: &mut Context<'_>,
    a: Value,
    limits: Option<Vector>,
    colormap: Option<String>,
) -> Result<Vec<Value>> {
    let map = colormap.as_deref().map(ColourMap::parse).transpose()?;
    let limits = ends(limits)?;
    let (matrix, rows, cols) = match &a {
        Value::Ratings(r) => (r.to_dense()?, Some(r.users().clone()), Some(r.items().clone())),
        _ => {
            let a = numbers("imagesc", &a, 0)?;
            (a.data.clone(), a.row_labels().cloned(), a.col_labels().cloned())
        }
    };
    cx.host.figures().plot(|axes| {
        picture(axes, matrix, limits);
        axes.y_ticks = ticks(rows);
        axes.x_ticks = ticks(cols);
        axes.colour_map = map.unwrap_or(axes.colour_map);
    });
    Ok(object::outputs(cx))
}

/// Draws a picture without axes.
pub fn imshow(cx: &mut Context<'_>, a: Value, limits: Option<Vector>) -> Result<Vec<Value>> {
    if let Some(picture) = a.as_object::<ColourPicture>() {
        let mark = Mark::Picture(picture.marks());
        cx.host.figures().plot(|axes| without_axes(axes, mark));
        return Ok(object::outputs(cx));
    }
    let a = real("imshow", a)?;
    let limits = match limits {
        // `imshow(A, [])` spreads the grays over the picture's own range.
        Some(Vector(list)) if list.is_empty() => None,
        Some(limits) => ends(Some(limits))?,
        None if a.data.as_slice().iter().any(|&x| x > 1.0) => Some((0.0, 255.0)),
        None => Some((0.0, 1.0)),
    };
    cx.host.figures().plot(|axes| {
        without_axes(
            axes,
            Mark::Image(Image { matrix: a.data.clone(), limits, ..Image::default() }),
        );
        axes.colour_map = ColourMap::Gray;
    });
    Ok(object::outputs(cx))
}

/// Pixels that are as wide as high, from the top left.
pub fn without_axes(axes: &mut Axes, mark: Mark) {
    axes.marks.push(mark);
    axes.y_reversed = true;
    axes.colour_bar = false;
    axes.equal_aspect = true;
    axes.visible = false;
}

fn picture(axes: &mut Axes, matrix: Matrix, limits: Option<(f64, f64)>) {
    axes.y_reversed = true;
    axes.marks.push(Mark::Image(Image { matrix, limits, ..Image::default() }));
}

fn ticks(labels: Option<Labels>) -> Ticks {
    labels.map_or(Ticks::Auto, |labels| Ticks::Categories(names(&labels)))
}

fn ends(limits: Option<Vector>) -> Result<Option<(f64, f64)>> {
    match limits.map(|list| list.0).as_deref() {
        None => Ok(None),
        Some([low, high]) if low < high => Ok(Some((*low, *high))),
        Some(_) => Err(Fault::new("limits are two numbers, the lower first")
            .hint("such as [0 1]")
            .blame(Blame::Keyword("limits".into()))),
    }
}
