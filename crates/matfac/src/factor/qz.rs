//! The generalized Schur form of a pair of matrices: `Q*A*Z = S` and `Q*B*Z = P` with Q and Z orthogonal (unitary), P
//! upper triangular and S too, but for blocks of order 2 in the real form, one for each pair of conjugate eigenvalues.
//!
//! Method: B is made triangular, A Hessenberg, then the QZ iteration (all by faer, whose sweeps of many shifts are not
//! used: in version 0.24 they ask for too little workspace and lose orthogonality). References: Moler & Stewart (1973),
//! SIAM J. Numer. Anal. 10; Golub & Van Loan (2013), §7.7. Cost: about 66n³ flops.

use super::blocks::{Blocks, eigenvalues, orders};
use crate::error::{Error, Result};
use crate::linalg::par::{Op, par};
use crate::linalg::product::times;
use crate::linalg::simd::Clean;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::ComputeEigenvectors;
use faer::linalg::gevd::gen_hessenberg::{generalized_hessenberg, generalized_hessenberg_scratch};
use faer::linalg::gevd::{GeneralizedSchurParams, qz_cplx, qz_real};
use faer::{Auto, ColMut, Par};

/// The generalized Schur form of two n×n matrices.
#[derive(Debug, Clone, PartialEq)]
pub struct Qz<T> {
    /// `Q*A*Z`, upper (quasi-)triangular.
    pub s: Dense<T>,
    /// `Q*B*Z`, upper triangular.
    pub p: Dense<T>,
    /// The left transformation.
    pub q: Dense<T>,
    /// The right transformation.
    pub z: Dense<T>,
    /// Numerators of the eigenvalues, in the order of the diagonal.
    pub alpha: Vec<c64>,
    /// Their denominators; 0 for infinite eigenvalues.
    pub beta: Vec<c64>,
}

/// The generalized Schur form of a real pair.
///
/// Errors: [`Error::NotSquare`], [`Error::Shapes`], [`Error::NonFinite`], in theory [`Error::NoConvergence`].
///
/// ```
/// use matfac::{Matrix, factor::qz};
/// let f = qz(&Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0]]), &Matrix::identity(2)).unwrap();
/// assert_eq!((f.s[(1, 0)], f.p[(1, 0)]), (0.0, 0.0));
/// ```
pub fn qz(a: &Matrix, b: &Matrix) -> Result<Qz<f64>> {
    decompose("qz", a, b)
}

/// The generalized Schur form of a complex pair, as [`qz`].
pub fn qz_complex(a: &ComplexMatrix, b: &ComplexMatrix) -> Result<Qz<c64>> {
    decompose("qz", a, b)
}

impl<T> Qz<T> {
    /// The eigenvalues `alpha / beta`: infinite where beta vanishes, NaN where alpha does too.
    pub fn values(&self) -> Vec<c64> {
        self.alpha.iter().zip(&self.beta).map(|(&a, &b)| quotient(a, b)).collect()
    }
}

/// An eigenvalue from its numerator and denominator: infinite for `a / 0`, NaN for `0 / 0`.
pub fn quotient(a: c64, b: c64) -> c64 {
    if b != c64::ZERO {
        return a.over(b);
    }
    c64::new(if a == c64::ZERO { f64::NAN } else { f64::INFINITY }, 0.0)
}

/// The eigenvalues of a real pair whose S is quasi-triangular and whose P is triangular, in the order of the diagonal.
///
/// Errors: [`Error::NotSquare`], [`Error::Argument`] for different orders, [`Error::NonFinite`].
pub fn ordered_values(s: &Matrix, p: &Matrix) -> Result<Vec<c64>> {
    let n = fits("ordeig", s, p)?;
    let mut values = Vec::with_capacity(n);
    for order in orders(s) {
        let j = values.len();
        if order == 1 {
            values.push(quotient(s[(j, j)].complex(), p[(j, j)].complex()));
            continue;
        }
        // The eigenvalues of S*P⁻¹, with P = [f g; 0 h].
        let (f, g, h) = (p[(j, j)], p[(j, j + 1)], p[(j + 1, j + 1)]);
        let row = |i: usize| {
            let first = s[(i, j)] / f;
            [first, (s[(i, j + 1)] - first * g) / h]
        };
        let ([a, b], [c, d]) = (row(j), row(j + 1));
        values.extend(eigenvalues([a, b, c, d]));
    }
    Ok(values)
}

/// faer's iterations, on a Hessenberg and a triangular matrix.
pub(crate) trait Pair: Blocks {
    /// Overwrites all four and returns numerators and denominators of the eigenvalues.
    fn iterate(
        s: &mut Dense<Self>,
        p: &mut Dense<Self>,
        q: &mut Dense<Self>,
        z: &mut Dense<Self>,
        threads: Par,
    ) -> (Vec<c64>, Vec<c64>);
}

/// The plain iteration, whatever the order.
fn parameters<T: Scalar>() -> GeneralizedSchurParams {
    let mut params = <GeneralizedSchurParams as Auto<T>>::auto();
    params.blocking_threshold = usize::MAX;
    params
}

impl Pair for f64 {
    fn iterate(
        s: &mut Matrix,
        p: &mut Matrix,
        q: &mut Matrix,
        z: &mut Matrix,
        threads: Par,
    ) -> (Vec<c64>, Vec<c64>) {
        let n = s.cols();
        let (mut re, mut im, mut beta) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        let scratch = qz_real::hessenberg_to_qz_scratch::<f64>(n, threads, parameters::<f64>());
        qz_real::hessenberg_to_qz(
            s.view_mut(),
            p.view_mut(),
            Some(q.view_mut()),
            Some(z.view_mut()),
            ColMut::from_slice_mut(&mut re),
            ColMut::from_slice_mut(&mut im),
            ColMut::from_slice_mut(&mut beta),
            ComputeEigenvectors::Yes,
            threads,
            parameters::<f64>(),
            MemStack::new(&mut MemBuffer::new(scratch)),
        );
        let mut alpha: Vec<c64> = re.iter().zip(&im).map(|(&re, &im)| c64::new(re, im)).collect();
        for j in (0..n.saturating_sub(1)).filter(|&j| s[(j + 1, j)] != 0.0) {
            // faer 0.24 divides the second of a pair by another denominator than it returns.
            alpha[j].im = alpha[j].im.abs();
            (alpha[j + 1], beta[j + 1]) = (alpha[j].conj(), beta[j]);
        }
        (alpha, beta.into_iter().map(Scalar::complex).collect())
    }
}

impl Pair for c64 {
    fn iterate(
        s: &mut ComplexMatrix,
        p: &mut ComplexMatrix,
        q: &mut ComplexMatrix,
        z: &mut ComplexMatrix,
        threads: Par,
    ) -> (Vec<c64>, Vec<c64>) {
        let n = s.cols();
        let (mut alpha, mut beta) = (vec![c64::ZERO; n], vec![c64::ZERO; n]);
        let scratch = qz_cplx::hessenberg_to_qz_scratch::<c64>(n, threads, parameters::<c64>());
        qz_cplx::hessenberg_to_qz(
            s.view_mut(),
            p.view_mut(),
            Some(q.view_mut()),
            Some(z.view_mut()),
            ColMut::from_slice_mut(&mut alpha),
            ColMut::from_slice_mut(&mut beta),
            ComputeEigenvectors::Yes,
            threads,
            parameters::<c64>(),
            MemStack::new(&mut MemBuffer::new(scratch)),
        );
        (alpha, beta)
    }
}

pub(crate) fn decompose<T: Pair>(
    operation: &'static str,
    a: &Dense<T>,
    b: &Dense<T>,
) -> Result<Qz<T>> {
    let n = fits(operation, a, b)?;
    let _clean = Clean;
    let ((small_a, scale_a), (small_b, scale_b)) = (a.rescaled(), b.rescaled());
    let (a, b) = (small_a.as_ref().unwrap_or(a), small_b.as_ref().unwrap_or(b));
    let (mut s, mut p, mut q, mut z) = if n < 2 {
        (a.clone(), b.clone(), Dense::identity(n), Dense::identity(n))
    } else {
        reduce(a, b)?
    };
    let (mut alpha, mut beta) = if n < 2 {
        let first = |x: &Dense<T>| x.as_slice().iter().map(|x| x.complex()).collect::<Vec<_>>();
        (first(&s), first(&p))
    } else {
        T::iterate(&mut s, &mut p, &mut q, &mut z, par(Op::Eig, n))
    };
    let sound = alpha.iter().chain(&beta).all(|x| x.bad_part().is_none());
    let joined = (2..n).any(|i| s[(i, i - 1)] != T::ZERO && s[(i - 1, i - 2)] != T::ZERO);
    if !sound || joined {
        return Err(Error::NoConvergence { operation });
    }
    let floors = [a, b].map(|x| f64::EPSILON * x.one_norm());
    for (values, floor) in [(&mut alpha, floors[0]), (&mut beta, floors[1])] {
        let tiny = values.iter_mut().filter(|x| x.modulus() <= floor);
        tiny.for_each(|x| *x = c64::ZERO);
    }
    for j in 0..n {
        s.col_mut(j)[(j + 2).min(n)..].fill(T::ZERO);
        p.col_mut(j)[j + 1..].fill(T::ZERO);
    }
    for (x, scale) in [(&mut s, scale_a), (&mut p, scale_b)] {
        x.as_mut_slice().iter_mut().for_each(|x| *x = x.scaled(scale));
    }
    alpha.iter_mut().for_each(|x| *x = x.scaled(scale_a));
    beta.iter_mut().for_each(|x| *x = x.scaled(scale_b));
    Ok(Qz { s, p, q: q.adjoint(), z, alpha, beta })
}

/// Refuses pairs that are not square, of one order, and finite; the order.
pub(crate) fn fits<T: Scalar>(
    operation: &'static str,
    a: &Dense<T>,
    b: &Dense<T>,
) -> Result<usize> {
    for x in [a, b] {
        x.require_square(operation)?;
        x.require_finite(operation)?;
    }
    if a.cols() == b.cols() {
        return Ok(a.cols());
    }
    let (left, right) = (a.shape(), b.shape());
    let message = format!("{operation}: A is {left} and B is {right}");
    Err(Error::argument_hint("B", message, "a pair has two square matrices of the same order"))
}

/// S, P, Q and Z.
type Reduced<T> = (Dense<T>, Dense<T>, Dense<T>, Dense<T>);

/// S Hessenberg, P triangular, Q and Z with `A = Q*S*Z'` and `B = Q*P*Z'`.
fn reduce<T: Pair>(a: &Dense<T>, b: &Dense<T>) -> Result<Reduced<T>> {
    let n = a.cols();
    let f = b.view().qr();
    let mut q = Dense::from_view(f.compute_Q().as_ref());
    let r = f.R();
    let mut p = Dense::from_fn(n, n, |i, j| if i <= j { r[(i, j)] } else { T::ZERO });
    let mut s = times(&q, true, a, false)?;
    let mut z = Dense::identity(n);
    let params = Auto::<T>::auto();
    generalized_hessenberg(
        s.view_mut(),
        p.view_mut(),
        Some(q.view_mut()),
        Some(z.view_mut()),
        par(Op::Eig, n),
        MemStack::new(&mut MemBuffer::new(generalized_hessenberg_scratch::<T>(n, params))),
        params,
    );
    Ok((s, p, q, z))
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_unitary, distance, random, random_complex};
    use super::*;

    fn check<T: Pair>(a: &Dense<T>, b: &Dense<T>) -> Qz<T> {
        let n = a.cols();
        let f = decompose("qz", a, b).unwrap();
        let tol = 30.0 * f64::EPSILON * (n + 1) as f64;
        assert_unitary(&f.q, tol);
        assert_unitary(&f.z, tol);
        for (x, y) in [(a, &f.s), (b, &f.p)] {
            let product =
                times(&times(&f.q, false, x, false).unwrap(), false, &f.z, false).unwrap();
            assert!(distance(&product, y) <= tol * x.one_norm(), "{n} {:e}", distance(&product, y));
        }
        f
    }

    #[test]
    fn pairs_of_every_size() {
        for n in [0, 1, 2, 3, 5, 30, 100] {
            check(&random(n, n, 1), &random(n, n, 2));
            check(&random_complex(n, n, 1), &random_complex(n, n, 2));
            check(&random(n, n, 1).map(|x| x * 1e300), &random(n, n, 2).map(|x| x * 1e-300));
            check(&random(n, n, 1), &Dense::identity(n));
            check(&random(n, n, 1), &Matrix::zeros(n, n));
            check(&Matrix::zeros(n, n), &Matrix::zeros(n, n));
        }
    }

    #[test]
    fn infinite_and_undetermined_eigenvalues() {
        let f = check(
            &Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0]]),
            &Matrix::from_rows(&[&[1.0, 0.0], &[0.0, 0.0]]),
        );
        let mut values: Vec<f64> = f.values().iter().map(|z| z.re).collect();
        values.sort_by(f64::total_cmp);
        assert!((values[0] + 0.5).abs() < 1e-15 && values[1] == f64::INFINITY);
        let f = check(&Matrix::zeros(2, 2), &Matrix::zeros(2, 2));
        assert!(f.values().iter().all(|z| z.re.is_nan()));
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(qz(&Matrix::zeros(2, 3), &Matrix::zeros(2, 3)).is_err());
        assert!(qz(&Matrix::zeros(2, 2), &Matrix::zeros(3, 3)).is_err());
        assert!(qz(&Matrix::from_rows(&[&[f64::NAN]]), &Matrix::identity(1)).is_err());
    }
}
