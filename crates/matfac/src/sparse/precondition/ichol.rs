//! Incomplete Cholesky factorization, column by column: without fill, or with fill above a threshold.
//!
//! Column k gathers the updates of those columns that have an entry in row k; lists that lead from row to row find them.
//!
//! References: Meijerink, van der Vorst, Math. Comp. 31 (1977); Jones, Plassmann, An improved incomplete Cholesky
//! factorization, ACM Trans. Math. Softw. 21 (1995); Gustafsson, BIT 18 (1978), for the modified form. Cost: the
//! multiplications of the updates that are made, Σ over the columns of L of nnz².

use crate::error::{Error, Result};
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};

/// Options with their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct IcholOptions {
    /// No fill outside the places of A when `None` (the default); else entries of the factor survive, wherever they
    /// are, unless they are smaller than this times the 1-norm of their column of A from the diagonal on.
    pub droptol: Option<f64>,
    /// What is dropped is added to the diagonal, so that row sums are those of A.
    pub modified: bool,
    /// α ≥ 0: factors `A + α*diag(diag(A))`.
    pub diagcomp: f64,
    /// Reads the upper triangle and gives an upper factor.
    pub upper: bool,
}

/// What `ichol` does, once for each field.
pub(super) fn decompose<T: Scalar + Entry>(
    a: &Sparse<T>,
    options: IcholOptions,
) -> Result<Sparse<T>> {
    a.require_square("ichol")?;
    a.require_finite("ichol")?;
    for (name, value) in
        [("droptol", options.droptol.unwrap_or(0.0)), ("diagcomp", options.diagcomp)]
    {
        if !(value >= 0.0 && value.is_finite()) {
            let message = format!("ichol: {name} is {value}, and must be ≥ 0");
            return Err(Error::argument(name, message));
        }
    }
    if options.upper {
        return Ok(Factor::new(&a.adjoint(), options).run()?.adjoint());
    }
    Factor::new(a, options).run()
}

/// The factor as it grows.
struct Factor<'a, T> {
    a: &'a Sparse<T>,
    options: IcholOptions,
    starts: Vec<u32>,
    places: Vec<u32>,
    entries: Vec<T>,
    /// For each row, the first column whose next entry is in that row; and from column to column.
    first: Vec<u32>,
    next: Vec<u32>,
    /// Where the next entry of a column is.
    at: Vec<u32>,
    /// The column being made, by rows, the rows it has, and for each row the column that last had it.
    work: Vec<T>,
    rows: Vec<u32>,
    mark: Vec<u32>,
    /// What dropping has added to the diagonal.
    added: Vec<f64>,
}

const NONE: u32 = u32::MAX;

impl<'a, T: Scalar + Entry> Factor<'a, T> {
    fn new(a: &'a Sparse<T>, options: IcholOptions) -> Factor<'a, T> {
        let n = a.cols();
        Factor {
            a,
            options,
            starts: vec![0],
            places: Vec::with_capacity(a.nnz() / 2 + n),
            entries: Vec::with_capacity(a.nnz() / 2 + n),
            first: vec![NONE; n],
            next: vec![NONE; n],
            at: vec![0; n],
            work: vec![T::ZERO; n],
            rows: Vec::new(),
            mark: vec![NONE; n],
            added: vec![0.0; n],
        }
    }

    fn run(mut self) -> Result<Sparse<T>> {
        let n = self.a.cols();
        for k in 0..n {
            let norm = self.scatter(k);
            self.update(k);
            self.gather(k, norm)?;
        }
        Ok(Sparse::from_parts(n, n, self.starts, self.places, self.entries))
    }

    /// Column k of A from the diagonal on, and its 1-norm.
    fn scatter(&mut self, k: usize) -> f64 {
        self.rows.clear();
        self.take(k as u32, k);
        let (rows, values) = self.a.col(k);
        let mut norm = 0.0;
        for (&i, &x) in rows.iter().zip(values).filter(|(i, _)| **i as usize >= k) {
            if i as usize > k {
                self.take(i, k);
            }
            self.work[i as usize] = x;
            norm += x.modulus();
        }
        self.work[k] = T::of(self.work[k].real_part() * (1.0 + self.options.diagcomp));
        norm
    }

    fn take(&mut self, i: u32, k: usize) {
        self.mark[i as usize] = k as u32;
        self.work[i as usize] = T::ZERO;
        self.rows.push(i);
    }

    /// Subtracts the products of the columns with an entry in row k.
    fn update(&mut self, k: usize) {
        let mut j = self.first[k];
        while j != NONE {
            let after = self.next[j as usize];
            let (at, end) = (self.at[j as usize] as usize, self.starts[j as usize + 1] as usize);
            let factor = self.entries[at].conjugate();
            for p in at..end {
                let (i, change) = (self.places[p], self.entries[p] * factor);
                if self.mark[i as usize] == k as u32 {
                    self.work[i as usize] -= change;
                } else if self.options.droptol.is_some() {
                    self.take(i, k);
                    self.work[i as usize] = -change;
                } else {
                    self.drop(i as usize, k, -change);
                }
            }
            self.enlist(j, at + 1, end);
            j = after;
        }
    }

    /// Puts column j on the list of the row of its entry `at`.
    fn enlist(&mut self, j: u32, at: usize, end: usize) {
        if at < end {
            let row = self.places[at] as usize;
            self.at[j as usize] = at as u32;
            self.next[j as usize] = self.first[row];
            self.first[row] = j;
        }
    }

    /// Leaves out entry (i, k) and its mirror.
    fn drop(&mut self, i: usize, k: usize, value: T) {
        if self.options.modified {
            self.added[i] += value.real_part();
            self.added[k] += value.real_part();
        }
    }

    /// Drops, divides by the root of the pivot, and stores column k.
    fn gather(&mut self, k: usize, norm: f64) -> Result<()> {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_unstable();
        if let Some(tol) = self.options.droptol {
            rows.retain(|&i| {
                let (i, x) = (i as usize, self.work[i as usize]);
                let keeps = i == k || (x.modulus() >= tol * norm && x != T::ZERO);
                if !keeps {
                    self.drop(i, k, x);
                }
                keeps
            });
        }
        let pivot = self.work[k].real_part() + self.added[k];
        if !(pivot > 0.0 && pivot.is_finite()) {
            return Err(Error::argument_hint(
                "A",
                format!("ichol: pivot {} is {pivot}, and must be positive", k + 1),
                "diagcomp=0.1 (or more) factors a matrix with a larger diagonal; if A is not Hermitian positive definite, ilu takes it",
            ));
        }
        let root = pivot.sqrt();
        self.work[k] = T::of(pivot);
        for &i in &rows {
            let x = self.work[i as usize].scaled(1.0 / root);
            if !x.is_zero() {
                self.places.push(i);
                self.entries.push(x);
            }
        }
        let begin = *self.starts.last().unwrap_or(&0) as usize;
        if self.places.len() > crate::linalg::sparse::LIMIT {
            return Err(Error::argument(
                "droptol",
                "ichol: the factor has more entries than fit; drop more",
            ));
        }
        self.starts.push(self.places.len() as u32);
        self.enlist(k as u32, begin + 1, self.places.len());
        self.rows = rows;
        Ok(())
    }
}
