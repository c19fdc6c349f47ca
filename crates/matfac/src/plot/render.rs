//! A figure into a scene: axes on their grid, and what is drawn of each.

use super::arrange::{self, Prepared};
use super::figure::Figure;
use super::layout::Look;
use super::marks::{Mark, Patch, PointColours, Scatter};
use super::pen::Pen;
use super::scene::{Point, Rect, Scene};
use super::{Colour, annotations, canvas, guides, legend, surface, svg};
use crate::error::{Error, Result};

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
        let look = Look::new(self.theme, page);
        scene.fill(page, look.page);
        let below = guides::page_title(&mut scene, &self.title, page, &look);
        for prepared in arrange::prepared(self, below)? {
            draw_axes(&mut scene, &prepared)?;
        }
        annotations::draw(&mut scene, &self.annotations, &look);
        Ok(scene)
    }
}

/// Draws one pair of axes, with its legend where it covers no data.
fn draw_axes(scene: &mut Scene, prepared: &Prepared<'_>) -> Result<()> {
    let start = scene.items.len();
    let seen = draw_data(scene, prepared);
    let Prepared { look, entries, layout, location, .. } = prepared;
    if !legend::covers_data(*location, entries, layout, look, &seen) {
        legend::draw(scene, *location, entries, layout, look, &seen);
        return Ok(());
    }
    let outside = prepared.with_legend_outside()?;
    scene.items.truncate(start);
    let seen = draw_data(scene, &outside);
    legend::draw(scene, outside.location, entries, &outside.layout, look, &seen);
    Ok(())
}

/// Draws everything but the legend, and returns where there is something.
fn draw_data(scene: &mut Scene, prepared: &Prepared<'_>) -> Vec<Point> {
    let Prepared { axes, look, ranges, colours, layout, .. } = prepared;
    if axes.is_flat() && axes.grid {
        guides::grid(scene, axes, layout, look);
    }
    if axes.is_space() && axes.visible {
        surface::walls(scene, axes, ranges, layout, look);
    }
    let mut pen = Pen { scene, layout, look, axes, limits: ranges.colours, seen: Vec::new() };
    for (index, (mark, &colour)) in axes.marks.iter().zip(colours).enumerate() {
        match mark {
            Mark::Line(line) => pen.line(line, colour),
            Mark::Scatter(scatter) => pen.scatter(scatter, colour),
            Mark::Bar(_) => pen.bars(index, colour),
            Mark::Image(image) => pen.image(image),
            Mark::Picture(picture) => pen.picture(picture),
            Mark::Pattern(pattern) => pen.pattern(pattern),
            Mark::Spans(spans) => pen.spans(spans, colour),
            Mark::Patch(patch) => pen.patch(patch, colour),
            Mark::Contours(contours) => pen.contours(contours),
            Mark::Surface(surface) => pen.surface(surface, ranges),
            Mark::HLine(_) | Mark::VLine(_) | Mark::Text(_) => {}
        }
    }
    let mut seen = pen.seen;
    let boxed = axes.marks.iter().any(Mark::is_grid) || layout.right_ticks.is_some();
    guides::frame(scene, axes, layout, look, boxed);
    guides::annotations(scene, axes, layout, look, &mut seen);
    if let Some(bar) = &layout.bar {
        guides::colour_bar(scene, axes, bar, look);
    }
    seen
}

/// The colour of each mark: its own, or the palette's next.
pub(super) fn series_colours(marks: &[Mark]) -> Vec<Colour> {
    let mut next = 0;
    let mut last = Colour::of_series(0);
    marks
        .iter()
        .map(|mark| {
            if let Some(own) = mark.own_colour() {
                if !matches!(mark, Mark::Spans(_)) {
                    last = own;
                }
                return own;
            }
            // Stalks and whiskers belong to the series before them.
            if matches!(mark, Mark::Spans(_)) {
                return last;
            }
            let colour = Colour::of_series(next);
            next += match mark {
                Mark::Line(_) | Mark::Bar(_) => 1,
                Mark::Scatter(Scatter { colours, .. }) | Mark::Patch(Patch { colours, .. }) => {
                    match colours {
                        PointColours::Categories { names, .. } => names.len(),
                        PointColours::Auto => 1,
                        _ => 0,
                    }
                }
                _ => 0,
            };
            last = colour;
            colour
        })
        .collect()
}
