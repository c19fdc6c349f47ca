//! An error on its way from where it happened to where it is caught or shown.
//!
//! Functions say what is wrong; the evaluator, which alone knows the source, adds the place.

use crate::syntax::{Diagnostic, Source, Span};
use matfac::Error;
use std::sync::Arc;

/// A result of evaluation. The error is boxed so that `Result<Value>` is as small as [`super::Value`].
pub type Result<T> = std::result::Result<T, Box<Fault>>;

/// What kind of stop a [`Fault`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// An error: `catch` gets it.
    Error,
    /// The user's interrupt: `catch` does not get it.
    Interrupted,
    /// `exit(status)`.
    Exit(i32),
}

/// Which part of a call is to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blame {
    /// The whole call.
    Call,
    /// The call of the function that runs: `print_usage` and its like speak of it.
    Caller,
    /// The positional argument with this index, from 0.
    Positional(usize),
    /// The keyword argument of this name.
    Keyword(Box<str>),
    /// The name of this keyword argument itself.
    KeywordName(Box<str>),
}

/// A function that was running, and where in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Its name; [`Call::ANONYMOUS`] when it has none.
    pub function: Arc<str>,
    /// What it was doing: the call of the next inner function, or what failed.
    pub place: Option<(Source, Span)>,
}

impl Call {
    /// The name of every function that has none, as in Octave.
    pub const ANONYMOUS: &str = "@<anonymous>";

    /// `half (script.mf:2:11)`
    fn line(&self) -> String {
        let name = match &*self.function {
            Call::ANONYMOUS => "an anonymous function",
            name => name,
        };
        match &self.place {
            Some(place) => format!("{name} ({})", position(place)),
            None => name.to_string(),
        }
    }
}

/// `script.mf:2:11`
fn position((source, span): &(Source, Span)) -> String {
    let (line, column) = source.line_column(span.start as usize);
    format!("{}:{line}:{column}", source.name)
}

/// Why evaluation stopped.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// An error, an interrupt or an exit.
    pub kind: FaultKind,
    /// The sentence, without `error:`.
    pub message: String,
    /// Octave's identifier such as `Octave:undefined-function`.
    pub identifier: String,
    /// The way out.
    pub hint: Option<String>,
    /// Which argument of the call that failed.
    pub blame: Blame,
    /// The place, innermost; set once by the evaluator.
    pub place: Option<(Source, Span)>,
    /// Further places with what to say there.
    pub notes: Vec<(Span, String)>,
    /// The functions it has left on its way, innermost first.
    pub stack: Vec<Call>,
    /// Where the last of them was called.
    pub called_from: Option<(Source, Span)>,
    /// Whether its place and calls are kept from the user: `error("text\n")`.
    pub is_terse: bool,
}

impl Fault {
    /// An error.
    pub fn new(message: impl Into<String>) -> Box<Fault> {
        Box::new(Fault {
            kind: FaultKind::Error,
            message: message.into(),
            identifier: String::new(),
            hint: None,
            blame: Blame::Call,
            place: None,
            notes: Vec::new(),
            stack: Vec::new(),
            called_from: None,
            is_terse: false,
        })
    }

    /// The user's interrupt.
    pub fn interrupted() -> Box<Fault> {
        let mut fault = Fault::new("interrupted");
        fault.kind = FaultKind::Interrupted;
        fault
    }

    /// What is parsed but not evaluated yet.
    pub fn unsupported(what: &str) -> Box<Fault> {
        Fault::new(format!("not supported yet: {what}"))
    }

    /// Adds the way out.
    pub fn hint(mut self: Box<Fault>, hint: impl Into<String>) -> Box<Fault> {
        self.hint = Some(hint.into());
        self
    }

    /// Blames one argument.
    pub fn blame(mut self: Box<Fault>, blame: Blame) -> Box<Fault> {
        if self.blame == Blame::Call {
            self.blame = blame;
        }
        self
    }

    /// Adds the identifier.
    pub fn identified(mut self: Box<Fault>, identifier: &str) -> Box<Fault> {
        self.identifier = identifier.into();
        self
    }

    /// Sets the place, unless a more precise one is known already.
    pub fn at(mut self: Box<Fault>, source: &Source, span: Span) -> Box<Fault> {
        if self.place.is_none() {
            self.place = Some((source.clone(), span));
        }
        self
    }

    /// Notes that it leaves a function which was called from the given place.
    pub fn leaving(
        mut self: Box<Fault>,
        function: &Arc<str>,
        called_from: (Source, Span),
    ) -> Box<Fault> {
        let place = match self.stack.is_empty() {
            // Not placed yet: it is the call of this function that is wrong.
            true if self.place.is_none() => return self,
            true => self.place.clone(),
            false => self.called_from.take(),
        };
        self.stack.push(Call { function: function.clone(), place });
        self.called_from = Some(called_from);
        self
    }

    /// Shows the call that it left last, instead of where it happened: for what fails in mf's own files.
    pub fn shown_where_called(mut self: Box<Fault>) -> Box<Fault> {
        if self.called_from.is_some() {
            self.place.clone_from(&self.called_from);
            self.notes.clear();
        }
        self
    }

    /// As a front end shows it.
    pub fn into_diagnostic(self) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.message);
        diagnostic.identifier = self.identifier;
        diagnostic.help = self.hint;
        if self.is_terse {
            return diagnostic;
        }
        let lines = self.stack.iter().map(|call| format!("in {}", call.line())).collect();
        diagnostic.stack = shortened(lines);
        if let Some(place) = &self.called_from
            && self.called_from != self.place
        {
            diagnostic.stack.push(format!("called at {}", position(place)));
        }
        if let Some((source, span)) = self.place {
            // Notes on parts of the place say more than a line under the whole.
            let covers = |at: Span| at.start >= span.start && at.end <= span.end;
            if !self.notes.iter().any(|(at, _)| covers(*at)) {
                diagnostic.labels.push((span, String::new()));
            }
            diagnostic.labels.extend(self.notes);
            diagnostic.source = Some(source);
        }
        diagnostic
    }
}

/// Runs of the same call, and the middle of a very deep stack, become one line each.
fn shortened(stack: Vec<String>) -> Vec<String> {
    const LONGEST: usize = 12;
    let mut lines: Vec<(String, usize)> = Vec::new();
    for line in stack {
        match lines.last_mut() {
            Some((last, count)) if *last == line => *count += 1,
            _ => lines.push((line, 1)),
        }
    }
    let left_out = lines.len().saturating_sub(LONGEST);
    if left_out > 0 {
        lines
            .splice(LONGEST - 4..LONGEST - 4 + left_out, [(format!("… {left_out} more calls"), 1)]);
    }
    let text = |(line, count)| if count == 1 { line } else { format!("{line} ({count} times)") };
    lines.into_iter().map(text).collect()
}

impl From<Error> for Box<Fault> {
    fn from(error: Error) -> Box<Fault> {
        if error == Error::Interrupted {
            return Fault::interrupted();
        }
        let mut fault = Fault::new(error.to_string());
        fault.hint = error.hint();
        fault.identifier = match &error {
            Error::Shapes { .. } => "Octave:nonconformant-args",
            Error::TooLarge(_) => "Octave:bad-alloc",
            Error::Singular { .. } => "Octave:singular-matrix",
            _ => "",
        }
        .into();
        if let Error::Argument { name, .. } = error {
            fault.blame = Blame::Keyword(name.into());
        }
        fault
    }
}

impl From<Box<Diagnostic>> for Box<Fault> {
    fn from(diagnostic: Box<Diagnostic>) -> Box<Fault> {
        let mut fault = Fault::new(diagnostic.message);
        fault.hint = diagnostic.help;
        fault.identifier = diagnostic.identifier;
        if let (Some(source), Some((span, _))) = (diagnostic.source, diagnostic.labels.first()) {
            fault.place = Some((source, *span));
        }
        fault.notes = diagnostic.labels.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        fault
    }
}
