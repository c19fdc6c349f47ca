//! What may stand at the cursor, best first.

use super::cursor::{Call, Cursor, Place};
use super::functions::{Function, Parameter};
use super::inspection::function;
use super::paths;
use super::snapshot::{Known, Snapshot};
use crate::builtins;
use crate::session::{stdlib, words};
use crate::syntax::unescape;

/// So many labels are offered at most: a matrix may have a hundred thousand.
const MOST_LABELS: usize = 200;

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
    /// What it is a name of.
    pub kind: Kind,
    /// What it stands for: a value's size and class, how a function is called, what a parameter takes.
    pub class: String,
    /// A description on one line, when there is one.
    pub detail: String,
}

impl Completion {
    /// The one line that says most: the description, or else what it stands for.
    pub fn note(&self) -> &str {
        if self.detail.is_empty() { &self.class } else { &self.detail }
    }
}

/// What a candidate is a name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A keyword argument, inserted with its `=`.
    Argument,
    /// A value that an option takes.
    Option,
    /// A variable.
    Variable,
    /// A function.
    Function,
    /// A field of a struct, table, model or factorization.
    Field,
    /// A row, column, user or item.
    Label,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A word of the language.
    Statement,
    /// A word that begins with a colon.
    Word,
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Argument => "argument",
            Kind::Option => "option",
            Kind::Variable => "variable",
            Kind::Function => "function",
            Kind::Field => "field",
            Kind::Label => "label",
            Kind::File => "file",
            Kind::Folder => "folder",
            Kind::Statement => "statement",
            Kind::Word => "word",
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

/// What may stand at byte `at` of `text`. What begins as the text does comes first; when nothing does, case is
/// overlooked.
pub fn complete(snapshot: &Snapshot, text: &str, at: usize) -> Completions {
    let cursor = Cursor::new(text, at);
    let end = cursor.start + cursor.prefix.len();
    let offer = |ignores_case| {
        let mut list = List { prefix: cursor.prefix, ignores_case, items: Vec::new() };
        list.fill(snapshot, &cursor);
        list.items
    };
    let mut items = offer(false);
    if items.is_empty() {
        items = offer(true);
    }
    Completions { start: cursor.start, end, items }
}

struct List<'t> {
    prefix: &'t str,
    ignores_case: bool,
    items: Vec<Completion>,
}

impl List<'_> {
    fn matches(&self, name: &str) -> bool {
        self.continues(self.prefix, name)
    }

    fn continues(&self, prefix: &str, name: &str) -> bool {
        match self.ignores_case {
            false => name.starts_with(prefix),
            true => name.to_lowercase().starts_with(&prefix.to_lowercase()),
        }
    }

    fn add(
        &mut self,
        text: String,
        kind: Kind,
        class: impl Into<String>,
        detail: impl Into<String>,
    ) {
        if !self.items.iter().any(|item| item.text == text) {
            self.items.push(Completion { text, kind, class: class.into(), detail: detail.into() });
        }
    }

    fn fill(&mut self, snapshot: &Snapshot, cursor: &Cursor) {
        match &cursor.place {
            Place::Comment => {}
            Place::Word => self.words(),
            Place::Field(path) => self.fields(snapshot, path),
            Place::Text(quote) => self.text(snapshot, cursor.call.as_ref(), *quote),
            Place::Command(word) => {
                if !self.command(word) {
                    self.names(snapshot);
                }
            }
            Place::Name => {
                let call = cursor.call.as_ref().filter(|call| !call.is_nested);
                if let Some(call) = call
                    && let Some(function) = function(snapshot, call.function)
                {
                    self.arguments(&function, call);
                }
                self.names(snapshot);
            }
        }
    }

    fn words(&mut self) {
        for (word, what) in words::WORDS {
            if self.matches(word) {
                self.add(word.into(), Kind::Word, "", what);
            }
        }
    }

    fn fields(&mut self, snapshot: &Snapshot, path: &[&str]) {
        let owner = snapshot.find(path);
        for Known { name, class, .. } in owner.map_or(&[][..], |owner| &owner.fields) {
            if self.matches(name) {
                self.add(name.clone(), Kind::Field, class.as_str(), "");
            }
        }
    }

    /// Keyword arguments, or the values of the one whose value is being written.
    fn arguments(&mut self, function: &Function, call: &Call) {
        if call.keyword.is_some() {
            return self.options(function, call, None);
        }
        for param in &function.params {
            let is_given = call.given().any(|given| given == param.name);
            if !is_given && self.matches(&param.name) {
                let text = format!("{}=", param.name);
                self.add(text, Kind::Argument, param.class.as_str(), param.doc.as_str());
            }
        }
        if !self.prefix.is_empty() {
            self.options(function, call, None);
        }
    }

    /// The words that the argument at the cursor takes; inside a string without their quotes.
    fn options(&mut self, function: &Function, call: &Call, quote: Option<u8>) {
        let is_here = |param: &&Parameter| match call.keyword {
            Some(keyword) => param.name == keyword,
            None => param.places.contains(&call.place),
        };
        for param in function.params.iter().filter(is_here) {
            self.options_of(param, quote);
        }
    }

    fn options_of(&mut self, param: &Parameter, quote: Option<u8>) {
        for option in &param.options {
            let bare = option.trim_matches('"');
            let is_quoted = bare.len() < option.len();
            if self.matches(bare) && (is_quoted || quote.is_none()) {
                let text = if quote.is_some() { bare } else { option };
                self.add(text.into(), Kind::Option, param.name.as_str(), "");
            }
        }
    }

    /// Inside a string: options, the names of what the call is about, files.
    fn text(&mut self, snapshot: &Snapshot, call: Option<&Call>, quote: u8) {
        if let Some(call) = call {
            if let Some(function) = function(snapshot, call.function) {
                self.options(&function, call, Some(quote));
            }
            for name in std::iter::once(call.function).chain(call.names()) {
                if let Some(known) = snapshot.find(&[name]) {
                    self.labels(known, quote);
                }
            }
        }
        for entry in paths::starting_with(&unquoted(self.prefix, quote)) {
            let (kind, class) = match entry.is_folder {
                true => (Kind::Folder, String::new()),
                false => (Kind::File, paths::size(entry.size)),
            };
            self.add(quoted(&entry.path, quote), kind, class, "");
        }
    }

    fn labels(&mut self, known: &Known, quote: u8) {
        let prefix = unquoted(self.prefix, quote);
        for labels in &known.labels {
            let matching = (0..labels.len()).filter(|&i| self.continues(&prefix, labels.name(i)));
            for i in matching.take(MOST_LABELS).collect::<Vec<_>>() {
                let text = quoted(labels.name(i), quote);
                let title = labels.title(i).unwrap_or_default();
                self.add(text, Kind::Label, known.name.as_str(), title);
            }
        }
    }

    /// The words that a command takes; whether it takes any.
    fn command(&mut self, word: &str) -> bool {
        let Some(function) = Function::find(word) else { return false };
        let first = function.params.iter().filter(|param| param.places.contains(&0));
        let before = self.items.len();
        for param in first.filter(|param| param.options.iter().all(|o| o.starts_with('"'))) {
            self.options_of(param, Some(b'"'));
        }
        self.items.len() > before
    }

    fn names(&mut self, snapshot: &Snapshot) {
        if self.prefix.is_empty() {
            return;
        }
        for known in &snapshot.variables {
            if self.matches(&known.name) {
                let text = known.text.as_ref().map(|text| text()).unwrap_or_default();
                let detail = if text.contains('\n') || text.len() > 60 { "" } else { &text };
                self.add(known.name.clone(), Kind::Variable, known.class.as_str(), detail);
            }
        }
        for function in &snapshot.functions {
            if self.matches(&function.name) {
                self.function(function);
            }
        }
        let table = builtins::entries().map(|entry| entry.name);
        let mut names: Vec<&str> =
            table.chain(stdlib::names()).filter(|n| self.matches(n)).collect();
        names.sort_unstable();
        for function in names.into_iter().filter_map(Function::find) {
            self.function(&function);
        }
        for word in STATEMENTS.into_iter().filter(|word| self.matches(word)).collect::<Vec<_>>() {
            self.add(word.into(), Kind::Statement, "", "");
        }
    }

    fn function(&mut self, function: &Function) {
        let call = function.signature.lines().next().unwrap_or_default();
        self.add(function.name.to_string(), Kind::Function, call, function.summary.as_str());
    }
}

/// A text as it is written between quotes.
fn quoted(text: &str, quote: u8) -> String {
    match quote {
        b'\'' => text.replace('\'', "''"),
        _ => text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"),
    }
}

/// The text that is written so between quotes.
fn unquoted(written: &str, quote: u8) -> Box<str> {
    match quote {
        b'\'' => written.replace("''", "'").into(),
        _ => unescape(written),
    }
}
