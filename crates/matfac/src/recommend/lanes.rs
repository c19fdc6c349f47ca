//! Sixteen single-precision numbers at a time, in the registers of the processor at hand.
//!
//! A kernel is generic over [`Lanes`]; [`widest!`](super::widest) compiles it for each kind and runs the best there is.
//! The bits of a result depend on the processor (fused multiplications or not), but on nothing else.

use super::line::{Line, WIDTH};

/// Sixteen numbers in registers.
///
/// Only for code that is inlined into a function compiled for them, as [`widest!`](super::widest) makes.
pub(super) trait Lanes: Copy {
    fn splat(x: f32) -> Self;
    fn load(line: &Line) -> Self;
    fn store(self, line: &mut Line);
    fn add(self, other: Self) -> Self;
    /// `self * by + to`, rounded once where the processor can.
    fn times_plus(self, by: Self, to: Self) -> Self;
    fn sum(self) -> f32;
}

/// Where nothing better is known: what the compiler makes of a loop.
#[derive(Clone, Copy)]
pub(super) struct Plain([f32; WIDTH]);

impl Lanes for Plain {
    #[inline(always)]
    fn splat(x: f32) -> Self {
        Plain([x; WIDTH])
    }
    #[inline(always)]
    fn load(line: &Line) -> Self {
        Plain(line.0)
    }
    #[inline(always)]
    fn store(self, line: &mut Line) {
        line.0 = self.0;
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Plain(std::array::from_fn(|n| self.0[n] + other.0[n]))
    }
    #[inline(always)]
    fn times_plus(self, by: Self, to: Self) -> Self {
        Plain(std::array::from_fn(|n| self.0[n] * by.0[n] + to.0[n]))
    }
    #[inline(always)]
    fn sum(self) -> f32 {
        Line(self.0).sum()
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Lanes, Line};
    use std::arch::x86_64::*;

    /// One register of 512 bits.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Wide(__m512);

    // SAFETY of all that follows: the trait's code is only reached from functions compiled for these instructions,
    // which `widest!` calls after detecting them; lines are aligned to 64 bytes.
    impl Lanes for Wide {
        #[inline(always)]
        fn splat(x: f32) -> Self {
            Wide(unsafe { _mm512_set1_ps(x) })
        }
        #[inline(always)]
        fn load(line: &Line) -> Self {
            Wide(unsafe { _mm512_load_ps(line.0.as_ptr()) })
        }
        #[inline(always)]
        fn store(self, line: &mut Line) {
            unsafe { _mm512_store_ps(line.0.as_mut_ptr(), self.0) }
        }
        #[inline(always)]
        fn add(self, other: Self) -> Self {
            Wide(unsafe { _mm512_add_ps(self.0, other.0) })
        }
        #[inline(always)]
        fn times_plus(self, by: Self, to: Self) -> Self {
            Wide(unsafe { _mm512_fmadd_ps(self.0, by.0, to.0) })
        }
        #[inline(always)]
        fn sum(self) -> f32 {
            unsafe { _mm512_reduce_add_ps(self.0) }
        }
    }

    /// Two registers of 256 bits.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Double(__m256, __m256);

    impl Lanes for Double {
        #[inline(always)]
        fn splat(x: f32) -> Self {
            let x = unsafe { _mm256_set1_ps(x) };
            Double(x, x)
        }
        #[inline(always)]
        fn load(line: &Line) -> Self {
            let at = line.0.as_ptr();
            unsafe { Double(_mm256_load_ps(at), _mm256_load_ps(at.add(8))) }
        }
        #[inline(always)]
        fn store(self, line: &mut Line) {
            let at = line.0.as_mut_ptr();
            unsafe {
                _mm256_store_ps(at, self.0);
                _mm256_store_ps(at.add(8), self.1);
            }
        }
        #[inline(always)]
        fn add(self, other: Self) -> Self {
            unsafe { Double(_mm256_add_ps(self.0, other.0), _mm256_add_ps(self.1, other.1)) }
        }
        #[inline(always)]
        fn times_plus(self, by: Self, to: Self) -> Self {
            unsafe {
                Double(_mm256_fmadd_ps(self.0, by.0, to.0), _mm256_fmadd_ps(self.1, by.1, to.1))
            }
        }
        #[inline(always)]
        fn sum(self) -> f32 {
            let mut line = Line::ZERO;
            self.store(&mut line);
            line.sum()
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Double, Wide};
