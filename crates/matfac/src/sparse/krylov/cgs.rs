//! Conjugate gradients squared, for any square matrix, without products with its adjoint.
//!
//! The residual polynomial is the square of that of biconjugate gradients: twice as fast where that converges, and
//! twice as wild where it does not.
//!
//! Reference: Sonneveld, CGS, a fast Lanczos-type solver for nonsymmetric linear systems, SIAM J. Sci. Stat. Comput. 10
//! (1989). Cost of an iteration: two products, two preconditioners, nine passes over vectors.

use super::Stop;
use super::run::{Run, vanishes};
use super::vectors::{advance, axpy_norm};
use crate::error::Result;
use crate::linalg::Scalar;

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let zeros = || vec![T::ZERO; r.len()];
    let (mut q, mut inverse, mut v, mut sum) = (zeros(), zeros(), zeros(), zeros());
    let (shadow, mut u, mut p) = (r.to_vec(), r.to_vec(), r.to_vec());
    let shadow_norm = T::euclidean(&shadow);
    let mut rho = T::inner(&shadow, r);
    loop {
        if !run.next()? {
            return Ok(Stop::MaxIter);
        }
        if !run.precondition(&p, &mut inverse)? {
            return Ok(Stop::SingularPreconditioner);
        }
        run.a.apply(&inverse, &mut v)?;
        let curvature = T::inner(&shadow, &v);
        if vanishes(curvature, shadow_norm * T::euclidean(&v)) {
            return Ok(run.broken("r0'*A*p", curvature));
        }
        let alpha = rho.over(curvature);
        for (((q, sum), &u), &v) in q.iter_mut().zip(&mut sum).zip(&u).zip(&v) {
            *q = u - alpha * v;
            *sum = u + *q;
        }
        if !run.precondition(&sum, &mut inverse)? {
            return Ok(Stop::SingularPreconditioner);
        }
        run.a.apply(&inverse, &mut v)?;
        let norm = axpy_norm(r, -alpha, &v);
        run.record(x, norm, run.steps as f64);
        let idle = advance(x, alpha, &inverse);
        if norm <= run.target {
            return Ok(Stop::Converged);
        }
        if run.stagnates(idle) {
            return Ok(Stop::Stagnated);
        }
        let next = T::inner(&shadow, r);
        if vanishes(next, shadow_norm * norm) {
            return Ok(run.broken("r0'*r", next));
        }
        let beta = next.over(rho);
        rho = next;
        for (((u, p), &q), &r) in u.iter_mut().zip(&mut p).zip(&q).zip(&*r) {
            *u = r + beta * q;
            *p = *u + beta * (q + beta * *p);
        }
    }
}
