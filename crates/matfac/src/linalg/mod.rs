//! Dense matrices and the kernels over them (layer 0).

mod dense;
mod random;

pub use dense::{BoolMatrix, ComplexMatrix, Dense, Matrix};
pub use faer::c64;
pub use random::Random;

/// No single matrix may take more than this: a typing slip such as `zeros(1e6)` must be an error
/// before the operating system starts to page or kills the process.
pub const MAX_BYTES: usize = 64 << 30;
