//! Sorting each column: what is stored is sorted, and the zeros stand together between what is below and above them.
//!
//! O(nnz log of the longest column) for the entries; where they stood takes O(m·n), since zeros have places too. Stable;
//! NaN is above everything. Complex numbers are ordered by modulus, then by argument, as everywhere.

use super::columns::columns;
use super::matrix::{Entry, Sparse};
use crate::error::Result;
use crate::linalg::{Dense, c64, order, reduce_complex};
use std::cmp::Ordering;

/// Entries that have an order, and what a language does with it: compiled here, optimised.
pub trait Ordered: Entry {
    /// Ascending.
    fn order(self, other: Self) -> Ordering;

    /// Each column in order.
    fn sorted(a: &Sparse<Self>, descending: bool) -> Result<Sparse<Self>>;

    /// For each place of a sorted matrix the row, from 0, that its entry came from; [`crate::Error::TooLarge`] when
    /// there are more places than memory.
    fn sources(a: &Sparse<Self>, descending: bool) -> Result<Dense<usize>>;
}

macro_rules! ordered {
    ($($type:ty, $compare:expr;)*) => {$(
        impl Ordered for $type {
            fn order(self, other: $type) -> Ordering {
                $compare(self, other)
            }

            fn sorted(a: &Sparse<$type>, descending: bool) -> Result<Sparse<$type>> {
                sorted(a, descending)
            }

            fn sources(a: &Sparse<$type>, descending: bool) -> Result<Dense<usize>> {
                sources(a, descending)
            }
        }
    )*};
}

ordered! {
    f64, order::ascending;
    c64, reduce_complex::compare;
    bool, |x: bool, y: bool| x.cmp(&y);
}

fn compare<T: Ordered>(x: T, y: T, descending: bool) -> Ordering {
    if descending { y.order(x) } else { x.order(y) }
}

/// The entries of column j with their rows, in order, and how many of them come before zero.
fn in_order<T: Ordered>(a: &Sparse<T>, j: usize, descending: bool) -> (Vec<(u32, T)>, usize) {
    let (places, entries) = a.col(j);
    let mut sorted: Vec<(u32, T)> = places.iter().copied().zip(entries.iter().copied()).collect();
    sorted.sort_by(|x, y| compare(x.1, y.1, descending));
    let before = sorted.partition_point(|&(_, x)| compare(x, T::default(), descending).is_lt());
    (sorted, before)
}

fn sorted<T: Ordered>(a: &Sparse<T>, descending: bool) -> Result<Sparse<T>> {
    let m = a.rows();
    columns(
        m,
        a.cols(),
        |j| a.starts()[j] as usize,
        || (),
        |_, j, places, entries| {
            let (sorted, before) = in_order(a, j, descending);
            let zeros = m - sorted.len();
            for (k, (_, x)) in sorted.into_iter().enumerate() {
                places.push((if k < before { k } else { zeros + k }) as u32);
                entries.push(x);
            }
        },
    )
}

fn sources<T: Ordered>(a: &Sparse<T>, descending: bool) -> Result<Dense<usize>> {
    let m = a.rows();
    let mut rows = Dense::filled(m, a.cols(), 0usize)?;
    for j in 0..a.cols() {
        let (sorted, before) = in_order(a, j, descending);
        let (stored, _) = a.col(j);
        let zeros = m - sorted.len();
        let column = rows.col_mut(j);
        let mut next = before;
        let mut held = stored.iter().peekable();
        for i in 0..m {
            if held.next_if(|&&stored| stored as usize == i).is_none() {
                column[next] = i;
                next += 1;
            }
        }
        for (k, &(i, _)) in sorted.iter().enumerate() {
            column[if k < before { k } else { zeros + k }] = i as usize;
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::reduce::Axis;
    use crate::linalg::{Matrix, Random};

    #[test]
    fn columns_are_sorted_as_full_ones() {
        let mut r = Random::seeded(4);
        for (m, n) in [(0, 2), (1, 1), (7, 4), (60, 5)] {
            let mut pick = || match (r.uniform() * 6.0) as usize {
                0 => -2.0,
                1 => 1.0,
                2 => f64::NAN,
                3 => 3.0,
                _ => 0.0,
            };
            let full = Matrix::from_fn(m, n, |_, _| pick());
            let a = Sparse::from_dense(&full).unwrap();
            for descending in [false, true] {
                let expected = order::sort(&full, Axis::Down, descending);
                let bits =
                    |x: &Matrix| x.as_slice().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                let values = sorted(&a, descending).unwrap().to_dense().unwrap();
                assert_eq!(bits(&values), bits(&expected.values), "{full:?}");
                assert_eq!(sources(&a, descending).unwrap().as_slice(), expected.indices);
            }
        }
    }
}
