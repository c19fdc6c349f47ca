//! The types parameters are declared with: what each takes, in words and in values.

use crate::value::{Array, Callable, Cells, Data, Fault, SparseArray, Struct, Value};
use matfac::Matrix;
use matfac::data::{Labels, Ratings, Table};
use matfac::linalg::reduce::Axis;
use std::sync::Arc;

/// A parameter's type.
pub trait Argument: Sized {
    /// What it takes, for messages and help: `a matrix`.
    const KIND: &'static str;
    /// The words it takes, when it takes words.
    const OPTIONS: &'static [&'static str] = &[];
    /// Whether leaving it out is an answer of its own.
    const IS_OPTIONAL: bool = false;
    /// Whether it takes all remaining positional arguments.
    const IS_REST: bool = false;
    /// Whether it takes all keywords that no other parameter has.
    const IS_NAMED_REST: bool = false;

    /// Reads a value; the error says what the value is instead.
    fn from_value(value: Value) -> Result<Self, String>;

    /// Whether it takes a value, for the choice among calling forms.
    fn accepts(value: &Value) -> bool {
        Self::from_value(value.clone()).is_ok()
    }

    /// What it is when it is left out; only for types that may be left out.
    fn missing() -> Self {
        unreachable!("a required parameter is checked before")
    }

    /// Takes the remaining arguments; only for types that do.
    fn from_rest(_values: Vec<Value>) -> Self {
        unreachable!("only Rest takes the rest")
    }

    /// Takes the remaining keywords; only for types that do.
    fn from_named(_values: Vec<(Box<str>, Value)>) -> Self {
        unreachable!("only Named takes further keywords")
    }
}

pub(super) fn what(value: &Value) -> String {
    match value {
        Value::Number(x) => format!("{x}"),
        Value::Text(text) if text.len() <= 40 => format!("\"{}\"", text.as_str()),
        other => format!("a {}", other.describe()),
    }
}

impl Argument for Value {
    const KIND: &'static str = "a value";
    fn from_value(value: Value) -> Result<Self, String> {
        Ok(value)
    }
}

impl Argument for f64 {
    const KIND: &'static str = "a number";
    fn from_value(value: Value) -> Result<Self, String> {
        value.as_number().ok_or_else(|| what(&value))
    }
}

impl Argument for usize {
    const KIND: &'static str = "a whole number, 0 or more";
    fn from_value(value: Value) -> Result<Self, String> {
        match value.as_number() {
            Some(x) if x >= 0.0 && x.fract() == 0.0 && x < 9e15 => Ok(x as usize),
            _ => Err(what(&value)),
        }
    }
}

/// A count that must be at least one.
#[derive(Debug, Clone, Copy)]
pub struct Count(pub usize);

impl Argument for Count {
    const KIND: &'static str = "a whole number, 1 or more";
    fn from_value(value: Value) -> Result<Self, String> {
        match usize::from_value(value)? {
            0 => Err("0".into()),
            n => Ok(Count(n)),
        }
    }
}

impl Argument for bool {
    const KIND: &'static str = "true or false";
    fn from_value(value: Value) -> Result<Self, String> {
        match &value {
            Value::Bool(b) => Ok(*b),
            Value::Number(x) if !x.is_nan() => Ok(*x != 0.0),
            Value::Text(t) if matches!(t.as_str(), "on" | "true") => Ok(true),
            Value::Text(t) if matches!(t.as_str(), "off" | "false") => Ok(false),
            _ => Err(what(&value)),
        }
    }
    fn accepts(value: &Value) -> bool {
        matches!(value, Value::Bool(_) | Value::Number(_))
    }
}

impl Argument for String {
    const KIND: &'static str = "a string";
    fn from_value(value: Value) -> Result<Self, String> {
        value.as_text().map(str::to_string).ok_or_else(|| what(&value))
    }
}

/// A real matrix with its names.
impl Argument for Arc<Array> {
    const KIND: &'static str = "a real matrix";
    fn from_value(value: Value) -> Result<Self, String> {
        match &value {
            Value::Text(_) => Err(what(&value)),
            Value::Table(table) => match table.to_matrix() {
                Ok(matrix) => {
                    Ok(Arc::new(Array::labelled(matrix, None, Some(table.names().clone()))))
                }
                Err(_) => Err("a table with columns of text".into()),
            },
            _ => value.to_array().map_err(|_| what(&value)),
        }
    }
    fn accepts(value: &Value) -> bool {
        match value {
            // To look is not to make it full.
            Value::Sparse(s) => !matches!(s.as_ref(), SparseArray::Complex(_)),
            _ => Self::from_value(value.clone()).is_ok(),
        }
    }
}

impl Argument for Data {
    const KIND: &'static str = "a real matrix";
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Sparse(s) => Data::of_sparse(s).ok_or_else(|| "a complex sparse matrix".into()),
            full => Arc::<Array>::from_value(full).map(Data::Full),
        }
    }
    fn accepts(value: &Value) -> bool {
        Arc::<Array>::accepts(value)
    }
}

impl Argument for Matrix {
    const KIND: &'static str = "a real matrix";
    fn from_value(value: Value) -> Result<Self, String> {
        Ok(match Arc::try_unwrap(Arc::<Array>::from_value(value)?) {
            Ok(array) => array.into_matrix(),
            Err(shared) => shared.data.clone(),
        })
    }
    fn accepts(value: &Value) -> bool {
        Arc::<Array>::accepts(value)
    }
}

/// The entries of a row or column.
#[derive(Debug, Clone)]
pub struct Vector(pub Vec<f64>);

impl Argument for Vector {
    const KIND: &'static str = "a vector";
    fn from_value(value: Value) -> Result<Self, String> {
        let described = what(&value);
        let matrix = Matrix::from_value(value)?;
        if matrix.is_vector() || matrix.is_empty() {
            Ok(Vector(matrix.into_vec()))
        } else {
            Err(described)
        }
    }
}

impl Argument for Arc<Ratings> {
    const KIND: &'static str = "ratings";
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Ratings(ratings) => Ok(ratings),
            // Characters are numbers elsewhere; here a string is a file that was not read.
            Value::Text(_) => Err(format!("{} (ratings(…) reads files)", what(&value))),
            // What is stored is observed; zeros of a sparse matrix are holes.
            Value::Sparse(s) => sparse_ratings(&s).map(Arc::new).map_err(|e| e.to_string()),
            // A dense matrix whose holes are NaN is ratings too.
            other => match other.to_array() {
                Ok(a) => dense_ratings(&a).map(Arc::new).map_err(|e| e.to_string()),
                Err(_) => Err(format!("{} (ratings(…) makes them)", what(&other))),
            },
        }
    }
    fn accepts(value: &Value) -> bool {
        matches!(value, Value::Ratings(_))
    }
}

/// The stored entries of a sparse matrix, users and items numbered.
pub(super) fn sparse_ratings(s: &SparseArray) -> matfac::Result<Ratings> {
    let stored = match s.clone().into_numbers() {
        SparseArray::Real(s) => s,
        _ => {
            return Err(matfac::Error::argument("A", "ratings are real numbers, not complex ones"));
        }
    };
    let place = |(i, j, _)| (i as u32, j as u32);
    let (users, items): (Vec<u32>, Vec<u32>) = stored.triplets().map(place).unzip();
    let labels = (Labels::numbered(stored.rows()), Labels::numbered(stored.cols()));
    let each_once = matfac::data::Duplicates::Last;
    let values = stored.entries();
    Ratings::from_positions(&users, &items, values, None, labels.0, labels.1, each_once)
}

/// The observed entries of a matrix whose holes are NaN; its names become the labels.
pub(super) fn dense_ratings(a: &Array) -> matfac::Result<Ratings> {
    let or_numbers =
        |labels: Option<&Labels>, n| labels.cloned().unwrap_or_else(|| Labels::numbered(n));
    let users = or_numbers(a.row_labels(), a.data.rows());
    let items = or_numbers(a.col_labels(), a.data.cols());
    Ratings::from_dense_labelled(&a.data, users, items)
}

impl Argument for Arc<Table> {
    const KIND: &'static str = "a table";
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Table(table) => Ok(table),
            other => Err(what(&other)),
        }
    }
}

impl Argument for Arc<Callable> {
    const KIND: &'static str = "a function";
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Function(f) => Ok(f),
            // Octave takes a function's name where it takes a function.
            Value::Text(name) => Ok(Arc::new(Callable::Named(name.as_str().into()))),
            other => Err(what(&other)),
        }
    }
    fn accepts(value: &Value) -> bool {
        matches!(value, Value::Function(_))
    }
}

impl Argument for Arc<Cells> {
    const KIND: &'static str = "a cell";
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Cell(cells) => Ok(cells),
            other => Err(what(&other)),
        }
    }
}

impl Argument for Arc<Struct> {
    const KIND: &'static str = "a struct";
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Struct(structs) => Ok(structs),
            other => Err(what(&other)),
        }
    }
}

/// One string, or those of a cell.
#[derive(Debug, Clone)]
pub struct Words(pub Vec<String>);

impl Argument for Words {
    const KIND: &'static str = "a string or a cell of strings";
    fn from_value(value: Value) -> Result<Self, String> {
        match &value {
            Value::Text(text) => Ok(Words(vec![text.as_str().into()])),
            Value::Cell(cells) => {
                let word = |part: &Value| match part.as_text() {
                    Some(text) => Ok(text.to_string()),
                    None => Err(format!("a cell with a {} in it", part.describe())),
                };
                Ok(Words(cells.as_slice().iter().map(word).collect::<Result<_, _>>()?))
            }
            other => Err(what(other)),
        }
    }
}

/// 1 for columns, 2 for rows, as `sum(A, 2)`.
impl Argument for Axis {
    const KIND: &'static str = "a dimension: 1 (down the columns) or 2 (along the rows)";
    fn from_value(value: Value) -> Result<Self, String> {
        let dimension = usize::from_value(value.clone()).map_err(|_| what(&value))?;
        Axis::from_dimension(dimension).ok_or_else(|| what(&value))
    }
}

/// A label of a user or item: a number or a string, compared as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(pub String);

impl Argument for Label {
    const KIND: &'static str = "a label (a number or a string)";
    fn from_value(value: Value) -> Result<Self, String> {
        match &value {
            Value::Text(text) => Ok(Label(text.as_str().into())),
            _ => match value.as_number() {
                Some(x) => Ok(Label(matfac::data::number_text(x))),
                None => Err(what(&value)),
            },
        }
    }
}

/// `[]`, where MATLAB wants a place left empty: `max(A, [], 2)`.
#[derive(Debug, Clone, Copy)]
pub struct Skip;

impl Argument for Skip {
    const KIND: &'static str = "[]";
    fn from_value(value: Value) -> Result<Self, String> {
        if value.is_array() && value.numel() == 0 { Ok(Skip) } else { Err(what(&value)) }
    }
}

impl<T: Argument> Argument for Option<T> {
    const KIND: &'static str = T::KIND;
    const OPTIONS: &'static [&'static str] = T::OPTIONS;
    const IS_OPTIONAL: bool = true;
    fn from_value(value: Value) -> Result<Self, String> {
        T::from_value(value).map(Some)
    }
    fn accepts(value: &Value) -> bool {
        T::accepts(value)
    }
    fn missing() -> Self {
        None
    }
}

/// All remaining positional arguments.
#[derive(Debug, Clone)]
pub struct Rest(pub Vec<Value>);

impl Argument for Rest {
    const KIND: &'static str = "any values";
    const IS_OPTIONAL: bool = true;
    const IS_REST: bool = true;
    fn from_value(value: Value) -> Result<Self, String> {
        Ok(Rest(vec![value]))
    }
    fn from_rest(values: Vec<Value>) -> Self {
        Rest(values)
    }
}

/// All keywords that no other parameter has, in the order given: `save("x.csv", A=A)`.
#[derive(Debug, Clone)]
pub struct Named(pub Vec<(Box<str>, Value)>);

impl Argument for Named {
    const KIND: &'static str = "values by name";
    const IS_OPTIONAL: bool = true;
    const IS_NAMED_REST: bool = true;
    fn from_value(value: Value) -> Result<Self, String> {
        Err(what(&value))
    }
    fn missing() -> Self {
        Named(Vec::new())
    }
    fn from_named(values: Vec<(Box<str>, Value)>) -> Self {
        Named(values)
    }
}

/// The sizes of a matrix to make: `zeros(n)`, `zeros(m, n)`, `zeros([m n])`, and `zeros(m, n, "double")`.
impl Rest {
    /// Rows and columns.
    pub fn size(&self, function: &str) -> crate::value::Result<(usize, usize)> {
        let refuse = |value: &Value| {
            Fault::new(format!("{function}: a size is a whole number, and this is {}", what(value)))
        };
        let sizes = without_class(function, &self.0)?;
        let mut sides = Vec::new();
        for value in sizes {
            if let Value::Text(_) = value {
                return Err(refuse(value));
            }
            let list = value.to_array().map_err(|_| refuse(value))?;
            let list = list.data.as_slice();
            // Of several arguments each is one size.
            if (sizes.len() > 1 && list.len() != 1) || list.iter().any(|x| x.fract() != 0.0) {
                return Err(refuse(value));
            }
            // Octave takes negative sizes for 0.
            sides.extend(list.iter().map(|x| x.max(0.0) as usize));
        }
        // Dimensions of length 1 beyond the second say nothing.
        while sides.len() > 2 && sides.last() == Some(&1) {
            sides.pop();
        }
        match (&sides[..], sizes) {
            ([], []) => Ok((1, 1)),
            ([], [only]) if only.shape() == (0, 0) => {
                Err(Fault::new(format!("{function}: [] is no size"))
                    .hint("zeros(0, 0) is the empty matrix"))
            }
            ([], _) => Ok((0, 0)),
            ([n], _) => Ok((*n, *n)),
            ([m, n], _) => Ok((*m, *n)),
            _ => Err(Fault::unsupported("arrays of more than two dimensions")),
        }
    }
}

/// The sizes without a class at their end, which must be double.
fn without_class<'a>(function: &str, sizes: &'a [Value]) -> crate::value::Result<&'a [Value]> {
    match sizes {
        [sizes @ .., like, _] if like.as_text() == Some("like") => Ok(sizes),
        [before @ .., class] => match class.as_text() {
            Some("double") => Ok(before),
            Some(
                name @ ("single" | "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16"
                | "uint32" | "uint64"),
            ) => Err(Fault::unsupported(&format!("numbers of class {name}"))
                .hint("all numbers are doubles")),
            Some(name) => Err(Fault::new(format!("{function}: {name} is not a class of numbers"))),
            None => Ok(sizes),
        },
        [] => Ok(sizes),
    }
}

/// Declares an enumeration of the words an option takes.
macro_rules! options {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $(#[doc = concat!("`", $word, "`")] $variant),+ }

        impl $crate::builtins::argument::Argument for $name {
            const KIND: &'static str = "an option";
            const OPTIONS: &'static [&'static str] = &[$($word),+];
            fn from_value(value: $crate::value::Value) -> std::result::Result<Self, String> {
                match value.as_text() {
                    $(Some($word) => Ok($name::$variant),)+
                    Some(other) => Err(format!("\"{other}\"")),
                    None => Err(format!("a {}", value.describe())),
                }
            }
        }
    };
}
pub(super) use options;

impl From<i32> for Value {
    fn from(n: i32) -> Value {
        Value::Number(f64::from(n))
    }
}
