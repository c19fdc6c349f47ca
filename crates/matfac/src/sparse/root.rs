//! A root of a positive definite matrix, `B = C'*C`, as a linear map and as its inverse: what turns a pair of matrices
//! into one.
//!
//! `B(q,q) = L*L'` gives `C*x = L'*x(q)`. Cost: 2·nnz(L) flops a vector.

use super::eigs::per_column;
use super::spectral::Spectral;
use crate::error::{Error, Result};
use crate::linalg::sparse::Duplicates;
use crate::linalg::{Dense, Operator, Sparse};

/// C.
#[derive(Debug, Clone)]
pub struct Root<T> {
    lower: Sparse<T>,
    q: Vec<u32>,
    /// B.
    square: Sparse<T>,
}

/// `C⁻¹`.
#[derive(Debug, Clone, Copy)]
pub struct InverseRoot<'a, T>(pub &'a Root<T>);

impl<T: Spectral> Root<T> {
    /// Of a Hermitian matrix.
    ///
    /// Errors: [`Error::NotSquare`], [`Error::NonFinite`], [`Error::NotPositiveDefinite`].
    pub fn of(b: &Sparse<T>) -> Result<Root<T>> {
        let f = T::sparse_chol(b, true)?;
        match f.failure {
            Some((pivot, value)) => Err(Error::NotPositiveDefinite { pivot, value }),
            None => Ok(Root { lower: f.lower, q: f.q, square: b.clone() }),
        }
    }

    /// Of a Cholesky factor R, upper triangular, with `B(p,p) = R'*R`; p counts from 0.
    ///
    /// Errors: [`Error::NotSquare`]; [`Error::Argument`] when R is not upper triangular or a diagonal entry is zero.
    pub fn of_factor(r: &Sparse<T>, p: Vec<u32>) -> Result<Root<T>> {
        r.require_square("eigs")?;
        let n = r.cols();
        let last = |j: usize| r.col(j).0.last().is_some_and(|&i| i as usize == j);
        if let Some(j) = (0..n).find(|&j| !last(j)) {
            let message = format!(
                "eigs: the Cholesky factor must be upper triangular with entries on its diagonal; column {} is not",
                j + 1
            );
            return Err(Error::argument("B", message));
        }
        if p.len() != n || !permutes(&p) {
            let message = format!("eigs: permB must have every number from 1 to {n} once");
            return Err(Error::argument("permB", message));
        }
        let lower = r.adjoint();
        let (mut rows, mut cols, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for l in 0..n {
            let (places, values) = lower.col(l);
            for (&j, y) in places.iter().zip(values) {
                rows.extend(places.iter().map(|&i| p[i as usize]));
                cols.extend(places.iter().map(|_| p[j as usize]));
                entries.extend(values.iter().map(|&x| x * y.conjugate()));
            }
        }
        let sum = Duplicates::Sum;
        let square = Sparse::from_triplets(n, n, &rows, &cols, &entries, sum, |x, y| x + y)?;
        Ok(Root { lower, q: p, square })
    }

    /// B.
    pub fn square(&self) -> &Sparse<T> {
        &self.square
    }

    fn order(&self) -> usize {
        self.q.len()
    }

    /// `L'*x(q)`.
    fn times(&self, x: &[T], y: &mut [T]) {
        let picked: Vec<T> = self.q.iter().map(|&i| x[i as usize]).collect();
        self.lower.adjoint_times_vector(&picked, y);
    }

    /// y with `y(q) = L*x`.
    fn adjoint_times(&self, x: &[T], y: &mut [T]) {
        let mut image = vec![T::ZERO; x.len()];
        self.lower.times_vector(x, &mut image);
        self.q.iter().zip(image).for_each(|(&i, z)| y[i as usize] = z);
    }

    /// y with `L'*y(q) = x`.
    fn solve(&self, x: &[T], y: &mut [T]) {
        let mut z = x.to_vec();
        for j in (0..z.len()).rev() {
            let (places, entries) = self.lower.col(j);
            let pairs = places.iter().zip(entries).skip(1);
            let known: T = pairs.map(|(&i, l)| l.conjugate() * z[i as usize]).sum();
            z[j] = (z[j] - known).over(entries[0].conjugate());
        }
        self.q.iter().zip(z).for_each(|(&i, z)| y[i as usize] = z);
    }

    /// y with `L*y = x(q)`.
    fn adjoint_solve(&self, x: &[T], y: &mut [T]) {
        self.q.iter().zip(y.iter_mut()).for_each(|(&i, y)| *y = x[i as usize]);
        for j in 0..y.len() {
            let (places, entries) = self.lower.col(j);
            y[j] = y[j].over(entries[0]);
            let factor = y[j];
            places.iter().zip(entries).skip(1).for_each(|(&i, &l)| y[i as usize] -= l * factor);
        }
    }
}

fn permutes(p: &[u32]) -> bool {
    let mut seen = vec![false; p.len()];
    p.iter().all(|&i| seen.get_mut(i as usize).is_some_and(|s| !std::mem::replace(s, true)))
}

macro_rules! square {
    ($name:ty, $this:ident => $root:expr, $apply:ident, $adjoint:ident) => {
        impl<T: Spectral> Operator<T> for $name {
            fn rows(&$this) -> usize {
                $root.order()
            }

            fn cols(&$this) -> usize {
                $root.order()
            }

            fn apply(&$this, x: &[T], y: &mut [T]) -> Result<()> {
                $root.$apply(x, y);
                Ok(())
            }

            fn apply_adjoint(&$this, x: &[T], y: &mut [T]) -> Result<()> {
                $root.$adjoint(x, y);
                Ok(())
            }
        }
    };
}

square!(Root<T>, self => self, times, adjoint_times);
square!(InverseRoot<'_, T>, self => self.0, solve, adjoint_solve);

/// A map between a root and its adjoint, or between those of the inverse: what stands for a pair of matrices.
pub(super) struct Between<'a, T> {
    map: &'a dyn Operator<T>,
    root: &'a Root<T>,
    by_inverse: bool,
}

impl<'a, T> Between<'a, T> {
    /// `C⁻ᴴ*A*C⁻¹`, whose eigenvalues are those of the pair `A*x = B*x*λ`; its vectors are C*x.
    pub fn reduced(map: &'a dyn Operator<T>, root: &'a Root<T>) -> Between<'a, T> {
        Between { map, root, by_inverse: true }
    }

    /// `C*(A - σB)⁻¹*C'` of the inverse, whose eigenvalues are `1/(λ - σ)`; its vectors are C*x.
    pub fn shifted(map: &'a dyn Operator<T>, root: &'a Root<T>) -> Between<'a, T> {
        Between { map, root, by_inverse: false }
    }
}

impl<T: Spectral> Operator<T> for Between<'_, T> {
    fn rows(&self) -> usize {
        self.map.rows()
    }

    fn cols(&self) -> usize {
        self.map.cols()
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> Result<()> {
        per_column(x, y, |x, y| self.apply_block(x, y))
    }

    fn apply_adjoint(&self, _: &[T], _: &mut [T]) -> Result<()> {
        Err(crate::linalg::operator::no_adjoint("eigs"))
    }

    fn apply_block(&self, x: &Dense<T>, y: &mut Dense<T>) -> Result<()> {
        let (mut first, mut second) =
            (Dense::zeros(x.rows(), x.cols()), Dense::zeros(x.rows(), x.cols()));
        let inverse = InverseRoot(self.root);
        match self.by_inverse {
            true => inverse.apply_block(x, &mut first)?,
            false => self.root.apply_adjoint_block(x, &mut first)?,
        }
        self.map.apply_block(&first, &mut second)?;
        match self.by_inverse {
            true => inverse.apply_adjoint_block(&second, y),
            false => self.root.apply_block(&second, y),
        }
    }
}
