//! Sums of numbers, and what follows from sums: means, variances, running sums.
//!
//! Sums are pairwise over blocks of eight lanes (Higham 1993), so that their error grows like log n; the halves of long
//! ones are summed by two threads, in the same order as by one. Variances take the deviations from the mean the same way
//! and correct for what the mean is off (Chan, Golub & LeVeque 1983). A long running sum is made of blocks, each of which
//! runs from 0 and is shifted by the sum of those before it (Blelloch 1990): two passes that threads share, with a
//! smaller error than one by one, and growing wherever its terms are positive. Cost: one pass over memory; two for the
//! last two.

use super::broadcast::PARALLEL;
use super::buffer::{CHUNK, build};
use super::simd::clean;
use rayon::prelude::*;

/// At most so many numbers are summed in lanes.
const BLOCK: usize = 512;
const LANES: usize = 8;

/// What a variance divides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Normalization {
    /// n - 1: the unbiased estimate.
    #[default]
    Sample,
    /// n.
    Population,
}

/// The halves of a slice are put together by `add`, those of at most [`BLOCK`] numbers computed by `of_block`.
fn pairwise<T: Send>(
    x: &[f64],
    of_block: &(impl Fn(&[f64]) -> T + Sync),
    add: &(impl Fn(T, T) -> T + Sync),
) -> T {
    if x.len() <= BLOCK {
        return of_block(x);
    }
    let (left, right) = x.split_at(x.len() / 2);
    if x.len() < PARALLEL {
        return add(pairwise(left, of_block, add), pairwise(right, of_block, add));
    }
    let half = |x| {
        clean();
        pairwise(x, of_block, add)
    };
    let (left, right) = rayon::join(|| half(left), || half(right));
    add(left, right)
}

/// The sum of the lanes, pairwise, and of what did not fill them.
fn across(lanes: [f64; LANES], tail: f64) -> f64 {
    let pairs =
        [lanes[0] + lanes[4], lanes[1] + lanes[5], lanes[2] + lanes[6], lanes[3] + lanes[7]];
    ((pairs[0] + pairs[2]) + (pairs[1] + pairs[3])) + tail
}

fn sum_block(x: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (chunks, tail) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane += v;
        }
    }
    across(lanes, tail.iter().sum())
}

/// The sum of a slice, pairwise.
pub fn sum_slice(x: &[f64]) -> f64 {
    pairwise(x, &sum_block, &|left, right| left + right)
}

/// The mean of a slice; NaN of nothing.
pub fn mean_slice(x: &[f64]) -> f64 {
    sum_slice(x) / x.len() as f64
}

/// The sums of the squared deviations from `mean` and of the deviations themselves.
fn deviations(x: &[f64], mean: f64) -> (f64, f64) {
    let of_block = |x: &[f64]| {
        let (mut squares, mut drifts) = ([0.0; LANES], [0.0; LANES]);
        let (chunks, tail) = x.as_chunks::<LANES>();
        for chunk in chunks {
            for l in 0..LANES {
                let c = chunk[l] - mean;
                squares[l] += c * c;
                drifts[l] += c;
            }
        }
        let square_tail = tail.iter().map(|v| (v - mean) * (v - mean)).sum();
        (across(squares, square_tail), across(drifts, tail.iter().map(|v| v - mean).sum()))
    };
    pairwise(x, &of_block, &|left: (f64, f64), right: (f64, f64)| {
        (left.0 + right.0, left.1 + right.1)
    })
}

/// The variance of a slice; 0 of one number.
pub fn var_slice(x: &[f64], by: Normalization) -> f64 {
    let n = x.len() as f64;
    if x.len() == 1 {
        return if x[0].is_finite() { 0.0 } else { f64::NAN };
    }
    let (squares, drift) = deviations(x, mean_slice(x));
    let divisor = if by == Normalization::Sample { n - 1.0 } else { n };
    let sum = squares - drift * drift / n;
    // Rounding must not make it negative; `max` would lose a NaN.
    (if sum < 0.0 { 0.0 } else { sum }) / divisor
}

/// Replaces each entry by the sum up to it, one by one.
pub fn run_sums(x: &mut [f64]) {
    let mut total = 0.0;
    x.iter_mut().for_each(|v| {
        total += *v;
        *v = total;
    });
}

/// A running sum of groups: the groups' own sums wait for nobody, so that only one addition in eight waits for the last.
fn run_group(total: &mut f64, group: &[f64; LANES]) -> [f64; LANES] {
    let mut sums = *group;
    run_sums(&mut sums);
    let sums = sums.map(|sum| *total + sum);
    *total = sums[LANES - 1];
    sums
}

/// The running sums of a slice, for long ones.
pub fn long_running_sum(x: &[f64]) -> Vec<f64> {
    let (groups, tail) = x.as_chunks::<LANES>();
    let sum_of = |block: &[[f64; LANES]]| {
        clean();
        let mut total = 0.0;
        block.iter().for_each(|group| {
            run_group(&mut total, group);
        });
        total
    };
    let mut shifts: Vec<f64> = groups.par_chunks(CHUNK).map(sum_of).collect();
    let mut before = 0.0;
    for shift in &mut shifts {
        before += std::mem::replace(shift, before);
    }
    let sums = build(groups.len(), |range| {
        let shift = shifts[range.start / CHUNK];
        let mut total = 0.0;
        groups[range].iter().map(move |group| run_group(&mut total, group).map(|sum| shift + sum))
    });
    let mut sums = sums.into_flattened();
    sums.extend(tail.iter().map(|x| {
        before += x;
        before
    }));
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_variances_are_accurate() {
        let x = vec![0.1; 10_000_000];
        assert!((sum_slice(&x) - 1e6).abs() < 1e-6);
        assert!(var_slice(&x, Normalization::Sample) < 1e-20);
        let shifted: Vec<f64> = (0..1000).map(|i| 1e9 + (i % 2) as f64).collect();
        assert!((var_slice(&shifted, Normalization::Population) - 0.25).abs() < 1e-12);
        assert_eq!(var_slice(&[7.0], Normalization::Sample), 0.0);
        assert_eq!(var_slice(&[1.0, 3.0], Normalization::Sample), 2.0);
    }

    #[test]
    fn long_running_sums_are_those_one_by_one() {
        for n in [0, 5, 8, 8 * CHUNK, 20 * CHUNK + 13] {
            let x: Vec<f64> = (0..n).map(|i| ((i * 7919) % 1013) as f64 - 500.0).collect();
            let mut expected = x.clone();
            run_sums(&mut expected);
            assert_eq!(long_running_sum(&x), expected);
        }
        // Positive terms never make it fall, and blocks lose less than one by one.
        let sums = long_running_sum(&vec![0.1; 20 * CHUNK + 3]);
        assert!(sums.is_sorted());
        assert!(
            sums.iter().enumerate().all(|(i, s)| (s / (0.1 * (i + 1) as f64) - 1.0).abs() < 1e-11)
        );
    }
}
