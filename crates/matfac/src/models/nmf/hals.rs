//! Hierarchical alternating least squares: sweeps over the columns of one factor, each set to its optimum in closed form.
//!
//! Rows do not depend on each other. A strip of them is laid out column after column, stays in the first-level cache and is
//! swept until its changes are a hundredth of the first ones, at most as often as the products before it are worth. While it
//! is there it is extrapolated too, and all sums are taken that the iteration asks for. Cost: 2rk² flops a sweep of r rows,
//! and as much for the sums. References: Cichocki & Phan (2009), IEICE Trans. Fundamentals E92-A; Gillis & Glineur (2012),
//! Neural Computation 24.

use super::wide::{fused, fused_fn};
use crate::linalg::Matrix;
use crate::linalg::simd::clean;
use faer::{MatMut, MatRef};
use rayon::prelude::*;
use std::ops::Range;

/// Rows of a strip: their sums stay in registers.
pub(super) const STRIP: usize = 32;

/// A part whose sum of squares is no more is left to the step for the other factor: rounding errors divided by it would be
/// huge. Data are about 1 in size.
const DEAD: f64 = 1e-200;

/// What a step adds to the normal equations, and below what an entry counts as zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// Weight of the sum of the entries.
    pub(super) l1: f64,
    /// Weight of half the sum of their squares.
    pub(super) l2: f64,
    /// Zeros are held here, so that no part dies that a later step may still raise.
    pub(super) floor: f64,
}

/// What is done to each row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    /// Of the other factor, k×k.
    pub(super) gram: &'a Matrix,
    /// The most sweeps.
    pub(super) sweeps: usize,
    pub(super) terms: Terms,
    /// How far rows are moved on in the direction of their change.
    pub(super) momentum: f64,
}

/// A factor (r×k) before and after.
pub(super) struct Moved<'a> {
    /// Where sweeps begin.
    pub(super) start: &'a Matrix,
    /// What the change is told from.
    pub(super) previous: &'a Matrix,
    /// What sweeps reach.
    pub(super) plain: &'a mut Matrix,
    /// `max(0, plain + momentum*(plain - previous))`.
    pub(super) further: &'a mut Matrix,
}

/// What a step tells.
pub(super) struct Told {
    /// The squared projected gradient before it.
    pub(super) gradient: f64,
    /// ‖P‖² of the product.
    pub(super) size: f64,
    /// Σ P.*plain.
    pub(super) cross: f64,
    /// `plain'*plain`.
    pub(super) plain: Matrix,
    /// `further'*further`.
    pub(super) further: Matrix,
}

/// How rows are divided, by the shape alone, for the same result whatever the number of threads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Division {
    /// Rows of a task.
    pub(super) task: usize,
    /// Rows whose product is made at a time.
    pub(super) block: usize,
    /// Whether tasks go to all threads.
    pub(super) in_parallel: bool,
}

/// The rows of one task.
struct Task<'a, S> {
    first: usize,
    plain: MatMut<'a, f64>,
    further: MatMut<'a, f64>,
    state: &'a mut S,
}

/// Improves a factor. `product` makes rows of the product with the other factor, `then` is given each block of rows that was
/// moved further, with the state of its task.
pub(super) fn step<S: Send>(
    job: Job<'_>,
    moved: Moved<'_>,
    division: Division,
    states: &mut [S],
    product: impl Fn(Range<usize>, MatMut<'_, f64>) + Sync,
    then: impl Fn(Range<usize>, MatRef<'_, f64>, &mut S) + Sync,
) -> Told {
    let k = moved.start.cols();
    let (start, previous) = (moved.start.view(), moved.previous.view());
    let (mut plain, mut further) = (moved.plain.view_mut(), moved.further.view_mut());
    let mut tasks = Vec::with_capacity(states.len());
    let mut first = 0;
    for state in states {
        let size = division.task.min(plain.nrows());
        let (head, tail) = plain.split_at_row_mut(size);
        let (next_head, next_tail) = further.split_at_row_mut(size);
        tasks.push(Task { first, plain: head, further: next_head, state });
        (plain, further, first) = (tail, next_tail, first + size);
    }
    let work = |task: Task<'_, S>| {
        clean();
        let Task { first, mut plain, mut further, state } = task;
        let mut sums = Sums::zero(k);
        for from in (0..plain.nrows()).step_by(division.block) {
            let size = division.block.min(plain.nrows() - from);
            let rows = first + from..first + from + size;
            let mut products = Matrix::zeros(size, k);
            product(rows.clone(), products.view_mut());
            clean();
            let (start, previous) =
                (start.subrows(rows.start, size), previous.subrows(rows.start, size));
            let plain = plain.as_mut().subrows_mut(from, size);
            let mut further = further.as_mut().subrows_mut(from, size);
            of_block(job, [start, previous], &products, plain, further.as_mut(), &mut sums);
            then(rows, further.as_ref(), state);
        }
        sums
    };
    let parts: Vec<Sums> = match division.in_parallel {
        true => tasks.into_par_iter().map(work).collect(),
        false => tasks.into_iter().map(work).collect(),
    };
    parts.into_iter().fold(Sums::zero(k), Sums::and).told(k)
}

/// What is summed over rows, in lanes where that is faster.
pub(super) struct Sums {
    gradient: f64,
    size: f64,
    cross: f64,
    /// Lower triangles, row after row.
    plain: Vec<[f64; 8]>,
    further: Vec<[f64; 8]>,
}

impl Sums {
    fn zero(k: usize) -> Sums {
        let triangle = vec![[0.0; 8]; k * (k + 1) / 2];
        Sums { gradient: 0.0, size: 0.0, cross: 0.0, plain: triangle.clone(), further: triangle }
    }

    fn and(mut self, other: Sums) -> Sums {
        self.gradient += other.gradient;
        self.size += other.size;
        self.cross += other.cross;
        for (to, from) in [(&mut self.plain, &other.plain), (&mut self.further, &other.further)] {
            let lanes = to.as_flattened_mut().iter_mut();
            lanes.zip(from.as_flattened()).for_each(|(to, from)| *to += from);
        }
        self
    }

    fn told(self, k: usize) -> Told {
        let whole = |lanes: &[[f64; 8]]| {
            Matrix::from_fn(k, k, |i, j| {
                let (low, high) = (i.min(j), i.max(j));
                lanes[high * (high + 1) / 2 + low].iter().sum()
            })
        };
        let (plain, further) = (whole(&self.plain), whole(&self.further));
        Told { gradient: self.gradient, size: self.size, cross: self.cross, plain, further }
    }
}

/// Rows laid out column after column.
type Strip = Vec<[f64; STRIP]>;

fn of_block(
    job: Job<'_>,
    [start, previous]: [MatRef<'_, f64>; 2],
    products: &Matrix,
    mut plain: MatMut<'_, f64>,
    mut further: MatMut<'_, f64>,
    sums: &mut Sums,
) {
    let (rows, k) = (plain.nrows(), plain.ncols());
    let empty: Strip = vec![[0.0; STRIP]; k];
    let (mut x, mut p, mut other) = (empty.clone(), empty.clone(), empty);
    for first in (0..rows).step_by(STRIP) {
        let size = STRIP.min(rows - first);
        take(start.subrows(first, size), &mut x);
        take(products.view().subrows(first, size), &mut p);
        take(previous.subrows(first, size), &mut other);
        sweep(&mut x, &p, size, job, sums);
        finish(&x, &p, &mut other, job.momentum, sums);
        give(&x, plain.as_mut().subrows_mut(first, size));
        give(&other, further.as_mut().subrows_mut(first, size));
    }
}

/// Rows that are not there are zero.
fn take(from: MatRef<'_, f64>, to: &mut Strip) {
    let size = from.nrows();
    for (j, to) in to.iter_mut().enumerate() {
        let from = from.col(j).try_as_col_major().expect("contiguous").as_slice();
        // A copy of known length is a few instructions.
        if let Ok(whole) = from.try_into() {
            *to = whole;
            continue;
        }
        to[..size].copy_from_slice(from);
        to[size..].fill(0.0);
    }
}

fn give(from: &Strip, mut to: MatMut<'_, f64>) {
    let size = to.nrows();
    for (j, from) in from.iter().enumerate() {
        let to = to.as_mut().col_mut(j);
        let to = to.try_as_col_major_mut().expect("contiguous").as_slice_mut();
        match <&mut [f64; STRIP]>::try_from(&mut *to) {
            Ok(whole) => *whole = *from,
            Err(_) => to.copy_from_slice(&from[..size]),
        }
    }
}

fused_fn! {
    /// Sweeps over a strip, of whose rows the first `size` are there; adds the squared projected gradient as the first
    /// sweep meets it.
    fn sweep(
        x: &mut [[f64; STRIP]],
        product: &[[f64; STRIP]],
        size: usize,
        job: Job<'_>,
        sums: &mut Sums,
    ) {
        let k = x.len();
        let (mut gradient, mut first_change) = ([0.0; STRIP], 0.0);
        for sweep in 0..job.sweeps {
            let mut changes = [0.0; STRIP];
            for j in 0..k {
                let row = &job.gram.as_slice()[j * k..][..k];
                let curvature = row[j] + job.terms.l2;
                let inverse = 1.0 / curvature;
                if curvature <= DEAD {
                    continue;
                }
                let mut step = [0.0; STRIP];
                if WIDE {
                    slopes::<STRIP, FUSED>(x, 0, row, &product[j], &mut step);
                } else {
                    slopes::<{ STRIP / 2 }, FUSED>(x, 0, row, &product[j], &mut step);
                    slopes::<{ STRIP / 2 }, FUSED>(x, STRIP / 2, row, &product[j], &mut step);
                }
                let (own, terms) = (&mut x[j], job.terms);
                for i in 0..STRIP {
                    step[i] -= terms.l1 + terms.l2 * own[i];
                }
                if sweep == 0 {
                    for i in 0..STRIP {
                        let is_free = own[i] > terms.floor || step[i] > 0.0;
                        gradient[i] += if is_free { step[i] * step[i] } else { 0.0 };
                    }
                }
                for i in 0..STRIP {
                    let next = (own[i] + step[i] * inverse).max(terms.floor);
                    changes[i] += (next - own[i]) * (next - own[i]);
                    own[i] = next;
                }
            }
            let change: f64 = changes.iter().sum();
            if sweep == 0 {
                first_change = change;
            } else if change <= 0.01 * first_change {
                break;
            }
        }
        sums.gradient += gradient.iter().sum::<f64>();
        // Rows beyond the last were raised to the floor.
        for x in x.iter_mut() {
            x[size..].fill(0.0);
        }
    }
}

/// `p - x*g` of B rows from `at` on, in two chains.
#[inline(always)]
fn slopes<const B: usize, const FUSED: bool>(
    x: &[[f64; STRIP]],
    at: usize,
    g: &[f64],
    p: &[f64; STRIP],
    step: &mut [f64; STRIP],
) {
    let (mut even, mut odd) = ([0.0; B], [0.0; B]);
    even.copy_from_slice(&p[at..at + B]);
    let ((pairs, last), (g, last_g)) = (x.as_chunks::<2>(), g.as_chunks::<2>());
    for (x, g) in pairs.iter().zip(g) {
        for i in 0..B {
            even[i] = fused::<FUSED>(-g[0], x[0][at + i], even[i]);
            odd[i] = fused::<FUSED>(-g[1], x[1][at + i], odd[i]);
        }
    }
    for (x, g) in last.iter().zip(last_g) {
        for i in 0..B {
            even[i] = fused::<FUSED>(-g, x[at + i], even[i]);
        }
    }
    for i in 0..B {
        step[at + i] = even[i] + odd[i];
    }
}

fused_fn! {
    /// Moves a strip further, in place of what it was before, and adds to the sums.
    fn finish(
        x: &[[f64; STRIP]],
        product: &[[f64; STRIP]],
        other: &mut [[f64; STRIP]],
        momentum: f64,
        sums: &mut Sums,
    ) {
        let _ = WIDE;
        let (mut size, mut cross) = ([0.0; STRIP], [0.0; STRIP]);
        for ((x, p), other) in x.iter().zip(product).zip(other.iter_mut()) {
            for i in 0..STRIP {
                size[i] = fused::<FUSED>(p[i], p[i], size[i]);
                cross[i] = fused::<FUSED>(p[i], x[i], cross[i]);
                other[i] = (x[i] + momentum * (x[i] - other[i])).max(0.0);
            }
        }
        sums.size += size.iter().sum::<f64>();
        sums.cross += cross.iter().sum::<f64>();
        add_gram::<FUSED>(x, &mut sums.plain);
        add_gram::<FUSED>(other, &mut sums.further);
    }
}

/// Adds the inner products of columns, of the lower triangle, in lanes.
#[inline(always)]
fn add_gram<const FUSED: bool>(x: &[[f64; STRIP]], sums: &mut [[f64; 8]]) {
    let mut sums = sums.iter_mut();
    for (j, a) in x.iter().enumerate() {
        for (b, sum) in x[..=j].iter().zip(&mut sums) {
            let mut lanes = *sum;
            for part in 0..STRIP / 8 {
                for t in 0..8 {
                    lanes[t] = fused::<FUSED>(a[8 * part + t], b[8 * part + t], lanes[t]);
                }
            }
            *sum = lanes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factor::testdata::{assert_close, random};
    use crate::linalg::product::{dot, gram, multiply};

    /// One row at a time, entry by entry.
    fn swept(x: &mut Matrix, p: &Matrix, g: &Matrix, terms: Terms) -> f64 {
        let mut gradient = 0.0;
        for i in 0..x.rows() {
            for j in 0..x.cols() {
                let image: f64 = (0..x.cols()).map(|l| g[(j, l)] * x[(i, l)]).sum();
                let step = p[(i, j)] - image - terms.l1 - terms.l2 * x[(i, j)];
                if x[(i, j)] > terms.floor || step > 0.0 {
                    gradient += step * step;
                }
                x[(i, j)] = (x[(i, j)] + step / (g[(j, j)] + terms.l2)).max(terms.floor);
            }
        }
        gradient
    }

    #[test]
    fn a_step_is_a_sweep_and_its_sums() {
        for (r, k) in [(1, 1), (31, 2), (32, 3), (100, 7), (333, 10), (70, 21)] {
            let other = random(50, k, 1).map(f64::abs);
            let g = gram(&other).unwrap();
            let (start, before) = (random(r, k, 2).map(f64::abs), random(r, k, 3).map(f64::abs));
            let p = multiply(&random(r, 50, 4).map(f64::abs), &other).unwrap();
            let terms = Terms { l1: 0.5, l2: 0.25, floor: 1e-16 };
            let job = Job { gram: &g, sweeps: 1, terms, momentum: 0.3 };
            let (mut plain, mut further) = (Matrix::zeros(r, k), Matrix::zeros(r, k));
            let moved = Moved {
                start: &start,
                previous: &before,
                plain: &mut plain,
                further: &mut further,
            };
            let division = Division { task: 64, block: 48, in_parallel: true };
            let mut seen = vec![0; r.div_ceil(64)];
            let rows = |rows: Range<usize>, mut y: MatMut<'_, f64>| {
                y.copy_from(p.view().subrows(rows.start, rows.len()));
            };
            let count = |rows: Range<usize>, x: MatRef<'_, f64>, seen: &mut usize| {
                assert_eq!((x.nrows(), x.ncols()), (rows.len(), k));
                *seen += rows.len();
            };
            let told = step(job, moved, division, &mut seen, rows, count);
            assert_eq!(seen.iter().sum::<usize>(), r);
            let mut want = start.clone();
            let gradient = swept(&mut want, &p, &g, terms);
            assert_close(&plain, &want, 1e-12);
            let on = |i, j| {
                let (x, b): (f64, f64) = (want[(i, j)], before[(i, j)]);
                (x + 0.3 * (x - b)).max(0.0)
            };
            assert_close(&further, &Matrix::from_fn(r, k, on), 1e-12);
            assert!((told.gradient / gradient - 1.0).abs() < 1e-10);
            assert!((told.size / dot(p.as_slice(), p.as_slice()) - 1.0).abs() < 1e-12);
            assert!((told.cross / dot(p.as_slice(), plain.as_slice()) - 1.0).abs() < 1e-12);
            assert_close(&told.plain, &gram(&plain).unwrap(), 1e-12);
            assert_close(&told.further, &gram(&further).unwrap(), 1e-12);
        }
    }
}
