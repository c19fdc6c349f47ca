//! Products with a factor of known structure: diagonal, a permutation, triangular.
//!
//! A diagonal factor scales and a permutation gathers, m·n entries moved once instead of 2·m·k·n flops; a triangular
//! factor of order n costs n² flops for each column of the other one, half of the dense product. The values are those
//! of the dense product wherever the other factor is finite; where it is not, 0·Inf would be NaN there, and the
//! caller takes the dense product ([`is_finite`]).

use super::Matrix;
use super::par::{Op, order, par};
use super::product::{product_shape, zeros};
use super::simd::{Clean, wide};
use crate::error::Result;
use faer::Accum;
use faer::linalg::matmul::matmul;
use std::ops::Range;

/// Where a factor has entries that are not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// Anywhere.
    Full,
    /// On and above the diagonal.
    Upper,
    /// On and below the diagonal.
    Lower,
}

impl Pattern {
    /// The rows or columns `0..n` in blocks, each of which meets its own share of the other factor.
    fn blocks(self, n: usize) -> Vec<Range<usize>> {
        let size = if self == Pattern::Full { n } else { block_size(n) }.max(1);
        (0..n).step_by(size).map(|start| start..(start + size).min(n)).collect()
    }

    /// Where the rows of a block, or with `is_right` its columns, are not zero, within `0..k`.
    fn reach(self, block: &Range<usize>, is_right: bool, k: usize) -> Range<usize> {
        match (self, is_right) {
            (Pattern::Full, _) => 0..k,
            (Pattern::Upper, false) | (Pattern::Lower, true) => block.start..k,
            (Pattern::Lower, false) | (Pattern::Upper, true) => 0..block.end.min(k),
        }
    }
}

/// Blocks so small that little of a triangle's zeros is multiplied, and so large that products of them are fast.
fn block_size(n: usize) -> usize {
    (n / 8).clamp(32, 256).next_multiple_of(16)
}

/// Whether no entry is NaN or infinite.
pub fn is_finite(a: &Matrix) -> bool {
    // Blocks without a branch inside, so that the loop is a vector loop.
    let block = |c: &[f64]| wide(|| c.iter().fold(true, |finite, x| finite & x.is_finite()));
    a.as_slice().chunks(4096).all(block)
}

/// The diagonal of an m×n matrix, min(m, n) numbers.
pub fn diagonal(a: &Matrix) -> Vec<f64> {
    (0..a.rows().min(a.cols())).map(|i| a[(i, i)]).collect()
}

/// In which row each column of a permutation matrix has its 1, from 0; `None` when that is no permutation.
///
/// ```
/// use matfac::{Matrix, linalg::structured::permutation};
/// let p = Matrix::from_rows(&[&[0.0, 1.0], &[1.0, 0.0]]);
/// assert_eq!(permutation(&p), Some(vec![1, 0]));
/// assert_eq!(permutation(&Matrix::zeros(2, 2)), None);
/// ```
pub fn permutation(p: &Matrix) -> Option<Vec<usize>> {
    const BLOCK: usize = 32;
    let n = p.cols();
    let mut seen = vec![false; n];
    let row = |j: usize| {
        // A block's sum is found without a branch for each entry.
        let blocks = p.col(j).chunks(BLOCK);
        let block = blocks.map(|c| c.iter().sum::<f64>()).position(|sum| sum != 0.0)?;
        let start = block * BLOCK;
        Some(start + p.col(j)[start..].iter().position(|&x| x == 1.0)?)
    };
    let rows = (0..n).map(row).collect::<Option<Vec<usize>>>()?;
    for &i in &rows {
        if i >= n || std::mem::replace(&mut seen[i], true) {
            return None;
        }
    }
    Some(rows)
}

/// The inverse of a permutation of 0..n.
///
/// # Panics
/// When it is not one.
pub fn inverse_permutation(p: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; p.len()];
    p.iter().enumerate().for_each(|(i, &k)| inverse[k] = i);
    inverse
}

/// The rows of op(A) in this order, from 0; op is the transpose when `ta` is set.
///
/// # Panics
/// When there is no such row.
pub fn gather_rows(a: &Matrix, ta: bool, rows: &[usize]) -> Matrix {
    if ta {
        return gather_columns(a, false, rows).transposed();
    }
    let mut entries = Vec::with_capacity(rows.len() * a.cols());
    for j in 0..a.cols() {
        let column = a.col(j);
        entries.extend(rows.iter().map(|&i| column[i]));
    }
    Matrix::from_vec(rows.len(), a.cols(), entries)
}

/// The columns of op(A) in this order, from 0; op is the transpose when `ta` is set.
///
/// # Panics
/// When there is no such column.
pub fn gather_columns(a: &Matrix, ta: bool, columns: &[usize]) -> Matrix {
    if ta {
        return gather_rows(a, false, columns).transposed();
    }
    let mut entries = Vec::with_capacity(a.rows() * columns.len());
    columns.iter().for_each(|&j| entries.extend_from_slice(a.col(j)));
    Matrix::from_vec(a.rows(), columns.len(), entries)
}

/// `D * op(A)` for the m×k matrix D that has `d` on its diagonal and op(A) k×n.
///
/// ```
/// use matfac::{Matrix, linalg::structured::scale_rows};
/// let a = Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0]]);
/// let scaled = scale_rows(&[10.0, 100.0], 3, &a, false).unwrap();
/// assert_eq!(scaled, Matrix::from_rows(&[&[10.0, 20.0], &[300.0, 400.0], &[0.0, 0.0]]));
/// ```
pub fn scale_rows(d: &[f64], m: usize, a: &Matrix, ta: bool) -> Result<Matrix> {
    if ta {
        return Ok(scale_columns(a, false, d, m)?.transposed());
    }
    super::memory::entries::<f64>(m, a.cols())?;
    let r = d.len().min(m).min(a.rows());
    let mut entries = Vec::with_capacity(m * a.cols());
    for j in 0..a.cols() {
        entries.extend(a.col(j)[..r].iter().zip(d).map(|(x, d)| x * d));
        entries.resize((j + 1) * m, 0.0);
    }
    Ok(Matrix::from_vec(m, a.cols(), entries))
}

/// `op(A) * D` for the k×n matrix D that has `d` on its diagonal and op(A) m×k.
pub fn scale_columns(a: &Matrix, ta: bool, d: &[f64], n: usize) -> Result<Matrix> {
    if ta {
        return Ok(scale_rows(d, n, a, false)?.transposed());
    }
    super::memory::entries::<f64>(a.rows(), n)?;
    let mut entries = Vec::with_capacity(a.rows() * n);
    for (j, d) in d.iter().enumerate().take(n.min(a.cols())) {
        entries.extend(a.col(j).iter().map(|x| x * d));
    }
    entries.resize(a.rows() * n, 0.0);
    Ok(Matrix::from_vec(a.rows(), n, entries))
}

/// `D \ B` for the n×n matrix D that has `d` on its diagonal and B with n rows.
pub fn divide_rows(mut b: Matrix, d: &[f64]) -> Matrix {
    for j in 0..b.cols() {
        b.col_mut(j).iter_mut().zip(d).for_each(|(x, d)| *x /= d);
    }
    b
}

/// `B / D` for the n×n matrix D that has `d` on its diagonal and B with n columns.
pub fn divide_columns(mut b: Matrix, d: &[f64]) -> Matrix {
    for (j, d) in d.iter().enumerate() {
        b.col_mut(j).iter_mut().for_each(|x| *x /= d);
    }
    b
}

/// `op(A) * op(B)`, where what the patterns leave out is zero and, but for the blocks on the diagonal, not read. An
/// operand is transposed when its flag is set; its pattern is that of what is meant.
///
/// Method: block by block, each over the part of the inner dimension where neither factor is zero. faer's own
/// triangular product, which splits both factors down to 16 rows, was as slow as the dense one at n = 1000.
pub fn multiply_triangular(
    (a, ta, left): (&Matrix, bool, Pattern),
    (b, tb, right): (&Matrix, bool, Pattern),
) -> Result<Matrix> {
    let (m, n) = product_shape(a, ta, b, tb)?;
    let mut c = zeros(m, n)?;
    let _clean = Clean;
    let (a, b) = (if ta { a.view().transpose() } else { a.view() }, b.view());
    let b = if tb { b.transpose() } else { b };
    let k = a.ncols();
    for rows in left.blocks(m) {
        for columns in right.blocks(n) {
            let (from_left, from_right) =
                (left.reach(&rows, false, k), right.reach(&columns, true, k));
            let inner = from_left.start.max(from_right.start)..from_left.end.min(from_right.end);
            if inner.is_empty() {
                continue;
            }
            let x = a.submatrix(rows.start, inner.start, rows.len(), inner.len());
            let y = b.submatrix(inner.start, columns.start, inner.len(), columns.len());
            let block =
                c.view_mut().submatrix_mut(rows.start, columns.start, rows.len(), columns.len());
            let threads = par(Op::Product, order(&[rows.len(), inner.len(), columns.len()]));
            matmul(block, Accum::Replace, x, y, 1.0, threads);
        }
    }
    Ok(c)
}

#[cfg(test)]
mod tests {
    use super::super::product::multiply_with;
    use super::*;
    use crate::linalg::Random;

    fn random(m: usize, n: usize, seed: u64) -> Matrix {
        Matrix::from_vec(m, n, Random::seeded(seed).normals(m * n))
    }

    fn close(a: &Matrix, b: &Matrix) {
        assert_eq!(a.shape(), b.shape());
        for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
            assert!((x - y).abs() <= 1e-12, "{x} {y}");
        }
    }

    #[test]
    fn scaling_is_the_product_with_a_diagonal_matrix_of_any_shape() {
        for (m, k, n) in [(3, 3, 4), (5, 3, 2), (2, 4, 3), (0, 2, 3), (3, 0, 2)] {
            let d: Vec<f64> = (0..m.min(k)).map(|i| i as f64 + 0.5).collect();
            let matrix = Matrix::from_fn(m, k, |i, j| if i == j { d[i] } else { 0.0 });
            let (a, b) = (random(k, n, 1), random(n, m, 2));
            let rows = multiply_with(&matrix, false, &a, false).unwrap();
            close(&scale_rows(&d, m, &a, false).unwrap(), &rows);
            close(&scale_rows(&d, m, &a.transposed(), true).unwrap(), &rows);
            let columns = multiply_with(&b, false, &matrix, false).unwrap();
            close(&scale_columns(&b, false, &d, k).unwrap(), &columns);
            close(&scale_columns(&b.transposed(), true, &d, k).unwrap(), &columns);
            assert_eq!(diagonal(&matrix), d);
            let rows = Matrix::from_fn(d.len(), 3, |i, j| d[i] * (i + j) as f64);
            let divided = divide_rows(rows.clone(), &d);
            assert_eq!(divided, Matrix::from_fn(d.len(), 3, |i, j| (i + j) as f64));
            assert_eq!(divide_columns(rows.transposed(), &d), divided.transposed());
        }
    }

    #[test]
    fn gathering_is_the_product_with_a_permutation() {
        let rows = [3, 0, 40, 2, 1];
        let n = 50;
        let mut p: Vec<usize> = (0..n).collect();
        rows.windows(2).for_each(|w| p.swap(w[0], w[1]));
        let matrix = Matrix::from_fn(n, n, |i, j| f64::from(u8::from(p[j] == i)));
        assert_eq!(permutation(&matrix), Some(p.clone()));
        let (a, q) = (random(n, n, 1), inverse_permutation(&p));
        let (at, left) = (a.transposed(), multiply_with(&matrix, false, &a, false).unwrap());
        assert_eq!(gather_rows(&a, false, &q), left);
        assert_eq!(gather_rows(&at, true, &q), left);
        let right = multiply_with(&a, false, &matrix, false).unwrap();
        assert_eq!(gather_columns(&a, false, &p), right);
        assert_eq!(gather_columns(&at, true, &p), right);
        let twice = Matrix::from_rows(&[&[1.0, 1.0], &[0.0, 0.0]]);
        assert_eq!(permutation(&twice), None);
    }

    #[test]
    fn triangular_products_equal_dense_ones() {
        use Pattern::{Full, Lower, Upper};
        for n in [1, 7, 70, 161] {
            let upper = |seed| {
                let a = random(n, n, seed);
                Matrix::from_fn(n, n, |i, j| if i <= j { a[(i, j)] } else { 0.0 })
            };
            let (u, v, b) = (upper(1), upper(2), random(n, 5, 3));
            let dense = |a: &Matrix, ta, b: &Matrix, tb| multiply_with(a, ta, b, tb).unwrap();
            let product = multiply_triangular((&u, false, Upper), (&v, false, Upper));
            close(&product.unwrap(), &dense(&u, false, &v, false));
            let product = multiply_triangular((&u, true, Lower), (&b, false, Full));
            close(&product.unwrap(), &dense(&u, true, &b, false));
            let product = multiply_triangular((&b, true, Full), (&u, false, Upper));
            close(&product.unwrap(), &dense(&b, true, &u, false));
            let product = multiply_triangular((&u, false, Upper), (&v, true, Lower));
            close(&product.unwrap(), &dense(&u, false, &v, true));
        }
    }

    #[test]
    fn one_bad_entry_is_seen() {
        let mut a = random(100, 100, 1);
        assert!(is_finite(&a) && is_finite(&Matrix::zeros(0, 3)));
        a[(99, 99)] = f64::NEG_INFINITY;
        assert!(!is_finite(&a));
        a[(99, 99)] = f64::NAN;
        assert!(!is_finite(&a));
    }
}
