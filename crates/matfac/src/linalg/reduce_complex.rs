//! Reductions, running totals and order of complex numbers along one dimension.
//!
//! Order is Octave's: by modulus, then by argument, where -π counts as π. Cost: one pass over the entries;
//! sorting compares moduli that are computed once.

use super::order::ascending;
use super::reduce::{Axis, reduce, rewrite};
use super::sums::sum_slice;
use super::{ComplexMatrix, Dense, Matrix, c64};
use std::cmp::Ordering;
use std::f64::consts::PI;

const ONE: c64 = c64 { re: 1.0, im: 0.0 };
const ZERO: c64 = c64 { re: 0.0, im: 0.0 };

/// Sums, pairwise; 0 of nothing.
pub fn sum(a: &ComplexMatrix, axis: Axis) -> ComplexMatrix {
    reduce(a, axis, sum_of)
}

fn sum_of(x: &[c64]) -> c64 {
    let part = |f: fn(&c64) -> f64| sum_slice(&x.iter().map(f).collect::<Vec<f64>>());
    c64::new(part(|z| z.re), part(|z| z.im))
}

/// Products; 1 of nothing.
pub fn prod(a: &ComplexMatrix, axis: Axis) -> ComplexMatrix {
    reduce(a, axis, |x| x.iter().fold(ONE, |p, z| p * z))
}

/// Arithmetic means; NaN of nothing.
pub fn mean(a: &ComplexMatrix, axis: Axis) -> ComplexMatrix {
    reduce(a, axis, |x| sum_of(x) / x.len() as f64)
}

/// Sums of |z|².
pub fn sum_of_squares(a: &ComplexMatrix, axis: Axis) -> Matrix {
    reduce(a, axis, |x| x.iter().map(|z| z.re * z.re + z.im * z.im).sum())
}

/// Running sums.
pub fn cumsum(a: &ComplexMatrix, axis: Axis) -> ComplexMatrix {
    running(a, axis, ZERO, |total, z| total + z)
}

/// Running products.
pub fn cumprod(a: &ComplexMatrix, axis: Axis) -> ComplexMatrix {
    running(a, axis, ONE, |total, z| total * z)
}

fn running(
    a: &ComplexMatrix,
    axis: Axis,
    start: c64,
    f: impl Fn(c64, c64) -> c64 + Send + Sync,
) -> ComplexMatrix {
    rewrite(a, axis, |x| {
        let mut total = start;
        x.iter_mut().for_each(|z| {
            total = f(total, *z);
            *z = total;
        });
    })
}

/// Inner products `Σ conj(x)·y` of columns or rows of equal shape.
pub fn dot(a: &ComplexMatrix, b: &ComplexMatrix, axis: Axis) -> ComplexMatrix {
    let pairs = Dense::from_vec(
        a.rows(),
        a.cols(),
        a.as_slice().iter().zip(b.as_slice()).map(|(x, y)| x.conj() * y).collect(),
    );
    sum(&pairs, axis)
}

/// What complex numbers are ordered by: modulus and argument in (-π, π].
fn key(z: c64) -> (f64, f64) {
    let argument = z.im.atan2(z.re);
    (z.re.hypot(z.im), if argument == -PI { PI } else { argument })
}

fn is_nan(z: c64) -> bool {
    z.re.is_nan() || z.im.is_nan()
}

/// Ascending order by modulus, then by argument, with NaN after everything else.
pub fn compare(x: c64, y: c64) -> Ordering {
    match (is_nan(x), is_nan(y)) {
        (false, false) => {}
        (x, y) => return x.cmp(&y),
    }
    let (x, y) = (key(x), key(y));
    ascending(x.0, y.0).then_with(|| ascending(x.1, y.1))
}

/// Where the entries of each lane stood before it was sorted, stably, column by column.
pub fn sort_positions(a: &ComplexMatrix, axis: Axis, descending: bool) -> Vec<usize> {
    let (m, n) = (a.rows(), a.cols());
    let pairs = Dense::from_fn(m, n, |i, j| (a[(i, j)], if axis == Axis::Down { i } else { j }));
    let sorted = rewrite(&pairs, axis, |lane| {
        if descending {
            lane.sort_by(|x, y| compare(y.0, x.0));
        } else {
            lane.sort_by(|x, y| compare(x.0, y.0));
        }
    });
    sorted.as_slice().iter().map(|&(_, i)| i).collect()
}

/// Where the largest (or smallest) entry of each lane stands, from 0; NaN is passed over unless there is nothing else.
///
/// Only moduli are compared, as in Octave: the first of equal modulus wins.
pub fn extreme_positions(a: &ComplexMatrix, axis: Axis, largest: bool) -> Vec<usize> {
    let found = reduce(a, axis, |x| {
        let mut best = 0;
        for (i, &z) in x.iter().enumerate().skip(1) {
            let (new, old) = (z.re.hypot(z.im), x[best].re.hypot(x[best].im));
            let better = if largest { new > old } else { new < old };
            if !is_nan(z) && (better || is_nan(x[best])) {
                best = i;
            }
        }
        best
    });
    found.into_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(entries: &[(f64, f64)]) -> ComplexMatrix {
        Dense::row_vector(entries.iter().map(|&(re, im)| c64::new(re, im)).collect())
    }

    #[test]
    fn totals_of_complex_lanes() {
        let a = row(&[(1.0, 2.0), (3.0, -1.0)]);
        assert_eq!(sum(&a, Axis::Across).as_slice(), &[c64::new(4.0, 1.0)]);
        assert_eq!(prod(&a, Axis::Across).as_slice(), &[c64::new(5.0, 5.0)]);
        assert_eq!(sum_of_squares(&a, Axis::Across).as_slice(), &[15.0]);
        assert_eq!(cumsum(&a, Axis::Across).as_slice()[1], c64::new(4.0, 1.0));
        assert_eq!(dot(&a, &a, Axis::Across).as_slice(), &[c64::new(15.0, 0.0)]);
        assert_eq!(mean(&a, Axis::Down), a);
    }

    #[test]
    fn order_is_by_modulus_then_argument() {
        let a = row(&[(0.0, 2.0), (f64::NAN, 0.0), (2.0, 0.0), (1.0, 0.0), (-1.0, -0.0)]);
        assert_eq!(sort_positions(&a, Axis::Across, false), [3, 4, 2, 0, 1]);
        assert_eq!(sort_positions(&a, Axis::Across, true), [1, 0, 2, 4, 3]);
        assert_eq!(extreme_positions(&a, Axis::Across, true), [0]);
        assert_eq!(extreme_positions(&a, Axis::Across, false), [3]);
    }
}
