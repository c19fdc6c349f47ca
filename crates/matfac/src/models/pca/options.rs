//! How components are found, and how many are kept.

use crate::error::Shape;

/// How the components of complete data are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Solver {
    /// By shape: a few components of large data by [`Solver::Randomized`] (of sparse ones by [`Solver::Krylov`]), tall data by
    /// [`Solver::Covariance`], other large data so where their condition allows it, and all else by [`Solver::Full`].
    #[default]
    Auto,
    /// Singular values of the centred data: singular values to a few ε of the largest.
    Full,
    /// Eigenvalues of their products on the shorter side, which reads the data once: variances to a few ε of the largest.
    Covariance,
    /// A block Krylov space of a random start: components to about 1e-4, variances to its square beside their gaps.
    Randomized,
    /// The same with small blocks until all residuals are below 1e-10 of the largest singular value.
    Krylov,
}

/// What to keep, how to find it, and whether to scale.
#[derive(Debug, Clone, PartialEq)]
pub struct PcaOptions {
    /// Number of components; all by default.
    pub k: Option<usize>,
    /// Keep as many components as explain this share of the variance, in 0..1.
    pub energy: Option<f64>,
    /// Keep as many components as are most probable (Minka 2000); only without `k` and `energy`.
    pub likely: bool,
    /// Divide each column by its standard deviation first (constant columns become 0).
    pub scale: bool,
    /// Divide the scores by their standard deviations.
    pub whiten: bool,
    /// How components are found.
    pub solver: Solver,
    /// The seed of the random start.
    pub seed: u64,
    /// Whether NaN is a missing cell, and the model fitted by expectation-maximization where there is one.
    pub missing: bool,
    /// Expectation-maximization ends when the mean log-likelihood of a cell grows by less than this.
    pub tol: f64,
    /// The most iterations of expectation-maximization.
    pub max_iter: usize,
}

impl Default for PcaOptions {
    fn default() -> PcaOptions {
        PcaOptions {
            k: None,
            energy: None,
            likely: false,
            scale: false,
            whiten: false,
            solver: Solver::Auto,
            seed: 0,
            missing: false,
            tol: 1e-7,
            max_iter: 1000,
        }
    }
}

impl PcaOptions {
    /// How full n×d data are decomposed; [`Solver::Auto`] where the covariance is tried and its condition decides.
    pub fn solver_for(&self, shape: Shape) -> Solver {
        if self.solver != Solver::Auto {
            return self.solver;
        }
        let (n, d) = (shape.0 as f64, shape.1 as f64);
        let r = n.min(d);
        if let (Some(k), None, false) = (self.k, self.energy, self.likely) {
            // About 150 products on either side for k = 20, at half the speed of square products.
            let part = 64.0 * n * d * (k as f64 + 10.0);
            if r >= 500.0 && 10 * k <= shape.0.min(shape.1) && part < n * d * r + 9.0 * r.powi(3) {
                return Solver::Randomized;
            }
        }
        match () {
            _ if n >= 10.0 * d => Solver::Covariance,
            _ if r >= 200.0 => Solver::Auto,
            _ => Solver::Full,
        }
    }

    /// Whether the iterations on full n×d data can be interrupted.
    pub fn is_polled(&self, shape: Shape) -> bool {
        self.missing || matches!(self.solver_for(shape), Solver::Randomized | Solver::Krylov)
    }
}
