//! The sine and cosine integrals Si and Ci.
//!
//! Their power series (DLMF 6.6.5, 6.6.6) near 0, elsewhere the exponential integral of ±iz (DLMF 6.5.5, 6.5.6).

use super::exponential_integral::{EULER, expint_complex};
use crate::linalg::c64;
use std::f64::consts::{FRAC_PI_2, PI};

/// Up to here the terms of the series are no larger than a few.
const SERIES_END: f64 = 4.0;

/// Si(x), the integral of sin(t)/t from 0 to x.
pub fn sinint(x: f64) -> f64 {
    sinint_complex(c64::new(x, 0.0)).re
}

/// Ci(x), for x < 0 its real part (the imaginary part is π), -∞ at 0.
pub fn cosint(x: f64) -> f64 {
    cosint_complex(c64::new(x.abs(), 0.0)).re
}

/// Si(z).
pub fn sinint_complex(z: c64) -> c64 {
    if z.im == 0.0 && z.re.is_infinite() {
        return c64::new(FRAC_PI_2.copysign(z.re), 0.0);
    }
    if z.norm() <= SERIES_END {
        return sine_series(z);
    }
    // The formula's sector is the right half plane; Si is odd.
    if z.re < 0.0 {
        return -sinint_complex(-z);
    }
    let (up, down) = rotated(z);
    let half_i = c64::new(0.0, 0.5);
    let quarter = if z.re == 0.0 { 0.0 } else { FRAC_PI_2 };
    let value = half_i * (down - up);
    if z.re == 0.0 {
        // On the imaginary axis Si is imaginary.
        return c64::new(0.0, value.im);
    }
    c64::new(value.re + quarter, if z.im == 0.0 { 0.0 } else { value.im })
}

/// Ci(z), with its cut along the negative axis.
pub fn cosint_complex(z: c64) -> c64 {
    if z.re == 0.0 && z.im == 0.0 {
        return c64::new(f64::NEG_INFINITY, 0.0);
    }
    if z.im == 0.0 && z.re.is_infinite() {
        return c64::new(0.0, if z.re < 0.0 { PI } else { 0.0 });
    }
    if z.norm() <= SERIES_END {
        return z.ln() + EULER + cosine_series(z);
    }
    if z.re < 0.0 {
        let turn = if z.im >= 0.0 && !z.im.is_sign_negative() { PI } else { -PI };
        return cosint_complex(-z) + c64::new(0.0, turn);
    }
    let (up, down) = rotated(z);
    let value = -(up + down) * 0.5;
    c64::new(value.re, if z.im == 0.0 { 0.0 } else { value.im })
}

/// E₁(iz) and E₁(-iz).
fn rotated(z: c64) -> (c64, c64) {
    (expint_complex(c64::new(-z.im, z.re)), expint_complex(c64::new(z.im, -z.re)))
}

/// Σ (-1)ᵏ z²ᵏ⁺¹ / ((2k+1) (2k+1)!).
fn sine_series(z: c64) -> c64 {
    terms(z, z, 1.0)
}

/// Σ (-1)ᵏ z²ᵏ / (2k (2k)!), from k = 1 on.
fn cosine_series(z: c64) -> c64 {
    terms(z, -z * z / 2.0, 2.0)
}

/// The sum of tₙ/n over n, n + 2, …, where tₙ₊₂ = -z² tₙ / ((n + 1)(n + 2)).
fn terms(z: c64, first: c64, start: f64) -> c64 {
    let square = z * z;
    let (mut sum, mut term, mut n) = (first / start, first, start);
    loop {
        term *= -square / ((n + 1.0) * (n + 2.0));
        n += 2.0;
        let next = sum + term / n;
        if next == sum || next.is_nan() {
            return next;
        }
        sum = next;
    }
}
