//! Scatter matrices: every column against every other, with histograms on the diagonal (J. Hartigan, 1975).

use super::figure::{Axes, Figure, Legend, Location, Ticks};
use super::histogram;
use super::marks::{Arrangement, Bar, Mark, PointColours, Scatter};
use crate::Matrix;
use crate::error::{Error, Result};

/// More columns than this are unreadable.
const MOST: usize = 12;

/// The classes of rows: the class of each, from 0, and the classes' names.
pub type Classes = (Vec<usize>, Vec<String>);

/// Every column of `data` against every other, coloured by class.
///
/// # Errors
/// [`Error::Argument`] for no columns or more than 12.
///
/// ```
/// let data = matfac::Matrix::from_fn(20, 3, |i, j| ((i * (j + 2)) % 7) as f64);
/// let names = ["a", "b", "c"].map(String::from).to_vec();
/// assert_eq!(matfac::plot::pairs(&data, &names, None).unwrap().axes.len(), 9);
/// ```
pub fn pairs(data: &Matrix, names: &[String], classes: Option<&Classes>) -> Result<Figure> {
    let n = data.cols();
    if n == 0 || n > MOST {
        return Err(Error::argument_hint(
            "X",
            format!("pairs draws 1 to {MOST} columns, and there are {n}"),
            "choose columns, as in X(:, 1:4)",
        ));
    }
    let mut axes = Vec::with_capacity(n * n);
    for i in 0..n {
        for j in 0..n {
            let mut panel = if i == j {
                diagonal(data.col(i), classes)
            } else {
                let colours = match classes {
                    Some((of, names)) => {
                        PointColours::Categories { of: of.clone(), names: names.clone() }
                    }
                    None => PointColours::Auto,
                };
                let (x, y) = (data.col(j).to_vec(), data.col(i).to_vec());
                let size = if data.rows() > 1000 { 2.0 } else { 4.0 };
                let points = Scatter { x, y, colours, size: Some(size), ..Scatter::default() };
                Axes { marks: vec![Mark::Scatter(points)], ..Axes::default() }
            };
            let name = |k: usize| names.get(k).cloned().unwrap_or_else(|| (k + 1).to_string());
            // Only the outer panels say what and how much.
            if j == 0 {
                panel.y_label = name(i);
            } else if i != j {
                panel.y_ticks = Ticks::None;
            }
            if i + 1 == n {
                panel.x_label = name(j);
            } else {
                panel.x_ticks = Ticks::None;
            }
            panel.x_limits = extent(data.col(j));
            panel.y_limits = if i == j { None } else { extent(data.col(i)) };
            let is_corner = i == 0 && j + 1 == n;
            let location = if is_corner { Location::Outside } else { Location::Hidden };
            panel.legend = Some(Legend { labels: Vec::new(), location });
            axes.push(panel);
        }
    }
    let side = |least: u32| least.max(n as u32 * 150 + 60);
    let legend = if classes.is_some() { 100 } else { 0 };
    Ok(Figure { axes, grid: (n, n), size: (side(500) + legend, side(480)), ..Figure::default() })
}

/// The distribution of one column, for each class.
fn diagonal(values: &[f64], classes: Option<&Classes>) -> Axes {
    let all = (vec![0; values.len()], vec![String::new()]);
    let (of, names) = classes.unwrap_or(&all);
    let (low, high) = extent(values).unwrap_or((0.0, 1.0));
    let margin = (high - low) * 0.04;
    let bars = names.iter().enumerate().map(|(k, name)| {
        let own = values.iter().zip(of).filter(|(_, class)| **class == k).map(|(v, _)| *v);
        let own: Vec<f64> = own.collect();
        let (heights, x) = histogram::between(&own, low + margin, high - margin, 12);
        let arrangement = Arrangement::Overlaid;
        let label = Some(name.clone()).filter(|name| !name.is_empty());
        Mark::Bar(Bar { x, heights, arrangement, width: 1.0, label, ..Bar::default() })
    });
    Axes { marks: bars.collect(), y_ticks: Ticks::None, ..Axes::default() }
}

/// The limits of a column's axis, around it when all its numbers are one; nothing without numbers.
fn extent(values: &[f64]) -> Option<(f64, f64)> {
    let finite = values.iter().filter(|v| v.abs() < 1e290);
    let (lo, hi) =
        finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &v| (lo.min(v), hi.max(v)));
    let (margin, size) = ((hi - lo) * 0.05, lo.abs().max(hi.abs()));
    let apart = margin > 1e-280 && margin > size * 1e-9;
    let margin = if apart { margin } else { (size * 1e-3).max(0.5) };
    (lo <= hi).then_some((lo - margin, hi + margin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_column_has_its_bar() {
        let panel = diagonal(&[5.0, 5.0, f64::NAN], None);
        let Mark::Bar(bar) = &panel.marks[0] else { panic!("{:?}", panel.marks) };
        let tallest = bar.x.iter().zip(&bar.heights).max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        assert!((tallest.0 - 5.0).abs() < 0.1 && *tallest.1 == 2.0, "{bar:?}");
        assert_eq!(extent(&[f64::NAN]), None);
    }
}
