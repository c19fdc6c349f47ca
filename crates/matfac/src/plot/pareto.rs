//! Pareto charts: bars from the highest to the lowest with their running total, which the second axis gives in percent
//! (J. Juran, Quality Control Handbook, 1951).

use super::figure::{Axes, Legend, Location, Ticks};
use super::marks::{Bar, Line, Mark, Marker};
use super::{Colour, PALETTE};

/// All bars are shown up to so many; of more, those that make up 95 %.
const MOST: usize = 20;

/// Bars of `heights`, which are called by `names`, from the highest; what is negative or not finite counts as 0.
///
/// ```
/// use matfac::plot::{Figure, pareto};
/// let names = ["rust", "wear", "heat"].map(String::from).to_vec();
/// let svg = Figure::of(pareto(&[2.0, 7.0, 1.0], names, None)).to_svg().unwrap();
/// assert!(svg.contains("100 %"));
/// ```
pub fn pareto(heights: &[f64], names: Vec<String>, colour: Option<Colour>) -> Axes {
    let clean = |h: f64| if h.is_finite() && h > 0.0 { h } else { 0.0 };
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by(|&a, &b| clean(heights[b]).total_cmp(&clean(heights[a])));
    let total: f64 = heights.iter().map(|&h| clean(h)).sum();
    let mut sum = 0.0;
    let mut totals = Vec::new();
    for (k, &i) in order.iter().enumerate() {
        if k >= MOST && sum >= 0.95 * total {
            break;
        }
        sum += clean(heights[i]);
        totals.push(sum);
    }
    order.truncate(totals.len());
    let x: Vec<f64> = (1..=order.len()).map(|i| i as f64).collect();
    let name = |i: usize| names.get(i).cloned().unwrap_or_else(|| (i + 1).to_string());
    let shares = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
    let right_ticks = if total > 0.0 && total.is_finite() {
        let percent = |s: &f64| format!("{} %", (s * 100.0).round());
        Ticks::Labelled(
            shares.iter().map(|s| s * total).collect(),
            shares.iter().map(percent).collect(),
        )
    } else {
        Ticks::Auto
    };
    let bars = Bar {
        x: x.clone(),
        heights: order.iter().map(|&i| clean(heights[i])).collect(),
        colour,
        ..Bar::default()
    };
    let line = Line {
        x,
        y: totals,
        colour: Some(PALETTE[1]),
        marker: (order.len() <= 40).then_some(Marker::Circle),
        marker_size: 5.0,
        ..Line::default()
    };
    Axes {
        x_ticks: Ticks::Categories(order.into_iter().map(name).collect()),
        y_limits: (total > 0.0 && total.is_finite()).then_some((0.0, total * 1.03)),
        right_ticks,
        legend: Some(Legend { labels: Vec::new(), location: Location::Hidden }),
        marks: vec![Mark::Bar(bars), Mark::Line(line)],
        ..Axes::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_descend_and_totals_rise() {
        let names = ["a", "b", "c"].map(String::from).to_vec();
        let axes = pareto(&[1.0, 7.0, 2.0], names, None);
        let (Mark::Bar(bars), Mark::Line(line)) = (&axes.marks[0], &axes.marks[1]) else {
            panic!()
        };
        assert_eq!((&bars.heights[..], &line.y[..]), (&[7.0, 2.0, 1.0][..], &[7.0, 9.0, 10.0][..]));
        assert_eq!(axes.x_ticks, Ticks::Categories(["b", "c", "a"].map(String::from).to_vec()));
        for odd in [vec![], vec![0.0], vec![f64::NAN, -1.0], vec![f64::MAX, f64::MAX]] {
            assert!(super::super::Figure::of(pareto(&odd, vec![], None)).to_svg().is_ok());
        }
        let many = pareto(&[&[100.0; 10][..], &[0.1; 90]].concat(), vec![], None);
        assert!(matches!(&many.marks[0], Mark::Bar(bars) if bars.x.len() == 20));
    }
}
