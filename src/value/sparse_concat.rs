//! Sparse matrices beside and above one another and full ones: what is joined is sparse.

use super::concat::layout;
use super::sparse_kinds::Kind;
use super::{Fault, Result, SparseArray, Value};
use matfac::c64;
use matfac::linalg::sparse::Sparse;

/// `[a, b, …]` or `[a; b; …]` where a part is sparse.
pub(super) fn join_sparse(parts: &[Value], across: bool) -> Result<Value> {
    if let Some(part) = parts.iter().find(|part| !part.is_array()) {
        return Err(Fault::new(format!("a {} cannot be put into a matrix", part.describe()))
            .hint("a cell {…} holds values of any kind"));
    }
    if parts.iter().any(Value::is_complex) {
        return joined::<c64>(parts, across);
    }
    if parts.iter().all(|part| part.class() == "logical") {
        return joined::<bool>(parts, across);
    }
    joined::<f64>(parts, across)
}

fn joined<T: Kind>(parts: &[Value], across: bool) -> Result<Value>
where
    SparseArray: From<Sparse<T>>,
{
    let shapes: Vec<(usize, usize)> = parts.iter().map(Value::shape).collect();
    let ((m, n), solid) = layout(&shapes, across)?;
    if solid.is_empty() {
        return Ok(Sparse::<T>::zeros(m, n)?.into());
    }
    let parts = solid.iter().map(|&k| T::of(&parts[k])).collect::<Result<Vec<_>>>()?;
    let parts: Vec<&Sparse<T>> = parts.iter().map(|part| &**part).collect();
    Ok(if across { T::side_by_side(&parts)? } else { T::stacked(&parts)? }.into())
}
