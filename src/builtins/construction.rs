//! Making matrices, and rearranging them.

use super::argument::{Count, Rest};
use super::entry::builtins;
use crate::value::{Array, Fault, Host, Range, horizontal, vertical};
use matfac::{BoolMatrix, Matrix};
use std::sync::Arc;

builtins! { "making matrices";
    /// Zeros: `zeros(n)` is n×n, `zeros(m, n)` and `zeros([m n])` are m×n.
    ///
    /// >>> zeros(1, 3)
    /// ans = 1×3
    ///    0   0   0
    ///
    /// See also: ones, eye, rand
    fn zeros(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "zeros", 0.0) }

    /// Ones: `ones(n)` is n×n, `ones(m, n)` and `ones([m n])` are m×n.
    ///
    /// >>> ones(2)
    /// ans = 2×2
    ///    1   1
    ///    1   1
    ///
    /// See also: zeros, eye
    fn ones(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "ones", 1.0) }

    /// NaN, or a matrix of NaN: the mark of a missing entry.
    ///
    /// >>> NaN(1, 2)
    /// ans = 1×2
    ///    NaN   NaN
    ///
    /// See also: isnan, ratings
    fn NaN(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "NaN", f64::NAN) } scalar Scalar::Constant(f64::NAN);

    /// Infinity, or a matrix of it.
    ///
    /// >>> -Inf
    /// ans = -Inf
    ///
    /// See also: isinf
    fn Inf(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "Inf", f64::INFINITY) } scalar Scalar::Constant(f64::INFINITY);

    /// The ratio of a circle's circumference to its diameter.
    ///
    /// >>> pi
    /// ans = 3.1416
    ///
    /// See also: e
    fn pi(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "pi", std::f64::consts::PI) } scalar Scalar::Constant(std::f64::consts::PI);

    /// Euler's number, the base of natural logarithms.
    ///
    /// >>> e
    /// ans = 2.7183
    ///
    /// See also: pi, exp
    fn e(cx, /** The size. */ size: Rest) -> [A] { filled(&size, "e", std::f64::consts::E) } scalar Scalar::Constant(std::f64::consts::E);

    /// The distance from 1 to the next larger number, 2^-52.
    ///
    /// >>> eps
    /// ans = 2.2204e-16
    ///
    /// See also: realmax
    fn eps(cx) -> [x] { Ok(f64::EPSILON) } scalar Scalar::Constant(f64::EPSILON);

    /// The largest number.
    ///
    /// >>> realmax
    /// ans = 1.7977e+308
    ///
    /// See also: eps
    fn realmax(cx) -> [x] { Ok(f64::MAX) } scalar Scalar::Constant(f64::MAX);

    /// The imaginary unit.
    ///
    /// >>> i * i
    /// ans = -1
    ///
    /// See also: real, imag
    fn i(cx) -> [z] { Ok(matfac::c64::new(0.0, 1.0)) }

    /// The logical value true, or a matrix of it.
    ///
    /// >>> true
    /// ans = 1
    ///
    /// See also: false
    fn r#true(cx, /** The size. */ size: Rest) -> [b] { filled_logical(&size, "true", true) } scalar Scalar::Truth(true);

    /// The logical value false, or a matrix of it.
    ///
    /// >>> false
    /// ans = 0
    ///
    /// See also: true
    fn r#false(cx, /** The size. */ size: Rest) -> [b] { filled_logical(&size, "false", false) } scalar Scalar::Truth(false);

    /// The identity: `eye(n)` is n×n, `eye(m, n)` has ones on its diagonal.
    ///
    /// >>> eye(2)
    /// ans = 2×2
    ///    1   0
    ///    0   1
    ///
    /// See also: diag, zeros
    fn eye(cx, /** The size. */ size: Rest) -> [A] { identity(&size) }

    /// Uniform random numbers on [0, 1), from the stream that `seed` starts.
    ///
    /// >>> seed(1); A = rand(2, 3); all(A(:) >= 0 & A(:) < 1)
    /// ans = 1
    ///
    /// See also: randn, randi, randperm, seed
    fn rand(cx, /** The size. */ size: Rest) -> [A] { random(cx.host, &size, "rand", |r, x| r.fill_uniform(x)) }

    /// Standard normal random numbers, from the stream that `seed` starts.
    ///
    /// >>> seed(1); x = randn(1000, 1); abs(mean(x)) < 0.2
    /// ans = 1
    ///
    /// See also: rand, seed
    fn randn(cx, /** The size. */ size: Rest) -> [A] { random(cx.host, &size, "randn", |r, x| r.fill_normal(x)) }

    /// Random whole numbers from 1 to `max`.
    ///
    /// >>> seed(1); x = randi(6, 1, 100); min(x) >= 1 && max(x) <= 6
    /// ans = 1
    ///
    /// See also: rand, randperm
    fn randi(cx, /** The largest number. */ max: Count, /** The size. */ size: Rest) -> [A] {
        random(cx.host, &size, "randi", |r, x| x.fill_with(|| (r.below(max.0) + 1) as f64))
    }

    /// A random order of 1…n.
    ///
    /// >>> seed(1); sort(randperm(4))
    /// ans = 1×4
    ///    1   2   3   4
    ///
    /// See also: rand, sort
    fn randperm(cx, /** How many. */ n: usize) -> [p] { permutation(cx.host, n) }

    /// `n` equally spaced numbers from `a` to `b`.
    ///
    /// >>> linspace(0, 1, 5)
    /// ans = 1×5
    ///         0   0.2500   0.5000   0.7500   1.0000
    ///
    /// See also: logspace
    fn linspace(cx, /** The first. */ a: f64, /** The last. */ b: f64, /** How many. */ n: Count = 100) -> [x] {
        spaced(a, b, n.0)
    }

    /// `n` numbers from 10^a to 10^b whose logarithms are equally spaced.
    ///
    /// >>> logspace(0, 2, 3)
    /// ans = 1×3
    ///      1    10   100
    ///
    /// See also: linspace
    fn logspace(cx, /** The first exponent. */ a: f64, /** The last exponent. */ b: f64, /** How many. */ n: Count = 50) -> [x] {
        Ok(spaced(a, b, n.0)?.map(|p| 10f64.powf(p)))
    }

    /// The diagonal of a matrix, or a matrix with a vector on its diagonal.
    ///
    /// >>> diag([1 2])
    /// ans = 2×2
    ///    1   0
    ///    0   2
    /// >>> diag([1 2; 3 4])
    /// ans = 2×1
    ///    1
    ///    4
    ///
    /// See also: eye, trace
    fn diag(cx, /** A vector (length n) or an m×n matrix. */ A: Matrix, /** Which diagonal: above the main one when positive. */ k: f64 = 0) -> [D] { diagonal(&A, k) }

    /// Copies of a matrix, side by side and one above the other.
    ///
    /// >>> repmat([1 2], 2, 2)
    /// ans = 2×4
    ///    1   2   1   2
    ///    1   2   1   2
    ///
    /// See also: kron, reshape
    fn repmat(cx, /** The matrix or string to repeat. */ A: Value, /** How often down and across. */ size: Rest) -> [B] { repeated(A, &size) }

    /// The same entries in another shape, column after column; one size may be `[]`.
    ///
    /// >>> reshape(1:6, 2, 3)
    /// ans = 2×3
    ///    1   3   5
    ///    2   4   6
    /// >>> size(reshape(1:6, [], 2))
    /// ans = 1×2
    ///    3   2
    ///
    /// See also: repmat
    fn reshape(cx, /** The matrix. */ A: Value, /** The new size. */ size: Rest) -> [B] { reshaped(A, &size) }

    /// The lower triangle.
    ///
    /// >>> tril([1 2; 3 4])
    /// ans = 2×2
    ///    1   0
    ///    3   4
    ///
    /// See also: triu
    fn tril(cx, /** The matrix. */ A: Matrix, /** Keep up to this diagonal. */ k: f64 = 0) -> [L] {
        Ok(triangle(&A, |i, j| j as f64 - i as f64 <= k))
    }

    /// The upper triangle.
    ///
    /// >>> triu([1 2; 3 4])
    /// ans = 2×2
    ///    1   2
    ///    0   4
    ///
    /// See also: tril
    fn triu(cx, /** The matrix. */ A: Matrix, /** Keep from this diagonal on. */ k: f64 = 0) -> [U] {
        Ok(triangle(&A, |i, j| j as f64 - i as f64 >= k))
    }

    /// The Kronecker product: every entry of `A` times all of `B`.
    ///
    /// >>> kron([1 2], [1; 1])
    /// ans = 2×2
    ///    1   2
    ///    1   2
    ///
    /// See also: repmat
    fn kron(cx, /** m×n. */ A: Matrix, /** p×q. */ B: Matrix) -> [K] { kronecker(&A, &B) }

    /// A magic square: rows, columns and diagonals have the same sum.
    ///
    /// >>> magic(3)
    /// ans = 3×3
    ///    8   1   6
    ///    3   5   7
    ///    4   9   2
    ///
    /// See also: hilb
    fn magic(cx, /** Its side, 3 or more. */ n: usize) -> [M] { magic_square(n) }

    /// The Hilbert matrix, 1/(i+j-1): small, symmetric, and famously ill-conditioned.
    ///
    /// >>> hilb(2)
    /// ans = 2×2
    ///    1.0000   0.5000
    ///    0.5000   0.3333
    ///
    /// See also: magic, cond
    fn hilb(cx, /** Its side. */ n: usize) -> [H] {
        checked(n, n, |i, j| 1.0 / (i + j + 1) as f64)
    }

    /// Matrices side by side.
    ///
    /// >>> horzcat([1; 2], [3; 4])
    /// ans = 2×2
    ///    1   3
    ///    2   4
    ///
    /// See also: vertcat
    fn horzcat(cx, /** The matrices. */ parts: Rest) -> [A] { horizontal(parts.0) }

    /// Matrices one above the other.
    ///
    /// >>> vertcat([1 2], [3 4])
    /// ans = 2×2
    ///    1   2
    ///    3   4
    ///
    /// See also: horzcat
    fn vertcat(cx, /** The matrices. */ parts: Rest) -> [A] { vertical(parts.0) }

    /// The numbers `a`, `a+1`, … or `a`, `a+s`, … up to `b`: what `a:s:b` writes.
    ///
    /// >>> colon(1, 3)
    /// ans = 1×3
    ///    1   2   3
    ///
    /// See also: linspace
    fn colon(cx, /** The first. */ a: f64, /** The last, or the step when there is a third. */ b: f64, /** The last. */ c: Option<f64>) -> [r] {
        match c { None => Range::new(a, 1.0, b), Some(c) => Range::new(a, b, c) }
    }
}

fn checked(
    rows: usize,
    cols: usize,
    entry: impl Fn(usize, usize) -> f64,
) -> crate::value::Result<Matrix> {
    let mut a = Matrix::filled(rows, cols, 0.0)?;
    for j in 0..cols {
        for (i, x) in a.col_mut(j).iter_mut().enumerate() {
            *x = entry(i, j);
        }
    }
    Ok(a)
}

fn filled(size: &Rest, name: &str, x: f64) -> crate::value::Result<Matrix> {
    let (m, n) = size.size(name)?;
    Ok(Matrix::filled(m, n, x)?)
}

fn filled_logical(size: &Rest, name: &str, b: bool) -> crate::value::Result<BoolMatrix> {
    let (m, n) = size.size(name)?;
    Ok(BoolMatrix::filled(m, n, b)?)
}

fn identity(size: &Rest) -> crate::value::Result<Matrix> {
    let (m, n) = size.size("eye")?;
    let mut a = Matrix::filled(m, n, 0.0)?;
    for i in 0..m.min(n) {
        a[(i, i)] = 1.0;
    }
    Ok(a)
}

fn random(
    host: &mut dyn Host,
    size: &Rest,
    name: &str,
    draw: impl FnOnce(&mut matfac::linalg::Random, &mut [f64]),
) -> crate::value::Result<Matrix> {
    let (m, n) = size.size(name)?;
    let mut numbers = Matrix::filled(m, n, 0.0)?;
    draw(host.random(), numbers.as_mut_slice());
    Ok(numbers)
}

fn permutation(host: &mut dyn Host, n: usize) -> crate::value::Result<Matrix> {
    let mut order = Matrix::filled(1, n, 0.0)?.into_vec();
    for (i, x) in order.iter_mut().enumerate() {
        *x = (i + 1) as f64;
    }
    host.random().shuffle(&mut order);
    Ok(Matrix::row_vector(order))
}

fn spaced(a: f64, b: f64, n: usize) -> crate::value::Result<Matrix> {
    let step = (b - a) / (n.max(2) - 1) as f64;
    let mut x = Matrix::filled(1, n, b)?;
    // The last is exact, whatever the step was rounded to.
    for (i, x) in x.as_mut_slice()[..n - 1].iter_mut().enumerate() {
        *x = a + i as f64 * step;
    }
    Ok(x)
}

fn diagonal(a: &Matrix, k: f64) -> crate::value::Result<Matrix> {
    if k.fract() != 0.0 {
        return Err(Fault::new(format!("diag: a diagonal has a whole number, not {k}")));
    }
    let (down, right) = ((-k).max(0.0) as usize, k.max(0.0) as usize);
    if a.is_vector() {
        let n = a.len().saturating_add(down.max(right));
        let mut d = Matrix::filled(n, n, 0.0)?;
        for (i, &x) in a.as_slice().iter().enumerate() {
            d[(i + down, i + right)] = x;
        }
        return Ok(d);
    }
    if (a.rows(), a.cols()) == (0, 0) {
        return Ok(Matrix::zeros(0, 0));
    }
    let count = a.rows().saturating_sub(down).min(a.cols().saturating_sub(right));
    Ok(Matrix::column_vector((0..count).map(|i| a[(i + down, i + right)]).collect()))
}

fn repeated(a: crate::value::Value, size: &Rest) -> crate::value::Result<crate::value::Value> {
    let (down, across) = size.size("repmat")?;
    if a.as_text().is_some() {
        matfac::linalg::memory::entries::<crate::value::Value>(
            a.numel().max(1).saturating_mul(down),
            across,
        )?;
        let row = horizontal(vec![a; across])?;
        return vertical(vec![row; down]);
    }
    let a = a.to_array()?;
    let (m, n) = (a.data.rows(), a.data.cols());
    let too_large = matfac::Error::TooLarge(matfac::error::Shape(
        m.saturating_mul(down),
        n.saturating_mul(across),
    ));
    let (Some(rows), Some(cols)) = (m.checked_mul(down), n.checked_mul(across)) else {
        return Err(too_large.into());
    };
    Ok(checked(rows, cols, |i, j| a.data[(i % m, j % n)])?.into())
}

fn reshaped(a: crate::value::Value, size: &Rest) -> crate::value::Result<crate::value::Value> {
    use crate::value::Value;
    let count = a.numel();
    let sizes = match &size.0[..] {
        // One side may be left open.
        [rows, cols] if rows.numel() == 0 && rows.is_array() => {
            let n = Rest(vec![cols.clone()]).size("reshape")?.0;
            (count.checked_div(n).unwrap_or(0), n)
        }
        [rows, cols] if cols.numel() == 0 && cols.is_array() => {
            let m = Rest(vec![rows.clone()]).size("reshape")?.0;
            (m, count.checked_div(m).unwrap_or(0))
        }
        [] => return Err(Fault::new("reshape needs the new size").hint("reshape(A, m, n)")),
        _ => size.size("reshape")?,
    };
    let (m, n) = sizes;
    if m.checked_mul(n) != Some(count) {
        let (p, q) = a.shape();
        return Err(Fault::new(format!(
            "cannot reshape {p}×{q} to {m}×{n}: {count} entries are not {}",
            m.saturating_mul(n)
        )));
    }
    Ok(match a {
        Value::Matrix(a) => {
            let array: Array = Arc::unwrap_or_clone(a);
            array.data.reshaped(m, n).into()
        }
        Value::Bools(b) => Arc::unwrap_or_clone(b).reshaped(m, n).into(),
        Value::Complex(z) => Arc::unwrap_or_clone(z).reshaped(m, n).into(),
        other => other.to_array()?.data.clone().reshaped(m, n).into(),
    })
}

fn triangle(a: &Matrix, keep: impl Fn(usize, usize) -> bool) -> Matrix {
    Matrix::from_fn(a.rows(), a.cols(), |i, j| if keep(i, j) { a[(i, j)] } else { 0.0 })
}

fn kronecker(a: &Matrix, b: &Matrix) -> crate::value::Result<Matrix> {
    let (p, q) = (b.rows(), b.cols());
    let too_large = matfac::Error::TooLarge(matfac::error::Shape(
        a.rows().saturating_mul(p),
        a.cols().saturating_mul(q),
    ));
    match (a.rows().checked_mul(p), a.cols().checked_mul(q)) {
        (Some(m), Some(n)) => checked(m, n, |i, j| a[(i / p, j / q)] * b[(i % p, j % q)]),
        _ => Err(too_large.into()),
    }
}

/// Siamese method for odd sides, the diagonal complement for multiples of four, LUX for the others.
fn magic_square(n: usize) -> crate::value::Result<Matrix> {
    if n == 2 {
        return Err(Fault::new("there is no magic square of side 2"));
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
