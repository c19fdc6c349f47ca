//! Functions of plain numbers as typed code.

use super::super::code::{Closure, Function, Slot};
use super::super::interpreter::{Interpreter, MAX_CALLS};
use super::code::{Code, Op};
use super::compile::Compiler;
use super::machine::{Exit, Machine};
use super::types::{Type, address, captured_numbers};
use crate::value::{Arguments, Value};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// What the tier keeps for the whole program.
#[derive(Default)]
pub struct Tier {
    /// Everything runs in the general evaluator.
    pub is_off: bool,
    /// Typed functions, by number.
    pub table: Vec<Rc<Code>>,
    /// The number and results of each function that was asked for, `None` where it cannot be typed.
    functions: HashMap<Key, Option<(u16, Vec<Type>)>>,
    /// The functions themselves: an address must not come to mean another one.
    kept: Vec<Arc<Function>>,
    /// Under which definitions the functions were compiled.
    generation: u32,
    /// How often the table was cleared.
    epoch: u32,
    /// Above zero while a call that gave up is repeated: what it calls would give up again.
    pub suspended: u32,
    machines: Vec<Machine>,
}

/// More typed functions than this and all are forgotten.
const MAX_FUNCTIONS: usize = 4000;
/// Arguments and captured slots are written as bits of a number.
const MAX_BITS: usize = 64;

/// What a function is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    address: usize,
    /// Which arguments are logicals.
    bools: u64,
    nargin: usize,
    nargout: usize,
    /// Which slots were captured.
    captured: u64,
}

impl Key {
    fn new(
        function: &Arc<Function>,
        args: impl ExactSizeIterator<Item = Type>,
        captured: impl Iterator<Item = Slot>,
        nargout: usize,
    ) -> Option<Key> {
        let nargin = args.len();
        if function.rest.is_some() || function.further.is_some() {
            return None;
        }
        if nargin > function.params.len() || nargin > MAX_BITS || nargout > MAX_BITS {
            return None;
        }
        let mut bools = 0;
        for (k, kind) in args.enumerate() {
            bools |= u64::from(kind == Type::Bool) << k;
        }
        let mut bits = 0;
        for slot in captured {
            if slot as usize >= MAX_BITS {
                return None;
            }
            bits |= 1 << slot;
        }
        Some(Key { address: address(function), bools, nargin, nargout, captured: bits })
    }
}

/// How a call as typed code ended.
pub enum Call {
    /// With these values.
    Done(Vec<Value>),
    /// It was not tried.
    Untyped,
    /// Something needs the general evaluator; nothing has happened yet.
    GaveUp,
}

impl Tier {
    /// A machine to run on.
    pub fn machine(&mut self) -> Machine {
        self.machines.pop().unwrap_or_default()
    }

    /// Keeps a machine for the next run.
    pub fn give_back(&mut self, mut machine: Machine) {
        machine.cells.clear();
        self.machines.push(machine);
    }

    /// Forgets what was compiled under other definitions.
    fn refresh(&mut self, generation: u32) {
        if self.generation != generation || self.table.len() > MAX_FUNCTIONS {
            self.table.clear();
            self.functions.clear();
            self.kept.clear();
            self.generation = generation;
            self.epoch += 1;
        }
    }
}

impl Interpreter {
    /// What compiled code depends on besides the types of variables.
    pub(super) fn definitions(&mut self) -> (u32, u32) {
        self.typed.refresh(self.generation);
        (self.generation, self.typed.epoch)
    }

    /// The number of a function among the typed ones, and what its results are.
    pub(super) fn typed_function(
        &mut self,
        function: &Arc<Function>,
        args: &[Type],
        captured: &[Slot],
        nargout: usize,
    ) -> Option<(u16, Vec<Type>)> {
        let nargout = wanted(function, nargout);
        let key = Key::new(function, args.iter().copied(), captured.iter().copied(), nargout)?;
        if let Some(known) = self.typed.functions.get(&key) {
            return known.clone();
        }
        let number = u16::try_from(self.typed.table.len()).ok()?;
        // Until it is known, and for good if it cannot be typed: code that gives up at once.
        let stub = || Rc::new(Code { ops: vec![Op::General], ..Code::default() });
        self.typed.table.push(stub());
        self.typed.kept.push(function.clone());
        // A call of itself counts on numbers as results, and on the second try on what the first try found.
        let mut results = vec![Type::Number; nargout.max(1)];
        let mut outcome = None;
        for _ in 0..2 {
            self.typed.functions.insert(key, Some((number, results.clone())));
            let Some(code) = Compiler::of_function(self, function, args, captured, nargout) else {
                break;
            };
            let found: Vec<Type> = code.outputs.iter().map(|(_, kind)| *kind).collect();
            if found == results {
                self.typed.table[usize::from(number)] = Rc::new(code);
                outcome = Some((number, results));
                break;
            }
            // Others that were compiled meanwhile may count on what turned out wrong.
            if self.typed.table.len() > usize::from(number) + 1 {
                break;
            }
            results = found;
        }
        self.typed.functions.insert(key, outcome.clone());
        outcome
    }

    /// Calls a function as typed code, if it is one of plain numbers and is given such.
    pub(in super::super) fn typed_call(
        &mut self,
        closure: &Closure,
        args: &Arguments,
        nargout: usize,
    ) -> Call {
        let scalar = |value: &Value| matches!(value, Value::Number(_) | Value::Bool(_));
        if self.typed.is_off
            || self.typed.suspended > 0
            || self.callers.len() >= MAX_CALLS
            || !args.keywords.is_empty()
            || !args.positional.iter().all(scalar)
        {
            return Call::Untyped;
        }
        self.typed.refresh(self.generation);
        let function = &closure.function;
        let types = args.positional.iter().map(|value| Type::of(Some(value)));
        let captured = closure.captured.iter().map(|(slot, _)| *slot);
        let Some(key) = Key::new(function, types, captured, wanted(function, nargout)) else {
            return Call::Untyped;
        };
        let number = match self.typed.functions.get(&key) {
            Some(None) => None,
            Some(Some((number, _))) => Some(*number),
            None => {
                let types: Vec<Type> =
                    args.positional.iter().map(|value| Type::of(Some(value))).collect();
                let captured: Vec<Slot> = closure.captured.iter().map(|(slot, _)| *slot).collect();
                self.typed_function(function, &types, &captured, nargout).map(|(number, _)| number)
            }
        };
        let Some(number) = number else { return Call::Untyped };
        let code = self.typed.table[usize::from(number)].clone();
        let mut machine = self.typed.machine();
        let result = self.run_function(&code, closure, args, &mut machine);
        self.typed.give_back(machine);
        result
    }

    fn run_function(
        &self,
        code: &Code,
        closure: &Closure,
        args: &Arguments,
        machine: &mut Machine,
    ) -> Call {
        let Some(captured) = captured_numbers(closure) else { return Call::Untyped };
        let base = machine.base();
        code.prepare(base);
        for (register, value) in base.iter_mut().zip(&args.positional) {
            *register = match value {
                Value::Number(x) => *x,
                Value::Bool(b) => f64::from(u8::from(*b)),
                _ => return Call::Untyped,
            };
        }
        for (&register, x) in code.captured.iter().zip(captured) {
            base[usize::from(register)] = x;
        }
        // The function's own frame is one of those that may nest.
        let depth = MAX_CALLS - self.callers.len() - 1;
        match machine.run(code, 0, &self.typed.table, &self.interrupt, depth) {
            Exit::Done(_) => {
                let results = machine.base().iter().zip(&code.outputs);
                Call::Done(results.map(|(&x, (_, kind))| kind.value(x)).collect())
            }
            _ => Call::GaveUp,
        }
    }
}

/// How many results a function computes: it may do something else when none is wanted, if it asks.
fn wanted(function: &Function, nargout: usize) -> usize {
    if function.counts.1.is_some() { nargout } else { nargout.max(1) }
}
