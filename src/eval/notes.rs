//! What the evaluator adds to an error about shapes: where the operands were made, and what would fit.
//!
//! Each frame remembers where its variables were last assigned. Numbers are left out: the paths that compute them
//! are the hot ones, and no message asks where a number was made.

use super::code::{ArgNode, Node, NodeKind, Slot};
use super::expression::head;
use super::habits;
use super::interpreter::{Frame, Interpreter};
use crate::syntax::{BinaryOp, Source, Span};
use crate::value::{Blame, Fault, Value};
use std::sync::Arc;

/// The statement that gave a variable its value.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    source: Source,
    span: Span,
}

impl Frame {
    /// Notes that the statement at `span` gave the variable its value.
    pub(super) fn note_origin(&mut self, slot: Slot, span: Span) {
        let slot = slot as usize;
        let Some(source) = &self.source else { return };
        if matches!(
            self.slots.get(slot),
            None | Some(None | Some(Value::Number(_) | Value::Bool(_)))
        ) {
            return;
        }
        if self.origins.len() <= slot {
            self.origins.resize(slot + 1, None);
        }
        match &mut self.origins[slot] {
            // In a loop only the span changes hands.
            Some(origin) if Arc::ptr_eq(&origin.source.text, &source.text) => origin.span = span,
            origin => *origin = Some(Origin { source: source.clone(), span }),
        }
    }
}

/// A value as an error about shapes speaks of it. Making one costs nothing, since one is made for every operation.
pub(super) struct Operand<'a> {
    /// How it is written.
    pub node: &'a Node,
    shape: (usize, usize),
    class: &'static str,
}

impl<'a> Operand<'a> {
    /// The operand that a node gave.
    pub(super) fn new(node: &'a Node, value: &Value) -> Operand<'a> {
        Operand { node, shape: value.shape(), class: value.class() }
    }
}

/// `100×5`, or `a string of 7 characters`.
fn of_shape((m, n): (usize, usize), class: &str) -> String {
    match class {
        "double" | "logical" if (m, n) == (1, 1) => "a number".into(),
        "double" | "logical" => format!("{m}×{n}"),
        class if (m, n) == (1, 1) && class != "cell" => format!("a {class}"),
        "char" if m == 1 => format!("a string of {n} characters"),
        class => format!("a {m}×{n} {class}"),
    }
}

impl Interpreter {
    /// ` (line 2)`: where a variable was made; empty when that is not known.
    fn made(&self, name: &str) -> String {
        let Some(slot) = self.find_slot(name) else { return String::new() };
        let here = self.frame.source.as_ref();
        match self.frame.origins.get(slot as usize) {
            Some(Some(Origin { source, span })) => {
                let (line, _) = source.line_column(span.start as usize);
                match here {
                    Some(here) if here.name == source.name => format!(" (line {line})"),
                    _ => format!(" ({}, line {line})", source.name),
                }
            }
            _ => match &self.frame.function {
                Some(f) if f.params.iter().any(|p| p.slot == Some(slot)) => {
                    " (given by the caller)".into()
                }
                _ => String::new(),
            },
        }
    }

    /// `A is 100×5 (line 1)`
    fn is_of_shape(&self, name: &str, shape: (usize, usize), class: &str) -> String {
        format!("{name} is {}{}", of_shape(shape, class), self.made(name))
    }

    /// Adds to an error of two operands what each is and where it was made: both when their shapes do not fit, with
    /// what would fit, or else those that are no numbers.
    pub(super) fn misfit(
        &self,
        mut fault: Box<Fault>,
        op: BinaryOp,
        left: &Operand<'_>,
        right: &Operand<'_>,
    ) -> Box<Fault> {
        if fault.place.is_some() {
            return fault;
        }
        let is_about_shapes = fault.identifier == "Octave:nonconformant-args";
        for operand in [left, right] {
            if !is_about_shapes && matches!(operand.class, "double" | "logical" | "char") {
                continue;
            }
            let name = match &operand.node.kind {
                NodeKind::Name(_, _, name) => name,
                _ => "this",
            };
            if operand.class == "cell" && fault.hint.is_none() {
                fault.hint = Some("braces take a value out of a cell: c{1}".into());
            }
            let text = self.is_of_shape(name, operand.shape, operand.class);
            fault.notes.push((operand.node.span, text));
        }
        if is_about_shapes && let Some(hint) = self.way_out(op, left, right) {
            fault.hint = Some(hint);
        }
        fault
    }

    /// Which near relatives of `a op b` fit together.
    fn way_out(&self, op: BinaryOp, left: &Operand<'_>, right: &Operand<'_>) -> Option<String> {
        let source = self.frame.source.as_ref()?;
        // A long operand makes a hint that is harder to read than the rule.
        let text = |operand: &Operand<'_>| {
            let text = &source.text[operand.node.span.range()];
            let is_plain = matches!(
                operand.node.kind,
                NodeKind::Name(..) | NodeKind::Call(..) | NodeKind::Paren(_) | NodeKind::Matrix(_)
            );
            (is_plain && text.len() <= 20).then_some(text)
        };
        let (a, b) = (text(left)?, text(right)?);
        let ((m, n), (p, q)) = (left.shape, right.shape);
        let mut fits: Vec<(String, (usize, usize))> = Vec::new();
        let why = match op {
            BinaryOp::Mul => {
                if m == p {
                    fits.push((format!("{a}' * {b}"), (n, q)));
                }
                if n == q {
                    fits.push((format!("{a} * {b}'"), (m, p)));
                }
                if let Some(shape) = broadcast((m, n), (p, q)) {
                    fits.push((format!("{a} .* {b}"), shape));
                }
                format!("inner sizes {n} and {p} differ")
            }
            BinaryOp::LeftDiv => {
                if n == p {
                    fits.push((format!("{a}' \\ {b}"), (m, q)));
                }
                format!("both need as many rows: {m} and {p} differ")
            }
            BinaryOp::Div => {
                if n == p {
                    fits.push((format!("{a} / {b}'"), (m, q)));
                }
                format!("both need as many columns: {n} and {q} differ")
            }
            _ => {
                if (m, n) == (q, p) {
                    fits.push((format!("{a} {} {b}'", op.symbol()), (m, n)));
                }
                "sizes must be equal, or 1, along each dimension".into()
            }
        };
        let sized = |(code, (m, n)): &(String, (usize, usize))| format!("{code} ({m}×{n})");
        Some(match &fits[..] {
            [] => why,
            [(code, (m, n))] => format!("{why}; try {code}, which is {m}×{n}"),
            [head @ .., last] => {
                let head: Vec<String> = head.iter().map(sized).collect();
                format!("{why}; try {} or {}", head.join(", "), sized(last))
            }
        })
    }

    /// Adds to an error of `[a; b]` what each variable in it is.
    pub(super) fn ragged(&self, mut fault: Box<Fault>, rows: &[Vec<Node>]) -> Box<Fault> {
        if fault.place.is_some() {
            return fault;
        }
        const MOST: usize = 4;
        for node in rows.iter().flatten() {
            if let NodeKind::Name(slot, _, name) = &node.kind
                && let Some(Some(value)) = self.frame.slots.get(*slot as usize)
                && fault.notes.len() < MOST
            {
                let note = self.is_of_shape(name, value.shape(), value.class());
                fault.notes.push((node.span, note));
            }
        }
        fault
    }

    /// Adds to an error of `name(args)` what the variable is and where it was made. A variable that hides a
    /// function is the likelier mistake.
    pub(super) fn bad_index(
        &mut self,
        fault: Box<Fault>,
        name: Option<&str>,
        value: &Value,
        args: &[ArgNode],
        span: Span,
    ) -> Box<Fault> {
        let is_outside = fault.identifier == "Octave:index-out-of-bounds";
        let blames_argument = fault.blame != Blame::Call;
        let mut fault = self.place_fault(fault, args, span);
        let Some(name) = name else { return fault };
        if is_outside {
            fault.message = format!("`{name}`: {}", fault.message);
            if blames_argument {
                let note = self.is_of_shape(name, value.shape(), value.class());
                fault.notes.push((head(span, name), note));
            }
        }
        if fault.hint.is_none() && matches!(self.find_function(name), Ok(Some(_))) {
            fault.hint = Some(format!(
                "`{name}` is a variable here and hides the function `{name}`; clear {name} brings it back"
            ));
        }
        fault
    }

    /// Adds to an error of `target.field` what the target is, and what other languages mean by such a field.
    pub(super) fn bad_field(
        &mut self,
        mut fault: Box<Fault>,
        target: &Node,
        value: &Value,
        (field, span): (&str, Span),
    ) -> Box<Fault> {
        if let NodeKind::Name(_, _, name) = &target.kind {
            let note = self.is_of_shape(name, value.shape(), value.class());
            fault.notes.push((target.span, note));
            if fault.hint.is_none() && value.is_array() {
                fault.hint = habits::instead_of_field(name, field).or_else(|| {
                    let is_function = matches!(self.find_function(field), Ok(Some(_)));
                    Some(match is_function {
                        true => format!("{field} is a function: {field}({name})"),
                        false => format!("structs have fields: s.{field} = 1 makes one"),
                    })
                });
            }
        }
        // The dot stands between.
        let field = Span { start: target.span.end + 1, end: span.end };
        self.at(fault, field)
    }

    /// Adds to an error of an assignment to a part of a variable what the variable is.
    pub(super) fn bad_assignment(
        &self,
        mut fault: Box<Fault>,
        slot: Slot,
        name: &str,
        target: Span,
        statement: Span,
    ) -> Box<Fault> {
        fault.message = format!("`{name}`: {}", fault.message);
        if let (None, Some(Some(value))) = (&fault.place, self.frame.slots.get(slot as usize)) {
            let note = self.is_of_shape(name, value.shape(), value.class());
            fault.notes.push((head(target, name), note));
        }
        self.at(fault, statement)
    }
}

/// The shape of two operands taken entry by entry, where a side of 1 is repeated.
fn broadcast(a: (usize, usize), b: (usize, usize)) -> Option<(usize, usize)> {
    let side = |x: usize, y: usize| match (x, y) {
        (x, y) if x == y => Some(x),
        (1, y) => Some(y),
        (x, 1) => Some(x),
        _ => None,
    };
    Some((side(a.0, b.0)?, side(a.1, b.1)?))
}
