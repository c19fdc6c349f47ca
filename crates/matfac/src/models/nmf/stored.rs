//! Sums over the stored entries of sparse data: the products of least squares, and the sums of a Kullback–Leibler update,
//! which ask for W*H at stored entries alone.
//!
//! The rows of both factors are laid out with their k numbers together; the entries of a column are one run of inner
//! products, one of divisions and one of additions. The sum of all of W*H comes from the sums of the factors. Cost: 4k flops
//! an entry and side, whatever m·n.

use super::divergence::ratios;
use super::passes::{Denominator, Side, Sums, column_sums};
use super::wide::{fused, fused_fn, wide_fn};
use crate::linalg::simd::clean;
use crate::linalg::{Matrix, Sparse};
use faer::MatMut;
use rayon::prelude::*;
use std::ops::Range;

/// Columns of a task; a thread takes the next when it is done.
const TASK: usize = 64;
/// Entries whose ratios are held at a time.
const RUN: usize = 256;
/// Rows that are laid out by a task.
const LAID: usize = 1024;

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

/// A factor whose rows lie one after the other, as the products gather them.
pub(super) struct Rows {
    p: usize,
    k: usize,
    entries: Vec<f64>,
}

impl Rows {
    pub(super) fn of(factor: &Matrix) -> Rows {
        let k = factor.cols();
        let p = k.next_multiple_of(if k <= 12 { 2 } else { 4 });
        let mut entries = vec![0.0; factor.rows() * p];
        entries.par_chunks_mut(LAID * p).enumerate().for_each(|(chunk, entries)| {
            for j in 0..k {
                let column = &factor.col(j)[chunk * LAID..];
                entries.chunks_exact_mut(p).zip(column).for_each(|(row, &x)| row[j] = x);
            }
        });
        Rows { p, k, entries }
    }
}

/// Columns `columns` of S, transposed, times a factor.
pub(super) fn gather(
    s: &Sparse<f64>,
    columns: Range<usize>,
    factor: &Rows,
    mut y: MatMut<'_, f64>,
) {
    let Rows { p, k, entries } = factor;
    let mut sums = vec![0.0; columns.len() * p];
    let (first, to) = (columns.start, &mut sums);
    match p {
        2 => gather_columns::<2>(s, first, *p, entries, to),
        4 => gather_columns::<4>(s, first, *p, entries, to),
        6 => gather_columns::<6>(s, first, *p, entries, to),
        8 => gather_columns::<8>(s, first, *p, entries, to),
        10 => gather_columns::<10>(s, first, *p, entries, to),
        12 => gather_columns::<12>(s, first, *p, entries, to),
        16 => gather_columns::<16>(s, first, *p, entries, to),
        20 => gather_columns::<20>(s, first, *p, entries, to),
        _ => gather_columns::<0>(s, first, *p, entries, to),
    }
    for j in 0..*k {
        sums.chunks_exact(*p).enumerate().for_each(|(i, row)| y[(i, j)] = row[j]);
    }
}

fused_fn! {
    /// Columns from `first` on, as many as `sums` has rows. P is p where the compiler is to know it, else 0.
    fn gather_columns<const P: usize>(
        s: &Sparse<f64>,
        first: usize,
        p: usize,
        factor: &[f64],
        sums: &mut [f64],
    ) {
        let _ = WIDE;
        for (c, sum) in sums.chunks_exact_mut(p).enumerate() {
            let (places, entries) = s.col(first + c);
            if P == 0 {
                for (&i, &x) in places.iter().zip(entries) {
                    let row = &factor[i as usize * p..][..p];
                    sum.iter_mut().zip(row).for_each(|(s, w)| *s = fused::<FUSED>(x, *w, *s));
                }
                continue;
            }
            // Two chains.
            let (mut even, mut odd) = ([0.0; P], [0.0; P]);
            let rows = factor.as_chunks::<P>().0;
            let (place_pairs, last_place) = places.as_chunks::<2>();
            let (entry_pairs, last_entry) = entries.as_chunks::<2>();
            for (i, x) in place_pairs.iter().zip(entry_pairs) {
                let (a, b) = (&rows[i[0] as usize], &rows[i[1] as usize]);
                for l in 0..P {
                    even[l] = fused::<FUSED>(x[0], a[l], even[l]);
                    odd[l] = fused::<FUSED>(x[1], b[l], odd[l]);
                }
            }
            for (&i, &x) in last_place.iter().zip(last_entry) {
                let row = &rows[i as usize];
                for l in 0..P {
                    even[l] = fused::<FUSED>(x, row[l], even[l]);
                }
            }
            for l in 0..P {
                sum[l] = even[l] + odd[l];
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factor::testdata::{assert_close, random};

    #[test]
    fn gathered_products_are_those_of_the_full_way() {
        for k in [1, 2, 5, 8, 10, 11, 15, 20, 27] {
            let a = random(90, 40, 1).map(|x| if x > 0.8 { x } else { 0.0 });
            let (s, x) = (Sparse::from_dense(&a).unwrap(), random(90, k, 2));
            let mut y = Matrix::zeros(40, k);
            let rows = Rows::of(&x);
            for first in [0, 17] {
                let last = if first == 0 { 17 } else { 40 };
                gather(&s, first..last, &rows, y.view_mut().subrows_mut(first, last - first));
            }
            let want = crate::linalg::product::multiply(&a.transposed(), &x).unwrap();
            assert_close(&y, &want, 1e-13);
        }
    }
}
