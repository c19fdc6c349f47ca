//! `:plan expr`: what an expression will do, and what that costs, without doing it.
//!
//! The tree is walked with the shapes of the variables as they are, by the rules by which [`super::fusion`] and
//! [`super::products`] evaluate it. What takes work is left undone: operations, products, and calls, whose results'
//! shapes are not known before they run. Flops count one for each operation on an entry (or for moving it) and 2·m·n·k for
//! a product, less where something is known of a factor.

use super::code::{Node, NodeKind};
use super::fusion::{FUSED, LONGEST, is_elementwise, is_test, known_of};
use super::interpreter::Interpreter;
use super::products::{Order, as_written, cheapest, scaled, spine, transposed};
use crate::syntax::{BinaryOp, Source, Span, UnaryOp};
use crate::value::{Known, KnownOperand, Method, Result, Side, Solver, Value, flops};
use matfac::error::Shape;
use matfac::linalg::broadcast::broadcast_shape;
use matfac::linalg::product;

/// The steps found so far.
#[derive(Default)]
struct Plan {
    lines: Vec<String>,
    flops: f64,
    /// What the products cost in the order as written, less what they cost in the cheapest.
    saved: f64,
}

/// A part of the expression.
#[derive(Clone)]
struct Part {
    text: String,
    /// Unknown before it runs.
    shape: Option<Shape>,
    is_logical: bool,
    /// Real numbers or logicals, which passes take.
    is_plain: bool,
    /// What is known of its entries.
    known: Known,
    /// How many entries are stored, about, when it is sparse.
    stored: Option<f64>,
    /// The operations of a pass that goes on.
    operations: usize,
}

impl Part {
    fn of(text: String, value: &Value) -> Part {
        let (rows, cols) = value.shape();
        let is_logical = matches!(value, Value::Bool(_) | Value::Bools(_));
        let is_plain =
            is_logical || matches!(value, Value::Number(_) | Value::Matrix(_) | Value::Range(_));
        let shape = Some(Shape(rows, cols));
        let stored = match value {
            Value::Sparse(s) if s.shape() != (1, 1) => Some(s.nnz() as f64),
            _ => None,
        };
        Part { text, shape, is_logical, is_plain, known: value.known(), stored, operations: 0 }
    }

    fn real(text: String, shape: Option<Shape>) -> Part {
        let known = Known::NOTHING;
        Part { text, shape, is_logical: false, is_plain: true, known, stored: None, operations: 0 }
    }

    /// What a product needs to know of it; nothing is known of a number.
    fn side(&self) -> Side {
        let shape = self.shape.unwrap_or(Shape(0, 0));
        Side { known: self.known, stored: self.stored, ..Side::plain(shape.0, shape.1) }
    }

    /// Whether products take it.
    fn is_factor(&self) -> bool {
        self.is_plain || self.stored.is_some()
    }

    /// What an operation that works entry by entry on this shape needs to know of it.
    fn operand(&self, shape: Shape) -> KnownOperand {
        match self.shape {
            // Of a number that counts, it is taken to be finite and not zero.
            Some(Shape(1, 1)) => KnownOperand::Scalar(1.0),
            own if own == Some(shape) => KnownOperand::Matrix(self.known),
            _ => KnownOperand::Other,
        }
    }

    /// Its shape, unless it is one number.
    fn matrix(&self) -> Option<Shape> {
        self.shape.filter(|shape| *shape != Shape(1, 1))
    }
}

impl Plan {
    /// Adds a step; the result is named after it.
    fn step(&mut self, text: &str, shape: Shape, how: &str, flops: f64) -> Part {
        self.flops += flops;
        let number = self.lines.len() + 1;
        self.lines.push(format!("#{number}  {text}  →  {shape}: {how}, {}", amount(flops, "flop")));
        Part::real(format!("#{number}"), Some(shape))
    }

    /// Ends a pass.
    fn done(&mut self, part: Part) -> Part {
        let (Some(shape), operations @ 1..) = (part.shape, part.operations) else { return part };
        let entries = (shape.0 * shape.1) as f64;
        let how = match operations {
            1 => "one operation".to_string(),
            n => format!(
                "one pass of {n} operations, {} of {} saved",
                if n == 2 { "1 temporary".into() } else { format!("{} temporaries", n - 1) },
                amount(8.0 * entries, "B")
            ),
        };
        let result = self.step(&part.text, shape, &how, operations as f64 * entries);
        Part { is_logical: part.is_logical, known: part.known, ..result }
    }

    fn text(self, whole: &Part) -> String {
        let mut text: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        if self.lines.is_empty() {
            text += &match whole.shape {
                Some(shape) => format!("{}  →  {shape}: nothing to arrange\n", whole.text),
                None => format!("{}: nothing to arrange before it runs\n", whole.text),
            };
        }
        text += &format!("total {}", amount(self.flops, "flop"));
        if self.saved > 0.0 {
            let written = amount(self.flops + self.saved, "flop");
            text += &format!("; products from left to right: {written}");
        }
        text + "\n"
    }
}

/// A number with the prefix that reads best.
fn amount(x: f64, unit: &str) -> String {
    let prefixes = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    match prefixes.into_iter().find(|(scale, _)| x >= *scale) {
        Some((scale, prefix)) => format!("{:.3} {prefix}{unit}", x / scale),
        None => format!("{x} {unit}"),
    }
}

impl Interpreter {
    /// What one expression over the workspace's variables will do.
    pub fn plan(&mut self, source: &Source) -> Result<String> {
        let node = self.expression_top(source)?;
        let mut plan = Plan::default();
        let part = self.part(&mut plan, &node)?;
        let whole = plan.done(part);
        Ok(plan.text(&whole))
    }

    fn part(&mut self, plan: &mut Plan, node: &Node) -> Result<Part> {
        match &node.kind {
            NodeKind::Paren(inner) => {
                let part = self.part(plan, inner)?;
                let is_one = matches!(inner.kind, NodeKind::Name(..) | NodeKind::Number(_))
                    || part.text.starts_with('#') && part.operations == 0;
                let text = if is_one { part.text } else { format!("({})", part.text) };
                Ok(Part { text, ..part })
            }
            NodeKind::Unary(op @ (UnaryOp::Neg | UnaryOp::Not), a) => {
                let a = self.part(plan, a)?;
                let sign = if *op == UnaryOp::Neg { "-" } else { "!" };
                let is_logical = *op == UnaryOp::Not;
                let known = if is_logical { Known::NOTHING } else { a.known.negated() };
                let part = mapped(plan, a, known, |text| format!("{sign}{text}"));
                Ok(Part { is_logical, ..part })
            }
            NodeKind::Unary(UnaryOp::Transpose | UnaryOp::ConjTranspose, a) => {
                let a = self.part(plan, a)?;
                let a = plan.done(a);
                let text = format!("{}'", a.text);
                Ok(match a.matrix() {
                    Some(Shape(m, n)) => {
                        let part = plan.step(&text, Shape(n, m), "a transposed copy", 0.0);
                        let (known, stored) = (a.known.transposed(), a.stored);
                        Part { known, stored, is_plain: a.is_plain, ..part }
                    }
                    None => Part { text, ..a },
                })
            }
            NodeKind::Binary(BinaryOp::Mul, ..) => self.product_part(plan, node),
            NodeKind::Binary(op, a, b, _) => {
                let (left, right) = (self.part(plan, a)?, self.part(plan, b)?);
                self.binary_part(plan, *op, (a, left), (b, right), node.span)
            }
            NodeKind::Call(_, _, name, args) if self.elementwise(node)?.is_some() => {
                let a = self.part(plan, &args[0].value)?;
                let known = a.known & Known::SYMMETRIC;
                Ok(mapped(plan, a, known, |text| format!("{name}({text})")))
            }
            _ => {
                let text = self.source().text[node.span.range()].to_string();
                if self.is_at_hand(node) {
                    let value = self.eval(node)?;
                    return Ok(Part::of(text, &value));
                }
                Ok(Part { is_plain: false, ..Part::real(text, None) })
            }
        }
    }

    /// Whether evaluating a node only reads variables.
    fn is_at_hand(&self, node: &Node) -> bool {
        let is_set = |slot: u32| self.frame.slots.get(slot as usize).is_some_and(Option::is_some);
        match &node.kind {
            NodeKind::Number(_) | NodeKind::Constant(_) | NodeKind::All | NodeKind::End => true,
            NodeKind::Name(slot, ..) => is_set(*slot),
            NodeKind::Paren(a) | NodeKind::Unary(_, a) => self.is_at_hand(a),
            NodeKind::Binary(_, a, b, _) => self.is_at_hand(a) && self.is_at_hand(b),
            NodeKind::Range(a, step, b) => [Some(a), step.as_ref(), Some(b)]
                .into_iter()
                .flatten()
                .all(|node| self.is_at_hand(node)),
            NodeKind::Matrix(rows) => rows.iter().flatten().all(|node| self.is_at_hand(node)),
            NodeKind::Call(slot, _, _, args) => {
                let value = self.frame.slots.get(*slot as usize);
                let is_array = matches!(value, Some(Some(v)) if v.is_array());
                is_array && args.iter().all(|a| a.keyword.is_none() && self.is_at_hand(&a.value))
            }
            _ => false,
        }
    }

    fn binary_part(
        &mut self,
        plan: &mut Plan,
        op: BinaryOp,
        (a, left): (&Node, Part),
        (b, right): (&Node, Part),
        span: Span,
    ) -> Result<Part> {
        let join =
            |left: &Part, right: &Part| format!("{} {} {}", left.text, op.symbol(), right.text);
        let (Some(l), Some(r)) = (left.shape, right.shape) else {
            let (left, right) = (plan.done(left), plan.done(right));
            return Ok(Part { is_plain: false, ..Part::real(join(&left, &right), None) });
        };
        if !is_elementwise(op, l, r) {
            let (left, right) = (plan.done(left), plan.done(right));
            let text = join(&left, &right);
            let (shape, how, work) = match op {
                BinaryOp::Mul if l.1 == r.0 => (Shape(l.0, r.1), "a product", flops(l.0, l.1, r.1)),
                BinaryOp::LeftDiv if l.0 == r.0 => {
                    let (how, work) = solving(left.side(), r.1);
                    (Shape(l.1, r.1), how, work)
                }
                BinaryOp::Div if l.1 == r.1 => {
                    let (how, work) = solving(right.side(), l.0);
                    (Shape(l.0, r.0), how, work)
                }
                BinaryOp::AndAnd | BinaryOp::OrOr => {
                    return Ok(Part { is_logical: true, ..Part::real(text, Some(Shape(1, 1))) });
                }
                BinaryOp::Pow if l.0 == l.1 && r == Shape(1, 1) => {
                    return Ok(plan.step(
                        &text,
                        l,
                        "a matrix power; counted as one product",
                        flops(l.0, l.0, l.0),
                    ));
                }
                _ => return self.refused(op, (a, l), (b, r), span),
            };
            return Ok(plan.step(&text, shape, how, work));
        }
        let Ok(shape) = broadcast_shape("combine", l, r) else {
            return self.refused(op, (a, l), (b, r), span);
        };
        // A chain of another shape runs on its own, and so does a long one.
        let is_long = left.operations + right.operations >= LONGEST;
        let mut side = |part: Part| {
            if part.shape == Some(shape) && !is_long { part } else { plan.done(part) }
        };
        let (left, right) = (side(left), side(right));
        let is_logic = matches!(op, BinaryOp::And | BinaryOp::Or);
        let is_safe = !is_logic || left.is_logical && right.is_logical;
        let is_plain = left.is_plain && right.is_plain;
        let whole = Part {
            text: join(&left, &right),
            shape: Some(shape),
            is_logical: is_test(op),
            is_plain,
            known: known_of(op, left.operand(shape), right.operand(shape)),
            stored: None,
            operations: if shape == Shape(1, 1) {
                0
            } else {
                left.operations + right.operations + 1
            },
        };
        Ok(if shape.0 * shape.1 >= FUSED && is_plain && is_safe {
            whole
        } else {
            single(plan, whole)
        })
    }

    /// The error that the operator makes of operands that do not fit.
    fn refused(
        &mut self,
        op: BinaryOp,
        (a, left): (&Node, Shape),
        (b, right): (&Node, Shape),
        span: Span,
    ) -> Result<Part> {
        // Zeros that are never touched.
        let left = Value::from(product::zeros(left.0, left.1)?);
        let right = Value::from(product::zeros(right.0, right.1)?);
        let value = self.binary(op, (a, left), (b, right), span)?;
        Ok(Part::of(self.source().text[span.range()].to_string(), &value))
    }

    /// `a*b*c*…`
    fn product_part(&mut self, plan: &mut Plan, node: &Node) -> Result<Part> {
        let (first, products) = spine(node);
        let mut left = vec![self.factor_part(plan, first)?];
        for product in products {
            let NodeKind::Binary(op, a, b, _) = &product.kind else { continue };
            let right = self.factor_part(plan, b)?;
            let prefix = chain_shape(&left);
            let fits = match (prefix, right.part.matrix()) {
                (Some(prefix), Some(own)) => prefix.1 == own.0 && right.part.is_factor(),
                _ => left.iter().chain([&right]).all(|factor| factor.part.shape.is_some()),
            };
            if fits && left.iter().all(|factor| factor.part.is_factor()) {
                left.push(right);
                if chain_shape(&left) == Some(Shape(1, 1)) {
                    let part = multiplied(plan, left);
                    left = vec![Planned::plain(part)];
                }
                continue;
            }
            let (l, r) = (multiplied(plan, left), multiplied(plan, vec![right]));
            let part = self.binary_part(plan, *op, (a, l), (b, r), product.span)?;
            left = vec![Planned::plain(part)];
        }
        Ok(multiplied(plan, left))
    }

    fn factor_part(&mut self, plan: &mut Plan, node: &Node) -> Result<Planned> {
        let variable = |node: &Node| match &node.kind {
            NodeKind::Name(slot, ..) => Some(*slot),
            _ => None,
        };
        let Some(inner) = transposed(node) else {
            let slot = variable(node);
            return Ok(Planned { slot, ..Planned::plain(self.part(plan, node)?) });
        };
        let part = self.part(plan, inner)?;
        let mut part = plan.done(part);
        part.shape = part.shape.map(|Shape(m, n)| Shape(n, m));
        part.known = part.known.transposed();
        part.text += "'";
        Ok(Planned { part, is_transposed: true, slot: variable(inner) })
    }
}

/// A factor of a product.
struct Planned {
    part: Part,
    is_transposed: bool,
    /// The variable it is.
    slot: Option<u32>,
}

impl Planned {
    fn plain(part: Part) -> Planned {
        Planned { part, is_transposed: false, slot: None }
    }

    fn is_symmetric_with(&self, other: &Planned) -> bool {
        let inner = self.part.shape.is_some_and(|shape| shape.0 > 1 && shape.1 > 1);
        inner
            && self.slot.is_some()
            && self.slot == other.slot
            && self.is_transposed != other.is_transposed
    }
}

/// The shape of the product of the matrices among factors.
fn chain_shape(factors: &[Planned]) -> Option<Shape> {
    let mut shapes = factors.iter().filter_map(|factor| factor.part.matrix());
    let first = shapes.next()?;
    Some(Shape(first.0, shapes.next_back().unwrap_or(first).1))
}

/// Adds the steps of a product in the cheapest order.
fn multiplied(plan: &mut Plan, mut factors: Vec<Planned>) -> Part {
    if factors.len() == 1 {
        return factors.remove(0).part;
    }
    let (matrices, numbers): (Vec<Planned>, Vec<Planned>) =
        factors.into_iter().partition(|factor| factor.part.matrix().is_some());
    let scale = numbers.iter().map(|n| n.part.text.clone()).collect::<Vec<_>>().join(" * ");
    if matrices.len() < 2 {
        return scaled_chain(plan, matrices, numbers);
    }
    let mut matrices: Vec<Planned> = matrices
        .into_iter()
        .map(|factor| Planned { part: plan.done(factor.part), ..factor })
        .collect();
    let sides: Vec<Side> = matrices.iter().map(|factor| factor.part.side()).collect();
    let symmetric: Vec<bool> =
        matrices.windows(2).map(|pair| pair[0].is_symmetric_with(&pair[1])).collect();
    let target = (!scale.is_empty()).then(|| scaled(&sides, &symmetric)).flatten();
    if let Some(i) = target {
        let text = format!("{} * {scale}", matrices[i].part.text);
        let (m, n) = (sides[i].rows, sides[i].cols);
        let part = plan.step(&text, Shape(m, n), "the smallest matrix scaled", (m * n) as f64);
        matrices[i] = Planned::plain(Part { known: scaled_known(sides[i].known), ..part });
    }
    let (order, cost) = cheapest(&sides, |i| symmetric[i]);
    plan.saved += as_written(&sides, |i| symmetric[i]).1 - cost;
    let product = product_steps(plan, &order, &matrices);
    match product.shape {
        Some(shape) if target.is_none() && !scale.is_empty() => {
            let text = format!("{} * {scale}", product.text);
            let known = scaled_known(product.known);
            let part = plan.step(&text, shape, "the result scaled", (shape.0 * shape.1) as f64);
            Part { known, ..part }
        }
        _ => product,
    }
}

/// What is known of a matrix times a number.
fn scaled_known(known: Known) -> Known {
    known_of(BinaryOp::ElMul, KnownOperand::Matrix(known), KnownOperand::Scalar(1.0))
}

/// Numbers and at most one matrix: an elementwise chain.
fn scaled_chain(plan: &mut Plan, matrices: Vec<Planned>, numbers: Vec<Planned>) -> Part {
    let operations = numbers.len();
    let mut parts: Vec<Part> = matrices.into_iter().chain(numbers).map(|f| f.part).collect();
    let text = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" * ");
    let first = parts.remove(0);
    if first.matrix().is_none() {
        return Part { text, ..first };
    }
    let count = first.operations + operations;
    let known = scaled_known(first.known);
    let whole = Part { text, is_logical: false, operations: count, known, ..first };
    let entries = whole.shape.map_or(0, |shape| shape.0 * shape.1);
    if entries >= FUSED { whole } else { single(plan, whole) }
}

fn product_steps(plan: &mut Plan, order: &Order, factors: &[Planned]) -> Part {
    let (left, right) = match order {
        Order::Factor(i) => return factors[*i].part.clone(),
        Order::Product(left, right) => (left, right),
    };
    let is_symmetric = match (&**left, &**right) {
        (Order::Factor(i), Order::Factor(j)) => factors[*i].is_symmetric_with(&factors[*j]),
        _ => false,
    };
    let flags: Vec<&str> = [left, right]
        .into_iter()
        .filter_map(|side| match **side {
            Order::Factor(i) if factors[i].is_transposed => Some(factors[i].part.text.as_str()),
            _ => None,
        })
        .collect();
    let (left, right) = (product_steps(plan, left, factors), product_steps(plan, right, factors));
    let (Some(l), Some(r)) = (left.shape, right.shape) else { return left };
    let mut how = format!("{l} by {r}");
    let sides = (left.side(), right.side());
    let method = Method::of(sides.0, sides.1, is_symmetric);
    if method != Method::Dense {
        how += &format!(", {}", method.describe());
    }
    if !flags.is_empty() {
        how += &format!(", {} read in place", flags.join(" and "));
    }
    let work = method.flops(sides.0, sides.1);
    let part = plan.step(&format!("{} * {}", left.text, right.text), Shape(l.0, r.1), &how, work);
    let Side { known, stored, .. } = sides.0.times(sides.1);
    let known = if is_symmetric { known | Known::SYMMETRIC } else { known };
    Part { known, stored, is_plain: stored.is_none(), ..part }
}

/// One more operation of a pass on the same entries, or a step of its own when they are few.
fn mapped(plan: &mut Plan, a: Part, known: Known, text: impl Fn(&str) -> String) -> Part {
    let a = if a.operations >= LONGEST { plan.done(a) } else { a };
    let text = text(&a.text);
    let Some(shape) = a.matrix() else { return Part { text, is_logical: false, ..a } };
    let whole = Part { text, is_logical: false, known, operations: a.operations + 1, ..a };
    if shape.0 * shape.1 >= FUSED && whole.is_plain { whole } else { single(plan, whole) }
}

/// An operation that is done at once.
fn single(plan: &mut Plan, part: Part) -> Part {
    let is_plain = part.is_plain;
    Part { is_plain, ..plan.done(part) }
}

/// How one solves with an m×n matrix for `count` right-hand sides, and the flops: of elimination where nothing is known.
fn solving(a: Side, count: usize) -> (&'static str, f64) {
    match Solver::of(a.known).filter(|_| a.rows == a.cols) {
        Some(solver) => (solver.describe(), solver.flops(a.rows, count)),
        None => {
            let elimination = flops(a.rows, a.cols, a.rows.min(a.cols)) / 3.0;
            ("solved by structure, at most", elimination + flops(a.rows, a.cols, count))
        }
    }
}
