//! Means, medians, variances. The other statistics are written in mf, `stdlib/statistics`.
//!
//! One pass over the numbers (variances two, medians by selection), by columns or rows on several threads.

use super::argument::Rest;
use super::entry::builtins;
use super::gather::refuse_text;
use super::lanes::{Dimension, Lanes, Request, arguments, over};
use super::sparse_statistics::{self, Lane};
use crate::value::{Blame, Fault, Numeric, Result, SparseArray, Value, sparse_of};
use matfac::linalg::elementwise::{self, Arith};
use matfac::linalg::reduce::{self, Axis, Normalization};
use matfac::linalg::{complex, order, reduce_complex};
use matfac::{ComplexMatrix, Matrix, c64};

builtins! { "statistics";
    /// The mean of each column, of a vector's entries, or along a dimension.
    ///
    /// >>> mean([1 2; 3 4])
    /// ans = 1×2
    ///    2   3
    /// >>> mean([1 4], "g")
    /// ans = 2
    ///
    /// See also: median, std, var
    fn mean(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows; "all" for one mean. */ dim: Option<Value>, /** "g" geometric, "h" harmonic; "omitnan" leaves NaN out. */ options: Rest) -> [m] {
        averaged(A, Request::read("mean", arguments(dim, options), &["a", "g", "h"])?)
    }

    /// The median of each column, of a vector's entries, or along a dimension; NaN when there is NaN.
    ///
    /// >>> median([3 1 2])
    /// ans = 2
    ///
    /// See also: mean, sort
    fn median(cx, /** Numbers, m×n, not empty. */ A: Value, /** 1 down the columns, 2 along the rows; "all" for one median. */ dim: Option<Value>, /** "omitnan" leaves NaN out. */ options: Rest) -> [m] {
        middle(A, &Request::read("median", arguments(dim, options), &[])?)
    }

    /// The variance, with n-1 in the denominator (`w=1`: with n), or of numbers with weights; and the mean.
    ///
    /// >>> var([1 2 3 4])
    /// ans = 1.6667
    /// >>> var([1 2 3], [1 2 1])
    /// ans = 0.5000
    ///
    /// See also: std, mean
    fn var(cx, /** Numbers, m×n. */ A: Value, /** 0 divides by n-1, 1 by n; [] for 0; or weights. */ w: Value = 0, /** 1 down the columns, 2 along the rows; "all" for one variance. */ dim: Option<Value>, /** "omitnan" leaves NaN out. */ options: Rest) -> [v, m] {
        spread("var", A, w, arguments(dim, options), |v| v)
    }

    /// The standard deviation, with n-1 in the denominator (`w=1`: with n), or of numbers with weights; and the mean.
    ///
    /// >>> std([1 2 3 4])
    /// ans = 1.2910
    ///
    /// See also: var, mean
    fn std(cx, /** Numbers, m×n. */ A: Value, /** 0 divides by n-1, 1 by n; [] for 0; or weights. */ w: Value = 0, /** 1 down the columns, 2 along the rows; "all" for one number. */ dim: Option<Value>, /** "omitnan" leaves NaN out. */ options: Rest) -> [s, m] {
        spread("std", A, w, arguments(dim, options), f64::sqrt)
    }
}

/// `f` of lanes, without their NaN when that is asked for.
fn reduced(a: &Matrix, request: &Request, f: impl Fn(&Matrix, Axis) -> Matrix + Sync) -> Matrix {
    over(a, request.lanes, |a, axis| match request.omits_nan() {
        false => f(a, axis),
        true => reduce::map_lanes(a, axis, |lane| {
            let kept = lane.iter().copied().filter(|x| !x.is_nan()).collect();
            f(&Matrix::column_vector(kept), Axis::Down).as_slice()[0]
        }),
    })
}

fn has_negative(s: &SparseArray) -> bool {
    matches!(s, SparseArray::Real(s) if s.entries().iter().any(|x| *x < 0.0))
}

/// Numbers of a function that takes no text.
fn numbers(function: &str, a: Value, request: &Request) -> Result<Numeric> {
    refuse_text(function, &a)?;
    let a = a.into_numeric()?;
    if request.omits_nan() && matches!(a, Numeric::Complex(_)) {
        return Err(Fault::unsupported("\"omitnan\" of complex numbers"));
    }
    Ok(a)
}

/// The dimension of lanes that are columns or rows.
fn sparse_axis(lanes: Lanes) -> Option<Option<Axis>> {
    match lanes {
        Lanes::Default => Some(None),
        Lanes::Along(Dimension::Along(axis)) => Some(Some(axis)),
        _ => None,
    }
}

fn averaged(a: Value, mut request: Request) -> Result<Value> {
    if let Value::Ratings(r) = &a {
        return Ok(r.mean().unwrap_or(f64::NAN).into());
    }
    if a.shape() == (0, 0) && request.lanes == Lanes::COLUMNS {
        request.lanes = Lanes::All;
    }
    if let (Value::Sparse(s), true, false) = (&a, request.words.is_empty(), request.omits_nan())
        && let Some(dim) = sparse_axis(request.lanes)
    {
        return sparse_statistics::mean(s, dim);
    }
    let request = &request;
    let which = request.words.last().map_or("a", String::as_str);
    if let Value::Sparse(s) = &a
        && (which == "a" || !has_negative(s))
    {
        let mean = |lane: &Lane| match which {
            "g" => lane.geometric_mean(),
            "h" => lane.harmonic_mean(),
            _ => lane.mean(),
        };
        let means = sparse_statistics::of_lanes(s, request.lanes, request.omits_nan(), mean);
        if let Some(means) = means {
            return sparse_of(&means);
        }
    }
    match numbers("mean", a, request)? {
        Numeric::Complex(z) if which == "a" => {
            Ok(over(&z, request.lanes, reduce_complex::mean).into())
        }
        Numeric::Complex(_) => {
            Err(Fault::unsupported("geometric and harmonic means of complex numbers"))
        }
        real => {
            let a = &real.to_real()?.data;
            if which != "a" && a.as_slice().iter().any(|x| *x < 0.0) {
                return Err(Fault::new("mean: of negative numbers there is no such mean")
                    .hint("mean(A) is the arithmetic mean")
                    .blame(Blame::Positional(0)));
            }
            let count = |lane: &[f64]| lane.len() as f64;
            let total = |lane: &[f64], f: fn(f64) -> f64| lane.iter().map(|x| f(*x)).sum::<f64>();
            let mean = match which {
                "g" => reduced(a, request, |a, axis| {
                    reduce::map_lanes(a, axis, |x| (total(x, f64::ln) / count(x)).exp())
                }),
                "h" => reduced(a, request, |a, axis| {
                    reduce::map_lanes(a, axis, |x| count(x) / total(x, f64::recip))
                }),
                _ => reduced(a, request, reduce::mean),
            };
            Ok(mean.into())
        }
    }
}

fn middle(a: Value, request: &Request) -> Result<Value> {
    let is_logical = a.class() == "logical";
    let of_class = |medians: Matrix| -> Value {
        // Between false and true Octave takes true.
        if is_logical { medians.map(|x| x >= 0.5).into() } else { medians.into() }
    };
    if let Value::Sparse(s) = &a {
        let medians =
            sparse_statistics::of_lanes(s, request.lanes, request.omits_nan(), |l| l.median());
        if let Some(medians) = medians {
            return Ok(of_class(medians));
        }
    }
    let a = numbers("median", a, request)?;
    let (m, n) = a.shape();
    if m == 0 || n == 0 {
        return Err(Fault::new("median: A must not be empty").blame(Blame::Positional(0)));
    }
    if let Numeric::Complex(z) = &a {
        return Ok(over(z, request.lanes, complex_medians).into());
    }
    let a = a.to_real()?;
    Ok(of_class(reduced(&a.data, request, order::median)))
}

/// The middle one of complex numbers, ordered by modulus and then by argument; of two the mean.
fn complex_medians(z: &ComplexMatrix, axis: Axis) -> ComplexMatrix {
    let (m, n) = (z.rows(), z.cols());
    let middle = |mut lane: Vec<c64>| {
        let is_nan = |z: &c64| z.re.is_nan() || z.im.is_nan();
        if lane.iter().any(is_nan) {
            return c64::new(f64::NAN, 0.0);
        }
        lane.sort_by(|x, y| reduce_complex::compare(*x, *y));
        let upper = lane[lane.len() / 2];
        if lane.len().is_multiple_of(2) { (lane[lane.len() / 2 - 1] + upper) / 2.0 } else { upper }
    };
    match axis {
        Axis::Down => ComplexMatrix::from_fn(1, n, |_, j| middle(z.col(j).to_vec())),
        Axis::Across => {
            ComplexMatrix::from_fn(m, 1, |i, _| middle((0..n).map(|j| z[(i, j)]).collect()))
        }
    }
}

/// How variances weigh their numbers.
enum Weights {
    Equal(Normalization),
    Given(Vec<f64>),
}

impl Weights {
    /// Reads them, for lanes of `length` numbers.
    fn read(function: &str, w: &Value, length: usize) -> Result<Weights> {
        let refuse = |what: String| {
            Err(Fault::new(format!("{function}: w {what}"))
                .hint(
                    "0 divides by n-1, 1 by n; weights are one number of 0 or more for each entry",
                )
                .blame(Blame::Positional(1)))
        };
        let Ok(list) = w.to_array() else {
            return refuse(format!("is a {}", w.describe()));
        };
        Ok(match list.data.as_slice() {
            [] | [0.0] => Weights::Equal(Normalization::Sample),
            [1.0] => Weights::Equal(Normalization::Population),
            weights if weights.iter().any(|w| w.is_nan() || *w < 0.0) => {
                return refuse("has negative entries or NaN".into());
            }
            weights if !list.data.is_vector() || weights.len() != length => {
                return refuse(format!("has {} entries, and there are {length}", weights.len()));
            }
            weights => Weights::Given(weights.to_vec()),
        })
    }

    /// The mean and the variance of each lane.
    fn moments(&self, a: &Matrix, request: &Request) -> (Matrix, Matrix) {
        match self {
            Weights::Equal(by) => (
                reduced(a, request, reduce::mean),
                reduced(a, request, |a, axis| reduce::var(a, axis, *by)),
            ),
            Weights::Given(w) => {
                let lanes = |f: fn(f64, f64) -> f64| {
                    over(a, request.lanes, |a, axis| {
                        reduce::map_lanes(a, axis, |lane| {
                            let (mean, var) = weighted(lane, w, request.omits_nan());
                            f(mean, var)
                        })
                    })
                };
                (lanes(|mean, _| mean), lanes(|_, var| var))
            }
        }
    }
}

/// The weighted mean and variance.
fn weighted(x: &[f64], w: &[f64], omit_nan: bool) -> (f64, f64) {
    let pairs = || x.iter().zip(w).filter(|(x, _)| !(omit_nan && x.is_nan()));
    let total: f64 = pairs().map(|(_, w)| w).sum();
    let mean = pairs().map(|(x, w)| x * w).sum::<f64>() / total;
    (mean, pairs().map(|(x, w)| w * (x - mean) * (x - mean)).sum::<f64>() / total)
}

/// Variances, of which `f` makes the result, and means. Of complex numbers the parts' variances add up.
fn spread(
    function: &str,
    a: Value,
    w: Value,
    options: impl Iterator<Item = Value>,
    f: fn(f64) -> f64,
) -> Result<(Value, Value)> {
    // `var(A, "omitnan")`: the word stands in the place of the weights.
    let (word, w) = if w.as_text().is_some() { (Some(w), Value::from(0)) } else { (None, w) };
    let mut request = Request::read(function, word.into_iter().chain(options), &[])?;
    if let (Value::Sparse(s), false) = (&a, request.omits_nan())
        && let Some(dim) = sparse_axis(request.lanes)
        && a.numel() > 0
        && let Ok(by) = Weights::read(function, &w, 0)
        && let Weights::Equal(by) = by
    {
        let axis = dim.unwrap_or(if a.shape().0 == 1 { Axis::Across } else { Axis::Down });
        let less = if by == Normalization::Sample { 1.0 } else { 0.0 };
        let (mean, var) = sparse_statistics::moments(s, axis, less)?;
        return Ok((var.to_array()?.data.map(f).into(), mean));
    }
    if let Value::Sparse(s) = &a {
        let weights = Weights::read(function, &w, request.lanes.length(a.shape()))?;
        let omit_nan = request.omits_nan();
        let moments = |lane: &Lane| match &weights {
            Weights::Equal(Normalization::Sample) => lane.moments(1.0),
            Weights::Equal(Normalization::Population) => lane.moments(0.0),
            Weights::Given(weights) => lane.weighted_moments(weights, omit_nan),
        };
        // Weights belong to places, which they find themselves.
        let drop_nan = omit_nan && matches!(weights, Weights::Equal(_));
        let is_all = request.lanes == Lanes::All && matches!(weights, Weights::Given(_));
        let of = |which: fn((f64, f64)) -> f64| match is_all {
            true => None,
            false => sparse_statistics::of_lanes(s, request.lanes, drop_nan, |l| which(moments(l))),
        };
        if let (Some(mean), Some(var)) = (of(|m| m.0), of(|m| m.1)) {
            return Ok((var.map(f).into(), mean.into()));
        }
    }
    let a = numbers(function, a, &request)?;
    // Of an empty row too Octave takes the variance along the row, though its mean is that of its empty columns.
    request.lanes = match (request.lanes, a.shape()) {
        (Lanes::Default, (0, 0)) => Lanes::All,
        (Lanes::Default, (1, _)) => Lanes::ROWS,
        (Lanes::Default, _) => Lanes::COLUMNS,
        (lanes, _) => lanes,
    };
    let weights = Weights::read(function, &w, request.lanes.length(a.shape()))?;
    Ok(match a {
        Numeric::Complex(z) => {
            let (mean_re, var_re) = weights.moments(&complex::real(&z), &request);
            let (mean_im, var_im) = weights.moments(&complex::imag(&z), &request);
            let pairs = mean_re.as_slice().iter().zip(mean_im.as_slice());
            let mean = pairs.map(|(&re, &im)| c64::new(re, im)).collect();
            let mean = ComplexMatrix::from_vec(mean_re.rows(), mean_re.cols(), mean);
            let both = elementwise::broadcast(Arith::Add, &var_re, &var_im)?;
            (both.map(f).into(), mean.into())
        }
        real => {
            let (mean, var) = weights.moments(&real.to_real()?.data, &request);
            (var.map(f).into(), mean.into())
        }
    })
}
