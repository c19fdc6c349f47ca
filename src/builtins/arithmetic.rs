//! Functions of each entry: powers, logarithms, angles, rounding, remainders, complex parts.

use super::argument::Rest;
use super::entry::builtins;
use super::gather::{gather, refuse_text};
use super::rearranging::as_row;
use crate::value::{Blame, Fault, Value, arithmetic, horizontal, map, to_logical};
use matfac::linalg::elementwise::{Arith, Unary, arith, unary};

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
    fn sqrt(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("sqrt", Unary::Sqrt, x) } scalar Scalar::One(f64::sqrt); elementwise Unary::Sqrt;

    /// The real cube root.
    ///
    /// >>> cbrt(-27)
    /// ans = -3
    ///
    /// See also: sqrt
    fn cbrt(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("cbrt", Unary::Cbrt, x) } scalar Scalar::One(f64::cbrt); elementwise Unary::Cbrt;

    /// e to the power of each entry.
    ///
    /// >>> exp(0)
    /// ans = 1
    ///
    /// See also: log, expm1
    fn exp(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("exp", Unary::Exp, x) } scalar Scalar::One(f64::exp); elementwise Unary::Exp;

    /// exp(x) - 1, exact for small x.
    ///
    /// >>> expm1(0)
    /// ans = 0
    ///
    /// See also: exp, log1p
    fn expm1(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("expm1", Unary::Expm1, x) } scalar Scalar::One(f64::exp_m1); elementwise Unary::Expm1;

    /// The natural logarithm; complex for negative numbers.
    ///
    /// >>> log(e)
    /// ans = 1
    ///
    /// See also: exp, log2, log10
    fn log(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("log", Unary::Log, x) } scalar Scalar::One(f64::ln); elementwise Unary::Log;

    /// The logarithm to base 2; with two outputs, `x = f .* 2 .^ e` with f from 1/2 to 1.
    ///
    /// >>> log2(8)
    /// ans = 3
    /// >>> [f, e] = log2(12)
    /// f = 0.7500
    /// e = 4
    ///
    /// See also: log, pow2
    fn log2(cx, /** Numbers. */ x: Value) -> [f, e] { if cx.nargout < 2 { Ok(vec![of_numbers_alone("log2", Unary::Log2, x)?]) } else { mantissas(x) } } scalar Scalar::One(f64::log2); elementwise Unary::Log2;

    /// The logarithm to base 10.
    ///
    /// >>> log10(1000)
    /// ans = 3
    ///
    /// See also: log
    fn log10(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("log10", Unary::Log10, x) } scalar Scalar::One(f64::log10); elementwise Unary::Log10;

    /// log(1 + x), exact for small x.
    ///
    /// >>> log1p(0)
    /// ans = 0
    ///
    /// See also: log, expm1
    fn log1p(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("log1p", Unary::Log1p, x) } scalar Scalar::One(f64::ln_1p); elementwise Unary::Log1p;

    /// The sine of an angle in radians.
    ///
    /// >>> sin(0)
    /// ans = 0
    ///
    /// See also: cos, asin
    fn sin(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("sin", Unary::Sin, x) } scalar Scalar::One(f64::sin); elementwise Unary::Sin;

    /// The cosine of an angle in radians.
    ///
    /// >>> cos(0)
    /// ans = 1
    ///
    /// See also: sin, acos
    fn cos(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("cos", Unary::Cos, x) } scalar Scalar::One(f64::cos); elementwise Unary::Cos;

    /// The tangent of an angle in radians.
    ///
    /// >>> tan(0)
    /// ans = 0
    ///
    /// See also: atan
    fn tan(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("tan", Unary::Tan, x) } scalar Scalar::One(f64::tan); elementwise Unary::Tan;

    /// The angle, in radians, whose sine this is.
    ///
    /// >>> asin(1)
    /// ans = 1.5708
    ///
    /// See also: sin
    fn asin(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("asin", Unary::Asin, x) } scalar Scalar::One(f64::asin); elementwise Unary::Asin;

    /// The angle, in radians, whose cosine this is.
    ///
    /// >>> acos(1)
    /// ans = 0
    ///
    /// See also: cos
    fn acos(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("acos", Unary::Acos, x) } scalar Scalar::One(f64::acos); elementwise Unary::Acos;

    /// The angle, in radians, whose tangent this is.
    ///
    /// >>> atan(1)
    /// ans = 0.7854
    ///
    /// See also: tan, atan2
    fn atan(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("atan", Unary::Atan, x) } scalar Scalar::One(f64::atan); elementwise Unary::Atan;

    /// The hyperbolic sine.
    ///
    /// >>> sinh(0)
    /// ans = 0
    ///
    /// See also: cosh
    fn sinh(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("sinh", Unary::Sinh, x) } scalar Scalar::One(f64::sinh); elementwise Unary::Sinh;

    /// The hyperbolic cosine.
    ///
    /// >>> cosh(0)
    /// ans = 1
    ///
    /// See also: sinh
    fn cosh(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("cosh", Unary::Cosh, x) } scalar Scalar::One(f64::cosh); elementwise Unary::Cosh;

    /// The hyperbolic tangent.
    ///
    /// >>> tanh(0)
    /// ans = 0
    ///
    /// See also: sinh
    fn tanh(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("tanh", Unary::Tanh, x) } scalar Scalar::One(f64::tanh); elementwise Unary::Tanh;

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
    fn sign(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("sign", Unary::Sign, x) } scalar Scalar::One(|x| unary(Unary::Sign, x)); elementwise Unary::Sign;

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
    fn hypot(cx, /** Numbers, real or complex. */ x: Value, /** Numbers. */ y: Value, /** More of them. */ more: Rest) -> [z] { hypotenuse(x, y, more) } scalar Scalar::Two(|x, y| arith(Arith::Hypot, x, y));

    /// The inverse hyperbolic sine.
    ///
    /// >>> asinh(0)
    /// ans = 0
    ///
    /// See also: sinh
    fn asinh(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("asinh", Unary::Asinh, x) }

    /// The inverse hyperbolic cosine; complex below 1.
    ///
    /// >>> acosh(1)
    /// ans = 0
    ///
    /// See also: cosh
    fn acosh(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("acosh", Unary::Acosh, x) }

    /// The inverse hyperbolic tangent; complex beyond 1.
    ///
    /// >>> atanh(0)
    /// ans = 0
    ///
    /// See also: tanh
    fn atanh(cx, /** Numbers. */ x: Value) -> [y] { of_numbers_alone("atanh", Unary::Atanh, x) }

    /// Which numbers have the sign bit: negative ones, and -0.
    ///
    /// >>> signbit([-2 0 -0])
    /// ans = 1×3 logical
    ///   1  0  1
    ///
    /// See also: sign
    fn signbit(cx, /** Real numbers. */ x: Value) -> [b] { sign_bits(x) }

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

fn of_numbers(function: &str, op: Arith, x: Value, y: Value) -> crate::value::Result<Value> {
    refuse_text(function, &x)?;
    refuse_text(function, &y)?;
    arithmetic(op, x, y)
}

/// √(x² + y² + …); of complex numbers the moduli count.
fn hypotenuse(x: Value, y: Value, more: Rest) -> crate::value::Result<Value> {
    let modulus = |x: Value| if x.is_complex() { map(Unary::Abs, x) } else { Ok(x) };
    let mut sofar = of_numbers("hypot", Arith::Hypot, modulus(x)?, modulus(y)?)?;
    for next in more.0 {
        sofar = of_numbers("hypot", Arith::Hypot, sofar, modulus(next)?)?;
    }
    Ok(sofar)
}

/// Numbers from 1/2 to 1 and the powers of 2 that they are multiplied by.
fn mantissas(x: Value) -> crate::value::Result<Vec<Value>> {
    refuse_text("log2", &x)?;
    let x = x.to_array()?;
    Ok(vec![x.data.map(|x| split(x).0).into(), x.data.map(|x| split(x).1).into()])
}

/// The mantissa from 1/2 to 1 and the exponent; of 0, NaN and infinite numbers the number itself and 0.
fn split(x: f64) -> (f64, f64) {
    /// Makes every subnormal number a normal one.
    const LIFT: f64 = 18_014_398_509_481_984.0;
    if x == 0.0 || !x.is_finite() {
        return (x, 0.0);
    }
    let (normal, below) = if x.is_subnormal() { (x * LIFT, 54.0) } else { (x, 0.0) };
    let exponent = ((normal.to_bits() >> 52) & 0x7FF) as f64 - 1022.0;
    let mantissa = f64::from_bits(normal.to_bits() & !(0x7FF << 52) | 1022 << 52);
    (mantissa, exponent - below)
}

fn sign_bits(x: Value) -> crate::value::Result<Value> {
    refuse_text("signbit", &x)?;
    Ok(x.to_array()?.data.map(|x: f64| x.is_sign_negative()).into())
}

/// A function of one argument that, unlike rounding and the modulus, has no value of a string.
fn of_numbers_alone(function: &str, fun: Unary, x: Value) -> crate::value::Result<Value> {
    refuse_text(function, &x)?;
    if fun == Unary::Cbrt && x.is_complex() {
        return Err(Fault::new("cbrt needs real numbers, and these are complex")
            .hint("z .^ (1/3) is the principal root"));
    }
    map(fun, x)
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

/// Which entries stand: `mask` decides entry by entry, or for all.
fn merged(mask: Value, yes: Value, no: Value) -> crate::value::Result<Value> {
    if !mask.is_array() || mask.as_text().is_some() {
        return Err(Fault::new(format!(
            "merge: the mask is logical or numeric, and this is a {}",
            mask.describe()
        ))
        .blame(Blame::Positional(0)));
    }
    let goes_by_entries = matches!(mask, Value::Sparse(_));
    let mask = to_logical(mask)?;
    if let [mask] = mask.as_slice() {
        return match if *mask { yes } else { no } {
            Value::Sparse(s) if goes_by_entries => s.to_full(),
            chosen => Ok(chosen),
        };
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
