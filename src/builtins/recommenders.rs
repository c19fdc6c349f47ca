//! Models that predict ratings, fitted.

use super::argument::{Count, options};
use super::entry::builtins;
use super::recommender_model::{Limits, fitted};
use crate::value::{Fault, Result};
use matfac::data::Ratings;
use matfac::recommend::{
    AlsOptions, Axis, BaselineOptions, Batch, Centre, Clip, FunkSvdOptions, KnnOptions, RowSolver,
    Schedule, Similarity, SlopeOneOptions, SvdppOptions,
};
use std::sync::Arc;

options! {
    /// What a step of gradient descent looks at.
    StepOf { Sgd = "sgd", Full = "full" }
}

options! {
    /// How the learning rate changes from epoch to epoch.
    Course { Constant = "constant", Bold = "bold" }
}

options! {
    /// How a row of factors is solved for.
    RowsBy { Cholesky = "cholesky", Cg = "cg" }
}

options! {
    /// Whose neighbours predict.
    Whose { Item = "item", User = "user" }
}

options! {
    /// How alike two items or users are.
    Alike { Cosine = "cosine", Msd = "msd", Pearson = "pearson", PearsonBaseline = "pearson_baseline" }
}

options! {
    /// From where ratings are counted.
    Centring { None = "none", Mean = "mean", ZScore = "zscore", Baseline = "baseline" }
}

builtins! { "recommenders";
    /// The model to beat: the mean rating, plus a bias of each user and of each item.
    ///
    /// With `biases=false` every prediction is the mean.
    ///
    /// >>> m = baseline([5 3 NaN; 4 NaN 1])
    /// m =
    /// baseline model of 2 users × 3 items
    ///   observed    4 (66.67 %), mean 3.2500
    ///   settings    biases, user_lambda = 3, item_lambda = 3
    ///   iterations  6, converged
    ///   train RMSE  0.9441 (the mean alone 1.4790)
    /// >>> predict(m, 1, 3)
    /// ans = 2.9841
    ///
    /// See also: als, funksvd, evaluate
    /// Reference: Koren (2010), Factor in the neighbors, section 2.1, doi:10.1145/1644873.1644874
    fn baseline(cx,
        /** Ratings. */ R: Arc<Ratings>,
        /** Whether to fit biases. */ biases: bool = true,
        /** Penalty of the users' biases: the number of ratings at which one is believed by half. */ user_lambda: f64 = 3.0,
        /** Penalty of the items' biases. */ item_lambda: f64 = 3.0,
        /** Stop when an iteration lowers the objective by less than this fraction. */ tol: f64 = 1e-9,
        /** Most iterations. */ maxiter: usize = 100,
        /** The range of predictions: [low high], "observed" (that of the ratings) or "off". */ clip: Limits = "observed",
    ) -> [m] {
        let options = BaselineOptions { biases, user_lambda, item_lambda, tol, max_iter: maxiter, clip: clip.0 };
        fitted(cx.host, tol > 0.0, |monitor| matfac::recommend::baseline(&R, &options, monitor))
    }

    /// Fit a factor model to ratings by alternating least squares: mean + biases + P(u,:)·Q(i,:).
    ///
    /// Each half step is a ridge regression that minimises the objective exactly, so that it never rises. `lambda`
    /// counts once for each rating of a row (`weighted`), or once for each row. Without biases the model is P*Q'.
    ///
    /// >>> R = ratings([5 3 NaN 1 NaN; 4 NaN NaN 1 2; 1 1 NaN 5 NaN; 1 NaN NaN 4 5; NaN 1 5 4 NaN; 2 1 4 NaN 5]);
    /// >>> m = als(R, k=2, lambda=.1, biases=false, weighted=false, restarts=20);
    /// >>> objective(m)
    /// ans = 5.0939
    ///
    /// See also: funksvd, predict, recommend, evaluate
    /// Reference: Zhou, Wilkinson, Schreiber and Pan (2008), doi:10.1007/978-3-540-68880-8_32
    fn als(cx,
        /** Ratings, or a matrix with NaN for what is missing. */ R: Arc<Ratings>,
        /** Number of factors; 20, or as many as users and items allow, when left out. */ k: Option<usize>,
        /** Penalty of the factors; 0.17 when left out, or 14 unweighted. */ lambda: Option<f64>,
        /** Penalty of the biases. */ bias_lambda: f64 = 4.0,
        /** Whether to fit mean and biases too. */ biases: bool = true,
        /** Whether a row's factors pay lambda once for each of its ratings. */ weighted: bool = true,
        /** How rows are solved for: exactly, or by a few steps of conjugate gradients. */ solver: RowsBy = "cholesky",
        /** Steps of conjugate gradients. */ cg_steps: Count = 3,
        /** Whether the factors are at or above zero. */ nonnegative: bool = false,
        /** Random starts, of which the best is kept. */ restarts: Count = 1,
        /** Most iterations of a start; the best of several gets as many again. */ maxiter: usize = 200,
        /** Stop when the objective is within this fraction of its limit. */ tol: f64 = 1e-4,
        /** Seed of the starts. */ seed: usize = 0,
        /** The range of predictions: [low high], "observed" (with biases) or "off" (without). */ clip: Option<Limits>,
    ) -> [m] {
        let clip = clip_or_usual(clip, biases);
        let options = AlsOptions { k, lambda, bias_lambda, biases, weighted, solver: rows_by(solver, cg_steps.0, nonnegative)?, restarts: restarts.0, tol, max_iter: maxiter, seed: seed as u64, clip };
        fitted(cx.host, tol > 0.0, |monitor| matfac::recommend::als(&R, &options, monitor))
    }

    /// Fit a factor model to ratings by gradient descent (Funk's SVD): mean + biases + P(u,:)·Q(i,:).
    ///
    /// A step looks at one rating after another in a random order, or at all of them (`batch="full"`). With `holdout`,
    /// that fraction of the ratings decides when to stop. Without biases the model is P*Q'.
    ///
    /// >>> R = ratings([5 3 NaN 1 NaN; 4 NaN NaN 1 2; 1 1 NaN 5 NaN; 1 NaN NaN 4 5; NaN 1 5 4 NaN; 2 1 4 NaN 5]);
    /// >>> m = funksvd(R, k=2, lr=.02, lambda=.1, maxiter=4000, biases=false, batch="full");
    /// >>> predict(m, 1, [3 5])
    /// ans = 1×2
    ///    0.7808   2.2655
    ///
    /// See also: als, predict, recommend, evaluate
    /// Reference: https://sifter.org/~simon/journal/20061211.html
    fn funksvd(cx,
        /** Ratings, or a matrix with NaN for what is missing. */ R: Arc<Ratings>,
        /** Number of factors; 20, or as many as users and items allow, when left out. */ k: Option<usize>,
        /** Learning rate. */ lr: f64 = 0.01,
        /** Penalty of factors and biases. */ lambda: f64 = 0.1,
        /** Epochs. */ maxiter: usize = 50,
        /** Whether the learning rate stays, or is raised while the objective falls and halved when it does not. */ schedule: Course = "constant",
        /** What the learning rate is multiplied by after each epoch. */ decay: f64 = 1.0,
        /** Whether to fit mean and biases too. */ biases: bool = true,
        /** What a step looks at: one rating, or all. */ batch: StepOf = "sgd",
        /** Stop when an epoch changes the objective by less than this fraction; 0 runs all epochs. */ tol: f64 = 0.0,
        /** Standard deviation of the random start. */ init_scale: f64 = 0.1,
        /** Fraction of the ratings held out to stop early; 0 for none. */ holdout: f64 = 0.0,
        /** Epochs without a better held-out error before stopping. */ patience: usize = 3,
        /** Seed of start and order. */ seed: usize = 0,
        /** The range of predictions: [low high], "observed" (with biases) or "off" (without). */ clip: Option<Limits>,
    ) -> [m] {
        let clip = clip_or_usual(clip, biases);
        let options = FunkSvdOptions { k, lr, schedule: course(schedule, decay)?, lambda, biases, max_iter: maxiter, tol, batch: batch.into(), init_scale, holdout, patience, seed: seed as u64, clip };
        fitted(cx.host, tol.max(holdout) > 0.0, |monitor| matfac::recommend::funksvd(&R, &options, monitor))
    }

    /// Fit a factor model that also learns from which items a user rated at all (SVD++), by gradient descent.
    ///
    /// `mean + biases + Q(i,:)·(p_u + |N(u)|^-½ Σ y_j)`, the sum being over what the user rated. `P` holds the users' factors
    /// with that sum.
    ///
    /// >>> R = ratings([5 4 1 NaN; 4 5 NaN 1; 1 NaN 5 4; NaN 1 4 5]);
    /// >>> m = svdpp(R, k=2, maxiter=500);
    /// >>> predict(m, 1, 4) < 2.5
    /// ans = 1
    ///
    /// See also: funksvd, als, predict, recommend
    /// Reference: Koren (2008), Factorization meets the neighborhood, doi:10.1145/1401890.1401944
    fn svdpp(cx,
        /** Ratings, or a matrix with NaN for what is missing. */ R: Arc<Ratings>,
        /** Number of factors; 20, or as many as users and items allow, when left out. */ k: Option<usize>,
        /** Learning rate. */ lr: f64 = 0.007,
        /** Penalty of factors and biases. */ lambda: f64 = 0.1,
        /** Epochs. */ maxiter: usize = 50,
        /** Whether the learning rate stays, or is raised while the objective falls and halved when it does not. */ schedule: Course = "constant",
        /** What the learning rate is multiplied by after each epoch. */ decay: f64 = 1.0,
        /** Stop when an epoch changes the objective by less than this fraction; 0 runs all epochs. */ tol: f64 = 0.0,
        /** Standard deviation of the random start. */ init_scale: f64 = 0.1,
        /** Fraction of the ratings held out to stop early; 0 for none. */ holdout: f64 = 0.0,
        /** Epochs without a better held-out error before stopping. */ patience: usize = 3,
        /** Seed of start and order. */ seed: usize = 0,
        /** The range of predictions: [low high], "observed" (that of the ratings) or "off". */ clip: Limits = "observed",
    ) -> [m] {
        let options = SvdppOptions { k, lr, schedule: course(schedule, decay)?, lambda, max_iter: maxiter, tol, init_scale, holdout, patience, seed: seed as u64, clip: clip.0 };
        fitted(cx.host, tol.max(holdout) > 0.0, |monitor| matfac::recommend::svdpp(&R, &options, monitor))
    }

    /// Predict ratings from those of similar items by the same user, or of the same item by similar users.
    ///
    /// Ratings are counted from a centre (`center`): zero, the mean of each item or user, that in standard deviations, or
    /// mean and biases. Similarities shrink where few ratings are shared.
    ///
    /// >>> m = knn([5 5 1 NaN; 4 5 1 2; 1 1 5 4; 2 1 4 5], center="mean");
    /// >>> similar(m, item=1, n=1).item
    /// ans = 2
    ///
    /// See also: itemknn, slopeone, als, predict
    /// Reference: Koren (2010), Factor in the neighbors, doi:10.1145/1644873.1644874
    fn knn(cx,
        /** Ratings, or a matrix with NaN for what is missing. */ R: Arc<Ratings>,
        /** Whether neighbours are items or users. */ by: Whose = "item",
        /** How alike two are; the last correlates what the biases leave. */ similarity: Alike = "pearson_baseline",
        /** From where ratings are counted. */ center: Centring = "baseline",
        /** Most neighbours of a prediction. */ k: Count = 40,
        /** With fewer neighbours a prediction rests on its centre. */ min_k: usize = 1,
        /** Those that share fewer ratings are not alike. */ min_support: usize = 1,
        /** Similarities are multiplied by (n-1)/(n-1+shrinkage) for n shared ratings; 100 for "pearson_baseline" and 0 for others when left out. */ shrinkage: Option<f64>,
        /** Most similarities kept of each; all, or as many as fit in a gigabyte, when left out. */ neighbors: Option<usize>,
        /** Penalty of the users' biases. */ user_lambda: f64 = 3.0,
        /** Penalty of the items' biases. */ item_lambda: f64 = 3.0,
        /** The range of predictions: [low high], "observed" (that of the ratings) or "off". */ clip: Limits = "observed",
    ) -> [m] {
        let options = KnnOptions { by: by.into(), similarity: similarity.into(), centre: center.into(), k: k.0, min_k, min_support, shrinkage, neighbours: neighbors, user_lambda, item_lambda, clip: clip.0 };
        fitted(cx.host, false, |monitor| matfac::recommend::knn(&R, &options, monitor))
    }

    /// Predict ratings by how much higher items are rated than others, on average over who rated both (slope one).
    ///
    /// >>> m = slopeone([1 1.5; 2 NaN], clip="off");
    /// >>> predict(m, 2, 2)
    /// ans = 2.5000
    ///
    /// See also: knn, baseline, predict
    /// Reference: Lemire and Maclachlan (2005), Slope one predictors, doi:10.1137/1.9781611972757.43
    fn slopeone(cx,
        /** Ratings, or a matrix with NaN for what is missing. */ R: Arc<Ratings>,
        /** Whether a difference counts as often as it was observed. */ weighted: bool = true,
        /** Most differences kept of each item; all, or as many as fit in a gigabyte, when left out. */ neighbors: Option<usize>,
        /** The range of predictions: [low high], "observed" (that of the ratings) or "off". */ clip: Limits = "observed",
    ) -> [m] {
        let options = SlopeOneOptions { weighted, neighbours: neighbors, clip: clip.0 };
        fitted(cx.host, false, |monitor| matfac::recommend::slopeone(&R, &options, monitor))
    }
}

impl From<StepOf> for Batch {
    fn from(step: StepOf) -> Batch {
        match step {
            StepOf::Sgd => Batch::Sgd,
            StepOf::Full => Batch::Full,
        }
    }
}

/// With biases a model speaks of stars, and stops where they stop. Without, it is the product P*Q', and
/// `predict` shows just that.
fn clip_or_usual(clip: Option<Limits>, biases: bool) -> Clip {
    clip.map_or(if biases { Clip::Observed } else { Clip::Off }, |limits| limits.0)
}

fn rows_by(solver: RowsBy, steps: usize, nonnegative: bool) -> Result<RowSolver> {
    match (solver, nonnegative) {
        (RowsBy::Cg, true) => {
            Err(Fault::new("als: conjugate gradients do not keep factors at or above zero")
                .hint("leave out solver, or nonnegative"))
        }
        (_, true) => Ok(RowSolver::NonNegative),
        (RowsBy::Cg, false) => Ok(RowSolver::Cg(steps)),
        (RowsBy::Cholesky, false) => Ok(RowSolver::Cholesky),
    }
}

fn course(schedule: Course, decay: f64) -> Result<Schedule> {
    match schedule {
        Course::Bold if decay != 1.0 => {
            Err(Fault::new("the bold driver finds the learning rate by itself, and takes no decay")
                .hint("leave out schedule, or decay"))
        }
        Course::Bold => Ok(Schedule::BoldDriver),
        Course::Constant if decay == 1.0 => Ok(Schedule::Constant),
        Course::Constant => Ok(Schedule::Decay(decay)),
    }
}

impl From<Whose> for Axis {
    fn from(whose: Whose) -> Axis {
        match whose {
            Whose::Item => Axis::Items,
            Whose::User => Axis::Users,
        }
    }
}

impl From<Alike> for Similarity {
    fn from(alike: Alike) -> Similarity {
        match alike {
            Alike::Cosine => Similarity::Cosine,
            Alike::Msd => Similarity::Msd,
            Alike::Pearson => Similarity::Pearson,
            Alike::PearsonBaseline => Similarity::PearsonBaseline,
        }
    }
}

impl From<Centring> for Centre {
    fn from(centring: Centring) -> Centre {
        match centring {
            Centring::None => Centre::None,
            Centring::Mean => Centre::Mean,
            Centring::ZScore => Centre::ZScore,
            Centring::Baseline => Centre::Baseline,
        }
    }
}
