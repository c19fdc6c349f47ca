//! Stabilized biconjugate gradients, for any square matrix, without products with its adjoint.
//!
//! Every iteration is a step of biconjugate gradients and one that minimizes the residual; x after the first of them
//! counts as half an iteration, and may be good enough already.
//!
//! Reference: van der Vorst, Bi-CGSTAB, SIAM J. Sci. Stat. Comput. 13 (1992). Cost of an iteration: two products, two
//! preconditioners, ten passes over vectors.

use super::Stop;
use super::run::{Run, vanishes};
use super::vectors::{advance, axpy_norm};
use crate::error::Result;
use crate::linalg::Scalar;

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let zeros = || vec![T::ZERO; r.len()];
    let (mut inverse, mut v, mut t) = (zeros(), zeros(), zeros());
    let (shadow, mut p) = (r.to_vec(), r.to_vec());
    let shadow_norm = T::euclidean(&shadow);
    let mut rho = T::inner(&shadow, r);
    loop {
        if !run.next()? {
            return Ok(Stop::MaxIter);
        }
        let at = run.steps as f64;
        if !run.precondition(&p, &mut inverse)? {
            return Ok(Stop::SingularPreconditioner);
        }
        run.a.apply(&inverse, &mut v)?;
        let curvature = T::inner(&shadow, &v);
        if vanishes(curvature, shadow_norm * T::euclidean(&v)) {
            return Ok(run.broken("r0'*A*p", curvature));
        }
        let alpha = rho.over(curvature);
        let norm = axpy_norm(r, -alpha, &v);
        run.record(x, norm, at - 0.5);
        let idle = advance(x, alpha, &inverse);
        if norm <= run.target {
            return Ok(Stop::Converged);
        }
        if !run.precondition(r, &mut inverse)? {
            return Ok(Stop::SingularPreconditioner);
        }
        run.a.apply(&inverse, &mut t)?;
        let square = T::inner(&t, &t);
        let along = T::inner(&t, r);
        if vanishes(square, 1e-300) {
            return Ok(run.broken("‖A*s‖", square));
        }
        let omega = along.over(square);
        let norm = axpy_norm(r, -omega, &t);
        run.record(x, norm, at);
        let idle = advance(x, omega, &inverse) && idle;
        if norm <= run.target {
            return Ok(Stop::Converged);
        }
        if run.stagnates(idle) {
            return Ok(Stop::Stagnated);
        }
        if vanishes(along, T::euclidean(&t) * norm) {
            return Ok(run.broken("s'*A*s", along));
        }
        let next = T::inner(&shadow, r);
        if vanishes(next, shadow_norm * norm) {
            return Ok(run.broken("r0'*r", next));
        }
        let beta = next.over(rho) * alpha.over(omega);
        rho = next;
        for ((p, &r), &v) in p.iter_mut().zip(&*r).zip(&v) {
            *p = r + beta * (*p - omega * v);
        }
    }
}
