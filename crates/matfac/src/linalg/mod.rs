//! Dense matrices and the kernels over them (layer 0).

pub mod broadcast;
pub mod complex;
mod dense;
pub mod elementwise;
pub mod norm;
pub mod order;
pub mod par;
pub mod product;
mod random;
pub mod reduce;
pub mod simd;

pub use dense::{BoolMatrix, ComplexMatrix, Dense, Matrix};
pub use faer::c64;
pub use par::par;
pub use random::Random;

/// No single matrix may take more than this: a typing slip such as `zeros(1e6)` must be an error
/// before the operating system starts to page or kills the process.
pub const MAX_BYTES: usize = 64 << 30;
