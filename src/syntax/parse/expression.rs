//! Expressions of pest's pairs: operator precedence, indexing, literals.

use super::*;
use crate::syntax::{BinaryOp, UnaryOp};
use pest::iterators::Pairs;
use pest::pratt_parser::{Assoc, Op, PrattParser};
use std::sync::LazyLock;

/// One expression may chain this many operators. The tree is as deep as the chain is long, and every
/// later pass recurses over it.
const MAX_OPERATORS: usize = 4000;

/// Octave's precedence, loosest first.
static PRATT: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rules: &[Rule]| {
        let ops = rules.iter().map(|&rule| Op::infix(rule, Assoc::Left));
        ops.reduce(|a, b| a | b).expect("every level has an operator")
    };
    PrattParser::new()
        .op(left(&[Rule::oror]))
        .op(left(&[Rule::andand]))
        .op(left(&[Rule::or]))
        .op(left(&[Rule::and]))
        .op(left(&[Rule::le, Rule::ge, Rule::eq, Rule::ne, Rule::lt, Rule::gt]))
        .op(left(&[Rule::colon]))
        .op(left(&[Rule::add, Rule::sub]))
        .op(left(&[Rule::mul, Rule::div, Rule::ldiv, Rule::emul, Rule::ediv, Rule::eldiv]))
        .op(Op::prefix(Rule::neg) | Op::prefix(Rule::pos) | Op::prefix(Rule::not))
        .op(left(&[Rule::pow, Rule::epow])
            | Op::postfix(Rule::transpose)
            | Op::postfix(Rule::ctranspose))
        .op(Op::postfix(Rule::call_args)
            | Op::postfix(Rule::cell_args)
            | Op::postfix(Rule::field)
            | Op::postfix(Rule::dynamic_field))
});

impl Builder<'_> {
    pub(super) fn place(&mut self, pair: Pair<'_, Rule>) -> Result<Place> {
        let span = span_of(&pair);
        let mut inner = pair.into_inner();
        let name = text_of(&inner.next().expect("a variable"));
        let path = inner.map(|pair| self.step(pair)).collect::<Result<_>>()?;
        Ok(Place { name, path, span })
    }

    fn step(&mut self, pair: Pair<'_, Rule>) -> Result<Step> {
        Ok(match pair.as_rule() {
            Rule::call_args => Step::Paren(self.args(pair)?),
            Rule::cell_args => Step::Brace(self.args(pair)?),
            Rule::field => Step::Field(text_of(&pair.into_inner().next().expect("a field name"))),
            _ => Step::Dynamic(Box::new(self.next_expr(&mut pair.into_inner())?)),
        })
    }

    fn args(&mut self, pair: Pair<'_, Rule>) -> Result<Vec<Arg>> {
        let mut args = Vec::new();
        for argument in pair.into_inner() {
            let inner = argument.into_inner().next().expect("an argument");
            let span = span_of(&inner);
            args.push(match inner.as_rule() {
                Rule::all => Arg { keyword: None, value: Expr { kind: ExprKind::All, span } },
                Rule::keyword_argument => {
                    let mut inner = inner.into_inner();
                    let name = inner.next().expect("a keyword");
                    let keyword = Some((text_of(&name), span_of(&name)));
                    Arg { keyword, value: self.next_expr(&mut inner)? }
                }
                _ => Arg { keyword: None, value: self.expr(inner)? },
            });
        }
        Ok(args)
    }

    pub(super) fn next_expr(&mut self, inner: &mut Pairs<'_, Rule>) -> Result<Expr> {
        let pair = inner.next().expect("the grammar puts an expression here");
        self.expr(pair)
    }

    /// An `expr` or `mexpr`: operands and operators in a row.
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Result<Expr> {
        let span = span_of(&pair);
        let mut inner = pair.into_inner();
        if inner.len() == 1 {
            let only = inner.next().expect("one operand");
            return self.primary(only);
        }
        if inner.len() > MAX_OPERATORS {
            let error = Diagnostic::error(format!(
                "more than {MAX_OPERATORS} operators in one expression"
            ))
            .with_help(
                "split it into several statements, or put the terms into a matrix and sum it",
            );
            return Err(Box::new(error.at(self.source, span, "")));
        }
        // The Pratt parser takes four callbacks at once, and each needs the builder.
        let builder = std::cell::RefCell::new(self);
        PRATT
            .map_primary(|pair| builder.borrow_mut().primary(pair))
            .map_prefix(|op, operand| {
                let operand = operand?;
                let span = span_of(&op).to(operand.span);
                let kind = match op.as_rule() {
                    Rule::neg => match operand.kind {
                        // A negative literal is a literal, unless a power binds tighter.
                        ExprKind::Number(x) => ExprKind::Number(-x),
                        _ => ExprKind::Unary(UnaryOp::Neg, Box::new(operand)),
                    },
                    Rule::pos => ExprKind::Unary(UnaryOp::Plus, Box::new(operand)),
                    _ => ExprKind::Unary(UnaryOp::Not, Box::new(operand)),
                };
                Ok(Expr { kind, span })
            })
            .map_postfix(|operand, op| {
                let operand = operand?;
                let span = operand.span.to(span_of(&op));
                let kind = match op.as_rule() {
                    Rule::transpose => ExprKind::Unary(UnaryOp::Transpose, Box::new(operand)),
                    Rule::ctranspose => ExprKind::Unary(UnaryOp::ConjTranspose, Box::new(operand)),
                    _ => ExprKind::Access(Box::new(operand), builder.borrow_mut().step(op)?),
                };
                Ok(Expr { kind, span })
            })
            .map_infix(|left, op, right| Ok(infix(left?, op.as_rule(), right?)))
            .parse(inner)
    }

    fn primary(&mut self, pair: Pair<'_, Rule>) -> Result<Expr> {
        let span = span_of(&pair);
        let kind = match pair.as_rule() {
            Rule::number => self.number(&pair)?,
            Rule::dq_string => {
                let text = pair.as_str();
                ExprKind::Text { value: unescape(&text[1..text.len() - 1]), double: true }
            }
            Rule::sq_string => {
                let text = pair.as_str();
                let value = text[1..text.len() - 1].replace("''", "'").into();
                ExprKind::Text { value, double: false }
            }
            Rule::name => ExprKind::Name(text_of(&pair)),
            Rule::end_index => ExprKind::End,
            Rule::parenthesis => {
                let inner = pair.into_inner().next().expect("what is in parentheses");
                ExprKind::Paren(Box::new(match inner.as_rule() {
                    Rule::assignment => {
                        let assignment = self.assignment(inner)?;
                        let span = assignment.span;
                        Expr { kind: ExprKind::Assign(Box::new(assignment)), span }
                    }
                    _ => self.expr(inner)?,
                }))
            }
            Rule::matrix => ExprKind::Matrix(self.rows(pair)?),
            Rule::cell => ExprKind::Cell(self.rows(pair)?),
            Rule::handle => {
                ExprKind::Handle(text_of(&pair.into_inner().next().expect("a function name")))
            }
            Rule::anonymous => {
                let mut inner = pair.into_inner();
                let params = self.parameters(inner.next().expect("parameters"))?;
                let body = self.next_expr(&mut inner)?;
                let def = FunctionDef {
                    name: "@<anonymous>".into(),
                    outputs: Vec::new(),
                    params,
                    body: Vec::new(),
                    span,
                    doc: String::new(),
                };
                ExprKind::Anonymous(Arc::new(def), Box::new(body))
            }
            // A lone operand such as `x'` was wrapped in its own expression.
            _ => return self.expr(pair),
        };
        Ok(Expr { kind, span })
    }

    fn rows(&mut self, pair: Pair<'_, Rule>) -> Result<Vec<Vec<Expr>>> {
        let mut rows = Vec::new();
        for row in pair.into_inner() {
            rows.push(row.into_inner().map(|element| self.expr(element)).collect::<Result<_>>()?);
        }
        Ok(rows)
    }

    fn number(&mut self, pair: &Pair<'_, Rule>) -> Result<ExprKind> {
        let written = pair.as_str();
        let plain = written.replace('_', "");
        let is_imaginary = plain.ends_with(['i', 'j', 'I', 'J']);
        let digits = plain.trim_end_matches(['i', 'j', 'I', 'J']);
        let radix = match digits.get(..2) {
            Some("0x" | "0X") => Some(16),
            Some("0b" | "0B") => Some(2),
            _ => None,
        };
        let value = match radix {
            Some(radix) => u64::from_str_radix(&digits[2..], radix).ok().map(|n| n as f64),
            None => digits.replace(['d', 'D'], "e").parse().ok(),
        };
        let Some(value) = value else {
            let error = Diagnostic::error(format!("`{written}` is not a number mf can hold"));
            return Err(Box::new(error.at(self.source, span_of(pair), "")));
        };
        Ok(if is_imaginary { ExprKind::Imaginary(value) } else { ExprKind::Number(value) })
    }
}

fn infix(left: Expr, op: Rule, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    let op = match op {
        Rule::colon => {
            // `a:s:b` arrives as `(a:s):b`; parentheses, had there been any, are nodes of their own.
            let kind = match left.kind {
                ExprKind::Range { start, step: None, stop } => {
                    ExprKind::Range { start, step: Some(stop), stop: Box::new(right) }
                }
                _ => ExprKind::Range { start: Box::new(left), step: None, stop: Box::new(right) },
            };
            return Expr { kind, span };
        }
        Rule::oror => BinaryOp::OrOr,
        Rule::andand => BinaryOp::AndAnd,
        Rule::or => BinaryOp::Or,
        Rule::and => BinaryOp::And,
        Rule::le => BinaryOp::Le,
        Rule::ge => BinaryOp::Ge,
        Rule::eq => BinaryOp::Eq,
        Rule::ne => BinaryOp::Ne,
        Rule::lt => BinaryOp::Lt,
        Rule::gt => BinaryOp::Gt,
        Rule::add => BinaryOp::Add,
        Rule::sub => BinaryOp::Sub,
        Rule::mul => BinaryOp::Mul,
        Rule::div => BinaryOp::Div,
        Rule::ldiv => BinaryOp::LeftDiv,
        Rule::emul => BinaryOp::ElMul,
        Rule::ediv => BinaryOp::ElDiv,
        Rule::eldiv => BinaryOp::ElLeftDiv,
        Rule::pow => BinaryOp::Pow,
        _ => BinaryOp::ElPow,
    };
    Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
}
