//! What the integration tests share: running a script in a session of its own, and finding the larger data.

use mf::session::{Event, Outcome, Session};
use mf::syntax::{Diagnostic, Source};
use std::path::{Path, PathBuf};

/// What a script did.
#[derive(Debug, Default)]
pub struct Run {
    /// What it printed and showed, as the runner prints it.
    pub output: String,
    /// The headlines of its warnings.
    pub warnings: Vec<String>,
    /// Why it stopped, if it did not reach its end.
    pub error: Option<Diagnostic>,
    /// How many figures it drew.
    pub figures: usize,
}

/// Runs a script in a fresh session.
pub fn run_script(text: &str) -> Run {
    run_in(&Session::start(), text)
}

/// Runs a script in a session.
pub fn run_in(session: &Session, text: &str) -> Run {
    let mut run = Run::default();
    for event in session.submit(Source::new("script", text)) {
        match event {
            Event::Stdout(text) => run.output += &text,
            Event::Page(text) => run.output += &text,
            Event::Value { shown, .. } => run.output += &format!("{}\n", shown.printed()),
            Event::Warning(warning) => run.warnings.push(warning.headline()),
            Event::Figure(_) => run.figures += 1,
            Event::Done(Outcome::Failed(diagnostic)) => run.error = Some(*diagnostic),
            Event::Done(Outcome::Interrupted) => {
                run.error = Some(Diagnostic::error("interrupted"));
            }
            _ => {}
        }
    }
    run
}

/// A session after a fit that was interrupted at its `steps`th report of progress. The program must have gone on after it,
/// with a warning.
#[track_caller]
pub fn interrupted(setup: &str, fit: &str, steps: usize) -> Session {
    let session = Session::start();
    let (mut seen, mut warned, mut outcome) = (0, false, None);
    for event in session.submit(Source::new("script", format!("{setup} {fit}; after = 1;"))) {
        match event {
            Event::Progress(_) => {
                seen += 1;
                if seen == steps {
                    session.interrupt();
                }
            }
            Event::Warning(warning) => warned |= warning.headline().contains("was interrupted"),
            Event::Done(done) => outcome = Some(done),
            _ => {}
        }
    }
    assert!(matches!(outcome, Some(Outcome::Completed)), "{fit}: {outcome:?}");
    assert!(warned, "{fit}: no warning says that it was interrupted");
    assert_eq!(run_in(&session, "after").output.trim(), "after = 1", "{fit}");
    session
}

/// Runs a script that must succeed; what it printed.
#[track_caller]
pub fn output_of(text: &str) -> String {
    let run = run_script(text);
    if let Some(error) = run.error {
        panic!("{text}\n{}", error.render(false));
    }
    run.output
}

/// Runs `setup` and then checks that each condition, an expression of the language, is true.
#[track_caller]
pub fn holds(setup: &str, conditions: &[&str]) {
    let session = Session::start();
    let run = run_in(&session, setup);
    assert!(run.error.is_none(), "{setup}\n{:?}", run.error);
    for condition in conditions {
        let run = run_in(&session, &format!("__holds = all(all({condition}))"));
        if run.output.trim() != "__holds = 1" {
            let operand = condition.split(" < ").next().unwrap_or(condition);
            let value = run_in(&session, &format!("__value = {operand}"));
            panic!("does not hold: {condition}\n{}{:?}{:?}", value.output, run.error, value.error);
        }
    }
}

/// The message and the hint of the error that a script ends with.
#[track_caller]
pub fn error_of(text: &str) -> String {
    match run_script(text).error {
        Some(error) => format!("{}\n{}", error.message, error.help.unwrap_or_default()),
        None => panic!("{text}: an error is expected"),
    }
}

/// A file of the larger test data, which lies beside the project or where `MF_SHARED_DATA` says; says so on standard
/// error when there is none.
pub fn shared(path: &str) -> Option<PathBuf> {
    let directory = match std::env::var_os("MF_SHARED_DATA") {
        Some(directory) => PathBuf::from(directory),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
    };
    let file = directory.join(path);
    if !file.exists() {
        eprintln!("skipped: no shared data ({path})");
        return None;
    }
    Some(file)
}

/// Numbers without a generator's state: good enough to draw programs and expressions.
pub struct Draw(pub u64);

impl Draw {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    /// One of a list.
    pub fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}
