//! Hierarchical alternating least squares: sweeps over the columns of one factor, each set to its optimum in closed form.
//!
//! Rows do not depend on each other. A strip of them is laid out column after column, stays in the first-level cache and is
//! swept until its changes are a hundredth of the first ones, at most as often as the products before it are worth. Cost:
//! 2rk² flops a sweep of r rows. References: Cichocki & Phan (2009), IEICE Trans. Fundamentals E92-A; Gillis & Glineur (2012),
//! Neural Computation 24.

use super::wide::wide_fn;
use crate::linalg::Matrix;
use crate::linalg::simd::clean;
use faer::{MatMut, MatRef};
use rayon::prelude::*;

/// Rows of a strip: their sums stay in registers.
const STRIP: usize = 32;
/// Rows of a task.
const TASK: usize = 4 * STRIP;
/// Multiplications from which threads share the work.
const PARALLEL: usize = 1 << 18;

/// What a step adds to the normal equations, and below what an entry counts as zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// Weight of the sum of the entries.
    pub(super) l1: f64,
    /// Weight of half the sum of their squares.
    pub(super) l2: f64,
    /// Zeros are held here, so that no part dies that a later step may still raise.
    pub(super) floor: f64,
}

/// Improves a factor (r×k) given `product` (r×k) and `gram` (k×k); the squared projected gradient before.
pub(super) fn update(
    factor: &mut Matrix,
    product: &Matrix,
    gram: &Matrix,
    sweeps: usize,
    terms: Terms,
) -> f64 {
    let (rows, k) = (factor.rows(), factor.cols());
    // The same tasks whatever the number of threads, for the same result.
    let mut parts = Vec::with_capacity(rows.div_ceil(TASK));
    let mut rest = factor.view_mut();
    while rest.nrows() > 0 {
        let (first, size) = (rows - rest.nrows(), TASK.min(rest.nrows()));
        let (head, tail) = rest.split_at_row_mut(size);
        parts.push((head, product.view().subrows(first, size)));
        rest = tail;
    }
    let work = |(factor, product): (MatMut<'_, f64>, MatRef<'_, f64>)| {
        clean();
        of_task(factor, product, gram, sweeps, terms)
    };
    let sums: Vec<f64> = if rows * k * k * sweeps.min(4) < PARALLEL {
        parts.into_iter().map(work).collect()
    } else {
        parts.into_par_iter().map(work).collect()
    };
    sums.iter().sum()
}

fn of_task(
    mut factor: MatMut<'_, f64>,
    product: MatRef<'_, f64>,
    gram: &Matrix,
    sweeps: usize,
    terms: Terms,
) -> f64 {
    let (rows, k) = (factor.nrows(), factor.ncols());
    // Rows beyond the last are zero, and stay so to the floor.
    let (mut x, mut p) = (vec![[0.0; STRIP]; k], vec![[0.0; STRIP]; k]);
    let mut gradient = 0.0;
    for first in (0..rows).step_by(STRIP) {
        let size = STRIP.min(rows - first);
        for j in 0..k {
            let (from, products) = (factor.as_ref().col(j), product.col(j));
            let from = from.try_as_col_major().expect("contiguous").as_slice();
            let products = products.try_as_col_major().expect("contiguous").as_slice();
            x[j][..size].copy_from_slice(&from[first..first + size]);
            p[j][..size].copy_from_slice(&products[first..first + size]);
            x[j][size..].fill(0.0);
            p[j][size..].fill(0.0);
        }
        gradient += swept(&mut x, &p, gram.as_slice(), sweeps, terms);
        for (j, x) in x.iter().enumerate() {
            let to = factor.as_mut().col_mut(j);
            let to = to.try_as_col_major_mut().expect("contiguous").as_slice_mut();
            to[first..first + size].copy_from_slice(&x[..size]);
        }
    }
    gradient
}

wide_fn! {
    /// Sweeps over a strip; the squared projected gradient as the first sweep meets it.
    fn swept(
        x: &mut [[f64; STRIP]],
        product: &[[f64; STRIP]],
        gram: &[f64],
        sweeps: usize,
        terms: Terms,
    ) -> f64 {
        let k = x.len();
        let (mut gradient, mut first_change) = ([0.0; STRIP], 0.0);
        for sweep in 0..sweeps {
            let mut changes = [0.0; STRIP];
            for j in 0..k {
                let row = &gram[j * k..][..k];
                let curvature = row[j] + terms.l2;
                if curvature <= 0.0 {
                    continue;
                }
                let mut step = product[j];
                for (g, x) in row.iter().zip(x.iter()) {
                    for i in 0..STRIP {
                        step[i] -= g * x[i];
                    }
                }
                let (own, inverse) = (&mut x[j], 1.0 / curvature);
                for i in 0..STRIP {
                    step[i] -= terms.l1 + terms.l2 * own[i];
                }
                if sweep == 0 {
                    for i in 0..STRIP {
                        let is_free = own[i] > terms.floor || step[i] > 0.0;
                        gradient[i] += if is_free { step[i] * step[i] } else { 0.0 };
                    }
                }
                for i in 0..STRIP {
                    let next = (own[i] + step[i] * inverse).max(terms.floor);
                    changes[i] += (next - own[i]) * (next - own[i]);
                    own[i] = next;
                }
            }
            let change: f64 = changes.iter().sum();
            if sweep == 0 {
                first_change = change;
            } else if change <= 0.01 * first_change {
                break;
            }
        }
        gradient.iter().sum()
    }
}
