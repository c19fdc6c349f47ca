//! Symmetric successive over-relaxation: `M = ω/(2-ω) (D/ω + L) D⁻¹ (D/ω + U)` for A = L + D + U.
//!
//! Reference: Saad, Iterative Methods for Sparse Linear Systems, section 10.2; Axelsson (1972). Cost: one multiplication
//! for each entry of A.

use super::diagonal;
use super::triangular::{self, Triangle, Triangular};
use crate::error::{Error, Result};
use crate::linalg::sparse::{Entry, Sparse};
use crate::linalg::{Operator, Scalar};

/// The inverse of M.
#[derive(Debug, Clone, PartialEq)]
pub struct Ssor<T> {
    lower: Triangular<T>,
    upper: Triangular<T>,
    /// `(2-ω)/ω*D`.
    middle: Vec<T>,
}

pub(super) fn new<T: Scalar + Entry>(a: &Sparse<T>, omega: f64) -> Result<Ssor<T>> {
    if !(omega > 0.0 && omega < 2.0) {
        let message = format!("ssor: omega is {omega}, and must lie between 0 and 2");
        return Err(Error::argument_hint(
            "omega",
            message,
            "omega=1 is the symmetric sweep of Gauss and Seidel",
        ));
    }
    let diagonal = diagonal(a, "ssor")?;
    if let Some(j) = diagonal.iter().position(|&d| d == T::ZERO) {
        return Err(Error::Singular { operation: "ssor", pivot: j + 1 });
    }
    let scaled = Sparse::from_columns(a.rows(), a.cols(), |j, places, entries| {
        let (rows, values) = a.col(j);
        places.extend_from_slice(rows);
        let entry = |(&i, &x): (&u32, &T)| if i as usize == j { x.scaled(1.0 / omega) } else { x };
        entries.extend(rows.iter().zip(values).map(entry));
        Ok(())
    })?;
    Ok(Ssor {
        lower: triangular::new(&scaled, Triangle::Lower)?,
        upper: triangular::new(&scaled, Triangle::Upper)?,
        middle: diagonal.into_iter().map(|d| d.scaled((2.0 - omega) / omega)).collect(),
    })
}

impl<T: Scalar + Entry> Operator<T> for Ssor<T> {
    fn rows(&self) -> usize {
        self.middle.len()
    }

    fn cols(&self) -> usize {
        self.middle.len()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(x);
        self.lower.solve(y);
        y.iter_mut().zip(&self.middle).for_each(|(y, &d)| *y *= d);
        self.upper.solve(y);
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(x);
        self.upper.solve_adjoint(y);
        y.iter_mut().zip(&self.middle).for_each(|(y, &d)| *y *= d.conjugate());
        self.lower.solve_adjoint(y);
        Ok(())
    }
}
