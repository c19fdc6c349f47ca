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

/// Convection and diffusion on a grid, an unsymmetric matrix with a symmetric pattern: neighbours along dimension d are coupled
/// by `-1 + drift/(d+1)` one way and `-1 - drift/(d+1)` the other.
pub(crate) fn convection(sides: &[usize], drift: f64) -> Sparse<f64> {
    let n: usize = sides.iter().product();
    let (mut rows, mut cols, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    let mut put = |i: usize, j: usize, x: f64| {
        rows.push(i as u32);
        cols.push(j as u32);
        entries.push(x);
    };
    for k in 0..n {
        put(k, k, 2.0 * sides.len() as f64);
        let mut step = 1;
        for (d, &side) in sides.iter().enumerate() {
            if k / step % side + 1 < side {
                let drift = drift / (d + 1) as f64;
                put(k, k + step, -1.0 + drift);
                put(k + step, k, -1.0 - drift);
            }
            step *= side;
        }
    }
    let sum = crate::linalg::sparse::Duplicates::Sum;
    Sparse::from_triplets(n, n, &rows, &cols, &entries, sum, |a, b| a + b).expect("small")
}

/// Differences between neighbours on a grid of g×g, and its first number: full rank, more rows than columns.
pub(crate) fn gradient(g: usize) -> Sparse<f64> {
    let (mut rows, mut cols, mut entries) = (vec![0], vec![0], vec![1.0]);
    let mut row = 0;
    for k in 0..g * g {
        let steps = [(1, k % g + 1 < g), (g, k / g + 1 < g)];
        for (step, _) in steps.into_iter().filter(|s| s.1) {
            row += 1;
            rows.extend([row, row]);
            cols.extend([k as u32, (k + step) as u32]);
            entries.extend([-1.0, 1.0]);
        }
    }
    let (m, sum) = (row as usize + 1, crate::linalg::sparse::Duplicates::Sum);
    Sparse::from_triplets(m, g * g, &rows, &cols, &entries, sum, |a, b| a + b).expect("small")
}
