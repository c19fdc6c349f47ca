//! New rows in the parts of a fitted model: `X ≈ Z*H` for a given H, with Z ≥ 0.
//!
//! Least squares are exact (`anls`), each row by itself and over its known cells where some are missing; other losses take
//! multiplicative updates of Z alone, which for 1 ≤ β ≤ 2 is a convex problem. Rows of H are scaled to norm 1 meanwhile.

use super::divergence::Loss;
use super::hals::Terms;
use super::multiplicative;
use super::passes::{Side, squared_residual};
use super::target::Target;
use super::{NmfOptions, anls, masked};
use crate::data::{End, Monitor, Step};
use crate::error::{Error, Result};
use crate::linalg::Matrix;
use crate::linalg::norm::euclidean;
use crate::linalg::product::gram;
use crate::models::Data;

/// The p×k matrix Z ≥ 0 that brings Z*H nearest to X, p×n, by the loss; H is k×n. NaN cells of X are left out when they may
/// be missing.
///
/// The monitor hears of every iteration; when its flag is raised the last iterate is returned. Errors: as [`super::nmf()`] of
/// the entries of X; [`Error::Argument`] of another number of columns; [`Error::Interrupted`] where there is no iterate.
pub fn transform(
    h: &Matrix,
    x: Data<'_>,
    loss: Loss,
    missing: bool,
    monitor: &Monitor,
) -> Result<Reached<Matrix>> {
    let rows = Rows::new(h, x, loss, missing, monitor)?;
    let (end, iterations) = (rows.end, rows.iterations);
    Ok(Reached { value: rows.into_coordinates()?, end, iterations })
}

/// What was reached, and how that ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached<T> {
    /// Of the last iterate.
    pub value: T,
    /// Whether the tolerance was met, the iteration limit came first, or an interrupt.
    pub end: End,
    /// Number of iterations; 1 of a loss that is minimized exactly.
    pub iterations: usize,
}

/// The share of the sum of squares of X that Z*H explains, `1 - ‖X - Z*H‖²/‖X‖²`, over known cells, with Z as in
/// [`transform`], whose errors it has; 1 of zeros.
pub fn score(
    h: &Matrix,
    x: Data<'_>,
    loss: Loss,
    missing: bool,
    monitor: &Monitor,
) -> Result<Reached<f64>> {
    let rows = Rows::new(h, x, loss, missing, monitor)?;
    let square = rows.target.norm * rows.target.norm;
    let value = match square {
        0.0 => 1.0,
        square => 1.0 - squared_residual(&rows.target, &rows.z, &rows.ht) / square,
    };
    Ok(Reached { value, end: rows.end, iterations: rows.iterations })
}

/// Rows with their coordinates in parts of norm 1.
struct Rows<'a> {
    target: Target<'a>,
    z: Matrix,
    ht: Matrix,
    norms: Vec<f64>,
    end: End,
    iterations: usize,
}

impl<'a> Rows<'a> {
    fn new(
        h: &Matrix,
        x: Data<'a>,
        loss: Loss,
        missing: bool,
        monitor: &Monitor,
    ) -> Result<Rows<'a>> {
        if x.cols() != h.cols() {
            let message = format!(
                "the model has {} columns, and X is {}; a row of X has a number for each of them",
                h.cols(),
                x.shape()
            );
            return Err(Error::argument("X", message));
        }
        let target = Target::new(x, loss, missing)?;
        let mut ht = h.transposed();
        let norms: Vec<f64> = (0..ht.cols()).map(|j| euclidean(ht.col(j))).collect();
        for (j, norm) in norms.iter().enumerate().filter(|(_, norm)| **norm > 0.0) {
            ht.col_mut(j).iter_mut().for_each(|x| *x /= norm);
        }
        let Reached { value: z, end, iterations } = coordinates(&target, &ht, loss, monitor)?;
        Ok(Rows { target, z, ht, norms, end, iterations })
    }

    fn into_coordinates(self) -> Result<Matrix> {
        let mut z = self.z;
        for (j, norm) in self.norms.iter().enumerate() {
            let factor = if *norm > 0.0 { self.target.scale / norm } else { 0.0 };
            z.col_mut(j).iter_mut().for_each(|x| *x *= factor);
        }
        Ok(z)
    }
}

fn coordinates(
    target: &Target<'_>,
    ht: &Matrix,
    loss: Loss,
    monitor: &Monitor,
) -> Result<Reached<Matrix>> {
    let (p, k) = (target.rows(), ht.cols());
    let mut z = Matrix::zeros(p, k);
    let exact = |value: Matrix| Reached { value, end: End::Converged, iterations: 1 };
    if target.norm == 0.0 {
        return Ok(exact(z));
    }
    monitor.interrupt.check()?;
    if loss == Loss::FROBENIUS {
        let terms = Terms { l1: 0.0, l2: 0.0, floor: 0.0 };
        if let Some(holes) = &target.holes {
            masked::step(target, holes, Side::Rows, &mut z, ht, None, terms)?;
        } else {
            let mut product = Matrix::zeros(p, k);
            target.times(ht, &mut product)?;
            // Between the two long computations; none of them has a part that is worth keeping.
            monitor.step(Step { task: "nmf", iteration: 1, max_iter: 1, objective: 1.0 })?;
            anls::update(&mut z, &product, &gram(ht)?, terms);
        }
        return Ok(exact(z));
    }
    // All parts alike, of the sum of the rows.
    let sum: f64 = ht.as_slice().iter().sum();
    let start = if sum > 0.0 { target.mean * target.cols() as f64 / sum } else { 0.0 };
    z.as_mut_slice().fill(start);
    let options = NmfOptions { k, loss, tol: 1e-7, max_iter: 2000, ..Default::default() };
    let run = multiplicative::iterate(target, z, ht.clone(), Some(Side::Rows), &options, monitor)?;
    Ok(Reached { value: run.w, end: run.end, iterations: run.history.len() })
}
