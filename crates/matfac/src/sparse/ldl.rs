//! Sparse `A(p,p) = L*D*L'` of a Hermitian matrix that need not be definite, D with blocks of order 1 and 2.
//!
//! Method: multifrontal, in an order of approximate minimum degree: every supernode of the elimination tree gathers its rows of
//! A and what its children left in a dense front, and eliminates the pivots that pass a threshold against all of the front;
//! pivots that do not pass are left to its parent. References: Duff & Reid (1983), ACM TOMS 9; Bunch & Kaufman (1977),
//! Mathematics of Computation 31; Duff (2004), ACM TOMS 30. Cost: as sparse Cholesky, more where pivots are put off.

use super::etree::{ROOT, column_counts, etree, postorder};
use super::ordering::amd;
use super::permute::{collected, inverse, pattern, permuted};
use crate::error::{Error, Result};
use crate::factor::determinant::Determinant;
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};

/// How large a pivot must be relative to its column.
const THRESHOLD: f64 = 0.01;

/// The factors of an n×n matrix.
#[derive(Debug, Clone)]
pub struct Ldl<T> {
    /// Row k of `P'*A` is row `p[k]` of A.
    pub p: Vec<u32>,
    /// The diagonal of D.
    pub d: Vec<f64>,
    /// D(k+1,k), not zero where a block of order 2 begins.
    pub off: Vec<T>,
    /// Below the diagonal of L, by columns.
    starts: Vec<usize>,
    places: Vec<u32>,
    entries: Vec<T>,
}

/// An order of rows and columns, children right before their parents, for every matrix with the same pattern.
pub fn order<T: Entry>(a: &Sparse<T>) -> Result<Vec<u32>> {
    let a = pattern(a);
    let p = amd(&a)?;
    let post = postorder(&etree(&permuted(&a, Some(&p), Some(&p))));
    Ok(post.into_iter().map(|k| p[k as usize]).collect())
}

impl<T: Scalar + Entry> Ldl<T> {
    /// Factors a Hermitian matrix, of finite entries, in the given [`order`].
    pub fn new(a: &Sparse<T>, order: &[u32]) -> Ldl<T> {
        let b = permuted(a, Some(order), Some(order));
        let places = pattern(&b);
        let parent = etree(&places);
        let counts = column_counts(&places, &parent);
        let n = a.cols();
        let mut work = Assembly {
            a: &b,
            left: (0..n).map(|_| Vec::new()).collect(),
            place: vec![u32::MAX; n],
            out: Ldl {
                p: Vec::with_capacity(n),
                d: Vec::with_capacity(n),
                off: vec![T::ZERO; n],
                starts: vec![0],
                places: Vec::new(),
                entries: Vec::new(),
            },
        };
        let mut first = 0;
        for j in 0..n {
            let is_last = j + 1 == n || !joins(j, first, &parent, &counts);
            if is_last {
                work.supernode(first, j, parent[j]);
                first = j + 1;
            }
        }
        let mut out = work.out;
        let place = inverse(&out.p);
        out.places.iter_mut().for_each(|i| *i = place[*i as usize]);
        out.p.iter_mut().for_each(|i| *i = order[*i as usize]);
        out
    }

    fn col(&self, k: usize) -> (&[u32], &[T]) {
        let range = self.starts[k]..self.starts[k + 1];
        (&self.places[range.clone()], &self.entries[range])
    }

    /// Stored entries of L and D.
    pub fn nnz(&self) -> usize {
        self.entries.len() + self.d.len()
    }

    /// L, unit lower triangular.
    pub fn lower(&self) -> Sparse<T> {
        let n = self.d.len();
        collected(n, n, self.nnz(), |k, pairs| {
            let (places, entries) = self.col(k);
            pairs.push((k as u32, T::ONE));
            pairs.extend(places.iter().copied().zip(entries.iter().copied()));
        })
    }

    /// D, block diagonal.
    pub fn diagonal(&self) -> Sparse<T> {
        let n = self.d.len();
        collected(n, n, 2 * n, |k, pairs| {
            if k > 0 {
                pairs.push((k as u32 - 1, self.off[k - 1].conjugate()));
            }
            pairs.push((k as u32, T::of(self.d[k])));
            if k + 1 < n {
                pairs.push((k as u32 + 1, self.off[k]));
            }
        })
    }

    /// The blocks of D: where they begin, and their order.
    fn blocks(&self) -> impl Iterator<Item = (usize, usize)> {
        let mut k = 0;
        std::iter::from_fn(move || {
            let start = k;
            let size = if start < self.d.len() && self.off[start] != T::ZERO { 2 } else { 1 };
            k += size;
            (start < self.d.len()).then_some((start, size))
        })
    }

    /// The size of each pivot: of both in a block of order 2, |det| over its largest entry.
    pub fn pivot_sizes(&self) -> Vec<f64> {
        let size = |(k, size): (usize, usize)| match size {
            1 => self.d[k].abs(),
            _ => {
                let b = self.off[k].modulus();
                let largest = b.max(self.d[k].abs()).max(self.d[k + 1].abs());
                (self.d[k] / largest * self.d[k + 1] - b / largest * b).abs()
            }
        };
        self.blocks().flat_map(|block| std::iter::repeat_n(size(block), block.1)).collect()
    }

    /// The determinant.
    pub fn determinant(&self) -> Determinant<T> {
        let factors = self.blocks().flat_map(|(k, size)| match size {
            1 => [T::of(self.d[k]), T::ONE],
            _ => {
                let b = self.off[k].modulus();
                [T::of(self.d[k] / b * self.d[k + 1] - b), T::of(b)]
            }
        });
        Determinant::of(1.0, factors)
    }

    /// `x = A \ b` without zero pivots; `work` has n numbers.
    pub fn solve(&self, x: &mut [T], work: &mut [T]) {
        self.p.iter().zip(&mut *work).for_each(|(&i, y)| *y = x[i as usize]);
        let n = self.d.len();
        for k in 0..n {
            let (places, entries) = self.col(k);
            let value = work[k];
            if value != T::ZERO {
                places.iter().zip(entries).for_each(|(&i, &l)| work[i as usize] -= l * value);
            }
        }
        for (k, size) in self.blocks() {
            if size == 1 {
                work[k] = work[k].scaled(1.0 / self.d[k]);
                continue;
            }
            let (y, z) = (work[k], work[k + 1]);
            (work[k], work[k + 1]) = self.divided(k, y, z);
        }
        for k in (0..n).rev() {
            let (places, entries) = self.col(k);
            let pairs = places.iter().zip(entries);
            let known: T = pairs.map(|(&i, &l)| l.conjugate() * work[i as usize]).sum();
            work[k] -= known;
        }
        self.p.iter().zip(&*work).for_each(|(&i, &y)| x[i as usize] = y);
    }

    /// The block of order 2 at k, divided into (y, z): scaled by its off-diagonal entry, which is large in it.
    fn divided(&self, k: usize, y: T, z: T) -> (T, T) {
        let b = self.off[k];
        // [a b'; b e] \ [y; z] with the first row divided by b' and the second by b.
        let (a, e) = (T::of(self.d[k]).over(b.conjugate()), T::of(self.d[k + 1]).over(b));
        let (y, z) = (y.over(b.conjugate()), z.over(b));
        let determinant = a * e - T::ONE;
        ((e * y - z).over(determinant), (a * z - y).over(determinant))
    }
}

/// Whether column j + 1 belongs to the supernode of `first` to j: with the same pattern, or so small that it does not matter.
fn joins(j: usize, first: usize, parent: &[u32], counts: &[u32]) -> bool {
    parent[j] as usize == j + 1
        && (counts[j] == counts[j + 1] + 1 || (counts[j + 1] < 24 && j - first < 8))
}

/// What is left of a front: rows, of which the first are pivots that were put off, and the lower triangle over them.
struct Remainder<T> {
    rows: Vec<u32>,
    put_off: usize,
    values: Vec<T>,
}

struct Assembly<'a, T> {
    a: &'a Sparse<T>,
    /// What children have left for each column.
    left: Vec<Vec<Remainder<T>>>,
    /// Where rows stand in the present front.
    place: Vec<u32>,
    out: Ldl<T>,
}

impl<T: Scalar + Entry> Assembly<'_, T> {
    fn supernode(&mut self, first: usize, last: usize, parent: u32) {
        let children: Vec<Remainder<T>> =
            self.left[first..=last].iter_mut().flat_map(std::mem::take).collect();
        let mut front = self.gather(first, last, &children);
        for child in &children {
            front.add(child, &self.place);
        }
        for j in first..=last {
            let (places, entries) = self.a.col(j);
            let column = self.place[j] as usize;
            let below = places.iter().zip(entries).filter(|(i, _)| **i as usize >= j);
            for (&i, &x) in below {
                let row = self.place[i as usize] as usize;
                front.values[column * front.rows.len() + row] += x;
            }
        }
        front.rows.iter().for_each(|&i| self.place[i as usize] = u32::MAX);
        front.eliminate(&mut self.out);
        if parent != ROOT
            && let Some(remainder) = front.remainder()
        {
            self.left[parent as usize].push(remainder);
        }
    }

    /// An empty front with its rows: pivots put off by children, the columns themselves, then all other rows.
    fn gather(&mut self, first: usize, last: usize, children: &[Remainder<T>]) -> Front<T> {
        let mut rows: Vec<u32> =
            children.iter().flat_map(|c| c.rows[..c.put_off].iter().copied()).collect();
        rows.extend(first as u32..=last as u32);
        let pivots = rows.len();
        rows.iter().for_each(|&i| self.place[i as usize] = 0);
        let others = children.iter().flat_map(|c| &c.rows[c.put_off..]);
        let own = (first..=last).flat_map(|j| self.a.col(j).0).filter(|&&i| i as usize > last);
        for &i in others.chain(own) {
            if std::mem::replace(&mut self.place[i as usize], 0) == u32::MAX {
                rows.push(i);
            }
        }
        rows[pivots..].sort_unstable();
        rows.iter().enumerate().for_each(|(k, &i)| self.place[i as usize] = k as u32);
        let order = rows.len();
        Front { rows, pivots, done: 0, values: vec![T::ZERO; order * order] }
    }
}

/// A dense Hermitian matrix of which the lower triangle is stored, and of which the first columns may be eliminated.
struct Front<T> {
    rows: Vec<u32>,
    pivots: usize,
    done: usize,
    values: Vec<T>,
}

/// Rows for the next pivot.
enum Choice {
    One(usize),
    Two(usize, usize),
}

impl<T: Scalar + Entry> Front<T> {
    fn get(&self, i: usize, j: usize) -> T {
        let n = self.rows.len();
        if i >= j { self.values[j * n + i] } else { self.values[i * n + j].conjugate() }
    }

    fn add(&mut self, child: &Remainder<T>, place: &[u32]) {
        let (n, count) = (self.rows.len(), child.rows.len());
        for j in 0..count {
            let column = place[child.rows[j] as usize] as usize;
            for i in j..count {
                let row = place[child.rows[i] as usize] as usize;
                let x = child.values[j * count + i];
                if row >= column {
                    self.values[column * n + row] += x;
                } else {
                    self.values[row * n + column] += x.conjugate();
                }
            }
        }
    }

    fn eliminate(&mut self, out: &mut Ldl<T>) {
        while self.done < self.pivots {
            match self.choose() {
                Some(Choice::One(c)) => {
                    self.exchange(c, self.done);
                    self.one(out);
                }
                Some(Choice::Two(c, r)) => {
                    // The second may have been where the first goes.
                    self.exchange(c, self.done);
                    self.exchange(if r == self.done { c } else { r }, self.done + 1);
                    self.two(out);
                }
                None => return,
            }
        }
    }

    /// The largest entries of row and column c among those not done: of all, without `other`, and of the pivots, with its
    /// place.
    fn largest(&self, c: usize, other: usize) -> (f64, f64, usize) {
        let (mut all, mut best, mut place) = (0.0f64, 0.0, c);
        for i in (self.done..self.rows.len()).filter(|&i| i != c && i != other) {
            let size = self.get(i, c).modulus();
            all = all.max(size);
            if i < self.pivots && size > best {
                (best, place) = (size, i);
            }
        }
        (all, best, place)
    }

    fn choose(&self) -> Option<Choice> {
        let nothing = usize::MAX;
        for c in self.done..self.pivots {
            let d = self.get(c, c).real_part();
            let (all, best, r) = self.largest(c, nothing);
            if d.abs() >= THRESHOLD * all {
                return Some(Choice::One(c));
            }
            if best == 0.0 {
                continue;
            }
            let (e, b) = (self.get(r, r).real_part(), best);
            let determinant = (d * (e / b) - b).abs();
            let (beside, _, _) = self.largest(c, r);
            let (below, _, _) = self.largest(r, c);
            let limit = determinant / THRESHOLD;
            let (e, d) = (e.abs() / b, d.abs() / b);
            if determinant > 0.0 && e * beside + below <= limit && beside + d * below <= limit {
                return Some(Choice::Two(c, r));
            }
        }
        // In a front of pivots alone only numbers that are not finite come here.
        (self.pivots == self.rows.len()).then_some(Choice::One(self.done))
    }

    /// Exchanges rows and columns i and j of what is not done.
    fn exchange(&mut self, i: usize, j: usize) {
        let (i, j) = (i.min(j), i.max(j));
        if i == j {
            return;
        }
        let n = self.rows.len();
        self.rows.swap(i, j);
        for k in self.done..i {
            self.values.swap(k * n + i, k * n + j);
        }
        for k in i + 1..j {
            let (a, b) = (self.values[i * n + k], self.values[k * n + j]);
            self.values[i * n + k] = b.conjugate();
            self.values[k * n + j] = a.conjugate();
        }
        for k in j + 1..n {
            self.values.swap(i * n + k, j * n + k);
        }
        self.values[i * n + j] = self.values[i * n + j].conjugate();
        self.values.swap(i * n + i, j * n + j);
    }

    fn one(&mut self, out: &mut Ldl<T>) {
        let (n, k) = (self.rows.len(), self.done);
        let (left, right) = self.values.split_at_mut((k + 1) * n);
        let column = &left[k * n + k + 1..];
        let d = left[k * n + k].real_part();
        let divided: Vec<T> = if d == 0.0 {
            vec![T::ZERO; column.len()]
        } else {
            column.iter().map(|x| x.scaled(1.0 / d)).collect()
        };
        for (j, l) in divided.iter().enumerate().filter(|(_, l)| **l != T::ZERO) {
            let factor = l.conjugate();
            let target = &mut right[j * n + k + 1 + j..(j + 1) * n];
            target.iter_mut().zip(&column[j..]).for_each(|(t, &y)| *t -= y * factor);
        }
        out.d.push(d);
        self.done += 1;
        out.column(self.rows[k], &self.rows[k + 1..], &divided);
    }

    fn two(&mut self, out: &mut Ldl<T>) {
        let (n, k) = (self.rows.len(), self.done);
        let (left, right) = self.values.split_at_mut((k + 2) * n);
        let (first, second) = (&left[k * n + k + 2..(k + 1) * n], &left[(k + 1) * n + k + 2..]);
        let (a, b) = (left[k * n + k].real_part(), left[k * n + k + 1]);
        let e = left[(k + 1) * n + k + 1].real_part();
        // The inverse of [a b'; b e], in units of |b|.
        let size = b.modulus();
        let determinant = a / size * e - size;
        let (a_by, e_by) = (a / size / determinant, e / size / determinant);
        let b_by = b.scaled(1.0 / size).scaled(1.0 / determinant);
        let pairs = || first.iter().zip(second);
        let ones: Vec<T> = pairs().map(|(&y, &z)| y.scaled(e_by) - z * b_by).collect();
        let twos: Vec<T> = pairs().map(|(&y, &z)| z.scaled(a_by) - y * b_by.conjugate()).collect();
        for j in 0..first.len() {
            let (l, m) = (ones[j].conjugate(), twos[j].conjugate());
            let target = &mut right[j * n + k + 2 + j..(j + 1) * n];
            let columns = first[j..].iter().zip(&second[j..]);
            target.iter_mut().zip(columns).for_each(|(t, (&y, &z))| *t -= y * l + z * m);
        }
        out.off[out.d.len()] = b;
        out.d.extend([a, e]);
        self.done += 2;
        out.column(self.rows[k], &self.rows[k + 2..], &ones);
        out.column(self.rows[k + 1], &self.rows[k + 2..], &twos);
    }

    fn remainder(self) -> Option<Remainder<T>> {
        let (n, done) = (self.rows.len(), self.done);
        if n == done {
            return None;
        }
        let count = n - done;
        let mut values = Vec::with_capacity(count * count);
        for j in done..n {
            values.extend_from_slice(&self.values[j * n + done..(j + 1) * n]);
        }
        Some(Remainder { rows: self.rows[done..].to_vec(), put_off: self.pivots - done, values })
    }
}

impl<T: Scalar + Entry> Ldl<T> {
    /// The next column of L, over rows that are not yet numbered.
    fn column(&mut self, row: u32, rows: &[u32], values: &[T]) {
        self.p.push(row);
        for (&i, &x) in rows.iter().zip(values).filter(|(_, x)| **x != T::ZERO) {
            self.places.push(i);
            self.entries.push(x);
        }
        self.starts.push(self.places.len());
    }
}

/// Factors a Hermitian matrix. Errors: [`Error::NotSquare`], [`Error::NonFinite`], [`Error::Argument`].
pub(super) fn decompose<T: Scalar + Entry>(a: &Sparse<T>) -> Result<Ldl<T>> {
    a.require_square("ldl")?;
    a.require_finite("ldl")?;
    require_hermitian(a)?;
    Ok(Ldl::new(a, &order(a)?))
}

/// [`Error::Argument`] unless A is A'.
pub(super) fn require_hermitian<T: Scalar + Entry>(a: &Sparse<T>) -> Result<()> {
    if a.adjoint() == *a {
        return Ok(());
    }
    Err(Error::argument_hint(
        "A",
        "ldl needs a symmetric (Hermitian) matrix, and A differs from A'",
        "lu factors any square matrix; (A + A')/2 is symmetric",
    ))
}

#[cfg(test)]
#[path = "ldl_tests.rs"]
mod tests;
