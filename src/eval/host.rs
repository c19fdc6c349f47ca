//! What built-in functions may ask of the interpreter.

use super::interpreter::Interpreter;
use crate::syntax::{Diagnostic, Source};
use crate::value::{
    Arguments, Blame, Call, CallInfo, Callable, Fault, Figures, Host, Reports, Result, Running,
    Shown, Style, Value, Variable, WarningState, show,
};
use matfac::data::{Interrupt, Monitor};
use matfac::linalg::Random;
use std::path::Path;

impl Interpreter {
    /// Shows a value, or keeps what a terminal would print where output is captured.
    fn show_value(&mut self, shown: Shown, is_result: bool) {
        if let Some(captured) = self.captures.last_mut() {
            captured.push_str(shown.printed());
            captured.push('\n');
            return;
        }
        self.shown += 1;
        self.output.value(shown, is_result);
    }
}

impl Host for Interpreter {
    fn call(&mut self, f: &Callable, args: Arguments, nargout: usize) -> Result<Vec<Value>> {
        // What an inner call blames is no argument of the call around it.
        self.call_function(f, args, nargout).map_err(|mut fault| {
            fault.blame = Blame::Call;
            fault
        })
    }

    fn evaluate(&mut self, expression: &str) -> Result<Value> {
        let outputs = self.run_text(&Source::new("text", expression), 1)?;
        crate::value::single(outputs, "this text")
    }

    fn run_text(&mut self, text: &str, nargout: usize) -> Result<Vec<Value>> {
        self.run_text(&Source::new("eval", text), nargout)
    }

    fn run_file(&mut self, path: &str) -> Result<()> {
        self.run_path(path)
    }

    fn in_frame(
        &mut self,
        base: bool,
        work: &mut dyn FnMut(&mut dyn Host) -> Result<Vec<Value>>,
    ) -> Result<Vec<Value>> {
        self.work_in_frame(base, work)
    }

    fn begin_capture(&mut self) {
        self.begin_capture();
    }

    fn end_capture(&mut self) -> String {
        self.end_capture()
    }

    fn call_info(&self) -> Option<&CallInfo> {
        self.frame.function.as_ref().map(|_| &self.frame.call)
    }

    fn print(&mut self, text: &str) {
        if let Some(captured) = self.captures.last_mut() {
            captured.push_str(text);
            return;
        }
        self.output.stdout(text);
    }

    fn print_error(&mut self, text: &str) {
        if let Some(captured) = self.captures.last_mut() {
            captured.push_str(text);
            return;
        }
        self.output.stderr(text);
    }

    fn page(&mut self, text: &str) {
        self.output.page(text);
    }

    fn clear_screen(&mut self) {
        self.shown = 0;
        self.output.clear();
    }

    fn warn(&mut self, identifier: &str, message: &str) -> Result<()> {
        let text = message.trim_end_matches('\n');
        let state = self.reports.state(identifier);
        if state == WarningState::Error {
            return Err(Fault::new(text).identified(identifier));
        }
        let is_new = self.reports.note_warning(identifier, message);
        if state == WarningState::On
            && let Some(captured) = self.captures.last_mut()
        {
            captured.push_str(&format!("warning: {text}\n"));
            return Ok(());
        }
        if !is_new {
            return Ok(());
        }
        let mut warning = Diagnostic::error(text).at(&self.source(), self.here, "");
        warning.identifier = identifier.into();
        warning.is_warning = true;
        self.output.warning(warning);
        Ok(())
    }

    fn reports(&mut self) -> &mut Reports {
        &mut self.reports
    }

    fn running(&self) -> Option<Running> {
        let function = self.frame.function.as_ref()?;
        Some(Running {
            name: function.name.clone(),
            doc: function.doc.clone(),
            signature: function.signature().to_string(),
            is_library: function.source.is_library,
        })
    }

    fn call_text(&self) -> Option<String> {
        self.frame.function.as_ref()?;
        let source = self.callers.last()?.source.as_ref()?;
        source.text.get(self.frame.called_at.range()).map(str::to_string)
    }

    fn text_here(&self) -> Option<String> {
        self.source().text.get(self.here.range()).map(str::to_string)
    }

    fn call_stack(&self) -> Vec<Call> {
        self.calls(Some((self.source(), self.here)))
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
        // Values that are collected are text.
        let most = if self.captures.is_empty() { self.style.rich } else { 0 };
        let style = Style { rich: most.saturating_sub(self.shown), ..self.style.clone() };
        let shown = show(name, value, &style);
        self.show_value(shown, name == "ans");
    }

    fn show(&mut self, shown: Shown) {
        self.show_value(shown, false);
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
        let mut list: Vec<Variable> =
            slots.filter_map(|(name, value)| Some((name.clone(), value.clone()?))).collect();
        list.sort_by(|a, b| a.0.cmp(&b.0));
        list
    }

    fn set_variable(&mut self, name: &str, value: Value) -> Result<()> {
        let slot = match self.find_slot(name) {
            Some(slot) => slot,
            None => {
                let mut scope = self.take_scope();
                let slot = scope.slot(name);
                self.frame.slots.resize(scope.names.len(), None);
                self.frame.scope = Some(scope);
                slot
            }
        };
        self.frame.slots[slot as usize] = Some(value);
        Ok(())
    }

    fn clear_variables(&mut self, names: &[&str]) {
        if names.is_empty() {
            self.frame.slots.fill(None);
        }
        for &name in names {
            if let Some(slot) = self.find_slot(name) {
                self.frame.slots[slot as usize] = None;
            }
        }
    }

    fn clear_persistent(&mut self) {
        self.persistent.clear();
    }

    fn function(&mut self, name: &str) -> Option<Callable> {
        self.find_function(name).ok().flatten()
    }

    fn help(&mut self, name: &str) -> Option<String> {
        match super::code::written(&self.find_function(name).ok().flatten()?) {
            Some(function) => Some(self.library.written_help(function.signature(), &function.doc)),
            None => self.library.native_help(name),
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
