//! The digamma function ψ = (log Γ)′ and the polygamma functions, its derivatives.
//!
//! Recurrence up to where the asymptotic series DLMF 5.11.2 has full precision, reflection (DLMF 5.5.4) on the left;
//! polygamma functions are Hurwitz zeta functions (DLMF 25.11.12), summed by Euler and Maclaurin.

use super::gamma_function::{cos_pi, gamma, sin_pi};
use crate::linalg::c64;
use std::f64::consts::PI;

/// B₂ₖ / 2k, from k = 1 on.
const DIGAMMA_SERIES: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 120.0,
    1.0 / 252.0,
    -1.0 / 240.0,
    1.0 / 132.0,
    -691.0 / 32_760.0,
    1.0 / 12.0,
    -3617.0 / 8160.0,
];

/// From here on the asymptotic series has full precision.
const ASYMPTOTIC: f64 = 10.0;

/// ψ(x); -∞ at 0 and at negative whole numbers, as in Octave.
pub fn digamma(x: f64) -> f64 {
    if x <= 0.0 && x.fract() == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x < 0.0 {
        return digamma(1.0 - x) - PI * cos_pi(x) / sin_pi(x);
    }
    // About its zero ψ is the difference of terms much larger than itself.
    if (x - ZERO).abs() < 0.25 {
        return about_zero(x);
    }
    let (mut x, mut sum) = (x, 0.0);
    while x < ASYMPTOTIC {
        sum -= x.recip();
        x += 1.0;
    }
    let square = (x * x).recip();
    let series = DIGAMMA_SERIES.iter().rev().fold(0.0, |sum, c| (sum + c) * square);
    sum + x.ln() - 0.5 / x - series
}

/// The positive zero of ψ, to double precision, and what its digits leave out.
const ZERO: f64 = 1.461_632_144_968_362_3;
const ZERO_REST: f64 = 9.549_995_429_965_698e-17;

/// ψ(x) = Σ (1/(n + x₀) - 1/(n + x)) = (x - x₀) Σ 1/((n + x₀)(n + x)), summed by Euler and Maclaurin.
fn about_zero(x: f64) -> f64 {
    let mut sum = 0.0;
    let first = 20.0;
    for n in 0..first as usize {
        let n = n as f64;
        sum += ((n + ZERO) * (n + x)).recip();
    }
    // The tail ∫ = log((N + x)/(N + x₀))/(x - x₀), half the first term, and the derivatives' corrections.
    let (u, v) = (first + ZERO, first + x);
    let difference = (x - ZERO) - ZERO_REST;
    let integral =
        if difference == 0.0 { u.recip() } else { (difference / u).ln_1p() / difference };
    // With h(t) = (1/(t + x₀) - 1/(t + x))/(x - x₀), as sums of products of 1/u and 1/v.
    let power_sum = |k: i32| -> f64 { (0..k).map(|j| u.powi(-(j + 1)) * v.powi(-(k - j))).sum() };
    let corrections = 0.5 * (u * v).recip() + power_sum(2) / 12.0 - power_sum(4) / 120.0
        + power_sum(6) / 252.0
        - power_sum(8) / 240.0;
    difference * (sum + integral + corrections)
}

/// [`digamma`] of a complex number.
pub fn digamma_complex(z: c64) -> c64 {
    if z.im == 0.0 {
        return c64::new(digamma(z.re), 0.0);
    }
    if z.re < 0.0 {
        // π cot πz, in a form that does not overflow far from the real axis.
        let turn = (c64::new(0.0, 2.0 * PI) * if z.im > 0.0 { z } else { -z }).exp();
        let one = c64::new(1.0, 0.0);
        let cot = c64::new(0.0, -1.0) * (one + turn) / (one - turn);
        let cot = if z.im > 0.0 { cot } else { -cot };
        return digamma_complex(one - z) - cot * PI;
    }
    let (mut z, mut sum) = (z, c64::new(0.0, 0.0));
    while z.norm() < ASYMPTOTIC {
        sum -= z.inv();
        z += 1.0;
    }
    let square = (z * z).inv();
    let zero = c64::new(0.0, 0.0);
    let series = DIGAMMA_SERIES.iter().rev().fold(zero, |sum, &c| (sum + c) * square);
    sum + z.ln() - z.inv() * 0.5 - series
}

/// The k-th derivative of ψ at x ≥ 0, for k ≥ 1.
pub fn polygamma(k: u32, x: f64) -> f64 {
    let magnitude = gamma(f64::from(k) + 1.0) * hurwitz_zeta(f64::from(k) + 1.0, x);
    if k.is_multiple_of(2) { -magnitude } else { magnitude }
}

/// ζ(s, q) = Σ (n + q)⁻ˢ for s > 1, q ≥ 0.
fn hurwitz_zeta(s: f64, q: f64) -> f64 {
    /// B₂ₖ / (2k)!, from k = 1 on.
    const BERNOULLI: [f64; 12] = [
        8.333_333_333_333_333e-2,
        -1.388_888_888_888_889e-3,
        3.306_878_306_878_307e-5,
        -8.267_195_767_195_768e-7,
        2.087_675_698_786_81e-8,
        -5.284_190_138_687_493e-10,
        1.338_253_653_068_467_8e-11,
        -3.389_680_296_322_583e-13,
        8.586_062_056_277_845e-15,
        -2.174_868_698_558_062e-16,
        5.509_002_828_360_229_4e-18,
        -1.395_446_468_581_252_2e-19,
    ];
    if q == 0.0 {
        return f64::INFINITY;
    }
    let mut sum = 0.0;
    let mut x = q;
    // The corrections fall by (s + 2k)²/(2πx)² a term.
    while x < ASYMPTOTIC + s / 2.0 {
        let term = x.powf(-s);
        sum += term;
        if term < f64::EPSILON / 8.0 * sum {
            return sum;
        }
        x += 1.0;
    }
    let power = x.powf(-s);
    sum += power * (x / (s - 1.0) + 0.5);
    let mut factor = s * power / x;
    for (i, b) in BERNOULLI.iter().enumerate() {
        let term = b * factor;
        sum += term;
        if term.abs() < f64::EPSILON / 8.0 * sum {
            break;
        }
        let j = 2.0 * i as f64;
        factor *= (s + j + 1.0) * (s + j + 2.0) / (x * x);
    }
    sum
}
