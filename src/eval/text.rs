//! Running text in the workspace of whoever runs it: `eval`, scripts, `input`, `str2func`.

use super::code::{StmtKind, StmtNode};
use super::interpreter::{Interpreter, MAX_CALLS};
use super::lower::{Lowered, lower};
use crate::syntax::{Source, parse};
use crate::value::{Fault, Host, Result, Value};

impl Interpreter {
    /// Lowers a text into the names of the running frame, which gains those it does not have.
    pub(super) fn lower_here(&mut self, source: &Source) -> Result<Lowered> {
        let program = parse(source)?;
        let mut scope = self.take_scope();
        let lowered = lower(source, &program, &mut scope);
        self.frame.slots.resize(scope.names.len(), None);
        self.frame.scope = Some(scope);
        Ok(lowered?)
    }

    /// Runs a text in the running frame. With `nargout` > 0 it must be one expression, whose values are returned.
    pub(super) fn run_text(&mut self, source: &Source, nargout: usize) -> Result<Vec<Value>> {
        if self.callers.len() + self.unframed >= MAX_CALLS {
            return Err(Fault::new(format!("texts and calls nest more than {MAX_CALLS} deep"))
                .identified("Octave:undefined-function")
                .hint("does this text run itself?"));
        }
        let mut lowered = self.lower_here(source)?;
        for function in lowered.functions {
            self.define(function);
        }
        if let ([one], true) = (&mut lowered.body[..], nargout > 0) {
            // Whoever takes the value shows it.
            one.echo = false;
        }
        self.unframed += 1;
        let caller = self.frame.source.replace(source.clone());
        let ends = std::mem::take(&mut self.frame.ends);
        let here = self.here;
        let result = match (&lowered.body[..], nargout) {
            (_, 0) => self.execute(&lowered.body).map(|_| Vec::new()),
            ([StmtNode { kind: StmtKind::Expr(node), .. }], _) => self.eval_many(node, nargout),
            ([one @ StmtNode { kind: StmtKind::Assign(..), .. }], 1) => {
                self.chained(one).map(|value| vec![value])
            }
            ([], _) => Err(Fault::new("there is no expression in this text")),
            _ => Err(Fault::new("a value is wanted, and this text is not one expression")
                .hint("eval(text) without an output runs statements")),
        };
        self.unframed -= 1;
        self.frame.source = caller;
        self.frame.ends = ends;
        self.here = here;
        result
    }

    /// Does `work` in the workspace, or in the frame of whoever called the running function.
    pub(super) fn work_in_frame(
        &mut self,
        base: bool,
        work: &mut dyn FnMut(&mut dyn Host) -> Result<Vec<Value>>,
    ) -> Result<Vec<Value>> {
        let depth = if base { 0 } else { self.callers.len().saturating_sub(1) };
        let mut aside = self.callers.split_off(depth.min(self.callers.len()));
        if aside.is_empty() {
            // The workspace runs already, and nobody called it.
            return work(self);
        }
        let hidden = aside.len();
        self.unframed += hidden;
        self.store_persistent();
        let own = std::mem::replace(&mut self.frame, aside.remove(0));
        self.load_persistent();
        let result = work(self);
        self.store_persistent();
        let visited = std::mem::replace(&mut self.frame, own);
        self.callers.push(visited);
        self.callers.extend(aside);
        self.load_persistent();
        self.unframed -= hidden;
        result
    }

    /// Collects what is printed from now on, until [`Interpreter::end_capture`].
    pub(super) fn begin_capture(&mut self) {
        self.captures.push(String::new());
    }

    /// What was printed since the last [`Interpreter::begin_capture`].
    pub(super) fn end_capture(&mut self) -> String {
        self.captures.pop().unwrap_or_default()
    }
}
