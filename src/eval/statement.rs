//! Executing statements.

use super::code::{ArgNode, AssignedNode, Node, NodeKind, StmtKind, StmtNode, Target};
use super::interpreter::Interpreter;
use crate::syntax::BinaryOp;
use crate::value::{
    Arguments, Fault, FaultKind, Host, Index, Object, Result, Value, append, assign, binary,
    concatenate, delete, index, scalar,
};
use std::any::Any;

/// Where execution goes after a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// To the next one.
    Next,
    /// Out of the innermost loop.
    Break,
    /// To the next round of the innermost loop.
    Continue,
    /// Out of the function.
    Return,
}

impl Interpreter {
    /// Runs statements in order.
    pub(super) fn execute(&mut self, statements: &[StmtNode]) -> Result<Flow> {
        for statement in statements {
            match self.statement(statement)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    pub(super) fn poll(&self) -> Result<()> {
        if self.interrupt.is_set() { Err(Fault::interrupted()) } else { Ok(()) }
    }

    pub(super) fn statement(&mut self, statement: &StmtNode) -> Result<Flow> {
        self.poll()?;
        self.here = statement.span;
        match &statement.kind {
            StmtKind::Assign(target, AssignedNode::Value(node)) => {
                self.assign_node(target, node, statement)?;
            }
            StmtKind::Assign(target, AssignedNode::Chain(inner)) => {
                let value = self.chained(inner)?;
                self.store(target, value, statement)?;
            }
            StmtKind::Update(target, op, assigned) => {
                self.update(target, *op, assigned, statement)?;
            }
            StmtKind::Expr(node) => self.expression_statement(node, statement.echo)?,
            StmtKind::AssignMany(targets, node) => self.assign_many(targets, node, statement)?,
            StmtKind::Delete(slot, name, args) => {
                self.delete(*slot as usize, name, args, statement)?;
            }
            StmtKind::Command(site, name, args) => {
                let callable = self
                    .function_at(*site, name)
                    .map_err(|fault| self.at(fault, statement.span))?;
                let args = args.iter().map(|arg| Value::from(&**arg)).collect();
                self.call_function(&callable, Arguments::positional(args), 0)
                    .map_err(|fault| self.at(fault, statement.span))?;
            }
            StmtKind::If(arms, otherwise) => {
                for (condition, body) in arms {
                    if self.condition(condition)? {
                        return self.execute(body);
                    }
                }
                return self.execute(otherwise);
            }
            StmtKind::For(target, range, body, cache) => {
                return match self.typed_loop(statement, cache) {
                    Some(flow) => flow,
                    None => self.for_loop(target, range, body),
                };
            }
            StmtKind::While(condition, body, cache) => {
                if let Some(flow) = self.typed_loop(statement, cache) {
                    return flow;
                }
                while self.condition(condition)? {
                    self.poll()?;
                    match self.execute(body)? {
                        Flow::Break => break,
                        Flow::Return => return Ok(Flow::Return),
                        Flow::Next | Flow::Continue => {}
                    }
                }
            }
            StmtKind::DoUntil(body, condition, cache) => {
                if let Some(flow) = self.typed_loop(statement, cache) {
                    return flow;
                }
                loop {
                    self.poll()?;
                    match self.execute(body)? {
                        Flow::Break => break,
                        Flow::Return => return Ok(Flow::Return),
                        Flow::Next | Flow::Continue => {}
                    }
                    if self.condition(condition)? {
                        break;
                    }
                }
            }
            StmtKind::Switch(subject, cases, otherwise) => {
                let subject = self.eval(subject)?;
                for (case, body) in cases {
                    let value = self.eval(case)?;
                    if matches_case(&subject, &value) {
                        return self.execute(body);
                    }
                }
                return self.execute(otherwise);
            }
            StmtKind::Try(body, slot, handler) => return self.try_block(body, *slot, handler),
            StmtKind::Unwind(body, cleanup) => {
                let outcome = self.execute(body);
                // The cleanup must run to its end even when an interrupt brought us here.
                let interrupted = self.interrupt.is_set();
                if interrupted {
                    self.interrupt.clear();
                }
                let cleaned = self.execute(cleanup);
                if interrupted {
                    self.interrupt.trigger();
                }
                let flow = outcome?;
                return Ok(match cleaned? {
                    Flow::Next => flow,
                    other => other,
                });
            }
            StmtKind::Break => return Ok(Flow::Break),
            StmtKind::Continue => return Ok(Flow::Continue),
            StmtKind::Return => return Ok(Flow::Return),
            StmtKind::Unsupported(what) => {
                return Err(self.at(Fault::unsupported(what), statement.span));
            }
        }
        Ok(Flow::Next)
    }

    fn expression_statement(&mut self, node: &Node, echo: bool) -> Result<()> {
        let is_variable = |this: &Self| match &node.kind {
            NodeKind::Name(slot, _, name) => {
                let set = this.frame.slots.get(*slot as usize).is_some_and(Option::is_some);
                set || this.frame.extra.contains_key(name)
            }
            _ => false,
        };
        if let (NodeKind::Name(_, _, name), true) = (&node.kind, is_variable(self)) {
            if echo {
                let value = self.eval(node)?;
                let name = name.clone();
                self.display(&name, &value);
            }
            return Ok(());
        }
        for value in self.eval_many(node, 0)?.into_iter().take(1) {
            self.set_variable("ans", value.clone())?;
            if echo {
                self.display("ans", &value);
            }
        }
        Ok(())
    }

    /// `x = node`, with a short way for numbers.
    fn assign_node(&mut self, target: &Target, node: &Node, statement: &StmtNode) -> Result<()> {
        if let Some(x) = self.number(node) {
            match &target.indices {
                None if target.unsupported.is_none() => {
                    self.frame.slots[target.slot as usize] = Some(Value::Number(x));
                    self.echo(target, statement);
                    return Ok(());
                }
                Some(indices) if self.put_number(target, indices, x) => {
                    self.echo(target, statement);
                    return Ok(());
                }
                _ => return self.store(target, Value::Number(x), statement),
            }
        }
        let value = match &node.kind {
            NodeKind::Matrix(rows) if target.indices.is_none() => {
                match self.appended(target, rows, node)? {
                    Some(value) => value,
                    None => self.eval(node)?,
                }
            }
            _ => self.eval(node)?,
        };
        self.store(target, value, statement)
    }

    /// `x = [x, …]` and `x = [x; …]`, in the buffer of x where it allows that.
    fn appended(
        &mut self,
        target: &Target,
        rows: &[Vec<Node>],
        node: &Node,
    ) -> Result<Option<Value>> {
        let across = rows.len() == 1;
        if !across && rows.iter().any(|row| row.len() != 1) {
            return Ok(None);
        }
        let slot = target.slot as usize;
        let mut nodes = rows.iter().flatten();
        match nodes.next().map(|first| &first.kind) {
            Some(NodeKind::Name(first, ..)) if *first as usize == slot => {}
            _ => return Ok(None),
        }
        if !matches!(self.frame.slots[slot], Some(Value::Text(_) | Value::Matrix(_))) {
            return Ok(None);
        }
        let parts = nodes.map(|node| self.eval(node)).collect::<Result<Vec<_>>>()?;
        let Some(mut value) = self.frame.slots[slot].take() else {
            let fault = self.unknown(&target.name);
            return Err(self.at(fault, node.span));
        };
        let done = append(&mut value, &parts, across);
        if matches!(done, Ok(true)) {
            return Ok(Some(value));
        }
        self.frame.slots[slot] = Some(value.clone());
        done.map_err(|fault| self.at(fault, node.span))?;
        let all = std::iter::once(value).chain(parts);
        let rows = if across { vec![all.collect()] } else { all.map(|part| vec![part]).collect() };
        concatenate(rows).map(Some).map_err(|fault| self.at(fault, node.span))
    }

    /// `A(i, j) = x` for numbers inside a matrix that nobody else holds.
    fn put_number(&mut self, target: &Target, indices: &[ArgNode], x: f64) -> bool {
        let at = |this: &Self, arg: &ArgNode| {
            if arg.keyword.is_some() || arg.uses_end {
                return None;
            }
            let i = this.number(&arg.value)?;
            (i >= 1.0 && i.fract() == 0.0).then(|| i as usize - 1)
        };
        let (i, j) = match indices {
            [i] => (at(self, i), None),
            [i, j] => (at(self, i), Some(at(self, j))),
            _ => return false,
        };
        let (Some(i), Some(Some(Value::Matrix(a)))) =
            (i, self.frame.slots.get_mut(target.slot as usize))
        else {
            return false;
        };
        let Some(array) = std::sync::Arc::get_mut(a) else { return false };
        let rows = array.data.rows();
        let at = match j {
            None => i,
            Some(Some(j)) if i < rows => j.saturating_mul(rows).saturating_add(i),
            Some(_) => return false,
        };
        match array.data.as_mut_slice().get_mut(at) {
            Some(entry) => {
                *entry = x;
                true
            }
            None => false,
        }
    }

    /// `a = b = 1`: runs the inner assignment and passes its value on.
    fn chained(&mut self, inner: &StmtNode) -> Result<Value> {
        let value = match &inner.kind {
            StmtKind::Assign(_, AssignedNode::Value(node)) => self.eval(node)?,
            StmtKind::Assign(_, AssignedNode::Chain(next)) => self.chained(next)?,
            _ => {
                let fault = Fault::unsupported("`+=` inside a chain of assignments");
                return Err(self.at(fault, inner.span));
            }
        };
        if let StmtKind::Assign(target, _) = &inner.kind {
            self.store(target, value.clone(), inner)?;
        }
        Ok(value)
    }

    /// Assigns a value to a variable or to a part of it.
    fn store(&mut self, target: &Target, value: Value, statement: &StmtNode) -> Result<()> {
        if let Some(what) = target.unsupported {
            return Err(self.at(Fault::unsupported(what), target.span));
        }
        let slot = target.slot as usize;
        match &target.indices {
            None => self.frame.slots[slot] = Some(value),
            Some(nodes) => {
                let shape = self.frame.slots[slot].as_ref().map_or((0, 0), Value::shape);
                let indices = self.indices(nodes, shape)?;
                return self.put(target, &indices, value, statement);
            }
        }
        self.echo(target, statement);
        Ok(())
    }

    /// `x(indices) = value`
    fn put(
        &mut self,
        target: &Target,
        indices: &[Index],
        value: Value,
        statement: &StmtNode,
    ) -> Result<()> {
        let place = &mut self.frame.slots[target.slot as usize];
        assign(place, indices, value).map_err(|mut fault| {
            fault.message = format!("`{}`: {}", target.name, fault.message);
            self.at(fault, statement.span)
        })?;
        self.echo(target, statement);
        Ok(())
    }

    fn echo(&mut self, target: &Target, statement: &StmtNode) {
        if statement.echo
            && let Some(value) = self.frame.slots[target.slot as usize].clone()
        {
            self.display(&target.name, &value);
        }
    }

    fn update(
        &mut self,
        target: &Target,
        op: BinaryOp,
        assigned: &AssignedNode,
        statement: &StmtNode,
    ) -> Result<()> {
        if let (None, None, AssignedNode::Value(node)) =
            (&target.indices, target.unsupported, assigned)
            && let Some(Some(Value::Number(x))) = self.frame.slots.get(target.slot as usize)
            && let Some(value) = self.number(node).and_then(|y| scalar(op, *x, y))
        {
            self.frame.slots[target.slot as usize] = Some(value);
            self.echo(target, statement);
            return Ok(());
        }
        let right = match assigned {
            AssignedNode::Value(node) => self.eval(node)?,
            AssignedNode::Chain(inner) => self.chained(inner)?,
        };
        let slot = target.slot as usize;
        let Some(current) = self.frame.slots[slot].clone() else {
            let fault = self.unknown(&target.name);
            return Err(self.at(fault, target.span));
        };
        let left = match &target.indices {
            None => {
                // With the same shape nothing can fail, and the variable's own buffer can be written.
                let elementwise = matches!(op, BinaryOp::Add | BinaryOp::Sub);
                let safe = |v: &Value| matches!(v, Value::Matrix(_) | Value::Number(_));
                let fits = right.numel() == 1 || right.shape() == current.shape();
                if elementwise && fits && safe(&current) && safe(&right) {
                    self.frame.slots[slot] = None;
                }
                current
            }
            Some(nodes) => {
                let indices = self.indices(nodes, current.shape())?;
                let left =
                    index(&current, &indices).map_err(|fault| self.at(fault, target.span))?;
                // The variable must be the only holder again, or every step would copy the matrix.
                drop(current);
                let value = self.combine(op, left, right, statement)?;
                return self.put(target, &indices, value, statement);
            }
        };
        let value = self.combine(op, left, right, statement)?;
        self.store(target, value, statement)
    }

    fn combine(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: Value,
        statement: &StmtNode,
    ) -> Result<Value> {
        binary(self, op, left, right).map_err(|fault| self.at(fault, statement.span))
    }

    fn assign_many(
        &mut self,
        targets: &[Option<Target>],
        node: &Node,
        statement: &StmtNode,
    ) -> Result<()> {
        let values = self.eval_many(node, targets.len())?;
        let wanted = targets.iter().rposition(Option::is_some).map_or(0, |i| i + 1);
        if values.len() < wanted {
            let count = values.len();
            let fault = Fault::new(format!(
                "{} value{} for {} targets",
                count,
                if count == 1 { "" } else { "s" },
                targets.len()
            ));
            return Err(self.at(fault, node.span));
        }
        for (target, value) in targets.iter().zip(values) {
            if let Some(target) = target {
                self.store(target, value, statement)?;
            }
        }
        Ok(())
    }

    fn delete(
        &mut self,
        slot: usize,
        name: &str,
        args: &[ArgNode],
        statement: &StmtNode,
    ) -> Result<()> {
        let Some(value) = self.frame.slots[slot].clone() else {
            let fault = self.unknown(name);
            return Err(self.at(fault, statement.span));
        };
        let indices = self.indices(args, value.shape())?;
        let left = delete(value, &indices).map_err(|fault| self.at(fault, statement.span))?;
        if statement.echo {
            self.display(name, &left);
        }
        self.frame.slots[slot] = Some(left);
        Ok(())
    }

    fn for_loop(&mut self, target: &Target, range: &Node, body: &[StmtNode]) -> Result<Flow> {
        let walked = self.eval(range)?;
        for j in 0..self.rounds(&walked, range)? {
            self.poll()?;
            self.start_round(target, round(&walked, j)?)?;
            match self.execute(body)? {
                Flow::Break => break,
                Flow::Return => return Ok(Flow::Return),
                Flow::Next | Flow::Continue => {}
            }
        }
        Ok(Flow::Next)
    }

    /// How many rounds a `for` makes. Octave walks columns; a row's columns are its entries.
    pub(super) fn rounds(&self, walked: &Value, range: &Node) -> Result<usize> {
        if !walked.is_array() {
            let fault = Fault::new(format!("a {} cannot be walked", walked.describe()));
            return Err(self.at(fault, range.span));
        }
        let (rows, cols) = walked.shape();
        Ok(if rows == 0 { 0 } else { cols })
    }

    /// Gives a `for`'s variable its value.
    pub(super) fn start_round(&mut self, target: &Target, value: Value) -> Result<()> {
        if target.indices.is_none() && target.unsupported.is_none() {
            self.frame.slots[target.slot as usize] = Some(value);
            return Ok(());
        }
        let quiet = StmtNode { kind: StmtKind::Break, span: target.span, echo: false };
        self.store(target, value, &quiet)
    }

    fn try_block(
        &mut self,
        body: &[StmtNode],
        slot: Option<super::code::Slot>,
        handler: &[StmtNode],
    ) -> Result<Flow> {
        match self.execute(body) {
            Err(fault) if fault.kind == FaultKind::Error => {
                if let Some(slot) = slot {
                    let caught = Caught { message: fault.message, identifier: fault.identifier };
                    self.frame.slots[slot as usize] = Some(Value::object(caught));
                }
                self.execute(handler)
            }
            other => other,
        }
    }
}

/// What the variable of a `for` is in round `j`, from 0.
pub(super) fn round(walked: &Value, j: usize) -> Result<Value> {
    match walked {
        Value::Range(r) => Ok(Value::Number(r.at(j))),
        Value::Number(x) => Ok(Value::Number(*x)),
        Value::Matrix(a) if a.data.rows() == 1 => Ok(Value::Number(a.data.as_slice()[j])),
        other => index(other, &[Index::All, Index::One(j)]),
    }
}

/// Whether a `case` matches: equal numbers, or equal strings.
fn matches_case(subject: &Value, case: &Value) -> bool {
    match (subject.as_text(), case.as_text()) {
        (Some(a), Some(b)) => a == b,
        (None, None) => match (subject.as_number(), case.as_number()) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        },
        _ => false,
    }
}

/// What `catch err` gets.
#[derive(Debug)]
struct Caught {
    message: String,
    identifier: String,
}

impl Object for Caught {
    fn class(&self) -> &'static str {
        "MException"
    }

    fn summary(&self) -> String {
        format!("error: {}", self.message)
    }

    fn fields(&self) -> &'static [&'static str] {
        &["message", "identifier"]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        match name {
            "message" => Some(Ok(self.message.as_str().into())),
            "identifier" => Some(Ok(self.identifier.as_str().into())),
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
