//! Which ticks an axis has room for: labels that neither touch nor run out of the cell.

use super::dates;
use super::figure::{Axes, Scale, Ticks};
use super::font;
use super::layout::{Look, map_x, map_y};
use super::ranges::Ranges;
use super::scene::Rect;
use super::ticks;
use crate::error::{Error, Result};

/// The ticks of one axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct AxisTicks {
    pub(super) at: Vec<f64>,
    /// As many as `at`.
    pub(super) labels: Vec<String>,
    pub(super) minor: Vec<f64>,
    /// The labels are to be multiplied by this power of ten.
    pub(super) exponent: i32,
    /// Whether the labels of a horizontal axis read from bottom to top.
    pub(super) upright: bool,
}

impl AxisTicks {
    pub(super) fn widest(&self, size: f64) -> f64 {
        self.labels.iter().map(|l| font::width(l, size, false)).fold(0.0, f64::max)
    }
}

/// The ticks the user named, inside the limits; nothing when the axis chooses.
pub(super) fn named_ticks(
    ticks: &Ticks,
    (lo, hi): (f64, f64),
    axis: &'static str,
) -> Result<Option<AxisTicks>> {
    let inside = |v: f64| v >= lo && v <= hi;
    let pairs: Vec<(f64, String)> = match ticks {
        Ticks::Auto | Ticks::Dates(_) => return Ok(None),
        Ticks::None => Vec::new(),
        Ticks::Categories(names) => {
            names.iter().enumerate().map(|(i, name)| (i as f64 + 1.0, name.clone())).collect()
        }
        Ticks::At(at) => {
            let at: Vec<f64> = at.iter().copied().filter(|&v| inside(v)).collect();
            let (labels, exponent) = ticks::number_labels(&at);
            return Ok(Some(AxisTicks { at, labels, exponent, ..AxisTicks::default() }));
        }
        Ticks::Labelled(at, labels) => {
            if labels.len() > at.len() {
                return Err(Error::argument(
                    "ticks",
                    format!(
                        "{} tick labels for {} ticks of the {axis} axis",
                        labels.len(),
                        at.len()
                    ),
                ));
            }
            let labels = labels.iter().cloned().chain(std::iter::repeat(String::new()));
            at.iter().copied().zip(labels).collect()
        }
    };
    let (at, labels) = pairs.into_iter().filter(|(v, _)| inside(*v)).unzip();
    Ok(Some(AxisTicks { at, labels, ..AxisTicks::default() }))
}

/// At most `count` ticks that the axis chooses.
fn auto_ticks(
    ticks: &Ticks,
    (lo, hi): (f64, f64),
    scale: Scale,
    integers: bool,
    count: usize,
) -> AxisTicks {
    if let Ticks::Dates(format) = ticks
        && let Some((at, labels)) = dates::ticks((lo, hi), count, format.as_deref())
    {
        return AxisTicks { at, labels, ..AxisTicks::default() };
    }
    if scale == Scale::Log {
        let at = ticks::log_ticks(lo, hi, count);
        let labels = ticks::log_labels(&at);
        return AxisTicks {
            at,
            labels,
            minor: ticks::log_minor_ticks(lo, hi),
            ..AxisTicks::default()
        };
    }
    let mut at = ticks::linear_ticks(lo, hi, count);
    if integers && at.iter().any(|v| v.fract() != 0.0) {
        let whole: Vec<f64> = at.iter().copied().filter(|v| v.fract() == 0.0).collect();
        if !whole.is_empty() {
            at = whole;
        }
    }
    let (labels, exponent) = ticks::number_labels(&at);
    AxisTicks { at, labels, exponent, ..AxisTicks::default() }
}

/// As many ticks as have room side by side; long names stand upright, and some are left out when
/// even that is too many.
pub(super) fn horizontal_ticks(
    axes: &Axes,
    ranges: &Ranges,
    width: f64,
    look: &Look,
    max_upright: f64,
) -> Result<AxisTicks> {
    let size = look.tick_size;
    let frame = Rect::new(0.0, 0.0, width, 1.0);
    let map = map_x(axes, ranges, frame);
    let fits = |t: &AxisTicks| {
        let mut spans: Vec<(f64, f64)> = (t.at.iter().zip(&t.labels))
            .filter(|(_, label)| !label.is_empty())
            .map(|(&v, label)| (map.clamped(v), font::width(label, size, false) / 2.0))
            .collect();
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        spans.windows(2).all(|w| w[0].0 + w[0].1 + size * 0.6 <= w[1].0 - w[1].1)
    };
    let Some(mut named) = named_ticks(&axes.x_ticks, ranges.x, "x")? else {
        let most = (width / (size * 4.5)).clamp(2.0, 11.0) as usize;
        let choices = (1..=most).rev();
        let tried = choices
            .map(|n| auto_ticks(&axes.x_ticks, ranges.x, axes.x_scale, ranges.x_integers, n));
        let mut last = AxisTicks::default();
        for ticks in tried {
            if fits(&ticks) {
                return Ok(ticks);
            }
            last = ticks;
        }
        return Ok(last);
    };
    if fits(&named) {
        return Ok(named);
    }
    named.upright = true;
    for label in &mut named.labels {
        *label = font::fitted(label, size, false, max_upright.max(size * 3.0));
    }
    thin(&mut named, |v| map.clamped(v), size * 1.15);
    Ok(named)
}

/// As many ticks as have room above each other.
pub(super) fn vertical_ticks(
    axes: &Axes,
    ranges: &Ranges,
    height: f64,
    look: &Look,
    max_width: f64,
) -> Result<AxisTicks> {
    let size = look.tick_size;
    let Some(mut named) = named_ticks(&axes.y_ticks, ranges.y, "y")? else {
        let most = (height / (size * 3.0)).clamp(2.0, 10.0) as usize;
        let map = map_y(axes, ranges, Rect::new(0.0, 0.0, 1.0, height));
        let chosen = |n| auto_ticks(&axes.y_ticks, ranges.y, axes.y_scale, ranges.y_integers, n);
        let fits = |t: &AxisTicks| {
            let gap = |w: &[f64]| (map.clamped(w[1]) - map.clamped(w[0])).abs();
            t.at.windows(2).all(|w| gap(w) >= size)
        };
        let fitting = (1..=most).rev().map(chosen).find(fits);
        return Ok(fitting.unwrap_or_else(|| chosen(1)));
    };
    for label in &mut named.labels {
        *label = font::fitted(label, size, false, max_width);
    }
    let map = map_y(axes, ranges, Rect::new(0.0, 0.0, 1.0, height));
    thin(&mut named, |v| map.clamped(v), size * 1.15);
    Ok(named)
}

/// The ticks of a colour bar.
pub(super) fn bar_axis_ticks(limits: (f64, f64), height: f64, look: &Look) -> AxisTicks {
    let count = (height / (look.tick_size * 3.0)).clamp(2.0, 9.0) as usize;
    auto_ticks(&Ticks::Auto, limits, Scale::Linear, false, count)
}

/// Keeps every k-th tick, so that neighbours are at least `distance` apart.
fn thin(ticks: &mut AxisTicks, position: impl Fn(f64) -> f64, distance: f64) {
    let mut sorted: Vec<f64> = ticks.at.iter().map(|&v| position(v)).collect();
    sorted.sort_by(f64::total_cmp);
    let closest = sorted.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    if closest >= distance {
        return;
    }
    let stride = (distance / closest.max(1e-9)).ceil().min(1e9) as usize;
    let mut index = 0;
    ticks.at.retain(|_| {
        index += 1;
        (index - 1) % stride == 0
    });
    ticks.labels = ticks.labels.iter().step_by(stride).cloned().collect();
}
