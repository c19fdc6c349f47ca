//! Preconditioners: incomplete factorizations, sweeps and multigrid.

use super::argument::options;
use super::entry::builtins;
use super::iterative_maps::Entries;
use super::iterative_solve::{Blank, Precond};
use super::preconditioner::Preconditioner;
use crate::value::{Blame, Fault, Numeric, Result, SparseArray, Struct, Value};
use matfac::c64;
use matfac::linalg::Sparse;
use matfac::linalg::sparse::Duplicates;
use matfac::sparse::precondition::{
    self, AmgOptions, IcholOptions, IluKind, IluOptions, Milu, Smoother,
};
use std::sync::Arc;

options! {
    /// What an incomplete Cholesky factor keeps.
    IcholType { NoFill = "nofill", Threshold = "ict" }
}

options! {
    /// What an incomplete LU factorization keeps.
    IluType { NoFill = "nofill", Crout = "crout", Pivoted = "ilutp" }
}

options! {
    /// Where entries that were dropped are added to the diagonal.
    MiluType { Off = "off", Row = "row", Col = "col" }
}

options! {
    /// Whether sums are kept.
    Michol { Off = "off", On = "on" }
}

options! {
    /// Which triangle.
    Shape { Lower = "lower", Upper = "upper" }
}

options! {
    /// What smooths on each level of a hierarchy.
    Smoothing { GaussSeidel = "gauss-seidel", Chebyshev = "chebyshev" }
}

builtins! { "iterative solves";
    /// Incomplete Cholesky factor: sparse lower triangular L with `A ≈ L*L'`, for Hermitian positive definite matrices.
    ///
    /// "nofill" keeps the places of A, "ict" what is at least droptol times the 1-norm of its column. Only the triangle
    /// that shape names is read. A positive definite matrix may still meet a pivot that is not positive; diagcomp enlarges
    /// the diagonal then. Options may come in a struct, as in Octave.
    ///
    /// >>> A = sparse([4 2 0; 2 10 3; 0 3 5]); L = ichol(A); norm(full(A - L*L'), "fro") < 1e-14
    /// ans = 1
    /// >>> [x, flag] = pcg(A, [1; 2; 3], 1e-10, 10, L, L'); flag
    /// flag = 0
    /// >>> ichol(sparse([1 2; 2 1]))
    /// error: ichol: pivot 2 is -3, and must be positive
    ///
    /// See also: ilu, pcg, chol, amg
    /// Reference: Saad (2003), Iterative Methods for Sparse Linear Systems, §10.3; Jones & Plassmann (1995), ACM TOMS 21.
    fn ichol(
        cx,
        /** Hermitian positive definite, n×n. */ A: Value,
        /** A struct with fields type, droptol, michol, diagcomp and shape. */ opts: Blank<Arc<Struct>>,
        /** What is kept: "nofill" or "ict". */ r#type: IcholType = "nofill",
        /** Of "ict": drop what is smaller than this part of its column. */ droptol: f64 = 0,
        /** "on": the diagonal keeps the sums of rows. */ michol: Michol = "off",
        /** Factor `A + diagcomp*diag(diag(A))`. */ diagcomp: f64 = 0,
        /** "upper": R with `A ≈ R'*R`, of the upper triangle. */ shape: Shape = "lower",
    ) -> [L] { incomplete_cholesky(A, opts.0, Cholesky { kind: r#type, droptol, michol, diagcomp, shape }) }

    /// Incomplete LU factors: unit lower triangular L and upper triangular U with `L*U ≈ A`.
    ///
    /// "nofill" keeps the places of A; "crout" and "ilutp" keep what is at least droptol times the norm of its column (of
    /// U by "crout": row), and "ilutp" exchanges rows: with P, `L*U ≈ P*A` (with milu="row" columns, `L*U ≈ A*P`); without P
    /// one of the factors is permuted instead. One output is `L + U - I`. Options may come in a struct, as in Octave.
    ///
    /// >>> A = sparse([4 1 0; 2 10 3; 0 3 5]); [L, U] = ilu(A); norm(full(A - L*U), "fro") < 1e-14
    /// ans = 1
    /// >>> [x, flag] = gmres(A, [1; 2; 3], [], 1e-10, 3, L, U); flag
    /// flag = 0
    ///
    /// See also: ichol, gmres, bicgstab, lu
    /// Reference: Saad (2003), Iterative Methods for Sparse Linear Systems, §10.3; Li, Saad & Chow (2003), SISC 25.
    fn ilu(
        cx,
        /** Any square matrix, n×n. */ A: Value,
        /** A struct with fields type, droptol, milu, udiag and thresh. */ opts: Blank<Arc<Struct>>,
        /** What is kept: "nofill", "crout" or "ilutp". */ r#type: IluType = "nofill",
        /** Drop what is smaller than this part of its column. */ droptol: f64 = 0,
        /** The diagonal keeps the sums of rows or of columns. */ milu: MiluType = "off",
        /** "ilutp": zero pivots become droptol. */ udiag: bool = false,
        /** "ilutp": the diagonal is the pivot unless it is smaller than this part of its column. */ thresh: f64 = 1,
    ) -> [L, U, P] { incomplete_lu(A, opts.0, Lu { kind: r#type, droptol, milu, udiag, thresh }, cx.nargout) }

    /// A preconditioner: the diagonal of A. `M\b` applies it, and `pcg(A, b, M=M)` uses it.
    ///
    /// >>> jacobi([4 1; 1 5]) \ [4; 5]
    /// ans = 2×1
    ///    1
    ///    1
    ///
    /// See also: ssor, ichol, amg, pcg
    fn jacobi(cx, /** Square, without zeros on the diagonal, n×n. */ A: Value) -> [M] { over(&A, "jacobi", Making::Jacobi) }

    /// A preconditioner: a sweep of successive over-relaxation forward and one backward.
    ///
    /// It is Hermitian positive definite when A is.
    ///
    /// >>> A = sparse([4 1; 1 5]); [x, flag] = pcg(A, [5; 6], 1e-12, M=ssor(A, omega=1.2)); norm(x - [1; 1]) < 1e-12
    /// ans = 1
    ///
    /// See also: jacobi, ichol, amg, pcg
    /// Reference: Saad (2003), Iterative Methods for Sparse Linear Systems, §10.2.
    fn ssor(cx, /** Square, without zeros on the diagonal, n×n. */ A: Value, /** The relaxation, between 0 and 2. */ omega: f64 = 1) -> [M] { over(&A, "ssor", Making::Ssor(omega)) }

    /// A preconditioner: a cycle of algebraic multigrid by smoothed aggregation, for Hermitian positive definite matrices.
    ///
    /// On discretised elliptic equations the number of iterations hardly grows with n. Fields: sizes, of the matrices from
    /// fine to coarse, and complexity, all their entries over those of A.
    ///
    /// >>> n = 400; A = spdiags([-ones(n,1) 2*ones(n,1) -ones(n,1)], -1:1, n, n);
    /// >>> M = amg(A); [x, flag, relres, iter] = pcg(A, ones(n,1), 1e-8, M=M); [flag, iter < 15]
    /// ans = 1×2
    ///    0   1
    ///
    /// See also: ichol, pcg, minres
    /// Reference: Vaněk, Mandel & Brezina (1996), Computing 56.
    fn amg(
        cx,
        /** Hermitian positive definite, n×n. */ A: Value,
        /** Entries below this part of their diagonals count as weak. */ theta: f64 = 0.08,
        /** What smooths on each level. */ smoother: Smoothing = "gauss-seidel",
        /** Smoothing steps before and after the correction. */ sweeps: usize = 1,
        /** Matrices up to this order are factored. */ maxcoarse: usize = 300,
    ) -> [M] {
        let smoother = match smoother { Smoothing::GaussSeidel => Smoother::GaussSeidel, Smoothing::Chebyshev => Smoother::Chebyshev };
        over(&A, "amg", Making::Amg(AmgOptions { theta, smoother, sweeps, max_coarse: maxcoarse }))
    }
}

/// The options of `ichol`.
struct Cholesky {
    kind: IcholType,
    droptol: f64,
    michol: Michol,
    diagcomp: f64,
    shape: Shape,
}

/// The options of `ilu`.
struct Lu {
    kind: IluType,
    droptol: f64,
    milu: MiluType,
    udiag: bool,
    thresh: f64,
}

/// Reads the fields of a struct of options into their places.
fn read(
    function: &str,
    opts: Option<Arc<Struct>>,
    mut place: impl FnMut(&str, Value) -> Option<std::result::Result<(), String>>,
) -> Result<()> {
    let Some(opts) = opts else { return Ok(()) };
    let blame = || Blame::Keyword("opts".into());
    if opts.len() != 1 {
        let message = format!("{function}: opts has {} structs, and one is needed", opts.len());
        return Err(Fault::new(message).blame(blame()));
    }
    for (name, values) in opts.fields() {
        match place(name, values[0].clone()) {
            Some(Ok(())) => {}
            Some(Err(what)) => {
                let message = format!("{function}: the option {name} cannot be {what}");
                return Err(Fault::new(message).blame(blame()));
            }
            None => {
                let message = format!("{function} has no option {name}");
                return Err(Fault::new(message).blame(blame()));
            }
        }
    }
    Ok(())
}

/// The entries of a matrix of either field.
enum Stored {
    Real(Sparse<f64>),
    Complex(Sparse<c64>),
}

/// The same code for either field.
macro_rules! stored {
    ($value:expr, |$a:ident| $body:expr) => {
        match $value {
            Stored::Real($a) => $body,
            Stored::Complex($a) => $body,
        }
    };
}

fn stored(function: &str, a: &Value) -> Result<Stored> {
    let refuse = || {
        Fault::new(format!("{function} needs a matrix, and this is a {}", a.describe()))
            .blame(Blame::Keyword("A".into()))
    };
    Ok(match a {
        Value::Sparse(s) => match s.as_ref() {
            SparseArray::Real(s) => Stored::Real(s.clone()),
            SparseArray::Bool(s) => Stored::Real(s.map(|b| f64::from(u8::from(b)))),
            SparseArray::Complex(s) => Stored::Complex(s.clone()),
        },
        Value::Text(_) => return Err(refuse()),
        other => match other.clone().into_numeric().map_err(|_| refuse())? {
            Numeric::Complex(z) => Stored::Complex(Sparse::from_dense(&z)?),
            real => Stored::Real(Sparse::from_dense(&real.to_real()?.data)?),
        },
    })
}

fn incomplete_cholesky(a: Value, opts: Option<Arc<Struct>>, mut o: Cholesky) -> Result<Value> {
    use super::argument::Argument;
    read("ichol", opts, |name, value| {
        Some(match name {
            "type" => IcholType::from_value(value).map(|x| o.kind = x),
            "droptol" => f64::from_value(value).map(|x| o.droptol = x),
            "michol" => Michol::from_value(value).map(|x| o.michol = x),
            "diagcomp" => f64::from_value(value).map(|x| o.diagcomp = x),
            "shape" => Shape::from_value(value).map(|x| o.shape = x),
            _ => return None,
        })
    })?;
    let options = IcholOptions {
        droptol: (o.kind == IcholType::Threshold).then_some(o.droptol),
        modified: o.michol == Michol::On,
        diagcomp: o.diagcomp,
        upper: o.shape == Shape::Upper,
    };
    stored!(stored("ichol", &a)?, |a| Ok(precondition::ichol(&a, options)?.into()))
}

fn incomplete_lu(
    a: Value,
    opts: Option<Arc<Struct>>,
    mut o: Lu,
    nargout: usize,
) -> Result<Vec<Value>> {
    use super::argument::Argument;
    read("ilu", opts, |name, value| {
        Some(match name {
            "type" => IluType::from_value(value).map(|x| o.kind = x),
            "droptol" => f64::from_value(value).map(|x| o.droptol = x),
            "milu" => MiluType::from_value(value).map(|x| o.milu = x),
            "udiag" => bool::from_value(value).map(|x| o.udiag = x),
            "thresh" => f64::from_value(value).map(|x| o.thresh = x),
            _ => return None,
        })
    })?;
    let kind = match o.kind {
        IluType::NoFill => IluKind::NoFill,
        IluType::Crout => IluKind::Crout,
        IluType::Pivoted => IluKind::Pivoted { thresh: o.thresh, udiag: o.udiag },
    };
    let milu = match o.milu {
        MiluType::Off => Milu::Off,
        MiluType::Row => Milu::Row,
        MiluType::Col => Milu::Col,
    };
    let options = IluOptions { kind, droptol: o.droptol, milu };
    stored!(stored("ilu", &a)?, |a| lu_outputs(&a, options, nargout))
}

/// L, U and P; with two outputs one factor permuted, with one `L + U - I`.
fn lu_outputs<T: Entries>(
    a: &Sparse<T>,
    options: IluOptions,
    nargout: usize,
) -> Result<Vec<Value>> {
    let n = a.cols();
    let f = precondition::ilu(a, options)?;
    let by_columns = options.milu == Milu::Row;
    let pivots = f.pivots.unwrap_or_else(|| (0..n as u32).collect());
    let compressed = |triplets: Vec<(usize, usize, T)>| {
        let rows: Vec<u32> = triplets.iter().map(|t| t.0 as u32).collect();
        let cols: Vec<u32> = triplets.iter().map(|t| t.1 as u32).collect();
        let entries: Vec<T> = triplets.iter().map(|t| t.2).collect();
        Sparse::from_triplets(n, n, &rows, &cols, &entries, Duplicates::Sum, |a, b| a + b)
    };
    match nargout {
        0 | 1 => {
            let upper = f.u.triplets();
            let both = f.l.triplets().filter(|(i, j, _)| i != j).chain(upper).collect();
            Ok(vec![T::sparse_value(compressed(both)?)])
        }
        2 if matches!(options.kind, IluKind::Pivoted { .. }) => {
            let back = |k: usize| pivots[k] as usize;
            let (l, u) = if by_columns {
                (f.l, compressed(f.u.triplets().map(|(i, j, x)| (i, back(j), x)).collect())?)
            } else {
                (compressed(f.l.triplets().map(|(i, j, x)| (back(i), j, x)).collect())?, f.u)
            };
            Ok(vec![T::sparse_value(l), T::sparse_value(u)])
        }
        _ => {
            let (order, pivots): (Vec<u32>, Vec<u32>) = ((0..n as u32).collect(), pivots);
            let (rows, cols) = if by_columns { (&pivots, &order) } else { (&order, &pivots) };
            let ones = vec![1.0; n];
            let p = Sparse::from_triplets(n, n, rows, cols, &ones, Duplicates::Sum, |a, b| a + b)?;
            Ok(vec![T::sparse_value(f.l), T::sparse_value(f.u), p.into()])
        }
    }
}

/// What a preconditioner is made by.
#[derive(Clone, Copy)]
enum Making {
    Jacobi,
    Ssor(f64),
    Amg(AmgOptions),
}

fn over(a: &Value, function: &'static str, by: Making) -> Result<Value> {
    let made = stored!(stored(function, a)?, |a| of(&a, by))?;
    Ok(Value::object(made))
}

fn of<T: Entries>(a: &Sparse<T>, by: Making) -> Result<Preconditioner> {
    let held = |kind, map| Preconditioner::new::<T>(kind, a.cols(), map);
    Ok(match by {
        Making::Jacobi => held("jacobi", T::shared_jacobi(precondition::jacobi(a)?)),
        Making::Ssor(omega) => held("ssor", T::shared_ssor(precondition::ssor(a, omega)?)),
        Making::Amg(options) => {
            let m = precondition::amg(a, options)?;
            let (sizes, complexity) = T::hierarchy(&m);
            held("amg", T::shared_amg(m)).with_levels(sizes, complexity)
        }
    })
}

/// What `precond=` asks for, of A.
pub(super) fn made<T: Entries>(precond: Precond, a: &Sparse<T>) -> Result<Preconditioner> {
    match precond {
        Precond::Jacobi | Precond::None => of(a, Making::Jacobi),
        Precond::Ssor => of(a, Making::Ssor(1.0)),
        Precond::Amg => of(a, Making::Amg(AmgOptions::default())),
        Precond::Ichol => {
            // A larger diagonal where the pivots of the matrix itself fail (Manteuffel 1980).
            let by =
                |diagcomp| precondition::ichol(a, IcholOptions { diagcomp, ..Default::default() });
            let tried = [1e-3, 1e-2, 1e-1, 1.0].into_iter().map(by).find(|l| l.is_ok());
            let l = by(0.0).or_else(|error| tried.unwrap_or(Err(error)))?;
            let map = T::shared_pair(precondition::pair(&l, &l.adjoint())?);
            Ok(Preconditioner::new::<T>("ichol", a.cols(), map))
        }
        Precond::Ilu => {
            let f = precondition::ilu(a, IluOptions::default())?;
            let map = T::shared_pair(precondition::pair(&f.l, &f.u)?);
            Ok(Preconditioner::new::<T>("ilu", a.cols(), map))
        }
    }
}

/// Of a rectangular matrix: the norms of the columns, which scaling makes 1.
pub(super) fn column_norms<T: Entries>(a: &Sparse<T>) -> Result<Preconditioner> {
    a.require_finite("jacobi")?;
    let n = a.cols();
    let norm = |j: usize| match T::euclidean(a.col(j).1) {
        0.0 => T::ONE,
        norm => T::of(norm),
    };
    let entries: Vec<T> = (0..n).map(norm).collect();
    let order: Vec<u32> = (0..n as u32).collect();
    let d = Sparse::from_triplets(n, n, &order, &order, &entries, Duplicates::Sum, |a, b| a + b)?;
    of(&d, Making::Jacobi)
}
