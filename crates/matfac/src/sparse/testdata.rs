//! Random sparse matrices for the tests of this layer.

use crate::linalg::sparse::Sparse;
use crate::linalg::{ComplexMatrix, Matrix, Random, c64};

/// Normally distributed entries at random places.
pub(crate) fn random(m: usize, n: usize, density: f64, seed: u64) -> Sparse<f64> {
    let mut r = Random::seeded(seed);
    let full = Matrix::from_fn(m, n, |_, _| if r.uniform() < density { r.normal() } else { 0.0 });
    Sparse::from_dense(&full).expect("small")
}

/// The same of complex numbers.
pub(crate) fn random_complex(m: usize, n: usize, density: f64, seed: u64) -> Sparse<c64> {
    let mut r = Random::seeded(seed);
    let full = ComplexMatrix::from_fn(m, n, |_, _| match r.uniform() < density {
        true => c64::new(r.normal(), r.normal()),
        false => c64::new(0.0, 0.0),
    });
    Sparse::from_dense(&full).expect("small")
}
