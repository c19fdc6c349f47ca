//! Algorithms on sparse matrices (layer 1): factorizations, solvers, orders, truncated decompositions. One noun, one file.

mod basis;
pub mod centred;
pub mod chol;
pub mod dulmage;
pub mod eigs;
pub mod etree;
pub mod factors;
pub mod field;
mod golub_kahan;
mod gram;
mod kind;
pub mod krylov;
mod krylov_general;
mod krylov_schur;
pub mod ldl;
pub mod lu;
mod maps;
pub mod matching;
pub mod ordering;
pub mod pair;
pub mod permute;
pub mod precondition;
pub mod qr;
mod refine;
pub mod root;
pub mod rsvd;
pub mod solve;
pub mod spectral;
pub mod structure;
pub mod svds;
pub mod svds_near;
mod tall;
#[cfg(test)]
pub(crate) mod testdata;

pub use centred::Centred;
pub use eigs::{Eigs, EigsOptions, Wanted, eigs_general, eigs_hermitian};
pub use pair::{Answer, Given, Question};
pub use root::Root;
pub use rsvd::{RsvdOptions, rsvd, rsvd_sparse};
pub use spectral::Spectral;
pub use svds::{SvdsOptions, Truncated, svds, svds_sparse};
pub use svds_near::svds_near;
