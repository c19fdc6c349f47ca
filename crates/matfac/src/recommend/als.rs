//! Explicit alternating least squares: each user's factors and bias are a ridge regression on the
//! items', then the reverse.
//!
//! Zhou, Wilkinson, Schreiber and Pan (2008), "Large-scale parallel collaborative filtering for the
//! Netflix prize", whose penalty counts a row once for each of its ratings (`weighted`); Koren, Bell and
//! Volinsky (2009) for the biases, which here are solved for together with the factors and have a
//! penalty of their own. Every half step minimises the objective exactly (Cholesky), so that it never
//! rises; nor does it by a few conjugate gradient steps from the row as it was, or by coordinate descent for
//! non-negative factors. Everything is in double precision: the tiles of [`super::ridge`] are fast
//! enough, and least objectives are told to six digits and more. An iteration costs `O(nnz k² + (users + items) k³)`; rows are solved in parallel and the
//! result does not depend on the number of threads.

use super::factors::{Factors, Side};
use super::fit::{
    Aim, Clip, Epoch, Fit, Setting, check_factors, check_finite, check_iterations,
    check_non_negative, check_ratings,
};
use super::ridge::{Ridge, RowSolver};
use super::{FactorModel, Penalty, UserFit};
use crate::data::{End, Monitor, Ratings, Step};
use crate::error::{Error, Result};
use crate::linalg::Random;
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
    /// How a row is solved given the other side.
    pub solver: RowSolver,
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
            solver: RowSolver::Cholesky,
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
    check_ratings("als", ratings)?;
    options.clip.check()?;
    let k = check_factors("als", ratings, options.k, 20)?;
    let lambda = options.lambda.unwrap_or(if options.weighted { 0.17 } else { 14.0 });
    check_non_negative("lambda", lambda)?;
    check_non_negative("bias_lambda", options.bias_lambda)?;
    check_non_negative("tol", options.tol)?;
    check_iterations(options.max_iter)?;
    if options.solver == RowSolver::Cg(0) {
        return Err(Error::argument("cg_steps", "cg_steps must be at least 1"));
    }
    let bias_lambda = if options.biases { options.bias_lambda } else { 0.0 };
    let penalty = Penalty {
        factors: lambda,
        user_bias: bias_lambda,
        item_bias: bias_lambda,
        weighted: options.weighted,
        weighted_biases: false,
    };
    let mut seeds = Random::seeded(options.seed);
    let restarts = options.restarts.max(1);
    let descent = Descent { ratings, penalty, options, monitor };
    let mut best: Option<Progress> = None;
    let mut starts = Vec::new();
    for _ in 0..restarts {
        let mut progress = descent.start(k, Random::seeded(seeds.seed()));
        descent.run(&mut progress, options.tol);
        if let Some(last) = progress.history.last() {
            check_finite("als", last.objective)?;
        }
        starts.push(progress.objective());
        let stopped = progress.end == End::Interrupted;
        if best.as_ref().is_none_or(|best| progress.objective() < best.objective()) {
            best = Some(progress);
        }
        if stopped {
            break;
        }
    }
    let mut best = best.expect("there is at least one start");
    if monitor.interrupt.is_set() {
        best.end = End::Interrupted;
    } else if restarts > 1 {
        let end = best.end;
        descent.run(&mut best, 1e-6 * options.tol);
        if end == End::Converged && best.end == End::Limit {
            best.end = end;
        }
    }
    let settings = vec![
        ("k", Setting::Number(k as f64)),
        ("lambda", Setting::Number(lambda)),
        ("weighted", Setting::Flag(options.weighted)),
        ("biases", Setting::Flag(options.biases)),
    ];
    let fit = Fit {
        clip: options.clip.range(ratings),
        settings,
        history: best.history,
        end: best.end,
        starts,
        seed: options.seed,
        ..Fit::new("als", Aim::Ratings, ratings.clone())
    };
    let user_fit = match options.solver {
        RowSolver::NonNegative => UserFit::NonNegative,
        _ => UserFit::Ridge,
    };
    Ok(FactorModel { user_fit, ..best.factors.finish(fit, options.biases, penalty) })
}

struct Descent<'a> {
    ratings: &'a Ratings,
    penalty: Penalty,
    options: &'a AlsOptions,
    monitor: &'a Monitor,
}

struct Progress {
    factors: Factors,
    history: Vec<Epoch>,
    end: End,
}

impl Progress {
    fn objective(&self) -> f64 {
        self.history.last().map_or(f64::INFINITY, |epoch| epoch.objective)
    }
}

impl Descent<'_> {
    /// Zeros for the users, who are solved for first, and random items.
    ///
    /// Without biases the items' first factor is their mean rating, as Zhou et al. start: random signs leave
    /// ratings of one sign in poor local minima where the penalty is small.
    fn start(&self, k: usize, mut random: Random) -> Progress {
        let ratings = self.ratings;
        let start = if self.options.biases { ratings.mean().unwrap_or(0.0) } else { 0.0 };
        let users = Side::zeros(ratings.users().len(), k);
        let scale = 1.0 / (k as f64).sqrt();
        let mut items = Side::random(ratings.items().len(), k, scale, &mut random);
        if !self.options.biases {
            for i in 0..ratings.items().len() {
                let values = ratings.item_col(i).1;
                if !values.is_empty() {
                    items.factors[i * k] = values.iter().sum::<f64>() / values.len() as f64;
                }
            }
        }
        if self.options.solver == RowSolver::NonNegative {
            items.factors.iter_mut().for_each(|x| *x = x.abs());
        }
        let factors = Factors { k, start, users, items };
        Progress { factors, history: Vec::new(), end: End::Limit }
    }

    /// Iterates until the objective is within `tol` of its limit.
    fn run(&self, progress: &mut Progress, tol: f64) {
        let penalty = &self.penalty;
        let max_iter = progress.history.len() + self.options.max_iter;
        progress.end = End::Limit;
        while progress.history.len() < max_iter {
            if settled(&progress.history, tol) {
                progress.end = End::Converged;
                return;
            }
            let Factors { k, start, users, items } = &mut progress.factors;
            let solver = self.options.solver;
            let solve = |entries, own: &mut Side, other: &Side, bias_lambda| {
                let side =
                    Ridge { entries, other, k: *k, start: *start, penalty, bias_lambda, solver };
                side.solve(own, self.options.biases, &self.monitor.interrupt);
            };
            solve(self.ratings.by_user(), users, items, penalty.user_bias);
            solve(self.ratings.by_item(), items, users, penalty.item_bias);
            let epoch = progress.factors.assess(self.ratings, penalty);
            progress.history.push(epoch);
            let (iteration, objective) = (progress.history.len(), epoch.objective);
            if !self.monitor.goes_on(Step { task: "als", iteration, max_iter, objective }) {
                progress.end = End::Interrupted;
                return;
            }
        }
        if settled(&progress.history, tol) {
            progress.end = End::Converged;
        }
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
