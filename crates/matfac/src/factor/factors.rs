//! The factors inside a [`Factorized`] matrix, written out for looking at.
//!
//! Solving needs none of this: there, LU shares one buffer and Q stays a product of reflections. Cost:
//! a copy, and 2mn² flops where Q has to be formed.

use super::lu::split;
use super::qr::Reflectors;
use super::solve::{Factorized, Kind};
use crate::error::Result;
use crate::linalg::{Matrix, product};

/// What A was factored into.
#[derive(Debug, Clone, PartialEq)]
pub enum Factors {
    /// `A = diag(d)`.
    Diagonal(Vec<f64>),
    /// A is triangular once row i is taken from row `rows[i]`, from 0, or as it stands.
    Triangular {
        /// The triangular matrix, rows in order.
        matrix: Matrix,
        /// The order of the rows.
        rows: Option<Vec<usize>>,
        /// Upper or lower.
        upper: bool,
    },
    /// `A = R'*R`; this is R.
    Cholesky(Matrix),
    /// Row i of `L*U` is row `p[i]` of A, from 0.
    Lu {
        /// Unit lower triangular.
        l: Matrix,
        /// Upper triangular.
        u: Matrix,
        /// The order of the rows.
        p: Vec<usize>,
    },
    /// `A = Q*R`, or `A' = Q*R` when `transposed`; column j of `Q*R` is column `p[j]` of A with pivoting.
    Qr {
        /// Orthonormal columns, as many as R has rows.
        q: Matrix,
        /// Upper trapezoidal.
        r: Matrix,
        /// The order of the columns.
        p: Option<Vec<usize>>,
        /// Whether it is A' that was factored.
        transposed: bool,
    },
}

impl Factorized {
    /// The factors.
    ///
    /// ```
    /// use matfac::{Matrix, factor::{Factors, factorize}};
    /// let a = Matrix::from_rows(&[&[2.0, 1.0], &[4.0, 4.0]]);
    /// let Factors::Lu { u, p, .. } = factorize(&a).unwrap().factors().unwrap() else { panic!() };
    /// assert_eq!((u[(0, 0)], u[(1, 1)], p), (4.0, -1.0, vec![1, 0]));
    /// ```
    pub fn factors(&self) -> Result<Factors> {
        Ok(match &self.kind {
            Kind::Diagonal(d) => Factors::Diagonal(d.clone()),
            Kind::Triangular { matrix, rows, upper } => {
                Factors::Triangular { matrix: matrix.clone(), rows: rows.clone(), upper: *upper }
            }
            Kind::Cholesky(f) => {
                let n = f.l.cols();
                let entry = |i, j| if i <= j { f.l[(j, i)] } else { 0.0 };
                Factors::Cholesky(Matrix::from_fn(n, n, entry))
            }
            Kind::Lu(f) => {
                let (l, u) = split(&f.lu);
                Factors::Lu { l, u, p: f.p.clone() }
            }
            Kind::Tall(f) => qr(f, false)?,
            Kind::Wide(f) => qr(f, true)?,
            Kind::Complete { outer, .. } => qr(outer, false)?,
        })
    }
}

fn qr(f: &Reflectors, transposed: bool) -> Result<Factors> {
    let (m, n) = (f.qr.rows(), f.qr.cols());
    let size = m.min(n);
    let mut q = product::zeros(m, size)?;
    (0..size).for_each(|i| q[(i, i)] = 1.0);
    f.apply(&mut q, false);
    let r = Matrix::from_fn(size, n, |i, j| if i <= j { f.qr[(i, j)] } else { 0.0 });
    Ok(Factors::Qr { q, r, p: f.p.clone(), transposed })
}

#[cfg(test)]
mod tests {
    use super::super::factorize;
    use super::super::testdata::random;
    use super::*;
    use crate::linalg::product::{gram, multiply};

    fn distance(a: &Matrix, b: &Matrix) -> f64 {
        assert_eq!(a.shape(), b.shape());
        a.as_slice().iter().zip(b.as_slice()).fold(0.0, |d, (x, y)| d.max((x - y).abs()))
    }

    #[test]
    fn the_factors_give_the_matrix_back() {
        let square = random(5, 5, 1);
        let mut deficient = square.clone();
        let first = deficient.col(0).to_vec();
        deficient.col_mut(3).copy_from_slice(&first);
        let triangle = Matrix::from_fn(4, 4, |i, j| if i <= j { (i + j + 1) as f64 } else { 0.0 });
        let turned = Matrix::from_fn(4, 4, |i, j| triangle[((i + 1) % 4, j)]);
        let diagonal = Matrix::from_fn(3, 3, |i, j| if i == j { 2.0 } else { 0.0 });
        let definite = gram(&random(8, 4, 2)).unwrap();
        let (tall, wide) = (random(7, 3, 3), random(3, 7, 3));
        for a in [square, deficient, triangle, turned, diagonal, definite, tall, wide] {
            let (product, original) = match factorize(&a).unwrap().factors().unwrap() {
                Factors::Diagonal(d) => {
                    (Matrix::from_fn(3, 3, |i, j| if i == j { d[i] } else { 0.0 }), a)
                }
                Factors::Triangular { matrix, rows, .. } => {
                    let rows = rows.unwrap_or_else(|| (0..a.rows()).collect());
                    (matrix, Matrix::from_fn(a.rows(), a.cols(), |i, j| a[(rows[i], j)]))
                }
                Factors::Cholesky(r) => (gram(&r).unwrap(), a),
                Factors::Lu { l, u, p } => {
                    let rows = Matrix::from_fn(a.rows(), a.cols(), |i, j| a[(p[i], j)]);
                    (multiply(&l, &u).unwrap(), rows)
                }
                Factors::Qr { q, r, p, transposed } => {
                    let a = if transposed { a.transposed() } else { a };
                    let p = p.unwrap_or_else(|| (0..a.cols()).collect());
                    let columns = Matrix::from_fn(a.rows(), a.cols(), |i, j| a[(i, p[j])]);
                    (multiply(&q, &r).unwrap(), columns)
                }
            };
            assert!(distance(&product, &original) < 1e-13);
        }
    }
}
