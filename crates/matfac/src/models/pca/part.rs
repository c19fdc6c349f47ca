//! Some components of large or sparse data, the centred data being known as a linear map.
//!
//! "krylov" is [`crate::sparse::svds`], which iterates until the residuals of all triplets are 1e-10 of the largest singular
//! value; "randomized" stops at 1e-4, see `randomized`. Small data are decomposed whole by both.

use super::count::components_for;
use super::model::Found;
use super::randomized::{Leading, has_room, leading};
use crate::data::{End, Monitor};
use crate::error::Result;
use crate::factor::svd::{fix_signs, scale_columns};
use crate::linalg::{Matrix, Operator};
use crate::sparse::svds::{SvdsOptions, svds};

/// What is asked of a Krylov space.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    /// Whether small residuals are enough.
    pub randomized: bool,
    /// The most components.
    pub most: usize,
    /// The share of the variance that is enough.
    pub energy: Option<f64>,
    /// The variance of all columns together.
    pub total: f64,
    /// The seed of the start.
    pub seed: u64,
}

/// Singular values, vectors and scores.
struct Triplets {
    s: Vec<f64>,
    axes: Matrix,
    scores: Matrix,
    end: End,
    history: Vec<f64>,
}

impl Request {
    /// The k leading triplets.
    fn triplets(
        &self,
        map: &dyn Operator<f64>,
        dense: bool,
        k: usize,
        monitor: &Monitor,
    ) -> Result<Triplets> {
        if self.randomized && has_room(map.rows().min(map.cols()), k) {
            let Leading { s, mut axes, mut scores, end, history } =
                leading(map, k, self.seed, monitor)?;
            fix_signs(&mut axes, Some(&mut scores), k);
            return Ok(Triplets { s, axes, scores, end, history });
        }
        let standard = SvdsOptions { seed: self.seed, keep_last: true, ..SvdsOptions::default() };
        // A full matrix is read from memory for each block: four vectors cost little more than two.
        let options = match dense {
            true => SvdsOptions { block: Some(4), basis: Some(2 * k + 30), ..standard },
            false => standard,
        };
        let part = svds(map, k, &options, monitor)?;
        let scores = scale_columns(part.u, &part.s);
        let end = match part.converged {
            true => End::Converged,
            false if monitor.interrupt.is_set() => End::Interrupted,
            false => End::Limit,
        };
        Ok(Triplets { s: part.s, axes: part.v, scores, end, history: part.history })
    }
}

/// The components of a centred map; `dense` when all its entries are stored.
pub(super) fn decompose(
    map: &dyn Operator<f64>,
    dense: bool,
    request: Request,
    monitor: &Monitor,
) -> Result<Found> {
    let degrees = (map.rows().max(2) - 1) as f64;
    let most = request.most;
    let mut k = if request.energy.is_some() { most.min(10) } else { most };
    let (part, spectrum) = loop {
        let part = request.triplets(map, dense, k, monitor)?;
        let spectrum: Vec<f64> = part.s.iter().map(|s| s * s / degrees).collect();
        let Some(energy) = request.energy else { break (part, spectrum) };
        match components_for(&spectrum, request.total, energy)? {
            Some(enough) => {
                k = enough;
                break (part, spectrum);
            }
            None if k == most || part.end == End::Interrupted => break (part, spectrum),
            None => k = (2 * k).min(most),
        }
    };
    Ok(Found {
        axes: part.axes.columns(0, k),
        scores: part.scores.columns(0, k),
        spectrum,
        total: request.total,
        solver: if request.randomized { "randomized" } else { "krylov" },
        end: part.end,
        history: part.history,
    })
}
