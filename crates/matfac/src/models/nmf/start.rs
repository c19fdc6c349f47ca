//! Starting points of a non-negative factorization.
//!
//! NNDSVD (Boutsidis & Gallopoulos 2008): each singular triplet is replaced by the larger of its
//! positive and its negative part. The leading triplets of a large matrix come from a block power
//! iteration (Halko, Martinsson & Tropp 2011, algorithm 4.4), whose accuracy a starting point does not
//! need more of. Cost: one small SVD and 2·(power + 1) products with A.

use super::Init;
use crate::error::Result;
use crate::factor::qr::{QrOptions, qr};
use crate::factor::svd::{Svd, SvdForm, svd};
use crate::linalg::norm::euclidean;
use crate::linalg::product::{multiply, multiply_with};
use crate::linalg::sums::sum_slice;
use crate::linalg::{Matrix, Random};

/// W (m×k) and H' (n×k) for a non-negative A that is not zero.
pub(crate) fn start(
    a: &Matrix,
    k: usize,
    init: Init,
    random: &mut Random,
) -> Result<(Matrix, Matrix)> {
    let (m, n) = (a.rows(), a.cols());
    let mean = sum_slice(a.as_slice()) / a.len() as f64;
    let scale = (mean / k as f64).sqrt();
    let mut draw = |rows: usize| {
        let data = (0..rows * k).map(|_| scale * random.normal().abs()).collect();
        Matrix::from_vec(rows, k, data)
    };
    if init == Init::Random {
        return Ok((draw(m), draw(n)));
    }
    let f = leading(a, k)?;
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
    if init == Init::Nndsvda {
        let fill = |x: &mut f64| {
            if *x == 0.0 {
                *x = mean;
            }
        };
        w.as_mut_slice().iter_mut().for_each(fill);
        ht.as_mut_slice().iter_mut().for_each(fill);
    }
    Ok((w, ht))
}

/// The entries of one sign, as magnitudes.
fn part(x: &[f64], sign: f64) -> Vec<f64> {
    x.iter().map(|v| (sign * v).max(0.0)).collect()
}

/// About the k leading singular triplets.
fn leading(a: &Matrix, k: usize) -> Result<Svd<f64>> {
    const OVERSAMPLING: usize = 10;
    const POWER: usize = 4;
    let size = k + OVERSAMPLING;
    if a.rows().min(a.cols()) < 4 * size {
        return svd(a, SvdForm::Economy);
    }
    let economy = QrOptions { economy: true, ..Default::default() };
    // A seed of its own: NNDSVD is deterministic whatever the caller's seed.
    let normals = Random::seeded(0x6e6d66).normals(a.cols() * size);
    let mut q = qr(&multiply(a, &Matrix::from_vec(a.cols(), size, normals))?, economy)?.q;
    for _ in 0..POWER {
        let z = qr(&multiply_with(a, true, &q, false)?, economy)?.q;
        q = qr(&multiply(a, &z)?, economy)?.q;
    }
    // A ≈ Q*(Q'A), and the small factor is decomposed transposed: A'Q = V*S*U'.
    let small = svd(&multiply_with(a, true, &q, false)?, SvdForm::Economy)?;
    Ok(Svd { u: multiply(&q, &small.v)?, s: small.s, v: small.u })
}
