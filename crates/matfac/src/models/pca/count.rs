//! How many components are kept.
//!
//! The most probable number is Minka's: Laplace's approximation of the evidence of probabilistic principal components.
//! Reference: Minka (2000), Automatic choice of dimensionality for PCA, NIPS 13, eq. 77–79. Cost: O(d²).

use super::options::PcaOptions;
use crate::error::{Error, Result, Shape};
use crate::factor::lowrank::check_share;
use crate::linalg::special::gamma_function::lgamma;
use std::f64::consts::{LN_2, PI};

/// What decides on the number of components.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Keep {
    /// All, or this many.
    Count(usize),
    /// As many as hold this share of the variance, but no more than that.
    Share(f64, usize),
    /// The most probable number.
    Likely,
}

impl Keep {
    /// Errors: [`Error::Argument`] for data of this shape, when there is nothing, not so much, or no share.
    pub fn of(options: &PcaOptions, shape: Shape) -> Result<Keep> {
        let available = available(shape, options.k)?;
        let most = options.k.unwrap_or(available);
        match options.energy {
            _ if options.likely && shape.0 < shape.1 => Err(Error::argument_hint(
                "k",
                format!("k=\"mle\" needs at least as many rows as columns; this is {shape}"),
                "energy=0.95 keeps that share of the variance; pca_cv tries numbers on hidden cells",
            )),
            _ if options.likely => Ok(Keep::Likely),
            Some(energy) => check_share("energy", energy).map(|()| Keep::Share(energy, most)),
            None => Ok(Keep::Count(most)),
        }
    }

    /// How many of all variances, descending, of n rows.
    pub fn among(self, spectrum: &[f64], n: usize) -> Result<usize> {
        let total: f64 = spectrum.iter().sum();
        Ok(match self {
            Keep::Count(k) => k,
            Keep::Share(energy, most) => {
                components_for(spectrum, total, energy)?.unwrap_or(most).clamp(1, most)
            }
            Keep::Likely => most_probable(spectrum, n),
        })
    }

    /// The number, where it is known beforehand.
    pub fn count(self) -> Option<usize> {
        match self {
            Keep::Count(k) => Some(k),
            _ => None,
        }
    }
}

/// How many components data of this shape have; [`Error::Argument`] when there are none, or not k.
fn available(shape: Shape, k: Option<usize>) -> Result<usize> {
    let available = shape.0.min(shape.1);
    if available == 0 {
        let message = format!("pca needs at least one row and one column; this is {shape}");
        return Err(Error::argument("X", message));
    }
    if let Some(k) = k.filter(|k| !(1..=available).contains(k)) {
        let message = format!("k must lie between 1 and {available} for {shape} data; it is {k}");
        return Err(Error::argument("k", message));
    }
    Ok(available)
}

/// The smallest number of leading variances whose share of `total` reaches `threshold`, if these do.
pub(super) fn components_for(
    spectrum: &[f64],
    total: f64,
    threshold: f64,
) -> Result<Option<usize>> {
    check_share("energy", threshold)?;
    let mut sum = 0.0;
    // The tolerance lets a threshold of 1 be met by rounded sums.
    let enough = spectrum.iter().position(|v| {
        sum += v;
        sum >= (threshold - 1e-12) * total
    });
    Ok(enough.map(|i| i + 1))
}

/// The number of components with the largest evidence, between 1 and d - 1 (1 for d = 1), for d variances of n rows.
///
/// Directions whose variance is below ε of the largest are not kept: data of an exact rank get it.
///
/// ```
/// use matfac::models::pca::most_probable;
/// assert_eq!(most_probable(&[9.0, 4.0, 0.011, 0.01, 0.009], 100), 2);
/// ```
pub fn most_probable(variances: &[f64], n: usize) -> usize {
    let evidence = evidence(variances, n);
    let best = evidence.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(1, |(i, _)| i + 1)
}

/// The logarithm of the evidence for each number of components from 1 to d - 1.
pub(super) fn evidence(variances: &[f64], n: usize) -> Vec<f64> {
    let d = variances.len();
    let floor = (variances.first().copied().unwrap_or(0.0) * f64::EPSILON).max(f64::MIN_POSITIVE);
    let l: Vec<f64> = variances.iter().map(|v| v.max(floor)).collect();
    let n = (n as f64).max(2.0);
    let tail: Vec<f64> = l
        .iter()
        .rev()
        .scan(0.0, |sum, v| {
            *sum += v;
            Some(*sum)
        })
        .collect();
    // Differences of equal variances are rounding errors.
    let gap = |i: usize, j: usize| (l[i] - l[j]).max(floor).ln();
    let (mut logs, mut uniform, mut within, mut across) = (0.0, 0.0, 0.0, 0.0);
    let mut found = Vec::new();
    for k in (1..d).take_while(|k| variances[k - 1] > floor) {
        let last = k - 1;
        let rest = (d - k) as f64;
        let noise = (tail[d - k - 1] / rest).max(floor);
        logs += l[last].ln();
        // The uniform prior on the directions.
        let half = (d - last) as f64 / 2.0;
        uniform += lgamma(half) - half * PI.ln() - LN_2;
        // The Hessian: the pairs of kept directions, and those of a kept one with one that is not.
        for i in 0..last {
            within += 2.0 * gap(i, last) - l[i].ln() - l[last].ln();
            across -= gap(i, last);
        }
        across += (k..d).map(|j| gap(last, j)).sum::<f64>();
        let curvature = |v: &f64| (1.0 / noise - 1.0 / v).max(f64::EPSILON / v).ln();
        let curvature: f64 = l[..k].iter().map(curvature).sum();
        let pairs = (d * k) as f64 - (k * (k + 1)) as f64 / 2.0;
        let hessian = within + across + rest * curvature + pairs * n.ln();
        found.push(
            uniform - n / 2.0 * logs - n / 2.0 * rest * noise.ln()
                + (2.0 * PI).ln() * (pairs + k as f64) / 2.0
                - hessian / 2.0
                - k as f64 * n.ln() / 2.0,
        );
    }
    found
}
