//! Conjugate gradients with a preconditioner, for Hermitian positive definite matrices.
//!
//! Reference: Hestenes, Stiefel, Methods of conjugate gradients for solving linear systems (1952); the eigenvalues from
//! its coefficients: Saad, Iterative Methods for Sparse Linear Systems, section 6.7.3. Cost of an iteration: one product,
//! one preconditioner, five passes over vectors.

use super::Stop;
use super::run::Run;
use super::vectors::{advance, axpy_norm, xpay};
use crate::error::Result;
use crate::linalg::Scalar;

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let n = x.len();
    let mut z = vec![T::ZERO; n];
    let mut q = vec![T::ZERO; n];
    if !run.precondition(r, &mut z)? {
        return Ok(Stop::SingularPreconditioner);
    }
    let mut p = z.clone();
    let mut rho = T::inner(r, &z).real_part();
    run.coefficients.clear();
    if run.second_history.is_empty() {
        run.second_history.push(rho.max(0.0).sqrt());
    }
    loop {
        if rho <= 0.0 || rho.is_nan() {
            return Ok(Stop::IndefinitePreconditioner);
        }
        if !run.next()? {
            return Ok(Stop::MaxIter);
        }
        run.a.apply(&p, &mut q)?;
        let curvature = T::inner(&p, &q);
        if !curvature.modulus().is_finite() {
            return Ok(run.broken("p'*A*p", curvature));
        }
        // A Hermitian matrix has real p'*A*p; rounding leaves far less than this of an imaginary part.
        let real = curvature.real_part();
        if real <= 0.0 || (curvature - T::of(real)).modulus() > 1e-6 * real {
            return Ok(Stop::IndefiniteMatrix);
        }
        let alpha = rho / real;
        let norm = axpy_norm(r, T::of(-alpha), &q);
        run.record(x, norm, run.steps as f64);
        let idle = advance(x, T::of(alpha), &p);
        if !run.precondition(r, &mut z)? {
            return Ok(Stop::SingularPreconditioner);
        }
        let next = T::inner(r, &z).real_part();
        run.second_history.push(next.max(0.0).sqrt());
        run.coefficients.push((alpha, next / rho));
        if norm <= run.target {
            return Ok(Stop::Converged);
        }
        if run.stagnates(idle) {
            return Ok(Stop::Stagnated);
        }
        xpay(&mut p, &z, T::of(next / rho));
        rho = next;
    }
}
