//! Functions of each entry: powers, logarithms, angles, rounding, remainders, complex parts.

use super::entry::builtins;
use crate::value::{Fault, Numeric, Value, arithmetic, map};
use matfac::linalg::complex;
use matfac::linalg::elementwise::{Arith, Unary};

builtins! { "functions of each entry";
    /// The absolute value, or the modulus of a complex number.
    ///
    /// >>> abs(-2)
    /// ans = 2
    ///
    /// See also: sign
    fn abs(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Abs, x) } scalar f64::abs; elementwise Unary::Abs;

    /// The square root; complex for negative numbers.
    ///
    /// >>> sqrt(16)
    /// ans = 4
    ///
    /// See also: cbrt
    fn sqrt(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Sqrt, x) } scalar f64::sqrt; elementwise Unary::Sqrt;

    /// The real cube root.
    ///
    /// >>> cbrt(-27)
    /// ans = -3
    ///
    /// See also: sqrt
    fn cbrt(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Cbrt, x) } scalar f64::cbrt; elementwise Unary::Cbrt;

    /// e to the power of each entry.
    ///
    /// >>> exp(0)
    /// ans = 1
    ///
    /// See also: log, expm1
    fn exp(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Exp, x) } scalar f64::exp; elementwise Unary::Exp;

    /// exp(x) - 1, exact for small x.
    ///
    /// >>> expm1(0)
    /// ans = 0
    ///
    /// See also: exp, log1p
    fn expm1(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Expm1, x) } scalar f64::exp_m1; elementwise Unary::Expm1;

    /// The natural logarithm; complex for negative numbers.
    ///
    /// >>> log(e)
    /// ans = 1
    ///
    /// See also: exp, log2, log10
    fn log(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Log, x) } scalar f64::ln; elementwise Unary::Log;

    /// The logarithm to base 2.
    ///
    /// >>> log2(8)
    /// ans = 3
    ///
    /// See also: log
    fn log2(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Log2, x) } scalar f64::log2; elementwise Unary::Log2;

    /// The logarithm to base 10.
    ///
    /// >>> log10(1000)
    /// ans = 3
    ///
    /// See also: log
    fn log10(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Log10, x) } scalar f64::log10; elementwise Unary::Log10;

    /// log(1 + x), exact for small x.
    ///
    /// >>> log1p(0)
    /// ans = 0
    ///
    /// See also: log, expm1
    fn log1p(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Log1p, x) } scalar f64::ln_1p; elementwise Unary::Log1p;

    /// The sine of an angle in radians.
    ///
    /// >>> sin(0)
    /// ans = 0
    ///
    /// See also: cos, asin
    fn sin(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Sin, x) } scalar f64::sin; elementwise Unary::Sin;

    /// The cosine of an angle in radians.
    ///
    /// >>> cos(0)
    /// ans = 1
    ///
    /// See also: sin, acos
    fn cos(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Cos, x) } scalar f64::cos; elementwise Unary::Cos;

    /// The tangent of an angle in radians.
    ///
    /// >>> tan(0)
    /// ans = 0
    ///
    /// See also: atan
    fn tan(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Tan, x) } scalar f64::tan; elementwise Unary::Tan;

    /// The angle, in radians, whose sine this is.
    ///
    /// >>> asin(1)
    /// ans = 1.5708
    ///
    /// See also: sin
    fn asin(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Asin, x) } scalar f64::asin; elementwise Unary::Asin;

    /// The angle, in radians, whose cosine this is.
    ///
    /// >>> acos(1)
    /// ans = 0
    ///
    /// See also: cos
    fn acos(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Acos, x) } scalar f64::acos; elementwise Unary::Acos;

    /// The angle, in radians, whose tangent this is.
    ///
    /// >>> atan(1)
    /// ans = 0.7854
    ///
    /// See also: tan, atan2
    fn atan(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Atan, x) } scalar f64::atan; elementwise Unary::Atan;

    /// The hyperbolic sine.
    ///
    /// >>> sinh(0)
    /// ans = 0
    ///
    /// See also: cosh
    fn sinh(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Sinh, x) } scalar f64::sinh; elementwise Unary::Sinh;

    /// The hyperbolic cosine.
    ///
    /// >>> cosh(0)
    /// ans = 1
    ///
    /// See also: sinh
    fn cosh(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Cosh, x) } scalar f64::cosh; elementwise Unary::Cosh;

    /// The hyperbolic tangent.
    ///
    /// >>> tanh(0)
    /// ans = 0
    ///
    /// See also: sinh
    fn tanh(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Tanh, x) } scalar f64::tanh; elementwise Unary::Tanh;

    /// The next whole number below.
    ///
    /// >>> floor(-1.5)
    /// ans = -2
    ///
    /// See also: ceil, round, fix
    fn floor(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Floor, x) } scalar f64::floor; elementwise Unary::Floor;

    /// The next whole number above.
    ///
    /// >>> ceil(1.2)
    /// ans = 2
    ///
    /// See also: floor, round, fix
    fn ceil(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Ceil, x) } scalar f64::ceil; elementwise Unary::Ceil;

    /// The nearest whole number, halves away from zero.
    ///
    /// >>> round(2.5)
    /// ans = 3
    ///
    /// See also: floor, ceil, fix
    fn round(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Round, x) } scalar f64::round; elementwise Unary::Round;

    /// The whole part: towards zero.
    ///
    /// >>> fix(-1.5)
    /// ans = -1
    ///
    /// See also: floor, round
    fn fix(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Fix, x) } scalar f64::trunc; elementwise Unary::Fix;

    /// -1, 0 or 1 by the sign of each entry.
    ///
    /// >>> sign([-2 0 5])
    /// ans = 1×3
    ///   -1   0   1
    ///
    /// See also: abs
    fn sign(cx, /** Numbers. */ x: Value) -> [y] { map(Unary::Sign, x) } elementwise Unary::Sign;

    /// The remainder of x/y with the sign of x.
    ///
    /// >>> rem(-7, 3)
    /// ans = -1
    ///
    /// See also: mod
    fn rem(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { arithmetic(Arith::Rem, x, y) }

    /// The remainder of x/y with the sign of y; mod(x, 0) is x.
    ///
    /// >>> mod(-7, 3)
    /// ans = 2
    ///
    /// See also: rem
    fn r#mod(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { arithmetic(Arith::Mod, x, y) }

    /// The angle of the point (x, y), in radians.
    ///
    /// >>> atan2(1, 0)
    /// ans = 1.5708
    ///
    /// See also: atan
    fn atan2(cx, /** Numbers. */ y: Value, /** Numbers. */ x: Value) -> [z] { arithmetic(Arith::Atan2, y, x) }

    /// sqrt(x^2 + y^2), without overflow.
    ///
    /// >>> hypot(3, 4)
    /// ans = 5
    ///
    /// See also: norm
    fn hypot(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { arithmetic(Arith::Hypot, x, y) }

    /// x .^ y.
    ///
    /// >>> power(2, [1 2 3])
    /// ans = 1×3
    ///    2   4   8
    ///
    /// See also: times
    fn power(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { arithmetic(Arith::Pow, x, y) }

    /// x .* y.
    ///
    /// >>> times([1 2], [3 4])
    /// ans = 1×2
    ///    3   8
    ///
    /// See also: power
    fn times(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { arithmetic(Arith::Mul, x, y) }

    /// x + y.
    ///
    /// >>> plus(1, 2)
    /// ans = 3
    ///
    /// See also: minus
    fn plus(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { arithmetic(Arith::Add, x, y) }

    /// x - y.
    ///
    /// >>> minus(1, 2)
    /// ans = -1
    ///
    /// See also: plus
    fn minus(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { arithmetic(Arith::Sub, x, y) }

    /// x ./ y.
    ///
    /// >>> rdivide(1, 2)
    /// ans = 0.5000
    ///
    /// See also: times
    fn rdivide(cx, /** Numbers. */ x: Value, /** Numbers. */ y: Value) -> [z] { arithmetic(Arith::Div, x, y) }

    /// The real part.
    ///
    /// >>> real(3 + 4i)
    /// ans = 3
    ///
    /// See also: imag, conj, abs
    fn real(cx, /** Numbers. */ z: Value) -> [x] { part(z, complex::real, |x| x) }

    /// The imaginary part.
    ///
    /// >>> imag(3 + 4i)
    /// ans = 4
    ///
    /// See also: real, conj, abs
    fn imag(cx, /** Numbers. */ z: Value) -> [x] { part(z, complex::imag, |_| 0.0) }

    /// The angle of a complex number, in radians.
    ///
    /// >>> arg(1i)
    /// ans = 1.5708
    ///
    /// See also: abs, real, imag
    fn arg(cx, /** Numbers. */ z: Value) -> [x] {
        part(z, complex::arg, |x| if x < 0.0 { std::f64::consts::PI } else { 0.0 })
    }

    /// The complex conjugate.
    ///
    /// >>> conj(3 + 4i)
    /// ans = 3 - 4i
    ///
    /// See also: real, imag
    fn conj(cx, /** Numbers. */ z: Value) -> [w] { conjugate(z) }

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

fn part(
    z: Value,
    of_complex: fn(&matfac::ComplexMatrix) -> matfac::Matrix,
    of_real: fn(f64) -> f64,
) -> crate::value::Result<Value> {
    Ok(match z.into_numeric()? {
        Numeric::Scalar(x) => of_real(x).into(),
        Numeric::Real(a) => a.data.map(of_real).into(),
        Numeric::Complex(z) => of_complex(&z).into(),
    })
}

fn conjugate(z: Value) -> crate::value::Result<Value> {
    Ok(match z.into_numeric()? {
        Numeric::Scalar(x) => x.into(),
        Numeric::Real(a) => Value::Matrix(a),
        Numeric::Complex(z) => complex::conj(&z).into(),
    })
}

fn limited(x: Value, low: f64, high: f64) -> crate::value::Result<Value> {
    if low > high || low.is_nan() || high.is_nan() {
        return Err(Fault::new(format!("clip: the range from {low} to {high} is empty")));
    }
    arithmetic(Arith::Min, arithmetic(Arith::Max, x, low.into())?, high.into())
}
