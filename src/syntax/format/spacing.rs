//! How many blanks stand between two tokens of a line.

use super::lexeme::{Kind, Lexeme};

/// Before a comment at the end of a line.
pub const BEFORE_COMMENT: usize = 2;

/// The blanks between `left` and `right`, which are written `written` blanks apart; `is_table` inside rows of several
/// lines, whose columns the user may have aligned.
pub fn between(left: &Lexeme, right: &Lexeme, text: &str, written: usize, is_table: bool) -> usize {
    use Kind::*;
    match (left.kind, right.kind) {
        (_, Comment) => BEFORE_COMMENT,
        (_, Continuation) => 1,
        (_, Comma | Semicolon) => 0,
        (_, Close | CloseParameters) => 0,
        (OpenRows, _) if is_table => written,
        (Open | OpenCall | OpenRows, _) => 0,
        (Comma | Semicolon, _) if is_table => written.max(1),
        (Comma | Semicolon, _) => 1,
        _ if right.is_element && is_table => written.max(1),
        _ if right.is_element => 1,
        // `- -a` is not `--a`.
        (Prefix, Prefix) if text[left.span.range()] == text[right.span.range()] => written.min(1),
        (Prefix, _) => 0,
        (Infix, _) => usize::from(left.is_spaced),
        (_, Infix) => usize::from(right.is_spaced),
        (Assign, _) | (_, Assign) => 1,
        (Equals | Step | At | Dot, _) | (_, Equals | Step | OpenCall | Transpose | Dot) => 0,
        _ => 1,
    }
}
