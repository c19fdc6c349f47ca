//! Models of a whole matrix, full or sparse: principal components, non-negative parts, groups of rows (layer 1).
//!
//! One noun, one file or folder: the fitted model (plain data), its options, its function, its references.

pub mod data;
pub mod kmeans;
pub mod neighbours;
pub mod nmf;
pub mod pca;

pub use data::Data;
pub use kmeans::{Kmeans, KmeansOptions, kmeans};
pub use nmf::{Nmf, NmfOptions, nmf};
pub use pca::{Pca, PcaOptions, pca};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Monitor;
    use crate::linalg::{Matrix, Random};

    /// Matrices of awkward numbers in awkward shapes: no model may panic or hold a NaN.
    #[test]
    fn nothing_panics() {
        let pool = [0.0, 0.0, 1.0, -1.0, 2.0, 1e-8, 1e8, 1e-160, 1e160, 1e-300, 1e300];
        let shapes = [(0, 0), (0, 2), (2, 0), (1, 1), (1, 4), (4, 1), (2, 2), (5, 3), (3, 5)];
        for seed in 0..400 {
            let mut random = Random::seeded(seed);
            let (m, n) = shapes[random.below(shapes.len())];
            let width = 2 + random.below(pool.len() - 1);
            let mut a = Matrix::from_fn(m, n, |_, _| pool[random.below(width)]);
            if seed % 17 == 0 && !a.is_empty() {
                a.as_mut_slice()[0] = f64::NAN;
            }
            let solver = match seed % 5 {
                0 => pca::Solver::Full,
                1 => pca::Solver::Covariance,
                2 => pca::Solver::Krylov,
                3 => pca::Solver::Randomized,
                _ => pca::Solver::Auto,
            };
            let (scale, whiten) = (seed % 2 == 0, seed % 3 == 0);
            let (k, missing) = ((seed % 4 == 0).then_some(1), seed % 34 == 0);
            let options = PcaOptions { scale, whiten, solver, k, missing, ..Default::default() };
            if let Ok(model) = pca(&a, &options, &Monitor::default()) {
                assert!(model.components.as_slice().iter().all(|x| !x.is_nan()), "pca of {a:?}");
            }
            let init = [nmf::Init::Nndsvd, nmf::Init::Random][seed as usize % 2].clone();
            let options = NmfOptions { init, max_iter: 5, ..Default::default() };
            if let Ok(model) = nmf(&a.map(f64::abs), &options, &Monitor::default()) {
                let parts = model.w.as_slice().iter().chain(model.h.as_slice());
                assert!(parts.copied().all(|x| x >= 0.0), "nmf of {a:?}");
            }
        }
    }
}
