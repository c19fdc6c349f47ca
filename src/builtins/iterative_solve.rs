//! From the arguments of `pcg(A, b, ...)` and its like to the numerics, and from their result to outputs.

use super::argument::{Argument, options};
use super::iterative_maps::{Entries, FunctionMap, Link, Map, ObjectMap, Role, no_inverse};
use super::iterative_model::{IterativeModel, advice};
use super::preconditioner::Preconditioner;
use super::preconditioners;
use crate::value::{Blame, Fault, Host, Numeric, Result, SparseArray, Value};
use matfac::linalg::{Dense, Operator, Sparse};
use matfac::sparse::krylov::{self, Method, Options, Problem, Side, Solution, Stop};
use matfac::sparse::precondition::{Triangle, inverse, sparse_inverse, triangular};
use matfac::{Matrix, c64};
use std::borrow::Cow;

options! {
    /// A preconditioner made of A.
    Precond { None = "none", Jacobi = "jacobi", Ssor = "ssor", Ichol = "ichol", Ilu = "ilu", Amg = "amg" }
}

options! {
    /// The side of A on which a preconditioner stands.
    Standing { Left = "left", Right = "right" }
}

/// An argument for which `[]` says that it is left out.
#[derive(Debug, Clone)]
pub struct Blank<T>(pub Option<T>);

impl<T: Argument> Argument for Blank<T> {
    const KIND: &'static str = T::KIND;
    const OPTIONS: &'static [&'static str] = T::OPTIONS;
    const IS_OPTIONAL: bool = true;
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        if value.is_array() && value.numel() == 0 {
            return Ok(Blank(None));
        }
        T::from_value(value).map(|x| Blank(Some(x)))
    }
    fn missing() -> Self {
        Blank(None)
    }
}

/// What a call gives.
pub struct Given {
    /// Which solver.
    pub method: Method,
    /// The matrix or function.
    pub a: Value,
    /// The right-hand side.
    pub b: Value,
    /// The tolerance, 1e-6 by default.
    pub tol: Blank<f64>,
    /// The limit of iterations.
    pub max_iter: Blank<usize>,
    /// gmres: the length of a cycle.
    pub restart: Blank<usize>,
    /// gmres: the side of the preconditioner.
    pub side: Standing,
    /// Least squares: the weight of ‖x‖.
    pub damp: f64,
    /// The first factor of the preconditioner, or all of it.
    pub m1: Blank<Value>,
    /// The second.
    pub m2: Blank<Value>,
    /// The same as `m1`, by the name of `M`.
    pub m: Blank<Value>,
    /// A preconditioner to be made.
    pub precond: Precond,
    /// Where to start.
    pub x0: Blank<Value>,
    /// Further arguments of functions.
    pub parameters: Vec<Value>,
    /// Whether the result is to be a model.
    pub model: bool,
}

const A: Role = Role { argument: "A", subject: "the function that stands for A" };

/// Solves, and gives the outputs that are wanted.
pub fn solve(host: &mut dyn Host, mut given: Given, nargout: usize) -> Result<Vec<Value>> {
    let name = given.method.name();
    if let Some(m) = given.m.0.take() {
        if given.m1.0.is_some() {
            let message = format!("{name}: M and M1 are both given; M1 is the first factor of M");
            return Err(Fault::new(message).blame(Blame::Keyword("M".into())));
        }
        given.m1 = Blank(Some(m));
    }
    if given.precond != Precond::None && (given.m1.0.is_some() || given.m2.0.is_some()) {
        let message = format!("{name}: a preconditioner is given, and precond= asks for another");
        return Err(Fault::new(message).blame(Blame::Keyword("precond".into())));
    }
    let values = [
        Some(&given.a),
        Some(&given.b),
        given.m1.0.as_ref(),
        given.m2.0.as_ref(),
        given.x0.0.as_ref(),
    ];
    let complex = values.into_iter().flatten().any(is_complex);
    if !complex && let Some(outputs) = solve_over::<f64>(host, &given, nargout)? {
        return Ok(outputs);
    }
    match solve_over::<c64>(host, &given, nargout)? {
        Some(outputs) => Ok(outputs),
        None => Err(Fault::new(format!("{name}: numbers of two kinds"))),
    }
}

fn is_complex(value: &Value) -> bool {
    match value {
        Value::Complex(_) => true,
        Value::Sparse(s) => matches!(s.as_ref(), SparseArray::Complex(_)),
        Value::Object(_) => value.as_object::<Preconditioner>().is_some_and(|m| m.real().is_none()),
        _ => false,
    }
}

/// A column of numbers given as the argument `name`.
fn column<T: Entries>(name: &'static str, solver: &str, value: &Value) -> Result<Vec<T>> {
    let refuse = |what: String| {
        Fault::new(format!("{solver}: {name} needs a column of numbers, and this is {what}"))
            .blame(Blame::Keyword(name.into()))
    };
    let numbers = match value {
        Value::Text(_) => return Err(refuse("a string".into())),
        Value::Sparse(s) => s.to_full()?.into_numeric(),
        other => other.clone().into_numeric(),
    };
    let numbers = numbers.map_err(|_| refuse(format!("a {}", value.describe())))?;
    let (rows, cols) = numbers.shape();
    if cols != 1 && (rows, cols) != (0, 0) {
        let hint = if rows == 1 {
            format!("{name}' is a column")
        } else {
            "solve for one column at a time".into()
        };
        return Err(refuse(format!("{rows}×{cols}")).hint(hint));
    }
    let entries = T::dense(&numbers).map(|a| a.as_slice().to_vec());
    entries.ok_or_else(|| refuse("complex".into()))
}

/// Solves over one of the fields; `None` when a function gave complex numbers to a real system.
fn solve_over<T: Entries>(
    host: &mut dyn Host,
    given: &Given,
    nargout: usize,
) -> Result<Option<Vec<Value>>> {
    let method = given.method;
    let name = method.name();
    let monitor = host.monitor();
    let b = column::<T>("b", name, &given.b)?;
    let x0 = given.x0.0.as_ref().map(|x| column::<T>("x0", name, x)).transpose()?;
    let numbers = match &given.a {
        Value::Function(_) | Value::Object(_) | Value::Sparse(_) | Value::Text(_) => None,
        Value::Cell(_) | Value::Struct(_) | Value::Table(_) => None,
        other => {
            Some(other.clone().into_numeric().map_err(|f| f.blame(Blame::Keyword("A".into())))?)
        }
    };
    let link = Link::new(host, name, method.needs_adjoint(), given.parameters.clone());
    let solved = (|| -> Result<Solution<T>> {
        let a = map_of_a(&link, given, numbers.as_ref(), &b, x0.as_deref())?;
        let cols = a.operator().cols();
        let made = made_preconditioner(given, &a)?;
        let left = match (&given.m1.0, &made) {
            (Some(m), _) => Some(inverse_map(&link, m, cols, M1)?),
            (None, Some(made)) => T::preconditioner(made).map(Map::Borrowed),
            (None, None) => None,
        };
        let right = given.m2.0.as_ref().map(|m| inverse_map(&link, m, cols, M2)).transpose()?;
        let problem = Problem {
            a: a.operator(),
            b: &b,
            start: x0.as_deref(),
            left: left.as_ref().map(Map::operator),
            right: right.as_ref().map(Map::operator),
        };
        let options = options_of(given, b.len().min(cols));
        krylov::solve(method, &problem, options, &monitor).map_err(|e| link.fault(e))
    })();
    if solved.is_err() && link.needs_complex() {
        return Ok(None);
    }
    drop(link);
    outputs(host, given, solved?, nargout).map(Some)
}

/// Octave's defaults: at most 20 iterations (10 cycles of gmres).
fn options_of(given: &Given, n: usize) -> Options {
    let gmres = given.method == Method::Gmres;
    // A cycle of n iterations has seen the whole space.
    let restart = given.restart.0.filter(|&r| gmres && r < n);
    let default = match (gmres, restart) {
        (true, Some(restart)) => n.div_ceil(restart.max(1)).min(10),
        (true, None) => n.min(10),
        (false, _) => n.min(20),
    };
    let mut max_iter = given.max_iter.0.unwrap_or(default);
    if gmres && restart.is_none() {
        max_iter = max_iter.min(n);
    }
    let side = match given.side {
        Standing::Left => Side::Left,
        Standing::Right => Side::Right,
    };
    Options { tol: given.tol.0.unwrap_or(1e-6), max_iter, restart, side, damp: given.damp }
}

fn map_of_a<'a, T: Entries>(
    link: &'a Link<'_>,
    given: &'a Given,
    numbers: Option<&'a Numeric>,
    b: &[T],
    x0: Option<&[T]>,
) -> Result<Map<'a, T>> {
    let refuse = || {
        Fault::new(format!(
            "{}: A needs a matrix or a function, and this is a {}",
            link.solver,
            given.a.describe()
        ))
        .blame(Blame::Keyword("A".into()))
    };
    Ok(match &given.a {
        Value::Function(f) => {
            let cols = match x0 {
                Some(x0) => x0.len(),
                None if given.method.is_least_squares() => link.length(f, b, &A)?,
                None => b.len(),
            };
            Map::Other(Box::new(FunctionMap { link, f: f.clone(), rows: b.len(), cols, role: A }))
        }
        Value::Sparse(s) => Map::Sparse(T::sparse(s).ok_or_else(refuse)?),
        Value::Object(_) | Value::Text(_) => return Err(refuse()),
        _ => Map::Dense(numbers.and_then(T::dense).ok_or_else(refuse)?),
    })
}

const M1: Role = Role { argument: "M1", subject: "the preconditioner" };
const M2: Role = Role { argument: "M2", subject: "the preconditioner M2" };

/// The inverse of a preconditioner that is given.
fn inverse_map<'a, T: Entries>(
    link: &'a Link<'_>,
    m: &'a Value,
    n: usize,
    role: Role,
) -> Result<Map<'a, T>> {
    let square = |rows: usize, cols: usize| {
        if (rows, cols) == (n, n) {
            return Ok(());
        }
        Err(Fault::new(format!(
            "{}: {} is {rows}×{cols}, and a matrix of {n}×{n} is needed",
            link.solver, role.subject
        ))
        .blame(Blame::Keyword(role.argument.into())))
    };
    let other_field = || no_inverse(link.solver, "complex matrix", role);
    Ok(match m {
        Value::Function(f) => {
            let f = f.clone();
            Map::Other(Box::new(FunctionMap { link, f, rows: n, cols: n, role }))
        }
        Value::Object(object) => match m.as_object::<Preconditioner>() {
            Some(known) => Map::Borrowed(T::preconditioner(known).ok_or_else(other_field)?),
            None => {
                Map::Other(Box::new(ObjectMap { link, object: object.as_ref().as_ref(), role }))
            }
        },
        Value::Sparse(s) => {
            square(s.shape().0, s.shape().1)?;
            Map::Other(inverse_of(&*T::sparse(s).ok_or_else(other_field)?)?)
        }
        Value::Text(_) | Value::Cell(_) | Value::Struct(_) | Value::Table(_) => {
            return Err(no_inverse(link.solver, m.describe().as_str(), role));
        }
        other => {
            let numbers = other.clone().into_numeric()?;
            square(numbers.shape().0, numbers.shape().1)?;
            let dense = T::dense(&numbers).ok_or_else(other_field)?;
            Map::Other(T::shared_inverse(inverse(&*dense)?))
        }
    })
}

/// By substitution when the matrix is triangular, else by factoring it.
fn inverse_of<T: Entries>(m: &Sparse<T>) -> Result<Box<dyn Operator<T>>> {
    let below = |at: usize| m.triplets().all(|(i, j, _)| if at == 0 { i >= j } else { i <= j });
    let triangle = match (below(0), below(1)) {
        (true, _) => Some(Triangle::Lower),
        (false, true) => Some(Triangle::Upper),
        (false, false) => None,
    };
    Ok(match triangle {
        Some(triangle) => T::shared_triangular(triangular(m, triangle)?),
        None => T::shared_sparse_inverse(sparse_inverse(m)?),
    })
}

/// The preconditioner that `precond=` asks for.
fn made_preconditioner<T: Entries>(
    given: &Given,
    a: &Map<'_, T>,
) -> Result<Option<Preconditioner>> {
    if given.precond == Precond::None {
        return Ok(None);
    }
    let name = given.method.name();
    let a: Cow<'_, Sparse<T>> = match a {
        Map::Sparse(s) => Cow::Borrowed(s.as_ref()),
        Map::Dense(a) => Cow::Owned(Sparse::from_dense(a)?),
        _ => {
            let message = format!("{name}: precond= needs the entries of A, and A is a function");
            return Err(Fault::new(message)
                .hint("give the preconditioner itself: M=@(x) ..., or a matrix that is near A")
                .blame(Blame::Keyword("precond".into())));
        }
    };
    if given.method.is_least_squares() && given.precond == Precond::Jacobi {
        return Ok(Some(preconditioners::column_norms(&a)?));
    }
    if given.method.is_least_squares() && !a.is_square() {
        let message = format!("{name}: of a rectangular matrix precond= makes \"jacobi\" alone");
        return Err(Fault::new(message).blame(Blame::Keyword("precond".into())));
    }
    preconditioners::made(given.precond, &a)
        .map(Some)
        .map_err(|fault| fault.blame(Blame::Keyword("precond".into())))
}

/// x alone or a model, with a warning when it is not what was asked for; or all outputs.
fn outputs<T: Entries>(
    host: &mut dyn Host,
    given: &Given,
    solution: Solution<T>,
    nargout: usize,
) -> Result<Vec<Value>> {
    let tol = given.tol.0.unwrap_or(1e-6);
    if nargout < 2
        && let Some(words) = advice(given.method, &solution, tol)
    {
        host.warn("mf:not-converged", &words)?;
    }
    let flag = solution.flag();
    let column = |v: &[f64]| Value::from(Matrix::column_vector(v.to_vec()));
    let iter = match given.method {
        Method::Gmres => {
            let (outer, inner) = solution.cycle;
            Value::from(Matrix::row_vector(vec![outer as f64, inner as f64]))
        }
        // Octave's counts whole iterations of two halves.
        Method::Tfqmr => solution.iterations.ceil().into(),
        _ => solution.iterations.into(),
    };
    let history = match given.method {
        Method::Pcg if nargout > 5 && solution.second_history.len() == solution.history.len() => {
            let both = [&solution.history[..], &solution.second_history].concat();
            Value::from(Matrix::from_vec(solution.history.len(), 2, both))
        }
        _ => column(&solution.history),
    };
    let last = match given.method {
        Method::Pcg => match solution.eigenvalues {
            Some((low, high)) => Value::from(Matrix::row_vector(vec![low, high])),
            None => Value::from(Matrix::zeros(0, 0)),
        },
        _ => column(&solution.second_history),
    };
    let relres = solution.relres;
    let (summary, x) = (IterativeModel::summary_of(given.method, tol, &solution), solution.x);
    let x = T::numeric(Dense::column_vector(x));
    if given.model {
        return Ok(vec![Value::object(summary.with(x))]);
    }
    let all = vec![x.into(), f64::from(flag).into(), relres.into(), iter, history, last];
    Ok(all.into_iter().take(nargout.max(1)).collect())
}

/// Whether an iteration found what was asked for.
pub fn is_success(method: Method, stop: Stop) -> bool {
    stop == Stop::Converged || stop == Stop::LeastSquares && method.is_least_squares()
}
