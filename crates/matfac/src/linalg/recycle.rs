//! Large buffers are kept for the next one that asks.
//!
//! Fresh memory comes from the operating system in pages of 4 KiB, each of which costs a fault and is zeroed: for a
//! pass over 10⁷ numbers that is three times the arithmetic. [`Recycler`] is a global allocator that hands requests from
//! [`LARGE`] bytes on to regions of its own, aligned and advised for huge pages, and keeps the regions that are given
//! back: `C = A + B` in a loop then finds the buffer of the C before the last one. Smaller requests go to the system's
//! allocator untouched.
//!
//! What is kept is bounded, by [`SLOTS`] regions and by an eighth of the machine's memory; the oldest goes first. The
//! kernel is told that it may take the pages of kept regions whenever memory is short (`MADV_FREE`), and
//! [`super::memory::entries`] asks for all of them back before it refuses a matrix.
//!
//! A program chooses it with `#[global_allocator]`; the library alone does not. Elsewhere than on Linux it is the
//! system's allocator.

use std::alloc::{GlobalAlloc, Layout, System};

/// Requests from this many bytes on are recycled. Below, the system's allocator has the pages at hand itself.
pub const LARGE: usize = 4 << 20;
/// How many regions are kept.
pub const SLOTS: usize = 16;

/// The allocator: see the module.
#[derive(Debug, Clone, Copy, Default)]
pub struct Recycler;

// SAFETY: every request is passed on to the system's allocator or to `regions`, by a rule that depends on the layout
// alone, so that memory is given back where it came from; both keep `GlobalAlloc`'s promises.
unsafe impl GlobalAlloc for Recycler {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match regions::size(layout) {
            None => unsafe { System.alloc(layout) },
            Some(bytes) => regions::take(bytes).0,
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(bytes) = regions::size(layout) else {
            return unsafe { System.alloc_zeroed(layout) };
        };
        let (region, is_fresh) = regions::take(bytes);
        if !region.is_null() && !is_fresh {
            // SAFETY: the region has at least as many bytes as the layout.
            unsafe { region.write_bytes(0, layout.size()) };
        }
        region
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        match regions::size(layout) {
            None => unsafe { System.dealloc(memory, layout) },
            Some(bytes) => regions::give(memory, bytes),
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the size is valid for the alignment.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (regions::size(layout), regions::size(wanted)) {
            (None, None) => unsafe { System.realloc(memory, layout, size) },
            (Some(old), Some(new)) if old == new => memory,
            _ => {
                let moved = unsafe { self.alloc(wanted) };
                if !moved.is_null() {
                    // SAFETY: two different blocks, each with at least this many bytes.
                    unsafe { moved.copy_from_nonoverlapping(memory, size.min(layout.size())) };
                    unsafe { self.dealloc(memory, layout) };
                }
                moved
            }
        }
    }
}

/// Gives every kept region back to the operating system.
pub fn release() {
    regions::release();
}

#[cfg(target_os = "linux")]
mod regions {
    use super::{LARGE, Layout, SLOTS};
    use std::ptr::null_mut;
    use std::sync::Mutex;

    /// A huge page, which regions are aligned to and multiples of.
    const PAGE: usize = 2 << 20;

    #[derive(Clone, Copy)]
    struct Region {
        start: *mut u8,
        bytes: usize,
    }

    /// Kept regions, oldest first.
    struct Kept {
        regions: [Region; SLOTS],
        count: usize,
        bytes: usize,
        /// What may be kept; 0 until the system has been asked.
        limit: usize,
    }

    // SAFETY: a kept region belongs to nobody but the list.
    unsafe impl Send for Kept {}

    static KEPT: Mutex<Kept> = Mutex::new(Kept {
        regions: [Region { start: null_mut(), bytes: 0 }; SLOTS],
        count: 0,
        bytes: 0,
        limit: 0,
    });

    impl Kept {
        fn remove(&mut self, at: usize) -> Region {
            let region = self.regions[at];
            self.regions.copy_within(at + 1..self.count, at);
            self.count -= 1;
            self.bytes -= region.bytes;
            region
        }
    }

    /// The bytes of the region for a layout, unless the system's allocator serves it.
    pub fn size(layout: Layout) -> Option<usize> {
        let is_ours = layout.size() >= LARGE && layout.align() <= PAGE;
        is_ours.then(|| layout.size().next_multiple_of(PAGE))
    }

    /// A region, and whether it is fresh, hence zero; null when there is none to be had.
    pub fn take(bytes: usize) -> (*mut u8, bool) {
        let mut kept = KEPT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // The youngest may still be in the cache.
        if let Some(at) = kept.regions[..kept.count].iter().rposition(|r| r.bytes == bytes) {
            return (kept.remove(at).start, false);
        }
        drop(kept);
        let mut start = map(bytes);
        if start.is_null() {
            release();
            start = map(bytes);
        }
        (start, true)
    }

    /// Takes a region back.
    pub fn give(start: *mut u8, bytes: usize) {
        let mut kept = KEPT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if kept.limit == 0 {
            kept.limit = machine_bytes() / 8;
        }
        if bytes > kept.limit {
            drop(kept);
            return unmap(start, bytes);
        }
        while kept.count == SLOTS || kept.bytes + bytes > kept.limit {
            let oldest = kept.remove(0);
            unmap(oldest.start, oldest.bytes);
        }
        // SAFETY: the region is mapped and nobody uses it; its content may be lost.
        unsafe { libc::madvise(start.cast(), bytes, libc::MADV_FREE) };
        let at = kept.count;
        kept.regions[at] = Region { start, bytes };
        kept.count += 1;
        kept.bytes += bytes;
    }

    pub fn release() {
        let mut kept = KEPT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        while kept.count > 0 {
            let region = kept.remove(0);
            unmap(region.start, region.bytes);
        }
    }

    /// Zeroed memory from the operating system, aligned to huge pages; null when it has none.
    fn map(bytes: usize) -> *mut u8 {
        let Some(padded) = bytes.checked_add(PAGE) else { return null_mut() };
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a new anonymous mapping touches nothing that exists.
        let memory = unsafe { libc::mmap(null_mut(), padded, protection, flags, -1, 0) };
        if memory == libc::MAP_FAILED {
            return null_mut();
        }
        let memory = memory.cast::<u8>();
        let head = memory.align_offset(PAGE);
        // SAFETY: `head` is less than PAGE, so that the region lies inside the mapping; what lies before and after it is
        // unmapped, in whole pages, and nobody has seen it.
        unsafe {
            let start = memory.add(head);
            unmap(memory, head);
            unmap(start.add(bytes), PAGE - head);
            libc::madvise(start.cast(), bytes, libc::MADV_HUGEPAGE);
            start
        }
    }

    fn unmap(start: *mut u8, bytes: usize) {
        if bytes > 0 {
            // SAFETY: callers pass a mapping of `map`, or a part of one, that nobody uses.
            unsafe { libc::munmap(start.cast(), bytes) };
        }
    }

    fn machine_bytes() -> usize {
        // SAFETY: only asks.
        let (pages, size) =
            unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
        usize::try_from(pages).unwrap_or(0) * usize::try_from(size).unwrap_or(0)
    }
}

#[cfg(not(target_os = "linux"))]
mod regions {
    use super::Layout;

    pub fn size(_: Layout) -> Option<usize> {
        None
    }

    pub fn take(_: usize) -> (*mut u8, bool) {
        (std::ptr::null_mut(), true)
    }

    pub fn give(_: *mut u8, _: usize) {}

    pub fn release() {}
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// What a request of so many bytes gets, and gives back again.
    fn visit(bytes: usize, zeroed: bool) -> (usize, bool) {
        let layout = Layout::from_size_align(bytes, 8).unwrap();
        // SAFETY: the block is used within its layout and given back once.
        unsafe {
            let block = if zeroed { Recycler.alloc_zeroed(layout) } else { Recycler.alloc(layout) };
            let is_zero = (0..bytes).step_by(997).all(|i| *block.add(i) == 0);
            block.write_bytes(7, bytes);
            Recycler.dealloc(block, layout);
            (block as usize, is_zero)
        }
    }

    #[test]
    fn regions_come_back_and_zeroed_ones_are_zero() {
        // A size that no other test asks for.
        let bytes = 46 << 20;
        let (first, _) = visit(bytes, false);
        assert_eq!(first % (2 << 20), 0);
        assert_eq!(visit(bytes - 5, true), (first, true));
        release();
        assert!(visit(bytes, true).1);
        assert!(visit(LARGE - 1, true).1);
    }

    #[test]
    fn growth_keeps_what_was_written() {
        let small = Layout::from_size_align(1000, 8).unwrap();
        let sizes = [LARGE, LARGE + 1, 3 * LARGE, LARGE / 2];
        // SAFETY: each layout passed is the one the block has.
        unsafe {
            let mut block = Recycler.alloc(small);
            block.write_bytes(9, 1000);
            let mut layout = small;
            for size in sizes {
                block = Recycler.realloc(block, layout, size);
                layout = Layout::from_size_align(size, 8).unwrap();
                assert!((0..1000).all(|i| *block.add(i) == 9));
            }
            Recycler.dealloc(block, layout);
        }
    }
}
