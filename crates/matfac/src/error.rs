//! What can go wrong in the numerics, as data: rendering lives with the front ends.

use std::fmt;

/// A result of this library.
pub type Result<T> = std::result::Result<T, Error>;

/// The number of rows and columns of a matrix, printed as `m×n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape(pub usize, pub usize);

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.0, self.1)
    }
}

/// Infinity as the language spells it.
fn spelled(x: f64) -> String {
    if x.is_infinite() { format!("{}Inf", if x < 0.0 { "-" } else { "" }) } else { x.to_string() }
}

/// Everything a function of this library refuses, with the values that show why.
///
/// Positions (`row`, `col`, `pivot`, `line`, `column`) count from 1, as a user reads them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The caller's [`crate::data::Interrupt`] was triggered.
    #[error("interrupted")]
    Interrupted,
    /// Two operands do not fit together.
    #[error("cannot {operation} {left} and {right}")]
    Shapes {
        /// A verb, such as `add` or `multiply`.
        operation: &'static str,
        /// Shape of the left operand.
        left: Shape,
        /// Shape of the right operand.
        right: Shape,
        /// What to try.
        hint: Option<String>,
    },
    /// The operation is defined for square matrices only.
    #[error("{operation} needs a square matrix; this one is {shape}")]
    NotSquare {
        /// The function's name.
        operation: &'static str,
        /// The offending shape.
        shape: Shape,
    },
    /// A pivot vanished.
    #[error("{operation}: the matrix is singular; pivot {pivot} is zero")]
    Singular {
        /// The function's name.
        operation: &'static str,
        /// Which pivot, from 1.
        pivot: usize,
    },
    /// Cholesky met a non-positive pivot.
    #[error("chol: the matrix is not positive definite; pivot {pivot} is {value}")]
    NotPositiveDefinite {
        /// Which pivot, from 1.
        pivot: usize,
        /// Its value.
        value: f64,
    },
    /// A NaN or an infinity where finite numbers are needed.
    #[error("{operation} needs finite numbers; entry ({row},{col}) is {}", spelled(*value))]
    NonFinite {
        /// The function's name.
        operation: &'static str,
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        col: usize,
        /// The entry.
        value: f64,
    },
    /// A negative entry where the model needs `≥ 0`.
    #[error("{operation} needs non-negative entries; entry ({row},{col}) is {value}")]
    Negative {
        /// The function's name.
        operation: &'static str,
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        col: usize,
        /// The entry.
        value: f64,
    },
    /// A value the argument `name` does not allow.
    #[error("{message}")]
    Argument {
        /// The parameter's name as the user writes it.
        name: &'static str,
        /// The whole sentence.
        message: String,
        /// What to try.
        hint: Option<String>,
    },
    /// A label (user, item, row or column name) that the data does not have.
    #[error("there is no {axis} labelled {label}")]
    UnknownLabel {
        /// `user`, `item`, `row` or `column`.
        axis: &'static str,
        /// What was asked for.
        label: String,
        /// Labels that look like it.
        nearest: Vec<String>,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {path}: {message}")]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: String,
        /// The operating system's reason, or ours.
        message: String,
        /// What to try.
        hint: Option<String>,
    },
    /// A file's content is not what its format asks for.
    #[error("{path}:{line}:{column}: {message}")]
    Parse {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column or field, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
        /// What to try.
        hint: Option<String>,
    },
    /// A matrix that memory cannot hold.
    #[error("a {0} matrix does not fit in memory")]
    TooLarge(Shape),
    /// A function given as an operator failed; who gave it keeps the reason.
    #[error("the function that stands for the matrix failed")]
    Callback,
    /// An iteration that should always settle did not.
    #[error("{operation} did not converge")]
    NoConvergence {
        /// The function's name.
        operation: &'static str,
    },
}

impl Error {
    /// An [`Error::Argument`] without a hint.
    pub fn argument(name: &'static str, message: impl Into<String>) -> Error {
        Error::Argument { name, message: message.into(), hint: None }
    }

    /// An [`Error::Argument`] that says what to try.
    pub fn argument_hint(
        name: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Error {
        Error::Argument { name, message: message.into(), hint: Some(hint.into()) }
    }

    /// The way out, when this error knows one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Shapes { hint, .. }
            | Error::Argument { hint, .. }
            | Error::Io { hint, .. }
            | Error::Parse { hint, .. } => hint.clone(),
            Error::UnknownLabel { nearest, .. } if !nearest.is_empty() => {
                Some(format!("the nearest are {}", nearest.join(", ")))
            }
            Error::NonFinite { value, .. } if value.is_nan() => Some(
                "missing entries? ratings(A) takes NaN as holes, and als fits what is there".into(),
            ),
            Error::NotPositiveDefinite { .. } => Some(
                "ldl or lu factor indefinite matrices; [R, p] = chol(A) reports instead".into(),
            ),
            _ => None,
        }
    }
}

/// Refuses a parameter that is negative, NaN or infinite.
pub(crate) fn check_non_negative(name: &'static str, value: f64) -> Result<()> {
    match value {
        _ if value < 0.0 => {
            Err(Error::argument(name, format!("{name} must not be negative; it is {value}")))
        }
        _ if !value.is_finite() => {
            Err(Error::argument(name, format!("{name} must be a finite number; it is {value}")))
        }
        _ => Ok(()),
    }
}

/// Refuses a parameter that is not a finite number above zero.
pub(crate) fn check_positive(name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(Error::argument(name, format!("{name} must be a number > 0; it is {value}")))
}
