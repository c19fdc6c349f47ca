//! Triangles and diagonals.
//!
//! Diagonal k has the entries (i, i + k): above the main diagonal for k > 0, below it for k < 0.

use super::columns::columns;
use super::matrix::{Entry, Sparse};
use crate::error::{Error, Result};
use crate::linalg::Dense;

/// A diagonal's number, of which only the sign counts when it is beyond every matrix: sums with it do not overflow.
fn limited(k: i64) -> i64 {
    const BEYOND: i64 = 1 << 40;
    k.clamp(-BEYOND, BEYOND)
}

/// The entries on diagonal k and above: O(n log m + their number).
pub fn upper<T: Entry>(a: &Sparse<T>, k: i64) -> Sparse<T> {
    let k = limited(k);
    // Row i of column j stays while j - i >= k.
    kept_rows(a, |j| (0, rows_up_to(a, j as i64 - k)))
}

/// The entries on diagonal k and below.
pub fn lower<T: Entry>(a: &Sparse<T>, k: i64) -> Sparse<T> {
    let k = limited(k);
    kept_rows(a, |j| (rows_up_to(a, j as i64 - k - 1), a.rows()))
}

/// How many rows there are up to and with row `last`.
fn rows_up_to<T: Entry>(a: &Sparse<T>, last: i64) -> usize {
    (last + 1).clamp(0, a.rows() as i64) as usize
}

/// Of column j the rows from `range(j).0` to before `range(j).1`.
fn kept_rows<T: Entry>(a: &Sparse<T>, range: impl Fn(usize) -> (usize, usize)) -> Sparse<T> {
    let mut starts = Vec::with_capacity(a.cols() + 1);
    starts.push(0);
    let (mut places, mut entries) = (Vec::new(), Vec::new());
    for j in 0..a.cols() {
        let (p, x) = a.col(j);
        let (from, to) = range(j);
        let first = p.partition_point(|&i| (i as usize) < from);
        let end = first.max(p.partition_point(|&i| (i as usize) < to));
        places.extend_from_slice(&p[first..end]);
        entries.extend_from_slice(&x[first..end]);
        starts.push(places.len() as u32);
    }
    Sparse::from_parts(a.rows(), a.cols(), starts, places, entries)
}

/// Number of entries of diagonal k of an m×n matrix.
fn diagonal_length(m: usize, n: usize, k: i64) -> usize {
    let (m, n) = (m as i64, n as i64);
    if k >= 0 { m.min(n - k) } else { n.min(m + k) }.max(0) as usize
}

/// Diagonal k as a column.
pub fn diagonal<T: Entry>(a: &Sparse<T>, k: i64) -> Sparse<T> {
    let k = limited(k);
    let length = diagonal_length(a.rows(), a.cols(), k);
    let (row, col) = ((-k).max(0) as usize, k.max(0) as usize);
    let (mut places, mut entries) = (Vec::new(), Vec::new());
    for t in 0..length {
        let (p, x) = a.col(col + t);
        if let Ok(found) = p.binary_search(&((row + t) as u32)) {
            places.push(t as u32);
            entries.push(x[found]);
        }
    }
    let starts = vec![0, places.len() as u32];
    Sparse::from_parts(length, 1, starts, places, entries)
}

/// The square matrix with a vector's entries on diagonal k. [`Error::Argument`] unless `v` is a row or a column.
pub fn on_diagonal<T: Entry>(v: &Sparse<T>, k: i64) -> Result<Sparse<T>> {
    if v.rows() != 1 && v.cols() != 1 {
        let message = format!("a diagonal is made of a vector; this is {}", v.shape());
        return Err(Error::argument("v", message));
    }
    let k = limited(k);
    let length = v.rows() * v.cols();
    let n = length + k.unsigned_abs() as usize;
    let (row, col) = ((-k).max(0) as usize, k.max(0) as usize);
    let of_row = v.rows() == 1 && v.cols() != 1;
    columns(
        n,
        n,
        |j| j,
        || (),
        |_, j, places, entries| {
            let Some(t) = j.checked_sub(col).filter(|&t| t < length) else { return };
            let x = if of_row { v.get(0, t) } else { v.get(t, 0) };
            places.push((row + t) as u32);
            entries.push(x);
        },
    )
}

/// Which diagonals have entries, ascending.
pub fn occupied_diagonals<T: Entry>(a: &Sparse<T>) -> Vec<i64> {
    let mut seen = vec![false; a.rows() + a.cols()];
    for j in 0..a.cols() {
        // Diagonal j - i, counted from that of the lower left corner.
        a.col(j).0.iter().for_each(|&i| seen[j + a.rows() - i as usize] = true);
    }
    let first = a.rows() as i64;
    seen.iter().enumerate().filter(|(_, seen)| **seen).map(|(d, _)| d as i64 - first).collect()
}

/// The row in which the columns of [`diagonals`] have entry (i, j) of an m×n matrix.
fn band_row(m: usize, n: usize, i: usize, j: usize) -> usize {
    if m >= n { j } else { i }
}

/// Diagonals `which` as columns of a full min(m,n)×d matrix, as `spdiags` lays them out: entry (i,j) in row j when m ≥ n
/// and in row i otherwise.
pub fn diagonals<T: Entry>(a: &Sparse<T>, which: &[i64]) -> Result<Dense<T>> {
    let (m, n) = (a.rows(), a.cols());
    let mut bands = Dense::filled(m.min(n), which.len(), T::default())?;
    for (d, &k) in which.iter().enumerate() {
        let k = limited(k);
        let (row, col) = ((-k).max(0) as usize, k.max(0) as usize);
        let band = bands.col_mut(d);
        for t in 0..diagonal_length(m, n, k) {
            band[band_row(m, n, row + t, col + t)] = a.get(row + t, col + t);
        }
    }
    Ok(bands)
}

/// The m×n matrix with the columns of `bands` on the diagonals `which`, laid out as [`diagonals`] does; diagonals beyond the
/// matrix are left out, and of equal ones the last counts.
///
/// [`Error::Argument`] when there are not as many columns as diagonals, or too few rows.
pub fn from_diagonals<T: Entry>(
    bands: &Dense<T>,
    which: &[i64],
    m: usize,
    n: usize,
) -> Result<Sparse<T>> {
    if bands.cols() != which.len() {
        let message = format!(
            "there must be a column for each diagonal; there are {} columns and {} diagonals",
            bands.cols(),
            which.len()
        );
        return Err(Error::argument("d", message));
    }
    for &k in which {
        let k = limited(k);
        let length = diagonal_length(m, n, k);
        let last = band_row(m, n, (-k).max(0) as usize + length, k.max(0) as usize + length);
        if length > 0 && last > bands.rows() {
            let message = format!(
                "diagonal {k} of a {m}×{n} matrix needs {last} rows; there are {}",
                bands.rows()
            );
            return Err(Error::argument("B", message));
        }
    }
    // Rows ascend as diagonals descend.
    let mut order: Vec<(i64, usize)> = which.iter().map(|&k| limited(k)).zip(0..).collect();
    order.sort_by(|a, b| b.cmp(a));
    order.dedup_by_key(|(k, _)| *k);
    columns(
        m,
        n,
        |j| j * order.len(),
        || (),
        |_, j, places, entries| {
            for &(k, d) in &order {
                let Some(i) = usize::try_from(j as i64 - k).ok().filter(|&i| i < m) else {
                    continue;
                };
                places.push(i as u32);
                entries.push(bands[(band_row(m, n, i, j), d)]);
            }
        },
    )
}
