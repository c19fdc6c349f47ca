//! Incomplete LU factorization in Crout's order: row k of U and column k of L together, so that both can be dropped from
//! by their size when they are complete.
//!
//! Reference: Li, Saad, Chow, Crout versions of ILU for general sparse matrices, SIAM J. Sci. Comput. 25 (2003). Cost: the
//! multiplications of the updates that are made.

use super::ilu::{Ilu, Milu};
use crate::error::{Error, Result};
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};

const NONE: u32 = u32::MAX;

/// L by columns, or U by rows, without the diagonal, and lists of those that have an entry in the line that is next.
struct Lines<T> {
    starts: Vec<u32>,
    places: Vec<u32>,
    entries: Vec<T>,
    first: Vec<u32>,
    next: Vec<u32>,
    at: Vec<u32>,
}

impl<T: Scalar + Entry> Lines<T> {
    fn new(n: usize) -> Lines<T> {
        Lines {
            starts: vec![0],
            places: Vec::new(),
            entries: Vec::new(),
            first: vec![NONE; n],
            next: vec![NONE; n],
            at: vec![0; n],
        }
    }

    /// The lines with an entry at place k, that entry, and where what follows it begins.
    fn crossing(&self, k: usize, found: &mut Vec<(u32, T, usize)>) {
        found.clear();
        let mut j = self.first[k];
        while j != NONE {
            let at = self.at[j as usize] as usize;
            found.push((j, self.entries[at], at));
            j = self.next[j as usize];
        }
    }

    fn enlist(&mut self, j: u32, at: usize) {
        if at < self.starts[j as usize + 1] as usize {
            let place = self.places[at] as usize;
            self.at[j as usize] = at as u32;
            self.next[j as usize] = self.first[place];
            self.first[place] = j;
        }
    }

    fn end(&self, j: u32) -> usize {
        self.starts[j as usize + 1] as usize
    }
}

/// A line that is being made.
struct Work<T> {
    values: Vec<T>,
    places: Vec<u32>,
    taken: Vec<bool>,
}

impl<T: Scalar + Entry> Work<T> {
    fn add(&mut self, i: u32, x: T) {
        if !std::mem::replace(&mut self.taken[i as usize], true) {
            self.values[i as usize] = T::ZERO;
            self.places.push(i);
        }
        self.values[i as usize] += x;
    }

    /// Empties the line into `lines`, divided by `pivot`; small entries go to `dropped`.
    fn store(
        &mut self,
        lines: &mut Lines<T>,
        limit: f64,
        pivot: T,
        mut dropped: impl FnMut(usize, T),
    ) {
        self.places.sort_unstable();
        for &i in &self.places {
            self.taken[i as usize] = false;
            let x = self.values[i as usize];
            if x.modulus() < limit {
                dropped(i as usize, x);
                continue;
            }
            let x = x.over(pivot);
            if !x.is_zero() {
                lines.places.push(i);
                lines.entries.push(x);
            }
        }
        self.places.clear();
        let begin = *lines.starts.last().unwrap_or(&0) as usize;
        let k = lines.starts.len() - 1;
        lines.starts.push(lines.places.len() as u32);
        lines.enlist(k as u32, begin);
    }

    /// What will be dropped, so that it can be added to the pivot before anything is divided by that.
    fn small(&self, limit: f64) -> T {
        let all = self.places.iter().map(|&i| self.values[i as usize]);
        all.filter(|x| x.modulus() < limit).sum()
    }
}

pub(super) fn decompose<T: Scalar + Entry>(
    a: &Sparse<T>,
    droptol: f64,
    milu: Milu,
) -> Result<Ilu<T>> {
    let n = a.cols();
    let by_rows = a.transposed();
    let (mut l, mut u) = (Lines::<T>::new(n), Lines::<T>::new(n));
    let line = || Work { values: vec![T::ZERO; n], places: Vec::new(), taken: vec![false; n] };
    let (mut row, mut col) = (line(), line());
    let mut diagonal = vec![T::ZERO; n];
    let mut added = vec![T::ZERO; n];
    let (mut in_l, mut in_u) = (Vec::new(), Vec::new());
    for k in 0..n {
        let mut pivot = added[k];
        for (source, line) in [(&by_rows, &mut row), (a, &mut col)] {
            let (places, values) = source.col(k);
            let after = places.partition_point(|&i| i as usize <= k);
            places[after..].iter().zip(&values[after..]).for_each(|(&i, &x)| line.add(i, x));
        }
        pivot += a.get(k, k);
        l.crossing(k, &mut in_l);
        u.crossing(k, &mut in_u);
        // Row k of U loses l(k,i)*U(i,:), and column k of L loses L(:,i)*u(i,k).
        for &(i, factor, _) in &in_l {
            let begin = u.starts[i as usize] as usize;
            let from = begin + u.places[begin..u.end(i)].partition_point(|&j| (j as usize) < k);
            for p in from..u.end(i) {
                match u.places[p] as usize == k {
                    true => pivot -= factor * u.entries[p],
                    false => row.add(u.places[p], -(factor * u.entries[p])),
                }
            }
        }
        for &(i, factor, _) in &in_u {
            let begin = l.starts[i as usize] as usize;
            let from = begin + l.places[begin..l.end(i)].partition_point(|&j| (j as usize) <= k);
            for p in from..l.end(i) {
                col.add(l.places[p], -(l.entries[p] * factor));
            }
        }
        in_l.iter().for_each(|&(i, _, at)| l.enlist(i, at + 1));
        in_u.iter().for_each(|&(i, _, at)| u.enlist(i, at + 1));
        let limits = [&by_rows, a].map(|m| droptol * T::euclidean(m.col(k).1));
        match milu {
            Milu::Off => {}
            Milu::Row => pivot += row.small(limits[0]),
            Milu::Col => pivot += col.small(limits[1]),
        }
        if pivot == T::ZERO || pivot.bad_part().is_some() {
            return Err(Error::Singular { operation: "ilu", pivot: k + 1 });
        }
        diagonal[k] = pivot;
        row.store(&mut u, limits[0], T::ONE, |j, x| {
            if milu == Milu::Col {
                added[j] += x;
            }
        });
        col.store(&mut l, limits[1], pivot, |i, x| {
            if milu == Milu::Row {
                added[i] += x;
            }
        });
    }
    let with_diagonal = |lines: Lines<T>, diagonal: &dyn Fn(usize) -> T| {
        Sparse::from_columns(n, n, |j, places, entries| {
            let range = lines.starts[j] as usize..lines.starts[j + 1] as usize;
            places.push(j as u32);
            entries.push(diagonal(j));
            places.extend_from_slice(&lines.places[range.clone()]);
            entries.extend_from_slice(&lines.entries[range]);
            Ok(())
        })
    };
    let lower = with_diagonal(l, &|_| T::ONE)?;
    let upper = with_diagonal(u, &|j| diagonal[j])?.transposed();
    Ok(Ilu { l: lower, u: upper, pivots: None })
}
