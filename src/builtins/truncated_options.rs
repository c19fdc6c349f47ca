//! The struct of options that `svds` and `eigs` take as Octave has it, and what they share.

use super::argument::Argument;
use crate::value::{Fault, Host, Precision, Result, Struct, Value, format_scalar};
use matfac::linalg::{Dense, Scalar};
use std::sync::Arc;

/// Named options of a function.
#[derive(Debug)]
pub struct Opts {
    function: &'static str,
    given: Option<Arc<Struct>>,
}

impl Opts {
    /// The struct, all fields of which must be `known`.
    pub fn new(function: &'static str, given: Option<Arc<Struct>>, known: &[&str]) -> Result<Opts> {
        if let Some(fields) = &given
            && let Some(name) = fields.names().find(|name| !known.contains(&name.as_ref()))
        {
            return Err(Fault::new(format!("{function}: opts has no option {name}"))
                .hint(format!("the options are {}", known.join(", "))));
        }
        Ok(Opts { function, given })
    }

    /// An option's value, if it is there and not [].
    pub fn value(&self, name: &str) -> Option<Value> {
        let value = self.given.as_ref()?.field(name)?.first()?.clone();
        (!(value.is_array() && value.numel() == 0)).then_some(value)
    }

    fn read<T: Argument>(&self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        T::from_value(value).map(Some).map_err(|what| {
            Fault::new(format!("{}: opts.{name} must be {}, and is {what}", self.function, T::KIND))
        })
    }

    /// A number.
    pub fn number(&self, name: &str) -> Result<Option<f64>> {
        self.read(name)
    }

    /// A whole number.
    pub fn count(&self, name: &str) -> Result<Option<usize>> {
        self.read(name)
    }

    /// True or false.
    pub fn flag(&self, name: &str) -> Result<Option<bool>> {
        self.read(name)
    }
}

/// A k×k matrix with these numbers on its diagonal.
pub fn diagonal<T: Scalar>(values: &[T]) -> Dense<T> {
    let k = values.len();
    Dense::from_fn(k, k, |i, j| if i == j { values[i] } else { T::ZERO })
}

/// Warns of an iteration that stopped before its results were as accurate as asked.
pub fn not_converged(
    host: &mut dyn Host,
    function: &str,
    iterations: usize,
    tol: f64,
    residual: f64,
) -> Result<()> {
    host.warn(
        "mf:not-converged",
        &format!(
            "{function} stopped after {iterations} iteration{} without meeting tol = {tol} (largest residual {}); raise maxiter, or tol",
            if iterations == 1 { "" } else { "s" },
            format_scalar(residual, Precision::SHORT)
        ),
    )
}
