//! Sums of products in doubled precision: what iterative refinement needs of its residuals.
//!
//! A number is the unevaluated sum of two `f64`, some 32 digits together; products and sums are exact but for the last of
//! these. References: Dekker (1971), Numerische Mathematik 18, for the product without a fused multiply-add; Knuth,
//! TAOCP volume 2, for the sum; Ogita, Rump & Oishi (2005), SIAM J. Sci. Comput. 26, for the dot product. Cost: some 25
//! flops for every product that is added, in vector registers.

use super::simd::wide;
use super::{Dense, Scalar};

/// `high + low`, exactly `x + y`.
#[inline(always)]
pub(crate) fn two_sum(x: f64, y: f64) -> (f64, f64) {
    let sum = x + y;
    let part = sum - x;
    (sum, (x - (sum - part)) + (y - part))
}

/// `high + low`, exactly `x * y` unless a part over- or underflows.
#[inline(always)]
pub(crate) fn two_product(x: f64, y: f64) -> (f64, f64) {
    let split = |v: f64| {
        let c = 134_217_729.0 * v; // 2^27 + 1
        let high = c - (c - v);
        (high, v - high)
    };
    let ((a, b), (c, d)) = (split(x), split(y));
    let product = x * y;
    (product, ((a * c - product) + a * d + b * c) + b * d)
}

/// Adds `x * y` to the number `high + low`.
#[inline(always)]
pub(crate) fn accumulate(high: &mut f64, low: &mut f64, x: f64, y: f64) {
    let (product, rest) = two_product(x, y);
    let (sum, lost) = two_sum(*high, product);
    *high = sum;
    *low += lost + rest;
}

/// A vector in doubled precision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Doubled<T> {
    pub high: Vec<T>,
    pub low: Vec<T>,
}

impl<T: Scalar> Doubled<T> {
    /// A vector of ordinary numbers.
    pub fn from(high: Vec<T>) -> Doubled<T> {
        Doubled { low: vec![T::ZERO; high.len()], high }
    }

    /// Adds a small vector.
    pub fn add(&mut self, change: &[T]) {
        for ((high, low), &x) in self.high.iter_mut().zip(&mut self.low).zip(change) {
            *low += T::grown(high, x);
            *low = T::grown(high, *low);
        }
    }

    /// Subtracts `A*x`.
    pub fn subtract_product(&mut self, a: &Dense<T>, x: &Doubled<T>) {
        wide(
            #[inline(always)]
            || {
                for (j, (&high, &low)) in x.high.iter().zip(&x.low).enumerate() {
                    T::accumulate(&mut self.high, &mut self.low, a.col(j), -high, -low);
                }
            },
        );
    }

    /// The nearest ordinary numbers.
    pub fn rounded(&self) -> Vec<T> {
        self.high.iter().zip(&self.low).map(|(&high, &low)| high + low).collect()
    }
}

/// `A'*x`, rounded once at the end.
pub(crate) fn adjoint_times<T: Scalar>(a: &Dense<T>, x: &Doubled<T>) -> Vec<T> {
    wide(
        #[inline(always)]
        || (0..a.cols()).map(|j| T::doubled_inner(a.col(j), &x.high, &x.low)).collect(),
    )
}

/// `x'*(high + low)` of real vectors, in eight sums.
#[inline(always)]
pub(crate) fn inner(x: &[f64], high: &[f64], low: &[f64]) -> f64 {
    let (mut sums, mut rests) = ([0.0; 8], [0.0; 8]);
    let chunks = x.chunks_exact(8).zip(high.chunks_exact(8)).zip(low.chunks_exact(8));
    for ((x, high), low) in chunks {
        for k in 0..8 {
            accumulate(&mut sums[k], &mut rests[k], x[k], high[k]);
            rests[k] += x[k] * low[k];
        }
    }
    let (mut sum, mut rest) = (0.0, 0.0);
    for i in x.len() - x.len() % 8..x.len() {
        accumulate(&mut sum, &mut rest, x[i], high[i]);
        rest += x[i] * low[i];
    }
    for k in 0..8 {
        let (total, lost) = two_sum(sum, sums[k]);
        sum = total;
        rest += lost + rests[k];
    }
    sum + rest
}

#[cfg(test)]
mod tests {
    use super::super::{ComplexMatrix, Matrix, Random, c64};
    use super::*;

    #[test]
    fn cancellation_is_survived() {
        // 1e16 + 1 - 1e16 and the like: in ordinary arithmetic nothing would be left.
        let a = Matrix::from_rows(&[&[1e16, 1.0, -1e16], &[1.0, 1e-17, 1.0]]);
        let mut r = Doubled::from(vec![1.0, 2.0]);
        r.subtract_product(&a, &Doubled::from(vec![1.0, 1.0, 1.0]));
        assert_eq!(r.rounded(), [0.0, -1e-17]);
        let x = Doubled { high: vec![1.0, 1.0, 1.0], low: vec![0.0, 0.0, 1e-17] };
        let mut r = Doubled::from(vec![1.0, 2.0]);
        r.subtract_product(&a, &x);
        assert!((r.rounded()[0] - 0.1).abs() < 1e-15);
    }

    #[test]
    fn dot_products_of_every_length_are_exact_to_rounding() {
        for n in 0..40 {
            let mut random = Random::seeded(n as u64);
            let x = random.normals(n);
            // Every product appears with its negative.
            let both: Vec<f64> =
                x.iter().copied().chain(x.iter().map(|v| -v)).chain([0.5]).collect();
            let ones = vec![1.0; both.len()];
            let a = Matrix::column_vector(both.clone());
            assert_eq!(adjoint_times(&a, &Doubled::from(ones)), [0.5]);
            let z = ComplexMatrix::from_vec(
                both.len(),
                1,
                both.iter().map(|&v| c64::new(v, 2.0 * v)).collect(),
            );
            let i = Doubled::from(vec![c64::new(0.0, 1.0); both.len()]);
            assert_eq!(adjoint_times(&z, &i), [c64::new(1.0, 0.5)]);
        }
    }
}
