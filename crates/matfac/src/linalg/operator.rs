//! A linear map that is known by what it does to vectors: a matrix, a function, a product or an inverse.

use super::sparse::{Entry, Sparse};
use super::{Dense, Scalar, product};
use crate::error::{Error, Result};

/// An m×n linear map. Iterative methods need no more of a matrix than this.
pub trait Operator<T: Scalar> {
    /// Number of rows, m.
    fn rows(&self) -> usize;

    /// Number of columns, n.
    fn cols(&self) -> usize;

    /// `y = A*x`, with x of n and y of m numbers.
    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()>;

    /// `y = A'*x` (conjugated), with x of m and y of n numbers; an error of a map that does not know its adjoint.
    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()>;

    /// `Y = A*X` for n×k X and m×k Y.
    fn apply_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        (0..x.cols()).try_for_each(|k| self.apply(x.col(k), y.col_mut(k)))
    }

    /// `Y = A'*X` (conjugated) for m×k X and n×k Y.
    fn apply_adjoint_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        (0..x.cols()).try_for_each(|k| self.apply_adjoint(x.col(k), y.col_mut(k)))
    }
}

/// The error of a map that does not know its adjoint.
pub fn no_adjoint(operation: &'static str) -> Error {
    Error::argument_hint(
        "A",
        format!("{operation} needs A'*x as well, and this function gives A*x alone"),
        "let the function take a second argument, \"notransp\" or \"transp\"",
    )
}

impl<T: Scalar + Entry> Operator<T> for Sparse<T> {
    fn rows(&self) -> usize {
        self.rows()
    }

    fn cols(&self) -> usize {
        self.cols()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.times_vector(x, y);
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.adjoint_times_vector(x, y);
        Ok(())
    }

    fn apply_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        *y = self.times_dense(x)?;
        Ok(())
    }

    fn apply_adjoint_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        *y = self.adjoint_times_dense(x)?;
        Ok(())
    }
}

impl<T: Scalar> Operator<T> for Dense<T> {
    fn rows(&self) -> usize {
        self.rows()
    }

    fn cols(&self) -> usize {
        self.cols()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        let x = Dense::column_vector(x.to_vec());
        y.copy_from_slice(product::times(self, false, &x, false)?.as_slice());
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        let x = Dense::column_vector(x.to_vec());
        y.copy_from_slice(product::times(self, true, &x, false)?.as_slice());
        Ok(())
    }

    fn apply_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        *y = product::times(self, false, x, false)?;
        Ok(())
    }

    fn apply_adjoint_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        *y = product::times(self, true, x, false)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{ComplexMatrix, Random, c64};

    #[test]
    fn full_and_sparse_agree() {
        let mut r = Random::seeded(4);
        let full = ComplexMatrix::from_fn(7, 5, |i, j| match (i + 2 * j) % 3 {
            0 => c64::new(r.normal(), r.normal()),
            _ => c64::new(0.0, 0.0),
        });
        let sparse = Sparse::from_dense(&full).unwrap();
        let (x, y) =
            (Dense::from_fn(5, 2, |_, _| c64::new(r.normal(), 1.0)), full.map(|z| z * 0.5));
        let mut by = [ComplexMatrix::zeros(7, 2), ComplexMatrix::zeros(7, 2)];
        full.apply_block(&x, &mut by[0]).unwrap();
        sparse.apply_block(&x, &mut by[1]).unwrap();
        let mut back = [ComplexMatrix::zeros(5, 5), ComplexMatrix::zeros(5, 5)];
        full.apply_adjoint_block(&y, &mut back[0]).unwrap();
        sparse.apply_adjoint_block(&y, &mut back[1]).unwrap();
        for [a, b] in [by, back] {
            let apart = a.as_slice().iter().zip(b.as_slice()).map(|(a, b)| (*a - *b).modulus());
            assert!(apart.fold(0.0, f64::max) < 1e-14);
        }
    }
}
