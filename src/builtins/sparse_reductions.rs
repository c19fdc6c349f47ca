//! Sums, products, extremes, norms and statistics of sparse matrices, in O(m + n + nnz): the sparse halves of the functions
//! in `reductions`, `extremes` and `statistics`. What Octave keeps sparse is sparse.

use super::gather::positions;
use crate::value::{
    Entrywise, Fault, Result, SparseArray, Value, arithmetic, entrywise, map, mapped, mapped_two,
};
use matfac::linalg::elementwise::{Arith, Unary};
use matfac::linalg::reduce::Axis;
use matfac::linalg::sparse::{Along, Kernel, Sparse, Structure, beyond};
use matfac::linalg::{Dense, norm};
use matfac::{Matrix, c64};
use std::borrow::Cow;
use std::sync::Arc;

/// What makes one number of each column or row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reduction {
    /// The sum.
    Sum,
    /// The product.
    Product,
    /// The sum of the squares of the moduli.
    Squares,
    /// Whether any is not zero.
    Any,
    /// Whether none is zero.
    All,
}

/// As the full functions do, `[]` (0×0) down its columns is one empty column.
fn shaped(s: &SparseArray, dim: Option<Axis>) -> Result<(Cow<'_, SparseArray>, Along)> {
    let (m, n) = s.shape();
    if dim != Some(Axis::Across) && (m, n) == (0, 0) {
        let empty = match s {
            SparseArray::Bool(_) => Sparse::<bool>::zeros(0, 1)?.into(),
            _ => Sparse::<f64>::zeros(0, 1)?.into(),
        };
        return Ok((Cow::Owned(empty), Along::Columns));
    }
    Ok((Cow::Borrowed(s), along(s, dim)))
}

fn along(s: &SparseArray, dim: Option<Axis>) -> Along {
    match dim {
        Some(Axis::Down) => Along::Columns,
        Some(Axis::Across) => Along::Rows,
        None if s.shape().0 == 1 => Along::Rows,
        None => Along::Columns,
    }
}

/// Results of columns as a row, those of rows as a column.
fn line<T>(results: Vec<T>, along: Along) -> Dense<T> {
    match along {
        Along::Columns => Dense::from_vec(1, results.len(), results),
        Along::Rows => Dense::from_vec(results.len(), 1, results),
    }
}

fn thin<T>(results: Vec<T>, along: Along) -> Result<Value>
where
    Value: From<Dense<T>>,
{
    Ok(SparseArray::thinned(line(results, along).into())?.into())
}

/// One number for each column or row.
pub fn reduce(s: &SparseArray, dim: Option<Axis>, by: Reduction) -> Result<Value> {
    use SparseArray::{Bool, Complex, Real};
    let (s, along) = shaped(s, dim)?;
    let counted = |s: &Sparse<bool>| -> Vec<f64> {
        bool::counts(s, along).into_iter().map(f64::from).collect()
    };
    match (s.as_ref(), by) {
        (Real(s), Reduction::Sum) => thin(f64::sums(s, along), along),
        (Complex(s), Reduction::Sum) => thin(c64::sums(s, along), along),
        (Bool(s), Reduction::Sum | Reduction::Squares) => thin(counted(s), along),
        (Real(s), Reduction::Product) => thin(f64::products(s, along), along),
        (Complex(s), Reduction::Product) => thin(c64::products(s, along), along),
        (Bool(s), Reduction::Product) => {
            let all = bool::all(s, along).into_iter().map(|b| f64::from(u8::from(b)));
            thin(all.collect(), along)
        }
        (Real(s), Reduction::Squares) => thin(f64::squares(s, along), along),
        (Complex(s), Reduction::Squares) => thin(c64::squares(s, along), along),
        (Real(s), Reduction::Any) => thin(f64::any(s, along), along),
        (Complex(s), Reduction::Any) => thin(c64::any(s, along), along),
        (Bool(s), Reduction::Any) => thin(bool::any(s, along), along),
        (Real(s), Reduction::All) => thin(f64::all(s, along), along),
        (Complex(s), Reduction::All) => thin(c64::all(s, along), along),
        (Bool(s), Reduction::All) => thin(bool::all(s, along), along),
    }
}

/// What works on full matrices and has so many entries that its result would be a full one; it is told how large.
pub fn through_full(s: &Arc<SparseArray>, f: impl FnOnce(Value) -> Result<Value>) -> Result<Value> {
    let full = Value::from_numbers(Value::Sparse(s.clone()).into_numeric()?);
    Ok(SparseArray::thinned(f(full)?)?.into())
}

/// The largest or smallest of each column or row, sparse, and the first place where it stands.
pub fn extremes(s: &SparseArray, dim: Option<Axis>, largest: bool) -> Result<(Value, Value)> {
    let along = along(s, dim);
    let (m, n) = s.shape();
    let (count, length) = if along == Along::Columns { (n, m) } else { (m, n) };
    // Of empty columns there are no extremes.
    let shape = if along == Along::Columns { (1, count) } else { (count, 1) };
    if length == 0 {
        let empty = if along == Along::Columns { (0, n) } else { (m, 0) };
        let nothing = Matrix::zeros(empty.0, empty.1);
        return Ok((SparseArray::thinned(nothing.clone().into())?.into(), nothing.into()));
    }
    let (values, found): (Value, Vec<usize>) = match s {
        SparseArray::Complex(s) => {
            let found = c64::extremes(s, along, &by_modulus(largest));
            let values = found.iter().map(|(z, _)| *z).collect();
            (line::<c64>(values, along).into(), found.into_iter().map(|(_, i)| i).collect())
        }
        SparseArray::Real(s) => real_extremes(s, along, largest),
        SparseArray::Bool(b) => {
            let numbers = b.map(|b| f64::from(u8::from(b)));
            let (values, found) = real_extremes(&numbers, along, largest);
            (crate::value::to_logical(values)?.into(), found)
        }
    };
    Ok((SparseArray::thinned(values)?.into(), positions(&found, shape)))
}

fn real_extremes(s: &Sparse<f64>, along: Along, largest: bool) -> (Value, Vec<usize>) {
    let found = f64::extremes(s, along, &beyond(largest));
    let values = found.iter().map(|(x, _)| *x).collect();
    (line::<f64>(values, along).into(), found.into_iter().map(|(_, i)| i).collect())
}

fn by_modulus(largest: bool) -> impl Fn(c64, c64) -> bool {
    move |x, best| {
        let (p, q) = (x.re.hypot(x.im), best.re.hypot(best.im));
        if largest { p > q } else { p < q }
    }
}

/// `f(a, b)` entry by entry where a or b is sparse: of two sparse matrices, or a sparse one and a number, it is sparse.
pub fn of_entries(
    a: Value,
    b: Value,
    mut f: impl FnMut(Value, Value) -> Result<Value>,
) -> Result<Value> {
    match (a, b) {
        (Value::Sparse(s), Value::Sparse(t)) => mapped_two(s, t, f),
        (Value::Sparse(s), x) if x.numel() == 1 => mapped(s, |a| f(a, x.clone())),
        (x, Value::Sparse(t)) if x.numel() == 1 => mapped(t, |b| f(x.clone(), b)),
        (Value::Sparse(s), full) => f(s.to_full()?, full),
        (full, Value::Sparse(t)) => f(full, t.to_full()?),
        (a, b) => f(a, b),
    }
}

/// The norm of a matrix or vector as a full number; none where the full matrix is needed: the 2-norm of a matrix, and
/// norms of vectors in which zeros count.
pub fn whole_norm(s: &SparseArray, which: norm::Norm) -> Result<Option<f64>> {
    let (m, n) = s.shape();
    if m == 1 || n == 1 {
        let counts_zeros = match which {
            norm::Norm::NegInf => true,
            norm::Norm::P(p) => p <= 0.0,
            _ => false,
        };
        let norm = || Ok(norm::vector_norm(moduli(s)?.data.as_slice(), which));
        return if counts_zeros { Ok(None) } else { norm().map(Some) };
    }
    Ok(match (s, which) {
        (SparseArray::Real(s), norm::Norm::One) => Some(f64::one_norm(s)),
        (SparseArray::Complex(s), norm::Norm::One) => Some(c64::one_norm(s)),
        (SparseArray::Real(s), norm::Norm::Inf) => Some(f64::inf_norm(s)),
        (SparseArray::Complex(s), norm::Norm::Inf) => Some(c64::inf_norm(s)),
        (SparseArray::Real(s), norm::Norm::Fro) => Some(f64::frobenius_norm(s)),
        (SparseArray::Complex(s), norm::Norm::Fro) => Some(c64::frobenius_norm(s)),
        (SparseArray::Bool(_), norm::Norm::One | norm::Norm::Inf | norm::Norm::Fro) => {
            return whole_norm(&s.clone().into_numbers(), which);
        }
        _ => None,
    })
}

/// The moduli of the entries.
fn moduli(s: &SparseArray) -> Result<Arc<crate::value::Array>> {
    map(Unary::Abs, s.stored())?.to_array()
}

/// The norm of each row or column, full; none where zeros count.
pub fn norms_of_lines(s: &SparseArray, axis: Axis, which: norm::Norm) -> Result<Option<Value>> {
    let which = if which == norm::Norm::Fro { norm::Norm::Two } else { which };
    if matches!(which, norm::Norm::NegInf) || matches!(which, norm::Norm::P(p) if p <= 0.0) {
        return Ok(None);
    }
    let turned = if axis == Axis::Across { s.transposed(false) } else { s.clone() };
    let moduli = moduli(&turned)?;
    let starts = turned.places();
    let starts = starts.starts();
    let norm =
        |w: &[u32]| norm::vector_norm(&moduli.data.as_slice()[w[0] as usize..w[1] as usize], which);
    let norms = starts.windows(2).map(norm).collect();
    let along = if axis == Axis::Across { Along::Rows } else { Along::Columns };
    Ok(Some(line::<f64>(norms, along).into()))
}

/// `sum(conj(x) .* y)` along a dimension, full as in Octave; vectors of any direction.
pub fn inner(x: Value, y: Value, dim: Option<Axis>) -> Result<Value> {
    let conjugated = match x {
        Value::Sparse(s) if matches!(s.as_ref(), SparseArray::Complex(_)) => {
            mapped(s, super::complex_parts::conjugate)?
        }
        Value::Sparse(_) => x,
        full => super::complex_parts::conjugate(full)?,
    };
    let products = entrywise(Entrywise::Arith(Arith::Mul), conjugated, y)?;
    match products {
        Value::Sparse(s) => match reduce(&s, dim, Reduction::Sum)? {
            Value::Sparse(s) => s.to_full(),
            full => Ok(full),
        },
        full => Ok(full),
    }
}

/// The mean of each column or row, sparse as in Octave.
pub fn mean(s: &SparseArray, dim: Option<Axis>) -> Result<Value> {
    // Of an empty matrix the means are those of its rows, when it has several columns, as of a full one.
    let dim = dim.or((s.shape().0 == 0 && s.shape().1 > 1).then_some(Axis::Across));
    let sums = reduce(s, dim, Reduction::Sum)?;
    let length = length(s, dim);
    if length == 0.0 {
        // Zeros that are not stored, divided by 0, would stay zeros.
        let (m, n) = sums.shape();
        return Ok(SparseArray::thinned(Matrix::filled(m, n, f64::NAN)?.into())?.into());
    }
    arithmetic(Arith::Div, sums, length.into())
}

/// Number of entries of a column or row.
fn length(s: &SparseArray, dim: Option<Axis>) -> f64 {
    let (m, n) = s.shape();
    if along(s, dim) == Along::Columns { m as f64 } else { n as f64 }
}

/// The means and variances, full, of each column or row, in two passes; `less` is 1 to divide by one less than there are.
///
/// The zeros add their number times the square of the mean.
pub fn moments(s: &SparseArray, axis: Axis, less: f64) -> Result<(Value, Value)> {
    let turned = if axis == Axis::Across {
        s.transposed(false).into_numbers()
    } else {
        s.clone().into_numbers()
    };
    let (m, n) = turned.shape();
    let of_zeros = |k: usize, mean: f64| (m - k) as f64 * mean * mean;
    let divisor = if m == 1 { 1.0 } else { m as f64 - less };
    let along = if axis == Axis::Across { Along::Rows } else { Along::Columns };
    Ok(match &turned {
        SparseArray::Complex(s) => {
            let means: Vec<c64> =
                c64::sums(s, Along::Columns).into_iter().map(|sum| sum / m as f64).collect();
            let var = |j: usize| {
                let (_, entries) = s.col(j);
                let squares: f64 = entries.iter().map(|z| (z - means[j]).norm_sqr()).sum();
                (squares + of_zeros(entries.len(), means[j].norm_sqr().sqrt())) / divisor
            };
            let vars = (0..n).map(var).collect();
            (line::<c64>(means.clone(), along).into(), line::<f64>(vars, along).into())
        }
        SparseArray::Real(s) => {
            let means: Vec<f64> =
                f64::sums(s, Along::Columns).into_iter().map(|sum| sum / m as f64).collect();
            let var = |j: usize| {
                let (_, entries) = s.col(j);
                let squares: f64 = entries.iter().map(|x| (x - means[j]).powi(2)).sum();
                (squares + of_zeros(entries.len(), means[j])) / divisor
            };
            let vars = (0..n).map(var).collect();
            (line::<f64>(means.clone(), along).into(), line::<f64>(vars, along).into())
        }
        SparseArray::Bool(_) => return Err(Fault::new("logicals are numbers here")),
    })
}

/// The medians, full, of each column or row of real numbers, which is not empty; NaN where there is NaN.
pub fn medians(s: &Sparse<f64>, axis: Axis) -> Value {
    let turned;
    let s = if axis == Axis::Across {
        turned = f64::transposed(s);
        &turned
    } else {
        s
    };
    let median = |j: usize| {
        let mut entries = s.col(j).1.to_vec();
        if entries.iter().any(|x| x.is_nan()) {
            return f64::NAN;
        }
        entries.sort_unstable_by(f64::total_cmp);
        let below = entries.partition_point(|&x| x < 0.0);
        let zeros = s.rows() - entries.len();
        let at = |k: usize| match k {
            k if k < below => entries[k],
            k if k < below + zeros => 0.0,
            k => entries[k - zeros],
        };
        let half = s.rows() / 2;
        let (low, high) =
            (at(half.saturating_sub(usize::from(s.rows().is_multiple_of(2)))), at(half));
        // Halves of equal infinities are no NaN.
        if low == high { low } else { low / 2.0 + high / 2.0 }
    };
    let along = if axis == Axis::Across { Along::Rows } else { Along::Columns };
    line::<f64>((0..s.cols()).map(median).collect(), along).into()
}

/// The sum of the main diagonal, sparse.
pub fn trace(s: &SparseArray) -> Result<Value> {
    let diagonal = super::sparse_parts::diagonal(s, 0)?;
    reduce(&diagonal, Some(Axis::Down), Reduction::Sum)
}

/// Whether all entries are the same under `is_same`, for matrices of one size.
pub fn same_entries(
    a: &SparseArray,
    b: &SparseArray,
    is_same: impl Fn(&Value, &Value) -> bool,
) -> bool {
    a.nnz() == b.nnz() && a.places() == b.places() && is_same(&a.stored(), &b.stored())
}
