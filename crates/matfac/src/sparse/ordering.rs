//! Orders of rows and columns in which elimination fills little: minimum degree, Cuthill and McKee, column counts.
//!
//! `amd` and `colamd` are faer's. References: Amestoy, Davis & Duff (1996), SIAM J. Matrix Anal. Appl. 17; Davis, Gilbert,
//! Larimore & Ng (2004), ACM TOMS 30; Cuthill & McKee (1969); George & Liu (1981), chapter 4. Cost: about linear in the
//! number of entries.

use crate::error::{Error, Result};
use crate::linalg::sparse::Sparse;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::sparse::linalg::{amd as by_amd, colamd as by_colamd};

/// Approximate minimum degree on the pattern of A + A', n×n: Cholesky of `A(p,p)` fills little.
pub fn amd(a: &Sparse<bool>) -> Result<Vec<u32>> {
    square(a, "amd")?;
    let n = a.cols();
    let (mut p, mut inverse) = (vec![0u32; n], vec![0u32; n]);
    let mut memory = MemBuffer::new(by_amd::order_maybe_unsorted_scratch::<u32>(n, a.nnz()));
    by_amd::order_maybe_unsorted(
        &mut p,
        &mut inverse,
        a.pattern(),
        by_amd::Control::default(),
        MemStack::new(&mut memory),
    )
    .map_err(|_| Error::TooLarge(a.shape()))?;
    Ok(p)
}

/// Column approximate minimum degree of an m×n matrix: LU and QR of `A(:,q)` fill little.
pub fn colamd(a: &Sparse<bool>) -> Result<Vec<u32>> {
    let (m, n) = (a.rows(), a.cols());
    if m == 0 || n == 0 || a.nnz() == 0 {
        return Ok((0..n as u32).collect());
    }
    let (mut q, mut inverse) = (vec![0u32; n], vec![0u32; n]);
    let mut memory = MemBuffer::new(by_colamd::order_scratch::<u32>(m, n, a.nnz()));
    by_colamd::order(
        &mut q,
        &mut inverse,
        a.pattern(),
        by_colamd::Control { dense_row: 10.0, dense_col: 10.0, aggressive: true },
        MemStack::new(&mut memory),
    )
    .map_err(|_| Error::TooLarge(a.shape()))?;
    Ok(q)
}

/// Columns by their number of entries, the fewest first; equal ones keep their order.
pub fn colperm(a: &Sparse<bool>) -> Vec<u32> {
    let mut q: Vec<u32> = (0..a.cols() as u32).collect();
    q.sort_by_key(|&j| a.col_nnz(j as usize));
    q
}

/// Reverse Cuthill–McKee on the pattern of A + A', n×n: `A(p,p)` has a narrow band.
pub fn symrcm(a: &Sparse<bool>) -> Result<Vec<u32>> {
    square(a, "symrcm")?;
    let graph = Neighbours::new(a);
    let n = a.cols();
    let mut by_degree: Vec<u32> = (0..n as u32).collect();
    by_degree.sort_by_key(|&i| graph.of(i).len());
    let (mut order, mut level) = (Vec::with_capacity(n), vec![u32::MAX; n]);
    for &seed in &by_degree {
        if level[seed as usize] != u32::MAX {
            continue;
        }
        let start = graph.outermost(seed, &mut level);
        graph.breadth_first(start, &mut order, &mut level);
    }
    order.reverse();
    Ok(order)
}

fn square(a: &Sparse<bool>, operation: &'static str) -> Result<()> {
    if a.is_square() { Ok(()) } else { Err(Error::NotSquare { operation, shape: a.shape() }) }
}

/// The graph of A + A' without loops.
pub(super) struct Neighbours {
    starts: Vec<u32>,
    list: Vec<u32>,
}

impl Neighbours {
    pub(super) fn new(a: &Sparse<bool>) -> Neighbours {
        let n = a.cols();
        let back = a.transposed();
        let (mut starts, mut list) = (Vec::with_capacity(n + 1), Vec::new());
        starts.push(0);
        for j in 0..n {
            let first = list.len();
            list.extend(a.col(j).0.iter().chain(back.col(j).0).filter(|&&i| i as usize != j));
            list[first..].sort_unstable();
            let mut kept = first;
            for k in first..list.len() {
                if k == first || list[k] != list[kept - 1] {
                    list[kept] = list[k];
                    kept += 1;
                }
            }
            list.truncate(kept);
            starts.push(kept as u32);
        }
        Neighbours { starts, list }
    }

    pub(super) fn of(&self, i: u32) -> &[u32] {
        &self.list[self.starts[i as usize] as usize..self.starts[i as usize + 1] as usize]
    }

    /// Appends the component of `start` to `order`, level after level, each by degree; the number of levels and the nodes
    /// of the last.
    fn breadth_first(&self, start: u32, order: &mut Vec<u32>, level: &mut [u32]) -> (u32, usize) {
        let (first, mut last) = (order.len(), 0);
        order.push(start);
        level[start as usize] = 0;
        let (mut k, mut width) = (first, 1);
        while k < order.len() {
            let i = order[k];
            let begin = order.len();
            for &j in self.of(i) {
                if level[j as usize] == u32::MAX {
                    level[j as usize] = level[i as usize] + 1;
                    order.push(j);
                }
            }
            order[begin..].sort_by_key(|&j| self.of(j).len());
            if let Some(&j) = order.last() {
                let deepest = level[j as usize];
                if deepest > last {
                    (last, width) = (deepest, 0);
                }
                width += order.len() - begin;
            }
            k += 1;
        }
        (last, width)
    }

    /// A node far from the others of its component: from level structure to level structure while they grow deeper (George
    /// and Liu's pseudo-peripheral node).
    fn outermost(&self, seed: u32, level: &mut [u32]) -> u32 {
        let (mut start, mut depth) = (seed, 0);
        let mut component = Vec::new();
        loop {
            component.clear();
            let (levels, _) = self.breadth_first(start, &mut component, level);
            let far = component
                .iter()
                .filter(|&&i| level[i as usize] == levels)
                .min_by_key(|&&i| self.of(i).len());
            let next = far.copied().unwrap_or(start);
            component.iter().for_each(|&i| level[i as usize] = u32::MAX);
            if levels <= depth {
                return start;
            }
            (start, depth) = (next, levels);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::permute::pattern;
    use super::*;
    use crate::linalg::Matrix;

    fn is_permutation(p: &[u32], n: usize) -> bool {
        let mut sorted = p.to_vec();
        sorted.sort_unstable();
        sorted.into_iter().eq(0..n as u32)
    }

    #[test]
    fn a_shuffled_band_is_found_again() {
        // A path in a scrambled order.
        let n = 50;
        let label = |k: usize| (k * 17 + 5) % n;
        let mut full = Matrix::identity(n);
        for k in 0..n - 1 {
            full[(label(k), label(k + 1))] = 1.0;
        }
        let a = pattern(&Sparse::from_dense(&full).unwrap());
        let p = symrcm(&a).unwrap();
        assert!(is_permutation(&p, n));
        let place = super::super::permute::inverse(&p);
        assert!((0..n - 1).all(|k| place[label(k)].abs_diff(place[label(k + 1)]) == 1));
    }

    #[test]
    fn orders_are_permutations() {
        for n in [0, 1, 7, 30] {
            let full = Matrix::from_fn(n, n, |i, j| ((i * 7 + j * 3) % 5 / 4) as f64);
            let a = pattern(&Sparse::from_dense(&full).unwrap());
            for p in [amd(&a), colamd(&a), symrcm(&a), Ok(colperm(&a))] {
                assert!(is_permutation(&p.unwrap(), n));
            }
        }
        assert!(amd(&Sparse::<bool>::zeros(2, 3).unwrap()).is_err());
        assert_eq!(colamd(&Sparse::<bool>::zeros(2, 3).unwrap()).unwrap().len(), 3);
    }
}
