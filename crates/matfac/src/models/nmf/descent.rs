//! Alternating least squares with extrapolation, for HALS and for exact steps.
//!
//! W is improved for a given H and H for a given W; before each the other is moved further in the direction of its last
//! change. Where that increases the objective, the step is dropped and a plain one follows, which cannot: the history
//! never increases. The iteration stops when the projected gradient, taken as the steps meet it, has fallen by `tol`. Full
//! data are read once an iteration: as soon as a few columns have given their rows of H, they are multiplied by these for the
//! next W. Cost: 4mnk flops in two products (2k for each stored entry and side of sparse data) and the steps. Reference: Ang &
//! Gillis (2019), Neural Computation 31.

use super::divergence::Loss;
use super::hals::{self, Division, Job, Moved, Terms};
use super::multiplicative::{penalty, squares};
use super::passes::Side;
use super::products::{self, Laid};
use super::stored::{self, Rows};
use super::target::{Holes, Target};
use super::{NmfOptions, Run, Solver, anls, masked};
use crate::data::{End, Monitor, Step};
use crate::error::Result;
use crate::linalg::product::{dot, gram};
use crate::linalg::{Matrix, Sparse};
use faer::{MatMut, MatRef};
use std::ops::Range;

/// Entries at or below this share of the root of the largest entry are zeros that a later step may still raise.
pub(super) const FLOOR: f64 = 1e-16;
/// The most sweeps of a step: the products before it run several times faster than sweeps do.
const SWEEPS: f64 = 8.0;
/// A projected gradient below this share of the products is rounding.
const ROUNDING: f64 = 1e-14;

/// How far steps are extrapolated.
struct Momentum {
    factor: f64,
    most: f64,
}

impl Momentum {
    fn grow(&mut self) {
        self.factor = (1.01 * self.factor).min(self.most);
        self.most = (1.005 * self.most).min(1.0);
    }

    fn shrink(&mut self) {
        self.most = self.factor;
        self.factor /= 1.5;
    }
}

/// Iterates from W (m×k) and H' (n×k).
pub(super) fn iterate(
    target: &Target<'_>,
    w: Matrix,
    ht: Matrix,
    options: &NmfOptions,
    monitor: &Monitor,
) -> Result<Run> {
    let mut steps = Steps::new(target, options);
    let baseline = target.baseline(Loss::FROBENIUS);
    let relative = |value: f64| (value.max(0.0) / baseline).sqrt();
    let mut momentum = Momentum { factor: 0.5, most: 1.0 };
    // What is held: the best pair. Besides it, W before extrapolation and H after; and room for what comes next.
    let mut run = Run {
        history: Vec::new(),
        errors: Vec::new(),
        // Of the start; the first step has a better one.
        loss: match options.max_iter {
            0 if target.holes.is_none() => squares(target, &w, &ht, Side::Rows)?.loss.max(0.0),
            _ => f64::INFINITY,
        },
        end: End::Limit,
        w,
        ht,
    };
    let (mut before, mut ahead) = (run.w.clone(), run.ht.clone());
    let (mut plain_w, mut w) = (run.w.clone(), run.w.clone());
    let (mut ht, mut further) = (run.ht.clone(), run.ht.clone());
    let (mut value, mut is_plain, mut first_gradient) = (f64::INFINITY, true, 0.0);
    for iteration in 1..=options.max_iter {
        let moved =
            Moved { start: &run.w, previous: &before, plain: &mut plain_w, further: &mut w };
        let factor = if is_plain { 0.0 } else { momentum.factor };
        let from_w = steps.improve(Side::Rows, moved, &ahead, factor)?;
        // After a step that is dropped a plain one follows, so that `before` may be that of either.
        std::mem::swap(&mut before, &mut plain_w);
        let moved =
            Moved { start: &run.ht, previous: &run.ht, plain: &mut ht, further: &mut further };
        let from_h = steps.improve(Side::Columns, moved, &w, momentum.factor)?;
        let loss = 0.5 * (target.norm * target.norm + from_h.value).max(0.0);
        let next = loss + penalty(&w, options) + penalty(&ht, options);
        if is_plain || next <= value {
            std::mem::swap(&mut run.w, &mut w);
            // H as it is becomes what is held, and H further on what the next step takes.
            std::mem::swap(&mut run.ht, &mut ht);
            std::mem::swap(&mut ahead, &mut further);
            run.loss = loss;
            value = next.min(value);
            momentum.grow();
            is_plain = false;
        } else {
            ahead.as_mut_slice().copy_from_slice(run.ht.as_slice());
            steps.forget();
            momentum.shrink();
            is_plain = true;
        }
        run.history.push(relative(value));
        run.errors.push(relative(run.loss));
        let (task, max_iter, objective) = ("nmf", options.max_iter, relative(run.loss));
        if !monitor.goes_on(Step { task, iteration, max_iter, objective }) {
            run.end = End::Interrupted;
            break;
        }
        let gradient = from_w.gradient + from_h.gradient;
        if iteration == 1 {
            first_gradient = gradient;
        }
        let rounding = ROUNDING * ROUNDING * (from_w.size + from_h.size);
        let small = options.tol * options.tol * first_gradient;
        if gradient <= small || (options.tol > 0.0 && gradient <= rounding) {
            run.end = End::Converged;
            break;
        }
    }
    Ok(run)
}

/// What a step tells.
struct Told {
    /// The squared projected gradient before it.
    gradient: f64,
    /// The square of what the gradient is a difference of.
    size: f64,
    /// `‖A - W*H‖² - ‖A‖²` after it; only of steps for H.
    value: f64,
}

/// The steps for one factor, with what they leave to the next one.
struct Steps<'a> {
    target: &'a Target<'a>,
    is_exact: bool,
    sweeps: (usize, usize),
    terms: Terms,
    /// Of the factor that the last step moved, `X'*X`; none where the next one takes another.
    gram: Option<Matrix>,
    /// Of full data and few parts, `A*H'` for the H that the last step moved, in parts, and whether the next one takes it.
    sums: Vec<Matrix>,
    is_summed: bool,
}

impl<'a> Steps<'a> {
    fn new(target: &'a Target<'a>, options: &NmfOptions) -> Steps<'a> {
        let (m, n, k) = (target.rows() as f64, target.cols() as f64, options.k as f64);
        // How many sweeps cost as much as the products before them, halved (Gillis & Glineur).
        let nonzero = target.nonzero;
        let sweeps = |own: f64, other: f64| {
            let products = (nonzero + other * k) / (own * (k + 1.0));
            (1.0 + 0.5 * (1.0 + products)).min(SWEEPS) as usize
        };
        let floor = FLOOR * target.largest.sqrt();
        Steps {
            target,
            is_exact: options.solver == Solver::Anls,
            sweeps: (sweeps(m, n), sweeps(n, m)),
            terms: Terms { l1: options.l1, l2: options.l2, floor },
            gram: None,
            sums: Vec::new(),
            is_summed: false,
        }
    }

    /// The next step is given another factor than the last one moved.
    fn forget(&mut self) {
        self.gram = None;
        self.is_summed = false;
    }

    /// Improves the factor of `side`, given the other one, and moves it further by `momentum`.
    fn improve(
        &mut self,
        side: Side,
        moved: Moved<'_>,
        other: &Matrix,
        momentum: f64,
    ) -> Result<Told> {
        let sweeps = if side == Side::Rows { self.sweeps.0 } else { self.sweeps.1 };
        if let Some(holes) = &self.target.holes {
            return self.improve_known(side, moved, other, momentum, holes);
        }
        let gram_of_other = match self.gram.take() {
            Some(gram) => gram,
            None => gram(other)?,
        };
        if self.is_exact {
            return self.improve_exactly(side, moved, other, momentum, &gram_of_other);
        }
        let job = Job { gram: &gram_of_other, sweeps, terms: self.terms, momentum };
        let few = self.target.full().filter(|a| products::is_few(a, other.cols()));
        let told = match (few, self.target.sparse(), side) {
            (Some(a), _, Side::Rows) => self.rows_of_full(a, job, moved, other),
            (Some(a), _, Side::Columns) => self.columns_of_full(a, job, moved, other),
            (_, Some((_, transposed)), Side::Rows) => gathered(transposed, job, moved, other),
            (_, Some((s, _)), Side::Columns) => gathered(s, job, moved, other),
            _ => {
                let product = self.product(side, other)?;
                let rows = |rows: Range<usize>, mut y: MatMut<'_, f64>| {
                    y.copy_from(product.view().subrows(rows.start, rows.len()));
                };
                alone(job, moved, 0, rows)
            }
        };
        let square = dot(gram_of_other.as_slice(), told.plain.as_slice());
        self.gram = Some(told.further);
        Ok(Told { gradient: told.gradient, size: told.size, value: square - 2.0 * told.cross })
    }

    /// The product of A, or A', with the other factor.
    fn product(&self, side: Side, other: &Matrix) -> Result<Matrix> {
        let rows = if side == Side::Rows { self.target.rows() } else { self.target.cols() };
        let mut product = Matrix::zeros(rows, other.cols());
        match side {
            Side::Rows => self.target.times(other, &mut product)?,
            Side::Columns => self.target.transposed_times(other, &mut product)?,
        }
        Ok(product)
    }

    /// W from `A*H'`, which the step before has left.
    fn rows_of_full(
        &mut self,
        a: &Matrix,
        job: Job<'_>,
        moved: Moved<'_>,
        other: &Matrix,
    ) -> hals::Told {
        if !self.is_summed {
            self.sums = products::times(a, other);
        }
        let sums = &self.sums;
        let rows = |rows: Range<usize>, mut y: MatMut<'_, f64>| {
            for j in 0..y.ncols() {
                let y = y.as_mut().col_mut(j).try_as_col_major_mut().expect("contiguous");
                products::sum_rows(sums, rows.clone(), j, y.as_slice_mut());
            }
        };
        alone(job, moved, 0, rows)
    }

    /// H a block of columns of A at a time, which is read once for `A'*W` and for `A*H'`, for H as it was moved further.
    fn columns_of_full(
        &mut self,
        a: &Matrix,
        job: Job<'_>,
        moved: Moved<'_>,
        other: &Matrix,
    ) -> hals::Told {
        let (m, k, task) = (a.rows(), other.cols(), products::part(a));
        let laid = Laid::of(other);
        self.sums.resize_with(a.cols().div_ceil(task), || Matrix::zeros(m, k));
        self.is_summed = true;
        let division = Division { task, block: products::BLOCK, in_parallel: true };
        let rows = |block: Range<usize>, y: MatMut<'_, f64>| products::dots(a, block, &laid, y);
        let add = |block: Range<usize>, x: MatRef<'_, f64>, sums: &mut Matrix| {
            if block.start.is_multiple_of(task) {
                sums.as_mut_slice().fill(0.0);
            }
            products::add(a, block, x, sums);
        };
        hals::step(job, moved, division, &mut self.sums, rows, add)
    }

    /// By exact steps.
    fn improve_exactly(
        &mut self,
        side: Side,
        moved: Moved<'_>,
        other: &Matrix,
        momentum: f64,
        gram_of_other: &Matrix,
    ) -> Result<Told> {
        let product = self.product(side, other)?;
        moved.plain.as_mut_slice().copy_from_slice(moved.start.as_slice());
        let gradient = anls::update(moved.plain, &product, gram_of_other, self.terms);
        let mut value = 0.0;
        if side == Side::Columns {
            let square = dot(gram_of_other.as_slice(), gram(moved.plain)?.as_slice());
            value = square - 2.0 * dot(product.as_slice(), moved.plain.as_slice());
        }
        extrapolate(moved, momentum);
        Ok(Told { gradient, size: dot(product.as_slice(), product.as_slice()), value })
    }

    /// Over known cells alone.
    fn improve_known(
        &mut self,
        side: Side,
        moved: Moved<'_>,
        other: &Matrix,
        momentum: f64,
        holes: &Holes,
    ) -> Result<Told> {
        let sweeps = if side == Side::Rows { self.sweeps.0 } else { self.sweeps.1 };
        let sweeps = (!self.is_exact).then_some(sweeps);
        let (target, terms) = (self.target, self.terms);
        moved.plain.as_mut_slice().copy_from_slice(moved.start.as_slice());
        let (gradient, value) =
            masked::step(target, holes, side, moved.plain, other, sweeps, terms)?;
        extrapolate(moved, momentum);
        let size = target.norm * target.norm * dot(other.as_slice(), other.as_slice());
        Ok(Told { gradient, size, value })
    }
}

/// Rows of a task that makes no product of its own, or one that is short.
const TASK: usize = 8 * hals::STRIP;
/// Multiplications from which threads share the work.
const PARALLEL: usize = 1 << 18;

/// A step after which nothing follows; the product takes so many multiplications.
fn alone(
    job: Job<'_>,
    moved: Moved<'_>,
    multiplications: usize,
    product: impl Fn(Range<usize>, MatMut<'_, f64>) + Sync,
) -> hals::Told {
    let (rows, k) = (moved.start.rows(), moved.start.cols());
    let task = (rows / 32).next_multiple_of(hals::STRIP).clamp(hals::STRIP, TASK);
    let in_parallel = rows * k * k * job.sweeps.min(4) + multiplications >= PARALLEL;
    let division = Division { task, block: task, in_parallel };
    let mut states = vec![(); rows.div_ceil(task)];
    hals::step(job, moved, division, &mut states, product, |_, _, ()| ())
}

/// A step with a product over the columns of sparse data.
fn gathered(s: &Sparse<f64>, job: Job<'_>, moved: Moved<'_>, other: &Matrix) -> hals::Told {
    let factor = Rows::of(other);
    let multiplications = s.nnz() * other.cols();
    alone(job, moved, multiplications, |rows, y| stored::gather(s, rows, &factor, y))
}

/// `max(0, X + momentum*(X - previous))`.
fn extrapolate(moved: Moved<'_>, momentum: f64) {
    let (plain, previous) = (moved.plain.as_slice(), moved.previous.as_slice());
    let further = moved.further.as_mut_slice();
    for ((to, x), before) in further.iter_mut().zip(plain).zip(previous) {
        *to = (x + momentum * (x - before)).max(0.0);
    }
}
