//! Strings: comparing, searching, replacing, trimming, the kinds of their characters.

use super::argument::{Count, Rest};
use super::entry::builtins;
use super::text_lists;
use crate::syntax::unescape;
use crate::value::{Blame, Fault, Result, Value, horizontal};
use matfac::Matrix;

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
    fn upper(cx, /** The string. */ s: Value) -> [t] { text_lists::each_if_text(s, &|s| s.to_uppercase()) }

    /// The string in capital letters; the same as upper.
    ///
    /// >>> toupper("abc")
    /// ans = ABC
    ///
    /// See also: upper
    fn toupper(cx, /** The string. */ s: Value) -> [t] { text_lists::each_if_text(s, &|s| s.to_uppercase()) }

    /// The string in small letters; anything else as it is.
    ///
    /// >>> lower("ABC")
    /// ans = abc
    ///
    /// See also: upper, tolower
    fn lower(cx, /** The string. */ s: Value) -> [t] { text_lists::each_if_text(s, &|s| s.to_lowercase()) }

    /// The string in small letters; the same as lower.
    ///
    /// >>> tolower("ABC")
    /// ans = abc
    ///
    /// See also: lower
    fn tolower(cx, /** The string. */ s: Value) -> [t] { text_lists::each_if_text(s, &|s| s.to_lowercase()) }

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

    /// The string with every `old` replaced by `new`.
    ///
    /// >>> strrep("a-b-c", "-", "+")
    /// ans = a+b+c
    ///
    /// See also: regexprep, strtrim
    fn strrep(cx, /** A string, or a cell of strings. */ s: Value, /** What to replace. */ old: String, /** By what. */ new: String) -> [t] {
        text_lists::each_text("strrep", s, &|s| if old.is_empty() { s.into() } else { s.replace(&old, &new) })
    }

    /// Where a pattern starts in a string, overlaps included; [] when it does not occur.
    ///
    /// >>> strfind("abcabc", "bc")
    /// ans = 1×2
    ///    2   5
    ///
    /// See also: strrep, index, regexp
    fn strfind(cx, /** The string. */ s: String, /** What to find. */ pattern: String, /** Whether matches may overlap. */ overlaps: bool = true) -> [k] {
        Ok(starts(&s, &pattern, overlaps))
    }

    /// Where `t` first (or last) occurs in `s`; 0 when it does not.
    ///
    /// >>> index("abcb", "b")
    /// ans = 2
    ///
    /// See also: rindex, strfind
    fn index(cx, /** The string. */ s: String, /** What to find. */ t: String, /** "first" or "last". */ direction: Option<String>) -> [n] {
        one_start(&s, &t, direction.as_deref() == Some("last"))
    }

    /// Where `t` last occurs in `s`; 0 when it does not.
    ///
    /// >>> rindex("abcb", "b")
    /// ans = 4
    ///
    /// See also: index, strfind
    fn rindex(cx, /** The string. */ s: String, /** What to find. */ t: String) -> [n] { one_start(&s, &t, true) }

    /// `len` characters of a string from position `offset` on.
    ///
    /// >>> substr("hello", 2, 3)
    /// ans = ell
    ///
    /// See also: strtok, strfind
    fn substr(cx, /** The string. */ s: String, /** From 1. */ offset: usize, /** How many; all that follow by default. */ len: Option<usize>) -> [t] { part(&s, offset, len) }

    /// The first word of a string, and what follows it.
    ///
    /// >>> [word, rest] = strtok("one two")
    /// word = one
    /// rest =  two
    ///
    /// See also: substr, strfind
    fn strtok(cx, /** The string. */ s: String, /** The characters between words; blanks by default. */ delimiters: Option<String>) -> [word, rest] { first_word(&s, delimiters) }

    /// Whether a string starts with another.
    ///
    /// >>> startsWith("hello", "he")
    /// ans = 1
    ///
    /// See also: endsWith, strncmp
    fn startsWith(cx, /** The string. */ s: String, /** Its start. */ pattern: String) -> [b] { Ok(s.starts_with(&pattern)) }

    /// Whether a string ends with another.
    ///
    /// >>> endsWith("hello", "lo")
    /// ans = 1
    ///
    /// See also: startsWith
    fn endsWith(cx, /** The string. */ s: String, /** Its end. */ pattern: String) -> [b] { Ok(s.ends_with(&pattern)) }

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
        text_lists::compared("strcmpi", &a, &b, &|a, b| a.as_str().to_lowercase() == b.as_str().to_lowercase())
    }

    /// Whether the first `n` characters of two strings are equal.
    ///
    /// >>> strncmp("abc", "abd", 2)
    /// ans = 1
    ///
    /// See also: strcmp, strncmpi
    fn strncmp(cx, /** A string. */ a: Value, /** A string. */ b: Value, /** How many. */ n: Count) -> [t] {
        text_lists::compared("strncmp", &a, &b, &|a, b| same_start(a.as_str(), b.as_str(), n.0))
    }

    /// Whether the first `n` characters of two strings are equal but for capitals.
    ///
    /// >>> strncmpi("ABC", "abd", 2)
    /// ans = 1
    ///
    /// See also: strcmpi, strncmp
    fn strncmpi(cx, /** A string. */ a: Value, /** A string. */ b: Value, /** How many. */ n: Count) -> [t] {
        text_lists::compared("strncmpi", &a, &b, &|a, b| same_start(&a.as_str().to_lowercase(), &b.as_str().to_lowercase(), n.0))
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

/// Positions, in characters from 0, where `pattern` starts.
fn places(s: &str, pattern: &str, overlaps: bool) -> Vec<usize> {
    let (text, pattern): (Vec<char>, Vec<char>) = (s.chars().collect(), pattern.chars().collect());
    let mut found = Vec::new();
    if pattern.is_empty() {
        return found;
    }
    let mut k = 0;
    while k + pattern.len() <= text.len() {
        if text[k..k + pattern.len()] == pattern {
            found.push(k);
            k += if overlaps { 1 } else { pattern.len() };
        } else {
            k += 1;
        }
    }
    found
}

fn starts(s: &str, pattern: &str, overlaps: bool) -> Matrix {
    let found = places(s, pattern, overlaps);
    match found.is_empty() {
        true => Matrix::zeros(if s.is_empty() { 0 } else { 1 }, 0),
        false => Matrix::row_vector(found.iter().map(|&k| (k + 1) as f64).collect()),
    }
}

fn one_start(s: &str, t: &str, last: bool) -> Result<usize> {
    let found = places(s, t, true);
    let place = if last { found.last() } else { found.first() };
    Ok(place.map_or(0, |k| k + 1))
}

fn part(s: &str, offset: usize, len: Option<usize>) -> Result<String> {
    let count = s.chars().count();
    let len = len.unwrap_or((count + 1).saturating_sub(offset));
    if offset == 0 || offset - 1 + len > count {
        return Err(Fault::new(format!(
            "substr: {len} characters from position {offset} on, of {count}"
        ))
        .blame(Blame::Positional(1)));
    }
    Ok(s.chars().skip(offset - 1).take(len).collect())
}

fn first_word(s: &str, delimiters: Option<String>) -> Result<(String, String)> {
    let between = |c: char| match &delimiters {
        Some(list) => list.contains(c),
        None => is_blank(c),
    };
    let text = s.trim_start_matches(between);
    let end = text.find(between).unwrap_or(text.len());
    Ok((text[..end].into(), text[end..].into()))
}

fn same_start(a: &str, b: &str, n: usize) -> bool {
    let shorter = a.chars().count().min(b.chars().count());
    let equal = a.chars().take(n).eq(b.chars().take(n));
    equal && (n <= shorter || a == b)
}

fn escaped(s: &str) -> String {
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
