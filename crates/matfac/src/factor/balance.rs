//! Balancing: a permutation that splits off eigenvalues, and a diagonal scaling by powers of two that makes rows and
//! columns alike in size, so that eigenvalues come out more accurate.
//!
//! References: Parlett & Reinsch (1969), Numerische Mathematik 13, with the 2-norms of James, Langou & Lowery (2014);
//! Lemonnier & Van Dooren (2006), SIAM J. Matrix Anal. Appl. 28, for pairs. Cost: O(n²) for each pass, of which a few
//! suffice.

use crate::error::{Error, Result};
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};

/// A balanced n×n matrix: `D \ A(p,p) * D` with `D = diag(scale)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Balanced<T> {
    /// The balanced matrix.
    pub matrix: Dense<T>,
    /// Powers of two, one for each row of the permuted matrix.
    pub scale: Vec<f64>,
    /// Row and column i of the permuted matrix are row and column `p[i]` of A, from 0.
    pub p: Vec<usize>,
}

impl<T: Scalar> Balanced<T> {
    /// The permuted columns of diag(scale): `A*T = T*matrix`.
    pub fn transformation(&self) -> Matrix {
        let mut t = Matrix::zeros(self.p.len(), self.p.len());
        self.p.iter().enumerate().for_each(|(i, &k)| t[(k, i)] = self.scale[i]);
        t
    }
}

/// Balances a real matrix; without `permute` or `scale`, only the other is done.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::balance};
/// let b = balance(&Matrix::from_rows(&[&[1.0, 1e6], &[1e-6, 2.0]]), true, true).unwrap();
/// assert!(b.matrix[(0, 1)] < 4.0 && b.matrix[(1, 0)] > 0.25);
/// ```
pub fn balance(a: &Matrix, permute: bool, scale: bool) -> Result<Balanced<f64>> {
    balanced("balance", a, permute, scale)
}

/// Balances a complex matrix, as [`balance`].
pub fn balance_complex(a: &ComplexMatrix, permute: bool, scale: bool) -> Result<Balanced<c64>> {
    balanced("balance", a, permute, scale)
}

pub(crate) fn balanced<T: Scalar>(
    operation: &'static str,
    a: &Dense<T>,
    permute: bool,
    scale: bool,
) -> Result<Balanced<T>> {
    a.require_square(operation)?;
    a.require_finite(operation)?;
    let n = a.cols();
    let mut b = Balanced { matrix: a.clone(), scale: vec![1.0; n], p: (0..n).collect() };
    let (low, high) = if permute { b.isolate() } else { (0, n) };
    if scale {
        while b.rescale(low, high) {}
    }
    Ok(b)
}

impl<T: Scalar> Balanced<T> {
    /// Moves rows that isolate an eigenvalue to the bottom, columns that do to the front; the range of the rest.
    fn isolate(&mut self) -> (usize, usize) {
        let (mut low, mut high) = (0, self.matrix.cols());
        let row_is_alone =
            |a: &Dense<T>, j: usize, high: usize| (0..high).all(|i| i == j || a[(j, i)] == T::ZERO);
        while let Some(j) = (0..high).rev().find(|&j| row_is_alone(&self.matrix, j, high)) {
            high -= 1;
            self.swap(j, high);
        }
        let column_is_alone = |a: &Dense<T>, j: usize, low: usize, high: usize| {
            (low..high).all(|i| i == j || a[(i, j)] == T::ZERO)
        };
        while let Some(j) = (low..high).find(|&j| column_is_alone(&self.matrix, j, low, high)) {
            self.swap(j, low);
            low += 1;
        }
        (low, high)
    }

    fn swap(&mut self, i: usize, j: usize) {
        if i == j {
            return;
        }
        let n = self.matrix.cols();
        let data = self.matrix.as_mut_slice();
        (0..n).for_each(|k| data.swap(i * n + k, j * n + k));
        (0..n).for_each(|k| data.swap(k * n + i, k * n + j));
        self.p.swap(i, j);
    }

    /// One pass over the rows `low..high`; whether it changed anything.
    fn rescale(&mut self, low: usize, high: usize) -> bool {
        let n = self.matrix.cols();
        let mut changed = false;
        for i in low..high {
            let a = &self.matrix;
            let column = length((low..high).map(|k| a[(k, i)].modulus()));
            let row = length((low..high).map(|k| a[(i, k)].modulus()));
            if column == 0.0 || row == 0.0 {
                continue;
            }
            // The largest entries that the factor touches must stay in range.
            let tallest = (0..high).map(|k| a[(k, i)].modulus()).fold(column, f64::max);
            let widest = (low..n).map(|k| a[(i, k)].modulus()).fold(row, f64::max);
            let factor = power_between(column, row, tallest, widest);
            let total = self.scale[i] * factor;
            if column * factor + row / factor >= 0.95 * (column + row)
                || !(1e-290..1e290).contains(&total)
            {
                continue;
            }
            changed = true;
            self.scale[i] = total;
            self.matrix.col_mut(i).iter_mut().for_each(|x| *x = x.scaled(factor));
            (0..n).for_each(|k| self.matrix[(i, k)] = self.matrix[(i, k)].scaled(1.0 / factor));
        }
        changed
    }
}

/// The power of two that brings `column * f` and `row / f` within a factor of two of each other.
fn power_between(mut column: f64, mut row: f64, mut tallest: f64, mut widest: f64) -> f64 {
    const SMALL: f64 = 1e-290;
    let mut factor = 1.0f64;
    while column < row / 2.0 && tallest < 1e290 && factor < 1e290 && row.min(widest) > SMALL {
        factor *= 2.0;
        (column, row) = (column * 2.0, row / 2.0);
        (tallest, widest) = (tallest * 2.0, widest / 2.0);
    }
    while column / 2.0 >= row && widest < 1e290 && factor > SMALL && column.min(tallest) > SMALL {
        factor /= 2.0;
        (column, row) = (column / 2.0, row * 2.0);
        (tallest, widest) = (tallest / 2.0, widest * 2.0);
    }
    factor
}

/// The 2-norm, without overflow.
fn length(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = values.clone().fold(0.0, f64::max);
    if largest == 0.0 {
        return 0.0;
    }
    values.map(|x| (x / largest) * (x / largest)).sum::<f64>().sqrt() * largest
}

/// A balanced pair of n×n matrices: `diag(left)*A*diag(right)` and `diag(left)*B*diag(right)`.
#[derive(Debug, Clone, PartialEq)]
pub struct BalancedPair<T> {
    /// The first matrix.
    pub a: Dense<T>,
    /// The second matrix.
    pub b: Dense<T>,
    /// Powers of two that multiply the rows.
    pub left: Vec<f64>,
    /// Powers of two that multiply the columns.
    pub right: Vec<f64>,
}

/// Scales a pair of real matrices so that the rows and columns of `|A|² + |B|²` have sums near 1; without `scale`, not
/// at all.
///
/// Errors: [`Error::NotSquare`], [`Error::Shapes`], [`Error::NonFinite`].
pub fn balance_pair(a: &Matrix, b: &Matrix, scale: bool) -> Result<BalancedPair<f64>> {
    pair(a, b, scale)
}

/// Scales a pair of complex matrices, as [`balance_pair`].
pub fn balance_pair_complex(
    a: &ComplexMatrix,
    b: &ComplexMatrix,
    scale: bool,
) -> Result<BalancedPair<c64>> {
    pair(a, b, scale)
}

fn pair<T: Scalar>(a: &Dense<T>, b: &Dense<T>, scale: bool) -> Result<BalancedPair<T>> {
    for x in [a, b] {
        x.require_square("balance")?;
        x.require_finite("balance")?;
    }
    let n = a.cols();
    if b.cols() != n {
        let (left, right) = (a.shape(), b.shape());
        return Err(Error::Shapes { operation: "balance", left, right, hint: None });
    }
    let (mut left, mut right) = (vec![1.0f64; n], vec![1.0f64; n]);
    let size = |i: usize, j: usize| a[(i, j)].modulus().max(b[(i, j)].modulus());
    for _ in 0..if scale { 20 } else { 0 } {
        let mut changed = false;
        let rows = |i: usize| length((0..n).map(|j| size(i, j) * right[j]));
        let wanted: Vec<f64> = (0..n).map(|i| nearest_power(rows(i))).collect();
        changed |= wanted != left;
        left = wanted;
        let columns = |j: usize| length((0..n).map(|i| size(i, j) * left[i]));
        let wanted: Vec<f64> = (0..n).map(|j| nearest_power(columns(j))).collect();
        changed |= wanted != right;
        right = wanted;
        if !changed {
            break;
        }
    }
    let scaled =
        |x: &Dense<T>| Dense::from_fn(n, n, |i, j| x[(i, j)].scaled(left[i]).scaled(right[j]));
    Ok(BalancedPair { a: scaled(a), b: scaled(b), left, right })
}

/// The power of two nearest to `1 / x`.
fn nearest_power(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { 2f64.powi(-x.log2().round().clamp(-500.0, 500.0) as i32) }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{distance, random};
    use super::*;
    use crate::linalg::product::multiply;

    #[test]
    fn the_transformation_takes_one_matrix_to_the_other() {
        for n in [0, 1, 2, 5, 20] {
            let spread = random(n, n, 1);
            let a = Matrix::from_fn(n, n, |i, j| {
                let x = spread[(i, j)] * 10f64.powi(3 * (i as i32 - j as i32).clamp(-4, 4));
                if (i * 7 + j * 3) % 4 == 0 { 0.0 } else { x }
            });
            for (permute, scale) in [(true, true), (false, true), (true, false), (false, false)] {
                let b = balance(&a, permute, scale).unwrap();
                let t = b.transformation();
                let (left, right) = (multiply(&a, &t).unwrap(), multiply(&t, &b.matrix).unwrap());
                assert!(distance(&left, &right) <= 1e-15 * left.largest());
                assert!(b.scale.iter().all(|&s| scale || s == 1.0));
            }
        }
    }

    #[test]
    fn isolated_eigenvalues_go_to_the_ends() {
        let a = Matrix::from_rows(&[&[1.0, 2.0, 0.0], &[0.0, 3.0, 0.0], &[4.0, 5.0, 6.0]]);
        let b = balance(&a, true, true).unwrap();
        assert_eq!(b.p, [2, 0, 1]);
        assert_eq!(
            b.matrix,
            Matrix::from_rows(&[&[6.0, 4.0, 5.0], &[0.0, 1.0, 2.0], &[0.0, 0.0, 3.0]])
        );
    }

    #[test]
    fn extreme_entries_do_no_harm() {
        for (x, y) in [(1e300, 1e-300), (1e-308, 1e308), (5e-324, 1.0)] {
            let a = Matrix::from_rows(&[&[1.0, x, 0.5], &[y, 2.0, x], &[y, y, x]]);
            let b = balance(&a, true, true).unwrap();
            assert!(b.matrix.as_slice().iter().all(|v| v.is_finite()));
            assert!(b.scale.iter().all(|s| s.is_normal()));
            let pair = balance_pair(&a, &a, true).unwrap();
            assert!(pair.a.as_slice().iter().all(|v| v.is_finite()));
        }
        assert!(balance(&Matrix::zeros(1, 2), true, true).is_err());
        assert!(balance_pair(&Matrix::zeros(2, 2), &Matrix::zeros(1, 1), true).is_err());
    }

    #[test]
    fn pairs_are_scaled_to_order_one() {
        let (a, b) = (random(6, 6, 1), random(6, 6, 2));
        let weigh = |x: &Matrix| {
            Matrix::from_fn(6, 6, |i, j| x[(i, j)] * 1e3f64.powi(i as i32 - 2 * j as i32))
        };
        let f = balance_pair(&weigh(&a), &weigh(&b), true).unwrap();
        for j in 0..6 {
            let sum: f64 = f.a.col(j).iter().chain(f.b.col(j)).map(|x| x * x).sum();
            assert!((0.1..10.0).contains(&sum), "{sum}");
        }
    }
}
