//! Real and complex numbers alike: what a kernel that serves both needs of them.
//!
//! Such kernels are generic inside this crate and offered as one function for each of the two, so that they are
//! compiled here, optimised, whoever calls them.

use super::{Dense, c64};
use crate::error::{Error, Result};
use faer::traits::ComplexField;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// `f64` or `c64`.
pub trait Scalar:
    ComplexField
    + Copy
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Sum
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// A real number.
    fn of(re: f64) -> Self;
    /// The conjugate.
    fn conjugate(self) -> Self;
    /// The real part.
    fn real_part(self) -> f64;
    /// The modulus, without overflow.
    fn modulus(self) -> f64;
    /// The product with a real number.
    fn scaled(self, factor: f64) -> Self;
    /// The quotient, without overflow.
    fn over(self, divisor: Self) -> Self;
    /// Its NaN or infinite part.
    fn bad_part(self) -> Option<f64>;
    /// As a complex number.
    fn complex(self) -> c64;
    /// e to its power.
    fn exponential(self) -> Self;
}

impl Scalar for f64 {
    const ZERO: f64 = 0.0;
    const ONE: f64 = 1.0;

    fn of(re: f64) -> f64 {
        re
    }

    fn conjugate(self) -> f64 {
        self
    }

    fn real_part(self) -> f64 {
        self
    }

    fn modulus(self) -> f64 {
        self.abs()
    }

    fn scaled(self, factor: f64) -> f64 {
        self * factor
    }

    fn over(self, divisor: f64) -> f64 {
        self / divisor
    }

    fn bad_part(self) -> Option<f64> {
        (!self.is_finite()).then_some(self)
    }

    fn complex(self) -> c64 {
        c64::new(self, 0.0)
    }

    fn exponential(self) -> f64 {
        self.exp()
    }
}

impl Scalar for c64 {
    const ZERO: c64 = c64::new(0.0, 0.0);
    const ONE: c64 = c64::new(1.0, 0.0);

    fn of(re: f64) -> c64 {
        c64::new(re, 0.0)
    }

    fn conjugate(self) -> c64 {
        self.conj()
    }

    fn real_part(self) -> f64 {
        self.re
    }

    fn modulus(self) -> f64 {
        self.re.hypot(self.im)
    }

    fn scaled(self, factor: f64) -> c64 {
        c64::new(self.re * factor, self.im * factor)
    }

    fn over(self, divisor: c64) -> c64 {
        super::complex::divide(self, divisor)
    }

    fn bad_part(self) -> Option<f64> {
        [self.re, self.im].into_iter().find(|x| !x.is_finite())
    }

    fn complex(self) -> c64 {
        self
    }

    fn exponential(self) -> c64 {
        self.exp()
    }
}

impl<T: Scalar> Dense<T> {
    /// The n×n identity.
    pub fn unit(n: usize) -> Dense<T> {
        Dense::from_fn(n, n, |i, j| if i == j { T::ONE } else { T::ZERO })
    }

    /// The conjugate transpose.
    pub fn adjoint(&self) -> Dense<T> {
        let mut t = self.transposed();
        t.as_mut_slice().iter_mut().for_each(|x| *x = x.conjugate());
        t
    }

    /// The 1-norm: the largest sum of moduli of a column; NaN when there is a NaN.
    pub fn one_norm(&self) -> f64 {
        let sums = (0..self.cols()).map(|j| self.col(j).iter().map(|x| x.modulus()).sum::<f64>());
        sums.fold(0.0, |m, s| if m >= s { m } else { s })
    }

    /// The largest modulus of an entry; NaN when there is a NaN.
    pub fn largest(&self) -> f64 {
        self.as_slice().iter().map(|x| x.modulus()).fold(0.0, |m, s| if m >= s { m } else { s })
    }

    /// Refuses NaN and infinities, naming the first.
    pub fn require_finite(&self, operation: &'static str) -> Result<()> {
        let bad = self.as_slice().iter().enumerate().find_map(|(k, x)| Some((k, x.bad_part()?)));
        match bad {
            None => Ok(()),
            Some((k, value)) => Err(Error::NonFinite {
                operation,
                row: k % self.rows() + 1,
                col: k / self.rows() + 1,
                value,
            }),
        }
    }

    /// Refuses a matrix that is not square.
    pub fn require_square(&self, operation: &'static str) -> Result<()> {
        if self.is_square() {
            Ok(())
        } else {
            Err(Error::NotSquare { operation, shape: self.shape() })
        }
    }

    /// A copy with entries of ordinary size when squares could over- or underflow, and the factor taken out.
    pub(crate) fn rescaled(&self) -> (Option<Dense<T>>, f64) {
        let largest = self.largest();
        if largest == 0.0 || (1e-100..1e100).contains(&largest) {
            return (None, 1.0);
        }
        // A power of two, so that nothing is rounded but what underflows.
        let factor = 2f64.powi(largest.log2().floor().clamp(-1000.0, 1000.0) as i32);
        (Some(self.map(|x| x.scaled(1.0 / factor))), factor)
    }
}
