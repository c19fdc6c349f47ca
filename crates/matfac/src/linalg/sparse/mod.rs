//! A sparse matrix by compressed columns, in sprs's storage, and the kernels over it.
//!
//! Indices take four bytes: a product is bound by memory, and eight would be half of what it reads. Stored entries are in
//! the order of their rows within each column, no place is stored twice, and no stored entry is zero, so that `nnz` counts
//! what Octave's does; every function here keeps that. faer's factorizations borrow the same arrays.

mod matrix;
mod product;
mod triplets;

pub use matrix::{Entry, LIMIT, Sparse};
pub use triplets::Duplicates;
