//! A real matrix with the names of its rows and columns, when its file had names.

use matfac::Matrix;
use matfac::data::Labels;

/// A matrix value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Array {
    /// The numbers.
    pub data: Matrix,
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
        Array { data, labels }
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
        match &self.labels {
            None => Array::from(data),
            Some(l) => Array::labelled(data, l.cols.clone(), l.rows.clone()),
        }
    }
}

impl From<Matrix> for Array {
    fn from(data: Matrix) -> Array {
        Array { data, labels: None }
    }
}
