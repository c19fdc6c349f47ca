//! Strings: comparing, searching, replacing, trimming, the kinds of their characters.

use super::argument::{Count, Rest, Words, options};
use super::entry::builtins;
use super::{occurrences, text_lists};
use crate::syntax::unescape;
use crate::value::{Blame, Cells, Fault, Result, Text, Value, horizontal};
use std::sync::Arc;

options! {
    /// Which of several occurrences counts.
    Direction { First = "first", Last = "last" }
}

builtins! { "strings";
    /// Strings joined; blanks at the end of each are left out.
    ///
    /// >>> strcat("ab ", "cd")
    /// ans = abcd
    ///
    /// See also: cstrcat, strrep
    fn strcat(cx, /** Strings. */ parts: Rest) -> [s] { text_lists::joined(parts.0) }

    /// Strings joined as they are.
    ///
    /// >>> cstrcat("ab ", "cd")
    /// ans = ab cd
    ///
    /// See also: strcat
    fn cstrcat(cx, /** Strings. */ parts: Rest) -> [s] { joined(parts.0) }

    /// The string in capital letters; anything else as it is.
    ///
    /// >>> upper("abc")
    /// ans = ABC
    ///
    /// See also: lower, toupper
    fn upper(cx, /** The string. */ s: Value) -> [t] { text_lists::each_if_text("upper", s, &|s| s.to_uppercase()) }

    /// The string in capital letters; the same as upper.
    ///
    /// >>> toupper("abc")
    /// ans = ABC
    ///
    /// See also: upper
    fn toupper(cx, /** The string. */ s: Value) -> [t] { text_lists::each_if_text("toupper", s, &|s| s.to_uppercase()) }

    /// The string in small letters; anything else as it is.
    ///
    /// >>> lower("ABC")
    /// ans = abc
    ///
    /// See also: upper, tolower
    fn lower(cx, /** The string. */ s: Value) -> [t] { text_lists::each_if_text("lower", s, &|s| s.to_lowercase()) }

    /// The string in small letters; the same as lower.
    ///
    /// >>> tolower("ABC")
    /// ans = abc
    ///
    /// See also: lower
    fn tolower(cx, /** The string. */ s: Value) -> [t] { text_lists::each_if_text("tolower", s, &|s| s.to_lowercase()) }

    /// The string without blanks at its ends.
    ///
    /// >>> size(strtrim("  a "))
    /// ans = 1×2
    ///    1   1
    ///
    /// See also: deblank, strrep
    fn strtrim(cx, /** A string, or a cell of strings. */ s: Value) -> [t] { text_lists::each_text("strtrim", s, &|s| s.trim_matches(is_blank).to_string()) }

    /// The string without blanks at its end.
    ///
    /// >>> size(deblank(" a  "))
    /// ans = 1×2
    ///    1   2
    ///
    /// See also: strtrim
    fn deblank(cx, /** The string. */ s: Value) -> [t] { text_lists::each(s, &without_last_blanks) }

    /// A string of `n` blanks.
    ///
    /// >>> size(blanks(3))
    /// ans = 1×2
    ///    1   3
    ///
    /// See also: repmat
    fn blanks(cx, /** How many. */ n: usize) -> [s] { spaces(n) }

    /// The string with every `old` replaced by `new`. Where occurrences overlap, each is replaced.
    ///
    /// >>> strrep("a-b-c", "-", "+")
    /// ans = a+b+c
    ///
    /// See also: regexprep, strtrim
    fn strrep(cx, /** A string, or a cell of strings. */ s: Value, /** What to replace. */ old: String, /** By what. */ new: String, /** Whether occurrences may overlap. */ overlaps: bool = true) -> [t] {
        occurrences::replaced(s, &old, &new, overlaps)
    }

    /// Where a pattern starts in a string, overlaps included; [] when it does not occur.
    ///
    /// Of a cell of strings or of patterns the answers are a cell.
    ///
    /// >>> strfind("abcabc", "bc")
    /// ans = 1×2
    ///    2   5
    ///
    /// See also: strrep, index, regexp
    fn strfind(cx, /** A string, or a cell of strings. */ s: Value, /** What to find, or a cell of such. */ pattern: Value, /** "overlaps" or "forcecelloutput", and whether matches may overlap (they may) or the answer is a cell in any case. */ options: Rest) -> [k] {
        occurrences::found(&s, &pattern, &options.0)
    }

    /// Where `t` first (or last) occurs in `s`; 0 when it does not.
    ///
    /// >>> index("abcb", "b")
    /// ans = 2
    ///
    /// See also: rindex, strfind
    fn index(cx, /** A string, or a cell of strings. */ s: Value, /** What to find. */ t: Words, /** "first" or "last". */ direction: Direction = "first") -> [n] {
        occurrences::one_start("index", &s, &t.0, direction == Direction::Last)
    }

    /// Where `t` last occurs in `s`; 0 when it does not.
    ///
    /// >>> rindex("abcb", "b")
    /// ans = 4
    ///
    /// See also: index, strfind
    fn rindex(cx, /** A string, or a cell of strings. */ s: Value, /** What to find. */ t: Words) -> [n] { occurrences::one_start("rindex", &s, &t.0, true) }

    /// `len` characters of a string from position `offset` on; a negative `len` leaves out as many at the end.
    ///
    /// >>> substr("hello", 2, 3)
    /// ans = ell
    ///
    /// See also: strtok, strfind
    fn substr(cx, /** The string. */ s: String, /** From 1. */ offset: Count, /** How many; all that follow by default. */ len: Option<f64>) -> [t] { part(&s, offset.0, len) }

    /// The first word of a string, and what follows it.
    ///
    /// >>> [word, rest] = strtok("one two")
    /// word = one
    /// rest =  two
    ///
    /// See also: substr, strfind
    fn strtok(cx, /** A string, or a cell of strings. */ s: Value, /** The characters between words, or their codes; blanks by default. */ delimiters: Option<Value>) -> [word, rest] { first_words(s, delimiters) }

    /// Whether a string starts with a pattern, or with any of several.
    ///
    /// >>> startsWith("hello", "he")
    /// ans = 1
    ///
    /// See also: endsWith, strncmp
    fn startsWith(cx, /** A string, or a cell of strings. */ s: Value, /** Its start, or a cell of starts. */ pattern: Words, /** Whether capitals do not matter. */ IgnoreCase: bool = false) -> [b] {
        occurrences::at_an_end(&s, &pattern, IgnoreCase, |text, pattern| text.starts_with(pattern))
    }

    /// Whether a string ends with a pattern, or with any of several.
    ///
    /// >>> endsWith("hello", "lo")
    /// ans = 1
    ///
    /// See also: startsWith
    fn endsWith(cx, /** A string, or a cell of strings. */ s: Value, /** Its end, or a cell of ends. */ pattern: Words, /** Whether capitals do not matter. */ IgnoreCase: bool = false) -> [b] {
        occurrences::at_an_end(&s, &pattern, IgnoreCase, |text, pattern| text.ends_with(pattern))
    }

    /// Whether two strings are equal; false for anything that is not a string.
    ///
    /// >>> strcmp("a", "a")
    /// ans = 1
    ///
    /// See also: strcmpi, strncmp, isequal
    fn strcmp(cx, /** A string, or a cell of strings. */ a: Value, /** A string, or a cell of strings. */ b: Value) -> [t] {
        text_lists::compared("strcmp", &a, &b, &|a, b| a.as_str() == b.as_str() && a.shape() == b.shape())
    }

    /// Whether two strings are equal but for capitals.
    ///
    /// >>> strcmpi("A", "a")
    /// ans = 1
    ///
    /// See also: strcmp
    fn strcmpi(cx, /** A string. */ a: Value, /** A string. */ b: Value) -> [t] {
        text_lists::compared("strcmpi", &a, &b, &|a, b| a.as_str().to_lowercase() == b.as_str().to_lowercase() && a.shape() == b.shape())
    }

    /// Whether the first `n` characters of two strings are equal.
    ///
    /// >>> strncmp("abc", "abd", 2)
    /// ans = 1
    ///
    /// See also: strcmp, strncmpi
    fn strncmp(cx, /** A string. */ a: Value, /** A string. */ b: Value, /** How many, 1 or more. */ n: f64) -> [t] {
        first_compared("strncmp", &a, &b, n, &|a, b, n| same_start(a, b, n))
    }

    /// Whether the first `n` characters of two strings are equal but for capitals.
    ///
    /// >>> strncmpi("ABC", "abd", 2)
    /// ans = 1
    ///
    /// See also: strcmpi, strncmp
    fn strncmpi(cx, /** A string. */ a: Value, /** A string. */ b: Value, /** How many, 1 or more. */ n: f64) -> [t] {
        first_compared("strncmpi", &a, &b, n, &|a, b, n| same_start(&a.to_lowercase(), &b.to_lowercase(), n))
    }

    /// The string with `\n`, `\t` and their like replaced by the characters they stand for.
    ///
    /// >>> double(do_string_escapes('\n'))
    /// ans = 10
    ///
    /// See also: undo_string_escapes
    fn do_string_escapes(cx, /** The string. */ s: String) -> [t] { Ok(unescape(&s).to_string()) }

    /// The string with newlines, tabs and their like written as `\n`, `\t`.
    ///
    /// >>> undo_string_escapes("a\n")
    /// ans = a\n
    ///
    /// See also: do_string_escapes
    fn undo_string_escapes(cx, /** The string. */ s: String) -> [t] { Ok(escaped(&s)) }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r' | '\0')
}

fn refuse(function: &str, value: &Value) -> Box<Fault> {
    Fault::new(format!("{function} needs strings, and this is a {}", value.describe()))
}

fn joined(parts: Vec<Value>) -> Result<Value> {
    if let Some(other) = parts.iter().find(|part| part.as_text().is_none()) {
        return Err(refuse("cstrcat", other));
    }
    if parts.is_empty() { Ok("".into()) } else { horizontal(parts) }
}

fn without_last_blanks(s: Value) -> Result<Value> {
    match s.as_text() {
        Some(text) => Ok(text.trim_end_matches(is_blank).into()),
        None if s.is_array() && s.numel() == 0 => Ok(s),
        None => Err(refuse("deblank", &s)),
    }
}

fn spaces(n: usize) -> Result<String> {
    matfac::linalg::memory::entries::<u8>(1, n)?;
    Ok(" ".repeat(n))
}

fn part(s: &str, offset: usize, len: Option<f64>) -> Result<Value> {
    let count = s.chars().count();
    let following = (count + 1).saturating_sub(offset);
    let len = match len {
        None => following as f64,
        Some(len) if len < 0.0 => following as f64 + len,
        Some(len) => len,
    };
    if offset > count || !(0.0..=following as f64).contains(&len) || len.fract() != 0.0 {
        return Err(Fault::new(format!(
            "substr: {len} characters from position {offset} on, of {count}"
        ))
        .blame(Blame::Positional(1)));
    }
    Ok(row(s.chars().skip(offset - 1).take(len as usize).collect()))
}

/// A string of one row, even when it is empty.
fn row(text: String) -> Value {
    if text.is_empty() { Value::Text(Arc::new(Text::empty(1, 0))) } else { text.into() }
}

fn first_words(s: Value, delimiters: Option<Value>) -> Result<(Value, Value)> {
    let delimiters = match delimiters {
        None => None,
        Some(Value::Text(text)) => Some(text.as_str().to_string()),
        Some(codes) => match horizontal(vec!["".into(), codes])? {
            Value::Text(text) => Some(text.as_str().to_string()),
            other => return Err(refuse("strtok", &other)),
        },
    };
    let cut = |part: &Value| match part.as_text() {
        Some("") => Ok((part.clone(), part.clone())),
        Some(text) => {
            let (word, rest) = first_word(text, delimiters.as_deref());
            let word = if word.is_empty() { row(String::new()) } else { word.into() };
            Ok((word, Value::from(rest)))
        }
        None => Err(refuse("strtok", part).blame(Blame::Positional(0))),
    };
    match &s {
        Value::Cell(cells) => {
            let pairs = cells.as_slice().iter().map(cut).collect::<Result<Vec<_>>>()?;
            let (words, rests) = pairs.into_iter().unzip();
            let cell = |parts| Value::cell(Cells::from_vec(cells.rows(), cells.cols(), parts));
            Ok((cell(words), cell(rests)))
        }
        other => cut(other),
    }
}

fn first_word<'a>(s: &'a str, delimiters: Option<&str>) -> (&'a str, &'a str) {
    let between = |c: char| match delimiters {
        Some(list) => list.contains(c),
        None => is_blank(c),
    };
    let text = s.trim_start_matches(between);
    text.split_at(text.find(between).unwrap_or(text.len()))
}

/// Compares the first `n` characters.
fn first_compared(
    function: &str,
    a: &Value,
    b: &Value,
    n: f64,
    same: &dyn Fn(&str, &str, usize) -> bool,
) -> Result<Value> {
    if n.is_nan() || n < 1.0 {
        return Err(Fault::new(format!(
            "{function}: n is a number of characters, 1 or more, not {n}"
        ))
        .blame(Blame::Positional(2)));
    }
    text_lists::compared(function, a, b, &|a, b| same(a.as_str(), b.as_str(), n as usize))
}

fn same_start(a: &str, b: &str, n: usize) -> bool {
    let shorter = a.chars().count().min(b.chars().count());
    let equal = a.chars().take(n).eq(b.chars().take(n));
    equal && (n <= shorter || a == b)
}

pub(super) fn escaped(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    for c in s.chars() {
        match c {
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            '\r' => out += "\\r",
            '\x07' => out += "\\a",
            '\x08' => out += "\\b",
            '\x0b' => out += "\\v",
            '\x0c' => out += "\\f",
            '\0' => out += "\\0",
            '\\' => out += "\\\\",
            '"' => out += "\\\"",
            c => out.push(c),
        }
    }
    out
}
