//! The colours of code on a terminal, at the prompt and in help.

use crate::syntax::{Source, Token, TokenKind, is_keyword, scan};

/// Ends a colour.
pub const PLAIN: &str = "\x1b[0m";

/// What is there but should not be looked at.
pub const FAINT: &str = "\x1b[90m";

/// A bracket that stands out.
pub const MARKED: &str = "\x1b[1;34m";

/// What cannot be right.
pub const WRONG: &str = "\x1b[1;31m";

/// The terminal's code for a token; none for what stays as it is.
pub fn colour(kind: TokenKind, text: &str) -> Option<&'static str> {
    match kind {
        TokenKind::Word if is_keyword(text) => Some("\x1b[35m"),
        TokenKind::Text => Some("\x1b[32m"),
        TokenKind::Number => Some("\x1b[36m"),
        TokenKind::Comment => Some(FAINT),
        TokenKind::Word | TokenKind::Name | TokenKind::Bracket => None,
    }
}

/// One line of code in its colours.
pub fn coloured(line: &str) -> String {
    let mut out = String::with_capacity(2 * line.len());
    let mut end = 0;
    for Token { kind, span } in scan(&Source::new("", line)).tokens {
        let (range, word) = (span.range(), &line[span.range()]);
        out += &line[end..range.start];
        end = range.end;
        match colour(kind, word) {
            Some(code) => out += &format!("{code}{word}{PLAIN}"),
            None => out += word,
        }
    }
    out + &line[end..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_colours_and_keeps_its_text() {
        let shown = coloured("if x, y = [1 'a' é]; end % z");
        assert!(shown.starts_with("\x1b[35mif\x1b[0m x, y = [\x1b[36m1\x1b[0m"), "{shown:?}");
        let parts = shown.split("\x1b[").map(|s| s.split_once('m').map_or(s, |(_, t)| t));
        assert_eq!(parts.collect::<String>(), "if x, y = [1 'a' é]; end % z");
    }
}
