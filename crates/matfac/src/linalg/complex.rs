//! Elementwise arithmetic and functions of complex matrices, with Octave's branch cuts.

use super::broadcast::{map, zip};
use super::complex_functions as functions;
use super::elementwise::{Arith, Compare, Unary};
use super::{BoolMatrix, ComplexMatrix, Matrix, c64};
use crate::error::{Error, Result};

/// `x / y` without the overflow of |y|² (Smith 1962).
pub fn divide(x: c64, y: c64) -> c64 {
    if y.re == 0.0 && y.im == 0.0 {
        return c64::new(x.re / y.re, x.im / y.re);
    }
    if y.re.abs() >= y.im.abs() {
        let r = y.im / y.re;
        let d = y.re + y.im * r;
        c64::new((x.re + x.im * r) / d, (x.im - x.re * r) / d)
    } else {
        let r = y.re / y.im;
        let d = y.re * r + y.im;
        c64::new((x.re * r + x.im) / d, (x.im * r - x.re) / d)
    }
}

/// `x ^ y`; whole exponents by repeated multiplication, so that `i^2` is exactly -1.
pub fn power(x: c64, y: c64) -> c64 {
    if y.im == 0.0 && y.re.fract() == 0.0 && y.re.abs() <= 1024.0 {
        let p = x.powi(y.re.abs() as i32);
        return if y.re < 0.0 { divide(c64::new(1.0, 0.0), p) } else { p };
    }
    if x == c64::new(0.0, 0.0) {
        return if y.re > 0.0 { x } else { c64::new(f64::INFINITY, 0.0) };
    }
    x.powc(y)
}

/// `A op B` with broadcasting, for the operations that complex numbers have: `+ - .* ./ .\ .^`.
pub fn broadcast_complex(op: Arith, a: &ComplexMatrix, b: &ComplexMatrix) -> Result<ComplexMatrix> {
    match op {
        Arith::Add => zip("add", a, b, |x, y| x + y),
        Arith::Sub => zip("subtract", a, b, |x, y| x - y),
        Arith::Mul => zip("multiply elementwise", a, b, |x: c64, y: c64| x * y),
        Arith::Div => zip("divide elementwise", a, b, divide),
        Arith::LeftDiv => zip("divide elementwise", a, b, |x, y| divide(y, x)),
        Arith::Pow => zip("raise to powers", a, b, power),
        _ => Err(Error::argument(
            "A",
            "rem, mod, atan2, hypot, min and max are not defined for complex numbers",
        )),
    }
}

/// `A op B` with a real B, with broadcasting.
///
/// A real number is no complex number whose imaginary part happens to be zero: `(1+2i) * Inf` has no NaN.
pub fn broadcast_with_real(op: Arith, a: &ComplexMatrix, b: &Matrix) -> Result<ComplexMatrix> {
    match op {
        Arith::Add => zip("add", a, b, |x: c64, y: f64| c64::new(x.re + y, x.im)),
        Arith::Sub => zip("subtract", a, b, |x: c64, y: f64| c64::new(x.re - y, x.im)),
        Arith::Mul => {
            zip("multiply elementwise", a, b, |x: c64, y: f64| c64::new(x.re * y, x.im * y))
        }
        Arith::Div => {
            zip("divide elementwise", a, b, |x: c64, y: f64| c64::new(x.re / y, x.im / y))
        }
        _ => broadcast_complex(op, a, &super::elementwise::to_complex(b)),
    }
}

/// `A op B` with a real A, with broadcasting.
pub fn broadcast_real_with(op: Arith, a: &Matrix, b: &ComplexMatrix) -> Result<ComplexMatrix> {
    match op {
        Arith::Add => zip("add", a, b, |x: f64, y: c64| c64::new(x + y.re, y.im)),
        Arith::Sub => zip("subtract", a, b, |x: f64, y: c64| c64::new(x - y.re, -y.im)),
        Arith::Mul => {
            zip("multiply elementwise", a, b, |x: f64, y: c64| c64::new(x * y.re, x * y.im))
        }
        Arith::LeftDiv => {
            zip("divide elementwise", a, b, |x: f64, y: c64| c64::new(y.re / x, y.im / x))
        }
        _ => broadcast_complex(op, &super::elementwise::to_complex(a), b),
    }
}

/// `A op B` as a logical matrix; as in Octave order is by modulus, then by argument.
pub fn compare_complex(op: Compare, a: &ComplexMatrix, b: &ComplexMatrix) -> Result<BoolMatrix> {
    let key = |x: c64| (x.re.hypot(x.im), x.im.atan2(x.re));
    match op {
        Compare::Eq => zip("compare", a, b, |x, y| x == y),
        Compare::Ne => zip("compare", a, b, |x, y| x != y),
        Compare::Lt => zip("compare", a, b, |x, y| key(x) < key(y)),
        Compare::Le => zip("compare", a, b, |x, y| key(x) <= key(y)),
        Compare::Gt => zip("compare", a, b, |x, y| key(x) > key(y)),
        Compare::Ge => zip("compare", a, b, |x, y| key(x) >= key(y)),
    }
}

/// `f(A)`, entry by entry (use [`abs`] for `Abs`, whose result is real).
pub fn map1_complex(fun: Unary, a: &ComplexMatrix) -> ComplexMatrix {
    let parts = |f: fn(f64) -> f64| map(a, move |z: c64| c64::new(f(z.re), f(z.im)));
    match fun {
        Unary::Neg => map(a, |z: c64| -z),
        Unary::Abs => map(a, |z: c64| c64::new(z.re.hypot(z.im), 0.0)),
        Unary::Sqrt => map(a, |z: c64| z.sqrt()),
        Unary::Cbrt => map(a, |z: c64| z.cbrt()),
        Unary::Exp => map(a, |z: c64| z.exp()),
        Unary::Expm1 => map(a, functions::exp_m1),
        Unary::Log => map(a, |z: c64| z.ln()),
        Unary::Log2 => map(a, |z: c64| z.ln() / std::f64::consts::LN_2),
        Unary::Log10 => map(a, |z: c64| z.ln() / std::f64::consts::LN_10),
        Unary::Log1p => map(a, functions::ln_1p),
        Unary::Sin => map(a, functions::sin),
        Unary::Cos => map(a, functions::cos),
        Unary::Tan => map(a, functions::tan),
        Unary::Asin => map(a, functions::asin),
        Unary::Acos => map(a, functions::acos),
        Unary::Atan => map(a, functions::atan),
        Unary::Sinh => map(a, functions::sinh),
        Unary::Cosh => map(a, functions::cosh),
        Unary::Tanh => map(a, functions::tanh),
        Unary::Asinh => map(a, functions::asinh),
        Unary::Acosh => map(a, functions::acosh),
        Unary::Atanh => map(a, functions::atanh),
        Unary::Floor => parts(f64::floor),
        Unary::Ceil => parts(f64::ceil),
        Unary::Round => parts(f64::round),
        Unary::Fix => parts(f64::trunc),
        Unary::Sign => map(a, |z: c64| {
            let r = z.re.hypot(z.im);
            if r == 0.0 { z } else { z / r }
        }),
    }
}

/// The moduli, without overflow.
pub fn abs(a: &ComplexMatrix) -> Matrix {
    map(a, |z: c64| z.re.hypot(z.im))
}

/// The arguments, in (-π, π].
pub fn arg(a: &ComplexMatrix) -> Matrix {
    map(a, |z: c64| z.im.atan2(z.re))
}

/// The real parts.
pub fn real(a: &ComplexMatrix) -> Matrix {
    map(a, |z: c64| z.re)
}

/// The imaginary parts.
pub fn imag(a: &ComplexMatrix) -> Matrix {
    map(a, |z: c64| z.im)
}

/// The conjugates.
pub fn conj(a: &ComplexMatrix) -> ComplexMatrix {
    map(a, |z: c64| z.conj())
}

/// Whether every imaginary part is zero: Octave then narrows the result to a real matrix.
pub fn is_real(a: &ComplexMatrix) -> bool {
    a.as_slice().iter().all(|z| z.im == 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::elementwise::to_complex;
    use super::*;

    #[test]
    fn roots_powers_and_quotients() {
        let minus_one = to_complex(&Matrix::from_rows(&[&[-1.0]]));
        let i = map1_complex(Unary::Sqrt, &minus_one);
        assert_eq!(i.as_slice(), &[c64::new(0.0, 1.0)]);
        let two = to_complex(&Matrix::from_rows(&[&[2.0]]));
        assert_eq!(broadcast_complex(Arith::Pow, &i, &two).unwrap(), minus_one);
        let huge = c64::new(1e300, 1e300);
        assert_eq!(divide(huge, huge), c64::new(1.0, 0.0));
        assert!(broadcast_complex(Arith::Mod, &i, &i).is_err());
        let infinite = Matrix::from_rows(&[&[f64::INFINITY]]);
        let quotient = broadcast_with_real(Arith::Div, &i, &infinite).unwrap();
        assert_eq!(quotient.as_slice(), &[c64::new(0.0, 0.0)]);
        let sum = broadcast_real_with(Arith::Sub, &infinite, &i).unwrap();
        assert_eq!(sum.as_slice(), &[c64::new(f64::INFINITY, -1.0)]);
        assert_eq!(abs(&i).as_slice(), &[1.0]);
        assert!(!is_real(&i) && is_real(&minus_one));
        assert!(compare_complex(Compare::Lt, &i, &two).unwrap().as_slice()[0]);
    }
}
