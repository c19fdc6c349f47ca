//! The line editor: its settings, and what it reads.

use super::entry::{with_margins, without_margins};
use super::helper::{Editing, LineHelper};
use super::highlight::tidied;
use super::history::{self, History};
use super::keys;
use super::settings::Settings;
use crate::printer::takes_colour;
use crate::session::Session;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::{ColorMode, CompletionType, Config, EditMode};
use std::io::{self, IsTerminal};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What the user typed.
#[derive(Debug)]
pub enum Line {
    /// An entry.
    Text(String),
    /// A text that the user wants to go on with in an editor of theirs.
    Unfinished(String),
    /// Ctrl-C.
    Cancelled,
    /// Nothing that can be used, and why.
    Lost(String),
    /// Ctrl-D, or the end of the input.
    End,
}

/// Reads entries and answers.
pub struct Editor {
    lines: rustyline::Editor<LineHelper, History>,
    editing: Arc<Editing>,
    prompt: (String, String),
}

impl Editor {
    /// Opens the terminal and reads the history.
    pub fn open(session: Arc<Session>, settings: &Settings) -> io::Result<Editor> {
        let colour = takes_colour(io::stdout().is_terminal());
        let history = History::open(history::path(), settings.history);
        let editing = Arc::new(Editing { recalled: history.recalled(), ..Editing::default() });
        let mut lines = rustyline::Editor::with_history(config(), history).map_err(into_io)?;
        lines.set_helper(Some(LineHelper::new(session, colour, editing.clone())));
        keys::bind(&mut lines, &editing);
        let plain = ">> ".to_string();
        let styled = if colour { "\x1b[1;34m>>\x1b[0m ".to_string() } else { plain.clone() };
        let mut editor = Editor { lines, editing, prompt: (plain, styled) };
        editor.apply(settings);
        Ok(editor)
    }

    /// Follows changed settings.
    pub fn apply(&mut self, settings: &Settings) {
        self.lines.set_edit_mode(if settings.vi { EditMode::Vi } else { EditMode::Emacs });
        self.editing.hints.store(settings.hints, Ordering::Relaxed);
    }

    /// Reads an entry, which becomes part of the history; it may begin with a text to go on with.
    pub fn entry(&mut self, begun: &str) -> io::Result<Line> {
        if let Some((columns, rows)) = self.window() {
            self.editing.columns.store(columns, Ordering::Relaxed);
            self.editing.rows.store(rows, Ordering::Relaxed);
        }
        self.lines.history_mut().refresh();
        let begun = with_margins(begun);
        let prompt = &self.prompt;
        let lines = &mut self.lines;
        let line = read(|| lines.readline_with_initial(prompt, (&begun, "")))?;
        let wants_editor = self.editing.wants_editor.swap(false, Ordering::Relaxed);
        Ok(match line {
            Line::Text(text) if wants_editor => Line::Unfinished(tidied(&text)),
            Line::Text(text) => {
                self.lines.history_mut().push(&tidied(&text));
                Line::Text(without_margins(&text).into_owned())
            }
            other => other,
        })
    }

    /// Reads an answer to a program's question, which is no entry.
    pub fn answer(&mut self, prompt: &str) -> io::Result<Line> {
        self.editing.answers.store(true, Ordering::Relaxed);
        self.lines.history_mut().hide(true);
        let lines = &mut self.lines;
        let line = read(|| lines.readline(prompt));
        self.lines.history_mut().hide(false);
        self.editing.answers.store(false, Ordering::Relaxed);
        line
    }

    /// What was entered, oldest first.
    pub fn history(&self) -> &History {
        self.lines.history()
    }

    /// Columns and rows of the window.
    pub fn window(&mut self) -> Option<(usize, usize)> {
        let (columns, rows) = self.lines.dimensions()?;
        (columns > 0 && rows > 0).then_some((columns.into(), rows.into()))
    }
}

fn config() -> Config {
    Config::builder()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        // The helper decides on colours; it also draws the continuation marks, which need none.
        .color_mode(ColorMode::Forced)
        .bell_style(rustyline::config::BellStyle::None)
        .build()
}

/// Reads a line; an error means that the terminal is gone. A panic of the line editor is a bug like any other, and
/// the session with its variables outlives it.
fn read(line: impl FnOnce() -> rustyline::Result<String>) -> io::Result<Line> {
    match catch_unwind(AssertUnwindSafe(line)) {
        Ok(Ok(text)) => Ok(Line::Text(text)),
        Ok(Err(ReadlineError::Interrupted)) => Ok(Line::Cancelled),
        Ok(Err(ReadlineError::Eof)) => Ok(Line::End),
        Ok(Err(error)) => match into_io(error) {
            error if error.kind() == io::ErrorKind::InvalidData => {
                Ok(Line::Lost("what was typed is not UTF-8, and is forgotten".into()))
            }
            error => Err(error),
        },
        Err(_) => Ok(Line::Lost(
            "internal error: this is a bug in mf's line editor; please report it".into(),
        )),
    }
}

fn into_io(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_terminal_that_is_gone_is_an_error() {
        let fails = |kind: io::ErrorKind| read(|| Err(ReadlineError::Io(kind.into())));
        assert!(matches!(fails(io::ErrorKind::InvalidData), Ok(Line::Lost(_))));
        assert!(matches!(read(|| panic!("as if by a bug")), Ok(Line::Lost(_))));
        assert!(fails(io::ErrorKind::BrokenPipe).is_err());
        assert!(matches!(read(|| Err(ReadlineError::Eof)), Ok(Line::End)));
    }
}
