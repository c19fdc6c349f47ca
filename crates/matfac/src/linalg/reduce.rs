//! Reductions and running totals along one dimension of a matrix.
//!
//! Rows are gathered in blocks into a small buffer: both directions read memory in order. Lanes are shared out to threads
//! when there are many entries; what is made of a long lane is threaded itself ([`super::sums`], [`super::extremes`]).
//! Cost: one pass over the entries.

use super::broadcast::PARALLEL;
use super::buffer::{self, CHUNK};
use super::simd::{clean, wide};
use super::sums::{self, mean_slice, sum_slice, var_slice};
use super::{BoolMatrix, Dense, Matrix, extremes};
use rayon::prelude::*;

pub use super::sums::Normalization;

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

/// Variances; 0 of one number.
pub fn var(a: &Matrix, axis: Axis, by: Normalization) -> Matrix {
    reduce(a, axis, |x| var_slice(x, by))
}

/// Standard deviations.
pub fn std(a: &Matrix, axis: Axis, by: Normalization) -> Matrix {
    reduce(a, axis, |x| var_slice(x, by).sqrt())
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
    extremes_along(a, axis, false)
}

/// Largest entries; NaN is passed over unless there is nothing else.
pub fn max(a: &Matrix, axis: Axis) -> Extremes {
    extremes_along(a, axis, true)
}

fn extremes_along(a: &Matrix, axis: Axis, largest: bool) -> Extremes {
    let lane = if axis == Axis::Down { a.rows() } else { a.cols() };
    if lane == 0 {
        return Extremes { values: Matrix::zeros(a.rows(), a.cols()), indices: Vec::new() };
    }
    let found = reduce(a, axis, |x| {
        let place = if largest { extremes::largest(x) } else { extremes::smallest(x) };
        (x[place], place)
    });
    Extremes {
        values: found.map(|(v, _)| v),
        indices: found.as_slice().iter().map(|&(_, i)| i).collect(),
    }
}

/// Running sums.
pub fn cumsum(a: &Matrix, axis: Axis) -> Matrix {
    if a.len() >= PARALLEL && a.is_vector() && Axis::of(a) == axis {
        return Matrix::from_vec(a.rows(), a.cols(), sums::long_running_sum(a.as_slice()));
    }
    rewrite(a, axis, sums::run_sums)
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
    reduce(a, axis, |x| occurs(x, |b| b))
}

/// Whether any entry is a number other than zero; NaN is not.
pub fn any_number(a: &Matrix, axis: Axis) -> BoolMatrix {
    reduce(a, axis, |x| occurs(x, |v| v.abs() > 0.0))
}

/// Whether all entries are true; true of nothing.
pub fn all(a: &BoolMatrix, axis: Axis) -> BoolMatrix {
    reduce(a, axis, |x| !occurs(x, |b| !b))
}

/// Whether no entry is zero; NaN is not. True of nothing.
pub fn all_numbers(a: &Matrix, axis: Axis) -> BoolMatrix {
    reduce(a, axis, |x| !occurs(x, |v| v == 0.0))
}

/// Whether the test holds for some entry. Blocks are tested without a branch, in vectors; the first that has one ends it.
pub(super) fn occurs<T: Copy + Sync>(x: &[T], test: impl Fn(T) -> bool + Sync) -> bool {
    const BLOCK: usize = 2048;
    let in_block = |block: &[T]| wide(|| block.iter().fold(false, |found, &v| found | test(v)));
    let (head, rest) = x.split_at(x.len().min(BLOCK));
    let in_chunk = |chunk: &[T]| {
        clean();
        chunk.chunks(BLOCK).any(in_block)
    };
    in_block(head)
        || if rest.len() < PARALLEL { in_chunk(rest) } else { rest.par_chunks(CHUNK).any(in_chunk) }
}

/// How many entries are true.
pub fn count(a: &BoolMatrix, axis: Axis) -> Matrix {
    reduce(a, axis, |x| buffer::count(x) as f64)
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
    fn large_reductions_equal_small_ones() {
        let a = Matrix::from_fn(700, 500, |i, j| ((i * 7 + j * 3) % 11) as f64);
        let down = sum(&a, Axis::Down);
        assert!((0..500).all(|j| down[(0, j)] == a.col(j).iter().sum::<f64>()));
        assert_eq!(sum(&a.transposed(), Axis::Across), down.transposed());
    }
}
