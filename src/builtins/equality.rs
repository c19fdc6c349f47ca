//! Whether values are the same: `isequal`, and where two values differ, for `assert`.
//!
//! Both go through values of every kind in one place each: [`equal`] and [`differences`].

use super::argument::Rest;
use super::entry::builtins;
use super::sparse_reductions::same_entries;
use crate::value::{Numeric, Result, SparseArray, Struct, Value};
use matfac::{ComplexMatrix, c64};
use std::sync::Arc;

builtins! { "questions about values";
    /// Whether all arguments have the same size and the same entries.
    ///
    /// >>> isequal([1 2], [1 2])
    /// ans = 1
    ///
    /// See also: strcmp, assert
    fn isequal(cx, /** Anything. */ a: Value, /** Anything. */ b: Value, /** More of them. */ more: Rest) -> [t] { all_equal(&a, &b, &more.0, equal) }

    /// As `isequal`, where a NaN is equal to a NaN.
    ///
    /// >>> isequaln([1 NaN], [1 NaN])
    /// ans = 1
    ///
    /// See also: isequal, isnan
    fn isequaln(cx, /** Anything. */ a: Value, /** Anything. */ b: Value, /** More of them. */ more: Rest) -> [t] { all_equal(&a, &b, &more.0, |a, b| same(a, b, same_number)) }
}

fn all_equal(
    a: &Value,
    b: &Value,
    more: &[Value],
    equal: fn(&Value, &Value) -> bool,
) -> Result<bool> {
    let mut rest = std::iter::once(b).chain(more);
    Ok(rest.all(|b| equal(a, b)))
}

/// Whether two values have the same size and entries, whatever their class; NaN equals nothing.
pub fn equal(a: &Value, b: &Value) -> bool {
    same(a, b, |x, y| x == y)
}

/// Whether two values have the same size and entries, of which `is_same` compares the numbers.
fn same(a: &Value, b: &Value, is_same: fn(f64, f64) -> bool) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => a.shape() == b.shape() && a.as_str() == b.as_str(),
        (Value::Cell(a), Value::Cell(b)) => {
            a.shape() == b.shape()
                && a.as_slice().iter().zip(b.as_slice()).all(|(a, b)| same(a, b, is_same))
        }
        (Value::Struct(a), Value::Struct(b)) => {
            let same_field = |(name, list): (&Arc<str>, &[Value])| {
                let others = b.field(name);
                others.is_some_and(|other| list.iter().zip(other).all(|(a, b)| same(a, b, is_same)))
            };
            a.shape() == b.shape()
                && a.names().len() == b.names().len()
                && a.fields().all(same_field)
        }
        (Value::Function(f), Value::Function(g)) => f.same(g),
        (Value::Table(a), Value::Table(b)) => a == b,
        (Value::Ratings(a), Value::Ratings(b)) => Arc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
        _ if !a.is_array() || !b.is_array() || a.shape() != b.shape() => false,
        (Value::Sparse(_), _) | (_, Value::Sparse(_)) => {
            match (SparseArray::thinned(a.clone()), SparseArray::thinned(b.clone())) {
                (Ok(a), Ok(b)) => same_entries(&a, &b, |a, b| same(a, b, is_same)),
                _ => false,
            }
        }
        _ => match (a.clone().into_numeric(), b.clone().into_numeric()) {
            (Ok(Numeric::Scalar(x)), Ok(Numeric::Scalar(y))) => is_same(x, y),
            (Ok(Numeric::Real(a)), Ok(Numeric::Real(b))) => {
                let pairs = a.data.as_slice().iter().zip(b.data.as_slice());
                pairs.into_iter().all(|(&x, &y)| is_same(x, y))
            }
            (Ok(a), Ok(b)) => {
                let (a, b) = (a.to_complex(), b.to_complex());
                let mut pairs = a.as_slice().iter().zip(b.as_slice());
                // A number is NaN when a part of it is.
                let nan = |z: &c64| if z.re.is_nan() || z.im.is_nan() { f64::NAN } else { z.re };
                pairs.all(|(x, y)| is_same(nan(x), nan(y)) && (nan(x).is_nan() || x.im == y.im))
            }
            _ => false,
        },
    }
}

/// How far numbers may be apart.
#[derive(Debug, Clone)]
pub enum Tolerance {
    /// Not at all, and their class must be the same.
    Exact,
    /// By this much, and classes may differ; negative: relative to what is expected, `|x - y| ≤ |tol|·|y|`.
    /// One for all, or one for each entry.
    Within(Vec<f64>),
}

/// A place where two values differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The place, such as `(2,1)`; empty for the whole.
    pub place: String,
    /// What was observed there.
    pub observed: String,
    /// What was expected there.
    pub expected: String,
    /// What is different.
    pub reason: String,
}

/// The differences of two values, in order; none when they agree.
///
/// `place` is the way from the whole to these values, such as `(2)` or `.name`.
pub fn differences(
    observed: &Value,
    expected: &Value,
    tolerance: &Tolerance,
    place: &str,
) -> Vec<Difference> {
    let one = |observed: String, expected: String, reason: &str| {
        vec![Difference { place: place.into(), observed, expected, reason: reason.into() }]
    };
    let described = || (observed.describe(), expected.describe());
    let kinds = (kind(observed), kind(expected));
    if kinds.0 != kinds.1 {
        let (o, e) = described();
        return one(o, e, &format!("is {}, not {}", kinds.0, kinds.1));
    }
    if let (Some(o), Some(e)) = (observed.as_text(), expected.as_text()) {
        if o == e && observed.shape() == expected.shape() {
            return Vec::new();
        }
        return one(format!("\"{o}\""), format!("\"{e}\""), "the strings differ");
    }
    if observed.shape() != expected.shape() {
        let size = |(m, n): (usize, usize)| format!("{m}×{n}");
        return one(size(observed.shape()), size(expected.shape()), "the sizes differ");
    }
    match (observed, expected) {
        (Value::Cell(o), Value::Cell(e)) => {
            let at = |k: usize| format!("{place}{{{}}}", place_in(o.rows(), o.cols(), k));
            let pairs = o.as_slice().iter().zip(e.as_slice()).enumerate();
            return pairs.flat_map(|(k, (o, e))| differences(o, e, tolerance, &at(k))).collect();
        }
        (Value::Struct(o), Value::Struct(e)) => return of_structs(o, e, tolerance, place),
        _ => {}
    }
    if matches!(tolerance, Tolerance::Exact) && observed.class() != expected.class() {
        return one(observed.class().into(), expected.class().into(), "the classes differ");
    }
    let is_sparse = |v: &Value| matches!(v, Value::Sparse(_));
    if (is_sparse(observed) || is_sparse(expected)) && same(observed, expected, same_number) {
        return Vec::new();
    }
    match (full(observed).into_numeric(), full(expected).into_numeric()) {
        (Ok(o), Ok(e)) => of_numbers(&o.to_complex(), &e.to_complex(), tolerance, place),
        _ if equal(observed, expected) => Vec::new(),
        _ => {
            let (o, e) = described();
            one(o, e, "the values differ")
        }
    }
}

/// A sparse value in full, where that can be.
fn full(value: &Value) -> Value {
    match value {
        Value::Sparse(s) => s.to_full().unwrap_or_else(|_| value.clone()),
        other => other.clone(),
    }
}

fn same_number(x: f64, y: f64) -> bool {
    x == y || x.is_nan() && y.is_nan()
}

fn of_structs(
    observed: &Struct,
    expected: &Struct,
    tolerance: &Tolerance,
    place: &str,
) -> Vec<Difference> {
    let names = |s: &Struct| s.names().map(|name| &**name).collect::<Vec<&str>>().join(", ");
    if observed.names().len() != expected.names().len()
        || observed.names().any(|name| expected.field(name).is_none())
    {
        return vec![Difference {
            place: place.into(),
            observed: names(observed),
            expected: names(expected),
            reason: "the fields differ".into(),
        }];
    }
    let (rows, cols) = observed.shape();
    let mut found = Vec::new();
    for (name, list) in observed.fields() {
        let others = expected.field(name).unwrap_or_default();
        for (k, (o, e)) in list.iter().zip(others).enumerate() {
            let element = match list.len() {
                1 => String::new(),
                _ => format!("({})", place_in(rows, cols, k)),
            };
            found.extend(differences(o, e, tolerance, &format!("{place}{element}.{name}")));
        }
    }
    found
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "a string",
        Value::Function(_) => "a function",
        Value::Cell(_) => "a cell",
        Value::Struct(_) => "a struct",
        value if value.is_array() => "made of numbers",
        other => other.class(),
    }
}

fn of_numbers(
    observed: &ComplexMatrix,
    expected: &ComplexMatrix,
    tolerance: &Tolerance,
    place: &str,
) -> Vec<Difference> {
    let mut found = Vec::new();
    for (k, (&o, &e)) in observed.as_slice().iter().zip(expected.as_slice()).enumerate() {
        let allowed = match tolerance {
            Tolerance::Exact => 0.0,
            Tolerance::Within(list) => *list.get(k).or(list.first()).unwrap_or(&0.0),
        };
        if let Some(reason) = apart(o, e, allowed) {
            let at = match observed.len() {
                1 => String::new(),
                _ => format!("({})", place_in(observed.rows(), observed.cols(), k)),
            };
            found.push(Difference {
                place: format!("{place}{at}"),
                observed: number(o),
                expected: number(e),
                reason,
            });
        }
    }
    found
}

/// The indices of entry `k`, counted by columns from 0: one of a vector, two of a matrix.
fn place_in(rows: usize, cols: usize, k: usize) -> String {
    match rows == 1 || cols == 1 {
        true => format!("{}", k + 1),
        false => format!("{},{}", k % rows + 1, k / rows + 1),
    }
}

/// Why two numbers are not the same, if they are not.
fn apart(o: c64, e: c64, allowed: f64) -> Option<String> {
    let is_nan = |z: c64| z.re.is_nan() || z.im.is_nan();
    let is_na = |z: c64| crate::value::is_na(z.re) || crate::value::is_na(z.im);
    if is_na(o) != is_na(e) {
        return Some("NA in one only".into());
    }
    if is_nan(o) || is_nan(e) {
        return (is_nan(o) != is_nan(e)).then(|| "NaN in one only".into());
    }
    if o == e {
        return None;
    }
    let finite = |z: c64| z.re.is_finite() && z.im.is_finite();
    if !finite(o) || !finite(e) {
        return Some("infinite in one only, or of another sign".into());
    }
    let error = (o - e).norm();
    let scale = e.norm();
    let (error, kind) = match allowed < 0.0 && scale > 0.0 {
        true => (error / scale, "relative"),
        false => (error, "absolute"),
    };
    let limit = allowed.abs();
    (error > limit).then(|| format!("{kind} error {} is above {}", brief(error), brief(limit)))
}

fn brief(x: f64) -> String {
    super::printf::general(x, 5, false)
}

fn number(z: c64) -> String {
    let word = |x: f64| match x {
        x if x.is_nan() => "NaN".to_string(),
        x if x.is_infinite() => if x > 0.0 { "Inf" } else { "-Inf" }.to_string(),
        x => super::printf::general(x, 5, false),
    };
    match z.im {
        0.0 => word(z.re),
        im if im < 0.0 => format!("{} - {}i", word(z.re), word(-im)),
        im => format!("{} + {}i", word(z.re), word(im)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use matfac::Matrix;

    fn count(o: impl Into<Value>, e: impl Into<Value>, tolerance: Tolerance) -> usize {
        differences(&o.into(), &e.into(), &tolerance, "").len()
    }

    #[test]
    fn tolerances_are_absolute_or_relative() {
        assert_eq!(count(1.0, 1.1, Tolerance::Within(vec![0.2])), 0);
        assert_eq!(count(100.0, 101.0, Tolerance::Within(vec![-0.02])), 0);
        assert_eq!(count(100.0, 101.0, Tolerance::Within(vec![-0.001])), 1);
        assert_eq!(count(1.0, true, Tolerance::Exact), 1);
        assert_eq!(count(f64::NAN, f64::NAN, Tolerance::Exact), 0);
        assert_eq!(count("a", "b", Tolerance::Exact), 1);
    }

    #[test]
    fn places_are_named() {
        let a = Value::from(Matrix::from_rows(&[&[1.0, 2.0], &[3.0, f64::NAN]]));
        let b = Value::from(Matrix::from_rows(&[&[1.0, 5.0], &[3.0, 4.0]]));
        let found = differences(&a, &b, &Tolerance::Exact, "");
        assert_eq!(found.iter().map(|d| &d.place[..]).collect::<Vec<_>>(), ["(1,2)", "(2,2)"]);
        assert_eq!(found[1].reason, "NaN in one only");
    }
}
