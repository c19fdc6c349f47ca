//! Krylov–Schur for maps that are not Hermitian: restarts by an ordered Schur form, in real arithmetic for real maps.
//!
//! Reference: Stewart (2001), SIAM J. Matrix Anal. Appl. 23. The basis and what ends the iteration are those of
//! `krylov_schur.rs`.

use super::krylov_schur::{Course, DEPTH, Found, Krylov, Next, Verdict, kept};
use super::spectral::Spectral;
use crate::data::{Monitor, Step};
use crate::error::{Error, Result};
use crate::linalg::{ComplexMatrix, Dense, Scalar, c64};

/// The k eigenvalues that `order` puts first, and vectors of norm 1. `order` returns the places of values by preference;
/// `tol(modulus, largest)` is the residual allowed.
pub(super) fn general<T: Spectral>(
    krylov: &mut Krylov<'_, T>,
    course: Course,
    order: &dyn Fn(&[c64]) -> Vec<usize>,
    tol: &dyn Fn(f64, f64) -> f64,
    monitor: &Monitor,
) -> Result<Found<c64, c64>> {
    let Course { k, max_iter, task, mut size, .. } = course;
    let (mut history, mut verdict) = (Vec::new(), Verdict::default());
    for iteration in 1.. {
        krylov.expand_to(size, monitor)?;
        let h = krylov.projected();
        let e = T::eigen(&h)?;
        let places = order(&e.values);
        let largest = e.values.iter().fold(0.0f64, |m, x| m.max(x.modulus()));
        let wanted = &places[..k.min(places.len())];
        let coupling = krylov.coupling().map(Scalar::complex);
        let ratio = |&j: &usize| match residual(&coupling, e.vectors.col(j)) {
            0.0 => 0.0,
            residual => residual / tol(e.values[j].modulus(), largest),
        };
        let ratios: Vec<f64> = wanted.iter().map(ratio).collect();
        let worst = ratios.iter().copied().fold(0.0, f64::max);
        history.push(worst);
        let converged = ratios.iter().filter(|&&x| x <= 1.0).count();
        let values: Vec<c64> = wanted.iter().map(|&j| e.values[j]).collect();
        // An ill-conditioned value moves by more than its residual.
        let same = |x: &c64, y: &c64| (*x - *y).modulus() <= 1e-7 * largest;
        let next = verdict.judge(&values, converged == k, same);
        monitor.step(Step { task, iteration, max_iter, objective: worst })?;
        if matches!(next, Next::Finish) || iteration >= max_iter || krylov.is_exhausted() {
            let y = Dense::from_fn(h.rows(), wanted.len(), |i, j| e.vectors[(i, wanted[j])]);
            let vectors = combined(krylov, &y);
            return Ok(Found { values, vectors, converged, history, products: krylov.products });
        }
        let (z, t) = leading(&h, order, kept(k, krylov.size()), k)?;
        krylov.restart(&z, &t);
        if matches!(next, Next::Verify) {
            krylov.inject(krylov.block());
            size = size.max(krylov.size() + DEPTH * krylov.block());
        }
    }
    unreachable!("the loop ends at the limit")
}

/// `‖C*y‖`.
fn residual(coupling: &ComplexMatrix, y: &[c64]) -> f64 {
    let mut sum = vec![c64::ZERO; coupling.rows()];
    for (j, &y) in y.iter().enumerate() {
        sum.iter_mut().zip(coupling.col(j)).for_each(|(s, &c)| *s += c * y);
    }
    c64::euclidean(&sum)
}

/// `V*Y` for complex Y.
fn combined<T: Spectral>(krylov: &Krylov<'_, T>, y: &ComplexMatrix) -> ComplexMatrix {
    let i = c64::new(0.0, 1.0);
    match T::narrowed(y) {
        Some(y) => krylov.vectors(&y).map(Scalar::complex),
        None => {
            let part =
                |f: fn(c64) -> f64| krylov.vectors(&y.map(|z| T::of(f(z)))).map(Scalar::complex);
            let (re, im) = (part(|z| z.re), part(|z| z.im));
            Dense::from_fn(re.rows(), re.cols(), |r, c| re[(r, c)] + i * im[(r, c)])
        }
    }
}

/// The leading part of a Schur form with the preferred eigenvalues first: about `keep` of them, at least k, conjugates
/// together.
fn leading<T: Spectral>(
    h: &Dense<T>,
    order: &dyn Fn(&[c64]) -> Vec<usize>,
    keep: usize,
    k: usize,
) -> Result<(Dense<T>, Dense<T>)> {
    // Values too close to be exchanged may lie on either side of the cut: try others.
    for keep in (k.min(keep)..=keep).rev() {
        let select = |values: &[c64], t: &Dense<T>| {
            let mut chosen = vec![false; values.len()];
            order(values)[..keep].iter().for_each(|&j| chosen[j] = true);
            for j in 1..values.len() {
                if t[(j, j - 1)] != T::ZERO && (chosen[j] || chosen[j - 1]) {
                    (chosen[j], chosen[j - 1]) = (true, true);
                }
            }
            chosen
        };
        if let Some((u, t, count)) = T::ordered_schur(h, &select)? {
            let count = count.min(h.rows() - 1).max(1);
            let count = if t[(count, count - 1)] == T::ZERO { count } else { count - 1 };
            let block = Dense::from_view(t.view().submatrix(0, 0, count, count));
            return Ok((u.columns(0, count), block));
        }
    }
    Err(Error::NoConvergence { operation: "eigs" })
}
