//! Evaluating expressions.
//!
//! Two paths: [`Interpreter::number`] handles plain real numbers without creating a value, and gives up
//! (without side effects) at the first thing that is not one; [`Interpreter::eval`] handles everything.

use super::code::{ArgNode, Closure, Node, NodeKind, Site};
use super::fusion::is_operation;
use super::interpreter::Interpreter;
use super::notes::Operand;
use crate::syntax::{BinaryOp, Span, UnaryOp};
use crate::value::{
    Callable, Cells, Fault, Host, Range, Result, SPREAD_ID, Value, binary, concatenate, contents,
    field_name, fields, index, range, scalar, single, spread_warning, truth, unary,
};
use matfac::linalg::elementwise::{Arith, arith};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

impl Interpreter {
    /// The value of a node that is made of real numbers only.
    pub(super) fn number(&self, node: &Node) -> Option<f64> {
        match &node.kind {
            NodeKind::Number(x) => Some(*x),
            NodeKind::Name(slot, ..) => match self.frame.slots.get(*slot as usize)? {
                Some(Value::Number(x)) => Some(*x),
                _ => None,
            },
            NodeKind::Paren(inner) => self.number(inner),
            NodeKind::Unary(UnaryOp::Neg, a) => Some(-self.number(a)?),
            NodeKind::Binary(op, a, b, tries) => {
                if tries.load(Ordering::Relaxed) == 0 {
                    return None;
                }
                let (x, y) = (self.number(a)?, self.number(b)?);
                match op {
                    BinaryOp::Add => Some(x + y),
                    BinaryOp::Sub => Some(x - y),
                    BinaryOp::Mul | BinaryOp::ElMul => Some(x * y),
                    BinaryOp::Div | BinaryOp::ElDiv => Some(x / y),
                    BinaryOp::Pow | BinaryOp::ElPow if x >= 0.0 || y.fract() == 0.0 => {
                        Some(arith(Arith::Pow, x, y))
                    }
                    _ => None,
                }
            }
            NodeKind::Call(slot, site, _, args) => match self.frame.slots.get(*slot as usize)? {
                Some(Value::Matrix(a)) => {
                    let at = match &args[..] {
                        [i] => position(self.number(plain(i)?)?)?,
                        [i, j] => {
                            let i = position(self.number(plain(i)?)?)?;
                            let j = position(self.number(plain(j)?)?)?;
                            if i >= a.data.rows() {
                                return None;
                            }
                            j * a.data.rows() + i
                        }
                        _ => return None,
                    };
                    a.data.as_slice().get(at).copied()
                }
                None => {
                    let f = self.scalar_at(site)?;
                    let [x] = &args[..] else { return None };
                    let y = f(self.number(plain(x)?)?);
                    // NaN may stand for a complex result.
                    (!y.is_nan()).then_some(y)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The truth of a comparison of real numbers.
    fn comparison(&self, node: &Node) -> Option<bool> {
        let NodeKind::Binary(op, a, b, tries) = &node.kind else { return None };
        if tries.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let test: fn(f64, f64) -> bool = match op {
            BinaryOp::Lt => |x, y| x < y,
            BinaryOp::Le => |x, y| x <= y,
            BinaryOp::Gt => |x, y| x > y,
            BinaryOp::Ge => |x, y| x >= y,
            BinaryOp::Eq => |x, y| x == y,
            BinaryOp::Ne => |x, y| x != y,
            _ => return None,
        };
        Some(test(self.number(a)?, self.number(b)?))
    }

    /// The value of an operation on plain numbers, as long as that is worth trying.
    pub(super) fn of_numbers(&self, node: &Node, tries: &AtomicU8) -> Option<Value> {
        if tries.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let number = self.number(node).map(Value::Number);
        number.or_else(|| self.comparison(node).map(Value::Bool))
    }

    /// Whether a condition holds.
    pub(super) fn condition(&mut self, node: &Node) -> Result<bool> {
        if let Some(holds) = self.comparison(node) {
            return Ok(holds);
        }
        match &node.kind {
            NodeKind::Binary(BinaryOp::AndAnd, a, b, _) => {
                Ok(self.condition(a)? && self.condition(b)?)
            }
            // Octave: `|` and `&` in a condition are elementwise, and then all must hold.
            NodeKind::Binary(BinaryOp::OrOr, a, b, _) => {
                Ok(self.condition(a)? || self.condition(b)?)
            }
            NodeKind::Paren(inner) => self.condition(inner),
            _ => {
                let value = self.eval(node)?;
                truth(&value).map_err(|fault| self.at(fault, node.span))
            }
        }
    }

    pub(super) fn at(&self, fault: Box<Fault>, span: Span) -> Box<Fault> {
        if fault.place.is_some() { fault } else { fault.at(&self.source(), span) }
    }

    /// The value of an expression.
    pub(super) fn eval(&mut self, node: &Node) -> Result<Value> {
        match &node.kind {
            NodeKind::Number(x) => Ok(Value::Number(*x)),
            NodeKind::Constant(value) => Ok(value.clone()),
            NodeKind::Paren(inner) => self.eval(inner),
            NodeKind::Assign(assignment) => self.chained(assignment),
            NodeKind::Name(slot, ..) => {
                if let Some(Some(value)) = self.frame.slots.get(*slot as usize) {
                    return Ok(value.clone());
                }
                self.first(node)
            }
            NodeKind::Unary(UnaryOp::Neg | UnaryOp::Not, a) if is_operation(a) => self.fused(node),
            NodeKind::Unary(op, a) => {
                let a = self.eval(a)?;
                self.unary(*op, a, node.span)
            }
            NodeKind::Binary(BinaryOp::AndAnd | BinaryOp::OrOr, ..) => {
                self.condition(node).map(Value::Bool)
            }
            NodeKind::Binary(op, a, b, tries) => {
                if let Some(value) = self.of_numbers(node, tries) {
                    return Ok(value);
                }
                if is_operation(a) || is_operation(b) {
                    return self.fused(node);
                }
                let left = self.eval(a)?;
                let right = self.eval(b)?;
                let (Value::Number(x), Value::Number(y)) = (&left, &right) else {
                    tries.store(0, Ordering::Relaxed);
                    return self.binary(*op, (a, left), (b, right), node.span);
                };
                tries.store(tries.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
                match scalar(*op, *x, *y) {
                    Some(value) => Ok(value),
                    None => self.binary(*op, (a, left), (b, right), node.span),
                }
            }
            NodeKind::Range(start, step, stop) => self.range(start, step.as_deref(), stop),
            NodeKind::Matrix(rows) => self.matrix(rows, node.span),
            NodeKind::Cell(rows) => self.cell(rows, node.span),
            NodeKind::End => self.end(node.span),
            NodeKind::All => Ok(Value::from(":")),
            NodeKind::Handle(site, name) => {
                let callable = match self.function_at(site, name) {
                    Ok(callable) => callable,
                    Err(_) => Callable::Named(name.clone()),
                };
                Ok(Value::function(callable))
            }
            NodeKind::Anonymous(function, captures) => {
                let captured = captures
                    .iter()
                    .filter_map(|&(outside, inside)| {
                        let value = self.frame.slots.get(outside as usize)?.clone()?;
                        Some((inside, value))
                    })
                    .collect();
                let closure = Arc::new(Closure { function: function.clone(), captured });
                Ok(Value::function(Callable::Code(closure)))
            }
            NodeKind::Field(target, name) => {
                // One struct, the usual case, without a list.
                let value = self.eval(target)?;
                if let Value::Struct(s) = &value
                    && let Some([only]) = s.field(name)
                {
                    return Ok(only.clone());
                }
                let values = fields(&value, name)
                    .map_err(|fault| self.bad_field(fault, target, &value, (name, node.span)))?;
                self.only(values, node.span)
            }
            NodeKind::Brace(..) | NodeKind::DynamicField(..) => {
                let values = self.eval_many(node, 1)?;
                self.only(values, node.span)
            }
            NodeKind::Call(_, _, _, args)
                if args.len() == 1
                    && is_operation(&args[0].value)
                    && self.elementwise(node)?.is_some() =>
            {
                self.fused(node)
            }
            NodeKind::Call(..) | NodeKind::Apply(..) => self.first(node),
        }
    }

    /// The one value of a list such as `c{i}`, where one is needed.
    fn only(&self, mut values: Vec<Value>, span: Span) -> Result<Value> {
        match values.len() {
            1 => Ok(values.swap_remove(0)),
            count => {
                let fault = Fault::new(format!("one value is needed here, and this is {count}"))
                    .hint("in brackets, [c{:}], several values are joined");
                Err(self.at(fault, span))
            }
        }
    }

    /// The one value of a call.
    pub(super) fn first(&mut self, node: &Node) -> Result<Value> {
        let outputs = self.eval_many(node, 1)?;
        let name = match &node.kind {
            NodeKind::Name(_, _, name) | NodeKind::Call(_, _, name, _) => name,
            _ => "this function",
        };
        single(outputs, name).map_err(|fault| self.at(fault, node.span))
    }

    /// The values of an expression of which `nargout` are wanted (0: a statement on its own).
    pub(super) fn eval_many(&mut self, node: &Node, nargout: usize) -> Result<Vec<Value>> {
        match &node.kind {
            NodeKind::Name(slot, site, name) => {
                if let Some(Some(value)) = self.frame.slots.get(*slot as usize) {
                    return Ok(vec![value.clone()]);
                }
                self.call_site(site, name, &[], nargout, node.span)
            }
            NodeKind::Call(slot, site, name, args) => {
                if let Some(Some(value)) = self.frame.slots.get(*slot as usize) {
                    let value = value.clone();
                    return self.apply(value, Some(name), args, nargout, node.span);
                }
                self.call_site(site, name, args, nargout, node.span)
            }
            NodeKind::Apply(target, args) => {
                let value = self.eval(target)?;
                self.apply(value, None, args, nargout, node.span)
            }
            NodeKind::Brace(target, args) => {
                let value = self.eval(target)?;
                let indices = self.indices(args, value.shape())?;
                let name = match &target.kind {
                    NodeKind::Name(_, _, name) => Some(&**name),
                    _ => None,
                };
                contents(&value, &indices)
                    .map_err(|fault| self.bad_index(fault, name, &value, args, node.span))
            }
            NodeKind::Field(target, name) => {
                let value = self.eval(target)?;
                fields(&value, name)
                    .map_err(|fault| self.bad_field(fault, target, &value, (name, node.span)))
            }
            NodeKind::DynamicField(target, name_node) => {
                let value = self.eval(target)?;
                let name = self.eval(name_node)?;
                let name = field_name(&name).map_err(|fault| self.at(fault, name_node.span))?;
                fields(&value, name).map_err(|fault| self.at(fault, node.span))
            }
            NodeKind::Paren(inner) => Ok(vec![self.eval(inner)?]),
            _ => Ok(vec![self.eval(node)?]),
        }
    }

    fn call_site(
        &mut self,
        site: &Site,
        name: &str,
        args: &[ArgNode],
        nargout: usize,
        span: Span,
    ) -> Result<Vec<Value>> {
        let callable =
            self.function_at(site, name).map_err(|fault| self.at(fault, head(span, name)))?;
        // What is thrown away of this call's outputs is no matter of the calls among its arguments.
        let ignored = std::mem::take(&mut self.ignored);
        let arguments = self.arguments(args)?;
        self.ignored = ignored;
        let here = std::mem::replace(&mut self.here, span);
        let result = self.call_function(&callable, arguments, nargout);
        self.here = here;
        result.map_err(|fault| self.place_fault(fault, args, span))
    }

    /// `value(args)`: an index, or a call when the value is a function.
    fn apply(
        &mut self,
        value: Value,
        name: Option<&str>,
        args: &[ArgNode],
        nargout: usize,
        span: Span,
    ) -> Result<Vec<Value>> {
        if let Value::Function(f) = &value {
            let arguments = self.arguments(args)?;
            let here = std::mem::replace(&mut self.here, span);
            let result = self.call_function(f, arguments, nargout);
            self.here = here;
            return result.map_err(|fault| self.place_fault(fault, args, span));
        }
        let indices = self.indices(args, value.shape())?;
        match index(&value, &indices) {
            Ok(result) => Ok(vec![result]),
            Err(fault) => Err(self.bad_index(fault, name, &value, args, span)),
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        (a, left): (&Node, Value),
        (b, right): (&Node, Value),
        span: Span,
    ) -> Result<Value> {
        let operands = (Operand::new(a, &left), Operand::new(b, &right));
        let here = std::mem::replace(&mut self.here, span);
        let hint = match op {
            BinaryOp::Mul if right.numel() > 1 && self.is_inverse(a) => {
                self.warn("mf:inverse-times", "inv(A)*b is slower and less accurate than A \\ b")
            }
            _ => Ok(()),
        };
        let result = hint.and_then(|()| binary(self, op, left, right));
        self.here = here;
        result.map_err(|fault| self.at(self.misfit(fault, op, &operands.0, &operands.1), span))
    }

    /// `op a`; what turns full is told.
    pub(super) fn unary(&mut self, op: UnaryOp, a: Value, span: Span) -> Result<Value> {
        let result = unary(op, a).map_err(|fault| self.at(fault, span))?;
        if matches!(result, Value::Sparse(_))
            && let Some(words) = spread_warning("operator !")
        {
            self.warn(SPREAD_ID, &words)?;
        }
        Ok(result)
    }

    /// Whether an operand is a call of `inv`.
    fn is_inverse(&self, node: &Node) -> bool {
        let NodeKind::Call(slot, _, name, _) = &node.kind else { return false };
        let is_variable = self.frame.slots.get(*slot as usize).is_some_and(Option::is_some);
        &**name == "inv" && !is_variable
    }

    fn range(&mut self, start: &Node, step: Option<&Node>, stop: &Node) -> Result<Value> {
        let plain = |node: &Node| self.number(node);
        if let (Some(first), Some(by), Some(last)) =
            (plain(start), step.map_or(Some(1.0), plain), plain(stop))
        {
            let range = Range::new(first, by, last).map_err(|fault| self.at(fault, stop.span))?;
            return Ok(Value::from(range));
        }
        let first = self.eval(start)?;
        let by = step.map(|step| self.eval(step)).transpose()?;
        let last = self.eval(stop)?;
        let whole = Span { start: start.span.start, end: stop.span.end };
        range(&first, by.as_ref(), &last).map_err(|fault| self.at(fault, whole))
    }

    fn matrix(&mut self, rows: &[Vec<Node>], span: Span) -> Result<Value> {
        let mut values = Vec::with_capacity(rows.len());
        for row in rows {
            values.push(self.list(row)?);
        }
        concatenate(values).map_err(|fault| self.at(self.ragged(fault, rows), span))
    }

    /// The values of nodes written in a list, `c{:}` and its like standing for all they hold.
    fn list(&mut self, nodes: &[Node]) -> Result<Vec<Value>> {
        let mut values = Vec::with_capacity(nodes.len());
        for node in nodes {
            if node.kind.is_list() {
                values.extend(self.eval_many(node, 1)?);
            } else {
                values.push(self.eval(node)?);
            }
        }
        Ok(values)
    }

    /// `{1, 'a'; 2, 'b'}`
    fn cell(&mut self, rows: &[Vec<Node>], span: Span) -> Result<Value> {
        let mut width = None;
        let mut lines = Vec::new();
        for row in rows {
            let line = self.list(row)?;
            // A row of which nothing is left, `{c{:}; 1}` with an empty c, is no row.
            if line.is_empty() {
                continue;
            }
            if *width.get_or_insert(line.len()) != line.len() {
                let fault = Fault::new("the rows of a cell must be equally long")
                    .identified("Octave:nonconformant-args");
                return Err(self.at(fault, span));
            }
            lines.push(line);
        }
        let (m, n) = (lines.len(), width.unwrap_or(0));
        // Row after row as written, column after column as stored.
        let mut lines: Vec<_> = lines.into_iter().map(Vec::into_iter).collect();
        let mut entries = Vec::with_capacity(m * n);
        for _ in 0..n {
            entries.extend(lines.iter_mut().filter_map(Iterator::next));
        }
        Ok(Value::cell(Cells::from_vec(m, n, entries)))
    }

    fn end(&self, span: Span) -> Result<Value> {
        let Some(end) = self.frame.ends.last() else {
            let fault = Fault::new("`end` has no size here: this is a call, not an index");
            return Err(self.at(fault, span));
        };
        let (rows, cols) = end.shape;
        let size = match (end.position, end.count) {
            (_, 1) => rows * cols,
            (0, _) => rows,
            (1, _) => cols,
            _ => 1,
        };
        Ok(Value::from(size))
    }
}

/// The part of a call's text that is the function's name.
pub(super) fn head(span: Span, name: &str) -> Span {
    Span { start: span.start, end: span.end.min(span.start + name.len() as u32) }
}

/// An argument without keyword and without `end`.
fn plain(arg: &ArgNode) -> Option<&Node> {
    (arg.keyword.is_none() && !arg.uses_end).then_some(&arg.value)
}

/// A position from a number that counts from 1.
fn position(x: f64) -> Option<usize> {
    (x >= 1.0 && x.fract() == 0.0 && x < (1u64 << 53) as f64).then(|| x as usize - 1)
}
