//! Matrices as pictures.

use super::arguments::numbers;
use super::bars::names;
use super::data::strings;
use super::object;
use crate::builtins::argument::Vector;
use crate::builtins::entry::Context;
use crate::builtins::operand::real;
use crate::builtins::pictures::ColourPicture;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::Matrix;
use matfac::data::{Labels, number_text};
use matfac::plot::{Axes, ColourMap, Image, Mark, Ticks};

/// Draws coloured cells with a colour bar.
pub fn imagesc(
    cx: &mut Context<'_>,
    sides: Option<(Vector, Vector)>,
    a: Value,
    limits: Option<Vector>,
    colormap: Option<String>,
) -> Result<Vec<Value>> {
    let map = colormap.as_deref().map(ColourMap::parse).transpose()?;
    let limits = ends(limits)?;
    let side = |v: &[f64], position: usize| match (v.first(), v.last()) {
        (Some(&a), Some(&b)) if a.is_finite() && b.is_finite() && a != b => Ok(Some((a, b))),
        (Some(_), Some(_)) if v.len() == 1 => Ok(None),
        _ => Err(Fault::new("imagesc: x and y are the places of the first and the last cell")
            .hint("imagesc([0 10], [0 5], A)")
            .blame(Blame::Positional(position))),
    };
    let (x, y) = match &sides {
        Some((x, y)) => (side(&x.0, 0)?, side(&y.0, 1)?),
        None => (None, None),
    };
    let (matrix, rows, cols) = match &a {
        Value::Ratings(r) => (r.to_dense()?, Some(r.users().clone()), Some(r.items().clone())),
        _ => {
            let a = numbers("imagesc", &a, 0)?;
            (a.data.clone(), a.row_labels().cloned(), a.col_labels().cloned())
        }
    };
    cx.host.figures().plot(|axes| {
        axes.colour_map = chosen(axes, map, &matrix);
        axes.y_reversed = true;
        if sides.is_none() {
            axes.y_ticks = ticks(rows);
            axes.x_ticks = ticks(cols);
        }
        axes.marks.push(Mark::Image(Image { matrix, limits, x, y, labels: None }));
    });
    Ok(object::outputs(cx))
}

/// How a heat map looks.
#[derive(Debug)]
pub struct HeatStyle {
    pub limits: Option<Vector>,
    pub colormap: Option<String>,
    pub labels: Option<bool>,
    pub digits: Option<usize>,
}

/// So many cells get their numbers, when the user does not say.
const FEW: usize = 400;

/// Draws coloured cells with their numbers and the names of columns and rows, which may be given.
pub fn heatmap(
    cx: &mut Context<'_>,
    called: Option<(Value, Value)>,
    a: &Array,
    style: HeatStyle,
) -> Result<Vec<Value>> {
    let map = style.colormap.as_deref().map(ColourMap::parse).transpose()?;
    let limits = ends(style.limits)?;
    let matrix = a.data.clone();
    let (m, n) = (matrix.rows(), matrix.cols());
    let (cols, rows) = match &called {
        Some((cols, rows)) => (Some(titles(cols, n, 0)?), Some(titles(rows, m, 1)?)),
        None => (a.col_labels().map(names), a.row_labels().map(names)),
    };
    let numbered = |count: usize| match count {
        0..=40 => Ticks::At((1..=count).map(|k| k as f64).collect()),
        _ => Ticks::Auto,
    };
    let labels = style.labels.unwrap_or(matrix.len() <= FEW);
    let labels = labels.then(|| cell_texts(&matrix, style.digits));
    cx.host.figures().plot(|axes| {
        axes.colour_map = chosen(axes, map, &matrix);
        axes.y_reversed = true;
        axes.grid = false;
        axes.x_ticks = cols.map_or(numbered(n), Ticks::Categories);
        axes.y_ticks = rows.map_or(numbered(m), Ticks::Categories);
        axes.marks.push(Mark::Image(Image { matrix, limits, labels, x: None, y: None }));
    });
    Ok(object::outputs(cx))
}

/// The map that was asked for, now or before; one that suits the numbers otherwise.
fn chosen(axes: &Axes, map: Option<ColourMap>, matrix: &Matrix) -> ColourMap {
    let before = (axes.colour_map != ColourMap::default()).then_some(axes.colour_map);
    map.or(before).unwrap_or_else(|| ColourMap::suiting(matrix.as_slice()))
}

/// Names of columns or rows: strings or numbers.
fn titles(value: &Value, count: usize, position: usize) -> Result<Vec<String>> {
    let list = match value {
        Value::Cell(_) => strings(value, "a name")?,
        other => {
            let at = numbers("heatmap", other, position)?;
            at.data.as_slice().iter().map(|&v| number_text(v)).collect()
        }
    };
    if list.len() == count {
        return Ok(list);
    }
    let side = if position == 0 { "columns" } else { "rows" };
    Err(Fault::new(format!("{} names for {count} {side}", list.len()))
        .blame(Blame::Positional(position)))
}

/// The numbers in the cells: whole ones as they are, others with so many digits after the point that the largest has
/// three in all.
fn cell_texts(matrix: &Matrix, digits: Option<usize>) -> Vec<String> {
    let values = matrix.as_slice();
    let finite = || values.iter().filter(|v| v.is_finite());
    let largest = finite().fold(0.0, |most: f64, v| most.max(v.abs()));
    let digits = digits.unwrap_or(match largest {
        _ if finite().all(|v| v.fract() == 0.0) => 0,
        most if most >= 100.0 => 0,
        most if most >= 10.0 => 1,
        _ => 2,
    });
    let plain = largest < 1e6 && (largest == 0.0 || largest >= 1e-2);
    let text = |&v: &f64| match v {
        v if v.is_nan() => String::new(),
        v if plain => format!("{v:.0$}", digits.min(9)),
        v => format!("{v:.1e}"),
    };
    values.iter().map(text).map(|text| text.replace('-', "−")).collect()
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
