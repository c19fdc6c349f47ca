//! What surrounds the cursor: a name, a field, a string, the call whose arguments are being written.

use crate::session::words;
use crate::syntax::{Scan, Source, scan};

/// What surrounds the cursor.
#[derive(Debug, PartialEq)]
pub struct Cursor<'t> {
    /// What is being written there, up to the cursor.
    pub prefix: &'t str,
    /// Where it starts.
    pub start: usize,
    /// What it is.
    pub place: Place<'t>,
    /// The call in whose arguments it stands, not beyond a bracket.
    pub call: Option<Call<'t>>,
}

/// What is being written.
#[derive(Debug, PartialEq)]
pub enum Place<'t> {
    /// A name.
    Name,
    /// A field of what these names lead to.
    Field(Vec<&'t str>),
    /// The inside of a string that began with this quote.
    Text(u8),
    /// A word of a command, such as `on` in `hold on`.
    Command(&'t str),
    /// A word that begins with a colon.
    Word,
    /// A comment.
    Comment,
}

/// A call whose arguments are being written.
#[derive(Debug, PartialEq)]
pub struct Call<'t> {
    /// The name before the parenthesis.
    pub function: &'t str,
    /// The number of the argument at the cursor, from 0.
    pub place: usize,
    /// The keyword whose value stands at the cursor.
    pub keyword: Option<&'t str>,
    /// The arguments before the cursor, and the beginning of the one there.
    pub arguments: Vec<&'t str>,
    /// Whether the cursor stands in brackets inside the argument.
    pub is_nested: bool,
}

impl<'t> Call<'t> {
    /// Keywords that are given already.
    pub fn given(&self) -> impl Iterator<Item = &'t str> {
        self.arguments.iter().filter_map(|argument| Some(keyword(argument)?.0))
    }

    /// Names that the arguments are.
    pub fn names(&self) -> impl Iterator<Item = &'t str> {
        let plain = self.arguments.iter().map(|argument| argument.trim());
        plain.filter(|argument| !argument.is_empty() && argument.chars().all(is_name_char))
    }
}

/// Whether a character may stand in a name.
pub fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The name that ends at `cursor`.
pub fn name_before(text: &str, cursor: usize) -> &str {
    let before = &text[..cursor];
    let start = before.trim_end_matches(is_name_char).len();
    &before[start..]
}

/// Name and rest of `name=value`.
fn keyword(argument: &str) -> Option<(&str, &str)> {
    let (name, value) = argument.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().all(is_name_char);
    (is_name && !value.starts_with('=')).then_some((name, value))
}

impl<'t> Cursor<'t> {
    /// What surrounds byte `at` of `text`.
    pub fn new(text: &'t str, at: usize) -> Cursor<'t> {
        let text = &text[..text.floor_char_boundary(at.min(text.len()))];
        let (from, scan) = scanned(text);
        let cursor = |start: usize, place| {
            let call = call(text, from, start, &scan);
            Cursor { prefix: &text[start..], start, place, call }
        };
        if let (true, Some(string)) = (scan.in_string, scan.strings().next_back()) {
            let quote = from + string.start as usize;
            return cursor(quote + 1, Place::Text(text.as_bytes()[quote]));
        }
        let start = text.len() - name_before(text, text.len()).len();
        let comment = scan.comments.last().map(|span| from + span.end as usize);
        if comment == Some(text.len()) {
            return cursor(start, Place::Comment);
        }
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        if text[line..start].trim() == ":" && words::may_follow(&text[..line]) {
            return cursor(start, Place::Word);
        }
        if let Some(before) = text[..start].strip_suffix('.') {
            return cursor(start, Place::Field(path(before)));
        }
        match command(&text[from..], start - from, &scan) {
            Some(word) => cursor(start, Place::Command(word)),
            None => cursor(start, Place::Name),
        }
    }
}

/// Scans a text; only its last line, which starts at the number returned, when something above it is wrong.
fn scanned(text: &str) -> (usize, Scan) {
    let whole = scan(&Source::new("", text));
    let reaches =
        whole.in_string && whole.strings().next_back().is_some_and(|s| s.range().end == text.len());
    if whole.error.is_none() || reaches {
        return (0, whole);
    }
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    (line, scan(&Source::new("", &text[line..])))
}

/// The names of `a.b(2).c`, which the text ends with.
fn path(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut end = text.len();
    loop {
        end = before_brackets(&text[..end]);
        let name = name_before(text, end);
        if name.is_empty() {
            return Vec::new();
        }
        names.insert(0, name);
        match text[..end - name.len()].strip_suffix('.') {
            Some(owner) => end = owner.len(),
            None => return names,
        }
    }
}

/// Where the indices that end a text begin.
fn before_brackets(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | '}' => depth += 1,
            '(' | '{' => depth -= 1,
            _ => {}
        }
        if depth < 0 || depth == 0 && !matches!(c, '(' | '{') {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// The call whose parenthesis is the innermost open one, seen from `start`.
fn call<'t>(text: &'t str, from: usize, start: usize, scan: &Scan) -> Option<Call<'t>> {
    let open = scan.open_brackets.iter().rposition(|(bracket, _)| *bracket == b'(')?;
    let parenthesis = from + scan.open_brackets[open].1;
    let function = name_before(text, parenthesis);
    if function.is_empty() {
        return None;
    }
    let skipped = scan.strings().chain(scan.comments.iter().copied()).map(|span| span.range());
    let skipped: Vec<_> = skipped.map(|r| from + r.start..from + r.end).collect();
    let (mut depth, mut begin) = (0, parenthesis + 1);
    let mut arguments = Vec::new();
    for (at, byte) in text.bytes().enumerate().take(start).skip(parenthesis + 1) {
        match byte {
            _ if skipped.iter().any(|range| range.contains(&at)) => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                arguments.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    let last = &text[begin.min(start)..start];
    let keyword = keyword(last).map(|(name, _)| name);
    let place = arguments.len();
    arguments.push(last);
    let is_nested = open + 1 < scan.open_brackets.len();
    Some(Call { function, place, keyword, arguments, is_nested })
}

/// The first word of the statement that ends at `start`, when nothing but blanks follows it.
fn command<'t>(text: &'t str, start: usize, scan: &Scan) -> Option<&'t str> {
    if !scan.open_brackets.is_empty() {
        return None;
    }
    let statement = text[..start].rsplit(['\n', ';', ',']).next()?.trim_start();
    let word = statement.trim_end_matches(' ');
    let is_name = !word.is_empty() && word.chars().all(is_name_char);
    (is_name && word.len() < statement.len()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Cursor<'_> {
        Cursor::new(text, text.len())
    }

    #[test]
    fn places() {
        assert_eq!(cursor("x = ei").place, Place::Name);
        assert_eq!(cursor("s.a(2, f(1)).b").place, Place::Field(vec!["s", "a"]));
        assert_eq!(cursor("disp(s.a.").place, Place::Field(vec!["s", "a"]));
        assert_eq!(cursor("load(\"da").place, Place::Text(b'"'));
        assert_eq!(cursor("a' + 'b").place, Place::Text(b'\''));
        assert_eq!(cursor("x = a'").place, Place::Name);
        assert_eq!(cursor("x % no").place, Place::Comment);
        for text in [":ti", "x = 1;\n  :ti", ":plan x'\n:", "x?\n:ti"] {
            assert_eq!(cursor(text).place, Place::Word, "{text}");
        }
        for text in ["x(1,\n:", "if x\n:ti", "x = 1 + ...\n:ti", "1 :ti"] {
            assert_eq!(cursor(text).place, Place::Name, "{text}");
        }
        assert_eq!(cursor("y = 1; hold o").place, Place::Command("hold"));
        assert_eq!(cursor("x = [1 2 a").place, Place::Name);
    }

    #[test]
    fn calls() {
        let call = |text| cursor(text).call.unwrap();
        let found = call("m = nmf([1, 2], k=3, \"a,b\", ini");
        assert_eq!((found.function, found.place, found.keyword), ("nmf", 3, None));
        assert_eq!(found.given().collect::<Vec<_>>(), ["k"]);
        assert_eq!(call("nmf(A, init=\"n").keyword, Some("init"));
        assert_eq!(call("f(a == b").keyword, None);
        assert_eq!(call("f(A, % here,\n  B, {\"x").place, 2);
        assert!(call("f(A, {\"x").is_nested);
        assert_eq!(call("f(A, B, c").names().collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(cursor("(1 + a").call, None);
        assert_eq!(cursor("f(1)\ng").call, None);
    }

    #[test]
    fn a_mistake_above_hides_nothing_of_the_line() {
        assert_eq!(cursor("x = 'open\ny = )\nf(2, na").call.unwrap().function, "f");
    }

    #[test]
    fn any_place_in_any_text_is_no_trouble() {
        let text = "é.(){}[]'\"%\n:?α.β(…).γ, 'ü";
        for at in 0..=text.len() + 2 {
            Cursor::new(text, at);
        }
    }
}
