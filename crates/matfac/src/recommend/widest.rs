//! Kernels of recommenders compiled for the widest vectors there are; see [`crate::linalg::simd`].

/// Defines functions that run compiled for 512-bit, 256-bit or the usual vectors, whichever the processor has.
///
/// What they call must be `#[inline(always)]` to profit. The order of operations, hence the bits, are the same.
macro_rules! widest {
    ($($(#[$docs:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? $body:block)*) => {$(
        $(#[$docs])*
        pub(super) fn $name($($arg: $type),*) $(-> $out)? {
            #[inline(always)]
            fn plain($($arg: $type),*) $(-> $out)? $body
            #[cfg(target_arch = "x86_64")]
            {
                use std::arch::is_x86_feature_detected as has;
                #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq")]
                fn bits_512($($arg: $type),*) $(-> $out)? {
                    plain($($arg),*)
                }
                #[target_feature(enable = "avx2")]
                fn bits_256($($arg: $type),*) $(-> $out)? {
                    plain($($arg),*)
                }
                if has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq") {
                    // SAFETY: the features that the function is compiled for were just detected.
                    return unsafe { bits_512($($arg),*) };
                }
                if has!("avx2") {
                    // SAFETY: as above.
                    return unsafe { bits_256($($arg),*) };
                }
            }
            plain($($arg),*)
        }
    )*};
}
pub(super) use widest;
