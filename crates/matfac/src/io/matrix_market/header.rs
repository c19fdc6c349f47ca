//! The first lines of a Matrix Market file: the banner, comments and sizes.

use super::super::cursor::{Cursor, Text, quoted};
use super::{MarketField, MarketSymmetry};
use crate::error::{Error, Result};
use crate::linalg::memory;
use crate::linalg::sparse::LIMIT;

/// What a file says before its entries.
pub(super) struct Header {
    pub coordinate: bool,
    pub field: MarketField,
    /// `unsigned-integer`.
    pub unsigned: bool,
    pub symmetry: MarketSymmetry,
    /// Entries of a `vector` have a row and no column.
    pub vector: bool,
    pub rows: usize,
    pub cols: usize,
    /// How many entries are in the file.
    pub entries: usize,
    pub comment: String,
    /// Where the entries start.
    pub body: usize,
}

/// What the first line should look like.
const BANNER: &str = "a Matrix Market file starts with a line such as: %%MatrixMarket matrix coordinate real general";
/// What the line of sizes holds.
const SIZES: [&str; 4] = [
    "after the comments comes a line with the number of rows and of columns",
    "after the comments comes a line with the numbers of rows, columns and entries",
    "after the comments comes a line with the length of the vector",
    "after the comments comes a line with the length of the vector and the number of entries",
];

impl Header {
    pub fn read(text: &Text) -> Result<Header> {
        let start = if text.bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut cursor = text.cursor(start, text.bytes.len());
        let mut header = banner(&mut cursor)?;
        header.sizes(&mut cursor)?;
        header.body = cursor.at;
        Ok(header)
    }

    fn sizes(&mut self, cursor: &mut Cursor) -> Result<()> {
        let mut comment = Vec::new();
        let found = cursor.next_line(|line| {
            let line = line.trim_ascii_end();
            let marks = line.iter().take_while(|&&b| b == b'%').count();
            let line = line[marks..].strip_prefix(b" ").unwrap_or(&line[marks..]);
            comment.push(String::from_utf8_lossy(line).into_owned());
        });
        self.comment = comment.join("\n");
        let hint = SIZES[2 * usize::from(self.vector) + usize::from(self.coordinate)];
        let text = cursor.text;
        if !found {
            return Err(text.fault(text.bytes.len(), "the file ends before the sizes", hint));
        }
        let line = cursor.at;
        let explain = |mut error: Error| {
            if let Error::Parse { hint: told, .. } = &mut error {
                *told = Some(hint.to_string());
            }
            error
        };
        self.rows = side(cursor, if self.vector { "the length" } else { "the number of rows" })
            .map_err(explain)?;
        self.cols = match self.vector {
            true => 1,
            false => side(cursor, "the number of columns").map_err(explain)?,
        };
        let (rows, cols) = (self.rows, self.cols);
        if self.symmetry != MarketSymmetry::General && rows != cols {
            let message = format!("the matrix is {rows}×{cols}, and the first line says symmetric");
            return Err(text.fault(line, message, "only square matrices can leave out a half"));
        }
        self.entries = match self.coordinate {
            true => side(cursor, "the number of entries").map_err(explain)?,
            false => {
                self.array_entries().ok_or(Error::TooLarge(crate::error::Shape(rows, cols)))?
            }
        };
        cursor.end_line("the sizes").map_err(explain)?;
        if self.coordinate {
            memory::entries::<[u32; 2]>(rows + cols, 1)?;
        }
        Ok(())
    }

    /// How many entries an array holds; `None` when nobody could count them.
    fn array_entries(&self) -> Option<usize> {
        let (m, n) = (self.rows, self.cols);
        match self.symmetry {
            MarketSymmetry::General => m.checked_mul(n),
            MarketSymmetry::Skew => Some(m.checked_mul(m.saturating_sub(1))? / 2),
            _ => Some(m.checked_mul(m + 1)? / 2),
        }
    }
}

/// One of the sizes.
fn side(cursor: &mut Cursor, what: &str) -> Result<usize> {
    cursor.skip_blanks();
    let at = cursor.at;
    let size = cursor.count(what)?;
    if size > LIMIT {
        let message = format!("{what} is {size}, and it is {LIMIT} at most");
        return Err(cursor.text.fault(at, message, ""));
    }
    Ok(size)
}

/// The first line.
fn banner(cursor: &mut Cursor) -> Result<Header> {
    let (at, mark) = cursor.word();
    let plain = mark.trim_ascii_start();
    let stripped = plain.strip_prefix(b"%%").or(plain.strip_prefix(b"%")).unwrap_or(b"");
    if !stripped.eq_ignore_ascii_case(b"MatrixMarket") {
        let message = if mark.is_empty() {
            "the first line is empty".to_string()
        } else {
            format!("the first line starts with {}", quoted(mark))
        };
        return Err(cursor.text.fault(at, message, BANNER));
    }
    let vector = keyword(cursor, "the object", &[("matrix", false), ("vector", true)])?;
    let coordinate = keyword(cursor, "the format", &[("coordinate", true), ("array", false)])?;
    let field_at = cursor.at;
    let (field, unsigned) = keyword(
        cursor,
        "the field",
        &[
            ("real", (MarketField::Real, false)),
            ("double", (MarketField::Real, false)),
            ("integer", (MarketField::Integer, false)),
            ("unsigned-integer", (MarketField::Integer, true)),
            ("complex", (MarketField::Complex, false)),
            ("pattern", (MarketField::Pattern, false)),
        ],
    )?;
    if field == MarketField::Pattern && !coordinate {
        let message = "a pattern has no numbers, of which an array consists";
        return Err(cursor.text.fault(field_at + 1, message, "was coordinate meant?"));
    }
    let symmetry = symmetry(cursor, vector, field)?;
    cursor.end_line("the symmetry, the last word of the first line")?;
    Ok(Header {
        coordinate,
        field,
        unsigned,
        symmetry,
        vector,
        rows: 0,
        cols: 0,
        entries: 0,
        comment: String::new(),
        body: 0,
    })
}

fn symmetry(cursor: &mut Cursor, vector: bool, field: MarketField) -> Result<MarketSymmetry> {
    cursor.skip_blanks();
    if vector && cursor.peek_word().is_empty() {
        return Ok(MarketSymmetry::General);
    }
    let at = cursor.at;
    let symmetry = keyword(
        cursor,
        "the symmetry",
        &[
            ("general", MarketSymmetry::General),
            ("symmetric", MarketSymmetry::Symmetric),
            ("skew-symmetric", MarketSymmetry::Skew),
            ("hermitian", MarketSymmetry::Hermitian),
        ],
    )?;
    let general = symmetry == MarketSymmetry::General;
    if vector && !general {
        return Err(cursor.text.fault(at, "a vector has no symmetry", "write general"));
    }
    if field == MarketField::Pattern && symmetry == MarketSymmetry::Skew {
        let message = "a pattern has no signs, and cannot be skew-symmetric";
        return Err(cursor.text.fault(at, message, "was symmetric meant?"));
    }
    Ok(symmetry)
}

/// The next word of the banner: one of `choices` in any case.
fn keyword<T: Copy>(cursor: &mut Cursor, what: &str, choices: &[(&str, T)]) -> Result<T> {
    let (at, word) = cursor.word();
    let same = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    if let Some(&(_, value)) = choices.iter().find(|(name, _)| same(name)) {
        return Ok(value);
    }
    let names: Vec<&str> = choices.iter().map(|&(name, _)| name).collect();
    let message = if word.is_empty() {
        format!("the first line ends before {what}")
    } else {
        format!("{what} is {}", quoted(word))
    };
    Err(cursor.text.fault(at, message, format!("{what} is one of {}", names.join(", "))))
}
