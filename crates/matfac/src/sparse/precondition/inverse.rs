//! The inverse of a matrix that is given as a preconditioner, by factoring it once.

use crate::error::Result;
use crate::factor::solve::Warning;
use crate::factor::{self, Factorized};
use crate::linalg::sparse::Sparse;
use crate::linalg::{Dense, Operator};
use crate::sparse::field::SparseField;
use crate::sparse::solve;

/// The inverse of a full matrix; of a singular one, to working precision, NaN, by which iterative methods know it.
#[derive(Debug, Clone)]
pub struct Inverse<T: factor::Field>(pub Factorized<T>);

pub(super) fn new<T: factor::Field>(a: &Dense<T>) -> Result<Inverse<T>> {
    a.require_square("M")?;
    Ok(Inverse(factor::factorize(a)?))
}

impl<T: factor::Field> Inverse<T> {
    fn given(&self, y: &mut [T], solution: impl FnOnce() -> Result<Dense<T>>) -> Result<()> {
        match self.0.warning {
            Some(Warning::Singular { .. }) => y.fill(T::of(f64::NAN)),
            _ => y.copy_from_slice(solution()?.as_slice()),
        }
        Ok(())
    }
}

impl<T: factor::Field> Operator<T> for Inverse<T> {
    fn rows(&self) -> usize {
        self.0.rows
    }

    fn cols(&self) -> usize {
        self.0.cols
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.given(y, || self.0.solve(&Dense::column_vector(x.to_vec())))
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.given(y, || self.0.solve_adjoint(&Dense::column_vector(x.to_vec())))
    }
}

/// The inverse of a sparse matrix; of a singular one NaN.
#[derive(Debug, Clone)]
pub struct SparseInverse<T: SparseField>(solve::Factorized<T>);

pub(super) fn new_sparse<T: SparseField>(a: &Sparse<T>) -> Result<SparseInverse<T>> {
    a.require_square("M")?;
    Ok(SparseInverse(solve::factorize(a, None)?))
}

impl<T: SparseField> SparseInverse<T> {
    fn solved(&self, x: &[T], adjoint: bool, y: &mut [T]) -> Result<()> {
        use solve::Warning::{Singular, Structural};
        if matches!(self.0.warning, Some(Singular { .. } | Structural { .. })) {
            y.fill(T::of(f64::NAN));
            return Ok(());
        }
        let b = Dense::column_vector(x.to_vec());
        y.copy_from_slice(T::sparse_solve(&self.0, &b, adjoint)?.0.as_slice());
        Ok(())
    }
}

impl<T: SparseField> Operator<T> for SparseInverse<T> {
    fn rows(&self) -> usize {
        self.0.cols()
    }

    fn cols(&self) -> usize {
        self.0.rows()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.solved(x, false, y)
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.solved(x, true, y)
    }
}
