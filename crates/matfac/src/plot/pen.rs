//! Lines and points of one pair of axes, clipped to its frame.
//!
//! Long lines are thinned to what can be seen: of the points in one column of half a pixel only the
//! first, the lowest, the highest and the last are kept, which draws the same pixels. Large clouds
//! keep one point per half pixel. Marks with a file of their own (bars, cells, patches, contours, surfaces) add methods
//! to the pen there.

use super::Colour;
use super::figure::Axes;
use super::layout::{Layout, Look};
use super::marks::{Line, LineStyle, PointColours, Scatter};
use super::points::{self, Dot};
use super::scene::{Item, Paint, Point, Rect, Scene};

/// More pieces than this are a picture in an SVG, not elements.
const CROWD: usize = 5_000;

/// What the marks of one pair of axes are drawn with.
pub(super) struct Pen<'a> {
    pub(super) scene: &'a mut Scene,
    pub(super) layout: &'a Layout,
    pub(super) look: &'a Look,
    pub(super) axes: &'a Axes,
    /// The values of the colour map's ends, when something is coloured by value.
    pub(super) limits: Option<(f64, f64)>,
    /// Where data is, for what must not cover it.
    pub(super) seen: Vec<Point>,
}

impl Pen<'_> {
    pub(super) fn place(&self, x: f64, y: f64) -> Option<Point> {
        Some((self.layout.x.at(x)?, self.layout.y.at(y)?))
    }

    /// Remembers where data is: every point, and every few pixels on the way to it.
    pub(super) fn saw(&mut self, path: &[Point]) {
        const STEP: f64 = 6.0;
        for (i, &b) in path.iter().enumerate() {
            if self.seen.len() > 200_000 {
                return;
            }
            let a = path[i.saturating_sub(1)];
            let steps = ((b.0 - a.0).hypot(b.1 - a.1) / STEP).ceil().clamp(1.0, 1000.0);
            for k in 1..=steps as usize {
                let t = k as f64 / steps;
                self.seen.push((a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)));
            }
        }
    }

    pub(super) fn line(&mut self, line: &Line, colour: Colour) {
        let layout = self.layout;
        let mut items = Vec::new();
        if line.style != LineStyle::None && line.width > 0.0 {
            let positions = line.x.iter().zip(&line.y).map(|(&x, &y)| self.place(x, y));
            let paths = points::clipped(points::thinned(positions), layout.frame);
            let paths = points::shortened(paths);
            let width = line.width.min(100.0);
            let length: f64 = paths.iter().map(|p| points::length(p)).sum();
            for path in paths {
                self.saw(&path);
                // Dashes of a line that fills the frame only make it gray, at a high price.
                let pattern = if length > 50_000.0 { &[][..] } else { line.style.pattern() };
                for points in points::dashed(path, pattern, width) {
                    items.push(Item::Path { points, width, paint: colour.into() });
                }
            }
        }
        let pieces = items.iter().map(|item| match item {
            Item::Path { points, .. } => 1 + points.len() / 8,
            _ => 1,
        });
        self.add(pieces.sum(), items);
        if let Some(marker) = line.marker {
            let dots =
                line.x.iter().zip(&line.y).filter_map(|(&x, &y)| {
                    Some(Dot { at: self.place(x, y)?, paint: colour.into() })
                });
            let dots = points::visible(dots, layout.frame);
            let size = line.marker_size.clamp(0.5, 100.0);
            self.dots(&dots, marker, size);
        }
    }

    /// Adds shapes, as one picture when they are too many for a vector format.
    pub(super) fn add(&mut self, pieces: usize, items: Vec<Item>) {
        if pieces > CROWD {
            self.scene.items.push(Item::Crowd { rect: self.layout.frame.grown(4.0), items });
        } else {
            self.scene.items.extend(items);
        }
    }

    pub(super) fn dots(&mut self, dots: &[Dot], marker: super::Marker, size: f64) {
        // A rim in the page's colour keeps neighbours apart, as long as they are few.
        let rim = (dots.len() <= 500 && size >= 4.0).then_some(self.look.page);
        let mut items = Vec::new();
        for dot in dots {
            points::draw_marker(&mut items, marker, dot.at, size, dot.paint, rim);
            self.seen.push(dot.at);
        }
        self.add(items.len(), items);
    }

    pub(super) fn scatter(&mut self, scatter: &Scatter, colour: Colour) {
        let count = scatter.x.len();
        let size = scatter.size.filter(|s| s.is_finite()).unwrap_or(match count {
            0..=300 => 6.5,
            301..=3000 => 5.0,
            3001..=30000 => 3.5,
            _ => 2.0,
        });
        let alpha = match count {
            0..=500 => 1.0,
            501..=5000 => 0.75,
            _ => 0.5,
        };
        let colour_of = self.colours(&scatter.colours, colour);
        let dots = (0..count).filter_map(|i| {
            let at = self.place(scatter.x[i], scatter.y[i])?;
            Some(Dot { at, paint: Paint { colour: colour_of(i), alpha } })
        });
        let dots = points::visible(dots, self.layout.frame);
        self.dots(&dots, scatter.marker, size.clamp(0.5, 200.0));
    }

    /// The colour of thing `i` of several that are coloured so; `colour` is the series' own.
    pub(super) fn colours<'c>(
        &self,
        colours: &'c PointColours,
        colour: Colour,
    ) -> impl Fn(usize) -> Colour + use<'c> {
        let first = super::PALETTE.iter().position(|&c| c == colour).unwrap_or(0);
        let (map, hole, limits) = (self.axes.colour_map, self.look.hole, self.limits);
        let (lo, hi) = limits.unwrap_or((0.0, 1.0));
        move |i| match colours {
            PointColours::Auto => colour,
            PointColours::One(colour) => *colour,
            PointColours::Values(v) if v[i].is_nan() => hole,
            PointColours::Values(v) => map.at((v[i] - lo) / (hi - lo)),
            PointColours::Categories { of, .. } => Colour::of_series(first + of[i]),
        }
    }

    /// Remembers that an area is covered.
    pub(super) fn saw_area(&mut self, rect: Rect) {
        let step = 8.0;
        let mut y = rect.top;
        while y <= rect.bottom && self.seen.len() < 200_000 {
            let mut x = rect.left;
            while x <= rect.right {
                self.seen.push((x, y));
                x += step;
            }
            y += step;
        }
    }
}
