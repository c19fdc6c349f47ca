//! What variables can be while typed code runs.

use super::super::code::{Closure, Function, Slot};
use crate::value::{Callable, Value};
use std::sync::Arc;

/// What a variable is throughout a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// It has no value yet.
    Unset,
    /// A real number, in a register.
    Number,
    /// A logical, in a register as 0 or 1.
    Bool,
    /// A real matrix of any size, or a range, in a cell.
    Matrix,
    /// A logical matrix of any size, in a cell.
    Bools,
    /// A string, in a cell.
    Text,
    /// A function written in mf, by the address of its code: its captured numbers are in a cell.
    Code(usize),
    /// Anything else, until typed code assigns something to it.
    Any,
    /// It stays in its slot, for the general evaluator, whatever is assigned to it.
    Mixed,
}

impl Type {
    /// What a value is.
    pub fn of(value: Option<&Value>) -> Type {
        match value {
            None => Type::Unset,
            Some(Value::Number(_)) => Type::Number,
            Some(Value::Bool(_)) => Type::Bool,
            Some(Value::Matrix(_) | Value::Range(_)) => Type::Matrix,
            Some(Value::Bools(_)) => Type::Bools,
            Some(Value::Text(_)) => Type::Text,
            Some(Value::Function(f)) => match closure(f) {
                Some(closure) => Type::Code(address(&closure.function)),
                None => Type::Any,
            },
            Some(_) => Type::Any,
        }
    }

    /// The type of a variable that is sometimes this and sometimes that.
    pub fn join(self, other: Type) -> Type {
        use Type::*;
        match (self, other) {
            (a, b) if a == b => a,
            (Unset, a) | (a, Unset) => a,
            // A cell can hold a single number.
            (Number, Matrix) | (Matrix, Number) => Matrix,
            (Bool, Bools) | (Bools, Bool) => Bools,
            _ => Mixed,
        }
    }

    /// Whether it lives in a cell.
    pub fn is_cell(self) -> bool {
        matches!(self, Type::Matrix | Type::Bools | Type::Text | Type::Code(_))
    }

    /// Whether a place of this type can hold a value of the other.
    pub fn holds(self, other: Type) -> bool {
        self == other || (self.is_cell() && self.join(other) == self && other != Type::Unset)
    }

    /// The value that a register of this type holds.
    pub fn value(self, x: f64) -> Value {
        if self == Type::Bool { Value::Bool(x != 0.0) } else { Value::Number(x) }
    }

    /// Whether it lives in a register.
    pub fn is_scalar(self) -> bool {
        matches!(self, Type::Number | Type::Bool)
    }
}

/// The closure behind a function value.
pub fn closure(f: &Callable) -> Option<&Closure> {
    match f {
        Callable::Code(code) => code.as_any().downcast_ref(),
        _ => None,
    }
}

/// A function's address: its identity as long as it is kept alive.
pub fn address(function: &Arc<Function>) -> usize {
    Arc::as_ptr(function) as usize
}

/// What calls of a closure are compiled for.
#[derive(Debug, Clone)]
pub struct ClosureShape {
    /// The variable that holds it.
    pub slot: Slot,
    /// Its code.
    pub function: Arc<Function>,
    /// The slots of what it has captured.
    pub captured: Vec<Slot>,
}

impl ClosureShape {
    /// Of a variable, if it holds a closure over numbers.
    pub fn of(slot: Slot, value: Option<&Value>) -> Option<ClosureShape> {
        let Some(Value::Function(f)) = value else { return None };
        let closure = closure(f)?;
        captured_numbers(closure)?;
        let captured = closure.captured.iter().map(|(slot, _)| *slot).collect();
        Some(ClosureShape { slot, function: closure.function.clone(), captured })
    }
}

/// What a closure has captured, if it is all numbers.
pub fn captured_numbers(closure: &Closure) -> Option<Vec<f64>> {
    let number = |(_, value): &(Slot, Value)| match value {
        Value::Number(x) => Some(*x),
        _ => None,
    };
    closure.captured.iter().map(number).collect()
}
