//! Functions as values.

use super::{Fault, Host, Result, Text, Value};
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
    /// The same function on plain numbers, when it is pure: lets a scalar loop skip binding.
    pub scalar: Option<Scalar>,
    /// The operation, when the function of one argument is [`super::map`] of it: then it may become a step of a
    /// pass over several operations.
    pub elementwise: Option<Unary>,
}

/// A number made of rows and columns.
pub type Extent = fn(usize, usize) -> usize;

/// What a pure native function does with plain numbers (logicals count as 0 and 1).
#[derive(Debug, Clone, Copy)]
pub enum Scalar {
    /// Of one number: a real number, or NaN where the real line is left.
    One(fn(f64) -> f64),
    /// Of two numbers: always a real number.
    Two(fn(f64, f64) -> f64),
    /// Of one number: true or false.
    Test(fn(f64) -> bool),
    /// Of a template and one number: a string, where nothing is wrong with that.
    Format(fn(&Text, f64) -> Option<String>),
    /// Without arguments: a number.
    Constant(f64),
    /// Without arguments: true or false.
    Truth(bool),
    /// Of the rows and columns of anything: a number.
    Extent(Extent),
    /// Of the rows and columns of the first argument and a number: a number, if there is such a side.
    Dimension(fn(f64) -> Option<Extent>),
    /// Of rows and columns: true or false.
    Shape(fn(usize, usize) -> bool),
}

/// Code that the evaluator made, opaque to everyone else.
pub trait Code: Any {
    /// The function's name.
    fn name(&self) -> &str;
    /// How it is written: `@(x) x + 1`.
    fn text(&self) -> String;
    /// How many parameters and outputs it has; negative when the last stands for any number.
    fn counts(&self) -> (i64, i64);
    /// The file it is written in; empty when it was typed.
    fn file(&self) -> &str;
    /// The values an anonymous function took along, by name.
    fn captured(&self) -> Vec<(Arc<str>, Value)>;
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

    /// Whether both are the same function: of the same name, or copies of one anonymous function.
    pub fn same(&self, other: &Callable) -> bool {
        match (self, other) {
            (Callable::Code(f), Callable::Code(g)) => Arc::ptr_eq(f, g),
            _ => self.name() == other.name(),
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
