//! Regular expressions in the style of Perl: search and replace.
//!
//! The engine is fancy-regex, which has the look-around and back-references of PCRE, Octave's engine.

use super::argument::Rest;
use super::entry::builtins;
use crate::syntax::unescape;
use crate::value::{Blame, Fault, Result, Value};
use fancy_regex::{Regex, RegexBuilder};
use matfac::Matrix;

builtins! { "regular expressions";
    /// Where a pattern starts and ends in a string, and with "once" where it first does and what it matches.
    ///
    /// The words "start", "end" and (with "once") "match" choose the first output; "ignorecase" takes capitals for small letters.
    ///
    /// >>> [first, last] = regexp("one two", "[a-z]+")
    /// first = 1×2
    ///    1   5
    /// last = 1×2
    ///    3   7
    /// >>> regexp("a12b", '\d+', "once", "match")
    /// ans = 12
    ///
    /// See also: regexprep, strfind
    fn regexp(cx, /** The string. */ s: String, /** The pattern. */ pattern: String, /** "once", "start", "end", "match", "ignorecase". */ options: Rest) -> [first, last, tokens, text] { search(&s, &pattern, &options, false) }

    /// The same as regexp, with capitals taken for small letters.
    ///
    /// >>> regexpi("aBc", "b")
    /// ans = 2
    ///
    /// See also: regexp
    fn regexpi(cx, /** The string. */ s: String, /** The pattern. */ pattern: String, /** "once", "start", "end", "match". */ options: Rest) -> [first, last, tokens, text] { search(&s, &pattern, &options, true) }

    /// The string with what matches a pattern replaced; `$1` in `new` stands for what the first parentheses matched.
    ///
    /// >>> regexprep("abc", "(b)", "[$1]")
    /// ans = a[b]c
    ///
    /// See also: regexp, strrep
    fn regexprep(cx, /** The string. */ s: String, /** The pattern. */ pattern: String, /** What to put in its place. */ new: String, /** "once", "ignorecase". */ options: Rest) -> [t] { replaced(&s, &pattern, &new, &options) }
}

/// What the option words say.
#[derive(Debug, Default)]
struct Options {
    once: bool,
    ignore_case: bool,
    /// The outputs asked for by name, in order.
    outputs: Vec<Output>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Output {
    Start,
    End,
    Tokens,
    Match,
}

fn read(options: &Rest) -> Result<Options> {
    let mut read = Options::default();
    for option in &options.0 {
        match option.as_text() {
            Some("once") => read.once = true,
            Some("ignorecase") => read.ignore_case = true,
            Some(
                "matchcase" | "stringanchors" | "literalspacing" | "dotall" | "emptymatch"
                | "noemptymatch",
            ) => {}
            Some("start") => read.outputs.push(Output::Start),
            Some("end") => read.outputs.push(Output::End),
            Some("tokenExtents") => read.outputs.push(Output::Tokens),
            Some("match") => read.outputs.push(Output::Match),
            Some(word) => return Err(Fault::unsupported(&format!("regexp with \"{word}\""))),
            None => {
                return Err(Fault::new(format!(
                    "an option is a word, and this is a {}",
                    option.describe()
                )));
            }
        }
    }
    Ok(read)
}

fn compiled(pattern: &str, ignore_case: bool) -> Result<Regex> {
    // PCRE as Octave calls it reads (?<name>…) as this engine does; \< and \> are word ends there.
    let pattern = pattern.replace("\\<", "\\b").replace("\\>", "\\b");
    RegexBuilder::new(&pattern)
        .case_insensitive(ignore_case)
        .dot_matches_new_line(true)
        .build()
        .map_err(|error| {
            Fault::new(format!("the pattern is not a regular expression: {error}"))
                .blame(Blame::Positional(1))
        })
}

/// A match: its ends in characters from 0, and those of its parentheses.
struct Found {
    start: usize,
    end: usize,
    groups: Vec<(usize, usize)>,
    text: String,
}

fn matches(s: &str, regex: &Regex, once: bool) -> Result<Vec<Found>> {
    let character = |byte: usize| s[..byte].chars().count();
    let mut found = Vec::new();
    for captures in regex.captures_iter(s) {
        let captures = captures.map_err(|error| Fault::new(format!("regexp: {error}")))?;
        let Some(whole) = captures.get(0) else { continue };
        // Nothing found is nothing, unless asked for.
        if whole.start() == whole.end() {
            continue;
        }
        let groups = (1..captures.len()).filter_map(|i| captures.get(i));
        found.push(Found {
            start: character(whole.start()),
            end: character(whole.end()),
            groups: groups.map(|g| (character(g.start()), character(g.end()))).collect(),
            text: whole.as_str().into(),
        });
        if once {
            break;
        }
    }
    Ok(found)
}

fn search(s: &str, pattern: &str, options: &Rest, ignore_case: bool) -> Result<Vec<Value>> {
    let options = read(options)?;
    let regex = compiled(pattern, ignore_case || options.ignore_case)?;
    let found = matches(s, &regex, options.once)?;
    let mut order = options.outputs.clone();
    for output in [Output::Start, Output::End, Output::Tokens, Output::Match] {
        if !order.contains(&output) {
            order.push(output);
        }
    }
    let row = |f: fn(&Found) -> usize| {
        Value::from(Matrix::row_vector(found.iter().map(|m| f(m) as f64).collect()))
    };
    let nothing = Value::empty;
    let answer = |output: Output| match (output, options.once) {
        (Output::Start, false) => Ok(row(|m| m.start + 1)),
        (Output::End, false) => Ok(row(|m| m.end)),
        (Output::Start, true) => Ok(found.first().map_or_else(nothing, |m| (m.start + 1).into())),
        (Output::End, true) => Ok(found.first().map_or_else(nothing, |m| m.end.into())),
        (Output::Match, true) => Ok(found.first().map_or("".into(), |m| m.text.as_str().into())),
        (Output::Tokens, true) => Ok(found.first().map_or_else(nothing, |m| extents(&m.groups))),
        (Output::Match | Output::Tokens, false) => {
            Err(Fault::unsupported("all matches of a pattern at once")
                .hint("\"once\" gives the first one"))
        }
    };
    // An output that cannot be given is an error only when it is asked for.
    let wanted = options.outputs.len().max(1);
    let mut outputs = Vec::new();
    for (i, output) in order.into_iter().enumerate() {
        match answer(output) {
            Ok(value) => outputs.push(value),
            Err(fault) if i < wanted => return Err(fault),
            Err(_) => break,
        }
    }
    Ok(outputs)
}

fn extents(groups: &[(usize, usize)]) -> Value {
    Matrix::from_fn(
        groups.len(),
        2,
        |i, j| if j == 0 { groups[i].0 + 1 } else { groups[i].1 } as f64,
    )
    .into()
}

fn replaced(s: &str, pattern: &str, new: &str, options: &Rest) -> Result<String> {
    let options = read(options)?;
    let regex = compiled(pattern, options.ignore_case)?;
    let new = unescape(&new.replace("\\$", "\\\\$").replace('"', "\"\""));
    let mut out = String::new();
    let mut rest = 0;
    for captures in regex.captures_iter(s) {
        let captures = captures.map_err(|error| Fault::new(format!("regexprep: {error}")))?;
        let Some(whole) = captures.get(0) else { continue };
        out += &s[rest..whole.start()];
        let mut chars = new.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, chars.peek().and_then(|c| c.to_digit(10))) {
                ('\\', None) if chars.peek() == Some(&'$') => {
                    chars.next();
                    out.push('$');
                }
                ('$', Some(group)) => {
                    chars.next();
                    out += captures.get(group as usize).map_or("", |group| group.as_str());
                }
                _ => out.push(c),
            }
        }
        rest = whole.end();
        if options.once {
            break;
        }
    }
    Ok(out + &s[rest..])
}
