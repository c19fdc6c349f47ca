//! Two matrices entry by entry: over the places that either has, or that both have.
//!
//! Columns are merged, O(n + nnz(A) + nnz(B)), on all threads: a first pass over the places alone counts the result's, so
//! that the second one writes where they stay. Which side comes next is as good as random, hence nothing in them branches on
//! it. Matrices with the same places need no merge. With a full matrix, a row or a column only the stored entries are
//! visited.

use super::columns::{columns, divide, division, each};
use super::matrix::{Entry, Sparse, require_entries};
use super::slots::{Slots, in_parts};
use crate::error::{Error, Result, Shape};
use crate::linalg::Dense;
use crate::linalg::broadcast::broadcast_shape;
use crate::linalg::buffer;
use rayon::prelude::*;
use std::hint::select_unpredictable;
use std::sync::atomic::{AtomicBool, Ordering};

/// `f(A(i,j), B(i,j))` wherever one of them is stored. `f(0, 0)` must be 0.
///
/// [`Error::Shapes`] unless the shapes are equal.
pub fn union<T: Entry, U: Entry, V: Entry>(
    operation: &'static str,
    a: &Sparse<T>,
    b: &Sparse<U>,
    f: impl Fn(T, U) -> V + Sync,
) -> Result<Sparse<V>> {
    require_equal(operation, a.shape(), b.shape())?;
    if same_places(a, b) {
        return Ok(entry_by_entry(a, b, f));
    }
    let ranges = division(a.cols(), |j| (a.starts()[j] + b.starts()[j]) as usize);
    let mut counts = vec![0u32; a.cols()];
    each(divide(&mut counts, &ranges, |j| j), |(range, counts)| {
        range.zip(counts).for_each(|(j, count)| *count = either(a.col(j).0, b.col(j).0));
    });
    let of_range = |range: &std::ops::Range<usize>| -> usize {
        counts[range.clone()].iter().map(|&count| count as usize).sum()
    };
    let lengths: Vec<usize> = ranges.iter().map(of_range).collect();
    require_entries(lengths.iter().sum())?;
    let has_zeros = AtomicBool::new(false);
    let (places, entries) = in_parts(&lengths, |part, places, entries| {
        let mut zero = false;
        for j in ranges[part].clone() {
            zero |= merge(a.col(j), b.col(j), &f, places, entries);
        }
        has_zeros.fetch_or(zero, Ordering::Relaxed);
    });
    Ok(closed(a, ends(&counts), places, entries, has_zeros))
}

/// Where columns of so many entries start, and the last one ends.
fn ends(counts: &[u32]) -> Vec<u32> {
    let mut starts = Vec::with_capacity(counts.len() + 1);
    starts.push(0);
    let mut end = 0;
    starts.extend(counts.iter().map(|count| {
        end += count;
        end
    }));
    starts
}

fn closed<T: Entry, V: Entry>(
    a: &Sparse<T>,
    starts: Vec<u32>,
    places: Vec<u32>,
    entries: Vec<V>,
    has_zeros: AtomicBool,
) -> Sparse<V> {
    let close = if has_zeros.into_inner() { Sparse::without_zeros } else { Sparse::from_parts };
    close(a.rows(), a.cols(), starts, places, entries)
}

/// Whether two matrices of one shape have their entries at the same places.
fn same_places<T: Entry, U: Entry>(a: &Sparse<T>, b: &Sparse<U>) -> bool {
    let (p, q) = (a.places(), b.places());
    if p.len() != q.len() || a.starts() != b.starts() {
        return false;
    }
    std::ptr::eq(p, q)
        || p.par_chunks(buffer::CHUNK).zip(q.par_chunks(buffer::CHUNK)).all(|(p, q)| p == q)
}

/// Of two matrices with the same places.
fn entry_by_entry<T: Entry, U: Entry, V: Entry>(
    a: &Sparse<T>,
    b: &Sparse<U>,
    f: impl Fn(T, U) -> V + Sync,
) -> Sparse<V> {
    let has_zeros = AtomicBool::new(false);
    let entries = buffer::build(a.nnz(), |range| {
        let pairs = a.entries()[range.clone()].iter().zip(&b.entries()[range]);
        let results = pairs.map(|(&x, &y)| f(x, y));
        // Once more for the zeros, while it is in the cache: a search that stops at the first would not be vectorised.
        let zero = results.clone().fold(false, |zero, x| zero | x.is_zero());
        has_zeros.fetch_or(zero, Ordering::Relaxed);
        results
    });
    let places = buffer::build(a.nnz(), |range| a.places()[range].iter().copied());
    closed(a, a.starts().to_vec(), places, entries, has_zeros)
}

/// How many places are in either of two ascending lists.
fn either(p: &[u32], q: &[u32]) -> u32 {
    let (mut k, mut l, mut both) = (0, 0, 0);
    while k < p.len() && l < q.len() {
        let (i, j) = (p[k], q[l]);
        both += usize::from(i == j);
        k += usize::from(i <= j);
        l += usize::from(j <= i);
    }
    (p.len() + q.len() - both) as u32
}

/// Appends a column of the union; whether it has zeros.
#[inline(always)]
fn merge<T: Entry, U: Entry, V: Entry>(
    (p, x): (&[u32], &[T]),
    (q, y): (&[u32], &[U]),
    f: impl Fn(T, U) -> V,
    places: &mut Slots<'_, u32>,
    entries: &mut Slots<'_, V>,
) -> bool {
    let (mut k, mut l, mut zero) = (0, 0, false);
    let (x, y) = (&x[..p.len()], &y[..q.len()]);
    while k < p.len() && l < q.len() {
        let (i, j) = (p[k], q[l]);
        let of_a = select_unpredictable(i <= j, x[k], T::default());
        let of_b = select_unpredictable(j <= i, y[l], U::default());
        let entry = f(of_a, of_b);
        zero |= entry.is_zero();
        places.push(i.min(j));
        entries.push(entry);
        k += usize::from(i <= j);
        l += usize::from(j <= i);
    }
    let mut told = |entry: V| {
        zero |= entry.is_zero();
        entry
    };
    places.copy(&p[k..]);
    entries.extend(x[k..].iter().map(|&x| told(f(x, U::default()))));
    places.copy(&q[l..]);
    entries.extend(y[l..].iter().map(|&y| told(f(T::default(), y))));
    zero
}

/// `f(A(i,j), B(i,j))` wherever both are stored, and 0 elsewhere.
///
/// [`Error::Shapes`] unless the shapes are equal.
pub fn intersection<T: Entry, U: Entry, V: Entry>(
    operation: &'static str,
    a: &Sparse<T>,
    b: &Sparse<U>,
    f: impl Fn(T, U) -> V + Sync,
) -> Result<Sparse<V>> {
    require_equal(operation, a.shape(), b.shape())?;
    let fewer = if a.nnz() <= b.nnz() { a.starts() } else { b.starts() };
    columns(
        a.rows(),
        a.cols(),
        |j| fewer[j] as usize,
        || (),
        |_, j, places, entries| {
            let ((p, x), (q, y)) = (a.col(j), b.col(j));
            let (mut k, mut l) = (0, 0);
            while k < p.len() && l < q.len() {
                if p[k] == q[l] {
                    places.push(p[k]);
                    entries.push(f(x[k], y[l]));
                }
                let (left, right) = (p[k] <= q[l], q[l] <= p[k]);
                k += usize::from(left);
                l += usize::from(right);
            }
        },
    )
}

/// `f(A(i,j), B(i,j))` wherever A is stored, for a full B of A's shape, or a row or column of as many entries as A has
/// columns or rows, or 1×1. [`Error::Shapes`] otherwise.
pub fn with_full<T: Entry, U: Copy + Sync, V: Entry>(
    operation: &'static str,
    a: &Sparse<T>,
    b: &Dense<U>,
    f: impl Fn(T, U) -> V + Sync,
) -> Result<Sparse<V>> {
    if broadcast_shape(operation, a.shape(), b.shape())? != a.shape() {
        return Err(Error::Shapes { operation, left: a.shape(), right: b.shape(), hint: None });
    }
    let one_row = b.rows() == 1;
    let (one_column, full) = (b.cols() == 1, b.as_slice());
    columns(
        a.rows(),
        a.cols(),
        |j| a.starts()[j] as usize,
        || (),
        |_, j, places, entries| {
            let (p, x) = a.col(j);
            let first = if one_column { 0 } else { j * b.rows() };
            places.extend_from_slice(p);
            if one_row {
                entries.extend(x.iter().map(|&x| f(x, full[first])));
            } else {
                entries.extend(p.iter().zip(x).map(|(&i, &x)| f(x, full[first + i as usize])));
            }
        },
    )
}

fn require_equal(operation: &'static str, left: Shape, right: Shape) -> Result<()> {
    if left == right {
        return Ok(());
    }
    let hint = match broadcast_shape(operation, left, right) {
        Err(refused) => return Err(refused),
        Ok(_) => "sparse operands must be of equal shape; full(…) of the smaller one is repeated",
    };
    Err(Error::Shapes { operation, left, right, hint: Some(hint.into()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{Matrix, Random};

    /// Entry (i, j) is stored when `picks` says so: whole numbers, so that sums can be zero.
    fn of(m: usize, n: usize, seed: u64, picks: impl Fn(usize, usize) -> bool) -> Sparse<f64> {
        let mut r = Random::seeded(seed);
        let whole = Matrix::from_fn(m, n, |_, _| (5.0 * r.uniform()).floor() - 2.0);
        let full = Matrix::from_fn(m, n, |i, j| if picks(i, j) { whole[(i, j)] } else { 0.0 });
        Sparse::from_dense(&full).unwrap()
    }

    fn expect_sum(a: &Sparse<f64>, b: &Sparse<f64>) {
        let (full_a, full_b) = (a.to_dense().unwrap(), b.to_dense().unwrap());
        let (m, n) = (a.rows(), a.cols());
        for sign in [1.0, -1.0] {
            let made = union("add", a, b, |x, y| x + sign * y).unwrap();
            let full = Matrix::from_fn(m, n, |i, j| full_a[(i, j)] + sign * full_b[(i, j)]);
            assert_eq!(made, Sparse::from_dense(&full).unwrap());
        }
    }

    #[test]
    fn sums_of_all_patterns() {
        // The second is large enough for threads.
        for (m, n) in [(13, 9), (200, 400)] {
            let all = of(m, n, 1, |_, _| true);
            let odd = of(m, n, 2, |i, j| (i + j) % 2 == 1);
            let even = of(m, n, 3, |i, j| (i + j) % 2 == 0);
            let none = of(m, n, 4, |_, _| false);
            let left = of(m, n, 5, |_, j| j < n / 2);
            let list = [&all, &odd, &even, &none, &left];
            list.iter().for_each(|a| list.iter().for_each(|b| expect_sum(a, b)));
        }
        expect_sum(&Sparse::zeros(0, 4).unwrap(), &Sparse::zeros(0, 4).unwrap());
        expect_sum(&Sparse::zeros(4, 0).unwrap(), &Sparse::zeros(4, 0).unwrap());
    }

    #[test]
    fn what_cancels_is_not_stored() {
        let a = of(300, 300, 6, |i, j| (i * j) % 3 == 1);
        let mut b = a.clone();
        let none = union("subtract", &a, &b, |x, y| x - y).unwrap();
        assert_eq!((none.nnz(), none.starts()), (0, &[0u32; 301][..]));
        b.entries_mut()[7] += 1.0;
        let one = union("subtract", &b, &a, |x, y| x - y).unwrap();
        assert_eq!((one.nnz(), one.entries()), (1, &[1.0][..]));
        assert_eq!(union("add", &a, &a, |x, y| x + y).unwrap(), a.map(|x| 2.0 * x));
    }
}
