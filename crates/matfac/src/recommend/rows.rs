//! Rows of single-precision numbers, padded with zeros to whole [`Line`]s, and their arithmetic.
//!
//! Zeros stay zeros under what is done to rows. Half the bytes of double precision is twice the speed.

use super::line::{Line, WIDTH, flat, lines};
use super::widest::widest;
use crate::linalg::Matrix;
use rayon::prelude::*;
use std::slice::{ChunksExact, ChunksExactMut};

/// Rows of `k` numbers each.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rows {
    pub(super) k: usize,
    /// Lines of a row, at least one.
    pub(super) lines: usize,
    pub(super) data: Vec<Line>,
}

impl Rows {
    pub(super) fn zeros(rows: usize, k: usize) -> Rows {
        let lines = lines(k).max(1);
        Rows { k, lines, data: vec![Line::ZERO; rows * lines] }
    }

    /// The rows of `numbers`, one after another.
    pub(super) fn of(numbers: &[f64], rows: usize, k: usize) -> Rows {
        let mut all = Rows::zeros(rows, k);
        for (row, from) in all.iter_mut().zip(numbers.chunks_exact(k.max(1))) {
            let places = row.iter_mut().flat_map(|line| &mut line.0);
            places.zip(from).for_each(|(x, y)| *x = *y as f32);
        }
        all
    }

    /// The numbers of the rows, one row after another.
    pub(super) fn numbers(&self) -> Vec<f64> {
        self.iter().flat_map(|row| flat(row)[..self.k].iter().copied().map(f64::from)).collect()
    }

    /// The rows as a matrix, rows×k.
    pub(super) fn matrix(&self) -> Matrix {
        let (flat, width) = (flat(&self.data), self.lines * WIDTH);
        let rows = self.data.len() / self.lines;
        Matrix::from_fn(rows, self.k, |n, f| f64::from(flat[n * width + f]))
    }

    #[inline(always)]
    pub(super) fn row(&self, n: usize) -> &[Line] {
        &self.data[n * self.lines..(n + 1) * self.lines]
    }

    #[inline(always)]
    pub(super) fn row_mut(&mut self, n: usize) -> &mut [Line] {
        &mut self.data[n * self.lines..(n + 1) * self.lines]
    }

    /// One row after another.
    pub(super) fn iter(&self) -> ChunksExact<'_, Line> {
        self.data.chunks_exact(self.lines)
    }

    /// As [`Rows::iter`], to write to.
    pub(super) fn iter_mut(&mut self) -> ChunksExactMut<'_, Line> {
        self.data.chunks_exact_mut(self.lines)
    }

    /// The sum of squares of each row.
    pub(super) fn squares(&self) -> Vec<f64> {
        let rows = self.data.par_chunks_exact(self.lines).with_min_len(1024);
        rows.map(square_of).collect()
    }
}

/// Some consecutive rows, and their biases.
pub(super) struct Part<'a> {
    pub(super) bias: &'a mut [f64],
    data: &'a mut [Line],
    lines: usize,
}

impl Part<'_> {
    #[inline(always)]
    pub(super) fn row_mut(&mut self, n: usize) -> &mut [Line] {
        &mut self.data[n * self.lines..(n + 1) * self.lines]
    }
}

/// Rows cut where the parts end.
pub(super) fn parted<'a>(bias: &'a mut [f64], rows: &'a mut Rows, ends: &[usize]) -> Vec<Part<'a>> {
    let lines = rows.lines;
    let (mut bias, mut data, mut from) = (bias, &mut rows.data[..], 0);
    let mut parts = Vec::with_capacity(ends.len());
    for &end in ends {
        let (own, rest) = bias.split_at_mut(end - from);
        let (own_data, rest_data) = data.split_at_mut((end - from) * lines);
        parts.push(Part { bias: own, data: own_data, lines });
        (bias, data, from) = (rest, rest_data, end);
    }
    parts
}

/// The inner product of two rows; inline, for use inside [`widest`].
#[inline(always)]
pub(super) fn dot(a: &[Line], b: &[Line]) -> f32 {
    let mut sum = Line::ZERO;
    for (x, y) in a.iter().zip(b) {
        for n in 0..WIDTH {
            sum.0[n] += x.0[n] * y.0[n];
        }
    }
    sum.sum()
}

/// `x = decay x + gain y` for rows; inline, for use inside [`widest`].
#[inline(always)]
pub(super) fn lean(x: &mut [Line], decay: f32, gain: f32, y: &[Line]) {
    for (x, y) in x.iter_mut().zip(y) {
        for n in 0..WIDTH {
            x.0[n] = decay * x.0[n] + gain * y.0[n];
        }
    }
}

/// [`lean`] of each row towards what the other was; inline, for use inside [`widest`].
#[inline(always)]
pub(super) fn lean_both(x: &mut [Line], y: &mut [Line], decay: f32, gain: f32) {
    for (x, y) in x.iter_mut().zip(y) {
        // Read before written: else the compiler takes one number at a time.
        let (Line(a), Line(b)) = (*x, *y);
        for n in 0..WIDTH {
            x.0[n] = decay * a[n] + gain * b[n];
        }
        for n in 0..WIDTH {
            y.0[n] = decay * b[n] + gain * a[n];
        }
    }
}

widest! {
/// The sum of a row's squares.
fn square_of(row: &[Line]) -> f64 {
    let mut sums = [0.0; WIDTH];
    for line in row {
        for (sum, &x) in sums.iter_mut().zip(&line.0) {
            *sum += f64::from(x) * f64::from(x);
        }
    }
    sums.iter().sum()
}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_changes_nothing() {
        let (a, b): (Vec<f64>, Vec<f64>) =
            (0..19).map(|n| (n as f64, 1.0 / (n + 1) as f64)).unzip();
        let (mut x, mut y) = (Rows::of(&a, 1, 19), Rows::of(&b, 1, 19));
        let expected: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
        assert_eq!((x.lines, x.numbers()), (2, a.clone()));
        assert!((f64::from(dot(x.row(0), y.row(0))) - expected).abs() < 1e-5);
        assert!((x.squares()[0] - a.iter().map(|a| a * a).sum::<f64>()).abs() < 1e-9);
        lean_both(x.row_mut(0), y.row_mut(0), 0.5, 2.0);
        for (n, (new_a, new_b)) in x.numbers().iter().zip(y.numbers()).enumerate() {
            assert!((new_a - (0.5 * a[n] + 2.0 * b[n])).abs() < 1e-5);
            assert!((new_b - (0.5 * b[n] + 2.0 * a[n])).abs() < 1e-5);
        }
        assert!(x.data[1].0[3..].iter().all(|x| *x == 0.0));
    }
}
