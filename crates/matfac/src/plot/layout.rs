//! Where everything of one pair of axes goes: margins from the real extents of their texts.
//!
//! The width of the labels depends on the ticks, the ticks on the size of the frame, and that on the
//! labels; three rounds settle it.

use super::Colour;
use super::axis_ticks::{AxisTicks, bar_axis_ticks, horizontal_ticks, named_ticks, vertical_ticks};
use super::figure::{Axes, Scale, Theme};
use super::font;
use super::marks::Mark;
use super::ranges::Ranges;
use super::scale::Map;
use super::scene::Rect;
use crate::error::Result;

/// Sizes and colours of what is not data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) tick_size: f64,
    pub(super) label_size: f64,
    pub(super) title_size: f64,
    pub(super) page: Colour,
    pub(super) ink: Colour,
    pub(super) faint: Colour,
    pub(super) grid: Colour,
    pub(super) minor_grid: Colour,
    /// Holes of images.
    pub(super) hole: Colour,
}

impl Look {
    /// Texts shrink with the cell, so that a small figure is still mostly picture.
    pub(super) fn new(theme: Theme, cell: Rect) -> Look {
        let scale = (cell.width() / 400.0).min(cell.height() / 260.0).clamp(0.6, 1.0);
        let (page, ink) = match theme {
            Theme::Light => (Colour::WHITE, Colour::from_hex(0x1F1F1F)),
            Theme::Dark => (Colour::from_hex(0x16181C), Colour::from_hex(0xE6E6E6)),
        };
        Look {
            tick_size: 11.5 * scale,
            label_size: 13.0 * scale,
            title_size: 14.5 * scale,
            page,
            ink,
            faint: page.mix(ink, 0.65),
            grid: page.mix(ink, 0.12),
            minor_grid: page.mix(ink, 0.06),
            hole: page.mix(ink, 0.2),
        }
    }
}

/// The colour bar.
#[derive(Debug, Clone)]
pub(super) struct ColourBar {
    pub(super) rect: Rect,
    pub(super) map: Map,
    pub(super) ticks: AxisTicks,
}

/// What stands between a cell's sides and its frame.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Margins {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

/// A laid-out pair of axes.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) cell: Rect,
    pub(super) frame: Rect,
    pub(super) x: Map,
    pub(super) y: Map,
    pub(super) x_ticks: AxisTicks,
    pub(super) y_ticks: AxisTicks,
    /// Ticks of a second y axis.
    pub(super) right_ticks: Option<AxisTicks>,
    /// The margins that the texts need, before an equal aspect narrows the frame.
    pub(super) margins: Margins,
    pub(super) title: Vec<String>,
    /// The top of the title: a frame that is lower than its cell takes the title along.
    pub(super) title_top: f64,
    pub(super) bar: Option<ColourBar>,
    /// The baseline of the x label.
    pub(super) x_label_at: f64,
    /// The baseline of the (upright) y label.
    pub(super) y_label_at: f64,
    /// The left end of a legend outside.
    pub(super) outside_at: f64,
}

/// The free border around a cell, the length of ticks, and the gap between texts.
pub(super) const PAD: f64 = 7.0;
pub(super) const TICK: f64 = 4.0;
pub(super) const GAP: f64 = 4.0;
const LABEL_GAP: f64 = 7.0;
const BAR_WIDTH: f64 = 13.0;

/// Lays out `axes` in `cell`; `outside` is the width of a legend outside, `least` what other axes want of the margins.
pub(super) fn layout(
    axes: &Axes,
    ranges: &Ranges,
    look: &Look,
    cell: Rect,
    outside: f64,
    least: Margins,
) -> Result<Layout> {
    let room = (cell.width() - 2.0 * PAD).max(1.0);
    let title = match axes.title.trim() {
        "" => Vec::new(),
        text => font::wrapped(text, look.title_size, true, room, 3),
    };
    let title_height = title.len() as f64 * look.title_size * 1.3;
    let tick_height = look.tick_size * font::CAP_HEIGHT;
    let label_height =
        |text: &str| if text.is_empty() { 0.0 } else { look.label_size * 1.15 + LABEL_GAP };
    let has_bar = ranges.colours.is_some() && axes.colour_bar;

    let mut frame = cell.grown(-40.0);
    let mut x_ticks = AxisTicks::default();
    let mut y_ticks = AxisTicks::default();
    let mut bar_ticks = AxisTicks::default();
    let mut right_ticks = None;
    let mut margins = Margins::default();
    let flat = axes.is_flat();
    let (mut bottom_texts, mut left_texts) = (0.0, 0.0);
    for _ in 0..3 {
        if flat {
            let max_upright = cell.height() * 0.35;
            let across = frame.width().max(1.0);
            x_ticks = horizontal_ticks(axes, ranges, across, look, max_upright)?;
            let up = frame.height().max(1.0);
            y_ticks = vertical_ticks(axes, ranges, up, look, cell.width() * 0.35)?;
            right_ticks = named_ticks(&axes.right_ticks, ranges.y, "right")?;
        }
        let tick = |t: &AxisTicks| if t.at.is_empty() { 0.0 } else { TICK };
        let x_label_row = if !flat {
            0.0
        } else if x_ticks.exponent != 0 {
            label_height("x")
        } else {
            label_height(&axes.x_label)
        };
        let tick_row = if x_ticks.labels.is_empty() {
            0.0
        } else if x_ticks.upright {
            x_ticks.widest(look.tick_size) + GAP
        } else {
            tick_height + GAP
        };
        bottom_texts = tick(&x_ticks) + tick_row;
        let bottom = PAD + bottom_texts + x_label_row + look.tick_size * font::DESCENT;
        let y_widest = y_ticks.widest(look.tick_size);
        left_texts = tick(&y_ticks) + if y_widest > 0.0 { y_widest + GAP } else { 0.0 };
        let y_label_row = if flat { label_height(&axes.y_label) } else { 0.0 };
        let mut left = PAD + left_texts + y_label_row;
        let mut top = PAD + title_height;
        if title.is_empty() {
            top += tick_height / 2.0;
        } else {
            top += GAP;
        }
        if y_ticks.exponent != 0 {
            top += look.tick_size * 1.25;
        }
        let mut right = PAD;
        if let Some(ticks) = &right_ticks {
            right += TICK + GAP + ticks.widest(look.tick_size) + label_height(&axes.right_label);
        }
        if has_bar {
            let limits = ranges.colours.unwrap_or((0.0, 1.0));
            bar_ticks = bar_axis_ticks(limits, frame.height().max(1.0), look);
            right += 12.0 + BAR_WIDTH + TICK + GAP + bar_ticks.widest(look.tick_size);
            right += label_height(&axes.colour_label);
            if bar_ticks.exponent != 0 && y_ticks.exponent == 0 {
                top += look.tick_size * 1.25;
            }
        }
        if outside > 0.0 {
            right += outside + 10.0;
        }
        // Labels of the first and the last tick reach past the frame by up to half their width.
        if !x_ticks.upright && !x_ticks.labels.is_empty() {
            let map = map_x(axes, ranges, frame);
            for (at, label) in x_ticks.at.iter().zip(&x_ticks.labels) {
                let half = font::width(label, look.tick_size, false) / 2.0;
                let centre = map.clamped(*at);
                right = right.max(centre + half - frame.right + 3.0);
                left = left.max(frame.left - centre + half + 3.0);
            }
        }
        margins = Margins { left, top, right, bottom };
        let (left, top) = (left.max(least.left), top.max(least.top));
        let (right, bottom) = (right.max(least.right), bottom.max(least.bottom));
        frame = Rect::new(
            cell.left + left,
            cell.top + top,
            (cell.right - right).max(cell.left + left + 1.0),
            (cell.bottom - bottom).max(cell.top + top + 1.0),
        );
    }
    // What does not leave room for a picture is drawn without texts.
    if frame.width() < 12.0 || frame.height() < 12.0 {
        (x_ticks, y_ticks) = (AxisTicks::default(), AxisTicks::default());
        let inset = (cell.width().min(cell.height()) / 8.0).min(PAD);
        frame = cell.grown(-inset);
        let bare = Layout {
            cell,
            frame,
            x: map_x(axes, ranges, frame),
            y: map_y(axes, ranges, frame),
            x_ticks,
            y_ticks,
            right_ticks: None,
            margins,
            title: Vec::new(),
            title_top: cell.top,
            bar: None,
            x_label_at: f64::NAN,
            y_label_at: f64::NAN,
            outside_at: frame.right,
        };
        return Ok(bare);
    }
    // Whole pixels keep the frame, bars and cells sharp.
    frame =
        Rect::new(frame.left.round(), frame.top.round(), frame.right.round(), frame.bottom.round());
    let (mut x, mut y) = (map_x(axes, ranges, frame), map_y(axes, ranges, frame));
    if axes.equal_aspect && axes.x_scale == Scale::Linear && axes.y_scale == Scale::Linear {
        let fixed = axes.x_limits.is_some() || axes.y_limits.is_some();
        if fixed || axes.marks.iter().any(Mark::is_grid) {
            frame = narrowed(frame, (x.hi - x.lo) / (y.hi - y.lo));
            if flat {
                let max_upright = cell.bottom - frame.bottom - PAD - label_height(&axes.x_label);
                x_ticks = horizontal_ticks(axes, ranges, frame.width(), look, max_upright)?;
                y_ticks = vertical_ticks(axes, ranges, frame.height(), look, cell.width() * 0.35)?;
            }
            if has_bar {
                let limits = ranges.colours.unwrap_or((0.0, 1.0));
                bar_ticks = bar_axis_ticks(limits, frame.height(), look);
            }
        } else {
            let unit = ((x.hi - x.lo) / frame.width()).max((y.hi - y.lo) / frame.height());
            let widened = |map: &Map, pixels: f64| {
                let (centre, half) = (map.lo / 2.0 + map.hi / 2.0, unit * pixels / 2.0);
                (centre - half, centre + half)
            };
            let ranges =
                Ranges { x: widened(&x, frame.width()), y: widened(&y, frame.height()), ..*ranges };
            if flat {
                x_ticks = horizontal_ticks(axes, &ranges, frame.width(), look, cell.height())?;
                y_ticks = vertical_ticks(axes, &ranges, frame.height(), look, cell.width())?;
            }
            (x.lo, x.hi) = ranges.x;
            (y.lo, y.hi) = ranges.y;
        }
        (x.from, x.to) = ends(frame.left, frame.right, axes.x_reversed);
        (y.from, y.to) = ends(frame.bottom, frame.top, axes.y_reversed);
    }
    let right_width = right_ticks.as_ref().map_or(0.0, |ticks| {
        TICK + GAP + ticks.widest(look.tick_size) + label_height(&axes.right_label)
    });
    let bar = has_bar.then(|| {
        let left = frame.right + right_width + 12.0;
        let (lo, hi) = ranges.colours.unwrap_or((0.0, 1.0));
        ColourBar {
            rect: Rect::new(left, frame.top, left + BAR_WIDTH, frame.bottom),
            map: Map { lo, hi, scale: Scale::Linear, from: frame.bottom, to: frame.top },
            ticks: bar_ticks.clone(),
        }
    });
    let bar_width = if has_bar {
        let label = label_height(&axes.colour_label);
        12.0 + BAR_WIDTH + TICK + GAP + bar_ticks.widest(look.tick_size) + label
    } else {
        0.0
    };
    Ok(Layout {
        cell,
        frame,
        x,
        y,
        x_label_at: frame.bottom + bottom_texts + LABEL_GAP + look.label_size * font::CAP_HEIGHT,
        y_label_at: frame.left
            - left_texts
            - LABEL_GAP * 0.7
            - look.label_size * font::DESCENT * 0.5,
        outside_at: frame.right + right_width + bar_width + 10.0,
        x_ticks,
        y_ticks,
        right_ticks,
        margins,
        title,
        title_top: frame.top - margins.top,
        bar,
    })
}

/// The largest centred part of `frame` with this ratio of width to height.
fn narrowed(frame: Rect, ratio: f64) -> Rect {
    let width = frame.width().min(frame.height() * ratio).max(1.0).round();
    let height = frame.height().min(frame.width() / ratio).max(1.0).round();
    let (x, y) = frame.centre();
    let (left, top) = ((x - width / 2.0).round(), (y - height / 2.0).round());
    Rect::new(left, top, left + width, top + height)
}

fn ends(low: f64, high: f64, reversed: bool) -> (f64, f64) {
    if reversed { (high, low) } else { (low, high) }
}

pub(super) fn map_x(axes: &Axes, ranges: &Ranges, frame: Rect) -> Map {
    let (from, to) = ends(frame.left, frame.right, axes.x_reversed);
    Map { lo: ranges.x.0, hi: ranges.x.1, scale: axes.x_scale, from, to }
}

pub(super) fn map_y(axes: &Axes, ranges: &Ranges, frame: Rect) -> Map {
    let (from, to) = ends(frame.bottom, frame.top, axes.y_reversed);
    Map { lo: ranges.y.0, hi: ranges.y.1, scale: axes.y_scale, from, to }
}
