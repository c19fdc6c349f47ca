//! Randomized singular value decomposition: a random sketch of the range, sharpened by powers of A*A'.
//!
//! Method: `Y = A*X` for k + oversample random columns X, X being replaced by an orthonormal basis of `A'*A*X` until the
//! estimates of the wanted values settle, or `power` times; then the decomposition of A in the span of Y. Bases are made by
//! Cholesky-QR on the shorter side alone. A flat spectrum, on which a fixed small number of steps underestimates, takes more
//! of them. References: Halko, Martinsson & Tropp (2011), SIAM Review 53; Musco & Musco (2015), NIPS 28, for the bounds.
//! Cost: 4·nnz·(k + oversample) flops a step.

use super::basis::{self, orthogonalise};
use super::gram::SparseGram;
use super::maps::{Adjoint, Gram};
use super::spectral::Spectral;
use super::svds::{Truncated, check_count, from_right};
use crate::data::{Monitor, Step};
use crate::error::Result;
use crate::factor::svd::fix_signs;
use crate::linalg::{Dense, Operator, Random, Sparse};

/// How the sketch is made.
#[derive(Debug, Clone, PartialEq)]
pub struct RsvdOptions {
    /// Columns of the sketch beyond k.
    pub oversample: usize,
    /// Steps of the power iteration; as many as it takes for the values to settle when not given.
    pub power: Option<usize>,
    /// The relative change of a step below which a value has settled.
    pub tol: f64,
    /// The most steps.
    pub max_iter: usize,
    /// The seed of the sketch.
    pub seed: u64,
}

impl Default for RsvdOptions {
    fn default() -> RsvdOptions {
        RsvdOptions { oversample: 10, power: None, tol: 3e-3, max_iter: 100, seed: 0 }
    }
}

/// The k largest singular triplets of an m×n map, approximately; the residuals tell how well. With a given `power` it counts
/// as converged.
///
/// Errors: as [`super::svds()`].
pub fn rsvd<T: Spectral>(
    a: &dyn Operator<T>,
    k: usize,
    options: &RsvdOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    T::rsvd(a, k, options, monitor)
}

/// [`rsvd`] of a sparse matrix. Also [`crate::Error::NonFinite`].
pub fn rsvd_sparse<T: Spectral>(
    a: &Sparse<T>,
    k: usize,
    options: &RsvdOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    T::rsvd_sparse(a, k, options, monitor)
}

pub(super) fn decompose<T: Spectral>(
    a: &dyn Operator<T>,
    k: usize,
    options: &RsvdOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    check_count("rsvd", k, a.rows(), a.cols())?;
    let wide = a.rows() < a.cols();
    let adjoint = Adjoint(a);
    let tall: &dyn Operator<T> = if wide { &adjoint } else { a };
    sketched(tall, &Gram { a: tall, scale: 1.0 }, wide, k, options, monitor)
}

pub(super) fn decompose_sparse<T: Spectral>(
    a: &Sparse<T>,
    k: usize,
    options: &RsvdOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    check_count("rsvd", k, a.rows(), a.cols())?;
    a.require_finite("rsvd")?;
    let wide = a.rows() < a.cols();
    if wide {
        return sketched(&Adjoint(a), &SparseGram::new(a, true, 1.0), wide, k, options, monitor);
    }
    let rows = a.transposed();
    sketched(a, &SparseGram::new(&rows, false, 1.0), wide, k, options, monitor)
}

/// Of a map with at least as many rows as columns, and its `A'*A`.
fn sketched<T: Spectral>(
    a: &dyn Operator<T>,
    gram: &dyn Operator<T>,
    wide: bool,
    k: usize,
    options: &RsvdOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    let n = a.cols();
    let width = (k + options.oversample).min(n);
    let mut random = Random::seeded(options.seed);
    let mut x = vec![T::ZERO; n * width];
    basis::fill(&mut x, &mut random);
    orthogonalise(&[], &mut x, n, 0.0, &mut random);
    let mut x = Dense::from_vec(n, width, x);
    let (mut before, mut history): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    let limit = options.power.unwrap_or(options.max_iter);
    let mut settled = options.power.is_some();
    for iteration in 1..=limit {
        let mut image = Dense::zeros(n, width);
        gram.apply_block(&x, &mut image)?;
        super::krylov_schur::require_finite(&image)?;
        let mut image = image.into_vec();
        let split = orthogonalise(&[], &mut image, n, 0.0, &mut random);
        x = Dense::from_vec(n, width, image);
        let values = crate::factor::singular_values(&split.factor)?;
        let change =
            |(new, old): (&f64, &f64)| ((new - old) / new.max(f64::MIN_POSITIVE)).abs() / 2.0;
        let worst = match before.is_empty() {
            true => 1.0,
            false => values[..k].iter().zip(&before).map(change).fold(0.0, f64::max),
        };
        before = values;
        history.push(worst);
        monitor.step(Step { task: "rsvd", iteration, max_iter: limit, objective: worst })?;
        if options.power.is_none() && worst <= options.tol {
            settled = true;
            break;
        }
    }
    let part = from_right(a, &x)?;
    let mut part = Truncated {
        u: part.u.columns(0, k),
        s: part.s[..k].to_vec(),
        v: part.v.columns(0, k),
        residuals: part.residuals[..k].to_vec(),
        converged: settled,
        products: width * (history.len() + 2),
        history,
    };
    if wide {
        std::mem::swap(&mut part.u, &mut part.v);
    }
    fix_signs(&mut part.v, Some(&mut part.u), k);
    Ok(part)
}
