//! Assembly trees: which columns of a sparse matrix are eliminated together, each lot in a dense front.
//!
//! A front eliminates some columns that follow each other and hands what is left to its parent. Method: the pattern of each
//! column's row of the factor is merged from its children's; columns with the same pattern share a front, and a front joins
//! its parent where few zeros are stored for it. References: Duff & Reid (1983), ACM TOMS 9; Liu (1992), SIAM Review 34;
//! Ashcraft & Grimes (1989), ACM TOMS 15. Cost: in proportion to the entries of the factor.

use super::etree::ROOT;
use crate::linalg::simd::Clean;
use faer::Par;
use rayon::prelude::*;
use std::ops::RangeInclusive;

/// For each front what its children have left.
pub(super) type Waiting<R> = Vec<Vec<R>>;

/// What was made of some fronts, and what they leave to others; none when a front could not be done.
pub(super) type Walked<F, R> = Option<(Vec<F>, Waiting<R>)>;

/// Fronts, children before their parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tree {
    /// Front s eliminates columns `firsts[s]` to `firsts[s+1] - 1`.
    pub firsts: Vec<u32>,
    /// The front that is handed what is left; [`ROOT`] at roots.
    pub parent: Vec<u32>,
    /// The other columns of each front, ascending.
    pub rest: Vec<Vec<u32>>,
}

impl Tree {
    /// The fronts for an elimination tree in postorder; `own` calls back with every column, from k on, that the rows which
    /// begin in column k have entries in.
    pub fn new(parent: &[u32], own: impl Fn(usize, &mut dyn FnMut(u32))) -> Tree {
        let n = parent.len();
        let (counts, mut patterns) = patterns(parent, own);
        let mut ends: Vec<usize> =
            (0..n).filter(|&j| j + 1 == n || !continues(j, parent, &counts)).collect();
        join(&mut ends, parent, &counts);
        let mut firsts = vec![0u32];
        firsts.extend(ends.iter().map(|&end| end as u32 + 1));
        let mut front_of = vec![0u32; n];
        for s in 0..ends.len() {
            front_of[firsts[s] as usize..firsts[s + 1] as usize].fill(s as u32);
        }
        let up = |&end: &usize| match parent[end] {
            ROOT => ROOT,
            above => front_of[above as usize],
        };
        let rest = ends.iter().map(|&end| {
            let mut rest = std::mem::take(&mut patterns[end]);
            rest.sort_unstable();
            rest
        });
        Tree { rest: rest.collect(), parent: ends.iter().map(up).collect(), firsts }
    }

    /// Number of fronts.
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    /// The columns that front s eliminates.
    pub fn pivots(&self, s: usize) -> std::ops::Range<usize> {
        self.firsts[s] as usize..self.firsts[s + 1] as usize
    }

    /// For each front, how many columns it eliminates and how many others it has.
    pub fn sizes(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.len()).map(|s| (self.pivots(s).len(), self.rest[s].len()))
    }

    /// Subtrees that take at most `limit` of the given costs of fronts each: their first and last front. What is in none
    /// of them comes after them.
    pub fn subtrees(&self, costs: &[f64], limit: f64) -> Vec<RangeInclusive<usize>> {
        let mut sums = costs.to_vec();
        let mut first: Vec<usize> = (0..self.len()).collect();
        for s in 0..self.len() {
            if self.parent[s] != ROOT {
                let above = self.parent[s] as usize;
                sums[above] += sums[s];
                first[above] = first[above].min(first[s]);
            }
        }
        let fits = |s: usize| sums[s] <= limit;
        let is_top = |s: usize| self.parent[s] == ROOT || !fits(self.parent[s] as usize);
        (0..self.len()).filter(|&s| fits(s) && is_top(s)).map(|s| first[s]..=s).collect()
    }

    /// What is made of every front: of `subtrees` at once, each on one thread, then of those above them, one by one on all.
    ///
    /// `run` makes it of some fronts in ascending order, given what others have left to them, and returns what these leave to
    /// fronts that are not among them; none ends the work.
    pub fn walk<F: Send, R: Send>(
        &self,
        subtrees: Vec<RangeInclusive<usize>>,
        run: impl Fn(&[usize], Waiting<R>, Par) -> Walked<F, R> + Sync,
    ) -> Option<Vec<F>> {
        let nothing = || -> Waiting<R> { (0..self.len()).map(|_| Vec::new()).collect() };
        let branch = |range: &RangeInclusive<usize>| {
            let _clean = Clean;
            run(&range.clone().collect::<Vec<_>>(), nothing(), Par::Seq)
        };
        let done: Option<Vec<_>> = subtrees.par_iter().map(branch).collect();
        let mut slots: Vec<Option<F>> = (0..self.len()).map(|_| None).collect();
        let mut waiting = nothing();
        for (range, (fronts, mut left)) in subtrees.into_iter().zip(done?) {
            let parent = self.parent[*range.end()] as usize;
            if let Some(above) = left.get_mut(parent) {
                waiting[parent].append(above);
            }
            range.zip(fronts).for_each(|(s, front)| slots[s] = Some(front));
        }
        let top: Vec<usize> = (0..slots.len()).filter(|&s| slots[s].is_none()).collect();
        let _clean = Clean;
        let (fronts, _) = run(&top, waiting, Par::rayon(0))?;
        top.into_iter().zip(fronts).for_each(|(s, front)| slots[s] = Some(front));
        slots.into_iter().collect()
    }
}

/// How many columns the pattern of each column has, itself counted; and the patterns, without the column, of those that end
/// a front.
fn patterns(parent: &[u32], own: impl Fn(usize, &mut dyn FnMut(u32))) -> (Vec<u32>, Vec<Vec<u32>>) {
    let n = parent.len();
    let children = super::etree::children(parent);
    let (mut counts, mut patterns) = (vec![0u32; n], vec![Vec::new(); n]);
    let mut mark = vec![ROOT; n];
    for k in 0..n {
        mark[k] = k as u32;
        let mut list: Vec<u32> = Vec::new();
        let mut add = |j: u32| {
            if std::mem::replace(&mut mark[j as usize], k as u32) != k as u32 {
                list.push(j);
            }
        };
        own(k, &mut add);
        for &child in &children[k] {
            let below: &Vec<u32> = &patterns[child as usize];
            below.iter().for_each(|&j| add(j));
        }
        counts[k] = list.len() as u32 + 1;
        if k > 0 && continues(k - 1, parent, &counts) {
            patterns[k - 1] = Vec::new();
        }
        patterns[k] = list;
    }
    (counts, patterns)
}

/// Whether column j has the pattern of column j + 1 and itself.
fn continues(j: usize, parent: &[u32], counts: &[u32]) -> bool {
    parent[j] as usize == j + 1 && counts[j] == counts[j + 1] + 1
}

/// Joins fronts to parents that follow them, unless that stores too many zeros: the more, the smaller the front.
fn join(ends: &mut Vec<usize>, parent: &[u32], counts: &[u32]) {
    /// Fronts of at most so many columns may store that part of zeros.
    const ALLOWED: [(usize, f64); 4] = [(4, 1.0), (16, 0.8), (48, 0.1), (usize::MAX, 0.05)];
    let begin = |s: usize, ends: &[usize]| if s == 0 { 0 } else { ends[s - 1] + 1 };
    // From the last on: the front that s may join is the last one kept. Its first column, its end and its zeros.
    let mut kept: Vec<usize> = Vec::with_capacity(ends.len());
    let mut above: Option<(usize, usize, f64)> = None;
    for s in (0..ends.len()).rev() {
        let (first, end) = (begin(s, ends), ends[s]);
        if let Some((next, last, zeros)) = above
            && parent[end] as usize == next
        {
            let (mine, theirs) = (end + 1 - first, last + 1 - next);
            let longest = mine + counts[next] as usize;
            let zeros = zeros + (mine * (longest - counts[first] as usize)) as f64;
            let width = mine + theirs;
            let all = width as f64 * (longest as f64 - (width - 1) as f64 / 2.0);
            if ALLOWED.iter().any(|&(most, part)| width <= most && zeros <= part * all) {
                above = Some((first, last, zeros));
                continue;
            }
        }
        kept.push(end);
        above = Some((first, end, 0.0));
    }
    kept.reverse();
    *ends = kept;
}

#[cfg(test)]
mod tests {
    use super::super::etree::{column_counts, etree, factor_pattern, postorder};
    use super::super::permute::{pattern, permuted};
    use super::super::testdata::random;
    use super::*;

    #[test]
    fn fronts_hold_the_pattern_of_the_factor() {
        for (n, density) in [(1, 0.5), (12, 0.2), (60, 0.05), (150, 0.02)] {
            let a = pattern(&random(n, n, density, 5));
            let full = crate::Matrix::from_fn(n, n, |i, j| {
                f64::from(u8::from(i == j || a.get(i, j) || a.get(j, i)))
            });
            let s = pattern(&crate::linalg::sparse::Sparse::from_dense(&full).unwrap());
            let post = postorder(&etree(&s));
            let s = permuted(&s, Some(&post), Some(&post));
            let parent = etree(&s);
            let tree = Tree::new(&parent, |k, add| {
                s.col(k).0.iter().filter(|&&i| i as usize > k).for_each(|&i| add(i));
            });
            assert_eq!(tree.firsts[tree.len()] as usize, n);
            let expected = factor_pattern(&s, &parent);
            let counts = column_counts(&s, &parent);
            assert_eq!(counts.iter().map(|&c| c as usize).sum::<usize>(), expected.nnz());
            let mut stored = 0;
            for f in 0..tree.len() {
                for k in tree.pivots(f) {
                    let inside = |i: &u32| {
                        tree.pivots(f).contains(&(*i as usize)) || tree.rest[f].contains(i)
                    };
                    assert!(expected.col(k).0.iter().all(inside));
                    stored += tree.firsts[f + 1] as usize - k + tree.rest[f].len();
                }
                let above = tree.parent[f];
                assert!(above == ROOT || above as usize > f);
                assert_eq!(above == ROOT, tree.rest[f].is_empty());
            }
            assert!(stored <= 3 * expected.nnz());
        }
    }
}
