//! mf: a small language for factoring matrices.
//!
//! The layers, each of which uses only those before it: [`syntax`], [`value`], then [`eval`] and
//! [`builtins`] side by side, [`session`], and the front ends. See ARCHITECTURE.md.

pub mod eval;
pub mod syntax;
pub mod value;
