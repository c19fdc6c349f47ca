//! A few eigenvalues of a large matrix.

use super::argument::{Argument, Count};
use super::entry::builtins;
use super::linear_map::{AnyMatrix, Handle, Number, Stored, any_matrix};
use super::truncated_options::{Opts, diagonal, not_converged};
use crate::value::{Blame, Callable, Fault, Host, Result, Struct, Value, uninterruptible};
use matfac::data::Monitor;
use matfac::linalg::Dense;
use matfac::sparse::pair::eigs as solve;
use matfac::sparse::{Answer, EigsOptions, Given, Question, Root, Wanted};
use matfac::{Matrix, c64};
use std::sync::Arc;

/// A matrix: anything but a function.
#[derive(Debug, Clone)]
pub struct Entries(pub Value);

impl Argument for Entries {
    const KIND: &'static str = "a matrix";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        match value {
            Value::Function(_) => Err("a function".into()),
            Value::Text(text) => Err(format!("\"{}\"", text.as_str())),
            other => Ok(Entries(other)),
        }
    }
}

builtins! { "parts of large matrices";
    /// k eigenvalues of a large square matrix, and their vectors; of a pair, `A*V = B*V*D` with positive definite B.
    ///
    /// sigma says which: "lm" and "sm" largest and smallest modulus, "lr" and "sr" real part, "li" and "si" imaginary part;
    /// of a symmetric (Hermitian) matrix "la" and "sa" the largest and smallest values, "be" some from either end; a number
    /// those nearest to it, through a factorization of A - sigma*B. One output is the column of values. flag is 0 when all
    /// have converged, else 1 with a warning; the fourth output has the residuals `norm(A*v - B*v*d)`.
    ///
    /// A function with the order n stands for A*x; with "sm" for A\x and with a number for (A - sigma*B)\x. opts is a struct
    /// with fields issym and isreal (of a function), tol, maxit, p (vectors in the basis), v0 (start), and cholB and permB,
    /// which say that B is its own Cholesky factor.
    ///
    /// >>> S = sparse(1:4, 1:4, [4 -3 2 1]);
    /// >>> eigs(S, 2)
    /// ans = 2×1
    ///    4
    ///   -3
    /// >>> eigs(S, 1, "sa")
    /// ans = -3
    /// >>> eigs(S, 1, 1.9)
    /// ans = 2
    /// >>> [V, D, flag] = eigs(S, 2, "sm"); norm(S*V - V*D) < 1e-12 && flag == 0
    /// ans = 1
    ///
    /// See also: svds, eig, laplacian
    /// Reference: Wu & Simon (2000) and Stewart (2001), SIAM J. Matrix Anal. Appl. 22 and 23.
    fn eigs(
        cx,
        /** Square, n×n, full or sparse. */ A: Entries,
        /** How many; 6 by default. */ k: Option<usize>,
        /** Which ones. */ sigma: Option<Value>,
        /** A struct of options. */ opts: Option<Arc<Struct>>,
        /** The residuals allowed, relative to the largest value; 1e-12 by default. */ tol: Option<f64>,
        /** Stop after this many restarts; 300 by default. */ maxiter: Option<usize>,
        /** The seed of the start. */ seed: usize = 0,
    ) -> [V, D, flag, residuals] {
        of_matrix(cx.host, A.0, None, Request { k, sigma, opts, tol, maxiter, seed }, cx.nargout)
    }
    or (
        cx,
        /** Square, n×n, full or sparse. */ A: Entries,
        /** The second matrix of the pair, n×n. */ B: Entries,
        /** How many; 6 by default. */ k: Option<usize>,
        /** Which ones. */ sigma: Option<Value>,
        /** A struct of options. */ opts: Option<Arc<Struct>>,
        /** The residuals allowed, relative to the largest value; 1e-12 by default. */ tol: Option<f64>,
        /** Stop after this many restarts; 300 by default. */ maxiter: Option<usize>,
        /** The seed of the start. */ seed: usize = 0,
    ) -> [V, D, flag, residuals] {
        of_matrix(cx.host, A.0, Some(B.0), Request { k, sigma, opts, tol, maxiter, seed }, cx.nargout)
    }
    or (
        cx,
        /** A function that stands for the matrix. */ f: Arc<Callable>,
        /** Its order. */ n: Count,
        /** How many; 6 by default. */ k: Option<usize>,
        /** Which ones. */ sigma: Option<Value>,
        /** A struct of options. */ opts: Option<Arc<Struct>>,
        /** The residuals allowed, relative to the largest value; 1e-12 by default. */ tol: Option<f64>,
        /** Stop after this many restarts; 300 by default. */ maxiter: Option<usize>,
        /** The seed of the start. */ seed: usize = 0,
    ) -> [V, D, flag, residuals] {
        of_function(cx.host, f, n.0, None, Request { k, sigma, opts, tol, maxiter, seed }, cx.nargout)
    }
    or (
        cx,
        /** A function that stands for the matrix. */ f: Arc<Callable>,
        /** Its order. */ n: Count,
        /** The second matrix of the pair, n×n. */ B: Entries,
        /** How many; 6 by default. */ k: Option<usize>,
        /** Which ones. */ sigma: Option<Value>,
        /** A struct of options. */ opts: Option<Arc<Struct>>,
        /** The residuals allowed, relative to the largest value; 1e-12 by default. */ tol: Option<f64>,
        /** Stop after this many restarts; 300 by default. */ maxiter: Option<usize>,
        /** The seed of the start. */ seed: usize = 0,
    ) -> [V, D, flag, residuals] {
        of_function(cx.host, f, n.0, Some(B.0), Request { k, sigma, opts, tol, maxiter, seed }, cx.nargout)
    }
}

/// What is asked for, as it was written.
struct Request {
    k: Option<usize>,
    sigma: Option<Value>,
    opts: Option<Arc<Struct>>,
    tol: Option<f64>,
    maxiter: Option<usize>,
    seed: usize,
}

const OPTIONS: [&str; 9] = ["issym", "isreal", "tol", "maxit", "p", "v0", "disp", "cholB", "permB"];

/// What is asked for, as it is meant; complex numbers are narrowed where all are real.
struct Meant {
    k: usize,
    wanted: Wanted,
    near: Option<c64>,
    opts: Opts,
    tol: f64,
    max_iter: usize,
    seed: u64,
}

impl Request {
    fn meant(self, n: usize, is_hermitian: bool) -> Result<Meant> {
        let opts = Opts::new("eigs", self.opts, &OPTIONS)?;
        let (wanted, near) = which(self.sigma, is_hermitian)?;
        let base = EigsOptions::<f64>::default();
        // Octave's own default, and what asks for less than can be had.
        let tol = self.tol.or(opts.number("tol")?).unwrap_or(base.tol);
        if !(tol > 0.0 && tol < 1.0) {
            let message = format!("eigs: tol must lie between 0 and 1; it is {tol}");
            return Err(Fault::new(message).blame(Blame::Keyword("tol".into())));
        }
        Ok(Meant {
            k: self.k.unwrap_or(6.min(n)),
            wanted,
            near,
            tol: tol.max(1e-14),
            max_iter: self.maxiter.or(opts.count("maxit")?).unwrap_or(base.max_iter),
            seed: self.seed as u64,
            opts,
        })
    }
}

impl Meant {
    fn options<T: Number>(&self) -> Result<EigsOptions<T>> {
        let start = match self.opts.value("v0") {
            None => None,
            Some(v) => Some(
                T::full(v)
                    .map_err(|what| Fault::new(format!("eigs: opts.v0 is {what}")))?
                    .into_vec(),
            ),
        };
        Ok(EigsOptions {
            tol: self.tol,
            max_iter: self.max_iter,
            basis: self.opts.count("p")?,
            seed: self.seed,
            start,
            ..Default::default()
        })
    }

    fn is_complex(&self) -> bool {
        let is = |value: Option<Value>| matches!(value, Some(Value::Complex(_)));
        self.near.is_some_and(|z| z.im != 0.0) || is(self.opts.value("v0"))
    }

    /// The root of B, or of what stands for it.
    fn root<T: Number>(&self, b: Option<Stored<T>>) -> Result<Option<Root<T>>> {
        let Some(b) = b else { return Ok(None) };
        let blame = |fault: Box<Fault>| fault.blame(Blame::Positional(1));
        let b = b.into_sparse()?;
        if !self.opts.flag("cholB")?.unwrap_or(false) {
            if !b.is_square() || b != b.adjoint() {
                return Err(blame(
                    Fault::new(
                        "eigs needs a symmetric positive definite B, and this is not symmetric",
                    )
                    .hint("eig(full(A), full(B)) solves any pair"),
                ));
            }
            return Root::of(&b).map(Some).map_err(|error| match error {
                matfac::Error::NotPositiveDefinite { pivot, value } => blame(
                    Fault::new(format!(
                        "eigs: B is not positive definite; its pivot {pivot} is {value}"
                    ))
                    .hint("eig(full(A), full(B)) solves any pair"),
                ),
                other => other.into(),
            });
        }
        let order = match self.opts.value("permB") {
            None => (0..b.cols() as u32).collect(),
            // What is no place wraps to one that is too large, and is refused with the others.
            Some(p) => {
                p.to_array()?.data.as_slice().iter().map(|x| (*x as i64 - 1) as u32).collect()
            }
        };
        Ok(Some(Root::of_factor(&b, order)?))
    }
}

/// Which eigenvalues a word or number asks for.
fn which(sigma: Option<Value>, is_hermitian: bool) -> Result<(Wanted, Option<c64>)> {
    let refuse = |what: String| {
        let words = match is_hermitian {
            true => "\"lm\", \"sm\", \"la\", \"sa\", \"be\"",
            false => "\"lm\", \"sm\", \"lr\", \"sr\", \"li\", \"si\"",
        };
        let kind = if is_hermitian { "symmetric" } else { "unsymmetric" };
        Err(Fault::new(format!("eigs: {what} says nothing about eigenvalues of a {kind} matrix"))
            .hint(format!("sigma is a number or one of {words}"))
            .blame(Blame::Keyword("sigma".into())))
    };
    let Some(sigma) = sigma else { return Ok((Wanted::LargestMagnitude, None)) };
    if sigma.is_array() && sigma.numel() == 0 {
        return Ok((Wanted::LargestMagnitude, None));
    }
    if let Some(word) = sigma.as_text() {
        let wanted = match word.to_lowercase().as_str() {
            "lm" | "largestabs" => Wanted::LargestMagnitude,
            "sm" | "smallestabs" => Wanted::SmallestMagnitude,
            "lr" | "largestreal" => Wanted::LargestReal,
            "sr" | "smallestreal" => Wanted::SmallestReal,
            "la" if is_hermitian => Wanted::LargestReal,
            "sa" if is_hermitian => Wanted::SmallestReal,
            "be" | "bothendsreal" if is_hermitian => Wanted::BothEnds,
            "li" if !is_hermitian => Wanted::LargestImaginary,
            "si" if !is_hermitian => Wanted::SmallestImaginary,
            _ => return refuse(format!("\"{word}\"")),
        };
        return Ok((wanted, None));
    }
    let number = match &sigma {
        Value::Complex(z) if z.len() == 1 => Some(z.as_slice()[0]),
        other => other.as_number().map(|x| c64::new(x, 0.0)),
    };
    match number {
        Some(z) if z.re.is_finite() && z.im.is_finite() => Ok((Wanted::LargestMagnitude, Some(z))),
        _ => refuse(format!("a {}", sigma.describe())),
    }
}

fn of_matrix(
    host: &mut dyn Host,
    a: Value,
    b: Option<Value>,
    request: Request,
    nargout: usize,
) -> Result<Vec<Value>> {
    let a = any_matrix("eigs", a)?;
    let (shape, is_hermitian) = match &a {
        AnyMatrix::Real(a) => (a.shape(), a.is_hermitian()),
        AnyMatrix::Complex(a) => (a.shape(), a.is_hermitian()),
    };
    if shape.0 != shape.1 {
        return Err(Fault::new(format!(
            "eigs needs a square matrix; this one is {}×{}",
            shape.0, shape.1
        ))
        .hint("svds has singular values of any matrix")
        .blame(Blame::Positional(0)));
    }
    let meant = request.meant(shape.0, is_hermitian)?;
    let b = b.map(|b| any_matrix("eigs", b)).transpose()?;
    match (a, b) {
        (AnyMatrix::Real(a), None) if !meant.is_complex() => {
            of_stored(host, a, None, is_hermitian, meant, nargout)
        }
        (AnyMatrix::Real(a), Some(AnyMatrix::Real(b))) if !meant.is_complex() => {
            of_stored(host, a, Some(b), is_hermitian, meant, nargout)
        }
        (a, b) => {
            let b = b.map(AnyMatrix::into_complex);
            of_stored(host, a.into_complex(), b, is_hermitian, meant, nargout)
        }
    }
}

/// σ over the field of the matrix.
fn narrowed<T: Number>(near: Option<c64>) -> Option<T> {
    near.and_then(|z| T::narrowed(&Dense::column_vector(vec![z]))).map(|z| z.as_slice()[0])
}

fn of_stored<T: Number>(
    host: &mut dyn Host,
    a: Stored<T>,
    b: Option<Stored<T>>,
    is_hermitian: bool,
    meant: Meant,
    nargout: usize,
) -> Result<Vec<Value>> {
    let options = meant.options::<T>()?;
    let root = meant.root(b)?;
    let (n, k) = (a.shape().0 as f64, meant.k as f64);
    // Iterations poll the interrupt; the dense decomposition of what is small beside k does not.
    let work = if n <= (4.0 * k + 60.0).max(100.0) { 25.0 * n * n * n } else { 0.0 };
    let (monitor, bytes): (Monitor, usize) = (host.monitor(), 16 * a.entries());
    let (k, wanted, near) = (meant.k, meant.wanted, narrowed(meant.near));
    let answer = uninterruptible(host, work, bytes, move || {
        let given = match &a {
            Stored::Full(a) => Given::Dense(a),
            Stored::Sparse(a) => Given::Sparse(a),
        };
        let question = Question { a: given, root: root.as_ref(), is_hermitian, k, wanted, near };
        solve(&question, &options, &monitor)
    })?;
    outputs(host, answer, &meant, nargout)
}

fn of_function(
    host: &mut dyn Host,
    f: Arc<Callable>,
    n: usize,
    b: Option<Value>,
    request: Request,
    nargout: usize,
) -> Result<Vec<Value>> {
    let opts = Opts::new("eigs", request.opts.clone(), &OPTIONS)?;
    let is_hermitian = opts.flag("issym")?.unwrap_or(false);
    let is_real = opts.flag("isreal")?.unwrap_or(true);
    let meant = request.meant(n, is_hermitian)?;
    let b = b.map(|b| any_matrix("eigs", b)).transpose()?;
    match b {
        None if is_real && !meant.is_complex() => {
            by_function::<f64>(host, f, n, None, is_hermitian, meant, nargout)
        }
        Some(AnyMatrix::Real(b)) if is_real && !meant.is_complex() => {
            by_function(host, f, n, Some(b), is_hermitian, meant, nargout)
        }
        b => {
            let b = b.map(AnyMatrix::into_complex);
            by_function(host, f, n, b, is_hermitian, meant, nargout)
        }
    }
}

fn by_function<T: Number>(
    host: &mut dyn Host,
    f: Arc<Callable>,
    n: usize,
    b: Option<Stored<T>>,
    is_hermitian: bool,
    meant: Meant,
    nargout: usize,
) -> Result<Vec<Value>> {
    let options = meant.options::<T>()?;
    let root = meant.root(b)?;
    let monitor = host.monitor();
    let near = narrowed(meant.near);
    let is_inverse = near.is_some() || meant.wanted == Wanted::SmallestMagnitude;
    let handle = Handle::new(host, f, (n, n), false, "eigs");
    let a = if is_inverse { Given::Inverse(&handle) } else { Given::Map(&handle) };
    let (k, wanted) = (meant.k, meant.wanted);
    let question = Question { a, root: root.as_ref(), is_hermitian, k, wanted, near };
    let answer = handle.resolved(solve(&question, &options, &monitor))?;
    drop(handle);
    outputs(host, answer, &meant, nargout)
}

fn outputs<T: Number>(
    host: &mut dyn Host,
    answer: Answer<T>,
    meant: &Meant,
    nargout: usize,
) -> Result<Vec<Value>> {
    let (converged, restarts, residuals) = match &answer {
        Answer::Hermitian(e) => (e.converged, e.history.len(), e.residuals.clone()),
        Answer::General(e) => (e.converged, e.history.len(), e.residuals.clone()),
    };
    let all = converged >= meant.k;
    if !all {
        let worst = residuals.iter().copied().fold(0.0, f64::max);
        not_converged(host, "eigs", restarts, meant.tol, worst)?;
    }
    let (values, vectors, d): (Value, Value, Value) = match answer {
        Answer::Hermitian(e) => {
            let d: Matrix = diagonal(&e.values);
            (Matrix::column_vector(e.values).into(), T::value(e.vectors), d.into())
        }
        // What has no imaginary part becomes real.
        Answer::General(e) => {
            let d: Dense<c64> = diagonal(&e.values);
            (Dense::column_vector(e.values).into(), e.vectors.into(), d.into())
        }
    };
    if nargout < 2 {
        return Ok(vec![values]);
    }
    let flag = if all { 0.0 } else { 1.0 };
    Ok(vec![vectors, d, flag.into(), Matrix::column_vector(residuals).into()])
}
