//! Golub and Kahan's bidiagonalization of `A/M`, on which the least squares methods stand.
//!
//! Reference: Golub, Kahan, Calculating the singular values and pseudo-inverse of a matrix, SIAM J. Numer. Anal. 2 (1965).
//! Cost of a step: a product with A, one with A', two preconditioners.

use super::Stop;
use super::run::Run;
use super::vectors::{divide, xpay};
use crate::error::Result;
use crate::linalg::Scalar;

/// The process: `A*(M\V) = U*B` with orthonormal U and V, and a lower bidiagonal B of `alpha` and `beta`.
pub(super) struct GolubKahan<T> {
    u: Vec<T>,
    pub v: Vec<T>,
    /// `M\v`.
    pub inverse: Vec<T>,
    pub alpha: f64,
    pub beta: f64,
    product: Vec<T>,
    back: Vec<T>,
    straight: Vec<T>,
}

impl<T: Scalar> GolubKahan<T> {
    /// From the residual r.
    pub fn new(run: &mut Run<'_, T>, r: &[T]) -> Result<std::result::Result<GolubKahan<T>, Stop>> {
        let (m, n) = (run.a.rows(), run.a.cols());
        let zeros = |n: usize| vec![T::ZERO; n];
        let mut g = GolubKahan {
            u: r.to_vec(),
            v: zeros(n),
            inverse: zeros(n),
            alpha: 0.0,
            beta: T::euclidean(r),
            product: zeros(m),
            back: zeros(n),
            straight: zeros(n),
        };
        if g.beta > 0.0 {
            divide(&mut g.u, g.beta);
        }
        Ok(match g.lengthen(run, 0.0)? {
            None => Ok(g),
            Some(stop) => Err(stop),
        })
    }

    /// The next pair: `beta` and `alpha` are those of the next row of B.
    pub fn step(&mut self, run: &mut Run<'_, T>) -> Result<Option<Stop>> {
        run.a.apply(&self.inverse, &mut self.product)?;
        xpay(&mut self.u, &self.product, T::of(-self.alpha));
        self.beta = T::euclidean(&self.u);
        if !self.beta.is_finite() {
            return Ok(Some(run.broken("‖A*v‖", T::of(self.beta))));
        }
        if self.beta > 0.0 {
            divide(&mut self.u, self.beta);
        }
        self.lengthen(run, self.beta)
    }

    /// `v = M'\(A'*u) - beta*v`, its norm alpha, and `M\v`.
    fn lengthen(&mut self, run: &mut Run<'_, T>, beta: f64) -> Result<Option<Stop>> {
        run.a.apply_adjoint(&self.u, &mut self.back)?;
        if !run.precondition_adjoint(&self.back, &mut self.straight)? {
            return Ok(Some(Stop::SingularPreconditioner));
        }
        xpay(&mut self.v, &self.straight, T::of(-beta));
        self.alpha = T::euclidean(&self.v);
        if !self.alpha.is_finite() {
            return Ok(Some(run.broken("‖A'*u‖", T::of(self.alpha))));
        }
        if self.alpha > 0.0 {
            divide(&mut self.v, self.alpha);
        }
        let finite = run.precondition(&self.v, &mut self.inverse)?;
        Ok((!finite).then_some(Stop::SingularPreconditioner))
    }
}

/// Whether the residual is small enough, or as small as any x makes it.
pub(super) fn finished<T: Scalar>(
    run: &Run<'_, T>,
    norm: f64,
    normal: f64,
    size: f64,
) -> Option<Stop> {
    if norm <= run.target {
        return Some(Stop::Converged);
    }
    let tol = run.options.tol.max(f64::EPSILON);
    (normal <= tol * size * norm).then_some(Stop::LeastSquares)
}
