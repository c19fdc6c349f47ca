//! Writing Matrix Market files.
//!
//! Numbers are written with as many digits as it takes to read the same bits again, 17 at most. Of a symmetric,
//! skew-symmetric or Hermitian matrix one half is written. `O(entries)`.

use super::super::csv_write::write_file;
use super::{MarketField, MarketSymmetry};
use crate::error::{Error, Result};
use crate::linalg::sparse::{Entry, Sparse};
use crate::linalg::{ComplexMatrix, Dense, Matrix, c64};
use std::io::Write;
use std::path::Path;

/// A matrix to be written: sparse in the `coordinate` format, full as `array`.
#[derive(Debug, Clone, Copy)]
pub enum MarketView<'a> {
    /// Real numbers.
    Sparse(&'a Sparse<f64>),
    /// Complex numbers.
    SparseComplex(&'a Sparse<c64>),
    /// Places, written as a pattern.
    Pattern(&'a Sparse<bool>),
    /// Real numbers.
    Full(&'a Matrix),
    /// Complex numbers.
    FullComplex(&'a ComplexMatrix),
}

/// How [`write_matrix_market`] writes.
#[derive(Debug, Clone, Default)]
pub struct MarketOptions {
    /// Lines to stand above the numbers.
    pub comment: String,
    /// What to write of the entries, instead of all of it.
    pub field: Option<MarketField>,
    /// Which half to leave out, instead of what the entries allow.
    pub symmetry: Option<MarketSymmetry>,
    /// Significant digits, instead of as many as are needed to read the same numbers again.
    pub digits: Option<usize>,
}

/// Writes a Matrix Market file, compressed when its name ends in `.gz`.
///
/// ```
/// use matfac::io::{MarketMatrix, MarketOptions, MarketView, read_matrix_market, write_matrix_market};
/// use matfac::linalg::{Matrix, sparse::Sparse};
/// let a = Sparse::from_dense(&Matrix::from_rows(&[&[0.1, 2.0], &[2.0, 0.0]]))?;
/// let path = std::env::temp_dir().join("a.mtx");
/// write_matrix_market(&path, MarketView::Sparse(&a), &MarketOptions::default())?;
/// assert_eq!(read_matrix_market(&path)?.matrix, MarketMatrix::Sparse(a));
/// # Ok::<(), matfac::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] when the entries do not have the field or the symmetry that is asked for; [`Error::Io`].
pub fn write_matrix_market(
    path: impl AsRef<Path>,
    matrix: MarketView<'_>,
    options: &MarketOptions,
) -> Result<()> {
    let path = path.as_ref();
    match matrix {
        MarketView::Sparse(a) => write(path, &Source::Sparse(a), options),
        MarketView::SparseComplex(a) => write(path, &Source::Sparse(a), options),
        MarketView::Pattern(a) => {
            let field = options.field.or(Some(MarketField::Pattern));
            let ones = a.map(|b| f64::from(u8::from(b)));
            write(path, &Source::Sparse(&ones), &MarketOptions { field, ..options.clone() })
        }
        MarketView::Full(a) => write(path, &Source::Full(a), options),
        MarketView::FullComplex(a) => write(path, &Source::Full(a), options),
    }
}

/// A number that can be written.
trait Written: Entry + PartialEq {
    const FIELD: MarketField;
    /// Real and imaginary part.
    fn parts(self) -> (f64, f64);
    /// Whether `other` is what `symmetry` makes of it, to the bit; but for the signs of imaginary zeros, such as those of a
    /// Hermitian matrix's diagonal.
    fn mirrors(self, other: Self, symmetry: MarketSymmetry) -> bool {
        let same = |x: f64, y: f64| x.to_bits() == y.to_bits();
        let ((re, im), (x, y)) = (self.parts(), other.parts());
        match symmetry {
            MarketSymmetry::General => true,
            MarketSymmetry::Symmetric => same(re, x) && same(im, y),
            MarketSymmetry::Skew => same(0.0 - re, x) && same(0.0 - im, y),
            MarketSymmetry::Hermitian => same(re, x) && -im == y,
        }
    }
}

impl Written for f64 {
    const FIELD: MarketField = MarketField::Real;
    fn parts(self) -> (f64, f64) {
        (self, 0.0)
    }
}

impl Written for c64 {
    const FIELD: MarketField = MarketField::Complex;
    fn parts(self) -> (f64, f64) {
        (self.re, self.im)
    }
}

/// Where entries come from.
enum Source<'a, T> {
    Sparse(&'a Sparse<T>),
    Full(&'a Dense<T>),
}

impl<T: Written> Source<'_, T> {
    fn shape(&self) -> (usize, usize) {
        match self {
            Source::Sparse(a) => (a.rows(), a.cols()),
            Source::Full(a) => (a.rows(), a.cols()),
        }
    }

    /// Calls `f` with row, column and entry of all that is written, until it says false.
    fn each(&self, mut f: impl FnMut(usize, usize, T) -> bool) -> bool {
        match self {
            Source::Sparse(a) => a.triplets().all(|(i, j, x)| f(i, j, x)),
            Source::Full(a) => {
                (0..a.cols()).all(|j| a.col(j).iter().enumerate().all(|(i, &x)| f(i, j, x)))
            }
        }
    }

    /// Whether one half follows from the other.
    fn has(&self, symmetry: MarketSymmetry) -> bool {
        let (m, n) = self.shape();
        if symmetry == MarketSymmetry::General {
            return true;
        }
        m == n
            && match self {
                Source::Full(a) => self.each(|i, j, x| x.mirrors(a[(j, i)], symmetry)),
                Source::Sparse(a) => {
                    let flipped = a.transposed();
                    a.places() == flipped.places()
                        && a.starts() == flipped.starts()
                        && a.entries()
                            .iter()
                            .zip(flipped.entries())
                            .all(|(&x, &y)| x.mirrors(y, symmetry))
                }
            }
    }
}

fn write<T: Written>(path: &Path, source: &Source<'_, T>, options: &MarketOptions) -> Result<()> {
    let field = options.field.unwrap_or(T::FIELD);
    require_field(source, field)?;
    let symmetry = chosen_symmetry(source, field, options.symmetry)?;
    let kept = |i: usize, j: usize| match symmetry {
        MarketSymmetry::General => true,
        MarketSymmetry::Skew => i > j,
        _ => i >= j,
    };
    let (m, n) = source.shape();
    write_file(path, |sink| {
        let sparse = matches!(source, Source::Sparse(_));
        let format = if sparse { "coordinate" } else { "array" };
        let (field_name, symmetry_name) = (field.name(), symmetry.name());
        writeln!(sink, "%%MatrixMarket matrix {format} {field_name} {symmetry_name}")?;
        for line in options.comment.lines() {
            writeln!(sink, "% {line}")?;
        }
        if sparse {
            let mut count = 0usize;
            source.each(|i, j, _| {
                count += usize::from(kept(i, j));
                true
            });
            writeln!(sink, "{m} {n} {count}")?;
        } else {
            writeln!(sink, "{m} {n}")?;
        }
        let mut failed = Ok(());
        let mut line = Vec::new();
        source.each(|i, j, x| {
            if kept(i, j) {
                line.clear();
                let place = sparse.then_some((i, j));
                put(&mut line, place, x.parts(), field, options.digits);
                failed = sink.write_all(&line);
            }
            failed.is_ok()
        });
        failed
    })
}

/// Appends one line.
fn put(
    line: &mut Vec<u8>,
    place: Option<(usize, usize)>,
    (re, im): (f64, f64),
    field: MarketField,
    digits: Option<usize>,
) {
    // Writing to memory cannot fail.
    if let Some((i, j)) = place {
        let _ = write!(line, "{} {}", i + 1, j + 1);
    }
    let numbers = match field {
        MarketField::Pattern => 0,
        MarketField::Complex => 2,
        _ => 1,
    };
    for &x in &[re, im][..numbers] {
        if !line.is_empty() {
            line.push(b' ');
        }
        let _ = match digits {
            _ if x == x.trunc() && x.abs() < 1e15 && (x != 0.0 || x.is_sign_positive()) => {
                write!(line, "{}", x as i64)
            }
            Some(digits) if x.is_finite() => write!(line, "{x:.*e}", digits.max(1) - 1),
            _ => write!(line, "{x:?}"),
        };
    }
    line.push(b'\n');
}

/// The entries can be written as `field` without loss that was not asked for.
fn require_field<T: Written>(source: &Source<'_, T>, field: MarketField) -> Result<()> {
    let mut refused = None;
    let full = matches!(source, Source::Full(_));
    if field == MarketField::Pattern && full {
        return Err(Error::argument_hint(
            "field",
            "a full matrix has no pattern, the places of what is stored",
            "sparse(A) has one",
        ));
    }
    source.each(|i, j, x| {
        let (re, im) = x.parts();
        let why = match field {
            MarketField::Real | MarketField::Integer if im != 0.0 => Some("is complex"),
            MarketField::Integer if re != re.trunc() || !re.is_finite() => {
                Some("is no whole number")
            }
            _ => None,
        };
        refused = why.map(|why| {
            let name = field.name();
            let message =
                format!("entry ({},{}) {why} and cannot be written as {name}", i + 1, j + 1);
            Error::argument("field", message)
        });
        why.is_none()
    });
    refused.map_or(Ok(()), Err)
}

fn chosen_symmetry<T: Written>(
    source: &Source<'_, T>,
    field: MarketField,
    asked: Option<MarketSymmetry>,
) -> Result<MarketSymmetry> {
    use MarketSymmetry::{General, Hermitian, Skew, Symmetric};
    let Some(symmetry) = asked else {
        let (m, n) = source.shape();
        let fits = |&symmetry: &MarketSymmetry| {
            (symmetry != Hermitian || T::FIELD == MarketField::Complex)
                && (symmetry != Skew || field != MarketField::Pattern)
                && source.has(symmetry)
        };
        let worth = m == n && m > 1;
        return Ok([Symmetric, Skew, Hermitian]
            .into_iter()
            .filter(|_| worth)
            .find(fits)
            .unwrap_or(General));
    };
    let pattern = symmetry == Skew && field == MarketField::Pattern;
    if !pattern && source.has(symmetry) {
        return Ok(symmetry);
    }
    let name = symmetry.name();
    let (message, hint) = if pattern {
        ("a pattern has no signs, and cannot be skew-symmetric".to_string(), "symmetric is meant")
    } else {
        (format!("the matrix is not {name}"), "without symmetry= the file has the one that fits")
    };
    Err(Error::argument_hint("symmetry", message, hint))
}
