//! Means, medians and variances of sparse matrices without a full copy: the sparse half of the functions in `statistics`.
//!
//! A statistic is a function of what is stored of a lane and of the number of its zeros, in O(nnz), medians in
//! O(nnz log nnz). Means are sparse, as in Octave, medians and variances full.

use super::lanes::{Dimension, Lanes};
use super::sparse_reductions::{Reduction, along, line, reduce};
use crate::value::{Fault, Result, SparseArray, Value, arithmetic};
use matfac::linalg::elementwise::Arith;
use matfac::linalg::reduce::Axis;
use matfac::linalg::sparse::{Along, Kernel, Sparse, Structure};
use matfac::{Matrix, c64};

/// The mean of each column or row, sparse as in Octave.
pub fn mean(s: &SparseArray, dim: Option<Axis>) -> Result<Value> {
    // Of an empty matrix the means are those of its rows, when it has several columns, as of a full one.
    let dim = dim.or((s.shape().0 == 0 && s.shape().1 > 1).then_some(Axis::Across));
    let sums = reduce(s, dim, Reduction::Sum)?;
    let length = length(s, dim);
    if length == 0.0 {
        // Zeros that are not stored, divided by 0, would stay zeros.
        let (m, n) = sums.shape();
        return Ok(SparseArray::thinned(Matrix::filled(m, n, f64::NAN)?.into())?.into());
    }
    arithmetic(Arith::Div, sums, length.into())
}

/// Number of entries of a column or row.
fn length(s: &SparseArray, dim: Option<Axis>) -> f64 {
    let (m, n) = s.shape();
    if along(s, dim) == Along::Columns { m as f64 } else { n as f64 }
}

/// The means and variances, full, of each column or row, in two passes; `less` is 1 to divide by one less than there are.
///
/// The zeros add their number times the square of the mean.
pub fn moments(s: &SparseArray, axis: Axis, less: f64) -> Result<(Value, Value)> {
    let turned = if axis == Axis::Across {
        s.transposed(false).into_numbers()
    } else {
        s.clone().into_numbers()
    };
    let (m, n) = turned.shape();
    let of_zeros = |k: usize, mean: f64| (m - k) as f64 * mean * mean;
    let divisor = if m == 1 { 1.0 } else { m as f64 - less };
    let along = if axis == Axis::Across { Along::Rows } else { Along::Columns };
    Ok(match &turned {
        SparseArray::Complex(s) => {
            let means: Vec<c64> =
                c64::sums(s, Along::Columns).into_iter().map(|sum| sum / m as f64).collect();
            let var = |j: usize| {
                let (_, entries) = s.col(j);
                let squares: f64 = entries.iter().map(|z| (z - means[j]).norm_sqr()).sum();
                (squares + of_zeros(entries.len(), means[j].norm_sqr().sqrt())) / divisor
            };
            let vars = (0..n).map(var).collect();
            (line::<c64>(means.clone(), along).into(), line::<f64>(vars, along).into())
        }
        SparseArray::Real(s) => {
            let means: Vec<f64> =
                f64::sums(s, Along::Columns).into_iter().map(|sum| sum / m as f64).collect();
            let var = |j: usize| {
                let (_, entries) = s.col(j);
                let squares: f64 = entries.iter().map(|x| (x - means[j]).powi(2)).sum();
                (squares + of_zeros(entries.len(), means[j])) / divisor
            };
            let vars = (0..n).map(var).collect();
            (line::<f64>(means.clone(), along).into(), line::<f64>(vars, along).into())
        }
        SparseArray::Bool(_) => return Err(Fault::new("logicals are numbers here")),
    })
}

/// What is known of a lane of real numbers.
pub struct Lane<'a> {
    /// Where in the lane the stored entries stand, from 0.
    pub places: &'a [u32],
    /// The stored entries.
    pub entries: &'a [f64],
    /// How many zeros there are besides.
    pub zeros: usize,
}

impl Lane<'_> {
    /// Number of entries.
    pub fn len(&self) -> f64 {
        (self.entries.len() + self.zeros) as f64
    }

    /// The arithmetic mean.
    pub fn mean(&self) -> f64 {
        self.entries.iter().sum::<f64>() / self.len()
    }

    /// The geometric mean: 0 where there is a zero.
    pub fn geometric_mean(&self) -> f64 {
        if self.zeros > 0 && !self.has_nan() {
            return 0.0;
        }
        (self.entries.iter().map(|x| x.ln()).sum::<f64>() / self.len()).exp()
    }

    /// The harmonic mean: 0 where there is a zero.
    pub fn harmonic_mean(&self) -> f64 {
        if self.zeros > 0 && !self.has_nan() {
            return 0.0;
        }
        self.len() / self.entries.iter().map(|x| x.recip()).sum::<f64>()
    }

    /// The mean and the variance, `less` being 1 to divide by one less than there are; each number counts by its weight
    /// where there are weights.
    pub fn moments(&self, less: f64) -> (f64, f64) {
        let mean = self.mean();
        let squares: f64 = self.entries.iter().map(|x| (x - mean).powi(2)).sum();
        let divisor = if self.len() == 1.0 { 1.0 } else { self.len() - less };
        (mean, (squares + self.zeros as f64 * mean * mean) / divisor)
    }

    /// The mean and the variance where each number counts by its weight, and those that are no numbers do not if they
    /// are to be left out.
    pub fn weighted_moments(&self, weights: &[f64], omit_nan: bool) -> (f64, f64) {
        let pairs = || {
            let pairs = self.places.iter().zip(self.entries);
            pairs.map(|(&i, &x)| (weights[i as usize], x))
        };
        let kept = || pairs().filter(|(_, x)| !(omit_nan && x.is_nan()));
        let stored: f64 = pairs().map(|(w, _)| w).sum();
        let of_zeros = weights.iter().sum::<f64>() - stored;
        let total = of_zeros + kept().map(|(w, _)| w).sum::<f64>();
        let mean = kept().map(|(w, x)| w * x).sum::<f64>() / total;
        let squares: f64 = kept().map(|(w, x)| w * (x - mean) * (x - mean)).sum();
        (mean, (squares + of_zeros * mean * mean) / total)
    }

    /// The median; NaN when there is NaN, or nothing.
    pub fn median(&self) -> f64 {
        let count = self.entries.len() + self.zeros;
        if self.has_nan() || count == 0 {
            return f64::NAN;
        }
        let mut entries = self.entries.to_vec();
        entries.sort_unstable_by(f64::total_cmp);
        let below = entries.partition_point(|&x| x < 0.0);
        let at = |k: usize| match k {
            k if k < below => entries[k],
            k if k < below + self.zeros => 0.0,
            k => entries[k - self.zeros],
        };
        let half = count / 2;
        let (low, high) = (at(half.saturating_sub(usize::from(count.is_multiple_of(2)))), at(half));
        // Halves of equal infinities are no NaN.
        if low == high { low } else { low / 2.0 + high / 2.0 }
    }

    fn has_nan(&self) -> bool {
        self.entries.iter().any(|x| x.is_nan())
    }
}

/// A statistic of each lane, without its NaN if they are to be left out; none of complex or empty matrices, and where
/// each entry is a lane.
pub fn of_lanes(
    s: &SparseArray,
    lanes: Lanes,
    omit_nan: bool,
    f: impl Fn(&Lane) -> f64,
) -> Option<Matrix> {
    let (m, n) = s.shape();
    let numbers;
    let real = match s {
        SparseArray::Real(real) => real,
        SparseArray::Complex(_) => return None,
        logical => {
            numbers = logical.clone().into_numbers();
            match &numbers {
                SparseArray::Real(real) => real,
                _ => return None,
            }
        }
    };
    if m == 0 || n == 0 {
        return None;
    }
    let of_lane = |places: &[u32], entries: &[f64], length: usize| {
        let zeros = length - entries.len();
        if omit_nan && entries.iter().any(|x| x.is_nan()) {
            let kept = places.iter().zip(entries).filter(|(_, x)| !x.is_nan());
            let (places, entries): (Vec<u32>, Vec<f64>) = kept.unzip();
            return f(&Lane { places: &places, entries: &entries, zeros });
        }
        f(&Lane { places, entries, zeros })
    };
    let of_columns = |s: &Sparse<f64>| -> Vec<f64> {
        (0..s.cols()).map(|j| of_lane(s.col(j).0, s.col(j).1, s.rows())).collect()
    };
    let across = match lanes {
        Lanes::Default => m == 1,
        Lanes::Along(Dimension::Along(axis)) => axis == Axis::Across,
        Lanes::All => {
            let of_all = of_lane(real.places(), real.entries(), m * n);
            return Some(Matrix::row_vector(vec![of_all]));
        }
        Lanes::Along(Dimension::Beyond) => return None,
    };
    Some(match across {
        true => line(of_columns(&f64::transposed(real)), Along::Rows),
        false => line(of_columns(real), Along::Columns),
    })
}
