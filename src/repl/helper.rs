//! What the editor asks while the user types.

use super::highlight::{highlighted, plain};
use crate::session::{Completeness, Session};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Context, Helper, Result};
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// With so many candidates or fewer, each has its description beside it.
const MOST_DESCRIBED: usize = 24;

/// Columns of a window whose width is not known.
const WIDTH: usize = 80;

/// Answers the editor from the session.
pub struct LineHelper {
    session: Arc<Session>,
    colour: bool,
    hints: HistoryHinter,
    /// Whether the entry is finished: then no bracket is marked any more.
    done: Cell<bool>,
    /// Columns of the window.
    width: usize,
}

impl LineHelper {
    /// Answers from this session, in colours or not.
    pub fn new(session: Arc<Session>, colour: bool) -> LineHelper {
        LineHelper {
            session,
            colour,
            hints: HistoryHinter::new(),
            done: Cell::new(false),
            width: WIDTH,
        }
    }

    /// Tells the window's width.
    pub fn set_width(&mut self, columns: usize) {
        self.width = columns;
    }
}

impl Helper for LineHelper {}

impl Completer for LineHelper {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let found = self.session.complete(line, pos);
        let describes = found.items.len() <= MOST_DESCRIBED;
        let width = found.items.iter().map(|item| item.text.width()).max().unwrap_or(0);
        let candidates = found.items.into_iter().map(|item| {
            let display = if describes && !item.note().is_empty() {
                let gap = " ".repeat(width - item.text.width());
                shortened(
                    format!("{}{gap}  {}", item.text, item.note().trim()),
                    self.width.saturating_sub(2).max(20),
                )
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

impl Hinter for LineHelper {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, ctx: &Context<'_>) -> Option<String> {
        // Without colours a hint would look like what was typed.
        let hint = self.colour.then(|| self.hints.hint(line, pos, ctx))??;
        (!hint.contains('\n')).then_some(hint)
    }
}

impl Highlighter for LineHelper {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        let cursor = (!self.done.get()).then_some(pos);
        if self.colour {
            return Cow::Owned(highlighted(line, cursor));
        }
        if line.contains('\n') {
            return Cow::Owned(plain(line, cursor));
        }
        Cow::Borrowed(line)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\x1b[90m{hint}\x1b[0m"))
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        match candidate.split_once(' ') {
            Some((name, rest)) if self.colour => {
                Cow::Owned(format!("{name} \x1b[90m{rest}\x1b[0m"))
            }
            _ => Cow::Borrowed(candidate),
        }
    }

    fn highlight_char(&self, line: &str, _: usize, kind: CmdKind) -> bool {
        self.done.set(kind == CmdKind::ForcedRefresh);
        self.colour || line.contains('\n')
    }
}

impl Validator for LineHelper {
    /// The keys know already where an entry ends; this is for terminals that have no keys to bind.
    fn validate(&self, ctx: &mut ValidationContext) -> Result<ValidationResult> {
        Ok(match Session::is_complete(&super::entry::without_margins(ctx.input())) {
            Completeness::Incomplete { .. } => ValidationResult::Incomplete,
            Completeness::Complete | Completeness::Invalid => ValidationResult::Valid(None),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_and_their_descriptions() {
        let helper = LineHelper::new(Arc::new(Session::start()), false);
        let history = rustyline::history::MemHistory::new();
        let (start, found) = helper.complete("x = ey", 6, &Context::new(&history)).unwrap();
        assert_eq!(start, 4);
        let eye = found.iter().find(|pair| pair.replacement == "eye").unwrap();
        assert!(eye.display.contains("identity"), "{}", eye.display);
        assert!(found.iter().all(|pair| pair.display.width() <= WIDTH - 2));
    }

    #[test]
    fn further_lines_are_marked_without_colours_too() {
        let helper = LineHelper::new(Arc::new(Session::start()), false);
        assert_eq!(helper.highlight("if x\n     y", 0), "if x\n..   y");
        assert_eq!(helper.highlight("x", 0), "x");
    }
}
