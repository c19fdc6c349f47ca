//! Making a matrix column by column on all threads.
//!
//! Columns are divided into parts of about equal work. Each part is made by one thread into vectors of its own, and the
//! parts are then copied behind one another, which costs one pass over the result. What a column holds does not depend on
//! the division, so that results are the same for any number of threads.

use super::matrix::{Entry, Sparse, require_entries, require_sides};
use super::slots::in_parts;
use crate::error::Result;
use crate::linalg::simd::clean;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Entries from which columns are divided among threads: some tens of microseconds of one thread.
const PARALLEL: usize = 1 << 14;
/// Parts per thread, so that a thread that is done early has something left to take.
const SHARES: usize = 4;

/// Consecutive columns of a matrix in the making.
struct Part<T> {
    ends: Vec<u32>,
    places: Vec<u32>,
    entries: Vec<T>,
}

/// The m×n matrix of the columns that `column(scratch, j, places, entries)` appends, places ascending; zeros are dropped.
///
/// `before(j)` is an upper bound of the entries, zeros included, of the columns before j, ascending with j: it divides the
/// work and sizes the vectors. Each part has its own `scratch()`. [`crate::Error::Argument`] when there are too many
/// entries.
pub(super) fn columns<T: Entry, S>(
    rows: usize,
    cols: usize,
    before: impl Fn(usize) -> usize + Sync,
    scratch: impl Fn() -> S + Sync,
    column: impl Fn(&mut S, usize, &mut Vec<u32>, &mut Vec<T>) + Sync,
) -> Result<Sparse<T>> {
    require_sides(rows, cols)?;
    let make = |range: Range<usize>| {
        clean();
        let most = before(range.end) - before(range.start);
        let (mut places, mut entries) = (Vec::with_capacity(most), Vec::with_capacity(most));
        let mut ends = Vec::with_capacity(range.len());
        let mut scratch = scratch();
        for j in range {
            let first = entries.len();
            column(&mut scratch, j, &mut places, &mut entries);
            drop_zeros(first, &mut places, &mut entries);
            // More than fits is refused below, before an end is read.
            ends.push(entries.len() as u32);
        }
        Part { ends, places, entries }
    };
    let ranges = division(cols, &before);
    let parts: Vec<Part<T>> = match ranges.len() {
        1 => ranges.into_iter().map(make).collect(),
        _ => ranges.into_par_iter().map(make).collect(),
    };
    join(rows, cols, parts)
}

/// The columns from 0 to `cols` in parts of about equal work: one part when threads would not pay.
pub(super) fn division(cols: usize, before: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let (work, threads) = (before(cols), rayon::current_num_threads());
    if work < PARALLEL || threads == 1 {
        return std::iter::once(0..cols).collect();
    }
    split((threads * SHARES).min(work / (PARALLEL / 4)), cols, before)
}

/// The columns from 0 to `cols` in at most `count` parts of about equal work, at least one.
pub(super) fn split(
    count: usize,
    cols: usize,
    before: impl Fn(usize) -> usize,
) -> Vec<Range<usize>> {
    let (work, count) = (before(cols), count.max(1));
    let mut ranges = Vec::with_capacity(count);
    let mut first = 0;
    for part in 1..=count {
        let target = (work as u128 * part as u128 / count as u128) as usize;
        let end = if part == count { cols } else { first_from(first, cols, &before, target) };
        if end > first || (part == count && ranges.is_empty()) {
            ranges.push(first..end);
            first = end;
        }
    }
    ranges
}

/// Divides a slice among consecutive ranges, of which those before j have `ends(j)` of it.
pub(super) fn divide<'a, T>(
    mut rest: &'a mut [T],
    ranges: &[Range<usize>],
    ends: impl Fn(usize) -> usize,
) -> Vec<(Range<usize>, &'a mut [T])> {
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let (part, after) = rest.split_at_mut(ends(range.end) - ends(range.start));
        parts.push((range.clone(), part));
        rest = after;
    }
    parts
}

/// Does all parts, on all threads when there is more than one.
pub(super) fn each<P: Send>(parts: Vec<P>, f: impl Fn(P) + Sync + Send) {
    let f = |part| {
        clean();
        f(part);
    };
    match parts.len() {
        0 | 1 => parts.into_iter().for_each(f),
        _ => parts.into_par_iter().for_each(f),
    }
}

/// Does all parts, each thread taking the next one that is left, with one `scratch()` for all that it does.
pub(super) fn each_with<P: Send, S>(
    parts: Vec<P>,
    scratch: impl Fn() -> S + Sync + Send,
    f: impl Fn(&mut S, P) + Sync + Send,
) {
    let count = parts.len().min(rayon::current_num_threads());
    let queue = Mutex::new(parts.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = |_: usize| {
        clean();
        let mut scratch = scratch();
        while let Some(part) = next() {
            f(&mut scratch, part);
        }
    };
    if count > 1 {
        (0..count).into_par_iter().for_each(work);
    } else {
        work(0);
    }
}

/// The first column in `low..high` before which there is `target` of the work.
fn first_from(
    mut low: usize,
    mut high: usize,
    before: impl Fn(usize) -> usize,
    target: usize,
) -> usize {
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) < target {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Drops the zeros from entry `first` on.
fn drop_zeros<T: Entry>(first: usize, places: &mut Vec<u32>, entries: &mut Vec<T>) {
    let Some(zero) = entries[first..].iter().position(|x| x.is_zero()) else { return };
    let mut kept = first + zero;
    for k in kept + 1..entries.len() {
        if !entries[k].is_zero() {
            (places[kept], entries[kept]) = (places[k], entries[k]);
            kept += 1;
        }
    }
    places.truncate(kept);
    entries.truncate(kept);
}

fn join<T: Entry>(rows: usize, cols: usize, mut parts: Vec<Part<T>>) -> Result<Sparse<T>> {
    let total: usize = parts.iter().map(|part| part.entries.len()).sum();
    require_entries(total)?;
    let mut starts = Vec::with_capacity(cols + 1);
    starts.push(0);
    let mut first = 0;
    for part in &parts {
        starts.extend(part.ends.iter().map(|end| first + end));
        first += part.entries.len() as u32;
    }
    if parts.len() == 1
        && let Some(mut part) = parts.pop()
    {
        // Bounds can be far above what there is.
        if part.entries.capacity() / 2 > total {
            part.places.shrink_to_fit();
            part.entries.shrink_to_fit();
        }
        return Ok(Sparse::from_parts(rows, cols, starts, part.places, part.entries));
    }
    let lengths: Vec<usize> = parts.iter().map(|part| part.entries.len()).collect();
    let (places, entries) = in_parts(&lengths, |part, places, entries| {
        places.copy(&parts[part].places);
        entries.copy(&parts[part].entries);
    });
    Ok(Sparse::from_parts(rows, cols, starts, places, entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_a_whole() {
        for n in [0, 1, 7, 5000] {
            let each = 9;
            let column = |_: &mut (), j: usize, places: &mut Vec<u32>, entries: &mut Vec<f64>| {
                for i in 0..each {
                    places.push(i as u32);
                    entries.push(if (i + j).is_multiple_of(3) { 0.0 } else { (i * j + 1) as f64 });
                }
            };
            let made = columns(each, n, |j| j * each, || (), column).unwrap();
            for j in 0..n {
                for i in 0..each {
                    let expected = if (i + j).is_multiple_of(3) { 0.0 } else { (i * j + 1) as f64 };
                    assert_eq!(made.get(i, j), expected);
                }
            }
            assert!(made.nnz() <= n * each * 2 / 3 + 1);
        }
    }

    #[test]
    fn work_is_divided_evenly() {
        // All of the work is in the last columns.
        let before = |j: usize| if j < 900 { 0 } else { (j - 900) * 10_000 };
        let ranges = division(1000, before);
        assert_eq!((ranges[0].start, ranges[ranges.len() - 1].end), (0, 1000));
        assert!(ranges.windows(2).all(|w| w[0].end == w[1].start));
        if rayon::current_num_threads() > 1 {
            assert!(ranges.iter().all(|r| before(r.end) - before(r.start) <= 300_000));
        }
    }
}
