//! The operators where an operand is sparse: the result is sparse where Octave's is.

use super::operators::full;
use super::sparse_division::divide;
use super::{Host, Result, SPREAD_ID, Value, spread_warning};
use crate::syntax::BinaryOp;

/// `a op b`, where a or b is sparse. What turns full is told.
pub(super) fn binary(host: &mut dyn Host, op: BinaryOp, a: Value, b: Value) -> Result<Value> {
    if let Some(x) = divide(host, op, &a, &b)? {
        return Ok(x);
    }
    let result = full(host, op, a, b)?;
    if let Some(words) = spread_warning(&format!("operator {}", op.symbol())) {
        host.warn(SPREAD_ID, &words)?;
    }
    Ok(result)
}
