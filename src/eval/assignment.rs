//! Assigning: to variables, to parts of them at any depth, to lists of targets; `op=`, growth and deletion.
//!
//! The indices and names of a target are evaluated first; then the value is put in place by `value::change`, which
//! writes into buffers nobody else holds. Plain numbers take a shorter way.

use super::code::{ArgNode, AssignedNode, Node, NodeKind, StepNode, StmtKind, StmtNode, Target};
use super::interpreter::Interpreter;
use crate::syntax::BinaryOp;
use crate::value::{
    Change, Fault, Host, Index, Result, Step, Value, append, binary, change, concatenate, contents,
    field_name, fields, index, scalar,
};

impl Interpreter {
    /// `x = node`, with a short way for numbers.
    pub(super) fn assign_node(
        &mut self,
        target: &Target,
        node: &Node,
        statement: &StmtNode,
    ) -> Result<()> {
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
        let value = match &node.kind {
            NodeKind::Matrix(rows) if target.path.is_empty() => {
                match self.appended(target, rows, node)? {
                    Some(value) => value,
                    None => self.eval(node)?,
                }
            }
            // Of the values of a list the first is assigned, as in Octave.
            kind if kind.is_list() => {
                let values = self.eval_many(node, 1)?.into_iter();
                values.take(1).next().ok_or_else(|| {
                    let fault = Fault::new("there is no value here to assign")
                        .hint("the cell or struct array on the right is empty");
                    self.at(fault, node.span)
                })?
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
        if rows.iter().flatten().any(|node| node.kind.is_list()) {
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
    pub(super) fn chained(&mut self, inner: &StmtNode) -> Result<Value> {
        let value = match &inner.kind {
            StmtKind::Assign(_, AssignedNode::Value(node)) => self.eval(node)?,
            StmtKind::Assign(_, AssignedNode::Chain(next)) => self.chained(next)?,
            StmtKind::Update(target, op, assigned) => {
                self.update(target, *op, assigned, inner)?;
                let mut value = self.frame.slots[target.slot as usize].clone();
                for step in self.resolve(target)? {
                    value = value.and_then(|part| read(&part, &step));
                }
                return Ok(value.unwrap_or_else(Value::empty));
            }
            _ => {
                let fault = Fault::new("only `=` and its like can stand inside an expression");
                return Err(self.at(fault, inner.span));
            }
        };
        if let StmtKind::Assign(target, _) = &inner.kind {
            self.store(target, value.clone(), inner)?;
        }
        Ok(value)
    }

    /// Assigns a value to a variable or to a part of it.
    pub(super) fn store(
        &mut self,
        target: &Target,
        value: Value,
        statement: &StmtNode,
    ) -> Result<()> {
        let slot = target.slot as usize;
        if target.path.is_empty() {
            self.frame.slots[slot] = Some(value);
            self.frame.note_origin(target.slot, statement.span);
        } else {
            let before = self.frame.slots[slot].as_ref().map(Value::shape);
            let steps = self.resolve(target)?;
            self.put(target, &steps, Change::Put(value), statement)?;
            // What gave a value its shape is not what wrote one of its entries.
            if before != self.frame.slots[slot].as_ref().map(Value::shape) {
                self.frame.note_origin(target.slot, statement.span);
            }
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
        change(place, steps, what).map_err(|fault| {
            self.bad_assignment(fault, target.slot, &target.name, target.span, statement.span)
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

    pub(super) fn echo(&mut self, target: &Target, statement: &StmtNode) {
        if statement.echo
            && let Some(value) = self.frame.slots[target.slot as usize].clone()
        {
            self.display(&target.name, &value);
        }
    }

    pub(super) fn update(
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

    pub(super) fn combine(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: Value,
        statement: &StmtNode,
    ) -> Result<Value> {
        binary(self, op, left, right).map_err(|fault| self.at(fault, statement.span))
    }

    /// `[a, ~, c{1:2}] = f(…)`
    pub(super) fn assign_many(
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

    pub(super) fn delete(&mut self, target: &Target, statement: &StmtNode) -> Result<()> {
        if self.frame.slots[target.slot as usize].is_none() {
            let fault = self.unknown(&target.name);
            return Err(self.at(fault, statement.span));
        }
        let steps = self.resolve(target)?;
        self.put(target, &steps, Change::Delete, statement)?;
        self.echo(target, statement);
        Ok(())
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
