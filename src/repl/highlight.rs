//! Colours for an entry while it is typed. The text keeps its width.

use super::entry::{CONTINUATION, MARGIN, STEP, as_code, without_margins};
use crate::printer::code::{FAINT, MARKED, PLAIN, WRONG, colour};
use crate::syntax::{
    Scan, Source, Token, TokenKind, closes_block, continues_block, opens_block, scan,
};

/// The text as it is shown without colours.
pub fn plain(text: &str, cursor: Option<usize>) -> String {
    aligned(text, cursor).replace(MARGIN, CONTINUATION)
}

/// An entry as it is kept: without margins, and words such as `end` where their block began.
pub fn tidied(edited: &str) -> String {
    let text = aligned(edited, None);
    let text = without_margins(&text);
    let lines: Vec<&str> = text.trim_end().split('\n').map(str::trim_end).collect();
    lines.join("\n")
}

/// What the scanner finds; the margins are blanks to it.
fn scanned(text: &str) -> Scan {
    scan(&Source::new("", as_code(text)))
}

/// The text with words such as `end` one level to the left of their block, where the editor's indentation put them
/// into it: blanks move to the end of the line, so that the text keeps its width. The line of the cursor stays, or
/// the cursor would not stand where the user types.
fn aligned(text: &str, cursor: Option<usize>) -> String {
    if !text.contains('\n') {
        return text.into();
    }
    let tokens = scanned(text).tokens;
    let mut tokens = tokens.iter().peekable();
    let (mut depth, mut start) = (0usize, 0);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let (outer, mut first) = (depth, true);
        let mut moves = false;
        while let Some(token) = tokens.next_if(|token| token.span.range().start < end) {
            let word = &text[token.span.range()];
            if token.kind == TokenKind::Word {
                let (opens, closes) = (opens_block(word), closes_block(word));
                moves |= first && (closes || continues_block(word));
                depth = if opens { depth + 1 } else { depth.saturating_sub(usize::from(closes)) };
            }
            first = false;
        }
        let holds_cursor = cursor.is_some_and(|at| at >= start && (at < end || end == text.len()));
        match line.strip_prefix(MARGIN).map(|line| (line, line.trim_start_matches(' '))) {
            Some((line, body))
                if moves
                    && !holds_cursor
                    && outer > 0
                    && line.len() - body.len() == STEP * outer =>
            {
                let (body, line_break) =
                    body.strip_suffix('\n').map_or((body, ""), |body| (body, "\n"));
                out += MARGIN;
                out += &" ".repeat(STEP * (outer - 1));
                out += body;
                out += &" ".repeat(STEP);
                out += line_break;
            }
            _ => out += line,
        }
        start = end;
    }
    out
}

/// The text in colours; the bracket at the cursor and its partner stand out, and so does one that closes nothing.
pub fn highlighted(text: &str, cursor: Option<usize>) -> String {
    let text = &aligned(text, cursor);
    let Scan { tokens, error, .. } = scanned(text);
    let marked = cursor.and_then(|at| partners(text, &tokens, at));
    let wrong = error.and_then(|error| Some(error.labels.first()?.0.range().start));
    let mut out = String::with_capacity(2 * text.len());
    let mut end = 0;
    for Token { kind, span } in tokens {
        let range = span.range();
        let code = match (marked, wrong) {
            (_, Some(at)) if range.start == at && kind == TokenKind::Bracket => Some(WRONG),
            (Some((a, b)), _) if range.start == a || range.start == b => Some(MARKED),
            _ => colour(kind, &text[range.clone()]),
        };
        push(&mut out, &text[end..range.start], None);
        push(&mut out, &text[range.clone()], code);
        end = range.end;
    }
    push(&mut out, &text[end..], None);
    out
}

/// Adds text in a colour, which ends with its line, or it would run into the continuation mark.
fn push(out: &mut String, text: &str, code: Option<&str>) {
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let line = match line.strip_prefix(MARGIN) {
            Some(rest) => {
                *out += FAINT;
                *out += CONTINUATION;
                *out += PLAIN;
                rest
            }
            None => line,
        };
        match code {
            Some(code) if !line.is_empty() => {
                *out += code;
                *out += line;
                *out += PLAIN;
            }
            _ => *out += line,
        }
    }
}

/// The bracket under or before the cursor, and the one that belongs to it.
fn partners(text: &str, tokens: &[Token], cursor: usize) -> Option<(usize, usize)> {
    let brackets: Vec<usize> = tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Bracket)
        .map(|token| token.span.range().start)
        .collect();
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

    /// Text as it is edited, with `|` for margins.
    fn edited(text: &str) -> String {
        text.replace('|', MARGIN)
    }

    #[test]
    fn closing_words_stand_where_their_block_began() {
        let typed = edited("for i=1:2\n|  if i\n|    1\n|    end\n|  end");
        assert_eq!(plain(&typed, None), "for i=1:2\n..   if i\n..     1\n..   end  \n.. end  ");
        assert_eq!(tidied(&typed), "for i=1:2\n  if i\n    1\n  end\nend");
        // Not where the user types.
        assert!(plain(&typed, Some(typed.len())).ends_with("\n..   end  \n..   end"));
        // Nor where the user chose another place.
        assert_eq!(plain(&edited("if x\n|  1\n|end"), None), "if x\n..   1\n.. end");
    }

    fn without_codes(shown: &str) -> String {
        shown.split("\x1b[").map(|s| s.split_once('m').map_or(s, |(_, t)| t)).collect()
    }

    #[test]
    fn brackets_and_margins() {
        let found = |text: &str, cursor| partners(text, &scanned(text).tokens, cursor);
        assert_eq!(found("f([1)", 1), None);
        assert_eq!(found("f(g(1))", 7), Some((1, 6)));
        assert_eq!(found("f(g(1))", 3), Some((3, 5)));
        let shown = highlighted(&edited("if x\n|  1"), None);
        assert_eq!(without_codes(&shown), "if x\n..   1");
        assert!(highlighted("f(1]", None).contains(&format!("{WRONG}]")));
        for text in ["s = 'open", "a ) b 'c", "%{\nx\n", "x = [1, 2 % é\n 3]'", "\0", "1e-3.^2"] {
            assert_eq!(without_codes(&highlighted(text, Some(0))), text);
        }
    }
}
