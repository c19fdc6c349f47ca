//! Biconjugate gradients, for any square matrix whose adjoint can be applied too.
//!
//! References: Fletcher, Conjugate gradient methods for indefinite systems, Lecture Notes in Mathematics 506 (1976); Saad,
//! Iterative Methods for Sparse Linear Systems, section 7.3. Cost of an iteration: a product with A and one with A', two
//! preconditioners, seven passes over vectors.

use super::Stop;
use super::run::{Run, vanishes};
use super::vectors::{advance, axpy, axpy_norm, xpay};
use crate::error::Result;
use crate::linalg::Scalar;

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let zeros = || vec![T::ZERO; r.len()];
    let (mut z, mut zt, mut p, mut pt, mut q, mut qt) =
        (zeros(), zeros(), zeros(), zeros(), zeros(), zeros());
    let mut rt = r.to_vec();
    let mut rho = T::ONE;
    let mut first = true;
    loop {
        if !run.precondition(r, &mut z)? || !run.precondition_adjoint(&rt, &mut zt)? {
            return Ok(Stop::SingularPreconditioner);
        }
        let next = T::inner(&rt, &z);
        if vanishes(next, T::euclidean(&rt) * T::euclidean(&z)) {
            return Ok(run.broken("rt'*(M\\r)", next));
        }
        let beta = if first { T::ZERO } else { next.over(rho) };
        (rho, first) = (next, false);
        xpay(&mut p, &z, beta);
        xpay(&mut pt, &zt, beta.conjugate());
        if !run.next()? {
            return Ok(Stop::MaxIter);
        }
        run.a.apply(&p, &mut q)?;
        run.a.apply_adjoint(&pt, &mut qt)?;
        let curvature = T::inner(&pt, &q);
        if vanishes(curvature, T::euclidean(&pt) * T::euclidean(&q)) {
            return Ok(run.broken("pt'*A*p", curvature));
        }
        let alpha = rho.over(curvature);
        let norm = axpy_norm(r, -alpha, &q);
        axpy(&mut rt, -alpha.conjugate(), &qt);
        run.record(x, norm, run.steps as f64);
        let idle = advance(x, alpha, &p);
        if norm <= run.target {
            return Ok(Stop::Converged);
        }
        if run.stagnates(idle) {
            return Ok(Stop::Stagnated);
        }
    }
}
