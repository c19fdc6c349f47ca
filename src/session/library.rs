//! The functions that are not the user's, as the evaluator sees them: the table, and the files of `stdlib/`.

use super::stdlib::{self, LibraryFunction};
use crate::builtins;
use crate::eval::Library;
use crate::syntax::Source;
use crate::value::Native;

/// Everything there is.
pub struct Table;

impl Library for Table {
    fn native(&self, name: &str) -> Option<&'static Native> {
        builtins::native(name)
    }

    fn stdlib(&self, name: &str) -> Option<Source> {
        stdlib::source(name)
    }

    fn private(&self, name: &str) -> Option<Source> {
        stdlib::private(name)
    }

    fn names(&self) -> Vec<&'static str> {
        builtins::entries().map(|entry| entry.name).chain(stdlib::names()).collect()
    }

    fn native_help(&self, name: &str) -> Option<String> {
        builtins::help_text(name)
    }

    fn written_help(&self, signature: &str, comment: &str) -> String {
        builtins::written_help(signature, comment)
    }

    fn catalogue(&self) -> Vec<(String, String, String)> {
        let mut list = builtins::catalogue();
        for function in LibraryFunction::all() {
            let entry = (function.group.to_string(), function.name.to_string(), function.summary());
            // Beside the others of its group, if there are some.
            match list.iter().rposition(|(group, ..)| group == function.group) {
                Some(last) => list.insert(last + 1, entry),
                None => list.push(entry),
            }
        }
        list
    }
}
