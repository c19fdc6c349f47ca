//! Evaluation (layer 3): lowering the tree to slots, and running it.
//!
//! Knows nothing of the table of built-in functions: it gets them through [`Library`].

mod assignment;
mod call;
mod code;
mod expression;
mod files;
mod fusion;
mod habits;
mod host;
mod interpreter;
mod lower;
mod notes;
mod persistent;
mod plan;
mod products;
mod statement;
mod text;
mod typed;

pub use code::{Closure, Function};
pub use interpreter::{Interpreter, Library, Output};
