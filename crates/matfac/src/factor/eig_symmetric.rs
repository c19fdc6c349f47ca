//! Eigenvalues of a symmetric (Hermitian) matrix: `A*V = V*D` with V orthogonal (unitary).
//!
//! Method: tridiagonalisation, divide and conquer (faer); for the values of a real matrix alone, `tridiagonal.rs`. Reference: Golub & Van Loan (2013), chapter 8. Cost: 4n³/3
//! flops for the values, 9n³ with vectors.

use super::svd::{fix_signs, scale_columns};
use super::tridiagonal;
use crate::error::{Error, Result};
use crate::linalg::par::{Op, par};
use crate::linalg::product::times;
use crate::linalg::simd::Clean;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};

/// Eigenvalues and vectors of a symmetric (Hermitian) n×n matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct SymmetricEig<T = f64> {
    /// Ascending.
    pub values: Vec<f64>,
    /// Orthonormal columns, n×n, in the order of the values; n×0 when not asked for. In each the entry
    /// of largest magnitude is positive.
    pub vectors: Dense<T>,
}

impl<T: Scalar> SymmetricEig<T> {
    /// `V*diag(f(values))*V'`, for functions of a symmetric matrix.
    pub fn apply(&self, f: impl Fn(f64) -> f64) -> Result<Dense<T>> {
        let d: Vec<f64> = self.values.iter().map(|&x| f(x)).collect();
        let scaled = scale_columns(self.vectors.clone(), &d);
        times(&scaled, false, &self.vectors, true)
    }

    /// How many eigenvalues are positive, negative, and zero to within `tol`.
    pub fn inertia(&self, tol: f64) -> (usize, usize, usize) {
        let positive = self.values.iter().filter(|&&x| x > tol).count();
        let negative = self.values.iter().filter(|&&x| x < -tol).count();
        (positive, negative, self.values.len() - positive - negative)
    }
}

/// Decomposes a symmetric matrix, of which the lower triangle is read.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`], in theory [`Error::NoConvergence`].
///
/// ```
/// use matfac::{Matrix, factor::eig_symmetric};
/// let e = eig_symmetric(&Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]), true).unwrap();
/// assert!((e.values[0] + 1.0).abs() < 1e-14 && (e.values[1] - 3.0).abs() < 1e-14);
/// ```
pub fn eig_symmetric(a: &Matrix, vectors: bool) -> Result<SymmetricEig> {
    decompose(a, vectors)
}

/// Decomposes a Hermitian matrix, of which the lower triangle is read, as [`eig_symmetric`].
pub fn eig_hermitian(a: &ComplexMatrix, vectors: bool) -> Result<SymmetricEig<c64>> {
    decompose(a, vectors)
}

pub(crate) fn decompose<T: Scalar>(a: &Dense<T>, vectors: bool) -> Result<SymmetricEig<T>> {
    a.require_square("eig")?;
    a.require_finite("eig")?;
    let n = a.cols();
    if let (Some(a), false) = (T::as_real(a), vectors) {
        let values = tridiagonal::eigenvalues(a)?;
        return Ok(SymmetricEig { values, vectors: Dense::zeros(n, 0) });
    }
    let mut values = vec![T::ZERO; n];
    let mut v = Dense::filled(n, if vectors { n } else { 0 }, T::ZERO)?;
    if n == 0 {
        return Ok(SymmetricEig { values: Vec::new(), vectors: v });
    }
    let _clean = Clean;
    let (scaled, scale) = a.rescaled();
    let kind = if vectors { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No };
    let threads = par(Op::Eig, n);
    let params = Default::default();
    let scratch = self_adjoint_evd_scratch::<T>(n, kind, threads, params);
    self_adjoint_evd(
        scaled.as_ref().unwrap_or(a).view(),
        DiagMut::from_slice_mut(&mut values),
        vectors.then(|| v.view_mut()),
        threads,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    )
    .map_err(|_| Error::NoConvergence { operation: "eig" })?;
    let count = v.cols();
    fix_signs(&mut v, None, count);
    Ok(SymmetricEig { values: values.iter().map(|x| x.real_part() * scale).collect(), vectors: v })
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_unitary, distance, random, random_complex};
    use super::*;

    fn check<T: Scalar>(a: &Dense<T>) {
        let n = a.cols();
        let tol = 30.0 * f64::EPSILON * (n + 1) as f64;
        let e = decompose(a, true).unwrap();
        assert_unitary(&e.vectors, tol);
        assert!(distance(&e.apply(|x| x).unwrap(), a) <= tol * a.one_norm(), "{n}");
        assert!(e.values.windows(2).all(|w| w[0] <= w[1]));
        let values = decompose(a, false).unwrap().values;
        let size = a.one_norm();
        assert!(values.iter().zip(&e.values).all(|(x, y)| (x - y).abs() <= tol * size));
    }

    #[test]
    fn matrices_of_every_size() {
        for n in [0, 1, 2, 3, 10, 60, 220] {
            let b = random(n, n, 3);
            let a = Matrix::from_fn(n, n, |i, j| b[(i, j)] + b[(j, i)]);
            assert!(a.is_hermitian());
            check(&a);
            check(&a.map(|x| x * 1e300 / 16.0));
            check(&a.map(|x| x * 1e-300));
            let b = random_complex(n, n, 3);
            let a = Dense::from_fn(n, n, |i, j| b[(i, j)] + b[(j, i)].conj());
            assert!(a.is_hermitian());
            check(&a);
            check(&Matrix::from_fn(n, n, |_, _| 1.0));
            check(&Matrix::zeros(n, n));
        }
    }

    #[test]
    fn signatures() {
        let saddle = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
        assert_eq!(eig_symmetric(&saddle, false).unwrap().inertia(1e-12), (1, 1, 0));
        let i = c64::new(0.0, 1.0);
        let a = ComplexMatrix::from_vec(2, 2, vec![c64::ZERO, i, -i, c64::ZERO]);
        let e = eig_hermitian(&a, true).unwrap();
        assert!((e.values[0] + 1.0).abs() < 1e-15 && e.vectors[(0, 0)].im == 0.0);
    }
}
