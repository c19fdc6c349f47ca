//! A dense front of multifrontal LU: some of its pivots eliminated, in blocks.
//!
//! Method: panels of columns are eliminated one column at a time, each with the diagonal or the largest of the rows that may
//! be pivots, if that is large enough against all of the column; then the panel is subtracted from what is right of it by one
//! triangular solve and one product. Columns without such a pivot are tried again after others, while others succeed.

use super::lu::Pivoting;
use super::multifrontal::Block;
use crate::linalg::Scalar;
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::solve_unit_lower_triangular_in_place;
use faer::{Accum, MatMut, MatRef, Par};

/// Products of fewer multiplications are done by one thread.
const LARGE: usize = 1 << 23;

/// A square matrix of which some rows and columns may be pivots.
pub(super) struct Front<T> {
    rows: Vec<u32>,
    cols: Vec<u32>,
    /// How many rows and columns, the first ones, may be pivots.
    candidates: usize,
    /// How many are.
    done: usize,
    /// By columns.
    values: Vec<T>,
}

/// What a front leaves: rows and columns, of which the first may still be pivots.
pub(super) struct Remainder<T> {
    pub rows: Vec<u32>,
    pub cols: Vec<u32>,
    pub put_off: usize,
    values: Vec<T>,
}

impl<T: Scalar> Front<T> {
    /// Zeros; none when memory does not suffice.
    pub fn new(rows: Vec<u32>, cols: Vec<u32>, candidates: usize) -> Option<Front<T>> {
        let count = rows.len().checked_mul(rows.len())?;
        let mut values = Vec::new();
        values.try_reserve_exact(count).ok()?;
        values.resize(count, T::ZERO);
        Some(Front { rows, cols, candidates, done: 0, values })
    }

    /// Adds x to an entry.
    pub fn put(&mut self, row: u32, col: u32, x: T) {
        self.values[col as usize * self.rows.len() + row as usize] += x;
    }

    /// Adds what a child has left, whose rows and columns stand where the lists say.
    pub fn add(&mut self, child: &Remainder<T>, rows: &[u32], cols: &[u32]) {
        let n = self.rows.len();
        let places: Vec<u32> = child.rows.iter().map(|&i| rows[i as usize]).collect();
        for (&j, column) in child.cols.iter().zip(child.values.chunks_exact(places.len())) {
            let target = &mut self.values[cols[j as usize] as usize * n..][..n];
            places.iter().zip(column).for_each(|(&i, &x)| target[i as usize] += x);
        }
    }

    /// Eliminates as many candidates as pass.
    pub fn eliminate(&mut self, pivoting: Pivoting, threads: Par) {
        let width = if self.candidates < 256 { 32 } else { 64 };
        // Candidates from `limit` on have failed since `before_round` were done.
        let (mut limit, mut before_round) = (self.candidates, 0);
        while self.done < self.candidates {
            if self.done == limit {
                if self.done == before_round {
                    return;
                }
                (limit, before_round) = (self.candidates, self.done);
            }
            let (first, end) = (self.done, (self.done + width).min(limit));
            let exchanges = self.panel(end, pivoting);
            self.exchange_rows(&exchanges, first, end);
            self.subtract_panel(first, end, threads);
            for failed in (self.done..end).rev() {
                limit -= 1;
                self.exchange_cols(failed, limit);
            }
        }
    }

    /// Eliminates columns `done` to `end - 1` as far as they have pivots, which come first; the exchanges of rows.
    fn panel(&mut self, end: usize, pivoting: Pivoting) -> Vec<(usize, usize)> {
        let (n, first) = (self.rows.len(), self.done);
        let mut exchanges = Vec::with_capacity(end - first);
        let mut open = end;
        while self.done < open {
            let k = self.done;
            let Some(row) = self.choose(k, pivoting) else {
                open -= 1;
                self.exchange_cols(k, open);
                continue;
            };
            if row != k {
                exchanges.push((k, row));
                self.rows.swap(k, row);
                (first..end).for_each(|j| self.values.swap(j * n + k, j * n + row));
            }
            let (left, right) = self.values.split_at_mut((k + 1) * n);
            let column = &mut left[k * n + k..];
            let (pivot, below) = column.split_at_mut(1);
            below.iter_mut().for_each(|x| *x = x.over(pivot[0]));
            for target in right[..(end - k - 1) * n].chunks_exact_mut(n) {
                let factor = target[k];
                if factor != T::ZERO {
                    let open = target[k + 1..].iter_mut();
                    open.zip(&*below).for_each(|(t, &l)| *t -= l * factor);
                }
            }
            self.done += 1;
        }
        exchanges
    }

    /// The row of column k's pivot.
    fn choose(&self, k: usize, pivoting: Pivoting) -> Option<usize> {
        let column = &self.values[k * self.rows.len()..(k + 1) * self.rows.len()];
        let (mut row, mut best) = (k, 0.0);
        let mut diagonal = None;
        for (i, x) in column.iter().enumerate().take(self.candidates).skip(k) {
            let size = x.modulus();
            if size > best {
                (row, best) = (i, size);
            }
            if self.rows[i] == self.cols[k] {
                diagonal = Some((i, size));
            }
        }
        let all = column[self.candidates..].iter().fold(best, |m, x| m.max(x.modulus()));
        if let Some((i, size)) = diagonal
            && size >= pivoting.diagonal * all
            && size > 0.0
        {
            return Some(i);
        }
        (best >= pivoting.threshold * all && best > 0.0).then_some(row)
    }

    /// Repeats exchanges of rows in the columns outside of a panel.
    fn exchange_rows(&mut self, exchanges: &[(usize, usize)], first: usize, end: usize) {
        let n = self.rows.len();
        for j in (0..first).chain(end..n) {
            let column = &mut self.values[j * n..(j + 1) * n];
            exchanges.iter().for_each(|&(i, k)| column.swap(i, k));
        }
    }

    fn exchange_cols(&mut self, i: usize, j: usize) {
        let (n, i, j) = (self.rows.len(), i.min(j), i.max(j));
        if i != j {
            self.cols.swap(i, j);
            let (left, right) = self.values.split_at_mut(j * n);
            left[i * n..(i + 1) * n].swap_with_slice(&mut right[..n]);
        }
    }

    /// Subtracts the products of pivots `first` to `done - 1` from the columns from `end` on.
    fn subtract_panel(&mut self, first: usize, end: usize, threads: Par) {
        let (n, done) = (self.rows.len(), self.done);
        if first == done || end == n {
            return;
        }
        let (left, right) = self.values.split_at_mut(end * n);
        let work = (done - first) * (n - done) * (n - end);
        let threads = if work < LARGE { Par::Seq } else { threads };
        let panel = MatRef::from_column_major_slice(&left[first * n..done * n], n, done - first);
        let others = MatMut::from_column_major_slice_mut(right, n, n - end);
        let (_, others) = others.split_at_row_mut(first);
        let (mut upper, rest) = others.split_at_row_mut(done - first);
        let head = panel.subrows(first, done - first);
        solve_unit_lower_triangular_in_place(head, upper.as_mut(), threads);
        let below = panel.subrows(done, n - done);
        matmul(rest, Accum::Add, below, upper.as_ref(), -T::ONE, threads);
    }

    /// The eliminated part, and what is left when there is something.
    pub fn finish(mut self) -> (Block<T>, Option<Remainder<T>>) {
        let (n, done) = (self.rows.len(), self.done);
        let others = || self.values[done * n..].chunks_exact(n.max(1));
        let mut right = Vec::with_capacity(done * (n - done));
        others().for_each(|column| right.extend_from_slice(&column[..done]));
        let remainder = (done < n).then(|| {
            let mut values = Vec::with_capacity((n - done) * (n - done));
            others().for_each(|column| values.extend_from_slice(&column[done..]));
            let (rows, cols) = (self.rows[done..].to_vec(), self.cols[done..].to_vec());
            Remainder { rows, cols, put_off: self.candidates - done, values }
        });
        self.values.truncate(done * n);
        self.values.shrink_to_fit();
        let (rows, cols, left) = (self.rows, self.cols, self.values);
        (Block { count: done, rows, cols, left, right }, remainder)
    }
}
