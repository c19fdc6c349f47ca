//! `lu`, `chol`, `ldl`, `qr`, `det`, `inv` and what else is asked of a sparse matrix by the names of the dense functions.

use super::factorization::{Permutation, Side};
use super::operand::positions;
use super::sparse_reductions::whole_norm;
use crate::value::{
    Fault, Host, Numeric, Result, SparseArray, SparseSolver, Value, arithmetic, solver,
    sparse_flops, uninterruptible,
};
use matfac::factor::solve::Method;
use matfac::linalg::elementwise::Arith;
use matfac::linalg::norm::Norm;
use matfac::linalg::sparse::{Duplicates, Entry, Sparse};
use matfac::linalg::{Dense, Scalar};
use matfac::sparse::factors::{QrForm, sparse_chol, sparse_ldl, sparse_lu, sparse_q, sparse_qr};
use matfac::sparse::field::SparseField;
use matfac::sparse::lu::{ColumnOrder, Pivoting};
use matfac::sparse::permute::{column_permutation, inverse, permuted, row_permutation};
use matfac::sparse::qr::Order;
use matfac::{Error, Matrix};
use std::sync::Arc;

/// The same expression for the numbers of a matrix over either field; logicals are 0 and 1.
macro_rules! numbers {
    ($array:expr, |$s:ident| $body:expr) => {
        match $array {
            SparseArray::Real($s) => $body,
            SparseArray::Complex($s) => $body,
            SparseArray::Bool(held) => {
                let $s = &held.map(|b| f64::from(u8::from(b)));
                $body
            }
        }
    };
}

/// A result on its way from another thread, where values cannot be.
enum Output {
    Sparse(SparseArray),
    Full(Numeric),
    Count(usize),
}

impl From<Output> for Value {
    fn from(output: Output) -> Value {
        match output {
            Output::Sparse(s) => s.into(),
            Output::Full(a) => a.into(),
            Output::Count(n) => n.into(),
        }
    }
}

/// What becomes an output: matrices of either field.
trait Field: SparseField {
    fn sparse(s: Sparse<Self>) -> Output;
    fn full(a: Dense<Self>) -> Output;
}

impl<T: SparseField> Field for T
where
    SparseArray: From<Sparse<T>>,
    Numeric: From<Dense<T>>,
{
    fn sparse(s: Sparse<T>) -> Output {
        Output::Sparse(s.into())
    }

    fn full(a: Dense<T>) -> Output {
        Output::Full(a.into())
    }
}

/// Runs `work` on a matrix, within reach of an interrupt when it may take long.
fn run<T: Send + 'static>(
    host: &mut dyn Host,
    array: &Arc<SparseArray>,
    work: impl FnOnce(&SparseArray) -> matfac::Result<T> + Send + 'static,
) -> Result<T> {
    let held = array.clone();
    uninterruptible(host, sparse_flops(array, 1), 0, move || work(&held))
}

/// The same for work that gives outputs.
fn outputs(
    host: &mut dyn Host,
    array: &Arc<SparseArray>,
    work: impl FnOnce(&SparseArray) -> matfac::Result<Vec<Output>> + Send + 'static,
) -> Result<Vec<Value>> {
    Ok(run(host, array, work)?.into_iter().map(Value::from).collect())
}

/// A permutation as a vector from 1, or as the matrix that `matrix` makes of it.
fn order(p: &[u32], form: Permutation, matrix: fn(&[u32]) -> Sparse<f64>) -> Output {
    match form {
        Permutation::Vector => {
            let p: Vec<usize> = p.iter().map(|&i| i as usize).collect();
            Output::Full(positions(&p).into())
        }
        Permutation::Matrix => Output::Sparse(matrix(p).into()),
    }
}

/// `lu(S, threshold)`: with four outputs columns are put in an order that fills little, with five rows are scaled as well.
pub(super) fn lu(
    host: &mut dyn Host,
    array: &Arc<SparseArray>,
    threshold: &[f64],
    form: Permutation,
    nargout: usize,
) -> Result<Vec<Value>> {
    let pivoting = pivoting(threshold, nargout)?;
    outputs(host, array, move |array| numbers!(array, |s| lu_of(s, pivoting, form, nargout)))
}

fn pivoting(threshold: &[f64], nargout: usize) -> Result<Pivoting> {
    if let Some(bad) = threshold.iter().find(|x| !(0.0..=1.0).contains(*x)) {
        return Err(Fault::new(format!("lu: a pivot threshold is from 0 to 1, and this is {bad}")));
    }
    let scaled = nargout > 4;
    let default = Pivoting { scaled, ..Pivoting::default() };
    let partial = Pivoting { threshold: 1.0, diagonal: 1.0, scaled };
    Ok(match (threshold, nargout) {
        ([], 4..) => default,
        ([], _) => partial,
        ([t], 4..) => Pivoting { threshold: *t, ..default },
        ([t], _) => Pivoting { threshold: *t, ..partial },
        ([t, d], _) => Pivoting { threshold: *t, diagonal: *d, scaled },
        _ => {
            return Err(Fault::new(
                "lu: the pivot threshold is one number, or two with four outputs",
            )
            .hint("[L, U, P, Q] = lu(S, [0.1 0.001])"));
        }
    })
}

fn lu_of<T: Field>(
    s: &Sparse<T>,
    pivoting: Pivoting,
    form: Permutation,
    nargout: usize,
) -> matfac::Result<Vec<Output>> {
    let natural = (nargout < 4).then(|| ColumnOrder::natural(s.cols()));
    let f = sparse_lu(s, natural, pivoting)?;
    if nargout > 3 {
        let mut outputs = vec![
            T::sparse(f.l),
            T::sparse(f.u),
            order(&f.p, form, row_permutation),
            order(&f.q, form, column_permutation),
        ];
        // L*U = P*(R \ S)*Q.
        if let Some(weights) = f.weights {
            outputs.push(Output::Sparse(scales(&weights)?.into()));
        }
        return Ok(outputs);
    }
    // A column without a pivot has moved to the end, and moves back: U is then no triangle.
    let u = permuted(&f.u, None, Some(&inverse(&f.q)));
    Ok(match nargout {
        3 => vec![T::sparse(f.l), T::sparse(u), order(&f.p, form, row_permutation)],
        2 => vec![T::sparse(permuted(&f.l, Some(&inverse(&f.p)), None)), T::sparse(u)],
        _ => vec![T::sparse(packed(&f.l, &u)?)],
    })
}

/// The diagonal matrix R of which rows were multiplied with the inverse.
fn scales(weights: &[f64]) -> matfac::Result<Sparse<f64>> {
    let list: Vec<u32> = (0..weights.len() as u32).collect();
    let entries: Vec<f64> = weights.iter().map(|w| 1.0 / w).collect();
    let n = weights.len();
    Sparse::from_triplets(n, n, &list, &list, &entries, Duplicates::Sum, |a, b| a + b)
}

/// L without its ones, and U, in one matrix.
fn packed<T: Scalar + Entry>(l: &Sparse<T>, u: &Sparse<T>) -> matfac::Result<Sparse<T>> {
    let below = l.triplets().filter(|(i, j, _)| i > j);
    let all: Vec<(usize, usize, T)> = below.chain(u.triplets()).collect();
    let rows: Vec<u32> = all.iter().map(|t| t.0 as u32).collect();
    let cols: Vec<u32> = all.iter().map(|t| t.1 as u32).collect();
    let entries: Vec<T> = all.iter().map(|t| t.2).collect();
    let (m, n) = (l.rows(), u.cols());
    Sparse::from_triplets(m, n, &rows, &cols, &entries, Duplicates::Sum, |a, b| a + b)
}

/// `chol(S)`; with three outputs in an order that fills little.
pub(super) fn chol(
    host: &mut dyn Host,
    array: &Arc<SparseArray>,
    side: Side,
    form: Permutation,
    nargout: usize,
) -> Result<Vec<Value>> {
    outputs(host, array, move |array| numbers!(array, |s| chol_of(s, side, form, nargout)))
}

fn chol_of<T: Field>(
    s: &Sparse<T>,
    side: Side,
    form: Permutation,
    nargout: usize,
) -> matfac::Result<Vec<Output>> {
    // The triangle that is returned is the one that is read.
    let f = match side {
        Side::Upper => sparse_chol(&s.adjoint(), nargout > 2)?,
        Side::Lower => sparse_chol(s, nargout > 2)?,
    };
    if let (Some((pivot, value)), ..=1) = (f.failure, nargout) {
        return Err(Error::NotPositiveDefinite { pivot, value });
    }
    let factor = if side == Side::Upper { f.lower.adjoint() } else { f.lower };
    let pivot = f.failure.map_or(0, |(pivot, _)| pivot);
    Ok(vec![T::sparse(factor), Output::Count(pivot), order(&f.q, form, column_permutation)])
}

/// `ldl(S)`.
pub(super) fn ldl(
    host: &mut dyn Host,
    array: &Arc<SparseArray>,
    side: Side,
    form: Permutation,
    nargout: usize,
) -> Result<Vec<Value>> {
    outputs(host, array, move |array| numbers!(array, |s| ldl_of(s, side, form, nargout)))
}

fn ldl_of<T: Field>(
    s: &Sparse<T>,
    side: Side,
    form: Permutation,
    nargout: usize,
) -> matfac::Result<Vec<Output>> {
    let (l, d, p) = sparse_ldl(s)?;
    let l = if nargout < 3 { permuted(&l, Some(&inverse(&p)), None) } else { l };
    let l = if side == Side::Upper { l.adjoint() } else { l };
    Ok(vec![T::sparse(l), T::sparse(d), order(&p, form, column_permutation)])
}

/// What a call of `qr` asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct SparseQrCall {
    pub economy: bool,
    /// Whether R's diagonal is not negative.
    pub positive: bool,
    pub form: Permutation,
    pub nargout: usize,
}

/// `qr(S)`: R alone, Q in full, or Q'*B in its place; with three outputs columns are put in an order that fills little.
pub(super) fn qr(
    host: &mut dyn Host,
    array: &Arc<SparseArray>,
    b: Option<Value>,
    call: SparseQrCall,
) -> Result<Vec<Value>> {
    let b = b.map(|b| match b {
        Value::Sparse(b) => b.to_full()?.into_numeric(),
        full => full.into_numeric(),
    });
    let Some(b) = b.transpose()? else {
        return outputs(host, array, move |array| numbers!(array, |s| qr_of(s, None, call)));
    };
    if call.nargout < 2 {
        let (f, x, error) = run(host, array, move |array| {
            let f = SparseSolver::new(array, Some(Method::Qr))?;
            let (x, error) = f.solve(&b, false)?;
            Ok((f, x, error))
        })?;
        f.warn(host, error)?;
        return Ok(vec![x.into()]);
    }
    let is_complex = matches!(b, Numeric::Complex(_));
    outputs(host, array, move |array| match (array, is_complex) {
        (SparseArray::Complex(s), _) => qr_of(s, Some(&b.to_complex()), call),
        (real, true) => qr_of(&real.to_complex(), Some(&b.to_complex()), call),
        (real, false) => match b.to_real() {
            Ok(b) => numbers!(real, |s| qr_real(s, &b.data, call)),
            Err(_) => qr_of(&real.to_complex(), Some(&b.to_complex()), call),
        },
    })
}

/// For the arm of `numbers!` that cannot be complex.
trait WithReal: Field {
    fn with(b: &Matrix) -> Dense<Self>;
}

impl<T: Field> WithReal for T {
    fn with(b: &Matrix) -> Dense<T> {
        b.map(T::of)
    }
}

fn qr_real<T: Field>(s: &Sparse<T>, b: &Matrix, call: SparseQrCall) -> matfac::Result<Vec<Output>> {
    qr_of(s, Some(&T::with(b)), call)
}

fn qr_of<T: Field>(
    s: &Sparse<T>,
    b: Option<&Dense<T>>,
    call: SparseQrCall,
) -> matfac::Result<Vec<Output>> {
    let order_of_columns = if call.nargout > 2 { Order::Colamd } else { Order::Natural };
    let form = QrForm { order: order_of_columns, economy: call.economy, positive: call.positive };
    let f = sparse_qr(s, form, b)?;
    let p = order(&f.p, call.form, column_permutation);
    let r = T::sparse(f.r);
    if call.nargout < 2 {
        return Ok(vec![r]);
    }
    let first = match b {
        Some(_) => T::full(f.c),
        None => {
            let count = if call.economy { s.rows().min(s.cols()) } else { s.rows() };
            T::full(sparse_q(s, form, count)?)
        }
    };
    Ok(vec![first, r, p])
}

fn square(array: &SparseArray, operation: &'static str) -> Result<()> {
    let (m, n) = array.shape();
    if m == n {
        return Ok(());
    }
    Err(Error::NotSquare { operation, shape: matfac::error::Shape(m, n) }.into())
}

/// The factored matrix, without warnings.
fn factored(host: &mut dyn Host, array: &Arc<SparseArray>) -> Result<SparseSolver> {
    run(host, array, |array| SparseSolver::new(array, None))
}

/// `det(S)`.
pub(super) fn det(host: &mut dyn Host, array: &Arc<SparseArray>) -> Result<Value> {
    square(array, "det")?;
    let f = factored(host, array)?;
    solver!(&f, |f| Ok(f.det()?.into()))
}

/// `logdet(S)`.
pub(super) fn logdet(host: &mut dyn Host, array: &Arc<SparseArray>) -> Result<(f64, Value)> {
    square(array, "logdet")?;
    let f = factored(host, array)?;
    solver!(&f, |f| {
        let (log, sign) = f.logdet()?;
        Ok((log, sign.into()))
    })
}

/// `isdefinite(S, tol)`: whether it is symmetric (Hermitian) up to `tol`·‖S‖₁, and Cholesky succeeds.
pub(super) fn is_definite(host: &mut dyn Host, array: &Arc<SparseArray>, tol: f64) -> Result<bool> {
    let one_norm = |s: &SparseArray| Ok(whole_norm(s, Norm::One)?.unwrap_or(f64::NAN));
    let norm: Result<f64> = one_norm(array);
    let (norm, adjoint) = (norm?, array.transposed(true));
    if array.shape().0 != array.shape().1 || !norm.is_finite() {
        return Ok(false);
    }
    let skew = arithmetic(Arith::Sub, Value::Sparse(array.clone()), adjoint.into())?;
    let skew: Result<f64> = one_norm(&SparseArray::thinned(skew)?);
    if skew? > tol * norm {
        return Ok(false);
    }
    run(host, array, |array| numbers!(array, |s| sparse_chol(s, true).map(|f| f.failure.is_none())))
}

/// `rcond(S)`, an estimate.
pub(super) fn rcond(host: &mut dyn Host, array: &Arc<SparseArray>) -> Result<f64> {
    square(array, "rcond")?;
    run(host, array, |array| Ok(SparseSolver::new(array, None)?.rcond()))
}

/// `cond(S, 1)` or `cond(S, Inf)`, an estimate from the factors: that of S' in the 1-norm is that of S in the other.
pub(super) fn cond(host: &mut dyn Host, array: &Arc<SparseArray>, transposed: bool) -> Result<f64> {
    square(array, "cond")?;
    if array.shape() == (0, 0) {
        return Ok(0.0);
    }
    if numbers!(&**array, |s| s.require_finite("cond").is_err()) {
        return Ok(f64::INFINITY);
    }
    run(host, array, move |array| {
        let f = match transposed {
            true => SparseSolver::new(&array.transposed(true), None)?,
            false => SparseSolver::new(array, None)?,
        };
        Ok(1.0 / f.rcond())
    })
}

/// `rank(S)`, by QR.
pub(super) fn rank(host: &mut dyn Host, array: &Arc<SparseArray>) -> Result<usize> {
    let f = run(host, array, |array| SparseSolver::new(array, Some(Method::CompleteOrthogonal)))?;
    Ok(solver!(&f, |f| f.rank()))
}

/// How much fuller an inverse may be before it is worth a warning, and how large the matrix.
const FULLER: usize = 10;
const LARGE: usize = 200;

/// `inv(S)`, sparse, and the estimated reciprocal condition number; a singular matrix has an inverse of Inf.
pub(super) fn inv(
    host: &mut dyn Host,
    array: &Arc<SparseArray>,
    nargout: usize,
) -> Result<Vec<Value>> {
    square(array, "inverse")?;
    let n = array.shape().0;
    let held = array.clone();
    let (rcond, x) = uninterruptible(host, sparse_flops(array, n), 0, move || {
        let f = SparseSolver::new(&held, None)?;
        let rcond = f.rcond();
        let identity = SparseArray::Real(Sparse::identity(n)?);
        let is_singular = n > 0 && f.method() == Method::CompleteOrthogonal || rcond == 0.0;
        let x = if is_singular { None } else { Some(f.solve_sparse(&identity, false)?.0) };
        Ok((rcond, x))
    })?;
    if rcond < f64::EPSILON && n > 0 && nargout < 2 {
        let rcond = crate::value::format_scalar(rcond, crate::value::Precision::SHORT);
        let message = format!("the matrix is singular to working precision (rcond = {rcond})");
        host.warn("Octave:singular-matrix", &message)?;
    }
    let x: Value = match x {
        Some(x) => {
            let (before, after) = (array.nnz(), x.nnz());
            if n >= LARGE && after > FULLER * before {
                let message = format!(
                    "the inverse of a sparse matrix is rarely sparse: {after} entries of {before}; S \\ b solves without it"
                );
                host.warn("mf:sparse-inverse", &message)?;
            }
            x.into()
        }
        None => Sparse::from_dense(&Matrix::filled(n, n, f64::INFINITY)?)?.into(),
    };
    Ok(vec![x, rcond.into()])
}
