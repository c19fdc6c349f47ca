//! QR: `A = Q*R` with orthonormal columns in Q, or `A*P = Q*R` with column pivoting.
//!
//! Method: blocked Householder reflections (faer); with pivoting, one reflection at a time on the
//! column of largest remaining norm, downdated safely (Drmač & Bujanović 2008). Reference: Golub &
//! Van Loan (2013), §5.2 and §5.4. Signs are LAPACK's (R(1,1) is the negative
//! of the sign of A(1,1)), or, on request, those of Gram and Schmidt: a non-negative diagonal. Cost:
//! 2mn² - ⅔n³ flops for R, as many again for Q.

use crate::error::Result;
use crate::linalg::norm::euclidean;
use crate::linalg::par::{Op, order, par};
use crate::linalg::product::dot;
use crate::linalg::simd::Clean;
use crate::linalg::{Matrix, product};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch as apply_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj as apply,
    apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj as apply_transposed,
    upgrade_householder_factor,
};
use faer::linalg::qr::no_pivoting;
use faer::linalg::qr::no_pivoting::factor::recommended_block_size;
use faer::{Conj, Par};
use rayon::prelude::*;

/// What to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QrOptions {
    /// Q with min(m, n) columns instead of m.
    pub economy: bool,
    /// Exchange columns, so that |R(k,k)| does not increase.
    pub pivot: bool,
    /// Make the diagonal of R non-negative, which makes the factors of a full-rank matrix unique.
    pub positive: bool,
}

/// The factors of an m×n matrix, with r = min(m, n).
#[derive(Debug, Clone, PartialEq)]
pub struct Qr {
    /// m×m, or m×r when economy-sized.
    pub q: Matrix,
    /// Upper trapezoidal, m×n, or r×n when economy-sized.
    pub r: Matrix,
    /// Column j of `A*P` is column `p[j]` of A, from 0; only with `pivot`.
    pub p: Option<Vec<usize>>,
}

impl Qr {
    /// P as an n×n matrix, so that `A*P = Q*R`; the identity without pivoting.
    pub fn column_matrix(&self) -> Matrix {
        let n = self.r.cols();
        let Some(p) = &self.p else { return Matrix::identity(n) };
        let mut matrix = Matrix::zeros(n, n);
        p.iter().enumerate().for_each(|(j, &k)| matrix[(k, j)] = 1.0);
        matrix
    }
}

/// Factors an m×n matrix of any shape and rank.
///
/// Errors: [`crate::Error::NonFinite`], and [`crate::Error::TooLarge`] for a full Q that memory cannot
/// hold.
///
/// ```
/// use matfac::{Matrix, factor::{QrOptions, qr}};
/// let a = Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]]);
/// let f = qr(&a, QrOptions { economy: true, ..Default::default() }).unwrap();
/// assert!((f.r[(0, 0)] + 5.9160797831).abs() < 1e-10);
/// assert!((f.r[(1, 1)] - 0.8280786712).abs() < 1e-10);
/// ```
pub fn qr(a: &Matrix, options: QrOptions) -> Result<Qr> {
    a.require_finite("qr")?;
    let (m, n) = (a.rows(), a.cols());
    let f = Reflectors::new(a.clone(), options.pivot);
    let columns = if options.economy { m.min(n) } else { m };
    let mut r = product::zeros(columns, n)?;
    for j in 0..n {
        let top = (j + 1).min(m).min(columns);
        r.col_mut(j)[..top].copy_from_slice(&f.qr.col(j)[..top]);
    }
    let mut q = product::zeros(m, columns)?;
    (0..columns).for_each(|i| q[(i, i)] = 1.0);
    f.apply(&mut q, false);
    if options.positive {
        for i in 0..columns.min(n) {
            if r[(i, i)] < 0.0 {
                (i..n).for_each(|j| r[(i, j)] = -r[(i, j)]);
                q.col_mut(i).iter_mut().for_each(|x| *x = -*x);
            }
        }
    }
    Ok(Qr { q, r, p: f.p })
}

/// A factorization whose Q is kept as reflections: cheaper to apply than to write out.
#[derive(Debug, Clone)]
pub(crate) struct Reflectors {
    /// R on and above the diagonal, the reflections below.
    pub qr: Matrix,
    coefficients: faer::Mat<f64>,
    pub p: Option<Vec<usize>>,
    threads: Par,
}

impl Reflectors {
    pub fn new(mut a: Matrix, pivot: bool) -> Reflectors {
        let _clean = Clean;
        let (m, n) = (a.rows(), a.cols());
        let size = m.min(n);
        let threads = par(Op::Qr, order(&[m, n]));
        let block = recommended_block_size::<f64>(m, n);
        let mut coefficients = faer::Mat::zeros(block, size);
        let mut p = None;
        if size > 0 && pivot {
            let mut tau = vec![0.0; size];
            let forward = eliminate_pivoted(&mut a, &mut tau);
            // Blocks of reflections, for `apply`.
            for first in (0..size).step_by(block) {
                let width = block.min(size - first);
                let mut factor = coefficients.as_mut().submatrix_mut(0, first, width, width);
                (0..width).for_each(|j| factor[(j, j)] = tau[first + j]);
                let essentials = a.view().submatrix(first, first, m - first, width);
                upgrade_householder_factor(factor, essentials, width, 1, threads);
            }
            p = Some(forward);
        } else if size > 0 {
            let params = Default::default();
            let scratch =
                no_pivoting::factor::qr_in_place_scratch::<f64>(m, n, block, threads, params);
            no_pivoting::factor::qr_in_place(
                a.view_mut(),
                coefficients.as_mut(),
                threads,
                MemStack::new(&mut MemBuffer::new(scratch)),
                params,
            );
        } else if pivot {
            p = Some((0..n).collect());
        }
        Reflectors { qr: a, coefficients, p, threads }
    }

    /// `B = Q*B` or, `transposed`, `B = Q'*B`, for B with m rows.
    pub fn apply(&self, b: &mut Matrix, transposed: bool) {
        if self.coefficients.ncols() == 0 || b.is_empty() {
            return;
        }
        let scratch = apply_scratch::<f64>(self.qr.rows(), self.coefficients.nrows(), b.cols());
        let _clean = Clean;
        let mut buffer = MemBuffer::new(scratch);
        let (basis, factor) = (self.qr.view(), self.coefficients.as_ref());
        // faer expects the basis without the columns past the last reflection.
        let basis = basis.subcols(0, factor.ncols());
        let run = if transposed { apply_transposed } else { apply };
        run(basis, factor, Conj::No, b.view_mut(), self.threads, MemStack::new(&mut buffer));
    }

    /// The first `rank` diagonal entries of R that exceed `tol`·|R(1,1)|; with pivoting, the rank.
    pub fn rank(&self, tol: f64) -> usize {
        let size = self.coefficients.ncols();
        let limit = if size == 0 { 0.0 } else { tol * self.qr[(0, 0)].abs() };
        (0..size).take_while(|&i| self.qr[(i, i)].abs() > limit).count()
    }
}

/// Householder QR with column exchanges in place: the permutation, and one `tau` per reflection
/// `I - v*v'/tau` (infinite for the identity).
///
/// faer 0.24's own pivoted form returns NaN for a matrix of zeros; hence this one, which also takes a
/// norm afresh where downdating it has cancelled.
fn eliminate_pivoted(a: &mut Matrix, tau: &mut [f64]) -> Vec<usize> {
    let (m, n) = (a.rows(), a.cols());
    let mut order: Vec<usize> = (0..n).collect();
    let mut norms: Vec<(f64, f64)> = (0..n).map(|j| euclidean(a.col(j))).map(|x| (x, x)).collect();
    for k in 0..tau.len() {
        let best = (k..n).fold(k, |b, j| if norms[j].0 > norms[b].0 { j } else { b });
        if best != k {
            order.swap(k, best);
            norms[best] = norms[k];
            let (left, right) = a.as_mut_slice().split_at_mut(best * m);
            left[k * m..(k + 1) * m].swap_with_slice(&mut right[..m]);
        }
        let (left, right) = a.as_mut_slice().split_at_mut((k + 1) * m);
        let column = &mut left[k * m + k..];
        tau[k] = reflect(column);
        if tau[k].is_infinite() {
            // The remaining part of this column is zero, but the row still leaves the others' norms.
            for (j, x) in right.chunks_mut(m).enumerate() {
                downdate(&mut norms[k + 1 + j], &x[k..]);
            }
            continue;
        }
        let (v, t) = (&column[1..], tau[k]);
        let update = |(x, norm): (&mut [f64], &mut (f64, f64))| {
            let (head, tail) = x[k..].split_first_mut().expect("k < m");
            let d = (*head + dot(v, tail)) / t;
            *head -= d;
            tail.iter_mut().zip(v).for_each(|(x, v)| *x -= d * v);
            downdate(norm, &x[k..]);
        };
        if (m - k) * (n - k) > 1 << 17 {
            right.par_chunks_mut(m).zip(norms[k + 1..].par_iter_mut()).for_each(update);
        } else {
            right.chunks_mut(m).zip(norms[k + 1..].iter_mut()).for_each(update);
        }
    }
    order
}

/// Overwrites x with (beta, v) such that `(I - [1;v]*[1;v]'/tau)*x = beta*e₁`, and returns tau.
fn reflect(x: &mut [f64]) -> f64 {
    let Some((head, tail)) = x.split_first_mut() else { return f64::INFINITY };
    let size = euclidean(tail);
    if size < f64::MIN_POSITIVE {
        tail.fill(0.0);
        return f64::INFINITY;
    }
    let norm = head.hypot(size);
    let beta = if *head < 0.0 { norm } else { -norm };
    let divisor = *head - beta;
    tail.iter_mut().for_each(|v| *v /= divisor);
    *head = beta;
    0.5 * (1.0 + (size / divisor) * (size / divisor))
}

/// Takes the first entry of x out of the norm of x; recomputed when cancellation would leave noise.
fn downdate(norm: &mut (f64, f64), x: &[f64]) {
    let (current, reference) = *norm;
    if current == 0.0 {
        return;
    }
    let ratio = x[0].abs() / current;
    let kept = (1.0 - ratio * ratio).max(0.0);
    let trust = kept * (current / reference) * (current / reference);
    if trust <= 1.5e-8 {
        let exact = euclidean(&x[1..]);
        *norm = (exact, exact);
    } else {
        norm.0 = current * kept.sqrt();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_close, assert_orthonormal, random};
    use super::*;
    use crate::linalg::product::multiply;

    fn check(a: &Matrix, options: QrOptions) -> Qr {
        let f = qr(a, options).unwrap();
        let scale = 1.0 + crate::linalg::norm::frobenius(a);
        let tol = 1e-15 * (a.rows() + a.cols() + 10) as f64;
        assert_orthonormal(&f.q, 4.0 * tol);
        let left = multiply(a, &f.column_matrix()).unwrap();
        assert_close(&multiply(&f.q, &f.r).unwrap(), &left, 16.0 * tol * scale);
        let r = &f.r;
        assert!((0..r.cols()).all(|j| (j + 1..r.rows()).all(|i| r[(i, j)] == 0.0)));
        if options.positive {
            assert!((0..r.rows().min(r.cols())).all(|i| r[(i, i)] >= 0.0));
        }
        if options.pivot {
            let size = r.rows().min(r.cols());
            let slack = 1e-10 * scale;
            assert!((1..size).all(|i| r[(i, i)].abs() <= r[(i - 1, i - 1)].abs() + slack));
        }
        f
    }

    fn all_options() -> impl Iterator<Item = QrOptions> {
        (0..8).map(|k| QrOptions { economy: k & 1 > 0, pivot: k & 2 > 0, positive: k & 4 > 0 })
    }

    #[test]
    fn every_shape_and_rank_rebuilds() {
        let shapes = [(0, 0), (0, 3), (3, 0), (1, 1), (1, 5), (5, 1), (9, 9), (70, 40), (40, 70)];
        for (m, n) in shapes.into_iter().chain([(200, 120), (350, 20)]) {
            for options in all_options() {
                check(&random(m, n, 1), options);
                check(&Matrix::zeros(m, n), options);
                let k = m.min(n).min(3);
                let deficient = multiply(&random(m, k, 2), &random(k, n, 3)).unwrap();
                check(&deficient, options);
                let mut gap = random(m, n, 4);
                if n > 2 {
                    gap.col_mut(0).fill(0.0);
                    let copy = gap.col(2).to_vec();
                    gap.col_mut(1).copy_from_slice(&copy);
                }
                check(&gap, options);
            }
        }
    }

    #[test]
    fn published_factors_with_lapack_signs() {
        let a = Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]]);
        let f = check(&a, QrOptions::default());
        let q: &[&[f64]] = &[
            &[-0.1690309, 0.8970852, 0.4082483],
            &[-0.5070926, 0.2760262, -0.8164966],
            &[-0.8451543, -0.3450328, 0.4082483],
        ];
        assert_close(&f.q, &Matrix::from_rows(q), 1e-7);
        let r: &[&[f64]] = &[&[-5.9160797831, -7.4373574416], &[0.0, 0.8280786712], &[0.0, 0.0]];
        assert_close(&f.r, &Matrix::from_rows(r), 1e-10);
    }

    #[test]
    fn gram_schmidt_signs() {
        let a = Matrix::from_rows(&[&[1.0, 1.0], &[1.0, 0.0], &[0.0, 1.0]]);
        let f = check(&a, QrOptions { economy: true, positive: true, pivot: false });
        let (r2, r6) = (2f64.sqrt(), 6f64.sqrt());
        let q: &[&[f64]] = &[&[1.0 / r2, 1.0 / r6], &[1.0 / r2, -1.0 / r6], &[0.0, 2.0 / r6]];
        assert_close(&f.q, &Matrix::from_rows(q), 1e-15);
        let r: &[&[f64]] = &[&[r2, 1.0 / r2], &[0.0, r6 / 2.0]];
        assert_close(&f.r, &Matrix::from_rows(r), 1e-15);
    }

    #[test]
    fn pivoting_reveals_the_rank() {
        let a = multiply(&random(100, 7, 1), &random(7, 50, 2)).unwrap();
        assert_eq!(Reflectors::new(a, true).rank(1e-12), 7);
    }
}
