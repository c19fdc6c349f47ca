//! Linear maps made of others.

use super::solve::Factorized;
use super::spectral::Spectral;
use crate::error::Result;
use crate::linalg::{ComplexMatrix, Dense, Operator, Scalar, c64};

/// `A'`.
pub(super) struct Adjoint<'a, T>(pub &'a dyn Operator<T>);

impl<T: Scalar> Operator<T> for Adjoint<'_, T> {
    fn rows(&self) -> usize {
        self.0.cols()
    }

    fn cols(&self) -> usize {
        self.0.rows()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.0.apply_adjoint(x, y)
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.0.apply(x, y)
    }

    fn apply_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        self.0.apply_adjoint_block(x, y)
    }

    fn apply_adjoint_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        self.0.apply_block(x, y)
    }
}

/// `(A/scale)'*(A/scale)`.
pub(super) struct Gram<'a, T> {
    pub a: &'a dyn Operator<T>,
    /// A power of two, so that squares neither over- nor underflow.
    pub scale: f64,
}

impl<T: Scalar> Gram<'_, T> {
    fn scaled(&self, x: &mut [T]) {
        if self.scale != 1.0 {
            let factor = 1.0 / self.scale;
            x.iter_mut().for_each(|x| *x = x.scaled(factor));
        }
    }
}

impl<T: Scalar> Operator<T> for Gram<'_, T> {
    fn rows(&self) -> usize {
        self.a.cols()
    }

    fn cols(&self) -> usize {
        self.a.cols()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        let mut image = vec![T::ZERO; self.a.rows()];
        self.a.apply(x, &mut image)?;
        self.scaled(&mut image);
        self.a.apply_adjoint(&image, y)?;
        self.scaled(y);
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.apply(x, y)
    }

    fn apply_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        let mut image = Dense::zeros(self.a.rows(), x.cols());
        self.a.apply_block(x, &mut image)?;
        self.scaled(image.as_mut_slice());
        self.a.apply_adjoint_block(&image, y)?;
        self.scaled(y.as_mut_slice());
        Ok(())
    }

    fn apply_adjoint_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        self.apply_block(x, y)
    }
}

/// `A⁻¹`, or of a rectangular matrix what gives least squares solutions.
pub(super) struct Inverse<T: Scalar>(pub Factorized<T>);

impl<T: Spectral> Operator<T> for Inverse<T> {
    fn rows(&self) -> usize {
        self.0.cols()
    }

    fn cols(&self) -> usize {
        self.0.rows()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(&self.0.kind.solve(&self.0.matrix, x.to_vec(), false));
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        y.copy_from_slice(&self.0.kind.solve(&self.0.matrix, x.to_vec(), true));
        Ok(())
    }
}

/// `A*X` for complex X.
pub(super) fn images<T: Spectral>(a: &dyn Operator<T>, x: &ComplexMatrix) -> Result<ComplexMatrix> {
    let apply = |x: &Dense<T>| -> Result<ComplexMatrix> {
        let mut y = Dense::zeros(a.rows(), x.cols());
        a.apply_block(x, &mut y)?;
        Ok(y.map(Scalar::complex))
    };
    match T::narrowed(x) {
        Some(x) => apply(&x),
        None => {
            let (re, im) = (apply(&x.map(|z| T::of(z.re)))?, apply(&x.map(|z| T::of(z.im)))?);
            Ok(Dense::from_fn(re.rows(), re.cols(), |i, j| {
                re[(i, j)] + c64::new(0.0, 1.0) * im[(i, j)]
            }))
        }
    }
}

/// The matrix of a map, column by column. [`crate::Error::TooLarge`] when memory cannot hold it.
pub(super) fn written_out<T: Scalar>(map: &dyn Operator<T>) -> Result<Dense<T>> {
    const COLUMNS: usize = 64;
    let (m, n) = (map.rows(), map.cols());
    let mut full = Dense::filled(m, n, T::ZERO)?;
    for first in (0..n).step_by(COLUMNS) {
        let count = COLUMNS.min(n - first);
        let mut unit = Dense::zeros(n, count);
        (0..count).for_each(|j| unit[(first + j, j)] = T::ONE);
        let mut image = Dense::zeros(m, count);
        map.apply_block(&unit, &mut image)?;
        full.as_mut_slice()[first * m..(first + count) * m].copy_from_slice(image.as_slice());
    }
    Ok(full)
}
