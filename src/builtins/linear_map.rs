//! Functions of the language as linear maps, and matrices of any kind as entries, for the methods that need no more of a
//! matrix than its products.

use crate::value::{Arguments, Callable, Fault, Host, Result, SparseArray, Value, single};
use matfac::error::Error;
use matfac::linalg::sparse::Sparse;
use matfac::linalg::{Dense, Operator};
use matfac::sparse::Spectral;
use matfac::{ComplexMatrix, c64};
use std::cell::RefCell;
use std::sync::Arc;

/// `f64` or `c64`, as numbers that go to functions of the language and come back.
pub trait Number: Spectral {
    /// A matrix as a value.
    fn value(a: Dense<Self>) -> Value;
    /// A value as a full matrix; the error says what it is instead.
    fn full(value: Value) -> std::result::Result<Dense<Self>, String>;
}

impl Number for f64 {
    fn value(a: Dense<f64>) -> Value {
        a.into()
    }

    fn full(value: Value) -> std::result::Result<Dense<f64>, String> {
        match value {
            Value::Complex(_) => Err("complex".into()),
            Value::Sparse(s) => match s.to_full() {
                Ok(Value::Sparse(_)) | Err(_) => Err("too large a matrix".into()),
                Ok(full) => f64::full(full),
            },
            Value::Text(_) => Err("a string".into()),
            other => other
                .to_array()
                .map(|a| a.data.clone())
                .map_err(|_| format!("a {}", other.describe())),
        }
    }
}

impl Number for c64 {
    fn value(a: ComplexMatrix) -> Value {
        a.into()
    }

    fn full(value: Value) -> std::result::Result<ComplexMatrix, String> {
        match value {
            Value::Complex(z) => Ok(z.as_ref().clone()),
            Value::Sparse(s) => match s.to_full() {
                Ok(Value::Sparse(_)) | Err(_) => Err("too large a matrix".into()),
                Ok(full) => c64::full(full),
            },
            other => f64::full(other).map(|a| a.map(|x| c64::new(x, 0.0))),
        }
    }
}

/// A function of the language that stands for an m×n matrix.
pub struct Handle<'h> {
    host: RefCell<&'h mut dyn Host>,
    f: Arc<Callable>,
    /// m and n.
    size: (usize, usize),
    /// Whether the function is told by a second argument, "notransp" or "transp", which product is wanted.
    is_told: bool,
    /// For whom it is called.
    operation: &'static str,
    fault: RefCell<Option<Box<Fault>>>,
}

impl<'h> Handle<'h> {
    /// Of a function, for `operation`.
    pub fn new(
        host: &'h mut dyn Host,
        f: Arc<Callable>,
        size: (usize, usize),
        is_told: bool,
        operation: &'static str,
    ) -> Handle<'h> {
        Handle { host: RefCell::new(host), f, size, is_told, operation, fault: RefCell::new(None) }
    }

    /// The result of a method that ran on this map: what the function failed with comes out as it was.
    pub fn resolved<X>(&self, result: matfac::Result<X>) -> Result<X> {
        match (result, self.fault.borrow_mut().take()) {
            (Err(Error::Callback), Some(fault)) => Err(fault),
            (result, _) => Ok(result?),
        }
    }

    fn product<T: Number>(&self, x: &[T], word: &str, wanted: usize) -> Result<Dense<T>> {
        let mut arguments = vec![T::value(Dense::column_vector(x.to_vec()))];
        if self.is_told {
            arguments.push(word.into());
        }
        let mut host = self.host.borrow_mut();
        let outputs = host.call(&self.f, Arguments::positional(arguments), 1)?;
        let value = single(outputs, self.f.name())?;
        let (rows, cols) = value.shape();
        if rows * cols != wanted || (rows != 1 && cols != 1 && wanted > 0) {
            return Err(Fault::new(format!(
                "{}: the function returned {rows}×{cols} for a vector of {} numbers; the product has {wanted}×1",
                self.operation,
                x.len()
            )));
        }
        T::full(value).map_err(|what| {
            let fault = Fault::new(format!(
                "{}: the function returned {what} where a column of real numbers is needed",
                self.operation
            ));
            if what == "complex" {
                return fault.hint("opts.isreal = false says that the matrix is complex");
            }
            fault
        })
    }

    fn applied<T: Number>(&self, x: &[T], y: &mut [T], word: &str) -> matfac::Result<()> {
        match self.product(x, word, y.len()) {
            Ok(product) => {
                y.copy_from_slice(product.as_slice());
                Ok(())
            }
            Err(fault) => {
                *self.fault.borrow_mut() = Some(fault);
                Err(Error::Callback)
            }
        }
    }
}

impl<T: Number> Operator<T> for Handle<'_> {
    fn rows(&self) -> usize {
        self.size.0
    }

    fn cols(&self) -> usize {
        self.size.1
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> matfac::Result<()> {
        self.applied(x, y, "notransp")
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> matfac::Result<()> {
        if self.is_told {
            return self.applied(x, y, "transp");
        }
        Err(matfac::linalg::operator::no_adjoint(self.operation))
    }
}

/// A matrix over one field, full or sparse.
#[derive(Debug, Clone)]
pub enum Stored<T> {
    /// Full.
    Full(Dense<T>),
    /// Sparse.
    Sparse(Sparse<T>),
}

impl<T: Number> Stored<T> {
    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Stored::Full(a) => (a.rows(), a.cols()),
            Stored::Sparse(a) => (a.rows(), a.cols()),
        }
    }

    /// The stored entries' number.
    pub fn entries(&self) -> usize {
        match self {
            Stored::Full(a) => a.len(),
            Stored::Sparse(a) => a.nnz(),
        }
    }

    /// Whether A = A'.
    pub fn is_hermitian(&self) -> bool {
        match self {
            Stored::Full(a) => a.is_hermitian(),
            Stored::Sparse(a) => a.is_square() && *a == a.adjoint(),
        }
    }

    /// As a sparse matrix.
    pub fn into_sparse(self) -> Result<Sparse<T>> {
        Ok(match self {
            Stored::Full(a) => Sparse::from_dense(&a)?,
            Stored::Sparse(a) => a,
        })
    }
}

/// A matrix over the real or the complex numbers.
#[derive(Debug, Clone)]
pub enum AnyMatrix {
    /// Real.
    Real(Stored<f64>),
    /// Complex.
    Complex(Stored<c64>),
}

/// The argument of `function`, of any kind that holds numbers.
pub fn any_matrix(function: &str, value: Value) -> Result<AnyMatrix> {
    let refuse = |what: String| {
        Fault::new(format!("{function} needs a matrix, and this is {what}"))
            .blame(crate::value::Blame::Positional(0))
    };
    Ok(match value {
        Value::Sparse(s) => match s.as_ref().clone().into_numbers() {
            SparseArray::Complex(s) => AnyMatrix::Complex(Stored::Sparse(s)),
            SparseArray::Real(s) => AnyMatrix::Real(Stored::Sparse(s)),
            SparseArray::Bool(s) => {
                AnyMatrix::Real(Stored::Sparse(s.map(|b| f64::from(u8::from(b)))))
            }
        },
        Value::Complex(z) => AnyMatrix::Complex(Stored::Full(z.as_ref().clone())),
        other @ (Value::Ratings(_) | Value::Object(_) | Value::Cell(_) | Value::Struct(_)) => {
            return match super::operand::real(function, other) {
                Ok(_) => Err(refuse("no matrix".into())),
                Err(fault) => Err(fault),
            };
        }
        other => AnyMatrix::Real(Stored::Full(f64::full(other).map_err(refuse)?)),
    })
}

impl AnyMatrix {
    /// Over the complex numbers.
    pub fn into_complex(self) -> Stored<c64> {
        match self {
            AnyMatrix::Real(Stored::Full(a)) => Stored::Full(a.map(|x| c64::new(x, 0.0))),
            AnyMatrix::Real(Stored::Sparse(a)) => Stored::Sparse(a.map(|x| c64::new(x, 0.0))),
            AnyMatrix::Complex(a) => a,
        }
    }
}
