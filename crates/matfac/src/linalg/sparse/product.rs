//! Products of sparse matrices with vectors and with full and sparse matrices, without a transposed copy.

use super::matrix::{Entry, Sparse};
use crate::error::{Error, Result};
use crate::linalg::{Dense, Scalar};

impl<T: Scalar + Entry> Sparse<T> {
    /// `y = A*x`, with x of n and y of m numbers.
    pub fn times_vector(&self, x: &[T], y: &mut [T]) {
        y.fill(T::ZERO);
        for (j, &xj) in x.iter().enumerate() {
            let (places, entries) = self.col(j);
            for (&i, &a) in places.iter().zip(entries) {
                y[i as usize] += a * xj;
            }
        }
    }

    /// `y = A'*x` (conjugated), with x of m and y of n numbers.
    pub fn adjoint_times_vector(&self, x: &[T], y: &mut [T]) {
        for (j, y) in y.iter_mut().enumerate() {
            let (places, entries) = self.col(j);
            let sum = places.iter().zip(entries).map(|(&i, &a)| a.conjugate() * x[i as usize]);
            *y = sum.sum();
        }
    }

    /// `A*B` for a full n×k matrix B.
    pub fn times_dense(&self, b: &Dense<T>) -> Result<Dense<T>> {
        if self.cols() != b.rows() {
            return Err(mismatch(self.shape(), b.shape()));
        }
        let mut product = Dense::filled(self.rows(), b.cols(), T::ZERO)?;
        for k in 0..b.cols() {
            self.times_vector(b.col(k), product.col_mut(k));
        }
        Ok(product)
    }

    /// `A'*B` (conjugated) for a full m×k matrix B.
    pub fn adjoint_times_dense(&self, b: &Dense<T>) -> Result<Dense<T>> {
        if self.rows() != b.rows() {
            let shape = self.shape();
            return Err(mismatch(crate::error::Shape(shape.1, shape.0), b.shape()));
        }
        let mut product = Dense::filled(self.cols(), b.cols(), T::ZERO)?;
        for k in 0..b.cols() {
            self.adjoint_times_vector(b.col(k), product.col_mut(k));
        }
        Ok(product)
    }
}

fn mismatch(left: crate::error::Shape, right: crate::error::Shape) -> Error {
    Error::Shapes { operation: "multiply", left, right, hint: None }
}
