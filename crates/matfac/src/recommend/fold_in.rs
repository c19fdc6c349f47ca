//! New users, or new ratings by known ones, in a fitted model without fitting it anew.

use super::fit::{Aim, check_confidences};
use super::recommender::Recommender;
use crate::data::{Monitor, Ratings};
use crate::error::{Error, Result};
use std::sync::Arc;

/// A model that knows more ratings than it was fitted to.
#[derive(Debug, Clone)]
pub struct FoldedIn {
    /// The model with the users of the new ratings fitted to all they rated.
    pub model: Arc<dyn Recommender>,
    /// How many of the new ratings were left out because the model does not know the item.
    pub unknown: usize,
}

/// Fits the users of `new` to all their ratings while everything about items stays as it is.
///
/// # Errors
/// When no item of `new` is known to the model, `new` holds observations and the model predicts ratings, or the
/// monitor interrupts.
pub fn fold_in(model: &dyn Recommender, new: &Ratings, monitor: &Monitor) -> Result<FoldedIn> {
    let known: Vec<usize> = (0..new.items().len())
        .filter(|&i| model.items().position(new.items().name(i)).is_some())
        .collect();
    let everyone: Vec<usize> =
        (0..new.users().len()).filter(|&u| !new.user_row(u).0.is_empty()).collect();
    let kept = new.select(&everyone, &known);
    if kept.nnz() == 0 && new.nnz() > 0 {
        let message = "the model knows none of the rated items";
        let hint = "labels go by name: compare m.ratings.items with those of R";
        return Err(Error::argument_hint("R", message, hint));
    }
    let fit = model.fit();
    if fit.aim == Aim::Ratings && new.is_implicit() && !fit.seen.is_implicit() {
        let message =
            format!("this {} model predicts ratings, and these are observations", fit.method);
        let hint = "leave out implicit=true, so that R holds ratings on the model's scale";
        return Err(Error::argument_hint("R", message, hint));
    }
    if fit.aim == Aim::Ranking && kept.nnz() > 0 && fit.method != "popularity" {
        check_confidences(fit.method, &kept)?;
    }
    let seen = Arc::new(model.seen().union(&kept));
    let changed: Vec<usize> =
        kept.users().names().iter().filter_map(|name| seen.users().position(name)).collect();
    let model = model.refitted(seen, &changed, monitor)?;
    Ok(FoldedIn { model, unknown: new.nnz() - kept.nnz() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Duplicates;
    use crate::linalg::Matrix;
    use crate::recommend::{AlsOptions, als};

    #[test]
    fn a_new_user_gets_the_predictions_of_one_who_rated_the_same() {
        let n = f64::NAN;
        let a = Matrix::from_rows(&[&[5.0, 4.0, 1.0, n], &[4.0, 5.0, n, 2.0], &[1.0, n, 5.0, 4.0]]);
        let options = AlsOptions { k: Some(2), tol: 1e-12, max_iter: 5000, ..Default::default() };
        let r = Arc::new(Ratings::from_dense(&a).unwrap());
        let m = als(&r, &options, &Monitor::default()).unwrap();
        let new = Ratings::from_triplets(
            &["ann", "ann", "ann", "ann"],
            &["1", "2", "3", "99"],
            &[5.0, 4.0, 1.0, 3.0],
            None,
            Duplicates::Last,
        );
        let folded = fold_in(&m, &new.unwrap(), &Monitor::default()).unwrap();
        assert_eq!(folded.unknown, 1);
        let (old, ann) = (m.predict("1", "4").unwrap(), folded.model.predict("ann", "4").unwrap());
        assert!((old.value - ann.value).abs() < 1e-4 && !ann.cold_user);
        assert!(folded.model.recommend("ann", 9, true).unwrap().iter().all(|r| r.position == 3));
        let observed = m.seen().clone().into_implicit(None).unwrap();
        assert!(fold_in(&m, &observed, &Monitor::default()).is_err());
        let strange = Ratings::from_triplets(&["bob"], &["98"], &[1.0], None, Duplicates::Last);
        assert!(fold_in(&m, &strange.unwrap(), &Monitor::default()).is_err());
    }
}
