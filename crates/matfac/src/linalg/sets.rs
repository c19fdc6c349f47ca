//! Distinct numbers of a list, and which numbers occur in another list.
//!
//! Distinct numbers are found by sorting. Membership is decided by a hash table with open addressing (linear probing,
//! at most three quarters full); threads build its parts, of hashes with the same leading bits, and then look up pieces
//! of the other list. NaN equals nothing; -0 equals 0. Cost: a sort; a table of 24 to 43 bytes for each number of the
//! second list, and one or two cache misses for each number of both.
//!
//! Reference: Knuth, The Art of Computer Programming, vol. 3, section 6.4, algorithm L.

use super::broadcast::PARALLEL;
use super::buffer::{build, compact};
use super::order::sorted_slice;
use super::simd::clean;
use rayon::prelude::*;

/// The distinct numbers in ascending order, of equal ones the first; every NaN is distinct and comes last.
pub fn distinct(x: &[f64]) -> Vec<f64> {
    let sorted = sorted_slice(x, false);
    if sorted.is_empty() {
        return sorted;
    }
    // NaN differs from its predecessor, whatever that is.
    let differs = |range: std::ops::Range<usize>| {
        let start = range.start;
        let first = std::iter::once(start == 0 || sorted[start] != sorted[start.max(1) - 1]);
        first.chain(sorted[range].windows(2).map(|pair| pair[0] != pair[1]))
    };
    let is_first = build(sorted.len(), differs);
    compact(&is_first, |i| sorted[i])
}

/// Which entries of `x` occur in `set`.
pub fn occur(x: &[f64], set: &[f64]) -> Vec<bool> {
    let table = Table::new(set);
    build(x.len(), |range| x[range].iter().map(|&v| table.find(v).is_some()))
}

/// For each entry of `x` the last place in `set` where it stands, counted from 1; 0 where there is none.
pub fn places(x: &[f64], set: &[f64]) -> Vec<f64> {
    let table = Table::new(set);
    build(x.len(), |range| x[range].iter().map(|&v| table.find(v).map_or(0.0, |k| (k + 1) as f64)))
}

/// A number's bits and the last place where it occurs; a free slot has no place.
#[derive(Clone, Copy)]
struct Slot {
    bits: u64,
    place: usize,
}

const FREE: Slot = Slot { bits: 0, place: usize::MAX };

struct Table {
    parts: Vec<Vec<Slot>>,
    /// The part of a hash is in the bits from here on.
    shift: u32,
}

/// The bits of a number, equal for equal numbers.
fn bits_of(x: f64) -> u64 {
    // -0 becomes 0.
    (x + 0.0).to_bits()
}

/// Mixes all bits into all (the finaliser of MurmurHash3).
fn hash(bits: u64) -> u64 {
    let h = (bits ^ bits >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let h = (h ^ h >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ h >> 33
}

impl Table {
    fn new(set: &[f64]) -> Table {
        let threads = if set.len() < PARALLEL { 1 } else { rayon::current_num_threads() };
        let parts = threads.next_power_of_two();
        // A shift by all 64 bits is none at all.
        let shift = u64::BITS - 1 - parts.ilog2();
        let table = |part: usize| {
            clean();
            let of_part =
                |v: &f64| !v.is_nan() && (hash(bits_of(*v)) >> shift >> 1) as usize == part;
            let count = set.iter().filter(|v| of_part(v)).count();
            let mut slots = vec![FREE; (count + count / 3 + 1).next_power_of_two()];
            for (place, v) in set.iter().enumerate().filter(|(_, v)| of_part(v)) {
                let bits = bits_of(*v);
                let at = probe(&slots, bits);
                slots[at] = Slot { bits, place };
            }
            slots
        };
        let parts = match parts {
            1 => vec![table(0)],
            _ => (0..parts).into_par_iter().map(table).collect(),
        };
        Table { parts, shift }
    }

    fn find(&self, x: f64) -> Option<usize> {
        if x.is_nan() {
            return None;
        }
        let bits = bits_of(x);
        let part = &self.parts[(hash(bits) >> self.shift >> 1) as usize];
        let place = part[probe(part, bits)].place;
        (place != FREE.place).then_some(place)
    }
}

/// Where these bits are, or the free slot where they would be. A table is never full.
fn probe(slots: &[Slot], bits: u64) -> usize {
    let mask = slots.len() - 1;
    let mut at = hash(bits) as usize & mask;
    while slots[at].place != FREE.place && slots[at].bits != bits {
        at = (at + 1) & mask;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Random;

    #[test]
    fn members_and_their_last_places() {
        let set = [3.0, -0.0, f64::NAN, 3.0, f64::INFINITY];
        let x = [0.0, 3.0, f64::NAN, 4.0, f64::INFINITY];
        assert_eq!(occur(&x, &set), [true, true, false, false, true]);
        assert_eq!(places(&x, &set), [2.0, 4.0, 0.0, 0.0, 5.0]);
        assert_eq!(places(&x, &[]), [0.0; 5]);
    }

    #[test]
    fn large_lists() {
        let n = PARALLEL + 1234;
        let set: Vec<f64> =
            Random::seeded(3).normals(n).iter().map(|x| (x * 1e5).round()).collect();
        let mut last = std::collections::HashMap::new();
        for (k, v) in set.iter().enumerate() {
            last.insert(*v as i64, k + 1);
        }
        let x: Vec<f64> = (0..n).map(|i| i as f64 - 1e5).collect();
        let expected = x.iter().map(|v| last.get(&(*v as i64)).map_or(0.0, |&k| k as f64));
        assert!(places(&x, &set).into_iter().eq(expected));
        let distinct = distinct(&set);
        assert!(distinct.len() == last.len() && distinct.is_sorted());
    }

    #[test]
    fn distinct_numbers() {
        let d = distinct(&[2.0, f64::NAN, 0.0, -0.0, 2.0, f64::NAN, -1.0]);
        assert_eq!(d[..3], [-1.0, 0.0, 2.0]);
        assert!(d.len() == 5 && d[1].is_sign_positive() && d[3].is_nan() && d[4].is_nan());
        assert!(distinct(&[]).is_empty());
    }
}
