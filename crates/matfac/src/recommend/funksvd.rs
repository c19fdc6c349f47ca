//! Factor models by gradient descent.
//!
//! Stochastic: Funk (2006), "Netflix update: try this at home", in the form of Koren, Bell and Volinsky
//! (2009): for each rating in a shuffled order, `p_u += η (e q_i - λ p_u)` and the same for `q_i`, `b_u`
//! and `b_i`; a row therefore pays its penalty once for each of its ratings. Full batch: the same step
//! with the gradient of the whole objective, in which each row pays once. An epoch costs `O(nnz k)`.

use super::factors::{Factors, Side};
use super::fit::{
    Aim, Clip, Epoch, Fit, Setting, check_factors, check_iterations, check_non_negative,
    check_positive, check_ratings,
};
use super::{FactorModel, Penalty, SplitOptions, split};
use crate::data::{End, Interrupt, Monitor, Ratings, Step};
use crate::error::{Error, Result};
use crate::linalg::Random;
use std::sync::Arc;

/// What a step of gradient descent looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Batch {
    /// One rating after another, in an order shuffled anew for each epoch.
    #[default]
    Sgd,
    /// All ratings at once.
    Full,
}

/// How [`funksvd`] fits.
#[derive(Debug, Clone, PartialEq)]
pub struct FunkSvdOptions {
    /// Number of factors, at most min(users, items); `None` is 20 or that most.
    pub k: Option<usize>,
    /// Learning rate η.
    pub lr: f64,
    /// Penalty of factors and biases.
    pub lambda: f64,
    /// Whether to fit mean and biases beside the factors.
    pub biases: bool,
    /// Epochs (the most, when stopping early).
    pub max_iter: usize,
    /// Stop when an epoch changes the objective by less than this fraction; 0 runs all epochs.
    pub tol: f64,
    /// What a step looks at.
    pub batch: Batch,
    /// Standard deviation of the random start.
    pub init_scale: f64,
    /// Fraction of the ratings held out to stop early; 0 for none. The best epoch is kept.
    pub holdout: f64,
    /// Epochs without a better error on the held-out ratings before stopping.
    pub patience: usize,
    /// Seed of start and shuffles.
    pub seed: u64,
    /// The range of predictions.
    pub clip: Clip,
}

impl Default for FunkSvdOptions {
    fn default() -> FunkSvdOptions {
        FunkSvdOptions {
            k: None,
            lr: 0.01,
            lambda: 0.1,
            biases: true,
            max_iter: 50,
            tol: 0.0,
            batch: Batch::Sgd,
            init_scale: 0.1,
            holdout: 0.0,
            patience: 3,
            seed: 0,
            clip: Clip::Observed,
        }
    }
}

/// Fits a factor model by gradient descent.
///
/// # Errors
/// When there is no rating, an option makes no sense, the descent diverges, or the monitor interrupts.
pub fn funksvd(
    ratings: &Arc<Ratings>,
    options: &FunkSvdOptions,
    monitor: &Monitor,
) -> Result<FactorModel> {
    check_ratings("funksvd", ratings)?;
    options.clip.check()?;
    let k = check_factors("funksvd", ratings, options.k, 20)?;
    check_options(options)?;
    let held = match options.holdout {
        0.0 => None,
        test => Some(hold_out(ratings, test, options.seed)?),
    };
    let fitted = held.as_ref().map_or(&**ratings, |(train, _)| train);
    let test = held.as_ref().map(|(_, test)| test);
    if fitted.nnz() == 0 || test.is_some_and(|test| test.nnz() == 0) {
        let message =
            format!("holdout={} of {} ratings leaves none", options.holdout, ratings.nnz());
        return Err(Error::argument("holdout", message));
    }
    let bias = if options.biases { options.lambda } else { 0.0 };
    let penalty = Penalty {
        factors: options.lambda,
        user_bias: bias,
        item_bias: bias,
        weighted: options.batch == Batch::Sgd,
    };
    let mut random = Random::seeded(options.seed);
    let (users, items) = (ratings.users().len(), ratings.items().len());
    let mut factors = Factors {
        k,
        start: if options.biases { fitted.mean().unwrap_or(0.0) } else { 0.0 },
        users: Side::random(users, k, options.init_scale, &mut random),
        items: Side::random(items, k, options.init_scale, &mut random),
    };
    forget_unrated(&mut factors, fitted);
    let triplets: Vec<(u32, u32, f64)> =
        fitted.iter().map(|(u, i, r)| (u as u32, i as u32, r)).collect();
    let mut order: Vec<u32> = (0..triplets.len() as u32).collect();
    let mut history: Vec<Epoch> = Vec::new();
    let mut best: Option<(f64, usize, Factors)> = None;
    let asked_for_all = options.tol == 0.0 && test.is_none();
    let mut end = if asked_for_all { End::Converged } else { End::Limit };
    for iteration in 1..=options.max_iter {
        match options.batch {
            Batch::Sgd => {
                random.shuffle(&mut order);
                stochastic_epoch(&mut factors, &triplets, &order, options, &monitor.interrupt);
            }
            Batch::Full => full_step(&mut factors, &triplets, options),
        }
        let mut epoch = factors.assess(fitted, &penalty);
        epoch.held_out = test.and_then(|test| factors.assess(test, &penalty).rmse);
        let (max_iter, objective) = (options.max_iter, epoch.objective);
        if !objective.is_finite() {
            let message =
                format!("funksvd diverged in iteration {iteration} with lr={}", options.lr);
            let hint = format!("try a smaller lr, such as {}", options.lr / 4.0);
            return Err(Error::argument_hint("lr", message, hint));
        }
        let change = history.last().map(|last| (last.objective - objective).abs() / objective);
        history.push(epoch);
        if !monitor.goes_on(Step { task: "funksvd", iteration, max_iter, objective }) {
            end = End::Interrupted;
            break;
        }
        if let Some(error) = epoch.held_out {
            match &best {
                Some((least, at, _)) if error >= *least => {
                    if iteration - at >= options.patience.max(1) {
                        end = End::Converged;
                        break;
                    }
                }
                _ => best = Some((error, iteration, factors.clone())),
            }
        }
        if options.tol > 0.0 && change.is_some_and(|change| change <= options.tol) {
            end = End::Converged;
            break;
        }
    }
    if let Some((_, at, kept)) = best {
        factors = kept;
        history.truncate(at);
    }
    let settings = vec![
        ("k", Setting::Number(k as f64)),
        ("lr", Setting::Number(options.lr)),
        ("lambda", Setting::Number(options.lambda)),
        ("biases", Setting::Flag(options.biases)),
    ];
    let fit = Fit {
        clip: options.clip.range(fitted),
        settings,
        starts: history.last().map(|epoch| epoch.objective).into_iter().collect(),
        history,
        end,
        seed: options.seed,
        // What was held out is seen by the user all the same, and must not be recommended.
        ..Fit::new("funksvd", Aim::Ratings, ratings.clone())
    };
    let mean = fitted.mean().unwrap_or(0.0);
    Ok(FactorModel { mean, ..factors.finish(fit, options.biases, penalty) })
}

fn check_options(options: &FunkSvdOptions) -> Result<()> {
    check_non_negative("lambda", options.lambda)?;
    check_non_negative("tol", options.tol)?;
    check_non_negative("init_scale", options.init_scale)?;
    check_iterations(options.max_iter)?;
    check_positive("lr", options.lr)?;
    if !(0.0..1.0).contains(&options.holdout) {
        let message = format!("holdout must be a fraction in [0, 1); it is {}", options.holdout);
        return Err(Error::argument("holdout", message));
    }
    Ok(())
}

/// Divides into (train, test) so that every user and item of the test part also has a rating to train on.
fn hold_out(ratings: &Ratings, test: f64, seed: u64) -> Result<(Ratings, Ratings)> {
    let (train, test) = split(ratings, &SplitOptions { test, train: None, seed })?;
    let tested: Vec<bool> = ratings
        .iter()
        .map(|(u, i, _)| {
            let trained = !train.user_row(u).0.is_empty() && !train.item_col(i).0.is_empty();
            trained && test.get(u, i).is_some()
        })
        .collect();
    Ok((ratings.filter(|n| !tested[n]), ratings.filter(|n| tested[n])))
}

/// Rows without ratings keep zeros instead of the random start, which nothing would ever correct.
fn forget_unrated(factors: &mut Factors, ratings: &Ratings) {
    let k = factors.k;
    for u in (0..ratings.users().len()).filter(|&u| ratings.user_row(u).0.is_empty()) {
        factors.users.factors[u * k..(u + 1) * k].fill(0.0);
    }
    for i in (0..ratings.items().len()).filter(|&i| ratings.item_col(i).0.is_empty()) {
        factors.items.factors[i * k..(i + 1) * k].fill(0.0);
    }
}

fn stochastic_epoch(
    factors: &mut Factors,
    triplets: &[(u32, u32, f64)],
    order: &[u32],
    options: &FunkSvdOptions,
    interrupt: &Interrupt,
) {
    let Factors { k, start, users, items } = factors;
    let (k, lr, lambda) = (*k, options.lr, options.lambda);
    // The flag is read between stretches of ratings: an epoch over millions takes seconds.
    for stretch in order.chunks(1 << 16) {
        if interrupt.is_set() {
            return;
        }
        for &n in stretch {
            let (u, i, r) = triplets[n as usize];
            let (u, i) = (u as usize, i as usize);
            let p = &mut users.factors[u * k..(u + 1) * k];
            let q = &mut items.factors[i * k..(i + 1) * k];
            let latent: f64 = p.iter().zip(q.iter()).map(|(x, y)| x * y).sum();
            let e = r - (*start + users.bias[u] + items.bias[i] + latent);
            if options.biases {
                users.bias[u] += lr * (e - lambda * users.bias[u]);
                items.bias[i] += lr * (e - lambda * items.bias[i]);
            }
            for (x, y) in p.iter_mut().zip(q) {
                let old = *x;
                *x += lr * (e * *y - lambda * old);
                *y += lr * (e * old - lambda * *y);
            }
        }
    }
}

fn full_step(factors: &mut Factors, triplets: &[(u32, u32, f64)], options: &FunkSvdOptions) {
    let k = factors.k;
    let mut users = Side::zeros(factors.users.bias.len(), k);
    let mut items = Side::zeros(factors.items.bias.len(), k);
    for &(u, i, r) in triplets {
        let (u, i) = (u as usize, i as usize);
        let e = r - factors.value(u, i);
        users.bias[u] += e;
        items.bias[i] += e;
        let add = |sum: &mut [f64], row: &[f64]| {
            sum.iter_mut().zip(row).for_each(|(s, x)| *s += e * x);
        };
        add(&mut users.factors[u * k..(u + 1) * k], factors.items.row(i, k));
        add(&mut items.factors[i * k..(i + 1) * k], factors.users.row(u, k));
    }
    let step = |x: &mut [f64], gradient: &[f64]| {
        let pairs = x.iter_mut().zip(gradient);
        pairs.for_each(|(x, g)| *x += options.lr * (g - options.lambda * *x));
    };
    step(&mut factors.users.factors, &users.factors);
    step(&mut factors.items.factors, &items.factors);
    if options.biases {
        step(&mut factors.users.bias, &users.bias);
        step(&mut factors.items.bias, &items.bias);
    }
}
