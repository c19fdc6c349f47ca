//! A matrix less the means of its columns, and divided by their scales, as a linear map: nothing is made dense.

use crate::error::Result;
use crate::linalg::{Dense, Operator, Scalar};

/// `(A - 1*mean')*diag(1/scale)` for m×n A.
pub struct Centred<'a, T> {
    /// A.
    pub a: &'a dyn Operator<T>,
    /// n numbers.
    pub mean: Vec<T>,
    /// n positive numbers, if any.
    pub scale: Option<Vec<f64>>,
}

impl<T: Scalar> Centred<'_, T> {
    fn descaled(&self, x: &mut [T]) {
        if let Some(scale) = &self.scale {
            x.iter_mut().zip(scale).for_each(|(x, s)| *x = x.scaled(1.0 / s));
        }
    }

    /// `y -= 1*(mean'*x)`.
    fn lower(&self, x: &[T], y: &mut [T]) {
        let shift: T = self.mean.iter().zip(x).map(|(&mean, &x)| mean * x).sum();
        y.iter_mut().for_each(|y| *y -= shift);
    }

    /// `y -= conj(mean)*(1'*x)`.
    fn lower_adjoint(&self, x: &[T], y: &mut [T]) {
        let sum: T = x.iter().copied().sum();
        y.iter_mut().zip(&self.mean).for_each(|(y, mean)| *y -= mean.conjugate() * sum);
    }
}

impl<T: Scalar> Operator<T> for Centred<'_, T> {
    fn rows(&self) -> usize {
        self.a.rows()
    }

    fn cols(&self) -> usize {
        self.a.cols()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        let mut x = x.to_vec();
        self.descaled(&mut x);
        self.a.apply(&x, y)?;
        self.lower(&x, y);
        Ok(())
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.a.apply_adjoint(x, y)?;
        self.lower_adjoint(x, y);
        self.descaled(y);
        Ok(())
    }

    fn apply_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        let mut x = x.clone();
        (0..x.cols()).for_each(|j| self.descaled(x.col_mut(j)));
        self.a.apply_block(&x, y)?;
        (0..x.cols()).for_each(|j| self.lower(x.col(j), y.col_mut(j)));
        Ok(())
    }

    fn apply_adjoint_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        self.a.apply_adjoint_block(x, y)?;
        for j in 0..x.cols() {
            self.lower_adjoint(x.col(j), y.col_mut(j));
            self.descaled(y.col_mut(j));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{Random, c64, product};

    #[test]
    fn both_directions_equal_the_written_out_matrix() {
        let mut r = Random::seeded(6);
        let mut draw = |m, n| Dense::from_fn(m, n, |_, _| c64::new(r.normal(), r.normal()));
        let (a, x, y) = (draw(9, 5), draw(5, 2), draw(9, 2));
        let mean: Vec<c64> = draw(5, 1).into_vec();
        let scale = vec![1.0, 2.0, 0.5, 3.0, 1.5];
        let full = Dense::from_fn(9, 5, |i, j| (a[(i, j)] - mean[j]).scaled(1.0 / scale[j]));
        let map = Centred { a: &a, mean, scale: Some(scale) };
        let close = |p: &Dense<c64>, q: &Dense<c64>| {
            let pairs = p.as_slice().iter().zip(q.as_slice());
            assert!(pairs.map(|(p, q)| (*p - *q).modulus()).fold(0.0, f64::max) < 1e-13);
        };
        let (mut image, mut back) = (Dense::zeros(9, 2), Dense::zeros(5, 2));
        map.apply_block(&x, &mut image).unwrap();
        map.apply_adjoint_block(&y, &mut back).unwrap();
        close(&image, &product::times(&full, false, &x, false).unwrap());
        close(&back, &product::times(&full, true, &y, false).unwrap());
        map.apply(x.col(1), image.col_mut(0)).unwrap();
        map.apply_adjoint(y.col(1), back.col_mut(0)).unwrap();
        assert!(image.col(0).iter().zip(image.col(1)).all(|(p, q)| (*p - *q).modulus() < 1e-13));
        assert!(back.col(0).iter().zip(back.col(1)).all(|(p, q)| (*p - *q).modulus() < 1e-13));
    }
}
