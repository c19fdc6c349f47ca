//! Leaving vector registers clean behind hand-written kernels.
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

/// Calls [`clean`] when it goes out of scope.
#[derive(Debug)]
pub struct Clean;

impl Drop for Clean {
    fn drop(&mut self) {
        clean();
    }
}
