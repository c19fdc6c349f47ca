//! Completion, help at the cursor, and whether a text is finished: all from the text and a snapshot of the
//! variables, so that they answer while a program runs.

use super::library;
use super::stdlib::LibraryFunction;
use crate::builtins;
use crate::eval::Interpreter;
use crate::syntax::{Source, parse_scanned, scan};
use crate::value::Host;

/// Whether a text is a whole program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It can run.
    Complete,
    /// A bracket or block is still open; the next line should start with this much space.
    Incomplete {
        /// Spaces.
        indent: String,
    },
    /// It is wrong, and more text will not mend it.
    Invalid,
}

/// Names that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completions {
    /// First byte of what a candidate replaces.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// The candidates, best first.
    pub items: Vec<Completion>,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The text to insert.
    pub text: String,
    /// `variable`, `function`, `keyword` (a keyword argument, inserted with its `=`), `field`, `statement`.
    pub kind: &'static str,
    /// A short description: the value's size and class, or the function's summary.
    pub detail: String,
}

/// What is known of the workspace between programs.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    variables: Vec<Known>,
    functions: Vec<String>,
}

#[derive(Debug, Clone)]
struct Known {
    name: String,
    description: String,
    text: String,
    fields: Vec<String>,
}

impl Snapshot {
    pub(super) fn of(interpreter: &Interpreter) -> Snapshot {
        let variables = interpreter.variables().into_iter().map(|(name, value)| {
            let fields = match &value {
                crate::value::Value::Object(o) => {
                    o.fields().iter().map(|f| f.to_string()).collect()
                }
                crate::value::Value::Struct(s) => s.names().map(|n| n.to_string()).collect(),
                crate::value::Value::Table(t) => {
                    t.names().names().iter().map(|n| n.to_string()).collect()
                }
                _ => Vec::new(),
            };
            let text = match value.numel() {
                0..=100 => crate::value::show(&name, &value, &Default::default()).text,
                _ => format!("{name} is a {}", value.describe()),
            };
            Known { name: name.to_string(), description: value.describe(), text, fields }
        });
        Snapshot {
            variables: variables.collect(),
            functions: interpreter.user_functions().iter().map(|n| n.to_string()).collect(),
        }
    }
}

const STATEMENTS: [&str; 16] = [
    "break",
    "case",
    "catch",
    "continue",
    "else",
    "elseif",
    "end",
    "for",
    "function",
    "if",
    "otherwise",
    "return",
    "switch",
    "try",
    "until",
    "while",
];

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The name that ends at `cursor`.
fn name_before(text: &str, cursor: usize) -> &str {
    let before = &text[..cursor];
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_name_char(*c))
        .last()
        .map_or(cursor, |(i, _)| i);
    &before[start..]
}

/// The function whose argument list is open at `cursor`.
fn open_call(text: &str, cursor: usize) -> Option<&str> {
    let mut depth = 0;
    for (i, c) in text[..cursor].char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' if depth == 0 => {
                let name = name_before(text, i);
                return (!name.is_empty()).then_some(name);
            }
            '(' | '[' | '{' => depth -= 1,
            '\n' | ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// What may stand at byte `cursor` of `text`.
pub fn complete(snapshot: &Snapshot, text: &str, cursor: usize) -> Completions {
    let cursor = text.floor_char_boundary(cursor.min(text.len()));
    let prefix = name_before(text, cursor);
    let start = cursor - prefix.len();
    let mut items: Vec<Completion> = Vec::new();
    let mut add = |text: &str, kind: &'static str, detail: String| {
        let bare = text.trim_end_matches('=');
        if bare.starts_with(prefix) && !items.iter().any(|item| item.text == text) {
            items.push(Completion { text: text.into(), kind, detail });
        }
    };
    if text[..start].ends_with('.') {
        let owner = name_before(text, start - 1);
        if let Some(known) = snapshot.variables.iter().find(|v| v.name == owner) {
            for field in &known.fields {
                add(field, "field", String::new());
            }
        }
        return Completions { start, end: cursor, items };
    }
    let called = open_call(text, start);
    if let Some(function) = called.and_then(LibraryFunction::find) {
        for param in function.params.iter().filter(|param| *param != "varargin") {
            add(&format!("{param}="), "keyword", String::new());
        }
    }
    if let Some(entry) = called.and_then(builtins::find) {
        for param in entry.forms.iter().flat_map(|form| form.params).filter(|p| !p.is_rest) {
            let doc: Vec<&str> = param.doc.iter().map(|line| line.trim()).collect();
            add(&format!("{}=", param.name), "keyword", doc.join(" "));
        }
    }
    if prefix.is_empty() {
        return Completions { start, end: cursor, items };
    }
    for known in &snapshot.variables {
        add(&known.name, "variable", known.description.clone());
    }
    for name in &snapshot.functions {
        add(name, "function", String::new());
    }
    let mut functions: Vec<(&str, String)> =
        builtins::entries().map(|entry| (entry.name, builtins::summary(entry))).collect();
    functions.extend(LibraryFunction::all().iter().map(|f| (f.name, f.summary())));
    functions.sort();
    for (name, summary) in functions {
        add(name, "function", summary);
    }
    for word in STATEMENTS {
        add(word, "statement", String::new());
    }
    Completions { start, end: cursor, items }
}

/// Help on the name at byte `cursor` of `text`; inside an argument list, on the function called.
pub fn inspect(snapshot: &Snapshot, text: &str, cursor: usize) -> Option<String> {
    let cursor = text.floor_char_boundary(cursor.min(text.len()));
    let end = cursor + text[cursor..].find(|c| !is_name_char(c)).unwrap_or(text.len() - cursor);
    let name = name_before(text, end);
    let known = |name: &str| {
        let variable = snapshot.variables.iter().find(|v| v.name == name);
        variable.map(|v| format!("{}\n", v.text)).or_else(|| library::help(name))
    };
    known(name).or_else(|| known(open_call(text, cursor)?))
}

/// Whether `text` can run as it stands.
pub fn is_complete(text: &str) -> Completeness {
    let source = Source::new("", text);
    let scanned = scan(&source);
    let indent =
        " ".repeat(2 * scanned.open_blocks.len().max(usize::from(scanned.unfinished.is_some())));
    if scanned.error.is_some() {
        return Completeness::Invalid;
    }
    if scanned.unfinished.is_some() {
        return Completeness::Incomplete { indent };
    }
    if text.trim_start().starts_with([':', '?']) || text.trim_end().ends_with('?') {
        return Completeness::Complete;
    }
    match parse_scanned(&source, &scanned) {
        Err(_) if !scanned.open_blocks.is_empty() => Completeness::Incomplete { indent },
        Err(_) => Completeness::Invalid,
        // At a prompt a function ends with its `end`, though a file need not have one.
        Ok(_) if !scanned.open_blocks.is_empty() => Completeness::Incomplete { indent },
        Ok(_) => Completeness::Complete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completeness() {
        assert_eq!(is_complete("x = 1"), Completeness::Complete);
        assert_eq!(is_complete("?lu"), Completeness::Complete);
        assert_eq!(is_complete("x = )"), Completeness::Invalid);
        for text in ["x = [1 2", "for i=1:3", "if x\n y", "function f\n 1;", "x = 1 + ..."] {
            assert!(matches!(is_complete(text), Completeness::Incomplete { .. }), "{text}");
        }
    }

    #[test]
    fn candidates_come_with_their_kind() {
        let snapshot = Snapshot::default();
        let names = |text: &str| {
            let list = complete(&snapshot, text, text.len());
            list.items.into_iter().map(|item| item.text).collect::<Vec<_>>()
        };
        assert!(names("ey").contains(&"eye".to_string()));
        assert!(names("sort(x, mo").contains(&"mode=".to_string()));
        assert!(names("").is_empty());
        assert!(inspect(&snapshot, "sort(x, ", 8).unwrap().contains("ascend"));
    }
}
