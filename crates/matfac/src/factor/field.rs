//! The two fields that matrices are factored over: the real and the complex numbers.
//!
//! Every algorithm is written once, generic over [`Scalar`], and compiled here for both fields: the methods of this trait
//! are where the generic functions of this layer hand over to code that exists, optimised, in this crate. Callers use the
//! functions, such as [`super::lu()`].

use super::Factors;
use super::chol::{self, Chol, Triangle};
use super::determinant::Determinant;
use super::inverse::{self, Inverse};
use super::ldl::{self, Ldl};
use super::lu::{self, Lu, Pivot};
use super::qr::{self, Qr, QrOptions};
use super::refine::{self, Refined};
use super::solve::{self, Factorized, Method};
use super::svd::{self, Svd, SvdForm};
use crate::error::Result;
use crate::linalg::{Dense, Scalar, c64, compiled};

compiled! {
    /// `f64` or `c64`, as entries of a matrix to be factored.
    Field: Scalar; for f64, c64;

    fn lu(a: &Dense<Self>, pivot: Pivot) -> Result<Lu<Self>> { lu::decompose(a, pivot) }
    fn qr(a: &Dense<Self>, options: QrOptions) -> Result<Qr<Self>> { qr::decompose(a, options) }
    fn chol(a: &Dense<Self>, triangle: Triangle) -> Result<Chol<Self>> { chol::decompose(a, triangle) }
    fn ldl(a: &Dense<Self>) -> Result<Ldl<Self>> { ldl::decompose(a) }
    fn svd(a: &Dense<Self>, form: SvdForm) -> Result<Svd<Self>> { svd::decompose(a, form) }
    fn singular_values(a: &Dense<Self>) -> Result<Vec<f64>> { svd::values(a) }
    fn inv(a: &Dense<Self>) -> Result<Inverse<Self>> { inverse::invert(a) }
    fn determinant(a: &Dense<Self>, operation: &'static str) -> Result<Determinant<Self>> { inverse::determinant(a, operation) }
    fn rcond(a: &Dense<Self>) -> Result<f64> { inverse::reciprocal_condition(a) }
    fn factorize(a: &Dense<Self>, method: Option<Method>) -> Result<Factorized<Self>> { solve::decompose(a, method) }
    fn solve(f: &Factorized<Self>, b: &Dense<Self>, adjoint: bool) -> Result<Dense<Self>> { f.substitute(b, adjoint) }
    fn solve_with_tolerance(a: &Dense<Self>, b: &Dense<Self>, tol: f64) -> Result<Dense<Self>> { solve::by_tolerance(a, b, tol) }
    fn factorized_determinant(f: &Factorized<Self>) -> Result<Determinant<Self>> { f.determinant() }
    fn solve_refined(a: &Dense<Self>, b: &Dense<Self>) -> Result<Refined<Self>> { refine::refine(a, b) }
    fn factors(f: &Factorized<Self>) -> Result<Factors<Self>> { f.written_out() }
}
