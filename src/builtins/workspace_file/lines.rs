//! The lines, words and numbers of a workspace file, with the place where one is wrong.

use crate::value::{Fault, Result, na};
use matfac::c64;

/// A place in a file's bytes.
pub(super) struct Lines<'a> {
    path: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Where the piece begins that was read last.
    last: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(path: &'a str, bytes: &'a [u8]) -> Lines<'a> {
        let mark = b"\xef\xbb\xbf";
        let at = if bytes.starts_with(mark) { mark.len() } else { 0 };
        Lines { path, bytes, at, last: at }
    }

    /// An error about the piece that was read last.
    pub(super) fn fault(&self, message: impl std::fmt::Display) -> Box<Fault> {
        let line = self.bytes[..self.last].iter().filter(|&&b| b == b'\n').count() + 1;
        Fault::new(format!("{}:{line}: {message}", self.path))
            .identified("mf:workspace-file")
            .hint("the file is damaged, or no workspace that `save` wrote")
    }

    fn left(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at += self.left().iter().take_while(|b| b.is_ascii_whitespace()).count();
        self.last = self.at;
    }

    /// Whether nothing but blanks follows.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.skip_blanks();
        self.left().is_empty()
    }

    /// The rest of the line, which ends the line.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        self.last = self.at;
        let left = self.left();
        let end = left.iter().position(|&b| b == b'\n');
        self.at += end.map_or(left.len(), |end| end + 1);
        let line = &left[..end.unwrap_or(left.len())];
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// The next line that is not blank, as text.
    pub(super) fn line(&mut self) -> String {
        self.skip_blanks();
        decoded(self.rest()).trim().to_string()
    }

    /// Whether the next line that is not blank is a comment.
    pub(super) fn is_at_comment(&mut self) -> bool {
        self.skip_blanks();
        self.left().first().is_some_and(|b| b"#%".contains(b))
    }

    /// What stands after `# key:`, when that is the next line.
    pub(super) fn optional(&mut self, key: &str) -> Option<String> {
        if !self.is_at_comment() {
            return None;
        }
        let from = self.at;
        let line = decoded(self.rest());
        let found = line[1..].trim_start().strip_prefix(key).and_then(|l| l.strip_prefix(':'));
        if found.is_none() {
            self.at = from;
        }
        found.map(|text| text.trim().to_string())
    }

    /// What stands after `# key:` in the next line.
    pub(super) fn keyword(&mut self, key: &str) -> Result<String> {
        self.optional(key).ok_or_else(|| {
            if self.is_at_end() {
                return self.fault(format!("the file ends where \"# {key}:\" is expected"));
            }
            self.fault(format!("\"# {key}:\" is expected here"))
        })
    }

    /// The count after `# key:`.
    pub(super) fn count(&mut self, key: &str) -> Result<usize> {
        let text = self.keyword(key)?;
        self.as_count(&text)
    }

    fn as_count(&self, text: &str) -> Result<usize> {
        let number = text.parse().ok().filter(|&n: &usize| n < 1 << 53);
        number.ok_or_else(|| self.fault(format!("{text:?} is no size")))
    }

    /// Two sides, `# rows:` and `# columns:`.
    pub(super) fn sides(&mut self) -> Result<(usize, usize)> {
        Ok((self.count("rows")?, self.count("columns")?))
    }

    /// Sides in a line of their own, after `# ndims:`.
    pub(super) fn dimensions(&mut self, count: usize) -> Result<Vec<usize>> {
        if !(2..=1000).contains(&count) {
            return Err(self.fault(format!("{count} is no number of dimensions")));
        }
        let line = self.line();
        let sides: Result<Vec<usize>> =
            line.split_ascii_whitespace().map(|word| self.as_count(word)).collect();
        let sides = sides?;
        if sides.len() != count {
            return Err(self.fault(format!("{} sides instead of {count}", sides.len())));
        }
        Ok(sides)
    }

    /// The product of sizes, when so many pieces of at least `bytes` bytes can still follow: no file makes room for more
    /// than what it holds.
    pub(super) fn product(&self, sides: &[usize], bytes: usize) -> Result<usize> {
        let empty = sides.contains(&0);
        let count = sides.iter().try_fold(1usize, |n, &side| n.checked_mul(side));
        match count {
            _ if empty => Ok(0),
            Some(count) if count <= self.left().len() / bytes + 1 => Ok(count),
            _ => {
                let sizes: Vec<String> = sides.iter().map(usize::to_string).collect();
                Err(self.fault(format!("the file is too short for {} entries", sizes.join("×"))))
            }
        }
    }

    /// The next word.
    fn word(&mut self) -> Result<&'a str> {
        self.skip_blanks();
        let left = self.left();
        let end = left.iter().position(u8::is_ascii_whitespace).unwrap_or(left.len());
        self.at += end;
        match std::str::from_utf8(&left[..end]) {
            Ok("") => Err(self.fault("the file ends where a number is expected")),
            Ok(word) => Ok(word),
            Err(_) => Err(self.fault("this is no number")),
        }
    }

    pub(super) fn number(&mut self) -> Result<f64> {
        let word = self.word()?;
        parsed(word).ok_or_else(|| self.fault(format!("{word:?} is no number")))
    }

    pub(super) fn complex(&mut self) -> Result<c64> {
        let word = self.word()?;
        let parts = word.strip_prefix('(').and_then(|w| w.strip_suffix(')'));
        let parts = parts.and_then(|w| w.split_once(','));
        let number = parts.and_then(|(re, im)| Some(c64::new(parsed(re)?, parsed(im)?)));
        number.ok_or_else(|| self.fault(format!("{word:?} is no complex number")))
    }

    pub(super) fn logical(&mut self) -> Result<bool> {
        let x = self.number()?;
        if x.is_nan() { Err(self.fault("NaN is neither true nor false")) } else { Ok(x != 0.0) }
    }

    /// A row or column, from 0.
    pub(super) fn index(&mut self, side: usize) -> Result<u32> {
        let word = self.word()?;
        let i = word.parse::<u32>().ok().filter(|&i| i >= 1 && i as usize <= side);
        i.map(|i| i - 1).ok_or_else(|| self.fault(format!("{word} is outside 1…{side}")))
    }

    /// So many bytes, as characters.
    pub(super) fn characters(&mut self, count: usize) -> Result<String> {
        self.last = self.at;
        let Some(bytes) = self.left().get(..count) else {
            return Err(self.fault(format!("the file is too short for {count} characters")));
        };
        self.at += count;
        Ok(decoded(bytes))
    }
}

fn parsed(word: &str) -> Option<f64> {
    if word == "NA" { Some(na()) } else { word.parse().ok() }
}

/// Bytes that are not UTF-8 are Latin-1, in which every byte is a character.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}
