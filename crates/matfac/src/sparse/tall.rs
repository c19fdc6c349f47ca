//! Products with tall, thin matrices, in chunks of rows: what an iteration on a basis of n-vectors does beside applying
//! the matrix.
//!
//! The vectors stand one behind the other in a slice. Chunks have a fixed number of rows and their sums are added in their
//! order, so that the bits do not depend on the number of threads. A chunk of the basis stays in the second-level cache
//! between the two products of [`subtract`]. Reference: Golub & Van Loan (2013), §1.3. Cost: 2·n·p·b flops a product.

use crate::linalg::simd::clean;
use crate::linalg::{Dense, Scalar};
use faer::linalg::matmul::matmul_with_conj;
use faer::{Accum, Conj, MatMut, MatRef, Par};
use rayon::prelude::*;

/// Rows of a chunk.
const ROWS: usize = 1024;

/// n×p numbers as a matrix.
pub(super) fn view<T>(v: &[T], n: usize) -> MatRef<'_, T> {
    MatRef::from_column_major_slice(v, n, columns(v, n))
}

fn view_mut<T>(v: &mut [T], n: usize) -> MatMut<'_, T> {
    let p = columns(v, n);
    MatMut::from_column_major_slice_mut(v, n, p)
}

/// How many n-vectors a slice holds.
pub(super) fn columns<T>(v: &[T], n: usize) -> usize {
    v.len().checked_div(n).unwrap_or(0)
}

fn chunks(n: usize) -> Vec<(usize, usize)> {
    (0..n).step_by(ROWS).map(|first| (first, ROWS.min(n - first))).collect()
}

/// `f` of every chunk of rows, on all threads when that pays, in order.
fn each<R: Send, P: Send>(work: usize, parts: Vec<P>, f: impl Fn(P) -> R + Sync + Send) -> Vec<R> {
    let run = |part| {
        clean();
        let result = f(part);
        clean();
        result
    };
    if work < 1 << 16 || parts.len() < 2 {
        parts.into_iter().map(run).collect()
    } else {
        parts.into_par_iter().map(run).collect()
    }
}

fn split<T>(mut w: MatMut<'_, T>) -> Vec<(usize, MatMut<'_, T>)> {
    let (n, mut parts) = (w.nrows(), Vec::new());
    while w.nrows() > 0 {
        let (first, size) = (n - w.nrows(), ROWS.min(w.nrows()));
        let (head, tail) = w.split_at_row_mut(size);
        parts.push((first, head));
        w = tail;
    }
    parts
}

/// `C += factor·A·B`, or with `A'`, on one thread.
fn accumulate<T: Scalar>(
    c: MatMut<'_, T>,
    a: MatRef<'_, T>,
    adjoint: bool,
    b: MatRef<'_, T>,
    factor: f64,
) {
    let (a, conj) = if adjoint { (a.transpose(), Conj::Yes) } else { (a, Conj::No) };
    matmul_with_conj(c, Accum::Add, a, conj, b, Conj::No, T::of(factor), Par::Seq);
}

fn sum<T: Scalar>(p: usize, b: usize, parts: impl IntoIterator<Item = Dense<T>>) -> Dense<T> {
    let mut total = Dense::zeros(p, b);
    for part in parts {
        for (t, &x) in total.as_mut_slice().iter_mut().zip(part.as_slice()) {
            *t += x;
        }
    }
    total
}

/// `V'*W`, p×b, for n×p V and n×b W.
pub(super) fn cross<T: Scalar>(v: &[T], w: &[T], n: usize) -> Dense<T> {
    let (v, w) = (view(v, n), view(w, n));
    let (p, b) = (v.ncols(), w.ncols());
    if p == 0 || b == 0 {
        return Dense::zeros(p, b);
    }
    let parts = each(n * p, chunks(n), |(first, rows)| {
        let mut c = Dense::zeros(p, b);
        accumulate(c.view_mut(), v.subrows(first, rows), true, w.subrows(first, rows), 1.0);
        c
    });
    sum(p, b, parts)
}

/// `W -= V*C`; then `W'*W`, b×b, and, `again`, `V'*W`, p×b, of what is left.
pub(super) fn subtract<T: Scalar>(
    v: &[T],
    c: MatRef<'_, T>,
    w: &mut [T],
    n: usize,
    again: bool,
) -> (Dense<T>, Dense<T>) {
    let v = view(v, n);
    let (p, b) = (v.ncols(), columns(w, n));
    let crossed = if again { p } else { 0 };
    let parts = split(view_mut(w, n));
    let parts = each(n * (p + b), parts, |(first, mut w)| {
        let v = v.subrows(first, w.nrows());
        let (mut gram, mut cross) = (Dense::zeros(b, b), Dense::zeros(crossed, b));
        if p > 0 {
            accumulate(w.as_mut(), v, false, c, -1.0);
        }
        if crossed > 0 {
            accumulate(cross.view_mut(), v, true, w.as_ref(), 1.0);
        }
        accumulate(gram.view_mut(), w.as_ref(), true, w.as_ref(), 1.0);
        (gram, cross)
    });
    let (grams, crosses): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    (sum(b, b, grams), sum(crossed, b, crosses))
}

/// `V*Z`, n×q, for n×p V and p×q Z.
pub(super) fn times<T: Scalar>(v: &[T], z: MatRef<'_, T>, n: usize) -> Vec<T> {
    let v = view(v, n);
    let mut product = vec![T::ZERO; n * z.ncols()];
    if n == 0 || z.ncols() == 0 {
        return product;
    }
    let parts = split(view_mut(&mut product, n));
    each(n * (v.ncols() + z.ncols()), parts, |(first, out)| {
        accumulate(out, v.subrows(first, out_rows(first, n)), false, z, 1.0);
    });
    product
}

fn out_rows(first: usize, n: usize) -> usize {
    ROWS.min(n - first)
}

/// `W = W*Z` for b×b Z.
pub(super) fn multiply_right<T: Scalar>(w: &mut [T], z: &Dense<T>, n: usize) {
    let b = columns(w, n);
    if b == 1 {
        let factor = z[(0, 0)];
        w.iter_mut().for_each(|x| *x *= factor);
        return;
    }
    each(n * b * b, split(view_mut(w, n)), |(_, mut w)| {
        let mut product = faer::Mat::<T>::zeros(w.nrows(), b);
        accumulate(product.as_mut(), w.as_ref(), false, z.view(), 1.0);
        w.copy_from(product);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{Random, c64, product};

    #[test]
    fn chunks_give_what_whole_products_give() {
        for n in [1, 5, 1023, 1024, 5000] {
            let mut r = Random::seeded(2);
            let mut draw = |m, n| Dense::from_fn(m, n, |_, _| c64::new(r.normal(), r.normal()));
            let (v, w, c) = (draw(n, 7), draw(n, 3), draw(7, 3));
            let close = |x: &Dense<c64>, y: &Dense<c64>| {
                let pairs = x.as_slice().iter().zip(y.as_slice());
                let apart = pairs.map(|(x, y)| (*x - *y).modulus()).fold(0.0, f64::max);
                assert!(x.shape() == y.shape() && apart < 1e-13 * (1.0 + y.largest()), "{apart}");
            };
            let expected = product::times(&v, true, &w, false).unwrap();
            close(&cross(v.as_slice(), w.as_slice(), n), &expected);
            let vc = product::times(&v, false, &c, false).unwrap();
            close(&Dense::from_vec(n, 3, times(v.as_slice(), c.view(), n)), &vc);
            let rest = Dense::from_fn(n, 3, |i, j| w[(i, j)] - vc[(i, j)]);
            let mut left = w.clone();
            let (gram, again) = subtract(v.as_slice(), c.view(), left.as_mut_slice(), n, true);
            close(&left, &rest);
            close(&gram, &product::times(&rest, true, &rest, false).unwrap());
            close(&again, &product::times(&v, true, &rest, false).unwrap());
            let z = draw(3, 3);
            multiply_right(left.as_mut_slice(), &z, n);
            close(&left, &product::times(&rest, false, &z, false).unwrap());
        }
    }
}
