//! mf: a small language for factoring matrices.
//!
//! The layers, each of which uses only those before it: [`syntax`], [`value`], then [`eval`] and
//! [`builtins`] side by side, [`session`], and the front ends [`repl`], [`kernel`] and [`run`] behind
//! [`cli`]. See ARCHITECTURE.md.

pub mod builtins;
pub mod check;
pub mod cli;
pub mod eval;
mod formatting;
pub mod kernel;
mod printer;
mod reference;
pub mod repl;
pub mod run;
pub mod session;
mod sources;
pub mod syntax;
mod terminal_picture;
pub mod value;

/// Large matrices find the buffers of the ones before them: see [`matfac::linalg::recycle`].
#[global_allocator]
static ALLOCATOR: matfac::linalg::recycle::Recycler = matfac::linalg::recycle::Recycler;
