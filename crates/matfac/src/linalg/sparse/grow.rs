//! Growing in place: rows below and columns to the right cost no copy of what is stored.

use super::matrix::{Entry, Sparse, require_sides};
use crate::error::{Error, Result};

impl<T: Entry> Sparse<T> {
    /// The same entries in an m×n matrix: O(1) for each new column.
    ///
    /// [`Error::Argument`] when it would become smaller, or larger than fits.
    ///
    /// ```
    /// use matfac::linalg::sparse::Sparse;
    /// let mut a = Sparse::<f64>::identity(2)?;
    /// a.grow(5, 3)?;
    /// assert_eq!((a.rows(), a.cols(), a.nnz()), (5, 3, 2));
    /// # Ok::<(), matfac::Error>(())
    /// ```
    pub fn grow(&mut self, rows: usize, cols: usize) -> Result<()> {
        if rows < self.rows() || cols < self.cols() {
            let message = format!("a {} matrix does not grow to {rows}×{cols}", self.shape());
            return Err(Error::argument("size", message));
        }
        require_sides(rows, cols)?;
        let (mut starts, places, entries) =
            std::mem::replace(self, Sparse::zeros(0, 0)?).into_parts();
        starts.resize(cols + 1, places.len() as u32);
        *self = Sparse::from_parts(rows, cols, starts, places, entries);
        Ok(())
    }
}
