//! A text as tokens, none lost: what the grammar says of each word and sign, and what the scanner blanked out.
//!
//! Operators before, between and after operands look alike, and a blank in brackets may separate elements or not: both
//! are asked of the grammar, whose pairs mark where they begin. The rest is words and single signs.

use crate::syntax::Span;
use crate::syntax::parse::{MfParser, Rule, parse_error};
use crate::syntax::scan::Scan;
use crate::syntax::{Diagnostic, Source};
use pest::Parser;
use std::collections::{HashMap, HashSet};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word that no name can be.
    Keyword,
    /// A variable, function, field or keyword of a call.
    Name,
    /// A number.
    Number,
    /// A string, quotes included.
    Text,
    /// A comment, mark included; a block comment is one token.
    Comment,
    /// `...` and the rest of its line.
    Continuation,
    /// The end of a line.
    Newline,
    /// A sign before its operand.
    Prefix,
    /// An operator between two operands.
    Infix,
    /// `'` or `.'`
    Transpose,
    /// `=`, `+=` and friends.
    Assign,
    /// The `=` of a default or a keyword.
    Equals,
    /// `++` and `--`
    Step,
    /// `(` of a call or an index, `{` of an index, `(` of parameters.
    OpenCall,
    /// `[` or `{` around rows.
    OpenRows,
    /// Any other opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// The `)` after the parameters of an anonymous function.
    CloseParameters,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `.` before a field
    Dot,
    /// `@`
    At,
    /// A word of a statement without parentheses, such as `hold on`.
    Command,
}

/// A token and where it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lexeme {
    /// What it is.
    pub kind: Kind,
    /// Where.
    pub span: Span,
    /// Whether an element of a row begins here.
    pub is_element: bool,
    /// Of an operator between operands: whether blanks belong around it.
    pub is_spaced: bool,
    /// Of the word `function`: whether an `end` closes it.
    pub has_end: bool,
}

/// What the grammar's pairs say.
#[derive(Default)]
struct Marks {
    /// By where they begin: what it is, where it ends.
    tokens: HashMap<usize, (Kind, usize)>,
    elements: HashSet<usize>,
    spaced: HashSet<usize>,
    /// Where the `)` of parameters of anonymous functions stand.
    parameters: HashSet<usize>,
    /// Where functions begin that an `end` closes.
    ended: HashSet<usize>,
}

/// The operators of one expression: where each is, and how tightly it binds.
struct Chain {
    operators: Vec<(usize, usize, u8)>,
    in_rows: bool,
    is_outermost: bool,
}

const COLON: u8 = 5;
const SUM: u8 = 6;

/// How tightly an operator between operands binds.
fn level(rule: Rule) -> Option<u8> {
    Some(match rule {
        Rule::oror => 0,
        Rule::andand => 1,
        Rule::or => 2,
        Rule::and => 3,
        Rule::le | Rule::ge | Rule::eq | Rule::ne | Rule::lt | Rule::gt => 4,
        Rule::colon => COLON,
        Rule::add | Rule::sub => SUM,
        Rule::mul | Rule::div | Rule::ldiv | Rule::emul | Rule::ediv | Rule::eldiv => 7,
        Rule::pow | Rule::epow => 8,
        _ => return None,
    })
}

/// What a rule makes of the token that begins with it.
fn kind_of(rule: Rule) -> Option<Kind> {
    Some(match rule {
        Rule::name | Rule::name_any | Rule::ignored | Rule::all | Rule::end_index => Kind::Name,
        Rule::number => Kind::Number,
        Rule::sq_string | Rule::dq_string => Kind::Text,
        Rule::neg | Rule::pos | Rule::not => Kind::Prefix,
        Rule::transpose | Rule::ctranspose => Kind::Transpose,
        Rule::assign_op => Kind::Assign,
        Rule::plus_plus | Rule::minus_minus => Kind::Step,
        Rule::command_word | Rule::command_arg => Kind::Command,
        rule if level(rule).is_some() => Kind::Infix,
        _ => return None,
    })
}

impl Chain {
    /// Which operators stand between blanks. Comparisons and logic always; arithmetic as it is written, but a sum that
    /// is a statement's own always, operands of ranges never, and never an operator wider than a looser one.
    fn spaced<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let bytes = text.as_bytes();
        let blank = |at: Option<&u8>| at.is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        let has_colon = self.operators.iter().any(|(_, _, level)| *level == COLON);
        let own = move |&(start, end, level): &(usize, usize, u8)| match level {
            COLON => false,
            SUM.. if has_colon => false,
            0..COLON if !self.in_rows => true,
            SUM if self.is_outermost => true,
            _ => blank(bytes.get(start - 1)) || blank(bytes.get(end)),
        };
        let widest = self.operators.iter().filter(|op| own(op)).map(|(_, _, level)| *level).max();
        let is_spaced = move |op: &&(usize, usize, u8)| {
            own(op) || op.2 != COLON && !(has_colon && op.2 > COLON) && Some(op.2) < widest
        };
        self.operators.iter().filter(is_spaced).map(|(start, ..)| *start)
    }
}

/// Reads the marks off the pairs of a text that the scanner has blanked.
fn marks(source: &Source, scanned: &Scan) -> Result<Marks, Box<Diagnostic>> {
    let text = &scanned.text;
    let pairs = MfParser::parse(Rule::program, text)
        .map_err(|error| Box::new(parse_error(source, scanned, &error)))?;
    let mut marks = Marks::default();
    let mut chains: Vec<Chain> = Vec::new();
    // The rules around the present place, and where they began.
    let mut around: Vec<(Rule, usize)> = Vec::new();
    let mut brackets = 0usize;
    for event in pairs.tokens() {
        match event {
            pest::Token::Start { rule, pos } => {
                let at = pos.pos();
                match rule {
                    Rule::mexpr => {
                        marks.elements.insert(at);
                    }
                    Rule::call_args | Rule::cell_args | Rule::parameters => {
                        marks.tokens.insert(at, (Kind::OpenCall, at + 1));
                    }
                    Rule::matrix | Rule::cell => {
                        marks.tokens.insert(at, (Kind::OpenRows, at + 1));
                    }
                    _ => {}
                }
                brackets += usize::from(is_bracketed(rule));
                if matches!(rule, Rule::expr | Rule::mexpr) {
                    let (in_rows, is_outermost) = (rule == Rule::mexpr, brackets == 0);
                    chains.push(Chain { operators: Vec::new(), in_rows, is_outermost });
                }
                around.push((rule, at));
            }
            pest::Token::End { rule, pos } => {
                let end = pos.pos();
                let Some((_, start)) = around.pop() else { continue };
                if let Some(kind) = kind_of(rule) {
                    marks.tokens.insert(start, (kind, end));
                }
                if let (Some(level), Some(chain)) = (level(rule), chains.last_mut()) {
                    chain.operators.push((start, end, level));
                }
                brackets -= usize::from(is_bracketed(rule));
                match rule {
                    Rule::expr | Rule::mexpr => {
                        let chain = chains.pop();
                        marks.spaced.extend(chain.iter().flat_map(|chain| chain.spaced(text)));
                    }
                    Rule::parameters
                        if around.last().is_some_and(|(r, _)| *r == Rule::anonymous) =>
                    {
                        marks.parameters.insert(end - 1);
                    }
                    Rule::end_function => {
                        marks.ended.extend(around.last().map(|(_, start)| *start));
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(marks)
}

/// Whether an expression inside this rule stands between brackets.
fn is_bracketed(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::call_args
            | Rule::cell_args
            | Rule::matrix
            | Rule::cell
            | Rule::parenthesis
            | Rule::parameters
            | Rule::dynamic_field
    )
}

/// The tokens of a text that parses.
pub fn lexemes(source: &Source, scanned: &Scan) -> Result<Vec<Lexeme>, Box<Diagnostic>> {
    let marks = marks(source, scanned)?;
    let text = &*source.text;
    let bytes = text.as_bytes();
    let mut comments = scanned.comments.iter().peekable();
    let mut calls: Vec<bool> = Vec::new();
    let mut list = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < bytes.len() {
        let start = at;
        let (kind, end) = if let Some(comment) = comments.next_if(|c| c.start as usize == at) {
            (Kind::Comment, comment.end as usize)
        } else if let Some(&mark) = marks.tokens.get(&at) {
            mark
        } else {
            match bytes[at] {
                b' ' | b'\t' => {
                    at += 1;
                    continue;
                }
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => (Kind::Newline, at + 2),
                b'\n' | b'\r' => (Kind::Newline, at + 1),
                b'.' if text[at..].starts_with("...") => (
                    Kind::Continuation,
                    text[at..].find(['\n', '\r']).map_or(text.len(), |n| at + n),
                ),
                b if is_word(b) => {
                    (Kind::Keyword, at + bytes[at..].iter().take_while(|b| is_word(**b)).count())
                }
                b'(' | b'[' | b'{' => (Kind::Open, at + 1),
                b')' if marks.parameters.contains(&at) => (Kind::CloseParameters, at + 1),
                b')' | b']' | b'}' => (Kind::Close, at + 1),
                b',' => (Kind::Comma, at + 1),
                b';' => (Kind::Semicolon, at + 1),
                b'.' => (Kind::Dot, at + 1),
                b'@' => (Kind::At, at + 1),
                _ if calls.last() == Some(&true) => (Kind::Equals, at + 1),
                _ => (Kind::Assign, at + 1),
            }
        };
        match kind {
            Kind::OpenCall | Kind::OpenRows | Kind::Open => calls.push(kind == Kind::OpenCall),
            Kind::Close | Kind::CloseParameters => drop(calls.pop()),
            _ => {}
        }
        list.push(Lexeme {
            kind,
            span: Span::new(start, end),
            is_element: marks.elements.contains(&start),
            is_spaced: marks.spaced.contains(&start),
            has_end: marks.ended.contains(&start),
        });
        at = end;
    }
    Ok(list)
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}
