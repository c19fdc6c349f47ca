//! Bidiagonalization: `A = U*B*V'` with U and V orthogonal (unitary) and B real and bidiagonal.
//!
//! Method: Householder reflections from the left and the right in turn (Golub & Kahan 1965; Golub & Van Loan 2013,
//! §5.4.8), by faer. B is upper bidiagonal when m ≥ n and lower bidiagonal otherwise, as LAPACK's is; it has the
//! singular values of A. Cost: 4mn² - 4n³/3 flops for B (m ≥ n), and 4m²n for a full U.

use crate::error::Result;
use crate::linalg::par::{Op, order, par};
use crate::linalg::simd::Clean;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};
use faer::Conj;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch as apply_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj as apply,
};
use faer::linalg::qr::no_pivoting::factor::recommended_block_size;
use faer::linalg::svd::bidiag::{bidiag_in_place, bidiag_in_place_scratch};

/// The factors of an m×n matrix, with r = min(m, n).
#[derive(Debug, Clone, PartialEq)]
pub struct Bidiagonal<T> {
    /// m×m, or m×r when economy-sized.
    pub u: Dense<T>,
    /// m×n, or r×r when economy-sized; entries on the diagonal and just above it (m ≥ n) or below it (m < n).
    pub b: Matrix,
    /// n×n, or n×r when economy-sized.
    pub v: Dense<T>,
}

/// Bidiagonalizes an m×n matrix.
///
/// Errors: [`crate::Error::NonFinite`], and [`crate::Error::TooLarge`] for a basis that memory cannot hold.
///
/// ```
/// use matfac::{Matrix, factor::bidiag};
/// let f = bidiag(&Matrix::from_rows(&[&[3.0], &[4.0]]), true).unwrap();
/// assert!((f.b[(0, 0)].abs() - 5.0).abs() < 1e-15);
/// ```
pub fn bidiag(a: &Matrix, economy: bool) -> Result<Bidiagonal<f64>> {
    reduced(a, economy)
}

/// As [`bidiag`], for a complex matrix.
pub fn bidiag_complex(a: &ComplexMatrix, economy: bool) -> Result<Bidiagonal<c64>> {
    reduced(a, economy)
}

fn reduced<T: Scalar>(a: &Dense<T>, economy: bool) -> Result<Bidiagonal<T>> {
    a.require_finite("bidiag")?;
    if a.rows() >= a.cols() {
        return reduced_tall(a.clone(), economy);
    }
    let f = reduced_tall(a.adjoint(), economy)?;
    Ok(Bidiagonal { u: f.v, b: f.b.transposed(), v: f.u })
}

/// For m ≥ n.
fn reduced_tall<T: Scalar>(mut a: Dense<T>, economy: bool) -> Result<Bidiagonal<T>> {
    let _clean = Clean;
    let (m, n) = (a.rows(), a.cols());
    let columns = if economy { n } else { m };
    let mut u = identity::<T>(m, columns)?;
    let mut v = identity::<T>(n, n)?;
    let mut b = Dense::filled(columns, n, 0.0)?;
    if n == 0 {
        return Ok(Bidiagonal { u, b, v });
    }
    let threads = par(Op::Qr, order(&[m, n]));
    let block = recommended_block_size::<T>(m, n);
    let (mut left, mut right) = (faer::Mat::zeros(block, n), faer::Mat::zeros(block, n - 1));
    let params = Default::default();
    let scratch = bidiag_in_place_scratch::<T>(m, n, threads, params);
    let stack = &mut MemBuffer::new(scratch);
    let (l, r) = (left.as_mut(), right.as_mut());
    bidiag_in_place(a.view_mut(), l, r, threads, MemStack::new(stack), params);

    let buffer = &mut MemBuffer::new(apply_scratch::<T>(m, block, columns));
    let stack = MemStack::new(buffer);
    apply(a.view(), left.as_ref(), Conj::No, u.view_mut(), threads, stack);
    if n > 1 {
        // The reflections from the right stand in the rows; `apply` reads columns.
        let rows = Dense::from_fn(n - 1, n - 1, |i, j| a[(j, i + 1)]);
        let buffer = &mut MemBuffer::new(apply_scratch::<T>(n - 1, block, n));
        let (rest, stack) = (v.view_mut().subrows_mut(1, n - 1), MemStack::new(buffer));
        apply(rows.view(), right.as_ref(), Conj::Yes, rest, threads, stack);
    }
    // The phases of B go into the bases.
    let mut carried = T::ONE;
    for k in 0..n {
        let (size, phase) = polar(a[(k, k)] * carried);
        b[(k, k)] = size;
        scale(u.col_mut(k), phase);
        if k + 1 < n {
            let (size, phase) = polar(a[(k, k + 1)] * phase.conjugate());
            b[(k, k + 1)] = size;
            carried = phase.conjugate();
            scale(v.col_mut(k + 1), carried);
        }
    }
    Ok(Bidiagonal { u, b, v })
}

/// The leading columns of the identity.
fn identity<T: Scalar>(rows: usize, cols: usize) -> Result<Dense<T>> {
    let mut matrix = Dense::filled(rows, cols, T::ZERO)?;
    (0..cols).for_each(|i| matrix[(i, i)] = T::ONE);
    Ok(matrix)
}

/// A number as a real one times a phase: a real number is left alone.
fn polar<T: Scalar>(x: T) -> (f64, T) {
    if x.complex().im == 0.0 {
        return (x.real_part(), T::ONE);
    }
    let size = x.modulus();
    (size, x.over(T::of(size)))
}

fn scale<T: Scalar>(column: &mut [T], phase: T) {
    if phase != T::ONE {
        column.iter_mut().for_each(|x| *x *= phase);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_unitary, distance, random, random_complex};
    use super::*;
    use crate::linalg::product::multiply_complex;

    fn check(a: &ComplexMatrix, f: &Bidiagonal<c64>) {
        let scale = 1.0 + a.largest();
        let b = f.b.map(c64::from);
        let product = multiply_complex(&f.u, &b).unwrap();
        let product = multiply_complex(&product, &f.v.adjoint()).unwrap();
        assert!(distance(&product, a) < 1e-13 * scale);
        assert_unitary(&f.u, 1e-13);
        assert_unitary(&f.v, 1e-13);
        let above = usize::from(a.rows() >= a.cols());
        let allowed = |i: usize, j: usize| j == i || j + 1 == i + 2 * above;
        let is_zero = |i, j| allowed(i, j) || f.b[(i, j)] == 0.0;
        assert!((0..f.b.cols()).all(|j| (0..f.b.rows()).all(|i| is_zero(i, j))));
    }

    #[test]
    fn every_shape_rebuilds() {
        let shapes = [(0, 0), (0, 3), (3, 0), (1, 1), (1, 4), (4, 1), (5, 5), (9, 4), (4, 9)];
        for (m, n) in shapes.into_iter().chain([(60, 60), (70, 40), (40, 70)]) {
            for economy in [false, true] {
                let (re, z) = (random(m, n, 1), random_complex(m, n, 2));
                let real = bidiag(&re, economy).unwrap();
                let lifted =
                    Bidiagonal { u: real.u.map(c64::from), b: real.b, v: real.v.map(c64::from) };
                check(&re.map(c64::from), &lifted);
                check(&z, &bidiag_complex(&z, economy).unwrap());
                let flat = Dense::filled(m, n, c64::new(0.0, 0.0)).unwrap();
                check(&flat, &bidiag_complex(&flat, economy).unwrap());
            }
        }
        assert!(bidiag(&Matrix::from_rows(&[&[f64::NAN]]), false).is_err());
    }
}
