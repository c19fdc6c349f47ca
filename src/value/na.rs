//! NA, the mark of a missing entry that is told from other NaNs, as in R and Octave.

/// The bits of NA, the NaN that marks what is missing: those of R and Octave.
const NA_BITS: u64 = 0x7FF8_40F4_4000_0000;

/// The mark of what is missing.
pub fn na() -> f64 {
    f64::from_bits(NA_BITS)
}

/// Whether a number is NA: a NaN of its own.
pub fn is_na(x: f64) -> bool {
    x.to_bits() == NA_BITS
}
