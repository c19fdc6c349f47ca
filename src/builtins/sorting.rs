//! Order: sorting, whether something is sorted, where entries stand.

use super::argument::{Count, Rest, options};
use super::entry::builtins;
use super::gather::{gather, not_zero, positions, select, select_rows};
use super::lanes::{Dimension, along};
use super::sparse_order as sparse;
use super::text_sets;
use crate::value::{Array, Blame, Cells, Fault, Numeric, Result, Value, each};
use matfac::Matrix;
use matfac::linalg::reduce::Axis;
use matfac::linalg::reduce_complex;
use matfac::linalg::sparse::Ordered;
use matfac::linalg::{order, places};
use std::cmp::Ordering;
use std::sync::Arc;

options! {
    /// Which way to sort.
    Direction { Ascend = "ascend", Descend = "descend" }
}

options! {
    /// Which ones to find.
    End { First = "first", Last = "last" }
}

builtins! { "order and search";
    /// The entries of each column in order, and where each stood before; NaN goes last.
    ///
    /// Complex numbers are ordered by modulus, then by argument.
    ///
    /// >>> [s, i] = sort([3 1 2], "descend")
    /// s = 1×3
    ///    3   2   1
    /// i = 1×3
    ///    1   3   2
    ///
    /// See also: unique, median, sortrows
    fn sort(cx, /** A cell of strings. */ A: Arc<Cells>, dim: Option<Axis>, mode: Direction = "ascend") -> [s, i] { text_sets::sorted(&A, dim, mode == Direction::Descend) }
    or (cx, /** Numbers or a string, m×n. */ A: Value, /** 1 down the columns, 2 along the rows. */ dim: Option<Dimension>, /** The direction. */ mode: Direction = "ascend") -> [s, i] {
        let wanted = if dim == Some(Dimension::Beyond) { 2 } else { cx.nargout };
        along(A, dim, |a, axis| sorted(a, axis, mode == Direction::Descend, wanted).map(<[Value; 2]>::from))
    }

    /// The rows in order of their first entries, then of their second ones, or of the columns `c`; `-j` is descending by column j.
    ///
    /// >>> [s, i] = sortrows([3 1; 1 2; 1 1])
    /// s = 3×2
    ///    1   1
    ///    1   2
    ///    3   1
    /// i = 3×1
    ///    3
    ///    2
    ///    1
    ///
    /// See also: sort
    fn sortrows(cx, /** m×n. */ A: Value, /** Columns to sort by. */ c: Option<Value>) -> [s, i] { rows_sorted(A, c) }

    /// Whether a vector's entries are in order, NaN last; with "rows", whether the rows of a matrix are.
    ///
    /// The direction is "ascend", "descend" or "either".
    ///
    /// >>> issorted([1 2 2 5])
    /// ans = 1
    ///
    /// See also: sort
    fn issorted(cx, /** A vector, a string or a cell of strings. */ x: Value, /** "rows", and the direction. */ words: Rest) -> [b] { in_order(x, &words.0) }

    /// Where the entries that are not zero stand: positions, or rows, columns and the entries themselves.
    ///
    /// >>> find([0 5 0 7])
    /// ans = 1×2
    ///    2   4
    /// >>> [i, j, v] = find([0 5; 7 0], 1)
    /// i = 2
    /// j = 1
    /// v = 7
    ///
    /// See also: any, sort
    fn find(cx, /** Numbers or logicals, m×n. */ A: Value, /** At most this many. */ n: Option<Count>, /** Whether to count from the start or from the end. */ end: End = "first") -> [i, j, v] {
        found(A, n.map(|n| n.0), end, cx.nargout)
    }

    /// How many entries are not zero; of ratings, how many are observed.
    ///
    /// >>> nnz([0 5 0 7])
    /// ans = 2
    ///
    /// See also: find, numel
    fn nnz(cx, /** Numbers, logicals or ratings. */ A: Value) -> [n] { count(A) }

    /// How many entries are stored: all of a full matrix, the observed ones of ratings.
    ///
    /// >>> nzmax([0 5 0 7])
    /// ans = 4
    ///
    /// See also: nnz, numel
    fn nzmax(cx, /** An array or ratings. */ A: Value) -> [n] {
        Ok(match A { Value::Ratings(r) => r.nnz(), Value::Sparse(s) => s.nnz(), other => other.numel() })
    }
}

/// Where the entries of each lane stand once they are sorted, column by column; of any class.
fn lane_order(a: &Value, axis: Axis, descending: bool) -> Result<Vec<usize>> {
    Ok(match a.clone().into_numeric()? {
        Numeric::Complex(z) => reduce_complex::sort_positions(&z, axis, descending),
        real => order::sort(&real.to_real()?.data, axis, descending).indices,
    })
}

fn sorted(a: Value, dim: Option<Axis>, descending: bool, nargout: usize) -> Result<(Value, Value)> {
    let (m, n) = a.shape();
    let axis = dim.unwrap_or(if m == 1 { Axis::Across } else { Axis::Down });
    if let Value::Sparse(s) = &a {
        return sparse::sorted(s, axis, descending, nargout > 1);
    }
    if let Value::Matrix(array) = &a {
        if nargout < 2 && !array.has_labels() {
            let values = order::sort_values(&array.data, axis, descending);
            return Ok((values.into(), Value::empty()));
        }
        let found = order::sort(&array.data, axis, descending);
        let places = positions(&found.indices, (m, n));
        return Ok((with_names(array, found.values, &found.indices), places));
    }
    let order = lane_order(&a, axis, descending)?;
    let values = gather(&a, (m, n), |i, j| {
        let from = order[i + j * m];
        Some(if axis == Axis::Down { from + j * m } else { i + from * m })
    })?;
    Ok((values, positions(&order, (m, n))))
}

/// Names go with their entries where there is one line of them.
fn with_names(a: &Array, values: Matrix, order: &[usize]) -> Value {
    match (a.data.rows(), a.data.cols()) {
        (1, _) if a.col_labels().is_some() => {
            let labels = a.col_labels().map(|l| l.select(order));
            Array::labelled(values, a.row_labels().cloned(), labels).into()
        }
        (_, 1) if a.row_labels().is_some() => {
            let labels = a.row_labels().map(|l| l.select(order));
            Array::labelled(values, labels, a.col_labels().cloned()).into()
        }
        _ => Value::from(values),
    }
}

/// Compares two rows of a matrix, column after column.
pub(super) fn compare_rows(a: &Matrix, x: usize, y: usize) -> Ordering {
    (0..a.cols())
        .map(|j| order::ascending(a[(x, j)], a[(y, j)]))
        .find(|o| o.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// How two rows compare in a column.
type Compare = Box<dyn Fn(usize, usize, usize) -> Ordering>;

fn comparing_entries(a: &Value) -> Result<Compare> {
    if let Value::Sparse(s) = a {
        let s = s.clone();
        return Ok(Box::new(move |x, y, j| each!(&*s, |s| s.get(x, j).order(s.get(y, j)))));
    }
    Ok(match a.clone().into_numeric()? {
        Numeric::Complex(z) => {
            Box::new(move |x, y, j| reduce_complex::compare(z[(x, j)], z[(y, j)]))
        }
        real => {
            let a = real.to_real()?;
            Box::new(move |x, y, j| order::ascending(a.data[(x, j)], a.data[(y, j)]))
        }
    })
}

fn rows_sorted(a: Value, columns: Option<Value>) -> Result<(Value, Value)> {
    let (m, n) = a.shape();
    if let Value::Cell(cells) = &a {
        if n != 1 {
            return Err(Fault::new(format!(
                "sortrows: of a cell only a column can be sorted, not {m}×{n}"
            ))
            .blame(Blame::Positional(0)));
        }
        let descending = columns.and_then(|c| c.as_number()).is_some_and(|c| c < 0.0);
        let (values, places) = text_sets::sorted(cells, Some(Axis::Down), descending)?;
        return Ok((values, places.into()));
    }
    if let (Value::Sparse(s), None) = (&a, &columns) {
        let rows = s.transposed(false);
        let mut order: Vec<usize> = (0..m).collect();
        each!(&rows, |s| order.sort_by(|&x, &y| sparse::compare_columns(s, x, y)));
        return Ok((select_rows(&a, &order)?, positions(&order, (m, 1))));
    }
    let compare = comparing_entries(&a)?;
    let mut by: Vec<(usize, bool)> = (0..n).map(|j| (j, false)).collect();
    if let Some(columns) = columns {
        by.clear();
        for &c in columns.to_array()?.data.as_slice() {
            if c == 0.0 || c.fract() != 0.0 || c.abs() > n as f64 {
                return Err(Fault::new(format!("sortrows: there is no column {c} among {n}"))
                    .blame(Blame::Positional(1)));
            }
            by.push((c.abs() as usize - 1, c < 0.0));
        }
    }
    let mut rows: Vec<usize> = (0..m).collect();
    rows.sort_by(|&x, &y| {
        let compared = by.iter().map(|&(j, descending)| {
            let order = compare(x, y, j);
            if descending { order.reverse() } else { order }
        });
        compared.into_iter().find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    });
    Ok((select_rows(&a, &rows)?, positions(&rows, (m, 1))))
}

fn in_order(x: Value, words: &[Value]) -> Result<bool> {
    let (mut by_rows, mut directions) = (false, &[false][..]);
    for (i, word) in words.iter().enumerate() {
        match word.as_text() {
            Some("rows") if i == 0 => by_rows = true,
            Some("ascend") => directions = &[false],
            Some("descend") => directions = &[true],
            Some("either") => directions = &[false, true],
            _ => {
                return Err(Fault::new("issorted: the direction is a word")
                    .hint("one of ascend, descend, either; before it may stand \"rows\"")
                    .blame(Blame::Positional(i + 1)));
            }
        }
    }
    let (m, n) = x.shape();
    if m != 1 && n != 1 && m * n > 0 && !by_rows {
        return Err(Fault::new(format!("issorted needs a vector, and this is {m}×{n}"))
            .hint("issorted(A, \"rows\") compares rows"));
    }
    for &descending in directions {
        if is_sorted(&x, by_rows, descending)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sorting is stable: what is in order stays where it is.
fn is_sorted(x: &Value, by_rows: bool, descending: bool) -> Result<bool> {
    let axis = if x.shape().0 == 1 { Axis::Across } else { Axis::Down };
    let order = match x {
        Value::Cell(cells) if !by_rows => {
            text_sets::sorted(cells, Some(axis), descending)?.1.as_slice().to_vec()
        }
        x if by_rows => {
            let sign = if descending { -1.0 } else { 1.0 };
            let columns = (1..=x.shape().1).map(|j| sign * j as f64).collect();
            let (_, order) = rows_sorted(x.clone(), Some(Matrix::row_vector(columns).into()))?;
            order.to_array()?.data.as_slice().to_vec()
        }
        Value::Sparse(s) => {
            return sparse::is_sorted(s, axis, descending);
        }
        x => lane_order(x, axis, descending)?.into_iter().map(|k| k as f64).collect(),
    };
    Ok(order.windows(2).all(|pair| pair[0] < pair[1]))
}

fn found(a: Value, limit: Option<usize>, end: End, nargout: usize) -> Result<Vec<Value>> {
    let (rows, cols) = a.shape();
    if let Value::Sparse(s) = &a {
        let count = limit.unwrap_or(s.nnz()).min(s.nnz());
        let stored = if end == End::Last { s.nnz() - count..s.nnz() } else { 0..count };
        return Ok(sparse::found(s, stored, found_shape((rows, cols), count), nargout));
    }
    let mask = match &a {
        Value::Bools(mask) => mask.clone(),
        other => Arc::new(not_zero(other.clone())?),
    };
    if limit.is_none() && nargout < 2 {
        let found = places::find(mask.as_slice());
        let shape = found_shape((rows, cols), found.len());
        return Ok(vec![Matrix::from_vec(shape.0, shape.1, found).into()]);
    }
    let mut places = places::chosen(mask.as_slice());
    let limit = limit.unwrap_or(places.len()).min(places.len());
    if end == End::Last {
        places.drain(..places.len() - limit);
    } else {
        places.truncate(limit);
    }
    let shape = found_shape((rows, cols), places.len());
    if nargout < 2 {
        return Ok(vec![positions(&places, shape)]);
    }
    let row: Vec<usize> = places.iter().map(|k| k % rows).collect();
    let column: Vec<usize> = places.iter().map(|k| k / rows).collect();
    let values = select(&a, &places, shape.0 == 1 && shape.1 != 1)?;
    let values = gather(&values, shape, |i, j| Some(i + j))?;
    Ok(vec![positions(&row, shape), positions(&column, shape), values])
}

/// The shape of so many positions found in an m×n array.
fn found_shape(shape: (usize, usize), count: usize) -> (usize, usize) {
    match shape {
        (0, 0) => (0, 0),
        (1, 1) if count == 0 => (0, 0),
        (1, 0) => (1, 0),
        (1, n) if n != 1 => (1, count),
        _ => (count, 1),
    }
}

fn count(a: Value) -> Result<usize> {
    match a {
        Value::Ratings(r) => Ok(r.nnz()),
        Value::Sparse(s) => Ok(s.nnz()),
        other => Ok(places::count_true(not_zero(other)?.as_slice())),
    }
}
