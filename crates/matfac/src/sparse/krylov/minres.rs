//! Minimal residuals by Lanczos's process, for Hermitian matrices, which may be indefinite or singular.
//!
//! The residual norm falls at every step (in the norm of the inverse preconditioner). Of a singular system without a
//! solution it finds a least squares solution and says so.
//!
//! Reference: Paige, Saunders, Solution of sparse indefinite systems of linear equations, SIAM J. Numer. Anal. 12 (1975).
//! Cost of an iteration: one product, one preconditioner, six passes over vectors (seven with a preconditioner, whose
//! residual is kept beside).

use super::Stop;
use super::run::Run;
use super::vectors::{advance, axpy};
use crate::error::Result;
use crate::linalg::Scalar;

/// Lanczos's process with a preconditioner: `A` is tridiagonal in a basis that is orthonormal in the norm of M.
pub(super) struct Lanczos<T> {
    /// The last basis vector but one, and the last, before M, unscaled.
    older: Vec<T>,
    pub last: Vec<T>,
    /// `M\last`.
    pub direction: Vec<T>,
    pub v: Vec<T>,
    pub beta: f64,
    pub older_beta: f64,
    product: Vec<T>,
}

impl<T: Scalar> Lanczos<T> {
    /// From the residual r.
    pub fn new(run: &mut Run<'_, T>, r: &[T]) -> Result<std::result::Result<Lanczos<T>, Stop>> {
        let n = r.len();
        let zeros = || vec![T::ZERO; n];
        let mut direction = zeros();
        if !run.precondition(r, &mut direction)? {
            return Ok(Err(Stop::SingularPreconditioner));
        }
        let square = T::inner(r, &direction).real_part();
        if square <= 0.0 || square.is_nan() {
            return Ok(Err(Stop::IndefinitePreconditioner));
        }
        Ok(Ok(Lanczos {
            older: zeros(),
            last: r.to_vec(),
            direction,
            v: zeros(),
            beta: square.sqrt(),
            older_beta: 0.0,
            product: zeros(),
        }))
    }

    /// One step: the diagonal entry, while `beta` becomes the one below it.
    pub fn step(&mut self, run: &mut Run<'_, T>) -> Result<std::result::Result<f64, Stop>> {
        let scale = 1.0 / self.beta;
        for (v, &y) in self.v.iter_mut().zip(&self.direction) {
            *v = y.scaled(scale);
        }
        run.a.apply(&self.v, &mut self.product)?;
        if self.older_beta > 0.0 {
            axpy(&mut self.product, T::of(-self.beta / self.older_beta), &self.older);
        }
        let alpha = T::inner(&self.v, &self.product);
        if !alpha.modulus().is_finite() {
            return Ok(Err(run.broken("v'*A*v", alpha)));
        }
        let alpha = alpha.real_part();
        axpy(&mut self.product, T::of(-alpha / self.beta), &self.last);
        std::mem::swap(&mut self.older, &mut self.last);
        std::mem::swap(&mut self.last, &mut self.product);
        if !run.precondition(&self.last, &mut self.direction)? {
            return Ok(Err(Stop::SingularPreconditioner));
        }
        let square = T::inner(&self.last, &self.direction).real_part();
        if square < 0.0 {
            return Ok(Err(Stop::IndefinitePreconditioner));
        }
        self.older_beta = self.beta;
        self.beta = square.sqrt();
        Ok(Ok(alpha))
    }
}

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let n = x.len();
    let mut lanczos = match Lanczos::new(run, r)? {
        Ok(lanczos) => lanczos,
        Err(stop) => return Ok(stop),
    };
    let zeros = || vec![T::ZERO; n];
    let (mut w, mut older_w, mut oldest_w) = (zeros(), zeros(), zeros());
    let mut phibar = lanczos.beta;
    let (mut dbar, mut epsilon, mut cosine, mut sine) = (0.0, 0.0, -1.0, 0.0f64);
    let mut size = 0.0f64;
    loop {
        if !run.next()? {
            return Ok(Stop::MaxIter);
        }
        let alpha = match lanczos.step(run)? {
            Ok(alpha) => alpha,
            Err(stop) => return Ok(stop),
        };
        let beta = lanczos.beta;
        size = size.hypot(alpha).hypot(beta);
        let old_epsilon = epsilon;
        let delta = cosine * dbar + sine * alpha;
        let gbar = sine * dbar - cosine * alpha;
        (epsilon, dbar) = (sine * beta, -cosine * beta);
        let gamma = gbar.hypot(beta);
        // ‖A*r‖ of the residual so far is phibar times the root of gbar² and dbar².
        if gbar.hypot(dbar) <= 1e3 * f64::EPSILON * size {
            return Ok(Stop::LeastSquares);
        }
        (cosine, sine) = (gbar / gamma, beta / gamma);
        let phi = cosine * phibar;
        phibar *= sine;
        std::mem::swap(&mut oldest_w, &mut older_w);
        std::mem::swap(&mut older_w, &mut w);
        let inverse = 1.0 / gamma;
        for i in 0..n {
            let sum = lanczos.v[i] - oldest_w[i].scaled(old_epsilon) - older_w[i].scaled(delta);
            w[i] = sum.scaled(inverse);
        }
        let norm = if run.is_preconditioned() {
            // The residual itself follows from the same rotations.
            let (keep, add) = (sine * sine, if beta > 0.0 { -cosine * phibar / beta } else { 0.0 });
            for (r, &y) in r.iter_mut().zip(&lanczos.last) {
                *r = r.scaled(keep) + y.scaled(add);
            }
            T::euclidean(r)
        } else {
            phibar
        };
        run.record(x, norm, run.steps as f64);
        let idle = advance(x, T::of(phi), &w);
        if norm <= run.target {
            return Ok(Stop::Converged);
        }
        if run.stagnates(idle) || beta == 0.0 {
            return Ok(Stop::Stagnated);
        }
    }
}
