//! Sums, means, extremes, order.

use super::argument::{Count, Rest, Skip, Vector, options};
use super::entry::builtins;
use super::text_sets;
use crate::value::{
    Array, Cells, Fault, Host, Numeric, Range, Result, Value, arithmetic, to_logical,
};
use matfac::linalg::elementwise::Arith;
use matfac::linalg::reduce::{self, Axis, Normalization};
use matfac::linalg::{norm, order};
use matfac::{BoolMatrix, Matrix};
use std::sync::Arc;

options! {
    /// Which way to sort.
    Direction { Ascend = "ascend", Descend = "descend" }
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
    ///
    /// See also: mean, cumsum, prod
    fn sum(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [s] { sum_of(A, dim) }

    /// The product of each column, of a vector's entries, or along a dimension.
    ///
    /// >>> prod([1 2 3 4])
    /// ans = 24
    ///
    /// See also: sum, cumprod
    fn prod(cx, /** Numbers, m×n. */ A: Arc<Array>, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [p] { along(&A, dim, reduce::prod) }

    /// The mean of each column, of a vector's entries, or along a dimension.
    ///
    /// >>> mean([1 2; 3 4])
    /// ans = 1×2
    ///    2   3
    ///
    /// See also: median, std, var
    fn mean(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [m] { mean_of(A, dim) }

    /// The median of each column, of a vector's entries, or along a dimension.
    ///
    /// >>> median([3 1 2])
    /// ans = 2
    ///
    /// See also: mean, sort
    fn median(cx, /** Numbers, m×n. */ A: Arc<Array>, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [m] { along(&A, dim, order::median) }

    /// The variance, with n-1 in the denominator (`opt=1`: with n).
    ///
    /// >>> var([1 2 3 4])
    /// ans = 1.6667
    ///
    /// See also: std, mean
    fn var(cx, /** Numbers, m×n. */ A: Arc<Array>, /** 0 divides by n-1, 1 by n. */ opt: usize = 0, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [v] {
        along(&A, dim, |a, axis| reduce::var(a, axis, normalization(opt)))
    }

    /// The standard deviation, with n-1 in the denominator (`opt=1`: with n).
    ///
    /// >>> std([1 2 3 4])
    /// ans = 1.2910
    ///
    /// See also: var, mean
    fn std(cx, /** Numbers, m×n. */ A: Arc<Array>, /** 0 divides by n-1, 1 by n. */ opt: usize = 0, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [s] {
        along(&A, dim, |a, axis| reduce::std(a, axis, normalization(opt)))
    }

    /// Running sums down the columns, or along a dimension.
    ///
    /// >>> cumsum([1 2 3])
    /// ans = 1×3
    ///    1   3   6
    ///
    /// See also: sum, cumprod
    fn cumsum(cx, /** Numbers, m×n. */ A: Arc<Array>, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [s] { running(&A, dim, reduce::cumsum) }

    /// Running products down the columns, or along a dimension.
    ///
    /// >>> cumprod([1 2 3])
    /// ans = 1×3
    ///    1   2   6
    ///
    /// See also: prod, cumsum
    fn cumprod(cx, /** Numbers, m×n. */ A: Arc<Array>, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [p] { running(&A, dim, reduce::cumprod) }

    /// The sum of the squares of each column, or along a dimension.
    ///
    /// >>> sumsq([3 4])
    /// ans = 25
    ///
    /// See also: sum, norm
    fn sumsq(cx, /** Numbers, m×n. */ A: Arc<Array>, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [s] { along(&A, dim, reduce::sum_of_squares) }

    /// The smallest entry of each column and where it stands; NaN is passed over. `min(A, B)` compares entry by entry.
    ///
    /// >>> [m, i] = min([3 1 2])
    /// m = 1
    /// i = 2
    /// >>> min([1 5], 3)
    /// ans = 1×2
    ///    1   3
    ///
    /// See also: max, sort
    fn min(cx, /** Numbers, m×n. */ A: Arc<Array>) -> [m, i] { extremes(&A, None, reduce::min) }
    or (cx, A: Arc<Array>, B: Skip, /** 1 down the columns, 2 along the rows. */ dim: Axis) -> [m, i] { extremes(&A, Some(dim), reduce::min) }
    or (cx, A: Value, /** Numbers to compare with. */ B: Value) -> [m] { arithmetic(Arith::Min, A, B) }

    /// The largest entry of each column and where it stands; NaN is passed over. `max(A, B)` compares entry by entry.
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
    ///
    /// See also: min, sort
    fn max(cx, /** Numbers, m×n. */ A: Arc<Array>) -> [m, i] { extremes(&A, None, reduce::max) }
    or (cx, A: Arc<Array>, B: Skip, /** 1 down the columns, 2 along the rows. */ dim: Axis) -> [m, i] { extremes(&A, Some(dim), reduce::max) }
    or (cx, A: Value, /** Numbers to compare with. */ B: Value) -> [m] { arithmetic(Arith::Max, A, B) }

    /// Whether any entry of each column is not zero.
    ///
    /// >>> any([0 0 3])
    /// ans = 1
    ///
    /// See also: all, find
    fn any(cx, /** Numbers or logicals, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [b] { logical_along(no_nan(A), dim, reduce::any) }

    /// Whether all entries of each column are not zero.
    ///
    /// >>> all([1 2 0])
    /// ans = 0
    ///
    /// See also: any
    fn all(cx, /** Numbers or logicals, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [b] { logical_along(A, dim, reduce::all) }

    /// The entries of each column in order, and where each stood before; NaN goes last.
    ///
    /// >>> [s, i] = sort([3 1 2], "descend")
    /// s = 1×3
    ///    3   2   1
    /// i = 1×3
    ///    1   3   2
    ///
    /// See also: unique, median
    fn sort(cx, /** Numbers, m×n. */ A: Arc<Array>, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>, /** The direction. */ mode: Direction = "ascend") -> [s, i] {
        sorted(&A, dim, mode == Direction::Descend)
    }
    or (cx, A: Arc<Cells>, dim: Option<Axis>, mode: Direction = "ascend") -> [s, i] { text_sets::sorted(&A, dim, mode == Direction::Descend) }

    /// The distinct entries in ascending order.
    ///
    /// >>> unique([3 1 3 2])
    /// ans = 1×3
    ///    1   2   3
    ///
    /// See also: sort
    fn unique(cx, /** Numbers, or a cell of strings. */ A: Arc<Array>) -> [u] { distinct(&A) }
    or (cx, A: Arc<Cells>, /** Of strings: "first", "last", "stable". */ options: Rest) -> [u, i, j] { text_sets::distinct(&A, &options) }

    /// Where the entries that are not zero stand: positions, or rows and columns.
    ///
    /// >>> find([0 5 0 7])
    /// ans = 1×2
    ///    2   4
    ///
    /// See also: any, sort
    fn find(cx, /** Numbers or logicals, m×n. */ A: Value, /** At most this many. */ n: Option<usize>) -> [i, j] { positions(A, n, cx.nargout) }

    /// How many entries are not zero; of ratings, how many are observed.
    ///
    /// >>> nnz([0 5 0 7])
    /// ans = 2
    ///
    /// See also: find, numel
    fn nnz(cx, /** Numbers, logicals or ratings. */ A: Value) -> [n] { count(A) }

    /// Differences of neighbouring entries down the columns, of a vector's entries, or along a dimension.
    ///
    /// `order` times over.
    ///
    /// >>> diff([1 4 9])
    /// ans = 1×2
    ///    3   5
    ///
    /// See also: cumsum
    fn diff(cx, /** Numbers, m×n. */ x: Matrix, /** How often. */ order: usize = 1, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [d] { differences(x, order, dim) }

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

    /// The inner product of two vectors.
    ///
    /// >>> dot([1 2], [3 4])
    /// ans = 11
    ///
    /// See also: norm
    fn dot(cx, /** n numbers. */ x: Vector, /** n numbers. */ y: Vector) -> [s] { inner(&x.0, &y.0) }

    /// The number of entries between the smallest and the largest: a histogram's counts and centres.
    ///
    /// >>> n = hist([1 2 2 3], 3)
    /// n = 1×3
    ///    1   2   1
    ///
    /// See also: bar
    fn hist(cx, /** Numbers. */ x: Vector, /** How many bins. */ bins: Count = 10) -> [n, centers] { histogram(&x.0, bins.0) }
}

fn normalization(opt: usize) -> Normalization {
    if opt == 1 { Normalization::Population } else { Normalization::Sample }
}

/// Octave reduces `[]` (0×0) to one number, hence along the columns of a 0×1.
fn shaped(a: &Array, dim: Option<Axis>) -> (std::borrow::Cow<'_, Matrix>, Axis) {
    use std::borrow::Cow;
    if dim.is_none() && a.data.rows() == 0 && a.data.cols() == 0 {
        return (Cow::Owned(Matrix::zeros(0, 1)), Axis::of(&Matrix::zeros(0, 1)));
    }
    (Cow::Borrowed(&a.data), dim.unwrap_or_else(|| Axis::of(&a.data)))
}

fn along(a: &Array, dim: Option<Axis>, f: impl Fn(&Matrix, Axis) -> Matrix) -> Result<Matrix> {
    let (data, axis) = shaped(a, dim);
    Ok(f(&data, axis))
}

/// Running totals keep the shape, that of `[]` too.
fn running(a: &Array, dim: Option<Axis>, f: fn(&Matrix, Axis) -> Matrix) -> Result<Matrix> {
    Ok(f(&a.data, dim.unwrap_or_else(|| Axis::of(&a.data))))
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
        a => match a.into_numeric()? {
            Numeric::Scalar(x) => Ok(x.into()),
            Numeric::Real(a) => Ok(along(&a, dim, reduce::sum)?.into()),
            Numeric::Complex(z) => {
                let real = Array::from(matfac::linalg::complex::real(&z));
                let imag = Array::from(matfac::linalg::complex::imag(&z));
                let (re, im) = (along(&real, dim, reduce::sum)?, along(&imag, dim, reduce::sum)?);
                let parts = re.as_slice().iter().zip(im.as_slice());
                let sums = parts.map(|(&re, &im)| matfac::c64::new(re, im)).collect();
                Ok(matfac::ComplexMatrix::from_vec(re.rows(), re.cols(), sums).into())
            }
        },
    }
}

fn mean_of(a: Value, dim: Option<Axis>) -> Result<Value> {
    match a {
        Value::Ratings(r) => Ok(r.mean().unwrap_or(f64::NAN).into()),
        a => Ok(along(&*a.to_array()?, dim, reduce::mean)?.into()),
    }
}

fn extremes(
    a: &Array,
    dim: Option<Axis>,
    f: impl Fn(&Matrix, Axis) -> reduce::Extremes,
) -> Result<(Matrix, Matrix)> {
    let found = f(&a.data, dim.unwrap_or_else(|| Axis::of(&a.data)));
    let (rows, cols) = (found.values.rows(), found.values.cols());
    let positions = found.indices.iter().map(|&i| (i + 1) as f64).collect();
    Ok((found.values, Matrix::from_vec(rows, cols, positions)))
}

fn logical_along(
    a: Value,
    dim: Option<Axis>,
    f: fn(&BoolMatrix, Axis) -> BoolMatrix,
) -> Result<BoolMatrix> {
    let a = not_zero(a)?;
    let a = if (a.rows(), a.cols()) == (0, 0) { BoolMatrix::from_vec(0, 1, Vec::new()) } else { a };
    let axis = dim.unwrap_or_else(|| Axis::of(&a));
    Ok(f(&a, axis))
}

/// Zeros where there is NaN: `any` finds no NaN true, though `all` finds none false.
fn no_nan(a: Value) -> Value {
    match a {
        Value::Number(x) if x.is_nan() => 0.into(),
        Value::Matrix(m) if m.data.as_slice().iter().any(|x| x.is_nan()) => {
            m.data.map(|x| if x.is_nan() { 0.0 } else { x }).into()
        }
        other => other,
    }
}

/// Which entries are not zero; NaN is not.
fn not_zero(a: Value) -> Result<BoolMatrix> {
    match a {
        Value::Bool(_) | Value::Bools(_) => to_logical(a),
        a => Ok(match a.into_numeric()? {
            Numeric::Scalar(x) => BoolMatrix::from_vec(1, 1, vec![x != 0.0]),
            Numeric::Real(a) => a.data.map(|x| x != 0.0),
            Numeric::Complex(z) => z.map(|z| z.re != 0.0 || z.im != 0.0),
        }),
    }
}

fn sorted(a: &Array, dim: Option<Axis>, descending: bool) -> Result<(Value, Matrix)> {
    let axis = dim.unwrap_or_else(|| Axis::of(&a.data));
    let found = order::sort(&a.data, axis, descending);
    let (rows, cols) = (a.data.rows(), a.data.cols());
    let positions = found.indices.iter().map(|&i| (i + 1) as f64).collect();
    let positions = Matrix::from_vec(rows, cols, positions);
    // Names go with their entries where there is one line of them.
    let order: Vec<usize> = found.indices.clone();
    let values = match (rows, cols) {
        (1, _) if a.col_labels().is_some() => {
            let labels = a.col_labels().map(|l| l.select(&order));
            Array::labelled(found.values, a.row_labels().cloned(), labels).into()
        }
        (_, 1) if a.row_labels().is_some() => {
            let labels = a.row_labels().map(|l| l.select(&order));
            Array::labelled(found.values, labels, a.col_labels().cloned()).into()
        }
        _ => Value::from(found.values),
    };
    Ok((values, positions))
}

fn distinct(a: &Array) -> Result<Matrix> {
    let mut entries = a.data.as_slice().to_vec();
    entries.sort_by(|x, y| order::ascending(*x, *y));
    entries.dedup();
    Ok(if (a.data.rows(), a.data.cols()) == (0, 0) {
        Matrix::zeros(0, 0)
    } else if a.data.rows() == 1 && a.data.cols() > 1 {
        Matrix::row_vector(entries)
    } else {
        Matrix::column_vector(entries)
    })
}

fn positions(a: Value, limit: Option<usize>, nargout: usize) -> Result<Vec<Value>> {
    let (rows, cols) = a.shape();
    let a = not_zero(a)?;
    let found: Vec<usize> =
        (0..a.len()).filter(|&k| a.as_slice()[k]).take(limit.unwrap_or(usize::MAX)).collect();
    let shape = |list: Vec<f64>| {
        let matrix = match (rows, cols) {
            (0, 0) => Matrix::zeros(0, 0),
            (1, n) if n != 1 => Matrix::row_vector(list),
            _ => Matrix::column_vector(list),
        };
        Value::from(matrix)
    };
    if nargout < 2 {
        return Ok(vec![shape(found.iter().map(|&k| (k + 1) as f64).collect())]);
    }
    let row = found.iter().map(|&k| (k % rows + 1) as f64).collect();
    let column = found.iter().map(|&k| (k / rows + 1) as f64).collect();
    Ok(vec![shape(row), shape(column)])
}

fn count(a: Value) -> Result<usize> {
    match a {
        Value::Ratings(r) => Ok(r.nnz()),
        other => Ok(not_zero(other)?.as_slice().iter().filter(|b| **b).count()),
    }
}

fn norm_of(host: &mut dyn Host, a: Value, p: Value) -> Result<f64> {
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

fn differences(x: Matrix, order: usize, dim: Option<Axis>) -> Result<Matrix> {
    let mut x = x;
    for _ in 0..order {
        let (m, n) = (x.rows(), x.cols());
        x = match dim.unwrap_or_else(|| Axis::of(&x)) {
            _ if dim.is_none() && x.len() <= 1 => return Ok(Matrix::zeros(0, 0)),
            Axis::Down => Matrix::from_fn(m.saturating_sub(1), n, |i, j| x[(i + 1, j)] - x[(i, j)]),
            Axis::Across => {
                Matrix::from_fn(m, n.saturating_sub(1), |i, j| x[(i, j + 1)] - x[(i, j)])
            }
        };
        if x.is_empty() {
            break;
        }
    }
    Ok(x)
}

fn inner(x: &[f64], y: &[f64]) -> Result<f64> {
    if x.len() != y.len() {
        return Err(Fault::new(format!(
            "dot: the vectors have {} and {} entries",
            x.len(),
            y.len()
        )));
    }
    Ok(matfac::linalg::product::dot(x, y))
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
