//! The matrix a numerical function works on: what is refused and in which words, and how large work is run
//! so that an interrupt need not wait for it.

use super::argument::Argument;
use crate::value::{Array, Blame, Fault, FieldMatrix, Host, Result, Value, uninterruptible};
use matfac::factor::MaybeComplex;
use matfac::linalg::Dense;
use matfac::{ComplexMatrix, Matrix, c64};
use std::sync::Arc;

/// A matrix of either field.
#[derive(Debug, Clone)]
pub enum Operand {
    /// Real entries.
    Real(Arc<Array>),
    /// Complex entries.
    Complex(Arc<ComplexMatrix>),
}

impl Operand {
    /// Number of columns.
    pub fn cols(&self) -> usize {
        match self {
            Operand::Real(a) => a.data.cols(),
            Operand::Complex(z) => z.cols(),
        }
    }

    /// As a complex matrix.
    pub fn to_complex(&self) -> ComplexMatrix {
        match self {
            Operand::Real(a) => a.data.map(|x| c64::new(x, 0.0)),
            Operand::Complex(z) => z.as_ref().clone(),
        }
    }
}

/// The argument `A` of `function`, real or complex.
pub fn operand(function: &str, value: Value) -> Result<Operand> {
    let blame = Blame::Positional(0);
    match value {
        Value::Complex(z) => Ok(Operand::Complex(z)),
        Value::Ratings(ratings) => {
            let (m, n) = (ratings.users().len(), ratings.items().len());
            let holes = m * n - ratings.nnz();
            Err(Fault::new(format!(
                "{function} needs every entry, and {holes} of the {m}×{n} ratings are missing"
            ))
            .hint(crate::value::FOR_HOLES)
            .blame(blame))
        }
        other => Arc::<Array>::from_value(other).map(Operand::Real).map_err(|what| {
            Fault::new(format!("{function} needs a matrix, and this is {what}")).blame(blame)
        }),
    }
}

/// The argument `A` of a function that has no complex form yet.
pub fn real(function: &str, value: Value) -> Result<Arc<Array>> {
    match operand(function, value)? {
        Operand::Real(a) => Ok(a),
        Operand::Complex(_) => Err(Fault::unsupported(&format!("{function} of a complex matrix"))
            .hint("real(A), imag(A) and abs(A) are real")
            .blame(Blame::Positional(0))),
    }
}

/// The same code for a real and for a complex operand: `either!(operand, |a| f(host, a))`.
macro_rules! either {
    ($operand:expr, |$a:ident| $body:expr) => {
        match $operand {
            $crate::builtins::operand::Operand::Real($a) => $body,
            $crate::builtins::operand::Operand::Complex($a) => $body,
        }
    };
}
pub(super) use either;

/// The same code for two operands brought to one field: both real, or both complex.
macro_rules! either_pair {
    ($first:expr, $second:expr, |$a:ident, $b:ident| $body:expr) => {
        match $crate::builtins::operand::pair($first, $second) {
            $crate::builtins::operand::Pair::Real($a, $b) => $body,
            $crate::builtins::operand::Pair::Complex($a, $b) => $body,
        }
    };
}
pub(super) use either_pair;

/// Two matrices over one field.
#[derive(Debug)]
pub enum Pair {
    /// Both real.
    Real(Arc<Array>, Arc<Array>),
    /// Both complex, one perhaps by conversion.
    Complex(Arc<ComplexMatrix>, Arc<ComplexMatrix>),
}

/// Brings two operands to one field.
pub fn pair(a: Operand, b: Operand) -> Pair {
    match (a, b) {
        (Operand::Real(a), Operand::Real(b)) => Pair::Real(a, b),
        (a, b) => Pair::Complex(a.into_complex(), b.into_complex()),
    }
}

impl Operand {
    fn into_complex(self) -> Arc<ComplexMatrix> {
        match self {
            Operand::Real(a) => Arc::new(matfac::linalg::elementwise::to_complex(&a.data)),
            Operand::Complex(z) => z,
        }
    }
}

/// Runs `work` on a matrix, within reach of an interrupt when `flops`, of the field, say that it takes long.
pub fn run<M: FieldMatrix, T: Send + 'static>(
    host: &mut dyn Host,
    a: &M,
    flops: f64,
    work: impl FnOnce(&Dense<M::Entry>) -> matfac::Result<T> + Send + 'static,
) -> Result<T> {
    let a = a.clone();
    // The matrix, a copy that is overwritten, and a result of its size.
    let bytes = 3 * size_of::<M::Entry>() * a.dense().len();
    uninterruptible(host, M::WORK * flops, bytes, move || work(a.dense()))
}

/// Runs `real` or `complex`, whichever the matrix asks for, as [`run`] does.
pub fn run_either<T: Send + 'static>(
    host: &mut dyn Host,
    a: &Operand,
    flops: f64,
    real: impl FnOnce(&Matrix) -> matfac::Result<T> + Send + 'static,
    complex: impl FnOnce(&ComplexMatrix) -> matfac::Result<T> + Send + 'static,
) -> Result<T> {
    match a {
        Operand::Real(a) => run(host, a, flops, real),
        Operand::Complex(z) => {
            let z = z.clone();
            uninterruptible(host, 4.0 * flops, 3 * 16 * z.len(), move || complex(&z))
        }
    }
}

impl From<MaybeComplex> for Value {
    fn from(x: MaybeComplex) -> Value {
        match x {
            MaybeComplex::Real(x) => x.into(),
            MaybeComplex::Complex(x) => x.into(),
        }
    }
}

/// m, n and min(m, n) as numbers, for estimates of work.
pub fn sides<T>(a: &Dense<T>) -> (f64, f64, f64) {
    (a.rows() as f64, a.cols() as f64, a.rows().min(a.cols()) as f64)
}

/// Flops of a singular value decomposition: 20n³ of a square matrix.
pub fn svd_flops<T>(a: &Dense<T>) -> f64 {
    let (m, n, r) = sides(a);
    12.0 * m * n * r + 8.0 * r.powi(3)
}

/// Flops of the singular values alone.
pub fn singular_values_flops<T>(a: &Dense<T>) -> f64 {
    let (m, n, r) = sides(a);
    4.0 * m * n * r
}

/// Flops of an LU factorization.
pub fn lu_flops<T>(a: &Dense<T>) -> f64 {
    let (m, n, r) = sides(a);
    2.0 / 3.0 * m * n * r
}

/// Positions from 0 as a 1×n row of positions from 1.
pub fn positions(p: &[usize]) -> Matrix {
    Matrix::row_vector(p.iter().map(|&i| (i + 1) as f64).collect())
}
