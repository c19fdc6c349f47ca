//! Preconditioners: cheap approximations of the inverse of a sparse matrix, for the methods of [`super::krylov`].
//!
//! | function | approximates by | for |
//! |---|---|---|
//! | [`jacobi`] | the diagonal | badly scaled matrices |
//! | [`ssor`] | a forward and a backward sweep | Hermitian positive definite |
//! | [`ichol`] | `L*L'` without (much) fill | Hermitian positive definite |
//! | [`ilu`] | `L*U` without (much) fill | any square matrix |
//! | [`amg`] | a cycle through coarser and coarser matrices | elliptic problems: the iterations hardly grow with n |
//!
//! All of them are [`crate::linalg::Operator`]s that apply the inverse. Reference: Saad, Iterative Methods for Sparse
//! Linear Systems, 2nd ed. (2003), chapter 10; those of each in its file.

mod aggregate;
mod amg;
mod crout;
mod field;
mod ichol;
mod ilu;
mod ilutp;
mod inverse;
mod jacobi;
mod ssor;
mod triangular;

#[cfg(test)]
mod tests;

pub use amg::{Amg, AmgOptions, Smoother};
pub use field::{
    Field, Shared, amg, ichol, ilu, inverse, jacobi, pair, sparse_inverse, ssor, triangular,
};
pub use ichol::IcholOptions;
pub use ilu::{Ilu, IluKind, IluOptions, Milu};
pub use inverse::{Inverse, SparseInverse};
pub use jacobi::Jacobi;
pub use ssor::Ssor;
pub use triangular::{Pair, Triangle, Triangular};

use crate::error::{Error, Result};
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};

/// The diagonal of a square matrix without NaN and infinities.
fn diagonal<T: Scalar + Entry>(a: &Sparse<T>, operation: &'static str) -> Result<Vec<T>> {
    a.require_square(operation)?;
    a.require_finite(operation)?;
    Ok((0..a.cols()).map(|j| a.get(j, j)).collect())
}

/// The diagonal of a matrix that is to be Hermitian and positive definite: real, positive, of A(i,j) = A(j,i)'.
fn positive_diagonal<T: Scalar + Entry>(
    a: &Sparse<T>,
    operation: &'static str,
) -> Result<Vec<f64>> {
    let diagonal = diagonal(a, operation)?;
    let bad = diagonal.iter().position(|d| d.real_part() <= 0.0 || *d != T::of(d.real_part()));
    if let Some(j) = bad {
        let j1 = j + 1;
        let z = diagonal[j].complex();
        let value = if z.im == 0.0 { z.re.to_string() } else { format!("{z}") };
        return Err(Error::argument_hint(
            "A",
            format!("{operation} needs a positive diagonal; A({j1},{j1}) is {value}"),
            "this preconditioner is for Hermitian positive definite matrices; ilu takes others",
        ));
    }
    Ok(diagonal.into_iter().map(|d| d.real_part()).collect())
}

/// Refuses a matrix of which `A(i,j)` and the conjugate of `A(j,i)` differ by more than rounding.
fn require_hermitian<T: Scalar + Entry>(a: &Sparse<T>, operation: &'static str) -> Result<()> {
    let flipped = a.adjoint();
    let off = |x: T, y: T| (x - y).modulus() > 1e-12 * (x.modulus() + y.modulus());
    for j in 0..a.cols() {
        let ((places, entries), (other_places, others)) = (a.col(j), flipped.col(j));
        let differs =
            || places.iter().zip(entries).find(|&(&i, &x)| off(x, flipped.get(i as usize, j)));
        let same = places == other_places && !entries.iter().zip(others).any(|(&x, &y)| off(x, y));
        if same {
            continue;
        }
        let row = differs().map(|(&i, _)| i as usize);
        let row = row
            .or_else(|| other_places.iter().map(|&i| i as usize).find(|&i| a.get(i, j) == T::ZERO));
        let Some(i) = row else { continue };
        let (i1, j1) = (i + 1, j + 1);
        return Err(Error::argument_hint(
            "A",
            format!("{operation} needs a Hermitian matrix; A({i1},{j1}) and A({j1},{i1})' differ"),
            "ilu takes matrices that are not symmetric",
        ));
    }
    Ok(())
}
