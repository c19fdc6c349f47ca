//! Reading, assigning and deleting parts of arrays.
//!
//! An index is `:`, one position, or a list of positions (a logical mask becomes one). Octave's rules for the
//! shape of the result and for growth apply; names of rows and columns follow the rows and columns they name.

use super::{Array, Fault, Numeric, Result, Text, Value};
use matfac::data::Labels;
use matfac::{Matrix, c64, linalg::Dense};
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

    fn count(&self, extent: usize) -> usize {
        match self {
            Index::All => extent,
            Index::One(_) => 1,
            Index::List { positions, .. } => positions.len(),
        }
    }

    /// One past the largest position.
    fn reach(&self) -> usize {
        match self {
            Index::All => 0,
            Index::One(i) => i + 1,
            Index::List { positions, .. } => positions.iter().max().map_or(0, |i| i + 1),
        }
    }

    fn positions(&self, extent: usize) -> Positions<'_> {
        match self {
            Index::All => Positions::Run(0..extent),
            Index::One(i) => Positions::Run(*i..i + 1),
            Index::List { positions, .. } => Positions::List(positions.iter()),
        }
    }
}

/// The positions of an index, without storing those of `:`.
#[derive(Clone)]
enum Positions<'a> {
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

fn outside(position: usize, what: &str, extent: usize, shape: (usize, usize)) -> Box<Fault> {
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
fn without_trailing_ones(indices: &[Index]) -> Result<&[Index]> {
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

fn index_text(text: &Arc<Text>, indices: &[Index]) -> Result<Value> {
    let extent = text.len();
    let along = match indices {
        [] => return Ok(Value::Text(text.clone())),
        [along] => along,
        [Index::One(0) | Index::All, along] => along,
        [other, _] => return Err(outside(other.reach().max(1) - 1, "row", 1, (1, extent))),
        _ => return Err(Fault::new("a string has two dimensions")),
    };
    match text.select(along.positions(extent)) {
        Ok(text) => Ok(Value::Text(Arc::new(text))),
        Err(i) => Err(outside(i, "index", extent, (1, extent))),
    }
}

/// The chosen entries of a matrix.
fn pick<T: Copy>(a: &Dense<T>, indices: &[Index]) -> Result<Dense<T>> {
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

/// `target(indices) = source`, growing the target where needed. The target's buffer is written in place when
/// nobody else holds it; on an error the target is what it was.
pub fn assign(target: &mut Option<Value>, indices: &[Index], source: Value) -> Result<()> {
    let indices = without_trailing_ones(indices)?;
    if target.is_none() {
        *target = Some(match source {
            Value::Bool(_) | Value::Bools(_) => {
                Value::Bools(Arc::new(Dense::from_vec(0, 0, vec![])))
            }
            Value::Text(_) => Value::text(""),
            _ => Value::empty(),
        });
        let result = assign(target, indices, source);
        if result.is_err() {
            *target = None;
        }
        return result;
    }
    let place = target.as_mut().expect("set above");
    match (&mut *place, source) {
        (Value::Matrix(a), Value::Number(x)) => {
            let array = Arc::make_mut(a);
            if !put_one(&mut array.data, indices, x) {
                write(&mut array.data, indices, &Dense::from_vec(1, 1, vec![x]), 0.0)?;
                relabel(array);
                normalize(place);
            }
        }
        (Value::Matrix(a), source @ (Value::Matrix(_) | Value::Range(_) | Value::Bools(_))) => {
            let source = source.to_array()?;
            let array = Arc::make_mut(a);
            write(&mut array.data, indices, &source.data, 0.0)?;
            relabel(array);
            normalize(place);
        }
        (Value::Bools(a), source @ (Value::Bool(_) | Value::Bools(_))) => {
            let source = super::to_logical(source)?;
            let bools = Arc::make_mut(a);
            write(bools, indices, &source, false)?;
            if let [only] = bools.as_slice() {
                *place = Value::Bool(*only);
            }
        }
        (Value::Bool(b), source @ (Value::Bool(_) | Value::Bools(_))) => {
            let mut a = Dense::from_vec(1, 1, vec![*b]);
            write(&mut a, indices, &super::to_logical(source)?, false)?;
            *place = a.into();
        }
        (Value::Text(text), Value::Text(source)) => *place = assign_text(text, indices, &source)?,
        (target, source) => {
            if !target.is_array() || !source.is_array() {
                return Err(Fault::new(format!(
                    "cannot put a {} into a {}",
                    source.describe(),
                    target.describe()
                )));
            }
            let changed =
                assign_numeric(target.clone().into_numeric()?, indices, source.into_numeric()?)?;
            *place = changed;
        }
    }
    Ok(())
}

/// A 1×1 array becomes an inline number again.
fn normalize(place: &mut Value) {
    if let Value::Matrix(a) = place
        && a.data.len() == 1
        && !a.has_labels()
    {
        *place = Value::Number(a.data.as_slice()[0]);
    }
}

/// Names do not fit a matrix that has grown.
fn relabel(array: &mut Array) {
    let rows_fit = array.row_labels().is_none_or(|l| l.len() == array.data.rows());
    let cols_fit = array.col_labels().is_none_or(|l| l.len() == array.data.cols());
    if !rows_fit || !cols_fit {
        array.drop_labels();
    }
}

fn assign_numeric(target: Numeric, indices: &[Index], source: Numeric) -> Result<Value> {
    let real = |n: Numeric| match n {
        Numeric::Scalar(x) => Arc::new(Array::from(Dense::from_vec(1, 1, vec![x]))),
        Numeric::Real(a) => a,
        Numeric::Complex(_) => unreachable!("complex operands were taken out before"),
    };
    match (target, source) {
        (target, source @ Numeric::Complex(_)) | (target @ Numeric::Complex(_), source) => {
            let mut a = Arc::unwrap_or_clone(target.to_complex());
            write(&mut a, indices, &source.to_complex(), c64::new(0.0, 0.0))?;
            Ok(a.into())
        }
        (target, source) => {
            let mut a = real(target);
            let array = Arc::make_mut(&mut a);
            write(&mut array.data, indices, &real(source).data, 0.0)?;
            relabel(array);
            Ok(Value::from(Arc::unwrap_or_clone(a)))
        }
    }
}

fn assign_text(target: &Text, indices: &[Index], source: &Text) -> Result<Value> {
    let row = |text: &Text| {
        let chars: Vec<char> = text.as_str().chars().collect();
        let rows = usize::from(!chars.is_empty());
        Dense::from_vec(rows, chars.len(), chars)
    };
    let mut chars = row(target);
    write(&mut chars, indices, &row(source), '\0')?;
    if chars.rows() > 1 {
        return Err(Fault::unsupported("a matrix of characters"));
    }
    Ok(Value::text(chars.as_slice().iter().collect::<String>()))
}

/// One entry inside the matrix: no shapes to compare.
fn put_one<T: Copy>(a: &mut Dense<T>, indices: &[Index], x: T) -> bool {
    let rows = a.rows();
    let at = match indices {
        [Index::One(i)] => *i,
        [Index::One(i), Index::One(j)] if *i < rows => j * rows + i,
        _ => return false,
    };
    match a.as_mut_slice().get_mut(at) {
        Some(entry) => {
            *entry = x;
            true
        }
        None => false,
    }
}

fn write<T: Copy>(a: &mut Dense<T>, indices: &[Index], source: &Dense<T>, fill: T) -> Result<()> {
    match indices {
        [] => {
            *a = source.clone();
            Ok(())
        }
        [index] => write_linear(a, index, source, fill),
        [rows, cols] => write_block(a, rows, cols, source, fill),
        _ => Err(Fault::new("a matrix has two dimensions")),
    }
}

fn does_not_fit(source: &str, places: &str) -> Box<Fault> {
    Fault::new(format!("cannot put {source} into {places}"))
        .identified("Octave:nonconformant-args")
        .hint("both sides need the same size, or the right one is a single number")
}

fn write_linear<T: Copy>(
    a: &mut Dense<T>,
    index: &Index,
    source: &Dense<T>,
    fill: T,
) -> Result<()> {
    let count = index.count(a.len());
    if source.len() != 1 && source.len() != count {
        let places = format!("{count} place{}", if count == 1 { "" } else { "s" });
        return Err(does_not_fit(&format!("{} values", source.len()), &places));
    }
    let reach = index.reach();
    if reach > a.len() {
        let (rows, cols) = match (a.rows(), a.cols()) {
            (0, 0) if source.cols() == 1 && source.rows() > 1 => (reach, 1),
            (0 | 1, _) => (1, reach),
            (_, 1) => (reach, 1),
            (m, n) => {
                return Err(Fault::new(format!(
                    "index {reach} is outside the {m}×{n} matrix, which cannot grow by one index"
                ))
                .hint("give a row and a column: A(i,j) = x"));
            }
        };
        grow(a, rows, cols, fill)?;
    }
    let entries = a.as_mut_slice();
    let positions = index.positions(entries.len());
    match source.as_slice() {
        [x] => positions.for_each(|i| entries[i] = *x),
        values => positions.zip(values).for_each(|(i, x)| entries[i] = *x),
    }
    Ok(())
}

fn write_block<T: Copy>(
    a: &mut Dense<T>,
    rows: &Index,
    cols: &Index,
    source: &Dense<T>,
    fill: T,
) -> Result<()> {
    let (p, q) = (source.rows(), source.cols());
    // `:` along a side that does not exist yet takes its length from the right side.
    let fresh = a.is_empty();
    let side = |index: &Index, extent: usize, given: usize| match index {
        Index::All if fresh && extent == 0 => given,
        _ => index.count(extent),
    };
    let column_as_row = rows.count(a.rows()) == 1 && q == 1;
    let (m, n) = (side(rows, a.rows(), p), side(cols, a.cols(), if column_as_row { p } else { q }));
    let fits = source.len() == 1 || (m, n) == (p, q) || (m == 1 && n == p && q == 1);
    if !fits {
        return Err(does_not_fit(&format!("a {p}×{q} matrix"), &format!("{m}×{n} places")));
    }
    let reach = |index: &Index, count: usize| match index {
        Index::All => count,
        _ => index.reach(),
    };
    if m > 0 && n > 0 {
        let need = (a.rows().max(reach(rows, m)), a.cols().max(reach(cols, n)));
        if need != (a.rows(), a.cols()) {
            grow(a, need.0, need.1, fill)?;
        }
    }
    let height = a.rows();
    let (all_rows, all_cols) = (rows.positions(m), cols.positions(n));
    match source.as_slice() {
        [x] => {
            for j in all_cols {
                let column = a.col_mut(j);
                all_rows.clone().for_each(|i| column[i] = *x);
            }
        }
        values => {
            let mut values = values.iter();
            for j in all_cols {
                let column = &mut a.as_mut_slice()[j * height..(j + 1) * height];
                all_rows.clone().zip(&mut values).for_each(|(i, x)| column[i] = *x);
            }
        }
    }
    Ok(())
}

/// Enlarges a matrix, the new entries being `fill`. Appending to a vector, or columns to a matrix, costs
/// amortised constant time per entry.
fn grow<T: Copy>(a: &mut Dense<T>, rows: usize, cols: usize, fill: T) -> Result<()> {
    let (old_rows, old_cols) = (a.rows(), a.cols());
    // Checks the size before anything is moved.
    let too_large = matfac::Error::TooLarge(matfac::error::Shape(rows, cols));
    match rows.checked_mul(cols) {
        Some(n) if n <= matfac::linalg::MAX_BYTES / size_of::<T>() => {}
        _ => return Err(too_large.into()),
    }
    let appends = old_rows == rows || a.is_empty() || (old_cols == 1 && cols == 1);
    if appends {
        let old = std::mem::replace(a, Dense::from_vec(0, 0, Vec::new()));
        let mut data = old.into_vec();
        let extra = rows * cols - data.len();
        if data.try_reserve(extra).is_err() {
            *a = Dense::from_vec(old_rows, old_cols, data);
            return Err(too_large.into());
        }
        data.resize(rows * cols, fill);
        *a = Dense::from_vec(rows, cols, data);
        return Ok(());
    }
    let mut data = Dense::filled(rows, cols, fill)?;
    for j in 0..old_cols {
        data.col_mut(j)[..old_rows].copy_from_slice(a.col(j));
    }
    *a = data;
    Ok(())
}

/// `target(indices) = []`: the entries go, the others close up.
pub fn delete(target: Value, indices: &[Index]) -> Result<Value> {
    let indices = without_trailing_ones(indices)?;
    Ok(match target {
        Value::Matrix(a) => {
            let (rows, cols) = kept(indices, (a.data.rows(), a.data.cols()))?;
            match indices {
                [_, _] => index(&Value::Matrix(a), &[rows, cols])?,
                _ => pick_kept(&a.data, &rows).into(),
            }
        }
        Value::Text(text) => {
            let (rows, cols) = kept(indices, (1, text.len()))?;
            let along = if indices.len() == 2 { cols } else { rows };
            index_text(&text, &[along])?
        }
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

fn pick_kept<T: Copy>(a: &Dense<T>, kept: &Index) -> Dense<T> {
    if *kept == Index::All {
        return a.clone();
    }
    let entries = a.as_slice();
    let data: Vec<T> = kept.positions(a.len()).map(|i| entries[i]).collect();
    if a.cols() == 1 && a.rows() != 1 {
        Dense::column_vector(data)
    } else {
        Dense::row_vector(data)
    }
}

/// What is left of each dimension. For one index, the first result is what is left of all entries.
fn kept(indices: &[Index], shape: (usize, usize)) -> Result<(Index, Index)> {
    let rest = |index: &Index, extent: usize, what: &str| {
        if index.reach() > extent {
            return Err(outside(index.reach() - 1, what, extent, shape));
        }
        let mut keep = vec![true; extent];
        index.positions(extent).for_each(|i| keep[i] = false);
        let positions: Vec<usize> = (0..extent).filter(|&i| keep[i]).collect();
        let shape = (1, positions.len());
        Ok(Index::List { positions, shape })
    };
    let covers = |index: &Index, extent: usize| {
        let mut seen = vec![false; extent];
        index.positions(extent).for_each(|i| {
            if i < extent {
                seen[i] = true;
            }
        });
        seen.iter().all(|&s| s)
    };
    match indices {
        [index] => {
            let (m, n) = shape;
            let none = index.count(m * n) == 0;
            if !(m <= 1 || n <= 1 || none || covers(index, m * n)) {
                return Err(Fault::new(format!(
                    "deleting entries one by one would leave holes in the {m}×{n} matrix"
                ))
                .hint("A(i,:) = [] deletes rows, A(:,j) = [] columns"));
            }
            if none {
                // Nothing goes, so the shape must stay; the caller flattens only vectors.
                return Ok((Index::All, Index::All));
            }
            Ok((rest(index, m * n, "index")?, Index::All))
        }
        [rows, cols] if covers(rows, shape.0) => Ok((Index::All, rest(cols, shape.1, "column")?)),
        [rows, cols] if covers(cols, shape.1) => Ok((rest(rows, shape.0, "row")?, Index::All)),
        _ => Err(Fault::new("only whole rows or whole columns can be deleted")
            .hint("A(i,:) = [] deletes rows, A(:,j) = [] columns")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(positions: &[usize]) -> Index {
        Index::List { positions: positions.to_vec(), shape: (1, positions.len()) }
    }

    fn magic() -> Value {
        Matrix::from_rows(&[&[8.0, 1.0, 6.0], &[3.0, 5.0, 7.0], &[4.0, 9.0, 2.0]]).into()
    }

    fn numbers(value: &Value) -> (usize, usize, Vec<f64>) {
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
    fn assigning_writes_and_grows() {
        let set = |mut target: Option<Value>, indices: &[Index], source: Value| {
            assign(&mut target, indices, source).map(|()| numbers(&target.unwrap()))
        };
        assert_eq!(set(None, &[Index::One(2)], 5.0.into()).unwrap(), (1, 3, vec![0.0, 0.0, 5.0]));
        let column = Value::from(Matrix::column_vector(vec![1.0, 2.0]));
        assert_eq!(
            set(None, &[Index::All, Index::One(1)], column).unwrap().2,
            [0.0, 0.0, 1.0, 2.0]
        );
        let grown = set(Some(magic()), &[Index::One(3), Index::One(3)], 1.0.into()).unwrap();
        assert_eq!((grown.0, grown.1, grown.2[15]), (4, 4, 1.0));
        let row = Value::from(Matrix::row_vector(vec![1.0, 2.0]));
        assert!(set(Some(magic()), &[Index::All, Index::One(0)], row).is_err());
        assert!(set(Some(magic()), &[Index::One(99)], 1.0.into()).is_err());
        assert!(set(None, &[Index::One(1 << 50)], 1.0.into()).is_err());
    }

    #[test]
    fn deleting_closes_up() {
        let shape = |v: Value| v.shape();
        assert_eq!(shape(delete(magic(), &[Index::One(1), Index::All]).unwrap()), (2, 3));
        assert_eq!(shape(delete(magic(), &[Index::All, list(&[0, 1, 2])]).unwrap()), (3, 0));
        assert!(delete(magic(), &[Index::One(1)]).is_err());
        let row = Value::from(Matrix::row_vector(vec![1.0, 2.0, 3.0]));
        assert_eq!(numbers(&delete(row, &[Index::One(1)]).unwrap()), (1, 2, vec![1.0, 3.0]));
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
