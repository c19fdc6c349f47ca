//! Seeded random numbers that are the same on every machine.
//!
//! PCG-64 DXSM (O'Neill 2014; the variant NumPy documents as `PCG64DXSM`) and ziggurat normals: small state, portable, and
//! identical bits for a seed whatever the platform.

use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
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
}
