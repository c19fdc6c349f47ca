//! Dense matrices and the kernels over them (layer 0).

pub mod broadcast;
mod buffer;
pub mod complex;
pub mod complex_functions;
mod dense;
pub(crate) mod doubled;
pub mod elementwise;
pub mod extremes;
pub mod filtering;
pub mod fused;
mod gemv;
pub mod memory;
pub mod norm;
pub mod order;
pub mod par;
pub mod places;
pub mod product;
mod radix;
mod random;
pub mod recycle;
pub mod reduce;
pub mod reduce_complex;
pub mod scalar;
pub mod sets;
pub mod simd;
pub mod special;
pub mod structured;
pub mod sums;

pub use dense::{BoolMatrix, ComplexMatrix, Dense, Matrix};
pub use faer::c64;
pub use par::par;
pub use random::Random;
pub use scalar::Scalar;
