//! Sums, products, extremes and counts down the columns or along the rows, with the zeros that are not stored.
//!
//! One pass over the entries: O(m + n + nnz). Results are full vectors: a sum of a column is seldom zero.

use super::matrix::{Entry, Sparse};
use crate::linalg::Scalar;

/// What is reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// Each column, over its rows: n results.
    Columns,
    /// Each row, over its columns: m results.
    Rows,
}

/// Combines each column's or row's stored entries, in order, beginning with `start`.
pub fn fold<T: Entry, A: Copy>(
    a: &Sparse<T>,
    along: Along,
    start: A,
    f: impl Fn(A, T) -> A,
) -> Vec<A> {
    match along {
        Along::Columns => {
            let column = |j| a.col(j).1.iter().fold(start, |held, &x| f(held, x));
            (0..a.cols()).map(column).collect()
        }
        Along::Rows => {
            let mut held = vec![start; a.rows()];
            for (&i, &x) in a.places().iter().zip(a.entries()) {
                let held = &mut held[i as usize];
                *held = f(*held, x);
            }
            held
        }
    }
}

/// Number of stored entries.
pub fn counts<T: Entry>(a: &Sparse<T>, along: Along) -> Vec<u32> {
    match along {
        Along::Columns => a.starts().windows(2).map(|w| w[1] - w[0]).collect(),
        Along::Rows => fold(a, along, 0, |count, _| count + 1),
    }
}

/// Whether any entry is other than zero; NaN is.
pub fn any<T: Entry>(a: &Sparse<T>, along: Along) -> Vec<bool> {
    counts(a, along).into_iter().map(|count| count > 0).collect()
}

/// Whether no entry is zero.
pub fn all<T: Entry>(a: &Sparse<T>, along: Along) -> Vec<bool> {
    let length = length(a, along);
    counts(a, along).into_iter().map(|count| count as usize == length).collect()
}

/// Number of entries, zeros included, of a column or row.
fn length<T: Entry>(a: &Sparse<T>, along: Along) -> usize {
    match along {
        Along::Columns => a.rows(),
        Along::Rows => a.cols(),
    }
}

/// Σx.
pub fn sums<T: Scalar + Entry>(a: &Sparse<T>, along: Along) -> Vec<T> {
    fold(a, along, T::ZERO, |sum, x| sum + x)
}

/// Σ|x|².
pub fn squares<T: Scalar + Entry>(a: &Sparse<T>, along: Along) -> Vec<f64> {
    let square = |x: T| (x.conjugate() * x).real_part();
    fold(a, along, 0.0, |sum, x| sum + square(x))
}

/// Σ|x|.
pub fn moduli<T: Scalar + Entry>(a: &Sparse<T>, along: Along) -> Vec<f64> {
    fold(a, along, 0.0, |sum, x| sum + x.modulus())
}

/// Πx; 0 where a zero is not stored, NaN where there is NaN or infinity beside it.
pub fn products<T: Scalar + Entry>(a: &Sparse<T>, along: Along) -> Vec<T> {
    let mut products = fold(a, along, T::ONE, |product, x| product * x);
    for (product, full) in products.iter_mut().zip(all(a, along)) {
        if !full {
            // By the sum of 0·x in place of 0·product, which may have overflowed.
            *product = T::ZERO;
        }
    }
    if !T::all_finite(a.entries()) {
        let spoilt = fold(a, along, false, |bad, x| bad || x.bad_part().is_some());
        let complete = all(a, along);
        for (k, product) in products.iter_mut().enumerate() {
            if spoilt[k] && !complete[k] {
                *product = T::of(f64::NAN);
            }
        }
    }
    products
}

/// The largest (or smallest) entry and the first place where it stands, from 0. NaN is passed over unless there is
/// nothing else; complex numbers are compared by `better`. Nothing of an empty column or row.
///
/// `better(x, best)` tells whether x replaces what is best so far; NaN on either side must give false.
pub fn extremes<T: Scalar + Entry>(
    a: &Sparse<T>,
    along: Along,
    better: impl Fn(T, T) -> bool,
) -> Vec<(T, usize)> {
    if along == Along::Rows {
        return extremes(&a.transposed(), Along::Columns, better);
    }
    if a.rows() == 0 {
        return Vec::new();
    }
    (0..a.cols()).map(|j| extreme(a.rows(), a.col(j), &better)).collect()
}

/// Of one column of m entries.
fn extreme<T: Scalar + Entry>(
    m: usize,
    (places, entries): (&[u32], &[T]),
    better: impl Fn(T, T) -> bool,
) -> (T, usize) {
    let is_nan = |x: T| x.complex().re.is_nan() || x.complex().im.is_nan();
    let mut best: Option<(T, usize)> = None;
    for (&i, &x) in places.iter().zip(entries) {
        if !is_nan(x) && best.is_none_or(|(held, _)| better(x, held)) {
            best = Some((x, i as usize));
        }
    }
    if places.len() < m {
        let first = first_zero(places);
        best = match best {
            // Of equals the first counts.
            Some((held, at)) if better(held, T::ZERO) || (!better(T::ZERO, held) && at < first) => {
                Some((held, at))
            }
            _ => Some((T::ZERO, first)),
        };
    }
    best.unwrap_or((T::of(f64::NAN), 0))
}

/// The first row that is not stored.
fn first_zero(places: &[u32]) -> usize {
    // Places ascend, so that place k is k until the first gap.
    let (mut low, mut high) = (0, places.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if places[middle] as usize == middle { low = middle + 1 } else { high = middle }
    }
    low
}

/// Whether x is above (or below) the other: real numbers by size.
pub fn beyond(largest: bool) -> impl Fn(f64, f64) -> bool {
    move |x, best| if largest { x > best } else { x < best }
}

impl<T: Scalar + Entry> Sparse<T> {
    /// The largest row sum of moduli: the ∞-norm.
    pub fn inf_norm(&self) -> f64 {
        let larger = |m: f64, s: f64| if m >= s || m.is_nan() { m } else { s };
        moduli(self, Along::Rows).into_iter().fold(0.0, larger)
    }

    /// The Frobenius norm, without overflow or underflow.
    pub fn frobenius_norm(&self) -> f64 {
        T::euclidean(self.entries())
    }
}
