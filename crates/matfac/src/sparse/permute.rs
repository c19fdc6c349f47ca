//! Rows and columns of a sparse matrix in another order, and permutations themselves.
//!
//! A permutation is the list of where things come from: row i of `A(p,:)` is row `p[i]` of A, all from 0. Cost: O(m + n +
//! nnz·log of the longest column).

use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};

/// The identity permutation.
pub fn identity(n: usize) -> Vec<u32> {
    (0..n as u32).collect()
}

/// The inverse permutation.
pub fn inverse(p: &[u32]) -> Vec<u32> {
    let mut inverse = vec![0; p.len()];
    p.iter().enumerate().for_each(|(i, &k)| inverse[k as usize] = i as u32);
    inverse
}

/// x with number k at place `p[k]`.
pub(super) fn unpermuted<T: Scalar>(p: &[u32], x: &[T]) -> Vec<T> {
    let mut out = vec![T::ZERO; p.len()];
    p.iter().zip(x).for_each(|(&j, &x)| out[j as usize] = x);
    out
}

/// Where entries are stored.
pub fn pattern<T: Entry>(a: &Sparse<T>) -> Sparse<bool> {
    a.map(|_| true)
}

/// `A(p,q)`.
pub fn permuted<T: Entry>(a: &Sparse<T>, p: Option<&[u32]>, q: Option<&[u32]>) -> Sparse<T> {
    let rows = p.map(inverse);
    let column = |j: usize| q.map_or(j, |q| q[j] as usize);
    collected(a.rows(), a.cols(), a.nnz(), |j, pairs| {
        let (places, entries) = a.col(column(j));
        let moved = |i: u32| rows.as_ref().map_or(i, |rows| rows[i as usize]);
        pairs.extend(places.iter().zip(entries).map(|(&i, &x)| (moved(i), x)));
    })
}

/// The matrix of the columns that `column` lists, in any order of rows, without their zeros; `capacity` entries are
/// expected.
pub(crate) fn collected<T: Entry>(
    rows: usize,
    cols: usize,
    capacity: usize,
    mut column: impl FnMut(usize, &mut Vec<(u32, T)>),
) -> Sparse<T> {
    let mut starts = Vec::with_capacity(cols + 1);
    starts.push(0);
    let (mut places, mut entries) = (Vec::with_capacity(capacity), Vec::with_capacity(capacity));
    let mut pairs: Vec<(u32, T)> = Vec::new();
    for j in 0..cols {
        pairs.clear();
        column(j, &mut pairs);
        if !pairs.is_sorted_by_key(|x| x.0) {
            pairs.sort_unstable_by_key(|x| x.0);
        }
        for &(i, x) in pairs.iter().filter(|(_, x)| !x.is_zero()) {
            places.push(i);
            entries.push(x);
        }
        starts.push(places.len() as u32);
    }
    Sparse::from_parts(rows, cols, starts, places, entries)
}

/// The matrix P with `P*A = A(p,:)`.
pub fn row_permutation<T: Scalar + Entry>(p: &[u32]) -> Sparse<T> {
    let places = inverse(p);
    let count = p.len() as u32;
    Sparse::from_parts(p.len(), p.len(), (0..=count).collect(), places, vec![T::ONE; p.len()])
}

/// The matrix Q with `A*Q = A(:,q)`.
pub fn column_permutation<T: Scalar + Entry>(q: &[u32]) -> Sparse<T> {
    let count = q.len() as u32;
    Sparse::from_parts(q.len(), q.len(), (0..=count).collect(), q.to_vec(), vec![T::ONE; q.len()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;

    #[test]
    fn rows_and_columns_come_from_where_the_lists_say() {
        let full =
            Matrix::from_fn(3, 4, |i, j| if (i + j) % 2 == 0 { 0.0 } else { (i * 4 + j) as f64 });
        let a = Sparse::from_dense(&full).unwrap();
        let (p, q) = ([2u32, 0, 1], [3u32, 1, 0, 2]);
        let b = permuted(&a, Some(&p), Some(&q)).to_dense().unwrap();
        assert_eq!(b, Matrix::from_fn(3, 4, |i, j| full[(p[i] as usize, q[j] as usize)]));
        let by_matrix = row_permutation::<f64>(&p).times_dense(&full).unwrap();
        assert_eq!(by_matrix, permuted(&a, Some(&p), None).to_dense().unwrap());
        let columns = a.transposed().times_dense(&Matrix::identity(3)).unwrap();
        let by_matrix = column_permutation::<f64>(&q).transposed().times_dense(&columns).unwrap();
        assert_eq!(by_matrix.transposed(), permuted(&a, None, Some(&q)).to_dense().unwrap());
    }
}
