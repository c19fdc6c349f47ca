//! The value of `factorize(A)`: a matrix factored once, to be used for many right-hand sides.

use super::operand::{lu_flops, positions, real, run};
use crate::value::{Host, Object, Result, Value, format_scalar};
use matfac::Matrix;
use matfac::factor::solve::{Method, Warning};
use matfac::factor::{Factorized, Factors, factorize};
use std::any::Any;
use std::sync::OnceLock;

/// A factored matrix.
#[derive(Debug)]
pub struct Factorization {
    factored: Factorized,
    /// Written out when a field asks for them.
    factors: OnceLock<matfac::Result<Factors>>,
}

/// Factors a matrix by the method that suits it; warns as `A \ b` would.
pub fn factorization(host: &mut dyn Host, a: Value) -> Result<Value> {
    let a = real("factorize", a)?;
    let (m, n) = (a.data.rows(), a.data.cols());
    // A rectangular matrix goes through QR.
    let work = if m == n { 1.0 } else { 6.0 } * lu_flops(&a.data);
    let factored = run(host, &a, work, factorize)?;
    match factored.warning {
        None => Ok(()),
        Some(Warning::Singular { rcond, pivot }) => host.warn(
            "Octave:singular-matrix",
            &format!("the matrix is singular to working precision: pivot {pivot} vanishes (rcond = {}); solutions will be those of least squares and smallest norm", number(rcond)),
        ),
        Some(Warning::RankDeficient { rank }) => host.warn(
            "Octave:rank-deficient-matrix",
            &format!("the matrix has rank {rank} only; solutions will be those of smallest norm"),
        ),
    }?;
    Ok(Value::object(Factorization { factored, factors: OnceLock::new() }))
}

fn number(x: f64) -> String {
    format_scalar(x, crate::value::Precision::SHORT)
}

impl Factorization {
    /// The determinant of the matrix.
    pub fn det(&self) -> Result<f64> {
        Ok(self.factored.det()?)
    }

    /// The inverse of a square matrix.
    pub fn inverse(&self) -> Result<Matrix> {
        let (rows, cols) = (self.factored.rows, self.factored.cols);
        if rows != cols {
            let shape = matfac::error::Shape(rows, cols);
            return Err(matfac::Error::NotSquare { operation: "inverse", shape }.into());
        }
        let mut identity = Matrix::filled(rows, rows, 0.0)?;
        (0..rows).for_each(|i| identity[(i, i)] = 1.0);
        Ok(self.factored.solve(&identity)?)
    }

    /// The estimated reciprocal condition number.
    pub fn rcond(&self) -> f64 {
        self.factored.rcond
    }

    fn factors(&self) -> Result<&Factors> {
        match self.factors.get_or_init(|| self.factored.factors()) {
            Ok(factors) => Ok(factors),
            Err(error) => Err(error.clone().into()),
        }
    }

    /// The method's name, what holds of the factors, and why it was chosen.
    fn story(&self) -> (&'static str, &'static str, &'static str) {
        match self.factored.method {
            Method::Scalar => ("scalar", "A*x = b", "it is a number"),
            Method::Diagonal => ("diagonal", "A = diag(d)", "nothing stands off the diagonal"),
            Method::Upper => {
                ("upper", "A(p,:) = U", "it is upper triangular, up to the order of its rows")
            }
            Method::Lower => {
                ("lower", "A(p,:) = L", "it is lower triangular, up to the order of its rows")
            }
            Method::Cholesky => ("chol", "A = R'*R", "it is symmetric and positive definite"),
            Method::Lu => {
                ("lu", "A(p,:) = L*U", "it is square, and neither triangular nor positive definite")
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
}

impl Object for Factorization {
    fn class(&self) -> &'static str {
        "factorization"
    }

    fn summary(&self) -> String {
        let (method, identity, why) = self.story();
        let (m, n) = (self.factored.rows, self.factored.cols);
        let title = match self.factored.method {
            Method::Cholesky => "Cholesky factorization",
            Method::Lu => "LU factorization",
            Method::Qr | Method::LeastNorm => "QR factorization",
            Method::CompleteOrthogonal => "complete orthogonal factorization",
            _ => "no factorization needed",
        };
        format!(
            "{title} of a {m}×{n} matrix, {identity}\n  chosen because {why}\n  method {method}, rcond {}\n  F \\ b solves with it; fields: {}",
            number(self.factored.rcond),
            self.fields().join(" ")
        )
    }

    fn fields(&self) -> &'static [&'static str] {
        match self.factored.method {
            Method::Scalar | Method::Diagonal => &["d", "rcond", "method", "det"],
            Method::Upper => &["U", "p", "rcond", "method", "det"],
            Method::Lower => &["L", "p", "rcond", "method", "det"],
            Method::Cholesky => &["R", "rcond", "method", "det"],
            Method::Lu => &["L", "U", "p", "rcond", "method", "det"],
            Method::Qr | Method::LeastNorm => &["Q", "R", "rcond", "method"],
            Method::CompleteOrthogonal => &["Q", "R", "p", "rcond", "method"],
        }
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        if !self.fields().contains(&name) {
            return None;
        }
        Some(match name {
            "rcond" => Ok(self.rcond().into()),
            "method" => Ok(self.story().0.into()),
            "det" => self.det().map(Value::from),
            _ => self.factors().map(|factors| factor(factors, name, self.factored.rows)),
        })
    }

    fn shape(&self) -> (usize, usize) {
        (self.factored.rows, self.factored.cols)
    }

    fn solve(&self, b: &Matrix) -> Option<Result<Matrix>> {
        Some(self.factored.solve(b).map_err(Into::into))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// One of the factors; `fields` has made sure that it is there.
fn factor(factors: &Factors, name: &str, rows: usize) -> Value {
    let natural = || positions(&(0..rows).collect::<Vec<_>>());
    match (factors, name) {
        (Factors::Diagonal(d), _) => Matrix::column_vector(d.clone()).into(),
        (Factors::Triangular { rows, .. }, "p") => {
            rows.as_deref().map_or_else(natural, positions).into()
        }
        (Factors::Triangular { matrix, .. }, _) => matrix.clone().into(),
        (Factors::Cholesky(r), _) => r.clone().into(),
        (Factors::Lu { l, .. }, "L") => l.clone().into(),
        (Factors::Lu { u, .. }, "U") => u.clone().into(),
        (Factors::Lu { p, .. }, _) => positions(p).into(),
        (Factors::Qr { q, .. }, "Q") => q.clone().into(),
        (Factors::Qr { r, .. }, "R") => r.clone().into(),
        (Factors::Qr { p, .. }, _) => positions(p.as_deref().unwrap_or_default()).into(),
    }
}
