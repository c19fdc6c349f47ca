//! Where values belong in a sorted table, of numbers or of strings.
//!
//! Method: bisection, log n comparisons for each value.

use super::argument::Words;
use super::entry::builtins;
use crate::value::{Blame, Fault, Result, Value};
use matfac::linalg::{Dense, order};
use matfac::{BoolMatrix, Matrix};
use std::cmp::Ordering;

builtins! { "order and search";
    /// For each `y`, the last position in a sorted `table` whose entry is not beyond it; 0 when there is none.
    ///
    /// The table ascends or descends. `options` are letters: m gives 0 where there is no equal entry, b whether there is
    /// one, l counts what lies before the table to its first interval, and r what lies behind it to its last.
    ///
    /// >>> lookup([1 2 3], [0.5 1 2.5 9])
    /// ans = 1×4
    ///    0   1   2   3
    /// >>> lookup({"apple", "lemon"}, "lemon", "b")
    /// ans = 1
    ///
    /// See also: find, sort
    fn lookup(cx, /** Sorted numbers, or a cell of sorted strings. */ table: Value, /** Numbers, a string or a cell of strings. */ y: Value, /** Letters of m, b, l and r. */ options: String = "") -> [i] { looked_up(&table, &y, &options) }
}

struct Wanted {
    matches: bool,
    found: bool,
    left: bool,
    right: bool,
}

fn wanted(options: &str, of_strings: bool) -> Result<Wanted> {
    let has = |letter| options.contains(letter);
    let wanted = Wanted { matches: has('m'), found: has('b'), left: has('l'), right: has('r') };
    let refuse = |message: String| Err(Fault::new(message).blame(Blame::Positional(2)));
    if let Some(other) = options.chars().find(|c| !"mblr".contains(*c)) {
        return refuse(format!(
            "lookup: there is no option {other}; the letters are m, b, l and r"
        ));
    }
    if wanted.matches && wanted.found {
        return refuse("lookup: the options m and b exclude each other".into());
    }
    if of_strings && (wanted.left || wanted.right) {
        return refuse("lookup: the options l and r are for tables of numbers".into());
    }
    Ok(wanted)
}

fn looked_up(table: &Value, y: &Value, options: &str) -> Result<Value> {
    if let Value::Cell(_) = table {
        let wanted = wanted(options, true)?;
        let (table, values) = (strings(table, 0)?, strings(y, 1)?);
        let shape = if matches!(y, Value::Cell(_)) { y.shape() } else { (1, 1) };
        return Ok(places(&table, Dense::from_vec(shape.0, shape.1, values), &wanted, Ord::cmp));
    }
    let wanted = wanted(options, false)?;
    let (table, y) = (table.to_array()?, y.to_array()?);
    if !table.data.is_vector() && !table.data.is_empty() {
        return Err(Fault::new(format!(
            "lookup: the table is a vector, not {}",
            table.data.shape()
        ))
        .blame(Blame::Positional(0)));
    }
    let compare = |a: &f64, b: &f64| order::ascending(*a, *b);
    Ok(places(table.data.as_slice(), y.data.clone(), &wanted, compare))
}

fn strings(value: &Value, argument: usize) -> Result<Vec<String>> {
    use super::argument::Argument;
    Words::from_value(value.clone()).map(|words| words.0).map_err(|what| {
        Fault::new(format!("lookup in a table of strings needs strings, and this is {what}"))
            .blame(Blame::Positional(argument))
    })
}

/// The place of each value, as the options want it.
fn places<T: Clone>(
    table: &[T],
    values: Dense<T>,
    wanted: &Wanted,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Value {
    let descends = match table {
        [first, .., last] => compare(first, last).is_gt(),
        _ => false,
    };
    let count = table.len();
    let place = |y: &T| {
        let beyond = if descends { Ordering::Less } else { Ordering::Greater };
        let k = table.partition_point(|t| compare(t, y) != beyond);
        let k = if wanted.right { k.min(count.saturating_sub(1)) } else { k };
        let k = if wanted.left { k.max(1) } else { k };
        let is_match = k > 0 && compare(&table[k - 1], y).is_eq();
        if wanted.matches && !is_match { (0, false) } else { (k, is_match) }
    };
    let (rows, cols) = (values.rows(), values.cols());
    let found = values.as_slice().iter().map(place);
    if wanted.found {
        return BoolMatrix::from_vec(rows, cols, found.map(|(_, is_match)| is_match).collect())
            .into();
    }
    Matrix::from_vec(rows, cols, found.map(|(k, _)| k as f64).collect()).into()
}
