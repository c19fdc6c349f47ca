//! Functions of a matrix (not of its entries), and linear matrix equations.

use super::argument::Skip;
use super::entry::builtins;
use super::operand::{Operand, operand, run, run_either};
use crate::syntax::BinaryOp;
use crate::value::{
    Arguments, Blame, Callable, Fault, Host, Result, Value, binary, uninterruptible,
};
use matfac::factor::{self, MaybeComplex, Parlett};
use matfac::{ComplexMatrix, Matrix, c64};
use std::sync::Arc;

builtins! { "matrix functions";
    /// The exponential of a matrix, `I + A + A²/2 + …`; `exp` is the one of the entries.
    ///
    /// >>> expm([0 1; 0 0])
    /// ans = 2×2
    ///    1   1
    ///    0   1
    ///
    /// See also: logm, sqrtm, funm, exp
    /// Reference: Al-Mohy & Higham (2009), SIAM Journal on Matrix Analysis and Applications 31.
    fn expm(cx, /** Square, n×n, real or complex. */ A: Value) -> [X] { exponential(cx.host, A) }

    /// The principal logarithm of a matrix, `expm(X) = A`; complex when an eigenvalue is negative.
    ///
    /// A singular matrix has no logarithm, which is an error; a negative eigenvalue gives a warning.
    ///
    /// >>> logm([1 1; 0 1])
    /// ans = 2×2
    ///    0   1
    ///    0   0
    ///
    /// See also: expm, sqrtm, log
    /// Reference: Al-Mohy & Higham (2012), SIAM Journal on Scientific Computing 34.
    fn logm(cx, /** Square, n×n, real or complex. */ A: Value) -> [X] { logarithm(cx.host, A) }

    /// The principal square root of a matrix, `X*X = A`; complex when an eigenvalue is negative.
    ///
    /// A singular matrix, which may have no square root, gives a warning.
    ///
    /// >>> sqrtm([4 1; 0 9])
    /// ans = 2×2
    ///    2.0000   0.2000
    ///         0   3.0000
    ///
    /// See also: expm, logm, sqrt
    /// Reference: Björck & Hammarling (1983), Linear Algebra and its Applications 52.
    fn sqrtm(cx, /** Square, n×n, real or complex. */ A: Value) -> [X] { square_root(cx.host, A) }

    /// A function of a matrix: f is given as a function of numbers, and works entry by entry.
    ///
    /// f must be analytic around the eigenvalues; where some are close, it is evaluated on circles around them, complex
    /// numbers too. `@exp`, `@log` and `@sqrt` are computed by expm, logm and sqrtm.
    ///
    /// >>> A = [1 2; 3 4]; S = funm(A, @sin); C = funm(A, @cos); norm(S*S + C*C - eye(2)) < 1e-13
    /// ans = 1
    /// >>> funm([2 1; 0 2], @(x) x.^3)
    /// ans = 2×2
    ///     8.0000   12.0000
    ///          0    8.0000
    ///
    /// See also: expm, logm, sqrtm, eig
    /// Reference: Davies & Higham (2003), SIAM Journal on Matrix Analysis and Applications 25.
    fn funm(cx, /** Square, n×n, real or complex. */ A: Value, /** A function of numbers. */ f: Arc<Callable>) -> [F] { function(cx.host, A, f) }

    /// The solution of Sylvester's equation, `A*X + X*B = C`.
    ///
    /// It is unique when A and -B have no eigenvalue in common; else this is an error.
    ///
    /// >>> sylvester([1 2; 3 4], [5 6; 7 8], [9 10; 11 12])
    /// ans = 2×2
    ///    0.5000   0.6667
    ///    0.6667   0.5000
    ///
    /// See also: lyap, dlyap, kron, schur
    /// Reference: Bartels & Stewart (1972), Communications of the ACM 15.
    fn sylvester(cx, /** m×m, real or complex. */ A: Value, /** n×n. */ B: Value, /** m×n. */ C: Value) -> [X] {
        equation(cx.host, "sylvester", A, B, C)
    }

    /// The solution of Lyapunov's equation, `A*X + X*A' + Q = 0`.
    ///
    /// With three matrices, of `A*X + X*B + C = 0`; with `lyap(A, Q, [], E)`, of `A*X*E' + E*X*A' + Q = 0`. X is symmetric
    /// when Q is.
    ///
    /// >>> X = lyap([-1 0; 0 -2], [2 0; 0 4])
    /// X = 2×2
    ///    1   0
    ///    0   1
    ///
    /// See also: dlyap, sylvester
    /// Reference: Bartels & Stewart (1972), Communications of the ACM 15.
    fn lyap(cx, /** n×n, real or complex. */ A: Value, /** n×n. */ Q: Value) -> [X] { lyapunov(cx.host, A, Q) }
    or (cx, /** n×n, real or complex. */ A: Value, /** n×n. */ Q: Value, /** Left out. */ skip: Skip, /** n×n, not singular. */ E: Value) -> [X] {
        generalized_lyapunov(cx.host, A, Q, E)
    }
    or (cx, /** m×m, real or complex. */ A: Value, /** n×n. */ B: Value, /** m×n. */ C: Value) -> [X] {
        negated(C).and_then(|C| equation(cx.host, "lyap", A, B, C))
    }

    /// The solution of Lyapunov's equation of discrete time (Stein's), `A*X*A' - X + Q = 0`.
    ///
    /// >>> dlyap(0.5, 3)
    /// ans = 4
    ///
    /// See also: lyap, sylvester
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §7.6.3.
    fn dlyap(cx, /** n×n, real or complex. */ A: Value, /** n×n. */ Q: Value) -> [X] { stein(cx.host, A, Q) }
}

fn cube(a: &Operand) -> f64 {
    (a.cols() as f64).powi(3)
}

fn exponential(host: &mut dyn Host, a: Value) -> Result<Value> {
    let a = operand("expm", a)?;
    let x = run_either(
        host,
        &a,
        30.0 * cube(&a),
        |a| factor::expm(a).map(MaybeComplex::from),
        |a| factor::expm_complex(a).map(MaybeComplex::from),
    )?;
    Ok(x.into())
}

fn logarithm(host: &mut dyn Host, a: Value) -> Result<Value> {
    let a = operand("logm", a)?;
    let x = run_either(host, &a, 100.0 * cube(&a), factor::logm, |a| {
        factor::logm_complex(a).map(MaybeComplex::Complex)
    })?;
    if matches!((&a, &x), (Operand::Real(_), MaybeComplex::Complex(_))) {
        host.warn(
            "mf:negative-eigenvalue",
            "logm: the matrix has a negative eigenvalue, so its logarithm is complex and not the principal one",
        )?;
    }
    Ok(x.into())
}

fn square_root(host: &mut dyn Host, a: Value) -> Result<Value> {
    let a = operand("sqrtm", a)?;
    let root = run_either(host, &a, 60.0 * cube(&a), factor::sqrtm, factor::sqrtm_complex)?;
    if root.singular {
        host.warn(
            "mf:singular-matrix",
            "sqrtm: the matrix is singular, and may have no square root",
        )?;
    }
    Ok(root.x.into())
}

fn function(host: &mut dyn Host, a: Value, f: Arc<Callable>) -> Result<Value> {
    match f.name() {
        "exp" | "expm" => return exponential(host, a),
        "log" | "logm" => return logarithm(host, a),
        "sqrt" | "sqrtm" => return square_root(host, a),
        _ => {}
    }
    let a = operand("funm", a)?;
    // Where a function is not smooth between eigenvalues, smaller groups may do.
    let mut last = None;
    for gap in [0.1, 1e-2, 1e-3, 1e-5] {
        let work = 40.0 * cube(&a);
        let prepare = move |a: &Matrix| Parlett::new(a, gap);
        let parlett = run_either(host, &a, work, prepare, move |a| Parlett::new_complex(a, gap))?;
        let values = values_at(host, &f, parlett.points())?;
        let finish = move || parlett.finish(&values);
        match uninterruptible(host, work, 48 * a.cols() * a.cols(), finish) {
            Ok(x) => return Ok(x.into()),
            Err(fault) => last = Some(fault),
        }
    }
    Err(last.unwrap_or_else(|| Fault::new("funm: the function is not smooth")))
}

/// The function at many points at once.
fn values_at(host: &mut dyn Host, f: &Callable, points: Vec<c64>) -> Result<Vec<c64>> {
    let count = points.len();
    let argument = Value::from(ComplexMatrix::column_vector(points));
    let value = host.call(f, Arguments::positional(vec![argument]), 1)?.into_iter().next();
    let value = value.unwrap_or_else(Value::empty).into_numeric()?.to_complex();
    match value.len() {
        n if n == count => Ok(value.as_slice().to_vec()),
        1 => Ok(vec![value.as_slice()[0]; count]),
        n => {
            let given = if n == 0 { "nothing".into() } else { format!("{n} numbers") };
            Err(Fault::new(format!("funm: f made {given} of {count} numbers"))
                .hint("f works entry by entry: write .* and .^")
                .blame(Blame::Positional(1)))
        }
    }
}

/// The argument at this position.
fn term(function: &str, value: Value, position: usize) -> Result<Operand> {
    operand(function, value).map_err(|fault| fault.blame(Blame::Positional(position)))
}

fn equation(
    host: &mut dyn Host,
    function: &'static str,
    a: Value,
    b: Value,
    c: Value,
) -> Result<Value> {
    let (a, b, c) = (term(function, a, 0)?, term(function, b, 1)?, term(function, c, 2)?);
    let work = 40.0 * (cube(&a) + cube(&b));
    if let (Operand::Real(a), Operand::Real(b), Operand::Real(c)) = (&a, &b, &c) {
        let (b, c) = (b.clone(), c.clone());
        let solve = move |a: &Matrix| factor::sylvester(a, &b.data, &c.data);
        return Ok(run(host, a, work, solve)?.into());
    }
    let (a, b, c) = (a.to_complex(), b.to_complex(), c.to_complex());
    let bytes = 48 * (a.len() + b.len() + c.len());
    let x =
        uninterruptible(host, 4.0 * work, bytes, move || factor::sylvester_complex(&a, &b, &c))?;
    Ok(x.into())
}

fn negated(c: Value) -> Result<Value> {
    Ok(match operand("lyap", c)? {
        Operand::Real(c) => c.data.map(|x| -x).into(),
        Operand::Complex(z) => z.map(|x| -x).into(),
    })
}

fn lyapunov(host: &mut dyn Host, a: Value, q: Value) -> Result<Value> {
    two_matrices(host, "lyap", a, q, factor::lyap, factor::lyap_complex)
}

fn stein(host: &mut dyn Host, a: Value, q: Value) -> Result<Value> {
    two_matrices(host, "dlyap", a, q, factor::dlyap, factor::dlyap_complex)
}

fn two_matrices(
    host: &mut dyn Host,
    function: &'static str,
    a: Value,
    q: Value,
    real: fn(&Matrix, &Matrix) -> matfac::Result<Matrix>,
    complex: fn(&ComplexMatrix, &ComplexMatrix) -> matfac::Result<ComplexMatrix>,
) -> Result<Value> {
    let (a, q) = (term(function, a, 0)?, term(function, q, 1)?);
    let work = 50.0 * cube(&a);
    if let (Operand::Real(a), Operand::Real(q)) = (&a, &q) {
        let q = q.clone();
        return Ok(run(host, a, work, move |a| real(a, &q.data))?.into());
    }
    let (a, q) = (a.to_complex(), q.to_complex());
    let bytes = 48 * (a.len() + q.len());
    Ok(uninterruptible(host, 4.0 * work, bytes, move || complex(&a, &q))?.into())
}

/// `E \ (A*X*E' + E*X*A' + Q) / E'` is an equation for `E \ A` and `E \ Q / E'`.
fn generalized_lyapunov(host: &mut dyn Host, a: Value, q: Value, e: Value) -> Result<Value> {
    let adjoint = match operand("lyap", e.clone())? {
        Operand::Real(e) => e.data.transposed().into(),
        Operand::Complex(z) => z.transposed().map(|x| x.conj()).into(),
    };
    let a = binary(host, BinaryOp::LeftDiv, e.clone(), a)?;
    let q = binary(host, BinaryOp::LeftDiv, e, q)?;
    let q = binary(host, BinaryOp::Div, q, adjoint)?;
    lyapunov(host, a, q)
}
