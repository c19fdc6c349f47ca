//! Evaluation (layer 3): lowering the tree to slots, and running it.
//!
//! Knows nothing of the table of built-in functions: it gets them through [`Library`].

mod call;
mod code;
mod expression;
mod fusion;
mod interpreter;
mod lower;
mod names;
mod plan;
mod products;
mod statement;

pub use code::{Closure, Function};
pub use interpreter::{Interpreter, Library, Output};
pub use names::nearest;
