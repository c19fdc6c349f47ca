//! The best approximation of a matrix by one of rank k, and how to choose k.
//!
//! Method: the truncated singular value decomposition, optimal in the 2-norm and the Frobenius norm.
//! Reference: Eckart & Young (1936). Cost: that of [`super::svd()`].

use super::field::Field;
use super::svd::{SvdForm, scale_columns, svd};
use crate::error::{Error, Result};
use crate::linalg::norm::euclidean;
use crate::linalg::product::times;
use crate::linalg::{Dense, Scalar};

/// `A ≈ U*diag(s)*V'` of rank k for A m×n.
#[derive(Debug, Clone, PartialEq)]
pub struct LowRank<T> {
    /// m×k, orthonormal columns.
    pub u: Dense<T>,
    /// The k largest singular values, descending.
    pub s: Vec<f64>,
    /// n×k, orthonormal columns.
    pub v: Dense<T>,
    /// ‖A - UΣV'‖ in the Frobenius norm: the root of the sum of the other squared singular values.
    pub error: f64,
    /// The share of ‖A‖² that is kept, in 0..1.
    pub energy: f64,
}

impl<T: Scalar> LowRank<T> {
    /// The approximation itself, m×n.
    pub fn product(&self) -> Result<Dense<T>> {
        let scaled = scale_columns(self.u.clone(), &self.s);
        times(&scaled, false, &self.v, true)
    }

    /// P = U·√Σ (m×k) and Q = V·√Σ (n×k), so that `P*Q'` is the approximation.
    pub fn split(&self) -> (Dense<T>, Dense<T>) {
        let roots: Vec<f64> = self.s.iter().map(|x| x.sqrt()).collect();
        (scale_columns(self.u.clone(), &roots), scale_columns(self.v.clone(), &roots))
    }

    /// How many numbers the factors hold, k(m + n + 1).
    pub fn parameters(&self) -> usize {
        self.s.len() * (self.u.rows() + self.v.rows() + 1)
    }
}

/// The best approximation of rank at most k.
///
/// ```
/// use matfac::{Matrix, factor::lowrank};
/// let a = Matrix::from_rows(&[&[1.0, 0.0, 1.0], &[0.0, 1.0, 0.0], &[1.0, 0.0, 1.0]]);
/// let best = lowrank(&a, 1).unwrap();
/// assert!((best.error - 1.0).abs() < 1e-14);
/// assert!((best.product().unwrap()[(0, 2)] - 1.0).abs() < 1e-14);
/// ```
pub fn lowrank<T: Field>(a: &Dense<T>, k: usize) -> Result<LowRank<T>> {
    let f = svd(a, SvdForm::Economy)?;
    let k = k.min(f.s.len());
    let energy = energy(&f.s, k);
    let error = euclidean(&f.s[k..]);
    Ok(LowRank {
        u: f.u.columns(0, k),
        v: f.v.columns(0, k),
        s: f.s[..k].to_vec(),
        error: error.min(T::euclidean(a.as_slice())),
        energy,
    })
}

/// The share of Σs² in the first k singular values: 1 of nothing.
///
/// ```
/// assert!((matfac::factor::lowrank::energy(&[6.0, 3.0, 2.0, 1.0], 2) - 0.9).abs() < 1e-15);
/// ```
pub fn energy(s: &[f64], k: usize) -> f64 {
    let (kept, all) = (euclidean(&s[..k.min(s.len())]), euclidean(s));
    if all == 0.0 { 1.0 } else { (kept / all) * (kept / all) }
}

/// The shares for k = 1, 2, …
pub fn cumulative_energy(s: &[f64]) -> Vec<f64> {
    (1..=s.len()).map(|k| energy(s, k)).collect()
}

/// The smallest k that keeps at least the share `threshold` of the energy.
///
/// Errors: [`Error::Argument`] when the threshold is not in 0..1.
pub fn rank_for(s: &[f64], threshold: f64) -> Result<usize> {
    check_share("energy", threshold)?;
    // The tolerance lets a threshold of 1, or one that is met exactly, be met in rounded sums.
    Ok((0..s.len()).find(|&k| energy(s, k) >= threshold - 1e-12).unwrap_or(s.len()))
}

pub(crate) fn check_share(name: &'static str, share: f64) -> Result<()> {
    if (0.0..=1.0).contains(&share) {
        return Ok(());
    }
    let hint = if (1.0..=100.0).contains(&share) {
        format!("{share} % is {}", share / 100.0)
    } else {
        "write 95 % as 0.95".into()
    };
    Err(Error::argument_hint(name, format!("{name} must lie between 0 and 1; it is {share}"), hint))
}

#[cfg(test)]
mod tests {
    use super::super::svd::{matrix_norm, singular_values};
    use super::super::testdata::{assert_close, random};
    use super::*;
    use crate::Matrix;
    use crate::linalg::elementwise::{Arith, broadcast};
    use crate::linalg::norm::Norm;
    use crate::linalg::norm::frobenius;
    use crate::linalg::product;

    #[test]
    fn the_error_is_the_tail_of_the_spectrum() {
        let a = random(30, 20, 1);
        let s = singular_values(&a).unwrap();
        for k in [0, 1, 7, 20, 99] {
            let best = lowrank(&a, k).unwrap();
            let rest = broadcast(Arith::Sub, &a, &best.product().unwrap()).unwrap();
            assert!((frobenius(&rest) - best.error).abs() < 1e-12);
            let next = s.get(k).copied().unwrap_or(0.0);
            assert!((matrix_norm(&rest, Norm::Two).unwrap() - next).abs() < 1e-12);
            let (p, q) = best.split();
            let product = product::multiply_with(&p, false, &q, true).unwrap();
            assert_close(&product, &best.product().unwrap(), 1e-12);
        }
        assert_eq!(lowrank(&a, 2).unwrap().parameters(), 2 * 51);
    }

    #[test]
    fn published_approximation_and_energies() {
        let a = Matrix::from_rows(&[&[1.0, 0.0, 1.0], &[0.0, 1.0, 0.0], &[1.0, 0.0, 1.0]]);
        let s = singular_values(&a).unwrap();
        assert!((s[0] - 2.0).abs() < 1e-14 && (s[1] - 1.0).abs() < 1e-14 && s[2].abs() < 1e-14);
        let expected: &[&[f64]] = &[&[1.0, 0.0, 1.0], &[0.0, 0.0, 0.0], &[1.0, 0.0, 1.0]];
        assert_close(
            &lowrank(&a, 1).unwrap().product().unwrap(),
            &Matrix::from_rows(expected),
            1e-14,
        );
        let shares = cumulative_energy(&[6.0, 3.0, 2.0, 1.0]);
        for (x, y) in shares.iter().zip([0.72, 0.90, 0.98, 1.0]) {
            assert!((x - y).abs() < 1e-15);
        }
        assert_eq!(rank_for(&[6.0, 3.0, 2.0, 1.0], 0.9).unwrap(), 2);
        assert_eq!(rank_for(&[6.0, 3.0, 2.0, 1.0], 1.0).unwrap(), 4);
        assert!(rank_for(&[1.0], 95.0).unwrap_err().hint().unwrap().contains("0.95"));
        assert_eq!(energy(&[], 0), 1.0);
    }
}
