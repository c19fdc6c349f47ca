//! An orthogonal factorization of a matrix of full column rank, by columns or by fronts, and what is solved with it.
//!
//! Fronts ([`FrontQr`]) are faster where R fills; reflections column by column ([`Qr`]) find the rank as well.

use super::front_qr::{FrontQr, Plan};
use super::kind::Analysis;
use super::permute::{pattern, unpermuted};
use super::qr::Qr;
use crate::error::Result;
use crate::factor::condition::{inverse_one_norm, rcond_from};
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};
use std::sync::Arc;

/// Matrices of fewer entries are not worth fronts.
const SMALL: usize = 2000;

/// Fewer multiplications are not worth fronts, in all and for each entry of R.
const WORTH: f64 = 8e5;
const WORTH_EACH: f64 = 40.0;

#[derive(Debug, Clone)]
pub(super) enum LeastSquares<T> {
    Columns(Qr<T>),
    Fronts(FrontQr<T>),
}

/// The same expression for either.
macro_rules! either {
    ($self:expr, $f:ident => $body:expr) => {
        match $self {
            LeastSquares::Columns($f) => $body,
            LeastSquares::Fronts($f) => $body,
        }
    };
}

/// The fronts of a matrix, its columns in an order that fills little, when they are worth it.
pub(super) fn plan<T: Entry>(a: &Sparse<T>) -> Result<Option<Arc<Plan>>> {
    if a.nnz() < SMALL || a.rows() < a.cols() {
        return Ok(None);
    }
    let plan = Plan::new(a, &super::ordering::colamd(&pattern(a))?);
    let is_worth = plan.flops() > WORTH.max(WORTH_EACH * plan.entries());
    Ok(is_worth.then(|| Arc::new(plan)))
}

impl<T: Scalar + Entry> LeastSquares<T> {
    /// What the pattern has decided for it.
    pub fn analysis(&self) -> Analysis {
        match self {
            LeastSquares::Columns(f) => Analysis::Qr(Arc::new(f.p.clone())),
            LeastSquares::Fronts(f) => Analysis::Fronts(f.plan.clone()),
        }
    }

    /// Column k of `A*P` is column `p()[k]` of A.
    pub fn p(&self) -> &[u32] {
        match self {
            LeastSquares::Columns(f) => &f.p,
            LeastSquares::Fronts(f) => &f.plan.order,
        }
    }

    /// Number of rows and of columns.
    pub fn shape(&self) -> (usize, usize) {
        either!(self, f => f.shape())
    }

    /// The rank: by fronts the number of columns.
    pub fn rank(&self) -> usize {
        match self {
            LeastSquares::Columns(f) => f.rank(),
            LeastSquares::Fronts(f) => f.shape().1,
        }
    }

    /// Numbers that are stored.
    pub fn nnz(&self) -> usize {
        either!(self, f => f.nnz())
    }

    /// R with `count` rows, at least as many as columns.
    pub fn r(&self, count: usize) -> Sparse<T> {
        either!(self, f => f.r(count))
    }

    /// The diagonal of R.
    pub fn diagonal(&self) -> Vec<T> {
        either!(self, f => f.diagonal().collect())
    }

    /// `Q'*b` in place.
    pub fn apply_adjoint(&self, b: &mut [T]) {
        either!(self, f => f.apply_adjoint(b))
    }

    /// The least-squares solution of `A*x = b`.
    pub fn solve(&self, b: &[T]) -> Vec<T> {
        let mut c = b.to_vec();
        either!(self, f => {
            f.apply_adjoint(&mut c);
            unpermuted(self.p(), &f.solve_upper(&c))
        })
    }

    /// The solution of least norm of `A'*y = b`.
    pub fn least_norm(&self, b: &[T]) -> Vec<T> {
        let permuted: Vec<T> = self.p().iter().map(|&j| b[j as usize]).collect();
        either!(self, f => {
            let mut y = f.solve_lower(&permuted);
            y.resize(self.shape().0, T::ZERO);
            f.apply(&mut y);
            y
        })
    }

    /// The estimated reciprocal condition number of R in the 1-norm.
    pub fn rcond(&self) -> f64 {
        either!(self, f => rcond(&self.r(f.shape().1), |x| f.solve_upper(x), |x| f.solve_lower(x)))
    }
}

/// The estimated reciprocal condition number of R in the 1-norm, given how systems with R and R' are solved.
pub(super) fn rcond<T: Scalar + Entry>(
    r: &Sparse<T>,
    upper: impl Fn(&[T]) -> Vec<T>,
    lower: impl Fn(&[T]) -> Vec<T>,
) -> f64 {
    let n = r.cols();
    let inverse =
        inverse_one_norm(n, |x| x.copy_from_slice(&upper(x)), |x| x.copy_from_slice(&lower(x)));
    rcond_from(n, r.one_norm(), inverse)
}
