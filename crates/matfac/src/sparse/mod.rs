//! Algorithms on sparse matrices and linear operators (layer 1).

pub mod krylov;
pub mod precondition;
