//! Colours for an entry while it is typed. The text keeps its width.

use super::entry::{CONTINUATION, MARGIN, STEP};
use std::ops::Range;

/// What a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Keyword,
    Text,
    Number,
    Comment,
    Bracket,
    Other,
}

impl Kind {
    /// The terminal's code; none for what stays as it is.
    fn code(self) -> Option<&'static str> {
        match self {
            Kind::Keyword => Some("\x1b[35m"),
            Kind::Text => Some("\x1b[32m"),
            Kind::Number => Some("\x1b[36m"),
            Kind::Comment => Some("\x1b[90m"),
            Kind::Bracket | Kind::Other => None,
        }
    }
}

const KEYWORDS: [&str; 31] = [
    "break",
    "case",
    "catch",
    "continue",
    "do",
    "else",
    "elseif",
    "end",
    "end_try_catch",
    "end_unwind_protect",
    "endfor",
    "endfunction",
    "endif",
    "endparfor",
    "endswitch",
    "endwhile",
    "for",
    "function",
    "global",
    "if",
    "otherwise",
    "parfor",
    "persistent",
    "return",
    "switch",
    "try",
    "until",
    "unwind_protect",
    "unwind_protect_cleanup",
    "while",
    "in",
];

/// Words that open a block.
const OPENERS: [&str; 9] =
    ["do", "for", "function", "if", "parfor", "switch", "try", "unwind_protect", "while"];

/// Words that stand where their block began, though they do not end it.
const MIDDLES: [&str; 6] =
    ["case", "catch", "else", "elseif", "otherwise", "unwind_protect_cleanup"];

/// The text as it is shown without colours.
pub fn plain(text: &str, cursor: Option<usize>) -> String {
    let margin = format!("\n{MARGIN}");
    aligned(text, cursor).replace(&margin, &format!("\n{CONTINUATION}"))
}

/// The text with words such as `end` one level to the left of their block, where the editor's indentation put them
/// into it: blanks move to the end of the line, so that the text keeps its width. The line of the cursor stays, or
/// the cursor would not stand where the user types.
fn aligned(text: &str, cursor: Option<usize>) -> String {
    if !text.contains('\n') {
        return text.into();
    }
    let tokens = tokens(text);
    let mut tokens = tokens.iter().peekable();
    let (mut depth, mut start) = (0usize, 0);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let (outer, mut first) = (depth, true);
        let mut moves = false;
        while let Some((kind, range)) = tokens.next_if(|(_, range)| range.start < end) {
            let word = &text[range.clone()];
            if *kind == Kind::Keyword {
                let (opens, is_middle) = (OPENERS.contains(&word), MIDDLES.contains(&word));
                let closes = !opens && (word.starts_with("end") || word == "until");
                moves |= first && (closes || is_middle);
                depth = if opens { depth + 1 } else { depth.saturating_sub(usize::from(closes)) };
            }
            first &= word.trim().is_empty();
        }
        let holds_cursor = cursor.is_some_and(|at| at >= start && (at < end || end == text.len()));
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        if moves && !holds_cursor && outer > 0 && start > 0 && indent == MARGIN.len() + STEP * outer
        {
            let (body, line_break) = match body.strip_suffix('\n') {
                Some(body) => (body, "\n"),
                None => (body, ""),
            };
            out += &" ".repeat(indent - STEP);
            out += body;
            out += &" ".repeat(STEP);
            out += line_break;
        } else {
            out += line;
        }
        start = end;
    }
    out
}

/// The text in colours; the bracket at the cursor and its partner stand out.
pub fn highlighted(text: &str, cursor: Option<usize>) -> String {
    let text = &aligned(text, cursor);
    let tokens = tokens(text);
    let marked = cursor.and_then(|at| partners(text, &tokens, at));
    let mut out = String::with_capacity(2 * text.len());
    for (kind, range) in tokens {
        let code = match marked {
            Some((a, b)) if range.start == a || range.start == b => Some("\x1b[1;34m"),
            _ => kind.code(),
        };
        // A colour ends with its line, or it would run into the continuation mark.
        for (i, line) in text[range].split('\n').enumerate() {
            let mut line = line;
            if i > 0 {
                out.push('\n');
                if let Some(rest) = line.strip_prefix(MARGIN) {
                    out += "\x1b[90m";
                    out += CONTINUATION;
                    out += "\x1b[0m";
                    line = rest;
                }
            }
            match code {
                Some(code) if !line.is_empty() => {
                    out += code;
                    out += line;
                    out += "\x1b[0m";
                }
                _ => out += line,
            }
        }
    }
    out
}

/// Cuts a text into stretches that together are all of it.
fn tokens(text: &str) -> Vec<(Kind, Range<usize>)> {
    let bytes = text.as_bytes();
    let is_name = |b: u8| b == b'_' || b.is_ascii_alphanumeric() || b >= 0x80;
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut brackets = 0usize;
    while at < bytes.len() {
        let start = at;
        let previous = start.checked_sub(1).map_or(0, |i| bytes[i]);
        let line_end = text[start..].find('\n').map_or(bytes.len(), |n| start + n);
        let kind = match bytes[start] {
            b'%' | b'#' => {
                at = line_end;
                Kind::Comment
            }
            b'"' => {
                at = string_end(bytes, start, line_end, b'"');
                Kind::Text
            }
            // After a value it transposes; in brackets a blank before it makes it a string all the same.
            b'\''
                if !(is_name(previous)
                    || matches!(previous, b')' | b']' | b'}' | b'\'' | b'.'))
                    && (brackets > 0 || !follows_value(text, start)) =>
            {
                at = string_end(bytes, start, line_end, b'\'');
                Kind::Text
            }
            b'(' | b'[' | b'{' => {
                brackets += 1;
                at += 1;
                Kind::Bracket
            }
            b')' | b']' | b'}' => {
                brackets = brackets.saturating_sub(1);
                at += 1;
                Kind::Bracket
            }
            b if b.is_ascii_digit() => {
                while at < bytes.len() && (is_name(bytes[at]) || is_part_of_number(bytes, at)) {
                    at += 1;
                }
                Kind::Number
            }
            b if is_name(b) => {
                while at < bytes.len() && is_name(bytes[at]) {
                    at += 1;
                }
                let is_field = previous == b'.';
                if KEYWORDS.contains(&&text[start..at]) && !is_field && brackets == 0 {
                    Kind::Keyword
                } else {
                    Kind::Other
                }
            }
            _ => {
                at += 1;
                while at < bytes.len() && bytes[at] == b' ' {
                    at += 1;
                }
                Kind::Other
            }
        };
        tokens.push((kind, start..at));
    }
    tokens
}

/// Whether the point of `1.5` or the sign of `1e-3` stands here.
fn is_part_of_number(bytes: &[u8], at: usize) -> bool {
    let next = bytes.get(at + 1).copied().unwrap_or(0);
    match bytes[at] {
        b'.' => !matches!(next, b'*' | b'/' | b'\\' | b'^' | b'\'' | b'.'),
        b'+' | b'-' => matches!(bytes[at - 1], b'e' | b'E') && next.is_ascii_digit(),
        _ => false,
    }
}

/// Whether a value, and blanks, come before this place.
fn follows_value(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches(' ');
    let word_start =
        before.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |i| i + 1);
    match before.chars().next_back() {
        _ if before.get(word_start..).is_some_and(|word| KEYWORDS.contains(&word)) => false,
        Some(c) => c.is_alphanumeric() || matches!(c, '_' | ')' | ']' | '}' | '\'' | '"'),
        None => false,
    }
}

fn string_end(bytes: &[u8], start: usize, line_end: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < line_end {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 2,
            b if b == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
            b if b == quote => return at + 1,
            _ => at += 1,
        }
    }
    line_end
}

/// The bracket under or before the cursor, and the one that belongs to it.
fn partners(text: &str, tokens: &[(Kind, Range<usize>)], cursor: usize) -> Option<(usize, usize)> {
    let brackets: Vec<usize> =
        tokens.iter().filter(|(kind, _)| *kind == Kind::Bracket).map(|(_, r)| r.start).collect();
    let bytes = text.as_bytes();
    let chosen = brackets
        .iter()
        .position(|&b| b == cursor)
        .or_else(|| brackets.iter().position(|&b| b + 1 == cursor))?;
    let mut open = Vec::new();
    for (i, &b) in brackets.iter().enumerate() {
        if matches!(bytes[b], b'(' | b'[' | b'{') {
            open.push(i);
        } else if let Some(partner) = open.pop()
            && (i == chosen || partner == chosen)
        {
            return Some((brackets[partner], b));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        let tokens = tokens(text);
        assert_eq!(tokens.iter().map(|(_, r)| &text[r.clone()]).collect::<String>(), text);
        let list = tokens.into_iter().map(|(kind, range)| (kind, &text[range]));
        list.filter(|(kind, _)| !matches!(kind, Kind::Other | Kind::Bracket)).collect()
    }

    #[test]
    fn words_strings_numbers_and_comments() {
        use Kind::*;
        assert_eq!(
            kinds("for x = 1:20 % é"),
            [(Keyword, "for"), (Number, "1"), (Number, "20"), (Comment, "% é")]
        );
        assert_eq!(kinds("a' + 'b' + c.end"), [(Text, "'b'")]);
        assert_eq!(kinds("[a' 'b'] \"q\\\"\" "), [(Text, "'b'"), (Text, "\"q\\\"\"")]);
        assert_eq!(kinds("1.5e-3.*2"), [(Number, "1.5e-3"), (Number, "2")]);
        assert_eq!(kinds("x(end)"), []);
        assert_eq!(kinds("é = \"ü"), [(Text, "\"ü")]);
    }

    #[test]
    fn closing_words_stand_where_their_block_began() {
        let typed = "for i=1:2\n     if i\n       1\n       end\n     end";
        assert_eq!(plain(typed, None), "for i=1:2\n..   if i\n..     1\n..   end  \n.. end  ");
        // Not where the user types.
        assert!(plain(typed, Some(typed.len())).ends_with("\n..   end  \n..   end"));
        // Nor where the user chose another place.
        let chosen = "if x\n     1\n   end";
        assert_eq!(plain(chosen, None), "if x\n..   1\n.. end");
    }

    #[test]
    fn brackets_and_margins() {
        let text = "f([1)";
        assert!(partners(text, &tokens(text), 1).is_none());
        let text = "f(g(1))";
        assert_eq!(partners(text, &tokens(text), 7), Some((1, 6)));
        assert_eq!(partners(text, &tokens(text), 3), Some((3, 5)));
        let shown = highlighted("if x\n     1", None);
        let plain = shown.split("\x1b[").map(|s| s.split_once('m').map_or(s, |(_, t)| t));
        assert_eq!(plain.collect::<String>(), "if x\n..   1");
    }
}
