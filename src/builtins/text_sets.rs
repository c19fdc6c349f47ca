//! Cells of strings in order and as sets: `sort` and `ismember` of a cellstr.
//!
//! Strings are ordered by the codes of their characters. Sorting, then one walk: O(n log n) comparisons.

use crate::value::{Blame, Cells, Fault, Result, Value};
use matfac::linalg::reduce::Axis;
use matfac::{BoolMatrix, Matrix};

/// The strings of a cell.
fn strings<'a>(function: &str, cells: &'a Cells) -> Result<Vec<&'a str>> {
    let text = |part: &'a Value| {
        part.as_text().ok_or_else(|| {
            Fault::new(format!(
                "{function} needs strings, and there is a {} in the cell",
                part.describe()
            ))
            .blame(Blame::Positional(0))
        })
    };
    cells.as_slice().iter().map(text).collect()
}

/// Positions in the order of the strings; equal ones keep theirs.
fn order(texts: &[&str], descending: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by(|&i, &j| match descending {
        true => texts[j].cmp(texts[i]),
        false => texts[i].cmp(texts[j]),
    });
    order
}

/// The strings of each column in order, and where each stood before.
pub fn sorted(cells: &Cells, dim: Option<Axis>, descending: bool) -> Result<(Value, Matrix)> {
    let texts = strings("sort", cells)?;
    let (m, n) = (cells.rows(), cells.cols());
    let across = dim.map_or(m == 1, |axis| axis == Axis::Across);
    let (lines, length) = if across { (m, n) } else { (n, m) };
    let at = |line: usize, k: usize| if across { k * m + line } else { line * m + k };
    let mut values = cells.as_slice().to_vec();
    let mut places = vec![0.0; values.len()];
    for line in 0..lines {
        let lane: Vec<&str> = (0..length).map(|k| texts[at(line, k)]).collect();
        for (k, from) in order(&lane, descending).into_iter().enumerate() {
            values[at(line, k)] = cells.as_slice()[at(line, from)].clone();
            places[at(line, k)] = (from + 1) as f64;
        }
    }
    Ok((Value::cell(Cells::from_vec(m, n, values)), Matrix::from_vec(m, n, places)))
}

/// Which strings occur in a set of strings, and where: of several places the last, 0 for none.
pub fn members(x: &Value, set: &Value) -> Result<(Value, Value)> {
    let whole = |value: &Value| match value {
        Value::Cell(cells) => Ok((**cells).clone()),
        Value::Text(_) => Ok(Cells::from_vec(1, 1, vec![value.clone()])),
        other => Err(Fault::new(format!(
            "ismember: strings and a {} are not compared",
            other.describe()
        ))),
    };
    let (cells, set) = (whole(x)?, whole(set)?);
    let texts = strings("ismember", &set)?;
    let order = order(&texts, false);
    let place = |text: &str| {
        let end = order.partition_point(|&at| texts[at] <= text);
        end.checked_sub(1).map(|k| order[k]).filter(|&at| texts[at] == text)
    };
    let found: Vec<Option<usize>> = strings("ismember", &cells)?.into_iter().map(place).collect();
    let (m, n) = match cells.is_empty() {
        true => (0, 0),
        false => (cells.rows(), cells.cols()),
    };
    let places = found.iter().map(|at| at.map_or(0.0, |at| (at + 1) as f64)).collect();
    let truths = found.iter().map(Option::is_some).collect();
    Ok((BoolMatrix::from_vec(m, n, truths).into(), Matrix::from_vec(m, n, places).into()))
}
