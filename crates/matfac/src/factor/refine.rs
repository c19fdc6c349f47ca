//! Square systems solved to full working precision, with bounds on what is left.
//!
//! Method: iterative refinement with residuals and solution in doubled precision, until corrections stop shrinking; the
//! componentwise backward error of the result, and a bound of its forward error from the norm estimator. References:
//! Wilkinson (1963); Oettli & Prager (1964), Numerische Mathematik 6; Demmel, Hida, Kahan, Li, Mukherjee & Riedy (2006),
//! ACM TOMS 32; Higham (2002), chapter 12. Cost: the factorization, and about 60n² flops for each step and right-hand
//! side.

use super::condition::inverse_one_norm;
use super::field::Field;
use super::solve::{Factorized, Method, Warning, factorize, rows_differ};
use crate::error::Result;
use crate::linalg::doubled::Doubled;
use crate::linalg::{Dense, Scalar};

/// A refined solution.
#[derive(Debug, Clone, PartialEq)]
pub struct Refined<T> {
    /// n×k for A n×n and B n×k.
    pub x: Dense<T>,
    /// For each column, the smallest relative change of the entries of A and B that makes it exact.
    pub backward_error: Vec<f64>,
    /// For each column, an estimated bound of the largest error of an entry, relative to the largest entry.
    pub forward_error: Vec<f64>,
    /// The most corrections that a column needed.
    pub steps: usize,
    /// The estimated reciprocal condition number.
    pub rcond: f64,
    /// What the caller should be told: a matrix that is singular to working precision is not refined.
    pub warning: Option<Warning>,
}

/// More steps than convergence ever takes: the error falls by a factor of about ε·κ in each.
const STEPS: usize = 20;

/// Solves `A*X = B` for a square A.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::Shapes`], [`crate::Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::solve_refined};
/// let hilbert = Matrix::from_fn(8, 8, |i, j| 1.0 / (1 + i + j) as f64);
/// let b = Matrix::filled(8, 1, 1.0).unwrap();
/// let s = solve_refined(&hilbert, &b).unwrap();
/// assert!(s.backward_error[0] < 1e-15 && s.forward_error[0] < 1e-14);
/// ```
pub fn solve_refined<T: Field>(a: &Dense<T>, b: &Dense<T>) -> Result<Refined<T>> {
    T::solve_refined(a, b)
}

pub(super) fn refine<T: Field>(a: &Dense<T>, b: &Dense<T>) -> Result<Refined<T>> {
    a.require_square("solve_refined")?;
    if a.rows() != b.rows() {
        return Err(rows_differ(a.shape(), b.shape()));
    }
    let f = factorize(a)?;
    let mut refined = Refined {
        x: f.solve(b)?,
        backward_error: Vec::new(),
        forward_error: Vec::new(),
        steps: 0,
        rcond: f.rcond,
        warning: f.warning,
    };
    let can_be_refined = f.method != Method::CompleteOrthogonal;
    for j in 0..b.cols() {
        let (mut exact, mut steps) = (Doubled::from(refined.x.col(j).to_vec()), 0);
        if can_be_refined {
            steps = correct(a, &f, b.col(j), &mut exact)?;
        }
        let x = exact.rounded();
        let left = residual(a, b.col(j), &Doubled::from(x.clone()));
        let scale = scale(a, &x, b.col(j));
        refined.backward_error.push(backward_error(&left, &scale));
        let forward = match can_be_refined {
            true => forward_error(&f, &x, &residual(a, b.col(j), &exact), &scale)?,
            false => f64::INFINITY,
        };
        refined.forward_error.push(forward);
        refined.x.col_mut(j).copy_from_slice(&x);
        refined.steps = refined.steps.max(steps);
    }
    Ok(refined)
}

fn residual<T: Scalar>(a: &Dense<T>, b: &[T], x: &Doubled<T>) -> Vec<T> {
    let mut r = Doubled::from(b.to_vec());
    r.subtract_product(a, x);
    r.rounded()
}

/// Adds corrections to x until they stop shrinking; how many there were.
fn correct<T: Field>(
    a: &Dense<T>,
    f: &Factorized<T>,
    b: &[T],
    x: &mut Doubled<T>,
) -> Result<usize> {
    let mut previous = f64::INFINITY;
    for step in 0..STEPS {
        let change = f.solve(&Dense::column_vector(residual(a, b, x)))?;
        let size = T::euclidean(change.as_slice());
        if size.is_nan() || size >= previous / 2.0 {
            return Ok(step);
        }
        x.add(change.as_slice());
        // One more than the rounded solution needs: the bound of the error uses what is left.
        if size <= f64::EPSILON * f64::EPSILON * T::euclidean(&x.high) {
            return Ok(step + 1);
        }
        previous = size;
    }
    Ok(STEPS)
}

/// |A||x| + |b|.
fn scale<T: Scalar>(a: &Dense<T>, x: &[T], b: &[T]) -> Vec<f64> {
    let mut scale: Vec<f64> = b.iter().map(|v| v.modulus()).collect();
    for (j, x) in x.iter().enumerate() {
        let size = x.modulus();
        scale.iter_mut().zip(a.col(j)).for_each(|(s, v)| *s += v.modulus() * size);
    }
    scale
}

/// max |r| / (|A||x| + |b|), Oettli and Prager's formula.
fn backward_error<T: Scalar>(residual: &[T], scale: &[f64]) -> f64 {
    let ratios = residual.iter().zip(scale).filter(|(r, _)| **r != T::ZERO);
    ratios.map(|(r, s)| r.modulus() / s).fold(0.0, f64::max)
}

/// ε, for rounding the solution, and an estimate of ‖ |A⁻¹| |r| ‖∞ / ‖x‖∞ for the solution before it was rounded, whose
/// residual r is known to doubled precision.
fn forward_error<T: Field>(
    f: &Factorized<T>,
    x: &[T],
    residual: &[T],
    scale: &[f64],
) -> Result<f64> {
    let largest = x.iter().map(|v| v.modulus()).fold(0.0, f64::max);
    if largest == 0.0 {
        return Ok(0.0);
    }
    let lost = (x.len() + 1) as f64 * f64::EPSILON * f64::EPSILON;
    let sizes: Vec<f64> = residual.iter().zip(scale).map(|(r, s)| r.modulus() + lost * s).collect();
    let weigh = |v: &mut [T]| v.iter_mut().zip(&sizes).for_each(|(v, &s)| *v = v.scaled(s));
    let mut failure = None;
    let mut solve = |v: &mut [T], adjoint: bool| {
        let b = Dense::column_vector(v.to_vec());
        match if adjoint { f.solve_adjoint(&b) } else { f.solve(&b) } {
            Ok(x) => v.copy_from_slice(x.as_slice()),
            // A solution that overflows.
            Err(error) => failure = Some(error),
        }
    };
    // ‖A⁻¹ diag(s)‖∞ is the 1-norm of its adjoint, diag(s) A⁻ᴴ.
    let solve = std::cell::RefCell::new(&mut solve);
    let bound = inverse_one_norm(
        x.len(),
        |v: &mut [T]| {
            (solve.borrow_mut())(v, true);
            weigh(v);
        },
        |v: &mut [T]| {
            weigh(v);
            (solve.borrow_mut())(v, false);
        },
    );
    Ok(if failure.is_some() { f64::INFINITY } else { f64::EPSILON + bound / largest })
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{random, random_complex};
    use super::*;
    use crate::Matrix;
    use crate::linalg::product::times;

    #[test]
    fn an_ill_conditioned_system_is_solved_to_the_last_digit() {
        // 360360 times the Hilbert matrix is of whole numbers, and so are the right-hand sides; condition 1e10.
        let a = Matrix::from_fn(8, 8, |i, j| (360_360 / (1 + i + j)) as f64);
        let ones = Matrix::filled(8, 1, 1.0).unwrap();
        let b = times(&a, false, &ones, false).unwrap();
        let s = solve_refined(&a, &b).unwrap();
        assert_eq!(s.x, ones);
        assert!(s.steps > 0 && s.warning.is_none() && s.forward_error[0] < 1e-15);
    }

    #[test]
    fn bounds_bound() {
        for seed in 0..20 {
            let n = 1 + seed as usize;
            let (a, x) = (random_complex(n, n, seed), random_complex(n, 2, seed + 50));
            let b = times(&a, false, &x, false).unwrap();
            let s = solve_refined(&a, &b).unwrap();
            assert!(s.backward_error.iter().all(|&e| e < 1e-15));
            assert!(s.forward_error.iter().all(|&e| e < 1e-14));
        }
        let singular = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 4.0]]);
        let s = solve_refined(&singular, &Matrix::filled(2, 1, 1.0).unwrap()).unwrap();
        assert!(s.warning.is_some() && s.forward_error[0] == f64::INFINITY);
        assert!(solve_refined(&random(2, 3, 1), &random(2, 1, 1)).is_err());
        assert!(solve_refined(&random(3, 3, 1), &random(2, 1, 1)).is_err());
    }
}
