//! `A \ B`, `B / A` and the inverse where it is known beforehand that A is triangular or symmetric.
//!
//! What [`super::solve()`] finds out by looking (a pass over A, a copy of it) is known here, so that a triangular system
//! costs the substitution, n² flops a column, and the estimate of its condition, a few substitutions more. Where A is
//! singular to working precision, or an entry of A or B is not finite, the answer is `None`: [`super::solve()`] has
//! the warning or the error. Reference: Higham (2002), Accuracy and Stability of Numerical Algorithms, chapters 8, 14.

use super::chol::PackedChol;
use super::condition::rcond_from;
use super::determinant::Determinant;
use super::ldl::PackedLdl;
use super::structure::{Structure, permutation_sign, structure};
use super::triangle::{Part, substitute, substitute_adjoint, triangular_rcond};
use crate::linalg::norm::inf_norm;
use crate::linalg::par::{Op, par};
use crate::linalg::simd::Clean;
use crate::linalg::structured::{diagonal, is_finite, permutation};
use crate::linalg::{Matrix, product};
use faer::linalg::triangular_inverse;

/// `T \ B` for a square triangular matrix, upper or lower, whose other triangle is not read.
///
/// ```
/// use matfac::{Matrix, factor::known::solve_triangular};
/// let u = Matrix::from_rows(&[&[2.0, 1.0], &[0.0, 4.0]]);
/// let b = Matrix::column_vector(vec![4.0, 8.0]);
/// assert_eq!(solve_triangular(&u, true, &b).unwrap().as_slice(), &[1.0, 2.0]);
/// assert!(solve_triangular(&Matrix::zeros(2, 2), true, &b).is_none());
/// ```
pub fn solve_triangular(t: &Matrix, upper: bool, b: &Matrix) -> Option<Matrix> {
    if !t.is_square() || t.rows() != b.rows() || !is_regular(t, upper) || !is_finite(b) {
        return None;
    }
    let mut x = b.clone();
    substitute(t.view(), part(upper), x.view_mut());
    Some(x)
}

/// `B / T`, the solution of `X*T = B`, as [`solve_triangular`].
pub fn right_divide_triangular(b: &Matrix, t: &Matrix, upper: bool) -> Option<Matrix> {
    if !t.is_square() || t.cols() != b.cols() || !is_regular(t, upper) || !is_finite(b) {
        return None;
    }
    let mut x = b.clone();
    // X*T = B is T'*X' = B'.
    substitute_adjoint(t.view(), part(upper), x.view_mut().transpose_mut());
    Some(x)
}

/// `S \ B` for a symmetric matrix, by Cholesky, or by LDL' when it is not positive definite; `None` also when S is
/// triangular or banded, for which there are cheaper ways.
///
/// ```
/// use matfac::{Matrix, factor::known::solve_symmetric};
/// let s = Matrix::from_rows(&[&[4.0, 2.0], &[2.0, 5.0]]);
/// let x = solve_symmetric(&s, &Matrix::column_vector(vec![8.0, 12.0])).unwrap();
/// assert!((x[(0, 0)] - 1.0).abs() < 1e-15 && (x[(1, 0)] - 2.0).abs() < 1e-15);
/// ```
pub fn solve_symmetric(s: &Matrix, b: &Matrix) -> Option<Matrix> {
    let n = s.cols();
    if !s.is_square() || n != b.rows() || structure(s) != Structure::Dense {
        return None;
    }
    if !is_finite(s) || !is_finite(b) {
        return None;
    }
    let mut x = b.clone();
    if (0..n).all(|i| s[(i, i)] > 0.0)
        && let Some(f) = PackedChol::new(s.clone())
    {
        let is_regular = f.rcond() >= f64::EPSILON;
        return is_regular.then(|| {
            f.solve_in_place(x.view_mut());
            x
        });
    }
    let f = PackedLdl::new(s).ok()?;
    (f.rcond() >= f64::EPSILON).then(|| {
        f.solve_in_place(x.view_mut());
        x
    })
}

/// The inverse of a square triangular matrix and its reciprocal condition number in the 1-norm, which is exact.
///
/// ```
/// use matfac::{Matrix, factor::known::invert_triangular};
/// let (inverse, rcond) = invert_triangular(&Matrix::from_rows(&[&[2.0, 0.0], &[0.0, 4.0]]), true).unwrap();
/// assert_eq!((inverse[(0, 0)], inverse[(1, 1)], rcond), (0.5, 0.25, 0.5));
/// ```
pub fn invert_triangular(t: &Matrix, upper: bool) -> Option<(Matrix, f64)> {
    let n = t.cols();
    if !t.is_square() || (0..n).any(|i| t[(i, i)] == 0.0) {
        return None;
    }
    let norm = triangle_norm(t, upper);
    if !norm.is_finite() {
        return None;
    }
    let mut x = product::zeros(n, n).ok()?;
    let _clean = Clean;
    let threads = par(Op::Product, n);
    if upper {
        triangular_inverse::invert_upper_triangular(x.view_mut(), t.view(), threads);
    } else {
        triangular_inverse::invert_lower_triangular(x.view_mut(), t.view(), threads);
    }
    let rcond = rcond_from(n, norm, triangle_norm(&x, upper));
    (rcond >= f64::EPSILON).then_some((x, rcond))
}

/// The reciprocal condition number in the 1-norm of a matrix whose inverse is its transpose.
pub fn orthogonal_rcond(q: &Matrix) -> f64 {
    rcond_from(q.cols(), q.one_norm(), inf_norm(q))
}

/// The determinant of a permutation matrix, 1 or -1; `None` when it is none.
pub fn permutation_det(p: &Matrix) -> Option<f64> {
    permutation(p).map(|rows| permutation_sign(&rows))
}

/// The determinant of a finite triangular matrix: the product of its diagonal.
pub fn triangular_det(t: &Matrix) -> Option<f64> {
    is_finite(t).then(|| Determinant::of(1.0, diagonal(t).into_iter()).value())
}

/// The largest column sum of a triangle's magnitudes.
fn triangle_norm(t: &Matrix, upper: bool) -> f64 {
    let column = |j: usize| if upper { &t.col(j)[..=j] } else { &t.col(j)[j..] };
    let sums = (0..t.cols()).map(|j| column(j).iter().map(|x| x.abs()).sum::<f64>());
    // NaN must not get lost in a maximum.
    sums.fold(0.0, |largest, sum| if sum > largest || sum.is_nan() { sum } else { largest })
}

/// Whether a triangular matrix is finite and not singular to working precision.
fn is_regular(t: &Matrix, upper: bool) -> bool {
    let norm = triangle_norm(t, upper);
    t.is_empty()
        || norm.is_finite() && triangular_rcond(t.view(), norm, part(upper)) >= f64::EPSILON
}

fn part(upper: bool) -> Part {
    if upper { Part::Upper } else { Part::Lower }
}

#[cfg(test)]
mod tests {
    use super::super::solve::{right_divide, solve};
    use super::super::testdata::{assert_close, random};
    use super::*;

    fn upper(n: usize) -> Matrix {
        let a = random(n, n, 3);
        Matrix::from_fn(n, n, |i, j| match i.cmp(&j) {
            std::cmp::Ordering::Less => a[(i, j)] / n as f64,
            std::cmp::Ordering::Equal => 1.0 + a[(i, j)].abs(),
            std::cmp::Ordering::Greater => 0.0,
        })
    }

    #[test]
    fn what_is_known_gives_what_is_found() {
        for n in [0, 1, 2, 17, 130] {
            let (u, b) = (upper(n), random(n, 3, 4));
            let (l, c) = (u.transposed(), b.transposed());
            for (t, is_upper) in [(&u, true), (&l, false)] {
                let x = solve_triangular(t, is_upper, &b).unwrap();
                assert_close(&x, &solve(t, &b).unwrap().x, 1e-12);
                let y = right_divide_triangular(&c, t, is_upper).unwrap();
                assert_close(&y, &right_divide(&c, t).unwrap().x, 1e-12);
                let (inverse, rcond) = invert_triangular(t, is_upper).unwrap();
                assert_close(&product::multiply(t, &inverse).unwrap(), &Matrix::identity(n), 1e-12);
                assert!(rcond > 0.0);
            }
            let definite = product::gram(&u).unwrap();
            // One number is a diagonal.
            assert_eq!(solve_symmetric(&definite, &b).is_some(), n > 1);
            if let Some(x) = solve_symmetric(&definite, &b) {
                assert_close(&x, &solve(&definite, &b).unwrap().x, 1e-10);
            }
        }
    }

    #[test]
    fn doubt_is_left_to_who_warns() {
        let (mut u, mut b) = (upper(4), random(4, 2, 1));
        assert!(solve_triangular(&u, true, &random(3, 2, 1)).is_none());
        u[(0, 3)] = f64::INFINITY;
        assert!(solve_triangular(&u, true, &b).is_none() && invert_triangular(&u, true).is_none());
        u[(0, 3)] = 1.0;
        u[(2, 2)] = 1e-17;
        assert!(solve_triangular(&u, true, &b).is_none() && invert_triangular(&u, true).is_none());
        u[(2, 2)] = 1.0;
        b[(0, 0)] = f64::NAN;
        assert!(solve_triangular(&u, true, &b).is_none());
        assert!(solve_symmetric(&Matrix::zeros(2, 2), &Matrix::zeros(2, 1)).is_none());
        let indefinite = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
        let x = solve_symmetric(&indefinite, &Matrix::column_vector(vec![5.0, 4.0])).unwrap();
        assert_close(&x, &Matrix::column_vector(vec![1.0, 2.0]), 1e-14);
        let singular = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 4.0]]);
        assert!(solve_symmetric(&singular, &Matrix::zeros(2, 1)).is_none());
    }

    #[test]
    fn determinants_overflow_only_when_they_are_too_large() {
        let d = [1e200, 1e200, 1e-200, 1e-200];
        let t = Matrix::from_fn(4, 4, |i, j| if i == j { d[i] } else { 0.0 });
        assert!((triangular_det(&t).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(triangular_det(&Matrix::zeros(0, 0)), Some(1.0));
        assert_eq!(triangular_det(&t.map(|x| x / 0.0)), None);
        let swap = Matrix::from_rows(&[&[0.0, 1.0], &[1.0, 0.0]]);
        assert_eq!((permutation_det(&swap), permutation_det(&t)), (Some(-1.0), None));
    }

    #[test]
    fn rotations_are_well_conditioned() {
        let q = Matrix::from_rows(&[&[0.6, 0.8], &[-0.8, 0.6]]);
        assert!((orthogonal_rcond(&q) - 1.0 / 1.96).abs() < 1e-15);
        assert_eq!(orthogonal_rcond(&Matrix::identity(3)), 1.0);
    }
}
