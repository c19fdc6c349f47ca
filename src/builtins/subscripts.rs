//! Positions and subscripts: from one to the other, and sums of what shares a subscript.

use super::argument::Vector;
use super::entry::builtins;
use crate::value::{Arguments, Array, Blame, Callable, Fault, Host, Result, Value};
use matfac::Matrix;
use matfac::linalg::places;
use std::sync::Arc;

builtins! { "positions";
    /// The position, counted down the columns, of row `i` and column `j` in a matrix of size `dims`.
    ///
    /// >>> sub2ind([3 4], 2, 3)
    /// ans = 8
    ///
    /// See also: ind2sub, find
    fn sub2ind(cx, /** [rows columns]. */ dims: Vector, /** Rows. */ i: Value, /** Columns, as many. */ j: Value) -> [k] { to_positions(&dims.0, &i, &j) }

    /// The rows and columns of positions that count down the columns of a matrix of size `dims`.
    ///
    /// >>> [i, j] = ind2sub([3 4], 8)
    /// i = 2
    /// j = 3
    ///
    /// See also: sub2ind, find
    fn ind2sub(cx, /** [rows columns]. */ dims: Vector, /** Positions. */ k: Value) -> [i, j] { to_subscripts(&dims.0, &k, cx.nargout) }

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
    fn accumarray(cx, /** Subscripts, n×1 or n×2. */ subs: Arc<Array>, /** n numbers, or one. */ values: Arc<Array>, /** The result's size, or []. */ size: Option<Vector>, /** What to make of a group's column; sums by default. */ f: Option<Arc<Callable>>, /** What stands where there is no group. */ fill: f64 = 0) -> [A] {
        accumulated(cx.host, &subs.data, &values.data, size.map(|s| s.0), f, fill)
    }
}

fn sides(function: &str, dims: &[f64]) -> Result<(usize, usize)> {
    let is_side = |x: f64| x >= 0.0 && x.fract() == 0.0 && x < 9e15;
    match dims {
        [m, n, more @ ..] if is_side(*m) && is_side(*n) && more.iter().all(|&d| d == 1.0) => {
            Ok((*m as usize, *n as usize))
        }
        _ => Err(Fault::new(format!("{function}: the size is [rows columns]"))
            .blame(Blame::Positional(0))),
    }
}

/// A position or subscript from 1, below or at `limit`, as one from 0.
fn position(function: &str, x: f64, limit: usize) -> Result<usize> {
    if x >= 1.0 && x.fract() == 0.0 && x <= limit as f64 {
        return Ok(x as usize - 1);
    }
    Err(Fault::new(format!("{function}: {x} is not a position from 1 to {limit}"))
        .identified("Octave:index-out-of-bounds"))
}

fn to_positions(dims: &[f64], i: &Value, j: &Value) -> Result<Matrix> {
    let (m, n) = sides("sub2ind", dims)?;
    if i.shape() != j.shape() {
        return Err(Fault::new(format!(
            "sub2ind: {} rows and {} columns are given",
            i.numel(),
            j.numel()
        ))
        .hint("both need the same size"));
    }
    let (i, j) = (i.to_array()?, j.to_array()?);
    let mut out = i.data.clone();
    for (k, &column) in out.as_mut_slice().iter_mut().zip(j.data.as_slice()) {
        let row = position("sub2ind", *k, m)?;
        *k = (row + position("sub2ind", column, n)? * m + 1) as f64;
    }
    Ok(out)
}

fn to_subscripts(dims: &[f64], k: &Value, nargout: usize) -> Result<Vec<Value>> {
    let (m, n) = sides("ind2sub", dims)?;
    let k = k.to_array()?;
    let places = k.data.as_slice().iter().map(|&x| position("ind2sub", x, m.saturating_mul(n)));
    let places = places.collect::<Result<Vec<usize>>>()?;
    let shaped = |f: &dyn Fn(usize) -> usize| {
        let numbers = places.iter().map(|&k| (f(k) + 1) as f64).collect();
        Value::from(Matrix::from_vec(k.data.rows(), k.data.cols(), numbers))
    };
    if nargout < 2 {
        return Ok(vec![shaped(&|k| k)]);
    }
    Ok(vec![shaped(&|k| k % m), shaped(&|k| k / m)])
}

fn accumulated(
    host: &mut dyn Host,
    subs: &Matrix,
    values: &Matrix,
    size: Option<Vec<f64>>,
    f: Option<Arc<Callable>>,
    fill: f64,
) -> Result<Value> {
    // A row of positions is as good as a column of them.
    let (count, width) = if subs.rows() == 1 && subs.cols() > 2 {
        (subs.cols(), 1)
    } else {
        (subs.rows(), subs.cols())
    };
    if width == 0 || width > 2 {
        return Err(Fault::unsupported("subscripts of other than one or two columns"));
    }
    let is_list = values.is_vector() || values.is_empty();
    let values = values.as_slice();
    if !is_list || (values.len() != 1 && values.len() != count) {
        return Err(Fault::new(format!(
            "accumarray: {count} subscripts and {} values",
            values.len()
        ))
        .blame(Blame::Positional(1)));
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
    let mut groups: std::collections::BTreeMap<usize, Vec<f64>> = Default::default();
    for k in 0..count {
        groups.entry(place(k)?).or_default().push(value(k));
    }
    out.as_mut_slice().fill(fill);
    for (at, group) in groups {
        let column = Value::from(Matrix::column_vector(group));
        let arguments = Arguments { positional: vec![column], keywords: Vec::new() };
        let answer = host.call(&f, arguments, 1)?.into_iter().next();
        let number = answer.as_ref().and_then(Value::as_number).ok_or_else(|| {
            Fault::new("accumarray: the function must give one number for each group")
                .blame(Blame::Positional(3))
        })?;
        out.as_mut_slice()[at] = number;
    }
    Ok(out.into())
}
