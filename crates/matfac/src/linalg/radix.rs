//! Sorting by integer keys: stable, on all threads.
//!
//! A radix sort from the top: one pass finds the range of the keys, one counts them by their leading bits within that
//! range, one moves each to its bucket; then the buckets are sorted in the same way, by now in the cache, until they are
//! so short that one insertion sort finishes all of them. A long input is first dealt out by the numbers instead of
//! their bits where a sample says that this spreads them better: half of all numbers between 0 and 1 have the same
//! exponent. Threads count and move pieces of long inputs and share the buckets. Cost: two or three moves of each item
//! where keys are spread evenly; at worst one for every 3 bits of the key.
//!
//! References: McIlroy, Bostic & McIlroy, Engineering radix sort (1993); Neubert, The flashsort1 algorithm (1998).

use super::broadcast::PARALLEL;
use super::simd::clean;
use rayon::prelude::*;

/// Something that is sorted by a key.
pub(super) trait Keyed: Copy + Send + Sync {
    /// What the order goes by.
    fn key(self) -> u64;
}

/// A number is sorted by its bits, made to ascend: every negative one is below every positive one, -0 below 0. NaN is
/// beyond the infinities, on the side of its sign.
impl Keyed for f64 {
    #[inline(always)]
    fn key(self) -> u64 {
        let bits = self.to_bits();
        bits ^ ((bits as i64 >> 63) as u64 | 1 << 63)
    }
}

/// A key and the place it was found at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    /// What the order goes by.
    pub key: u64,
    /// Where it stood.
    pub place: usize,
}

impl Keyed for Placed {
    #[inline(always)]
    fn key(self) -> u64 {
        self.key
    }
}

/// Buckets that an insertion sort finishes.
const SHORT: usize = 32;
/// Items of a bucket that a level aims at, as a power of two.
const AIM: u32 = 1;
/// The most bits a level takes: the places it writes to must stay in the cache.
const BITS: u32 = 12;

/// The items sorted by key, stably.
pub(super) fn sort<T: Keyed>(items: &[T]) -> Vec<T> {
    let level = if items.len() > SHORT { Level::of(items) } else { None };
    let Some(level) = level.map(|level| level.or_linear(items)) else {
        let mut sorted = items.to_vec();
        insert(&mut sorted[..items.len().min(SHORT)]);
        return sorted;
    };
    let mut sorted = Vec::with_capacity(items.len());
    let target = Target(sorted.spare_capacity_mut().as_mut_ptr().cast());
    // SAFETY: there is room for all items, and afterwards they are there.
    let ends = unsafe {
        let ends = level.distribute(items, &target);
        sorted.set_len(items.len());
        ends
    };
    // The room that a bucket needs beside itself is used again for the next one, so that it stays in the cache.
    let sort_bucket = |room: &mut Vec<T>, bucket: &mut [T]| {
        if bucket.len() <= SHORT {
            return insert(bucket);
        }
        if room.len() < bucket.len() {
            room.resize(bucket.len(), bucket[0]);
        }
        sort_level(bucket, &mut room[..bucket.len()], false);
    };
    let buckets = split(&mut sorted, &ends).into_iter();
    if items.len() < PARALLEL {
        let mut room = Vec::new();
        buckets.for_each(|bucket| sort_bucket(&mut room, bucket));
    } else {
        let buckets: Vec<_> = buckets.collect();
        buckets.into_par_iter().for_each_init(Vec::new, |room, bucket| {
            clean();
            sort_bucket(room, bucket);
        });
    }
    sorted
}

/// Sorts `from`, with the result there, or in `to` when it moves. Both have the same length.
fn sort_level<T: Keyed>(from: &mut [T], to: &mut [T], moves: bool) {
    let Some(level) = Level::of(from) else {
        if moves {
            to.copy_from_slice(from);
        }
        return;
    };
    assert_eq!(from.len(), to.len());
    // SAFETY: the target is as long as the source.
    let ends = unsafe { level.distribute(from, &Target(to.as_mut_ptr())) };
    level.finish(from, to, &ends, moves);
}

/// By which bits of the key a level sorts: those from `shift` on, of the distance from the lowest key.
struct Level {
    low: u64,
    high: u64,
    shift: u32,
    bits: u32,
    /// Or by the number's distance from a lowest number, times a factor.
    linear: Option<(f64, f64)>,
}

impl Level {
    /// For these items; nothing when all keys are equal.
    fn of<T: Keyed>(items: &[T]) -> Option<Level> {
        let (low, high) = range(items);
        let bits = items.len().ilog2().saturating_sub(AIM).clamp(1, BITS);
        let shift = (u64::BITS - (high - low).leading_zeros()).saturating_sub(bits);
        (low < high).then_some(Level { low, high, shift, bits, linear: None })
    }

    /// By the numbers, where these are many and a sample of them is spread better so.
    fn or_linear<T: Keyed>(mut self, items: &[T]) -> Level {
        const SAMPLE: usize = 4096;
        let (low, high) = (number(self.low), number(self.high));
        let factor = ((1 << self.bits) - 1) as f64 / (high - low);
        if items.len() < PARALLEL || !factor.is_normal() || self.shift == 0 {
            return self;
        }
        let most = |bucket: &dyn Fn(T) -> usize| {
            let mut counts = vec![0; 1 << self.bits];
            let sample = items.iter().step_by(items.len() / SAMPLE);
            sample.for_each(|&item| counts[bucket(item)] += 1);
            counts.into_iter().max()
        };
        let by_bits = most(&|item| self.by_bits(item));
        if most(&|item| by_number(item, low, factor)) < by_bits {
            self.linear = Some((low, factor));
        }
        self
    }

    #[inline(always)]
    fn by_bits<T: Keyed>(&self, item: T) -> usize {
        ((item.key() - self.low) >> self.shift) as usize
    }

    /// Moves every item to its bucket, in order within each; gives where the buckets end.
    ///
    /// # Safety
    /// The target must have room for as many items.
    unsafe fn distribute<T: Keyed>(&self, from: &[T], to: &Target<T>) -> Vec<usize> {
        // SAFETY: the caller's promise.
        unsafe {
            match self.linear {
                Some((low, factor)) => {
                    self.distribute_by(from, to, |item| by_number(item, low, factor))
                }
                None => self.distribute_by(from, to, |item| self.by_bits(item)),
            }
        }
    }

    /// # Safety
    /// The target must have room for as many items.
    unsafe fn distribute_by<T: Keyed>(
        &self,
        from: &[T],
        to: &Target<T>,
        bucket: impl Fn(T) -> usize + Sync,
    ) -> Vec<usize> {
        let buckets = 1 << self.bits;
        let pieces = if from.len() < PARALLEL { 1 } else { rayon::current_num_threads() };
        let size = from.len().div_ceil(pieces);
        let count = |piece: &[T]| {
            let mut counts = vec![0usize; buckets];
            piece.iter().for_each(|&item| counts[bucket(item)] += 1);
            counts
        };
        let mut next: Vec<Vec<usize>> = match pieces {
            1 => vec![count(from)],
            _ => from.par_chunks(size).map(count).collect(),
        };
        // From counts to where each piece writes its first item of each bucket.
        let mut at = 0;
        let mut ends = Vec::with_capacity(buckets);
        for b in 0..buckets {
            for piece in &mut next {
                at += std::mem::replace(&mut piece[b], at);
            }
            ends.push(at);
        }
        let deal = |(piece, next): (&[T], &mut Vec<usize>)| {
            clean();
            for &item in piece {
                let place = &mut next[bucket(item)];
                // SAFETY: the counts add up to the length, and each place is handed out once, to one thread.
                unsafe { to.put(*place, item) };
                *place += 1;
            }
        };
        match pieces {
            1 => deal((from, &mut next[0])),
            _ => from.par_chunks(size).zip(&mut next).for_each(deal),
        }
        ends
    }

    /// Sorts the buckets, which are in `to` and may use `from`; leaves the result in `to` when it moves, else in `from`.
    fn finish<T: Keyed>(&self, from: &mut [T], to: &mut [T], ends: &[usize], moves: bool) {
        let lengths = ends.iter().scan(0, |start, &end| Some(end - std::mem::replace(start, end)));
        let is_short = lengths.max() <= Some(SHORT);
        if self.shift == 0 || is_short {
            if self.shift > 0 {
                insert(to);
            }
            if !moves {
                from.copy_from_slice(to);
            }
            return;
        }
        let sort_bucket = |(from, to): (&mut [T], &mut [T])| {
            if to.len() > SHORT {
                return sort_level(to, from, !moves);
            }
            insert(to);
            if !moves {
                from.copy_from_slice(to);
            }
        };
        let large = to.len() >= PARALLEL;
        let buckets = split(from, ends).into_iter().zip(split(to, ends));
        if large {
            let buckets: Vec<_> = buckets.collect();
            buckets.into_par_iter().for_each(|bucket| {
                clean();
                sort_bucket(bucket);
            });
        } else {
            buckets.for_each(sort_bucket);
        }
    }
}

/// The number that has this key.
#[inline(always)]
fn number(key: u64) -> f64 {
    f64::from_bits(key ^ ((!key as i64 >> 63) as u64 | 1 << 63))
}

/// Rounding is monotonic, so that no number comes before a smaller one's bucket.
#[inline(always)]
fn by_number<T: Keyed>(item: T, low: f64, factor: f64) -> usize {
    ((number(item.key()) - low) * factor) as usize
}

fn range<T: Keyed>(items: &[T]) -> (u64, u64) {
    let within = |(low, high): (u64, u64), item: &T| (low.min(item.key()), high.max(item.key()));
    let none = (u64::MAX, 0);
    if items.len() < PARALLEL {
        return items.iter().fold(none, within);
    }
    let both = |x: (u64, u64), y: (u64, u64)| (x.0.min(y.0), x.1.max(y.1));
    items
        .par_chunks(super::buffer::CHUNK)
        .map(|c| c.iter().fold(none, within))
        .reduce(|| none, both)
}

/// Memory that threads write to, each to places of its own.
struct Target<T>(*mut T);

// SAFETY: nobody reads through it, and no place is written twice.
unsafe impl<T: Send> Sync for Target<T> {}

impl<T> Target<T> {
    /// # Safety
    /// The place must be inside and nobody else's.
    #[inline(always)]
    unsafe fn put(&self, place: usize, item: T) {
        // SAFETY: the caller's promise.
        unsafe { self.0.add(place).write(item) }
    }
}

fn split<'a, T>(mut items: &'a mut [T], ends: &[usize]) -> Vec<&'a mut [T]> {
    let mut parts = Vec::with_capacity(ends.len());
    let mut start = 0;
    for &end in ends {
        let (part, rest) = items.split_at_mut(end - start);
        parts.push(part);
        (items, start) = (rest, end);
    }
    parts
}

fn insert<T: Keyed>(items: &mut [T]) {
    for i in 1..items.len() {
        let item = items[i];
        let mut j = i;
        while j > 0 && item.key() < items[j - 1].key() {
            items[j] = items[j - 1];
            j -= 1;
        }
        items[j] = item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Random;

    fn check(numbers: Vec<f64>) {
        let place = |(place, x): (usize, &f64)| Placed { key: x.key(), place };
        let placed: Vec<Placed> = numbers.iter().enumerate().map(place).collect();
        let mut expected: Vec<usize> = (0..numbers.len()).collect();
        expected.sort_by(|&i, &j| numbers[i].total_cmp(&numbers[j]));
        let placed = sort(&placed);
        assert!(placed.iter().map(|p| p.place).eq(expected.iter().copied()));
        assert!(numbers.iter().all(|x| number(x.key()).to_bits() == x.to_bits()));
        let sorted = sort(&numbers);
        let bits = |x: &f64| x.to_bits();
        assert!(sorted.iter().map(bits).eq(expected.iter().map(|&i| bits(&numbers[i]))));
    }

    #[test]
    fn any_length_and_distribution() {
        let mut random = Random::seeded(1);
        for n in [0, 1, 2, 31, 33, 200, 5000, PARALLEL + 999] {
            let normals = random.normals(n);
            check(normals.iter().map(|x| (x * 10.0).round()).collect());
            check(normals.iter().map(|x| (x * 200.0).exp()).collect());
            check((0..n).map(|i| if i % 3 == 0 { 0.0 } else { -0.0 }).collect());
            check((0..n).map(|i| f64::from_bits(1 << (i % 63))).collect());
            check((0..n).map(|i| i as f64).collect());
            check((0..n).map(|i| -(i as f64)).collect());
            check(normals);
        }
        check(vec![f64::INFINITY, -1.0, f64::NEG_INFINITY, 5e-324, -5e-324, 1e308]);
    }
}
