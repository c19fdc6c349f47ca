//! One linear pass over the text before the grammar sees it.
//!
//! It blanks out comments, continuations and newlines inside parentheses (each byte by a space, so that
//! spans keep their meaning), tells strings from transposes, and keeps a stack of open brackets and blocks.
//! pest alone would report an unclosed bracket at the end of the file and recurse once per bracket; the
//! stack names the bracket that was opened, answers whether a REPL entry is finished, and bounds nesting.

use super::token::{Token, TokenKind, closes_block, number_end, opens_block};
use super::{Diagnostic, Source, Span};

/// Brackets and blocks may nest this deep; far beyond any program, far below what the parser's stack holds.
pub const MAX_NESTING: usize = 256;

/// What the pass found.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// The text for the grammar: the same length, comments blanked.
    pub text: String,
    /// Every comment, marks included.
    pub comments: Vec<Span>,
    /// Words, numbers, strings, comments and brackets in their order, up to the first mistake.
    pub tokens: Vec<Token>,
    /// Whether the last string has no end.
    pub in_string: bool,
    /// The brackets still open at the end, outermost first.
    pub open_brackets: Vec<(u8, usize)>,
    /// The words that opened the blocks (`if`, `for`, `function`, …) still open at the end, outermost first.
    pub open_blocks: Vec<Span>,
    /// The deepest nesting of brackets, blocks and anonymous functions.
    pub depth: usize,
    /// Why the text can only be finished by more text: an open bracket, string continuation or block comment.
    pub unfinished: Option<Span>,
    /// A mistake no further text can mend.
    pub error: Option<Diagnostic>,
}

impl Scan {
    /// Every string, quotes included.
    pub fn strings(&self) -> impl DoubleEndedIterator<Item = Span> {
        let strings = self.tokens.iter().filter(|token| token.kind == TokenKind::Text);
        strings.map(|token| token.span)
    }
}

struct Scanner<'a> {
    source: &'a Source,
    bytes: &'a [u8],
    out: Vec<u8>,
    at: usize,
    brackets: Vec<(u8, usize)>,
    blocks: Vec<Span>,
    depth: usize,
    /// Nested `@(…)` bodies since the last separator: each recurses in the grammar.
    handles: usize,
    /// The last significant byte, and whether blanks followed it.
    previous: u8,
    spaced: bool,
    previous_word: &'a str,
    at_line_start: bool,
    at_statement_start: bool,
    comments: Vec<Span>,
    tokens: Vec<Token>,
    in_string: bool,
    error: Option<Diagnostic>,
    unfinished: Option<Span>,
}

/// After these words a quote opens a string.
const WORDS_BEFORE_STRING: [&str; 10] =
    ["if", "elseif", "while", "until", "switch", "case", "return", "else", "in", "otherwise"];

/// Scans a source.
pub fn scan(source: &Source) -> Scan {
    let mut scanner = Scanner {
        source,
        bytes: source.text.as_bytes(),
        out: source.text.as_bytes().to_vec(),
        at: 0,
        brackets: Vec::new(),
        blocks: Vec::new(),
        depth: 0,
        handles: 0,
        previous: 0,
        spaced: false,
        previous_word: "",
        at_line_start: true,
        at_statement_start: true,
        comments: Vec::new(),
        tokens: Vec::new(),
        in_string: false,
        error: None,
        unfinished: None,
    };
    if let Some(at) = source.text.find('\0') {
        scanner.fail(at, at + 1, "the text holds a NUL byte", None);
    } else if source.text.len() > u32::MAX as usize / 2 {
        scanner.fail(0, 0, "the text is longer than 2 GiB", None);
    } else {
        scanner.run();
    }
    if let (Some(&(_, at)), None) = (scanner.brackets.last(), &scanner.unfinished) {
        scanner.unfinished = Some(Span::new(at, at + 1));
    }
    // A file that starts with U+FEFF was saved by an editor that marks its encoding.
    if source.text.starts_with('\u{feff}') {
        scanner.out[..3].fill(b' ');
    }
    Scan {
        // Only whole characters inside comments were replaced, byte for byte, by spaces.
        text: String::from_utf8_lossy(&scanner.out).into_owned(),
        comments: scanner.comments,
        tokens: scanner.tokens,
        in_string: scanner.in_string,
        open_brackets: scanner.brackets,
        open_blocks: scanner.blocks,
        depth: scanner.depth,
        unfinished: scanner.unfinished,
        error: scanner.error,
    }
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        while self.at < self.bytes.len() && self.error.is_none() {
            let byte = self.bytes[self.at];
            match byte {
                b' ' | b'\t' => {
                    self.spaced = true;
                    self.at += 1;
                    continue;
                }
                b'\n' | b'\r' => {
                    self.newline();
                    continue;
                }
                b'%' | b'#' => {
                    self.comment();
                    continue;
                }
                b'.' if self.bytes[self.at..].starts_with(b"...") => {
                    self.continuation();
                    continue;
                }
                b'"' => self.double_quoted(),
                b'\'' if self.quote_opens_string() => self.single_quoted(),
                b'(' | b'[' | b'{' => {
                    self.open(byte);
                    self.at += 1;
                    self.note(TokenKind::Bracket, self.at - 1);
                }
                b')' | b']' | b'}' => {
                    self.close(byte);
                    self.at += 1;
                    self.note(TokenKind::Bracket, self.at - 1);
                }
                b'@' => {
                    self.handles += 1;
                    self.note_depth();
                    if self.handles > MAX_NESTING {
                        self.too_deep(self.at);
                    }
                    self.at += 1;
                }
                b';' | b',' => {
                    self.handles = 0;
                    self.at += 1;
                    if self.brackets.is_empty() {
                        self.at_statement_start = true;
                        self.previous = byte;
                        self.previous_word = "";
                        self.spaced = false;
                        self.at_line_start = false;
                        continue;
                    }
                }
                _ if byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80 => {
                    self.word();
                    continue;
                }
                _ => self.at += 1,
            }
            self.previous = byte;
            self.previous_word = "";
            self.spaced = false;
            self.at_line_start = false;
            self.at_statement_start = false;
        }
    }

    /// Writes down a token that ends here.
    fn note(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token { kind, span: Span::new(start, self.at) });
    }

    fn note_depth(&mut self) {
        self.depth = self.depth.max(self.brackets.len() + self.blocks.len() + self.handles);
    }

    fn fail(&mut self, start: usize, end: usize, message: &str, help: Option<&str>) {
        let mut error = Diagnostic::error(message).at(self.source, Span::new(start, end), "");
        error.help = help.map(str::to_string);
        self.error = Some(error);
    }

    fn too_deep(&mut self, at: usize) {
        let message = format!("nested more than {MAX_NESTING} deep");
        self.fail(at, at + 1, &message, Some("split it into several statements"));
    }

    fn newline(&mut self) {
        let in_parenthesis = matches!(self.brackets.last(), Some((b'(', _)));
        if in_parenthesis {
            self.out[self.at] = b' ';
            self.spaced = true;
        } else {
            self.handles = 0;
            self.previous = b'\n';
            self.previous_word = "";
            self.spaced = false;
            self.at_statement_start = self.brackets.is_empty();
        }
        self.at_line_start = true;
        self.at += 1;
    }

    /// Blanks `start..end`, newlines too when `whole`.
    fn blank(&mut self, start: usize, end: usize, whole: bool) {
        for byte in &mut self.out[start..end] {
            if whole || !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }

    fn line_end(&self, from: usize) -> usize {
        self.bytes[from..]
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))
            .map_or(self.bytes.len(), |n| from + n)
    }

    fn comment(&mut self) {
        let start = self.at;
        let end = self.line_end(start);
        let opens_block = self.at_line_start
            && self.bytes.get(start + 1) == Some(&b'{')
            && self.source.text[start + 2..end].trim().is_empty();
        let end = if opens_block { self.block_comment_end(start) } else { end };
        self.comments.push(Span::new(start, end));
        self.blank(start, end, false);
        self.at = end;
        self.note(TokenKind::Comment, start);
        self.spaced = true;
    }

    fn block_comment_end(&mut self, start: usize) -> usize {
        let mut depth = 0usize;
        let mut at = start;
        while at < self.bytes.len() {
            let end = self.line_end(at);
            match self.source.text[at..end].trim() {
                "%{" | "#{" => depth += 1,
                "%}" | "#}" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return end;
            }
            at = (end + 1).min(self.bytes.len());
        }
        self.unfinished = Some(Span::new(start, start + 2));
        self.bytes.len()
    }

    fn continuation(&mut self) {
        let end = self.line_end(self.at);
        let after = match (self.bytes.get(end), self.bytes.get(end + 1)) {
            (Some(b'\r'), Some(b'\n')) => end + 2,
            (Some(_), _) => end + 1,
            (None, _) => end,
        };
        if after == end {
            self.unfinished = Some(Span::new(self.at, self.at + 3));
        }
        self.blank(self.at, after, true);
        self.at = after;
        self.spaced = true;
    }

    fn word(&mut self) {
        let start = self.at;
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            if !(byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80) {
                break;
            }
            self.at += 1;
        }
        let word = &self.source.text[start..self.at];
        let is_field = self.previous == b'.' && !self.spaced;
        // `help while` is about the word.
        let is_topic = matches!(self.previous_word, "help" | "lookfor" | "apropos");
        let is_word = self.brackets.is_empty() && !is_field && !is_topic;
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            self.note_number(start);
        } else {
            self.note(if is_word { TokenKind::Word } else { TokenKind::Name }, start);
        }
        if is_word {
            if opens_block(word) {
                self.blocks.push(Span::new(start, self.at));
                self.note_depth();
                if self.blocks.len() > MAX_NESTING {
                    self.too_deep(start);
                }
            } else if closes_block(word) {
                self.blocks.pop();
            }
        }
        self.at_statement_start = false;
        self.at_line_start = false;
        self.previous = self.bytes[self.at - 1];
        self.previous_word = if is_field { "" } else { word };
        self.spaced = false;
    }

    /// The scanner takes the parts of `1.5e-3` one by one; it is one token.
    fn note_number(&mut self, start: usize) {
        let is_part = |token: &Token| token.span.range().end > start;
        if !self.tokens.last().is_some_and(is_part) {
            let span = Span::new(start, number_end(self.bytes, start));
            self.tokens.push(Token { kind: TokenKind::Number, span });
        }
    }

    /// A quote right after a value transposes it; inside brackets a blank before it makes it a string.
    fn quote_opens_string(&self) -> bool {
        let after_value = matches!(self.previous, b')' | b']' | b'}' | b'\'' | b'"' | b'.' | b'_')
            || self.previous.is_ascii_alphanumeric()
            || self.previous >= 0x80;
        if !after_value {
            return true;
        }
        if self.brackets.is_empty() && WORDS_BEFORE_STRING.contains(&self.previous_word) {
            return true;
        }
        self.spaced && matches!(self.brackets.last(), Some((b'[' | b'{', _)))
    }

    fn single_quoted(&mut self) {
        let start = self.at;
        let end = self.line_end(start);
        let mut at = start + 1;
        loop {
            match self.bytes[at..end].iter().position(|&b| b == b'\'') {
                None => return self.unclosed_string(start, end),
                Some(n) if self.bytes.get(at + n + 1) == Some(&b'\'') => at += n + 2,
                Some(n) => return self.close_string(start, at + n + 1),
            }
        }
    }

    fn double_quoted(&mut self) {
        let start = self.at;
        let end = self.line_end(start);
        let mut at = start + 1;
        while at < end {
            match self.bytes[at] {
                b'\\' => at += 2,
                b'"' if self.bytes.get(at + 1) == Some(&b'"') => at += 2,
                b'"' => return self.close_string(start, at + 1),
                _ => at += 1,
            }
        }
        self.unclosed_string(start, end);
    }

    fn close_string(&mut self, start: usize, end: usize) {
        self.at = end;
        self.note(TokenKind::Text, start);
    }

    fn unclosed_string(&mut self, start: usize, end: usize) {
        let error = Diagnostic::error("this string is not closed on its line")
            .at(self.source, Span::new(start, start + 1), "opened here")
            .with_help("close it with the same quote; double a quote to have it inside");
        self.close_string(start, end);
        self.in_string = true;
        self.error = Some(error);
    }

    fn open(&mut self, bracket: u8) {
        self.brackets.push((bracket, self.at));
        self.note_depth();
        if self.brackets.len() > MAX_NESTING {
            self.too_deep(self.at);
        }
    }

    fn close(&mut self, bracket: u8) {
        let expected = match bracket {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match self.brackets.pop() {
            Some((open, _)) if open == expected => {}
            Some((open, at)) => {
                let mut error = Diagnostic::error(format!(
                    "`{}` closes nothing: `{}` is still open",
                    bracket as char, open as char
                ))
                .at(self.source, Span::new(self.at, self.at + 1), "this one");
                error.labels.push((Span::new(at, at + 1), "opened here".into()));
                error.help = Some(format!("close `{}` first", open as char));
                self.error = Some(error);
            }
            None => {
                let message = format!("`{}` closes nothing", bracket as char);
                let help = "take it away, or open it before";
                self.fail(self.at, self.at + 1, &message, Some(help));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str) -> Scan {
        scan(&Source::new("t", text))
    }

    #[test]
    fn comments_and_continuations_become_blanks_of_the_same_length() {
        let text =
            "a = f(1, ... tail\n 2) % note\nb = 'x%y'; # more\n%{\n[ (\n%}\nc = [1 2 % x\n 3 4]";
        let scan = scanned(text);
        assert_eq!(scan.text.len(), text.len());
        assert!(scan.error.is_none() && scan.unfinished.is_none());
        assert_eq!(scan.comments.len(), 4);
        assert!(scan.text.contains("'x%y'") && !scan.text.contains("note"));
        assert!(scan.text.contains("[1 2    \n 3 4]"));
    }

    #[test]
    fn quotes_are_strings_or_transposes() {
        for (text, closed) in
            [("a'", true), ("a = 'b", false), ("[a' b']", true), ("[a 'b]", false), ("x(1)'", true)]
        {
            let scan = scanned(text);
            assert_eq!(scan.error.is_none(), closed, "{text}");
            assert_eq!(scan.in_string, !closed, "{text}");
        }
    }

    #[test]
    fn open_brackets_and_blocks_are_known() {
        assert_eq!(scanned("x = [1 (2").unfinished, Some(Span::new(7, 8)));
        assert_eq!(scanned("for i=1:3\nif x").open_blocks.len(), 2);
        assert_eq!(scanned("x(end)").open_blocks.len(), 0);
        assert_eq!(scanned("f(1, [2 (3)").open_brackets, [(b'(', 1), (b'[', 5)]);
        assert!(scanned(&"(".repeat(20_000)).error.unwrap().message.contains("nested"));
        assert!(scanned("(1]").error.unwrap().message.contains("still open"));
    }
}
