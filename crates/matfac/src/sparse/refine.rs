//! Right-hand sides: solutions with the factors, corrected until they are exact up to rounding.
//!
//! Method: iterative refinement in working precision; it ends when the componentwise backward error is at rounding level or no
//! longer halves. Several right-hand sides are divided among the threads. Reference: Arioli, Demmel & Duff (1989), SIAM J.
//! Matrix Anal. Appl. 10. Cost: two or three solves for each right-hand side.

use super::kind::Kind;
use super::permute::collected;
use super::solve::Factorized;
use crate::error::{Error, Result, Shape};
use crate::linalg::sparse::{Entry, Sparse};
use crate::linalg::{Dense, Scalar};
use rayon::prelude::*;

/// The most corrections of a solution.
const STEPS: usize = 5;

/// The componentwise backward error that needs no correction: what rounding the residual alone makes of a sparse row.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// Right-hand sides of a sparse matrix that are full at a time.
const BLOCK: usize = 64;

impl<T: Scalar + Entry> Factorized<T> {
    /// `A \ B`, or `A' \ B`, for a full B, and the largest of the normwise backward errors: 0 where the problem is one of least
    /// squares.
    pub(super) fn substitute(&self, b: &Dense<T>, adjoint: bool) -> Result<(Dense<T>, f64)> {
        let rows = self.require_rows(b.rows(), b.cols(), adjoint)?;
        b.require_finite("A \\ b")?;
        let mut x = Dense::filled(rows, b.cols(), T::ZERO)?;
        let columns: Vec<usize> = (0..b.cols()).collect();
        let solve = |&k: &usize| self.refined(b.col(k), adjoint);
        let solved: Vec<(Vec<T>, f64)> = match self.is_worth_threads(b.cols()) {
            true => columns.par_iter().map(solve).collect(),
            false => columns.iter().map(solve).collect(),
        };
        let mut worst = 0.0f64;
        for (k, (solution, error)) in solved.into_iter().enumerate() {
            x.col_mut(k).copy_from_slice(&solution);
            worst = if error > worst || error.is_nan() { error } else { worst };
        }
        Ok((x, worst))
    }

    /// The same for a sparse B; the result has no stored zeros.
    pub(super) fn substitute_sparse(
        &self,
        b: &Sparse<T>,
        adjoint: bool,
    ) -> Result<(Sparse<T>, f64)> {
        let rows = self.require_rows(b.rows(), b.cols(), adjoint)?;
        b.require_finite("A \\ b")?;
        let mut worst = 0.0f64;
        let mut block: Vec<(Vec<T>, f64)> = Vec::new();
        let x = collected(rows, b.cols(), b.nnz(), |j, pairs| {
            if j % BLOCK == 0 {
                let columns: Vec<usize> = (j..(j + BLOCK).min(b.cols())).collect();
                let solve = |&k: &usize| self.refined_sparse(b, k, adjoint);
                block = match self.is_worth_threads(columns.len()) {
                    true => columns.par_iter().map(solve).collect(),
                    false => columns.iter().map(solve).collect(),
                };
            }
            let (x, error) = &block[j % BLOCK];
            worst = if *error > worst || error.is_nan() { *error } else { worst };
            let entries = x.iter().enumerate().filter(|(_, x)| !x.is_zero());
            pairs.extend(entries.map(|(i, &x)| (i as u32, x)));
        });
        Ok((x, worst))
    }

    fn refined_sparse(&self, b: &Sparse<T>, k: usize, adjoint: bool) -> (Vec<T>, f64) {
        let (places, entries) = b.col(k);
        if places.is_empty() {
            let rows = if adjoint { self.rows() } else { self.cols() };
            return (vec![T::ZERO; rows], 0.0);
        }
        let mut full = vec![T::ZERO; b.rows()];
        places.iter().zip(entries).for_each(|(&i, &x)| full[i as usize] = x);
        self.refined(&full, adjoint)
    }

    /// The number of rows of the solution.
    fn require_rows(&self, rows: usize, cols: usize, adjoint: bool) -> Result<usize> {
        let (m, n) = (self.rows(), self.cols());
        let (needed, other) = if adjoint { (n, m) } else { (m, n) };
        if rows == needed {
            return Ok(other);
        }
        let hint = format!("the right-hand side needs {needed} rows");
        let (left, right) = (Shape(m, n), Shape(rows, cols));
        Err(Error::Shapes { operation: "solve", left, right, hint: Some(hint) })
    }

    fn is_worth_threads(&self, columns: usize) -> bool {
        // faer's solves have their own threads.
        columns > 1 && !matches!(self.kind, Kind::Cholesky(_)) && self.nnz() * columns > 1 << 16
    }

    /// The solution for one right-hand side, and its normwise backward error.
    pub(super) fn refined(&self, b: &[T], adjoint: bool) -> (Vec<T>, f64) {
        let a = &*self.matrix;
        let mut x = self.kind.solve(a, b.to_vec(), adjoint);
        let is_least_squares =
            matches!(self.kind, Kind::Tall(_) | Kind::Wide(_) | Kind::Complete(_));
        if is_least_squares || !a.is_square() {
            return (x, 0.0);
        }
        let mut residual = Residual::of(a, &x, b, adjoint);
        for _ in 0..STEPS {
            if residual.componentwise <= ROUNDING || residual.componentwise.is_nan() {
                break;
            }
            let correction = self.kind.solve(a, residual.r.clone(), adjoint);
            let better: Vec<T> = x.iter().zip(&correction).map(|(&x, &d)| x + d).collect();
            let next = Residual::of(a, &better, b, adjoint);
            // A correction that is not finite makes nothing smaller.
            let is_smaller = next.componentwise < residual.componentwise;
            let halves = 2.0 * next.componentwise <= residual.componentwise;
            if is_smaller {
                (x, residual) = (better, next);
            }
            if !halves {
                break;
            }
        }
        (x, residual.normwise)
    }
}

/// What is left of b.
struct Residual<T> {
    r: Vec<T>,
    /// max |r| / (|A||x| + |b|).
    componentwise: f64,
    /// ‖r‖ / (‖A‖‖x‖ + ‖b‖), in the largest-entry norm, with ‖A‖ not less than what A does to x.
    normwise: f64,
}

impl<T: Scalar + Entry> Residual<T> {
    fn of(a: &Sparse<T>, x: &[T], b: &[T], adjoint: bool) -> Residual<T> {
        let mut r = b.to_vec();
        let mut scale: Vec<f64> = b.iter().map(|x| x.modulus()).collect();
        let mut sums = vec![0.0f64; r.len()];
        for j in 0..a.cols() {
            let (places, entries) = a.col(j);
            if adjoint {
                for (&i, &v) in places.iter().zip(entries) {
                    r[j] -= v.conjugate() * x[i as usize];
                    scale[j] += v.modulus() * x[i as usize].modulus();
                    sums[j] += v.modulus();
                }
            } else {
                let (x, size) = (x[j], x[j].modulus());
                for (&i, &v) in places.iter().zip(entries) {
                    r[i as usize] -= v * x;
                    scale[i as usize] += v.modulus() * size;
                    sums[i as usize] += v.modulus();
                }
            }
        }
        let larger = |m: f64, s: f64| if m >= s || m.is_nan() { m } else { s };
        let ratios = r.iter().zip(&scale).filter(|(r, _)| **r != T::ZERO);
        let componentwise = ratios.map(|(r, s)| r.modulus() / s).fold(0.0, larger);
        let norm = sums.iter().copied().fold(0.0, f64::max);
        let left = T::largest_modulus(&r);
        let whole = norm * T::largest_modulus(x) + T::largest_modulus(b);
        let normwise = if left == 0.0 { 0.0 } else { left / whole };
        Residual { r, componentwise, normwise }
    }
}
