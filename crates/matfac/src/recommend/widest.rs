//! Kernels of recommenders compiled for the widest vectors there are; see [`crate::linalg::simd`].

/// Defines functions that run compiled for 512-bit, 256-bit or the usual vectors, whichever the processor has.
///
/// Either functions with bodies, which the compiler turns into vectors: the order of operations, hence the bits, are the
/// same everywhere. Or `fn name(a: A) -> B = kernel;`, which runs `kernel::<L, T>(a)` for the widest
/// [`Lanes`](super::lanes::Lanes) `L` there are; `T` is how many sums of sixteen the kernel may keep in registers. What
/// either calls, and the kernel, must be `#[inline(always)]` to profit.
macro_rules! widest {
    ($($(#[$docs:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? $body:block)*) => {$(
        $(#[$docs])*
        $vis fn $name($($arg: $type),*) $(-> $out)? {
            #[inline(always)]
            fn plain($($arg: $type),*) $(-> $out)? $body
            $crate::recommend::widest::widest!(
                @run ($($arg: $type),*) ($(-> $out)?) plain, plain, plain
            )
        }
    )*};
    ($($(#[$docs:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? = $kernel:ident;)*) => {$(
        $(#[$docs])*
        $vis fn $name($($arg: $type),*) $(-> $out)? {
            $crate::recommend::widest::widest!(
                @run ($($arg: $type),*) ($(-> $out)?)
                $kernel::<$crate::recommend::lanes::Wide, 16>,
                $kernel::<$crate::recommend::lanes::Double, 4>,
                $kernel::<$crate::recommend::lanes::Plain, 2>
            )
        }
    )*};
    (@run ($($arg:ident: $type:ty),*) ($($out:tt)*) $bits_512:path, $bits_256:path, $usual:path) => {{
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq")]
            fn bits_512($($arg: $type),*) $($out)* {
                $bits_512($($arg),*)
            }
            #[target_feature(enable = "avx2,fma")]
            fn bits_256($($arg: $type),*) $($out)* {
                $bits_256($($arg),*)
            }
            if has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq") {
                // SAFETY: the features that the function is compiled for were just detected.
                return unsafe { bits_512($($arg),*) };
            }
            if has!("avx2") && has!("fma") {
                // SAFETY: as above.
                return unsafe { bits_256($($arg),*) };
            }
        }
        $usual($($arg),*)
    }};
}
pub(super) use widest;
