//! Solving, inverting and taking determinants of complex matrices.
//!
//! Systems go through the equivalent real system `[Re -Im; Im Re]` of twice the size, so that every
//! method of [`super::solve()`] (least squares, least norm, warnings) holds for complex matrices too, at
//! about twice the flops of complex arithmetic. LU is done in complex arithmetic, column by column
//! (Golub & Van Loan 2013, §3.4). Cost: 16n³/3 real flops for a system, 8n³/3 for LU.

use super::inverse::Inverse;
use super::solve::{Solution, solve};
use crate::error::{Error, Result};
use crate::linalg::complex::divide;
use crate::linalg::{ComplexMatrix, Matrix, c64};

/// A complex solution with what [`Solution`] says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct ComplexSolution {
    /// n×k for A m×n and B m×k.
    pub x: ComplexMatrix,
    /// The reciprocal condition number, method and warning of the real system (its `x` is empty).
    pub report: Solution,
}

/// `[Re -Im; Im Re]`, 2m×2n.
fn embed(a: &ComplexMatrix) -> Matrix {
    let (m, n) = (a.rows(), a.cols());
    Matrix::from_fn(2 * m, 2 * n, |i, j| {
        let z = a[(i % m, j % n)];
        match (i < m, j < n) {
            (true, true) | (false, false) => z.re,
            (true, false) => -z.im,
            (false, true) => z.im,
        }
    })
}

/// `[Re; Im]`, 2m×n.
fn stack(a: &ComplexMatrix) -> Matrix {
    let m = a.rows();
    Matrix::from_fn(2 * m, a.cols(), |i, j| if i < m { a[(i, j)].re } else { a[(i - m, j)].im })
}

/// `A \ B`.
///
/// Errors: as [`super::solve()`].
pub fn solve_complex(a: &ComplexMatrix, b: &ComplexMatrix) -> Result<ComplexSolution> {
    if a.len() == 1 {
        let divisor = a.as_slice()[0];
        let modulus = Matrix::from_rows(&[&[divisor.norm()]]);
        let report = solve(&modulus, &Matrix::zeros(1, 0))?;
        return Ok(ComplexSolution { x: b.map(|z| divide(z, divisor)), report });
    }
    if a.rows() != b.rows() {
        let hint = format!("both must have as many rows: {} and {} differ", a.rows(), b.rows());
        let (left, right) = (a.shape(), b.shape());
        return Err(Error::Shapes { operation: "solve", left, right, hint: Some(hint) });
    }
    let mut report = solve(&embed(a), &stack(b))?;
    let n = a.cols();
    let x = std::mem::take(&mut report.x);
    let x = ComplexMatrix::from_fn(n, b.cols(), |i, j| c64::new(x[(i, j)], x[(i + n, j)]));
    Ok(ComplexSolution { x, report })
}

/// The inverse of a square complex matrix and its estimated reciprocal condition number.
pub fn inv_complex(a: &ComplexMatrix) -> Result<(ComplexMatrix, f64)> {
    let n = square("inverse", a)?;
    let Inverse { x, rcond } = super::inverse::inv(&embed(a))?;
    Ok((ComplexMatrix::from_fn(n, n, |i, j| c64::new(x[(i, j)], x[(i + n, j)])), rcond))
}

/// The determinant of a square complex matrix.
pub fn det_complex(a: &ComplexMatrix) -> Result<c64> {
    square("det", a)?;
    let f = lu_complex(a)?;
    let pivots = (0..f.u.cols()).map(|i| f.u[(i, i)]);
    Ok(pivots.fold(c64::new(f.sign, 0.0), |product, u| product * u))
}

fn square(operation: &'static str, a: &ComplexMatrix) -> Result<usize> {
    if a.is_square() { Ok(a.cols()) } else { Err(Error::NotSquare { operation, shape: a.shape() }) }
}

/// `P*A = L*U` of a complex matrix, as [`super::Lu`].
#[derive(Debug, Clone, PartialEq)]
pub struct ComplexLu {
    /// Unit lower trapezoidal, m×r.
    pub l: ComplexMatrix,
    /// Upper trapezoidal, r×n.
    pub u: ComplexMatrix,
    /// Row i of `P*A` is row `p[i]` of A, from 0.
    pub p: Vec<usize>,
    /// The determinant of P.
    pub sign: f64,
}

/// Factors an m×n complex matrix with partial pivoting.
///
/// Errors: [`Error::NonFinite`].
pub fn lu_complex(a: &ComplexMatrix) -> Result<ComplexLu> {
    let (m, n) = (a.rows(), a.cols());
    for (k, z) in a.as_slice().iter().enumerate() {
        if let Some(value) = [z.re, z.im].into_iter().find(|x| !x.is_finite()) {
            return Err(Error::NonFinite {
                operation: "lu",
                row: k % m + 1,
                col: k / m + 1,
                value,
            });
        }
    }
    let (r, zero) = (m.min(n), c64::new(0.0, 0.0));
    let mut w = a.clone();
    let mut p: Vec<usize> = (0..m).collect();
    let mut sign = 1.0;
    for k in 0..r {
        // LAPACK compares |Re| + |Im|.
        let size = |z: c64| z.re.abs() + z.im.abs();
        let best = (k..m).fold(k, |b, i| if size(w[(i, k)]) > size(w[(b, k)]) { i } else { b });
        if best != k {
            p.swap(k, best);
            sign = -sign;
            (0..n).for_each(|j| w.col_mut(j).swap(k, best));
        }
        let pivot = w[(k, k)];
        if pivot == zero {
            continue;
        }
        w.col_mut(k)[k + 1..].iter_mut().for_each(|z| *z = divide(*z, pivot));
        let (left, right) = w.as_mut_slice().split_at_mut((k + 1) * m);
        let multipliers = &left[k * m + k + 1..];
        for column in right.chunks_mut(m) {
            let head = column[k];
            column[k + 1..].iter_mut().zip(multipliers).for_each(|(z, l)| *z -= l * head);
        }
    }
    let one = c64::new(1.0, 0.0);
    let l = ComplexMatrix::from_fn(m, r, |i, j| match i.cmp(&j) {
        std::cmp::Ordering::Greater => w[(i, j)],
        std::cmp::Ordering::Equal => one,
        std::cmp::Ordering::Less => zero,
    });
    let u = ComplexMatrix::from_fn(r, n, |i, j| if i <= j { w[(i, j)] } else { zero });
    Ok(ComplexLu { l, u, p, sign })
}

#[cfg(test)]
mod tests {
    use super::super::testdata::random;
    use super::*;
    use crate::linalg::product::multiply_complex;

    fn complex(m: usize, n: usize, seed: u64) -> ComplexMatrix {
        let (re, im) = (random(m, n, seed), random(m, n, seed + 100));
        ComplexMatrix::from_fn(m, n, |i, j| c64::new(re[(i, j)], im[(i, j)]))
    }

    fn distance(a: &ComplexMatrix, b: &ComplexMatrix) -> f64 {
        assert_eq!(a.shape(), b.shape());
        a.as_slice().iter().zip(b.as_slice()).fold(0.0, |d, (x, y)| d.max((x - y).norm()))
    }

    #[test]
    fn factors_and_solutions() {
        for (m, n) in [(0, 0), (1, 1), (4, 4), (6, 3), (3, 6), (20, 20)] {
            let a = complex(m, n, 1);
            let f = lu_complex(&a).unwrap();
            let pa = ComplexMatrix::from_fn(m, n, |i, j| a[(f.p[i], j)]);
            assert!(distance(&multiply_complex(&f.l, &f.u).unwrap(), &pa) < 1e-13);
            let x = complex(n, 2, 2);
            let b = multiply_complex(&a, &x).unwrap();
            let s = solve_complex(&a, &b).unwrap();
            assert!(distance(&multiply_complex(&a, &s.x).unwrap(), &b) < 1e-11);
            if m >= n {
                assert!(distance(&s.x, &x) < 1e-10);
            }
        }
    }

    #[test]
    fn determinants_and_inverses() {
        let i = c64::new(0.0, 1.0);
        let one = c64::new(1.0, 0.0);
        let a = ComplexMatrix::from_vec(2, 2, vec![i, one, one, i]);
        assert!((det_complex(&a).unwrap() + 2.0).norm() < 1e-15);
        let (x, rcond) = inv_complex(&a).unwrap();
        let product = multiply_complex(&a, &x).unwrap();
        assert!((product[(0, 0)] - one).norm() < 1e-15 && product[(0, 1)].norm() < 1e-15);
        assert!(rcond > 0.1);
        assert!(det_complex(&complex(2, 3, 1)).is_err());
    }
}
