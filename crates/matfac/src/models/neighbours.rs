//! Classes of rows by their nearest neighbours, and how often they are right.
//!
//! Method: squared distances of a block of rows to all others by one product, from which candidates are taken; these are
//! compared by their distances proper. The most frequent class among the k nearest wins, the one with the nearest row where
//! several are. Reference: Cover & Hart (1967), IEEE Trans. Information Theory 13. Cost: 2n²d flops.

use crate::data::{Monitor, Step};
use crate::error::{Error, Result};
use crate::linalg::product::{dot, multiply_into};
use crate::linalg::simd::clean;
use crate::linalg::{Matrix, Random};
use rayon::prelude::*;

/// Candidates beyond k, among which rounding does not decide.
const SPARE: usize = 8;
/// Distances computed at a time.
const BLOCK: usize = 1 << 22;

/// Which rows are told apart from which.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Split {
    /// Each row from all others.
    LeaveOneOut,
    /// The rows in a random order are divided into so many parts, each told from the others.
    Folds(usize),
    /// A random share of the rows, between 0 and 1, told from the rest.
    HoldOut(f64),
}

/// How rows were classified.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// The share of right ones among those classified.
    pub accuracy: f64,
    /// The class of each of the n rows; none for a row that was learned from only.
    pub predicted: Vec<Option<usize>>,
}

/// Classifies rows of n×d coordinates, whose true classes are numbers below `classes.iter().max() + 1`, by k neighbours.
///
/// Errors: [`Error::NonFinite`]; [`Error::Argument`] for fewer than two rows, a number of classes other than n, a k of 0 or
/// above the rows that are left, or a split that leaves none; [`Error::Interrupted`].
///
/// ```
/// use matfac::{Matrix, data::Monitor, models::neighbours::{Split, classify}};
/// let z = Matrix::column_vector(vec![0.0, 0.1, 5.0, 5.2]);
/// let found = classify(&z, &[0, 0, 1, 1], 1, Split::LeaveOneOut, 0, &Monitor::default()).unwrap();
/// assert_eq!(found.accuracy, 1.0);
/// ```
pub fn classify(
    z: &Matrix,
    classes: &[usize],
    k: usize,
    split: Split,
    seed: u64,
    monitor: &Monitor,
) -> Result<Classified> {
    z.require_finite("knn_accuracy")?;
    let n = z.rows();
    if n < 2 || classes.len() != n {
        let message = format!(
            "knn_accuracy needs two rows or more, and a label for each; Z is {} and there are {} labels",
            z.shape(),
            classes.len()
        );
        return Err(Error::argument("labels", message));
    }
    let (groups, tested) = groups(n, split, seed)?;
    let fewest = fewest_left(&groups, &tested);
    if !(1..=fewest).contains(&k) {
        let message = format!(
            "k must lie between 1 and {fewest}, the rows that are left to learn from; it is {k}"
        );
        return Err(Error::argument("k", message));
    }
    let rows = centred_rows(z);
    let squares: Vec<f64> = (0..n).map(|i| dot(rows.col(i), rows.col(i))).collect();
    let count = (BLOCK / n).clamp(1, 512);
    let mut predicted = vec![None; n];
    let blocks = tested.len().div_ceil(count);
    for (block, part) in tested.chunks(count).enumerate() {
        let step = Step {
            task: "knn_accuracy",
            iteration: block + 1,
            max_iter: blocks,
            objective: f64::NAN,
        };
        monitor.step(step)?;
        let some = Matrix::from_fn(rows.rows(), part.len(), |a, t| rows[(a, part[t])]);
        let mut near = Matrix::zeros(n, part.len());
        multiply_into(&mut near, 0.0, -2.0, &rows, true, &some, false);
        let found: Vec<usize> = part
            .par_iter()
            .enumerate()
            .map(|(t, &i)| {
                clean();
                let others = near.col(t).iter().zip(&squares).map(|(p, s)| p + s).enumerate();
                let others = others.filter(|(j, _)| groups[*j] != groups[i]);
                vote(&nearest(&rows, i, k, others), classes)
            })
            .collect();
        part.iter().zip(found).for_each(|(&i, class)| predicted[i] = Some(class));
    }
    let right = tested.iter().filter(|&&i| predicted[i] == Some(classes[i])).count();
    Ok(Classified { accuracy: right as f64 / tested.len() as f64, predicted })
}

/// The group of each row, whose neighbours are in other ones, and the rows that are classified.
fn groups(n: usize, split: Split, seed: u64) -> Result<(Vec<usize>, Vec<usize>)> {
    let mut order: Vec<usize> = (0..n).collect();
    Random::seeded(seed).shuffle(&mut order);
    let mut groups = vec![0; n];
    match split {
        Split::LeaveOneOut => Ok(((0..n).collect(), (0..n).collect())),
        Split::Folds(folds) if (2..=n).contains(&folds) => {
            order.iter().enumerate().for_each(|(turn, &i)| groups[i] = turn % folds);
            Ok((groups, (0..n).collect()))
        }
        Split::Folds(folds) => {
            let message =
                format!("folds must lie between 2 and {n}, the number of rows; it is {folds}");
            Err(Error::argument("folds", message))
        }
        Split::HoldOut(share) => {
            let count = (share * n as f64).round();
            if !(count >= 1.0 && count < n as f64) {
                let message = format!(
                    "holdout is the share of the rows to classify, and must leave some of {n} on both sides; it is {share}"
                );
                return Err(Error::argument("holdout", message));
            }
            let mut tested = order[..count as usize].to_vec();
            tested.iter().for_each(|&i| groups[i] = 1);
            tested.sort_unstable();
            Ok((groups, tested))
        }
    }
}

/// The smallest number of rows that one is told from.
fn fewest_left(groups: &[usize], tested: &[usize]) -> usize {
    let mut sizes = vec![0; groups.iter().max().map_or(0, |m| m + 1)];
    groups.iter().for_each(|&g| sizes[g] += 1);
    tested.iter().map(|&i| groups.len() - sizes[groups[i]]).min().unwrap_or(0)
}

/// The rows as columns, less their mean, which makes differences of squares more accurate.
fn centred_rows(z: &Matrix) -> Matrix {
    let mut z = z.clone();
    for j in 0..z.cols() {
        let mean = crate::linalg::sums::mean_slice(z.col(j));
        z.col_mut(j).iter_mut().for_each(|x| *x -= mean);
    }
    z.transposed()
}

/// The k nearest of the other rows, nearest first, the earlier one of equals.
fn nearest(
    rows: &Matrix,
    i: usize,
    k: usize,
    others: impl Iterator<Item = (usize, f64)>,
) -> Vec<usize> {
    let most = k + SPARE;
    let mut best: Vec<(f64, usize)> = Vec::with_capacity(most + 1);
    for (j, distance) in others {
        if best.len() == most && best[most - 1].0 <= distance {
            continue;
        }
        let place = best.partition_point(|b| b.0 <= distance);
        best.insert(place, (distance, j));
        best.truncate(most);
    }
    let own = rows.col(i);
    let proper = |j: usize| rows.col(j).iter().zip(own).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    let mut best: Vec<(f64, usize)> = best.into_iter().map(|(_, j)| (proper(j), j)).collect();
    best.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    best.into_iter().take(k).map(|(_, j)| j).collect()
}

/// The most frequent class; of several, that of the nearest row.
fn vote(near: &[usize], classes: &[usize]) -> usize {
    let count = |class: usize| near.iter().filter(|&&j| classes[j] == class).count();
    let mut winner = classes[near[0]];
    for &j in near {
        if count(classes[j]) > count(winner) {
            winner = classes[j];
        }
    }
    winner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs() -> (Matrix, Vec<usize>) {
        let mut r = Random::seeded(5);
        let classes: Vec<usize> = (0..60).map(|i| i % 3).collect();
        let z =
            Matrix::from_fn(60, 4, |i, j| 1e3 + r.normal() + if j == i % 3 { 3.0 } else { 0.0 });
        (z, classes)
    }

    #[test]
    fn as_one_by_one() {
        let (z, classes) = blobs();
        for k in [1, 4, 7] {
            let found =
                classify(&z, &classes, k, Split::LeaveOneOut, 0, &Monitor::default()).unwrap();
            let rows = z.transposed();
            for i in 0..60 {
                let mut far: Vec<(f64, usize)> = (0..60)
                    .filter(|&j| j != i)
                    .map(|j| {
                        (rows.col(i).iter().zip(rows.col(j)).map(|(a, b)| (a - b).powi(2)).sum(), j)
                    })
                    .collect();
                far.sort_by(|a, b| a.0.total_cmp(&b.0));
                let near: Vec<usize> = far[..k].iter().map(|(_, j)| *j).collect();
                assert_eq!(found.predicted[i], Some(vote(&near, &classes)));
            }
            assert!(found.accuracy > 0.7);
        }
    }

    #[test]
    fn parts_and_what_does_not_fit() {
        let (z, classes) = blobs();
        let run = |k, split| classify(&z, &classes, k, split, 3, &Monitor::default());
        assert!(run(3, Split::Folds(5)).unwrap().accuracy > 0.7);
        let held = run(1, Split::HoldOut(0.25)).unwrap();
        assert_eq!(held.predicted.iter().flatten().count(), 15);
        assert_eq!(held, run(1, Split::HoldOut(0.25)).unwrap());
        for (k, split) in [(0, Split::LeaveOneOut), (60, Split::LeaveOneOut), (1, Split::Folds(1))]
        {
            assert!(run(k, split).is_err());
        }
        assert!(run(1, Split::HoldOut(1.0)).is_err() && run(1, Split::HoldOut(f64::NAN)).is_err());
        assert!(
            classify(&z, &classes[1..], 1, Split::LeaveOneOut, 0, &Monitor::default()).is_err()
        );
    }
}
