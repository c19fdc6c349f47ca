//! A laid-out figure: a flat list of shapes in CSS pixels, which each surface paints in order.
//!
//! Everything is clipped to the axes while the list is made, so that no surface needs clipping and
//! no coordinate is ever far outside the page.

use super::colour::Colour;

/// A position in CSS pixels from the top left.
pub(super) type Point = (f64, f64);

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Rect {
    pub(super) fn new(left: f64, top: f64, right: f64, bottom: f64) -> Rect {
        Rect { left, top, right, bottom }
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(super) fn centre(&self) -> Point {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    pub(super) fn contains(&self, (x, y): Point) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }

    pub(super) fn overlaps(&self, other: &Rect) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Larger by `margin` on every side.
    pub(super) fn grown(&self, margin: f64) -> Rect {
        Rect::new(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)
    }

    /// The part of the segment from `a` to `b` inside (Y.-D. Liang and B. Barsky, 1984).
    pub(super) fn clip(&self, a: Point, b: Point) -> Option<(Point, Point)> {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let (mut t0, mut t1) = (0.0f64, 1.0f64);
        let sides = [
            (-dx, a.0 - self.left),
            (dx, self.right - a.0),
            (-dy, a.1 - self.top),
            (dy, self.bottom - a.1),
        ];
        for (p, q) in sides {
            if p == 0.0 {
                if q < 0.0 {
                    return None;
                }
            } else if p < 0.0 {
                t0 = t0.max(q / p);
            } else {
                t1 = t1.min(q / p);
            }
        }
        if t0 > t1 {
            return None;
        }
        // Exact ends where nothing is cut, so that neighbouring segments still meet.
        let at = |t: f64| (a.0 + t * dx, a.1 + t * dy);
        Some((if t0 == 0.0 { a } else { at(t0) }, if t1 == 1.0 { b } else { at(t1) }))
    }
}

/// A colour and how much it covers, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Paint {
    pub(super) colour: Colour,
    pub(super) alpha: f64,
}

impl From<Colour> for Paint {
    fn from(colour: Colour) -> Paint {
        Paint { colour, alpha: 1.0 }
    }
}

/// Which point of a text is at its position, horizontally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Start,
    Middle,
    End,
}

/// One line of text; `at` is on its baseline. `upright` texts read from bottom to top.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) at: Point,
    pub(super) align: Align,
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) upright: bool,
    pub(super) colour: Colour,
}

/// One shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    /// An open path.
    Path { points: Vec<Point>, width: f64, paint: Paint },
    /// A filled polygon.
    Polygon { points: Vec<Point>, paint: Paint },
    /// A filled rectangle.
    Fill { rect: Rect, paint: Paint },
    /// A filled circle.
    Circle { centre: Point, radius: f64, paint: Paint },
    /// A line of text.
    Words(Words),
    /// A grid of cells, row after row from the top left.
    Cells { rect: Rect, rows: usize, cols: usize, pixels: Vec<Colour> },
    /// So many shapes that a vector format is better off with their picture: everything drawn so
    /// far inside `rect`, and these.
    Crowd { rect: Rect, items: Vec<Item> },
}

/// A page of shapes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scene {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) items: Vec<Item>,
}

impl Scene {
    pub(super) fn words(&mut self, mut words: Words) {
        // Control characters are not allowed in XML and have no glyph.
        if words.text.contains(char::is_control) {
            words.text = words.text.replace(char::is_control, " ");
        }
        if !words.text.trim().is_empty() {
            self.items.push(Item::Words(words));
        }
    }

    pub(super) fn path(&mut self, points: Vec<Point>, width: f64, paint: impl Into<Paint>) {
        if points.len() > 1 {
            self.items.push(Item::Path { points, width, paint: paint.into() });
        }
    }

    pub(super) fn fill(&mut self, rect: Rect, paint: impl Into<Paint>) {
        self.items.push(Item::Fill { rect, paint: paint.into() });
    }

    /// The outline of a rectangle.
    pub(super) fn frame(&mut self, r: Rect, width: f64, colour: Colour) {
        for (a, b) in [
            ((r.left, r.top), (r.right, r.top)),
            ((r.left, r.bottom), (r.right, r.bottom)),
            ((r.left, r.top), (r.left, r.bottom)),
            ((r.right, r.top), (r.right, r.bottom)),
        ] {
            self.path(vec![a, b], width, colour);
        }
    }
}
