//! Inverses, pseudoinverses and the numbers that say whether a matrix has one.
//!
//! `inv` and `det` go through LU (2n³ and ⅔n³ flops), the others through singular values; `A \ b` is
//! cheaper and more accurate than `inv(A) * b`. References: Higham (2002), chapter 14; Golub & Van
//! Loan (2013), §5.5 for rank and pseudoinverse. Tolerances default to Octave's: `max(m,n)·ε·s(1)`.

use super::lu::PackedLu;
use super::svd::{SvdForm, default_tol, scale_columns, singular_values, svd};
use crate::error::Result;
use crate::linalg::{Matrix, product};

/// An inverse with its estimated reciprocal condition number.
#[derive(Debug, Clone, PartialEq)]
pub struct Inverse {
    /// n×n; every entry is infinite when a pivot is exactly zero, as in Octave.
    pub x: Matrix,
    /// About 1/(‖A‖₁‖A⁻¹‖₁); below ε the entries of `x` mean little and the caller should be told.
    pub rcond: f64,
}

/// The inverse of a square matrix.
///
/// ```
/// use matfac::{Matrix, factor::inv};
/// let a = Matrix::from_rows(&[&[2.0, 0.0], &[0.0, 4.0]]);
/// assert_eq!(inv(&a).unwrap().x, Matrix::from_rows(&[&[0.5, 0.0], &[0.0, 0.25]]));
/// ```
pub fn inv(a: &Matrix) -> Result<Inverse> {
    a.require_square("inverse")?;
    a.require_finite("inverse")?;
    let n = a.cols();
    let f = PackedLu::new(a.clone())?;
    let rcond = f.rcond();
    if f.is_singular() {
        return Ok(Inverse { x: Matrix::filled(n, n, f64::INFINITY)?, rcond: 0.0 });
    }
    let mut identity = product::zeros(n, n)?;
    (0..n).for_each(|i| identity[(i, i)] = 1.0);
    let mut x = f.solve(&identity);
    if super::chol::is_symmetric(a) {
        product::mirror_lower(&mut x);
    }
    Ok(Inverse { x, rcond })
}

/// The determinant, by LU; 1 of the 0×0 matrix.
///
/// ```
/// use matfac::{Matrix, factor::det};
/// let a = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
/// assert!((det(&a).unwrap() + 3.0).abs() < 1e-15);
/// ```
pub fn det(a: &Matrix) -> Result<f64> {
    a.require_square("det")?;
    a.require_finite("det")?;
    Ok(PackedLu::new(a.clone())?.det())
}

/// The Moore-Penrose inverse, n×m; singular values up to `tol` count as zero.
///
/// ```
/// use matfac::{Matrix, factor::pinv};
/// let p = pinv(&Matrix::from_rows(&[&[1.0], &[1.0]]), None).unwrap();
/// assert!((p[(0, 0)] - 0.5).abs() < 1e-15 && (p[(0, 1)] - 0.5).abs() < 1e-15);
/// ```
pub fn pinv(a: &Matrix, tol: Option<f64>) -> Result<Matrix> {
    let f = svd(a, SvdForm::Economy)?;
    let k = f.rank(tol);
    let inverse: Vec<f64> = f.s[..k].iter().map(|x| 1.0 / x).collect();
    let v = scale_columns(f.v.columns(0, k), &inverse);
    product::multiply_with(&v, false, &f.u.columns(0, k), true)
}

/// The least-squares solution that uses only the `k` largest singular values, n×columns of B.
///
/// Errors of B are amplified by at most 1/s(k). Singular values up to the default tolerance are left
/// out in any case.
pub fn truncated_solve(a: &Matrix, b: &Matrix, k: usize) -> Result<Matrix> {
    let f = svd(a, SvdForm::Economy)?;
    let k = k.min(f.rank(None));
    let mut c = product::multiply_with(&f.u.columns(0, k), true, b, false)?;
    for j in 0..c.cols() {
        c.col_mut(j).iter_mut().zip(&f.s).for_each(|(x, s)| *x /= s);
    }
    product::multiply(&f.v.columns(0, k), &c)
}

/// The number of singular values above `tol`.
pub fn rank(a: &Matrix, tol: Option<f64>) -> Result<usize> {
    let s = singular_values(a)?;
    let tol = tol.unwrap_or_else(|| default_tol(a.rows(), a.cols(), &s));
    Ok(s.iter().filter(|&&x| x > tol).count())
}

/// The condition number in the 2-norm, s(1)/s(end); infinite for a singular matrix, 0 for an empty one.
pub fn cond(a: &Matrix) -> Result<f64> {
    let s = singular_values(a)?;
    Ok(match (s.first(), s.last()) {
        (Some(_), Some(0.0)) => f64::INFINITY,
        (Some(high), Some(low)) => high / low,
        _ => 0.0,
    })
}

/// An orthonormal basis of {x : A*x = 0}, n×(n - rank).
pub fn null(a: &Matrix, tol: Option<f64>) -> Result<Matrix> {
    let f = svd(a, SvdForm::Full)?;
    let k = f.rank(tol);
    let mut basis = f.v.columns(k, a.cols() - k);
    // Noise of the size of ε in place of a zero, as Octave cleans it.
    basis.as_mut_slice().iter_mut().filter(|x| x.abs() < f64::EPSILON).for_each(|x| *x = 0.0);
    Ok(basis)
}

/// An orthonormal basis of the range of A, m×rank.
pub fn orth(a: &Matrix, tol: Option<f64>) -> Result<Matrix> {
    let f = svd(a, SvdForm::Economy)?;
    Ok(f.u.columns(0, f.rank(tol)))
}

/// The sum of the diagonal of a square matrix.
pub fn trace(a: &Matrix) -> Result<f64> {
    a.require_square("trace")?;
    // Not `sum`, which gives -0 of nothing.
    Ok((0..a.cols()).fold(0.0, |sum, i| sum + a[(i, i)]))
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_close, assert_orthonormal, random};
    use super::*;
    use crate::linalg::product::multiply;

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
    fn truncation_bounds_the_amplification() {
        let a = Matrix::from_rows(&[&[1.0, 0.0], &[0.0, 1e-6]]);
        let b = Matrix::column_vector(vec![1.0, 1e-3]);
        let x = truncated_solve(&a, &b, 1).unwrap();
        assert_close(&x, &Matrix::column_vector(vec![1.0, 0.0]), 1e-15);
    }
}
