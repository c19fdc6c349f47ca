//! `\`, `/`, the inverse and the determinant of real matrices of which something is known.
//!
//! | known | `\` and `/` | inverse | determinant |
//! |---|---|---|---|
//! | permutation | gather | transpose | sign |
//! | diagonal | division | reciprocals | product of the diagonal |
//! | triangular | substitution | triangular inverse | product of the diagonal |
//! | orthogonal | product with the transpose | transpose | |
//! | symmetric | Cholesky, or LDL' | | |
//!
//! Every function answers `None` where the general way has to decide: nothing is known, shapes do not fit, an entry is not
//! finite, or the matrix is singular to working precision, which deserves a warning.

use super::known::is_still_orthogonal;
use super::{Array, Host, Known, Result, flops, uninterruptible};
use matfac::Matrix;
use matfac::factor::known;
use matfac::linalg::{product, structured};
use std::sync::Arc;

/// `A \ B`.
pub fn left_divide(host: &mut dyn Host, a: &Arc<Array>, b: &Arc<Array>) -> Result<Option<Array>> {
    divide(host, a, b, true)
}

/// `B / A`.
pub fn right_divide(host: &mut dyn Host, b: &Arc<Array>, a: &Arc<Array>) -> Result<Option<Array>> {
    divide(host, a, b, false)
}

/// How a system is solved with a matrix of which something is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Solver {
    /// Rows or columns in another order.
    Gather,
    /// Division by the diagonal.
    Division,
    /// Substitution.
    Substitution,
    /// A product with the transpose.
    Transpose,
    /// Cholesky, or LDL' when the matrix is not positive definite.
    Symmetric,
}

impl Solver {
    /// For a square matrix.
    pub fn of(known: Known) -> Option<Solver> {
        Some(match known {
            known if known.is_nothing() => return None,
            known if known.is_permutation() => Solver::Gather,
            known if known.is_diagonal() => Solver::Division,
            known if known.is_upper() || known.is_lower() => Solver::Substitution,
            known if known.is_orthogonal() => Solver::Transpose,
            _ => Solver::Symmetric,
        })
    }

    /// Flops of solving `count` systems of order n; an entry that is moved counts as one.
    pub fn flops(self, n: usize, count: usize) -> f64 {
        match self {
            Solver::Gather | Solver::Division => n as f64 * count as f64,
            Solver::Substitution => flops(n, n, count) / 2.0,
            Solver::Transpose => flops(n, n, count),
            Solver::Symmetric => flops(n, n, n) / 6.0 + flops(n, n, count),
        }
    }

    /// What it does, in words.
    pub fn describe(self) -> &'static str {
        match self {
            Solver::Gather => "a permutation: gathered",
            Solver::Division => "divided by a diagonal",
            Solver::Substitution => "triangular: substitution",
            Solver::Transpose => "orthogonal: a product with the transpose",
            Solver::Symmetric => "symmetric: Cholesky or LDL'",
        }
    }
}

fn divide(
    host: &mut dyn Host,
    a: &Arc<Array>,
    b: &Arc<Array>,
    from_left: bool,
) -> Result<Option<Array>> {
    let n = a.data.cols();
    let (inner, others) = match from_left {
        true => (b.data.rows(), b.data.cols()),
        false => (b.data.cols(), b.data.rows()),
    };
    let Some(solver) = Solver::of(a.data.known()).filter(|_| a.data.is_square()) else {
        return Ok(None);
    };
    if inner != n || n < 2 {
        return Ok(None);
    }
    let (a, b) = (a.clone(), b.clone());
    let bytes = 8 * n * (n + others);
    let run = move || Ok(solution(solver, &a, &b, from_left));
    uninterruptible(host, solver.flops(n, others), bytes, run)
}

fn solution(solver: Solver, a: &Array, b: &Array, from_left: bool) -> Option<Array> {
    let (a, b) = (&a.data, &b.data);
    let known = a.known();
    if !structured::is_finite(b) {
        return None;
    }
    let x = match (solver, from_left) {
        (Solver::Gather, true) => structured::gather_rows(b, false, &structured::permutation(a)?),
        (Solver::Gather, false) => {
            let rows = structured::permutation(a)?;
            structured::gather_columns(b, false, &structured::inverse_permutation(&rows))
        }
        (Solver::Division, true) => {
            structured::divide_rows(Matrix::clone(b), &regular_diagonal(a)?.0)
        }
        (Solver::Division, false) => {
            structured::divide_columns(Matrix::clone(b), &regular_diagonal(a)?.0)
        }
        (Solver::Substitution, true) => known::solve_triangular(a, known.is_upper(), b)?,
        (Solver::Substitution, false) => known::right_divide_triangular(b, a, known.is_upper())?,
        (Solver::Transpose, true) => product::multiply_with(a, true, b, false).ok()?,
        (Solver::Transpose, false) => product::multiply_with(b, false, a, true).ok()?,
        (Solver::Symmetric, true) => known::solve_symmetric(a, b)?,
        (Solver::Symmetric, false) => known::solve_symmetric(a, &b.transposed())?.transposed(),
    };
    let inverse = known.inverted();
    let claim = if from_left { inverse.times(b.known()) } else { b.known().times(inverse) };
    Some(claimed(x, claim))
}

/// A result with a claim, or without one that overflow or rounding may have spoilt.
fn claimed(x: Matrix, claim: Known) -> Array {
    let is_exact = claim.is_nothing() || claim.is_permutation();
    if !is_exact && !structured::is_finite(&x) {
        return x.into();
    }
    if !is_exact && claim.is_orthogonal() && !is_still_orthogonal(&x) {
        return Array::known(x, claim.without(Known::ORTHOGONAL));
    }
    Array::known(x, claim)
}

/// The diagonal of a diagonal matrix that is not singular to working precision, and its reciprocal condition number.
fn regular_diagonal(a: &Matrix) -> Option<(Vec<f64>, f64)> {
    let d = structured::diagonal(a);
    let sizes = d.iter().map(|x| x.abs());
    let (low, high) = sizes.fold((f64::INFINITY, 0.0f64), |(l, h), x| (l.min(x), h.max(x)));
    let is_finite = d.iter().all(|x| x.is_finite());
    let rcond = if d.is_empty() { f64::INFINITY } else { low / high };
    (is_finite && rcond >= f64::EPSILON).then_some((d, rcond))
}

/// The inverse and the reciprocal condition number in the 1-norm, which is not below ε.
///
/// ```
/// use mf::value::{Array, Known, inverse_known};
/// let d = matfac::Matrix::from_rows(&[&[2.0, 0.0], &[0.0, 4.0]]);
/// let (inverse, rcond) = inverse_known(&Array::known(d.clone(), Known::DIAGONAL)).unwrap();
/// assert_eq!((inverse.data[(1, 1)], rcond), (0.25, 0.5));
/// assert!(inverse.data.known().is_diagonal());
/// assert!(inverse_known(&Array::from(d)).is_none());
/// ```
pub fn inverse_known(a: &Array) -> Option<(Array, f64)> {
    let known = a.data.known();
    let n = a.data.cols();
    if known.is_nothing() || !a.data.is_square() {
        return None;
    }
    let (x, rcond) = if known.is_orthogonal() {
        (a.data.transposed(), known::orthogonal_rcond(&a.data))
    } else if known.is_diagonal() {
        let (d, rcond) = regular_diagonal(&a.data)?;
        let mut x = product::zeros(n, n).ok()?;
        d.iter().enumerate().for_each(|(i, d)| x[(i, i)] = 1.0 / d);
        (x, rcond)
    } else if known.is_upper() || known.is_lower() {
        known::invert_triangular(&a.data, known.is_upper())?
    } else {
        return None;
    };
    if !structured::is_finite(&x) {
        return None;
    }
    // Rows of the inverse go with columns of the matrix.
    let labelled = Array::labelled(x, a.col_labels().cloned(), a.row_labels().cloned());
    Some((labelled.knowing(known.inverted()), rcond))
}

/// The determinant.
///
/// ```
/// use mf::value::{Array, Known, det_known};
/// let swap = matfac::Matrix::from_rows(&[&[0.0, 1.0], &[1.0, 0.0]]);
/// assert_eq!(det_known(&Array::known(swap, Known::PERMUTATION)), Some(-1.0));
/// ```
pub fn det_known(a: &Array) -> Option<f64> {
    let known = a.data.known();
    match () {
        () if !a.data.is_square() => None,
        () if known.is_permutation() => known::permutation_det(&a.data),
        () if known.is_upper() || known.is_lower() => known::triangular_det(&a.data),
        () => None,
    }
}

/// One matrix of each kind.
#[cfg(test)]
pub(super) fn samples(n: usize) -> Vec<Array> {
    let a = Matrix::from_vec(n, n, matfac::linalg::Random::seeded(n as u64).normals(n * n));
    let part = |keep: &dyn Fn(usize, usize) -> bool| {
        let size = |i, j| if i == j { 2.0 + n as f64 } else { a[(i, j)] };
        Matrix::from_fn(n, n, |i, j| if keep(i, j) { size(i, j) } else { 0.0 })
    };
    let turn = Matrix::from_fn(n, n, |i, j| f64::from(u8::from((i + 1) % n == j)));
    let basis = matfac::factor::qr(&a, Default::default()).unwrap().q;
    vec![
        Array::known(turn, Known::PERMUTATION),
        Array::known(Matrix::identity(n), Known::IDENTITY),
        Array::known(part(&|i, j| i == j), Known::DIAGONAL),
        Array::known(part(&|i, j| i <= j), Known::UPPER),
        Array::known(part(&|i, j| i >= j), Known::LOWER),
        Array::known(basis, Known::ORTHOGONAL),
        Array::known(product::gram(&part(&|i, j| i <= j)).unwrap(), Known::SYMMETRIC),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Entries;
    use matfac::factor::{inv, solve};
    use matfac::linalg::Random;

    fn close(a: &Matrix, b: &Matrix) {
        assert_eq!(a.shape(), b.shape());
        for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
            assert!((x - y).abs() <= 1e-10 * (1.0 + y.abs()), "{x} {y}");
        }
    }

    #[test]
    fn every_kind_solves_inverts_and_measures_as_if_nothing_were_known() {
        for n in [2, 3, 20, 70] {
            for a in samples(n) {
                let known = a.data.known();
                let b = Array::from(Matrix::from_vec(n, 3, Random::seeded(9).normals(3 * n)));
                let c = b.transposed();
                let solver = Solver::of(known).unwrap();
                let x = solution(solver, &a, &b, true).unwrap();
                close(&x.data, &solve(&a.data, &b.data).unwrap().x);
                let y = solution(solver, &a, &c, false).unwrap();
                close(&y.data, &solve(&a.data.transposed(), &b.data).unwrap().x.transposed());
                if let Some((inverse, rcond)) = inverse_known(&a) {
                    let general = inv(&a.data).unwrap();
                    close(&inverse.data, &general.x);
                    assert!((0.1..10.0).contains(&(rcond / general.rcond)), "{known:?}");
                }
                if let Some(det) = det_known(&a) {
                    let general = matfac::factor::det(&a.data).unwrap();
                    assert!((det - general).abs() <= 1e-10 * general.abs(), "{known:?}");
                }
                for other in samples(n) {
                    let x = solution(solver, &a, &other, true).unwrap();
                    close(&x.data, &solve(&a.data, &other.data).unwrap().x);
                }
            }
        }
    }

    #[test]
    fn doubt_and_ignorance_are_the_general_ways() {
        assert!(Solver::of(Known::NOTHING).is_none());
        let plain = Array::from(Matrix::identity(3));
        assert!(inverse_known(&plain).is_none() && det_known(&plain).is_none());
        let diagonal = |d: &[f64]| {
            let entry = |i, j| if i == j { d[i] } else { 0.0 };
            Array::known(Matrix::from_fn(d.len(), d.len(), entry), Known::DIAGONAL)
        };
        for d in [[1.0, 0.0], [1.0, f64::INFINITY], [1.0, 1e-17], [f64::NAN, 1.0]] {
            assert!(inverse_known(&diagonal(&d)).is_none());
            assert!(
                solution(Solver::Division, &diagonal(&d), &diagonal(&[1.0, 1.0]), true).is_none()
            );
        }
        assert_eq!(det_known(&diagonal(&[1.0, f64::NAN])), None);
        assert_eq!(det_known(&diagonal(&[])), Some(1.0));
        let wide = Array::known(Matrix::zeros(2, 3), Known::DIAGONAL);
        assert!(inverse_known(&wide).is_none() && det_known(&wide).is_none());
        assert!(Entries::default().known().is_nothing());
    }
}
