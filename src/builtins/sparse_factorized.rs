//! The value of `factorize(S)` for a sparse S: factors to be used again, and the analysis of its places to be used for others.

use super::entry::builtins;
use super::factorized::Means;
use crate::value::{
    Fault, Host, Numeric, Object, Precision, Result, SparseArray, SparseSolver, Value,
    format_scalar, solver, sparse_flops, told, uninterruptible,
};
use matfac::factor::solve::Method;
use matfac::linalg::sparse::Sparse;
use std::any::Any;
use std::sync::Arc;

builtins! { "sparse matrices";
    /// Factors a sparse matrix with entries in the places of one that was factored: the analysis is not done again.
    ///
    /// >>> F = factorize(sparse([4 1 0; 1 4 1; 0 1 4])); G = refactor(F, sparse([9 1 0; 1 9 1; 0 1 9])); G \ [10; 11; 10]
    /// ans = 3×1
    ///    1
    ///    1
    ///    1
    ///
    /// See also: factorize, symbfact
    fn refactor(cx, /** What factorize gave for a sparse matrix. */ F: Value, /** Sparse, with entries in the same places. */ S2: Value) -> [G] { refactor(cx.host, F, S2) }
}

/// A factored sparse matrix.
#[derive(Debug)]
pub struct SparseFactorization {
    solver: SparseSolver,
    nnz: usize,
}

/// Factors a sparse matrix, and warns as `S \ b` would.
pub fn factorization(host: &mut dyn Host, array: &Arc<SparseArray>, means: Means) -> Result<Value> {
    let method = means.method();
    let held = array.clone();
    let solver =
        uninterruptible(host, sparse_flops(array, 1), 0, move || SparseSolver::new(&held, method))?;
    finished(host, solver, array.nnz())
}

fn finished(host: &mut dyn Host, solver: SparseSolver, nnz: usize) -> Result<Value> {
    let instead = match solver.method() {
        Method::CompleteOrthogonal => "solutions will be those of least squares and smallest norm",
        _ => "solutions will mean little",
    };
    if let Some(warning) = solver!(&solver, |f| f.warning) {
        let (identifier, what) = told(warning);
        host.warn(identifier, &format!("{what}; {instead}"))?;
    }
    Ok(Value::object(SparseFactorization { solver, nnz }))
}

fn refactor(host: &mut dyn Host, f: Value, s: Value) -> Result<Value> {
    let Some(held) = f.as_object::<SparseFactorization>() else {
        return Err(Fault::new("refactor needs what factorize gave for a sparse matrix")
            .hint("F = factorize(S); G = refactor(F, S2)"));
    };
    let Value::Sparse(array) = s else {
        return Err(Fault::new(format!(
            "refactor needs a sparse matrix, and this is a {}",
            s.describe()
        ))
        .hint("sparse(A) makes one of a full matrix"));
    };
    let (solver, matrix) = (held.solver.clone(), array.clone());
    let work = sparse_flops(&array, 1);
    let solver = uninterruptible(host, work, 0, move || solver.refactored(&matrix))?;
    finished(host, solver, array.nnz())
}

impl SparseFactorization {
    /// The determinant of the matrix.
    pub fn det(&self) -> Result<Value> {
        solver!(&self.solver, |f| Ok(f.det()?.into()))
    }

    /// log |det|, and the sign of the determinant.
    pub fn logdet(&self) -> Result<(f64, Value)> {
        solver!(&self.solver, |f| {
            let (log, sign) = f.logdet()?;
            Ok((log, sign.into()))
        })
    }

    /// The sparse inverse of a square matrix.
    pub fn inverse(&self) -> Result<Value> {
        let (rows, cols) = self.shape();
        if rows != cols {
            let shape = matfac::error::Shape(rows, cols);
            return Err(matfac::Error::NotSquare { operation: "inverse", shape }.into());
        }
        let identity = SparseArray::Real(Sparse::identity(rows)?);
        Ok(self.solver.solve_sparse(&identity, false)?.0.into())
    }

    /// The estimated reciprocal condition number.
    pub fn rcond(&self) -> f64 {
        self.solver.rcond()
    }

    /// The numerical rank.
    pub fn rank(&self) -> usize {
        solver!(&self.solver, |f| f.rank())
    }

    /// The method's name, its title, and what holds of the factors.
    fn story(&self) -> (&'static str, &'static str, &'static str) {
        match self.solver.method() {
            Method::Diagonal => ("diagonal", "no factorization needed", "S = diag(D)"),
            Method::Upper => ("upper", "no factorization needed", "P*S*Q = U"),
            Method::Lower => ("lower", "no factorization needed", "P*S*Q = U"),
            Method::Band => ("band", "band LU factorization", "S = L*U within the band"),
            Method::Cholesky => ("chol", "Cholesky factorization", "Q'*S*Q = R'*R"),
            Method::Ldl => ("ldl", "LDL' factorization", "P'*S*P = L*D*L'"),
            Method::Qr => ("qr", "QR factorization", "S*P = Q*R"),
            Method::LeastNorm => ("qr of S'", "QR factorization", "S'*P = Q*R"),
            Method::CompleteOrthogonal => {
                ("complete orthogonal", "complete orthogonal factorization", "S*P = Q*R")
            }
            _ => ("lu", "LU factorization", "P*S*Q = L*U, P with the scales of the rows"),
        }
    }
}

impl Object for SparseFactorization {
    fn class(&self) -> &'static str {
        "sparse factorization"
    }

    fn summary(&self) -> String {
        let (method, title, identity) = self.story();
        let (m, n) = self.shape();
        let field = if matches!(self.solver, SparseSolver::Complex(_)) { " complex" } else { "" };
        let (ordering, nnz) = solver!(&self.solver, |f| (f.ordering(), f.nnz()));
        let number = |x| format_scalar(x, Precision::SHORT);
        format!(
            "{title} of a {m}×{n} sparse{field} matrix, {identity}\n  method {method}, order {ordering}, {nnz} entries of {}, rcond {}\n  F \\ b and b / F solve with it, refactor(F, S2) uses its analysis again; fields: {}",
            self.nnz,
            number(self.rcond()),
            self.fields().join(" ")
        )
    }

    fn fields(&self) -> &'static [&'static str] {
        match self.solver.method() {
            Method::Diagonal => &["D", "nnz", "fill", "rcond", "method", "ordering", "det"],
            Method::Upper | Method::Lower => {
                &["U", "P", "Q", "nnz", "fill", "rcond", "method", "ordering", "det"]
            }
            Method::Cholesky => &["R", "Q", "nnz", "fill", "rcond", "method", "ordering", "det"],
            Method::Ldl => &["L", "D", "P", "nnz", "fill", "rcond", "method", "ordering", "det"],
            Method::Lu => {
                &["L", "U", "P", "Q", "nnz", "fill", "rcond", "method", "ordering", "det"]
            }
            Method::Qr | Method::LeastNorm => {
                &["R", "P", "nnz", "fill", "rcond", "method", "ordering"]
            }
            Method::CompleteOrthogonal => {
                &["R", "P", "rank", "nnz", "fill", "rcond", "method", "ordering"]
            }
            _ => &["nnz", "fill", "rcond", "method", "ordering", "det"],
        }
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        if !self.fields().contains(&name) {
            return None;
        }
        Some(match name {
            "rcond" => Ok(self.rcond().into()),
            "rank" => Ok(self.rank().into()),
            "nnz" => Ok(solver!(&self.solver, |f| f.nnz()).into()),
            "fill" => Ok(solver!(&self.solver, |f| f.fill()).into()),
            "method" => Ok(self.story().0.into()),
            "ordering" => Ok(solver!(&self.solver, |f| f.ordering()).into()),
            "det" => self.det(),
            _ => return solver!(&self.solver, |f| f.part(name).map(|s| Ok(s.into()))),
        })
    }

    fn shape(&self) -> (usize, usize) {
        self.solver.shape()
    }

    fn solve(&self, b: &Numeric) -> Option<Result<Numeric>> {
        Some(self.solver.solve(b, false).map(|x| x.0).map_err(Into::into))
    }

    fn right_solve(&self, b: &Numeric) -> Option<Result<Numeric>> {
        // X*A = B is A'*X' = B'.
        let solved = self.solver.solve(&b.adjoint(), true);
        Some(solved.map(|x| x.0.adjoint()).map_err(Into::into))
    }

    fn solve_sparse(&self, b: &SparseArray, right: bool) -> Option<Result<Value>> {
        let solved = match right {
            false => self.solver.solve_sparse(b, false).map(|x| x.0),
            true => {
                let solved = self.solver.solve_sparse(&b.transposed(true), true);
                solved.map(|x| x.0.transposed(true))
            }
        };
        Some(solved.map(Value::from).map_err(Into::into))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
