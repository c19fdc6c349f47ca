//! Sixteen single-precision numbers at a time, in the registers of the processor at hand.
//!
//! Rows of factors are padded with zeros to whole [`Line`]s, which are aligned, so that a kernel has no tails.
//! A kernel is generic over [`Lanes`]; [`widest!`](widest) compiles it for each kind and runs the best there is. The bits
//! of a result depend on the processor (fused multiplications or not), but on nothing else.

/// Numbers that fill one vector register of the widest kind.
pub(super) const WIDTH: usize = 16;

/// Sixteen numbers in memory, aligned to a cache line.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))]
pub(super) struct Line(pub(super) [f32; WIDTH]);

impl Line {
    pub(super) const ZERO: Line = Line([0.0; WIDTH]);
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

/// Sixteen numbers in registers.
///
/// Only for code that is inlined into a function compiled for them, as [`widest!`](widest) makes.
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
        let x = self.0;
        let eight: [f32; 8] = std::array::from_fn(|n| x[n] + x[n + 8]);
        let four: [f32; 4] = std::array::from_fn(|n| eight[n] + eight[n + 4]);
        (four[0] + four[2]) + (four[1] + four[3])
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
            super::Plain::load(&line).sum()
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Double, Wide};

/// Asks for the lines of memory soon to be read.
#[inline(always)]
pub(super) fn prefetch(lines: &[Line]) {
    #[cfg(target_arch = "x86_64")]
    for line in lines {
        // SAFETY: a hint about an address that exists; SSE is part of the architecture.
        unsafe {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(line).cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = lines;
}

/// `widest! { fn name(a: A) -> B = kernel; }` makes `name` run `kernel::<L, T>(a)` for the widest [`Lanes`] `L` of this
/// processor; `T` is how many sums of sixteen a kernel may keep in registers. The kernel has to be `inline(always)`.
macro_rules! widest {
    ($(#[$docs:meta])* $vis:vis fn $name:ident ($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? = $kernel:ident;) => {
        $(#[$docs])*
        $vis fn $name($($arg: $type),*) $(-> $out)? {
            #[cfg(target_arch = "x86_64")]
            {
                use std::arch::is_x86_feature_detected as has;
                use $crate::recommend::lanes::{Double, Wide};
                #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq")]
                fn wide($($arg: $type),*) $(-> $out)? {
                    $kernel::<Wide, 16>($($arg),*)
                }
                #[target_feature(enable = "avx2,fma")]
                fn double($($arg: $type),*) $(-> $out)? {
                    $kernel::<Double, 4>($($arg),*)
                }
                if has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq") {
                    // SAFETY: the features that the function is compiled for were just detected.
                    return unsafe { wide($($arg),*) };
                }
                if has!("avx2") && has!("fma") {
                    // SAFETY: as above.
                    return unsafe { double($($arg),*) };
                }
            }
            $kernel::<$crate::recommend::lanes::Plain, 2>($($arg),*)
        }
    };
}
pub(super) use widest;
