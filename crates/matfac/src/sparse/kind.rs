//! What is kept of a factored sparse matrix, and one solve with it.

use super::chol::{Chol, Symbolic};
use super::front_qr;
use super::ldl::Ldl;
use super::least_squares::{self, LeastSquares};
use super::lu::{ColumnOrder, Lu};
use super::multifrontal::{self, Multifrontal};
use super::permute::unpermuted;
use super::qr::{Order, Qr, default_tolerance};
use crate::error::Result;
use crate::factor::band::BandLu;
use crate::factor::triangle::column;
use crate::linalg::Scalar;
use crate::linalg::sparse::{Entry, Sparse};
use std::sync::Arc;

/// What the pattern alone has decided.
#[derive(Debug, Clone)]
pub(super) enum Analysis {
    /// Nothing that takes time.
    None,
    Cholesky(Symbolic),
    /// Order of rows and columns.
    Ldl(Arc<Vec<u32>>),
    Lu(Arc<ColumnOrder>),
    Multifrontal(Arc<multifrontal::Plan>),
    /// Order of the columns, of A or of A'.
    Qr(Arc<Vec<u32>>),
    /// The same, with fronts.
    Fronts(Arc<front_qr::Plan>),
}

#[derive(Debug, Clone)]
pub(super) enum Kind<T: Scalar> {
    Diagonal(Vec<T>),
    Triangular(Triangle),
    Band(BandLu<T>),
    Cholesky(Chol<T>),
    Ldl(Ldl<T>),
    Lu(Lu<T>),
    Multifrontal(Multifrontal<T>),
    Tall(LeastSquares<T>),
    /// Of A'.
    Wide(LeastSquares<T>),
    Complete(Box<Complete<T>>),
}

/// A matrix whose rows and columns can be put in order to be an upper triangle.
#[derive(Debug, Clone)]
pub(super) struct Triangle {
    pub p: Vec<u32>,
    pub q: Vec<u32>,
    /// Where each pivot stands among the entries.
    pivots: Vec<u32>,
}

impl Triangle {
    pub fn new<T: Entry>(a: &Sparse<T>, p: Vec<u32>, q: Vec<u32>) -> Triangle {
        let place = |(&i, &j): (&u32, &u32)| {
            let rows = a.col(j as usize).0;
            let k = rows.binary_search(&i).expect("the diagonal is stored");
            a.starts()[j as usize] + k as u32
        };
        let pivots = p.iter().zip(&q).map(place).collect();
        Triangle { p, q, pivots }
    }

    /// Substitution from the last column on; b becomes x.
    fn solve<T: Scalar + Entry>(&self, a: &Sparse<T>, b: &mut [T], work: &mut [T]) {
        for k in (0..self.p.len()).rev() {
            let (i, j) = (self.p[k], self.q[k] as usize);
            let x = b[i as usize].over(a.entries()[self.pivots[k] as usize]);
            work[j] = x;
            if x != T::ZERO {
                let (rows, entries) = a.col(j);
                rows.iter().zip(entries).for_each(|(&r, &u)| b[r as usize] -= u * x);
            }
        }
        b.copy_from_slice(work);
    }

    fn solve_adjoint<T: Scalar + Entry>(&self, a: &Sparse<T>, b: &mut [T], work: &mut [T]) {
        work.fill(T::ZERO);
        for k in 0..self.p.len() {
            let (i, j) = (self.p[k] as usize, self.q[k] as usize);
            // Row i of x is still zero.
            let (rows, entries) = a.col(j);
            let pairs = rows.iter().zip(entries);
            let known: T = pairs.map(|(&r, u)| u.conjugate() * work[r as usize]).sum();
            let pivot = a.entries()[self.pivots[k] as usize];
            work[i] = (b[j] - known).over(pivot.conjugate());
        }
        b.copy_from_slice(work);
    }
}

/// A complete orthogonal decomposition: `A*P = Q*[R; 0]` with R of full row rank, and a QR factorization of R'.
#[derive(Debug, Clone)]
pub(super) struct Complete<T> {
    pub first: Qr<T>,
    /// None when R is square.
    second: Option<Qr<T>>,
}

impl<T: Scalar + Entry> Complete<T> {
    pub fn new(a: &Sparse<T>, order: Order) -> Result<Complete<T>> {
        Ok(Complete::from(Qr::new(a, order, default_tolerance(a))?))
    }

    pub fn from(first: Qr<T>) -> Complete<T> {
        let second = (first.rank() < first.shape().1)
            .then(|| Qr::new(&first.r(first.rank()).adjoint(), Order::Colamd, 0.0).ok())
            .flatten();
        Complete { first, second }
    }

    /// The reciprocal condition number of R, of full rank.
    pub fn rcond(&self) -> f64 {
        let f = &self.first;
        least_squares::rcond(&f.r(f.rank()), |x| f.solve_upper(x), |x| f.solve_lower(x))
    }

    fn solve(&self, b: &[T]) -> Vec<T> {
        let mut c = b.to_vec();
        self.first.apply_adjoint(&mut c);
        let x = match &self.second {
            None => self.first.solve_upper(&c),
            Some(z) => {
                // R = (Z*T*E')': the solution of least norm is Z*(T' \ E'c).
                let permuted: Vec<T> = z.p.iter().map(|&k| c[k as usize]).collect();
                let mut y = z.solve_lower(&permuted);
                y.resize(z.shape().0, T::ZERO);
                z.apply(&mut y);
                y
            }
        };
        unpermuted(&self.first.p, &x)
    }

    fn solve_adjoint(&self, b: &[T]) -> Vec<T> {
        let mut c: Vec<T> = self.first.p.iter().map(|&j| b[j as usize]).collect();
        let mut y = match &self.second {
            None => self.first.solve_lower(&c),
            Some(z) => {
                z.apply_adjoint(&mut c);
                unpermuted(&z.p, &z.solve_upper(&c))
            }
        };
        y.resize(self.first.shape().0, T::ZERO);
        self.first.apply(&mut y);
        y
    }
}

impl<T: Scalar + Entry> Kind<T> {
    /// `x = A \ b`, or with A' for `adjoint`, of one right-hand side; A is the matrix that was factored.
    pub fn solve(&self, a: &Sparse<T>, mut b: Vec<T>, adjoint: bool) -> Vec<T> {
        let mut work = vec![T::ZERO; b.len()];
        match (self, adjoint) {
            (Kind::Diagonal(d), _) => {
                let divisor = |d: &T| if adjoint { d.conjugate() } else { *d };
                b.iter_mut().zip(d).for_each(|(x, d)| *x = x.over(divisor(d)));
            }
            (Kind::Triangular(f), false) => f.solve(a, &mut b, &mut work),
            (Kind::Triangular(f), true) => f.solve_adjoint(a, &mut b, &mut work),
            (Kind::Band(f), false) => f.solve_in_place(column(&mut b)),
            (Kind::Band(f), true) => f.solve_adjoint_in_place(column(&mut b)),
            (Kind::Cholesky(f), _) => f.solve(column(&mut b)),
            (Kind::Ldl(f), _) => f.solve(&mut b, &mut work),
            (Kind::Lu(f), false) => f.solve(&mut b, &mut work),
            (Kind::Lu(f), true) => f.solve_adjoint(&mut b, &mut work),
            (Kind::Multifrontal(f), false) => f.solve(&mut b, &mut work),
            (Kind::Multifrontal(f), true) => f.solve_adjoint(&mut b, &mut work),
            (Kind::Tall(f), false) | (Kind::Wide(f), true) => return f.solve(&b),
            (Kind::Tall(f), true) | (Kind::Wide(f), false) => return f.least_norm(&b),
            (Kind::Complete(f), false) => return f.solve(&b),
            (Kind::Complete(f), true) => return f.solve_adjoint(&b),
        }
        b
    }

    /// Numbers that are stored.
    pub fn nnz(&self, a: &Sparse<T>) -> usize {
        match self {
            Kind::Diagonal(d) => d.len(),
            Kind::Triangular(_) => a.nnz(),
            Kind::Band(f) => f.stored(),
            Kind::Cholesky(f) => f.nnz(),
            Kind::Ldl(f) => f.nnz(),
            Kind::Lu(f) => f.nnz(),
            Kind::Multifrontal(f) => f.nnz(),
            Kind::Tall(f) | Kind::Wide(f) => f.nnz(),
            Kind::Complete(f) => f.first.nnz() + f.second.as_ref().map_or(0, Qr::nnz),
        }
    }

    /// For each pivot of a square matrix its size and the column of A, from 0, that it belongs to; fewer than there are
    /// columns when some have none.
    pub fn pivots(&self, a: &Sparse<T>) -> Vec<(f64, usize)> {
        let numbered = |list: Vec<f64>| list.into_iter().enumerate().map(|(k, x)| (x, k)).collect();
        let of = |sizes: Vec<f64>, q: &[u32]| {
            sizes.into_iter().zip(q).map(|(x, &j)| (x, j as usize)).collect()
        };
        match self {
            Kind::Diagonal(d) => numbered(d.iter().map(|x| x.modulus()).collect()),
            Kind::Triangular(f) => {
                let size = |&k: &u32| a.entries()[k as usize].modulus();
                of(f.pivots.iter().map(size).collect(), &f.q)
            }
            Kind::Band(f) => numbered(f.pivots().map(|x| x.modulus()).collect()),
            Kind::Cholesky(f) => of(f.pivots().into_iter().map(|d| d * d).collect(), &f.order()),
            Kind::Ldl(f) => of(f.pivot_sizes(), &f.p),
            Kind::Lu(f) => of(f.pivots().iter().map(|x| x.modulus()).collect(), &f.q),
            Kind::Multifrontal(f) => of(f.pivots().map(|x| x.modulus()).collect(), &f.q()),
            Kind::Tall(f) | Kind::Wide(f) => {
                of(f.diagonal().into_iter().map(|x| x.modulus()).collect(), f.p())
            }
            Kind::Complete(_) => Vec::new(),
        }
    }
}
