//! The principal square root of a matrix: `X*X = A`, with the eigenvalues of X in the right half plane.
//!
//! Method: the square root of a triangular Schur factor, one superdiagonal entry after the other. References: Björck &
//! Hammarling (1983), Linear Algebra and its Applications 52; Higham (2008), Functions of Matrices, §6.2. Cost: about
//! 25n³ flops for the Schur form, and n³/3 complex ones for the root.

use super::schur::{Schur, decompose};
use crate::error::Result;
use crate::linalg::{ComplexMatrix, Matrix, Scalar, c64};

/// A function of a matrix that may leave the real numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum MaybeComplex {
    /// It did not.
    Real(Matrix),
    /// It did.
    Complex(ComplexMatrix),
}

impl MaybeComplex {
    /// The real part alone when `is_real` says that the other is rounding.
    pub(crate) fn narrowed(x: ComplexMatrix, is_real: bool) -> MaybeComplex {
        if is_real { MaybeComplex::Real(x.map(|z| z.re)) } else { MaybeComplex::Complex(x) }
    }
}

impl From<Matrix> for MaybeComplex {
    fn from(x: Matrix) -> MaybeComplex {
        MaybeComplex::Real(x)
    }
}

impl From<ComplexMatrix> for MaybeComplex {
    fn from(x: ComplexMatrix) -> MaybeComplex {
        MaybeComplex::Complex(x)
    }
}

/// Whether the principal powers and logarithm of a real matrix with these eigenvalues are real.
pub(crate) fn avoids_the_negative_axis(values: &[c64]) -> bool {
    values.iter().all(|z| z.im != 0.0 || z.re >= 0.0)
}

/// A square root.
#[derive(Debug, Clone, PartialEq)]
pub struct SquareRoot {
    /// n×n; complex when the matrix is, or has a negative eigenvalue. Has Inf or NaN when there is no root.
    pub x: MaybeComplex,
    /// Whether an eigenvalue is zero: there may be no root then, or many.
    pub singular: bool,
}

/// The principal square root of a real n×n matrix.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::{MaybeComplex, sqrtm}};
/// let root = sqrtm(&Matrix::from_rows(&[&[4.0, 1.0], &[0.0, 9.0]])).unwrap();
/// let MaybeComplex::Real(x) = root.x else { panic!() };
/// assert!((x[(0, 1)] - 0.2).abs() < 1e-15);
/// ```
pub fn sqrtm(a: &Matrix) -> Result<SquareRoot> {
    let form = decompose("sqrtm", a)?;
    let is_real = avoids_the_negative_axis(&form.values());
    let (x, singular) = root_of(&form.to_complex())?;
    Ok(SquareRoot { x: MaybeComplex::narrowed(x, is_real), singular })
}

/// The principal square root of a complex n×n matrix, as [`sqrtm`].
pub fn sqrtm_complex(a: &ComplexMatrix) -> Result<SquareRoot> {
    let (x, singular) = root_of(&decompose("sqrtm", a)?)?;
    Ok(SquareRoot { x: MaybeComplex::Complex(x), singular })
}

fn root_of(form: &Schur<c64>) -> Result<(ComplexMatrix, bool)> {
    let singular = form.values().contains(&c64::ZERO);
    Ok((form.transform(&triangular_root(&form.t))?, singular))
}

/// The principal square root of an upper triangular matrix: `r(i,i)*r(i,j) + … + r(i,j)*r(j,j) = t(i,j)`, upwards in
/// each column.
pub(crate) fn triangular_root(t: &ComplexMatrix) -> ComplexMatrix {
    let n = t.cols();
    let mut r = ComplexMatrix::from_fn(n, n, |i, j| if i < j { t[(i, j)] } else { c64::ZERO });
    for j in 0..n {
        let corner = t[(j, j)].sqrt();
        let (before, rest) = r.as_mut_slice().split_at_mut(j * n);
        let column = &mut rest[..n];
        for i in (0..j).rev() {
            let others = &before[i * n..][..=i];
            if column[i] != c64::ZERO {
                column[i] = column[i].over(others[i] + corner);
            }
            let x = column[i];
            column[..i].iter_mut().zip(others).for_each(|(y, &r)| *y -= r * x);
        }
        column[j] = corner;
    }
    r
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{distance, random, random_complex};
    use super::*;
    use crate::linalg::product::{gram, multiply, multiply_complex};

    #[test]
    fn squares_of_roots() {
        for n in [0, 1, 2, 5, 40] {
            let spread = random(n, n, 1);
            let a = gram(&spread).unwrap();
            let MaybeComplex::Real(x) = sqrtm(&a).unwrap().x else { panic!("{n}") };
            assert!(distance(&multiply(&x, &x).unwrap(), &a) < 1e-12 * a.one_norm().max(1.0));
            let x = match sqrtm(&spread).unwrap().x {
                MaybeComplex::Real(x) => x.map(Scalar::complex),
                MaybeComplex::Complex(x) => x,
            };
            let square = multiply_complex(&x, &x).unwrap();
            assert!(distance(&square, &spread.map(Scalar::complex)) < 1e-10);
            let a = random_complex(n, n, 3);
            let MaybeComplex::Complex(x) = sqrtm_complex(&a).unwrap().x else { panic!() };
            assert!(distance(&multiply_complex(&x, &x).unwrap(), &a) < 1e-10);
        }
    }

    #[test]
    fn a_rotation_by_half_a_turn_and_a_negative_number() {
        let MaybeComplex::Complex(x) = sqrtm(&Matrix::from_rows(&[&[-4.0]])).unwrap().x else {
            panic!("the root of -4 is real")
        };
        assert!((x[(0, 0)] - c64::new(0.0, 2.0)).norm() < 1e-15);
        let root = sqrtm(&Matrix::zeros(3, 3)).unwrap();
        assert_eq!(root, SquareRoot { x: MaybeComplex::Real(Matrix::zeros(3, 3)), singular: true });
        let root = sqrtm(&Matrix::from_rows(&[&[0.0, 1.0], &[0.0, 0.0]])).unwrap();
        let MaybeComplex::Real(x) = root.x else { panic!() };
        assert!(root.singular && !x[(0, 1)].is_finite());
    }
}
