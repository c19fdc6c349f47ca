//! Algebraic multigrid by smoothed aggregation: what sweeps on the matrix itself hardly reduce is smooth, and is
//! corrected on a matrix of a fraction of the size, made of the entries alone.
//!
//! One application is a V-cycle that is Hermitian positive definite, so that it goes with conjugate gradients: a sweep
//! forward before the correction and one backward after it (Gauss and Seidel), or the same polynomial in A on both sides
//! (Chebyshev). The coarsest matrix is factored.
//!
//! References: Vaněk, Mandel, Brezina, Computing 56 (1996); Adams, Brezina, Hu, Tuminaro, Parallel multigrid smoothing, J.
//! Comput. Phys. 188 (2003), for Chebyshev. Cost: about two products of sparse matrices of A's size to build; about six
//! products with A to apply.

use super::aggregate::{NONE, aggregates, filtered};
use super::inverse::{self, Inverse};
use super::{positive_diagonal, require_hermitian};
use crate::error::{Error, Result};
use crate::factor;
use crate::linalg::sparse::{Entry, Form, Sparse, times};
use crate::linalg::{Dense, Operator, Random, Scalar};
use std::sync::{Mutex, PoisonError};

/// What reduces the error that coarser matrices do not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Smoother {
    /// A sweep of Gauss and Seidel, forward before and backward after.
    #[default]
    GaussSeidel,
    /// A polynomial of degree 3 in `D\A`.
    Chebyshev,
}

/// Options with their defaults.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AmgOptions {
    /// Entries below this part of the geometric mean of their diagonals are weak (0.08; half of it on every coarser level).
    pub theta: f64,
    /// Matrices up to this order are factored (300).
    pub max_coarse: usize,
    /// The smoother.
    pub smoother: Smoother,
    /// Smoothing steps before and after the correction (1).
    pub sweeps: usize,
}

impl Default for AmgOptions {
    fn default() -> AmgOptions {
        AmgOptions { theta: 0.08, max_coarse: 300, smoother: Smoother::default(), sweeps: 1 }
    }
}

/// One matrix and the way to the next coarser one.
#[derive(Debug, Clone)]
struct Level<T> {
    a: Sparse<T>,
    inverse: Vec<f64>,
    /// n×nc; of the coarsest level nothing.
    prolongation: Option<Sparse<T>>,
    /// An upper bound of the eigenvalues of `D\A`.
    radius: f64,
}

/// The vectors of a level, kept from cycle to cycle.
#[derive(Debug, Clone)]
struct Scratch<T> {
    b: Vec<T>,
    x: Vec<T>,
    r: Vec<T>,
    d: Vec<T>,
}

/// A hierarchy of matrices, and the cycle through it.
#[derive(Debug)]
pub struct Amg<T: factor::Field> {
    levels: Vec<Level<T>>,
    /// The inverse of the coarsest matrix, unless coarsening stopped at one that is too large for it.
    coarse: Option<Inverse<T>>,
    options: AmgOptions,
    scratch: Mutex<Vec<Scratch<T>>>,
}

pub(super) fn new<T: factor::Field + Entry>(a: &Sparse<T>, options: AmgOptions) -> Result<Amg<T>> {
    let diagonal = positive_diagonal(a, "amg")?;
    require_hermitian(a, "amg")?;
    if !(options.theta >= 0.0 && options.theta < 1.0) {
        let message = format!("amg: theta is {}, and must lie between 0 and 1", options.theta);
        return Err(Error::argument("theta", message));
    }
    if options.sweeps == 0 {
        return Err(Error::argument("sweeps", "amg: sweeps is 0, and must be at least 1"));
    }
    let mut levels = Vec::new();
    let (mut a, mut diagonal, mut theta) = (a.clone(), diagonal, options.theta);
    while a.cols() > options.max_coarse {
        let Some((level, coarse)) = coarsened(&a, &diagonal, theta)? else { break };
        levels.push(level);
        diagonal = (0..coarse.cols()).map(|j| coarse.get(j, j).real_part()).collect();
        if diagonal.iter().any(|&d| d <= 0.0 || d.is_nan()) {
            return Err(indefinite());
        }
        (a, theta) = (coarse, theta / 2.0);
    }
    let coarse = if a.cols() <= options.max_coarse { Some(factored(&a)?) } else { None };
    let radius = radius(&a, &diagonal)?;
    let inverse = diagonal.iter().map(|d| 1.0 / d).collect();
    levels.push(Level { a, inverse, prolongation: None, radius });
    let scratch = levels.iter().map(|l| {
        let zeros = || vec![T::ZERO; l.a.cols()];
        Scratch { b: zeros(), x: zeros(), r: zeros(), d: zeros() }
    });
    let scratch = Mutex::new(scratch.collect());
    Ok(Amg { levels, coarse, options, scratch })
}

fn indefinite() -> Error {
    Error::argument_hint(
        "A",
        "amg needs a positive definite matrix; on a coarser level this one has a diagonal that is not positive",
        "minres solves indefinite Hermitian systems, gmres with ilu any others",
    )
}

/// The inverse of the coarsest matrix. A singular one, such as that of a graph's Laplacian, is shifted by rounding.
fn factored<T: factor::Field + Entry>(a: &Sparse<T>) -> Result<Inverse<T>> {
    let mut full: Dense<T> = a.to_dense()?;
    let shift = full.largest() * 1e-13 * a.cols() as f64;
    let inverse = inverse::new(&full)?;
    if inverse.0.warning.is_none() {
        return Ok(inverse);
    }
    (0..a.cols()).for_each(|i| full[(i, i)] += T::of(shift));
    inverse::new(&full)
}

/// The level of A and the matrix below it; `None` when aggregation does not make it smaller.
fn coarsened<T: Scalar + Entry>(
    a: &Sparse<T>,
    diagonal: &[f64],
    theta: f64,
) -> Result<Option<(Level<T>, Sparse<T>)>> {
    let strong = filtered(a, diagonal, theta)?;
    let (of, count) = aggregates(&strong);
    if count == 0 || count as f64 > 0.8 * a.cols() as f64 {
        return Ok(None);
    }
    let prolongation = smoothed(&strong, &tentative::<T>(&of, count)?)?;
    let coarse = times(
        &prolongation,
        Form::Adjoint,
        &times(a, Form::Plain, &prolongation, Form::Plain)?,
        Form::Plain,
    )?;
    let radius = radius(a, diagonal)?;
    let inverse = diagonal.iter().map(|d| 1.0 / d).collect();
    Ok(Some((Level { a: a.clone(), inverse, prolongation: Some(prolongation), radius }, coarse)))
}

/// One column for each aggregate, constant on it, of norm 1.
fn tentative<T: Scalar + Entry>(of: &[u32], count: usize) -> Result<Sparse<T>> {
    let mut sizes = vec![0.0f64; count];
    of.iter().filter(|&&g| g != NONE).for_each(|&g| sizes[g as usize] += 1.0);
    // By rows: every unknown has one aggregate at most.
    let by_rows = Sparse::from_columns(count, of.len(), |i, places, entries| {
        if of[i] != NONE {
            places.push(of[i]);
            entries.push(T::of(1.0 / sizes[of[i] as usize].sqrt()));
        }
        Ok(())
    })?;
    Ok(by_rows.transposed())
}

/// `(I - ω D\A)*P` with ω = 4/3 over the largest eigenvalue of `D\A`, for the filtered A.
fn smoothed<T: Scalar + Entry>(strong: &Sparse<T>, p: &Sparse<T>) -> Result<Sparse<T>> {
    let n = strong.cols();
    let diagonal: Vec<f64> = (0..n).map(|j| strong.get(j, j).real_part()).collect();
    let omega = 4.0 / 3.0 / radius(strong, &diagonal)?;
    let smoother = Sparse::from_columns(n, n, |j, places, entries| {
        let (rows, values) = strong.col(j);
        for (&i, &x) in rows.iter().zip(values) {
            let own = if i as usize == j { T::ONE } else { T::ZERO };
            places.push(i);
            entries.push(own - x.scaled(omega / diagonal[i as usize]));
        }
        Ok(())
    })?;
    times(&smoother, Form::Plain, p, Form::Plain)
}

/// A bound of the eigenvalues of `D\A` from a few steps of the power method, with a margin; never above what Gershgorin's
/// circles allow.
fn radius<T: Scalar + Entry>(a: &Sparse<T>, diagonal: &[f64]) -> Result<f64> {
    let n = a.cols();
    // By columns of A*D⁻¹, which has the same eigenvalues.
    let circles = (0..n).map(|j| T::sum_of_moduli(a.col(j).1) / diagonal[j]);
    let circles = circles.fold(1.0, f64::max);
    let mut random = Random::seeded(1);
    let mut x: Vec<T> = (0..n).map(|_| T::of(random.uniform() + 0.5)).collect();
    // Alternating signs are near the largest eigenvector of a discrete Laplacian.
    x.iter_mut().enumerate().filter(|(i, _)| i % 2 == 1).for_each(|(_, x)| *x = -*x);
    let mut y = vec![T::ZERO; n];
    let mut estimate = 0.0;
    for _ in 0..15 {
        let norm = T::euclidean(&x);
        if norm == 0.0 {
            break;
        }
        x.iter_mut().for_each(|x| *x = x.scaled(1.0 / norm));
        a.adjoint_times_vector(&x, &mut y);
        y.iter_mut().zip(diagonal).for_each(|(y, &d)| *y = y.scaled(1.0 / d));
        estimate = T::euclidean(&y);
        std::mem::swap(&mut x, &mut y);
    }
    Ok((1.1 * estimate).clamp(f64::MIN_POSITIVE, circles))
}

impl<T: Scalar + Entry> Level<T> {
    /// `r = b - A*x`; A is Hermitian, so that its columns are its rows.
    fn residual(&self, b: &[T], x: &[T], r: &mut [T]) {
        self.a.adjoint_times_vector(x, r);
        r.iter_mut().zip(b).for_each(|(r, &b)| *r = b - *r);
    }

    /// One sweep of Gauss and Seidel.
    fn sweep(&self, b: &[T], x: &mut [T], forward: bool) {
        let n = x.len();
        for k in 0..n {
            let j = if forward { k } else { n - 1 - k };
            let (places, entries) = self.a.col(j);
            let mut sum = b[j];
            for (&i, &a) in places.iter().zip(entries) {
                sum -= a.conjugate() * x[i as usize];
            }
            let change = sum.scaled(self.inverse[j]);
            x[j] += change;
        }
    }

    /// x plus a polynomial of degree 3 in `D\A` times the residual.
    fn chebyshev(&self, b: &[T], x: &mut [T], r: &mut [T], d: &mut [T]) {
        let (high, low) = (1.1 * self.radius, self.radius / 10.0);
        let (centre, half) = ((high + low) / 2.0, (high - low) / 2.0);
        let sigma = centre / half;
        let mut rho = 1.0 / sigma;
        for step in 0..3 {
            self.residual(b, x, r);
            let next = 1.0 / (2.0 * sigma - rho);
            let (keep, add) = match step {
                0 => (0.0, 1.0 / centre),
                _ => (rho * next, 2.0 * next / half),
            };
            if step > 0 {
                rho = next;
            }
            for (((d, x), &r), &inverse) in
                d.iter_mut().zip(x.iter_mut()).zip(&*r).zip(&self.inverse)
            {
                *d = d.scaled(keep) + r.scaled(add * inverse);
                *x += *d;
            }
        }
    }
}

impl<T: factor::Field + Entry> Amg<T> {
    /// The orders of the matrices, finest first.
    pub fn sizes(&self) -> Vec<usize> {
        self.levels.iter().map(|l| l.a.cols()).collect()
    }

    /// The entries of all matrices over those of the finest.
    pub fn complexity(&self) -> f64 {
        let all: usize = self.levels.iter().map(|l| l.a.nnz()).sum();
        all as f64 / self.levels[0].a.nnz().max(1) as f64
    }

    fn smooth(&self, level: &Level<T>, s: &mut Scratch<T>, before: bool) {
        for _ in 0..self.options.sweeps {
            match self.options.smoother {
                Smoother::GaussSeidel => level.sweep(&s.b, &mut s.x, before),
                Smoother::Chebyshev => level.chebyshev(&s.b, &mut s.x, &mut s.r, &mut s.d),
            }
        }
    }

    /// From b to x of the first of the levels.
    fn cycle(&self, levels: &[Level<T>], scratch: &mut [Scratch<T>]) -> Result<()> {
        let (Some((level, coarser)), Some((s, rest))) =
            (levels.split_first(), scratch.split_first_mut())
        else {
            return Ok(());
        };
        let Some(p) = &level.prolongation else {
            return self.coarsest(level, s);
        };
        s.x.fill(T::ZERO);
        self.smooth(level, s, true);
        level.residual(&s.b, &s.x, &mut s.r);
        p.adjoint_times_vector(&s.r, &mut rest[0].b);
        self.cycle(coarser, rest)?;
        p.times_vector(&rest[0].x, &mut s.r);
        s.x.iter_mut().zip(&s.r).for_each(|(x, &c)| *x += c);
        self.smooth(level, s, false);
        Ok(())
    }

    fn coarsest(&self, level: &Level<T>, s: &mut Scratch<T>) -> Result<()> {
        if let Some(inverse) = &self.coarse {
            return inverse.apply(&s.b, &mut s.x);
        }
        s.x.fill(T::ZERO);
        for forward in [true, false, true, false] {
            level.sweep(&s.b, &mut s.x, forward);
        }
        Ok(())
    }
}

impl<T: factor::Field + Entry> Operator<T> for Amg<T> {
    fn rows(&self) -> usize {
        self.levels[0].a.rows()
    }

    fn cols(&self) -> usize {
        self.levels[0].a.cols()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        scratch[0].b.copy_from_slice(x);
        self.cycle(&self.levels, &mut scratch)?;
        y.copy_from_slice(&scratch[0].x);
        Ok(())
    }

    /// The cycle is Hermitian.
    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> Result<()> {
        self.apply(x, y)
    }
}
