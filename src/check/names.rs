//! Names that nothing has, and keywords that a function does not take.
//!
//! Whether a name is a variable is known only when a program runs. It is taken for one when anything in its function, or in
//! the statements of the file, makes a variable of that name, before or after; and where something makes variables whose
//! names do not stand there (`eval`, `load`, a script), every name is. So what is found is wrong wherever it is reached.

use crate::builtins;
use crate::eval::{files_named, folders, unknown_name, unknown_parameter};
use crate::session::LibraryFunction;
use crate::syntax::ast::{
    Arg, AssignValue, Expr, ExprKind, Param, Place, Program, Step, Stmt, StmtKind,
};
use crate::syntax::{Diagnostic, FunctionDef, Source, Span, parse};
use crate::value::Fault;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Functions that make variables whose names nobody can read in the program.
const MAKERS: [&str; 8] = ["eval", "evalc", "evalin", "assignin", "load", "source", "run", "input"];

/// Names that a call gives to a function, and statements to the workspace.
const GIVEN: [&str; 4] = ["ans", "nargin", "nargout", "varargout"];

/// What is known of names outside of a function.
pub struct Names {
    folders: Vec<PathBuf>,
    /// The functions of the file, with their parameters.
    functions: HashMap<Box<str>, Vec<Box<str>>>,
    /// What a name of another file is, once it was looked for.
    files: HashMap<Box<str>, Option<Found>>,
}

/// What a file of a name is.
#[derive(Debug, Clone)]
enum Found {
    /// A function, with its parameters.
    Function(Vec<Box<str>>),
    /// A script, or a file that does not parse.
    Script,
}

/// The variables of a function, or of the statements of a file.
#[derive(Clone, Default)]
struct Scope {
    variables: HashSet<Box<str>>,
    /// Names whose value or function is asked for.
    mentioned: HashSet<Box<str>>,
    /// Whether there may be more variables.
    is_open: bool,
    /// Names that were found to be nothing: once is enough.
    told: HashSet<Box<str>>,
}

/// What is found in one text.
struct Finder<'a> {
    names: &'a mut Names,
    source: &'a Source,
    findings: Vec<Diagnostic>,
}

fn parameters(function: &FunctionDef) -> Vec<Box<str>> {
    function.params.iter().map(|param| param.name.clone()).collect()
}

impl Names {
    /// Names as the program in `file` sees them.
    pub fn new(file: &Path) -> Names {
        let beside = file.parent().unwrap_or(Path::new(""));
        let mut list = folders([beside, &beside.join("private")].into_iter());
        list.retain(|folder| folder.is_dir());
        Names { folders: list, functions: HashMap::new(), files: HashMap::new() }
    }

    /// What is wrong with the names of programs that run one after another.
    pub fn findings(mut self, programs: &[(&Source, Program)]) -> Vec<Diagnostic> {
        let functions = || programs.iter().flat_map(|(_, program)| &program.functions);
        self.functions.extend(functions().map(|f| (f.name.clone(), parameters(f))));
        let mut workspace = Scope::default();
        for (_, program) in programs {
            collect(&program.body, &mut workspace);
        }
        self.settle(&mut workspace);
        let mut findings = Vec::new();
        for (source, program) in programs {
            let mut finder = Finder { names: &mut self, source, findings: Vec::new() };
            finder.statements(&program.body, &mut workspace);
            for function in &program.functions {
                finder.function(function);
            }
            findings.append(&mut finder.findings);
        }
        findings
    }

    /// The variables of statements that are a function's body, or the program itself.
    fn settle(&mut self, scope: &mut Scope) {
        let mut unknown = scope.mentioned.difference(&scope.variables);
        scope.is_open = unknown.any(|name| MAKERS.contains(&&**name) || self.is_script(name));
    }

    fn is_script(&mut self, name: &str) -> bool {
        !self.functions.contains_key(name)
            && !is_library(name)
            && matches!(self.file(name), Some(Found::Script))
    }

    /// What the file of a name is, if there is one.
    fn file(&mut self, name: &str) -> Option<&Found> {
        if !self.files.contains_key(name) {
            let path = files_named(name, &self.folders).next();
            self.files.insert(name.into(), path.as_deref().map(found));
        }
        self.files[name].as_ref()
    }

    fn is_function(&mut self, name: &str) -> bool {
        self.functions.contains_key(name) || is_library(name) || self.file(name).is_some()
    }

    /// The error for a keyword of a call, if the function is known and has none of that name.
    fn keyword_fault(&mut self, function: &str, keyword: &str) -> Option<Box<Fault>> {
        let written = |params: &[Box<str>]| {
            let known: Vec<&str> = params.iter().map(|param| &**param).collect();
            let takes = known.contains(&keyword) || known.last() == Some(&"varargin");
            (!takes).then(|| unknown_parameter(function, &known, keyword))
        };
        if let Some(params) = self.functions.get(function) {
            return written(params);
        }
        if let Some(entry) = builtins::find(function) {
            let mut params = entry.forms.iter().flat_map(|form| form.params);
            let takes = params.any(|p| p.is_named_rest || (p.name == keyword && !p.is_rest));
            return (!takes).then(|| builtins::unknown_keyword(entry, keyword));
        }
        if let Some(library) = LibraryFunction::find(function) {
            let params: Vec<Box<str>> = library.params.iter().map(|p| p.as_str().into()).collect();
            return written(&params);
        }
        match self.file(function) {
            Some(Found::Function(params)) => written(params),
            _ => None,
        }
    }
}

/// Notes the variables that statements make.
fn collect(statements: &[Stmt], scope: &mut Scope) {
    for statement in statements {
        match &statement.kind {
            StmtKind::Assign { targets, value, .. } => {
                scope.variables.extend(targets.iter().flatten().map(|place| place.name.clone()));
                if let AssignValue::Chain(inner) = &**value {
                    collect(std::slice::from_ref(inner), scope);
                }
            }
            // `run settings` and `load x.txt` are calls.
            StmtKind::Command { name, .. } => drop(scope.mentioned.insert(name.clone())),
            StmtKind::For { target, .. } => drop(scope.variables.insert(target.name.clone())),
            StmtKind::ForFields { value, key, .. } => {
                scope.variables.extend([value.name.clone(), key.name.clone()]);
            }
            StmtKind::Try { name: Some(name), .. } => {
                scope.variables.insert(name.clone());
            }
            StmtKind::Persistent(declared) => {
                scope.variables.extend(declared.iter().map(|(name, _)| name.clone()));
            }
            _ => {}
        }
        for block in blocks(statement) {
            collect(block, scope);
        }
        for expression in expressions(statement) {
            // `x = load(file)` makes no other variable.
            match (&statement.kind, &expression.kind) {
                (StmtKind::Assign { .. }, ExprKind::Access(call, step)) if is_load(call) => {
                    of_step(step).into_iter().for_each(|part| collect_from(part, scope));
                }
                _ => collect_from(expression, scope),
            }
        }
    }
}

/// Notes the variables that an expression makes, by assigning or by running a text.
fn collect_from(expression: &Expr, scope: &mut Scope) {
    match &expression.kind {
        ExprKind::Assign(assignment) => collect(std::slice::from_ref(assignment), scope),
        ExprKind::Name(name) => drop(scope.mentioned.insert(name.clone())),
        _ => {}
    }
    for part in parts(expression) {
        collect_from(part, scope);
    }
}

fn is_load(call: &Expr) -> bool {
    matches!(&call.kind, ExprKind::Name(name) if &**name == "load")
}

fn is_library(name: &str) -> bool {
    builtins::find(name).is_some() || LibraryFunction::find(name).is_some()
}

/// What lies in a file.
fn found(path: &Path) -> Found {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    match parse(&Source::new("", text)) {
        Ok(program) if program.body.is_empty() && !program.functions.is_empty() => {
            Found::Function(parameters(&program.functions[0]))
        }
        _ => Found::Script,
    }
}

impl Finder<'_> {
    fn function(&mut self, function: &Arc<FunctionDef>) {
        let mut scope = Scope::default();
        scope.variables.extend(parameters(function));
        scope.variables.extend(function.outputs.iter().cloned());
        collect(&function.body, &mut scope);
        self.names.settle(&mut scope);
        self.defaults(&function.params, &mut scope);
        self.statements(&function.body, &mut scope);
    }

    fn defaults(&mut self, params: &[Param], scope: &mut Scope) {
        for default in params.iter().filter_map(|param| param.default.as_ref()) {
            self.expression(default, scope);
        }
    }

    fn statements(&mut self, statements: &[Stmt], scope: &mut Scope) {
        for statement in statements {
            for expression in expressions(statement) {
                self.expression(expression, scope);
            }
            for block in blocks(statement) {
                self.statements(block, scope);
            }
        }
    }

    fn expression(&mut self, expression: &Expr, scope: &mut Scope) {
        match &expression.kind {
            ExprKind::Name(name) | ExprKind::Handle(name) => {
                self.name(name, expression.span, scope);
            }
            ExprKind::Assign(assignment) => {
                return self.statements(std::slice::from_ref(assignment), scope);
            }
            ExprKind::Access(target, Step::Paren(args)) => {
                if let ExprKind::Name(function) = &target.kind {
                    self.keywords(function, args, scope);
                }
            }
            ExprKind::Anonymous(def, body) => {
                let mut inner = scope.clone();
                inner.variables.extend(parameters(def));
                self.defaults(&def.params, &mut inner);
                return self.expression(body, &mut inner);
            }
            _ => {}
        }
        for part in parts(expression) {
            self.expression(part, scope);
        }
    }

    fn name(&mut self, name: &str, span: Span, scope: &mut Scope) {
        if scope.is_open
            || scope.variables.contains(name)
            || GIVEN.contains(&name)
            || self.names.is_function(name)
            || !scope.told.insert(name.into())
        {
            return;
        }
        let library = builtins::entries().map(|entry| entry.name);
        let stdlib = LibraryFunction::all().map(|function| function.name);
        let own = self.names.functions.keys().chain(&scope.variables).map(|name| &**name);
        let fault = unknown_name(name, own.chain(library).chain(stdlib));
        self.findings.push(fault.at(self.source, span).into_diagnostic());
    }

    /// Checks the keywords of a call.
    fn keywords(&mut self, function: &str, args: &[Arg], scope: &Scope) {
        if scope.is_open || scope.variables.contains(function) {
            return;
        }
        for (keyword, span) in args.iter().filter_map(|arg| arg.keyword.as_ref()) {
            if let Some(fault) = self.names.keyword_fault(function, keyword) {
                self.findings.push(fault.at(self.source, *span).into_diagnostic());
            }
        }
    }
}

/// The blocks of a statement.
fn blocks(statement: &Stmt) -> Vec<&[Stmt]> {
    match &statement.kind {
        StmtKind::If { arms, otherwise } | StmtKind::Switch { cases: arms, otherwise, .. } => {
            let arms = arms.iter().map(|(_, body)| &body[..]);
            arms.chain([&otherwise[..]]).collect()
        }
        StmtKind::For { body, .. }
        | StmtKind::ForFields { body, .. }
        | StmtKind::While { body, .. }
        | StmtKind::DoUntil { body, .. } => vec![body],
        StmtKind::Try { body, handler, .. } => vec![body, handler],
        StmtKind::Unwind { body, cleanup } => vec![body, cleanup],
        _ => Vec::new(),
    }
}

/// The expressions of a statement, those of its blocks left out.
fn expressions(statement: &Stmt) -> Vec<&Expr> {
    match &statement.kind {
        StmtKind::Expr(e) => vec![e],
        StmtKind::Assign { targets, value, .. } => {
            let mut list: Vec<&Expr> = targets.iter().flatten().flat_map(of_place).collect();
            match &**value {
                AssignValue::Expr(e) => list.push(e),
                AssignValue::Chain(inner) => list.extend(expressions(inner)),
            }
            list
        }
        StmtKind::If { arms, .. } => arms.iter().map(|(test, _)| test).collect(),
        StmtKind::For { target, range, .. } => {
            of_place(target).into_iter().chain([range]).collect()
        }
        StmtKind::ForFields { range, .. } => vec![range],
        StmtKind::While { condition, .. } | StmtKind::DoUntil { condition, .. } => vec![condition],
        StmtKind::Switch { subject, cases, .. } => {
            [subject].into_iter().chain(cases.iter().map(|(value, _)| value)).collect()
        }
        StmtKind::Persistent(declared) => declared.iter().filter_map(|(_, e)| e.as_ref()).collect(),
        _ => Vec::new(),
    }
}

fn of_place(place: &Place) -> Vec<&Expr> {
    place.path.iter().flat_map(of_step).collect()
}

fn of_step(step: &Step) -> Vec<&Expr> {
    match step {
        Step::Paren(args) | Step::Brace(args) => args.iter().map(|arg| &arg.value).collect(),
        Step::Dynamic(name) => vec![name],
        Step::Field(_) => Vec::new(),
    }
}

/// The expressions inside an expression.
fn parts(expression: &Expr) -> Vec<&Expr> {
    match &expression.kind {
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => vec![inner],
        ExprKind::Binary(_, a, b) => vec![a, b],
        ExprKind::Range { start, step, stop } => {
            [start].into_iter().chain(step).chain([stop]).map(|e| &**e).collect()
        }
        ExprKind::Access(target, step) => [&**target].into_iter().chain(of_step(step)).collect(),
        ExprKind::Matrix(rows) | ExprKind::Cell(rows) => rows.iter().flatten().collect(),
        ExprKind::Anonymous(_, body) => vec![body],
        _ => Vec::new(),
    }
}
