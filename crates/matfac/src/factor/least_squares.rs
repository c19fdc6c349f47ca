//! Least squares by QR, with the columns scaled and, where the condition asks for it, the solution refined.
//!
//! Method: the columns are scaled by powers of two to norms near 1, which changes no digit and makes the estimated
//! condition that of the problem rather than of its units; Householder QR; and, when the scaled matrix is worse
//! conditioned than [`REFINE`], iterative refinement of solution and residual together, with residuals in doubled
//! precision. References: Björck (1967), BIT 7; Demmel, Hida, Riedy & Li (2009), ACM TOMS 35; Higham (2002), chapters 19
//! and 20. Cost: 2mn² flops, then 4mn for each right-hand side, and about 100mn when it is refined.

use super::determinant::Determinant;
use super::qr::Reflectors;
use super::triangle::{Part, substitute, substitute_adjoint, triangular_rcond};
use crate::error::Result;
use crate::linalg::doubled::{Doubled, adjoint_times};
use crate::linalg::{Dense, Scalar};

/// The estimated reciprocal condition number below which solutions are refined: their error of about ε·κ² (for large
/// residuals) is then above 1e-10.
const REFINE: f64 = 1e-3;

/// More steps than convergence ever takes: the error falls by a factor of about ε·κ in each.
const STEPS: usize = 20;

/// A matrix of full column rank, m×n with m ≥ n, factored once.
#[derive(Debug, Clone)]
pub(crate) struct LeastSquares<T: Scalar> {
    /// Of `A*diag(scale)`.
    pub reflectors: Reflectors<T>,
    /// Powers of two.
    pub scale: Vec<f64>,
    /// `A*diag(scale)`, when solutions are to be refined.
    scaled: Option<Dense<T>>,
    /// The reciprocal condition number of `A*diag(scale)`.
    pub rcond: f64,
}

impl<T: Scalar> LeastSquares<T> {
    pub fn new(mut a: Dense<T>) -> LeastSquares<T> {
        let n = a.cols();
        let scale: Vec<f64> = (0..n).map(|j| inverse_size(T::euclidean(a.col(j)))).collect();
        for (j, &factor) in scale.iter().enumerate() {
            if factor != 1.0 {
                a.col_mut(j).iter_mut().for_each(|x| *x = x.scaled(factor));
            }
        }
        let reflectors = Reflectors::new(a.clone(), false);
        let norm = (0..n).map(|j| reflectors.qr.col(j)[..=j].iter().map(|x| x.modulus()).sum());
        let norm = norm.fold(0.0, f64::max);
        let r = reflectors.qr.view().subrows(0, n);
        let rcond = triangular_rcond(r, norm, Part::Upper);
        let scaled = (rcond < REFINE).then_some(a);
        LeastSquares { reflectors, scale, scaled, rcond }
    }

    fn rows(&self) -> usize {
        self.reflectors.qr.rows()
    }

    fn cols(&self) -> usize {
        self.reflectors.qr.cols()
    }

    /// The X that makes `‖A*X - B‖` smallest, n×k.
    pub fn solve(&self, b: &Dense<T>) -> Result<Dense<T>> {
        let n = self.cols();
        let r = self.reflectors.qr.view().subrows(0, n);
        let mut y = b.clone();
        self.reflectors.apply(&mut y, true);
        let mut x = Dense::from_view(y.view().subrows(0, n));
        substitute(r, Part::Upper, x.view_mut());
        if let Some(a) = &self.scaled {
            for j in 0..b.cols() {
                let refined = self.refined(a, b.col(j), x.col(j).to_vec());
                x.col_mut(j).copy_from_slice(&refined);
            }
        }
        self.rescale(&mut x);
        Ok(x)
    }

    /// The X of smallest norm with `A'*X = B`, m×k.
    pub fn least_norm(&self, b: &Dense<T>) -> Result<Dense<T>> {
        let (m, n) = (self.rows(), self.cols());
        let mut y = b.clone();
        self.rescale(&mut y);
        substitute_adjoint(self.reflectors.qr.view().subrows(0, n), Part::Upper, y.view_mut());
        let mut x = Dense::filled(m, b.cols(), T::ZERO)?;
        for j in 0..b.cols() {
            x.col_mut(j)[..n].copy_from_slice(y.col(j));
        }
        self.reflectors.apply(&mut x, false);
        Ok(x)
    }

    /// R with the columns as they were, n×n: `A = Q*R`.
    pub fn unscaled_r(&self) -> Dense<T> {
        let (n, r) = (self.cols(), &self.reflectors.qr);
        Dense::from_fn(
            n,
            n,
            |i, j| {
                if i <= j { r[(i, j)].scaled(1.0 / self.scale[j]) } else { T::ZERO }
            },
        )
    }

    /// The determinant of A when it is square.
    pub fn determinant(&self) -> Determinant<T> {
        let r = &self.reflectors.qr;
        let diagonal = (0..self.cols()).map(|i| r[(i, i)].scaled(1.0 / self.scale[i]));
        Determinant::of(self.reflectors.sign(), diagonal)
    }

    /// `diag(scale)*X` in place.
    fn rescale(&self, x: &mut Dense<T>) {
        for j in 0..x.cols() {
            let pairs = x.col_mut(j).iter_mut().zip(&self.scale);
            pairs.for_each(|(x, &factor)| *x = x.scaled(factor));
        }
    }

    /// Refines a solution x of `min ‖A*x - b‖` and its residual as the solution of `r + A*x = b, A'*r = 0`.
    fn refined(&self, a: &Dense<T>, b: &[T], x: Vec<T>) -> Vec<T> {
        let mut x = Doubled::from(x);
        let mut residual = Doubled::from(b.to_vec());
        residual.subtract_product(a, &x);
        let mut previous = f64::INFINITY;
        for _ in 0..STEPS {
            let mut f = Doubled::from(b.to_vec());
            f.subtract_product(a, &x);
            let minus = |v: &Vec<T>| v.iter().map(|&v| -v).collect::<Vec<T>>();
            f.add(&minus(&residual.high));
            f.add(&minus(&residual.low));
            let g = minus(&adjoint_times(a, &residual));
            let (dx, dr) = self.augmented(f.rounded(), g);
            let change = T::euclidean(&dx);
            // Also ends on NaN. Corrections that stop shrinking are rounding.
            if !(change < previous / 2.0) {
                break;
            }
            x.add(&dx);
            residual.add(&dr);
            if change <= f64::EPSILON / 4.0 * T::euclidean(&x.high) {
                break;
            }
            previous = change;
        }
        x.rounded()
    }

    /// Solves `dr + A*dx = f, A'*dr = g` with the factors.
    fn augmented(&self, f: Vec<T>, g: Vec<T>) -> (Vec<T>, Vec<T>) {
        let (m, n) = (self.rows(), self.cols());
        let r = self.reflectors.qr.view().subrows(0, n);
        let mut u = Dense::column_vector(g);
        substitute_adjoint(r, Part::Upper, u.view_mut());
        let mut d = Dense::from_vec(m, 1, f);
        self.reflectors.apply(&mut d, true);
        let top = d.as_slice().iter().zip(u.as_slice()).map(|(&d, &u)| d - u);
        let mut dx = Dense::column_vector(top.collect::<Vec<T>>());
        d.as_mut_slice()[..n].copy_from_slice(u.as_slice());
        substitute(r, Part::Upper, dx.view_mut());
        self.reflectors.apply(&mut d, false);
        (dx.into_vec(), d.into_vec())
    }
}

/// The power of two that brings a size to 1..2; 1 for a size of 0.
fn inverse_size(size: f64) -> f64 {
    if size == 0.0 || !size.is_finite() {
        return 1.0;
    }
    2f64.powi(-(size.log2().floor().clamp(-1000.0, 1000.0) as i32))
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{distance, random, random_complex};
    use super::*;
    use crate::Matrix;
    use crate::linalg::product::times;

    /// Vandermonde matrices of whole numbers, whose entries and right-hand sides are exact.
    fn powers(m: usize, n: usize) -> Matrix {
        Matrix::from_fn(m, n, |i, j| (i as f64).powi(j as i32))
    }

    #[test]
    fn hard_polynomials_keep_their_digits() {
        // Wampler (1970): y = 1 + x + ... + x^5 for x = 0..20, the matrix has a condition of 1e8 unscaled.
        let a = powers(21, 6);
        let b = times(&a, false, &Matrix::filled(6, 1, 1.0).unwrap(), false).unwrap();
        // A residual orthogonal to the columns (a sixth difference), large: the term with the squared condition.
        let signs = [1.0, -6.0, 15.0, -20.0, 15.0, -6.0, 1.0];
        let noisy = Matrix::from_fn(21, 1, |i, _| {
            b.as_slice()[i] + if (5..12).contains(&i) { 1e6 * signs[i - 5] } else { 0.0 }
        });
        for b in [b, noisy] {
            let f = LeastSquares::new(a.clone());
            assert!(f.scaled.is_some());
            let x = f.solve(&b).unwrap();
            assert!(x.as_slice().iter().all(|x| (x - 1.0).abs() < 1e-14), "{x:?}");
        }
    }

    #[test]
    fn units_of_the_columns_do_not_matter() {
        let a = random(40, 5, 1);
        let x = random(5, 2, 2);
        let units = [1e-200, 1e-8, 1.0, 1e8, 1e200];
        let scaled = Matrix::from_fn(40, 5, |i, j| a[(i, j)] * units[j]);
        let f = LeastSquares::new(scaled);
        assert!(f.rcond > 0.01);
        let y = f.solve(&times(&a, false, &x, false).unwrap()).unwrap();
        let y = Matrix::from_fn(5, 2, |i, j| y[(i, j)] * units[i]);
        assert!(distance(&y, &x) < 1e-13);
    }

    #[test]
    fn the_adjoint_has_the_least_norm() {
        let a = random_complex(30, 7, 1);
        let f = LeastSquares::new(a.clone());
        let b = random_complex(7, 2, 2);
        let x = f.least_norm(&b).unwrap();
        assert!(distance(&times(&a, true, &x, false).unwrap(), &b) < 1e-12);
        // In the range of A: least squares leaves nothing.
        let y = f.solve(&x).unwrap();
        assert!(distance(&times(&a, false, &y, false).unwrap(), &x) < 1e-12);
    }
}
