//! Examples of the reference, run.

use crate::session::{Event, Outcome, Session};
use crate::syntax::Source;
use matfac::plot::Figure;
use std::sync::Arc;

/// What one example shows.
#[derive(Debug, Default)]
pub struct Shown {
    /// The program.
    pub program: String,
    /// What it printed, warnings and the error it ends with included.
    pub text: String,
    /// What it drew.
    pub figures: Vec<Arc<Figure>>,
}

/// Runs the examples of one function, one after another in one session.
pub fn run(examples: &[String]) -> Vec<Shown> {
    if examples.is_empty() {
        return Vec::new();
    }
    let session = Session::start();
    examples.iter().map(|program| one(&session, program)).collect()
}

fn one(session: &Session, program: &str) -> Shown {
    let mut shown = Shown { program: program.into(), ..Shown::default() };
    for event in session.submit(Source::new("example", program)) {
        match event {
            Event::Stdout(text) | Event::Stderr(text) | Event::Page(text) => shown.text += &text,
            Event::Value { shown: value, .. } => shown.text += &format!("{}\n", value.text),
            Event::Warning(warning) => shown.text += &format!("{}\n", warning.headline()),
            Event::Figure(figure) => shown.figures.push(figure),
            Event::Done(Outcome::Failed(error)) => {
                shown.text += &format!("{}\n", error.headline());
            }
            _ => {}
        }
    }
    shown
}
