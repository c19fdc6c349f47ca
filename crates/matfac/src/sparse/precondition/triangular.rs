//! The inverse of a triangular matrix by substitution along its columns. Cost: one multiplication for each entry.

use crate::error::Result;
use crate::linalg::sparse::{Entry, Sparse};
use crate::linalg::{Operator, Scalar};

/// Which entries of a matrix there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Triangle {
    /// On and below the diagonal.
    Lower,
    /// On and above it.
    Upper,
}

/// The inverse of a triangular matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Triangular<T> {
    /// What is beside the diagonal.
    off: Sparse<T>,
    /// The inverse of the diagonal.
    inverse: Vec<T>,
    lower: bool,
}

pub(super) fn new<T: Scalar + Entry>(a: &Sparse<T>, triangle: Triangle) -> Result<Triangular<T>> {
    a.require_square("triangular")?;
    let lower = triangle == Triangle::Lower;
    let inverse = (0..a.cols()).map(|j| T::ONE.over(a.get(j, j))).collect();
    let off = Sparse::from_columns(a.rows(), a.cols(), |j, places, entries| {
        let (rows, values) = a.col(j);
        let at = rows.partition_point(|&i| (i as usize) < j);
        let range = match lower {
            true => at + usize::from(rows.get(at) == Some(&(j as u32)))..rows.len(),
            false => 0..at,
        };
        places.extend_from_slice(&rows[range.clone()]);
        entries.extend_from_slice(&values[range]);
        Ok(())
    })?;
    Ok(Triangular { off, inverse, lower })
}

impl<T: Scalar + Entry> Triangular<T> {
    /// `x = A\x`.
    pub(super) fn solve(&self, x: &mut [T]) {
        let n = x.len();
        for k in 0..n {
            let j = if self.lower { k } else { n - 1 - k };
            let xj = x[j] * self.inverse[j];
            x[j] = xj;
            let (places, entries) = self.off.col(j);
            for (&i, &a) in places.iter().zip(entries) {
                x[i as usize] -= a * xj;
            }
        }
    }

    /// `x = A'\x`.
    pub(super) fn solve_adjoint(&self, x: &mut [T]) {
        let n = x.len();
        for k in 0..n {
            let j = if self.lower { n - 1 - k } else { k };
            let (places, entries) = self.off.col(j);
            let mut sum = x[j];
            for (&i, &a) in places.iter().zip(entries) {
                sum -= a.conjugate() * x[i as usize];
            }
            x[j] = sum * self.inverse[j].conjugate();
        }
    }
}

impl<T: Scalar + Entry> Operator<T> for Triangular<T> {
    fn rows(&self) -> usize {
        self.inverse.len()
    }

    fn cols(&self) -> usize {
        self.inverse.len()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(x);
        self.solve(y);
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(x);
        self.solve_adjoint(y);
        Ok(())
    }
}

/// `A = F*S` for a lower triangular F and an upper triangular S: the inverse by two substitutions.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair<T> {
    lower: Triangular<T>,
    upper: Triangular<T>,
}

pub(super) fn pair<T: Scalar + Entry>(lower: &Sparse<T>, upper: &Sparse<T>) -> Result<Pair<T>> {
    Ok(Pair { lower: new(lower, Triangle::Lower)?, upper: new(upper, Triangle::Upper)? })
}

impl<T: Scalar + Entry> Operator<T> for Pair<T> {
    fn rows(&self) -> usize {
        self.lower.inverse.len()
    }

    fn cols(&self) -> usize {
        self.lower.inverse.len()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(x);
        self.lower.solve(y);
        self.upper.solve(y);
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(x);
        self.upper.solve_adjoint(y);
        self.lower.solve_adjoint(y);
        Ok(())
    }
}
