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

mod accuracy;
mod als;
mod baseline;
mod bpr;
mod confidence;
mod corated;
mod descent;
mod ease;
mod factor_model;
mod factors;
mod fit;
mod fold;
mod fold_in;
mod funksvd;
mod ials;
mod ials_rows;
#[cfg(test)]
mod implicit_tests;
mod itemknn;
mod knn;
mod lanes;
mod line;
mod narrow;
mod normal;
mod packed;
mod popularity;
mod ranking;
mod ranking_metrics;
mod recommend_all;
mod recommender;
mod ridge;
mod rows;
mod slopeone;
mod split;
mod svdpp;
#[cfg(test)]
mod tests;
mod widest;

pub use accuracy::{mae, rmse};
pub use als::{AlsOptions, als};
pub use baseline::{BaselineOptions, baseline};
pub use bpr::{BprOptions, Pairs, bpr};
pub use confidence::Confidence;
pub use descent::Schedule;
pub use ease::{Ease, EaseOptions, ease};
pub use factor_model::{FactorModel, Penalty};
pub use fit::{Aim, Clip, Epoch, Fit, Setting};
pub use fold::UserFit;
pub use fold_in::{FoldedIn, fold_in};
pub use funksvd::{Batch, FunkSvdOptions, funksvd};
pub use ials::{IalsOptions, IalsSolver, ials};
pub use itemknn::{ItemKnn, ItemKnnOptions, Weighting, itemknn};
pub use knn::{Centre, Knn, KnnOptions, Near, Similarity, knn};
pub use packed::PackedFactors;
pub use popularity::{Popularity, popularity};
pub use ranking_metrics::{RankingMetrics, RankingOptions, ranking_metrics};
pub use recommend_all::recommend_all;
pub use recommender::{Axis, Prediction, Ranked, Recommender, popularity_of};
pub use ridge::RowSolver;
pub use slopeone::{Difference, SlopeOne, SlopeOneOptions, slopeone};
pub use split::{SplitOptions, folds, leave_out, split, split_by_time, split_by_user};
pub use svdpp::{SvdppOptions, svdpp};
