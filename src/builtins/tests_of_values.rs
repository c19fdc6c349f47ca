//! Questions about values: sizes, classes, which entries are what; and conversions between classes.

use super::argument::Rest;
use super::entry::builtins;
use super::nested_equality::equal_parts;
use super::text_sets;
use crate::value::{Array, Cells, Fault, Numeric, Result, Value, to_logical};
use matfac::{BoolMatrix, Matrix};
use std::sync::Arc;

builtins! { "questions about values";
    /// The number of rows and columns; `size(A, 1)` is one of them, `[m, n] = size(A)` both apart.
    ///
    /// >>> size(zeros(2, 3))
    /// ans = 1×2
    ///    2   3
    /// >>> [m, n] = size(zeros(2, 3))
    /// m = 2
    /// n = 3
    ///
    /// See also: numel, rows, columns, length
    fn size(cx, /** Anything. */ A: Value) -> [m, n] { sizes(&A, cx.nargout) }
    or (cx, A: Value, /** 1 for rows, 2 for columns. */ dim: f64) -> [n] { size_along(&A, dim) }

    /// The number of entries.
    ///
    /// >>> numel(zeros(2, 3))
    /// ans = 6
    ///
    /// See also: size, length
    fn numel(cx, /** Anything. */ A: Value) -> [n] { Ok(A.numel()) }

    /// The longer side; 0 when there are no entries.
    ///
    /// >>> length([1 2 3])
    /// ans = 3
    ///
    /// See also: size, numel
    fn length(cx, /** Anything. */ A: Value) -> [n] {
        let (m, n) = A.shape();
        Ok(if m * n == 0 { 0 } else { m.max(n) })
    }

    /// The number of dimensions: always 2.
    ///
    /// >>> ndims(5)
    /// ans = 2
    ///
    /// See also: size
    fn ndims(cx, /** Anything. */ A: Value) -> [n] { Ok(2usize) }

    /// The number of rows.
    ///
    /// >>> rows([1 2; 3 4; 5 6])
    /// ans = 3
    ///
    /// See also: columns, size
    fn rows(cx, /** Anything. */ A: Value) -> [m] { Ok(A.shape().0) }

    /// The number of columns.
    ///
    /// >>> columns([1 2; 3 4; 5 6])
    /// ans = 2
    ///
    /// See also: rows, size
    fn columns(cx, /** Anything. */ A: Value) -> [n] { Ok(A.shape().1) }

    /// Whether there are no entries.
    ///
    /// >>> isempty([])
    /// ans = 1
    ///
    /// See also: numel
    fn isempty(cx, /** Anything. */ A: Value) -> [b] { Ok(A.numel() == 0) }

    /// Whether it is 1×1.
    ///
    /// >>> isscalar(5)
    /// ans = 1
    ///
    /// See also: isvector
    fn isscalar(cx, /** Anything. */ A: Value) -> [b] { Ok(A.shape() == (1, 1)) }

    /// Whether one side is 1.
    ///
    /// >>> isvector([1 2 3])
    /// ans = 1
    ///
    /// See also: isrow, iscolumn
    fn isvector(cx, /** Anything. */ A: Value) -> [b] {
        let (m, n) = A.shape();
        Ok(m == 1 || n == 1)
    }

    /// Whether it has one row.
    ///
    /// >>> isrow([1 2 3])
    /// ans = 1
    ///
    /// See also: iscolumn
    fn isrow(cx, /** Anything. */ A: Value) -> [b] { Ok(A.shape().0 == 1) }

    /// Whether it has one column.
    ///
    /// >>> iscolumn([1 2 3])
    /// ans = 0
    ///
    /// See also: isrow
    fn iscolumn(cx, /** Anything. */ A: Value) -> [b] { Ok(A.shape().1 == 1) }

    /// Whether it has as many rows as columns.
    ///
    /// >>> issquare(eye(3))
    /// ans = 1
    ///
    /// See also: size
    fn issquare(cx, /** Anything. */ A: Value) -> [b] { Ok(A.shape().0 == A.shape().1) }

    /// Whether it is made of numbers (logicals and strings are not).
    ///
    /// >>> isnumeric("a")
    /// ans = 0
    ///
    /// See also: ischar, islogical
    fn isnumeric(cx, /** Anything. */ A: Value) -> [b] { Ok(A.class() == "double") }

    /// Whether it is an array without imaginary parts.
    ///
    /// >>> isreal(1 + 2i)
    /// ans = 0
    ///
    /// See also: iscomplex
    fn isreal(cx, /** Anything. */ A: Value) -> [b] { Ok(A.is_array() && !matches!(A, Value::Complex(_))) }

    /// Whether it has imaginary parts.
    ///
    /// >>> iscomplex(1 + 2i)
    /// ans = 1
    ///
    /// See also: isreal
    fn iscomplex(cx, /** Anything. */ A: Value) -> [b] { Ok(matches!(A, Value::Complex(_))) }

    /// Whether it is made of true and false.
    ///
    /// >>> islogical(1 > 0)
    /// ans = 1
    ///
    /// See also: isnumeric
    fn islogical(cx, /** Anything. */ A: Value) -> [b] { Ok(A.class() == "logical") }

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
    fn isnan(cx, /** Numbers. */ A: Value) -> [b] { each(A, f64::is_nan) }

    /// Which entries are infinite.
    ///
    /// >>> isinf([1 -Inf])
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: isnan, isfinite
    fn isinf(cx, /** Numbers. */ A: Value) -> [b] { each(A, f64::is_infinite) }

    /// Which entries are neither NaN nor infinite.
    ///
    /// >>> isfinite([1 NaN Inf])
    /// ans = 1×3 logical
    ///   1  0  0
    ///
    /// See also: isnan, isinf
    fn isfinite(cx, /** Numbers. */ A: Value) -> [b] { each(A, f64::is_finite) }

    /// Whether all arguments have the same size and the same entries.
    ///
    /// >>> isequal([1 2], [1 2])
    /// ans = 1
    ///
    /// See also: strcmp
    fn isequal(cx, /** Anything. */ a: Value, /** Anything. */ b: Value, /** More of them. */ more: Rest) -> [t] { all_equal(&a, &b, &more.0) }

    /// The name of a value's class: double, logical, char, table, ratings, function_handle, or a model's.
    ///
    /// >>> class(pi)
    /// ans = double
    ///
    /// See also: isa
    fn class(cx, /** Anything. */ x: Value) -> [s] { Ok(x.class()) }

    /// Whether a value is of a class; "numeric" and "float" stand for double.
    ///
    /// >>> isa(pi, "numeric")
    /// ans = 1
    ///
    /// See also: class
    fn isa(cx, /** Anything. */ x: Value, /** The class. */ class: String) -> [b] {
        Ok(x.class() == class || (x.class() == "double" && matches!(class.as_str(), "numeric" | "float")))
    }

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
    fn logical(cx, /** An array. */ x: Value) -> [b] { to_logical(x) }

    /// A string from character codes.
    ///
    /// >>> char([109 102])
    /// ans = mf
    ///
    /// See also: double
    fn char(cx, /** Codes, a string, or a cell of one string. */ x: Value) -> [s] { as_text(x) }

    /// The opposite of each entry: true where it is zero.
    ///
    /// >>> not([0 2])
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: any, all
    fn not(cx, /** An array. */ x: Value) -> [b] { crate::value::unary(crate::syntax::UnaryOp::Not, x) }

    /// Whether exactly one of two is true, entry by entry.
    ///
    /// >>> xor(true, false)
    /// ans = 1
    ///
    /// See also: not
    fn xor(cx, /** An array. */ a: Value, /** An array. */ b: Value) -> [t] {
        Ok(matfac::linalg::elementwise::logic(matfac::linalg::elementwise::Logic::Xor, &to_logical(a)?, &to_logical(b)?)?)
    }

    /// The transpose without conjugation, as `A.'`.
    ///
    /// >>> transpose([1 2])
    /// ans = 2×1
    ///    1
    ///    2
    ///
    /// See also: reshape
    fn transpose(cx, /** A matrix. */ A: Value) -> [B] { crate::value::unary(crate::syntax::UnaryOp::Transpose, A) }

    /// Which entries of `x` occur in `set`.
    ///
    /// >>> ismember([1 5], [1 2 3])
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: unique, find
    fn ismember(cx, /** Numbers, or strings. */ x: Arc<Array>, /** Numbers, or a cell of strings. */ set: Arc<Array>) -> [b] { members(&x.data, &set.data) }
    or (cx, x: Arc<Cells>, set: Value) -> [b, i] { text_sets::members(&Value::Cell(x), &set) }
    or (cx, x: String, set: Arc<Cells>) -> [b, i] { text_sets::members(&x.into(), &Value::Cell(set)) }
}

fn sizes(a: &Value, nargout: usize) -> Result<Vec<Value>> {
    let (m, n) = a.shape();
    Ok(match nargout {
        0 | 1 => vec![Matrix::row_vector(vec![m as f64, n as f64]).into()],
        _ => vec![m.into(), n.into()],
    })
}

fn size_along(a: &Value, dim: f64) -> Result<usize> {
    let (m, n) = a.shape();
    match dim {
        1.0 => Ok(m),
        2.0 => Ok(n),
        d if d > 2.0 && d.fract() == 0.0 => Ok(1),
        d => Err(Fault::new(format!("size: a dimension is 1 or 2, not {d}"))
            .blame(crate::value::Blame::Positional(1))),
    }
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

fn all_equal(a: &Value, b: &Value, more: &[Value]) -> Result<bool> {
    let mut rest = std::iter::once(b).chain(more);
    Ok(rest.all(|b| equal(a, b)))
}

fn equal(a: &Value, b: &Value) -> bool {
    if let Some(equal) = equal_parts(a, b, equal) {
        return equal;
    }
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => a.as_str() == b.as_str(),
        (Value::Table(a), Value::Table(b)) => a == b,
        (Value::Ratings(a), Value::Ratings(b)) => Arc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
        _ if !a.is_array() || !b.is_array() || a.shape() != b.shape() => false,
        _ => match (a.clone().into_numeric(), b.clone().into_numeric()) {
            (Ok(Numeric::Scalar(x)), Ok(Numeric::Scalar(y))) => x == y,
            (Ok(Numeric::Real(a)), Ok(Numeric::Real(b))) => a.data == b.data,
            (Ok(a), Ok(b)) => a.to_complex() == b.to_complex(),
            _ => false,
        },
    }
}

fn as_text(x: Value) -> Result<Value> {
    match x {
        // Several strings would be rows of characters, which `vertical` refuses in its own words.
        Value::Cell(cells) if !cells.is_empty() => {
            let row = |part: &Value| match part.is_array() {
                true => crate::value::horizontal(vec!["".into(), part.clone()]),
                false => Err(Fault::new(format!("char: a {} is no text", part.describe()))),
            };
            crate::value::vertical(cells.as_slice().iter().map(row).collect::<Result<_>>()?)
        }
        Value::Cell(_) => Ok("".into()),
        x => crate::value::horizontal(vec!["".into(), x]),
    }
}

fn as_double(x: Value) -> Result<Value> {
    Ok(match x.into_numeric()? {
        Numeric::Scalar(x) => x.into(),
        Numeric::Real(a) => Value::Matrix(a),
        Numeric::Complex(z) => Value::Complex(z),
    })
}

fn members(x: &Matrix, set: &Matrix) -> Result<BoolMatrix> {
    let mut known = set.as_slice().to_vec();
    known.sort_by(f64::total_cmp);
    // A negative zero equals a zero, though `total_cmp` sets them apart.
    let plain = |x: f64| if x == 0.0 { 0.0 } else { x };
    known.iter_mut().for_each(|x| *x = plain(*x));
    Ok(x.map(|x| !x.is_nan() && known.binary_search_by(|k| k.total_cmp(&plain(x))).is_ok()))
}
