//! The Sylvester equation `A*X + X*B = C`, and Lyapunov's, where B is A'.
//!
//! Method: Schur forms of A and B, then substitution, in halves down to blocks of a few columns, so that most of the
//! work is products. References: Bartels & Stewart (1972), CACM 15; Jonsson & Kågström (2002), ACM TOMS 28; Golub &
//! Van Loan (2013), §7.6.3. Cost: about 25(m³ + n³) flops for the Schur forms, and mn(m + n) complex ones for the
//! substitution.

use super::blocks::Blocks;
use super::schur::{Schur, decompose};
use crate::error::{Error, Result, Shape};
use crate::linalg::par::{Op, order, par};
use crate::linalg::product::times;
use crate::linalg::simd::Clean;
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};
use faer::Accum;
use faer::linalg::matmul::matmul;

/// Solves `A*X + X*B = C` for A m×m, B n×n and C m×n.
///
/// Errors: [`Error::NotSquare`], [`Error::Shapes`], [`Error::NonFinite`], and [`Error::Argument`] when A and -B share
/// an eigenvalue, so that there is no unique solution.
///
/// ```
/// use matfac::{Matrix, factor::sylvester};
/// let one = Matrix::identity(1);
/// assert!((sylvester(&one, &one, &one).unwrap()[(0, 0)] - 0.5).abs() < 1e-15);
/// ```
pub fn sylvester(a: &Matrix, b: &Matrix, c: &Matrix) -> Result<Matrix> {
    let (fa, fb) = forms("sylvester", a, b, c)?;
    let x = solve("sylvester", &fa.to_complex(), &fb.to_complex(), &c.map(Scalar::complex))?;
    Ok(x.map(|z| z.re))
}

/// [`sylvester`] of complex matrices.
pub fn sylvester_complex(
    a: &ComplexMatrix,
    b: &ComplexMatrix,
    c: &ComplexMatrix,
) -> Result<ComplexMatrix> {
    let (fa, fb) = forms("sylvester", a, b, c)?;
    solve("sylvester", &fa, &fb, c)
}

/// Solves Lyapunov's equation `A*X + X*A' + Q = 0`; X is symmetric when Q is.
///
/// Errors: as [`sylvester`].
///
/// ```
/// use matfac::{Matrix, factor::lyap};
/// let x = lyap(&Matrix::from_rows(&[&[-1.0]]), &Matrix::from_rows(&[&[4.0]])).unwrap();
/// assert!((x[(0, 0)] - 2.0).abs() < 1e-15);
/// ```
pub fn lyap(a: &Matrix, q: &Matrix) -> Result<Matrix> {
    let complex = lyapunov(decompose("lyap", a)?.to_complex(), &q.map(Scalar::complex))?;
    Ok(complex.map(|z| z.re))
}

/// [`lyap`] of complex matrices; X is Hermitian when Q is.
pub fn lyap_complex(a: &ComplexMatrix, q: &ComplexMatrix) -> Result<ComplexMatrix> {
    lyapunov(decompose("lyap", a)?, q)
}

fn lyapunov(form: Schur<c64>, q: &ComplexMatrix) -> Result<ComplexMatrix> {
    let n = form.t.cols();
    fits("lyap", "Q", n, n, q)?;
    let is_hermitian = *q == q.adjoint();
    // The form of A' has the transposed triangle; from below it is upper triangular again.
    let reversed = Schur {
        u: Dense::from_fn(n, n, |i, j| form.u[(i, n - 1 - j)]),
        t: Dense::from_fn(n, n, |i, j| form.t[(n - 1 - j, n - 1 - i)].conj()),
    };
    let x = solve("lyap", &form, &reversed, &q.map(|z| -z))?;
    if !is_hermitian {
        return Ok(x);
    }
    Ok(Dense::from_fn(n, n, |i, j| (x[(i, j)] + x[(j, i)].conj()).scaled(0.5)))
}

/// Solves Stein's equation `A*X*A' - X + Q = 0`, Lyapunov's of discrete time.
///
/// Errors: as [`sylvester`], where two eigenvalues have the product 1.
pub fn dlyap(a: &Matrix, q: &Matrix) -> Result<Matrix> {
    let form = decompose("dlyap", a)?.to_complex();
    Ok(stein(&form, &q.map(Scalar::complex))?.map(|z| z.re))
}

/// [`dlyap`] of complex matrices.
pub fn dlyap_complex(a: &ComplexMatrix, q: &ComplexMatrix) -> Result<ComplexMatrix> {
    stein(&decompose("dlyap", a)?, q)
}

/// `T*Y*T' - Y = -U'*Q*U`, column after column from the last: `(t̄(k,k)*T - I)*y(k)` is what the later ones leave.
fn stein(form: &Schur<c64>, q: &ComplexMatrix) -> Result<ComplexMatrix> {
    let (t, n) = (&form.t, form.t.cols());
    fits("dlyap", "Q", n, n, q)?;
    let mut right = times(&times(&form.u, true, q, false)?, false, &form.u, false)?;
    let mut smallest = f64::INFINITY;
    let mut product = Dense::from_fn(n, n, |_, _| c64::ZERO);
    for k in (0..n).rev() {
        let mut sum: Vec<c64> = right.col(k).iter().map(|&z| -z).collect();
        for j in k + 1..n {
            let factor = t[(k, j)].conj();
            sum.iter_mut().zip(product.col(j)).for_each(|(s, &x)| *s -= factor * x);
        }
        let corner = t[(k, k)].conj();
        for i in (0..n).rev() {
            let divisor = corner * t[(i, i)] - c64::ONE;
            smallest = smallest.min(divisor.modulus());
            let x = sum[i].over(divisor);
            sum[i] = x;
            let factor = corner * x;
            sum[..i].iter_mut().zip(t.col(i)).for_each(|(s, &t)| *s -= t * factor);
        }
        right.col_mut(k).copy_from_slice(&sum);
        for (i, &factor) in sum.iter().enumerate() {
            let column = product.col_mut(k);
            column.iter_mut().zip(&t.col(i)[..=i]).for_each(|(p, &t)| *p += t * factor);
        }
    }
    if smallest <= f64::EPSILON * (1.0 + t.largest().powi(2)) {
        return Err(not_unique("dlyap", "A has two eigenvalues with the product 1"));
    }
    form.transform(&right)
}

/// The Schur forms of A and B, when the shapes fit.
fn forms<T: Blocks>(
    operation: &'static str,
    a: &Dense<T>,
    b: &Dense<T>,
    c: &Dense<T>,
) -> Result<(Schur<T>, Schur<T>)> {
    a.require_square(operation)?;
    b.require_square(operation)?;
    fits(operation, "C", a.rows(), b.rows(), c)?;
    Ok((decompose(operation, a)?, decompose(operation, b)?))
}

fn fits<T: Scalar>(
    operation: &'static str,
    name: &'static str,
    m: usize,
    n: usize,
    c: &Dense<T>,
) -> Result<()> {
    let wanted = Shape(m, n);
    if c.shape() != wanted {
        let message = format!("{operation}: {name} is {}, and must be {wanted}", c.shape());
        return Err(Error::argument_hint(name, message, "the shapes of all terms must agree"));
    }
    c.require_finite(operation)
}

fn not_unique(operation: &'static str, why: &str) -> Error {
    let message = format!("{operation}: {why}, so there is no unique solution");
    Error::argument_hint("A", message, "eig shows the eigenvalues")
}

fn solve(
    operation: &'static str,
    a: &Schur<c64>,
    b: &Schur<c64>,
    c: &ComplexMatrix,
) -> Result<ComplexMatrix> {
    // Powers of two keep products of huge or tiny numbers in range.
    let unit = |x: f64| {
        if x == 0.0 { 1.0 } else { 2f64.powi(x.log2().floor().clamp(-1000.0, 1000.0) as i32) }
    };
    let (left, right) = (unit(a.t.largest().max(b.t.largest())), unit(c.largest()));
    let shrunk = |x: &ComplexMatrix, by: f64| x.map(|z| z.scaled(1.0 / by));
    let (s, t) = (shrunk(&a.t, left), shrunk(&b.t, left));
    let mut y = times(&times(&a.u, true, &shrunk(c, right), false)?, false, &b.u, false)?;
    let closest = s.cols().min(1) as f64 * separation(&s, &t);
    if closest <= f64::EPSILON * (s.largest() + t.largest()) && !y.is_empty() {
        return Err(not_unique(
            operation,
            "two eigenvalues of the equation's matrices cancel (λ + μ = 0)",
        ));
    }
    substitute(&s, &t, &mut y);
    let x = times(&times(&a.u, false, &y, false)?, false, &b.u, true)?;
    let factor = right / left;
    Ok(x.map(|z| z.scaled(factor)))
}

/// The smallest `|s + t|` of two diagonal entries.
fn separation(s: &ComplexMatrix, t: &ComplexMatrix) -> f64 {
    let diagonal = |a: &ComplexMatrix| (0..a.cols()).map(|i| a[(i, i)]).collect::<Vec<_>>();
    let (left, right) = (diagonal(s), diagonal(t));
    let pairs = left.iter().flat_map(|x| right.iter().map(move |y| (x + y).modulus()));
    pairs.fold(f64::INFINITY, f64::min)
}

/// Overwrites Y with the X of `S*X + X*T = Y` for upper triangular S and T.
pub(crate) fn substitute(s: &ComplexMatrix, t: &ComplexMatrix, y: &mut ComplexMatrix) {
    let _clean = Clean;
    let (m, n) = (y.rows(), y.cols());
    if m.max(n) <= 24 {
        return by_columns(s, t, y);
    }
    let part = |a: &ComplexMatrix, i: usize, j: usize, m: usize, n: usize| {
        Dense::from_view(a.view().submatrix(i, j, m, n))
    };
    let threads = par(Op::Product, order(&[m, n, m.max(n) / 2]));
    if m >= n {
        let k = m / 2;
        let mut below = part(y, k, 0, m - k, n);
        substitute(&part(s, k, k, m - k, m - k), t, &mut below);
        let mut above = part(y, 0, 0, k, n);
        let link = s.view().submatrix(0, k, k, m - k);
        matmul(above.view_mut(), Accum::Add, link, below.view(), -c64::ONE, threads);
        substitute(&part(s, 0, 0, k, k), t, &mut above);
        y.view_mut().submatrix_mut(0, 0, k, n).copy_from(above.view());
        y.view_mut().submatrix_mut(k, 0, m - k, n).copy_from(below.view());
    } else {
        let k = n / 2;
        let mut before = part(y, 0, 0, m, k);
        substitute(s, &part(t, 0, 0, k, k), &mut before);
        let mut after = part(y, 0, k, m, n - k);
        let link = t.view().submatrix(0, k, k, n - k);
        matmul(after.view_mut(), Accum::Add, before.view(), link, -c64::ONE, threads);
        substitute(s, &part(t, k, k, n - k, n - k), &mut after);
        y.view_mut().submatrix_mut(0, 0, m, k).copy_from(before.view());
        y.view_mut().submatrix_mut(0, k, m, n - k).copy_from(after.view());
    }
}

fn by_columns(s: &ComplexMatrix, t: &ComplexMatrix, y: &mut ComplexMatrix) {
    let (m, n) = (y.rows(), y.cols());
    for k in 0..n {
        let (before, rest) = y.as_mut_slice().split_at_mut(k * m);
        let column = &mut rest[..m];
        for (j, x) in before.chunks(m.max(1)).enumerate() {
            let factor = t[(j, k)];
            column.iter_mut().zip(x).for_each(|(y, &x)| *y -= factor * x);
        }
        for i in (0..m).rev() {
            let x = column[i].over(s[(i, i)] + t[(k, k)]);
            column[i] = x;
            let above = &s.col(i)[..i];
            column[..i].iter_mut().zip(above).for_each(|(y, &s)| *y -= s * x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testdata::{distance, random, random_complex};
    use super::*;
    use crate::linalg::product::{multiply, multiply_complex};

    #[test]
    fn solutions_solve() {
        for (m, n) in [(0, 0), (1, 1), (3, 2), (20, 30), (70, 55), (0, 3)] {
            let (a, b, x) = (random(m, m, 1), random(n, n, 2), random(m, n, 3));
            let left = multiply(&a, &x).unwrap();
            let right = multiply(&x, &b).unwrap();
            let c = Matrix::from_fn(m, n, |i, j| left[(i, j)] + right[(i, j)]);
            assert!(distance(&sylvester(&a, &b, &c).unwrap(), &x) < 1e-9);
            let (a, b, x) =
                (random_complex(m, m, 1), random_complex(n, n, 2), random_complex(m, n, 3));
            let left = multiply_complex(&a, &x).unwrap();
            let right = multiply_complex(&x, &b).unwrap();
            let c = ComplexMatrix::from_fn(m, n, |i, j| left[(i, j)] + right[(i, j)]);
            assert!(distance(&sylvester_complex(&a, &b, &c).unwrap(), &x) < 1e-9);
        }
    }

    #[test]
    fn lyapunov_and_stein() {
        for n in [0, 1, 2, 9, 60] {
            let spread = random(n, n, 4);
            let q = Matrix::from_fn(n, n, |i, j| spread[(i, j)] + spread[(j, i)]);
            // Stable: all eigenvalues in the left half plane, and, divided, in the unit disc.
            let shift = 2.0 * (n as f64).sqrt();
            let a = random(n, n, 8);
            let a = Matrix::from_fn(n, n, |i, j| a[(i, j)] - if i == j { shift } else { 0.0 });
            let x = lyap(&a, &q).unwrap();
            let ax = multiply(&a, &x).unwrap();
            let residual = Matrix::from_fn(n, n, |i, j| ax[(i, j)] + ax[(j, i)] + q[(i, j)]);
            assert!(residual.largest() < 1e-12 * (n + 1) as f64);
            assert_eq!(x, x.transposed());
            let a = a.map(|v| v / (2.5 * shift).max(1.0));
            let x = dlyap(&a, &q).unwrap();
            let axa = multiply(&multiply(&a, &x).unwrap(), &a.transposed()).unwrap();
            let residual = Matrix::from_fn(n, n, |i, j| axa[(i, j)] - x[(i, j)] + q[(i, j)]);
            assert!(residual.largest() < 1e-11 * (n + 1) as f64, "{n} {}", residual.largest());
        }
        let a = random_complex(5, 5, 1);
        let q = random_complex(5, 5, 2);
        let x = lyap_complex(&a, &q).unwrap();
        let left = multiply_complex(&a, &x).unwrap();
        let right = multiply_complex(&x, &a.adjoint()).unwrap();
        assert!(distance(&Dense::from_fn(5, 5, |i, j| -left[(i, j)] - right[(i, j)]), &q) < 1e-12);
        assert!(dlyap(&Matrix::identity(2), &Matrix::identity(2)).is_err());
    }

    #[test]
    fn huge_and_tiny_equations() {
        for scale in [1e-300, 1e300] {
            let [a, b, c] =
                [random(4, 4, 1), random(3, 3, 2), random(4, 3, 3)].map(|x| x.map(|v| v * scale));
            let x = sylvester(&a, &b, &c).unwrap();
            let (ax, xb) = (multiply(&a, &x).unwrap(), multiply(&x, &b).unwrap());
            let sum = Matrix::from_fn(4, 3, |i, j| ax[(i, j)] + xb[(i, j)]);
            assert!(distance(&sum, &c) < 1e-12 * scale);
        }
    }

    #[test]
    fn equations_without_a_unique_solution_are_refused() {
        let a = random(4, 4, 1);
        let error = sylvester(&a, &a.map(|x| -x), &a).unwrap_err();
        assert!(error.to_string().contains("no unique solution"));
        assert!(sylvester(&a, &a, &random(4, 3, 1)).is_err());
        assert!(sylvester(&random(2, 3, 1), &a, &a).is_err());
    }
}
