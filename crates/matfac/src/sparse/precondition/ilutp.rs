//! Incomplete LU factorization with a threshold and row exchanges, column by column.
//!
//! Column j is solved with the columns of L so far in the order of their pivots, which a heap gives, as the fill is found
//! on the way.
//!
//! References: Saad, Iterative Methods for Sparse Linear Systems, section 10.4.4; Gilbert, Peierls, SIAM J. Sci. Stat.
//! Comput. 9 (1988). Cost: the multiplications that are made, and a logarithm for each entry of U.

use super::ilu::Ilu;
use crate::error::{Error, Result};
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What is dropped, and which pivot is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub droptol: f64,
    pub thresh: f64,
    pub udiag: bool,
    /// Whether what is dropped is added to the pivot.
    pub add: bool,
}

const NONE: u32 = u32::MAX;

struct Columns<T> {
    starts: Vec<u32>,
    places: Vec<u32>,
    entries: Vec<T>,
}

impl<T> Columns<T> {
    fn new() -> Columns<T> {
        Columns { starts: vec![0], places: Vec::new(), entries: Vec::new() }
    }

    fn push(&mut self, place: u32, entry: T) {
        self.places.push(place);
        self.entries.push(entry);
    }

    fn range(&self, j: usize) -> std::ops::Range<usize> {
        self.starts[j] as usize..self.starts[j + 1] as usize
    }
}

pub(super) fn decompose<T: Scalar + Entry>(a: &Sparse<T>, rule: Rule) -> Result<Ilu<T>> {
    let n = a.cols();
    // L with the rows of A, U with the order of the pivots.
    let (mut l, mut u) = (Columns::new(), Columns::new());
    // The pivot that each row became, and the row of each pivot.
    let mut pivot_of = vec![NONE; n];
    let mut row_of: Vec<u32> = (0..n as u32).collect();
    let mut place_of: Vec<u32> = (0..n as u32).collect();
    let mut work = vec![T::ZERO; n];
    let mut taken = vec![false; n];
    let (mut rows, mut heap) = (Vec::new(), BinaryHeap::new());
    for j in 0..n {
        let (places, values) = a.col(j);
        let limit = rule.droptol * T::euclidean(values);
        let mut dropped = T::ZERO;
        let take = |i: u32, heap: &mut BinaryHeap<Reverse<u32>>, rows: &mut Vec<u32>| match pivot_of
            [i as usize]
        {
            NONE => rows.push(i),
            k => heap.push(Reverse(k)),
        };
        for (&i, &x) in places.iter().zip(values) {
            (work[i as usize], taken[i as usize]) = (x, true);
            take(i, &mut heap, &mut rows);
        }
        while let Some(Reverse(k)) = heap.pop() {
            let row = row_of[k as usize] as usize;
            let x = std::mem::replace(&mut work[row], T::ZERO);
            taken[row] = false;
            if x == T::ZERO {
                continue;
            }
            // What is too small to be stored serves before it goes; what its column of L*U loses is the sum of that.
            if x.modulus() >= limit {
                u.push(k, x);
            } else if rule.add {
                let column: T = l.range(k as usize).map(|p| l.entries[p]).sum();
                dropped += x * (T::ONE + column);
            }
            for p in l.range(k as usize) {
                let i: u32 = l.places[p];
                if !std::mem::replace(&mut taken[i as usize], true) {
                    take(i, &mut heap, &mut rows);
                }
                let change: T = l.entries[p] * x;
                work[i as usize] -= change;
            }
        }
        let largest = rows.iter().map(|&i| work[i as usize].modulus()).fold(0.0, f64::max);
        let own = row_of[j] as usize;
        let stays =
            taken[own] && work[own].modulus() >= rule.thresh * largest && work[own] != T::ZERO;
        // The first of the largest, in the order in which the rows now stand.
        let best = rows.iter().filter(|&&i| work[i as usize].modulus() == largest);
        let chosen = match best.min_by_key(|&&i| place_of[i as usize]) {
            _ if stays || rule.thresh == 0.0 || largest == 0.0 => own,
            Some(&i) => i as usize,
            None => own,
        };
        rows.sort_unstable();
        let mut kept = 0;
        for at in 0..rows.len() {
            let (i, x) = (rows[at], work[rows[at] as usize]);
            if i as usize == chosen || x.modulus() >= limit && x != T::ZERO {
                rows[kept] = i;
                kept += 1;
            } else {
                dropped += x;
                (work[i as usize], taken[i as usize]) = (T::ZERO, false);
            }
        }
        rows.truncate(kept);
        let mut pivot = work[chosen];
        if rule.add {
            pivot += dropped;
        }
        if pivot == T::ZERO && rule.udiag {
            pivot = T::of(rule.droptol);
        }
        if pivot == T::ZERO || pivot.bad_part().is_some() {
            return Err(Error::Singular { operation: "ilu", pivot: j + 1 });
        }
        exchange(&mut row_of, &mut place_of, j, chosen);
        pivot_of[chosen] = j as u32;
        u.push(j as u32, pivot);
        u.starts.push(u.places.len() as u32);
        for &i in &rows {
            let x = std::mem::replace(&mut work[i as usize], T::ZERO);
            taken[i as usize] = false;
            let x = x.over(pivot);
            if i as usize != chosen && !x.is_zero() {
                l.push(i, x);
            }
        }
        (work[chosen], taken[chosen]) = (T::ZERO, false);
        rows.clear();
        l.starts.push(l.places.len() as u32);
    }
    let lower = Sparse::from_columns(n, n, |j, places, entries| {
        let below = l.range(j).map(|p| (pivot_of[l.places[p] as usize], l.entries[p]));
        let mut column: Vec<(u32, T)> = below.collect();
        column.sort_unstable_by_key(|&(i, _)| i);
        places.push(j as u32);
        entries.push(T::ONE);
        places.extend(column.iter().map(|&(i, _)| i));
        entries.extend(column.iter().map(|&(_, x)| x));
        Ok(())
    })?;
    let upper = Sparse::without_zeros(n, n, u.starts, u.places, u.entries);
    Ok(Ilu { l: lower, u: upper, pivots: Some(row_of) })
}

/// Row `chosen` and the one at place j change places.
fn exchange(row_of: &mut [u32], place_of: &mut [u32], j: usize, chosen: usize) {
    let (other, place) = (row_of[j], place_of[chosen] as usize);
    row_of.swap(j, place);
    place_of[other as usize] = place as u32;
    place_of[chosen] = j as u32;
}
