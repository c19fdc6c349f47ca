//! Linear algebra: determinants, inverses, ranks, solutions of linear systems, approximations of low rank.

use super::argument::{Vector, options};
use super::entry::builtins;
use super::factorized::Factorization;
use super::operand::{
    either, either_pair, lu_flops, operand, run, sides, singular_values_flops, svd_flops,
};
use super::sparse_factorized::SparseFactorization;
use super::sparse_factors;
use crate::syntax::BinaryOp;
use crate::value::{
    Blame, Fault, FieldMatrix, Host, Known, Result, Struct, Value, binary, det_known,
    inverse_known, warn_conditioning,
};
use matfac::Matrix;
use matfac::factor::{self, Field, inverse, lowrank, solve};
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

    /// The least-squares solution of least norm, for a matrix of any shape and rank.
    ///
    /// The columns are scaled, and where they are ill-conditioned the solution is refined with residuals in doubled
    /// precision. With `rank`, only that many singular values are used (truncated SVD): an error of `b` is then
    /// amplified by at most 1/s(rank); with `ridge`, large solutions are penalised.
    ///
    /// >>> lstsq([1 1; 1 0; 0 1], [1; 2; 3])
    /// ans = 2×1
    ///    0.6667
    ///    1.6667
    /// >>> lstsq([1 2; 2 4; 3 6], [1; 2; 3])
    /// ans = 2×1
    ///    0.2000
    ///    0.4000
    /// >>> abs(lstsq([1; 0], [2; 4], ridge=1) - 1) < 1e-15
    /// ans = 1
    ///
    /// See also: mldivide, pinv, svd
    /// Reference: Björck (1967), BIT 7; Demmel, Hida, Riedy & Li (2009), ACM TOMS 35.
    fn lstsq(
        cx,
        /** m×n, real or complex. */ A: Value,
        /** The right-hand sides, m×k. */ b: Value,
        /** How many singular values to use; all that are not 0 by default. */ rank: Option<usize>,
        /** Columns that the others explain up to this share of the largest count as dependent. */ tol: Option<f64>,
        /** Tikhonov's lambda: the x that makes `norm(A*x - b)^2 + ridge*norm(x)^2` smallest. */ ridge: Option<f64>,
    ) -> [x] { least_squares(cx.host, A, b, Regularity { rank, tol, ridge }) }

    /// The solution of a square system to full working precision, with bounds on its error.
    ///
    /// Residuals are computed in doubled precision, and corrections added until they stop shrinking. For each column,
    /// `backward` is the smallest relative change of the entries of A and B that makes the solution exact, `forward` an
    /// estimated bound of the largest error, relative to the largest entry. `linsolve(A, B, refine=true)` calls it.
    ///
    /// >>> A = hilb(8); [x, info] = solve_refined(A, A * ones(8, 1)); info.forward < 1e-14
    /// ans = 1
    ///
    /// See also: linsolve, mldivide, rcond
    /// Reference: Demmel, Hida, Kahan, Li, Mukherjee & Riedy (2006), ACM TOMS 32.
    fn solve_refined(cx, /** Square, n×n, real or complex. */ A: Value, /** n×k. */ B: Value) -> [x, info] { refined(cx.host, A, B) }

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

/// How `lstsq` bounds what noise can do.
#[derive(Debug, Clone, Copy)]
struct Regularity {
    rank: Option<usize>,
    tol: Option<f64>,
    ridge: Option<f64>,
}

fn least_squares(host: &mut dyn Host, a: Value, b: Value, by: Regularity) -> Result<Value> {
    if [by.rank.is_some(), by.tol.is_some(), by.ridge.is_some()].iter().filter(|&&x| x).count() > 1
    {
        return Err(Fault::new("lstsq: rank=, tol= and ridge= exclude each other")
            .blame(Blame::Positional(2)));
    }
    if let Some(ridge) = by.ridge.filter(|x| !(*x >= 0.0 && x.is_finite())) {
        return Err(Fault::new(format!("lstsq: ridge is not negative, and this is {ridge}"))
            .blame(Blame::Keyword("ridge".into())));
    }
    let (a, b) = (operand("lstsq", a)?, operand("lstsq", b)?);
    either_pair!(a, b, |a, b| least_squares_of(host, &a, b, by))
}

fn least_squares_of<M: FieldMatrix>(
    host: &mut dyn Host,
    a: &M,
    b: M,
    by: Regularity,
) -> Result<Value> {
    if a.dense().rows() != b.dense().rows() {
        return Err(matfac::Error::Shapes {
            operation: "solve",
            left: a.dense().shape(),
            right: b.dense().shape(),
            hint: Some("both must have as many rows".into()),
        }
        .into());
    }
    let (m, n, r) = sides(a.dense());
    let substitution = 4.0 * m * n * b.dense().cols() as f64;
    let direct = if by.rank.is_some() { svd_flops(a.dense()) } else { 4.0 * m * n * r };
    let x = run(host, a, direct + substitution, move |a| {
        let b = b.dense();
        match by {
            Regularity { rank: Some(k), .. } => {
                b.require_finite("lstsq")?;
                inverse::truncated_solve(a, b, k)
            }
            Regularity { tol: Some(tol), .. } => solve::solve_with_tolerance(a, b, tol),
            Regularity { ridge: Some(ridge), .. } if ridge > 0.0 => damped(a, b, ridge),
            _ => solve::factorize(a)?.solve(b),
        }
    })?;
    Ok(M::value(x))
}

/// The X that makes `‖A*X - B‖² + ridge*‖X‖²` smallest: least squares with `sqrt(ridge)*I` below A.
fn damped<T: Field>(a: &Dense<T>, b: &Dense<T>, ridge: f64) -> matfac::Result<Dense<T>> {
    let (m, n) = (a.rows(), a.cols());
    let mut stacked = Dense::filled(m + n, n, T::ZERO)?;
    for j in 0..n {
        stacked.col_mut(j)[..m].copy_from_slice(a.col(j));
        stacked[(m + j, j)] = T::of(ridge.sqrt());
    }
    let mut right = Dense::filled(m + n, b.cols(), T::ZERO)?;
    (0..b.cols()).for_each(|j| right.col_mut(j)[..m].copy_from_slice(b.col(j)));
    solve::factorize_by(&stacked, solve::Method::Qr)?.solve(&right)
}

fn refined(host: &mut dyn Host, a: Value, b: Value) -> Result<Vec<Value>> {
    let (a, b) = (operand("solve_refined", a)?, operand("solve_refined", b)?);
    either_pair!(a, b, |a, b| refined_of(host, &a, b))
}

fn refined_of<M: FieldMatrix>(host: &mut dyn Host, a: &M, b: M) -> Result<Vec<Value>> {
    let work = lu_flops(a.dense()) + 200.0 * a.dense().rows() as f64 * b.dense().len() as f64;
    let found = run(host, a, work, move |a| factor::solve_refined(a, b.dense()))?;
    warn_conditioning(host, found.warning, found.method)?;
    let row = |v: Vec<f64>| Value::from(Matrix::row_vector(v));
    let fields = [
        ("forward", row(found.forward_error)),
        ("backward", row(found.backward_error)),
        ("steps", found.steps.into()),
        ("rcond", found.rcond.into()),
    ];
    let info = Struct::from_fields(fields);
    Ok(vec![M::value(found.x), info.into()])
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
