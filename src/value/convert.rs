//! Seeing any array value as numbers.

use super::{Array, Fault, Result, Value};
use matfac::linalg::elementwise;
use matfac::{ComplexMatrix, Matrix};
use std::sync::Arc;

/// What to do with ratings where a full matrix is needed.
pub const FOR_HOLES: &str = "als and funksvd predict what is missing, and predict(m) is \
     then a full matrix; R(i,j) reads one rating";

/// The numbers of a value: what arithmetic works on.
#[derive(Debug, Clone)]
pub enum Numeric {
    /// One real number.
    Scalar(f64),
    /// Real numbers.
    Real(Arc<Array>),
    /// Complex numbers.
    Complex(Arc<ComplexMatrix>),
}

impl Numeric {
    /// The numbers as a complex matrix.
    pub fn to_complex(&self) -> Arc<ComplexMatrix> {
        match self {
            Numeric::Scalar(x) => {
                Arc::new(elementwise::to_complex(&Matrix::from_vec(1, 1, vec![*x])))
            }
            Numeric::Real(a) => Arc::new(elementwise::to_complex(&a.data)),
            Numeric::Complex(a) => a.clone(),
        }
    }

    /// The numbers as a real matrix (1×1 for a scalar).
    pub fn to_real(&self) -> Result<Arc<Array>> {
        match self {
            Numeric::Scalar(x) => Ok(Arc::new(Matrix::from_vec(1, 1, vec![*x]).into())),
            Numeric::Real(a) => Ok(a.clone()),
            Numeric::Complex(_) => Err(Fault::new("complex numbers are not supported here yet")
                .hint("real(z), imag(z) and abs(z) are real")),
        }
    }

    /// The conjugate transpose.
    pub fn adjoint(&self) -> Numeric {
        match self {
            Numeric::Scalar(x) => Numeric::Scalar(*x),
            Numeric::Real(a) => Numeric::Real(Arc::new(a.data.transposed().into())),
            Numeric::Complex(a) => Numeric::Complex(Arc::new(a.adjoint())),
        }
    }

    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Numeric::Scalar(_) => (1, 1),
            Numeric::Real(a) => (a.data.rows(), a.data.cols()),
            Numeric::Complex(a) => (a.rows(), a.cols()),
        }
    }
}

impl From<Numeric> for Value {
    fn from(numbers: Numeric) -> Value {
        match numbers {
            Numeric::Scalar(x) => Value::Number(x),
            Numeric::Real(a) if a.data.len() == 1 => Value::Number(a.data.as_slice()[0]),
            Numeric::Real(a) => Value::Matrix(a),
            Numeric::Complex(a) => Value::from(Arc::unwrap_or_clone(a)),
        }
    }
}

impl From<Matrix> for Numeric {
    fn from(a: Matrix) -> Numeric {
        Numeric::Real(Arc::new(a.into()))
    }
}

impl From<ComplexMatrix> for Numeric {
    fn from(a: ComplexMatrix) -> Numeric {
        Numeric::Complex(Arc::new(a))
    }
}

impl Value {
    /// The numbers of an array value: logicals as 0 and 1, characters as their codes.
    pub fn into_numeric(self) -> Result<Numeric> {
        Ok(match self {
            Value::Number(x) => Numeric::Scalar(x),
            Value::Bool(b) => Numeric::Scalar(f64::from(u8::from(b))),
            Value::Matrix(a) => Numeric::Real(a),
            Value::Complex(a) => Numeric::Complex(a),
            Value::Bools(b) => Numeric::Real(Arc::new(elementwise::to_real(&b).into())),
            Value::Range(r) => Numeric::Real(Arc::new(r.to_matrix()?.into())),
            Value::Text(t) => {
                let codes = t.codes();
                match codes[..] {
                    [code] => Numeric::Scalar(code),
                    [] => Numeric::Real(Arc::new(Matrix::zeros(0, 0).into())),
                    _ => Numeric::Real(Arc::new(Matrix::row_vector(codes).into())),
                }
            }
            Value::Sparse(s) => return s.spread()?.into_numeric(),
            Value::Ratings(_) => {
                return Err(Fault::new(
                    "ratings have holes, which are unknown and not zero: this needs a full matrix",
                )
                .hint(FOR_HOLES));
            }
            other => {
                return Err(Fault::new(format!("a {} is not a number", other.describe())));
            }
        })
    }

    /// Numbers as a value of class double.
    pub fn from_numbers(numbers: Numeric) -> Value {
        match numbers {
            Numeric::Scalar(x) => Value::Number(x),
            Numeric::Real(a) => Value::Matrix(a),
            Numeric::Complex(z) => Value::Complex(z),
        }
    }

    /// The numbers as a real matrix (1×1 for a scalar).
    pub fn to_array(&self) -> Result<Arc<Array>> {
        self.clone().into_numeric()?.to_real()
    }

    /// One real number, if that is what it is.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(x) => Some(*x),
            Value::Bool(b) => Some(f64::from(u8::from(*b))),
            Value::Matrix(a) if a.data.len() == 1 => Some(a.data.as_slice()[0]),
            Value::Bools(b) if b.len() == 1 => Some(f64::from(u8::from(b.as_slice()[0]))),
            Value::Sparse(s) => s.only()?.as_number(),
            _ => None,
        }
    }
}

/// Whether a condition holds: all entries true and at least one there, as in Octave.
pub fn truth(value: &Value) -> Result<bool> {
    let refuse_nan =
        || Fault::new("NaN is neither true nor false").hint("isnan(x) tells where NaN is");
    match value {
        Value::Bool(b) => Ok(*b),
        Value::Number(x) if x.is_nan() => Err(refuse_nan()),
        Value::Number(x) => Ok(*x != 0.0),
        Value::Bools(b) => Ok(!b.is_empty() && b.as_slice().iter().all(|&b| b)),
        Value::Matrix(a) => {
            let entries = a.data.as_slice();
            if entries.iter().any(|x| x.is_nan()) {
                return Err(refuse_nan());
            }
            Ok(!entries.is_empty() && entries.iter().all(|&x| x != 0.0))
        }
        Value::Complex(a) => Ok(a.as_slice().iter().all(|z| z.re != 0.0 || z.im != 0.0)),
        Value::Sparse(s) => {
            let (m, n) = s.shape();
            Ok(m * n > 0 && s.nnz() == m * n && truth(&s.to_full()?)?)
        }
        Value::Range(r) => Ok(r.count > 0 && r.iter().all(|x| x != 0.0)),
        Value::Text(t) => Ok(!t.is_empty() && t.as_str().chars().all(|c| c != '\0')),
        other => Err(Fault::new(format!("a {} is neither true nor false", other.describe()))),
    }
}
