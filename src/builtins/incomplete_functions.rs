//! The incomplete gamma and beta functions and their inverses, of arrays of one size.

use super::argument::options;
use super::entry::builtins;
use super::special_functions::Aligned;
use crate::value::{Result, Value};
use matfac::Matrix;
use matfac::linalg::complex::is_real;
use matfac::linalg::special::incomplete_beta::incomplete_beta;
use matfac::linalg::special::incomplete_gamma::{
    Part, incomplete_gamma, incomplete_gamma_negative,
};
use matfac::linalg::special::inverse::{incomplete_beta_inverse, incomplete_gamma_inverse};
use matfac::{c64, linalg};

builtins! { "special functions";
    /// The regularised incomplete gamma function: the integral of t^(a-1) exp(-t) from 0 to x, over gamma(a).
    ///
    /// "upper" is the integral from x on; "scaledlower" and "scaledupper" are divided by x^a exp(-x) / gamma(a + 1),
    /// so that they neither vanish nor overflow.
    ///
    /// >>> gammainc(1, 2)
    /// ans = 0.2642
    /// >>> gammainc(100, 2, "upper")
    /// ans = 3.7573e-42
    ///
    /// See also: gamma, gammaincinv, expint, betainc
    fn gammainc(cx, /** Real numbers. */ x: Value, /** Real numbers, 0 or more; of the size of `x`, or one for all. */ a: Value, /** Which part. */ tail: GammaPart = "lower") -> [y] { gamma_part(x, a, tail) }

    /// The x at which the regularised incomplete gamma function is y.
    ///
    /// >>> gammaincinv(0.5, 2)
    /// ans = 1.6783
    ///
    /// See also: gammainc
    fn gammaincinv(cx, /** Real numbers from 0 to 1. */ y: Value, /** Real numbers above 0; of the size of `y`, or one for all. */ a: Value, /** Which part. */ tail: Tail = "lower") -> [x] { gamma_inverse(y, a, tail) }

    /// The regularised incomplete beta function: the integral of t^(a-1) (1-t)^(b-1) from 0 to x, over beta(a, b).
    ///
    /// "upper" is the integral from x to 1.
    ///
    /// >>> betainc(0.5, 1, 2)
    /// ans = 0.7500
    ///
    /// See also: beta, betaincinv, gammainc
    fn betainc(cx, /** Real numbers from 0 to 1. */ x: Value, /** Real numbers above 0. */ a: Value, /** Real numbers above 0. */ b: Value, /** Which part. */ tail: Tail = "lower") -> [y] { beta_part(x, a, b, tail) }

    /// The x at which the regularised incomplete beta function is y.
    ///
    /// >>> betaincinv(0.75, 1, 2)
    /// ans = 0.5000
    ///
    /// See also: betainc
    fn betaincinv(cx, /** Real numbers from 0 to 1. */ y: Value, /** Real numbers above 0. */ a: Value, /** Real numbers above 0. */ b: Value, /** Which part. */ tail: Tail = "lower") -> [x] { beta_inverse(y, a, b, tail) }
}

options! {
    /// Which part of the integral.
    Tail { Lower = "lower", Upper = "upper" }
}

options! {
    /// Which part of the incomplete gamma function, and whether scaled.
    GammaPart {
        Lower = "lower",
        Upper = "upper",
        ScaledLower = "scaledlower",
        ScaledUpper = "scaledupper",
    }
}

impl From<GammaPart> for Part {
    fn from(part: GammaPart) -> Part {
        match part {
            GammaPart::Lower => Part::Lower,
            GammaPart::Upper => Part::Upper,
            GammaPart::ScaledLower => Part::ScaledLower,
            GammaPart::ScaledUpper => Part::ScaledUpper,
        }
    }
}

fn is_positive(x: f64) -> bool {
    x > 0.0
}

fn is_share(x: f64) -> bool {
    (0.0..=1.0).contains(&x)
}

const SHARE: &str = "from 0 to 1";
const POSITIVE: &str = "above 0";

fn gamma_part(x: Value, a: Value, tail: GammaPart) -> Result<Value> {
    let is_negative = |value: &Value| -> Result<bool> {
        Ok(!matches!(value, Value::Complex(_) | Value::Text(_))
            && value.to_array()?.data.as_slice().iter().any(|&x| x < 0.0))
    };
    let leaves_reals = is_negative(&x)?;
    let both = Aligned::new("gammainc", [x, a])?;
    both.require("gammainc", 1, "a", |a| a >= 0.0, "0 or more")?;
    let part = tail.into();
    if !leaves_reals {
        return Ok(both.map(|[x, a]| incomplete_gamma(x, a, part)).into());
    }
    let values = both.map_complex(|[x, a]| {
        if x < 0.0 {
            incomplete_gamma_negative(x, a, part)
        } else {
            c64::new(incomplete_gamma(x, a, part), 0.0)
        }
    });
    Ok(if is_real(&values) { linalg::complex::real(&values).into() } else { values.into() })
}

fn gamma_inverse(y: Value, a: Value, tail: Tail) -> Result<Matrix> {
    let both = Aligned::new("gammaincinv", [y, a])?;
    both.require("gammaincinv", 0, "y", is_share, SHARE)?;
    both.require("gammaincinv", 1, "a", is_positive, POSITIVE)?;
    Ok(both.map(|[y, a]| match tail {
        Tail::Lower => incomplete_gamma_inverse(y, 1.0 - y, a),
        Tail::Upper => incomplete_gamma_inverse(1.0 - y, y, a),
    }))
}

fn beta_part(x: Value, a: Value, b: Value, tail: Tail) -> Result<Matrix> {
    let all = Aligned::new("betainc", [x, a, b])?;
    all.require("betainc", 0, "x", is_share, SHARE)?;
    all.require("betainc", 1, "a", is_positive, POSITIVE)?;
    all.require("betainc", 2, "b", is_positive, POSITIVE)?;
    Ok(all.map(|[x, a, b]| {
        let (lower, upper) = incomplete_beta(x, a, b);
        if tail == Tail::Lower { lower } else { upper }
    }))
}

fn beta_inverse(y: Value, a: Value, b: Value, tail: Tail) -> Result<Matrix> {
    let all = Aligned::new("betaincinv", [y, a, b])?;
    all.require("betaincinv", 0, "y", is_share, SHARE)?;
    all.require("betaincinv", 1, "a", is_positive, POSITIVE)?;
    all.require("betaincinv", 2, "b", is_positive, POSITIVE)?;
    Ok(all.map(|[y, a, b]| match tail {
        Tail::Lower => incomplete_beta_inverse(y, 1.0 - y, a, b),
        Tail::Upper => incomplete_beta_inverse(1.0 - y, y, a, b),
    }))
}
