//! The passes behind every elementwise operation: one or two operands, in place or not, with Octave's
//! broadcasting, threaded from [`PARALLEL`] entries.

use super::simd::clean;
use super::{Dense, Matrix};
use crate::error::{Error, Result, Shape};
use rayon::prelude::*;

/// Entries from which a pass is split over threads: below, waking a thread costs more than it saves.
pub const PARALLEL: usize = 200_000;
const CHUNK: usize = 1 << 15;

/// The shape of a broadcast, or [`Error::Shapes`].
pub fn broadcast_shape(operation: &'static str, left: Shape, right: Shape) -> Result<Shape> {
    let side = |a: usize, b: usize| match (a, b) {
        _ if a == b => Some(a),
        (1, b) => Some(b),
        (a, 1) => Some(a),
        _ => None,
    };
    match (side(left.0, right.0), side(left.1, right.1)) {
        (Some(m), Some(n)) => Ok(Shape(m, n)),
        _ => {
            let hint = if left == Shape(right.1, right.0) {
                format!("transpose one of them: A' is {}", Shape(left.1, left.0))
            } else {
                "sizes must be equal, or 1, along each dimension".into()
            };
            Err(Error::Shapes { operation, left, right, hint: Some(hint) })
        }
    }
}

/// One pass `f(x)`, threaded when large.
pub(crate) fn map<T, V>(a: &Dense<T>, f: impl Fn(T) -> V + Sync) -> Dense<V>
where
    T: Copy + Sync,
    V: Copy + Default + Send,
{
    let data = if a.len() < PARALLEL {
        a.as_slice().iter().map(|&x| f(x)).collect()
    } else {
        let mut out = vec![V::default(); a.len()];
        out.par_chunks_mut(CHUNK).zip(a.as_slice().par_chunks(CHUNK)).for_each(|(out, a)| {
            clean();
            for (o, &x) in out.iter_mut().zip(a) {
                *o = f(x);
            }
        });
        out
    };
    Dense::from_vec(a.rows(), a.cols(), data)
}

pub(crate) fn map_in_place<T: Copy + Send>(a: &mut Dense<T>, f: impl Fn(T) -> T + Sync) {
    let pass = |chunk: &mut [T]| {
        clean();
        chunk.iter_mut().for_each(|x| *x = f(*x));
    };
    if a.len() < PARALLEL {
        pass(a.as_mut_slice());
    } else {
        a.as_mut_slice().par_chunks_mut(CHUNK).for_each(pass);
    }
}

pub(crate) fn zip_in_place(a: &mut Matrix, b: &Matrix, f: impl Fn(f64, f64) -> f64 + Sync) {
    let pass = |(a, b): (&mut [f64], &[f64])| {
        clean();
        for (x, &y) in a.iter_mut().zip(b) {
            *x = f(*x, y);
        }
    };
    if a.len() < PARALLEL {
        pass((a.as_mut_slice(), b.as_slice()));
    } else {
        let chunks = a.as_mut_slice().par_chunks_mut(CHUNK);
        chunks.zip(b.as_slice().par_chunks(CHUNK)).for_each(pass);
    }
}

/// One pass `f(x, y)` with broadcasting, threaded when large.
pub(crate) fn zip<T, U, V>(
    operation: &'static str,
    a: &Dense<T>,
    b: &Dense<U>,
    f: impl Fn(T, U) -> V + Sync,
) -> Result<Dense<V>>
where
    T: Copy + Sync,
    U: Copy + Sync,
    V: Copy + Default + Send,
{
    let Shape(m, n) = broadcast_shape(operation, a.shape(), b.shape())?;
    super::memory::entries::<V>(m, n)?;
    if a.shape() == b.shape() && a.len() < PARALLEL {
        let pairs = a.as_slice().iter().zip(b.as_slice());
        return Ok(Dense::from_vec(m, n, pairs.map(|(&x, &y)| f(x, y)).collect()));
    }
    let mut out = Dense::filled(m, n, V::default())?;
    if out.is_empty() {
        return Ok(out);
    }
    if a.shape() == b.shape() {
        let inputs = a.as_slice().par_chunks(CHUNK).zip(b.as_slice().par_chunks(CHUNK));
        out.as_mut_slice().par_chunks_mut(CHUNK).zip(inputs).for_each(|(out, (a, b))| {
            clean();
            for ((o, &x), &y) in out.iter_mut().zip(a).zip(b) {
                *o = f(x, y);
            }
        });
        return Ok(out);
    }
    let column = |(j, out): (usize, &mut [V])| {
        clean();
        let a_col = a.col(if a.cols() == 1 { 0 } else { j });
        let b_col = b.col(if b.cols() == 1 { 0 } else { j });
        if a_col.len() == b_col.len() {
            for ((o, &x), &y) in out.iter_mut().zip(a_col).zip(b_col) {
                *o = f(x, y);
            }
        } else if a_col.len() == 1 {
            let x = a_col[0];
            out.iter_mut().zip(b_col).for_each(|(o, &y)| *o = f(x, y));
        } else {
            let y = b_col[0];
            out.iter_mut().zip(a_col).for_each(|(o, &x)| *o = f(x, y));
        }
    };
    if m * n < PARALLEL {
        out.as_mut_slice().chunks_mut(m).enumerate().for_each(column);
    } else {
        let grain = CHUNK.div_ceil(m);
        out.as_mut_slice().par_chunks_mut(m).enumerate().with_min_len(grain).for_each(column);
    }
    Ok(out)
}
