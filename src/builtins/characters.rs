//! What each character of a string is: a letter, a digit, a blank.
//!
//! As in Octave's C locale only ASCII characters are anything.

use super::entry::builtins;
use crate::value::{Cells, Fault, Result, Value};

builtins! { "strings";
    /// Which characters are blanks: space, tab, newline and their like.
    ///
    /// >>> isspace("a b")
    /// ans = 1×3 logical
    ///   0  1  0
    ///
    /// See also: isalpha, isdigit
    fn isspace(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isspace", s, is_space) }

    /// Which characters are letters.
    ///
    /// >>> isalpha("a1")
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: isletter, isdigit, isalnum
    fn isalpha(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isalpha", s, |c| c.is_ascii_alphabetic()) }

    /// Which characters are letters; the same as isalpha.
    ///
    /// >>> isletter("a1")
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: isalpha
    fn isletter(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isletter", s, |c| c.is_ascii_alphabetic()) }

    /// Which characters are digits.
    ///
    /// >>> isdigit("a1")
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: isxdigit, isalpha
    fn isdigit(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isdigit", s, |c| c.is_ascii_digit()) }

    /// Which characters are hexadecimal digits.
    ///
    /// >>> isxdigit("fg")
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: isdigit
    fn isxdigit(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isxdigit", s, |c| c.is_ascii_hexdigit()) }

    /// Which characters are letters or digits.
    ///
    /// >>> isalnum("a-1")
    /// ans = 1×3 logical
    ///   1  0  1
    ///
    /// See also: isalpha, isdigit
    fn isalnum(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isalnum", s, |c| c.is_ascii_alphanumeric()) }

    /// Which characters are capital letters.
    ///
    /// >>> isupper("aB")
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: islower, upper
    fn isupper(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isupper", s, |c| c.is_ascii_uppercase()) }

    /// Which characters are small letters.
    ///
    /// >>> islower("aB")
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: isupper, lower
    fn islower(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("islower", s, |c| c.is_ascii_lowercase()) }

    /// Which characters are punctuation.
    ///
    /// >>> ispunct("a,")
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: isalnum
    fn ispunct(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("ispunct", s, |c| c.is_ascii_punctuation()) }

    /// Which characters are control characters.
    ///
    /// >>> iscntrl("a\n")
    /// ans = 1×2 logical
    ///   0  1
    ///
    /// See also: isspace
    fn iscntrl(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("iscntrl", s, |c| c.is_ascii_control()) }

    /// Which characters are printed and leave a mark: all but blanks and control characters.
    ///
    /// >>> isgraph("a b")
    /// ans = 1×3 logical
    ///   1  0  1
    ///
    /// See also: isprint, isspace
    fn isgraph(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isgraph", s, |c| c.is_ascii_graphic()) }

    /// Which characters are printed: all but control characters.
    ///
    /// >>> isprint("a b")
    /// ans = 1×3 logical
    ///   1  1  1
    ///
    /// See also: isgraph, iscntrl
    fn isprint(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isprint", s, |c| c.is_ascii_graphic() || c == ' ') }

    /// Which characters are ASCII: their codes are below 128.
    ///
    /// >>> isascii("a é")
    /// ans = 1×3 logical
    ///   1  1  0
    ///
    /// See also: isprint
    fn isascii(cx, /** A string, or a cell of strings. */ s: Value) -> [b] { kinds("isascii", s, |c| c.is_ascii()) }
}

/// Space, tab, newline, vertical tab, form feed and carriage return.
fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\x0b'
}

/// What each character is, part by part in a cell; numbers count as the characters whose codes they are.
fn kinds(function: &str, s: Value, is: fn(char) -> bool) -> Result<Value> {
    match s {
        Value::Cell(cells) => {
            let parts = cells.as_slice().iter();
            let each =
                parts.map(|part| kinds(function, part.clone(), is)).collect::<Result<_>>()?;
            Ok(Value::cell(Cells::from_vec(cells.rows(), cells.cols(), each)))
        }
        s if s.is_array() && !matches!(s, Value::Complex(_)) => {
            let character =
                |code: f64| (code >= 0.0).then(|| char::from_u32(code.round() as u32)).flatten();
            Ok(s.to_array()?.data.map(|code| character(code).is_some_and(is)).into())
        }
        other => Err(Fault::new(format!(
            "{function} needs a string, numbers or a cell of them, and this is a {}",
            other.describe()
        ))),
    }
}
