//! Making a block of vectors orthonormal, and orthogonal to those of a basis.
//!
//! Method: block Gram–Schmidt, each pass followed by Cholesky-QR of the block, until a pass changes nothing: two passes as
//! a rule. Where the block is nearly dependent, its columns are taken one by one; what
//! depends on the others is replaced by a random vector with a zero row in the factor, so that an iteration goes on where
//! its space is exhausted and finds what its start could not. References: Giraud, Langou & Rozložník (2005) for "twice is
//! enough"; Stathopoulos & Wu (2002) for Cholesky-QR of blocks. Cost: 8·n·p·b flops.

use super::spectral::Spectral;
use super::tall;
use crate::linalg::{Dense, Random};

/// `W = V*coefficients + Q*factor`, Q being what W was turned into.
#[derive(Debug)]
pub(super) struct Orthogonalised<T> {
    /// p×b.
    pub coefficients: Dense<T>,
    /// Upper triangular, b×b; the rows of replaced vectors are zero.
    pub factor: Dense<T>,
}

/// The most passes: a pass beyond the third needs random vectors that are nearly dependent.
const PASSES: usize = 6;

/// Turns n×b W into Q with orthonormal columns, orthogonal to the n×p V. A column of which no more than `floor` is left
/// depends on the others.
pub(super) fn orthogonalise<T: Spectral>(
    v: &[T],
    w: &mut [T],
    n: usize,
    floor: f64,
    random: &mut Random,
) -> Orthogonalised<T> {
    let cross = tall::cross(v, w, n);
    from_first(v, w, n, cross, true, floor, random)
}

/// [`orthogonalise`] where V'*W is known up to rounding, and mostly zero in its first rows, as for Hermitian maps. The
/// first pass then touches few vectors, and the second finds what the rounding left.
pub(super) fn orthogonalise_knowing<T: Spectral>(
    v: &[T],
    w: &mut [T],
    n: usize,
    known: Dense<T>,
    floor: f64,
    random: &mut Random,
) -> Orthogonalised<T> {
    from_first(v, w, n, known, false, floor, random)
}

fn from_first<T: Spectral>(
    v: &[T],
    w: &mut [T],
    n: usize,
    mut cross: Dense<T>,
    is_measured: bool,
    floor: f64,
    random: &mut Random,
) -> Orthogonalised<T> {
    let (p, b) = (tall::columns(v, n), tall::columns(w, n));
    let (mut coefficients, mut factor) = (Dense::zeros(p, b), Dense::identity(b));
    for pass in 0..PASSES {
        let is_zero = |i: &usize| (0..b).all(|j| cross[(*i, j)] == T::ZERO);
        let skipped = (0..p).take_while(is_zero).count();
        // The second pass is the last as a rule, so that it does not look ahead.
        let ahead = pass == 0 && is_measured;
        let (tail, c) = (&v[skipped * n..], cross.view().subrows(skipped, p - skipped));
        let (gram, again) = tall::subtract(tail, c, w, n, ahead && skipped == 0);
        add_product(&mut coefficients, &cross, &factor);
        let floor = if pass == 0 { floor } else { 1e-8 };
        let (r, inverse) = match by_cholesky(&gram, floor) {
            Some((r, inverse)) => {
                tall::multiply_right(w, &inverse, n);
                (r, Some(inverse))
            }
            None => (by_columns(w, n, floor, random), None),
        };
        let settled = inverse.is_some() && (0..b).all(|j| r[(j, j)].real_part() > 0.5);
        factor = small_product(&r, &factor);
        if pass > 0 && settled {
            break;
        }
        cross = match inverse {
            Some(inverse) if again.rows() == p && p > 0 => small_product(&again, &inverse),
            _ => tall::cross(v, w, n),
        };
    }
    Orthogonalised { coefficients, factor }
}

/// R with `R'*R` the Gram matrix, and its inverse, when the columns are independent enough for R to be accurate.
fn by_cholesky<T: Spectral>(gram: &Dense<T>, floor: f64) -> Option<(Dense<T>, Dense<T>)> {
    /// The least share of a column's square that may remain beside the columns before it.
    const SHARE: f64 = 1e-6;
    let b = gram.cols();
    let mut r = Dense::<T>::zeros(b, b);
    for j in 0..b {
        for i in 0..j {
            let mut sum = gram[(i, j)];
            for l in 0..i {
                sum -= r[(l, i)].conjugate() * r[(l, j)];
            }
            r[(i, j)] = sum.scaled(1.0 / r[(i, i)].real_part());
        }
        let square = gram[(j, j)].real_part();
        let taken: f64 = (0..j).map(|l| r[(l, j)].modulus().powi(2)).sum();
        let rest = square - taken;
        // NaN fails too.
        if !(rest > SHARE * square && rest > floor * floor && rest > f64::MIN_POSITIVE) {
            return None;
        }
        r[(j, j)] = T::of(rest.sqrt());
    }
    let mut inverse = Dense::<T>::zeros(b, b);
    for j in 0..b {
        inverse[(j, j)] = T::of(1.0 / r[(j, j)].real_part());
        for i in (0..j).rev() {
            let mut sum = T::ZERO;
            for l in i + 1..=j {
                sum += r[(i, l)] * inverse[(l, j)];
            }
            inverse[(i, j)] = -sum.scaled(1.0 / r[(i, i)].real_part());
        }
    }
    Some((r, inverse))
}

/// Column after column, each twice; R of the block.
fn by_columns<T: Spectral>(w: &mut [T], n: usize, floor: f64, random: &mut Random) -> Dense<T> {
    let b = tall::columns(w, n);
    let mut r = Dense::zeros(b, b);
    for j in 0..b {
        let (before, rest) = w.split_at_mut(j * n);
        let x = &mut rest[..n];
        let size = T::euclidean(x);
        for (i, c) in project(before, x, n).into_iter().enumerate() {
            r[(i, j)] = c;
        }
        let norm = T::euclidean(x);
        if norm > floor && norm > 1e-14 * size && norm.is_normal() {
            r[(j, j)] = T::of(norm);
            x.iter_mut().for_each(|x| *x = x.scaled(1.0 / norm));
        } else {
            fill(x, random);
            project(before, x, n);
            let norm = T::euclidean(x);
            x.iter_mut().for_each(|x| *x = x.scaled(1.0 / norm));
        }
    }
    r
}

/// Subtracts from x, twice, its part in the span of orthonormal columns; the coefficients.
fn project<T: Spectral>(q: &[T], x: &mut [T], n: usize) -> Vec<T> {
    let mut coefficients = vec![T::ZERO; tall::columns(q, n)];
    for _ in 0..2 {
        for (c, q) in coefficients.iter_mut().zip(q.chunks_exact(n)) {
            let part = T::inner(q, x);
            *c += part;
            x.iter_mut().zip(q).for_each(|(x, &q)| *x -= q * part);
        }
    }
    coefficients
}

/// Normal numbers; complex where the matrix is.
pub(super) fn fill<T: Spectral>(x: &mut [T], random: &mut Random) {
    x.iter_mut().for_each(|x| *x = T::drawn(random));
}

/// `A*B` of small matrices.
pub(super) fn small_product<T: Spectral>(a: &Dense<T>, b: &Dense<T>) -> Dense<T> {
    let mut c = Dense::zeros(a.rows(), b.cols());
    add_product(&mut c, a, b);
    c
}

fn add_product<T: Spectral>(c: &mut Dense<T>, a: &Dense<T>, b: &Dense<T>) {
    for j in 0..b.cols() {
        for l in 0..b.rows() {
            let factor = b[(l, j)];
            if factor != T::ZERO {
                c.col_mut(j).iter_mut().zip(a.col(l)).for_each(|(c, &a)| *c += a * factor);
            }
        }
    }
}
