//! Multiplicative updates for every β-divergence.
//!
//! Each entry of a factor is multiplied by `(numerator/(denominator + l1 + l2·x))^γ`, which stays non-negative and, with
//! γ(β) < 1 outside 1 ≤ β ≤ 2, never increases the loss; entries that are zero stay so. For β = 2 the sums come from the
//! products that least squares uses too; for Kullback–Leibler and sparse data from stored entries; otherwise from a walk
//! over all cells. The iteration stops when ten of them have reduced the root of the objective by less than `tol` of what
//! it began with. References: Lee & Seung (2001), NIPS 13; Févotte & Idier (2011), Neural Computation 23.

use super::divergence::Loss;
use super::passes::{Denominator, Side, Sums, pass};
use super::target::Target;
use super::{NmfOptions, Run, stored};
use crate::data::{End, Monitor, Step};
use crate::error::Result;
use crate::linalg::Matrix;
use crate::linalg::product::{dot, gram, multiply};

/// Iterations between two looks at how far the objective fell.
const LOOK: usize = 10;

/// Iterates from W (m×k) and H' (n×k). With `only` one factor is updated, the other given.
pub(super) fn iterate(
    target: &Target<'_>,
    mut w: Matrix,
    mut ht: Matrix,
    only: Option<Side>,
    options: &NmfOptions,
    monitor: &Monitor,
) -> Result<Run> {
    let baseline = target.baseline(options.loss);
    let relative =
        |value: f64| if baseline > 0.0 { (value.max(0.0) / baseline).sqrt() } else { 0.0 };
    let (mut history, mut errors): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    let (mut began, mut looked) = (0.0, 0.0);
    let mut end = End::Limit;
    let first = only.unwrap_or(Side::Rows);
    let mut iteration = 0;
    let loss = loop {
        let found = sums(target, &w, &ht, first, options.loss, true)?;
        let loss = found.loss.max(0.0);
        let value = relative(loss + penalty(&w, options) + penalty(&ht, options));
        if iteration == 0 {
            (began, looked) = (value, value);
        } else {
            let error = relative(loss);
            // The rounding of a sum of cells is no increase.
            history.push(history.last().map_or(value, |last| value.min(*last)));
            errors.push(error);
            let (task, max_iter) = ("nmf", options.max_iter);
            if !monitor.goes_on(Step { task, iteration, max_iter, objective: error }) {
                end = End::Interrupted;
                break loss;
            }
        }
        if iteration > 0 && iteration % LOOK == 0 {
            // A start without loss is done.
            if looked - value <= options.tol * began && (options.tol > 0.0 || value == 0.0) {
                end = End::Converged;
                break loss;
            }
            looked = value;
        }
        if iteration == options.max_iter {
            break loss;
        }
        match first {
            Side::Rows => update(&mut w, &found, options),
            Side::Columns => update(&mut ht, &found, options),
        }
        if only.is_none() {
            let found = sums(target, &w, &ht, Side::Columns, options.loss, false)?;
            update(&mut ht, &found, options);
        }
        iteration += 1;
    };
    Ok(Run { w, ht, history, errors, loss, end })
}

/// What the penalties add to the objective.
pub(super) fn penalty(factor: &Matrix, options: &NmfOptions) -> f64 {
    let entries = factor.as_slice();
    let mut sum = 0.0;
    if options.l1 > 0.0 {
        sum += options.l1 * entries.iter().sum::<f64>();
    }
    if options.l2 > 0.0 {
        sum += 0.5 * options.l2 * dot(entries, entries);
    }
    sum
}

/// The sums for one factor, and the loss when it is wanted.
fn sums(
    target: &Target<'_>,
    w: &Matrix,
    ht: &Matrix,
    side: Side,
    loss: Loss,
    with_loss: bool,
) -> Result<Sums> {
    match (loss, target.sparse()) {
        (Loss::FROBENIUS, _) if target.holes.is_none() => squares(target, w, ht, side),
        (Loss::KULLBACK_LEIBLER, Some(sparse)) => Ok(stored::pass(sparse, w, ht, side, with_loss)),
        _ => Ok(pass(target, w, ht, side, loss, with_loss)),
    }
}

/// Of the squares: the products of least squares, which give the loss as well.
pub(super) fn squares(target: &Target<'_>, w: &Matrix, ht: &Matrix, side: Side) -> Result<Sums> {
    let (own, other) = match side {
        Side::Rows => (w, ht),
        Side::Columns => (ht, w),
    };
    let mut numerator = Matrix::zeros(own.rows(), own.cols());
    match side {
        Side::Rows => target.times(other, &mut numerator)?,
        Side::Columns => target.transposed_times(other, &mut numerator)?,
    }
    let denominator = multiply(own, &gram(other)?)?;
    let cross = dot(numerator.as_slice(), own.as_slice());
    let square = dot(denominator.as_slice(), own.as_slice());
    let loss = 0.5 * target.norm * target.norm - cross + 0.5 * square;
    Ok(Sums { numerator, denominator: Denominator::Each(denominator), loss })
}

/// Multiplies a factor.
fn update(factor: &mut Matrix, sums: &Sums, options: &NmfOptions) {
    let exponent = options.loss.exponent(options.l2 > 0.0);
    for j in 0..factor.cols() {
        let one = |x: &mut f64, numerator: f64, denominator: f64| {
            let denominator = denominator + options.l1 + options.l2 * *x;
            // What touches no known cell says nothing.
            let ratio = if denominator > 0.0 { numerator / denominator } else { 0.0 };
            *x *= if exponent == 1.0 { ratio } else { ratio.powf(exponent) };
        };
        let cells = factor.col_mut(j).iter_mut().zip(sums.numerator.col(j));
        match &sums.denominator {
            Denominator::Same(same) => cells.for_each(|(x, n)| one(x, *n, same[j])),
            Denominator::Each(each) => {
                cells.zip(each.col(j)).for_each(|((x, n), d)| one(x, *n, *d));
            }
        }
    }
}
