//! The error function, its relatives and its inverses.
//!
//! erf and erfc of real numbers are libm's; Dawson's function, the scaled and imaginary forms and everything complex
//! are those of the Faddeeva package (S. G. Johnson) in the crate errorfunctions. The inverses start from a rational
//! approximation (Abramowitz & Stegun 26.2.23) and take Halley steps, each of which triples the digits.

use crate::linalg::c64;
use errorfunctions::{ComplexErrorFunctions, RealErrorFunctions};
use std::f64::consts::{FRAC_2_SQRT_PI, LN_2};

/// The error function.
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// 1 - erf(x), without the loss of digits where erf is close to 1.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// exp(x²) erfc(x), which neither overflows nor vanishes where its factors do.
pub fn erfcx(x: f64) -> f64 {
    x.erfcx()
}

/// The imaginary error function, -i erf(ix).
pub fn erfi(x: f64) -> f64 {
    x.erfi()
}

/// Dawson's function, √π/2 exp(-x²) erfi(x).
pub fn dawson(x: f64) -> f64 {
    x.dawson()
}

/// [`erf`] of a complex number.
pub fn erf_complex(z: c64) -> c64 {
    z.erf()
}

/// [`erfc`] of a complex number.
pub fn erfc_complex(z: c64) -> c64 {
    z.erfc()
}

/// [`erfcx`] of a complex number.
pub fn erfcx_complex(z: c64) -> c64 {
    z.erfcx()
}

/// [`erfi`] of a complex number.
pub fn erfi_complex(z: c64) -> c64 {
    z.erfi()
}

/// [`dawson`] of a complex number.
pub fn dawson_complex(z: c64) -> c64 {
    z.dawson()
}

/// The number whose error function is x; NaN outside [-1, 1].
pub fn erfinv(x: f64) -> f64 {
    if x.abs() >= 0.5 {
        // 1 - |x| is exact here, and small numbers have more digits than numbers close to 1.
        return erfcinv(1.0 - x.abs()).copysign(x);
    }
    // The series' first two terms, then Halley's method.
    let mut y = x / FRAC_2_SQRT_PI * (1.0 + std::f64::consts::PI / 12.0 * x * x);
    for _ in 0..3 {
        let error = erf(y) - x;
        y -= error / (FRAC_2_SQRT_PI * (-y * y).exp() + y * error);
    }
    y
}

/// The number whose complementary error function is x; NaN outside [0, 2].
pub fn erfcinv(x: f64) -> f64 {
    if !(0.0..=2.0).contains(&x) {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::INFINITY;
    }
    if x > 1.5 {
        return -erfcinv(2.0 - x);
    }
    if x > 0.5 {
        return erfinv(1.0 - x);
    }
    let t = (2.0 * (LN_2 - x.ln())).sqrt();
    let quotient = (2.30753 + t * 0.27061) / (1.0 + t * (0.99229 + t * 0.04481));
    let mut y = std::f64::consts::FRAC_1_SQRT_2 * (t - quotient);
    for _ in 0..3 {
        let error = erfc(y) - x;
        y += error / (FRAC_2_SQRT_PI * (-y * y).exp() - y * error);
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_invert() {
        assert_eq!((erf(0.0), erfc(0.0)), (0.0, 1.0));
        for x in [1e-300, 1e-10, 0.1, 0.3, 0.5, 0.7, 0.99, 1.0 - 1e-15] {
            assert!((erf(erfinv(x)) / x - 1.0).abs() < 4e-16, "erfinv({x})");
            assert_eq!(erfinv(-x), -erfinv(x));
        }
        for x in [1e-300, 1e-20, 1e-3, 0.4, 0.6, 1.0, 1.4, 1.9] {
            // A relative error of y is one of 2y² in erfc(y).
            let (y, tolerance) = (erfcinv(x), 4e-16 * (1.0 + 2.0 * erfcinv(x).powi(2)));
            assert!((erfc(y) / x - 1.0).abs() < tolerance, "erfcinv({x})");
        }
        assert_eq!((erfinv(1.0), erfcinv(2.0)), (f64::INFINITY, f64::NEG_INFINITY));
        assert!(erfinv(1.1).is_nan() && erfcinv(-0.1).is_nan() && erfinv(f64::NAN).is_nan());
    }
}
