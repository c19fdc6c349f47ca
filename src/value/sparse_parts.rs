//! A sparse matrix taken apart: where its entries stand, and the entries as a full column, on which everything works that
//! works on full values.

use super::sparse_array::{SparseArray, each};
use super::{Fault, Numeric, Result, Value};
use matfac::linalg::sparse::{Placed, Places};
use matfac::{BoolMatrix, ComplexMatrix, Matrix, c64};
use std::sync::Arc;

impl SparseArray {
    /// Where the entries stand.
    pub fn places(&self) -> Places {
        each!(self, |s| Places::of(s))
    }

    /// The entries, column after column, as a full column.
    pub fn stored(&self) -> Value {
        match self {
            SparseArray::Real(s) => Matrix::column_vector(s.entries().to_vec()).into(),
            SparseArray::Complex(s) => column_of_complex(s.entries().to_vec()),
            SparseArray::Bool(s) => column(s.entries().to_vec()).into(),
        }
    }

    /// The zero of its kind.
    pub fn zero(&self) -> Value {
        match self {
            SparseArray::Bool(_) => false.into(),
            SparseArray::Real(_) => 0.0.into(),
            // Not narrowed: a complex number is compared otherwise than a real one.
            SparseArray::Complex(_) => column_of_complex(vec![c64::new(0.0, 0.0)]),
        }
    }

    /// The entries at these positions among those stored; zero where there is none.
    pub(super) fn gathered(&self, positions: &[u32]) -> Value {
        match self {
            SparseArray::Real(s) => {
                Matrix::column_vector(f64::gathered(s.entries(), positions)).into()
            }
            SparseArray::Complex(s) => column_of_complex(c64::gathered(s.entries(), positions)),
            SparseArray::Bool(s) => column(bool::gathered(s.entries(), positions)).into(),
        }
    }

    /// Places and entries apart, without a copy when nobody else holds the matrix.
    pub fn apart(array: Arc<SparseArray>) -> (Places, Value) {
        match Arc::unwrap_or_clone(array) {
            SparseArray::Real(s) => {
                let (places, entries) = f64::apart(s);
                (places, Matrix::column_vector(entries).into())
            }
            SparseArray::Complex(s) => {
                let (places, entries) = c64::apart(s);
                (places, column_of_complex(entries))
            }
            SparseArray::Bool(s) => {
                let (places, entries) = bool::apart(s);
                (places, column(entries).into())
            }
        }
    }

    /// The matrix with these entries at the places and `background` everywhere else; complex, real or logical as they are.
    pub fn placed(places: Places, entries: Value, background: &Value) -> Result<SparseArray> {
        let count = places.len();
        if entries.numel() != count || background.numel() != 1 {
            return Err(Fault::new(format!(
                "{count} entries of a sparse matrix became {}",
                entries.describe()
            ))
            .hint("a function of each entry has one result for each"));
        }
        if let (Some(entries), Value::Bool(background)) = (logicals(&entries), background) {
            return Ok(bool::at_places(places, entries, *background)?.into());
        }
        let background = background.clone().into_numeric()?;
        Ok(match (entries.into_numeric()?, background) {
            (entries @ Numeric::Complex(_), x) | (entries, x @ Numeric::Complex(_)) => {
                let background = x.to_complex().as_slice()[0];
                let entries = match entries {
                    Numeric::Complex(z) => Arc::unwrap_or_clone(z),
                    real => Arc::unwrap_or_clone(real.to_complex()),
                };
                c64::at_places(places, entries.into_vec(), background)?.into()
            }
            (entries, x) => {
                let background = x.to_real()?.data.as_slice()[0];
                let entries = match entries {
                    // The buffer itself where nobody else holds it.
                    Numeric::Real(a) => Arc::unwrap_or_clone(a).into_matrix().into_vec(),
                    number => number.to_real()?.data.as_slice().to_vec(),
                };
                f64::at_places(places, entries, background)?.into()
            }
        })
    }

    /// A full value of which only what is not zero is kept.
    pub fn thinned(full: Value) -> Result<SparseArray> {
        Ok(match full {
            Value::Sparse(s) => Arc::unwrap_or_clone(s),
            Value::Bool(b) => bool::thinned(&BoolMatrix::from_vec(1, 1, vec![b]))?.into(),
            Value::Bools(b) => bool::thinned(&b)?.into(),
            numbers => match numbers.into_numeric()? {
                Numeric::Complex(z) => SparseArray::from(c64::thinned(&z)?),
                real => f64::thinned(&real.to_real()?.data)?.into(),
            },
        })
    }
}

fn column<T: Clone>(entries: Vec<T>) -> matfac::linalg::Dense<T> {
    matfac::linalg::Dense::from_vec(entries.len(), 1, entries)
}

/// A column that stays complex: its entries come from a complex matrix.
fn column_of_complex(entries: Vec<c64>) -> Value {
    Value::Complex(Arc::new(ComplexMatrix::from_vec(entries.len(), 1, entries)))
}

/// The entries of a logical value; of an empty one of any kind too.
fn logicals(entries: &Value) -> Option<Vec<bool>> {
    match entries {
        Value::Bool(b) => Some(vec![*b]),
        Value::Bools(b) => Some(b.as_slice().to_vec()),
        other if other.numel() == 0 => Some(Vec::new()),
        _ => None,
    }
}
