//! Surfaces in space: their faces from the farthest to the nearest, in front of the three far walls of their box.
//!
//! The view is parallel and given as in MATLAB: the azimuth turns around the z axis, the elevation goes up. The box is
//! stretched so that it fills the frame whatever the ranges.

use super::figure::Axes;
use super::layout::{Layout, Look};
use super::marks::Surface;
use super::pen::Pen;
use super::ranges::Ranges;
use super::scene::{Align, Item, Point, Rect, Scene, Words};
use super::ticks::{linear_ticks, number_labels, power_of_ten};
use super::{Colour, font};

/// Faces along a side; of finer grids, every second, third … line is drawn.
const MOST_FACES: usize = 150;

/// A direction or place in the box, each part from -0.5 to 0.5.
type Place = [f64; 3];

/// The map of the box onto the page.
struct View {
    /// Right, up and towards the viewer.
    axes: [Place; 3],
    /// The ends of the three axes.
    ends: [(f64, f64); 3],
    /// Pixels for one unit right and up, and where the middle is.
    scale: Point,
    centre: Point,
}

impl View {
    fn new(axes: &Axes, ranges: &Ranges, layout: &Layout, look: &Look) -> View {
        let (azimuth, elevation) = axes.view;
        let (sa, ca) = azimuth.to_radians().sin_cos();
        let (se, ce) = elevation.clamp(-90.0, 90.0).to_radians().sin_cos();
        let directions = [[ca, sa, 0.0], [-se * sa, se * ca, ce], [ce * sa, -ce * ca, se]];
        // Ticks, their labels and those of the axes stand outside the box.
        let (side, below) = if axes.visible {
            (look.tick_size * 4.4, look.tick_size * 2.8 + look.label_size)
        } else {
            (2.0, 2.0)
        };
        let f = layout.frame;
        let room = Rect::new(
            f.left + side,
            f.top + look.tick_size * 0.5,
            f.right - side,
            f.bottom - below,
        );
        let half = |d: &Place| d.iter().map(|p| p.abs() / 2.0).sum::<f64>().max(1e-6);
        let scale = (
            room.width().max(10.0) / 2.0 / half(&directions[0]),
            room.height().max(10.0) / 2.0 / half(&directions[1]),
        );
        let ends = [ranges.x, ranges.y, ranges.z];
        View { axes: directions, ends, scale, centre: room.centre() }
    }

    fn share(&self, axis: usize, v: f64) -> f64 {
        let (lo, hi) = self.ends[axis];
        (v - lo) / (hi - lo) - 0.5
    }

    /// How near a place is.
    fn depth(&self, p: Place) -> f64 {
        dot(&self.axes[2], &p)
    }

    fn page(&self, p: Place) -> Point {
        let (right, up) = (dot(&self.axes[0], &p), dot(&self.axes[1], &p));
        (self.centre.0 + right * self.scale.0, self.centre.1 - up * self.scale.1)
    }

    /// The end of an axis that is farther away: -0.5 or 0.5.
    fn far(&self, axis: usize) -> f64 {
        if self.axes[2][axis] > 0.0 { -0.5 } else { 0.5 }
    }
}

fn dot(a: &Place, b: &Place) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The far walls of the box with their grid, ticks and labels.
pub(super) fn walls(scene: &mut Scene, axes: &Axes, ranges: &Ranges, layout: &Layout, look: &Look) {
    let view = View::new(axes, ranges, layout, look);
    let far = [0, 1, 2].map(|axis| view.far(axis));
    let counts = [5, 5, (layout.frame.height() / (look.tick_size * 4.0)).clamp(2.0, 7.0) as usize];
    let ticks =
        [0, 1, 2].map(|axis| linear_ticks(view.ends[axis].0, view.ends[axis].1, counts[axis]));
    let mut line = |a: Place, b: Place, colour: Colour| {
        scene.path(vec![view.page(a), view.page(b)], 0.8, colour);
    };
    for axis in 0..3 {
        // The grid lines of this axis run along the two walls that contain it, and the box's edges at its ends.
        let others = [(axis + 1) % 3, (axis + 2) % 3];
        for (wall, along) in [(others[0], others[1]), (others[1], others[0])] {
            let mut at = [0.0; 3];
            at[wall] = far[wall];
            let shares = ticks[axis].iter().map(|&t| (view.share(axis, t), look.grid));
            for (share, colour) in shares.chain([(-0.5, look.faint), (0.5, look.faint)]) {
                if colour == look.grid && !axes.grid {
                    continue;
                }
                let (mut from, mut to) = (at, at);
                (from[axis], to[axis]) = (share, share);
                (from[along], to[along]) = (-0.5, 0.5);
                line(from, to, colour);
            }
        }
    }
    let names = [&axes.x_label, &axes.y_label, &axes.z_label];
    for axis in 0..3 {
        let (foot, outwards) = edge(&view, axis, far);
        axis_texts(scene, &view, axis, foot, outwards, &ticks[axis], names[axis], look);
    }
}

/// The edge of the box beside which the ticks of an axis stand, and the direction away from the box.
fn edge(view: &View, axis: usize, far: Place) -> (Place, Place) {
    let mut foot = far;
    let mut outwards = [0.0; 3];
    if axis < 2 {
        // In front, on the lower end of z.
        let other = 1 - axis;
        foot[other] = -far[other];
        foot[2] = -0.5;
        outwards[other] = foot[other].signum();
    } else {
        // The leftmost of the two edges where a near and a far side meet.
        let candidates = [[far[0], -far[1], 0.0], [-far[0], far[1], 0.0]];
        let left = |p: &Place| view.page(*p).0;
        foot =
            if left(&candidates[0]) < left(&candidates[1]) { candidates[0] } else { candidates[1] };
        let near = if foot[0] == far[0] { 1 } else { 0 };
        outwards[near] = foot[near].signum();
    }
    (foot, outwards)
}

/// The ticks of one axis with their labels, and the axis's name.
#[allow(clippy::too_many_arguments, reason = "one call for each of three axes")]
fn axis_texts(
    scene: &mut Scene,
    view: &View,
    axis: usize,
    foot: Place,
    outwards: Place,
    ticks: &[f64],
    name: &str,
    look: &Look,
) {
    let size = look.tick_size;
    let at = |share: f64| {
        let mut p = foot;
        p[axis] = share;
        view.page(p)
    };
    // Away from the box on the page, whatever the proportions.
    let (origin, out) = (view.page([0.0; 3]), view.page(outwards));
    let (dx, dy) = (out.0 - origin.0, out.1 - origin.1);
    let length = dx.hypot(dy);
    let unit = match axis {
        _ if length < 1e-6 => (0.0, 1.0),
        2 => (-1.0, 0.0),
        _ => (dx / length, dy / length),
    };
    let words = |text: String, (x, y): Point, size: f64| {
        let align = match unit.0 {
            u if u < -0.35 => Align::End,
            u if u > 0.35 => Align::Start,
            _ => Align::Middle,
        };
        let lift = size * font::CAP_HEIGHT / 2.0;
        Words {
            text,
            at: (x, y + lift),
            align,
            size,
            bold: false,
            upright: false,
            colour: look.ink,
        }
    };
    let (labels, exponent) = number_labels(ticks);
    let mut widest = 0.0f64;
    for (&tick, label) in ticks.iter().zip(labels) {
        let (x, y) = at(view.share(axis, tick));
        let away = |d: f64| (x + unit.0 * d, y + unit.1 * d);
        scene.path(vec![(x, y), away(4.0)], 1.0, look.faint);
        widest = widest.max(font::width(&label, size, false));
        scene.words(words(label, away(size * 0.75 + 2.0), size));
    }
    let factor =
        if exponent == 0 { String::new() } else { format!("×{}", power_of_ten(exponent)) };
    let name = [name, &factor].map(str::trim).join(" ");
    let page = Rect::new(0.0, 0.0, scene.width as f64, scene.height as f64);
    let label = look.label_size;
    if axis == 2 {
        let (x, y) = at(0.0);
        let x = (x - size * 1.2 - widest - label * 0.6).max(label);
        let fitted = font::fitted(name.trim(), label, false, view.scale.1);
        let upright = Words { align: Align::Middle, upright: true, ..words(fitted, (x, y), label) };
        scene.words(Words { at: (x, y), ..upright });
    } else {
        let away = size * 1.2 + label + unit.0.abs() * widest * 0.6;
        let (x, y) = at(0.0);
        let fitted = font::fitted(name.trim(), label, false, page.width() * 0.4);
        let half = font::width(&fitted, label, false) / 2.0;
        let x = (x + unit.0 * away).clamp(half + 2.0, (page.right - half - 2.0).max(half + 2.0));
        let y = (y + unit.1.max(0.6) * away).min(page.bottom - label * 0.9);
        scene.words(Words { align: Align::Middle, ..words(fitted, (x, y), label) });
    }
}

impl Pen<'_> {
    /// Draws a surface's faces.
    pub(super) fn surface(&mut self, surface: &Surface, ranges: &Ranges) {
        let view = View::new(self.axes, ranges, self.layout, self.look);
        let (m, n) = (surface.z.rows(), surface.z.cols());
        let lines = |count: usize| {
            let stride = count.div_ceil(MOST_FACES + 1).max(1);
            let mut at: Vec<usize> = (0..count).step_by(stride).collect();
            if count > 0 && at.last() != Some(&(count - 1)) {
                at.push(count - 1);
            }
            at
        };
        let (rows, cols) = (lines(m), lines(n));
        let values = surface.values.as_ref().unwrap_or(&surface.z);
        let (lo, hi) = self.limits.unwrap_or((0.0, 1.0));
        let mut faces: Vec<(f64, Vec<Point>, f64)> = Vec::new();
        for r in rows.windows(2) {
            for c in cols.windows(2) {
                let corners = [(r[0], c[0]), (r[0], c[1]), (r[1], c[1]), (r[1], c[0])];
                let place = |&(i, j): &(usize, usize)| -> Place {
                    let at = [&surface.x, &surface.y, &surface.z];
                    [0, 1, 2].map(|axis| view.share(axis, at[axis][(i, j)]))
                };
                let places = [0, 1, 2, 3].map(|k| place(&corners[k]));
                let value = corners.iter().map(|&(i, j)| values[(i, j)] / 4.0).sum();
                // Corners outside the limits leave a hole, as a NaN does.
                if places.iter().flatten().all(|p| p.abs() <= 0.5 + 1e-9) {
                    let depth = places.iter().map(|&p| view.depth(p)).sum();
                    faces.push((depth, places.iter().map(|&p| view.page(p)).collect(), value));
                }
            }
        }
        faces.sort_by(|a, b| a.0.total_cmp(&b.0));
        let area = view.scale.0 * view.scale.1 / (rows.len() * cols.len()).max(1) as f64;
        let mut items = Vec::with_capacity(2 * faces.len());
        for (_, corners, value) in faces {
            let colour = match value {
                v if v.is_nan() => self.look.hole,
                v => self.axes.colour_map.at((v - lo) / (hi - lo)),
            };
            let outline = corners.iter().chain(corners.first()).copied().collect();
            let fill = if surface.mesh { self.look.page } else { colour };
            // Outlines of tiny faces would hide the faces; in the face's own colour they close the gaps between them.
            let edge = match area {
                _ if surface.mesh => colour,
                a if a < 20.0 => colour,
                _ => colour.mix(Colour::BLACK, 0.35),
            };
            items.push(Item::Polygon { points: corners, paint: fill.into() });
            let width = if surface.mesh { 1.0 } else { 0.6 };
            items.push(Item::Path { points: outline, width, paint: edge.into() });
        }
        if let Some(f) = Some(self.layout.frame) {
            self.saw_area(f);
        }
        self.add(items.len(), items);
    }
}
