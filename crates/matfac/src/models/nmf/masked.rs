//! Steps of least squares where cells are missing: each row of a factor has normal equations of its own, over the cells
//! that are known.
//!
//! A row's Gram matrix is that of the whole other factor less the rows of missing cells, or, where that would be rounding or
//! more work, the sum over those that are known. Nothing is imputed. A row without any known cell becomes zero. Cost: 2mnk
//! flops for the products, k² for each missing cell, and k² a sweep and row. Reference: Kim & Choi (2009), weighted
//! non-negative matrix factorization, ICASSP.

use super::anls;
use super::hals::Terms;
use super::passes::Side;
use super::target::{Holes, Target};
use super::wide::wide_fn;
use crate::error::Result;
use crate::linalg::product::gram;
use crate::linalg::simd::clean;
use crate::linalg::{Matrix, Sparse};
use rayon::prelude::*;

/// Rows of a task.
const TASK: usize = 64;
/// The share of a diagonal entry below which a difference is computed as a sum.
const CANCELLED: f64 = 1e-4;

/// Improves a factor (r×k) given the other one, by `sweeps` of coordinate descent or exactly without; the squared
/// projected gradient before, and `Σ x*G*x' - 2*p*x'` after.
pub(super) fn step(
    target: &Target<'_>,
    holes: &Holes,
    side: Side,
    factor: &mut Matrix,
    other: &Matrix,
    sweeps: Option<usize>,
    terms: Terms,
) -> Result<(f64, f64)> {
    let k = factor.cols();
    let mut product = Matrix::zeros(factor.rows(), k);
    let missing = match side {
        Side::Rows => {
            target.times(other, &mut product)?;
            &holes.by_row
        }
        Side::Columns => {
            target.transposed_times(other, &mut product)?;
            &holes.by_column
        }
    };
    let whole = gram(other)?;
    let (mut x, p, other) = (anls::rows_of(factor), anls::rows_of(&product), anls::rows_of(other));
    let task = |(task, (x, p)): (usize, (&mut [f64], &[f64]))| {
        clean();
        let mut own = vec![0.0; k * k];
        let (mut gradient, mut value) = (0.0, 0.0);
        for (place, (x, p)) in x.chunks_exact_mut(k).zip(p.chunks_exact(k)).enumerate() {
            let row = task * TASK + place;
            if known_gram(whole.as_slice(), missing, row, &other, k, &mut own) == 0 {
                x.fill(0.0);
                continue;
            }
            gradient += match sweeps {
                Some(sweeps) => descend(&own, p, x, sweeps, terms),
                None => anls::solve(&own, p, x, k, terms),
            };
            value += quadratic(&own, p, x);
        }
        (gradient, value)
    };
    let parts = x.par_chunks_mut(TASK * k).zip(p.par_chunks(TASK * k)).enumerate();
    let sums: Vec<(f64, f64)> = parts.map(task).collect();
    for j in 0..k {
        let rows = x.chunks_exact(k);
        factor.col_mut(j).iter_mut().zip(rows).for_each(|(to, row)| *to = row[j]);
    }
    Ok(sums.into_iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1)))
}

/// The Gram matrix of the rows of `other` at the known cells of a row; how many those are.
fn known_gram(
    whole: &[f64],
    missing: &Sparse<bool>,
    row: usize,
    other: &[f64],
    k: usize,
    own: &mut [f64],
) -> usize {
    let (places, cells) = (missing.col(row).0, missing.rows());
    let known = cells - places.len();
    if places.len() < known {
        own.copy_from_slice(whole);
        places.iter().for_each(|&j| add_square(own, &other[j as usize * k..][..k], -1.0));
        if (0..k).all(|j| own[j * k + j] >= CANCELLED * whole[j * k + j]) {
            return known;
        }
    }
    own.fill(0.0);
    let mut holes = places.iter().peekable();
    for j in 0..cells {
        if holes.next_if(|hole| **hole as usize == j).is_none() {
            add_square(own, &other[j * k..][..k], 1.0);
        }
    }
    known
}

wide_fn! {
    /// `G += factor*h'*h`.
    fn add_square(gram: &mut [f64], h: &[f64], factor: f64) -> () {
        for (row, x) in gram.chunks_exact_mut(h.len()).zip(h) {
            let x = factor * x;
            row.iter_mut().zip(h).for_each(|(g, y)| *g += x * y);
        }
    }
}

/// Sweeps over the entries of one row.
fn descend(gram: &[f64], p: &[f64], x: &mut [f64], sweeps: usize, terms: Terms) -> f64 {
    let k = x.len();
    let (mut gradient, mut first_change) = (0.0, 0.0);
    for sweep in 0..sweeps {
        let mut change = 0.0;
        for j in 0..k {
            let row = &gram[j * k..][..k];
            let curvature = row[j] + terms.l2;
            if curvature <= 0.0 {
                continue;
            }
            let image: f64 = row.iter().zip(x.iter()).map(|(g, x)| g * x).sum();
            let slope = p[j] - terms.l1 - image - terms.l2 * x[j];
            if sweep == 0 && (x[j] > terms.floor || slope > 0.0) {
                gradient += slope * slope;
            }
            let next = (x[j] + slope / curvature).max(terms.floor);
            change += (next - x[j]) * (next - x[j]);
            x[j] = next;
        }
        if sweep == 0 {
            first_change = change;
        } else if change <= 0.01 * first_change {
            break;
        }
    }
    gradient
}

/// `x*G*x' - 2*p*x'`.
fn quadratic(gram: &[f64], p: &[f64], x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for ((row, p), xj) in gram.chunks_exact(x.len()).zip(p).zip(x) {
        let image: f64 = row.iter().zip(x).map(|(g, x)| g * x).sum();
        sum += xj * (image - 2.0 * p);
    }
    sum
}
