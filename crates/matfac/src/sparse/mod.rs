//! Algorithms on sparse matrices (layer 1): factorizations, solvers, orders. One noun, one file.

pub mod chol;
pub mod dulmage;
pub mod etree;
pub mod factors;
pub mod field;
mod kind;
pub mod ldl;
pub mod lu;
pub mod matching;
pub mod ordering;
pub mod permute;
pub mod qr;
mod refine;
pub mod solve;
pub mod structure;
#[cfg(test)]
pub(crate) mod testdata;
