//! Quasi-minimal residuals by coupled two-term recurrences without look-ahead, for any square matrix whose adjoint can
//! be applied too.
//!
//! Smooths what biconjugate gradients do. The preconditioner is split: M1 from the left, M2 from the right.
//!
//! References: Freund, Nachtigal, QMR, Numer. Math. 60 (1991), and An implementation of the QMR method based on coupled
//! two-term recurrences, SIAM J. Sci. Comput. 15 (1994). Cost of an iteration: a product with A and one with A', two
//! preconditioners, a dozen passes over vectors.

use super::Stop;
use super::run::{Run, vanishes};
use super::vectors::{advance, axpy, axpy_norm, divide, xpay};
use crate::error::Result;
use crate::linalg::Scalar;

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let zeros = || vec![T::ZERO; r.len()];
    let (mut v, mut w) = (r.to_vec(), r.to_vec());
    let (mut y, mut z, mut inverse, mut p, mut q) = (zeros(), zeros(), zeros(), zeros(), zeros());
    let (mut product, mut back, mut d, mut s) = (zeros(), zeros(), zeros(), zeros());
    if !run.left(false, &v, &mut y)? || !run.right(true, &w, &mut z)? {
        return Ok(Stop::SingularPreconditioner);
    }
    let (mut rho, mut xi) = (T::euclidean(&y), T::euclidean(&z));
    let (mut gamma, mut eta, mut theta) = (1.0, -T::ONE, 0.0);
    let mut epsilon = T::ONE;
    let mut first = true;
    loop {
        if vanishes(T::of(rho), 1.0) || vanishes(T::of(xi), 1.0) {
            return Ok(run.broken(if xi > rho { "‖v‖" } else { "‖w‖" }, T::of(rho.min(xi))));
        }
        if !run.next()? {
            return Ok(Stop::MaxIter);
        }
        [&mut v, &mut y].into_iter().for_each(|x| divide(x, rho));
        [&mut w, &mut z].into_iter().for_each(|x| divide(x, xi));
        let delta = T::inner(&z, &y);
        if vanishes(delta, 1.0) {
            return Ok(run.broken("w'*v", delta));
        }
        if !run.right(false, &y, &mut inverse)? {
            return Ok(Stop::SingularPreconditioner);
        }
        let back_p = if first { T::ZERO } else { -delta.over(epsilon).scaled(xi) };
        xpay(&mut p, &inverse, back_p);
        if !run.left(true, &z, &mut inverse)? {
            return Ok(Stop::SingularPreconditioner);
        }
        let back_q = if first { T::ZERO } else { -delta.over(epsilon).conjugate().scaled(rho) };
        xpay(&mut q, &inverse, back_q);
        run.a.apply(&p, &mut product)?;
        epsilon = T::inner(&q, &product);
        if vanishes(epsilon, T::euclidean(&q) * T::euclidean(&product)) {
            return Ok(run.broken("q'*A*p", epsilon));
        }
        let beta = epsilon.over(delta);
        xpay(&mut v, &product, -beta);
        run.a.apply_adjoint(&q, &mut back)?;
        xpay(&mut w, &back, -beta.conjugate());
        let older_rho = rho;
        if !run.left(false, &v, &mut y)? || !run.right(true, &w, &mut z)? {
            return Ok(Stop::SingularPreconditioner);
        }
        (rho, xi) = (T::euclidean(&y), T::euclidean(&z));
        let (older_gamma, older_theta) = (gamma, theta);
        theta = rho / (gamma * beta.modulus());
        gamma = 1.0 / (1.0 + theta * theta).sqrt();
        if vanishes(T::of(gamma), 1.0) {
            return Ok(run.broken("γ", T::of(gamma)));
        }
        let ratio = gamma / older_gamma;
        eta = -eta.scaled(older_rho * ratio * ratio).over(beta);
        let keep = T::of((older_theta * gamma) * (older_theta * gamma));
        let keep = if first { T::ZERO } else { keep };
        first = false;
        d.iter_mut().for_each(|d| *d *= keep);
        axpy(&mut d, eta, &p);
        s.iter_mut().for_each(|s| *s *= keep);
        axpy(&mut s, eta, &product);
        let norm = axpy_norm(r, -T::ONE, &s);
        run.record(x, norm, run.steps as f64);
        let idle = advance(x, T::ONE, &d);
        if norm <= run.target {
            return Ok(Stop::Converged);
        }
        if run.stagnates(idle) {
            return Ok(Stop::Stagnated);
        }
    }
}
