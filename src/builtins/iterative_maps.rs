//! Matrices, functions and factorizations as the linear maps that iterative methods work with.

use super::preconditioner::{OnParts, Preconditioner};
use crate::value::{
    Arguments, Blame, Callable, Fault, Host, Numeric, Object, Result, SparseArray, Value,
};
use matfac::error::Error;
use matfac::linalg::{Dense, Operator, Scalar, Sparse};
use matfac::sparse::precondition::{Amg, Shared};
use matfac::sparse::{krylov, precondition};
use matfac::{ComplexMatrix, Matrix, c64};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// The entries of a system: real or complex numbers, between the language and the numerics.
pub(super) trait Entries: krylov::Field + precondition::Field {
    /// The numbers; `None` when they are complex and these are real.
    fn dense(numbers: &Numeric) -> Option<Cow<'_, Dense<Self>>>;

    /// The same for a sparse matrix.
    fn sparse(array: &SparseArray) -> Option<Cow<'_, Sparse<Self>>>;

    /// A matrix as numbers of the language.
    fn numeric(data: Dense<Self>) -> Numeric;

    /// What a preconditioner of the language does, when it is of this field or of a smaller one.
    fn preconditioner(m: &Preconditioner) -> Option<&dyn Operator<Self>>;

    /// A map as one of real vectors, if it is, and as one of complex vectors.
    fn both_fields(map: Shared<Self>) -> (Option<Kept<f64>>, Kept<c64>);

    /// A sparse matrix as a value.
    fn sparse_value(s: Sparse<Self>) -> Value;

    /// The orders of the matrices of a hierarchy, and how much larger it is than its finest one.
    fn hierarchy(m: &Amg<Self>) -> (Vec<usize>, f64) {
        (m.sizes(), m.complexity())
    }
}

/// A map that is shared.
pub(super) type Kept<T> = Arc<dyn Operator<T> + Send + Sync>;

impl Entries for f64 {
    fn dense(numbers: &Numeric) -> Option<Cow<'_, Matrix>> {
        match numbers {
            Numeric::Scalar(x) => Some(Cow::Owned(Matrix::from_vec(1, 1, vec![*x]))),
            Numeric::Real(a) => Some(Cow::Borrowed(&a.data)),
            Numeric::Complex(_) => None,
        }
    }

    fn sparse(array: &SparseArray) -> Option<Cow<'_, Sparse<f64>>> {
        match array {
            SparseArray::Real(s) => Some(Cow::Borrowed(s)),
            SparseArray::Bool(s) => Some(Cow::Owned(s.map(|b| f64::from(u8::from(b))))),
            SparseArray::Complex(_) => None,
        }
    }

    fn numeric(data: Matrix) -> Numeric {
        data.into()
    }

    fn preconditioner(m: &Preconditioner) -> Option<&dyn Operator<f64>> {
        m.real()
    }

    fn both_fields(map: Shared<f64>) -> (Option<Kept<f64>>, Kept<c64>) {
        let real: Kept<f64> = map.into();
        (Some(real.clone()), Arc::new(OnParts(real)))
    }

    fn sparse_value(s: Sparse<f64>) -> Value {
        s.into()
    }
}

impl Entries for c64 {
    fn dense(numbers: &Numeric) -> Option<Cow<'_, ComplexMatrix>> {
        Some(match numbers {
            Numeric::Complex(z) => Cow::Borrowed(z),
            _ => Cow::Owned(Arc::unwrap_or_clone(numbers.to_complex())),
        })
    }

    fn sparse(array: &SparseArray) -> Option<Cow<'_, Sparse<c64>>> {
        Some(match array {
            SparseArray::Complex(s) => Cow::Borrowed(s),
            other => Cow::Owned(other.to_complex()),
        })
    }

    fn numeric(data: ComplexMatrix) -> Numeric {
        data.into()
    }

    fn preconditioner(m: &Preconditioner) -> Option<&dyn Operator<c64>> {
        m.complex()
    }

    fn both_fields(map: Shared<c64>) -> (Option<Kept<f64>>, Kept<c64>) {
        (None, map.into())
    }

    fn sparse_value(s: Sparse<c64>) -> Value {
        s.into()
    }
}

/// The way back from the numerics to the running program, for maps that are functions.
pub(super) struct Link<'h> {
    host: RefCell<&'h mut dyn Host>,
    /// The solver's name.
    pub solver: &'static str,
    /// What is given to a function after the vector: "notransp" or "transp" where products with A' are needed.
    pub with_direction: bool,
    /// Further arguments of every function.
    pub parameters: Vec<Value>,
    /// Why a function failed; the numerics know only that it did.
    fault: RefCell<Option<Box<Fault>>>,
    /// Whether a map gave complex numbers to a real system.
    needs_complex: Cell<bool>,
}

impl<'h> Link<'h> {
    pub fn new(
        host: &'h mut dyn Host,
        solver: &'static str,
        with_direction: bool,
        parameters: Vec<Value>,
    ) -> Link<'h> {
        Link {
            host: RefCell::new(host),
            solver,
            with_direction,
            parameters,
            fault: RefCell::new(None),
            needs_complex: Cell::new(false),
        }
    }

    /// Keeps what went wrong, for whoever sees the numerics' error.
    pub fn stash(&self, fault: Box<Fault>) -> Error {
        self.fault.borrow_mut().get_or_insert(fault);
        Error::Callback
    }

    /// The error of the language for one of the numerics.
    pub fn fault(&self, error: Error) -> Box<Fault> {
        match (error, self.fault.borrow_mut().take()) {
            (Error::Callback, Some(fault)) => fault,
            (error, _) => error.into(),
        }
    }

    pub fn needs_complex(&self) -> bool {
        self.needs_complex.get()
    }

    /// The numbers of a result, which must be a column of `expected`.
    fn column<T: Entries>(
        &self,
        numbers: &Numeric,
        y: &mut [T],
        what: &Role,
    ) -> matfac::Result<()> {
        let shape = numbers.shape();
        if shape != (y.len(), 1) {
            return Err(self.stash(what.wrong(self.solver, y.len(), shape)));
        }
        match T::dense(numbers) {
            Some(column) => y.copy_from_slice(column.as_slice()),
            None => {
                self.needs_complex.set(true);
                return Err(Error::Callback);
            }
        }
        Ok(())
    }

    /// `f(x, ...)` of a function, as a column of `y.len()` numbers.
    pub fn call<T: Entries>(
        &self,
        f: &Callable,
        x: &[T],
        adjoint: bool,
        y: &mut [T],
        what: &Role,
    ) -> matfac::Result<()> {
        let returned = self.returned(f, x, adjoint).map_err(|fault| self.stash(fault))?;
        let numbers = self.numbers(returned, what)?;
        self.column(&numbers, y, what)
    }

    fn returned<T: Entries>(&self, f: &Callable, x: &[T], adjoint: bool) -> Result<Value> {
        let mut positional = vec![Value::from(T::numeric(Dense::column_vector(x.to_vec())))];
        if self.with_direction {
            positional.push(Value::text(if adjoint { "transp" } else { "notransp" }));
        }
        positional.extend(self.parameters.iter().cloned());
        let outputs = self.host.borrow_mut().call(f, Arguments::positional(positional), 1)?;
        crate::value::single(outputs, f.name())
    }

    /// The numbers that a function returned; text and the like are refused.
    fn numbers(&self, value: Value, what: &Role) -> matfac::Result<Numeric> {
        let described = value.describe();
        let full = match value {
            Value::Sparse(s) => s.to_full(),
            Value::Text(_) => Err(Fault::new("")),
            other => Ok(other),
        };
        full.and_then(Value::into_numeric).map_err(|_| {
            self.stash(
                Fault::new(format!(
                    "{}: {} returned a {described}, and numbers are needed",
                    self.solver, what.subject
                ))
                .blame(Blame::Keyword(what.argument.into())),
            )
        })
    }

    /// How many numbers a function returns for x: the size of a map that nothing else tells.
    pub fn length<T: Entries>(&self, f: &Callable, x: &[T], what: &Role) -> Result<usize> {
        let returned = self.returned(f, x, true)?;
        let (rows, cols) = returned.shape();
        if cols != 1 {
            return Err(what.wrong(self.solver, rows, (rows, cols)));
        }
        Ok(rows)
    }
}

/// Which argument a map comes from, and what it is called in errors.
#[derive(Clone, Copy)]
pub(super) struct Role {
    pub argument: &'static str,
    pub subject: &'static str,
}

impl Role {
    fn wrong(&self, solver: &str, expected: usize, shape: (usize, usize)) -> Box<Fault> {
        let (rows, cols) = shape;
        Fault::new(format!(
            "{solver}: {} returned {rows}×{cols} numbers, and {expected}×1 are needed",
            self.subject
        ))
        .hint("it is called with a column and must return one")
        .blame(Blame::Keyword(self.argument.into()))
    }
}

/// A map in a form that the numerics use.
pub(super) enum Map<'a, T: Scalar> {
    Sparse(Cow<'a, Sparse<T>>),
    Dense(Cow<'a, Dense<T>>),
    Borrowed(&'a dyn Operator<T>),
    Other(Box<dyn Operator<T> + 'a>),
}

impl<T: Entries> Map<'_, T> {
    pub fn operator(&self) -> &dyn Operator<T> {
        match self {
            Map::Sparse(s) => T::sparse_map(s),
            Map::Dense(a) => T::dense_map(a),
            Map::Borrowed(map) => *map,
            Map::Other(map) => map.as_ref(),
        }
    }
}

/// A function that stands for a matrix or for the inverse of one.
pub(super) struct FunctionMap<'a, 'h> {
    pub link: &'a Link<'h>,
    pub f: Arc<Callable>,
    pub rows: usize,
    pub cols: usize,
    pub role: Role,
}

impl<T: Entries> Operator<T> for FunctionMap<'_, '_> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn cols(&self) -> usize {
        self.cols
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> matfac::Result<()> {
        self.link.call(&self.f, x, false, y, &self.role)
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> matfac::Result<()> {
        self.link.call(&self.f, x, true, y, &self.role)
    }
}

/// The inverse of a matrix that is given factored.
pub(super) struct ObjectMap<'a, 'h> {
    pub link: &'a Link<'h>,
    pub object: &'a dyn Object,
    pub role: Role,
}

impl ObjectMap<'_, '_> {
    fn solved<T: Entries>(&self, x: &[T], adjoint: bool, y: &mut [T]) -> matfac::Result<()> {
        let column = T::numeric(Dense::column_vector(x.to_vec()));
        // F'\x is the adjoint of x'/F.
        let solution = match adjoint {
            false => self.object.solve(&column),
            true => self.object.right_solve(&column.adjoint()).map(|s| s.map(|row| row.adjoint())),
        };
        match solution {
            Some(Ok(numbers)) => self.link.column(&numbers, y, &self.role),
            Some(Err(fault)) => Err(self.link.stash(fault)),
            None => {
                Err(self.link.stash(no_inverse(self.link.solver, self.object.class(), self.role)))
            }
        }
    }
}

/// Of a value that solves nothing.
pub(super) fn no_inverse(solver: &str, class: &str, role: Role) -> Box<Fault> {
    Fault::new(format!("{solver}: a {class} cannot precondition"))
        .hint("a matrix M, a function of x that gives M\\x, factorize(M), jacobi(A), ssor(A) and amg(A) can")
        .blame(Blame::Keyword(role.argument.into()))
}

impl<T: Entries> Operator<T> for ObjectMap<'_, '_> {
    fn rows(&self) -> usize {
        self.object.shape().1
    }

    fn cols(&self) -> usize {
        self.object.shape().0
    }

    fn apply(&self, x: &[T], y: &mut [T]) -> matfac::Result<()> {
        self.solved(x, false, y)
    }

    fn apply_adjoint(&self, x: &[T], y: &mut [T]) -> matfac::Result<()> {
        self.solved(x, true, y)
    }
}
