//! Seeded random numbers that are the same on every machine.
//!
//! PCG-64 DXSM (O'Neill 2014; the variant NumPy documents as `PCG64DXSM`) and ziggurat normals: small state, portable, and
//! identical bits for a seed whatever the platform.

use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1, Gamma, Poisson, StandardNormal};
use rand_pcg::Pcg64Dxsm;

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub struct Random(Pcg64Dxsm);

impl Random {
    /// The stream of `seed`.
    pub fn seeded(seed: u64) -> Random {
        Random(Pcg64Dxsm::seed_from_u64(seed))
    }

    /// Uniform on [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0.random::<f64>()
    }

    /// Standard normal.
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        Exp1.sample(&mut self.0)
    }

    /// Gamma of this shape and scale 1 (Marsaglia and Tsang 2000); NaN where the shape is not positive and finite.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        match Gamma::new(shape, 1.0) {
            Ok(gamma) if shape.is_finite() => gamma.sample(&mut self.0),
            _ => f64::NAN,
        }
    }

    /// Poisson with this mean; NaN where it is negative or not finite.
    pub fn poisson(&mut self, mean: f64) -> f64 {
        /// Beyond this the distribution is normal to double precision.
        const NORMAL: f64 = 1e15;
        if mean == 0.0 {
            return 0.0;
        }
        if mean > NORMAL && mean.is_finite() {
            return (mean + mean.sqrt() * self.normal()).round();
        }
        match Poisson::new(mean) {
            Ok(poisson) if mean.is_finite() => poisson.sample(&mut self.0),
            _ => f64::NAN,
        }
    }

    /// Makes the rest of the stream that of a seed below 2^53, and returns the seed: the stream can be resumed from it.
    pub fn checkpoint(&mut self) -> u64 {
        let seed = self.seed() >> 11;
        *self = Random::seeded(seed);
        seed
    }

    /// Uniform on 0..n; `n` must be positive.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n)
    }

    /// A fresh 64-bit seed, for a stream of its own.
    pub fn seed(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Shuffles in place (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// Uniform numbers in place of what is there.
    pub fn fill_uniform(&mut self, numbers: &mut [f64]) {
        numbers.fill_with(|| self.uniform());
    }

    /// Standard normal numbers in place of what is there.
    pub fn fill_normal(&mut self, numbers: &mut [f64]) {
        numbers.fill_with(|| self.normal());
    }

    /// `n` standard normal numbers.
    pub fn normals(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.normal()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_fixes_the_stream_and_moments_are_right() {
        let (mut a, mut b) = (Random::seeded(7), Random::seeded(7));
        assert_eq!(a.normals(10), b.normals(10));
        let x = a.normals(100_000);
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / x.len() as f64;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02);
    }

    #[test]
    fn distributions_have_their_moments() {
        let mut random = Random::seeded(3);
        let n = 100_000;
        let mut moments = |draw: &mut dyn FnMut(&mut Random) -> f64| {
            let x: Vec<f64> = (0..n).map(|_| draw(&mut random)).collect();
            let mean = x.iter().sum::<f64>() / n as f64;
            (mean, x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64)
        };
        let (mean, variance) = moments(&mut |r| r.exponential());
        assert!((mean - 1.0).abs() < 0.02 && (variance - 1.0).abs() < 0.05);
        for a in [0.3, 1.0, 7.5] {
            let (mean, variance) = moments(&mut |r| r.gamma(a));
            assert!((mean / a - 1.0).abs() < 0.03 && (variance / a - 1.0).abs() < 0.06);
            let (mean, variance) = moments(&mut |r| r.poisson(10.0 * a));
            assert!((mean / a - 10.0).abs() < 0.1 && (variance / a - 10.0).abs() < 0.3);
        }
        assert!(random.gamma(-1.0).is_nan() && random.poisson(f64::INFINITY).is_nan());
    }

    #[test]
    fn a_checkpoint_resumes_the_stream() {
        let mut random = Random::seeded(5);
        let seed = random.checkpoint();
        assert_eq!(random.normals(5), Random::seeded(seed).normals(5));
    }
}
