//! Assigning to parts of arrays, by Octave's rules for growth.
//!
//! A buffer that nobody else holds is written in place; on an error the target is what it was.

use super::index::{several_rows_of_characters, without_trailing_ones};
use super::sparse_assign::{assign_sparse, sparse_like};
use super::{Array, Fault, Index, Numeric, Result, Struct, Text, Value};
use matfac::linalg::{Dense, places};
use matfac::{Matrix, c64};
use std::sync::Arc;

/// What a cell holds.
pub type Cells = Dense<Value>;

/// `target(indices) = source`, growing the target where needed. The target's buffer is written in place when
/// nobody else holds it; on an error the target is what it was.
pub fn assign(target: &mut Option<Value>, indices: &[Index], source: Value) -> Result<()> {
    let indices = without_trailing_ones(indices)?;
    if target.is_none() {
        *target = Some(match source {
            Value::Sparse(ref s) => sparse_like(s)?,
            Value::Bool(_) | Value::Bools(_) => {
                Value::Bools(Arc::new(Dense::from_vec(0, 0, vec![])))
            }
            Value::Text(_) => Value::text(""),
            Value::Cell(_) => Value::cell(Cells::from_vec(0, 0, Vec::new())),
            Value::Struct(_) => Value::from(Struct::new(0, 0)),
            // Everything is a 1×1 array of itself.
            whole @ (Value::Function(_)
            | Value::Object(_)
            | Value::Table(_)
            | Value::Ratings(_))
                if indices.iter().all(|i| matches!(i, Index::One(0))) =>
            {
                *target = Some(whole);
                return Ok(());
            }
            _ => Value::empty(),
        });
        let result = assign(target, indices, source);
        if result.is_err() {
            *target = None;
        }
        return result;
    }
    let place = target.as_mut().expect("set above");
    // An empty matrix has not decided yet what it will hold.
    if place.is_array() && place.shape() == (0, 0) {
        let undecided = match &source {
            Value::Cell(_) => Some(Value::cell(Cells::from_vec(0, 0, Vec::new()))),
            Value::Struct(_) => Some(Value::from(Struct::new(0, 0))),
            _ => None,
        };
        if let Some(fresh) = undecided {
            let mut grown = Some(fresh);
            assign(&mut grown, indices, source)?;
            *target = grown;
            return Ok(());
        }
    }
    // What is sparse stays so, and what is full.
    let source = match (&mut *place, source) {
        (Value::Sparse(target), source) if source.is_array() => {
            return assign_sparse(target, indices, &source);
        }
        (place, Value::Sparse(s)) if place.is_array() => s.to_full()?,
        (_, source) => source,
    };
    // Logicals stay logicals and strings stay strings when real numbers are put into them.
    let source = match (&*place, source) {
        (
            Value::Bool(_) | Value::Bools(_),
            source @ (Value::Number(_) | Value::Matrix(_) | Value::Range(_)),
        ) => super::to_logical(source)?.into(),
        (
            Value::Text(_),
            source @ (Value::Number(_) | Value::Matrix(_) | Value::Range(_) | Value::Bool(_)),
        ) => super::horizontal(vec![Value::text(""), source])?,
        (_, source) => source,
    };
    match (&mut *place, source) {
        (Value::Matrix(a), Value::Number(x)) => {
            let array = Arc::make_mut(a);
            if !put_one(&mut array.data, indices, &x) && !put_masked(&mut array.data, indices, x) {
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
        (Value::Cell(cells), source) => {
            let cells = Arc::make_mut(cells);
            match source {
                Value::Cell(source) => write(cells, indices, &source, Value::empty())?,
                // `c(2) = 5` puts 5 into the cell.
                other if put_one(cells, indices, &other) => {}
                other => {
                    write(cells, indices, &Cells::from_vec(1, 1, vec![other]), Value::empty())?;
                }
            }
        }
        (Value::Struct(target), Value::Struct(source)) => {
            assign_structs(Arc::make_mut(target), indices, &source)?;
        }
        (Value::Text(text), Value::Text(source)) => {
            let in_place = match (indices, Arc::get_mut(text)) {
                ([Index::One(i)], Some(text)) => text.put(*i, &source),
                _ => false,
            };
            if !in_place {
                *place = assign_text(text, indices, &source)?;
            }
        }
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
    let chars = |text: &Text| {
        let (m, n) = text.shape();
        Dense::from_vec(m, n, text.as_str().chars().collect())
    };
    let mut changed = chars(target);
    write(&mut changed, indices, &chars(source), '\0')?;
    let mut text = match (changed.rows(), changed.cols()) {
        (m, n) if m * n == 0 => Text::empty(m, n),
        (1, _) => Text::new(changed.as_slice().iter().collect::<String>()),
        _ => return Err(several_rows_of_characters()),
    };
    text.double_quoted = target.double_quoted;
    Ok(Value::Text(Arc::new(text)))
}

/// `s(indices) = source` for structs: both sides end with the fields of either.
fn assign_structs(target: &mut Struct, indices: &[Index], source: &Struct) -> Result<()> {
    let appends = matches!(indices, [Index::One(i)] if *i == target.len());
    if appends && target.shape().0 == 1 && source.len() == 1 && target.has_fields_of(source) {
        target.push(source);
        return Ok(());
    }
    let count = target.len();
    if count > 0 && !target.has_fields_of(source) {
        let names = |s: &Struct| s.names().map(|n| &**n).collect::<Vec<_>>().join(", ");
        return Err(Fault::new("the structs have different fields").hint(format!(
            "the array has {}, the new element {}",
            names(target),
            names(source)
        )));
    }
    let (m, n) = source.shape();
    let theirs = Dense::from_vec(m, n, (count..count + m * n).collect());
    let mut numbers = target.positions();
    write(&mut numbers, indices, &theirs, usize::MAX)?;
    *target = target.gather(source, &numbers);
    Ok(())
}

/// One entry inside the matrix: no shapes to compare.
fn put_one<T: Clone>(a: &mut Dense<T>, indices: &[Index], x: &T) -> bool {
    let rows = a.rows();
    let at = match indices {
        [Index::One(i)] => *i,
        [Index::One(i), Index::One(j)] if *i < rows => j * rows + i,
        _ => return false,
    };
    match a.as_mut_slice().get_mut(at) {
        Some(entry) => {
            *entry = x.clone();
            true
        }
        None => false,
    }
}

/// One number for all entries where a mask is true, which is not larger than the matrix.
fn put_masked(a: &mut Matrix, indices: &[Index], x: f64) -> bool {
    match indices {
        [Index::Mask { mask, .. }] if mask.len() <= a.len() => {
            places::fill_masked(a.as_mut_slice(), mask.as_slice(), x);
            true
        }
        _ => false,
    }
}

fn write<T: Clone>(a: &mut Dense<T>, indices: &[Index], source: &Dense<T>, fill: T) -> Result<()> {
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

pub(super) fn does_not_fit(source: &str, places: &str) -> Box<Fault> {
    Fault::new(format!("cannot put {source} into {places}"))
        .identified("Octave:nonconformant-args")
        .hint("both sides need the same size, or the right one is a single number")
}

/// The shape in which a matrix has `reach` positions: its own, or that of a longer vector.
pub(super) fn shape_for_position(shape: (usize, usize), reach: usize) -> Result<(usize, usize)> {
    match shape {
        (m, n) if reach <= m * n => Ok(shape),
        (0 | 1, _) => Ok((1, reach)),
        (_, 1) => Ok((reach, 1)),
        (m, n) => Err(Fault::new(format!(
            "index {reach} is outside the {m}×{n} matrix, which cannot grow by one index"
        ))
        .hint("give a row and a column: A(i,j) = x")),
    }
}

fn write_linear<T: Clone>(
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
    let (rows, cols) = shape_for_position((a.rows(), a.cols()), index.reach())?;
    if (rows, cols) != (a.rows(), a.cols()) {
        grow(a, rows, cols, fill)?;
    }
    let entries = a.as_mut_slice();
    let positions = index.positions(entries.len());
    match source.as_slice() {
        [x] => positions.for_each(|i| entries[i] = x.clone()),
        values => positions.zip(values).for_each(|(i, x)| entries[i] = x.clone()),
    }
    Ok(())
}

/// The shape of the places `A(rows, cols)` of a matrix that a p×q block is put into, and the shape that the matrix must
/// have for that; `None` when there is nothing to put anywhere.
pub(super) fn place_of_block(
    shape: (usize, usize),
    rows: &Index,
    cols: &Index,
    (p, q): (usize, usize),
) -> Result<Option<[(usize, usize); 2]>> {
    // In a 0×0 target `:` takes its length from the right side, beside a single position from a vector either way.
    let line = if p == 1 { q } else { p };
    let (m, n) = match (rows, cols) {
        _ if shape != (0, 0) => (rows.count(shape.0), cols.count(shape.1)),
        (Index::All, Index::All) => (p, q),
        (Index::All, Index::One(_)) => (line, 1),
        (Index::One(_), Index::All) => (1, line),
        (Index::All, cols) => (p, cols.count(0)),
        (rows, Index::All) => (rows.count(0), q),
        (rows, cols) => (rows.count(0), cols.count(0)),
    };
    // A row fits a column's places and the reverse.
    let is_line = |m, n| m == 1 || n == 1;
    let fits = p * q == 1 || (m, n) == (p, q) || (is_line(m, n) && is_line(p, q) && m * n == p * q);
    if !fits && m * n == 0 && p * q == 0 {
        return Ok(None);
    }
    if !fits {
        return Err(does_not_fit(&format!("a {p}×{q} matrix"), &format!("{m}×{n} places")));
    }
    let reach = |index: &Index, count: usize| match index {
        Index::All => count,
        _ => index.reach(),
    };
    Ok(Some([(m, n), (shape.0.max(reach(rows, m)), shape.1.max(reach(cols, n)))]))
}

fn write_block<T: Clone>(
    a: &mut Dense<T>,
    rows: &Index,
    cols: &Index,
    source: &Dense<T>,
    fill: T,
) -> Result<()> {
    let shapes = ((a.rows(), a.cols()), (source.rows(), source.cols()));
    let Some([(m, n), need]) = place_of_block(shapes.0, rows, cols, shapes.1)? else {
        return Ok(());
    };
    if need != shapes.0 {
        grow(a, need.0, need.1, fill)?;
    }
    let height = a.rows();
    let rows = &*rows.listed();
    let (all_rows, all_cols) = (rows.positions(m), cols.positions(n));
    match source.as_slice() {
        [x] => {
            for j in all_cols {
                let column = a.col_mut(j);
                all_rows.clone().for_each(|i| column[i] = x.clone());
            }
        }
        values => {
            let mut values = values.iter();
            for j in all_cols {
                let column = &mut a.as_mut_slice()[j * height..(j + 1) * height];
                all_rows.clone().zip(&mut values).for_each(|(i, x)| column[i] = x.clone());
            }
        }
    }
    Ok(())
}

/// Enlarges a matrix, the new entries being `fill`. Appending to a vector, or columns to a matrix, costs
/// amortised constant time per entry.
fn grow<T: Clone>(a: &mut Dense<T>, rows: usize, cols: usize, fill: T) -> Result<()> {
    let (old_rows, old_cols) = (a.rows(), a.cols());
    // Checks the size before anything is moved.
    let entries = matfac::linalg::memory::entries::<T>(rows, cols)?;
    let appends = old_rows == rows || a.is_empty() || (old_cols == 1 && cols == 1);
    if appends {
        let old = std::mem::replace(a, Dense::from_vec(0, 0, Vec::new()));
        let mut data = old.into_vec();
        if data.try_reserve(entries - data.len()).is_err() {
            *a = Dense::from_vec(old_rows, old_cols, data);
            return Err(matfac::Error::TooLarge(matfac::error::Shape(rows, cols)).into());
        }
        data.resize(entries, fill);
        *a = Dense::from_vec(rows, cols, data);
        return Ok(());
    }
    let mut data = Dense::filled(rows, cols, fill)?;
    for j in 0..old_cols {
        data.col_mut(j)[..old_rows].clone_from_slice(a.col(j));
    }
    *a = data;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::index::tests::{list, magic, numbers};
    use super::*;

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
        assert!(set(Some(magic()), &[Index::All, Index::One(0)], row.clone()).is_err());
        assert_eq!(
            set(Some(magic()), &[list(&[0, 1]), Index::One(0)], row).unwrap().2[..2],
            [1.0, 2.0]
        );
        let wider = set(Some(magic()), &[list(&[]), Index::One(3)], 1.0.into()).unwrap();
        assert_eq!((wider.0, wider.1), (3, 4));
        assert!(set(Some(magic()), &[Index::One(99)], 1.0.into()).is_err());
        assert!(set(None, &[Index::One(1 << 50)], 1.0.into()).is_err());
    }
}
