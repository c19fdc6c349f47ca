//! Factorizations of a matrix, the solvers built on them, and models of a whole matrix (layer 1).
//!
//! One noun, one file: the result type (plain data), its options, its function, its references.

pub mod chol;
pub mod complex;
pub mod condition;
pub mod eig;
pub mod inverse;
pub mod ldl;
pub mod lowrank;
pub mod lu;
pub mod nmf;
mod nmf_start;
pub mod pca;
pub mod qr;
pub mod solve;
mod structure;
pub mod svd;

#[cfg(test)]
pub(crate) mod testdata;

pub use chol::{Chol, chol, is_positive_definite, is_symmetric};
pub use eig::{Eig, SymmetricEig, eig, eig_symmetric};
pub use inverse::{cond, det, inv, null, orth, pinv, rank, trace};
pub use ldl::{Ldl, ldl};
pub use lowrank::{LowRank, lowrank};
pub use lu::{Lu, Pivot, lu};
pub use nmf::{Nmf, NmfOptions, nmf};
pub use pca::{Pca, PcaOptions, pca};
pub use qr::{Qr, QrOptions, qr};
pub use solve::{Factorized, Solution, factorize, right_divide, solve};
pub use svd::{Svd, SvdForm, matrix_norm, singular_values, svd};
