//! Real and complex numbers alike: what a kernel that serves both needs of them.
//!
//! Such kernels are generic inside this crate and offered as one function for each of the two, so that they are
//! compiled here, optimised, whoever calls them.

use super::{Dense, Matrix, c64, doubled, norm, product};
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
    /// The number of modulus 1 in its direction: 1 of 0.
    fn sign(self) -> Self;
    /// `x'*y` of two vectors of equal length, x conjugated.
    fn inner(x: &[Self], y: &[Self]) -> Self;
    /// Euclid's norm of a vector, without overflow or underflow.
    fn euclidean(x: &[Self]) -> f64;
    /// Adds `column*(high + low)` to a vector in doubled precision.
    fn accumulate(highs: &mut [Self], lows: &mut [Self], column: &[Self], high: Self, low: Self);
    /// `x'*(high + low)` in doubled precision, rounded once.
    fn doubled_inner(x: &[Self], high: &[Self], low: &[Self]) -> Self;
    /// Adds `x` to `high` and returns what was rounded away.
    fn grown(high: &mut Self, x: Self) -> Self;
    /// The sum of the moduli.
    fn sum_of_moduli(x: &[Self]) -> f64 {
        x.iter().map(|x| x.modulus()).sum()
    }
    /// The largest modulus: 0 of nothing, NaN when there is one.
    fn largest_modulus(x: &[Self]) -> f64 {
        let larger = |m: f64, s: f64| if m >= s || m.is_nan() { m } else { s };
        x.iter().map(|x| x.modulus()).fold(0.0, larger)
    }
    /// Whether there is neither NaN nor infinity.
    fn all_finite(x: &[Self]) -> bool {
        x.iter().all(|x| x.bad_part().is_none())
    }
    /// Its NaN or infinite part.
    fn bad_part(self) -> Option<f64>;
    /// The matrix itself when it is real, for kernels that are written for real numbers only.
    fn as_real(a: &Dense<Self>) -> Option<&Matrix>;
    /// As a complex number.
    fn complex(self) -> c64;
    /// e to its power.
    fn exponential(self) -> Self;
}

/// The sum of f(x) in eight sums, which fill vector registers.
#[inline(always)]
fn in_lanes(x: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [0.0; 8];
    let chunks = x.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().map(|&x| f(x)).sum();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += f(x);
        }
    }
    lanes.iter().sum::<f64>() + rest
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

    fn sign(self) -> f64 {
        if self < 0.0 { -1.0 } else { 1.0 }
    }

    fn inner(x: &[f64], y: &[f64]) -> f64 {
        product::dot(x, y)
    }

    fn euclidean(x: &[f64]) -> f64 {
        norm::euclidean(x)
    }

    #[inline(always)]
    fn accumulate(highs: &mut [f64], lows: &mut [f64], column: &[f64], high: f64, low: f64) {
        for ((h, l), &a) in highs.iter_mut().zip(lows).zip(column) {
            doubled::accumulate(h, l, a, high);
            *l += a * low;
        }
    }

    #[inline(always)]
    fn doubled_inner(x: &[f64], high: &[f64], low: &[f64]) -> f64 {
        doubled::inner(x, high, low)
    }

    fn grown(high: &mut f64, x: f64) -> f64 {
        let (sum, rest) = doubled::two_sum(*high, x);
        *high = sum;
        rest
    }

    fn sum_of_moduli(x: &[f64]) -> f64 {
        in_lanes(x, f64::abs)
    }

    fn largest_modulus(x: &[f64]) -> f64 {
        if in_lanes(x, |x| if x.is_nan() { 1.0 } else { 0.0 }) > 0.0 {
            return f64::NAN;
        }
        let mut lanes = [0.0f64; 8];
        let chunks = x.chunks_exact(8);
        let rest = chunks.remainder().iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        for chunk in chunks {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane = if x.abs() > *lane { x.abs() } else { *lane };
            }
        }
        lanes.into_iter().fold(rest, f64::max)
    }

    fn all_finite(x: &[f64]) -> bool {
        // 0 times anything else is NaN, which no sum loses.
        in_lanes(x, |x| 0.0 * x) == 0.0
    }

    fn bad_part(self) -> Option<f64> {
        (!self.is_finite()).then_some(self)
    }

    fn as_real(a: &Matrix) -> Option<&Matrix> {
        Some(a)
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
        let square = self.re * self.re + self.im * self.im;
        // `hypot` takes ten times as long, and is needed where squares over- or underflow.
        if (1e-280..1e280).contains(&square) { square.sqrt() } else { self.re.hypot(self.im) }
    }

    fn scaled(self, factor: f64) -> c64 {
        c64::new(self.re * factor, self.im * factor)
    }

    fn over(self, divisor: c64) -> c64 {
        super::complex::divide(self, divisor)
    }

    fn sign(self) -> c64 {
        let size = self.modulus();
        if size == 0.0 { c64::ONE } else { self.scaled(1.0 / size) }
    }

    fn inner(x: &[c64], y: &[c64]) -> c64 {
        x.iter().zip(y).map(|(x, y)| x.conj() * y).sum()
    }

    fn euclidean(x: &[c64]) -> f64 {
        let squares: f64 = x.iter().map(|z| z.norm_sqr()).sum();
        // Outside this range squares have overflowed, or small ones were lost.
        if squares > 1e-250 && squares < 1e300 {
            return squares.sqrt();
        }
        norm::euclidean(&x.iter().flat_map(|z| [z.re, z.im]).collect::<Vec<_>>())
    }

    fn accumulate(highs: &mut [c64], lows: &mut [c64], column: &[c64], high: c64, low: c64) {
        for ((h, l), &a) in highs.iter_mut().zip(lows).zip(column) {
            doubled::accumulate(&mut h.re, &mut l.re, a.re, high.re);
            doubled::accumulate(&mut h.re, &mut l.re, -a.im, high.im);
            doubled::accumulate(&mut h.im, &mut l.im, a.re, high.im);
            doubled::accumulate(&mut h.im, &mut l.im, a.im, high.re);
            *l += a * low;
        }
    }

    fn doubled_inner(x: &[c64], high: &[c64], low: &[c64]) -> c64 {
        let (mut sum, mut rest) = ([c64::ZERO], [c64::ZERO]);
        for (i, x) in x.iter().enumerate() {
            c64::accumulate(&mut sum, &mut rest, &[x.conj()], high[i], low[i]);
        }
        sum[0] + rest[0]
    }

    fn grown(high: &mut c64, x: c64) -> c64 {
        c64::new(f64::grown(&mut high.re, x.re), f64::grown(&mut high.im, x.im))
    }

    fn bad_part(self) -> Option<f64> {
        [self.re, self.im].into_iter().find(|x| !x.is_finite())
    }

    fn as_real(_: &Dense<c64>) -> Option<&Matrix> {
        None
    }

    fn complex(self) -> c64 {
        self
    }

    fn exponential(self) -> c64 {
        self.exp()
    }
}

impl<T: Scalar> Dense<T> {
    /// An m×n matrix of zeros.
    ///
    /// # Panics
    /// When memory cannot hold it; [`Dense::filled`] reports that instead.
    pub fn zeros(rows: usize, cols: usize) -> Dense<T> {
        Dense::from_vec(rows, cols, vec![T::ZERO; rows * cols])
    }

    /// The n×n identity.
    pub fn identity(n: usize) -> Dense<T> {
        let mut a = Dense::zeros(n, n);
        (0..n).for_each(|i| a[(i, i)] = T::ONE);
        a
    }

    /// Whether `A == A'` exactly: symmetric, or Hermitian when complex.
    pub fn is_hermitian(&self) -> bool {
        const BLOCK: usize = 32;
        let n = self.cols();
        if !self.is_square() {
            return false;
        }
        let data = self.as_slice();
        (0..n).step_by(BLOCK).all(|j0| {
            (j0..n).step_by(BLOCK).all(|i0| {
                (j0..(j0 + BLOCK).min(n)).all(|j| {
                    (i0.max(j)..(i0 + BLOCK).min(n))
                        .all(|i| data[j * n + i] == data[i * n + j].conjugate())
                })
            })
        })
    }

    /// Whether no entry of `A - A'` exceeds `tol`, absolutely.
    pub fn is_nearly_hermitian(&self, tol: f64) -> bool {
        let off = |i, j| (self[(i, j)] - self[(j, i)].conjugate()).modulus();
        self.is_square() && (0..self.cols()).all(|j| (0..=j).all(|i| off(i, j) <= tol))
    }

    /// The conjugate transpose.
    pub fn adjoint(&self) -> Dense<T> {
        let mut t = self.transposed();
        t.as_mut_slice().iter_mut().for_each(|x| *x = x.conjugate());
        t
    }

    /// The 1-norm: the largest sum of moduli of a column; NaN when there is a NaN.
    pub fn one_norm(&self) -> f64 {
        let sums = (0..self.cols()).map(|j| T::sum_of_moduli(self.col(j)));
        sums.fold(0.0, |m, s| if m >= s || m.is_nan() { m } else { s })
    }

    /// The largest modulus of an entry; NaN when there is a NaN.
    pub fn largest(&self) -> f64 {
        T::largest_modulus(self.as_slice())
    }

    /// Refuses NaN and infinities, naming the first.
    pub fn require_finite(&self, operation: &'static str) -> Result<()> {
        if T::all_finite(self.as_slice()) {
            return Ok(());
        }
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
