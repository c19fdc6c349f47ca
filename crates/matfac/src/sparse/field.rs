//! The two fields that sparse matrices are factored over: where generic code hands over to what is compiled in this crate.
//!
//! As `factor::field` does for dense matrices. Callers use the functions beside the methods.

use super::chol::{self, CholParts};
use super::factors::{self, LuParts, QrForm, QrParts};
use super::ldl;
use super::lu::{ColumnOrder, Pivoting};
use super::solve::{self, Factorized};
use crate::error::Result;
use crate::factor::determinant::Determinant;
use crate::factor::field::Field;
use crate::factor::solve::Method;
use crate::linalg::sparse::{Entry, Sparse};
use crate::linalg::{Dense, c64, compiled};
use std::sync::Arc;

compiled! {
    /// `f64` or `c64`, as entries of a sparse matrix to be factored.
    SparseField: Field, Entry; for f64, c64;

    fn factorize_sparse(a: Arc<Sparse<Self>>, method: Option<Method>) -> Result<Factorized<Self>> { solve::decompose(a, method) }
    fn refactor_sparse(f: &Factorized<Self>, a: Arc<Sparse<Self>>) -> Result<Factorized<Self>> { solve::again(f, a) }
    fn sparse_solve(f: &Factorized<Self>, b: &Dense<Self>, adjoint: bool) -> Result<(Dense<Self>, f64)> { f.substitute(b, adjoint) }
    fn sparse_solve_sparse(f: &Factorized<Self>, b: &Sparse<Self>, adjoint: bool) -> Result<(Sparse<Self>, f64)> { f.substitute_sparse(b, adjoint) }
    fn sparse_rcond(f: &Factorized<Self>) -> f64 { f.estimate() }
    fn sparse_determinant(f: &Factorized<Self>) -> Result<Determinant<Self>> { f.determinant() }
    fn sparse_part(f: &Factorized<Self>, name: &str) -> Option<Sparse<Self>> { factors::part(f, name) }
    fn sparse_lu(a: &Sparse<Self>, order: Option<ColumnOrder>, pivoting: Pivoting) -> Result<LuParts<Self>> { factors::lu(a, order, pivoting) }
    fn sparse_chol(a: &Sparse<Self>, reorder: bool) -> Result<CholParts<Self>> { chol::decompose(a, reorder) }
    fn sparse_ldl(a: &Sparse<Self>) -> Result<(Sparse<Self>, Sparse<Self>, Vec<u32>)> { ldl::decompose(a).map(|f| (f.lower(), f.diagonal(), f.p)) }
    fn sparse_qr(a: &Sparse<Self>, form: QrForm, b: Option<&Dense<Self>>) -> Result<QrParts<Self>> { factors::qr(a, form, b) }
}
