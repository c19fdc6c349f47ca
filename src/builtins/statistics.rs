//! Means, medians, modes, variances.

use super::complex_parts::conjugate;
use super::entry::builtins;
use super::gather::refuse_text;
use super::reductions::reduced;
use crate::value::{Blame, Fault, Result, Value, arithmetic};
use matfac::Matrix;
use matfac::linalg::elementwise::Arith;
use matfac::linalg::reduce::{self, Axis, Normalization};
use matfac::linalg::{order, reduce_complex};

builtins! { "statistics";
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
    fn median(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [m] { of_numbers("median", A, dim, order::median) }

    /// The entry that occurs most often in each column, the smallest one of several; and how often.
    ///
    /// >>> [m, n] = mode([1 3 2 3])
    /// m = 3
    /// n = 2
    ///
    /// See also: median, mean
    fn mode(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [m, f] { most_frequent(A, dim) }

    /// The variance, with n-1 in the denominator (`opt=1`: with n).
    ///
    /// >>> var([1 2 3 4])
    /// ans = 1.6667
    ///
    /// See also: std, mean
    fn var(cx, /** Numbers, m×n. */ A: Value, /** 0 divides by n-1, 1 by n; or [] for 0. */ opt: Value = 0, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [v] { let by = normalization(&opt)?;
        of_numbers("var", A, dim, |a, axis| reduce::var(a, axis, by)) }

    /// The standard deviation, with n-1 in the denominator (`opt=1`: with n).
    ///
    /// >>> std([1 2 3 4])
    /// ans = 1.2910
    ///
    /// See also: var, mean
    fn std(cx, /** Numbers, m×n. */ A: Value, /** 0 divides by n-1, 1 by n; or [] for 0. */ opt: Value = 0, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [s] { let by = normalization(&opt)?;
        of_numbers("std", A, dim, |a, axis| reduce::std(a, axis, by)) }

    /// The mean of the squares of each column, of a vector's entries, or along a dimension.
    ///
    /// >>> meansq([1 2 3])
    /// ans = 4.6667
    ///
    /// See also: sumsq, mean
    fn meansq(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [m] { mean_of(arithmetic(Arith::Mul, A.clone(), conjugate(A)?)?, dim) }

    /// The entries minus the mean of their column (or row).
    ///
    /// >>> center([1 2 3])
    /// ans = 1×3
    ///   -1   0   1
    ///
    /// See also: mean, standardize
    fn center(cx, /** Numbers, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [B] { centered(A, dim) }
}

fn of_numbers(
    function: &str,
    a: Value,
    dim: Option<Axis>,
    f: impl Fn(&Matrix, Axis) -> Matrix,
) -> Result<Value> {
    refuse_text(function, &a)?;
    let a = a.to_array()?;
    reduced(Value::Matrix(a), dim, f, |z, _| z.clone())
}

fn normalization(opt: &Value) -> Result<Normalization> {
    match opt.as_number() {
        Some(1.0) => Ok(Normalization::Population),
        Some(0.0) => Ok(Normalization::Sample),
        None if opt.is_array() && opt.numel() == 0 => Ok(Normalization::Sample),
        _ => {
            Err(Fault::new("opt is 0 (divide by n-1) or 1 (divide by n)")
                .blame(Blame::Positional(1)))
        }
    }
}

fn mean_of(a: Value, dim: Option<Axis>) -> Result<Value> {
    if let Value::Ratings(r) = &a {
        return Ok(r.mean().unwrap_or(f64::NAN).into());
    }
    refuse_text("mean", &a)?;
    reduced(a, dim, reduce::mean, reduce_complex::mean)
}

fn most_frequent(a: Value, dim: Option<Axis>) -> Result<(Value, Value)> {
    let values =
        of_numbers("mode", a.clone(), dim, |a, axis| reduce::map_lanes(a, axis, |x| mode(x).0))?;
    let counts = of_numbers("mode", a, dim, |a, axis| reduce::map_lanes(a, axis, |x| mode(x).1))?;
    Ok((values, counts))
}

/// The most frequent entry, the smallest of several, and how often it occurs; NaN of nothing.
fn mode(x: &[f64]) -> (f64, f64) {
    let mut sorted = x.to_vec();
    sorted.sort_by(|x, y| order::ascending(*x, *y));
    let mut best = (f64::NAN, 0);
    for run in sorted.chunk_by(|x, y| x == y) {
        if run.len() > best.1 {
            best = (run[0], run.len());
        }
    }
    (best.0, best.1 as f64)
}

fn centered(a: Value, dim: Option<Axis>) -> Result<Value> {
    if a.numel() == 0 {
        return Ok(a);
    }
    let mean = mean_of(a.clone(), dim)?;
    arithmetic(Arith::Sub, a, mean)
}
