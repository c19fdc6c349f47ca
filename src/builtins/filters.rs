//! Filters along vectors, two-dimensional convolutions, and the tridiagonal systems behind splines.
//!
//! Arguments are brought to one field and one orientation here; the loops are [`matfac::linalg::filtering`]'s.

use super::argument::{Vector, options};
use super::entry::builtins;
use crate::value::{Blame, Fault, Host, Numeric, Result, Value, uninterruptible};
use matfac::linalg::filtering;
use matfac::linalg::reduce::Axis;
use matfac::{ComplexMatrix, Matrix, c64};
use std::ops::Range;
use std::sync::Arc;

options! {
    /// Which part of a convolution is wanted.
    Part { Full = "full", Same = "same", Valid = "valid" }
}

builtins! { "polynomials";
    /// A vector, or each column of a matrix, passed through a digital filter.
    ///
    /// `a(1)*y(n) = b(1)*x(n) + b(2)*x(n-1) + … - a(2)*y(n-1) - …`, in the transposed direct form II. `sf` is what the
    /// filter remembers at the end, a column for each vector; given as `si` it continues the filter.
    ///
    /// >>> filter([1 1]/2, 1, [2 4 6])
    /// ans = 1×3
    ///    1   3   5
    /// >>> filter(1, [1 -0.5], [1 0 0])
    /// ans = 1×3
    ///    1.0000   0.5000   0.2500
    ///
    /// See also: conv, filter2, cumsum
    /// Reference: Oppenheim & Schafer (2010), Discrete-Time Signal Processing, §6.3.
    fn filter(cx,
        /** Coefficients of the input. */ b: Value,
        /** Coefficients of the output; the first is not 0. */ a: Value,
        /** A vector, or a matrix of which each column is filtered. */ x: Value,
        /** The state to start from, max(numel(a), numel(b)) - 1 numbers for each vector; or []. */ si: Option<Value>,
        /** The dimension to go along; the first that is not 1 by default. */ dim: Option<Axis>,
    ) -> [y, sf] { filtered(cx.host, b, a, x, si, dim) }

    /// The two-dimensional convolution of two matrices.
    ///
    /// `conv2(v1, v2, M)` convolves the columns of M with v1 and its rows with v2.
    ///
    /// >>> conv2([1 2; 3 4], [1 1])
    /// ans = 2×3
    ///    1   3   2
    ///    3   7   4
    /// >>> conv2([1 2; 3 4], [1 1], "valid")
    /// ans = 2×1
    ///    3
    ///    7
    ///
    /// See also: conv, filter2
    fn conv2(cx,
        /** A matrix. */ A: Value,
        /** Another. */ B: Value,
        /** All of it, the middle part of A's size, or what is computed without padding by zeros. */ shape: Part = "full",
    ) -> [C] { convolved(cx.host, "conv2", &[A, B], shape) }
    or (cx,
        /** A vector, to go along the columns. */ v1: Value,
        /** A vector, to go along the rows. */ v2: Value,
        /** A matrix. */ M: Value,
        shape: Part = "full",
    ) -> [C] { separable(cx.host, v1, v2, M, shape) }

    /// The solution of a tridiagonal system of equations, in time proportional to its size.
    ///
    /// Elimination with partial pivoting; a singular matrix gives Inf or NaN.
    ///
    /// >>> tridisolve([1 1], [2 2 2], [1 1], [3; 4; 3])'
    /// ans = 1×3
    ///    1   1   1
    ///
    /// See also: mldivide, spline
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §4.3.
    fn tridisolve(cx,
        /** The n-1 entries below the diagonal. */ lower: Vector,
        /** The n entries of the diagonal. */ diagonal: Vector,
        /** The n-1 entries above it. */ upper: Vector,
        /** The right-hand sides, n×k. */ B: Matrix,
    ) -> [X] { tridiagonal(&lower.0, &diagonal.0, &upper.0, B) }
}

/// A numeric argument in words; strings and cells are none.
fn numbers(function: &str, name: &str, position: usize, value: Value) -> Result<Numeric> {
    let described = value.describe();
    match value {
        Value::Text(_) => None,
        other => other.into_numeric().ok(),
    }
    .ok_or_else(|| {
        Fault::new(format!("{function}: {name} must hold numbers, and this is a {described}"))
            .blame(Blame::Positional(position))
    })
}

/// The real matrices that these all are, or else all as complex ones.
enum Field<const N: usize> {
    Real([Matrix; N]),
    Complex([ComplexMatrix; N]),
}

fn common_field<const N: usize>(all: [Numeric; N]) -> Result<Field<N>> {
    if all.iter().any(|x| matches!(x, Numeric::Complex(_))) {
        return Ok(Field::Complex(all.map(|x| Arc::unwrap_or_clone(x.to_complex()))));
    }
    let mut real = [const { None }; N];
    for (place, x) in real.iter_mut().zip(&all) {
        *place = Some(Arc::unwrap_or_clone(x.to_real()?).into_matrix());
    }
    Ok(Field::Real(real.map(Option::unwrap_or_default)))
}

fn filtered(
    host: &mut dyn Host,
    b: Value,
    a: Value,
    x: Value,
    si: Option<Value>,
    dim: Option<Axis>,
) -> Result<(Value, Value)> {
    let b = numbers("filter", "b", 0, b)?;
    let a = numbers("filter", "a", 1, a)?;
    let x = numbers("filter", "x", 2, x)?;
    let count = |c: &Numeric| c.shape().0 * c.shape().1;
    let order = count(&a).max(count(&b)).max(1) - 1;
    let (m, n) = x.shape();
    let across = match dim {
        Some(axis) => axis == Axis::Across,
        None => m == 1,
    };
    let lanes = if across { m } else { n };
    let si = match si {
        Some(given) if given.numel() > 0 => {
            let given = numbers("filter", "si", 3, given)?;
            let (rows, cols) = given.shape();
            let fits = (rows == order && cols == lanes)
                || (lanes == 1 && rows.min(cols) == 1 && rows * cols == order);
            // A filter without memory takes whatever stands for none.
            if !fits && order > 0 {
                return Err(Fault::new(format!(
                    "filter: si must be {order}×{lanes} (max(numel(a), numel(b)) - 1 for each vector), and this is {rows}×{cols}"
                ))
                .blame(Blame::Positional(3)));
            }
            given
        }
        _ => Numeric::Real(Arc::new(Matrix::zeros(order, lanes).into())),
    };
    let flops = 4.0 * (m * n) as f64 * (order + 1) as f64;
    let first_is_zero = || {
        Fault::new("filter: the first of the coefficients a must not be 0")
            .blame(Blame::Positional(1))
    };
    // One entry for each coefficient of the longer of the two, at least one.
    macro_rules! run {
        ($b:ident, $a:ident, $x:ident, $si:ident, $zero:expr, $filter:path) => {{
            let padded = |c: Vec<_>| -> Vec<_> {
                let none = order + 1 - c.len();
                c.into_iter().chain(std::iter::repeat_n($zero, none)).collect()
            };
            let (b, a) = (padded($b.into_vec()), padded($a.into_vec()));
            if a[0] == $zero {
                return Err(first_is_zero());
            }
            let mut x = if across { $x.transposed() } else { $x };
            let mut state = $si.reshaped(order, lanes);
            let (y, sf) = uninterruptible(host, flops, 16 * m * n, move || {
                $filter(&b, &a, &mut x, &mut state);
                Ok((x, state))
            })?;
            (Value::from(if across { y.transposed() } else { y }), Value::from(sf))
        }};
    }
    Ok(match common_field([b, a, x, si])? {
        Field::Real([b, a, x, si]) => run!(b, a, x, si, 0.0, filtering::filter),
        Field::Complex([b, a, x, si]) => {
            run!(b, a, x, si, c64::new(0.0, 0.0), filtering::filter_complex)
        }
    })
}

/// The indices of the full convolution of lengths `a` and `b` that belong to a part.
fn range(part: Part, a: usize, b: usize) -> Range<usize> {
    match part {
        Part::Full => 0..a + b - 1,
        Part::Same => b / 2..b / 2 + a,
        Part::Valid => b - 1..a.max(b - 1),
    }
}

fn convolved(host: &mut dyn Host, function: &str, ab: &[Value; 2], part: Part) -> Result<Value> {
    let a = numbers(function, "A", 0, ab[0].clone())?;
    let b = numbers(function, "B", 1, ab[1].clone())?;
    let ((ma, na), (mb, nb)) = (a.shape(), b.shape());
    if ma * na * mb * nb == 0 {
        return Ok(Value::empty());
    }
    let (rows, cols) = (range(part, ma, mb), range(part, na, nb));
    if rows.is_empty() || cols.is_empty() {
        return Ok(Value::from(Matrix::zeros(rows.len(), cols.len())));
    }
    let flops = 2.0 * (ma * na) as f64 * (mb * nb) as f64;
    let bytes = 16 * rows.len() * cols.len();
    Ok(match common_field([a, b])? {
        Field::Real([a, b]) => uninterruptible(host, flops, bytes, move || {
            Ok(filtering::convolution(&a, &b, rows, cols))
        })?
        .into(),
        Field::Complex([a, b]) => uninterruptible(host, flops, bytes, move || {
            Ok(filtering::convolution_complex(&a, &b, rows, cols))
        })?
        .into(),
    })
}

/// Both factors of a separable kernel in turn, along the columns first.
fn separable(host: &mut dyn Host, v1: Value, v2: Value, m: Value, part: Part) -> Result<Value> {
    for (position, v) in [&v1, &v2].into_iter().enumerate() {
        let (rows, cols) = v.shape();
        if rows.min(cols) > 1 {
            return Err(Fault::new(format!(
                "conv2: of three arrays the first two are vectors, and v{} is {rows}×{cols}",
                position + 1
            ))
            .blame(Blame::Positional(position)));
        }
    }
    let down = along("v1", 0, v1, true)?;
    let right = along("v2", 1, v2, false)?;
    let half = convolved(host, "conv2", &[m, down], part)?;
    convolved(host, "conv2", &[half, right], part)
}

/// A vector as a column or as a row.
fn along(name: &str, position: usize, v: Value, down: bool) -> Result<Value> {
    let v = numbers("conv2", name, position, v)?;
    let n = v.shape().0 * v.shape().1;
    let (rows, cols) = if down { (n, 1) } else { (1, n) };
    Ok(match common_field([v])? {
        Field::Real([v]) => v.reshaped(rows, cols).into(),
        Field::Complex([v]) => v.reshaped(rows, cols).into(),
    })
}

fn tridiagonal(lower: &[f64], diagonal: &[f64], upper: &[f64], mut b: Matrix) -> Result<Matrix> {
    let n = diagonal.len();
    let beside = n.saturating_sub(1);
    for (position, name, count) in [(0, "lower", lower.len()), (2, "upper", upper.len())] {
        if count != beside {
            return Err(Fault::new(format!(
                "tridisolve: beside a diagonal of {n} there are {beside} entries, and {name} has {count}"
            ))
            .blame(Blame::Positional(position)));
        }
    }
    if b.rows() != n {
        return Err(Fault::new(format!(
            "tridisolve: {n} equations have {n} right-hand sides, and B has {} rows",
            b.rows()
        ))
        .blame(Blame::Positional(3)));
    }
    filtering::solve_tridiagonal(lower, diagonal, upper, &mut b);
    Ok(b)
}
