//! A chain of elementwise operations as one pass over memory, without a temporary.
//!
//! `A.*B + C./2 - sqrt(abs(D))` is a list of [`Step`]s. Every thread takes blocks of `BLOCK` entries, small enough
//! that the intermediate results stay in the first-level cache, and runs all steps on a block before it goes on to the
//! next (as numexpr does: McLeod, Cooke, Alted, *NumExpr*, 2009–). Each operand is read once and the result written
//! once. The operations are those of [`super::elementwise`], entry by entry and in the order given, so that the
//! result has the same bits as one operation after the other.
//!
//! What leaves the reals (`sqrt` of a negative number) cannot be known before the pass: it is found on the way, and
//! the pass gives up.

use super::broadcast::{PARALLEL, broadcast_shape};
use super::elementwise::{
    Arith, Compare, Logic, Unary, any, leaves_reals, modulo, power, remainder, sign, with_arith,
    with_unary,
};
use super::simd::clean;
use super::{BoolMatrix, Dense, Matrix};
use crate::error::{Error, Result, Shape};
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// Entries that run through all steps together: 4 KiB for each intermediate result.
const BLOCK: usize = 512;
/// Blocks in the smallest piece of work a thread takes.
const GRAIN: usize = 64;

/// A matrix that the pass reads; a side of length 1 is repeated along the result's.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// Numbers.
    Real(&'a Matrix),
    /// Logicals, which count as 0 and 1.
    Logical(&'a BoolMatrix),
}

/// What a step works on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operand {
    /// The input of this number.
    Input(usize),
    /// The same number everywhere.
    Scalar(f64),
    /// The result of an earlier step, which no other step uses.
    Step(usize),
}

/// An operation of each entry. Logical results are 0 and 1, and are what [`Step::Logic`] and [`Step::Not`] work on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// `x op y`
    Arith(Arith, Operand, Operand),
    /// `x < y` and its like.
    Compare(Compare, Operand, Operand),
    /// `x & y` and its like.
    Logic(Logic, Operand, Operand),
    /// `f(x)`
    Map(Unary, Operand),
    /// `~x`
    Not(Operand),
}

impl Step {
    /// What it works on.
    pub fn operands(&self) -> impl Iterator<Item = Operand> {
        let (x, y) = match *self {
            Step::Arith(_, x, y) | Step::Compare(_, x, y) | Step::Logic(_, x, y) => (x, Some(y)),
            Step::Map(_, x) | Step::Not(x) => (x, None),
        };
        std::iter::once(x).chain(y)
    }
}

/// The last step's result as numbers, of the shape given; `None` where an operation leaves the reals.
///
/// `stop` is asked now and then, and ends the pass with [`Error::Interrupted`].
///
/// ```
/// use matfac::{Matrix, error::Shape, linalg::elementwise::{Arith, Unary}};
/// use matfac::linalg::fused::{Input, Operand, Step, real};
/// let a = Matrix::from_rows(&[&[4.0, 9.0]]);
/// let steps = [
///     Step::Map(Unary::Sqrt, Operand::Input(0)),
///     Step::Arith(Arith::Add, Operand::Step(0), Operand::Scalar(1.0)),
/// ];
/// let sum = real(Shape(1, 2), &steps, &[Input::Real(&a)], &|| false).unwrap();
/// assert_eq!(sum.unwrap().as_slice(), &[3.0, 4.0]);
/// ```
///
/// # Panics
/// When a step refers to an input or step that does not come before it.
pub fn real(
    shape: Shape,
    steps: &[Step],
    inputs: &[Input<'_>],
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Matrix>> {
    let pass = Pass::new(shape, steps, inputs, stop)?;
    pass.run(|scratch, at, out| pass.block(scratch, at, out))
}

/// The last step's result, which is a logical one, as logicals; otherwise as [`real`].
pub fn logical(
    shape: Shape,
    steps: &[Step],
    inputs: &[Input<'_>],
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<BoolMatrix>> {
    let pass = Pass::new(shape, steps, inputs, stop)?;
    pass.run(|scratch, at, out| {
        let mut numbers = [0.0; BLOCK];
        pass.block(scratch, at, &mut numbers[..out.len()]);
        out.iter_mut().zip(numbers).for_each(|(o, x)| *o = x != 0.0);
    })
}

/// How an input's entries lie along the result's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pattern {
    /// Entry for entry.
    Full,
    /// m×1: every column is this one.
    Column,
    /// 1×n: every row is this one.
    Row,
    /// 1×1.
    One,
}

/// A base and an exponent, when the whole matrices decide whether a power leaves the reals.
#[derive(Debug, Default)]
struct PowerSeen {
    negative_base: AtomicBool,
    broken_exponent: AtomicBool,
}

struct Pass<'a> {
    shape: Shape,
    steps: &'a [Step],
    inputs: &'a [Input<'a>],
    patterns: Vec<Pattern>,
    /// Where each step leaves its block.
    registers: Vec<usize>,
    register_count: usize,
    stop: &'a (dyn Fn() -> bool + Sync),
    left_reals: AtomicBool,
    stopped: AtomicBool,
    powers: Vec<PowerSeen>,
}

/// One thread's blocks.
struct Scratch {
    registers: Vec<Vec<f64>>,
    /// Operands that are not read in place: repeated or logical ones.
    loads: [Vec<f64>; 2],
}

/// A block of an operand.
#[derive(Clone, Copy)]
enum Lane<'a> {
    One(f64),
    Many(&'a [f64]),
}

impl<'a> Pass<'a> {
    fn new(
        shape: Shape,
        steps: &'a [Step],
        inputs: &'a [Input<'a>],
        stop: &'a (dyn Fn() -> bool + Sync),
    ) -> Result<Pass<'a>> {
        let mut patterns = Vec::with_capacity(inputs.len());
        for input in inputs {
            let own = match input {
                Input::Real(a) => a.shape(),
                Input::Logical(b) => b.shape(),
            };
            if broadcast_shape("combine", own, shape)? != shape {
                let hint = Some("no input is larger than the result".into());
                return Err(Error::Shapes { operation: "combine", left: own, right: shape, hint });
            }
            patterns.push(match own {
                own if own == shape => Pattern::Full,
                Shape(1, 1) => Pattern::One,
                Shape(_, 1) => Pattern::Column,
                _ => Pattern::Row,
            });
        }
        super::memory::entries::<f64>(shape.0, shape.1)?;
        let (registers, register_count) = allocate(steps);
        let powers = steps.iter().map(|_| PowerSeen::default()).collect();
        let (left_reals, stopped) = Default::default();
        Ok(Pass {
            shape,
            steps,
            inputs,
            patterns,
            registers,
            register_count,
            stop,
            left_reals,
            stopped,
            powers,
        })
    }

    /// Runs `block(scratch, at, out)` for the entries from `at` on, block by block.
    fn run<T: Copy + Default + Send>(
        &self,
        block: impl Fn(&mut Scratch, usize, &mut [T]) + Sync,
    ) -> Result<Option<Dense<T>>> {
        let Shape(m, n) = self.shape;
        let total = m * n;
        let data = if total < PARALLEL {
            let mut data = vec![T::default(); total];
            let mut scratch = self.scratch();
            for (k, out) in data.chunks_mut(BLOCK).enumerate() {
                block(&mut scratch, k * BLOCK, out);
            }
            data
        } else {
            // Whole blocks by value: the buffer is written once, and never as zeros before.
            let mut blocks = Vec::new();
            let one = |scratch: &mut Scratch, k: usize| {
                let mut out = [T::default(); BLOCK];
                block(scratch, k * BLOCK, &mut out[..BLOCK.min(total - k * BLOCK)]);
                out
            };
            (0..total.div_ceil(BLOCK))
                .into_par_iter()
                .with_min_len(GRAIN)
                .map_init(|| self.scratch(), one)
                .collect_into_vec(&mut blocks);
            let mut data = blocks.into_flattened();
            data.truncate(total);
            data
        };
        if self.stopped.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let power = |seen: &PowerSeen| {
            seen.negative_base.load(Ordering::Relaxed)
                && seen.broken_exponent.load(Ordering::Relaxed)
        };
        if self.left_reals.load(Ordering::Relaxed) || self.powers.iter().any(power) {
            return Ok(None);
        }
        Ok(Some(Dense::from_vec(m, n, data)))
    }

    fn scratch(&self) -> Scratch {
        clean();
        let size = BLOCK.min(self.shape.0 * self.shape.1);
        let block = || vec![0.0; size];
        Scratch {
            registers: (0..self.register_count).map(|_| block()).collect(),
            loads: [block(), block()],
        }
    }

    /// The last step's result for the entries from `at` on; anything once the pass is given up.
    fn block(&self, scratch: &mut Scratch, at: usize, result: &mut [f64]) {
        if (self.stop)() {
            self.stopped.store(true, Ordering::Relaxed);
        }
        if self.stopped.load(Ordering::Relaxed) || self.left_reals.load(Ordering::Relaxed) {
            return;
        }
        let len = result.len();
        for (k, step) in self.steps.iter().enumerate() {
            for (side, operand) in step.operands().enumerate() {
                if let Operand::Input(i) = operand {
                    self.load(i, at, &mut scratch.loads[side][..len]);
                }
            }
            if k + 1 == self.steps.len() {
                return self.step(k, scratch, at, result);
            }
            // Its own register is none of its operands'.
            let mut out = std::mem::take(&mut scratch.registers[self.registers[k]]);
            self.step(k, scratch, at, &mut out[..len]);
            scratch.registers[self.registers[k]] = out;
        }
    }

    /// Writes out the entries of an input that cannot be read in place.
    fn load(&self, input: usize, at: usize, out: &mut [f64]) {
        match (self.inputs[input], self.patterns[input]) {
            (Input::Real(_), Pattern::Full) => {}
            (Input::Real(a), pattern) => self.spread(pattern, a.as_slice(), at, out, |x| x),
            (Input::Logical(b), pattern) => {
                let number = |b| if b { 1.0 } else { 0.0 };
                self.spread(pattern, b.as_slice(), at, out, number);
            }
        }
    }

    fn spread<T: Copy>(
        &self,
        pattern: Pattern,
        data: &[T],
        at: usize,
        out: &mut [f64],
        number: impl Fn(T) -> f64,
    ) {
        let rows = self.shape.0;
        let copy = |out: &mut [f64], data: &[T]| {
            out.iter_mut().zip(data).for_each(|(o, &x)| *o = number(x));
        };
        match pattern {
            Pattern::Full => copy(out, &data[at..]),
            Pattern::One => out.fill(number(data[0])),
            // One run for each column that the block touches.
            Pattern::Column | Pattern::Row => {
                let mut done = 0;
                while done < out.len() {
                    let (i, j) = ((at + done) % rows, (at + done) / rows);
                    let run = (rows - i).min(out.len() - done);
                    let part = &mut out[done..done + run];
                    match pattern {
                        Pattern::Row => part.fill(number(data[j])),
                        _ => copy(part, &data[i..]),
                    }
                    done += run;
                }
            }
        }
    }

    fn step(&self, k: usize, scratch: &Scratch, at: usize, out: &mut [f64]) {
        let len = out.len();
        let lane = |operand: Operand, side: usize| match operand {
            Operand::Scalar(s) => Lane::One(s),
            Operand::Step(s) => Lane::Many(&scratch.registers[self.registers[s]][..len]),
            Operand::Input(i) => match (self.inputs[i], self.patterns[i]) {
                (Input::Real(a), Pattern::Full) => Lane::Many(&a.as_slice()[at..at + len]),
                _ => Lane::Many(&scratch.loads[side][..len]),
            },
        };
        match self.steps[k] {
            Step::Arith(Arith::Pow, x, y) => {
                let (base, exponent) = (lane(x, 0), lane(y, 1));
                self.watch_power(k, base, exponent);
                match exponent {
                    // As `elementwise::broadcast_scalar` has it.
                    Lane::One(2.0) => map(base, out, |x| x * x),
                    _ => zip(base, exponent, out, power),
                }
            }
            Step::Arith(op, x, y) => with_arith!(op, f => zip(lane(x, 0), lane(y, 1), out, f)),
            Step::Compare(op, x, y) => compare(op, lane(x, 0), lane(y, 1), out),
            Step::Logic(op, x, y) => {
                let (x, y) = (lane(x, 0), lane(y, 1));
                match op {
                    Logic::And => zip(x, y, out, |x, y| number(x != 0.0 && y != 0.0)),
                    Logic::Or => zip(x, y, out, |x, y| number(x != 0.0 || y != 0.0)),
                    Logic::Xor => zip(x, y, out, |x, y| number((x != 0.0) != (y != 0.0))),
                }
            }
            Step::Map(fun, x) => {
                let x = lane(x, 0);
                let leaves = match x {
                    Lane::One(x) => leaves_reals(fun, &[x]),
                    Lane::Many(x) => leaves_reals(fun, x),
                };
                if leaves {
                    self.left_reals.store(true, Ordering::Relaxed);
                }
                with_unary!(fun, f => map(x, out, f));
            }
            Step::Not(x) => map(lane(x, 0), out, |x| number(x == 0.0)),
        }
    }

    /// Notes what decides whether a power leaves the reals: see [`super::elementwise::pow_is_complex`].
    fn watch_power(&self, k: usize, base: Lane<'_>, exponent: Lane<'_>) {
        let test = |lane: Lane<'_>, test: fn(f64) -> bool| match lane {
            Lane::One(x) => test(x),
            Lane::Many(x) => any(x, test),
        };
        if let Lane::One(y) = exponent
            && y.fract() == 0.0
        {
            return;
        }
        if test(base, |x| x < 0.0) {
            self.powers[k].negative_base.store(true, Ordering::Relaxed);
        }
        if test(exponent, |y| y.fract() != 0.0) {
            self.powers[k].broken_exponent.store(true, Ordering::Relaxed);
        }
    }
}

/// A register for each step's result, such that none is overwritten before it is used, and how many there are.
fn allocate(steps: &[Step]) -> (Vec<usize>, usize) {
    let (mut of_step, mut free, mut count) = (Vec::with_capacity(steps.len()), Vec::new(), 0);
    for step in steps {
        let own = free.pop().unwrap_or_else(|| {
            count += 1;
            count - 1
        });
        for operand in step.operands() {
            if let Operand::Step(s) = operand {
                free.push(of_step[s]);
            }
        }
        of_step.push(own);
    }
    (of_step, count)
}

fn number(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

#[inline(always)]
fn map(x: Lane<'_>, out: &mut [f64], f: impl Fn(f64) -> f64) {
    match x {
        Lane::One(x) => out.fill(f(x)),
        Lane::Many(x) => out.iter_mut().zip(x).for_each(|(o, &x)| *o = f(x)),
    }
}

#[inline(always)]
fn zip(x: Lane<'_>, y: Lane<'_>, out: &mut [f64], f: impl Fn(f64, f64) -> f64) {
    match (x, y) {
        (Lane::One(x), Lane::One(y)) => out.fill(f(x, y)),
        (Lane::One(x), Lane::Many(y)) => out.iter_mut().zip(y).for_each(|(o, &y)| *o = f(x, y)),
        (Lane::Many(x), Lane::One(y)) => out.iter_mut().zip(x).for_each(|(o, &x)| *o = f(x, y)),
        (Lane::Many(x), Lane::Many(y)) => {
            out.iter_mut().zip(x.iter().zip(y)).for_each(|(o, (&x, &y))| *o = f(x, y));
        }
    }
}

fn compare(op: Compare, x: Lane<'_>, y: Lane<'_>, out: &mut [f64]) {
    match op {
        Compare::Lt => zip(x, y, out, |x, y| number(x < y)),
        Compare::Le => zip(x, y, out, |x, y| number(x <= y)),
        Compare::Gt => zip(x, y, out, |x, y| number(x > y)),
        Compare::Ge => zip(x, y, out, |x, y| number(x >= y)),
        Compare::Eq => zip(x, y, out, |x, y| number(x == y)),
        Compare::Ne => zip(x, y, out, |x, y| number(x != y)),
    }
}

#[cfg(test)]
#[path = "fused_tests.rs"]
mod tests;
