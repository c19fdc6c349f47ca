//! A real matrix with the names of its rows and columns, when its file had names.

use super::known::{Entries, Known};
use matfac::Matrix;
use matfac::data::Labels;

/// A matrix value.
#[derive(Debug, PartialEq, Default)]
pub struct Array {
    /// The numbers, and what is known of them until they are written.
    pub data: Entries,
    /// The names; boxed, since almost no matrix has any.
    labels: Option<Box<AxisLabels>>,
}

/// Names along either dimension.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AxisLabels {
    /// Of the rows.
    pub rows: Option<Labels>,
    /// Of the columns.
    pub cols: Option<Labels>,
}

impl Array {
    /// A matrix with names.
    ///
    /// # Panics
    /// When there are not as many names as rows or columns.
    pub fn labelled(data: Matrix, rows: Option<Labels>, cols: Option<Labels>) -> Array {
        assert!(rows.as_ref().is_none_or(|l| l.len() == data.rows()), "one label for each row");
        assert!(cols.as_ref().is_none_or(|l| l.len() == data.cols()), "one label for each column");
        let labels =
            (rows.is_some() || cols.is_some()).then(|| Box::new(AxisLabels { rows, cols }));
        Array { data: data.into(), labels }
    }

    /// A matrix of which something is known; the caller vouches for it.
    ///
    /// ```
    /// use mf::value::{Array, Known};
    /// let mut a = Array::known(matfac::Matrix::identity(2), Known::IDENTITY);
    /// assert!(a.data.known().is_permutation());
    /// a.data[(0, 1)] = 3.0;
    /// assert!(a.data.known().is_nothing());
    /// ```
    pub fn known(data: Matrix, known: Known) -> Array {
        Array { data: Entries::knowing(data, known), labels: None }
    }

    /// The same with something known of it; the caller vouches for it.
    pub fn knowing(self, known: Known) -> Array {
        Array { data: Entries::knowing(self.data.into_matrix(), known), labels: self.labels }
    }

    /// The numbers alone.
    pub fn into_matrix(self) -> Matrix {
        self.data.into_matrix()
    }

    /// The rows' names.
    pub fn row_labels(&self) -> Option<&Labels> {
        self.labels.as_ref()?.rows.as_ref()
    }

    /// The columns' names.
    pub fn col_labels(&self) -> Option<&Labels> {
        self.labels.as_ref()?.cols.as_ref()
    }

    /// Whether there are any names.
    pub fn has_labels(&self) -> bool {
        self.labels.is_some()
    }

    /// Forgets the names: the entries are about to mean something else.
    pub fn drop_labels(&mut self) {
        self.labels = None;
    }

    /// The transpose, names too.
    pub fn transposed(&self) -> Array {
        let data = self.data.transposed();
        let transposed = match &self.labels {
            None => Array::from(data),
            Some(l) => Array::labelled(data, l.cols.clone(), l.rows.clone()),
        };
        transposed.knowing(self.data.known().transposed())
    }
}

impl Clone for Array {
    /// The names and what is known go with the numbers.
    fn clone(&self) -> Array {
        Array { data: self.data.copied(), labels: self.labels.clone() }
    }
}

impl From<Entries> for Array {
    fn from(data: Entries) -> Array {
        Array { data, labels: None }
    }
}

impl From<Matrix> for Array {
    fn from(data: Matrix) -> Array {
        Array { data: data.into(), labels: None }
    }
}
