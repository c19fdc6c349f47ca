//! New buffers written chunk by chunk on all threads, without being zeroed first.
//!
//! For a pass over 10⁷ numbers zeroing the result on one thread costs more than the pass on two. Buffers from
//! [`PARALLEL`] entries on are split over threads; chunks do not depend on the number of threads, nor do results.

use super::broadcast::PARALLEL;
use super::simd::{clean, wide};
use rayon::prelude::*;
use std::mem::MaybeUninit;
use std::ops::Range;

/// Entries per chunk: a quarter of a megabyte of numbers, so that a thread's share stays in its cache between passes.
pub(crate) const CHUNK: usize = 1 << 15;

/// The concatenation of `entries(range)` over consecutive ranges that cover `0..len`.
///
/// # Panics
/// When `entries` gives fewer entries than the range is long.
pub(crate) fn build<T, I>(len: usize, entries: impl Fn(Range<usize>) -> I + Sync) -> Vec<T>
where
    T: Copy + Send,
    I: Iterator<Item = T>,
{
    let mut out = Vec::with_capacity(len);
    let write = |(chunk, slots): (usize, &mut [MaybeUninit<T>])| {
        clean();
        let start = chunk * CHUNK;
        let written = wide(|| fill(slots, entries(start..start + slots.len())));
        assert_eq!(written, slots.len(), "a chunk is written as a whole");
    };
    let slots = &mut out.spare_capacity_mut()[..len];
    if len < PARALLEL {
        slots.chunks_mut(CHUNK).enumerate().for_each(write);
    } else {
        slots.par_chunks_mut(CHUNK).enumerate().for_each(write);
    }
    // SAFETY: every slot below `len` lies in a chunk, and every chunk was written as a whole.
    unsafe { out.set_len(len) };
    out
}

#[inline(always)]
fn fill<T>(slots: &mut [MaybeUninit<T>], entries: impl Iterator<Item = T>) -> usize {
    let pairs = slots.iter_mut().zip(entries);
    pairs.fold(0, |written, (slot, entry)| {
        slot.write(entry);
        written + 1
    })
}

/// How many entries of a mask are true.
pub(crate) fn count(mask: &[bool]) -> usize {
    if mask.len() < PARALLEL {
        return count_chunk(mask);
    }
    mask.par_chunks(CHUNK).map(count_chunk).sum()
}

fn count_chunk(mask: &[bool]) -> usize {
    clean();
    wide(|| {
        // Bytes add up faster than words, as long as they cannot overflow.
        let bytes = mask.chunks(255).map(|part| part.iter().fold(0u8, |n, &b| n + u8::from(b)));
        bytes.map(usize::from).sum()
    })
}

/// `entry(i)` for each i where the mask is true, in order. Two passes: the counts say where each chunk writes. `entry`
/// must be defined for all i of the mask: the second pass has no branch that depends on it.
pub(crate) fn compact<T>(mask: &[bool], entry: impl Fn(usize) -> T + Sync) -> Vec<T>
where
    T: Copy + Send,
{
    let large = mask.len() >= PARALLEL;
    let counts: Vec<usize> = if large {
        mask.par_chunks(CHUNK).map(count_chunk).collect()
    } else {
        mask.chunks(CHUNK).map(count_chunk).collect()
    };
    let total = counts.iter().sum();
    let mut out = Vec::with_capacity(total);
    let mut rest = &mut out.spare_capacity_mut()[..total];
    let mut parts = Vec::with_capacity(counts.len());
    for (chunk, &count) in counts.iter().enumerate() {
        let (part, after) = rest.split_at_mut(count);
        parts.push((chunk * CHUNK, part));
        rest = after;
    }
    let write = |(first, slots): (usize, &mut [MaybeUninit<T>])| {
        clean();
        let mut written = 0;
        for (i, &is_kept) in mask[first..].iter().enumerate() {
            if written == slots.len() {
                break;
            }
            slots[written].write(entry(first + i));
            written += usize::from(is_kept);
        }
        assert_eq!(written, slots.len(), "as many are kept as were counted");
    };
    if large {
        parts.into_par_iter().for_each(write);
    } else {
        parts.into_iter().for_each(write);
    }
    // SAFETY: the parts cover the buffer, and each was written as a whole.
    unsafe { out.set_len(total) };
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_make_a_whole() {
        for n in [0, 1, CHUNK, CHUNK + 1, PARALLEL + 3 * CHUNK + 7] {
            let numbers = build(n, |range| range.map(|i| i * 3));
            assert!(numbers.len() == n && numbers.iter().enumerate().all(|(i, &x)| x == i * 3));
            let mask = build(n, |range| range.map(|i| i % 7 == 2 || i % 1000 < 300));
            let kept: Vec<usize> = (0..n).filter(|&i| mask[i]).collect();
            assert_eq!(compact(&mask, |i| i), kept);
            assert_eq!(count(&mask), kept.len());
        }
        assert_eq!(count(&[true; 1000]), 1000);
    }

    #[test]
    #[should_panic(expected = "as a whole")]
    fn short_chunks_are_found_out() {
        build(10, |_| [1.0; 3].into_iter());
    }
}
