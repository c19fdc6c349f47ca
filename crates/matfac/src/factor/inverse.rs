//! Inverses, pseudoinverses and the numbers that say whether a matrix has one.
//!
//! `inv` and `det` go through LU (2n³ and ⅔n³ flops), the others through singular values; `A \ b` is
//! cheaper and more accurate than `inv(A) * b`. References: Higham (2002), chapter 14; Golub & Van
//! Loan (2013), §5.5 for rank and pseudoinverse. Tolerances default to Octave's: `max(m,n)·ε·s(1)`.

use super::chol::PackedChol;
use super::determinant::Determinant;
use super::field::Field;
use super::lu::PackedLu;
use super::structure::{Structure, structure};
use super::svd::{SvdForm, default_tol, scale_columns, singular_values, svd};
use super::triangle::{Part, substitute};
use crate::error::Result;
use crate::linalg::product::times;
use crate::linalg::{Dense, Scalar};

/// An inverse with its estimated reciprocal condition number.
#[derive(Debug, Clone, PartialEq)]
pub struct Inverse<T> {
    /// n×n; every entry is infinite when a pivot is exactly zero, as in Octave.
    pub x: Dense<T>,
    /// About 1/(‖A‖₁‖A⁻¹‖₁); below ε the entries of `x` mean little and the caller should be told.
    pub rcond: f64,
    /// The pivot of least modulus, from 1: the one to name when the matrix is singular.
    pub pivot: usize,
}

/// The inverse of a square matrix.
///
/// ```
/// use matfac::{Matrix, factor::inv};
/// let a = Matrix::from_rows(&[&[2.0, 0.0], &[0.0, 4.0]]);
/// assert_eq!(inv(&a).unwrap().x, Matrix::from_rows(&[&[0.5, 0.0], &[0.0, 0.25]]));
/// ```
pub fn inv<T: Field>(a: &Dense<T>) -> Result<Inverse<T>> {
    T::inv(a)
}

/// The determinant, by LU; 1 of the 0×0 matrix.
///
/// ```
/// use matfac::{Matrix, factor::det};
/// let a = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
/// assert!((det(&a).unwrap() + 3.0).abs() < 1e-15);
/// ```
pub fn det<T: Field>(a: &Dense<T>) -> Result<T> {
    Ok(T::determinant(a, "det")?.value())
}

/// log |det A|, and the number of modulus 1 (a sign, when real) with which |det A| is det A: neither overflows.
///
/// Of a singular matrix these are -∞ and 0.
///
/// ```
/// use matfac::{Matrix, factor::logdet};
/// let a = Matrix::from_rows(&[&[1e200, 0.0], &[0.0, -1e200]]);
/// let (log, sign) = logdet(&a).unwrap();
/// assert!((log - 400.0 * 10f64.ln()).abs() < 1e-12 && sign == -1.0);
/// ```
pub fn logdet<T: Field>(a: &Dense<T>) -> Result<(f64, T)> {
    Ok(T::determinant(a, "logdet")?.log())
}

/// The reciprocal condition number in the 1-norm, estimated from an LU factorization.
pub fn rcond<T: Field>(a: &Dense<T>) -> Result<f64> {
    T::rcond(a)
}

pub(super) fn invert<T: Scalar>(a: &Dense<T>) -> Result<Inverse<T>> {
    a.require_square("inverse")?;
    a.require_finite("inverse")?;
    let n = a.cols();
    let mut x = Dense::filled(n, n, T::ZERO)?;
    (0..n).for_each(|i| x[(i, i)] = T::ONE);
    if structure(a) == Structure::Diagonal && (0..n).all(|i| a[(i, i)] != T::ZERO) {
        (0..n).for_each(|i| x[(i, i)] = T::ONE.over(a[(i, i)]));
        let sizes = || (0..n).map(|i| a[(i, i)].modulus());
        let rcond = sizes().fold(f64::INFINITY, f64::min) / sizes().fold(0.0, f64::max);
        let pivot = sizes().enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        let rcond = if n == 0 { f64::INFINITY } else { rcond };
        return Ok(Inverse { x, rcond, pivot: pivot.map_or(1, |(i, _)| i + 1) });
    }
    // Of a definite matrix the inverse is as symmetric, and has a small residual on both sides.
    if (0..n).all(|i| a[(i, i)].real_part() > 0.0)
        && a.is_hermitian()
        && let Some(f) = PackedChol::new(a.clone())
    {
        let rcond = f.rcond();
        substitute(f.l.view(), Part::Lower, x.view_mut());
        let x = times(&x, true, &x, false)?;
        return Ok(Inverse { x: symmetric(x), rcond, pivot: n });
    }
    let f = PackedLu::new(a);
    let sizes = f.pivots().map(|u| u.modulus()).enumerate();
    let pivot = sizes.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(1, |(i, _)| i + 1);
    if f.is_singular() {
        x.as_mut_slice().fill(T::of(f64::INFINITY));
        return Ok(Inverse { x, rcond: 0.0, pivot });
    }
    let rcond = f.rcond();
    f.solve_in_place(x.view_mut());
    Ok(Inverse { x, rcond, pivot })
}

/// A product `X'*X` made exactly Hermitian: the two triangles may have been rounded apart.
fn symmetric<T: Scalar>(mut x: Dense<T>) -> Dense<T> {
    for j in 0..x.cols() {
        x[(j, j)] = T::of(x[(j, j)].real_part());
        (0..j).for_each(|i| x[(i, j)] = x[(j, i)].conjugate());
    }
    x
}

pub(super) fn determinant<T: Scalar>(
    a: &Dense<T>,
    operation: &'static str,
) -> Result<Determinant<T>> {
    let f = eliminated(a, operation)?;
    Ok(Determinant::of(f.sign, f.pivots()))
}

pub(super) fn reciprocal_condition<T: Scalar>(a: &Dense<T>) -> Result<f64> {
    Ok(eliminated(a, "rcond")?.rcond())
}

fn eliminated<T: Scalar>(a: &Dense<T>, operation: &'static str) -> Result<PackedLu<T>> {
    a.require_square(operation)?;
    a.require_finite(operation)?;
    Ok(PackedLu::new(a))
}

/// The Moore-Penrose inverse, n×m; singular values up to `tol` count as zero.
///
/// ```
/// use matfac::{Matrix, factor::pinv};
/// let p = pinv(&Matrix::from_rows(&[&[1.0], &[1.0]]), None).unwrap();
/// assert!((p[(0, 0)] - 0.5).abs() < 1e-15 && (p[(0, 1)] - 0.5).abs() < 1e-15);
/// ```
pub fn pinv<T: Field>(a: &Dense<T>, tol: Option<f64>) -> Result<Dense<T>> {
    a.require_finite("pinv")?;
    let f = svd(a, SvdForm::Economy)?;
    let k = f.rank(tol);
    let inverse: Vec<f64> = f.s[..k].iter().map(|x| 1.0 / x).collect();
    let v = scale_columns(f.v.columns(0, k), &inverse);
    times(&v, false, &f.u.columns(0, k), true)
}

/// The least-squares solution that uses only the `k` largest singular values, n×columns of B.
///
/// Errors of B are amplified by at most 1/s(k). Singular values up to the default tolerance are left
/// out in any case.
pub fn truncated_solve<T: Field>(a: &Dense<T>, b: &Dense<T>, k: usize) -> Result<Dense<T>> {
    let f = svd(a, SvdForm::Economy)?;
    let k = k.min(f.rank(None));
    let mut c = times(&f.u.columns(0, k), true, b, false)?;
    for j in 0..c.cols() {
        c.col_mut(j).iter_mut().zip(&f.s).for_each(|(x, s)| *x = x.scaled(1.0 / s));
    }
    times(&f.v.columns(0, k), false, &c, false)
}

/// The number of singular values above `tol`.
pub fn rank<T: Field>(a: &Dense<T>, tol: Option<f64>) -> Result<usize> {
    a.require_finite("rank")?;
    let s = singular_values(a)?;
    let tol = tol.unwrap_or_else(|| default_tol(a.rows(), a.cols(), &s));
    Ok(s.iter().filter(|&&x| x > tol).count())
}

/// The condition number in the 2-norm, s(1)/s(end); infinite for a singular matrix, 0 for an empty one.
pub fn cond<T: Field>(a: &Dense<T>) -> Result<f64> {
    a.require_finite("cond")?;
    let s = singular_values(a)?;
    Ok(match (s.first(), s.last()) {
        (Some(_), Some(0.0)) => f64::INFINITY,
        (Some(high), Some(low)) => high / low,
        _ => 0.0,
    })
}

/// An orthonormal basis of {x : A*x = 0}, n×(n - rank).
pub fn null<T: Field>(a: &Dense<T>, tol: Option<f64>) -> Result<Dense<T>> {
    a.require_finite("null")?;
    let f = svd(a, SvdForm::Full)?;
    let k = f.rank(tol);
    let mut basis = f.v.columns(k, a.cols() - k);
    // Noise of the size of ε in place of a zero, as Octave cleans it.
    let small = basis.as_mut_slice().iter_mut().filter(|x| x.modulus() < f64::EPSILON);
    small.for_each(|x| *x = T::ZERO);
    Ok(basis)
}

/// An orthonormal basis of the range of A, m×rank.
pub fn orth<T: Field>(a: &Dense<T>, tol: Option<f64>) -> Result<Dense<T>> {
    a.require_finite("orth")?;
    let f = svd(a, SvdForm::Economy)?;
    Ok(f.u.columns(0, f.rank(tol)))
}

/// The sum of the diagonal of a square matrix.
pub fn trace<T: Field>(a: &Dense<T>) -> Result<T> {
    a.require_square("trace")?;
    // Not `sum`, which gives -0 of nothing.
    Ok((0..a.cols()).fold(T::ZERO, |sum, i| sum + a[(i, i)]))
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{
        assert_close, assert_orthonormal, distance, random, random_complex,
    };
    use super::*;
    use crate::linalg::product::multiply;
    use crate::linalg::{ComplexMatrix, Matrix, c64};

    fn three() -> Matrix {
        Matrix::from_rows(&[&[1.0, 0.0, 1.0], &[0.0, 1.0, 0.0], &[1.0, 0.0, 1.0]])
    }

    #[test]
    fn inverses() {
        for n in [0, 1, 5, 80] {
            let a = random(n, n, 3);
            let f = inv(&a).unwrap();
            assert_close(&multiply(&a, &f.x).unwrap(), &Matrix::identity(n), 1e-10);
        }
        let singular = inv(&Matrix::from_rows(&[&[1.0, 1.0], &[1.0, 1.0]])).unwrap();
        assert_eq!((singular.rcond, singular.x[(0, 0)]), (0.0, f64::INFINITY));
        assert!(inv(&Matrix::zeros(2, 3)).is_err());
    }

    #[test]
    fn published_determinants() {
        let a = Matrix::from_rows(&[&[2.0, 1.0, 1.0], &[4.0, 3.0, 3.0], &[8.0, 7.0, 9.0]]);
        assert!((det(&a).unwrap() - 4.0).abs() < 1e-13);
        let b = Matrix::from_rows(&[&[2.0, 1.0, 1.0], &[1.0, 2.0, 1.0], &[1.0, 1.0, 2.0]]);
        assert!((det(&b).unwrap() - 4.0).abs() < 1e-14);
        assert_eq!(det(&Matrix::zeros(0, 0)).unwrap(), 1.0);
        assert_eq!(det(&Matrix::zeros(2, 2)).unwrap(), 0.0);
    }

    #[test]
    fn pseudoinverses_satisfy_penrose() {
        let two = Matrix::from_rows(&[&[2.0, 1.0], &[1.0, 2.0]]);
        let p = pinv(&two, None).unwrap();
        let third = 1.0 / 3.0;
        let expected = Matrix::from_rows(&[&[2.0 * third, -third], &[-third, 2.0 * third]]);
        assert_close(&p, &expected, 1e-15);
        let expected: &[&[f64]] = &[&[0.25, 0.0, 0.25], &[0.0, 1.0, 0.0], &[0.25, 0.0, 0.25]];
        assert_close(&pinv(&three(), None).unwrap(), &Matrix::from_rows(expected), 1e-15);
        let a = multiply(&random(12, 4, 1), &random(4, 7, 2)).unwrap();
        let p = pinv(&a, None).unwrap();
        let (ap, pa) = (multiply(&a, &p).unwrap(), multiply(&p, &a).unwrap());
        assert_close(&multiply(&ap, &a).unwrap(), &a, 1e-12);
        assert_close(&multiply(&pa, &p).unwrap(), &p, 1e-12);
        assert_close(&ap, &ap.transposed(), 1e-12);
        assert_close(&pa, &pa.transposed(), 1e-12);
        let e = pinv(&Matrix::zeros(3, 0), None).unwrap();
        assert_eq!((e.rows(), e.cols()), (0, 3));
    }

    #[test]
    fn ranks_conditions_and_bases() {
        assert_eq!(rank(&three(), None).unwrap(), 2);
        let a = Matrix::from_rows(&[&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], &[7.0, 8.0, 9.0]]);
        assert_eq!(rank(&a, None).unwrap(), 2);
        assert_eq!(rank(&a, Some(5.0)).unwrap(), 1);
        assert_eq!(cond(&Matrix::identity(3)).unwrap(), 1.0);
        assert_eq!(cond(&Matrix::zeros(2, 2)).unwrap(), f64::INFINITY);
        let (n, o) = (null(&a, None).unwrap(), orth(&a, None).unwrap());
        assert_eq!((n.cols(), o.cols()), (1, 2));
        assert_orthonormal(&o, 1e-14);
        assert_close(&multiply(&a, &n).unwrap(), &Matrix::zeros(3, 1), 1e-14);
        assert_eq!(null(&Matrix::zeros(0, 3), None).unwrap(), Matrix::identity(3));
        assert_eq!(trace(&a).unwrap(), 15.0);
    }

    #[test]
    fn complex_matrices() {
        let (i, one) = (c64::new(0.0, 1.0), c64::new(1.0, 0.0));
        let a = ComplexMatrix::from_vec(2, 2, vec![i, one, one, i]);
        assert!((det(&a).unwrap() + 2.0).norm() < 1e-15);
        let (log, sign) = logdet(&a).unwrap();
        assert!((log - 2f64.ln()).abs() < 1e-15 && (sign + 1.0).norm() < 1e-15);
        let a = random_complex(20, 20, 1);
        let f = inv(&a).unwrap();
        let product = times(&a, false, &f.x, false).unwrap();
        assert!(distance(&product, &Dense::identity(20)) < 1e-11 && f.rcond > 1e-6);
        let a = times(&random_complex(12, 4, 1), false, &random_complex(4, 7, 2), false).unwrap();
        assert_eq!(rank(&a, None).unwrap(), 4);
        let p = pinv(&a, None).unwrap();
        let ap = times(&a, false, &p, false).unwrap();
        assert!(distance(&times(&ap, false, &a, false).unwrap(), &a) < 1e-12);
        assert!(distance(&ap, &ap.adjoint()) < 1e-12);
        let n = null(&a, None).unwrap();
        assert_eq!(n.cols(), 3);
        assert!(times(&a, false, &n, false).unwrap().largest() < 1e-12);
    }

    #[test]
    fn truncation_bounds_the_amplification() {
        let a = Matrix::from_rows(&[&[1.0, 0.0], &[0.0, 1e-6]]);
        let b = Matrix::column_vector(vec![1.0, 1e-3]);
        let x = truncated_solve(&a, &b, 1).unwrap();
        assert_close(&x, &Matrix::column_vector(vec![1.0, 0.0]), 1e-15);
    }
}
