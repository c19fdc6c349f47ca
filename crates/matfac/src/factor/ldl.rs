//! `P*A*P' = L*D*L'` for a symmetric matrix that need not be definite.
//!
//! Method: Bunch & Kaufman (1977) pivoting with 1×1 and 2×2 blocks in D (faer). Reference: Golub & Van
//! Loan (2013), §4.4. Cost: n³/3 flops.

use crate::error::Result;
use crate::linalg::Matrix;
use crate::linalg::par::{Op, par};
use crate::linalg::simd::Clean;
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::lblt::factor::{cholesky_in_place, cholesky_in_place_scratch};

/// The factors of a symmetric n×n matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Ldl {
    /// Unit lower triangular, n×n.
    pub l: Matrix,
    /// Symmetric, block diagonal with blocks of order 1 and 2, n×n.
    pub d: Matrix,
    /// Row i of `P*A` is row `p[i]` of A, from 0.
    pub p: Vec<usize>,
}

impl Ldl {
    /// P as an n×n matrix, so that `P*A*P' = L*D*L'`.
    pub fn row_matrix(&self) -> Matrix {
        let n = self.p.len();
        let mut p = Matrix::zeros(n, n);
        self.p.iter().enumerate().for_each(|(i, &k)| p[(i, k)] = 1.0);
        p
    }

    /// `P'*L`, MATLAB's first output of `[L, D] = ldl(A)`: `A = L*D*L'`.
    pub fn permuted_l(&self) -> Matrix {
        let n = self.p.len();
        let mut l = Matrix::zeros(n, n);
        for j in 0..n {
            self.p.iter().enumerate().for_each(|(i, &k)| l[(k, j)] = self.l[(i, j)]);
        }
        l
    }

    /// How many eigenvalues are positive, negative and zero, by Sylvester's law of inertia.
    pub fn inertia(&self) -> (usize, usize, usize) {
        let (mut counts, n, mut i) = ((0, 0, 0), self.p.len(), 0);
        while i < n {
            if i + 1 < n && self.d[(i + 1, i)] != 0.0 {
                // Bunch and Kaufman take a 2×2 block only when its determinant is negative.
                counts.0 += 1;
                counts.1 += 1;
                i += 2;
                continue;
            }
            match self.d[(i, i)] {
                d if d > 0.0 => counts.0 += 1,
                d if d < 0.0 => counts.1 += 1,
                _ => counts.2 += 1,
            }
            i += 1;
        }
        counts
    }
}

/// Factors a symmetric matrix, of which the lower triangle is read.
///
/// Errors: [`crate::Error::NotSquare`], [`crate::Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::ldl};
/// let saddle = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
/// assert_eq!(ldl(&saddle).unwrap().inertia(), (1, 1, 0));
/// ```
pub fn ldl(a: &Matrix) -> Result<Ldl> {
    a.require_square("ldl")?;
    a.require_finite("ldl")?;
    let n = a.cols();
    let mut packed = a.clone();
    let mut subdiagonal = vec![0.0; n];
    let (mut p, mut inverse) = (vec![0usize; n], vec![0usize; n]);
    if n > 0 {
        let _clean = Clean;
        let threads = par(Op::Cholesky, n);
        let params = Default::default();
        let scratch = cholesky_in_place_scratch::<usize, f64>(n, threads, params);
        cholesky_in_place(
            packed.view_mut(),
            DiagMut::from_slice_mut(&mut subdiagonal),
            &mut p,
            &mut inverse,
            threads,
            MemStack::new(&mut MemBuffer::new(scratch)),
            params,
        );
    }
    let mut l = Matrix::identity(n);
    let mut d = Matrix::zeros(n, n);
    for j in 0..n {
        d[(j, j)] = packed[(j, j)];
        l.col_mut(j)[j + 1..].copy_from_slice(&packed.col(j)[j + 1..]);
        if j + 1 < n && subdiagonal[j] != 0.0 {
            d[(j + 1, j)] = subdiagonal[j];
            d[(j, j + 1)] = subdiagonal[j];
            l[(j + 1, j)] = 0.0;
        }
    }
    Ok(Ldl { l, d, p })
}

#[cfg(test)]
mod tests {
    use super::super::eig_symmetric::eig_symmetric;
    use super::super::testdata::{assert_close, random};
    use super::*;
    use crate::linalg::product::{multiply, multiply_with};

    #[test]
    fn indefinite_matrices_rebuild() {
        for n in [0, 1, 2, 3, 10, 70, 200] {
            let b = random(n, n, 3);
            let a = Matrix::from_fn(n, n, |i, j| b[(i, j)] + b[(j, i)]);
            let f = ldl(&a).unwrap();
            let l = f.permuted_l();
            let ld = multiply(&l, &f.d).unwrap();
            let rebuilt = multiply_with(&ld, false, &l, true).unwrap();
            assert_close(&rebuilt, &a, 1e-14 * (10 + n * n) as f64);
            let expected = eig_symmetric(&a, false).unwrap().inertia(1e-10);
            assert_eq!(f.inertia(), expected, "n = {n}");
            let pl = multiply_with(&f.row_matrix(), true, &f.l, false).unwrap();
            assert_eq!(pl, l);
        }
    }

    #[test]
    fn singular_and_zero_matrices() {
        assert_eq!(ldl(&Matrix::zeros(3, 3)).unwrap().inertia(), (0, 0, 3));
        let swap = Matrix::from_rows(&[&[0.0, 1.0], &[1.0, 0.0]]);
        assert_eq!(ldl(&swap).unwrap().inertia(), (1, 1, 0));
    }
}
