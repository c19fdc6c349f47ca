//! A matrix of real or of complex numbers, for code that serves both.

use super::{Array, Value};
use matfac::data::Labels;
use matfac::factor::Field;
use matfac::linalg::Dense;
use matfac::{ComplexMatrix, c64};
use std::sync::Arc;

/// A shared matrix over one of the two fields.
pub trait FieldMatrix: Clone + Send + 'static {
    /// What an entry is.
    type Entry: Field + Into<Value>;
    /// Real floating-point operations for one of the field, about.
    const WORK: f64;

    /// The entries.
    fn dense(&self) -> &Dense<Self::Entry>;

    /// A matrix as a value.
    fn value(data: Dense<Self::Entry>) -> Value;

    /// The names of rows and columns.
    fn labels(&self) -> (Option<Labels>, Option<Labels>) {
        (None, None)
    }

    /// A matrix as a value, with names.
    fn labelled(data: Dense<Self::Entry>, rows: Option<Labels>, cols: Option<Labels>) -> Value;
}

impl FieldMatrix for Arc<Array> {
    type Entry = f64;
    const WORK: f64 = 1.0;

    fn dense(&self) -> &Dense<f64> {
        &self.data
    }

    fn value(data: Dense<f64>) -> Value {
        data.into()
    }

    fn labels(&self) -> (Option<Labels>, Option<Labels>) {
        (self.row_labels().cloned(), self.col_labels().cloned())
    }

    fn labelled(data: Dense<f64>, rows: Option<Labels>, cols: Option<Labels>) -> Value {
        Array::labelled(data, rows, cols).into()
    }
}

impl FieldMatrix for Arc<ComplexMatrix> {
    type Entry = c64;
    const WORK: f64 = 4.0;

    fn dense(&self) -> &Dense<c64> {
        self
    }

    fn value(data: Dense<c64>) -> Value {
        data.into()
    }

    fn labelled(data: Dense<c64>, _: Option<Labels>, _: Option<Labels>) -> Value {
        data.into()
    }
}
