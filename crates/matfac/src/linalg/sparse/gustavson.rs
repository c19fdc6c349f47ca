//! Products of two sparse matrices, column by column.
//!
//! Column j of `A*B` is a sum of columns of A, added into a full column with a bitmap of the rows that were touched. Reading
//! the bitmap gives the rows in order; where a column touches few rows they are listed and sorted instead. A first pass
//! counts what each column touches, so that the second writes to where the numbers stay. Both passes divide the columns
//! among the threads, and the bits do not depend on them. Cost: O(m/64·n + multiplications).
//!
//! Transposed factors are copied first, which takes O(nnz): `A'*A` and `A*A'` come out exactly Hermitian, since both
//! halves add the same products in the same order.
//!
//! Reference: Gustavson (1978), ACM Transactions on Mathematical Software 4(3).

use super::columns::{divide, division, each};
use super::matrix::{Entry, Sparse, require_entries};
use super::product::Form;
use crate::error::Result;
use crate::linalg::Scalar;
use crate::linalg::product::fitting;
use std::borrow::Cow;

/// `op(A)*op(B)`. [`crate::Error::Shapes`] with what would fit; [`crate::Error::Argument`] when the result has too many
/// entries.
pub fn times<T: Scalar + Entry>(
    a: &Sparse<T>,
    of_a: Form,
    b: &Sparse<T>,
    of_b: Form,
) -> Result<Sparse<T>> {
    fitting(of_a.shape(a.shape()), of_b.shape(b.shape()))?;
    multiply(&taken(a, of_a), &taken(b, of_b))
}

fn taken<T: Scalar + Entry>(a: &Sparse<T>, form: Form) -> Cow<'_, Sparse<T>> {
    match form {
        Form::Plain => Cow::Borrowed(a),
        Form::Transposed => Cow::Owned(a.transposed()),
        Form::Adjoint => Cow::Owned(a.adjoint()),
    }
}

/// A full column in the making.
struct Column<T> {
    numbers: Vec<T>,
    /// A bit for each row.
    touched: Vec<u64>,
    /// The rows that are touched, where they are listed.
    list: Vec<u32>,
}

impl<T: Scalar + Entry> Column<T> {
    fn new(rows: usize) -> Column<T> {
        Column { numbers: Vec::new(), touched: vec![0; rows.div_ceil(64)], list: Vec::new() }
    }

    /// Whether so many products are few enough for a list.
    fn is_short(&self, products: usize) -> bool {
        products * 8 < self.touched.len()
    }

    /// How many rows the columns of A that B's column calls for touch.
    fn count(&mut self, a: &Sparse<T>, places: &[u32], products: usize) -> u32 {
        if self.is_short(products) {
            self.list.clear();
            for &k in places {
                for &i in a.col(k as usize).0 {
                    let (word, bit) = (&mut self.touched[i as usize / 64], 1 << (i % 64));
                    if *word & bit == 0 {
                        *word |= bit;
                        self.list.push(i);
                    }
                }
            }
            self.list.iter().for_each(|&i| self.touched[i as usize / 64] = 0);
            return self.list.len() as u32;
        }
        for &k in places {
            for &i in a.col(k as usize).0 {
                self.touched[i as usize / 64] |= 1 << (i % 64);
            }
        }
        let mut count = 0;
        for word in &mut self.touched {
            count += word.count_ones();
            *word = 0;
        }
        count
    }

    /// Adds the columns and writes what is not zero, rows ascending; returns how many that are.
    fn write(
        &mut self,
        a: &Sparse<T>,
        (places, entries): (&[u32], &[T]),
        products: usize,
        rows: &mut [u32],
        sums: &mut [T],
    ) -> usize {
        let listed = self.is_short(products);
        if listed {
            self.list.clear();
        }
        for (&k, &b) in places.iter().zip(entries) {
            let (rows, numbers) = a.col(k as usize);
            for (&i, &x) in rows.iter().zip(numbers) {
                let (word, bit) = (&mut self.touched[i as usize / 64], 1 << (i % 64));
                if listed && *word & bit == 0 {
                    self.list.push(i);
                }
                *word |= bit;
                self.numbers[i as usize] += x * b;
            }
        }
        let mut kept = 0;
        let mut take = |i: usize, sum: &mut T| {
            (rows[kept], sums[kept]) = (i as u32, *sum);
            kept += usize::from(!sum.is_zero());
            *sum = T::ZERO;
        };
        if listed {
            self.list.sort_unstable();
            for &i in &self.list {
                self.touched[i as usize / 64] = 0;
                take(i as usize, &mut self.numbers[i as usize]);
            }
        } else {
            for (w, word) in self.touched.iter_mut().enumerate() {
                while *word != 0 {
                    let i = 64 * w + word.trailing_zeros() as usize;
                    *word &= *word - 1;
                    take(i, &mut self.numbers[i]);
                }
            }
        }
        kept
    }
}

/// `A*B`, of which the shapes fit.
fn multiply<T: Scalar + Entry>(a: &Sparse<T>, b: &Sparse<T>) -> Result<Sparse<T>> {
    let (m, n) = (a.rows(), b.cols());
    // Multiplications before each column of B.
    let mut work = Vec::with_capacity(n + 1);
    work.push(0usize);
    for j in 0..n {
        let products: usize = b.col(j).0.iter().map(|&k| a.col_nnz(k as usize)).sum();
        work.push(work[j] + products);
    }
    let products = |j: usize| work[j + 1] - work[j];
    // Reading the bitmap of a column is work, too.
    let words = m.div_ceil(64);
    let before = |j: usize| work[j] + j.saturating_mul(words.min(work[n] / n.max(1) * 2));
    let ranges = division(n, before);
    let mut counts = vec![0u32; n];
    each(divide(&mut counts, &ranges, |j| j), |(range, counts)| {
        let mut column = Column::<T>::new(m);
        for (j, count) in range.zip(counts) {
            *count = column.count(a, b.col(j).0, products(j));
        }
    });
    let mut starts = Vec::with_capacity(n + 1);
    starts.push(0usize);
    (0..n).for_each(|j| starts.push(starts[j] + counts[j] as usize));
    let total = starts[n];
    require_entries(total)?;
    crate::linalg::memory::entries::<(u32, T)>(total, 1)?;
    let (mut places, mut entries) = (vec![0u32; total], vec![T::ZERO; total]);
    let parts = divide(&mut places, &ranges, |j| starts[j])
        .into_iter()
        .zip(divide(&mut entries, &ranges, |j| starts[j]))
        .zip(divide(&mut counts, &ranges, |j| j))
        .map(|(((range, places), (_, entries)), (_, counts))| (range, places, entries, counts))
        .collect::<Vec<_>>();
    each(parts, |(range, places, entries, counts)| {
        let mut column = Column::<T>::new(m);
        column.numbers = vec![T::ZERO; m];
        let first = starts[range.start];
        for (j, count) in range.zip(counts) {
            let at = starts[j] - first..starts[j + 1] - first;
            let (places, entries) = (&mut places[at.clone()], &mut entries[at]);
            *count = column.write(a, b.col(j), products(j), places, entries) as u32;
        }
    });
    Ok(closed(m, &starts, &counts, places, entries))
}

/// The matrix of columns of which some hold fewer entries than there is room.
fn closed<T: Entry>(
    rows: usize,
    starts: &[usize],
    counts: &[u32],
    mut places: Vec<u32>,
    mut entries: Vec<T>,
) -> Sparse<T> {
    let mut ends = Vec::with_capacity(starts.len());
    ends.push(0u32);
    let mut kept = 0;
    for (&start, &count) in starts.iter().zip(counts) {
        let count = count as usize;
        if kept < start {
            places.copy_within(start..start + count, kept);
            entries.copy_within(start..start + count, kept);
        }
        kept += count;
        ends.push(kept as u32);
    }
    places.truncate(kept);
    entries.truncate(kept);
    Sparse::from_parts(rows, counts.len(), ends, places, entries)
}
