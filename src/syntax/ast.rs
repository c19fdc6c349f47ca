//! The tree: what the user wrote, with its places, before any name is resolved.

use super::{BinaryOp, Source, Span, UnaryOp};
use std::sync::Arc;

/// A whole text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// Its statements, functions excluded.
    pub body: Vec<Stmt>,
    /// The functions it defines, in order.
    pub functions: Vec<Arc<FunctionDef>>,
}

/// `function [W, H] = parts(A, k=2) … end`
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionDef {
    /// Its name.
    pub name: Box<str>,
    /// Names of its outputs; the last may be `varargout`.
    pub outputs: Vec<Box<str>>,
    /// Its parameters; the last may be `varargin`.
    pub params: Vec<Param>,
    /// Its body.
    pub body: Vec<Stmt>,
    /// The whole definition.
    pub span: Span,
    /// The `##` or `%` comment lines right above it (or right below its first line), without the marks.
    pub doc: String,
}

impl FunctionDef {
    /// `[a, b] = f(x, k=(1 + 2))`: how it is called.
    pub fn signature<'a>(&self, source: &'a Source) -> &'a str {
        signature(&source.text[self.span.range()])
    }
}

/// The first line of a function's definition, without the word `function` and what follows its parameters.
pub fn signature(definition: &str) -> &str {
    let line = definition.lines().next().unwrap_or_default();
    let mut depth = 0;
    let end = line.find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ')' && depth == 0
    });
    let header = end.map_or(line, |end| &line[..=end]);
    header.strip_prefix("function").unwrap_or(header).trim()
}

/// A parameter with its default.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its name, `~` when ignored.
    pub name: Box<str>,
    /// What it is when the caller does not give it.
    pub default: Option<Expr>,
    /// Where.
    pub span: Span,
}

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// Where.
    pub span: Span,
    /// Whether its value is shown: no semicolon after it.
    pub echo: bool,
}

/// The kinds of statement.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// A value on its own.
    Expr(Expr),
    /// `target op= value`, chained from the right.
    Assign {
        /// One or several targets, `None` for `~`.
        targets: Vec<Option<Place>>,
        /// Whether the targets stood in brackets.
        is_list: bool,
        /// The operator of `+=` and friends.
        op: Option<BinaryOp>,
        /// What is assigned.
        value: Box<AssignValue>,
    },
    /// `hold on`
    Command {
        /// The word.
        name: Box<str>,
        /// What follows it, as strings.
        args: Vec<Box<str>>,
    },
    /// `if … elseif … else … end`
    If {
        /// Conditions with their blocks.
        arms: Vec<(Expr, Vec<Stmt>)>,
        /// The `else` block.
        otherwise: Vec<Stmt>,
    },
    /// `for target = range … end`
    For {
        /// What each column is assigned to.
        target: Place,
        /// What is walked.
        range: Expr,
        /// The body.
        body: Vec<Stmt>,
    },
    /// `for [value, key] = struct … end`
    ForFields {
        /// What each field's value is assigned to.
        value: Place,
        /// What each field's name is assigned to.
        key: Place,
        /// The struct.
        range: Expr,
        /// The body.
        body: Vec<Stmt>,
    },
    /// `while condition … end`
    While {
        /// The condition.
        condition: Expr,
        /// The body.
        body: Vec<Stmt>,
    },
    /// `do … until condition`
    DoUntil {
        /// The body.
        body: Vec<Stmt>,
        /// The condition that ends it.
        condition: Expr,
    },
    /// `switch … end`
    Switch {
        /// What is compared.
        subject: Expr,
        /// Cases with their blocks.
        cases: Vec<(Expr, Vec<Stmt>)>,
        /// The `otherwise` block.
        otherwise: Vec<Stmt>,
    },
    /// `try … catch err … end`
    Try {
        /// What may fail.
        body: Vec<Stmt>,
        /// The error's name.
        name: Option<Box<str>>,
        /// What runs when it failed.
        handler: Vec<Stmt>,
    },
    /// `unwind_protect … unwind_protect_cleanup … end`
    Unwind {
        /// What may fail.
        body: Vec<Stmt>,
        /// What runs in any case.
        cleanup: Vec<Stmt>,
    },
    /// `persistent x = 1 y`
    Persistent(Vec<(Box<str>, Option<Expr>)>),
    /// `global x`: parsed so that the answer is clear.
    Global,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `return`
    Return,
}

/// The right side of an assignment: a value, or another assignment (`a = b = 1`).
#[derive(Debug, Clone, PartialEq)]
pub enum AssignValue {
    /// A value.
    Expr(Expr),
    /// An assignment whose value is passed on.
    Chain(Stmt),
}

/// Something that can be assigned to: `a.b(2){3}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The variable.
    pub name: Box<str>,
    /// How to reach into it, from the outside in.
    pub path: Vec<Step>,
    /// Where.
    pub span: Span,
}

/// One step into a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// `(i, j)`
    Paren(Vec<Arg>),
    /// `{i, j}`
    Brace(Vec<Arg>),
    /// `.name`
    Field(Box<str>),
    /// `.(expr)`
    Dynamic(Box<Expr>),
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `1.5`
    Number(f64),
    /// `2i`
    Imaginary(f64),
    /// `'a'` or `"a"`, escapes already read.
    Text {
        /// The characters.
        value: Box<str>,
        /// Whether the quotes were double.
        double: bool,
    },
    /// A variable or a function.
    Name(Box<str>),
    /// `:` as an index.
    All,
    /// `end` inside an index.
    End,
    /// `a = 1` inside parentheses; its value is what was assigned.
    Assign(Box<Stmt>),
    /// `(a)`
    Paren(Box<Expr>),
    /// `-a`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a:step:b`
    Range {
        /// The first number.
        start: Box<Expr>,
        /// The step, 1 when absent.
        step: Option<Box<Expr>>,
        /// The last number, if a whole number of steps away.
        stop: Box<Expr>,
    },
    /// `a(i, j)`, `a{i}`, `a.f`, `a.(f)`: a call when `a` is a function.
    Access(Box<Expr>, Step),
    /// `[1 2; 3 4]`
    Matrix(Vec<Vec<Expr>>),
    /// `{1, 2}`
    Cell(Vec<Vec<Expr>>),
    /// `@sin`
    Handle(Box<str>),
    /// `@(x) x + 1`
    Anonymous(Arc<FunctionDef>, Box<Expr>),
}

/// An argument of a call, perhaps with its keyword.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// `k` in `f(k=5)`.
    pub keyword: Option<(Box<str>, Span)>,
    /// Its value.
    pub value: Expr,
}
