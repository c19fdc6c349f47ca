//! Reading the text of a file number by number, with the place of what is wrong.
//!
//! A cursor walks over bytes; line and column of an error are counted only when there is one. Numbers are read by
//! `fast-float2` (Lemire 2021, "Number parsing at a gigabyte per second"). `O(bytes)`.

use crate::error::{Error, Result};

/// The bytes of a file and the name that stands for it in errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

impl<'a> Text<'a> {
    /// An error at the byte `at`.
    pub fn fault(&self, at: usize, message: impl Into<String>, hint: impl Into<String>) -> Error {
        let before = &self.bytes[..at.min(self.bytes.len())];
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |k| k + 1);
        let hint = hint.into();
        Error::Parse {
            path: self.name.to_string(),
            line: before.iter().filter(|&&b| b == b'\n').count() + 1,
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() + 1,
            message: message.into(),
            hint: (!hint.is_empty()).then_some(hint),
        }
    }

    /// A cursor at the byte `from` of the text, which ends at `to`.
    pub fn cursor(&self, from: usize, to: usize) -> Cursor<'a> {
        Cursor { text: *self, at: from, end: to }
    }
}

/// A place in a text.
pub(super) struct Cursor<'a> {
    pub text: Text<'a>,
    pub at: usize,
    end: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.text.bytes[self.at..self.end]
    }

    /// Goes past blanks, but not past the end of the line.
    pub fn skip_blanks(&mut self) {
        while self.at < self.end && matches!(self.text.bytes[self.at], b' ' | b'\t' | b'\r') {
            self.at += 1;
        }
    }

    /// Goes past the end of this line.
    pub fn skip_line(&mut self) {
        let length = self.rest().iter().position(|&b| b == b'\n');
        self.at = length.map_or(self.end, |length| self.at + length + 1);
    }

    /// Goes to what the next line that is neither blank nor a comment (after `%`) starts with, and tells whether there
    /// is one; `comment` is given the comments.
    pub fn next_line(&mut self, mut comment: impl FnMut(&[u8])) -> bool {
        while self.at < self.end {
            match self.text.bytes[self.at] {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'%' => {
                    let start = self.at;
                    self.skip_line();
                    comment(&self.text.bytes[start..self.at]);
                }
                _ => return true,
            }
        }
        false
    }

    /// The word that starts here; empty at the end of the line.
    pub fn peek_word(&self) -> &'a [u8] {
        let rest = self.rest();
        &rest[..rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len())]
    }

    /// The next word of this line, and where it starts; empty at the end of the line.
    pub fn word(&mut self) -> (usize, &'a [u8]) {
        self.skip_blanks();
        let (at, word) = (self.at, self.peek_word());
        self.at += word.len();
        (at, word)
    }

    /// A whole number without a sign; `what` it is, such as `the row`.
    pub fn count(&mut self, what: &str) -> Result<usize> {
        self.skip_blanks();
        let (start, mut value) = (self.at, 0usize);
        while self.at < self.end && self.text.bytes[self.at].is_ascii_digit() {
            let digit = usize::from(self.text.bytes[self.at] - b'0');
            value = value.saturating_mul(10).saturating_add(digit);
            self.at += 1;
        }
        if self.at > start && self.ends_word() {
            return Ok(value);
        }
        self.at = start;
        let (at, word) = self.word();
        Err(self.unreadable(at, word, what, "a whole number"))
    }

    /// A real number; `what` it is, such as `the entry`.
    pub fn number(&mut self, what: &str) -> Result<f64> {
        self.skip_blanks();
        if let Ok((x, length)) = fast_float2::parse_partial::<f64, _>(self.rest()) {
            self.at += length;
            if self.ends_word() {
                return Ok(x);
            }
            self.at -= length;
        }
        let (at, word) = self.word();
        fortran_number(word).ok_or_else(|| self.unreadable(at, word, what, "a number"))
    }

    fn ends_word(&self) -> bool {
        self.at == self.end || self.text.bytes[self.at].is_ascii_whitespace()
    }

    /// Checks that nothing follows in this line and goes to the next; `after` what, in the plural.
    pub fn end_line(&mut self, after: &str) -> Result<()> {
        let (at, word) = self.word();
        if !word.is_empty() {
            let message = format!("{} follows after {after}", quoted(word));
            return Err(self.text.fault(at, message, ""));
        }
        self.at = (self.at + 1).min(self.end);
        Ok(())
    }

    fn unreadable(&self, at: usize, word: &[u8], what: &str, kind: &str) -> Error {
        let message = if !word.is_empty() {
            format!("{} stands for {what}, and is not {kind}", quoted(word))
        } else if at < self.text.bytes.len() {
            format!("the line ends before {what}")
        } else {
            format!("the file ends before {what}")
        };
        self.text.fault(at, message, "")
    }
}

/// A word in quotes, cut when it is long.
pub(super) fn quoted(word: &[u8]) -> String {
    let text = String::from_utf8_lossy(&word[..word.len().min(160)]);
    let cut: String = text.chars().take(30).collect();
    let more = if cut.len() < word.len() { "…" } else { "" };
    format!("\"{cut}{more}\"")
}

/// A number as Fortran writes it, too: `1.5D+00`, and `1.5-105` where the letter had no room.
pub(super) fn fortran_number(word: &[u8]) -> Option<f64> {
    if let Ok(x) = fast_float2::parse(word) {
        return Some(x);
    }
    let letter = |b: u8| matches!(b, b'd' | b'D' | b'q' | b'Q');
    let mut plain: Vec<u8> = word.iter().map(|&b| if letter(b) { b'e' } else { b }).collect();
    if !plain.contains(&b'e') && !plain.contains(&b'E') {
        let sign = plain.iter().skip(1).position(|b| matches!(b, b'+' | b'-'))? + 1;
        plain.insert(sign, b'e');
    }
    fast_float2::parse(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_fortran() {
        let read = |word: &str| fortran_number(word.as_bytes());
        assert_eq!(read("1.5D+02"), Some(150.0));
        assert_eq!(read("-1.5d-1"), Some(-0.15));
        assert_eq!(read("2.5-100"), Some(2.5e-100));
        assert_eq!(read("-2.5+3"), Some(-2500.0));
        for bad in ["", "-", "d", "1.5D", "abc", "1-2-3", "1e5-3"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_error_has_its_place() {
        let text = Text { name: "x", bytes: "ä\n1 zwölf".as_bytes() };
        let mut cursor = text.cursor(3, text.bytes.len());
        assert_eq!(cursor.count("the row"), Ok(1));
        let error = cursor.number("the entry").unwrap_err().to_string();
        assert_eq!(error, "x:2:3: \"zwölf\" stands for the entry, and is not a number");
        let error = cursor.number("the entry").unwrap_err().to_string();
        assert_eq!(error, "x:2:8: the file ends before the entry");
    }
}
