//! Symmetric LQ: Lanczos's process for Hermitian matrices that may be indefinite.
//!
//! The iterate stays in the LQ form, whose error falls at every step; the one of conjugate gradients, which lies one
//! rotation further and usually has the smaller residual, is what the history reports and where the method ends.
//!
//! Reference: Paige, Saunders, Solution of sparse indefinite systems of linear equations, SIAM J. Numer. Anal. 12 (1975),
//! section 5. Cost of an iteration: one product, one preconditioner, six passes over vectors.

use super::Stop;
use super::minres::Lanczos;
use super::run::Run;
use super::vectors::axpy;
use crate::error::Result;
use crate::linalg::Scalar;

/// The state of the LQ factorization of the tridiagonal matrix.
struct Factor {
    gbar: f64,
    dbar: f64,
    rhs: [f64; 2],
}

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let mut lanczos = match Lanczos::new(run, r)? {
        Ok(lanczos) => lanczos,
        Err(stop) => return Ok(stop),
    };
    let first = lanczos.beta;
    if !run.next()? {
        return Ok(Stop::MaxIter);
    }
    let alpha = match lanczos.step(run)? {
        Ok(alpha) => alpha,
        Err(stop) => return Ok(stop),
    };
    let mut w = lanczos.v.clone();
    let mut f = Factor { gbar: alpha, dbar: lanczos.beta, rhs: [first, 0.0] };
    let mut sines = 1.0;
    let mut older_norm = T::euclidean(r);
    let mut size = alpha.abs();
    loop {
        let beta = lanczos.beta;
        size = size.max(beta);
        let norm_of_last = T::euclidean(&lanczos.last);
        // The residual of conjugate gradients is a multiple of the next basis vector, that of LQ one of the last two.
        let along = if beta > 0.0 { norm_of_last / beta } else { 0.0 };
        let cg = if f.gbar.abs() > f64::EPSILON * size {
            (sines * first / f.gbar).abs() * beta * along
        } else {
            f64::INFINITY
        };
        let unit = if lanczos.older_beta > 0.0 { older_norm / lanczos.older_beta } else { 1.0 };
        let lq =
            if run.steps == 1 { older_norm } else { (f.rhs[0] * unit).hypot(f.rhs[1] * along) };
        run.record(x, cg.min(lq), run.steps as f64);
        let ended = if cg.min(lq) <= run.target {
            Some(Stop::Converged)
        } else if beta <= f64::EPSILON * size {
            Some(if cg.is_finite() { Stop::Stagnated } else { Stop::LeastSquares })
        } else if run.next()? {
            None
        } else {
            Some(Stop::MaxIter)
        };
        if let Some(stop) = ended {
            if cg <= lq {
                axpy(x, T::of(f.rhs[0] / f.gbar), &w);
            }
            return Ok(stop);
        }
        older_norm = norm_of_last;
        let alpha = match lanczos.step(run)? {
            Ok(alpha) => alpha,
            Err(stop) => return Ok(stop),
        };
        size = size.max(alpha.abs());
        let gamma = f.gbar.hypot(lanczos.older_beta);
        let (cosine, sine) = (f.gbar / gamma, lanczos.older_beta / gamma);
        let delta = cosine * f.dbar + sine * alpha;
        f.gbar = sine * f.dbar - cosine * alpha;
        let epsilon = sine * lanczos.beta;
        f.dbar = -cosine * lanczos.beta;
        let z = f.rhs[0] / gamma;
        f.rhs = [f.rhs[1] - delta * z, -epsilon * z];
        sines *= sine;
        let (mut step, mut reached) = (0.0, 0.0);
        for ((x, w), &v) in x.iter_mut().zip(&mut w).zip(&lanczos.v) {
            let change = w.scaled(z * cosine) + v.scaled(z * sine);
            *x += change;
            step += change.modulus();
            reached += x.modulus();
            *w = w.scaled(sine) - v.scaled(cosine);
        }
        if run.stagnates(step <= f64::EPSILON * reached) {
            return Ok(Stop::Stagnated);
        }
    }
}
