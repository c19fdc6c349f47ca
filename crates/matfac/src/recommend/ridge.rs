//! A side of a factor model as ridge regressions on the other side, one for each row.
//!
//! Row `n` minimises `Σ (r - start - b_i - b_n - p·q_i)² + λ w ‖p‖² + λ_b b_n²` over its ratings. Rows are solved in
//! parallel and do not depend on one another:
//!
//! * Cholesky of the normal equations, `O(nnz k² + rows k³)`: the exact minimum;
//! * a few steps of conjugate gradients from what the row had, `O(nnz k)` each (Takács, Pilászy and Tikk 2011,
//!   "Applications of the conjugate gradient method for implicit feedback collaborative filtering");
//! * coordinate descent on the normal equations with factors kept at or above zero (Franc, Hlaváč and Navara
//!   2005, "Sequential coordinate-wise algorithm for the non-negative least squares problem").
//!
//! Gram matrices are summed over panels of gathered rows, in tiles that stay in vector registers.

use super::Penalty;
use super::factors::Side;
use super::line::prefetch_numbers;
use super::widest::widest;
use crate::data::{Entries, Interrupt};
use rayon::prelude::*;

/// How a row is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowSolver {
    /// Exactly.
    #[default]
    Cholesky,
    /// By so many steps of conjugate gradients.
    Cg(usize),
    /// Exactly, with factors at or above zero.
    NonNegative,
}

/// The ridge regressions of all rows of one side.
pub(super) struct Ridge<'a> {
    pub(super) entries: &'a Entries,
    pub(super) other: &'a Side,
    pub(super) k: usize,
    pub(super) start: f64,
    pub(super) penalty: &'a Penalty,
    pub(super) bias_lambda: f64,
    pub(super) solver: RowSolver,
}

/// Ratings of a panel.
const PANEL: usize = 32;
/// Columns of a tile: one 512-bit vector.
const LANES: usize = 8;
/// Rows of a tile.
const TALL: usize = 4;

/// What the solution of one row works in.
pub(super) struct Room {
    /// The normal equations, size×size, of which the lower triangle counts.
    pub(super) gram: Vec<f64>,
    /// Their right-hand side, then the solution: the factors, then the bias.
    pub(super) right: Vec<f64>,
    /// Gathered rows: features, then what is to be explained, then zeros.
    panel: Vec<f64>,
    /// The products of the panels' columns, rows of `stride`.
    tiles: Vec<f64>,
    stride: usize,
}

impl Room {
    /// Room for `size` unknowns.
    pub(super) fn new(size: usize) -> Room {
        let stride = (size + 1).next_multiple_of(LANES);
        Room {
            gram: vec![0.0; size * size],
            right: vec![0.0; size],
            panel: vec![0.0; PANEL * stride],
            tiles: vec![0.0; stride * stride],
            stride,
        }
    }
}

impl Ridge<'_> {
    /// Solves every row of `own` given the other side.
    ///
    /// After an interrupt the rows that were not reached keep what they had.
    pub(super) fn solve(&self, own: &mut Side, biases: bool, interrupt: &Interrupt) {
        let rows = own.factors.par_chunks_exact_mut(self.k).zip(own.bias.par_iter_mut());
        let size = self.k + usize::from(biases);
        rows.enumerate().with_min_len(8).for_each_init(
            || Room::new(size),
            |room, (n, (factors, bias))| {
                // Polled in every row, so that a long half step ends within the time of a few rows.
                if !interrupt.is_set() {
                    room.right[..self.k].copy_from_slice(factors);
                    room.right[self.k..].fill(*bias);
                    self.row(n, room);
                    factors.copy_from_slice(&room.right[..self.k]);
                    if biases {
                        *bias = room.right[self.k];
                    }
                }
            },
        );
    }

    /// Leaves the solution of row `n` in `right`, which holds a start for the solvers that need one: the factors, then
    /// the bias. Zeros without ratings.
    pub(super) fn row(&self, n: usize, room: &mut Room) {
        let start = match self.solver {
            RowSolver::Cholesky => Vec::new(),
            _ => room.right.clone(),
        };
        if let RowSolver::Cg(steps) = self.solver {
            return self.conjugate(n, steps, start, room);
        }
        if !self.normal_equations(n, room) {
            return;
        }
        if self.solver == RowSolver::NonNegative {
            solve_non_negative(&room.gram, &mut room.right, start, self.k);
        } else {
            solve_positive(&mut room.gram, &mut room.right);
        }
    }

    /// The normal equations of row `n`, lower triangle; whether it has ratings.
    pub(super) fn normal_equations(&self, n: usize, room: &mut Room) -> bool {
        let (size, stride) = (room.right.len(), room.stride);
        room.tiles.fill(0.0);
        let range = self.entries.indptr().outer_inds_sz(n);
        let count = range.len();
        let (items, values) = (&self.entries.indices()[range.clone()], &self.entries.data()[range]);
        for at in (0..count).step_by(PANEL) {
            let (end, next) = ((at + PANEL).min(count), (at + 2 * PANEL).min(count));
            let (soon, panel) = (&items[end..next], &mut room.panel);
            self.gather(&items[at..end], &values[at..end], soon, size, stride, panel);
            add_products(&room.panel[..(end - at) * stride], stride, &mut room.tiles);
        }
        for a in 0..size {
            let from = &room.tiles[a * stride..a * stride + a + 1];
            room.gram[a * size..a * size + a + 1].copy_from_slice(from);
            room.gram[a * size + a] += self.lambda(a, count);
        }
        room.right.copy_from_slice(&room.tiles[size * stride..size * stride + size]);
        count > 0
    }

    /// The penalty of unknown `a` in a row of `count` ratings.
    fn lambda(&self, a: usize, count: usize) -> f64 {
        let weight = if self.penalty.weighted { count as f64 } else { 1.0 };
        let bias_weight = if self.penalty.weighted_biases { count as f64 } else { 1.0 };
        if a < self.k { weight * self.penalty.factors } else { bias_weight * self.bias_lambda }
    }

    /// Features and target of each rating, one row after another; rows that are needed `soon` are fetched.
    fn gather(
        &self,
        items: &[u32],
        values: &[f64],
        soon: &[u32],
        size: usize,
        stride: usize,
        panel: &mut [f64],
    ) {
        let rows = items.iter().zip(values).zip(panel.chunks_exact_mut(stride));
        for (n, ((&i, rating), x)) in rows.enumerate() {
            if let Some(&next) = soon.get(n) {
                prefetch_numbers(self.other.row(next as usize, self.k));
            }
            let i = i as usize;
            x[..self.k].copy_from_slice(self.other.row(i, self.k));
            x[self.k..size].fill(1.0);
            x[size] = rating - self.start - self.other.bias[i];
        }
    }

    fn conjugate(&self, n: usize, steps: usize, mut x: Vec<f64>, room: &mut Room) {
        let (size, stride) = (room.right.len(), room.stride);
        let range = self.entries.indptr().outer_inds_sz(n);
        let count = range.len();
        let (items, values) = (&self.entries.indices()[range.clone()], &self.entries.data()[range]);
        if count == 0 {
            return room.right.fill(0.0);
        }
        room.panel.resize(room.panel.len().max(count * stride), 0.0);
        self.gather(items, values, &items[items.len().min(4)..], size, stride, &mut room.panel);
        let panel = &mut room.panel[..count * stride];
        panel.chunks_exact_mut(stride).for_each(|row| row[size + 1..].fill(0.0));
        let lambdas: Vec<f64> = (0..size).map(|a| self.lambda(a, count)).collect();
        // Padded vectors, whose last number before the padding meets the target: -1 there makes the residual.
        x.resize(stride, 0.0);
        x[size] = -1.0;
        let mut residual = vec![0.0; stride];
        add_normal(panel, stride, &x, &mut residual);
        (0..size).for_each(|a| residual[a] = -residual[a] - lambdas[a] * x[a]);
        residual[size..].fill(0.0);
        let mut direction = residual.clone();
        let square = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>();
        let mut left = square(&residual);
        for _ in 0..steps {
            if left <= f64::MIN_POSITIVE {
                break;
            }
            let mut image = vec![0.0; stride];
            add_normal(panel, stride, &direction, &mut image);
            image[size..].fill(0.0);
            (0..size).for_each(|a| image[a] += lambdas[a] * direction[a]);
            let curvature: f64 = image.iter().zip(&direction).map(|(a, b)| a * b).sum();
            if curvature <= 0.0 {
                break;
            }
            let step = left / curvature;
            (0..size).for_each(|a| x[a] += step * direction[a]);
            residual.iter_mut().zip(&image).for_each(|(r, y)| *r -= step * y);
            let now = square(&residual);
            let keep = now / left;
            direction.iter_mut().zip(&residual).for_each(|(d, r)| *d = r + keep * *d);
            left = now;
        }
        room.right.copy_from_slice(&x[..size]);
    }
}

widest! {
/// Adds `X' X` of a panel to the tiles at and below the diagonal.
fn add_products(panel: &[f64], stride: usize, tiles: &mut [f64]) {
    let lines = panel.as_chunks::<LANES>().0;
    let width = stride / LANES;
    for above in 0..width {
        for left in 0..=above {
            for half in (0..LANES).step_by(TALL) {
                let mut sums = [[0.0; LANES]; TALL];
                for x in lines.chunks_exact(width) {
                    // Both are below the width, which the compiler is reminded of at a small cost.
                    let (Some(line), Some(column)) = (x.get(left), x.get(above)) else { return };
                    for (n, sums) in sums.iter_mut().enumerate() {
                        let w = column[half + n];
                        for m in 0..LANES {
                            sums[m] += w * line[m];
                        }
                    }
                }
                for (n, sums) in sums.iter().enumerate() {
                    let from = (above * LANES + half + n) * stride + left * LANES;
                    tiles[from..from + LANES].iter_mut().zip(sums).for_each(|(t, s)| *t += s);
                }
            }
        }
    }
}

/// Adds `X' X v` for the rows of a panel.
fn add_normal(panel: &[f64], stride: usize, v: &[f64], out: &mut [f64]) {
    for x in panel.chunks_exact(stride) {
        let mut sums = [0.0; LANES];
        for (x, v) in x.chunks_exact(LANES).zip(v.chunks_exact(LANES)) {
            for n in 0..LANES {
                sums[n] += x[n] * v[n];
            }
        }
        let sum: f64 = sums.iter().sum();
        out.iter_mut().zip(x).for_each(|(out, x)| *out += sum * x);
    }
}

/// Solves `A x = b` by Cholesky in the lower triangle of the row-major `a`; `b` becomes `x`.
///
/// Without a penalty `A` may be singular (fewer ratings than factors). A vanishing pivot then drops
/// its unknown, which picks one of the minimisers.
pub(super) fn solve_positive(a: &mut [f64], b: &mut [f64]) {
    let n = b.len();
    let scales: Vec<f64> = (0..n).map(|j| a[j * n + j]).collect();
    let mut column = vec![0.0; n];
    for j in 0..n {
        let pivot = a[j * n + j];
        let pivot = if pivot > 1e-13 * scales[j] { pivot.sqrt() } else { 0.0 };
        a[j * n + j] = pivot;
        let unit = if pivot > 0.0 { 1.0 / pivot } else { 0.0 };
        for i in j + 1..n {
            a[i * n + j] *= unit;
            column[i] = a[i * n + j];
        }
        // What is left of the matrix, row by row: its column j once more, side by side.
        for i in j + 1..n {
            let w = column[i];
            let row = &mut a[i * n + j + 1..i * n + i + 1];
            row.iter_mut().zip(&column[j + 1..i + 1]).for_each(|(x, c)| *x -= w * c);
        }
    }
    for j in 0..n {
        let row = &a[j * n..j * n + j + 1];
        let sum: f64 = row[..j].iter().zip(&b[..j]).map(|(x, y)| x * y).sum();
        b[j] = if row[j] > 0.0 { (b[j] - sum) / row[j] } else { 0.0 };
    }
    for j in (0..n).rev() {
        let row = &a[j * n..j * n + j + 1];
        let x = if row[j] > 0.0 { b[j] / row[j] } else { 0.0 };
        b[j] = x;
        b[..j].iter_mut().zip(row).for_each(|(b, l)| *b -= l * x);
    }
}
}

/// Minimises `x' A x / 2 - b' x` over x of which the first k are at or above zero, from `x`; `b` becomes `x`.
///
/// One unknown after another is set to its minimum, each of which lowers the objective.
fn solve_non_negative(a: &[f64], b: &mut [f64], mut x: Vec<f64>, k: usize) {
    let n = b.len();
    let entry = |i: usize, j: usize| if i >= j { a[i * n + j] } else { a[j * n + i] };
    let mut slope: Vec<f64> =
        (0..n).map(|i| (0..n).map(|j| entry(i, j) * x[j]).sum::<f64>() - b[i]).collect();
    for _ in 0..200 {
        let (mut moved, mut largest) = (0.0f64, 0.0f64);
        for i in 0..n {
            if entry(i, i) <= 0.0 {
                continue;
            }
            let to = x[i] - slope[i] / entry(i, i);
            let to = if i < k { to.max(0.0) } else { to };
            let step = to - x[i];
            if step != 0.0 {
                (0..n).for_each(|j| slope[j] += step * entry(i, j));
                x[i] = to;
            }
            (moved, largest) = (moved.max(step.abs()), largest.max(to.abs()));
        }
        if moved <= 1e-10 * largest {
            break;
        }
    }
    b.copy_from_slice(&x);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Random;

    /// A symmetric positive matrix, row after row.
    fn positive(n: usize, random: &mut Random) -> Vec<f64> {
        let x = random.normals(n * 2 * n);
        let dot = |i: usize, j: usize| (0..2 * n).map(|t| x[t * n + i] * x[t * n + j]).sum();
        (0..n * n).map(|m| dot(m / n, m % n)).collect()
    }

    #[test]
    fn panels_give_products_and_cholesky_the_solution() {
        let mut random = Random::seeded(2);
        let (stride, rows) = (16, 5);
        let panel = random.normals(rows * stride);
        let mut tiles = vec![0.0; stride * stride];
        add_products(&panel, stride, &mut tiles);
        for (i, j) in [(0, 0), (7, 3), (15, 15), (12, 9)] {
            let sum: f64 = (0..rows).map(|t| panel[t * stride + i] * panel[t * stride + j]).sum();
            assert!((tiles[i * stride + j] - sum).abs() < 1e-12);
        }
        let (n, mut b) = (11, random.normals(11));
        let (a, right) = (positive(n, &mut random), b.clone());
        solve_positive(&mut a.clone(), &mut b);
        for i in 0..n {
            let sum: f64 = (0..n).map(|j| a[i * n + j] * b[j]).sum();
            assert!((sum - right[i]).abs() < 1e-8);
        }
    }

    #[test]
    fn non_negative_solutions_satisfy_the_optimality_conditions() {
        let mut random = Random::seeded(4);
        for k in [7, 6] {
            let (n, a) = (7, positive(7, &mut random));
            let right = random.normals(n);
            let mut x = right.clone();
            solve_non_negative(&a, &mut x, vec![0.0; n], k);
            for i in 0..n {
                let slope = (0..n).map(|j| a[i * n + j] * x[j]).sum::<f64>() - right[i];
                let held = i < k && x[i] == 0.0;
                assert!(if held { slope >= -1e-8 } else { slope.abs() < 1e-7 }, "{i} {slope}");
            }
        }
    }
}
