//! What a language does with sparse matrices, compiled here, optimised, for each kind of entries.
//!
//! These two traits are where the generic kernels of this module hand over to instances in this crate: call `Structure::stacked(&[&a, &b])` or `Kernel::kron(&a, &b)`. Functions are
//! described where they are defined.

use super::assign::{self, Block};
use super::matrix::{Entry, Sparse};
use super::product::{self, Form};
use super::reduce::{self, Along};
use super::select::{self, Picks};
use super::triplets::{self, Duplicates, Indices};
use super::{gustavson, join, kron, parts, union};
use crate::error::Result;
use crate::linalg::{Dense, Scalar, c64, compiled};

compiled! {
    /// What moves entries and looks at none: for numbers and logicals.
    Structure: Entry; for f64, c64, bool;

    fn from_dense(a: &Dense<Self>) -> Result<Sparse<Self>> { Sparse::from_dense(a) }
    fn to_dense(a: &Sparse<Self>) -> Result<Dense<Self>> { a.to_dense() }
    fn transposed(a: &Sparse<Self>) -> Sparse<Self> { a.transposed() }
    fn from_indices(indices: &Indices<'_>, entries: &[Self], duplicates: Duplicates) -> Result<Sparse<Self>> {
        triplets::from_indices(indices, entries, duplicates)
    }
    fn upper(a: &Sparse<Self>, k: i64) -> Sparse<Self> { parts::upper(a, k) }
    fn lower(a: &Sparse<Self>, k: i64) -> Sparse<Self> { parts::lower(a, k) }
    fn diagonal(a: &Sparse<Self>, k: i64) -> Sparse<Self> { parts::diagonal(a, k) }
    fn on_diagonal(v: &Sparse<Self>, k: i64) -> Result<Sparse<Self>> { parts::on_diagonal(v, k) }
    fn occupied_diagonals(a: &Sparse<Self>) -> Vec<i64> { parts::occupied_diagonals(a) }
    fn diagonals(a: &Sparse<Self>, which: &[i64]) -> Result<Dense<Self>> { parts::diagonals(a, which) }
    fn from_diagonals(bands: &Dense<Self>, which: &[i64], m: usize, n: usize) -> Result<Sparse<Self>> {
        parts::from_diagonals(bands, which, m, n)
    }
    fn submatrix(a: &Sparse<Self>, rows: Picks<'_>, cols: Picks<'_>) -> Result<Sparse<Self>> {
        select::submatrix(a, rows, cols)
    }
    fn at_positions(a: &Sparse<Self>, positions: &[usize], m: usize, n: usize) -> Result<Sparse<Self>> {
        select::at_positions(a, positions, m, n)
    }
    fn without_rows(a: &Sparse<Self>, rows: &[usize]) -> Result<Sparse<Self>> { select::without_rows(a, rows) }
    fn without_columns(a: &Sparse<Self>, cols: &[usize]) -> Result<Sparse<Self>> { select::without_columns(a, cols) }
    fn assigned(a: &Sparse<Self>, rows: Picks<'_>, cols: Picks<'_>, block: Block<'_, Self>) -> Result<Sparse<Self>> {
        assign::assigned(a, rows, cols, block)
    }
    fn assigned_at(a: &Sparse<Self>, positions: &[usize], entries: &[Self]) -> Result<Sparse<Self>> {
        assign::assigned_at(a, positions, entries)
    }
    fn set(a: &mut Sparse<Self>, i: usize, j: usize, x: Self) -> Result<()> { a.set(i, j, x) }
    fn side_by_side(parts: &[&Sparse<Self>]) -> Result<Sparse<Self>> { join::side_by_side(parts) }
    fn stacked(parts: &[&Sparse<Self>]) -> Result<Sparse<Self>> { join::stacked(parts) }
    fn reshaped(a: &Sparse<Self>, m: usize, n: usize) -> Result<Sparse<Self>> { join::reshaped(a, m, n) }
    fn resized(a: &Sparse<Self>, m: usize, n: usize) -> Result<Sparse<Self>> { join::resized(a, m, n) }
    fn counts(a: &Sparse<Self>, along: Along) -> Vec<u32> { reduce::counts(a, along) }
    fn any(a: &Sparse<Self>, along: Along) -> Vec<bool> { reduce::any(a, along) }
    fn all(a: &Sparse<Self>, along: Along) -> Vec<bool> { reduce::all(a, along) }
    fn union_logical(operation: &'static str, a: &Sparse<Self>, b: &Sparse<Self>, f: &(dyn Fn(Self, Self) -> bool + Sync)) -> Result<Sparse<bool>> {
        union::union(operation, a, b, f)
    }
}

compiled! {
    /// What computes: for real and complex numbers.
    Kernel: Number; for f64, c64;

    fn add(a: &Sparse<Self>, b: &Sparse<Self>) -> Result<Sparse<Self>> { union::union("add", a, b, |x, y| x + y) }
    fn subtract(a: &Sparse<Self>, b: &Sparse<Self>) -> Result<Sparse<Self>> { union::union("subtract", a, b, |x, y| x - y) }
    fn union(operation: &'static str, a: &Sparse<Self>, b: &Sparse<Self>, f: &(dyn Fn(Self, Self) -> Self + Sync)) -> Result<Sparse<Self>> {
        union::union(operation, a, b, f)
    }
    fn multiply_entries(a: &Sparse<Self>, b: &Sparse<Self>) -> Result<Sparse<Self>> {
        union::intersection("multiply", a, b, |x, y| x * y)
    }
    fn multiply_by_full(a: &Sparse<Self>, b: &Dense<Self>) -> Result<Sparse<Self>> {
        union::with_full("multiply", a, b, |x, y| x * y)
    }
    fn divide_by_full(a: &Sparse<Self>, b: &Dense<Self>) -> Result<Sparse<Self>> {
        union::with_full("divide", a, b, |x, y| x.over(y))
    }
    fn scaled(a: &Sparse<Self>, factor: Self) -> Sparse<Self> { a.map(|x| x * factor) }
    fn adjoint(a: &Sparse<Self>) -> Sparse<Self> { a.adjoint() }
    fn kron(a: &Sparse<Self>, b: &Sparse<Self>) -> Result<Sparse<Self>> { kron::kron(a, b) }
    fn times(a: &Sparse<Self>, of_a: Form, b: &Sparse<Self>, of_b: Form) -> Result<Sparse<Self>> {
        gustavson::times(a, of_a, b, of_b)
    }
    fn times_full(a: &Sparse<Self>, op: Form, b: &Dense<Self>) -> Result<Dense<Self>> { product::times_full(a, op, b) }
    fn full_times(b: &Dense<Self>, a: &Sparse<Self>, op: Form) -> Result<Dense<Self>> { product::full_times(b, a, op) }
    fn sums(a: &Sparse<Self>, along: Along) -> Vec<Self> { reduce::sums(a, along) }
    fn squares(a: &Sparse<Self>, along: Along) -> Vec<f64> { reduce::squares(a, along) }
    fn moduli(a: &Sparse<Self>, along: Along) -> Vec<f64> { reduce::moduli(a, along) }
    fn products(a: &Sparse<Self>, along: Along) -> Vec<Self> { reduce::products(a, along) }
    fn extremes(a: &Sparse<Self>, along: Along, better: &dyn Fn(Self, Self) -> bool) -> Vec<(Self, usize)> {
        reduce::extremes(a, along, better)
    }
    fn one_norm(a: &Sparse<Self>) -> f64 { a.one_norm() }
    fn inf_norm(a: &Sparse<Self>) -> f64 { a.inf_norm() }
    fn frobenius_norm(a: &Sparse<Self>) -> f64 { a.frobenius_norm() }
}

/// Numbers that can be stored.
pub trait Number: Scalar + Structure {}

impl<T: Scalar + Structure> Number for T {}
