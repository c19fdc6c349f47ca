//! What the integration tests share: running a program in a session of its own, and finding example data.

use mf::session::{Event, Outcome, Session};
use mf::syntax::{Diagnostic, Source};
use std::path::{Path, PathBuf};

/// What a program printed, showed and warned of, and the error that ended it.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    /// Everything that appears on the screen, in order; errors and warnings as their headline.
    pub text: String,
    /// The error that ended the program.
    pub error: Option<Box<Diagnostic>>,
    /// How many figures were shown.
    pub figures: usize,
}

/// Runs a program in a session; a later program in the same session sees its variables.
pub fn run_in(session: &Session, program: &str) -> Ran {
    let mut ran = Ran::default();
    for event in session.submit(Source::new("test", program)) {
        match event {
            Event::Stdout(text) | Event::Stderr(text) | Event::Page(text) => {
                ran.text.push_str(&text);
            }
            Event::Value { shown, .. } => {
                ran.text.push_str(&shown.text);
                ran.text.push('\n');
            }
            Event::Warning(warning) => {
                ran.text.push_str(&format!("warning: {}\n", warning.message));
            }
            Event::Figure(_) => ran.figures += 1,
            Event::Done(Outcome::Failed(diagnostic)) => {
                ran.text.push_str(&format!("error: {}\n", diagnostic.message));
                ran.error = Some(diagnostic);
            }
            Event::Done(Outcome::Interrupted) => ran.text.push_str("interrupted\n"),
            _ => {}
        }
    }
    ran
}

/// Runs a program in a fresh session and gives what the screen shows.
pub fn screen(program: &str) -> String {
    run_in(&Session::start(), program).text
}

/// Runs a program in a fresh session and gives the error's message and hint, which it must have.
pub fn error(program: &str) -> String {
    match run_in(&Session::start(), program).error {
        Some(diagnostic) => {
            format!("{}\n{}", diagnostic.message, diagnostic.help.unwrap_or_default())
        }
        None => panic!("{program} should be an error"),
    }
}

/// Runs `setup` and then checks that each condition, an expression of the language, is true.
#[track_caller]
pub fn holds(setup: &str, conditions: &[&str]) {
    let session = Session::start();
    let ran = run_in(&session, setup);
    assert!(ran.error.is_none(), "{setup}\n{}", ran.text);
    for condition in conditions {
        let ran = run_in(&session, &format!("__holds = all(all({condition}));\n__holds"));
        if ran.text.trim() != "__holds = 1" {
            let operand = condition.split(" < ").next().unwrap_or(condition);
            let value = run_in(&session, &format!("format long\n__value = {operand}")).text;
            panic!("{setup}\ndoes not hold: {condition}\n{}{value}", ran.text);
        }
    }
}

/// A file of the shared example data, when this machine has them: `MF_SHARED_DATA`, or `../shared/data`
/// beside the project.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MF_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let file = root.join(path);
    file.exists().then_some(file)
}

/// As [`shared`], and says so when there is nothing to test with.
#[allow(clippy::print_stdout)]
pub fn shared_or_skip(path: &str) -> Option<PathBuf> {
    let found = shared(path);
    if found.is_none() {
        println!("skipped: no shared data ({path})");
    }
    found
}
