//! Sparse QR that finds the rank: `A*P = Q*R` of an m×n matrix, Q as a product of reflections.
//!
//! Method: Householder reflections, column by column along the elimination tree of A'*A, whose nodes hand the rows they do not
//! finish to their parents. A column of which nothing but rounding is left after the reflections before it gets none: it
//! depends on columns before it, up to a tolerance, and its rows wait for the next. References: George & Heath (1980), Linear
//! Algebra Appl. 34; Heath (1982), SIAM J. Sci. Stat. Comput. 3; Davis (2011), ACM TOMS 38. Cost: in proportion to the
//! operations with the entries of the reflections.

use super::etree::{ROOT, column_etree};
use super::ordering::colamd;
use super::permute::{collected, identity, pattern, permuted};
use crate::error::Result;
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};

/// The factors of an m×n matrix.
#[derive(Debug, Clone)]
pub struct Qr<T> {
    rows: usize,
    /// Column k of `A*P` is column `p[k]` of A.
    pub p: Vec<u32>,
    /// The columns of R that have a pivot, in order: their number is the rank.
    pub pivots: Vec<u32>,
    /// Row i of R is computed in row `row_of[i]` of A, the pivots' first.
    row_of: Vec<u32>,
    /// Entries of R by columns: index of the reflection, and value.
    r_starts: Vec<usize>,
    r_places: Vec<u32>,
    r_entries: Vec<T>,
    /// Reflections `I - tau*v*v'`, v over rows of A.
    v_starts: Vec<usize>,
    v_rows: Vec<u32>,
    v_entries: Vec<T>,
    taus: Vec<T>,
}

/// Which columns come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they stand.
    Natural,
    /// Those of few neighbours.
    Colamd,
}

/// What columns may lose against the rest before they count as dependent: 20(m+n)ε times the longest column.
pub fn default_tolerance<T: Scalar + Entry>(a: &Sparse<T>) -> f64 {
    let longest = (0..a.cols()).map(|j| T::euclidean(a.col(j).1)).fold(0.0, f64::max);
    20.0 * (a.rows() + a.cols()) as f64 * f64::EPSILON * longest
}

impl<T: Scalar + Entry> Qr<T> {
    /// Factors a matrix whose entries are finite; columns of which no more than `tolerance` is left are dependent.
    pub fn new(a: &Sparse<T>, order: Order, tolerance: f64) -> Result<Qr<T>> {
        let p = match order {
            Order::Natural => identity(a.cols()),
            Order::Colamd => colamd(&pattern(a))?,
        };
        Ok(Qr::in_order(a, p, tolerance))
    }

    /// As [`Qr::new`], with the columns in a given order.
    pub fn in_order(a: &Sparse<T>, p: Vec<u32>, tolerance: f64) -> Qr<T> {
        let a = permuted(a, None, Some(&p));
        let mut work = Reduction::new(&a, p);
        (0..a.cols()).for_each(|j| work.column(j, tolerance));
        work.finish()
    }

    /// The numerical rank.
    pub fn rank(&self) -> usize {
        self.pivots.len()
    }

    /// Number of rows and of columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.p.len())
    }

    /// Stored entries of R and of the reflections.
    pub fn nnz(&self) -> usize {
        self.r_entries.len() + self.v_entries.len()
    }

    /// R with `count` rows, at least the rank.
    pub fn r(&self, count: usize) -> Sparse<T> {
        collected(count, self.p.len(), self.r_entries.len(), |j, pairs| {
            let range = self.r_starts[j]..self.r_starts[j + 1];
            let places = self.r_places[range.clone()].iter().copied();
            pairs.extend(places.zip(self.r_entries[range].iter().copied()));
        })
    }

    /// The diagonal of R at its pivots.
    pub fn diagonal(&self) -> impl Iterator<Item = T> {
        self.pivots.iter().map(|&j| self.r_entries[self.r_starts[j as usize + 1] - 1])
    }

    fn reflection(&self, k: usize) -> (&[u32], &[T]) {
        let range = self.v_starts[k]..self.v_starts[k + 1];
        (&self.v_rows[range.clone()], &self.v_entries[range])
    }

    /// `Q'*b` for b of m numbers, in place; its first numbers belong to the rows of R.
    pub fn apply_adjoint(&self, b: &mut [T]) {
        for k in 0..self.taus.len() {
            reflect(self.reflection(k), self.taus[k].conjugate(), b);
        }
        let moved: Vec<T> = self.row_of.iter().map(|&i| b[i as usize]).collect();
        b.copy_from_slice(&moved);
    }

    /// `Q*c` for c of m numbers, in place.
    pub fn apply(&self, c: &mut [T]) {
        let moved = c.to_vec();
        self.row_of.iter().zip(moved).for_each(|(&i, x)| c[i as usize] = x);
        for k in (0..self.taus.len()).rev() {
            reflect(self.reflection(k), self.taus[k], c);
        }
    }

    /// `x = R \ c` for the rows and columns of the pivots; zeros in the other columns.
    pub fn solve_upper(&self, c: &[T]) -> Vec<T> {
        let mut c = c[..self.rank()].to_vec();
        let mut x = vec![T::ZERO; self.p.len()];
        for k in (0..self.rank()).rev() {
            let j = self.pivots[k] as usize;
            let range = self.r_starts[j]..self.r_starts[j + 1] - 1;
            let value = c[k].over(self.r_entries[range.end]);
            x[j] = value;
            for (&i, &r) in self.r_places[range.clone()].iter().zip(&self.r_entries[range]) {
                c[i as usize] -= r * value;
            }
        }
        x
    }

    /// `y = R' \ x`, of full rank n: the first n numbers.
    pub fn solve_lower(&self, x: &[T]) -> Vec<T> {
        let mut y = Vec::with_capacity(self.rank());
        for &j in &self.pivots {
            let j = j as usize;
            let range = self.r_starts[j]..self.r_starts[j + 1] - 1;
            let pairs = self.r_places[range.clone()].iter().zip(&self.r_entries[range.clone()]);
            let known: T = pairs.map(|(&i, r)| r.conjugate() * y[i as usize]).sum();
            y.push((x[j] - known).over(self.r_entries[range.end].conjugate()));
        }
        y
    }
}

/// `x -= tau*v*(v'*x)`.
fn reflect<T: Scalar>((rows, v): (&[u32], &[T]), tau: T, x: &mut [T]) {
    let inner: T = rows.iter().zip(v).map(|(&i, v)| v.conjugate() * x[i as usize]).sum();
    if inner == T::ZERO {
        return;
    }
    let factor = tau * inner;
    rows.iter().zip(v).for_each(|(&i, &v)| x[i as usize] -= v * factor);
}

/// The state of a reduction.
struct Reduction<'a, T> {
    a: &'a Sparse<T>,
    parent: Vec<u32>,
    /// Rows that each column has been handed: their first entry is in it, or a child did not finish them.
    waiting: Vec<Vec<u32>>,
    /// The first column of each row.
    first: Vec<u32>,
    /// The reflection of each column.
    reflection: Vec<u32>,
    x: Vec<T>,
    mark: Vec<u32>,
    out: Qr<T>,
}

impl<'a, T: Scalar + Entry> Reduction<'a, T> {
    fn new(a: &'a Sparse<T>, p: Vec<u32>) -> Reduction<'a, T> {
        let (m, n) = (a.rows(), a.cols());
        let mut waiting = vec![Vec::new(); n];
        let mut first = vec![ROOT; m];
        for (i, j, _) in a.triplets() {
            if first[i] == ROOT {
                first[i] = j as u32;
                waiting[j].push(i as u32);
            }
        }
        let out = Qr {
            rows: m,
            p,
            pivots: Vec::new(),
            row_of: Vec::with_capacity(m),
            r_starts: vec![0],
            r_places: Vec::new(),
            r_entries: Vec::new(),
            v_starts: vec![0],
            v_rows: Vec::new(),
            v_entries: Vec::new(),
            taus: Vec::new(),
        };
        Reduction {
            a,
            parent: column_etree(&pattern(a)),
            waiting,
            first,
            reflection: vec![ROOT; n],
            x: vec![T::ZERO; m],
            mark: vec![ROOT; n],
            out,
        }
    }

    /// The columns whose reflections have an effect on column j, ascending.
    fn reached(&mut self, j: usize) -> Vec<u32> {
        let mut reached = Vec::new();
        for &i in self.a.col(j).0 {
            let mut k = self.first[i as usize];
            while k != ROOT && (k as usize) < j && self.mark[k as usize] != j as u32 {
                self.mark[k as usize] = j as u32;
                reached.push(k);
                k = self.parent[k as usize];
            }
        }
        reached.sort_unstable();
        reached
    }

    fn column(&mut self, j: usize, tolerance: f64) {
        let reached = self.reached(j);
        let (places, entries) = self.a.col(j);
        places.iter().zip(entries).for_each(|(&i, &x)| self.x[i as usize] = x);
        for k in reached {
            let h = self.reflection[k as usize];
            if h == ROOT {
                continue;
            }
            let h = h as usize;
            reflect(self.out.reflection(h), self.out.taus[h].conjugate(), &mut self.x);
            let row = self.out.row_of[h] as usize;
            self.out.r_places.push(h as u32);
            self.out.r_entries.push(std::mem::replace(&mut self.x[row], T::ZERO));
        }
        let mut rows = std::mem::take(&mut self.waiting[j]);
        let values: Vec<T> =
            rows.iter().map(|&i| std::mem::replace(&mut self.x[i as usize], T::ZERO)).collect();
        let norm = T::euclidean(&values);
        if norm > tolerance {
            let handed = self.reflect_column(j, &rows, values, norm);
            rows.swap_remove(handed);
        }
        self.out.r_starts.push(self.out.r_entries.len());
        if self.parent[j] != ROOT && !rows.is_empty() {
            let parents = &mut self.waiting[self.parent[j] as usize];
            if parents.len() < rows.len() {
                std::mem::swap(parents, &mut rows);
            }
            parents.append(&mut rows);
        }
    }

    /// Makes the reflection that leaves nothing of column j but its first row; where that row stands in `rows`.
    fn reflect_column(&mut self, j: usize, rows: &[u32], mut v: Vec<T>, norm: f64) -> usize {
        let larger =
            |best: usize, k: usize| if v[k].modulus() > v[best].modulus() { k } else { best };
        // Any of the rows could be the pivot; the largest entry keeps v near its direction.
        let head = (1..v.len()).fold(0, larger);
        let alpha = v[head];
        let beta = -alpha.sign().scaled(norm);
        // v = x - beta*e, tau = (beta - alpha)/beta after division by v's head.
        let top = alpha - beta;
        v.iter_mut().for_each(|x| *x = x.over(top));
        v[head] = T::ONE;
        let tau = (beta - alpha).over(beta);
        let out = &mut self.out;
        for (&i, &x) in rows.iter().zip(&v) {
            if x != T::ZERO {
                out.v_rows.push(i);
                out.v_entries.push(x);
            }
        }
        out.v_starts.push(out.v_rows.len());
        // The reflection that is applied to columns is I - conj(tau)*v*v', which takes x to beta*e.
        out.taus.push(tau);
        self.reflection[j] = out.pivots.len() as u32;
        out.r_places.push(out.pivots.len() as u32);
        out.r_entries.push(beta);
        out.pivots.push(j as u32);
        out.row_of.push(rows[head]);
        head
    }

    fn finish(self) -> Qr<T> {
        let mut out = self.out;
        let mut is_used = vec![false; out.rows];
        out.row_of.iter().for_each(|&i| is_used[i as usize] = true);
        out.row_of.extend((0..out.rows as u32).filter(|&i| !is_used[i as usize]));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{random, random_complex};
    use super::*;
    use crate::linalg::Dense;

    fn check<T: Scalar + Entry>(a: &Sparse<T>, expected_rank: usize) {
        for order in [Order::Natural, Order::Colamd] {
            let f = Qr::new(a, order, default_tolerance(a)).unwrap();
            assert_eq!(f.rank(), expected_rank, "{:?}", a.shape());
            // Q is orthogonal.
            let m = a.rows();
            let mut q = Dense::<T>::identity(m);
            (0..m).for_each(|j| f.apply(q.col_mut(j)));
            for j in 0..m {
                let mut back = q.col(j).to_vec();
                f.apply_adjoint(&mut back);
                let far = back
                    .iter()
                    .enumerate()
                    .map(|(i, &x)| (x - if i == j { T::ONE } else { T::ZERO }).modulus());
                assert!(far.fold(0.0, f64::max) < 1e-14);
            }
            let r = f.r(m.max(f.rank())).to_dense().unwrap();
            let product = crate::linalg::product::times(&q, false, &r, false).unwrap();
            let whole = permuted(a, None, Some(&f.p)).to_dense().unwrap();
            let pairs = product.as_slice().iter().zip(whole.as_slice());
            let far = pairs.map(|(x, y)| (*x - *y).modulus()).fold(0.0, f64::max);
            assert!(far <= 2.0 * default_tolerance(a) + 1e-14, "{:?}: {far}", a.shape());
        }
    }

    #[test]
    fn the_product_is_the_matrix_and_the_rank_is_found() {
        for seed in 0..80 {
            let (m, n) = (seed as usize % 13, (seed as usize * 7) % 11);
            let a = random(m, n, 0.4, seed);
            check(&a, crate::factor::rank(&a.to_dense().unwrap(), None).unwrap());
            let z = random_complex(m, n, 0.4, seed);
            check(&z, crate::factor::rank(&z.to_dense().unwrap(), None).unwrap());
        }
    }
}
