//! The regularised incomplete beta function.
//!
//! Method: the continued fraction DLMF 8.17.22 by the modified Lentz method, on the side of the mean where it converges
//! fast, with its factor in saddle-point form. Cost: O(√max(a, b)) steps.

use super::binomial_density::binomial_factor;
use super::lentz;

/// I_x(a, b) and 1 - I_x(a, b) for 0 ≤ x ≤ 1 and a, b > 0.
///
/// ```
/// use matfac::linalg::special::incomplete_beta::incomplete_beta;
/// assert_eq!(incomplete_beta(0.5, 1.0, 2.0), (0.75, 0.25));
/// ```
pub fn incomplete_beta(x: f64, a: f64, b: f64) -> (f64, f64) {
    parts(x, 1.0 - x, a, b)
}

/// The same from x and y = 1 - x, either of which may be too small for the other to show it.
pub(super) fn parts(x: f64, y: f64, a: f64, b: f64) -> (f64, f64) {
    if [x, y, a, b].iter().any(|v| v.is_nan()) || (a.is_infinite() && b.is_infinite()) {
        return (f64::NAN, f64::NAN);
    }
    if x == 0.0 || (a.is_infinite() && y > 0.0) {
        return (0.0, 1.0);
    }
    if y == 0.0 || b.is_infinite() {
        return (1.0, 0.0);
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        let upper = below_mean(y, x, b, a);
        return (1.0 - upper, upper);
    }
    let lower = below_mean(x, y, a, b);
    (lower, 1.0 - lower)
}

/// I_x(a, b) where x is below the mean.
fn below_mean(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let factor = binomial_factor(x, y, a, b) / a;
    if factor == 0.0 {
        return 0.0;
    }
    let partial = |n: usize| {
        let m = (n / 2) as f64;
        let numerator = if n.is_multiple_of(2) {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        (numerator, 1.0)
    };
    factor / lentz(1.0, partial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symmetric_and_known() {
        // I_x(1, b) = 1 - (1 - x)^b.
        for b in [0.1, 1.0, 7.5, 300.0] {
            let (lower, upper) = incomplete_beta(0.01, 1.0, b);
            let expected = -(b * (-0.01f64).ln_1p()).exp_m1();
            assert!((lower / expected - 1.0).abs() < 1e-13 && (lower + upper - 1.0).abs() < 1e-15);
        }
        // The rounding errors of O(√n) steps add up.
        for (n, tolerance) in [(0.2, 1e-15), (5.0, 1e-15), (200.0, 1e-14), (1e6, 1e-12)] {
            assert!((incomplete_beta(0.5, n, n).0 - 0.5).abs() < tolerance);
        }
    }
}
