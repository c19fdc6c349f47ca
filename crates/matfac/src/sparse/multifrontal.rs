//! Multifrontal LU of a square matrix whose pattern is nearly symmetric: `P*R*A*Q = L*U`, R a diagonal that scales rows.
//!
//! Method: rows and columns in an order of approximate minimum degree for A + A'; each front of the assembly tree gathers its
//! rows and columns of A and what its children left, and eliminates in dense blocks the pivots that are large enough against
//! all of their column, those of the diagonal first; what does not pass is left to the parent. Subtrees are divided among the
//! threads. References: Duff & Reid (1984), SIAM J. Sci. Stat. Comput. 5; Amestoy, Duff, L'Excellent & Koster (2001), SIAM
//! J. Matrix Anal. Appl. 23. Cost: as sparse Cholesky of A + A' twice, at the speed of dense products.

use super::assembly::{Tree, Waiting, Walked};
use super::etree::{ROOT, etree, postorder};
use super::front::{Front, Remainder};
use super::lu::{ColumnOrder, Pivoting, row_weights};
use super::permute::{collected, inverse, pattern, permuted};
use crate::error::Result;
use crate::factor::determinant::Determinant;
use crate::factor::structure::permutation_sign;
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse, union};
use faer::Par;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Smaller matrices are not worth fronts.
const SMALL: usize = 1000;

/// With fewer multiplications for each entry of the factors columns one by one are as fast.
const WORTH: f64 = 25.0;

/// Into how many parts of equal work the tree is divided at least.
const PARTS: f64 = 16.0;

/// Fewer operations than this are not divided among threads.
const SEQUENTIAL: f64 = 2e6;

/// The factors may have so many times the entries that the order promises, before the attempt is given up.
const PATIENCE: usize = 4;

/// Order and fronts for every matrix with the same pattern.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Of rows and columns.
    order: Vec<u32>,
    tree: Tree,
}

impl Plan {
    /// For an n×n matrix in an order of rows and columns that fills little; none when fronts are not worth it.
    pub fn new<T: Entry>(a: &Sparse<T>, order: &ColumnOrder) -> Result<Option<Plan>> {
        if !order.is_symmetric || a.cols() < SMALL {
            return Ok(None);
        }
        let plan = Plan::of(a, &order.q)?;
        Ok((plan.flops() > WORTH * plan.entries()).then_some(plan))
    }

    pub fn of<T: Entry>(a: &Sparse<T>, p: &[u32]) -> Result<Plan> {
        let a = permuted(&pattern(a), Some(p), Some(p));
        let both = union("lu", &a, &a.transposed(), |x, y| x | y)?;
        let post = postorder(&etree(&both));
        let order: Vec<u32> = post.iter().map(|&k| p[k as usize]).collect();
        let ordered = permuted(&both, Some(&post), Some(&post));
        let tree = Tree::new(&etree(&ordered), |k, add| {
            let rows = ordered.col(k).0.iter();
            rows.rev().take_while(|&&i| i as usize > k).for_each(|&i| add(i));
        });
        Ok(Plan { order, tree })
    }

    /// Entries of L and U, without pivots that are put off.
    pub fn entries(&self) -> f64 {
        self.tree.sizes().map(|(k, r)| (k * k + 2 * k * r) as f64).sum()
    }

    /// Multiplications.
    pub fn flops(&self) -> f64 {
        self.tree.sizes().map(flops).sum()
    }
}

/// Multiplications in a front of k pivots and r other columns.
fn flops((k, r): (usize, usize)) -> f64 {
    let (k, r) = (k as f64, r as f64);
    k * (k * k / 3.0 + k * r + r * r)
}

/// The factors of an n×n matrix without zero pivots.
#[derive(Debug, Clone)]
pub(super) struct Multifrontal<T> {
    /// What row i of A was multiplied with: powers of two.
    pub weights: Vec<f64>,
    blocks: Vec<Block<T>>,
}

/// Columns of L and rows of U of one front.
#[derive(Debug, Clone)]
pub(super) struct Block<T> {
    /// Number of pivots.
    pub count: usize,
    /// Rows of A, those of the pivots first.
    pub rows: Vec<u32>,
    /// Columns of A, those of the pivots first.
    pub cols: Vec<u32>,
    /// L below the diagonal and U above it, in the columns of the pivots.
    pub left: Vec<T>,
    /// U in the other columns.
    pub right: Vec<T>,
}

impl<T: Scalar + Entry> Multifrontal<T> {
    /// Factors a matrix whose entries are finite; none when a pivot is missing or too many are put off.
    pub fn new(a: &Sparse<T>, plan: &Plan, pivoting: Pivoting) -> Option<Multifrontal<T>> {
        let weights = row_weights(a);
        let scaled = collected(a.rows(), a.cols(), a.nnz(), |j, pairs| {
            let (places, entries) = a.col(j);
            let weigh = |(&i, x): (&u32, &T)| (i, x.scaled(weights[i as usize]));
            pairs.extend(places.iter().zip(entries).map(weigh));
        });
        let b = permuted(&scaled, Some(&plan.order), Some(&plan.order));
        let work = Work { back: &b.transposed(), b: &b, tree: &plan.tree, pivoting };
        let mut blocks = work.factor(PATIENCE * plan.entries() as usize + (1 << 16))?;
        let name = |list: &mut Vec<u32>| {
            list.iter_mut().for_each(|i| *i = plan.order[*i as usize]);
        };
        for block in &mut blocks {
            name(&mut block.rows);
            name(&mut block.cols);
        }
        Some(Multifrontal { weights, blocks })
    }

    /// Number of rows.
    pub fn order(&self) -> usize {
        self.weights.len()
    }

    /// Stored numbers.
    pub fn nnz(&self) -> usize {
        self.blocks.iter().map(|b| b.left.len() + b.right.len()).sum()
    }

    /// Row k of `P*A` is row `p[k]` of A.
    pub fn p(&self) -> Vec<u32> {
        self.blocks.iter().flat_map(|b| b.rows[..b.count].iter().copied()).collect()
    }

    /// Column k of `A*Q` is column `q[k]` of A.
    pub fn q(&self) -> Vec<u32> {
        self.blocks.iter().flat_map(|b| b.cols[..b.count].iter().copied()).collect()
    }

    /// The pivots.
    pub fn pivots(&self) -> impl Iterator<Item = T> {
        self.blocks.iter().flat_map(|b| (0..b.count).map(|k| b.left[k * (b.rows.len() + 1)]))
    }

    /// L, unit lower triangular.
    pub fn lower(&self) -> Sparse<T> {
        let (n, place) = (self.order(), inverse(&self.p()));
        let mut columns = self.blocks.iter().flat_map(|b| (0..b.count).map(move |k| (b, k)));
        collected(n, n, self.nnz() / 2 + n, |j, pairs| {
            let Some((b, k)) = columns.next() else { return };
            let entries = &b.left[k * b.rows.len()..(k + 1) * b.rows.len()];
            pairs.push((j as u32, T::ONE));
            let below = b.rows.iter().zip(entries).skip(k + 1);
            pairs.extend(below.map(|(&i, &x)| (place[i as usize], x)));
        })
    }

    /// U, upper triangular.
    pub fn upper(&self) -> Sparse<T> {
        let (n, place) = (self.order(), inverse(&self.q()));
        let mut rows = self.blocks.iter().flat_map(|b| (0..b.count).map(move |k| (b, k)));
        let back = collected(n, n, self.nnz() / 2 + n, |_, pairs| {
            let Some((b, k)) = rows.next() else { return };
            let own = (k..b.count).map(|j| b.left[j * b.rows.len() + k]);
            let other = b.right.iter().skip(k).step_by(b.count).copied();
            let places = b.cols[k..].iter().map(|&j| place[j as usize]);
            pairs.extend(places.zip(own.chain(other)));
        });
        back.transposed()
    }

    /// `x = A \ b`; `work` has n numbers.
    pub fn solve(&self, x: &mut [T], work: &mut [T]) {
        for ((y, &b), &w) in work.iter_mut().zip(&*x).zip(&self.weights) {
            *y = b.scaled(w);
        }
        let mut buffer = Vec::new();
        for b in &self.blocks {
            b.substitute_lower(work, &mut buffer);
        }
        for b in self.blocks.iter().rev() {
            b.substitute_upper(work, x, &mut buffer);
        }
    }

    /// `x = A' \ b`, with the conjugate transpose.
    pub fn solve_adjoint(&self, x: &mut [T], work: &mut [T]) {
        let mut buffer = Vec::new();
        work.copy_from_slice(x);
        for b in &self.blocks {
            b.substitute_upper_adjoint(work, x, &mut buffer);
        }
        for b in self.blocks.iter().rev() {
            b.substitute_lower_adjoint(x, &mut buffer);
        }
        x.iter_mut().zip(&self.weights).for_each(|(x, &w)| *x = x.scaled(w));
    }

    /// The determinant.
    pub fn determinant(&self) -> Determinant<T> {
        let list = |p: Vec<u32>| p.into_iter().map(|i| i as usize).collect::<Vec<_>>();
        let sign = permutation_sign(&list(self.p())) * permutation_sign(&list(self.q()));
        let weights = self.weights.iter().map(|&w| T::of(1.0 / w));
        Determinant::of(sign, self.pivots().chain(weights))
    }
}

/// `y -= a*x`, without the product where x is 0.
fn subtract<T: Scalar>(y: &mut [T], a: &[T], x: T) {
    if x != T::ZERO {
        y.iter_mut().zip(a).for_each(|(y, &a)| *y -= a * x);
    }
}

impl<T: Scalar> Block<T> {
    /// Forward substitution over rows: y becomes L \ y as far as this block goes.
    fn substitute_lower(&self, y: &mut [T], t: &mut Vec<T>) {
        t.clear();
        t.extend(self.rows[..self.count].iter().map(|&i| y[i as usize]));
        t.resize(self.rows.len(), T::ZERO);
        for k in 0..self.count {
            let (known, open) = t.split_at_mut(k + 1);
            let column = &self.left[k * self.rows.len()..(k + 1) * self.rows.len()];
            subtract(open, &column[k + 1..], known[k]);
        }
        let (own, others) = self.rows.split_at(self.count);
        own.iter().zip(&*t).for_each(|(&i, &x)| y[i as usize] = x);
        others.iter().zip(&t[self.count..]).for_each(|(&i, &x)| y[i as usize] += x);
    }

    /// Backward substitution: x over columns from y over rows.
    fn substitute_upper(&self, y: &[T], x: &mut [T], t: &mut Vec<T>) {
        t.clear();
        t.extend(self.rows[..self.count].iter().map(|&i| y[i as usize]));
        let others = &self.cols[self.count..];
        if self.count > 0 {
            for (&j, column) in others.iter().zip(self.right.chunks_exact(self.count)) {
                subtract(t, column, x[j as usize]);
            }
        }
        for k in (0..self.count).rev() {
            let column = &self.left[k * self.rows.len()..];
            t[k] = t[k].over(column[k]);
            let (open, known) = t.split_at_mut(k);
            subtract(open, &column[..k], known[0]);
        }
        self.cols.iter().zip(&*t).for_each(|(&j, &t)| x[j as usize] = t);
    }

    /// Forward substitution with U' over columns; results go to x over rows.
    fn substitute_upper_adjoint(&self, y: &mut [T], x: &mut [T], t: &mut Vec<T>) {
        t.clear();
        t.extend(self.cols[..self.count].iter().map(|&j| y[j as usize]));
        for k in 0..self.count {
            let column = &self.left[k * self.rows.len()..];
            let known = T::inner(&column[..k], &t[..k]);
            t[k] = (t[k] - known).over(column[k].conjugate());
        }
        if self.count > 0 {
            let others = &self.cols[self.count..];
            for (&j, column) in others.iter().zip(self.right.chunks_exact(self.count)) {
                y[j as usize] -= T::inner(column, t);
            }
        }
        self.rows.iter().zip(&*t).for_each(|(&i, &t)| x[i as usize] = t);
    }

    /// Backward substitution with L' over rows.
    fn substitute_lower_adjoint(&self, x: &mut [T], t: &mut Vec<T>) {
        t.clear();
        t.extend(self.rows.iter().map(|&i| x[i as usize]));
        for k in (0..self.count).rev() {
            let column = &self.left[k * self.rows.len()..(k + 1) * self.rows.len()];
            t[k] = t[k] - T::inner(&column[k + 1..], &t[k + 1..]);
        }
        self.rows[..self.count].iter().zip(&*t).for_each(|(&i, &t)| x[i as usize] = t);
    }
}

/// What a factorization reads.
struct Work<'a, T> {
    b: &'a Sparse<T>,
    /// Its transpose.
    back: &'a Sparse<T>,
    tree: &'a Tree,
    pivoting: Pivoting,
}

impl<T: Scalar + Entry> Work<'_, T> {
    /// The blocks of all fronts with at most `limit` numbers.
    fn factor(&self, limit: usize) -> Option<Vec<Block<T>>> {
        let costs: Vec<f64> = self.tree.sizes().map(flops).collect();
        let total: f64 = costs.iter().sum();
        let subtrees = match total < SEQUENTIAL {
            true => Vec::new(),
            false => self.tree.subtrees(&costs, total / PARTS),
        };
        let stored = AtomicUsize::new(0);
        // Whether all fit depends on their sum alone, not on which front comes first.
        let fits = |size: usize| stored.fetch_add(size, Ordering::Relaxed) + size <= limit;
        self.tree
            .walk(subtrees, |fronts, waiting, threads| self.run(fronts, waiting, &fits, threads))
    }

    /// Fronts in ascending order: their blocks, and what they leave to fronts that are not among them.
    fn run(
        &self,
        fronts: &[usize],
        mut waiting: Waiting<Remainder<T>>,
        fits: &impl Fn(usize) -> bool,
        threads: Par,
    ) -> Walked<Block<T>, Remainder<T>> {
        let n = self.b.cols();
        let (mut rows, mut cols) = (vec![u32::MAX; n], vec![u32::MAX; n]);
        let mut blocks = Vec::new();
        for &s in fronts {
            let children = std::mem::take(&mut waiting[s]);
            let mut front = self.gather(s, &children, &mut rows, &mut cols)?;
            front.eliminate(self.pivoting, threads);
            let (block, remainder) = front.finish();
            if !fits(block.left.len() + block.right.len()) {
                return None;
            }
            blocks.push(block);
            match (self.tree.parent[s], remainder) {
                (_, None) => {}
                // A column without a pivot.
                (ROOT, Some(_)) => return None,
                (parent, Some(remainder)) => waiting[parent as usize].push(remainder),
            }
        }
        Some((blocks, waiting))
    }

    /// The front with its entries of A and of its children; `rows` and `cols` are room for places.
    fn gather(
        &self,
        s: usize,
        children: &[Remainder<T>],
        rows: &mut [u32],
        cols: &mut [u32],
    ) -> Option<Front<T>> {
        let (pivots, rest) = (self.tree.pivots(s), &self.tree.rest[s]);
        let (first, end) = (pivots.start, pivots.end);
        let list = |put_off: &dyn Fn(&Remainder<T>) -> Vec<u32>| {
            let mut list: Vec<u32> = children.iter().flat_map(put_off).collect();
            list.extend(pivots.clone().map(|j| j as u32));
            list.extend(rest);
            list
        };
        let row_list = list(&|c| c.rows[..c.put_off].to_vec());
        let col_list = list(&|c| c.cols[..c.put_off].to_vec());
        row_list.iter().enumerate().for_each(|(k, &i)| rows[i as usize] = k as u32);
        col_list.iter().enumerate().for_each(|(k, &j)| cols[j as usize] = k as u32);
        let candidates = row_list.len() - rest.len();
        let mut front = Front::new(row_list, col_list, candidates)?;
        children.iter().for_each(|child| front.add(child, rows, cols));
        for j in first..end {
            let (places, entries) = self.b.col(j);
            let below = places.iter().zip(entries).skip_while(|(i, _)| (**i as usize) < first);
            below.for_each(|(&i, &x)| front.put(rows[i as usize], cols[j], x));
            let (places, entries) = self.back.col(j);
            let beside = places.iter().zip(entries).skip_while(|(i, _)| (**i as usize) < end);
            beside.for_each(|(&i, &x)| front.put(rows[j], cols[i as usize], x));
        }
        Some(front)
    }
}

#[cfg(test)]
#[path = "multifrontal_tests.rs"]
mod tests;
