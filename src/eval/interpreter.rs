//! The interpreter's state: frames, functions, and what built-in functions may ask of it.

use super::code::{Function, Node, Site, Slot, StmtNode};
use super::files::Files;
use super::habits;
use super::lower::{Scope, lower};
use super::notes::Origin;
use super::persistent::Persistent;
use super::typed::Tier;
use crate::syntax::{Diagnostic, Source, Span, parse};
use crate::value::{
    Call, CallInfo, Callable, Fault, FaultKind, Figures, Host, Native, Reports, Result, Scalar,
    Shown, Style, Value,
};
use matfac::data::{Interrupt, Monitor};
use matfac::linalg::Random;
use matfac::plot::Figure;
use std::collections::HashMap;
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
    /// The text of a file that only the standard library's own functions may call.
    fn private(&self, _name: &str) -> Option<Source> {
        None
    }
    /// Every name there is.
    fn names(&self) -> Vec<&'static str>;
    /// The help text of a function written in Rust.
    fn native_help(&self, name: &str) -> Option<String>;
    /// The help text of a function written in mf that is called so and has that comment.
    fn written_help(&self, signature: &str, comment: &str) -> String;
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
    /// The names of the slots when they are more than the function's own: in the workspace, and once a text
    /// was run in a function's frame.
    pub scope: Option<Box<Scope>>,
    /// Slots that belong to the function rather than to this call.
    pub persistent: Vec<Slot>,
    /// How it was called.
    pub call: CallInfo,
    /// Sizes of the values being indexed, innermost last: what `end` means.
    pub ends: Vec<EndContext>,
    /// The text that is running.
    pub source: Option<Source>,
    /// Where each variable was made, as far as errors may ask.
    pub origins: Vec<Option<Origin>>,
    /// Where its caller called it.
    pub called_at: Span,
}

/// What `end` means at one place of an index.
#[derive(Debug, Clone, Copy)]
pub(super) struct EndContext {
    pub shape: (usize, usize),
    pub position: usize,
    pub count: usize,
}

/// Runs programs, one after another, in one workspace.
pub struct Interpreter {
    pub(super) frame: Frame,
    pub(super) callers: Vec<Frame>,
    /// What nests without a frame in `callers`: running texts, and frames that `evalin` set aside.
    pub(super) unframed: usize,
    /// Functions and scripts read from files.
    pub(super) files: Files,
    /// What functions keep from call to call.
    pub(super) persistent: Persistent,
    /// Which outputs of the call that comes next are thrown away: `[~, b] = f()`.
    pub(super) ignored: Vec<bool>,
    /// What is printed, while it is collected instead of shown.
    pub(super) captures: Vec<String>,
    pub(super) functions: HashMap<Arc<str>, Callable>,
    /// Changes whenever a function is defined, which makes the sites' memories void.
    pub(super) generation: u32,
    pub(super) library: Box<dyn Library>,
    pub(super) output: Box<dyn Output>,
    pub(super) interrupt: Interrupt,
    pub(super) random: Random,
    pub(super) figures: Figures,
    pub(super) style: Style,
    /// Values shown since the program started or cleared the screen.
    pub(super) shown: usize,
    pub(super) stopwatch: Option<std::time::Instant>,
    pub(super) script_arguments: Vec<String>,
    /// The text of the workspace that runs, when it has a name that may be a path.
    pub(super) script: Option<PathBuf>,
    pub(super) reports: Reports,
    /// Where the statement that runs stands, for warnings.
    pub(super) here: Span,
    /// Compiled loops and functions.
    pub(super) typed: Tier,
}

impl Interpreter {
    /// An interpreter with an empty workspace.
    pub fn new(library: Box<dyn Library>, output: Box<dyn Output>, interrupt: Interrupt) -> Self {
        Interpreter {
            frame: Frame::default(),
            callers: Vec::new(),
            unframed: 0,
            files: Files::default(),
            persistent: Persistent::default(),
            ignored: Vec::new(),
            captures: Vec::new(),
            functions: HashMap::new(),
            generation: 1,
            library,
            output,
            interrupt,
            // Octave draws a fresh state at start; a fixed one makes every script repeatable.
            random: Random::seeded(42),
            figures: Figures::default(),
            style: Style::default(),
            shown: 0,
            stopwatch: None,
            script_arguments: Vec::new(),
            script: None,
            reports: Reports::default(),
            here: Span::default(),
            typed: Tier::default(),
        }
    }

    /// Whether loops and functions of plain numbers are compiled; what they compute is the same either way.
    pub fn set_typed(&mut self, is_on: bool) {
        self.typed.is_off = !is_on;
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

    /// One expression of the workspace, to be evaluated again and again for nothing but the time that takes.
    pub fn repeated(&mut self, source: &Source) -> Result<impl FnMut() -> Result<()>> {
        let node = self.expression_top(source)?;
        Ok(move || {
            self.interrupt.check()?;
            self.eval_many(&node, 0).map(drop)
        })
    }

    /// One expression over the variables of the workspace.
    pub(super) fn expression_top(&mut self, source: &Source) -> Result<Node> {
        self.return_to_workspace();
        let mut lowered = self.lower_here(source)?;
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
        let lowered = self.lower_here(source)?;
        for function in lowered.functions {
            self.define(function);
        }
        self.reports.start_run();
        self.shown = 0;
        self.script = Some(PathBuf::from(&*source.name));
        self.frame.source = Some(source.clone());
        let result = self.execute(&lowered.body).map(|_| ());
        if let Err(fault) = &result
            && fault.kind == FaultKind::Error
        {
            self.reports.note_error(fault);
        }
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
        self.captures.clear();
        self.ignored.clear();
        self.typed.suspended = 0;
        self.unframed = 0;
    }

    /// The names of the running frame, for text that may add to them.
    pub(super) fn take_scope(&mut self) -> Box<Scope> {
        let own = self.frame.scope.take();
        own.unwrap_or_else(|| {
            let names = self.frame.function.as_ref().map_or(&[][..], |f| &f.names);
            Box::new(Scope::of_names(names))
        })
    }

    /// The script that runs, when there is one.
    pub(super) fn script(&self) -> Option<&Path> {
        self.script.as_deref()
    }

    /// Makes a function known under its name.
    pub(super) fn define(&mut self, function: Arc<Function>) {
        let name = function.name.clone();
        let closure = super::code::Closure { function, captured: Vec::new() };
        let callable = Callable::Code(Arc::new(closure));
        if let Some(Callable::Code(code)) = self.functions.insert(name, callable)
            && let Some(old) = code.as_any().downcast_ref::<super::code::Closure>()
        {
            self.persistent.forget(&old.function);
        }
        self.forget_sites();
    }

    /// Makes every call site look its function up again.
    pub(super) fn forget_sites(&mut self) {
        self.generation += 1;
    }

    /// The function a call site means, remembered there.
    pub(super) fn function_at(&mut self, site: &Site, name: &str) -> Result<Callable> {
        if let Some(callable) = site.known(self.generation, Callable::clone) {
            return Ok(callable);
        }
        let Some(callable) = self.find_function(name)? else {
            return Err(self.unknown(name));
        };
        site.remember(self.generation, callable.clone());
        Ok(callable)
    }

    /// The scalar form of the function a call site means, if it is already remembered and has one.
    pub(super) fn scalar_at(&self, site: &Site) -> Option<fn(f64) -> f64> {
        site.known(self.generation, |callable| match callable {
            Callable::Native(Native { scalar: Some(Scalar::One(f)), .. }) => Some(*f),
            _ => None,
        })?
    }

    /// The function a call site means, if it is written in Rust.
    pub(super) fn native_at(&mut self, site: &Site, name: &str) -> Result<Option<&'static Native>> {
        let native = |callable: &Callable| match callable {
            Callable::Native(native) => Some(*native),
            _ => None,
        };
        match site.known(self.generation, native) {
            Some(native) => Ok(native),
            None => self.function_at(site, name).map(|callable| native(&callable)),
        }
    }

    /// The function that a name means in a text, as far as it is known without reading a file.
    pub(super) fn known_function(&self, name: &str, source: Option<&Source>) -> Option<Callable> {
        if let Some(source) = source
            && let Some(callable) = self.files.private(source, name)
        {
            return Some(callable);
        }
        self.functions
            .get(name)
            .cloned()
            .or_else(|| self.library.native(name).map(Callable::Native))
    }

    /// User functions first, then those in Rust, then the standard library's files, which are read on first use,
    /// then the user's files: a file that happens to be called plot.m must not replace `plot`.
    pub(super) fn find_function(&mut self, name: &str) -> Result<Option<Callable>> {
        if let Some(known) = self.known_function(name, self.frame.source.as_ref()) {
            return Ok(Some(known));
        }
        if let Some(caller) = self.frame.source.clone().filter(|caller| caller.is_library)
            && let Some(source) = self.library.private(name)
        {
            let callable = self.read_library(&source)?;
            self.files.share(&caller, name, callable.clone());
            return Ok(Some(callable));
        }
        let Some(source) = self.library.stdlib(name) else {
            return self.find_file(name);
        };
        let callable = self.read_library(&source)?;
        self.functions.insert(name.into(), callable.clone());
        Ok(Some(callable))
    }

    fn read_library(&mut self, source: &Source) -> Result<Callable> {
        let program = parse(source)?;
        let lowered = lower(source, &program, &mut Scope::default())?;
        Ok(self.define_file(source, &lowered.functions))
    }

    /// The error for a name that is neither a variable nor a function.
    pub(super) fn unknown(&self, name: &str) -> Box<Fault> {
        let variables = self.variables();
        let library = self.library.names();
        let known = variables
            .iter()
            .map(|(name, _)| &**name)
            .chain(self.functions.keys().map(|name| &**name))
            .chain(library.iter().copied());
        habits::unknown_name(name, known)
    }

    /// The names of the running frame's slots.
    pub(super) fn slot_names(&self) -> &[Arc<str>] {
        match (&self.frame.scope, &self.frame.function) {
            (Some(scope), _) => &scope.names,
            (None, Some(function)) => &function.names,
            (None, None) => &[],
        }
    }

    pub(super) fn find_slot(&self, name: &str) -> Option<Slot> {
        match &self.frame.scope {
            Some(scope) => scope.find(name),
            None => {
                let slot = self.slot_names().iter().position(|n| &**n == name)?;
                Some(slot as Slot)
            }
        }
    }

    /// The functions that are running, innermost first; the innermost is at `place`.
    pub(super) fn calls(&self, mut place: Option<(Source, Span)>) -> Vec<Call> {
        let mut calls = Vec::new();
        let mut frame = &self.frame;
        for caller in self.callers.iter().rev() {
            if let Some(function) = &frame.function {
                calls.push(Call { function: function.name.clone(), place });
            }
            place = caller.source.clone().map(|source| (source, frame.called_at));
            frame = caller;
        }
        calls
    }

    /// All functions that were running when a fault happened that is caught here, innermost first.
    pub(super) fn stack_of(&self, fault: &Fault) -> Vec<Call> {
        let here = if fault.stack.is_empty() { &fault.place } else { &fault.called_from };
        let mut stack = fault.stack.clone();
        stack.extend(self.calls(here.clone()));
        stack
    }

    /// The source that is running.
    pub(super) fn source(&self) -> Source {
        self.frame.source.clone().unwrap_or_else(|| Source::new("", ""))
    }

    /// The functions that the user defined, by name.
    pub fn user_functions(&self) -> Vec<Arc<Function>> {
        let codes = self.functions.values().filter_map(super::code::written);
        let mut list: Vec<_> = codes.filter(|f| !f.source.is_library).cloned().collect();
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list
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
        fn native_help(&self, _: &str) -> Option<String> {
            None
        }

        fn written_help(&self, _: &str, comment: &str) -> String {
            comment.into()
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

    #[test]
    fn the_error_that_ends_a_run_is_the_last_one() {
        let mut interpreter = Interpreter::new(Box::new(Buggy), Box::new(Silent), Interrupt::new());
        assert!(interpreter.run(&Source::new("t", "nothing_of_this_name")).is_err());
        assert!(interpreter.reports.last_error.message.contains("nothing_of_this_name"));
        assert_eq!(interpreter.reports.last_error.identifier, "Octave:undefined-function");
    }
}
