//! Sparse LU with partial pivoting: `P*R*A*Q = L*U` of an m×n matrix, R a diagonal that scales rows.
//!
//! Method: left-looking, column by column; the pattern of each column is found by depth-first search in the columns of L
//! that are done, which symmetric pruning keeps short. Columns are ordered before: by approximate minimum degree on A + A'
//! where the pattern is nearly symmetric, and pivots are then taken from the diagonal while they are not too small, else by
//! column approximate minimum degree, and of the rows whose entry is large enough the one with the fewest entries becomes
//! the pivot. A column without a pivot goes to the end. References: Gilbert & Peierls (1988), SIAM J. Sci. Stat. Comput. 9;
//! Eisenstat & Liu (1992), SIAM J. Matrix Anal. Appl. 13; Davis & Palamadai Natarajan (2010), ACM TOMS 37. Cost: in
//! proportion to the floating point operations.

use super::ordering::{amd, colamd};
use super::permute::{collected, identity, pattern};
use crate::error::Result;
use crate::factor::determinant::Determinant;
use crate::factor::structure::permutation_sign;
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};

/// Not a pivot yet.
const NONE: u32 = u32::MAX;

/// How pivots are chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pivoting {
    /// Relative to the largest entry of its column, how large a pivot has to be: 1 is partial pivoting.
    pub threshold: f64,
    /// The same for entries of the diagonal, where the order of the columns is one for a symmetric pattern.
    pub diagonal: f64,
    /// Whether rows are divided by their largest entry.
    pub scaled: bool,
}

impl Default for Pivoting {
    fn default() -> Pivoting {
        Pivoting { threshold: 0.1, diagonal: 0.001, scaled: true }
    }
}

/// An order of the columns, which is good for every matrix with the same pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnOrder {
    /// Column k of `A(:,q)` is column `q[k]`.
    pub q: Vec<u32>,
    /// Whether it is an order of the rows as well: pivots are best taken from the diagonal.
    pub is_symmetric: bool,
    /// Its name.
    pub name: &'static str,
}

impl ColumnOrder {
    /// The order that suits the pattern of A.
    pub fn new<T: Entry>(a: &Sparse<T>) -> Result<ColumnOrder> {
        let a = pattern(a);
        if is_nearly_symmetric(&a) {
            return Ok(ColumnOrder { q: amd(&a)?, is_symmetric: true, name: "amd" });
        }
        Ok(ColumnOrder { q: colamd(&a)?, is_symmetric: false, name: "colamd" })
    }

    /// The columns as they stand.
    pub fn natural(n: usize) -> ColumnOrder {
        ColumnOrder { q: identity(n), is_symmetric: false, name: "natural" }
    }
}

/// Whether the diagonal is full, up to a tenth of it, and at least half of the other entries have a partner.
fn is_nearly_symmetric(a: &Sparse<bool>) -> bool {
    if !a.is_square() {
        return false;
    }
    let back = a.transposed();
    let (mut paired, mut diagonal) = (0, 0);
    for j in 0..a.cols() {
        let mut other = back.col(j).0.iter().peekable();
        for &i in a.col(j).0 {
            while other.next_if(|&&k| k < i).is_some() {}
            if other.peek() == Some(&&i) {
                if i as usize == j { diagonal += 1 } else { paired += 1 }
            }
        }
    }
    10 * diagonal >= 9 * a.cols() && 2 * paired >= a.nnz() - diagonal
}

/// Columns of places and entries, in any order.
#[derive(Debug, Clone)]
struct Columns<T> {
    starts: Vec<usize>,
    places: Vec<u32>,
    entries: Vec<T>,
}

impl<T: Copy> Columns<T> {
    fn with_capacity(columns: usize, entries: usize) -> Columns<T> {
        let mut starts = Vec::with_capacity(columns + 1);
        starts.push(0);
        let (places, entries) = (Vec::with_capacity(entries), Vec::with_capacity(entries));
        Columns { starts, places, entries }
    }

    fn push(&mut self, place: u32, entry: T) {
        self.places.push(place);
        self.entries.push(entry);
    }

    fn close(&mut self) {
        self.starts.push(self.places.len());
    }

    fn col(&self, k: usize) -> (&[u32], &[T]) {
        let range = self.starts[k]..self.starts[k + 1];
        (&self.places[range.clone()], &self.entries[range])
    }
}

/// The factors of an m×n matrix.
#[derive(Debug, Clone)]
pub struct Lu<T> {
    /// Row k of `P*A` is row `p[k]` of A.
    pub p: Vec<u32>,
    /// Column k of `A*Q` is column `q[k]` of A.
    pub q: Vec<u32>,
    /// What row i of A was multiplied with: powers of two.
    pub weights: Option<Vec<f64>>,
    /// How many pivots are not zero.
    pub rank: usize,
    /// Below the diagonal, of each pivot that is not zero.
    lower: Columns<T>,
    /// Above the diagonal, of each of the n columns.
    upper: Columns<T>,
    /// The pivots, without the zeros at their end.
    pivots: Vec<T>,
}

impl<T: Scalar + Entry> Lu<T> {
    /// Factors a matrix whose entries are finite.
    pub fn new(a: &Sparse<T>, order: &ColumnOrder, pivoting: Pivoting) -> Lu<T> {
        let weights = pivoting.scaled.then(|| row_weights(a));
        let mut work = Elimination::new(a, weights, order.is_symmetric, pivoting);
        order.q.iter().for_each(|&j| work.column(j));
        work.finish()
    }

    /// Number of rows and of columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.p.len(), self.q.len())
    }

    /// Stored entries of L and U, ones on the diagonal not counted.
    pub fn nnz(&self) -> usize {
        self.lower.places.len() + self.upper.places.len() + self.pivots.len()
    }

    /// The pivots that are not zero.
    pub fn pivots(&self) -> &[T] {
        &self.pivots
    }

    /// L, m×min(m,n), with ones on its diagonal.
    pub fn lower(&self) -> Sparse<T> {
        let (m, n) = self.shape();
        collected(m, m.min(n), self.lower.places.len() + n, |k, pairs| {
            pairs.push((k as u32, T::ONE));
            if k < self.rank {
                let (places, entries) = self.lower.col(k);
                pairs.extend(places.iter().copied().zip(entries.iter().copied()));
            }
        })
    }

    /// U, min(m,n)×n.
    pub fn upper(&self) -> Sparse<T> {
        let (m, n) = self.shape();
        collected(m.min(n), n, self.upper.places.len() + n, |k, pairs| {
            let (places, entries) = self.upper.col(k);
            pairs.extend(places.iter().copied().zip(entries.iter().copied()));
            if k < self.rank {
                pairs.push((k as u32, self.pivots[k]));
            }
        })
    }

    /// `x = A \ b` of a square matrix without zero pivots; `work` has n numbers.
    pub fn solve(&self, x: &mut [T], work: &mut [T]) {
        for (y, &i) in work.iter_mut().zip(&self.p) {
            *y = self.weighted(i, x[i as usize]);
        }
        for k in 0..self.rank {
            subtract(self.lower.col(k), work[k], work);
        }
        for k in (0..self.rank).rev() {
            work[k] = work[k].over(self.pivots[k]);
            subtract(self.upper.col(k), work[k], work);
        }
        self.q.iter().zip(&*work).for_each(|(&j, &y)| x[j as usize] = y);
    }

    /// `x = A' \ b`, with the conjugate transpose.
    pub fn solve_adjoint(&self, x: &mut [T], work: &mut [T]) {
        self.q.iter().zip(&mut *work).for_each(|(&j, y)| *y = x[j as usize]);
        for k in 0..self.rank {
            let known = inner(self.upper.col(k), work);
            work[k] = (work[k] - known).over(self.pivots[k].conjugate());
        }
        for k in (0..self.rank).rev() {
            let known = inner(self.lower.col(k), work);
            work[k] -= known;
        }
        for (&y, &i) in work.iter().zip(&self.p) {
            x[i as usize] = self.weighted(i, y);
        }
    }

    fn weighted(&self, row: u32, x: T) -> T {
        self.weights.as_ref().map_or(x, |w| x.scaled(w[row as usize]))
    }

    /// The determinant of a square matrix.
    pub fn determinant(&self) -> Determinant<T> {
        let list = |p: &[u32]| p.iter().map(|&i| i as usize).collect::<Vec<_>>();
        let sign = permutation_sign(&list(&self.p)) * permutation_sign(&list(&self.q));
        let zero = (self.rank < self.p.len()).then_some(T::ZERO);
        let weights = self.weights.iter().flatten().map(|&w| T::of(1.0 / w));
        Determinant::of(sign, self.pivots.iter().copied().chain(zero).chain(weights))
    }
}

/// `work -= x*column`, without the product where it is 0.
fn subtract<T: Scalar>((places, entries): (&[u32], &[T]), x: T, work: &mut [T]) {
    if x == T::ZERO {
        return;
    }
    for (&i, &l) in places.iter().zip(entries) {
        work[i as usize] -= l * x;
    }
}

/// `column' * work`, the column conjugated.
fn inner<T: Scalar>((places, entries): (&[u32], &[T]), work: &[T]) -> T {
    places.iter().zip(entries).map(|(&i, &l)| l.conjugate() * work[i as usize]).sum()
}

/// For each row the power of two that brings its largest entry near 1.
pub(super) fn row_weights<T: Scalar + Entry>(a: &Sparse<T>) -> Vec<f64> {
    let mut largest = vec![0.0f64; a.rows()];
    for (&i, x) in a.places().iter().zip(a.entries()) {
        largest[i as usize] = largest[i as usize].max(x.modulus());
    }
    let weight = |size: f64| match size {
        0.0 => 1.0,
        _ => 2f64.powi(-(size.log2().floor().clamp(-1000.0, 1000.0) as i32)),
    };
    largest.into_iter().map(weight).collect()
}

/// The state of an elimination.
struct Elimination<'a, T> {
    a: &'a Sparse<T>,
    weights: Option<Vec<f64>>,
    on_diagonal: bool,
    pivoting: Pivoting,
    /// Rows, from A, and entries of L; places become pivots in the end.
    lower: Columns<T>,
    /// Where the search in a column of L ends: what comes later is found through other columns.
    search_end: Vec<usize>,
    is_pruned: Vec<bool>,
    upper: Columns<T>,
    pivots: Vec<T>,
    /// The row of each pivot.
    p: Vec<u32>,
    /// The pivot of each row.
    place: Vec<u32>,
    q: Vec<u32>,
    /// Columns without a pivot, and their entries of U.
    late: Vec<u32>,
    late_upper: Columns<T>,
    row_counts: Vec<u32>,
    // Of the present column:
    x: Vec<T>,
    mark: Vec<u32>,
    stamp: u32,
    /// Its pivots, each after those it has an effect on.
    reached: Vec<u32>,
    /// Its rows that are not pivots.
    open: Vec<u32>,
    stack: Vec<(u32, usize)>,
}

impl<'a, T: Scalar + Entry> Elimination<'a, T> {
    fn new(
        a: &'a Sparse<T>,
        weights: Option<Vec<f64>>,
        on_diagonal: bool,
        pivoting: Pivoting,
    ) -> Elimination<'a, T> {
        let (m, n) = (a.rows(), a.cols());
        let mut row_counts = vec![0; m];
        a.places().iter().for_each(|&i| row_counts[i as usize] += 1);
        Elimination {
            a,
            weights,
            on_diagonal,
            pivoting,
            lower: Columns::with_capacity(n, 4 * a.nnz()),
            search_end: Vec::with_capacity(n),
            is_pruned: Vec::with_capacity(n),
            upper: Columns::with_capacity(n, 4 * a.nnz()),
            pivots: Vec::with_capacity(n),
            p: Vec::with_capacity(m),
            place: vec![NONE; m],
            q: Vec::with_capacity(n),
            late: Vec::new(),
            late_upper: Columns::with_capacity(0, 0),
            row_counts,
            x: vec![T::ZERO; m],
            mark: vec![0; m],
            stamp: 0,
            reached: Vec::new(),
            open: Vec::new(),
            stack: Vec::new(),
        }
    }

    /// Column j of A becomes the next of L and U, or a late one.
    fn column(&mut self, j: u32) {
        self.reach(j);
        self.scatter(j);
        self.substitute();
        match self.choose(j) {
            Some(row) => self.eliminate(j, row),
            None => {
                self.late.push(j);
                for &k in &self.reached {
                    self.late_upper.push(k, self.x[self.p[k as usize] as usize]);
                }
                self.late_upper.close();
            }
        }
        for &k in &self.reached {
            self.x[self.p[k as usize] as usize] = T::ZERO;
        }
        self.open.iter().for_each(|&i| self.x[i as usize] = T::ZERO);
    }

    /// Finds the pattern of `L \ A(:,j)`.
    fn reach(&mut self, j: u32) {
        self.reached.clear();
        self.open.clear();
        self.stamp += 1;
        let a = self.a;
        for &i in a.col(j as usize).0 {
            self.visit(i);
            while let Some((k, next)) = self.stack.pop() {
                if next == self.search_end[k as usize] {
                    self.reached.push(k);
                } else {
                    self.stack.push((k, next + 1));
                    self.visit(self.lower.places[next]);
                }
            }
        }
    }

    fn visit(&mut self, row: u32) {
        if std::mem::replace(&mut self.mark[row as usize], self.stamp) == self.stamp {
            return;
        }
        match self.place[row as usize] {
            NONE => self.open.push(row),
            k => self.stack.push((k, self.lower.starts[k as usize])),
        }
    }

    fn scatter(&mut self, j: u32) {
        let (places, entries) = self.a.col(j as usize);
        for (&i, &x) in places.iter().zip(entries) {
            let weight = self.weights.as_ref().map_or(1.0, |w| w[i as usize]);
            self.x[i as usize] = x.scaled(weight);
        }
    }

    fn substitute(&mut self) {
        for &k in self.reached.iter().rev() {
            let x = self.x[self.p[k as usize] as usize];
            subtract(self.lower.col(k as usize), x, &mut self.x);
        }
    }

    /// The row to be the pivot of column j; none when there is nothing but zeros.
    fn choose(&self, j: u32) -> Option<u32> {
        let size = |i: u32| self.x[i as usize].modulus();
        let largest = self.open.iter().map(|&i| size(i)).fold(0.0, f64::max);
        if largest == 0.0 {
            return None;
        }
        if self.on_diagonal
            && self.place[j as usize] == NONE
            && self.mark[j as usize] == self.stamp
            && size(j) >= self.pivoting.diagonal * largest
        {
            return Some(j);
        }
        let mut best: Option<(u32, u32, f64)> = None;
        for &i in &self.open {
            let (size, count) = (size(i), self.row_counts[i as usize]);
            let is_better = best
                .is_none_or(|(_, fewest, most)| count < fewest || count == fewest && size > most);
            if size >= self.pivoting.threshold * largest && is_better {
                best = Some((i, count, size));
            }
        }
        best.map(|(i, _, _)| i)
    }

    fn eliminate(&mut self, j: u32, row: u32) {
        let pivot = self.x[row as usize];
        for &k in &self.reached {
            self.upper.push(k, self.x[self.p[k as usize] as usize]);
        }
        self.upper.close();
        for &i in self.open.iter().filter(|&&i| i != row) {
            self.lower.push(i, self.x[i as usize].over(pivot));
        }
        self.lower.close();
        self.search_end.push(self.lower.places.len());
        self.is_pruned.push(false);
        self.place[row as usize] = self.p.len() as u32;
        self.p.push(row);
        self.q.push(j);
        self.pivots.push(pivot);
        self.prune(row);
    }

    /// Where both L(row, k) and U(k, row) are stored, whatever else column k of L leads to is found from the new column:
    /// only its rows that are pivots need to be searched.
    fn prune(&mut self, row: u32) {
        for &k in &self.reached {
            let k = k as usize;
            let (mut low, mut high) = (self.lower.starts[k], self.lower.starts[k + 1]);
            if self.is_pruned[k] || !self.lower.places[low..high].contains(&row) {
                continue;
            }
            while low < high {
                if self.place[self.lower.places[low] as usize] == NONE {
                    high -= 1;
                    self.lower.places.swap(low, high);
                    self.lower.entries.swap(low, high);
                } else {
                    low += 1;
                }
            }
            self.search_end[k] = low;
            self.is_pruned[k] = true;
        }
    }

    fn finish(mut self) -> Lu<T> {
        let rank = self.pivots.len();
        for row in 0..self.a.rows() as u32 {
            if self.place[row as usize] == NONE {
                self.place[row as usize] = self.p.len() as u32;
                self.p.push(row);
            }
        }
        self.lower.places.iter_mut().for_each(|i| *i = self.place[*i as usize]);
        for k in 0..self.late.len() {
            let (places, entries) = self.late_upper.col(k);
            places.iter().zip(entries).for_each(|(&i, &x)| self.upper.push(i, x));
            self.upper.close();
        }
        self.q.append(&mut self.late);
        Lu {
            p: self.p,
            q: self.q,
            weights: self.weights,
            rank,
            lower: self.lower,
            upper: self.upper,
            pivots: self.pivots,
        }
    }
}

#[cfg(test)]
#[path = "lu_tests.rs"]
mod tests;
