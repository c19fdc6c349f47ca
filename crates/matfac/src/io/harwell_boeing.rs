//! Harwell–Boeing and Rutherford–Boeing files: a sparse matrix by compressed columns in fixed Fortran formats.
//!
//! Duff, Grimes and Lewis 1992, "Users' guide for the Harwell-Boeing sparse matrix collection" (RAL-92-086). Matrices are
//! assembled, not by elements; right-hand sides are full, with the guesses and solutions that may follow them.
//! `O(bytes)`.

use super::cursor::{Text, fortran_number, quoted};
use super::matrix_market::MarketSymmetry;
use super::text::read_bytes;
use crate::error::Result;
use crate::linalg::sparse::{Duplicates, Entry, LIMIT, Sparse};
use crate::linalg::{Matrix, Scalar, c64};
use std::iter::repeat_n;
use std::path::Path;

/// What a Harwell–Boeing file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct HarwellBoeing {
    /// The whole matrix, both halves; of a pattern, ones.
    pub matrix: HarwellMatrix,
    /// m×k right-hand sides, k = 0 without any.
    pub right: Matrix,
    /// m×k starting guesses, or none.
    pub guess: Matrix,
    /// m×k solutions, or none.
    pub solution: Matrix,
    /// What the first line says of it.
    pub title: String,
    /// Its short name.
    pub key: String,
    /// Three letters, such as RSA: real, symmetric, assembled.
    pub kind: String,
}

/// Real or complex.
#[derive(Debug, Clone, PartialEq)]
pub enum HarwellMatrix {
    /// Real numbers, whole numbers or a pattern's ones.
    Real(Sparse<f64>),
    /// Complex numbers.
    Complex(Sparse<c64>),
}

/// Reads a Harwell–Boeing or Rutherford–Boeing file, plain or compressed with gzip.
///
/// # Errors
/// [`crate::Error::Io`] when it cannot be read; [`crate::Error::Parse`], naming line and column, when it is not sound.
pub fn read_harwell_boeing(path: impl AsRef<Path>) -> Result<HarwellBoeing> {
    let path = path.as_ref();
    let (name, bytes) = (path.display().to_string(), read_bytes(path)?);
    Reader { text: Text { name: &name, bytes: &bytes }, at: 0 }.file()
}

/// A Fortran edit descriptor for numbers: `count` in a line, each `width` characters wide.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Format {
    count: usize,
    width: usize,
    /// Digits behind a point that is not written.
    decimals: i32,
    /// Power of ten by which numbers without an exponent are too large.
    scale: i32,
}

impl Format {
    /// Reads such as `(16I5)`, `(1P,5D16.9)` and `(3(1PE25.16))`.
    fn parse(text: &[u8]) -> Option<Format> {
        let (mut format, mut digits) =
            (Format { count: 1, width: 0, decimals: 0, scale: 0 }, String::new());
        let mut letters = text.iter().map(u8::to_ascii_uppercase).filter(|b| *b != b' ');
        loop {
            let letter = letters.next()?;
            match letter {
                b'0'..=b'9' => {
                    digits.push(char::from(letter));
                    continue;
                }
                b'P' => format.scale = digits.parse().ok()?,
                b'(' | b',' | b'I' | b'E' | b'D' | b'F' | b'G' if digits.is_empty() => {}
                b'(' | b'I' | b'E' | b'D' | b'F' | b'G' => {
                    format.count = format.count.checked_mul(digits.parse().ok()?)?;
                }
                _ => return None,
            }
            digits.clear();
            if letter.is_ascii_alphabetic() && letter != b'P' {
                break;
            }
        }
        let rest: Vec<u8> = letters.collect();
        let mut numbers = rest.split(|b| !b.is_ascii_digit());
        let mut next = || std::str::from_utf8(numbers.next()?).ok()?.parse::<u16>().ok();
        format.width = usize::from(next()?);
        format.decimals = next().map_or(0, i32::from);
        let sound = (1..=1000).contains(&format.width) && (1..=1000).contains(&format.count);
        sound.then_some(format)
    }

    /// The number in a field, which is blank for zero.
    fn number(&self, field: &[u8]) -> Option<f64> {
        // Blanks do not count in Fortran: the exponent of 1.5D 00 is 0.
        let word: Vec<u8> = field.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
        if word.is_empty() {
            return Some(0.0);
        }
        let x = fortran_number(&word)?;
        let exponent = word.iter().skip(1).any(|b| !b.is_ascii_digit() && *b != b'.');
        let point = word.contains(&b'.');
        let shift = if point { 0 } else { self.decimals } + if exponent { 0 } else { self.scale };
        Some(if shift == 0 { x } else { x / 10f64.powi(shift) })
    }
}

/// How wide a number of the first lines is.
const WIDTH: usize = 14;

/// The first lines, apart from the title.
struct Header {
    kind: String,
    rows: usize,
    cols: usize,
    entries: usize,
    complex: bool,
    symmetry: MarketSymmetry,
    starts: Format,
    places: Format,
    /// None of a pattern.
    values: Option<Format>,
    right: Option<RightSides>,
}

/// What is said of the right-hand sides: such as `FGX`, and how many.
struct RightSides {
    kind: String,
    count: usize,
    format: Format,
    /// Where it is said.
    at: usize,
}

struct Reader<'a> {
    text: Text<'a>,
    at: usize,
}

impl<'a> Reader<'a> {
    fn file(mut self) -> Result<HarwellBoeing> {
        let (_, line) = self.line("the title")?;
        let (title, key) = (part(line, 0, 72), part(line, 72, 80));
        let header = self.header()?;
        let (m, n, count) = (header.rows, header.cols, header.entries);
        let at = self.at;
        let starts = self.indices(header.starts, n + 1, count + 1, "the start of a column")?;
        if starts[0] != 0 || starts[n] as usize != count || !starts.is_sorted() {
            let message = format!("the columns' starts do not rise from 1 to {}", count + 1);
            return Err(self.text.fault(at, message, ""));
        }
        let rows = self.indices(header.places, count, m, "a row")?;
        let column = |j: usize| repeat_n(j as u32, (starts[j + 1] - starts[j]) as usize);
        let cols: Vec<u32> = (0..n).flat_map(column).collect();
        let numbers = match header.values {
            None => vec![1.0; count],
            Some(format) => {
                self.numbers(format, count << usize::from(header.complex), "an entry")?
            }
        };
        let matrix = if header.complex {
            let entries = numbers.as_chunks::<2>().0.iter().map(|&[re, im]| c64::new(re, im));
            HarwellMatrix::Complex(whole(&header, rows, cols, entries.collect())?)
        } else {
            HarwellMatrix::Real(whole(&header, rows, cols, numbers)?)
        };
        let mut side = |letter: char, rows: usize| self.right_side(&header, letter, rows);
        let (right, guess, solution) = (side('F', m)?, side('G', n)?, side('X', n)?);
        Ok(HarwellBoeing { matrix, right, guess, solution, title, key, kind: header.kind })
    }

    fn header(&mut self) -> Result<Header> {
        let (at, line) = self.line("the numbers of lines")?;
        let right_lines = self.header_number(at, line, 4, true)?;
        let (at, line) = self.line("the sizes")?;
        let kind = part(line, 0, 3).to_ascii_uppercase();
        let (complex, pattern, symmetry) = self.kind(at, &kind)?;
        let [rows, cols, entries] = [1, 2, 3].map(|k| self.header_number(at, line, k, false));
        let (rows, cols, entries) = (rows?, cols?, entries?);
        let sizes = format!("{rows}×{cols} with {entries} entries");
        if rows.max(cols).max(entries) > LIMIT {
            return Err(self.text.fault(at, format!("{sizes} is beyond {LIMIT}"), ""));
        }
        // Every start takes a character at least: what the file cannot hold is not made room for.
        if cols.max(entries) > self.text.bytes.len() {
            let message = format!("{sizes} are announced, and the file is not long enough");
            return Err(self.text.fault(at, message, "was the file cut?"));
        }
        if symmetry != MarketSymmetry::General && rows != cols {
            let message = format!("{rows}×{cols} cannot be of type {kind}");
            return Err(self.text.fault(at, message, "only square matrices can leave out a half"));
        }
        let (at, line) = self.line("the formats")?;
        let starts = self.format(at, line, (0, 16), "the columns' starts")?;
        let places = self.format(at, line, (16, 32), "the rows")?;
        let values = match pattern {
            true => None,
            false => Some(self.format(at, line, (32, 52), "the entries")?),
        };
        let right = match right_lines {
            0 => None,
            _ => Some(self.format(at, line, (52, 72), "the right-hand sides")?),
        };
        let right = right.map(|format| self.right_sides(format, complex)).transpose()?;
        Ok(Header { kind, rows, cols, entries, complex, symmetry, starts, places, values, right })
    }

    /// Whether a matrix is complex, whether it is a pattern, and its symmetry.
    fn kind(&self, at: usize, kind: &str) -> Result<(bool, bool, MarketSymmetry)> {
        let hint = "R, C, P or I (real, complex, pattern, integer), then U, R, S, H or Z, then A (assembled)";
        let refused = || self.text.fault(at, format!("the type {kind:?} cannot be read"), hint);
        let &[field, symmetry, b'A'] = kind.as_bytes() else { return Err(refused()) };
        let symmetry = match symmetry {
            b'U' | b'R' => MarketSymmetry::General,
            b'S' => MarketSymmetry::Symmetric,
            b'H' => MarketSymmetry::Hermitian,
            b'Z' => MarketSymmetry::Skew,
            _ => return Err(refused()),
        };
        if !b"RCPI".contains(&field) {
            return Err(refused());
        }
        Ok((field == b'C', field == b'P', symmetry))
    }

    fn right_sides(&mut self, format: Format, complex: bool) -> Result<RightSides> {
        let (at, line) = self.line("the type of the right-hand sides")?;
        let kind = part(line, 0, 3).to_ascii_uppercase();
        let count = self.header_number(at, line, 1, false)?;
        if complex || !kind.starts_with('F') {
            let message =
                format!("right-hand sides of type {kind:?} cannot be read: full real ones can");
            let hint = "without the fifth number of the second line, and without the fifth line, the matrix is read";
            return Err(self.text.fault(at, message, hint));
        }
        Ok(RightSides { kind, count, format, at })
    }

    /// The vectors that `letter` stands for, if the file has them.
    fn right_side(&mut self, header: &Header, letter: char, rows: usize) -> Result<Matrix> {
        let Some(sides) = header.right.as_ref().filter(|sides| sides.kind.contains(letter)) else {
            return Ok(Matrix::from_vec(rows, 0, Vec::new()));
        };
        let count = rows.saturating_mul(sides.count);
        if count > self.text.bytes.len() {
            let message = format!(
                "{} right-hand sides are announced, and the file is not long enough",
                sides.count
            );
            return Err(self.text.fault(sides.at, message, "was the file cut?"));
        }
        Ok(Matrix::from_vec(
            rows,
            sides.count,
            self.numbers(sides.format, count, "a right-hand side")?,
        ))
    }

    /// The next line and where it starts.
    fn line(&mut self, what: &str) -> Result<(usize, &'a [u8])> {
        let (at, rest) = (self.at, &self.text.bytes[self.at..]);
        if rest.is_empty() {
            return Err(self.text.fault(at, format!("the file ends before {what}"), "was it cut?"));
        }
        let length = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
        self.at = (at + length + 1).min(self.text.bytes.len());
        Ok((at, rest[..length].trim_ascii_end()))
    }

    /// Number `k`, from 0, of a line of the header; `blank` is whether none means 0.
    fn header_number(&self, at: usize, line: &[u8], k: usize, blank: bool) -> Result<usize> {
        let field = part(line, k * WIDTH, (k + 1) * WIDTH);
        if blank && field.is_empty() {
            return Ok(0);
        }
        field.parse().map_err(|_| {
            let (from, to) = (k * WIDTH + 1, (k + 1) * WIDTH);
            let message = format!("columns {from} to {to} hold {field:?}, not a number from 0");
            self.text.fault(at + from - 1, message, "")
        })
    }

    fn format(
        &self,
        at: usize,
        line: &[u8],
        (from, to): (usize, usize),
        what: &str,
    ) -> Result<Format> {
        let text = part(line, from, to);
        Format::parse(text.as_bytes()).ok_or_else(|| {
            let message = format!("{text:?} is not a format of {what} that can be read");
            self.text.fault(at + from, message, "formats such as (16I5) and (1P,5D16.9) can")
        })
    }

    /// Whole numbers from 1 to `limit`, as numbers from 0.
    fn indices(
        &mut self,
        format: Format,
        count: usize,
        limit: usize,
        what: &str,
    ) -> Result<Vec<u32>> {
        self.fields(format, count, what, |field| {
            let text = std::str::from_utf8(field).ok()?.trim();
            let index = text.parse::<usize>().ok().filter(|i| (1..=limit).contains(i))?;
            Some((index - 1) as u32)
        })
    }

    fn numbers(&mut self, format: Format, count: usize, what: &str) -> Result<Vec<f64>> {
        self.fields(format, count, what, |field| format.number(field))
    }

    /// `count` fields of as many lines as they take.
    fn fields<T>(
        &mut self,
        format: Format,
        count: usize,
        what: &str,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Vec<T>> {
        let mut values = Vec::with_capacity(count);
        while values.len() < count {
            let (at, line) = self.line(what)?;
            for k in 0..format.count.min(count - values.len()) {
                let from = (k * format.width).min(line.len());
                let field = &line[from..line.len().min(from + format.width)];
                values.push(read(field).ok_or_else(|| {
                    let message = format!("{} cannot be {what}", quoted(field.trim_ascii()));
                    self.text.fault(at + from, message, "")
                })?);
            }
        }
        Ok(values)
    }
}

/// Columns `from..to` of a line, from 0, without blanks around.
fn part(line: &[u8], from: usize, to: usize) -> String {
    let field = &line[from.min(line.len())..to.min(line.len())];
    String::from_utf8_lossy(field).trim().to_string()
}

/// The matrix with the half that the file leaves out.
fn whole<T: Scalar + Entry>(
    header: &Header,
    mut rows: Vec<u32>,
    mut cols: Vec<u32>,
    mut entries: Vec<T>,
) -> Result<Sparse<T>> {
    if header.symmetry != MarketSymmetry::General {
        for k in 0..entries.len() {
            if rows[k] != cols[k] {
                rows.push(cols[k]);
                cols.push(rows[k]);
                entries.push(header.symmetry.mirrored(entries[k]));
            }
        }
    }
    let (m, n) = (header.rows, header.cols);
    Sparse::from_triplets(m, n, &rows, &cols, &entries, Duplicates::Sum, |a, b| a + b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{MarketMatrix, read_matrix_market};
    use crate::testdata::shared;

    fn format(count: usize, width: usize, decimals: i32, scale: i32) -> Option<Format> {
        Some(Format { count, width, decimals, scale })
    }

    #[test]
    fn formats() {
        let parse = |text: &str| Format::parse(text.as_bytes());
        assert_eq!(parse("(16I5)"), format(16, 5, 0, 0));
        assert_eq!(parse("(1P,5D16.9)"), format(5, 16, 9, 1));
        assert_eq!(parse("(1P5D16.9)"), format(5, 16, 9, 1));
        assert_eq!(parse("(3(1PE25.16E3))"), format(3, 25, 16, 1));
        assert_eq!(parse("( 10f7.1 )"), format(10, 7, 1, 0));
        for bad in ["", "(16X5)", "(I)", "(0I5)", "(E99999.1)", "(99999999999999999999I5)", "(5"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        let number = |text: &str, field: &str| parse(text).unwrap().number(field.as_bytes());
        assert_eq!(number("(10F7.1)", "  -12"), Some(-1.2));
        assert_eq!(number("(1P,5D16.9)", " 2.5D+01"), Some(25.0));
        assert_eq!(number("(1P,5D16.9)", " 2.5"), Some(0.25));
        assert_eq!(number("(1P,5D16.9)", " 2.5D 01"), Some(25.0));
        assert_eq!(number("(10F7.1)", "   "), Some(0.0));
        assert_eq!(number("(10F7.1)", " x "), None);
    }

    #[test]
    fn files_equal_their_converted_twins() {
        for (name, twin, right) in [
            ("bcsstk01.rsa", "bcsstk01_fromHB.mtx", None),
            ("illc1033.rra", "illc1033_fromHB.mtx.gz", Some("illc1033_fromHB_b.mtx")),
            ("well1850.rra", "well1850_fromHB.mtx.gz", Some("well1850_fromHB_b.mtx")),
        ] {
            let Some(path) = shared(&format!("hb/{name}")) else { return };
            let Some(converted) = shared("mtx/converted") else { return };
            let file = read_harwell_boeing(&path).unwrap();
            let HarwellMatrix::Real(matrix) = file.matrix else { panic!("{name} is real") };
            let twin = read_matrix_market(converted.join(twin)).unwrap().matrix;
            assert_eq!(MarketMatrix::Sparse(matrix), twin, "{name}");
            match right {
                None => assert_eq!(file.right.cols(), 0),
                Some(right) => {
                    let right = read_matrix_market(converted.join(right)).unwrap().matrix;
                    assert_eq!(MarketMatrix::Full(file.right), right, "{name}");
                }
            }
        }
    }

    fn read(text: &str) -> Result<HarwellBoeing> {
        Reader { text: Text { name: "x", bytes: text.as_bytes() }, at: 0 }.file()
    }

    const SMALL: &str = "A small one\n             3             1             1             1             0\n\
        RSA                        2             2             3             0\n\
        (8I3)           (8I3)           (4F6.1)\n  1  3  4\n  1  2  2\n   1.5    -2    30\n";

    #[test]
    fn a_small_file() {
        let HarwellMatrix::Real(a) = read(SMALL).unwrap().matrix else { panic!() };
        let expected = Matrix::from_rows(&[&[1.5, -0.2], &[-0.2, 3.0]]);
        assert_eq!(a.to_dense().unwrap(), expected);
    }

    #[test]
    fn broken_files_are_refused_at_the_place() {
        for (from, to, expected) in [
            ("RSA", "RSE", "x:3:1: the type \"RSE\" cannot be read"),
            (
                "(4F6.1)",
                "(4Q6.1)",
                "x:4:33: \"(4Q6.1)\" is not a format of the entries that can be read",
            ),
            ("  1  3  4", "  1  5  4", "x:5:4: \"5\" cannot be the start of a column"),
            ("  1  3  4", "  1  3  3", "x:5:1: the columns' starts do not rise from 1 to 4"),
            ("  1  2  2", "  1  3  2", "x:6:4: \"3\" cannot be a row"),
            ("   1.5    -2    30\n", "", "x:7:1: the file ends before an entry"),
            ("    -2 ", " -2-2- ", "x:7:7: \"-2-2-\" cannot be an entry"),
            (
                "RSA            ",
                "RSA           -",
                "x:3:15: columns 15 to 28 hold \"-            2\", not a number from 0",
            ),
        ] {
            assert_eq!(read(&SMALL.replacen(from, to, 1)).unwrap_err().to_string(), expected);
        }
        for cut in 0..SMALL.len() {
            let _ = read(&SMALL[..cut]);
        }
    }
}
