//! From the lowered tree to typed code: statements and whole functions.

use super::super::code::{
    AssignedNode, Body, Function, Node, NodeKind, Slot, StmtKind, StmtNode, Target,
};
use super::code::{LOOP_STATE, Label, Op, Register, Unit};
use super::compile::{Compiler, FIXED};
use super::survey::{part, whole};
use super::types::Type;

impl Compiler<'_> {
    /// A unit whose code `emit` makes; where it cannot, the general evaluator does the unit.
    fn unit(
        &mut self,
        next: Label,
        otherwise: Label,
        again: Label,
        emit: impl FnOnce(&mut Self) -> Option<()>,
    ) {
        let start = self.here();
        self.code.units.push(Unit { start, next, otherwise, again });
        self.temp = usize::from(self.fixed) + FIXED;
        if emit(self).is_none() {
            self.code.ops.truncate(start as usize);
            self.emit(Op::General);
            self.needs_general = true;
        }
    }

    fn statements(&mut self, statements: &[StmtNode]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    pub fn statement(&mut self, statement: &StmtNode) {
        match &statement.kind {
            StmtKind::For(target, range, body, _) => self.for_loop(target, range, body),
            StmtKind::While(condition, body, _) => {
                let (start, inside, end) = (self.label(), self.label(), self.label());
                self.place(start);
                self.condition(condition, inside, end);
                self.place(inside);
                self.body(body, end, start);
                self.emit(Op::Back(start));
                self.place(end);
            }
            StmtKind::DoUntil(body, condition, _) => {
                let (start, test, again, end) =
                    (self.label(), self.label(), self.label(), self.label());
                self.place(start);
                self.body(body, end, test);
                self.place(test);
                self.condition(condition, end, again);
                self.emit(Op::Jump(end));
                self.place(again);
                self.emit(Op::Back(start));
                self.place(end);
            }
            StmtKind::If(arms, otherwise) => self.branches(arms, otherwise),
            StmtKind::Break => self.jump_around(|(end, _)| end),
            StmtKind::Continue => self.jump_around(|(_, again)| again),
            StmtKind::Return if self.is_function => self.emit(Op::Jump(self.leave)),
            StmtKind::Return => self.emit(Op::Leave(true)),
            _ => {
                let next = self.label();
                let (end, again) = self.around.last().copied().unwrap_or((next, next));
                self.unit(next, end, again, |this| this.leaf(statement));
                self.place(next);
            }
        }
    }

    /// `break` and `continue` outside of any loop end the function, as the general evaluator has it.
    fn jump_around(&mut self, choose: fn((Label, Label)) -> Label) {
        let to = self.around.last().copied().map_or(self.leave, choose);
        self.emit(Op::Jump(to));
    }

    fn body(&mut self, body: &[StmtNode], end: Label, again: Label) {
        let before = self.assigned.clone();
        self.around.push((end, again));
        self.statements(body);
        self.around.pop();
        self.assigned = before;
    }

    fn condition(&mut self, node: &Node, holds: Label, fails: Label) {
        self.unit(holds, fails, fails, |this| this.branch(node, false, fails));
    }

    fn branches(&mut self, arms: &[(Node, Vec<StmtNode>)], otherwise: &[StmtNode]) {
        let end = self.label();
        let before = self.assigned.clone();
        let mut after: Option<Vec<bool>> = None;
        let mut merge = |assigned: &[bool]| match &mut after {
            None => after = Some(assigned.to_vec()),
            Some(after) => after.iter_mut().zip(assigned).for_each(|(a, b)| *a &= b),
        };
        for (condition, body) in arms {
            let (inside, next) = (self.label(), self.label());
            self.condition(condition, inside, next);
            self.place(inside);
            self.statements(body);
            merge(&self.assigned);
            self.assigned.clone_from(&before);
            self.emit(Op::Jump(end));
            self.place(next);
        }
        self.statements(otherwise);
        merge(&self.assigned);
        self.assigned = after.unwrap_or(before);
        self.place(end);
    }

    fn for_loop(&mut self, target: &Target, range: &Node, body: &[StmtNode]) {
        let number = self.next_loop;
        self.next_loop += 1;
        let state = self.first_loop + number * LOOP_STATE;
        let (start, end) = (self.label(), self.label());
        let header = self.here() as usize;
        self.unit(start, end, end, |this| {
            let NodeKind::Range(first, step, last) = &range.kind else { return None };
            let bounds = this.temporary()?;
            let (by, to) = (this.temporary()?, this.temporary()?);
            this.number_into(first, bounds)?;
            match step {
                Some(step) => this.number_into(step, by)?,
                None => {
                    let one = this.constant(1.0)?;
                    this.emit(Op::Move(by, one));
                }
            }
            this.number_into(last, to)?;
            this.emit(Op::Range(state, bounds));
            Some(())
        });
        // Bounds that are no plain numbers may be characters, and so may what they bound: 'a':'e'.
        let is_range = !matches!(self.code.ops.get(header), Some(Op::General));
        self.place(start);
        let variable = whole(target).filter(|slot| self.assigns(*slot, Type::Number) && is_range);
        match variable {
            Some(slot) => {
                let register = self.registers[slot as usize];
                self.emit(Op::Next(state, register, end));
            }
            None => {
                self.needs_general = true;
                self.emit(Op::Walk(number, end));
            }
        }
        let mut before = self.assigned.clone();
        if let Some(slot) = variable {
            self.assigned[slot as usize] = !self.resumable;
            before[slot as usize] = false;
        }
        self.body(body, end, start);
        self.assigned = before;
        self.emit(Op::Jump(start));
        self.place(end);
    }

    /// From here on the variable has a value in its register.
    fn sets(&mut self, slot: Slot) {
        // The variable of a `for` may lose its value again where that makes no round.
        if !self.resumable && !self.walked[slot as usize] {
            self.assigned[slot as usize] = true;
        }
    }

    /// A statement without blocks.
    fn leaf(&mut self, statement: &StmtNode) -> Option<()> {
        if statement.echo {
            return None;
        }
        match &statement.kind {
            StmtKind::Assign(target, AssignedNode::Value(value)) => match part(target) {
                None => match &value.kind {
                    NodeKind::Matrix(rows) => self.append(whole(target)?, rows),
                    _ => self.assign(whole(target)?, |this, want| this.expression(value, want)),
                },
                Some((slot, indices)) => self.store(slot, indices, value, None),
            },
            StmtKind::Update(target, op, AssignedNode::Value(value)) => match part(target) {
                None => {
                    let slot = whole(target)?;
                    self.assign(slot, |this, want| {
                        let (left, _) = this.variable(slot)?;
                        let (right, _) = this.expression(value, None)?;
                        this.operation(*op, left, right, want)
                    })
                }
                Some((slot, indices)) => self.store(slot, indices, value, Some(*op)),
            },
            StmtKind::AssignMany(targets, value) => self.assign_many(targets, value),
            _ => None,
        }
    }

    /// `x = value`
    fn assign(
        &mut self,
        slot: Slot,
        value: impl FnOnce(&mut Self, Option<Register>) -> Option<(Register, Type)>,
    ) -> Option<()> {
        let register = self.registers[slot as usize];
        let want = self.types[slot as usize].is_scalar().then_some(register);
        let (result, kind) = value(self, want)?;
        if !self.assigns(slot, kind) {
            return None;
        }
        if result != register {
            self.emit(Op::Move(register, result));
        }
        self.sets(slot);
        Some(())
    }

    /// `[a, ~, b] = f(…)`
    fn assign_many(&mut self, targets: &[Option<Target>], value: &Node) -> Option<()> {
        let NodeKind::Call(slot, _, name, args) = &value.kind else { return None };
        let (at, kinds) = self.call(*slot, name, args, targets.len())?;
        let mut fits = true;
        for (k, (target, kind)) in targets.iter().zip(kinds).enumerate() {
            let Some(target) = target else { continue };
            let slot = whole(target)?;
            fits &= self.assigns(slot, kind);
            self.emit(Op::Move(self.registers[slot as usize], at + k as Register));
        }
        if !fits {
            return None;
        }
        for target in targets.iter().flatten() {
            self.sets(target.slot);
        }
        Some(())
    }

    /// A function's beginning, body and end.
    pub fn function(
        &mut self,
        function: &Function,
        nargin: usize,
        captured: &[Slot],
        nargout: usize,
    ) -> Option<()> {
        self.code.captured = captured.iter().map(|slot| self.registers[*slot as usize]).collect();
        for (slot, count) in [(function.counts.0, nargin), (function.counts.1, nargout)] {
            if let Some(slot) = slot {
                self.code.fixed.push((self.registers[slot as usize], count as f64));
            }
        }
        for param in function.params.iter().skip(nargin) {
            if let (Some(slot), Some(default)) = (param.slot, &param.default) {
                self.unit(0, 0, 0, |this| {
                    this.assign(slot, |this, want| this.expression(default, want))
                });
            }
        }
        match &function.body {
            Body::Expression(node) => {
                self.temp = usize::from(self.fixed) + FIXED;
                let output = self.expression(node, None)?;
                self.code.outputs = vec![output];
            }
            Body::Statements(statements) => {
                self.statements(statements);
                self.place(self.leave);
                self.temp = usize::from(self.fixed) + FIXED;
                for k in 0..nargout.max(1) {
                    let (slot, _) = function.outputs.get(k)?;
                    let kind = self.types[*slot as usize];
                    if !kind.is_scalar() {
                        // Perhaps the next pass knows what it is.
                        self.needs_general = true;
                        return Some(());
                    }
                    let from = self.registers[*slot as usize];
                    self.emit(Op::Check(from));
                    let register = self.temporary()?;
                    self.emit(Op::Move(register, from));
                    self.code.outputs.push((register, kind));
                }
            }
        }
        self.emit(Op::Return);
        let is_input = |slot: usize| {
            self.entry[slot] != Type::Unset
                || function.params.iter().take(nargin).any(|p| p.slot == Some(slot as Slot))
        };
        let unset = (0..self.types.len())
            .filter(|&slot| self.types[slot].is_scalar() && !is_input(slot))
            .map(|slot| self.registers[slot]);
        self.code.unset = unset.collect();
        Some(())
    }
}
