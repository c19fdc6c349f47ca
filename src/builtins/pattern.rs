//! Regular expressions as Octave writes them (PCRE), run by `fancy-regex`.
//!
//! A pattern is translated first: named groups become numbered ones, since names may repeat and hold any character;
//! `\<` and `\>` become word boundaries; and what PCRE takes literally but the engine would read as syntax is
//! escaped. Matching is linear unless the pattern has look-around or back-references; those give up after a
//! million steps.
//!
//! Reference: <https://www.pcre.org/original/doc/html/pcrepattern.html>

use crate::value::{Blame, Fault, Host, Result};
use fancy_regex::{Regex, RegexBuilder};

/// How a pattern is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Capitals do not matter.
    pub ignore_case: bool,
    /// `^` and `$` are the ends of lines.
    pub line_anchors: bool,
    /// Blanks and comments in the pattern mean nothing.
    pub free_spacing: bool,
    /// A point is no newline.
    pub dot_except_newline: bool,
    /// Matches without a character count.
    pub empty_matches: bool,
    /// Only the first match counts.
    pub once: bool,
}

/// A pattern ready to be run.
#[derive(Debug)]
pub struct Pattern {
    regex: Regex,
    /// The names of groups with their numbers.
    names: Vec<(String, usize)>,
    reading: Reading,
}

/// A match: byte ranges of the whole and of its groups.
#[derive(Debug, Clone)]
pub struct Match {
    /// The whole.
    pub span: (usize, usize),
    /// The groups, from the first; `None` where one took no part.
    pub groups: Vec<Option<(usize, usize)>>,
}

impl Match {
    /// The groups as Octave counts tokens: those that took part, less those that repeat the group before or are
    /// empty at the start of the text.
    pub fn tokens(&self) -> Vec<(usize, usize)> {
        let mut before = None;
        let mut list = Vec::new();
        for group in &self.groups {
            if let Some((start, end)) = *group
                && end > 0
                && before != Some((start, end))
            {
                list.push((start, end));
            }
            before = *group;
        }
        list
    }
}

impl Pattern {
    /// Reads a pattern for `function`.
    pub fn new(function: &str, text: &str, reading: Reading) -> Result<Pattern> {
        let (translated, names) = translate(text, reading.line_anchors);
        let regex = RegexBuilder::new(&translated)
            .case_insensitive(reading.ignore_case)
            .multi_line(reading.line_anchors)
            .ignore_whitespace(reading.free_spacing)
            .dot_matches_new_line(!reading.dot_except_newline)
            .build()
            .map_err(|error| {
                Fault::new(format!("{function}: the pattern `{text}` cannot be read: {error}"))
                    .hint("a backslash takes a sign literally: \\( \\[ \\.")
                    .blame(Blame::Positional(1))
            })?;
        Ok(Pattern { regex, names, reading })
    }

    /// The distinct names of its groups, in order.
    pub fn names(&self) -> Vec<&str> {
        let mut list: Vec<&str> = Vec::new();
        for (name, _) in &self.names {
            if !list.contains(&&**name) {
                list.push(name);
            }
        }
        list
    }

    /// The part of a match that a name stands for: of several groups of that name the one that took part.
    pub fn named(&self, found: &Match, name: &str) -> Option<(usize, usize)> {
        let groups = self.names.iter().filter(|(known, _)| known == name);
        groups.filter_map(|(_, number)| found.groups.get(number - 1).copied().flatten()).next()
    }

    /// The matches in a text.
    pub fn matches(&self, host: &mut dyn Host, text: &str) -> Result<Vec<Match>> {
        let mut list = Vec::new();
        for captures in self.regex.captures_iter(text) {
            host.interrupt().check()?;
            let captures = captures.map_err(|error| {
                Fault::new(format!("the search was given up: {error}"))
                    .hint("nested repetitions such as (a*)* try very many ways")
            })?;
            let span = |i: usize| captures.get(i).map(|part| (part.start(), part.end()));
            let Some(whole) = span(0) else { continue };
            if whole.0 == whole.1 && !self.reading.empty_matches {
                continue;
            }
            let groups = (1..captures.len()).map(span).collect();
            list.push(Match { span: whole, groups });
            if self.reading.once {
                break;
            }
        }
        Ok(list)
    }
}

/// The pattern in the engine's syntax, and the names of groups with their numbers.
fn translate(text: &str, line_anchors: bool) -> (String, Vec<(String, usize)>) {
    let mut translator = Translator {
        rest: text,
        out: String::with_capacity(text.len() + 8),
        names: Vec::new(),
        groups: 0,
        line_anchors,
    };
    translator.run();
    (translator.out, translator.names)
}

struct Translator<'a> {
    rest: &'a str,
    out: String,
    names: Vec<(String, usize)>,
    groups: usize,
    line_anchors: bool,
}

impl<'a> Translator<'a> {
    fn run(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            match c {
                '\\' => self.escape(),
                '(' => self.group(),
                '[' => self.class(),
                // The end of the text, or the newline there.
                '$' if !self.line_anchors => self.replace(1, "(?=\\n?\\z)"),
                '{' if !is_repetition(self.rest) => self.replace(1, "\\{"),
                _ => self.copy(c.len_utf8()),
            }
        }
    }

    fn copy(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.out.push_str(taken);
        self.rest = rest;
    }

    fn replace(&mut self, bytes: usize, by: &str) {
        self.out.push_str(by);
        self.rest = &self.rest[bytes..];
    }

    /// The text up to a sign, when there is one; the start and the sign are skipped.
    fn up_to(&mut self, skip: usize, end: char) -> Option<&'a str> {
        let inner = &self.rest[skip..];
        let length = inner.find(end)?;
        self.rest = &inner[length + end.len_utf8()..];
        Some(&inner[..length])
    }

    fn escape(&mut self) {
        if self.rest.starts_with("\\<") {
            self.replace(2, "\\b(?=\\w)");
        } else if self.rest.starts_with("\\>") {
            self.replace(2, "\\b(?<=\\w)");
        } else if self.rest.starts_with("\\k<") {
            let before = self.rest;
            let Some(name) = self.up_to(3, '>') else {
                self.rest = before;
                return self.copy(before.len());
            };
            let number = self.names.iter().find(|(known, _)| known == name).map_or(0, |(_, n)| *n);
            self.out.push_str(&format!("(?:\\{number})"));
        } else if let Some(length) = braced_escape(self.rest) {
            self.copy(length);
        } else {
            let escaped = self.rest[1..].chars().next().map_or(0, char::len_utf8);
            // A backslash at the end is left for the engine to refuse.
            self.copy(1 + escaped);
        }
    }

    fn group(&mut self) {
        let before = self.rest;
        if before.starts_with("(?#") {
            if self.up_to(3, ')').is_none() {
                self.rest = before;
                self.copy(before.len());
            }
            return;
        }
        let name_at = match () {
            () if before.starts_with("(?<=") || before.starts_with("(?<!") => None,
            () if before.starts_with("(?<") => Some(3),
            () if before.starts_with("(?P<") => Some(4),
            () => None,
        };
        match name_at {
            Some(at) => match self.up_to(at, '>') {
                Some(name) => {
                    self.groups += 1;
                    self.names.push((name.to_string(), self.groups));
                    self.out.push('(');
                }
                None => self.copy(before.len()),
            },
            None => {
                if !before.starts_with("(?") {
                    self.groups += 1;
                }
                self.copy(1);
            }
        }
    }

    /// `[…]`: a bracket inside, and signs that the engine takes for set operations, are literal in PCRE.
    fn class(&mut self) {
        self.copy(1);
        if self.rest.starts_with('^') {
            self.copy(1);
        }
        let mut is_first = true;
        while let Some(c) = self.rest.chars().next() {
            match c {
                ']' if is_first => self.replace(1, "\\]"),
                ']' => return self.copy(1),
                '[' => match self.rest.starts_with("[:").then(|| self.rest.find(":]")).flatten() {
                    Some(end) => self.copy(end + 2),
                    None => self.replace(1, "\\["),
                },
                '&' => self.replace(1, "\\&"),
                '~' => self.replace(1, "\\~"),
                '\\' => {
                    let escaped = self.rest[1..].chars().next().map_or(0, char::len_utf8);
                    self.copy(1 + escaped);
                }
                '-' if self.rest.starts_with("--") => self.replace(1, "\\-"),
                c => self.copy(c.len_utf8()),
            }
            is_first = false;
        }
    }
}

/// The length of an escape with braces at the start of a text: `\x{2c}`, `\p{Greek}`.
fn braced_escape(text: &str) -> Option<usize> {
    let starts = ["\\x{", "\\p{", "\\P{"].iter().any(|start| text.starts_with(start));
    if starts { text.find('}').map(|end| end + 1) } else { None }
}

/// Whether `{` begins a repetition such as `{2}` or `{1,3}`.
fn is_repetition(text: &str) -> bool {
    let Some(end) = text.find('}') else { return false };
    let inner = &text[1..end];
    let (low, high) = inner.split_once(',').unwrap_or((inner, ""));
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    !low.is_empty() && is_number(low) && is_number(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_translated() {
        for (pattern, engine) in [
            ("(?<key>\\w+)=(?<key>.)", "(\\w+)=(.)"),
            ("\\<a\\>", "\\b(?=\\w)a\\b(?<=\\w)"),
            ("a{b{2}", "a\\{b{2}"),
            ("\\x{2c}{", "\\x{2c}\\{"),
            ("[[:alpha:]][[a]", "[[:alpha:]][\\[a]"),
            ("[]a&&b]", "[\\]a\\&\\&b]"),
            ("(?#note)(a)(?<n>b)\\k<n>", "(a)(b)(?:\\2)"),
            ("(?<=a)b$", "(?<=a)b(?=\\n?\\z)"),
        ] {
            assert_eq!(translate(pattern, false).0, engine, "{pattern}");
        }
    }
}
