//! Sparse matrices of random numbers, drawn from the program's one stream.
//!
//! So many different places are drawn that the density is met exactly: positions are drawn, sorted and drawn again where
//! two fell together, O(nnz log nnz). With `rc` the matrix is a diagonal one with these singular values (eigenvalues), turned
//! by random plane rotations, which change none of them, until it is dense enough.

use super::argument::Vector;
use super::entry::builtins;
use crate::value::{Blame, Fault, Host, Result, SparseArray, Value};
use matfac::linalg::Random;
use matfac::linalg::sparse::{Duplicates, LIMIT, Sparse};
use std::collections::BTreeMap;

builtins! { "sparse random matrices";
    /// A sparse matrix of random numbers, uniform on (0, 1), at random places.
    ///
    /// `sprand(m, n, density)` has `round(density*m*n)` entries, `sprand(S)` stands where S does. With `rc` the singular
    /// values are those of the vector `rc`, or fall from 1 to the number `rc`, the reciprocal condition.
    ///
    /// >>> S = sprand(10, 20, 0.1); [nnz(S), all(nonzeros(S) > 0)]
    /// ans = 1×2
    ///    20    1
    /// >>> abs(cond(full(sprand(5, 5, 0.8, 0.1))) - 10) < 1e-10
    /// ans = 1
    ///
    /// See also: sprandn, sprandsym, rand, sparse
    fn sprand(cx, /** Rows. */ m: usize, /** Columns. */ n: usize, /** The part of the entries that is not zero. */ density: f64, /** Singular values, or the reciprocal condition. */ rc: Option<Vector>) -> [S] { placed(cx.host, "sprand", (m, n), density, rc, positive) }
    or (cx, /** Where the entries stand. */ S: Value) -> [R] { like(cx.host, S, positive) }

    /// A sparse matrix of standard normal random numbers at random places; calling forms as for sprand.
    ///
    /// >>> nnz(sprandn(10, 20, 0.1))
    /// ans = 20
    ///
    /// See also: sprand, randn
    fn sprandn(cx, /** Rows. */ m: usize, /** Columns. */ n: usize, /** The part of the entries that is not zero. */ density: f64, /** Singular values, or the reciprocal condition. */ rc: Option<Vector>) -> [S] { placed(cx.host, "sprandn", (m, n), density, rc, normal) }
    or (cx, /** Where the entries stand. */ S: Value) -> [R] { like(cx.host, S, normal) }

    /// A symmetric sparse matrix of standard normal random numbers at random places.
    ///
    /// `sprandsym(n, density)` has about `density*n*n` entries, `sprandsym(S)` stands where the lower triangle of S does and
    /// at its mirror image. With `rc` the eigenvalues are those of the vector `rc`, or fall from 1 to the number `rc`; with
    /// `kind` 1 it is positive definite, and with 2 some of them are negative.
    ///
    /// >>> S = sprandsym(20, 0.2); issymmetric(S)
    /// ans = 1
    /// >>> round(1e6 * eig(full(sprandsym(3, 0.9, [1 2 5])))') / 1e6
    /// ans = 1×3
    ///    1   2   5
    ///
    /// See also: sprand, sprandn
    fn sprandsym(cx, /** Rows and columns. */ n: usize, /** The part of the entries that is not zero. */ density: f64, /** Eigenvalues, or the reciprocal condition. */ rc: Option<Vector>, /** 1: all eigenvalues of a number `rc` positive; 2: of either sign. */ kind: Option<usize>) -> [S] { symmetric(cx.host, n, density, rc, kind) }
    or (cx, /** Where the lower triangle stands. */ S: Value) -> [R] { symmetric_like(cx.host, S) }
}

type Draw = fn(&mut Random) -> f64;

/// Uniform on (0, 1): never 0, which would be no entry.
fn positive(random: &mut Random) -> f64 {
    loop {
        let x = random.uniform();
        if x != 0.0 {
            return x;
        }
    }
}

fn normal(random: &mut Random) -> f64 {
    loop {
        let x = random.normal();
        if x != 0.0 {
            return x;
        }
    }
}

/// How many of `all` entries a density makes.
fn count(function: &str, all: f64, density: f64) -> Result<usize> {
    if !(0.0..=1.0).contains(&density) {
        return Err(Fault::new(format!("{function}: the density is from 0 to 1, not {density}"))
            .hint("0.01 stores one entry of a hundred"));
    }
    let count = (all * density).round();
    if count > LIMIT as f64 {
        return Err(Fault::new(format!(
            "{function}: a sparse matrix has at most {LIMIT} entries, and this would have {count}"
        )));
    }
    Ok(count as usize)
}

/// So many different numbers below `all`, ascending.
fn distinct(random: &mut Random, count: usize, all: u64) -> Vec<u64> {
    if count as u64 > all / 2 {
        // Rather what is left out.
        let left_out = distinct(random, all as usize - count, all);
        let mut next = left_out.into_iter().peekable();
        return (0..all).filter(|k| next.next_if_eq(k).is_none()).collect();
    }
    let mut drawn: Vec<u64> = Vec::with_capacity(count);
    while drawn.len() < count {
        let missing = count - drawn.len();
        drawn.extend((0..missing).map(|_| (random.uniform() * all as f64) as u64 % all.max(1)));
        drawn.sort_unstable();
        drawn.dedup();
    }
    drawn
}

fn of_positions(
    random: &mut Random,
    positions: &[u64],
    (m, n): (usize, usize),
    draw: Draw,
) -> Result<Sparse<f64>> {
    let rows: Vec<u32> = positions.iter().map(|k| (k % m as u64) as u32).collect();
    let cols: Vec<u32> = positions.iter().map(|k| (k / m as u64) as u32).collect();
    let entries: Vec<f64> = positions.iter().map(|_| draw(random)).collect();
    let sum = Duplicates::Sum;
    Ok(Sparse::from_triplets(m, n, &rows, &cols, &entries, sum, |a, b| a + b)?)
}

fn placed(
    host: &mut dyn Host,
    function: &str,
    (m, n): (usize, usize),
    density: f64,
    rc: Option<Vector>,
    draw: Draw,
) -> Result<Value> {
    let count = count(function, m as f64 * n as f64, density)?;
    if let Some(rc) = rc {
        let values = spectrum(function, &rc.0, m.min(n))?;
        return turned(host, (m, n), count, &values, false);
    }
    let all = m as u64 * n as u64;
    Sparse::<f64>::zeros(m, n)?;
    let random = host.random();
    let positions = distinct(random, count, all);
    Ok(of_positions(random, &positions, (m, n), draw)?.into())
}

/// New numbers where those of S stand.
fn like(host: &mut dyn Host, s: Value, draw: Draw) -> Result<Value> {
    let s = SparseArray::thinned(s)?;
    let random = host.random();
    let entries: Vec<f64> = (0..s.nnz()).map(|_| draw(random)).collect();
    let entries = matfac::Matrix::column_vector(entries).into();
    Ok(SparseArray::placed(s.places(), entries, &0.0.into())?.into())
}

fn symmetric(
    host: &mut dyn Host,
    n: usize,
    density: f64,
    rc: Option<Vector>,
    kind: Option<usize>,
) -> Result<Value> {
    let all = count("sprandsym", n as f64 * n as f64, density)?;
    if let Some(rc) = rc {
        let mut values = spectrum("sprandsym", &rc.0, n)?;
        match kind {
            None | Some(1 | 3) => {}
            Some(2) => values.iter_mut().skip(1).step_by(2).for_each(|x| *x = -*x),
            Some(other) => {
                return Err(Fault::new(format!("sprandsym: kind is 1 or 2, not {other}"))
                    .blame(Blame::Positional(3)));
            }
        }
        return turned(host, (n, n), all, &values, true);
    }
    // An entry of the diagonal counts once, another twice: so many of the diagonal as of all.
    let diagonal = ((density * n as f64).round() as usize).min(n);
    let diagonal = diagonal + (all.saturating_sub(diagonal) % 2);
    let diagonal = diagonal.min(n);
    let below = (n as u64 * (n as u64).saturating_sub(1)) / 2;
    let random = host.random();
    let on = distinct(random, diagonal, n as u64);
    let off = (all.saturating_sub(diagonal) / 2).min(below as usize);
    let off = distinct(random, off, below);
    let places: Vec<u64> = on
        .into_iter()
        .map(|k| k * n as u64 + k)
        .chain(off.into_iter().map(|k| {
            let (i, j) = triangle_place(k);
            j * n as u64 + i
        }))
        .collect();
    let lower = of_positions(random, &places, (n, n), normal)?;
    mirrored(lower)
}

/// Row and column of entry k of a strictly lower triangle, row after row.
fn triangle_place(k: u64) -> (u64, u64) {
    let mut row = ((1.0 + (1.0 + 8.0 * k as f64).sqrt()) / 2.0) as u64;
    while row * row.saturating_sub(1) / 2 > k {
        row -= 1;
    }
    while row * (row + 1) / 2 <= k {
        row += 1;
    }
    (row, k - row * (row - 1) / 2)
}

/// A lower triangle and its mirror image.
fn mirrored(lower: Sparse<f64>) -> Result<Value> {
    use matfac::linalg::sparse::{Kernel, Structure};
    let above = f64::upper(&f64::transposed(&lower), 1);
    Ok(<f64 as Kernel>::add(&lower, &above)?.into())
}

fn symmetric_like(host: &mut dyn Host, s: Value) -> Result<Value> {
    let (m, n) = s.shape();
    if m != n {
        return Err(Fault::new(format!("sprandsym: S must be square, and this is {m}×{n}"))
            .blame(Blame::Positional(0)));
    }
    use matfac::linalg::sparse::Structure;
    match like(host, s, normal)? {
        Value::Sparse(s) => match s.as_ref() {
            SparseArray::Real(s) => mirrored(f64::lower(s, 0)),
            _ => Err(Fault::new("sprandsym draws real numbers")),
        },
        other => Ok(other),
    }
}

/// The singular values or eigenvalues that `rc` asks for.
fn spectrum(function: &str, rc: &[f64], count: usize) -> Result<Vec<f64>> {
    let refuse = |what: String| {
        Err(Fault::new(format!("{function}: rc {what}"))
            .hint("it is a vector of values, or the reciprocal condition, above 0 and at most 1"))
    };
    match rc {
        _ if rc.iter().any(|x| !x.is_finite()) => refuse("has NaN or Inf".into()),
        [rc] if !(*rc > 0.0 && *rc <= 1.0) => refuse(format!("is {rc}")),
        [rc] => {
            // From 1 to rc in equal ratios.
            let last = count.saturating_sub(1).max(1) as f64;
            Ok((0..count).map(|k| rc.powf(k as f64 / last)).collect())
        }
        values if values.len() > count => {
            refuse(format!("has {} values, and there are at most {count}", values.len()))
        }
        values => {
            let mut values = values.to_vec();
            values.resize(count, 0.0);
            Ok(values)
        }
    }
}

/// A diagonal matrix turned by rotations of its rows and columns, of both together when it is to stay symmetric.
fn turned(
    host: &mut dyn Host,
    (m, n): (usize, usize),
    wanted: usize,
    values: &[f64],
    symmetric: bool,
) -> Result<Value> {
    Sparse::<f64>::zeros(m, n)?;
    let mut a = Rotated::diagonal(m, n, values);
    let random = host.random();
    // A rotation of two empty or two equal rows changes nothing: without an end there would be none.
    let most = 20 * (wanted + m + n);
    for step in 0..most {
        if a.count >= wanted {
            break;
        }
        let angle = 2.0 * std::f64::consts::PI * random.uniform();
        let (c, s) = (angle.cos(), angle.sin());
        let of_rows = symmetric || (step % 2 == 0 && m > 1) || n < 2;
        let side = if of_rows { m } else { n };
        if side < 2 {
            break;
        }
        let i = (random.uniform() * side as f64) as usize % side;
        let j = (i + 1 + (random.uniform() * (side - 1) as f64) as usize) % side;
        if i == j {
            continue;
        }
        if of_rows {
            a.rotate_rows(i, j, (c, s));
        }
        if symmetric || !of_rows {
            a.rotate_columns(i, j, (c, s));
        }
    }
    a.into_value(m, n, symmetric)
}

/// A matrix by rows and by columns at once, so that either can be turned.
struct Rotated {
    rows: Vec<BTreeMap<usize, f64>>,
    /// The rows of each column.
    cols: Vec<BTreeMap<usize, ()>>,
    count: usize,
}

impl Rotated {
    fn diagonal(m: usize, n: usize, values: &[f64]) -> Rotated {
        let mut a =
            Rotated { rows: vec![BTreeMap::new(); m], cols: vec![BTreeMap::new(); n], count: 0 };
        for (k, &x) in values.iter().enumerate().take(m.min(n)) {
            a.set(k, k, x);
        }
        a
    }

    fn set(&mut self, i: usize, j: usize, x: f64) {
        let old = if x == 0.0 { self.rows[i].remove(&j) } else { self.rows[i].insert(j, x) };
        match (old.is_some(), x != 0.0) {
            (false, true) => {
                self.cols[j].insert(i, ());
                self.count += 1;
            }
            (true, false) => {
                self.cols[j].remove(&i);
                self.count -= 1;
            }
            _ => {}
        }
    }

    fn get(&self, i: usize, j: usize) -> f64 {
        self.rows[i].get(&j).copied().unwrap_or(0.0)
    }

    fn rotate_rows(&mut self, i: usize, k: usize, (c, s): (f64, f64)) {
        let mut columns: Vec<usize> =
            self.rows[i].keys().chain(self.rows[k].keys()).copied().collect();
        columns.sort_unstable();
        columns.dedup();
        for j in columns {
            let (x, y) = (self.get(i, j), self.get(k, j));
            self.set(i, j, c * x - s * y);
            self.set(k, j, s * x + c * y);
        }
    }

    fn rotate_columns(&mut self, j: usize, k: usize, (c, s): (f64, f64)) {
        let mut rows: Vec<usize> =
            self.cols[j].keys().chain(self.cols[k].keys()).copied().collect();
        rows.sort_unstable();
        rows.dedup();
        for i in rows {
            let (x, y) = (self.get(i, j), self.get(i, k));
            self.set(i, j, c * x - s * y);
            self.set(i, k, s * x + c * y);
        }
    }

    fn into_value(self, m: usize, n: usize, symmetric: bool) -> Result<Value> {
        let (mut rows, mut cols, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for (i, row) in self.rows.iter().enumerate() {
            // Rounding is not symmetric: one triangle counts.
            for (&j, &x) in row.iter().filter(|(j, _)| !symmetric || **j <= i) {
                rows.push(i as u32);
                cols.push(j as u32);
                entries.push(x);
            }
        }
        let sum = Duplicates::Sum;
        let a = Sparse::from_triplets(m, n, &rows, &cols, &entries, sum, |a, b| a + b)?;
        if symmetric { mirrored(a) } else { Ok(a.into()) }
    }
}
