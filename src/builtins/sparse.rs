//! Making sparse matrices of triplets and of full ones, and full ones of sparse.

use super::argument::{Argument, options};
use super::entry::builtins;
use super::gather::refuse_text;
use crate::value::{Array, Fault, Numeric, Result, Value};
use matfac::c64;
use matfac::data::Ratings;
use matfac::linalg::sparse::{Duplicates, Indices, Sparse, Structure};
use std::sync::Arc;

options! {
    /// What becomes of several entries for one place.
    Joining { Sum = "sum", Summation = "summation", Unique = "unique" }
}

/// Rows or columns of triplets, in an array of any shape.
struct Places(Arc<Array>);

impl Argument for Places {
    const KIND: &'static str = "numbers";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        Arc::<Array>::from_value(value).map(Places)
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
    ///   (1, 1)     5
    ///   (2, 1)    13
    /// >>> nnz(sparse([1 0; 0 2]))
    /// ans = 2
    /// >>> sparse(3, 4)
    /// ans = 3×4 sparse, 0 entries
    ///
    /// See also: full, issparse, nnz, find
    fn sparse(cx, /** Numbers or logicals, m×n. */ A: Value) -> [S] { of_full(A) }
    or (cx, /** Rows. */ m: usize, /** Columns. */ n: usize) -> [S] { Ok(Sparse::<f64>::zeros(m, n)?) }
    or (cx, /** Rows, from 1. */ i: Places, /** Columns, from 1. */ j: Places, /** Entries. */ v: Value) -> [S] { of_triplets(i, j, v, None, Joining::Sum) }
    or (cx, i: Places, j: Places, v: Value, m: usize, n: usize, /** Room for entries; it is found without. */ nzmax: Option<usize>, /** "unique": the last of several entries counts. */ joining: Joining = "sum") -> [S] { of_triplets(i, j, v, Some((m, n)), joining) }
    or (cx, i: Places, j: Places, v: Value, joining: Joining) -> [S] { of_triplets(i, j, v, None, joining) }

    /// The full matrix of a sparse one, and of ratings, with NaN for what is not rated; anything else as it is.
    ///
    /// >>> full(sparse(2, 1, 5))
    /// ans = 2×1
    ///    0
    ///    5
    ///
    /// See also: sparse, issparse
    fn full(cx, /** Anything. */ A: Value) -> [F] {
        match A { Value::Sparse(s) => s.to_full(), Value::Ratings(r) => with_holes(&r), other => Ok(other) }
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

/// Ratings as a matrix with names, NaN being what is not rated.
fn with_holes(r: &Ratings) -> Result<Value> {
    Ok(Array::labelled(r.to_dense()?, Some(r.users().clone()), Some(r.items().clone())).into())
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
        Value::Text(_) => return refuse_text("sparse", &a).map(|()| a),
        numbers => match numbers.into_numeric()? {
            Numeric::Complex(z) => Sparse::from_dense(&z)?.into(),
            real => Sparse::from_dense(&real.to_real()?.data)?.into(),
        },
    })
}

fn of_triplets(
    i: Places,
    j: Places,
    v: Value,
    size: Option<(usize, usize)>,
    joining: Joining,
) -> Result<Value> {
    let values = match v {
        Value::Sparse(s) => s.to_full()?,
        full => full,
    };
    let twice = if joining == Joining::Unique { Duplicates::Last } else { Duplicates::Sum };
    let (rows, cols) = (i.0.data.as_slice(), j.0.data.as_slice());
    let at = Indices { rows, cols, m: size.map(|s| s.0), n: size.map(|s| s.1) };
    Ok(match values {
        Value::Bool(b) => bool::from_indices(&at, &[b], twice)?.into(),
        Value::Bools(b) => bool::from_indices(&at, b.as_slice(), twice)?.into(),
        numbers => match numbers.into_numeric()? {
            Numeric::Complex(z) => c64::from_indices(&at, z.as_slice(), twice)?.into(),
            real => f64::from_indices(&at, real.to_real()?.data.as_slice(), twice)?.into(),
        },
    })
}
