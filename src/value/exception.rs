//! What `catch err` gets: an error as a value, with its message, identifier and call stack.
//!
//! It keeps the whole [`Fault`], so that `rethrow(err)` shows the place where the error first happened.

use super::{Call, Fault, Object, Result, Struct, Value};
use std::any::Any;
use std::sync::Arc;

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

/// The calls as an n×1 struct with the fields `file`, `name`, `line` and `column`, as `err.stack` and `dbstack`
/// give it.
pub fn stack_value(stack: &[Call]) -> Value {
    let mut list = Struct::new(stack.len(), 1);
    for name in ["file", "name", "line", "column"] {
        list.add(name);
    }
    for (i, call) in stack.iter().enumerate() {
        let place = call.place.as_ref();
        let position = place.map(|(source, span)| source.line_column(span.start as usize));
        // Octave's -1 says that nobody knows.
        let (line, column) =
            position.map_or((-1.0, -1.0), |(line, column)| (line as f64, column as f64));
        list.set(i, "file", place.map_or("", |(source, _)| &*source.name).into());
        list.set(i, "name", (&*call.function).into());
        list.set(i, "line", line.into());
        list.set(i, "column", column.into());
    }
    Value::Struct(Arc::new(list))
}

/// The error that a struct with the fields `message` and perhaps `identifier` stands for.
pub fn fault_of_struct(value: &Struct) -> Option<Box<Fault>> {
    let text = |name: &str| match value.field(name) {
        Some([field]) => field.as_text().map(str::to_string),
        _ => None,
    };
    let fault = Fault::new(text("message")?);
    Some(fault.identified(&text("identifier").unwrap_or_default()))
}
