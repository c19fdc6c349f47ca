//! From the lowered tree to typed code: statements.
//!
//! One pass emits code for the types it is given and notes which variables it would like to have another type; passes
//! are repeated until nothing changes, so that the rules of typing are those of the emission and stand once. A
//! statement or condition that cannot be typed becomes one instruction that gives it to the general evaluator.

use super::super::code::{
    AssignedNode, Body, Function, Node, NodeKind, Slot, StmtKind, StmtNode, Target,
};
use super::super::interpreter::Interpreter;
use super::code::{Code, LOOP_STATE, Label, Op, Register, Unit, Variable};
use super::survey::{Survey, part, whole};
use super::types::{ClosureShape, Type};

/// Registers for constants.
const FIXED: usize = 24;
/// More passes than this are not worth their time.
const PASSES: usize = 12;
/// Loops with more variables than this are left to the general evaluator.
const MAX_SLOTS: usize = 100;
const MAX_LOOPS: usize = 12;

/// Emits code for one loop or one function.
pub struct Compiler<'a> {
    pub interpreter: &'a mut Interpreter,
    pub code: Code,
    /// What each slot was when the code starts.
    entry: Vec<Type>,
    /// What each slot is in this pass.
    pub types: Vec<Type>,
    /// What each slot should be in the next one.
    wanted: Vec<Type>,
    /// Whether some pass wanted each slot to be something else than on entry.
    changed: Vec<bool>,
    /// Each slot's register.
    pub registers: Vec<Register>,
    /// Whether each slot surely has a value in its register here.
    pub assigned: Vec<bool>,
    /// Whether code before this may be skipped, so that what it assigns is not sure.
    resumable: bool,
    /// The closures that slots hold.
    pub closures: Vec<ClosureShape>,
    /// The cell of the innermost index around and what `end` means there.
    pub ends: Vec<(u8, u8)>,
    is_function: bool,
    /// Whether the general evaluator is needed somewhere.
    pub needs_general: bool,
    first_loop: Register,
    next_loop: u8,
    fixed: Register,
    pub temp: usize,
    labels: Vec<Label>,
    /// `break` and `continue` of the loops around.
    around: Vec<(Label, Label)>,
    leave: Label,
}

impl<'a> Compiler<'a> {
    fn new(
        interpreter: &'a mut Interpreter,
        entry: &[Type],
        mentioned: &[Slot],
        params: &[Option<Slot>],
        loops: usize,
    ) -> Option<Compiler<'a>> {
        if mentioned.len() > MAX_SLOTS || loops > MAX_LOOPS || params.len() > MAX_SLOTS {
            return None;
        }
        let mut registers = vec![Register::MAX; entry.len()];
        let mut next = 0;
        for param in params {
            if let Some(slot) = param {
                registers[*slot as usize] = next;
            }
            next += 1;
        }
        let first_loop = next;
        next += loops as Register * LOOP_STATE;
        for &slot in mentioned {
            if registers[slot as usize] == Register::MAX {
                registers[slot as usize] = next;
                next += 1;
            }
        }
        Some(Compiler {
            interpreter,
            code: Code::default(),
            entry: entry.to_vec(),
            types: entry.to_vec(),
            wanted: entry.to_vec(),
            changed: vec![false; entry.len()],
            registers,
            assigned: Vec::new(),
            resumable: false,
            closures: Vec::new(),
            ends: Vec::new(),
            is_function: false,
            needs_general: false,
            first_loop,
            next_loop: 0,
            fixed: next,
            temp: 0,
            labels: Vec::new(),
            around: Vec::new(),
            leave: 0,
        })
    }

    /// Compiles a loop for the types its variables have now.
    pub fn of_loop(
        interpreter: &'a mut Interpreter,
        statement: &StmtNode,
        survey: &Survey,
        entry: &[Type],
        closures: Vec<ClosureShape>,
        resumable: bool,
    ) -> Option<Code> {
        let mut compiler = Compiler::new(interpreter, entry, &survey.slots, &[], survey.loops)?;
        compiler.resumable = resumable;
        compiler.closures = closures;
        compiler.passes(|this| {
            this.statement(statement);
            this.emit(Op::Leave(false));
            Some(())
        })?;
        let is_empty = |slot: &Slot| compiler.types[*slot as usize] == Type::Unset;
        let empty = survey.slots.iter().copied().filter(is_empty).collect();
        let gains = compiler.code.ops.iter().any(Op::is_a_gain);
        let all_mixed = entry.iter().all(|kind| matches!(kind, Type::Mixed | Type::Unset));
        let mut code = compiler.finish();
        code.empty = empty;
        code.is_resumable = resumable;
        // The code of last resort is needed whether it gains or not.
        (gains || (resumable && all_mixed)).then_some(code)
    }

    /// Compiles a function for arguments of these types, if all of it can be typed.
    pub fn of_function(
        interpreter: &'a mut Interpreter,
        function: &Function,
        args: &[Type],
        captured: &[Slot],
        nargout: usize,
    ) -> Option<Code> {
        let survey = match &function.body {
            Body::Statements(statements) => Survey::of_statements(statements),
            Body::Expression(_) => Survey::default(),
        };
        let mut entry = vec![Type::Unset; function.names.len()];
        let params: Vec<Option<Slot>> = function.params.iter().map(|p| p.slot).collect();
        for (slot, &kind) in params.iter().zip(args) {
            if let Some(slot) = slot {
                entry[*slot as usize] = kind;
            }
        }
        for &slot in captured {
            entry[slot as usize] = Type::Number;
        }
        for slot in [function.counts.0, function.counts.1].into_iter().flatten() {
            entry[slot as usize] = Type::Number;
        }
        let slots: Vec<Slot> = (0..function.names.len() as Slot).collect();
        let mut compiler = Compiler::new(interpreter, &entry, &slots, &params, survey.loops)?;
        compiler.is_function = true;
        compiler.passes(|this| this.function(function, args.len(), captured, nargout))?;
        Some(compiler.finish())
    }

    /// Emits until the types settle.
    fn passes(&mut self, emit: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        for _ in 0..PASSES {
            let types = self.wanted.clone();
            self.types = types;
            self.assigned =
                self.entry.iter().zip(&self.types).map(|(e, t)| t.is_scalar() && e == t).collect();
            self.code = Code::default();
            (self.needs_general, self.next_loop) = (false, 0);
            self.labels.clear();
            self.around.clear();
            self.leave = self.label();
            let done = emit(self);
            if self.wanted == self.types {
                return done.filter(|()| !(self.is_function && self.needs_general));
            }
        }
        None
    }

    fn finish(mut self) -> Code {
        for k in 0..self.types.len() {
            let kind = self.types[k];
            let register = self.registers[k];
            if register != Register::MAX && kind.is_scalar() && !self.is_function {
                let slot = k as Slot;
                let variable = Variable { slot, kind, place: register, is_written: true };
                self.code.variables.push(variable);
            }
        }
        let labels = std::mem::take(&mut self.labels);
        let resolve = |label: &mut Label| *label = labels[*label as usize];
        for op in &mut self.code.ops {
            if let Some(label) = op.label() {
                resolve(label);
            }
        }
        for unit in &mut self.code.units {
            resolve(&mut unit.next);
            resolve(&mut unit.otherwise);
            resolve(&mut unit.again);
        }
        self.code
    }

    pub fn emit(&mut self, op: Op) {
        self.code.ops.push(op);
    }

    fn here(&self) -> Label {
        self.code.ops.len() as Label
    }

    pub fn label(&mut self) -> Label {
        self.labels.push(0);
        self.labels.len() as Label - 1
    }

    pub fn place(&mut self, label: Label) {
        self.labels[label as usize] = self.here();
    }

    /// A register above all that are in use.
    pub fn temporary(&mut self) -> Option<Register> {
        let register = Register::try_from(self.temp).ok()?;
        self.temp += 1;
        Some(register)
    }

    /// A register that holds a constant.
    pub fn constant(&mut self, x: f64) -> Option<Register> {
        // The counts of arguments are variables, which come before the constants.
        let first = self.fixed;
        let same = |(r, y): &&(Register, f64)| *r >= first && y.to_bits() == x.to_bits();
        if let Some((register, _)) = self.code.fixed.iter().find(same) {
            return Some(*register);
        }
        if self.code.fixed.len() < FIXED {
            let register = self.fixed + self.code.fixed.len() as Register;
            self.code.fixed.push((register, x));
            return Some(register);
        }
        let index = u16::try_from(self.code.constants.len()).ok()?;
        self.code.constants.push(x);
        let register = self.temporary()?;
        self.emit(Op::Constant(register, index));
        Some(register)
    }

    /// A variable is assigned a value of this type: whether it can hold it in this pass.
    fn assigns(&mut self, slot: Slot, kind: Type) -> bool {
        let slot = slot as usize;
        let (entry, now) = (self.entry[slot], self.wanted[slot]);
        // What the variable was before the loop matters only where it is read before it is assigned.
        let may_mask = !self.is_function && !self.changed[slot] && kind.is_scalar();
        let is_first = may_mask && !matches!(entry, Type::Unset | Type::Mixed);
        self.want(slot, if is_first { kind } else { now.join(kind) });
        self.types[slot] == kind
    }

    fn want(&mut self, slot: usize, kind: Type) {
        self.changed[slot] |= kind != self.entry[slot];
        self.wanted[slot] = kind;
    }

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

    fn statement(&mut self, statement: &StmtNode) {
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
        let is_range = matches!(range.kind, NodeKind::Range(..));
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
        let before = self.assigned.clone();
        if let Some(slot) = variable {
            self.sets(slot);
        }
        self.body(body, end, start);
        self.assigned = before;
        self.emit(Op::Jump(start));
        self.place(end);
    }

    /// From here on the variable has a value in its register.
    fn sets(&mut self, slot: Slot) {
        if !self.resumable {
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

    /// The cell of a matrix.
    pub fn cell(&mut self, slot: Slot, is_written: bool) -> Option<u8> {
        if let Some(variable) = self.code.variables.iter_mut().find(|v| v.slot == slot) {
            variable.is_written |= is_written;
            return Some(variable.place);
        }
        if self.is_function {
            return None;
        }
        let place = u8::try_from(self.code.cells).ok()?;
        self.code.cells += 1;
        let kind = self.types[slot as usize];
        self.code.variables.push(Variable { slot, kind, place, is_written });
        Some(place)
    }

    /// A variable is assigned to in part: it is a matrix from now on, were it a number before.
    pub fn becomes_matrix(&mut self, slot: Slot, source: Type) -> Option<Type> {
        let matrix = match (self.types[slot as usize], source) {
            (Type::Matrix | Type::Number, Type::Number | Type::Bool) => Type::Matrix,
            (Type::Bools | Type::Bool, Type::Bool) => Type::Bools,
            (Type::Unset, Type::Number) => Type::Matrix,
            (Type::Unset, Type::Bool) => Type::Bools,
            _ => return None,
        };
        self.want(slot as usize, self.wanted[slot as usize].join(matrix));
        (self.types[slot as usize] == matrix).then_some(matrix)
    }

    /// A function's beginning, body and end.
    fn function(
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
