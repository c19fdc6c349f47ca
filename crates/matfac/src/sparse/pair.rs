//! Eigenvalues of a large matrix, or of a pair `A*x = B*x*λ`, at the ends of the spectrum or near a number.
//!
//! Method: the pair becomes one matrix through a root of B (`root.rs`); near a number σ the eigenvalues are those of
//! `(A - σB)⁻¹` of largest modulus (shift and invert, Ericsson & Ruhe 1980), and Lanczos or Krylov–Schur (`eigs.rs`) finds
//! them. Small matrices are decomposed whole and chosen from.

use super::eigs::{
    Eigs, EigsOptions, Wanted, arranged, is_small, of_general, of_hermitian, preferred,
    preferred_complex,
};
use super::maps::{Inverse, images};
use super::root::{Between, InverseRoot, Root};
use super::solve::Warning;
use super::spectral::Spectral;
use crate::data::Monitor;
use crate::error::{Error, Result, Shape};
use crate::linalg::{ComplexMatrix, Dense, Operator, Scalar, Sparse, c64};
use std::sync::Arc;

/// How the matrix is known.
pub enum Given<'a, T> {
    /// By its entries.
    Sparse(&'a Sparse<T>),
    /// By its entries, full.
    Dense(&'a Dense<T>),
    /// By A*x.
    Map(&'a dyn Operator<T>),
    /// By `(A - σB)⁻¹*x`.
    Inverse(&'a dyn Operator<T>),
}

/// What is asked.
pub struct Question<'a, T> {
    /// A, n×n.
    pub a: Given<'a, T>,
    /// The root of B, the identity when not given.
    pub root: Option<&'a Root<T>>,
    /// Whether A is Hermitian.
    pub is_hermitian: bool,
    /// How many eigenvalues.
    pub k: usize,
    /// Which ones; with σ, and of an inverse, those nearest to it.
    pub wanted: Wanted,
    /// σ.
    pub near: Option<T>,
}

/// k eigenvalues and vectors, real where A is Hermitian.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<T> {
    /// Of a Hermitian matrix; the vectors have `X'*B*X = I`.
    Hermitian(Eigs<f64, T>),
    /// Of any other; the vectors have norm 1.
    General(Eigs<c64, c64>),
}

/// Answers.
///
/// Errors: those of [`super::eigs_hermitian`]; [`Error::Argument`] when k does not lie between 1 and n; those of a
/// factorization of A - σB.
pub fn eigs<T: Spectral>(
    question: &Question<'_, T>,
    options: &EigsOptions<T>,
    monitor: &Monitor,
) -> Result<Answer<T>> {
    T::eigs(question, options, monitor)
}

pub(super) fn answer<T: Spectral>(
    question: &Question<'_, T>,
    options: &EigsOptions<T>,
    monitor: &Monitor,
) -> Result<Answer<T>> {
    let map: &dyn Operator<T> = match &question.a {
        Given::Sparse(a) => {
            a.require_finite("eigs")?;
            *a
        }
        Given::Dense(a) => {
            a.require_finite("eigs")?;
            *a
        }
        Given::Map(a) | Given::Inverse(a) => *a,
    };
    let n = map.cols();
    if map.rows() != n {
        return Err(Error::NotSquare { operation: "eigs", shape: Shape(map.rows(), n) });
    }
    if let Some(root) = question.root.filter(|root| root.cols() != n) {
        let (left, right) = (Shape(n, n), Shape(root.cols(), root.cols()));
        let hint = Some("A and B of a pair have one size".into());
        return Err(Error::Shapes { operation: "compare by eigs", left, right, hint });
    }
    let sigma = question.near.unwrap_or(T::ZERO);
    let inverted = question.near.is_some() || question.wanted == Wanted::SmallestMagnitude;
    match question.a {
        Given::Inverse(inverse) => by_inverse(question, inverse, None, sigma, options, monitor),
        _ if !inverted || is_small(n, question.k, options) => {
            direct(question, map, options, monitor)
        }
        Given::Map(_) => Err(Error::argument(
            "sigma",
            "eigs of a function finds eigenvalues near a number through (A - sigma*B)\\x, not A*x",
        )),
        Given::Sparse(a) => {
            let (inverse, sigma) = inverse_of(a, question.root, sigma)?;
            by_inverse(question, &inverse, Some(map), sigma, options, monitor)
        }
        Given::Dense(a) => {
            let (inverse, sigma) = inverse_of(&Sparse::from_dense(a)?, question.root, sigma)?;
            by_inverse(question, &inverse, Some(map), sigma, options, monitor)
        }
    }
}

/// Through A itself; those near σ, where all are computed, by choosing.
fn direct<T: Spectral>(
    question: &Question<'_, T>,
    a: &dyn Operator<T>,
    options: &EigsOptions<T>,
    monitor: &Monitor,
) -> Result<Answer<T>> {
    let reduced;
    let map: &dyn Operator<T> = match question.root {
        None => a,
        Some(root) => {
            reduced = Between::reduced(a, root);
            &reduced
        }
    };
    let near = question.near.or((question.wanted == Wanted::SmallestMagnitude).then_some(T::ZERO));
    let k = if near.is_some() { a.cols().max(1) } else { question.k };
    let wanted = if near.is_some() { Wanted::LargestReal } else { question.wanted };
    super::eigs::check_count(a.cols(), question.k)?;
    let real_shift = near.is_none_or(|sigma| sigma.complex().im == 0.0);
    if question.is_hermitian && real_shift {
        let mut e = of_hermitian(map, k, wanted, options, monitor)?;
        if let Some(sigma) = near {
            let apart: Vec<f64> = e.values.iter().map(|x| x - sigma.real_part()).collect();
            let mut places = preferred(&apart, Wanted::SmallestMagnitude);
            places.truncate(question.k);
            // They came in descending order, in which they are returned.
            places.sort_unstable();
            e = e.chosen(&places);
        }
        e.vectors = unrooted(&e.vectors, question.root)?;
        e.residuals = residuals(a, question.root, &e.values, &e.vectors)?;
        return Ok(Answer::Hermitian(e));
    }
    let mut e = of_general(map, k, wanted, options, monitor)?;
    if let Some(sigma) = near {
        let apart: Vec<c64> = e.values.iter().map(|x| *x - sigma.complex()).collect();
        let mut places = preferred_complex(&apart, Wanted::SmallestMagnitude);
        places.truncate(question.k);
        e = e.chosen(&places);
    }
    finish_general(e, Some(a), question.root).map(Answer::General)
}

/// Through `(A - σB)⁻¹`: λ = σ + 1/θ.
fn by_inverse<T: Spectral>(
    question: &Question<'_, T>,
    inverse: &dyn Operator<T>,
    a: Option<&dyn Operator<T>>,
    sigma: T,
    options: &EigsOptions<T>,
    monitor: &Monitor,
) -> Result<Answer<T>> {
    let shifted;
    let map: &dyn Operator<T> = match question.root {
        None => inverse,
        Some(root) => {
            shifted = Between::shifted(inverse, root);
            &shifted
        }
    };
    let options = EigsOptions { is_relative: true, ..options.clone() };
    let wanted = Wanted::LargestMagnitude;
    if question.is_hermitian && sigma.complex().im == 0.0 {
        let mut e = of_hermitian(map, question.k, wanted, &options, monitor)?;
        e.values.iter_mut().for_each(|x| *x = sigma.real_part() + 1.0 / *x);
        e = e.chosen(&arranged(&e.values, Wanted::LargestReal));
        e.vectors = unrooted(&e.vectors, question.root)?;
        if let Some(a) = a {
            e.residuals = residuals(a, question.root, &e.values, &e.vectors)?;
        }
        return Ok(Answer::Hermitian(e));
    }
    let mut e = of_general(map, question.k, wanted, &options, monitor)?;
    e.values.iter_mut().for_each(|x| *x = sigma.complex() + c64::ONE / *x);
    finish_general(e, a, question.root).map(Answer::General)
}

fn finish_general<T: Spectral>(
    mut e: Eigs<c64, c64>,
    a: Option<&dyn Operator<T>>,
    root: Option<&Root<T>>,
) -> Result<Eigs<c64, c64>> {
    if let Some(root) = root {
        e.vectors = images(&InverseRoot(root), &e.vectors)?;
        for j in 0..e.vectors.cols() {
            let factor = 1.0 / c64::euclidean(e.vectors.col(j));
            e.vectors.col_mut(j).iter_mut().for_each(|x| *x *= factor);
        }
    }
    if let Some(a) = a {
        let left = images(a, &e.vectors)?;
        let right = of_b_complex(root, &e.vectors)?;
        e.residuals = (0..e.values.len())
            .map(|j| super::eigs::off(left.col(j), right.col(j), e.values[j]))
            .collect();
    }
    Ok(e)
}

/// `B*X` for complex X.
fn of_b_complex<T: Spectral>(root: Option<&Root<T>>, x: &ComplexMatrix) -> Result<ComplexMatrix> {
    match root {
        None => Ok(x.clone()),
        Some(root) => images(&super::maps::Adjoint(root), &images(root, x)?),
    }
}

/// `C⁻¹*X`.
fn unrooted<T: Spectral>(x: &Dense<T>, root: Option<&Root<T>>) -> Result<Dense<T>> {
    let Some(root) = root else { return Ok(x.clone()) };
    let mut y = Dense::zeros(x.rows(), x.cols());
    InverseRoot(root).apply_block(x, &mut y)?;
    Ok(y)
}

/// `‖A*x - B*x*λ‖` of each pair.
fn residuals<T: Spectral>(
    a: &dyn Operator<T>,
    root: Option<&Root<T>>,
    values: &[f64],
    x: &Dense<T>,
) -> Result<Vec<f64>> {
    let (n, k) = (x.rows(), x.cols());
    let mut left = Dense::zeros(n, k);
    a.apply_block(x, &mut left)?;
    let mut right = x.clone();
    if let Some(root) = root {
        let mut image = Dense::zeros(n, k);
        root.apply_block(x, &mut image)?;
        root.apply_adjoint_block(&image, &mut right)?;
    }
    Ok((0..k).map(|j| super::eigs::off(left.col(j), right.col(j), T::of(values[j]))).collect())
}

/// `A + B*factor`.
fn combined<T: Spectral>(a: &Sparse<T>, b: &Sparse<T>, factor: T) -> Result<Sparse<T>> {
    Sparse::from_columns(a.rows(), a.cols(), |j, places, entries| {
        let ((rows, x), (others, y)) = (a.col(j), b.col(j));
        let (mut k, mut l) = (0, 0);
        while k < rows.len() || l < others.len() {
            let (i, o) = (rows.get(k).copied(), others.get(l).copied());
            let row = i.unwrap_or(u32::MAX).min(o.unwrap_or(u32::MAX));
            let mut sum = T::ZERO;
            if i == Some(row) {
                sum += x[k];
                k += 1;
            }
            if o == Some(row) {
                sum += y[l] * factor;
                l += 1;
            }
            places.push(row);
            entries.push(sum);
        }
        Ok(())
    })
}

/// `(A - σB)⁻¹`, and the σ of it: where A - σB is singular, as a graph's Laplacian is with σ = 0, one beside it.
fn inverse_of<T: Spectral>(
    a: &Sparse<T>,
    root: Option<&Root<T>>,
    sigma: T,
) -> Result<(Inverse<T>, T)> {
    let b = match root {
        None => Sparse::identity(a.cols())?,
        Some(root) => root.square().clone(),
    };
    let scale = a.one_norm() / b.one_norm().max(f64::MIN_POSITIVE);
    let mut shift = sigma;
    for step in [1e-7, 1e-5, 1e-3] {
        let matrix = if shift == T::ZERO { a.clone() } else { combined(a, &b, -shift)? };
        let f = T::factorize_sparse(Arc::new(matrix), None)?;
        let is_singular = matches!(
            f.warning,
            Some(
                Warning::Structural { .. }
                    | Warning::Singular { .. }
                    | Warning::RankDeficient { .. }
            )
        );
        if !is_singular {
            return Ok((Inverse(f), shift));
        }
        shift = sigma - T::of(step * scale.max(f64::MIN_POSITIVE));
    }
    Err(Error::argument_hint(
        "sigma",
        "eigs: A - sigma*B is singular for every sigma that was tried",
        "is B singular, or are A and B singular together? eig(full(A), full(B)) tells",
    ))
}

#[cfg(test)]
#[path = "pair_tests.rs"]
mod tests;
