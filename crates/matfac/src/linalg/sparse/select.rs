//! Parts by lists of rows and columns, and by linear positions.

use super::columns::columns;
use super::matrix::{Entry, Sparse};
use crate::error::{Error, Result};
use std::ops::Range;

/// Rows or columns, from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Picks<'a> {
    /// Each, in order.
    All,
    /// Those from the first to before the second.
    Span(usize, usize),
    /// In any order, with repetitions.
    List(&'a [usize]),
}

impl<'a> Picks<'a> {
    /// How many are picked of `side`.
    pub fn count(&self, side: usize) -> usize {
        match self {
            Picks::All => side,
            Picks::Span(first, end) => end - first,
            Picks::List(list) => list.len(),
        }
    }

    /// The picked one at `k`.
    pub fn at(&self, k: usize) -> usize {
        match self {
            Picks::All => k,
            Picks::Span(first, _) => first + k,
            Picks::List(list) => list[k],
        }
    }

    /// A list of consecutive numbers as a span.
    pub(super) fn simplified(self, side: usize) -> Picks<'a> {
        match self {
            Picks::All => Picks::Span(0, side),
            Picks::List([]) => Picks::Span(0, 0),
            Picks::List(list) if list.windows(2).all(|w| w[1] == w[0] + 1) => {
                Picks::Span(list[0], list[0] + list.len())
            }
            other => other,
        }
    }

    /// [`Error::Argument`] unless all are below `side`.
    pub(super) fn require_below(&self, side: usize, what: &'static str) -> Result<()> {
        let outside = match self {
            Picks::Span(first, end) if *end > side || first > end => Some(end.saturating_sub(1)),
            Picks::List(list) => list.iter().copied().find(|&i| i >= side),
            _ => None,
        };
        match outside {
            None => Ok(()),
            Some(i) => {
                let message = format!("{what} {} is outside 1…{side}", i.saturating_add(1));
                Err(Error::argument(what, message))
            }
        }
    }
}

/// The rows `rows` of the columns `cols`: `A(rows, cols)`.
///
/// Consecutive rows are found by bisection; other lists take O(m + |rows|) and a sort of each column that they put out of
/// order. [`Error::Argument`] when one is outside.
pub fn submatrix<T: Entry>(a: &Sparse<T>, rows: Picks<'_>, cols: Picks<'_>) -> Result<Sparse<T>> {
    rows.require_below(a.rows(), "row")?;
    cols.require_below(a.cols(), "column")?;
    let (m, n) = (rows.count(a.rows()), cols.count(a.cols()));
    let mut before = Vec::with_capacity(n + 1);
    before.push(0);
    (0..n).for_each(|j| before.push(before[j] + a.col_nnz(cols.at(j))));
    match rows.simplified(a.rows()) {
        Picks::Span(0, end) if end == a.rows() => whole_columns(a, cols, &before),
        Picks::Span(first, end) => {
            let range = first as u32..end as u32;
            columns(
                m,
                n,
                |j| before[j],
                || (),
                |_, j, places, entries| span(a.col(cols.at(j)), range.clone(), places, entries),
            )
        }
        Picks::List(list) if list.len() * n * 8 < a.rows() + before[n] => columns(
            m,
            n,
            |j| j * m,
            || (),
            |_, j, places, entries| {
                for (k, &i) in list.iter().enumerate() {
                    let x = a.get(i, cols.at(j));
                    if !x.is_zero() {
                        places.push(k as u32);
                        entries.push(x);
                    }
                }
            },
        ),
        rows => gathered(a, rows, cols, &before),
    }
}

/// All rows of some columns: their entries as they are, those of neighbours in one piece.
fn whole_columns<T: Entry>(a: &Sparse<T>, cols: Picks<'_>, before: &[usize]) -> Result<Sparse<T>> {
    let n = before.len() - 1;
    if let Picks::Span(first, end) = cols.simplified(a.cols()) {
        let from = a.starts()[first];
        let starts = a.starts()[first..=end].iter().map(|start| start - from).collect();
        let range = from as usize..a.starts()[end] as usize;
        let (places, entries) = (&a.places()[range.clone()], &a.entries()[range]);
        return Ok(Sparse::from_parts(a.rows(), n, starts, places.to_vec(), entries.to_vec()));
    }
    columns(
        a.rows(),
        n,
        |j| before[j],
        || (),
        |_, j, places, entries| {
            let (p, x) = a.col(cols.at(j));
            places.extend_from_slice(p);
            entries.extend_from_slice(x);
        },
    )
}

/// The entries of a column whose places are in `range`.
fn span<T: Entry>(
    (p, x): (&[u32], &[T]),
    range: Range<u32>,
    places: &mut Vec<u32>,
    entries: &mut Vec<T>,
) {
    let first = p.partition_point(|&i| i < range.start);
    let end = first + p[first..].partition_point(|&i| i < range.end);
    places.extend(p[first..end].iter().map(|i| i - range.start));
    entries.extend_from_slice(&x[first..end]);
}

/// For each row of the matrix where it goes: to `targets[starts[i]..starts[i + 1]]`.
fn gathered<T: Entry>(
    a: &Sparse<T>,
    rows: Picks<'_>,
    cols: Picks<'_>,
    before: &[usize],
) -> Result<Sparse<T>> {
    let m = rows.count(a.rows());
    let mut starts = vec![0u32; a.rows() + 1];
    (0..m).for_each(|k| starts[rows.at(k) + 1] += 1);
    (0..a.rows()).for_each(|i| starts[i + 1] += starts[i]);
    let mut next = starts.clone();
    let mut targets = vec![0u32; m];
    for k in 0..m {
        let slot = &mut next[rows.at(k)];
        targets[*slot as usize] = k as u32;
        *slot += 1;
    }
    let ascends = (1..m).all(|k| rows.at(k - 1) < rows.at(k));
    columns(
        m,
        before.len() - 1,
        |j| before[j],
        Vec::new,
        |sorted: &mut Vec<(u32, T)>, j, places, entries| {
            let (p, x) = a.col(cols.at(j));
            sorted.clear();
            for (&i, &x) in p.iter().zip(x) {
                let (first, end) = (starts[i as usize] as usize, starts[i as usize + 1] as usize);
                sorted.extend(targets[first..end].iter().map(|&k| (k, x)));
            }
            if !ascends {
                sorted.sort_unstable_by_key(|&(k, _)| k);
            }
            places.extend(sorted.iter().map(|&(k, _)| k));
            entries.extend(sorted.iter().map(|&(_, x)| x));
        },
    )
}

/// The m×n matrix, column after column, of the entries at linear positions from 0: `A(list)`.
///
/// O(k log nnz) for k positions. [`Error::Argument`] when one is outside, or their number is not m·n.
pub fn at_positions<T: Entry>(
    a: &Sparse<T>,
    positions: &[usize],
    m: usize,
    n: usize,
) -> Result<Sparse<T>> {
    let length = a.rows() as u128 * a.cols() as u128;
    if let Some(&k) = positions.iter().find(|&&k| k as u128 >= length) {
        let message = format!("position {} is outside 1…{length}", k.saturating_add(1));
        return Err(Error::argument("index", message));
    }
    if positions.len() as u128 != m as u128 * n as u128 {
        let message = format!("{} entries do not make a {m}×{n} matrix", positions.len());
        return Err(Error::argument("index", message));
    }
    let rows = a.rows().max(1);
    Sparse::from_columns(m, n, |j, places, entries| {
        for (i, &k) in positions[j * m..(j + 1) * m].iter().enumerate() {
            let x = a.get(k % rows, k / rows);
            if !x.is_zero() {
                places.push(i as u32);
                entries.push(x);
            }
        }
        Ok(())
    })
}

/// The matrix without some of its rows, in any order and with repetitions.
pub fn without_rows<T: Entry>(a: &Sparse<T>, rows: &[usize]) -> Result<Sparse<T>> {
    submatrix(a, Picks::List(&others(a.rows(), rows, "row")?), Picks::All)
}

/// The matrix without some of its columns, in any order and with repetitions.
pub fn without_columns<T: Entry>(a: &Sparse<T>, cols: &[usize]) -> Result<Sparse<T>> {
    submatrix(a, Picks::All, Picks::List(&others(a.cols(), cols, "column")?))
}

/// What is below `side` and not in the list, ascending.
fn others(side: usize, list: &[usize], what: &'static str) -> Result<Vec<usize>> {
    Picks::List(list).require_below(side, what)?;
    let mut stays = vec![true; side];
    list.iter().for_each(|&i| stays[i] = false);
    Ok((0..side).filter(|&i| stays[i]).collect())
}
