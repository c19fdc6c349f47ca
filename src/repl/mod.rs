//! The prompt (layer 5): reads entries from a terminal, runs them in a session and prints what happens.
//!
//! `editor` is the line editor, `keys` its keys, `settings` what a person may choose about it, `helper` what it asks
//! while the user types (completion, colours, hints, whether an entry is finished), `entry` the text of an entry of
//! several lines, `highlight` its colours, `history` the entries that all sessions share, `history_file` where they are
//! kept, `commands` the words that speak to the prompt, `signals` what Ctrl-C and the end of the terminal do.
//!
//! Evaluation runs on the session's thread. While it does, the terminal is in its usual mode, so that Ctrl-C is a
//! signal; while the user types it is a key.

mod commands;
mod editor;
mod entry;
mod helper;
mod highlight;
mod history;
mod history_file;
mod keys;
mod settings;
mod signals;

use crate::printer::{Figures, Next, Printer};
use crate::session::{Detail, Outcome, Session};
use crate::syntax::Source;
use commands::Command;
use editor::{Editor, Line};
use settings::Settings;
use signals::Interrupts;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;

/// What a person sees who starts mf.
fn banner() -> String {
    format!(
        "mf {}  ·  help lists what there is, ?lu explains lu, Ctrl-D leaves",
        env!("CARGO_PKG_VERSION")
    )
}

/// Runs the prompt until the user leaves; the exit status. A `quiet` one does not greet.
pub fn run(session: Arc<Session>, quiet: bool) -> i32 {
    let signals = signals::watch(&session);
    let (settings, faults) = Settings::load();
    let editor = match Editor::open(session.clone(), &settings) {
        Ok(editor) => editor,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: cannot open the terminal: {error}");
            return 1;
        }
    };
    let figures = Figures::new(PathBuf::from("figures"), "mf").keeping();
    let mut printer = Printer::new(figures);
    printer.set_silent_keys();
    for fault in faults {
        let _ = writeln!(io::stderr(), "warning: {fault}");
    }
    let mut repl = Repl {
        session,
        interrupts: signals.interrupts.clone(),
        editor,
        printer,
        settings,
        entries: 0,
        begun: String::new(),
    };
    repl.run(quiet).unwrap_or(1)
}

struct Repl {
    session: Arc<Session>,
    interrupts: Interrupts,
    editor: Editor,
    printer: Printer,
    settings: Settings,
    /// How many were run.
    entries: usize,
    /// What the next entry begins with.
    begun: String,
}

impl Repl {
    /// Reads and runs entries. An error means that the terminal is gone.
    fn run(&mut self, quiet: bool) -> io::Result<i32> {
        if !quiet {
            self.printer.text(&format!("{}\n", banner()))?;
        }
        // Whether Ctrl-C, or Ctrl-D, was pressed last.
        let (mut cancelled, mut leaving) = (false, false);
        loop {
            self.printer.start_line()?;
            let interrupts = self.interrupts.load(Ordering::SeqCst);
            let line = match self.editor.entry(&std::mem::take(&mut self.begun)) {
                Ok(line) => line,
                Err(error) => {
                    let _ = writeln!(io::stderr(), "{error}");
                    return Err(error);
                }
            };
            let (was_cancelled, was_leaving) = (cancelled, leaving);
            (cancelled, leaving) = (false, false);
            match line {
                Line::Text(text) if text.trim().is_empty() => {}
                Line::Text(text) => {
                    if let Some(status) = self.obey(text, interrupts)? {
                        return Ok(status);
                    }
                }
                Line::Unfinished(text) => self.go_on_with(&text)?,
                Line::Cancelled => {
                    if was_cancelled {
                        self.printer.text("Ctrl-D or exit leaves mf\n")?;
                    }
                    cancelled = !was_cancelled;
                }
                Line::Lost(reason) => self.report(Err(reason))?,
                Line::End if self.settings.confirm_exit && !was_leaving => {
                    self.printer.text("once more leaves mf, without saving variables\n")?;
                    leaving = true;
                }
                Line::End => return Ok(0),
            }
        }
    }

    /// Does what an entry asks of the prompt, or runs it; the exit status when it asks to leave.
    fn obey(&mut self, text: String, interrupts: usize) -> io::Result<Option<i32>> {
        self.measure();
        let session = &self.session;
        let is_taken = |name: &str| session.inspect(name, name.len(), Detail::Help).is_some();
        let done = match Command::of(&text, self.settings.shell, is_taken) {
            None => return self.evaluate(text, interrupts),
            Some(Command::Set("")) => self.printer.page(&self.settings.listing()).map(Ok)?,
            Some(Command::Set(setting)) => {
                let (name, value) = setting.split_once([' ', '=']).unwrap_or((setting, ""));
                let done = self.settings.set(name, value.trim_matches([' ', '=']));
                self.editor.apply(&self.settings);
                done
            }
            Some(Command::History(what)) => {
                let rows = self.editor.window().map_or(24, |(_, rows)| rows);
                // This entry is the last of them.
                let entries = self.editor.history().iter();
                let text = commands::listed(entries, what, rows);
                self.printer.text(&text).map(Ok)?
            }
            Some(Command::Edit("")) => {
                let last =
                    self.editor.history().iter().rev().nth(1).unwrap_or_default().to_string();
                return self.go_on_with(&last).map(|()| None);
            }
            Some(Command::Edit(name)) => commands::open_in_editor(&commands::file_of(name)),
            Some(Command::Shell(command)) => {
                self.printer.flush()?;
                commands::run_in_shell(command)
            }
        };
        self.report(done).map(|()| None)
    }

    /// Lets the user work on a text in their editor; it is what the next entry begins with.
    fn go_on_with(&mut self, text: &str) -> io::Result<()> {
        self.printer.flush()?;
        let edited = commands::edited(text);
        // Without an editor it is at least not lost.
        self.begun = edited.as_ref().map_or(text, |edited| edited).to_string();
        self.report(edited.map(drop))
    }

    fn report(&mut self, done: Result<(), String>) -> io::Result<()> {
        if let Err(sentence) = done {
            self.printer.flush()?;
            let _ = writeln!(io::stderr(), "error: {sentence}");
        }
        Ok(())
    }

    /// Tells the printer and the session how large the window is.
    fn measure(&mut self) {
        if let Some((columns, rows)) = self.editor.window() {
            self.session.set_width(columns);
            self.printer.set_window(columns, if self.settings.pager { rows } else { 0 });
        }
    }

    /// Runs an entry and prints its events; the exit status when it asks to leave.
    fn evaluate(&mut self, text: String, interrupts: usize) -> io::Result<Option<i32>> {
        self.entries += 1;
        // Diagnostics name the source; at a prompt there is only its number to tell.
        let source = Source::new(format!("entry {}", self.entries), text);
        let events = self.session.submit(source);
        if self.interrupts.load(Ordering::SeqCst) != interrupts {
            // The user has changed their mind since the prompt.
            self.session.interrupt();
        }
        while let Ok(event) = events.recv() {
            // Whoever watches should see what is printed when it is, even if much follows.
            let step = self.printer.event(event).and_then(|next| {
                self.printer.flush()?;
                Ok(next)
            });
            match step {
                Ok(Next::More) => {}
                Ok(Next::Input { prompt, reply }) => self.answer(&prompt, &reply)?,
                Ok(Next::Done(Outcome::Exit(status))) => return Ok(Some(status)),
                Ok(Next::Done(_)) => return Ok(None),
                Err(error) => {
                    self.session.interrupt();
                    return Err(error);
                }
            }
        }
        let _ = writeln!(io::stderr(), "error: the interpreter has stopped");
        Ok(Some(1))
    }

    /// Reads a line that the program asked for. Without one, the program learns that nobody answers.
    fn answer(&mut self, prompt: &str, reply: &Sender<String>) -> io::Result<()> {
        loop {
            match self.editor.answer(prompt)? {
                Line::Text(line) | Line::Unfinished(line) => {
                    // The program may have ended meanwhile.
                    let _ = reply.send(line);
                }
                Line::Cancelled => self.session.interrupt(),
                Line::Lost(reason) => {
                    self.report(Err(reason))?;
                    continue;
                }
                Line::End => {}
            }
            return Ok(());
        }
    }
}
