//! Histograms.

use super::arguments::colour;
use super::object;
use crate::builtins::argument::{Vector, options};
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::Matrix;
use matfac::plot::{Arrangement, Bar, Mark, Ticks};

options! {
    /// What the height of a bar says.
    Norm { Count = "count", Probability = "probability", Pdf = "pdf", Percentage = "percentage", CumCount = "cumcount", Cdf = "cdf" }
}

/// How a histogram counts and looks.
#[derive(Debug)]
pub struct Style {
    pub bins: Option<Vector>,
    /// The counts' sum, as Octave has it.
    pub sum: Option<f64>,
    pub normalization: Norm,
    pub color: Option<Value>,
    pub label: Option<String>,
}

/// The counts and centres of bins of each column, drawn when nobody takes them. Numbers that are not finite are left
/// out.
pub fn hist(cx: &mut Context<'_>, data: &Array, style: Style) -> Result<Vec<Value>> {
    let is_list = data.data.is_vector() || data.data.is_empty();
    let columns: Vec<&[f64]> = match is_list {
        true => vec![data.data.as_slice()],
        false => (0..data.data.cols()).map(|j| data.data.col(j)).collect(),
    };
    let names = (0..columns.len()).map(|j| {
        let labels = data.col_labels().filter(|_| !is_list);
        style.label.clone().or_else(|| labels.map(|l| l.name(j).to_string()))
    });
    let names: Vec<Option<String>> = names.collect();
    histograms(cx, &columns, names, style)
}

/// [`hist`] of a list.
pub fn of_list(cx: &mut Context<'_>, values: &[f64], style: Style) -> Result<Vec<Value>> {
    let label = style.label.clone();
    histograms(cx, &[values], vec![label], style)
}

fn histograms(
    cx: &mut Context<'_>,
    columns: &[&[f64]],
    names: Vec<Option<String>>,
    style: Style,
) -> Result<Vec<Value>> {
    let centers = centers(columns, style.bins)?;
    let width = bin_width(&centers);
    let counts: Vec<Vec<f64>> = columns
        .iter()
        .map(|values| normalized(counted(values, &centers), style.normalization, style.sum, width))
        .collect();
    if cx.nargout > 0 {
        let counts = match &counts[..] {
            [one] => Matrix::row_vector(one.clone()),
            several => Matrix::from_fn(centers.len(), several.len(), |i, j| several[j][i]),
        };
        let centers = match columns {
            [_] => Matrix::row_vector(centers),
            _ => Matrix::column_vector(centers),
        };
        return Ok(vec![counts.into(), centers.into()]);
    }
    let own = style.color.as_ref().map(colour).transpose()?;
    let bars = counts.into_iter().zip(names).map(|(heights, label)| {
        Mark::Bar(Bar {
            x: centers.clone(),
            heights,
            colour: own,
            label,
            width: 1.0,
            arrangement: Arrangement::Overlaid,
            ..Bar::default()
        })
    });
    let bars: Vec<Mark> = bars.collect();
    // Whole centres, such as stars, are what the bars are called.
    let whole = centers.len() <= 12 && centers.iter().all(|c| c.fract() == 0.0);
    cx.host.figures().plot(|axes| {
        if whole && axes.marks.is_empty() {
            axes.x_ticks = Ticks::At(centers);
        }
        axes.marks.extend(bars);
    });
    Ok(object::outputs(cx))
}

/// The bins' centres: 10, a number of them, or given.
fn centers(columns: &[&[f64]], bins: Option<Vector>) -> Result<Vec<f64>> {
    let count = match bins {
        None => 10,
        Some(bins) => match bins.0[..] {
            [n] if n >= 1.0 && n.fract() == 0.0 && n < 1e7 => n as usize,
            [n] => {
                let message = format!("hist needs a whole number of bins, 1 or more; this is {n}");
                return Err(Fault::new(message).blame(Blame::Positional(1)));
            }
            _ if bins.0.is_empty() || !bins.0.windows(2).all(|w| w[0] < w[1]) => {
                return Err(
                    Fault::new("hist: the centres of bins must ascend").blame(Blame::Positional(1))
                );
            }
            _ => return Ok(bins.0),
        },
    };
    let ends = columns.iter().flat_map(|c| c.iter().copied()).filter(|v| v.is_finite());
    let (low, high) =
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    // Around a single number there is a bin of width 1.
    let half = if low == high { 0.5 } else { 0.0 };
    match matfac::plot::histogram(&[low - half, high + half], count) {
        Some((_, centers)) => Ok(centers),
        None => Err(Fault::new("hist needs at least one finite number")),
    }
}

/// The distance of neighbouring centres; 1 when there is one.
fn bin_width(centers: &[f64]) -> f64 {
    let gaps = centers.windows(2).map(|w| w[1] - w[0]);
    let least = gaps.fold(f64::INFINITY, f64::min);
    if least.is_finite() { least } else { 1.0 }
}

/// Each number to the nearest centre; half way to the lower one, as in Octave.
fn counted(values: &[f64], centers: &[f64]) -> Vec<f64> {
    let edges: Vec<f64> = centers.windows(2).map(|w| w[0] + (w[1] - w[0]) / 2.0).collect();
    let mut counts = vec![0.0; centers.len()];
    for x in values.iter().filter(|x| x.is_finite()) {
        counts[edges.partition_point(|edge| edge < x)] += 1.0;
    }
    counts
}

fn normalized(mut counts: Vec<f64>, norm: Norm, sum: Option<f64>, width: f64) -> Vec<f64> {
    let total: f64 = counts.iter().sum();
    if matches!(norm, Norm::CumCount | Norm::Cdf) {
        let mut running = 0.0;
        for c in &mut counts {
            running += *c;
            *c = running;
        }
    }
    let divisor = match (norm, sum) {
        (_, Some(sum)) => total / sum,
        (Norm::Count | Norm::CumCount, None) => 1.0,
        (Norm::Probability | Norm::Cdf, None) => total,
        (Norm::Percentage, None) => total / 100.0,
        (Norm::Pdf, None) => total * width,
    };
    if divisor != 1.0 && divisor > 0.0 {
        counts.iter_mut().for_each(|c| *c /= divisor);
    }
    counts
}
