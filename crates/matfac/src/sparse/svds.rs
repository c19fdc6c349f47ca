//! The largest (or smallest) singular triplets of a large matrix, without the whole decomposition.
//!
//! Method: block thick-restart Lanczos (`krylov_schur.rs`) on `A'*A`, on the shorter side, as long as the wanted values are
//! not small beside the largest: then nothing is kept of the longer side, and the work is in the products with A. The
//! triplets come from the decomposition of `A*V`, and their residuals are computed. Where squares lose what is asked for,
//! block Golub–Kahan–Lanczos with thick restarts (`golub_kahan.rs`). Where the basis would be a good part of the space,
//! the dense decomposition.

use super::basis::{self, orthogonalise};
use super::golub_kahan;
use super::gram::SparseGram;
use super::krylov_schur::{self, Course, Krylov};
use super::maps::{Adjoint, Gram, written_out};
use super::spectral::Spectral;
use super::tall;
use crate::data::Monitor;
use crate::error::{Error, Result, Shape};
use crate::factor::svd::fix_signs;
use crate::factor::{SvdForm, svd};
use crate::linalg::{Dense, Operator, Random, Scalar, Sparse};

/// Which singular values, and how accurate.
#[derive(Debug, Clone, PartialEq)]
pub struct SvdsOptions {
    /// The smallest instead of the largest.
    pub smallest: bool,
    /// The residuals ‖A*v - u*s‖ and ‖A'*u - v*s‖ allowed, relative to the largest singular value.
    pub tol: f64,
    /// The most restarts.
    pub max_iter: usize,
    /// Vectors in the basis before a restart; chosen when not given.
    pub basis: Option<usize>,
    /// Vectors to which A is applied at a time; chosen when not given.
    pub block: Option<usize>,
    /// The seed of the start.
    pub seed: u64,
    /// Whether an interrupt gives the triplets found so far, as soon as there are k, instead of
    /// [`Error::Interrupted`].
    pub keep_last: bool,
}

impl Default for SvdsOptions {
    fn default() -> SvdsOptions {
        SvdsOptions {
            smallest: false,
            tol: 1e-10,
            max_iter: 300,
            basis: None,
            block: None,
            seed: 0,
            keep_last: false,
        }
    }
}

/// Part of a singular value decomposition: k triplets of an m×n matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Truncated<T> {
    /// Left singular vectors, m×k.
    pub u: Dense<T>,
    /// Singular values, descending.
    pub s: Vec<f64>,
    /// Right singular vectors, n×k; in each the entry of largest magnitude is positive.
    pub v: Dense<T>,
    /// The larger of ‖A*v - u*s‖ and ‖A'*u - v*s‖ of each triplet.
    pub residuals: Vec<f64>,
    /// Whether all residuals met the tolerance.
    pub converged: bool,
    /// The largest residual of a wanted triplet, as a multiple of what is allowed, at each restart.
    pub history: Vec<f64>,
    /// Products of A, and of A', with a vector.
    pub products: usize,
}

/// The k largest (or smallest) singular triplets of an m×n map.
///
/// Errors: [`Error::Argument`] for a k of 0 or above min(m, n), or a map that returns NaN; what the map itself fails with;
/// [`Error::TooLarge`]; [`Error::Interrupted`].
pub fn svds<T: Spectral>(
    a: &dyn Operator<T>,
    k: usize,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    T::svds(a, k, options, monitor)
}

/// [`svds`] of a sparse matrix, whose `A'*A` is applied in one pass over it. Also [`Error::NonFinite`].
pub fn svds_sparse<T: Spectral>(
    a: &Sparse<T>,
    k: usize,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    T::svds_sparse(a, k, options, monitor)
}

/// What `A'*A` is made of.
#[derive(Clone, Copy)]
enum Source<'a, T> {
    Map,
    Sparse(&'a Sparse<T>),
}

pub(super) fn decompose<T: Spectral>(
    a: &dyn Operator<T>,
    k: usize,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    oriented(a, Source::Map, k, options, monitor)
}

pub(super) fn decompose_sparse<T: Spectral>(
    a: &Sparse<T>,
    k: usize,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    a.require_finite("svds")?;
    oriented(a, Source::Sparse(a), k, options, monitor)
}

fn oriented<T: Spectral>(
    a: &dyn Operator<T>,
    source: Source<'_, T>,
    k: usize,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    check_count("svds", k, a.rows(), a.cols())?;
    let wide = a.rows() < a.cols();
    let adjoint = Adjoint(a);
    let tall: &dyn Operator<T> = if wide { &adjoint } else { a };
    let mut part = of_tall(tall, source, wide, k, options, monitor)?;
    if wide {
        std::mem::swap(&mut part.u, &mut part.v);
    }
    fix_signs(&mut part.v, Some(&mut part.u), k);
    Ok(part)
}

/// [`Error::Argument`] unless 1 ≤ k ≤ min(m, n).
pub(super) fn check_count(operation: &str, k: usize, m: usize, n: usize) -> Result<()> {
    let (most, shape) = (m.min(n), Shape(m, n));
    if (1..=most).contains(&k) {
        return Ok(());
    }
    let message = match most {
        0 => format!("{operation} needs at least one row and one column; this is {shape}"),
        _ => {
            format!("{operation}: k must lie between 1 and {most} for a {shape} matrix; it is {k}")
        }
    };
    Err(Error::argument("k", message))
}

fn of_tall<T: Spectral>(
    a: &dyn Operator<T>,
    source: Source<'_, T>,
    wide: bool,
    k: usize,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    let n = a.cols();
    let (block, size) = course(k, options);
    if is_small(n, k, options) {
        return dense(a, k, options);
    }
    let course = Course {
        k,
        block,
        size,
        max_iter: options.max_iter.max(1),
        task: "svds",
        keep_last: options.keep_last,
    };
    if !options.smallest {
        let part = through_gram(a, source, wide, course, options, monitor)?;
        if let Some(part) = part {
            return Ok(part);
        }
    }
    let found =
        golub_kahan::triplets(a, course, options.smallest, options.tol, options.seed, monitor)?;
    if found.exhausted && found.converged < k {
        return dense(a, k, options);
    }
    let residuals = residuals(a, &found.u, &found.s, &found.v)?;
    Ok(Truncated {
        u: found.u,
        s: found.s,
        v: found.v,
        residuals,
        converged: found.converged == k,
        history: found.history,
        products: found.products + k,
    })
}

/// Vectors in a block, and in the basis before a restart.
fn course(k: usize, options: &SvdsOptions) -> (usize, usize) {
    let block = options.block.unwrap_or(2).max(1);
    (block, options.basis.unwrap_or(2 * k + 20).max(k + 2 * block))
}

/// Whether a matrix whose shorter side is n is decomposed whole.
pub(super) fn is_small(n: usize, k: usize, options: &SvdsOptions) -> bool {
    n <= 2 * course(k, options).1 || n <= 100
}

/// The triplets through `A'*A`; none where squares lose what is asked for.
fn through_gram<T: Spectral>(
    a: &dyn Operator<T>,
    source: Source<'_, T>,
    wide: bool,
    course: Course,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Option<Truncated<T>>> {
    let (n, tol) = (a.cols(), options.tol);
    let mut random = Random::seeded(options.seed);
    let mut start = vec![T::ZERO; n * course.block];
    basis::fill(&mut start, &mut random);
    let scale = scale_of(a, &start[..n])?;
    let of_map = Gram { a, scale };
    let flipped;
    let of_sparse;
    let gram: &dyn Operator<T> = match source {
        Source::Map => &of_map,
        Source::Sparse(a) => {
            let rows = if wide {
                a
            } else {
                flipped = a.transposed();
                &flipped
            };
            of_sparse = SparseGram::new(rows, wide, scale);
            &of_sparse
        }
    };
    let mut krylov = Krylov::new(gram, start, true, random.seed());
    // ‖A'*u - v*s‖ is the residual of A'*A divided by s.
    let allowed = |value: f64, largest: f64| tol * (value.max(0.0) * largest).sqrt();
    let lost = |value: f64, largest: f64| allowed(value, largest) < 64.0 * f64::EPSILON * largest;
    let descending = |values: &[f64]| (0..values.len()).rev().collect::<Vec<_>>();
    let found =
        krylov_schur::hermitian(&mut krylov, course, &descending, &allowed, &lost, monitor)?;
    let Some(found) = found else { return Ok(None) };
    let mut part = from_right(a, &found.vectors)?;
    let largest = part.s.first().copied().unwrap_or(0.0);
    let good = part.residuals.iter().all(|&r| r <= 2.0 * tol * largest);
    if !good && (found.converged == course.k || krylov.is_exhausted()) {
        return Ok(None);
    }
    part.converged = good;
    part.history = found.history;
    part.products = found.products + 2 * course.k;
    Ok(Some(part))
}

/// A power of two of about the norm of A, from its effect on one vector; 1 when that is ordinary.
fn scale_of<T: Spectral>(a: &dyn Operator<T>, x: &[T]) -> Result<f64> {
    let mut y = vec![T::ZERO; a.rows()];
    a.apply(x, &mut y)?;
    let size = T::euclidean(&y) / T::euclidean(x);
    if !size.is_normal() || (1e-60..1e60).contains(&size) {
        return Ok(1.0);
    }
    Ok(2f64.powi(size.log2().floor().clamp(-1000.0, 1000.0) as i32))
}

/// The triplets in the span of orthonormal n×k V: from the decomposition of A*V, with residuals.
pub(super) fn from_right<T: Spectral>(a: &dyn Operator<T>, v: &Dense<T>) -> Result<Truncated<T>> {
    let (m, k) = (a.rows(), v.cols());
    let mut image = Dense::zeros(m, k);
    a.apply_block(v, &mut image)?;
    krylov_schur::require_finite(&image)?;
    let mut image = image.into_vec();
    let split = orthogonalise(&[], &mut image, m, 0.0, &mut Random::seeded(1));
    let f = svd(&split.factor, SvdForm::Economy)?;
    let u = Dense::from_vec(m, k, tall::times(&image, f.u.view(), m));
    let v = Dense::from_vec(v.rows(), k, tall::times(v.as_slice(), f.v.view(), v.rows()));
    let residuals = residuals(a, &u, &f.s, &v)?;
    Ok(Truncated { u, s: f.s, v, residuals, converged: true, history: Vec::new(), products: 2 * k })
}

/// The larger of ‖A*v - u*s‖ and ‖A'*u - v*s‖ of each triplet.
pub(super) fn residuals<T: Scalar>(
    a: &dyn Operator<T>,
    u: &Dense<T>,
    s: &[f64],
    v: &Dense<T>,
) -> Result<Vec<f64>> {
    let mut right = Dense::zeros(a.rows(), s.len());
    a.apply_block(v, &mut right)?;
    let mut left = Dense::zeros(a.cols(), s.len());
    a.apply_adjoint_block(u, &mut left)?;
    let off = |image: &[T], x: &[T], s: f64| {
        let rest: Vec<T> = image.iter().zip(x).map(|(&y, &x)| y - x.scaled(s)).collect();
        T::euclidean(&rest)
    };
    let each = s.iter().enumerate();
    Ok(each
        .map(|(j, &s)| off(right.col(j), u.col(j), s).max(off(left.col(j), v.col(j), s)))
        .collect())
}

/// The triplets from the whole decomposition.
fn dense<T: Spectral>(
    a: &dyn Operator<T>,
    k: usize,
    options: &SvdsOptions,
) -> Result<Truncated<T>> {
    let full = written_out(a)?;
    krylov_schur::require_finite(&full)?;
    let f = svd(&full, SvdForm::Economy)?;
    let first = if options.smallest { f.s.len() - k } else { 0 };
    let (u, v) = (f.u.columns(first, k), f.v.columns(first, k));
    let s = f.s[first..first + k].to_vec();
    let residuals = residuals(&full, &u, &s, &v)?;
    Ok(Truncated { u, s, v, residuals, converged: true, history: Vec::new(), products: a.cols() })
}

#[cfg(test)]
#[path = "svds_tests.rs"]
mod tests;
