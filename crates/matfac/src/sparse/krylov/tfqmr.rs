//! Transpose-free quasi-minimal residuals, for any square matrix, without products with its adjoint.
//!
//! Smooths what conjugate gradients squared do. An iteration has two halves; the residual of each is carried along by
//! its own recurrence, so that the history shows residuals and not bounds of them.
//!
//! References: Freund, A transpose-free quasi-minimal residual algorithm, SIAM J. Sci. Comput. 14 (1993); Saad, Iterative
//! Methods for Sparse Linear Systems, section 7.4.3. Cost of an iteration: two products, two preconditioners, twenty
//! passes over vectors.

use super::Stop;
use super::run::{Run, vanishes};
use super::vectors::{advance, axpy, axpy_norm, xpay};
use crate::error::Result;
use crate::linalg::Scalar;

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let zeros = || vec![T::ZERO; r.len()];
    let (shadow, mut u, mut w) = (r.to_vec(), r.to_vec(), r.to_vec());
    let (mut inverse, mut product, mut v) = (zeros(), zeros(), zeros());
    // The direction and its product with A.
    let (mut d, mut ad) = (zeros(), zeros());
    if !run.precondition(&u, &mut inverse)? {
        return Ok(Stop::SingularPreconditioner);
    }
    run.a.apply(&inverse, &mut product)?;
    v.copy_from_slice(&product);
    let shadow_norm = T::euclidean(&shadow);
    let mut tau = shadow_norm;
    let (mut theta, mut eta) = (0.0, T::ZERO);
    let mut rho = T::inner(&shadow, r);
    loop {
        if !run.next()? {
            return Ok(Stop::MaxIter);
        }
        let curvature = T::inner(&shadow, &v);
        if vanishes(curvature, shadow_norm * T::euclidean(&v)) {
            return Ok(run.broken("r0'*A*p", curvature));
        }
        let alpha = rho.over(curvature);
        let mut idle = true;
        for half in [0.5, 0.0] {
            let size = axpy_norm(&mut w, -alpha, &product);
            let keep = eta.scaled(theta * theta).over(alpha);
            xpay(&mut d, &inverse, keep);
            xpay(&mut ad, &product, keep);
            theta = size / tau;
            let cosine = 1.0 / (1.0 + theta * theta).sqrt();
            tau *= theta * cosine;
            eta = alpha.scaled(cosine * cosine);
            let norm = axpy_norm(r, -eta, &ad);
            run.record(x, norm, run.steps as f64 - half);
            idle &= advance(x, eta, &d);
            if norm <= run.target {
                return Ok(Stop::Converged);
            }
            if tau == 0.0 {
                return Ok(run.broken("τ", T::ZERO));
            }
            if half > 0.0 {
                axpy(&mut u, -alpha, &v);
            } else {
                let next = T::inner(&shadow, &w);
                if vanishes(next, shadow_norm * size) {
                    return Ok(run.broken("r0'*w", next));
                }
                let beta = next.over(rho);
                rho = next;
                xpay(&mut u, &w, beta);
                // v = A*u + beta*(A*u before + beta*v): the first half of it while the product is still the old one.
                for (v, &old) in v.iter_mut().zip(&product) {
                    *v = beta * (old + beta * *v);
                }
            }
            if !run.precondition(&u, &mut inverse)? {
                return Ok(Stop::SingularPreconditioner);
            }
            run.a.apply(&inverse, &mut product)?;
            if half == 0.0 {
                axpy(&mut v, T::ONE, &product);
            }
        }
        if run.stagnates(idle) {
            return Ok(Stop::Stagnated);
        }
    }
}
