//! A sparse matrix as a value, and the note that is taken when one turns full.

use super::{Result, Value};
use matfac::error::Shape;
use matfac::linalg::sparse::{Entry, Sparse};
use matfac::{Matrix, c64};
use std::cell::Cell;

/// A sparse matrix of numbers or logicals. It stays sparse when it is 1×1, as in Octave.
#[derive(Debug, Clone, PartialEq)]
pub enum SparseArray {
    /// Real numbers.
    Real(Sparse<f64>),
    /// Complex numbers, some with an imaginary part.
    Complex(Sparse<c64>),
    /// true where stored.
    Bool(Sparse<bool>),
}

/// The same expression for the matrix of any kind of entries: `each!(array, |s| s.nnz())`.
macro_rules! each {
    ($array:expr, |$s:ident| $body:expr) => {
        match $array {
            $crate::value::SparseArray::Real($s) => $body,
            $crate::value::SparseArray::Complex($s) => $body,
            $crate::value::SparseArray::Bool($s) => $body,
        }
    };
}
pub(crate) use each;

impl SparseArray {
    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        each!(self, |s| (s.rows(), s.cols()))
    }

    /// Number of stored entries.
    pub fn nnz(&self) -> usize {
        each!(self, |s| s.nnz())
    }

    /// Bytes of storage.
    pub fn bytes(&self) -> usize {
        fn of<T: Entry>(s: &Sparse<T>) -> usize {
            size_of_val(s.entries()) + size_of_val(s.places()) + size_of_val(s.starts())
        }
        each!(self, |s| of(s))
    }

    /// The matrix in full, without a note: for who asks for it by name.
    pub fn to_full(&self) -> Result<Value> {
        Ok(each!(self, |s| Value::from(s.to_dense()?)))
    }

    /// Logicals as the numbers 0 and 1.
    pub fn into_numbers(self) -> SparseArray {
        match self {
            SparseArray::Bool(s) => SparseArray::Real(s.map(|b| f64::from(u8::from(b)))),
            numbers => numbers,
        }
    }

    /// As complex numbers.
    pub fn to_complex(&self) -> Sparse<c64> {
        match self {
            SparseArray::Real(s) => s.map(|x| c64::new(x, 0.0)),
            SparseArray::Complex(s) => s.clone(),
            SparseArray::Bool(s) => s.map(|b| c64::new(f64::from(u8::from(b)), 0.0)),
        }
    }

    /// The transpose, conjugated if asked for.
    pub fn transposed(&self, conjugated: bool) -> SparseArray {
        match self {
            SparseArray::Real(s) => SparseArray::Real(s.transposed()),
            SparseArray::Complex(s) if conjugated => SparseArray::Complex(s.adjoint()),
            SparseArray::Complex(s) => SparseArray::Complex(s.transposed()),
            SparseArray::Bool(s) => SparseArray::Bool(s.transposed()),
        }
    }

    /// The entry of a 1×1 matrix as a full value.
    pub(super) fn only(&self) -> Option<Value> {
        (self.shape() == (1, 1)).then(|| each!(self, |s| Value::from(s.get(0, 0))))
    }

    /// The entry of a 1×1 matrix as a number or logical.
    pub(super) fn number(&self) -> Value {
        self.only().unwrap_or(Value::Number(0.0))
    }

    /// The numbers in full, with a note that they became so.
    pub(super) fn spread(&self) -> Result<Value> {
        let (rows, cols) = self.shape();
        let full = self.to_full()?;
        note(Shape(rows, cols));
        Ok(full)
    }
}

impl From<Sparse<f64>> for SparseArray {
    fn from(s: Sparse<f64>) -> SparseArray {
        SparseArray::Real(s)
    }
}

impl From<Sparse<c64>> for SparseArray {
    /// Narrows to real numbers when no imaginary part is left, as Octave does.
    fn from(s: Sparse<c64>) -> SparseArray {
        if s.entries().iter().all(|z| z.im == 0.0) {
            return SparseArray::Real(s.map(|z| z.re));
        }
        SparseArray::Complex(s)
    }
}

impl From<Sparse<bool>> for SparseArray {
    fn from(s: Sparse<bool>) -> SparseArray {
        SparseArray::Bool(s)
    }
}

impl<T: Entry> From<Sparse<T>> for Value
where
    SparseArray: From<Sparse<T>>,
{
    fn from(s: Sparse<T>) -> Value {
        Value::from(SparseArray::from(s))
    }
}

impl From<SparseArray> for Value {
    fn from(array: SparseArray) -> Value {
        Value::Sparse(array.into())
    }
}

/// Entries from which a sparse matrix that turned full is worth a warning: what is smaller is seen at a glance.
const WORTH_A_WARNING: usize = 1000;

thread_local! {
    /// The largest sparse matrix that has turned full since it was last asked for.
    static SPREAD: Cell<Option<Shape>> = const { Cell::new(None) };
}

pub(super) fn note(shape: Shape) {
    let entries = |s: Shape| s.0.saturating_mul(s.1);
    if entries(shape) >= WORTH_A_WARNING {
        let largest = SPREAD.get().filter(|held| entries(*held) >= entries(shape));
        SPREAD.set(Some(largest.unwrap_or(shape)));
    }
}

/// The words of a warning when a sparse matrix has turned full since the last call.
///
/// Conversions happen deep in functions that know nothing of sparse matrices; whoever runs an operation or a function asks
/// here afterwards, so that none turns full silently.
pub fn spread_warning(operation: &str) -> Option<String> {
    let Shape(rows, cols) = SPREAD.take()?;
    let megabytes = 8.0 * rows as f64 * cols as f64 / 1e6;
    Some(format!("{operation} made a sparse matrix full: {rows}×{cols}, {megabytes:.2} MB"))
}

/// The warning's identifier.
pub const SPREAD_ID: &str = "mf:sparse-to-full";

/// A real matrix in full of which only what is not zero is kept.
pub fn sparse_of(a: &Matrix) -> Result<Value> {
    Ok(Sparse::from_dense(a)?.into())
}
