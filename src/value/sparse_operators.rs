//! The operators where an operand is sparse: the result is sparse where Octave's is.
//!
//! What works entry by entry is in [`super::sparse_elementwise`], the matrix product in [`super::sparse_product`]. A 1×1
//! sparse matrix beside a full one is a number in products and quotients of matrices.

use super::operators::full;
use super::sparse_array::SparseArray;
use super::sparse_division::divide;
use super::{Factor, Host, Result, SPREAD_ID, Value, spread_warning};
use crate::syntax::BinaryOp;
use matfac::linalg::sparse::Sparse;
use std::sync::Arc;

/// `a op b`, where a or b is sparse. What turns full is told.
pub(super) fn binary(host: &mut dyn Host, op: BinaryOp, a: Value, b: Value) -> Result<Value> {
    let result = operated(host, op, a, b);
    if let Some(words) = spread_warning(&format!("operator {}", op.symbol())) {
        host.warn(SPREAD_ID, &words)?;
    }
    result
}

fn operated(host: &mut dyn Host, op: BinaryOp, a: Value, b: Value) -> Result<Value> {
    let is_one = |v: &Value| v.numel() == 1;
    if let Some(x) = divide(host, op, &a, &b)? {
        return Ok(x);
    }
    match (op, a, b) {
        (BinaryOp::Mul | BinaryOp::Div | BinaryOp::LeftDiv, Value::Sparse(s), b)
            if s.shape() == (1, 1) && is_full_matrix(&b) =>
        {
            full(host, op, s.number(), b)
        }
        (BinaryOp::Mul | BinaryOp::Div | BinaryOp::LeftDiv, a, Value::Sparse(t))
            if t.shape() == (1, 1) && is_full_matrix(&a) =>
        {
            full(host, op, a, t.number())
        }
        // The quotient of a number and a sparse one is sparse: that of matrices, not of entries.
        (BinaryOp::Div | BinaryOp::LeftDiv, a, b) if is_one(&a) && is_one(&b) => {
            Ok(SparseArray::thinned(full(host, op, a, b)?)?.into())
        }
        (BinaryOp::Mul, a, b) if !is_one(&a) && !is_one(&b) => {
            super::sparse_product::multiply(host, a, b)
        }
        (BinaryOp::Pow, Value::Sparse(s), p) => power(host, s, p),
        (op, a, b) => full(host, op, a, b),
    }
}

fn is_full_matrix(value: &Value) -> bool {
    value.is_array() && value.numel() != 1 && !matches!(value, Value::Sparse(_))
}

/// `S ^ p`: for a whole p by repeated squaring, all of it sparse; anything else is the full operator's.
fn power(host: &mut dyn Host, s: Arc<SparseArray>, p: Value) -> Result<Value> {
    let (m, n) = s.shape();
    let exponent = match p {
        Value::Sparse(_) => None,
        ref p => p.as_number().filter(|p| p.fract() == 0.0 && p.abs() <= 1e9),
    };
    let Some(exponent) = exponent.filter(|_| m == n && m > 0) else {
        let base = if (m, n) == (1, 1) { s.number() } else { Value::Sparse(s) };
        return full(host, BinaryOp::Pow, base, p);
    };
    if m == 1 {
        let power = full(host, BinaryOp::Pow, s.number(), p)?;
        return Ok(SparseArray::thinned(power)?.into());
    }
    let identity = || -> Result<Value> { Ok(Sparse::<f64>::identity(m)?.into()) };
    let s = Value::from(Arc::unwrap_or_clone(s).into_numbers());
    let mut base = match exponent < 0.0 {
        true => operated(host, BinaryOp::LeftDiv, s, identity()?)?,
        false => s,
    };
    let mut left = exponent.abs() as u64;
    let mut result = None;
    while left > 0 {
        if left & 1 == 1 {
            result = Some(match result {
                None => base.clone(),
                Some(sofar) => {
                    Factor::try_from(sofar)?.times(host, &Factor::try_from(base.clone())?)?
                }
            });
        }
        left >>= 1;
        if left > 0 {
            let factor = Factor::try_from(base)?;
            base = factor.times(host, &factor)?;
        }
    }
    match result {
        Some(result) => Ok(result),
        None => identity(),
    }
}
