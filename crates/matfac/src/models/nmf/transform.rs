//! New rows in the parts of a fitted model: `X ≈ Z*H` for a given H, with Z ≥ 0.
//!
//! Least squares are exact (`anls`), each row by itself and over its known cells where some are missing; other losses take
//! multiplicative updates of Z alone, which for 1 ≤ β ≤ 2 is a convex problem. Rows of H are scaled to norm 1 meanwhile.

use super::divergence::Loss;
use super::hals::Terms;
use super::multiplicative;
use super::passes::{Side, squared_residual};
use super::target::{Target, check};
use super::{NmfOptions, anls, masked};
use crate::data::Monitor;
use crate::error::{Error, Result};
use crate::linalg::Matrix;
use crate::linalg::norm::euclidean;
use crate::linalg::product::gram;
use crate::models::Data;

/// The p×k matrix Z ≥ 0 that brings Z*H nearest to X, p×n, by the loss; H is k×n. NaN cells of X are left out when they may
/// be missing.
///
/// Errors: as [`super::nmf()`] of the entries of X; [`Error::Argument`] of another number of columns.
pub fn transform(
    h: &Matrix,
    x: Data<'_>,
    loss: Loss,
    missing: bool,
    monitor: &Monitor,
) -> Result<Matrix> {
    Rows::new(h, x, loss, missing, monitor)?.into_coordinates()
}

/// The share of the sum of squares of X that Z*H explains, `1 - ‖X - Z*H‖²/‖X‖²`, over known cells, with Z as in
/// [`transform`]; 1 of zeros.
pub fn score(h: &Matrix, x: Data<'_>, loss: Loss, missing: bool, monitor: &Monitor) -> Result<f64> {
    let rows = Rows::new(h, x, loss, missing, monitor)?;
    let square = rows.target.norm * rows.target.norm;
    if square == 0.0 {
        return Ok(1.0);
    }
    Ok(1.0 - squared_residual(&rows.target, &rows.z, &rows.ht) / square)
}

/// Rows with their coordinates in parts of norm 1.
struct Rows<'a> {
    target: Target<'a>,
    z: Matrix,
    ht: Matrix,
    norms: Vec<f64>,
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
        check(x, loss, missing)?;
        let target = Target::new(x)?;
        let mut ht = h.transposed();
        let norms: Vec<f64> = (0..ht.cols()).map(|j| euclidean(ht.col(j))).collect();
        for (j, norm) in norms.iter().enumerate().filter(|(_, norm)| **norm > 0.0) {
            ht.col_mut(j).iter_mut().for_each(|x| *x /= norm);
        }
        let z = coordinates(&target, &ht, loss, monitor)?;
        Ok(Rows { target, z, ht, norms })
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

fn coordinates(target: &Target<'_>, ht: &Matrix, loss: Loss, monitor: &Monitor) -> Result<Matrix> {
    let (p, k) = (target.rows(), ht.cols());
    let mut z = Matrix::zeros(p, k);
    if target.norm == 0.0 {
        return Ok(z);
    }
    if loss == Loss::FROBENIUS {
        let terms = Terms { l1: 0.0, l2: 0.0, floor: 0.0 };
        if let Some(holes) = &target.holes {
            masked::step(target, holes, Side::Rows, &mut z, ht, None, terms)?;
        } else {
            let mut product = Matrix::zeros(p, k);
            target.times(ht, &mut product)?;
            anls::update(&mut z, &product, &gram(ht)?, terms);
        }
        return Ok(z);
    }
    // All parts alike, of the sum of the rows.
    let sum: f64 = ht.as_slice().iter().sum();
    let start = if sum > 0.0 { target.mean * target.cols() as f64 / sum } else { 0.0 };
    z.as_mut_slice().fill(start);
    let options = NmfOptions { k, loss, tol: 1e-7, max_iter: 2000, ..Default::default() };
    let run = multiplicative::iterate(target, z, ht.clone(), Some(Side::Rows), &options, monitor)?;
    Ok(run.w)
}
