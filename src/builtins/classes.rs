//! Classes of values: which class a value has, which entries are NaN, NA or infinite, and conversions.

use super::argument::Rest;
use super::entry::builtins;
use super::gather::refuse_text;
use crate::value::{
    Blame, Fault, Numeric, Result, Text, Value, horizontal, is_na, mapped, to_logical, vertical,
};
use matfac::BoolMatrix;
use std::sync::Arc;

builtins! { "classes";
    /// The name of a value's class: double, logical, char, table, ratings, function_handle, or a model's.
    ///
    /// >>> class(pi)
    /// ans = double
    ///
    /// See also: isa
    fn class(cx, /** Anything. */ x: Value) -> [s] { Ok(x.class()) }

    /// Whether a value is of a class, or of each class in a cell; "numeric" and "float" stand for double.
    ///
    /// >>> isa(pi, "numeric")
    /// ans = 1
    /// >>> isa(pi, {"float", "char"})
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: class
    fn isa(cx, /** Anything. */ x: Value, /** The class, or a cell of classes. */ class: Value) -> [b] { is_of(&x, &class) }

    /// Whether it is made of numbers (logicals and strings are not).
    ///
    /// >>> isnumeric("a")
    /// ans = 0
    ///
    /// See also: ischar, islogical
    fn isnumeric(cx, /** Anything. */ A: Value) -> [b] { Ok(A.class() == "double") }

    /// Whether it is made of floating-point numbers (logicals and strings are not).
    ///
    /// >>> isfloat(true)
    /// ans = 0
    ///
    /// See also: isnumeric
    fn isfloat(cx, /** Anything. */ A: Value) -> [b] { Ok(A.class() == "double") }

    /// Whether it is of an integer class: never, since all numbers are doubles.
    ///
    /// >>> isinteger(3)
    /// ans = 0
    ///
    /// See also: isfloat, isnumeric
    fn isinteger(cx, /** Anything. */ A: Value) -> [b] { Ok(false) }

    /// Whether it is an object of a class of one's own: never, since there are none.
    ///
    /// >>> isobject(3)
    /// ans = 0
    ///
    /// See also: isstruct, isjava
    fn isobject(cx, /** Anything. */ A: Value) -> [b] { Ok(false) }

    /// Whether it is an object of Java: never, since there are none.
    ///
    /// >>> isjava(3)
    /// ans = 0
    ///
    /// See also: isobject
    fn isjava(cx, /** Anything. */ A: Value) -> [b] { Ok(false) }

    /// Whether it is an array without imaginary parts.
    ///
    /// >>> isreal(1 + 2i)
    /// ans = 0
    ///
    /// See also: iscomplex
    fn isreal(cx, /** Anything. */ A: Value) -> [b] { Ok(A.is_array() && !A.is_complex()) }

    /// Whether it has imaginary parts.
    ///
    /// >>> iscomplex(1 + 2i)
    /// ans = 1
    ///
    /// See also: isreal
    fn iscomplex(cx, /** Anything. */ A: Value) -> [b] { Ok(A.is_complex()) }

    /// Whether it is made of true and false.
    ///
    /// >>> islogical(1 > 0)
    /// ans = 1
    ///
    /// See also: isnumeric
    fn islogical(cx, /** Anything. */ A: Value) -> [b] { Ok(A.class() == "logical") }

    /// Whether it is made of true and false; the same as islogical.
    ///
    /// >>> isbool(true)
    /// ans = 1
    ///
    /// See also: islogical
    fn isbool(cx, /** Anything. */ A: Value) -> [b] { Ok(A.class() == "logical") }

    /// Whether it is a string.
    ///
    /// >>> ischar("a")
    /// ans = 1
    ///
    /// See also: isnumeric
    fn ischar(cx, /** Anything. */ A: Value) -> [b] { Ok(A.class() == "char") }

    /// Whether it is a function.
    ///
    /// >>> is_function_handle(@sin)
    /// ans = 1
    ///
    /// See also: func2str
    fn is_function_handle(cx, /** Anything. */ A: Value) -> [b] { Ok(matches!(A, Value::Function(_))) }

    /// Which entries are NaN.
    ///
    /// >>> isnan([1 NaN])
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: isinf, isfinite
    fn isnan(cx, /** Numbers. */ A: Value) -> [b] { each(A, f64::is_nan) } scalar Scalar::Test(f64::is_nan);

    /// Which entries are NA, the mark of what is missing (a NaN of its own).
    ///
    /// >>> isna([NA NaN])
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: isnan, NA
    fn isna(cx, /** Numbers. */ A: Value) -> [b] { each(A, is_na) }

    /// Which entries are infinite.
    ///
    /// >>> isinf([1 -Inf])
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: isnan, isfinite
    fn isinf(cx, /** Numbers. */ A: Value) -> [b] { each(A, f64::is_infinite) } scalar Scalar::Test(f64::is_infinite);

    /// Which entries are neither NaN nor infinite.
    ///
    /// >>> isfinite([1 NaN Inf])
    /// ans = 1×3 logical
    ///   1  0  0
    ///
    /// See also: isnan, isinf
    fn isfinite(cx, /** Numbers. */ A: Value) -> [b] { each(A, f64::is_finite) } scalar Scalar::Test(f64::is_finite);

    /// Numbers from logicals, characters or ranges.
    ///
    /// >>> double("A")
    /// ans = 65
    ///
    /// See also: logical, char
    fn double(cx, /** An array. */ x: Value) -> [y] { as_double(x) }

    /// Logicals: true where an entry is not zero. NaN is refused.
    ///
    /// >>> logical([0 2])
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: double
    fn logical(cx, /** An array. */ x: Value) -> [b] { refuse_text("logical", &x)?; as_logical(x) }

    /// A string from character codes; several arguments must be one row.
    ///
    /// >>> char([109 102])
    /// ans = mf
    ///
    /// See also: double
    fn char(cx, /** Codes, or a string. */ x: Value, /** More rows, all empty. */ more: Rest) -> [s] { as_text(x, more.0) }
}

/// Whether a value is of a class, or of each of several.
fn is_of(x: &Value, class: &Value) -> Result<Value> {
    let own = x.class();
    let is = |class: &Value| match class.as_text() {
        Some(class) => {
            Ok(own == class || (own == "double" && matches!(class, "numeric" | "float")))
        }
        None => Err(Fault::new(format!(
            "isa: class needs a string or a cell of strings, and this is a {}",
            class.describe()
        ))
        .blame(Blame::Positional(1))),
    };
    let Value::Cell(classes) = class else { return Ok(is(class)?.into()) };
    let each = classes.as_slice().iter().map(is).collect::<Result<Vec<bool>>>()?;
    Ok(BoolMatrix::from_vec(classes.rows(), classes.cols(), each).into())
}

/// A string from codes.
pub(super) fn as_text(x: Value, more: Vec<Value>) -> Result<Value> {
    if !more.is_empty() {
        return Err(Fault::unsupported("a matrix of characters")
            .hint("a cell {'a'; 'bc'} holds strings of any length"));
    }
    if let Value::Text(_) = x {
        return Ok(x);
    }
    if let Value::Cell(cells) = &x {
        // Several strings would be rows of characters, which `vertical` refuses in its own words.
        let row = |part: &Value| match part.is_array() {
            true => horizontal(vec!["".into(), part.clone()]),
            false => Err(Fault::new(format!("char: a {} is no text", part.describe()))),
        };
        let rows = cells.as_slice().iter().map(row).collect::<Result<Vec<_>>>()?;
        return if rows.is_empty() { Ok("".into()) } else { vertical(rows) };
    }
    if x.is_array() && x.numel() == 0 {
        let (m, n) = x.shape();
        return Ok(Value::Text(Arc::new(Text::empty(m, n))));
    }
    horizontal(vec!["".into(), x])
}

fn each(a: Value, test: fn(f64) -> bool) -> Result<Value> {
    Ok(match a {
        Value::Bool(_) | Value::Bools(_) | Value::Text(_) => {
            let (m, n) = a.shape();
            BoolMatrix::filled(m, n, test(0.0))?.into()
        }
        a => match a.into_numeric()? {
            Numeric::Scalar(x) => test(x).into(),
            Numeric::Real(a) => a.data.map(test).into(),
            Numeric::Complex(z) => {
                // A complex number is NaN or infinite when a part is, and finite when both are.
                let all = test(0.0);
                z.map(|z| if all { test(z.re) && test(z.im) } else { test(z.re) || test(z.im) })
                    .into()
            }
        },
    })
}

/// As logicals; what is sparse stays so.
pub(super) fn as_logical(x: Value) -> Result<Value> {
    match x {
        Value::Sparse(s) => mapped(s, |entries| Ok(to_logical(entries)?.into())),
        full => Ok(to_logical(full)?.into()),
    }
}

fn as_double(x: Value) -> Result<Value> {
    if let Value::Sparse(s) = x {
        return Ok(Arc::unwrap_or_clone(s).into_numbers().into());
    }
    Ok(Value::from_numbers(x.into_numeric()?))
}
