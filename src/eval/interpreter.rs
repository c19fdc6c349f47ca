//! The interpreter's state: frames, functions, and what built-in functions may ask of it.

use super::code::{Function, Node, Slot, StmtNode};
use super::lower::{Scope, lower};
use super::names;
use crate::syntax::{Diagnostic, Source, Span, parse};
use crate::value::{
    Arguments, Callable, Fault, FaultKind, Figures, Host, Native, Result, Shown, Style, Value,
    Variable, show,
};
use matfac::data::{Interrupt, Monitor};
use matfac::linalg::Random;
use matfac::plot::Figure;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Calls may nest this deep, as in Octave; the evaluation thread's stack is sized for it.
pub const MAX_CALLS: usize = 256;

/// The functions that are not written by the user.
pub trait Library {
    /// A function written in Rust.
    fn native(&self, name: &str) -> Option<&'static Native>;
    /// The text of the standard library file that defines a function.
    fn stdlib(&self, name: &str) -> Option<Source>;
    /// Every name there is.
    fn names(&self) -> Vec<&'static str>;
    /// The help text of a function written in Rust, or of one whose comment is given.
    fn help(&self, name: &str, comment: Option<&str>) -> Option<String>;
    /// Name, summary and group of every function.
    fn catalogue(&self) -> Vec<(String, String, String)>;
}

/// Where what happens goes.
pub trait Output {
    /// Text for standard output.
    fn stdout(&mut self, text: &str);
    /// Text for standard error.
    fn stderr(&mut self, text: &str);
    /// A value shown by its statement; `is_result` when it is the value of an expression.
    fn value(&mut self, shown: Shown, is_result: bool);
    /// A finished picture.
    fn figure(&mut self, figure: Arc<Figure>);
    /// A warning.
    fn warning(&mut self, warning: Diagnostic);
    /// Text for the pager.
    fn page(&mut self, text: &str);
    /// Clear what was shown.
    fn clear(&mut self);
    /// A line from the user.
    fn input(&mut self, prompt: &str) -> Option<String>;
    /// For long computations.
    fn monitor(&self, interrupt: &Interrupt) -> Monitor;
}

/// The variables of one running function.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub slots: Vec<Option<Value>>,
    /// The function that runs; `None` in the workspace.
    pub function: Option<Arc<Function>>,
    /// Variables whose names the function's text does not have.
    pub extra: HashMap<Arc<str>, Value>,
    /// Sizes of the values being indexed, innermost last: what `end` means.
    pub ends: Vec<EndContext>,
    /// The text that is running.
    pub source: Option<Source>,
}

/// What `end` means at one place of an index.
#[derive(Debug, Clone, Copy)]
pub(super) struct EndContext {
    pub shape: (usize, usize),
    pub position: usize,
    pub count: usize,
}

/// Octave's names that stand for a whole part of the language which mf has not, and what that part is.
const NOT_YET: [(&[&str], &str); 5] = [
    (
        &["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "single"],
        "number classes other than double",
    ),
    (&["cell", "cellfun", "cell2mat", "num2cell", "iscellstr", "cellstr"], "cells"),
    (&["struct", "fieldnames", "isfield", "rmfield", "setfield", "getfield"], "structs"),
    (&["sparse", "speye", "sprand", "spdiags", "issparse", "full"], "sparse matrices"),
    (&["eval", "evalc", "arrayfun", "structfun"], "functions of this kind"),
];

/// Runs programs, one after another, in one workspace.
pub struct Interpreter {
    pub(super) frame: Frame,
    pub(super) callers: Vec<Frame>,
    scope: Scope,
    functions: HashMap<Arc<str>, Callable>,
    /// Changes whenever a function is defined, which makes the sites' memories void.
    generation: u32,
    sites: Vec<(u32, Option<Callable>)>,
    library: Box<dyn Library>,
    pub(super) output: Box<dyn Output>,
    pub(super) interrupt: Interrupt,
    random: Random,
    figures: Figures,
    style: Style,
    stopwatch: Option<std::time::Instant>,
    script_arguments: Vec<String>,
    /// The text of the workspace that runs, when it has a name that may be a path.
    script: Option<PathBuf>,
    warned: HashSet<String>,
    /// Where the statement that runs stands, for warnings.
    pub(super) here: Span,
}

impl Interpreter {
    /// An interpreter with an empty workspace.
    pub fn new(library: Box<dyn Library>, output: Box<dyn Output>, interrupt: Interrupt) -> Self {
        Interpreter {
            frame: Frame::default(),
            callers: Vec::new(),
            scope: Scope::default(),
            functions: HashMap::new(),
            generation: 1,
            sites: Vec::new(),
            library,
            output,
            interrupt,
            // Octave draws a fresh state at start; a fixed one makes every script repeatable.
            random: Random::seeded(42),
            figures: Figures::default(),
            style: Style::default(),
            stopwatch: None,
            script_arguments: Vec::new(),
            script: None,
            warned: HashSet::new(),
            here: Span::default(),
        }
    }

    /// What `argv()` answers.
    pub fn set_script_arguments(&mut self, arguments: Vec<String>) {
        self.script_arguments = arguments;
    }

    /// The value of one expression, in the workspace.
    pub fn evaluate_top(&mut self, source: &Source) -> Result<Value> {
        let node = self.expression_top(source)?;
        self.eval(&node)
    }

    /// One expression over the variables of the workspace.
    pub(super) fn expression_top(&mut self, source: &Source) -> Result<Node> {
        self.return_to_workspace();
        let program = parse(source)?;
        let mut lowered = lower(source, &program, &mut self.scope)?;
        self.frame.slots.resize(self.scope.names.len(), None);
        self.frame.source = Some(source.clone());
        match (lowered.body.pop(), &lowered.body[..], lowered.functions.is_empty()) {
            (Some(StmtNode { kind: super::code::StmtKind::Expr(node), .. }), [], true) => Ok(node),
            _ => Err(Fault::new("one expression is needed here")),
        }
    }

    /// Hands a value to the front end as the result of an expression.
    pub fn emit_value(&mut self, shown: Shown) {
        self.output.value(shown, true);
    }

    /// The style values are shown in.
    pub fn style_mut(&mut self) -> &mut Style {
        &mut self.style
    }

    /// Runs a text in the workspace. Whatever happens, variables keep the values they have.
    pub fn run(&mut self, source: &Source) -> Result<()> {
        self.return_to_workspace();
        let program = parse(source)?;
        let lowered = lower(source, &program, &mut self.scope)?;
        for function in lowered.functions {
            self.define(function);
        }
        self.warned.clear();
        self.script = Some(PathBuf::from(&*source.name));
        self.frame.slots.resize(self.scope.names.len(), None);
        self.frame.source = Some(source.clone());
        let result = self.execute(&lowered.body).map(|_| ());
        if !matches!(&result, Err(fault) if fault.kind == FaultKind::Interrupted) {
            self.show_figures();
        }
        if result.is_ok() && self.figures.is_waiting() {
            let message = "nothing is plotted in this figure yet: it waits for a plot";
            let help = "a figure is shown when its entry ends: plot(x), title(\"t\")";
            let mut warning = Diagnostic::error(message).with_help(help);
            warning.is_warning = true;
            self.output.warning(warning);
        }
        result
    }

    /// Leaves calls that a panic left half done; errors and interrupts leave none.
    fn return_to_workspace(&mut self) {
        if !self.callers.is_empty() {
            self.frame = self.callers.swap_remove(0);
            self.callers.clear();
        }
        self.frame.ends.clear();
    }

    /// Makes a function known under its name.
    fn define(&mut self, function: Arc<Function>) {
        let name = function.name.clone();
        let closure = super::code::Closure { function, captured: Vec::new() };
        let callable = Callable::Code(Arc::new(closure));
        self.functions.insert(name, callable);
        self.generation += 1;
    }

    /// The function a call site means, remembered there.
    pub(super) fn function_at(&mut self, site: super::code::Site, name: &str) -> Result<Callable> {
        let site = site as usize;
        if let Some((generation, Some(callable))) = self.sites.get(site)
            && *generation == self.generation
        {
            return Ok(callable.clone());
        }
        let Some(callable) = self.find_function(name)? else {
            return Err(self.unknown(name));
        };
        if self.sites.len() <= site {
            self.sites.resize(site + 1, (0, None));
        }
        self.sites[site] = (self.generation, Some(callable.clone()));
        Ok(callable)
    }

    /// The scalar form of the function a call site means, if it is already remembered and has one.
    pub(super) fn scalar_at(&self, site: super::code::Site) -> Option<fn(f64) -> f64> {
        match self.sites.get(site as usize) {
            Some((generation, Some(Callable::Native(native))))
                if *generation == self.generation =>
            {
                native.scalar
            }
            _ => None,
        }
    }

    /// The function a call site means, if it is written in Rust.
    pub(super) fn native_at(
        &mut self,
        site: super::code::Site,
        name: &str,
    ) -> Result<Option<&'static Native>> {
        let known = self.sites.get(site as usize);
        let native = |callable: &Callable| match callable {
            Callable::Native(native) => Some(*native),
            _ => None,
        };
        match known {
            Some((generation, Some(callable))) if *generation == self.generation => {
                Ok(native(callable))
            }
            _ => self.function_at(site, name).map(|callable| native(&callable)),
        }
    }

    /// User functions first, then those in Rust, then the standard library's files, which are read on first use.
    pub(super) fn find_function(&mut self, name: &str) -> Result<Option<Callable>> {
        if let Some(callable) = self.functions.get(name) {
            return Ok(Some(callable.clone()));
        }
        if let Some(native) = self.library.native(name) {
            return Ok(Some(Callable::Native(native)));
        }
        let Some(source) = self.library.stdlib(name) else {
            return Ok(None);
        };
        let program = parse(&source)?;
        let lowered = lower(&source, &program, &mut Scope::default())?;
        for function in lowered.functions {
            self.define(function);
        }
        Ok(self.functions.get(name).cloned())
    }

    /// The error for a name that is neither a variable nor a function.
    pub(super) fn unknown(&self, name: &str) -> Box<Fault> {
        if let Some((_, what)) = NOT_YET.iter().find(|(names, _)| names.contains(&name)) {
            return Fault::unsupported(&format!("{what} (`{name}`)"));
        }
        let variables = self.variables();
        let library = self.library.names();
        let known = variables
            .iter()
            .map(|(name, _)| &**name)
            .chain(self.functions.keys().map(|name| &**name))
            .chain(library.iter().copied());
        let mut fault = Fault::new(format!("`{name}` is not a variable or function"))
            .identified("Octave:undefined-function");
        fault.hint = names::did_you_mean(&names::nearest(name, known));
        fault
    }

    /// The names of the running frame's slots.
    fn slot_names(&self) -> &[Arc<str>] {
        match &self.frame.function {
            Some(function) => &function.names,
            None => &self.scope.names,
        }
    }

    fn find_slot(&self, name: &str) -> Option<Slot> {
        match &self.frame.function {
            Some(function) => {
                function.names.iter().position(|n| &**n == name).map(|slot| slot as Slot)
            }
            None => self.scope.find(name),
        }
    }

    /// The source that is running.
    pub(super) fn source(&self) -> Source {
        self.frame.source.clone().unwrap_or_else(|| Source::new("", ""))
    }

    /// Names of everything that can be completed: functions the user defined.
    pub fn user_functions(&self) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = self.functions.keys().cloned().collect();
        names.sort();
        names
    }
}

impl Host for Interpreter {
    fn call(&mut self, f: &Callable, args: Arguments, nargout: usize) -> Result<Vec<Value>> {
        self.call_function(f, args, nargout)
    }

    fn evaluate(&mut self, expression: &str) -> Result<Value> {
        // A frame of its own: names in the text are looked up in the variables in sight.
        let source = Source::new("text", expression);
        let program = parse(&source)?;
        let mut scope = Scope::default();
        let lowered = lower(&source, &program, &mut scope)?;
        let mut body = lowered.body;
        let Some(StmtNode { kind: super::code::StmtKind::Expr(node), .. }) =
            body.pop().filter(|_| body.is_empty())
        else {
            return Err(Fault::new("one expression is needed here"));
        };
        let known: HashMap<Arc<str>, Value> = self.variables().into_iter().collect();
        let slots = scope.names.iter().map(|name| known.get(name).cloned()).collect();
        // The frame's names are the text's own, not those of the workspace.
        let names = Function::of_names("text", scope.names, &source);
        let frame = Frame {
            slots,
            source: Some(source),
            function: Some(Arc::new(names)),
            ..Frame::default()
        };
        let caller = std::mem::replace(&mut self.frame, frame);
        self.callers.push(caller);
        let value = self.eval(&node);
        self.frame = self.callers.pop().expect("pushed above");
        value
    }

    fn print(&mut self, text: &str) {
        self.output.stdout(text);
    }

    fn print_error(&mut self, text: &str) {
        self.output.stderr(text);
    }

    fn page(&mut self, text: &str) {
        self.output.page(text);
    }

    fn clear_screen(&mut self) {
        self.output.clear();
    }

    fn warn(&mut self, identifier: &str, message: &str) {
        // Each warning once a run: a loop must not print thousands.
        if !self.warned.insert(format!("{identifier}\0{message}")) {
            return;
        }
        let mut warning = Diagnostic::error(message).at(&self.source(), self.here, "");
        warning.identifier = identifier.into();
        warning.is_warning = true;
        self.output.warning(warning);
    }

    fn input(&mut self, prompt: &str) -> Result<String> {
        let line = self.output.input(prompt);
        if line.is_none() && self.interrupt.is_set() {
            return Err(Fault::interrupted());
        }
        line.ok_or_else(|| {
            Fault::new("there is nobody to answer `input`")
                .hint("it works at a prompt and in a notebook, not in a script without a terminal")
        })
    }

    fn display(&mut self, name: &str, value: &Value) {
        let shown = show(name, value, &self.style);
        self.output.value(shown, name == "ans");
    }

    fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    fn figures(&mut self) -> &mut Figures {
        &mut self.figures
    }

    fn show_figures(&mut self) {
        for figure in self.figures.finish() {
            self.output.figure(figure);
        }
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    fn monitor(&self) -> Monitor {
        self.output.monitor(&self.interrupt)
    }

    fn variables(&self) -> Vec<Variable> {
        let slots = self.slot_names().iter().zip(&self.frame.slots);
        let mut list: Vec<Variable> = slots
            .filter_map(|(name, value)| Some((name.clone(), value.clone()?)))
            .chain(self.frame.extra.iter().map(|(name, value)| (name.clone(), value.clone())))
            .collect();
        list.sort_by(|a, b| a.0.cmp(&b.0));
        list
    }

    fn set_variable(&mut self, name: &str, value: Value) -> Result<()> {
        if self.frame.function.is_none() {
            let slot = self.scope.slot(name) as usize;
            self.frame.slots.resize(self.scope.names.len(), None);
            self.frame.slots[slot] = Some(value);
        } else if let Some(slot) = self.find_slot(name) {
            self.frame.slots[slot as usize] = Some(value);
        } else {
            self.frame.extra.insert(name.into(), value);
        }
        Ok(())
    }

    fn clear_variables(&mut self, names: &[&str]) {
        if names.is_empty() {
            self.frame.slots.fill(None);
            self.frame.extra.clear();
        }
        for &name in names {
            if let Some(slot) = self.find_slot(name) {
                self.frame.slots[slot as usize] = None;
            }
            self.frame.extra.remove(name);
        }
    }

    fn function(&mut self, name: &str) -> Option<Callable> {
        self.find_function(name).ok().flatten()
    }

    fn help(&mut self, name: &str) -> Option<String> {
        match self.find_function(name).ok().flatten()? {
            Callable::Code(code) => {
                let closure = code.as_any().downcast_ref::<super::code::Closure>()?;
                self.library.help(name, Some(&closure.function.doc))
            }
            _ => self.library.help(name, None),
        }
    }

    fn catalogue(&mut self) -> Vec<(String, String, String)> {
        self.library.catalogue()
    }

    fn locate(&self, path: &str) -> String {
        let file = Path::new(path);
        if file.is_relative()
            && !file.exists()
            && let Some(directory) = self.script.as_ref().and_then(|script| script.parent())
        {
            let beside = directory.join(file);
            if beside.exists() {
                return beside.to_string_lossy().into_owned();
            }
        }
        path.into()
    }

    fn script_arguments(&self) -> Vec<String> {
        self.script_arguments.clone()
    }

    fn style(&mut self) -> &mut Style {
        &mut self.style
    }

    fn stopwatch(&mut self) -> &mut Option<std::time::Instant> {
        &mut self.stopwatch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// A library whose one function has a bug.
    struct Buggy;

    static BOOM: Native = Native {
        name: "boom",
        call: |_, _, _| panic!("a bug, on purpose"),
        scalar: None,
        elementwise: None,
    };

    impl Library for Buggy {
        fn native(&self, name: &str) -> Option<&'static Native> {
            (name == "boom").then_some(&BOOM)
        }
        fn stdlib(&self, _: &str) -> Option<Source> {
            None
        }
        fn names(&self) -> Vec<&'static str> {
            vec!["boom"]
        }
        fn help(&self, _: &str, _: Option<&str>) -> Option<String> {
            None
        }
        fn catalogue(&self) -> Vec<(String, String, String)> {
            Vec::new()
        }
    }

    struct Silent;

    impl Output for Silent {
        fn stdout(&mut self, _: &str) {}
        fn stderr(&mut self, _: &str) {}
        fn value(&mut self, _: Shown, _: bool) {}
        fn figure(&mut self, _: Arc<Figure>) {}
        fn warning(&mut self, _: Diagnostic) {}
        fn page(&mut self, _: &str) {}
        fn clear(&mut self) {}
        fn input(&mut self, _: &str) -> Option<String> {
            None
        }
        fn monitor(&self, _: &Interrupt) -> Monitor {
            Monitor::default()
        }
    }

    #[test]
    fn a_panic_inside_calls_leaves_the_workspace_as_it_was() {
        let mut interpreter = Interpreter::new(Box::new(Buggy), Box::new(Silent), Interrupt::new());
        interpreter.run(&Source::new("t", "kept = 41; x = 2;")).unwrap();
        for text in ["f = @(x) boom(x + 1); f(3)", "function g(kept), boom(); end; g(7)"] {
            let source = Source::new("t", text);
            assert!(catch_unwind(AssertUnwindSafe(|| interpreter.run(&source))).is_err());
            assert!(catch_unwind(AssertUnwindSafe(|| interpreter.evaluate("boom()"))).is_err());
            let sum = interpreter.evaluate_top(&Source::new("t", "kept + x")).unwrap();
            assert_eq!(sum.as_number(), Some(43.0), "{text}");
        }
    }
}
