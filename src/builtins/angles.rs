//! Sines, cosines and tangents of angles that are not in radians: degrees, and multiples of pi.

use super::entry::builtins;
use super::special_functions::of_real;
use crate::value::{Fault, Result, Value};
use matfac::c64;
use matfac::linalg::complex_functions as functions;
use matfac::linalg::special::{degrees, gamma_function};

builtins! { "functions of each entry";
    /// The sine of an angle in degrees, exact at the multiples of 30 and 45 degrees where it is rational.
    ///
    /// >>> sind([30 90 180])
    /// ans = 1×3
    ///    0.5000   1.0000        0
    ///
    /// See also: cosd, tand, sin
    fn sind(cx, /** Numbers, real or complex. */ x: Value) -> [y] { of_degrees("sind", degrees::sin_degrees, functions::sin, x) }

    /// The cosine of an angle in degrees, exact at the multiples of 30 and 45 degrees where it is rational.
    ///
    /// >>> cosd([0 60 90])
    /// ans = 1×3
    ///    1.0000   0.5000        0
    ///
    /// See also: sind, tand, cos
    fn cosd(cx, /** Numbers, real or complex. */ x: Value) -> [y] { of_degrees("cosd", degrees::cos_degrees, functions::cos, x) }

    /// The tangent of an angle in degrees, exact at the multiples of 30 and 45 degrees where it is rational.
    ///
    /// >>> tand([0 45])
    /// ans = 1×2
    ///    0   1
    ///
    /// See also: sind, cosd, tan
    fn tand(cx, /** Numbers, real or complex. */ x: Value) -> [y] { of_degrees("tand", degrees::tan_degrees, functions::tan, x) }

    /// sin(pi x), exact where x is a multiple of one half.
    ///
    /// >>> sinpi([0.5 1])
    /// ans = 1×2
    ///    1   0
    ///
    /// See also: cospi, sin
    fn sinpi(cx, /** Real numbers. */ x: Value) -> [y] { of_real("sinpi", gamma_function::sin_pi, x) }

    /// cos(pi x), exact where x is a multiple of one half.
    ///
    /// >>> cospi([0.5 1])
    /// ans = 1×2
    ///    0  -1
    ///
    /// See also: sinpi, cos
    fn cospi(cx, /** Real numbers. */ x: Value) -> [y] { of_real("cospi", gamma_function::cos_pi, x) }
}

/// A function of real degrees, and one of complex radians for complex degrees.
fn of_degrees(
    function: &str,
    real: fn(f64) -> f64,
    radians: fn(c64) -> c64,
    x: Value,
) -> Result<Value> {
    if matches!(x, Value::Bool(_) | Value::Bools(_)) && function != "tand" {
        return Err(Fault::new(format!("{function} needs numbers, and this is logical")));
    }
    match x {
        Value::Complex(z) => Ok(z.map(|z| radians(z * (std::f64::consts::PI / 180.0))).into()),
        x => of_real(function, real, x),
    }
}
