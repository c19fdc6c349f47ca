//! The complete orthogonal decomposition, `A*P = Q*[S' 0; 0 0]*Z'`: least squares of least norm at any rank.
//!
//! Method: QR with column pivoting reveals the rank, QR of the adjoint of the kept rows of R makes S triangular.
//! Reference: Golub & Van Loan (2013), §5.5.2. Cost: about 4mn² flops.

use super::qr::Reflectors;
use super::triangle::{Part, substitute, substitute_adjoint};
use crate::error::Result;
use crate::linalg::{Dense, Scalar};

/// A matrix of any shape and rank, factored once.
#[derive(Debug, Clone)]
pub(crate) struct Complete<T: Scalar> {
    /// `A*P = Q*R`.
    pub outer: Reflectors<T>,
    /// `R(1:rank,:)' = Z*[S; 0]`.
    inner: Reflectors<T>,
    /// The numerical rank.
    pub rank: usize,
}

impl<T: Scalar> Complete<T> {
    /// Factors A; diagonal entries of R up to `tol`·|R(1,1)|, by default `max(m,n)·ε`, count as zero.
    pub fn new(a: &Dense<T>, tol: Option<f64>) -> Complete<T> {
        let (m, n) = (a.rows(), a.cols());
        let outer = Reflectors::new(a.clone(), true);
        let rank = outer.rank(tol.unwrap_or(m.max(n) as f64 * f64::EPSILON));
        let entry = |j, i| if j >= i { outer.qr[(i, j)].conjugate() } else { T::ZERO };
        let inner = Reflectors::new(Dense::from_fn(n, rank, entry), false);
        Complete { outer, inner, rank }
    }

    fn order(&self) -> &[usize] {
        self.outer.p.as_deref().unwrap_or_default()
    }

    /// `pinv(A)*B`.
    pub fn solve(&self, b: &Dense<T>) -> Result<Dense<T>> {
        let n = self.outer.qr.cols();
        let mut y = b.clone();
        self.outer.apply(&mut y, true);
        let mut y = Dense::from_view(y.view().subrows(0, self.rank));
        substitute_adjoint(self.triangle(), Part::Upper, y.view_mut());
        let mut z = padded(&y, n)?;
        self.inner.apply(&mut z, false);
        let mut x = Dense::filled(n, b.cols(), T::ZERO)?;
        for j in 0..x.cols() {
            self.order().iter().enumerate().for_each(|(i, &k)| x[(k, j)] = z[(i, j)]);
        }
        Ok(x)
    }

    /// `pinv(A')*B`.
    pub fn solve_adjoint(&self, b: &Dense<T>) -> Result<Dense<T>> {
        let order = self.order();
        let mut z = Dense::from_fn(b.rows(), b.cols(), |i, j| b[(order[i], j)]);
        self.inner.apply(&mut z, true);
        let mut y = Dense::from_view(z.view().subrows(0, self.rank));
        substitute(self.triangle(), Part::Upper, y.view_mut());
        let mut x = padded(&y, self.outer.qr.rows())?;
        self.outer.apply(&mut x, false);
        Ok(x)
    }

    fn triangle(&self) -> faer::MatRef<'_, T> {
        self.inner.qr.view().subrows(0, self.rank)
    }
}

/// B with zero rows appended up to `rows`.
fn padded<T: Scalar>(b: &Dense<T>, rows: usize) -> Result<Dense<T>> {
    let mut x = Dense::filled(rows, b.cols(), T::ZERO)?;
    for j in 0..b.cols() {
        x.col_mut(j)[..b.rows()].copy_from_slice(b.col(j));
    }
    Ok(x)
}

#[cfg(test)]
mod tests {
    use super::super::pinv;
    use super::super::testdata::{distance, random_complex};
    use super::*;
    use crate::linalg::product::times;

    #[test]
    fn both_sides_agree_with_the_pseudoinverse() {
        for (m, n, k) in [(12, 7, 7), (12, 7, 3), (7, 12, 4), (5, 5, 0), (0, 3, 0), (3, 0, 0)] {
            let (left, right) = (random_complex(m, k, 1), random_complex(k, n, 2));
            let a = times(&left, false, &right, false).unwrap();
            let f = Complete::new(&a, None);
            assert_eq!(f.rank, k);
            let p = pinv(&a, None).unwrap();
            let b = random_complex(m, 2, 3);
            let expected = times(&p, false, &b, false).unwrap();
            assert!(distance(&f.solve(&b).unwrap(), &expected) < 1e-11);
            let b = random_complex(n, 2, 3);
            let expected = times(&p, true, &b, false).unwrap();
            assert!(distance(&f.solve_adjoint(&b).unwrap(), &expected) < 1e-11);
        }
    }
}
