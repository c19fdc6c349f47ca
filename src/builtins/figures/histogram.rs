//! Histograms.

use super::bars;
use crate::builtins::argument::Vector;
use crate::builtins::entry::Context;
use crate::value::{Array, Blame, Fault, Result, Value};
use matfac::Matrix;

/// The counts and centres of bins, drawn when nobody takes them. Numbers that are not finite are left out.
pub fn hist(cx: &mut Context<'_>, x: &[f64], bins: Option<Vector>) -> Result<Vec<Value>> {
    let (counts, centers) = match bins {
        None => of_one_width(x, 10)?,
        Some(bins) => match bins.0[..] {
            [n] if n >= 1.0 && n.fract() == 0.0 && n < 1e9 => of_one_width(x, n as usize)?,
            [n] => {
                let message = format!("hist needs a whole number of bins, 1 or more; this is {n}");
                return Err(Fault::new(message).blame(Blame::Positional(1)));
            }
            _ => around(x, bins.0)?,
        },
    };
    if cx.nargout == 0 {
        let heights = Array::from(Matrix::column_vector(counts));
        return bars::bar(cx, Some(centers), &heights, None, None, false);
    }
    Ok(vec![Matrix::row_vector(counts).into(), Matrix::row_vector(centers).into()])
}

fn of_one_width(x: &[f64], bins: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let finite = || x.iter().copied().filter(|x| x.is_finite());
    let low = finite().fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        return Err(Fault::new("hist needs at least one finite number"));
    }
    let width = if high > low { (high - low) / bins as f64 } else { 1.0 };
    let mut counts = vec![0.0; bins];
    for x in finite() {
        counts[(((x - low) / width) as usize).min(bins - 1)] += 1.0;
    }
    Ok((counts, (0..bins).map(|b| low + (b as f64 + 0.5) * width).collect()))
}

/// Each number to the nearest centre.
fn around(x: &[f64], centers: Vec<f64>) -> Result<(Vec<f64>, Vec<f64>)> {
    if centers.is_empty() || !centers.windows(2).all(|w| w[0] < w[1]) {
        return Err(Fault::new("hist: the centres of bins must ascend").blame(Blame::Positional(1)));
    }
    let edges: Vec<f64> = centers.windows(2).map(|w| w[0] + (w[1] - w[0]) / 2.0).collect();
    let mut counts = vec![0.0; centers.len()];
    for x in x.iter().filter(|x| x.is_finite()) {
        counts[edges.partition_point(|edge| edge <= x)] += 1.0;
    }
    Ok((counts, centers))
}
