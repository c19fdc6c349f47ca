//! Conjugate gradients for the normal equations, with the residual of the system itself carried along.
//!
//! The cheapest iteration of the least squares methods, for well-conditioned problems.
//!
//! References: Hestenes, Stiefel (1952), section 10; Björck, Numerical Methods for Least Squares Problems (1996),
//! section 7.4. Cost of an iteration: a product with A and one with A', five passes over vectors.

use super::Stop;
use super::golub_kahan::finished;
use super::ritz;
use super::run::Run;
use super::vectors::{advance, axpy_norm, xpay};
use crate::error::Result;
use crate::linalg::Scalar;

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let (m, n) = (r.len(), x.len());
    let zeros = |n: usize| vec![T::ZERO; n];
    let (mut back, mut s, mut inverse, mut p, mut q) =
        (zeros(n), zeros(n), zeros(n), zeros(n), zeros(m));
    let mut gamma = f64::NAN;
    let mut largest = 0.0f64;
    run.coefficients.clear();
    loop {
        run.a.apply_adjoint(r, &mut back)?;
        if !run.precondition_adjoint(&back, &mut s)? || !run.precondition(&s, &mut inverse)? {
            return Ok(Stop::SingularPreconditioner);
        }
        let norm = T::euclidean(&s);
        if !norm.is_finite() {
            return Ok(run.broken("‖A'*r‖", T::of(norm)));
        }
        if run.second_history.len() < run.history.len() {
            run.second_history.push(norm);
        }
        let residual = run.history.last().copied().unwrap_or(0.0);
        if let Some((_, high)) =
            if run.steps % 8 == 1 { ritz::extremes(&run.coefficients) } else { None }
        {
            largest = largest.max(high.max(0.0).sqrt());
        }
        if let Some(stop) = finished(run, residual, norm, largest) {
            return Ok(stop);
        }
        let next = norm * norm;
        let beta = if gamma.is_nan() { 0.0 } else { next / gamma };
        if let Some(last) = run.coefficients.last_mut() {
            last.1 = beta;
        }
        gamma = next;
        xpay(&mut p, &inverse, T::of(beta));
        if !run.next()? {
            return Ok(Stop::MaxIter);
        }
        run.a.apply(&p, &mut q)?;
        let curvature = T::euclidean(&q).powi(2);
        if !(curvature > 0.0 && curvature.is_finite()) {
            return Ok(run.broken("‖A*p‖", T::of(curvature)));
        }
        let alpha = gamma / curvature;
        run.coefficients.push((alpha, 0.0));
        largest = largest.max((1.0 / alpha).sqrt());
        let norm = axpy_norm(r, T::of(-alpha), &q);
        run.record(x, norm, run.steps as f64);
        if run.stagnates(advance(x, T::of(alpha), &p)) {
            return Ok(Stop::Stagnated);
        }
    }
}
