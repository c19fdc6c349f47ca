//! Cells: making them, taking arrays apart into them and putting them together again.

use super::argument::{Argument, Rest, Vector, Words};
use super::entry::builtins;
use crate::value::{Blame, Cells, Fault, Index, Result, Value, horizontal, index, vertical};
use matfac::Matrix;
use matfac::linalg::reduce::Axis;
use std::sync::Arc;

builtins! { "cells";
    /// A cell whose parts are `[]`: n×n, or m×n.
    ///
    /// >>> size(cell(2, 3))
    /// ans = 1×2
    ///    2   3
    ///
    /// See also: num2cell, iscell
    fn cell(cx, /** n, or m and n. */ size: Rest) -> [c] { blank(&size) }

    /// Whether it is a cell.
    ///
    /// >>> iscell({1, 2})
    /// ans = 1
    ///
    /// See also: iscellstr
    fn iscell(cx, /** Anything. */ x: Value) -> [b] { Ok(matches!(x, Value::Cell(_))) }

    /// Whether it is a cell that holds strings only.
    ///
    /// >>> iscellstr({"a", "b"})
    /// ans = 1
    ///
    /// See also: iscell, cellstr
    fn iscellstr(cx, /** Anything. */ x: Value) -> [b] { Ok(matches!(x, Value::Cell(_)) && Words::accepts(&x)) }

    /// A cell of strings: a string becomes a cell of one, without the blanks at its end.
    ///
    /// >>> c = cellstr("one"); c{1}
    /// ans = one
    ///
    /// See also: iscellstr, char
    fn cellstr(cx, /** A string, `[]`, or a cell of strings. */ x: Value) -> [c] { of_strings(x) }

    /// A cell with one part for each entry of an array; with `dims`, for each row or column.
    ///
    /// >>> c = num2cell([1 2; 3 4]); c{2, 1}
    /// ans = 3
    /// >>> c = num2cell([1 2; 3 4], 2); c{2}
    /// ans = 1×2
    ///    3   4
    ///
    /// See also: cell2mat, mat2cell
    fn num2cell(cx, /** An array, m×n. */ A: Value, /** The dimensions that stay together: 1, 2 or `[1 2]`. */ dims: Option<Matrix>) -> [c] { taken_apart(&A, dims) }

    /// The array whose blocks a cell holds.
    ///
    /// >>> cell2mat({1, [2 3]; 4, [5 6]})
    /// ans = 2×3
    ///    1   2   3
    ///    4   5   6
    ///
    /// See also: mat2cell, num2cell
    fn cell2mat(cx, /** Numbers, strings, cells or structs. */ c: Arc<Cells>) -> [A] { put_together(&c) }

    /// An array cut into blocks of the given heights and widths.
    ///
    /// >>> c = mat2cell([1 2 3; 4 5 6], 2, [1 2]); c{2}
    /// ans = 2×2
    ///    2   3
    ///    5   6
    ///
    /// See also: cell2mat, num2cell
    fn mat2cell(cx,
        /** An array, m×n. */ A: Value,
        /** Heights of the blocks; their sum is m. */ heights: Matrix,
        /** Widths of the blocks; their sum is n. Without them no column is cut. */ widths: Option<Matrix>,
    ) -> [c] { blocks(&A, &heights, widths.as_ref()) }

    /// Slices of an array from each of `lower` to the one in its place of `upper`; empty where that is smaller.
    ///
    /// >>> c = cellslices(1:4, [1 3], [2 4]); c{2}
    /// ans = 1×2
    ///    3   4
    ///
    /// See also: mat2cell, num2cell
    fn cellslices(cx, /** An array, m×n. */ A: Value, /** Where slices begin. */ lower: Vector, /** Where they end. */ upper: Vector, /** 1 slices rows, 2 columns; by default the first dimension longer than 1. */ dim: Option<Axis>) -> [c] {
        slices(&A, &lower.0, &upper.0, dim)
    }

    /// Gives each output the argument in its place, or all of them the only one.
    ///
    /// >>> [a, b] = deal(1, 2)
    /// a = 1
    /// b = 2
    /// >>> [a, b] = deal(7)
    /// a = 7
    /// b = 7
    ///
    /// See also: cellfun
    fn deal(cx, /** The first value. */ x: Value, /** One for each further output. */ more: Rest) -> [varargout] { dealt(x, more.0, cx.nargout) }
}

fn blank(size: &Rest) -> Result<Value> {
    let (m, n) = match &size.0[..] {
        [] => (0, 0),
        _ => size.size("cell")?,
    };
    Ok(Value::cell(Cells::filled(m, n, Value::empty())?))
}

fn of_strings(x: Value) -> Result<Value> {
    match &x {
        Value::Cell(_) if Words::accepts(&x) => Ok(x),
        Value::Text(text) => {
            let text = text.as_str().trim_end_matches([' ', '\0']);
            Ok(Value::cell_row(vec![text.into()]))
        }
        _ if x.is_array() && x.numel() == 0 => Ok(Value::cell_row(vec!["".into()])),
        _ => Err(Fault::new(format!("cellstr needs strings, and this is a {}", x.describe()))
            .blame(Blame::Positional(0))),
    }
}

/// Whether a value is made of entries, each of which is a value.
fn has_entries(a: &Value) -> bool {
    a.is_array() || matches!(a, Value::Cell(_) | Value::Struct(_))
}

fn taken_apart(a: &Value, dims: Option<Matrix>) -> Result<Value> {
    let (m, n) = a.shape();
    if !has_entries(a) {
        return Err(Fault::new(format!("num2cell: a {} has no entries", a.describe()))
            .blame(Blame::Positional(0)));
    }
    let is_rising = |dims: &Matrix| dims.as_slice().windows(2).all(|pair| pair[0] < pair[1]);
    if !dims.as_ref().is_none_or(is_rising) {
        return Err(Fault::new("num2cell: each dimension is given once, in rising order")
            .blame(Blame::Positional(1)));
    }
    let (mut rows, mut cols) = (false, false);
    for &dim in dims.iter().flat_map(|dims| dims.as_slice()) {
        match dim {
            1.0 => rows = true,
            2.0 => cols = true,
            d if d > 2.0 && d.fract() == 0.0 => {}
            d => {
                return Err(Fault::new(format!("num2cell: a dimension is 1 or 2, not {d}"))
                    .blame(Blame::Positional(1)));
            }
        }
    }
    if !rows && !cols {
        // By one position each, which is quick for values of every kind, ranges too.
        let part = |k: usize| match index(a, &[Index::One(k)])? {
            // Each cell holds a number.
            Value::Sparse(one) => one.to_full(),
            part => Ok(part),
        };
        let parts = (0..m * n).map(part).collect::<Result<_>>()?;
        return Ok(Value::cell(Cells::from_vec(m, n, parts)));
    }
    let pieces = |count: usize, whole: bool| if whole { 1 } else { count };
    let at = |i: usize, whole: bool| if whole { Index::All } else { Index::One(i) };
    let (height, width) = (pieces(m, rows), pieces(n, cols));
    let mut parts = Vec::with_capacity(height * width);
    for j in 0..width {
        for i in 0..height {
            parts.push(index(a, &[at(i, rows), at(j, cols)])?);
        }
    }
    Ok(Value::cell(Cells::from_vec(height, width, parts)))
}

fn put_together(cells: &Cells) -> Result<Value> {
    let parts = cells.as_slice();
    let all = |test: fn(&Value) -> bool| parts.iter().all(test);
    let fits = all(|part| part.is_array() && part.as_text().is_none())
        || all(|part| matches!(part, Value::Text(_)))
        || all(|part| matches!(part, Value::Cell(_)))
        || all(|part| matches!(part, Value::Struct(_)));
    if !fits {
        let other = parts.iter().find(|part| part.class() != parts[0].class());
        let what = match other {
            Some(other) => format!("a {} and a {}", parts[0].describe(), other.describe()),
            None => format!("a {}", parts[0].describe()),
        };
        return Err(Fault::new(format!("cell2mat: {what} do not make one array"))
            .hint("the parts must be all numbers, all strings, all cells or all structs")
            .blame(Blame::Positional(0)));
    }
    let (m, n) = (cells.rows(), cells.cols());
    if parts.is_empty() {
        return Ok(Matrix::zeros(m, n).into());
    }
    let part = |i: usize, j: usize| cells[(i, j)].clone();
    // Octave joins along the shorter side first, which decides what empty parts may stand for.
    if m <= n {
        let columns = (0..n).map(|j| vertical((0..m).map(|i| part(i, j)).collect()));
        horizontal(columns.collect::<Result<_>>()?)
    } else {
        let rows = (0..m).map(|i| horizontal((0..n).map(|j| part(i, j)).collect()));
        vertical(rows.collect::<Result<_>>()?)
    }
}

fn blocks(a: &Value, heights: &Matrix, widths: Option<&Matrix>) -> Result<Value> {
    let (m, n) = a.shape();
    if !has_entries(a) {
        return Err(Fault::new(format!("mat2cell: a {} cannot be cut", a.describe()))
            .blame(Blame::Positional(0)));
    }
    let heights = runs(heights, m, "heights", "rows", 1)?;
    let widths = match widths {
        Some(widths) => runs(widths, n, "widths", "columns", 2)?,
        None => vec![(0, n)],
    };
    let list = |&(start, count): &(usize, usize)| Index::List {
        positions: (start..start + count).collect(),
        shape: (1, count),
    };
    let mut parts = Vec::with_capacity(heights.len() * widths.len());
    for width in &widths {
        for height in &heights {
            parts.push(index(a, &[list(height), list(width)])?);
        }
    }
    Ok(Value::cell(Cells::from_vec(heights.len(), widths.len(), parts)))
}

fn slices(a: &Value, lower: &[f64], upper: &[f64], dim: Option<Axis>) -> Result<Value> {
    let (m, n) = a.shape();
    if lower.len() != upper.len() {
        return Err(Fault::new(format!(
            "cellslices: {} beginnings and {} ends",
            lower.len(),
            upper.len()
        )));
    }
    let axis = dim.unwrap_or(if m == 1 { Axis::Across } else { Axis::Down });
    let side = if axis == Axis::Down { m } else { n };
    let slice = |(&from, &to): (&f64, &f64)| {
        let is_position = |x: f64| x >= 1.0 && x <= side as f64 && x.fract() == 0.0;
        let positions: Vec<usize> = if to < from {
            Vec::new()
        } else if is_position(from) && is_position(to) {
            (from as usize - 1..to as usize).collect()
        } else {
            return Err(Fault::new(format!("cellslices: {from} to {to} is outside 1 to {side}"))
                .identified("Octave:index-out-of-bounds"));
        };
        let list = Index::List { shape: (1, positions.len()), positions };
        match axis {
            Axis::Down => index(a, &[list, Index::All]),
            Axis::Across => index(a, &[Index::All, list]),
        }
    };
    let parts = lower.iter().zip(upper).map(slice).collect::<Result<Vec<_>>>()?;
    Ok(Value::cell_row(parts))
}

/// Where each block starts and how long it is.
fn runs(
    sizes: &Matrix,
    total: usize,
    what: &str,
    unit: &str,
    argument: usize,
) -> Result<Vec<(usize, usize)>> {
    let blame = Blame::Positional(argument);
    let mut list = Vec::with_capacity(sizes.len());
    let mut sum = 0usize;
    for &size in sizes.as_slice() {
        if size.fract() != 0.0 || size > total as f64 {
            return Err(Fault::new(format!(
                "mat2cell: {size} is not a number of {unit} there can be in {total}"
            ))
            .blame(blame));
        }
        // Octave takes negative sizes for 0.
        let size = size.max(0.0) as usize;
        list.push((sum, size));
        sum += size;
    }
    if sum != total {
        return Err(Fault::new(format!(
            "mat2cell: the {what} add up to {sum}, and there are {total} {unit}"
        ))
        .blame(blame));
    }
    Ok(list)
}

fn dealt(x: Value, more: Vec<Value>, nargout: usize) -> Result<Vec<Value>> {
    if more.is_empty() {
        return Ok(vec![x; nargout]);
    }
    let count = more.len() + 1;
    if count != nargout {
        return Err(Fault::new(format!("deal: {count} values for {nargout} outputs"))
            .hint("as many as there are outputs, or one for all"));
    }
    Ok(std::iter::once(x).chain(more).collect())
}
