//! Which entries of a square sparse matrix are stored, as far as it decides how to solve with it.
//!
//! Cost: O(n + nnz); a permuted triangle is looked for only where some column has a single entry.

use crate::linalg::sparse::{Entry, Sparse};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Structure {
    /// Nothing off the diagonal.
    Diagonal,
    /// `A(p,q)` is upper triangular, with entries all along its diagonal.
    Triangular {
        /// The order of the rows.
        p: Vec<u32>,
        /// The order of the columns.
        q: Vec<u32>,
    },
    /// Nothing more than `below` places below and `above` places above the diagonal, and few places in between are empty.
    Banded {
        /// Subdiagonals.
        below: usize,
        /// Superdiagonals.
        above: usize,
    },
    /// None of these.
    General,
}

/// The widest band in which elimination is left to a kernel for bands.
const WIDEST: usize = 128;

/// Looks at the places of the entries of a square matrix.
pub fn structure<T: Entry>(a: &Sparse<T>) -> Structure {
    let n = a.cols();
    if (0..n).all(|j| a.col(j).0.iter().all(|&i| i as usize == j)) {
        return Structure::Diagonal;
    }
    if (0..n).any(|j| a.col_nnz(j) == 1)
        && let Some((p, q)) = triangle(a)
    {
        return Structure::Triangular { p, q };
    }
    let (mut below, mut above) = (0, 0);
    for j in 0..n {
        if let (Some(&first), Some(&last)) = (a.col(j).0.first(), a.col(j).0.last()) {
            above = above.max(j.saturating_sub(first as usize));
            below = below.max((last as usize).saturating_sub(j));
        }
    }
    let width = below + above + 1;
    // Octave's measure: a quarter of the band has to be there.
    if width <= WIDEST && 4 * a.nnz() >= n * width {
        return Structure::Banded { below, above };
    }
    Structure::General
}

/// Takes columns of a single entry away, with the row of that entry, while there are any: the orders of rows and columns when
/// that takes everything. Every permuted triangle, upper or lower, is taken apart so.
fn triangle<T: Entry>(a: &Sparse<T>) -> Option<(Vec<u32>, Vec<u32>)> {
    let n = a.cols();
    let rows = a.map(|_| true).transposed();
    let mut counts: Vec<u32> = (0..n).map(|j| a.col_nnz(j) as u32).collect();
    let mut is_gone = vec![false; n];
    let mut q: Vec<u32> = (0..n as u32).filter(|&j| counts[j as usize] == 1).collect();
    let mut p = Vec::with_capacity(n);
    while p.len() < q.len() {
        let column = q[p.len()];
        // None when another column has taken the row.
        let row = *a.col(column as usize).0.iter().find(|&&i| !is_gone[i as usize])?;
        is_gone[row as usize] = true;
        p.push(row);
        for &j in rows.col(row as usize).0 {
            counts[j as usize] -= 1;
            if counts[j as usize] == 1 {
                q.push(j);
            }
        }
    }
    (p.len() == n).then_some((p, q))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;

    #[test]
    fn structures() {
        let of = |a: Matrix| structure(&Sparse::from_dense(&a).unwrap());
        assert_eq!(of(Matrix::zeros(0, 0)), Structure::Diagonal);
        assert_eq!(of(Matrix::identity(4)), Structure::Diagonal);
        // A lower triangle with its rows turned round.
        let a = Matrix::from_rows(&[&[1.0, 2.0, 3.0], &[4.0, 5.0, 0.0], &[6.0, 0.0, 0.0]]);
        let Structure::Triangular { p, q } = of(a.clone()) else { panic!() };
        let turned = Matrix::from_fn(3, 3, |i, j| a[(p[i] as usize, q[j] as usize)]);
        assert!((0..3).all(|j| turned[(j, j)] != 0.0 && (j + 1..3).all(|i| turned[(i, j)] == 0.0)));
        let band = |i: usize, j: usize| if i <= j + 1 && j <= i + 2 { 1.0 } else { 0.0 };
        assert_eq!(of(Matrix::from_fn(50, 50, band)), Structure::Banded { below: 1, above: 2 });
        let corner = |i: usize, j: usize| if i.abs_diff(j) <= 1 || i + j == 49 { 1.0 } else { 0.0 };
        assert_eq!(of(Matrix::from_fn(50, 50, corner)), Structure::General);
        // Structurally singular: two columns have one row between them.
        let singular = Matrix::from_rows(&[&[1.0, 1.0, 0.0], &[0.0, 0.0, 1.0], &[0.0, 0.0, 1.0]]);
        assert!(!matches!(of(singular), Structure::Triangular { .. }));
    }
}
