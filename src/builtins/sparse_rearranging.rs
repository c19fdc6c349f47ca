//! The entries of a sparse matrix elsewhere, in time proportional to what is stored: rows and columns are chosen in
//! another order, and what is copied as a whole is joined.

use crate::syntax::UnaryOp;
use crate::value::{Index, Result, Value, horizontal, index, unary, vertical};
use matfac::linalg::reduce::Axis;

/// Positions as an index. A side of a sparse matrix may be longer than such a list can be.
fn list(count: usize, positions: impl Iterator<Item = usize>) -> Result<Index> {
    matfac::linalg::memory::entries::<[usize; 2]>(count, 1)?;
    Ok(Index::List { shape: (1, count), positions: positions.collect() })
}

/// The chosen rows or columns, as many as said.
fn lines(
    a: &Value,
    axis: Axis,
    count: usize,
    chosen: impl Iterator<Item = usize>,
) -> Result<Value> {
    let chosen = list(count, chosen)?;
    match axis {
        Axis::Down => index(a, &[chosen, Index::All]),
        Axis::Across => index(a, &[Index::All, chosen]),
    }
}

fn side(a: &Value, axis: Axis) -> usize {
    if axis == Axis::Down { a.shape().0 } else { a.shape().1 }
}

/// In reverse order along a dimension.
pub fn flipped(a: &Value, axis: Axis) -> Result<Value> {
    lines(a, axis, side(a, axis), (0..side(a, axis)).rev())
}

/// Turned by `quarters`, from 0 to 3, counterclockwise.
pub fn turned(a: &Value, quarters: i64) -> Result<Value> {
    let transposed = || unary(UnaryOp::Transpose, a.clone());
    match quarters {
        1 => flipped(&transposed()?, Axis::Down),
        2 => flipped(&flipped(a, Axis::Down)?, Axis::Across),
        3 => flipped(&transposed()?, Axis::Across),
        _ => Ok(a.clone()),
    }
}

/// Moved down and to the right, around the ends.
pub fn shifted(a: &Value, down: i64, right: i64) -> Result<Value> {
    let moved = |a: &Value, axis: Axis, by: i64| {
        let side = side(a, axis);
        let by = by.rem_euclid(side as i64) as usize;
        if by == 0 {
            return Ok(a.clone());
        }
        lines(a, axis, side, (side - by..side).chain(0..side - by))
    };
    moved(&moved(a, Axis::Down, down)?, Axis::Across, right)
}

/// Copies below and beside each other.
pub fn repeated(a: &Value, down: usize, across: usize) -> Result<Value> {
    if down == 0 || across == 0 {
        let part = |copies| if copies == 0 { list(0, 0..0) } else { Ok(Index::All) };
        let none = index(a, &[part(down)?, part(across)?])?;
        return match (down, across) {
            (0, 0 | 1) | (1, 0) => Ok(none),
            (0, _) => horizontal(vec![none; across]),
            _ => vertical(vec![none; down]),
        };
    }
    // One line at a time is an entry chosen again and again, which needs no parts.
    let again = |a: &Value, axis: Axis, copies: usize| match side(a, axis) {
        _ if copies == 1 => Ok(a.clone()),
        1 => lines(a, axis, copies, std::iter::repeat_n(0, copies)),
        _ if axis == Axis::Down => vertical(vec![a.clone(); copies]),
        _ => horizontal(vec![a.clone(); copies]),
    };
    again(&again(a, Axis::Down, down)?, Axis::Across, across)
}

/// The lines from `first` to before `end` along a dimension.
pub fn cut(a: &Value, axis: Axis, first: usize, end: usize) -> Result<Value> {
    lines(a, axis, end - first, first..end)
}
