//! Products of a full matrix with a few columns, in one reading of the matrix.
//!
//! A general product copies its operands into the order its kernel wants, which for few columns costs as much as the product
//! itself: that is bound by memory. Here strips of the matrix are used as they lie. For `A*X` four columns of a strip at a
//! time are added into the strip of the result, which stays in the first-level cache; for `A'*X` the inner products of a
//! column of A with all columns of X stay in registers. Strips and columns are a thread's as a whole, so that the bits do
//! not depend on the threads. Cost: 2mnk flops.

use super::wide::wide_fn;
use crate::linalg::Matrix;
use crate::linalg::par::WALK;
use crate::linalg::product::multiply_into;
use crate::linalg::simd::clean;
use rayon::prelude::*;

/// Columns up to which the strips are faster than the general product.
const FEW: usize = 12;
/// Rows of a strip of `A*X`: that of the result takes 24 KiB at most.
const STRIP: usize = 256;
/// Columns of A that a task of `A'*X` takes.
const TASK: usize = 16;

/// `Y = A*X`, or `Y = A'*X` when `transposed`.
pub(super) fn product(a: &Matrix, transposed: bool, x: &Matrix, y: &mut Matrix) {
    let k = x.cols();
    if k > FEW || a.len() < WALK {
        return multiply_into(y, 0.0, 1.0, a, transposed, x, false);
    }
    match (transposed, k.next_multiple_of(2)) {
        (false, 2) => times::<2>(a, x, y),
        (false, 4) => times::<4>(a, x, y),
        (false, 6) => times::<6>(a, x, y),
        (false, 8) => times::<8>(a, x, y),
        (false, 10) => times::<10>(a, x, y),
        (false, _) => times::<FEW>(a, x, y),
        (true, 2) => transposed_times::<2>(a, x, y),
        (true, 4) => transposed_times::<4>(a, x, y),
        (true, 6) => transposed_times::<6>(a, x, y),
        (true, 8) => transposed_times::<8>(a, x, y),
        (true, 10) => transposed_times::<10>(a, x, y),
        (true, _) => transposed_times::<FEW>(a, x, y),
    }
}

/// `A*X`, X having K columns or one less.
fn times<const K: usize>(a: &Matrix, x: &Matrix, y: &mut Matrix) {
    let (m, k) = (a.rows(), x.cols());
    let length = (m / 8).clamp(32, STRIP);
    // The numbers of a row of X together.
    let mut rows = vec![[0.0; K]; x.rows()];
    for l in 0..k {
        rows.iter_mut().zip(x.col(l)).for_each(|(row, x)| row[l] = *x);
    }
    let starts: Vec<usize> = (0..m).step_by(length).collect();
    let strip = |first: &usize| {
        clean();
        let size = length.min(m - first);
        let mut sums = vec![0.0; K * size];
        add_strip::<K>(a.as_slice(), m, *first, size, &rows, &mut sums);
        sums
    };
    let strips: Vec<Vec<f64>> = starts.par_iter().map(strip).collect();
    for l in 0..k {
        for (part, sums) in y.col_mut(l).chunks_mut(length).zip(&strips) {
            part.copy_from_slice(&sums[l * part.len()..][..part.len()]);
        }
    }
}

wide_fn! {
    /// Adds rows `first..first + size` of A times X into K columns of `size` sums.
    fn add_strip<const K: usize>(
        a: &[f64],
        m: usize,
        first: usize,
        size: usize,
        x: &[[f64; K]],
        sums: &mut [f64],
    ) -> () {
        let column = |j: usize| &a[j * m + first..][..size];
        let (fours, rest) = x.as_chunks::<4>();
        for (four, x) in fours.iter().enumerate() {
            let j = 4 * four;
            let (a0, a1, a2, a3) = (column(j), column(j + 1), column(j + 2), column(j + 3));
            for (l, sums) in sums.chunks_exact_mut(size).enumerate() {
                let f = [x[0][l], x[1][l], x[2][l], x[3][l]];
                for i in 0..size {
                    sums[i] += (a0[i] * f[0] + a1[i] * f[1]) + (a2[i] * f[2] + a3[i] * f[3]);
                }
            }
        }
        for (j, x) in rest.iter().enumerate() {
            let a = column(4 * fours.len() + j);
            for (l, sums) in sums.chunks_exact_mut(size).enumerate() {
                sums.iter_mut().zip(a).for_each(|(s, a)| *s += a * x[l]);
            }
        }
    }
}

/// Eight rows of K columns, column after column.
type Chunk<const K: usize> = [[f64; 8]; K];

/// `A'*X`, X having K columns or one less.
fn transposed_times<const K: usize>(a: &Matrix, x: &Matrix, y: &mut Matrix) {
    let (m, n, k) = (a.rows(), a.cols(), x.cols());
    let mut chunks: Vec<Chunk<K>> = vec![[[0.0; 8]; K]; m.div_ceil(8)];
    for l in 0..k {
        let parts = x.col(l).chunks(8);
        chunks
            .iter_mut()
            .zip(parts)
            .for_each(|(to, part)| to[l][..part.len()].copy_from_slice(part));
    }
    let mut rows = vec![[0.0; K]; n];
    rows.par_chunks_mut(TASK).enumerate().for_each(|(task, rows)| {
        clean();
        dot_columns::<K>(&a.as_slice()[task * TASK * m..], m, &chunks, rows);
    });
    for l in 0..k {
        y.col_mut(l).iter_mut().zip(&rows).for_each(|(y, row)| *y = row[l]);
    }
}

wide_fn! {
    /// The inner products of as many columns of A as there are `rows` with all of X.
    fn dot_columns<const K: usize>(
        a: &[f64],
        m: usize,
        x: &[Chunk<K>],
        rows: &mut [[f64; K]],
    ) -> () {
        for (row, a) in rows.iter_mut().zip(a.chunks_exact(m)) {
            let mut sums: Chunk<K> = [[0.0; 8]; K];
            let (whole, rest) = a.as_chunks::<8>();
            for (a, x) in whole.iter().zip(x) {
                add_chunk(&mut sums, a, x);
            }
            if !rest.is_empty() {
                let mut a = [0.0; 8];
                a[..rest.len()].copy_from_slice(rest);
                add_chunk(&mut sums, &a, &x[whole.len()]);
            }
            for l in 0..K {
                row[l] = sums[l].iter().sum();
            }
        }
    }
}

#[inline(always)]
#[allow(clippy::needless_range_loop)] // lanes of three arrays
fn add_chunk<const K: usize>(sums: &mut Chunk<K>, a: &[f64; 8], x: &Chunk<K>) {
    for l in 0..K {
        for t in 0..8 {
            sums[l][t] += a[t] * x[l][t];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factor::testdata::{assert_close, random};

    #[test]
    fn products_are_those_of_the_general_way() {
        for (m, n, k) in
            [(700, 301, 10), (1001, 90, 7), (97, 803, 1), (400, 400, 12), (65, 1203, 3)]
        {
            let (a, x, z) = (random(m, n, 1), random(n, k, 2), random(m, k, 3));
            let (mut y, mut want) = (Matrix::zeros(m, k), Matrix::zeros(m, k));
            product(&a, false, &x, &mut y);
            multiply_into(&mut want, 0.0, 1.0, &a, false, &x, false);
            assert_close(&y, &want, 1e-11);
            let (mut y, mut want) = (Matrix::zeros(n, k), Matrix::zeros(n, k));
            product(&a, true, &z, &mut y);
            multiply_into(&mut want, 0.0, 1.0, &a, true, &z, false);
            assert_close(&y, &want, 1e-11);
        }
    }
}
