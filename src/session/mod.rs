//! One running program: its variables, and the thread it runs on (layer 4).
//!
//! Knows nothing of terminals or Jupyter: front ends [`Session::submit`] text and read [`Event`]s.

mod event;

pub use event::{Event, Outcome, Shown};

use crate::syntax::{Diagnostic, Source};
use std::sync::mpsc::Receiver;

/// Whether a text is a whole program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It can run.
    Complete,
    /// A bracket or block is still open; the next line should start with this much space.
    Incomplete {
        /// Spaces.
        indent: String,
    },
    /// It is wrong, and more text will not mend it.
    Invalid,
}

/// Names that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completions {
    /// First byte of what a candidate replaces.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// The candidates, best first.
    pub items: Vec<Completion>,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The text to insert.
    pub text: String,
    /// `variable`, `function`, `keyword` (a keyword argument, inserted with its `=`), `statement`.
    pub kind: &'static str,
    /// A short description: the value's size and class, or the function's summary.
    pub detail: String,
}

/// A handle to one interpreter on a thread of its own. Dropping it ends the thread.
pub struct Session {}

impl Session {
    /// Starts an interpreter.
    pub fn start() -> Session {
        Session {}
    }

    /// Runs a program: its events arrive as they happen; the last is [`Event::Done`]. Submissions queue.
    pub fn submit(&self, _source: Source) -> Receiver<Event> {
        unimplemented!()
    }

    /// Evaluates one expression without echo, for Jupyter's `user_expressions`.
    pub fn evaluate(&self, _expression: &str) -> Result<Shown, Diagnostic> {
        unimplemented!()
    }

    /// Stops what is running, as soon as it can; variables keep the values they have. Callable from any thread.
    pub fn interrupt(&self) {
        unimplemented!()
    }

    /// What may stand at byte `cursor` of `text`. Never waits for a running program.
    pub fn complete(&self, _text: &str, _cursor: usize) -> Completions {
        unimplemented!()
    }

    /// Help on the name at byte `cursor` of `text`, as plain text. Never waits for a running program.
    pub fn inspect(&self, _text: &str, _cursor: usize) -> Option<String> {
        unimplemented!()
    }

    /// Whether `text` can run as it stands.
    pub fn is_complete(_text: &str) -> Completeness {
        unimplemented!()
    }
}
