//! Typed code: what a loop or a function of plain numbers is compiled to.
//!
//! A register machine: numbers and logicals (as 0 and 1) live unboxed in a window of at most 256 registers, so that a
//! register number of one byte needs no bounds check; matrices live in cells beside it. An instruction has eight
//! bytes. Instructions never change a variable before all that can fail in their statement has succeeded, so that a
//! statement that turns out to need the general evaluator can be given to it from its start.

use super::super::code::{Function, Slot};
use super::types::Type;
use crate::value::{Extent, Text};
use std::sync::Arc;

/// A register of the running window.
pub type Register = u8;
/// A cell that holds a matrix.
pub type CellIndex = u8;
/// A place in the instructions.
pub type Label = u32;

/// The registers of a window.
pub const WINDOW: usize = 256;
/// Registers that hold a loop's state: position from 0, count, start, step, last.
pub const LOOP_STATE: Register = 5;
/// A register whose variable has no value holds this NaN, which arithmetic on real data does not make.
pub const UNSET: u64 = 0x7ff8_6d66_0000_0001;
/// The variable of a `for` that made no round holds this one: Octave leaves an empty range in it.
pub const EMPTY: u64 = 0x7ff8_6d66_0000_0002;

/// A comparison of two registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// `x < y`
    Lt,
    /// `x <= y`
    Le,
    /// `x == y`
    Eq,
    /// `x > y`
    Gt,
    /// `x >= y`
    Ge,
    /// `x != y`
    Ne,
}

/// An instruction. Results come first.
#[derive(Debug, Clone, Copy)]
pub enum Op {
    /// Copies a register.
    Move(Register, Register),
    /// Sets a register to a constant of the code.
    Constant(Register, u16),
    /// `a + b`
    Add(Register, Register, Register),
    /// `a - b`
    Sub(Register, Register, Register),
    /// `a * b`
    Mul(Register, Register, Register),
    /// `a / b`
    Div(Register, Register, Register),
    /// `a ^ b` where it is real.
    Pow(Register, Register, Register),
    /// `-a`
    Neg(Register, Register),
    /// `!a`, not of NaN.
    Not(Register, Register),
    /// `a & b`, not of NaN.
    And(Register, Register, Register),
    /// `a | b`, not of NaN.
    Or(Register, Register, Register),
    /// A comparison as 0 or 1.
    Compare(Test, Register, Register, Register),
    /// A pure function of one number; NaN may stand for a complex result.
    One(Register, Register, u8),
    /// A pure function of two numbers.
    Two(Register, Register, Register, u8),
    /// A pure test of one number.
    Test(Register, Register, u8),
    /// A function of a cell's rows and columns.
    Extent(Register, CellIndex, u8),
    /// A test of a cell's rows and columns.
    Shape(Register, CellIndex, u8),
    /// Rows (0), columns (1) or entries (2) of a cell: `end`.
    End(Register, CellIndex, u8),
    /// Gives up unless the variable in this register has a value.
    Check(Register),
    /// `cell(i)`
    Load1(Register, CellIndex, Register),
    /// `cell(i, j)`
    Load2(Register, CellIndex, Register, Register),
    /// `cell(i) = value`
    Store1(CellIndex, Register, Register),
    /// `cell(i, j) = value`
    Store2(CellIndex, Register, Register, Register),
    /// `cell(start:step:stop) = value`
    StoreRange(CellIndex, Register, Register, Register, Register),
    /// Adds a constant string to the string in a cell.
    Append(CellIndex, u8),
    /// Adds an entry to the row (true) or column in a cell.
    AppendEntry(CellIndex, Register, bool),
    /// Adds a number, written by a constant template, to the string in a cell.
    AppendNumber(CellIndex, u8, Register, u8),
    /// Puts a constant character into the string in a cell.
    PutText(CellIndex, Register, u8),
    /// Goes on elsewhere.
    Jump(Label),
    /// Goes back to a loop's start, polling for an interrupt.
    Back(Label),
    /// Goes elsewhere when a number is true; NaN gives up.
    JumpIf(Register, Label),
    /// Goes elsewhere when a number is false; NaN gives up.
    JumpUnless(Register, Label),
    /// Goes elsewhere when `a < b`.
    JumpLt(Register, Register, Label),
    /// Goes elsewhere when `a <= b`.
    JumpLe(Register, Register, Label),
    /// Goes elsewhere when `a == b`.
    JumpEq(Register, Register, Label),
    /// Goes elsewhere unless `a < b`.
    JumpNotLt(Register, Register, Label),
    /// Goes elsewhere unless `a <= b`.
    JumpNotLe(Register, Register, Label),
    /// Goes elsewhere unless `a == b`.
    JumpNotEq(Register, Register, Label),
    /// Counts the range whose start, step and stop are in the registers from the second: the state of a loop.
    Range(Register, Register),
    /// The next number of a range into a register, or on elsewhere; polls for an interrupt.
    Next(Register, Register, Label),
    /// Calls typed code with arguments in the registers from the first, where its results will be.
    Call(Register, u16),
    /// The same, with the values that the closure in the cell has captured.
    CallClosure(CellIndex, Register, u16),
    /// Ends a function.
    Return,
    /// Gives the unit to the general evaluator.
    General,
    /// The next round of the loop of this number, whose walk is not a range or whose variable not a number; or on
    /// elsewhere.
    Walk(u8, Label),
    /// Ends the loop as a `return` would, or by itself.
    Leave(bool),
}

impl Op {
    /// Whether it does work that the general evaluator would otherwise do in more time.
    pub fn is_a_gain(&self) -> bool {
        !matches!(
            self,
            Op::Jump(_) | Op::Back(_) | Op::Walk(..) | Op::General | Op::Leave(_) | Op::Check(_)
        )
    }

    /// Where the instruction may go.
    pub fn label(&mut self) -> Option<&mut Label> {
        match self {
            Op::Jump(to)
            | Op::Back(to)
            | Op::JumpIf(_, to)
            | Op::JumpUnless(_, to)
            | Op::JumpLt(_, _, to)
            | Op::JumpLe(_, _, to)
            | Op::JumpEq(_, _, to)
            | Op::JumpNotLt(_, _, to)
            | Op::JumpNotLe(_, _, to)
            | Op::JumpNotEq(_, _, to)
            | Op::Next(_, _, to)
            | Op::Walk(_, to) => Some(to),
            _ => None,
        }
    }
}

/// A step of the tree that the general evaluator can take over: a statement without blocks, a condition, the
/// header of a `for`.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// Its first instruction.
    pub start: Label,
    /// Where to go on after it (when it holds, of a condition).
    pub next: Label,
    /// Where to go on when a condition does not hold, or after a `break`.
    pub otherwise: Label,
    /// Where to go on after a `continue`.
    pub again: Label,
}

/// Where a variable of the frame lives while typed code runs.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its slot in the frame.
    pub slot: Slot,
    /// What it is.
    pub kind: Type,
    /// Its register or cell.
    pub place: u8,
    /// Whether the code writes into the cell.
    pub is_written: bool,
}

/// The compiled form of a loop or a function.
#[derive(Debug, Default)]
pub struct Code {
    /// The instructions.
    pub ops: Vec<Op>,
    /// Constants kept in registers while the code runs.
    pub fixed: Vec<(Register, f64)>,
    /// Further constants.
    pub constants: Vec<f64>,
    /// The variables that live in registers and cells.
    pub variables: Vec<Variable>,
    /// How many cells there are.
    pub cells: usize,
    /// The units in the order of the text; none in a function.
    pub units: Vec<Unit>,
    /// Whether it may be entered at any unit, since it does not count on what came before.
    pub is_resumable: bool,
    /// Slots that are empty, so that their names mean functions or values still to come.
    pub empty: Vec<Slot>,
    /// Registers that a function must mark as without value when it starts.
    pub unset: Vec<Register>,
    /// Where a function takes its captured values.
    pub captured: Vec<Register>,
    /// Where a function's results are when it ends, and whether they are logicals.
    pub outputs: Vec<(Register, Type)>,
    /// Constant strings.
    pub texts: Vec<Arc<Text>>,
    /// Functions of a template and a number.
    pub formats: Vec<fn(&Text, f64) -> Option<String>>,
    /// Pure functions of one number.
    pub ones: Vec<fn(f64) -> f64>,
    /// Pure functions of two numbers.
    pub twos: Vec<fn(f64, f64) -> f64>,
    /// Pure tests.
    pub tests: Vec<fn(f64) -> bool>,
    /// Functions of rows and columns.
    pub extents: Vec<Extent>,
    /// Tests of rows and columns.
    pub shapes: Vec<fn(usize, usize) -> bool>,
    /// The captured slots of each closure the code calls, by its cell.
    pub captures: Vec<(CellIndex, Vec<Slot>)>,
    /// Functions whose addresses are part of what the code was compiled for: they must not be freed and others
    /// take their place.
    pub kept: Vec<Arc<Function>>,
}

impl Code {
    /// Prepares a window for the code: its constants, and the variables that have no value yet.
    #[inline]
    pub fn prepare(&self, window: &mut [f64; WINDOW]) {
        for &(register, x) in &self.fixed {
            window[usize::from(register)] = x;
        }
        for &register in &self.unset {
            window[usize::from(register)] = f64::from_bits(UNSET);
        }
    }
}
