//! Executing statements.

use super::code::{ArgNode, AssignedNode, Node, NodeKind, StepNode, StmtKind, StmtNode, Target};
use super::interpreter::Interpreter;
use crate::syntax::BinaryOp;
use crate::value::{
    Arguments, Cells, Change, Fault, FaultKind, Host, Index, Object, Result, Step, Value, binary,
    change, contents, field_name, fields, index, scalar,
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

    fn poll(&self) -> Result<()> {
        if self.interrupt.is_set() { Err(Fault::interrupted()) } else { Ok(()) }
    }

    fn statement(&mut self, statement: &StmtNode) -> Result<Flow> {
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
            StmtKind::For(target, range, body) => return self.for_loop(target, range, body),
            StmtKind::ForFields(value, key, walked, body) => {
                return self.for_fields((value, key), walked, body);
            }
            StmtKind::While(condition, body) => {
                while self.condition(condition)? {
                    self.poll()?;
                    match self.execute(body)? {
                        Flow::Break => break,
                        Flow::Return => return Ok(Flow::Return),
                        Flow::Next | Flow::Continue => {}
                    }
                }
            }
            StmtKind::DoUntil(body, condition) => loop {
                self.poll()?;
                match self.execute(body)? {
                    Flow::Break => break,
                    Flow::Return => return Ok(Flow::Return),
                    Flow::Next | Flow::Continue => {}
                }
                if self.condition(condition)? {
                    break;
                }
            },
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

    /// `x = node`, with a short way for numbers.
    fn assign_node(&mut self, target: &Target, node: &Node, statement: &StmtNode) -> Result<()> {
        if let Some(x) = self.number(node) {
            match &target.path[..] {
                [] => {
                    self.frame.slots[target.slot as usize] = Some(Value::Number(x));
                    self.echo(target, statement);
                    return Ok(());
                }
                [StepNode::Paren(indices)] if self.put_number(target, indices, x) => {
                    self.echo(target, statement);
                    return Ok(());
                }
                _ => return self.store(target, Value::Number(x), statement),
            }
        }
        let value = self.eval(node)?;
        self.store(target, value, statement)
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
    pub(super) fn chained(&mut self, inner: &StmtNode) -> Result<Value> {
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
        if target.path.is_empty() {
            self.frame.slots[target.slot as usize] = Some(value);
        } else {
            let steps = self.resolve(target)?;
            self.put(target, &steps, Change::Put(value), statement)?;
        }
        self.echo(target, statement);
        Ok(())
    }

    /// Changes the part of a variable that `steps` lead to.
    fn put(
        &mut self,
        target: &Target,
        steps: &[Step],
        what: Change,
        statement: &StmtNode,
    ) -> Result<()> {
        let place = &mut self.frame.slots[target.slot as usize];
        change(place, steps, what).map_err(|mut fault| {
            fault.message = format!("`{}`: {}", target.name, fault.message);
            self.at(fault, statement.span)
        })
    }

    /// Evaluates the indices and field names of a target. `end` means the size of the part it stands in, so the
    /// parts are read on the way, as far as an `end` is still to come.
    fn resolve(&mut self, target: &Target) -> Result<Vec<Step>> {
        let has_end = |step: &StepNode| match step {
            StepNode::Paren(args) | StepNode::Brace(args) => args.iter().any(|arg| arg.uses_end),
            StepNode::Field(_) | StepNode::Dynamic(_) => false,
        };
        let last_end = target.path.iter().rposition(has_end);
        let mut part = match last_end {
            Some(_) => self.frame.slots[target.slot as usize].clone(),
            None => None,
        };
        let mut steps = Vec::with_capacity(target.path.len());
        for (at, step) in target.path.iter().enumerate() {
            let shape = part.as_ref().map_or((0, 0), Value::shape);
            let step = match step {
                StepNode::Paren(args) => Step::Paren(self.indices(args, shape)?),
                StepNode::Brace(args) => Step::Brace(self.indices(args, shape)?),
                StepNode::Field(name) => Step::Field(name.clone()),
                StepNode::Dynamic(node) => {
                    let name = self.eval(node)?;
                    let name = field_name(&name).map_err(|fault| self.at(fault, node.span))?;
                    Step::Field(name.into())
                }
            };
            part = match part {
                Some(part) if last_end.is_some_and(|last| at < last) => read(&part, &step),
                _ => None,
            };
            steps.push(step);
        }
        Ok(steps)
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
        if let (true, AssignedNode::Value(node)) = (target.path.is_empty(), assigned)
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
        if target.path.is_empty() {
            // With the same shape nothing can fail, and the variable's own buffer can be written.
            let elementwise = matches!(op, BinaryOp::Add | BinaryOp::Sub);
            let safe = |v: &Value| matches!(v, Value::Matrix(_) | Value::Number(_));
            let fits = right.numel() == 1 || right.shape() == current.shape();
            if elementwise && fits && safe(&current) && safe(&right) {
                self.frame.slots[slot] = None;
            }
            let value = self.combine(op, current, right, statement)?;
            self.frame.slots[slot] = Some(value);
        } else {
            let steps = self.resolve(target)?;
            let mut left = Some(current);
            for step in &steps {
                left = left.and_then(|part| read(&part, step));
            }
            let Some(left) = left else {
                let fault = Fault::new("there is nothing yet that `op=` could change")
                    .hint("assign to it with = first");
                return Err(self.at(fault, target.span));
            };
            let value = self.combine(op, left, right, statement)?;
            self.put(target, &steps, Change::Put(value), statement)?;
        }
        self.echo(target, statement);
        Ok(())
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

    /// `[a, ~, c{1:2}] = f(…)`
    fn assign_many(
        &mut self,
        targets: &[Option<Target>],
        node: &Node,
        statement: &StmtNode,
    ) -> Result<()> {
        // How many values each target takes: `c{1:2}` and the field of a struct array take several.
        let mut counts = Vec::with_capacity(targets.len());
        for target in targets {
            counts.push(match target {
                Some(target) => self.width(target)?,
                None => 1,
            });
        }
        let total = counts.iter().sum();
        self.ignored = targets.iter().map(Option::is_none).collect();
        let values = self.eval_many(node, total);
        self.ignored.clear();
        let values = values?;
        let last = targets.iter().rposition(Option::is_some).map_or(0, |i| i + 1);
        let wanted: usize = counts[..last].iter().sum();
        if values.len() < wanted {
            let count = values.len();
            let fault = Fault::new(format!(
                "{count} value{} for {wanted} targets",
                if count == 1 { "" } else { "s" },
            ));
            return Err(self.at(fault, node.span));
        }
        let mut values = values.into_iter();
        for (target, count) in targets.iter().zip(counts) {
            match target {
                None => {
                    values.next();
                }
                Some(target) if count == 1 => {
                    if let Some(value) = values.next() {
                        self.store(target, value, statement)?;
                    }
                }
                Some(target) => {
                    let values = values.by_ref().take(count).collect();
                    self.store_several(target, values, statement)?;
                }
            }
        }
        Ok(())
    }

    /// How many values a target in a list takes.
    fn width(&mut self, target: &Target) -> Result<usize> {
        let [ahead @ .., last] = &target.path[..] else { return Ok(1) };
        let several = match last {
            StepNode::Brace(_) => true,
            StepNode::Field(_) | StepNode::Dynamic(_) => ahead.len() <= 1,
            StepNode::Paren(_) => false,
        };
        if !several {
            return Ok(1);
        }
        let steps = self.resolve(target)?;
        let mut part = self.frame.slots[target.slot as usize].clone();
        let [ahead @ .., last] = &steps[..] else { return Ok(1) };
        // `[s(1:2).f]`: as many as the index says, whether or not they exist.
        if let (Step::Field(_), [Step::Paren(indices)]) = (last, ahead) {
            let (m, n) = part.as_ref().map_or((0, 0), Value::shape);
            return Ok(Index::count_of(indices, (m, n)));
        }
        for step in ahead {
            part = part.and_then(|part| read(&part, step));
        }
        let shape = part.as_ref().map_or((0, 0), Value::shape);
        Ok(match last {
            Step::Brace(indices) => Index::count_of(indices, shape),
            _ if matches!(part, Some(Value::Struct(_))) => shape.0 * shape.1,
            _ => 1,
        })
    }

    /// Gives each part that a target stands for its own value.
    fn store_several(
        &mut self,
        target: &Target,
        values: Vec<Value>,
        statement: &StmtNode,
    ) -> Result<()> {
        let steps = self.resolve(target)?;
        let mut part = self.frame.slots[target.slot as usize].clone();
        // The step that stands for several parts: the braces, or the index in front of the field.
        let at = match &steps[..] {
            [.., Step::Brace(_)] => steps.len() - 1,
            [Step::Paren(_), Step::Field(_)] => 0,
            _ => steps.len() - 1,
        };
        for step in &steps[..at] {
            part = part.and_then(|part| read(&part, step));
        }
        let shape = part.as_ref().map_or((0, 0), Value::shape);
        drop(part);
        for (k, value) in values.into_iter().enumerate() {
            let mut steps = steps.clone();
            match &mut steps[at] {
                Step::Brace(indices) | Step::Paren(indices) => {
                    *indices = Index::nth(indices, shape, k);
                }
                Step::Field(_) => steps.insert(at, Step::Paren(vec![Index::One(k)])),
            }
            self.put(target, &steps, Change::Put(value), statement)?;
        }
        self.echo(target, statement);
        Ok(())
    }

    fn delete(&mut self, target: &Target, statement: &StmtNode) -> Result<()> {
        if self.frame.slots[target.slot as usize].is_none() {
            let fault = self.unknown(&target.name);
            return Err(self.at(fault, statement.span));
        }
        let steps = self.resolve(target)?;
        self.put(target, &steps, Change::Delete, statement)?;
        self.echo(target, statement);
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
        let (rows, cols) = walked.shape();
        // Octave walks columns; a row's columns are its entries.
        let count = if rows == 0 { 0 } else { cols };
        if !walked.is_array() && !matches!(walked, Value::Cell(_) | Value::Struct(_)) {
            let fault = Fault::new(format!("a {} cannot be walked", walked.describe()));
            return Err(self.at(fault, range.span));
        }
        for j in 0..count {
            self.poll()?;
            let value = match &walked {
                Value::Range(r) => Value::Number(r.at(j)),
                Value::Number(x) => Value::Number(*x),
                Value::Matrix(a) if rows == 1 => Value::Number(a.data.as_slice()[j]),
                other => index(other, &[Index::All, Index::One(j)])?,
            };
            if target.path.is_empty() {
                self.frame.slots[target.slot as usize] = Some(value);
            } else {
                let quiet = StmtNode { kind: StmtKind::Break, span: target.span, echo: false };
                self.store(target, value, &quiet)?;
            }
            match self.execute(body)? {
                Flow::Break => break,
                Flow::Return => return Ok(Flow::Return),
                Flow::Next | Flow::Continue => {}
            }
        }
        Ok(Flow::Next)
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

/// The part of a value that a step leads to, when it is there and is one.
fn read(value: &Value, step: &Step) -> Option<Value> {
    let list = match step {
        Step::Paren(indices) => return index(value, indices).ok(),
        Step::Brace(indices) => contents(value, indices),
        Step::Field(name) => fields(value, name),
    };
    list.ok().filter(|list| list.len() == 1)?.pop()
}

/// Whether a `case` matches: equal numbers, equal strings, or any of a cell of such.
fn matches_case(subject: &Value, case: &Value) -> bool {
    if let Value::Cell(choices) = case {
        return choices.as_slice().iter().any(|choice| matches_case(subject, choice));
    }
    // Octave: two empties match, whatever they are.
    if subject.numel() == 0 && case.numel() == 0 {
        return true;
    }
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
