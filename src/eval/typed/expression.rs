//! From the lowered tree to typed code: expressions and conditions.
//!
//! `None` means that the expression, as far as its types are known, is not one of plain numbers.

use super::super::code::{ArgNode, Node, NodeKind, Slot};
use super::code::{Op, Register, Test};
use super::compile::Compiler;
use super::types::{Type, closure};
use crate::syntax::{BinaryOp, UnaryOp};
use crate::value::{Callable, Scalar, Value};

/// A register and whether a number or a logical is in it.
type Operand = (Register, Type);

impl Compiler<'_> {
    /// Emits an expression; its result is in `want` when it is given and had to be computed.
    pub fn expression(&mut self, node: &Node, want: Option<Register>) -> Option<Operand> {
        match &node.kind {
            NodeKind::Number(x) => Some((self.constant(*x)?, Type::Number)),
            NodeKind::Paren(inner) => self.expression(inner, want),
            NodeKind::End => self.end(want),
            NodeKind::Name(slot, _, name) => match self.types[*slot as usize] {
                Type::Unset => self.call_one(*slot, name, &[], want),
                _ => self.variable(*slot),
            },
            NodeKind::Unary(op, a) => {
                let mark = self.temp;
                let (a, _) = self.expression(a, None)?;
                let d = self.result(mark, want)?;
                match op {
                    UnaryOp::Neg => self.emit(Op::Neg(d, a)),
                    UnaryOp::Not => {
                        self.emit(Op::Not(d, a));
                        return Some((d, Type::Bool));
                    }
                    _ => return None,
                }
                Some((d, Type::Number))
            }
            NodeKind::Binary(BinaryOp::AndAnd | BinaryOp::OrOr, ..) => {
                let (fails, end) = (self.label(), self.label());
                let mark = self.temp;
                self.branch(node, false, fails)?;
                let (yes, no) = (self.constant(1.0)?, self.constant(0.0)?);
                let d = self.result(mark, want)?;
                self.emit(Op::Move(d, yes));
                self.emit(Op::Jump(end));
                self.place(fails);
                self.emit(Op::Move(d, no));
                self.place(end);
                Some((d, Type::Bool))
            }
            NodeKind::Binary(op, a, b, _) => {
                let mark = self.temp;
                let (left, _) = self.expression(a, None)?;
                let (right, _) = self.expression(b, None)?;
                self.temp = mark;
                self.operation(*op, left, right, want)
            }
            NodeKind::Call(slot, _, name, args) => match self.types[*slot as usize] {
                Type::Matrix => Some((self.load(*slot, args, want)?, Type::Number)),
                Type::Bools => Some((self.load(*slot, args, want)?, Type::Bool)),
                _ => self.call_one(*slot, name, args, want),
            },
            _ => None,
        }
    }

    /// A variable in a register.
    pub fn variable(&mut self, slot: Slot) -> Option<Operand> {
        let kind = self.types[slot as usize];
        if !kind.is_scalar() {
            return None;
        }
        let register = self.registers[slot as usize];
        if !self.assigned[slot as usize] {
            self.emit(Op::Check(register));
        }
        Some((register, kind))
    }

    /// Where a result goes: where it is wanted, or in place of the operands above `mark`.
    fn result(&mut self, mark: usize, want: Option<Register>) -> Option<Register> {
        self.temp = mark;
        match want {
            Some(register) => Some(register),
            None => self.temporary(),
        }
    }

    /// A number into this very register.
    pub fn number_into(&mut self, node: &Node, register: Register) -> Option<()> {
        let (result, _) = self.expression(node, Some(register))?;
        if result != register {
            self.emit(Op::Move(register, result));
        }
        Some(())
    }

    /// `left op right`
    pub fn operation(
        &mut self,
        op: BinaryOp,
        left: Register,
        right: Register,
        want: Option<Register>,
    ) -> Option<Operand> {
        use BinaryOp::*;
        let d = self.result(self.temp, want)?;
        let number = match op {
            Add => Op::Add(d, left, right),
            Sub => Op::Sub(d, left, right),
            Mul | ElMul => Op::Mul(d, left, right),
            Div | ElDiv => Op::Div(d, left, right),
            LeftDiv | ElLeftDiv => Op::Div(d, right, left),
            Pow | ElPow => Op::Pow(d, left, right),
            _ => {
                self.emit(match op {
                    And => Op::And(d, left, right),
                    Or => Op::Or(d, left, right),
                    _ => Op::Compare(comparison(op)?, d, left, right),
                });
                return Some((d, Type::Bool));
            }
        };
        self.emit(number);
        Some((d, Type::Number))
    }

    /// Goes to `to` when the truth of a condition is `sense`, and on otherwise.
    pub fn branch(&mut self, node: &Node, sense: bool, to: u32) -> Option<()> {
        match &node.kind {
            NodeKind::Paren(inner) => self.branch(inner, sense, to),
            NodeKind::Unary(UnaryOp::Not, inner) => self.branch(inner, !sense, to),
            NodeKind::Binary(op @ (BinaryOp::AndAnd | BinaryOp::OrOr), a, b, _) => {
                // Whether the left side alone can send us to `to`.
                if (*op == BinaryOp::OrOr) == sense {
                    self.branch(a, sense, to)?;
                    return self.branch(b, sense, to);
                }
                let on = self.label();
                self.branch(a, !sense, on)?;
                self.branch(b, sense, to)?;
                self.place(on);
                Some(())
            }
            NodeKind::Binary(op, a, b, _) if comparison(*op).is_some() => {
                let mark = self.temp;
                let (x, _) = self.expression(a, None)?;
                let (y, _) = self.expression(b, None)?;
                self.temp = mark;
                self.emit(match (comparison(*op)?, sense) {
                    (Test::Lt, true) => Op::JumpLt(x, y, to),
                    (Test::Gt, true) => Op::JumpLt(y, x, to),
                    (Test::Le, true) => Op::JumpLe(x, y, to),
                    (Test::Ge, true) => Op::JumpLe(y, x, to),
                    (Test::Eq, true) | (Test::Ne, false) => Op::JumpEq(x, y, to),
                    (Test::Lt, false) => Op::JumpNotLt(x, y, to),
                    (Test::Gt, false) => Op::JumpNotLt(y, x, to),
                    (Test::Le, false) => Op::JumpNotLe(x, y, to),
                    (Test::Ge, false) => Op::JumpNotLe(y, x, to),
                    (Test::Eq, false) | (Test::Ne, true) => Op::JumpNotEq(x, y, to),
                });
                Some(())
            }
            _ => {
                let mark = self.temp;
                let (x, _) = self.expression(node, None)?;
                self.temp = mark;
                self.emit(if sense { Op::JumpIf(x, to) } else { Op::JumpUnless(x, to) });
                Some(())
            }
        }
    }

    /// `A(i)` or `A(i, j)`
    fn load(&mut self, slot: Slot, args: &[ArgNode], want: Option<Register>) -> Option<Register> {
        let mark = self.temp;
        let cell = self.cell(slot, false)?;
        let indices = self.indices(cell, args)?;
        let d = self.result(mark, want)?;
        match indices[..] {
            [i] => self.emit(Op::Load1(d, cell, i)),
            [i, j] => self.emit(Op::Load2(d, cell, i, j)),
            _ => return None,
        }
        Some(d)
    }

    fn indices(&mut self, cell: u8, args: &[ArgNode]) -> Option<Vec<Register>> {
        if args.is_empty() || args.len() > 2 {
            return None;
        }
        let mut registers = Vec::with_capacity(args.len());
        for (position, arg) in args.iter().enumerate() {
            if arg.keyword.is_some() {
                return None;
            }
            let side = if args.len() == 1 { 2 } else { position as u8 };
            self.ends.push((cell, side));
            let index = self.expression(&arg.value, None);
            self.ends.pop();
            // A logical is a mask and no position.
            let (register, Type::Number) = index? else { return None };
            registers.push(register);
        }
        Some(registers)
    }

    /// `A(i) = value`, `A(i, j) op= value`, `A(first:step:last) = value`
    pub fn store(
        &mut self,
        slot: Slot,
        args: &[ArgNode],
        value: &Node,
        op: Option<BinaryOp>,
    ) -> Option<()> {
        if let (Type::Text, [ArgNode { keyword: None, value: at, .. }], None) =
            (self.types[slot as usize], args, op)
        {
            let text = self.text(value)?;
            let cell = self.cell(slot, true)?;
            self.ends.push((cell, 2));
            let at = self.expression(at, None);
            self.ends.pop();
            let (at, Type::Number) = at? else { return None };
            self.emit(Op::PutText(cell, at, text));
            return Some(());
        }
        let (mut source, mut kind) = self.expression(value, None)?;
        let matrix = self.becomes_matrix(slot, kind)?;
        let cell = self.cell(slot, true)?;
        if let ([ArgNode { keyword: None, value: index, .. }], None) = (args, op)
            && let NodeKind::Range(first, step, last) = &index.kind
        {
            self.ends.push((cell, 2));
            let bounds = [Some(first), step.as_ref(), Some(last)].map(|bound| match bound {
                Some(node) => self.expression(node, None).map(|(register, _)| register),
                None => self.constant(1.0),
            });
            self.ends.pop();
            let [first, step, last] = bounds;
            self.emit(Op::StoreRange(cell, first?, step?, last?, source));
            return Some(());
        }
        let indices = self.indices(cell, args)?;
        if let Some(op) = op {
            let old = self.temporary()?;
            match indices[..] {
                [i] => self.emit(Op::Load1(old, cell, i)),
                [i, j] => self.emit(Op::Load2(old, cell, i, j)),
                _ => return None,
            }
            (source, kind) = self.operation(op, old, source, None)?;
        }
        // What is put into logicals must be one; numbers take either.
        if matrix == Type::Bools && kind != Type::Bool {
            return None;
        }
        match indices[..] {
            [i] => self.emit(Op::Store1(cell, i, source)),
            [i, j] => self.emit(Op::Store2(cell, i, j, source)),
            _ => return None,
        }
        Some(())
    }

    /// `x = [x number]`, `x = [x; number]`, and the same with strings.
    pub fn append(&mut self, slot: Slot, rows: &[Vec<Node>]) -> Option<()> {
        let is_target = |node: &Node| matches!(node.kind, NodeKind::Name(name, ..) if name == slot);
        let (rest, across) = match rows {
            [row] => (row.split_first().filter(|(first, _)| is_target(first))?.1, true),
            [first, rest] if matches!(&first[..], [only] if is_target(only)) => (&rest[..], false),
            _ => return None,
        };
        match (self.types[slot as usize], rest) {
            (Type::Matrix, [number]) => {
                let (number, Type::Number) = self.expression(number, None)? else { return None };
                let cell = self.cell(slot, true)?;
                self.emit(Op::AppendEntry(cell, number, across));
                Some(())
            }
            (Type::Text, rest) if across => self.append_text(slot, rest),
            _ => None,
        }
    }

    /// `s = [s 'text' 'text' …]`, `s = [s sprintf('template', number)]`
    fn append_text(&mut self, slot: Slot, rest: &[Node]) -> Option<()> {
        let cell = self.cell(slot, true)?;
        if let [Node { kind: NodeKind::Call(function, _, name, args), .. }] = rest {
            let ([template, number], Type::Unset) = (&args[..], self.types[*function as usize])
            else {
                return None;
            };
            let Callable::Native(native) =
                self.interpreter.known_function(name, self.source.as_ref())?
            else {
                return None;
            };
            let Scalar::Format(f) = native.scalar? else { return None };
            if template.keyword.is_some() || number.keyword.is_some() {
                return None;
            }
            let template = self.text(&template.value)?;
            let (number, Type::Number) = self.expression(&number.value, None)? else {
                return None;
            };
            let f = entered(&mut self.code.formats, f)?;
            self.emit(Op::AppendNumber(cell, template, number, f));
            return Some(());
        }
        let texts: Vec<u8> = rest.iter().map(|node| self.text(node)).collect::<Option<_>>()?;
        // Nothing can fail once the cell is known to hold a string.
        texts.iter().for_each(|text| self.emit(Op::Append(cell, *text)));
        Some(())
    }

    /// The number of a constant string.
    fn text(&mut self, node: &Node) -> Option<u8> {
        match &node.kind {
            NodeKind::Constant(Value::Text(text)) => entered(&mut self.code.texts, text.clone()),
            _ => None,
        }
    }

    /// The one result of a call.
    fn call_one(
        &mut self,
        slot: Slot,
        name: &str,
        args: &[ArgNode],
        want: Option<Register>,
    ) -> Option<Operand> {
        if self.types[slot as usize] == Type::Unset
            && let Callable::Native(native) =
                self.interpreter.known_function(name, self.source.as_ref())?
        {
            return self.native(native.scalar?, args, want);
        }
        let mark = self.temp;
        let (at, kinds) = self.call(slot, name, args, 1)?;
        self.temp = mark;
        if self.temporary()? != at {
            return None;
        }
        Some((at, *kinds.first()?))
    }

    /// A pure function written in Rust.
    fn native(
        &mut self,
        form: Scalar,
        args: &[ArgNode],
        want: Option<Register>,
    ) -> Option<Operand> {
        if args.iter().any(|arg| arg.keyword.is_some()) {
            return None;
        }
        let mark = self.temp;
        let number = Type::Number;
        Some(match (form, args) {
            (Scalar::Constant(x), []) => (self.constant(x)?, number),
            (Scalar::Truth(b), []) => (self.constant(f64::from(u8::from(b)))?, Type::Bool),
            (Scalar::One(f), [x]) => {
                let (x, _) = self.expression(&x.value, None)?;
                let d = self.result(mark, want)?;
                let f = entered(&mut self.code.ones, f)?;
                self.emit(Op::One(d, x, f));
                (d, number)
            }
            (Scalar::Two(f), [x, y]) => {
                let (x, x_kind) = self.expression(&x.value, None)?;
                let (y, y_kind) = self.expression(&y.value, None)?;
                // The larger of two logicals is one.
                if x_kind == Type::Bool && y_kind == Type::Bool {
                    return None;
                }
                let d = self.result(mark, want)?;
                let f = entered(&mut self.code.twos, f)?;
                self.emit(Op::Two(d, x, y, f));
                (d, number)
            }
            (Scalar::Test(f), [x]) => {
                let (x, _) = self.expression(&x.value, None)?;
                let d = self.result(mark, want)?;
                let f = entered(&mut self.code.tests, f)?;
                self.emit(Op::Test(d, x, f));
                (d, Type::Bool)
            }
            (Scalar::Extent(f), [a]) => {
                let cell = self.named_cell(&a.value)?;
                let d = self.result(mark, want)?;
                let f = entered(&mut self.code.extents, f)?;
                self.emit(Op::Extent(d, cell, f));
                (d, number)
            }
            (Scalar::Shape(f), [a]) => {
                let cell = self.named_cell(&a.value)?;
                let d = self.result(mark, want)?;
                let f = entered(&mut self.code.shapes, f)?;
                self.emit(Op::Shape(d, cell, f));
                (d, Type::Bool)
            }
            (Scalar::Dimension(f), [a, side]) => {
                let NodeKind::Number(side) = side.value.kind else { return None };
                let cell = self.named_cell(&a.value)?;
                let d = self.result(mark, want)?;
                let f = entered(&mut self.code.extents, f(side)?)?;
                self.emit(Op::Extent(d, cell, f));
                (d, number)
            }
            _ => return None,
        })
    }

    /// The cell of a matrix that is named as an argument.
    fn named_cell(&mut self, node: &Node) -> Option<u8> {
        let NodeKind::Name(slot, ..) = &node.kind else { return None };
        match self.types[*slot as usize] {
            Type::Matrix | Type::Bools => self.cell(*slot, false),
            Type::Text => self.cell(*slot, true),
            _ => None,
        }
    }

    /// A call of a function written in mf: where its results are, and what they are.
    pub fn call(
        &mut self,
        slot: Slot,
        name: &str,
        args: &[ArgNode],
        nargout: usize,
    ) -> Option<(Register, Vec<Type>)> {
        let kind = self.types[slot as usize];
        let cell = match kind {
            Type::Unset => None,
            Type::Code(_) => Some(self.cell(slot, false)?),
            _ => return None,
        };
        let (function, captured) = match kind {
            Type::Code(_) => {
                let shape = self.closures.iter().find(|shape| shape.slot == slot)?;
                (shape.function.clone(), shape.captured.clone())
            }
            _ => {
                let callable = self.interpreter.known_function(name, self.source.as_ref())?;
                (closure(&callable)?.function.clone(), Vec::new())
            }
        };
        let at = self.temporary()?;
        for _ in 1..args.len().max(nargout) {
            self.temporary()?;
        }
        let mut types = Vec::with_capacity(args.len());
        for (k, arg) in args.iter().enumerate() {
            if arg.keyword.is_some() {
                return None;
            }
            let to = at.checked_add(u8::try_from(k).ok()?)?;
            let (result, kind) = self.expression(&arg.value, Some(to))?;
            if result != to {
                self.emit(Op::Move(to, result));
            }
            types.push(kind);
        }
        let (number, kinds) =
            self.interpreter.typed_function(&function, &types, &captured, nargout)?;
        match cell {
            Some(cell) => {
                self.code.captures.push((cell, captured));
                self.code.kept.push(function);
                self.emit(Op::CallClosure(cell, at, number));
            }
            None => self.emit(Op::Call(at, number)),
        }
        Some((at, kinds))
    }

    /// `end` in the innermost index.
    fn end(&mut self, want: Option<Register>) -> Option<Operand> {
        let (cell, side) = *self.ends.last()?;
        let d = self.result(self.temp, want)?;
        self.emit(Op::End(d, cell, side));
        Some((d, Type::Number))
    }
}

/// The number of a function or string in a list of such.
fn entered<F>(list: &mut Vec<F>, f: F) -> Option<u8> {
    let number = u8::try_from(list.len()).ok()?;
    list.push(f);
    Some(number)
}

fn comparison(op: BinaryOp) -> Option<Test> {
    Some(match op {
        BinaryOp::Lt => Test::Lt,
        BinaryOp::Le => Test::Le,
        BinaryOp::Gt => Test::Gt,
        BinaryOp::Ge => Test::Ge,
        BinaryOp::Eq => Test::Eq,
        BinaryOp::Ne => Test::Ne,
        _ => return None,
    })
}
