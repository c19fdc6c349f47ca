//! Programs that share a session, one after another: what the screen shows of each, or its error.

use crate::common::run_in;
use mf::session::Session;

/// Runs a program that must not fail, and gives what it showed, then its warnings.
#[track_caller]
pub fn screen(session: &Session, program: &str) -> String {
    let run = run_in(session, program);
    assert!(run.error.is_none(), "{program}\n{}{:?}", run.output, run.error);
    run.output + &run.warnings.join("\n")
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

/// All of `parts` must occur in `text`.
#[track_caller]
pub fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}
