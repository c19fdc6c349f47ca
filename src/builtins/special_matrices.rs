//! Matrices with a name: Hilbert, Vandermonde, Toeplitz, Hankel, magic squares, grids, Kronecker products.

use super::argument::Rest;
use super::entry::builtins;
use super::gather::gather;
use super::sparse_parts;
use crate::value::{Fault, Numeric, Result, SparseArray, Value, concatenate, mapped};
use matfac::Matrix;
use matfac::error::Shape;
use matfac::linalg::Dense;
use matfac::linalg::reduce::Axis;

builtins! { "special matrices";
    /// The Kronecker product: every entry of `A` times all of `B`; of several matrices from the left.
    ///
    /// >>> kron([1 2], [1; 1])
    /// ans = 2×2
    ///    1   2
    ///    1   2
    ///
    /// See also: repmat
    fn kron(cx, /** m×n. */ A: Value, /** p×q. */ B: Value, /** More of them. */ more: Rest) -> [K] {
        more.0.into_iter().try_fold(kronecker(A, B)?, kronecker)
    }

    /// A magic square: rows, columns and diagonals have the same sum.
    ///
    /// >>> magic(3)
    /// ans = 3×3
    ///    8   1   6
    ///    3   5   7
    ///    4   9   2
    ///
    /// See also: hilb
    fn magic(cx, /** Its side; 2 has none and gives a square whose diagonals differ. */ n: f64) -> [M] { magic_square(n) }

    /// The inverse of `hilb(n)`, whose entries are whole numbers.
    ///
    /// >>> invhilb(2)
    /// ans = 2×2
    ///     4   -6
    ///    -6   12
    ///
    /// See also: hilb, inv
    fn invhilb(cx, /** Its side. */ n: usize) -> [H] { inverse_hilbert(n) }

    /// The Toeplitz matrix with first column `c` and first row `r`: constant along its diagonals.
    ///
    /// >>> toeplitz([1 2 3])
    /// ans = 3×3
    ///    1   2   3
    ///    2   1   2
    ///    3   2   1
    ///
    /// See also: hankel, vander
    fn toeplitz(cx, /** The first column. */ c: Value, /** The first row; `c` by default. */ r: Option<Value>) -> [T] { toeplitz_matrix(c, r) }

    /// The Hankel matrix with first column `c` and last row `r`: constant along its antidiagonals.
    ///
    /// >>> hankel([1 2 3])
    /// ans = 3×3
    ///    1   2   3
    ///    2   3   0
    ///    3   0   0
    ///
    /// See also: toeplitz
    fn hankel(cx, /** The first column. */ c: Value, /** The last row; zeros by default. */ r: Option<Value>) -> [H] { hankel_matrix(c, r) }

    /// Coordinates of a grid: `x` along each row, `y` down each column.
    ///
    /// >>> [X, Y] = meshgrid(1:3, 1:2)
    /// X = 2×3
    ///    1   2   3
    ///    1   2   3
    /// Y = 2×3
    ///    1   1   1
    ///    2   2   2
    ///
    /// See also: ndgrid
    fn meshgrid(cx, /** n numbers. */ x: Value, /** m numbers; `x` by default. */ y: Option<Value>) -> [X, Y] { grid(&x, y.as_ref(), true) }

    /// Coordinates of a grid: `x` down each column, `y` along each row.
    ///
    /// >>> [X, Y] = ndgrid(1:2, 1:3)
    /// X = 2×3
    ///    1   1   1
    ///    2   2   2
    /// Y = 2×3
    ///    1   2   3
    ///    1   2   3
    ///
    /// See also: meshgrid
    fn ndgrid(cx, /** m numbers. */ x: Value, /** n numbers; `x` by default. */ y: Option<Value>) -> [X, Y] { grid(&x, y.as_ref(), false) }
}

fn checked(rows: usize, cols: usize, entry: impl Fn(usize, usize) -> f64) -> Result<Matrix> {
    let mut a = Matrix::filled(rows, cols, 0.0)?;
    for j in 0..cols {
        for (i, x) in a.col_mut(j).iter_mut().enumerate() {
            *x = entry(i, j);
        }
    }
    Ok(a)
}

fn kronecker(a: Value, b: Value) -> Result<Value> {
    if matches!(a, Value::Sparse(_)) || matches!(b, Value::Sparse(_)) {
        return super::sparse_parts::kron(a, b);
    }
    Ok(match (a.into_numeric()?, b.into_numeric()?) {
        (a @ Numeric::Complex(_), b) | (a, b @ Numeric::Complex(_)) => {
            kronecker_of(&a.to_complex(), &b.to_complex())?.into()
        }
        (a, b) => kronecker_of(&a.to_real()?.data, &b.to_real()?.data)?.into(),
    })
}

fn kronecker_of<T>(a: &Dense<T>, b: &Dense<T>) -> Result<Dense<T>>
where
    T: Copy + std::ops::Mul<Output = T>,
{
    let (p, q) = (b.rows(), b.cols());
    let shape = Shape(a.rows().saturating_mul(p), a.cols().saturating_mul(q));
    matfac::linalg::memory::entries::<T>(shape.0, shape.1)?;
    if shape.0 == 0 || shape.1 == 0 {
        return Ok(Dense::from_vec(shape.0, shape.1, Vec::new()));
    }
    Ok(Dense::from_fn(shape.0, shape.1, |i, j| a[(i / p, j / q)] * b[(i % p, j % q)]))
}

/// Entries by their recurrence along the diagonal (Choi 1983): exact while they fit 53 bits.
fn inverse_hilbert(n: usize) -> Result<Matrix> {
    let side = n as f64;
    let mut p = side;
    // p(k) = (-1)^k (k+n-1)! / ((k-1)!² (n-k)!)
    let mut factors = Vec::with_capacity(n.min(1 << 20));
    for k in 1..=n {
        factors.push(p);
        let k = k as f64;
        p *= -(side - k) * (side + k) / (k * k);
    }
    checked(n, n, |i, j| factors[i] * factors[j] / (i + j + 1) as f64)
}

fn line(function: &str, value: &Value) -> Result<usize> {
    let (m, n) = value.shape();
    if m == 1 || n == 1 || m * n == 0 {
        return Ok(m * n);
    }
    Err(Fault::new(format!("{function} needs vectors, and this is {m}×{n}")))
}

fn not_empty(function: &str, value: &Value) -> Result<()> {
    if value.numel() > 0 {
        return Ok(());
    }
    Err(Fault::new(format!("{function} needs vectors, and this one is empty")))
}

fn toeplitz_matrix(c: Value, r: Option<Value>) -> Result<Value> {
    let hermitian = r.is_none();
    not_empty("toeplitz", &c)?;
    let m = line("toeplitz", &c)?;
    let r = r.unwrap_or_else(|| c.clone());
    not_empty("toeplitz", &r)?;
    let n = line("toeplitz", &r)?;
    // With one argument it is the first row, and the first column is its conjugate.
    let is_sparse = matches!(c, Value::Sparse(_)) || matches!(r, Value::Sparse(_));
    let c = match c {
        Value::Sparse(s) if hermitian => mapped(s, super::complex_parts::conjugate)?,
        full if hermitian => super::complex_parts::conjugate(full)?,
        c => c,
    };
    let flat = |v: Value| concatenate(vec![vec![super::rearranging::as_row(&v)?]]);
    let both = concatenate(vec![vec![flat(c)?, flat(r)?]])?;
    if is_sparse {
        // The main diagonal is there twice.
        let diagonal = |k: usize| match k.checked_sub(m) {
            None => (k > 0 || !hermitian).then_some(-(k as i64)),
            Some(k) => (k > 0 || hermitian).then_some(k as i64),
        };
        return sparse_parts::of_constant_diagonals(&SparseArray::thinned(both)?, diagonal, (m, n));
    }
    gather(&both, (m, n), |i, j| Some(if i >= j { i - j } else { m + j - i }))
        .map(|t| if hermitian && m > 0 { with_diagonal(t, &both, m) } else { Ok(t) })?
}

/// The diagonal of a Hermitian Toeplitz matrix is its first number as it was given.
fn with_diagonal(t: Value, both: &Value, m: usize) -> Result<Value> {
    let Value::Complex(entries) = both else { return Ok(t) };
    let first = entries.as_slice()[m];
    let Value::Complex(mut matrix) = t else { return Ok(t) };
    let z = std::sync::Arc::make_mut(&mut matrix);
    for i in 0..m {
        z[(i, i)] = first;
    }
    Ok(Value::Complex(matrix))
}

fn hankel_matrix(c: Value, r: Option<Value>) -> Result<Value> {
    not_empty("hankel", &c)?;
    let m = line("hankel", &c)?;
    if matches!(c, Value::Sparse(_)) || matches!(r, Some(Value::Sparse(_))) {
        return sparse_hankel(c, r, m);
    }
    let Some(r) = r else {
        return gather(&c, (m, m), |i, j| (i + j < m).then_some(i + j));
    };
    let n = line("hankel", &r)?;
    let both =
        concatenate(vec![vec![super::rearranging::as_row(&c)?, super::rearranging::as_row(&r)?]])?;
    // The row's first number gives way to the column's last.
    gather(&both, (m, n), |i, j| Some(if i + j < m { i + j } else { i + j + 1 }))
}

/// Upside down it is a Toeplitz matrix.
fn sparse_hankel(c: Value, r: Option<Value>, m: usize) -> Result<Value> {
    let n = r.as_ref().map_or(Ok(m), |r| line("hankel", r))?;
    let mut both = vec![super::rearranging::as_row(&c)?];
    if let Some(r) = &r {
        both.push(super::rearranging::as_row(r)?);
    }
    let both = SparseArray::thinned(concatenate(vec![both])?)?;
    let diagonal = |k: usize| match k {
        k if k < m => Some(k as i64 + 1 - m as i64),
        // The row's first number gives way to the column's last.
        k => (k > m).then_some((k - m) as i64),
    };
    let upside_down = sparse_parts::of_constant_diagonals(&both, diagonal, (m, n))?;
    super::sparse_rearranging::flipped(&upside_down, Axis::Down)
}

fn grid(x: &Value, y: Option<&Value>, x_along_rows: bool) -> Result<(Value, Value)> {
    let y = y.unwrap_or(x);
    let (nx, ny) = (line("a grid", x)?, line("a grid", y)?);
    let shape = if x_along_rows { (ny, nx) } else { (nx, ny) };
    let along = |i: usize, j: usize, rows: bool| Some(if rows { j } else { i });
    Ok((
        gather(x, shape, |i, j| along(i, j, x_along_rows))?,
        gather(y, shape, |i, j| along(i, j, !x_along_rows))?,
    ))
}

/// Siamese method for odd sides, the diagonal complement for multiples of four, LUX for the others.
fn magic_square(n: f64) -> Result<Matrix> {
    if n.is_nan() || n < 0.0 {
        return Err(Fault::new(format!("magic: n is a number, 0 or more, not {n}")));
    }
    let n = n as usize;
    if n == 2 {
        return Ok(Matrix::from_vec(2, 2, vec![4.0, 1.0, 3.0, 2.0]));
    }
    let odd = |n: usize| {
        let mut a = Matrix::filled(n, n, 0.0)?;
        let (mut i, mut j) = (0, n / 2);
        for k in 1..=n * n {
            a[(i, j)] = k as f64;
            let (up, right) = ((i + n - 1) % n, (j + 1) % n);
            if a[(up, right)] == 0.0 {
                (i, j) = (up, right);
            } else {
                i = (i + 1) % n;
            }
        }
        Ok::<Matrix, Box<Fault>>(a)
    };
    if n % 2 == 1 || n == 0 {
        return odd(n);
    }
    if n.is_multiple_of(4) {
        return checked(n, n, |i, j| {
            let k = (i * n + j + 1) as f64;
            let on_diagonal = (i % 4 == j % 4) || (i % 4 + j % 4 == 3);
            if on_diagonal { (n * n + 1) as f64 - k } else { k }
        });
    }
    let half = n / 2;
    let quarter = odd(half)?;
    let shift = (half * half) as f64;
    let mut a = checked(n, n, |i, j| {
        let block = match (i < half, j < half) {
            (true, true) => 0.0,
            (false, false) => 1.0,
            (true, false) => 2.0,
            (false, true) => 3.0,
        };
        quarter[(i % half, j % half)] + block * shift
    })?;
    let k = (n - 2) / 4;
    for i in 0..half {
        let middle = i == half / 2;
        for j in 0..n {
            let from_left = if middle { j >= 1 && j <= k } else { j < k };
            if from_left || j > n - k {
                let upper = a[(i, j)];
                a[(i, j)] = a[(i + half, j)];
                a[(i + half, j)] = upper;
            }
        }
    }
    Ok(a)
}
