//! How a model was fitted: to which ratings, by which method and settings, and how the iterations went.

use crate::data::{End, Ratings};
use crate::error::{Error, Result};
pub(super) use crate::error::{check_non_negative, check_positive};
use std::sync::Arc;

/// What a model is fitted to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// Predict ratings: a prediction is in the units of the ratings.
    Ratings,
    /// Rank items: scores are comparable with one another only.
    Ranking,
}

/// To which range predictions are cut off.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Clip {
    /// The least and the greatest rating the model was fitted to.
    #[default]
    Observed,
    /// Not at all.
    Off,
    /// From the first to the second.
    To(f64, f64),
}

impl Clip {
    /// The range for models of these ratings.
    pub(super) fn range(self, ratings: &Ratings) -> Option<(f64, f64)> {
        match self {
            Clip::Observed => ratings.scale(),
            Clip::Off => None,
            Clip::To(low, high) => Some((low, high)),
        }
    }

    /// Refuses limits that are none.
    pub(super) fn check(self) -> Result<()> {
        match self {
            Clip::To(low, high) if low.is_nan() || high.is_nan() || low > high => {
                let message =
                    format!("clip needs a lower and an upper limit; [{low} {high}] is not that");
                Err(Error::argument("clip", message))
            }
            _ => Ok(()),
        }
    }
}

/// The state after one iteration of a fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// What the fit minimises: for ratings the regularised sum of squared errors.
    pub objective: f64,
    /// Root mean square error over the ratings fitted to; `None` where the aim is a ranking.
    pub rmse: Option<f64>,
    /// Root mean square error over ratings held out for early stopping.
    pub held_out: Option<f64>,
}

/// The value of a setting, as the fit used it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting {
    /// A number, such as `lambda`.
    Number(f64),
    /// An option word, such as `"cosine"`.
    Word(&'static str),
    /// Yes or no.
    Flag(bool),
}

/// How a model was fitted.
#[derive(Debug, Clone)]
pub struct Fit {
    /// Name of the function that fitted it, such as `als`.
    pub method: &'static str,
    /// What it is for.
    pub aim: Aim,
    /// The ratings fitted to, and those held out for early stopping.
    pub seen: Arc<Ratings>,
    /// The range of predictions; `None` leaves them as they come.
    pub clip: Option<(f64, f64)>,
    /// The settings by name, in the order in which they are told.
    pub settings: Vec<(&'static str, Setting)>,
    /// Every iteration of the best start; empty for models that are computed at once.
    pub history: Vec<Epoch>,
    /// How the iterations ended; [`End::Converged`] also after as many iterations as were asked for.
    pub end: End,
    /// The final objective of every start, in order.
    pub starts: Vec<f64>,
    /// Seed of start and order.
    pub seed: u64,
}

impl Fit {
    /// The fit of a model that is computed at once; iterative ones fill in the rest.
    pub(super) fn new(method: &'static str, aim: Aim, seen: Arc<Ratings>) -> Fit {
        Fit {
            method,
            aim,
            seen,
            clip: None,
            settings: Vec::new(),
            history: Vec::new(),
            end: End::Converged,
            starts: Vec::new(),
            seed: 0,
        }
    }

    /// The fit of a model with one start that went through iterations.
    pub(super) fn iterated(self, history: Vec<Epoch>, end: End, seed: u64) -> Fit {
        let starts = history.last().map(|epoch| epoch.objective).into_iter().collect();
        Fit { starts, history, end, seed, ..self }
    }

    /// Whether it settled to its tolerance (or none was asked for).
    pub fn converged(&self) -> bool {
        self.end == End::Converged
    }

    /// The same fit, for predictions about other ratings.
    pub(super) fn over(&self, seen: &Arc<Ratings>) -> Fit {
        Fit { seen: seen.clone(), ..self.clone() }
    }
}

/// Refuses what no fit can work with.
pub(super) fn check_ratings(method: &'static str, ratings: &Ratings) -> Result<()> {
    if ratings.nnz() > 0 {
        return Ok(());
    }
    Err(Error::argument("R", format!("{method} needs ratings; there is none")))
}

/// The number of factors a fit may have.
///
/// More factors than users or items add nothing, so that is the most `k` may be; without a `k` it is
/// `usual`, or that most when it is less.
pub(super) fn check_factors(
    method: &'static str,
    ratings: &Ratings,
    k: Option<usize>,
    usual: usize,
) -> Result<usize> {
    let (users, items) = (ratings.users().len(), ratings.items().len());
    let most = users.min(items);
    match k {
        None => Ok(usual.min(most)),
        Some(0) => {
            let message = format!("{method} needs k ≥ 1 factors; k is 0");
            Err(Error::argument_hint("k", message, "baseline fits biases alone"))
        }
        Some(k) if k > most => {
            let message = format!("k is {k}, more than {users} users × {items} items allow");
            Err(Error::argument_hint("k", message, format!("k can be at most {most}")))
        }
        Some(k) => Ok(k),
    }
}

/// Refuses to go on where numbers have overflown.
pub(super) fn check_finite(method: &'static str, objective: f64) -> Result<()> {
    if objective.is_finite() {
        return Ok(());
    }
    let message = format!("{method}: the ratings are too large for its sums of squares");
    Err(Error::argument_hint("R", message, "divide them by a constant"))
}

/// Refuses an iteration limit of zero.
pub(super) fn check_iterations(max_iter: usize) -> Result<()> {
    if max_iter > 0 {
        return Ok(());
    }
    Err(Error::argument("maxiter", "maxiter must be at least 1"))
}

/// Refuses ratings that cannot be weights of observations.
pub(super) fn check_confidences(method: &'static str, ratings: &Ratings) -> Result<()> {
    check_ratings(method, ratings)?;
    if ratings.values().iter().all(|r| *r == 0.0) {
        return Err(Error::argument(
            "R",
            format!("{method}: all weights are 0, nothing is observed"),
        ));
    }
    match ratings.iter().find(|&(_, _, r)| r < 0.0) {
        None => Ok(()),
        Some((u, i, r)) => {
            let (user, item) = (ratings.users().name(u), ratings.items().name(i));
            let message = format!(
                "{method} reads ratings as weights ≥ 0; that of user {user} for item {item} is {r}"
            );
            let hint = "ratings(…, implicit=true, threshold=…) keeps the positive ones";
            Err(Error::argument_hint("R", message, hint))
        }
    }
}
