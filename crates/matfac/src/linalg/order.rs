//! Sorting and order statistics along one dimension.
//!
//! Stable merge sort of (value, index) pairs; NaN goes last when ascending and first when descending,
//! as in Octave. Medians select in linear time.

use super::Matrix;
use super::reduce::{Axis, reduce, rewrite};
use std::cmp::Ordering;

/// A sorted matrix and where its entries came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Sorted {
    /// Each lane in order; the shape of the input.
    pub values: Matrix,
    /// For each entry of `values`, its index from 0 within its lane of the input, column by column.
    pub indices: Vec<usize>,
}

/// Ascending order with NaN after everything else.
pub fn ascending(x: f64, y: f64) -> Ordering {
    x.partial_cmp(&y).unwrap_or_else(|| x.is_nan().cmp(&y.is_nan()))
}

/// Sorts every lane along `axis`, stably.
pub fn sort(a: &Matrix, axis: Axis, descending: bool) -> Sorted {
    let (m, n) = (a.rows(), a.cols());
    let pairs =
        super::Dense::from_fn(m, n, |i, j| (a[(i, j)], if axis == Axis::Down { i } else { j }));
    let sorted = rewrite(&pairs, axis, |lane| {
        if descending {
            lane.sort_by(|x, y| ascending(y.0, x.0));
        } else {
            lane.sort_by(|x, y| ascending(x.0, y.0));
        }
    });
    Sorted {
        values: sorted.map(|(v, _)| v),
        indices: sorted.as_slice().iter().map(|&(_, i)| i).collect(),
    }
}

/// The permutation, from 0, that sorts a vector stably.
pub fn argsort(x: &[f64], descending: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    if descending {
        order.sort_by(|&i, &j| ascending(x[j], x[i]));
    } else {
        order.sort_by(|&i, &j| ascending(x[i], x[j]));
    }
    order
}

/// Medians: the mean of the middle two when the number is even; NaN of nothing or with a NaN.
pub fn median(a: &Matrix, axis: Axis) -> Matrix {
    reduce(a, axis, |x| {
        if x.is_empty() || x.iter().any(|v| v.is_nan()) {
            return f64::NAN;
        }
        let mut x = x.to_vec();
        let middle = x.len() / 2;
        let even = x.len().is_multiple_of(2);
        let (low, &mut high, _) = x.select_nth_unstable_by(middle, f64::total_cmp);
        if even { 0.5 * (low.iter().copied().fold(low[0], f64::max) + high) } else { high }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_goes_last_and_ties_keep_their_order() {
        let a = Matrix::from_rows(&[&[2.0, f64::NAN, 1.0, 2.0]]);
        let up = sort(&a, Axis::Across, false);
        assert_eq!(up.values.as_slice()[..3], [1.0, 2.0, 2.0]);
        assert_eq!(up.indices, [2, 0, 3, 1]);
        assert_eq!(sort(&a, Axis::Across, true).indices, [1, 0, 3, 2]);
        assert_eq!(argsort(a.as_slice(), true), [1, 0, 3, 2]);
    }

    #[test]
    fn lanes_of_either_direction() {
        let a = Matrix::from_rows(&[&[3.0, 1.0], &[2.0, 5.0], &[1.0, 0.0]]);
        let down = sort(&a, Axis::Down, false);
        assert_eq!(down.values.as_slice(), &[1.0, 2.0, 3.0, 0.0, 1.0, 5.0]);
        assert_eq!(down.indices, [2, 1, 0, 2, 0, 1]);
        let across = sort(&a, Axis::Across, false);
        assert_eq!(across.values, Matrix::from_rows(&[&[1.0, 3.0], &[2.0, 5.0], &[0.0, 1.0]]));
        assert_eq!(across.indices, [1, 0, 1, 0, 1, 0]);
    }

    #[test]
    fn medians() {
        let a = Matrix::from_rows(&[&[4.0, 1.0, f64::NAN], &[2.0, 9.0, 1.0], &[3.0, 5.0, 2.0]]);
        let m = median(&a, Axis::Down);
        assert_eq!(m.as_slice()[..2], [3.0, 5.0]);
        assert!(m[(0, 2)].is_nan());
        assert_eq!(median(&Matrix::from_rows(&[&[4.0, 1.0, 2.0, 3.0]]), Axis::Across)[(0, 0)], 2.5);
    }
}
