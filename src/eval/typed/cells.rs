//! The matrices of running typed code.
//!
//! A matrix that the code writes is taken out of its variable, so that it is written in place without asking who else
//! holds it; one that is only read is shared.

use crate::value::{Array, Range, Text, Value};
use matfac::{BoolMatrix, Matrix};
use std::sync::Arc;

/// A matrix, or what stands for one.
#[derive(Debug, Default)]
pub enum Cell {
    /// The variable has no value.
    #[default]
    Unset,
    /// Read only.
    Shared(Arc<Array>),
    /// Written in place.
    Owned(Array),
    /// A range.
    Range(Arc<Range>),
    /// Logicals, read only.
    SharedBools(Arc<BoolMatrix>),
    /// Logicals, written in place.
    OwnedBools(BoolMatrix),
    /// A string, written in place.
    Text(Text),
    /// The numbers a closure has captured.
    Captured(Vec<f64>),
}

fn real(b: bool) -> f64 {
    f64::from(u8::from(b))
}

impl Cell {
    /// Takes a real matrix out of its variable; gives back what does not fit.
    pub fn matrix(value: Value, is_written: bool) -> Result<Cell, Value> {
        Ok(match value {
            Value::Matrix(a) if is_written => Cell::Owned(Arc::unwrap_or_clone(a)),
            Value::Matrix(a) => Cell::Shared(a),
            Value::Range(r) => Cell::Range(r),
            Value::Number(x) => Cell::Owned(Matrix::from_vec(1, 1, vec![x]).into()),
            other => return Err(other),
        })
    }

    /// Takes a logical matrix out of its variable; gives back what does not fit.
    pub fn bools(value: Value, is_written: bool) -> Result<Cell, Value> {
        Ok(match value {
            Value::Bools(a) if is_written => Cell::OwnedBools(Arc::unwrap_or_clone(a)),
            Value::Bools(a) => Cell::SharedBools(a),
            Value::Bool(b) => Cell::OwnedBools(BoolMatrix::from_vec(1, 1, vec![b])),
            other => return Err(other),
        })
    }

    /// Takes a string out of its variable; gives back what does not fit.
    pub fn string(value: Value) -> Result<Cell, Value> {
        match value {
            Value::Text(text) => Ok(Cell::Text(Arc::unwrap_or_clone(text))),
            other => Err(other),
        }
    }

    /// What the variable holds afterwards, if it is to be put back.
    pub fn into_value(self) -> Option<Value> {
        match self {
            Cell::Unset | Cell::Captured(_) => None,
            Cell::Shared(a) => Some(Value::Matrix(a)),
            Cell::Owned(a) => Some(a.into()),
            Cell::Range(r) => Some(Value::Range(r)),
            Cell::SharedBools(a) => Some(Value::Bools(a)),
            Cell::OwnedBools(a) => Some(a.into()),
            Cell::Text(text) => Some(Value::Text(Arc::new(text))),
        }
    }

    /// A string, if it is one.
    pub fn text(&mut self) -> Option<&mut Text> {
        match self {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Rows and columns.
    pub fn shape(&self) -> Option<(usize, usize)> {
        match self {
            Cell::Shared(a) => Some((a.data.rows(), a.data.cols())),
            Cell::Owned(a) => Some((a.data.rows(), a.data.cols())),
            Cell::Range(r) => Some((1, r.count)),
            Cell::SharedBools(a) => Some((a.rows(), a.cols())),
            Cell::OwnedBools(a) => Some((a.rows(), a.cols())),
            Cell::Text(text) if text.is_empty() => Some((0, 0)),
            Cell::Text(text) => Some((1, text.len())),
            Cell::Unset | Cell::Captured(_) => None,
        }
    }

    /// Entry `i`, column after column.
    #[inline]
    pub fn get(&self, i: usize) -> Option<f64> {
        match self {
            Cell::Owned(a) => a.data.as_slice().get(i).copied(),
            Cell::Shared(a) => a.data.as_slice().get(i).copied(),
            Cell::OwnedBools(a) => a.as_slice().get(i).copied().map(real),
            Cell::SharedBools(a) => a.as_slice().get(i).copied().map(real),
            Cell::Range(r) => (i < r.count).then(|| r.at(i)),
            Cell::Unset | Cell::Captured(_) | Cell::Text(_) => None,
        }
    }

    /// Entry (i, j).
    #[inline]
    pub fn get2(&self, i: usize, j: usize) -> Option<f64> {
        match self {
            Cell::Owned(a) => at(&a.data, i, j),
            Cell::Shared(a) => at(&a.data, i, j),
            Cell::OwnedBools(a) => at(a, i, j).map(real),
            Cell::SharedBools(a) => at(a, i, j).map(real),
            Cell::Range(r) => (i == 0 && j < r.count).then(|| r.at(j)),
            Cell::Unset | Cell::Captured(_) | Cell::Text(_) => None,
        }
    }

    /// Writes entry `i`, or one past the end of a vector whose buffer has room. `false`: nothing was done.
    #[inline]
    pub fn set(&mut self, i: usize, x: f64) -> bool {
        match self {
            Cell::Owned(a) => match a.data.as_mut_slice().get_mut(i) {
                Some(entry) => {
                    *entry = x;
                    true
                }
                None => i == a.data.len() && append(a, x),
            },
            Cell::OwnedBools(a) => match a.as_mut_slice().get_mut(i) {
                Some(entry) => {
                    *entry = x != 0.0;
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    /// Adds an entry to a row or a column whose buffer has room. `false`: nothing was done.
    pub fn append(&mut self, x: f64, across: bool) -> bool {
        match self {
            Cell::Owned(a) if across == (a.data.rows() == 1) => append(a, x),
            _ => false,
        }
    }

    /// Writes entry (i, j). `false`: nothing was done.
    #[inline]
    pub fn set2(&mut self, i: usize, j: usize, x: f64) -> bool {
        let rows = match self {
            Cell::Owned(a) => a.data.rows(),
            Cell::OwnedBools(a) => a.rows(),
            _ => return false,
        };
        let Some(at) = j.checked_mul(rows).and_then(|start| start.checked_add(i)) else {
            return false;
        };
        match self {
            Cell::Owned(a) if i < rows => put(a.data.as_mut_slice(), at, x),
            Cell::OwnedBools(a) if i < rows => put(a.as_mut_slice(), at, x != 0.0),
            _ => false,
        }
    }

    /// Writes the entries at a range of positions from 1. `false`: nothing was done.
    pub fn set_range(&mut self, range: Range, x: f64) -> bool {
        let Some(len) = self.shape().map(|(m, n)| m * n) else { return false };
        let whole = |x: f64| x.fract() == 0.0;
        if range.count == 0 || !whole(range.start) || !whole(range.step) {
            return false;
        }
        let (first, last) = (range.start, range.at(range.count - 1));
        let (low, high) = (first.min(last), first.max(last));
        if low < 1.0 || high > len as f64 {
            return false;
        }
        let (low, stride) = (low as usize - 1, (range.step.abs() as usize).max(1));
        match self {
            Cell::Owned(a) => fill(&mut a.data.as_mut_slice()[low..high as usize], stride, x),
            Cell::OwnedBools(a) => {
                fill(&mut a.as_mut_slice()[low..high as usize], stride, x != 0.0)
            }
            _ => return false,
        }
        true
    }
}

fn at<T: Copy>(a: &matfac::linalg::Dense<T>, i: usize, j: usize) -> Option<T> {
    let rows = a.rows();
    let at = j.checked_mul(rows)?.checked_add(i)?;
    if i < rows { a.as_slice().get(at).copied() } else { None }
}

fn put<T>(entries: &mut [T], at: usize, x: T) -> bool {
    match entries.get_mut(at) {
        Some(entry) => {
            *entry = x;
            true
        }
        None => false,
    }
}

fn fill<T: Copy>(entries: &mut [T], stride: usize, x: T) {
    entries.iter_mut().step_by(stride).for_each(|entry| *entry = x);
}

/// `v(end+1) = x` where the buffer has room; the general evaluator makes more.
fn append(a: &mut Array, x: f64) -> bool {
    let (rows, cols) = (a.data.rows(), a.data.cols());
    let is_row = rows == 1 && cols > 0;
    if a.has_labels() || !(is_row || (cols == 1 && rows > 1)) {
        return false;
    }
    let mut entries = std::mem::take(&mut a.data).into_vec();
    let has_room = entries.len() < entries.capacity();
    if has_room {
        entries.push(x);
    }
    let line = if is_row { Matrix::row_vector(entries) } else { Matrix::column_vector(entries) };
    a.data = line.into();
    has_room
}
