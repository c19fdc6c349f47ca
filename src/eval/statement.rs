//! Executing statements.

use super::code::{AssignedNode, Node, NodeKind, StmtKind, StmtNode, Target};
use super::interpreter::Interpreter;
use crate::syntax::BinaryOp;
use crate::value::{
    Arguments, Cells, Exception, Fault, FaultKind, Host, Index, Range, Result, Value, binary,
    index, truth,
};

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
            StmtKind::Delete(target) => self.delete(target, statement)?,
            StmtKind::Command(site, name, args) => {
                let callable =
                    self.function_at(site, name).map_err(|fault| self.at(fault, statement.span))?;
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
            StmtKind::ForFields(value, key, walked, body) => {
                return self.for_fields((value, key), walked, body);
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
                    if self.matches_case(&subject, &value) {
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
                let flow = match (outcome, &cleaned) {
                    // An error of the cleanup hides the one before it, as in Octave.
                    (Err(fault), Err(_)) if fault.kind == FaultKind::Error => Flow::Next,
                    (outcome, _) => outcome?,
                };
                return Ok(match cleaned? {
                    Flow::Next => flow,
                    other => other,
                });
            }
            StmtKind::Break => return Ok(Flow::Break),
            StmtKind::Continue => return Ok(Flow::Continue),
            StmtKind::Return => return Ok(Flow::Return),
            StmtKind::Persistent(declared) => self.declare_persistent(declared)?,
        }
        Ok(Flow::Next)
    }

    fn expression_statement(&mut self, node: &Node, echo: bool) -> Result<()> {
        if let NodeKind::Name(slot, _, name) = &node.kind
            && let Some(Some(value)) = self.frame.slots.get(*slot as usize)
        {
            if echo {
                let (name, value) = (name.clone(), value.clone());
                self.display(&name, &value);
            }
            return Ok(());
        }
        let values = self.eval_many(node, 0)?;
        // `c{:}` and `s.f` show all they hold; of a function's outputs the first counts.
        let count = if node.kind.is_list() { values.len() } else { 1 };
        for value in values.into_iter().take(count) {
            self.set_variable("ans", value.clone())?;
            if echo {
                self.display("ans", &value);
            }
        }
        Ok(())
    }

    /// `for [value, key] = struct`
    fn for_fields(
        &mut self,
        (value_target, key_target): (&Target, &Target),
        walked: &Node,
        body: &[StmtNode],
    ) -> Result<Flow> {
        let walked_value = self.eval(walked)?;
        let Value::Struct(s) = &walked_value else {
            let what = walked_value.describe();
            let fault =
                Fault::new(format!("for [value, key] walks the fields of a struct, not a {what}"));
            return Err(self.at(fault, walked.span));
        };
        let quiet = StmtNode { kind: StmtKind::Break, span: walked.span, echo: false };
        for (name, values) in s.fields() {
            self.poll()?;
            let value = match values {
                [only] => only.clone(),
                several => Value::cell(Cells::from_vec(s.shape().0, s.shape().1, several.to_vec())),
            };
            self.store(value_target, value, &quiet)?;
            self.store(key_target, Value::from(&**name), &quiet)?;
            match self.execute(body)? {
                Flow::Break => break,
                Flow::Return => return Ok(Flow::Return),
                Flow::Next | Flow::Continue => {}
            }
        }
        Ok(Flow::Next)
    }

    fn for_loop(&mut self, target: &Target, range: &Node, body: &[StmtNode]) -> Result<Flow> {
        let walked = self.eval(range)?;
        let count = self.rounds(&walked, range)?;
        if count == 0 && target.path.is_empty() {
            self.frame.slots[target.slot as usize] = Some(emptied(walked));
            return Ok(Flow::Next);
        }
        for j in 0..count {
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
        if !walked.is_array() && !matches!(walked, Value::Cell(_) | Value::Struct(_)) {
            let fault = Fault::new(format!("a {} cannot be walked", walked.describe()));
            return Err(self.at(fault, range.span));
        }
        let (rows, cols) = walked.shape();
        Ok(if rows == 0 { 0 } else { cols })
    }

    /// Gives a `for`'s variable its value.
    pub(super) fn start_round(&mut self, target: &Target, value: Value) -> Result<()> {
        if target.path.is_empty() {
            self.frame.slots[target.slot as usize] = Some(value);
            return Ok(());
        }
        let quiet = StmtNode { kind: StmtKind::Break, span: target.span, echo: false };
        self.store(target, value, &quiet)
    }

    /// Whether a `case` matches: equal size and entries, or any of a cell of such. Two empties of one size match.
    fn matches_case(&mut self, subject: &Value, case: &Value) -> bool {
        if let Value::Cell(choices) = case {
            return choices.as_slice().iter().any(|choice| self.matches_case(subject, choice));
        }
        if subject.shape() != case.shape() {
            return false;
        }
        // What cannot be compared does not match.
        binary(self, BinaryOp::Eq, subject.clone(), case.clone())
            .and_then(|equal| Ok(equal.numel() == 0 || truth(&equal)?))
            .unwrap_or(false)
    }

    fn try_block(
        &mut self,
        body: &[StmtNode],
        slot: Option<super::code::Slot>,
        handler: &[StmtNode],
    ) -> Result<Flow> {
        match self.execute(body) {
            Err(fault) if fault.kind == FaultKind::Error => {
                self.reports.note_error(&fault);
                if let Some(slot) = slot {
                    let stack = self.stack_of(&fault);
                    let exception = Value::object(Exception::new(fault, stack));
                    self.frame.slots[slot as usize] = Some(exception);
                }
                self.execute(handler)
            }
            other => other,
        }
    }
}

/// What is left in the variable of a `for` that made no round: the empty itself, as in Octave.
pub(super) fn emptied(walked: Value) -> Value {
    // However a range became empty, it is the same empty range.
    match walked.is_array() && walked.shape() == (1, 0) {
        true => Value::from(Range::counting(1.0, 0)),
        false => walked,
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
