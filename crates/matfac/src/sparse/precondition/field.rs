//! The preconditioners as functions for real and complex matrices: where generic code hands over to code that exists,
//! optimised, in this crate.

use super::amg::{self, Amg, AmgOptions};
use super::ichol::{self, IcholOptions};
use super::ilu::{self, Ilu, IluOptions};
use super::inverse::{self, Inverse, SparseInverse};
use super::jacobi::{self, Jacobi};
use super::ssor::{self, Ssor};
use super::triangular::{self, Pair, Triangle, Triangular};
use crate::error::Result;
use crate::linalg::sparse::Sparse;
use crate::linalg::{Dense, Operator, c64, compiled};
use crate::sparse::field::SparseField;

/// A preconditioner that may be shared.
pub type Shared<T> = Box<dyn Operator<T> + Send + Sync>;

compiled! {
    /// `f64` or `c64`, as entries of a matrix that a preconditioner is made of.
    Field: SparseField; for f64, c64;

    fn jacobi(a: &Sparse<Self>) -> Result<Jacobi<Self>> { jacobi::new(a) }
    fn ssor(a: &Sparse<Self>, omega: f64) -> Result<Ssor<Self>> { ssor::new(a, omega) }
    fn ichol(a: &Sparse<Self>, options: IcholOptions) -> Result<Sparse<Self>> { ichol::decompose(a, options) }
    fn ilu(a: &Sparse<Self>, options: IluOptions) -> Result<Ilu<Self>> { ilu::decompose(a, options) }
    fn amg(a: &Sparse<Self>, options: AmgOptions) -> Result<Amg<Self>> { amg::new(a, options) }
    fn triangular(a: &Sparse<Self>, triangle: Triangle) -> Result<Triangular<Self>> { triangular::new(a, triangle) }
    fn pair(lower: &Sparse<Self>, upper: &Sparse<Self>) -> Result<Pair<Self>> { triangular::pair(lower, upper) }
    fn inverse(a: &Dense<Self>) -> Result<Inverse<Self>> { inverse::new(a) }
    fn sparse_inverse(a: &Sparse<Self>) -> Result<SparseInverse<Self>> { inverse::new_sparse(a) }
    fn shared_sparse_inverse(m: SparseInverse<Self>) -> Shared<Self> { Box::new(m) }
    fn shared_jacobi(m: Jacobi<Self>) -> Shared<Self> { Box::new(m) }
    fn shared_ssor(m: Ssor<Self>) -> Shared<Self> { Box::new(m) }
    fn shared_amg(m: Amg<Self>) -> Shared<Self> { Box::new(m) }
    fn shared_triangular(m: Triangular<Self>) -> Shared<Self> { Box::new(m) }
    fn shared_pair(m: Pair<Self>) -> Shared<Self> { Box::new(m) }
    fn shared_inverse(m: Inverse<Self>) -> Shared<Self> { Box::new(m) }
    fn sparse_map(a: &Sparse<Self>) -> &dyn Operator<Self> { a }
    fn dense_map(a: &Dense<Self>) -> &dyn Operator<Self> { a }
}

/// The inverse of the diagonal of A.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::NonFinite`], and [`crate::Error::Singular`] with the number of the first
/// zero on the diagonal.
///
/// ```
/// use matfac::{Matrix, data::Monitor, linalg::Sparse};
/// use matfac::sparse::{krylov::{Method, Options, Problem, solve}, precondition::jacobi};
/// let a = Sparse::from_dense(&Matrix::from_fn(50, 50, |i, j| if i == j { 10f64.powi(i as i32 % 7) } else { 0.0 }))?;
/// let (m, b) = (jacobi(&a)?, [1.0; 50]);
/// let plain = Problem::new(&a, &b);
/// let scaled = Problem { left: Some(&m), ..Problem::new(&a, &b) };
/// let count = |p| solve(Method::Pcg, p, Options::default(), &Monitor::default()).map(|s| s.iterations);
/// assert!(count(&plain)? > 5.0 && count(&scaled)? == 1.0);
/// # Ok::<(), matfac::Error>(())
/// ```
pub fn jacobi<T: Field>(a: &Sparse<T>) -> Result<Jacobi<T>> {
    T::jacobi(a)
}

/// Symmetric successive over-relaxation with 0 < ω < 2: a sweep forward and one backward.
///
/// Hermitian positive definite when A is. Errors: as [`jacobi`], [`crate::Error::Argument`].
pub fn ssor<T: Field>(a: &Sparse<T>, omega: f64) -> Result<Ssor<T>> {
    T::ssor(a, omega)
}

/// The incomplete Cholesky factor L with `A ≈ L*L'` (R with `A ≈ R'*R` when it is to be upper).
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::NonFinite`], [`crate::Error::Argument`] with the pivot that was not
/// positive: that happens to positive definite matrices too, and `diagcomp` is the way out.
///
/// ```
/// use matfac::{Matrix, linalg::Sparse, sparse::precondition::{IcholOptions, ichol}};
/// let a = Sparse::from_dense(&Matrix::from_rows(&[&[4.0, 2.0], &[2.0, 10.0]]))?;
/// let l = ichol(&a, IcholOptions::default())?;
/// assert_eq!((l.get(0, 0), l.get(1, 0), l.get(1, 1)), (2.0, 1.0, 3.0));
/// # Ok::<(), matfac::Error>(())
/// ```
pub fn ichol<T: Field>(a: &Sparse<T>, options: IcholOptions) -> Result<Sparse<T>> {
    T::ichol(a, options)
}

/// Incomplete LU factors with `L*U ≈ P*A`.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::NonFinite`], [`crate::Error::Singular`] with the pivot that is zero.
///
/// ```
/// use matfac::{Matrix, linalg::Sparse, sparse::precondition::{IluOptions, ilu}};
/// let a = Sparse::from_dense(&Matrix::from_rows(&[&[2.0, 1.0], &[4.0, 5.0]]))?;
/// let f = ilu(&a, IluOptions::default())?;
/// assert_eq!((f.l.get(1, 0), f.u.get(1, 1), f.pivots), (2.0, 3.0, None));
/// # Ok::<(), matfac::Error>(())
/// ```
pub fn ilu<T: Field>(a: &Sparse<T>, options: IluOptions) -> Result<Ilu<T>> {
    T::ilu(a, options)
}

/// Algebraic multigrid by smoothed aggregation, for Hermitian positive definite matrices.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::NonFinite`], [`crate::Error::Argument`] when A is not Hermitian or has a
/// diagonal that is not positive.
pub fn amg<T: Field>(a: &Sparse<T>, options: AmgOptions) -> Result<Amg<T>> {
    T::amg(a, options)
}

/// The inverse of a triangular matrix, by substitution. What is on the other side of the diagonal is not read.
///
/// A zero on the diagonal gives infinities, which the iterative methods report as a singular preconditioner.
pub fn triangular<T: Field>(a: &Sparse<T>, triangle: Triangle) -> Result<Triangular<T>> {
    T::triangular(a, triangle)
}

/// The inverse of `L*U`, for triangular factors such as those of [`ichol`] (L and L') and [`ilu`].
pub fn pair<T: Field>(lower: &Sparse<T>, upper: &Sparse<T>) -> Result<Pair<T>> {
    T::pair(lower, upper)
}

/// The inverse of a full square matrix, by factoring it. Errors: as [`crate::factor::factorize`].
pub fn inverse<T: Field>(a: &Dense<T>) -> Result<Inverse<T>> {
    T::inverse(a)
}

/// The inverse of a sparse square matrix, by factoring it. Errors: as [`crate::sparse::solve::factorize`].
pub fn sparse_inverse<T: Field>(a: &Sparse<T>) -> Result<SparseInverse<T>> {
    T::sparse_inverse(a)
}
