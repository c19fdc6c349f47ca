//! The program after lowering: names are slots, and every call site remembers its function.

use super::typed::LoopCache;
use crate::syntax::{BinaryOp, Source, Span, UnaryOp, respaced};
use crate::value::{Callable, Code, Value};
use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

/// A variable's place in its frame.
pub type Slot = u32;
/// A place in the program that looks a function up: what it found, and as of which generation of definitions.
#[derive(Debug, Default)]
pub struct Site(RefCell<Option<Box<(u32, Callable)>>>);

impl Site {
    /// What was found here, if that still holds.
    pub fn known<T>(&self, generation: u32, read: impl FnOnce(&Callable) -> T) -> Option<T> {
        match &*self.0.borrow() {
            Some(found) if found.0 == generation => Some(read(&found.1)),
            _ => None,
        }
    }

    /// Remembers what was found.
    pub fn remember(&self, generation: u32, callable: Callable) {
        *self.0.borrow_mut() = Some(Box::new((generation, callable)));
    }
}

/// An expression with its place.
#[derive(Debug)]
pub struct Node {
    /// What it computes.
    pub kind: NodeKind,
    /// Where it is written.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Debug)]
pub enum NodeKind {
    /// A number.
    Number(f64),
    /// Any other literal.
    Constant(Value),
    /// A variable, or a function called without arguments when the slot is empty.
    Name(Slot, Site, Arc<str>),
    /// `:` as an argument.
    All,
    /// `end` inside an index.
    End,
    /// `(a = 1)`
    Assign(Box<StmtNode>),
    /// `(a)`: groups products.
    Paren(Box<Node>),
    /// `-a`
    Unary(UnaryOp, Box<Node>),
    /// `a + b`. The counter says how often the path for plain numbers may still fail: none once an operand was
    /// something else, so that a chain of matrix operations does not try that path at every level.
    Binary(BinaryOp, Box<Node>, Box<Node>, AtomicU8),
    /// `start:step:stop`
    Range(Box<Node>, Option<Box<Node>>, Box<Node>),
    /// `name(args)`: an index or a call.
    Call(Slot, Site, Arc<str>, Vec<ArgNode>),
    /// `(expr)(args)`, `m.scores(1,2)`
    Apply(Box<Node>, Vec<ArgNode>),
    /// `c{i}`: what a cell holds, any number of values.
    Brace(Box<Node>, Vec<ArgNode>),
    /// `m.scores`, one value for each element of a struct array.
    Field(Box<Node>, Arc<str>),
    /// `m.(name)`
    DynamicField(Box<Node>, Box<Node>),
    /// `[1 2; 3 4]`
    Matrix(Vec<Vec<Node>>),
    /// `{1, 2; 3, 4}`
    Cell(Vec<Vec<Node>>),
    /// `@sin`
    Handle(Site, Arc<str>),
    /// `@(x) x + a`, with the slots it copies from the frame around it: (outside, inside).
    Anonymous(Arc<Function>, Vec<(Slot, Slot)>),
}

impl NodeKind {
    /// Whether it may stand for any number of values where a list is written: `c{:}`, `s.f`.
    pub fn is_list(&self) -> bool {
        matches!(self, NodeKind::Brace(..) | NodeKind::Field(..) | NodeKind::DynamicField(..))
    }
}

/// An argument.
#[derive(Debug)]
pub struct ArgNode {
    /// `k` in `f(k=5)`.
    pub keyword: Option<(Box<str>, Span)>,
    /// Its value.
    pub value: Node,
    /// Whether `end` stands in it, so that the size of what is indexed must be at hand.
    pub uses_end: bool,
}

/// A statement with its place.
#[derive(Debug)]
pub struct StmtNode {
    /// What it does.
    pub kind: StmtKind,
    /// Where it is written.
    pub span: Span,
    /// Whether its value is shown.
    pub echo: bool,
}

/// The kinds of statement.
#[derive(Debug)]
pub enum StmtKind {
    /// A value on its own.
    Expr(Node),
    /// `x = value`
    Assign(Target, AssignedNode),
    /// `x += value`
    Update(Target, BinaryOp, AssignedNode),
    /// `x(i) = []`
    Delete(Target),
    /// `[a, ~, b] = f(…)`
    AssignMany(Vec<Option<Target>>, Node),
    /// `hold on`
    Command(Site, Arc<str>, Vec<Box<str>>),
    /// Conditions with their blocks, and the `else` block.
    If(Vec<(Node, Vec<StmtNode>)>, Vec<StmtNode>),
    /// Target, what is walked, body.
    For(Target, Node, Vec<StmtNode>, LoopCache),
    /// Value and key targets, the struct whose fields are walked, body.
    ForFields(Target, Target, Node, Vec<StmtNode>),
    /// Condition, body.
    While(Node, Vec<StmtNode>, LoopCache),
    /// Body, condition.
    DoUntil(Vec<StmtNode>, Node, LoopCache),
    /// Subject, cases, `otherwise`.
    Switch(Node, Vec<(Node, Vec<StmtNode>)>, Vec<StmtNode>),
    /// Body, the error's slot, handler.
    Try(Vec<StmtNode>, Option<Slot>, Vec<StmtNode>),
    /// Body, cleanup.
    Unwind(Vec<StmtNode>, Vec<StmtNode>),
    /// `persistent n = 0`: variables that stay from call to call.
    Persistent(Vec<(Slot, Arc<str>, Option<Node>)>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `return`
    Return,
}

/// What an assignment assigns: a value, or what another assignment assigned.
#[derive(Debug)]
pub enum AssignedNode {
    /// A value.
    Value(Node),
    /// `a = b = 1`
    Chain(Box<StmtNode>),
}

/// A variable or a part of it.
#[derive(Debug)]
pub struct Target {
    /// The variable.
    pub slot: Slot,
    /// Its name.
    pub name: Arc<str>,
    /// How to reach the part that is meant; empty for the whole variable.
    pub path: Vec<StepNode>,
    /// Where it is written.
    pub span: Span,
}

/// One step into a variable.
#[derive(Debug)]
pub enum StepNode {
    /// `(i, j)`
    Paren(Vec<ArgNode>),
    /// `{i, j}`
    Brace(Vec<ArgNode>),
    /// `.name`
    Field(Arc<str>),
    /// `.(name)`
    Dynamic(Node),
}

/// A parameter.
#[derive(Debug)]
pub struct ParamCode {
    /// Where it goes; `None` for `~`.
    pub slot: Option<Slot>,
    /// Its name.
    pub name: Arc<str>,
    /// What it is when it is not given.
    pub default: Option<Node>,
}

/// A function's code.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: Arc<str>,
    /// Its parameters.
    pub params: Vec<ParamCode>,
    /// The slot of `varargin`, which takes the arguments behind the parameters.
    pub rest: Option<Slot>,
    /// Where its outputs are found when it ends.
    pub outputs: Vec<(Slot, Arc<str>)>,
    /// The slot of `varargout`, whose parts are the outputs behind those.
    pub further: Option<Slot>,
    /// Its statements; an anonymous function's are one expression.
    pub body: Body,
    /// The names of its slots.
    pub names: Vec<Arc<str>>,
    /// The slots of `nargin` and `nargout`, when it asks.
    pub counts: (Option<Slot>, Option<Slot>),
    /// The text it is written in.
    pub source: Source,
    /// Where.
    pub span: Span,
    /// Its comment.
    pub doc: Arc<str>,
}

impl Function {
    /// `[a, b] = f(x, k=(1 + 2))`: how it is called; all of an anonymous function.
    pub fn signature(&self) -> &str {
        let text = &self.source.text[self.span.range()];
        match self.body {
            Body::Expression(_) => text,
            Body::Statements(_) => crate::syntax::signature(text),
        }
    }
}

/// What a function runs.
#[derive(Debug)]
pub enum Body {
    /// Statements.
    Statements(Vec<StmtNode>),
    /// An anonymous function's expression.
    Expression(Box<Node>),
}

/// A function with the values it captured.
#[derive(Debug)]
pub struct Closure {
    /// The code.
    pub function: Arc<Function>,
    /// What its free variables were when it was made.
    pub captured: Vec<(Slot, Value)>,
}

/// The code of a function that is written in mf.
pub fn written(callable: &Callable) -> Option<&Arc<Function>> {
    match callable {
        Callable::Code(code) => Some(&code.as_any().downcast_ref::<Closure>()?.function),
        Callable::Native(_) | Callable::Named(_) => None,
    }
}

impl Code for Closure {
    fn name(&self) -> &str {
        &self.function.name
    }

    fn text(&self) -> String {
        match self.function.body {
            Body::Expression(_) => respaced(&self.function.source.text[self.function.span.range()]),
            Body::Statements(_) => format!("@{}", self.function.name),
        }
    }

    fn counts(&self) -> (i64, i64) {
        let function = &self.function;
        let signed = |count: usize, further: bool| match further {
            true => -(count as i64) - 1,
            false => count as i64,
        };
        let outputs = match function.body {
            Body::Expression(_) => 1,
            Body::Statements(_) => signed(function.outputs.len(), function.further.is_some()),
        };
        (signed(function.params.len(), function.rest.is_some()), outputs)
    }

    fn file(&self) -> &str {
        &self.function.source.name
    }

    fn captured(&self) -> Vec<(Arc<str>, Value)> {
        let named = |(slot, value): &(Slot, Value)| {
            (self.function.names[*slot as usize].clone(), value.clone())
        };
        self.captured.iter().map(named).collect()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
