//! The exponential of a matrix.
//!
//! Method: scaling and squaring with a Padé approximant whose degree (3 to 13) and scaling come from norms of powers of
//! A, which avoids scaling too much; triangular matrices stay triangular. Symmetric matrices: `V*diag(exp(λ))*V'`.
//! References: Higham (2005), SIAM J. Matrix Anal. Appl. 26; Al-Mohy & Higham (2009), the same journal 31. Cost: about
//! 8 to 20 products of order n.

use super::eig_symmetric;
use crate::error::Result;
use crate::linalg::par::{Op, par};
use crate::linalg::simd::Clean;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar};
use faer::Accum;
use faer::linalg::matmul::matmul;
use faer::linalg::solvers::{PartialPivLu, Solve};

/// For the degrees 3, 5, 7, 9 and 13: the largest η for which the approximant has a backward error below ε.
const RADII: [(usize, f64); 5] = [
    (3, 1.495585217958292e-2),
    (5, 2.53939833006323e-1),
    (7, 9.504178996162932e-1),
    (9, 2.097847961257068),
    (13, 4.25),
];

/// The exponential of a real n×n matrix.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::expm};
/// let x = expm(&Matrix::from_rows(&[&[0.0, 1.0], &[0.0, 0.0]])).unwrap();
/// assert_eq!(x, Matrix::from_rows(&[&[1.0, 1.0], &[0.0, 1.0]]));
/// ```
pub fn expm(a: &Matrix) -> Result<Matrix> {
    exponential(a)
}

/// The exponential of a complex n×n matrix, as [`expm`].
pub fn expm_complex(a: &ComplexMatrix) -> Result<ComplexMatrix> {
    exponential(a)
}

fn exponential<T: Scalar>(a: &Dense<T>) -> Result<Dense<T>> {
    a.require_square("expm")?;
    a.require_finite("expm")?;
    let n = a.cols();
    if n < 2 {
        return Ok(a.map(|x| x.exponential()));
    }
    if a.is_hermitian() {
        return eig_symmetric::decompose(a, true)?.apply(f64::exp);
    }
    let _clean = Clean;
    // Powers of a huge matrix overflow before they are scaled.
    let excess = (a.one_norm().min(f64::MAX).log2() - 30.0).ceil().max(0.0) as i32;
    if excess > 0 {
        let x = exponential(&a.map(|x| x.scaled(2f64.powi(-excess))))?;
        return Ok((0..excess).fold(x, |x, _| times(&x, &x)));
    }
    // exp(A) = exp(μ)*exp(A - μI): the mean eigenvalue makes the norm small, and costs nothing.
    let trace = (0..n).map(|i| a[(i, i)]).sum::<T>();
    let mean = trace.scaled(1.0 / n as f64);
    let mut shifted = a.clone();
    (0..n).for_each(|i| shifted[(i, i)] -= mean);
    // Where the shift does not help, rounding in it would be for nothing.
    let is_shifted = shifted.one_norm() < a.one_norm();
    let a = if is_shifted { &shifted } else { a };
    let a2 = times(a, a);
    let a4 = times(&a2, &a2);
    let a6 = times(&a4, &a2);
    let root = |x: &Dense<T>, k: f64| x.one_norm().powf(1.0 / k);
    let (d4, d6) = (root(&a4, 4.0), root(&a6, 6.0));
    let eta = d4.max(d6);
    for (degree, radius) in &RADII[..2] {
        if eta <= *radius && more_scaling(a, *degree) == 0 {
            return Ok(with_mean(pade(a, &a2, &a4, &a6, *degree), mean, is_shifted));
        }
    }
    let d8 = root(&times(&a4, &a4), 8.0);
    let eta = d6.max(d8);
    for (degree, radius) in &RADII[2..4] {
        if eta <= *radius && more_scaling(a, *degree) == 0 {
            return Ok(with_mean(pade(a, &a2, &a4, &a6, *degree), mean, is_shifted));
        }
    }
    let d10 = root(&times(&a6, &a4), 10.0);
    let eta = d4.max(d6).max(d8).min(d8.max(d10));
    let mut squarings =
        if eta > 0.0 { (eta / RADII[4].1).log2().ceil().max(0.0) as i32 } else { 0 };
    let scaled = |x: &Dense<T>, power: i32| {
        let factor = 2f64.powi(-power);
        x.map(|v| v.scaled(factor))
    };
    squarings += more_scaling(&scaled(a, squarings), 13);
    let powers = [(a, 1), (&a2, 2), (&a4, 4), (&a6, 6)].map(|(x, k)| scaled(x, k * squarings));
    let mut x = pade(&powers[0], &powers[1], &powers[2], &powers[3], 13);
    for _ in 0..squarings {
        x = times(&x, &x);
    }
    Ok(with_mean(x, mean, is_shifted))
}

fn with_mean<T: Scalar>(x: Dense<T>, mean: T, is_shifted: bool) -> Dense<T> {
    if !is_shifted {
        return x;
    }
    let factor = mean.exponential();
    x.map(|v| v * factor)
}

fn times<T: Scalar>(a: &Dense<T>, b: &Dense<T>) -> Dense<T> {
    let n = a.cols();
    let mut c = Dense::from_fn(n, n, |_, _| T::ZERO);
    matmul(c.view_mut(), Accum::Replace, a.view(), b.view(), T::ONE, par(Op::Product, n));
    c
}

/// How many halvings more the size of the truncated terms asks for: `‖|A|^(2m+1)‖` against ε (Al-Mohy & Higham 2009,
/// the function ℓ).
fn more_scaling<T: Scalar>(a: &Dense<T>, degree: usize) -> i32 {
    let norm = a.one_norm();
    if norm == 0.0 {
        return 0;
    }
    let n = a.cols();
    // The 1-norm of a power of a non-negative matrix: products with a row of ones.
    let mut row = vec![1.0; n];
    for _ in 0..2 * degree + 1 {
        let next = (0..n).map(|j| row.iter().zip(a.col(j)).map(|(r, x)| r * x.modulus()).sum());
        row = next.collect();
    }
    let size = row.into_iter().fold(0.0, f64::max);
    // 1 / (C(2m, m) * (2m + 1)!)
    let m = degree as i32;
    let choose: f64 = (1..=m).map(|k| f64::from(m + k) / f64::from(k)).product();
    let factorial: f64 = (1..=2 * m + 1).map(f64::from).product();
    let ratio = size / norm / (choose * factorial);
    let half_epsilon = f64::EPSILON / 2.0;
    ((ratio / half_epsilon).log2() / f64::from(2 * m)).ceil().max(0.0) as i32
}

/// The diagonal approximant of odd degree m: `(V - U) \ (V + U)`, with U the odd and V the even part.
fn pade<T: Scalar>(
    a: &Dense<T>,
    a2: &Dense<T>,
    a4: &Dense<T>,
    a6: &Dense<T>,
    m: usize,
) -> Dense<T> {
    // b(k) = (2m - k)! m! / ((2m)! (m - k)! k!), scaled so that the last is 1.
    let mut b = vec![1.0; m + 1];
    for k in (0..m).rev() {
        let (k1, rest) = ((k + 1) as f64, (m - k) as f64);
        b[k] = b[k + 1] * k1 * (m + rest as usize) as f64 / rest;
    }
    let n = a.cols();
    let combine = |terms: &[(f64, &Dense<T>)], constant: f64| {
        let mut sum = Dense::from_fn(n, n, |i, j| if i == j { T::of(constant) } else { T::ZERO });
        for (factor, x) in terms {
            let pairs = sum.as_mut_slice().iter_mut().zip(x.as_slice());
            pairs.for_each(|(s, x)| *s += x.scaled(*factor));
        }
        sum
    };
    let (inner, v) = if m == 13 {
        let high = combine(&[(b[13], a6), (b[11], a4), (b[9], a2)], 0.0);
        let odd = times(a6, &high);
        let inner = combine(&[(1.0, &odd), (b[7], a6), (b[5], a4), (b[3], a2)], b[1]);
        let high = combine(&[(b[12], a6), (b[10], a4), (b[8], a2)], 0.0);
        let even = times(a6, &high);
        (inner, combine(&[(1.0, &even), (b[6], a6), (b[4], a4), (b[2], a2)], b[0]))
    } else {
        let a8 = (m == 9).then(|| times(a4, a4));
        let powers: Vec<&Dense<T>> =
            [Some(a2), Some(a4), Some(a6), a8.as_ref()].into_iter().flatten().take(m / 2).collect();
        let odd: Vec<_> = powers.iter().enumerate().map(|(k, &x)| (b[2 * k + 3], x)).collect();
        let even: Vec<_> = powers.iter().enumerate().map(|(k, &x)| (b[2 * k + 2], x)).collect();
        (combine(&odd, b[1]), combine(&even, b[0]))
    };
    let u = times(a, &inner);
    let denominator = combine(&[(1.0, &v), (-1.0, &u)], 0.0);
    let mut x = combine(&[(1.0, &v), (1.0, &u)], 0.0);
    PartialPivLu::new(denominator.view()).solve_in_place(x.view_mut());
    x
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{distance, random, random_complex};
    use super::*;
    use crate::linalg::c64;
    use crate::linalg::product::{multiply, multiply_complex};

    /// exp(A) by the Taylor series of A/2^16 in doubled steps: slow, and another way.
    fn series(a: &Matrix) -> Matrix {
        let n = a.cols();
        let small = a.map(|x| x / 1024.0);
        let (mut sum, mut term) = (Matrix::identity(n), Matrix::identity(n));
        for k in 1..20 {
            term = multiply(&term, &small).unwrap().map(|x| x / f64::from(k));
            sum = Matrix::from_fn(n, n, |i, j| sum[(i, j)] + term[(i, j)]);
        }
        (0..10).fold(sum, |x, _| multiply(&x, &x).unwrap())
    }

    #[test]
    fn exponentials_of_every_degree() {
        for (k, size) in [1e-3, 0.05, 0.3, 1.0, 2.0, 5.0, 20.0].into_iter().enumerate() {
            for n in [1, 2, 7, 30] {
                let a = random(n, n, k as u64).map(|x| x * size / (n as f64).sqrt());
                let (x, y) = (expm(&a).unwrap(), series(&a));
                assert!(distance(&x, &y) < 1e-11 * y.one_norm(), "{size} {n}");
            }
        }
    }

    #[test]
    fn special_cases() {
        assert_eq!(expm(&Matrix::zeros(0, 0)).unwrap(), Matrix::zeros(0, 0));
        assert_eq!(expm(&Matrix::zeros(3, 3)).unwrap(), Matrix::identity(3));
        assert_eq!(expm(&Matrix::from_rows(&[&[1.0]])).unwrap()[(0, 0)], 1f64.exp());
        // Overscaling: the exponential of this one is exact in a few digits only if it is not scaled too much.
        let a = Matrix::from_rows(&[&[1.0, 1e6], &[0.0, -1.0]]);
        let x = expm(&a).unwrap();
        assert!((x[(0, 1)] / (1e6 * 1f64.sinh()) - 1.0).abs() < 1e-14);
        let half_turn = c64::new(0.0, std::f64::consts::PI);
        let x = expm_complex(&ComplexMatrix::from_vec(1, 1, vec![half_turn])).unwrap();
        assert!((x[(0, 0)] + 1.0).norm() < 1e-15);
        assert!(expm(&Matrix::zeros(2, 3)).is_err());
        assert!(expm(&Matrix::from_rows(&[&[f64::INFINITY]])).is_err());
    }

    #[test]
    fn the_inverse_is_the_exponential_of_the_negative() {
        let a = random_complex(12, 12, 3);
        let (x, y) = (expm_complex(&a).unwrap(), expm_complex(&a.map(|z| -z)).unwrap());
        let product = multiply_complex(&x, &y).unwrap();
        assert!(distance(&product, &Dense::identity(12)) < 1e-9);
    }
}
