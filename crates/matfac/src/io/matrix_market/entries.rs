//! The entries of a Matrix Market file.
//!
//! Long files are cut at line ends and read on all threads; what is read does not depend on their number.

use super::super::cursor::{Cursor, Text};
use super::header::Header;
use super::{MarketField, MarketSymmetry};
use crate::error::Result;
use crate::linalg::sparse::{Duplicates, Entry, Sparse};
use crate::linalg::{Dense, Scalar, c64};
use rayon::prelude::*;
use std::collections::HashSet;

/// Files are cut into pieces of about this many bytes.
const PIECE: usize = 1 << 20;

/// A number that files hold.
pub(super) trait Readable: Scalar + Entry {
    fn read(cursor: &mut Cursor, header: &Header) -> Result<Self>;
}

impl Readable for f64 {
    fn read(cursor: &mut Cursor, header: &Header) -> Result<f64> {
        match header.field {
            MarketField::Pattern => Ok(1.0),
            MarketField::Integer => integer(cursor, header),
            _ => cursor.number("the entry"),
        }
    }
}

impl Readable for c64 {
    fn read(cursor: &mut Cursor, _: &Header) -> Result<c64> {
        Ok(c64::new(cursor.number("the real part")?, cursor.number("the imaginary part")?))
    }
}

/// A whole number, rounded when it is beyond 2^53.
fn integer(cursor: &mut Cursor, header: &Header) -> Result<f64> {
    cursor.skip_blanks();
    let at = cursor.at;
    let x = cursor.number("the entry")?;
    let wrong = |message: String| cursor.text.fault(at, message, "the first line says integer");
    if x != x.trunc() || !x.is_finite() {
        return Err(wrong(format!("the entry {x} is no whole number")));
    }
    if header.unsigned && x < 0.0 {
        return Err(wrong(format!("the entry {x} is negative, and the first line says unsigned")));
    }
    Ok(x)
}

impl MarketSymmetry {
    /// The entry across the diagonal.
    pub(in crate::io) fn mirrored<T: Scalar>(self, x: T) -> T {
        match self {
            MarketSymmetry::Skew => T::ZERO - x,
            MarketSymmetry::Hermitian => x.conjugate(),
            _ => x,
        }
    }
}

/// The entries of one piece of a file.
#[derive(Default)]
struct Piece<T> {
    rows: Vec<u32>,
    cols: Vec<u32>,
    entries: Vec<T>,
    /// How many lines they come from; mirrored ones have none.
    lines: usize,
    /// Whether some are above, and some below the diagonal.
    sides: (bool, bool),
}

/// The matrix of a `coordinate` file.
pub(super) fn coordinate<T: Readable>(text: &Text, header: &Header) -> Result<Sparse<T>> {
    let pieces = cut(text, header.body);
    let read = |&(from, to): &(usize, usize)| piece::<T>(text.cursor(from, to), header);
    let pieces: Vec<Piece<T>> = match pieces.len() {
        1 => vec![read(&pieces[0])?],
        // The first error in the order of the lines, whichever thread is faster.
        _ => pieces.par_iter().map(read).collect::<Vec<_>>().into_iter().collect::<Result<_>>()?,
    };
    check_number(text, header, pieces.iter().map(|piece| piece.lines).sum())?;
    let sides = |piece: &Piece<T>| piece.sides;
    if pieces.iter().any(|p| sides(p).0) && pieces.iter().any(|p| sides(p).1) {
        check_halves(text, header)?;
    }
    let mut all = Piece::default();
    for piece in pieces {
        if all.rows.is_empty() {
            all = piece;
            all.reserve_for(header);
        } else {
            all.rows.extend_from_slice(&piece.rows);
            all.cols.extend_from_slice(&piece.cols);
            all.entries.extend_from_slice(&piece.entries);
        }
    }
    let (rows, cols) = (header.rows, header.cols);
    let add = |a: T, b: T| a + b;
    Sparse::from_triplets(rows, cols, &all.rows, &all.cols, &all.entries, Duplicates::Sum, add)
}

impl<T> Piece<T> {
    fn reserve_for(&mut self, header: &Header) {
        let mirrored = usize::from(header.symmetry != MarketSymmetry::General);
        let more = (header.entries << mirrored).saturating_sub(self.entries.len());
        self.rows.reserve(more);
        self.cols.reserve(more);
        self.entries.reserve(more);
    }
}

/// The pieces into which the text after `body` is cut, at line ends.
fn cut(text: &Text, body: usize) -> Vec<(usize, usize)> {
    let (mut pieces, mut from, end) = (Vec::new(), body, text.bytes.len());
    while end - from > 2 * PIECE {
        let near = from + PIECE;
        let Some(length) = text.bytes[near..].iter().position(|&b| b == b'\n') else { break };
        pieces.push((from, near + length + 1));
        from = near + length + 1;
    }
    pieces.push((from, end));
    pieces
}

fn piece<T: Readable>(mut cursor: Cursor, header: &Header) -> Result<Piece<T>> {
    let mut piece =
        Piece { rows: vec![], cols: vec![], entries: vec![], lines: 0, sides: (false, false) };
    let halved = header.symmetry != MarketSymmetry::General;
    while cursor.next_line(|_| ()) {
        let line = cursor.at;
        let (i, j) = place(&mut cursor, header)?;
        let x = T::read(&mut cursor, header)?;
        cursor.end_line("the entry")?;
        piece.push(i, j, x);
        piece.lines += 1;
        if !halved {
            continue;
        }
        if i != j {
            piece.push(j, i, header.symmetry.mirrored(x));
            if i < j { piece.sides.0 = true } else { piece.sides.1 = true }
        } else {
            check_diagonal(&cursor.text, || line, i as usize, x, header)?;
        }
    }
    Ok(piece)
}

impl<T> Piece<T> {
    fn push(&mut self, i: u32, j: u32, x: T) {
        self.rows.push(i);
        self.cols.push(j);
        self.entries.push(x);
    }
}

/// Row and column of a line, from 0.
fn place(cursor: &mut Cursor, header: &Header) -> Result<(u32, u32)> {
    let i = index(cursor, "the row", header.rows)?;
    Ok((i, if header.vector { 0 } else { index(cursor, "the column", header.cols)? }))
}

fn index(cursor: &mut Cursor, what: &str, side: usize) -> Result<u32> {
    cursor.skip_blanks();
    let at = cursor.at;
    let wrong = |cursor: &Cursor, word: &str| {
        let hint = if word == "0" { "the first row and column are numbered 1" } else { "" };
        cursor.text.fault(at, format!("{what} is {word}, outside 1…{side}"), hint)
    };
    if cursor.peek_word().first() == Some(&b'-') {
        let word = String::from_utf8_lossy(cursor.peek_word()).into_owned();
        if word[1..].parse::<u64>().is_ok() {
            return Err(wrong(cursor, &word));
        }
    }
    let i = cursor.count(what)?;
    if i == 0 || i > side { Err(wrong(cursor, &i.to_string())) } else { Ok((i - 1) as u32) }
}

/// What a symmetry demands of the diagonal.
fn check_diagonal<T: Scalar>(
    text: &Text,
    line: impl FnOnce() -> usize,
    i: usize,
    x: T,
    header: &Header,
) -> Result<()> {
    let fits = match header.symmetry {
        MarketSymmetry::Skew => x == T::ZERO,
        MarketSymmetry::Hermitian => x == x.conjugate() || x.real_part().is_nan(),
        _ => true,
    };
    if fits {
        return Ok(());
    }
    let (name, demand) = match header.symmetry {
        MarketSymmetry::Skew => ("skew-symmetric", "zero"),
        _ => ("Hermitian", "real"),
    };
    let message =
        format!("entry ({0},{0}) of a {name} matrix is {demand}, and here it is not", i + 1);
    Err(text.fault(line(), message, "general in the first line is for files that hold everything"))
}

/// The file has as many entries as it announced.
fn check_number(text: &Text, header: &Header, found: usize) -> Result<()> {
    let announced = header.entries;
    if found == announced {
        return Ok(());
    }
    if found < announced {
        let message =
            format!("the file ends after {found} entries, and the sizes announce {announced}");
        return Err(text.fault(text.bytes.len(), message, "was the file cut?"));
    }
    let message = format!("the sizes announce {announced} entries, and there are {found}");
    Err(text.fault(nth_line(text, header, announced), message, "this is the first one too many"))
}

/// Where the line of entry `n`, from 0, starts.
fn nth_line(text: &Text, header: &Header, n: usize) -> usize {
    let mut cursor = text.cursor(header.body, text.bytes.len());
    for _ in 0..n {
        cursor.next_line(|_| ());
        cursor.skip_line();
    }
    cursor.next_line(|_| ());
    cursor.at
}

/// A file with entries on both sides of the diagonal names no place together with its mirror image, which would be counted
/// twice.
fn check_halves(text: &Text, header: &Header) -> Result<()> {
    let mut seen = HashSet::with_capacity(header.entries);
    let mut cursor = text.cursor(header.body, text.bytes.len());
    while cursor.next_line(|_| ()) {
        let line = cursor.at;
        let (i, j) = place(&mut cursor, header)?;
        cursor.skip_line();
        if i != j && seen.contains(&(j, i)) {
            let (i, j) = (i + 1, j + 1);
            let message = format!("entry ({i},{j}) is given though ({j},{i}) is, its mirror image");
            let hint = "a file of a symmetric matrix holds one half; for both write general in the first line";
            return Err(text.fault(line, message, hint));
        }
        seen.insert((i, j));
    }
    Ok(())
}

/// The matrix of an `array` file: one entry a line, column after column.
pub(super) fn array<T: Readable>(text: &Text, header: &Header) -> Result<Dense<T>> {
    let (m, n) = (header.rows, header.cols);
    let pieces = cut(text, header.body);
    let read = |&(from, to): &(usize, usize)| {
        let (mut cursor, mut entries) = (text.cursor(from, to), Vec::new());
        while cursor.next_line(|_| ()) {
            entries.push(T::read(&mut cursor, header)?);
            cursor.end_line("the entry")?;
        }
        Ok(entries)
    };
    let pieces: Vec<Vec<T>> = match pieces.len() {
        1 => vec![read(&pieces[0])?],
        _ => pieces.par_iter().map(read).collect::<Vec<_>>().into_iter().collect::<Result<_>>()?,
    };
    check_number(text, header, pieces.iter().map(Vec::len).sum())?;
    if header.symmetry == MarketSymmetry::General {
        return Ok(Dense::from_vec(m, n, pieces.concat()));
    }
    let mut full = Dense::filled(m, n, T::ZERO)?;
    let mut entries = pieces.into_iter().flatten();
    let skew = usize::from(header.symmetry == MarketSymmetry::Skew);
    for j in 0..n {
        for i in j + skew..m {
            let Some(x) = entries.next() else { break };
            if i == j {
                let before = i * m - i * (i.max(1) - 1) / 2;
                check_diagonal(text, || nth_line(text, header, before), i, x, header)?;
            }
            full[(i, j)] = x;
            if i != j {
                full[(j, i)] = header.symmetry.mirrored(x);
            }
        }
    }
    Ok(full)
}
