//! Products of a full matrix with a few columns, in one reading of the matrix.
//!
//! A general product copies its operands into the order its kernel wants, which for few columns costs as much as the product
//! itself: that is bound by memory. Here columns of the matrix are used as they lie, and results stay in registers: for
//! `A'*X` the inner products of two columns of A with X over strips of rows, for `A*X` sixteen rows of the result while the
//! columns of a block go by. A block of columns, once read, serves both products ([`dots`], then [`add`]). Blocks depend on
//! the shape alone, so that the bits do not depend on the threads. Cost: 2mnk flops.

use super::wide::{fused, fused_fn};
use crate::linalg::Matrix;
use crate::linalg::par::WALK;
use crate::linalg::product::multiply_into;
use crate::linalg::simd::clean;
use faer::{MatMut, MatRef};
use rayon::prelude::*;
use std::ops::Range;

/// Columns of X up to which these kernels are faster than the general product.
const FEW: usize = 32;
/// Columns of X that are taken at a time.
const GROUP: usize = 10;
/// Columns of A that are read at a time: half a megabyte of 2000 rows.
pub(super) const BLOCK: usize = 32;
/// The most parts in which `A*X` is summed.
const PARTS: usize = 16;

/// Whether products of A with k columns come from these kernels.
pub(super) fn is_few(a: &Matrix, k: usize) -> bool {
    k > 0 && k <= FEW && a.len() >= WALK
}

/// Columns of A in each part of `A*X`: a multiple of [`BLOCK`].
pub(super) fn part(a: &Matrix) -> usize {
    a.cols().div_ceil(PARTS).next_multiple_of(BLOCK)
}

/// `Y = A*X`, or `Y = A'*X` when `transposed`.
pub(super) fn product(a: &Matrix, transposed: bool, x: &Matrix, y: &mut Matrix) {
    if !is_few(a, x.cols()) {
        return multiply_into(y, 0.0, 1.0, a, transposed, x, false);
    }
    if transposed {
        transposed_times(a, x, y);
    } else {
        sum(&times(a, x), y);
    }
}

/// `A*X`, m×k, in parts that are still to be added.
pub(super) fn times(a: &Matrix, x: &Matrix) -> Vec<Matrix> {
    let size = part(a);
    let starts: Vec<usize> = (0..a.cols()).step_by(size).collect();
    let of_part = |&first: &usize| {
        let mut sums = Matrix::zeros(a.rows(), x.cols());
        let last = (first + size).min(a.cols());
        for block in blocks(first..last) {
            add(a, block.clone(), x.view().subrows(block.start, block.len()), &mut sums);
        }
        sums
    };
    starts.par_iter().map(of_part).collect()
}

/// The sum of the parts.
pub(super) fn sum(parts: &[Matrix], y: &mut Matrix) {
    let (m, k) = (y.rows(), y.cols());
    for j in 0..k {
        y.col_mut(j).par_chunks_mut(4 * WALK).enumerate().for_each(|(chunk, y)| {
            sum_rows(parts, chunk * 4 * WALK..(chunk * 4 * WALK + y.len()).min(m), j, y);
        });
    }
}

/// Rows of one column of the sum of the parts.
pub(super) fn sum_rows(parts: &[Matrix], rows: Range<usize>, j: usize, y: &mut [f64]) {
    y.fill(0.0);
    for part in parts {
        y.iter_mut().zip(&part.col(j)[rows.clone()]).for_each(|(y, x)| *y += x);
    }
}

fn transposed_times(a: &Matrix, x: &Matrix, y: &mut Matrix) {
    let laid = Laid::of(x);
    let mut tasks = Vec::new();
    let mut rest = y.view_mut();
    for block in blocks(0..a.cols()) {
        let (head, tail) = rest.split_at_row_mut(block.len());
        tasks.push((block, head));
        rest = tail;
    }
    tasks.into_par_iter().for_each(|(block, y)| dots(a, block, &laid, y));
}

/// Columns of A, a block at a time.
pub(super) fn blocks(columns: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let last = columns.end;
    columns.step_by(BLOCK).map(move |first| first..(first + BLOCK).min(last))
}

/// Eight rows of K columns, column after column.
type Chunk<const K: usize> = [[f64; 8]; K];

/// X as the inner products read it.
pub(super) struct Laid {
    /// Columns of X.
    k: usize,
    /// Groups of columns, each in chunks of eight rows, padded with zeros.
    groups: Vec<Vec<f64>>,
}

/// Groups of columns as even as they can be.
fn groups(k: usize) -> impl Iterator<Item = Range<usize>> {
    let width = k.div_ceil(k.div_ceil(GROUP).max(1)).max(1);
    (0..k).step_by(width).map(move |first| first..(first + width).min(k))
}

/// The K that a kernel is compiled for.
fn padded(width: usize) -> usize {
    width.next_multiple_of(2)
}

impl Laid {
    /// Of few columns.
    pub(super) fn of(x: &Matrix) -> Laid {
        let lay = |group: Range<usize>| {
            let k = padded(group.len());
            let mut chunks = vec![0.0; x.rows().div_ceil(8) * 8 * k];
            for (l, j) in group.enumerate() {
                for (to, part) in chunks.chunks_exact_mut(8 * k).zip(x.col(j).chunks(8)) {
                    to[8 * l..][..part.len()].copy_from_slice(part);
                }
            }
            chunks
        };
        Laid { k: x.cols(), groups: groups(x.cols()).map(lay).collect() }
    }
}

/// Calls a kernel compiled for the width of a group.
macro_rules! for_width {
    ($k:expr, $kernel:ident($($arg:expr),*)) => {
        match $k {
            2 => $kernel::<2>($($arg),*),
            4 => $kernel::<4>($($arg),*),
            6 => $kernel::<6>($($arg),*),
            8 => $kernel::<8>($($arg),*),
            _ => $kernel::<GROUP>($($arg),*),
        }
    };
}

/// The inner products of a block of columns with all of X, which go to the rows of y.
pub(super) fn dots(a: &Matrix, block: Range<usize>, x: &Laid, mut y: MatMut<'_, f64>) {
    clean();
    let count = block.len();
    let columns = &a.as_slice()[block.start * a.rows()..block.end * a.rows()];
    for (group, chunks) in groups(x.k).zip(&x.groups) {
        let width = padded(group.len());
        let mut rows = vec![0.0; count * width];
        for_width!(width, dot_columns(columns, a.rows(), chunks, &mut rows));
        for (l, j) in group.enumerate() {
            (0..count).for_each(|i| y[(i, j)] = rows[i * width + l]);
        }
    }
}

/// Adds a block of columns times as many rows of X to the sums, m×k.
pub(super) fn add(a: &Matrix, block: Range<usize>, x: MatRef<'_, f64>, sums: &mut Matrix) {
    let (m, k, count) = (a.rows(), x.ncols(), block.len());
    clean();
    let columns = &a.as_slice()[block.start * m..block.end * m];
    for group in groups(k) {
        let width = padded(group.len());
        let mut rows = vec![0.0; count * width];
        for (l, j) in group.clone().enumerate() {
            (0..count).for_each(|i| rows[i * width + l] = x[(i, j)]);
        }
        let sums = &mut sums.as_mut_slice()[group.start * m..group.end * m];
        for_width!(width, add_columns(columns, m, &rows, sums));
    }
}

/// Chunks of eight rows of X that stay in the first-level cache.
const NEAR: usize = 32;

fused_fn! {
    /// The inner products of columns of m numbers with K columns in chunks.
    fn dot_columns<const K: usize>(a: &[f64], m: usize, x: &[f64], rows: &mut [f64]) {
        let x: &[Chunk<K>] = x.as_chunks::<8>().0.as_chunks::<K>().0;
        let rows = rows.as_chunks_mut::<K>().0;
        let mut sums = vec![[[0.0; 8]; K]; rows.len()];
        let whole = m / 8;
        for (strip, x) in x[..whole].chunks(NEAR).enumerate() {
            let first = strip * NEAR * 8;
            let column = |j: usize| a[j * m + first..][..8 * x.len()].as_chunks::<8>().0;
            if WIDE {
                let (pairs, rest) = sums.as_chunks_mut::<2>();
                for (pair, sums) in pairs.iter_mut().enumerate() {
                    let j = 2 * pair;
                    dot_chunks::<K, 2, 8, FUSED>([column(j), column(j + 1)], x, 0, sums);
                }
                for sums in rest {
                    let sums = std::array::from_mut(sums);
                    dot_chunks::<K, 1, 8, FUSED>([column(rows.len() - 1)], x, 0, sums);
                }
            } else {
                for (j, sums) in sums.iter_mut().enumerate() {
                    let sums = std::array::from_mut(sums);
                    dot_chunks::<K, 1, 4, FUSED>([column(j)], x, 0, sums);
                    dot_chunks::<K, 1, 4, FUSED>([column(j)], x, 4, sums);
                }
            }
        }
        for (j, (row, sums)) in rows.iter_mut().zip(&mut sums).enumerate() {
            if m > 8 * whole {
                let mut last = [[0.0; 8]];
                last[0][..m - 8 * whole].copy_from_slice(&a[j * m..][8 * whole..m]);
                let to = std::array::from_mut(sums);
                dot_chunks::<K, 1, 4, FUSED>([&last], &x[whole..], 0, to);
                dot_chunks::<K, 1, 4, FUSED>([&last], &x[whole..], 4, to);
            }
            row.iter_mut().zip(sums).for_each(|(to, sums)| *to = sums.iter().sum());
        }
    }
}

/// Lanes `at..at + L` of the inner products of C columns with K. Each lane sums by itself, so that C and L do not matter to it.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // lanes of several arrays
fn dot_chunks<const K: usize, const C: usize, const L: usize, const FUSED: bool>(
    a: [&[[f64; 8]]; C],
    x: &[Chunk<K>],
    at: usize,
    sums: &mut [Chunk<K>; C],
) {
    let mut s = [[[0.0; L]; K]; C];
    for c in 0..C {
        for l in 0..K {
            s[c][l].copy_from_slice(&sums[c][l][at..at + L]);
        }
    }
    let a = a.map(|a| &a[..x.len()]);
    for i in 0..x.len() {
        let mut v = [[0.0; L]; C];
        for c in 0..C {
            v[c].copy_from_slice(&a[c][i][at..at + L]);
        }
        for l in 0..K {
            for c in 0..C {
                for t in 0..L {
                    s[c][l][t] = fused::<FUSED>(v[c][t], x[i][l][at + t], s[c][l][t]);
                }
            }
        }
    }
    for c in 0..C {
        for l in 0..K {
            sums[c][l][at..at + L].copy_from_slice(&s[c][l]);
        }
    }
}

fused_fn! {
    /// Adds columns of m numbers, times the rows of K numbers, to K columns of sums or one less.
    fn add_columns<const K: usize>(a: &[f64], m: usize, x: &[f64], sums: &mut [f64]) {
        let x = x.as_chunks::<K>().0;
        let mut first = 0;
        while WIDE && first + 16 <= m {
            add_rows::<K, 16, FUSED>(a, m, first, x, sums);
            first += 16;
        }
        while first + 4 <= m {
            add_rows::<K, 4, FUSED>(a, m, first, x, sums);
            first += 4;
        }
        while first < m {
            add_rows::<K, 1, FUSED>(a, m, first, x, sums);
            first += 1;
        }
    }
}

/// R rows from `first` on. Each sum is by itself, so that R does not matter to it.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // lanes of several arrays
fn add_rows<const K: usize, const R: usize, const FUSED: bool>(
    a: &[f64],
    m: usize,
    first: usize,
    x: &[[f64; K]],
    sums: &mut [f64],
) {
    let mut s = [[0.0; R]; K];
    for (s, sums) in s.iter_mut().zip(sums.chunks_exact(m)) {
        s.copy_from_slice(&sums[first..][..R]);
    }
    for (a, x) in a.chunks_exact(m).zip(x) {
        let a = &a[first..][..R];
        for l in 0..K {
            for t in 0..R {
                s[l][t] = fused::<FUSED>(a[t], x[l], s[l][t]);
            }
        }
    }
    for (s, sums) in s.iter().zip(sums.chunks_exact_mut(m)) {
        sums[first..][..R].copy_from_slice(s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factor::testdata::{assert_close, random};

    const CASES: [(usize, usize, usize); 8] = [
        (700, 301, 10),
        (1001, 90, 7),
        (97, 803, 1),
        (400, 400, 12),
        (65, 1203, 3),
        (333, 400, 20),
        (3, 30000, 32),
        (300, 300, 33),
    ];

    #[test]
    fn products_are_those_of_the_general_way() {
        for (m, n, k) in CASES {
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

    #[test]
    fn a_block_serves_both_products() {
        for (m, n, k) in CASES.into_iter().filter(|case| case.2 <= FEW) {
            let (a, x, z) = (random(m, n, 1), random(n, k, 2), random(m, k, 3));
            let (mut there, mut back) = (Matrix::zeros(m, k), Matrix::zeros(n, k));
            let laid = Laid::of(&z);
            for block in blocks(0..n) {
                let (first, size) = (block.start, block.len());
                dots(&a, block.clone(), &laid, back.view_mut().subrows_mut(first, size));
                add(&a, block, x.view().subrows(first, size), &mut there);
            }
            let (mut want, mut other) = (Matrix::zeros(m, k), Matrix::zeros(n, k));
            multiply_into(&mut want, 0.0, 1.0, &a, false, &x, false);
            multiply_into(&mut other, 0.0, 1.0, &a, true, &z, false);
            assert_close(&there, &want, 1e-11);
            assert_close(&back, &other, 1e-11);
        }
    }
}
