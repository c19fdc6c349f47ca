//! A part of the singular value decomposition of a large matrix.

use super::argument::{Count, Vector, options};
use super::entry::builtins;
use super::linear_map::{AnyMatrix, Handle, Number, Stored, any_matrix};
use super::sparse_reductions::whole_norm;
use super::truncated_options::{Opts, diagonal, not_converged};
use crate::value::{
    Blame, Callable, Fault, Host, Result, SparseArray, Struct, Value, uninterruptible,
};
use matfac::Matrix;
use matfac::linalg::{Dense, Operator, norm};
use matfac::sparse::{self, RsvdOptions, SvdsOptions, Truncated};
use std::sync::Arc;

options! {
    /// How a truncated decomposition is found.
    Method { Lanczos = "lanczos", BlockKrylov = "block-krylov", Randomized = "randomized" }
}

builtins! { "parts of large matrices";
    /// The k largest singular values of a large matrix, or those nearest to sigma, and their vectors.
    ///
    /// One output is the column of values, descending; `A*V = U*S` and `A'*U = V*S` with k×k S. The residuals of both are at
    /// most tol times the largest value, and the fifth output has them; flag is 1, and a warning is given, when they are
    /// not. A sparse matrix stays sparse. Multiple values are found as often as they are there.
    ///
    /// sigma is "largest", "smallest" or a number; 0 asks for the smallest values too. A function stands for an m×n matrix:
    /// `f(x, "notransp")` is A*x and `f(x, "transp")` is A'*x.
    ///
    /// The methods: "lanczos", accurate; "block-krylov", the same with blocks of k vectors, for functions and files that
    /// give many products at the price of one; "randomized", as `rsvd`.
    ///
    /// >>> S = sparse([1 2 3], [1 2 3], [5 4 3]);
    /// >>> svds(S, 2)
    /// ans = 2×1
    ///    5
    ///    4
    /// >>> abs(svds(S, 1, "smallest") - 3) < 1e-12
    /// ans = 1
    /// >>> [U, D, V] = svds(S, 2); norm(U*D*V' - [5 0 0; 0 4 0; 0 0 0]) < 1e-12
    /// ans = 1
    /// >>> svds(S, 4)
    /// error: svds: k must lie between 1 and 3 for a 3×3 matrix; it is 4
    ///
    /// See also: rsvd, svd, eigs, pca
    /// Reference: Wu & Simon (2000), SIAM J. Matrix Anal. Appl. 22; Baglama & Reichel (2005), SIAM J. Sci. Comput. 27.
    fn svds(
        cx,
        /** A function that stands for the matrix. */ f: Arc<Callable>,
        /** Its size, [m n]. */ size: Vector,
        /** How many; 6 by default. */ k: Option<usize>,
        /** "largest", "smallest", or the number they should be near. */ sigma: Option<Value>,
        /** A struct with fields tol, maxit, p. */ opts: Option<Arc<Struct>>,
        /** The residuals allowed, relative to the largest value; 1e-10 by default. */ tol: Option<f64>,
        /** Stop after this many restarts; 300 by default. */ maxiter: Option<usize>,
        /** The seed of the start. */ seed: usize = 0,
        /** How they are found. */ method: Method = "lanczos",
    ) -> [U, S, V, flag, residuals] {
        let request = Request::new(k, sigma, opts, tol, maxiter, seed, method)?;
        of_function(cx.host, f, &size.0, &request, cx.nargout)
    }
    or (
        cx,
        /** The matrix, m×n, full or sparse. */ A: Value,
        /** How many; 6 by default. */ k: Option<usize>,
        /** "largest", "smallest", or the number they should be near. */ sigma: Option<Value>,
        /** A struct with fields tol, maxit, p. */ opts: Option<Arc<Struct>>,
        /** The residuals allowed, relative to the largest value; 1e-10 by default. */ tol: Option<f64>,
        /** Stop after this many restarts; 300 by default. */ maxiter: Option<usize>,
        /** The seed of the start. */ seed: usize = 0,
        /** How they are found. */ method: Method = "lanczos",
    ) -> [U, S, V, flag, residuals] {
        let request = Request::new(k, sigma, opts, tol, maxiter, seed, method)?;
        of_matrix(cx.host, "svds", A, request, cx.nargout)
    }

    /// The k largest singular values and vectors, approximately, from a random sketch: much faster than `svds`.
    ///
    /// The sketch has k + oversample columns, and is sharpened by `power` products with `A*A'`, or by as many as it takes for
    /// the values to change by less than tol in a step. On a flat spectrum that takes many, and the residuals of the
    /// vectors, which the fifth output has, stay large.
    ///
    /// >>> A = [4 0 0; 0 2 0; 0 0 1e-3; 0 0 0];
    /// >>> [U, S, V] = rsvd(A, 2); norm(U*S*V' - A) < 1.01e-3
    /// ans = 1
    ///
    /// See also: svds, svd, lowrank
    /// Reference: Halko, Martinsson & Tropp (2011), SIAM Review 53.
    fn rsvd(
        cx,
        /** The matrix, m×n, full or sparse. */ A: Value,
        /** How many. */ k: Count,
        /** Columns of the sketch beyond k. */ oversample: usize = 10,
        /** How many products with A*A'; as many as needed by default. */ power: Option<usize>,
        /** The change of the values that ends the products. */ tol: f64 = 3e-3,
        /** The most products with A*A'. */ maxiter: usize = 100,
        /** The seed of the sketch. */ seed: usize = 0,
    ) -> [U, S, V, flag, residuals] {
        let options = RsvdOptions { oversample, power, tol, max_iter: maxiter, seed: seed as u64 };
        of_matrix(cx.host, "rsvd", A, Request::sketch(k.0, options), cx.nargout)
    }
}

/// Where in the spectrum.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Largest,
    Near(f64),
}

/// What is asked for.
#[derive(Debug, Clone)]
struct Request {
    k: Option<usize>,
    place: Place,
    options: SvdsOptions,
    /// By a sketch.
    sketch: Option<RsvdOptions>,
}

impl Request {
    fn new(
        k: Option<usize>,
        sigma: Option<Value>,
        opts: Option<Arc<Struct>>,
        tol: Option<f64>,
        maxiter: Option<usize>,
        seed: usize,
        method: Method,
    ) -> Result<Request> {
        let opts = Opts::new("svds", opts, &["tol", "maxit", "p", "disp"])?;
        let base = SvdsOptions::default();
        let options = SvdsOptions {
            tol: tol.or(opts.number("tol")?).unwrap_or(base.tol),
            max_iter: maxiter.or(opts.count("maxit")?).unwrap_or(base.max_iter),
            basis: opts.count("p")?,
            block: match method {
                Method::BlockKrylov => Some(k.unwrap_or(6).max(2)),
                _ => None,
            },
            seed: seed as u64,
            ..base
        };
        let options = match (method, options.block) {
            (Method::BlockKrylov, Some(block)) if options.basis.is_none() => {
                SvdsOptions { basis: Some(8 * block), ..options }
            }
            _ => options,
        };
        if !(options.tol > 0.0 && options.tol < 1.0) {
            let message = format!("svds: tol must lie between 0 and 1; it is {}", options.tol);
            return Err(Fault::new(message).blame(Blame::Keyword("tol".into())));
        }
        let sketch = (method == Method::Randomized).then(|| RsvdOptions {
            tol: tol.unwrap_or(RsvdOptions::default().tol),
            seed: seed as u64,
            ..Default::default()
        });
        let place = place(sigma)?;
        if sketch.is_some() && place != Place::Largest {
            return Err(Fault::new("svds: a sketch shows the largest singular values only")
                .hint("method=\"lanczos\" finds those near a number"));
        }
        Ok(Request { k, place, options, sketch })
    }

    fn sketch(k: usize, options: RsvdOptions) -> Request {
        let sketch = Some(options);
        Request { k: Some(k), place: Place::Largest, options: SvdsOptions::default(), sketch }
    }

    fn count(&self, (m, n): (usize, usize)) -> usize {
        self.k.unwrap_or(6.min(m.min(n)))
    }
}

fn place(sigma: Option<Value>) -> Result<Place> {
    let Some(sigma) = sigma else { return Ok(Place::Largest) };
    if sigma.is_array() && sigma.numel() == 0 {
        return Ok(Place::Largest);
    }
    match sigma.as_text() {
        Some("largest" | "L" | "l") => return Ok(Place::Largest),
        Some("smallest") => return Ok(Place::Near(0.0)),
        _ => {}
    }
    match sigma.as_number() {
        Some(x) if x >= 0.0 && x.is_finite() => Ok(Place::Near(x)),
        _ => Err(Fault::new(
            "svds: sigma is \"largest\", \"smallest\" or a number, 0 or more, that the values should be near",
        )
        .blame(Blame::Keyword("sigma".into()))),
    }
}

/// The 2-norm of a sparse matrix: its largest singular value, to ten digits. Numbers that are not finite make what they
/// make of the norm of a full one.
pub(super) fn two_norm(host: &mut dyn Host, s: &Arc<SparseArray>) -> Result<f64> {
    let frobenius = whole_norm(s, norm::Norm::Fro)?.unwrap_or(f64::NAN);
    if frobenius == 0.0 || !frobenius.is_finite() {
        return Ok(frobenius);
    }
    let options = SvdsOptions { tol: 1e-10, ..SvdsOptions::default() };
    let request = Request { k: Some(1), place: Place::Largest, options, sketch: None };
    let norms = of_matrix(host, "norm", Value::Sparse(s.clone()), request, 1)?;
    Ok(norms[0].as_number().unwrap_or(f64::NAN))
}

fn of_matrix(
    host: &mut dyn Host,
    function: &'static str,
    a: Value,
    request: Request,
    nargout: usize,
) -> Result<Vec<Value>> {
    match any_matrix(function, a)? {
        AnyMatrix::Real(a) => of_stored(host, function, a, request, nargout),
        AnyMatrix::Complex(a) => of_stored(host, function, a, request, nargout),
    }
}

fn of_stored<T: Number>(
    host: &mut dyn Host,
    function: &'static str,
    a: Stored<T>,
    request: Request,
    nargout: usize,
) -> Result<Vec<Value>> {
    if let Stored::Full(a) = &a {
        a.require_finite(function)?;
    }
    let (shape, entries) = (a.shape(), a.entries());
    let k = request.count(shape);
    let monitor = host.monitor();
    // Iterations poll the interrupt; the dense decomposition of what is small beside k does not.
    let short = shape.0.min(shape.1) as f64;
    let work = if short <= (4 * k + 60).max(100) as f64 {
        16.0 * short * short * shape.0.max(shape.1) as f64
    } else {
        0.0
    };
    let tol = request.sketch.as_ref().map_or(request.options.tol, |s| s.tol);
    let part = uninterruptible(host, work, 16 * entries, move || {
        match (request.sketch, request.place, a) {
            (Some(sketch), _, Stored::Sparse(a)) => sparse::rsvd_sparse(&a, k, &sketch, &monitor),
            (Some(sketch), _, Stored::Full(a)) => sparse::rsvd(&a, k, &sketch, &monitor),
            (None, Place::Largest, Stored::Sparse(a)) => {
                sparse::svds_sparse(&a, k, &request.options, &monitor)
            }
            (None, Place::Largest, Stored::Full(a)) => {
                sparse::svds(&a, k, &request.options, &monitor)
            }
            (None, Place::Near(sigma), a) => {
                let a = match a {
                    Stored::Full(a) => matfac::linalg::Sparse::from_dense(&a)?,
                    Stored::Sparse(a) => a,
                };
                sparse::svds_near(&a, k, sigma, &request.options, &monitor)
            }
        }
    })?;
    outputs(host, function, part, tol, nargout)
}

fn of_function(
    host: &mut dyn Host,
    f: Arc<Callable>,
    size: &[f64],
    request: &Request,
    nargout: usize,
) -> Result<Vec<Value>> {
    let whole = |x: &f64| *x >= 0.0 && x.fract() == 0.0 && *x < 1e9;
    let &[m, n] = size else {
        return Err(Fault::new("svds of a function needs the size of the matrix, [m n]"));
    };
    if !size.iter().all(whole) {
        return Err(Fault::new(format!("svds: [{m} {n}] is no size of a matrix")));
    }
    let shape = (m as usize, n as usize);
    let (k, monitor) = (request.count(shape), host.monitor());
    let options =
        SvdsOptions { smallest: request.place == Place::Near(0.0), ..request.options.clone() };
    if matches!(request.place, Place::Near(x) if x > 0.0) {
        return Err(Fault::new(
            "svds of a function finds the largest and the smallest values only",
        )
        .hint("those near a number need a factorization of the matrix"));
    }
    let handle = Handle::new(host, f, shape, true, "svds");
    let map: &dyn Operator<f64> = &handle;
    let result = match &request.sketch {
        Some(sketch) => sparse::rsvd(map, k, sketch, &monitor),
        None => sparse::svds(map, k, &options, &monitor),
    };
    let part = handle.resolved(result)?;
    drop(handle);
    outputs(host, "svds", part, options.tol, nargout)
}

fn outputs<T: Number>(
    host: &mut dyn Host,
    function: &str,
    part: Truncated<T>,
    tol: f64,
    nargout: usize,
) -> Result<Vec<Value>> {
    if !part.converged {
        let worst = part.residuals.iter().copied().fold(0.0, f64::max);
        not_converged(host, function, part.history.len(), tol, worst)?;
    }
    let flag = if part.converged { 0.0 } else { 1.0 };
    if nargout < 2 {
        return Ok(vec![Matrix::column_vector(part.s).into()]);
    }
    let s: Dense<f64> = diagonal(&part.s);
    Ok(vec![
        T::value(part.u),
        s.into(),
        T::value(part.v),
        flag.into(),
        Matrix::column_vector(part.residuals).into(),
    ])
}
