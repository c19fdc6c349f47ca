//! Leading components of large data from a block Krylov space of a random start.
//!
//! Method: on the shorter side of the data A, the span of X, (A'*A)*X, (A'*A)²*X … for random X is kept whole, and the best
//! vectors in it are taken (Rayleigh–Ritz) once their residuals are small: far fewer products with A than by powers alone, in
//! blocks wide enough that each reads A once for many vectors. The images under A are kept too, so that the scores cost no
//! further product. References: Musco & Musco (2015), NIPS 28; Halko, Martinsson, Shkolnisky & Tygert (2011), SIAM J. Sci.
//! Comput. 33. Cost: 4nd flops for each vector of the space.

use crate::data::{End, Monitor, Step};
use crate::error::{Error, Result};
use crate::factor::svd::scale_columns;
use crate::factor::{QrOptions, eig_symmetric, qr};
use crate::linalg::product::{multiply, multiply_into, multiply_with};
use crate::linalg::{Matrix, Operator, Random};

/// The residual of a triplet that is good enough, beside the largest singular value.
const TOLERANCE: f64 = 1e-4;

/// The k largest singular values of a map, with what belongs to them.
pub(super) struct Leading {
    /// Descending.
    pub s: Vec<f64>,
    /// Right singular vectors, d×k.
    pub axes: Matrix,
    /// `A*axes`, n×k.
    pub scores: Matrix,
    /// Whether all residuals are small; an interrupt keeps what was found by then.
    pub end: End,
    /// The largest residual beside what is allowed, each time it was looked at.
    pub history: Vec<f64>,
}

/// Vectors in a block.
fn width(k: usize) -> usize {
    (k / 2 + 2).clamp(6, 40)
}

/// Whether the shorter side r has room for the space.
pub(super) fn has_room(r: usize, k: usize) -> bool {
    r > 100 && 4 * (k + 2 * width(k)) <= r
}

/// The space so far.
struct Space<'a> {
    map: &'a dyn Operator<f64>,
    is_wide: bool,
    /// Orthonormal, r×p, on the shorter side.
    basis: Matrix,
    /// The map's images of them.
    images: Matrix,
    /// `images'*images`, p×p.
    projected: Matrix,
    /// The next block, r×b, orthogonal to the basis, and how it couples with the last one, b×b.
    next: Matrix,
    coupling: Matrix,
}

/// Finds them; the caller sees to it that there is room. [`Error::Interrupted`] before there are k vectors.
pub(super) fn leading(
    map: &dyn Operator<f64>,
    k: usize,
    seed: u64,
    monitor: &Monitor,
) -> Result<Leading> {
    let (n, d) = (map.rows(), map.cols());
    let r = n.min(d);
    let b = width(k);
    let most = (r / 2).min(20 * k + 300);
    let mut space = Space::new(map, b, seed)?;
    let mut history = Vec::new();
    let mut look = k + b;
    loop {
        let mut stopped = monitor.interrupt.is_set();
        match (stopped, history.is_empty()) {
            (false, _) => space.grow()?,
            (true, true) => return Err(Error::Interrupted),
            // The space is as large as when it was looked at, or larger.
            (true, false) => {}
        }
        let p = space.basis.cols();
        let last = stopped || p + b > most;
        if p < look && !last {
            continue;
        }
        look = p + (p / 4).max(b);
        let e = eig_symmetric(&space.projected, true)?;
        let z = Matrix::from_fn(p, k, |i, j| e.vectors[(i, p - 1 - j)]);
        let values: Vec<f64> = e.values.iter().rev().take(k).map(|v| v.max(0.0)).collect();
        let worst = space.worst(&z, &values)?;
        history.push(worst);
        let step = Step { task: "pca", iteration: p / b, max_iter: most / b, objective: worst };
        stopped |= !monitor.goes_on(step);
        let end = match worst <= 1.0 {
            true => End::Converged,
            false if stopped => End::Interrupted,
            false if last => End::Limit,
            false => continue,
        };
        return space.found(&z, &values, end, history);
    }
}

impl<'a> Space<'a> {
    fn new(map: &'a dyn Operator<f64>, b: usize, seed: u64) -> Result<Space<'a>> {
        let (n, d) = (map.rows(), map.cols());
        let r = n.min(d);
        let start = Matrix::from_vec(r, b, Random::seeded(seed).normals(r * b));
        Ok(Space {
            map,
            is_wide: n < d,
            basis: Matrix::zeros(r, 0),
            images: Matrix::zeros(n.max(d), 0),
            projected: Matrix::zeros(0, 0),
            next: orthonormal(&start)?.0,
            coupling: Matrix::zeros(b, b),
        })
    }

    /// Takes the next block into the basis, and makes another.
    fn grow(&mut self) -> Result<()> {
        let (r, b) = (self.next.rows(), self.next.cols());
        let mut image = Matrix::zeros(self.images.rows(), b);
        let mut back = Matrix::zeros(r, b);
        if self.is_wide {
            self.map.apply_adjoint_block(&self.next, &mut image)?;
            self.map.apply_block(&image, &mut back)?;
        } else {
            self.map.apply_block(&self.next, &mut image)?;
            self.map.apply_adjoint_block(&image, &mut back)?;
        }
        join(&mut self.basis, &self.next);
        join(&mut self.images, &image);
        let coefficients = multiply_with(&self.basis, true, &back, false)?;
        let p = self.basis.cols();
        let (old, first) = (&self.projected, p - b);
        self.projected = Matrix::from_fn(p, p, |i, j| match (i < first, j < first) {
            (true, true) => old[(i, j)],
            (false, true) => coefficients[(j, i - first)],
            _ => coefficients[(i, j - first)],
        });
        multiply_into(&mut back, 1.0, -1.0, &self.basis, false, &coefficients, false);
        self.clear(&mut back)?;
        let (mut next, coupling) = orthonormal(&back)?;
        // Where the block had lost its rank, directions are rounding errors and not orthogonal to the basis.
        self.clear(&mut next)?;
        self.next = orthonormal(&next)?.0;
        self.coupling = coupling;
        Ok(())
    }

    /// Takes what the basis has out of a block.
    fn clear(&self, block: &mut Matrix) -> Result<()> {
        let rest = multiply_with(&self.basis, true, block, false)?;
        multiply_into(block, 1.0, -1.0, &self.basis, false, &rest, false);
        Ok(())
    }

    /// The largest residual beside what is allowed: that of `A'*A`, divided by the singular value.
    fn worst(&self, z: &Matrix, values: &[f64]) -> Result<f64> {
        let (p, b) = (z.rows(), self.coupling.cols());
        let tail = Matrix::from_fn(b, z.cols(), |i, j| z[(p - b + i, j)]);
        let off = multiply(&self.coupling, &tail)?;
        let allowed = |v: f64| TOLERANCE * (v * values[0]).sqrt();
        let ratio = |(j, &v): (usize, &f64)| {
            let residual = crate::linalg::norm::euclidean(off.col(j));
            if residual <= f64::EPSILON * values[0] { 0.0 } else { residual / allowed(v) }
        };
        Ok(values.iter().enumerate().map(ratio).fold(0.0, f64::max))
    }

    fn found(&self, z: &Matrix, values: &[f64], end: End, history: Vec<f64>) -> Result<Leading> {
        let s: Vec<f64> = values.iter().map(|v| v.sqrt()).collect();
        let (own, images) = (multiply(&self.basis, z)?, multiply(&self.images, z)?);
        let (axes, scores) = match self.is_wide {
            // Normalised by reflections, which find directions for singular values of 0 too.
            true => (orthonormal(&images)?.0, scale_columns(own, &s)),
            false => (own, images),
        };
        Ok(Leading { s, axes, scores, end, history })
    }
}

/// Q and R of a block, with a diagonal of R that is not negative.
fn orthonormal(block: &Matrix) -> Result<(Matrix, Matrix)> {
    let f = qr(block, QrOptions { economy: true, pivot: false, positive: true })?;
    Ok((f.q, f.r))
}

/// Appends columns.
fn join(a: &mut Matrix, columns: &Matrix) {
    let count = a.cols() + columns.cols();
    let mut all = std::mem::take(a).into_vec();
    all.extend_from_slice(columns.as_slice());
    *a = Matrix::from_vec(columns.rows(), count, all);
}
