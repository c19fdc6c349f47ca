//! Solving `A*x = b` and `min ‖b - A*x‖` by products with A alone: Krylov subspace methods.
//!
//! One method is one file; [`solve`](solve()) runs any of them. A method sees A as an [`crate::linalg::Operator`], so that a
//! sparse matrix, a full one and a function are all the same to it, and the preconditioner `M = M1*M2` as operators
//! that apply the inverses of M1 and M2. Every method is allocated for once: an iteration costs its products, its
//! preconditioner and a few passes over vectors.
//!
//! What a method believes of its residual is checked at the end against `b - A*x`: where rounding has made the two
//! drift apart, the method is started again from where it is, and when that no longer helps the result says so
//! ([`Stop::Stagnated`]) instead of claiming convergence.
//!
//! References: Barrett et al., Templates for the Solution of Linear Systems (1994); Saad, Iterative Methods for Sparse
//! Linear Systems, 2nd ed. (2003); those of each method in its file.

mod bicg;
mod bicgstab;
mod cgls;
mod cgs;
mod damped;
mod driver;
mod field;
mod gmres;
mod golub_kahan;
mod lsmr;
mod lsqr;
mod minres;
mod pcg;
mod qmr;
mod ritz;
mod run;
mod symmlq;
mod tfqmr;
mod vectors;

#[cfg(test)]
mod tests;

pub use driver::solve;
pub use field::Field;

use crate::linalg::{Operator, Scalar};

/// A Krylov subspace method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Conjugate gradients (Hestenes, Stiefel 1952): Hermitian positive definite.
    Pcg,
    /// Minimal residuals (Paige, Saunders 1975): Hermitian, indefinite or singular too.
    Minres,
    /// Symmetric LQ (Paige, Saunders 1975): Hermitian, indefinite too, consistent.
    Symmlq,
    /// Generalized minimal residuals (Saad, Schultz 1986): any square matrix.
    Gmres,
    /// Biconjugate gradients (Fletcher 1976): any square matrix, needs `A'*x`.
    Bicg,
    /// Stabilized biconjugate gradients (van der Vorst 1992).
    Bicgstab,
    /// Conjugate gradients squared (Sonneveld 1989).
    Cgs,
    /// Quasi-minimal residuals (Freund, Nachtigal 1991), needs `A'*x`.
    Qmr,
    /// Transpose-free quasi-minimal residuals (Freund 1993).
    Tfqmr,
    /// Least squares by bidiagonalization (Paige, Saunders 1982).
    Lsqr,
    /// Least squares with falling `‖A'*r‖` (Fong, Saunders 2011).
    Lsmr,
    /// Conjugate gradients for the normal equations (Hestenes, Stiefel 1952).
    Cgls,
}

impl Method {
    /// The function's name.
    pub fn name(self) -> &'static str {
        match self {
            Method::Pcg => "pcg",
            Method::Minres => "minres",
            Method::Symmlq => "symmlq",
            Method::Gmres => "gmres",
            Method::Bicg => "bicg",
            Method::Bicgstab => "bicgstab",
            Method::Cgs => "cgs",
            Method::Qmr => "qmr",
            Method::Tfqmr => "tfqmr",
            Method::Lsqr => "lsqr",
            Method::Lsmr => "lsmr",
            Method::Cgls => "cgls",
        }
    }

    /// Whether A may be rectangular and the sum of squares is what is minimized.
    pub fn is_least_squares(self) -> bool {
        matches!(self, Method::Lsqr | Method::Lsmr | Method::Cgls)
    }

    /// Whether the method needs products with A' (and inverses of M1' and M2').
    pub fn needs_adjoint(self) -> bool {
        self.is_least_squares() || matches!(self, Method::Bicg | Method::Qmr)
    }

    /// Whether the method is for Hermitian matrices alone.
    pub fn needs_hermitian(self) -> bool {
        matches!(self, Method::Pcg | Method::Minres | Method::Symmlq)
    }
}

/// What is to be solved.
pub struct Problem<'a, T: Scalar> {
    /// The m×n matrix; m = n but for least squares.
    pub a: &'a dyn Operator<T>,
    /// The right-hand side, m numbers.
    pub b: &'a [T],
    /// Where to start, n numbers; zeros when there is none.
    pub start: Option<&'a [T]>,
    /// Applies the inverse of M1.
    pub left: Option<&'a dyn Operator<T>>,
    /// Applies the inverse of M2, after that of M1.
    pub right: Option<&'a dyn Operator<T>>,
}

impl<'a, T: Scalar> Problem<'a, T> {
    /// `A*x = b` from zeros without a preconditioner.
    pub fn new(a: &'a dyn Operator<T>, b: &'a [T]) -> Problem<'a, T> {
        Problem { a, b, start: None, left: None, right: None }
    }
}

/// On which side of A a preconditioner stands in [`Method::Gmres`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// `M\A*x = M\b`: the residual that is minimized and reported is `M\(b - A*x)`.
    #[default]
    Left,
    /// `A*(M\y) = b`: the residual is that of the system itself.
    Right,
}

/// Options with their defaults.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Stop when ‖b - A*x‖ is at most this part of ‖b‖ (1e-6). For least squares also when ‖A'*r‖ is at most this part
    /// of ‖A‖‖r‖.
    pub tol: f64,
    /// Limit of iterations (20); of cycles when `restart` is given.
    pub max_iter: usize,
    /// Iterations after which [`Method::Gmres`] starts again from its result (never).
    pub restart: Option<usize>,
    /// The side of the preconditioner in [`Method::Gmres`].
    pub side: Side,
    /// λ ≥ 0 (0): least squares minimize `‖b - A*x‖² + λ²‖x‖²`.
    pub damp: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options { tol: 1e-6, max_iter: 20, restart: None, side: Side::Left, damp: 0.0 }
    }
}

/// Why an iteration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The residual is as small as was asked for.
    Converged,
    /// No x has a smaller residual: it stands at right angles to all columns of A.
    LeastSquares,
    /// The limit of iterations.
    MaxIter,
    /// The preconditioner gave NaN or infinity.
    SingularPreconditioner,
    /// x no longer changes, or its residual no longer falls.
    Stagnated,
    /// The method divides by a number that has vanished, which is named.
    Breakdown(&'static str),
    /// `p'*A*p` is not positive.
    IndefiniteMatrix,
    /// `r'*(M\r)` is not positive.
    IndefinitePreconditioner,
}

/// What least squares methods learn of A on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimates {
    /// Of ‖A‖ (of `A/M` with a preconditioner): Frobenius's norm for lsqr and lsmr, the 2-norm for cgls.
    pub norm: f64,
    /// Of the condition number.
    pub condition: f64,
    /// ‖A'*r‖ at the end, computed anew.
    pub normal_residual: f64,
}

/// The result of an iteration.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution<T> {
    /// The solution, n numbers: when it did not converge, the one of the iterates with the smallest residual.
    pub x: Vec<T>,
    /// Why the iteration ended.
    pub stop: Stop,
    /// ‖b - A*x‖/‖b‖, computed anew; with a preconditioner on the left of gmres ‖M\(b - A*x)‖/‖M\b‖.
    pub relres: f64,
    /// ‖b - A*x‖/‖b‖, computed anew.
    pub true_relres: f64,
    /// The iteration at which x was found; bicgstab and tfqmr have half ones.
    pub iterations: f64,
    /// The cycle and the iteration in it, from 1, at which x was found: gmres.
    pub cycle: (usize, usize),
    /// The norm of the residual before the first iteration and after every one (bicgstab and tfqmr: every half one).
    pub history: Vec<f64>,
    /// pcg: `sqrt(r'*(M\r))`, lsqr, lsmr and cgls: ‖A'*r‖, at the same places.
    pub second_history: Vec<f64>,
    /// pcg: the smallest and the largest eigenvalue of M\A, estimated.
    pub eigenvalues: Option<(f64, f64)>,
    /// lsqr, lsmr and cgls: what they learnt of A.
    pub estimates: Option<Estimates>,
}

impl<T> Solution<T> {
    /// Whether x is what was asked for.
    pub fn converged(&self) -> bool {
        self.flag() == 0
    }

    /// Octave's flag: 0 converged, 1 limit of iterations, 2 singular preconditioner, 3 stagnation, 4 breakdown.
    pub fn flag(&self) -> u8 {
        match self.stop {
            Stop::Converged => 0,
            Stop::LeastSquares => {
                if self.estimates.is_some() {
                    0
                } else {
                    3
                }
            }
            Stop::MaxIter => 1,
            Stop::SingularPreconditioner => 2,
            Stop::Stagnated => 3,
            Stop::Breakdown(_) | Stop::IndefiniteMatrix | Stop::IndefinitePreconditioner => 4,
        }
    }
}
