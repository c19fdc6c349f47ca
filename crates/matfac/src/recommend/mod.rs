//! Models that predict ratings from the ratings that are known (layer 1).
//!
//! Every fit takes `&Arc<Ratings>`, options and a [`Monitor`](crate::data::Monitor), and gives a
//! [`FactorModel`]; what such a model can do is the trait [`Recommender`].

mod als;
mod baseline;
mod factors;
mod funksvd;
mod metrics;
mod model;
mod ranking;
mod split;
#[cfg(test)]
mod tests;

pub use als::{AlsOptions, als};
pub use baseline::{BaselineOptions, baseline};
pub use funksvd::{Batch, FunkSvdOptions, funksvd};
pub use metrics::{RankingMetrics, RankingOptions, mae, ranking_metrics, rmse};
pub use model::{Clip, Epoch, FactorModel, Penalty, Prediction, Ranked, Recommender};
pub use split::{SplitOptions, folds, split};
