//! One walk over all cells of A and W*H, for updates whose weights depend on both.
//!
//! W*H is made tile after tile, each of which stays in a near cache: a product, the weights of its cells, and their
//! products with the other factor, so that nothing of A's size is ever held. A block of rows (for W) or of columns (for H)
//! is one thread's, and the blocks depend on the shape alone, so that the bits do not depend on the threads. Cost: 4mnk flops
//! and mn weights.

use super::divergence::{Loss, weigh};
use super::target::Target;
use crate::linalg::Matrix;
use crate::linalg::par::WALK;
use crate::linalg::simd::{Clean, clean};
use faer::linalg::matmul::matmul;
use faer::{Accum, Par};
use rayon::prelude::*;
use std::ops::Range;

/// Which factor is to be updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// W: a row for each row of A.
    Rows,
    /// H: a row for each column of A.
    Columns,
}

/// The sums that an update divides.
pub(super) struct Sums {
    /// Weights `a·y^(β-2)` times the other factor, r×k.
    pub(super) numerator: Matrix,
    pub(super) denominator: Denominator,
    /// The loss before the update; 0 when it was not wanted.
    pub(super) loss: f64,
}

/// What the numerators are divided by.
pub(super) enum Denominator {
    /// Weights `y^(β-1)` times the other factor, r×k.
    Each(Matrix),
    /// The same for every row: sums of the other factor.
    Same(Vec<f64>),
}

/// Rows and columns of a tile: 64 KiB for the cells.
const TILE: (usize, usize) = (256, 32);

/// What one block gives: numerators, denominators where they are not the same for all, the loss.
type Part = (Matrix, Option<Matrix>, f64);

/// The sums for the factor of `side`, given W (m×k) and H' (n×k).
pub(super) fn pass(
    target: &Target<'_>,
    w: &Matrix,
    ht: &Matrix,
    side: Side,
    loss: Loss,
    with_loss: bool,
) -> Sums {
    let (count, other) = match side {
        Side::Rows => (w.rows(), ht),
        Side::Columns => (ht.rows(), w),
    };
    // Of Kullback–Leibler the second weight is 1, of cells that are known.
    let is_same = loss == Loss::KULLBACK_LEIBLER && target.holes.is_none();
    let most = if side == Side::Rows { TILE.0 } else { TILE.1 };
    let length = (count / 8).clamp(8, most);
    let blocks: Vec<Range<usize>> =
        (0..count).step_by(length).map(|first| first..(first + length).min(count)).collect();
    let work = |block: Range<usize>| {
        clean();
        of_block(target, w, ht, side, block, loss, !is_same, with_loss)
    };
    let cells = w.rows().saturating_mul(ht.rows());
    let parts: Vec<Part> = match cells.saturating_mul(w.cols()) < WALK {
        true => blocks.iter().cloned().map(work).collect(),
        false => blocks.par_iter().cloned().map(work).collect(),
    };
    let k = w.cols();
    let mut numerator = Matrix::zeros(count, k);
    let mut each = (!is_same).then(|| Matrix::zeros(count, k));
    let mut total = 0.0;
    for (block, (numerators, denominators, loss)) in blocks.into_iter().zip(parts) {
        for j in 0..k {
            numerator.col_mut(j)[block.clone()].copy_from_slice(numerators.col(j));
        }
        if let (Some(each), Some(part)) = (&mut each, denominators) {
            (0..k).for_each(|j| each.col_mut(j)[block.clone()].copy_from_slice(part.col(j)));
        }
        total += loss;
    }
    let denominator = match each {
        Some(each) => Denominator::Each(each),
        None => Denominator::Same(column_sums(other)),
    };
    Sums { numerator, denominator, loss: total }
}

/// The sum of each column.
pub(super) fn column_sums(a: &Matrix) -> Vec<f64> {
    (0..a.cols()).map(|j| a.col(j).iter().sum()).collect()
}

/// The sums of a block of rows, or of columns.
#[allow(clippy::too_many_arguments)] // `pass` splits its own arguments among threads
fn of_block(
    target: &Target<'_>,
    w: &Matrix,
    ht: &Matrix,
    side: Side,
    block: Range<usize>,
    loss: Loss,
    with_denominators: bool,
    with_loss: bool,
) -> Part {
    let _clean = Clean;
    let k = w.cols();
    let mut numerators = Matrix::zeros(block.len(), k);
    let mut denominators = with_denominators.then(|| Matrix::zeros(block.len(), k));
    let mut cells = Matrix::zeros(TILE.0, TILE.1);
    let mut powers = with_denominators.then(|| Matrix::zeros(TILE.0, TILE.1));
    let mut scratch = vec![0.0; TILE.0];
    let (others, step) = match side {
        Side::Rows => (ht.rows(), TILE.1),
        Side::Columns => (w.rows(), TILE.0),
    };
    let mut sum = 0.0;
    for first in (0..others).step_by(step) {
        let other = first..(first + step).min(others);
        let (rows, cols) = match side {
            Side::Rows => (block.clone(), other),
            Side::Columns => (other, block.clone()),
        };
        let w = w.view().subrows(rows.start, rows.len());
        let ht = ht.view().subrows(cols.start, cols.len());
        let tile = cells.view_mut().submatrix_mut(0, 0, rows.len(), cols.len());
        matmul(tile, Accum::Replace, w, ht.transpose(), 1.0, Par::Seq);
        for (place, j) in cols.clone().enumerate() {
            let a = target.segment(rows.clone(), j, &mut scratch);
            let power = powers.as_mut().map(|p| &mut p.col_mut(place)[..rows.len()]);
            sum += weigh(loss, a, &mut cells.col_mut(place)[..rows.len()], power, with_loss);
        }
        let add = |to: &mut Matrix, weights: &Matrix| {
            let weights = weights.view().submatrix(0, 0, rows.len(), cols.len());
            match side {
                Side::Rows => matmul(to.view_mut(), Accum::Add, weights, ht, 1.0, Par::Seq),
                Side::Columns => {
                    matmul(to.view_mut(), Accum::Add, weights.transpose(), w, 1.0, Par::Seq);
                }
            }
        };
        add(&mut numerators, &cells);
        if let (Some(to), Some(powers)) = (&mut denominators, &powers) {
            add(to, powers);
        }
    }
    (numerators, denominators, sum)
}

/// Columns of W*H that are made at a time where only their distance from A is wanted.
const STRIP: usize = 32;

/// ‖A - W*H‖² over the known cells, cell by cell: exact where the difference of sums of squares would be rounding alone.
pub(super) fn squared_residual(target: &Target<'_>, w: &Matrix, ht: &Matrix) -> f64 {
    let starts: Vec<usize> = (0..ht.rows()).step_by(STRIP).collect();
    let of_strip = |first: &usize| {
        clean();
        let _clean = Clean;
        let count = STRIP.min(ht.rows() - first);
        let mut product = Matrix::zeros(w.rows(), count);
        let ht = ht.view().subrows(*first, count);
        matmul(product.view_mut(), Accum::Replace, w.view(), ht.transpose(), 1.0, Par::Seq);
        let mut scratch = vec![0.0; w.rows()];
        let mut sum = 0.0;
        for place in 0..count {
            let a = target.segment(0..w.rows(), first + place, &mut scratch);
            let cells = a.iter().zip(product.col(place)).filter(|(a, _)| !a.is_nan());
            sum += cells.map(|(a, y)| (a - y) * (a - y)).sum::<f64>();
        }
        sum
    };
    let parts: Vec<f64> = starts.par_iter().map(of_strip).collect();
    parts.iter().sum()
}
