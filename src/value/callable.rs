//! Functions as values.

use super::{Fault, Host, Result, Value};
use matfac::linalg::elementwise::Unary;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The arguments of a call.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// By position.
    pub positional: Vec<Value>,
    /// By name.
    pub keywords: Vec<(Box<str>, Value)>,
}

impl Arguments {
    /// Only positional arguments.
    pub fn positional(positional: Vec<Value>) -> Arguments {
        Arguments { positional, keywords: Vec::new() }
    }
}

/// What a native function is run by.
pub type NativeBody = fn(&mut dyn Host, Arguments, usize) -> Result<Vec<Value>>;

/// A function written in Rust, as the evaluator needs to know it; the table has the rest.
pub struct Native {
    /// Its name.
    pub name: &'static str,
    /// Binds the arguments and runs it; `usize` is how many outputs are wanted.
    pub call: NativeBody,
    /// The same function on one number, when it is pure and its result is a real number or NaN where the
    /// real line is left: lets a scalar loop skip binding.
    pub scalar: Option<fn(f64) -> f64>,
    /// The operation, when the function of one argument is [`super::map`] of it: then it may become a step of a
    /// pass over several operations.
    pub elementwise: Option<Unary>,
}

/// Code that the evaluator made, opaque to everyone else.
pub trait Code: Any {
    /// The function's name.
    fn name(&self) -> &str;
    /// How it is written: `@(x) x + 1`.
    fn text(&self) -> String;
    /// For the evaluator.
    fn as_any(&self) -> &dyn Any;
}

/// A function value.
#[derive(Clone)]
pub enum Callable {
    /// Written in Rust.
    Native(&'static Native),
    /// Written in mf: a function or an anonymous function with what it captured.
    Code(Arc<dyn Code>),
    /// A name that is looked up when it is called, as Octave does for `@f` before `f` exists.
    Named(Arc<str>),
}

impl Callable {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Callable::Native(native) => native.name,
            Callable::Code(code) => code.name(),
            Callable::Named(name) => name,
        }
    }

    /// As it prints.
    pub fn text(&self) -> String {
        match self {
            Callable::Code(code) => code.text(),
            _ => format!("@{}", self.name()),
        }
    }
}

impl fmt::Debug for Callable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Exactly one output, or an error that names the function.
pub fn single(mut outputs: Vec<Value>, name: &str) -> Result<Value> {
    if outputs.is_empty() {
        return Err(Fault::new(format!("{name} returns nothing, and a value is needed here")));
    }
    Ok(outputs.swap_remove(0))
}
