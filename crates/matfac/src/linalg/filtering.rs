//! Digital filters, two-dimensional convolution and tridiagonal systems: recurrences along the columns of a matrix.
//!
//! A filter runs in the transposed direct form II, whose state is as long as the filter and stays in the first-level
//! cache. A convolution adds shifted multiples of one matrix's columns, over blocks of rows that stay there too, and
//! computes only the part that is asked for. A tridiagonal system is eliminated with partial pivoting, as LAPACK's dgtsv
//! does. Cost: n·k for n entries and k coefficients; n for a tridiagonal system, for each right-hand side.
//!
//! References: Oppenheim, Schafer, Discrete-Time Signal Processing, 3rd ed. (2010), section 6.3; Golub, Van Loan,
//! Matrix Computations, 4th ed. (2013), section 4.3.

use super::complex::divide;
use super::simd::clean;
use super::{ComplexMatrix, Dense, Matrix, c64};
use std::ops::{Add, AddAssign, Mul, Range, Sub};

/// Rows of a convolution that are computed at a time: 16 kB of real numbers.
const BLOCK: usize = 2048;

/// Passes every column of `x` through a filter, in place, and leaves what the filter remembers in `state`.
///
/// `b` and `a` are of the same length, one more than `state` has rows, and `a[0]` is not zero.
pub fn filter(b: &[f64], a: &[f64], x: &mut Matrix, state: &mut Matrix) {
    let (b, a): (Vec<f64>, Vec<f64>) = b.iter().zip(a).map(|(b, c)| (b / a[0], c / a[0])).unzip();
    pass(&b, &a, x, state);
}

/// [`filter`] of complex numbers.
pub fn filter_complex(b: &[c64], a: &[c64], x: &mut ComplexMatrix, state: &mut ComplexMatrix) {
    let by_first = |z: &c64| divide(*z, a[0]);
    let (b, a): (Vec<c64>, Vec<c64>) =
        (b.iter().map(by_first).collect(), a.iter().map(by_first).collect());
    pass(&b, &a, x, state);
}

/// The filter with `a[0] = 1`.
fn pass<T>(b: &[T], a: &[T], x: &mut Dense<T>, state: &mut Dense<T>)
where
    T: Copy + Default + PartialEq + Add<Output = T> + Sub<Output = T> + Mul<Output = T>,
{
    clean();
    let recursive = a[1..].iter().any(|&c| c != T::default());
    for j in 0..x.cols() {
        let z = state.col_mut(j);
        for x in x.col_mut(j) {
            let y = z.first().copied().unwrap_or_default() + b[0] * *x;
            let last = z.len();
            for k in 1..=last {
                let next = if k < last { z[k] } else { T::default() };
                // 0·y is left out: of a filter without recursion it could only be NaN.
                let fed = next + b[k] * *x;
                z[k - 1] = if recursive { fed - a[k] * y } else { fed };
            }
            *x = y;
        }
    }
}

/// The rows and columns of the full convolution of `a` and `b` that lie in the ranges.
pub fn convolution(a: &Matrix, b: &Matrix, rows: Range<usize>, cols: Range<usize>) -> Matrix {
    convolved(a, b, rows, cols)
}

/// [`convolution`] of complex matrices.
pub fn convolution_complex(
    a: &ComplexMatrix,
    b: &ComplexMatrix,
    rows: Range<usize>,
    cols: Range<usize>,
) -> ComplexMatrix {
    convolved(a, b, rows, cols)
}

fn convolved<T>(a: &Dense<T>, b: &Dense<T>, rows: Range<usize>, cols: Range<usize>) -> Dense<T>
where
    T: Copy + Default + AddAssign + Mul<Output = T>,
{
    clean();
    // The longer columns are the ones to walk along.
    let (a, b) = if a.rows() < b.rows() { (b, a) } else { (a, b) };
    let mut out =
        Dense::from_vec(rows.len(), cols.len(), vec![T::default(); rows.len() * cols.len()]);
    for (column, j) in cols.enumerate() {
        let out = out.col_mut(column);
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let first = rows.start + block * BLOCK;
            for jb in (j + 1).saturating_sub(a.cols())..b.cols().min(j + 1) {
                add_column(out, first, a.col(j - jb), b.col(jb));
            }
        }
    }
    out
}

/// Adds the entries from `first` on of the convolution of two columns.
fn add_column<T>(out: &mut [T], first: usize, a: &[T], b: &[T])
where
    T: Copy + AddAssign + Mul<Output = T>,
{
    for (i, &factor) in b.iter().enumerate() {
        // Entry t of the result takes a[t - i], for t from `first` on.
        let from = i.max(first);
        let to = (i + a.len()).min(first + out.len());
        if from < to {
            for (y, &x) in out[from - first..to - first].iter_mut().zip(&a[from - i..to - i]) {
                *y += factor * x;
            }
        }
    }
}

/// Solves a tridiagonal system in place of its right-hand sides, one in each column.
///
/// `lower` and `upper` have one entry less than `diagonal`. A singular matrix leaves Inf and NaN.
pub fn solve_tridiagonal(lower: &[f64], diagonal: &[f64], upper: &[f64], x: &mut Matrix) {
    let n = diagonal.len();
    let (mut d, mut u) = (diagonal.to_vec(), upper.to_vec());
    // What exchanging two rows fills in beside the upper diagonal.
    let mut fill = vec![0.0; n.saturating_sub(2)];
    for (k, &below) in lower.iter().enumerate() {
        let exchange = below.abs() > d[k].abs();
        let (pivot, other) = if exchange { (below, d[k]) } else { (d[k], below) };
        let factor = if other == 0.0 { 0.0 } else { other / pivot };
        if exchange {
            let (next, above) = (d[k + 1], u[k]);
            (d[k], u[k]) = (below, next);
            d[k + 1] = above - factor * next;
            if k + 2 < n {
                fill[k] = u[k + 1];
                u[k + 1] *= -factor;
            }
        } else {
            d[k + 1] -= factor * u[k];
        }
        for j in 0..x.cols() {
            let column = x.col_mut(j);
            if exchange {
                column.swap(k, k + 1);
            }
            column[k + 1] -= factor * column[k];
        }
    }
    for j in 0..x.cols() {
        let column = x.col_mut(j);
        for k in (0..n).rev() {
            let mut rest = column[k];
            if k + 1 < n {
                rest -= u[k] * column[k + 1];
            }
            if k + 2 < n {
                rest -= fill[k] * column[k + 2];
            }
            column[k] = rest / d[k];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Random;

    #[test]
    fn tridiagonal_systems_leave_small_residuals_with_and_without_pivoting() {
        for (n, size_of_diagonal) in [(1, 1.0), (2, 1e-3), (3, 1e-3), (50, 1.0), (50, 4.0)] {
            let mut random = Random::seeded(n as u64);
            let mut draw =
                |count: usize| -> Vec<f64> { (0..count).map(|_| random.uniform() - 0.5).collect() };
            let (l, u, b) = (draw(n - 1), draw(n - 1), draw(2 * n));
            let d: Vec<f64> = draw(n).iter().map(|x| x * size_of_diagonal + 1e-3).collect();
            let mut x = Matrix::from_vec(n, 2, b.clone());
            solve_tridiagonal(&l, &d, &u, &mut x);
            let size = x.as_slice().iter().fold(1.0_f64, |m, v| m.max(v.abs()));
            for j in 0..2 {
                for i in 0..n {
                    let mut ax = d[i] * x[(i, j)];
                    if i > 0 {
                        ax += l[i - 1] * x[(i - 1, j)];
                    }
                    if i + 1 < n {
                        ax += u[i] * x[(i + 1, j)];
                    }
                    assert!((ax - b[j * n + i]).abs() < 1e-14 * size, "n = {n}, row {i}");
                }
            }
        }
    }

    #[test]
    fn parts_of_a_convolution_are_those_of_the_whole() {
        let a = Matrix::from_fn(5000, 3, |i, j| ((i * 7 + j * 3) % 11) as f64);
        let b = Matrix::from_fn(4, 2, |i, j| (i + 2 * j) as f64 - 2.0);
        let whole = convolution(&a, &b, 0..5003, 0..4);
        let part = convolution(&a, &b, 2040..4500, 1..3);
        for (column, j) in (1..3).enumerate() {
            assert_eq!(part.col(column), &whole.col(j)[2040..4500]);
        }
    }
}
