//! Positions and subscripts: from one to the other, and sums of what shares a subscript.

use super::argument::{Argument, Rest, Skip, Vector};
use super::entry::builtins;
use crate::value::{
    Arguments, Blame, Callable, Cells, Fault, Host, Numeric, Result, Value, arithmetic, horizontal,
};
use matfac::Matrix;
use matfac::linalg::complex;
use matfac::linalg::elementwise::Arith;
use matfac::linalg::places;
use matfac::linalg::sparse::{Duplicates, Indices, Sparse, Structure};
use std::collections::BTreeMap;
use std::sync::Arc;

builtins! { "positions";
    /// The position, counted down the columns, of row `i` and column `j` in a matrix of size `dims`.
    ///
    /// `dims` may have more sizes, with a subscript each; the last subscript counts through all that are left.
    ///
    /// >>> sub2ind([3 4], 2, 3)
    /// ans = 8
    ///
    /// See also: ind2sub, find
    fn sub2ind(cx, /** [rows columns]. */ dims: Vector, /** Rows. */ i: Value, /** Columns, as many; and so on. */ more: Rest) -> [k] { to_positions(&dims.0, i, more.0) }

    /// The rows and columns of positions that count down the columns of a matrix of size `dims`.
    ///
    /// >>> [i, j] = ind2sub([3 4], 8)
    /// i = 2
    /// j = 3
    ///
    /// See also: sub2ind, find
    fn ind2sub(cx, /** [rows columns]. */ dims: Vector, /** Positions. */ k: Value) -> [i, j, varargout] { to_subscripts(&dims.0, &k, cx.nargout) }

    /// The sums of those `values` that share a subscript; or what `f` makes of them.
    ///
    /// `subs` is a column of positions, or two columns of rows and columns; `values` may be one number for all.
    ///
    /// >>> accumarray([1; 2; 1], [10; 20; 30])'
    /// ans = 1×2
    ///    40   20
    /// >>> accumarray([1; 3; 1], [5; 6; 7], [3 1], @max)'
    /// ans = 1×3
    ///    7   0   6
    ///
    /// See also: hist, find
    fn accumarray(cx, /** Subscripts, n×1 or n×2, or a cell of one column each. */ subs: Value, /** n numbers, or one. */ values: Value, /** The result's size, or []. */ size: Option<Vector>, /** What to make of a group's column; sums by default. */ f: Option<Value>, /** What stands where there is no group. */ fill: Option<f64>, /** Whether the result is sparse, of any size. */ issparse: bool = false) -> [A] {
        let groups = Groups { size: size.map(|s| s.0), f: group_function(f)?, fill: fill.unwrap_or(0.0) };
        if issparse { sparsely(cx.host, subs, values, groups) } else { gathered(cx.host, subs, values, groups) }
    }
}

fn sides(function: &str, dims: &[f64]) -> Result<(usize, usize)> {
    match folded(function, dims, 2)?[..] {
        [m, n] if dims.len() >= 2 && dims[2..].iter().all(|&d| d == 1.0) => Ok((m, n)),
        _ => Err(Fault::new(format!("{function}: the size is [rows columns]"))
            .blame(Blame::Positional(0))),
    }
}

/// `count` sizes: of more, the last ones multiplied; of fewer, filled up with 1.
fn folded(function: &str, dims: &[f64], count: usize) -> Result<Vec<usize>> {
    let is_side = |x: &f64| *x >= 0.0 && x.fract() == 0.0 && *x < 9e15;
    if dims.is_empty() || !dims.iter().all(is_side) {
        return Err(Fault::new(format!("{function}: sizes are whole numbers, 0 or more"))
            .blame(Blame::Positional(0)));
    }
    let mut sides = vec![1usize; count];
    for (k, &side) in dims.iter().enumerate() {
        let at = &mut sides[k.min(count - 1)];
        *at = at.saturating_mul(side as usize);
    }
    Ok(sides)
}

/// A position or subscript from 1, below or at `limit`, as one from 0.
fn position(function: &str, x: f64, limit: usize) -> Result<usize> {
    if x >= 1.0 && x.fract() == 0.0 && x <= limit as f64 {
        return Ok(x as usize - 1);
    }
    Err(Fault::new(format!("{function}: {x} is not a position from 1 to {limit}"))
        .identified("Octave:index-out-of-bounds"))
}

fn to_positions(dims: &[f64], first: Value, more: Vec<Value>) -> Result<Matrix> {
    let sides = folded("sub2ind", dims, 1 + more.len())?;
    let mut out = first.to_array()?.data.map(|_| 1.0);
    let mut step = 1.0;
    for (subscripts, side) in std::iter::once(first).chain(more).zip(sides) {
        if subscripts.shape() != (out.rows(), out.cols()) {
            return Err(Fault::new(format!(
                "sub2ind: {} and {} subscripts are given",
                out.len(),
                subscripts.numel()
            ))
            .hint("all need the same size"));
        }
        let subscripts = subscripts.to_array()?;
        for (k, &x) in out.as_mut_slice().iter_mut().zip(subscripts.data.as_slice()) {
            *k += position("sub2ind", x, side)? as f64 * step;
        }
        step *= side as f64;
    }
    Ok(out)
}

fn to_subscripts(dims: &[f64], k: &Value, nargout: usize) -> Result<Vec<Value>> {
    let sides = folded("ind2sub", dims, nargout.max(1))?;
    let total = sides.iter().fold(1usize, |product, &side| product.saturating_mul(side));
    let k = k.to_array()?;
    let places = k.data.as_slice().iter().map(|&x| position("ind2sub", x, total));
    let mut rest = places.collect::<Result<Vec<usize>>>()?;
    let subscripts = sides.into_iter().map(|side| {
        let numbers = rest.iter_mut().map(|k| {
            let subscript = *k % side;
            *k /= side;
            (subscript + 1) as f64
        });
        Value::from(Matrix::from_vec(k.data.rows(), k.data.cols(), numbers.collect()))
    });
    Ok(subscripts.collect())
}

/// What is called for each group; `[]` stands for the sums.
fn group_function(f: Option<Value>) -> Result<Option<Arc<Callable>>> {
    let Some(f) = f.filter(|f| !Skip::accepts(f)) else { return Ok(None) };
    Arc::<Callable>::from_value(f).map(Some).map_err(|what| {
        Fault::new(format!("accumarray: f needs a function, and this is {what}"))
            .blame(Blame::Positional(3))
    })
}

/// What `accumarray` makes of its groups.
struct Groups {
    size: Option<Vec<f64>>,
    f: Option<Arc<Callable>>,
    fill: f64,
}

/// `accumarray` into a sparse matrix: no more is kept than there are groups.
fn sparsely(host: &mut dyn Host, subs: Value, values: Value, groups: Groups) -> Result<Value> {
    if groups.fill != 0.0 {
        return Err(Fault::new(format!(
            "accumarray: in a sparse result there are zeros where there is no group, and fill is {}",
            groups.fill
        ))
        .blame(Blame::Positional(4)));
    }
    let subs = columns_of(subs)?.to_array()?;
    let (count, width) = lists(&subs.data)?;
    let numbers = subs.data.as_slice();
    let (rows, cols) = (&numbers[..count], if width == 2 { &numbers[count..] } else { &[1.0][..] });
    let shape = match groups.size.as_deref() {
        None | Some([]) => None,
        Some(dims) => Some(sides("accumarray", dims)?),
    };
    let indices = Indices { rows, cols, m: shape.map(|s| s.0), n: shape.map(|s| s.1) };
    let values = values.into_numeric()?;
    let Some(f) = groups.f else {
        return Ok(match &values {
            Numeric::Complex(z) => summed(&indices, z.as_slice())?.into(),
            real => summed(&indices, real.to_real()?.data.as_slice())?.into(),
        });
    };
    // The sums are of no use, but each group has a place of its own, which is checked to be inside.
    let sums = summed(&indices, &vec![1.0; count])?;
    let values = values.to_real()?;
    let value = |k: usize| values.data.as_slice()[if values.data.len() == 1 { 0 } else { k }];
    if values.data.len() != 1 && values.data.len() != count {
        return Err(uneven(count, values.data.len()));
    }
    let mut members: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
    for k in 0..count {
        let column = if width == 2 { cols[k] } else { 1.0 };
        members.entry((column as usize, rows[k] as usize)).or_default().push(value(k));
    }
    let answers = answers(host, &f, members)?;
    let number = |(_, answer): &((usize, usize), Value)| answer.as_number().ok_or_else(refused);
    let entries = answers.iter().map(number).collect::<Result<Vec<f64>>>()?;
    let (cols, rows): (Vec<f64>, Vec<f64>) =
        answers.iter().map(|((j, i), _)| (*j as f64, *i as f64)).unzip();
    let (m, n) = (Some(sums.rows()), Some(sums.cols()));
    Ok(summed(&Indices { rows: &rows, cols: &cols, m, n }, &entries)?.into())
}

fn summed<T: Structure>(indices: &Indices<'_>, values: &[T]) -> Result<Sparse<T>> {
    Ok(T::from_indices(indices, values, Duplicates::Sum)?)
}

/// How many subscripts there are, and of how many columns. A row of positions is as good as a column of them.
fn lists(subs: &Matrix) -> Result<(usize, usize)> {
    match (subs.rows(), subs.cols()) {
        (1, n) if n > 2 => Ok((n, 1)),
        (_, width) if width == 0 || width > 2 => {
            Err(Fault::unsupported("subscripts of other than one or two columns"))
        }
        lists => Ok(lists),
    }
}

fn uneven(count: usize, values: usize) -> Box<Fault> {
    Fault::new(format!("accumarray: {count} subscripts and {values} values"))
        .blame(Blame::Positional(1))
}

fn refused() -> Box<Fault> {
    Fault::new("accumarray: the function must give one number, or one cell, for each group")
        .blame(Blame::Positional(3))
}

/// What the function makes of each group's column.
fn answers<K>(
    host: &mut dyn Host,
    f: &Callable,
    groups: BTreeMap<K, Vec<f64>>,
) -> Result<Vec<(K, Value)>> {
    let mut answers = Vec::with_capacity(groups.len());
    for (at, group) in groups {
        let column = Value::from(Matrix::column_vector(group));
        let arguments = Arguments { positional: vec![column], keywords: Vec::new() };
        let answer = host.call(f, arguments, 1)?.into_iter().next();
        answers.push((at, answer.filter(|answer| answer.numel() == 1).ok_or_else(refused)?));
    }
    Ok(answers)
}

/// Several columns of subscripts as one matrix.
fn columns_of(subs: Value) -> Result<Value> {
    match subs {
        Value::Cell(columns) => {
            let column =
                |part: &Value| super::rearranging::with_shape(part.clone(), (part.numel(), 1));
            horizontal(columns.as_slice().iter().map(column).collect::<Result<_>>()?)
        }
        other => Ok(other),
    }
}

/// `accumarray` of any subscripts and numbers.
fn gathered(
    host: &mut dyn Host,
    subs: Value,
    values: Value,
    Groups { size, f, fill }: Groups,
) -> Result<Value> {
    let subs = columns_of(subs)?;
    let subs = subs.to_array()?;
    match values.into_numeric()? {
        Numeric::Complex(z) if f.is_none() => {
            let re = complex::real(&z);
            let im = complex::imag(&z);
            let re = accumulated(host, &subs.data, re.as_slice(), size.clone(), None, fill)?;
            let im = accumulated(host, &subs.data, im.as_slice(), size, None, 0.0)?;
            let i = Value::from(matfac::c64::new(0.0, 1.0));
            arithmetic(Arith::Add, re, arithmetic(Arith::Mul, i, im)?)
        }
        values => accumulated(host, &subs.data, values.to_real()?.data.as_slice(), size, f, fill),
    }
}

fn accumulated(
    host: &mut dyn Host,
    subs: &Matrix,
    values: &[f64],
    size: Option<Vec<f64>>,
    f: Option<Arc<Callable>>,
    fill: f64,
) -> Result<Value> {
    let (count, width) = lists(subs)?;
    if values.len() != 1 && values.len() != count {
        return Err(uneven(count, values.len()));
    }
    let whole = |x: f64| position("accumarray", x, 1 << 40);
    let largest = |j: usize| -> Result<usize> {
        let column = &subs.as_slice()[j * count..(j + 1) * count];
        if let Some(most) = places::largest_position(column) {
            return Ok(most);
        }
        column.iter().try_fold(0, |most, &x| Ok(whole(x)?.saturating_add(1).max(most)))
    };
    let needed = (largest(0)?, if width == 2 { largest(1)? } else { 1 });
    let (m, n) = match size.as_deref() {
        None | Some([]) => needed,
        Some(dims) => sides("accumarray", dims)?,
    };
    if needed.0 > m || needed.1 > n {
        return Err(Fault::new(format!(
            "accumarray: subscript ({},{}) is outside {m}×{n}",
            needed.0, needed.1
        ))
        .identified("Octave:index-out-of-bounds"));
    }
    let place = |k: usize| -> Result<usize> {
        let column = if width == 2 { whole(subs.as_slice()[count + k])? } else { 0 };
        Ok(whole(subs.as_slice()[k])? + column * m)
    };
    let value = |k: usize| values[if values.len() == 1 { 0 } else { k }];
    if f.is_none() && fill == 0.0 && width == 1 {
        matfac::linalg::memory::entries::<f64>(m, n)?;
        let sums = places::sums_by_position(subs.as_slice(), values, m * n);
        return Ok(Matrix::from_vec(m, n, sums).into());
    }
    let mut out = Matrix::filled(m, n, 0.0)?;
    let Some(f) = f else {
        let mut is_hit = vec![false; m * n];
        for k in 0..count {
            let at = place(k)?;
            out.as_mut_slice()[at] += value(k);
            is_hit[at] = true;
        }
        if fill != 0.0 {
            let missing = out.as_mut_slice().iter_mut().zip(&is_hit).filter(|(_, hit)| !**hit);
            missing.for_each(|(x, _)| *x = fill);
        }
        return Ok(out.into());
    };
    let mut groups: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for k in 0..count {
        groups.entry(place(k)?).or_default().push(value(k));
    }
    let answers = answers(host, &f, groups)?;
    if let Some((_, Value::Cell(_))) = answers.first() {
        let mut cells = Cells::filled(m, n, Value::empty())?;
        for (at, answer) in answers {
            let Value::Cell(answer) = answer else { return Err(refused()) };
            cells.as_mut_slice()[at] = answer.as_slice()[0].clone();
        }
        return Ok(Value::cell(cells));
    }
    out.as_mut_slice().fill(fill);
    for (at, answer) in answers {
        out.as_mut_slice()[at] = answer.as_number().ok_or_else(refused)?;
    }
    Ok(out.into())
}
