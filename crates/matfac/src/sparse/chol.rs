//! Sparse Cholesky: `R'*R = Q'*A*Q`, of a Hermitian positive definite matrix.
//!
//! Method: supernodal where the factor is dense enough to pay for it, else column by column (faer), in an order of
//! approximate minimum degree. References: Chen, Davis, Hager & Rajamanickam (2008), ACM TOMS 35. Cost: the sum of the
//! squares of the factor's column counts; backward stable without pivoting.

use super::permute::{collected, identity, permuted};
use crate::error::{Error, Result};
use crate::linalg::Scalar;
use crate::linalg::simd::Clean;
use crate::linalg::sparse::{Entry, Sparse};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{LltError, LltRegularization};
use faer::perm::PermRef;
use faer::sparse::linalg::cholesky::{
    CholeskySymbolicParams, LltRef, SymbolicCholesky, SymbolicCholeskyRaw, SymmetricOrdering,
    factorize_symbolic_cholesky,
};
use faer::{Conj, MatMut, Par, Side};
use std::sync::Arc;

/// What the pattern alone decides: the order and the pattern of the factor.
pub type Symbolic = Arc<SymbolicCholesky<u32>>;

/// The factor of a matrix.
#[derive(Debug, Clone)]
pub struct Chol<T> {
    /// Of the pattern.
    pub symbolic: Symbolic,
    values: Vec<T>,
}

/// The order and pattern for the lower triangle of a square matrix: by minimum degree, or as it stands.
pub fn analyse<T: Entry>(a: &Sparse<T>, is_ordered: bool) -> Result<Symbolic> {
    // faer's own identity takes the stored matrix as it is, whichever its triangle.
    let natural = identity(a.cols());
    let ordering = match is_ordered {
        true => SymmetricOrdering::Custom(PermRef::new_checked(&natural, &natural, a.cols())),
        false => SymmetricOrdering::Amd,
    };
    let params = CholeskySymbolicParams::default();
    factorize_symbolic_cholesky(a.pattern(), Side::Lower, ordering, params)
        .map(Arc::new)
        .map_err(|_| Error::TooLarge(a.shape()))
}

/// Threads pay where there are supernodes.
fn threads(symbolic: &SymbolicCholesky<u32>) -> Par {
    match symbolic.raw() {
        SymbolicCholeskyRaw::Supernodal(_) if symbolic.len_val() > 1 << 20 => Par::rayon(0),
        _ => Par::Seq,
    }
}

impl<T: Scalar + Entry> Chol<T> {
    /// Factors a matrix of which the lower triangle is read; the inner error is the pivot, from 0, that is not positive.
    pub fn new(a: &Sparse<T>, symbolic: Symbolic) -> Result<std::result::Result<Chol<T>, usize>> {
        let _clean = Clean;
        let threads = threads(&symbolic);
        let mut values = Vec::new();
        let too_large = || Error::TooLarge(a.shape());
        values.try_reserve_exact(symbolic.len_val()).map_err(|_| too_large())?;
        values.resize(symbolic.len_val(), T::ZERO);
        let scratch = symbolic.factorize_numeric_llt_scratch::<T>(threads, Default::default());
        let mut memory = MemBuffer::try_new(scratch).map_err(|_| too_large())?;
        let outcome = symbolic.factorize_numeric_llt(
            &mut values,
            a.faer(),
            Side::Lower,
            LltRegularization::default(),
            threads,
            MemStack::new(&mut memory),
            Default::default(),
        );
        match outcome {
            Ok(_) => {}
            Err(LltError::NonPositivePivot { index }) => return Ok(Err(index)),
        }
        let f = Chol { symbolic, values };
        // Pivots that overflowed are no pivots.
        let bad = f.pivots().iter().position(|d| !(d.is_finite() && *d > 0.0));
        Ok(bad.map_or(Ok(f), Err))
    }

    /// Column k of `A*Q` is column `q[k]` of A.
    pub fn order(&self) -> Vec<u32> {
        match self.symbolic.perm() {
            Some(p) => p.arrays().0.to_vec(),
            None => identity(self.symbolic.nrows()),
        }
    }

    /// The diagonal of the factor.
    pub fn pivots(&self) -> Vec<f64> {
        let n = self.symbolic.nrows();
        match self.symbolic.raw() {
            SymbolicCholeskyRaw::Simplicial(s) => {
                s.col_ptr()[..n].iter().map(|&k| self.values[k as usize].real_part()).collect()
            }
            SymbolicCholeskyRaw::Supernodal(s) => {
                let mut pivots = Vec::with_capacity(n);
                for k in 0..s.n_supernodes() {
                    let (first, end) = (s.supernode_begin()[k], s.supernode_end()[k]);
                    let width = (end - first) as usize;
                    let rows = width + s.supernode(k).pattern().len();
                    let block = &self.values[s.col_ptr_for_val()[k] as usize..];
                    pivots.extend((0..width).map(|j| block[j * rows + j].real_part()));
                }
                pivots
            }
        }
    }

    /// L with `L*L' = Q'*A*Q`.
    pub fn lower(&self) -> Sparse<T> {
        let n = self.symbolic.nrows();
        match self.symbolic.raw() {
            SymbolicCholeskyRaw::Simplicial(s) => {
                let (starts, places) = (s.col_ptr(), s.row_idx());
                collected(n, n, self.values.len(), |j, pairs| {
                    let range = starts[j] as usize..starts[j + 1] as usize;
                    let rows = places[range.clone()].iter().copied();
                    pairs.extend(rows.zip(self.values[range].iter().copied()));
                })
            }
            SymbolicCholeskyRaw::Supernodal(s) => {
                let mut node = 0;
                collected(n, n, self.values.len(), |j, pairs| {
                    while s.supernode_end()[node] as usize <= j {
                        node += 1;
                    }
                    let first = s.supernode_begin()[node] as usize;
                    let width = s.supernode_end()[node] as usize - first;
                    let pattern = s.supernode(node).pattern();
                    let rows = width + pattern.len();
                    let start = s.col_ptr_for_val()[node] as usize + (j - first) * rows;
                    let column = &self.values[start..start + rows];
                    pairs.extend((j..first + width).map(|i| (i as u32, column[i - first])));
                    pairs.extend(pattern.iter().copied().zip(column[width..].iter().copied()));
                })
            }
        }
    }

    /// Numbers that are stored.
    pub fn nnz(&self) -> usize {
        self.values.len()
    }

    /// `X = A \ X`.
    pub fn solve(&self, x: MatMut<'_, T>) {
        let _clean = Clean;
        let threads = threads(&self.symbolic);
        let scratch = self.symbolic.solve_in_place_scratch::<T>(x.ncols(), threads);
        let mut memory = MemBuffer::new(scratch);
        let f = LltRef::new(&*self.symbolic, &self.values);
        f.solve_in_place_with_conj(Conj::No, x, threads, MemStack::new(&mut memory));
    }
}

/// A Cholesky factor as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct CholParts<T: Entry> {
    /// L with `L*L' = A(q,q)`, or of the leading block before the pivot that failed.
    pub lower: Sparse<T>,
    /// The order.
    pub q: Vec<u32>,
    /// The first pivot, from 1, that is not positive, and its value.
    pub failure: Option<(usize, f64)>,
}

/// Factors A, of which the lower triangle is read, in the order it stands in or in one that fills less.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`].
pub(super) fn decompose<T: Scalar + Entry>(a: &Sparse<T>, reorder: bool) -> Result<CholParts<T>> {
    a.require_square("chol")?;
    a.require_finite("chol")?;
    let symbolic = analyse(a, !reorder)?;
    match Chol::new(a, symbolic.clone())? {
        Ok(f) => Ok(CholParts { lower: f.lower(), q: f.order(), failure: None }),
        Err(mut index) => {
            let q = symbolic.perm().map(|p| p.arrays().0.to_vec());
            let ordered = permuted(&hermitian(a), q.as_deref(), q.as_deref());
            // Rounding may differ in the smaller block: then its pivot is the one that fails.
            let lower = loop {
                let leading = leading_block(&ordered, index);
                match Chol::new(&leading, analyse(&leading, true)?)? {
                    Ok(f) => break f.lower(),
                    Err(smaller) => index = smaller.min(index.saturating_sub(1)),
                }
            };
            let value = failing_pivot(&ordered, &lower);
            let q = q.unwrap_or_else(|| identity(a.cols()));
            Ok(CholParts { lower, q, failure: Some((index + 1, value)) })
        }
    }
}

/// The error that names the pivot at which the Cholesky factorization of A, reordered, fails.
pub(super) fn failure<T: Scalar + Entry>(a: &Sparse<T>) -> Result<Error> {
    let (pivot, value) = decompose(a, true)?.failure.unwrap_or((1, f64::NAN));
    Ok(Error::NotPositiveDefinite { pivot, value })
}

/// The whole Hermitian matrix of which A has the lower triangle.
fn hermitian<T: Scalar + Entry>(a: &Sparse<T>) -> Sparse<T> {
    let back = a.adjoint();
    collected(a.rows(), a.cols(), 2 * a.nnz(), |j, pairs| {
        let (places, entries) = back.col(j);
        let above = places.iter().zip(entries).take_while(|(i, _)| (**i as usize) < j);
        pairs.extend(above.map(|(&i, &x)| (i, x)));
        let (places, entries) = a.col(j);
        let below = places.iter().zip(entries).skip_while(|(i, _)| (**i as usize) < j);
        pairs.extend(
            below.map(|(&i, &x)| (i, if i as usize == j { T::of(x.real_part()) } else { x })),
        );
    })
}

fn leading_block<T: Scalar + Entry>(a: &Sparse<T>, count: usize) -> Sparse<T> {
    collected(count, count, a.nnz(), |j, pairs| {
        let (places, entries) = a.col(j);
        let kept = places.iter().zip(entries).take_while(|(i, _)| (**i as usize) < count);
        pairs.extend(kept.map(|(&i, &x)| (i, x)));
    })
}

/// What the next pivot would be after the factor of the leading block.
fn failing_pivot<T: Scalar + Entry>(a: &Sparse<T>, lower: &Sparse<T>) -> f64 {
    let count = lower.cols();
    let mut column = vec![T::ZERO; count];
    let (places, entries) = a.col(count);
    for (&i, &x) in places.iter().zip(entries).take_while(|(i, _)| (**i as usize) < count) {
        column[i as usize] = x;
    }
    for j in 0..count {
        let (places, entries) = lower.col(j);
        let x = column[j].over(entries[0]);
        column[j] = x;
        for (&i, &l) in places.iter().zip(entries).skip(1) {
            column[i as usize] -= l * x;
        }
    }
    a.get(count, count).real_part() - column.iter().map(|x| x.modulus().powi(2)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{random, random_complex};
    use super::*;
    use crate::linalg::product::times;

    fn gram<T: Scalar + Entry>(a: &Sparse<T>, shift: f64) -> Sparse<T> {
        let full = a.to_dense().unwrap();
        let mut gram = times(&full, true, &full, false).unwrap();
        (0..gram.cols()).for_each(|i| gram[(i, i)] += T::of(shift));
        Sparse::from_dense(&gram).unwrap()
    }

    fn check<T: Scalar + Entry>(a: &Sparse<T>) {
        for reorder in [false, true] {
            let f = decompose(a, reorder).unwrap();
            assert!(f.failure.is_none());
            assert!(f.lower.triplets().all(|(i, j, _)| i >= j));
            let full = f.lower.adjoint().to_dense().unwrap();
            let product = times(&full, true, &full, false).unwrap();
            let expected = permuted(a, Some(&f.q), Some(&f.q)).to_dense().unwrap();
            let pairs = product.as_slice().iter().zip(expected.as_slice());
            let far = pairs.map(|(x, y)| (*x - *y).modulus()).fold(0.0, f64::max);
            assert!(far < 1e-13 * (1.0 + expected.largest()), "{:?} {reorder}: {far}", a.shape());
        }
    }

    #[test]
    fn the_factor_of_positive_definite_matrices() {
        for (n, density) in [(0, 0.5), (1, 0.5), (9, 0.3), (40, 0.05), (120, 0.3)] {
            check(&gram(&random(n, n, density, 7), 1.0));
            check(&gram(&random_complex(n, n, density, 7), 1.0));
        }
    }

    #[test]
    fn an_indefinite_matrix_has_the_factor_of_its_leading_block() {
        let mut full = gram(&random(12, 12, 0.3, 3), 1.0).to_dense().unwrap();
        full[(8, 8)] = -1.0;
        let a = Sparse::from_dense(&full).unwrap();
        let f = decompose(&a, false).unwrap();
        let (pivot, value) = f.failure.unwrap();
        assert_eq!((pivot, f.lower.cols()), (9, 8));
        let dense =
            crate::factor::chol::try_chol(&full, crate::factor::chol::Triangle::Lower).unwrap();
        assert!((value - dense.failure.unwrap().1).abs() < 1e-10);
        assert!(decompose(&a, true).unwrap().failure.is_some());
    }
}
