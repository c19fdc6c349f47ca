//! Functions that run compiled for the widest vectors there are.
//!
//! `simd::wide` takes a closure, and one as long as the kernels here the compiler calls instead of compiling it anew. The
//! operations and their order, hence the bits, are the same for every width.

macro_rules! wide_fn {
    ($(#[$docs:meta])* fn $name:ident$(<const $c:ident: usize>)?($($arg:ident: $type:ty),* $(,)?) -> $result:ty $body:block) => {
        $(#[$docs])*
        #[allow(clippy::too_many_arguments)] // what a loop needs, not what a caller remembers
        pub(super) fn $name$(<const $c: usize>)?($($arg: $type),*) -> $result {
            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            fn plain$(<const $c: usize>)?($($arg: $type),*) -> $result $body
            #[cfg(target_arch = "x86_64")]
            {
                use std::arch::is_x86_feature_detected as has;
                #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq")]
                #[allow(clippy::too_many_arguments)]
                fn bits_512$(<const $c: usize>)?($($arg: $type),*) -> $result {
                    plain$(::<$c>)?($($arg),*)
                }
                #[target_feature(enable = "avx2")]
                #[allow(clippy::too_many_arguments)]
                fn bits_256$(<const $c: usize>)?($($arg: $type),*) -> $result {
                    plain$(::<$c>)?($($arg),*)
                }
                if has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq") {
                    // SAFETY: the features that the function is compiled for were just detected.
                    return unsafe { bits_512$(::<$c>)?($($arg),*) };
                }
                if has!("avx2") {
                    // SAFETY: as above.
                    return unsafe { bits_256$(::<$c>)?($($arg),*) };
                }
            }
            plain$(::<$c>)?($($arg),*)
        }
    };
}
pub(super) use wide_fn;

/// As [`wide_fn`], with two more constants in the body: `WIDE`, whether there are 512 bits, and `FUSED`, whether a product
/// and a sum are one instruction, for [`fused`]. The bits are those of one machine, whatever its threads.
macro_rules! fused_fn {
    ($(#[$docs:meta])* fn $name:ident$(<const $c:ident: usize>)?($($arg:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$docs])*
        #[allow(clippy::too_many_arguments)] // what a loop needs, not what a caller remembers
        pub(super) fn $name$(<const $c: usize>)?($($arg: $type),*) {
            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            fn plain<$(const $c: usize,)? const WIDE: bool, const FUSED: bool>($($arg: $type),*) $body
            #[cfg(target_arch = "x86_64")]
            {
                use std::arch::is_x86_feature_detected as has;
                #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,fma")]
                #[allow(clippy::too_many_arguments)]
                fn bits_512$(<const $c: usize>)?($($arg: $type),*) {
                    plain::<$($c,)? true, true>($($arg),*);
                }
                #[target_feature(enable = "avx2,fma")]
                #[allow(clippy::too_many_arguments)]
                fn bits_256$(<const $c: usize>)?($($arg: $type),*) {
                    plain::<$($c,)? false, true>($($arg),*);
                }
                if has!("fma") {
                    let has_512 = has!("avx512f") && has!("avx512vl");
                    if has_512 && has!("avx512bw") && has!("avx512dq") {
                        // SAFETY: the features that the function is compiled for were just detected.
                        return unsafe { bits_512$(::<$c>)?($($arg),*) };
                    }
                    if has!("avx2") {
                        // SAFETY: as above.
                        return unsafe { bits_256$(::<$c>)?($($arg),*) };
                    }
                }
            }
            plain::<$($c,)? false, false>($($arg),*);
        }
    };
}
pub(super) use fused_fn;

/// `a*b + c`, in one instruction where there is such.
#[inline(always)]
pub(super) fn fused<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}
