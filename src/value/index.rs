//! Indices, and reading parts of arrays.
//!
//! An index is `:`, one position, a list of positions, or a logical mask. Octave's rules for the
//! shape of the result apply; names of rows and columns follow the rows and columns they name.

use super::sparse_index::{index_sparse, sparse_as_index};
use super::{Array, Blame, Entries, Fault, Known, Result, Text, Value};
use matfac::data::{Labels, Table};
use matfac::linalg::{Dense, places};
use matfac::{BoolMatrix, Matrix};
use std::borrow::Cow;
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
    /// Where a logical mask is true.
    Mask {
        /// The mask.
        mask: Arc<BoolMatrix>,
        /// How many of its entries are true.
        count: usize,
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
                let numbers = a.data.as_slice();
                let positions = match places::positions(numbers) {
                    Some(positions) => positions,
                    None => numbers.iter().map(|&x| position(x)).collect::<Result<_>>()?,
                };
                Ok(Index::List { positions, shape: (a.data.rows(), a.data.cols()) })
            }
            Value::Bools(mask) => {
                let count = places::count_true(mask.as_slice());
                Ok(Index::Mask { mask: mask.clone(), count })
            }
            Value::Sparse(s) => sparse_as_index(s),
            Value::Text(t) if t.as_str() == ":" => Ok(Index::All),
            Value::Text(t) => {
                let positions = t.codes().into_iter().map(position).collect::<Result<_>>()?;
                Ok(Index::List { positions, shape: (1, t.len()) })
            }
            other => Err(Fault::new(format!("a {} is not an index", other.describe()))
                .identified("Octave:invalid-index")),
        }
    }

    pub(super) fn count(&self, extent: usize) -> usize {
        match self {
            Index::All => extent,
            Index::One(_) => 1,
            Index::List { positions, .. } => positions.len(),
            Index::Mask { count, .. } => *count,
        }
    }

    /// The same with the positions of a mask listed, for those who walk over them several times.
    pub(super) fn listed(&self) -> Cow<'_, Index> {
        let Index::Mask { mask, count } = self else { return Cow::Borrowed(self) };
        let positions = places::chosen(mask.as_slice());
        Cow::Owned(Index::List { positions, shape: mask_shape(mask, *count) })
    }

    /// How many positions indices name in a value of the given shape.
    pub fn count_of(indices: &[Index], (m, n): (usize, usize)) -> usize {
        match indices {
            [index] => index.count(m * n),
            _ => indices.iter().zip([m, n, 1]).map(|(index, extent)| index.count(extent)).product(),
        }
    }

    /// The `k`-th of the positions that indices name, from 0, columns first.
    pub fn nth(indices: &[Index], (m, _): (usize, usize), k: usize) -> Vec<Index> {
        let at = |index: &Index, k: usize| match index {
            Index::All => Index::One(k),
            Index::One(i) => Index::One(*i),
            Index::List { positions, .. } => Index::One(positions.get(k).copied().unwrap_or(0)),
            Index::Mask { .. } => Index::One(index.positions(0).nth(k).unwrap_or(0)),
        };
        match indices {
            [rows, cols] => {
                let height = rows.count(m).max(1);
                vec![at(rows, k % height), at(cols, k / height)]
            }
            _ => indices.iter().map(|index| at(index, k)).collect(),
        }
    }

    /// Whether it is a list of other than one position, or `:`.
    pub(super) fn is_several(&self) -> bool {
        match self {
            Index::All => true,
            Index::One(_) => false,
            Index::List { positions, .. } => positions.len() != 1,
            Index::Mask { count, .. } => *count != 1,
        }
    }

    /// One past the largest position.
    pub(super) fn reach(&self) -> usize {
        match self {
            Index::All => 0,
            Index::One(i) => i + 1,
            Index::List { positions, .. } => positions.iter().max().map_or(0, |i| i + 1),
            Index::Mask { mask, .. } => {
                mask.as_slice().iter().rposition(|&b| b).map_or(0, |i| i + 1)
            }
        }
    }

    pub(super) fn positions(&self, extent: usize) -> Positions<'_> {
        match self {
            Index::All => Positions::Run(0..extent),
            Index::One(i) => Positions::Run(*i..i + 1),
            Index::List { positions, .. } => Positions::List(positions.iter()),
            Index::Mask { mask, .. } => Positions::Mask(mask.as_slice().iter().enumerate()),
        }
    }
}

/// The shape that a mask with so many true entries chooses.
fn mask_shape(mask: &BoolMatrix, count: usize) -> (usize, usize) {
    if mask.rows() == 1 { (1, count) } else { (count, 1) }
}

/// The positions of an index, without storing those of `:` and of a mask.
#[derive(Clone)]
pub(super) enum Positions<'a> {
    Run(std::ops::Range<usize>),
    List(std::slice::Iter<'a, usize>),
    Mask(std::iter::Enumerate<std::slice::Iter<'a, bool>>),
}

impl Iterator for Positions<'_> {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        match self {
            Positions::Run(run) => run.next(),
            Positions::List(list) => list.next().copied(),
            Positions::Mask(mask) => mask.find(|(_, b)| **b).map(|(i, _)| i),
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
    let hint = match x {
        0.0 => Some("the first is at 1, the last at end"),
        x if x.fract() != 0.0 && x.is_finite() => Some("round(x) or fix(x) make it whole"),
        x if x < 0.0 => Some("end counts from the back: x(end-1) is the last but one"),
        _ => None,
    };
    let mut fault = Fault::new(message).identified("Octave:invalid-index");
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
    let blame = usize::from(what == "column");
    Fault::new(format!("{what} {} is outside 1…{extent}: the size is {m}×{n}", position + 1))
        .identified("Octave:index-out-of-bounds")
        .blame(Blame::Positional(blame))
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
        Value::Sparse(s) => index_sparse(s, indices),
        Value::Text(text) => index_text(text, indices),
        Value::Cell(cells) => Ok(Value::cell(pick(cells, indices)?)),
        Value::Struct(s) => match s.position(indices) {
            Some(_) if s.len() == 1 => Ok(value.clone()),
            Some(i) => Ok(s.element(i).into()),
            None => Ok(s.select(&pick(&s.positions(), indices)?).into()),
        },
        // `f(1)` of an opaque value is the value: everything is a 1×1 array of itself.
        Value::Object(_) if indices.iter().all(|i| matches!(i, Index::One(0) | Index::All)) => {
            Ok(value.clone())
        }
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
            [Index::All, Index::All] => Ok(value.clone()),
            [rows, cols] => {
                let (users, items) = positions(rows, cols, value.shape())?;
                Ok(Value::Ratings(Arc::new(ratings.select(&users, &items))))
            }
            _ => Err(Fault::new("ratings are indexed by user and item")
                .hint("R(i,j) reads one rating, R(i,:) those of a user")),
        },
        Value::Table(table) => match indices {
            [rows, cols] => {
                let (rows, cols) = positions(rows, cols, value.shape())?;
                let some = table.rows(&rows);
                let names = cols.iter().map(|&j| table.names().names()[j].clone()).collect();
                let columns = cols.iter().map(|&j| some.columns()[j].clone()).collect();
                Ok(Value::Table(Arc::new(Table::new(names, columns)?)))
            }
            _ => Err(Fault::new("tables are indexed by row and column")
                .hint("T(i,:) has the rows i, T.name is the column of that name")),
        },
        other => Err(Fault::new(format!("a {} cannot be indexed", other.describe()))),
    }
}

/// The rows and columns that are asked for; an error names the one that is not there.
fn positions(
    rows: &Index,
    cols: &Index,
    (m, n): (usize, usize),
) -> Result<(Vec<usize>, Vec<usize>)> {
    for (index, what, extent) in [(rows, "row", m), (cols, "column", n)] {
        if index.reach() > extent {
            return Err(outside(index.reach() - 1, what, extent, (m, n)));
        }
    }
    Ok((rows.positions(m).collect(), cols.positions(n).collect()))
}

/// `c{indices}`: what the cell holds there, in order.
pub fn contents(value: &Value, indices: &[Index]) -> Result<Vec<Value>> {
    let Value::Cell(cells) = value else {
        let hint = match value {
            Value::Function(_) => "f(x) calls a function",
            _ => "x(i) is an entry of a matrix; braces look into cells",
        };
        return Err(
            Fault::new(format!("a {} has no {{…}}: it is not a cell", value.describe())).hint(hint)
        );
    };
    let indices = without_trailing_ones(indices)?;
    match indices {
        [Index::One(i)] if *i < cells.len() => Ok(vec![cells.as_slice()[*i].clone()]),
        _ => Ok(pick(cells, indices)?.into_vec()),
    }
}

/// `A(i, j, 1, 1)` is `A(i, j)`.
pub(super) fn without_trailing_ones(indices: &[Index]) -> Result<&[Index]> {
    let mut indices = indices;
    while let [rest @ .., last] = indices
        && indices.len() > 2
    {
        let ones = |index: &Index| match index {
            Index::All | Index::One(0) => true,
            Index::One(_) => false,
            several => several.count(1) > 0 && several.positions(1).all(|i| i == 0),
        };
        if !ones(last) {
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
    if let [index] = indices
        && let Some(part) = pick_numbers(&a.data, index)
    {
        return Ok(part.into());
    }
    let data = pick(&a.data, indices)?;
    let [rows, cols] = indices else {
        return Ok(data.into());
    };
    if !a.has_labels() {
        return Ok(Array::known(data, known_part(&a.data, rows, cols)).into());
    }
    let select = |labels: Option<&Labels>, index: &Index| {
        labels.map(|labels| labels.select(&index.positions(labels.len()).collect::<Vec<_>>()))
    };
    let array = Array::labelled(data, select(a.row_labels(), rows), select(a.col_labels(), cols));
    Ok(Value::from(array))
}

/// `eye(n)(p,:)` is how permutations are made: one whose rows or columns are reordered is one again. Of other parts
/// nothing is known.
fn known_part(a: &Entries, rows: &Index, cols: &Index) -> Known {
    let reorders = |index: &Index| match index {
        Index::All => true,
        Index::List { positions, .. } => {
            let mut seen = vec![false; a.rows()];
            let is_new = |&i: &usize| i < seen.len() && !std::mem::replace(&mut seen[i], true);
            positions.len() == a.rows() && positions.iter().all(is_new)
        }
        _ => false,
    };
    match a.known().is_permutation() && reorders(rows) && reorders(cols) {
        true => Known::PERMUTATION,
        false => Known::NOTHING,
    }
}

/// The numbers that one index chooses, when it is a list or a mask and inside, by passes that threads share.
fn pick_numbers(a: &Matrix, index: &Index) -> Option<Matrix> {
    let data = match index {
        Index::List { positions, .. } => places::gather(a.as_slice(), positions)?,
        Index::Mask { mask, .. } if mask.len() <= a.len() => {
            places::masked(a.as_slice(), mask.as_slice())
        }
        _ => return None,
    };
    let (rows, cols) = linear_shape(index, (a.rows(), a.cols()), data.len());
    Some(Dense::from_vec(rows, cols, data))
}

/// Part of a string, which must again be a row of characters.
pub(super) fn index_text(text: &Arc<Text>, indices: &[Index]) -> Result<Value> {
    let (m, n) = text.shape();
    let picked = match indices {
        [] => return Ok(Value::Text(text.clone())),
        // The commonest cases, without a list of all positions.
        [Index::One(i)] | [Index::One(0), Index::One(i)] if m == 1 => {
            let one =
                text.select(std::iter::once(*i)).map_err(|i| outside(i, "index", n, (m, n)))?;
            return Ok(Value::Text(Arc::new(one)));
        }
        [list @ (Index::List { .. } | Index::Mask { .. })] if m == 1 && n > 1 => {
            let shape = linear_shape(list, (m, n), list.count(n));
            Dense::from_vec(shape.0, shape.1, list.positions(n).collect())
        }
        _ => pick(&Dense::from_vec(m, n, (0..m * n).collect::<Vec<usize>>()), indices)?,
    };
    let mut part = match (picked.rows(), picked.cols()) {
        (rows, cols) if rows * cols == 0 => Text::empty(rows, cols),
        (1, _) => text
            .select(picked.as_slice().iter().copied())
            .map_err(|i| outside(i, "index", n, (m, n)))?,
        _ => return Err(several_rows_of_characters()),
    };
    part.double_quoted = text.double_quoted;
    Ok(Value::Text(Arc::new(part)))
}

/// What mf has instead of a matrix of characters.
pub(super) fn several_rows_of_characters() -> Box<Fault> {
    Fault::unsupported("several rows of characters")
        .hint("a cell {'a'; 'bc'} holds strings of any length (cellstr makes one)")
}

/// The chosen entries of a matrix.
pub(super) fn pick<T: Clone>(a: &Dense<T>, indices: &[Index]) -> Result<Dense<T>> {
    let shape = (a.rows(), a.cols());
    match indices {
        [] => Ok(a.clone()),
        [index] => {
            if index.reach() > a.len() {
                return Err(outside(index.reach() - 1, "index", a.len(), shape));
            }
            let entries = a.as_slice();
            let data: Vec<T> = index.positions(a.len()).map(|i| entries[i].clone()).collect();
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
            let rows = &*rows.listed();
            let mut data = Vec::with_capacity(m * n);
            for j in cols.positions(a.cols()) {
                let column = a.col(j);
                match rows {
                    Index::All => data.extend_from_slice(column),
                    _ => data.extend(rows.positions(a.rows()).map(|i| column[i].clone())),
                }
            }
            Ok(Dense::from_vec(m, n, data))
        }
        _ => Err(Fault::new("a matrix has two dimensions")),
    }
}

/// The shape of `A(index)`: the index's own, but a vector indexed by a vector keeps its orientation.
pub(super) fn linear_shape(index: &Index, shape: (usize, usize), count: usize) -> (usize, usize) {
    match index {
        Index::All => (count, 1),
        Index::One(_) => (1, 1),
        Index::List { shape: index_shape, .. } => oriented(*index_shape, shape, count),
        Index::Mask { mask, count } => oriented(mask_shape(mask, *count), shape, *count),
    }
}

fn oriented(index: (usize, usize), shape: (usize, usize), count: usize) -> (usize, usize) {
    let index_is_vector = index.0 == 1 || index.1 == 1;
    match shape {
        (1, 1) => index,
        (1, _) if index_is_vector => (1, count),
        (_, 1) if index_is_vector => (count, 1),
        _ => index,
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
