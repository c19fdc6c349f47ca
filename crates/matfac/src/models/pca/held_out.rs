//! The number of components that predicts hidden cells best.
//!
//! Rows that are held out can be projected with any number of components, and more always fit them better; cells that are
//! hidden cannot. Each fold hides some cells of every column, each cell once, and fills them by principal components of the
//! filled matrix, shrunk as in the probabilistic model, until the filling settles; each number of components goes on from the
//! one before. References: Josse & Husson (2012), Computational Statistics & Data Analysis 56; Wold (1978), Technometrics 20.
//! Cost: 6nd(k + 10) flops an iteration.

use super::columns::Columns;
use crate::data::{End, Monitor, Step};
use crate::error::{Error, Result};
use crate::factor::{QrOptions, eig_symmetric, qr};
use crate::linalg::product::{dot, gram, multiply, multiply_with};
use crate::linalg::sums::mean_slice;
use crate::linalg::{Matrix, Random};
use rayon::prelude::*;

/// Vectors beyond k in the subspace that follows the filling.
const OVERSAMPLE: usize = 10;

/// What is tried, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOutOptions {
    /// The numbers of components.
    pub ks: Vec<usize>,
    /// Into how many parts the cells of each column are divided.
    pub folds: usize,
    /// Divide each column by its standard deviation first.
    pub scale: bool,
    /// The seed of the division.
    pub seed: u64,
    /// A filling has settled when it changes by less than this, beside the error of the means.
    pub tol: f64,
    /// The most iterations for each number of components.
    pub max_iter: usize,
}

impl Default for HeldOutOptions {
    fn default() -> HeldOutOptions {
        HeldOutOptions { ks: Vec::new(), folds: 5, scale: false, seed: 0, tol: 1e-4, max_iter: 200 }
    }
}

/// How well hidden cells were predicted.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOut {
    /// The numbers of components, ascending.
    pub ks: Vec<usize>,
    /// The root mean square error of hidden cells for each.
    pub errors: Vec<f64>,
    /// The same for each fold, a column.
    pub by_fold: Matrix,
    /// The error of the columns' means.
    pub baseline: f64,
    /// The number with the smallest error.
    pub best: usize,
    /// Whether all numbers were tried.
    pub end: End,
}

/// Tries numbers of components on hidden cells of n×d data; NaN is a cell that is missing anyway.
///
/// An interrupt keeps the numbers that were done.
///
/// Errors: [`Error::NonFinite`] for an infinity; [`Error::Argument`] for no numbers or one outside 1..min(n, d), fewer than two
/// folds, or a column with fewer than two cells; [`Error::Interrupted`] when nothing was done.
///
/// ```
/// use matfac::{Matrix, data::Monitor, models::pca::{HeldOutOptions, held_out}};
/// let x = Matrix::from_fn(20, 6, |i, j| (i as f64).sin() * (1 + j) as f64 + 0.01 * ((i * j) % 5) as f64);
/// let tried = held_out(&x, &HeldOutOptions { ks: vec![1, 2, 3], ..Default::default() }, &Monitor::default()).unwrap();
/// assert!(tried.errors[0] < 0.1 * tried.baseline);
/// ```
pub fn held_out(x: &Matrix, options: &HeldOutOptions, monitor: &Monitor) -> Result<HeldOut> {
    let ks = checked(x, options)?;
    let columns = Columns::of_observed(x, options.scale);
    let scale = |j: usize| columns.scale.as_ref().map_or(1.0, |s| s[j]);
    let x = Matrix::from_fn(x.rows(), x.cols(), |i, j| (x[(i, j)] - columns.mean[j]) / scale(j));
    let mut folds = divided(&x, options);
    let cells = folds.iter().map(|f| f.hidden.len()).sum::<usize>() as f64;
    let pooled = |squares: &[f64]| (squares.iter().sum::<f64>() / cells).sqrt();
    let means: Vec<f64> = folds.iter().map(|f| f.squared_error(&x)).collect();
    let baseline = pooled(&means);
    let (mut errors, mut by_fold, mut end) = (Vec::new(), Vec::new(), End::Converged);
    for (done, &k) in ks.iter().enumerate() {
        let fits: Vec<Result<bool>> =
            folds.par_iter_mut().map(|f| f.fit(k, baseline, options, monitor)).collect();
        let finished = fits.into_iter().collect::<Result<Vec<bool>>>()?.iter().all(|&f| f);
        if !finished {
            end = End::Interrupted;
            break;
        }
        let squares: Vec<f64> = folds.iter().map(|f| f.squared_error(&x)).collect();
        errors.push(pooled(&squares));
        let each = squares.iter().zip(&folds);
        by_fold.extend(each.map(|(s, f)| (s / f.hidden.len().max(1) as f64).sqrt()));
        let objective = errors[done];
        let step = Step { task: "pca_cv", iteration: done + 1, max_iter: ks.len(), objective };
        if !monitor.goes_on(step) && done + 1 < ks.len() {
            end = End::Interrupted;
            break;
        }
    }
    if errors.is_empty() {
        return Err(Error::Interrupted);
    }
    let smallest = errors.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
    let best = smallest.map_or(0, |(i, _)| ks[i]);
    let by_fold = Matrix::from_vec(folds.len(), errors.len(), by_fold).transposed();
    Ok(HeldOut { ks: ks[..errors.len()].to_vec(), errors, by_fold, baseline, best, end })
}

/// The numbers in ascending order.
fn checked(x: &Matrix, options: &HeldOutOptions) -> Result<Vec<usize>> {
    let (n, d) = (x.rows(), x.cols());
    if let Some(place) = x.as_slice().iter().position(|x| x.is_infinite()) {
        let (row, col, value) = (place % n + 1, place / n + 1, x.as_slice()[place]);
        return Err(Error::NonFinite { operation: "pca_cv", row, col, value });
    }
    let mut ks = options.ks.clone();
    ks.sort_unstable();
    ks.dedup();
    if ks.is_empty() {
        return Err(Error::argument("ks", "pca_cv needs numbers of components to try"));
    }
    let most = n.min(d);
    if let Some(k) = ks.iter().find(|k| !(1..=most).contains(*k)) {
        let message = match most {
            0 => format!("pca_cv needs at least one row and one column; this is {}", x.shape()),
            _ => format!("ks must lie between 1 and {most} for {} data; one is {k}", x.shape()),
        };
        return Err(Error::argument(if most == 0 { "X" } else { "ks" }, message));
    }
    if options.folds < 2 {
        let message = format!("folds must be 2 or more; it is {}", options.folds);
        return Err(Error::argument("folds", message));
    }
    for j in 0..d {
        let cells = x.col(j).iter().filter(|x| !x.is_nan()).count();
        if cells < 2 {
            let message = format!(
                "pca_cv needs two cells in each column, one to hide and one to see; column {} has {cells}",
                j + 1
            );
            return Err(Error::argument_hint("X", message, "leave that column out"));
        }
    }
    Ok(ks)
}

/// A part of the cells is hidden.
struct Fold {
    /// Positions down the columns.
    hidden: Vec<usize>,
    /// The data, with the current filling where a cell is hidden or missing.
    filled: Matrix,
    /// Positions of all cells that are filled.
    holes: Vec<usize>,
    /// Orthonormal vectors close to the leading components, d×p.
    basis: Matrix,
    random: Random,
}

/// Each column's cells in a random order are dealt to the folds, the first to a random one.
fn divided(x: &Matrix, options: &HeldOutOptions) -> Vec<Fold> {
    let (n, d) = (x.rows(), x.cols());
    let mut random = Random::seeded(options.seed);
    let mut hidden = vec![Vec::new(); options.folds];
    for j in 0..d {
        let mut cells: Vec<usize> =
            (j * n..(j + 1) * n).filter(|&p| !x.as_slice()[p].is_nan()).collect();
        random.shuffle(&mut cells);
        let first = random.below(options.folds);
        for (turn, &p) in cells.iter().enumerate() {
            hidden[(first + turn) % options.folds].push(p);
        }
    }
    let of = |(index, mut hidden): (usize, Vec<usize>)| {
        hidden.sort_unstable();
        let mut filled = x.clone();
        hidden.iter().for_each(|&p| filled.as_mut_slice()[p] = f64::NAN);
        let holes: Vec<usize> = (0..n * d).filter(|&p| filled.as_slice()[p].is_nan()).collect();
        for j in 0..d {
            let column = filled.col_mut(j);
            let seen: Vec<f64> = column.iter().copied().filter(|x| !x.is_nan()).collect();
            let mean = if seen.is_empty() { 0.0 } else { mean_slice(&seen) };
            column.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = mean);
        }
        let random = Random::seeded(options.seed.wrapping_add(1 + index as u64));
        Fold { hidden, filled, holes, basis: Matrix::zeros(d, 0), random }
    };
    // A fold without cells tells nothing.
    hidden.into_iter().enumerate().filter(|(_, hidden)| !hidden.is_empty()).map(of).collect()
}

impl Fold {
    fn squared_error(&self, x: &Matrix) -> f64 {
        let (x, filled) = (x.as_slice(), self.filled.as_slice());
        self.hidden.iter().map(|&p| (x[p] - filled[p]).powi(2)).sum()
    }

    /// Fills the holes by k components; whether that was not interrupted.
    fn fit(
        &mut self,
        k: usize,
        baseline: f64,
        options: &HeldOutOptions,
        monitor: &Monitor,
    ) -> Result<bool> {
        let allowed = options.tol * baseline * (self.holes.len() as f64).sqrt();
        for _ in 0..options.max_iter {
            if monitor.interrupt.is_set() {
                return Ok(false);
            }
            if self.refill(k)? <= allowed {
                break;
            }
        }
        Ok(true)
    }

    /// One filling; the norm of its change.
    fn refill(&mut self, k: usize) -> Result<f64> {
        let (n, d) = (self.filled.rows(), self.filled.cols());
        let (columns, centred) = Columns::centred(&self.filled, None)?;
        let width = (k + OVERSAMPLE).min(n.min(d));
        if self.basis.cols() < width {
            let mut columns = std::mem::take(&mut self.basis).into_vec();
            let more = d * width - columns.len();
            columns.extend(self.random.normals(more));
            self.basis = Matrix::from_vec(d, width, columns);
        }
        // One step of the power iteration, then the best vectors of its span.
        let image = multiply(&centred, &self.basis)?;
        let image = multiply_with(&centred, true, &image, false)?;
        let q = qr(&image, QrOptions { economy: true, pivot: false, positive: false })?.q;
        let image = multiply(&centred, &q)?;
        let e = eig_symmetric(&gram(&image)?, true)?;
        let turn = Matrix::from_fn(width, width, |i, j| e.vectors[(i, width - 1 - j)]);
        let squares: Vec<f64> = e.values.iter().rev().map(|x| x.max(0.0)).collect();
        self.basis = multiply(&q, &turn)?;
        let total = columns.total() * (n.max(2) - 1) as f64;
        let rest = (total - squares[..k].iter().sum::<f64>()).max(0.0);
        let noise = if k < d { rest / (d - k) as f64 } else { 0.0 };
        let shrunk = |s: &f64| if *s > noise { (s - noise) / s } else { 0.0 };
        let scores = multiply(&image, &turn.columns(0, k))?;
        // Rows of both factors next to each other, the scores shrunk.
        let axes = self.basis.columns(0, k).transposed();
        let mut scores = scores.transposed();
        let factors: Vec<f64> = squares[..k].iter().map(shrunk).collect();
        for i in 0..n {
            scores.col_mut(i).iter_mut().zip(&factors).for_each(|(z, f)| *z *= f);
        }
        let mut change = 0.0;
        let filled = self.filled.as_mut_slice();
        for &p in &self.holes {
            let (i, j) = (p % n, p / n);
            let value = columns.mean[j] + dot(scores.col(i), axes.col(j));
            change += (value - filled[p]).powi(2);
            filled[p] = value;
        }
        Ok(change.sqrt())
    }
}
