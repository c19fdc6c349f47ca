//! Matrix times vector, `A·x` and `A'·x`, at the speed of memory.
//!
//! Every entry of the matrix is used once, so that the cost is one walk over it: 8·m·n bytes. The walk goes along the
//! columns, four at a time (four streams for the prefetcher, one update of the result for four columns), and from
//! [`PARALLEL`] entries on each of two halves of the columns has its thread. Of `A·x` the halves are two partial
//! sums, which are added at the end: half of the rows for each thread would break the columns into short runs, which
//! measured a fifth slower at n = 1000.
//!
//! Reference: Golub, Van Loan, Matrix Computations, 4th ed. (2013), section 1.1.4 (gaxpy).

use super::Matrix;
use super::simd::clean;

/// Entries from which two threads walk: half a megabyte, which takes one thread longer than waking another.
const PARALLEL: usize = 1 << 16;

/// `A·x`, of A's rows.
pub(super) fn times(a: &Matrix, x: &[f64]) -> Vec<f64> {
    let n = a.cols();
    if a.len() < PARALLEL || n < 2 {
        return partial(a, x, 0, n);
    }
    let middle = n / 2;
    let (mut y, right) = rayon::join(|| partial(a, x, 0, middle), || partial(a, x, middle, n));
    for (y, r) in y.iter_mut().zip(right) {
        *y += r;
    }
    y
}

/// The sum of columns `from..to` times their entries of x.
fn partial(a: &Matrix, x: &[f64], from: usize, to: usize) -> Vec<f64> {
    clean();
    let mut y = vec![0.0; a.rows()];
    let mut j = from;
    while j + 4 <= to {
        let (c0, c1, c2, c3) = (a.col(j), a.col(j + 1), a.col(j + 2), a.col(j + 3));
        let (x0, x1, x2, x3) = (x[j], x[j + 1], x[j + 2], x[j + 3]);
        let columns = c0.iter().zip(c1).zip(c2.iter().zip(c3));
        for (y, ((a0, a1), (a2, a3))) in y.iter_mut().zip(columns) {
            *y += (a0 * x0 + a1 * x1) + (a2 * x2 + a3 * x3);
        }
        j += 4;
    }
    for (j, &x) in x.iter().enumerate().take(to).skip(j) {
        for (y, a) in y.iter_mut().zip(a.col(j)) {
            *y += a * x;
        }
    }
    y
}

/// `A'·x`, of A's columns.
pub(super) fn transposed_times(a: &Matrix, x: &[f64]) -> Vec<f64> {
    let n = a.cols();
    let mut y = vec![0.0; n];
    if a.len() < PARALLEL || n < 2 {
        dots(a, x, 0, &mut y);
    } else {
        // A multiple of the four columns that are walked at a time.
        let middle = (n / 2).next_multiple_of(4).min(n);
        let (left, right) = y.split_at_mut(middle);
        rayon::join(|| dots(a, x, 0, left), || dots(a, x, middle, right));
    }
    y
}

/// The inner products of the columns from `from` on with x.
fn dots(a: &Matrix, x: &[f64], from: usize, y: &mut [f64]) {
    clean();
    let fours = y.len() / 4 * 4;
    let (head, tail) = y.split_at_mut(fours);
    for (k, y) in head.chunks_exact_mut(4).enumerate() {
        let j = from + 4 * k;
        y.copy_from_slice(&four_dots([a.col(j), a.col(j + 1), a.col(j + 2), a.col(j + 3)], x));
    }
    for (k, y) in tail.iter_mut().enumerate() {
        *y = super::product::dot(a.col(from + fours + k), x);
    }
}

/// Four inner products with one reading of x, each in four independent partial sums.
fn four_dots(columns: [&[f64]; 4], x: &[f64]) -> [f64; 4] {
    const LANES: usize = 4;
    let n = x.len();
    let columns = columns.map(|c| &c[..n]);
    let mut sums = [[0.0; LANES]; 4];
    let whole = n / LANES * LANES;
    for i in (0..whole).step_by(LANES) {
        for (sums, column) in sums.iter_mut().zip(&columns) {
            for l in 0..LANES {
                sums[l] += column[i + l] * x[i + l];
            }
        }
    }
    let mut result = [0.0; 4];
    for (k, column) in columns.iter().enumerate() {
        let tail: f64 = (whole..n).map(|i| column[i] * x[i]).sum();
        result[k] = (sums[k][0] + sums[k][1]) + (sums[k][2] + sums[k][3]) + tail;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Random;

    #[test]
    fn both_directions_equal_the_double_loop() {
        for (m, n) in
            [(0, 3), (3, 0), (1, 1), (5, 7), (33, 2), (300, 301), (2, 40_000), (40_000, 3)]
        {
            let mut random = Random::seeded(1);
            let a = Matrix::from_vec(m, n, random.normals(m * n));
            let (x, z) = (random.normals(n), random.normals(m));
            let close = |got: &[f64], expected: Vec<f64>| {
                assert_eq!(got.len(), expected.len());
                for (g, e) in got.iter().zip(expected) {
                    assert!((g - e).abs() <= 1e-14 * (m + n) as f64 * (1.0 + e.abs()), "{g} {e}");
                }
            };
            let row = |i: usize| (0..n).map(|j| a[(i, j)] * x[j]).sum();
            close(&times(&a, &x), (0..m).map(row).collect());
            let col = |j: usize| (0..m).map(|i| a[(i, j)] * z[i]).sum();
            close(&transposed_times(&a, &z), (0..n).map(col).collect());
        }
    }
}
