//! Eigenvalues: `A*V = V*D`.
//!
//! Symmetric matrices: tridiagonalisation, divide and conquer, for values alone `tridiagonal.rs`; real, ascending,
//! orthonormal vectors.
//! General matrices: Hessenberg form, multishift QR, back substitution; complex, vectors of 2-norm 1
//! whose largest component is real, as LAPACK has them (all by faer). Reference: Golub & Van Loan
//! (2013), chapters 7 and 8. Cost: 4n³/3 flops for symmetric values, 9n³ with vectors; about 10n³ and
//! 25n³ for general ones.

use super::svd::{fix_signs, scale_columns};
use super::tridiagonal;
use crate::error::{Error, Result};
use crate::linalg::norm::frobenius;
use crate::linalg::par::{Op, par};
use crate::linalg::simd::Clean;
use crate::linalg::{ComplexMatrix, Matrix, c64, product};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{
    ComputeEigenvectors, evd_real, evd_scratch, self_adjoint_evd, self_adjoint_evd_scratch,
};

/// Eigenvalues and vectors of a symmetric n×n matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct SymmetricEig {
    /// Ascending.
    pub values: Vec<f64>,
    /// Orthonormal columns, n×n, in the order of the values; n×0 when not asked for. In each the entry
    /// of largest magnitude is positive.
    pub vectors: Matrix,
}

impl SymmetricEig {
    /// `V*diag(f(values))*V'`, for functions of a symmetric matrix.
    pub fn apply(&self, f: impl Fn(f64) -> f64) -> Result<Matrix> {
        let d: Vec<f64> = self.values.iter().map(|&x| f(x)).collect();
        product::multiply_with(&scale_columns(self.vectors.clone(), &d), false, &self.vectors, true)
    }

    /// How many eigenvalues are positive, negative, and zero to within `tol`.
    pub fn inertia(&self, tol: f64) -> (usize, usize, usize) {
        let positive = self.values.iter().filter(|&&x| x > tol).count();
        let negative = self.values.iter().filter(|&&x| x < -tol).count();
        (positive, negative, self.values.len() - positive - negative)
    }
}

/// Eigenvalues and vectors of a square matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Eig {
    /// Ascending by real part; a conjugate pair stands together, positive imaginary part first.
    pub values: Vec<c64>,
    /// Columns of 2-norm 1, n×n, in the order of the values; n×0 when not asked for.
    pub vectors: ComplexMatrix,
    /// Whether the symmetric algorithm was used: values and vectors are then real.
    pub symmetric: bool,
    /// Whether two vectors are parallel to working precision: the matrix has too few of them.
    pub defective: bool,
}

impl Eig {
    /// Whether all eigenvalues (and with them the vectors) are real.
    pub fn is_real(&self) -> bool {
        self.values.iter().all(|z| z.im == 0.0)
    }
}

/// Decomposes a symmetric matrix, of which the lower triangle is read.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`], in theory [`Error::NoConvergence`].
///
/// ```
/// use matfac::{Matrix, factor::eig_symmetric};
/// let e = eig_symmetric(&Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]), true).unwrap();
/// assert!((e.values[0] + 1.0).abs() < 1e-14 && (e.values[1] - 3.0).abs() < 1e-14);
/// ```
pub fn eig_symmetric(a: &Matrix, vectors: bool) -> Result<SymmetricEig> {
    a.require_square("eig")?;
    a.require_finite("eig")?;
    let n = a.cols();
    if !vectors {
        return Ok(SymmetricEig {
            values: tridiagonal::eigenvalues(a)?,
            vectors: Matrix::zeros(n, 0),
        });
    }
    let mut values = vec![0.0; n];
    let mut v = product::zeros(n, n)?;
    if n == 0 {
        return Ok(SymmetricEig { values, vectors: v });
    }
    let _clean = Clean;
    let (scaled, scale) = a.rescaled();
    let threads = par(Op::Eig, n);
    let params = Default::default();
    let scratch = self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, threads, params);
    self_adjoint_evd(
        scaled.as_ref().unwrap_or(a).view(),
        DiagMut::from_slice_mut(&mut values),
        Some(v.view_mut()),
        threads,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    )
    .map_err(|_| Error::NoConvergence { operation: "eig" })?;
    values.iter_mut().for_each(|x| *x *= scale);
    fix_signs(&mut v, None, n);
    Ok(SymmetricEig { values, vectors: v })
}

/// Decomposes a square matrix, by the symmetric algorithm when it is exactly symmetric.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`], in theory [`Error::NoConvergence`].
///
/// ```
/// use matfac::{Matrix, c64, factor::eig};
/// let e = eig(&Matrix::from_rows(&[&[0.0, 1.0], &[-1.0, 0.0]]), false).unwrap();
/// assert!((e.values[0] - c64::new(0.0, 1.0)).norm() < 1e-15);
/// assert!((e.values[1] - c64::new(0.0, -1.0)).norm() < 1e-15);
/// ```
pub fn eig(a: &Matrix, vectors: bool) -> Result<Eig> {
    a.require_square("eig")?;
    if a.is_hermitian() {
        let e = eig_symmetric(a, vectors)?;
        return Ok(Eig {
            values: e.values.iter().map(|&x| c64::new(x, 0.0)).collect(),
            vectors: e.vectors.map(|x| c64::new(x, 0.0)),
            symmetric: true,
            defective: false,
        });
    }
    a.require_finite("eig")?;
    let n = a.cols();
    let (balanced, scaling) = balance(a);
    let _clean = Clean;
    let (scaled, scale) = balanced.rescaled();
    let (mut re, mut im) = (vec![0.0; n], vec![0.0; n]);
    let mut u = product::zeros(n, if vectors { n } else { 0 })?;
    let kind = if vectors { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No };
    let threads = par(Op::Eig, n);
    let params = Default::default();
    let scratch = evd_scratch::<f64>(n, ComputeEigenvectors::No, kind, threads, params);
    evd_real(
        scaled.as_ref().unwrap_or(&balanced).view(),
        DiagMut::from_slice_mut(&mut re),
        DiagMut::from_slice_mut(&mut im),
        None,
        vectors.then(|| u.view_mut()),
        threads,
        MemStack::new(&mut MemBuffer::new(scratch)),
        params,
    )
    .map_err(|_| Error::NoConvergence { operation: "eig" })?;

    // faer does not say when its QR iteration gives up; the trace does.
    let trace: f64 = (0..n).map(|i| a[(i, i)]).sum();
    let sum: f64 = re.iter().sum::<f64>() * scale;
    let size = frobenius(&balanced).max(trace.abs());
    if (sum - trace).abs() > 1e-8 * n as f64 * size || !sum.is_finite() {
        return Err(Error::NoConvergence { operation: "eig" });
    }

    let mut pairs: Vec<(c64, Vec<c64>)> = Vec::with_capacity(n);
    let mut j = 0;
    while j < n {
        let value = c64::new(re[j] * scale, im[j] * scale);
        if im[j] == 0.0 || j + 1 == n {
            let column = if vectors { u.col(j) } else { &[] };
            let column = column.iter().zip(&scaling).map(|(&x, d)| c64::new(x * d, 0.0)).collect();
            pairs.push((value, normalized(column)));
            j += 1;
            continue;
        }
        let column = if vectors {
            let parts = u.col(j).iter().zip(u.col(j + 1)).zip(&scaling);
            normalized(parts.map(|((&x, &y), d)| c64::new(x * d, y * d)).collect())
        } else {
            Vec::new()
        };
        let mirrored = column.iter().map(|z| z.conj()).collect();
        if im[j] > 0.0 {
            pairs.push((value, column));
            pairs.push((value.conj(), mirrored));
        } else {
            pairs.push((value.conj(), mirrored));
            pairs.push((value, column));
        }
        j += 2;
    }
    // Stable, and the two of a pair have the same real part and modulus, so that pairs stay together.
    pairs.sort_by(|(x, _), (y, _)| x.re.total_cmp(&y.re).then(x.im.abs().total_cmp(&y.im.abs())));
    let defective = vectors && has_parallel_neighbours(&pairs);
    let values = pairs.iter().map(|p| p.0).collect();
    let data: Vec<c64> = pairs.into_iter().flat_map(|p| p.1).collect();
    let columns = if vectors { n } else { 0 };
    Ok(Eig {
        values,
        vectors: ComplexMatrix::from_vec(n, columns, data),
        symmetric: false,
        defective,
    })
}

/// 2-norm 1 with the largest component real (and, when the vector is real, its own sign kept).
fn normalized(mut x: Vec<c64>) -> Vec<c64> {
    let largest = x.iter().fold(0.0f64, |m, z| m.max(z.re.abs()).max(z.im.abs()));
    if largest == 0.0 {
        return x;
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
    x
}

/// Whether vectors of (nearly) equal eigenvalues are parallel to about √ε, as those of a Jordan block
/// come out of floating-point arithmetic.
fn has_parallel_neighbours(pairs: &[(c64, Vec<c64>)]) -> bool {
    let scale = pairs.iter().map(|p| p.0.norm()).fold(f64::MIN_POSITIVE, f64::max);
    pairs.iter().enumerate().any(|(i, (x, v))| {
        let close = pairs[i + 1..].iter().take_while(|(y, _)| (y.re - x.re).abs() <= 1e-5 * scale);
        close.filter(|(y, _)| (y - x).norm() <= 1e-5 * scale).any(|(_, w)| {
            let cosine: c64 = v.iter().zip(w).map(|(a, b)| a.conj() * b).sum();
            cosine.norm() > 1.0 - 1e-10
        })
    })
}

/// `D⁻¹*A*D` with D of powers of two that make rows and columns alike in size, and D's diagonal
/// (Parlett & Reinsch 1969, without the permutations).
fn balance(a: &Matrix) -> (Matrix, Vec<f64>) {
    let n = a.cols();
    let mut b = a.clone();
    let mut d = vec![1.0; n];
    for _ in 0..20 {
        let mut changed = false;
        for i in 0..n {
            let column: f64 = (0..n).filter(|&k| k != i).map(|k| b[(k, i)].abs()).sum();
            let row: f64 = (0..n).filter(|&k| k != i).map(|k| b[(i, k)].abs()).sum();
            if column == 0.0 || row == 0.0 || !(column + row).is_finite() {
                continue;
            }
            let exponent = ((row / column).log2() / 2.0).round().clamp(-500.0, 500.0) as i32;
            let f = 2f64.powi(exponent);
            if exponent != 0 && column * f + row / f < 0.95 * (column + row) {
                changed = true;
                d[i] *= f;
                b.col_mut(i).iter_mut().for_each(|x| *x *= f);
                (0..n).for_each(|k| b[(i, k)] /= f);
            }
        }
        if !changed {
            break;
        }
    }
    (b, d)
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{assert_close, assert_orthonormal, random};
    use super::*;
    use crate::linalg::elementwise::to_complex;
    use crate::linalg::product::{multiply, multiply_complex};

    fn residual(a: &Matrix, e: &Eig) -> f64 {
        let av = multiply_complex(&to_complex(a), &e.vectors).unwrap();
        let mut worst = 0.0f64;
        for j in 0..a.cols() {
            for i in 0..a.rows() {
                worst = worst.max((av[(i, j)] - e.values[j] * e.vectors[(i, j)]).norm());
            }
        }
        worst
    }

    #[test]
    fn symmetric_matrices_of_every_size() {
        for n in [0, 1, 2, 3, 10, 60, 220] {
            let b = random(n, n, 3);
            let a = Matrix::from_fn(n, n, |i, j| b[(i, j)] + b[(j, i)]);
            let e = eig_symmetric(&a, true).unwrap();
            assert_orthonormal(&e.vectors, 1e-14 * (n + 10) as f64);
            let vd = scale_columns(e.vectors.clone(), &e.values);
            assert_close(&multiply(&a, &e.vectors).unwrap(), &vd, 1e-13 * (n + 10) as f64);
            assert!(e.values.windows(2).all(|w| w[0] <= w[1]));
            let values = eig_symmetric(&a, false).unwrap().values;
            assert!(values.iter().zip(&e.values).all(|(x, y)| (x - y).abs() < 1e-12 * (n as f64)));
            assert!(eig(&a, true).unwrap().symmetric);
        }
    }

    #[test]
    fn general_matrices_of_every_size() {
        for n in [1, 2, 3, 10, 60, 120] {
            let a = random(n, n, 5);
            let e = eig(&a, true).unwrap();
            assert!(residual(&a, &e) < 1e-13 * (n + 10) as f64, "n = {n}");
            assert!(!e.defective);
            for j in 0..n {
                let norm: f64 = e.vectors.col(j).iter().map(|z| z.norm_sqr()).sum();
                assert!((norm - 1.0).abs() < 1e-14);
            }
            let trace: f64 = (0..n).map(|i| a[(i, i)]).sum();
            let sum: c64 = e.values.iter().sum();
            assert!((sum - trace).norm() < 1e-11);
            let values = eig(&a, false).unwrap().values;
            assert!(values.iter().zip(&e.values).all(|(x, y)| (x - y).norm() < 1e-10));
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
        let saddle = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
        assert_eq!(eig_symmetric(&saddle, false).unwrap().inertia(1e-12), (1, 1, 0));
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
