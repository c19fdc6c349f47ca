//! Factor models by gradient descent.
//!
//! Stochastic: Funk (2006), "Netflix update: try this at home", in the form of Koren, Bell and Volinsky
//! (2009): for each rating in a shuffled order, `p_u += η (e q_i - λ p_u)` and the same for `q_i`, `b_u`
//! and `b_i`; a row therefore pays its penalty once for each of its ratings. Full batch: the same step
//! with the gradient of the whole objective, in which each row pays once. An epoch costs `O(nnz k)`.
//!
//! The stochastic steps work in single precision (biases and sums in double), the full ones in double.

use super::descent::{Course, Descending, Outcome, Schedule, parts};
use super::factors::{Factors, Side};
use super::fit::{
    Aim, Clip, Epoch, Fit, Setting, check_factors, check_non_negative, check_ratings,
};
use super::line::prefetch;
use super::narrow::{AHEAD, Narrow};
use super::rows::{Part, dot, lean_both, parted};
use super::widest::widest;
use super::{FactorModel, Penalty};
use crate::data::{Entries, Interrupt, Monitor, Ratings};
use crate::error::Result;
use crate::linalg::Random;
use rayon::prelude::*;
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
    /// How the learning rate changes.
    pub schedule: Schedule,
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
            schedule: Schedule::Constant,
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
/// When there is no rating, an option makes no sense, or the descent diverges.
pub fn funksvd(
    ratings: &Arc<Ratings>,
    options: &FunkSvdOptions,
    monitor: &Monitor,
) -> Result<FactorModel> {
    check_ratings("funksvd", ratings)?;
    options.clip.check()?;
    let k = check_factors("funksvd", ratings, options.k, 20)?;
    check_non_negative("lambda", options.lambda)?;
    check_non_negative("init_scale", options.init_scale)?;
    let course = Course {
        task: "funksvd",
        lr: options.lr,
        schedule: options.schedule,
        max_iter: options.max_iter,
        tol: options.tol,
        patience: options.patience,
    };
    course.check()?;
    let (fitted, held) = parts(ratings, options.holdout, options.seed)?;
    let bias = if options.biases { options.lambda } else { 0.0 };
    let penalty = Penalty {
        factors: options.lambda,
        user_bias: bias,
        item_bias: bias,
        weighted: options.batch == Batch::Sgd,
        weighted_biases: options.batch == Batch::Sgd,
    };
    let mut random = Random::seeded(options.seed);
    let factors = start(k, &fitted, options, &mut random);
    let held = held.as_ref();
    let (factors, history, end) = match options.batch {
        Batch::Sgd => {
            let model = Stochastic::new(&factors, &fitted, penalty, options.biases);
            let Outcome { model, history, end } =
                course.run(model, &fitted, held, &mut random, monitor)?;
            (model.narrow.widened(), history, end)
        }
        Batch::Full => {
            let model = Whole { factors, fitted: fitted.clone(), penalty, biases: options.biases };
            let Outcome { model, history, end } =
                course.run(model, &fitted, held, &mut random, monitor)?;
            (model.factors, history, end)
        }
    };
    let settings = vec![
        ("k", Setting::Number(k as f64)),
        ("lr", Setting::Number(options.lr)),
        ("lambda", Setting::Number(options.lambda)),
        ("biases", Setting::Flag(options.biases)),
    ];
    let fit = Fit {
        clip: options.clip.range(&fitted),
        settings,
        // What was held out is seen by the user all the same, and must not be recommended.
        ..Fit::new("funksvd", Aim::Ratings, ratings.clone()).iterated(history, end, options.seed)
    };
    let mean = fitted.mean().unwrap_or(0.0);
    Ok(FactorModel { mean, ..factors.finish(fit, options.biases, penalty) })
}

fn start(k: usize, fitted: &Ratings, options: &FunkSvdOptions, random: &mut Random) -> Factors {
    let (users, items) = (fitted.users().len(), fitted.items().len());
    let mut factors = Factors {
        k,
        start: if options.biases { fitted.mean().unwrap_or(0.0) } else { 0.0 },
        users: Side::random(users, k, options.init_scale, random),
        items: Side::random(items, k, options.init_scale, random),
    };
    factors.forget_unrated(fitted);
    factors
}

/// One rating after another: in blocks of users × items, so that those without common rows go in parallel (Gemulla,
/// Nijkamp, Haas and Sismanis 2011, "Large-scale matrix factorization with distributed stochastic gradient
/// descent"). The blocks do not depend on the number of threads, hence neither do the bits.
struct Stochastic {
    narrow: Narrow,
    /// Ratings with positions inside their block; row after row of blocks.
    blocks: Vec<Vec<(u32, u32, f32)>>,
    /// Where the users' and the items' parts end.
    user_ends: Vec<usize>,
    item_ends: Vec<usize>,
    step: Step,
}

/// What is the same in each step of a fit.
#[derive(Clone, Copy)]
struct Step {
    start: f64,
    penalty: Penalty,
    biases: bool,
}

/// From how many ratings on there are several blocks, and how many along each side.
const MANY: usize = 20_000;
const PARTS: usize = 4;
/// In how many rounds an epoch goes through the blocks: in few it is worse than a shuffle of all ratings (test RMSE
/// .859 in one and .855 in these on the small MovieLens set, .855 with all ratings shuffled).
const ROUNDS: usize = 16;

impl Stochastic {
    fn new(factors: &Factors, fitted: &Ratings, penalty: Penalty, biases: bool) -> Stochastic {
        let Factors { k, start, users, items } = factors;
        let parts = if fitted.nnz() < MANY { 1 } else { PARTS };
        let user_ends = ends(fitted.by_user(), parts);
        let item_ends = ends(fitted.by_item(), parts);
        let mut blocks = vec![Vec::new(); parts * parts];
        for (u, i, r) in fitted.iter() {
            let (row, first_user) = part_of(&user_ends, u);
            let (col, first_item) = part_of(&item_ends, i);
            let place = ((u - first_user) as u32, (i - first_item) as u32, r as f32);
            blocks[row * parts + col].push(place);
        }
        let step = Step { start: *start, penalty, biases };
        let narrow = Narrow::of(*k, *start, users, items);
        Stochastic { narrow, blocks, user_ends, item_ends, step }
    }
}

impl Stochastic {
    /// The steps of one round in the blocks of one turn, which have no row in common.
    fn round(&mut self, round: usize, turn: usize, lr: f64) {
        let parts = self.user_ends.len();
        let Narrow { user_bias, item_bias, users, items, .. } = &mut self.narrow;
        let users = parted(user_bias, users, &self.user_ends);
        let mut items = parted(item_bias, items, &self.item_ends);
        items.rotate_left(turn);
        let blocks = (0..parts).map(|row| &self.blocks[row * parts + (row + turn) % parts]);
        let tasks: Vec<_> = users.into_iter().zip(items).zip(blocks).collect();
        let step = self.step;
        tasks.into_par_iter().with_max_len(1).for_each(|((mut users, mut items), block)| {
            let cut = |round: usize| block.len() * round / ROUNDS;
            steps(&mut users, &mut items, &block[cut(round)..cut(round + 1)], lr, step);
        });
    }
}

/// Cuts rows into parts with about as many ratings each.
fn ends(entries: &Entries, parts: usize) -> Vec<usize> {
    let (rows, nnz) = (entries.outer_dims(), entries.nnz());
    let starts = entries.indptr();
    let end = |part: usize| {
        starts.raw_storage()[..rows].partition_point(|&n| (n as usize) * parts < nnz * part)
    };
    (1..parts).map(end).chain([rows]).collect()
}

/// The part of a row, and where that begins.
fn part_of(ends: &[usize], row: usize) -> (usize, usize) {
    let part = ends.partition_point(|&end| end <= row);
    (part, if part == 0 { 0 } else { ends[part - 1] })
}

impl Descending for Stochastic {
    type Iterate = Narrow;

    fn iterate(&self) -> Narrow {
        self.narrow.clone()
    }

    fn restore(&mut self, kept: Narrow) {
        self.narrow = kept;
    }

    fn epoch(&mut self, lr: f64, random: &mut Random, interrupt: &Interrupt) {
        let seeds: Vec<u64> = self.blocks.iter().map(|_| random.seed()).collect();
        let blocks = self.blocks.par_iter_mut().zip(seeds);
        blocks.for_each(|(block, seed)| Random::seeded(seed).shuffle(block));
        let parts = self.user_ends.len();
        let mut turns: Vec<usize> = (0..parts).collect();
        for round in 0..ROUNDS {
            random.shuffle(&mut turns);
            for &turn in &turns {
                // The flag is read between stretches of ratings: an epoch over millions takes seconds.
                if interrupt.is_set() {
                    return;
                }
                self.round(round, turn, lr);
            }
        }
    }

    fn assess(&self, fitted: &Ratings) -> Epoch {
        let penalty = &self.step.penalty;
        self.narrow.assess(fitted, penalty.factors, penalty.user_bias)
    }

    fn squares(&self, ratings: &Ratings) -> f64 {
        self.narrow.squares(&self.narrow.users, ratings)
    }
}

widest! {
/// A step for each rating of a stretch.
fn steps(users: &mut Part, items: &mut Part, stretch: &[(u32, u32, f32)], lr: f64, step: Step) {
    let Step { start, penalty, biases } = step;
    let decay = (1.0 - lr * penalty.factors) as f32;
    for (n, &(u, i, r)) in stretch.iter().enumerate() {
        if let Some(&(u, i, _)) = stretch.get(n + AHEAD) {
            prefetch(users.row_mut(u as usize));
            prefetch(items.row_mut(i as usize));
        }
        let (u, i) = (u as usize, i as usize);
        let (b_u, b_i) = (users.bias[u], items.bias[i]);
        let (p, q) = (users.row_mut(u), items.row_mut(i));
        let e = f64::from(r) - (start + b_u + b_i) - f64::from(dot(p, q));
        lean_both(p, q, decay, (lr * e) as f32);
        if biases {
            users.bias[u] = b_u + lr * (e - penalty.user_bias * b_u);
            items.bias[i] = b_i + lr * (e - penalty.item_bias * b_i);
        }
    }
}
}

/// All ratings at once.
struct Whole {
    factors: Factors,
    fitted: Arc<Ratings>,
    penalty: Penalty,
    biases: bool,
}

impl Descending for Whole {
    type Iterate = Factors;

    fn iterate(&self) -> Factors {
        self.factors.clone()
    }

    fn restore(&mut self, kept: Factors) {
        self.factors = kept;
    }

    fn epoch(&mut self, lr: f64, _: &mut Random, _: &Interrupt) {
        full_step(&mut self.factors, &self.fitted, lr, self.penalty.factors, self.biases);
    }

    fn assess(&self, fitted: &Ratings) -> Epoch {
        self.factors.assess(fitted, &self.penalty)
    }

    fn squares(&self, ratings: &Ratings) -> f64 {
        self.factors.squares(ratings)
    }
}

fn full_step(factors: &mut Factors, fitted: &Ratings, lr: f64, lambda: f64, biases: bool) {
    let k = factors.k;
    let mut users = Side::zeros(factors.users.bias.len(), k);
    let mut items = Side::zeros(factors.items.bias.len(), k);
    for (u, i, r) in fitted.iter() {
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
        pairs.for_each(|(x, g)| *x += lr * (g - lambda * *x));
    };
    step(&mut factors.users.factors, &users.factors);
    step(&mut factors.items.factors, &items.factors);
    if biases {
        step(&mut factors.users.bias, &users.bias);
        step(&mut factors.items.bias, &items.bias);
    }
}
