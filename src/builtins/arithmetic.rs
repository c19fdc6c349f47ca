//! Functions of each entry: powers, logarithms, angles, rounding, remainders, complex parts.

use super::argument::Rest;
use super::entry::builtins;
use super::gather::{gather, refuse_text};
use super::rearranging::as_row;
use crate::value::{Blame, Fault, Numeric, Value, arithmetic, horizontal, map, to_logical};
use matfac::linalg::elementwise::{Arith, Unary, arith, unary};
use matfac::linalg::special;

builtins! { "functions of each entry";
    /// The absolute value, or the modulus of a complex number.
    ///
    /// >>> abs(-2)
    /// ans = 2
    ///
    /// See also: sign
    fn abs(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Abs, x) } scalar Scalar::One(f64::abs); elementwise Unary::Abs;

    /// The square root; complex for negative numbers.
    ///
    /// >>> sqrt(16)
    /// ans = 4
    ///
    /// See also: cbrt
    fn sqrt(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Sqrt, x) } scalar Scalar::One(f64::sqrt); elementwise Unary::Sqrt;

    /// The real cube root.
    ///
    /// >>> cbrt(-27)
    /// ans = -3
    ///
    /// See also: sqrt
    fn cbrt(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Cbrt, x) } scalar Scalar::One(f64::cbrt); elementwise Unary::Cbrt;

    /// e to the power of each entry.
    ///
    /// >>> exp(0)
    /// ans = 1
    ///
    /// See also: log, expm1
    fn exp(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Exp, x) } scalar Scalar::One(f64::exp); elementwise Unary::Exp;

    /// exp(x) - 1, exact for small x.
    ///
    /// >>> expm1(0)
    /// ans = 0
    ///
    /// See also: exp, log1p
    fn expm1(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Expm1, x) } scalar Scalar::One(f64::exp_m1); elementwise Unary::Expm1;

    /// The natural logarithm; complex for negative numbers.
    ///
    /// >>> log(e)
    /// ans = 1
    ///
    /// See also: exp, log2, log10
    fn log(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Log, x) } scalar Scalar::One(f64::ln); elementwise Unary::Log;

    /// The logarithm to base 2; `[f, e] = log2(x)` are the fraction, from 1/2 to 1, and the exponent of `x = f * 2^e`.
    ///
    /// >>> log2(8)
    /// ans = 3
    /// >>> [f, e] = log2(12)
    /// f = 0.7500
    /// e = 4
    ///
    /// See also: log
    fn log2(cx, /** Numbers. */ x: Value) -> [y, e] { logarithm(x, cx.nargout) } scalar Scalar::One(f64::log2); elementwise Unary::Log2;

    /// The logarithm to base 10.
    ///
    /// >>> log10(1000)
    /// ans = 3
    ///
    /// See also: log
    fn log10(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Log10, x) } scalar Scalar::One(f64::log10); elementwise Unary::Log10;

    /// log(1 + x), exact for small x.
    ///
    /// >>> log1p(0)
    /// ans = 0
    ///
    /// See also: log, expm1
    fn log1p(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Log1p, x) } scalar Scalar::One(f64::ln_1p); elementwise Unary::Log1p;

    /// The sine of an angle in radians.
    ///
    /// >>> sin(0)
    /// ans = 0
    ///
    /// See also: cos, asin
    fn sin(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Sin, x) } scalar Scalar::One(f64::sin); elementwise Unary::Sin;

    /// The cosine of an angle in radians.
    ///
    /// >>> cos(0)
    /// ans = 1
    ///
    /// See also: sin, acos
    fn cos(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Cos, x) } scalar Scalar::One(f64::cos); elementwise Unary::Cos;

    /// The tangent of an angle in radians.
    ///
    /// >>> tan(0)
    /// ans = 0
    ///
    /// See also: atan
    fn tan(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Tan, x) } scalar Scalar::One(f64::tan); elementwise Unary::Tan;

    /// The angle, in radians, whose sine this is.
    ///
    /// >>> asin(1)
    /// ans = 1.5708
    ///
    /// See also: sin
    fn asin(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Asin, x) } scalar Scalar::One(f64::asin); elementwise Unary::Asin;

    /// The angle, in radians, whose cosine this is.
    ///
    /// >>> acos(1)
    /// ans = 0
    ///
    /// See also: cos
    fn acos(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Acos, x) } scalar Scalar::One(f64::acos); elementwise Unary::Acos;

    /// The angle, in radians, whose tangent this is.
    ///
    /// >>> atan(1)
    /// ans = 0.7854
    ///
    /// See also: tan, atan2
    fn atan(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Atan, x) } scalar Scalar::One(f64::atan); elementwise Unary::Atan;

    /// The hyperbolic sine.
    ///
    /// >>> sinh(0)
    /// ans = 0
    ///
    /// See also: cosh
    fn sinh(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Sinh, x) } scalar Scalar::One(f64::sinh); elementwise Unary::Sinh;

    /// The hyperbolic cosine.
    ///
    /// >>> cosh(0)
    /// ans = 1
    ///
    /// See also: sinh
    fn cosh(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Cosh, x) } scalar Scalar::One(f64::cosh); elementwise Unary::Cosh;

    /// The hyperbolic tangent.
    ///
    /// >>> tanh(0)
    /// ans = 0
    ///
    /// See also: sinh
    fn tanh(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Tanh, x) } scalar Scalar::One(f64::tanh); elementwise Unary::Tanh;

    /// The next whole number below.
    ///
    /// >>> floor(-1.5)
    /// ans = -2
    ///
    /// See also: ceil, round, fix
    fn floor(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Floor, x) } scalar Scalar::One(f64::floor); elementwise Unary::Floor;

    /// The next whole number above.
    ///
    /// >>> ceil(1.2)
    /// ans = 2
    ///
    /// See also: floor, round, fix
    fn ceil(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Ceil, x) } scalar Scalar::One(f64::ceil); elementwise Unary::Ceil;

    /// The nearest whole number, halves away from zero.
    ///
    /// >>> round(2.5)
    /// ans = 3
    ///
    /// See also: floor, ceil, fix
    fn round(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Round, x) } scalar Scalar::One(f64::round); elementwise Unary::Round;

    /// The whole part: towards zero.
    ///
    /// >>> fix(-1.5)
    /// ans = -1
    ///
    /// See also: floor, round
    fn fix(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Fix, x) } scalar Scalar::One(f64::trunc); elementwise Unary::Fix;

    /// -1, 0 or 1 by the sign of each entry.
    ///
    /// >>> sign([-2 0 5])
    /// ans = 1×3
    ///   -1   0   1
    ///
    /// See also: abs
    fn sign(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Sign, x) } scalar Scalar::One(|x| unary(Unary::Sign, x)); elementwise Unary::Sign;

    /// The remainder of x/y with the sign of x.
    ///
    /// >>> rem(-7, 3)
    /// ans = -1
    ///
    /// See also: mod
    fn rem(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { of_numbers("rem", Arith::Rem, x, y) } scalar Scalar::Two(|x, y| arith(Arith::Rem, x, y));

    /// The remainder of x/y with the sign of y; mod(x, 0) is x.
    ///
    /// >>> mod(-7, 3)
    /// ans = 2
    ///
    /// See also: rem
    fn r#mod(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { of_numbers("mod", Arith::Mod, x, y) } scalar Scalar::Two(|x, y| arith(Arith::Mod, x, y));

    /// The angle of the point (x, y), in radians.
    ///
    /// >>> atan2(1, 0)
    /// ans = 1.5708
    ///
    /// See also: atan
    fn atan2(cx, /** Numbers. */ y: Value, /** Numbers. */ x: Value) -> [z] { of_numbers("atan2", Arith::Atan2, y, x) } scalar Scalar::Two(|x, y| arith(Arith::Atan2, x, y));

    /// sqrt(x^2 + y^2), without overflow, and so on with more arguments.
    ///
    /// >>> hypot(3, 4)
    /// ans = 5
    ///
    /// See also: norm
    fn hypot(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value, /** More of them. */ more: Rest) -> [z] { length(x, y, more) } scalar Scalar::Two(|x, y| arith(Arith::Hypot, x, y));

    /// The inverse hyperbolic sine.
    ///
    /// >>> asinh(0)
    /// ans = 0
    ///
    /// See also: sinh
    fn asinh(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Asinh, x) }

    /// The inverse hyperbolic cosine; complex below 1.
    ///
    /// >>> acosh(1)
    /// ans = 0
    ///
    /// See also: cosh
    fn acosh(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Acosh, x) }

    /// The inverse hyperbolic tangent; complex beyond 1.
    ///
    /// >>> atanh(0)
    /// ans = 0
    ///
    /// See also: tanh
    fn atanh(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Atanh, x) }

    /// The gamma function: (n-1)! of a whole number n.
    ///
    /// >>> gamma(5)
    /// ans = 24
    ///
    /// See also: lgamma, factorial
    fn gamma(cx, /** Real numbers. */ x: Value) -> [y] { of_real("gamma", special::gamma, x) } scalar Scalar::One(special::gamma);

    /// The logarithm of the absolute value of the gamma function.
    ///
    /// >>> lgamma(1)
    /// ans = 0
    ///
    /// See also: gamma, gammaln
    fn lgamma(cx, /** Real numbers. */ x: Value) -> [y] { of_real("lgamma", special::lgamma, x) } scalar Scalar::One(special::lgamma);

    /// The logarithm of the absolute value of the gamma function.
    ///
    /// >>> gammaln(1)
    /// ans = 0
    ///
    /// See also: gamma, lgamma
    fn gammaln(cx, /** Real numbers. */ x: Value) -> [y] { of_real("gammaln", special::lgamma, x) } scalar Scalar::One(special::lgamma);

    /// The error function.
    ///
    /// >>> erf(0)
    /// ans = 0
    ///
    /// See also: erfc
    fn erf(cx, /** Real numbers. */ x: Value) -> [y] { of_real("erf", special::erf, x) } scalar Scalar::One(special::erf);

    /// 1 - erf(x), exact where erf is close to 1.
    ///
    /// >>> erfc(0)
    /// ans = 1
    ///
    /// See also: erf
    fn erfc(cx, /** Real numbers. */ x: Value) -> [y] { of_real("erfc", special::erfc, x) } scalar Scalar::One(special::erfc);

    /// The real n-th root.
    ///
    /// >>> nthroot(-27, 3)
    /// ans = -3
    ///
    /// See also: cbrt, sqrt, power
    fn nthroot(cx, /** Real numbers. */ x: Value, /** The order, a whole number. */ n: Value) -> [y] { root(x, n) }

    /// The entries of `yes` where the mask is true, and those of `no` elsewhere.
    ///
    /// >>> merge([true false], [1 2], 9)
    /// ans = 1×2
    ///    1   9
    ///
    /// See also: ifelse, find
    fn merge(cx, /** Logicals. */ mask: Value, /** Values, or one for all. */ yes: Value, /** Values, or one for all. */ no: Value) -> [y] { merged(mask, yes, no) }

    /// The same as merge.
    ///
    /// >>> ifelse(1 > 2, 1, 2)
    /// ans = 2
    ///
    /// See also: merge
    fn ifelse(cx, /** Logicals. */ mask: Value, /** Values, or one for all. */ yes: Value, /** Values, or one for all. */ no: Value) -> [y] { merged(mask, yes, no) }

    /// The numbers limited to a range: below `low` becomes `low`, above `high` becomes `high`.
    ///
    /// >>> clip([0 3 9], 1, 5)
    /// ans = 1×3
    ///    1   3   5
    ///
    /// See also: min, max
    fn clip(cx, /** Numbers. */ x: Value, /** The smallest allowed. */ low: f64, /** The largest allowed. */ high: f64) -> [y] {
        limited(x, low, high)
    }
}

/// Complex numbers count by their modulus.
fn length(x: Value, y: Value, more: Rest) -> crate::value::Result<Value> {
    let of_two = |x: Value, y: Value| {
        let modulus = |v: Value| match v {
            Value::Complex(_) => map(Unary::Abs, v),
            other => Ok(other),
        };
        of_numbers("hypot", Arith::Hypot, modulus(x)?, modulus(y)?)
    };
    more.0.into_iter().try_fold(of_two(x, y)?, of_two)
}

/// The logarithm to base 2, or fraction and exponent of real numbers.
fn logarithm(x: Value, nargout: usize) -> crate::value::Result<Vec<Value>> {
    if nargout < 2 {
        return Ok(vec![map(Unary::Log2, x)?]);
    }
    refuse_text("log2", &x)?;
    let x = x.to_array()?;
    let fraction = x.data.map(|x| fraction_and_exponent(x).0);
    let exponent = x.data.map(|x| fraction_and_exponent(x).1);
    Ok(vec![fraction.into(), exponent.into()])
}

/// `x = f * 2^e` with 1/2 ≤ |f| < 1; zero, Inf and NaN are their own fractions.
fn fraction_and_exponent(x: f64) -> (f64, f64) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0.0);
    }
    // Numbers below the normal range are first lifted into it.
    let (normal, lift) = if x.is_normal() { (x, 0) } else { (x * 2f64.powi(54), 54) };
    let bits = normal.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1022;
    let fraction = f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52);
    (fraction, f64::from(exponent - lift))
}

fn of_numbers(function: &str, op: Arith, x: Value, y: Value) -> crate::value::Result<Value> {
    refuse_text(function, &x)?;
    refuse_text(function, &y)?;
    arithmetic(op, x, y)
}

/// The real root of odd order of negative numbers, and every root of others.
fn root(x: Value, n: Value) -> crate::value::Result<Value> {
    let order = match n.as_number() {
        Some(n) if n != 0.0 && (n.fract() == 0.0 || n.is_infinite()) => n,
        _ => {
            return Err(Fault::new(format!(
                "nthroot: the order is a whole number other than 0, and this is a {}",
                n.describe()
            ))
            .blame(Blame::Positional(1)));
        }
    };
    refuse_text("nthroot", &x)?;
    let x = x.to_array()?;
    let is_odd = order % 2.0 != 0.0;
    if let (false, Some(bad)) = (is_odd, x.data.as_slice().iter().find(|x| **x < 0.0)) {
        return Err(Fault::new(format!("nthroot: {bad} has no real root of even order {order}"))
            .hint("x .^ (1/n) is complex"));
    }
    let root = |x: f64| {
        let y = x.abs().powf(1.0 / order).copysign(if is_odd { x } else { 1.0 });
        // One step of Newton's method makes perfect powers exact.
        let power = y.powf(order);
        let corrected = y - (power - x) / (order * power / y);
        if y != 0.0 && corrected.is_finite() { corrected } else { y }
    };
    Ok(x.data.map(root).into())
}

/// A function that has real numbers only.
fn of_real(function: &str, f: fn(f64) -> f64, x: Value) -> crate::value::Result<Value> {
    refuse_text(function, &x)?;
    Ok(match x.into_numeric()? {
        Numeric::Scalar(x) => f(x).into(),
        Numeric::Real(a) => a.data.map(f).into(),
        Numeric::Complex(_) => {
            return Err(Fault::unsupported(&format!("{function} of complex numbers")));
        }
    })
}

/// Which entries stand: `mask` decides entry by entry, or for all.
fn merged(mask: Value, yes: Value, no: Value) -> crate::value::Result<Value> {
    if !mask.is_array() || mask.as_text().is_some() {
        return Err(Fault::new(format!(
            "merge: the mask is logical, and this is a {}",
            mask.describe()
        ))
        .blame(Blame::Positional(0)));
    }
    let mask = to_logical(mask)?;
    if let [mask] = mask.as_slice() {
        return Ok(if *mask { yes } else { no });
    }
    let shape = (mask.rows(), mask.cols());
    if yes.class() != no.class() {
        return Err(Fault::new(format!(
            "merge: the values of a mask of several are of one class, and these are {} and {}",
            yes.class(),
            no.class()
        )));
    }
    let fits = |v: &Value| v.numel() == 1 || v.shape() == shape;
    if !fits(&yes) || !fits(&no) {
        return Err(Fault::new(format!(
            "merge: the mask is {}×{}, and the values are {} and {}",
            shape.0,
            shape.1,
            yes.describe(),
            no.describe()
        ))
        .identified("Octave:nonconformant-args"));
    }
    let place = |v: &Value, k: usize| if v.numel() == 1 { 0 } else { k };
    // Side by side they have one class, and each entry is a position in either half.
    let (row_yes, row_no) = (as_row(&yes)?, as_row(&no)?);
    let both = horizontal(vec![row_yes, row_no])?;
    gather(&both, shape, |i, j| {
        let k = i + j * shape.0;
        Some(if mask.as_slice()[k] { place(&yes, k) } else { yes.numel() + place(&no, k) })
    })
}

fn limited(x: Value, low: f64, high: f64) -> crate::value::Result<Value> {
    if low > high || low.is_nan() || high.is_nan() {
        return Err(Fault::new(format!("clip: the range from {low} to {high} is empty")));
    }
    arithmetic(Arith::Min, arithmetic(Arith::Max, x, low.into())?, high.into())
}
