//! Text to tree: sources, spans, diagnostics, the grammar and the tree it yields (layer 1).
//!
//! Knows nothing of values, functions or front ends.

mod diagnostic;
mod source;

pub use diagnostic::Diagnostic;
pub use source::{Source, Span};
