//! Matrix products, with transposed operands read in place.
//!
//! The kernels are faer's (packed, SIMD, threaded from [`super::par()`]'s size on), and `gemv` where an operand
//! is a vector. Cost: 2·m·n·k flops, half of that for [`gram`].

use super::gemv;
use super::par::{Op, order, par};
use super::simd::Clean;
use super::{ComplexMatrix, Dense, Matrix, Scalar};
use crate::error::{Error, Result, Shape};
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::matmul::{matmul, matmul_with_conj};
use faer::{Accum, Conj, MatRef};

/// An m×n matrix of zeros, or [`Error::TooLarge`] when memory cannot hold it.
///
/// The allocation is tried first, so that the zeroed pages themselves come from the operating system
/// and are not written twice.
pub fn zeros(rows: usize, cols: usize) -> Result<Matrix> {
    reserve::<f64>(rows, cols)?;
    Ok(Matrix::zeros(rows, cols))
}

fn reserve<T>(rows: usize, cols: usize) -> Result<()> {
    let entries = super::memory::entries::<T>(rows, cols)?;
    let too_large = |_| Error::TooLarge(Shape(rows, cols));
    Vec::<T>::new().try_reserve_exact(entries).map_err(too_large)
}

/// `A * B` for A m×k and B k×n.
///
/// ```
/// use matfac::{Matrix, linalg::product::multiply};
/// let a = Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0]]);
/// let b = Matrix::from_rows(&[&[5.0], &[6.0]]);
/// assert_eq!(multiply(&a, &b).unwrap().as_slice(), &[17.0, 39.0]);
/// assert!(multiply(&b, &a).is_err());
/// ```
pub fn multiply(a: &Matrix, b: &Matrix) -> Result<Matrix> {
    multiply_with(a, false, b, false)
}

/// `op(A) * op(B)`, where an operand is transposed, without a copy, when its flag is set.
pub fn multiply_with(a: &Matrix, ta: bool, b: &Matrix, tb: bool) -> Result<Matrix> {
    let (m, n) = product_shape(a, ta, b, tb)?;
    if m == 1 && n == 1 {
        return Ok(Matrix::from_vec(1, 1, vec![dot(a.as_slice(), b.as_slice())]));
    }
    if n == 1 {
        let x = b.as_slice();
        let y = if ta { gemv::transposed_times(a, x) } else { gemv::times(a, x) };
        return Ok(Matrix::from_vec(m, n, y));
    }
    if m == 1 {
        // x'·B is (B'·x)'.
        let x = a.as_slice();
        let y = if tb { gemv::times(b, x) } else { gemv::transposed_times(b, x) };
        return Ok(Matrix::from_vec(m, n, y));
    }
    let mut c = zeros(m, n)?;
    multiply_into(&mut c, 0.0, 1.0, a, ta, b, tb);
    Ok(c)
}

/// `C = beta·C + alpha·op(A)·op(B)` into an existing buffer; `beta` is 0 or 1 in effect.
///
/// # Panics
/// When the shapes do not fit; this is the kernel for callers that know their shapes.
pub(crate) fn multiply_into(
    c: &mut Matrix,
    beta: f64,
    alpha: f64,
    a: &Matrix,
    ta: bool,
    b: &Matrix,
    tb: bool,
) {
    let _clean = Clean;
    let left = if ta { a.view().transpose() } else { a.view() };
    let right = if tb { b.view().transpose() } else { b.view() };
    let accum = if beta == 0.0 { Accum::Replace } else { Accum::Add };
    let threads = par(Op::Product, order(&[left.nrows(), left.ncols(), right.ncols()]));
    matmul(c.view_mut(), accum, left, right, alpha, threads);
}

/// `A * B` for complex matrices.
pub fn multiply_complex(a: &ComplexMatrix, b: &ComplexMatrix) -> Result<ComplexMatrix> {
    multiply_complex_with(a, false, b, false)
}

/// `op(A) * op(B)`, where an operand is conjugate-transposed, without a copy, when its flag is set.
pub fn multiply_complex_with(
    a: &ComplexMatrix,
    ta: bool,
    b: &ComplexMatrix,
    tb: bool,
) -> Result<ComplexMatrix> {
    times(a, ta, b, tb)
}

/// `op(A) * op(B)` of real or complex matrices, where op is the conjugate transpose when its flag is set.
pub(crate) fn times<T: Scalar>(a: &Dense<T>, ta: bool, b: &Dense<T>, tb: bool) -> Result<Dense<T>> {
    let (m, n) = product_shape(a, ta, b, tb)?;
    let mut c = Dense::filled(m, n, T::ZERO)?;
    let _clean = Clean;
    let flag = |t| if t { Conj::Yes } else { Conj::No };
    let left = if ta { a.view().transpose() } else { a.view() };
    let right = if tb { b.view().transpose() } else { b.view() };
    let threads = par(Op::Product, order(&[m, left.ncols(), n]));
    let replace = Accum::Replace;
    matmul_with_conj(c.view_mut(), replace, left, flag(ta), right, flag(tb), T::ONE, threads);
    Ok(c)
}

/// `A' * A`, n×n and exactly symmetric: one triangle is computed, the other is its mirror image.
pub fn gram(a: &Matrix) -> Result<Matrix> {
    symmetric_product(a.view().transpose(), a.view())
}

/// `A * A'`, m×m and exactly symmetric.
pub fn gram_rows(a: &Matrix) -> Result<Matrix> {
    symmetric_product(a.view(), a.view().transpose())
}

fn symmetric_product(left: MatRef<'_, f64>, right: MatRef<'_, f64>) -> Result<Matrix> {
    let _clean = Clean;
    let n = left.nrows();
    let mut c = zeros(n, n)?;
    triangular::matmul(
        c.view_mut(),
        BlockStructure::TriangularLower,
        Accum::Replace,
        left,
        BlockStructure::Rectangular,
        right,
        BlockStructure::Rectangular,
        1.0,
        par(Op::Product, order(&[n, n, left.ncols()])),
    );
    mirror_lower(&mut c);
    Ok(c)
}

/// Copies the strictly lower triangle of a square matrix onto the upper one, in cache-sized blocks.
pub(crate) fn mirror_lower(c: &mut Matrix) {
    const BLOCK: usize = 32;
    let n = c.cols();
    let data = c.as_mut_slice();
    for j0 in (0..n).step_by(BLOCK) {
        for i0 in (j0..n).step_by(BLOCK) {
            for j in j0..(j0 + BLOCK).min(n) {
                for i in i0.max(j + 1)..(i0 + BLOCK).min(n) {
                    data[i * n + j] = data[j * n + i];
                }
            }
        }
    }
}

/// The shape of `op(A) * op(B)`, or [`Error::Shapes`] with the product that would fit.
pub fn product_shape<T, U>(
    a: &Dense<T>,
    ta: bool,
    b: &Dense<U>,
    tb: bool,
) -> Result<(usize, usize)> {
    let flip = |s: Shape, t: bool| if t { Shape(s.1, s.0) } else { s };
    fitting(flip(a.shape(), ta), flip(b.shape(), tb))
}

/// The shape of the product of matrices of two shapes, or [`Error::Shapes`] with the product that would fit.
pub(crate) fn fitting(left: Shape, right: Shape) -> Result<(usize, usize)> {
    if left.1 == right.0 {
        return Ok((left.0, right.1));
    }
    let way_out = if left == right {
        "for the elementwise product write A .* B".into()
    } else if left.0 == right.0 {
        format!("try A' * B, which is {}", Shape(left.1, right.1))
    } else if left.1 == right.1 {
        format!("try A * B', which is {}", Shape(left.0, right.0))
    } else if right.1 == left.0 {
        format!("try B * A, which is {}", Shape(right.0, left.1))
    } else {
        "the columns of the left operand must match the rows of the right one".into()
    };
    let hint = Some(format!("inner sizes {} and {} differ; {way_out}", left.1, right.0));
    Err(Error::Shapes { operation: "multiply", left, right, hint })
}

/// The inner product of two vectors of equal length, in four independent partial sums.
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len().min(y.len());
    let (x, y) = (&x[..n], &y[..n]);
    let mut lanes = [0.0; 8];
    let (xs, ys) = (x.chunks_exact(8), y.chunks_exact(8));
    let tail: f64 = xs.remainder().iter().zip(ys.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in xs.zip(ys) {
        for k in 0..8 {
            lanes[k] += a[k] * b[k];
        }
    }
    lanes.iter().sum::<f64>() + tail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{Random, c64};

    fn random(m: usize, n: usize, seed: u64) -> Matrix {
        Matrix::from_vec(m, n, Random::seeded(seed).normals(m * n))
    }

    fn naive(a: &Matrix, b: &Matrix) -> Matrix {
        Matrix::from_fn(a.rows(), b.cols(), |i, j| {
            (0..a.cols()).map(|k| a[(i, k)] * b[(k, j)]).sum()
        })
    }

    fn close(a: &Matrix, b: &Matrix) {
        assert_eq!(a.shape(), b.shape());
        let scale = b.as_slice().iter().fold(1.0f64, |s, x| s.max(x.abs()));
        for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
            assert!((x - y).abs() <= 1e-13 * scale, "{x} {y}");
        }
    }

    #[test]
    fn every_form_equals_the_triple_loop() {
        for (m, k, n) in [(0, 3, 2), (3, 0, 2), (1, 7, 1), (7, 1, 5), (20, 33, 1), (65, 40, 31)] {
            let (a, b) = (random(m, k, 1), random(k, n, 2));
            let expected = naive(&a, &b);
            let (at, bt) = (a.transposed(), b.transposed());
            close(&multiply(&a, &b).unwrap(), &expected);
            close(&multiply_with(&at, true, &b, false).unwrap(), &expected);
            close(&multiply_with(&a, false, &bt, true).unwrap(), &expected);
            close(&multiply_with(&at, true, &bt, true).unwrap(), &expected);
        }
    }

    #[test]
    fn gram_is_exactly_symmetric() {
        for (m, n) in [(0, 3), (5, 1), (50, 70), (300, 33)] {
            let a = random(m, n, 3);
            let g = gram(&a).unwrap();
            close(&g, &naive(&a.transposed(), &a));
            assert!((0..n).all(|i| (0..n).all(|j| g[(i, j)] == g[(j, i)])));
            close(&gram_rows(&a).unwrap(), &naive(&a, &a.transposed()));
        }
    }

    #[test]
    fn complex_products_conjugate_the_transposed_operand() {
        let a = ComplexMatrix::from_vec(2, 1, vec![c64::new(1.0, 2.0), c64::new(0.0, -1.0)]);
        let c = multiply_complex_with(&a, true, &a, false).unwrap();
        assert_eq!(c.as_slice(), &[c64::new(6.0, 0.0)]);
    }

    #[test]
    fn a_misfit_names_the_product_that_fits() {
        let error = multiply(&Matrix::zeros(100, 5), &Matrix::zeros(100, 8)).unwrap_err();
        assert_eq!(error.to_string(), "cannot multiply 100×5 and 100×8");
        let hint = error.hint().unwrap();
        assert_eq!(hint, "inner sizes 5 and 100 differ; try A' * B, which is 5×8");
        assert!(multiply(&Matrix::zeros(1 << 20, 1), &Matrix::zeros(1, 1 << 20)).is_err());
    }

    #[test]
    fn dot_of_any_length() {
        for n in 0..40 {
            let x: Vec<f64> = (0..n).map(|i| i as f64).collect();
            assert_eq!(dot(&x, &x), x.iter().map(|v| v * v).sum::<f64>());
        }
    }
}
