//! Hessenberg form: `A = P*H*P'` with P orthogonal (unitary) and H zero below its first subdiagonal.
//!
//! Method: blocked Householder reflections (faer). Reference: Golub & Van Loan (2013), §7.4; Quintana-Ortí & van de
//! Geijn (2006) for the blocking. Cost: 10n³/3 flops, and 4n³/3 for P.

use crate::error::Result;
use crate::linalg::par::{Op, par};
use crate::linalg::simd::Clean;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};
use faer::Conj;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::hessenberg::{hessenberg_in_place, hessenberg_in_place_scratch};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_right_in_place_scratch as apply_scratch,
    apply_block_householder_sequence_on_the_right_in_place_with_conj as apply,
};
use faer::linalg::qr::no_pivoting::factor::recommended_block_size;

/// The Hessenberg form of an n×n matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Hess<T> {
    /// Orthogonal (unitary), n×n.
    pub p: Dense<T>,
    /// Zero below the first subdiagonal, n×n.
    pub h: Dense<T>,
}

/// Reduces a real square matrix.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::hess};
/// let f = hess(&Matrix::from_fn(4, 4, |i, j| (i * j) as f64 + 1.0 / (1 + i + j) as f64)).unwrap();
/// assert_eq!(f.h[(2, 0)], 0.0);
/// ```
pub fn hess(a: &Matrix) -> Result<Hess<f64>> {
    reduce(a)
}

/// Reduces a complex square matrix, as [`hess`].
pub fn hess_complex(a: &ComplexMatrix) -> Result<Hess<c64>> {
    reduce(a)
}

fn reduce<T: Scalar>(a: &Dense<T>) -> Result<Hess<T>> {
    a.require_square("hess")?;
    a.require_finite("hess")?;
    Ok(reduced(a, true))
}

/// The reduction of a square matrix of finite numbers; without `vectors`, P has no rows.
pub(crate) fn reduced<T: Scalar>(a: &Dense<T>, vectors: bool) -> Hess<T> {
    let n = a.cols();
    let mut p = if vectors { Dense::identity(n) } else { Dense::from_fn(0, n, |_, _| T::ZERO) };
    if n < 3 {
        return Hess { p, h: a.clone() };
    }
    let _clean = Clean;
    let (scaled, scale) = a.rescaled();
    let mut h = scaled.unwrap_or_else(|| a.clone());
    let threads = par(Op::Eig, n);
    let block = recommended_block_size::<T>(n - 1, n - 1);
    let mut coefficients = faer::Mat::<T>::zeros(block, n - 1);
    let params = Default::default();
    let scratch = hessenberg_in_place_scratch::<T>(n, block, threads, params)
        .or(apply_scratch::<T>(n - 1, block, n - 1));
    let mut buffer = MemBuffer::new(scratch);
    hessenberg_in_place(
        h.view_mut(),
        coefficients.as_mut(),
        threads,
        MemStack::new(&mut buffer),
        params,
    );
    if vectors {
        apply(
            h.view().submatrix(1, 0, n - 1, n - 1),
            coefficients.as_ref(),
            Conj::No,
            p.view_mut().submatrix_mut(1, 1, n - 1, n - 1),
            threads,
            MemStack::new(&mut buffer),
        );
    }
    for j in 0..n {
        let below = (j + 2).min(n);
        h.col_mut(j)[below..].fill(T::ZERO);
        h.col_mut(j)[..below].iter_mut().for_each(|x| *x = x.scaled(scale));
    }
    Hess { p, h }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_unitary, distance, random, random_complex};
    use super::*;
    use crate::linalg::product::{multiply, multiply_complex};

    #[test]
    fn real_matrices_of_every_size() {
        for n in [0, 1, 2, 3, 4, 17, 80, 300] {
            let a = random(n, n, 1);
            let f = hess(&a).unwrap();
            assert_unitary(&f.p, 1e-14 * (n + 10) as f64);
            let back = multiply(&multiply(&f.p, &f.h).unwrap(), &f.p.adjoint()).unwrap();
            assert!(distance(&back, &a) < 1e-14 * (n + 10) as f64);
            assert!((0..n).all(|j| f.h.col(j)[(j + 2).min(n)..].iter().all(|&x| x == 0.0)));
        }
    }

    #[test]
    fn complex_and_badly_scaled_matrices() {
        for n in [1, 3, 30] {
            let a = random_complex(n, n, 1);
            let f = hess_complex(&a).unwrap();
            assert_unitary(&f.p, 1e-13);
            let product = multiply_complex(&f.p, &f.h).unwrap();
            assert!(distance(&multiply_complex(&product, &f.p.adjoint()).unwrap(), &a) < 1e-13);
        }
        for scale in [1e-300, 1e300] {
            let a = random(5, 5, 2).map(|x| x * scale);
            let f = hess(&a).unwrap();
            let back = multiply(&multiply(&f.p, &f.h).unwrap(), &f.p.adjoint()).unwrap();
            assert!(distance(&back, &a) < 1e-14 * scale * 5.0);
        }
    }
}
