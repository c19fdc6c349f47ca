//! What a front end's line may be besides a program: `?name`, `name?`, and words that begin with a colon.

use crate::builtins::median_seconds;
use crate::eval::Interpreter;
use crate::syntax::{Source, Span, scan};
use crate::value::{Arguments, Fault, Host, Result, Value};
use std::ops::Range;
use std::time::Instant;

/// The words, and what they do with what follows them.
pub const WORDS: [(&str, &str); 4] = [
    ("time", "program: runs it and tells how long it took"),
    ("timeit", "expression: runs it often and tells how long one run takes"),
    (
        "plan",
        "expression: tells how it will be computed with the variables as they are, without computing it: what is \
         one pass over the entries and how many temporaries that saves, the order of products, which transposes are \
         only read the other way, which products are symmetric, and the floating-point operations of each step",
    ),
    ("doc", "name: the help on a function"),
];

/// Runs a text: a program, in which lines may be words.
pub fn run(interpreter: &mut Interpreter, source: &Source) -> Result<()> {
    parts(&source.text).into_iter().try_for_each(|part| match part {
        Part::Program(range) => interpreter.run(&cut(source, range)),
        Part::Help(name) => call(interpreter, "help", name),
        Part::Word(word, range) => run_word(interpreter, word, &cut(source, range)),
    })
}

fn run_word(interpreter: &mut Interpreter, word: &str, source: &Source) -> Result<()> {
    let text = source.text.trim();
    match word {
        // `:doc` alone is the help's first page.
        "time" | "timeit" | "plan" if text.is_empty() => {
            let uses = WORDS.iter().filter(|(known, _)| *known == word);
            uses.for_each(|(_, text)| interpreter.print(&format!(":{word} {text}\n")));
            Ok(())
        }
        "time" => {
            let start = Instant::now();
            let result = interpreter.run(source);
            interpreter.print(&format!("{}\n", duration(start.elapsed().as_secs_f64())));
            result
        }
        "timeit" => {
            let seconds = median_seconds(interpreter.repeated(source)?)?;
            interpreter.print(&format!("{} per run\n", duration(seconds)));
            Ok(())
        }
        "plan" => {
            let plan = interpreter.plan(source)?;
            interpreter.print(&plan);
            Ok(())
        }
        "doc" => call(interpreter, "help", text),
        word => Err(unknown(word)),
    }
}

fn unknown(word: &str) -> Box<Fault> {
    let known = WORDS.map(|(word, _)| format!(":{word}")).join(", ");
    Fault::new(format!("there is no word `:{word}`")).hint(format!("there are {known}"))
}

/// A stretch of what was typed.
#[derive(Debug, PartialEq)]
enum Part<'t> {
    /// Statements.
    Program(Range<usize>),
    /// `?name` or `name?`.
    Help(&'t str),
    /// A word, and what it is about.
    Word(&'t str, Range<usize>),
}

/// Cuts a text into programs and words. A word takes the rest of its line, and further lines while a bracket or block
/// is open there; `:time` alone on its line takes everything below.
fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut program, mut at) = (Vec::new(), 0, 0);
    let before = |parts: &mut Vec<Part>, start: usize, end: usize| {
        if !text[start..end].trim().is_empty() {
            parts.push(Part::Program(start..end));
        }
    };
    while at < text.len() {
        let end = line_end(text, at);
        let line = text[at..end].trim();
        let special = line.starts_with([':', '?']) || line.ends_with('?');
        // In an open bracket or block a colon is a range of indices.
        if !special || !is_whole(&text[program..at]) {
            at = end;
            continue;
        }
        if let Some(name) = help_request(line) {
            before(&mut parts, program, at);
            parts.push(Part::Help(name));
            (at, program) = (end, end);
        } else if let Some((word, start)) = word(text, at, end) {
            before(&mut parts, program, at);
            let is_cell = word == "time" && text[start..end].trim().is_empty();
            let end = if is_cell { text.len() } else { statement_end(text, start) };
            parts.push(Part::Word(word, start..end));
            (at, program) = (end, end);
        } else {
            at = end;
        }
    }
    if parts.is_empty() {
        return vec![Part::Program(0..text.len())];
    }
    before(&mut parts, program, text.len());
    parts
}

/// Where the line ends that holds byte `at`, its line break included.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n + 1)
}

/// The word that a line begins with, and where what follows it starts.
fn word(text: &str, at: usize, end: usize) -> Option<(&str, usize)> {
    let colon = at + text[at..end].find(|c: char| !c.is_whitespace())?;
    let rest = text[colon..end].strip_prefix(':')?;
    let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    (length > 0).then(|| (&rest[..length], colon + 1 + length))
}

/// Where the statement that starts here ends: with its line, or when its brackets and blocks are closed.
fn statement_end(text: &str, start: usize) -> usize {
    let mut end = line_end(text, start);
    while end < text.len() && !is_whole(&text[start..end]) {
        end = line_end(text, end);
    }
    end
}

/// Whether no bracket, block or comment is open at a text's end.
fn is_whole(text: &str) -> bool {
    // A line that goes on with `...` does so behind its break.
    let scanned = scan(&Source::new("", text.strip_suffix('\n').unwrap_or(text)));
    scanned.unfinished.is_none() && scanned.open_blocks.is_empty()
}

/// The program that stands at `range`, its places in the text as they are.
fn cut(source: &Source, range: Range<usize>) -> Source {
    if range == (0..source.text.len()) {
        return source.clone();
    }
    let before = blank(&source.text[..range.start]);
    Source::new(source.name.clone(), before + &source.text[range])
}

/// Blanks of a text's length, its lines as they are.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// The programs that stand in a text, in their places; blanks are where its words and names to be explained were.
pub fn without_words(text: &str) -> String {
    let mut programs = String::with_capacity(text.len());
    for part in parts(text) {
        let (Part::Program(range) | Part::Word("time" | "timeit" | "plan", range)) = part else {
            // A name can be unknown, never wrong.
            continue;
        };
        programs += &blank(&text[programs.len()..range.start]);
        programs += &text[range];
    }
    programs += &blank(&text[programs.len()..]);
    programs
}

/// The errors for the words of a source that nobody knows.
pub fn unknown_words(source: &Source) -> Vec<Box<Fault>> {
    let words = parts(&source.text).into_iter().filter_map(|part| match part {
        Part::Word(word, range) if WORDS.iter().all(|(known, _)| *known != word) => {
            let span = Span::new(range.start - word.len() - 1, range.start);
            Some(unknown(word).at(source, span))
        }
        _ => None,
    });
    words.collect()
}

/// Whether a line that follows this text may begin with a word.
pub fn may_follow(text: &str) -> bool {
    is_whole(&without_words(text))
}

fn call(interpreter: &mut Interpreter, function: &str, argument: &str) -> Result<()> {
    let Some(callable) = interpreter.function(function) else {
        return Err(Fault::new(format!("`{function}` is not a function")));
    };
    let given = if argument.is_empty() { Vec::new() } else { vec![Value::from(argument)] };
    interpreter.call(&callable, Arguments::positional(given), 0).map(|_| ())
}

/// The name in `?name` or `name?`.
fn help_request(line: &str) -> Option<&str> {
    let name = match (line.strip_prefix('?'), line.strip_suffix('?')) {
        (Some(name), _) => name.trim_start_matches('?'),
        (None, Some(name)) => name.trim_end_matches('?'),
        (None, None) => return None,
    };
    let name = name.trim();
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name)
}

/// Seconds in the unit that reads best.
pub fn duration(seconds: f64) -> String {
    let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")];
    let (scale, unit) =
        units.into_iter().find(|(scale, _)| seconds >= *scale).unwrap_or((1e-9, "ns"));
    format!("{:.3} {unit}", seconds / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_on_lines_of_their_own() {
        let text = |part: Part<'static>| match part {
            Part::Program(range) => ("", PROGRAM[range].trim()),
            Part::Help(name) => ("?", name),
            Part::Word(word, range) => (word, PROGRAM[range].trim()),
        };
        const PROGRAM: &str =
            "A = x(\n:, 1);\n  :time A*A\nB = 2\n?lu\n:plan [1 2\n3 4]\nC = 3\n:doc qr";
        let found: Vec<_> = parts(PROGRAM).into_iter().map(text).collect();
        let expected = [
            ("", "A = x(\n:, 1);"),
            ("time", "A*A"),
            ("", "B = 2"),
            ("?", "lu"),
            ("plan", "[1 2\n3 4]"),
            ("", "C = 3"),
            ("doc", "qr"),
        ];
        assert_eq!(found, expected);
        assert_eq!(parts("x = 1;\ny = 2"), [Part::Program(0..12)]);
        assert_eq!(parts(":time\nx = 1\ny = 2"), [Part::Word("time", 5..17)]);
        assert_eq!(
            parts(":time for i=1:3\ni\nend\nz"),
            [Part::Word("time", 5..22), Part::Program(22..23)]
        );
        assert_eq!(parts("x = [1 ...\n:time]; y = 1 + ...\n:time"), [Part::Program(0..36)]);
        assert_eq!(
            parts(":plan 1 + ...\n2\nx"),
            [Part::Word("plan", 5..16), Part::Program(16..17)]
        );
        assert_eq!(parts(""), [Part::Program(0..0)]);
    }

    #[test]
    fn what_is_cut_out_keeps_its_place() {
        let source = Source::new("t", "é = 1;\n:time x");
        let cut = cut(&source, 13..15);
        assert_eq!((&*cut.text, cut.line_column(14)), ("       \n      x", (2, 7)));
    }

    #[test]
    fn programs_without_words_keep_their_places() {
        for (text, programs) in [
            ("x = 1", "x = 1"),
            (":time x = 1", "      x = 1"),
            (":time\nx = 1", "     \nx = 1"),
            ("x = 1;\n:time x*x", "x = 1;\n      x*x"),
            ("é;\n:doc é\nx?\ny", "é;\n       \n  \ny"),
            ("x = 1;\n% right?", "x = 1;\n% right?"),
            (" :plan\n", "      \n"),
            ("?lu", "   "),
            (":frob x", "       "),
        ] {
            assert_eq!(without_words(text), programs, "{text}");
        }
    }

    #[test]
    fn words_that_nobody_knows_are_found() {
        let source = Source::new("t", "x = 1\n:frob x\n:time x");
        let [fault] = &unknown_words(&source)[..] else { panic!() };
        assert_eq!(fault.place, Some((source, Span::new(6, 11))));
        assert!(may_follow("x = 1\n:time x'\n") && !may_follow("x = [1\n"));
    }

    #[test]
    fn help_requests_and_durations() {
        assert_eq!(help_request("?lu"), Some("lu"));
        assert_eq!(help_request("lu?"), Some("lu"));
        assert_eq!(help_request("?"), Some(""));
        assert_eq!(help_request("x = 'what?'"), None);
        assert_eq!(help_request("disp('a')?"), None);
        assert_eq!(duration(0.0123), "12.300 ms");
        assert_eq!(duration(2.0), "2.000 s");
    }
}
