//! The words, numbers, strings, comments and brackets of a text, for those who colour it.
//!
//! The scanner writes them down as it goes, so that what is coloured as a string is one, and unfinished or wrong text
//! has colours up to its mistake. One linear pass.

use super::{Span, is_name};

/// What a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name, or a word of the language where one may stand: see [`is_keyword`].
    Word,
    /// What can only be a name: a field, or what stands in brackets.
    Name,
    /// A number.
    Number,
    /// A string with its quotes.
    Text,
    /// A comment with its mark.
    Comment,
    /// One bracket.
    Bracket,
}

/// A stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// Whether a word belongs to the language and cannot be a name.
pub fn is_keyword(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase()) && !is_name(word)
}

/// Whether a block begins with this word.
pub fn opens_block(word: &str) -> bool {
    let words = "if for parfor while do switch try unwind_protect function";
    words.split(' ').any(|opener| opener == word)
}

/// Whether a block ends with this word.
pub fn closes_block(word: &str) -> bool {
    let words = "end endif endfor endparfor endwhile endswitch endfunction end_try_catch end_unwind_protect until";
    words.split(' ').any(|closer| closer == word)
}

/// Whether this word stands where its block began, though it does not end it.
pub fn continues_block(word: &str) -> bool {
    let words = "case catch else elseif otherwise unwind_protect_cleanup";
    words.split(' ').any(|middle| middle == word)
}

/// Where the number that begins at `start` ends.
pub(super) fn number_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && is_part_of_number(bytes, at) {
        at += 1;
    }
    at
}

fn is_part_of_number(bytes: &[u8], at: usize) -> bool {
    let next = bytes.get(at + 1).copied().unwrap_or(0);
    match bytes[at] {
        b'.' => !matches!(next, b'*' | b'/' | b'\\' | b'^' | b'\'' | b'.'),
        b'+' | b'-' => matches!(bytes[at - 1], b'e' | b'E') && next.is_ascii_digit(),
        byte => byte == b'_' || byte.is_ascii_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Source, scan};

    fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
        let scanned = scan(&Source::new("t", text));
        let list = scanned.tokens.iter().map(|token| (token.kind, &text[token.span.range()]));
        list.filter(|(kind, _)| !matches!(kind, TokenKind::Bracket)).collect()
    }

    #[test]
    fn words_strings_numbers_and_comments() {
        use TokenKind::*;
        assert_eq!(
            tokens("for x = 1:20 % é"),
            [(Word, "for"), (Word, "x"), (Number, "1"), (Number, "20"), (Comment, "% é")]
        );
        let texts = |text| tokens(text).into_iter().filter(|(kind, _)| *kind == Text);
        assert_eq!(texts("a' + 'b' + c.end").collect::<Vec<_>>(), [(Text, "'b'")]);
        assert_eq!(texts("[a' 'b'] \"q\\\"\" ").count(), 2);
        assert_eq!(tokens("1.5e-3.*2"), [(Number, "1.5e-3"), (Number, "2")]);
        assert_eq!(tokens("x(end)"), [(Word, "x"), (Name, "end")]);
        assert_eq!(tokens("é = \"ü"), [(Word, "é"), (Text, "\"ü")]);
        assert!(is_keyword("endfor") && !is_keyword("x") && !is_keyword("endless"));
    }
}
