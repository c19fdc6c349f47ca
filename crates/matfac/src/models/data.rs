//! The matrix that a model is fitted to, full or sparse; a sparse one is never made full.

use crate::error::{Error, Result, Shape};
use crate::linalg::norm::frobenius;
use crate::linalg::product::multiply_into;
use crate::linalg::{Matrix, Sparse};

/// An m×n real matrix.
#[derive(Debug, Clone, Copy)]
pub enum Data<'a> {
    /// All entries stored.
    Full(&'a Matrix),
    /// What is not stored is zero.
    Sparse(&'a Sparse<f64>),
}

impl<'a> From<&'a Matrix> for Data<'a> {
    fn from(a: &'a Matrix) -> Data<'a> {
        Data::Full(a)
    }
}

impl<'a> From<&'a Sparse<f64>> for Data<'a> {
    fn from(a: &'a Sparse<f64>) -> Data<'a> {
        Data::Sparse(a)
    }
}

impl<'a> Data<'a> {
    /// m.
    pub fn rows(&self) -> usize {
        self.shape().0
    }

    /// n.
    pub fn cols(&self) -> usize {
        self.shape().1
    }

    /// m×n.
    pub fn shape(&self) -> Shape {
        match self {
            Data::Full(a) => a.shape(),
            Data::Sparse(a) => a.shape(),
        }
    }

    /// `Y = A*X`, for n×k X and m×k Y.
    pub fn times_into(&self, x: &Matrix, y: &mut Matrix) -> Result<()> {
        match self {
            Data::Full(a) => multiply_into(y, 0.0, 1.0, a, false, x, false),
            Data::Sparse(a) => *y = a.times_dense(x)?,
        }
        Ok(())
    }

    /// `Y = A'*X`, for m×k X and n×k Y.
    pub fn transposed_times_into(&self, x: &Matrix, y: &mut Matrix) -> Result<()> {
        match self {
            Data::Full(a) => multiply_into(y, 0.0, 1.0, a, true, x, false),
            Data::Sparse(a) => *y = a.adjoint_times_dense(x)?,
        }
        Ok(())
    }

    /// The entries that are stored, column after column.
    pub fn entries(&self) -> &'a [f64] {
        match self {
            Data::Full(a) => a.as_slice(),
            Data::Sparse(a) => a.entries(),
        }
    }

    /// ‖A‖ in the Frobenius norm.
    pub fn norm(&self) -> f64 {
        match self {
            Data::Full(a) => frobenius(a),
            Data::Sparse(a) => crate::linalg::norm::euclidean(a.entries()),
        }
    }

    /// [`Error::NonFinite`] that names the first NaN or infinity.
    pub fn require_finite(&self, operation: &'static str) -> Result<()> {
        match self {
            Data::Full(a) => a.require_finite(operation),
            Data::Sparse(a) => a.require_finite(operation),
        }
    }

    /// [`Error::Negative`] that names the first negative entry.
    pub fn require_non_negative(&self, operation: &'static str) -> Result<()> {
        let found = match self {
            Data::Full(a) => {
                let place = a.as_slice().iter().position(|&x| x < 0.0);
                place.map(|p| (p % a.rows(), p / a.rows(), a.as_slice()[p]))
            }
            Data::Sparse(a) => a.triplets().find(|(_, _, x)| *x < 0.0),
        };
        match found {
            None => Ok(()),
            Some((i, j, value)) => {
                Err(Error::Negative { operation, row: i + 1, col: j + 1, value })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_and_sparse_are_the_same() {
        let a = Matrix::from_rows(&[&[0.0, 2.0, 0.0], &[1.0, 0.0, -3.0]]);
        let s = Sparse::from_dense(&a).unwrap();
        let (x, y) = (Matrix::from_fn(3, 2, |i, j| (i + 2 * j) as f64), Matrix::identity(2));
        for data in [Data::from(&a), Data::from(&s)] {
            let (mut ax, mut ay) = (Matrix::zeros(2, 2), Matrix::zeros(3, 2));
            data.times_into(&x, &mut ax).unwrap();
            data.transposed_times_into(&y, &mut ay).unwrap();
            assert_eq!(ax, Matrix::from_rows(&[&[2.0, 6.0], &[-6.0, -10.0]]));
            assert_eq!(ay, a.transposed());
            assert_eq!((data.rows(), data.cols()), (2, 3));
            assert!((data.norm() - 14f64.sqrt()).abs() < 1e-15);
            assert!(data.require_finite("nmf").is_ok());
            let negative = data.require_non_negative("nmf").unwrap_err();
            assert!(matches!(negative, Error::Negative { row: 2, col: 3, .. }));
        }
    }
}
