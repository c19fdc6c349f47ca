//! A Krylov basis that is restarted without losing what it found: block Krylov–Schur, which for Hermitian maps is the
//! thick-restart Lanczos method.
//!
//! `A*V = V*H + N*C` with n×p orthonormal V, the next block N orthogonal to it and C the coupling. H is kept in full and
//! every new block is orthogonalised against all vectors, so that one relation covers the start, restarts by Schur vectors
//! (Stewart 2001) or Ritz vectors (Wu & Simon 2000), and blocks of random vectors that are joined to N. Such a block joins
//! when all that is wanted has converged: copies of multiple eigenvalues beyond the block size, and whatever the start was
//! orthogonal to, would be missed otherwise; the iteration ends when what it brings changes nothing.

use super::basis::{self, orthogonalise, orthogonalise_knowing};
use super::spectral::Spectral;
use super::tall;
use crate::data::Monitor;
use crate::error::{Error, Result};
use crate::linalg::{Dense, Operator, Random, memory};

/// The basis, what is known of the map in it, and the next block.
pub(super) struct Krylov<'a, T> {
    map: &'a dyn Operator<T>,
    n: usize,
    /// n×(p + b): V, then N.
    v: Vec<T>,
    /// Leading p×p: H; below it, b×p: C.
    h: Dense<T>,
    size: usize,
    block: usize,
    /// The largest norm of an image so far: beside it, rounding errors are no directions.
    largest: f64,
    is_hermitian: bool,
    pub random: Random,
    /// Products with a vector.
    pub products: usize,
}

impl<'a, T: Spectral> Krylov<'a, T> {
    /// A basis that will start with `start`, n×b, made orthonormal.
    pub fn new(
        map: &'a dyn Operator<T>,
        mut start: Vec<T>,
        is_hermitian: bool,
        seed: u64,
    ) -> Krylov<'a, T> {
        let n = map.cols();
        let mut random = Random::seeded(seed);
        orthogonalise(&[], &mut start, n, 0.0, &mut random);
        let block = tall::columns(&start, n);
        let h = Dense::zeros(0, 0);
        Krylov {
            map,
            n,
            v: start,
            h,
            size: 0,
            block,
            largest: 0.0,
            is_hermitian,
            random,
            products: 0,
        }
    }

    /// Vectors in V.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Vectors in the next block.
    pub fn block(&self) -> usize {
        self.block
    }

    /// Adds blocks until V has at least `size` columns, or the space is about to be exhausted.
    pub fn expand_to(&mut self, size: usize, monitor: &Monitor) -> Result<()> {
        memory::entries::<T>(self.n, size + 2 * self.block)?;
        while self.size < size && self.size + 2 * self.block <= self.n {
            monitor.interrupt.check()?;
            self.expand()?;
        }
        Ok(())
    }

    fn expand(&mut self) -> Result<()> {
        let (n, b, p) = (self.n, self.block, self.size);
        let next = Dense::from_vec(n, b, self.v[p * n..].to_vec());
        let mut image = Dense::zeros(n, b);
        self.map.apply_block(&next, &mut image)?;
        self.products += b;
        require_finite(&image)?;
        for j in 0..b {
            self.largest = self.largest.max(T::euclidean(image.col(j)));
        }
        let mut image = image.into_vec();
        let floor = 8.0 * f64::EPSILON * self.largest;
        let split = if self.is_hermitian {
            let known = self.known(&next, &image);
            orthogonalise_knowing(&self.v, &mut image, n, known, floor, &mut self.random)
        } else {
            orthogonalise(&self.v, &mut image, n, floor, &mut self.random)
        };
        let size = p + b;
        let mut h = Dense::zeros(size + b, size);
        for j in 0..p {
            h.col_mut(j)[..size].copy_from_slice(&self.h.col(j)[..size]);
        }
        for j in 0..b {
            h.col_mut(p + j)[..size].copy_from_slice(split.coefficients.col(j));
            h.col_mut(p + j)[size..].copy_from_slice(split.factor.col(j));
        }
        self.h = h;
        self.v.extend_from_slice(&image);
        self.size = size;
        Ok(())
    }

    /// `[V N]'*A*N` of a Hermitian map: the coupling, and what N gives itself.
    fn known(&self, next: &Dense<T>, image: &[T]) -> Dense<T> {
        let own = tall::cross(next.as_slice(), image, self.n);
        Dense::from_fn(self.size + self.block, self.block, |i, j| match i < self.size {
            true => self.h[(self.size + j, i)].conjugate(),
            false => own[(i - self.size, j)],
        })
    }

    /// H, p×p.
    pub fn projected(&self) -> Dense<T> {
        Dense::from_view(self.h.view().subrows(0, self.size))
    }

    /// C, b×p.
    pub fn coupling(&self) -> Dense<T> {
        Dense::from_view(self.h.view().subrows(self.size, self.block))
    }

    /// Whether there is hardly room for another block.
    pub fn is_exhausted(&self) -> bool {
        self.size + 3 * self.block > self.n
    }

    /// `‖C*z‖`, the norm of `A*x - x*theta` for `x = V*z` with `H*z = z*theta`.
    pub fn residual(&self, z: &[T]) -> f64 {
        let c = self.h.view().subrows(self.size, self.block);
        let parts: Vec<T> =
            (0..self.block).map(|i| (0..self.size).map(|j| c[(i, j)] * z[j]).sum()).collect();
        T::euclidean(&parts)
    }

    /// `V*z`, n×q.
    pub fn vectors(&self, z: &Dense<T>) -> Dense<T> {
        Dense::from_vec(
            self.n,
            z.cols(),
            tall::times(&self.v[..self.n * self.size], z.view(), self.n),
        )
    }

    /// Keeps the span of V*z, in which the map is t, and the next block.
    pub fn restart(&mut self, z: &Dense<T>, t: &Dense<T>) {
        let (n, q, b) = (self.n, z.cols(), self.block);
        let mut v = tall::times(&self.v[..n * self.size], z.view(), n);
        v.extend_from_slice(&self.v[n * self.size..]);
        let mut h = Dense::zeros(q + b, q);
        for j in 0..q {
            h.col_mut(j)[..q].copy_from_slice(t.col(j));
            for i in 0..b {
                h[(q + i, j)] =
                    (0..self.size).map(|l| self.h[(self.size + i, l)] * z[(l, j)]).sum();
            }
        }
        (self.v, self.h, self.size) = (v, h, q);
    }

    /// Joins `count` random vectors to the next block, which the vectors of V do not couple with.
    pub fn inject(&mut self, count: usize) {
        let mut extra = vec![T::ZERO; self.n * count];
        basis::fill(&mut extra, &mut self.random);
        orthogonalise(&self.v, &mut extra, self.n, 0.0, &mut self.random);
        self.v.extend_from_slice(&extra);
        self.block += count;
        let h = Dense::from_fn(self.size + self.block, self.size, |i, j| match i < self.h.rows() {
            true => self.h[(i, j)],
            false => T::ZERO,
        });
        self.h = h;
    }
}

/// [`Error::Argument`] when a map that was given finite numbers returned others.
pub(super) fn require_finite<T: Spectral>(image: &Dense<T>) -> Result<()> {
    match image.as_slice().iter().find_map(|x| x.bad_part()) {
        None => Ok(()),
        Some(value) => {
            Err(Error::argument("A", format!("A*x has an entry {value}, though x is finite")))
        }
    }
}

/// How an iteration is steered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Course {
    /// How many eigenvalues are wanted.
    pub k: usize,
    /// Vectors in a block.
    pub block: usize,
    /// Vectors in the basis at a restart.
    pub size: usize,
    /// The most restarts.
    pub max_iter: usize,
    /// What reports are named after.
    pub task: &'static str,
    /// Whether an interrupt ends the iteration with what was found, once there is room for k values.
    pub keep_last: bool,
}

impl Course {
    /// Whether `step` was stopped by an interrupt after which the iterate, from a basis of `size` vectors, is kept.
    pub fn is_last(&self, step: Result<()>, size: usize) -> Result<bool> {
        match step {
            Err(Error::Interrupted) if self.keep_last && size >= self.k => Ok(true),
            step => step.map(|()| false),
        }
    }
}

/// What an iteration on a restarted basis ended with.
#[derive(Debug)]
pub(super) struct Found<V, T> {
    /// The k wanted values, in the order of preference.
    pub values: Vec<V>,
    /// Their vectors, n×k.
    pub vectors: Dense<T>,
    /// How many met the tolerance.
    pub converged: usize,
    /// The largest residual of a wanted pair, as a multiple of its tolerance, at each restart.
    pub history: Vec<f64>,
    /// Products with a vector.
    pub products: usize,
}

/// Watches for the end: all wanted values have converged, twice, with random vectors joined in between that changed none.
#[derive(Debug)]
pub(super) struct Verdict<V> {
    before: Option<Vec<V>>,
}

impl<V> Default for Verdict<V> {
    fn default() -> Verdict<V> {
        Verdict { before: None }
    }
}

/// What follows a restart.
#[derive(Debug)]
pub(super) enum Next {
    /// Not all has converged.
    Continue,
    /// All has; whether anything was missed is to be seen.
    Verify,
    /// Nothing was missed.
    Finish,
}

impl<V: Clone> Verdict<V> {
    /// What follows a restart with these wanted values.
    pub fn judge(&mut self, values: &[V], converged: bool, same: impl Fn(&V, &V) -> bool) -> Next {
        if !converged {
            self.before = None;
            return Next::Continue;
        }
        let before = self.before.replace(values.to_vec());
        match before {
            Some(before) if before.iter().zip(values).all(|(x, y)| same(x, y)) => Next::Finish,
            _ => Next::Verify,
        }
    }
}

/// Steps in which joined random vectors have to show what was missed: a copy that is apart from what follows by a
/// twentieth of the spread of the spectrum then stands out by 1e4.
pub(super) const DEPTH: usize = 12;

/// How many vectors survive a restart: beside the wanted ones a good part of the others, which speeds those up most.
pub(super) fn kept(k: usize, size: usize) -> usize {
    (k + (size - k) / 3).max(k + 1).min(size.saturating_sub(1)).max(1)
}

/// The k eigenvalues that `order` puts first, and vectors, of a Hermitian map. `order` gets ascending values and returns
/// their places by preference; `tol(value, largest)` is the residual allowed. Nothing where a wanted value is `lost`.
pub(super) fn hermitian<T: Spectral>(
    krylov: &mut Krylov<'_, T>,
    course: Course,
    order: &dyn Fn(&[f64]) -> Vec<usize>,
    tol: &dyn Fn(f64, f64) -> f64,
    lost: &dyn Fn(f64, f64) -> bool,
    monitor: &Monitor,
) -> Result<Option<Found<f64, T>>> {
    let Course { k, max_iter, task, .. } = course;
    let mut size = course.size;
    let mut history = Vec::new();
    let mut verdict = Verdict::default();
    for iteration in 1.. {
        let mut last = course.is_last(krylov.expand_to(size, monitor), krylov.size())?;
        let e = T::hermitian(&krylov.projected())?;
        let places = order(&e.values);
        let largest = e.values.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let wanted = &places[..k.min(places.len())];
        if wanted.iter().any(|&j| lost(e.values[j], largest)) {
            return Ok(None);
        }
        let ratio = |&j: &usize| {
            let residual = krylov.residual(e.vectors.col(j));
            if residual == 0.0 { 0.0 } else { residual / tol(e.values[j], largest) }
        };
        let ratios: Vec<f64> = wanted.iter().map(ratio).collect();
        let worst = ratios.iter().copied().fold(0.0, f64::max);
        history.push(worst);
        let converged = ratios.iter().filter(|&&x| x <= 1.0).count();
        let values: Vec<f64> = wanted.iter().map(|&j| e.values[j]).collect();
        let same = |x: &f64, y: &f64| {
            (x - y).abs() <= 4.0 * tol(*x, largest).max(16.0 * f64::EPSILON * largest)
        };
        let next = verdict.judge(&values, converged == k, same);
        let step = crate::data::Step { task, iteration, max_iter, objective: worst };
        last |= course.is_last(monitor.step(step), krylov.size())?;
        last |= matches!(next, Next::Finish) || iteration >= max_iter || krylov.is_exhausted();
        if last {
            let z = chosen(&e.vectors, wanted);
            let vectors = krylov.vectors(&z);
            let products = krylov.products;
            return Ok(Some(Found { values, vectors, converged, history, products }));
        }
        let keep = kept(k, krylov.size());
        let places = &places[..keep.min(places.len())];
        let t = Dense::from_fn(places.len(), places.len(), |i, j| match i == j {
            true => T::of(e.values[places[i]]),
            false => T::ZERO,
        });
        krylov.restart(&chosen(&e.vectors, places), &t);
        if matches!(next, Next::Verify) {
            krylov.inject(krylov.block());
            size = size.max(krylov.size() + DEPTH * krylov.block());
        }
    }
    unreachable!("the loop ends at the limit")
}

fn chosen<T: Copy>(a: &Dense<T>, places: &[usize]) -> Dense<T> {
    Dense::from_fn(a.rows(), places.len(), |i, j| a[(i, places[j])])
}
