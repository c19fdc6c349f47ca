//! Making matrices: constants, zeros and ones, equally spaced numbers.

use super::argument::Rest;
use super::entry::builtins;
use crate::value::{Fault, Known, Numeric, Result, Value, arithmetic, na, range};
use matfac::linalg::Dense;
use matfac::linalg::elementwise::Arith;
use matfac::{BoolMatrix, ComplexMatrix, Matrix, c64};
use std::ops::{Add, Div, Mul, Neg, Sub};

builtins! { "making matrices";
    /// Zeros: `zeros(n)` is n×n, `zeros(m, n)` and `zeros([m n])` are m×n.
    ///
    /// >>> zeros(1, 3)
    /// ans = 1×3
    ///    0   0   0
    ///
    /// See also: ones, eye, rand
    fn zeros(cx, /** The size. */ size: Rest) -> [A] { of_class(&size, |size| filled(size, "zeros", 0.0)) }

    /// Ones: `ones(n)` is n×n, `ones(m, n)` and `ones([m n])` are m×n.
    ///
    /// >>> ones(2)
    /// ans = 2×2
    ///    1   1
    ///    1   1
    ///
    /// See also: zeros, eye
    fn ones(cx, /** The size. */ size: Rest) -> [A] { of_class(&size, |size| filled(size, "ones", 1.0)) }

    /// NaN, or a matrix of NaN: the mark of a missing entry.
    ///
    /// >>> NaN(1, 2)
    /// ans = 1×2
    ///    NaN   NaN
    ///
    /// See also: NA, isnan, ratings
    fn NaN(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "NaN", f64::NAN) } scalar Scalar::Constant(f64::NAN);

    /// NaN, or a matrix of NaN: the mark of a missing entry.
    ///
    /// >>> nan(1, 2)
    /// ans = 1×2
    ///    NaN   NaN
    ///
    /// See also: NaN, isnan, ratings
    fn nan(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "nan", f64::NAN) }

    /// NA, or a matrix of it: a NaN of its own that marks what is missing.
    ///
    /// >>> isna([NA NaN 1])
    /// ans = 1×3 logical
    ///   1  0  0
    ///
    /// See also: NaN, isna
    fn NA(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "NA", na()) }

    /// Infinity, or a matrix of it.
    ///
    /// >>> -Inf
    /// ans = -Inf
    ///
    /// See also: isinf
    fn Inf(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "Inf", f64::INFINITY) } scalar Scalar::Constant(f64::INFINITY);

    /// Infinity, or a matrix of it.
    ///
    /// >>> -inf
    /// ans = -Inf
    ///
    /// See also: Inf, isinf
    fn inf(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "inf", f64::INFINITY) }

    /// The ratio of a circle's circumference to its diameter.
    ///
    /// >>> pi
    /// ans = 3.1416
    ///
    /// See also: e
    fn pi(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "pi", std::f64::consts::PI) } scalar Scalar::Constant(std::f64::consts::PI);

    /// Euler's number, the base of natural logarithms.
    ///
    /// >>> e
    /// ans = 2.7183
    ///
    /// See also: pi, exp
    fn e(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "e", std::f64::consts::E) } scalar Scalar::Constant(std::f64::consts::E);

    /// The distance from 1 to the next larger number, 2^-52; of numbers, their distance to the next larger ones.
    ///
    /// `eps(m, n)` is a matrix of 2^-52.
    ///
    /// >>> eps
    /// ans = 2.2204e-16
    /// >>> eps([1 100]) == [2^-52 2^-46]
    /// ans = 1×2 logical
    ///   1  1
    ///
    /// See also: realmax
    fn eps(cx, /** Numbers, or a size of two. */ x: Rest) -> [y] { spacing(&x) } scalar Scalar::Constant(f64::EPSILON);

    /// The largest number, or a matrix of it.
    ///
    /// >>> realmax
    /// ans = 1.7977e+308
    ///
    /// See also: realmin, flintmax
    fn realmax(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "realmax", f64::MAX) } scalar Scalar::Constant(f64::MAX);

    /// The smallest positive number of full precision, or a matrix of it.
    ///
    /// >>> realmin
    /// ans = 2.2251e-308
    ///
    /// See also: realmax, eps
    fn realmin(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "realmin", f64::MIN_POSITIVE) }

    /// The largest whole number up to which all whole numbers are exact, 2^53.
    ///
    /// >>> flintmax == 2^53
    /// ans = 1
    ///
    /// See also: realmax, eps
    fn flintmax(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "flintmax", 9007199254740992.0) }

    /// The imaginary unit, or a matrix of it.
    ///
    /// >>> i * i
    /// ans = -1
    ///
    /// See also: j, real, imag
    fn i(cx, /** The size. */ size: Rest) -> [z] { imaginary(&size, "i") }

    /// The imaginary unit, or a matrix of it.
    ///
    /// >>> j * j
    /// ans = -1
    ///
    /// See also: i, real, imag
    fn j(cx, /** The size. */ size: Rest) -> [z] { imaginary(&size, "j") }

    /// The imaginary unit, or a matrix of it.
    ///
    /// >>> I * I
    /// ans = -1
    ///
    /// See also: i, real, imag
    fn I(cx, /** The size. */ size: Rest) -> [z] { imaginary(&size, "I") }

    /// The imaginary unit, or a matrix of it.
    ///
    /// >>> J * J
    /// ans = -1
    ///
    /// See also: i, real, imag
    fn J(cx, /** The size. */ size: Rest) -> [z] { imaginary(&size, "J") }

    /// The logical value true, or a matrix of it.
    ///
    /// >>> true
    /// ans = 1
    ///
    /// See also: false
    fn r#true(cx, /** The size. */ size: Rest) -> [b] { filled_logical(&size, "true", true) } scalar Scalar::Truth(true);

    /// The logical value false, or a matrix of it.
    ///
    /// >>> false
    /// ans = 0
    ///
    /// See also: true
    fn r#false(cx, /** The size. */ size: Rest) -> [b] { filled_logical(&size, "false", false) } scalar Scalar::Truth(false);

    /// The identity: `eye(n)` is n×n, `eye(m, n)` has ones on its diagonal.
    ///
    /// >>> eye(2)
    /// ans = 2×2
    ///    1   0
    ///    0   1
    ///
    /// See also: diag, zeros
    fn eye(cx, /** The size. */ size: Rest) -> [A] { Ok(of_class(&size, identity)?.knowing(Known::IDENTITY)) }

    /// `n` equally spaced numbers from `a` to `b`; of columns, a row for each entry.
    ///
    /// >>> linspace(0, 1, 5)
    /// ans = 1×5
    ///         0   0.2500   0.5000   0.7500   1.0000
    ///
    /// See also: logspace, colon
    fn linspace(cx, /** The first, real or complex. */ a: Value, /** The last. */ b: Value, /** How many. */ n: Value = 100) -> [x] { spaced(a, b, &n, "linspace") }

    /// `n` numbers from 10^a to 10^b whose logarithms are equally spaced.
    ///
    /// When `b` is pi, the last number is pi itself.
    ///
    /// >>> logspace(0, 2, 3)
    /// ans = 1×3
    ///      1    10   100
    ///
    /// See also: linspace
    fn logspace(cx, /** The first exponent. */ a: Value, /** The last exponent. */ b: Value, /** How many. */ n: Value = 50) -> [x] { powers(a, b, &n) }

    /// The numbers `a`, `a+1`, … or `a`, `a+s`, … up to `b`: what `a:s:b` writes.
    ///
    /// >>> colon(1, 3)
    /// ans = 1×3
    ///    1   2   3
    ///
    /// See also: linspace
    fn colon(cx, /** The first. */ a: Value, /** The last, or the step when there is a third. */ b: Value, /** The last. */ c: Option<Value>) -> [r] {
        match c { None => range(&a, None, &b), Some(c) => range(&a, Some(&b), &c) }
    }
}

fn filled(size: &Rest, name: &str, x: f64) -> Result<Matrix> {
    let (m, n) = size.size(name)?;
    Ok(Matrix::filled(m, n, x)?)
}

/// What is made of the sizes; logicals, when they end with "logical" or with "like" and a logical.
fn of_class(size: &Rest, made: impl Fn(&Rest) -> Result<Matrix>) -> Result<Value> {
    let sizes = match &size.0[..] {
        [sizes @ .., like, Value::Bool(_) | Value::Bools(_)] if like.as_text() == Some("like") => {
            sizes
        }
        [sizes @ .., class] if class.as_text() == Some("logical") => sizes,
        _ => return Ok(made(size)?.into()),
    };
    Ok(made(&Rest(sizes.to_vec()))?.map(|x| x != 0.0).into())
}

fn filled_logical(size: &Rest, name: &str, b: bool) -> Result<BoolMatrix> {
    let (m, n) = size.size(name)?;
    Ok(BoolMatrix::filled(m, n, b)?)
}

fn identity(size: &Rest) -> Result<Matrix> {
    let (m, n) = size.size("eye")?;
    let mut a = Matrix::filled(m, n, 0.0)?;
    for i in 0..m.min(n) {
        a[(i, i)] = 1.0;
    }
    Ok(a)
}

/// The distance of each number to the next larger one in magnitude, or a matrix of that of 1.
fn spacing(x: &Rest) -> Result<Value> {
    let [only] = &x.0[..] else {
        return Ok(filled(x, "eps", f64::EPSILON)?.into());
    };
    if matches!(only, Value::Text(_)) {
        return Ok(filled(x, "eps", f64::EPSILON)?.into());
    }
    let distance = |x: f64| {
        let x = x.abs();
        match x.next_up() {
            above if above.is_finite() => above - x,
            // Above the largest number there is none.
            _ if x.is_finite() => x - x.next_down(),
            _ => f64::NAN,
        }
    };
    Ok(only.to_array()?.data.map(distance).into())
}

fn imaginary(size: &Rest, name: &str) -> Result<Value> {
    let (m, n) = size.size(name)?;
    Ok(ComplexMatrix::filled(m, n, c64::new(0.0, 1.0))?.into())
}

/// Equally spaced numbers in a row, or in a row for each entry of a column.
fn spaced(a: Value, b: Value, n: &Value, function: &str) -> Result<Value> {
    // `[]` is one number in Octave, and less than one is none.
    let count = match n.shape() {
        (0, 0) => 1.0,
        _ => n.as_number().ok_or_else(|| {
            Fault::new(format!("{function}: how many is a number, and this is a {}", n.describe()))
        })?,
    } as usize;
    for end in [&a, &b] {
        if end.shape().1 != 1 && end.shape().0 != 1 || matches!(end, Value::Text(_)) {
            return Err(Fault::new(format!(
                "{function} needs numbers or columns, and this is a {}",
                end.describe()
            )));
        }
    }
    let (a, b) = (a.into_numeric()?, b.into_numeric()?);
    if matches!(a, Numeric::Complex(_)) || matches!(b, Numeric::Complex(_)) {
        return Ok(lines(&a.to_complex(), &b.to_complex(), count, c64::new(0.0, 0.0))?.into());
    }
    Ok(lines(&a.to_real()?.data, &b.to_real()?.data, count, 0.0)?.into())
}

/// Each half is counted from its own end, so that the numbers are symmetric; infinite ends stay what they are.
fn lines<T>(a: &Dense<T>, b: &Dense<T>, count: usize, zero: T) -> Result<Dense<T>>
where
    T: Copy + PartialEq + Neg<Output = T> + Add<Output = T> + Sub<Output = T>,
    T: Mul<f64, Output = T> + Div<f64, Output = T>,
{
    let rows = a.len().max(b.len());
    if (a.len() != 1 && a.len() != rows) || (b.len() != 1 && b.len() != rows) {
        return Err(Fault::new(format!(
            "linspace: columns of {} and {} numbers",
            a.len(),
            b.len()
        )));
    }
    let entry = |m: &Dense<T>, i: usize| m.as_slice()[if m.len() == 1 { 0 } else { i }];
    let Some(&last) = b.as_slice().first() else { return Ok(Dense::from_vec(0, 0, Vec::new())) };
    let mut x = Dense::filled(rows, count, last)?;
    for i in 0..rows {
        let (first, last) = (entry(a, i), entry(b, i));
        if count == 0 {
            continue;
        }
        let step = (last - first) / (count.max(2) - 1) as f64;
        // Equal ends may be infinite, and then they have no distance.
        let is_constant = first == last;
        x[(i, 0)] = first;
        x[(i, count - 1)] = last;
        for j in 1..count / 2 {
            let way = step * j as f64;
            x[(i, j)] = if is_constant { first } else { first + way };
            x[(i, count - 1 - j)] = if is_constant { last } else { last - way };
        }
        if count > 1 && !count.is_multiple_of(2) {
            let middle = match () {
                () if is_constant => first,
                () if first == -last => zero,
                () => (first + last) / 2.0,
            };
            x[(i, count / 2)] = middle;
        }
    }
    Ok(x)
}

/// Powers of 10 whose exponents are equally spaced.
fn powers(a: Value, b: Value, n: &Value) -> Result<Value> {
    for end in [&a, &b] {
        if end.numel() != 1 {
            return Err(Fault::new(format!(
                "logspace: an exponent is one number, and this is a {}",
                end.describe()
            )));
        }
    }
    let b = match b.as_number() {
        Some(std::f64::consts::PI) => std::f64::consts::PI.log10().into(),
        _ => b,
    };
    arithmetic(Arith::Pow, 10.into(), spaced(a, b, n, "logspace")?)
}
