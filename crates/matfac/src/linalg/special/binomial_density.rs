//! The factors of incomplete gamma and beta functions that are powers over gamma functions, without cancellation.
//!
//! Method: C. Loader (2000), Fast and accurate computation of binomial probabilities. The logarithms of such a factor are
//! large and nearly cancel; its saddle-point form has only small terms: Stirling's error and the deviance.

use super::gamma_function::gamma;
use std::f64::consts::TAU;

/// From here on factors are computed in their saddle-point form; below, powers and gamma functions neither overflow
/// nor lose digits.
const LARGE: f64 = 80.0;

/// log Γ(n + 1) less Stirling's approximation of it, log(√(2πn) (n/e)ⁿ); n > 0.
pub fn stirling_error(n: f64) -> f64 {
    /// B₂ₖ / (2k (2k - 1)), from k = 1 on.
    const SERIES: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
    ];
    let mut below = 0.0;
    let mut n = n;
    while n < 12.0 {
        below += (n + 0.5) * n.recip().ln_1p() - 1.0;
        n += 1.0;
    }
    let square = (n * n).recip();
    below + SERIES.iter().rev().fold(0.0, |sum, c| sum * square + c) / n
}

/// The deviance `x log(x/m) + m - x`, exact where x is close to m; x ≥ 0, m > 0.
pub fn deviance(x: f64, m: f64) -> f64 {
    if x == 0.0 {
        return m;
    }
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut term = 2.0 * x * v;
    let mut k = 1.0;
    loop {
        term *= v * v;
        k += 2.0;
        let next = sum + term / k;
        if next == sum {
            return sum;
        }
        sum = next;
    }
}

/// xᵃ e⁻ˣ / Γ(a + 1) for a > 0, x > 0.
pub fn poisson_factor(x: f64, a: f64) -> f64 {
    if a < LARGE && x < 700.0 {
        return x.powf(a) * (-x).exp() / gamma(a + 1.0);
    }
    (-stirling_error(a) - deviance(a, x)).exp() / (TAU * a).sqrt()
}

/// xᵃ yᵇ / B(a, b) where x + y = 1, for a, b > 0.
pub fn binomial_factor(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let n = a + b;
    if n < LARGE {
        // The power of the number near 1 is taken from its small distance to 1.
        let (xa, yb) = if x < 0.5 {
            (x.powf(a), (b * (-x).ln_1p()).exp())
        } else {
            ((a * (-y).ln_1p()).exp(), y.powf(b))
        };
        return xa * yb * (gamma(n) / (gamma(a) * gamma(b)));
    }
    let errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
    let exponent = errors - deviance(a, n * x) - deviance(b, n * y);
    // a b / n · √(n / (2π a b)), without the overflow of a b.
    exponent.exp() * (a / n * b).sqrt() / TAU.sqrt()
}
