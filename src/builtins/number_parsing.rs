//! Reading a number, real or complex, from text as `str2double` does: signs and blanks between the parts, `i` before or
//! after its factor, `Inf`, `NaN`, `NA`, commas between thousands. One pass over the characters.

use crate::value::Value;
use matfac::{ComplexMatrix, c64};

/// The numbers of a string, or of each string in a cell; NaN for what is no number.
pub fn parsed(s: &Value) -> Value {
    let number = |part: &Value| part.as_text().and_then(complex_number);
    match s {
        Value::Cell(cells) => {
            let nan = c64::new(f64::NAN, 0.0);
            let parts = cells.as_slice().iter().map(|part| number(part).unwrap_or(nan)).collect();
            ComplexMatrix::from_vec(cells.rows(), cells.cols(), parts).into()
        }
        Value::Text(_) => number(s).map_or(f64::NAN.into(), Value::from),
        other if other.is_array() && other.numel() == 0 => f64::NAN.into(),
        _ => f64::NAN.into(),
    }
}

/// A real number, an imaginary one, or their sum in either order.
pub fn complex_number(text: &str) -> Option<c64> {
    let text = text.replace(',', "");
    let mut reader = Reader { rest: text.trim_matches(is_blank) };
    let first = reader.part()?;
    reader.blanks();
    if reader.rest.is_empty() {
        return Some(first.alone());
    }
    // A second part begins with the sign that adds it.
    if !reader.rest.starts_with(['+', '-']) {
        return None;
    }
    let second = reader.part()?;
    if !reader.rest.is_empty() || first.is_imaginary == second.is_imaginary {
        return None;
    }
    let (re, im) = if first.is_imaginary { (second, first) } else { (first, second) };
    Some(c64::new(re.value, im.value))
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\x0b' || c == '\0'
}

/// A number, and whether it stands beside an `i`.
struct Part {
    value: f64,
    is_imaginary: bool,
}

impl Part {
    fn alone(self) -> c64 {
        if self.is_imaginary { c64::new(0.0, self.value) } else { c64::new(self.value, 0.0) }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(is_blank);
    }

    fn skip(&mut self, sign: impl Fn(char) -> bool) -> Option<char> {
        let c = self.rest.chars().next().filter(|c| sign(*c))?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    /// `-2`, `3i`, `i*4`, `- 5 * j`.
    fn part(&mut self) -> Option<Part> {
        let sign = |c: Option<char>| if c == Some('-') { -1.0 } else { 1.0 };
        let is_sign = |c: char| matches!(c, '+' | '-');
        let is_unit = |c: char| matches!(c, 'i' | 'j');
        let outer = sign(self.skip(is_sign));
        self.blanks();
        // The number may have a sign of its own: `1 + -2i`.
        let value = |reader: &mut Self| {
            let inner = sign(reader.skip(is_sign));
            reader.unsigned().map(|x| inner * x)
        };
        if !starts_with_word(self.rest, "inf") && self.skip(is_unit).is_some() {
            self.blanks();
            let factor = match self.skip(|c| c == '*') {
                Some(_) => {
                    self.blanks();
                    value(self)?
                }
                None => 1.0,
            };
            return Some(Part { value: outer * factor, is_imaginary: true });
        }
        let real = outer * value(self)?;
        let after = self.rest;
        self.blanks();
        if self.skip(|c| c == '*').is_some() {
            self.blanks();
            self.skip(is_unit)?;
            return Some(Part { value: real, is_imaginary: true });
        }
        let is_imaginary = self.skip(is_unit).is_some();
        if !is_imaginary {
            self.rest = after;
        }
        self.blanks();
        Some(Part { value: real, is_imaginary })
    }

    fn unsigned(&mut self) -> Option<f64> {
        for (word, value) in [("inf", f64::INFINITY), ("nan", f64::NAN), ("na", crate::value::na())]
        {
            if starts_with_word(self.rest, word) {
                self.rest = &self.rest[word.len()..];
                return Some(value);
            }
        }
        let length = number_length(self.rest.as_bytes())?;
        let (number, rest) = self.rest.split_at(length);
        self.rest = rest;
        number.to_ascii_lowercase().replace('d', "e").parse().ok()
    }
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// The length of the unsigned decimal number at the start of a text.
fn number_length(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| text[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let whole = digits(0);
    let mut end = whole;
    let mut fraction = 0;
    if text.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(text.get(end), Some(b'e' | b'E' | b'd' | b'D')) {
        let from = end + 1 + usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = if from <= text.len() { digits(from) } else { 0 };
        if exponent == 0 {
            return None;
        }
        end = from + exponent;
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_form() {
        let infinity = f64::INFINITY;
        for (text, re, im) in [
            ("1e3", 1000.0, 0.0),
            ("1,000", 1000.0, 0.0),
            ("1+2i", 1.0, 2.0),
            ("i", 0.0, 1.0),
            ("-3j", 0.0, -3.0),
            ("2 - 3i", 2.0, -3.0),
            ("1e-3i", 0.0, 1e-3),
            ("-Inf", -infinity, 0.0),
            ("2*j + 3", 3.0, 2.0),
            ("1 - i * 2", 1.0, -2.0),
            ("- 5 i", 0.0, -5.0),
            ("1+-2i", 1.0, -2.0),
            ("iNF*i", 0.0, infinity),
            ("i*Inf - 1", -1.0, infinity),
            ("5.", 5.0, 0.0),
            (".5d1", 5.0, 0.0),
        ] {
            assert_eq!(complex_number(text), Some(c64::new(re, im)), "{text}");
        }
        for text in
            ["abc", "", "1 2", "1e", "0x10", "infinity", "1+2", "2i+3i", "i5", "1+", ".", "1;", "é"]
        {
            assert_eq!(complex_number(text), None, "{text}");
        }
    }
}
