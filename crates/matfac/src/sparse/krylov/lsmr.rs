//! Least squares by bidiagonalization with minimal residuals of the normal equations: ‖A'*r‖ falls at every step, so that
//! the iteration can be stopped early with less harm than that of lsqr.
//!
//! Reference: Fong, Saunders, LSMR, SIAM J. Sci. Comput. 33 (2011), with its estimates. Cost of an iteration: a product
//! with A and one with A', seven passes over vectors.

use super::Stop;
use super::golub_kahan::{GolubKahan, finished};
use super::run::Run;
use super::vectors::{advance, xpay};
use crate::error::Result;
use crate::linalg::Scalar;

/// The recurrence for ‖r‖, section 5.1 of the paper.
struct ResidualNorm {
    beta: f64,
    beta_tilde: f64,
    rho: f64,
    tau_tilde: f64,
    theta_tilde: f64,
    zeta: f64,
}

impl ResidualNorm {
    fn next(&mut self, cosine: f64, sine: f64, theta_bar: f64, rho_bar: f64, zeta: f64) -> f64 {
        let beta_hat = cosine * self.beta;
        self.beta *= -sine;
        let older_theta = self.theta_tilde;
        let rho_tilde = self.rho.hypot(theta_bar);
        let (c, s) = (self.rho / rho_tilde, theta_bar / rho_tilde);
        self.theta_tilde = s * rho_bar;
        self.rho = c * rho_bar;
        self.beta_tilde = c * beta_hat - s * self.beta_tilde;
        self.tau_tilde = (self.zeta - older_theta * self.tau_tilde) / rho_tilde;
        let tau = (zeta - self.theta_tilde * self.tau_tilde) / self.rho;
        self.zeta = zeta;
        (self.beta_tilde - tau).hypot(self.beta)
    }
}

/// Improves x, whose residual is r.
pub(super) fn run<T: Scalar>(run: &mut Run<'_, T>, x: &mut [T], r: &mut [T]) -> Result<Stop> {
    let mut g = match GolubKahan::new(run, r)? {
        Ok(g) => g,
        Err(stop) => return Ok(stop),
    };
    let mut h = g.inverse.clone();
    let mut h_bar = vec![T::ZERO; x.len()];
    let (mut alpha_bar, mut zeta_bar) = (g.alpha, g.alpha * g.beta);
    let (mut rho, mut rho_bar, mut c_bar, mut s_bar) = (1.0, 1.0, 1.0, 0.0);
    let mut residual = ResidualNorm {
        beta: g.beta,
        beta_tilde: 0.0,
        rho: 1.0,
        tau_tilde: 0.0,
        theta_tilde: 0.0,
        zeta: 0.0,
    };
    let mut squares = g.alpha * g.alpha;
    let (mut largest, mut smallest) = (0.0f64, f64::INFINITY);
    if run.second_history.is_empty() {
        run.second_history.push(zeta_bar);
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
        squares += g.beta * g.beta;
        let (older_rho, older_rho_bar) = (rho, rho_bar);
        rho = alpha_bar.hypot(g.beta);
        let (cosine, sine) = (alpha_bar / rho, g.beta / rho);
        let theta = sine * g.alpha;
        alpha_bar = cosine * g.alpha;
        let theta_bar = s_bar * rho;
        if run.steps > 1 {
            largest = largest.max(older_rho_bar);
            smallest = smallest.min(older_rho_bar);
        }
        let rho_temp = c_bar * rho;
        rho_bar = rho_temp.hypot(theta);
        (c_bar, s_bar) = (rho_temp / rho_bar, theta / rho_bar);
        let zeta = c_bar * zeta_bar;
        zeta_bar *= -s_bar;
        xpay(&mut h_bar, &h, T::of(-theta_bar * rho / (older_rho * older_rho_bar)));
        let norm = residual.next(cosine, sine, theta_bar, rho_bar, zeta);
        let condition = largest.max(rho_temp) / smallest.min(rho_temp);
        run.estimates = (squares.sqrt(), condition);
        squares += g.alpha * g.alpha;
        let normal = zeta_bar.abs();
        run.record(x, norm, run.steps as f64);
        run.second_history.push(normal);
        let idle = advance(x, T::of(zeta / (rho * rho_bar)), &h_bar);
        if let Some(stop) = finished(run, norm, normal, run.estimates.0) {
            return Ok(stop);
        }
        if run.stagnates(idle) {
            return Ok(Stop::Stagnated);
        }
        xpay(&mut h, &g.inverse, T::of(-theta / rho));
    }
}
