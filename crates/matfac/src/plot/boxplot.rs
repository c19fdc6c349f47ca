//! Box plots: the middle half of each group as a box with its median, whiskers to the farthest values within one and a
//! half times the box's length, and what is farther as points (J. Tukey, Exploratory Data Analysis, 1977).
//!
//! Quantiles are those of MATLAB: the sorted value i of n is the quantile (i − ½)/n, linear in between.

use super::figure::{Axes, Ticks};
use super::marks::{Line, LineStyle, Mark, Marker, Patch, PointColours, Spans};
use super::{Colour, PALETTE};

/// How boxes look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoxStyle {
    /// Whether boxes have a notch as wide as the median is uncertain: two groups whose notches do not overlap differ.
    pub notch: bool,
    /// Whether they lie along the x axis.
    pub horizontal: bool,
    /// Whiskers reach so many lengths of the box at most.
    pub whisker: f64,
    /// The boxes' colour; the palette's first when absent.
    pub colour: Option<Colour>,
}

impl Default for BoxStyle {
    fn default() -> BoxStyle {
        BoxStyle { notch: false, horizontal: false, whisker: 1.5, colour: None }
    }
}

/// Half of a box's width, and of its notch's.
const HALF: f64 = 0.28;
const NOTCH: f64 = 0.16;

/// What a box shows of sorted numbers.
struct Summary {
    low: f64,
    quartiles: [f64; 3],
    high: f64,
    outside: Vec<f64>,
    /// Half the width of the median's confidence interval.
    uncertainty: f64,
}

/// The quantile `p` of sorted numbers.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let position = p * sorted.len() as f64 - 0.5;
    let below = (position.floor().max(0.0) as usize).min(sorted.len() - 1);
    let above = (below + 1).min(sorted.len() - 1);
    let t = (position - below as f64).clamp(0.0, 1.0);
    sorted[below] * (1.0 - t) + sorted[above] * t
}

impl Summary {
    /// Nothing when no number is finite.
    fn of(values: &[f64], whisker: f64) -> Option<Summary> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        if sorted.is_empty() {
            return None;
        }
        sorted.sort_by(f64::total_cmp);
        let quartiles = [0.25, 0.5, 0.75].map(|p| quantile(&sorted, p));
        let reach = whisker * (quartiles[2] - quartiles[0]);
        let inside = |v: &&f64| **v >= quartiles[0] - reach && **v <= quartiles[2] + reach;
        let low = sorted.iter().find(inside).copied().unwrap_or(quartiles[0]).min(quartiles[0]);
        let high =
            sorted.iter().rev().find(inside).copied().unwrap_or(quartiles[2]).max(quartiles[2]);
        let outside = sorted.iter().copied().filter(|v| *v < low || *v > high).collect();
        let uncertainty = 1.57 * (quartiles[2] - quartiles[0]) / (sorted.len() as f64).sqrt();
        Some(Summary { low, quartiles, high, outside, uncertainty })
    }

    /// The corners of the box around `at`: across and along the axis of the values.
    fn corners(&self, at: f64, notch: bool) -> Vec<(f64, f64)> {
        let [q1, median, q3] = self.quartiles;
        let half = if notch { NOTCH } else { HALF };
        let (n1, n3) = if notch {
            (median - self.uncertainty, median + self.uncertainty)
        } else {
            (median, median)
        };
        let right = [(HALF, q1), (HALF, n1), (half, median), (HALF, n3), (HALF, q3)];
        let left = right.iter().rev().map(|&(across, along)| (-across, along));
        right.iter().copied().chain(left).map(|(across, along)| (at + across, along)).collect()
    }
}

/// A box for each group of numbers; those that are not finite are left out, and a group without numbers is a gap.
///
/// ```
/// use matfac::plot::{BoxStyle, Figure, boxplot};
/// let names = vec!["a".to_string(), "b".into()];
/// let axes = boxplot(&[vec![1.0, 2.0, 9.0], vec![4.0]], names, BoxStyle::default());
/// assert!(Figure::of(axes).to_svg().is_ok());
/// ```
pub fn boxplot(groups: &[Vec<f64>], names: Vec<String>, style: BoxStyle) -> Axes {
    let colour = style.colour.unwrap_or(PALETTE[0]);
    let oriented = |across: Vec<f64>, along: Vec<f64>| {
        if style.horizontal { (along, across) } else { (across, along) }
    };
    let (mut box_across, mut box_along) = (Vec::new(), Vec::new());
    let (mut mid_across, mut mid_along) = (Vec::new(), Vec::new());
    let (mut far_across, mut far_along) = (Vec::new(), Vec::new());
    let mut whiskers = Spans {
        horizontal: style.horizontal,
        cap: 10.0,
        colour: Some(colour),
        width: 1.2,
        ..Spans::default()
    };
    for (k, values) in groups.iter().enumerate() {
        let at = k as f64 + 1.0;
        let Some(summary) = Summary::of(values, style.whisker) else { continue };
        let corners = summary.corners(at, style.notch);
        box_across.extend(corners.iter().map(|c| c.0).chain([f64::NAN]));
        box_along.extend(corners.iter().map(|c| c.1).chain([f64::NAN]));
        let half = if style.notch { NOTCH } else { HALF };
        let median = summary.quartiles[1];
        mid_across.extend([at - half, at + half, f64::NAN]);
        mid_along.extend([median, median, f64::NAN]);
        let ends = [(summary.quartiles[0], summary.low), (summary.quartiles[2], summary.high)];
        for (from, to) in ends {
            whiskers.at.push(at);
            whiskers.low.push(from);
            whiskers.high.push(to);
        }
        far_across.extend(summary.outside.iter().map(|_| at));
        far_along.extend(summary.outside);
    }
    let (x, y) = oriented(box_across, box_along);
    let fill = PointColours::One(colour);
    let boxes = Patch { x, y, colours: fill, alpha: 0.35, edge: Some(colour), ..Patch::default() };
    let (x, y) = oriented(mid_across, mid_along);
    let medians = Line { x, y, colour: Some(PALETTE[1]), width: 2.2, ..Line::default() };
    let (x, y) = oriented(far_across, far_along);
    let outside = Line {
        x,
        y,
        style: LineStyle::None,
        marker: Some(Marker::Circle),
        marker_size: 4.5,
        colour: Some(colour),
        ..Line::default()
    };
    let ticks = match names.is_empty() {
        true => Ticks::At((1..=groups.len()).map(|k| k as f64).collect()),
        false => Ticks::Categories(names),
    };
    let limits = Some((0.5, groups.len().max(1) as f64 + 0.5));
    let marks =
        vec![Mark::Spans(whiskers), Mark::Patch(boxes), Mark::Line(medians), Mark::Line(outside)];
    let axes = Axes { marks, ..Axes::default() };
    if style.horizontal {
        Axes { y_ticks: ticks, y_limits: limits, y_reversed: true, ..axes }
    } else {
        Axes { x_ticks: ticks, x_limits: limits, ..axes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_whiskers_and_outliers() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 30.0, f64::NAN];
        let summary = Summary::of(&values, 1.5).unwrap();
        // What MATLAB's quantile gives for 1, 2, …, 8, 30.
        assert_eq!(summary.quartiles, [2.75, 5.0, 7.25]);
        assert_eq!((summary.low, summary.high, summary.outside), (1.0, 8.0, vec![30.0]));
        assert!(Summary::of(&[f64::NAN], 1.5).is_none());
        let one = Summary::of(&[3.0], 1.5).unwrap();
        assert_eq!((one.low, one.quartiles, one.high), (3.0, [3.0; 3], 3.0));
    }

    #[test]
    fn a_group_without_numbers_is_a_gap() {
        let axes = boxplot(&[vec![1.0, 2.0], vec![], vec![3.0]], vec![], BoxStyle::default());
        let Mark::Patch(boxes) = &axes.marks[1] else { panic!("boxes") };
        assert_eq!(boxes.polygons().count(), 2);
        assert_eq!(axes.x_limits, Some((0.5, 3.5)));
    }
}
