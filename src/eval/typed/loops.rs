//! Running a loop as typed code, with the general evaluator at hand.

use super::super::code::{Node, NodeKind, Slot, StmtKind, StmtNode};
use super::super::interpreter::{Interpreter, MAX_CALLS};
use super::super::statement::{Flow, emptied, round};
use super::cells::Cell;
use super::code::{Code, EMPTY, LOOP_STATE, UNSET, Variable};
use super::compile::Compiler;
use super::machine::{Exit, Machine, set_walk};
use super::survey::{Survey, UnitNode, whole};
use super::types::{ClosureShape, Type, address, captured_numbers, closure};
use crate::value::{Fault, Range, Result, Value};
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// A loop's compiled forms, kept at the loop.
#[derive(Default)]
pub struct LoopCache(RefCell<Option<Plan>>);

impl fmt::Debug for LoopCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoopCache")
    }
}

/// What is known of a loop.
struct Plan {
    /// The variables it mentions.
    slots: Rc<[Slot]>,
    versions: Vec<Rc<Version>>,
}

/// A loop compiled for some types.
struct Version {
    /// What each of the plan's slots was.
    types: Vec<Type>,
    /// The definitions of functions it was compiled under.
    definitions: (u32, u32),
    /// The code, if there is a gain in it.
    code: Option<Code>,
    is_resumable: bool,
}

/// So many forms of one loop are kept.
const MAX_VERSIONS: usize = 8;
/// A run that changes its types more often is finished with code that gives everything to the general evaluator.
const MAX_CHANGES: usize = 20;

/// Where typed code goes on after a unit was done elsewhere.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// After it; into the block of a condition that holds.
    Next,
    /// Past the block of a condition that does not hold; out of the loop around.
    Otherwise,
    /// To the next round of the loop around.
    Again,
    /// Into a `for` whose variable has its value.
    Inside,
}

impl Place {
    fn pc(self, code: &Code, unit: usize) -> usize {
        let unit = code.units[unit];
        (match self {
            Place::Next => unit.next,
            Place::Otherwise => unit.otherwise,
            Place::Again => unit.again,
            // One instruction starts a round.
            Place::Inside => unit.next + 1,
        }) as usize
    }
}

/// One run of a loop.
struct Run<'a> {
    statement: &'a StmtNode,
    cache: &'a LoopCache,
    slots: Rc<[Slot]>,
    machine: Machine,
    /// What loops walk that is not a range, by the loop's number.
    walks: Vec<Option<Value>>,
    /// The units of the loop, found when the first is needed.
    survey: Option<Survey<'a>>,
    changes: usize,
}

impl Interpreter {
    /// Runs a loop as typed code, if that can be done and is worth it.
    pub(in super::super) fn typed_loop(
        &mut self,
        statement: &StmtNode,
        cache: &LoopCache,
    ) -> Option<Result<Flow>> {
        if self.typed.is_off {
            return None;
        }
        if let StmtKind::For(target, range, ..) = &statement.kind
            && let Some(slot) = whole(target)
            && let Some(empty) = self.empty_range(range)
        {
            // Octave leaves the empty range itself in the loop variable.
            self.frame.slots[slot as usize] = Some(emptied(empty.into()));
            return Some(Ok(Flow::Next));
        }
        let slots = slots_of(statement, cache);
        let types = self.types_of(&slots);
        let version = self.version(statement, cache, types, false);
        version.code.as_ref()?;
        let mut machine = self.typed.machine();
        self.load(version.code.as_ref()?, &mut machine);
        let (survey, walks) = (None, Vec::new());
        let mut run = Run { statement, cache, slots, machine, walks, survey, changes: 0 };
        let flow = self.run_typed(&mut run, version);
        self.typed.give_back(run.machine);
        Some(flow)
    }

    /// The range of plain numbers that a node stands for, when it has no number.
    fn empty_range(&self, node: &Node) -> Option<Range> {
        let NodeKind::Range(first, step, last) = &node.kind else { return None };
        let step = step.as_ref().map_or(Some(1.0), |step| self.number(step))?;
        let range = Range::new(self.number(first)?, step, self.number(last)?).ok()?;
        (range.count == 0).then_some(range)
    }

    fn types_of(&self, slots: &[Slot]) -> Vec<Type> {
        let value = |slot: &Slot| self.frame.slots.get(*slot as usize).and_then(Option::as_ref);
        slots.iter().map(|slot| Type::of(value(slot))).collect()
    }

    /// The form of the loop for these types, compiled if it is new.
    fn version(
        &mut self,
        statement: &StmtNode,
        cache: &LoopCache,
        types: Vec<Type>,
        is_resumable: bool,
    ) -> Rc<Version> {
        let definitions = self.definitions();
        if let Some(plan) = &*cache.0.borrow()
            && let Some(version) = plan.versions.iter().find(|version| {
                version.definitions == definitions
                    && version.types == types
                    && (version.is_resumable || !is_resumable)
            })
        {
            return version.clone();
        }
        let survey = Survey::of_loop(statement);
        let mut entry = vec![Type::Unset; self.frame.slots.len()];
        let mut closures = Vec::new();
        for (&slot, &kind) in survey.slots.iter().zip(&types) {
            let value = self.frame.slots.get(slot as usize).and_then(Option::as_ref);
            if let (Type::Code(_), Some(shape)) = (kind, ClosureShape::of(slot, value)) {
                closures.push(shape);
            }
            if let Some(entry) = entry.get_mut(slot as usize) {
                *entry = kind;
            }
        }
        let code = Compiler::of_loop(self, statement, &survey, &entry, closures, is_resumable);
        // What was compiled while functions were defined (a standard library file was read) is already old.
        let definitions = self.definitions();
        let version = Rc::new(Version { types, definitions, code, is_resumable });
        if let Some(plan) = &mut *cache.0.borrow_mut() {
            plan.versions.retain(|version| version.definitions == definitions);
            if plan.versions.len() >= MAX_VERSIONS {
                plan.versions.remove(0);
            }
            plan.versions.push(version.clone());
        }
        version
    }

    fn run_typed(&mut self, run: &mut Run, mut version: Rc<Version>) -> Result<Flow> {
        let mut pc = 0;
        while let Some(code) = &version.code {
            let depth = MAX_CALLS.saturating_sub(self.callers.len());
            let exit = run.machine.run(code, pc, &self.typed.table, &self.interrupt, depth);
            let (unit, place, known) = match exit {
                Exit::Done(by_return) => {
                    self.store_all(code, &mut run.machine);
                    return Ok(if by_return { Flow::Return } else { Flow::Next });
                }
                Exit::Interrupted => {
                    self.store_all(code, &mut run.machine);
                    return Err(Fault::interrupted());
                }
                Exit::General(at) => {
                    let unit = code.units.partition_point(|unit| unit.start as usize <= at) - 1;
                    let known = self.store_all(code, &mut run.machine);
                    let Some(place) = self.general(run, unit)? else { return Ok(Flow::Return) };
                    (unit, place, known)
                }
                Exit::Walk(number, inside, end) => {
                    let value = run.next_value(number)?;
                    let unit = run.survey().walks[usize::from(number)];
                    let UnitNode::Walk(_, target, _) = run.survey().units[unit] else { continue };
                    let is_empty = run.rounds(number) == 0;
                    if let (None, Some(slot), true) = (&value, whole(target), is_empty) {
                        let known = self.store_all(code, &mut run.machine);
                        // What was walked is there already when it was no range.
                        if !matches!(run.walks.get(usize::from(number)), Some(Some(_))) {
                            let empty = Value::from(Range::counting(1.0, 0));
                            self.frame.slots[slot as usize] = Some(empty);
                        }
                        if let Some(other) = self.changed(run, &version, known) {
                            version = other;
                        }
                        if let Some(code) = &version.code {
                            self.load(code, &mut run.machine);
                            pc = Place::Otherwise.pc(code, unit);
                        }
                        continue;
                    }
                    let Some(value) = value else {
                        pc = end;
                        continue;
                    };
                    let variable = code.variables.iter().find(|v| whole(target) == Some(v.slot));
                    if let (Value::Number(x), Some(variable)) = (&value, variable)
                        && variable.kind == Type::Number
                    {
                        run.machine.base()[usize::from(variable.place)] = *x;
                        pc = inside;
                        continue;
                    }
                    let known = self.store_all(code, &mut run.machine);
                    self.poll()?;
                    self.start_round(target, value)?;
                    (unit, Place::Inside, known)
                }
            };
            if let Some(other) = self.changed(run, &version, known) {
                version = other;
            }
            if let Some(code) = &version.code {
                self.load(code, &mut run.machine);
                pc = place.pc(code, unit);
            }
        }
        Err(Fault::new("a loop has lost its code").hint("this is a bug in mf; please report it"))
    }

    /// Does a unit; `None` when it was a `return`.
    fn general(&mut self, run: &mut Run, unit: usize) -> Result<Option<Place>> {
        let survey = run.survey();
        Ok(match survey.units[unit] {
            UnitNode::Statement(statement) => match self.statement(statement)? {
                Flow::Next => Some(Place::Next),
                Flow::Break => Some(Place::Otherwise),
                Flow::Continue => Some(Place::Again),
                Flow::Return => None,
            },
            UnitNode::Condition(node) => {
                self.poll()?;
                Some(if self.condition(node)? { Place::Next } else { Place::Otherwise })
            }
            UnitNode::Walk(node, target, body) => {
                let number = survey.walks.iter().position(|walk| *walk == unit).unwrap_or(0);
                let walked = self.eval(node)?;
                let count = self.rounds(&walked, node)?;
                // The code counts on a range to be made of numbers; 'a':'e' is not.
                let is_text = matches!(walked, Value::Text(_));
                if is_text && count > 0 && matches!(node.kind, NodeKind::Range(..)) {
                    for j in 0..count {
                        self.poll()?;
                        self.start_round(target, round(&walked, j)?)?;
                        match self.execute(body)? {
                            Flow::Break => break,
                            Flow::Return => return Ok(None),
                            Flow::Next | Flow::Continue => {}
                        }
                    }
                    return Ok(Some(Place::Otherwise));
                }
                if count == 0
                    && let Some(slot) = whole(target)
                {
                    self.frame.slots[slot as usize] = Some(emptied(walked.clone()));
                }
                run.start(number, walked, count);
                Some(Place::Next)
            }
        })
    }

    /// Puts all variables back where the general evaluator finds them; which of them had a value.
    fn store_all(&mut self, code: &Code, machine: &mut Machine) -> u128 {
        let mut known = 0;
        for (k, variable) in code.variables.iter().enumerate() {
            let place = usize::from(variable.place);
            let value = if variable.kind.is_scalar() {
                let x = machine.base()[place];
                let is_set = !matches!(x.to_bits(), UNSET | EMPTY);
                known |= u128::from(is_set) << k;
                match x.to_bits() {
                    UNSET => None,
                    EMPTY => Some(Value::from(Range::counting(1.0, 0))),
                    _ => Some(variable.kind.value(x)),
                }
            } else {
                let cell = std::mem::take(&mut machine.cells[place]);
                known |= u128::from(!matches!(cell, Cell::Unset)) << k;
                cell.into_value().filter(|_| variable.is_written)
            };
            if value.is_some() {
                self.frame.slots[variable.slot as usize] = value;
            }
        }
        known
    }

    /// The form of the loop to go on with, when the types of its variables or the functions are no longer what
    /// the running form was made for.
    fn changed(
        &mut self,
        run: &mut Run,
        version: &Rc<Version>,
        known: u128,
    ) -> Option<Rc<Version>> {
        let code = version.code.as_ref()?;
        let definitions = self.definitions();
        let value = |slot: Slot| self.frame.slots[slot as usize].as_ref();
        // A variable that had a value must still have one of its kind where the code counts on it.
        let lost =
            |k: usize, v: &Variable| known >> k & 1 == 1 && !v.kind.holds(Type::of(value(v.slot)));
        let misfits = code.variables.iter().enumerate().any(|(k, v)| lost(k, v))
            || code.empty.iter().any(|&slot| value(slot).is_some());
        if !misfits && definitions == version.definitions {
            return None;
        }
        let joined = |(&slot, before): (&Slot, &Type)| match Type::of(value(slot)) {
            Type::Unset if *before != Type::Unset => Type::Mixed,
            now => before.join(now),
        };
        let types: Vec<Type> = run.slots.iter().zip(&version.types).map(joined).collect();
        run.changes += 1;
        if types == version.types && definitions == version.definitions && version.is_resumable {
            return None;
        }
        if run.changes <= MAX_CHANGES {
            let other = self.version(run.statement, run.cache, types, true);
            if other.code.is_some() {
                return Some(other);
            }
        }
        let types = vec![Type::Mixed; run.slots.len()];
        Some(self.version(run.statement, run.cache, types, true))
    }

    /// Fetches all variables into registers and cells; what does not fit stays where it is.
    fn load(&mut self, code: &Code, machine: &mut Machine) {
        code.prepare(machine.base());
        machine.cells.clear();
        machine.cells.resize_with(code.cells, Cell::default);
        for variable in &code.variables {
            let slot = &mut self.frame.slots[variable.slot as usize];
            let place = usize::from(variable.place);
            match (variable.kind, &*slot) {
                (Type::Number, Some(Value::Number(x))) => machine.base()[place] = *x,
                (Type::Bool, Some(Value::Bool(b))) => {
                    machine.base()[place] = f64::from(u8::from(*b));
                }
                (Type::Number | Type::Bool, _) => machine.base()[place] = f64::from_bits(UNSET),
                (Type::Code(at), Some(Value::Function(f))) => {
                    let closure = closure(f).filter(|closure| address(&closure.function) == at);
                    let slots = code.captures.iter().filter(|(cell, _)| *cell == variable.place);
                    if let Some(closure) = closure
                        && slots.clone().all(|(_, slots)| {
                            closure.captured.iter().map(|(slot, _)| slot).eq(slots)
                        })
                        && let Some(captured) = captured_numbers(closure)
                    {
                        machine.cells[place] = Cell::Captured(captured);
                    }
                }
                (kind, Some(_)) => {
                    let value = if variable.is_written { slot.take() } else { slot.clone() };
                    let cell = match (kind, value) {
                        (Type::Matrix, Some(value)) => Cell::matrix(value, variable.is_written),
                        (Type::Text, Some(value)) if variable.is_written => Cell::string(value),
                        (Type::Bools, Some(value)) => Cell::bools(value, variable.is_written),
                        (_, value) => {
                            *slot = value;
                            continue;
                        }
                    };
                    match cell {
                        Ok(cell) => machine.cells[place] = cell,
                        Err(value) => *slot = Some(value),
                    }
                }
                (_, None) => {}
            }
        }
    }
}

impl<'a> Run<'a> {
    fn survey(&mut self) -> &Survey<'a> {
        self.survey.get_or_insert_with(|| Survey::of_loop(self.statement))
    }

    fn state(number: usize) -> u8 {
        number as u8 * LOOP_STATE
    }

    /// A `for` starts to walk a value.
    fn start(&mut self, number: usize, walked: Value, count: usize) {
        let (range, rest) = match walked {
            Value::Range(r) => (*r, None),
            Value::Number(x) => (Range::counting(x, 1), None),
            other => (Range::counting(1.0, count), Some(other)),
        };
        set_walk(self.machine.base(), Run::state(number), range);
        if self.walks.len() <= number {
            self.walks.resize(number + 1, None);
        }
        self.walks[number] = rest;
    }

    /// How many rounds a `for` makes.
    fn rounds(&mut self, number: u8) -> usize {
        let state = usize::from(Run::state(usize::from(number)));
        self.machine.base()[state + 1] as usize
    }

    /// What the variable of a `for` is in its next round, if there is one.
    fn next_value(&mut self, number: u8) -> Result<Option<Value>> {
        let number = usize::from(number);
        let state = usize::from(Run::state(number));
        let w = self.machine.base();
        let [k, count] = [0, 1].map(|i| w[state + i]);
        if k >= count {
            return Ok(None);
        }
        w[state] = k + 1.0;
        Ok(Some(match self.walks.get(number) {
            Some(Some(walked)) => round(walked, k as usize)?,
            _ => {
                let [start, step, last] = [2, 3, 4].map(|i| w[state + i]);
                Value::Number(if k + 1.0 == count { last } else { start + k * step })
            }
        }))
    }
}

/// The variables a loop mentions.
fn slots_of(statement: &StmtNode, cache: &LoopCache) -> Rc<[Slot]> {
    let mut plan = cache.0.borrow_mut();
    let new = || Plan { slots: Survey::of_loop(statement).slots.into(), versions: Vec::new() };
    plan.get_or_insert_with(new).slots.clone()
}
