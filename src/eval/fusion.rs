//! Chains of elementwise operations as one pass: `A.*B + C./2 - sqrt(abs(D))`.
//!
//! An operation whose operand is an operation is evaluated here. The operands that are not operations are evaluated in
//! order, each once; an operation on them is put off as a [`Pending`] tree when nothing can go wrong in it any more
//! (the types and shapes are known to fit), and done at once otherwise, so that every error comes where and when it
//! would come step by step. What is put off runs as one pass ([`matfac::linalg::fused`]) when its value is needed.
//! Numbers, small matrices and everything unusual take the ordinary way.
//!
//! The pass gives the bits that the single operations give. Where it finds that one of them leaves the reals, they are
//! done one after the other after all, on the same operands.

use super::code::{ArgNode, Node, NodeKind};
use super::expression::head;
use super::interpreter::Interpreter;
use crate::syntax::{BinaryOp, Span, UnaryOp};
use crate::value::{
    Arguments, Fault, FaultKind, Known, KnownOperand, Native, Result, Value, map, scalar, single,
};
use matfac::error::Shape;
use matfac::linalg::broadcast::broadcast_shape;
use matfac::linalg::elementwise::{Arith, Compare, Logic, Unary};
use matfac::linalg::fused::{self, Input, Operand, Step};
use matfac::linalg::memory;
use std::sync::atomic::Ordering;

/// Entries from which operations are put off. Measured: `(P + Q).*P - Q./2` on 33×33 is a quarter slower as one pass,
/// the same on 64×64, and a quarter faster on 400×400, where the temporaries no longer fit the cache.
pub(super) const FUSED: usize = 4096;
/// Operations in one pass at most.
pub(super) const LONGEST: usize = 64;

/// A value, or one that is put off.
pub(super) enum Term<'n> {
    /// A value.
    Value(Value),
    /// An elementwise chain.
    Pending(Box<Pending<'n>>),
}

/// A chain whose operands are known, and known to fit; all operations in it have its shape.
pub(super) struct Pending<'n> {
    shape: Shape,
    is_logical: bool,
    operations: usize,
    tree: Tree<'n>,
}

enum Tree<'n> {
    Leaf(Value),
    /// The operands' nodes and the operation's place, for errors.
    Binary(BinaryOp, [&'n Node; 2], Span, Box<[Tree<'n>; 2]>),
    Unary(UnaryOp, Span, Box<Tree<'n>>),
    Call(Unary, Span, Box<Tree<'n>>),
}

/// What an operation needs to know of an operand before it is put off.
#[derive(Clone, Copy)]
struct Facts {
    shape: Shape,
    is_logical: bool,
    operations: usize,
    /// A range times a number may stay a range.
    is_range: bool,
}

/// Whether a node is an operation that may be one of a chain.
pub(super) fn is_operation(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Paren(inner) => is_operation(inner),
        NodeKind::Binary(op, ..) => !matches!(op, BinaryOp::AndAnd | BinaryOp::OrOr),
        NodeKind::Unary(..) => true,
        NodeKind::Call(_, _, _, args) => args.len() == 1,
        _ => false,
    }
}

/// Whether an operator works entry by entry on operands of these shapes.
pub(super) fn is_elementwise(op: BinaryOp, left: Shape, right: Shape) -> bool {
    let one = |shape: Shape| shape == Shape(1, 1);
    match op {
        BinaryOp::Mul => one(left) || one(right),
        BinaryOp::Div => one(right),
        BinaryOp::LeftDiv => one(left),
        BinaryOp::Pow => one(left) && one(right),
        BinaryOp::AndAnd | BinaryOp::OrOr => false,
        _ => true,
    }
}

/// The operation on numbers behind an operator that works entry by entry.
fn kernel(op: BinaryOp, x: Operand, y: Operand) -> Step {
    match op {
        BinaryOp::Add => Step::Arith(Arith::Add, x, y),
        BinaryOp::Sub => Step::Arith(Arith::Sub, x, y),
        BinaryOp::Mul | BinaryOp::ElMul => Step::Arith(Arith::Mul, x, y),
        BinaryOp::Div | BinaryOp::ElDiv => Step::Arith(Arith::Div, x, y),
        BinaryOp::LeftDiv | BinaryOp::ElLeftDiv => Step::Arith(Arith::LeftDiv, x, y),
        BinaryOp::Pow | BinaryOp::ElPow => Step::Arith(Arith::Pow, x, y),
        BinaryOp::Eq => Step::Compare(Compare::Eq, x, y),
        BinaryOp::Ne => Step::Compare(Compare::Ne, x, y),
        BinaryOp::Lt => Step::Compare(Compare::Lt, x, y),
        BinaryOp::Le => Step::Compare(Compare::Le, x, y),
        BinaryOp::Gt => Step::Compare(Compare::Gt, x, y),
        BinaryOp::Ge => Step::Compare(Compare::Ge, x, y),
        BinaryOp::And | BinaryOp::AndAnd => Step::Logic(Logic::And, x, y),
        BinaryOp::Or | BinaryOp::OrOr => Step::Logic(Logic::Or, x, y),
    }
}

/// Whether the result is logical.
pub(super) fn is_test(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge | And | Or | AndAnd | OrOr)
}

impl Term<'_> {
    /// Nothing of a value that a chain leaves to the ordinary way: complex numbers, strings, objects.
    fn facts(&self) -> Option<Facts> {
        let (is_logical, is_range) = match self {
            Term::Pending(p) => {
                let Pending { shape, is_logical, operations, .. } = **p;
                return Some(Facts { shape, is_logical, operations, is_range: false });
            }
            Term::Value(Value::Number(_) | Value::Matrix(_)) => (false, false),
            Term::Value(Value::Bool(_) | Value::Bools(_)) => (true, false),
            Term::Value(Value::Range(_)) => (false, true),
            Term::Value(_) => return None,
        };
        let (rows, cols) = self.shape();
        Some(Facts { shape: Shape(rows, cols), is_logical, operations: 0, is_range })
    }

    /// Rows and columns.
    pub(super) fn shape(&self) -> (usize, usize) {
        match self {
            Term::Value(value) => value.shape(),
            Term::Pending(p) => (p.shape.0, p.shape.1),
        }
    }
}

/// The shape of `left op right` when it can be put off.
fn joint(op: BinaryOp, left: Facts, right: Facts) -> Option<Shape> {
    let shape = broadcast_shape("combine", left.shape, right.shape).ok()?;
    let long = left.operations + right.operations >= LONGEST;
    let small = shape.0.checked_mul(shape.1)? < FUSED;
    // NaN is neither true nor false: only logicals are safe.
    let logic = matches!(op, BinaryOp::And | BinaryOp::Or);
    let unsafe_logic = logic && !(left.is_logical && right.is_logical);
    let range =
        left.is_range && right.shape == Shape(1, 1) || right.is_range && left.shape == Shape(1, 1);
    if long || small || unsafe_logic || range || !is_elementwise(op, left.shape, right.shape) {
        return None;
    }
    let grows = shape != left.shape && shape != right.shape;
    (!grows || memory::entries::<f64>(shape.0, shape.1).is_ok()).then_some(shape)
}

impl Interpreter {
    /// The value of an operation whose operand is an operation.
    pub(super) fn fused(&mut self, node: &Node) -> Result<Value> {
        let term = match &node.kind {
            NodeKind::Binary(..) => self.operation(node)?,
            _ => self.term(node)?,
        };
        self.done(term)
    }

    /// An operand: a chain that is put off where it is one, else its value.
    pub(super) fn term<'n>(&mut self, node: &'n Node) -> Result<Term<'n>> {
        match &node.kind {
            NodeKind::Paren(inner) => self.term(inner),
            NodeKind::Unary(op @ (UnaryOp::Neg | UnaryOp::Not), a) => {
                let term = self.term(a)?;
                self.unary_term(*op, term, node.span)
            }
            NodeKind::Binary(BinaryOp::AndAnd | BinaryOp::OrOr, ..) => {
                self.eval(node).map(Term::Value)
            }
            NodeKind::Binary(_, _, _, tries) => match self.of_numbers(node, tries) {
                Some(value) => Ok(Term::Value(value)),
                None => self.operation(node),
            },
            NodeKind::Call(_, _, name, args) => match self.elementwise(node)? {
                Some((native, fun)) => self.call_term(native, fun, name, args, node.span),
                None => self.first(node).map(Term::Value),
            },
            _ => self.eval(node).map(Term::Value),
        }
    }

    /// `a op b`, of which the path for plain numbers has been tried.
    fn operation<'n>(&mut self, node: &'n Node) -> Result<Term<'n>> {
        let NodeKind::Binary(op, a, b, tries) = &node.kind else { return self.term(node) };
        if *op == BinaryOp::Mul && super::products::is_product(a, b) {
            tries.store(0, Ordering::Relaxed);
            return self.product(node);
        }
        let left = self.term(a)?;
        let right = self.term(b)?;
        if let (Term::Value(Value::Number(x)), Term::Value(Value::Number(y))) = (&left, &right) {
            tries.store(tries.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
            if let Some(value) = scalar(*op, *x, *y) {
                return Ok(Term::Value(value));
            }
        } else {
            tries.store(0, Ordering::Relaxed);
        }
        self.joined(*op, (a, left), (b, right), node.span)
    }

    /// `left op right`, put off when nothing can go wrong in it.
    pub(super) fn joined<'n>(
        &mut self,
        op: BinaryOp,
        (a, left): (&'n Node, Term<'n>),
        (b, right): (&'n Node, Term<'n>),
        span: Span,
    ) -> Result<Term<'n>> {
        let (left, right) = match (left, right) {
            // Small operands are the ordinary operator's, without a further question.
            (Term::Value(x), Term::Value(y)) if x.numel() < FUSED && y.numel() < FUSED => {
                return self.binary(op, (a, x), (b, y), span).map(Term::Value);
            }
            terms => terms,
        };
        let facts = left.facts().zip(right.facts());
        let shape = facts.and_then(|(left, right)| joint(op, left, right));
        let (Some(shape), Some((l, r))) = (shape, facts) else {
            let (left, right) = (self.done(left)?, self.done(right)?);
            return self.binary(op, (a, left), (b, right), span).map(Term::Value);
        };
        let (left, x) = self.leaf(left, l, shape)?;
        let (right, y) = self.leaf(right, r, shape)?;
        Ok(Term::Pending(Box::new(Pending {
            shape,
            is_logical: is_test(op),
            operations: x + y + 1,
            tree: Tree::Binary(op, [a, b], span, Box::new([left, right])),
        })))
    }

    /// A term as a part of a chain of this shape, and its operations. A chain of another shape runs on its own, or
    /// `exp(row) .* A` would take the exponential of the row once for every row of A.
    fn leaf<'n>(
        &mut self,
        term: Term<'n>,
        facts: Facts,
        shape: Shape,
    ) -> Result<(Tree<'n>, usize)> {
        match term {
            Term::Pending(p) if p.shape == shape => Ok((p.tree, facts.operations)),
            Term::Value(Value::Range(r)) => Ok((Tree::Leaf(r.to_matrix()?.into()), 0)),
            other => Ok((Tree::Leaf(self.done(other)?), 0)),
        }
    }

    fn unary_term<'n>(&mut self, op: UnaryOp, a: Term<'n>, span: Span) -> Result<Term<'n>> {
        let fits = |facts: &Facts| {
            facts.shape.0 * facts.shape.1 >= FUSED
                && facts.operations < LONGEST
                && !facts.is_range
                && (op == UnaryOp::Neg || facts.is_logical)
        };
        let Some(facts) = a.facts().filter(fits) else {
            let a = self.done(a)?;
            return self.unary(op, a, span).map(Term::Value);
        };
        let (tree, operations) = self.leaf(a, facts, facts.shape)?;
        Ok(Term::Pending(Box::new(Pending {
            shape: facts.shape,
            is_logical: op == UnaryOp::Not,
            operations: operations + 1,
            tree: Tree::Unary(op, span, Box::new(tree)),
        })))
    }

    /// `f(a)` for a function that works entry by entry.
    fn call_term<'n>(
        &mut self,
        native: &'static Native,
        fun: Unary,
        name: &str,
        args: &'n [ArgNode],
        span: Span,
    ) -> Result<Term<'n>> {
        let a = self.term(&args[0].value)?;
        let fits = |facts: &Facts| {
            facts.shape.0 * facts.shape.1 >= FUSED && facts.operations < LONGEST && !facts.is_range
        };
        let Some(facts) = a.facts().filter(fits) else {
            let arguments = Arguments::positional(vec![self.done(a)?]);
            let here = std::mem::replace(&mut self.here, span);
            let result = (native.call)(self, arguments, 1);
            self.here = here;
            let outputs = result.map_err(|fault| self.place_fault(fault, args, span))?;
            return single(outputs, name).map(Term::Value).map_err(|fault| self.at(fault, span));
        };
        let (tree, operations) = self.leaf(a, facts, facts.shape)?;
        Ok(Term::Pending(Box::new(Pending {
            shape: facts.shape,
            is_logical: false,
            operations: operations + 1,
            tree: Tree::Call(fun, span, Box::new(tree)),
        })))
    }

    /// The function of one argument that a call means, when it works entry by entry.
    pub(super) fn elementwise(&mut self, node: &Node) -> Result<Option<(&'static Native, Unary)>> {
        let NodeKind::Call(slot, site, name, args) = &node.kind else { return Ok(None) };
        let [ArgNode { keyword: None, value: argument, .. }] = &args[..] else { return Ok(None) };
        let is_variable = self.frame.slots.get(*slot as usize).is_some_and(Option::is_some);
        if is_variable || matches!(argument.kind, NodeKind::All) || argument.kind.is_list() {
            return Ok(None);
        }
        let native =
            self.native_at(site, name).map_err(|fault| self.at(fault, head(node.span, name)))?;
        Ok(native.and_then(|native| Some((native, native.elementwise?))))
    }

    /// The value of a term.
    pub(super) fn done(&mut self, term: Term<'_>) -> Result<Value> {
        let pending = match term {
            Term::Value(value) => return Ok(value),
            Term::Pending(pending) => *pending,
        };
        // One operation on its own writes into the buffer of an operand that nobody else holds.
        if pending.operations > 1
            && let Some(value) = self.pass(&pending)?
        {
            return Ok(value);
        }
        self.stepwise(pending.tree)
    }

    /// One pass over the operands; `None` where the single steps must decide.
    fn pass(&self, pending: &Pending<'_>) -> Result<Option<Value>> {
        let (mut steps, mut inputs) = (Vec::with_capacity(pending.operations), Vec::new());
        compile(&pending.tree, &mut steps, &mut inputs);
        let interrupt = self.interrupt.clone();
        let stop = || interrupt.is_set();
        let value = if pending.is_logical {
            fused::logical(pending.shape, &steps, &inputs, &stop).map(|b| b.map(Value::from))
        } else {
            fused::real(pending.shape, &steps, &inputs, &stop).map(|a| a.map(Value::from))
        };
        match value.map_err(Box::<Fault>::from) {
            Err(fault) if fault.kind == FaultKind::Interrupted => Err(fault),
            other => Ok(other.unwrap_or(None).map(|value| {
                match known_part(&pending.tree, pending.shape) {
                    KnownOperand::Matrix(known) => value.knowing(known),
                    _ => value,
                }
            })),
        }
    }

    /// One operation after the other.
    fn stepwise(&mut self, tree: Tree<'_>) -> Result<Value> {
        match tree {
            Tree::Leaf(value) => Ok(value),
            Tree::Binary(op, [a, b], span, operands) => {
                let [left, right] = *operands;
                let (left, right) = (self.stepwise(left)?, self.stepwise(right)?);
                self.binary(op, (a, left), (b, right), span)
            }
            Tree::Unary(op, span, a) => {
                let a = self.stepwise(*a)?;
                self.unary(op, a, span)
            }
            Tree::Call(fun, span, a) => {
                let a = self.stepwise(*a)?;
                map(fun, a).map_err(|fault| self.at(fault, span))
            }
        }
    }
}

/// What is known of the result of an operator that works entry by entry.
pub(super) fn known_of(op: BinaryOp, x: KnownOperand, y: KnownOperand) -> Known {
    match kernel(op, Operand::Scalar(0.0), Operand::Scalar(0.0)) {
        Step::Arith(op, ..) => Known::of_elementwise(op, x, y),
        _ => Known::NOTHING,
    }
}

/// What the single operations would know of their last result.
fn known_part(tree: &Tree<'_>, shape: Shape) -> KnownOperand {
    match tree {
        Tree::Leaf(Value::Number(x)) => KnownOperand::Scalar(*x),
        Tree::Leaf(Value::Matrix(a)) if a.data.shape() == shape => {
            KnownOperand::Matrix(a.data.known())
        }
        Tree::Leaf(_) => KnownOperand::Other,
        Tree::Binary(op, _, _, operands) => {
            let (x, y) = (known_part(&operands[0], shape), known_part(&operands[1], shape));
            KnownOperand::Matrix(known_of(*op, x, y))
        }
        Tree::Unary(UnaryOp::Neg, _, a) => match known_part(a, shape) {
            KnownOperand::Matrix(known) => KnownOperand::Matrix(known.negated()),
            _ => KnownOperand::Other,
        },
        Tree::Unary(..) => KnownOperand::Other,
        Tree::Call(_, _, a) => match known_part(a, shape) {
            KnownOperand::Matrix(known) => KnownOperand::Matrix(known & Known::SYMMETRIC),
            _ => KnownOperand::Other,
        },
    }
}

/// Appends the steps of a tree, operands before operations.
fn compile<'t>(tree: &'t Tree<'_>, steps: &mut Vec<Step>, inputs: &mut Vec<Input<'t>>) -> Operand {
    let step = match tree {
        Tree::Leaf(value) => {
            match value {
                Value::Matrix(a) if a.data.len() != 1 => inputs.push(Input::Real(&a.data)),
                Value::Bools(b) => inputs.push(Input::Logical(b)),
                // NaN never stands here: what is no number is not put off.
                other => return Operand::Scalar(other.as_number().unwrap_or(f64::NAN)),
            }
            return Operand::Input(inputs.len() - 1);
        }
        Tree::Binary(op, _, _, operands) => {
            let x = compile(&operands[0], steps, inputs);
            let y = compile(&operands[1], steps, inputs);
            kernel(*op, x, y)
        }
        Tree::Unary(UnaryOp::Not, _, a) => Step::Not(compile(a, steps, inputs)),
        Tree::Unary(_, _, a) => Step::Map(Unary::Neg, compile(a, steps, inputs)),
        Tree::Call(fun, _, a) => Step::Map(*fun, compile(a, steps, inputs)),
    };
    steps.push(step);
    Operand::Step(steps.len() - 1)
}
