//! Schur form: `A = U*T*U'` with U orthogonal (unitary) and T upper triangular, or, in the real form, upper
//! triangular but for blocks of order 2 on the diagonal, one for each pair of conjugate eigenvalues.
//!
//! Method: Hessenberg form ([`super::hess()`]), then the multishift QR iteration (`multishift.rs`). Blocks of order
//! 2 have equal diagonal entries and off-diagonal ones of opposite sign, as in LAPACK. References: Golub & Van Loan
//! (2013), §7.5 and §7.6. Cost: about 25n³ flops.

use super::blocks::{Blocks, exchange, orders, rotate};
use super::hess::{Hess, reduced};
use super::multishift;
use crate::error::{Error, Result};
use crate::linalg::product::times;
use crate::linalg::simd::Clean;
use crate::linalg::{ComplexMatrix, Dense, Matrix, c64};

/// The Schur form of an n×n matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Schur<T> {
    /// Orthogonal (unitary), n×n.
    pub u: Dense<T>,
    /// Upper triangular, or quasi-triangular, n×n.
    pub t: Dense<T>,
}

/// The real Schur form of a real square matrix.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`], in theory [`Error::NoConvergence`].
///
/// ```
/// use matfac::{Matrix, factor::schur};
/// let f = schur(&Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0]])).unwrap();
/// assert_eq!(f.t[(1, 0)], 0.0);
/// assert!((f.t[(0, 0)] + f.t[(1, 1)] - 5.0).abs() < 1e-14);
/// ```
pub fn schur(a: &Matrix) -> Result<Schur<f64>> {
    decompose("schur", a)
}

/// The Schur form of a complex square matrix, whose T is triangular.
///
/// Errors: as [`schur`].
pub fn schur_complex(a: &ComplexMatrix) -> Result<Schur<c64>> {
    decompose("schur", a)
}

/// The Schur form, for `operation`.
pub(crate) fn decompose<T: Blocks>(operation: &'static str, a: &Dense<T>) -> Result<Schur<T>> {
    a.require_square(operation)?;
    a.require_finite(operation)?;
    let (scaled, scale) = a.rescaled();
    let Schur { u, mut t } = iterated(operation, scaled.as_ref().unwrap_or(a), true)?;
    if scaled.is_some() {
        t.as_mut_slice().iter_mut().for_each(|x| *x = x.scaled(scale));
    }
    Ok(Schur { u, t })
}

/// The Schur form of a square matrix with entries of ordinary size; without `vectors`, only the diagonal blocks of T.
pub(crate) fn iterated<T: Blocks>(
    operation: &'static str,
    a: &Dense<T>,
    vectors: bool,
) -> Result<Schur<T>> {
    let Hess { p: mut u, h: mut t } = reduced(a, vectors);
    let _clean = Clean;
    if multishift::triangularize(&mut t, &mut u) {
        Ok(Schur { u, t })
    } else {
        Err(Error::NoConvergence { operation })
    }
}

#[allow(private_bounds)]
impl<T: Blocks> Schur<T> {
    /// `U*X*U'`, for a function of the matrix that was computed from T.
    pub(crate) fn transform(&self, x: &Dense<T>) -> Result<Dense<T>> {
        times(&times(&self.u, false, x, false)?, false, &self.u, true)
    }

    /// Moves the blocks in which an eigenvalue is selected to the front, keeping the order among them and among the
    /// others; false when two are too close to be exchanged, and then they stand as far as they came.
    fn reorder(&mut self, selected: &[bool]) -> bool {
        let mut front = 0;
        let mut j = 0;
        for order in orders(&self.t) {
            if selected[j..j + order].contains(&true) {
                if !self.raise(j, front) {
                    return false;
                }
                front += order;
            }
            j += order;
        }
        true
    }

    /// Moves the block at row j up to row `to`.
    fn raise(&mut self, j: usize, to: usize) -> bool {
        let order = |t: &Dense<T>, j: usize| {
            if j + 1 < t.cols() && t[(j + 1, j)] != T::ZERO { 2 } else { 1 }
        };
        let own = order(&self.t, j);
        let mut j = j;
        while j > to {
            let above = if j >= 2 { order(&self.t, j - 2) } else { 1 };
            if !exchange(&mut self.t, &mut self.u, j - above, above, own) {
                return false;
            }
            j -= above;
        }
        true
    }

    /// The same form with the selected eigenvalues (one flag each, in the order of [`Schur::values`]) first, in their
    /// order: `ordschur`. A conjugate pair of a real form moves as one when either is selected.
    ///
    /// Errors: [`Error::Argument`] when the number of flags is not n, or two eigenvalues are too close to be exchanged.
    fn selected_first(mut self, selected: &[bool]) -> Result<Schur<T>> {
        let n = self.t.cols();
        if selected.len() != n {
            let message =
                format!("ordschur: {} flags do not select among {n} eigenvalues", selected.len());
            return Err(Error::argument_hint(
                "select",
                message,
                "one true or false for each eigenvalue",
            ));
        }
        if self.reorder(selected) {
            return Ok(self);
        }
        Err(Error::argument_hint(
            "select",
            "ordschur: two eigenvalues are too close to change places",
            "select both or neither of them",
        ))
    }
}

impl Schur<f64> {
    /// The eigenvalues, in the order of the diagonal; of a pair the one with positive imaginary part first.
    pub fn values(&self) -> Vec<c64> {
        Blocks::values(&self.t)
    }

    /// The selected eigenvalues first; see [`Schur<c64>::ordered`].
    pub fn ordered(self, selected: &[bool]) -> Result<Schur<f64>> {
        self.selected_first(selected)
    }

    /// The complex form: every block of order 2 is triangularised (`rsf2csf`).
    pub fn to_complex(&self) -> Schur<c64> {
        let complex = |x: &Matrix| x.map(|v| c64::new(v, 0.0));
        let mut form = Schur { u: complex(&self.u), t: complex(&self.t) };
        let values = self.values();
        for (j, &value) in values.iter().enumerate() {
            if j + 1 == values.len() || self.t[(j + 1, j)] == 0.0 {
                continue;
            }
            // (λ - d, c) is an eigenvector, and c is real.
            let (x, c) = (value - self.t[(j + 1, j + 1)], self.t[(j + 1, j)]);
            let length = x.norm().hypot(c);
            let phase = if x.norm() == 0.0 { c64::ONE } else { x / x.norm() };
            rotate(&mut form.t, &mut form.u, j, x.norm() / length, phase * (c / length));
            form.t[(j + 1, j)] = c64::ZERO;
        }
        form
    }
}

impl Schur<c64> {
    /// The eigenvalues, in the order of the diagonal.
    pub fn values(&self) -> Vec<c64> {
        Blocks::values(&self.t)
    }

    /// Exchanges neighbours until the labels ascend, keeping the order of equal ones.
    pub(crate) fn sort_by_labels(&mut self, mut labels: Vec<usize>) {
        for end in (1..labels.len()).rev() {
            for j in 0..end {
                if labels[j] > labels[j + 1] {
                    labels.swap(j, j + 1);
                    exchange(&mut self.t, &mut self.u, j, 1, 1);
                }
            }
        }
    }

    /// The same form with the selected eigenvalues (one flag each) first, in their order: `ordschur`.
    ///
    /// Errors: [`Error::Argument`] when the number of flags is not n, or two eigenvalues are too close to be exchanged.
    pub fn ordered(self, selected: &[bool]) -> Result<Schur<c64>> {
        self.selected_first(selected)
    }
}

/// The eigenvalues of a real quasi-triangular matrix, in the order of the diagonal, whose blocks of order 2 need not be
/// standard: `ordeig`.
pub fn ordeig(t: &Matrix) -> Vec<c64> {
    Blocks::values(t)
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_unitary, distance, random, random_complex};
    use super::*;
    use crate::linalg::Scalar;

    /// `A = U*T*U'` within rounding, and T of the right shape.
    fn check<T: Blocks>(f: &Schur<T>, a: &Dense<T>) {
        let n = a.cols();
        let tol = 30.0 * f64::EPSILON * (n + 1) as f64;
        assert_unitary(&f.u, tol);
        let back = f.transform(&f.t).unwrap();
        let off = distance(&back, a);
        assert!(off <= tol * a.one_norm(), "n = {n}: {off:e} of {:e}", a.one_norm());
        for j in 0..n {
            assert!(f.t.col(j)[(j + 2).min(n)..].iter().all(|&x| x == T::ZERO));
            assert!(j + 2 >= n || f.t[(j + 1, j)] == T::ZERO || f.t[(j + 2, j + 1)] == T::ZERO);
        }
    }

    fn check_real(a: &Matrix) -> Schur<f64> {
        let (n, f) = (a.cols(), schur(a).unwrap());
        check(&f, a);
        for j in 0..n.saturating_sub(1) {
            if f.t[(j + 1, j)] != 0.0 {
                assert_eq!(f.t[(j, j)], f.t[(j + 1, j + 1)]);
                assert!(f.t[(j + 1, j)].signum() != f.t[(j, j + 1)].signum());
            }
        }
        f
    }

    fn check_complex(f: &Schur<c64>, a: &ComplexMatrix) {
        check(f, a);
        let n = a.cols();
        assert!((0..n).all(|j| f.t.col(j)[j + 1..].iter().all(|&x| x == c64::ZERO)));
    }

    #[test]
    fn real_forms_of_every_size() {
        for n in [0, 1, 2, 3, 4, 5, 20, 76, 90, 160, 330] {
            let a = random(n, n, 7);
            let f = check_real(&a);
            check_complex(&f.to_complex(), &a.map(|x| x.complex()));
        }
    }

    #[test]
    fn awkward_matrices() {
        check_real(&Matrix::from_rows(&[&[0.0, 1.0], &[-1.0, 0.0]]));
        check_real(&Matrix::from_rows(&[&[0.0, 2.0], &[-1.0, 0.0]]));
        check_real(&Matrix::from_rows(&[&[1.0, 1.0], &[0.0, 1.0]]));
        for n in [4, 50, 100, 130] {
            check_real(&Matrix::zeros(n, n));
            check_real(&Matrix::identity(n));
            check_real(&Matrix::from_fn(n, n, |_, _| 1.0));
            // A cycle, on which the shifts of the plain iteration stand still.
            check_real(&Matrix::from_fn(n, n, |i, j| if (i + 1) % n == j { 1.0 } else { 0.0 }));
            // One Jordan block.
            check_real(&Matrix::from_fn(n, n, |i, j| if i == j || i + 1 == j { 1.0 } else { 0.0 }));
            let graded = random(n, n, 1);
            let weight = |i: usize| 10f64.powf(-16.0 * i as f64 / n as f64);
            check_real(&Matrix::from_fn(n, n, |i, j| graded[(i, j)] * weight(i) * weight(j)));
            check_real(&Matrix::from_fn(n, n, |i, j| graded[(i, j)] * weight(n - i)));
            let (tall, wide) = (random(n, 2, 5), random(2, n, 6));
            check_real(&times(&tall, false, &wide, false).unwrap());
            check_real(&Matrix::from_fn(n, n, |i, j| if i <= j { graded[(i, j)] } else { 0.0 }));
            for scale in [1e-300, 1e300] {
                check_real(&graded.map(|x| x * scale));
            }
        }
    }

    #[test]
    fn complex_forms_of_every_size() {
        for n in [0, 1, 2, 3, 25, 100, 210] {
            let a = random_complex(n, n, 5);
            check_complex(&schur_complex(&a).unwrap(), &a);
        }
        for n in [3, 100] {
            let zero = Dense::from_fn(n, n, |_, _| c64::ZERO);
            check_complex(&schur_complex(&zero).unwrap(), &zero);
            let a =
                Dense::from_fn(
                    n,
                    n,
                    |i, j| if (i + 1) % n == j { c64::new(0.0, 1.0) } else { c64::ZERO },
                );
            check_complex(&schur_complex(&a).unwrap(), &a);
        }
    }

    #[test]
    fn selected_eigenvalues_come_first() {
        for n in [1, 2, 5, 30, 90] {
            let a = random_complex(n, n, 5);
            let f = schur_complex(&a).unwrap();
            let select: Vec<bool> = f.values().iter().map(|z| z.re < 0.0).collect();
            let f = f.ordered(&select).unwrap();
            check_complex(&f, &a);
            let count = select.iter().filter(|&&s| s).count();
            assert!(f.values().iter().enumerate().all(|(i, z)| (z.re < 0.0) == (i < count)));

            let a = random(n, n, 5);
            let f = schur(&a).unwrap();
            let select: Vec<bool> = f.values().iter().map(|z| z.norm() < 2.0).collect();
            let f = f.ordered(&select).unwrap();
            check(&f, &a);
            let count = select.iter().filter(|&&s| s).count();
            assert!(f.values().iter().enumerate().all(|(i, z)| (z.norm() < 2.0) == (i < count)));
            assert!(f.ordered(&vec![true; n + 1]).is_err());
        }
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(schur(&Matrix::zeros(2, 3)).is_err());
        assert!(schur(&Matrix::from_rows(&[&[f64::NAN]])).is_err());
    }
}
