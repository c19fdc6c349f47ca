//! Files of single matrices, sparse or full: Matrix Market and Harwell–Boeing.

use super::argument::options;
use super::entry::builtins;
use crate::value::{Fault, Numeric, Result, SparseArray, Value};
use matfac::io::{
    HarwellMatrix, MarketField, MarketMatrix, MarketOptions, MarketSymmetry, MarketView,
    read_harwell_boeing, read_matrix_market, write_matrix_market,
};

options! {
    /// What is written of the entries.
    Field { Real = "real", Integer = "integer", Complex = "complex", Pattern = "pattern" }
}
options! {
    /// Which half is left out.
    Symmetry { General = "general", Symmetric = "symmetric", Skew = "skew-symmetric", Hermitian = "hermitian" }
}

builtins! { "files";
    /// Read a Matrix Market file: a sparse matrix of the coordinate format, a full one of the array format.
    ///
    /// All fields and symmetries are known, and files compressed with gzip. Both halves of a symmetric matrix are made,
    /// entries for one place are added, and a pattern has ones. Further outputs say what the file says of itself.
    ///
    /// >>> file = [tempname() ".mtx"];
    /// >>> writemtx(file, sparse([4 -1; -1 4]))
    /// >>> [A, m, n, entries, format, field, symmetry] = readmtx(file)
    /// A = 2×2 sparse, 4 entries (100 %)
    ///   (1, 1)    4
    ///   (2, 1)   -1
    ///   (1, 2)   -1
    ///   (2, 2)    4
    /// m = 2
    /// n = 2
    /// entries = 3
    /// format = coordinate
    /// field = real
    /// symmetry = symmetric
    /// >>> delete(file)
    ///
    /// See also: writemtx, mmread, readhb, load
    /// Reference: Boisvert, Pozo and Remington 1996, The Matrix Market exchange formats, NISTIR 5935
    fn readmtx(cx, /** The file. */ file: String) -> [A, rows, cols, entries, format, field, symmetry] { market(&cx.host.locate(&file)) }

    /// Read a Matrix Market file; another name of readmtx.
    ///
    /// >>> file = [tempname() ".mtx"];
    /// >>> mmwrite(file, [1 2.5])
    /// >>> mmread(file)
    /// ans = 1×2
    ///    1.0000   2.5000
    /// >>> delete(file)
    ///
    /// See also: readmtx, mmwrite
    fn mmread(cx, /** The file. */ file: String) -> [A, rows, cols, entries, format, field, symmetry] { market(&cx.host.locate(&file)) }

    /// Write a Matrix Market file: a sparse matrix in the coordinate format, a full one in the array format.
    ///
    /// Numbers read back exactly. Of a matrix that is symmetric, skew-symmetric or Hermitian to the last bit one half is
    /// written. A name that ends in `.gz` compresses.
    ///
    /// >>> file = [tempname() ".mtx"];
    /// >>> writemtx(file, sparse([0 0.1; 3 0]), comment="two entries")
    /// >>> full(readmtx(file))
    /// ans = 2×2
    ///         0   0.1000
    ///    3.0000        0
    /// >>> delete(file)
    ///
    /// See also: readmtx, mmwrite, save
    /// Reference: Boisvert, Pozo and Remington 1996, The Matrix Market exchange formats, NISTIR 5935
    fn writemtx(cx,
        /** The file. */ file: String,
        /** The matrix, m×n. */ A: Value,
        /** Lines to stand above the numbers. */ comment: String = "",
        /** What to write of the entries: "real", "integer", "complex" or "pattern". */ field: Option<Field>,
        /** Significant digits, instead of as many as are needed. */ precision: Option<usize>,
        /** Which half to leave out, instead of what the entries allow. */ symmetry: Option<Symmetry>,
    ) { write(&file, A, comment, field, precision, symmetry) }

    /// Write a Matrix Market file; another name of writemtx.
    ///
    /// >>> file = [tempname() ".mtx"];
    /// >>> mmwrite(file, speye(3)(:, 1:2))
    /// >>> nnz(mmread(file))
    /// ans = 2
    /// >>> delete(file)
    ///
    /// See also: writemtx, mmread
    fn mmwrite(cx,
        /** The file. */ file: String,
        /** The matrix, m×n. */ A: Value,
        /** Lines to stand above the numbers. */ comment: String = "",
        /** What to write of the entries: "real", "integer", "complex" or "pattern". */ field: Option<Field>,
        /** Significant digits, instead of as many as are needed. */ precision: Option<usize>,
        /** Which half to leave out, instead of what the entries allow. */ symmetry: Option<Symmetry>,
    ) { write(&file, A, comment, field, precision, symmetry) }

    /// Read a Harwell–Boeing or Rutherford–Boeing file: a sparse matrix, and right-hand sides if it has them.
    ///
    /// Both halves of a symmetric matrix are made. b, guess and x are full, without columns when the file has none.
    ///
    /// >>> [A, b] = readhb("/nowhere/well1850.rra");
    /// error: cannot read /nowhere/well1850.rra: there is no such file
    ///
    /// See also: readmtx, load
    /// Reference: Duff, Grimes and Lewis 1992, Users' guide for the Harwell-Boeing sparse matrix collection, RAL-92-086
    fn readhb(cx, /** The file. */ file: String) -> [A, b, guess, x, title] { harwell(&cx.host.locate(&file)) }
}

/// The outputs of `readmtx`.
pub(super) fn market(path: &str) -> Result<Vec<Value>> {
    let file = read_matrix_market(path)?;
    let (format, matrix): (_, Value) = match file.matrix {
        MarketMatrix::Sparse(a) => ("coordinate", a.into()),
        // A file that says complex makes a complex matrix only when an entry is.
        MarketMatrix::SparseComplex(a) => ("coordinate", a.into()),
        MarketMatrix::Full(a) => ("array", a.into()),
        MarketMatrix::FullComplex(a) => ("array", a.into()),
    };
    let (m, n) = matrix.shape();
    let number = |n: usize| Value::Number(n as f64);
    let (field, symmetry) = (file.field.name().into(), file.symmetry.name().into());
    let entries = number(file.entries);
    Ok(vec![matrix, number(m), number(n), entries, format.into(), field, symmetry])
}

/// The outputs of `readhb`.
pub(super) fn harwell(path: &str) -> Result<Vec<Value>> {
    let file = read_harwell_boeing(path)?;
    let matrix: Value = match file.matrix {
        HarwellMatrix::Real(a) => a.into(),
        HarwellMatrix::Complex(a) => a.into(),
    };
    let title = file.title.as_str().into();
    Ok(vec![matrix, file.right.into(), file.guess.into(), file.solution.into(), title])
}

/// Whether a file's ending is one of the Harwell–Boeing and Rutherford–Boeing collections: such as `rua` for real,
/// unsymmetric, assembled.
pub(super) fn is_harwell(ending: &str) -> bool {
    match ending.as_bytes() {
        [field, symmetry, b'a'] => b"rcpi".contains(field) && b"surhz".contains(symmetry),
        _ => matches!(ending, "rb" | "hb"),
    }
}

/// Writes a value as it is to a Matrix Market file.
pub(super) fn save_market(path: &str, value: Value) -> Result<()> {
    write(path, value, String::new(), None, None, None)
}

fn write(
    path: &str,
    value: Value,
    comment: String,
    field: Option<Field>,
    digits: Option<usize>,
    symmetry: Option<Symmetry>,
) -> Result<()> {
    let field = field.map(|field| match field {
        Field::Real => MarketField::Real,
        Field::Integer => MarketField::Integer,
        Field::Complex => MarketField::Complex,
        Field::Pattern => MarketField::Pattern,
    });
    let symmetry = symmetry.map(|symmetry| match symmetry {
        Symmetry::General => MarketSymmetry::General,
        Symmetry::Symmetric => MarketSymmetry::Symmetric,
        Symmetry::Skew => MarketSymmetry::Skew,
        Symmetry::Hermitian => MarketSymmetry::Hermitian,
    });
    if digits == Some(0) {
        return Err(Fault::new("writemtx: precision counts digits, 1 at least, and this is 0")
            .hint("without it numbers read back exactly"));
    }
    let options = MarketOptions { comment, field, symmetry, digits };
    let send = |view: MarketView| Ok(write_matrix_market(path, view, &options)?);
    match value {
        Value::Sparse(s) => match s.as_ref() {
            SparseArray::Real(s) => send(MarketView::Sparse(s)),
            SparseArray::Complex(s) => send(MarketView::SparseComplex(s)),
            SparseArray::Bool(s) => send(MarketView::Pattern(s)),
        },
        other if other.is_array() => match other.into_numeric()? {
            Numeric::Complex(z) => send(MarketView::FullComplex(&z)),
            real => send(MarketView::Full(&real.to_real()?.data)),
        },
        other => {
            let message =
                format!("a Matrix Market file holds a matrix, not a {}", other.describe());
            Err(Fault::new(message).hint("save a field that is one"))
        }
    }
}
