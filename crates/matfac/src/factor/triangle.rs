//! Substitution: solving with a triangular matrix, or its conjugate transpose, in place.
//!
//! Method: recursive halving into products (faer). Reference: Golub & Van Loan (2013), §3.1. Cost: n² flops for each
//! column of the right-hand side. Backward stable row by row.

use super::condition::{inverse_one_norm, rcond_from};
use crate::linalg::Scalar;
use crate::linalg::par::{Op, order, par};
use crate::linalg::simd::Clean;
use faer::linalg::triangular_solve as by;
use faer::{Conj, MatMut, MatRef};

/// The part of a matrix that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// On and above the diagonal.
    Upper,
    /// On and below the diagonal.
    Lower,
    /// Below the diagonal, with ones on it.
    UnitLower,
}

/// `X = T \ X`.
pub(crate) fn substitute<T: Scalar>(t: MatRef<'_, T>, part: Part, x: MatMut<'_, T>) {
    let _clean = Clean;
    let threads = par(Op::Product, order(&[t.ncols(), t.ncols(), x.ncols()]));
    match part {
        Part::Upper => by::solve_upper_triangular_in_place(t, x, threads),
        Part::Lower => by::solve_lower_triangular_in_place(t, x, threads),
        Part::UnitLower => by::solve_unit_lower_triangular_in_place(t, x, threads),
    }
}

/// `X = T' \ X`, with the conjugate transpose.
pub(crate) fn substitute_adjoint<T: Scalar>(t: MatRef<'_, T>, part: Part, x: MatMut<'_, T>) {
    let _clean = Clean;
    let threads = par(Op::Product, order(&[t.ncols(), t.ncols(), x.ncols()]));
    let (t, yes) = (t.transpose(), Conj::Yes);
    match part {
        Part::Upper => by::solve_lower_triangular_in_place_with_conj(t, yes, x, threads),
        Part::Lower => by::solve_upper_triangular_in_place_with_conj(t, yes, x, threads),
        Part::UnitLower => by::solve_unit_upper_triangular_in_place_with_conj(t, yes, x, threads),
    }
}

/// An estimate of 1 / (‖T‖₁ ‖T⁻¹‖₁) from ‖T‖₁, in O(n²): 0 when T is singular.
pub(crate) fn triangular_rcond<T: Scalar>(t: MatRef<'_, T>, norm: f64, part: Part) -> f64 {
    let n = t.ncols();
    if (0..n).any(|i| t[(i, i)] == T::ZERO) {
        return 0.0;
    }
    let inverse = inverse_one_norm(
        n,
        |x| substitute(t, part, column(x)),
        |x| substitute_adjoint(t, part, column(x)),
    );
    rcond_from(n, norm, inverse)
}

/// A slice as a matrix of one column.
pub(crate) fn column<T>(x: &mut [T]) -> MatMut<'_, T> {
    let n = x.len();
    MatMut::from_column_major_slice_mut(x, n, 1)
}
