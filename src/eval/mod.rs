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
pub use files::{files_named, folders};
pub use habits::{unknown_name, unknown_parameter};
pub use interpreter::{Interpreter, Library, Output};

use crate::syntax::{Diagnostic, Source, ast};

/// What is wrong with a program that parses, and shows before it runs: `end` outside of an index, and its like.
pub fn check(source: &Source, program: &ast::Program) -> Result<(), Box<Diagnostic>> {
    lower::lower(source, program, &mut lower::Scope::default()).map(|_| ())
}
