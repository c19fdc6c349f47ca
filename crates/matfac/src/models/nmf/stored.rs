//! The sums of a Kullback–Leibler update of sparse data, which ask for W*H at stored entries alone.
//!
//! The rows of both factors are laid out with their k numbers together; the entries of a column are one run of inner
//! products, one of divisions and one of additions. The sum of all of W*H comes from the sums of the factors. Cost: 4k flops
//! an entry and side, whatever m·n.

use super::divergence::ratios;
use super::passes::{Denominator, Side, Sums, column_sums};
use super::wide::wide_fn;
use crate::linalg::simd::clean;
use crate::linalg::{Matrix, Sparse};
use rayon::prelude::*;

/// Columns of a task; a thread takes the next when it is done.
const TASK: usize = 64;
/// Entries whose ratios are held at a time.
const RUN: usize = 256;

/// The sums for the factor of `side`, given W (m×k) and H' (n×k), of a sparse A and its transpose.
pub(super) fn pass(
    (a, transposed): (&Sparse<f64>, &Sparse<f64>),
    w: &Matrix,
    ht: &Matrix,
    side: Side,
    with_loss: bool,
) -> Sums {
    let (s, own, other) = match side {
        Side::Columns => (a, ht, w),
        Side::Rows => (transposed, w, ht),
    };
    let k = w.cols();
    let p = k.next_multiple_of(4);
    let (own_rows, other_rows) = (by_rows(own, p), by_rows(other, p));
    let mut sums = vec![0.0; own.rows() * p];
    let run = |(task, sums): (usize, &mut [f64])| {
        clean();
        let first = task * TASK;
        match p {
            4 => columns::<4>(s, first, p, &own_rows, &other_rows, sums, with_loss),
            8 => columns::<8>(s, first, p, &own_rows, &other_rows, sums, with_loss),
            12 => columns::<12>(s, first, p, &own_rows, &other_rows, sums, with_loss),
            16 => columns::<16>(s, first, p, &own_rows, &other_rows, sums, with_loss),
            20 => columns::<20>(s, first, p, &own_rows, &other_rows, sums, with_loss),
            _ => columns::<0>(s, first, p, &own_rows, &other_rows, sums, with_loss),
        }
    };
    let losses: Vec<f64> = sums.par_chunks_mut(TASK * p).enumerate().map(run).collect();
    let same = column_sums(other);
    let mut loss = 0.0;
    if with_loss {
        let all: f64 = column_sums(own).iter().zip(&same).map(|(x, y)| x * y).sum();
        loss = all + losses.iter().sum::<f64>();
    }
    let mut numerator = Matrix::zeros(own.rows(), k);
    for j in 0..k {
        let column = numerator.col_mut(j).iter_mut();
        column.zip(sums.chunks_exact(p)).for_each(|(x, row)| *x = row[j]);
    }
    Sums { numerator, denominator: Denominator::Same(same), loss }
}

/// The rows of a factor, each p numbers, of which those beyond k are zero.
fn by_rows(factor: &Matrix, p: usize) -> Vec<f64> {
    let mut rows = vec![0.0; factor.rows() * p];
    for j in 0..factor.cols() {
        rows.chunks_exact_mut(p).zip(factor.col(j)).for_each(|(row, &x)| row[j] = x);
    }
    rows
}

wide_fn! {
    /// Columns from `first` on, as many as `sums` has rows; the sum of their parts of the loss. P is p where the compiler
    /// is to know it, else 0.
    fn columns<const P: usize>(
        s: &Sparse<f64>,
        first: usize,
        p: usize,
        own: &[f64],
        other: &[f64],
        sums: &mut [f64],
        with_loss: bool,
    ) -> f64 {
        let p = if P == 0 { p } else { P };
        let mut products = [0.0; RUN];
        let mut loss = 0.0;
        for (c, sum) in sums.chunks_exact_mut(p).enumerate() {
            let column = &own[(first + c) * p..][..p];
            let (places, entries) = s.col(first + c);
            for (places, entries) in places.chunks(RUN).zip(entries.chunks(RUN)) {
                let products = &mut products[..places.len()];
                for (&i, y) in places.iter().zip(products.iter_mut()) {
                    let row = &other[i as usize * p..][..p];
                    let mut lanes = [0.0; 4];
                    for (x, h) in row.as_chunks::<4>().0.iter().zip(column.as_chunks::<4>().0) {
                        for l in 0..4 {
                            lanes[l] += x[l] * h[l];
                        }
                    }
                    *y = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
                }
                loss += ratios(entries, products, with_loss);
                for (&i, &ratio) in places.iter().zip(products.iter()) {
                    let row = &other[i as usize * p..][..p];
                    for (s, x) in sum.as_chunks_mut::<4>().0.iter_mut().zip(row.as_chunks::<4>().0) {
                        for l in 0..4 {
                            s[l] += ratio * x[l];
                        }
                    }
                }
            }
        }
        loss
    }
}
