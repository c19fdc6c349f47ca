//! Filled polygons, and straight pieces along one axis.

use super::Colour;
use super::layout::Layout;
use super::marks::{LineStyle, Patch, Spans};
use super::pen::Pen;
use super::points;
use super::scene::{Item, Paint, Point, Rect};

impl Patch {
    /// The places of each polygon's corners among all.
    pub(super) fn polygons(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let is_gap = |i: usize| self.x[i].is_nan() || self.y.get(i).is_none_or(|y| y.is_nan());
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < self.x.len() && is_gap(at) {
                at += 1;
            }
            let start = at;
            while at < self.x.len() && !is_gap(at) {
                at += 1;
            }
            (start < at).then_some(start..at)
        })
    }
}

impl Pen<'_> {
    /// Draws filled polygons.
    pub(super) fn patch(&mut self, patch: &Patch, colour: Colour) {
        let layout = self.layout;
        let alpha = if patch.alpha.is_finite() { patch.alpha.clamp(0.0, 1.0) } else { 1.0 };
        let colour_of = self.colours(&patch.colours, colour);
        let mut items = Vec::new();
        let mut pieces = 0;
        for (k, corners) in patch.polygons().enumerate() {
            // What an axis has no place for is drawn at the end nearest to it, so that areas stay closed.
            let place = |i: usize| {
                let y = layout.y.at(patch.y[i]).unwrap_or(layout.y.clamped(patch.y[i]));
                Some((layout.x.at(patch.x[i])?, y))
            };
            let outline: Vec<Point> = corners.filter_map(place).collect();
            let thinned = points::thinned(outline.iter().copied().map(Some));
            let inside = clipped_polygon(thinned.concat(), layout.frame);
            if inside.len() < 3 {
                continue;
            }
            self.saw_polygon(&inside);
            let paint = Paint { colour: colour_of(k), alpha };
            pieces += 1 + inside.len() / 8;
            items.push(Item::Polygon { points: inside, paint });
            if let Some(edge) = patch.edge {
                let closed = outline.iter().chain(outline.first()).copied().collect();
                for points in points::clipped(vec![closed], layout.frame) {
                    pieces += 1;
                    items.push(Item::Path { points, width: patch.edge_width, paint: edge.into() });
                }
            }
        }
        self.add(pieces, items);
    }

    /// Remembers where a polygon is.
    fn saw_polygon(&mut self, polygon: &[Point]) {
        const STEP: f64 = 8.0;
        let bounds = bounds(polygon);
        let mut y = bounds.top + STEP / 2.0;
        while y < bounds.bottom && self.seen.len() < 200_000 {
            let mut x = bounds.left + STEP / 2.0;
            while x < bounds.right {
                if contains(polygon, (x, y)) {
                    self.seen.push((x, y));
                }
                x += STEP;
            }
            y += STEP;
        }
    }

    /// Draws straight pieces, with bars at their ends.
    pub(super) fn spans(&mut self, spans: &Spans, colour: Colour) {
        let Layout { frame, x, y, .. } = *self.layout;
        let (along, up) = if spans.horizontal { (y, x) } else { (x, y) };
        let width = spans.width.clamp(0.2, 100.0);
        let point = |a: f64, b: f64| if spans.horizontal { (b, a) } else { (a, b) };
        let mut items = Vec::new();
        for ((&at, &low), &high) in spans.at.iter().zip(&spans.low).zip(&spans.high) {
            let Some(a) = along.at(at) else { continue };
            if low.is_nan() || high.is_nan() {
                continue;
            }
            let ends = [low, high].map(|v| up.at(v).unwrap_or(up.clamped(v)));
            let Some((from, to)) = frame.clip(point(a, ends[0]), point(a, ends[1])) else {
                continue;
            };
            self.saw(&[from, to]);
            let pattern = spans.style.pattern();
            if spans.style != LineStyle::None {
                for points in points::dashed(vec![from, to], pattern, width) {
                    items.push(Item::Path { points, width, paint: colour.into() });
                }
            }
            for (v, end) in [low, high].into_iter().zip(ends) {
                let (b, c) = (point(a - spans.cap / 2.0, end), point(a + spans.cap / 2.0, end));
                if spans.cap > 0.0 && up.at(v).is_some() && frame.contains(point(a, end)) {
                    items.push(Item::Path { points: vec![b, c], width, paint: colour.into() });
                }
            }
        }
        self.add(items.len(), items);
    }
}

fn bounds(polygon: &[Point]) -> Rect {
    let empty = Rect::new(f64::MAX, f64::MAX, f64::MIN, f64::MIN);
    polygon.iter().fold(empty, |r, p| {
        Rect::new(r.left.min(p.0), r.top.min(p.1), r.right.max(p.0), r.bottom.max(p.1))
    })
}

/// Whether a point is in a polygon, by the crossings of a ray.
fn contains(polygon: &[Point], (x, y): Point) -> bool {
    let sides = polygon.iter().zip(polygon.iter().cycle().skip(1));
    let crossed = |(a, b): &(&Point, &Point)| {
        (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0
    };
    sides.filter(crossed).count() % 2 == 1
}

/// The part of a polygon inside a rectangle (I. Sutherland and G. Hodgman, 1974).
fn clipped_polygon(mut polygon: Vec<Point>, r: Rect) -> Vec<Point> {
    // How far a point is inside each side.
    let sides: [fn(Point, &Rect) -> f64; 4] =
        [|p, r| p.0 - r.left, |p, r| r.right - p.0, |p, r| p.1 - r.top, |p, r| r.bottom - p.1];
    for depth in sides {
        let mut kept = Vec::with_capacity(polygon.len() + 4);
        for (i, &b) in polygon.iter().enumerate() {
            let a = polygon[(i + polygon.len() - 1) % polygon.len()];
            let (da, db) = (depth(a, &r), depth(b, &r));
            if (da < 0.0) != (db < 0.0) {
                let t = da / (da - db);
                kept.push((a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)));
            }
            if db >= 0.0 {
                kept.push(b);
            }
        }
        polygon = kept;
    }
    polygon
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polygons_are_cut_to_the_frame() {
        let frame = Rect::new(0.0, 0.0, 10.0, 10.0);
        let cut = clipped_polygon(vec![(-3.0, 5.0), (5.0, -3.0), (13.0, 5.0), (5.0, 13.0)], frame);
        assert_eq!(cut.len(), 8);
        assert!(cut.iter().all(|&p| frame.contains(p)));
        assert!(clipped_polygon(vec![(20.0, 0.0), (30.0, 0.0), (25.0, 5.0)], frame).is_empty());
        assert!(contains(&cut, (5.0, 5.0)) && !contains(&cut, (0.5, 0.5)));
    }

    #[test]
    fn gaps_separate_polygons() {
        let x = vec![f64::NAN, 1.0, 2.0, 3.0, f64::NAN, f64::NAN, 4.0, 5.0];
        let patch = Patch { y: x.clone(), x, ..Patch::default() };
        assert_eq!(patch.polygons().collect::<Vec<_>>(), [1..4, 6..8]);
    }
}
