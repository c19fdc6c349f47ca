//! Numbers into positions: the limits of an axis from its data, and the map onto pixels.

use super::colour_map::ColourMap;
use super::figure::Scale;
use crate::error::{Error, Result};

/// Numbers beyond this are drawn like infinities, so that differences of limits stay finite.
const HUGE: f64 = 1e300;

/// Whether a number has a place on an axis of this scale.
pub(super) fn usable(v: f64, scale: Scale) -> bool {
    match scale {
        Scale::Linear => v.abs() <= HUGE,
        Scale::Log => (1.0 / HUGE..=HUGE).contains(&v),
    }
}

/// The range of the numbers seen on one axis.
#[derive(Debug, Clone)]
pub(super) struct Extent {
    scale: Scale,
    lo: f64,
    hi: f64,
    /// Where the axis may end exactly, such as the foot of bars or the edge of an image.
    pinned: Vec<f64>,
    finite: usize,
    pub(super) integers: bool,
}

impl Extent {
    pub(super) fn new(scale: Scale) -> Extent {
        Extent {
            scale,
            lo: f64::INFINITY,
            hi: f64::NEG_INFINITY,
            pinned: Vec::new(),
            finite: 0,
            integers: true,
        }
    }

    pub(super) fn include(&mut self, v: f64) {
        self.finite += usize::from(v.is_finite());
        if usable(v, self.scale) {
            self.lo = self.lo.min(v);
            self.hi = self.hi.max(v);
            self.integers &= v.fract() == 0.0;
        }
    }

    /// Includes `v` as a place where the axis may end without a margin.
    pub(super) fn pin(&mut self, v: f64) {
        let integers = self.integers;
        self.include(v);
        self.integers = integers;
        self.pinned.push(v);
    }

    /// The axis may end at `v` without a margin, if nothing is beyond.
    pub(super) fn keep_end(&mut self, v: f64) {
        self.pinned.push(v);
    }

    /// Whether there are numbers here, and all are whole.
    pub(super) fn whole_numbers(&self) -> bool {
        self.integers && self.lo <= self.hi
    }

    /// The limits of the axis: the user's, or the data's with a margin.
    pub(super) fn limits(&self, axis: &'static str, own: Option<(f64, f64)>) -> Result<(f64, f64)> {
        let scale = self.scale;
        if let Some((lo, hi)) = own {
            if lo < hi && usable(lo, scale) && usable(hi, scale) && far_enough(lo, hi, scale) {
                return Ok((lo, hi));
            }
            let need = match scale {
                Scale::Linear => "two different finite numbers, the lower first",
                Scale::Log => "two different positive numbers, the lower first, on a log axis",
            };
            return Err(Error::argument_hint(
                axis,
                format!("the limits of the {axis} axis cannot be {lo} and {hi}"),
                need,
            ));
        }
        if self.lo > self.hi {
            if scale == Scale::Log && self.finite > 0 {
                return Err(Error::argument_hint(
                    axis,
                    format!("a logarithmic {axis} axis needs positive numbers, and there are none"),
                    "a linear axis",
                ));
            }
            return Ok(if scale == Scale::Log { (1.0, 10.0) } else { (0.0, 1.0) });
        }
        Ok(match scale {
            Scale::Linear => {
                let (lo, hi) = self.padded(self.lo, self.hi);
                (lo.max(-HUGE), hi.min(HUGE))
            }
            Scale::Log => {
                let (lo, hi) = self.padded(self.lo.log10(), self.hi.log10());
                (10f64.powf(lo.max(-300.0)), 10f64.powf(hi.min(300.0)))
            }
        })
    }

    /// The ends of a colour map over these numbers: their extremes, around zero for a map whose
    /// middle means zero.
    pub(super) fn colour_limits(&self, map: ColourMap) -> (f64, f64) {
        let (lo, hi) = if self.lo > self.hi { (0.0, 1.0) } else { (self.lo, self.hi) };
        if map == ColourMap::Diverging {
            let most = lo.abs().max(hi.abs());
            return if most > 1e-290 { (-most, most) } else { (-1.0, 1.0) };
        }
        if far_enough(lo, hi, Scale::Linear) { (lo, hi) } else { self.padded(lo, hi) }
    }

    fn padded(&self, lo: f64, hi: f64) -> (f64, f64) {
        let size = lo.abs().max(hi.abs());
        if !far_enough(lo, hi, Scale::Linear) {
            let half = if size < 1e-290 { 1.0 } else { size * 0.1 };
            let half = if self.scale == Scale::Log { 0.5 } else { half };
            // A bar of one height still stands on its foot.
            let keeps = |v: f64| self.is_pinned(v) && self.scale == Scale::Linear;
            return match (keeps(lo), keeps(hi)) {
                (true, false) => (lo, hi + half),
                (false, true) => (lo - half, hi),
                _ => (lo - half, hi + half),
            };
        }
        let margin = (hi - lo) * 0.04;
        let end = |v: f64, padded: f64| if self.is_pinned(v) { v } else { padded };
        (end(lo, lo - margin), end(hi, hi + margin))
    }

    fn is_pinned(&self, v: f64) -> bool {
        let v = if self.scale == Scale::Log { 10f64.powf(v) } else { v };
        self.pinned.iter().any(|p| (p - v).abs() <= 1e-12 * v.abs())
    }
}

/// Whether two limits differ by more than the rounding of what is computed from them.
fn far_enough(lo: f64, hi: f64, scale: Scale) -> bool {
    match scale {
        Scale::Linear => hi - lo > 1e-290 && hi - lo > lo.abs().max(hi.abs()) * 1e-11,
        Scale::Log => hi / lo > 1.0 + 1e-9,
    }
}

/// The map of one axis onto pixels: `lo` at `from`, `hi` at `to`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Map {
    pub(super) lo: f64,
    pub(super) hi: f64,
    pub(super) scale: Scale,
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Map {
    /// The position of a number, however far outside the limits; nothing for a number without a
    /// place on the axis.
    pub(super) fn at(&self, v: f64) -> Option<f64> {
        if !usable(v, self.scale) {
            return None;
        }
        let share = match self.scale {
            Scale::Linear => (v - self.lo) / (self.hi - self.lo),
            Scale::Log => (v / self.lo).log10() / (self.hi / self.lo).log10(),
        };
        // Far outside is as good as anywhere outside, and keeps the arithmetic of clipping finite.
        Some(self.from + share.clamp(-1e6, 1e6) * (self.to - self.from))
    }

    /// The map of cells' numbers, from 1, when the middles of the first and the last of `count` are given.
    pub(super) fn in_cells(&self, ends: Option<(f64, f64)>, count: usize) -> Map {
        let Some(ends) = ends else { return *self };
        let width = super::ranges::cell_width(ends, count);
        let cell = |v: f64| 1.0 + (v - ends.0) / width;
        Map { lo: cell(self.lo), hi: cell(self.hi), ..*self }
    }

    /// The number at a position.
    pub(super) fn number(&self, position: f64) -> f64 {
        let share = (position - self.from) / (self.to - self.from);
        match self.scale {
            Scale::Linear => self.lo + share * (self.hi - self.lo),
            Scale::Log => self.lo * (self.hi / self.lo).powf(share),
        }
    }

    /// The position of a number, or the end of the axis nearest to it.
    pub(super) fn clamped(&self, v: f64) -> f64 {
        let (low, high) = (self.from.min(self.to), self.from.max(self.to));
        match self.at(v) {
            Some(position) => position.clamp(low, high),
            None if v > 0.0 => self.to,
            None => self.from,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(values: &[f64], scale: Scale) -> (f64, f64) {
        let mut extent = Extent::new(scale);
        values.iter().for_each(|&v| extent.include(v));
        extent.limits("x", None).unwrap()
    }

    #[test]
    fn degenerate_ranges_are_widened() {
        assert_eq!(limits(&[], Scale::Linear), (0.0, 1.0));
        assert_eq!(limits(&[0.0, 0.0], Scale::Linear), (-1.0, 1.0));
        assert_eq!(limits(&[5.0], Scale::Linear), (4.5, 5.5));
        for v in [1e300, -1e300, 1e-300, 1e15, f64::MAX, f64::MIN_POSITIVE, f64::NAN] {
            for other in [v, -v, v * (1.0 + 1e-15), 0.0] {
                for scale in [Scale::Linear, Scale::Log] {
                    let mut extent = Extent::new(scale);
                    extent.include(v);
                    extent.include(other);
                    if let Ok((lo, hi)) = extent.limits("x", None) {
                        assert!(lo < hi && (hi - lo).is_finite(), "{v} {other}: {lo} {hi}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_log_axis_without_positive_numbers_is_an_error() {
        let mut extent = Extent::new(Scale::Log);
        extent.include(-1.0);
        assert!(extent.limits("y", None).unwrap_err().to_string().contains("positive"));
        assert!(extent.limits("y", Some((0.0, 1.0))).is_err());
        let linear = Extent::new(Scale::Linear);
        for own in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            assert!(linear.limits("y", Some(own)).is_err());
        }
    }

    #[test]
    fn pinned_ends_get_no_margin() {
        let mut extent = Extent::new(Scale::Linear);
        extent.pin(0.0);
        extent.include(10.0);
        assert_eq!(extent.limits("y", None).unwrap(), (0.0, 10.4));
    }
}
