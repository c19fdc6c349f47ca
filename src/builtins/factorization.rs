//! Factorizations in MATLAB's calling forms: what is returned depends on how many outputs are asked for.

use super::argument::{Argument, options};
use super::entry::builtins;
use super::factorized::factorization;
use super::operand::{
    Operand, lu_flops, operand, positions, real, run, sides, singular_values_flops, svd_flops,
};
use crate::value::{Array, Fault, Host, Precision, Result, Value, format_scalar, uninterruptible};
use matfac::factor::{self, Pivot, QrOptions, SvdForm, chol::Triangle, complex, svd};
use matfac::linalg::norm;
use matfac::{Matrix, c64};

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
    /// Which Cholesky factor.
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
    ) -> [L, U, P, Q] { lu(cx.host, A, form, pivot, cx.nargout) }

    /// QR factorization by Householder reflections: `A = Q*R`, Q with orthonormal columns, R upper triangular.
    ///
    /// Q is m×m and R m×n; with "econ" or 0, Q has min(m,n) columns. With three outputs columns are exchanged,
    /// `A*P = Q*R`, so that the diagonal of R descends. One output is R alone. Signs are LAPACK's; with
    /// `sign="positive"` the diagonal of R is not negative, as Gram and Schmidt have it.
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
        /** m×n. */ A: Value,
        /** "econ" or 0: the thin factorization; 0 also makes P a vector. */ econ: Option<Economy>,
        /** P as a vector: `A(:,p) = Q*R`. */ form: Option<Permutation>,
        /** LAPACK's signs, or a diagonal of R that is not negative. */ sign: Signs = "lapack",
    ) -> [Q, R, P] { qr(cx.host, A, econ, form, sign, cx.nargout) }

    /// Cholesky factorization of a symmetric positive definite matrix: `A = R'*R`, or `A = L*L'` with "lower".
    ///
    /// Only the triangle that is returned is read. With two outputs a matrix that is not positive definite is no
    /// error: p is then the pivot that failed, and R the factor of the leading block before it; else p is 0.
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
    fn chol(cx, /** Symmetric positive definite, n×n. */ A: Value, /** Which triangle is read and returned. */ side: Side = "upper") -> [R, p] {
        cholesky(cx.host, A, side, cx.nargout)
    }

    /// Factorization of a symmetric matrix that need not be definite: `P'*A*P = L*D*L'`.
    ///
    /// L is unit lower triangular, D block diagonal with blocks of order 1 and 2 (Bunch and Kaufman). With fewer than
    /// three outputs L is permuted, so that `A = L*D*L'`. Only the lower triangle is read.
    ///
    /// >>> A = [1 2; 2 1]; [L, D, P] = ldl(A); norm(P'*A*P - L*D*L') < 1e-15
    /// ans = 1
    ///
    /// See also: chol, lu, eig
    /// Reference: Bunch & Kaufman (1977), Mathematics of Computation 31.
    fn ldl(cx, /** Symmetric, n×n. */ A: Value, /** P as a vector: `A(p,p) = L*D*L'`. */ form: Permutation = "matrix") -> [L, D, P] {
        ldl(cx.host, A, form, cx.nargout)
    }

    /// Singular value decomposition: `A = U*S*V'`; one output is the column of singular values, descending.
    ///
    /// U is m×m, S m×n and V n×n; with "econ" or 0, U and V have min(m,n) columns. In each column of V the entry
    /// of largest magnitude is positive (the first of equal ones); the column of U follows.
    ///
    /// >>> s = svd([2 1; 1 2])
    /// s = 2×1
    ///    3.0000
    ///    1.0000
    /// >>> [U, S, V] = svd([2 0; 0 1; 0 0], "econ"); size(U)
    /// ans = 1×2
    ///    3   2
    ///
    /// See also: rank, lowrank, pinv, pca
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §8.6.
    fn svd(cx, /** m×n. */ A: Value, /** "econ" or 0: the thin decomposition. */ econ: Option<Economy>) -> [U, S, V] {
        singular(cx.host, A, econ, cx.nargout)
    }

    /// A matrix factored once, to be used for many right-hand sides: `F = factorize(A); F \ b`.
    ///
    /// The method is chosen as `A \ b` chooses it: substitution for triangular matrices, Cholesky for positive
    /// definite ones, LU for other square ones, QR for the rest. `det(F)`, `inv(F)` and `rcond(F)` use the factors.
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
    /// See also: mldivide, lu, chol, qr
    fn factorize(cx, /** m×n. */ A: Value) -> [F] { factorization(cx.host, A) }
}

fn lu(
    host: &mut dyn Host,
    a: Value,
    form: Permutation,
    pivot: Pivoting,
    nargout: usize,
) -> Result<Vec<Value>> {
    let a = match operand("lu", a)? {
        Operand::Real(a) => a,
        Operand::Complex(z) if pivot == Pivoting::Partial => {
            let work = 8.0 / 3.0 * z.rows() as f64 * z.cols() as f64 * z.cols() as f64;
            let bytes = 48 * z.len();
            let f = uninterruptible(host, work, bytes, move || complex::lu_complex(&z))?;
            let q: Vec<usize> = (0..f.u.cols()).collect();
            return Ok(arrange(f.l, f.u, &f.p, &q, form, nargout, c64::new(0.0, 0.0)));
        }
        Operand::Complex(_) => {
            return Err(Fault::unsupported("lu of a complex matrix with full or no pivoting"));
        }
    };
    let how = match pivot {
        Pivoting::Partial => Pivot::Partial,
        Pivoting::Full => Pivot::Full,
        Pivoting::None => Pivot::None,
    };
    let f = run(host, &a, lu_flops(&a.data), move |a| match factor::lu(a, how) {
        Err(matfac::Error::Singular { pivot, .. }) => Err(matfac::Error::argument_hint(
            "pivot",
            format!("lu: pivot {pivot} is zero, and pivot=\"none\" forbids to exchange rows"),
            "[L, U, P] = lu(A) exchanges rows",
        )),
        result => result,
    })?;
    warn_singular(host, &f.u)?;
    let q = f.q.unwrap_or_else(|| (0..f.u.cols()).collect());
    Ok(arrange(f.l, f.u, &f.p, &q, form, nargout, 0.0))
}

/// A singular matrix has its factors like any other; who goes on to solve with them should know.
fn warn_singular(host: &mut dyn Host, u: &Matrix) -> Result<()> {
    let n = u.cols();
    let limit = n as f64 * f64::EPSILON * norm::max_abs(u.as_slice());
    if u.rows() != n {
        return Ok(());
    }
    if let Some(i) = (0..n).find(|&i| u[(i, i)].abs() <= limit) {
        let pivot = format_scalar(u[(i, i)], Precision::SHORT);
        let message =
            format!("the matrix is singular to working precision: pivot {} is {pivot}", i + 1);
        host.warn("mf:singular-matrix", &message)?;
    }
    Ok(())
}

/// The outputs of `lu`. What is not asked for is multiplied into L and U: their product with the
/// permutations that are returned is A in every form.
fn arrange<T>(
    l: matfac::linalg::Dense<T>,
    u: matfac::linalg::Dense<T>,
    p: &[usize],
    q: &[usize],
    form: Permutation,
    nargout: usize,
    zero: T,
) -> Vec<Value>
where
    T: Copy,
    Value: From<matfac::linalg::Dense<T>>,
{
    use matfac::linalg::Dense;
    let (m, n, r) = (l.rows(), u.cols(), l.cols());
    if nargout < 2 {
        let packed = |i: usize, j: usize| if i <= j { u[(i, j)] } else { l[(i, j)] };
        return vec![Dense::from_fn(m, n, packed).into()];
    }
    let u = if nargout < 4 {
        let mut unpermuted = Dense::from_fn(r, n, |_, _| zero);
        q.iter().enumerate().for_each(|(j, &k)| unpermuted.col_mut(k).copy_from_slice(u.col(j)));
        unpermuted
    } else {
        u
    };
    if nargout == 2 {
        let mut unpermuted = Dense::from_fn(m, r, |_, _| zero);
        for j in 0..r {
            p.iter().enumerate().for_each(|(i, &k)| unpermuted[(k, j)] = l[(i, j)]);
        }
        return vec![unpermuted.into(), u.into()];
    }
    let (rows, cols) = match form {
        Permutation::Vector => (positions(p), positions(q)),
        Permutation::Matrix => (permutation(p, false), permutation(q, true)),
    };
    vec![l.into(), u.into(), rows.into(), cols.into()]
}

/// The matrix that takes row i from row `p[i]` or, `columns`, column j from column `p[j]`.
fn permutation(p: &[usize], columns: bool) -> Matrix {
    let mut matrix = Matrix::zeros(p.len(), p.len());
    for (i, &k) in p.iter().enumerate() {
        let place = if columns { (k, i) } else { (i, k) };
        matrix[place] = 1.0;
    }
    matrix
}

fn qr(
    host: &mut dyn Host,
    a: Value,
    econ: Option<Economy>,
    form: Option<Permutation>,
    sign: Signs,
    nargout: usize,
) -> Result<Vec<Value>> {
    let a = real("qr", a)?;
    let pivot = nargout > 2;
    let wanted = econ.is_some();
    // Without Q, the rows of R below the square are zeros that need no work.
    let economy = wanted || nargout < 2;
    let options = QrOptions { economy, pivot, positive: sign == Signs::Positive };
    let (m, n, r) = sides(&a.data);
    let work = 4.0 * m * r * if economy { n } else { m.max(n) };
    let f = run(host, &a, work, move |a| factor::qr(a, options))
        .map_err(|fault| suggest_economy(fault, "[Q, R] = qr(A, \"econ\")"))?;
    if nargout < 2 {
        let (rows, n) = (if wanted { f.r.rows() } else { a.data.rows() }, a.data.cols());
        let size = f.r.rows();
        let entry = |i, j| if i < size { f.r[(i, j)] } else { 0.0 };
        return Ok(vec![Matrix::from_fn(rows, n, entry).into()]);
    }
    let p = f.p.unwrap_or_default();
    let is_vector =
        form == Some(Permutation::Vector) || (form.is_none() && econ == Some(Economy::Zero));
    let p = if is_vector { positions(&p) } else { permutation(&p, true) };
    Ok(vec![f.q.into(), f.r.into(), p.into()])
}

/// A square basis may not fit in memory where the thin one does.
fn suggest_economy(mut fault: Box<Fault>, call: &str) -> Box<Fault> {
    if fault.identifier == "Octave:bad-alloc" {
        fault.hint = Some(format!("{call} computes no more columns than the smaller side"));
    }
    fault
}

fn cholesky(host: &mut dyn Host, a: Value, side: Side, nargout: usize) -> Result<Vec<Value>> {
    let a = real("chol", a)?;
    let triangle = match side {
        Side::Upper => Triangle::Upper,
        Side::Lower => Triangle::Lower,
    };
    let work = lu_flops(&a.data) / 2.0;
    if nargout < 2 {
        let f = run(host, &a, work, move |a| factor::chol(a, triangle))?;
        return Ok(vec![f.factor.into()]);
    }
    let f = run(host, &a, work, move |a| factor::chol::try_chol(a, triangle))?;
    let failed = f.failure.map_or(0, |(pivot, _)| pivot);
    Ok(vec![f.factor.into(), failed.into()])
}

fn ldl(host: &mut dyn Host, a: Value, form: Permutation, nargout: usize) -> Result<Vec<Value>> {
    let a = real("ldl", a)?;
    let f = run(host, &a, lu_flops(&a.data) / 2.0, |a| {
        a.require_square("ldl")?;
        if !factor::is_symmetric(a) {
            return Err(matfac::Error::argument_hint(
                "A",
                "ldl needs a symmetric matrix",
                "lu factors any matrix; (A + A')/2 is the symmetric part",
            ));
        }
        factor::ldl(a)
    })?;
    if nargout < 3 {
        return Ok(vec![f.permuted_l().into(), f.d.into()]);
    }
    let p = match form {
        Permutation::Vector => positions(&f.p),
        Permutation::Matrix => permutation(&f.p, true),
    };
    Ok(vec![f.l.into(), f.d.into(), p.into()])
}

fn singular(
    host: &mut dyn Host,
    a: Value,
    econ: Option<Economy>,
    nargout: usize,
) -> Result<Vec<Value>> {
    let a = real("svd", a)?;
    if nargout < 2 {
        let s = run(host, &a, singular_values_flops(&a.data), svd::singular_values)?;
        return Ok(vec![Matrix::column_vector(s).into()]);
    }
    let form = if econ.is_some() { SvdForm::Economy } else { SvdForm::Full };
    let (m, n, r) = sides(&a.data);
    // The full bases cost as much again for every column beyond min(m, n).
    let extra = if econ.is_some() { 0.0 } else { 4.0 * (m.max(n) - r) * m.max(n) * r };
    let f = run(host, &a, svd_flops(&a.data) + extra, move |a| factor::svd(a, form))
        .map_err(|fault| suggest_economy(fault, "[U, S, V] = svd(A, \"econ\")"))?;
    let s = f.s_matrix();
    // Rows of U are rows of A, rows of V its columns.
    let u = Array::labelled(f.u, a.row_labels().cloned(), None);
    let v = Array::labelled(f.v, a.col_labels().cloned(), None);
    Ok(vec![u.into(), s.into(), v.into()])
}
