//! The place of the smallest or largest number of a slice.
//!
//! Values are compared chunk by chunk, in vectors and on all threads; only the first chunk that has the extreme is
//! searched for where it stands. Cost: one pass over memory.

use super::broadcast::PARALLEL;
use super::buffer::CHUNK;
use super::simd::{clean, wide};
use rayon::prelude::*;

const LANES: usize = 16;
/// Below this length vectors do not pay.
const SHORT: usize = 64;

/// Where the first of the largest numbers stands, from 0; NaN is passed over unless there is nothing else.
///
/// # Panics
/// When the slice is empty.
pub fn largest(x: &[f64]) -> usize {
    place(x, f64::NEG_INFINITY, |candidate, best| candidate > best)
}

/// Where the first of the smallest numbers stands, from 0; NaN is passed over unless there is nothing else.
///
/// # Panics
/// When the slice is empty.
pub fn smallest(x: &[f64]) -> usize {
    place(x, f64::INFINITY, |candidate, best| candidate < best)
}

/// `worst` is what every number but itself is better than.
#[inline(always)]
fn place(x: &[f64], worst: f64, better: impl Fn(f64, f64) -> bool + Copy + Sync) -> usize {
    if x.len() < SHORT {
        return one_by_one(x, better);
    }
    let extreme = |chunk: &[f64]| {
        clean();
        wide(|| of_chunk(chunk, worst, better))
    };
    let extremes: Vec<f64> = if x.len() < PARALLEL {
        x.chunks(CHUNK).map(extreme).collect()
    } else {
        x.par_chunks(CHUNK).map(extreme).collect()
    };
    let chunk = one_by_one(&extremes, better);
    let best = extremes[chunk];
    if best == worst {
        // All are NaN or infinite.
        return one_by_one(x, better);
    }
    let first = chunk * CHUNK;
    first + x[first..].iter().position(|&v| v == best).expect("it was found there")
}

fn one_by_one(x: &[f64], better: impl Fn(f64, f64) -> bool) -> usize {
    let (mut place, mut best) = (0, x[0]);
    for (i, &v) in x.iter().enumerate().skip(1) {
        if better(v, best) || (best.is_nan() && !v.is_nan()) {
            (place, best) = (i, v);
        }
    }
    place
}

/// A comparison with NaN is false, so that NaN never replaces anything.
#[inline(always)]
fn of_chunk(x: &[f64], worst: f64, better: impl Fn(f64, f64) -> bool) -> f64 {
    let choose = |best: f64, v: f64| if better(v, best) { v } else { best };
    let mut lanes = [worst; LANES];
    let (groups, tail) = x.as_chunks::<LANES>();
    for group in groups {
        for (lane, &v) in lanes.iter_mut().zip(group) {
            *lane = choose(*lane, v);
        }
    }
    lanes.iter().chain(tail).fold(worst, |best, &v| choose(best, v))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_slices_agree_with_one_by_one() {
        let n = PARALLEL + 5 * CHUNK + 3;
        let mut x: Vec<f64> = (0..n).map(|i| ((i * 7919) % 100_003) as f64).collect();
        for (at, v) in [(3, f64::NAN), (n - 7, 1e9), (n - 2, 1e9), (CHUNK + 1, -5.0), (n - 9, -5.0)]
        {
            x[at] = v;
        }
        assert_eq!((largest(&x), smallest(&x)), (n - 7, CHUNK + 1));
        assert_eq!(largest(&x[..1000]), one_by_one(&x[..1000], |v, best| v > best));
        assert_eq!(smallest(&x[..1000]), 0);
    }

    #[test]
    fn what_is_not_a_number_or_not_finite() {
        let mut x = vec![f64::NAN; 1000];
        assert_eq!((largest(&x), smallest(&x)), (0, 0));
        x[700] = f64::NEG_INFINITY;
        assert_eq!((largest(&x), smallest(&x)), (700, 700));
        x[10] = -0.0;
        x[20] = 0.0;
        assert_eq!(largest(&x), 10);
    }
}
