//! Columns of mean 0 and standard deviation 1, and the way back. Cost: one pass.

use super::columns::Columns;
use crate::error::{Error, Result};
use crate::linalg::Matrix;
use crate::linalg::reduce::Normalization;

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
/// Errors: [`Error::NonFinite`], which names the entry.
///
/// ```
/// use matfac::{Matrix, models::pca::standardize};
/// let x = Matrix::from_rows(&[&[1.0, 7.0], &[3.0, 7.0]]);
/// let z = standardize(&x, matfac::linalg::reduce::Normalization::Population).unwrap();
/// assert_eq!(z.x, Matrix::from_rows(&[&[-1.0, 0.0], &[1.0, 0.0]]));
/// ```
pub fn standardize(x: &Matrix, by: Normalization) -> Result<Standardized> {
    x.require_finite("standardize")?;
    let (columns, z) = Columns::centred(x, Some(by))?;
    let scale = columns.scale.unwrap_or_else(|| vec![1.0; x.cols()]);
    Ok(Standardized { x: z, mean: columns.mean, scale })
}
