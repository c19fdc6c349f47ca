//! From text to tree: pest's flat pairs, which [`statement`] and [`expression`] build the tree of, and readable errors.

mod escapes;
mod expression;
mod statement;

pub use escapes::unescape;

use super::ast::*;
use super::scan::{Scan, scan};
use super::slips;
use super::{Diagnostic, Source, Span};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;
use std::num::NonZeroUsize;
use std::sync::{Arc, Once};

// The macro derives an enum whose variants carry no documentation.
#[allow(missing_docs)]
mod grammar {
    /// The parser pest derives from `grammar/mf.pest`.
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/mf.pest"]
    pub struct MfParser;
}
pub(super) use grammar::{MfParser, Rule};

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// Parses a whole program.
///
/// ```
/// use mf::syntax::{Source, parse};
/// let program = parse(&Source::new("example", "x = 1 + 2")).unwrap();
/// assert_eq!(program.body.len(), 1);
/// assert!(parse(&Source::new("example", "x = (1")).is_err());
/// ```
pub fn parse(source: &Source) -> Result<Program> {
    let scanned = scan(source);
    parse_scanned(source, &scanned)
}

/// Parses a text that was scanned before.
pub fn parse_scanned(source: &Source, scanned: &Scan) -> Result<Program> {
    // The limit is one per process in pest; it bounds the work on input that defeats every other guard.
    static LIMIT: Once = Once::new();
    LIMIT.call_once(|| pest::set_call_limit(NonZeroUsize::new(2_000_000_000)));
    if let Some(error) = &scanned.error {
        return Err(Box::new(error.clone()));
    }
    if let Some(span) = scanned.unfinished {
        let what = &source.text[span.range()];
        let error = match what {
            "..." => Diagnostic::error("the text ends after `...`, which goes on in the next line"),
            _ => Diagnostic::error(format!("`{what}` is never closed")),
        };
        let help = match what {
            "(" => "a `)` is missing",
            "[" => "a `]` is missing",
            "{" => "a `}` is missing",
            "..." => "take the `...` away, or write the rest",
            _ => "its end stands on a line of its own: %}",
        };
        return Err(Box::new(error.at(source, span, "opened here").with_help(help)));
    }
    let build = || {
        let mut pairs = MfParser::parse(Rule::program, &scanned.text)
            .map_err(|error| Box::new(parse_error(source, scanned, &error)))?;
        let mut builder = Builder { source, scanned, functions: Vec::new() };
        let list = pairs.next().expect("a program").into_inner().next().expect("its statements");
        let body = builder.statements(list)?;
        Ok(Program { body, functions: builder.functions })
    };
    with_room(scanned, build)
}

/// Whether a text that was scanned before parses.
pub fn check_scanned(source: &Source, scanned: &Scan) -> Result<()> {
    // A deep tree takes a deep stack to drop, too.
    with_room(scanned, || parse_scanned(source, scanned).map(drop))
}

/// Programs below these limits parse within a few hundred kilobytes of stack, whatever they hold.
const SHALLOW: usize = 16;
const SHORT: usize = 2_000;
const DEEP_STACK: usize = 512 << 20;

/// Runs a recursion over a program on a stack that is deep enough.
pub(super) fn with_room<T: Send>(scanned: &Scan, work: impl FnOnce() -> T + Send) -> T {
    if scanned.depth < SHALLOW && scanned.text.len() < SHORT {
        return work();
    }
    on_a_deep_stack(work)
}

/// Runs a recursion that is bounded but deep: the caller may be a front end's thread with a small stack. Costs some
/// ten microseconds for the thread; the stack is address space until it is touched.
pub fn on_a_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(DEEP_STACK).spawn_scoped(scope, work);
        let thread = thread.expect("the operating system starts a thread");
        match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Replaces pest's list of rules by a sentence about what stands there.
pub(super) fn parse_error(
    source: &Source,
    scanned: &Scan,
    error: &pest::error::Error<Rule>,
) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    match &error.variant {
        ErrorVariant::CustomError { message } => {
            Diagnostic::error(message.clone()).at(source, Span::new(at, at), "")
        }
        ErrorVariant::ParsingError { .. } => slips::explain(source, scanned, at),
    }
}

/// What the grammar makes of a text, without places, and its comments: rule by rule, and the words of those that hold no
/// others. Two texts of one shape mean the same.
pub(super) fn shape(source: &Source) -> Result<Vec<(Option<Rule>, String)>> {
    let scanned = scan(source);
    let pairs = MfParser::parse(Rule::program, &scanned.text)
        .map_err(|error| Box::new(parse_error(source, &scanned, &error)))?;
    let mut list = Vec::new();
    for pair in pairs.flatten() {
        let rule = pair.as_rule();
        let text = pair.as_str();
        let is_verbatim = matches!(rule, Rule::sq_string | Rule::dq_string | Rule::command_arg);
        let is_leaf = pair.into_inner().next().is_none() && rule != Rule::terminator;
        list.push((
            Some(rule),
            match is_leaf {
                true if is_verbatim => text.to_string(),
                true => text.split_whitespace().collect(),
                false => String::new(),
            },
        ));
    }
    let comments = scanned.comments.iter().map(|comment| &source.text[comment.range()]);
    list.extend(comments.map(|comment| (None, comment.split_whitespace().collect())));
    Ok(list)
}

/// Makes the tree of the pairs.
struct Builder<'a> {
    source: &'a Source,
    scanned: &'a Scan,
    functions: Vec<Arc<FunctionDef>>,
}

fn span_of(pair: &Pair<'_, Rule>) -> Span {
    let span = pair.as_span();
    Span::new(span.start(), span.end())
}

fn text_of(pair: &Pair<'_, Rule>) -> Box<str> {
    pair.as_str().into()
}

/// Whether a text is a name that a variable may have.
pub fn is_name(text: &str) -> bool {
    MfParser::parse(Rule::name, text).is_ok_and(|name| name.as_str().len() == text.len())
}

#[cfg(test)]
mod tests;
