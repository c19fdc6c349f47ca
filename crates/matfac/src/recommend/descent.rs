//! The course of gradient descent: epoch after epoch, with a learning rate that may change, until the
//! error on ratings held out rises.
//!
//! Early stopping keeps the best epoch (Prechelt 1998, "Early stopping - but when?"). The bold driver
//! (Battiti 1989, "Accelerated backpropagation learning: two optimization methods") quickens while the
//! objective falls and halves the rate when it rises.

use super::fit::{Epoch, check_iterations, check_non_negative, check_positive};
use super::{SplitOptions, split};
use crate::data::{End, Interrupt, Monitor, Ratings, Step};
use crate::error::{Error, Result};
use crate::linalg::Random;
use std::sync::Arc;

/// How the learning rate changes from epoch to epoch.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Schedule {
    /// Not at all.
    #[default]
    Constant,
    /// Multiplied by this after each epoch.
    Decay(f64),
    /// Raised by a twentieth after an epoch that lowered the objective, halved after one that did not.
    BoldDriver,
}

/// What descends.
pub(super) trait Descending: Clone {
    /// One pass over the ratings fitted to.
    fn epoch(&mut self, lr: f64, random: &mut Random, interrupt: &Interrupt);

    /// Objective and error over the ratings fitted to.
    fn assess(&self, fitted: &Ratings) -> Epoch;

    /// Sum of squared errors over other ratings.
    fn squares(&self, ratings: &Ratings) -> f64;
}

/// The options that all descents share.
pub(super) struct Course {
    pub(super) task: &'static str,
    pub(super) lr: f64,
    pub(super) schedule: Schedule,
    pub(super) max_iter: usize,
    pub(super) tol: f64,
    pub(super) patience: usize,
}

/// Where a descent ended.
pub(super) struct Outcome<M> {
    pub(super) model: M,
    pub(super) history: Vec<Epoch>,
    pub(super) end: End,
}

impl Course {
    pub(super) fn check(&self) -> Result<()> {
        check_non_negative("tol", self.tol)?;
        check_iterations(self.max_iter)?;
        check_positive("lr", self.lr)?;
        match self.schedule {
            Schedule::Decay(factor) if !(factor > 0.0 && factor <= 1.0) => {
                let message = format!("lr_decay must be in (0, 1]; it is {factor}");
                Err(Error::argument_hint("lr_decay", message, "1 keeps the learning rate"))
            }
            _ => Ok(()),
        }
    }

    /// Descends until the epochs are used up, the objective settles, or the error on `held` rises.
    ///
    /// # Errors
    /// When the objective is no longer finite: the learning rate is too high.
    pub(super) fn run<M: Descending>(
        &self,
        mut model: M,
        fitted: &Ratings,
        held: Option<&Ratings>,
        random: &mut Random,
        monitor: &Monitor,
    ) -> Result<Outcome<M>> {
        let mut history: Vec<Epoch> = Vec::new();
        let mut best: Option<(f64, usize, M)> = None;
        let mut lr = self.lr;
        let asked_for_all = self.tol == 0.0 && held.is_none();
        let mut end = if asked_for_all { End::Converged } else { End::Limit };
        for iteration in 1..=self.max_iter {
            model.epoch(lr, random, &monitor.interrupt);
            let mut epoch = model.assess(fitted);
            epoch.held_out = held.map(|held| (model.squares(held) / held.nnz() as f64).sqrt());
            let (max_iter, objective) = (self.max_iter, epoch.objective);
            if !objective.is_finite() {
                return Err(self.diverged(iteration, lr));
            }
            let last = history.last().map(|last| last.objective);
            history.push(epoch);
            if !monitor.goes_on(Step { task: self.task, iteration, max_iter, objective }) {
                end = End::Interrupted;
                break;
            }
            if let Some(error) = epoch.held_out {
                match &best {
                    Some((least, at, _)) if error >= *least => {
                        if iteration - at >= self.patience.max(1) {
                            end = End::Converged;
                            break;
                        }
                    }
                    _ => best = Some((error, iteration, model.clone())),
                }
            }
            let change = last.map(|last| (last - objective).abs() / objective);
            if self.tol > 0.0 && change.is_some_and(|change| change <= self.tol) {
                end = End::Converged;
                break;
            }
            lr *= self.schedule.factor(last.is_none_or(|last| objective < last));
        }
        if let Some((_, at, kept)) = best {
            model = kept;
            history.truncate(at);
        }
        Ok(Outcome { model, history, end })
    }

    fn diverged(&self, iteration: usize, lr: f64) -> Error {
        let message = format!("{} diverged in iteration {iteration} with lr={lr}", self.task);
        Error::argument_hint("lr", message, format!("try a smaller lr, such as {}", self.lr / 4.0))
    }
}

impl Schedule {
    fn factor(self, fell: bool) -> f64 {
        match self {
            Schedule::Constant => 1.0,
            Schedule::Decay(factor) => factor,
            Schedule::BoldDriver if fell => 1.05,
            Schedule::BoldDriver => 0.5,
        }
    }
}

/// The ratings to fit to, and a fraction of them held out so that every user and item of it also has a
/// rating to fit to.
///
/// # Errors
/// When either part is empty.
pub(super) fn parts(
    ratings: &Arc<Ratings>,
    holdout: f64,
    seed: u64,
) -> Result<(Arc<Ratings>, Option<Ratings>)> {
    if !(0.0..1.0).contains(&holdout) {
        let message = format!("holdout must be a fraction in [0, 1); it is {holdout}");
        return Err(Error::argument("holdout", message));
    }
    if holdout == 0.0 {
        return Ok((ratings.clone(), None));
    }
    let (train, test) = split(ratings, &SplitOptions { test: holdout, train: None, seed })?;
    let held: Vec<bool> = ratings
        .iter()
        .map(|(u, i, _)| {
            let trained = !train.user_row(u).0.is_empty() && !train.item_col(i).0.is_empty();
            trained && test.get(u, i).is_some()
        })
        .collect();
    let (fitted, held) = (ratings.filter(|n| !held[n]), ratings.filter(|n| held[n]));
    if fitted.nnz() == 0 || held.nnz() == 0 {
        let message = format!("holdout={holdout} of {} ratings leaves none", ratings.nnz());
        return Err(Error::argument("holdout", message));
    }
    Ok((Arc::new(fitted), Some(held)))
}
