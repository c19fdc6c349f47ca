//! Whole numbers as bits: doubles, which hold 53 of them.

use super::entry::builtins;
use super::gather::refuse_text;
use super::number_theory::{each, require_one_size, require_whole};
use crate::value::{Fault, Result, Value};

builtins! { "whole numbers";
    /// The bits that both numbers have.
    ///
    /// >>> bitand(12, 10)
    /// ans = 8
    ///
    /// See also: bitor, bitxor, bitshift
    fn bitand(cx, /** Whole numbers, 0 or more. */ x: Value, /** Whole numbers, 0 or more. */ y: Value) -> [z] { bits("bitand", x, y, |x, y| x & y) }

    /// The bits that either number has.
    ///
    /// >>> bitor(12, 10)
    /// ans = 14
    ///
    /// See also: bitand, bitxor
    fn bitor(cx, /** Whole numbers, 0 or more. */ x: Value, /** Whole numbers, 0 or more. */ y: Value) -> [z] { bits("bitor", x, y, |x, y| x | y) }

    /// The bits that exactly one number has.
    ///
    /// >>> bitxor(12, 10)
    /// ans = 6
    ///
    /// See also: bitand, bitor
    fn bitxor(cx, /** Whole numbers, 0 or more. */ x: Value, /** Whole numbers, 0 or more. */ y: Value) -> [z] { bits("bitxor", x, y, |x, y| x ^ y) }

    /// The bits moved up by `n` places, or down when it is negative; bits above the 53rd are lost.
    ///
    /// `bitshift(x, n, width)` keeps the lowest `width` bits.
    ///
    /// >>> bitshift(1, [0 1 2])
    /// ans = 1×3
    ///    1   2   4
    ///
    /// See also: bitand, bitget
    fn bitshift(cx, /** Whole numbers. */ x: Value, /** How far. */ n: Value, /** How many bits are kept, at most 53. */ width: usize = 53) -> [z] { shifted(x, n, width) }
}

fn bits(function: &'static str, x: Value, y: Value, f: fn(u64, u64) -> u64) -> Result<Value> {
    let is_logical = |v: &Value| matches!(v, Value::Bool(_) | Value::Bools(_));
    let logical = is_logical(&x) && is_logical(&y);
    for operand in [&x, &y] {
        refuse_text(function, operand)?;
    }
    require_one_size(function, &x, &y)?;
    // A fraction and a sign have no bits: what is left of the number counts, as in Octave.
    let result = each(function, &x, &y, |x, y| f(x as u64, y as u64) as f64)?;
    if logical { Ok(crate::value::to_logical(result)?.into()) } else { Ok(result) }
}

fn shifted(x: Value, n: Value, width: usize) -> Result<Value> {
    const ALL: u64 = (1 << 53) - 1;
    if matches!(x, Value::Text(_) | Value::Bool(_) | Value::Bools(_)) {
        return Err(Fault::new(format!("bitshift needs numbers, and this is {}", x.describe())));
    }
    require_whole("bitshift", &n, f64::NEG_INFINITY)?;
    if n.numel() == 0 {
        return Err(Fault::new("bitshift: how far to shift is missing"));
    }
    require_one_size("bitshift", &x, &n)?;
    let mask = if width < 53 { (1 << width) - 1 } else { ALL };
    each("bitshift", &x, &n, |x, n| {
        let bits = x.abs() as u64;
        let places = n.abs().min(63.0) as u32;
        let moved = if n >= 0.0 { bits << places } else { bits >> places };
        // A sign stays where it is.
        (moved & mask) as f64 * if x < 0.0 { -1.0 } else { 1.0 } + 0.0
    })
}
