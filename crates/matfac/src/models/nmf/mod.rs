//! Non-negative matrix factorization: `A ≈ W*H` with W, H ≥ 0, an additive model of parts.
//!
//! Methods: extrapolated hierarchical alternating least squares (`hals`, the default), exact alternating least squares by
//! block principal pivoting (`anls`), both for the sum of squares, and multiplicative updates for every β-divergence
//! (`multiplicative`). Cells may be missing (`masked`). Starting points: NNDSVD and its relatives, random ones, or given
//! ones (`start`). The problem is not convex: a local minimum is found. References: Gillis & Glineur (2012), Neural
//! Computation 24; Ang & Gillis (2019), Neural Computation 31; Kim & Park (2011), SIAM Journal on Scientific Computing 33;
//! Févotte & Idier (2011), Neural Computation 23. Cost: see each.

mod anls;
mod descent;
mod divergence;
mod hals;
mod masked;
mod multiplicative;
mod passes;
mod products;
mod start;
mod stored;
mod target;
#[cfg(test)]
mod tests;
mod transform;
mod wide;

pub use divergence::Loss;
pub use transform::{Reached, score, transform};

use self::start::{check_given, start};
use self::target::Target;
use super::Data;
use crate::data::{End, Monitor};
use crate::error::{Error, Result, check_non_negative};
use crate::linalg::norm::euclidean;
use crate::linalg::product::multiply;
use crate::linalg::{Matrix, Random};

/// The starting point.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Init {
    /// The positive parts of the leading singular vectors; deterministic.
    #[default]
    Nndsvd,
    /// As `Nndsvd`, with the mean of A in place of zeros, which multiplicative updates cannot leave.
    Nndsvda,
    /// As `Nndsvd`, with small random numbers in place of zeros.
    Nndsvdar,
    /// Random, of the scale of A.
    Random,
    /// W (m×k) and H (k×n), of finite numbers that are not negative.
    Given(Box<(Matrix, Matrix)>),
}

/// The update rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Solver {
    /// Hierarchical alternating least squares, accelerated and extrapolated.
    #[default]
    Hals,
    /// Multiplicative updates, of any loss; NNDSVD zeros are filled as by [`Init::Nndsvda`].
    Multiplicative,
    /// Exact alternating least squares, extrapolated.
    Anls,
}

/// Options with their defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct NmfOptions {
    /// Number of parts (2).
    pub k: usize,
    /// Starting point.
    pub init: Init,
    /// Update rule.
    pub solver: Solver,
    /// What is minimized (Frobenius); only `Multiplicative` minimizes others.
    pub loss: Loss,
    /// Stop when the projected gradient is this fraction of the first one; of `Multiplicative`, when ten iterations reduce
    /// the root of the objective by less than this fraction of the first one (1e-4).
    pub tol: f64,
    /// Iteration limit (500).
    pub max_iter: usize,
    /// Seed of random starting points (0).
    pub seed: u64,
    /// Number of starting points (1); all but the first are random, and the best result is kept.
    pub restarts: usize,
    /// Weight of the sum of all entries of W and H in the objective (0): sparser parts.
    pub l1: f64,
    /// Weight of half the sum of their squares (0): smaller parts.
    pub l2: f64,
    /// Whether NaN cells are missing, and left out of the fit (false). What is not stored of sparse data is zero.
    pub missing: bool,
}

impl Default for NmfOptions {
    fn default() -> NmfOptions {
        NmfOptions {
            k: 2,
            init: Init::default(),
            solver: Solver::default(),
            loss: Loss::default(),
            tol: 1e-4,
            max_iter: 500,
            seed: 0,
            restarts: 1,
            l1: 0.0,
            l2: 0.0,
            missing: false,
        }
    }
}

/// A fitted model of an m×n matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Nmf {
    /// The parts as columns of 2-norm 1 (or 0), m×k, heaviest first.
    pub w: Matrix,
    /// How much of each part each column of A has, k×n.
    pub h: Matrix,
    /// The weight of each part, the 2-norm of its row of H; descending.
    pub weights: Vec<f64>,
    /// The loss of W*H over the known cells.
    pub objective: f64,
    /// `sqrt(2*objective)`: ‖A - W*H‖ in the Frobenius norm, of that loss.
    pub residual: f64,
    /// The residual over that of the simplest model: of the Frobenius norm `residual`/‖A‖, else over that of the mean
    /// everywhere. 0 for a matrix of zeros.
    pub error: f64,
    /// The relative error after each iteration.
    pub errors: Vec<f64>,
    /// The same with the penalties in the objective: what never increases.
    pub history: Vec<f64>,
    /// Number of iterations of the start that was kept.
    pub iterations: usize,
    /// Whether the tolerance was met, the iteration limit came first, or an interrupt.
    pub end: End,
}

impl Nmf {
    /// `W*H`.
    pub fn product(&self) -> Result<Matrix> {
        multiply(&self.w, &self.h)
    }
}

/// Factors a non-negative m×n matrix, full or sparse, into k parts.
///
/// The monitor hears of every iteration; when its flag is raised the last iterate is returned. Errors:
/// [`Error::Interrupted`] before the first one,
/// [`Error::NonFinite`], [`Error::Negative`] and [`Error::Argument`], which name the entry or the option.
///
/// ```
/// use matfac::{Matrix, data::Monitor, models::{NmfOptions, nmf}};
/// let a = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 4.0]]);
/// let m = nmf(&a, &NmfOptions { k: 1, ..Default::default() }, &Monitor::default()).unwrap();
/// assert!(m.residual < 1e-12 && m.end == matfac::data::End::Converged);
/// assert!(nmf(&a.map(|x| -x), &NmfOptions::default(), &Monitor::default()).is_err());
/// ```
pub fn nmf<'a>(a: impl Into<Data<'a>>, options: &NmfOptions, monitor: &Monitor) -> Result<Nmf> {
    fit(a.into(), options, monitor)
}

fn fit(a: Data<'_>, options: &NmfOptions, monitor: &Monitor) -> Result<Nmf> {
    check_options(a, options)?;
    let target = Target::new(a, options.loss, options.missing)?;
    if target.largest == 0.0 {
        return Ok(Nmf {
            w: Matrix::filled(a.rows(), options.k, 0.0)?,
            h: Matrix::filled(options.k, a.cols(), 0.0)?,
            weights: vec![0.0; options.k],
            objective: 0.0,
            residual: 0.0,
            error: 0.0,
            errors: Vec::new(),
            history: Vec::new(),
            iterations: 0,
            end: End::Converged,
        });
    }
    // The loss of scaled data is scale^-β times that of the data, and factors are scaled by the root.
    let (scale, beta) = (target.scale, options.loss.beta());
    let weight = |l: f64, power: f64| if l > 0.0 { l * scale.powf(power) } else { 0.0 };
    let scaled = NmfOptions {
        l1: weight(options.l1, 0.5 - beta),
        l2: weight(options.l2, 1.0 - beta),
        ..options.clone()
    };
    let mut random = Random::seeded(options.seed);
    let mut best: Option<Run> = None;
    for attempt in 0..options.restarts.max(1) {
        let init = match (&options.init, options.solver) {
            _ if attempt > 0 => &Init::Random,
            (Init::Nndsvd, Solver::Multiplicative) => &Init::Nndsvda,
            (init, _) => init,
        };
        let (w, ht) = start(&target, options.k, init, &mut random, &monitor.interrupt)?;
        let run = match options.solver {
            Solver::Multiplicative => {
                multiplicative::iterate(&target, w, ht, None, &scaled, monitor)?
            }
            Solver::Hals | Solver::Anls => descent::iterate(&target, w, ht, &scaled, monitor)?,
        };
        let better = best.as_ref().is_none_or(|b| run.history.last() < b.history.last());
        let is_interrupted = run.end == End::Interrupted;
        if better {
            best = Some(run);
        }
        if is_interrupted {
            break;
        }
    }
    let run = best.expect("at least one start");
    Ok(finish(&target, run, options.loss))
}

fn check_options(a: Data<'_>, options: &NmfOptions) -> Result<()> {
    if options.k == 0 {
        return Err(Error::argument("k", "nmf needs at least one part; k is 0"));
    }
    for (name, value) in [("tol", options.tol), ("l1", options.l1), ("l2", options.l2)] {
        check_non_negative(name, value)?;
    }
    let solver = match options.solver {
        Solver::Hals => "hals",
        Solver::Anls => "anls",
        Solver::Multiplicative => "mu",
    };
    if solver != "mu" && options.loss != Loss::FROBENIUS {
        let message = format!(
            "solver \"{solver}\" minimizes the loss \"frobenius\" alone; this one is {}",
            options.loss.name()
        );
        let hint = "solver=\"mu\" takes every loss";
        return Err(Error::argument_hint("solver", message, hint));
    }
    match &options.init {
        Init::Given(given) => check_given(given, a.rows(), a.cols(), options.k),
        _ => Ok(()),
    }
}

/// What a descent gives, of the scaled target.
struct Run {
    w: Matrix,
    /// H transposed, so that both factors are tall.
    ht: Matrix,
    history: Vec<f64>,
    errors: Vec<f64>,
    loss: f64,
    end: End,
}

/// Relative errors below which the loss of sparse data, a difference of sums, is computed cell by cell, and cells from
/// which that is too many.
const ACCURATE: f64 = 1e-5;
const MANY: usize = 1 << 34;

/// Undoes the scaling, moves the size of each part into H, and sorts the parts by it.
fn finish(target: &Target<'_>, run: Run, loss: Loss) -> Nmf {
    let Run { mut w, mut ht, history, errors, loss: mut objective, end } = run;
    let k = w.cols();
    let floor = descent::FLOOR * target.largest.sqrt();
    let clean = |x: &mut f64| {
        if *x <= floor {
            *x = 0.0;
        }
    };
    w.as_mut_slice().iter_mut().for_each(clean);
    ht.as_mut_slice().iter_mut().for_each(clean);
    let baseline = target.baseline(loss);
    if loss == Loss::FROBENIUS {
        let cells = target.rows().saturating_mul(target.cols());
        let is_small = objective <= ACCURATE * ACCURATE * baseline;
        if matches!(target.data(), Data::Full(_)) || (is_small && cells < MANY) {
            objective = 0.5 * passes::squared_residual(target, &w, &ht);
        }
    }
    let mut weights = vec![0.0; k];
    for (j, weight) in weights.iter_mut().enumerate() {
        let size = euclidean(w.col(j));
        if size > 0.0 {
            w.col_mut(j).iter_mut().for_each(|x| *x /= size);
        }
        // In this order: a size that the scale would make overflow belongs to a small column of H'.
        ht.col_mut(j).iter_mut().for_each(|x| *x = *x * size * target.scale);
        *weight = euclidean(ht.col(j));
    }
    let by_weight = crate::linalg::order::argsort(&weights, true);
    let w = Matrix::from_fn(w.rows(), k, |i, j| w[(i, by_weight[j])]);
    let h = Matrix::from_fn(k, ht.rows(), |i, j| ht[(j, by_weight[i])]);
    let residual = (2.0 * objective).sqrt();
    let reference = (2.0 * baseline).sqrt();
    Nmf {
        w,
        h,
        weights: by_weight.iter().map(|&j| weights[j]).collect(),
        objective: objective * target.scale.powf(loss.beta()),
        residual: residual * target.scale.powf(0.5 * loss.beta()),
        error: if reference > 0.0 { residual / reference } else { 0.0 },
        iterations: history.len(),
        errors,
        history,
        end,
    }
}
