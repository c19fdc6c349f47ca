//! The columns of data: their means, what they are divided by, and the data less both.
//!
//! Full data are read once: a column's moments are taken and it is shifted while it is in the cache. Of sparse data only the
//! moments are computed, with all their zeros; of missing cells (NaN) nothing is counted.

use crate::error::Result;
use crate::linalg::product::{self, dot};
use crate::linalg::reduce::Normalization;
use crate::linalg::simd::clean;
use crate::linalg::sums::{mean_slice, sum_slice};
use crate::linalg::{Matrix, Sparse};
use rayon::prelude::*;

/// Entries from which columns are shared out to threads.
const PARALLEL: usize = 200_000;

/// What centring and scaling subtract and divide by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    /// The means of the d columns.
    pub mean: Vec<f64>,
    /// What each column is divided by, 1 for a constant one; when scaled.
    pub scale: Option<Vec<f64>>,
    /// The variance of each column, after scaling.
    pub variance: Vec<f64>,
}

/// What is known of one column.
#[derive(Debug, Clone, Copy)]
struct Moments {
    mean: f64,
    variance: f64,
    /// The variance of equal numbers may be a rounding error of their mean instead of 0.
    is_constant: bool,
}

impl Moments {
    /// Of `count` numbers with this sum of squared deviations.
    fn new(mean: f64, deviations: f64, count: f64, by: Normalization) -> Moments {
        let degrees = match by {
            Normalization::Sample => count.max(2.0) - 1.0,
            Normalization::Population => count.max(1.0),
        };
        let typical = (deviations / count.max(1.0) + mean * mean).sqrt();
        let deviation = (deviations / degrees).sqrt();
        let is_constant = deviation <= 10.0 * f64::EPSILON * typical || deviation.is_nan();
        Moments { mean, variance: deviations / degrees, is_constant }
    }

    fn scale(&self) -> f64 {
        if self.is_constant { 1.0 } else { self.variance.sqrt() }
    }
}

impl Columns {
    fn from(moments: &[Moments], scaled: bool) -> Columns {
        let variance = |m: &Moments| match (scaled, m.is_constant) {
            (_, true) => 0.0,
            (true, false) => 1.0,
            (false, false) => m.variance,
        };
        Columns {
            mean: moments.iter().map(|m| m.mean).collect(),
            scale: scaled.then(|| moments.iter().map(Moments::scale).collect()),
            variance: moments.iter().map(variance).collect(),
        }
    }

    /// The variance of all columns together.
    pub fn total(&self) -> f64 {
        self.variance.iter().sum()
    }

    /// How many columns vary.
    pub fn varying(&self) -> usize {
        self.variance.iter().filter(|v| **v > 0.0).count()
    }

    /// Of n×d data, with the data less their means and, when scaled, divided by their standard deviations; a constant column
    /// that is scaled becomes 0.
    pub fn centred(x: &Matrix, scaled: Option<Normalization>) -> Result<(Columns, Matrix)> {
        let (n, d) = (x.rows(), x.cols());
        let mut z = product::zeros(n, d)?;
        if n == 0 {
            let nothing = Moments { mean: f64::NAN, variance: 0.0, is_constant: true };
            return Ok((Columns::from(&vec![nothing; d], scaled.is_some()), z));
        }
        let by = scaled.unwrap_or(Normalization::Sample);
        let fill = |(from, into): (&[f64], &mut [f64])| {
            clean();
            let mean = mean_slice(from);
            from.iter().zip(into.iter_mut()).for_each(|(x, z)| *z = x - mean);
            // Corrected for what the mean is off.
            let deviations = dot(into, into) - sum_slice(into).powi(2) / n as f64;
            let moments = Moments::new(mean, deviations.max(0.0), n as f64, by);
            if scaled.is_some() {
                let factor = if moments.is_constant { 0.0 } else { 1.0 / moments.scale() };
                into.iter_mut().for_each(|z| *z *= factor);
            }
            moments
        };
        let moments: Vec<Moments> = match x.len() < PARALLEL {
            true => x.as_slice().chunks(n).zip(z.as_mut_slice().chunks_mut(n)).map(fill).collect(),
            false => {
                let into = z.as_mut_slice().par_chunks_mut(n);
                x.as_slice().par_chunks(n).zip(into).map(fill).collect()
            }
        };
        Ok((Columns::from(&moments, scaled.is_some()), z))
    }

    /// Of sparse data, zeros included.
    pub fn of_sparse(x: &Sparse<f64>, scaled: bool) -> Columns {
        let n = x.rows() as f64;
        let moments = |j: usize| {
            let entries = x.col(j).1;
            let zeros = n - entries.len() as f64;
            let mean = entries.iter().sum::<f64>() / n;
            let apart: f64 = entries.iter().map(|x| (x - mean).powi(2)).sum();
            Moments::new(mean, apart + zeros * mean * mean, n, Normalization::Sample)
        };
        Columns::from(&(0..x.cols()).map(moments).collect::<Vec<_>>(), scaled)
    }

    /// Of the cells that are there.
    pub fn of_observed(x: &Matrix, scaled: bool) -> Columns {
        let moments = |j: usize| {
            let cells: Vec<f64> = x.col(j).iter().copied().filter(|x| !x.is_nan()).collect();
            let mean = mean_slice(&cells);
            let apart: f64 = cells.iter().map(|x| (x - mean).powi(2)).sum();
            Moments::new(mean, apart, cells.len() as f64, Normalization::Sample)
        };
        Columns::from(&(0..x.cols()).map(moments).collect::<Vec<_>>(), scaled)
    }
}
