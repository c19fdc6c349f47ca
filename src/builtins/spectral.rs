//! Eigenvalues and the factorizations that show them: Hessenberg, Schur and generalized Schur form.

use super::argument::options;
use super::entry::builtins;
use super::operand::{Operand, operand, run, run_either};
use crate::value::{Blame, Fault, Host, Result, Value, uninterruptible};
use matfac::factor::{self, Eig, EigOptions, MaybeComplex, PairMethod, Schur};
use matfac::linalg::Dense;
use matfac::{ComplexMatrix, Matrix, c64};

options! {
    /// How eigenvalues are returned.
    Layout { Vector = "vector", Matrix = "matrix" }
}

options! {
    /// Whether `eig` balances.
    Balancing { On = "balance", Off = "nobalance" }
}

options! {
    /// How generalized eigenvalues are found.
    Method { Chol = "chol", Qz = "qz" }
}

options! {
    /// The field of a Schur form, or its order.
    SchurForm { Real = "real", Complex = "complex", Left = "a", Inside = "d", Unordered = "u" }
}

options! {
    /// Regions of the plane.
    Region { Left = "lhp", Right = "rhp", Inside = "udi", Outside = "udo" }
}

builtins! { "eigenvalues";
    /// Eigenvalues and eigenvectors of a square matrix, `A*V = V*D`, or of a pair, `A*V = B*V*D`.
    ///
    /// One output is the column of eigenvalues: ascending for a symmetric (Hermitian) matrix, by real part otherwise, with
    /// conjugate pairs together. The third output has the left vectors, `W'*A = D*W'`. The eigenvectors have norm 1; those
    /// of a symmetric matrix are orthonormal. A defective matrix, which has too few eigenvectors, gives a warning. The
    /// matrix is balanced first, unless "nobalance" says that its small entries are rounding errors.
    ///
    /// Of a pair with symmetric A and positive definite B, `V'*B*V = I`; other pairs, or all with "qz", have vectors whose
    /// largest component is 1, and infinite eigenvalues where B is singular.
    ///
    /// >>> [V, D] = eig([2 1; 1 2]); diag(D)
    /// ans = 2×1
    ///    1
    ///    3
    /// >>> eig([0 1; -1 0])
    /// ans = 2×1 complex
    ///    0 + 1i
    ///    0 - 1i
    /// >>> eig([1 2; 3 4], [1 0; 0 0])
    /// ans = 2×1
    ///   -0.5000
    ///       Inf
    ///
    /// See also: svd, schur, qz, balance, isdefinite
    /// Reference: Golub & Van Loan (2013), Matrix Computations, chapters 7 and 8.
    fn eig(
        cx,
        /** Square, n×n, real or complex. */ A: Value,
        /** D as a column, or as a matrix; the default depends on the outputs. */ form: Option<Layout>,
        /** Balance first or not. */ balance: Balancing = "balance",
    ) -> [V, D, W] { eigen(cx.host, A, form, balance, cx.nargout) }
    or (
        cx,
        /** Square, n×n, real or complex. */ A: Value,
        /** The second matrix of the pair, n×n. */ B: Value,
        /** "chol" where it applies, or "qz" always. */ method: Method = "chol",
        /** D as a column, or as a matrix; the default depends on the outputs. */ form: Option<Layout>,
    ) -> [V, D, W] { generalized(cx.host, A, B, method, form, cx.nargout) }

    /// Hessenberg form, `A = P*H*P'`: P orthogonal (unitary), H zero below its first subdiagonal.
    ///
    /// One output is H.
    ///
    /// >>> [P, H] = hess([1 2 3; 4 5 6; 7 8 10]); H(3, 1)
    /// ans = 0
    /// >>> norm(P*H*P' - [1 2 3; 4 5 6; 7 8 10]) < 1e-13
    /// ans = 1
    ///
    /// See also: schur, eig
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §7.4.
    fn hess(cx, /** Square, n×n, real or complex. */ A: Value) -> [P, H] { hessenberg(cx.host, A, cx.nargout) }

    /// Schur form, `A = U*S*U'`: U orthogonal (unitary), S upper triangular with the eigenvalues on its diagonal.
    ///
    /// The form of a real matrix is real, with a block of order 2 for each conjugate pair, unless "complex" is given. "a"
    /// puts eigenvalues in the left half plane first, "d" those in the unit disc. One output is S.
    ///
    /// >>> [U, S] = schur([4 1; 2 3]); norm(U*S*U' - [4 1; 2 3]) < 1e-14
    /// ans = 1
    /// >>> schur([0 1; -1 0])
    /// ans = 2×2
    ///    0   1
    ///   -1   0
    ///
    /// See also: rsf2csf, ordschur, ordeig, eig, qz
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §7.4 to §7.6.
    fn schur(cx, /** Square, n×n, real or complex. */ A: Value, /** "real" or "complex", or the order of the eigenvalues. */ form: SchurForm = "u") -> [U, S] {
        schur(cx.host, A, form, cx.nargout)
    }

    /// The complex Schur form from the real one: blocks of order 2 become triangular.
    ///
    /// >>> [U, T] = rsf2csf(eye(2), [0 1; -1 0]); abs(T)
    /// ans = 2×2
    ///    1.0000        0
    ///         0   1.0000
    ///
    /// See also: schur
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §7.4.
    fn rsf2csf(cx, /** The orthogonal factor, n×n. */ UR: Matrix, /** The quasi-triangular one, n×n. */ TR: Matrix) -> [U, T] { complex_form(UR, TR) }

    /// A Schur form with the selected eigenvalues first.
    ///
    /// `select` has one true or false for each eigenvalue, or a region: "lhp" and "rhp" are the half planes, "udi" and
    /// "udo" the inside and outside of the unit circle. Of a conjugate pair both move when one is selected.
    ///
    /// >>> [U, S] = ordschur(eye(2), [1 2; 0 3], [false true]); diag(S)
    /// ans = 2×1
    ///    3
    ///    1
    ///
    /// See also: schur, ordeig
    /// Reference: Bai & Demmel (1993), Linear Algebra and its Applications 186.
    fn ordschur(cx, /** The orthogonal (unitary) factor, n×n. */ U: Value, /** The (quasi-)triangular one, n×n. */ S: Value, /** Which eigenvalues come first. */ select: Region) -> [U, S] {
        ordered(U, S, Selection::Region(select))
    }
    or (cx, /** The orthogonal (unitary) factor, n×n. */ U: Value, /** The (quasi-)triangular one, n×n. */ S: Value, /** Which eigenvalues come first: n logicals. */ select: Matrix) -> [U, S] {
        ordered(U, S, Selection::Flags(select))
    }

    /// The eigenvalues of a (quasi-)triangular matrix, or pair of such, in the order of the diagonal.
    ///
    /// >>> ordeig([1 2; 0 3])
    /// ans = 2×1
    ///    1
    ///    3
    ///
    /// See also: schur, ordschur, qz
    fn ordeig(cx, /** Upper (quasi-)triangular, n×n. */ A: Value, /** Upper triangular, n×n. */ B: Option<Value>) -> [lambda] { diagonal_values(A, B) }

    /// Generalized Schur form: `AA = Q*A*Z` and `BB = Q*B*Z` upper triangular, Q and Z orthogonal (unitary).
    ///
    /// AA of a real pair has a block of order 2 for each conjugate pair of eigenvalues. The columns of V and W are the
    /// right and left generalized eigenvectors, with a largest component of 1. One output is the column of eigenvalues.
    ///
    /// >>> A = [1 2; 3 4]; B = [5 6; 7 9]; [AA, BB, Q, Z] = qz(A, B); norm(Q*A*Z - AA) < 1e-13
    /// ans = 1
    /// >>> norm(Q*B*Z - BB) < 1e-13
    /// ans = 1
    ///
    /// See also: eig, schur, ordeig
    /// Reference: Moler & Stewart (1973), SIAM Journal on Numerical Analysis 10.
    fn qz(cx, /** Square, n×n, real or complex. */ A: Value, /** Square, n×n. */ B: Value) -> [AA, BB, Q, Z, V, W] { generalized_schur(cx.host, A, B, cx.nargout) }
}

fn cube(n: usize) -> f64 {
    (n as f64).powi(3)
}

fn eigen(
    host: &mut dyn Host,
    a: Value,
    form: Option<Layout>,
    balance: Balancing,
    nargout: usize,
) -> Result<Vec<Value>> {
    let a = operand("eig", a)?;
    let options =
        EigOptions { right: nargout > 1, left: nargout > 2, balance: balance == Balancing::On };
    let work = 25.0 * cube(a.cols());
    let f = run_either(
        host,
        &a,
        work,
        move |a| factor::eig_with(a, options),
        move |a| factor::eig_complex(a, options),
    )?;
    if f.defective {
        host.warn(
            "mf:defective-matrix",
            "the matrix is defective: it has fewer independent eigenvectors than columns, and inv(V) means nothing",
        )?;
    }
    Ok(arrange(f, form, nargout))
}

fn generalized(
    host: &mut dyn Host,
    a: Value,
    b: Value,
    method: Method,
    form: Option<Layout>,
    nargout: usize,
) -> Result<Vec<Value>> {
    let method = if method == Method::Chol { PairMethod::Cholesky } else { PairMethod::Qz };
    let (a, b) = (operand("eig", a)?, second("eig", b)?);
    let f = on_pair(
        host,
        a,
        b,
        80.0,
        move |a, b| factor::eig_pair(a, b, method),
        move |a, b| factor::eig_pair_complex(a, b, method),
    )?;
    Ok(arrange(f, form, nargout))
}

/// The outputs of `eig`.
fn arrange(f: Eig, form: Option<Layout>, nargout: usize) -> Vec<Value> {
    let n = f.values.len();
    let as_column = form.map_or(nargout < 2, |form| form == Layout::Vector);
    let values = if as_column {
        // The empty matrix has no column.
        ComplexMatrix::from_vec(n, n.min(1), f.values)
    } else {
        let zero = c64::new(0.0, 0.0);
        ComplexMatrix::from_fn(n, n, |i, j| if i == j { f.values[i] } else { zero })
    };
    match nargout {
        0 | 1 => vec![values.into()],
        _ => vec![f.vectors.into(), values.into(), f.left.into()],
    }
}

/// The argument `B`.
pub(super) fn second(function: &str, b: Value) -> Result<Operand> {
    operand(function, b).map_err(|fault| fault.blame(Blame::Positional(1)))
}

/// Runs `real` on two real matrices, else `complex`; `flops` are per n³.
pub(super) fn on_pair<T: Send + 'static>(
    host: &mut dyn Host,
    a: Operand,
    b: Operand,
    flops: f64,
    real: impl FnOnce(&Matrix, &Matrix) -> matfac::Result<T> + Send + 'static,
    complex: impl FnOnce(&ComplexMatrix, &ComplexMatrix) -> matfac::Result<T> + Send + 'static,
) -> Result<T> {
    let work = flops * cube(a.cols());
    match (&a, &b) {
        (Operand::Real(a), Operand::Real(b)) => {
            let b = b.clone();
            run(host, a, work, move |a| real(a, &b.data))
        }
        _ => {
            let (a, b) = (a.to_complex(), b.to_complex());
            let bytes = 16 * 6 * a.len();
            uninterruptible(host, 4.0 * work, bytes, move || complex(&a, &b))
        }
    }
}

fn hessenberg(host: &mut dyn Host, a: Value, nargout: usize) -> Result<Vec<Value>> {
    let a = operand("hess", a)?;
    let work = 5.0 * cube(a.cols());
    let (p, h) = run_either(
        host,
        &a,
        work,
        |a| factor::hess(a).map(|f| fields(f.p, f.h)),
        |a| factor::hess_complex(a).map(|f| fields(f.p, f.h)),
    )?;
    Ok(if nargout < 2 { vec![h.into()] } else { vec![p.into(), h.into()] })
}

/// Two factors of either field.
fn fields<T: Into<MaybeComplex>>(x: T, y: T) -> (MaybeComplex, MaybeComplex) {
    (x.into(), y.into())
}

fn schur(host: &mut dyn Host, a: Value, form: SchurForm, nargout: usize) -> Result<Vec<Value>> {
    let a = operand("schur", a)?;
    let selects = move |z: &c64| match form {
        SchurForm::Left => z.re < 0.0,
        SchurForm::Inside => z.norm() < 1.0,
        _ => false,
    };
    let real = move |a: &Matrix| {
        let f = factor::schur(a)?;
        if form == SchurForm::Complex {
            let f = f.to_complex();
            return Ok(fields(f.u, f.t));
        }
        let selected: Vec<bool> = f.values().iter().map(selects).collect();
        f.ordered(&selected).map(|f| fields(f.u, f.t))
    };
    let complex = move |a: &ComplexMatrix| {
        let f = factor::schur_complex(a)?;
        let selected: Vec<bool> = f.values().iter().map(selects).collect();
        f.ordered(&selected).map(|f| fields(f.u, f.t))
    };
    let work = 30.0 * cube(a.cols());
    let (u, t) = run_either(host, &a, work, real, complex)?;
    Ok(if nargout < 2 { vec![t.into()] } else { vec![u.into(), t.into()] })
}

/// Refuses factors of different or oblong shapes.
fn same_order<T>(function: &str, u: &Dense<T>, t: &Dense<T>) -> Result<()> {
    if u.is_square() && u.shape() == t.shape() {
        return Ok(());
    }
    Err(Fault::new(format!("{function}: U is {} and S is {}", u.shape(), t.shape()))
        .hint("both are square and of the same order, as schur returns them"))
}

fn complex_form(u: Matrix, t: Matrix) -> Result<Vec<Value>> {
    same_order("rsf2csf", &u, &t)?;
    let f = Schur { u, t }.to_complex();
    Ok(vec![f.u.into(), f.t.into()])
}

enum Selection {
    Region(Region),
    Flags(Matrix),
}

impl Selection {
    fn flags(&self, values: &[c64]) -> Vec<bool> {
        let holds = |region: Region, z: &c64| match region {
            Region::Left => z.re < 0.0,
            Region::Right => z.re > 0.0,
            Region::Inside => z.norm() < 1.0,
            Region::Outside => z.norm() > 1.0,
        };
        match self {
            Selection::Region(region) => values.iter().map(|z| holds(*region, z)).collect(),
            Selection::Flags(flags) => flags.as_slice().iter().map(|&x| x != 0.0).collect(),
        }
    }
}

fn ordered(u: Value, t: Value, select: Selection) -> Result<Vec<Value>> {
    match (operand("ordschur", u)?, second("ordschur", t)?) {
        (Operand::Real(u), Operand::Real(t)) => {
            same_order("ordschur", &u.data, &t.data)?;
            let f = Schur { u: u.data.clone(), t: t.data.clone() };
            let flags = select.flags(&f.values());
            let f = f.ordered(&flags)?;
            Ok(vec![f.u.into(), f.t.into()])
        }
        (u, t) => {
            let f = Schur { u: u.to_complex(), t: t.to_complex() };
            same_order("ordschur", &f.u, &f.t)?;
            let flags = select.flags(&f.values());
            let f = f.ordered(&flags)?;
            Ok(vec![f.u.into(), f.t.into()])
        }
    }
}

fn diagonal_values(a: Value, b: Option<Value>) -> Result<Value> {
    let a = operand("ordeig", a)?;
    let values = match b {
        None => match a {
            Operand::Real(a) if a.data.is_square() => factor::ordeig(&a.data),
            a => diagonal(&a.to_complex())?,
        },
        Some(b) => match (a, second("ordeig", b)?) {
            (Operand::Real(a), Operand::Real(b)) => factor::qz::ordered_values(&a.data, &b.data)?,
            (a, b) => {
                let (a, b) = (diagonal(&a.to_complex())?, diagonal(&b.to_complex())?);
                if a.len() != b.len() {
                    return Err(
                        Fault::new("ordeig: A and B differ in order").blame(Blame::Positional(1))
                    );
                }
                let pairs = a.into_iter().zip(b);
                pairs.map(|(a, b)| factor::qz::quotient(a, b)).collect()
            }
        },
    };
    Ok(ComplexMatrix::column_vector(values).into())
}

fn diagonal(a: &ComplexMatrix) -> Result<Vec<c64>> {
    if a.is_square() {
        return Ok((0..a.cols()).map(|i| a[(i, i)]).collect());
    }
    Err(matfac::Error::NotSquare { operation: "ordeig", shape: a.shape() }.into())
}

fn generalized_schur(
    host: &mut dyn Host,
    a: Value,
    b: Value,
    nargout: usize,
) -> Result<Vec<Value>> {
    let (a, b) = (operand("qz", a)?, second("qz", b)?);
    let wanted = nargout > 4;
    let (factors, lambda, vectors) = on_pair(
        host,
        a,
        b,
        80.0,
        move |a, b| {
            let f = factor::qz(a, b)?;
            let vectors = wanted.then(|| factor::qz_vectors(&f)).transpose()?;
            Ok((
                [f.s.clone(), f.p.clone(), f.q.clone(), f.z.clone()].map(MaybeComplex::from),
                f.values(),
                vectors,
            ))
        },
        move |a, b| {
            let f = factor::qz_complex(a, b)?;
            let vectors = wanted.then(|| factor::qz_vectors_complex(&f)).transpose()?;
            Ok((
                [f.s.clone(), f.p.clone(), f.q.clone(), f.z.clone()].map(MaybeComplex::from),
                f.values(),
                vectors,
            ))
        },
    )?;
    if nargout < 2 {
        return Ok(vec![ComplexMatrix::column_vector(lambda).into()]);
    }
    let vectors = vectors.into_iter().flat_map(|(v, w)| [Value::from(v), Value::from(w)]);
    Ok(factors.into_iter().map(Value::from).chain(vectors).collect())
}
