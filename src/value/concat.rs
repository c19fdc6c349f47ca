//! `[a, b; c, d]`: joining values side by side and one above the other.

use super::index::several_rows_of_characters;
use super::sparse_concat::join_sparse;
use super::{Array, Cells, Fault, Numeric, Result, Struct, Text, Value};
use matfac::data::Labels;
use matfac::error::Shape;
use matfac::linalg::Dense;
use matfac::{ComplexMatrix, Matrix};
use std::sync::Arc;

/// Rows of values into one value.
pub fn concatenate(mut rows: Vec<Vec<Value>>) -> Result<Value> {
    // One cell makes all of it cells, also in the rows that have none.
    if rows.len() > 1 && rows.iter().flatten().any(|part| matches!(part, Value::Cell(_))) {
        for part in rows.iter_mut().flatten().filter(|part| !is_nothing(part)) {
            if !matches!(part, Value::Cell(_)) {
                let held = std::mem::replace(part, Value::Bool(false));
                *part = Value::cell_row(vec![held]);
            }
        }
    }
    let mut rows = rows.into_iter().map(horizontal).collect::<Result<Vec<_>>>()?;
    if rows.len() == 1 {
        return Ok(rows.swap_remove(0));
    }
    vertical(rows)
}

/// `[a, b, …]`
pub fn horizontal(parts: Vec<Value>) -> Result<Value> {
    join(parts, true)
}

/// `[a; b; …]`
pub fn vertical(parts: Vec<Value>) -> Result<Value> {
    join(parts, false)
}

/// `target = [target, parts…]` (or below each other) in the target's own buffer, where it is a string or a vector that
/// nobody else holds and the parts only make it longer: amortised constant time for each entry. `false`: nothing was
/// done.
pub fn append(target: &mut Value, parts: &[Value], across: bool) -> Result<bool> {
    match target {
        Value::Text(text) if across => {
            if !parts.iter().all(|part| matches!(part, Value::Text(_))) {
                return Ok(false);
            }
            let Some(text) = Arc::get_mut(text) else { return Ok(false) };
            for part in parts {
                if let Value::Text(part) = part {
                    text.push(part);
                }
            }
            Ok(true)
        }
        Value::Matrix(a) => {
            let is_line = |a: &Array| {
                let side = if across { a.data.rows() } else { a.data.cols() };
                side == 1 && !a.data.is_empty() && !a.has_labels()
            };
            let fits = |part: &Value| match part {
                Value::Number(_) => true,
                Value::Matrix(part) => is_line(part),
                _ => false,
            };
            if !is_line(a) || !parts.iter().all(fits) {
                return Ok(false);
            }
            let Some(a) = Arc::get_mut(a) else { return Ok(false) };
            let total = a.data.len() + parts.iter().map(Value::numel).sum::<usize>();
            let shape = if across { (1, total) } else { (total, 1) };
            let mut entries = std::mem::take(&mut a.data).into_vec();
            let room = match entries.capacity() >= total {
                true => Ok(()),
                false => reserve(&mut entries, shape),
            };
            if room.is_ok() {
                for part in parts {
                    match part {
                        Value::Matrix(part) => entries.extend_from_slice(part.data.as_slice()),
                        part => entries.extend(part.as_number()),
                    }
                }
            }
            let len = entries.len();
            let (rows, cols) = if across { (1, len) } else { (len, 1) };
            a.data = Matrix::from_vec(rows, cols, entries).into();
            room.map(|()| true)
        }
        _ => Ok(false),
    }
}

/// Room for a matrix of this shape, or the error that there is none.
fn reserve(entries: &mut Vec<f64>, (rows, cols): (usize, usize)) -> Result<()> {
    let total = matfac::linalg::memory::entries::<f64>(rows, cols)?;
    entries
        .try_reserve(total - entries.len())
        .map_err(|_| matfac::Error::TooLarge(matfac::error::Shape(rows, cols)).into())
}

fn join(mut parts: Vec<Value>, across: bool) -> Result<Value> {
    // `[1 2 3]`: nothing but numbers.
    if parts.iter().all(|p| matches!(p, Value::Number(_))) && parts.len() > 1 {
        let numbers = parts.iter().map(|p| p.as_number().expect("a number")).collect();
        let matrix =
            if across { Matrix::row_vector(numbers) } else { Matrix::column_vector(numbers) };
        return Ok(matrix.into());
    }
    match parts.len() {
        0 => return Ok(Value::empty()),
        1 => {
            let only = parts.swap_remove(0);
            return Ok(match only {
                // `[1:3]` is a matrix in Octave, no longer a range.
                Value::Range(r) => r.to_matrix()?.into(),
                other => other,
            });
        }
        _ => {}
    }
    if parts.iter().any(|p| matches!(p, Value::Cell(_))) {
        return join_cells(parts, across);
    }
    if parts.iter().any(|p| matches!(p, Value::Struct(_))) {
        return join_structs(&parts, across);
    }
    if parts.iter().any(|p| matches!(p, Value::Text(_))) {
        return join_text(&parts, across);
    }
    if parts.iter().any(|p| matches!(p, Value::Sparse(_))) {
        return join_sparse(&parts, across);
    }
    if parts.iter().all(|p| matches!(p, Value::Bool(_) | Value::Bools(_))) {
        let parts = parts.into_iter().map(super::to_logical).collect::<Result<Vec<_>>>()?;
        let parts: Vec<&Dense<bool>> = parts.iter().collect();
        return Ok(glue(&parts, across, false)?.into());
    }
    for part in &parts {
        if !part.is_array() {
            return Err(Fault::new(format!("a {} cannot be put into a matrix", part.describe()))
                .hint("a cell {…} holds values of any kind"));
        }
    }
    let parts = parts.into_iter().map(Value::into_numeric).collect::<Result<Vec<_>>>()?;
    if parts.iter().any(|p| matches!(p, Numeric::Complex(_))) {
        let parts: Vec<Arc<ComplexMatrix>> = parts.iter().map(Numeric::to_complex).collect();
        let parts: Vec<&ComplexMatrix> = parts.iter().map(|p| &**p).collect();
        return Ok(glue(&parts, across, matfac::c64::new(0.0, 0.0))?.into());
    }
    let arrays: Vec<Arc<Array>> = parts
        .into_iter()
        .map(|part| match part {
            Numeric::Scalar(x) => Arc::new(Matrix::from_vec(1, 1, vec![x]).into()),
            Numeric::Real(a) => a,
            Numeric::Complex(_) => unreachable!("complex parts were joined before"),
        })
        .collect();
    let matrices: Vec<&Matrix> = arrays.iter().map(|a| &*a.data).collect();
    let data = glue(&matrices, across, 0.0)?;
    if !arrays.iter().any(|a| a.has_labels()) {
        return Ok(data.into());
    }
    // Along the join all parts must have names; across it the first that has names gives them.
    let filled: Vec<&Arc<Array>> = arrays.iter().filter(|a| !a.data.is_empty()).collect();
    let joined = |labels: fn(&Array) -> Option<&Labels>| {
        let lists: Option<Vec<&Labels>> = filled.iter().map(|a| labels(a)).collect();
        lists.map(|lists| {
            Labels::new(lists.iter().flat_map(|l| l.names().iter().cloned()).collect())
        })
    };
    let first =
        |labels: fn(&Array) -> Option<&Labels>| filled.iter().find_map(|a| labels(a)).cloned();
    let (rows, cols) = if across {
        (first(Array::row_labels), joined(Array::col_labels))
    } else {
        (joined(Array::row_labels), first(Array::col_labels))
    };
    Ok(Array::labelled(data, rows, cols).into())
}

/// Whether it is an array without entries: among cells and structs it leaves no trace.
fn is_nothing(value: &Value) -> bool {
    value.is_array() && value.numel() == 0
}

/// Cells side by side; other values become cells of one.
fn join_cells(parts: Vec<Value>, across: bool) -> Result<Value> {
    let cells: Vec<Arc<Cells>> = parts
        .into_iter()
        .filter(|part| !is_nothing(part))
        .map(|part| match part {
            Value::Cell(cells) => cells,
            other => Arc::new(Cells::from_vec(1, 1, vec![other])),
        })
        .collect();
    let cells: Vec<&Cells> = cells.iter().map(|c| &**c).collect();
    Ok(Value::cell(glue(&cells, across, Value::empty())?))
}

/// Structs with the same fields side by side.
fn join_structs(parts: &[Value], across: bool) -> Result<Value> {
    let mut all: Option<Struct> = None;
    let mut numbers: Vec<Dense<usize>> = Vec::new();
    for part in parts.iter().filter(|part| !is_nothing(part)) {
        let Value::Struct(part) = part else {
            return Err(Fault::new(format!("a {} cannot stand beside a struct", part.describe()))
                .hint("a cell {…} holds values of any kind"));
        };
        let count = all.as_ref().map_or(0, Struct::len);
        numbers.push(part.positions().map(|i| i + count));
        all =
            Some(match all {
                None => (**part).clone(),
                Some(all) if all.has_fields_of(part) || part.is_empty() || all.is_empty() => {
                    let line = Dense::row_vector((0..count + part.len()).collect());
                    all.gather(part, &line)
                }
                Some(all) => {
                    let names = |s: &Struct| s.names().map(|n| &**n).collect::<Vec<_>>().join(", ");
                    return Err(Fault::new("structs side by side need the same fields").hint(
                        format!("one has the fields {}, another {}", names(&all), names(part)),
                    ));
                }
            });
    }
    let Some(all) = all else { return Ok(Value::empty()) };
    let numbers: Vec<&Dense<usize>> = numbers.iter().collect();
    Ok(all.select(&glue(&numbers, across, 0)?).into())
}

/// Strings side by side; numbers among them are character codes.
fn join_text(parts: &[Value], across: bool) -> Result<Value> {
    if !across && parts.iter().filter(|p| p.numel() > 0).count() > 1 {
        return Err(several_rows_of_characters());
    }
    let mut joined = String::new();
    for part in parts {
        match part {
            Value::Text(text) => joined += text.as_str(),
            part if part.is_array() && part.shape().0 > 1 && part.numel() > 0 => {
                return Err(several_rows_of_characters());
            }
            Value::Number(_)
            | Value::Bool(_)
            | Value::Bools(_)
            | Value::Matrix(_)
            | Value::Sparse(_)
            | Value::Range(_) => {
                for &code in part.to_array()?.data.as_slice() {
                    let character = (code.fract() == 0.0 && code >= 0.0)
                        .then(|| char::from_u32(code as u32))
                        .flatten();
                    joined.push(character.ok_or_else(|| {
                        Fault::new(format!("{code} is not the code of a character"))
                            .hint("num2str(x) writes a number as text")
                    })?);
                }
            }
            other => {
                return Err(Fault::new(format!(
                    "a {} cannot be put into a string",
                    other.describe()
                )));
            }
        }
    }
    let mut text = Text::new(joined);
    text.double_quoted = parts.iter().any(|p| matches!(p, Value::Text(text) if text.double_quoted));
    Ok(Value::Text(Arc::new(text)))
}

/// The shape of parts joined, and which of them make it up.
///
/// Octave's rules for empties: 0×0 joins anything, 1×0 and 0×1 give way to what does not fit them, and all others must
/// fit like any part.
pub(super) fn layout(
    shapes: &[(usize, usize)],
    across: bool,
) -> Result<((usize, usize), Vec<usize>)> {
    let gives_way = |(m, n): (usize, usize)| m + n == 1;
    let side = |(m, n): (usize, usize)| if across { m } else { n };
    let mut shape = (0, 0);
    let mut solid: Vec<usize> = Vec::new();
    for (k, &next) in shapes.iter().enumerate() {
        if next == (0, 0) {
            continue;
        }
        if shape == (0, 0) {
            shape = next;
        } else if side(shape) == side(next) {
            shape = if across { (shape.0, shape.1 + next.1) } else { (shape.0 + next.0, shape.1) };
        } else if gives_way(next) {
            if gives_way(shape) {
                shape = (0, 0);
            }
            continue;
        } else if gives_way(shape) {
            shape = next;
            solid.clear();
        } else {
            let (joined, unit) =
                if across { ("put side by side", "rows") } else { ("stack", "columns") };
            let (before, after) = (Shape(shape.0, shape.1), Shape(next.0, next.1));
            let (ours, theirs) = (side(shape), side(next));
            return Err(Fault::new(format!(
                "cannot {joined} {before} and {after}: {ours} and {theirs} {unit}"
            )));
        }
        solid.push(k);
    }
    Ok((shape, solid))
}

fn glue<T: Clone>(parts: &[&Dense<T>], across: bool, fill: T) -> Result<Dense<T>> {
    let shapes: Vec<(usize, usize)> = parts.iter().map(|p| (p.rows(), p.cols())).collect();
    let ((rows, cols), solid) = layout(&shapes, across)?;
    let mut out = Dense::filled(rows, cols, fill)?;
    let mut at = 0;
    for part in solid.into_iter().map(|k| parts[k]) {
        if across {
            out.as_mut_slice()[at * rows..][..part.len()].clone_from_slice(part.as_slice());
            at += part.cols();
        } else {
            for j in 0..cols {
                out.col_mut(j)[at..at + part.rows()].clone_from_slice(part.col(j));
            }
            at += part.rows();
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_check_their_sides() {
        let row = || Value::from(Matrix::row_vector(vec![1.0, 2.0]));
        let both = concatenate(vec![vec![row(), 3.0.into()], vec![row(), 4.0.into()]]).unwrap();
        assert_eq!(both.shape(), (2, 3));
        let error = concatenate(vec![vec![row()], vec![3.0.into()]]).unwrap_err();
        assert_eq!(error.message, "cannot stack 1×2 and 1×1: 2 and 1 columns");
        assert_eq!(horizontal(vec![Value::empty(), row()]).unwrap().shape(), (1, 2));
        let text = horizontal(vec!["ab".into(), 99.0.into()]).unwrap();
        assert_eq!(text.as_text(), Some("abc"));
    }
}
