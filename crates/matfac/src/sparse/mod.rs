//! Methods for sparse matrices and linear maps: truncated decompositions (layer 1).

mod basis;
pub mod centred;
pub mod eigs;
mod golub_kahan;
mod gram;
mod krylov_general;
mod krylov_schur;
mod maps;
pub mod rsvd;
pub mod spectral;
pub mod svds;
mod tall;

pub use centred::Centred;
pub use eigs::{Eigs, EigsOptions, Wanted, eigs_general, eigs_hermitian};
pub use rsvd::{RsvdOptions, rsvd, rsvd_sparse};
pub use spectral::Spectral;
pub use svds::{SvdsOptions, Truncated, svds, svds_sparse};
