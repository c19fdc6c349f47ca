//! What `catch err` gets: an error as a value, with its message, identifier and call stack.
//!
//! It keeps the whole [`Fault`], so that `rethrow(err)` shows the place where the error first happened.

use super::{Call, Fault, Object, Result, Value};
use std::any::Any;

/// A caught error.
#[derive(Debug, Clone)]
pub struct Exception {
    fault: Box<Fault>,
    /// The functions that were running, innermost first.
    stack: Vec<Call>,
}

impl Exception {
    /// An error, and the functions that were running when it happened.
    pub fn new(fault: Box<Fault>, stack: Vec<Call>) -> Exception {
        Exception { fault, stack }
    }

    /// The error, on its way again.
    pub fn fault(&self) -> Box<Fault> {
        self.fault.clone()
    }

    /// The report a user would have read had nobody caught it.
    pub fn report(&self) -> String {
        self.fault.clone().into_diagnostic().render(false)
    }
}

impl Object for Exception {
    fn class(&self) -> &'static str {
        "MException"
    }

    fn summary(&self) -> String {
        match &*self.fault.identifier {
            "" => format!("error: {}", self.fault.message),
            identifier => format!("error: {} ({identifier})", self.fault.message),
        }
    }

    fn fields(&self) -> &'static [&'static str] {
        &["message", "identifier", "stack"]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        Some(Ok(match name {
            "message" => self.fault.message.as_str().into(),
            "identifier" => self.fault.identifier.as_str().into(),
            "stack" => stack_value(&self.stack),
            _ => return None,
        }))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The calls as a value with the fields `file`, `name`, `line` and `column`, as `err.stack` and `dbstack` give it.
pub fn stack_value(stack: &[Call]) -> Value {
    Value::object(CallStack(stack.to_vec()))
}

/// The running functions; its fields are those of the innermost.
#[derive(Debug)]
struct CallStack(Vec<Call>);

impl Object for CallStack {
    fn class(&self) -> &'static str {
        "call stack"
    }

    fn summary(&self) -> String {
        let lines: Vec<String> = self.0.iter().map(Call::line).collect();
        lines.join("\n")
    }

    fn fields(&self) -> &'static [&'static str] {
        &["file", "name", "line", "column"]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let call = self.0.first();
        let place = call.and_then(|call| call.place.as_ref());
        let position = place.map(|(source, span)| source.line_column(span.start as usize));
        let number = |n: Option<usize>| n.map_or_else(Value::empty, Value::from);
        Some(Ok(match name {
            "file" => place.map_or("", |(source, _)| &*source.name).into(),
            "name" => call.map_or("", |call| &*call.function).into(),
            "line" => number(position.map(|(line, _)| line)),
            "column" => number(position.map(|(_, column)| column)),
            _ => return None,
        }))
    }

    fn shape(&self) -> (usize, usize) {
        (self.0.len(), 1)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
