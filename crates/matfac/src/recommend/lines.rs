//! Factors in single precision while stochastic descent works on them: rows of whole cache lines.
//!
//! A row of k numbers is padded with zeros to a multiple of 16, which is one line and one 512-bit vector.
//! Zeros stay zeros under the steps of descent, so that no loop has a remainder. Half the bytes of double
//! precision is twice the speed; a step is far coarser than the rounding.

use super::factors::{Factors, Side};
use super::fit::Epoch;
use super::widest::widest;
use crate::data::Ratings;
use rayon::prelude::*;

/// Numbers of a line.
const WIDTH: usize = 16;

/// What processors fetch at once.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub(super) struct Line(pub(super) [f32; WIDTH]);

impl Line {
    pub(super) const ZERO: Line = Line([0.0; WIDTH]);

    #[inline(always)]
    pub(super) fn sum(self) -> f32 {
        let Line(mut x) = self;
        let mut half = WIDTH / 2;
        while half > 0 {
            for n in 0..half {
                x[n] += x[n + half];
            }
            half /= 2;
        }
        x[0]
    }
}

/// Rows of `width` lines each.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lines {
    pub(super) width: usize,
    pub(super) lines: Vec<Line>,
}

impl Lines {
    pub(super) fn zeros(rows: usize, k: usize) -> Lines {
        let width = k.div_ceil(WIDTH).max(1);
        Lines { width, lines: vec![Line::ZERO; rows * width] }
    }

    /// The rows of k numbers each.
    pub(super) fn of(factors: &[f64], rows: usize, k: usize) -> Lines {
        let mut all = Lines::zeros(rows, k);
        for (row, from) in all.lines.chunks_exact_mut(all.width).zip(factors.chunks_exact(k.max(1)))
        {
            let places = row.iter_mut().flat_map(|line| &mut line.0);
            places.zip(from).for_each(|(x, y)| *x = *y as f32);
        }
        all
    }

    /// The first k numbers of every row.
    pub(super) fn widened(&self, k: usize) -> Vec<f64> {
        let rows = self.lines.chunks_exact(self.width);
        rows.flat_map(|row| row.iter().flat_map(|line| line.0).take(k).map(f64::from)).collect()
    }

    #[inline(always)]
    pub(super) fn row(&self, n: usize) -> &[Line] {
        &self.lines[n * self.width..(n + 1) * self.width]
    }

    #[inline(always)]
    pub(super) fn row_mut(&mut self, n: usize) -> &mut [Line] {
        &mut self.lines[n * self.width..(n + 1) * self.width]
    }

    /// The sum of squares of each row.
    pub(super) fn squares(&self) -> Vec<f64> {
        let rows = self.lines.par_chunks_exact(self.width).with_min_len(1024);
        rows.map(square_of).collect()
    }
}

/// Some consecutive rows, and their biases.
pub(super) struct Part<'a> {
    pub(super) bias: &'a mut [f64],
    lines: &'a mut [Line],
    width: usize,
}

impl Part<'_> {
    #[inline(always)]
    pub(super) fn row_mut(&mut self, n: usize) -> &mut [Line] {
        &mut self.lines[n * self.width..(n + 1) * self.width]
    }
}

/// Rows cut where the parts end.
pub(super) fn parted<'a>(
    bias: &'a mut [f64],
    rows: &'a mut Lines,
    ends: &[usize],
) -> Vec<Part<'a>> {
    let width = rows.width;
    let (mut bias, mut lines, mut from) = (bias, &mut rows.lines[..], 0);
    let mut parts = Vec::with_capacity(ends.len());
    for &end in ends {
        let (own, rest) = bias.split_at_mut(end - from);
        let (own_lines, rest_lines) = lines.split_at_mut((end - from) * width);
        parts.push(Part { bias: own, lines: own_lines, width });
        (bias, lines, from) = (rest, rest_lines, end);
    }
    parts
}

/// How many ratings ahead rows are fetched into the cache: the time of a few steps hides a miss.
pub(super) const AHEAD: usize = 4;

/// Fetches a row that will be needed soon.
#[inline(always)]
pub(super) fn prefetch(row: &[Line]) {
    row.iter().for_each(fetch);
}

/// [`prefetch`] of a row in double precision.
#[inline(always)]
pub(super) fn prefetch_numbers(row: &[f64]) {
    row.iter().step_by(8).for_each(fetch);
}

/// Fetches the cache line where something begins.
#[inline(always)]
fn fetch<T>(place: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint, which reads nothing, in the instruction set of every such processor.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(place).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
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

/// Biases and factors of both sides, the latter in single precision.
#[derive(Debug, Clone)]
pub(super) struct Narrow {
    pub(super) k: usize,
    /// Where predictions start.
    pub(super) start: f64,
    pub(super) user_bias: Vec<f64>,
    pub(super) item_bias: Vec<f64>,
    pub(super) users: Lines,
    pub(super) items: Lines,
}

impl Narrow {
    pub(super) fn of(k: usize, start: f64, users: &Side, items: &Side) -> Narrow {
        Narrow {
            k,
            start,
            user_bias: users.bias.clone(),
            item_bias: items.bias.clone(),
            users: Lines::of(&users.factors, users.bias.len(), k),
            items: Lines::of(&items.factors, items.bias.len(), k),
        }
    }

    /// The same in double precision.
    pub(super) fn widened(self) -> Factors {
        let side = |bias, lines: &Lines| Side { bias, factors: lines.widened(self.k) };
        Factors {
            k: self.k,
            start: self.start,
            users: side(self.user_bias, &self.users),
            items: side(self.item_bias, &self.items),
        }
    }

    /// The sum of squared errors, users' factors being the rows of `users`.
    pub(super) fn squares(&self, users: &Lines, ratings: &Ratings) -> f64 {
        let row = |u: usize| row_squares(self, users.row(u), u, ratings.user_row(u));
        let count = ratings.users().len();
        let rows: Vec<f64> = (0..count).into_par_iter().with_min_len(16).map(row).collect();
        rows.iter().sum()
    }

    /// The objective of [`super::FactorModel::objective`] and the train error, for factors that pay once for each rating.
    pub(super) fn assess(&self, ratings: &Ratings, lambda: f64, bias_lambda: f64) -> Epoch {
        self.assess_as(&self.users, ratings, lambda, bias_lambda)
    }

    /// [`Narrow::assess`] where the users' factors are the rows of `effective` while those of `users` pay.
    pub(super) fn assess_as(
        &self,
        effective: &Lines,
        ratings: &Ratings,
        lambda: f64,
        bias_lambda: f64,
    ) -> Epoch {
        let squares = self.squares(effective, ratings);
        // Descent pays for a bias at each of its ratings too.
        let paid_by = |x: &[f64], count: &dyn Fn(usize) -> usize| {
            x.iter().enumerate().map(|(n, x)| count(n) as f64 * x * x).sum::<f64>()
        };
        let (of_user, of_item) = (|u| ratings.user_row(u).0.len(), |i| ratings.item_col(i).0.len());
        let users = self.users.squares().into_iter().enumerate();
        let items = self.items.squares().into_iter().enumerate();
        let paid = users.map(|(u, s)| s * ratings.user_row(u).0.len() as f64).sum::<f64>()
            + items.map(|(i, s)| s * ratings.item_col(i).0.len() as f64).sum::<f64>();
        let biases = paid_by(&self.user_bias, &of_user) + paid_by(&self.item_bias, &of_item);
        let objective = squares + lambda * paid + bias_lambda * biases;
        Epoch { objective, rmse: Some((squares / ratings.nnz() as f64).sqrt()), held_out: None }
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

/// The sum of squared errors of a user with factors `p`.
fn row_squares(model: &Narrow, p: &[Line], u: usize, rated: (&[u32], &[f64])) -> f64 {
    let start = model.start + model.user_bias[u];
    let mut sum = 0.0;
    for (n, (&i, &r)) in rated.0.iter().zip(rated.1).enumerate() {
        if let Some(&next) = rated.0.get(n + AHEAD) {
            prefetch(model.items.row(next as usize));
        }
        let i = i as usize;
        let e = r - (start + model.item_bias[i]) - f64::from(dot(p, model.items.row(i)));
        sum += e * e;
    }
    sum
}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_changes_nothing() {
        let (a, b): (Vec<f64>, Vec<f64>) =
            (0..19).map(|n| (n as f64, 1.0 / (n + 1) as f64)).unzip();
        let (mut x, mut y) = (Lines::of(&a, 1, 19), Lines::of(&b, 1, 19));
        let expected: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
        assert_eq!((x.width, x.widened(19)), (2, a.clone()));
        assert!((f64::from(dot(x.row(0), y.row(0))) - expected).abs() < 1e-5);
        assert!((x.squares()[0] - a.iter().map(|a| a * a).sum::<f64>()).abs() < 1e-9);
        lean_both(x.row_mut(0), y.row_mut(0), 0.5, 2.0);
        for (n, (new_a, new_b)) in x.widened(19).iter().zip(y.widened(19)).enumerate() {
            assert!((new_a - (0.5 * a[n] + 2.0 * b[n])).abs() < 1e-5);
            assert!((new_b - (0.5 * b[n] + 2.0 * a[n])).abs() < 1e-5);
        }
        assert!(x.lines[1].0[3..].iter().all(|x| *x == 0.0));
    }
}
