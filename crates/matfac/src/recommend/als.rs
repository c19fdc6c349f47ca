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
#[derive(Debug, Clone, PartialEq)]
pub struct AlsOptions {
    /// Number of factors, at most min(users, items); `None` is 20 or that most.
    pub k: Option<usize>,
    /// Penalty of the factors.
    pub lambda: f64,
    /// Penalty of the biases.
    pub bias_lambda: f64,
    /// Whether to fit mean and biases beside the factors.
    pub biases: bool,
    /// Whether a row's factors pay `lambda` once for each of its ratings instead of once.
    pub weighted: bool,
    /// Random starts, of which the one with the least objective is kept.
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
            lambda: 8.0,
            bias_lambda: 4.0,
            biases: true,
            weighted: false,
            restarts: 1,
            tol: 1e-6,
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
    check_non_negative("lambda", options.lambda)?;
    check_non_negative("bias_lambda", options.bias_lambda)?;
    check_non_negative("tol", options.tol)?;
    check_iterations(options.max_iter)?;
    let bias_lambda = if options.biases { options.bias_lambda } else { 0.0 };
    let penalty = Penalty {
        factors: options.lambda,
        user_bias: bias_lambda,
        item_bias: bias_lambda,
        weighted: options.weighted,
    };
    let mut seeds = Random::seeded(options.seed);
    let mut best: Option<(Factors, Vec<Epoch>, bool)> = None;
    let mut starts = Vec::new();
    for _ in 0..options.restarts.max(1) {
        let random = Random::seeded(seeds.seed());
        let (factors, history, converged) = start(ratings, k, &penalty, options, random, monitor)?;
        let objective = history[history.len() - 1].objective;
        starts.push(objective);
        if best.as_ref().is_none_or(|(_, h, _)| objective < h[h.len() - 1].objective) {
            best = Some((factors, history, converged));
        }
    }
    let (factors, history, converged) = best.expect("there is at least one start");
    let model = factors.finish("als", ratings.clone(), options.clip);
    let biases = options.biases;
    Ok(FactorModel { biases, penalty, history, converged, starts, seed: options.seed, ..model })
}

fn start(
    ratings: &Ratings,
    k: usize,
    penalty: &Penalty,
    options: &AlsOptions,
    mut random: Random,
    monitor: &Monitor,
) -> Result<(Factors, Vec<Epoch>, bool)> {
    let mean = ratings.mean().unwrap_or(0.0);
    let (users, items) = (ratings.users().len(), ratings.items().len());
    let mut factors = Factors {
        k,
        start: if options.biases { mean } else { 0.0 },
        users: Side::zeros(users, k),
        items: Side::random(items, k, 1.0 / (k as f64).sqrt(), &mut random),
    };
    let mut history: Vec<Epoch> = Vec::new();
    for iteration in 1..=options.max_iter {
        let Factors { start, users, items, .. } = &mut factors;
        let solve = |entries, own: &mut Side, other: &Side, bias_lambda| {
            let half = HalfStep { entries, other, k, start: *start, penalty, bias_lambda };
            half.solve(own, options.biases, monitor)
        };
        solve(ratings.by_user(), users, items, penalty.user_bias)?;
        solve(ratings.by_item(), items, users, penalty.item_bias)?;
        let epoch = factors.assess(ratings, penalty);
        history.push(epoch);
        let (max_iter, objective) = (options.max_iter, epoch.objective);
        monitor.step(Step { task: "als", iteration, max_iter, objective })?;
        if settled(&history, options.tol) {
            return Ok((factors, history, true));
        }
    }
    Ok((factors, history, false))
}

/// Whether the decreases, continued as the geometric series they tend to, add less than `tol` of the
/// objective. A plain threshold on the last decrease stops far too early when progress is slow.
fn settled(history: &[Epoch], tol: f64) -> bool {
    let [.., a, b, c] = history else { return false };
    let (before, last) = (a.objective - b.objective, b.objective - c.objective);
    if last <= 4.0 * f64::EPSILON * c.objective {
        return true;
    }
    let ratio = last / before;
    ratio < 1.0 && last * ratio / (1.0 - ratio) <= tol * c.objective
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
            || (vec![0.0; size * size], vec![0.0; size], vec![0.0; size]),
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
        if size > k {
            features[k] = 1.0;
        }
        let ratings = self.entries.indices()[range.clone()].iter().zip(&self.entries.data()[range]);
        for (&i, rating) in ratings {
            let i = i as usize;
            features[..k].copy_from_slice(self.other.row(i, k));
            let target = rating - self.start - self.other.bias[i];
            for a in 0..size {
                let weight = features[a];
                right[a] += weight * target;
                let line = &mut gram[a * size..a * size + a + 1];
                line.iter_mut().zip(&features[..]).for_each(|(g, x)| *g += weight * x);
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
