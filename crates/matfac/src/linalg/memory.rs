//! Whether a matrix can be held: a typing slip such as `zeros(1e6)` must be an error before the operating system
//! starts to page, or kills the process.
//!
//! An operating system that overcommits grants any request and kills the process when the pages are touched, so a
//! failed reservation is not enough to go by. Large requests are compared with the memory that is free now.

use crate::error::{Error, Result, Shape};

/// Below this many bytes a request is not worth asking the system about.
const LARGE: usize = 1 << 30;
/// Where the system does not tell what is free.
const UNKNOWN: usize = 64 << 30;

/// The number of entries of a `rows`×`cols` matrix of `T`, or [`Error::TooLarge`] when nine tenths of the free memory
/// cannot hold it.
pub fn entries<T>(rows: usize, cols: usize) -> Result<usize> {
    let too_large = Error::TooLarge(Shape(rows, cols));
    let Some(count) = rows.checked_mul(cols) else { return Err(too_large) };
    let Some(bytes) = count.checked_mul(size_of::<T>()) else { return Err(too_large) };
    let fits = || bytes / 9 < free_bytes() / 10;
    if bytes < LARGE || fits() {
        return Ok(count);
    }
    // Buffers kept for reuse count as taken until they are given back.
    super::recycle::release();
    if fits() { Ok(count) } else { Err(too_large) }
}

/// Memory that can be had without paging.
fn free_bytes() -> usize {
    let Ok(text) = std::fs::read_to_string("/proc/meminfo") else { return UNKNOWN };
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.map_or(UNKNOWN, |kilobytes: usize| kilobytes.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_sizes_are_refused_and_ordinary_ones_not() {
        assert_eq!(entries::<f64>(1000, 1000), Ok(1_000_000));
        assert_eq!(entries::<f64>(0, usize::MAX), Ok(0));
        assert!(entries::<f64>(usize::MAX, 2).is_err());
        assert!(entries::<f64>(1 << 31, 1 << 31).is_err());
        assert!(free_bytes() > 1 << 20);
    }
}
