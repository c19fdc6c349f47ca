//! A program run in a session, and what the screen shows of it.

use mf::session::{Event, Outcome, Session};
use mf::syntax::{Diagnostic, Source};
use std::path::{Path, PathBuf};

/// What a program printed, showed and warned of, and the error that ended it.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    /// Everything that appears on the screen, in order; warnings as their headline.
    pub text: String,
    /// The error that ended the program.
    pub error: Option<Box<Diagnostic>>,
    /// How many iterations were reported.
    pub steps: usize,
}

/// Runs a program in a session; a later program in the same session sees its variables.
pub fn run_in(session: &Session, program: &str) -> Ran {
    let mut ran = Ran::default();
    for event in session.submit(Source::new("test", program)) {
        match event {
            Event::Stdout(text) | Event::Stderr(text) => ran.text += &text,
            Event::Value { shown, .. } => ran.text += &format!("{}\n", shown.text),
            Event::Warning(warning) => ran.text += &format!("warning: {}\n", warning.message),
            Event::Progress(_) => ran.steps += 1,
            Event::Done(Outcome::Failed(diagnostic)) => ran.error = Some(diagnostic),
            _ => {}
        }
    }
    ran
}

/// Runs a program that must not fail, and gives what the screen shows.
#[track_caller]
pub fn screen(session: &Session, program: &str) -> String {
    let ran = run_in(session, program);
    assert!(ran.error.is_none(), "{program}\n{}{:?}", ran.text, ran.error);
    ran.text
}

/// Runs a program that must fail, and gives the error's message and hint.
#[track_caller]
pub fn error(session: &Session, program: &str) -> String {
    match run_in(session, program).error {
        Some(diagnostic) => {
            format!("{}\n{}", diagnostic.message, diagnostic.help.unwrap_or_default())
        }
        None => panic!("{program} should be an error"),
    }
}

/// The number that a program shows last, as `ans`.
#[track_caller]
pub fn number(session: &Session, program: &str) -> f64 {
    let text = screen(session, program);
    let value = text.trim_end().rsplit_once("ans = ").map(|(_, value)| value);
    value.and_then(|v| v.parse().ok()).unwrap_or_else(|| panic!("{program} shows {text}"))
}

/// A file of the shared example data, when this machine has them: `MF_SHARED_DATA`, or `../shared/data`
/// beside the project.
#[allow(clippy::print_stdout)]
pub fn shared_or_skip(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MF_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    println!("skipped: no shared data ({path})");
    None
}
