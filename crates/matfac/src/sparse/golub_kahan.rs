//! Singular triplets from a Krylov basis on both sides: block Golub–Kahan–Lanczos bidiagonalisation with thick restarts.
//!
//! `A*V = U*B` and `A'*U = V*B' + N*C`, V and U orthonormal, B upper triangular. Singular values come from B itself, not
//! from squares, so that small ones are as accurate, relative to the largest, as the dense decomposition has them. Restarts,
//! the next block N and its enlargement by random vectors are as in `krylov_schur.rs`. References: Baglama & Reichel (2005),
//! SIAM J. Sci. Comput. 27; Hernández, Román & Tomás (2008), ETNA 31.

use super::basis::{self, orthogonalise};
use super::krylov_schur::{Course, DEPTH, Next, Verdict, kept, require_finite};
use super::spectral::Spectral;
use super::tall;
use crate::data::{Monitor, Step};
use crate::error::Result;
use crate::factor::{SvdForm, svd};
use crate::linalg::{Dense, Operator, Random, memory};

/// Both bases, the map between them, and the next block of V.
struct Bidiagonal<'a, T> {
    a: &'a dyn Operator<T>,
    /// n×(p + b): V, then N.
    v: Vec<T>,
    /// m×p.
    u: Vec<T>,
    /// p×p.
    b: Dense<T>,
    /// b×p.
    coupling: Dense<T>,
    size: usize,
    block: usize,
    largest: f64,
    random: Random,
    products: usize,
}

/// What an iteration ended with; the triplets by descending singular values.
pub(super) struct Triplets<T> {
    pub u: Dense<T>,
    pub s: Vec<f64>,
    pub v: Dense<T>,
    pub converged: usize,
    /// Whether the space had no room for more.
    pub exhausted: bool,
    pub history: Vec<f64>,
    pub products: usize,
}

impl<T: Spectral> Bidiagonal<'_, T> {
    /// Adds blocks until V has at least `size` columns, or the space is about to be exhausted.
    fn expand_to(&mut self, size: usize, monitor: &Monitor) -> Result<()> {
        let (m, n) = (self.a.rows(), self.a.cols());
        memory::entries::<T>(m + n, size + 2 * self.block)?;
        while self.size < size && self.size + 2 * self.block <= n {
            monitor.interrupt.check()?;
            self.expand()?;
        }
        Ok(())
    }

    fn expand(&mut self) -> Result<()> {
        let (m, n, b, p) = (self.a.rows(), self.a.cols(), self.block, self.size);
        let next = Dense::from_vec(n, b, self.v[p * n..].to_vec());
        let mut image = Dense::zeros(m, b);
        self.a.apply_block(&next, &mut image)?;
        require_finite(&image)?;
        (0..b).for_each(|j| self.largest = self.largest.max(T::euclidean(image.col(j))));
        let floor = 8.0 * f64::EPSILON * self.largest;
        let mut image = image.into_vec();
        let split = orthogonalise(&self.u, &mut image, m, floor, &mut self.random);
        let fresh = Dense::from_vec(m, b, image);
        let mut back = Dense::zeros(n, b);
        self.a.apply_adjoint_block(&fresh, &mut back)?;
        require_finite(&back)?;
        self.products += b;
        self.u.extend_from_slice(fresh.as_slice());
        let mut back = back.into_vec();
        let rest = orthogonalise(&self.v, &mut back, n, floor, &mut self.random);
        self.v.extend_from_slice(&back);
        self.size = p + b;
        let mut square = Dense::zeros(p + b, p + b);
        for j in 0..p {
            square.col_mut(j)[..p].copy_from_slice(self.b.col(j));
        }
        for j in 0..b {
            square.col_mut(p + j)[..p].copy_from_slice(split.coefficients.col(j));
            square.col_mut(p + j)[p..].copy_from_slice(split.factor.col(j));
        }
        self.b = square;
        self.coupling = Dense::from_fn(b, p + b, |i, j| match j < p {
            true => T::ZERO,
            false => rest.factor[(i, j - p)],
        });
        Ok(())
    }

    /// `‖C*z‖`, the norm of `A'*u - v*s` for `u = U*z`.
    fn residual(&self, z: &[T]) -> f64 {
        let row = |i| (0..self.size).map(|j| self.coupling[(i, j)] * z[j]).sum();
        T::euclidean(&(0..self.block).map(row).collect::<Vec<T>>())
    }

    fn restart(&mut self, left: &Dense<T>, s: &[f64], right: &Dense<T>) {
        let (m, n, q) = (self.a.rows(), self.a.cols(), s.len());
        let mut v = tall::times(&self.v[..n * self.size], right.view(), n);
        v.extend_from_slice(&self.v[n * self.size..]);
        self.u = tall::times(&self.u, left.view(), m);
        self.coupling = basis::small_product(&self.coupling, left);
        self.b = Dense::from_fn(q, q, |i, j| if i == j { T::of(s[i]) } else { T::ZERO });
        (self.v, self.size) = (v, q);
    }

    fn inject(&mut self, count: usize) {
        let n = self.a.cols();
        let mut extra = vec![T::ZERO; n * count];
        basis::fill(&mut extra, &mut self.random);
        orthogonalise(&self.v, &mut extra, n, 0.0, &mut self.random);
        self.v.extend_from_slice(&extra);
        let old = self.block;
        self.block += count;
        self.coupling = Dense::from_fn(self.block, self.size, |i, j| match i < old {
            true => self.coupling[(i, j)],
            false => T::ZERO,
        });
    }
}

/// The k largest (or smallest) singular triplets of an m×n map, m ≥ n, to residuals of `tol` times the largest.
pub(super) fn triplets<T: Spectral>(
    a: &dyn Operator<T>,
    course: Course,
    smallest: bool,
    tol: f64,
    seed: u64,
    monitor: &Monitor,
) -> Result<Triplets<T>> {
    let (m, n) = (a.rows(), a.cols());
    let Course { k, max_iter, task, block, mut size, .. } = course;
    let mut random = Random::seeded(seed);
    let mut v = vec![T::ZERO; n * block];
    basis::fill(&mut v, &mut random);
    orthogonalise(&[], &mut v, n, 0.0, &mut random);
    let empty = || Dense::zeros(0, 0);
    let mut state = Bidiagonal {
        a,
        v,
        u: Vec::new(),
        b: empty(),
        coupling: empty(),
        size: 0,
        block,
        largest: 0.0,
        random,
        products: 0,
    };
    let (mut history, mut verdict) = (Vec::new(), Verdict::default());
    for iteration in 1.. {
        let mut last = course.is_last(state.expand_to(size, monitor), state.size)?;
        let f = svd(&state.b, SvdForm::Economy)?;
        let largest = f.s.first().copied().unwrap_or(0.0);
        let order: Vec<usize> =
            if smallest { (0..state.size).rev().collect() } else { (0..state.size).collect() };
        let ratio = |&j: &usize| match state.residual(f.u.col(j)) {
            0.0 => 0.0,
            residual => residual / (tol * largest),
        };
        let ratios: Vec<f64> = order[..k].iter().map(ratio).collect();
        let worst = ratios.iter().copied().fold(0.0, f64::max);
        history.push(worst);
        let converged = ratios.iter().filter(|&&x| x <= 1.0).count();
        let values: Vec<f64> = order[..k].iter().map(|&j| f.s[j]).collect();
        let next =
            verdict.judge(&values, converged == k, |x, y| (x - y).abs() <= 4.0 * tol * largest);
        let exhausted = state.size + 3 * state.block > n;
        let step = Step { task, iteration, max_iter, objective: worst };
        last |= course.is_last(monitor.step(step), state.size)?;
        last |= matches!(next, Next::Finish) || iteration >= max_iter || exhausted;
        let columns = |a: &Dense<T>, places: &[usize]| {
            Dense::from_fn(a.rows(), places.len(), |i, j| a[(i, places[j])])
        };
        if last {
            let mut wanted = order[..k].to_vec();
            wanted.sort_unstable();
            let (left, right) = (columns(&f.u, &wanted), columns(&f.v, &wanted));
            let u = Dense::from_vec(m, k, tall::times(&state.u, left.view(), m));
            let v = tall::times(&state.v[..n * state.size], right.view(), n);
            let s = wanted.iter().map(|&j| f.s[j]).collect();
            let v = Dense::from_vec(n, k, v);
            let products = state.products;
            return Ok(Triplets { u, s, v, converged, exhausted, history, products });
        }
        let places = &order[..kept(k, state.size)];
        let s: Vec<f64> = places.iter().map(|&j| f.s[j]).collect();
        state.restart(&columns(&f.u, places), &s, &columns(&f.v, places));
        if matches!(next, Next::Verify) {
            state.inject(state.block);
            size = size.max(state.size + DEPTH * state.block);
        }
    }
    unreachable!("the loop ends at the limit")
}
