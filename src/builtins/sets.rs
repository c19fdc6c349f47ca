//! Sets of numbers and characters: distinct entries, membership, union, intersection, difference.
//!
//! Sorting, then one walk: O(n log n). NaN equals nothing, hence every NaN is distinct.

use super::argument::{Argument, Rest, Words};
use super::entry::builtins;
use super::gather::{gather, not_zero, positions, select, select_rows};
use super::rearranging::as_row;
use super::sorting::compare_rows;
use super::sparse_order as sparse;
use super::text_sets;
use crate::value::{Cells, Fault, Numeric, Result, SparseArray, Value, each, horizontal, vertical};
use matfac::linalg::{order, reduce_complex, sets};
use matfac::{BoolMatrix, ComplexMatrix, Matrix, c64};
use std::cmp::Ordering;
use std::sync::Arc;

builtins! { "sets";
    /// The distinct entries in ascending order; where each stands in `A`, and where each entry of `A` stands among them.
    ///
    /// "rows" takes rows for entries, "stable" keeps the order of appearance, "last" gives last positions instead of first ones.
    ///
    /// >>> unique([3 1 3 2])
    /// ans = 1×3
    ///    1   2   3
    /// >>> [u, i, j] = unique([5; 5; 4]); j'
    /// ans = 1×3
    ///    2   2   1
    ///
    /// See also: sort, union, ismember
    fn unique(cx, /** Numbers, a string or a cell of strings. */ A: Value, /** "rows", "first", "last", "stable", "legacy". */ options: Rest) -> [u, i, j] { distinct(&A, &words(&options, "unique")?, cx.nargout) }

    /// Which entries of `x` occur in `set`, and where (0 where they do not).
    ///
    /// >>> ismember([1 5], [1 2 3])
    /// ans = 1×2 logical
    ///   1  0
    ///
    /// See also: unique, find
    fn ismember(cx, /** A cell of strings. */ x: Arc<Cells>, set: Value) -> [b, i] { text_sets::members(&Value::Cell(x), &set) }
    or (cx, x: String, set: Arc<Cells>) -> [b, i] { text_sets::members(&x.into(), &Value::Cell(set)) }
    or (cx, /** Numbers or a string. */ x: Value, /** Numbers or a string. */ set: Value, /** "rows" takes rows for entries. */ options: Rest) -> [b, i] { members(&x, &set, &words(&options, "ismember")?, cx.nargout) }

    /// What occurs in `a` or in `b`, sorted.
    ///
    /// >>> union([3 1], [2 1])
    /// ans = 1×3
    ///    1   2   3
    ///
    /// See also: intersect, setdiff, unique
    fn union(cx, /** Numbers, a string or a cell of strings. */ a: Value, /** The same. */ b: Value, /** "rows", "stable", "legacy". */ options: Rest) -> [c, ia, ib] { of_sets(united, &a, &b, &words(&options, "union")?, cx.nargout) }

    /// What occurs in `a` and in `b`, sorted.
    ///
    /// >>> intersect([3 1 2], [2 3])
    /// ans = 1×2
    ///    2   3
    ///
    /// See also: union, setdiff, ismember
    fn intersect(cx, /** Numbers, a string or a cell of strings. */ a: Value, /** The same. */ b: Value, /** "rows", "stable", "legacy". */ options: Rest) -> [c, ia, ib] { of_sets(common, &a, &b, &words(&options, "intersect")?, cx.nargout) }

    /// What occurs in `a` but not in `b`, sorted.
    ///
    /// >>> setdiff([3 1 2], [2])
    /// ans = 1×2
    ///    1   3
    ///
    /// See also: union, intersect, setxor
    fn setdiff(cx, /** Numbers, a string or a cell of strings. */ a: Value, /** The same. */ b: Value, /** "rows", "stable", "legacy". */ options: Rest) -> [c, ia] { of_sets(only_in_first, &a, &b, &words(&options, "setdiff")?, cx.nargout) }

    /// What occurs in exactly one of `a` and `b`, sorted.
    ///
    /// >>> setxor([1 2], [2 3])
    /// ans = 1×2
    ///    1   3
    ///
    /// See also: union, intersect, setdiff
    fn setxor(cx, /** Numbers, a string or a cell of strings. */ a: Value, /** The same. */ b: Value, /** "rows", "stable", "legacy". */ options: Rest) -> [c, ia, ib] { of_sets(in_one, &a, &b, &words(&options, "setxor")?, cx.nargout) }
}

/// What the option words of these functions say.
#[derive(Debug, Default)]
struct Options {
    rows: bool,
    last: bool,
    stable: bool,
    /// As MATLAB was before 2012: last positions, in rows where the result is one.
    legacy: bool,
}

impl Options {
    /// Which of several equal items stands for them.
    fn representative(&self, group: &[usize]) -> usize {
        if self.last { group[group.len() - 1] } else { group[0] }
    }

    /// Groups in the order in which the result has them.
    fn arrange(&self, groups: &mut [Vec<usize>]) {
        if self.stable {
            groups.sort_by_key(|group| group[0]);
        }
    }

    /// Positions as a column, or as older programs expect them.
    fn positions(&self, places: &[usize], as_row: bool) -> Value {
        let n = places.len();
        positions(places, if self.legacy && as_row && !self.rows { (1, n) } else { (n, 1) })
    }
}

fn words(options: &Rest, function: &str) -> Result<Options> {
    let mut read = Options::default();
    let given = |word: &str| options.0.iter().any(|option| option.as_text() == Some(word));
    for (one, other) in [("stable", "sorted"), ("first", "last")] {
        if given(one) && given(other) {
            return Err(Fault::new(format!("{function}: \"{one}\" or \"{other}\", not both")));
        }
    }
    for option in &options.0 {
        match option.as_text() {
            Some("rows") => read.rows = true,
            Some("last") => read.last = true,
            Some("first" | "sorted") => {}
            Some("legacy") => {
                read.legacy = true;
                read.last = !given("first");
            }
            Some("stable") => read.stable = true,
            _ => {
                return Err(Fault::new(format!(
                    "{function}: an option is a word, and this is a {}",
                    option.describe()
                ))
                .hint("\"rows\", \"first\", \"last\" or \"stable\""));
            }
        }
    }
    Ok(read)
}

/// Things that can be compared: the entries of an array, or its rows.
enum Items {
    Real(Vec<f64>),
    Complex(Vec<c64>),
    Rows(Matrix),
    ComplexRows(Arc<ComplexMatrix>),
    /// Of a sparse matrix, each a column of the transpose.
    SparseRows(SparseArray),
    Words(Vec<String>),
}

impl Items {
    fn of(a: &Value, by_rows: bool) -> Result<Items> {
        if let Value::Cell(cells) = a {
            return Ok(Items::Words(
                Words::from_value(Value::Cell(cells.clone()))
                    .map_err(|what| {
                        Fault::new(format!("the sets are numbers or strings, and there is {what}"))
                    })?
                    .0,
            ));
        }
        if let (Value::Sparse(s), true) = (a, by_rows) {
            return Ok(Items::SparseRows(s.transposed(false)));
        }
        Ok(match a.clone().into_numeric()? {
            Numeric::Complex(z) if by_rows => Items::ComplexRows(z),
            Numeric::Complex(z) => Items::Complex(z.as_slice().to_vec()),
            real if by_rows => Items::Rows(real.to_real()?.data.clone()),
            real => Items::Real(real.to_real()?.data.as_slice().to_vec()),
        })
    }

    fn len(&self) -> usize {
        match self {
            Items::Real(x) => x.len(),
            Items::Complex(z) => z.len(),
            Items::Rows(a) => a.rows(),
            Items::ComplexRows(z) => z.rows(),
            Items::SparseRows(s) => s.shape().1,
            Items::Words(w) => w.len(),
        }
    }

    fn compare(&self, x: usize, y: usize) -> Ordering {
        match self {
            Items::Real(a) => order::ascending(a[x], a[y]),
            Items::Complex(a) => reduce_complex::compare(a[x], a[y]),
            Items::Rows(a) => compare_rows(a, x, y),
            Items::ComplexRows(z) => (0..z.cols())
                .map(|j| reduce_complex::compare(z[(x, j)], z[(y, j)]))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal),
            Items::SparseRows(s) => each!(s, |s| sparse::compare_columns(s, x, y)),
            Items::Words(w) => w[x].cmp(&w[y]),
        }
    }

    /// Whether two are equal; NaN is not.
    fn same(&self, x: usize, y: usize) -> bool {
        match self {
            Items::Real(a) => a[x] == a[y],
            Items::Complex(a) => a[x] == a[y],
            Items::Words(w) => w[x] == w[y],
            Items::ComplexRows(z) => (0..z.cols()).all(|j| z[(x, j)] == z[(y, j)]),
            Items::SparseRows(s) => each!(s, |s| s.col(x) == s.col(y)),
            Items::Rows(a) => (0..a.cols()).all(|j| a[(x, j)] == a[(y, j)]),
        }
    }

    /// Equal items in one group each, in ascending order; within a group in order of appearance.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut sorted: Vec<usize> = (0..self.len()).collect();
        sorted.sort_by(|&x, &y| self.compare(x, y));
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for k in sorted {
            match groups.last_mut() {
                Some(group) if self.same(group[0], k) => group.push(k),
                _ => groups.push(vec![k]),
            }
        }
        groups
    }
}

/// Chosen entries as a row or column, or chosen rows.
fn chosen(a: &Value, places: &[usize], as_row: bool, options: &Options) -> Result<Value> {
    if options.rows { select_rows(a, places) } else { select(a, places, as_row) }
}

fn distinct(a: &Value, options: &Options, nargout: usize) -> Result<(Value, Value, Value)> {
    let (m, n) = a.shape();
    if m * n == 0 && !(options.rows && m > 0) {
        let empty = match options.rows {
            true => (m.min(1), n),
            false if m == 0 && n == 0 => (0, 0),
            false => (0, 1),
        };
        let nothing = || Value::from(Matrix::zeros(0, 0));
        let u = match a {
            Value::Sparse(s) if options.rows => s.resized(empty.0, empty.1)?,
            _ => gather(a, empty, |_, _| None)?,
        };
        return Ok((u, nothing(), nothing()));
    }
    let rows = options.rows && !matches!(a, Value::Cell(_));
    let options = &Options { rows, ..*options };
    // Of equal numbers only zeros can be told apart, by their sign.
    if let Value::Matrix(array) = a
        && nargout < 2
        && !(options.rows || options.stable || options.last)
    {
        let u = sets::distinct(array.data.as_slice());
        let u = if m == 1 { Matrix::row_vector(u) } else { Matrix::column_vector(u) };
        return Ok((u.into(), Value::empty(), Value::empty()));
    }
    if let (Value::Sparse(_), false) = (a, options.rows) {
        return distinct_entries(a, options, nargout);
    }
    let mut groups = Items::of(a, options.rows)?.groups();
    options.arrange(&mut groups);
    let mut place = vec![0; if options.rows { m } else { m * n }];
    for (k, group) in groups.iter().enumerate() {
        group.iter().for_each(|&i| place[i] = k);
    }
    let places: Vec<usize> = groups.iter().map(|group| options.representative(group)).collect();
    let u = chosen(a, &places, m == 1, options)?;
    Ok((u, options.positions(&places, m == 1), options.positions(&place, m == 1)))
}

/// The distinct entries of a sparse matrix, of a list of what is stored. Only where each entry stands among them takes as
/// much room as the full matrix.
fn distinct_entries(a: &Value, options: &Options, nargout: usize) -> Result<(Value, Value, Value)> {
    let (list, places) = sparse::listed(a)?;
    let (u, i, among) = distinct(&list, options, nargout)?;
    // As in Octave, sparse when it is told where they stand.
    let u = if nargout > 1 { SparseArray::thinned(u)?.into() } else { u };
    let i = positions_in(i, places.as_deref())?;
    let (Some(places), true) = (places, nargout > 2) else { return Ok((u, i, among)) };
    let (m, n) = a.shape();
    let shape = if options.legacy && m == 1 { (1, m * n) } else { (m * n, 1) };
    let (among, stored) = (among.to_array()?, not_zero(list)?);
    let zero = stored.as_slice().iter().position(|stored| !stored);
    let zero = zero.map_or(0.0, |k| among.data.as_slice()[k]);
    let mut all = Matrix::filled(shape.0, shape.1, zero)?;
    for (place, &k) in places.into_iter().zip(among.data.as_slice()) {
        all.as_mut_slice()[place] = k;
    }
    Ok((u, i, all.into()))
}

/// Positions, from 1 (or 0 for none), in a list, as positions in what it is a list of.
fn positions_in(found: Value, places: Option<&[usize]>) -> Result<Value> {
    let Some(places) = places else { return Ok(found) };
    let place = |k: f64| if k > 0.0 { places[k as usize - 1] as f64 + 1.0 } else { 0.0 };
    Ok(found.to_array()?.data.map(place).into())
}

/// What is made of two sets, and where it stands in the one and in the other.
type OfSets = fn(&Value, &Value, &Options) -> Result<(Value, Value, Value)>;

/// It, given lists of what sparse sets store.
fn of_sets(
    f: OfSets,
    a: &Value,
    b: &Value,
    options: &Options,
    nargout: usize,
) -> Result<(Value, Value, Value)> {
    if options.rows {
        return f(a, b, options);
    }
    let ((a, in_a), (b, in_b)) = (sparse::listed(a)?, sparse::listed(b)?);
    let (c, ia, ib) = f(&a, &b, options)?;
    // As in Octave, sparse when it is told where its entries stand.
    let is_sparse = nargout > 1 && (in_a.is_some() || in_b.is_some());
    let c = if is_sparse { SparseArray::thinned(c)?.into() } else { c };
    Ok((c, positions_in(ia, in_a.as_deref())?, positions_in(ib, in_b.as_deref())?))
}

/// Both sets one after the other, and how many items the first has.
fn joined(a: &Value, b: &Value, options: &Options) -> Result<(Value, usize)> {
    if options.rows {
        return Ok((vertical(vec![a.clone(), b.clone()])?, a.shape().0));
    }
    // With strings in a cell a string is one item, and [] is no string.
    let in_cell = matches!(a, Value::Cell(_)) || matches!(b, Value::Cell(_));
    let items = |set: &Value| match set {
        Value::Text(_) if in_cell => Ok(Value::cell(Cells::from_vec(1, 1, vec![set.clone()]))),
        Value::Cell(_) => as_row(set),
        _ if in_cell && set.numel() > 0 => Err(Fault::new(format!(
            "sets of strings and of numbers have nothing in common, and this is a {}",
            set.describe()
        ))),
        _ if in_cell => Ok(Value::cell(Cells::from_vec(1, 0, Vec::new()))),
        _ => as_row(set),
    };
    let (a, b) = (items(a)?, items(b)?);
    let count = a.numel();
    Ok((horizontal(vec![a, b])?, count))
}

/// The result is a row when both sets are.
fn is_row(a: &Value, b: &Value) -> bool {
    a.shape().0 == 1 && b.shape().0 == 1
}

fn united(a: &Value, b: &Value, options: &Options) -> Result<(Value, Value, Value)> {
    let (both, count) = joined(a, b, options)?;
    let mut groups = Items::of(&both, options.rows)?.groups();
    options.arrange(&mut groups);
    split(&groups, (a, b), (&both, count), options)
}

/// The chosen items of two sets one after the other, and where they stand in the one and in the other.
fn split(
    groups: &[Vec<usize>],
    (a, b): (&Value, &Value),
    (both, count): (&Value, usize),
    options: &Options,
) -> Result<(Value, Value, Value)> {
    let places: Vec<usize> = groups.iter().map(|group| options.representative(group)).collect();
    let from_a: Vec<usize> = places.iter().copied().filter(|&k| k < count).collect();
    let from_b: Vec<usize> = places.iter().filter(|&&k| k >= count).map(|k| k - count).collect();
    let row = is_row(a, b);
    let set = chosen(both, &places, row, options)?;
    Ok((set, options.positions(&from_a, row), options.positions(&from_b, row)))
}

fn common(a: &Value, b: &Value, options: &Options) -> Result<(Value, Value, Value)> {
    let (both, count) = joined(a, b, options)?;
    let mut groups = Items::of(&both, options.rows)?.groups();
    groups.retain(|group| group[0] < count && group[group.len() - 1] >= count);
    let no_words = groups.is_empty() && matches!(both, Value::Cell(_));
    if a.numel() == 0 || b.numel() == 0 || no_words {
        let nothing = || Value::from(Matrix::zeros(0, 0));
        return Ok((gather(&both, (0, 0), |_, _| None)?, nothing(), nothing()));
    }
    options.arrange(&mut groups);
    // Items of a come first within each group.
    let parts = groups.iter().map(|group| group.split_at(group.partition_point(|&k| k < count)));
    let (from_a, from_b): (Vec<usize>, Vec<usize>) = parts
        .map(|(in_a, in_b)| (options.representative(in_a), options.representative(in_b) - count))
        .unzip();
    let row = is_row(a, b);
    let set = chosen(&both, &from_a, row, options)?;
    Ok((set, options.positions(&from_a, row), options.positions(&from_b, row)))
}

fn only_in_first(a: &Value, b: &Value, options: &Options) -> Result<(Value, Value, Value)> {
    if a.numel() == 0 {
        return distinct(a, options, 2);
    }
    let (both, count) = joined(a, b, options)?;
    let mut groups = Items::of(&both, options.rows)?.groups();
    groups.retain(|group| group[group.len() - 1] < count);
    options.arrange(&mut groups);
    let kept: Vec<usize> = groups.iter().map(|group| options.representative(group)).collect();
    let row = a.shape().0 == 1;
    Ok((chosen(&both, &kept, row, options)?, options.positions(&kept, row), Value::empty()))
}

fn in_one(a: &Value, b: &Value, options: &Options) -> Result<(Value, Value, Value)> {
    let (both, count) = joined(a, b, options)?;
    let mut groups = Items::of(&both, options.rows)?.groups();
    groups.retain(|group| group[group.len() - 1] < count || group[0] >= count);
    options.arrange(&mut groups);
    split(&groups, (a, b), (&both, count), options)
}

fn members(x: &Value, set: &Value, options: &Options, nargout: usize) -> Result<(Value, Value)> {
    let (m, n) = x.shape();
    if let (Value::Sparse(x), false) = (x, options.rows) {
        // As large as what is found.
        return members(&x.to_full()?, set, options, nargout);
    }
    if let (Value::Sparse(_), false) = (set, options.rows) {
        let (set, places) = sparse::listed(set)?;
        let (found, i) = members(x, &set, options, nargout)?;
        return Ok((found, if nargout > 1 { positions_in(i, places.as_deref())? } else { i }));
    }
    if let (false, Value::Matrix(x), Value::Matrix(set)) = (options.rows, x, set) {
        let (x, set) = (x.data.as_slice(), set.data.as_slice());
        if nargout < 2 {
            let found = BoolMatrix::from_vec(m, n, sets::occur(x, set));
            return Ok((found.into(), Value::empty()));
        }
        let places = Matrix::from_vec(m, n, sets::places(x, set));
        return Ok((places.map(|k| k > 0.0).into(), places.into()));
    }
    if options.rows && n != set.shape().1 && set.numel() > 0 {
        return Err(Fault::new(format!("ismember: rows of {n} and of {} entries", set.shape().1)));
    }
    let (both, count) = joined(x, set, options)?;
    let mut place = vec![0usize; count];
    for group in Items::of(&both, options.rows)?.groups() {
        // Of several places Octave tells the last.
        let last = group.last().filter(|&&k| k >= count).map_or(0, |k| k - count + 1);
        group.iter().filter(|&&k| k < count).for_each(|&k| place[k] = last);
    }
    let shape = if options.rows { (m, 1) } else { (m, n) };
    let found = BoolMatrix::from_vec(shape.0, shape.1, place.iter().map(|&k| k > 0).collect());
    let places = place.iter().map(|&k| k as f64).collect();
    Ok((found.into(), Matrix::from_vec(shape.0, shape.1, places).into()))
}
