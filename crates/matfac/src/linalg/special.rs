//! Special functions of one number: gamma and error functions, as libm computes them.

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

/// The error function.
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// 1 - erf(x), without the loss of digits where erf is close to 1.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(gamma(5.0), 24.0);
        assert_eq!(gamma(-1.0), f64::INFINITY);
        assert!((gamma(0.5) - std::f64::consts::PI.sqrt()).abs() < 1e-15);
        assert_eq!((lgamma(1.0), erf(0.0), erfc(0.0)), (0.0, 0.0, 1.0));
    }
}
