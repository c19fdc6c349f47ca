//! Factorizations in MATLAB's calling forms: what is returned depends on how many outputs are asked for. The singular value
//! decomposition is in `singular_values`.

use super::argument::{Argument, Vector, options};
use super::entry::builtins;
use super::factorized::{Means, factorization};
use super::operand::{either, lu_flops, operand, positions, run, sides};
use super::sparse_factors::{self, SparseQrCall};
use crate::syntax::{BinaryOp, UnaryOp};
use crate::value::{
    Blame, Fault, FieldMatrix, Host, Known, Precision, Result, Value, binary, format_scalar, unary,
};
use matfac::Matrix;
use matfac::factor::{self, Field, Pivot, QrOptions, chol::Triangle};
use matfac::linalg::Dense;

options! {
    /// How permutations are returned.
    Permutation { Vector = "vector", Matrix = "matrix" }
}

options! {
    /// Where LU looks for pivots.
    Pivoting { Partial = "partial", Full = "full", None = "none" }
}

options! {
    /// The signs of a QR factorization.
    Signs { Lapack = "lapack", Positive = "positive" }
}

options! {
    /// Which triangular factor.
    Side { Upper = "upper", Lower = "lower" }
}

/// `"econ"`, or MATLAB's 0 that means the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Economy {
    /// `"econ"`
    Word,
    /// `0`, which makes a permutation a vector too.
    Zero,
}

impl Argument for Economy {
    const KIND: &'static str = "\"econ\" or 0";
    const OPTIONS: &'static [&'static str] = &["econ"];
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        match (value.as_text(), value.as_number()) {
            (Some("econ"), _) => Ok(Economy::Word),
            (None, Some(0.0)) => Ok(Economy::Zero),
            (Some(word), _) => Err(format!("\"{word}\"")),
            (None, Some(x)) => Err(x.to_string()),
            _ => Err(format!("a {}", value.describe())),
        }
    }
}

builtins! { "factorizations";
    /// LU factorization by Gaussian elimination: `P*A = L*U`, L unit lower and U upper triangular.
    ///
    /// With two outputs L is permuted, so that `A = L*U`; one output holds L and U in one matrix, without the ones.
    /// With `pivot="full"`, `P*A*Q = L*U`; with `pivot="none"`, `A = L*U`, and a pivot of zero is an error.
    /// (SciPy's convention is `A = P*L*U`: its P is the transpose of this one.)
    ///
    /// Of a sparse matrix the factors are sparse. With four outputs its columns are put in an order that fills little,
    /// `P*A*Q = L*U`, and pivots need only be a tenth of the largest entry; with five, `P*(R\A)*Q = L*U`, rows are scaled.
    ///
    /// >>> [L, U, P] = lu([1 2; 3 4])
    /// L = 2×2
    ///    1.0000        0
    ///    0.3333   1.0000
    /// U = 2×2
    ///    3.0000   4.0000
    ///         0   0.6667
    /// P = 2×2
    ///    0   1
    ///    1   0
    /// >>> [L, U, p] = lu([1 2; 3 4], "vector"); p
    /// p = 1×2
    ///    2   1
    /// >>> lu([0 1; 1 0], pivot="none")
    /// error: lu: pivot 1 is zero, and pivot="none" forbids to exchange rows
    ///
    /// See also: factorize, det, chol, qr
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §3.2 and §3.4.
    fn lu(
        cx,
        /** m×n, real or complex. */ A: Value,
        /** P and Q as vectors: `A(p,:) = L*U`. */ form: Permutation = "matrix",
        /** Exchange rows (partial), rows and columns (full) or nothing. */ pivot: Pivoting = "partial",
    ) -> [L, U, P, Q, R] { lu(cx.host, A, form, pivot, cx.nargout) }
    or (cx, A: Value, /** Of a sparse matrix: relative to the largest entry of its column, how large a pivot has to be; a second number is for the diagonal. */ threshold: Vector, form: Permutation = "matrix") -> [L, U, P, Q, R] { lu_threshold(cx.host, A, &threshold.0, form, cx.nargout) }

    /// QR factorization by Householder reflections: `A = Q*R`, Q with orthonormal columns, R upper triangular.
    ///
    /// Q is m×m and R m×n; with "econ" or 0, Q has min(m,n) columns. With three outputs columns are exchanged,
    /// `A*P = Q*R`, so that the diagonal of R descends. One output is R alone. The diagonal of R is real; its signs are
    /// LAPACK's, or with `sign="positive"` it is not negative, as Gram and Schmidt have it. `[C, R] = qr(A, B)` gives
    /// `C = Q'*B` in place of Q.
    ///
    /// >>> [Q, R] = qr([1 1; 1 0; 0 1], "econ", sign="positive")
    /// Q = 3×2
    ///    0.7071   0.4082
    ///    0.7071  -0.4082
    ///         0   0.8165
    /// R = 2×2
    ///    1.4142   0.7071
    ///         0   1.2247
    /// >>> R = qr([3 4; 4 3]); abs(R(1, 1))
    /// ans = 5
    ///
    /// See also: mldivide, orth, lu, chol
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §5.2 and §5.4.
    fn qr(
        cx,
        /** m×n, real or complex. */ A: Value,
        /** "econ" or 0: the thin factorization; 0 also makes P a vector. */ econ: Option<Economy>,
        /** P as a vector: `A(:,p) = Q*R`. */ form: Option<Permutation>,
        /** LAPACK's signs, or a diagonal of R that is not negative. */ sign: Signs = "lapack",
    ) -> [Q, R, P] { qr(cx.host, A, None, QrCall { econ, form, sign, nargout: cx.nargout }) }
    or (cx, A: Value, /** m×k: the first output is then Q'*B. */ B: Value, econ: Option<Economy>, form: Option<Permutation>, sign: Signs = "lapack") -> [C, R, P] {
        qr(cx.host, A, Some(B), QrCall { econ, form, sign, nargout: cx.nargout })
    }

    /// Cholesky factorization of a symmetric (Hermitian) positive definite matrix: `A = R'*R`, or `A = L*L'` with "lower".
    ///
    /// Only the triangle that is returned is read. With two outputs a matrix that is not positive definite is no
    /// error: p is then the pivot that failed, and R the factor of the leading block before it; else p is 0. Three outputs
    /// are for sparse matrices: `R'*R = Q'*A*Q`, in an order that fills little.
    ///
    /// >>> L = chol([4 2; 2 5], "lower")
    /// L = 2×2
    ///    2   0
    ///    1   2
    /// >>> chol([1 2; 2 1])
    /// error: chol: the matrix is not positive definite; pivot 2 is -3
    /// >>> [R, p] = chol([1 2; 2 1])
    /// R = 1
    /// p = 2
    ///
    /// See also: isdefinite, ldl, lu, factorize
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §4.2.
    fn chol(cx, /** Symmetric (Hermitian) positive definite, n×n. */ A: Value, /** Which triangle is read and returned. */ side: Side = "upper", /** Q as a vector: `R'*R = A(Q,Q)`. */ form: Permutation = "matrix") -> [R, p, Q] {
        cholesky(cx.host, A, side, form, cx.nargout)
    }

    /// Factorization of a symmetric (Hermitian) matrix that need not be definite: `P'*A*P = L*D*L'`.
    ///
    /// L is unit lower triangular, D block diagonal with blocks of order 1 and 2 (Bunch and Kaufman). With fewer than
    /// three outputs L is permuted, so that `A = L*D*L'`. With "upper" the first output is U = L', `P'*A*P = U'*D*U`.
    ///
    /// >>> A = [1 2; 2 1]; [L, D, P] = ldl(A); norm(P'*A*P - L*D*L') < 1e-15
    /// ans = 1
    ///
    /// See also: chol, lu, eig
    /// Reference: Bunch & Kaufman (1977), Mathematics of Computation 31.
    fn ldl(
        cx,
        /** Symmetric (Hermitian), n×n. */ A: Value,
        /** The first output is L, or U = L'. */ side: Side = "lower",
        /** P as a vector: `A(p,p) = L*D*L'`. */ form: Permutation = "matrix",
    ) -> [L, D, P] { ldl(cx.host, A, side, form, cx.nargout) }

    /// A matrix factored once, to be used for many right-hand sides: `F = factorize(A); F \ b`.
    ///
    /// The method is chosen as `A \ b` chooses it (substitution for triangular matrices, Cholesky for positive definite
    /// ones, LDL' for other symmetric ones, LU for other square ones, QR for the rest), or by its name. `F \ b`, `b / F`,
    /// `det(F)`, `logdet(F)`, `inv(F)`, `rank(F)`, `cond(F)` and `rcond(F)` use the factors, which are fields of F.
    ///
    /// >>> F = factorize([2 1 1; 4 3 3; 8 7 9]); F \ [4; 10; 24]
    /// ans = 3×1
    ///    1
    ///    1
    ///    1
    /// >>> F.method
    /// ans = lu
    /// >>> det(F)
    /// ans = 4
    ///
    /// See also: decomposition, mldivide, advise, lu, chol, qr
    fn factorize(cx, /** m×n, real or complex. */ A: Value, /** The factorization; "cod" is the complete orthogonal one. */ method: Means = "auto") -> [F] { factorization(cx.host, A, method) }

    /// A matrix factored once: MATLAB's name of `factorize`.
    ///
    /// >>> F = decomposition([4 2; 2 5], "chol"); F.R
    /// ans = 2×2
    ///    2   1
    ///    0   2
    ///
    /// See also: factorize
    fn decomposition(cx, /** m×n, real or complex. */ A: Value, /** The factorization; "cod" is the complete orthogonal one. */ method: Means = "auto") -> [F] { factorization(cx.host, A, method) }
}

fn lu(
    host: &mut dyn Host,
    a: Value,
    form: Permutation,
    pivot: Pivoting,
    nargout: usize,
) -> Result<Vec<Value>> {
    let how = match pivot {
        Pivoting::Partial => Pivot::Partial,
        Pivoting::Full => Pivot::Full,
        Pivoting::None => Pivot::None,
    };
    if let Value::Sparse(array) = &a {
        return sparse_factors::lu(host, array, &[], form, nargout);
    }
    if nargout > 4 {
        return Err(Fault::new("lu scales the rows of sparse matrices only")
            .hint("[L, U, P, Q] = lu(A) has four outputs, and lu(sparse(A)) has five"));
    }
    either!(operand("lu", a)?, |a| lu_of(host, &a, form, how, nargout))
}

fn lu_threshold(
    host: &mut dyn Host,
    a: Value,
    threshold: &[f64],
    form: Permutation,
    nargout: usize,
) -> Result<Vec<Value>> {
    match &a {
        Value::Sparse(array) => sparse_factors::lu(host, array, threshold, form, nargout),
        _ => Err(Fault::new("lu has a pivot threshold for sparse matrices only")
            .blame(Blame::Positional(1))
            .hint("lu(sparse(A), 0.1)")),
    }
}

fn lu_of<M: FieldMatrix>(
    host: &mut dyn Host,
    a: &M,
    form: Permutation,
    how: Pivot,
    nargout: usize,
) -> Result<Vec<Value>> {
    let f = run(host, a, lu_flops(a.dense()), move |a| match factor::lu(a, how) {
        Err(matfac::Error::Singular { pivot, .. }) => Err(matfac::Error::argument_hint(
            "pivot",
            format!("lu: pivot {pivot} is zero, and pivot=\"none\" forbids to exchange rows"),
            "[L, U, P] = lu(A) exchanges rows",
        )),
        result => result,
    })?;
    warn_singular(host, &f.u)?;
    let q = f.q.unwrap_or_else(|| (0..f.u.cols()).collect());
    Ok(arrange::<M>(f.l, f.u, &f.p, &q, form, nargout))
}

/// A singular matrix has its factors like any other; who goes on to solve with them should know.
fn warn_singular<T: Field + Into<Value>>(host: &mut dyn Host, u: &Dense<T>) -> Result<()> {
    let n = u.cols();
    let limit = n as f64 * f64::EPSILON * u.largest();
    if u.rows() != n {
        return Ok(());
    }
    if let Some(i) = (0..n).find(|&i| u[(i, i)].modulus() <= limit) {
        let pivot = format_scalar(u[(i, i)].modulus(), Precision::SHORT);
        let message =
            format!("the matrix is singular to working precision: pivot {} is {pivot}", i + 1);
        host.warn("mf:singular-matrix", &message)?;
    }
    Ok(())
}

/// The outputs of `lu`. What is not asked for is multiplied into L and U: their product with the
/// permutations that are returned is A in every form.
fn arrange<M: FieldMatrix>(
    l: Dense<M::Entry>,
    u: Dense<M::Entry>,
    p: &[usize],
    q: &[usize],
    form: Permutation,
    nargout: usize,
) -> Vec<Value> {
    let (m, n, r) = (l.rows(), u.cols(), l.cols());
    if nargout < 2 {
        let packed = |i: usize, j: usize| if i <= j { u[(i, j)] } else { l[(i, j)] };
        return vec![M::value(Dense::from_fn(m, n, packed))];
    }
    let in_order = q.iter().enumerate().all(|(j, &k)| j == k);
    let upper = if nargout > 3 || in_order { Known::UPPER } else { Known::NOTHING };
    let u = if nargout < 4 && !in_order {
        let mut unpermuted = Dense::zeros(r, n);
        q.iter().enumerate().for_each(|(j, &k)| unpermuted.col_mut(k).copy_from_slice(u.col(j)));
        unpermuted
    } else {
        u
    };
    if nargout == 2 {
        let mut unpermuted = Dense::zeros(m, r);
        for j in 0..r {
            p.iter().enumerate().for_each(|(i, &k)| unpermuted[(k, j)] = l[(i, j)]);
        }
        return vec![M::value(unpermuted), M::value(u).knowing(upper)];
    }
    let (rows, cols) = match form {
        Permutation::Vector => (positions(p).into(), positions(q).into()),
        Permutation::Matrix => (permutation(p, false), permutation(q, true)),
    };
    vec![M::value(l).knowing(Known::LOWER), M::value(u).knowing(upper), rows, cols]
}

/// The matrix that takes row i from row `p[i]` or, `columns`, column j from column `p[j]`.
fn permutation(p: &[usize], columns: bool) -> Value {
    let mut matrix = Matrix::zeros(p.len(), p.len());
    for (i, &k) in p.iter().enumerate() {
        let place = if columns { (k, i) } else { (i, k) };
        matrix[place] = 1.0;
    }
    Value::from(matrix).knowing(Known::PERMUTATION)
}

/// What a call of `qr` asks for.
#[derive(Debug, Clone, Copy)]
struct QrCall {
    econ: Option<Economy>,
    form: Option<Permutation>,
    sign: Signs,
    nargout: usize,
}

impl QrCall {
    /// The same of a sparse matrix.
    fn of_sparse(self) -> SparseQrCall {
        let is_vector = self.econ == Some(Economy::Zero);
        let form = if is_vector { Permutation::Vector } else { Permutation::Matrix };
        let form = self.form.unwrap_or(form);
        let positive = self.sign == Signs::Positive;
        SparseQrCall { economy: self.econ.is_some(), positive, form, nargout: self.nargout }
    }
}

/// `qr(A, ...)`; with a matrix as second argument, `[C, R] = qr(A, B)` gives `C = Q'*B`.
fn qr(host: &mut dyn Host, a: Value, b: Option<Value>, call: QrCall) -> Result<Vec<Value>> {
    if let Value::Sparse(array) = &a {
        return sparse_factors::qr(host, array, b, call.of_sparse());
    }
    let Some(b) = b else {
        return either!(operand("qr", a)?, |a| qr_of(host, &a, call));
    };
    let rows = a.shape().0;
    if b.shape().0 != rows {
        let message = format!(
            "qr: the second argument is \"econ\" or 0, or a matrix of {rows} rows; this is a {}",
            b.describe()
        );
        return Err(Fault::new(message).blame(Blame::Positional(1)));
    }
    let mut outputs = qr(host, a, None, QrCall { nargout: call.nargout.max(2), ..call })?;
    let q = std::mem::replace(&mut outputs[0], Value::empty());
    let adjoint = unary(UnaryOp::ConjTranspose, q)?;
    outputs[0] = binary(host, BinaryOp::Mul, adjoint, b)?;
    Ok(outputs)
}

fn qr_of<M: FieldMatrix>(host: &mut dyn Host, a: &M, call: QrCall) -> Result<Vec<Value>> {
    let QrCall { econ, form, sign, nargout } = call;
    let pivot = nargout > 2;
    let wanted = econ.is_some();
    // Without Q, the rows of R below the square are zeros that need no work.
    let economy = wanted || nargout < 2;
    let options = QrOptions { economy, pivot, positive: sign == Signs::Positive };
    let (m, n, r) = sides(a.dense());
    let work = 4.0 * m * r * if economy { n } else { m.max(n) };
    let f = run(host, a, work, move |a| factor::qr(a, options))
        .map_err(|fault| suggest_economy(fault, "[Q, R] = qr(A, \"econ\")"))?;
    if nargout < 2 {
        let (rows, n) = (if wanted { f.r.rows() } else { a.dense().rows() }, a.dense().cols());
        let mut r = Dense::zeros(rows, n);
        for j in 0..n {
            r.col_mut(j)[..f.r.rows()].copy_from_slice(f.r.col(j));
        }
        return Ok(vec![M::value(r).knowing(Known::UPPER)]);
    }
    let p = f.p.unwrap_or_default();
    let is_vector =
        form == Some(Permutation::Vector) || (form.is_none() && econ == Some(Economy::Zero));
    let p = if is_vector { positions(&p).into() } else { permutation(&p, true) };
    let q = M::value(f.q).knowing(Known::ORTHOGONAL);
    Ok(vec![q, M::value(f.r).knowing(Known::UPPER), p])
}

/// A square basis may not fit in memory where the thin one does.
pub(super) fn suggest_economy(mut fault: Box<Fault>, call: &str) -> Box<Fault> {
    if fault.identifier == "Octave:bad-alloc" {
        fault.hint = Some(format!("{call} computes no more columns than the smaller side"));
    }
    fault
}

fn cholesky(
    host: &mut dyn Host,
    a: Value,
    side: Side,
    form: Permutation,
    nargout: usize,
) -> Result<Vec<Value>> {
    if let Value::Sparse(array) = &a {
        return sparse_factors::chol(host, array, side, form, nargout);
    }
    if nargout > 2 {
        return Err(Fault::new("chol exchanges rows and columns of sparse matrices only")
            .hint("[R, p] = chol(A); [R, p, Q] = chol(sparse(A))"));
    }
    either!(operand("chol", a)?, |a| cholesky_of(host, &a, side, nargout))
}

fn cholesky_of<M: FieldMatrix>(
    host: &mut dyn Host,
    a: &M,
    side: Side,
    nargout: usize,
) -> Result<Vec<Value>> {
    let triangle = match side {
        Side::Upper => Triangle::Upper,
        Side::Lower => Triangle::Lower,
    };
    let known = if side == Side::Upper { Known::UPPER } else { Known::LOWER };
    let work = lu_flops(a.dense()) / 2.0;
    if nargout < 2 {
        let f = run(host, a, work, move |a| factor::chol(a, triangle))?;
        return Ok(vec![M::value(f.factor).knowing(known)]);
    }
    let f = run(host, a, work, move |a| factor::chol::try_chol(a, triangle))?;
    let failed = f.failure.map_or(0, |(pivot, _)| pivot);
    Ok(vec![M::value(f.factor).knowing(known), failed.into()])
}

fn ldl(
    host: &mut dyn Host,
    a: Value,
    side: Side,
    form: Permutation,
    nargout: usize,
) -> Result<Vec<Value>> {
    if let Value::Sparse(array) = &a {
        return sparse_factors::ldl(host, array, side, form, nargout);
    }
    either!(operand("ldl", a)?, |a| ldl_of(host, &a, side, form, nargout))
}

fn ldl_of<M: FieldMatrix>(
    host: &mut dyn Host,
    a: &M,
    side: Side,
    form: Permutation,
    nargout: usize,
) -> Result<Vec<Value>> {
    let f = run(host, a, lu_flops(a.dense()) / 2.0, factor::ldl)?;
    // Upper: A = U'*D*U.
    let turned = |l: Dense<M::Entry>| if side == Side::Upper { l.adjoint() } else { l };
    let d = M::value(f.d.clone()).knowing(Known::SYMMETRIC);
    if nargout < 3 {
        return Ok(vec![M::value(turned(f.permuted_l())), d]);
    }
    let p = match form {
        Permutation::Vector => positions(&f.p).into(),
        Permutation::Matrix => permutation(&f.p, true),
    };
    let known = if side == Side::Upper { Known::UPPER } else { Known::LOWER };
    Ok(vec![M::value(turned(f.l)).knowing(known), d, p])
}
