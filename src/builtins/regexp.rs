//! `regexp` and its kin: what matched, where, with which tokens, and replacing it.

use super::argument::Rest;
use super::entry::builtins;
use super::pattern::{Match, Pattern, Reading};
use crate::value::{Blame, Cells, Fault, Host, Result, Struct, Text, Value};
use matfac::Matrix;

builtins! { "regular expressions";
    /// Where a pattern matches a text: starts, ends, token extents, matches, tokens, named tokens, and what stands between.
    ///
    /// The words "match", "tokens", "names", "start", "end", "split" and "tokenExtents" choose outputs and their order;
    /// "once" takes the first match alone. "ignorecase", "lineanchors", "freespacing", "dotexceptnewline" and
    /// "emptymatch" say how the pattern is read. Of a cell of texts or patterns, each output is a cell.
    ///
    /// >>> [tokens, parts] = regexp("ab12", '([a-z]+)(\d+)', "tokens", "split"); tokens{1}{2}
    /// ans = 12
    /// >>> names = regexp("key=5", '(?<name>\w+)=(?<value>\d+)', "names"); names.value
    /// ans = 5
    /// >>> regexp("one two", "o")
    /// ans = 1×2
    ///    1   7
    ///
    /// See also: regexpi, regexprep, strsplit
    fn regexp(cx, /** A string, or a cell of strings. */ text: Value, /** The pattern, or a cell of patterns. */ pattern: Value, /** Words. */ options: Rest) -> [varargout] {
        found(cx.host, "regexp", &text, &pattern, &options.0, cx.nargout)
    }

    /// `regexp` where capitals do not matter.
    ///
    /// >>> regexpi("ABC", "b")
    /// ans = 2
    ///
    /// See also: regexp
    fn regexpi(cx, /** A string, or a cell of strings. */ text: Value, /** The pattern, or a cell of patterns. */ pattern: Value, /** Words. */ options: Rest) -> [varargout] {
        found(cx.host, "regexpi", &text, &pattern, &options.0, cx.nargout)
    }

    /// The text with every match of a pattern replaced; `$1` stands for the first token, `$0` for the whole match.
    ///
    /// Options are those of `regexp`. Cells of patterns and replacements are applied one after another.
    ///
    /// >>> regexprep("hello", '(l+)', '<$1>')
    /// ans = he<ll>o
    ///
    /// See also: regexp, strrep
    fn regexprep(cx, /** A string, or a cell of strings. */ text: Value, /** The pattern, or a cell of patterns. */ pattern: Value, /** What replaces it, or a cell of such. */ replacement: Value, /** Words. */ options: Rest) -> [t] {
        replaced(cx.host, text, &pattern, &replacement, &options.0)
    }

    /// A text as a pattern that matches it literally ("escape"), or a file name with `*` and `?` as a pattern ("wildcard").
    ///
    /// >>> regexptranslate("escape", "a.b")
    /// ans = a\.b
    ///
    /// See also: regexp
    fn regexptranslate(cx, /** "escape" or "wildcard". */ how: String, /** The text. */ text: String) -> [pattern] { translated(&how, &text) }
}

/// What `regexp` may give.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Output {
    Start,
    End,
    Extents,
    Matches,
    Tokens,
    Names,
    Split,
}

/// The order of outputs that are not asked for by a word.
const ORDER: [Output; 7] = [
    Output::Start,
    Output::End,
    Output::Extents,
    Output::Matches,
    Output::Tokens,
    Output::Names,
    Output::Split,
];

fn options(function: &str, words: &[Value], first: usize) -> Result<(Reading, Vec<Output>)> {
    let mut reading = Reading {
        ignore_case: function == "regexpi",
        line_anchors: false,
        free_spacing: false,
        dot_except_newline: false,
        empty_matches: false,
        once: false,
    };
    let mut outputs = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let refuse = |what: String| {
            Fault::new(format!("{function}: {what} is not an option"))
                .hint("match, tokens, names, start, end, split, once, ignorecase, …")
                .blame(Blame::Positional(first + i))
        };
        let Some(text) = word.as_text() else {
            return Err(refuse(format!("a {}", word.describe())));
        };
        match text.to_lowercase().as_str() {
            "once" => reading.once = true,
            "ignorecase" => reading.ignore_case = true,
            "matchcase" => reading.ignore_case = false,
            "lineanchors" => reading.line_anchors = true,
            "stringanchors" => reading.line_anchors = false,
            "freespacing" => reading.free_spacing = true,
            "literalspacing" => reading.free_spacing = false,
            "dotexceptnewline" => reading.dot_except_newline = true,
            "dotall" => reading.dot_except_newline = false,
            "emptymatch" => reading.empty_matches = true,
            "noemptymatch" => reading.empty_matches = false,
            // About warnings that there are none of.
            "warnings" => {}
            "start" => outputs.push(Output::Start),
            "end" => outputs.push(Output::End),
            "tokenextents" => outputs.push(Output::Extents),
            "match" => outputs.push(Output::Matches),
            "tokens" => outputs.push(Output::Tokens),
            "names" => outputs.push(Output::Names),
            "split" => outputs.push(Output::Split),
            _ => return Err(refuse(format!("\"{text}\""))),
        }
    }
    for output in ORDER {
        if !outputs.contains(&output) {
            outputs.push(output);
        }
    }
    Ok((reading, outputs))
}

fn text<'a>(function: &str, value: &'a Value, argument: usize) -> Result<&'a Text> {
    match value {
        Value::Text(text) => Ok(text),
        other => {
            Err(Fault::new(format!("{function} needs strings, and this is a {}", other.describe()))
                .blame(Blame::Positional(argument)))
        }
    }
}

fn found(
    host: &mut dyn Host,
    function: &str,
    texts: &Value,
    patterns: &Value,
    words: &[Value],
    nargout: usize,
) -> Result<Vec<Value>> {
    let (reading, outputs) = options(function, words, 2)?;
    let outputs = &outputs[..nargout.clamp(1, outputs.len())];
    let one = |host: &mut dyn Host, value: &Value, pattern: &Pattern| {
        let text = text(function, value, 0)?;
        let matches = pattern.matches(host, text.as_str())?;
        let report = Report::new(text.as_str(), pattern, matches, reading.once);
        outputs.iter().map(|&output| report.value(output)).collect::<Result<Vec<_>>>()
    };
    let read = |value: &Value| Pattern::new(function, text(function, value, 1)?.as_str(), reading);
    let (shape, lists) = match (texts, patterns) {
        (Value::Cell(texts), Value::Cell(patterns)) if patterns.len() != 1 => {
            let shape = |cells: &Cells| (cells.rows(), cells.cols());
            if shape(texts) != shape(patterns) && texts.len() != 1 {
                return Err(Fault::new(format!(
                    "{function}: a {} cell of texts and a {} cell of patterns do not belong together",
                    texts.shape(),
                    patterns.shape()
                ))
                .hint("cells of the same size, or one of either"));
            }
            let mut lists = Vec::with_capacity(patterns.len());
            for (k, pattern) in patterns.as_slice().iter().enumerate() {
                let value = &texts.as_slice()[if texts.len() == 1 { 0 } else { k }];
                lists.push(one(host, value, &read(pattern)?)?);
            }
            let wider = if texts.len() == 1 { patterns } else { texts };
            ((wider.rows(), wider.cols()), lists)
        }
        (Value::Cell(texts), pattern) => {
            let pattern = match pattern {
                Value::Cell(only) => &only.as_slice()[0],
                other => other,
            };
            let pattern = read(pattern)?;
            let each = texts.as_slice().iter().map(|value| one(host, value, &pattern));
            ((texts.rows(), texts.cols()), each.collect::<Result<Vec<_>>>()?)
        }
        (value, Value::Cell(patterns)) => {
            let each = patterns.as_slice().iter().map(|pattern| one(host, value, &read(pattern)?));
            ((patterns.rows(), patterns.cols()), each.collect::<Result<Vec<_>>>()?)
        }
        (value, pattern) => return one(host, value, &read(pattern)?),
    };
    // One cell for each output, with what it was for each text.
    let mut columns: Vec<Vec<Value>> = vec![Vec::with_capacity(lists.len()); outputs.len()];
    for list in lists {
        for (column, value) in columns.iter_mut().zip(list) {
            column.push(value);
        }
    }
    let cell = |column| Value::cell(Cells::from_vec(shape.0, shape.1, column));
    Ok(columns.into_iter().map(cell).collect())
}

/// The matches of one pattern in one text.
struct Report<'a> {
    text: &'a str,
    pattern: &'a Pattern,
    matches: Vec<Match>,
    once: bool,
    /// Characters before each byte, when they are not as many as bytes.
    counts: Vec<usize>,
}

impl<'a> Report<'a> {
    fn new(text: &'a str, pattern: &'a Pattern, matches: Vec<Match>, once: bool) -> Report<'a> {
        let mut counts = Vec::new();
        if !text.is_ascii() {
            for (k, c) in text.chars().enumerate() {
                counts.extend(std::iter::repeat_n(k, c.len_utf8()));
            }
            counts.push(text.chars().count());
        }
        Report { text, pattern, matches, once, counts }
    }

    /// Characters before a byte.
    fn count(&self, byte: usize) -> usize {
        self.counts.get(byte).copied().unwrap_or(byte)
    }

    fn part(&self, (start, end): (usize, usize)) -> Value {
        self.text[start..end].into()
    }

    fn value(&self, output: Output) -> Result<Value> {
        let starts = |m: &Match| Value::from(self.count(m.span.0) + 1);
        let ends = |m: &Match| Value::from(self.count(m.span.1));
        let nothing = || Value::cell(Cells::from_vec(0, 0, Vec::new()));
        Ok(match output {
            Output::Start => self.numbers(starts),
            Output::End => self.numbers(ends),
            Output::Extents => self.each(Value::empty, |m| self.extents(m)),
            Output::Matches => self.each(|| "".into(), |m| self.part(m.span)),
            Output::Tokens => self.each(nothing, |m| self.tokens(m)),
            Output::Names => self.names(),
            Output::Split => self.pieces(),
        })
    }

    fn numbers(&self, number: impl Fn(&Match) -> Value) -> Value {
        match (self.once, self.matches.first()) {
            (true, Some(first)) => number(first),
            (true, None) => Value::empty(),
            _ => {
                let list = self.matches.iter().filter_map(|m| number(m).as_number()).collect();
                Matrix::row_vector(list).into()
            }
        }
    }

    fn each(&self, none: impl Fn() -> Value, value: impl Fn(&Match) -> Value) -> Value {
        match (self.once, self.matches.first()) {
            (true, Some(first)) => value(first),
            (true, None) => none(),
            _ => Value::cell_row(self.matches.iter().map(value).collect()),
        }
    }

    fn extents(&self, found: &Match) -> Value {
        let tokens = found.tokens();
        let start = |k: usize| self.count(tokens[k].0) as f64 + 1.0;
        let end = |k: usize| self.count(tokens[k].1) as f64;
        Matrix::from_fn(tokens.len(), 2, |k, j| if j == 0 { start(k) } else { end(k) }).into()
    }

    fn tokens(&self, found: &Match) -> Value {
        let list: Vec<Value> = found.tokens().into_iter().map(|span| self.part(span)).collect();
        match (self.once, list.is_empty()) {
            // Octave lays the tokens of the only match one above the other.
            (true, false) => Value::cell(Cells::column_vector(list)),
            (true, true) => Value::cell(Cells::from_vec(0, 0, Vec::new())),
            (false, _) => Value::cell_row(list),
        }
    }

    fn names(&self) -> Value {
        let count = self.matches.len();
        let mut names = Struct::new(count.min(1), count);
        for name in self.pattern.names() {
            names.add(name);
            for (k, found) in self.matches.iter().enumerate() {
                let span = self.pattern.named(found, name);
                names.set(k, name, span.map_or_else(|| "".into(), |span| self.part(span)));
            }
        }
        names.into()
    }

    fn pieces(&self) -> Value {
        if self.once && self.matches.is_empty() {
            return self.text.into();
        }
        let mut list = Vec::with_capacity(self.matches.len() + 1);
        let mut at = 0;
        for found in &self.matches {
            list.push(self.part((at, found.span.0)));
            at = found.span.1;
        }
        list.push(self.part((at, self.text.len())));
        Value::cell_row(list)
    }
}

fn replaced(
    host: &mut dyn Host,
    value: Value,
    patterns: &Value,
    replacements: &Value,
    words: &[Value],
) -> Result<Value> {
    let (reading, _) = options("regexprep", words, 3)?;
    let list = |value: &Value| match value {
        Value::Cell(cells) => cells.as_slice().to_vec(),
        other => vec![other.clone()],
    };
    let (patterns, replacements) = (list(patterns), list(replacements));
    if replacements.len() != 1 && replacements.len() != patterns.len() {
        return Err(Fault::new(format!(
            "regexprep: {} replacements for {} patterns",
            replacements.len(),
            patterns.len()
        ))
        .hint("as many replacements as patterns, or one")
        .blame(Blame::Positional(2)));
    }
    let mut rules = Vec::with_capacity(patterns.len());
    for (k, pattern) in patterns.iter().enumerate() {
        let pattern = Pattern::new("regexprep", text("regexprep", pattern, 1)?.as_str(), reading)?;
        let replacement = &replacements[if replacements.len() == 1 { 0 } else { k }];
        rules.push((pattern, template(text("regexprep", replacement, 2)?)));
    }
    let mut one = |value: &Value| -> Result<Value> {
        let mut current = text("regexprep", value, 0)?.as_str().to_string();
        let mut is_changed = false;
        for (pattern, template) in &rules {
            let matches = pattern.matches(host, &current)?;
            if !matches.is_empty() {
                current = filled(&current, &matches, template);
                is_changed = true;
            }
        }
        Ok(if is_changed { current.into() } else { value.clone() })
    };
    match &value {
        Value::Cell(cells) => {
            let parts = cells.as_slice().iter().map(one).collect::<Result<_>>()?;
            Ok(Value::cell(Cells::from_vec(cells.rows(), cells.cols(), parts)))
        }
        other => one(other),
    }
}

/// A part of a replacement.
#[derive(Debug, PartialEq)]
enum Piece {
    Literal(String),
    /// `$1`; the whole match is 0.
    Token(usize),
}

fn template(text: &Text) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut chars = text.as_str().chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek().copied()) {
            ('$', Some(digit @ '0'..='9')) => {
                chars.next();
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Token(digit as usize - '0' as usize));
            }
            ('\\', Some(escaped)) => {
                chars.next();
                match escaped {
                    '$' | '\\' => literal.push(escaped),
                    // In double quotes the parser has read the escapes already.
                    _ if text.double_quoted => literal.extend(['\\', escaped]),
                    _ => literal.push_str(&crate::syntax::unescape(&format!("\\{escaped}"))),
                }
            }
            _ => literal.push(c),
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    pieces
}

fn filled(text: &str, matches: &[Match], template: &[Piece]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for found in matches {
        out.push_str(&text[at..found.span.0]);
        for piece in template {
            let span = match piece {
                Piece::Literal(literal) => {
                    out.push_str(literal);
                    continue;
                }
                Piece::Token(0) => Some(found.span),
                Piece::Token(k) => found.groups.get(k - 1).copied().flatten(),
            };
            if let Some((start, end)) = span {
                out.push_str(&text[start..end]);
            }
        }
        at = found.span.1;
    }
    out.push_str(&text[at..]);
    out
}

fn translated(how: &str, text: &str) -> Result<String> {
    match how.to_lowercase().as_str() {
        "escape" => {
            let mut out = String::new();
            for c in text.chars() {
                if "\\^$.|?*+()[]{}".contains(c) {
                    out.push('\\');
                }
                out.push(c);
            }
            Ok(out)
        }
        "wildcard" => Ok(text.replace('.', "\\.").replace('*', ".*").replace('?', ".")),
        other => Err(Fault::new(format!("regexptranslate: \"{other}\" is not a way to translate"))
            .hint("\"escape\" or \"wildcard\"")
            .blame(Blame::Positional(0))),
    }
}
