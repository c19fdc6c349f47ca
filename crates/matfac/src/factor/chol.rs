//! Cholesky: `A = R'*R` with R upper triangular, or `A = L*L'`.
//!
//! Method: blocked left-looking (faer). Reference: Golub & Van Loan (2013), §4.2. Only the triangle
//! that is asked for is read, as in MATLAB. Cost: n³/3 flops, half of LU. Backward stable without
//! pivoting.

use super::condition::{inverse_one_norm, rcond_from};
use super::field::Field;
use super::triangle::{Part, column, substitute, substitute_adjoint};
use crate::error::{Error, Result};
use crate::linalg::par::{Op, par};
use crate::linalg::simd::Clean;
use crate::linalg::{Dense, Scalar};
use faer::MatMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::cholesky_in_place_scratch;
use faer::linalg::cholesky::llt::factor::{LltError, LltRegularization, cholesky_in_place};

/// Which triangle is read and returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Triangle {
    /// R with `A = R'*R`.
    #[default]
    Upper,
    /// L with `A = L*L'`.
    Lower,
}

/// A Cholesky factor, as far as it exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Chol<T> {
    /// The triangular factor: n×n, or q×q of the leading q×q block when pivot q + 1 failed.
    pub factor: Dense<T>,
    /// Which triangle `factor` is.
    pub triangle: Triangle,
    /// The first pivot, from 1, that is not positive, and its value; MATLAB's second output.
    pub failure: Option<(usize, f64)>,
}

/// Factors a symmetric (Hermitian) positive definite matrix.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`], and [`Error::NotPositiveDefinite`] with the
/// pivot that failed and its value.
///
/// ```
/// use matfac::{Matrix, factor::{chol, chol::Triangle}};
/// let a = Matrix::from_rows(&[&[4.0, 2.0], &[2.0, 5.0]]);
/// let l = chol(&a, Triangle::Lower).unwrap();
/// assert_eq!(l.factor, Matrix::from_rows(&[&[2.0, 0.0], &[1.0, 2.0]]));
/// let error = chol(&Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]), Triangle::Upper);
/// assert!(error.unwrap_err().to_string().contains("pivot 2 is -3"));
/// ```
pub fn chol<T: Field>(a: &Dense<T>, triangle: Triangle) -> Result<Chol<T>> {
    let f = try_chol(a, triangle)?;
    match f.failure {
        Some((pivot, value)) => Err(Error::NotPositiveDefinite { pivot, value }),
        None => Ok(f),
    }
}

/// As [`chol`], but a matrix that is not positive definite gives the factor of its leading block.
pub fn try_chol<T: Field>(a: &Dense<T>, triangle: Triangle) -> Result<Chol<T>> {
    T::chol(a, triangle)
}

pub(super) fn decompose<T: Scalar>(a: &Dense<T>, triangle: Triangle) -> Result<Chol<T>> {
    a.require_square("chol")?;
    a.require_finite("chol")?;
    let mut lower = lower_of(a, triangle);
    let failure = match factor_lower(&mut lower) {
        Ok(()) => None,
        Err(index) => {
            let mut leading =
                Dense::from_view(lower_of(a, triangle).view().submatrix(0, 0, index, index));
            // The leading block was passed on the way to the failure; should rounding in the smaller
            // blocking disagree, report the smaller index.
            let index = factor_lower(&mut leading).map_or_else(|smaller| smaller, |()| index);
            let leading = Dense::from_view(leading.view().submatrix(0, 0, index, index));
            let value = failing_pivot(&lower_of(a, triangle), &leading);
            lower = leading;
            Some((index + 1, value))
        }
    };
    clear_upper(&mut lower);
    let factor = if triangle == Triangle::Upper { lower.adjoint() } else { lower };
    Ok(Chol { factor, triangle, failure })
}

/// A copy whose lower triangle is the one to be read; its diagonal is real, as that of a Hermitian matrix is.
fn lower_of<T: Scalar>(a: &Dense<T>, triangle: Triangle) -> Dense<T> {
    let mut lower = match triangle {
        Triangle::Upper => a.adjoint(),
        Triangle::Lower => a.clone(),
    };
    (0..lower.cols()).for_each(|i| lower[(i, i)] = T::of(lower[(i, i)].real_part()));
    lower
}

/// Factors in place from the lower triangle; the 0-based index of the pivot that failed otherwise.
pub(crate) fn factor_lower<T: Scalar>(a: &mut Dense<T>) -> std::result::Result<(), usize> {
    let _clean = Clean;
    let n = a.cols();
    let threads = par(Op::Cholesky, n);
    let params = Default::default();
    let scratch = cholesky_in_place_scratch::<T>(n, threads, params);
    let outcome = cholesky_in_place(
        a.view_mut(),
        LltRegularization::default(),
        threads,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    );
    match outcome {
        Ok(_) => Ok(()),
        Err(LltError::NonPositivePivot { index }) => Err(index),
    }
}

/// `a(q,q) - |L⁻¹ a(1:q,q)|²`, the pivot after the leading block's factor.
fn failing_pivot<T: Scalar>(lower: &Dense<T>, leading: &Dense<T>) -> f64 {
    let q = leading.cols();
    let mut row = Dense::from_fn(q, 1, |j, _| lower[(q, j)].conjugate());
    substitute(leading.view(), Part::Lower, row.view_mut());
    let squares = row.as_slice().iter().map(|v| v.modulus() * v.modulus());
    lower[(q, q)].real_part() - squares.sum::<f64>()
}

/// Leaves the factor alone: zeros above the diagonal, and no rounding in the imaginary parts on it.
fn clear_upper<T: Scalar>(a: &mut Dense<T>) {
    for j in 0..a.cols() {
        a.col_mut(j)[..j].fill(T::ZERO);
        a[(j, j)] = T::of(a[(j, j)].real_part());
    }
}

/// Whether a matrix is symmetric (Hermitian) up to `tol`·‖A‖₁, and Cholesky succeeds: all eigenvalues positive.
pub fn is_positive_definite<T: Field>(a: &Dense<T>, tol: f64) -> bool {
    if !a.is_square() || a.require_finite("isdefinite").is_err() {
        return false;
    }
    a.is_nearly_hermitian(tol * a.one_norm())
        && try_chol(a, Triangle::Lower).is_ok_and(|f| f.failure.is_none())
}

/// A positive definite matrix factored once, to be used many times.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PackedChol<T> {
    /// L on and below the diagonal; what stands above is left from A.
    pub l: Dense<T>,
    /// ‖A‖₁.
    pub norm: f64,
}

impl<T: Scalar> PackedChol<T> {
    /// Factors a symmetric matrix whose lower triangle is read; `None` when it is not positive definite.
    pub fn new(mut a: Dense<T>) -> Option<PackedChol<T>> {
        let norm = a.one_norm();
        factor_lower(&mut a).ok()?;
        Some(PackedChol { l: a, norm })
    }

    /// `X = A \ X`.
    pub fn solve_in_place(&self, mut x: MatMut<'_, T>) {
        substitute(self.l.view(), Part::Lower, x.as_mut());
        substitute_adjoint(self.l.view(), Part::Lower, x);
    }

    /// An estimate of 1 / (‖A‖₁ ‖A⁻¹‖₁), in O(n²).
    pub fn rcond(&self) -> f64 {
        let solve = |x: &mut [T]| self.solve_in_place(column(x));
        rcond_from(self.l.cols(), self.norm, inverse_one_norm(self.l.cols(), solve, solve))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_close, distance, random, random_complex};
    use super::*;
    use crate::linalg::product::{gram, multiply, multiply_with, times};
    use crate::linalg::{ComplexMatrix, Matrix, c64};

    fn definite(n: usize, seed: u64) -> Matrix {
        let mut a = gram(&random(n, n, seed)).unwrap();
        (0..n).for_each(|i| a[(i, i)] += 1.0);
        a
    }

    #[test]
    fn both_triangles_rebuild() {
        for n in [0, 1, 2, 5, 33, 130, 260] {
            let a = definite(n, 3);
            let r = chol(&a, Triangle::Upper).unwrap().factor;
            let l = chol(&a, Triangle::Lower).unwrap().factor;
            let tol = 1e-14 * (n * n + 1) as f64;
            assert_close(&multiply_with(&r, true, &r, false).unwrap(), &a, tol);
            assert_close(&multiply_with(&l, false, &l, true).unwrap(), &a, tol);
            assert!((0..n).all(|j| (0..j).all(|i| r[(j, i)] == 0.0 && l[(i, j)] == 0.0)));
        }
    }

    #[test]
    fn published_factor() {
        let a = Matrix::from_rows(&[&[2.0, 1.0, 1.0], &[1.0, 2.0, 1.0], &[1.0, 1.0, 2.0]]);
        let l: &[&[f64]] = &[
            &[2f64.sqrt(), 0.0, 0.0],
            &[0.5f64.sqrt(), 1.2247448714, 0.0],
            &[0.5f64.sqrt(), 0.4082482905, 1.1547005384],
        ];
        assert_close(&chol(&a, Triangle::Lower).unwrap().factor, &Matrix::from_rows(l), 1e-10);
    }

    #[test]
    fn the_failing_pivot_is_named_wherever_it_stands() {
        for n in [3, 40, 200, 300] {
            for fail in [0, 1, n / 2, n - 1] {
                let mut a = definite(n, 7);
                let before = chol(&a, Triangle::Upper).unwrap().factor[(fail, fail)].powi(2);
                a[(fail, fail)] -= before + 2.0;
                let f = try_chol(&a, Triangle::Upper).unwrap();
                let (pivot, value) = f.failure.unwrap();
                assert_eq!((pivot, f.factor.cols()), (fail + 1, fail), "n = {n}");
                assert!((value + 2.0).abs() < 1e-9, "{value}");
                let leading = Matrix::from_view(a.view().submatrix(0, 0, fail, fail));
                let rebuilt = multiply_with(&f.factor, true, &f.factor, false).unwrap();
                assert_close(&rebuilt, &leading, 1e-10);
            }
        }
    }

    #[test]
    fn definiteness() {
        let saddle = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
        assert!(!is_positive_definite(&saddle, 0.0));
        assert!(is_positive_definite(&definite(20, 1), 0.0));
        assert!(!is_positive_definite(&Matrix::zeros(2, 2), 0.0));
        assert!(!random(50, 50, 1).is_hermitian() && saddle.is_hermitian());
        assert!(!Matrix::zeros(2, 3).is_hermitian());
        let error = chol(&Matrix::zeros(2, 3), Triangle::Upper).unwrap_err();
        assert!(matches!(error, Error::NotSquare { .. }));
    }

    #[test]
    fn packed_solves() {
        let a = definite(50, 2);
        let f = PackedChol::new(a.clone()).unwrap();
        let x = random(50, 4, 3);
        let mut y = multiply(&a, &x).unwrap();
        f.solve_in_place(y.view_mut());
        assert_close(&y, &x, 1e-10);
        let lu = super::super::lu::PackedLu::new(a);
        assert!((f.rcond() / lu.rcond() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn hermitian_matrices() {
        let b = random_complex(30, 20, 1);
        let a = times(&b, true, &b, false).unwrap();
        let r = chol(&a, Triangle::Upper).unwrap().factor;
        assert!(distance(&times(&r, true, &r, false).unwrap(), &a) < 1e-12);
        let l = chol(&a, Triangle::Lower).unwrap().factor;
        assert!(distance(&times(&l, false, &l, true).unwrap(), &a) < 1e-12);
        assert!((0..20).all(|i| l[(i, i)].im == 0.0 && l[(i, i)].re > 0.0));
        let i = c64::new(0.0, 2.0);
        let one = c64::new(1.0, 0.0);
        let saddle = ComplexMatrix::from_vec(2, 2, vec![one, -i, i, one]);
        assert_eq!(try_chol(&saddle, Triangle::Upper).unwrap().failure, Some((2, -3.0)));
    }
}
