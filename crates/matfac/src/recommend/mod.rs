//! Models that predict ratings from the ratings that are known (layer 1).
//!
//! Every fit takes `&Arc<Ratings>`, options and a [`Monitor`](crate::data::Monitor), and gives a
//! model; what every model can do is the trait [`Recommender`].
//!
//! ```
//! use matfac::data::{Duplicates, Monitor, Ratings};
//! use matfac::recommend::{AlsOptions, Recommender, als};
//!
//! let users = ["ann", "ann", "bob", "bob", "cat"];
//! let films = ["Alien", "Brazil", "Alien", "Casablanca", "Brazil"];
//! let stars = [5.0, 2.0, 4.0, 3.0, 1.0];
//! let ratings = Ratings::from_triplets(&users, &films, &stars, None, Duplicates::Last)?;
//! let model = als(&ratings.into(), &AlsOptions::default(), &Monitor::default())?;
//! let best = model.recommend("cat", 1, true)?;
//! assert_eq!(model.items().name(best[0].position), "Alien");
//! assert!(model.predict_new("dan", "Alien").cold_user);
//! # Ok::<(), matfac::Error>(())
//! ```

mod als;
mod baseline;
mod corated;
mod descent;
mod factor_model;
mod factors;
mod fit;
mod fold;
mod funksvd;
mod knn;
mod lines;
mod metrics;
mod popularity;
mod ranking;
mod recommender;
mod ridge;
mod slopeone;
mod split;
mod svdpp;
#[cfg(test)]
mod tests;
mod widest;

pub use als::{AlsOptions, als};
pub use baseline::{BaselineOptions, baseline};
pub use descent::Schedule;
pub use factor_model::{FactorModel, Penalty};
pub use fit::{Aim, Clip, Epoch, Fit, Setting};
pub use fold::UserFit;
pub use funksvd::{Batch, FunkSvdOptions, funksvd};
pub use knn::{Centre, Knn, KnnOptions, Near, Similarity, knn};
pub use metrics::{RankingMetrics, RankingOptions, mae, ranking_metrics, rmse};
pub use popularity::{Popularity, popularity};
pub use recommender::{Axis, Prediction, Ranked, Recommender, popularity_of};
pub use ridge::RowSolver;
pub use slopeone::{Difference, SlopeOne, SlopeOneOptions, slopeone};
pub use split::{SplitOptions, folds, split};
pub use svdpp::{SvdppOptions, svdpp};
