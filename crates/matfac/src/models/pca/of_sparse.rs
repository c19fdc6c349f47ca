//! Principal components of sparse data, which are not made dense: the singular triplets of the data less their means, as a
//! linear map ([`crate::sparse::centred`], [`crate::sparse::svds`]). The total variance is exact, from the columns.

use super::{Pca, PcaOptions, available, components_for};
use crate::data::Monitor;
use crate::error::{Error, Result};
use crate::factor::svd::scale_columns;
use crate::linalg::Sparse;
use crate::sparse::centred::Centred;
use crate::sparse::svds::{SvdsOptions, svds};

/// Without k, data with more columns or rows than this on the shorter side are refused: all components are dense.
const ALL: usize = 500;

/// Fits a model to sparse n×d data, and says whether the components are as accurate as singular vectors are by default.
///
/// Errors: as [`super::pca()`]; [`Error::Argument`] without a k for data that need one.
pub fn pca_sparse(x: &Sparse<f64>, options: PcaOptions, monitor: &Monitor) -> Result<(Pca, bool)> {
    x.require_finite("pca")?;
    let (n, d) = (x.rows(), x.cols());
    let available = available(x.shape(), options.k)?;
    if options.k.is_none() && options.energy.is_none() && available > ALL {
        let message = format!(
            "pca of sparse {} data needs k: all {available} components would be dense",
            x.shape()
        );
        return Err(Error::argument("k", message));
    }
    let degrees = (n.max(2) - 1) as f64;
    let columns: Vec<Column> = (0..d).map(|j| Column::of(x, j)).collect();
    let mean: Vec<f64> = columns.iter().map(|c| c.mean).collect();
    let scale = options.scale.then(|| columns.iter().map(Column::scale).collect::<Vec<f64>>());
    let variance = |(j, c): (usize, &Column)| match &scale {
        Some(_) if c.is_constant() => 0.0,
        Some(scale) => c.variance / scale[j].powi(2),
        None => c.variance,
    };
    let total: f64 = columns.iter().enumerate().map(variance).sum();
    let map = Centred { a: x, mean: mean.clone(), scale: scale.clone() };
    let most = options.k.unwrap_or(available);
    let mut k = if options.energy.is_some() { most.min(10) } else { most };
    let (part, spectrum) = loop {
        let part = svds(&map, k, &SvdsOptions::default(), monitor)?;
        let spectrum: Vec<f64> = part.s.iter().map(|s| s * s / degrees).collect();
        let Some(energy) = options.energy else { break (part, spectrum) };
        match components_for(&spectrum, total, energy)? {
            Some(enough) => {
                k = enough;
                break (part, spectrum);
            }
            None if k == most => break (part, spectrum),
            None => k = (2 * k).min(most),
        }
    };
    let rest = (total - spectrum[..k].iter().sum::<f64>()).max(0.0);
    let model = Pca {
        mean,
        scale,
        components: part.v.columns(0, k),
        scores: scale_columns(part.u.columns(0, k), &part.s[..k]),
        variance: spectrum[..k].to_vec(),
        ratio: spectrum[..k].iter().map(|v| if total > 0.0 { v / total } else { 0.0 }).collect(),
        singular_values: part.s[..k].to_vec(),
        noise_variance: if k < available { rest / (available - k) as f64 } else { 0.0 },
        spectrum,
        total_variance: total,
        n,
    };
    Ok((model, part.converged))
}

/// What is known of a column with all its zeros.
struct Column {
    mean: f64,
    variance: f64,
    /// The root of the mean square.
    typical: f64,
}

impl Column {
    fn of(x: &Sparse<f64>, j: usize) -> Column {
        let n = x.rows() as f64;
        let entries = x.col(j).1;
        let zeros = n - entries.len() as f64;
        let mean = entries.iter().sum::<f64>() / n;
        let square = |sum: f64, x: f64| sum + x * x;
        let apart = entries.iter().map(|x| x - mean).fold(0.0, square) + zeros * mean * mean;
        let typical = (entries.iter().copied().fold(0.0, square) / n).sqrt();
        Column { mean, variance: apart / (n.max(2.0) - 1.0), typical }
    }

    /// The variance of equal numbers may be a rounding error of their mean instead of 0.
    fn is_constant(&self) -> bool {
        self.variance.sqrt() <= 10.0 * f64::EPSILON * self.typical
    }

    fn scale(&self) -> f64 {
        if self.is_constant() { 1.0 } else { self.variance.sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pca as dense;
    use super::*;
    use crate::linalg::{Matrix, Random};

    #[test]
    fn as_the_model_of_the_full_matrix() {
        let mut r = Random::seeded(3);
        for (n, d) in [(40, 12), (400, 150), (150, 300)] {
            let x =
                Matrix::from_fn(n, d, |_, j| match r.uniform() < 0.1 + 0.5 / (1.0 + j as f64) {
                    true => r.normal() * (1.0 + 20.0 / (1.0 + j as f64)) + 1.0,
                    false => 0.0,
                });
            let sparse = Sparse::from_dense(&x).unwrap();
            for scale in [false, true] {
                let options = PcaOptions { k: Some(4), energy: None, scale };
                let expected = dense(&x, options).unwrap();
                let (model, converged) = pca_sparse(&sparse, options, &Monitor::default()).unwrap();
                assert!(converged);
                let close = |a: &[f64], b: &[f64]| {
                    let size = b.iter().fold(1e-300f64, |m, x| m.max(x.abs()));
                    assert_eq!(a.len(), b.len());
                    assert!(
                        a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-7 * size),
                        "{a:?} {b:?}"
                    );
                };
                close(&model.variance, &expected.variance);
                close(&model.ratio, &expected.ratio);
                close(&model.mean, &expected.mean);
                close(&[model.noise_variance], &[expected.noise_variance]);
                close(&[model.total_variance], &[expected.total_variance]);
                close(model.components.col(0), expected.components.col(0));
                close(model.scores.col(0), expected.scores.col(0));
                assert_eq!(model.components_for(model.ratio[0] - 1e-3), Ok(1));
                assert!(model.components_for(0.999_999).is_err() || d == 12);
            }
            let share = PcaOptions { k: None, energy: Some(0.5), scale: false };
            let (model, _) = pca_sparse(&sparse, share, &Monitor::default()).unwrap();
            assert_eq!(model.variance.len(), dense(&x, share).unwrap().variance.len());
        }
        let wide = Sparse::<f64>::zeros(1000, 800).unwrap();
        assert!(pca_sparse(&wide, PcaOptions::default(), &Monitor::default()).is_err());
    }
}
