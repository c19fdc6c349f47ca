//! The fast tier: loops and functions of plain numbers, compiled to typed register code.
//!
//! An outermost loop is compiled when it is entered, for the types its variables have then; a function of numbers
//! when it is called with numbers. Whatever typed code cannot do (printing, growth, errors, calls of other functions)
//! is given to the general evaluator, one statement or condition at a time: variables are put back into their slots,
//! the statement runs there and nowhere else, and the typed code goes on with what it left. So results, messages and
//! places are those of the general evaluator. When a variable turns out to be something else than the code was
//! compiled for, the loop is compiled again and entered where it was.
//!
//! The design is that of a tracing-free baseline tier with on-stack replacement at statement boundaries; see Hölzle,
//! Chambers and Ungar, "Debugging optimized code with dynamic deoptimization", PLDI 1992. Measured by
//! `benches/language.py`.

mod call;
mod cells;
mod code;
mod compile;
mod expression;
mod loops;
mod machine;
mod statements;
mod survey;
mod types;

pub use call::{Call, Tier};
pub use loops::LoopCache;
