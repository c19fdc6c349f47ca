//! Wide vectors where the processor has them, and leaving vector registers clean behind hand-written kernels.
//!
//! The program is compiled for processors with 128-bit vectors. `wide` compiles a loop a second and third time, for
//! 256 and 512 bits, and runs the widest that there is; the operations and their order, hence the bits, are the same.
//!
//! On x86, a kernel that returns without `vzeroupper` leaves the upper halves of the vector registers
//! dirty, and on some processors every switch between older (SSE) and newer (AVX) instructions then
//! costs hundreds of cycles until somebody clears them. Measured on one such machine: `exp` of a million
//! numbers took 2.6 ms in a fresh process, 70 ms after a few factorizations and products by faer, and
//! 5 ms after the same with the registers cleared. Hence a [`Clean`] guard around every call of faer, and
//! [`clean`] at the start of each task of our own on the thread pool.

/// Clears the upper halves of this thread's vector registers, where the processor has such.
#[inline]
pub fn clean() {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx") {
        // SAFETY: the instruction exists, as just checked, and no value lives in the upper halves: this
        // crate is compiled for a target without them, and elsewhere the compiler saves its own.
        unsafe { std::arch::x86_64::_mm256_zeroupper() }
    }
}

/// Runs `f` compiled for the widest vectors of this processor. What `f` calls must be inlined into it to profit.
#[inline(always)]
pub(crate) fn wide<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        if has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq") {
            // SAFETY: the features that the function is compiled for were just detected.
            return unsafe { bits_512(f) };
        }
        if has!("avx2") {
            // SAFETY: as above.
            return unsafe { bits_256(f) };
        }
    }
    f()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq")]
fn bits_512<R>(f: impl FnOnce() -> R) -> R {
    f()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn bits_256<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// Defines a kernel that runs compiled for the widest vectors there are. [`wide`] takes a closure, and one that is long the
/// compiler calls instead of compiling it anew. For functions over a kind of numbers, `Scalar + Entry`.
macro_rules! widened {
    ($(#[$docs:meta])* fn $name:ident<$number:ident $(, const $width:ident)?>($($arg:ident: $type:ty),*) $body:block) => {
        $(#[$docs])*
        fn $name<$number: Scalar + Entry $(, const $width: usize)?>($($arg: $type),*) {
            #[inline(always)]
            fn plain<$number: Scalar + Entry $(, const $width: usize)?>($($arg: $type),*) $body
            #[cfg(target_arch = "x86_64")]
            {
                use std::arch::is_x86_feature_detected as has;
                #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq")]
                fn bits_512<$number: Scalar + Entry $(, const $width: usize)?>($($arg: $type),*) {
                    plain::<$number $(, $width)?>($($arg),*);
                }
                #[target_feature(enable = "avx2")]
                fn bits_256<$number: Scalar + Entry $(, const $width: usize)?>($($arg: $type),*) {
                    plain::<$number $(, $width)?>($($arg),*);
                }
                if has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq") {
                    // SAFETY: the features that the function is compiled for were just detected.
                    return unsafe { bits_512::<$number $(, $width)?>($($arg),*) };
                }
                if has!("avx2") {
                    // SAFETY: as above.
                    return unsafe { bits_256::<$number $(, $width)?>($($arg),*) };
                }
            }
            plain::<$number $(, $width)?>($($arg),*);
        }
    };
}
pub(crate) use widened;

/// Calls [`clean`] when it goes out of scope.
#[derive(Debug)]
pub struct Clean;

impl Drop for Clean {
    fn drop(&mut self) {
        clean();
    }
}
