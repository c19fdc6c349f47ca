//! Making sparse matrices of triplets and of full ones, and full ones of sparse.

use super::argument::{Argument, options};
use super::entry::builtins;
use crate::value::{Fault, Numeric, Result, SparseArray, Value};
use matfac::linalg::sparse::{Duplicates, Entry, LIMIT, Sparse};
use matfac::{Matrix, c64};

options! {
    /// What becomes of several entries for one place.
    Joining { Sum = "sum", Summation = "summation", Unique = "unique" }
}

/// Rows or columns of triplets, in an array of any shape.
struct Indices(Vec<f64>);

impl Argument for Indices {
    const KIND: &'static str = "numbers";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        Ok(Indices(Matrix::from_value(value)?.into_vec()))
    }
}

builtins! { "sparse matrices";
    /// A sparse matrix: of triplets, of a full matrix, or without entries.
    ///
    /// `sparse(i, j, v)` has v(k) at row i(k), column j(k); several entries for one place are added, and with "unique" the
    /// last one counts. i, j and v have one number of entries, or single numbers that serve for all. The matrix is as
    /// large as the indices ask for, or m×n. `sparse(m, n)` has no entries.
    ///
    /// >>> S = sparse([1 2 2], [1 1 1], [5 6 7])
    /// S = 2×1 sparse, 2 entries (100 %)
    ///   (1, 1)    5
    ///   (2, 1)   13
    /// >>> nnz(sparse([1 0; 0 2]))
    /// ans = 2
    /// >>> sparse(3, 4)
    /// ans = 3×4 sparse, 0 entries
    ///
    /// See also: full, issparse, nnz, find
    fn sparse(cx, /** Numbers or logicals, m×n. */ A: Value) -> [S] { of_full(A) }
    or (cx, /** Rows. */ m: usize, /** Columns. */ n: usize) -> [S] { Ok(Sparse::<f64>::zeros(m, n)?) }
    or (cx, /** Rows, from 1. */ i: Indices, /** Columns, from 1. */ j: Indices, /** Entries. */ v: Value) -> [S] { of_triplets(i.0, j.0, v, None, Joining::Sum) }
    or (cx, i: Indices, j: Indices, v: Value, m: usize, n: usize, /** Room for entries; it is found without. */ nzmax: Option<usize>, /** "unique": the last of several entries counts. */ joining: Joining = "sum") -> [S] { of_triplets(i.0, j.0, v, Some((m, n)), joining) }
    or (cx, i: Indices, j: Indices, v: Value, joining: Joining) -> [S] { of_triplets(i.0, j.0, v, None, joining) }

    /// The full matrix of a sparse one; anything else as it is.
    ///
    /// >>> full(sparse(2, 1, 5))
    /// ans = 2×1
    ///    0
    ///    5
    ///
    /// See also: sparse, issparse
    fn full(cx, /** Anything. */ A: Value) -> [F] {
        match A { Value::Sparse(s) => s.to_full(), other => Ok(other) }
    }

    /// Whether a value is stored as a sparse matrix.
    ///
    /// >>> issparse(sparse(2, 2))
    /// ans = 1
    /// >>> issparse([1 0])
    /// ans = 0
    ///
    /// See also: sparse, full, nnz
    fn issparse(cx, /** Anything. */ A: Value) -> [b] { Ok(matches!(A, Value::Sparse(_))) }
}

/// The entries of a full matrix that are not zero; a sparse one as it is.
fn of_full(a: Value) -> Result<Value> {
    Ok(match a {
        Value::Sparse(_) => a,
        Value::Ratings(_) => {
            return Err(Fault::new(
                "sparse: ratings have holes, which are unknown, and in a sparse matrix they would be zeros",
            )
            .hint("spy(R) shows what is observed; als and funksvd predict the holes"));
        }
        Value::Bool(b) => Sparse::from_dense(&matfac::BoolMatrix::from_vec(1, 1, vec![b]))?.into(),
        Value::Bools(b) => Sparse::from_dense(&b)?.into(),
        numbers => match numbers.into_numeric()? {
            Numeric::Complex(z) => Sparse::from_dense(&z)?.into(),
            real => Sparse::from_dense(&real.to_real()?.data)?.into(),
        },
    })
}

fn of_triplets(
    i: Vec<f64>,
    j: Vec<f64>,
    v: Value,
    size: Option<(usize, usize)>,
    joining: Joining,
) -> Result<Value> {
    let values = match v {
        Value::Sparse(s) => s.to_full()?,
        full => full,
    };
    let count = [i.len(), j.len(), values.numel()].into_iter().find(|&n| n != 1).unwrap_or(1);
    let lengths = [("i", i.len()), ("j", j.len()), ("v", values.numel())];
    if let Some((name, length)) = lengths.into_iter().find(|&(_, n)| n != 1 && n != count) {
        return Err(Fault::new(format!(
            "sparse: i, j and v need one length, and {name} has {length} of {count}"
        ))
        .hint("single numbers serve for all"));
    }
    let side =
        |list: &[f64]| list.iter().fold(0.0, |m: f64, &x| m.max(x)).min(LIMIT as f64) as usize;
    let (m, n) = size.unwrap_or_else(|| (side(&i), side(&j)));
    let rows = indices(&i, count, "row")?;
    let cols = indices(&j, count, "column")?;
    let last = if joining == Joining::Unique { Duplicates::Last } else { Duplicates::Sum };
    let triplets = Triplets { m, n, rows, cols, last };
    Ok(match values {
        Value::Bool(b) => triplets.compress(&[b], |a, b| a | b)?.into(),
        Value::Bools(b) => triplets.compress(b.as_slice(), |a, b| a | b)?.into(),
        numbers => match numbers.into_numeric()? {
            Numeric::Complex(z) => triplets.compress::<c64>(z.as_slice(), |a, b| a + b)?.into(),
            real => triplets.compress::<f64>(real.to_real()?.data.as_slice(), |a, b| a + b)?.into(),
        },
    })
}

/// Where entries go, from 0.
struct Triplets {
    m: usize,
    n: usize,
    rows: Vec<u32>,
    cols: Vec<u32>,
    last: Duplicates,
}

impl Triplets {
    fn compress<T: Entry>(&self, entries: &[T], add: fn(T, T) -> T) -> Result<Sparse<T>>
    where
        SparseArray: From<Sparse<T>>,
    {
        let repeated;
        let entries = match entries {
            [only] if self.rows.len() != 1 => {
                repeated = vec![*only; self.rows.len()];
                &repeated[..]
            }
            all => all,
        };
        let (rows, cols) = (&self.rows, &self.cols);
        Ok(Sparse::from_triplets(self.m, self.n, rows, cols, entries, self.last, add)?)
    }
}

/// Indices from 1 as places from 0, a single one repeated.
fn indices(list: &[f64], count: usize, what: &str) -> Result<Vec<u32>> {
    let place = |(k, &x): (usize, &f64)| {
        if x >= 1.0 && x.fract() == 0.0 && x <= LIMIT as f64 {
            return Ok((x - 1.0) as u32);
        }
        let why =
            if x.fract() != 0.0 || x.is_nan() { "is no whole number" } else { "is out of range" };
        Err(Fault::new(format!("sparse: triplet {}: {what} {x} {why}", k + 1))
            .hint(format!("rows and columns are whole numbers from 1 to {LIMIT}")))
    };
    let places = list.iter().enumerate().map(place).collect::<Result<Vec<u32>>>()?;
    Ok(if places.len() == 1 && count != 1 { vec![places[0]; count] } else { places })
}
