//! Diagonals, triangles and Kronecker products of sparse matrices, and matrices of diagonals: `spdiags`.
//!
//! O(n + nnz) each, a Kronecker product as much as its result has entries. What they are for full matrices is in
//! `rearranging` and `special_matrices`.

use super::argument::Vector;
use super::entry::builtins;
use super::gather::refuse_text;
use crate::value::{Blame, Fault, Result, SparseArray, Value};
use matfac::c64;
use matfac::linalg::sparse::{Kernel, Placed, Sparse, Structure};
use matfac::linalg::{Dense, Matrix};

builtins! { "parts of sparse matrices";
    /// The entries other than zero, column after column, as a full column.
    ///
    /// >>> nonzeros(sparse([0 5; 7 0]))
    /// ans = 2×1
    ///    7
    ///    5
    ///
    /// See also: find, nnz, spfun
    fn nonzeros(cx, /** Numbers or logicals, m×n. */ A: Value) -> [v] { refuse_text("nonzeros", &A).and_then(|()| Ok(SparseArray::thinned(A)?.stored_column())) }

    /// The diagonals of a matrix, or a sparse matrix of diagonals.
    ///
    /// `[B, d] = spdiags(A)` has each diagonal of A that is not zero in a column of B, from the lowest to the highest, and
    /// their numbers in d: 0 is the main diagonal, 1 the one above it. `spdiags(A, d)` takes those of d.
    /// `spdiags(B, d, m, n)` makes an m×n sparse matrix of the columns of B; `spdiags(B, d, A)` puts them in the place of
    /// A's diagonals. Entry (i, j) stands in row j of B, or in row i when there are fewer rows than columns.
    ///
    /// >>> full(spdiags([1 2; 3 4; 5 6], [0 1], 3, 3))
    /// ans = 3×3
    ///    1   4   0
    ///    0   3   6
    ///    0   0   5
    /// >>> [B, d] = spdiags([1 0; 2 3])
    /// B = 2×2
    ///    2   1
    ///    0   3
    /// d = 2×1
    ///   -1
    ///    0
    ///
    /// See also: diag, speye, sparse
    fn spdiags(cx, /** The matrix, m×n. */ A: Value) -> [B, d] { occupied(A) }
    or (cx, /** The matrix, m×n. */ A: Value, /** Which diagonals. */ d: Vector) -> [B] { diagonals_of(A, &d.0) }
    or (cx, /** A column for each diagonal. */ B: Value, d: Vector, /** What the other diagonals are taken from. */ A: Value) -> [S] { replaced(B, &d.0, A) }
    or (cx, B: Value, d: Vector, /** Rows. */ m: usize, /** Columns. */ n: usize) -> [S] { of_diagonals(B, &d.0, m, n) }
}

/// The same expression for the matrix of any kind of entries.
macro_rules! each {
    ($array:expr, |$s:ident, $type:ident| $body:expr) => {
        match $array {
            SparseArray::Real($s) => {
                type $type = f64;
                $body
            }
            SparseArray::Complex($s) => {
                type $type = c64;
                $body
            }
            SparseArray::Bool($s) => {
                type $type = bool;
                $body
            }
        }
    };
}

/// Diagonal k as a sparse column.
pub fn diagonal(s: &SparseArray, k: i64) -> Result<SparseArray> {
    Ok(each!(s, |s, T| T::diagonal(s, k).into()))
}

/// What `diag(S, k)` is: of a vector the square matrix with it on diagonal k, else diagonal k.
pub fn diag(s: &SparseArray, k: i64) -> Result<Value> {
    let (m, n) = s.shape();
    if (m, n) == (0, 0) {
        return Ok(s.clone().into());
    }
    if m == 1 || n == 1 {
        let of_diagonal: SparseArray = each!(s, |s, T| T::on_diagonal(s, k)?.into());
        return Ok(of_diagonal.into());
    }
    Ok(diagonal(s, k)?.into())
}

/// The m×n matrix that has each entry of a sparse row on the whole diagonal that `diagonal` tells for its position.
pub fn of_constant_diagonals(
    row: &SparseArray,
    diagonal: impl Fn(usize) -> Option<i64>,
    (m, n): (usize, usize),
) -> Result<Value> {
    let of_diagonals: SparseArray = each!(row, |s, T| {
        let stored = s.triplets().filter_map(|(_, k, x)| Some((diagonal(k)?, x)));
        let (which, entries): (Vec<i64>, Vec<T>) = stored.unzip();
        let mut bands = Dense::filled(m.max(n), which.len(), T::default())?;
        for (k, x) in entries.into_iter().enumerate() {
            bands.col_mut(k).fill(x);
        }
        T::from_diagonals(&bands, &which, m, n)?.into()
    });
    Ok(of_diagonals.into())
}

/// The entries on diagonal k and above it, or below it.
pub fn triangle(s: &SparseArray, k: f64, upper: bool) -> Value {
    // A diagonal beyond all is as good as the last.
    let k = k.clamp(-1e15, 1e15);
    // Between two diagonals there is none.
    let k = if upper { k.ceil() as i64 } else { k.floor() as i64 };
    let part: SparseArray =
        each!(s, |s, T| if upper { T::upper(s, k).into() } else { T::lower(s, k).into() });
    part.into()
}

/// `kron(a, b)`, of which one is sparse.
pub fn kron(a: Value, b: Value) -> Result<Value> {
    let (a, b) = (SparseArray::thinned(a)?.into_numbers(), SparseArray::thinned(b)?.into_numbers());
    Ok(match (&a, &b) {
        (SparseArray::Real(a), SparseArray::Real(b)) => f64::kron(a, b)?.into(),
        _ => c64::kron(&a.to_complex(), &b.to_complex())?.into(),
    })
}

impl SparseArray {
    /// The entries as a full column, narrowed to real numbers where they are.
    fn stored_column(&self) -> Value {
        match self.stored() {
            Value::Complex(z) => z.as_ref().clone().into(),
            other => other,
        }
    }
}

/// Numbers of diagonals.
fn whole(d: &[f64]) -> Result<Vec<i64>> {
    let number = |&k: &f64| match k.fract() == 0.0 && k.abs() < 1e15 {
        true => Ok(k as i64),
        false => Err(Fault::new(format!("spdiags: diagonals have whole numbers, not {k}"))
            .blame(Blame::Positional(1))),
    };
    d.iter().map(number).collect()
}

/// A matrix of which diagonals are read.
fn matrix(a: Value) -> Result<SparseArray> {
    refuse_text("spdiags", &a)?;
    Ok(SparseArray::thinned(a)?.into_numbers())
}

fn occupied(a: Value) -> Result<(Value, Value)> {
    let s = matrix(a)?;
    let which = each!(&s, |s, T| T::occupied_diagonals(s));
    let numbers = which.iter().map(|&k| k as f64).collect();
    Ok((taken(&s, &which)?, Matrix::column_vector(numbers).into()))
}

fn taken(s: &SparseArray, which: &[i64]) -> Result<Value> {
    Ok(each!(s, |s, T| T::diagonals(s, which)?.into()))
}

fn diagonals_of(a: Value, d: &[f64]) -> Result<Value> {
    taken(&matrix(a)?, &whole(d)?)
}

fn of_diagonals(bands: Value, d: &[f64], m: usize, n: usize) -> Result<Value> {
    refuse_text("spdiags", &bands)?;
    let which = whole(d)?;
    let bands = match bands {
        Value::Sparse(s) => s.to_full()?,
        full => full,
    };
    Ok(match bands.into_numeric()? {
        crate::value::Numeric::Complex(z) => added(&z, &which, m, n)?.into(),
        real => added::<f64>(&real.to_real()?.data, &which, m, n)?.into(),
    })
}

/// The columns of `bands` on diagonals, of which equal ones add up.
fn added<T: Kernel + Placed>(
    bands: &Dense<T>,
    which: &[i64],
    m: usize,
    n: usize,
) -> Result<Sparse<T>> {
    let bands = long_enough(bands, which, m, n);
    let is_repeated = |k: usize| which[..k].contains(&which[k]);
    let Some(second) = (0..which.len()).find(|&k| is_repeated(k)) else {
        return Ok(T::from_diagonals(&bands, which, m, n)?);
    };
    let (first, rest) = which.split_at(second);
    let part = |from: usize, count: usize| {
        Dense::from_fn(bands.rows(), count, |i, j| bands[(i, from + j)])
    };
    let sum = T::from_diagonals(&part(0, second), first, m, n)?;
    Ok(Kernel::add(&sum, &added(&part(second, rest.len()), rest, m, n)?)?)
}

/// Bands of as many rows as the diagonals ask for: what is missing is zero, as in Octave.
fn long_enough<T: Kernel>(bands: &Dense<T>, which: &[i64], m: usize, n: usize) -> Dense<T> {
    let rows = m.min(n);
    if bands.rows() >= rows || bands.cols() != which.len() {
        return bands.clone();
    }
    Dense::from_fn(
        rows,
        bands.cols(),
        |i, j| {
            if i < bands.rows() { bands[(i, j)] } else { T::default() }
        },
    )
}

/// A with the columns of `bands` in the place of its diagonals; sparse when A is.
fn replaced(bands: Value, d: &[f64], a: Value) -> Result<Value> {
    let is_sparse = matches!(a, Value::Sparse(_));
    let s = matrix(a)?;
    let ((m, n), which) = (s.shape(), whole(d)?);
    let mut distinct = which.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let old = taken(&s, &distinct)?;
    let numbers: Vec<f64> = distinct.iter().map(|&k| k as f64).collect();
    let old = of_diagonals(old, &numbers, m, n)?;
    let without = crate::value::arithmetic(matfac::linalg::elementwise::Arith::Sub, s.into(), old)?;
    let new = of_diagonals(bands, d, m, n)?;
    let result = crate::value::arithmetic(matfac::linalg::elementwise::Arith::Add, without, new)?;
    match result {
        Value::Sparse(s) if !is_sparse => s.to_full(),
        other => Ok(other),
    }
}
