//! The inverse of the diagonal. Cost: n divisions once, n multiplications each time.

use super::diagonal;
use crate::error::{Error, Result};
use crate::linalg::sparse::{Entry, Sparse};
use crate::linalg::{Operator, Scalar};

/// The inverse of the diagonal of a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Jacobi<T> {
    inverse: Vec<T>,
}

pub(super) fn new<T: Scalar + Entry>(a: &Sparse<T>) -> Result<Jacobi<T>> {
    let diagonal = diagonal(a, "jacobi")?;
    if let Some(j) = diagonal.iter().position(|&d| d == T::ZERO) {
        return Err(Error::Singular { operation: "jacobi", pivot: j + 1 });
    }
    Ok(Jacobi { inverse: diagonal.into_iter().map(|d| T::ONE.over(d)).collect() })
}

impl<T: Scalar> Operator<T> for Jacobi<T> {
    fn rows(&self) -> usize {
        self.inverse.len()
    }

    fn cols(&self) -> usize {
        self.inverse.len()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.iter_mut().zip(x).zip(&self.inverse).for_each(|((y, &x), &d)| *y = d * x);
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.iter_mut().zip(x).zip(&self.inverse).for_each(|((y, &x), &d)| *y = d.conjugate() * x);
        Ok(())
    }
}
