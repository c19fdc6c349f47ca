//! The ranking that knows nobody: the most popular items first.
//!
//! What a ranking model has to beat (Cremonesi, Koren and Turrin 2010, "Performance of recommender algorithms on
//! top-n recommendation tasks", section 3.1). `O(nnz)`.

use super::fit::{Aim, Fit, check_ratings};
use super::recommender::{Recommender, popularity_of};
use crate::data::{Monitor, Ratings};
use crate::error::Result;
use std::sync::Arc;

/// Every user is shown the items most users have.
#[derive(Debug, Clone)]
pub struct Popularity {
    /// How it was fitted.
    pub fit: Fit,
    /// The share of users who have each item.
    pub share: Vec<f64>,
}

/// Counts the users of each item.
///
/// # Errors
/// When there is no rating.
pub fn popularity(ratings: &Arc<Ratings>) -> Result<Popularity> {
    check_ratings("popularity", ratings)?;
    let share = (0..ratings.items().len()).map(|i| popularity_of(ratings, Some(i))).collect();
    Ok(Popularity { fit: Fit::new("popularity", Aim::Ranking, ratings.clone()), share })
}

impl Recommender for Popularity {
    fn fit(&self) -> &Fit {
        &self.fit
    }

    fn raw(&self, _user: Option<usize>, item: Option<usize>) -> f64 {
        item.map_or(0.0, |i| self.share[i])
    }

    fn refitted(
        &self,
        seen: Arc<Ratings>,
        _changed: &[usize],
        _monitor: &Monitor,
    ) -> Result<Arc<dyn Recommender>> {
        Ok(Arc::new(Popularity { fit: self.fit.over(&seen), share: self.share.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;

    #[test]
    fn the_most_popular_unseen_item_comes_first() {
        let n = f64::NAN;
        let a = Matrix::from_rows(&[&[1.0, n, 1.0], &[1.0, 1.0, n], &[n, 1.0, n], &[n, 1.0, n]]);
        let m = popularity(&Arc::new(Ratings::from_dense(&a).unwrap())).unwrap();
        assert_eq!(m.share, [0.5, 0.75, 0.25]);
        let list = m.recommend("3", 9, true).unwrap();
        assert_eq!(list.iter().map(|r| r.position).collect::<Vec<_>>(), [0, 2]);
        assert!(m.contributions(0, 1).is_none() && m.similar_items("1", 2).is_err());
    }
}
