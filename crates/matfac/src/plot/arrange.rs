//! Where the axes of a figure go: frames of one size, in line with each other, whatever stands beside them.
//!
//! All axes are laid out once in cells of one size. The widest margins of each column and the highest of each row are
//! then kept, and what is left is divided evenly.

use super::Colour;
use super::figure::{Axes, Figure, Location};
use super::layout::{self, Layout, Look, Margins};
use super::legend::{self, Entry};
use super::ranges::{self, Ranges};
use super::scene::Rect;
use super::{check, render};
use crate::error::Result;

/// A pair of axes, ready to be drawn.
pub(super) struct Prepared<'a> {
    pub(super) axes: &'a Axes,
    pub(super) look: Look,
    pub(super) ranges: Ranges,
    pub(super) colours: Vec<Colour>,
    pub(super) entries: Vec<Entry>,
    /// Where the legend stands.
    pub(super) location: Location,
    pub(super) layout: Layout,
}

impl Prepared<'_> {
    fn laid_out(&self, cell: Rect, least: Margins) -> Result<Layout> {
        let Prepared { axes, look, ranges, entries, location, .. } = self;
        let outside = legend::outside_width(*location, entries, look, cell);
        layout::layout(axes, ranges, look, cell, outside, least)
    }

    /// Puts the legend outside the frame, which gets narrower.
    pub(super) fn with_legend_outside(&self) -> Result<Prepared<'_>> {
        let mut outside = Prepared {
            axes: self.axes,
            look: self.look,
            ranges: self.ranges.clone(),
            colours: self.colours.clone(),
            entries: self.entries.clone(),
            location: Location::Outside,
            layout: self.layout.clone(),
        };
        let Margins { top, bottom, .. } = self.layout.margins;
        let least = Margins { top, bottom, ..Margins::default() };
        outside.layout = outside.laid_out(self.layout.cell, least)?;
        Ok(outside)
    }
}

/// Frames narrower than this are not worth lining up.
const LEAST: f64 = 24.0;

/// All axes of a figure, laid out on the page below its title.
pub(super) fn prepared(figure: &Figure, page: Rect) -> Result<Vec<Prepared<'_>>> {
    let (rows, cols) = figure.grid;
    let (w, h) = (page.width() / cols as f64, page.height() / rows as f64);
    let place = |i: usize| (i / cols, i % cols);
    let mut all = Vec::with_capacity(figure.axes.len());
    for (i, axes) in figure.axes.iter().enumerate() {
        let (row, col) = place(i);
        let (left, top) = (page.left + col as f64 * w, page.top + row as f64 * h);
        all.push(single(figure, axes, Rect::new(left, top, left + w, top + h))?);
    }
    if all.len() < 2 {
        return Ok(all);
    }
    let mut across = vec![(0.0f64, 0.0f64); cols];
    let mut down = vec![(0.0f64, 0.0f64); rows];
    for (i, prepared) in all.iter().enumerate() {
        let (row, col) = place(i);
        let Margins { left, top, right, bottom } = prepared.layout.margins;
        across[col] = (across[col].0.max(left), across[col].1.max(right));
        down[row] = (down[row].0.max(top), down[row].1.max(bottom));
    }
    let (Some(across), Some(down)) =
        (divided(page.width(), &across), divided(page.height(), &down))
    else {
        return Ok(all);
    };
    for (i, prepared) in all.iter_mut().enumerate() {
        let (row, col) = place(i);
        let ((left, right, from, to), (top, bottom, above, below)) = (across[col], down[row]);
        let cell = Rect::new(page.left + from, page.top + above, page.left + to, page.top + below);
        let least = Margins { left, top, right, bottom };
        prepared.layout = prepared.laid_out(cell, least)?;
    }
    Ok(all)
}

/// Margins before and after, and where the cell begins and ends.
type Slot = (f64, f64, f64, f64);

/// A length divided among cells with these margins, so that what is between the margins is equally long.
fn divided(length: f64, margins: &[(f64, f64)]) -> Option<Vec<Slot>> {
    let taken: f64 = margins.iter().map(|(before, after)| before + after).sum();
    let inner = (length - taken) / margins.len() as f64;
    if inner < LEAST {
        return None;
    }
    let mut from = 0.0;
    let slots = margins.iter().map(|&(before, after)| {
        let slot = (before, after, from, from + before + inner + after);
        from = slot.3;
        slot
    });
    Some(slots.collect())
}

/// One pair of axes laid out alone.
fn single<'a>(figure: &Figure, axes: &'a Axes, cell: Rect) -> Result<Prepared<'a>> {
    axes.marks.iter().try_for_each(check::check)?;
    let look = Look::new(figure.theme, cell);
    let colours = render::series_colours(&axes.marks);
    let entries = legend::entries(axes, &colours)?;
    let location = legend::location(axes, &entries);
    let outside = legend::outside_width(location, &entries, &look, cell);
    let ranges = ranges::of(axes)?;
    let layout = layout::layout(axes, &ranges, &look, cell, outside, Margins::default())?;
    Ok(Prepared { axes, look, ranges, colours, entries, location, layout })
}
