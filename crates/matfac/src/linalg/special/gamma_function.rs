//! The gamma and beta functions and their logarithms.
//!
//! Γ and log |Γ| are libm's. The beta function of large arguments goes through Stirling's series, because the difference
//! of three large logarithms has lost its digits.

use super::binomial_density::stirling_error;
use std::f64::consts::PI;

/// log √(2π).
const LOG_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// Γ(x); infinite at 0 and at negative whole numbers, as in Octave.
pub fn gamma(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0 / x;
    }
    if x < 0.0 && x.fract() == 0.0 || x == f64::NEG_INFINITY {
        return f64::INFINITY;
    }
    libm::tgamma(x)
}

/// log |Γ(x)|.
pub fn lgamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// Whether Γ(x) is negative, so that its logarithm has the imaginary part π.
pub fn gamma_is_negative(x: f64) -> bool {
    if x == 0.0 {
        return x.is_sign_negative();
    }
    x < 0.0 && x.is_finite() && x.fract() != 0.0 && x.floor() % 2.0 != 0.0
}

/// The coefficients (ζ(k) - 1) of the series of [`lgamma_1p`], from k = 2 on.
const ZETA_MINUS_1: [f64; 29] = [
    0.644_934_066_848_226_4,
    0.202_056_903_159_594_3,
    0.082_323_233_711_138_2,
    0.036_927_755_143_369_93,
    0.017_343_061_984_449_14,
    0.008_349_277_381_922_827,
    0.004_077_356_197_944_339,
    0.002_008_392_826_082_214_4,
    0.000_994_575_127_818_085_3,
    0.000_494_188_604_119_464_6,
    0.000_246_086_553_308_048_3,
    0.000_122_713_347_578_489_14,
    6.124_813_505_870_483e-5,
    3.058_823_630_702_049e-5,
    1.528_225_940_865_187e-5,
    7.637_197_637_899_763e-6,
    3.817_293_264_999_839e-6,
    1.908_212_716_553_939e-6,
    9.539_620_338_727_962e-7,
    4.769_329_867_878_064e-7,
    2.384_505_027_277_33e-7,
    1.192_199_259_653_110_7e-7,
    5.960_818_905_125_948e-8,
    2.980_350_351_465_228e-8,
    1.490_155_482_836_504_3e-8,
    7.450_711_789_835_43e-9,
    3.725_334_024_788_457e-9,
    1.862_659_723_513_049e-9,
    9.313_274_324_196_682e-10,
];

/// log Γ(1 + x), exact for small x; for |x| ≤ 0.5.
///
/// The Taylor series about 2, whose coefficients fall like 2⁻ᵏ, less log(1 + x).
pub fn lgamma_1p(x: f64) -> f64 {
    /// 1 less Euler's constant.
    const ONE_LESS_EULER: f64 = 0.422_784_335_098_467_2;
    let series = ZETA_MINUS_1.iter().enumerate().rev().fold(0.0, |sum, (i, zeta)| {
        let k = (i + 2) as f64;
        let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
        sum * x + sign * zeta / k
    });
    x * (ONE_LESS_EULER + x * series) - x.ln_1p()
}

/// log |B(a, b)|, the logarithm of the beta function.
pub fn log_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if small < 0.0 || large < 10.0 || large.is_infinite() {
        return lgamma(a) + lgamma(b) - lgamma(a + b);
    }
    let sum = small + large;
    if small < 10.0 {
        // log Γ(large) - log Γ(large + small) without the terms that cancel.
        let difference = stirling_error(large) - stirling_error(sum) + small
            - (large - 0.5) * (small / large).ln_1p()
            - small * sum.ln();
        return lgamma(small) + difference;
    }
    let stirling = stirling_error(small) + stirling_error(large) - stirling_error(sum);
    LOG_SQRT_2PI + stirling + (small - 0.5) * (small / sum).ln() - (small / large).ln_1p() * large
        + 0.5 * (sum / large).ln()
        - 0.5 * sum.ln()
}

/// B(a, b) = Γ(a)Γ(b)/Γ(a+b), infinite where a or b is 0 or a negative whole number.
pub fn beta(a: f64, b: f64) -> f64 {
    let is_pole = |x: f64| x <= 0.0 && x.fract() == 0.0;
    if is_pole(a) || is_pole(b) {
        return f64::INFINITY;
    }
    let magnitude = if a.abs() < 80.0 && b.abs() < 80.0 {
        // Products of moderate numbers keep more digits than logarithms do.
        (gamma(a) / gamma(a + b) * gamma(b)).abs()
    } else {
        log_beta(a, b).exp()
    };
    let negative = gamma_is_negative(a) ^ gamma_is_negative(b) ^ gamma_is_negative(a + b);
    if negative { -magnitude } else { magnitude }
}

/// sin(πx), exact at multiples of one half.
pub fn sin_pi(x: f64) -> f64 {
    let r = x % 2.0;
    // The quadrant is taken off exactly; the rest is at most a quarter turn.
    let quarters = (2.0 * r).round();
    let rest = PI * (r - quarters / 2.0);
    match quarters.rem_euclid(4.0) as u8 {
        0 => rest.sin(),
        1 => rest.cos(),
        2 => 0.0 - rest.sin(),
        _ => -rest.cos(),
    }
}

/// cos(πx), exact at multiples of one half.
pub fn cos_pi(x: f64) -> f64 {
    let r = x % 2.0;
    let quarters = (2.0 * r).round();
    let rest = PI * (r - quarters / 2.0);
    match quarters.rem_euclid(4.0) as u8 {
        0 => rest.cos(),
        1 => 0.0 - rest.sin(),
        2 => -rest.cos(),
        _ => rest.sin(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(gamma(5.0), 24.0);
        assert_eq!(gamma(-1.0), f64::INFINITY);
        assert!((gamma(0.5) - PI.sqrt()).abs() < 1e-15);
        assert_eq!(lgamma(1.0), 0.0);
        assert!(gamma_is_negative(-0.5) && !gamma_is_negative(-1.5) && !gamma_is_negative(2.5));
        assert_eq!((sin_pi(1.0), sin_pi(0.5), cos_pi(0.5), cos_pi(-3.0)), (0.0, 1.0, 0.0, -1.0));
    }

    #[test]
    fn logarithms_of_gamma_near_one() {
        // mpmath, 40 digits.
        assert!((lgamma_1p(1e-10) / -5.772_156_648_192_861e-11 - 1.0).abs() < 1e-15);
        assert!((lgamma_1p(0.5) - lgamma(1.5)).abs() < 1e-16);
        assert!((lgamma_1p(-0.5) - lgamma(0.5)).abs() < 1e-15);
    }

    #[test]
    fn beta_of_large_arguments() {
        // mpmath, 40 digits.
        let cases = [
            (0.5, 1000000.0, -6.335390211057437),
            (3.0, 40.0, -10.446973958541667),
            (200.0, 300.0, -337.98011306546467),
            (0.001, 100000.0, 6.895_665_964_913_892),
            (12.0, 10000000000.0, -258.8079033200116),
        ];
        for (a, b, expected) in cases {
            let relative = log_beta(a, b) / expected - 1.0;
            assert!(relative.abs() < 1e-14, "log_beta({a}, {b}) is off by {relative}");
        }
        assert!((beta(-0.5, 2.0) + 4.0).abs() < 1e-14);
        assert_eq!(beta(1.0, 2.0), 0.5);
    }
}
