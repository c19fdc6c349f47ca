//! How near predicted ratings are to those a model has not seen. `O(ratings · k)`.

use super::fit::Aim;
use super::recommender::Recommender;
use crate::data::{Labels, Monitor, Ratings};
use crate::error::{Error, Result};
use rayon::prelude::*;

/// Root mean square error of the predictions of `test`'s ratings.
///
/// # Errors
/// When there is no test rating, the model ranks items instead of predicting ratings, or the monitor interrupts.
pub fn rmse(model: &dyn Recommender, test: &Ratings, monitor: &Monitor) -> Result<f64> {
    Ok(mean_error(model, test, |e| e * e, monitor)?.sqrt())
}

/// Mean absolute error of the predictions of `test`'s ratings.
///
/// # Errors
/// As [`rmse`].
pub fn mae(model: &dyn Recommender, test: &Ratings, monitor: &Monitor) -> Result<f64> {
    mean_error(model, test, f64::abs, monitor)
}

fn mean_error(
    model: &dyn Recommender,
    test: &Ratings,
    cost: fn(f64) -> f64,
    monitor: &Monitor,
) -> Result<f64> {
    let fit = model.fit();
    if fit.aim == Aim::Ranking {
        let message = format!("a {} model ranks items; it does not predict ratings", fit.method);
        let hint = "evaluate(m, test) judges its rankings";
        return Err(Error::argument_hint("m", message, hint));
    }
    let (users, items) = positions(model, test)?;
    model.seen().by_item();
    let total = sum_over_users(users.len(), monitor, |u| {
        let (rated, values) = test.user_row(u);
        let error =
            |(&i, r): (&u32, &f64)| cost(r - model.predict_at(users[u], items[i as usize]).value);
        rated.iter().zip(values).map(error).sum()
    })?;
    Ok(total / test.nnz() as f64)
}

/// The sum of a number of each user, with the same bits on any number of threads; [`Error::Interrupted`].
pub(super) fn sum_over_users(
    count: usize,
    monitor: &Monitor,
    of_user: impl Fn(usize) -> f64 + Sync,
) -> Result<f64> {
    let asked = |u| if monitor.interrupt.is_set() { 0.0 } else { of_user(u) };
    let sums: Vec<f64> = (0..count).into_par_iter().map(asked).collect();
    monitor.interrupt.check()?;
    Ok(sums.iter().sum())
}

/// Where the model has the users and items of `test`; those it does not know are cold.
pub(super) type Positions = (Vec<Option<usize>>, Vec<Option<usize>>);

pub(super) fn positions(model: &dyn Recommender, test: &Ratings) -> Result<Positions> {
    if test.nnz() == 0 {
        return Err(Error::argument("test", "there is no test rating"));
    }
    let of = |own: &Labels, asked: &Labels| -> Vec<Option<usize>> {
        if own.names() == asked.names() {
            return (0..asked.len()).map(Some).collect();
        }
        asked.names().iter().map(|name| own.position(name)).collect()
    };
    Ok((of(model.users(), test.users()), of(model.items(), test.items())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;
    use crate::recommend::{BaselineOptions, baseline, popularity};
    use std::sync::Arc;

    #[test]
    fn errors_of_the_mean() {
        let nan = f64::NAN;
        let rated = |rows: &[&[f64]]| Ratings::from_dense(&Matrix::from_rows(rows)).unwrap();
        let train = Arc::new(rated(&[&[1.0, nan, nan], &[nan, 5.0, 3.0]]));
        let test = rated(&[&[nan, 5.0, 1.0], &[3.0, nan, nan]]);
        let options = BaselineOptions { biases: false, ..Default::default() };
        let mean = baseline(&train, &options, &Monitor::default()).unwrap();
        let quiet = Monitor::default();
        assert_eq!(mae(&mean, &test, &quiet), Ok(4.0 / 3.0));
        assert!((rmse(&mean, &test, &quiet).unwrap() - (8.0 / 3.0f64).sqrt()).abs() < 1e-15);
        assert!(rmse(&mean, &test.filter(|_| false), &quiet).is_err());
        assert!(rmse(&popularity(&train).unwrap(), &test, &quiet).is_err());
        let stopped = Monitor::default();
        stopped.interrupt.trigger();
        assert_eq!(rmse(&mean, &test, &stopped), Err(Error::Interrupted));
        assert_eq!(mean.train_rmse(&stopped), Err(Error::Interrupted));
    }
}
