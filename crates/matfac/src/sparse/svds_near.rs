//! The singular triplets of a sparse matrix nearest to a number, through a factorization.
//!
//! Near 0, the smallest ones: those of the (pseudo-)inverse that are largest, so that a few steps find what the matrix
//! itself would hide at the lower end of its spectrum. Near σ: eigenvalues near σ of `[0 A; A' 0]`, whose eigenvalues are
//! ±s. Where A is rank deficient, whose smallest value is then 0, by bidiagonalisation (`svds.rs`).

use super::eigs::{EigsOptions, Wanted};
use super::maps::Inverse;
use super::pair::{Answer, Given, Question, answer};
use super::spectral::Spectral;
use super::svds::{self, SvdsOptions, Truncated, check_count, from_right, is_small};
use crate::data::Monitor;
use crate::error::{Error, Result};
use crate::factor::svd::fix_signs;
use crate::linalg::{Dense, Sparse};
use std::sync::Arc;

/// The k singular triplets of an m×n matrix nearest to σ ≥ 0, by descending values.
///
/// Errors: as [`super::svds()`], and [`Error::NonFinite`].
pub fn svds_near<T: Spectral>(
    a: &Sparse<T>,
    k: usize,
    sigma: f64,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    T::nearest_triplets(a, k, sigma, options, monitor)
}

pub(super) fn decompose<T: Spectral>(
    a: &Sparse<T>,
    k: usize,
    sigma: f64,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    let (m, n) = (a.rows(), a.cols());
    check_count("svds", k, m, n)?;
    a.require_finite("svds")?;
    if !(sigma >= 0.0 && sigma.is_finite()) {
        let message = format!("svds: sigma must be a number, 0 or more; it is {sigma}");
        return Err(Error::argument("sigma", message));
    }
    let smallest = SvdsOptions { smallest: true, ..options.clone() };
    if is_small(m.min(n), k, options) {
        if sigma == 0.0 {
            return svds::decompose(a, k, &smallest, monitor);
        }
        let all = svds::decompose(a, m.min(n), options, monitor)?;
        return Ok(nearest(&all, k, sigma));
    }
    if sigma > 0.0 {
        return by_augmented(a, k, sigma, options, monitor);
    }
    // R of a QR factorization of the tall one of A and A' serves both.
    let f = T::factorize_sparse(Arc::new(a.clone()), None)?;
    if f.warning.is_some() {
        return svds::decompose(a, k, &smallest, monitor);
    }
    let part = svds::decompose(&Inverse(f), k, options, monitor)?;
    // A⁺*x = y/s, so that the roles change; from_right makes the values accurate and gives residuals.
    let mut found = from_right(a, &part.u)?;
    found.converged = part.converged;
    (found.history, found.products) = (part.history, part.products);
    fix_signs(&mut found.v, Some(&mut found.u), k);
    Ok(found)
}

/// The k triplets of all that are nearest to σ.
fn nearest<T: Spectral>(all: &Truncated<T>, k: usize, sigma: f64) -> Truncated<T> {
    let mut places: Vec<usize> = (0..all.s.len()).collect();
    places.sort_by(|&i, &j| (all.s[i] - sigma).abs().total_cmp(&(all.s[j] - sigma).abs()));
    places.truncate(k);
    places.sort_unstable();
    let columns = |a: &Dense<T>| Dense::from_fn(a.rows(), k, |i, j| a[(i, places[j])]);
    let of = |list: &[f64]| places.iter().map(|&j| list[j]).collect();
    let (u, v) = (columns(&all.u), columns(&all.v));
    let (s, residuals) = (of(&all.s), of(&all.residuals));
    Truncated { u, s, v, residuals, ..all.clone() }
}

fn by_augmented<T: Spectral>(
    a: &Sparse<T>,
    k: usize,
    sigma: f64,
    options: &SvdsOptions,
    monitor: &Monitor,
) -> Result<Truncated<T>> {
    let (m, n) = (a.rows(), a.cols());
    let back = a.adjoint();
    let whole = Sparse::from_columns(m + n, m + n, |j, places, entries| {
        // The columns of [0 A; A' 0].
        let (rows, values) = if j < m { back.col(j) } else { a.col(j - m) };
        places.extend(rows.iter().map(|&i| if j < m { i + m as u32 } else { i }));
        entries.extend_from_slice(values);
        Ok(())
    })?;
    let question = Question {
        a: Given::Sparse(&whole),
        root: None,
        is_hermitian: true,
        k,
        wanted: Wanted::LargestMagnitude,
        near: Some(T::of(sigma)),
    };
    let eigs_options = EigsOptions {
        tol: options.tol,
        max_iter: options.max_iter,
        basis: options.basis,
        seed: options.seed,
        ..Default::default()
    };
    let Answer::Hermitian(e) = answer(&question, &eigs_options, monitor)? else {
        return Err(Error::NoConvergence { operation: "svds" });
    };
    let least = e.values.last().copied().unwrap_or(0.0);
    if least <= 0.0 {
        let message = format!(
            "svds: fewer than {k} positive singular values are nearer to {sigma} than their negatives"
        );
        return Err(Error::argument_hint(
            "sigma",
            message,
            "sigma = 0 gives the smallest; or ask for a smaller k",
        ));
    }
    let v = Dense::from_fn(n, k, |i, j| e.vectors[(m + i, j)].scaled(2f64.sqrt()));
    let mut found = from_right(a, &v)?;
    found.converged = e.converged == k;
    (found.history, found.products) = (e.history, e.products);
    fix_signs(&mut found.v, Some(&mut found.u), k);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factor::{SvdForm, svd};
    use crate::linalg::{Random, c64};

    fn check<T: Spectral>(m: usize, n: usize) {
        let mut r = Random::seeded(2);
        let full = Dense::from_fn(m, n, |i, j| match i == j || r.uniform() < 0.03 {
            true => T::drawn(&mut r) + if i == j { T::of(4.0) } else { T::ZERO },
            false => T::ZERO,
        });
        let a = Sparse::from_dense(&full).unwrap();
        let all = svd(&full, SvdForm::Economy).unwrap().s;
        let least = m.min(n);
        for sigma in [0.0, 0.5 * (all[40] + all[41]) + 1e-3] {
            let part =
                svds_near(&a, 3, sigma, &SvdsOptions::default(), &Monitor::default()).unwrap();
            let mut expected = all.clone();
            expected.sort_by(|x, y| (x - sigma).abs().total_cmp(&(y - sigma).abs()));
            expected.truncate(3);
            expected.sort_by(|x, y| y.total_cmp(x));
            assert!(part.converged && least >= 3);
            let off = part.s.iter().zip(&expected).map(|(x, y)| (x - y).abs());
            assert!(off.fold(0.0, f64::max) < 1e-9 * all[0], "{:?} {expected:?}", part.s);
            assert!(part.residuals.iter().all(|r| *r < 1e-8 * all[0]), "{:?}", part.residuals);
        }
    }

    #[test]
    fn nearest_values_of_large_and_small_matrices() {
        for (m, n) in [(60, 60), (240, 240), (300, 200), (200, 310)] {
            check::<f64>(m, n);
            check::<c64>(m, n);
        }
        let a = Sparse::<f64>::identity(300).unwrap();
        let run = |sigma| svds_near(&a, 2, sigma, &SvdsOptions::default(), &Monitor::default());
        assert!(run(-1.0).is_err() && run(f64::NAN).is_err());
        assert!(run(0.0).unwrap().s.iter().all(|s| (s - 1.0).abs() < 1e-12));
    }
}
