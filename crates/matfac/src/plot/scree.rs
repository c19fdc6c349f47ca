//! The scree plot: how much of the variance each component explains (R. Cattell, 1966).

use super::figure::{Axes, Figure, Legend, Location, Ticks};
use super::marks::{Bar, Line, LineStyle, Mark, Marker, Rule};
use super::ticks::{linear_ticks, shortest};
use super::{PALETTE, Text};

/// Bars of each component's share of the variance, the cumulative share as a line, and, with
/// `line` = 0.95 say, that threshold and the number of components that reaches it.
///
/// `shares` are explained-variance ratios, or variances in any unit: numbers whose sum exceeds 1 are
/// divided by it. Negative numbers and NaN count as 0.
///
/// ```
/// let svg = matfac::plot::scree(&[4.0, 2.0, 1.0, 1.0], Some(0.8)).to_svg().unwrap();
/// assert!(svg.contains("3 components"));
/// ```
pub fn scree(shares: &[f64], line: Option<f64>) -> Figure {
    let clean: Vec<f64> =
        shares.iter().map(|&s| if s.is_finite() && s > 0.0 { s } else { 0.0 }).collect();
    let total: f64 = clean.iter().sum();
    let shares: Vec<f64> = if total <= 1.0 + 1e-9 {
        clean
    } else if total.is_finite() {
        clean.iter().map(|s| s / total).collect()
    } else {
        // Divided by their number first, huge variances have a finite sum.
        let scaled: Vec<f64> = clean.iter().map(|s| s / clean.len() as f64).collect();
        let total: f64 = scaled.iter().sum();
        scaled.iter().map(|s| s / total).collect()
    };
    let cumulative: Vec<f64> = shares
        .iter()
        .scan(0.0, |sum: &mut f64, s| {
            *sum += s;
            Some(sum.min(1.0))
        })
        .collect();
    let count = shares.len();
    let x: Vec<f64> = (1..=count).map(|i| i as f64).collect();
    let marker = (count <= 40).then_some(Marker::Circle);
    let mut marks = vec![
        Mark::Bar(Bar {
            x: x.clone(),
            heights: shares,
            label: Some("each".into()),
            ..Bar::default()
        }),
        Mark::Line(Line {
            x: x.clone(),
            y: cumulative.clone(),
            colour: Some(PALETTE[1]),
            marker,
            marker_size: 5.0,
            label: Some("cumulative".into()),
            ..Line::default()
        }),
    ];
    if let Some(threshold) = line.filter(|t| t.is_finite()) {
        let percent = format!("{} %", shortest(threshold * 100.0));
        marks.push(Mark::HLine(Rule { at: threshold, label: Some(percent), ..Rule::default() }));
        // Rounding in the sum must not cost a component.
        if let Some(i) = cumulative.iter().position(|&c| c >= threshold - 1e-12) {
            let plural = if i == 0 { "" } else { "s" };
            let label = format!("{} component{plural}", i + 1);
            let style = LineStyle::Dotted;
            let at = (i + 1) as f64;
            marks.push(Mark::VLine(Rule { at, style, label: Some(label), ..Rule::default() }));
            marks.push(Mark::Line(Line {
                x: vec![at],
                y: vec![cumulative[i]],
                style: LineStyle::None,
                colour: Some(PALETTE[1]),
                marker: Some(Marker::Circle),
                marker_size: 9.0,
                ..Line::default()
            }));
        }
    }
    if count == 0 {
        marks = vec![Mark::Text(Text::default())];
    }
    let ticks = if count <= 12 { x } else { linear_ticks(1.0, count as f64, 11) };
    let ticks: Vec<f64> = ticks.into_iter().filter(|t| t.fract() == 0.0).collect();
    Figure::of(Axes {
        x_label: "component".into(),
        y_label: "share of variance".into(),
        x_ticks: Ticks::At(ticks),
        y_limits: Some((0.0, 1.05)),
        legend: Some(Legend { labels: Vec::new(), location: Location::Best }),
        marks,
        ..Axes::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heights(figure: &Figure) -> Vec<f64> {
        match &figure.axes[0].marks[0] {
            Mark::Bar(bar) => bar.heights.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn variances_are_normalised_and_ratios_kept() {
        assert_eq!(heights(&scree(&[6.0, 3.0, 1.0], None)), [0.6, 0.3, 0.1]);
        assert_eq!(heights(&scree(&[0.5, 0.2], None)), [0.5, 0.2]);
        assert_eq!(heights(&scree(&[f64::NAN, -1.0, 2.0], None)), [0.0, 0.0, 1.0]);
        assert_eq!(heights(&scree(&[1e308, 1e308], None)), [0.5, 0.5]);
    }

    #[test]
    fn the_number_of_components_is_marked() {
        let svg = |v: &[f64], t| scree(v, Some(t)).to_svg().unwrap();
        assert!(svg(&[0.7, 0.2, 0.1], 0.9).contains("2 components"));
        assert!(svg(&[0.95, 0.05], 0.9).contains("1 component\n"));
        assert!(!svg(&[0.3, 0.1], 0.9).contains("component\n1"));
        assert!(svg(&[0.7, 0.2, 0.1], 0.9).contains("90 %"));
        assert!(scree(&[], Some(0.9)).to_svg().is_ok());
    }
}
