//! Generalized eigenvalues: `A*V = B*V*D`, and `W'*A = D*W'*B`.
//!
//! Method: for symmetric (Hermitian) A and positive definite B, Cholesky, and the symmetric problem of `L⁻¹*A*L⁻ᴴ`; else
//! the generalized Schur form ([`super::qz()`]) and back substitution. A singular B gives infinite eigenvalues. References:
//! Golub & Van Loan (2013), §7.7 and §8.7. Cost: about 14n³ flops by Cholesky, 80n³ by QZ.

use super::blocks::orders;
use super::eig::{Eig, ascending};
use super::eig_symmetric;
use super::eigenvectors::{at_least, solve_pair};
use super::francis::TINY;
use super::qz::{self, Pair, Qz, fits};
use crate::error::Result;
use crate::linalg::par::{Op, par};
use crate::linalg::product::times;
use crate::linalg::simd::Clean;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};
use faer::Side;
use faer::linalg::solvers::Llt;
use faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};

/// The way to generalized eigenvalues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairMethod {
    /// Cholesky where A is symmetric and B positive definite, else QZ.
    Cholesky,
    /// QZ in any case, which is safer when B is nearly singular.
    Qz,
}

/// Decomposes a real pair. Vectors are scaled to a largest component of 1; by Cholesky, to `V'*B*V = I`.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::Argument`] for different orders, [`crate::Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::{PairMethod, eig_pair}};
/// let a = Matrix::from_rows(&[&[2.0, 1.0], &[1.0, 2.0]]);
/// let e = eig_pair(&a, &Matrix::identity(2), PairMethod::Cholesky).unwrap();
/// assert!((e.values[1].re - 3.0).abs() < 1e-14);
/// ```
pub fn eig_pair(a: &Matrix, b: &Matrix, method: PairMethod) -> Result<Eig> {
    decompose(a, b, method)
}

/// Decomposes a complex pair, as [`eig_pair`].
pub fn eig_pair_complex(a: &ComplexMatrix, b: &ComplexMatrix, method: PairMethod) -> Result<Eig> {
    decompose(a, b, method)
}

fn decompose<T: Pair>(a: &Dense<T>, b: &Dense<T>, method: PairMethod) -> Result<Eig> {
    fits("eig", a, b)?;
    if method == PairMethod::Cholesky && a.is_hermitian() && b.is_hermitian() {
        let _clean = Clean;
        if let Ok(f) = Llt::new(b.view(), Side::Lower) {
            return definite(a, Dense::from_view(f.L()));
        }
    }
    let f = qz::decompose("eig", a, b)?;
    let values = f.values();
    let order = ascending(&values);
    let (right, left) = vectors(&f)?;
    let arranged = |x: ComplexMatrix| Dense::from_fn(x.rows(), x.cols(), |i, j| x[(i, order[j])]);
    Ok(Eig {
        values: order.iter().map(|&k| values[k]).collect(),
        vectors: arranged(right),
        left: arranged(left),
        symmetric: false,
        defective: false,
    })
}

/// The right and left eigenvectors of a real pair from its generalized Schur form, in the order of its eigenvalues, scaled
/// to a largest component of 1.
pub fn qz_vectors(f: &Qz<f64>) -> Result<(ComplexMatrix, ComplexMatrix)> {
    vectors(f)
}

/// [`qz_vectors`] of a complex pair.
pub fn qz_vectors_complex(f: &Qz<c64>) -> Result<(ComplexMatrix, ComplexMatrix)> {
    vectors(f)
}

fn vectors<T: Pair>(f: &Qz<T>) -> Result<(ComplexMatrix, ComplexMatrix)> {
    let sides = [&f.s, &f.p].map(|x| if x.largest() == 0.0 { 1.0 } else { x.largest() });
    let mut right = times_complex(&f.z, &substitute(f, sides, false), false)?;
    let mut left = times_complex(&f.q, &substitute(f, sides, true), true)?;
    for x in [&mut right, &mut left] {
        (0..x.cols()).for_each(|j| normalize(x.col_mut(j)));
    }
    Ok((right, left))
}

/// The symmetric problem behind `B = L*L'`.
fn definite<T: Pair>(a: &Dense<T>, l: Dense<T>) -> Result<Eig> {
    let threads = par(Op::Product, a.cols());
    let mut c = a.clone();
    solve_lower_triangular_in_place(l.view(), c.view_mut(), threads);
    c = c.adjoint();
    solve_lower_triangular_in_place(l.view(), c.view_mut(), threads);
    let mut e = eig_symmetric::decompose(&c, true)?;
    let upper = l.adjoint();
    solve_upper_triangular_in_place(upper.view(), e.vectors.view_mut(), threads);
    let vectors = e.vectors.map(Scalar::complex);
    Ok(Eig {
        values: e.values.into_iter().map(Scalar::complex).collect(),
        left: vectors.clone(),
        vectors,
        symmetric: true,
        defective: false,
    })
}

/// `A*X`, or `A'*X`, for a complex X.
fn times_complex<T: Scalar>(
    a: &Dense<T>,
    x: &ComplexMatrix,
    adjoint: bool,
) -> Result<ComplexMatrix> {
    times(&a.map(Scalar::complex), adjoint, x, false)
}

/// The eigenvectors of the triangular pair, right or left ones, as columns: `(β*S - α*P)*x = 0`.
fn substitute<T: Pair>(f: &Qz<T>, sides: [f64; 2], left: bool) -> ComplexMatrix {
    let n = f.s.cols();
    let shape = |x: &Dense<T>, size: f64| {
        let at = |i: usize, j: usize| x[(i, j)].complex().scaled(1.0 / size);
        // Left vectors are right ones of the adjoint pair, read from below.
        Dense::from_fn(n, n, |i, j| if left { at(n - 1 - j, n - 1 - i).conj() } else { at(i, j) })
    };
    let (s, p) = (shape(&f.s, sides[0]), shape(&f.p, sides[1]));
    let blocks = orders(&s);
    let mut x = Dense::from_fn(n, n, |_, _| c64::ZERO);
    let mut first = 0;
    for (k, &order) in blocks.iter().enumerate() {
        for j in first..first + order {
            let own = if left { n - 1 - j } else { j };
            let (mut alpha, mut beta) =
                (f.alpha[own].scaled(1.0 / sides[0]), f.beta[own].scaled(1.0 / sides[1]));
            if left {
                (alpha, beta) = (alpha.conj(), beta.conj());
            }
            let size = alpha.modulus().max(beta.modulus());
            if size > 0.0 {
                (alpha, beta) = (alpha.scaled(1.0 / size), beta.scaled(1.0 / size));
            }
            let column = vector(&s, &p, alpha, beta, first, &blocks[..=k]);
            x.col_mut(if left { n - 1 - j } else { j }).copy_from_slice(&column);
        }
        first += order;
    }
    if left {
        x = Dense::from_fn(n, n, |i, j| x[(n - 1 - i, j)]);
    }
    x
}

/// The vector whose own block, the last of `blocks`, begins at row `first`.
fn vector(
    s: &ComplexMatrix,
    p: &ComplexMatrix,
    alpha: c64,
    beta: c64,
    first: usize,
    blocks: &[usize],
) -> Vec<c64> {
    let n = s.cols();
    let at = |i: usize, j: usize| beta * s[(i, j)] - alpha * p[(i, j)];
    let mut x = vec![c64::ZERO; n];
    let Some((&own, above)) = blocks.split_last() else { return x };
    if own == 1 {
        x[first] = c64::ONE;
    } else {
        let (i, j) = (first, first + 1);
        let candidates = [[-at(i, j), at(i, i)], [-at(j, j), at(j, i)]];
        let size = |v: &[c64; 2]| v[0].modulus() + v[1].modulus();
        let [u, v] = candidates;
        let v = if size(&u) >= size(&v) { u } else { v };
        let length = size(&v);
        (x[i], x[j]) = if length == 0.0 {
            (c64::ONE, c64::ZERO)
        } else {
            (v[0].scaled(1.0 / length), v[1].scaled(1.0 / length))
        };
    }
    let spread = |x: &mut [c64], rows: std::ops::Range<usize>| {
        let top = rows.start;
        for j in rows {
            let part = x[j];
            for (i, x) in x[..top].iter_mut().enumerate() {
                *x -= (beta * s[(i, j)] - alpha * p[(i, j)]) * part;
            }
        }
    };
    spread(&mut x, first..first + own);
    let mut bottom = first;
    for &order in above.iter().rev() {
        let i = bottom - order;
        let known = [x[i], x[bottom - 1]];
        let (solution, divisor) = if order == 1 {
            ([known[0], c64::ZERO], at_least(at(i, i), f64::EPSILON))
        } else {
            let j = i + 1;
            solve_pair([at(i, i), at(i, j), at(j, i), at(j, j)], known, f64::EPSILON)
        };
        let size = known[0].modulus().max(known[1].modulus());
        if size > 1e100 {
            x.iter_mut().for_each(|x| *x = x.scaled(1.0 / size));
        }
        let factor = if size > 1e100 { 1.0 / size } else { 1.0 };
        for (r, z) in solution.into_iter().take(order).enumerate() {
            x[i + r] = z.scaled(factor).over(divisor);
        }
        spread(&mut x, i..bottom);
        bottom = i;
    }
    x
}

/// The component of largest modulus (the first of those within a relative 1e-8) becomes 1.
fn normalize(x: &mut [c64]) {
    let largest = x.iter().map(|z| z.modulus()).fold(0.0, f64::max);
    let peak = x.iter().copied().find(|z| z.modulus() >= (1.0 - 1e-8) * largest);
    if let Some(peak) = peak.filter(|_| largest > TINY) {
        x.iter_mut().for_each(|z| *z = z.over(peak));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{distance, random, random_complex};
    use super::*;

    /// `A*V*diag(β) = B*V*diag(α)` column by column, for finite eigenvalues.
    fn check<T: Pair>(a: &Dense<T>, b: &Dense<T>, method: PairMethod) -> Eig {
        let n = a.cols();
        let e = decompose(a, b, method).unwrap();
        let [za, zb] = [a, b].map(|x| x.map(Scalar::complex));
        for (v, adjoint) in [(&e.vectors, false), (&e.left, true)] {
            let av = times(&za, adjoint, v, false).unwrap();
            let bv = times(&zb, adjoint, v, false).unwrap();
            for j in 0..n {
                let value = if adjoint { e.values[j].conj() } else { e.values[j] };
                let norm = v.col(j).iter().map(|z| z.modulus()).fold(0.0, f64::max);
                for i in 0..n {
                    let (off, size) = if value.re.is_infinite() {
                        (bv[(i, j)].modulus(), b.one_norm())
                    } else {
                        let sum = a.one_norm() + value.modulus() * b.one_norm();
                        ((av[(i, j)] - value * bv[(i, j)]).modulus(), sum)
                    };
                    let tol = 30.0 * f64::EPSILON * (n + 1) as f64 * size * norm;
                    assert!(off <= tol, "{n} {adjoint} {j} {value}: {off:e} {tol:e}");
                }
            }
        }
        assert!(e.values.windows(2).all(|w| w[0].re <= w[1].re));
        e
    }

    #[test]
    fn pairs_of_every_size() {
        for n in [0, 1, 2, 3, 10, 60] {
            check(&random(n, n, 1), &random(n, n, 2), PairMethod::Cholesky);
            check(&random_complex(n, n, 1), &random_complex(n, n, 2), PairMethod::Cholesky);
            check(
                &random(n, n, 1).map(|x| x * 1e200),
                &random(n, n, 2).map(|x| x * 1e-100),
                PairMethod::Qz,
            );
            let spread = random(n, n, 4);
            let symmetric = Matrix::from_fn(n, n, |i, j| spread[(i, j)] + spread[(j, i)]);
            let gram = crate::linalg::product::gram(&random(n + 2, n, 5)).unwrap();
            let by_cholesky = check(&symmetric, &gram, PairMethod::Cholesky);
            assert!(by_cholesky.symmetric);
            let by_qz = check(&symmetric, &gram, PairMethod::Qz);
            let size = by_qz.values.iter().map(|z| z.modulus()).fold(0.0, f64::max);
            let pairs = by_cholesky.values.iter().zip(&by_qz.values);
            assert!(
                pairs.fold(0.0, |m: f64, (x, y)| m.max((x - y).modulus())) < 1e-9 * (1.0 + size)
            );
            let z = random_complex(n, n, 4);
            let hermitian = Dense::from_fn(n, n, |i, j| z[(i, j)] + z[(j, i)].conj());
            let e = check(&hermitian, &gram.map(Scalar::complex), PairMethod::Cholesky);
            let bv = times(&gram.map(Scalar::complex), false, &e.vectors, false).unwrap();
            let vbv = times(&e.vectors, true, &bv, false).unwrap();
            assert!(distance(&vbv, &Dense::identity(n)) < 1e-10);
        }
    }

    #[test]
    fn a_singular_second_matrix_has_infinite_eigenvalues() {
        let a = Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0]]);
        let e = check(&a, &Matrix::from_rows(&[&[1.0, 0.0], &[0.0, 0.0]]), PairMethod::Cholesky);
        assert!((e.values[0].re + 0.5).abs() < 1e-14 && e.values[1].re == f64::INFINITY);
        let zero = Matrix::zeros(2, 2);
        let e = decompose(&zero, &zero, PairMethod::Cholesky).unwrap();
        assert!(e.values.iter().all(|z| z.re.is_nan()));
        assert!(eig_pair(&a, &Matrix::zeros(3, 3), PairMethod::Qz).is_err());
    }
}
