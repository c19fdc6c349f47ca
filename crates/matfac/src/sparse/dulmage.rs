//! The Dulmage–Mendelsohn decomposition: rows and columns in an order that makes a matrix block upper triangular.
//!
//! What can be reached from unmatched columns by alternating paths is the underdetermined block, what can be reached from
//! unmatched rows the overdetermined one; the rest is square with a full diagonal and falls apart into strong components.
//! References: Dulmage & Mendelsohn (1963); Pothen & Fan (1990), ACM TOMS 16; Tarjan (1972), SIAM J. Computing 1. Cost: that
//! of a maximum matching, and O(m + n + nnz).

use super::matching::{Matching, NONE, maximum_matching};
use crate::linalg::sparse::Sparse;

/// The decomposition of an m×n pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dulmage {
    /// The order of the rows.
    pub p: Vec<u32>,
    /// The order of the columns.
    pub q: Vec<u32>,
    /// Block k has the rows `r[k]..r[k + 1]` of `A(p,q)`.
    pub r: Vec<u32>,
    /// Block k has the columns `s[k]..s[k + 1]` of `A(p,q)`.
    pub s: Vec<u32>,
}

/// Decomposes a pattern: an underdetermined block first, if there is one, then square blocks, each irreducible, then an
/// overdetermined block.
pub fn dmperm(a: &Sparse<bool>) -> Dulmage {
    let back = a.transposed();
    let matching = maximum_matching(a);
    let wide = reached(a, &matching.row_of, &matching.column_of);
    let tall = reached(&back, &matching.column_of, &matching.row_of);
    let mut out = Dulmage { p: Vec::new(), q: Vec::new(), r: vec![0], s: vec![0] };
    // Unmatched columns, then the others of the underdetermined part with their rows.
    let lonely = |list: &[u32]| -> Vec<u32> {
        (0..list.len() as u32).filter(|&k| list[k as usize] == NONE).collect()
    };
    out.q.extend(lonely(&matching.row_of));
    for j in (0..a.cols()).filter(|&j| wide[j] && matching.row_of[j] != NONE) {
        out.q.push(j as u32);
        out.p.push(matching.row_of[j]);
    }
    out.close();
    let is_square = |j: usize| {
        let row = matching.row_of[j];
        !wide[j] && row != NONE && !tall[row as usize]
    };
    components(a, &matching, is_square, &mut out);
    for i in (0..a.rows()).filter(|&i| tall[i] && matching.column_of[i] != NONE) {
        out.p.push(i as u32);
        out.q.push(matching.column_of[i]);
    }
    out.p.extend(lonely(&matching.column_of));
    out.close();
    out
}

impl Dulmage {
    /// Ends a block, unless it is empty.
    fn close(&mut self) {
        let (rows, cols) = (self.p.len() as u32, self.q.len() as u32);
        if self.r.last() != Some(&rows) || self.s.last() != Some(&cols) {
            self.r.push(rows);
            self.s.push(cols);
        }
    }
}

/// Which columns are reached from unmatched ones: by an entry to a row, and on to the column that is matched with it.
fn reached(a: &Sparse<bool>, row_of: &[u32], column_of: &[u32]) -> Vec<bool> {
    let mut is_reached: Vec<bool> = row_of.iter().map(|&i| i == NONE).collect();
    let mut queue: Vec<u32> = (0..a.cols() as u32).filter(|&j| is_reached[j as usize]).collect();
    while let Some(j) = queue.pop() {
        for &i in a.col(j as usize).0 {
            let other = column_of[i as usize];
            if other != NONE && !std::mem::replace(&mut is_reached[other as usize], true) {
                queue.push(other);
            }
        }
    }
    is_reached
}

/// Appends the strong components of the square part, each after those that its columns have entries in.
fn components(
    a: &Sparse<bool>,
    matching: &Matching,
    is_square: impl Fn(usize) -> bool,
    out: &mut Dulmage,
) {
    let n = a.cols();
    let (mut index, mut low, mut count) = (vec![NONE; n], vec![NONE; n], 0);
    let mut is_open = vec![false; n];
    let (mut open, mut stack): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
    for start in (0..n).filter(|&j| is_square(j)) {
        if index[start] != NONE {
            continue;
        }
        stack.push((start as u32, 0));
        while let Some((j, next)) = stack.pop() {
            let j = j as usize;
            if next == 0 {
                (index[j], low[j]) = (count, count);
                count += 1;
                open.push(j as u32);
                is_open[j] = true;
            }
            let rows = a.col(j).0;
            let neighbour = |k: usize| matching.column_of[rows[k] as usize] as usize;
            if next > 0 {
                // Back from a neighbour, or past one that was known.
                let other = neighbour(next - 1);
                if is_square(other) && is_open[other] {
                    low[j] = low[j].min(low[other]);
                }
            }
            if next < rows.len() {
                stack.push((j as u32, next + 1));
                let other = matching.column_of[rows[next] as usize];
                if other != NONE && is_square(other as usize) && index[other as usize] == NONE {
                    stack.push((other, 0));
                }
                continue;
            }
            if low[j] == index[j] {
                let begin = out.q.len();
                while let Some(k) = open.pop() {
                    is_open[k as usize] = false;
                    out.q.push(k);
                    if k as usize == j {
                        break;
                    }
                }
                out.q[begin..].sort_unstable();
                let rows: Vec<u32> =
                    out.q[begin..].iter().map(|&k| matching.row_of[k as usize]).collect();
                out.p.extend(rows);
                out.close();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::permute::{pattern, permuted};
    use super::super::testdata::random;
    use super::*;
    use crate::Matrix;

    #[test]
    fn blocks_are_upper_triangular() {
        for seed in 0..200 {
            let (m, n) = (1 + seed as usize % 9, 1 + (seed as usize * 5) % 11);
            let a = pattern(&random(m, n, 0.2, seed));
            let d = dmperm(&a);
            let mut sorted = (d.p.clone(), d.q.clone());
            sorted.0.sort_unstable();
            sorted.1.sort_unstable();
            assert!(sorted.0.into_iter().eq(0..m as u32) && sorted.1.into_iter().eq(0..n as u32));
            let b = permuted(&a, Some(&d.p), Some(&d.q));
            let block = |k: usize, ends: &[u32]| ends.partition_point(|&e| e as usize <= k);
            for (i, j, _) in b.triplets() {
                assert!(block(i, &d.r) <= block(j, &d.s), "{:?}", a.to_dense());
            }
        }
    }

    #[test]
    fn octaves_example() {
        let m = Matrix::from_rows(&[&[1.0, 1.0, 0.0], &[0.0, 0.0, 1.0], &[0.0, 0.0, 1.0]]);
        let d = dmperm(&pattern(&Sparse::from_dense(&m).unwrap()));
        assert_eq!((d.r, d.s), (vec![0, 1, 3], vec![0, 2, 3]));
    }
}
