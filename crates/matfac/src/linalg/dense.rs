//! A dense matrix: one contiguous column-major buffer that faer borrows without a copy.
//!
//! faer's own `Mat` pads its columns; a contiguous buffer makes linear indexing, reshaping and
//! elementwise passes a plain slice walk, and is what files and other languages exchange.

use crate::error::{Error, Result, Shape};
use faer::{MatMut, MatRef, c64};

/// An m×n matrix stored by columns without padding.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dense<T> {
    data: Vec<T>,
    rows: usize,
    cols: usize,
}

/// A real matrix.
pub type Matrix = Dense<f64>;
/// A complex matrix.
pub type ComplexMatrix = Dense<c64>;
/// A logical matrix.
pub type BoolMatrix = Dense<bool>;

impl<T> Dense<T> {
    /// Wraps a column-major buffer of `rows * cols` entries.
    ///
    /// # Panics
    /// When the length is not `rows * cols`.
    pub fn from_vec(rows: usize, cols: usize, data: Vec<T>) -> Dense<T> {
        assert_eq!(data.len(), rows * cols, "a {rows}×{cols} matrix needs that many entries");
        Dense { data, rows, cols }
    }

    /// Builds entry (i, j), from 0, by calling `entry(i, j)`.
    pub fn from_fn(rows: usize, cols: usize, mut entry: impl FnMut(usize, usize) -> T) -> Dense<T> {
        let mut data = Vec::with_capacity(rows * cols);
        for j in 0..cols {
            for i in 0..rows {
                data.push(entry(i, j));
            }
        }
        Dense { data, rows, cols }
    }

    /// A 1×n matrix.
    pub fn row_vector(data: Vec<T>) -> Dense<T> {
        Dense { rows: 1, cols: data.len(), data }
    }

    /// An n×1 matrix.
    pub fn column_vector(data: Vec<T>) -> Dense<T> {
        Dense { rows: data.len(), cols: 1, data }
    }

    /// Number of rows, m.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns, n.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// m×n.
    pub fn shape(&self) -> Shape {
        Shape(self.rows, self.cols)
    }

    /// Number of entries, m·n.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Whether one side is 1 (a 1×1 matrix is a vector too).
    pub fn is_vector(&self) -> bool {
        self.rows == 1 || self.cols == 1
    }

    /// Whether m = n.
    pub fn is_square(&self) -> bool {
        self.rows == self.cols
    }

    /// All entries, column after column.
    pub fn as_slice(&self) -> &[T] {
        &self.data
    }

    /// All entries, column after column.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.data
    }

    /// The buffer, column after column.
    pub fn into_vec(self) -> Vec<T> {
        self.data
    }

    /// Column j, from 0.
    pub fn col(&self, j: usize) -> &[T] {
        &self.data[j * self.rows..(j + 1) * self.rows]
    }

    /// Column j, from 0.
    pub fn col_mut(&mut self, j: usize) -> &mut [T] {
        &mut self.data[j * self.rows..(j + 1) * self.rows]
    }

    /// Gives the same entries another shape.
    ///
    /// # Panics
    /// When the number of entries differs.
    pub fn reshaped(self, rows: usize, cols: usize) -> Dense<T> {
        Dense::from_vec(rows, cols, self.data)
    }

    /// Borrows the buffer as faer's view.
    pub fn view(&self) -> MatRef<'_, T> {
        MatRef::from_column_major_slice(&self.data, self.rows, self.cols)
    }

    /// Borrows the buffer as faer's mutable view.
    pub fn view_mut(&mut self) -> MatMut<'_, T> {
        MatMut::from_column_major_slice_mut(&mut self.data, self.rows, self.cols)
    }
}

impl<T: Clone> Dense<T> {
    /// A matrix of equal entries, or [`Error::TooLarge`] when memory cannot hold it.
    pub fn filled(rows: usize, cols: usize, value: T) -> Result<Dense<T>> {
        let entries = crate::linalg::memory::entries::<T>(rows, cols)?;
        let mut data = Vec::new();
        data.try_reserve_exact(entries).map_err(|_| Error::TooLarge(Shape(rows, cols)))?;
        data.resize(entries, value);
        Ok(Dense { data, rows, cols })
    }

    /// The n×m transpose (without conjugation), copied in cache-sized blocks.
    pub fn transposed(&self) -> Dense<T> {
        let (m, n) = (self.rows, self.cols);
        if self.is_vector() {
            return Dense { data: self.data.clone(), rows: n, cols: m };
        }
        const BLOCK: usize = 32;
        let mut data = self.data.clone();
        for j0 in (0..n).step_by(BLOCK) {
            for i0 in (0..m).step_by(BLOCK) {
                for i in i0..(i0 + BLOCK).min(m) {
                    for j in j0..(j0 + BLOCK).min(n) {
                        data[i * n + j] = self.data[j * m + i].clone();
                    }
                }
            }
        }
        Dense { data, rows: n, cols: m }
    }

    /// The block of `count` columns from column `first`, from 0.
    pub fn columns(&self, first: usize, count: usize) -> Dense<T> {
        let data = self.data[first * self.rows..(first + count) * self.rows].to_vec();
        Dense { data, rows: self.rows, cols: count }
    }
}

impl<T: Copy> Dense<T> {
    /// Copies a view, whatever its strides.
    pub fn from_view(view: MatRef<'_, T>) -> Dense<T> {
        let mut data = Vec::with_capacity(view.nrows() * view.ncols());
        for column in view.col_iter() {
            data.extend(column.iter().copied());
        }
        Dense { data, rows: view.nrows(), cols: view.ncols() }
    }

    /// Applies `f` to every entry.
    pub fn map<U>(&self, f: impl FnMut(T) -> U) -> Dense<U> {
        let data = self.data.iter().copied().map(f).collect();
        Dense { data, rows: self.rows, cols: self.cols }
    }
}

impl Matrix {
    /// Builds a matrix from rows written out, as in `Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0]])`.
    ///
    /// # Panics
    /// When the rows differ in length.
    pub fn from_rows(rows: &[&[f64]]) -> Matrix {
        let n = rows.first().map_or(0, |r| r.len());
        assert!(rows.iter().all(|r| r.len() == n), "rows of different length");
        Matrix::from_fn(rows.len(), n, |i, j| rows[i][j])
    }
}

impl<T> std::ops::Index<(usize, usize)> for Dense<T> {
    type Output = T;
    fn index(&self, (i, j): (usize, usize)) -> &T {
        debug_assert!(i < self.rows && j < self.cols);
        &self.data[j * self.rows + i]
    }
}

impl<T> std::ops::IndexMut<(usize, usize)> for Dense<T> {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut T {
        debug_assert!(i < self.rows && j < self.cols);
        &mut self.data[j * self.rows + i]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transpose_of_every_small_shape() {
        for (m, n) in [(0, 0), (0, 3), (1, 5), (5, 1), (33, 40), (64, 31)] {
            let a = Matrix::from_fn(m, n, |i, j| (i * 100 + j) as f64);
            let t = a.transposed();
            assert_eq!((t.rows(), t.cols()), (n, m));
            assert!((0..m).all(|i| (0..n).all(|j| t[(j, i)] == a[(i, j)])));
        }
    }

    #[test]
    fn absurd_sizes_are_refused() {
        assert!(Matrix::filled(usize::MAX, 2, 0.0).is_err());
        assert!(Matrix::filled(1 << 30, 1 << 20, 0.0).is_err());
    }

    #[test]
    fn the_first_bad_entry_is_named() {
        let a = Matrix::from_rows(&[&[1.0, 2.0], &[3.0, f64::NAN]]);
        assert!(matches!(a.require_finite("svd"), Err(Error::NonFinite { row: 2, col: 2, .. })));
    }
}
