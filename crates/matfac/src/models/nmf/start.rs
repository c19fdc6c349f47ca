//! Starting points of a non-negative factorization.
//!
//! NNDSVD (Boutsidis & Gallopoulos 2008): each singular triplet is replaced by the larger of its
//! positive and its negative part. The leading triplets of a large matrix come from a block power
//! iteration (Halko, Martinsson & Tropp 2011, algorithm 4.4), whose accuracy a starting point does not
//! need more of. Cost: one small SVD and 2·(power + 1) products with A.

use super::Init;
use super::target::Target;
use crate::data::Interrupt;
use crate::error::{Error, Result};
use crate::factor::qr::{QrOptions, qr};
use crate::factor::svd::{Svd, SvdForm, svd};
use crate::linalg::norm::euclidean;
use crate::linalg::product::multiply;
use crate::linalg::{Matrix, Random};
use crate::models::Data;
use std::borrow::Cow;

/// W (m×k) and H' (n×k) for a target that is not zero. [`Error::Interrupted`] when the flag is raised before there are any.
pub(super) fn start(
    target: &Target<'_>,
    k: usize,
    init: &Init,
    random: &mut Random,
    interrupt: &Interrupt,
) -> Result<(Matrix, Matrix)> {
    let (m, n) = (target.rows(), target.cols());
    let scale = (target.mean / k as f64).sqrt();
    let mut draw = |rows: usize| {
        let data = (0..rows * k).map(|_| scale * random.normal().abs()).collect();
        Matrix::from_vec(rows, k, data)
    };
    match init {
        Init::Random => return Ok((draw(m), draw(n))),
        Init::Given(given) => {
            return Ok(balanced(&given.0, &given.1, target.scale));
        }
        Init::Nndsvd | Init::Nndsvda | Init::Nndsvdar => {}
    }
    let f = leading(target, k, interrupt)?;
    let rank = f.s.len().min(k);
    // Parts beyond the rank of A have no triplet; they start at random.
    let (mut w, mut ht) =
        if rank < k { (draw(m), draw(n)) } else { (Matrix::zeros(m, k), Matrix::zeros(n, k)) };
    for j in 0..rank {
        let (u, v) = (f.u.col(j), f.v.col(j));
        let (up, un) = (part(u, 1.0), part(u, -1.0));
        let (vp, vn) = (part(v, 1.0), part(v, -1.0));
        let positive = euclidean(&up) * euclidean(&vp);
        let negative = euclidean(&un) * euclidean(&vn);
        let (x, y, size) =
            if positive >= negative { (up, vp, positive) } else { (un, vn, negative) };
        let factor = (f.s[j] * size).sqrt();
        let (x_norm, y_norm) = (euclidean(&x), euclidean(&y));
        if factor > 0.0 && x_norm > 0.0 && y_norm > 0.0 {
            w.col_mut(j).iter_mut().zip(&x).for_each(|(w, x)| *w = factor * x / x_norm);
            ht.col_mut(j).iter_mut().zip(&y).for_each(|(h, y)| *h = factor * y / y_norm);
        }
    }
    // Of the scale of a factor: what the mean is to the largest entry.
    let mean = target.mean / target.largest.sqrt();
    let mut fill = |with: &mut dyn FnMut() -> f64| {
        for x in w.as_mut_slice().iter_mut().chain(ht.as_mut_slice()) {
            if *x == 0.0 {
                *x = with();
            }
        }
    };
    match init {
        Init::Nndsvda => fill(&mut || mean),
        Init::Nndsvdar => fill(&mut || 0.01 * mean * random.normal().abs()),
        _ => {}
    }
    Ok((w, ht))
}

/// [`Error::Argument`] of given factors that are not of the shapes, or not finite and non-negative.
pub(super) fn check_given(given: &(Matrix, Matrix), m: usize, n: usize, k: usize) -> Result<()> {
    let wanted = [("W", &given.0, (m, k)), ("H", &given.1, (k, n))];
    for (name, factor, (rows, cols)) in wanted {
        if (factor.rows(), factor.cols()) != (rows, cols) {
            let found = factor.shape();
            let message = format!("init {{W, H}} needs {name} {rows}×{cols}, and it is {found}");
            return Err(Error::argument("init", message));
        }
        let bad = |x: &f64| !x.is_finite() || *x < 0.0;
        if let Some(p) = factor.as_slice().iter().position(bad) {
            let (i, j, value) = (p % rows + 1, p / rows + 1, factor.as_slice()[p]);
            let message = format!("init needs non-negative numbers; {name}({i},{j}) is {value}");
            return Err(Error::argument("init", message));
        }
    }
    Ok(())
}

/// W and H' of the scaled target. Where the factors of a part differ too much in size they are brought to one norm, so that
/// neither vanishes beside the other.
fn balanced(w: &Matrix, h: &Matrix, scale: f64) -> (Matrix, Matrix) {
    let (mut w, mut ht) = (w.clone(), h.transposed());
    for j in 0..w.cols() {
        let (from_w, from_h) = (euclidean(w.col(j)), euclidean(ht.col(j)));
        if (1e-8..1e8).contains(&(from_w / from_h)) {
            let root = scale.sqrt();
            let entries = w.col_mut(j).iter_mut().chain(ht.col_mut(j));
            entries.for_each(|x| *x /= root);
            continue;
        }
        // In steps that neither overflow nor vanish: to norm 1, and to the root of the part's size.
        let size = from_w.sqrt() * from_h.sqrt() / scale.sqrt();
        let to = |x: &mut f64, norm: f64| *x = if size > 0.0 { *x / norm * size } else { 0.0 };
        w.col_mut(j).iter_mut().for_each(|x| to(x, from_w));
        ht.col_mut(j).iter_mut().for_each(|x| to(x, from_h));
    }
    (w, ht)
}

/// The entries of one sign, as magnitudes.
fn part(x: &[f64], sign: f64) -> Vec<f64> {
    x.iter().map(|v| (sign * v).max(0.0)).collect()
}

/// Cells up to which a sparse matrix is decomposed as a full one.
const SMALL: usize = 1 << 18;

/// About the k leading singular triplets; missing cells count as the mean of their column, and of large sparse data as 0.
fn leading(target: &Target<'_>, k: usize, interrupt: &Interrupt) -> Result<Svd<f64>> {
    const OVERSAMPLING: usize = 6;
    const POWER: usize = 3;
    // Sparse products take columns by fours.
    let size = (k + OVERSAMPLING).next_multiple_of(4);
    let (m, n) = (target.rows(), target.cols());
    let has_few = m.min(n) < 4 * size;
    let full = match target.data() {
        Data::Full(a) if target.holes.is_some() => Some(Cow::Owned(imputed(a))),
        Data::Full(a) if has_few => Some(Cow::Borrowed(a)),
        Data::Sparse(s) if has_few && m * n <= SMALL => {
            let full = s.to_dense()?;
            Some(Cow::Owned(if target.holes.is_some() { imputed(&full) } else { full }))
        }
        _ => None,
    };
    let data = full.as_deref().map_or(target.data(), Data::Full);
    if let (Some(a), true) = (&full, has_few) {
        return svd(a, SvdForm::Economy);
    }
    let times = |x: &Matrix| {
        let mut y = Matrix::zeros(m, x.cols());
        match full {
            Some(_) => data.times_into(x, &mut y)?,
            None => target.times(x, &mut y)?,
        }
        Ok::<_, Error>(y)
    };
    let transposed_times = |x: &Matrix| {
        let mut y = Matrix::zeros(n, x.cols());
        match full {
            Some(_) => data.transposed_times_into(x, &mut y)?,
            None => target.transposed_times(x, &mut y)?,
        }
        Ok::<_, Error>(y)
    };
    let economy = QrOptions { economy: true, ..Default::default() };
    // A seed of its own: NNDSVD is deterministic whatever the caller's seed.
    let size = size.min(m).min(n);
    let normals = Random::seeded(0x6e6d66).normals(n * size);
    let mut q = qr(&times(&Matrix::from_vec(n, size, normals))?, economy)?.q;
    for _ in 0..POWER {
        interrupt.check()?;
        let z = qr(&transposed_times(&q)?, economy)?.q;
        q = qr(&times(&z)?, economy)?.q;
    }
    // A ≈ Q*(Q'A), and the small factor is decomposed transposed: A'Q = V*S*U'.
    let small = svd(&transposed_times(&q)?, SvdForm::Economy)?;
    Ok(Svd { u: multiply(&q, &small.v)?, s: small.s, v: small.u })
}

/// The mean of the known entries of a column in place of NaN.
fn imputed(a: &Matrix) -> Matrix {
    let mut a = a.clone();
    for j in 0..a.cols() {
        let column = a.col_mut(j);
        let known = column.iter().filter(|x| !x.is_nan());
        let (count, sum) = known.fold((0usize, 0.0), |(count, sum), x| (count + 1, sum + x));
        let mean = if count > 0 { sum / count as f64 } else { 0.0 };
        column.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = mean);
    }
    a
}
