//! Elementary functions of a complex number, exact near their zeros and signed on their branch cuts.
//!
//! Method: W. Kahan (1987), Branch cuts for complex elementary functions, or much ado about nothing's sign bit. On the
//! real axis beyond 1 the inverse sine and cosine take Octave's side of the cut.

use super::c64;
use std::f64::consts::FRAC_PI_2;

/// exp(z) - 1 without cancellation near 0.
pub fn exp_m1(z: c64) -> c64 {
    // e^x cos y - 1 = (e^x - 1) cos y - 2 sin²(y/2).
    let (sin, cos) = z.im.sin_cos();
    let half = (z.im / 2.0).sin();
    c64::new(z.re.exp_m1() * cos - 2.0 * half * half, z.re.exp() * sin)
}

/// log(1 + z) without cancellation near 0.
pub fn ln_1p(z: c64) -> c64 {
    let size = z.re.abs().max(z.im.abs());
    if size > 0.5 {
        return (z + 1.0).ln();
    }
    // |1 + z|² - 1 = 2x + x² + y².
    c64::new(0.5 * (z.re * (2.0 + z.re) + z.im * z.im).ln_1p(), z.im.atan2(1.0 + z.re))
}

/// sin z.
pub fn sin(z: c64) -> c64 {
    let w = sinh(c64::new(-z.im, z.re));
    c64::new(w.im, -w.re)
}

/// cos z.
pub fn cos(z: c64) -> c64 {
    cosh(c64::new(-z.im, z.re))
}

/// sinh z; e^x/2 is split where it alone overflows.
pub fn sinh(z: c64) -> c64 {
    let (sin, cos) = z.im.sin_cos();
    c64::new(z.re.sinh() * cos, z.re.cosh() * sin)
}

/// cosh z.
pub fn cosh(z: c64) -> c64 {
    let (sin, cos) = z.im.sin_cos();
    c64::new(z.re.cosh() * cos, z.re.sinh() * sin)
}

/// tan z.
pub fn tan(z: c64) -> c64 {
    let w = tanh(c64::new(-z.im, z.re));
    c64::new(w.im, -w.re)
}

/// tanh z.
pub fn tanh(z: c64) -> c64 {
    if z.re.abs() > 20.0 {
        let (sin, cos) = z.im.sin_cos();
        let im = 4.0 * sin * cos * (-2.0 * z.re.abs()).exp();
        return c64::new(1f64.copysign(z.re), if im.is_nan() { 0.0 } else { im });
    }
    let t = z.im.tan();
    let s = z.re.sinh();
    let (beta, rho) = (1.0 + t * t, (1.0 + s * s).sqrt());
    let denominator = 1.0 + beta * s * s;
    c64::new(beta * rho * s / denominator, t / denominator)
}

/// √(1 - z) and √(1 + z), keeping the sign of a zero imaginary part.
fn roots(z: c64) -> (c64, c64) {
    (c64::new(1.0 - z.re, -z.im).sqrt(), c64::new(1.0 + z.re, z.im).sqrt())
}

/// Whether z is on the part of the cut where Octave takes the other side.
fn on_right_cut(z: c64) -> bool {
    z.im == 0.0 && z.re > 1.0
}

/// Whether z is a real NaN, which stays one.
fn is_real_nan(z: c64) -> bool {
    z.re.is_nan() && z.im == 0.0
}

/// Beyond this the products of roots overflow; the functions are logarithms there.
const HUGE: f64 = 1e150;

/// The inverse sine.
pub fn asin(z: c64) -> c64 {
    if is_real_nan(z) {
        return z;
    }
    if on_right_cut(z) {
        return c64::new(FRAC_PI_2, -acosh_real(z.re).copysign(z.im));
    }
    if z.norm() > HUGE {
        let log = z.norm().ln() + std::f64::consts::LN_2;
        return c64::new(z.re.atan2(z.im.abs()), log.copysign(z.im));
    }
    let (minus, plus) = roots(z);
    let re = z.re.atan2((minus * plus).re);
    c64::new(re, (minus.conj() * plus).im.asinh())
}

/// The inverse cosine.
pub fn acos(z: c64) -> c64 {
    if is_real_nan(z) {
        return z;
    }
    if on_right_cut(z) {
        return c64::new(0.0, acosh_real(z.re).copysign(z.im));
    }
    if z.norm() > HUGE {
        let log = z.norm().ln() + std::f64::consts::LN_2;
        return c64::new(z.im.abs().atan2(z.re), -log.copysign(z.im));
    }
    let (minus, plus) = roots(z);
    c64::new(2.0 * minus.re.atan2(plus.re), (plus.conj() * minus).im.asinh())
}

/// The inverse tangent.
pub fn atan(z: c64) -> c64 {
    let w = atanh(c64::new(-z.im, z.re));
    c64::new(w.im, -w.re)
}

/// The inverse hyperbolic sine.
pub fn asinh(z: c64) -> c64 {
    // i z, whose own cut beyond 1 is this function's beyond -i; there is no other side to take here.
    let turned = c64::new(-z.im, z.re);
    let w = if on_right_cut(turned) { asin(turned).conj() } else { asin(turned) };
    c64::new(w.im, -w.re)
}

/// The inverse hyperbolic cosine.
pub fn acosh(z: c64) -> c64 {
    if is_real_nan(z) {
        return z;
    }
    if z.norm() > HUGE {
        return c64::new(z.norm().ln() + std::f64::consts::LN_2, z.im.atan2(z.re));
    }
    let minus = c64::new(z.re - 1.0, z.im).sqrt();
    let plus = c64::new(z.re + 1.0, z.im).sqrt();
    c64::new((minus.conj() * plus).re.asinh(), 2.0 * minus.im.atan2(plus.re))
}

/// The inverse hyperbolic tangent.
pub fn atanh(z: c64) -> c64 {
    if is_real_nan(z) {
        return z;
    }
    let (x, y) = (z.re, z.im);
    if z.norm() > HUGE {
        let re = if z.norm().is_infinite() { 0.0 } else { x / z.norm() / z.norm() };
        return c64::new(re.copysign(x), FRAC_PI_2.copysign(y));
    }
    let below = 1.0 - x;
    let re = 0.25 * (4.0 * x / (below * below + y * y)).ln_1p();
    // The logarithm of a quotient near 0 is the negative one of its mirror image.
    let re = if x < 0.0 {
        let above = 1.0 + x;
        -0.25 * (-4.0 * x / (above * above + y * y)).ln_1p()
    } else {
        re
    };
    c64::new(re, 0.5 * (2.0 * y).atan2(below * (1.0 + x) - y * y))
}

/// The inverse hyperbolic cosine of x > 1, exact near 1.
fn acosh_real(x: f64) -> f64 {
    let above = x - 1.0;
    if x > 2.0 { x.acosh() } else { (above + (above * (above + 2.0)).sqrt()).ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_invert_and_take_octaves_side() {
        for (re, im) in [(0.3, 0.4), (-2.0, 0.5), (1e-8, -1e-8), (5.0, -3.0), (-0.2, 1e-3)] {
            let z = c64::new(re, im);
            let back = [sin(asin(z)), cos(acos(z)), tan(atan(z)), sinh(asinh(z)), cosh(acosh(z))];
            for w in back.into_iter().chain([tanh(atanh(z)), exp_m1(ln_1p(z))]) {
                // Functions that are flat at 0 give back an absolute error.
                assert!((w - z).norm() < 1e-14 * z.norm().max(0.1), "{z} came back as {w}");
            }
        }
        assert!((asin(c64::new(2.0, 0.0)).im + 1.316_957_896_924_816_6).abs() < 1e-15);
        assert!((acos(c64::new(2.0, 0.0)).im - 1.316_957_896_924_816_6).abs() < 1e-15);
        assert!((asin(c64::new(-2.0, 0.0)).im - 1.316_957_896_924_816_6).abs() < 1e-15);
        assert!((asinh(c64::new(-0.0, -2.0)).re + 1.316_957_896_924_816_6).abs() < 1e-15);
    }
}
