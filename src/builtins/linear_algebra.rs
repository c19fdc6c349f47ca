//! Linear algebra: determinants, inverses, ranks, solutions of linear systems, approximations of low rank.

use super::argument::{Vector, options};
use super::entry::builtins;
use super::factorized::Factorization;
use super::operand::{either, lu_flops, operand, run, singular_values_flops, svd_flops};
use super::sparse_factorized::SparseFactorization;
use super::sparse_factors;
use crate::syntax::BinaryOp;
use crate::value::{
    Blame, Fault, FieldMatrix, Host, Known, Result, Value, binary, det_known, inverse_known,
};
use matfac::Matrix;
use matfac::factor::{self, inverse, lowrank};
use matfac::linalg::norm::Norm;
use matfac::linalg::{Dense, Scalar};

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

    /// The logarithm of the modulus of the determinant, which does not overflow, and the determinant's sign.
    ///
    /// `det(A)` is `s*exp(l)`; of a complex matrix s is the number of modulus 1 with that property. A singular matrix
    /// gives -Inf and 0.
    ///
    /// >>> [l, s] = logdet(-1e200 * eye(3)); abs(l - 600*log(10)) < 1e-9, s
    /// ans = 1
    /// s = -1
    ///
    /// See also: det, lu, chol
    fn logdet(cx, /** Square, n×n, real or complex; or a factorization. */ A: Value) -> [l, s] { log_determinant(cx.host, A) }

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
    fn pinv(cx, /** m×n. */ A: Value, /** Singular values up to this count as 0; max(m,n)*eps*s(1) by default. */ tol: Option<f64>) -> [X] { pseudoinverse(cx.host, A, tol) }

    /// The rank: how many singular values exceed the tolerance.
    ///
    /// >>> rank([1 2 3; 4 5 6; 7 8 9])
    /// ans = 2
    ///
    /// See also: svd, null, orth
    fn rank(cx, /** m×n; or a factorization. */ A: Value, /** Singular values up to this count as 0; max(m,n)*eps*s(1) by default. */ tol: Option<f64>) -> [k] { numerical_rank(cx.host, A, tol) }

    /// The sum of the diagonal.
    ///
    /// >>> trace([1 2; 3 4])
    /// ans = 5
    ///
    /// See also: diag, det
    fn trace(cx, /** Numbers, m×n. */ A: Value) -> [t] { diagonal_sum(A) }

    /// The condition number `norm(A, p) * norm(inv(A), p)`: how much a relative error can grow when solving with A.
    ///
    /// Of a sparse matrix, in the 1- or Inf-norm, it is estimated from its sparse factors.
    ///
    /// >>> cond([4 0; 0 2])
    /// ans = 2
    /// >>> cond([1 2; 2 1], 1)
    /// ans = 3
    ///
    /// See also: rcond, norm, svd
    fn cond(cx, /** m×n, square unless p is 2; or a factorization, whose estimate in the 1-norm is taken. */ A: Value, /** 1, 2, Inf or "fro". */ p: Value = 2.0) -> [c] { condition(cx.host, A, p) }

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
    fn null(cx, /** m×n. */ A: Value, /** Singular values up to this count as 0; max(m,n)*eps*s(1) by default. */ tol: Option<f64>) -> [N] { basis(cx.host, "null", A, tol) }

    /// An orthonormal basis of the range of A.
    ///
    /// >>> size(orth([1 2; 2 4]))
    /// ans = 1×2
    ///    2   1
    ///
    /// See also: null, rank, qr
    fn orth(cx, /** m×n. */ A: Value, /** Singular values up to this count as 0; max(m,n)*eps*s(1) by default. */ tol: Option<f64>) -> [Q] { basis(cx.host, "orth", A, tol) }

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
    fn mrdivide(cx, /** k×n. */ B: Value, /** m×n, or a factorization. */ A: Value) -> [X] { binary(cx.host, BinaryOp::Div, B, A) }

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
        definite(cx.host, A, tol.unwrap_or(100.0 * f64::EPSILON))
    }
}

fn determinant(host: &mut dyn Host, a: Value) -> Result<Value> {
    if let Value::Sparse(array) = &a {
        return sparse_factors::det(host, array);
    }
    if let Some(f) = a.as_object::<SparseFactorization>() {
        return f.det();
    }
    if let Some(f) = a.as_object::<Factorization>() {
        return f.det();
    }
    if let Value::Matrix(matrix) = &a
        && let Some(det) = det_known(matrix)
    {
        return Ok(det.into());
    }
    either!(operand("det", a)?, |a| { Ok(run(host, &a, lu_flops(a.dense()), factor::det)?.into()) })
}

fn log_determinant(host: &mut dyn Host, a: Value) -> Result<Vec<Value>> {
    let (log, sign) = if let Some(f) = a.as_object::<Factorization>() {
        f.logdet()?
    } else if let Some(f) = a.as_object::<SparseFactorization>() {
        f.logdet()?
    } else if let Value::Sparse(array) = &a {
        sparse_factors::logdet(host, array)?
    } else {
        either!(operand("logdet", a)?, |a| {
            let (log, sign) = run(host, &a, lu_flops(a.dense()), factor::logdet)?;
            (log, sign.into())
        })
    };
    Ok(vec![log.into(), sign])
}

fn inverted(host: &mut dyn Host, a: Value, nargout: usize) -> Result<Vec<Value>> {
    if let Value::Sparse(array) = &a {
        return sparse_factors::inv(host, array, nargout);
    }
    if let Some(f) = a.as_object::<SparseFactorization>() {
        return Ok(vec![f.inverse()?, f.rcond().into()]);
    }
    if let Some(f) = a.as_object::<Factorization>() {
        return Ok(vec![f.inverse()?, f.rcond().into()]);
    }
    if let Value::Matrix(matrix) = &a
        && let Some((x, rcond)) = inverse_known(matrix)
    {
        return Ok(vec![x.into(), rcond.into()]);
    }
    either!(operand("inv", a)?, |a| inverse_of(host, &a, nargout))
}

fn inverse_of<M: FieldMatrix>(host: &mut dyn Host, a: &M, nargout: usize) -> Result<Vec<Value>> {
    let found = run(host, a, 3.0 * lu_flops(a.dense()), factor::inv)?;
    let (rcond, pivot) = (found.rcond, found.pivot);
    if rcond < f64::EPSILON && nargout < 2 {
        let message = match rcond {
            0.0 => format!("the matrix is singular: pivot {pivot} vanishes (rcond = 0)"),
            _ => format!(
                "the matrix is singular to working precision: pivot {pivot} vanishes (rcond = {rcond:.3e})"
            ),
        };
        host.warn("Octave:singular-matrix", &message)?;
    }
    // Rows of the inverse go with columns of the matrix.
    let (rows, cols) = a.labels();
    Ok(vec![M::labelled(found.x, cols, rows), rcond.into()])
}

fn pseudoinverse(host: &mut dyn Host, a: Value, tol: Option<f64>) -> Result<Value> {
    either!(operand("pinv", a)?, |a| pseudoinverse_of(host, &a, tol))
}

fn pseudoinverse_of<M: FieldMatrix>(host: &mut dyn Host, a: &M, tol: Option<f64>) -> Result<Value> {
    Ok(M::value(run(host, a, svd_flops(a.dense()), move |a| inverse::pinv(a, tol))?))
}

fn numerical_rank(host: &mut dyn Host, a: Value, tol: Option<f64>) -> Result<usize> {
    if let (Some(f), None) = (a.as_object::<Factorization>(), tol) {
        return Ok(f.rank());
    }
    if let (Some(f), None) = (a.as_object::<SparseFactorization>(), tol) {
        return Ok(f.rank());
    }
    if let (Value::Sparse(array), None) = (&a, tol) {
        return sparse_factors::rank(host, array);
    }
    either!(operand("rank", a)?, |a| {
        run(host, &a, singular_values_flops(a.dense()), move |a| inverse::rank(a, tol))
    })
}

fn basis(host: &mut dyn Host, of: &'static str, a: Value, tol: Option<f64>) -> Result<Value> {
    either!(operand(of, a)?, |a| basis_of(host, of, &a, tol))
}

fn basis_of<M: FieldMatrix>(
    host: &mut dyn Host,
    of: &'static str,
    a: &M,
    tol: Option<f64>,
) -> Result<Value> {
    let run = run(host, a, svd_flops(a.dense()), move |a| match of {
        "null" => inverse::null(a, tol),
        _ => inverse::orth(a, tol),
    });
    Ok(M::value(run?))
}

fn definite(host: &mut dyn Host, a: Value, tol: f64) -> Result<bool> {
    if let Value::Sparse(s) = &a
        && a.numel() > 0
    {
        return sparse_factors::is_definite(host, s, tol);
    }
    either!(operand("isdefinite", a)?, |a| {
        run(host, &a, lu_flops(a.dense()), move |a| Ok(factor::is_positive_definite(a, tol)))
    })
}

fn diagonal_sum(a: Value) -> Result<Value> {
    if let Value::Sparse(s) = &a {
        return super::sparse_reductions::trace(s);
    }
    either!(operand("trace", a)?, |a| Ok(sum_of_diagonal(a.dense()).into()))
}

fn sum_of_diagonal<T: Scalar>(a: &Dense<T>) -> T {
    (0..a.rows().min(a.cols())).fold(T::ZERO, |sum, i| sum + a[(i, i)])
}

fn condition(host: &mut dyn Host, a: Value, p: Value) -> Result<f64> {
    if let Some(f) = a.as_object::<Factorization>() {
        return Ok(1.0 / f.rcond());
    }
    if let Some(f) = a.as_object::<SparseFactorization>() {
        return Ok(1.0 / f.rcond());
    }
    let which = match (p.as_text(), p.as_number()) {
        (None, Some(2.0)) => Norm::Two,
        (None, Some(1.0)) => Norm::One,
        (None, Some(f64::INFINITY)) | (Some("inf" | "Inf"), _) => Norm::Inf,
        (Some("fro"), _) => Norm::Fro,
        _ => {
            return Err(
                Fault::new("cond: p is 1, 2, Inf or \"fro\"").blame(Blame::Keyword("p".into()))
            );
        }
    };
    if let (Value::Sparse(array), Norm::One | Norm::Inf) = (&a, which) {
        return sparse_factors::cond(host, array, which == Norm::Inf);
    }
    either!(operand("cond", a)?, |a| condition_of(host, &a, which))
}

fn condition_of<M: FieldMatrix>(host: &mut dyn Host, a: &M, which: Norm) -> Result<f64> {
    if which == Norm::Two {
        return run(host, a, singular_values_flops(a.dense()), factor::cond);
    }
    run(host, a, 3.0 * lu_flops(a.dense()), move |a| {
        let found = factor::inv(a)?;
        // Of a singular matrix the inverse is infinite, and so is its norm.
        if found.rcond == 0.0 {
            return Ok(f64::INFINITY);
        }
        // A matrix of one row or column takes vector norms, which for 1×1 are all the same.
        Ok(factor::matrix_norm(a, which)? * factor::matrix_norm(&found.x, which)?)
    })
}

fn reciprocal_condition(host: &mut dyn Host, a: Value) -> Result<f64> {
    if let Some(f) = a.as_object::<Factorization>() {
        return Ok(f.rcond());
    }
    if let Some(f) = a.as_object::<SparseFactorization>() {
        return Ok(f.rcond());
    }
    if let Value::Sparse(array) = &a {
        return sparse_factors::rcond(host, array);
    }
    either!(operand("rcond", a)?, |a| run(host, &a, lu_flops(a.dense()), factor::rcond))
}

fn approximate(
    host: &mut dyn Host,
    a: Value,
    k: usize,
    split: Split,
    nargout: usize,
) -> Result<Vec<Value>> {
    either!(operand("lowrank", a)?, |a| approximation(host, &a, k, split, nargout))
}

fn approximation<M: FieldMatrix>(
    host: &mut dyn Host,
    a: &M,
    k: usize,
    split: Split,
    nargout: usize,
) -> Result<Vec<Value>> {
    let best = run(host, a, svd_flops(a.dense()), move |a| factor::lowrank(a, k))?;
    let (rows, cols) = a.labels();
    Ok(match nargout {
        0 | 1 => vec![M::labelled(best.product()?, rows, cols)],
        2 => {
            let (p, q) = match split {
                Split::Sqrt => best.split(),
                Split::Left => (scaled(best.u, &best.s), best.v),
                Split::Right => (best.u, scaled(best.v, &best.s)),
            };
            vec![M::labelled(p, rows, None), M::labelled(q, cols, None)]
        }
        _ => {
            let k = best.s.len();
            let s = Matrix::from_fn(k, k, |i, j| if i == j { best.s[i] } else { 0.0 });
            let s = Value::from(s).knowing(Known::DIAGONAL);
            vec![M::labelled(best.u, rows, None), s, M::labelled(best.v, cols, None)]
        }
    })
}

fn scaled<T: Scalar>(mut a: Dense<T>, s: &[f64]) -> Dense<T> {
    for (j, &factor) in s.iter().enumerate() {
        a.col_mut(j).iter_mut().for_each(|x| *x = x.scaled(factor));
    }
    a
}

fn shares(s: &[f64], k: Option<usize>) -> Result<Value> {
    Ok(match k {
        Some(k) => lowrank::energy(s, k).into(),
        None => Matrix::column_vector(lowrank::cumulative_energy(s)).into(),
    })
}
