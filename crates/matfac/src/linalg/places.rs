//! Entries by place: positions given as numbers, reading and writing there, adding up by them.
//!
//! Positions are counted from 1 where a user gave them and from 0 where code goes on with them. Cost: one pass over the
//! positions, and one access anywhere in memory for each.

use super::broadcast::PARALLEL;
use super::buffer::{CHUNK, build, compact, count};
use super::simd::{clean, wide};
use rayon::prelude::*;

/// Adding it moves a whole number below it into the low bits: the cheapest conversion, in any vector width.
const SHIFT: f64 = (1u64 << 52) as f64;

#[inline(always)]
fn is_position(x: f64) -> bool {
    (1.0..SHIFT).contains(&x) & ((x + SHIFT) - SHIFT == x)
}

/// A whole number from 0 up to 2⁵², as an integer; of others nonsense.
#[inline(always)]
fn whole(x: f64) -> usize {
    ((x + SHIFT).to_bits() ^ SHIFT.to_bits()) as usize
}

/// The largest of numbers that are all whole, from 1 and below 2⁵²; 0 of none. Otherwise nothing.
pub fn largest_position(x: &[f64]) -> Option<usize> {
    let of_chunk = |chunk: &[f64]| {
        clean();
        wide(|| {
            let fold = |(valid, most): (bool, f64), &v: &f64| {
                (valid & is_position(v), if v > most { v } else { most })
            };
            chunk.iter().fold((true, 0.0), fold)
        })
    };
    let both = |x: (bool, f64), y: (bool, f64)| (x.0 & y.0, x.1.max(y.1));
    let (valid, most) = if x.len() < PARALLEL {
        of_chunk(x)
    } else {
        x.par_chunks(CHUNK).map(of_chunk).reduce(|| (true, 0.0), both)
    };
    valid.then(|| whole(most))
}

/// Positions from 0 of numbers that count from 1; nothing unless all are whole, from 1 and below 2⁵².
pub fn positions(x: &[f64]) -> Option<Vec<usize>> {
    largest_position(x)?;
    Some(build(x.len(), |range| x[range].iter().map(|&v| whole(v) - 1)))
}

/// Positions from 0 as numbers from 1.
pub fn numbers(positions: &[usize]) -> Vec<f64> {
    build(positions.len(), |range| positions[range].iter().map(|&k| (k + 1) as f64))
}

/// The entries at these positions; nothing when one is outside.
pub fn gather(entries: &[f64], positions: &[usize]) -> Option<Vec<f64>> {
    let reach = |positions: &[usize]| positions.iter().fold(0, |most, &k| most.max(k));
    let last = if positions.len() < PARALLEL {
        reach(positions)
    } else {
        positions.par_chunks(CHUNK).map(reach).max().unwrap_or(0)
    };
    if last >= entries.len() && !positions.is_empty() {
        return None;
    }
    Some(build(positions.len(), |range| positions[range].iter().map(|&k| entries[k])))
}

/// Where a mask is true, counted from 1.
pub fn find(mask: &[bool]) -> Vec<f64> {
    compact(mask, |i| (i + 1) as f64)
}

/// Where a mask is true, counted from 0.
pub fn chosen(mask: &[bool]) -> Vec<usize> {
    compact(mask, |i| i)
}

/// How many entries of a mask are true.
pub fn count_true(mask: &[bool]) -> usize {
    count(mask)
}

/// Which entries are not zero; NaN is not.
pub fn not_zero(x: &[f64]) -> Vec<bool> {
    build(x.len(), |range| x[range].iter().map(|&v| v != 0.0))
}

/// The entries where the mask is true; both have the same length.
pub fn masked(entries: &[f64], mask: &[bool]) -> Vec<f64> {
    let entries = &entries[..mask.len()];
    compact(mask, |i| entries[i])
}

/// Puts a number where the mask is true; the mask is not longer than the entries.
pub fn fill_masked(entries: &mut [f64], mask: &[bool], value: f64) {
    // Unchanged entries are written too: a branch for each would cost more.
    let fill = |(entries, mask): (&mut [f64], &[bool])| {
        clean();
        wide(|| {
            for (entry, &is_chosen) in entries.iter_mut().zip(mask) {
                *entry = if is_chosen { value } else { *entry };
            }
        });
    };
    let entries = &mut entries[..mask.len()];
    if mask.len() < PARALLEL {
        fill((entries, mask));
    } else {
        entries.par_chunks_mut(CHUNK).zip(mask.par_chunks(CHUNK)).for_each(fill);
    }
}

/// `sums[k]` is the sum of those `values` whose position, from 1, is k + 1; one value may stand for all. The positions
/// were found valid by [`largest_position`] and are at most `bins`.
///
/// Where bins are few, each thread has bins of its own, which are added up at the end.
pub fn sums_by_position(positions: &[f64], values: &[f64], bins: usize) -> Vec<f64> {
    let threads = rayon::current_num_threads();
    let pieces = if positions.len() >= PARALLEL && bins <= positions.len() / (4 * threads) {
        threads
    } else {
        1
    };
    let size = positions.len().div_ceil(pieces).max(1);
    let sums_of = |(piece, positions): (usize, &[f64])| {
        clean();
        let mut sums = vec![0.0; bins];
        match values {
            [value] => positions.iter().for_each(|&p| sums[whole(p) - 1] += value),
            values => {
                let values = &values[piece * size..];
                positions.iter().zip(values).for_each(|(&p, value)| sums[whole(p) - 1] += value);
            }
        }
        sums
    };
    let parts: Vec<Vec<f64>> = match pieces {
        1 => vec![sums_of((0, positions))],
        _ => positions.par_chunks(size).enumerate().map(sums_of).collect(),
    };
    let mut parts = parts.into_iter();
    let mut sums = parts.next().unwrap_or_default();
    for part in parts {
        sums.iter_mut().zip(part).for_each(|(sum, x)| *sum += x);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_checked() {
        assert_eq!(positions(&[3.0, 1.0]), Some(vec![2, 0]));
        assert_eq!((largest_position(&[]), largest_position(&[7.0, 2.0])), (Some(0), Some(7)));
        for bad in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY, 1e300, SHIFT] {
            assert_eq!(positions(&[1.0, bad]), None, "{bad}");
        }
        assert_eq!(numbers(&[2, 0]), [3.0, 1.0]);
    }

    #[test]
    fn reading_and_writing() {
        let n = PARALLEL + 77;
        let entries: Vec<f64> = (0..n).map(|i| i as f64 - 1000.0).collect();
        let turned: Vec<usize> = (0..n).rev().collect();
        assert!(gather(&entries, &turned).unwrap().iter().eq(entries.iter().rev()));
        assert_eq!(gather(&entries, &[n]), None);
        assert_eq!(gather(&[], &[]), Some(vec![]));
        let mask: Vec<bool> = entries.iter().map(|x| x % 3.0 == 0.0).collect();
        let kept: Vec<f64> = entries.iter().copied().filter(|x| x % 3.0 == 0.0).collect();
        assert_eq!(masked(&entries, &mask), kept);
        assert_eq!(find(&mask)[..2], [2.0, 5.0]);
        let mut filled = entries.clone();
        fill_masked(&mut filled, &mask, 0.5);
        assert!(
            filled.iter().zip(&entries).all(|(f, e)| *f == if e % 3.0 == 0.0 { 0.5 } else { *e })
        );
    }

    #[test]
    fn sums_of_groups() {
        let n = PARALLEL + 5;
        let at: Vec<f64> = (0..n).map(|i| (i % 1000 + 1) as f64).collect();
        let ones = sums_by_position(&at, &[1.0], 1000);
        assert_eq!((ones[0], ones[999]), (((n - 1) / 1000 + 1) as f64, (n / 1000) as f64));
        assert_eq!(sums_by_position(&at, &vec![1.0; n], 1000), ones);
        assert_eq!(sums_by_position(&[], &[], 2), [0.0, 0.0]);
    }
}
