//! `[A; λI]`: least squares with it are those of A with `λ²‖x‖²` added, whatever the start and the preconditioner.

use crate::error::Result;
use crate::linalg::{Operator, Scalar};

/// A with λI below.
pub(super) struct Damped<'a, T> {
    pub a: &'a dyn Operator<T>,
    pub damp: f64,
}

impl<T: Scalar> Operator<T> for Damped<'_, T> {
    fn rows(&self) -> usize {
        self.a.rows() + self.a.cols()
    }

    fn cols(&self) -> usize {
        self.a.cols()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        let (top, bottom) = y.split_at_mut(self.a.rows());
        self.a.apply(x, top)?;
        bottom.iter_mut().zip(x).for_each(|(y, &x)| *y = x.scaled(self.damp));
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        let (top, bottom) = x.split_at(self.a.rows());
        self.a.apply_adjoint(top, y)?;
        y.iter_mut().zip(bottom).for_each(|(y, &x)| *y += x.scaled(self.damp));
        Ok(())
    }
}
