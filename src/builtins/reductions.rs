//! Sums, products, running totals, differences.

use super::argument::{Argument, Skip, options};
use super::classes::as_logical;
use super::entry::builtins;
use super::gather::{gather, not_zero, refuse_text};
use super::lanes::{Dimension, Missing, along, without_nan};
use super::rearranging::as_row;
use super::sparse_rearranging::cut;
use super::sparse_reductions::{self, Reduction};
use crate::syntax::UnaryOp;
use crate::value::{
    Entrywise, Fault, Numeric, Range, Result, SparseArray, Value, arithmetic, entrywise, unary,
};
use matfac::linalg::elementwise::Arith;
use matfac::linalg::reduce::{self, Axis};
use matfac::linalg::{Dense, reduce_complex};
use matfac::{BoolMatrix, ComplexMatrix, Matrix};
use std::borrow::Cow;

options! {
    /// The class of a sum and how it is added up.
    Class { Native = "native", Double = "double", Extra = "extra" }
}

builtins! { "sums and order";
    /// The sum of each column, of a vector's entries, or along a dimension.
    ///
    /// >>> sum([1 2; 3 4])
    /// ans = 1×2
    ///    4   6
    /// >>> sum([1 2; 3 4], 2)
    /// ans = 2×1
    ///    3
    ///    7
    /// >>> sum([1 NaN 2], "omitnan")
    /// ans = 3
    ///
    /// See also: mean, cumsum, prod
    fn sum(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>, /** "native": the class of A; "double"; "extra": with compensated rounding. */ class: Option<Class>, /** "omitnan" passes NaN over. */ nan: Option<Missing>) -> [s] { summed(without_nan(A, nan, 0.0), dim, class) }

    /// The product of each column, of a vector's entries, or along a dimension.
    ///
    /// >>> prod([1 2 3 4])
    /// ans = 24
    /// >>> prod([2 NaN 3], "omitnan")
    /// ans = 6
    ///
    /// See also: sum, cumprod
    fn prod(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>, /** "native": the class of A; "double"; "extra": with compensated rounding. */ class: Option<Class>, /** "omitnan" passes NaN over. */ nan: Option<Missing>) -> [p] { multiplied(without_nan(A, nan, 1.0), dim, class) }

    /// Running sums down the columns, or along a dimension.
    ///
    /// >>> cumsum([1 2 3])
    /// ans = 1×3
    ///    1   3   6
    /// >>> cumsum([1 NaN 2], "omitnan")
    /// ans = 1×3
    ///    1   1   3
    ///
    /// See also: sum, cumprod
    fn cumsum(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>, /** "native": the class of A; "double"; "extra": with compensated rounding. */ class: Option<Class>, /** "omitnan" passes NaN over. */ nan: Option<Missing>) -> [s] { running_sums(without_nan(A, nan, 0.0), dim, class) }

    /// Running products down the columns, or along a dimension.
    ///
    /// >>> cumprod([1 2 3])
    /// ans = 1×3
    ///    1   2   6
    ///
    /// See also: prod, cumsum
    fn cumprod(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>) -> [p] { along(A, dim, |a, axis| Ok([running("cumprod", a, axis, reduce::cumprod, reduce_complex::cumprod)?])) }

    /// The sum of the squares of each column, or along a dimension.
    ///
    /// >>> sumsq([3 4])
    /// ans = 25
    ///
    /// See also: sum, norm
    fn sumsq(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>) -> [s] { along(A, dim, |a, axis| Ok([squares(a, axis)?])) }

    /// Whether any entry of each column is not zero.
    ///
    /// >>> any([0 0 3])
    /// ans = 1
    ///
    /// See also: all, find
    fn any(cx, /** Numbers or logicals, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>) -> [b] { along(A, dim, |a, axis| Ok([tested(a, axis, Reduction::Any)?])) }

    /// Whether all entries of each column are not zero.
    ///
    /// >>> all([1 2 0])
    /// ans = 0
    ///
    /// See also: any
    fn all(cx, /** Numbers or logicals, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>) -> [b] { along(A, dim, |a, axis| Ok([tested(a, axis, Reduction::All)?])) }

    /// Differences of neighbouring entries down the columns, of a vector's entries, or along a dimension.
    ///
    /// `order` times over.
    ///
    /// >>> diff([1 4 9])
    /// ans = 1×2
    ///    3   5
    ///
    /// See also: cumsum
    fn diff(cx, /** Numbers, m×n. */ x: Value, /** How often. */ order: Option<OrNone>, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [d] { differences(x, order.map_or(1, |n| n.0), dim) }

    /// The inner product of two vectors, or of each column of two matrices; the first is conjugated.
    ///
    /// >>> dot([1 2], [3 4])
    /// ans = 11
    /// >>> dot([1 2; 3 4], [1 2; 3 4])
    /// ans = 1×2
    ///    10   20
    ///
    /// See also: norm, cross
    fn dot(cx, /** Numbers. */ x: Value, /** Numbers, as many. */ y: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>) -> [s] { inner_along(x, y, dim) }
}

/// Octave reduces `[]` (0×0) to one number, hence along the columns of a 0×1.
fn shaped<T: Clone>(a: &Dense<T>, dim: Option<Axis>) -> (Cow<'_, Dense<T>>, Axis) {
    if dim != Some(Axis::Across) && a.rows() == 0 && a.cols() == 0 {
        return (Cow::Owned(Dense::from_vec(0, 1, Vec::new())), Axis::Down);
    }
    (Cow::Borrowed(a), dim.unwrap_or_else(|| Axis::of(a)))
}

/// One number for each column or row.
pub(super) fn reduced(
    a: Value,
    dim: Option<Axis>,
    of_real: impl Fn(&Matrix, Axis) -> Matrix,
    of_complex: impl Fn(&ComplexMatrix, Axis) -> ComplexMatrix,
) -> Result<Value> {
    Ok(match a.into_numeric()? {
        Numeric::Complex(z) => {
            let (z, axis) = shaped(&z, dim);
            of_complex(&z, axis).into()
        }
        real => {
            let a = real.to_real()?;
            let (a, axis) = shaped(&a.data, dim);
            of_real(&a, axis).into()
        }
    })
}

/// Running totals keep the shape, that of `[]` too.
fn running(
    function: &str,
    a: Value,
    dim: Option<Axis>,
    of_real: fn(&Matrix, Axis) -> Matrix,
    of_complex: fn(&ComplexMatrix, Axis) -> ComplexMatrix,
) -> Result<Value> {
    refuse_text(function, &a)?;
    if let Value::Sparse(s) = &a {
        let by = if function == "cumsum" { Reduction::Sum } else { Reduction::Product };
        if let Some(totals) = sparse_reductions::running(s, dim, by)? {
            return Ok(totals);
        }
        let totals = |a| running(function, a, dim, of_real, of_complex);
        return sparse_reductions::through_full(s, totals);
    }
    Ok(match a.into_numeric()? {
        Numeric::Complex(z) => of_complex(&z, dim.unwrap_or_else(|| Axis::of(&*z))).into(),
        real => {
            let a = real.to_real()?;
            of_real(&a.data, dim.unwrap_or_else(|| Axis::of(&a.data))).into()
        }
    })
}

/// The sums, or what else of numbers, as logicals when `a` is logical and "native" asks for its class.
fn of_class(a: &Value, class: Option<Class>, result: Value) -> Result<Value> {
    if a.class() == "logical" && class == Some(Class::Native) {
        return as_logical(result);
    }
    Ok(result)
}

fn summed(a: Value, dim: Option<Dimension>, class: Option<Class>) -> Result<Vec<Value>> {
    if let (Value::Sparse(_), Some(Dimension::Beyond)) = (&a, dim) {
        // Each entry is a lane of its own.
        return Ok(vec![unary(UnaryOp::Plus, a)?]);
    }
    along(a, dim, |a, axis| {
        let sums = match class {
            Some(Class::Extra) if !matches!(a, Value::Sparse(_)) => {
                reduced(a.clone(), axis, reduce::sum_compensated, reduce_complex::sum)?
            }
            Some(Class::Native) => sum_of(a.clone(), axis)?,
            _ => return Ok([sum_of(a, axis)?]),
        };
        Ok([of_class(&a, class, sums)?])
    })
}

fn multiplied(a: Value, dim: Option<Dimension>, class: Option<Class>) -> Result<Vec<Value>> {
    along(a, dim, |a, axis| {
        let products = match &a {
            Value::Sparse(s) => sparse_reductions::reduce(s, axis, Reduction::Product)?,
            full => reduced(full.clone(), axis, reduce::prod, reduce_complex::prod)?,
        };
        Ok([of_class(&a, class, products)?])
    })
}

fn running_sums(a: Value, dim: Option<Dimension>, class: Option<Class>) -> Result<Vec<Value>> {
    along(a, dim, |a, axis| {
        let sums = running("cumsum", a.clone(), axis, reduce::cumsum, reduce_complex::cumsum)?;
        Ok([of_class(&a, class, sums)?])
    })
}

fn sum_of(a: Value, dim: Option<Axis>) -> Result<Value> {
    match a {
        Value::Range(r) if dim.is_none() => {
            // n·(first + last)/2 without making the numbers.
            let Range { start, count, .. } = *r;
            let last = if count == 0 { 0.0 } else { r.at(count - 1) };
            let ends = if count == 0 { 0.0 } else { start + last };
            Ok((count as f64 * ends / 2.0).into())
        }
        Value::Sparse(s) => sparse_reductions::reduce(&s, dim, Reduction::Sum),
        a => reduced(a, dim, reduce::sum, reduce_complex::sum),
    }
}

fn squares(a: Value, dim: Option<Axis>) -> Result<Value> {
    refuse_text("sumsq", &a)?;
    if let Value::Sparse(s) = &a {
        return sparse_reductions::reduce(s, dim, Reduction::Squares);
    }
    let of_complex = |z: &ComplexMatrix, axis| {
        matfac::linalg::elementwise::to_complex(&reduce_complex::sum_of_squares(z, axis))
    };
    reduced(a, dim, reduce::sum_of_squares, of_complex)
}

/// `any` or `all`.
fn tested(a: Value, dim: Option<Axis>, by: Reduction) -> Result<Value> {
    Ok(match (a, by) {
        (Value::Sparse(s), by) => sparse_reductions::reduce(&s, dim, by)?,
        (a, Reduction::All) => logical_along(a, dim, reduce::all, reduce::all_numbers)?.into(),
        (a, _) => logical_along(a, dim, reduce::any, reduce::any_number)?.into(),
    })
}

/// A test of logicals, or of numbers without making logicals of them: `any` finds no NaN true, `all` none false.
fn logical_along(
    a: Value,
    dim: Option<Axis>,
    of_logicals: fn(&BoolMatrix, Axis) -> BoolMatrix,
    of_numbers: fn(&Matrix, Axis) -> BoolMatrix,
) -> Result<BoolMatrix> {
    let along = |a: &BoolMatrix| {
        let (a, axis) = shaped(a, dim);
        of_logicals(&a, axis)
    };
    match a {
        Value::Bools(b) => Ok(along(&b)),
        // Octave does not look into cells.
        Value::Cell(_) => Ok(BoolMatrix::from_vec(0, 0, Vec::new())),
        Value::Bool(_) | Value::Complex(_) => Ok(along(&not_zero(a)?)),
        a => {
            let a = a.to_array()?;
            let (a, axis) = shaped(&a.data, dim);
            Ok(of_numbers(&a, axis))
        }
    }
}

/// A number, or `[]` for the default of 1.
#[derive(Debug, Clone, Copy)]
pub struct OrNone(usize);

impl Argument for OrNone {
    const KIND: &'static str = <usize as Argument>::KIND;
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        if Skip::accepts(&value) { Ok(OrNone(1)) } else { usize::from_value(value).map(OrNone) }
    }
}

/// Each entry's successor minus the entry, `order` times over.
///
/// When the dimension is too short for that, and none is given, Octave's result is that of the dimensions after it:
/// each takes as many of the differences as it has room for, beginning from `x` again.
fn differences(x: Value, mut order: usize, dim: Option<Axis>) -> Result<Value> {
    refuse_text("diff", &x)?;
    let x = match x {
        Value::Sparse(s) => SparseArray::clone(&s).into_numbers().into(),
        full => Value::from_numbers(full.into_numeric()?),
    };
    let (m, n) = x.shape();
    if let Some(axis) = dim {
        return repeated_differences(x, order, axis);
    }
    let axis = if m == 1 { Axis::Across } else { Axis::Down };
    let side = if axis == Axis::Across { n } else { m };
    if side > order {
        return repeated_differences(x, order, axis);
    }
    if side == 1 {
        return nothing_like(&x);
    }
    let mut result = x.clone();
    for (axis, side) in [(Axis::Down, m), (Axis::Across, n)].into_iter().skip(usize::from(m == 1)) {
        if order == 0 {
            return Ok(result);
        }
        if side != 1 {
            result = repeated_differences(x.clone(), side.saturating_sub(1), axis)?;
            order = (order + 1).saturating_sub(side);
        }
    }
    if order > 0 { repeated_differences(x, order, Axis::Across) } else { Ok(result) }
}

/// No numbers at all, stored as those were.
fn nothing_like(x: &Value) -> Result<Value> {
    match x {
        Value::Sparse(s) => s.resized(0, 0),
        _ => Ok(Value::empty()),
    }
}

fn repeated_differences(mut x: Value, order: usize, axis: Axis) -> Result<Value> {
    for _ in 0..order {
        let (m, n) = x.shape();
        let (shape, step) = match axis {
            Axis::Down => ((m.saturating_sub(1), n), 1),
            Axis::Across => ((m, n.saturating_sub(1)), m),
        };
        if shape == (m, n) {
            break;
        }
        if let Value::Sparse(_) = x {
            let side = if axis == Axis::Down { m } else { n };
            let (next, this) = (cut(&x, axis, 1, side)?, cut(&x, axis, 0, side - 1)?);
            x = entrywise(Entrywise::Arith(Arith::Sub), next, this)?;
            continue;
        }
        let next = gather(&x, shape, |i, j| Some(i + j * m + step))?;
        let this = gather(&x, shape, |i, j| Some(i + j * m))?;
        x = arithmetic(Arith::Sub, next, this)?;
    }
    Ok(x)
}

/// Along a dimension beyond the second each pair of entries is multiplied by itself.
fn inner_along(x: Value, y: Value, dim: Option<Dimension>) -> Result<Value> {
    match dim {
        None => inner(x, y, None),
        Some(Dimension::Along(axis)) => inner(x, y, Some(axis)),
        Some(Dimension::Beyond) if x.shape() == y.shape() => {
            let shape = x.shape();
            let products = inner(as_row(&x)?, as_row(&y)?, Some(Axis::Down))?;
            super::rearranging::with_shape(products, shape)
        }
        Some(Dimension::Beyond) => inner(x, y, Some(Axis::Down)),
    }
}

fn inner(x: Value, y: Value, dim: Option<Axis>) -> Result<Value> {
    let line = |v: &Value| v.shape().0 == 1 || v.shape().1 == 1;
    let refuse = |x: &Value, y: &Value| {
        Fault::new(format!("dot: {} and {}", x.describe(), y.describe()))
            .hint("both need the same size, or as many entries when they are vectors")
            .identified("Octave:nonconformant-args")
    };
    refuse_text("dot", &x)?;
    refuse_text("dot", &y)?;
    let is_sparse = matches!(x, Value::Sparse(_)) || matches!(y, Value::Sparse(_));
    let (x, y) = if dim.is_none() && line(&x) && line(&y) && x.numel() == y.numel() {
        let row = |v: Value| match v {
            Value::Sparse(_) if v.shape().0 == 1 => Ok(v),
            Value::Sparse(_) => unary(UnaryOp::Transpose, v),
            full => as_row(&full),
        };
        (row(x)?, row(y)?)
    } else if x.shape() == y.shape() {
        (x, y)
    } else {
        return Err(refuse(&x, &y));
    };
    if is_sparse {
        return sparse_reductions::inner(x, y, dim);
    }
    match (x.into_numeric()?, y.into_numeric()?) {
        (x @ Numeric::Complex(_), y) | (x, y @ Numeric::Complex(_)) => {
            let (x, y) = (x.to_complex(), y.to_complex());
            let axis = dim.unwrap_or_else(|| Axis::of(&*x));
            Ok(reduce_complex::dot(&x, &y, axis).into())
        }
        (x, y) => {
            let (x, y) = (x.to_real()?, y.to_real()?);
            if x.data.is_vector() && dim.is_none() {
                return Ok(
                    matfac::linalg::product::dot(x.data.as_slice(), y.data.as_slice()).into()
                );
            }
            let products = arithmetic(Arith::Mul, Value::Matrix(x), Value::Matrix(y))?;
            sum_of(products, dim)
        }
    }
}
