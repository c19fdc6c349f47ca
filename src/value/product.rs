//! Products of real matrices in which a transpose is a flag.

use super::{Array, Host, Result, flops, uninterruptible};
use matfac::linalg::product;
use std::sync::Arc;

/// A factor of a product: a matrix, read transposed without a copy when its flag is set.
#[derive(Debug, Clone)]
pub struct Factor {
    /// The matrix as it is stored.
    pub matrix: Arc<Array>,
    /// Whether its transpose is meant.
    pub is_transposed: bool,
}

impl Factor {
    /// Rows and columns of what is meant.
    pub fn shape(&self) -> (usize, usize) {
        let (rows, cols) = (self.matrix.data.rows(), self.matrix.data.cols());
        if self.is_transposed { (cols, rows) } else { (rows, cols) }
    }

    /// Whether `self * other` is `A' * A` or `A * A'`, of which one triangle is enough.
    pub fn is_symmetric_with(&self, other: &Factor) -> bool {
        let (rows, cols) = self.shape();
        rows > 1
            && cols > 1
            && self.is_transposed != other.is_transposed
            && Arc::ptr_eq(&self.matrix, &other.matrix)
    }

    /// `self * other`, whose inner sizes agree or which is an error.
    pub fn times(&self, host: &mut dyn Host, other: &Factor) -> Result<Array> {
        let ((m, k), (_, n)) = (self.shape(), other.shape());
        let is_symmetric = self.is_symmetric_with(other);
        let work = if is_symmetric { flops(m, k, n) / 2.0 } else { flops(m, k, n) };
        let (a, b) = (self.clone(), other.clone());
        let run = move || match (is_symmetric, a.is_transposed) {
            (true, true) => product::gram(&a.matrix.data),
            (true, false) => product::gram_rows(&a.matrix.data),
            (false, ta) => {
                product::multiply_with(&a.matrix.data, ta, &b.matrix.data, b.is_transposed)
            }
        };
        Ok(uninterruptible(host, work, 8 * m * n, run)?.into())
    }
}
