//! The exponential integral E₁.
//!
//! Its power series (DLMF 6.6.2) near 0 and near the negative axis, the continued fraction DLMF 6.9.1 by the modified
//! Lentz method elsewhere, and the asymptotic expansion 6.12.1 far out on the negative axis, which is the branch cut.

use super::lentz;
use crate::linalg::c64;
use std::f64::consts::PI;

/// Euler's constant.
pub(super) const EULER: f64 = 0.577_215_664_901_532_9;

/// Where the series of real arguments ends and the continued fraction begins.
const SERIES_END: f64 = 1.0;

/// How far the asymptotic expansion is from full precision nowhere.
const FAR: f64 = 40.0;

/// E₁(x) for x > 0, its real part -Ei(-x) for x < 0 (where the imaginary part is -π), ∞ at 0.
pub fn expint(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x == 0.0 {
        return f64::INFINITY;
    }
    if x.is_infinite() {
        return if x > 0.0 { 0.0 } else { f64::NEG_INFINITY };
    }
    if x > SERIES_END {
        let partial = |n: usize| {
            let n = n as f64;
            (-n * n, x + 2.0 * n + 1.0)
        };
        return (-x).exp() / lentz(x + 1.0, partial);
    }
    if x < -FAR {
        let y = -x;
        // exp(y) is halved in the exponent, since y may be beyond its range where exp(y)/y is not.
        let half = (y / 2.0).exp();
        return -(half * (half / y * asymptotic(c64::new(x, 0.0)).re));
    }
    -EULER - x.abs().ln() - series(c64::new(x, 0.0)).re
}

/// E₁(z); on the cut, the negative axis, the imaginary part is that of the side the sign of z's own tells.
pub fn expint_complex(z: c64) -> c64 {
    if z.im == 0.0 {
        let im = if z.re < 0.0 { -PI.copysign(z.im) } else { 0.0 };
        return c64::new(expint(z.re), im);
    }
    let size = z.norm();
    if size.is_infinite() {
        return if z.re > 0.0 { c64::new(0.0, 0.0) } else { (-z).exp() / z };
    }
    let beside_cut = z.re < 0.0 && z.im.abs() < 0.6 * -z.re;
    if size <= 2.0 || (beside_cut && size < FAR) || (z.re < 0.0 && size < 6.0) {
        return -c64::new(EULER, 0.0) - z.ln() - series(z);
    }
    if beside_cut {
        // The series of a divergent kind forgets which side of the cut it is on.
        let im = if z.im > 0.0 { -PI } else { PI };
        return (-z).exp() / z * asymptotic(z) + c64::new(0.0, im);
    }
    (-z).exp() * fraction(z)
}

/// Σ (-z)ᵏ / (k k!), from k = 1 on.
fn series(z: c64) -> c64 {
    let mut sum = c64::new(0.0, 0.0);
    let mut term = c64::new(1.0, 0.0);
    let mut k = 1.0;
    loop {
        term *= -z / k;
        let next = sum + term / k;
        if next == sum {
            return sum;
        }
        sum = next;
        k += 1.0;
    }
}

/// Σ k! / (-z)ᵏ, to its smallest term.
fn asymptotic(z: c64) -> c64 {
    let mut sum = c64::new(1.0, 0.0);
    let mut term = sum;
    let mut k = 1.0;
    while k < z.norm() {
        term *= -k / z;
        let next = sum + term;
        if next == sum {
            break;
        }
        sum = next;
        k += 1.0;
    }
    sum
}

/// E₁(z) exp(z): the complex form of the fraction.
fn fraction(z: c64) -> c64 {
    const MOST: usize = 10_000;
    let one = c64::new(1.0, 0.0);
    let mut b = z + one;
    let mut c = c64::new(1e300, 0.0);
    let mut d = b.inv();
    let mut value = d;
    for n in 1..MOST {
        let n = n as f64;
        b += 2.0;
        d = (b - d * (n * n)).inv();
        c = b - c.inv() * (n * n);
        let factor = c * d;
        value *= factor;
        if (factor - one).norm() <= f64::EPSILON {
            break;
        }
    }
    value
}
