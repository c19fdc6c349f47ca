//! Sparse factors, written out as matrices.
//!
//! What `lu`, `chol`, `ldl` and `qr` of a sparse matrix give, and the fields of a factored one.

use super::chol::CholParts;
use super::field::SparseField;
use super::front_qr::FrontQr;
use super::kind::Kind;
use super::least_squares::{self, LeastSquares};
use super::lu::{ColumnOrder, Lu, Pivoting};
use super::permute::{column_permutation, row_permutation};
use super::qr::{Order, Qr, default_tolerance};
use super::solve::Factorized;
use crate::error::{Error, Result};
use crate::linalg::sparse::{Entry, Sparse};
use crate::linalg::{Dense, Scalar};

/// `L*U = A(p,q)`, each row of A multiplied with its weight first where there are weights.
#[derive(Debug, Clone, PartialEq)]
pub struct LuParts<T: Entry> {
    /// m×min(m,n), unit lower triangular.
    pub l: Sparse<T>,
    /// min(m,n)×n, upper triangular.
    pub u: Sparse<T>,
    /// The order of the rows.
    pub p: Vec<u32>,
    /// The order of the columns.
    pub q: Vec<u32>,
    /// What the rows were multiplied with.
    pub weights: Option<Vec<f64>>,
}

/// LU of an m×n matrix, in an order of columns that is given, or in one that fills little. Errors: [`Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, linalg::sparse::Sparse, sparse::{factors::sparse_lu, lu::Pivoting}};
/// let a = Sparse::from_dense(&Matrix::from_rows(&[&[0.0, 2.0], &[3.0, 1.0]]))?;
/// let f = sparse_lu(&a, None, Pivoting::default())?;
/// assert_eq!(f.l.nnz() + f.u.nnz(), 5);
/// # Ok::<(), matfac::Error>(())
/// ```
pub fn sparse_lu<T: SparseField>(
    a: &Sparse<T>,
    order: Option<ColumnOrder>,
    pivoting: Pivoting,
) -> Result<LuParts<T>> {
    T::sparse_lu(a, order, pivoting)
}

pub(super) fn lu<T: Scalar + Entry>(
    a: &Sparse<T>,
    order: Option<ColumnOrder>,
    pivoting: Pivoting,
) -> Result<LuParts<T>> {
    a.require_finite("lu")?;
    let order = order.map_or_else(|| ColumnOrder::new(a), Ok)?;
    let f = Lu::new(a, &order, pivoting);
    Ok(LuParts { l: f.lower(), u: f.upper(), p: f.p, q: f.q, weights: f.weights })
}

/// Cholesky of a matrix whose lower triangle is read: `L*L' = A(q,q)`, in the order it stands in or in one that fills less.
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`].
pub fn sparse_chol<T: SparseField>(a: &Sparse<T>, reorder: bool) -> Result<CholParts<T>> {
    T::sparse_chol(a, reorder)
}

/// L, D and p with `A(p,p) = L*D*L'` of a Hermitian matrix. Errors: [`Error::NotSquare`], [`Error::NonFinite`],
/// [`Error::Argument`] when A is not Hermitian.
pub fn sparse_ldl<T: SparseField>(a: &Sparse<T>) -> Result<(Sparse<T>, Sparse<T>, Vec<u32>)> {
    T::sparse_ldl(a)
}

/// `A(:,p) = Q*R`.
#[derive(Debug, Clone, PartialEq)]
pub struct QrParts<T: Entry> {
    /// `Q'*B`: with the identity for B, Q' itself.
    pub c: Dense<T>,
    /// Upper triangular where A has full rank, else in steps.
    pub r: Sparse<T>,
    /// The order of the columns.
    pub p: Vec<u32>,
    /// The numerical rank.
    pub rank: usize,
}

/// Which QR factorization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QrForm {
    /// Which columns come first.
    pub order: Order,
    /// Whether R and C have min(m,n) rows only.
    pub economy: bool,
    /// Whether the first entry of every row of R is real and positive.
    pub positive: bool,
}

/// QR of an m×n matrix; Q is applied to B, m×k, or 0 columns when there is none.
///
/// Errors: [`Error::NonFinite`], [`Error::Shapes`].
pub fn sparse_qr<T: SparseField>(
    a: &Sparse<T>,
    form: QrForm,
    b: Option<&Dense<T>>,
) -> Result<QrParts<T>> {
    T::sparse_qr(a, form, b)
}

pub(super) fn qr<T: Scalar + Entry>(
    a: &Sparse<T>,
    QrForm { order, economy, positive }: QrForm,
    b: Option<&Dense<T>>,
) -> Result<QrParts<T>> {
    a.require_finite("qr")?;
    let (m, n) = (a.rows(), a.cols());
    let plan = if order == Order::Colamd { least_squares::plan(a)? } else { None };
    let fronts = plan.and_then(|plan| FrontQr::new(a, &plan, default_tolerance(a)));
    let f = match fronts {
        Some(f) => LeastSquares::Fronts(f),
        // No column is left out: R is Q'*A, whatever the rank.
        None => LeastSquares::Columns(Qr::new(a, order, 0.0)?),
    };
    let rows = if economy { m.min(n) } else { m };
    let mut c = Dense::filled(rows, b.map_or(0, Dense::cols), T::ZERO)?;
    if let Some(b) = b {
        if b.rows() != m {
            let (left, right) = (a.shape(), b.shape());
            return Err(Error::Shapes { operation: "factor", left, right, hint: None });
        }
        for k in 0..b.cols() {
            let mut column = b.col(k).to_vec();
            f.apply_adjoint(&mut column);
            c.col_mut(k).copy_from_slice(&column[..rows]);
        }
    }
    let mut r = f.r(rows);
    if positive {
        make_positive(&mut r, &mut c);
    }
    Ok(QrParts { c, r, rank: f.rank(), p: f.p().to_vec() })
}

/// Turns the rows of R and of `C = Q'*B` so that the first entry of every row of R is positive.
fn make_positive<T: Scalar + Entry>(r: &mut Sparse<T>, c: &mut Dense<T>) {
    let mut turns: Vec<Option<T>> = vec![None; r.rows()];
    let mut entries = Vec::with_capacity(r.nnz());
    for (i, _, x) in r.triplets() {
        let turn = *turns[i].get_or_insert(x.sign().conjugate());
        entries.push(turn * x);
    }
    // The turned entry itself has no imaginary part left.
    let mut is_first = vec![true; r.rows()];
    let places = r.places().to_vec();
    for ((x, turned), &i) in r.entries_mut().iter_mut().zip(entries).zip(&places) {
        let is_first = std::mem::replace(&mut is_first[i as usize], false);
        *x = if is_first { T::of(x.modulus()) } else { turned };
    }
    for k in 0..c.cols() {
        let rows = c.col_mut(k).iter_mut().zip(&turns);
        rows.for_each(|(x, turn)| *x = turn.map_or(*x, |turn| turn * *x));
    }
}

/// The first `count` columns of Q of the same factorization, m×count.
pub fn sparse_q<T: SparseField>(a: &Sparse<T>, form: QrForm, count: usize) -> Result<Dense<T>> {
    let mut identity = Dense::<T>::filled(a.rows(), a.rows(), T::ZERO)?;
    (0..a.rows()).for_each(|i| identity[(i, i)] = T::ONE);
    let all = sparse_qr(a, QrForm { economy: false, ..form }, Some(&identity))?.c;
    Ok(Dense::from_fn(a.rows(), count, |i, j| all[(j, i)].conjugate()))
}

/// A factor by its name: L, U, R, D, P or Q, as far as there is one.
pub(super) fn part<T: Scalar + Entry>(f: &Factorized<T>, name: &str) -> Option<Sparse<T>> {
    Some(match (&f.kind, name) {
        (Kind::Lu(f), "L") => f.lower(),
        (Kind::Lu(f), "U") => f.upper(),
        (Kind::Lu(f), "P") => weighted(row_permutation(&f.p), f.weights.as_deref()),
        (Kind::Lu(f), "Q") => column_permutation(&f.q),
        (Kind::Multifrontal(f), "L") => f.lower(),
        (Kind::Multifrontal(f), "U") => f.upper(),
        (Kind::Multifrontal(f), "P") => weighted(row_permutation(&f.p()), Some(&f.weights)),
        (Kind::Multifrontal(f), "Q") => column_permutation(&f.q()),
        (Kind::Cholesky(f), "R") => f.lower().adjoint(),
        (Kind::Cholesky(f), "Q") => column_permutation(&f.order()),
        (Kind::Ldl(f), "L") => f.lower(),
        (Kind::Ldl(f), "D") => f.diagonal(),
        (Kind::Ldl(f), "P") => column_permutation(&f.p),
        (Kind::Tall(f) | Kind::Wide(f), "R") => f.r(f.shape().1),
        (Kind::Tall(f) | Kind::Wide(f), "P") => column_permutation(f.p()),
        (Kind::Complete(f), "R") => f.first.r(f.first.rank()),
        (Kind::Complete(f), "P") => column_permutation(&f.first.p),
        (Kind::Triangular(t), "P") => row_permutation(&t.p),
        (Kind::Triangular(t), "Q") => column_permutation(&t.q),
        (Kind::Triangular(t), "U") => super::permute::permuted(&f.matrix, Some(&t.p), Some(&t.q)),
        (Kind::Diagonal(_), "D") => (*f.matrix).clone(),
        _ => return None,
    })
}

/// `P*R` of a permutation and what the rows of A are multiplied with.
fn weighted<T: Scalar + Entry>(mut p: Sparse<T>, weights: Option<&[f64]>) -> Sparse<T> {
    if let Some(weights) = weights {
        p.entries_mut().iter_mut().zip(weights).for_each(|(x, &w)| *x = T::of(w));
    }
    p
}

impl<T: SparseField> Factorized<T> {
    /// `A \ B` for a full B, and the largest normwise backward error; least squares have 0.
    pub fn solve(&self, b: &Dense<T>) -> Result<(Dense<T>, f64)> {
        T::sparse_solve(self, b, false)
    }

    /// `A' \ B`: `B / A` is the conjugate transpose of `A' \ B'`.
    pub fn solve_adjoint(&self, b: &Dense<T>) -> Result<(Dense<T>, f64)> {
        T::sparse_solve(self, b, true)
    }

    /// `A \ B`, or `A' \ B`, for a sparse B.
    pub fn solve_sparse(&self, b: &Sparse<T>, adjoint: bool) -> Result<(Sparse<T>, f64)> {
        T::sparse_solve_sparse(self, b, adjoint)
    }

    /// The estimated reciprocal condition number in the 1-norm, of R for rectangular matrices.
    pub fn rcond(&self) -> f64 {
        T::sparse_rcond(self)
    }

    /// det A of a square matrix: 0 when it is singular to working precision.
    pub fn det(&self) -> Result<T> {
        Ok(T::sparse_determinant(self)?.value())
    }

    /// log |det A|, and the number of modulus 1 with which |det A| is det A.
    pub fn logdet(&self) -> Result<(f64, T)> {
        Ok(T::sparse_determinant(self)?.log())
    }

    /// A factor by its name: L, U, R, D, P or Q, as far as there is one.
    pub fn part(&self, name: &str) -> Option<Sparse<T>> {
        T::sparse_part(self, name)
    }
}
