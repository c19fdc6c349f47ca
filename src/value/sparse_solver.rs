//! A factored sparse matrix over either field, and right-hand sides of every kind.

use super::{Host, Numeric, Precision, Result, SparseArray, format_scalar};
use matfac::factor::solve::Method;
use matfac::linalg::Dense;
use matfac::linalg::sparse::{Duplicates, Sparse};
use matfac::sparse::field::SparseField;
use matfac::sparse::solve::{ACCURATE, Factorized, Warning, factorize, refactor};
use matfac::{Matrix, c64};
use std::sync::Arc;

/// A sparse matrix factored once.
#[derive(Debug, Clone)]
pub enum SparseSolver {
    /// Of a real matrix.
    Real(Arc<Factorized<f64>>),
    /// Of a complex one.
    Complex(Arc<Factorized<c64>>),
}

/// The same expression for either field: `solver!(f, |f| f.rows())`.
macro_rules! solver {
    ($solver:expr, |$f:ident| $body:expr) => {
        match $solver {
            $crate::value::SparseSolver::Real($f) => $body,
            $crate::value::SparseSolver::Complex($f) => $body,
        }
    };
}
pub(crate) use solver;

impl SparseSolver {
    /// Factors a matrix by the method that suits it, or by the one asked for.
    pub fn new(array: &SparseArray, method: Option<Method>) -> matfac::Result<SparseSolver> {
        Ok(match numbers(array) {
            Numbers::Real(s) => SparseSolver::Real(Arc::new(factorize(s.as_ref(), method)?)),
            Numbers::Complex(s) => SparseSolver::Complex(Arc::new(factorize(s, method)?)),
        })
    }

    /// Factors a matrix with entries in the same places.
    pub fn refactored(&self, array: &SparseArray) -> matfac::Result<SparseSolver> {
        Ok(match (self, numbers(array)) {
            (SparseSolver::Real(f), Numbers::Real(s)) => {
                SparseSolver::Real(Arc::new(refactor(f, s.as_ref())?))
            }
            (SparseSolver::Complex(f), _) => {
                SparseSolver::Complex(Arc::new(refactor(f, &array.to_complex())?))
            }
            (SparseSolver::Real(_), Numbers::Complex(_)) => SparseSolver::new(array, None)?,
        })
    }

    /// Rows and columns of the matrix.
    pub fn shape(&self) -> (usize, usize) {
        solver!(self, |f| (f.rows(), f.cols()))
    }

    /// How systems are solved.
    pub fn method(&self) -> Method {
        solver!(self, |f| f.method)
    }

    /// The estimated reciprocal condition number.
    pub fn rcond(&self) -> f64 {
        solver!(self, |f| f.rcond())
    }

    /// `A \ B`, or `A' \ B`, for a full B, and the largest backward error.
    pub fn solve(&self, b: &Numeric, adjoint: bool) -> matfac::Result<(Numeric, f64)> {
        match (self, b) {
            (SparseSolver::Complex(f), b) => of(f, &b.to_complex(), adjoint),
            (SparseSolver::Real(f), Numeric::Complex(b)) => {
                // Real and imaginary parts side by side.
                let k = b.cols();
                let parts = Matrix::from_fn(b.rows(), 2 * k, |i, j| {
                    if j < k { b[(i, j)].re } else { b[(i, j - k)].im }
                });
                let (x, error) = solved(f, &parts, adjoint)?;
                let entry = |i, j| c64::new(x[(i, j)], x[(i, j + k)]);
                Ok((Dense::from_fn(x.rows(), k, entry).into(), error))
            }
            (SparseSolver::Real(f), Numeric::Real(b)) => of(f, &b.data, adjoint),
            (SparseSolver::Real(f), Numeric::Scalar(b)) => {
                of(f, &Matrix::from_vec(1, 1, vec![*b]), adjoint)
            }
        }
    }

    /// The same for a sparse B.
    pub fn solve_sparse(
        &self,
        b: &SparseArray,
        adjoint: bool,
    ) -> matfac::Result<(SparseArray, f64)> {
        match (self, numbers(b)) {
            (SparseSolver::Real(f), Numbers::Real(b)) => {
                let (x, error) = f.solve_sparse(b.as_ref(), adjoint)?;
                Ok((x.into(), error))
            }
            (SparseSolver::Real(f), Numbers::Complex(b)) => {
                let (re, first) = f.solve_sparse(&b.map(|z| z.re), adjoint)?;
                let (im, second) = f.solve_sparse(&b.map(|z| z.im), adjoint)?;
                Ok((joined(&re, &im)?.into(), first.max(second)))
            }
            (SparseSolver::Complex(f), _) => {
                let (x, error) = f.solve_sparse(&b.to_complex(), adjoint)?;
                Ok((x.into(), error))
            }
        }
    }

    /// Reports what deserves little trust: of the matrix, and of a solution with the given backward error.
    pub fn warn(&self, host: &mut dyn Host, backward_error: f64) -> Result<()> {
        let warning = solver!(self, |f| f.warning);
        let result = match self.method() {
            Method::CompleteOrthogonal => "this is the least-squares solution of smallest norm",
            _ => "the result may mean little",
        };
        if let Some(warning) = warning {
            let (identifier, what) = told(warning);
            host.warn(identifier, &format!("{what}; {result}"))?;
        }
        if backward_error <= ACCURATE {
            return Ok(());
        }
        let rcond = self.rcond();
        let (identifier, what) = told(Warning::Inaccurate { backward_error, rcond });
        host.warn(identifier, &what)
    }
}

/// A warning's identifier and words.
pub fn told(warning: Warning) -> (&'static str, String) {
    let number = |x| format_scalar(x, Precision::SHORT);
    match warning {
        Warning::Structural { rank, column, is_empty } => {
            let why = match is_empty {
                true => "has no entries",
                false => "shares all its rows with columns that need them",
            };
            let message = format!(
                "the matrix is structurally singular: column {column} {why} (structural rank {rank})"
            );
            ("Octave:singular-matrix", message)
        }
        Warning::Singular { rcond, column } => {
            let rcond = number(rcond);
            let message = format!(
                "the matrix is singular to working precision: the pivot of column {column} vanishes (rcond = {rcond})"
            );
            ("Octave:singular-matrix", message)
        }
        Warning::RankDeficient { rank } => {
            ("Octave:rank-deficient-matrix", format!("the matrix has rank {rank} only"))
        }
        Warning::Inaccurate { backward_error, rcond } => {
            let (error, rcond) = (number(backward_error), number(rcond));
            let message =
                format!("the solution is inaccurate: backward error {error} (rcond = {rcond})");
            ("Octave:nearly-singular-matrix", message)
        }
    }
}

/// The numbers of a sparse matrix.
enum Numbers<'a> {
    Real(std::borrow::Cow<'a, Sparse<f64>>),
    Complex(&'a Sparse<c64>),
}

fn numbers(array: &SparseArray) -> Numbers<'_> {
    use std::borrow::Cow;
    match array {
        SparseArray::Real(s) => Numbers::Real(Cow::Borrowed(s)),
        SparseArray::Complex(s) => Numbers::Complex(s),
        SparseArray::Bool(s) => Numbers::Real(Cow::Owned(s.map(|b| f64::from(u8::from(b))))),
    }
}

fn solved<T: SparseField>(
    f: &Factorized<T>,
    b: &Dense<T>,
    adjoint: bool,
) -> matfac::Result<(Dense<T>, f64)> {
    if adjoint { f.solve_adjoint(b) } else { f.solve(b) }
}

fn of<T: SparseField>(
    f: &Factorized<T>,
    b: &Dense<T>,
    adjoint: bool,
) -> matfac::Result<(Numeric, f64)>
where
    Numeric: From<Dense<T>>,
{
    let (x, error) = solved(f, b, adjoint)?;
    Ok((x.into(), error))
}

/// re + im*i.
fn joined(re: &Sparse<f64>, im: &Sparse<f64>) -> matfac::Result<Sparse<c64>> {
    let reals = re.triplets().map(|(i, j, x)| (i, j, c64::new(x, 0.0)));
    let all: Vec<_> =
        reals.chain(im.triplets().map(|(i, j, x)| (i, j, c64::new(0.0, x)))).collect();
    let rows: Vec<u32> = all.iter().map(|t| t.0 as u32).collect();
    let cols: Vec<u32> = all.iter().map(|t| t.1 as u32).collect();
    let entries: Vec<c64> = all.iter().map(|t| t.2).collect();
    let (m, n) = (re.rows(), re.cols());
    Sparse::from_triplets(m, n, &rows, &cols, &entries, Duplicates::Sum, |a, b| a + b)
}
