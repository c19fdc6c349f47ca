//! Running typed code.
//!
//! The machine knows nothing of the interpreter: it runs until the code ends or until something needs the general
//! evaluator, and says which. Calls among typed functions take the next window of registers and no memory. Cost: 1 to
//! 2 ns an instruction.

use super::cells::Cell;
use super::code::{Code, EMPTY, Op, Register, Test, UNSET, WINDOW};
use crate::value::{Range, Text};
use matfac::data::Interrupt;
use matfac::linalg::elementwise::{Arith, arith};
use std::rc::Rc;

/// Why the machine stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The code ended; for a loop, whether by `return`.
    Done(bool),
    /// The general evaluator must do the unit of this instruction, from its start.
    General(usize),
    /// The general evaluator must start the next round of this loop and go on at the first place, or at the second.
    Walk(u8, usize, usize),
    /// The user's interrupt.
    Interrupted,
}

/// A call that waits for its callee.
#[derive(Debug, Clone, Copy)]
struct Caller {
    /// The code, by its number in the table; none for the code the machine was started with.
    code: Option<u16>,
    /// Where it goes on.
    pc: usize,
    /// Its window.
    base: usize,
}

/// Registers and cells.
#[derive(Debug, Default)]
pub struct Machine {
    /// All windows.
    pub registers: Vec<f64>,
    /// The matrices.
    pub cells: Vec<Cell>,
    callers: Vec<Caller>,
}

/// The window at `base`.
fn window(registers: &mut Vec<f64>, base: usize) -> &mut [f64; WINDOW] {
    if registers.len() < base + WINDOW {
        registers.resize(base + 16 * WINDOW, 0.0);
    }
    registers[base..base + WINDOW].first_chunk_mut().expect("a whole window")
}

/// A position from 0 out of a number from 1.
#[inline(always)]
fn position(x: f64) -> Option<usize> {
    let whole = x as i64;
    (whole as f64 == x && whole >= 1).then(|| whole as usize - 1)
}

fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn compare(test: Test, x: f64, y: f64) -> bool {
    match test {
        Test::Lt => x < y,
        Test::Le => x <= y,
        Test::Eq => x == y,
        Test::Gt => x > y,
        Test::Ge => x >= y,
        Test::Ne => x != y,
    }
}

impl Machine {
    /// The first window.
    pub fn base(&mut self) -> &mut [f64; WINDOW] {
        window(&mut self.registers, 0)
    }

    /// Runs from an instruction on. At most `depth` calls may nest.
    pub fn run(
        &mut self,
        start: &Code,
        from: usize,
        table: &[Rc<Code>],
        interrupt: &Interrupt,
        depth: usize,
    ) -> Exit {
        let Machine { registers, cells, callers } = self;
        callers.clear();
        let mut code = start;
        let mut current: Option<u16> = None;
        let mut base = 0;
        let mut pc = from;
        let mut w = window(registers, base);
        // Whatever happens inside a call, it is the outermost call's unit that the general evaluator repeats.
        macro_rules! give_up {
            () => {
                return Exit::General(callers.first().map_or(pc, |caller| caller.pc) - 1)
            };
        }
        macro_rules! need {
            ($option:expr) => {
                match $option {
                    Some(value) => value,
                    None => give_up!(),
                }
            };
        }
        macro_rules! call {
            ($at:expr, $callee:expr) => {{
                if callers.len() >= depth || interrupt.is_set() {
                    give_up!()
                }
                callers.push(Caller { code: current, pc, base });
                base += usize::from($at);
                current = Some($callee);
                code = &table[usize::from($callee)];
                w = window(registers, base);
                code.prepare(w);
                pc = 0;
            }};
        }
        loop {
            let op = code.ops[pc];
            pc += 1;
            macro_rules! r {
                ($register:expr) => {
                    w[$register as usize]
                };
            }
            macro_rules! jump {
                ($condition:expr, $to:expr) => {
                    if $condition {
                        pc = $to as usize;
                    }
                };
            }
            // What is not less may be a NaN, and need not be greater.
            macro_rules! jump_unless {
                ($condition:expr, $to:expr) => {{
                    let holds = $condition;
                    jump!(!holds, $to)
                }};
            }
            match op {
                Op::Move(d, a) => r!(d) = r!(a),
                Op::Constant(d, c) => r!(d) = code.constants[usize::from(c)],
                Op::Add(d, a, b) => r!(d) = r!(a) + r!(b),
                Op::Sub(d, a, b) => r!(d) = r!(a) - r!(b),
                Op::Mul(d, a, b) => r!(d) = r!(a) * r!(b),
                Op::Div(d, a, b) => r!(d) = r!(a) / r!(b),
                Op::Pow(d, a, b) => {
                    let (x, y) = (r!(a), r!(b));
                    if !(x >= 0.0 || y.fract() == 0.0) {
                        give_up!()
                    }
                    r!(d) = arith(Arith::Pow, x, y);
                }
                Op::Neg(d, a) => r!(d) = -r!(a),
                Op::Not(d, a) => {
                    if r!(a).is_nan() {
                        give_up!()
                    }
                    r!(d) = truth(r!(a) == 0.0);
                }
                Op::And(d, a, b) | Op::Or(d, a, b) => {
                    let (x, y) = (r!(a), r!(b));
                    if x.is_nan() || y.is_nan() {
                        give_up!()
                    }
                    let (x, y) = (x != 0.0, y != 0.0);
                    r!(d) = truth(if matches!(op, Op::And(..)) { x & y } else { x | y });
                }
                Op::Compare(test, d, a, b) => r!(d) = truth(compare(test, r!(a), r!(b))),
                Op::One(d, a, f) => {
                    let y = code.ones[usize::from(f)](r!(a));
                    if y.is_nan() {
                        give_up!()
                    }
                    r!(d) = y;
                }
                Op::Two(d, a, b, f) => r!(d) = code.twos[usize::from(f)](r!(a), r!(b)),
                Op::Test(d, a, f) => r!(d) = truth(code.tests[usize::from(f)](r!(a))),
                Op::Extent(d, c, f) => {
                    let (m, n) = need!(cells[usize::from(c)].shape());
                    r!(d) = code.extents[usize::from(f)](m, n) as f64;
                }
                Op::Shape(d, c, f) => {
                    let (m, n) = need!(cells[usize::from(c)].shape());
                    r!(d) = truth(code.shapes[usize::from(f)](m, n));
                }
                Op::End(d, c, side) => {
                    let (m, n) = need!(cells[usize::from(c)].shape());
                    r!(d) = [m, n, m * n][usize::from(side)] as f64;
                }
                Op::Check(a) => {
                    if matches!(r!(a).to_bits(), UNSET | EMPTY) {
                        give_up!()
                    }
                }
                Op::Load1(d, c, i) => {
                    let i = need!(position(r!(i)));
                    r!(d) = need!(cells[usize::from(c)].get(i));
                }
                Op::Load2(d, c, i, j) => {
                    let (i, j) = (need!(position(r!(i))), need!(position(r!(j))));
                    r!(d) = need!(cells[usize::from(c)].get2(i, j));
                }
                Op::Store1(c, i, v) => {
                    let i = need!(position(r!(i)));
                    if !cells[usize::from(c)].set(i, r!(v)) {
                        give_up!()
                    }
                }
                Op::Store2(c, i, j, v) => {
                    let (i, j) = (need!(position(r!(i))), need!(position(r!(j))));
                    if !cells[usize::from(c)].set2(i, j, r!(v)) {
                        give_up!()
                    }
                }
                Op::StoreRange(c, first, step, last, v) => {
                    let range = need!(Range::new(r!(first), r!(step), r!(last)).ok());
                    if !cells[usize::from(c)].set_range(range, r!(v)) {
                        give_up!()
                    }
                }
                Op::Append(c, text) => {
                    need!(cells[usize::from(c)].text()).push(&code.texts[usize::from(text)]);
                }
                Op::AppendEntry(c, x, across) => {
                    if !cells[usize::from(c)].append(r!(x), across) {
                        give_up!()
                    }
                }
                Op::AppendNumber(c, template, x, f) => {
                    let template = &code.texts[usize::from(template)];
                    let text = need!(code.formats[usize::from(f)](template, r!(x)));
                    need!(cells[usize::from(c)].text()).push(&Text::new(text));
                }
                Op::PutText(c, i, text) => {
                    let i = need!(position(r!(i)));
                    let target = need!(cells[usize::from(c)].text());
                    if !target.put(i, &code.texts[usize::from(text)]) {
                        give_up!()
                    }
                }
                Op::Jump(to) => pc = to as usize,
                Op::Back(to) => {
                    if interrupt.is_set() {
                        return Exit::Interrupted;
                    }
                    pc = to as usize;
                }
                Op::JumpIf(a, to) => {
                    if r!(a).is_nan() {
                        give_up!()
                    }
                    jump!(r!(a) != 0.0, to);
                }
                Op::JumpUnless(a, to) => {
                    if r!(a).is_nan() {
                        give_up!()
                    }
                    jump!(r!(a) == 0.0, to);
                }
                Op::JumpLt(a, b, to) => jump!(r!(a) < r!(b), to),
                Op::JumpLe(a, b, to) => jump!(r!(a) <= r!(b), to),
                Op::JumpEq(a, b, to) => jump!(r!(a) == r!(b), to),
                Op::JumpNotLt(a, b, to) => jump_unless!(r!(a) < r!(b), to),
                Op::JumpNotLe(a, b, to) => jump_unless!(r!(a) <= r!(b), to),
                Op::JumpNotEq(a, b, to) => jump!(r!(a) != r!(b), to),
                Op::Range(state, bounds) => {
                    let [first, step, last] = [0, 1, 2].map(|k| r!(bounds + k));
                    let range = need!(Range::new(first, step, last).ok());
                    set_walk(w, state, range);
                }
                Op::Next(state, variable, to) => {
                    if interrupt.is_set() {
                        return Exit::Interrupted;
                    }
                    let [k, count] = [r!(state), r!(state + 1)];
                    if k < count {
                        // As `Range::at`: the first and the last number are kept, not computed.
                        r!(variable) = if k + 1.0 == count {
                            r!(state + 4)
                        } else if k == 0.0 {
                            r!(state + 2)
                        } else {
                            r!(state + 2) + k * r!(state + 3)
                        };
                        r!(state) = k + 1.0;
                    } else {
                        if count == 0.0 {
                            r!(variable) = f64::from_bits(EMPTY);
                        }
                        pc = to as usize;
                    }
                }
                Op::Walk(number, to) => return Exit::Walk(number, pc, to as usize),
                Op::Call(at, callee) => call!(at, callee),
                Op::CallClosure(cell, at, callee) => {
                    let Cell::Captured(captured) = &cells[usize::from(cell)] else { give_up!() };
                    call!(at, callee);
                    for (&register, &x) in code.captured.iter().zip(captured) {
                        r!(register) = x;
                    }
                }
                Op::Return => {
                    // Results go where the arguments were: the start of the window. Sources lie above all results.
                    for (k, &(register, _)) in code.outputs.iter().enumerate() {
                        w[k & (WINDOW - 1)] = w[register as usize];
                    }
                    let Some(caller) = callers.pop() else { return Exit::Done(false) };
                    Caller { code: current, pc, base } = caller;
                    code = current.map_or(start, |number| &table[usize::from(number)]);
                    w = window(registers, base);
                }
                Op::General => give_up!(),
                Op::Leave(by_return) => return Exit::Done(by_return),
            }
        }
    }
}

/// The state of a loop that starts to walk a range.
pub fn set_walk(w: &mut [f64; WINDOW], state: Register, range: Range) {
    let state = usize::from(state);
    let last = range.count.checked_sub(1).map_or(range.start, |k| range.at(k));
    let numbers = [0.0, range.count as f64, range.start, range.step, last];
    w[state..state + numbers.len()].copy_from_slice(&numbers);
}
