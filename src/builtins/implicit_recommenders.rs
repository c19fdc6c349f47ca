//! Models that rank items by what users took, fitted.

use super::entry::builtins;
use super::recommender_model::fitted;
use matfac::data::Ratings;
use std::sync::Arc;

builtins! { "recommenders";
    /// The ranking to beat: the items most users have, first.
    ///
    /// >>> m = popularity([1 1 NaN; 1 NaN 1; NaN 1 NaN; NaN 1 NaN]);
    /// >>> recommend(m, 3)
    /// ans = 2×2 table
    ///   item   score
    ///      1  0.5000
    ///      3  0.2500
    ///
    /// See also: ials, itemknn, evaluate
    /// Reference: Cremonesi, Koren and Turrin (2010), doi:10.1145/1864708.1864721
    fn popularity(cx, /** What users took, or ratings. */ R: Arc<Ratings>) -> [m] { fitted(cx.host, false, |_| matfac::recommend::popularity(&R)) }
}
