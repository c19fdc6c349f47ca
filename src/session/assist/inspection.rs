//! Help on what stands at the cursor.

use super::cursor::{Cursor, Place, is_name_char};
use super::functions::{Function, Parameter};
use super::snapshot::{Known, Snapshot};

/// How much is asked for: Jupyter's levels 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Detail {
    /// What it is and how it is used.
    Help,
    /// How it is written, too.
    Source,
}

/// Help on the name at byte `at` of `text`: a variable, a field, a function, a keyword argument. Where there is no
/// name but an argument list, on the function called.
pub fn inspect(snapshot: &Snapshot, text: &str, at: usize, detail: Detail) -> Option<String> {
    let at = text.floor_char_boundary(at.min(text.len()));
    let end = at + text[at..].find(|c| !is_name_char(c)).unwrap_or(text.len() - at);
    let cursor = Cursor::new(text, end);
    let called = cursor.call.as_ref().and_then(|call| function(snapshot, call.function));
    let here = match &cursor.place {
        Place::Name | Place::Command(_) if cursor.prefix.is_empty() => None,
        Place::Name | Place::Command(_) => {
            let is_keyword = names_argument(&text[end..]);
            called
                .as_ref()
                .filter(|_| is_keyword)
                .and_then(|function| Some(parameter(function, function.param(cursor.prefix)?)))
                .or_else(|| named(snapshot, cursor.prefix, detail))
        }
        Place::Field(path) => {
            let path: Vec<&str> = path.iter().copied().chain([cursor.prefix]).collect();
            snapshot.find(&path).map(|known| value(known, &path.join("."), detail))
        }
        Place::Text(_) | Place::Word | Place::Comment => None,
    };
    here.or_else(|| Some(help(&called?, detail)))
}

/// The function of this name: the user's, or one that everybody has.
pub fn function(snapshot: &Snapshot, name: &str) -> Option<Function> {
    let own = snapshot.functions.iter().find(|function| function.name == name);
    own.map(|function| Function::clone(function)).or_else(|| Function::find(name))
}

/// Whether what follows a name makes it a keyword argument.
fn names_argument(after: &str) -> bool {
    let after = after.trim_start();
    after.starts_with('=') && !after.starts_with("==")
}

fn named(snapshot: &Snapshot, name: &str, detail: Detail) -> Option<String> {
    match snapshot.find(&[name]) {
        Some(known) => Some(value(known, name, detail)),
        None => function(snapshot, name).map(|function| help(&function, detail)),
    }
}

fn value(known: &Known, path: &str, detail: Detail) -> String {
    let mut out = match &known.text {
        Some(text) => format!("{}\n", text().trim_end()),
        None if known.class.is_empty() => format!("{path}\n"),
        None => format!("{path} is a {}\n", known.class),
    };
    if known.text.is_none() || detail >= Detail::Source {
        let width = known.fields.iter().map(|f| f.name.chars().count()).max().unwrap_or(0);
        if width > 0 {
            out += "\nFields\n";
        }
        for Known { name, class, .. } in &known.fields {
            out += format!("  {name:width$}  {class}").trim_end();
            out.push('\n');
        }
    }
    out
}

fn help(function: &Function, detail: Detail) -> String {
    match &function.source {
        Some(source) if detail >= Detail::Source => {
            format!("{}\nSource\n\n{}\n", function.help, source.trim_end())
        }
        _ => function.help.clone(),
    }
}

fn parameter(function: &Function, param: &Parameter) -> String {
    let mut out = format!("{}(…, {}=…)\n\n", function.name, param.name);
    if !param.doc.is_empty() {
        out += &format!("{}\n", param.doc);
    }
    if !param.class.is_empty() {
        out += &format!("Takes {}.\n", param.class);
    }
    if !param.options.is_empty() {
        out += &format!("One of {}.\n", param.options.join(", "));
    }
    out
}
