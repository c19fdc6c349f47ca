//! A sparse matrix by compressed columns, in sprs's storage, and the kernels over it.
//!
//! Indices take four bytes: a product is bound by memory, and eight would be half of what it reads. Stored entries are in
//! the order of their rows within each column, no place is stored twice, and no stored entry is zero, so that `nnz` counts
//! what Octave's does; every function here keeps that. faer's factorizations borrow the same arrays.

mod aligned;
mod assign;
mod columns;
mod grow;
mod gustavson;
mod join;
mod kernel;
mod kron;
mod matrix;
mod order;
mod parts;
mod product;
mod reduce;
mod select;
mod slots;
#[cfg(test)]
mod tests;
mod tiles;
mod transpose;
mod triplets;
mod union;
mod vector;

pub use aligned::{Aligned, Placed, Places};
pub use assign::{Block, assigned, assigned_at};
pub use gustavson::times;
pub use join::{reshaped, resized, side_by_side, stacked};
pub use kernel::{Kernel, Number, Structure};
pub use kron::kron;
pub use matrix::{Entry, LIMIT, Sparse};
pub use order::Ordered;
pub use parts::{
    diagonal, diagonals, from_diagonals, lower, occupied_diagonals, on_diagonal, upper,
};
pub use product::{Form, full_times, times_full};
pub use reduce::{
    Along, all, any, beyond, counts, extremes, fold, moduli, products, squares, sums,
};
pub use select::{Picks, at_positions, submatrix, without_columns, without_rows};
pub use triplets::{Duplicates, Indices, from_indices};
pub use union::{intersection, union, with_full};
