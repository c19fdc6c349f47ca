//! Values as sparse matrices of one kind of entries, and indices as the kernels take them.

use super::{Index, Result, SparseArray, Value, to_logical};
use matfac::c64;
use matfac::linalg::sparse::{Picks, Sparse, Structure};
use std::borrow::Cow;

/// The same expression for the matrix of any kind of entries, its result as a value again:
/// `rewritten!(array, |s| Structure::upper(s, 0))`, where the expression may fail.
macro_rules! rewritten {
    ($array:expr, |$s:ident| $body:expr) => {
        $crate::value::sparse_array::each!($array, |$s| $crate::value::Value::from($body?))
    };
}
pub(super) use rewritten;

/// A kind of entries, and how values become matrices of it.
pub(super) trait Kind: Structure {
    /// The entries of an array that are not zero; borrowed where they are stored so already. Real and logical matrices
    /// are made of real and logical values alone.
    fn of(value: &Value) -> Result<Cow<'_, Sparse<Self>>>;
}

impl Kind for f64 {
    fn of(value: &Value) -> Result<Cow<'_, Sparse<f64>>> {
        if let Value::Sparse(s) = value {
            if let SparseArray::Real(s) = &**s {
                return Ok(Cow::Borrowed(s));
            }
            if let SparseArray::Real(s) = SparseArray::clone(s).into_numbers() {
                return Ok(Cow::Owned(s));
            }
        }
        Ok(Cow::Owned(Structure::from_dense(&value.to_array()?.data)?))
    }
}

impl Kind for c64 {
    fn of(value: &Value) -> Result<Cow<'_, Sparse<c64>>> {
        Ok(match value {
            Value::Sparse(s) => match &**s {
                SparseArray::Complex(s) => Cow::Borrowed(s),
                other => Cow::Owned(other.to_complex()),
            },
            full => Cow::Owned(Structure::from_dense(&*full.clone().into_numeric()?.to_complex())?),
        })
    }
}

impl Kind for bool {
    fn of(value: &Value) -> Result<Cow<'_, Sparse<bool>>> {
        Ok(match value {
            Value::Sparse(s) => match &**s {
                SparseArray::Bool(s) => Cow::Borrowed(s),
                SparseArray::Real(s) => {
                    if let Some(&nan) = s.entries().iter().find(|x| x.is_nan()) {
                        to_logical(nan.into())?;
                    }
                    Cow::Owned(s.map(|x| x != 0.0))
                }
                SparseArray::Complex(s) => Cow::Owned(s.map(|_| true)),
            },
            full => Cow::Owned(Structure::from_dense(&to_logical(full.clone())?)?),
        })
    }
}

/// Rows or columns as the kernels take them; masks have been listed.
pub(super) fn picks(index: &Index) -> Picks<'_> {
    match index {
        Index::All => Picks::All,
        Index::One(i) => Picks::Span(*i, i + 1),
        Index::List { positions, .. } => Picks::List(positions),
        Index::Mask { .. } => unreachable!("masks are listed before"),
    }
}

/// The same entries, column after column, in another shape.
pub(super) fn reshaped(s: &SparseArray, m: usize, n: usize) -> Result<Value> {
    Ok(rewritten!(s, |s| Structure::reshaped(s, m, n)))
}

impl SparseArray {
    /// The same entries, column after column, as an m×n matrix.
    pub fn reshaped(&self, m: usize, n: usize) -> Result<Value> {
        reshaped(self, m, n)
    }

    /// As an m×n matrix: with zeros where it grows, without what no longer fits.
    pub fn resized(&self, m: usize, n: usize) -> Result<Value> {
        Ok(rewritten!(self, |s| Structure::resized(s, m, n)))
    }
}
