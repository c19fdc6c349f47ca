//! Deleting parts of arrays: what is left closes up, by Octave's rules for its shape.

use super::index::{index_text, outside, pick, without_trailing_ones};
use super::sparse_assign::delete_sparse;
use super::{Fault, Index, Numeric, Result, Value, index};
use matfac::Matrix;
use matfac::linalg::Dense;
use std::sync::Arc;

/// `target(indices) = []`: the entries go, the others close up.
pub fn delete(target: Value, indices: &[Index]) -> Result<Value> {
    let indices = without_trailing_ones(indices)?;
    let (m, n) = target.shape();
    // An index without positions takes nothing away, whatever stands beside it.
    let is_nothing = match indices {
        [index] => !matches!(index, Index::All) && index.count(m * n) == 0,
        [rows, cols] => {
            let none = |index: &Index| !matches!(index, Index::All) && index.count(1) == 0;
            none(rows) || none(cols)
        }
        _ => false,
    };
    if is_nothing {
        return Ok(target);
    }
    Ok(match target {
        Value::Bool(b) => {
            return delete(Value::Bools(Arc::new(Dense::from_vec(1, 1, vec![b]))), indices);
        }
        Value::Matrix(a) => {
            let (rows, cols) = kept(indices, (a.data.rows(), a.data.cols()))?;
            match indices {
                [_, _] => index(&Value::Matrix(a), &[rows, cols])?,
                _ => pick_kept(&a.data, &rows).into(),
            }
        }
        Value::Cell(cells) => {
            let (rows, cols) = kept(indices, (cells.rows(), cells.cols()))?;
            Value::cell(match indices {
                [_, _] => pick(&cells, &[rows, cols])?,
                _ => pick_kept(&cells, &rows),
            })
        }
        Value::Struct(s) => {
            let (rows, cols) = kept(indices, s.shape())?;
            let positions = match indices {
                [_, _] => pick(&s.positions(), &[rows, cols])?,
                _ => pick_kept(&s.positions(), &rows),
            };
            s.select(&positions).into()
        }
        Value::Text(text) => {
            let (rows, cols) = kept(indices, text.shape())?;
            match indices {
                [_, _] => index_text(&text, &[rows, cols])?,
                _ => index_text(&text, &[rows])?,
            }
        }
        Value::Sparse(s) => delete_sparse(&s, indices)?,
        Value::Bools(b) => {
            let (rows, cols) = kept(indices, (b.rows(), b.cols()))?;
            match indices {
                [_, _] => pick(&b, &[rows, cols])?.into(),
                _ => pick_kept(&b, &rows).into(),
            }
        }
        other if other.is_array() => match other.into_numeric()? {
            Numeric::Complex(z) => {
                let (rows, cols) = kept(indices, (z.rows(), z.cols()))?;
                match indices {
                    [_, _] => pick(&z, &[rows, cols])?.into(),
                    _ => pick_kept(&z, &rows).into(),
                }
            }
            Numeric::Real(a) => delete(Value::Matrix(a), indices)?,
            Numeric::Scalar(x) => {
                delete(Value::Matrix(Arc::new(Matrix::from_vec(1, 1, vec![x]).into())), indices)?
            }
        },
        other => {
            return Err(Fault::new(format!("cannot delete a part of a {}", other.describe())));
        }
    })
}

fn pick_kept<T: Clone>(a: &Dense<T>, kept: &Index) -> Dense<T> {
    let Index::List { positions, shape: (rows, cols) } = kept else {
        return a.clone();
    };
    let entries = a.as_slice();
    Dense::from_vec(*rows, *cols, positions.iter().map(|&i| entries[i].clone()).collect())
}

/// What is left of each dimension. For one index, the first result is what is left of all entries.
pub(super) fn kept(indices: &[Index], shape: (usize, usize)) -> Result<(Index, Index)> {
    let rest = |index: &Index, extent: usize, what: &str| {
        if index.reach() > extent {
            return Err(outside(index.reach() - 1, what, extent, shape));
        }
        // Of a sparse matrix a side may be longer than what a list of its places can hold.
        matfac::linalg::memory::entries::<[usize; 2]>(extent, 1)?;
        let mut keep = vec![true; extent];
        index.positions(extent).for_each(|i| keep[i] = false);
        Ok((0..extent).filter(|&i| keep[i]).collect::<Vec<usize>>())
    };
    let list = |positions: Vec<usize>| {
        let shape = (1, positions.len());
        Index::List { positions, shape }
    };
    match indices {
        [Index::All] => Ok((Index::List { positions: Vec::new(), shape: (0, 0) }, Index::All)),
        [index] => {
            let (m, n) = shape;
            let positions = rest(index, m * n, "index")?;
            // What is left of a vector keeps its direction. Of a matrix Octave makes a row when one entry or a run of
            // them goes, and a column otherwise.
            let is_column = match &*index.listed() {
                _ if m == 1 => false,
                _ if n == 1 => true,
                Index::List { positions, shape: (1, _) } => {
                    positions.windows(2).any(|pair| pair[1] != pair[0] + 1)
                }
                Index::List { .. } => true,
                _ => false,
            };
            let left = positions.len();
            let shape = if is_column { (left, 1) } else { (1, left) };
            Ok((Index::List { positions, shape }, Index::All))
        }
        [rows, Index::All] => Ok((list(rest(rows, shape.0, "row")?), Index::All)),
        [Index::All, cols] => Ok((Index::All, list(rest(cols, shape.1, "column")?))),
        _ => Err(Fault::new("only whole rows or whole columns can be deleted")
            .hint("A(i,:) = [] deletes rows, A(:,j) = [] columns")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::index::tests::{list, magic, numbers};
    use super::*;

    #[test]
    fn deleting_closes_up() {
        let shape = |v: Value| v.shape();
        assert_eq!(shape(delete(magic(), &[Index::One(1), Index::All]).unwrap()), (2, 3));
        assert_eq!(shape(delete(magic(), &[Index::All, list(&[0, 1, 2])]).unwrap()), (3, 0));
        assert_eq!(shape(delete(magic(), &[Index::One(1)]).unwrap()), (1, 8));
        assert_eq!(shape(delete(magic(), &[Index::All]).unwrap()), (0, 0));
        assert_eq!(shape(delete(magic(), &[list(&[]), Index::One(1)]).unwrap()), (3, 3));
        assert!(delete(magic(), &[Index::One(1), Index::One(1)]).is_err());
        let row = Value::from(Matrix::row_vector(vec![1.0, 2.0, 3.0]));
        assert_eq!(numbers(&delete(row, &[Index::One(1)]).unwrap()), (1, 2, vec![1.0, 3.0]));
    }
}
