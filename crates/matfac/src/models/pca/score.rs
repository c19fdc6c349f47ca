//! The likelihood of rows under the model as a normal distribution: probabilistic principal components.
//!
//! The covariance is that of the kept components, and `noise_variance` in all directions across them; in the units of the
//! data, so that models with scaled columns compare with others. Reference: Tipping & Bishop (1999), J. R. Statist. Soc. B 61.
//! Cost: 2ndk flops.

use super::missing;
use super::model::Pca;
use crate::error::{Error, Result};
use crate::linalg::Matrix;
use crate::linalg::product::{dot, multiply_into};
use crate::models::Data;
use std::f64::consts::PI;

impl Pca {
    /// The mean log-likelihood of rows, m×d.
    ///
    /// Errors: as [`Self::transform`]; [`Error::Argument`] for a model without noise in directions that it dropped.
    pub fn score<'a>(&self, x: impl Into<Data<'a>>) -> Result<f64> {
        let each = self.log_likelihood(x)?;
        Ok(each.iter().sum::<f64>() / each.len() as f64)
    }

    /// The log-likelihood of each of m rows, m×d; of a model that was fitted to data with missing cells, that of the cells
    /// that a row has.
    pub fn log_likelihood<'a>(&self, x: impl Into<Data<'a>>) -> Result<Vec<f64>> {
        let x = x.into();
        let scores = self.project(x)?;
        let (d, k) = (self.mean.len(), self.variance.len());
        let floor = 1e-14 * self.variance[0].max(f64::MIN_POSITIVE);
        let variance: Vec<f64> = self.variance.iter().map(|v| v.max(self.noise_variance)).collect();
        if variance[k - 1] <= floor || (k < d && self.noise_variance <= floor) {
            let message = "score: the rows that were fitted lie in a subspace, and no other row has a likelihood in this model";
            let hint = "keep fewer components, so that the rest is noise";
            return Err(Error::argument_hint("m", message, hint));
        }
        if let Data::Full(x) = x
            && x.as_slice().iter().any(|x| x.is_nan())
        {
            return Ok(missing::log_likelihood(self, x));
        }
        let mut constant = d as f64 * (2.0 * PI).ln();
        constant += variance.iter().map(|v| v.ln()).sum::<f64>();
        constant += (d - k) as f64 * if k < d { self.noise_variance.ln() } else { 0.0 };
        // The density in the units of the data.
        constant += 2.0 * self.scale.iter().flatten().map(|s| s.ln()).sum::<f64>();
        let mut distance = match k < d {
            true => self.off(x, &scores),
            false => vec![0.0; scores.rows()],
        };
        distance.iter_mut().for_each(|q| *q /= self.noise_variance.max(floor));
        for (j, v) in variance.iter().enumerate() {
            distance.iter_mut().zip(scores.col(j)).for_each(|(q, z)| *q += z * z / v);
        }
        Ok(distance.iter().map(|q| -0.5 * (q + constant)).collect())
    }

    /// The squared distances of rows from the span of the components.
    fn off(&self, x: Data<'_>, scores: &Matrix) -> Vec<f64> {
        let mut squares = vec![0.0; x.rows()];
        match x {
            Data::Full(x) => {
                let mut rest = self.centred(x);
                multiply_into(&mut rest, 1.0, -1.0, scores, false, &self.components, true);
                for j in 0..rest.cols() {
                    squares.iter_mut().zip(rest.col(j)).for_each(|(q, r)| *q += r * r);
                }
            }
            Data::Sparse(x) => {
                let scale = |j: usize| self.scale.as_ref().map_or(1.0, |s| s[j]);
                let origin: Vec<f64> = (0..x.cols()).map(|j| self.mean[j] / scale(j)).collect();
                squares.fill(dot(&origin, &origin));
                for (j, origin) in origin.iter().enumerate() {
                    let (places, entries) = x.col(j);
                    for (&i, &v) in places.iter().zip(entries) {
                        let z = v / scale(j);
                        squares[i as usize] += z * (z - 2.0 * origin);
                    }
                }
                for j in 0..scores.cols() {
                    squares.iter_mut().zip(scores.col(j)).for_each(|(q, z)| *q -= z * z);
                }
                squares.iter_mut().for_each(|q| *q = q.max(0.0));
            }
        }
        squares
    }
}
