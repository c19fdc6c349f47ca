//! The principal logarithm of a matrix: `expm(X) = A`, with the imaginary parts of the eigenvalues of X in (-π, π].
//!
//! Method: Schur form, square roots until the triangle is near the identity, a Padé approximant of log(1 + x) written
//! as a sum of partial fractions by Gauss–Legendre quadrature, and undoing the roots by doubling. Diagonal and first
//! superdiagonal entries are computed directly. References: Al-Mohy & Higham (2012), SIAM J. Sci. Comput. 34; Higham
//! (2008), Functions of Matrices, chapter 11. Cost: about 25n³ flops for the Schur form, and up to some 20n³ complex
//! ones for roots and solves.

use super::schur::{Schur, decompose};
use super::sqrtm::{MaybeComplex, avoids_the_negative_axis, triangular_root};
use crate::error::{Error, Result};
use crate::linalg::{ComplexMatrix, Matrix, Scalar, c64};

/// Largest 1-norm of `T - I` for which the approximant of degree m = 1, 2, … 7 is accurate to double precision
/// (Al-Mohy & Higham 2012, table 2.1).
const RADII: [f64; 7] = [1.59e-5, 2.31e-3, 1.94e-2, 6.21e-2, 1.28e-1, 2.06e-1, 2.88e-1];

/// The logarithm of a real n×n matrix, complex when an eigenvalue is negative.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`], and [`Error::Argument`] when it is singular.
///
/// ```
/// use matfac::{Matrix, factor::{MaybeComplex, logm}};
/// let MaybeComplex::Real(x) = logm(&Matrix::from_rows(&[&[1.0, 1.0], &[0.0, 1.0]])).unwrap() else { panic!() };
/// assert!((x[(0, 1)] - 1.0).abs() < 1e-15 && x[(0, 0)] == 0.0);
/// ```
pub fn logm(a: &Matrix) -> Result<MaybeComplex> {
    let form = decompose("logm", a)?;
    let is_real = avoids_the_negative_axis(&form.values());
    Ok(MaybeComplex::narrowed(logarithm_of(&form.to_complex())?, is_real))
}

/// The logarithm of a complex n×n matrix, as [`logm`].
pub fn logm_complex(a: &ComplexMatrix) -> Result<ComplexMatrix> {
    logarithm_of(&decompose("logm", a)?)
}

fn logarithm_of(form: &Schur<c64>) -> Result<ComplexMatrix> {
    form.transform(&triangular_logarithm(&form.t)?)
}

fn triangular_logarithm(t: &ComplexMatrix) -> Result<ComplexMatrix> {
    let n = t.cols();
    if (0..n).any(|i| t[(i, i)] == c64::ZERO) {
        let message = "logm: the matrix is singular, and has no logarithm";
        return Err(Error::argument_hint(
            "A",
            message,
            "an eigenvalue is zero; log(A) is elementwise",
        ));
    }
    let mut root = t.clone();
    let mut roots = 0;
    let distance = |r: &ComplexMatrix| {
        let mut d = r.clone();
        (0..n).for_each(|i| d[(i, i)] -= c64::ONE);
        d
    };
    // A hundred roots bring any number of double precision within the radius.
    let degree = loop {
        let norm = distance(&root).one_norm();
        // One root more costs as much as two degrees.
        let fit = RADII.iter().position(|&radius| norm <= radius);
        match fit {
            Some(m) if m < 5 || roots >= 100 => break m + 1,
            Some(m) if norm / 2.0 > RADII[m.saturating_sub(2)] => break m + 1,
            _ if roots >= 100 => return Err(Error::NoConvergence { operation: "logm" }),
            _ => root = triangular_root(&root),
        }
        roots += 1;
    };
    let mut d = distance(&root);
    exact_diagonal(t, roots, &mut d);
    let mut x = approximant(&d, degree);
    let factor = 2f64.powi(roots);
    x.as_mut_slice().iter_mut().for_each(|z| *z = z.scaled(factor));
    for i in 0..n {
        x[(i, i)] = t[(i, i)].ln();
        if i + 1 < n {
            x[(i, i + 1)] = t[(i, i + 1)] * divided_difference(t[(i, i)], t[(i + 1, i + 1)]);
        }
    }
    Ok(x)
}

/// `t^(1/2^roots) - 1` on the diagonal without cancellation: `t - 1` over the product of the roots plus 1 (Al-Mohy
/// 2012).
fn exact_diagonal(t: &ComplexMatrix, roots: i32, d: &mut ComplexMatrix) {
    for i in 0..t.cols() {
        let mut value = t[(i, i)];
        let mut left = roots;
        // In the left half plane value + 1 could vanish; one root leads out of it.
        if left > 0 && value.re < 0.0 {
            value = value.sqrt();
            left -= 1;
        }
        let numerator = value - c64::ONE;
        let mut product = c64::ONE;
        for _ in 0..left {
            value = value.sqrt();
            product *= value + c64::ONE;
        }
        d[(i, i)] = numerator.over(product);
    }
}

/// `(ln b - ln a) / (b - a)`, by its limit where the two are equal (Higham 2008, (11.28)).
fn divided_difference(a: c64, b: c64) -> c64 {
    if a == b {
        return c64::ONE.over(a);
    }
    let gap = b - a;
    if gap.modulus() > 0.5 * a.modulus().max(b.modulus()) {
        return (b.ln() - a.ln()).over(gap);
    }
    // ln b - ln a = 2 atanh((b - a)/(b + a)) + 2πi·(winding)
    let z = gap.over(b + a);
    let winding = ((b.ln() - a.ln() - (b.over(a)).ln()).im / std::f64::consts::TAU).round();
    let turn = c64::new(0.0, std::f64::consts::TAU * winding);
    (inverse_tanh(z).scaled(2.0) + turn).over(gap)
}

/// atanh(z), by its series where `1 ± z` would lose what z is.
fn inverse_tanh(z: c64) -> c64 {
    if z.modulus() > 0.1 {
        return z.atanh();
    }
    let square = z * z;
    (0..10).rev().fold(c64::ZERO, |sum, k| sum * square + c64::new(1.0 / f64::from(2 * k + 1), 0.0))
        * z
}

/// The diagonal Padé approximant of degree m of log(I + D): the sum of `w*(I + x*D)⁻¹*D` over the nodes x and weights
/// w of Gauss–Legendre quadrature on [0, 1].
fn approximant(d: &ComplexMatrix, degree: usize) -> ComplexMatrix {
    let n = d.cols();
    let mut sum = ComplexMatrix::from_fn(n, n, |_, _| c64::ZERO);
    for (node, weight) in gauss_legendre(degree) {
        // Column k of (I + x*D)⁻¹*D by substitution.
        for k in 0..n {
            let mut column: Vec<c64> = d.col(k)[..=k].to_vec();
            for i in (0..=k).rev() {
                let pivot = c64::ONE + d[(i, i)].scaled(node);
                let x = column[i].over(pivot);
                column[i] = x;
                let above = &d.col(i)[..i];
                let step = x.scaled(node);
                column[..i].iter_mut().zip(above).for_each(|(y, &d)| *y -= d * step);
            }
            let into = sum.col_mut(k).iter_mut();
            into.zip(&column).for_each(|(s, &x)| *s += x.scaled(weight));
        }
    }
    sum
}

/// Nodes and weights on [0, 1]: Newton's method on the Legendre polynomial from Tricomi's estimate of its roots.
fn gauss_legendre(m: usize) -> Vec<(f64, f64)> {
    (0..m)
        .map(|i| {
            let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (m as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..10 {
                let (mut previous, mut current) = (1.0, x);
                for k in 2..=m {
                    let k = k as f64;
                    let next = ((2.0 * k - 1.0) * x * current - (k - 1.0) * previous) / k;
                    (previous, current) = (current, next);
                }
                slope = m as f64 * (x * current - previous) / (x * x - 1.0);
                x -= current / slope;
            }
            (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::expm::{expm, expm_complex};
    use super::super::testdata::{distance, random, random_complex};
    use super::*;

    #[test]
    fn quadrature_is_exact_for_polynomials() {
        for m in 1..=7 {
            let rule = gauss_legendre(m);
            for power in 0..2 * m as i32 {
                let sum: f64 = rule.iter().map(|(x, w)| w * x.powi(power)).sum();
                assert!((sum - 1.0 / (power + 1) as f64).abs() < 1e-15, "{m} {power}");
            }
        }
    }

    #[test]
    fn logarithms_of_exponentials() {
        for n in [0, 1, 2, 6, 30] {
            let a = random(n, n, 4).map(|x| x / (2.0 + n as f64).sqrt());
            let MaybeComplex::Real(x) = logm(&expm(&a).unwrap()).unwrap() else { panic!("{n}") };
            assert!(distance(&x, &a) < 1e-12, "{n}");
            let a = random_complex(n, n, 4).map(|z| z.scaled(0.5 / (2.0 + n as f64).sqrt()));
            let x = logm_complex(&expm_complex(&a).unwrap()).unwrap();
            assert!(distance(&x, &a) < 1e-12, "{n}");
        }
    }

    #[test]
    fn exponentials_of_logarithms() {
        for n in [2, 10] {
            let a = random(n, n, 9);
            let x = match logm(&a).unwrap() {
                MaybeComplex::Real(x) => x.map(Scalar::complex),
                MaybeComplex::Complex(x) => x,
            };
            assert!(distance(&expm_complex(&x).unwrap(), &a.map(Scalar::complex)) < 1e-11);
        }
        // Eigenvalues that differ in the last half of their digits.
        let near = Matrix::from_rows(&[&[1.0, 1.0], &[0.0, 1.0 + 2f64.powi(-26)]]);
        let MaybeComplex::Real(x) = logm(&near).unwrap() else { panic!() };
        assert!((x[(0, 1)] - (1.0 - 2f64.powi(-27))).abs() < 1e-15);
        assert!(logm(&Matrix::zeros(2, 2)).is_err());
        let huge = Matrix::from_rows(&[&[1e10, 1e3], &[0.0, 1e-10]]);
        let MaybeComplex::Real(x) = logm(&huge).unwrap() else { panic!() };
        assert!((x[(0, 0)] - 1e10f64.ln()).abs() < 1e-14);
    }
}
