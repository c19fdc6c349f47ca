//! QR: `A = Q*R` with orthonormal columns in Q, or `A*P = Q*R` with column pivoting.
//!
//! Method: blocked Householder reflections (faer); with pivoting, one reflection at a time on the
//! column of largest remaining norm, downdated safely (Drmač & Bujanović 2008). Reference: Golub &
//! Van Loan (2013), §5.2 and §5.4. Signs are LAPACK's (R(1,1) is the negative
//! of the sign of A(1,1)), or, on request, those of Gram and Schmidt: a non-negative diagonal. Cost:
//! 2mn² - ⅔n³ flops for R, as many again for Q.

use super::field::Field;
use crate::error::Result;
use crate::linalg::par::{Op, order, par};
use crate::linalg::simd::Clean;
use crate::linalg::{Dense, Matrix, Scalar};
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
pub struct Qr<T> {
    /// m×m, or m×r when economy-sized.
    pub q: Dense<T>,
    /// Upper trapezoidal, m×n, or r×n when economy-sized.
    pub r: Dense<T>,
    /// Column j of `A*P` is column `p[j]` of A, from 0; only with `pivot`.
    pub p: Option<Vec<usize>>,
}

impl<T: Scalar> Qr<T> {
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
pub fn qr<T: Field>(a: &Dense<T>, options: QrOptions) -> Result<Qr<T>> {
    T::qr(a, options)
}

pub(super) fn decompose<T: Scalar>(a: &Dense<T>, options: QrOptions) -> Result<Qr<T>> {
    a.require_finite("qr")?;
    let (m, n) = (a.rows(), a.cols());
    let f = Reflectors::new(a.clone(), options.pivot);
    let columns = if options.economy { m.min(n) } else { m };
    let mut r = Dense::filled(columns, n, T::ZERO)?;
    for j in 0..n {
        let top = (j + 1).min(m).min(columns);
        r.col_mut(j)[..top].copy_from_slice(&f.qr.col(j)[..top]);
    }
    let mut q = Dense::filled(m, columns, T::ZERO)?;
    (0..columns).for_each(|i| q[(i, i)] = T::ONE);
    f.apply(&mut q, false);
    for i in 0..columns.min(n) {
        let head = r[(i, i)];
        // A diagonal that is real, as LAPACK has it for complex matrices too, or not negative.
        let turn = match head.sign() {
            sign if options.positive => sign,
            sign if sign.real_part() < 0.0 => -sign,
            sign => sign,
        };
        if turn == T::ONE {
            continue;
        }
        (i..n).for_each(|j| r[(i, j)] *= turn.conjugate());
        r[(i, i)] = T::of(if options.positive { 1.0 } else { head.real_part().signum() });
        r[(i, i)] = r[(i, i)].scaled(head.modulus());
        q.col_mut(i).iter_mut().for_each(|x| *x *= turn);
    }
    Ok(Qr { q, r, p: f.p })
}

/// A factorization whose Q is kept as reflections: cheaper to apply than to write out.
#[derive(Debug, Clone)]
pub(crate) struct Reflectors<T: Scalar> {
    /// R on and above the diagonal, the reflections below.
    pub qr: Dense<T>,
    coefficients: faer::Mat<T>,
    pub p: Option<Vec<usize>>,
    threads: Par,
}

impl<T: Scalar> Reflectors<T> {
    pub fn new(mut a: Dense<T>, pivot: bool) -> Reflectors<T> {
        let _clean = Clean;
        let (m, n) = (a.rows(), a.cols());
        let size = m.min(n);
        let threads = par(Op::Qr, order(&[m, n]));
        let block = recommended_block_size::<T>(m, n);
        let mut coefficients = faer::Mat::zeros(block, size);
        let mut p = None;
        if size > 0 && pivot {
            let mut tau = vec![0.0; size];
            let forward = eliminate_pivoted(&mut a, &mut tau);
            // Blocks of reflections, for `apply`.
            for first in (0..size).step_by(block) {
                let width = block.min(size - first);
                let mut factor = coefficients.as_mut().submatrix_mut(0, first, width, width);
                (0..width).for_each(|j| factor[(j, j)] = T::of(tau[first + j]));
                let essentials = a.view().submatrix(first, first, m - first, width);
                upgrade_householder_factor(factor, essentials, width, 1, threads);
            }
            p = Some(forward);
        } else if size > 0 {
            let params = Default::default();
            let scratch =
                no_pivoting::factor::qr_in_place_scratch::<T>(m, n, block, threads, params);
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

    /// `B = Q*B` or, `transposed`, `B = Q'*B` with the conjugate transpose, for B with m rows.
    pub fn apply(&self, b: &mut Dense<T>, transposed: bool) {
        if self.coefficients.ncols() == 0 || b.is_empty() {
            return;
        }
        let scratch = apply_scratch::<T>(self.qr.rows(), self.coefficients.nrows(), b.cols());
        let _clean = Clean;
        let mut buffer = MemBuffer::new(scratch);
        let (basis, factor) = (self.qr.view(), self.coefficients.as_ref());
        // faer expects the basis without the columns past the last reflection.
        let basis = basis.subcols(0, factor.ncols());
        let (b, stack) = (b.view_mut(), MemStack::new(&mut buffer));
        if transposed {
            apply_transposed(basis, factor, Conj::Yes, b, self.threads, stack);
        } else {
            apply(basis, factor, Conj::No, b, self.threads, stack);
        }
    }

    /// The determinant of Q: every reflection turns the orientation round.
    pub fn sign(&self) -> f64 {
        let block = self.coefficients.nrows().max(1);
        let is_reflection = |j: usize| self.coefficients[(j % block, j)].real_part().is_finite();
        let count = (0..self.coefficients.ncols()).filter(|&j| is_reflection(j)).count();
        if count % 2 == 0 { 1.0 } else { -1.0 }
    }

    /// The first `rank` diagonal entries of R that exceed `tol`·|R(1,1)|; with pivoting, the rank.
    pub fn rank(&self, tol: f64) -> usize {
        let size = self.coefficients.ncols();
        let limit = if size == 0 { 0.0 } else { tol * self.qr[(0, 0)].modulus() };
        (0..size).take_while(|&i| self.qr[(i, i)].modulus() > limit).count()
    }
}

/// Householder QR with column exchanges in place: the permutation, and one `tau` per reflection
/// `I - v*v'/tau` (infinite for the identity).
///
/// faer 0.24's own pivoted form returns NaN for a matrix of zeros; hence this one, which also takes a
/// norm afresh where downdating it has cancelled.
fn eliminate_pivoted<T: Scalar>(a: &mut Dense<T>, tau: &mut [f64]) -> Vec<usize> {
    let (m, n) = (a.rows(), a.cols());
    let mut order: Vec<usize> = (0..n).collect();
    let mut norms: Vec<(f64, f64)> =
        (0..n).map(|j| T::euclidean(a.col(j))).map(|x| (x, x)).collect();
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
        let update = |(x, norm): (&mut [T], &mut (f64, f64))| {
            let (head, tail) = x[k..].split_first_mut().expect("k < m");
            let d = (*head + T::inner(v, tail)).scaled(1.0 / t);
            *head -= d;
            tail.iter_mut().zip(v).for_each(|(x, v)| *x -= d * *v);
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
fn reflect<T: Scalar>(x: &mut [T]) -> f64 {
    let Some((head, tail)) = x.split_first_mut() else { return f64::INFINITY };
    let size = T::euclidean(tail);
    if size < f64::MIN_POSITIVE {
        tail.fill(T::ZERO);
        return f64::INFINITY;
    }
    let norm = head.modulus().hypot(size);
    let beta = -head.sign().scaled(norm);
    let divisor = *head - beta;
    tail.iter_mut().for_each(|v| *v = v.over(divisor));
    *head = beta;
    let ratio = size / divisor.modulus();
    0.5 * (1.0 + ratio * ratio)
}

/// Takes the first entry of x out of the norm of x; recomputed when cancellation would leave noise.
fn downdate<T: Scalar>(norm: &mut (f64, f64), x: &[T]) {
    let (current, reference) = *norm;
    if current == 0.0 {
        return;
    }
    let ratio = x[0].modulus() / current;
    let kept = (1.0 - ratio * ratio).max(0.0);
    let trust = kept * (current / reference) * (current / reference);
    if trust <= 1.5e-8 {
        let exact = T::euclidean(&x[1..]);
        *norm = (exact, exact);
    } else {
        norm.0 = current * kept.sqrt();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{
        assert_close, assert_orthonormal, assert_unitary, distance, random, random_complex,
    };
    use super::*;
    use crate::linalg::elementwise::to_complex;
    use crate::linalg::product::{multiply, times};

    fn check(a: &Matrix, options: QrOptions) -> Qr<f64> {
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
    fn complex_matrices_of_every_shape() {
        for (m, n) in [(0, 0), (1, 1), (5, 5), (30, 12), (12, 30), (150, 120)] {
            let a = random_complex(m, n, 1);
            for options in all_options() {
                let f = qr(&a, options).unwrap();
                assert_unitary(&f.q, 1e-13);
                let left = times(&a, false, &to_complex(&f.column_matrix()), false).unwrap();
                assert!(distance(&times(&f.q, false, &f.r, false).unwrap(), &left) < 1e-12);
                let size = f.r.rows().min(n);
                let lowest = if options.positive { 0.0 } else { f64::NEG_INFINITY };
                assert!((0..size).all(|i| f.r[(i, i)].im == 0.0 && f.r[(i, i)].re >= lowest));
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
