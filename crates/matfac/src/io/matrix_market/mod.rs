//! Matrix Market files: sparse matrices as lines of row, column and entry, full ones column after column.
//!
//! The format of Boisvert, Pozo and Remington 1996 ("The Matrix Market exchange formats", NISTIR 5935) with what later
//! writers made of it: `vector` objects, the fields `double` and `unsigned-integer`, one `%` in the banner, indented lines,
//! Windows line ends, gzip. Entries for one place are added. `O(bytes)`, the lines of long files on all threads.

mod entries;
mod header;
#[cfg(test)]
mod tests;
mod write;

pub use write::{MarketOptions, MarketView, write_matrix_market};

use super::cursor::Text;
use super::text::read_bytes;
use crate::error::Result;
use crate::linalg::sparse::Sparse;
use crate::linalg::{ComplexMatrix, Matrix, c64};
use header::Header;
use std::path::Path;

/// What the entries of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarketField {
    /// Real numbers.
    Real,
    /// Whole numbers.
    Integer,
    /// Pairs of a real and an imaginary part.
    Complex,
    /// Places alone.
    Pattern,
}

/// What a file says about the half that it leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarketSymmetry {
    /// Nothing is left out.
    General,
    /// `A = A.'`
    Symmetric,
    /// `A = -A.'`
    Skew,
    /// `A = A'`
    Hermitian,
}

impl MarketField {
    /// As files have it.
    pub fn name(self) -> &'static str {
        match self {
            MarketField::Real => "real",
            MarketField::Integer => "integer",
            MarketField::Complex => "complex",
            MarketField::Pattern => "pattern",
        }
    }
}

impl MarketSymmetry {
    /// As files have it.
    pub fn name(self) -> &'static str {
        match self {
            MarketSymmetry::General => "general",
            MarketSymmetry::Symmetric => "symmetric",
            MarketSymmetry::Skew => "skew-symmetric",
            MarketSymmetry::Hermitian => "hermitian",
        }
    }
}

/// The matrix of a file: sparse for the `coordinate` format, full for `array`.
#[derive(Debug, Clone, PartialEq)]
pub enum MarketMatrix {
    /// `coordinate` with real or whole numbers, or with ones for a pattern.
    Sparse(Sparse<f64>),
    /// `coordinate` with complex numbers.
    SparseComplex(Sparse<c64>),
    /// `array` with real or whole numbers.
    Full(Matrix),
    /// `array` with complex numbers.
    FullComplex(ComplexMatrix),
}

/// A file's matrix and what its first lines say.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketFile {
    /// The whole matrix, both halves.
    pub matrix: MarketMatrix,
    /// What the entries are.
    pub field: MarketField,
    /// What is left out.
    pub symmetry: MarketSymmetry,
    /// The number of entries in the file.
    pub entries: usize,
    /// The lines after `%` before the sizes.
    pub comment: String,
}

/// Reads a Matrix Market file, plain or compressed with gzip.
///
/// # Errors
/// [`crate::Error::Io`] when it cannot be read; [`crate::Error::Parse`], naming line and column, when it is not a sound
/// Matrix Market file.
pub fn read_matrix_market(path: impl AsRef<Path>) -> Result<MarketFile> {
    let path = path.as_ref();
    parse_matrix_market(&path.display().to_string(), &read_bytes(path)?)
}

/// Reads a Matrix Market file that is already in memory; `name` stands for it in errors.
///
/// ```
/// use matfac::io::{MarketMatrix, parse_matrix_market};
/// let file = b"%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 4\n2 1 -1\n";
/// let MarketMatrix::Sparse(a) = parse_matrix_market("a.mtx", file)?.matrix else { unreachable!() };
/// assert_eq!((a.nnz(), a.get(0, 1)), (3, -1.0));
/// # Ok::<(), matfac::Error>(())
/// ```
///
/// # Errors
/// As [`read_matrix_market`].
pub fn parse_matrix_market(name: &str, bytes: &[u8]) -> Result<MarketFile> {
    let text = Text { name, bytes };
    let header = Header::read(&text)?;
    let complex = header.field == MarketField::Complex;
    let matrix = match (header.coordinate, complex) {
        (true, false) => MarketMatrix::Sparse(entries::coordinate(&text, &header)?),
        (true, true) => MarketMatrix::SparseComplex(entries::coordinate(&text, &header)?),
        (false, false) => MarketMatrix::Full(entries::array(&text, &header)?),
        (false, true) => MarketMatrix::FullComplex(entries::array(&text, &header)?),
    };
    Ok(MarketFile {
        matrix,
        field: header.field,
        symmetry: header.symmetry,
        entries: header.entries,
        comment: header.comment,
    })
}
