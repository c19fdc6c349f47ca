//! Memory that is written before it is read: results that all threads write, without being zeroed first.
//!
//! For what is bound by memory, zeroing the result on one thread costs as much as computing it on two. A buffer is divided
//! into consecutive parts, each is appended to by one thread, and it counts as written only when every part is full.

use super::columns::each;
use std::mem::MaybeUninit;

/// A part of a buffer, which is appended to.
pub(super) struct Slots<'a, T> {
    slots: &'a mut [MaybeUninit<T>],
    written: usize,
}

impl<T: Copy> Slots<'_, T> {
    /// Appends one. Panics when there is no room.
    #[inline(always)]
    pub(super) fn push(&mut self, x: T) {
        self.slots[self.written].write(x);
        self.written += 1;
    }

    /// Appends a few, as many as there is room for.
    #[inline(always)]
    pub(super) fn extend(&mut self, list: impl Iterator<Item = T>) {
        let room = self.slots[self.written..].iter_mut();
        self.written += room.zip(list).map(|(slot, x)| slot.write(x)).count();
    }

    /// Appends a few. Panics when there is no room.
    #[inline(always)]
    pub(super) fn copy(&mut self, list: &[T]) {
        let end = self.written + list.len();
        self.slots[self.written..end].write_copy_of_slice(list);
        self.written = end;
    }

    fn is_full(&self) -> bool {
        self.written == self.slots.len()
    }
}

/// A buffer of parts of these lengths, one behind the other, that `write` gets and fills.
///
/// # Panics
/// When a part is not full at the end.
pub(super) fn assembled<T: Copy>(
    lengths: impl Iterator<Item = usize> + Clone,
    write: impl FnOnce(&mut [Slots<'_, T>]),
) -> Vec<T> {
    let total = lengths.clone().sum();
    let mut buffer = Vec::with_capacity(total);
    let mut rest = &mut buffer.spare_capacity_mut()[..total];
    let mut parts = Vec::new();
    for length in lengths {
        let (slots, after) = rest.split_at_mut(length);
        parts.push(Slots { slots, written: 0 });
        rest = after;
    }
    write(&mut parts);
    assert!(parts.iter().all(Slots::is_full), "every part is written as a whole");
    // SAFETY: the parts cover the first `total` slots, and each was written as a whole: `written` counts what was.
    unsafe { buffer.set_len(total) };
    buffer
}

/// The places and entries of parts with so many entries, which `write(part, places, entries)` fills, on all threads.
///
/// # Panics
/// When a part is not full at the end.
pub(super) fn in_parts<T: Copy + Send>(
    lengths: &[usize],
    write: impl Fn(usize, &mut Slots<'_, u32>, &mut Slots<'_, T>) + Sync + Send,
) -> (Vec<u32>, Vec<T>) {
    let mut entries = Vec::new();
    let places = assembled(lengths.iter().copied(), |places| {
        entries = assembled(lengths.iter().copied(), |entries| {
            let pairs = places.iter_mut().zip(entries.iter_mut()).enumerate().collect();
            each(pairs, |(part, (places, entries))| write(part, places, entries));
        });
    });
    (places, entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_written_behind_one_another() {
        let lengths = [2, 0, 3];
        let (places, entries) = in_parts::<f64>(&lengths, |part, places, entries| {
            (0..lengths[part]).for_each(|k| places.push((10 * part + k) as u32));
            entries.extend(std::iter::repeat(part as f64));
        });
        assert_eq!((places, entries), (vec![0, 1, 20, 21, 22], vec![0.0, 0.0, 2.0, 2.0, 2.0]));
    }

    #[test]
    #[should_panic(expected = "as a whole")]
    fn a_part_that_is_not_full_is_found_out() {
        assembled(std::iter::once(3), |parts| parts[0].copy(&[1, 2]));
    }
}
