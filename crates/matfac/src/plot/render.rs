//! A figure into a scene: axes on their grid, marks clipped to their frames.
//!
//! Long lines are thinned to what can be seen: of the points in one column of half a pixel only the
//! first, the lowest, the highest and the last are kept, which draws the same pixels. Large clouds
//! keep one point per half pixel.

use super::figure::{Axes, Figure};
use super::guides;
use super::layout::{self, Layout, Look};
use super::marks::{Bar, Image, Line, LineStyle, Mark, Picture, PointColours, Scatter};
use super::pattern::Pattern;
use super::points::{self, Dot};
use super::scene::{Item, Paint, Point, Rect, Scene};
use super::{Colour, canvas, ranges, svg};
use crate::error::{Error, Result};

/// More pieces than this are a picture in an SVG, not elements.
const CROWD: usize = 5_000;

impl Figure {
    /// The figure as an SVG document.
    ///
    /// Images, and clouds or tangles of many thousand points, are embedded as pictures; everything
    /// else stays vectors and text.
    ///
    /// # Errors
    /// [`Error::Argument`] when the description contradicts itself (lengths that differ, limits in
    /// the wrong order, a logarithmic axis without positive data …).
    pub fn to_svg(&self) -> Result<String> {
        svg::write(&self.scene()?)
    }

    /// The figure as a PNG file of `scale` pixels per CSS pixel: 1 for a plain screen, 2 for a
    /// sharp one, 3 or 4 for print.
    ///
    /// # Errors
    /// As [`Figure::to_svg`], and when `scale` is not positive or asks for more than 10⁸ pixels.
    pub fn to_png(&self, scale: f64) -> Result<Vec<u8>> {
        let scene = self.scene()?;
        canvas::paint(&scene, &scene.items, scale)?.to_png(scale)
    }

    /// Everything laid out.
    pub(super) fn scene(&self) -> Result<Scene> {
        let (width, height) = self.size;
        if width == 0 || height == 0 || width > 20_000 || height > 20_000 {
            return Err(Error::argument_hint(
                "size",
                format!("a figure cannot be {width}×{height} pixels"),
                "each side from 1 to 20000",
            ));
        }
        let (rows, cols) = self.grid;
        if rows.checked_mul(cols).is_none_or(|cells| cells < self.axes.len()) {
            return Err(Error::argument(
                "grid",
                format!("{} axes do not fit on a grid of {rows}×{cols}", self.axes.len()),
            ));
        }
        let page = Rect::new(0.0, 0.0, width as f64, height as f64);
        let mut scene = Scene { width, height, items: Vec::new() };
        scene.fill(page, Look::new(self.theme, page).page);
        for (i, axes) in self.axes.iter().enumerate() {
            let (row, col) = (i / cols, i % cols);
            let (w, h) = (page.right / cols as f64, page.bottom / rows as f64);
            let cell = Rect::new(
                col as f64 * w,
                row as f64 * h,
                (col + 1) as f64 * w,
                (row + 1) as f64 * h,
            );
            draw_axes(&mut scene, axes, &Look::new(self.theme, cell), cell)?;
        }
        Ok(scene)
    }
}

/// Draws one pair of axes in its cell.
fn draw_axes(scene: &mut Scene, axes: &Axes, look: &Look, cell: Rect) -> Result<()> {
    axes.marks.iter().try_for_each(check)?;
    let colours = series_colours(&axes.marks);
    let entries = guides::legend_entries(axes, &colours)?;
    let outside = guides::outside_width(axes, &entries, look, cell);
    let ranges = ranges::of(axes)?;
    let layout = layout::layout(axes, &ranges, look, cell, outside)?;
    let mut pen = Pen { scene, layout: &layout, look, axes, seen: Vec::new() };
    if axes.visible && axes.grid {
        guides::grid(pen.scene, axes, &layout, look);
    }
    for (mark, &colour) in axes.marks.iter().zip(&colours) {
        match mark {
            Mark::Line(line) => pen.line(line, colour),
            Mark::Scatter(scatter) => pen.scatter(scatter, colour, ranges.colours),
            Mark::Bar(bar) => pen.bars(bar, colour),
            Mark::Image(image) => pen.image(image, ranges.colours),
            Mark::Picture(picture) => pen.picture(picture),
            Mark::Pattern(pattern) => pen.pattern(pattern),
            Mark::HLine(_) | Mark::VLine(_) | Mark::Text(_) => {}
        }
    }
    let mut seen = pen.seen;
    let is_grid = |m: &Mark| matches!(m, Mark::Image(_) | Mark::Picture(_) | Mark::Pattern(_));
    let boxed = axes.marks.iter().any(is_grid);
    guides::frame(scene, axes, &layout, look, boxed);
    guides::annotations(scene, axes, &layout, look, &mut seen);
    if let Some(bar) = &layout.bar {
        guides::colour_bar(scene, axes, bar, look);
    }
    guides::legend(scene, axes, &entries, &layout, look, &seen);
    Ok(())
}

/// Refuses a mark whose parts do not fit together.
fn check(mark: &Mark) -> Result<()> {
    let equal = |what: &'static str, first: &str, a: usize, second: &str, b: usize| {
        if a == b {
            return Ok(());
        }
        Err(Error::argument(what, format!("{first} has {a} values and {second} has {b}")))
    };
    match mark {
        Mark::Line(line) => equal("y", "x", line.x.len(), "y", line.y.len()),
        Mark::Text(text) => {
            equal("y", "x", text.x.len(), "y", text.y.len())?;
            equal("texts", "x", text.x.len(), "the list of texts", text.texts.len())
        }
        Mark::Bar(bar) => {
            equal("heights", "x", bar.x.len(), "the list of heights", bar.heights.len())
        }
        Mark::Scatter(points) => {
            equal("y", "x", points.x.len(), "y", points.y.len())?;
            match &points.colours {
                PointColours::Values(v) => equal("colors", "x", points.x.len(), "colors", v.len()),
                PointColours::Categories { of, names } => {
                    equal("colors", "x", points.x.len(), "the list of categories", of.len())?;
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
        Mark::Picture(picture) => equal(
            "image",
            "a picture of that shape",
            picture.rows.saturating_mul(picture.cols),
            "the list of pixels",
            picture.pixels.len(),
        ),
        Mark::Image(_) | Mark::Pattern(_) | Mark::HLine(_) | Mark::VLine(_) => Ok(()),
    }
}

/// The colour of each mark: its own, or the palette's next.
pub(super) fn series_colours(marks: &[Mark]) -> Vec<Colour> {
    let mut next = 0;
    marks
        .iter()
        .map(|mark| {
            if let Some(own) = mark.own_colour() {
                return own;
            }
            let colour = Colour::of_series(next);
            next += match mark {
                Mark::Line(_) | Mark::Bar(_) => 1,
                Mark::Scatter(Scatter {
                    colours: PointColours::Categories { names, .. }, ..
                }) => names.len(),
                Mark::Scatter(Scatter { colours: PointColours::Auto, .. }) => 1,
                _ => 0,
            };
            colour
        })
        .collect()
}

/// The distance between neighbouring bars of one orientation, all marks together.
pub(super) fn bar_slot(marks: &[Mark], horizontal: bool) -> f64 {
    let bars = marks.iter().filter_map(|m| match m {
        Mark::Bar(bar) if bar.horizontal == horizontal => Some(bar),
        _ => None,
    });
    let mut at: Vec<f64> =
        bars.flat_map(|b| b.x.iter().copied()).filter(|v| v.is_finite()).collect();
    at.sort_by(f64::total_cmp);
    let gaps = at.windows(2).map(|w| w[1] - w[0]).filter(|gap| *gap > 0.0);
    let slot = gaps.fold(f64::INFINITY, f64::min);
    if slot.is_finite() { slot } else { 1.0 }
}

/// Of a mark's bars: the width that a group of them takes, that of each, and their place in the group.
pub(super) fn bar_place(marks: &[Mark], bar: &Bar) -> (f64, f64, usize) {
    let group = marks.iter().filter_map(|m| match m {
        Mark::Bar(other) if other.horizontal == bar.horizontal => Some(other),
        _ => None,
    });
    let index = group.clone().position(|other| std::ptr::eq(other, bar)).unwrap_or(0);
    let share = if bar.width.is_finite() { bar.width.clamp(0.01, 1.0) } else { 0.8 };
    let slot = bar_slot(marks, bar.horizontal) * share;
    (slot, slot / group.count().max(1) as f64, index)
}

/// What the marks of one pair of axes are drawn with.
struct Pen<'a> {
    scene: &'a mut Scene,
    layout: &'a Layout,
    look: &'a Look,
    axes: &'a Axes,
    /// Where data is, for what must not cover it.
    seen: Vec<Point>,
}

impl Pen<'_> {
    fn place(&self, x: f64, y: f64) -> Option<Point> {
        Some((self.layout.x.at(x)?, self.layout.y.at(y)?))
    }

    /// Remembers where data is: every point, and every few pixels on the way to it.
    fn saw(&mut self, path: &[Point]) {
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

    fn line(&mut self, line: &Line, colour: Colour) {
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
    fn add(&mut self, pieces: usize, items: Vec<Item>) {
        if pieces > CROWD {
            self.scene.items.push(Item::Crowd { rect: self.layout.frame.grown(4.0), items });
        } else {
            self.scene.items.extend(items);
        }
    }

    fn dots(&mut self, dots: &[Dot], marker: super::Marker, size: f64) {
        // A rim in the page's colour keeps neighbours apart, as long as they are few.
        let rim = (dots.len() <= 500 && size >= 4.0).then_some(self.look.page);
        let mut items = Vec::new();
        for dot in dots {
            points::draw_marker(&mut items, marker, dot.at, size, dot.paint, rim);
            self.seen.push(dot.at);
        }
        self.add(items.len(), items);
    }

    fn scatter(&mut self, scatter: &Scatter, colour: Colour, limits: Option<(f64, f64)>) {
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
        let first = super::PALETTE.iter().position(|&c| c == colour).unwrap_or(0);
        let (lo, hi) = limits.unwrap_or((0.0, 1.0));
        let colour_of = |i: usize| match &scatter.colours {
            PointColours::Auto => colour,
            PointColours::One(colour) => *colour,
            PointColours::Values(v) if v[i].is_nan() => self.look.hole,
            PointColours::Values(v) => self.axes.colour_map.at((v[i] - lo) / (hi - lo)),
            PointColours::Categories { of, .. } => Colour::of_series(first + of[i]),
        };
        let dots = (0..count).filter_map(|i| {
            let at = self.place(scatter.x[i], scatter.y[i])?;
            Some(Dot { at, paint: Paint { colour: colour_of(i), alpha } })
        });
        let dots = points::visible(dots, self.layout.frame);
        self.dots(&dots, scatter.marker, size.clamp(0.5, 200.0));
    }

    fn bars(&mut self, bar: &Bar, colour: Colour) {
        let layout = self.layout;
        let (slot, width, index) = bar_place(&self.axes.marks, bar);
        let (along, up) = if bar.horizontal { (layout.y, layout.x) } else { (layout.x, layout.y) };
        let foot = up.clamped(0.0);
        let mut items = Vec::new();
        for (&x, &height) in bar.x.iter().zip(&bar.heights) {
            if up.at(height).is_none() || along.at(x).is_none() {
                continue;
            }
            let start = x - slot / 2.0 + index as f64 * width;
            let (a, b) = (along.clamped(start), along.clamped(start + width));
            let tip = up.clamped(height);
            let (a, b) = (a.min(b), a.max(b));
            // A hair of page between neighbours that would touch.
            let b = if b - a > 3.0 && width < slot { b - 0.7 } else { b };
            let (low, high) = (foot.min(tip), foot.max(tip));
            if b - a <= 0.0 || high - low <= 0.0 {
                continue;
            }
            let rect = if bar.horizontal {
                Rect::new(low, a, high, b)
            } else {
                Rect::new(a, low, b, high)
            };
            self.saw_area(rect);
            items.push(Item::Fill { rect, paint: colour.into() });
        }
        self.add(items.len(), items);
        // Where bars go both ways, the line they stand on.
        let f = layout.frame;
        let (ends, inside) = if bar.horizontal {
            (vec![(foot, f.top), (foot, f.bottom)], foot > f.left && foot < f.right)
        } else {
            (vec![(f.left, foot), (f.right, foot)], foot > f.top && foot < f.bottom)
        };
        if inside {
            self.scene.path(ends, 1.0, self.look.faint);
        }
    }

    fn saw_area(&mut self, rect: Rect) {
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

    fn image(&mut self, image: &Image, limits: Option<(f64, f64)>) {
        let (lo, hi) = limits.unwrap_or((0.0, 1.0));
        let matrix = &image.matrix;
        let colour = |i: usize, j: usize| match matrix[(i, j)] {
            v if v.is_nan() => self.look.hole,
            v => self.axes.colour_map.at((v - lo) / (hi - lo)),
        };
        let counts = (matrix.rows(), matrix.cols());
        self.cells(counts, counts, colour);
    }

    fn picture(&mut self, picture: &Picture) {
        let colour = |i: usize, j: usize| picture.pixels[i * picture.cols + j];
        let counts = (picture.rows, picture.cols);
        self.cells(counts, counts, colour);
    }

    fn pattern(&mut self, pattern: &Pattern) {
        let (shades, page) = (&pattern.shades, self.look.page);
        let colour = |i: usize, j: usize| page.mix(pattern.colour, shades[(i, j)]);
        self.cells((shades.rows(), shades.cols()), pattern.sides, colour);
    }

    /// A grid of cells over a matrix of some sides, cut to the frame and averaged where cells are finer than pixels.
    fn cells(
        &mut self,
        (rows, cols): (usize, usize),
        (tall, wide): (usize, usize),
        colour: impl Fn(usize, usize) -> Colour,
    ) {
        let layout = self.layout;
        let across =
            points::cell_spans(&layout.x, (cols, wide), layout.frame.left, layout.frame.right);
        let down =
            points::cell_spans(&layout.y, (rows, tall), layout.frame.top, layout.frame.bottom);
        let (Some(across), Some(down)) = (across, down) else { return };
        let mut pixels = Vec::with_capacity(across.spans.len() * down.spans.len());
        for &(i0, i1) in &down.spans {
            for &(j0, j1) in &across.spans {
                let mut sum = [0.0; 3];
                let count = ((i1 - i0) * (j1 - j0)) as f64;
                for i in i0..i1 {
                    for j in j0..j1 {
                        let c = colour(i, j);
                        for (s, part) in sum.iter_mut().zip([c.r, c.g, c.b]) {
                            *s += part as f64 / count;
                        }
                    }
                }
                let [r, g, b] = sum.map(|s| s.round() as u8);
                pixels.push(Colour::new(r, g, b));
            }
        }
        let rect = Rect::new(across.from, down.from, across.to, down.to);
        let (rows, cols) = (down.spans.len(), across.spans.len());
        self.scene.items.push(Item::Cells { rect, rows, cols, pixels });
        self.saw_area(rect);
    }
}
