//! What every method shares while it runs: the operators, the history, and the best iterate so far.

use super::{Options, Problem, Stop};
use crate::data::{Monitor, Step};
use crate::error::Result;
use crate::linalg::{Operator, Scalar};

/// Steps below rounding after which an iteration has stagnated: one alone can be a coincidence.
const IDLE_STEPS: usize = 3;

/// A running iteration.
pub(super) struct Run<'a, T: Scalar> {
    pub a: &'a dyn Operator<T>,
    left: Option<&'a dyn Operator<T>>,
    right: Option<&'a dyn Operator<T>>,
    scratch: Vec<T>,
    task: &'static str,
    monitor: &'a Monitor,
    pub options: Options,
    /// The residual norm at which to stop.
    pub target: f64,
    /// The norm of the right-hand side, by which progress is measured.
    pub scale: f64,
    /// Iterations begun.
    pub steps: usize,
    /// Limit of iterations.
    pub max_steps: usize,
    pub history: Vec<f64>,
    pub second_history: Vec<f64>,
    /// pcg and cgls: the coefficients of every step, whose tridiagonal matrix has Ritz values.
    pub coefficients: Vec<(f64, f64)>,
    pub estimates: (f64, f64),
    pub best: Best<T>,
    idle: usize,
}

/// The iterate with the smallest residual. As long as that is the current one nothing is copied.
pub(super) struct Best<T> {
    /// A copy, made when the next iterate was worse.
    pub kept: Vec<T>,
    pub norm: f64,
    pub at: f64,
    pub is_current: bool,
}

impl<'a, T: Scalar> Run<'a, T> {
    pub fn new(
        task: &'static str,
        problem: &Problem<'a, T>,
        options: Options,
        monitor: &'a Monitor,
    ) -> Run<'a, T> {
        let two = problem.left.is_some() && problem.right.is_some();
        Run {
            a: problem.a,
            left: problem.left,
            right: problem.right,
            scratch: if two { vec![T::ZERO; problem.a.cols()] } else { Vec::new() },
            task,
            monitor,
            options,
            target: 0.0,
            scale: 1.0,
            steps: 0,
            max_steps: options.max_iter.saturating_mul(options.restart.unwrap_or(1)),
            history: Vec::new(),
            second_history: Vec::new(),
            coefficients: Vec::new(),
            estimates: (0.0, 0.0),
            best: Best { kept: Vec::new(), norm: f64::INFINITY, at: 0.0, is_current: true },
            idle: 0,
        }
    }

    /// Whether there is a preconditioner at all.
    pub fn is_preconditioned(&self) -> bool {
        self.left.is_some() || self.right.is_some()
    }

    /// Begins an iteration: reports the last one and polls the interrupt. `false` at the limit.
    pub fn next(&mut self) -> Result<bool> {
        if self.steps > 0 {
            let last = self.history.last().copied().unwrap_or(f64::NAN);
            self.monitor.step(Step {
                task: self.task,
                iteration: self.steps,
                max_iter: self.max_steps,
                objective: last / self.scale,
            })?;
        } else {
            self.monitor.interrupt.check()?;
        }
        if self.steps >= self.max_steps {
            return Ok(false);
        }
        self.steps += 1;
        Ok(true)
    }

    /// Takes down the residual norm that the step to come, or just computed, leads to, before x is written.
    pub fn record(&mut self, x: &[T], norm: f64, at: f64) {
        self.history.push(norm);
        if norm <= self.best.norm {
            (self.best.norm, self.best.at, self.best.is_current) = (norm, at, true);
        } else if self.best.is_current {
            self.best.kept.clear();
            self.best.kept.extend_from_slice(x);
            self.best.is_current = false;
        }
    }

    /// Counts steps that change nothing: `true` when there have been a few of them.
    pub fn stagnates(&mut self, idle: bool) -> bool {
        self.idle = if idle { self.idle + 1 } else { 0 };
        self.idle >= IDLE_STEPS
    }

    /// `z = M2\(M1\r)`; `false` when it is not finite.
    pub fn precondition(&mut self, r: &[T], z: &mut [T]) -> Result<bool> {
        apply_both(self.left, self.right, &mut self.scratch, r, z)?;
        Ok(!self.is_preconditioned() || T::all_finite(z))
    }

    /// `z = M1'\(M2'\r)`; `false` when it is not finite.
    pub fn precondition_adjoint(&mut self, r: &[T], z: &mut [T]) -> Result<bool> {
        match (self.left, self.right) {
            (None, None) => z.copy_from_slice(r),
            (Some(one), None) | (None, Some(one)) => one.apply_adjoint(r, z)?,
            (Some(left), Some(right)) => {
                right.apply_adjoint(r, &mut self.scratch)?;
                left.apply_adjoint(&self.scratch, z)?;
            }
        }
        Ok(!self.is_preconditioned() || T::all_finite(z))
    }

    /// `z = M1\r`, or `M1'\r`.
    pub fn left(&self, adjoint: bool, r: &[T], z: &mut [T]) -> Result<bool> {
        apply_one(self.left, adjoint, r, z)
    }

    /// `z = M2\r`, or `M2'\r`.
    pub fn right(&self, adjoint: bool, r: &[T], z: &mut [T]) -> Result<bool> {
        apply_one(self.right, adjoint, r, z)
    }

    /// Why a method cannot go on when a number it divides by is 0, NaN or infinite.
    pub fn broken(&self, what: &'static str, value: T) -> Stop {
        let finite = value.bad_part().is_none() && self.history.iter().all(|r| r.is_finite());
        Stop::Breakdown(if finite { what } else { "a number that is too large" })
    }
}

fn apply_both<T: Scalar>(
    left: Option<&dyn Operator<T>>,
    right: Option<&dyn Operator<T>>,
    scratch: &mut [T],
    r: &[T],
    z: &mut [T],
) -> Result<()> {
    match (left, right) {
        (None, None) => {
            z.copy_from_slice(r);
            Ok(())
        }
        (Some(one), None) | (None, Some(one)) => one.apply(r, z),
        (Some(left), Some(right)) => {
            left.apply(r, scratch)?;
            right.apply(scratch, z)
        }
    }
}

fn apply_one<T: Scalar>(
    one: Option<&dyn Operator<T>>,
    adjoint: bool,
    r: &[T],
    z: &mut [T],
) -> Result<bool> {
    match one {
        None => z.copy_from_slice(r),
        Some(one) if adjoint => one.apply_adjoint(r, z)?,
        Some(one) => one.apply(r, z)?,
    }
    Ok(one.is_none() || T::all_finite(z))
}

/// Whether `x` is too small beside `sizes` to be divided by: a biorthogonal method has broken down.
pub(super) fn vanishes<T: Scalar>(x: T, sizes: f64) -> bool {
    // Below rounding of the inner product, squared: numbers that are merely small are often still of use.
    let size = x.modulus();
    !(size > f64::EPSILON * f64::EPSILON * sizes && size.is_finite())
}
