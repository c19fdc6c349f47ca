//! Sixteen single-precision numbers in memory: a cache line, and one vector of the widest kind.
//!
//! Rows of numbers are padded with zeros to whole lines, which are aligned, so that no kernel has a remainder.

/// Numbers of a line.
pub(super) const WIDTH: usize = 16;

/// Sixteen numbers, aligned to what processors fetch at once.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))]
pub(super) struct Line(pub(super) [f32; WIDTH]);

impl Line {
    pub(super) const ZERO: Line = Line([0.0; WIDTH]);

    /// The sum of the numbers: of halves, and so on.
    #[inline(always)]
    pub(super) fn sum(self) -> f32 {
        let Line(mut x) = self;
        let mut half = WIDTH / 2;
        while half > 0 {
            for n in 0..half {
                x[n] += x[n + half];
            }
            half /= 2;
        }
        x[0]
    }
}

/// Lines that `k` numbers take.
pub(super) fn lines(k: usize) -> usize {
    k.div_ceil(WIDTH)
}

/// The numbers of lines, padding included.
pub(super) fn flat(lines: &[Line]) -> &[f32] {
    // SAFETY: a line is sixteen numbers without padding between them (`repr(C)`, size 64).
    unsafe { std::slice::from_raw_parts(lines.as_ptr().cast(), lines.len() * WIDTH) }
}

/// As [`flat`], to write to.
pub(super) fn flat_mut(lines: &mut [Line]) -> &mut [f32] {
    // SAFETY: as above; the borrow is exclusive.
    unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), lines.len() * WIDTH) }
}

/// Fetches lines that will be needed soon.
#[inline(always)]
pub(super) fn prefetch(lines: &[Line]) {
    lines.iter().for_each(fetch);
}

/// [`prefetch`] of a row in double precision.
#[inline(always)]
pub(super) fn prefetch_numbers(row: &[f64]) {
    row.iter().step_by(8).for_each(fetch);
}

/// Fetches the cache line where something begins.
#[inline(always)]
fn fetch<T>(place: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint, which reads nothing, in the instruction set of every such processor.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(place).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
}
