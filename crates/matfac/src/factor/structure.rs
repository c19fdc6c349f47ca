//! Which entries of a square matrix are zero, as far as it decides how to solve with it.
//!
//! Cost: one pass over the entries, and usually only over two columns.

use crate::linalg::{Dense, Scalar};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Structure {
    /// Nothing off the diagonal.
    Diagonal,
    /// Triangular once row i is taken from row `rows[i]`, or as it stands.
    Triangular {
        /// Upper or lower.
        upper: bool,
        /// The order of the rows, from 0.
        rows: Option<Vec<usize>>,
    },
    /// Zero more than `below` places below and `above` places above the diagonal, and these are few.
    Banded {
        /// Subdiagonals.
        below: usize,
        /// Superdiagonals.
        above: usize,
    },
    /// None of these.
    Dense,
}

/// Looks for a (row-permuted) triangular pattern.
///
/// A nonsingular matrix is a row-permuted upper triangle exactly when the positions of the first
/// nonzeros of its rows are a permutation; for a lower triangle it is the last nonzeros.
pub(crate) fn structure<T: Scalar>(a: &Dense<T>) -> Structure {
    let n = a.cols();
    // A triangular matrix has zeros in its first or in its last column.
    if n > 1 && !a.col(0).contains(&T::ZERO) && !a.col(n - 1).contains(&T::ZERO) {
        return Structure::Dense;
    }
    let (mut first, mut last) = (vec![n; n], vec![0; n]);
    for j in 0..n {
        for (i, &x) in a.col(j).iter().enumerate() {
            if x != T::ZERO {
                first[i] = first[i].min(j);
                last[i] = j;
            }
        }
    }
    let upper = (0..n).all(|i| first[i] >= i);
    let lower = (0..n).all(|i| last[i] <= i);
    match (upper, lower) {
        (true, true) => Structure::Diagonal,
        (true, false) | (false, true) => Structure::Triangular { upper, rows: None },
        (false, false) => {
            if let Some(rows) = inverse_permutation(&first) {
                Structure::Triangular { upper: true, rows: Some(rows) }
            } else if let Some(rows) = inverse_permutation(&last) {
                Structure::Triangular { upper: false, rows: Some(rows) }
            } else {
                banded(&first, &last)
            }
        }
    }
}

/// The band between the first and the last nonzero of each row, when elimination within it is worth while: a dense
/// one does 16 and more flops in the time of one that follows a band.
fn banded(first: &[usize], last: &[usize]) -> Structure {
    let n = first.len();
    let rows = || first.iter().zip(last).enumerate().filter(|(_, (first, _))| **first < n);
    let below = rows().map(|(i, (first, _))| i.saturating_sub(*first)).max().unwrap_or(0);
    let above = rows().map(|(i, (_, last))| last.saturating_sub(i)).max().unwrap_or(0);
    if 24 * (below + 1) * (below + above + 1) < n * n {
        Structure::Banded { below, above }
    } else {
        Structure::Dense
    }
}

/// The inverse of a permutation of 0..n; `None` when it is not one.
fn inverse_permutation(p: &[usize]) -> Option<Vec<usize>> {
    let mut inverse = vec![usize::MAX; p.len()];
    for (i, &k) in p.iter().enumerate() {
        if k >= p.len() || inverse[k] != usize::MAX {
            return None;
        }
        inverse[k] = i;
    }
    Some(inverse)
}

/// The determinant of a permutation matrix.
pub(crate) fn permutation_sign(p: &[usize]) -> f64 {
    let mut seen = vec![false; p.len()];
    let mut sign = 1.0;
    for start in 0..p.len() {
        let (mut k, mut length) = (start, 0);
        while !seen[k] {
            seen[k] = true;
            k = p[k];
            length += 1;
        }
        if length > 0 && length % 2 == 0 {
            sign = -sign;
        }
    }
    sign
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matrix;

    #[test]
    fn patterns() {
        let m = Matrix::from_rows;
        assert_eq!(structure(&Matrix::zeros(0, 0)), Structure::Diagonal);
        assert_eq!(structure(&m(&[&[2.0]])), Structure::Diagonal);
        assert_eq!(structure(&m(&[&[1.0, 2.0], &[3.0, 4.0]])), Structure::Dense);
        assert_eq!(
            structure(&m(&[&[0.0, 2.0], &[0.0, 4.0]])),
            Structure::Triangular { upper: true, rows: None }
        );
        let turned = m(&[&[0.0, 2.0, 1.0], &[0.0, 0.0, 4.0], &[5.0, 6.0, 7.0]]);
        let rows = Some(vec![2, 0, 1]);
        assert_eq!(structure(&turned), Structure::Triangular { upper: true, rows });
        assert_eq!(structure(&m(&[&[0.0, 1.0, 1.0], &[1.0, 0.0, 1.0], &[1.0, 1.0, 0.0]])), {
            Structure::Dense
        });
    }

    #[test]
    fn signs_of_permutations() {
        assert_eq!(permutation_sign(&[0, 1, 2]), 1.0);
        assert_eq!(permutation_sign(&[1, 0, 2]), -1.0);
        assert_eq!(permutation_sign(&[1, 2, 0]), 1.0);
    }
}
