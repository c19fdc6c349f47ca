//! What was reported: the last error and warning, and which warnings are shown.
//!
//! A warning is shown once a run however often it is given with the same words, so that a loop does not print it a
//! thousand times. `lastwarn` knows every one of them.

use super::Fault;
use std::collections::{BTreeMap, HashSet};

/// What happens to a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningState {
    /// It is shown.
    On,
    /// It is not.
    Off,
    /// It stops the program as an error would.
    Error,
}

impl WarningState {
    /// Its word, as `warning("query", id)` gives it.
    pub fn word(self) -> &'static str {
        match self {
            WarningState::On => "on",
            WarningState::Off => "off",
            WarningState::Error => "error",
        }
    }
}

/// A message with its identifier, as `lasterr` and `lastwarn` give it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Reported {
    /// The text.
    pub message: String,
    /// Octave's identifier, perhaps empty.
    pub identifier: String,
}

/// The state of the reports of one session.
#[derive(Debug, Default)]
pub struct Reports {
    /// What `lasterr` answers.
    pub last_error: Reported,
    /// What `lastwarn` answers.
    pub last_warning: Reported,
    states: BTreeMap<String, WarningState>,
    shown: HashSet<Reported>,
    /// What `warning("off", id, "local")` changed: the depth of calls, the identifier, its state before.
    local: Vec<(usize, String, Option<WarningState>)>,
}

impl Reports {
    /// The identifier that stands for all warnings without a state of their own.
    pub const ALL: &str = "all";

    /// What happens to warnings of this identifier.
    pub fn state(&self, identifier: &str) -> WarningState {
        let own = self.states.get(identifier).or_else(|| self.states.get(Reports::ALL));
        own.copied().unwrap_or(WarningState::On)
    }

    /// Every identifier with a state of its own, `all` among them when it was set.
    pub fn states(&self) -> impl Iterator<Item = (&str, WarningState)> {
        self.states.iter().map(|(identifier, state)| (identifier.as_str(), *state))
    }

    /// Says what happens to warnings of this identifier; `all` forgets what was said before.
    pub fn set(&mut self, identifier: &str, state: WarningState) {
        if identifier == Reports::ALL {
            self.states.clear();
        }
        self.states.insert(identifier.into(), state);
    }

    /// As [`Reports::set`], until the function that runs at this depth of calls ends.
    pub fn set_locally(&mut self, depth: usize, identifier: &str, state: WarningState) {
        self.local.push((depth, identifier.into(), self.states.get(identifier).copied()));
        self.states.insert(identifier.into(), state);
    }

    /// Takes back what the function at this depth of calls, and those inside, set locally.
    pub fn leave(&mut self, depth: usize) {
        while let Some((_, identifier, state)) = self.local.pop_if(|(at, ..)| *at >= depth) {
            match state {
                Some(state) => self.states.insert(identifier, state),
                None => self.states.remove(&identifier),
            };
        }
    }

    /// Remembers an error that was caught, or that ended a run.
    pub fn note_error(&mut self, fault: &Fault) {
        self.last_error =
            Reported { message: fault.message.clone(), identifier: fault.identifier.clone() };
    }

    /// Remembers a warning; whether it is to be shown.
    pub fn note_warning(&mut self, identifier: &str, message: &str) -> bool {
        if self.state(identifier) == WarningState::Off {
            return false;
        }
        let warning = Reported { message: message.into(), identifier: identifier.into() };
        self.last_warning = warning.clone();
        self.shown.insert(warning)
    }

    /// A new run: what was shown before may be shown again.
    pub fn start_run(&mut self) {
        self.shown.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_shown_once_a_run_unless_it_is_off() {
        let mut reports = Reports::default();
        assert!(reports.note_warning("a:b", "text") && !reports.note_warning("a:b", "text"));
        assert!(reports.note_warning("a:b", "other text"));
        reports.start_run();
        assert!(reports.note_warning("a:b", "text"));
        reports.set("a:b", WarningState::Off);
        assert!(!reports.note_warning("a:b", "third") && reports.note_warning("c:d", "third"));
        assert_eq!(reports.last_warning.identifier, "c:d");
        reports.set(Reports::ALL, WarningState::Off);
        assert_eq!(reports.state("c:d"), WarningState::Off);
    }

    #[test]
    fn local_states_end_with_their_function() {
        let mut reports = Reports::default();
        reports.set_locally(2, "a:b", WarningState::Off);
        reports.leave(3);
        assert_eq!(reports.state("a:b"), WarningState::Off);
        reports.leave(2);
        assert_eq!(reports.state("a:b"), WarningState::On);
    }
}
