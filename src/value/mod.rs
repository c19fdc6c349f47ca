//! Values: what variables hold, what operators and functions take and give (layer 2).
//!
//! Knows nothing of the syntax tree.

mod array;
mod assign;
mod callable;
mod concat;
mod convert;
mod data;
mod deletion;
mod display;
mod division;
mod exception;
mod fault;
mod field;
mod field_matrix;
mod figures;
mod grid;
mod host;
mod index;
mod known;
mod latex;
mod na;
mod names;
mod nested;
mod number_format;
mod object;
mod operators;
mod place;
mod product;
mod range;
mod reports;
mod rich;
mod sparse_array;
mod sparse_assign;
mod sparse_concat;
mod sparse_display;
mod sparse_division;
mod sparse_elementwise;
mod sparse_index;
mod sparse_kinds;
mod sparse_operators;
mod sparse_parts;
mod sparse_product;
mod sparse_solver;
mod structure;
mod structured;
mod text;

pub use array::{Array, AxisLabels};
pub use assign::{Cells, assign};
pub use callable::{Arguments, Callable, Code, Extent, Native, NativeBody, Scalar, single};
pub use concat::{append, concatenate, horizontal, vertical};
pub use convert::{FOR_HOLES, Numeric, truth};
pub use data::Data;
pub use deletion::delete;
pub use display::{Form, Shown, Style, describe, display_text, show, show_as};
pub use division::warn_conditioning;
pub use exception::{Exception, fault_of_struct, stack_value};
pub use fault::{Blame, Call, Fault, FaultKind, Result};
pub use field::{fields, label_number};
pub use field_matrix::FieldMatrix;
pub use figures::{FigureHandle, Figures};
pub use grid::escape;
pub use host::{CallInfo, Host, Running, Variable, uninterruptible};
pub use index::{Index, contents, index};
pub use known::{Entries, Known, KnownOperand};
pub use na::{is_na, na};
pub use names::{did_you_mean, nearest};
pub use number_format::{Notation, NumberFormat, Precision, exponent, scalar as format_scalar};
pub use object::Object;
pub use operators::{arithmetic, binary, flops, logic, map, scalar, to_logical, unary};
pub use place::{Change, Step, change};
pub use product::{Factor, Method, Side, Stored};
pub use range::{Range, range};
pub use reports::{Reported, Reports, WarningState};
pub(crate) use sparse_array::each;
pub use sparse_array::{SPREAD_ID, SparseArray, sparse_of, spread_warning};
pub use sparse_division::sparse_flops;
pub use sparse_elementwise::{Entrywise, entrywise, mapped, mapped_two};
pub(crate) use sparse_solver::solver;
pub use sparse_solver::{SparseSolver, told};
pub use structure::{Struct, field_name};
pub use structured::{Solver, det_known, inverse_known};
pub use text::Text;

use matfac::data::{Ratings, Table};
use matfac::{BoolMatrix, ComplexMatrix, Matrix, c64};
use std::collections::HashSet;
use std::sync::Arc;

/// Anything a variable can hold. Numbers and logicals are inline; everything large is shared.
#[derive(Debug, Clone)]
pub enum Value {
    /// A real number.
    Number(f64),
    /// true or false.
    Bool(bool),
    /// A real matrix that is not 1×1.
    Matrix(Arc<Array>),
    /// A complex number or matrix with some imaginary part.
    Complex(Arc<ComplexMatrix>),
    /// A logical matrix that is not 1×1.
    Bools(Arc<BoolMatrix>),
    /// `a:s:b`.
    Range(Arc<Range>),
    /// A matrix of which only what is not zero is stored.
    Sparse(Arc<SparseArray>),
    /// A string.
    Text(Arc<Text>),
    /// Values of any kind, in rows and columns.
    Cell(Arc<Cells>),
    /// Named fields, or an array of such.
    Struct(Arc<Struct>),
    /// Named columns.
    Table(Arc<Table>),
    /// Observed entries of a matrix with holes.
    Ratings(Arc<Ratings>),
    /// A function.
    Function(Arc<Callable>),
    /// A factorization, model or figure.
    Object(Arc<Box<dyn Object>>),
}

// A value is copied at every step of every loop: 24 bytes were measured 30 to 70 % slower.
const _: () = assert!(size_of::<Value>() <= 16 && size_of::<Result<Value>>() <= 16);

impl Value {
    /// A string.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(Arc::new(Text::new(text)))
    }

    /// A 0×0 matrix.
    pub fn empty() -> Value {
        Value::from(Matrix::zeros(0, 0))
    }

    /// A cell.
    pub fn cell(cells: Cells) -> Value {
        Value::Cell(Arc::new(cells))
    }

    /// A 1×n cell.
    pub fn cell_row(values: Vec<Value>) -> Value {
        Value::cell(Cells::row_vector(values))
    }

    /// A function.
    pub fn function(callable: Callable) -> Value {
        Value::Function(Arc::new(callable))
    }

    /// A factorization, model or figure.
    pub fn object(object: impl Object) -> Value {
        Value::Object(Arc::new(Box::new(object)))
    }

    /// What is known of the entries.
    pub fn known(&self) -> Known {
        match self {
            Value::Matrix(a) => a.data.known(),
            _ => Known::NOTHING,
        }
    }

    /// The same value with something known of it, when it is a real matrix that nobody else holds; the caller vouches
    /// for it.
    pub fn knowing(self, known: Known) -> Value {
        match self {
            Value::Matrix(a) if !known.is_nothing() => match Arc::try_unwrap(a) {
                Ok(array) => Value::Matrix(Arc::new(array.knowing(known))),
                Err(shared) => Value::Matrix(shared),
            },
            other => other,
        }
    }

    /// What `class(x)` says.
    pub fn class(&self) -> &'static str {
        match self {
            Value::Number(_) | Value::Matrix(_) | Value::Complex(_) | Value::Range(_) => "double",
            Value::Sparse(s) => match s.as_ref() {
                SparseArray::Bool(_) => "logical",
                _ => "double",
            },
            Value::Bool(_) | Value::Bools(_) => "logical",
            Value::Text(_) => "char",
            Value::Cell(_) => "cell",
            Value::Struct(_) => "struct",
            Value::Table(_) => "table",
            Value::Ratings(_) => "ratings",
            Value::Function(_) => "function_handle",
            Value::Object(object) => object.class(),
        }
    }

    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Value::Matrix(a) => (a.data.rows(), a.data.cols()),
            Value::Complex(a) => (a.rows(), a.cols()),
            Value::Bools(a) => (a.rows(), a.cols()),
            Value::Range(r) => (1, r.count),
            Value::Sparse(s) => s.shape(),
            Value::Text(t) => t.shape(),
            Value::Cell(cells) => (cells.rows(), cells.cols()),
            Value::Struct(s) => s.shape(),
            Value::Table(t) => (t.len(), t.width()),
            Value::Ratings(r) => (r.users().len(), r.items().len()),
            Value::Object(object) => object.shape(),
            Value::Number(_) | Value::Bool(_) | Value::Function(_) => (1, 1),
        }
    }

    /// How many entries.
    pub fn numel(&self) -> usize {
        let (rows, cols) = self.shape();
        rows * cols
    }

    /// Bytes of storage, as `whos` counts them; what several cells share counts once.
    pub fn bytes(&self) -> usize {
        self.bytes_beside(&mut HashSet::new())
    }

    /// Bytes of storage besides the containers already counted. Without these a cell that holds itself twice over
    /// at each of many levels would take forever.
    fn bytes_beside(&self, counted: &mut HashSet<*const ()>) -> usize {
        let shared: *const () = match self {
            Value::Cell(cells) => Arc::as_ptr(cells).cast(),
            Value::Struct(s) => Arc::as_ptr(s).cast(),
            _ => std::ptr::null(),
        };
        if !shared.is_null() && !counted.insert(shared) {
            return 0;
        }
        match self {
            Value::Bool(_) | Value::Bools(_) | Value::Text(_) => self.numel(),
            Value::Complex(_) => 16 * self.numel(),
            Value::Range(_) => 24,
            Value::Ratings(r) => 16 * r.nnz(),
            Value::Sparse(s) => s.bytes(),
            Value::Cell(cells) => cells.as_slice().iter().map(|v| v.bytes_beside(counted)).sum(),
            Value::Struct(s) => {
                s.fields().flat_map(|(_, list)| list).map(|v| v.bytes_beside(counted)).sum()
            }
            _ => 8 * self.numel(),
        }
    }

    /// `3×4 matrix`, `string`, `pca model`: how messages call it.
    pub fn describe(&self) -> String {
        describe(self)
    }

    /// Whether it is an array with imaginary parts, full or sparse.
    pub fn is_complex(&self) -> bool {
        match self {
            Value::Complex(_) => true,
            Value::Sparse(s) => matches!(s.as_ref(), SparseArray::Complex(_)),
            _ => false,
        }
    }

    /// Whether it is a number, logical, matrix, full or sparse, range or string.
    pub fn is_array(&self) -> bool {
        !matches!(
            self,
            Value::Cell(_)
                | Value::Struct(_)
                | Value::Table(_)
                | Value::Ratings(_)
                | Value::Function(_)
                | Value::Object(_)
        )
    }

    /// The characters of a string.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// An object of the Rust type `T`.
    pub fn as_object<T: Object>(&self) -> Option<&T> {
        match self {
            Value::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Value {
        Value::Number(x)
    }
}

impl From<usize> for Value {
    fn from(n: usize) -> Value {
        Value::Number(n as f64)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::text(text)
    }
}

impl From<Matrix> for Value {
    fn from(data: Matrix) -> Value {
        Value::from(Array::from(data))
    }
}

impl From<Array> for Value {
    fn from(array: Array) -> Value {
        if array.data.len() == 1 && !array.has_labels() {
            return Value::Number(array.data.as_slice()[0]);
        }
        Value::Matrix(Arc::new(array))
    }
}

impl From<BoolMatrix> for Value {
    fn from(data: BoolMatrix) -> Value {
        if data.len() == 1 {
            return Value::Bool(data.as_slice()[0]);
        }
        Value::Bools(Arc::new(data))
    }
}

impl From<c64> for Value {
    fn from(z: c64) -> Value {
        Value::from(ComplexMatrix::from_vec(1, 1, vec![z]))
    }
}

impl From<ComplexMatrix> for Value {
    /// Narrows to a real value when no imaginary part is left, as Octave does.
    fn from(data: ComplexMatrix) -> Value {
        if matfac::linalg::complex::is_real(&data) {
            return Value::from(matfac::linalg::complex::real(&data));
        }
        Value::Complex(Arc::new(data))
    }
}

impl From<Struct> for Value {
    fn from(structs: Struct) -> Value {
        Value::Struct(Arc::new(structs))
    }
}

impl From<Range> for Value {
    fn from(range: Range) -> Value {
        if range.count == 1 {
            return Value::Number(range.start);
        }
        Value::Range(Arc::new(range))
    }
}
