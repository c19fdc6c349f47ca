//! Compression of (row, column, entry) triplets, as `sparse(i, j, v)` has them.

use super::matrix::{Entry, LIMIT, Sparse, require_entries, require_sides};
use crate::error::{Error, Result};

/// What becomes of entries for the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// They are added (of logicals: any).
    Sum,
    /// The last counts.
    Last,
}

/// The rows and columns of triplets as numbers from 1, and the sides of the matrix where they are given.
#[derive(Debug, Clone, Copy)]
pub struct Indices<'a> {
    /// Rows; a single one is meant for every triplet.
    pub rows: &'a [f64],
    /// Columns; a single one is meant for every triplet.
    pub cols: &'a [f64],
    /// m; the largest row when not given.
    pub m: Option<usize>,
    /// n; the largest column when not given.
    pub n: Option<usize>,
}

/// The matrix with `entries[k]` at row `rows[k]`, column `cols[k]`: `sparse(i, j, v, m, n)`. Lists of one are repeated.
///
/// [`Error::Argument`] when lengths differ or an index is not a whole number inside the matrix, which names the triplet.
pub fn from_indices<T: Entry>(
    indices: &Indices<'_>,
    entries: &[T],
    duplicates: Duplicates,
) -> Result<Sparse<T>> {
    let lengths = [indices.rows.len(), indices.cols.len(), entries.len()];
    let count = lengths.into_iter().find(|&l| l != 1).unwrap_or(1);
    if lengths.iter().any(|&l| l != 1 && l != count) {
        return Err(uneven(lengths));
    }
    let rows = from_one(indices.rows, indices.m, "i", "row")?;
    let cols = from_one(indices.cols, indices.n, "j", "column")?;
    let side = |given: Option<usize>, list: &[u32]| {
        given.unwrap_or_else(|| list.iter().max().map_or(0, |&i| i as usize + 1))
    };
    let (m, n) = (side(indices.m, &rows), side(indices.n, &cols));
    let repeated = |list: Vec<u32>| if list.len() == 1 { vec![list[0]; count] } else { list };
    let values;
    let entries = if entries.len() == 1 && count != 1 {
        values = vec![entries[0]; count];
        &values
    } else {
        entries
    };
    Sparse::from_triplets(m, n, &repeated(rows), &repeated(cols), entries, duplicates, T::joined)
}

fn uneven(lengths: [usize; 3]) -> Error {
    let [rows, cols, entries] = lengths;
    let message = format!(
        "sparse needs as many rows, columns and entries; there are {rows}, {cols} and {entries}"
    );
    Error::argument("i", message)
}

/// Indices from 1 as indices from 0.
fn from_one(list: &[f64], side: Option<usize>, name: &'static str, what: &str) -> Result<Vec<u32>> {
    let most = side.unwrap_or(LIMIT).min(LIMIT) as f64;
    let bad = |&x: &f64| !(x >= 1.0 && x <= most && x.fract() == 0.0);
    match list.iter().position(bad) {
        None => Ok(list.iter().map(|&x| x as u32 - 1).collect()),
        Some(k) => {
            let x = list[k];
            let reason = if x.fract() != 0.0 && x.is_finite() || x.is_nan() {
                format!("triplet {}: {what} {x} is not a whole number", k + 1)
            } else {
                format!("triplet {}: {what} {x} is outside 1…{most}", k + 1)
            };
            Err(Error::argument(name, reason))
        }
    }
}

impl<T: Entry> Sparse<T> {
    /// The m×n matrix with `entries[k]` at row `rows[k]`, column `cols[k]`, both from 0.
    ///
    /// Two stable counting sorts, by row and then by column: O(m + n + nnz). `add` joins duplicates under
    /// [`Duplicates::Sum`], in the order given. [`Error::Argument`] when lengths differ or an index is outside, which names
    /// the triplet.
    pub fn from_triplets(
        m: usize,
        n: usize,
        rows: &[u32],
        cols: &[u32],
        entries: &[T],
        duplicates: Duplicates,
        add: impl Fn(T, T) -> T,
    ) -> Result<Sparse<T>> {
        require_sides(m, n)?;
        require_entries(entries.len())?;
        if rows.len() != entries.len() || cols.len() != entries.len() {
            return Err(uneven([rows.len(), cols.len(), entries.len()]));
        }
        let outside = |list: &[u32], side: usize, name: &'static str, what: &str| match list
            .iter()
            .position(|&i| i as usize >= side)
        {
            None => Ok(()),
            Some(k) => {
                let message = format!(
                    "triplet {}: {what} {} is outside 1…{side}",
                    k + 1,
                    u64::from(list[k]) + 1
                );
                Err(Error::argument(name, message))
            }
        };
        outside(rows, m, "i", "row")?;
        outside(cols, n, "j", "column")?;
        // By row first: the transpose of this, which is a stable sort by column, has its places in order.
        let mut starts = vec![0u32; m + 1];
        rows.iter().for_each(|&i| starts[i as usize + 1] += 1);
        for i in 0..m {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut by_row: Vec<(u32, T)> = vec![(0, T::default()); entries.len()];
        for ((&i, &j), &x) in rows.iter().zip(cols).zip(entries) {
            by_row[next[i as usize] as usize] = (j, x);
            next[i as usize] += 1;
        }
        let mut begins = vec![0u32; n + 1];
        cols.iter().for_each(|&j| begins[j as usize + 1] += 1);
        for j in 0..n {
            begins[j + 1] += begins[j];
        }
        let mut next = begins.clone();
        let mut places = vec![0u32; entries.len()];
        let mut sorted = vec![T::default(); entries.len()];
        for i in 0..m {
            for &(j, x) in &by_row[starts[i] as usize..starts[i + 1] as usize] {
                let k = next[j as usize];
                let first = begins[j as usize];
                if k > first && places[k as usize - 1] == i as u32 {
                    let held = &mut sorted[k as usize - 1];
                    *held = if duplicates == Duplicates::Sum { add(*held, x) } else { x };
                } else {
                    (places[k as usize], sorted[k as usize]) = (i as u32, x);
                    next[j as usize] = k + 1;
                }
            }
        }
        // Joined duplicates have left gaps.
        let mut kept = 0;
        let mut ends = vec![0u32; n + 1];
        for j in 0..n {
            for k in begins[j] as usize..next[j] as usize {
                if !sorted[k].is_zero() {
                    (places[kept], sorted[kept]) = (places[k], sorted[k]);
                    kept += 1;
                }
            }
            ends[j + 1] = kept as u32;
        }
        places.truncate(kept);
        sorted.truncate(kept);
        Ok(Sparse::from_parts(m, n, ends, places, sorted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_added_or_replaced() {
        let (i, j, v) = ([2, 0, 2, 1, 0], [1, 0, 1, 0, 0], [1.0, 2.0, 3.0, 4.0, -2.0]);
        let sum = Sparse::from_triplets(3, 2, &i, &j, &v, Duplicates::Sum, |a, b| a + b).unwrap();
        assert_eq!(sum.triplets().collect::<Vec<_>>(), [(1, 0, 4.0), (2, 1, 4.0)]);
        let last = Sparse::from_triplets(3, 2, &i, &j, &v, Duplicates::Last, |a, b| a + b).unwrap();
        assert_eq!(last.triplets().collect::<Vec<_>>(), [(0, 0, -2.0), (1, 0, 4.0), (2, 1, 3.0)]);
    }

    #[test]
    fn an_index_outside_is_named() {
        let refused =
            Sparse::from_triplets(2, 2, &[0, 2], &[0, 0], &[1.0, 1.0], Duplicates::Sum, |a, _| a);
        assert_eq!(refused.unwrap_err().to_string(), "triplet 2: row 3 is outside 1…2");
    }
}
