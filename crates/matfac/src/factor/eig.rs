//! Eigenvalues of a square matrix: `A*V = V*D`, and of its transpose, `W'*A = D*W'`.
//!
//! Symmetric (Hermitian) matrices go to [`super::eig_symmetric()`]. Others: balancing, Schur form, back substitution;
//! complex, vectors of 2-norm 1 whose largest component is real, as LAPACK has them. (faer's own decomposition was tried:
//! its vectors of graded matrices have residuals of 500·n·ε‖A‖, those of long Jordan blocks are NaN.) Reference: Golub &
//! Van Loan (2013), chapter 7. Cost: about 10n³ flops, 25n³ with vectors.

use super::balance::balanced;
use super::blocks::Blocks;
use super::eig_symmetric;
use super::eigenvectors;
use super::schur::iterated;
use crate::error::Result;
use crate::linalg::product::times;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};

/// What of a decomposition is computed, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EigOptions {
    /// The right eigenvectors.
    pub right: bool,
    /// The left eigenvectors.
    pub left: bool,
    /// Balance first; without it small entries that are rounding noise are not blown up.
    pub balance: bool,
}

/// Eigenvalues and vectors of a square matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Eig {
    /// Ascending by real part; a conjugate pair stands together, positive imaginary part first.
    pub values: Vec<c64>,
    /// Columns of 2-norm 1, n×n, in the order of the values; n×0 when not asked for.
    pub vectors: ComplexMatrix,
    /// Left vectors, `W'*A = D*W'`, as the right ones.
    pub left: ComplexMatrix,
    /// Whether the symmetric algorithm was used: the values are then real.
    pub symmetric: bool,
    /// Whether two vectors are parallel to working precision: the matrix has too few of them.
    pub defective: bool,
}

impl Eig {
    /// Whether all eigenvalues (and with them the vectors of a real matrix) are real.
    pub fn is_real(&self) -> bool {
        self.values.iter().all(|z| z.im == 0.0)
    }
}

/// Decomposes a square matrix, by the symmetric algorithm when it is exactly symmetric.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::NonFinite`], in theory [`crate::Error::NoConvergence`].
///
/// ```
/// use matfac::{Matrix, c64, factor::eig};
/// let e = eig(&Matrix::from_rows(&[&[0.0, 1.0], &[-1.0, 0.0]]), false).unwrap();
/// assert!((e.values[0] - c64::new(0.0, 1.0)).norm() < 1e-15);
/// assert!((e.values[1] - c64::new(0.0, -1.0)).norm() < 1e-15);
/// ```
pub fn eig(a: &Matrix, vectors: bool) -> Result<Eig> {
    decompose(a, EigOptions { right: vectors, left: false, balance: true })
}

/// [`eig`] with left vectors, or without balancing.
pub fn eig_with(a: &Matrix, options: EigOptions) -> Result<Eig> {
    decompose(a, options)
}

/// [`eig_with`] of a complex matrix.
pub fn eig_complex(a: &ComplexMatrix, options: EigOptions) -> Result<Eig> {
    decompose(a, options)
}

/// Complex vectors; of a real matrix, from columns that hold real and imaginary part of the first of each pair.
fn paired<T: Blocks>(v: &Dense<T>, im: &[f64]) -> ComplexMatrix {
    let mut z = v.map(Scalar::complex);
    if T::IS_REAL {
        for j in (0..im.len()).filter(|&j| im[j] > 0.0) {
            for i in 0..v.rows() {
                z[(i, j)] = c64::new(v[(i, j)].real_part(), v[(i, j + 1)].real_part());
                z[(i, j + 1)] = z[(i, j)].conj();
            }
        }
    }
    z
}

fn decompose<T: Blocks>(a: &Dense<T>, options: EigOptions) -> Result<Eig> {
    a.require_square("eig")?;
    let n = a.cols();
    let none = || Dense::from_fn(n, 0, |_, _| c64::ZERO);
    if a.is_hermitian() {
        let e = eig_symmetric::decompose(a, options.right || options.left)?;
        let vectors = e.vectors.map(Scalar::complex);
        return Ok(Eig {
            values: e.values.iter().map(|&x| c64::new(x, 0.0)).collect(),
            left: if options.left { vectors.clone() } else { none() },
            vectors: if options.right { vectors } else { none() },
            symmetric: true,
            defective: false,
        });
    }
    let balanced = balanced("eig", a, options.balance, options.balance)?;
    let (scaled, scale) = balanced.matrix.rescaled();
    let matrix = scaled.as_ref().unwrap_or(&balanced.matrix);
    let wanted = options.left || options.right;
    let form = iterated("eig", matrix, wanted)?;
    let values: Vec<c64> = T::values(&form.t).into_iter().map(|z| z.scaled(scale)).collect();
    let im: Vec<f64> = values.iter().map(|z| z.im).collect();
    let order = ascending(&values);
    let arranged = |x: Dense<T>, inverse: bool| -> Result<ComplexMatrix> {
        let x = paired(&times(&form.u, false, &x, false)?, &im);
        let mut y = Dense::from_fn(n, n, |_, _| c64::ZERO);
        for (j, &from) in order.iter().enumerate() {
            for (i, &k) in balanced.p.iter().enumerate() {
                let d = balanced.scale[i];
                y[(k, j)] = x[(i, from)].scaled(if inverse { 1.0 / d } else { d });
            }
            normalize(y.col_mut(j));
        }
        Ok(y)
    };
    let vectors =
        if options.right { arranged(eigenvectors::right(&form.t), false)? } else { none() };
    let left = if options.left { arranged(eigenvectors::left(&form.t), true)? } else { none() };
    let values: Vec<c64> = order.iter().map(|&k| values[k]).collect();
    let defective = has_parallel_neighbours(&values, &vectors);
    Ok(Eig { values, vectors, left, symmetric: false, defective })
}

/// The order of ascending real parts; of a conjugate pair the positive imaginary part first.
pub(super) fn ascending(values: &[c64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    // The two of a pair have the same real part and modulus, so that pairs stay together.
    order.sort_by(|&i, &j| {
        let (x, y) = (values[i], values[j]);
        let by_modulus = x.im.abs().total_cmp(&y.im.abs());
        x.re.total_cmp(&y.re).then(by_modulus).then(y.im.total_cmp(&x.im))
    });
    order
}

/// 2-norm 1 with the largest component real (and, when the vector is real, its own sign kept).
fn normalize(x: &mut [c64]) {
    let largest = x.iter().fold(0.0f64, |m, z| m.max(z.re.abs()).max(z.im.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return;
    }
    x.iter_mut().for_each(|z| *z /= largest);
    let norm = x.iter().map(|z| z.norm_sqr()).sum::<f64>().sqrt();
    x.iter_mut().for_each(|z| *z /= norm);
    let peak = (0..x.len()).fold(0, |b, i| if x[i].norm_sqr() > x[b].norm_sqr() { i } else { b });
    if x[peak].im != 0.0 {
        let turn = x[peak].conj() / x[peak].norm();
        x.iter_mut().for_each(|z| *z *= turn);
        x[peak].im = 0.0;
    }
}

/// Whether vectors of (nearly) equal eigenvalues are parallel to about √ε, as those of a Jordan block
/// come out of floating-point arithmetic. The values ascend.
fn has_parallel_neighbours(values: &[c64], vectors: &ComplexMatrix) -> bool {
    let scale = values.iter().map(|z| z.norm()).fold(f64::MIN_POSITIVE, f64::max);
    (0..vectors.cols()).any(|i| {
        let near =
            (i + 1..vectors.cols()).take_while(|&j| values[j].re - values[i].re <= 1e-5 * scale);
        near.filter(|&j| (values[j] - values[i]).norm() <= 1e-5 * scale).any(|j| {
            let pairs = vectors.col(i).iter().zip(vectors.col(j));
            pairs.map(|(a, b)| a.conj() * b).sum::<c64>().norm() > 1.0 - 1e-10
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{distance, random, random_complex};
    use super::*;

    const ALL: EigOptions = EigOptions { right: true, left: true, balance: true };

    /// `A*V = V*D` and `W'*A = D*W'` within rounding.
    fn check<T: Blocks>(a: &Dense<T>, options: EigOptions) -> Eig {
        let (n, e) = (a.cols(), decompose(a, options).unwrap());
        let z = a.map(Scalar::complex);
        let (av, wa) = (
            times(&z, false, &e.vectors, false).unwrap(),
            times(&z, true, &e.left, false).unwrap(),
        );
        let tol = 30.0 * f64::EPSILON * (n + 1) as f64 * a.one_norm().max(f64::MIN_POSITIVE);
        let vd = Dense::from_fn(n, n, |i, j| e.vectors[(i, j)] * e.values[j]);
        let wd = Dense::from_fn(n, n, |i, j| e.left[(i, j)] * e.values[j].conj());
        assert!(
            distance(&av, &vd) <= tol,
            "right {n}: {:e} {tol:e} {:?}",
            distance(&av, &vd),
            &a.as_slice()[..3]
        );
        assert!(distance(&wa, &wd) <= tol, "left {n}: {:e}", distance(&wa, &wd));
        for v in [&e.vectors, &e.left] {
            for j in 0..n {
                let norm: f64 = v.col(j).iter().map(|z| z.norm_sqr()).sum();
                assert!((norm - 1.0).abs() < 1e-13);
            }
        }
        assert!(e.values.windows(2).all(|w| w[0].re <= w[1].re));
        let only = decompose(a, EigOptions { right: false, left: false, ..options }).unwrap();
        assert_eq!((only.vectors.cols(), only.left.cols()), (0, 0));
        let sum: c64 = only.values.iter().sum();
        let trace: c64 = (0..n).map(|i| z[(i, i)]).sum();
        assert!((sum - trace).norm() <= tol * (n + 1) as f64);
        e
    }

    #[test]
    fn matrices_of_every_size() {
        for n in [0, 1, 2, 3, 10, 60, 120] {
            for balance in [false, true] {
                let options = EigOptions { balance, ..ALL };
                let a = random(n, n, 5);
                assert!(!check(&a, options).defective);
                check(&a.map(|x| x * 1e300), options);
                check(&a.map(|x| x * 1e-300), options);
                let a = random_complex(n, n, 5);
                assert!(!check(&a, options).defective);
                let hermitian = Dense::from_fn(n, n, |i, j| a[(i, j)] + a[(j, i)].conj());
                assert!(check(&hermitian, options).symmetric);
            }
        }
    }

    #[test]
    fn awkward_matrices() {
        for n in [2, 7, 40, 100] {
            let spread = random(n, n, 2);
            let (tall, wide) = (random(n, 2, 5), random(2, n, 6));
            check(&times(&tall, false, &wide, false).unwrap(), ALL);
            let weight = |i: usize| 10f64.powf(-16.0 * i as f64 / n as f64);
            check(&Matrix::from_fn(n, n, |i, j| spread[(i, j)] * weight(i) * weight(j)), ALL);
            check(&Matrix::from_fn(n, n, |i, j| if i + 1 == j || i == j { 1.0 } else { 0.0 }), ALL);
            check(&Matrix::from_fn(n, n, |i, j| if (i + 1) % n == j { 1.0 } else { 0.0 }), ALL);
            let triangle = Matrix::from_fn(n, n, |i, j| if i <= j { spread[(i, j)] } else { 0.0 });
            let e = check(&triangle, ALL);
            let mut diagonal: Vec<f64> = (0..n).map(|i| triangle[(i, i)]).collect();
            diagonal.sort_by(f64::total_cmp);
            assert!(e.values.iter().zip(&diagonal).all(|(z, &d)| *z == c64::new(d, 0.0)));
        }
    }

    #[test]
    fn published_spectra() {
        let e = eig(&Matrix::from_rows(&[&[4.0, 1.0], &[2.0, 3.0]]), true).unwrap();
        assert!((e.values[0].re - 2.0).abs() < 1e-14 && (e.values[1].re - 5.0).abs() < 1e-14);
        assert!(e.is_real() && !e.defective);
        let e = eig(&Matrix::from_rows(&[&[0.0, 1.0], &[-1.0, 0.0]]), true).unwrap();
        assert!((e.values[0] - c64::new(0.0, 1.0)).norm() < 1e-15);
        assert!(!e.is_real());
    }

    #[test]
    fn a_jordan_block_is_reported() {
        let a = Matrix::from_rows(&[&[1.0, 1.0], &[0.0, 1.0]]);
        assert!(eig(&a, true).unwrap().defective);
        let mut shifted = Matrix::identity(3);
        shifted[(0, 0)] = 2.0;
        shifted[(0, 1)] = 1.0;
        assert!(!eig(&shifted, true).unwrap().defective);
    }

    #[test]
    fn balancing_rescues_a_badly_scaled_matrix() {
        let a = Matrix::from_rows(&[&[1.0, 1e8, 0.0], &[1e-8, 2.0, 1e8], &[0.0, 1e-8, 3.0]]);
        let e = eig(&a, false).unwrap();
        let exact = [2.0 - 3f64.sqrt(), 2.0, 2.0 + 3f64.sqrt()];
        for (x, y) in e.values.iter().zip(exact) {
            assert!((x.re - y).abs() < 1e-13, "{x} {y}");
        }
    }
}
