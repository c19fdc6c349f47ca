//! A largest set of entries no two of which share a row or a column, and the structural rank, which is its size.
//!
//! Method: a cheap assignment, then augmenting paths by depth-first search with look-ahead, from columns. Reference: Duff
//! (1981), ACM TOMS 7. Cost: O(n·nnz) at worst, and in practice close to O(nnz).

use crate::linalg::sparse::Sparse;

/// Matched with nothing.
pub const NONE: u32 = u32::MAX;

/// Which row each column, and which column each row is matched with; [`NONE`] for those that are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    /// The row of each of the n columns.
    pub row_of: Vec<u32>,
    /// The column of each of the m rows.
    pub column_of: Vec<u32>,
}

impl Matching {
    /// The structural rank.
    pub fn size(&self) -> usize {
        self.row_of.iter().filter(|&&i| i != NONE).count()
    }

    /// The first column that is not matched.
    pub fn lonely_column(&self) -> Option<usize> {
        self.row_of.iter().position(|&i| i == NONE)
    }
}

/// A maximum matching of an m×n pattern.
pub fn maximum_matching(a: &Sparse<bool>) -> Matching {
    let n = a.cols();
    let mut matching = Matching { row_of: vec![NONE; n], column_of: vec![NONE; a.rows()] };
    let mut search = Search {
        ahead: a.starts()[..n].to_vec(),
        next: vec![0; n],
        visited: vec![NONE; n],
        stack: Vec::new(),
    };
    for j in 0..n as u32 {
        search.augment(a, j, &mut matching);
    }
    matching
}

struct Search {
    /// From here on a column's rows have not been looked at for a free one; earlier ones are matched for good.
    ahead: Vec<u32>,
    /// Where the search goes on in each column.
    next: Vec<u32>,
    /// The last column whose search came by.
    visited: Vec<u32>,
    stack: Vec<(u32, u32)>,
}

impl Search {
    /// Looks for a way from column `start` to a free row, and exchanges what is matched along it.
    fn augment(&mut self, a: &Sparse<bool>, start: u32, matching: &mut Matching) {
        let (starts, places) = (a.starts(), a.places());
        self.stack.clear();
        self.stack.push((start, NONE));
        while let Some(&(j, _)) = self.stack.last() {
            let end = starts[j as usize + 1];
            if self.visited[j as usize] != start {
                self.visited[j as usize] = start;
                self.next[j as usize] = starts[j as usize];
                let ahead = &mut self.ahead[j as usize];
                while *ahead < end {
                    let i = places[*ahead as usize];
                    *ahead += 1;
                    if matching.column_of[i as usize] == NONE {
                        self.flip(i, matching);
                        return;
                    }
                }
            }
            let step = (self.next[j as usize]..end).find(|&k| {
                let other = matching.column_of[places[k as usize] as usize];
                self.visited[other as usize] != start
            });
            match step {
                Some(k) => {
                    self.next[j as usize] = k + 1;
                    let i = places[k as usize];
                    self.stack.push((matching.column_of[i as usize], i));
                }
                None => {
                    self.stack.pop();
                }
            }
        }
    }

    /// The last column takes row i, and each column before it the row it was left by.
    fn flip(&mut self, mut i: u32, matching: &mut Matching) {
        while let Some((j, from)) = self.stack.pop() {
            matching.row_of[j as usize] = i;
            matching.column_of[i as usize] = j;
            i = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::permute::pattern;
    use super::*;
    use crate::linalg::{Matrix, Random};

    #[test]
    fn the_matching_is_as_large_as_the_generic_rank() {
        for seed in 0..200 {
            let mut r = Random::seeded(seed);
            let (m, n) = (1 + r.below(9), 1 + r.below(9));
            let density = r.uniform() * 0.5;
            let full =
                Matrix::from_fn(m, n, |_, _| if r.uniform() < density { r.normal() } else { 0.0 });
            let a = pattern(&Sparse::from_dense(&full).unwrap());
            let matching = maximum_matching(&a);
            for (j, &i) in matching.row_of.iter().enumerate().filter(|(_, i)| **i != NONE) {
                assert!(full[(i as usize, j)] != 0.0);
                assert_eq!(matching.column_of[i as usize], j as u32);
            }
            assert_eq!(matching.size(), crate::factor::rank(&full, None).unwrap(), "{full:?}");
        }
    }
}
