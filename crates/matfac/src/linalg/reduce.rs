//! Reductions and running totals along one dimension of a matrix.
//!
//! Sums are pairwise over blocks of eight lanes (Higham 1993), so that their error grows like log n.
//! Rows are gathered in blocks into a small buffer: both directions read memory in order. Cost: one
//! pass over the entries, threaded when there are many.

use super::broadcast::PARALLEL;
use super::simd::clean;
use super::{BoolMatrix, Dense, Matrix};
use rayon::prelude::*;

/// The dimension that a reduction runs along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Dimension 1: down each column; m×n becomes 1×n.
    Down,
    /// Dimension 2: across each row; m×n becomes m×1.
    Across,
}

impl Axis {
    /// The first dimension whose length is not 1, which is what `sum(A)` means.
    pub fn of<T>(a: &Dense<T>) -> Axis {
        if a.rows() == 1 { Axis::Across } else { Axis::Down }
    }

    /// Dimension 1 or 2.
    pub fn from_dimension(dimension: usize) -> Option<Axis> {
        match dimension {
            1 => Some(Axis::Down),
            2 => Some(Axis::Across),
            _ => None,
        }
    }
}

/// The sum of a slice, pairwise.
pub fn sum_slice(x: &[f64]) -> f64 {
    if x.len() > 512 {
        let (left, right) = x.split_at(x.len() / 2);
        return sum_slice(left) + sum_slice(right);
    }
    let mut lanes = [0.0; 8];
    let chunks = x.chunks_exact(8);
    let tail = chunks.remainder();
    for chunk in chunks {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane += v;
        }
    }
    let pairs =
        [lanes[0] + lanes[4], lanes[1] + lanes[5], lanes[2] + lanes[6], lanes[3] + lanes[7]];
    ((pairs[0] + pairs[2]) + (pairs[1] + pairs[3])) + tail.iter().sum::<f64>()
}

/// Applies `f` to every lane along `axis`: 1×n or m×1 results.
pub(crate) fn reduce<T, U>(a: &Dense<T>, axis: Axis, f: impl Fn(&[T]) -> U + Sync) -> Dense<U>
where
    T: Copy + Default + Send + Sync,
    U: Send,
{
    let (m, n) = (a.rows(), a.cols());
    let large = a.len() >= PARALLEL;
    match axis {
        Axis::Down if large && n > 1 => Dense::row_vector(
            (0..n)
                .into_par_iter()
                .map(|j| {
                    clean();
                    f(a.col(j))
                })
                .collect(),
        ),
        Axis::Down => Dense::row_vector((0..n).map(|j| f(a.col(j))).collect()),
        Axis::Across if m == 1 => Dense::column_vector(vec![f(a.as_slice())]),
        Axis::Across => {
            const ROWS: usize = 32;
            let block = |b: usize| {
                clean();
                let rows = ROWS.min(m - b * ROWS);
                let mut buffer = vec![T::default(); rows * n];
                for j in 0..n {
                    let part = &a.col(j)[b * ROWS..b * ROWS + rows];
                    for (i, &v) in part.iter().enumerate() {
                        buffer[i * n + j] = v;
                    }
                }
                (0..rows).map(|i| f(&buffer[i * n..(i + 1) * n])).collect::<Vec<U>>()
            };
            let blocks = m.div_ceil(ROWS);
            let parts: Vec<Vec<U>> = if large {
                (0..blocks).into_par_iter().map(block).collect()
            } else {
                (0..blocks).map(block).collect()
            };
            Dense::column_vector(parts.into_iter().flatten().collect())
        }
    }
}

/// Rewrites every lane along `axis`.
pub(crate) fn rewrite<T>(a: &Dense<T>, axis: Axis, f: impl Fn(&mut [T]) + Send + Sync) -> Dense<T>
where
    T: Copy + Send + Sync,
{
    if axis == Axis::Across && a.rows() != 1 {
        return rewrite(&a.transposed(), Axis::Down, f).transposed();
    }
    let mut out = a.clone();
    let lane = if axis == Axis::Across { a.cols() } else { a.rows() };
    if out.is_empty() {
        return out;
    }
    if out.len() >= PARALLEL {
        out.as_mut_slice().par_chunks_mut(lane).for_each(|x| {
            clean();
            f(x);
        });
    } else {
        out.as_mut_slice().chunks_mut(lane).for_each(f);
    }
    out
}

/// `f` of every column or row, for functions that are not worth a pass of their own.
pub fn map_lanes(a: &Matrix, axis: Axis, f: impl Fn(&[f64]) -> f64 + Sync) -> Matrix {
    reduce(a, axis, f)
}

/// Sums; 0 of nothing.
pub fn sum(a: &Matrix, axis: Axis) -> Matrix {
    reduce(a, axis, sum_slice)
}

/// Sums whose rounding errors are added up too (Neumaier 1974).
pub fn sum_compensated(a: &Matrix, axis: Axis) -> Matrix {
    reduce(a, axis, |x| {
        let (mut total, mut lost) = (0.0f64, 0.0);
        for &v in x {
            let next = total + v;
            lost += if total.abs() >= v.abs() { (total - next) + v } else { (v - next) + total };
            total = next;
        }
        if total.is_finite() { total + lost } else { total }
    })
}

/// Products; 1 of nothing.
pub fn prod(a: &Matrix, axis: Axis) -> Matrix {
    reduce(a, axis, |x| x.iter().product())
}

/// Sums of squares.
pub fn sum_of_squares(a: &Matrix, axis: Axis) -> Matrix {
    reduce(a, axis, |x| super::product::dot(x, x))
}

/// Arithmetic means; NaN of nothing.
pub fn mean(a: &Matrix, axis: Axis) -> Matrix {
    reduce(a, axis, mean_slice)
}

/// The mean of a slice; NaN of nothing.
pub fn mean_slice(x: &[f64]) -> f64 {
    sum_slice(x) / x.len() as f64
}

/// What a variance divides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Normalization {
    /// n - 1: the unbiased estimate.
    #[default]
    Sample,
    /// n.
    Population,
}

/// Variances, by the corrected two-pass formula (Chan, Golub & LeVeque 1983); 0 of one number.
pub fn var(a: &Matrix, axis: Axis, by: Normalization) -> Matrix {
    reduce(a, axis, |x| var_slice(x, by))
}

/// Standard deviations.
pub fn std(a: &Matrix, axis: Axis, by: Normalization) -> Matrix {
    reduce(a, axis, |x| var_slice(x, by).sqrt())
}

fn var_slice(x: &[f64], by: Normalization) -> f64 {
    let n = x.len() as f64;
    if x.len() == 1 {
        return if x[0].is_finite() { 0.0 } else { f64::NAN };
    }
    let mean = mean_slice(x);
    let (mut squares, mut drift) = (0.0, 0.0);
    for chunk in x.chunks(512) {
        let (mut s, mut d) = (0.0, 0.0);
        for v in chunk {
            let c = v - mean;
            s += c * c;
            d += c;
        }
        squares += s;
        drift += d;
    }
    let divisor = if by == Normalization::Sample { n - 1.0 } else { n };
    let sum = squares - drift * drift / n;
    // Rounding must not make it negative; `max` would lose a NaN.
    (if sum < 0.0 { 0.0 } else { sum }) / divisor
}

/// Extreme values and where they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Extremes {
    /// 1×n or m×1; without a column (row) when the lanes are empty.
    pub values: Matrix,
    /// The index, from 0, within each lane; the first one wins.
    pub indices: Vec<usize>,
}

/// Smallest entries; NaN is passed over unless there is nothing else.
pub fn min(a: &Matrix, axis: Axis) -> Extremes {
    extremes(a, axis, |candidate, best| candidate < best)
}

/// Largest entries; NaN is passed over unless there is nothing else.
pub fn max(a: &Matrix, axis: Axis) -> Extremes {
    extremes(a, axis, |candidate, best| candidate > best)
}

fn extremes(a: &Matrix, axis: Axis, better: impl Fn(f64, f64) -> bool + Sync) -> Extremes {
    let lane = if axis == Axis::Down { a.rows() } else { a.cols() };
    if lane == 0 {
        return Extremes { values: Matrix::zeros(a.rows(), a.cols()), indices: Vec::new() };
    }
    let found = reduce(a, axis, |x| {
        let (mut index, mut best) = (0, x[0]);
        for (i, &v) in x.iter().enumerate().skip(1) {
            if better(v, best) || (best.is_nan() && !v.is_nan()) {
                (index, best) = (i, v);
            }
        }
        (best, index)
    });
    Extremes {
        values: found.map(|(v, _)| v),
        indices: found.as_slice().iter().map(|&(_, i)| i).collect(),
    }
}

/// Running sums.
pub fn cumsum(a: &Matrix, axis: Axis) -> Matrix {
    rewrite(a, axis, |x| {
        let mut total = 0.0;
        x.iter_mut().for_each(|v| {
            total += *v;
            *v = total;
        });
    })
}

/// Running products.
pub fn cumprod(a: &Matrix, axis: Axis) -> Matrix {
    rewrite(a, axis, |x| {
        let mut total = 1.0;
        x.iter_mut().for_each(|v| {
            total *= *v;
            *v = total;
        });
    })
}

/// Whether any entry is true.
pub fn any(a: &BoolMatrix, axis: Axis) -> BoolMatrix {
    reduce(a, axis, |x| x.contains(&true))
}

/// Whether all entries are true; true of nothing.
pub fn all(a: &BoolMatrix, axis: Axis) -> BoolMatrix {
    reduce(a, axis, |x| !x.contains(&false))
}

/// How many entries are true.
pub fn count(a: &BoolMatrix, axis: Axis) -> Matrix {
    reduce(a, axis, |x| x.iter().filter(|&&v| v).count() as f64)
}

/// Norms of the columns or rows as vectors.
pub fn norms(a: &Matrix, axis: Axis, norm: super::norm::Norm) -> Matrix {
    reduce(a, axis, |x| super::norm::vector_norm(x, norm))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Shape;

    fn sample() -> Matrix {
        Matrix::from_rows(&[&[1.0, 5.0, f64::NAN], &[4.0, 5.0, 2.0]])
    }

    #[test]
    fn both_directions() {
        let a = Matrix::from_fn(70, 41, |i, j| (i * 41 + j) as f64);
        let t = a.transposed();
        for f in [sum, prod, mean, cumsum, cumprod, sum_of_squares] {
            assert_eq!(f(&a, Axis::Down), f(&t, Axis::Across).transposed());
        }
        assert_eq!(sum(&a, Axis::Down)[(0, 0)], (0..70).map(|i| (i * 41) as f64).sum::<f64>());
        assert_eq!(cumsum(&a, Axis::Across)[(1, 2)], 41.0 + 42.0 + 43.0);
    }

    #[test]
    fn extremes_skip_nan_and_take_the_first() {
        let up = max(&sample(), Axis::Down);
        assert_eq!((up.values.as_slice(), &up.indices[..]), (&[4.0, 5.0, 2.0][..], &[1, 0, 1][..]));
        let low = min(&sample(), Axis::Across);
        assert_eq!((low.values.as_slice(), &low.indices[..]), (&[1.0, 2.0][..], &[0, 2][..]));
        let nothing = max(&Matrix::from_rows(&[&[f64::NAN]]), Axis::Down);
        assert!(nothing.values[(0, 0)].is_nan() && nothing.indices == [0]);
        assert_eq!(max(&Matrix::zeros(0, 3), Axis::Down).values.shape(), Shape(0, 3));
    }

    #[test]
    fn empty_lanes() {
        assert_eq!(sum(&Matrix::zeros(0, 3), Axis::Down).as_slice(), &[0.0; 3]);
        assert_eq!(prod(&Matrix::zeros(3, 0), Axis::Across).as_slice(), &[1.0; 3]);
        assert!(mean(&Matrix::zeros(0, 1), Axis::Down)[(0, 0)].is_nan());
        assert!(all(&BoolMatrix::from_vec(0, 1, vec![]), Axis::Down)[(0, 0)]);
    }

    #[test]
    fn sums_and_variances_are_accurate() {
        let x = vec![0.1; 10_000_000];
        assert!((sum_slice(&x) - 1e6).abs() < 1e-6);
        let shifted = Matrix::column_vector((0..1000).map(|i| 1e9 + (i % 2) as f64).collect());
        let v = var(&shifted, Axis::Down, Normalization::Population)[(0, 0)];
        assert!((v - 0.25).abs() < 1e-12);
        assert_eq!(
            std(&Matrix::from_rows(&[&[7.0]]), Axis::Down, Normalization::Sample)[(0, 0)],
            0.0
        );
        let pair = Matrix::from_rows(&[&[1.0, 3.0]]);
        assert_eq!(var(&pair, Axis::Across, Normalization::Sample)[(0, 0)], 2.0);
    }

    #[test]
    fn large_reductions_equal_small_ones() {
        let a = Matrix::from_fn(700, 500, |i, j| ((i * 7 + j * 3) % 11) as f64);
        let down = sum(&a, Axis::Down);
        assert!((0..500).all(|j| down[(0, j)] == a.col(j).iter().sum::<f64>()));
        assert_eq!(sum(&a.transposed(), Axis::Across), down.transposed());
    }
}
