//! What the editor asks while the user types.

use super::entry::{as_code, without_margins};
use super::highlight::{highlighted, plain};
use super::history::Recalled;
use crate::printer::code::{FAINT, PLAIN};
use crate::session::{Completeness, Session};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::history::SearchDirection;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Context, Helper, Result};
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use unicode_width::UnicodeWidthStr;

/// With so many candidates or fewer, each has its description beside it.
const MOST_DESCRIBED: usize = 40;

/// More candidates than these are no help.
const MOST: usize = 2000;

/// What the editor's keys, its helper and the prompt tell each other.
#[derive(Debug, Default)]
pub struct Editing {
    /// Whether the editor asks for an answer to a program's question, not for an entry.
    pub answers: AtomicBool,
    /// Whether hints from the history are shown.
    pub hints: AtomicBool,
    /// Whether the user wants to go on in an editor of theirs.
    pub wants_editor: AtomicBool,
    /// Columns of the window.
    pub columns: AtomicUsize,
    /// Rows of the window.
    pub rows: AtomicUsize,
    /// What came from the history.
    pub recalled: Arc<Recalled>,
}

/// Answers the editor from the session.
pub struct LineHelper {
    session: Arc<Session>,
    colour: bool,
    editing: Arc<Editing>,
    /// Whether the entry is finished: then no bracket is marked any more.
    done: Cell<bool>,
}

impl LineHelper {
    /// Answers from this session, in colours or not.
    pub fn new(session: Arc<Session>, colour: bool, editing: Arc<Editing>) -> LineHelper {
        LineHelper { session, colour, editing, done: Cell::new(false) }
    }

    fn answers(&self) -> bool {
        self.editing.answers.load(Ordering::Relaxed)
    }

    /// Whether the text has more lines than the window, where drawing it once more would scroll it by once more.
    fn is_tall(&self, text: &str) -> bool {
        let rows = self.editing.rows.load(Ordering::Relaxed);
        rows > 0 && text.bytes().filter(|&b| b == b'\n').count() >= rows
    }
}

impl Helper for LineHelper {}

impl Completer for LineHelper {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        if self.answers() {
            return Ok((pos, Vec::new()));
        }
        let mut found = self.session.complete(&as_code(line), pos);
        found.items.truncate(MOST);
        let describes = found.items.len() <= MOST_DESCRIBED;
        let columns = self.editing.columns.load(Ordering::Relaxed).saturating_sub(2).max(20);
        let width = found.items.iter().map(|item| item.text.width()).max().unwrap_or(0);
        let candidates = found.items.into_iter().map(|item| {
            let display = if describes && !item.note().is_empty() {
                let gap = " ".repeat(width - item.text.width());
                let described = format!("{}{gap}  {}", item.text, item.note().trim());
                // As wide as the window, so that each has a line of its own.
                format!("{:columns$}", shortened(described, columns))
            } else {
                item.text.clone()
            };
            Pair { display, replacement: item.text }
        });
        Ok((found.start, candidates.collect()))
    }
}

/// At most `width` columns of a text on one line.
fn shortened(text: String, width: usize) -> String {
    let text = text.replace('\n', " ");
    if text.width() <= width {
        return text;
    }
    let mut short = String::new();
    for c in text.chars() {
        if short.width() + 2 > width {
            break;
        }
        short.push(c);
    }
    short.push('…');
    short
}

/// The rest of an earlier entry.
pub struct Rest {
    whole: String,
    shown: String,
}

impl Hint for Rest {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        Some(&self.whole)
    }
}

impl Hinter for LineHelper {
    type Hint = Rest;

    fn hint(&self, line: &str, pos: usize, ctx: &Context<'_>) -> Option<Rest> {
        // Without colours a hint would look like what was typed.
        let is_wanted =
            self.colour && self.editing.hints.load(Ordering::Relaxed) && !self.answers();
        let (index, count) = (ctx.history_index(), ctx.history().len());
        if !is_wanted || line.is_empty() || pos < line.len() || line.contains('\n') || index < count
        {
            return None;
        }
        let look =
            || ctx.history().starts_with(line, count.saturating_sub(1), SearchDirection::Reverse);
        let found = self.editing.recalled.hinting(look).ok()??;
        let whole = found.entry.get(found.pos..)?.to_string();
        // A further line would push down what is below.
        let shown = whole.split_once('\n').map_or(whole.clone(), |(first, _)| format!("{first} …"));
        (!whole.is_empty()).then_some(Rest { whole, shown })
    }
}

impl Highlighter for LineHelper {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        let cursor = (!self.done.get()).then_some(pos);
        match self.answers() {
            true => Cow::Borrowed(line),
            false if self.colour => Cow::Owned(highlighted(line, cursor)),
            false if line.contains('\n') => Cow::Owned(plain(line, cursor)),
            false => Cow::Borrowed(line),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("{FAINT}{hint}{PLAIN}"))
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        let candidate = candidate.trim_end();
        match candidate.split_once(' ') {
            Some((name, rest)) if self.colour => Cow::Owned(format!("{name} {FAINT}{rest}{PLAIN}")),
            _ => Cow::Borrowed(candidate),
        }
    }

    fn highlight_char(&self, line: &str, _: usize, kind: CmdKind) -> bool {
        self.done.set(kind == CmdKind::ForcedRefresh);
        (self.colour || line.contains('\n')) && !self.is_tall(line)
    }
}

impl Validator for LineHelper {
    /// The keys know already where an entry ends; this is for terminals that have no keys to bind.
    fn validate(&self, ctx: &mut ValidationContext) -> Result<ValidationResult> {
        if self.answers() {
            return Ok(ValidationResult::Valid(None));
        }
        Ok(match Session::is_complete(&without_margins(ctx.input())) {
            Completeness::Incomplete { .. } => ValidationResult::Incomplete,
            Completeness::Complete | Completeness::Invalid => ValidationResult::Valid(None),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::MARGIN;
    use super::super::history::History;
    use super::*;

    fn helper(colour: bool) -> LineHelper {
        let editing = Editing::default();
        editing.hints.store(true, Ordering::Relaxed);
        editing.columns.store(80, Ordering::Relaxed);
        LineHelper::new(Arc::new(Session::start()), colour, Arc::new(editing))
    }

    #[test]
    fn candidates_and_their_descriptions() {
        let history = History::open(None, 10);
        let (start, found) = helper(false).complete("x = ey", 6, &Context::new(&history)).unwrap();
        assert_eq!(start, 4);
        let eye = found.iter().find(|pair| pair.replacement == "eye").unwrap();
        assert!(eye.display.contains("identity"), "{}", eye.display);
        assert!(found.iter().all(|pair| pair.display.width() <= 78));
    }

    #[test]
    fn further_lines_are_marked_without_colours_too() {
        let helper = helper(false);
        assert_eq!(helper.highlight(&format!("if x\n{MARGIN}  y"), 0), "if x\n..   y");
        assert_eq!(helper.highlight("x", 0), "x");
    }

    #[test]
    fn hints_are_the_rest_of_the_latest_entry() {
        let mut history = History::open(None, 10);
        for entry in ["sum(1)", "sum(2)", "for i = 1:2\n  i\nend"] {
            history.push(entry);
        }
        let context = Context::new(&history);
        let hint = |text: &str| {
            let hint = helper(true).hint(text, text.len(), &context);
            hint.map(|hint| (hint.display().to_string(), hint.completion().unwrap().to_string()))
        };
        assert_eq!(hint("su"), Some(("m(2)".into(), "m(2)".into())));
        let (shown, whole) = hint("for i").unwrap();
        assert_eq!(shown, " = 1:2 …");
        assert_eq!(whole, format!(" = 1:2\n{MARGIN}  i\n{MARGIN}end"));
        assert_eq!(hint("sum(2)"), None);
    }
}
