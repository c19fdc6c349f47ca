//! Lines of tokens: how far each is indented, and what is written on it.

use super::lexeme::{Kind, Lexeme};
use super::spacing::{BEFORE_COMMENT, between};

/// Blanks for each level of blocks.
const STEP: usize = 2;
/// So many empty lines may follow each other outside of blocks, and inside.
const EMPTY_OUTSIDE: usize = 2;
const EMPTY_INSIDE: usize = 1;

/// A block that is open.
struct Block<'a> {
    word: &'a str,
    indent: usize,
    /// A function that only the next one, or the end of the file, closes.
    is_endless: bool,
}

/// A bracket that is open.
struct Bracket {
    /// The column of what follows it, as written and as laid out.
    written: usize,
    column: usize,
    /// The indentation of its line.
    indent: usize,
    /// Nothing follows it on its line.
    is_last: bool,
    is_rows: bool,
    /// Rows of several lines.
    is_table: bool,
    /// Of a table: the column, as written, of what stands furthest to the left.
    margin: usize,
}

/// A finished line: its text, and its comment with the column at which that was written.
struct Line {
    text: String,
    comment: Option<(usize, String)>,
}

struct Layout<'a> {
    text: &'a str,
    tokens: &'a [Lexeme],
    blocks: Vec<Block<'a>>,
    brackets: Vec<Bracket>,
    lines: Vec<Line>,
    /// Whether the line before goes on in this one.
    continues: bool,
    /// Where the present statement began, and its column after `=`, as written and as laid out.
    indent: usize,
    value: Option<(usize, usize)>,
}

const OPENERS: [&str; 9] =
    ["if", "for", "parfor", "while", "do", "switch", "try", "unwind_protect", "function"];
const MIDDLES: [&str; 6] =
    ["else", "elseif", "case", "otherwise", "catch", "unwind_protect_cleanup"];

/// Whether a word closes a block.
fn closes(word: &str) -> bool {
    word == "until" || word.starts_with("end")
}

/// The text in canonical layout.
pub fn laid_out(text: &str, tokens: &[Lexeme]) -> String {
    let mut layout = Layout {
        text,
        tokens,
        blocks: Vec::new(),
        brackets: Vec::new(),
        lines: Vec::new(),
        continues: false,
        indent: 0,
        value: None,
    };
    layout.run();
    let uses_crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
    joined(layout.lines, if uses_crlf { "\r\n" } else { "\n" })
}

/// The lines as one text. Comments that were written one below the other stay so.
fn joined(lines: Vec<Line>, line_end: &str) -> String {
    let mut out = String::new();
    let mut rest = &lines[..];
    while let [first, ..] = rest {
        let column = first.comment.as_ref().map(|(column, _)| *column);
        let same = |line: &&Line| line.comment.as_ref().map(|(column, _)| *column) == column;
        let count = if column.is_some() { rest.iter().take_while(same).count() } else { 1 };
        let (run, others) = rest.split_at(count);
        let width = |line: &Line| line.text.chars().count() + BEFORE_COMMENT;
        let widest = run.iter().map(width).max().unwrap_or(0);
        for line in run {
            out += &line.text;
            if let Some((_, comment)) = &line.comment {
                out += &" ".repeat(widest + BEFORE_COMMENT - width(line));
                out += comment;
            }
            out += line_end;
        }
        rest = others;
    }
    out
}

impl<'a> Layout<'a> {
    fn word(&self, token: &Lexeme) -> &'a str {
        &self.text[token.span.range()]
    }

    /// The column at which a token is written, in characters.
    fn written(&self, token: &Lexeme) -> usize {
        let before = &self.text[..token.span.start as usize];
        let start = before.rfind(['\n', '\r']).map_or(0, |i| i + 1);
        before[start..].chars().filter(|c| *c != '\u{feff}').count()
    }

    fn run(&mut self) {
        let mut empty = 0;
        let mut at = 0;
        while at < self.tokens.len() {
            let length = self.tokens[at..].iter().take_while(|t| t.kind != Kind::Newline).count();
            if length == 0 {
                empty += 1;
            } else {
                let is_inside = !self.blocks.is_empty() || !self.brackets.is_empty();
                let most = if is_inside { EMPTY_INSIDE } else { EMPTY_OUTSIDE };
                let kept = if self.lines.is_empty() { 0 } else { empty.min(most) };
                for _ in 0..kept {
                    self.lines.push(Line { text: String::new(), comment: None });
                }
                empty = 0;
                self.line(at, at + length);
            }
            at += length + 1;
        }
    }

    /// Lays out the tokens of one line.
    fn line(&mut self, start: usize, end: usize) {
        let tokens = &self.tokens[start..end];
        let first = &tokens[0];
        let goes_on = self.continues || !self.brackets.is_empty();
        let indent = match goes_on {
            true => self.continuation(first),
            false => self.statement(start),
        };
        let mut line = " ".repeat(indent);
        if !goes_on {
            self.indent = indent;
            self.value = None;
        }
        if first.kind == Kind::Comment {
            return self.comment(first, indent);
        }
        self.continues = false;
        let mut column = indent;
        let mut comment = None;
        for (i, token) in tokens.iter().enumerate() {
            let gap = i.checked_sub(1).map_or(0, |left| self.gap(&tokens[left], token));
            let word = self.word(token).trim_end();
            if token.kind == Kind::Comment {
                comment = Some((self.written(token), word.to_string()));
                break;
            }
            line += &" ".repeat(gap);
            line += word;
            column += gap + word.chars().count();
            let follows = tokens.get(i + 1);
            self.note(token, start + i, column, indent, follows);
        }
        self.lines.push(Line { text: line, comment });
    }

    fn gap(&self, left: &Lexeme, right: &Lexeme) -> usize {
        let between_them = left.span.end as usize..right.span.start as usize;
        let written = self.text[between_them].chars().count();
        let is_table = self.brackets.last().is_some_and(|b| b.is_table);
        between(left, right, self.text, written, is_table)
    }

    /// A line that is a comment.
    fn comment(&mut self, comment: &Lexeme, indent: usize) {
        let margin = " ".repeat(indent);
        let word = self.word(comment);
        let count = word.lines().count();
        for (i, line) in word.lines().enumerate() {
            // What stands inside a block comment stays where it is.
            let is_mark = i == 0 || i + 1 == count;
            let text = match is_mark {
                true => format!("{margin}{}", line.trim()),
                false => line.trim_end().to_string(),
            };
            self.lines.push(Line { text, comment: None });
        }
    }

    /// Takes note of what a token opens, closes or promises.
    fn note(
        &mut self,
        token: &Lexeme,
        at: usize,
        column: usize,
        indent: usize,
        follows: Option<&Lexeme>,
    ) {
        let is_last = follows.is_none_or(|t| matches!(t.kind, Kind::Comment | Kind::Continuation));
        match token.kind {
            Kind::Open | Kind::OpenCall | Kind::OpenRows => {
                let is_rows = token.kind == Kind::OpenRows;
                let written = self.written(token) + 1;
                let (is_table, margin) = match is_rows {
                    true => self.table(at, written),
                    false => (false, 0),
                };
                let bracket =
                    Bracket { written, column, indent, is_last, is_rows, is_table, margin };
                self.brackets.push(bracket);
            }
            Kind::Close | Kind::CloseParameters => drop(self.brackets.pop()),
            Kind::Continuation => self.continues = true,
            Kind::Assign if self.brackets.is_empty() && self.value.is_none() && !is_last => {
                let written = follows.map_or(0, |next| self.written(next));
                self.value = Some((written, column + 1));
            }
            Kind::Keyword if self.brackets.is_empty() => self.block(token),
            _ => {}
        }
    }

    fn block(&mut self, token: &Lexeme) {
        let word = self.word(token);
        if OPENERS.contains(&word) {
            let is_function = word == "function";
            if is_function {
                self.blocks.pop_if(|block| block.is_endless);
            }
            let is_endless = is_function && !token.has_end;
            self.blocks.push(Block { word, indent: self.indent, is_endless });
        } else if closes(word) {
            self.blocks.pop();
        }
    }

    /// Whether rows from the bracket at `at` on have several lines, and the leftmost column of those after the first:
    /// when none lies left of the bracket's, that one.
    fn table(&self, at: usize, written: usize) -> (bool, usize) {
        let (mut depth, mut is_table, mut margin) = (0usize, false, usize::MAX);
        for pair in self.tokens[at..].windows(2) {
            match pair[0].kind {
                Kind::Open | Kind::OpenCall | Kind::OpenRows => depth += 1,
                Kind::Close | Kind::CloseParameters => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            let ends = matches!(pair[0].kind, Kind::Newline) && depth == 1;
            is_table |= ends;
            if ends && !matches!(pair[1].kind, Kind::Newline | Kind::Close | Kind::Comment) {
                margin = margin.min(self.written(&pair[1]));
            }
        }
        let is_hanging = self.tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Newline);
        (is_table, if is_hanging { margin } else { margin.min(written) })
    }

    /// How far a line is indented that a statement begins.
    fn statement(&self, at: usize) -> usize {
        let first = &self.tokens[at];
        let inside = self.blocks.last().map_or(0, |block| self.body(block));
        if first.kind == Kind::Comment {
            return self.before(at, inside);
        }
        match self.of_word(first) {
            Some(indent) => indent,
            None => inside,
        }
    }

    /// The indentation of what stands in a block.
    fn body(&self, block: &Block<'_>) -> usize {
        block.indent + if block.word == "switch" { 2 * STEP } else { STEP }
    }

    /// The indentation of a line that begins with a word which ends a block or a part of it.
    fn of_word(&self, token: &Lexeme) -> Option<usize> {
        if token.kind != Kind::Keyword {
            return None;
        }
        let (word, block) = (self.word(token), self.blocks.last()?);
        if closes(word) || (word == "function" && block.is_endless) {
            return Some(block.indent);
        }
        let is_case = block.word == "switch";
        MIDDLES.contains(&word).then_some(block.indent + if is_case { STEP } else { 0 })
    }

    /// A comment stands as what it is about: the statement after it. Before the end of a block it is about what was in
    /// the block, and before another part of it too when it is written further to the right.
    fn before(&self, at: usize, inside: usize) -> usize {
        let is_statement = |t: &&Lexeme| !matches!(t.kind, Kind::Comment | Kind::Newline);
        let written = self.written(&self.tokens[at]);
        let Some(next) = self.tokens[at..].iter().find(is_statement) else {
            return if written > 0 { inside } else { 0 };
        };
        match self.of_word(next) {
            Some(indent) if !closes(self.word(next)) && written <= self.written(next) => indent,
            _ => inside,
        }
    }

    /// How far a line is indented that goes on with what the line before began.
    fn continuation(&self, first: &Lexeme) -> usize {
        let written = self.written(first);
        let is_close = matches!(first.kind, Kind::Close | Kind::CloseParameters);
        let Some(bracket) = self.brackets.last() else {
            return match self.value {
                Some((was, column)) if written >= was => column,
                _ => self.indent + 2 * STEP,
            };
        };
        let further = if bracket.is_table { written.saturating_sub(bracket.margin) } else { 0 };
        if bracket.is_last {
            return bracket.indent + if is_close { 0 } else { STEP + further };
        }
        let hanging = bracket.indent + 2 * STEP;
        let is_aligned =
            bracket.is_rows || written + 1 >= bracket.written || hanging + 1 >= bracket.column;
        match is_aligned {
            true if is_close => bracket.column - 1,
            true => bracket.column + further,
            false if is_close => bracket.indent,
            false => hanging,
        }
    }
}
