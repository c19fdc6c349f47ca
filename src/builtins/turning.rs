//! Matrices flipped, turned and shifted: entries elsewhere, in a matrix of the same entries.

use super::argument::Vector;
use super::entry::builtins;
use super::gather::gather;
use super::lanes::Dimension;
use super::rearranging::whole;
use super::sparse_rearranging as sparse;
use crate::value::{Fault, Result, Value};
use matfac::linalg::reduce::Axis;

builtins! { "rearranging";
    /// The columns in reverse order: left and right exchanged.
    ///
    /// >>> fliplr([1 2 3])
    /// ans = 1×3
    ///    3   2   1
    ///
    /// See also: flipud, flip, rot90
    fn fliplr(cx, /** A matrix or string. */ A: Value) -> [B] { flipped(&A, Axis::Across) }

    /// The rows in reverse order: top and bottom exchanged.
    ///
    /// >>> flipud([1; 2])
    /// ans = 2×1
    ///    2
    ///    1
    ///
    /// See also: fliplr, flip
    fn flipud(cx, /** A matrix or string. */ A: Value) -> [B] { flipped(&A, Axis::Down) }

    /// The entries in reverse order, of a vector or along a dimension.
    ///
    /// >>> flip([1 2 3])
    /// ans = 1×3
    ///    3   2   1
    ///
    /// See also: fliplr, flipud
    fn flip(cx, /** A matrix or string. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>) -> [B] {
        match dim {
            None => flipped(&A, first_axis(&A)),
            Some(Dimension::Along(axis)) => flipped(&A, axis),
            Some(Dimension::Beyond) => Ok(A),
        }
    }

    /// The matrix turned by `k` times 90 degrees, counterclockwise.
    ///
    /// >>> rot90([1 2; 3 4])
    /// ans = 2×2
    ///    2   4
    ///    1   3
    ///
    /// See also: fliplr, transpose
    fn rot90(cx, /** The matrix. */ A: Value, /** How often; negative is clockwise. */ k: f64 = 1) -> [B] { turned(&A, k, "rot90") }

    /// The matrix turned by `n` times 90 degrees, counterclockwise; for a matrix the same as rot90.
    ///
    /// >>> rotdim([1 2])
    /// ans = 2×1
    ///    2
    ///    1
    ///
    /// See also: rot90
    fn rotdim(cx, /** The matrix. */ A: Value, /** How often; negative is clockwise. */ n: f64 = 1, /** The plane to turn in: two dimensions, which are 1 and 2. */ plane: Vector = plane()) -> [B] {
        turned_in(&A, n, &plane.0)
    }

    /// The entries moved along by `n` places; what leaves at one end comes in at the other.
    ///
    /// `n` may be [down, right].
    ///
    /// >>> circshift([1 2 3], 1)
    /// ans = 1×3
    ///    3   1   2
    ///
    /// See also: flip, rot90
    fn circshift(cx, /** The matrix or string. */ A: Value, /** How far. */ n: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Axis>) -> [B] {
        shifted(&A, &n, dim)
    }
}

fn flipped(a: &Value, axis: Axis) -> Result<Value> {
    if let Value::Sparse(_) = a {
        return sparse::flipped(a, axis);
    }
    let (m, n) = a.shape();
    gather(a, (m, n), |i, j| {
        Some(match axis {
            Axis::Down => m - 1 - i + j * m,
            Axis::Across => i + (n - 1 - j) * m,
        })
    })
}

fn turned(a: &Value, k: f64, function: &str) -> Result<Value> {
    let (m, n) = a.shape();
    let shape = (n, m);
    match whole(function, "the number of turns", k)?.rem_euclid(4) {
        0 => Ok(a.clone()),
        quarters if matches!(a, Value::Sparse(_)) => sparse::turned(a, quarters),
        1 => gather(a, shape, |i, j| Some(j + (n - 1 - i) * m)),
        2 => gather(a, (m, n), |i, j| Some(m - 1 - i + (n - 1 - j) * m)),
        _ => gather(a, shape, |i, j| Some(m - 1 - j + i * m)),
    }
}

fn plane() -> Value {
    matfac::Matrix::row_vector(vec![1.0, 2.0]).into()
}

fn turned_in(a: &Value, n: f64, plane: &[f64]) -> Result<Value> {
    match plane {
        [1.0, 2.0] | [2.0, 1.0] => turned(a, n, "rotdim"),
        _ => {
            Err(Fault::new("rotdim: the plane is [1 2]").blame(crate::value::Blame::Positional(2)))
        }
    }
}

fn shifted(a: &Value, n: &Value, dim: Option<Axis>) -> Result<Value> {
    let (rows, cols) = a.shape();
    if rows * cols == 0 {
        return Ok(a.clone());
    }
    let amounts = n.to_array()?;
    let amount = |x: f64| whole("circshift", "a shift", x);
    let (down, right) = match (amounts.data.as_slice(), dim) {
        ([n], dim) => match dim.unwrap_or_else(|| first_axis(a)) {
            Axis::Down => (amount(*n)?, 0),
            Axis::Across => (0, amount(*n)?),
        },
        ([down, right], None) => (amount(*down)?, amount(*right)?),
        _ => {
            return Err(Fault::new("circshift: the shift is a number, or [down, right]")
                .blame(crate::value::Blame::Positional(1)));
        }
    };
    if let Value::Sparse(_) = a {
        return sparse::shifted(a, down, right);
    }
    let back = |i: usize, by: i64, side: usize| (i as i64 - by).rem_euclid(side as i64) as usize;
    gather(a, (rows, cols), |i, j| Some(back(i, down, rows) + back(j, right, cols) * rows))
}

/// The first dimension whose length is not 1.
fn first_axis(a: &Value) -> Axis {
    if a.shape().0 == 1 { Axis::Across } else { Axis::Down }
}
