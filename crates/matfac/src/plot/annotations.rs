//! Arrows, boxes and words that belong to the page: they are placed by shares of it, from the bottom left.

use super::Colour;
use super::layout::Look;
use super::points;
use super::scene::{Align, Item, Paint, Point, Rect, Scene, Words};
use super::{LineStyle, font};

/// The shape of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationShape {
    /// From the first point to the second.
    Line,
    /// With a head at the second point; words stand at the first.
    Arrow,
    /// With heads at both points.
    DoubleArrow,
    /// With these corners, and words inside.
    Box,
    /// Inside the box with these corners.
    Ellipse,
}

/// Something drawn on the page, above all axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// What it is.
    pub shape: AnnotationShape,
    /// A point, in shares of the page's width and height from the bottom left.
    pub from: (f64, f64),
    /// The other point, or the opposite corner.
    pub to: (f64, f64),
    /// Its words; empty for none. A line break starts a new line.
    pub text: String,
    /// Its colour; the figure's ink when absent.
    pub colour: Option<Colour>,
    /// What fills a box or an ellipse; nothing when absent.
    pub fill: Option<Colour>,
    /// How its line is dashed; none for words alone.
    pub style: LineStyle,
    /// The width of its line in CSS pixels.
    pub width: f64,
    /// The font's size in CSS pixels; that of labels when absent.
    pub size: Option<f64>,
}

impl Default for Annotation {
    fn default() -> Annotation {
        Annotation {
            shape: AnnotationShape::Line,
            from: (0.0, 0.0),
            to: (1.0, 1.0),
            text: String::new(),
            colour: None,
            fill: None,
            style: LineStyle::Solid,
            width: 1.2,
            size: None,
        }
    }
}

/// Draws all of them.
pub(super) fn draw(scene: &mut Scene, annotations: &[Annotation], look: &Look) {
    for annotation in annotations {
        one(scene, annotation, look);
    }
}

fn one(scene: &mut Scene, a: &Annotation, look: &Look) {
    let page = Rect::new(0.0, 0.0, f64::from(scene.width), f64::from(scene.height));
    let share = |v: f64| if v.is_finite() { v.clamp(-1.0, 2.0) } else { 0.5 };
    let point = |p: (f64, f64)| (share(p.0) * page.right, (1.0 - share(p.1)) * page.bottom);
    let (from, to) = (point(a.from), point(a.to));
    let colour = a.colour.unwrap_or(look.ink);
    let width = a.width.clamp(0.2, 50.0);
    let corners = Rect::new(from.0.min(to.0), from.1.min(to.1), from.0.max(to.0), from.1.max(to.1));
    let line = |scene: &mut Scene, path: Vec<Point>| {
        if a.style == LineStyle::None {
            return;
        }
        for piece in points::clipped(vec![path], page) {
            for points in points::dashed(piece, a.style.pattern(), width) {
                scene.path(points, width, colour);
            }
        }
    };
    match a.shape {
        AnnotationShape::Line => line(scene, vec![from, to]),
        AnnotationShape::Arrow => {
            line(scene, vec![from, shortened(from, to, width)]);
            head(scene, from, to, width, colour, page);
        }
        AnnotationShape::DoubleArrow => {
            line(scene, vec![shortened(to, from, width), shortened(from, to, width)]);
            head(scene, from, to, width, colour, page);
            head(scene, to, from, width, colour, page);
        }
        AnnotationShape::Box => {
            let Rect { left, top, right, bottom } = corners;
            let outline =
                vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
            fill(scene, a.fill, outline.clone(), page);
            line(scene, outline);
        }
        AnnotationShape::Ellipse => {
            let (centre, radius) =
                (corners.centre(), (corners.width() / 2.0, corners.height() / 2.0));
            let around = (0..=72).map(|k| {
                let (s, c) = (f64::from(k) / 72.0 * std::f64::consts::TAU).sin_cos();
                (centre.0 + radius.0 * c, centre.1 + radius.1 * s)
            });
            let outline: Vec<Point> = around.collect();
            fill(scene, a.fill, outline.clone(), page);
            line(scene, outline);
        }
    }
    words(scene, a, (from, to, corners), colour, look, page);
}

fn fill(scene: &mut Scene, colour: Option<Colour>, points: Vec<Point>, page: Rect) {
    if let Some(colour) = colour
        && points.iter().all(|&p| page.grown(page.width() + page.height()).contains(p))
    {
        scene.items.push(Item::Polygon { points, paint: Paint { colour, alpha: 1.0 } });
    }
}

/// How long an arrow's head is.
fn head_length(width: f64) -> f64 {
    6.0 + 2.5 * width
}

/// Where a line ends so that it does not show beyond the head.
fn shortened(from: Point, to: Point, width: f64) -> Point {
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    let t = (1.0 - head_length(width) * 0.7 / length.max(1e-9)).max(0.0);
    (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1))
}

fn head(scene: &mut Scene, from: Point, to: Point, width: f64, colour: Colour, page: Rect) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    if length < 1e-9 || !page.contains(to) {
        return;
    }
    let (ux, uy, l) = (dx / length, dy / length, head_length(width));
    let side = |s: f64| (to.0 - l * ux - s * l * 0.38 * uy, to.1 - l * uy + s * l * 0.38 * ux);
    let points = vec![to, side(1.0), side(-1.0)];
    scene.items.push(Item::Polygon { points, paint: colour.into() });
}

/// Words in the middle of a box, or behind the start of an arrow.
fn words(
    scene: &mut Scene,
    a: &Annotation,
    (from, to, corners): (Point, Point, Rect),
    colour: Colour,
    look: &Look,
    page: Rect,
) {
    let size = a.size.unwrap_or(look.label_size).clamp(4.0, 200.0);
    let is_box = matches!(a.shape, AnnotationShape::Box | AnnotationShape::Ellipse);
    let room = if is_box { (corners.width() - 8.0).max(size) } else { page.width() * 0.5 };
    if a.text.trim().is_empty() {
        return;
    }
    let lines = font::wrapped(&a.text, size, false, room, 20);
    let height = size * 1.3 * lines.len() as f64;
    let widest = lines.iter().map(|l| font::width(l, size, false)).fold(0.0, f64::max);
    // The middle of the block.
    let (x, y) = if is_box {
        corners.centre()
    } else {
        let (dx, dy) = (from.0 - to.0, from.1 - to.1);
        let length = dx.hypot(dy).max(1e-9);
        let (ux, uy) = (dx / length, dy / length);
        (from.0 + ux * (widest / 2.0 + 5.0), from.1 + uy * (height / 2.0 + 4.0))
    };
    let x = x.min(page.right - widest / 2.0 - 2.0).max(widest / 2.0 + 2.0);
    let top = (y - height / 2.0).min(page.bottom - height - 2.0).max(2.0);
    for (k, text) in lines.into_iter().enumerate() {
        let at = (x, top + size * (1.3 * k as f64 + 0.28 + font::CAP_HEIGHT));
        let align = Align::Middle;
        scene.words(Words { text, at, align, size, bold: false, upright: false, colour });
    }
}
