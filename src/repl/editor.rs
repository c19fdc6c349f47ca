//! The line editor: its settings, its keys, its history.

use super::entry;
use super::helper::LineHelper;
use super::history;
use crate::printer::takes_colour;
use crate::session::Session;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Event, EventContext,
    EventHandler, KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
};
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

/// What the user typed.
#[derive(Debug)]
pub enum Line {
    /// An entry.
    Text(String),
    /// Ctrl-C.
    Cancelled,
    /// Ctrl-D, or the end of the input.
    End,
}

/// Reads entries and answers.
pub struct Editor {
    entries: rustyline::Editor<LineHelper, FileHistory>,
    prompt: (String, String),
    history: Option<PathBuf>,
}

impl Editor {
    /// Opens the terminal and reads the history.
    pub fn open(session: Arc<Session>) -> io::Result<Editor> {
        let colour = takes_colour(io::stdout().is_terminal());
        let mut editor = rustyline::Editor::with_config(config()).map_err(into_io)?;
        editor.set_helper(Some(LineHelper::new(session, colour)));
        for key in [KeyEvent(KeyCode::Enter, Modifiers::NONE), KeyEvent::ctrl('J')] {
            editor.bind_sequence(key, EventHandler::Conditional(Box::new(EndOfLine)));
        }
        let backspace = KeyEvent(KeyCode::Backspace, Modifiers::NONE);
        editor.bind_sequence(backspace, EventHandler::Conditional(Box::new(Backspace)));
        let tab = KeyEvent(KeyCode::Tab, Modifiers::NONE);
        editor.bind_sequence(tab, EventHandler::Conditional(Box::new(Indent)));
        let history = history::path();
        if let Some(path) = &history {
            if let Some(directory) = path.parent() {
                // Without a history there is still a prompt.
                let _ = std::fs::create_dir_all(directory);
            }
            let _ = editor.load_history(path);
        }
        let plain = ">> ".to_string();
        let styled = if colour { "\x1b[1;34m>>\x1b[0m ".to_string() } else { plain.clone() };
        Ok(Editor { entries: editor, prompt: (plain, styled), history })
    }

    /// Reads an entry, which becomes part of the history.
    pub fn entry(&mut self) -> io::Result<Line> {
        if let (Some((columns, _)), Some(helper)) = (self.window(), self.entries.helper_mut()) {
            helper.set_width(columns);
        }
        let line = self.entries.readline(&self.prompt);
        if let Ok(text) = &line
            && !text.trim().is_empty()
        {
            // The file may be read-only, or on a full disk.
            let _ = self.entries.add_history_entry(text.trim_end());
            if let Some(path) = &self.history {
                let _ = self.entries.append_history(path);
            }
        }
        read(line.map(|text| entry::without_margins(&text)))
    }

    /// Reads an answer to a program's question.
    pub fn answer(&mut self, prompt: &str) -> io::Result<Line> {
        // An editor of its own: an answer is no entry.
        let mut editor: rustyline::Editor<(), rustyline::history::MemHistory> =
            rustyline::Editor::with_history(config(), rustyline::history::MemHistory::new())
                .map_err(into_io)?;
        read(editor.readline(prompt))
    }

    /// Columns and rows of the window.
    pub fn window(&mut self) -> Option<(usize, usize)> {
        let (columns, rows) = self.entries.dimensions()?;
        (columns > 0 && rows > 0).then_some((columns.into(), rows.into()))
    }
}

fn config() -> Config {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        // The helper decides on colours; it also draws the continuation marks, which need none.
        .color_mode(ColorMode::Forced)
        .bell_style(rustyline::config::BellStyle::None)
        .history_ignore_space(false);
    match config.max_history_size(history::LENGTH) {
        Ok(config) => config.build(),
        Err(_) => Config::default(),
    }
}

fn read(line: rustyline::Result<String>) -> io::Result<Line> {
    match line {
        Ok(text) => Ok(Line::Text(text)),
        Err(ReadlineError::Interrupted) => Ok(Line::Cancelled),
        Err(ReadlineError::Eof) => Ok(Line::End),
        Err(error) => Err(into_io(error)),
    }
}

fn into_io(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

/// Enter: ends the entry when it is finished, else starts a line.
struct EndOfLine;

impl ConditionalEventHandler for EndOfLine {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        let (before, after) = ctx.line().split_at(ctx.pos());
        // In the middle of a finished entry Enter runs it, as everywhere.
        let text = if after.trim().is_empty() { before } else { ctx.line() };
        entry::new_line(text).map(|text| Cmd::Insert(1, text))
    }
}

/// Backspace: takes a level of indentation at a time.
struct Backspace;

impl ConditionalEventHandler for Backspace {
    fn handle(&self, _: &Event, n: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        let count = RepeatCount::try_from(entry::backspace(&ctx.line()[..ctx.pos()])).ok()?;
        (n == 1 && count > 1).then_some(Cmd::Kill(Movement::BackwardChar(count)))
    }
}

/// Tab: indents where there is nothing to complete.
struct Indent;

impl ConditionalEventHandler for Indent {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        let before = &ctx.line()[..ctx.pos()];
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.trim().is_empty().then(|| Cmd::Insert(1, "  ".into()))
    }
}
