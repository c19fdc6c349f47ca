//! Alternating least squares with extrapolation, for HALS and for exact steps.
//!
//! W is improved for a given H and H for a given W; before each the other is moved further in the direction of its last
//! change. Where that increases the objective, the step is dropped and a plain one follows, which cannot: the history
//! never increases. The iteration stops when the projected gradient, taken as the steps meet it, has fallen by `tol`. Cost:
//! 4mnk flops in two products (2k for each stored entry and side of sparse data) and the steps. Reference: Ang & Gillis
//! (2019), Neural Computation 31.

use super::divergence::Loss;
use super::hals::{self, Terms};
use super::multiplicative::{penalty, squares};
use super::passes::Side;
use super::target::Target;
use super::{NmfOptions, Run, Solver, anls, masked};
use crate::data::{End, Monitor, Step};
use crate::error::Result;
use crate::linalg::Matrix;
use crate::linalg::product::{dot, gram};

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
    // What is held: the best pair. Besides it, W before extrapolation and H after.
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
    let (mut value, mut is_plain, mut first_gradient) = (f64::INFINITY, true, 0.0);
    for iteration in 1..=options.max_iter {
        let mut w = run.w.clone();
        let from_w = steps.improve(Side::Rows, &mut w, &ahead)?;
        // After a step that is dropped a plain one follows, so that `before` may be that of either.
        extrapolate(&mut w, &mut before, if is_plain { 0.0 } else { momentum.factor });
        let mut ht = run.ht.clone();
        let from_h = steps.improve(Side::Columns, &mut ht, &w)?;
        let loss = 0.5 * (target.norm * target.norm + from_h.value).max(0.0);
        let next = loss + penalty(&w, options) + penalty(&ht, options);
        if is_plain || next <= value {
            (run.w, run.loss) = (w, loss);
            // H as it is becomes what is held, and H further on what the next step takes.
            extrapolate(&mut ht, &mut run.ht, momentum.factor);
            ahead = ht;
            value = next.min(value);
            momentum.grow();
            is_plain = false;
        } else {
            ahead.as_mut_slice().copy_from_slice(run.ht.as_slice());
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

/// `max(0, X + factor*(X - before))` in place of X, and X in place of `before`.
fn extrapolate(x: &mut Matrix, before: &mut Matrix, factor: f64) {
    for (x, before) in x.as_mut_slice().iter_mut().zip(before.as_mut_slice()) {
        let reached = *x;
        *x = (reached + factor * (reached - *before)).max(0.0);
        *before = reached;
    }
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

/// The steps for one factor, with the room that they need.
struct Steps<'a> {
    target: &'a Target<'a>,
    is_exact: bool,
    sweeps: (usize, usize),
    terms: Terms,
    product_w: Matrix,
    product_h: Matrix,
}

impl<'a> Steps<'a> {
    fn new(target: &'a Target<'a>, options: &NmfOptions) -> Steps<'a> {
        let (m, n, k) = (target.rows() as f64, target.cols() as f64, options.k as f64);
        // How many sweeps cost as much as the products before them, halved (Gillis & Glineur).
        let nonzero = target.nonzero();
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
            product_w: Matrix::zeros(target.rows(), options.k),
            product_h: Matrix::zeros(target.cols(), options.k),
        }
    }

    /// Improves the factor of `side`, given the other one.
    fn improve(&mut self, side: Side, factor: &mut Matrix, other: &Matrix) -> Result<Told> {
        let sweeps = if side == Side::Rows { self.sweeps.0 } else { self.sweeps.1 };
        if let Some(holes) = &self.target.holes {
            let sweeps = (!self.is_exact).then_some(sweeps);
            let (target, terms) = (self.target, self.terms);
            let (gradient, value) =
                masked::step(target, holes, side, factor, other, sweeps, terms)?;
            let size = target.norm * target.norm * dot(other.as_slice(), other.as_slice());
            return Ok(Told { gradient, size, value });
        }
        let product = match side {
            Side::Rows => {
                self.target.times(other, &mut self.product_w)?;
                &self.product_w
            }
            Side::Columns => {
                self.target.transposed_times(other, &mut self.product_h)?;
                &self.product_h
            }
        };
        let normal = gram(other)?;
        let gradient = match self.is_exact {
            true => anls::update(factor, product, &normal, self.terms),
            false => hals::update(factor, product, &normal, sweeps, self.terms),
        };
        let mut value = 0.0;
        if side == Side::Columns {
            let square = dot(normal.as_slice(), gram(factor)?.as_slice());
            value = square - 2.0 * dot(product.as_slice(), factor.as_slice());
        }
        Ok(Told { gradient, size: dot(product.as_slice(), product.as_slice()), value })
    }
}
