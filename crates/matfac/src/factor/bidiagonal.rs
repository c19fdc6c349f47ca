//! A matrix to upper bidiagonal form, `U'*A*V = B`, for its singular values.
//!
//! Householder reflections from both sides in panels, as in `tridiagonal.rs`: within a panel the trailing matrix
//! is only read, and the panel's effect is one product of matrices at its end (Dongarra, Hammarling & Sorensen 1989).
//! A step needs `A'*v` and then `A*u`, where u depends on all of `A'*v`. But u is, up to its first entry, a multiple of
//! the row that is being eliminated, of which each entry is known as soon as its column has been multiplied: so the
//! second product is gathered column by column while the column is in the cache, and put right at the end (Howell,
//! Demmel, Fulton, Hammarling & Marmol 2008). The matrix is read once a step, where LAPACK reads it twice. Cost: 4mn² -
//! 4n³/3 flops, half of them at the speed of memory.

use super::dqds::bidiagonal_values;
use super::qr::Reflectors;
use crate::error::Result;
use crate::linalg::Matrix;
use crate::linalg::columns::{self, Four, reflect};
use crate::linalg::par::{Op, WALK, order, par};
use crate::linalg::product::dot;
use crate::linalg::simd::{Clean, clean};
use faer::linalg::matmul::matmul;
use faer::{Accum, Par};
use rayon::prelude::*;

/// Steps whose effect on the rest of the matrix is applied together.
const PANEL: usize = 32;
/// Columns of `left` that a panel has.
const WIDTH: usize = 2 * PANEL;
/// Rows per column from which R of a QR factorization, which runs at the speed of arithmetic, is reduced instead: by
/// operation counts and speeds the two break even between 1.2 and 1.4.
const TALL: f64 = 1.3;

/// The singular values of a matrix of any shape, descending.
///
/// Errors: in theory [`crate::Error::NoConvergence`]. The entries are finite.
pub(super) fn singular_values(a: &Matrix) -> Result<Vec<f64>> {
    let (scaled, scale) = a.rescaled();
    let mut a = scaled.unwrap_or_else(|| a.clone());
    if a.rows() < a.cols() {
        a = a.transposed();
    }
    let (m, n) = (a.rows(), a.cols());
    if m as f64 > TALL * n as f64 {
        let qr = Reflectors::new(a, false).qr;
        a = Matrix::from_fn(n, n, |i, j| if i <= j { qr[(i, j)] } else { 0.0 });
    }
    let b = Bidiagonal::new(a, par(Op::Svd, order(&[m, n])));
    let mut values = bidiagonal_values(&b.diagonal, &b.above)?;
    values.iter_mut().for_each(|x| *x *= scale);
    Ok(values)
}

/// B of `A = U*B*V'` for an m×n matrix with m ≥ n; U and V are not kept.
#[derive(Debug, Clone, PartialEq)]
struct Bidiagonal {
    /// The diagonal, n numbers.
    diagonal: Vec<f64>,
    /// The diagonal above it, n - 1 numbers.
    above: Vec<f64>,
}

impl Bidiagonal {
    /// Reduces a matrix with at least as many rows as columns, in its own memory.
    fn new(mut a: Matrix, threads: Par) -> Bidiagonal {
        let _clean = Clean;
        let (m, n) = (a.rows(), a.cols());
        let mut reduction = Reduction {
            b: Bidiagonal { diagonal: vec![0.0; n], above: vec![0.0; n.saturating_sub(1)] },
            left: Matrix::zeros(m, WIDTH),
            right: Matrix::zeros(WIDTH, n),
            v: vec![0.0; m],
            row: vec![0.0; n],
            threads,
        };
        if threads.degree() > 1 {
            // Inside the pool: from outside, every division of work would have to wake it.
            rayon::scope(|_| reduction.run(&mut a));
        } else {
            reduction.run(&mut a);
        }
        reduction.b
    }
}

/// The work in progress: the panel will take `left*right` from the trailing matrix.
struct Reduction {
    b: Bidiagonal,
    /// Columns of V and X in turn: the left reflections, and what goes with the right ones.
    left: Matrix,
    /// Rows of Y' and U' in turn, so that what belongs to one column of A lies together.
    right: Matrix,
    /// The left reflection of this step.
    v: Vec<f64>,
    /// The row of this step behind the diagonal, then its reflection.
    row: Vec<f64>,
    threads: Par,
}

impl Reduction {
    fn run(&mut self, a: &mut Matrix) {
        let (m, n) = (a.rows(), a.cols());
        for first in (0..n).step_by(PANEL) {
            self.left.as_mut_slice().fill(0.0);
            self.right.as_mut_slice().fill(0.0);
            let end = (first + PANEL).min(n);
            for k in first..end {
                self.step(a, k, k - first);
            }
            if end < n {
                let threads = if (m - end) * (n - end) < WALK { Par::Seq } else { self.threads };
                matmul(
                    a.view_mut().submatrix_mut(end, end, m - end, n - end),
                    Accum::Add,
                    self.left.view().subrows(end, m - end),
                    self.right.view().subcols(end, n - end),
                    -1.0,
                    threads,
                );
                clean();
            }
        }
    }

    /// Eliminates column k below the diagonal and row k behind the diagonal above it.
    fn step(&mut self, a: &mut Matrix, k: usize, step: usize) {
        let n = a.cols();
        let column = &mut a.col_mut(k)[k..];
        subtract(&self.left, k, &self.right.col(k)[..2 * step], column);
        let tau = reflect(column);
        self.b.diagonal[k] = column[0];
        if k + 1 == n {
            return;
        }
        let v = &mut self.v[k..];
        if tau.is_finite() {
            v.copy_from_slice(column);
            v[0] = 1.0;
            self.left.col_mut(2 * step)[k..].copy_from_slice(v);
        }
        let z = self.sweep(a, k, step, tau);

        let row = &mut self.row[k + 1..];
        let head = row[0];
        let tau = reflect(row);
        self.b.above[k] = row[0];
        if tau.is_infinite() {
            return;
        }
        // u is (row - beta*e₁) / (head - beta), and so is A*u of z = A*row and A's first column.
        let (beta, divisor) = (row[0], head - row[0]);
        row[0] = 1.0;
        for (j, &u) in row.iter().enumerate() {
            self.right.col_mut(k + 1 + j)[2 * step + 1] = u;
        }
        let mut x = z;
        let first = &a.col(k + 1)[k + 1..];
        x.iter_mut().zip(first).for_each(|(x, a)| *x = (*x - beta * a) / divisor);
        let sums = self.known_of_row(k, 2 * step + 1);
        subtract(&self.left, k + 1, &sums[..2 * step + 1], &mut x);
        x.iter_mut().for_each(|x| *x /= tau);
        self.left.col_mut(2 * step + 1)[k + 1..].copy_from_slice(&x);
    }

    /// The first `count` numbers of [Y U]'*u, u being the row's reflection.
    fn known_of_row(&self, k: usize, count: usize) -> [f64; WIDTH] {
        let mut sums = [0.0; WIDTH];
        let sums_used = &mut sums[..count.next_multiple_of(8)];
        let n = self.right.cols();
        let mut j = k + 1;
        while j + 4 <= n {
            let four = [0, 1, 2, 3].map(|c| self.right.col(j + c));
            columns::add(sums_used, four, [0, 1, 2, 3].map(|c| self.row[j + c]));
            j += 4;
        }
        for j in j..n {
            let column = self.right.col(j);
            sums_used.iter_mut().zip(column).for_each(|(s, c)| *s += self.row[j] * c);
        }
        sums
    }

    /// One walk over the trailing matrix: Y's next column, the row of this step, and A*row from row k + 1 on.
    fn sweep(&mut self, a: &Matrix, k: usize, step: usize, tau: f64) -> Vec<f64> {
        let (m, n) = (a.rows(), a.cols());
        let used = (2 * step).next_multiple_of(8);
        let known = &products(&self.left, k, 2 * step, &self.v[k..])[..used];
        let entries = &std::array::from_fn::<f64, WIDTH, _>(|p| self.left.col(p)[k])[..used];
        let shared = Shared { a, k, step, tau, v: &self.v[k..], known, entries };
        let (rows, count) = (WIDTH, n - k - 1);
        let right = &mut self.right.as_mut_slice()[(k + 1) * rows..];
        let row = &mut self.row[k + 1..];
        let parts = if (m - k) * count < WALK { 1 } else { self.threads.degree() };
        let width = count.div_ceil(parts).next_multiple_of(4);
        let task = |(part, (right, row)): (usize, (&mut [f64], &mut [f64]))| {
            let mut z = vec![0.0; m - k - 1];
            clean();
            shared.walk(k + 1 + part * width, right, row, &mut z);
            z
        };
        if parts == 1 {
            return task((0, (right, row)));
        }
        let chunks = right.par_chunks_mut(width * rows).zip(row.par_chunks_mut(width));
        let sums: Vec<Vec<f64>> = chunks.enumerate().map(task).collect();
        let mut sums = sums.into_iter();
        let mut z = sums.next().unwrap_or_default();
        sums.for_each(|s| z.iter_mut().zip(s).for_each(|(z, s)| *z += s));
        z
    }
}

/// What all parts of a sweep read.
struct Shared<'a> {
    a: &'a Matrix,
    k: usize,
    step: usize,
    tau: f64,
    v: &'a [f64],
    /// [V X]'*v, of the steps before this one, and zeros.
    known: &'a [f64],
    /// Row k of [V X], likewise.
    entries: &'a [f64],
}

impl Shared<'_> {
    /// Walks over the columns of A from `first` on, as many as `row` has entries.
    fn walk(&self, first: usize, right: &mut [f64], row: &mut [f64], z: &mut [f64]) {
        let mut fours = right.chunks_exact_mut(4 * WIDTH).zip(row.chunks_exact_mut(4));
        let mut j = first;
        for (right, row) in &mut fours {
            let four = [0, 1, 2, 3].map(|c| &self.a.col(j + c)[self.k..]);
            let rights = [0, 1, 2, 3].map(|c| &right[c * WIDTH..][..self.known.len()]);
            let before = columns::dots(rights, self.entries);
            let current: [f64; 4] = std::array::from_fn(|c| four[c][0] - before[c]);
            row.copy_from_slice(&current);
            if self.tau.is_finite() {
                let (sums, known) =
                    (columns::dots(four, self.v), columns::dots(rights, self.known));
                for c in 0..4 {
                    let y = (sums[c] - known[c]) / self.tau;
                    right[c * WIDTH + 2 * self.step] = y;
                    row[c] -= y;
                }
            }
            columns::add(z, four.map(|c| &c[1..]), [row[0], row[1], row[2], row[3]]);
            j += 4;
        }
        let done = (j - first) * WIDTH;
        let rest = right[done..].chunks_exact_mut(WIDTH).zip(&mut row[j - first..]);
        for (right, row) in rest {
            let column = &self.a.col(j)[self.k..];
            *row = column[0] - dot(self.entries, right);
            if self.tau.is_finite() {
                let y = (dot(column, self.v) - dot(self.known, right)) / self.tau;
                right[2 * self.step] = y;
                *row -= y;
            }
            z.iter_mut().zip(&column[1..]).for_each(|(z, a)| *z += a * *row);
            j += 1;
        }
    }
}

/// `y -= [V X]*f` on the rows from `from` on, f having the columns' factors, as many as there are.
fn subtract(left: &Matrix, from: usize, f: &[f64], y: &mut [f64]) {
    for (q, f) in f.chunks(4).enumerate() {
        let factor = |c: usize| f.get(c).map_or(0.0, |f| -f);
        columns::add(y, quartet(left, 4 * q, from), [0, 1, 2, 3].map(factor));
    }
}

/// The first `count` numbers of `[V X]'*x`, over the rows from `from` on.
fn products(left: &Matrix, from: usize, count: usize, x: &[f64]) -> [f64; WIDTH] {
    let mut result = [0.0; WIDTH];
    for p in (0..count).step_by(4) {
        result[p..p + 4].copy_from_slice(&columns::dots(quartet(left, p, from), x));
    }
    result
}

fn quartet(left: &Matrix, p: usize, from: usize) -> Four<'_> {
    [0, 1, 2, 3].map(|c| &left.col(p + c)[from..])
}

#[cfg(test)]
mod tests {
    use super::super::testdata::random;
    use super::*;
    use crate::linalg::product::multiply;

    fn assert_near(values: &[f64], expected: &[f64], tol: f64) {
        assert_eq!(values.len(), expected.len());
        for (x, y) in values.iter().zip(expected) {
            assert!((x - y).abs() <= tol * expected[0].max(f64::MIN_POSITIVE), "{x} {y}");
        }
        assert!(values.windows(2).all(|w| w[0] >= w[1]) && values.iter().all(|&x| x >= 0.0));
    }

    #[test]
    fn values_are_those_of_another_algorithm() {
        let orders = [1, 2, 3, 4, 5, 31, 32, 33, 34, 70, 150];
        let shapes = orders.into_iter().flat_map(|n| [(n, n), (n + 5, n), (n, n + 1), (3 * n, n)]);
        for (m, n) in shapes {
            let a = random(m, n, 1);
            let expected = a.view().singular_values().unwrap();
            assert_near(&singular_values(&a).unwrap(), &expected, 1e-15 * (m + n + 10) as f64);
        }
    }

    #[test]
    fn threads_change_rounding_alone() {
        let a = random(500, 450, 2);
        let values = |threads| {
            let b = Bidiagonal::new(a.clone(), threads);
            bidiagonal_values(&b.diagonal, &b.above).unwrap()
        };
        assert_near(&values(Par::rayon(3)), &values(Par::Seq), 1e-13);
        assert_eq!(values(Par::rayon(2)), values(Par::rayon(2)));
    }

    #[test]
    fn deficient_ranks_zeros_and_extreme_scales() {
        assert_eq!(singular_values(&Matrix::zeros(7, 4)).unwrap(), [0.0; 4]);
        assert_eq!(singular_values(&Matrix::identity(40)).unwrap(), [1.0; 40]);
        let a = multiply(&random(60, 3, 3), &random(3, 50, 4)).unwrap();
        let values = singular_values(&a).unwrap();
        assert!(values[2] > 1.0 && values[3] < 1e-13 * values[0]);
        let a = random(50, 40, 5);
        let expected = singular_values(&a).unwrap();
        for scale in [1e-300, 1e300] {
            let values = singular_values(&a.map(|x| x * scale)).unwrap();
            let values: Vec<f64> = values.iter().map(|x| x / scale).collect();
            assert_near(&values, &expected, 1e-14);
        }
    }
}
