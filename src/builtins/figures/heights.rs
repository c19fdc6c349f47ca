//! Functions of two variables: contours and surfaces, from heights on a grid.

use super::arguments::{colour, numbers};
use super::data::Given;
use super::object;
use crate::builtins::argument::{Rest, Vector};
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::Matrix;
use matfac::plot::{Axes, ColourMap, Contours, LineStyle, Mark, Surface, contour_levels};

/// How contours look.
#[derive(Debug)]
pub struct Style {
    pub filled: bool,
    pub labels: Option<bool>,
    pub color: Option<Value>,
    pub linewidth: Option<f64>,
    pub colormap: Option<String>,
}

/// Where the columns and rows of a grid are: vectors, or matrices as `meshgrid` makes them.
fn lines(at: &Array, count: usize, by_column: bool, what: &str) -> Result<Vec<f64>> {
    let a = &at.data;
    let list: Vec<f64> = match (a.is_vector(), by_column) {
        (true, _) => a.as_slice().to_vec(),
        (false, true) => (0..a.cols()).map(|j| a[(0, j)]).collect(),
        (false, false) => (0..a.rows()).map(|i| a[(i, 0)]).collect(),
    };
    if list.len() == count {
        return Ok(list);
    }
    let side = if by_column { "columns" } else { "rows" };
    Err(Fault::new(format!("{what} has {} entries and z has {count} {side}", list.len()))
        .hint("[X, Y] = meshgrid(x, y) makes a grid"))
}

/// 1, 2, 3 …
fn counting(count: usize) -> Vec<f64> {
    (1..=count).map(|i| i as f64).collect()
}

/// Draws lines of equal height: `contour(z)`, `contour(x, y, z)`, each with levels, a number of them and a style.
pub fn contour(cx: &mut Context<'_>, data: Rest, style: Style) -> Result<Vec<Value>> {
    let function = if style.filled { "contourf" } else { "contour" };
    let given = Given::read(function, &data)?;
    let spec = given.spec()?;
    let (x, y, z, wanted) = match &given.arrays[..] {
        [z] => (None, None, z, None),
        [z, levels] => (None, None, z, Some(levels)),
        [x, y, z] => (Some(x), Some(y), z, None),
        [x, y, z, levels] => (Some(x), Some(y), z, Some(levels)),
        _ => return Err(Fault::new(format!("{function} takes z, or x, y and z, and levels"))),
    };
    let (m, n) = (z.data.rows(), z.data.cols());
    if m < 2 || n < 2 {
        return Err(Fault::new(format!(
            "{function} needs at least 2×2 heights, and this is {m}×{n}"
        )));
    }
    let x = x.map_or(Ok(counting(n)), |x| lines(x, n, true, "x"))?;
    let y = y.map_or(Ok(counting(m)), |y| lines(y, m, false, "y"))?;
    let (x, y, z) = ascending(x, y, z.data.clone())?;
    let levels = match wanted.map(|levels| levels.data.as_slice().to_vec()) {
        None => Vec::new(),
        Some(levels) => match levels[..] {
            [count] if count >= 1.0 && count.fract() == 0.0 && count <= 200.0 => {
                contour_levels(&z, count as usize)
            }
            // MATLAB writes one level twice.
            [level, again] if level == again => vec![level],
            _ => levels,
        },
    };
    let own = style.color.as_ref().map(colour).transpose()?.or(spec.colour);
    let labelled = style.labels.unwrap_or(!style.filled);
    let width = style.linewidth.map(|w| super::arguments::pixels("linewidth", w)).transpose()?;
    let hidden = spec.style == Some(LineStyle::None);
    let contours = Contours {
        x,
        y,
        z,
        levels,
        filled: style.filled,
        labels: labelled,
        colour: own,
        width: if hidden { 0.0 } else { width.unwrap_or(if style.filled { 0.8 } else { 1.4 }) },
    };
    let map = style.colormap.as_deref().map(ColourMap::parse).transpose()?;
    cx.host.figures().plot(|axes| {
        axes.colour_bar = style.filled || !labelled;
        axes.colour_map = map.unwrap_or(axes.colour_map);
        axes.marks.push(Mark::Contours(contours));
    });
    Ok(object::outputs(cx))
}

/// A grid whose lines ascend: those that descend are turned round.
fn ascending(mut x: Vec<f64>, mut y: Vec<f64>, z: Matrix) -> Result<(Vec<f64>, Vec<f64>, Matrix)> {
    let falls = |v: &[f64]| v.windows(2).all(|w| w[0] > w[1]);
    let (turn_x, turn_y) = (falls(&x), falls(&y));
    let (m, n) = (z.rows(), z.cols());
    let from = |k: usize, count: usize, turn: bool| if turn { count - 1 - k } else { k };
    let z = match turn_x || turn_y {
        true => Matrix::from_fn(m, n, |i, j| z[(from(i, m, turn_y), from(j, n, turn_x))]),
        false => z,
    };
    if turn_x {
        x.reverse();
    }
    if turn_y {
        y.reverse();
    }
    for (name, at) in [("x", &x), ("y", &y)] {
        if !at.windows(2).all(|w| w[0] < w[1]) || !at.iter().all(|v| v.is_finite()) {
            return Err(Fault::new(format!("the grid's {name} must ascend or descend"))
                .hint("[X, Y] = meshgrid(x, y) makes a grid of sorted x and y"));
        }
    }
    Ok((x, y, z))
}

/// Draws a surface: `surf(z)`, `surf(x, y, z)`, each with values for the colours.
pub fn surface(
    cx: &mut Context<'_>,
    data: Rest,
    mesh: bool,
    view: Option<Vector>,
    colormap: Option<String>,
) -> Result<Vec<Value>> {
    let function = if mesh { "mesh" } else { "surf" };
    let values: Result<Vec<_>> =
        data.0.iter().enumerate().map(|(i, v)| numbers(function, v, i)).collect();
    let values = values?;
    let (x, y, z, colours) = match &values[..] {
        [z] => (None, None, z, None),
        [z, c] => (None, None, z, Some(c)),
        [x, y, z] => (Some(x), Some(y), z, None),
        [x, y, z, c] => (Some(x), Some(y), z, Some(c)),
        _ => {
            return Err(Fault::new(format!("{function} takes z, or x, y and z, and colours"))
                .hint(format!("{function}(z), {function}(x, y, z)")));
        }
    };
    let z = z.data.clone();
    let (m, n) = (z.rows(), z.cols());
    if m < 2 || n < 2 {
        return Err(Fault::new(format!(
            "{function} needs at least 2×2 heights, and this is {m}×{n}"
        )));
    }
    let spread =
        |at: Option<&std::sync::Arc<Array>>, by_column: bool, name: &str| -> Result<Matrix> {
            let count = if by_column { n } else { m };
            match at {
                Some(a) if (a.data.rows(), a.data.cols()) == (m, n) && !a.data.is_vector() => {
                    Ok(a.data.clone())
                }
                at => {
                    let list =
                        at.map_or(Ok(counting(count)), |a| lines(a, count, by_column, name))?;
                    Ok(Matrix::from_fn(m, n, |i, j| list[if by_column { j } else { i }]))
                }
            }
        };
    let (x, y) = (spread(x, true, "x")?, spread(y, false, "y")?);
    let colours = colours.map(|c| c.data.clone());
    if let Some(c) = &colours
        && (c.rows(), c.cols()) != (m, n)
    {
        return Err(Fault::new(format!(
            "z is {m}×{n} and its colours are {}×{}",
            c.rows(),
            c.cols()
        )));
    }
    let map = colormap.as_deref().map(ColourMap::parse).transpose()?;
    let direction = view.map(|v| angles(&v.0)).transpose()?;
    cx.host.figures().plot(|axes| {
        axes.colour_bar = false;
        axes.colour_map = map.unwrap_or(axes.colour_map);
        axes.view = direction.unwrap_or(axes.view);
        axes.marks.push(Mark::Surface(Surface { x, y, z, values: colours, mesh }));
    });
    Ok(object::outputs(cx))
}

/// Azimuth and elevation in degrees; 2 is from above, 3 the usual view.
fn angles(given: &[f64]) -> Result<(f64, f64)> {
    match given {
        [2.0] => Ok((0.0, 90.0)),
        [3.0] => Ok(Axes::default().view),
        [azimuth, elevation] if azimuth.is_finite() && elevation.abs() <= 90.0 => {
            Ok((*azimuth, *elevation))
        }
        _ => Err(Fault::new("a view is an azimuth and an elevation from -90 to 90, in degrees")
            .hint("view(-37.5, 30), view(2) from above, view(3) as usual")
            .blame(Blame::Positional(0))),
    }
}

/// Turns the surfaces of the current axes.
pub fn view(cx: &mut Context<'_>, given: &Rest) -> Result<()> {
    let mut list = Vec::new();
    for (i, value) in given.0.iter().enumerate() {
        list.extend_from_slice(numbers("view", value, i)?.data.as_slice());
    }
    let direction = angles(&list)?;
    super::axes::say(cx, |axes| axes.view = direction)
}
