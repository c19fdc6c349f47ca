//! Smallest and largest entries, so far and altogether, and of two arrays entry by entry.

use super::argument::Skip;
use super::entry::builtins;
use super::gather::{gather, positions};
use super::lanes::{Dimension, Missing, along};
use super::sparse_reductions;
use crate::value::{Numeric, Result, Value, arithmetic, to_logical};
use matfac::linalg::elementwise::{Arith, arith};
use matfac::linalg::reduce::{self, Axis};
use matfac::linalg::{Dense, broadcast, reduce_complex};
use matfac::{ComplexMatrix, c64};
use std::sync::Arc;

builtins! { "extremes";
    /// The smallest entry of each column and where it stands; NaN is passed over. Complex numbers are compared by modulus. `min(A, B)` compares entry by entry.
    ///
    /// >>> [m, i] = min([3 1 2])
    /// m = 1
    /// i = 2
    /// >>> min([1 5], 3)
    /// ans = 1×2
    ///    1   3
    /// >>> min([1 NaN], 3, "includenan")
    /// ans = 1×2
    ///      1   NaN
    ///
    /// See also: max, sort
    fn min(cx, /** Numbers, m×n. */ A: Value, /** "includenan" lets NaN win; otherwise it is passed over. */ nan: Option<Missing>) -> [m, i] { extremes(A, None, false, nan) }
    or (cx, A: Value, B: Skip, nan: Missing) -> [m, i] { extremes(A, None, false, Some(nan)) }
    or (cx, A: Value, B: Skip, /** 1 down the columns, 2 along the rows. */ dim: Dimension, nan: Option<Missing>) -> [m, i] { along(A, Some(dim), |a, axis| extremes(a, axis, false, nan).map(<[Value; 2]>::from)) }
    or (cx, A: Value, /** Numbers to compare with. */ B: Value, nan: Option<Missing>) -> [m] { larger_or_smaller(A, B, false, nan) } scalar Scalar::Two(|x, y| arith(Arith::Min, x, y));

    /// The largest entry of each column and where it stands; NaN is passed over. Complex numbers are compared by modulus. `max(A, B)` compares entry by entry.
    ///
    /// >>> [m, i] = max([3 1 2])
    /// m = 3
    /// i = 1
    /// >>> max([1 5; 7 2], [], 2)
    /// ans = 2×1
    ///    5
    ///    7
    /// >>> max([1 5], 3)
    /// ans = 1×2
    ///    3   5
    /// >>> max([1 NaN], [], "includenan")
    /// ans = NaN
    ///
    /// See also: min, sort
    fn max(cx, /** Numbers, m×n. */ A: Value, /** "includenan" lets NaN win; otherwise it is passed over. */ nan: Option<Missing>) -> [m, i] { extremes(A, None, true, nan) }
    or (cx, A: Value, B: Skip, nan: Missing) -> [m, i] { extremes(A, None, true, Some(nan)) }
    or (cx, A: Value, B: Skip, /** 1 down the columns, 2 along the rows. */ dim: Dimension, nan: Option<Missing>) -> [m, i] { along(A, Some(dim), |a, axis| extremes(a, axis, true, nan).map(<[Value; 2]>::from)) }
    or (cx, A: Value, /** Numbers to compare with. */ B: Value, nan: Option<Missing>) -> [m] { larger_or_smaller(A, B, true, nan) } scalar Scalar::Two(|x, y| arith(Arith::Max, x, y));

    /// The smallest entry so far, down each column or along a dimension, and where it stands; NaN is passed over.
    ///
    /// >>> cummin([3 1 4 1 5])
    /// ans = 1×5
    ///    3   1   1   1   1
    ///
    /// See also: min, cummax
    fn cummin(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>) -> [m, i] { along(A, dim, |a, axis| so_far(a, axis, false).map(<[Value; 2]>::from)) }

    /// The largest entry so far, down each column or along a dimension, and where it stands; NaN is passed over.
    ///
    /// >>> cummax([3 1 4 1 5])
    /// ans = 1×5
    ///    3   3   4   4   5
    ///
    /// See also: max, cummin
    fn cummax(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>) -> [m, i] { along(A, dim, |a, axis| so_far(a, axis, true).map(<[Value; 2]>::from)) }

    /// The largest entry minus the smallest, of each column or along a dimension.
    ///
    /// >>> range([4 1 9])
    /// ans = 8
    /// >>> range([4 NaN 9], "includenan")
    /// ans = NaN
    ///
    /// See also: min, max
    fn range(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>, /** "includenan" lets NaN win; otherwise it is passed over. */ nan: Option<Missing>) -> [r] { spread(A, dim, nan) }
}

fn axis_of(a: &Value, dim: Option<Axis>) -> Axis {
    dim.unwrap_or(if a.shape().0 == 1 { Axis::Across } else { Axis::Down })
}

fn is_logical(a: &Value) -> bool {
    matches!(a, Value::Bool(_) | Value::Bools(_))
}

fn extremes(
    a: Value,
    dim: Option<Axis>,
    largest: bool,
    missing: Option<Missing>,
) -> Result<(Value, Value)> {
    if let Value::Sparse(s) = &a {
        if missing != Some(Missing::Include) {
            return sparse_reductions::extremes(s, dim, largest);
        }
        if let Some(extremes) = sparse_reductions::extremes_or_nan(s, dim, largest)? {
            return Ok(extremes);
        }
    }
    let axis = axis_of(&a, dim);
    let (m, n) = a.shape();
    let logical = is_logical(&a);
    let (values, found) = match a.clone().into_numeric()? {
        Numeric::Complex(z) => {
            let mut found = reduce_complex::extreme_positions(&z, axis, largest);
            if missing == Some(Missing::Include) {
                let is_nan = |z: &c64| z.re.is_nan() || z.im.is_nan();
                for (lane, i) in first_of_each(&z, axis, is_nan) {
                    found[lane] = i;
                }
            }
            let shape = if axis == Axis::Down { (1, n) } else { (m, 1) };
            let at = |i: usize, j: usize| match axis {
                Axis::Down => found[j] + j * m,
                Axis::Across => i + found[i] * m,
            };
            (gather(&a, shape, |i, j| Some(at(i, j)))?, found)
        }
        real => {
            let a = real.to_real()?;
            let f = if largest { reduce::max } else { reduce::min };
            let mut extremes = f(&a.data, axis);
            if missing == Some(Missing::Include) {
                for (lane, i) in first_of_each(&a.data, axis, |x| x.is_nan()) {
                    extremes.values.as_mut_slice()[lane] = f64::NAN;
                    extremes.indices[lane] = i;
                }
            }
            (extremes.values.into(), extremes.indices)
        }
    };
    let shape = values.shape();
    // The extreme of logicals is a logical.
    let values = if logical { to_logical(values)?.into() } else { values };
    Ok((values, positions(&found, shape)))
}

/// The columns (rows) that have such an entry, and the first place in them where it stands.
fn first_of_each<T>(a: &Dense<T>, axis: Axis, is_such: impl Fn(&T) -> bool) -> Vec<(usize, usize)> {
    let (m, n) = (a.rows(), a.cols());
    let (lanes, length) = if axis == Axis::Down { (n, m) } else { (m, n) };
    let at = |lane: usize, i: usize| if axis == Axis::Down { &a[(i, lane)] } else { &a[(lane, i)] };
    let first = |lane: usize| (0..length).find(|&i| is_such(at(lane, i)));
    (0..lanes).filter_map(|lane| Some((lane, first(lane)?))).collect()
}

/// NaN where there is NaN, and 0 elsewhere.
fn marks(a: &Value) -> Result<Value> {
    Ok(a.to_array()?.data.map(|x| if x.is_nan() { x } else { 0.0 }).into())
}

fn larger_or_smaller(a: Value, b: Value, largest: bool, missing: Option<Missing>) -> Result<Value> {
    if matches!(a, Value::Sparse(_)) || matches!(b, Value::Sparse(_)) {
        let of_full = |a, b| larger_or_smaller(a, b, largest, missing);
        return sparse_reductions::of_entries(a, b, of_full);
    }
    if missing == Some(Missing::Include) {
        let nan = arithmetic(Arith::Add, marks(&a)?, marks(&b)?)?;
        return arithmetic(Arith::Add, larger_or_smaller(a, b, largest, None)?, nan);
    }
    let logical = is_logical(&a) && is_logical(&b);
    let result = match (a.into_numeric()?, b.into_numeric()?) {
        (a @ Numeric::Complex(_), b) | (a, b @ Numeric::Complex(_)) => {
            of_complex(&a.to_complex(), &b.to_complex(), largest)?.into()
        }
        (a, b) => {
            let op = if largest { Arith::Max } else { Arith::Min };
            arithmetic(op, Value::from_numbers(a), Value::from_numbers(b))?
        }
    };
    if logical { Ok(to_logical(result)?.into()) } else { Ok(result) }
}

/// The one of larger (smaller) modulus; the first of equal ones.
fn of_complex(a: &ComplexMatrix, b: &ComplexMatrix, largest: bool) -> Result<ComplexMatrix> {
    let shape = broadcast::broadcast_shape("compare", a.shape(), b.shape())?;
    matfac::linalg::memory::entries::<c64>(shape.0, shape.1)?;
    let at = |m: &ComplexMatrix, i: usize, j: usize| {
        m[(if m.rows() == 1 { 0 } else { i }, if m.cols() == 1 { 0 } else { j })]
    };
    let is_nan = |z: c64| z.re.is_nan() || z.im.is_nan();
    Ok(ComplexMatrix::from_fn(shape.0, shape.1, |i, j| {
        let (x, y) = (at(a, i, j), at(b, i, j));
        let (p, q) = (x.re.hypot(x.im), y.re.hypot(y.im));
        let first = if largest { p >= q } else { p <= q };
        if is_nan(y) || (first && !is_nan(x)) { x } else { y }
    }))
}

fn so_far(a: Value, dim: Option<Axis>, largest: bool) -> Result<(Value, Value)> {
    let a = if matches!(a, Value::Sparse(_)) { a.into_numeric()?.into() } else { a };
    let axis = axis_of(&a, dim);
    let (m, n) = a.shape();
    let logical = is_logical(&a);
    let numbers = match a.clone().into_numeric()? {
        // Only moduli are compared.
        Numeric::Complex(z) => Arc::new(matfac::linalg::complex::abs(&z).into()),
        real => real.to_real()?,
    };
    let entries = numbers.data.as_slice();
    let mut best: Vec<usize> = (0..m * n).collect();
    let step = if axis == Axis::Down { 1 } else { m };
    let lane_start = |k: usize| if axis == Axis::Down { k.is_multiple_of(m) } else { k < m };
    for k in 0..m * n {
        if lane_start(k) {
            continue;
        }
        let (new, old) = (entries[k], entries[best[k - step]]);
        let better = if largest { new > old } else { new < old };
        if !(better || old.is_nan() && !new.is_nan()) {
            best[k] = best[k - step];
        }
    }
    let a = if matches!(a, Value::Complex(_)) { a } else { Value::Matrix(numbers) };
    let values = gather(&a, (m, n), |i, j| Some(best[i + j * m]))?;
    let lanes: Vec<usize> =
        best.iter().map(|&k| if axis == Axis::Down { k % m } else { k / m }).collect();
    let values = if logical { to_logical(values)?.into() } else { values };
    Ok((values, positions(&lanes, (m, n))))
}

fn spread(a: Value, dim: Option<Axis>, missing: Option<Missing>) -> Result<Value> {
    let (largest, _) = extremes(a.clone(), dim, true, missing)?;
    let (smallest, _) = extremes(a, dim, false, missing)?;
    arithmetic(Arith::Sub, largest, smallest)
}
