//! From the lowered tree to typed code: passes, types, registers and labels.
//!
//! One pass emits code for the types it is given and notes which variables it would like to have another type; passes
//! are repeated until nothing changes, so that the rules of typing are those of the emission and stand once. A
//! statement or condition that cannot be typed becomes one instruction that gives it to the general evaluator.

use super::super::code::{Body, Function, Slot, StmtNode};
use super::super::interpreter::Interpreter;
use super::code::{Code, LOOP_STATE, Label, Op, Register, Variable, WINDOW};
use super::survey::Survey;
use super::types::{ClosureShape, Type};
use crate::syntax::Source;

/// Registers for constants.
pub const FIXED: usize = 24;
/// More passes than this are not worth their time.
const PASSES: usize = 12;
/// At least so many registers are left for what expressions compute on their way.
const TEMPORARIES: usize = 32;

/// Emits code for one loop or one function.
pub struct Compiler<'a> {
    pub interpreter: &'a mut Interpreter,
    /// The text that is compiled: its file may have functions of its own.
    pub source: Option<Source>,
    pub code: Code,
    /// What each slot was when the code starts.
    pub entry: Vec<Type>,
    /// What each slot is in this pass.
    pub types: Vec<Type>,
    /// What each slot should be in the next one.
    pub wanted: Vec<Type>,
    /// Whether some pass wanted each slot to be something else than on entry.
    pub changed: Vec<bool>,
    /// Each slot's register.
    pub registers: Vec<Register>,
    /// Whether each slot surely has a value in its register here.
    pub assigned: Vec<bool>,
    /// Whether each slot is the variable of some `for`.
    pub walked: Vec<bool>,
    /// Whether code before this may be skipped, so that what it assigns is not sure.
    pub resumable: bool,
    /// The closures that slots hold.
    pub closures: Vec<ClosureShape>,
    /// The cell of the innermost index around and what `end` means there.
    pub ends: Vec<(u8, u8)>,
    pub is_function: bool,
    /// Whether the general evaluator is needed somewhere.
    pub needs_general: bool,
    pub first_loop: Register,
    pub next_loop: u8,
    pub fixed: Register,
    pub temp: usize,
    pub labels: Vec<Label>,
    /// `break` and `continue` of the loops around.
    pub around: Vec<(Label, Label)>,
    pub leave: Label,
}

impl<'a> Compiler<'a> {
    fn new(
        interpreter: &'a mut Interpreter,
        entry: &[Type],
        mentioned: &[Slot],
        params: &[Option<Slot>],
        loops: usize,
    ) -> Option<Compiler<'a>> {
        let taken = mentioned.len() + params.len() + loops * usize::from(LOOP_STATE) + FIXED;
        if taken + TEMPORARIES > WINDOW {
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
            source: interpreter.frame.source.clone(),
            interpreter,
            code: Code::default(),
            entry: entry.to_vec(),
            types: entry.to_vec(),
            wanted: entry.to_vec(),
            changed: vec![false; entry.len()],
            registers,
            assigned: Vec::new(),
            walked: vec![false; entry.len()],
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
        compiler.walks(survey);
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
        compiler.walks(&survey);
        compiler.source = Some(function.source.clone());
        compiler.passes(|this| this.function(function, args.len(), captured, nargout))?;
        Some(compiler.finish())
    }

    /// Notes which variables `for` loops have.
    fn walks(&mut self, survey: &Survey) {
        for slot in survey.walked() {
            self.walked[slot as usize] = true;
        }
    }

    /// Emits until the types settle.
    fn passes(&mut self, emit: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        for _ in 0..PASSES {
            let types = self.wanted.clone();
            self.types = types;
            let has_value =
                |((e, t), walked): ((&Type, &Type), &bool)| t.is_scalar() && e == t && !walked;
            self.assigned =
                self.entry.iter().zip(&self.types).zip(&self.walked).map(has_value).collect();
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

    pub fn here(&self) -> Label {
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
    pub fn assigns(&mut self, slot: Slot, kind: Type) -> bool {
        let slot = slot as usize;
        let (entry, now) = (self.entry[slot], self.wanted[slot]);
        // What the variable was before the loop matters only where it is read before it is assigned.
        let may_mask = !self.is_function && !self.changed[slot] && kind.is_scalar();
        let is_first = may_mask && !matches!(entry, Type::Unset | Type::Mixed);
        self.want(slot, if is_first { kind } else { now.join(kind) });
        self.types[slot] == kind
    }

    pub fn want(&mut self, slot: usize, kind: Type) {
        self.changed[slot] |= kind != self.entry[slot];
        self.wanted[slot] = kind;
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
}
