//! `S \ B` and `B / S`, where the divisor is sparse.

use super::sparse_solver::SparseSolver;
use super::{Host, Numeric, Result, SparseArray, Value, uninterruptible};
use crate::syntax::BinaryOp;
use matfac::error::{Error, Shape};
use std::sync::Arc;

/// The division, when its divisor is a sparse matrix that is not 1×1: full for a full operand, sparse for a sparse one.
pub(super) fn divide(
    host: &mut dyn Host,
    op: BinaryOp,
    a: &Value,
    b: &Value,
) -> Result<Option<Value>> {
    let is_left = match op {
        BinaryOp::LeftDiv => true,
        BinaryOp::Div => false,
        _ => return Ok(None),
    };
    let (divisor, other) = if is_left { (a, b) } else { (b, a) };
    if let (Value::Object(object), Value::Sparse(b)) = (divisor, other) {
        return object.solve_sparse(b, !is_left).transpose();
    }
    let Value::Sparse(divisor) = divisor else {
        return Ok(None);
    };
    if divisor.shape() == (1, 1) {
        return Ok(None);
    }
    let (mine, other_shape) = (divisor.shape(), other.shape());
    let fits = if is_left { mine.0 == other_shape.0 } else { mine.1 == other_shape.1 };
    if !fits {
        return Err(misfit(mine, other_shape, is_left).into());
    }
    let columns = if is_left { other_shape.1 } else { other_shape.0 };
    let work = sparse_flops(divisor, columns);
    let held = divisor.clone();
    let (solver, x, error) = match other {
        Value::Sparse(other) => {
            let other = other.clone();
            uninterruptible(host, work, 0, move || {
                let f = SparseSolver::new(&held, None)?;
                let (x, error) = if is_left {
                    f.solve_sparse(&other, false)?
                } else {
                    let (x, error) = f.solve_sparse(&other.transposed(true), true)?;
                    (x.transposed(true), error)
                };
                Ok((f, Quotient::Sparse(x), error))
            })?
        }
        full => {
            let other = full.clone().into_numeric()?;
            uninterruptible(host, work, 0, move || {
                let f = SparseSolver::new(&held, None)?;
                let (x, error) = if is_left {
                    f.solve(&other, false)?
                } else {
                    let (x, error) = f.solve(&other.adjoint(), true)?;
                    (x.adjoint(), error)
                };
                Ok((f, Quotient::Full(x), error))
            })?
        }
    };
    solver.warn(host, error)?;
    Ok(Some(match x {
        Quotient::Sparse(x) => x.into(),
        Quotient::Full(x) => x.into(),
    }))
}

/// A quotient on its way from another thread, where values cannot be.
enum Quotient {
    Sparse(SparseArray),
    Full(Numeric),
}

fn misfit(a: (usize, usize), b: (usize, usize), is_left: bool) -> Error {
    let (a, b) = (Shape(a.0, a.1), Shape(b.0, b.1));
    if !is_left {
        let hint = Some("both must have as many columns".to_string());
        return Error::Shapes { operation: "divide", left: b, right: a, hint };
    }
    let hint = if a.0 == b.1 && b.0 == 1 {
        format!("transpose the right-hand side: A \\ b' works, with b' {}×{}", b.1, b.0)
    } else {
        format!("both must have as many rows: {} and {} differ", a.0, b.0)
    };
    Error::Shapes { operation: "solve", left: a, right: b, hint: Some(hint) }
}

/// What factoring and solving may cost, as far as size and entries tell: that of a plane grid.
pub fn sparse_flops(a: &Arc<SparseArray>, columns: usize) -> f64 {
    let (m, n) = a.shape();
    let entries = (a.nnz() + m + n) as f64;
    20.0 * entries * ((m.max(n) as f64).sqrt() + columns as f64)
}
