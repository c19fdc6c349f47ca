//! The value of `factorize(A)`: a matrix factored once, to be used for many right-hand sides.

use super::argument::options;
use super::operand::{either, lu_flops, operand, positions, run};
use super::sparse_factorized;
use crate::value::{
    FieldMatrix, Host, Known, Numeric, Object, Precision, Result, Value, format_scalar,
};
use matfac::factor::solve::{Method, Warning};
use matfac::factor::{self, Factorized, Factors};
use matfac::linalg::{Dense, Scalar};
use matfac::{Matrix, c64};
use std::any::Any;
use std::sync::OnceLock;

options! {
    /// By which factorization.
    Means { Auto = "auto", Lu = "lu", Qr = "qr", Chol = "chol", Ldl = "ldl", Complete = "cod" }
}

impl Means {
    /// The method that is asked for.
    pub fn method(self) -> Option<Method> {
        match self {
            Means::Auto => None,
            Means::Lu => Some(Method::Lu),
            Means::Qr => Some(Method::Qr),
            Means::Chol => Some(Method::Cholesky),
            Means::Ldl => Some(Method::Ldl),
            Means::Complete => Some(Method::CompleteOrthogonal),
        }
    }
}

/// A factored matrix over either field.
#[derive(Debug)]
pub enum Factorization {
    /// Of a real matrix.
    Real(Held<f64>),
    /// Of a complex one.
    Complex(Held<c64>),
}

/// The factors in use, and those to look at.
#[derive(Debug)]
pub struct Held<T: Scalar> {
    factored: Factorized<T>,
    /// Written out when a field asks for them.
    factors: OnceLock<matfac::Result<Factors<T>>>,
    is_chosen: bool,
}

/// Factors a matrix by the method that suits it, or by the one asked for; warns as `A \ b` would.
pub fn factorization(host: &mut dyn Host, a: Value, means: Means) -> Result<Value> {
    if let Value::Sparse(array) = &a {
        return sparse_factorized::factorization(host, array, means);
    }
    let method = means.method();
    either!(operand("factorize", a)?, |a| factored(host, &a, method))
}

fn factored<M>(host: &mut dyn Host, a: &M, method: Option<Method>) -> Result<Value>
where
    M: FieldMatrix,
    Factorization: From<Held<M::Entry>>,
{
    let (m, n) = (a.dense().rows(), a.dense().cols());
    // A rectangular matrix goes through QR.
    let work = if m == n { 1.0 } else { 6.0 } * lu_flops(a.dense());
    let factored = run(host, a, work, move |a| match method {
        None => factor::factorize(a),
        Some(method) => factor::factorize_by(a, method),
    })?;
    let instead = match factored.method {
        Method::CompleteOrthogonal => "solutions will be those of least squares and smallest norm",
        _ => "solutions will mean little",
    };
    match factored.warning {
        None => Ok(()),
        Some(Warning::Singular { rcond, pivot }) => host.warn(
            "Octave:singular-matrix",
            &format!("the matrix is singular to working precision: pivot {pivot} vanishes (rcond = {}); {instead}", number(rcond)),
        ),
        Some(Warning::RankDeficient { rank }) => host.warn(
            "Octave:rank-deficient-matrix",
            &format!("the matrix has rank {rank} only; solutions will be those of smallest norm"),
        ),
    }?;
    let held = Held { factored, factors: OnceLock::new(), is_chosen: method.is_none() };
    Ok(Value::object(Factorization::from(held)))
}

impl From<Held<f64>> for Factorization {
    fn from(held: Held<f64>) -> Factorization {
        Factorization::Real(held)
    }
}

impl From<Held<c64>> for Factorization {
    fn from(held: Held<c64>) -> Factorization {
        Factorization::Complex(held)
    }
}

/// The same expression for either field.
macro_rules! held {
    ($factorization:expr, |$f:ident| $body:expr) => {
        match $factorization {
            Factorization::Real($f) => $body,
            Factorization::Complex($f) => $body,
        }
    };
}

fn number(x: f64) -> String {
    format_scalar(x, Precision::SHORT)
}

impl Factorization {
    /// The determinant of the matrix.
    pub fn det(&self) -> Result<Value> {
        held!(self, |f| Ok(f.factored.det()?.into()))
    }

    /// log |det|, and the sign of the determinant.
    pub fn logdet(&self) -> Result<(f64, Value)> {
        held!(self, |f| {
            let (log, sign) = f.factored.logdet()?;
            Ok((log, sign.into()))
        })
    }

    /// The inverse of a square matrix.
    pub fn inverse(&self) -> Result<Value> {
        let (rows, cols) = self.shape();
        if rows != cols {
            let shape = matfac::error::Shape(rows, cols);
            return Err(matfac::Error::NotSquare { operation: "inverse", shape }.into());
        }
        let mut identity = Matrix::filled(rows, rows, 0.0)?;
        (0..rows).for_each(|i| identity[(i, i)] = 1.0);
        Ok(self.solved(&identity.into(), false)?.into())
    }

    /// The estimated reciprocal condition number.
    pub fn rcond(&self) -> f64 {
        held!(self, |f| f.factored.rcond)
    }

    /// The numerical rank.
    pub fn rank(&self) -> usize {
        held!(self, |f| f.factored.rank())
    }

    fn method(&self) -> Method {
        held!(self, |f| f.factored.method)
    }

    fn is_chosen(&self) -> bool {
        held!(self, |f| f.is_chosen)
    }

    /// The method's name, what holds of the factors, and why it was chosen.
    fn story(&self) -> (&'static str, &'static str, &'static str) {
        match self.method() {
            Method::Scalar => ("scalar", "A*x = b", "it is a number"),
            Method::Diagonal => ("diagonal", "A = diag(d)", "nothing stands off the diagonal"),
            Method::Upper => {
                ("upper", "A(p,:) = U", "it is upper triangular, up to the order of its rows")
            }
            Method::Lower => {
                ("lower", "A(p,:) = L", "it is lower triangular, up to the order of its rows")
            }
            Method::Band => (
                "band",
                "P*A = L*U within the band",
                "only diagonals near the main one are not zero",
            ),
            Method::Cholesky => ("chol", "A = R'*R", "it is symmetric and positive definite"),
            Method::Ldl => ("ldl", "A(p,p) = L*D*L'", "it is symmetric, and not positive definite"),
            Method::Lu => {
                ("lu", "A(p,:) = L*U", "it is square, and neither triangular nor symmetric")
            }
            Method::Qr => (
                "qr",
                "A = Q*R",
                "it has more rows than columns: solutions are those of least squares",
            ),
            Method::LeastNorm => (
                "qr of A'",
                "A' = Q*R",
                "it has more columns than rows: solutions are those of smallest norm",
            ),
            Method::CompleteOrthogonal => (
                "complete orthogonal",
                "A(:,p) = Q*R",
                "its columns are dependent: solutions are those of least squares and smallest norm",
            ),
        }
    }

    /// `F \ b`, or `F' \ b`.
    fn solved(&self, b: &Numeric, adjoint: bool) -> Result<Numeric> {
        match (self, b) {
            (Factorization::Real(f), Numeric::Complex(b)) => {
                // Real and imaginary parts side by side.
                let k = b.cols();
                let parts = Matrix::from_fn(b.rows(), 2 * k, |i, j| {
                    if j < k { b[(i, j)].re } else { b[(i, j - k)].im }
                });
                let x = f.solve(&parts, adjoint)?;
                let entry = |i, j| c64::new(x[(i, j)], x[(i, j + k)]);
                Ok(Dense::from_fn(x.rows(), k, entry).into())
            }
            (Factorization::Real(f), b) => Ok(f.solve(&b.to_real()?.data, adjoint)?.into()),
            (Factorization::Complex(f), b) => Ok(f.solve(&b.to_complex(), adjoint)?.into()),
        }
    }
}

impl<T: factor::Field> Held<T> {
    fn solve(&self, b: &Dense<T>, adjoint: bool) -> matfac::Result<Dense<T>> {
        if adjoint { self.factored.solve_adjoint(b) } else { self.factored.solve(b) }
    }

    fn factors(&self) -> Result<&Factors<T>> {
        match self.factors.get_or_init(|| self.factored.factors()) {
            Ok(factors) => Ok(factors),
            Err(error) => Err(error.clone().into()),
        }
    }
}

impl Object for Factorization {
    fn class(&self) -> &'static str {
        "factorization"
    }

    fn summary(&self) -> String {
        let (method, identity, why) = self.story();
        let (m, n) = self.shape();
        let title = match self.method() {
            Method::Cholesky => "Cholesky factorization",
            Method::Ldl => "LDL' factorization",
            Method::Lu => "LU factorization",
            Method::Band => "band LU factorization",
            Method::Qr | Method::LeastNorm => "QR factorization",
            Method::CompleteOrthogonal => "complete orthogonal factorization",
            _ => "no factorization needed",
        };
        let field = if matches!(self, Factorization::Complex(_)) { " complex" } else { "" };
        let reason = match self.is_chosen() {
            true => format!("chosen because {why}"),
            false => "as asked for".into(),
        };
        format!(
            "{title} of a {m}×{n}{field} matrix, {identity}\n  {reason}\n  method {method}, rcond {}\n  F \\ b and b / F solve with it; fields: {}",
            number(self.rcond()),
            self.fields().join(" ")
        )
    }

    fn fields(&self) -> &'static [&'static str] {
        match self.method() {
            Method::Scalar | Method::Diagonal => &["d", "rcond", "method", "det"],
            Method::Upper => &["U", "p", "rcond", "method", "det"],
            Method::Lower => &["L", "p", "rcond", "method", "det"],
            Method::Band => &["U", "rcond", "method", "det"],
            Method::Cholesky => &["R", "rcond", "method", "det"],
            Method::Ldl => &["L", "D", "p", "rcond", "method", "det"],
            Method::Lu => &["L", "U", "p", "rcond", "method", "det"],
            Method::Qr | Method::LeastNorm => &["Q", "R", "rcond", "method"],
            Method::CompleteOrthogonal => &["Q", "R", "p", "rank", "rcond", "method"],
        }
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        if !self.fields().contains(&name) {
            return None;
        }
        Some(match name {
            "rcond" => Ok(self.rcond().into()),
            "rank" => Ok(self.rank().into()),
            "method" => Ok(self.story().0.into()),
            "det" => self.det(),
            _ => held!(self, |f| f.factors().map(|all| factor_named(all, name, self.shape().0))),
        })
    }

    fn shape(&self) -> (usize, usize) {
        held!(self, |f| (f.factored.rows, f.factored.cols))
    }

    fn solve(&self, b: &Numeric) -> Option<Result<Numeric>> {
        Some(self.solved(b, false))
    }

    fn right_solve(&self, b: &Numeric) -> Option<Result<Numeric>> {
        // X*A = B is A'*X' = B'.
        Some(self.solved(&b.adjoint(), true).map(|x| x.adjoint()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// One of the factors; `fields` has made sure that it is there.
fn factor_named<T: Scalar>(factors: &Factors<T>, name: &str, rows: usize) -> Value
where
    Value: From<Dense<T>>,
{
    let upper = |t: &Dense<T>| Value::from(t.clone()).knowing(Known::UPPER);
    let natural = || positions(&(0..rows).collect::<Vec<_>>());
    match (factors, name) {
        (Factors::Diagonal(d), _) => Dense::column_vector(d.clone()).into(),
        (Factors::Triangular { rows, .. }, "p") => {
            rows.as_deref().map_or_else(natural, positions).into()
        }
        (Factors::Triangular { matrix, upper, .. }, _) => {
            Value::from(matrix.clone()).knowing(if *upper { Known::UPPER } else { Known::LOWER })
        }
        (Factors::Cholesky(r) | Factors::Band(r), _) => upper(r),
        (Factors::Ldl { l, .. } | Factors::Lu { l, .. }, "L") => {
            Value::from(l.clone()).knowing(Known::LOWER)
        }
        (Factors::Ldl { d, .. }, "D") => Value::from(d.clone()).knowing(Known::SYMMETRIC),
        (Factors::Lu { u, .. }, "U") => upper(u),
        (Factors::Ldl { p, .. } | Factors::Lu { p, .. }, _) => positions(p).into(),
        (Factors::Qr { q, .. }, "Q") => Value::from(q.clone()).knowing(Known::ORTHOGONAL),
        (Factors::Qr { r, .. }, "R") => upper(r),
        (Factors::Qr { p, .. }, _) => positions(p.as_deref().unwrap_or_default()).into(),
    }
}
