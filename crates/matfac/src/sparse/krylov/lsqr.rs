//! Least squares and consistent systems by bidiagonalization: conjugate gradients for the normal equations in a form that
//! does not square the condition number.
//!
//! Reference: Paige, Saunders, LSQR, ACM Trans. Math. Softw. 8 (1982), with its estimates of ‖A‖ and of the condition
//! number. Cost of an iteration: a product with A and one with A', six passes over vectors.

use super::Stop;
use super::golub_kahan::{GolubKahan, finished};
use super::run::Run;
use super::vectors::{advance, xpay};
use crate::error::Result;
use crate::linalg::Scalar;

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let mut g = match GolubKahan::new(run, r)? {
        Ok(g) => g,
        Err(stop) => return Ok(stop),
    };
    let mut w = g.inverse.clone();
    let (mut rhobar, mut phibar) = (g.alpha, g.beta);
    let (mut squares, mut inverse_squares) = (g.alpha * g.alpha, 0.0);
    if run.second_history.is_empty() {
        run.second_history.push(g.alpha * g.beta);
    }
    if g.alpha == 0.0 {
        return Ok(Stop::LeastSquares);
    }
    loop {
        if !run.next()? {
            return Ok(Stop::MaxIter);
        }
        if let Some(stop) = g.step(run)? {
            return Ok(stop);
        }
        let rho = rhobar.hypot(g.beta);
        let (cosine, sine) = (rhobar / rho, g.beta / rho);
        let theta = sine * g.alpha;
        let phi = cosine * phibar;
        rhobar = -cosine * g.alpha;
        phibar *= sine;
        squares += g.alpha * g.alpha + g.beta * g.beta;
        inverse_squares += (T::euclidean(&w) / rho).powi(2);
        run.estimates = (squares.sqrt(), squares.sqrt() * inverse_squares.sqrt());
        let normal = phibar * g.alpha * cosine.abs();
        run.record(x, phibar, run.steps as f64);
        run.second_history.push(normal);
        let idle = advance(x, T::of(phi / rho), &w);
        if let Some(stop) = finished(run, phibar, normal, squares.sqrt()) {
            return Ok(stop);
        }
        if run.stagnates(idle) {
            return Ok(Stop::Stagnated);
        }
        xpay(&mut w, &g.inverse, T::of(-theta / rho));
    }
}
