//! What the axes must show: the ranges of all their marks.

use super::PointColours;
use super::bars;
use super::figure::{Axes, Scale};
use super::marks::Mark;
use super::scale::Extent;
use crate::error::Result;

/// The ranges of an axes' data.
#[derive(Debug, Clone)]
pub(super) struct Ranges {
    pub(super) x: (f64, f64),
    pub(super) y: (f64, f64),
    /// The heights of surfaces.
    pub(super) z: (f64, f64),
    /// Whether all positions are whole numbers, so that the ticks should be.
    pub(super) x_integers: bool,
    pub(super) y_integers: bool,
    /// The values of the colour map's ends, when something is coloured by value.
    pub(super) colours: Option<(f64, f64)>,
}

/// The ranges of everything on these axes.
pub(super) fn of(axes: &Axes) -> Result<Ranges> {
    let (mut x, mut y) = (Extent::new(axes.x_scale), Extent::new(axes.y_scale));
    let mut z = Extent::new(Scale::Linear);
    let mut values = Extent::new(Scale::Linear);
    let mut coloured = false;
    let mut own_limits = axes.colour_limits;
    let mut whole = (false, false);
    let pair = |x: &mut Extent, y: &mut Extent, xs: &[f64], ys: &[f64]| {
        for (&a, &b) in xs.iter().zip(ys) {
            if a.is_finite() && b.is_finite() {
                x.include(a);
                y.include(b);
            }
        }
    };
    for (index, mark) in axes.marks.iter().enumerate() {
        match mark {
            Mark::Line(line) => pair(&mut x, &mut y, &line.x, &line.y),
            Mark::Scatter(points) => {
                pair(&mut x, &mut y, &points.x, &points.y);
                if let PointColours::Values(v) = &points.colours {
                    coloured = true;
                    v.iter().for_each(|&v| values.include(v));
                }
            }
            Mark::Text(text) => pair(&mut x, &mut y, &text.x, &text.y),
            Mark::Bar(_) => bars::include(&axes.marks, index, &mut x, &mut y),
            Mark::Patch(patch) => {
                pair(&mut x, &mut y, &patch.x, &patch.y);
                if let Some(base) = patch.base {
                    y.keep_end(base);
                }
                if let PointColours::Values(v) = &patch.colours {
                    coloured = true;
                    v.iter().for_each(|&v| values.include(v));
                }
            }
            Mark::Spans(spans) => {
                let (along, up) =
                    if spans.horizontal { (&mut y, &mut x) } else { (&mut x, &mut y) };
                pair(along, up, &spans.at, &spans.low);
                pair(along, up, &spans.at, &spans.high);
                if let Some(base) = spans.base {
                    up.keep_end(base);
                }
            }
            Mark::Contours(contours) => {
                for &v in &contours.x {
                    x.pin(v);
                }
                for &v in &contours.y {
                    y.pin(v);
                }
                coloured |= contours.colour.is_none() || contours.filled;
                contours.z.as_slice().iter().for_each(|&v| values.include(v));
            }
            Mark::Surface(surface) => {
                coloured = true;
                let corners = surface.x.as_slice().iter().zip(surface.y.as_slice());
                for ((&a, &b), &c) in corners.zip(surface.z.as_slice()) {
                    if a.is_finite() && b.is_finite() && c.is_finite() {
                        x.pin(a);
                        y.pin(b);
                        z.include(c);
                    }
                }
                let shown = surface.values.as_ref().unwrap_or(&surface.z);
                shown.as_slice().iter().for_each(|&v| values.include(v));
            }
            Mark::Image(image) => {
                coloured = true;
                own_limits = own_limits.or(image.limits);
                image.matrix.as_slice().iter().for_each(|&v| values.include(v));
                let (rows, cols) = (image.matrix.rows(), image.matrix.cols());
                pin_side(&mut x, cols, image.x);
                pin_side(&mut y, rows, image.y);
                whole = (image.x.is_none(), image.y.is_none());
            }
            Mark::Picture(picture) => {
                pin_cells(&mut x, &mut y, picture.rows, picture.cols);
                whole = (true, true);
            }
            Mark::Pattern(pattern) => {
                pin_cells(&mut x, &mut y, pattern.sides.0, pattern.sides.1);
                whole = (true, true);
            }
            Mark::HLine(rule) => y.include(rule.at),
            Mark::VLine(rule) => x.include(rule.at),
        }
    }
    let colours = match (coloured, own_limits) {
        (false, _) => None,
        (true, Some(own)) => Some(values.limits("color", Some(own))?),
        (true, None) => Some(values.colour_limits(axes.colour_map)),
    };
    Ok(Ranges {
        z: z.limits("z", axes.z_limits)?,
        x: x.limits("x", axes.x_limits)?,
        y: y.limits("y", axes.y_limits)?,
        x_integers: x.whole_numbers() || whole.0,
        y_integers: whole.1 || (y.whole_numbers() && axes.marks.iter().any(is_horizontal_bar)),
        colours,
    })
}

fn is_horizontal_bar(mark: &Mark) -> bool {
    matches!(mark, Mark::Bar(bar) if bar.horizontal)
}

/// The edges of a grid of cells.
fn pin_cells(x: &mut Extent, y: &mut Extent, rows: usize, cols: usize) {
    if rows > 0 && cols > 0 {
        pin_side(x, cols, None);
        pin_side(y, rows, None);
    }
}

/// The edges of `count` cells, whose first and last middles may be given.
fn pin_side(extent: &mut Extent, count: usize, ends: Option<(f64, f64)>) {
    if count > 0 {
        let (first, last) = ends.unwrap_or((1.0, count as f64));
        let half = cell_width((first, last), count) / 2.0;
        extent.pin(first - half);
        extent.pin(last + half);
    }
}

/// The distance between the middles of cells; 1 for a single one.
pub(super) fn cell_width((first, last): (f64, f64), count: usize) -> f64 {
    if count > 1 { (last - first) / (count - 1) as f64 } else { 1.0 }
}
