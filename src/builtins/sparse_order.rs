//! Order and search among the entries of a sparse matrix, zeros counted as one.

use super::gather::{gather, positions};
use crate::syntax::UnaryOp;
use crate::value::{Result, SparseArray, Value, each, unary};
use matfac::Matrix;
use matfac::error::Shape;
use matfac::linalg::Dense;
use matfac::linalg::reduce::Axis;
use matfac::linalg::sparse::{Entry, Ordered, Sparse};
use std::cmp::Ordering;
use std::ops::Range;

/// Of the entries at some positions of storage: where they stand, their rows and columns, the entries. As many as asked
/// for, at least one.
pub fn found(
    s: &SparseArray,
    stored: Range<usize>,
    shape: (usize, usize),
    nargout: usize,
) -> Vec<Value> {
    let m = s.shape().0 as f64;
    let (rows, cols) = each!(s, |s| subscripts(s, stored.clone()));
    let numbers = |list: Vec<f64>| Value::from(Matrix::from_vec(shape.0, shape.1, list));
    if nargout < 2 {
        let places = rows.iter().zip(&cols).map(|(i, j)| i + (j - 1.0) * m).collect();
        return vec![numbers(places)];
    }
    let entries =
        each!(s, |s| Value::from(Dense::from_vec(shape.0, shape.1, s.entries()[stored].to_vec())));
    vec![numbers(rows), numbers(cols), entries]
}

/// Rows and columns, from 1, of the entries at some positions of storage.
fn subscripts<T: Entry>(s: &Sparse<T>, stored: Range<usize>) -> (Vec<f64>, Vec<f64>) {
    let rows = s.places()[stored.clone()].iter().map(|&i| f64::from(i) + 1.0).collect();
    let mut cols = Vec::with_capacity(stored.len());
    let mut j = s.starts().partition_point(|&start| start as usize <= stored.start);
    for k in stored {
        while s.starts()[j] as usize <= k {
            j += 1;
        }
        cols.push(j as f64);
    }
    (rows, cols)
}

/// Each column or row in order; and where the entries stood, if `places`.
pub fn sorted(
    s: &SparseArray,
    axis: Axis,
    descending: bool,
    places: bool,
) -> Result<(Value, Value)> {
    let flip = |value: Value| match axis {
        Axis::Down => Ok(value),
        Axis::Across => unary(UnaryOp::Transpose, value),
    };
    let lanes = match axis {
        Axis::Down => None,
        Axis::Across => Some(s.transposed(false)),
    };
    let lanes = lanes.as_ref().unwrap_or(s);
    let values = each!(lanes, |s| Value::from(Ordered::sorted(s, descending)?));
    if !places {
        return Ok((flip(values)?, Value::empty()));
    }
    let sources = each!(lanes, |s| Ordered::sources(s, descending)?);
    let places = positions(sources.as_slice(), (sources.rows(), sources.cols()));
    Ok((flip(values)?, flip(places)?))
}

/// Whether each column or row is in order.
pub fn is_sorted(s: &SparseArray, axis: Axis, descending: bool) -> Result<bool> {
    let turned = (axis == Axis::Across).then(|| s.transposed(false));
    Ok(each!(turned.as_ref().unwrap_or(s), |s| {
        let sorted = Ordered::sorted(s, descending)?;
        let pairs = || s.entries().iter().zip(sorted.entries());
        s.places() == sorted.places() && pairs().all(|(x, y)| x.order(*y).is_eq())
    }))
}

/// A sparse matrix in the order of its columns one after the other: of rows, given the transpose.
pub fn compare_columns<T: Ordered>(s: &Sparse<T>, x: usize, y: usize) -> Ordering {
    let ((p, u), (q, v)) = (s.col(x), s.col(y));
    let (mut k, mut l) = (0, 0);
    while k < p.len() || l < q.len() {
        let (i, j) = (p.get(k).copied().unwrap_or(u32::MAX), q.get(l).copied().unwrap_or(u32::MAX));
        let left = if i <= j { u[k] } else { T::default() };
        let right = if j <= i { v[l] } else { T::default() };
        let order = left.order(right);
        if order.is_ne() {
            return order;
        }
        k += usize::from(i <= j);
        l += usize::from(j <= i);
    }
    Ordering::Equal
}

/// What stands in a sparse value, for who asks only which entries there are: a full row or column of those that are stored
/// and of the first and the last zero that are not, in order, and where each stands, from 0. Any other value as it is.
pub fn listed(a: &Value) -> Result<(Value, Option<Vec<usize>>)> {
    let Value::Sparse(s) = a else { return Ok((a.clone(), None)) };
    let (m, n) = s.shape();
    let stored = s.places().positions_in(Shape(m, n));
    let (count, total) = (stored.len(), m * n);
    let mut list: Vec<(usize, Option<usize>)> =
        stored.iter().enumerate().map(|(k, &place)| (place, Some(k))).collect();
    if count < total {
        let first = first_gap(count, |k| stored[k]);
        let last = total - 1 - first_gap(count, |k| total - 1 - stored[count - 1 - k]);
        for zero in if first == last { vec![last] } else { vec![last, first] } {
            list.insert(list.partition_point(|&(place, _)| place < zero), (zero, None));
        }
    }
    let (places, sources): (Vec<usize>, Vec<Option<usize>>) = list.into_iter().unzip();
    let shape = if m == 1 { (1, places.len()) } else { (places.len(), 1) };
    Ok((gather(&s.stored(), shape, |i, j| sources[i + j])?, Some(places)))
}

/// The first number that is not in a list of ascending ones: entry k is k until there.
fn first_gap(count: usize, entry: impl Fn(usize) -> usize) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if entry(middle) == middle { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::sparse_of;

    #[test]
    fn the_zeros_of_a_list_are_the_first_and_the_last() {
        let of = |rows, list: &[f64]| {
            let a = Matrix::from_vec(rows, list.len() / rows, list.to_vec());
            let (list, places) = listed(&sparse_of(&a).unwrap()).unwrap();
            (list.to_array().unwrap().data.as_slice().to_vec(), places.unwrap())
        };
        assert_eq!(
            of(2, &[0.0, 5.0, 0.0, 0.0, 7.0, 0.0]),
            (vec![0.0, 5.0, 7.0, 0.0], vec![0, 1, 4, 5])
        );
        assert_eq!(of(1, &[5.0, 0.0, 7.0]), (vec![5.0, 0.0, 7.0], vec![0, 1, 2]));
        assert_eq!(of(3, &[5.0, 6.0, 7.0]), (vec![5.0, 6.0, 7.0], vec![0, 1, 2]));
        assert_eq!(of(2, &[0.0; 4]), (vec![0.0; 2], vec![0, 3]));
    }
}
