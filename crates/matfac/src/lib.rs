//! Matrix factorizations, recommenders and figures as a plain Rust library.
//!
//! Layers, each of which may use only those before it: [`error`], [`data`] and [`linalg`] (types and
//! kernels), [`factor`] (decompositions of a matrix), [`sparse`]
//! (methods for sparse matrices and linear maps), [`models`] (of a matrix), [`recommend`] (models of ratings),
//! [`io`] (files), [`plot`] (figures), [`notebook`] (displays in Rust notebooks). Nothing here knows the `mf` language,
//! and nothing but those displays prints.

pub mod data;
pub mod error;
pub mod factor;
pub mod io;
pub mod linalg;
pub mod models;
pub mod notebook;
pub mod plot;
pub mod recommend;
pub mod sparse;
#[cfg(test)]
pub(crate) mod testdata;

pub use error::{Error, Result};
pub use linalg::{BoolMatrix, ComplexMatrix, Matrix, c64};
