//! Linear algebra: determinants, inverses, ranks, solutions of linear systems, approximations of low rank.

use super::argument::{Vector, options};
use super::entry::builtins;
use super::factorized::Factorization;
use super::operand::{
    Operand, lu_flops, operand, real, run, sides, singular_values_flops, svd_flops,
};
use crate::syntax::BinaryOp;
use crate::value::{Array, Blame, Fault, Host, Result, Value, binary, uninterruptible};
use matfac::Matrix;
use matfac::factor::solve::Warning;
use matfac::factor::{self, inverse, lowrank, lu::PackedLu, solve};
use matfac::linalg::norm;
use std::sync::Arc;

options! {
    /// Where a low-rank product keeps the singular values.
    Split { Sqrt = "sqrt", Left = "left", Right = "right" }
}

builtins! { "linear algebra";
    /// The determinant of a square matrix, by LU, or of a factorization.
    ///
    /// >>> det([1 2; 2 1])
    /// ans = -3
    ///
    /// See also: inv, lu, cond, factorize
    fn det(cx, /** Square, n×n, real or complex; or a factorization. */ A: Value) -> [d] { determinant(cx.host, A) }

    /// The inverse of a square matrix.
    ///
    /// A singular matrix gives a warning and a matrix of Inf. To solve a system, `A \ b` is both faster and more
    /// accurate than `inv(A) * b`.
    ///
    /// >>> inv([2 0; 0 4])
    /// ans = 2×2
    ///    0.5000        0
    ///         0   0.2500
    /// >>> inv([1 2; 2 4])
    /// warning: the matrix is singular: pivot 2 vanishes (rcond = 0)
    /// ans = 2×2
    ///    Inf   Inf
    ///    Inf   Inf
    ///
    /// See also: mldivide, pinv, det, rcond
    /// Reference: Higham (2002), Accuracy and Stability of Numerical Algorithms, chapter 14.
    fn inv(cx, /** Square, n×n, real or complex; or a factorization. */ A: Value) -> [X, rcond] { inverted(cx.host, A, cx.nargout) }

    /// The Moore-Penrose pseudoinverse, by singular values.
    ///
    /// >>> pinv([2 1; 1 2])
    /// ans = 2×2
    ///    0.6667  -0.3333
    ///   -0.3333   0.6667
    ///
    /// See also: inv, lstsq, svd
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §5.5.
    fn pinv(cx, /** m×n. */ A: Value, /** Singular values up to this count as 0; max(m,n)*eps*s(1) by default. */ tol: Option<f64>) -> [X] {
        let a = real("pinv", A)?;
        run(cx.host, &a, svd_flops(&a.data), move |a| inverse::pinv(a, tol))
    }

    /// The rank: how many singular values exceed the tolerance.
    ///
    /// >>> rank([1 2 3; 4 5 6; 7 8 9])
    /// ans = 2
    ///
    /// See also: svd, null, orth
    fn rank(cx, /** m×n. */ A: Value, /** Singular values up to this count as 0; max(m,n)*eps*s(1) by default. */ tol: Option<f64>) -> [k] {
        let a = real("rank", A)?;
        run(cx.host, &a, singular_values_flops(&a.data), move |a| inverse::rank(a, tol))
    }

    /// The sum of the diagonal.
    ///
    /// >>> trace([1 2; 3 4])
    /// ans = 5
    ///
    /// See also: diag, det
    fn trace(cx, /** Numbers, m×n. */ A: Value) -> [t] { diagonal_sum(A) }

    /// The condition number `norm(A, p) * norm(inv(A), p)`: how much a relative error can grow when solving with A.
    ///
    /// >>> cond([4 0; 0 2])
    /// ans = 2
    /// >>> cond([1 2; 2 1], 1)
    /// ans = 3
    ///
    /// See also: rcond, norm, svd
    fn cond(cx, /** m×n; square unless p is 2. */ A: Value, /** 1, 2, Inf or "fro". */ p: Value = 2.0) -> [c] { condition(cx.host, A, p) }

    /// An estimate of the reciprocal condition number in the 1-norm; below eps a matrix is singular to working precision.
    ///
    /// >>> rcond([4 0; 0 2])
    /// ans = 0.5000
    /// >>> rcond([1 2; 2 4])
    /// ans = 0
    ///
    /// See also: cond, inv
    /// Reference: Higham (1988), ACM TOMS 14(4), algorithm 4.1.
    fn rcond(cx, /** Square, n×n; or a factorization. */ A: Value) -> [c] { reciprocal_condition(cx.host, A) }

    /// An orthonormal basis of the vectors that A maps to 0.
    ///
    /// >>> N = null([1 1; 1 1]); norm([1 1; 1 1] * N) < 1e-15
    /// ans = 1
    ///
    /// See also: orth, rank, svd
    fn null(cx, /** m×n. */ A: Value, /** Singular values up to this count as 0; max(m,n)*eps*s(1) by default. */ tol: Option<f64>) -> [N] {
        let a = real("null", A)?;
        run(cx.host, &a, svd_flops(&a.data), move |a| inverse::null(a, tol))
    }

    /// An orthonormal basis of the range of A.
    ///
    /// >>> size(orth([1 2; 2 4]))
    /// ans = 1×2
    ///    2   1
    ///
    /// See also: null, rank, qr
    fn orth(cx, /** m×n. */ A: Value, /** Singular values up to this count as 0; max(m,n)*eps*s(1) by default. */ tol: Option<f64>) -> [Q] {
        let a = real("orth", A)?;
        run(cx.host, &a, svd_flops(&a.data), move |a| inverse::orth(a, tol))
    }

    /// `A \ B`: the solution of A*X = B, of least squares where there is none, of least norm where there are many.
    ///
    /// Diagonal, triangular, positive definite, square, tall, wide and rank-deficient matrices are each solved by
    /// the method that suits them.
    ///
    /// >>> mldivide([2 1; 1 3], [3; 5])
    /// ans = 2×1
    ///    0.8000
    ///    1.4000
    ///
    /// See also: factorize, lstsq, inv
    /// Reference: Golub & Van Loan (2013), Matrix Computations, chapters 3 to 5.
    fn mldivide(cx, /** m×n, or a factorization. */ A: Value, /** m×k. */ B: Value) -> [X] { binary(cx.host, BinaryOp::LeftDiv, A, B) }

    /// `B / A`: the solution of X*A = B.
    ///
    /// >>> mrdivide([6 8], [2 0; 0 4])
    /// ans = 1×2
    ///    3   2
    ///
    /// See also: mldivide
    fn mrdivide(cx, /** k×n. */ B: Value, /** m×n. */ A: Value) -> [X] { binary(cx.host, BinaryOp::Div, B, A) }

    /// The least-squares solution of least norm, for a matrix of any shape and rank.
    ///
    /// With `rank`, only that many singular values are used (truncated SVD): an error of `b` is then amplified by
    /// at most 1/s(rank).
    ///
    /// >>> lstsq([1 1; 1 0; 0 1], [1; 2; 3])
    /// ans = 2×1
    ///    0.6667
    ///    1.6667
    /// >>> lstsq([1 2; 2 4; 3 6], [1; 2; 3])
    /// ans = 2×1
    ///    0.2000
    ///    0.4000
    ///
    /// See also: mldivide, pinv, svd
    fn lstsq(cx, /** m×n. */ A: Value, /** The right-hand sides, m×k. */ b: Arc<Array>, /** How many singular values to use; all that are not 0 by default. */ rank: Option<usize>) -> [x] { least_squares(cx.host, A, b, rank) }

    /// The best approximation of a matrix by one of rank k, in the 2-norm and the Frobenius norm.
    ///
    /// `[P, Q] = lowrank(A, k)` gives thin factors with P*Q' the approximation, `[U, S, V] = lowrank(A, k)` the
    /// leading singular triplets.
    ///
    /// >>> A = [1 0 1; 0 1 0; 1 0 1]; norm(A - lowrank(A, 1), "fro")
    /// ans = 1
    /// >>> [P, Q] = lowrank(A, 2); norm(A - P*Q') < 1e-14
    /// ans = 1
    ///
    /// See also: svd, energy, rank_for, pca
    /// Reference: Eckart & Young (1936), Psychometrika 1.
    fn lowrank(
        cx,
        /** m×n. */ A: Value,
        /** The rank. */ k: usize,
        /** The singular values go into P and Q alike (sqrt), into P (left) or into Q (right). */ split: Split = "sqrt",
    ) -> [U, S, V] { approximate(cx.host, A, k, split, cx.nargout) }

    /// The share of the energy (the sum of squared singular values) in the first k.
    ///
    /// Without k, the shares for k = 1, 2, … as a column.
    ///
    /// >>> energy([6 3 2 1], 2)
    /// ans = 0.9000
    /// >>> energy([6 3 2 1])
    /// ans = 4×1
    ///    0.7200
    ///    0.9000
    ///    0.9800
    ///    1.0000
    ///
    /// See also: rank_for, lowrank, svd
    fn energy(cx, /** Singular values, descending. */ s: Vector, /** How many. */ k: Option<usize>) -> [share] { shares(&s.0, k) }

    /// The smallest rank that keeps a share of the energy (the sum of squared singular values).
    ///
    /// >>> rank_for([6 3 2 1], energy=0.95)
    /// ans = 3
    ///
    /// See also: energy, lowrank, components_for
    fn rank_for(cx, /** Singular values, descending. */ s: Vector, /** The share to keep, 0 to 1. */ energy: f64 = 0.95) -> [k] {
        Ok(lowrank::rank_for(&s.0, energy)?)
    }

    /// Whether a matrix is symmetric positive definite: all eigenvalues positive, Cholesky succeeds.
    ///
    /// >>> isdefinite([2 1; 1 2])
    /// ans = 1
    /// >>> isdefinite([1 2; 2 1])
    /// ans = 0
    ///
    /// See also: chol, eig, issymmetric
    fn isdefinite(cx, /** The matrix. */ A: Value, /** How far from symmetric it may be, relative to its 1-norm; 100*eps by default. */ tol: Option<f64>) -> [b] {
        let a = real("isdefinite", A)?;
        let tol = tol.unwrap_or(100.0 * f64::EPSILON);
        run(cx.host, &a, lu_flops(&a.data), move |a| Ok(factor::is_positive_definite(a, tol)))
    }
}

fn determinant(host: &mut dyn Host, a: Value) -> Result<Value> {
    if let Some(f) = a.as_object::<Factorization>() {
        return Ok(f.det()?.into());
    }
    match operand("det", a)? {
        Operand::Real(a) => Ok(run(host, &a, lu_flops(&a.data), factor::det)?.into()),
        Operand::Complex(z) => {
            let work = 8.0 / 3.0 * (z.cols() as f64).powi(3);
            Ok(uninterruptible(host, work, 32 * z.len(), move || factor::complex::det_complex(&z))?
                .into())
        }
    }
}

fn inverted(host: &mut dyn Host, a: Value, nargout: usize) -> Result<Vec<Value>> {
    if let Some(f) = a.as_object::<Factorization>() {
        return Ok(vec![f.inverse()?.into(), f.rcond().into()]);
    }
    let mut pivot = None;
    let (x, rcond): (Value, f64) = match operand("inv", a)? {
        Operand::Real(a) => {
            let found = run(host, &a, 3.0 * lu_flops(&a.data), factor::inv)?;
            // Rows of the inverse go with columns of the matrix.
            let (rows, cols) = (a.col_labels().cloned(), a.row_labels().cloned());
            if found.rcond < f64::EPSILON {
                pivot = factor::factorize(&a.data)?.warning;
            }
            (Array::labelled(found.x, rows, cols).into(), found.rcond)
        }
        Operand::Complex(z) => {
            let work = 16.0 * (z.cols() as f64).powi(3);
            let (x, rcond) = uninterruptible(host, work, 64 * z.len(), move || {
                factor::complex::inv_complex(&z)
            })?;
            (x.into(), rcond)
        }
    };
    if rcond < f64::EPSILON && nargout < 2 {
        let which = match pivot {
            Some(Warning::Singular { pivot, .. }) => format!(": pivot {pivot} vanishes"),
            _ => String::new(),
        };
        let message = match rcond {
            0.0 => format!("the matrix is singular{which} (rcond = 0)"),
            _ => {
                format!("the matrix is singular to working precision{which} (rcond = {rcond:.3e})")
            }
        };
        host.warn("Octave:singular-matrix", &message)?;
    }
    Ok(vec![x, rcond.into()])
}

fn diagonal_sum(a: Value) -> Result<Value> {
    match operand("trace", a)? {
        Operand::Real(a) => {
            let shorter = a.data.rows().min(a.data.cols());
            Ok((0..shorter).fold(0.0, |sum, i| sum + a.data[(i, i)]).into())
        }
        Operand::Complex(z) => {
            let zero = matfac::c64::new(0.0, 0.0);
            Ok((0..z.rows().min(z.cols())).fold(zero, |sum, i| sum + z[(i, i)]).into())
        }
    }
}

fn condition(host: &mut dyn Host, a: Value, p: Value) -> Result<f64> {
    let a = real("cond", a)?;
    let which: fn(&Matrix) -> f64 = match (p.as_text(), p.as_number()) {
        (None, Some(2.0)) => {
            return run(host, &a, singular_values_flops(&a.data), factor::cond);
        }
        (None, Some(1.0)) => norm::one_norm,
        (None, Some(f64::INFINITY)) | (Some("inf" | "Inf"), _) => norm::inf_norm,
        (Some("fro"), _) => norm::frobenius,
        _ => {
            return Err(
                Fault::new("cond: p is 1, 2, Inf or \"fro\"").blame(Blame::Keyword("p".into()))
            );
        }
    };
    let found = run(host, &a, 3.0 * lu_flops(&a.data), factor::inv)?;
    // Of a singular matrix the inverse is infinite, and so is its norm.
    Ok(if found.rcond == 0.0 { f64::INFINITY } else { which(&a.data) * which(&found.x) })
}

fn reciprocal_condition(host: &mut dyn Host, a: Value) -> Result<f64> {
    if let Some(f) = a.as_object::<Factorization>() {
        return Ok(f.rcond());
    }
    let a = real("rcond", a)?;
    run(host, &a, lu_flops(&a.data), |a| {
        a.require_square("rcond")?;
        a.require_finite("rcond")?;
        Ok(PackedLu::new(a.clone())?.rcond())
    })
}

fn least_squares(
    host: &mut dyn Host,
    a: Value,
    b: Arc<Array>,
    rank: Option<usize>,
) -> Result<Matrix> {
    let a = real("lstsq", a)?;
    if a.data.rows() != b.data.rows() {
        return Err(matfac::Error::Shapes {
            operation: "solve",
            left: a.data.shape(),
            right: b.data.shape(),
            hint: Some("both must have as many rows".into()),
        }
        .into());
    }
    let (m, n, r) = sides(&a.data);
    let substitution = 4.0 * m * n * b.data.cols() as f64;
    match rank {
        Some(k) => {
            b.data.require_finite("lstsq")?;
            run(host, &a, svd_flops(&a.data) + substitution, move |a| {
                inverse::truncated_solve(a, &b.data, k)
            })
        }
        None => run(host, &a, 4.0 * m * n * r + substitution, move |a| {
            solve::factorize(a)?.solve(&b.data)
        }),
    }
}

fn approximate(
    host: &mut dyn Host,
    a: Value,
    k: usize,
    split: Split,
    nargout: usize,
) -> Result<Vec<Value>> {
    let a = real("lowrank", a)?;
    let best = run(host, &a, svd_flops(&a.data), move |a| factor::lowrank(a, k))?;
    let (rows, cols) = (a.row_labels().cloned(), a.col_labels().cloned());
    let named = |data, labels| Value::from(Array::labelled(data, labels, None));
    Ok(match nargout {
        0 | 1 => vec![Array::labelled(best.product()?, rows, cols).into()],
        2 => {
            let (p, q) = match split {
                Split::Sqrt => best.split(),
                Split::Left => (scaled(best.u, &best.s), best.v),
                Split::Right => (best.u, scaled(best.v, &best.s)),
            };
            vec![named(p, rows), named(q, cols)]
        }
        _ => {
            let k = best.s.len();
            let s = Matrix::from_fn(k, k, |i, j| if i == j { best.s[i] } else { 0.0 });
            vec![named(best.u, rows), s.into(), named(best.v, cols)]
        }
    })
}

fn scaled(mut a: Matrix, s: &[f64]) -> Matrix {
    for (j, factor) in s.iter().enumerate() {
        a.col_mut(j).iter_mut().for_each(|x| *x *= factor);
    }
    a
}

fn shares(s: &[f64], k: Option<usize>) -> Result<Value> {
    Ok(match k {
        Some(k) => lowrank::energy(s, k).into(),
        None => Matrix::column_vector(lowrank::cumulative_energy(s)).into(),
    })
}
