//! Matrix products with a sparse factor: only what is stored is multiplied, and a transpose is a flag.
//!
//! Sparse times sparse is sparse, anything else full; a full matrix that is known to be diagonal or a permutation counts as
//! sparse, as in Octave. Zeros that are not stored make no NaN of NaN or Inf in the other factor, as in Octave. Transposes
//! are flags of the kernels.

use super::product::Stored;
use super::{Factor, Host, Result, Side, SparseArray, Value, uninterruptible};
use matfac::error::{Error, Shape};
use matfac::linalg::sparse::{Form, Kernel, Sparse};
use matfac::linalg::{Dense, elementwise};
use matfac::{ComplexMatrix, Matrix, c64};
use std::borrow::Cow;
use std::sync::Arc;

/// How many times longer a flop takes than in a product of full matrices, whose blocks stay in the cache.
const SLOWER: f64 = 4.0;

/// About how many entries of m×n are stored after so many were added at random places.
pub(super) fn expected(added: f64, rows: usize, cols: usize) -> f64 {
    let all = rows as f64 * cols as f64;
    if all == 0.0 { 0.0 } else { all * (1.0 - (-added / all).exp()) }
}

/// Flops of a product with a sparse factor, as those of full products count.
pub(super) fn flops(left: Side, right: Side) -> f64 {
    let flops = match (left.stored, right.stored) {
        (Some(a), Some(b)) => 2.0 * a * b / left.cols.max(1) as f64,
        (Some(a), None) => 2.0 * a * right.cols as f64,
        (None, Some(b)) => 2.0 * b * left.rows as f64,
        (None, None) => super::flops(left.rows, left.cols, right.cols),
    };
    SLOWER * flops
}

/// `a * b`, one of them sparse, none of them a number.
pub(super) fn multiply(host: &mut dyn Host, a: Value, b: Value) -> Result<Value> {
    times(host, &Factor::try_from(a)?, &Factor::try_from(b)?)
}

/// `left * right`, one of them sparse or complex.
pub(super) fn times(host: &mut dyn Host, left: &Factor, right: &Factor) -> Result<Value> {
    let ((m, k), (l, n)) = (left.shape(), right.shape());
    if k != l {
        let (left, right) = (Shape(m, k), Shape(l, n));
        return Err(Error::Shapes { operation: "multiply", left, right, hint: None }.into());
    }
    let (left, right) = (thinned(left)?, thinned(right)?);
    let work = flops(left.side(), right.side());
    let is_complex = left.is_complex() || right.is_complex();
    let stored = left.side().times(right.side()).stored;
    let width = if is_complex { 16 } else { 8 };
    let bytes = stored.map_or(width * m * n, |stored| (width + 4) * stored as usize);
    if is_complex {
        let run = move || product::<c64>(&left, &right);
        return Ok(uninterruptible(host, 4.0 * work, bytes, run)?.value());
    }
    Ok(uninterruptible(host, work, bytes, move || product::<f64>(&left, &right))?.value())
}

/// A diagonal or a permutation as a sparse matrix.
fn thinned(factor: &Factor) -> Result<Factor> {
    match &factor.matrix {
        Stored::Full(a) if a.data.known().is_diagonal() || a.data.known().is_permutation() => {
            let sparse = SparseArray::thinned(Value::Matrix(a.clone()))?;
            Ok(Factor { matrix: Stored::Sparse(Arc::new(sparse)), ..factor.clone() })
        }
        _ => Ok(factor.clone()),
    }
}

impl Factor {
    fn is_complex(&self) -> bool {
        match &self.matrix {
            Stored::Full(_) => false,
            Stored::Complex(_) => true,
            Stored::Sparse(s) => matches!(s.as_ref(), SparseArray::Complex(_)),
        }
    }
}

/// A field whose sparse matrices are multiplied here.
trait Operand: Kernel + 'static {
    /// Whether transposes are conjugated only when asked for.
    const IS_COMPLEX: bool;
    /// The stored matrix over this field.
    fn sparse(s: &SparseArray) -> Cow<'_, Sparse<Self>>;
    /// The full matrix over this field; of a sparse one an empty one.
    fn full(matrix: &Stored) -> Cow<'_, Dense<Self>>;
}

impl Operand for f64 {
    const IS_COMPLEX: bool = false;

    fn sparse(s: &SparseArray) -> Cow<'_, Sparse<f64>> {
        match s {
            SparseArray::Real(s) => Cow::Borrowed(s),
            SparseArray::Bool(s) => Cow::Owned(s.map(|b| f64::from(u8::from(b)))),
            SparseArray::Complex(s) => Cow::Owned(s.map(|z| z.re)),
        }
    }

    fn full(matrix: &Stored) -> Cow<'_, Matrix> {
        match matrix {
            Stored::Full(a) => Cow::Borrowed(&a.data),
            Stored::Complex(_) | Stored::Sparse(_) => Cow::Owned(Matrix::zeros(0, 0)),
        }
    }
}

impl Operand for c64 {
    const IS_COMPLEX: bool = true;

    fn sparse(s: &SparseArray) -> Cow<'_, Sparse<c64>> {
        match s {
            SparseArray::Complex(s) => Cow::Borrowed(s),
            other => Cow::Owned(other.to_complex()),
        }
    }

    fn full(matrix: &Stored) -> Cow<'_, ComplexMatrix> {
        match matrix {
            Stored::Complex(z) => Cow::Borrowed(z.as_ref()),
            Stored::Full(a) => Cow::Owned(elementwise::to_complex(&a.data)),
            Stored::Sparse(_) => Cow::Owned(ComplexMatrix::from_vec(0, 0, Vec::new())),
        }
    }
}

/// A product.
enum Out<T> {
    Full(Dense<T>),
    Sparse(Sparse<T>),
}

impl<T> Out<T>
where
    Value: From<Dense<T>>,
    SparseArray: From<Sparse<T>>,
{
    fn value(self) -> Value {
        match self {
            Out::Full(a) => a.into(),
            Out::Sparse(s) => SparseArray::from(s).into(),
        }
    }
}

/// The product of factors that fit.
fn product<T: Operand>(a: &Factor, b: &Factor) -> matfac::Result<Out<T>> {
    let (of_a, of_b) = (form::<T>(a), form::<T>(b));
    match (&a.matrix, &b.matrix) {
        (Stored::Sparse(s), Stored::Sparse(t)) => {
            T::times(&T::sparse(s), of_a, &T::sparse(t), of_b).map(Out::Sparse)
        }
        (Stored::Sparse(s), full) => {
            T::times_full(&T::sparse(s), of_a, &oriented(T::full(full), of_b)).map(Out::Full)
        }
        (full, Stored::Sparse(t)) => {
            full_by_sparse(T::full(full), of_a, &T::sparse(t), of_b).map(Out::Full)
        }
        // Products of full matrices are not made here.
        (left, right) => {
            let left = Sparse::from_dense(&oriented(T::full(left), of_a))?;
            let right = oriented(T::full(right), of_b);
            T::times_full(&left, Form::Plain, &right).map(Out::Full)
        }
    }
}

/// How the stored matrix is meant.
fn form<T: Operand>(factor: &Factor) -> Form {
    match (factor.is_transposed, factor.is_conjugated || !T::IS_COMPLEX) {
        (false, _) => Form::Plain,
        (true, false) => Form::Transposed,
        (true, true) => Form::Adjoint,
    }
}

fn adjoint<T: Operand>(a: &Dense<T>) -> Dense<T> {
    let turned = a.transposed();
    if T::IS_COMPLEX { turned.map(|x: T| x.conjugate()) } else { turned }
}

/// A full matrix as it is meant.
fn oriented<T: Operand>(d: Cow<'_, Dense<T>>, form: Form) -> Cow<'_, Dense<T>> {
    match form {
        Form::Plain => d,
        Form::Transposed => Cow::Owned(d.transposed()),
        Form::Adjoint => Cow::Owned(adjoint(&d)),
    }
}

fn full_by_sparse<T: Operand>(
    d: Cow<'_, Dense<T>>,
    of_d: Form,
    s: &Sparse<T>,
    of_s: Form,
) -> matfac::Result<Dense<T>> {
    match (of_d, of_s) {
        // D'*S is the adjoint of S'*D.
        (Form::Adjoint, Form::Plain) => Ok(adjoint(&T::times_full(s, Form::Adjoint, &d)?)),
        (Form::Adjoint, Form::Adjoint) => Ok(adjoint(&T::times_full(s, Form::Plain, &d)?)),
        _ => T::full_times(&oriented(d, of_d), s, of_s),
    }
}
