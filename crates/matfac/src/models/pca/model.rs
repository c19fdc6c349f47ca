//! The fitted model: its numbers, and what it makes of rows.

use super::columns::Columns;
use super::count;
use super::missing;
use crate::data::End;
use crate::error::{Error, Result, Shape};
use crate::factor::svd::scale_columns;
use crate::linalg::{Matrix, product};
use crate::models::Data;

/// A fitted model of n rows (observations) and d columns (variables).
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// The mean of each of the d columns.
    pub mean: Vec<f64>,
    /// What each column was divided by, when scaled.
    pub scale: Option<Vec<f64>>,
    /// The components as orthonormal columns, d×k.
    pub components: Matrix,
    /// The rows in the new coordinates, n×k; after an update those of the last block.
    pub scores: Matrix,
    /// Whether scores are divided by their standard deviations.
    pub whiten: bool,
    /// The variance along each of the k components.
    pub variance: Vec<f64>,
    /// The share of the total variance of each of the k components.
    pub ratio: Vec<f64>,
    /// The k singular values of the centred data.
    pub singular_values: Vec<f64>,
    /// The variances of all min(n, d) components, kept or not; of large or sparse data, of those that were computed.
    pub spectrum: Vec<f64>,
    /// The variance of all columns together.
    pub total_variance: f64,
    /// The mean variance of the components that were not kept; 0 when all were.
    pub noise_variance: f64,
    /// Number of rows that were fitted.
    pub n: usize,
    /// How the components were found: full, covariance, randomized, krylov, em or incremental.
    pub solver: &'static str,
    /// How that ended.
    pub end: End,
    /// Of iterations: the largest residual beside what is allowed, or for em the mean negative log-likelihood of a row.
    pub history: Vec<f64>,
    /// The most components that an update keeps; as many as there are when not given.
    pub limit: Option<usize>,
    /// The data with their missing cells filled with what is expected there, n×d; when any was missing.
    pub completed: Option<Matrix>,
}

/// What a solver found.
pub(super) struct Found {
    /// The components, d×k.
    pub axes: Matrix,
    /// The rows along them, n×k.
    pub scores: Matrix,
    /// The variances that were computed, k or more.
    pub spectrum: Vec<f64>,
    /// The variance of all columns together.
    pub total: f64,
    /// The name of the solver.
    pub solver: &'static str,
    /// How it ended.
    pub end: End,
    /// What it reported.
    pub history: Vec<f64>,
}

impl Pca {
    /// The model of n rows.
    pub(super) fn assembled(
        found: Found,
        mean: Vec<f64>,
        scale: Option<Vec<f64>>,
        n: usize,
    ) -> Pca {
        let (d, k) = (found.axes.rows(), found.axes.cols());
        let (available, degrees) = (n.min(d), (n.max(2) - 1) as f64);
        let variance = found.spectrum[..k].to_vec();
        let total = found.total;
        let share = |v: &f64| if total > 0.0 && total.is_finite() { v / total } else { 0.0 };
        let rest = match found.spectrum.get(k..available) {
            Some(rest) => rest.iter().sum(),
            None => (total - variance.iter().sum::<f64>()).max(0.0),
        };
        Pca {
            ratio: variance.iter().map(share).collect(),
            singular_values: variance.iter().map(|v| (v * degrees).sqrt()).collect(),
            noise_variance: if k < available { rest / (available - k) as f64 } else { 0.0 },
            variance,
            mean,
            scale,
            components: found.axes,
            scores: found.scores,
            whiten: false,
            spectrum: found.spectrum,
            total_variance: total,
            n,
            solver: found.solver,
            end: found.end,
            history: found.history,
            limit: None,
            completed: None,
        }
    }

    /// The same with scores of variance 1.
    pub(super) fn whitened(mut self, whiten: bool) -> Pca {
        if whiten {
            let factors = self.factors();
            self.scores = scale_columns(self.scores, &factors);
        }
        self.whiten = whiten;
        self
    }

    /// What whitening multiplies the scores by; a direction without variance says nothing.
    fn factors(&self) -> Vec<f64> {
        let floor = f64::EPSILON * self.variance.first().copied().unwrap_or(0.0);
        self.variance.iter().map(|&v| if v > floor { 1.0 / v.sqrt() } else { 0.0 }).collect()
    }

    /// The scores of new rows, m×d to m×k; sparse rows are not made full. Missing cells are those expected of a model that was
    /// fitted to data with such.
    ///
    /// Errors: [`Error::Shapes`]; [`Error::NonFinite`], which names the entry.
    pub fn transform<'a>(&self, x: impl Into<Data<'a>>) -> Result<Matrix> {
        let scores = self.project(x.into())?;
        Ok(if self.whiten { scale_columns(scores, &self.factors()) } else { scores })
    }

    /// [`Self::transform`] without whitening.
    pub(super) fn project(&self, x: Data<'_>) -> Result<Matrix> {
        self.check_columns("transform", x.shape(), self.mean.len())?;
        let filled;
        let x = match x {
            Data::Full(x) if self.solver == "em" && x.as_slice().iter().any(|x| x.is_nan()) => {
                filled = missing::filled(self, x)?;
                Data::Full(&filled)
            }
            other => other,
        };
        x.require_finite("transform")?;
        match x {
            Data::Full(x) => product::multiply(&self.centred(x), &self.components),
            Data::Sparse(x) => {
                let (d, k) = (self.components.rows(), self.components.cols());
                let scale = |j: usize| self.scale.as_ref().map_or(1.0, |s| s[j]);
                let axes = Matrix::from_fn(d, k, |j, c| self.components[(j, c)] / scale(j));
                let mut scores = x.times_dense(&axes)?;
                for c in 0..k {
                    let origin = product::dot(&self.mean, axes.col(c));
                    scores.col_mut(c).iter_mut().for_each(|v| *v -= origin);
                }
                Ok(scores)
            }
        }
    }

    /// Rows less the means, and divided by the scales.
    pub(super) fn centred(&self, x: &Matrix) -> Matrix {
        let mut centred = x.clone();
        for (j, mean) in self.mean.iter().enumerate() {
            let scale = self.scale.as_ref().map_or(1.0, |s| s[j]);
            centred.col_mut(j).iter_mut().for_each(|v| *v = (*v - mean) / scale);
        }
        centred
    }

    /// The rows that scores stand for, in the units of the data, m×k to m×d.
    ///
    /// Errors: [`Error::Shapes`].
    pub fn inverse_transform(&self, scores: &Matrix) -> Result<Matrix> {
        self.check_columns("inverse_transform", scores.shape(), self.components.cols())?;
        let deviations = || self.variance.iter().map(|v| v.sqrt()).collect::<Vec<_>>();
        let coloured = self.whiten.then(|| scale_columns(scores.clone(), &deviations()));
        let scores = coloured.as_ref().unwrap_or(scores);
        let mut x = product::multiply_with(scores, false, &self.components, true)?;
        for j in 0..x.cols() {
            let (mean, scale) = (self.mean[j], self.scale.as_ref().map_or(1.0, |s| s[j]));
            x.col_mut(j).iter_mut().for_each(|v| *v = *v * scale + mean);
        }
        Ok(x)
    }

    /// The smallest number of components (kept or not) that explain the share `threshold` of the variance.
    pub fn components_for(&self, threshold: f64) -> Result<usize> {
        let enough = count::components_for(&self.spectrum, self.total_variance, threshold)?;
        enough.ok_or_else(|| {
            let share = self.spectrum.iter().sum::<f64>() / self.total_variance;
            let count = self.spectrum.len();
            let message =
                format!("the {count} components of the model explain {share:.4} of the variance");
            Error::argument_hint("energy", message, "fit it with a larger k")
        })
    }

    pub(super) fn check_columns(
        &self,
        operation: &'static str,
        left: Shape,
        columns: usize,
    ) -> Result<()> {
        if left.1 == columns {
            return Ok(());
        }
        let hint = Some(format!("the model was fitted to {} columns", self.mean.len()));
        let right = self.components.shape();
        Err(Error::Shapes { operation, left, right, hint })
    }
}

impl Found {
    /// The model of n rows with these columns.
    pub fn into_model(self, columns: Columns, n: usize) -> Pca {
        Pca::assembled(self, columns.mean, columns.scale, n)
    }
}
