//! Random parts of a set of ratings, to fit to one and test on another.
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
    for (name, fraction) in [("test", options.test), ("train", train)] {
        if !(fraction > 0.0 && fraction < 1.0) {
            let message = format!("{name} must be a fraction between 0 and 1; it is {fraction}");
            return Err(Error::argument_hint(
                name,
                message,
                "test=0.2 tests on every fifth rating",
            ));
        }
    }
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
}
