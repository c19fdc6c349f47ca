//! Sorting and order statistics along one dimension.
//!
//! A vector is sorted by the bits of its numbers (`radix`), the rows and columns of a matrix each by a merge sort;
//! both are stable. NaN goes last when ascending and first when descending, as in Octave. Medians select in linear time.

use super::Matrix;
use super::buffer::{build, compact};
use super::radix::{self, Keyed, Placed};
use super::reduce::{Axis, occurs, reduce, rewrite};
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
    if is_one_lane(a, axis) {
        let indices = argsort(a.as_slice(), descending);
        let values = build(m * n, |range| indices[range].iter().map(|&k| a.as_slice()[k]));
        return Sorted { values: Matrix::from_vec(m, n, values), indices };
    }
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

/// The values of [`sort`] alone, in half the time.
pub fn sort_values(a: &Matrix, axis: Axis, descending: bool) -> Matrix {
    if is_one_lane(a, axis) {
        let sorted = sorted_slice(a.as_slice(), descending);
        return Matrix::from_vec(a.rows(), a.cols(), sorted);
    }
    rewrite(a, axis, |lane| lane.copy_from_slice(&sorted_slice(lane, descending)))
}

fn is_one_lane(a: &Matrix, axis: Axis) -> bool {
    match axis {
        Axis::Down => a.cols() == 1,
        Axis::Across => a.rows() == 1,
    }
}

/// The numbers in order, equal ones (NaN; 0 and -0) as they came.
pub fn sorted_slice(x: &[f64], descending: bool) -> Vec<f64> {
    let in_order = |numbers: &[f64]| {
        let mut sorted = radix::sort(numbers);
        if descending {
            sorted.reverse();
        }
        sorted
    };
    // What is sorted by its bits although it equals what has others.
    let is_special = |v: f64| v.is_nan() || v.to_bits() == (-0.0f64).to_bits();
    if !occurs(x, is_special) {
        return in_order(x);
    }
    let is_number = build(x.len(), |range| x[range].iter().map(|v| !v.is_nan()));
    let mut sorted = in_order(&compact(&is_number, |i| x[i]));
    let first = sorted.partition_point(|&v| if descending { v > 0.0 } else { v < 0.0 });
    let zeros = x.iter().filter(|&&v| v == 0.0);
    sorted[first..].iter_mut().zip(zeros).for_each(|(slot, &zero)| *slot = zero);
    let last = if descending { 0 } else { sorted.len() };
    sorted.splice(last..last, x.iter().copied().filter(|v| v.is_nan()));
    sorted
}

/// The permutation, from 0, that sorts a vector stably.
pub fn argsort(x: &[f64], descending: bool) -> Vec<usize> {
    let key = |v: f64| {
        // -0 becomes 0; NaN is the last.
        let key = if v.is_nan() { u64::MAX } else { (v + 0.0).key() };
        if descending { !key } else { key }
    };
    let placed = build(x.len(), |range| range.map(|place| Placed { key: key(x[place]), place }));
    let placed = radix::sort(&placed);
    build(x.len(), |range| placed[range].iter().map(|p| p.place))
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
