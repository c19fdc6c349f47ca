//! Complete elliptic integrals and Jacobi's elliptic functions of parameter m.
//!
//! Method: the arithmetic-geometric mean and Landen's descending transformation (Abramowitz & Stegun 16.4, 17.6),
//! which converge quadratically: at most 10 steps. Complex arguments by Jacobi's transformation (A & S 16.21).

use crate::linalg::c64;
use std::f64::consts::PI;

/// Steps after which the mean has converged, whatever m is.
const MOST: usize = 16;

/// The complete elliptic integrals K(m) and E(m) for m ≤ 1.
///
/// ```
/// use matfac::linalg::special::elliptic::complete_integrals;
/// assert_eq!(complete_integrals(1.0), (f64::INFINITY, 1.0));
/// ```
pub fn complete_integrals(m: f64) -> (f64, f64) {
    if m.is_nan() || m > 1.0 {
        return (f64::NAN, f64::NAN);
    }
    if m == 1.0 {
        return (f64::INFINITY, 1.0);
    }
    if m < 0.0 {
        if m == f64::NEG_INFINITY {
            return (0.0, f64::INFINITY);
        }
        // The imaginary-modulus transformation, A & S 17.4.17.
        let root = (1.0 - m).sqrt();
        let (k, e) = complete_integrals(m / (m - 1.0));
        return (k / root, e * root);
    }
    let (mut a, mut b) = (1.0, (1.0 - m).sqrt());
    let mut weight = 0.5;
    let mut sum = weight * m;
    for _ in 0..MOST {
        let c = (a - b) / 2.0;
        (a, b) = ((a + b) / 2.0, (a * b).sqrt());
        weight *= 2.0;
        sum += weight * c * c;
        if c.abs() <= f64::EPSILON / 4.0 * a {
            break;
        }
    }
    let k = PI / (2.0 * a);
    (k, k * (1.0 - sum))
}

/// sn, cn and dn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jacobi<T> {
    /// The sine amplitude.
    pub sn: T,
    /// The cosine amplitude.
    pub cn: T,
    /// The delta amplitude.
    pub dn: T,
}

/// Jacobi's functions of u for 0 ≤ m ≤ 1; NaN for other m.
pub fn jacobi(u: f64, m: f64) -> Jacobi<f64> {
    if !(0.0..=1.0).contains(&m) {
        return Jacobi { sn: f64::NAN, cn: f64::NAN, dn: f64::NAN };
    }
    if m == 1.0 {
        let sech = u.cosh().recip();
        return Jacobi { sn: u.tanh(), cn: sech, dn: sech };
    }
    let mut ratios = [0.0; MOST];
    let (mut a, mut b) = (1.0, (1.0 - m).sqrt());
    let mut steps = 0;
    let mut c = m.sqrt();
    while steps < MOST && c.abs() > f64::EPSILON * a {
        c = (a - b) / 2.0;
        (a, b) = ((a + b) / 2.0, (a * b).sqrt());
        ratios[steps] = c / a;
        steps += 1;
    }
    let mut phi = (1u32 << steps) as f64 * a * u;
    for ratio in ratios[..steps].iter().rev() {
        phi = (phi + (ratio * phi.sin()).asin()) / 2.0;
    }
    let (sn, cn) = phi.sin_cos();
    // 1 - m sn², without its cancellation.
    Jacobi { sn, cn, dn: ((1.0 - m) + m * cn * cn).sqrt() }
}

/// [`jacobi`] of a complex number.
pub fn jacobi_complex(u: c64, m: f64) -> Jacobi<c64> {
    let real = jacobi(u.re, m);
    if u.im == 0.0 {
        let of = |x| c64::new(x, 0.0);
        return Jacobi { sn: of(real.sn), cn: of(real.cn), dn: of(real.dn) };
    }
    let Jacobi { sn: s, cn: c, dn: d } = real;
    let Jacobi { sn: s1, cn: c1, dn: d1 } = jacobi(u.im, 1.0 - m);
    let denominator = c1 * c1 + m * s * s * s1 * s1;
    Jacobi {
        sn: c64::new(s * d1 / denominator, c * d * s1 * c1 / denominator),
        cn: c64::new(c * c1 / denominator, -s * d * s1 * d1 / denominator),
        dn: c64::new(d * c1 * d1 / denominator, -m * s * c * s1 / denominator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::FRAC_PI_2;

    #[test]
    fn legendres_relation_and_the_limits() {
        for m in [1e-6, 0.3, 0.5, 0.9, 1.0 - 1e-6] {
            let ((k, e), (k1, e1)) = (complete_integrals(m), complete_integrals(1.0 - m));
            assert!((e * k1 + e1 * k - k * k1 - FRAC_PI_2).abs() < 1e-13, "m = {m}");
            let j = jacobi(k, m);
            assert!((j.sn - 1.0).abs() < 1e-14 && j.cn.abs() < 1e-9);
        }
        assert_eq!(complete_integrals(0.0), (FRAC_PI_2, FRAC_PI_2));
        assert_eq!(jacobi(0.7, 0.0).sn, 0.7f64.sin());
    }
}
