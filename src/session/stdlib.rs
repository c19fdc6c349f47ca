//! The functions of `stdlib/`, which are written in mf: each file defines the function it is named after.
//!
//! `build.rs` lists the files. They are parsed on first use, so that start-up does not pay for them.

use crate::builtins;
use crate::syntax::{FunctionDef, Source, parse};
use std::sync::{Arc, OnceLock};

/// Name, group and text of each file, sorted by name.
const FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/stdlib.rs"));

/// The same of the files in folders `private`.
const PRIVATE: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/private.rs"));

/// A function of the standard library.
#[derive(Debug, Clone, PartialEq)]
pub struct LibraryFunction {
    /// Its name.
    pub name: &'static str,
    /// The group it is listed in.
    pub group: &'static str,
    /// Its comment: summary, prose, `Parameters`, examples (`>>> `), `See also: …`.
    pub comment: String,
    /// How it is called: `S = softmax(X, dim=0)`.
    pub signature: String,
    /// The names of its parameters.
    pub params: Vec<String>,
}

impl LibraryFunction {
    /// The function of that name. Its file is read once; reading all of them takes a while.
    pub fn find(name: &str) -> Option<&'static LibraryFunction> {
        static READ: [OnceLock<Option<LibraryFunction>>; FILES.len()] =
            [const { OnceLock::new() }; FILES.len()];
        let position = FILES.binary_search_by_key(&name, |(file, ..)| file).ok()?;
        let (name, group, _) = FILES[position];
        READ[position].get_or_init(|| LibraryFunction::read(name, group)).as_ref()
    }

    /// All of them, sorted by name.
    pub fn all() -> impl Iterator<Item = &'static LibraryFunction> {
        names().filter_map(LibraryFunction::find)
    }

    fn read(name: &'static str, group: &'static str) -> Option<LibraryFunction> {
        let source = source(name)?;
        let program = parse(&source).ok()?;
        let function: &Arc<FunctionDef> = program.functions.first()?;
        Some(LibraryFunction {
            name,
            group,
            comment: function.doc.clone(),
            signature: function.signature(&source).to_string(),
            params: function.params.iter().map(|param| param.name.to_string()).collect(),
        })
    }

    /// The summary, on one line.
    pub fn summary(&self) -> String {
        builtins::summary_of(self.comment.lines())
    }

    /// The whole help text.
    pub fn help(&self) -> String {
        builtins::written_help(&self.signature, &self.comment)
    }
}

/// Names of the standard library's functions.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, ..)| *name)
}

/// The text of a standard library function.
pub fn source(name: &str) -> Option<Source> {
    let (group, text) = found(FILES, name)?;
    Some(Source::library(format!("stdlib/{}/{name}.mf", group.replace(' ', "_")), text))
}

/// The text of a function that only the standard library's own may call.
pub fn private(name: &str) -> Option<Source> {
    let (group, text) = found(PRIVATE, name)?;
    Some(Source::library(format!("stdlib/{}/private/{name}.mf", group.replace(' ', "_")), text))
}

/// The group and the text of a file.
fn found(files: &'static [(&str, &str, &str)], name: &str) -> Option<(&'static str, &'static str)> {
    let position = files.binary_search_by_key(&name, |(file, ..)| file).ok()?;
    Some((files[position].1, files[position].2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_defines_the_function_it_is_named_after() {
        let public = names().map(|name| (name, source(name).unwrap()));
        let private = PRIVATE.iter().map(|(name, ..)| (*name, private(name).unwrap()));
        for (name, text) in public.chain(private) {
            let program = parse(&text).unwrap_or_else(|error| panic!("{}", error.render(false)));
            assert!(program.body.is_empty(), "{} has statements outside of functions", text.name);
            assert_eq!(&*program.functions[0].name, name, "{}", text.name);
        }
        assert_eq!(names().count(), LibraryFunction::all().count());
    }
}
