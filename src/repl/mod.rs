//! The prompt (layer 5): reads entries from a terminal, runs them in a session and prints what happens.
//!
//! `editor` is the line editor with its keys, `helper` what it asks while the user types (completion, colours, hints,
//! whether an entry is finished), `entry` the text of an entry of several lines, `highlight` its colours, `history`
//! where the history is kept, `signals` what Ctrl-C and the end of the terminal do.
//!
//! Evaluation runs on the session's thread. While it does, the terminal is in its usual mode, so that Ctrl-C is a
//! signal; while the user types it is a key.

mod editor;
mod entry;
mod helper;
mod highlight;
mod history;
mod signals;

use crate::printer::{Figures, Next, Printer};
use crate::session::{Outcome, Session};
use crate::syntax::Source;
use editor::{Editor, Line};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
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
    let _signals = signals::watch(&session);
    let editor = match Editor::open(session.clone()) {
        Ok(editor) => editor,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: cannot open the terminal: {error}");
            return 1;
        }
    };
    let figures = Figures::new(PathBuf::from("figures"), "mf").keeping();
    let mut printer = Printer::new(figures);
    printer.set_silent_keys();
    let mut repl = Repl { session, editor, printer, entries: 0 };
    repl.run(quiet).unwrap_or(1)
}

struct Repl {
    session: Arc<Session>,
    editor: Editor,
    printer: Printer,
    /// How many were run.
    entries: usize,
}

impl Repl {
    /// Reads and runs entries. An error means that the terminal is gone.
    fn run(&mut self, quiet: bool) -> io::Result<i32> {
        if !quiet {
            self.printer.text(&format!("{}\n", banner()))?;
        }
        let mut cancelled = false;
        loop {
            self.printer.flush()?;
            match self.editor.entry()? {
                Line::Text(text) => {
                    cancelled = false;
                    if !text.trim().is_empty()
                        && let Some(status) = self.evaluate(text)?
                    {
                        return Ok(status);
                    }
                }
                Line::Cancelled => {
                    if cancelled {
                        self.printer.text("Ctrl-D or exit leaves mf\n")?;
                    }
                    cancelled = !cancelled;
                }
                Line::End => return Ok(0),
            }
        }
    }

    /// Runs an entry and prints its events; the exit status when it asks to leave.
    fn evaluate(&mut self, text: String) -> io::Result<Option<i32>> {
        if let Some((columns, rows)) = self.editor.window() {
            self.session.set_width(columns);
            self.printer.set_rows(rows);
        }
        self.entries += 1;
        // Diagnostics name the source; at a prompt there is only its number to tell.
        let source = Source::new(format!("entry {}", self.entries), text);
        let events = self.session.submit(source);
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
        match self.editor.answer(prompt)? {
            Line::Text(line) => {
                // The program may have ended meanwhile.
                let _ = reply.send(line);
            }
            Line::Cancelled => self.session.interrupt(),
            Line::End => {}
        }
        Ok(())
    }
}
