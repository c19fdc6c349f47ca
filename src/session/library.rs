//! The functions that are not the user's, as the evaluator sees them: the table, and the files of `stdlib/`.

use crate::builtins;
use crate::eval::Library;
use crate::syntax::{Source, parse};
use crate::value::Native;

/// Each file of `stdlib/` defines the function it is named after. They are read on first use, so that
/// start-up does not pay for them.
const STDLIB: &[(&str, &str)] = &[
    ("cosine", include_str!("../../stdlib/cosine.mf")),
    ("nuclear", include_str!("../../stdlib/nuclear.mf")),
    ("softmax", include_str!("../../stdlib/softmax.mf")),
];

/// The text of a standard library function.
pub fn stdlib(name: &str) -> Option<Source> {
    let (name, text) = STDLIB.iter().find(|(file, _)| *file == name)?;
    Some(Source::new(format!("stdlib/{name}.mf"), *text))
}

/// Names of the standard library's functions.
pub fn stdlib_names() -> impl Iterator<Item = &'static str> {
    STDLIB.iter().map(|(name, _)| *name)
}

/// The comment of a standard library function.
pub fn stdlib_comment(name: &str) -> Option<String> {
    let program = parse(&stdlib(name)?).ok()?;
    let function = program.functions.iter().find(|f| &*f.name == name)?;
    Some(function.doc.clone())
}

/// Everything there is.
pub struct Table;

impl Library for Table {
    fn native(&self, name: &str) -> Option<&'static Native> {
        builtins::native(name)
    }

    fn stdlib(&self, name: &str) -> Option<Source> {
        stdlib(name)
    }

    fn names(&self) -> Vec<&'static str> {
        builtins::entries().map(|entry| entry.name).chain(stdlib_names()).collect()
    }

    fn help(&self, name: &str, comment: Option<&str>) -> Option<String> {
        builtins::help_text(name, comment)
    }

    fn catalogue(&self) -> Vec<(String, String, String)> {
        let mut list = builtins::catalogue();
        for name in stdlib_names() {
            let comment = stdlib_comment(name).unwrap_or_default();
            let summary = comment.lines().next().unwrap_or_default().to_string();
            list.push(("written in mf".into(), name.into(), summary));
        }
        list
    }
}

/// The help text of any function that is not the user's.
pub fn help(name: &str) -> Option<String> {
    builtins::help_text(name, stdlib_comment(name).as_deref())
}
