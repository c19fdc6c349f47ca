//! The inverses of the regularised incomplete gamma and beta functions.
//!
//! Newton's method on the logarithm of the smaller part, whose graph over log x is nearly straight, inside a bracket
//! that it halves whenever a step leaves it. Cost: 4 to 10 evaluations.

use super::gamma_function::{gamma, lgamma, log_beta};
use super::incomplete_beta::parts;
use super::incomplete_gamma::{Part, incomplete_gamma};
use super::{binomial_density, error_function};
use std::f64::consts::SQRT_2;

/// The x at which P(a, x) = p and Q(a, x) = q, where p + q = 1; a > 0.
pub fn incomplete_gamma_inverse(p: f64, q: f64, a: f64) -> f64 {
    if p.is_nan() || q.is_nan() || !a.is_finite() {
        return f64::NAN;
    }
    if p == 0.0 {
        return 0.0;
    }
    if q == 0.0 {
        return f64::INFINITY;
    }
    let by_lower = p <= q;
    let target = if by_lower { p.ln() } else { q.ln() };
    let part = if by_lower { Part::Lower } else { Part::Upper };
    let distance = |u: f64| {
        let x = u.exp();
        let value = incomplete_gamma(x, a, part);
        let slope = a * binomial_density::poisson_factor(x, a) / value;
        if by_lower { (value.ln() - target, slope) } else { (target - value.ln(), slope) }
    };
    let start = gamma_start(p, q, a);
    // So near 0 the first term of the series is all there is.
    if start < f64::MIN_POSITIVE.ln() {
        return start.exp();
    }
    solve(start, (-746.0, 710.0), distance).exp()
}

/// log x for a start: for small a the first term of the series, else Wilson and Hilferty's normal approximation.
fn gamma_start(p: f64, q: f64, a: f64) -> f64 {
    let leading = (p.ln() + if a < 100.0 { gamma(a + 1.0).ln() } else { lgamma(a + 1.0) }) / a;
    if a < 1.0 || leading < a.ln() - 3.0 {
        return leading;
    }
    let normal = if p <= q {
        -SQRT_2 * error_function::erfcinv(2.0 * p)
    } else {
        SQRT_2 * error_function::erfcinv(2.0 * q)
    };
    let cube_root = 1.0 - 1.0 / (9.0 * a) + normal / (3.0 * a.sqrt());
    if cube_root > 0.1 { a.ln() + 3.0 * cube_root.ln() } else { leading }
}

/// The x at which I_x(a, b) = p and 1 - I_x(a, b) = q, where p + q = 1; a, b > 0.
pub fn incomplete_beta_inverse(p: f64, q: f64, a: f64, b: f64) -> f64 {
    if [p, q].iter().any(|v| v.is_nan()) || !a.is_finite() || !b.is_finite() {
        return f64::NAN;
    }
    if p == 0.0 {
        return 0.0;
    }
    if q == 0.0 {
        return 1.0;
    }
    // The smaller of x and 1 - x is found, so that it has all of its digits.
    let (lower_half, upper_half) = parts(0.5, 0.5, a, b);
    let x_is_small = if p <= q { p <= lower_half } else { q >= upper_half };
    if x_is_small { small_beta_inverse(p, q, a, b) } else { 1.0 - small_beta_inverse(q, p, b, a) }
}

/// The inverse where it is at most 1/2.
fn small_beta_inverse(p: f64, q: f64, a: f64, b: f64) -> f64 {
    let by_lower = p <= q;
    let target = if by_lower { p.ln() } else { q.ln() };
    let distance = |u: f64| {
        let x = u.exp();
        let (lower, upper) = parts(x, -u.exp_m1(), a, b);
        let density = binomial_density::binomial_factor(x, -u.exp_m1(), a, b) / -u.exp_m1();
        if by_lower {
            (lower.ln() - target, density / lower)
        } else {
            (target - upper.ln(), density / upper)
        }
    };
    let leading = (p.ln() + a.ln() + log_beta(a, b)) / a;
    // So near 0 the first term of the series is all there is.
    if leading < f64::MIN_POSITIVE.ln() {
        return leading.exp();
    }
    let half = 0.5f64.ln();
    let start = leading.min((a / (a + b)).ln()).min(half);
    solve(start, (-746.0, half), distance).exp()
}

/// The zero of an increasing function, given with its slope, inside a bracket.
fn solve(start: f64, (mut low, mut high): (f64, f64), f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let mut u = start.clamp(low, high);
    for _ in 0..200 {
        let (value, slope) = f(u);
        if value == 0.0 {
            return u;
        }
        if value > 0.0 {
            high = u;
        } else {
            low = u;
        }
        let step = value / slope;
        let next = if step.is_finite() { u - step } else { f64::NAN };
        let next = if next > low && next < high { next } else { low + (high - low) / 2.0 };
        if (next - u).abs() <= f64::EPSILON * u.abs().max(0.25) {
            return next;
        }
        u = next;
    }
    u
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_invert() {
        for a in [0.01, 0.5, 1.0, 3.0, 50.0, 1e4] {
            for p in [1e-200, 1e-10, 0.1, 0.5, 0.9, 1.0 - 1e-10] {
                let x = incomplete_gamma_inverse(p, 1.0 - p, a);
                let back = incomplete_gamma(x, a, Part::Lower);
                // Where x is too small for a number, nothing comes back.
                assert!(x == 0.0 || (back / p - 1.0).abs() < 1e-11, "gamma: {p} of {a} → {back}");
                for b in [0.1, 1.0, 8.0, 500.0] {
                    let x = incomplete_beta_inverse(p, 1.0 - p, a, b);
                    let back = parts(x, 1.0 - x, a, b).0;
                    let slope = binomial_density::binomial_factor(x, 1.0 - x, a, b) / (1.0 - x);
                    let allowed = 1e-11 * p + 4e-16 * if slope.is_finite() { slope } else { 1e16 };
                    assert!(
                        (back - p).abs() <= allowed || x == 0.0,
                        "beta: {p} of {a}, {b} → {back}"
                    );
                }
            }
        }
    }
}
