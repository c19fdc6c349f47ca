//! Matrices beside and above one another, and other shapes of the same entries: O(n + nnz).

use super::columns::columns;
use super::matrix::{Entry, Sparse, require_entries, require_sides};
use crate::error::{Error, Result, Shape};

/// `[A, B, …]`. [`Error::Shapes`] unless all have as many rows.
pub fn side_by_side<T: Entry>(parts: &[&Sparse<T>]) -> Result<Sparse<T>> {
    let Some((first, others)) = parts.split_first() else { return Sparse::zeros(0, 0) };
    if let Some(other) = others.iter().find(|other| other.rows() != first.rows()) {
        return Err(misfit("put side by side", first.shape(), other.shape(), "rows"));
    }
    let cols = parts.iter().fold(0usize, |sum, part| sum.saturating_add(part.cols()));
    let nnz = parts.iter().map(|part| part.nnz()).sum();
    require_sides(first.rows(), cols)?;
    require_entries(nnz)?;
    let mut starts = Vec::with_capacity(cols + 1);
    starts.push(0);
    let (mut places, mut entries) = (Vec::with_capacity(nnz), Vec::with_capacity(nnz));
    for part in parts {
        let held = places.len() as u32;
        starts.extend(part.starts()[1..].iter().map(|end| held + end));
        places.extend_from_slice(part.places());
        entries.extend_from_slice(part.entries());
    }
    Ok(Sparse::from_parts(first.rows(), cols, starts, places, entries))
}

/// `[A; B; …]`. [`Error::Shapes`] unless all have as many columns.
pub fn stacked<T: Entry>(parts: &[&Sparse<T>]) -> Result<Sparse<T>> {
    let Some((first, others)) = parts.split_first() else { return Sparse::zeros(0, 0) };
    if let Some(other) = others.iter().find(|other| other.cols() != first.cols()) {
        return Err(misfit("put above one another", first.shape(), other.shape(), "columns"));
    }
    let rows = parts.iter().fold(0usize, |sum, part| sum.saturating_add(part.rows()));
    require_sides(rows, first.cols())?;
    require_entries(parts.iter().map(|part| part.nnz()).sum())?;
    columns(
        rows,
        first.cols(),
        |j| parts.iter().map(|part| part.starts()[j] as usize).sum(),
        || (),
        |_, j, places, entries| {
            let mut above = 0;
            for part in parts {
                let (p, x) = part.col(j);
                places.extend(p.iter().map(|i| i + above));
                entries.extend_from_slice(x);
                above += part.rows() as u32;
            }
        },
    )
}

fn misfit(operation: &'static str, left: Shape, right: Shape, what: &str) -> Error {
    let hint = Some(format!("both must have the same number of {what}"));
    Error::Shapes { operation, left, right, hint }
}

/// The same entries, column after column, as an m×n matrix. [`Error::Shapes`] when their number differs.
pub fn reshaped<T: Entry>(a: &Sparse<T>, m: usize, n: usize) -> Result<Sparse<T>> {
    let (old, new) = (a.shape(), Shape(m, n));
    if old.0 as u128 * old.1 as u128 != m as u128 * n as u128 {
        let hint = Some("the number of entries, zeros included, must stay".into());
        return Err(Error::Shapes { operation: "reshape", left: old, right: new, hint });
    }
    require_sides(m, n)?;
    let mut starts = vec![0u32; n + 1];
    let mut places = Vec::with_capacity(a.nnz());
    for j in 0..a.cols() {
        let above = j as u64 * old.0 as u64;
        for &i in a.col(j).0 {
            let position = above + u64::from(i);
            starts[(position / m as u64) as usize + 1] += 1;
            places.push((position % m as u64) as u32);
        }
    }
    (0..n).for_each(|j| starts[j + 1] += starts[j]);
    Ok(Sparse::from_parts(m, n, starts, places, a.entries().to_vec()))
}

/// The matrix as an m×n one: with zeros where it grows, without what no longer fits.
pub fn resized<T: Entry>(a: &Sparse<T>, m: usize, n: usize) -> Result<Sparse<T>> {
    require_sides(m, n)?;
    if m >= a.rows() {
        let kept = n.min(a.cols());
        let nnz = a.starts()[kept];
        let mut starts = a.starts()[..=kept].to_vec();
        starts.resize(n + 1, nnz);
        let (places, entries) = (&a.places()[..nnz as usize], &a.entries()[..nnz as usize]);
        return Ok(Sparse::from_parts(m, n, starts, places.to_vec(), entries.to_vec()));
    }
    use super::select::{Picks, submatrix};
    let narrow = submatrix(a, Picks::Span(0, m), Picks::Span(0, n.min(a.cols())))?;
    if n > a.cols() { resized(&narrow, m, n) } else { Ok(narrow) }
}
