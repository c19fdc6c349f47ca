//! Gaussian elimination within a band, for matrices with few diagonals that are not zero.
//!
//! Method: partial pivoting, column by column, in LAPACK's layout: the exchanges widen the band of U to `below + above`
//! superdiagonals. Reference: Golub & Van Loan (2013), §4.3. Cost: about 2n·below·(below + above) flops, and
//! 2n(2·below + above) for each right-hand side.

use super::condition::{inverse_one_norm, rcond_from};
use super::determinant::Determinant;
use super::triangle::column;
use crate::linalg::{Dense, Scalar};
use faer::MatMut;

/// A square band matrix factored once, to be used many times.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BandLu<T> {
    /// Entry (i, j) of U, or the multiplier of row i in step j, at `(below + above + i - j, j)`.
    band: Dense<T>,
    /// In step k row k was exchanged with row `exchanges[k]`.
    exchanges: Vec<usize>,
    below: usize,
    above: usize,
    /// ‖A‖₁.
    norm: f64,
}

impl<T: Scalar> BandLu<T> {
    /// Factors a square matrix that is zero more than `below` places below and `above` places above its diagonal.
    pub fn new(a: &Dense<T>, below: usize, above: usize) -> BandLu<T> {
        let n = a.cols();
        let mut band = Dense::zeros(2 * below + above + 1, n);
        for j in 0..n {
            let rows = j.saturating_sub(above)..(j + below + 1).min(n);
            let first = below + above + rows.start - j;
            band.col_mut(j)[first..first + rows.len()].copy_from_slice(&a.col(j)[rows]);
        }
        BandLu::eliminated(band, below, above, a.one_norm())
    }

    /// The same from the entries of an n×n matrix within the band, and its 1-norm.
    pub fn from_entries(
        n: usize,
        below: usize,
        above: usize,
        norm: f64,
        entries: impl Iterator<Item = (usize, usize, T)>,
    ) -> BandLu<T> {
        let mut band = Dense::zeros(2 * below + above + 1, n);
        entries.for_each(|(i, j, x)| band[(below + above + i - j, j)] = x);
        BandLu::eliminated(band, below, above, norm)
    }

    fn eliminated(band: Dense<T>, below: usize, above: usize, norm: f64) -> BandLu<T> {
        let n = band.cols();
        let mut f = BandLu { band, exchanges: Vec::with_capacity(n), below, above, norm };
        (0..n).for_each(|k| f.eliminate(k));
        f
    }

    fn eliminate(&mut self, k: usize) {
        let n = self.band.cols();
        let diagonal = self.below + self.above;
        let count = self.below.min(n - 1 - k);
        let pivots = &self.band.col(k)[diagonal..=diagonal + count];
        let size = |i: usize| pivots[i].modulus();
        let best = (1..=count).fold(0, |b, i| if size(i) > size(b) { i } else { b });
        self.exchanges.push(k + best);
        if pivots[best] == T::ZERO {
            return;
        }
        self.band.col_mut(k).swap(diagonal, diagonal + best);
        let (left, right) =
            self.band.as_mut_slice().split_at_mut((k + 1) * (diagonal + self.below + 1));
        let column = &mut left[k * (diagonal + self.below + 1) + diagonal..][..=count];
        let (pivot, multipliers) = column.split_first_mut().expect("the diagonal is there");
        multipliers.iter_mut().for_each(|x| *x = x.over(*pivot));
        let reach = diagonal.min(n - 1 - k);
        for (step, other) in right.chunks_mut(diagonal + self.below + 1).take(reach).enumerate() {
            // Row k of column k + 1 + step.
            let rows = &mut other[diagonal - 1 - step..][..=count];
            rows.swap(0, best);
            let (head, rows) = rows.split_first_mut().expect("row k is there");
            rows.iter_mut().zip(&*multipliers).for_each(|(x, &l)| *x -= l * *head);
        }
    }

    /// Numbers that are stored.
    pub fn stored(&self) -> usize {
        self.band.len()
    }

    /// The diagonal of U.
    pub fn pivots(&self) -> impl Iterator<Item = T> {
        (0..self.band.cols()).map(|k| self.band[(self.below + self.above, k)])
    }

    /// The multipliers of step k.
    fn multipliers(&self, k: usize) -> &[T] {
        let diagonal = self.below + self.above;
        &self.band.col(k)[diagonal + 1..][..self.below.min(self.band.cols() - 1 - k)]
    }

    /// The entries of column k of U above its diagonal, and the row of the first.
    fn above_pivot(&self, k: usize) -> (usize, &[T]) {
        let diagonal = self.below + self.above;
        let count = diagonal.min(k);
        (k - count, &self.band.col(k)[diagonal - count..diagonal])
    }

    /// `X = A \ X`; infinite or NaN entries when A is singular.
    pub fn solve_in_place(&self, mut x: MatMut<'_, T>) {
        for j in 0..x.ncols() {
            for (k, &other) in self.exchanges.iter().enumerate() {
                let (here, there) = (x[(k, j)], x[(other, j)]);
                (x[(k, j)], x[(other, j)]) = (there, here);
                for (i, &l) in self.multipliers(k).iter().enumerate() {
                    x[(k + 1 + i, j)] -= l * there;
                }
            }
            for k in (0..self.band.cols()).rev() {
                let value = x[(k, j)].over(self.band[(self.below + self.above, k)]);
                x[(k, j)] = value;
                let (first, column) = self.above_pivot(k);
                column.iter().enumerate().for_each(|(i, &u)| x[(first + i, j)] -= u * value);
            }
        }
    }

    /// `X = A' \ X`, with the conjugate transpose.
    pub fn solve_adjoint_in_place(&self, mut x: MatMut<'_, T>) {
        for j in 0..x.ncols() {
            for (k, pivot) in self.pivots().enumerate() {
                let (first, column) = self.above_pivot(k);
                let known =
                    column.iter().enumerate().map(|(i, u)| u.conjugate() * x[(first + i, j)]);
                let sum: T = known.sum();
                x[(k, j)] = (x[(k, j)] - sum).over(pivot.conjugate());
            }
            for (k, &other) in self.exchanges.iter().enumerate().rev() {
                let known = self.multipliers(k).iter().enumerate();
                let sum: T = known.map(|(i, l)| l.conjugate() * x[(k + 1 + i, j)]).sum();
                let (here, there) = (x[(k, j)] - sum, x[(other, j)]);
                (x[(k, j)], x[(other, j)]) = if k == other { (here, here) } else { (there, here) };
            }
        }
    }

    /// An estimate of 1 / (‖A‖₁ ‖A⁻¹‖₁): 0 for a singular matrix.
    pub fn rcond(&self) -> f64 {
        if self.pivots().any(|u| u == T::ZERO) {
            return 0.0;
        }
        let n = self.band.cols();
        let inverse = inverse_one_norm(
            n,
            |x| self.solve_in_place(column(x)),
            |x| self.solve_adjoint_in_place(column(x)),
        );
        rcond_from(n, self.norm, inverse)
    }

    /// The determinant.
    pub fn determinant(&self) -> Determinant<T> {
        let swaps = self.exchanges.iter().enumerate().filter(|(k, other)| k != *other).count();
        Determinant::of(if swaps % 2 == 0 { 1.0 } else { -1.0 }, self.pivots())
    }

    /// U, upper triangular, n×n.
    pub fn upper(&self) -> Dense<T> {
        let n = self.band.cols();
        let mut u = Dense::zeros(n, n);
        for (k, pivot) in self.pivots().enumerate() {
            let (first, column) = self.above_pivot(k);
            u.col_mut(k)[first..k].copy_from_slice(column);
            u[(k, k)] = pivot;
        }
        u
    }
}

#[cfg(test)]
mod tests {
    use super::super::lu::PackedLu;
    use super::super::testdata::{distance, random, random_complex};
    use super::*;
    use crate::linalg::product::times;

    fn check<T: Scalar>(full: &Dense<T>, x: &Dense<T>, below: usize, above: usize) {
        let n = full.cols();
        let a = Dense::from_fn(n, n, |i, j| {
            if i <= j + below && j <= i + above { full[(i, j)] } else { T::ZERO }
        });
        let f = BandLu::new(&a, below, above);
        let dense = PackedLu::new(&a);
        let mut y = times(&a, false, x, false).unwrap();
        f.solve_in_place(y.view_mut());
        let tol = 1e-14 * (n + 1) as f64 / dense.rcond();
        assert!(distance(&y, x) <= tol, "n = {n}, {below}, {above}");
        let mut y = times(&a, true, x, false).unwrap();
        f.solve_adjoint_in_place(y.view_mut());
        assert!(distance(&y, x) <= tol, "n = {n}, {below}, {above}, transposed");
        if n > 0 {
            assert!((f.rcond() / dense.rcond() - 1.0).abs() < 1e-6);
        }
        let expected = Determinant::of(dense.sign, dense.pivots()).value();
        assert!((f.determinant().value() - expected).modulus() < 1e-9 * expected.modulus());
    }

    #[test]
    fn bands_of_every_width() {
        for n in [0, 1, 2, 3, 10, 60] {
            for (below, above) in [(0, 0), (1, 1), (0, 2), (2, 0), (3, 1), (2, 5)] {
                check(&random(n, n, 3), &random(n, 2, 4), below, above);
                check(&random_complex(n, n, 3), &random_complex(n, 2, 4), below, above);
            }
        }
        let zero = crate::Matrix::zeros(5, 5);
        assert_eq!(BandLu::new(&zero, 1, 1).rcond(), 0.0);
    }
}
