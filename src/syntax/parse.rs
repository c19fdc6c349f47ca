//! pest's flat pairs into the tree: operator precedence, escapes, number literals, readable errors.

use super::ast::*;
use super::scan::{Scan, scan};
use super::slips;
use super::{BinaryOp, Diagnostic, Source, Span, UnaryOp};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::{Pair, Pairs};
use pest::pratt_parser::{Assoc, Op, PrattParser};
use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, Once};

// The macro derives an enum whose variants carry no documentation.
#[allow(missing_docs)]
mod grammar {
    /// The parser pest derives from `grammar/mf.pest`.
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/mf.pest"]
    pub struct MfParser;
}
use grammar::{MfParser, Rule};

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

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

/// Parses a whole program.
///
/// ```
/// use mf::syntax::{Source, parse};
/// let program = parse(&Source::new("example", "x = 1 + 2")).unwrap();
/// assert_eq!(program.body.len(), 1);
/// assert!(parse(&Source::new("example", "x = (1")).is_err());
/// ```
pub fn parse(source: &Source) -> Result<Program> {
    let scanned = scan(source);
    parse_scanned(source, &scanned)
}

/// Parses a text that was scanned before.
pub fn parse_scanned(source: &Source, scanned: &Scan) -> Result<Program> {
    // The limit is one per process in pest; it bounds the work on input that defeats every other guard.
    static LIMIT: Once = Once::new();
    LIMIT.call_once(|| pest::set_call_limit(NonZeroUsize::new(2_000_000_000)));
    if let Some(error) = &scanned.error {
        return Err(Box::new(error.clone()));
    }
    if let Some(span) = scanned.unfinished {
        let what = &source.text[span.range()];
        let error = match what {
            "..." => Diagnostic::error("the text ends after `...`, which goes on in the next line"),
            _ => Diagnostic::error(format!("`{what}` is never closed")),
        };
        let help = match what {
            "(" => "a `)` is missing",
            "[" => "a `]` is missing",
            "{" => "a `}` is missing",
            "..." => "take the `...` away, or write the rest",
            _ => "its end stands on a line of its own: %}",
        };
        return Err(Box::new(error.at(source, span, "opened here").with_help(help)));
    }
    let build = || {
        let mut pairs = MfParser::parse(Rule::program, &scanned.text)
            .map_err(|error| Box::new(readable(source, scanned, &error)))?;
        let mut builder = Builder { source, scanned, functions: Vec::new() };
        let list = pairs.next().expect("a program").into_inner().next().expect("its statements");
        let body = builder.statements(list)?;
        Ok(Program { body, functions: builder.functions })
    };
    if scanned.depth < SHALLOW && source.text.len() < SHORT {
        return build();
    }
    on_a_deep_stack(build)
}

/// Programs below these limits parse within a few hundred kilobytes of stack, whatever they hold.
const SHALLOW: usize = 16;
const SHORT: usize = 2_000;
const DEEP_STACK: usize = 512 << 20;

/// Runs a recursion that is bounded but deep: the caller may be a front end's thread with a small stack. Costs some
/// ten microseconds for the thread; the stack is address space until it is touched.
fn on_a_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(DEEP_STACK).spawn_scoped(scope, work);
        let thread = thread.expect("the operating system starts a thread");
        match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Replaces pest's list of rules by a sentence about what stands there.
fn readable(source: &Source, scanned: &Scan, error: &pest::error::Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    match &error.variant {
        ErrorVariant::CustomError { message } => {
            Diagnostic::error(message.clone()).at(source, Span::new(at, at), "")
        }
        ErrorVariant::ParsingError { .. } => slips::explain(source, scanned, at),
    }
}

struct Builder<'a> {
    source: &'a Source,
    scanned: &'a Scan,
    functions: Vec<Arc<FunctionDef>>,
}

fn span_of(pair: &Pair<'_, Rule>) -> Span {
    let span = pair.as_span();
    Span::new(span.start(), span.end())
}

fn text_of(pair: &Pair<'_, Rule>) -> Box<str> {
    pair.as_str().into()
}

impl Builder<'_> {
    fn statements(&mut self, list: Pair<'_, Rule>) -> Result<Vec<Stmt>> {
        let mut statements = Vec::new();
        for pair in list.into_inner() {
            if let Some(statement) = self.statement(pair)? {
                statements.push(statement);
            }
        }
        Ok(statements)
    }

    /// The statements of the next pair when it is a list; what follows is left in `inner`.
    fn body(&mut self, inner: &mut Pairs<'_, Rule>) -> Result<Vec<Stmt>> {
        match inner.peek() {
            Some(pair) if pair.as_rule() == Rule::statement_list => {
                inner.next();
                self.statements(pair)
            }
            _ => Ok(Vec::new()),
        }
    }

    fn statement(&mut self, pair: Pair<'_, Rule>) -> Result<Option<Stmt>> {
        let mut inner = pair.into_inner();
        let first = inner.next().expect("a statement has a body");
        let span = span_of(&first);
        let echo = match inner.next() {
            Some(terminator) => terminator.into_inner().all(|p| p.as_rule() != Rule::semicolon),
            None => false,
        };
        let kind = match first.as_rule() {
            Rule::function_def => {
                self.function(first)?;
                return Ok(None);
            }
            Rule::if_block => self.if_block(first)?,
            Rule::for_block => self.for_block(first)?,
            Rule::while_block => {
                let mut inner = first.into_inner();
                let condition = self.next_expr(&mut inner)?;
                StmtKind::While { condition, body: self.body(&mut inner)? }
            }
            Rule::do_block => {
                let mut inner = first.into_inner();
                let body = self.body(&mut inner)?;
                StmtKind::DoUntil { body, condition: self.next_expr(&mut inner)? }
            }
            Rule::switch_block => self.switch_block(first)?,
            Rule::try_block => self.try_block(first)?,
            Rule::unwind_block => {
                let mut inner = first.into_inner();
                let body = self.body(&mut inner)?;
                StmtKind::Unwind { body, cleanup: self.body(&mut inner)? }
            }
            Rule::break_stmt => StmtKind::Break,
            Rule::continue_stmt => StmtKind::Continue,
            Rule::return_stmt => StmtKind::Return,
            Rule::global_stmt => StmtKind::Global,
            Rule::persistent_stmt => {
                let mut list = Vec::new();
                for declared in first.into_inner() {
                    let mut inner = declared.into_inner();
                    let name = text_of(&inner.next().expect("a name"));
                    let value = inner.next().map(|pair| self.expr(pair)).transpose()?;
                    list.push((name, value));
                }
                StmtKind::Persistent(list)
            }
            Rule::command => {
                let mut inner = first.into_inner();
                let name = text_of(&inner.next().expect("the word"));
                let args = inner
                    .filter(|pair| pair.as_rule() == Rule::command_arg)
                    .map(|pair| pair.as_str().trim_matches(['\'', '"']).into())
                    .collect();
                StmtKind::Command { name, args }
            }
            Rule::assignment => return Ok(Some(Stmt { echo, ..self.assignment(first)? })),
            Rule::increment => self.increment(first)?,
            _ => StmtKind::Expr(self.expr(first)?),
        };
        Ok(Some(Stmt { kind, span, echo }))
    }

    fn next_expr(&mut self, inner: &mut Pairs<'_, Rule>) -> Result<Expr> {
        let pair = inner.next().expect("the grammar puts an expression here");
        self.expr(pair)
    }

    fn if_block(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let mut inner = pair.into_inner();
        let condition = self.next_expr(&mut inner)?;
        let mut arms = vec![(condition, self.body(&mut inner)?)];
        let mut otherwise = Vec::new();
        for part in inner {
            let is_else = part.as_rule() == Rule::else_part;
            let mut inner = part.into_inner();
            if is_else {
                otherwise = self.body(&mut inner)?;
            } else {
                let condition = self.next_expr(&mut inner)?;
                arms.push((condition, self.body(&mut inner)?));
            }
        }
        Ok(StmtKind::If { arms, otherwise })
    }

    fn for_block(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let mut inner = pair.into_inner().peekable();
        inner.next_if(|pair| pair.as_rule() == Rule::for_open);
        let head = inner.next().expect("the loop variable");
        let (target, key) = if head.as_rule() == Rule::for_pair {
            let mut pair = head.into_inner();
            let value = self.place(pair.next().expect("the value's variable"))?;
            (value, Some(self.place(pair.next().expect("the key's variable"))?))
        } else {
            (self.place(head)?, None)
        };
        let range = self.expr(inner.next().expect("what to walk"))?;
        let mut body = Vec::new();
        for pair in inner {
            // `parfor (i = 1:n, workers)`: the number of workers is ours to choose.
            if pair.as_rule() == Rule::statement_list {
                body = self.statements(pair)?;
            }
        }
        Ok(match key {
            None => StmtKind::For { target, range, body },
            Some(key) => StmtKind::ForFields { value: target, key, range, body },
        })
    }

    fn switch_block(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let mut inner = pair.into_inner();
        let subject = self.next_expr(&mut inner)?;
        let mut cases = Vec::new();
        let mut otherwise = Vec::new();
        for part in inner {
            let is_case = part.as_rule() == Rule::case_part;
            let mut inner = part.into_inner();
            if is_case {
                let value = self.next_expr(&mut inner)?;
                cases.push((value, self.body(&mut inner)?));
            } else {
                otherwise = self.body(&mut inner)?;
            }
        }
        Ok(StmtKind::Switch { subject, cases, otherwise })
    }

    fn try_block(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let mut inner = pair.into_inner();
        let body = self.body(&mut inner)?;
        let (mut name, mut handler) = (None, Vec::new());
        if let Some(part) = inner.next() {
            let mut inner = part.into_inner();
            if inner.peek().is_some_and(|pair| pair.as_rule() == Rule::name) {
                name = inner.next().map(|pair| text_of(&pair));
            }
            handler = self.body(&mut inner)?;
        }
        Ok(StmtKind::Try { body, name, handler })
    }

    fn function(&mut self, pair: Pair<'_, Rule>) -> Result<()> {
        let span = span_of(&pair);
        let mut outputs = Vec::new();
        let mut name = None;
        let mut params = Vec::new();
        let mut body = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::outputs => outputs = part.into_inner().map(|pair| text_of(&pair)).collect(),
                Rule::name => name = Some(text_of(&part)),
                Rule::parameters => params = self.parameters(part)?,
                Rule::statement_list => body = self.statements(part)?,
                _ => {}
            }
        }
        let name = name.expect("a function has a name");
        let doc = self.doc_comment(span);
        self.functions.push(Arc::new(FunctionDef { name, outputs, params, body, span, doc }));
        Ok(())
    }

    fn parameters(&mut self, pair: Pair<'_, Rule>) -> Result<Vec<Param>> {
        let mut params = Vec::new();
        for parameter in pair.into_inner() {
            let span = span_of(&parameter);
            let mut inner = parameter.into_inner();
            let first = inner.next().expect("a parameter");
            let name: Box<str> = match first.as_rule() {
                Rule::ignored => "~".into(),
                _ => text_of(&first),
            };
            let default = inner.next().map(|pair| self.expr(pair)).transpose()?;
            params.push(Param { name, default, span });
        }
        Ok(params)
    }

    /// The run of whole-line comments that ends on the line above, or starts on the line below, a definition.
    fn doc_comment(&self, span: Span) -> String {
        let text = &self.source.text;
        let strip =
            |range: Span| text[range.range()].trim_start_matches(['%', '#']).trim_end().to_string();
        let between_is_blank = |from: u32, to: u32| {
            let gap = &text[from as usize..to as usize];
            gap.trim().is_empty() && gap.matches('\n').count() <= 1
        };
        let mut lines = Vec::new();
        let mut below = span.start;
        for &comment in self.scanned.comments.iter().rev().filter(|c| c.end <= span.start) {
            if !between_is_blank(comment.end, below) {
                break;
            }
            lines.push(strip(comment));
            below = comment.start;
        }
        lines.reverse();
        if lines.is_empty() {
            let header_end =
                text[span.range()].find('\n').map_or(span.end, |n| span.start + n as u32);
            let mut above = header_end;
            for &comment in self.scanned.comments.iter().filter(|c| c.start >= header_end) {
                if !between_is_blank(above, comment.start) {
                    break;
                }
                lines.push(strip(comment));
                above = comment.end;
            }
        }
        let indent = lines
            .iter()
            .filter(|l| !l.trim().is_empty())
            .map(|l| l.len() - l.trim_start().len())
            .min()
            .unwrap_or(0);
        let dedented: Vec<&str> = lines.iter().map(|l| l.get(indent..).unwrap_or("")).collect();
        dedented.join("\n")
    }

    fn assignment(&mut self, pair: Pair<'_, Rule>) -> Result<Stmt> {
        let span = span_of(&pair);
        let mut inner = pair.into_inner();
        let left = inner.next().expect("a target");
        let is_list = left.as_rule() == Rule::multi_target;
        let mut targets = Vec::new();
        if is_list {
            for target in left.into_inner() {
                let target = target.into_inner().next().expect("a target");
                targets.push(match target.as_rule() {
                    Rule::ignored => None,
                    _ => Some(self.place(target)?),
                });
            }
        } else {
            targets.push(Some(self.place(left)?));
        }
        let op = match inner.next().expect("an operator").as_str() {
            "+=" => Some(BinaryOp::Add),
            "-=" => Some(BinaryOp::Sub),
            "*=" => Some(BinaryOp::Mul),
            "/=" => Some(BinaryOp::Div),
            "^=" => Some(BinaryOp::Pow),
            "\\=" => Some(BinaryOp::LeftDiv),
            ".*=" => Some(BinaryOp::ElMul),
            "./=" => Some(BinaryOp::ElDiv),
            ".^=" => Some(BinaryOp::ElPow),
            ".\\=" => Some(BinaryOp::ElLeftDiv),
            "|=" => Some(BinaryOp::Or),
            "&=" => Some(BinaryOp::And),
            _ => None,
        };
        let right = inner.next().expect("a value");
        let value = Box::new(match right.as_rule() {
            Rule::assignment => AssignValue::Chain(self.assignment(right)?),
            _ => AssignValue::Expr(self.expr(right)?),
        });
        Ok(Stmt { kind: StmtKind::Assign { targets, is_list, op, value }, span, echo: false })
    }

    fn increment(&mut self, pair: Pair<'_, Rule>) -> Result<StmtKind> {
        let span = span_of(&pair);
        let (mut target, mut op) = (None, BinaryOp::Add);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::lvalue => target = Some(self.place(part)?),
                Rule::minus_minus => op = BinaryOp::Sub,
                _ => {}
            }
        }
        let value = Box::new(AssignValue::Expr(Expr { kind: ExprKind::Number(1.0), span }));
        Ok(StmtKind::Assign { targets: vec![target], is_list: false, op: Some(op), value })
    }

    fn place(&mut self, pair: Pair<'_, Rule>) -> Result<Place> {
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

    /// An `expr` or `mexpr`: operands and operators in a row.
    fn expr(&mut self, pair: Pair<'_, Rule>) -> Result<Expr> {
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

/// Whether a text is a name that a variable may have.
pub fn is_name(text: &str) -> bool {
    MfParser::parse(Rule::name, text).is_ok_and(|name| name.as_str().len() == text.len())
}

/// Reads the escapes of a double-quoted string; an unknown one stays as it is written.
pub fn unescape(text: &str) -> Box<str> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '"' {
            chars.next_if_eq(&'"');
            out.push('"');
            continue;
        }
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('a') => out.push('\x07'),
            Some('b') => out.push('\x08'),
            Some('f') => out.push('\x0c'),
            Some('v') => out.push('\x0b'),
            Some('x') => {
                let mut code = 0;
                for _ in 0..2 {
                    match chars.peek().and_then(|c| c.to_digit(16)) {
                        Some(digit) => code = code * 16 + digit,
                        None => break,
                    }
                    chars.next();
                }
                out.extend(char::from_u32(code));
            }
            Some(digit @ '0'..='7') => {
                let mut code = digit as u32 - '0' as u32;
                for _ in 0..2 {
                    match chars.peek().and_then(|c| c.to_digit(8)) {
                        Some(digit) => code = code * 8 + digit,
                        None => break,
                    }
                    chars.next();
                }
                out.extend(char::from_u32(code));
            }
            Some(other) if matches!(other, '\\' | '"' | '\'') => out.push(other),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    out.into()
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
