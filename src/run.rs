//! The script runner (layer 5): runs one program, and prints its events as a filter should.
//!
//! A closed output pipe ends the program quietly. Knows nothing of the prompt or of Jupyter.

mod answer;

use crate::printer::{Figures, Next, Printer};
use crate::session::{Event, Outcome, Session};
use crate::syntax::{Diagnostic, Source};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Exit status of a program that was interrupted, as a shell would report it.
const INTERRUPTED: i32 = 130;

/// A program and what it needs to know of where it came from.
pub struct Program {
    /// Its text.
    pub source: Source,
    /// What the command line gives to the program.
    pub args: Vec<String>,
    /// Where its figures go.
    figures: PathBuf,
    /// The first part of the figures' file names.
    stem: String,
}

impl Program {
    /// A program called `name` in diagnostics, whose figures become `directory/figures/stem-1.png` and so on.
    pub fn new(name: &str, text: impl Into<Arc<str>>, directory: &Path, stem: &str) -> Program {
        Program {
            source: Source::new(name, text),
            args: Vec::new(),
            figures: directory.join("figures").components().collect(),
            stem: stem.to_string(),
        }
    }
}

/// Runs a program in a session of its own; the exit status.
pub fn run(program: &Program) -> i32 {
    run_in(&Arc::new(Session::start_with(program.args.clone())), program).status
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// What the process would leave with.
    pub status: i32,
    /// Whether it wants the process to end: it called `exit`, or nobody reads what it prints.
    pub leaves: bool,
}

/// Runs a program in a session.
pub fn run_in(session: &Arc<Session>, program: &Program) -> End {
    let _watch = interrupt_on_ctrl_c(session.clone());
    let figures = Figures::new(program.figures.clone(), &program.stem);
    let mut printer = Printer::new(figures);
    let events = session.submit(program.source.clone());
    // Who reads what the program asked for last.
    let mut reader = None;
    loop {
        let step = match events.try_recv() {
            Ok(event) => printer.event(event),
            // Nothing is happening: the reader of a pipe should see what there is.
            Err(_) => printer.flush().and_then(|()| match events.recv() {
                Ok(event) => printer.event(event),
                Err(_) => {
                    let stopped = Diagnostic::error("the interpreter has stopped");
                    printer.event(Event::Done(Outcome::Failed(Box::new(stopped))))
                }
            }),
        };
        let stays = |status| End { status, leaves: false };
        match step {
            Ok(Next::More) => {}
            Ok(Next::Input { prompt, reply }) => {
                if let Err(error) = printer.text(&prompt).and_then(|()| printer.flush()) {
                    return lost_output(printer, session, &error);
                }
                // An interrupt may have come before the answer.
                drop(reader.take());
                reader = answer::read(reply);
            }
            Ok(Next::Done(outcome)) => {
                return match outcome {
                    Outcome::Completed => stays(i32::from(printer.has_failed())),
                    Outcome::Failed(_) => stays(1),
                    Outcome::Interrupted => stays(INTERRUPTED),
                    Outcome::Exit(status) => End { status, leaves: true },
                };
            }
            Err(error) => return lost_output(printer, session, &error),
        }
    }
}

/// How a program ends whose output cannot be written. A reader that has seen enough is no error.
fn lost_output(printer: Printer, session: &Session, error: &io::Error) -> End {
    session.interrupt();
    printer.abandon();
    if error.kind() == io::ErrorKind::BrokenPipe {
        return End { status: 0, leaves: true };
    }
    let _ = writeln!(io::stderr(), "error: cannot write the output: {error}");
    End { status: 1, leaves: true }
}

/// Ends the watch for Ctrl-C when it is dropped: a prompt has its own.
struct Watch {
    #[cfg(unix)]
    signals: Option<signal_hook::iterator::Handle>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(signals) = &self.signals {
            signals.close();
        }
    }
}

/// Makes Ctrl-C interrupt the program, and a second one within a second end the process.
#[cfg(unix)]
fn interrupt_on_ctrl_c(session: Arc<Session>) -> Watch {
    let Ok(mut signals) = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT]) else {
        return Watch { signals: None };
    };
    let handle = signals.handle();
    std::thread::spawn(move || {
        let mut last: Option<Instant> = None;
        for _ in signals.forever() {
            if last.is_some_and(|last| last.elapsed() < Duration::from_secs(1)) {
                std::process::exit(INTERRUPTED);
            }
            last = Some(Instant::now());
            session.interrupt();
        }
    });
    Watch { signals: Some(handle) }
}

/// Here Ctrl-C ends the process.
#[cfg(not(unix))]
fn interrupt_on_ctrl_c(_: Arc<Session>) -> Watch {
    Watch {}
}
