//! Elementwise arithmetic, comparisons and functions with Octave's broadcasting.
//!
//! Concrete functions that take the operation as a value: the loop over the entries is compiled here,
//! once per operation, so that a caller built without optimisation runs at full speed. Passes over
//! more than [`super::broadcast::PARALLEL`] entries are split over the thread pool. Cost: one pass over memory.

use super::broadcast::{map, map_in_place, zip, zip_in_place};
use super::{BoolMatrix, ComplexMatrix, Matrix, c64};
use crate::error::{Error, Result};

/// A binary operation on numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arith {
    /// `x + y`
    Add,
    /// `x - y`
    Sub,
    /// `x .* y`
    Mul,
    /// `x ./ y`
    Div,
    /// `x .\ y`
    LeftDiv,
    /// `x .^ y` on the reals: NaN where the result is complex, see [`pow_is_complex`].
    Pow,
    /// Remainder with the sign of x; `rem(x, 0)` is NaN.
    Rem,
    /// Remainder with the sign of y; `mod(x, 0)` is x.
    Mod,
    /// The angle of the point (y, x): `atan2(left, right)`.
    Atan2,
    /// `sqrt(x² + y²)` without overflow.
    Hypot,
    /// The smaller one; a NaN loses.
    Min,
    /// The larger one; a NaN loses.
    Max,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// `x < y`
    Lt,
    /// `x <= y`
    Le,
    /// `x > y`
    Gt,
    /// `x >= y`
    Ge,
    /// `x == y`
    Eq,
    /// `x ~= y`
    Ne,
}

/// A logical connective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logic {
    /// `x & y`
    And,
    /// `x | y`
    Or,
    /// `xor(x, y)`
    Xor,
}

/// A function of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the functions")]
pub enum Unary {
    Neg,
    Abs,
    Sqrt,
    Cbrt,
    Exp,
    Expm1,
    Log,
    Log2,
    Log10,
    Log1p,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    Floor,
    Ceil,
    /// Half away from zero.
    Round,
    /// Towards zero.
    Fix,
    /// -1, 0, 1, or NaN of NaN.
    Sign,
}

/// A square is one product: exact where `powf` is not, and ten times faster.
pub(crate) fn power(x: f64, y: f64) -> f64 {
    if y == 2.0 { x * x } else { x.powf(y) }
}

/// `x - y q` for a quotient x/y rounded to the whole number q by `whole`, in Octave's arithmetic: no remainder where x/y is
/// whole up to rounding and y is not, NaN of an infinite y.
fn left_over(x: f64, y: f64, whole: fn(f64) -> f64) -> f64 {
    let quotient = x / y;
    if y.fract() != 0.0 {
        let nearest = quotient.round();
        if (quotient - nearest).abs() < f64::EPSILON * nearest.abs() {
            return 0.0;
        }
    }
    x - y * whole(quotient)
}

pub(crate) fn remainder(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        return f64::NAN;
    }
    let r = left_over(x, y, f64::trunc);
    if x == y { r } else { r.copysign(x) }
}

pub(crate) fn modulo(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        return x;
    }
    let r = left_over(x, y, f64::floor);
    if x == y { r } else { r.copysign(y) }
}

pub(crate) fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else if x.is_nan() {
        x
    } else {
        0.0
    }
}

/// Runs `$body` with `$f` bound to the closure of an [`Arith`] operation, once per operation.
macro_rules! with_arith {
    ($op:expr, $f:ident => $body:expr) => {
        match $op {
            Arith::Add => with_arith!(@ $f, |x: f64, y: f64| x + y, $body),
            Arith::Sub => with_arith!(@ $f, |x: f64, y: f64| x - y, $body),
            Arith::Mul => with_arith!(@ $f, |x: f64, y: f64| x * y, $body),
            Arith::Div => with_arith!(@ $f, |x: f64, y: f64| x / y, $body),
            Arith::LeftDiv => with_arith!(@ $f, |x: f64, y: f64| y / x, $body),
            Arith::Pow => with_arith!(@ $f, power, $body),
            Arith::Rem => with_arith!(@ $f, remainder, $body),
            Arith::Mod => with_arith!(@ $f, modulo, $body),
            Arith::Atan2 => with_arith!(@ $f, f64::atan2, $body),
            Arith::Hypot => with_arith!(@ $f, f64::hypot, $body),
            Arith::Min => with_arith!(@ $f, |x: f64, y: f64| if y < x || x.is_nan() { y } else { x }, $body),
            Arith::Max => with_arith!(@ $f, |x: f64, y: f64| if y > x || x.is_nan() { y } else { x }, $body),
        }
    };
    (@ $f:ident, $closure:expr, $body:expr) => {{
        let $f = $closure;
        $body
    }};
}

/// Runs `$body` with `$f` bound to the function of a [`Unary`], once per function.
macro_rules! with_unary {
    ($fun:expr, $f:ident => $body:expr) => {
        match $fun {
            Unary::Neg => with_arith!(@ $f, |x: f64| -x, $body),
            Unary::Abs => with_arith!(@ $f, f64::abs, $body),
            Unary::Sqrt => with_arith!(@ $f, f64::sqrt, $body),
            Unary::Cbrt => with_arith!(@ $f, f64::cbrt, $body),
            Unary::Exp => with_arith!(@ $f, f64::exp, $body),
            Unary::Expm1 => with_arith!(@ $f, f64::exp_m1, $body),
            Unary::Log => with_arith!(@ $f, f64::ln, $body),
            Unary::Log2 => with_arith!(@ $f, f64::log2, $body),
            Unary::Log10 => with_arith!(@ $f, f64::log10, $body),
            Unary::Log1p => with_arith!(@ $f, f64::ln_1p, $body),
            Unary::Sin => with_arith!(@ $f, f64::sin, $body),
            Unary::Cos => with_arith!(@ $f, f64::cos, $body),
            Unary::Tan => with_arith!(@ $f, f64::tan, $body),
            Unary::Asin => with_arith!(@ $f, f64::asin, $body),
            Unary::Acos => with_arith!(@ $f, f64::acos, $body),
            Unary::Atan => with_arith!(@ $f, f64::atan, $body),
            Unary::Sinh => with_arith!(@ $f, f64::sinh, $body),
            Unary::Cosh => with_arith!(@ $f, f64::cosh, $body),
            Unary::Tanh => with_arith!(@ $f, f64::tanh, $body),
            Unary::Asinh => with_arith!(@ $f, f64::asinh, $body),
            Unary::Acosh => with_arith!(@ $f, f64::acosh, $body),
            Unary::Atanh => with_arith!(@ $f, f64::atanh, $body),
            Unary::Floor => with_arith!(@ $f, f64::floor, $body),
            Unary::Ceil => with_arith!(@ $f, f64::ceil, $body),
            Unary::Round => with_arith!(@ $f, f64::round, $body),
            Unary::Fix => with_arith!(@ $f, f64::trunc, $body),
            Unary::Sign => with_arith!(@ $f, sign, $body),
        }
    };
}

pub(crate) use {with_arith, with_unary};

/// `x op y` for two numbers.
pub fn arith(op: Arith, x: f64, y: f64) -> f64 {
    with_arith!(op, f => f(x, y))
}

/// `f(x)` for a number.
pub fn unary(fun: Unary, x: f64) -> f64 {
    with_unary!(fun, f => f(x))
}

/// `x op y` for two numbers.
pub fn compare_scalars(op: Compare, x: f64, y: f64) -> bool {
    match op {
        Compare::Lt => x < y,
        Compare::Le => x <= y,
        Compare::Gt => x > y,
        Compare::Ge => x >= y,
        Compare::Eq => x == y,
        Compare::Ne => x != y,
    }
}

/// `A op B`, each entry with its partner; a side of length 1 is repeated along the other's.
///
/// ```
/// use matfac::{Matrix, linalg::elementwise::{Arith, broadcast}};
/// let column = Matrix::from_rows(&[&[1.0], &[2.0]]);
/// let row = Matrix::from_rows(&[&[10.0, 20.0]]);
/// let sum = broadcast(Arith::Add, &column, &row).unwrap();
/// assert_eq!(sum, Matrix::from_rows(&[&[11.0, 21.0], &[12.0, 22.0]]));
/// ```
pub fn broadcast(op: Arith, a: &Matrix, b: &Matrix) -> Result<Matrix> {
    if a.len() == 1 {
        return Ok(broadcast_scalar(op, b, a.as_slice()[0], true));
    }
    if b.len() == 1 {
        return Ok(broadcast_scalar(op, a, b.as_slice()[0], false));
    }
    with_arith!(op, f => zip(verb(op), a, b, f))
}

/// `A op s`, or `s op A` when `scalar_on_left`.
pub fn broadcast_scalar(op: Arith, a: &Matrix, scalar: f64, scalar_on_left: bool) -> Matrix {
    if scalar_on_left {
        with_arith!(op, f => map(a, move |x| f(scalar, x)))
    } else if op == Arith::Pow && scalar == 2.0 {
        map(a, |x| x * x)
    } else {
        with_arith!(op, f => map(a, move |x| f(x, scalar)))
    }
}

/// `A op B` written over A's buffer when the result has A's shape, else as [`broadcast`].
pub fn broadcast_into(op: Arith, mut a: Matrix, b: &Matrix) -> Result<Matrix> {
    if b.len() == 1 {
        return Ok(broadcast_scalar_into(op, a, b.as_slice()[0], false));
    }
    if a.shape() != b.shape() {
        return broadcast(op, &a, b);
    }
    with_arith!(op, f => zip_in_place(&mut a, b, f));
    Ok(a)
}

/// `A op B` written over B's buffer when the result has B's shape, else as [`broadcast`].
pub fn broadcast_into_right(op: Arith, a: &Matrix, mut b: Matrix) -> Result<Matrix> {
    if a.len() == 1 {
        return Ok(broadcast_scalar_into(op, b, a.as_slice()[0], true));
    }
    if a.shape() != b.shape() {
        return broadcast(op, a, &b);
    }
    with_arith!(op, f => zip_in_place(&mut b, a, move |y, x| f(x, y)));
    Ok(b)
}

/// [`broadcast_scalar`] written over A's buffer.
pub fn broadcast_scalar_into(op: Arith, mut a: Matrix, s: f64, scalar_on_left: bool) -> Matrix {
    if scalar_on_left {
        with_arith!(op, f => map_in_place(&mut a, move |x| f(s, x)));
    } else if op == Arith::Pow && s == 2.0 {
        map_in_place(&mut a, |x| x * x);
    } else {
        with_arith!(op, f => map_in_place(&mut a, move |x| f(x, s)));
    }
    a
}

/// `A op B` as a logical matrix, with broadcasting.
pub fn compare(op: Compare, a: &Matrix, b: &Matrix) -> Result<BoolMatrix> {
    match op {
        Compare::Lt => zip("compare", a, b, |x, y| x < y),
        Compare::Le => zip("compare", a, b, |x, y| x <= y),
        Compare::Gt => zip("compare", a, b, |x, y| x > y),
        Compare::Ge => zip("compare", a, b, |x, y| x >= y),
        Compare::Eq => zip("compare", a, b, |x, y| x == y),
        Compare::Ne => zip("compare", a, b, |x, y| x != y),
    }
}

/// `A op s`, or `s op A` when `scalar_on_left`, as a logical matrix.
pub fn compare_scalar(op: Compare, a: &Matrix, s: f64, scalar_on_left: bool) -> BoolMatrix {
    let op = match (scalar_on_left, op) {
        (true, Compare::Lt) => Compare::Gt,
        (true, Compare::Le) => Compare::Ge,
        (true, Compare::Gt) => Compare::Lt,
        (true, Compare::Ge) => Compare::Le,
        (_, op) => op,
    };
    match op {
        Compare::Lt => map(a, |x| x < s),
        Compare::Le => map(a, |x| x <= s),
        Compare::Gt => map(a, |x| x > s),
        Compare::Ge => map(a, |x| x >= s),
        Compare::Eq => map(a, |x| x == s),
        Compare::Ne => map(a, |x| x != s),
    }
}

/// Which entries are not zero; a NaN is neither true nor false, hence [`Error::NonFinite`].
pub fn to_logical(operation: &'static str, a: &Matrix) -> Result<BoolMatrix> {
    if let Some(k) = a.as_slice().iter().position(|x| x.is_nan()) {
        let (row, col) = (k % a.rows() + 1, k / a.rows() + 1);
        return Err(Error::NonFinite { operation, row, col, value: f64::NAN });
    }
    Ok(map(a, |x| x != 0.0))
}

/// `A op B` on logical matrices, with broadcasting.
pub fn logic(op: Logic, a: &BoolMatrix, b: &BoolMatrix) -> Result<BoolMatrix> {
    match op {
        Logic::And => zip("combine", a, b, |x, y| x & y),
        Logic::Or => zip("combine", a, b, |x, y| x | y),
        Logic::Xor => zip("combine", a, b, |x, y| x ^ y),
    }
}

/// `~A`.
pub fn not(a: &BoolMatrix) -> BoolMatrix {
    map(a, |x| !x)
}

/// Logical entries as 0 and 1.
pub fn to_real(a: &BoolMatrix) -> Matrix {
    map(a, |x| if x { 1.0 } else { 0.0 })
}

/// `f(A)`, entry by entry.
pub fn map1(fun: Unary, a: &Matrix) -> Matrix {
    with_unary!(fun, f => map(a, f))
}

/// `f(A)` written over A's buffer.
pub fn map1_into(fun: Unary, mut a: Matrix) -> Matrix {
    with_unary!(fun, f => map_in_place(&mut a, f));
    a
}

/// How many entries are tested at once: enough for the compiler to use vectors, few enough to stop early.
const TESTED: usize = 512;

/// Whether `f(A)` leaves the reals, as `sqrt(-1)` does: then ask [`super::complex::map1_complex`].
pub fn unary_is_complex(fun: Unary, a: &Matrix) -> bool {
    a.as_slice().chunks(TESTED).any(|entries| leaves_reals(fun, entries))
}

/// Whether `f(x)` leaves the reals for some of the entries.
pub(crate) fn leaves_reals(fun: Unary, entries: &[f64]) -> bool {
    match fun {
        Unary::Sqrt | Unary::Log | Unary::Log2 | Unary::Log10 => any(entries, |x| x < 0.0),
        Unary::Log1p => any(entries, |x| x < -1.0),
        Unary::Asin | Unary::Acos | Unary::Atanh => any(entries, |x| x.abs() > 1.0),
        Unary::Acosh => any(entries, |x| x < 1.0),
        _ => false,
    }
}

/// Whether the test holds for some entry; without an early end, so that it is a loop over vectors.
pub(crate) fn any(entries: &[f64], test: impl Fn(f64) -> bool) -> bool {
    entries.iter().fold(false, |found, &x| found | test(x))
}

/// Whether `A .^ B` leaves the reals: a negative base meets an exponent that is not whole.
pub fn pow_is_complex(a: &Matrix, b: &Matrix) -> bool {
    a.as_slice().iter().any(|&x| x < 0.0) && b.as_slice().iter().any(|&y| y.fract() != 0.0)
}

/// The verb of an error message about shapes.
fn verb(op: Arith) -> &'static str {
    match op {
        Arith::Add => "add",
        Arith::Sub => "subtract",
        Arith::Mul => "multiply elementwise",
        Arith::Div | Arith::LeftDiv => "divide elementwise",
        Arith::Pow => "raise to powers",
        _ => "combine",
    }
}

/// A real matrix as a complex one.
pub fn to_complex(a: &Matrix) -> ComplexMatrix {
    map(a, |x| c64::new(x, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Shape;

    #[test]
    fn broadcasting_follows_the_shapes() {
        let a = Matrix::from_fn(3, 4, |i, j| (10 * i + j) as f64);
        let row = Matrix::from_fn(1, 4, |_, j| j as f64);
        let col = Matrix::from_fn(3, 1, |i, _| i as f64);
        for (l, r) in [(&a, &row), (&a, &col), (&row, &a), (&col, &a), (&row, &col), (&a, &a)] {
            let c = broadcast(Arith::Sub, l, r).unwrap();
            let pick = |m: &Matrix, i: usize, j: usize| {
                m[(if m.rows() == 1 { 0 } else { i }, if m.cols() == 1 { 0 } else { j })]
            };
            assert_eq!(c, Matrix::from_fn(3, 4, |i, j| pick(l, i, j) - pick(r, i, j)));
            assert_eq!(c, broadcast_into(Arith::Sub, l.clone(), r).unwrap());
            assert_eq!(c, broadcast_into_right(Arith::Sub, l, r.clone()).unwrap());
        }
        let error = broadcast(Arith::Add, &a, &a.transposed()).unwrap_err();
        assert_eq!(error.to_string(), "cannot add 3×4 and 4×3");
        assert_eq!(broadcast(Arith::Add, &Matrix::zeros(0, 4), &row).unwrap().shape(), Shape(0, 4));
    }

    #[test]
    fn large_passes_equal_small_ones() {
        let n = 600;
        let a = Matrix::from_fn(n, n, |i, j| (i * n + j) as f64);
        let row = Matrix::from_fn(1, n, |_, j| j as f64);
        let sum = broadcast(Arith::Add, &a, &row).unwrap();
        assert!((0..n).all(|i| (0..n).all(|j| sum[(i, j)] == a[(i, j)] + j as f64)));
        let twice = broadcast(Arith::Add, &a, &a).unwrap();
        assert_eq!(twice, broadcast_scalar(Arith::Mul, &a, 2.0, true));
        assert_eq!(twice, broadcast_scalar_into(Arith::Mul, a.clone(), 2.0, false));
        assert_eq!(map1(Unary::Neg, &map1(Unary::Neg, &a)), a);
    }

    #[test]
    fn remainders_and_rounding_are_octaves() {
        let cases = [(5.0, 3.0, 2.0), (-5.0, 3.0, 1.0), (5.0, -3.0, -1.0), (5.0, 0.0, 5.0)];
        for (x, y, expected) in cases {
            assert_eq!(arith(Arith::Mod, x, y), expected);
        }
        assert_eq!(arith(Arith::Mod, 2.1, 0.1), 0.0);
        assert_eq!(arith(Arith::Rem, -5.0, 3.0), -2.0);
        assert_eq!(arith(Arith::Rem, 2.1, 0.1), 0.0);
        assert!(arith(Arith::Rem, 5.0, 0.0).is_nan());
        assert_eq!(unary(Unary::Round, -2.5), -3.0);
        assert_eq!(unary(Unary::Fix, -2.7), -2.0);
        assert!(unary(Unary::Sign, f64::NAN).is_nan());
        assert_eq!(arith(Arith::Max, f64::NAN, 1.0), 1.0);
        assert_eq!(arith(Arith::Min, 1.0, f64::NAN), 1.0);
    }

    #[test]
    fn comparisons_with_a_scalar_on_either_side() {
        let a = Matrix::from_rows(&[&[1.0, 2.0, f64::NAN]]);
        assert_eq!(compare_scalar(Compare::Lt, &a, 2.0, false).as_slice(), &[true, false, false]);
        assert_eq!(compare_scalar(Compare::Lt, &a, 1.0, true).as_slice(), &[false, true, false]);
        assert_eq!(compare(Compare::Ne, &a, &a).unwrap().as_slice(), &[false, false, true]);
        let error = to_logical("&", &a).unwrap_err();
        assert!(matches!(error, Error::NonFinite { row: 1, col: 3, .. }));
    }
}
