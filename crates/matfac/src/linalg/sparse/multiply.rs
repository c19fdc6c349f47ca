//! Products of a full with a sparse and of two sparse matrices.
//!
//! Columns of `D*S` are sums of columns of D: 2·nnz(S)·m flops, all on consecutive memory, and of `D*S'` too. `S*T` adds up
//! its columns in a full vector (Gustavson, *Two fast algorithms for sparse matrices*, ACM TOMS 4, 1978): O(n + flops), and
//! the sorting of each column's places.

use super::matrix::{Entry, Sparse};
use crate::error::{Error, Result, Shape};
use crate::linalg::{Dense, Scalar, c64};

/// Numbers of which sparse matrices are multiplied; compiled here for real and complex ones.
pub trait Multiply: Scalar + Entry {
    /// `S*D`, or `S'*D` (conjugated).
    fn sparse_by_full(s: &Sparse<Self>, adjoint: bool, d: &Dense<Self>) -> Result<Dense<Self>>;

    /// `D*S`, or `D*S'` (conjugated).
    fn full_by_sparse(d: &Dense<Self>, s: &Sparse<Self>, adjoint: bool) -> Result<Dense<Self>>;

    /// `S*T`.
    fn sparse_by_sparse(s: &Sparse<Self>, t: &Sparse<Self>) -> Result<Sparse<Self>>;

    /// The adjoint of a sparse matrix, or its transpose.
    fn flipped(s: &Sparse<Self>, conjugated: bool) -> Sparse<Self>;
}

macro_rules! multiply {
    ($($type:ty),*) => { $(
        impl Multiply for $type {
            fn sparse_by_full(s: &Sparse<Self>, adjoint: bool, d: &Dense<Self>) -> Result<Dense<Self>> {
                if adjoint { s.adjoint_times_dense(d) } else { s.times_dense(d) }
            }

            fn full_by_sparse(d: &Dense<Self>, s: &Sparse<Self>, adjoint: bool) -> Result<Dense<Self>> {
                full_by_sparse(d, s, adjoint)
            }

            fn sparse_by_sparse(s: &Sparse<Self>, t: &Sparse<Self>) -> Result<Sparse<Self>> {
                sparse_by_sparse(s, t)
            }

            fn flipped(s: &Sparse<Self>, conjugated: bool) -> Sparse<Self> {
                if conjugated { s.adjoint() } else { s.transposed() }
            }
        }
    )* };
}

multiply!(f64, c64);

fn require(left: Shape, right: Shape) -> Result<()> {
    if left.1 == right.0 {
        return Ok(());
    }
    Err(Error::Shapes { operation: "multiply", left, right, hint: None })
}

fn full_by_sparse<T: Scalar + Entry>(
    d: &Dense<T>,
    s: &Sparse<T>,
    adjoint: bool,
) -> Result<Dense<T>> {
    let shape = if adjoint { Shape(s.cols(), s.rows()) } else { s.shape() };
    require(d.shape(), shape)?;
    let mut product = Dense::filled(d.rows(), shape.1, T::ZERO)?;
    for j in 0..s.cols() {
        let (places, entries) = s.col(j);
        for (&i, &x) in places.iter().zip(entries) {
            let (from, to, x) =
                if adjoint { (j, i as usize, x.conjugate()) } else { (i as usize, j, x) };
            for (sum, &y) in product.col_mut(to).iter_mut().zip(d.col(from)) {
                *sum += y * x;
            }
        }
    }
    Ok(product)
}

fn sparse_by_sparse<T: Scalar + Entry>(s: &Sparse<T>, t: &Sparse<T>) -> Result<Sparse<T>> {
    require(s.shape(), t.shape())?;
    let mut sums = vec![T::ZERO; s.rows()];
    // The last column, from 1, in which a row was met.
    let mut met = vec![0u32; s.rows()];
    Sparse::from_columns(s.rows(), t.cols(), |j, places, entries| {
        let first = places.len();
        let (inner, factors) = t.col(j);
        for (&k, &y) in inner.iter().zip(factors) {
            let (rows, values) = s.col(k as usize);
            for (&i, &x) in rows.iter().zip(values) {
                let at = i as usize;
                if met[at] == j as u32 + 1 {
                    sums[at] += x * y;
                } else {
                    met[at] = j as u32 + 1;
                    sums[at] = x * y;
                    places.push(i);
                }
            }
        }
        places[first..].sort_unstable();
        entries.extend(places[first..].iter().map(|&i| sums[i as usize]));
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{Matrix, Random, product};

    fn random(m: usize, n: usize, seed: u64) -> Sparse<f64> {
        let mut r = Random::seeded(seed);
        let mut entry = |_, _| if r.uniform() < 0.3 { r.uniform() - 0.5 } else { 0.0 };
        Sparse::from_dense(&Matrix::from_fn(m, n, &mut entry)).unwrap()
    }

    fn close(a: &Matrix, b: &Matrix) -> bool {
        a.shape() == b.shape()
            && a.as_slice().iter().zip(b.as_slice()).all(|(x, y)| (x - y).abs() < 1e-14)
    }

    #[test]
    fn products_are_those_of_full_matrices() {
        for (m, k, n) in [(7, 5, 6), (1, 4, 3), (4, 1, 1), (0, 3, 2), (3, 0, 2), (2, 3, 0)] {
            let (s, t) = (random(m, k, 1), random(k, n, 2));
            let (a, b) = (s.to_dense().unwrap(), t.to_dense().unwrap());
            let expected = product::multiply(&a, &b).unwrap();
            let of = |c: Result<Matrix>| close(&c.unwrap(), &expected);
            assert!(of(f64::sparse_by_full(&s, false, &b)));
            assert!(of(f64::sparse_by_full(&s.transposed(), true, &b)));
            assert!(of(f64::full_by_sparse(&a, &t, false)));
            assert!(of(f64::full_by_sparse(&a, &t.transposed(), true)));
            assert!(of(f64::sparse_by_sparse(&s, &t).unwrap().to_dense()));
        }
        assert!(f64::sparse_by_sparse(&random(2, 3, 1), &random(2, 3, 1)).is_err());
        assert!(f64::full_by_sparse(&Matrix::zeros(2, 2), &random(3, 2, 1), false).is_err());
    }
}
