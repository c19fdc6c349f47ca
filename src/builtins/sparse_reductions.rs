//! Sums, products, running totals, extremes and norms of sparse matrices, in O(m + n + nnz): the sparse halves of the
//! functions in `reductions` and `extremes`. What Octave keeps sparse is sparse.

use super::gather::positions;
use crate::value::{
    Entrywise, Result, SparseArray, Value, each, entrywise, map, mapped, mapped_two,
};
use matfac::linalg::elementwise::{Arith, Unary};
use matfac::linalg::reduce::Axis;
use matfac::linalg::sparse::{Along, Duplicates, Indices, Kernel, Sparse, Structure, beyond};
use matfac::linalg::{Dense, Scalar, norm};
use matfac::{Matrix, c64};
use std::borrow::Cow;
use std::ops::Range;
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

pub(super) fn along(s: &SparseArray, dim: Option<Axis>) -> Along {
    match dim {
        Some(Axis::Down) => Along::Columns,
        Some(Axis::Across) => Along::Rows,
        None if s.shape().0 == 1 => Along::Rows,
        None => Along::Columns,
    }
}

/// Results of columns as a row, those of rows as a column.
pub(super) fn line<T>(results: Vec<T>, along: Along) -> Dense<T> {
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

/// Entries with their rows and columns, from 1, on the way into a matrix.
struct Filled<T> {
    rows: Vec<f64>,
    cols: Vec<f64>,
    entries: Vec<T>,
}

impl<T: Scalar> Filled<T> {
    fn new() -> Filled<T> {
        Filled { rows: Vec::new(), cols: Vec::new(), entries: Vec::new() }
    }

    /// The same number in several rows of a column.
    fn repeat(&mut self, rows: Range<usize>, j: usize, x: T) {
        if x != T::ZERO {
            self.rows.extend(rows.clone().map(|i| (i + 1) as f64));
            self.cols.extend(rows.clone().map(|_| (j + 1) as f64));
            self.entries.extend(rows.map(|_| x));
        }
    }
}

/// The sums of each column's entries so far, or their products.
fn totals<T: Kernel + Structure>(s: &Sparse<T>, by: Reduction) -> Result<SparseArray>
where
    SparseArray: From<Sparse<T>>,
{
    let mut filled = Filled::new();
    for j in 0..s.cols() {
        let (mut total, mut next) = if by == Reduction::Sum { (T::ZERO, 0) } else { (T::ONE, 0) };
        // A product with a zero is 0, or NaN when the product so far is not finite.
        let beside_zeros = |total: T| if by == Reduction::Sum { total } else { total * T::ZERO };
        let (places, entries) = s.col(j);
        for (&i, &x) in places.iter().zip(entries) {
            if next < i as usize {
                total = beside_zeros(total);
                filled.repeat(next..i as usize, j, total);
            }
            total = if by == Reduction::Sum { total + x } else { total * x };
            filled.repeat(i as usize..i as usize + 1, j, total);
            next = i as usize + 1;
        }
        if next < s.rows() {
            filled.repeat(next..s.rows(), j, beside_zeros(total));
        }
    }
    let (m, n) = (Some(s.rows()), Some(s.cols()));
    let at = Indices { rows: &filled.rows, cols: &filled.cols, m, n };
    Ok(T::from_indices(&at, &filled.entries, Duplicates::Sum)?.into())
}

/// The running sums or products of each column or row; none of sums that would be stored nearly everywhere.
pub fn running(s: &SparseArray, dim: Option<Axis>, by: Reduction) -> Result<Option<Value>> {
    let across = along(s, dim) == Along::Rows;
    let turned = if across { s.transposed(false) } else { s.clone() }.into_numbers();
    let (m, n) = turned.shape();
    let first = |j| each!(&turned, |s| s.col(j).0.first().copied());
    let reached: f64 = (0..n).filter_map(first).map(|first| (m - first as usize) as f64).sum();
    if by == Reduction::Sum && reached > 0.5 * m as f64 * n as f64 {
        return Ok(None);
    }
    let totals = match &turned {
        SparseArray::Real(s) => totals(s, by)?,
        SparseArray::Complex(s) => totals(s, by)?,
        SparseArray::Bool(_) => return Ok(None),
    };
    Ok(Some(if across { totals.transposed(false) } else { totals }.into()))
}

/// The same with NaN where a column or row has it, and its first place; none of complex numbers.
pub fn extremes_or_nan(
    s: &SparseArray,
    dim: Option<Axis>,
    largest: bool,
) -> Result<Option<(Value, Value)>> {
    let (values, places) = extremes(s, dim, largest)?;
    let s = match s {
        SparseArray::Complex(_) => return Ok(None),
        SparseArray::Bool(_) => return Ok(Some((values, places))),
        SparseArray::Real(s) => s,
    };
    let turned = (along(&s.clone().into(), dim) == Along::Rows).then(|| f64::transposed(s));
    let lanes = turned.as_ref().unwrap_or(s);
    let mut values = match values {
        Value::Sparse(s) => s.to_full()?.to_array()?.data.clone(),
        full => full.to_array()?.data.clone(),
    };
    let mut places = places.to_array()?.data.clone();
    for j in 0..values.len() {
        let (rows, entries) = lanes.col(j);
        if let Some(k) = entries.iter().position(|x| x.is_nan()) {
            values.as_mut_slice()[j] = f64::NAN;
            places.as_mut_slice()[j] = f64::from(rows[k]) + 1.0;
        }
    }
    Ok(Some((SparseArray::thinned(values.into())?.into(), places.into())))
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
