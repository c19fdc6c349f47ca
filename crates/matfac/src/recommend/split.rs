//! Parts of a set of ratings, to fit to one and test on another: at random, a few of each user, the latest, or whole
//! users (strong generalization: Marlin 2004, "Collaborative filtering: a machine learning perspective").
//!
//! Both parts keep the label spaces of the whole, so that positions and labels mean the same in each.
//! `O(nnz)`, and the same parts for the same seed on every machine.

use crate::data::Ratings;
use crate::error::{Error, Result};
use crate::linalg::Random;

/// How [`split`] divides.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitOptions {
    /// Fraction of the ratings to test on, in (0, 1).
    pub test: f64,
    /// Fraction to fit to; `None` is all the others.
    pub train: Option<f64>,
    /// Seed of the choice.
    pub seed: u64,
}

impl Default for SplitOptions {
    fn default() -> SplitOptions {
        SplitOptions { test: 0.2, train: None, seed: 0 }
    }
}

/// Divides ratings at random into (train, test).
///
/// # Errors
/// When a fraction is not in (0, 1) or both add up to more than 1.
pub fn split(ratings: &Ratings, options: &SplitOptions) -> Result<(Ratings, Ratings)> {
    let train = options.train.unwrap_or(1.0 - options.test);
    check_fraction("test", options.test)?;
    check_fraction("train", train)?;
    if train + options.test > 1.0 + 1e-12 {
        let message = format!("train {train} and test {} add up to more than 1", options.test);
        return Err(Error::argument("train", message));
    }
    let n = ratings.nnz();
    let order = shuffled(n, options.seed);
    let tested = (options.test * n as f64).round() as usize;
    let fitted = match options.train {
        None => n - tested,
        Some(train) => ((train * n as f64).round() as usize).min(n - tested),
    };
    // 0 unused, 1 test, 2 train
    let mut part = vec![0u8; n];
    order[..tested].iter().for_each(|&at| part[at as usize] = 1);
    order[tested..tested + fitted].iter().for_each(|&at| part[at as usize] = 2);
    if tested == 0 || fitted == 0 {
        let message = format!("test={} of {n} ratings leaves one part without any", options.test);
        return Err(Error::argument("test", message));
    }
    Ok((ratings.filter(|at| part[at] == 2), ratings.filter(|at| part[at] == 1)))
}

/// Divides ratings at random into `count` folds; each in turn is the test part of (train, test).
///
/// # Errors
/// When `count` is less than 2 or more than the number of ratings.
pub fn folds(ratings: &Ratings, count: usize, seed: u64) -> Result<Vec<(Ratings, Ratings)>> {
    let n = ratings.nnz();
    if count < 2 || count > n {
        let message =
            format!("folds must be between 2 and the number of ratings, {n}; it is {count}");
        return Err(Error::argument("folds", message));
    }
    let mut fold = vec![0usize; n];
    for (place, at) in shuffled(n, seed).into_iter().enumerate() {
        fold[at as usize] = place % count;
    }
    let pair = |f| (ratings.filter(|at| fold[at] != f), ratings.filter(|at| fold[at] == f));
    Ok((0..count).map(pair).collect())
}

/// Divides into (train, test): `count` ratings of each user to test on, the latest by time or at random.
///
/// Users with no more than `count` ratings keep all of them for training.
///
/// # Errors
/// When `count` is 0, nobody has more ratings than that, or times are asked for and not known.
pub fn leave_out(
    ratings: &Ratings,
    count: usize,
    latest: bool,
    seed: u64,
) -> Result<(Ratings, Ratings)> {
    if count == 0 {
        return Err(Error::argument("leave", "leave must be at least 1 rating of each user"));
    }
    if latest {
        needs_times(ratings)?;
    }
    let mut random = Random::seeded(seed);
    let mut tested = vec![false; ratings.nnz()];
    let mut start = 0;
    for u in 0..ratings.users().len() {
        let n = ratings.user_row(u).0.len();
        let mut order: Vec<u32> = (0..n as u32).collect();
        match ratings.user_times(u).filter(|_| latest) {
            Some(times) => order.sort_by(|&a, &b| times[b as usize].total_cmp(&times[a as usize])),
            None => random.shuffle(&mut order),
        }
        if n > count {
            order[..count].iter().for_each(|&at| tested[start + at as usize] = true);
        }
        start += n;
    }
    if !tested.contains(&true) {
        let message = format!("leave={count}: no user has more than {count} ratings");
        return Err(Error::argument("leave", message));
    }
    Ok((ratings.filter(|at| !tested[at]), ratings.filter(|at| tested[at])))
}

/// Divides into (train, test): the latest fraction `test` of all ratings is tested on.
///
/// Ratings of the same time stay together in the training part or the test part.
///
/// # Errors
/// When the fraction is not in (0, 1), times are not known, or all ratings have the same.
pub fn split_by_time(ratings: &Ratings, test: f64) -> Result<(Ratings, Ratings)> {
    check_fraction("test", test)?;
    let times = needs_times(ratings)?;
    let mut sorted = times.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let first = sorted.len() - ((test * sorted.len() as f64).round() as usize).min(sorted.len());
    let since = sorted.get(first).copied().unwrap_or(f64::INFINITY);
    let (train, tested) =
        (ratings.filter(|at| times[at] < since), ratings.filter(|at| times[at] >= since));
    if train.nnz() == 0 || tested.nnz() == 0 {
        let message = format!("test={test} by time leaves one part without ratings");
        return Err(Error::argument("test", message));
    }
    Ok((train, tested))
}

/// Divides into (train, given, test) by user: the fraction `test` of the users is kept from training;
/// of their ratings the fraction `given` is for [`super::fold_in`] and the others are tested on.
///
/// # Errors
/// When a fraction is not in (0, 1), or no test user has two ratings.
pub fn split_by_user(
    ratings: &Ratings,
    test: f64,
    given: f64,
    seed: u64,
) -> Result<(Ratings, Ratings, Ratings)> {
    check_fraction("test", test)?;
    check_fraction("given", given)?;
    let mut random = Random::seeded(seed);
    // Only who rated twice can be both given and tested.
    let mut able: Vec<usize> =
        (0..ratings.users().len()).filter(|&u| ratings.user_row(u).0.len() > 1).collect();
    random.shuffle(&mut able);
    let count = (test * ratings.users().len() as f64).round().max(1.0) as usize;
    if able.is_empty() || count >= ratings.users().len() {
        let message =
            format!("test={test} of {} users: none can be kept out", ratings.users().len());
        return Err(Error::argument_hint("test", message, "a test user needs two ratings"));
    }
    let mut kept_out = vec![false; ratings.users().len()];
    able[..count.min(able.len())].iter().for_each(|&u| kept_out[u] = true);
    // 0 train, 1 given, 2 test
    let mut part = vec![0u8; ratings.nnz()];
    let mut start = 0;
    for (u, out) in kept_out.iter().enumerate() {
        let n = ratings.user_row(u).0.len();
        if *out {
            let mut order: Vec<u32> = (0..n as u32).collect();
            random.shuffle(&mut order);
            let shown = ((given * n as f64).round() as usize).clamp(1, n - 1);
            for (place, at) in order.into_iter().enumerate() {
                part[start + at as usize] = if place < shown { 1 } else { 2 };
            }
        }
        start += n;
    }
    if !part.contains(&0) {
        let message = format!("test={test} of the users leaves nothing to fit to");
        return Err(Error::argument("test", message));
    }
    let of = |which| ratings.filter(|at| part[at] == which);
    Ok((of(0), of(1), of(2)))
}

fn check_fraction(name: &'static str, fraction: f64) -> Result<()> {
    if fraction > 0.0 && fraction < 1.0 {
        return Ok(());
    }
    let message = format!("{name} must be a fraction between 0 and 1; it is {fraction}");
    Err(Error::argument_hint(name, message, "test=0.2 tests on every fifth rating"))
}

fn needs_times(ratings: &Ratings) -> Result<&[f64]> {
    ratings.times().ok_or_else(|| {
        let hint = "ratings(i, j, v, t) takes times; in a file a column timestamp or time has them";
        Error::argument_hint("R", "these ratings have no times to divide by", hint)
    })
}

fn shuffled(n: usize, seed: u64) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    Random::seeded(seed).shuffle(&mut order);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Matrix;

    #[test]
    fn parts_are_disjoint_and_share_labels() {
        let all = Ratings::from_dense(&Matrix::from_fn(10, 7, |i, j| (i * 7 + j) as f64)).unwrap();
        let (train, test) = split(&all, &SplitOptions::default()).unwrap();
        assert_eq!((train.nnz(), test.nnz()), (56, 14));
        assert!(
            all.iter().all(|(u, i, r)| {
                [train.get(u, i), test.get(u, i)].into_iter().flatten().eq([r])
            })
        );
        assert_eq!((train.users(), test.items()), (all.users(), all.items()));
        assert_eq!(split(&all, &SplitOptions::default()).unwrap().1, test);
        let other = SplitOptions { seed: 1, ..Default::default() };
        assert_ne!(split(&all, &other).unwrap().1, test);
        let sparse = SplitOptions { train: Some(0.1), test: 0.05, seed: 0 };
        let (train, test) = split(&all, &sparse).unwrap();
        assert_eq!((train.nnz(), test.nnz()), (7, 4));
        let tested: usize = folds(&all, 3, 0).unwrap().iter().map(|(_, test)| test.nnz()).sum();
        assert_eq!(tested, 70);
    }

    #[test]
    fn fractions_must_be_fractions() {
        let all = Ratings::from_dense(&Matrix::from_rows(&[&[1.0, 2.0]])).unwrap();
        for (test, train) in
            [(0.0, None), (1.0, None), (20.0, None), (f64::NAN, None), (0.6, Some(0.6))]
        {
            assert!(split(&all, &SplitOptions { test, train, seed: 0 }).is_err());
        }
        assert!(folds(&all, 1, 0).is_err() && folds(&all, 3, 0).is_err());
    }

    /// Three users with 1, 3 and 5 ratings; times fall with the item's position.
    fn timed() -> Ratings {
        let users: Vec<f64> = [1, 2, 2, 2, 3, 3, 3, 3, 3].map(f64::from).to_vec();
        let items: Vec<f64> = [1, 1, 2, 3, 1, 2, 3, 4, 5].map(f64::from).to_vec();
        let times: Vec<f64> = items.iter().map(|i| 100.0 - i).collect();
        let values = vec![1.0; 9];
        Ratings::from_numbers(&users, &items, &values, Some(&times), crate::data::Duplicates::Last)
            .unwrap()
    }

    #[test]
    fn a_few_of_each_user_are_left_out() {
        let all = timed();
        let (train, test) = leave_out(&all, 2, true, 0).unwrap();
        let lens = |r: &Ratings| (0..3).map(|u| r.user_row(u).0.len()).collect::<Vec<_>>();
        assert_eq!((lens(&train), lens(&test)), (vec![1, 1, 3], vec![0, 2, 2]));
        assert_eq!(test.user_row(2).0, [0, 1]);
        let (_, random) = leave_out(&all, 1, false, 3).unwrap();
        assert_eq!(lens(&random), [0, 1, 1]);
        assert!(leave_out(&all, 5, false, 0).is_err() && leave_out(&all, 0, false, 0).is_err());
        let untimed = Ratings::from_dense(&Matrix::from_rows(&[&[1.0, 2.0]])).unwrap();
        assert!(leave_out(&untimed, 1, true, 0).is_err() && split_by_time(&untimed, 0.5).is_err());
    }

    #[test]
    fn the_latest_are_tested() {
        let (train, test) = split_by_time(&timed(), 0.3).unwrap();
        assert_eq!((train.nnz(), test.nnz()), (6, 3));
        assert!(test.times().unwrap().iter().all(|&t| t == 99.0));
    }

    #[test]
    fn whole_users_are_kept_from_training() {
        let all = timed();
        let (train, given, test) = split_by_user(&all, 0.3, 0.6, 1).unwrap();
        assert_eq!(train.nnz() + given.nnz() + test.nnz(), 9);
        let out = (0..3).find(|&u| !test.user_row(u).0.is_empty()).unwrap();
        assert!(out > 0 && train.user_row(out).0.is_empty() && !given.user_row(out).0.is_empty());
        assert!(split_by_user(&all, 0.9999, 0.5, 0).is_err());
    }
}
