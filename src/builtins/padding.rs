//! Vectors and columns brought to a length, by cutting them or filling them up.

use super::entry::builtins;
use super::gather::gather;
use super::sparse_rearranging::cut;
use crate::value::{Fault, Result, Value, horizontal, vertical};
use matfac::linalg::reduce::Axis;
use matfac::linalg::sparse::Sparse;

builtins! { "rearranging";
    /// A vector, or each column, cut or filled up at its end to length `l`.
    ///
    /// >>> postpad([1 2], 4)
    /// ans = 1×4
    ///    1   2   0   0
    ///
    /// See also: prepad, resize
    fn postpad(cx, /** Numbers. */ A: Value, /** The length. */ l: usize, /** What to fill with. */ c: Value = 0.0, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [B] {
        padded(&A, l, c, dim, false)
    }

    /// A vector, or each column, cut or filled up at its start to length `l`.
    ///
    /// >>> prepad([1 2], 4)
    /// ans = 1×4
    ///    0   0   1   2
    ///
    /// See also: postpad, resize
    fn prepad(cx, /** Numbers. */ A: Value, /** The length. */ l: usize, /** What to fill with. */ c: Value = 0.0, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [B] {
        padded(&A, l, c, dim, true)
    }
}

fn padded(
    a: &Value,
    length: usize,
    fill: Value,
    dim: Option<Axis>,
    in_front: bool,
) -> Result<Value> {
    let (m, n) = a.shape();
    let fill = if fill.numel() == 0 { Value::Number(0.0) } else { fill };
    if fill.numel() != 1 {
        return Err(Fault::new(format!("padding is one value, and this is a {}", fill.describe())));
    }
    let fill = match (a, fill) {
        (Value::Cell(_), fill) if !matches!(fill, Value::Cell(_)) => Value::cell_row(vec![fill]),
        (_, fill) => fill,
    };
    // The first dimension with more than one entry; a lone number grows downwards.
    let axis = dim.unwrap_or(if m <= 1 && n > 1 { Axis::Across } else { Axis::Down });
    let side = if axis == Axis::Down { m } else { n };
    if length <= side {
        let skipped = if in_front { side - length } else { 0 };
        return match axis {
            axis if matches!(a, Value::Sparse(_)) => cut(a, axis, skipped, skipped + length),
            Axis::Down => gather(a, (length, n), |i, j| Some(i + skipped + j * m)),
            Axis::Across => gather(a, (m, length), |i, j| Some(i + (j + skipped) * m)),
        };
    }
    let missing = length - side;
    let shape = if axis == Axis::Down { (missing, n) } else { (m, missing) };
    let padding = match (a, fill.as_number()) {
        (Value::Sparse(_), Some(0.0)) => Sparse::<f64>::zeros(shape.0, shape.1)?.into(),
        _ => gather(&fill, shape, |_, _| Some(0))?,
    };
    let parts = if in_front { vec![padding, a.clone()] } else { vec![a.clone(), padding] };
    if axis == Axis::Down { vertical(parts) } else { horizontal(parts) }
}
