//! Elimination trees, and what they say of the Cholesky factor before it is computed.
//!
//! The parent of column j is the row of the first entry below the diagonal of the factor's column j. Method: union with path
//! compression, row by row. References: Liu (1990), SIAM J. Matrix Anal. Appl. 11; Davis (2006), Direct Methods for Sparse
//! Linear Systems, chapter 4. Cost: almost linear in the number of entries; counts and pattern take time in proportion to
//! the entries of the factor.

use crate::linalg::sparse::Sparse;

/// No parent.
pub const ROOT: u32 = u32::MAX;

/// The parents of the columns of the Cholesky factor of a matrix whose upper triangle is read; [`ROOT`] at roots.
pub fn etree(a: &Sparse<bool>) -> Vec<u32> {
    let n = a.cols();
    let (mut parent, mut ancestor) = (vec![ROOT; n], vec![ROOT; n]);
    for j in 0..n {
        for &i in a.col(j).0.iter().take_while(|&&i| (i as usize) < j) {
            climb(i, j as u32, &mut parent, &mut ancestor);
        }
    }
    parent
}

/// The elimination tree of A'*A, m×n A, without forming it.
pub fn column_etree(a: &Sparse<bool>) -> Vec<u32> {
    let n = a.cols();
    let (mut parent, mut ancestor) = (vec![ROOT; n], vec![ROOT; n]);
    let mut previous = vec![ROOT; a.rows()];
    for j in 0..n {
        for &i in a.col(j).0 {
            let before = std::mem::replace(&mut previous[i as usize], j as u32);
            if before != ROOT {
                climb(before, j as u32, &mut parent, &mut ancestor);
            }
        }
    }
    parent
}

/// From i to the root of its tree, which j becomes the parent of.
fn climb(mut i: u32, j: u32, parent: &mut [u32], ancestor: &mut [u32]) {
    while i != ROOT && i < j {
        let next = std::mem::replace(&mut ancestor[i as usize], j);
        if next == ROOT {
            parent[i as usize] = j;
        }
        i = next;
    }
}

/// The children of each node, ascending.
pub fn children(parent: &[u32]) -> Vec<Vec<u32>> {
    let mut children = vec![Vec::new(); parent.len()];
    for (j, &p) in parent.iter().enumerate() {
        if p != ROOT {
            children[p as usize].push(j as u32);
        }
    }
    children
}

/// A permutation in which children come right before their parents.
pub fn postorder(parent: &[u32]) -> Vec<u32> {
    let n = parent.len();
    let (mut head, mut next) = (vec![ROOT; n], vec![ROOT; n]);
    for j in (0..n).rev().filter(|&j| parent[j] != ROOT) {
        next[j] = std::mem::replace(&mut head[parent[j] as usize], j as u32);
    }
    let (mut order, mut stack) = (Vec::with_capacity(n), Vec::new());
    for root in (0..n).filter(|&j| parent[j] == ROOT) {
        stack.push(root as u32);
        while let Some(&j) = stack.last() {
            let child = head[j as usize];
            if child == ROOT {
                order.push(j);
                stack.pop();
            } else {
                head[j as usize] = next[child as usize];
                stack.push(child);
            }
        }
    }
    order
}

/// Calls `visit(i, k)` for every entry (i, k), k < i, of the factor L of a matrix whose upper triangle is read.
fn each_entry(a: &Sparse<bool>, parent: &[u32], mut visit: impl FnMut(usize, usize)) {
    let mut mark = vec![ROOT; a.cols()];
    for i in 0..a.cols() {
        mark[i] = i as u32;
        for &j in a.col(i).0.iter().take_while(|&&j| (j as usize) < i) {
            let mut k = j;
            while mark[k as usize] != i as u32 {
                visit(i, k as usize);
                mark[k as usize] = i as u32;
                k = parent[k as usize];
            }
        }
    }
}

/// How many entries each column of the Cholesky factor L has, diagonal included.
pub fn column_counts(a: &Sparse<bool>, parent: &[u32]) -> Vec<u32> {
    let mut counts = vec![1; a.cols()];
    each_entry(a, parent, |_, k| counts[k] += 1);
    counts
}

/// The pattern of the Cholesky factor L, lower triangular.
pub fn factor_pattern(a: &Sparse<bool>, parent: &[u32]) -> Sparse<bool> {
    let counts = column_counts(a, parent);
    let mut starts = vec![0u32];
    counts.iter().for_each(|&c| starts.push(starts[starts.len() - 1] + c));
    let mut next: Vec<u32> = starts[..counts.len()].to_vec();
    let mut places = vec![0; starts[counts.len()] as usize];
    let mut put = |i: usize, k: usize| {
        places[next[k] as usize] = i as u32;
        next[k] += 1;
    };
    (0..counts.len()).for_each(|j| put(j, j));
    each_entry(a, parent, put);
    let entries = vec![true; places.len()];
    Sparse::from_parts(a.cols(), a.cols(), starts, places, entries)
}

/// How many nodes the longest way from a root has.
pub fn height(parent: &[u32]) -> usize {
    let mut depth = vec![1usize; parent.len()];
    // Parents come after their children.
    for j in (0..parent.len()).rev().filter(|&j| parent[j] != ROOT) {
        depth[j] = depth[parent[j] as usize] + 1;
    }
    depth.into_iter().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::permute::pattern;
    use super::*;
    use crate::Matrix;

    fn example() -> Sparse<bool> {
        let full = Sparse::from_dense(&Matrix::from_rows(&[
            &[4.0, 1.0, 0.0, 0.0, 1.0],
            &[1.0, 3.0, 1.0, 0.0, 0.0],
            &[0.0, 1.0, 2.0, 0.0, 1.0],
            &[0.0, 0.0, 0.0, 5.0, 0.0],
            &[1.0, 0.0, 1.0, 0.0, 6.0],
        ]));
        pattern(&full.unwrap())
    }

    #[test]
    fn the_tree_of_an_example() {
        // As Octave's etree and symbfact give it.
        let a = example();
        let parent = etree(&a);
        assert_eq!(parent, [1, 2, 4, ROOT, ROOT]);
        assert_eq!(column_counts(&a, &parent), [3, 3, 2, 1, 1]);
        assert_eq!(height(&parent), 4);
        assert_eq!(factor_pattern(&a, &parent).nnz(), 10);
        assert_eq!(column_etree(&a), [1, 2, 4, ROOT, ROOT]);
        let post = postorder(&parent);
        let place = super::super::permute::inverse(&post);
        assert!((0..5).all(|j| parent[j] == ROOT || place[j] < place[parent[j] as usize]));
    }
}
