//! Implicit alternating least squares: what was not observed counts as a weak no.
//!
//! Hu, Koren and Volinsky (2008), "Collaborative filtering for implicit feedback datasets". An observation of weight
//! r wants a score of 1 with confidence `1 + α r`, everything else a score of 0 with weight w. The objective is
//! `Σ_seen c (1 - p·q)² + w Σ_unseen (p·q)² + Σ λ_u ‖p_u‖² + Σ λ_i ‖q_i‖²`, where λ of a row is
//! `λ (its total weight / the mean of those)^ν`: Rendle, Krichene, Zhang and Koren (2022), "Revisiting the performance of iALS", whose
//! scaling by frequency this is, up to the unit of λ. Solvers: [`IalsSolver`]. Exact and block steps never raise the
//! objective. An iteration costs `O(nnz k² + (users + items) k³)` exactly, `O(nnz k b)` by blocks of b factors and
//! `O(nnz k steps + (users + items) k² steps)` by conjugate gradients; the rest is free, the objective included, since the sum over
//! everything unseen is a product of the k×k Gram matrices. Factors have single precision, sums over rows double.

use super::confidence::Confidence;
use super::fit::{
    Aim, Epoch, Fit, Setting, check_confidences, check_factors, check_finite, check_iterations,
    check_non_negative,
};
use super::ials_rows::{
    Given, Observed, Room, add_gram, row_as_it_is, row_by_blocks, row_by_gradients,
};
use super::line::{Line, WIDTH, flat, flat_mut, lines};
use super::rows::Rows;
use super::{FactorModel, Penalty, UserFit};
use crate::data::{End, Entries, Interrupt, Monitor, Ratings, Step};
use crate::error::{Error, Result};
use crate::linalg::Random;
use crate::linalg::simd::clean;
use rayon::prelude::*;
use std::sync::{Arc, Mutex};

/// How [`ials`] solves for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IalsSolver {
    /// A few steps of conjugate gradients from the row of the iteration before (Takács et al. 2011).
    #[default]
    Cg,
    /// Exactly.
    Cholesky,
    /// Exactly for one block of factors after the other (iALS++, Rendle et al. 2021): for many factors.
    Block,
}

/// How [`ials`] fits.
#[derive(Debug, Clone, PartialEq)]
pub struct IalsOptions {
    /// Number of factors, at most min(users, items); `None` is 64 or that most.
    pub k: Option<usize>,
    /// Penalty of the factors, of a row of mean weight.
    pub lambda: f64,
    /// How much more confidence a unit of weight gives: `c = 1 + α r`.
    pub alpha: f64,
    /// Weight of everything that was not observed.
    pub unobserved: f64,
    /// Exponent ν of the rows' total weights in the penalty: 0 for the same of all, 1 for proportional.
    pub nu: f64,
    /// How rows are solved for.
    pub solver: IalsSolver,
    /// Steps of conjugate gradients.
    pub cg_steps: usize,
    /// Factors of a block, rounded up to a multiple of 16.
    pub block: usize,
    /// Stop when an iteration lowers the objective by less than this fraction; 0 runs them all.
    pub tol: f64,
    /// Most iterations.
    pub max_iter: usize,
    /// Seed of the random start.
    pub seed: u64,
}

impl Default for IalsOptions {
    fn default() -> IalsOptions {
        IalsOptions {
            k: None,
            lambda: 10.0,
            alpha: 2.0,
            unobserved: 1.0,
            nu: 1.0,
            solver: IalsSolver::Cg,
            cg_steps: 3,
            block: 32,
            tol: 0.0,
            max_iter: 15,
            seed: 0,
        }
    }
}

/// Fits a factor model to weights of observations.
///
/// # Errors
/// When nothing is observed, a weight is negative, or an option makes no sense. Interrupted, it keeps the last iterate.
pub fn ials(
    ratings: &Arc<Ratings>,
    options: &IalsOptions,
    monitor: &Monitor,
) -> Result<FactorModel> {
    check_confidences("ials", ratings)?;
    let k = check_factors("ials", ratings, options.k, 64)?;
    check_options(options)?;
    let confidence = Confidence::new(ratings, options);
    let mut state = State::start(ratings, k, &confidence, options);
    let mut history: Vec<Epoch> = Vec::new();
    let mut end = if options.tol == 0.0 { End::Converged } else { End::Limit };
    for iteration in 1..=options.max_iter {
        let objective = state.iterate(options, &monitor.interrupt);
        check_finite("ials", objective)?;
        let drop = history.last().map(|last| last.objective - objective);
        history.push(Epoch { objective, rmse: None, held_out: None });
        let max_iter = options.max_iter;
        if !monitor.goes_on(Step { task: "ials", iteration, max_iter, objective }) {
            end = End::Interrupted;
            break;
        }
        if options.tol > 0.0 && drop.is_some_and(|drop| drop.abs() <= options.tol * objective) {
            end = End::Converged;
            break;
        }
    }
    let word = match options.solver {
        IalsSolver::Cg => "cg",
        IalsSolver::Cholesky => "cholesky",
        IalsSolver::Block => "block",
    };
    let settings = vec![
        ("k", Setting::Number(k as f64)),
        ("lambda", Setting::Number(options.lambda)),
        ("alpha", Setting::Number(options.alpha)),
        ("unobserved", Setting::Number(options.unobserved)),
        ("nu", Setting::Number(options.nu)),
        ("solver", Setting::Word(word)),
    ];
    let fit = Fit {
        settings,
        ..Fit::new("ials", Aim::Ranking, ratings.clone()).iterated(history, end, options.seed)
    };
    let penalty = Penalty {
        factors: options.lambda,
        user_bias: 0.0,
        item_bias: 0.0,
        weighted: false,
        weighted_biases: false,
    };
    let (users, items) = (ratings.users().len(), ratings.items().len());
    Ok(FactorModel {
        fit,
        mean: 0.0,
        biases: false,
        user_bias: vec![0.0; users],
        item_bias: vec![0.0; items],
        p: state.users.rows.matrix(),
        q: state.items.rows.matrix(),
        penalty,
        user_fit: UserFit::Confidence(confidence),
    })
}

fn check_options(options: &IalsOptions) -> Result<()> {
    let numbers = [
        ("lambda", options.lambda),
        ("alpha", options.alpha),
        ("unobserved", options.unobserved),
        ("nu", options.nu),
        ("tol", options.tol),
    ];
    for (name, value) in numbers {
        check_non_negative(name, value)?;
    }
    check_iterations(options.max_iter)?;
    for (name, value) in [("cg_steps", options.cg_steps), ("block", options.block)] {
        if value == 0 {
            return Err(Error::argument(name, format!("{name} must be at least 1; it is 0")));
        }
    }
    Ok(())
}

/// One side of the model, with what never changes about its rows.
struct Half<'a> {
    entries: &'a Entries,
    rows: Rows,
    lambda: Vec<f32>,
    /// Row numbers, those with the most observations first, and where a share of the work begins and ends.
    order: Vec<u32>,
    shares: Vec<usize>,
}

struct State<'a> {
    users: Half<'a>,
    items: Half<'a>,
    confidence: &'a Confidence,
}

impl<'a> Half<'a> {
    fn new(entries: &'a Entries, k: usize, lambda: Vec<f32>) -> Half<'a> {
        /// What a row costs besides its observations, in observations.
        const ROW: usize = 16;
        let starts = entries.indptr();
        let count = |n: u32| starts.outer_inds_sz(n as usize).len();
        let mut order: Vec<u32> = (0..entries.outer_dims() as u32).collect();
        order.sort_by_key(|&n| std::cmp::Reverse(count(n)));
        let whole = entries.nnz() + ROW * order.len();
        let (mut shares, mut held) = (vec![0], 0);
        for (place, &n) in order.iter().enumerate() {
            held += count(n) + ROW;
            if held > whole / 256 {
                shares.push(place + 1);
                held = 0;
            }
        }
        if *shares.last().expect("begins with 0") < order.len() {
            shares.push(order.len());
        }
        Half { entries, rows: Rows::zeros(order.len(), k), lambda, order, shares }
    }

    /// Gives every row to `solve` and sums up what it returns, in the order of the rows.
    ///
    /// Threads take shares as they become free, the longest rows first; a row depends on nothing else in its side, so
    /// that the bits do not depend on who takes it.
    fn each_row(&mut self, solve: impl Fn(Observed, &mut [Line], &mut Room) -> f64 + Sync) -> f64 {
        let mut parts = vec![0.0; self.order.len()];
        let mut open: Vec<Option<(&mut [Line], &mut f64)>> =
            self.rows.iter_mut().zip(&mut parts).map(Some).collect();
        let mut work: Vec<Vec<(u32, &mut [Line], &mut f64)>> = Vec::new();
        for share in self.shares.windows(2) {
            let rows = self.order[share[0]..share[1]].iter();
            work.push(
                rows.filter_map(|&n| open[n as usize].take().map(|(row, part)| (n, row, part)))
                    .collect(),
            );
        }
        let queue = Mutex::new(work.into_iter());
        let next = || queue.lock().map_or(None, |mut queue| queue.next());
        (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).for_each(|_| {
            clean();
            let mut room = Room::default();
            while let Some(share) = next() {
                for (n, row, part) in share {
                    let range = self.entries.indptr().outer_inds_sz(n as usize);
                    let seen = Observed {
                        rows: &self.entries.indices()[range.clone()],
                        values: &self.entries.data()[range],
                        lambda: self.lambda[n as usize],
                    };
                    *part = solve(seen, row, &mut room);
                }
            }
            clean();
        });
        parts.iter().sum()
    }

    fn penalty(&self) -> f64 {
        let squares = self
            .rows
            .iter()
            .map(|row| flat(row).iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>());
        squares.zip(&self.lambda).map(|(square, &lambda)| f64::from(lambda) * square).sum()
    }
}

impl<'a> State<'a> {
    /// Random users; the items are solved for first.
    fn start(
        ratings: &'a Ratings,
        k: usize,
        confidence: &'a Confidence,
        options: &IalsOptions,
    ) -> State<'a> {
        let single = |lambda: Vec<f64>| lambda.into_iter().map(|x| x as f32).collect();
        let users = confidence.user_lambdas(ratings);
        let items = confidence.item_lambdas(ratings);
        let mut users = Half::new(ratings.by_user(), k, single(users));
        let items = Half::new(ratings.by_item(), k, single(items));
        let mut random = Random::seeded(options.seed);
        let scale = 0.1 / (k as f64).sqrt();
        for row in users.rows.iter_mut() {
            flat_mut(row)[..k].fill_with(|| (scale * random.normal()) as f32);
        }
        State { users, items, confidence }
    }

    /// Solves for the items and then the users; gives the objective.
    fn iterate(&mut self, options: &IalsOptions, interrupt: &Interrupt) -> f64 {
        let users = self.users.rows.gram();
        half_step(&mut self.items, &self.users.rows, &users, options, interrupt);
        let items = self.items.rows.gram();
        let seen = half_step(&mut self.users, &self.items.rows, &items, options, interrupt);
        let everything: f64 = self.users.rows.gram().iter().zip(&items).map(|(x, y)| x * y).sum();
        let unobserved = self.confidence.unobserved;
        seen + unobserved * everything + self.users.penalty() + self.items.penalty()
    }
}

/// Solves for one side; gives its part of the loss. After an interrupt, rows not reached keep what they had.
fn half_step(
    own: &mut Half,
    other: &Rows,
    gram: &[f64],
    options: &IalsOptions,
    interrupt: &Interrupt,
) -> f64 {
    let width = other.lines;
    let mut single = vec![Line::ZERO; gram.len() / WIDTH];
    for (x, y) in flat_mut(&mut single).iter_mut().zip(gram) {
        *x = (options.unobserved * y) as f32;
    }
    let given = Given {
        other: &other.data,
        lines: width,
        gram: &single,
        alpha: options.alpha as f32,
        unobserved: options.unobserved as f32,
    };
    own.each_row(|seen, row, room| {
        if interrupt.is_set() {
            return row_as_it_is(&given, seen, row, room);
        }
        if seen.rows.is_empty() {
            row.fill(Line::ZERO);
            return 0.0;
        }
        match options.solver {
            IalsSolver::Cg => row_by_gradients(&given, seen, row, options.cg_steps, room),
            IalsSolver::Cholesky => row_by_blocks(&given, seen, row, width, room),
            IalsSolver::Block => row_by_blocks(&given, seen, row, lines(options.block), room),
        }
    })
}

impl Rows {
    /// `Y'Y` of these rows, both triangles, padding included.
    fn gram(&self) -> Vec<f64> {
        /// Rows that are summed up in single precision.
        const BLOCK: usize = 256;
        let (width, size) = (self.lines, self.lines * WIDTH);
        let parts: Vec<Vec<Line>> = self
            .data
            .par_chunks(BLOCK * width)
            .map(|rows| {
                let mut a = vec![Line::ZERO; size * width];
                add_gram(&mut a, width, rows);
                a
            })
            .collect();
        let mut sum = vec![0.0; size * size];
        for part in &parts {
            sum.iter_mut().zip(flat(part)).for_each(|(sum, &x)| *sum += f64::from(x));
        }
        for i in 0..size {
            (0..i).for_each(|j| sum[i * size + j] = sum[j * size + i]);
        }
        sum
    }
}
