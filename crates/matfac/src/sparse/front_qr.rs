//! Multifrontal QR of an m×n matrix of full column rank: `A*P = Q*R`, Q as blocks of reflections.
//!
//! Method: the columns in a given order, children before parents; each front of the assembly tree of A'*A gathers the rows
//! that begin in its columns and what its children left, sorted by where they begin, and is made trapezoidal by Householder
//! reflections in panels over the rows that reach them (faer). Full rank is tested afterwards on R's diagonal. Subtrees are
//! divided among the threads. References: Heath (1982), SIAM J. Sci. Stat. Comput. 3; Matstoms (1994), ACM TOMS 20; Davis
//! (2011), ACM TOMS 38. Cost: as multifrontal LU of A'*A, with the backward error of orthogonal transformations.

use super::assembly::{Tree, Waiting, Walked};
use super::etree::{ROOT, column_etree, postorder};
use super::permute::{collected, pattern, permuted};
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder;
use faer::linalg::qr::no_pivoting::factor as by;
use faer::{Conj, MatMut, Par};
use std::sync::Arc;

/// Columns of a panel.
const WIDTH: usize = 32;

/// Into how many parts of equal work the tree is divided at least.
const PARTS: f64 = 16.0;

/// Fronts of fewer multiplications are reduced by one thread.
const LARGE: usize = 1 << 26;

/// Order and fronts for every matrix with the same pattern.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Of the columns.
    pub order: Vec<u32>,
    tree: Tree,
}

impl Plan {
    /// For the columns of an m×n matrix, in the given order but with children before parents.
    pub fn new<T: Entry>(a: &Sparse<T>, p: &[u32]) -> Plan {
        let a = pattern(a);
        let post = postorder(&column_etree(&permuted(&a, None, Some(p))));
        let order: Vec<u32> = post.into_iter().map(|k| p[k as usize]).collect();
        let ordered = permuted(&a, None, Some(&order));
        let rows = ordered.transposed();
        let starting = Starting::new(&rows, ordered.cols());
        let tree = Tree::new(&column_etree(&ordered), |k, add| {
            for &i in starting.of(k) {
                rows.col(i as usize).0.iter().filter(|&&j| j as usize > k).for_each(|&j| add(j));
            }
        });
        Plan { order, tree }
    }

    /// Entries of R.
    pub fn entries(&self) -> f64 {
        self.tree.sizes().map(|(k, r)| (k * (k + 1) / 2 + k * r) as f64).sum()
    }

    /// Multiplications, about.
    pub fn flops(&self) -> f64 {
        self.tree.sizes().map(flops).sum()
    }
}

fn flops((k, r): (usize, usize)) -> f64 {
    let (k, r) = (k as f64, r as f64);
    2.0 * k * (k + r) * (k + r)
}

/// The rows that begin in each column.
struct Starting {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Starting {
    /// Of a matrix whose rows are the columns of `back`.
    fn new(back: &Sparse<bool>, columns: usize) -> Starting {
        let first = |i: usize| back.col(i).0.first().map(|&j| j as usize);
        let mut starts = vec![0u32; columns + 1];
        (0..back.cols()).filter_map(first).for_each(|j| starts[j + 1] += 1);
        (0..columns).for_each(|j| starts[j + 1] += starts[j]);
        let mut next = starts.clone();
        let mut rows = vec![0; starts[columns] as usize];
        for i in 0..back.cols() {
            if let Some(j) = first(i) {
                rows[next[j] as usize] = i as u32;
                next[j] += 1;
            }
        }
        Starting { starts, rows }
    }

    fn of(&self, j: usize) -> &[u32] {
        &self.rows[self.starts[j] as usize..self.starts[j + 1] as usize]
    }
}

/// The factors of an m×n matrix of rank n.
#[derive(Debug, Clone)]
pub(super) struct FrontQr<T> {
    rows: usize,
    /// The order of the columns.
    pub plan: Arc<Plan>,
    fronts: Vec<Front<T>>,
    /// Row i of R is computed in row `row_of[i]` of A; the rows that are not in R follow.
    row_of: Vec<u32>,
}

/// One front after its reduction.
#[derive(Debug, Clone)]
struct Front<T> {
    /// Its rows of A.
    rows: Vec<u32>,
    /// How many columns it has.
    width: usize,
    /// R on and above the diagonal, reflections below it: by columns.
    values: Vec<T>,
    panels: Vec<Panel>,
    /// The panels' triangular factors.
    factors: Vec<T>,
}

/// Reflections of columns that follow each other.
#[derive(Debug, Clone, Copy)]
struct Panel {
    /// Its first row, which the first reflection leaves an entry in.
    row: usize,
    /// Its first column.
    col: usize,
    /// Where its rows end.
    end: usize,
    /// How many reflections it has.
    count: usize,
    /// Where its triangular factor begins.
    factor: usize,
}

/// Rows that a front did not finish.
struct Remainder<T> {
    /// The front.
    front: usize,
    rows: Vec<u32>,
    /// For each row the first of the front's other columns that it has an entry in, ascending.
    begins: Vec<u32>,
    /// By the front's other columns; what stands before a row's first column is not of the row.
    values: Vec<T>,
}

impl<T: Scalar + Entry> FrontQr<T> {
    /// Factors a matrix whose entries are finite; none when a diagonal entry of R is at most `tolerance`, or memory does not
    /// suffice.
    pub fn new(a: &Sparse<T>, plan: &Arc<Plan>, tolerance: f64) -> Option<FrontQr<T>> {
        let back = permuted(a, None, Some(&plan.order)).transposed();
        let starting = Starting::new(&pattern(&back), a.cols());
        let work = Work { back: &back, starting: &starting, tree: &plan.tree, tolerance };
        let fronts = work.factor()?;
        let mut row_of: Vec<u32> = (0..plan.tree.len())
            .flat_map(|s| fronts[s].rows[..plan.tree.pivots(s).len()].iter().copied())
            .collect();
        let mut is_used = vec![false; a.rows()];
        row_of.iter().for_each(|&i| is_used[i as usize] = true);
        row_of.extend((0..a.rows() as u32).filter(|&i| !is_used[i as usize]));
        Some(FrontQr { rows: a.rows(), plan: plan.clone(), fronts, row_of })
    }

    /// Number of rows and of columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.plan.order.len())
    }

    /// Numbers that are stored.
    pub fn nnz(&self) -> usize {
        self.fronts.iter().map(|f| f.values.len() + f.factors.len()).sum()
    }

    /// Fronts with the columns they eliminate and their other columns.
    fn fronts(
        &self,
    ) -> impl DoubleEndedIterator<Item = (&Front<T>, std::ops::Range<usize>, &[u32])> {
        let tree = &self.plan.tree;
        self.fronts.iter().enumerate().map(|(s, f)| (f, tree.pivots(s), &tree.rest[s][..]))
    }

    /// R with `count` rows, at least n.
    pub fn r(&self, count: usize) -> Sparse<T> {
        let n = self.plan.order.len();
        let mut rows = self.fronts().flat_map(|(f, pivots, rest)| {
            let first = pivots.start;
            pivots.map(move |k| (f, first, k, rest))
        });
        let back = collected(n, count, self.plan.entries() as usize, |_, pairs| {
            let Some((f, first, k, rest)) = rows.next() else { return };
            let places = (k as u32..).take(f.width - rest.len() + first - k);
            let row = f.values[(k - first) * f.rows.len()..].iter().skip(k - first);
            pairs
                .extend(places.chain(rest.iter().copied()).zip(row.step_by(f.rows.len()).copied()));
        });
        back.transposed()
    }

    /// The diagonal of R.
    pub fn diagonal(&self) -> impl Iterator<Item = T> {
        self.fronts()
            .flat_map(|(f, pivots, _)| (0..pivots.len()).map(|k| f.values[k * (f.rows.len() + 1)]))
    }

    /// `Q'*b` for b of m numbers, in place; its first numbers belong to the rows of R.
    pub fn apply_adjoint(&self, b: &mut [T]) {
        let mut buffer = Vec::new();
        for f in &self.fronts {
            f.reflect(b, &mut buffer, true);
        }
        let moved: Vec<T> = self.row_of.iter().map(|&i| b[i as usize]).collect();
        b.copy_from_slice(&moved);
    }

    /// `Q*c` for c of m numbers, in place.
    pub fn apply(&self, c: &mut [T]) {
        let moved = c.to_vec();
        self.row_of.iter().zip(moved).for_each(|(&i, x)| c[i as usize] = x);
        let mut buffer = Vec::new();
        for f in self.fronts.iter().rev() {
            f.reflect(c, &mut buffer, false);
        }
    }

    /// `x = R \ c`.
    pub fn solve_upper(&self, c: &[T]) -> Vec<T> {
        let mut x = c[..self.plan.order.len()].to_vec();
        for (f, pivots, rest) in self.fronts().rev() {
            let (m, k) = (f.rows.len(), pivots.len());
            let (open, known) = x.split_at_mut(pivots.end);
            let own = &mut open[pivots.start..];
            for (t, &j) in rest.iter().enumerate() {
                subtract(own, &f.values[(k + t) * m..], known[j as usize - pivots.end]);
            }
            for j in (0..k).rev() {
                let column = &f.values[j * m..];
                own[j] = own[j].over(column[j]);
                let (above, here) = own.split_at_mut(j);
                subtract(above, column, here[0]);
            }
        }
        x
    }

    /// `y = R' \ x`.
    pub fn solve_lower(&self, x: &[T]) -> Vec<T> {
        let mut y = x.to_vec();
        for (f, pivots, rest) in self.fronts() {
            let (m, k) = (f.rows.len(), pivots.len());
            let (open, later) = y.split_at_mut(pivots.end);
            let own = &mut open[pivots.start..];
            for j in 0..k {
                let column = &f.values[j * m..j * m + j + 1];
                let known = T::inner(&column[..j], &own[..j]);
                own[j] = (own[j] - known).over(column[j].conjugate());
            }
            for (t, &j) in rest.iter().enumerate() {
                later[j as usize - pivots.end] -= T::inner(&f.values[(k + t) * m..][..k], own);
            }
        }
        y
    }
}

/// `y -= a*x` for as many numbers as y has.
fn subtract<T: Scalar>(y: &mut [T], a: &[T], x: T) {
    if x != T::ZERO {
        y.iter_mut().zip(a).for_each(|(y, &a)| *y -= a * x);
    }
}

impl<T: Scalar> Front<T> {
    /// Makes it trapezoidal; rows are sorted by where they begin, row i in column `begins[i]`.
    fn reduce(&mut self, begins: &[u32], threads: Par) {
        let (m, mut row, mut end) = (self.rows.len(), 0, 0);
        for col in (0..self.width).step_by(WIDTH) {
            let last = (col + WIDTH).min(self.width);
            // Rows that begin later are zero in these columns.
            end = begins.partition_point(|&j| (j as usize) < last).max(end);
            let count = (last - col).min(end - row);
            if count > 0 {
                let panel = Panel { row, col, end, count, factor: self.factors.len() };
                self.panel(panel, last, threads);
                self.panels.push(panel);
            }
            row += count;
            if row == m {
                return;
            }
        }
    }

    /// The reflections of a panel that ends before column `last`, applied to the columns from there on.
    fn panel(&mut self, Panel { row, col, end, count, factor }: Panel, last: usize, threads: Par) {
        use householder::{
            apply_block_householder_sequence_transpose_on_the_left_in_place_scratch as apply_scratch,
            apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj as apply,
        };
        let (m, height, others) = (self.rows.len(), end - row, self.width - last);
        let (left, right) = self.values.split_at_mut(last * m);
        let panel = MatMut::from_column_major_slice_mut(&mut left[col * m..], m, last - col);
        let mut panel = panel.subrows_mut(row, height);
        self.factors.resize(factor + count * count, T::ZERO);
        let triangle = &mut self.factors[factor..];
        let mut triangle = MatMut::from_column_major_slice_mut(triangle, count, count);
        let params = Default::default();
        let scratch = by::qr_in_place_scratch::<T>(height, last - col, count, threads, params);
        let scratch = scratch.or(apply_scratch::<T>(height, count, others));
        let mut memory = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut memory);
        by::qr_in_place(panel.as_mut(), triangle.as_mut(), threads, stack, params);
        if others > 0 {
            let others = MatMut::from_column_major_slice_mut(right, m, others);
            let others = others.subrows_mut(row, height);
            let basis = panel.as_ref().subcols(0, count);
            apply(basis, triangle.as_ref(), Conj::Yes, others, threads, stack);
        }
    }

    /// The first column of each row that a reflection leaves an entry in.
    fn begins(&self) -> impl Iterator<Item = usize> {
        self.panels.iter().flat_map(|p| p.col..p.col + p.count)
    }

    /// The rows after the first `count`; s is the front.
    fn remainder(&self, count: usize, s: usize) -> Remainder<T> {
        let begins: Vec<u32> = self.begins().skip(count).map(|j| (j - count) as u32).collect();
        let end = count + begins.len();
        let mut values = Vec::with_capacity(begins.len() * (self.width - count));
        for column in self.values.chunks_exact(self.rows.len()).skip(count) {
            values.extend_from_slice(&column[count..end]);
        }
        Remainder { front: s, rows: self.rows[count..end].to_vec(), begins, values }
    }

    /// Applies Q, or Q', to the rows of b that are here.
    fn reflect(&self, b: &mut [T], buffer: &mut Vec<T>, adjoint: bool) {
        buffer.clear();
        buffer.extend(self.rows.iter().map(|&i| b[i as usize]));
        let steps = || self.panels.iter().flat_map(|p| (0..p.count).map(move |k| (p, k)));
        match adjoint {
            true => steps().for_each(|(p, k)| self.reflection(p, k, buffer)),
            false => steps().rev().for_each(|(p, k)| self.reflection(p, k, buffer)),
        }
        self.rows.iter().zip(&*buffer).for_each(|(&i, &x)| b[i as usize] = x);
    }

    fn reflection(&self, p: &Panel, k: usize, x: &mut [T]) {
        let column = (p.col + k) * self.rows.len();
        let v = &self.values[column + p.row + k + 1..column + p.end];
        let (head, x) = x[p.row + k..p.end].split_at_mut(1);
        // The diagonal of a panel's factor holds tau of I - v*v'/tau.
        let tau = self.factors[p.factor + k * (p.count + 1)].real_part();
        let product = (head[0] + T::inner(v, x)).scaled(1.0 / tau);
        head[0] -= product;
        subtract(x, v, product);
    }
}

/// What a factorization reads.
struct Work<'a, T> {
    /// The rows of A, with their columns in order.
    back: &'a Sparse<T>,
    starting: &'a Starting,
    tree: &'a Tree,
    tolerance: f64,
}

impl<T: Scalar + Entry> Work<'_, T> {
    fn factor(&self) -> Option<Vec<Front<T>>> {
        let costs: Vec<f64> = self.tree.sizes().map(flops).collect();
        let total: f64 = costs.iter().sum();
        let subtrees = self.tree.subtrees(&costs, total / PARTS);
        self.tree.walk(subtrees, |fronts, waiting, threads| self.run(fronts, waiting, threads))
    }

    /// Fronts in ascending order, and what they leave to fronts that are not among them.
    fn run(
        &self,
        fronts: &[usize],
        mut waiting: Waiting<Remainder<T>>,
        threads: Par,
    ) -> Walked<Front<T>, Remainder<T>> {
        let mut place = vec![0u32; self.tree.firsts[self.tree.len()] as usize];
        let mut done = Vec::new();
        for &s in fronts {
            let children = std::mem::take(&mut waiting[s]);
            let count = self.tree.pivots(s).len();
            let (mut front, begins) = self.gather(s, &children, &mut place)?;
            if front.rows.len() < count {
                return None;
            }
            let work = front.rows.len() * front.width * front.width;
            front.reduce(&begins, if work < LARGE { Par::Seq } else { threads });
            let diagonal = |k: usize| front.values[k * (front.rows.len() + 1)].modulus();
            let is_full = front.begins().take(count).eq(0..count)
                && (0..count).all(|k| diagonal(k) > self.tolerance);
            if !is_full {
                return None;
            }
            if self.tree.parent[s] != ROOT {
                waiting[self.tree.parent[s] as usize].push(front.remainder(count, s));
            }
            done.push(front);
        }
        Some((done, waiting))
    }

    /// The front of its rows of A and what children left, by where rows begin; `place` is room for places.
    fn gather(
        &self,
        s: usize,
        children: &[Remainder<T>],
        place: &mut [u32],
    ) -> Option<(Front<T>, Vec<u32>)> {
        let (pivots, rest) = (self.tree.pivots(s), &self.tree.rest[s]);
        let columns = || pivots.clone().map(|j| j as u32).chain(rest.iter().copied());
        columns().enumerate().for_each(|(k, j)| place[j as usize] = k as u32);
        let width = pivots.len() + rest.len();
        // Where each row begins, and where it comes from: a child and its row, or A.
        let mut list: Vec<(u32, u32, u32)> = Vec::new();
        for j in pivots.clone() {
            list.extend(self.starting.of(j).iter().map(|&i| (place[j], ROOT, i)));
        }
        for (c, child) in children.iter().enumerate() {
            let own = &self.tree.rest[child.front];
            let begins = child.begins.iter().map(|&t| place[own[t as usize] as usize]);
            list.extend(begins.enumerate().map(|(k, begin)| (begin, c as u32, k as u32)));
        }
        list.sort_unstable();
        let m = list.len();
        let mut values = Vec::new();
        values.try_reserve_exact(m.checked_mul(width)?).ok()?;
        values.resize(m * width, T::ZERO);
        let mut rows = Vec::with_capacity(m);
        let mut moved: Vec<Vec<u32>> = children.iter().map(|c| vec![0; c.rows.len()]).collect();
        for (k, &(_, source, i)) in list.iter().enumerate() {
            if source == ROOT {
                let (places, entries) = self.back.col(i as usize);
                for (&j, &x) in places.iter().zip(entries) {
                    values[place[j as usize] as usize * m + k] = x;
                }
                rows.push(i);
            } else {
                moved[source as usize][i as usize] = k as u32;
                rows.push(children[source as usize].rows[i as usize]);
            }
        }
        for (child, moved) in children.iter().zip(&moved) {
            let height = child.rows.len();
            for (t, &j) in self.tree.rest[child.front].iter().enumerate() {
                let target = &mut values[place[j as usize] as usize * m..][..m];
                let column = &child.values[t * height..(t + 1) * height];
                let filled = child.begins.partition_point(|&begin| begin as usize <= t);
                moved.iter().zip(&column[..filled]).for_each(|(&k, &x)| target[k as usize] = x);
            }
        }
        let begins = list.iter().map(|x| x.0).collect();
        Some((Front { rows, width, values, panels: Vec::new(), factors: Vec::new() }, begins))
    }
}

#[cfg(test)]
#[path = "front_qr_tests.rs"]
mod tests;
