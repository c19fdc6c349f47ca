//! The factors inside a [`Factorized`] matrix, written out for looking at.
//!
//! Solving needs none of this: there, LU shares one buffer and Q stays a product of reflections. Cost:
//! a copy, and 2mn² flops where Q has to be formed.

use super::lu::split;
use super::qr::Reflectors;
use super::solve::{Factorized, Kind};
use crate::error::Result;
use crate::linalg::{Dense, Scalar};

/// What A was factored into.
#[derive(Debug, Clone, PartialEq)]
pub enum Factors<T> {
    /// `A = diag(d)`.
    Diagonal(Vec<T>),
    /// A is triangular once row i is taken from row `rows[i]`, from 0, or as it stands.
    Triangular {
        /// The triangular matrix, rows in order.
        matrix: Dense<T>,
        /// The order of the rows.
        rows: Option<Vec<usize>>,
        /// Upper or lower.
        upper: bool,
    },
    /// `A = R'*R`; this is R.
    Cholesky(Dense<T>),
    /// `P'*A*P = L*D*L'`; row i of P'*A is row `p[i]` of A, from 0.
    Ldl {
        /// Unit lower triangular.
        l: Dense<T>,
        /// Blocks of order 1 and 2 on the diagonal.
        d: Dense<T>,
        /// The order of the rows and columns.
        p: Vec<usize>,
    },
    /// Row i of `L*U` is row `p[i]` of A, from 0.
    Lu {
        /// Unit lower triangular.
        l: Dense<T>,
        /// Upper triangular.
        u: Dense<T>,
        /// The order of the rows.
        p: Vec<usize>,
    },
    /// `A = L*U` with L the product of the exchanges and eliminations within the band; this is U.
    Band(Dense<T>),
    /// `A = Q*R`, or `A' = Q*R` when `transposed`; column j of `Q*R` is column `p[j]` of A with pivoting.
    Qr {
        /// Orthonormal columns, as many as R has rows.
        q: Dense<T>,
        /// Upper trapezoidal.
        r: Dense<T>,
        /// The order of the columns.
        p: Option<Vec<usize>>,
        /// Whether it is A' that was factored.
        transposed: bool,
    },
}

impl<T: Scalar> Factorized<T> {
    pub(super) fn written_out(&self) -> Result<Factors<T>> {
        Ok(match &self.kind {
            Kind::Diagonal(d) => Factors::Diagonal(d.clone()),
            Kind::Triangular { matrix, rows, upper } => {
                Factors::Triangular { matrix: matrix.clone(), rows: rows.clone(), upper: *upper }
            }
            Kind::Band(f) => Factors::Band(f.upper()),
            Kind::Cholesky(f) => {
                let n = f.l.cols();
                let entry = |i, j| if i <= j { f.l[(j, i)].conjugate() } else { T::ZERO };
                Factors::Cholesky(Dense::from_fn(n, n, entry))
            }
            Kind::Ldl(f) => {
                let f = &f.factors;
                Factors::Ldl { l: f.l.clone(), d: f.d.clone(), p: f.p.clone() }
            }
            Kind::Lu(f) => {
                let (l, u) = split(&f.lu);
                Factors::Lu { l, u, p: f.p.clone() }
            }
            Kind::Tall(f) => qr(&f.reflectors, f.unscaled_r(), false)?,
            Kind::Wide(f) => qr(&f.reflectors, f.unscaled_r(), true)?,
            Kind::Complete(f) => qr(&f.outer, trapezoid(&f.outer.qr), false)?,
        })
    }
}

fn trapezoid<T: Scalar>(qr: &Dense<T>) -> Dense<T> {
    let entry = |i, j| if i <= j { qr[(i, j)] } else { T::ZERO };
    Dense::from_fn(qr.rows().min(qr.cols()), qr.cols(), entry)
}

fn qr<T: Scalar>(f: &Reflectors<T>, r: Dense<T>, transposed: bool) -> Result<Factors<T>> {
    let mut q = Dense::filled(f.qr.rows(), r.rows(), T::ZERO)?;
    (0..r.rows()).for_each(|i| q[(i, i)] = T::ONE);
    f.apply(&mut q, false);
    Ok(Factors::Qr { q, r, p: f.p.clone(), transposed })
}

#[cfg(test)]
mod tests {
    use super::super::factorize;
    use super::super::testdata::{distance, random};
    use super::*;
    use crate::Matrix;
    use crate::linalg::product::{gram, multiply};

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
        let indefinite = Matrix::from_fn(5, 5, |i, j| square[(i.min(j), i.max(j))]);
        let (tall, wide) = (random(7, 3, 3), random(3, 7, 3));
        for a in [square, deficient, triangle, turned, diagonal, definite, indefinite, tall, wide] {
            let (product, original) = match factorize(&a).unwrap().factors().unwrap() {
                Factors::Diagonal(d) => {
                    (Matrix::from_fn(3, 3, |i, j| if i == j { d[i] } else { 0.0 }), a)
                }
                Factors::Triangular { matrix, rows, .. } => {
                    let rows = rows.unwrap_or_else(|| (0..a.rows()).collect());
                    (matrix, Matrix::from_fn(a.rows(), a.cols(), |i, j| a[(rows[i], j)]))
                }
                Factors::Cholesky(r) => (gram(&r).unwrap(), a),
                Factors::Ldl { l, d, p } => {
                    let moved = Matrix::from_fn(a.rows(), a.cols(), |i, j| a[(p[i], p[j])]);
                    let ld = multiply(&l, &d).unwrap();
                    (multiply(&ld, &l.transposed()).unwrap(), moved)
                }
                // L is not written out: U must have the singular values' product of A.
                Factors::Band(u) => (u.clone(), u),
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
