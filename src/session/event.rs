//! What a running program tells its front end, in the order in which it happened.

use crate::syntax::Diagnostic;
use crate::value::Shown;
use matfac::data::Step;
use matfac::plot::Figure;
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// One thing that happened while a program ran.
#[derive(Debug, Clone)]
pub enum Event {
    /// Text for standard output.
    Stdout(String),
    /// Text for standard error.
    Stderr(String),
    /// A value shown because its statement had no semicolon.
    Value {
        /// The value in every form a front end may want.
        shown: Shown,
        /// Whether it is the value of an expression (`ans`), not of an assignment.
        is_result: bool,
    },
    /// A finished picture.
    Figure(Arc<Figure>),
    /// One iteration of a long computation.
    Progress(Step),
    /// Something to know that stops nothing.
    Warning(Diagnostic),
    /// Text for the pager: help.
    Page(String),
    /// Everything shown so far should go.
    Clear,
    /// The program asks the user for a line; no answer (a dropped sender) is an error for it.
    Input {
        /// What to print before the cursor.
        prompt: String,
        /// Where the answer goes.
        reply: Sender<String>,
    },
    /// The program ended; nothing follows.
    Done(Outcome),
}

/// What an iteration has reached: `objective 5.000000e-1`; `None` for what is computed at once, in parts, and has none.
pub fn reached(step: &Step) -> Option<String> {
    (!step.objective.is_nan()).then(|| format!("objective {:.6e}", step.objective))
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It ran to its end.
    Completed,
    /// It stopped at an error.
    Failed(Box<Diagnostic>),
    /// It stopped because the user asked.
    Interrupted,
    /// It called `exit(status)`.
    Exit(i32),
}
