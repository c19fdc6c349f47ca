//! All components at once: singular values of the centred data, or eigenvalues of their products on the shorter side.
//!
//! Squares halve the digits of small values: the eigenvalues of `X'*X` are exact to a few ε of the largest, so that a
//! singular value of a thousandth of the largest has ten digits. In exchange the data are read once, and the eigenproblem has
//! the size of the shorter side. Reference: Golub & Van Loan (2013), §8.6. Cost: nd² + 9d³ flops through the covariance of
//! tall data, about 4nd² + 8d³ otherwise.

use super::count::Keep;
use super::model::Found;
use crate::data::{End, Monitor};
use crate::error::{Result, Shape};
use crate::factor::eig_symmetric::eig_symmetric;
use crate::factor::svd::{SvdForm, fix_signs, scale_columns, svd};
use crate::factor::{QrOptions, qr};
use crate::linalg::{Dense, Matrix, Operator, product};

/// The smallest variance beside the largest that is trusted to squares when nobody asked for them: it has ten digits.
const SQUARED: f64 = 1e-6;
/// Columns of an identity to which a map is applied at a time.
const BLOCK: usize = 64;

/// Through singular values.
pub(super) fn by_singular_values(centred: &Matrix, keep: Keep) -> Result<Found> {
    let degrees = (centred.rows().max(2) - 1) as f64;
    let f = svd(centred, SvdForm::Economy)?;
    let spectrum: Vec<f64> = f.s.iter().map(|s| s * s / degrees).collect();
    let k = keep.among(&spectrum, centred.rows())?;
    Ok(found(f.v.columns(0, k), scale_columns(f.u.columns(0, k), &f.s), spectrum, "full"))
}

/// Through the covariance.
pub(super) fn by_covariance(centred: &Matrix, keep: Keep) -> Result<Found> {
    let gram = products(centred)?;
    // Squares of very large numbers overflow.
    if gram.require_finite("pca").is_err() {
        return by_singular_values(centred, keep);
    }
    Squares::of(&gram, centred.shape(), keep)?.found(centred)
}

/// Through the covariance when no variance that is kept is too small for that; `varying` columns are not constant.
pub(super) fn by_condition(centred: &Matrix, varying: usize, keep: Keep) -> Result<Found> {
    let gram = products(centred)?;
    if gram.require_finite("pca").is_err() {
        return by_singular_values(centred, keep);
    }
    let squares = Squares::of(&gram, centred.shape(), keep)?;
    // Centring leaves a variance of 0 where there are no more rows than columns.
    let last = squares.k.min(varying).min(centred.rows().max(2) - 1).max(1) - 1;
    match squares.spectrum[last] < SQUARED * squares.spectrum[0] {
        true => by_singular_values(centred, keep),
        false => squares.found(centred),
    }
}

/// Of a map that is not to be written out.
pub(super) fn of_map(map: &dyn Operator<f64>, keep: Keep, monitor: &Monitor) -> Result<Found> {
    let (n, d) = (map.rows(), map.cols());
    let r = n.min(d);
    let mut gram = product::zeros(r, r)?;
    for first in (0..r).step_by(BLOCK) {
        monitor.interrupt.check()?;
        let width = BLOCK.min(r - first);
        let mut unit = Matrix::zeros(r, width);
        (0..width).for_each(|j| unit[(first + j, j)] = 1.0);
        let mut image = Matrix::zeros(n.max(d), width);
        let mut part = Matrix::zeros(r, width);
        if n >= d {
            map.apply_block(&unit, &mut image)?;
            map.apply_adjoint_block(&image, &mut part)?;
        } else {
            map.apply_adjoint_block(&unit, &mut image)?;
            map.apply_block(&image, &mut part)?;
        }
        gram.as_mut_slice()[first * r..(first + width) * r].copy_from_slice(part.as_slice());
    }
    product::mirror_lower(&mut gram);
    Squares::of(&gram, Shape(n, d), keep)?.found(map)
}

/// `X'*X` or `X*X'`, whichever is smaller.
fn products(centred: &Matrix) -> Result<Matrix> {
    match centred.rows() >= centred.cols() {
        true => product::gram(centred),
        false => product::gram_rows(centred),
    }
}

/// The eigenvalues of the products on the shorter side, as variances, and the vectors of those that are kept.
struct Squares {
    spectrum: Vec<f64>,
    k: usize,
    vectors: Matrix,
}

impl Squares {
    /// Of the products of n×d data.
    fn of(gram: &Matrix, Shape(n, _): Shape, keep: Keep) -> Result<Squares> {
        let degrees = (n.max(2) - 1) as f64;
        let e = eig_symmetric(gram, true)?;
        let spectrum: Vec<f64> = e.values.iter().rev().map(|x| x.max(0.0) / degrees).collect();
        let k = keep.among(&spectrum, n)?;
        let r = gram.cols();
        let vectors = Matrix::from_fn(r, k, |i, j| e.vectors[(i, r - 1 - j)]);
        Ok(Squares { spectrum, k, vectors })
    }

    /// The components and scores of the data that the products are of.
    fn found(self, map: &dyn Operator<f64>) -> Result<Found> {
        let (n, d) = (map.rows(), map.cols());
        let axes = match n >= d {
            true => self.vectors,
            // Normalised by reflections, so that directions without variance are orthonormal too.
            false => {
                let mut image = Dense::zeros(d, self.k);
                map.apply_adjoint_block(&self.vectors, &mut image)?;
                qr(&image, QrOptions { economy: true, pivot: false, positive: true })?.q
            }
        };
        let mut scores = Dense::zeros(n, self.k);
        map.apply_block(&axes, &mut scores)?;
        Ok(found(axes, scores, self.spectrum, "covariance"))
    }
}

fn found(mut axes: Matrix, mut scores: Matrix, spectrum: Vec<f64>, solver: &'static str) -> Found {
    let k = axes.cols();
    fix_signs(&mut axes, Some(&mut scores), k);
    let total = spectrum.iter().sum();
    Found { axes, scores, spectrum, total, solver, end: End::Converged, history: Vec::new() }
}
