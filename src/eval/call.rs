//! Calling functions: arguments, frames, outputs.

use super::code::{ArgNode, Body, Closure, Function, NodeKind};
use super::files::Script;
use super::habits;
use super::interpreter::{EndContext, Frame, Interpreter, MAX_CALLS};
use super::typed::Call;
use crate::value::{Arguments, Blame, CallInfo, Callable, Cells, Fault, Result, Value};
use std::sync::Arc;

impl Interpreter {
    /// Calls any function.
    pub(super) fn call_function(
        &mut self,
        f: &Callable,
        args: Arguments,
        nargout: usize,
    ) -> Result<Vec<Value>> {
        match f {
            Callable::Native(native) => (native.call)(self, args, nargout),
            Callable::Code(code) => match code.as_any().downcast_ref::<Closure>() {
                Some(closure) => self.call_closure(closure, args, nargout),
                None => match code.as_any().downcast_ref::<Script>() {
                    Some(script) => self.run_script(script, &args),
                    None => Err(Fault::new(format!("`{}` cannot be called", f.name()))),
                },
            },
            Callable::Named(name) => match self.find_function(name)? {
                Some(found) => self.call_function(&found, args, nargout),
                None => Err(self.unknown(name)),
            },
        }
    }

    fn call_closure(
        &mut self,
        closure: &Closure,
        args: Arguments,
        nargout: usize,
    ) -> Result<Vec<Value>> {
        let suspends = match self.typed_call(closure, &args, nargout) {
            Call::Done(values) => return Ok(values),
            Call::Untyped => false,
            Call::GaveUp => true,
        };
        self.typed.suspended += u32::from(suspends);
        let result = self.call_general(closure, args, nargout);
        self.typed.suspended -= u32::from(suspends);
        result
    }

    fn call_general(
        &mut self,
        closure: &Closure,
        args: Arguments,
        nargout: usize,
    ) -> Result<Vec<Value>> {
        let function = &closure.function;
        if self.callers.len() + self.unframed >= MAX_CALLS {
            return Err(Fault::new(format!("calls nest more than {MAX_CALLS} deep"))
                .hint(format!("does `{}` call itself without end?", function.name)));
        }
        let given = args.positional.len() + args.keywords.len();
        let mut slots = vec![None; function.names.len()];
        for (slot, value) in &closure.captured {
            slots[*slot as usize] = Some(value.clone());
        }
        // A keyword in varargin is there with its name.
        let nargin = given + bind(function, args, &mut slots)?;
        if let Some(slot) = function.counts.0 {
            slots[slot as usize] = Some(Value::from(nargin));
        }
        if let Some(slot) = function.counts.1 {
            slots[slot as usize] = Some(Value::from(nargout));
        }
        let frame = Frame {
            slots,
            function: Some(function.clone()),
            source: Some(function.source.clone()),
            called_at: self.here,
            call: CallInfo { nargin, nargout, ignored: std::mem::take(&mut self.ignored) },
            ..Frame::default()
        };
        self.store_persistent();
        let caller = std::mem::replace(&mut self.frame, frame);
        self.callers.push(caller);
        let result = self.run_body(function, nargout);
        self.reports.leave(self.callers.len());
        self.store_persistent();
        self.here = self.frame.called_at;
        self.frame = self.callers.pop().expect("pushed above");
        self.load_persistent();
        result.map_err(|fault| {
            let is_surfacing = function.source.is_library && !self.source().is_library;
            let fault = fault.leaving(&function.name, (self.source(), self.here));
            if is_surfacing { fault.shown_where_called() } else { fault }
        })
    }

    fn run_body(&mut self, function: &Arc<Function>, nargout: usize) -> Result<Vec<Value>> {
        self.fill_defaults(function)?;
        match &function.body {
            Body::Expression(node) => self.eval_many(node, nargout),
            Body::Statements(statements) => {
                self.execute(statements)?;
                let mut outputs = Vec::new();
                for (i, (slot, name)) in function.outputs.iter().enumerate() {
                    match self.frame.slots[*slot as usize].take() {
                        Some(value) => outputs.push(value),
                        // An output that is thrown away need not exist.
                        None if self.frame.call.ignored.get(i) == Some(&true) => {
                            outputs.push(Value::empty());
                        }
                        // A missing output is an error only for a caller that wants it.
                        None if i < nargout.max(1) && (i > 0 || nargout > 0) => {
                            return Err(Fault::new(format!(
                                "`{}` ended without setting its output `{name}`",
                                function.name
                            ))
                            .identified("Octave:undefined-function")
                            .hint(usage(function)));
                        }
                        None => break,
                    }
                }
                if let Some(slot) = function.further
                    && outputs.len() == function.outputs.len()
                {
                    let further = self.frame.slots[slot as usize].take();
                    self.further_outputs(function, further, nargout, &mut outputs)?;
                }
                if nargout > outputs.len().max(1) && function.further.is_none() {
                    return Err(Fault::new(format!(
                        "`{}` has {} output{}, and {nargout} are asked for",
                        function.name,
                        function.outputs.len(),
                        if function.outputs.len() == 1 { "" } else { "s" }
                    ))
                    .identified("Octave:invalid-fun-call")
                    .hint(usage(function)));
                }
                Ok(outputs)
            }
        }
    }

    /// The outputs that `varargout` holds.
    fn further_outputs(
        &self,
        function: &Function,
        held: Option<Value>,
        nargout: usize,
        outputs: &mut Vec<Value>,
    ) -> Result<()> {
        let missing = nargout.saturating_sub(outputs.len());
        let held = match held {
            Some(Value::Cell(cells)) => Arc::unwrap_or_clone(cells).into_vec(),
            Some(other) => {
                return Err(Fault::new(format!(
                    "`varargout` must be a cell; in `{}` it is a {}",
                    function.name,
                    other.describe()
                )));
            }
            None => Vec::new(),
        };
        // One value may stand on its own in an expression; nothing is wanted when `nargout` is 0.
        if held.len() < missing {
            return Err(Fault::new(format!(
                "`{}` gives {} outputs, and {nargout} are asked for",
                function.name,
                outputs.len() + held.len(),
            ))
            .identified("Octave:undefined-function"));
        }
        outputs.extend(held);
        Ok(())
    }

    /// Defaults are expressions over the parameters before them.
    fn fill_defaults(&mut self, function: &Arc<Function>) -> Result<()> {
        for param in &function.params {
            let (Some(slot), Some(default)) = (param.slot, &param.default) else { continue };
            if self.frame.slots[slot as usize].is_none() {
                let value = self.eval(default)?;
                self.frame.slots[slot as usize] = Some(value);
            }
        }
        Ok(())
    }

    /// Evaluates the arguments of a call.
    pub(super) fn arguments(&mut self, nodes: &[ArgNode]) -> Result<Arguments> {
        let mut args = Arguments::default();
        args.positional.reserve_exact(nodes.len());
        for node in nodes {
            if node.value.kind.is_list() && node.keyword.is_none() && args.keywords.is_empty() {
                args.positional.extend(self.eval_many(&node.value, 1)?);
                continue;
            }
            let value = self.eval(&node.value)?;
            match &node.keyword {
                Some((name, span)) => {
                    if args.keywords.iter().any(|(n, _)| n == name) {
                        let fault = Fault::new(format!("`{name}=` is given twice"));
                        return Err(fault.at(&self.source(), *span));
                    }
                    args.keywords.push((name.clone(), value));
                }
                None if !args.keywords.is_empty() => {
                    let fault = Fault::new("a positional argument follows a keyword argument")
                        .hint("put the arguments without names first");
                    return Err(fault.at(&self.source(), node.value.span));
                }
                None => args.positional.push(value),
            }
        }
        Ok(args)
    }

    /// Evaluates the indices into a value of the given shape.
    pub(super) fn indices(
        &mut self,
        nodes: &[ArgNode],
        shape: (usize, usize),
    ) -> Result<Vec<crate::value::Index>> {
        let mut indices = Vec::with_capacity(nodes.len());
        for (position, node) in nodes.iter().enumerate() {
            if let Some((name, span)) = &node.keyword {
                let fault = Fault::new(format!("an index has no keyword `{name}`"));
                return Err(fault.at(&self.source(), *span));
            }
            if let NodeKind::All = node.value.kind {
                indices.push(crate::value::Index::All);
                continue;
            }
            if node.uses_end {
                self.frame.ends.push(EndContext { shape, position, count: nodes.len() });
            }
            let read = |this: &Self, value: &Value| {
                crate::value::Index::new(value)
                    .map_err(|fault| fault.at(&this.source(), node.value.span))
            };
            let outcome = if node.value.kind.is_list() {
                self.eval_many(&node.value, 1).map(|values| (None, values))
            } else {
                self.eval(&node.value).map(|value| (Some(value), Vec::new()))
            };
            if node.uses_end {
                self.frame.ends.pop();
            }
            let (one, several) = outcome?;
            for value in one.iter().chain(&several) {
                indices.push(read(self, value)?);
            }
        }
        Ok(indices)
    }

    /// Gives an error the place of the argument it blames, or of the call.
    pub(super) fn place_fault(
        &self,
        mut fault: Box<Fault>,
        nodes: &[ArgNode],
        call: crate::syntax::Span,
    ) -> Box<Fault> {
        let span = match &fault.blame {
            Blame::Call => None,
            Blame::Caller => {
                // The place is where the running function was called.
                fault.blame = Blame::Call;
                return fault;
            }
            Blame::Positional(i) => {
                nodes.iter().filter(|n| n.keyword.is_none()).nth(*i).map(|n| n.value.span)
            }
            Blame::Keyword(name) => nodes
                .iter()
                .find(|n| n.keyword.as_ref().is_some_and(|(k, _)| k == name))
                .map(|n| n.value.span),
            Blame::KeywordName(name) => nodes
                .iter()
                .filter_map(|n| n.keyword.as_ref())
                .find(|(k, _)| k == name)
                .map(|(_, span)| *span),
        };
        fault.at(&self.source(), span.unwrap_or(call))
    }
}

/// Puts the arguments where the parameters are; how many keywords went into varargin, as names and values.
fn bind(function: &Function, args: Arguments, slots: &mut [Option<Value>]) -> Result<usize> {
    let Arguments { mut positional, keywords } = args;
    let count = positional.len();
    let is_param = |name: &str| function.params.iter().any(|p| *p.name == *name);
    let (keywords, further): (Vec<_>, Vec<_>) = match function.rest {
        Some(_) => keywords.into_iter().partition(|(name, _)| is_param(name)),
        None => (keywords, Vec::new()),
    };
    let pairs = further.len();
    if let Some(slot) = function.rest {
        let mut rest = positional.split_off(function.params.len().min(count));
        rest.extend(further.into_iter().flat_map(|(name, value)| [Value::from(&*name), value]));
        slots[slot as usize] = Some(match rest.is_empty() {
            true => Value::cell(Cells::from_vec(0, 0, Vec::new())),
            false => Value::cell_row(rest),
        });
    } else if count > function.params.len() {
        return Err(Fault::new(format!(
            "Invalid call to {}: it takes at most {} argument{}, and {count} were given",
            function.name,
            function.params.len(),
            if function.params.len() == 1 { "" } else { "s" }
        ))
        .identified("Octave:invalid-fun-call")
        .hint(usage(function))
        .blame(Blame::Positional(function.params.len())));
    }
    for (param, value) in function.params.iter().zip(positional) {
        if let Some(slot) = param.slot {
            slots[slot as usize] = Some(value);
        }
    }
    for (name, value) in keywords {
        let position = function.params.iter().position(|p| *p.name == *name);
        let Some(position) = position else {
            let known: Vec<&str> = function.params.iter().map(|p| &*p.name).collect();
            let fault = habits::unknown_parameter(&function.name, &known, &name);
            return Err(fault.blame(Blame::KeywordName(name)));
        };
        if position < count {
            let blame = Blame::KeywordName(name.clone());
            return Err(
                Fault::new(format!("`{name}` is given by position and by name")).blame(blame)
            );
        }
        if let Some(slot) = function.params[position].slot {
            slots[slot as usize] = Some(value);
        }
    }
    // In Octave a missing argument is an error where it is first used, which for a function of mf's own would be
    // inside of it.
    let is_missing = |param: &&super::code::ParamCode| {
        param.default.is_none() && param.slot.is_some_and(|slot| slots[slot as usize].is_none())
    };
    match function.params.iter().find(is_missing) {
        Some(param) if function.source.is_library => {
            Err(Fault::new(format!("Invalid call to {}: {} is missing", function.name, param.name))
                .identified("Octave:invalid-fun-call")
                .hint(usage(function)))
        }
        _ => Ok(pairs),
    }
}

fn usage(function: &Function) -> String {
    format!("call it as {}", function.signature())
}
