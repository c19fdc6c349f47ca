//! `P*A*P' = L*D*L'` for a symmetric (Hermitian) matrix that need not be definite.
//!
//! Method: Bunch & Kaufman (1977) pivoting with 1×1 and 2×2 blocks in D (faer). Reference: Golub & Van
//! Loan (2013), §4.4. Cost: n³/3 flops.

use super::condition::{inverse_one_norm, rcond_from};
use super::determinant::Determinant;
use super::field::Field;
use super::triangle::{Part, column, substitute, substitute_adjoint};
use crate::error::{Error, Result};
use crate::linalg::par::{Op, par};
use crate::linalg::simd::Clean;
use crate::linalg::{Dense, Matrix, Scalar};
use faer::MatMut;
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::lblt::factor::{cholesky_in_place, cholesky_in_place_scratch};

/// The factors of a symmetric n×n matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Ldl<T> {
    /// Unit lower triangular, n×n.
    pub l: Dense<T>,
    /// Symmetric, block diagonal with blocks of order 1 and 2, n×n.
    pub d: Dense<T>,
    /// Row i of `P*A` is row `p[i]` of A, from 0.
    pub p: Vec<usize>,
}

impl<T: Scalar> Ldl<T> {
    /// P as an n×n matrix, so that `P*A*P' = L*D*L'`.
    pub fn row_matrix(&self) -> Matrix {
        let n = self.p.len();
        let mut p = Matrix::zeros(n, n);
        self.p.iter().enumerate().for_each(|(i, &k)| p[(i, k)] = 1.0);
        p
    }

    /// `P'*L`, MATLAB's first output of `[L, D] = ldl(A)`: `A = L*D*L'`.
    pub fn permuted_l(&self) -> Dense<T> {
        let n = self.p.len();
        let mut l = Dense::zeros(n, n);
        for j in 0..n {
            self.p.iter().enumerate().for_each(|(i, &k)| l[(k, j)] = self.l[(i, j)]);
        }
        l
    }

    /// How many eigenvalues are positive, negative and zero, by Sylvester's law of inertia.
    pub fn inertia(&self) -> (usize, usize, usize) {
        let (mut counts, n, mut i) = ((0, 0, 0), self.p.len(), 0);
        while i < n {
            if i + 1 < n && self.d[(i + 1, i)] != T::ZERO {
                // Bunch and Kaufman take a 2×2 block only when its determinant is negative.
                counts.0 += 1;
                counts.1 += 1;
                i += 2;
                continue;
            }
            match self.d[(i, i)].real_part() {
                d if d > 0.0 => counts.0 += 1,
                d if d < 0.0 => counts.1 += 1,
                _ => counts.2 += 1,
            }
            i += 1;
        }
        counts
    }
}

/// How far from symmetric a matrix may be, relative to its 1-norm.
const ROUNDING: f64 = 100.0 * f64::EPSILON;

/// Factors a symmetric (Hermitian) matrix, of which the lower triangle is read.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`], [`Error::Argument`] for a matrix that is not symmetric but for
/// rounding.
///
/// ```
/// use matfac::{Matrix, factor::ldl};
/// let saddle = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 1.0]]);
/// assert_eq!(ldl(&saddle).unwrap().inertia(), (1, 1, 0));
/// ```
pub fn ldl<T: Field>(a: &Dense<T>) -> Result<Ldl<T>> {
    T::ldl(a)
}

pub(super) fn decompose<T: Scalar>(a: &Dense<T>) -> Result<Ldl<T>> {
    a.require_square("ldl")?;
    a.require_finite("ldl")?;
    // Products such as B'*D*B are symmetric up to rounding only.
    if !a.is_nearly_hermitian(ROUNDING * a.one_norm()) {
        return Err(Error::argument_hint(
            "A",
            "ldl needs a symmetric (Hermitian) matrix",
            "lu factors any matrix; (A + A')/2 is the symmetric part",
        ));
    }
    let n = a.cols();
    let (scaled, scale) = a.rescaled();
    let mut packed = scaled.unwrap_or_else(|| a.clone());
    let mut subdiagonal = vec![T::ZERO; n];
    let (mut p, mut inverse) = (vec![0usize; n], vec![0usize; n]);
    if n > 0 {
        let _clean = Clean;
        let threads = par(Op::Cholesky, n);
        let params = Default::default();
        let scratch = cholesky_in_place_scratch::<usize, T>(n, threads, params);
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
    let mut l = Dense::identity(n);
    let mut d = Dense::zeros(n, n);
    for j in 0..n {
        d[(j, j)] = T::of(packed[(j, j)].real_part() * scale);
        l.col_mut(j)[j + 1..].copy_from_slice(&packed.col(j)[j + 1..]);
        if j + 1 < n && subdiagonal[j] != T::ZERO {
            let off = subdiagonal[j].scaled(scale);
            d[(j + 1, j)] = off;
            d[(j, j + 1)] = off.conjugate();
            l[(j + 1, j)] = T::ZERO;
        }
    }
    Ok(Ldl { l, d, p })
}

/// A Hermitian matrix factored once, to be used many times.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PackedLdl<T> {
    pub factors: Ldl<T>,
    /// ‖A‖₁.
    norm: f64,
}

impl<T: Scalar> PackedLdl<T> {
    /// Factors a square matrix of finite entries, of which the lower triangle is read.
    pub fn new(a: &Dense<T>) -> Result<PackedLdl<T>> {
        Ok(PackedLdl { factors: decompose(a)?, norm: a.one_norm() })
    }

    /// The diagonal blocks: the first place of each, and its entries `(d11, d21, d22)`, those but the first 0 in a block
    /// of order 1.
    fn blocks(&self) -> impl Iterator<Item = (usize, f64, Option<(T, f64)>)> {
        let (d, n) = (&self.factors.d, self.factors.p.len());
        let mut i = 0;
        std::iter::from_fn(move || {
            let first = i;
            if first >= n {
                return None;
            }
            let head = d[(first, first)].real_part();
            if first + 1 < n && d[(first + 1, first)] != T::ZERO {
                i += 2;
                let next = d[(first + 1, first + 1)].real_part();
                return Some((first, head, Some((d[(first + 1, first)], next))));
            }
            i += 1;
            Some((first, head, None))
        })
    }

    /// `X = A \ X`; infinite or NaN entries when A is singular.
    pub fn solve_in_place(&self, mut x: MatMut<'_, T>) {
        let (l, p) = (self.factors.l.view(), &self.factors.p);
        let mut moved = Dense::from_fn(x.nrows(), x.ncols(), |i, j| x[(p[i], j)]);
        substitute(l, Part::UnitLower, moved.view_mut());
        for (i, head, rest) in self.blocks() {
            for j in 0..moved.cols() {
                let y = &mut moved.col_mut(j)[i..];
                let Some((off, next)) = rest else {
                    y[0] = y[0].scaled(1.0 / head);
                    continue;
                };
                // Divided by the large entry off the diagonal first: no overflow (LAPACK's way).
                let conjugate = off.conjugate();
                let (a, b) = (T::of(head).over(conjugate), T::of(next).over(off));
                let (u, v) = (y[0].over(conjugate), y[1].over(off));
                let denominator = a * b - T::ONE;
                y[0] = (b * u - v).over(denominator);
                y[1] = (a * v - u).over(denominator);
            }
        }
        substitute_adjoint(l, Part::UnitLower, moved.view_mut());
        for j in 0..moved.cols() {
            p.iter().enumerate().for_each(|(i, &k)| x[(k, j)] = moved[(i, j)]);
        }
    }

    /// An estimate of 1 / (‖A‖₁ ‖A⁻¹‖₁), in O(n²).
    pub fn rcond(&self) -> f64 {
        if self.blocks().any(|(_, head, rest)| head == 0.0 && rest.is_none()) {
            return 0.0;
        }
        let n = self.factors.p.len();
        let solve = |x: &mut [T]| self.solve_in_place(column(x));
        rcond_from(n, self.norm, inverse_one_norm(n, solve, solve))
    }

    /// The determinant.
    pub fn determinant(&self) -> Determinant<T> {
        let factors = self.blocks().flat_map(|(_, head, rest)| match rest {
            None => [T::of(head), T::ONE],
            // det = |d21|² (d11 d22 / |d21|² - 1), without overflow of the squares.
            Some((off, next)) => {
                let size = off.modulus();
                [T::of(size), T::of(size * (head / size * (next / size) - 1.0))]
            }
        });
        Determinant::of(1.0, factors)
    }

    /// Where the smallest block stands, from 1.
    pub fn smallest_pivot(&self) -> usize {
        let sizes = self.blocks().map(|(i, head, rest)| (i, rest.map_or(head.abs(), |_| f64::MAX)));
        sizes.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(1, |(i, _)| i + 1)
    }
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
