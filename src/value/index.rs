//! Indices, and reading parts of arrays.
//!
//! An index is `:`, one position, or a list of positions (a logical mask becomes one). Octave's rules for the
//! shape of the result apply; names of rows and columns follow the rows and columns they name.

use super::{Array, Fault, Result, Text, Value};
use matfac::data::Labels;
use matfac::{Matrix, linalg::Dense};
use std::sync::Arc;

/// One index, its positions counted from 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Index {
    /// `:`
    All,
    /// One position.
    One(usize),
    /// Several, and the shape they were given in.
    List {
        /// The positions.
        positions: Vec<usize>,
        /// The shape of the index.
        shape: (usize, usize),
    },
}

impl Index {
    /// Reads an index from a value.
    pub fn new(value: &Value) -> Result<Index> {
        match value {
            Value::Number(x) => Ok(Index::One(position(*x)?)),
            Value::Bool(true) => Ok(Index::One(0)),
            Value::Bool(false) => Ok(Index::List { positions: Vec::new(), shape: (0, 0) }),
            Value::Range(r) => {
                let positions = r.iter().map(position).collect::<Result<_>>()?;
                Ok(Index::List { positions, shape: (1, r.count) })
            }
            Value::Matrix(a) => {
                let positions =
                    a.data.as_slice().iter().map(|&x| position(x)).collect::<Result<_>>()?;
                Ok(Index::List { positions, shape: (a.data.rows(), a.data.cols()) })
            }
            Value::Bools(mask) => {
                let chosen = mask.as_slice().iter().enumerate().filter(|(_, b)| **b);
                let positions: Vec<usize> = chosen.map(|(i, _)| i).collect();
                let count = positions.len();
                let shape = if mask.rows() == 1 { (1, count) } else { (count, 1) };
                Ok(Index::List { positions, shape })
            }
            Value::Text(t) if t.as_str() == ":" => Ok(Index::All),
            Value::Text(t) => {
                let positions = t.codes().into_iter().map(position).collect::<Result<_>>()?;
                Ok(Index::List { positions, shape: (1, t.len()) })
            }
            other => Err(Fault::new(format!("a {} is not an index", other.describe()))
                .identified("Octave:index-out-of-bounds")),
        }
    }

    pub(super) fn count(&self, extent: usize) -> usize {
        match self {
            Index::All => extent,
            Index::One(_) => 1,
            Index::List { positions, .. } => positions.len(),
        }
    }

    /// One past the largest position.
    pub(super) fn reach(&self) -> usize {
        match self {
            Index::All => 0,
            Index::One(i) => i + 1,
            Index::List { positions, .. } => positions.iter().max().map_or(0, |i| i + 1),
        }
    }

    pub(super) fn positions(&self, extent: usize) -> Positions<'_> {
        match self {
            Index::All => Positions::Run(0..extent),
            Index::One(i) => Positions::Run(*i..i + 1),
            Index::List { positions, .. } => Positions::List(positions.iter()),
        }
    }
}

/// The positions of an index, without storing those of `:`.
#[derive(Clone)]
pub(super) enum Positions<'a> {
    Run(std::ops::Range<usize>),
    List(std::slice::Iter<'a, usize>),
}

impl Iterator for Positions<'_> {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        match self {
            Positions::Run(run) => run.next(),
            Positions::List(list) => list.next().copied(),
        }
    }
}

/// A position from a user's number, which counts from 1.
fn position(x: f64) -> Result<usize> {
    if x >= 1.0 && x.fract() == 0.0 && x < (1u64 << 53) as f64 {
        return Ok(x as usize - 1);
    }
    let message = if x.fract() != 0.0 || x.is_nan() {
        format!("index {x} is not a whole number")
    } else if x == 0.0 {
        "index 0 is outside: positions count from 1".into()
    } else {
        format!("index {x} is outside: positions count from 1")
    };
    let hint = (x.fract() != 0.0 && x.is_finite()).then_some("round(x) or fix(x) make it whole");
    let mut fault = Fault::new(message).identified("Octave:index-out-of-bounds");
    fault.hint = hint.map(str::to_string);
    Err(fault)
}

pub(super) fn outside(
    position: usize,
    what: &str,
    extent: usize,
    shape: (usize, usize),
) -> Box<Fault> {
    let (m, n) = shape;
    Fault::new(format!("{what} {} is outside 1…{extent}: the size is {m}×{n}", position + 1))
        .identified("Octave:index-out-of-bounds")
}

/// `value(indices)`.
pub fn index(value: &Value, indices: &[Index]) -> Result<Value> {
    let indices = without_trailing_ones(indices)?;
    match value {
        Value::Matrix(a) => index_array(a, indices),
        Value::Bools(b) => Ok(pick(b, indices)?.into()),
        Value::Complex(z) => Ok(pick(z, indices)?.into()),
        Value::Range(r) => match indices {
            [Index::One(i)] if *i < r.count => Ok(Value::Number(r.at(*i))),
            _ => Ok(pick(&r.to_matrix()?, indices)?.into()),
        },
        Value::Number(x) => Ok(pick(&Matrix::from_vec(1, 1, vec![*x]), indices)?.into()),
        Value::Bool(b) => Ok(pick(&Dense::from_vec(1, 1, vec![*b]), indices)?.into()),
        Value::Text(text) => index_text(text, indices),
        Value::Ratings(ratings) => match indices {
            [Index::One(i), Index::One(j)] => {
                let (m, n) = value.shape();
                if *i >= m {
                    return Err(outside(*i, "row", m, (m, n)));
                }
                if *j >= n {
                    return Err(outside(*j, "column", n, (m, n)));
                }
                Ok(Value::Number(ratings.get(*i, *j).unwrap_or(f64::NAN)))
            }
            _ => Err(Fault::unsupported("a block of ratings")
                .hint("R(i,j) reads one rating; NaN says there is none")),
        },
        Value::Table(_) => Err(Fault::unsupported("indexing a table by position")
            .hint("T.name is the column of that name")),
        other => Err(Fault::new(format!("a {} cannot be indexed", other.describe()))),
    }
}

/// `A(i, j, 1, 1)` is `A(i, j)`.
pub(super) fn without_trailing_ones(indices: &[Index]) -> Result<&[Index]> {
    let mut indices = indices;
    while let [rest @ .., last] = indices
        && indices.len() > 2
    {
        if !matches!(last, Index::One(0) | Index::All) {
            return Err(Fault::new(format!(
                "{} indices for a matrix, which has two dimensions",
                indices.len()
            )));
        }
        indices = rest;
    }
    Ok(indices)
}

fn index_array(a: &Arc<Array>, indices: &[Index]) -> Result<Value> {
    // The commonest case of all: one entry.
    let (m, n) = (a.data.rows(), a.data.cols());
    match indices {
        [] => return Ok(Value::Matrix(a.clone())),
        [Index::One(i)] if *i < a.data.len() => return Ok(a.data.as_slice()[*i].into()),
        [Index::One(i), Index::One(j)] if *i < m && *j < n => return Ok(a.data[(*i, *j)].into()),
        _ => {}
    }
    let data = pick(&a.data, indices)?;
    let [rows, cols] = indices else {
        return Ok(data.into());
    };
    if !a.has_labels() {
        return Ok(data.into());
    }
    let select = |labels: Option<&Labels>, index: &Index| {
        labels.map(|labels| labels.select(&index.positions(labels.len()).collect::<Vec<_>>()))
    };
    let array = Array::labelled(data, select(a.row_labels(), rows), select(a.col_labels(), cols));
    Ok(Value::from(array))
}

pub(super) fn index_text(text: &Arc<Text>, indices: &[Index]) -> Result<Value> {
    let extent = text.len();
    let along = match indices {
        [] => return Ok(Value::Text(text.clone())),
        // Only a row of characters is a string.
        [Index::List { positions, shape: (rows, cols) }]
            if *rows > 1 && (*cols > 1 || extent == 1) && !positions.is_empty() =>
        {
            return Err(Fault::unsupported("a matrix of characters"));
        }
        [along] => along,
        [rows, _] if rows.reach() > 1 => {
            return Err(outside(rows.reach() - 1, "row", 1, (1, extent)));
        }
        [rows, along] => match rows.count(1) {
            0 => return Ok(Value::text("")),
            1 => along,
            _ => return Err(Fault::unsupported("a matrix of characters")),
        },
        _ => return Err(Fault::new("a string has two dimensions")),
    };
    match text.select(along.positions(extent)) {
        Ok(text) => Ok(Value::Text(Arc::new(text))),
        Err(i) => Err(outside(i, "index", extent, (1, extent))),
    }
}

/// The chosen entries of a matrix.
pub(super) fn pick<T: Copy>(a: &Dense<T>, indices: &[Index]) -> Result<Dense<T>> {
    let shape = (a.rows(), a.cols());
    match indices {
        [] => Ok(a.clone()),
        [index] => {
            if index.reach() > a.len() {
                return Err(outside(index.reach() - 1, "index", a.len(), shape));
            }
            let entries = a.as_slice();
            let data: Vec<T> = index.positions(a.len()).map(|i| entries[i]).collect();
            let (rows, cols) = linear_shape(index, shape, data.len());
            Ok(Dense::from_vec(rows, cols, data))
        }
        [rows, cols] => {
            if rows.reach() > a.rows() {
                return Err(outside(rows.reach() - 1, "row", a.rows(), shape));
            }
            if cols.reach() > a.cols() {
                return Err(outside(cols.reach() - 1, "column", a.cols(), shape));
            }
            let (m, n) = (rows.count(a.rows()), cols.count(a.cols()));
            let mut data = Vec::with_capacity(m * n);
            for j in cols.positions(a.cols()) {
                let column = a.col(j);
                match rows {
                    Index::All => data.extend_from_slice(column),
                    _ => data.extend(rows.positions(a.rows()).map(|i| column[i])),
                }
            }
            Ok(Dense::from_vec(m, n, data))
        }
        _ => Err(Fault::new("a matrix has two dimensions")),
    }
}

/// The shape of `A(index)`: the index's own, but a vector indexed by a vector keeps its orientation.
fn linear_shape(index: &Index, shape: (usize, usize), count: usize) -> (usize, usize) {
    match index {
        Index::All => (count, 1),
        Index::One(_) => (1, 1),
        Index::List { shape: index_shape, .. } => {
            let index_is_vector = index_shape.0 == 1 || index_shape.1 == 1;
            match shape {
                (1, 1) => *index_shape,
                (1, _) if index_is_vector => (1, count),
                (_, 1) if index_is_vector => (count, 1),
                _ => *index_shape,
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::value) fn list(positions: &[usize]) -> Index {
        Index::List { positions: positions.to_vec(), shape: (1, positions.len()) }
    }

    pub(in crate::value) fn magic() -> Value {
        Matrix::from_rows(&[&[8.0, 1.0, 6.0], &[3.0, 5.0, 7.0], &[4.0, 9.0, 2.0]]).into()
    }

    pub(in crate::value) fn numbers(value: &Value) -> (usize, usize, Vec<f64>) {
        let a = value.to_array().unwrap();
        (a.data.rows(), a.data.cols(), a.data.as_slice().to_vec())
    }

    #[test]
    fn reading_follows_octaves_shapes() {
        let a = magic();
        let get = |indices: &[Index]| numbers(&index(&a, indices).unwrap());
        assert_eq!(get(&[Index::One(1), Index::One(2)]), (1, 1, vec![7.0]));
        assert_eq!(get(&[list(&[0, 8])]), (1, 2, vec![8.0, 2.0]));
        assert_eq!(get(&[Index::All]).0, 9);
        assert_eq!(get(&[Index::All, list(&[2, 0])]).2[..3], [6.0, 7.0, 2.0]);
        assert!(index(&a, &[Index::One(9)]).unwrap_err().message.contains("outside 1…9"));
        let column = Value::from(Matrix::column_vector(vec![1.0, 2.0, 3.0]));
        assert_eq!(numbers(&index(&column, &[list(&[2, 1])]).unwrap()), (2, 1, vec![3.0, 2.0]));
    }

    #[test]
    fn labels_follow_their_columns() {
        let names = Labels::new(vec!["a".into(), "b".into()]);
        let data = Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 4.0]]);
        let value = Value::from(Array::labelled(data, None, Some(names)));
        let picked = index(&value, &[Index::All, list(&[1, 0])]).unwrap();
        let Value::Matrix(array) = picked else { panic!("a matrix") };
        assert_eq!(array.col_labels().unwrap().name(0), "b");
    }
}
