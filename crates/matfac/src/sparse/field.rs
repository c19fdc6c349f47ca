//! The two fields that sparse matrices are factored over: where generic code hands over to what is compiled in this crate.
//!
//! As `factor::field` does for dense matrices. Callers use the functions beside the methods.

use super::chol::{self, CholParts};
use super::factors::{self, LuParts, QrParts};
use super::ldl;
use super::lu::{ColumnOrder, Pivoting};
use super::qr::Order;
use super::solve::{self, Factorized};
use crate::error::Result;
use crate::factor::determinant::Determinant;
use crate::factor::field::Field;
use crate::factor::solve::Method;
use crate::linalg::sparse::{Entry, Sparse};
use crate::linalg::{Dense, c64};
use std::sync::Arc;

macro_rules! field {
    ($(fn $name:ident($($argument:ident: $kind:ty),*) -> $out:ty { $body:expr })*) => {
        /// `f64` or `c64`, as entries of a sparse matrix to be factored.
        pub trait SparseField: Field + Entry {
            $(#[doc(hidden)] fn $name($($argument: $kind),*) -> $out;)*
        }

        impl SparseField for f64 {
            $(fn $name($($argument: $kind),*) -> $out { $body })*
        }

        impl SparseField for c64 {
            $(fn $name($($argument: $kind),*) -> $out { $body })*
        }
    };
}

field! {
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
    fn sparse_qr(a: &Sparse<Self>, order: Order, b: Option<&Dense<Self>>, economy: bool) -> Result<QrParts<Self>> { factors::qr(a, order, b, economy) }
}
