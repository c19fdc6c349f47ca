//! The value of `pcg(A, b, model=true)` and its like: how an iteration went.

use super::iterative_solve::is_success;
use crate::value::{Numeric, Object, Precision, Result, Value, format_scalar};
use matfac::Matrix;
use matfac::linalg::Scalar;
use matfac::plot::{Figure, Scale};
use matfac::sparse::krylov::{Estimates, Method, Solution, Stop};
use std::any::Any;

/// A solution and its history.
#[derive(Debug)]
pub struct IterativeModel {
    /// The solution, n×1.
    pub x: Numeric,
    /// Why the iteration ended.
    pub stop: Stop,
    method: Method,
    tol: f64,
    flag: u8,
    relres: f64,
    residual: f64,
    iterations: f64,
    history: Vec<f64>,
    eigenvalues: Option<(f64, f64)>,
    estimates: Option<Estimates>,
}

fn number(x: f64) -> String {
    format_scalar(x, Precision::SHORT)
}

/// Why an iteration ended, in words.
fn reason(method: Method, stop: Stop) -> String {
    match stop {
        Stop::Converged => "converged".into(),
        Stop::LeastSquares if method.is_least_squares() => {
            "converged to the least squares solution".into()
        }
        Stop::LeastSquares => "no x solves the system; this is the least squares solution".into(),
        Stop::MaxIter => "the limit of iterations".into(),
        Stop::SingularPreconditioner => "the preconditioner is singular".into(),
        Stop::Stagnated => "stagnation: the residual no longer falls".into(),
        Stop::Breakdown(what) => format!("breakdown: {what}"),
        Stop::IndefiniteMatrix => {
            "A is not Hermitian positive definite: p'*A*p is not positive".into()
        }
        Stop::IndefinitePreconditioner => {
            "the preconditioner is not Hermitian positive definite".into()
        }
    }
}

/// What to try when an iteration did not find what was asked for.
fn remedy(method: Method, stop: Stop) -> &'static str {
    match stop {
        Stop::MaxIter if method.is_least_squares() => "raise maxiter, or give precond=\"jacobi\"",
        Stop::MaxIter if method.needs_hermitian() => {
            "raise maxiter, or give precond=\"ichol\" or \"amg\""
        }
        Stop::MaxIter => "raise maxiter, or give precond=\"ilu\"",
        Stop::SingularPreconditioner => "its inverse gave NaN or infinity; give another M",
        Stop::Stagnated => "raise tol, or give a better preconditioner; A may be singular",
        Stop::Breakdown("a number that is too large") => {
            "a product overflowed or gave NaN; look at A and M"
        }
        Stop::Breakdown(_) => "another x0 may avoid it; gmres does not break down so",
        Stop::IndefiniteMatrix => "minres takes Hermitian matrices that are indefinite, gmres any",
        Stop::IndefinitePreconditioner => {
            "M must be Hermitian positive definite here; gmres takes any"
        }
        Stop::LeastSquares => "lsqr finds it too, and lsmr",
        Stop::Converged => "",
    }
}

/// The words of a warning when an iteration did not find what was asked for.
pub fn advice<T: Scalar>(method: Method, found: &Solution<T>, tol: f64) -> Option<String> {
    let name = method.name();
    if !is_success(method, found.stop) {
        let count = number(found.history.len().saturating_sub(1) as f64 / halves(method));
        return Some(format!(
            "{name} stopped after {count} iterations without meeting tol = {} (relative residual {}): {}; {}",
            number(tol),
            number(found.relres),
            reason(method, found.stop),
            remedy(method, found.stop)
        ));
    }
    // Of gmres with a preconditioner on the left: what was met may say little of the system itself.
    let misled = found.stop == Stop::Converged && found.true_relres > 100.0 * found.relres.max(tol);
    misled.then(|| {
        format!(
            "{name} met tol = {} for the residual M\\(b - A*x), and the relative residual of the system is {}; side=\"right\" watches that",
            number(tol),
            number(found.true_relres)
        )
    })
}

/// Entries of the history for each iteration.
fn halves(method: Method) -> f64 {
    if matches!(method, Method::Bicgstab | Method::Tfqmr) { 2.0 } else { 1.0 }
}

impl IterativeModel {
    /// All but x, which is still to be put in.
    pub fn summary_of<T: Scalar>(method: Method, tol: f64, found: &Solution<T>) -> IterativeModel {
        IterativeModel {
            x: Numeric::Scalar(f64::NAN),
            stop: found.stop,
            method,
            tol,
            flag: found.flag(),
            relres: found.relres,
            residual: found.true_relres,
            iterations: found.iterations,
            history: found.history.clone(),
            eigenvalues: found.eigenvalues,
            estimates: found.estimates,
        }
    }
}

impl Object for IterativeModel {
    fn class(&self) -> &'static str {
        "iterative solution"
    }

    fn summary(&self) -> String {
        let n = self.x.shape().0;
        let mut lines = vec![
            format!(
                "{} of {n} unknown{}: {}",
                self.method.name(),
                if n == 1 { "" } else { "s" },
                reason(self.method, self.stop)
            ),
            format!("  iterations         {}", number(self.iterations)),
            format!("  relative residual  {} (tol = {})", number(self.relres), number(self.tol)),
        ];
        if let Some((low, high)) = self.eigenvalues {
            lines.push(format!(
                "  eigenvalues        from {} to {}, as far as seen",
                number(low),
                number(high)
            ));
        }
        if let Some(e) = self.estimates {
            lines.push(format!(
                "  norm, condition    {}, {} (estimates)",
                number(e.norm),
                number(e.condition)
            ));
        }
        lines.push(format!("  fields: {}", self.fields().join(" ")));
        lines.join("\n")
    }

    fn fields(&self) -> &'static [&'static str] {
        match self.method {
            Method::Pcg => &[
                "x",
                "flag",
                "converged",
                "reason",
                "relres",
                "residual",
                "iterations",
                "history",
                "eigenvalues",
            ],
            Method::Lsqr | Method::Lsmr | Method::Cgls => &[
                "x",
                "flag",
                "converged",
                "reason",
                "relres",
                "residual",
                "iterations",
                "history",
                "norm",
                "condition",
                "normal_residual",
            ],
            _ => {
                &["x", "flag", "converged", "reason", "relres", "residual", "iterations", "history"]
            }
        }
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        if !self.fields().contains(&name) {
            return None;
        }
        let estimate = |of: fn(&Estimates) -> f64| self.estimates.as_ref().map_or(f64::NAN, of);
        Some(Ok(match name {
            "x" => self.x.clone().into(),
            "flag" => f64::from(self.flag).into(),
            "converged" => is_success(self.method, self.stop).into(),
            "reason" => Value::text(reason(self.method, self.stop)),
            "relres" => self.relres.into(),
            "residual" => self.residual.into(),
            "iterations" => self.iterations.into(),
            "history" => Matrix::column_vector(self.history.clone()).into(),
            "eigenvalues" => match self.eigenvalues {
                Some((low, high)) => Matrix::row_vector(vec![low, high]).into(),
                None => Matrix::zeros(0, 0).into(),
            },
            "norm" => estimate(|e| e.norm).into(),
            "condition" => estimate(|e| e.condition).into(),
            _ => estimate(|e| e.normal_residual).into(),
        }))
    }

    fn plot(&self) -> Option<Result<Figure>> {
        let step = 1.0 / halves(self.method);
        let iterations = (0..self.history.len()).map(|i| step * i as f64).collect();
        let first = self.history.first().copied().filter(|&r| r > 0.0).unwrap_or(1.0);
        let relative = self.history.iter().map(|r| r / first).collect();
        let mut figure = Figure::line(iterations, relative);
        let axes = figure.axes_mut();
        axes.title = format!("{}: {}", self.method.name(), reason(self.method, self.stop));
        axes.x_label = "iteration".into();
        axes.y_label = "residual / first residual".into();
        axes.y_scale = Scale::Log;
        Some(Ok(figure))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
