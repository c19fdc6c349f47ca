//! The real matrix, full or sparse, that a model is fitted to or used on.

use super::{Array, SparseArray};
use matfac::data::Labels;
use matfac::models;
use std::sync::Arc;

/// A real matrix with the names of its rows and columns.
#[derive(Debug, Clone)]
pub enum Data {
    /// All entries stored.
    Full(Arc<Array>),
    /// Real, what is not stored being zero.
    Sparse(Arc<SparseArray>),
}

impl Data {
    /// A sparse matrix; none where it is complex.
    pub fn of_sparse(s: Arc<SparseArray>) -> Option<Data> {
        match &*s {
            SparseArray::Real(_) => Some(Data::Sparse(s)),
            SparseArray::Bool(_) => {
                Some(Data::Sparse(Arc::new(Arc::unwrap_or_clone(s).into_numbers())))
            }
            SparseArray::Complex(_) => None,
        }
    }

    /// As the numerics take it.
    pub fn view(&self) -> models::Data<'_> {
        match self {
            Data::Full(a) => models::Data::Full(&a.data),
            Data::Sparse(s) => match &**s {
                SparseArray::Real(s) => models::Data::Sparse(s),
                _ => unreachable!("`of_sparse` makes them real"),
            },
        }
    }

    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.view().rows(), self.view().cols())
    }

    /// The rows' names.
    pub fn row_labels(&self) -> Option<&Labels> {
        match self {
            Data::Full(a) => a.row_labels(),
            Data::Sparse(_) => None,
        }
    }

    /// The columns' names.
    pub fn col_labels(&self) -> Option<&Labels> {
        match self {
            Data::Full(a) => a.col_labels(),
            Data::Sparse(_) => None,
        }
    }
}
