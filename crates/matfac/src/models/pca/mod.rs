//! Principal components: the directions in which centred data vary most.
//!
//! Method: `Xc = X - mean` is decomposed by singular values or, when there are at least ten times as
//! many rows as columns, through the eigenvalues of its covariance, which reads the data once.
//! Reference: Jolliffe (2002), §3.5. Cost: nd² + 9d³ flops through the covariance, about 4nd² + 8d³
//! otherwise. Signs: in each component the entry of largest magnitude is positive, as in
//! [`crate::factor::svd()`].

mod of_sparse;

pub use of_sparse::pca_sparse;

use super::Data;
use crate::error::{Error, Result, Shape};
use crate::factor::eig_symmetric::eig_symmetric;
use crate::factor::lowrank::check_share;
use crate::factor::svd::{SvdForm, fix_signs, scale_columns, svd};
use crate::linalg::reduce::{Axis, Normalization, mean, std, sum_of_squares};
use crate::linalg::{Matrix, product};

/// What to keep, and whether to scale.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PcaOptions {
    /// Number of components; all by default.
    pub k: Option<usize>,
    /// Keep as many components as explain this share of the variance, in 0..1.
    pub energy: Option<f64>,
    /// Divide each column by its standard deviation first (constant columns become 0).
    pub scale: bool,
}

/// A fitted model of n rows (observations) and d columns (variables).
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// The mean of each of the d columns.
    pub mean: Vec<f64>,
    /// What each column was divided by, when scaled.
    pub scale: Option<Vec<f64>>,
    /// The components as orthonormal columns, d×k.
    pub components: Matrix,
    /// The rows in the new coordinates, n×k.
    pub scores: Matrix,
    /// The variance of each of the k scores.
    pub variance: Vec<f64>,
    /// The share of the total variance of each of the k components.
    pub ratio: Vec<f64>,
    /// The k singular values of the centred data.
    pub singular_values: Vec<f64>,
    /// The variances of all min(n, d) components, kept or not; of sparse data, of those that were computed.
    pub spectrum: Vec<f64>,
    /// The variance of all columns together.
    pub total_variance: f64,
    /// The mean variance of the components that were not kept; 0 when all were.
    pub noise_variance: f64,
    /// Number of rows that were fitted.
    pub n: usize,
}

/// Fits a model to n×d data.
///
/// Errors: [`Error::NonFinite`], which names the entry; [`Error::Argument`] for no data, a k of 0 or
/// above min(n, d), or an energy outside 0..1.
///
/// ```
/// use matfac::{Matrix, models::{PcaOptions, pca}};
/// let x = Matrix::from_rows(&[&[1.0, 1.0], &[2.0, 2.0], &[3.0, 3.0]]);
/// let model = pca(&x, PcaOptions::default()).unwrap();
/// assert!((model.ratio[0] - 1.0).abs() < 1e-14 && (model.variance[0] - 2.0).abs() < 1e-14);
/// assert_eq!(model.components_for(0.99).unwrap(), 1);
/// ```
pub fn pca(x: &Matrix, options: PcaOptions) -> Result<Pca> {
    x.require_finite("pca")?;
    let (n, d) = (x.rows(), x.cols());
    let available = available(x.shape(), options.k)?;
    let standardized =
        if options.scale { standardize(x, Normalization::Sample)? } else { centre(x) };
    let Standardized { x: centred, mean, scale } = standardized;
    let degrees = (n.max(2) - 1) as f64;

    let (spectrum, mut components, scores) = if n >= 10 * d {
        let mut e = eig_symmetric(&product::gram(&centred)?, true)?;
        e.values.reverse();
        let spectrum: Vec<f64> = e.values.iter().map(|x| x.max(0.0) / degrees).collect();
        (spectrum, Matrix::from_fn(d, d, |i, j| e.vectors[(i, d - 1 - j)]), None)
    } else {
        let f = svd(&centred, SvdForm::Economy)?;
        let spectrum: Vec<f64> = f.s.iter().map(|s| s * s / degrees).collect();
        (spectrum, f.v, Some(scale_columns(f.u, &f.s)))
    };
    let total: f64 = spectrum.iter().sum();
    let k = match options.energy {
        Some(energy) => {
            let enough = components_for(&spectrum, total, energy)?.unwrap_or(available);
            enough.clamp(1, options.k.unwrap_or(available))
        }
        None => options.k.unwrap_or(available),
    };
    components = components.columns(0, k);
    fix_signs(&mut components, None, k);
    let scores = match scores {
        Some(scores) => scores.columns(0, k),
        None => product::multiply(&centred, &components)?,
    };
    let rest = &spectrum[k..];
    Ok(Pca {
        mean,
        scale: options.scale.then_some(scale),
        components,
        scores,
        variance: spectrum[..k].to_vec(),
        ratio: spectrum[..k].iter().map(|v| if total > 0.0 { v / total } else { 0.0 }).collect(),
        singular_values: spectrum[..k].iter().map(|v| (v * degrees).sqrt()).collect(),
        noise_variance: if rest.is_empty() {
            0.0
        } else {
            rest.iter().sum::<f64>() / rest.len() as f64
        },
        spectrum,
        total_variance: total,
        n,
    })
}

/// How many components data of this shape have; [`Error::Argument`] when there are none, or not k.
pub(crate) fn available(shape: Shape, k: Option<usize>) -> Result<usize> {
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
pub(crate) fn components_for(
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

impl Pca {
    /// The scores of new rows, m×d to m×k; sparse rows are not made full.
    pub fn transform<'a>(&self, x: impl Into<Data<'a>>) -> Result<Matrix> {
        let x = x.into();
        x.require_finite("transform")?;
        self.check_columns("transform", x.shape(), self.mean.len())?;
        let scale = |j: usize| self.scale.as_ref().map_or(1.0, |s| s[j]);
        match x {
            Data::Full(x) => {
                let mut centred = x.clone();
                for (j, mean) in self.mean.iter().enumerate() {
                    centred.col_mut(j).iter_mut().for_each(|v| *v = (*v - mean) / scale(j));
                }
                product::multiply(&centred, &self.components)
            }
            Data::Sparse(x) => {
                let (d, k) = (self.components.rows(), self.components.cols());
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

    /// The rows that scores stand for, in the units of the data, m×k to m×d.
    pub fn inverse_transform(&self, scores: &Matrix) -> Result<Matrix> {
        self.check_columns("inverse_transform", scores.shape(), self.components.cols())?;
        let mut x = product::multiply_with(scores, false, &self.components, true)?;
        for j in 0..x.cols() {
            let (mean, scale) = (self.mean[j], self.scale.as_ref().map_or(1.0, |s| s[j]));
            x.col_mut(j).iter_mut().for_each(|v| *v = *v * scale + mean);
        }
        Ok(x)
    }

    /// The smallest number of components (kept or not) that explain the share `threshold` of the variance.
    pub fn components_for(&self, threshold: f64) -> Result<usize> {
        let enough = components_for(&self.spectrum, self.total_variance, threshold)?;
        enough.ok_or_else(|| {
            let share = self.spectrum.iter().sum::<f64>() / self.total_variance;
            let count = self.spectrum.len();
            let message =
                format!("the {count} components of the model explain {share:.4} of the variance");
            Error::argument_hint("energy", message, "fit it with a larger k")
        })
    }

    fn check_columns(&self, operation: &'static str, left: Shape, columns: usize) -> Result<()> {
        if left.1 == columns {
            return Ok(());
        }
        let hint = Some(format!("the model was fitted to {} columns", self.mean.len()));
        let right = self.components.shape();
        Err(Error::Shapes { operation, left, right, hint })
    }
}

/// Centred and scaled data with what undoes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standardized {
    /// Columns of mean 0 and standard deviation 1; constant columns are 0.
    pub x: Matrix,
    /// The means of the d columns.
    pub mean: Vec<f64>,
    /// What each column was divided by: 1 for a constant column.
    pub scale: Vec<f64>,
}

impl Standardized {
    /// Back to the units of the data.
    pub fn invert(&self, x: &Matrix) -> Result<Matrix> {
        if x.cols() != self.mean.len() {
            let (left, right) = (x.shape(), self.x.shape());
            return Err(Error::Shapes { operation: "unscale", left, right, hint: None });
        }
        Ok(Matrix::from_fn(x.rows(), x.cols(), |i, j| x[(i, j)] * self.scale[j] + self.mean[j]))
    }
}

/// Subtracts the mean of each column and divides by its standard deviation.
///
/// ```
/// use matfac::{Matrix, models::pca::standardize};
/// let x = Matrix::from_rows(&[&[1.0, 7.0], &[3.0, 7.0]]);
/// let z = standardize(&x, matfac::linalg::reduce::Normalization::Population).unwrap();
/// assert_eq!(z.x, Matrix::from_rows(&[&[-1.0, 0.0], &[1.0, 0.0]]));
/// ```
pub fn standardize(x: &Matrix, by: Normalization) -> Result<Standardized> {
    x.require_finite("standardize")?;
    let mut z = centre(x);
    let deviations = std(x, Axis::Down, by).into_vec();
    // The deviation of equal numbers may be a rounding error of their mean instead of 0.
    let magnitudes = sum_of_squares(x, Axis::Down).into_vec();
    for (j, (&deviation, square)) in deviations.iter().zip(magnitudes).enumerate() {
        let typical = (square / x.rows() as f64).sqrt();
        if deviation <= 10.0 * f64::EPSILON * typical || deviation.is_nan() {
            z.x.col_mut(j).fill(0.0);
        } else {
            z.scale[j] = deviation;
            z.x.col_mut(j).iter_mut().for_each(|v| *v /= deviation);
        }
    }
    Ok(z)
}

fn centre(x: &Matrix) -> Standardized {
    let mean = mean(x, Axis::Down).into_vec();
    let mut centred = x.clone();
    for (j, mean) in mean.iter().enumerate() {
        centred.col_mut(j).iter_mut().for_each(|v| *v -= mean);
    }
    Standardized { x: centred, mean, scale: vec![1.0; x.cols()] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factor::testdata::{assert_close, assert_orthonormal, csv, random};
    use crate::linalg::elementwise::{Arith, broadcast};

    fn close(x: &[f64], y: &[f64], tol: f64) {
        assert!(x.iter().zip(y).all(|(a, b)| (a - b).abs() <= tol), "{x:?} {y:?}");
    }

    #[test]
    fn iris_as_published() {
        let Some(iris) = csv("tabular/sklearn/iris.csv") else { return };
        let model = pca(&iris.columns(0, 4), PcaOptions::default()).unwrap();
        close(&model.variance, &[4.228242, 0.242671, 0.078210, 0.023835], 5e-7);
        close(&model.ratio, &[0.924619, 0.053066, 0.017103, 0.005212], 5e-7);
        close(model.components.col(0), &[0.361387, -0.084523, 0.856671, 0.358289], 5e-7);
    }

    #[test]
    fn digits_as_published() {
        let Some(digits) = csv("tabular/sklearn/digits.csv.gz") else { return };
        let x = digits.columns(0, 64);
        assert_eq!(x.rows(), 1797);
        let raw = pca(&x, PcaOptions::default()).unwrap();
        assert_eq!([raw.components_for(0.95), raw.components_for(0.99)], [Ok(29), Ok(41)]);
        let z = standardize(&x, Normalization::Population).unwrap();
        assert_eq!(z.scale.iter().filter(|&&s| s == 1.0).count(), 3);
        let model = pca(&z.x, PcaOptions::default()).unwrap();
        let counts = [0.90, 0.95, 0.99].map(|t| model.components_for(t).unwrap());
        assert_eq!(counts, [31, 40, 54]);
        let expected = [0.12033916, 0.09561054, 0.08444415, 0.06498408, 0.04860155];
        close(&model.ratio[..5], &expected, 5e-9);
        let scaled = pca(&x, PcaOptions { scale: true, ..Default::default() }).unwrap();
        close(&scaled.ratio, &model.ratio, 1e-12);
        for (k, error) in [(5, 0.76552), (20, 0.45482), (40, 0.22186), (64, 0.0)] {
            let model = pca(&z.x, PcaOptions { k: Some(k), ..Default::default() }).unwrap();
            let back = model.inverse_transform(&model.scores).unwrap();
            let rest = broadcast(Arith::Sub, &z.x, &back).unwrap();
            let norm = crate::linalg::norm::frobenius;
            assert!((norm(&rest) / norm(&z.x) - error).abs() < 5e-6);
        }
    }

    #[test]
    fn both_solvers_agree_and_the_identities_hold() {
        for (n, d) in [(30, 12), (12, 30), (200, 6)] {
            let x = random(n, d, 8);
            let model = pca(&x, PcaOptions::default()).unwrap();
            assert_orthonormal(&model.components, 1e-13);
            assert_close(&model.transform(&x).unwrap(), &model.scores, 1e-12);
            assert_close(&model.inverse_transform(&model.scores).unwrap(), &x, 1e-12);
            let part = pca(&x, PcaOptions { k: Some(3), ..Default::default() }).unwrap();
            let back = part.inverse_transform(&part.scores).unwrap();
            let rest = broadcast(Arith::Sub, &x, &back).unwrap();
            let tail: f64 = (n - 1) as f64 * part.spectrum[3..].iter().sum::<f64>();
            let error = crate::linalg::norm::frobenius(&rest).powi(2);
            assert!((error - tail).abs() < 1e-10 * error.max(1.0));
        }
        let x = random(200, 6, 8);
        let wide = svd(&centre(&x).x, SvdForm::Economy).unwrap();
        let model = pca(&x, PcaOptions::default()).unwrap();
        close(&model.singular_values, &wide.s, 1e-12);
        assert_close(&model.components, &wide.v, 1e-12);
    }

    #[test]
    fn bad_input_is_refused_and_poor_input_is_not() {
        let mut x = random(5, 3, 1);
        x[(2, 1)] = f64::NAN;
        let error = pca(&x, PcaOptions::default()).unwrap_err();
        assert!(matches!(error, Error::NonFinite { operation: "pca", row: 3, col: 2, .. }));
        assert!(pca(&Matrix::zeros(0, 3), PcaOptions::default()).is_err());
        let five = PcaOptions { k: Some(5), ..Default::default() };
        assert!(pca(&random(5, 3, 1), five).is_err());
        let one = pca(&Matrix::from_rows(&[&[1.0, 2.0]]), PcaOptions::default()).unwrap();
        assert_eq!((one.variance[0], one.ratio[0]), (0.0, 0.0));
        let share = PcaOptions { energy: Some(0.5), ..Default::default() };
        let part = pca(&random(50, 3, 1), share).unwrap();
        assert_eq!(part.components.cols(), part.components_for(0.5).unwrap());
        assert!(part.ratio.iter().sum::<f64>() >= 0.5);
        assert!(
            pca(&random(50, 3, 1), PcaOptions::default())
                .unwrap()
                .transform(&x.transposed())
                .is_err()
        );
    }
}
