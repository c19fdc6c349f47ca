//! Explicit alternating least squares: each user's factors and bias are a ridge regression on the
//! items', then the reverse.
//!
//! Zhou, Wilkinson, Schreiber and Pan (2008), "Large-scale parallel collaborative filtering for the
//! Netflix prize", whose penalty counts a row once for each of its ratings (`weighted`); Koren, Bell and
//! Volinsky (2009) for the biases, which here are solved for together with the factors and have a
//! penalty of their own. Every half step minimises the objective exactly (Cholesky), so that it never
//! rises. An iteration costs `O(nnz k² + (users + items) k³)`; rows are solved in parallel and the
//! result does not depend on the number of threads.

use super::factors::{Factors, Side, check_fit, check_iterations, check_non_negative};
use super::{Clip, Epoch, FactorModel, Penalty};
use crate::data::{Entries, Monitor, Ratings, Step};
use crate::error::Result;
use crate::linalg::Random;
use rayon::prelude::*;
use std::sync::Arc;

/// How [`als`] fits.
///
/// The defaults are tuned for ratings on a scale of about five stars; `lambda` grows with the scale.
/// Unweighted, it is about the number of ratings at which a row is believed by half, which predicts a
/// little better (test RMSE .849 instead of .852 on the small MovieLens set, biases alone .864) and
/// suits few ratings per row less.
#[derive(Debug, Clone, PartialEq)]
pub struct AlsOptions {
    /// Number of factors, at most min(users, items); `None` is 20 or that most.
    pub k: Option<usize>,
    /// Penalty of the factors; `None` is 0.17 weighted and 14 unweighted.
    pub lambda: Option<f64>,
    /// Penalty of the biases.
    pub bias_lambda: f64,
    /// Whether to fit mean and biases beside the factors.
    pub biases: bool,
    /// Whether a row's factors pay `lambda` once for each of its ratings instead of once.
    pub weighted: bool,
    /// Random starts. With several, the one with the least objective is refined to `1e-6 · tol`.
    pub restarts: usize,
    /// Stop when the objective is estimated to be within this fraction of its limit.
    pub tol: f64,
    /// Most iterations of a start.
    pub max_iter: usize,
    /// Seed of the random starts.
    pub seed: u64,
    /// The range of predictions.
    pub clip: Clip,
}

impl Default for AlsOptions {
    fn default() -> AlsOptions {
        AlsOptions {
            k: None,
            lambda: None,
            bias_lambda: 4.0,
            biases: true,
            weighted: true,
            restarts: 1,
            tol: 1e-4,
            max_iter: 200,
            seed: 0,
            clip: Clip::Observed,
        }
    }
}

/// Fits a factor model by alternating least squares.
///
/// # Errors
/// When there is no rating, an option makes no sense, or the monitor interrupts.
pub fn als(ratings: &Arc<Ratings>, options: &AlsOptions, monitor: &Monitor) -> Result<FactorModel> {
    let k = check_fit("als", ratings, options.k, 20, options.clip)?;
    let lambda = options.lambda.unwrap_or(if options.weighted { 0.17 } else { 14.0 });
    check_non_negative("lambda", lambda)?;
    check_non_negative("bias_lambda", options.bias_lambda)?;
    check_non_negative("tol", options.tol)?;
    check_iterations(options.max_iter)?;
    let bias_lambda = if options.biases { options.bias_lambda } else { 0.0 };
    let penalty = Penalty {
        factors: lambda,
        user_bias: bias_lambda,
        item_bias: bias_lambda,
        weighted: options.weighted,
    };
    let mut seeds = Random::seeded(options.seed);
    let restarts = options.restarts.max(1);
    let fit = Fit { ratings, penalty, options, monitor };
    let mut best: Option<Progress> = None;
    let mut starts = Vec::new();
    for _ in 0..restarts {
        let mut progress = fit.start(k, Random::seeded(seeds.seed()));
        fit.descend(&mut progress, options.tol)?;
        starts.push(progress.objective());
        if best.as_ref().is_none_or(|best| progress.objective() < best.objective()) {
            best = Some(progress);
        }
    }
    let mut best = best.expect("there is at least one start");
    if restarts > 1 {
        let converged = best.converged;
        fit.descend(&mut best, 1e-6 * options.tol)?;
        best.converged |= converged;
    }
    let Progress { factors, history, converged } = best;
    let model = factors.finish("als", ratings.clone(), options.clip);
    let biases = options.biases;
    Ok(FactorModel { biases, penalty, history, converged, starts, seed: options.seed, ..model })
}

struct Fit<'a> {
    ratings: &'a Ratings,
    penalty: Penalty,
    options: &'a AlsOptions,
    monitor: &'a Monitor,
}

struct Progress {
    factors: Factors,
    history: Vec<Epoch>,
    converged: bool,
}

impl Progress {
    fn objective(&self) -> f64 {
        self.history.last().map_or(f64::INFINITY, |epoch| epoch.objective)
    }
}

impl Fit<'_> {
    /// Zeros for the users, who are solved for first, and random items.
    fn start(&self, k: usize, mut random: Random) -> Progress {
        let start = if self.options.biases { self.ratings.mean().unwrap_or(0.0) } else { 0.0 };
        let users = Side::zeros(self.ratings.users().len(), k);
        let scale = 1.0 / (k as f64).sqrt();
        let items = Side::random(self.ratings.items().len(), k, scale, &mut random);
        let factors = Factors { k, start, users, items };
        Progress { factors, history: Vec::new(), converged: false }
    }

    /// Iterates until the objective is within `tol` of its limit.
    fn descend(&self, progress: &mut Progress, tol: f64) -> Result<()> {
        let penalty = &self.penalty;
        let max_iter = progress.history.len() + self.options.max_iter;
        progress.converged = settled(&progress.history, tol);
        while !progress.converged && progress.history.len() < max_iter {
            let Factors { k, start, users, items } = &mut progress.factors;
            let solve = |entries, own: &mut Side, other: &Side, bias_lambda| {
                let half = HalfStep { entries, other, k: *k, start: *start, penalty, bias_lambda };
                half.solve(own, self.options.biases, self.monitor)
            };
            solve(self.ratings.by_user(), users, items, penalty.user_bias)?;
            solve(self.ratings.by_item(), items, users, penalty.item_bias)?;
            let epoch = progress.factors.assess(self.ratings, penalty);
            progress.history.push(epoch);
            let (iteration, objective) = (progress.history.len(), epoch.objective);
            self.monitor.step(Step { task: "als", iteration, max_iter, objective })?;
            progress.converged = settled(&progress.history, tol);
        }
        Ok(())
    }
}

/// Whether the decreases, continued as the geometric series they tend to, add less than `tol` of the
/// objective. A plain threshold on the last decrease stops far too early when progress is slow; a
/// single ratio does where the first steep descent turns into the slow one, hence the larger of two.
fn settled(history: &[Epoch], tol: f64) -> bool {
    let [.., a, b, c, d] = history else { return false };
    let drops = [(a, b), (b, c), (c, d)].map(|(x, y)| x.objective - y.objective);
    if drops[2] <= 4.0 * f64::EPSILON * d.objective {
        return true;
    }
    let ratio = (drops[1] / drops[0]).max(drops[2] / drops[1]);
    (0.0..1.0).contains(&ratio) && drops[2] * ratio / (1.0 - ratio) <= tol * d.objective
}

struct HalfStep<'a> {
    entries: &'a Entries,
    other: &'a Side,
    k: usize,
    start: f64,
    penalty: &'a Penalty,
    bias_lambda: f64,
}

impl HalfStep<'_> {
    /// Solves every row of `own` given the other side.
    fn solve(&self, own: &mut Side, biases: bool, monitor: &Monitor) -> Result<()> {
        let rows = own.factors.par_chunks_exact_mut(self.k).zip(own.bias.par_iter_mut());
        let size = self.k + usize::from(biases);
        rows.enumerate().with_min_len(8).for_each_init(
            || (vec![0.0; size * size], vec![0.0; size], vec![0.0; 4 * size]),
            |(gram, right, features), (n, (factors, bias))| {
                // Polled in every row, so that a long half step ends within the time of a few rows.
                if !monitor.interrupt.is_set() {
                    self.row(n, gram, right, features);
                    factors.copy_from_slice(&right[..self.k]);
                    if biases {
                        *bias = right[self.k];
                    }
                }
            },
        );
        monitor.interrupt.check()
    }

    /// Leaves the solution of row `n` in `right`: the factors, then the bias.
    fn row(&self, n: usize, gram: &mut [f64], right: &mut [f64], features: &mut [f64]) {
        let (k, size) = (self.k, right.len());
        gram.fill(0.0);
        right.fill(0.0);
        let range = self.entries.indptr().outer_inds_sz(n);
        let count = range.len();
        if count == 0 {
            return;
        }
        let (items, values) = (&self.entries.indices()[range.clone()], &self.entries.data()[range]);
        // Four ratings at a time: the Gram matrix is then read and written a quarter as often.
        for (items, values) in items.chunks(4).zip(values.chunks(4)) {
            features.fill(0.0);
            let mut targets = [0.0; 4];
            for (n, (&i, rating)) in items.iter().zip(values).enumerate() {
                let x = &mut features[n * size..(n + 1) * size];
                x[..k].copy_from_slice(self.other.row(i as usize, k));
                x[k..].fill(1.0);
                targets[n] = rating - self.start - self.other.bias[i as usize];
            }
            let (x01, x23) = features.split_at(2 * size);
            let ((x0, x1), (x2, x3)) = (x01.split_at(size), x23.split_at(size));
            for a in 0..size {
                let w = [x0[a], x1[a], x2[a], x3[a]];
                right[a] += (0..4).map(|n| w[n] * targets[n]).sum::<f64>();
                let line = &mut gram[a * size..a * size + a + 1];
                let columns = x0.iter().zip(x1).zip(x2.iter().zip(x3));
                for (g, ((y0, y1), (y2, y3))) in line.iter_mut().zip(columns) {
                    *g += (w[0] * y0 + w[1] * y1) + (w[2] * y2 + w[3] * y3);
                }
            }
        }
        let weight = if self.penalty.weighted { count as f64 } else { 1.0 };
        for a in 0..size {
            let lambda = if a < k { weight * self.penalty.factors } else { self.bias_lambda };
            gram[a * size + a] += lambda;
        }
        solve_positive(gram, right);
    }
}

/// Solves `A x = b` by Cholesky in the lower triangle of the row-major `a`; `b` becomes `x`.
///
/// Without a penalty `A` may be singular (fewer ratings than factors). A vanishing pivot then drops
/// its unknown, which picks one of the minimisers.
fn solve_positive(a: &mut [f64], b: &mut [f64]) {
    let n = b.len();
    for j in 0..n {
        let scale = a[j * n + j];
        let (above, rest) = a.split_at_mut(j * n);
        for (m, row) in above.chunks_exact(n).enumerate() {
            let sum: f64 = rest[..m].iter().zip(row).map(|(x, y)| x * y).sum();
            rest[m] = if row[m] > 0.0 { (rest[m] - sum) / row[m] } else { 0.0 };
        }
        let pivot = rest[j] - rest[..j].iter().map(|x| x * x).sum::<f64>();
        rest[j] = if pivot > 1e-13 * scale { pivot.sqrt() } else { 0.0 };
    }
    for j in 0..n {
        let row = &a[j * n..j * n + j + 1];
        let sum: f64 = row[..j].iter().zip(&b[..j]).map(|(x, y)| x * y).sum();
        b[j] = if row[j] > 0.0 { (b[j] - sum) / row[j] } else { 0.0 };
    }
    for j in (0..n).rev() {
        let row = &a[j * n..j * n + j + 1];
        let x = if row[j] > 0.0 { b[j] / row[j] } else { 0.0 };
        b[j] = x;
        b[..j].iter_mut().zip(row).for_each(|(b, l)| *b -= l * x);
    }
}
