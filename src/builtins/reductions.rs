//! Sums, products, running totals, differences, norms.

use super::argument::{Count, Vector};
use super::entry::builtins;
use super::gather::{gather, not_zero, refuse_text};
use super::rearranging::as_row;
use crate::value::{Array, Fault, Host, Numeric, Range, Result, Value, arithmetic};
use matfac::linalg::elementwise::Arith;
use matfac::linalg::reduce::{self, Axis};
use matfac::linalg::{Dense, norm, reduce_complex};
use matfac::{BoolMatrix, ComplexMatrix, Matrix};
use std::borrow::Cow;
use std::sync::Arc;

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
    ///
    /// See also: mean, cumsum, prod
    fn sum(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [s] { sum_of(A, dim) }

    /// The product of each column, of a vector's entries, or along a dimension.
    ///
    /// >>> prod([1 2 3 4])
    /// ans = 24
    ///
    /// See also: sum, cumprod
    fn prod(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [p] { reduced(A, dim, reduce::prod, reduce_complex::prod) }

    /// Running sums down the columns, or along a dimension.
    ///
    /// >>> cumsum([1 2 3])
    /// ans = 1×3
    ///    1   3   6
    ///
    /// See also: sum, cumprod
    fn cumsum(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [s] { running("cumsum", A, dim, reduce::cumsum, reduce_complex::cumsum) }

    /// Running products down the columns, or along a dimension.
    ///
    /// >>> cumprod([1 2 3])
    /// ans = 1×3
    ///    1   2   6
    ///
    /// See also: prod, cumsum
    fn cumprod(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [p] { running("cumprod", A, dim, reduce::cumprod, reduce_complex::cumprod) }

    /// The sum of the squares of each column, or along a dimension.
    ///
    /// >>> sumsq([3 4])
    /// ans = 25
    ///
    /// See also: sum, norm
    fn sumsq(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [s] { squares(A, dim) }

    /// Whether any entry of each column is not zero.
    ///
    /// >>> any([0 0 3])
    /// ans = 1
    ///
    /// See also: all, find
    fn any(cx, /** Numbers or logicals, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [b] { logical_along(A, dim, reduce::any, reduce::any_number) }

    /// Whether all entries of each column are not zero.
    ///
    /// >>> all([1 2 0])
    /// ans = 0
    ///
    /// See also: any
    fn all(cx, /** Numbers or logicals, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [b] { logical_along(A, dim, reduce::all, reduce::all_numbers) }

    /// Differences of neighbouring entries down the columns, of a vector's entries, or along a dimension.
    ///
    /// `order` times over.
    ///
    /// >>> diff([1 4 9])
    /// ans = 1×2
    ///    3   5
    ///
    /// See also: cumsum
    fn diff(cx, /** Numbers, m×n. */ x: Value, /** How often. */ order: usize = 1, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [d] { differences(x, order, dim) }

    /// The 2-norm, or another, of a vector or matrix.
    ///
    /// `p` is 1, 2, Inf, "fro" (Frobenius) or "nuc" (nuclear); of a vector any p.
    ///
    /// >>> norm([3 4])
    /// ans = 5
    /// >>> norm([1 2; 3 4], "fro")
    /// ans = 5.4772
    ///
    /// See also: cond, svd
    fn norm(cx, /** A vector or an m×n matrix. */ A: Value, /** Which norm. */ p: Value = 2.0) -> [n] { norm_of(cx.host, A, p) }

    /// The inner product of two vectors, or of each column of two matrices; the first is conjugated.
    ///
    /// >>> dot([1 2], [3 4])
    /// ans = 11
    /// >>> dot([1 2; 3 4], [1 2; 3 4])
    /// ans = 1×2
    ///    10   20
    ///
    /// See also: norm, cross
    fn dot(cx, /** Numbers. */ x: Value, /** Numbers, as many. */ y: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [s] { inner(x, y, dim) }

    /// The vector product of two vectors of three entries, or of the columns of two 3×n matrices.
    ///
    /// >>> cross([1 0 0], [0 1 0])
    /// ans = 1×3
    ///    0   0   1
    ///
    /// See also: dot
    fn cross(cx, /** Three numbers. */ x: Value, /** Three numbers. */ y: Value) -> [z] { vector_product(x, y) }

    /// The number of entries between the smallest and the largest: a histogram's counts and centres.
    ///
    /// >>> n = hist([1 2 2 3], 3)
    /// n = 1×3
    ///    1   2   1
    ///
    /// See also: bar
    fn hist(cx, /** Numbers. */ x: Vector, /** How many bins. */ bins: Count = 10) -> [n, centers] { histogram(&x.0, bins.0) }
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
    Ok(match a.into_numeric()? {
        Numeric::Complex(z) => of_complex(&z, dim.unwrap_or_else(|| Axis::of(&*z))).into(),
        real => {
            let a = real.to_real()?;
            of_real(&a.data, dim.unwrap_or_else(|| Axis::of(&a.data))).into()
        }
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
        a => reduced(a, dim, reduce::sum, reduce_complex::sum),
    }
}

fn squares(a: Value, dim: Option<Axis>) -> Result<Value> {
    refuse_text("sumsq", &a)?;
    let of_complex = |z: &ComplexMatrix, axis| {
        matfac::linalg::elementwise::to_complex(&reduce_complex::sum_of_squares(z, axis))
    };
    reduced(a, dim, reduce::sum_of_squares, of_complex)
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
        Value::Bool(_) | Value::Complex(_) => Ok(along(&not_zero(a)?)),
        a => {
            let a = a.to_array()?;
            let (a, axis) = shaped(&a.data, dim);
            Ok(of_numbers(&a, axis))
        }
    }
}

fn norm_of(host: &mut dyn Host, a: Value, p: Value) -> Result<f64> {
    refuse_text("norm", &a)?;
    let a = match a.into_numeric()? {
        Numeric::Complex(z) if z.is_vector() => {
            Arc::new(Array::from(matfac::linalg::complex::abs(&z)))
        }
        Numeric::Complex(_) => return Err(Fault::unsupported("norms of complex matrices")),
        Numeric::Scalar(x) => Arc::new(Array::from(Matrix::from_vec(1, 1, vec![x]))),
        Numeric::Real(a) => a,
    };
    let refuse = || {
        Fault::new("norm: p is 1, 2, Inf, \"fro\" or \"nuc\"; of a vector also any other number")
            .blame(crate::value::Blame::Positional(1))
    };
    let which = match (p.as_text(), p.as_number()) {
        (Some("fro"), _) => norm::Norm::Fro,
        (Some("nuc"), _) => norm::Norm::Nuc,
        (Some("inf" | "Inf"), _) => norm::Norm::Inf,
        (None, Some(1.0)) => norm::Norm::One,
        (None, Some(2.0)) => norm::Norm::Two,
        (None, Some(f64::INFINITY)) => norm::Norm::Inf,
        (None, Some(f64::NEG_INFINITY)) if a.data.is_vector() => norm::Norm::NegInf,
        (None, Some(p)) if a.data.is_vector() && !p.is_nan() => norm::Norm::P(p),
        _ => return Err(refuse()),
    };
    let (m, n) = (a.data.rows(), a.data.cols());
    let work = if a.data.is_vector() { 0.0 } else { 4.0 * (m * n * m.min(n)) as f64 };
    crate::value::uninterruptible(host, work, 8 * m * n, move || {
        matfac::factor::svd::matrix_norm(&a.data, which)
    })
}

/// Each entry's successor minus the entry; when a dimension is used up the next one is taken, as in Octave.
fn differences(x: Value, order: usize, dim: Option<Axis>) -> Result<Value> {
    refuse_text("diff", &x)?;
    let mut x = Value::from_numbers(x.into_numeric()?);
    for _ in 0..order {
        let (m, n) = x.shape();
        let axis = dim.unwrap_or(if m == 1 { Axis::Across } else { Axis::Down });
        if dim.is_none() && m * n <= 1 {
            return Ok(Value::empty());
        }
        let (shape, step) = match axis {
            Axis::Down => ((m.saturating_sub(1), n), 1),
            Axis::Across => ((m, n.saturating_sub(1)), m),
        };
        let next = gather(&x, shape, |i, j| Some(i + j * m + step))?;
        let this = gather(&x, shape, |i, j| Some(i + j * m))?;
        x = arithmetic(Arith::Sub, next, this)?;
        if x.numel() == 0 {
            break;
        }
    }
    Ok(x)
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
    let (x, y) = if dim.is_none() && line(&x) && line(&y) && x.numel() == y.numel() {
        (as_row(&x)?, as_row(&y)?)
    } else if x.shape() == y.shape() {
        (x, y)
    } else {
        return Err(refuse(&x, &y));
    };
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

fn vector_product(x: Value, y: Value) -> Result<Value> {
    let (p, q) = (x.shape(), y.shape());
    let three = |(m, n): (usize, usize)| m == 3 || n == 3;
    let both_lines = (p.0 == 1 || p.1 == 1) && (q.0 == 1 || q.1 == 1);
    // A row with a column gives a column.
    let turn = |v: Value| if v.shape().0 == 1 { gather(&v, (3, 1), |i, _| Some(i)) } else { Ok(v) };
    let (x, y) = match () {
        () if p == q && three(p) => (x, y),
        () if both_lines && three(p) && three(q) => (turn(x)?, turn(y)?),
        () => {
            return Err(Fault::new(format!(
                "cross needs vectors of three entries, and these are {} and {}",
                x.describe(),
                y.describe()
            )));
        }
    };
    let (m, n) = x.shape();
    let down = m == 3;
    let moved = |v: &Value, by: usize| {
        gather(v, (m, n), |i, j| {
            Some(if down { (i + by) % 3 + j * m } else { i + (j + by) % 3 * m })
        })
    };
    let left = arithmetic(Arith::Mul, moved(&x, 1)?, moved(&y, 2)?)?;
    let right = arithmetic(Arith::Mul, moved(&x, 2)?, moved(&y, 1)?)?;
    arithmetic(Arith::Sub, left, right)
}

fn histogram(x: &[f64], bins: usize) -> Result<(Matrix, Matrix)> {
    let finite: Vec<f64> = x.iter().copied().filter(|x| x.is_finite()).collect();
    let low = finite.iter().copied().fold(f64::INFINITY, f64::min);
    let high = finite.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if finite.is_empty() {
        return Err(Fault::new("hist needs at least one finite number"));
    }
    let width = if high > low { (high - low) / bins as f64 } else { 1.0 };
    let mut counts = vec![0.0; bins];
    for x in finite {
        counts[(((x - low) / width) as usize).min(bins - 1)] += 1.0;
    }
    let centers = (0..bins).map(|b| low + (b as f64 + 0.5) * width).collect();
    Ok((Matrix::row_vector(counts), Matrix::row_vector(centers)))
}
