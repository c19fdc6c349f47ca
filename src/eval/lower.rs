//! From tree to program: every name becomes a slot of its frame, once.
//!
//! Whether a name is a variable or a function is known only when it runs (`load` and `eval` make variables),
//! so each name has a slot, and an empty slot means the function of that name.

use super::code::*;
use super::typed::LoopCache;
use crate::syntax::ast::{self, AssignValue, Expr, ExprKind, Place, Stmt};
use crate::syntax::{Diagnostic, Source, Span};
use crate::value::Value;
use matfac::c64;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// The names of a frame, by slot.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Slot to name.
    pub names: Vec<Arc<str>>,
    slots: HashMap<Arc<str>, Slot>,
}

impl Scope {
    /// The slot of a name, a new one if it has none.
    pub fn slot(&mut self, name: &str) -> Slot {
        if let Some(&slot) = self.slots.get(name) {
            return slot;
        }
        let slot = self.names.len() as Slot;
        let name: Arc<str> = name.into();
        self.names.push(name.clone());
        self.slots.insert(name, slot);
        slot
    }

    /// A scope with these names, each in its slot.
    pub fn of_names(names: &[Arc<str>]) -> Scope {
        let slots = names.iter().enumerate().map(|(slot, name)| (name.clone(), slot as Slot));
        Scope { names: names.to_vec(), slots: slots.collect() }
    }

    /// The slot of a name, if it has one.
    pub fn find(&self, name: &str) -> Option<Slot> {
        self.slots.get(name).copied()
    }
}

/// The first time a function is called its site does not know it yet, and the path for numbers fails once.
const TRIES: u8 = 3;

/// A lowered text.
#[derive(Debug)]
pub struct Lowered {
    /// Its statements.
    pub body: Vec<StmtNode>,
    /// Its functions.
    pub functions: Vec<Arc<Function>>,
}

/// Lowers a program whose top-level names live in `scope`.
pub fn lower(source: &Source, program: &ast::Program, scope: &mut Scope) -> Result<Lowered> {
    let mut functions = Vec::new();
    for def in &program.functions {
        functions.push(Arc::new(function(source, def)?));
    }
    let mut lowerer = Lowerer { source, scope, index_depth: 0, uses_end: false };
    let body = lowerer.statements(&program.body)?;
    Ok(Lowered { body, functions })
}

fn function(source: &Source, def: &ast::FunctionDef) -> Result<Function> {
    let mut scope = Scope::default();
    let mut lowerer = Lowerer { source, scope: &mut scope, index_depth: 0, uses_end: false };
    let (params, rest) = lowerer.params(&def.params)?;
    let mut outputs: Vec<(Slot, Arc<str>)> =
        def.outputs.iter().map(|name| (lowerer.scope.slot(name), (**name).into())).collect();
    let further = outputs.pop_if(|(_, name)| &**name == "varargout").map(|(slot, _)| slot);
    let body = Body::Statements(lowerer.statements(&def.body)?);
    let counts = (scope.find("nargin"), scope.find("nargout"));
    Ok(Function {
        name: (*def.name).into(),
        params,
        rest,
        outputs,
        further,
        body,
        names: scope.names,
        counts,
        source: source.clone(),
        span: def.span,
        doc: def.doc.as_str().into(),
    })
}

struct Lowerer<'a> {
    source: &'a Source,
    scope: &'a mut Scope,
    /// How many indices are open: `end` has a meaning only inside one.
    index_depth: usize,
    /// Whether `end` was met since this was last cleared.
    uses_end: bool,
}

impl Lowerer<'_> {
    fn error(&self, message: impl Into<String>, span: Span) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(message).at(self.source, span, ""))
    }

    fn statements(&mut self, statements: &[Stmt]) -> Result<Vec<StmtNode>> {
        statements.iter().map(|s| self.statement(s)).collect()
    }

    fn statement(&mut self, stmt: &Stmt) -> Result<StmtNode> {
        use ast::StmtKind as K;
        let kind = match &stmt.kind {
            K::Expr(e) => StmtKind::Expr(self.expr(e)?),
            K::Assign { targets, is_list, op, value } => {
                return self.assignment(stmt, targets, *is_list, *op, value);
            }
            K::Command { name, args } => {
                StmtKind::Command(Site::default(), (**name).into(), args.clone())
            }
            K::If { arms, otherwise } => {
                let arms = arms
                    .iter()
                    .map(|(test, body)| Ok((self.condition(test)?, self.statements(body)?)))
                    .collect::<Result<_>>()?;
                StmtKind::If(arms, self.statements(otherwise)?)
            }
            K::For { target, range, body } => {
                let range = self.expr(range)?;
                let (target, body) = (self.target(target)?, self.statements(body)?);
                StmtKind::For(target, range, body, LoopCache::default())
            }
            K::While { condition, body } => {
                let (condition, body) = (self.condition(condition)?, self.statements(body)?);
                StmtKind::While(condition, body, LoopCache::default())
            }
            K::DoUntil { body, condition } => {
                let (body, condition) = (self.statements(body)?, self.expr(condition)?);
                StmtKind::DoUntil(body, condition, LoopCache::default())
            }
            K::Switch { subject, cases, otherwise } => {
                let subject = self.expr(subject)?;
                let cases = cases
                    .iter()
                    .map(|(value, body)| Ok((self.expr(value)?, self.statements(body)?)))
                    .collect::<Result<_>>()?;
                StmtKind::Switch(subject, cases, self.statements(otherwise)?)
            }
            K::Try { body, name, handler } => {
                let body = self.statements(body)?;
                let slot = name.as_ref().map(|name| self.scope.slot(name));
                StmtKind::Try(body, slot, self.statements(handler)?)
            }
            K::Unwind { body, cleanup } => {
                StmtKind::Unwind(self.statements(body)?, self.statements(cleanup)?)
            }
            K::ForFields { value, key, range, body } => {
                let range = self.expr(range)?;
                let (value, key) = (self.target(value)?, self.target(key)?);
                StmtKind::ForFields(value, key, range, self.statements(body)?)
            }
            K::Persistent(names) => {
                let declared = names.iter().map(|(name, start)| {
                    let slot = self.scope.slot(name);
                    let start = start.as_ref().map(|e| self.expr(e)).transpose()?;
                    Ok((slot, (**name).into(), start))
                });
                StmtKind::Persistent(declared.collect::<Result<_>>()?)
            }
            K::Global => {
                return Err(Box::new(
                    Diagnostic::error("global variables are not supported")
                        .at(self.source, stmt.span, "")
                        .with_help("pass values as arguments, or keep them in a struct"),
                ));
            }
            K::Break => StmtKind::Break,
            K::Continue => StmtKind::Continue,
            K::Return => StmtKind::Return,
        };
        Ok(StmtNode { kind, span: stmt.span, echo: stmt.echo })
    }

    fn assignment(
        &mut self,
        stmt: &Stmt,
        targets: &[Option<Place>],
        is_list: bool,
        op: Option<crate::syntax::BinaryOp>,
        value: &AssignValue,
    ) -> Result<StmtNode> {
        let (span, echo) = (stmt.span, stmt.echo);
        if is_list {
            if op.is_some() {
                return Err(self.error("`+=` and its like take one target", span));
            }
            let AssignValue::Expr(value) = value else {
                return Err(self.error("a list of targets needs one call on its right", span));
            };
            let value = self.expr(value)?;
            let targets = targets
                .iter()
                .map(|t| t.as_ref().map(|place| self.target(place)).transpose())
                .collect::<Result<_>>()?;
            return Ok(StmtNode { kind: StmtKind::AssignMany(targets, value), span, echo });
        }
        let place = targets[0].as_ref().expect("`~` stands only in lists");
        // Only a literal `[]`, `''` or `""` deletes, as in Octave: an empty value of a variable does not.
        let deletes = match value {
            AssignValue::Expr(Expr { kind: ExprKind::Matrix(rows), .. }) => rows.is_empty(),
            AssignValue::Expr(Expr { kind: ExprKind::Text { value, .. }, .. }) => value.is_empty(),
            _ => false,
        };
        if let (true, None, Some(ast::Step::Paren(_))) = (deletes, op, place.path.last()) {
            return Ok(StmtNode { kind: StmtKind::Delete(self.target(place)?), span, echo });
        }
        let value = match value {
            AssignValue::Expr(e) => AssignedNode::Value(self.expr(e)?),
            AssignValue::Chain(inner) => AssignedNode::Chain(Box::new(self.statement(inner)?)),
        };
        let target = self.target(place)?;
        let kind = match op {
            None => StmtKind::Assign(target, value),
            Some(op) => StmtKind::Update(target, op, value),
        };
        Ok(StmtNode { kind, span, echo })
    }

    fn target(&mut self, place: &Place) -> Result<Target> {
        let slot = self.scope.slot(&place.name);
        let path = place.path.iter().map(|step| {
            Ok(match step {
                ast::Step::Paren(args) => StepNode::Paren(self.args(args, true)?),
                ast::Step::Brace(args) => StepNode::Brace(self.args(args, true)?),
                ast::Step::Field(name) => StepNode::Field((**name).into()),
                ast::Step::Dynamic(name) => StepNode::Dynamic(self.expr(name)?),
            })
        });
        let path = path.collect::<Result<_>>()?;
        Ok(Target { slot, name: (*place.name).into(), path, span: place.span })
    }

    /// The parameters, and the slot of `varargin` when it is the last.
    fn params(&mut self, params: &[ast::Param]) -> Result<(Vec<ParamCode>, Option<Slot>)> {
        let mut list = Vec::new();
        let (params, rest) = match params {
            [params @ .., last] if &*last.name == "varargin" => {
                (params, Some(self.scope.slot("varargin")))
            }
            all => (all, None),
        };
        for param in params {
            let slot = (&*param.name != "~").then(|| self.scope.slot(&param.name));
            let name: Arc<str> = (*param.name).into();
            if slot.is_some() && list.iter().any(|p: &ParamCode| p.name == name) {
                return Err(self.error(format!("parameter `{name}` is named twice"), param.span));
            }
            let default = param.default.as_ref().map(|e| self.expr(e)).transpose()?;
            list.push(ParamCode { slot, name, default });
        }
        Ok((list, rest))
    }

    /// Arguments; of a value that is indexed, `end` means its size.
    fn args(&mut self, args: &[ast::Arg], may_index: bool) -> Result<Vec<ArgNode>> {
        let mut list = Vec::new();
        for arg in args {
            let outer = std::mem::replace(&mut self.uses_end, false);
            self.index_depth += usize::from(may_index);
            let value = self.expr(&arg.value);
            self.index_depth -= usize::from(may_index);
            let uses_end = std::mem::replace(&mut self.uses_end, outer);
            // When the name turns out to be a function, `end` belongs to the index around the call.
            self.uses_end |= uses_end;
            list.push(ArgNode { keyword: arg.keyword.clone(), value: value?, uses_end });
        }
        Ok(list)
    }

    fn boxed(&mut self, e: &Expr) -> Result<Box<Node>> {
        Ok(Box::new(self.expr(e)?))
    }

    fn expr(&mut self, e: &Expr) -> Result<Node> {
        let kind = match &e.kind {
            ExprKind::Number(x) => NodeKind::Number(*x),
            ExprKind::Imaginary(x) => NodeKind::Constant(Value::from(c64::new(0.0, *x))),
            ExprKind::Text { value, double } => {
                let mut text = crate::value::Text::new(value.clone());
                text.double_quoted = *double;
                NodeKind::Constant(Value::Text(Arc::new(text)))
            }
            ExprKind::Name(name) => {
                NodeKind::Name(self.scope.slot(name), Site::default(), (**name).into())
            }
            ExprKind::All => NodeKind::All,
            ExprKind::End if self.index_depth == 0 => {
                return Err(self.error("`end` has a meaning only inside an index", e.span));
            }
            ExprKind::End => {
                self.uses_end = true;
                NodeKind::End
            }
            ExprKind::Assign(assignment) => NodeKind::Assign(Box::new(self.statement(assignment)?)),
            ExprKind::Paren(inner) => NodeKind::Paren(self.boxed(inner)?),
            ExprKind::Unary(op, a) => NodeKind::Unary(*op, self.boxed(a)?),
            ExprKind::Binary(op, a, b) => {
                NodeKind::Binary(*op, self.boxed(a)?, self.boxed(b)?, AtomicU8::new(TRIES))
            }
            ExprKind::Range { start, step, stop } => NodeKind::Range(
                self.boxed(start)?,
                step.as_ref().map(|s| self.boxed(s)).transpose()?,
                self.boxed(stop)?,
            ),
            ExprKind::Access(target, step) => self.access(target, step)?,
            ExprKind::Matrix(rows) => NodeKind::Matrix(self.rows(rows)?),
            ExprKind::Cell(rows) => NodeKind::Cell(self.rows(rows)?),
            ExprKind::Handle(name) => NodeKind::Handle(Site::default(), (**name).into()),
            ExprKind::Anonymous(def, body) => self.anonymous(def, body)?,
        };
        Ok(Node { kind, span: e.span })
    }

    /// A condition. `if (x = 3)` is taken for the slip it nearly always is.
    fn condition(&mut self, e: &Expr) -> Result<Node> {
        if let ExprKind::Paren(inner) = &e.kind
            && let ExprKind::Assign(_) = inner.kind
        {
            let help = "compare with `==`; another pair of parentheses allows the assignment";
            return Err(Box::new(
                Diagnostic::error("this assigns, and a condition is expected")
                    .at(self.source, inner.span, "")
                    .with_help(help),
            ));
        }
        self.expr(e)
    }

    fn rows(&mut self, rows: &[Vec<Expr>]) -> Result<Vec<Vec<Node>>> {
        rows.iter().map(|row| row.iter().map(|e| self.expr(e)).collect()).collect()
    }

    fn access(&mut self, target: &Expr, step: &ast::Step) -> Result<NodeKind> {
        Ok(match (step, &target.kind) {
            // In a function `nargin` is a number, and `nargin(f)` asks about another function all the same.
            (ast::Step::Paren(args), ExprKind::Name(name))
                if matches!(&**name, "nargin" | "nargout") && !args.is_empty() =>
            {
                let kind = NodeKind::Handle(Site::default(), (**name).into());
                let function = Box::new(Node { kind, span: target.span });
                NodeKind::Apply(function, self.args(args, true)?)
            }
            (ast::Step::Paren(args), ExprKind::Name(name)) => {
                let slot = self.scope.slot(name);
                NodeKind::Call(slot, Site::default(), (**name).into(), self.args(args, true)?)
            }
            (ast::Step::Paren(args), _) => {
                NodeKind::Apply(self.boxed(target)?, self.args(args, true)?)
            }
            (ast::Step::Field(name), _) => NodeKind::Field(self.boxed(target)?, (**name).into()),
            (ast::Step::Dynamic(name), _) => {
                NodeKind::DynamicField(self.boxed(target)?, self.boxed(name)?)
            }
            (ast::Step::Brace(args), _) => {
                NodeKind::Brace(self.boxed(target)?, self.args(args, true)?)
            }
        })
    }

    /// An anonymous function: its free names are copied from the frame around it when it is made.
    fn anonymous(&mut self, def: &ast::FunctionDef, body: &Expr) -> Result<NodeKind> {
        let mut scope = Scope::default();
        let mut inner =
            Lowerer { source: self.source, scope: &mut scope, index_depth: 0, uses_end: false };
        let (params, rest) = inner.params(&def.params)?;
        let body = Body::Expression(Box::new(inner.expr(body)?));
        let is_param = |name: &str| def.params.iter().any(|p| &*p.name == name);
        let free: Vec<(Slot, Arc<str>)> = scope
            .names
            .iter()
            .enumerate()
            .filter(|(_, name)| !is_param(name))
            .map(|(slot, name)| (slot as Slot, name.clone()))
            .collect();
        let captures =
            free.into_iter().map(|(slot, name)| (self.scope.slot(&name), slot)).collect();
        let function = Function {
            name: "@<anonymous>".into(),
            params,
            rest,
            outputs: Vec::new(),
            further: None,
            body,
            counts: (scope.find("nargin"), scope.find("nargout")),
            names: scope.names,
            source: self.source.clone(),
            span: def.span,
            doc: "".into(),
        };
        Ok(NodeKind::Anonymous(Arc::new(function), captures))
    }
}
