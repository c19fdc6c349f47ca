//! The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x).
//!
//! Where to use which formula follows A. Gil, J. Segura & N. M. Temme (2012), Efficient and accurate algorithms for the
//! computation and inversion of the incomplete gamma function ratios: the series DLMF 8.11.4 below the mean, the
//! continued fraction DLMF 8.9.2 by the modified Lentz method above it, the series DLMF 8.7.3 for Q of small a and x,
//! and Temme's uniform expansion (DLMF 8.12) for very large a. Cost: O(√a) steps close to x = a, few elsewhere.

use super::binomial_density::poisson_factor;
use super::error_function::erfc;
use super::gamma_function::{cos_pi, gamma, lgamma_1p, sin_pi};
use super::lentz;
use crate::linalg::c64;
use std::f64::consts::TAU;

/// Which part of the integral, and whether it is divided by xᵃ e⁻ˣ / Γ(a + 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// P: the integral from 0 to x.
    Lower,
    /// Q: the integral from x on.
    Upper,
    /// P, scaled.
    ScaledLower,
    /// Q, scaled.
    ScaledUpper,
}

/// From this a on, the uniform expansion's first terms are exact.
const HUGE: f64 = 1e8;

/// The incomplete gamma function of x ≥ 0 and a ≥ 0.
///
/// ```
/// use matfac::linalg::special::incomplete_gamma::{Part, incomplete_gamma};
/// assert!((incomplete_gamma(1.0, 1.0, Part::Lower) - (1.0 - (-1f64).exp())).abs() < 1e-15);
/// ```
pub fn incomplete_gamma(x: f64, a: f64, part: Part) -> f64 {
    if x.is_nan() || a.is_nan() || x < 0.0 || a < 0.0 || (x.is_infinite() && a.is_infinite()) {
        return f64::NAN;
    }
    match part {
        Part::Lower => ratios(x, a).0,
        Part::Upper => ratios(x, a).1,
        Part::ScaledLower if x == 0.0 || a.is_infinite() => 1.0,
        Part::ScaledLower if x.is_infinite() => f64::INFINITY,
        Part::ScaledUpper if x.is_infinite() => 0.0,
        Part::ScaledLower if x < a + 1.0 => series(x, a),
        Part::ScaledLower => ratios(x, a).0 / poisson_factor(x, a),
        Part::ScaledUpper if x == 0.0 || a.is_infinite() => f64::INFINITY,
        Part::ScaledUpper if a == 0.0 => 0.0,
        Part::ScaledUpper if x >= a + 1.0 => a * fraction(x, a),
        Part::ScaledUpper => ratios(x, a).1 / poisson_factor(x, a),
    }
}

/// P and Q.
fn ratios(x: f64, a: f64) -> (f64, f64) {
    if a == 0.0 || x.is_infinite() {
        return (1.0, 0.0);
    }
    if x == 0.0 || a.is_infinite() {
        return (0.0, 1.0);
    }
    let from_lower = |p: f64| (p, 1.0 - p);
    let from_upper = |q: f64| (1.0 - q, q);
    if a > HUGE && (x - a).abs() < 0.01 * a {
        return uniform(x, a);
    }
    if x > 1.0 && x >= a + 1.0 {
        return from_upper(poisson_factor(x, a) * a * fraction(x, a));
    }
    let q_is_small = if x <= 0.5 { a <= -0.4 / x.ln() } else { x <= 1.1 && a <= 1.1 * x };
    if !q_is_small {
        return from_lower(poisson_factor(x, a) * series(x, a));
    }
    // P is taken from its own series: 1 - Q has lost its digits where Q is close to 1, and Q its own where P is.
    (poisson_factor(x, a) * series(x, a), small_upper(x, a))
}

/// Σ xⁿ / ((a+1) … (a+n)), from n = 0 on.
fn series(x: f64, a: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    loop {
        term *= x / (a + n);
        sum += term;
        if term <= f64::EPSILON / 4.0 * sum || !sum.is_finite() {
            return sum;
        }
        n += 1.0;
    }
}

/// Γ(a, x) / (xᵃ e⁻ˣ) by its continued fraction.
fn fraction(x: f64, a: f64) -> f64 {
    let partial = |n: usize| {
        let n = n as f64;
        (n * (a - n), x - a + 2.0 * n + 1.0)
    };
    1.0 / lentz(x - a + 1.0, partial)
}

/// Q for small a and x: 1 - xᵃ/Γ(1+a) and the rest of the series, neither of which cancels.
fn small_upper(x: f64, a: f64) -> f64 {
    let log_power = a * x.ln();
    let (mut sum, mut term, mut n) = (0.0f64, 1.0, 1.0);
    loop {
        term *= -x / n;
        let next: f64 = sum + term / (a + n);
        if next == sum {
            break;
        }
        sum = next;
        n += 1.0;
    }
    let log_gamma = if a <= 0.5 { lgamma_1p(a) } else { gamma(a + 1.0).ln() };
    -(log_power - log_gamma).exp_m1() - a * (log_power - log_gamma).exp() * sum
}

/// P and Q for huge a and x close to it: Temme's expansion to its second term.
fn uniform(x: f64, a: f64) -> (f64, f64) {
    /// The expansion's coefficients about η = 0.
    const C0: [f64; 5] = [-1.0 / 3.0, 1.0 / 12.0, -2.0 / 135.0, 1.0 / 864.0, 1.0 / 2835.0];
    const C1: [f64; 3] = [-1.0 / 540.0, -1.0 / 288.0, 1.0 / 378.0];
    let deviance = super::binomial_density::deviance(a, x);
    let eta = (2.0 * deviance / a).sqrt().copysign(x - a);
    let polynomial = |c: &[f64]| c.iter().rev().fold(0.0, |sum, c| sum * eta + c);
    let rest = (-deviance).exp() / (TAU * a).sqrt() * (polynomial(&C0) + polynomial(&C1) / a);
    let argument = deviance.sqrt().copysign(eta);
    (0.5 * erfc(-argument) - rest, 0.5 * erfc(argument) + rest)
}

/// The incomplete gamma function of x < 0 and finite a ≥ 0, complex unless a is a whole number.
///
/// Kummer's transformation of the series makes all of its terms positive.
pub fn incomplete_gamma_negative(x: f64, a: f64, part: Part) -> c64 {
    let y = -x;
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    loop {
        term *= y / n;
        let next = sum + term * a / (a + n);
        if next == sum || !term.is_finite() {
            break;
        }
        sum = next;
        n += 1.0;
    }
    let turn = c64::new(cos_pi(a), sin_pi(a));
    let lower = turn * (y.powf(a) / gamma(a + 1.0) * sum);
    let scaled_lower = sum * x.exp();
    let factor = turn * (y.powf(a) * y.exp() / gamma(a + 1.0));
    let one = c64::new(1.0, 0.0);
    match part {
        Part::Lower => lower,
        Part::Upper => one - lower,
        Part::ScaledLower => c64::new(scaled_lower, 0.0),
        Part::ScaledUpper => one / factor - scaled_lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_add_up_and_meet_across_methods() {
        for a in [1e-10, 0.3, 1.0, 4.5, 60.0, 100.0, 1e4, 0.999e8, 1.001e8] {
            for scale in [0.001, 0.5, 0.99, 1.0, 1.01, 1.0 + 1.0 / f64::sqrt(a), 3.0] {
                let x = a * scale;
                let p = incomplete_gamma(x, a, Part::Lower);
                let q = incomplete_gamma(x, a, Part::Upper);
                assert!((p + q - 1.0).abs() < 1e-13, "P + Q = {} at a = {a}, x = {x}", p + q);
            }
        }
    }
}
