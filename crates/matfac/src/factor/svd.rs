//! Singular values: `A = U*diag(s)*V'` with orthonormal U and V and s in descending order.
//!
//! Method: QR first when the matrix is much taller than wide (or the reverse), bidiagonalisation,
//! divide and conquer (faer). Reference: Golub & Van Loan (2013), §8.6; Chan (1982) for the QR step.
//! Cost: about 4mn² + 8n³ flops with vectors, 2mn² + 2n³ without.
//!
//! Sign rule: in each right singular vector the entry of largest magnitude is positive (the first of
//! those within a relative 1e-8 of the largest); the left vector follows.

use super::field::Field;
use crate::error::{Error, Result};
use crate::linalg::norm::{self, Norm};
use crate::linalg::par::{Op, order, par};
use crate::linalg::product::times;
use crate::linalg::simd::Clean;
use crate::linalg::{Dense, Matrix, Scalar};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{ComputeSvdVectors, svd as by_faer, svd_scratch};

/// How many singular vectors to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SvdForm {
    /// All: U is m×m and V is n×n.
    Full,
    /// The first min(m, n).
    #[default]
    Economy,
}

/// The singular value decomposition of an m×n matrix, with r = min(m, n).
#[derive(Debug, Clone, PartialEq)]
pub struct Svd<T> {
    /// Left singular vectors, m×r, or m×m in full.
    pub u: Dense<T>,
    /// The r singular values, descending.
    pub s: Vec<f64>,
    /// Right singular vectors, n×r, or n×n in full.
    pub v: Dense<T>,
}

impl<T: Scalar> Svd<T> {
    /// The singular values as the middle factor, with as many rows as U has columns and as many columns
    /// as V has.
    pub fn s_matrix(&self) -> Matrix {
        let mut s = Matrix::zeros(self.u.cols(), self.v.cols());
        self.s.iter().enumerate().for_each(|(i, &x)| s[(i, i)] = x);
        s
    }

    /// `U(:,1:k)*diag(s(1:k))*V(:,1:k)'`: A itself for k = r, else its best approximation of rank k.
    pub fn reconstruct(&self, k: usize) -> Result<Dense<T>> {
        let k = k.min(self.s.len());
        let scaled = scale_columns(self.u.columns(0, k), &self.s);
        times(&scaled, false, &self.v.columns(0, k), true)
    }

    /// Number of singular values above `tol`, which defaults to Octave's `max(m,n)·ε·s(1)`.
    pub fn rank(&self, tol: Option<f64>) -> usize {
        let tol = tol.unwrap_or_else(|| default_tol(self.u.rows(), self.v.rows(), &self.s));
        self.s.iter().filter(|&&x| x > tol).count()
    }
}

/// `max(m,n)·ε·s(1)`, below which a singular value counts as zero.
pub fn default_tol(m: usize, n: usize, s: &[f64]) -> f64 {
    m.max(n) as f64 * f64::EPSILON * s.first().copied().unwrap_or(0.0)
}

/// Decomposes an m×n matrix.
///
/// Errors: [`Error::NonFinite`] (complete or impute missing entries first), and in theory
/// [`Error::NoConvergence`].
///
/// ```
/// use matfac::{Matrix, factor::{SvdForm, svd}};
/// let f = svd(&Matrix::from_rows(&[&[2.0, 1.0], &[1.0, 2.0]]), SvdForm::Economy).unwrap();
/// assert!((f.s[0] - 3.0).abs() < 1e-14 && (f.s[1] - 1.0).abs() < 1e-14);
/// assert!(f.v[(0, 0)] > 0.0 && f.v[(0, 1)] > 0.0);
/// ```
pub fn svd<T: Field>(a: &Dense<T>, form: SvdForm) -> Result<Svd<T>> {
    T::svd(a, form)
}

/// The singular values alone, descending, without the work of the vectors.
pub fn singular_values<T: Field>(a: &Dense<T>) -> Result<Vec<f64>> {
    T::singular_values(a)
}

pub(super) fn decompose<T: Scalar>(a: &Dense<T>, form: SvdForm) -> Result<Svd<T>> {
    a.require_finite("svd")?;
    let (m, n) = (a.rows(), a.cols());
    let r = m.min(n);
    let (columns_u, columns_v) = if form == SvdForm::Full { (m, n) } else { (r, r) };
    let mut u = Dense::filled(m, columns_u, T::ZERO)?;
    let mut v = Dense::filled(n, columns_v, T::ZERO)?;
    if r == 0 {
        (0..columns_u).for_each(|i| u[(i, i)] = T::ONE);
        (0..columns_v).for_each(|i| v[(i, i)] = T::ONE);
        return Ok(Svd { u, s: Vec::new(), v });
    }
    let kind =
        if form == SvdForm::Full { ComputeSvdVectors::Full } else { ComputeSvdVectors::Thin };
    let s = kernel(a, kind, Some(&mut u), Some(&mut v))?;
    fix_signs(&mut v, Some(&mut u), r);
    // The vectors past r belong to no singular value; each follows its own largest entry.
    (r..columns_v).for_each(|j| fix_column(v.col_mut(j)));
    (r..columns_u).for_each(|j| fix_column(u.col_mut(j)));
    Ok(Svd { u, s, v })
}

pub(super) fn values<T: Scalar>(a: &Dense<T>) -> Result<Vec<f64>> {
    a.require_finite("svd")?;
    if a.is_empty() { Ok(Vec::new()) } else { kernel(a, ComputeSvdVectors::No, None, None) }
}

/// The singular values of a matrix that is not empty, and the vectors where there is room for them.
fn kernel<T: Scalar>(
    a: &Dense<T>,
    kind: ComputeSvdVectors,
    u: Option<&mut Dense<T>>,
    v: Option<&mut Dense<T>>,
) -> Result<Vec<f64>> {
    let _clean = Clean;
    let (m, n) = (a.rows(), a.cols());
    let mut s = vec![T::ZERO; m.min(n)];
    let (scaled, scale) = a.rescaled();
    let threads = par(Op::Svd, order(&[m, n]));
    let params = Default::default();
    let scratch = svd_scratch::<T>(m, n, kind, kind, threads, params);
    by_faer(
        scaled.as_ref().unwrap_or(a).view(),
        DiagMut::from_slice_mut(&mut s),
        u.map(|u| u.view_mut()),
        v.map(|v| v.view_mut()),
        threads,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    )
    .map_err(|_| Error::NoConvergence { operation: "svd" })?;
    Ok(s.into_iter().map(|x| x.real_part() * scale).collect())
}

/// Makes the leading entry of each of the first `count` columns of `v` positive, and turns the columns of `partner`
/// along.
pub(crate) fn fix_signs<T: Scalar>(
    v: &mut Dense<T>,
    mut partner: Option<&mut Dense<T>>,
    count: usize,
) {
    for j in 0..count {
        let factor = leading_entry(v.col(j)).sign().conjugate();
        turn(v.col_mut(j), factor);
        if let Some(u) = partner.as_deref_mut() {
            turn(u.col_mut(j), factor);
        }
    }
}

fn fix_column<T: Scalar>(x: &mut [T]) {
    let factor = leading_entry(x).sign().conjugate();
    turn(x, factor);
}

/// Multiplies a vector by a number of modulus 1.
fn turn<T: Scalar>(x: &mut [T], factor: T) {
    if factor != T::ONE {
        x.iter_mut().for_each(|x| *x *= factor);
    }
}

/// The entry of largest magnitude; the first among those within a relative 1e-8, because rounding must
/// not decide between entries that are equal in exact arithmetic.
pub(crate) fn leading_entry<T: Scalar>(x: &[T]) -> T {
    let limit = (1.0 - 1e-8) * x.iter().map(|v| v.modulus()).fold(0.0, f64::max);
    x.iter().copied().find(|v| v.modulus() >= limit).unwrap_or(T::ZERO)
}

/// Multiplies column j by `s[j]`.
pub(crate) fn scale_columns<T: Scalar>(mut a: Dense<T>, s: &[f64]) -> Dense<T> {
    for (j, &factor) in s.iter().enumerate().take(a.cols()) {
        a.col_mut(j).iter_mut().for_each(|x| *x = x.scaled(factor));
    }
    a
}

/// A norm of a matrix: 1, 2, infinity, Frobenius or nuclear; a vector takes every [`Norm`].
///
/// ```
/// use matfac::{Matrix, factor::matrix_norm, linalg::norm::Norm};
/// let a = Matrix::from_rows(&[&[1.0, 0.0, 1.0], &[0.0, 1.0, 0.0], &[1.0, 0.0, 1.0]]);
/// assert!((matrix_norm(&a, Norm::Two).unwrap() - 2.0).abs() < 1e-14);
/// ```
pub fn matrix_norm<T: Field>(a: &Dense<T>, kind: Norm) -> Result<f64> {
    if a.is_empty() {
        return Ok(0.0);
    }
    let sizes = || a.map(|x| x.modulus());
    if a.is_vector() {
        return Ok(norm::vector_norm(sizes().as_slice(), kind));
    }
    let is_spectral = matches!(kind, Norm::Two | Norm::P(2.0) | Norm::Nuc);
    if is_spectral && a.require_finite("norm").is_err() {
        // NaN wins over infinity.
        return Ok(if a.largest().is_nan() { f64::NAN } else { f64::INFINITY });
    }
    match kind {
        Norm::Two | Norm::P(2.0) => Ok(singular_values(a)?[0]),
        Norm::Nuc => Ok(singular_values(a)?.iter().sum()),
        Norm::One | Norm::P(1.0) => Ok(a.one_norm()),
        Norm::Inf | Norm::P(f64::INFINITY) => Ok(norm::inf_norm(&sizes())),
        Norm::Fro => Ok(T::euclidean(a.as_slice())),
        Norm::NegInf | Norm::P(_) => Err(Error::argument_hint(
            "p",
            "this norm is defined for vectors only",
            r#"a matrix has the norms 1, 2, Inf, "fro" and "nuc""#,
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_close, assert_orthonormal, random};
    use super::*;
    use crate::linalg::product::multiply;

    fn check(a: &Matrix, form: SvdForm) -> Svd<f64> {
        let f = svd(a, form).unwrap();
        let scale = f.s.first().copied().unwrap_or(0.0).max(f64::MIN_POSITIVE);
        let tol = 4e-15 * (a.rows() + a.cols() + 10) as f64;
        assert_orthonormal(&f.u, tol);
        assert_orthonormal(&f.v, tol);
        assert_close(&f.reconstruct(usize::MAX).unwrap(), a, tol * scale);
        assert!(f.s.windows(2).all(|w| w[0] >= w[1]) && f.s.iter().all(|&x| x >= 0.0));
        assert!((0..f.v.cols()).all(|j| leading_entry(f.v.col(j)) > 0.0));
        for (x, y) in singular_values(a).unwrap().iter().zip(&f.s) {
            assert!((x - y).abs() <= tol * scale);
        }
        f
    }

    #[test]
    fn every_shape_and_rank_rebuilds() {
        let shapes = [(0, 0), (0, 3), (3, 0), (1, 1), (1, 5), (5, 1), (9, 9), (70, 40), (40, 70)];
        for (m, n) in shapes.into_iter().chain([(210, 200), (500, 12), (12, 300)]) {
            for form in [SvdForm::Full, SvdForm::Economy] {
                let f = check(&random(m, n, 1), form);
                let (p, q) = if form == SvdForm::Full { (m, n) } else { (m.min(n), m.min(n)) };
                assert_eq!((f.u.cols(), f.v.cols()), (p, q));
                check(&Matrix::zeros(m, n), form);
                let k = m.min(n).min(3);
                let f = check(&multiply(&random(m, k, 2), &random(k, n, 3)).unwrap(), form);
                assert_eq!(f.rank(None), k);
            }
        }
    }

    #[test]
    fn published_values_and_signs() {
        let f = check(&Matrix::from_rows(&[&[2.0, 1.0], &[1.0, 2.0]]), SvdForm::Full);
        let h = 0.5f64.sqrt();
        let expected = Matrix::from_rows(&[&[h, h], &[h, -h]]);
        assert_close(&f.u, &expected, 1e-15);
        assert_close(&f.v, &expected, 1e-15);
        assert!((f.s[0] - 3.0).abs() < 1e-14 && (f.s[1] - 1.0).abs() < 1e-14);
    }

    #[test]
    fn extreme_scales_keep_their_accuracy() {
        for scale in [1e-250, 1e250] {
            let a = random(20, 10, 4);
            let f = svd(&a.map(|x| x * scale), SvdForm::Economy).unwrap();
            for (x, y) in f.s.iter().zip(singular_values(&a).unwrap()) {
                assert!((x / scale - y).abs() < 1e-13 * y.max(1.0));
            }
        }
    }

    #[test]
    fn norms() {
        let a = Matrix::from_rows(&[&[1.0, 0.0, 1.0], &[0.0, 1.0, 0.0], &[1.0, 0.0, 1.0]]);
        assert!((matrix_norm(&a, Norm::Fro).unwrap() - 2.2360679775).abs() < 1e-10);
        assert!((matrix_norm(&a, Norm::Nuc).unwrap() - 3.0).abs() < 1e-14);
        assert!(matrix_norm(&a, Norm::P(3.0)).is_err());
        let holes = Matrix::from_rows(&[&[1.0, f64::NAN], &[0.0, 1.0]]);
        assert!(matrix_norm(&holes, Norm::Two).unwrap().is_nan());
        assert!(svd(&holes, SvdForm::Full).unwrap_err().hint().is_some());
    }
}
