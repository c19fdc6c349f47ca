//! Factorizations brought up to date when their matrix changes a little, instead of being computed again.
//!
//! Method: plane rotations restore the triangle (Golub & Van Loan 2013, §6.5; Gill, Golub, Murray & Saunders 1974).
//! Cost: O(n²) for a Cholesky factor, O(m² + mn) for a QR factorization, for each vector that comes or goes.

mod cholesky;
mod qr;

pub use cholesky::{CholChange, CholOutcome, chol_change, chol_change_complex};
pub use qr::{QrChange, qr_change, qr_change_complex};

use crate::error::{Error, Result};
use crate::linalg::{Dense, Scalar};

/// `[c s; -conj(s) c]`, which turns the rows `row` and `row + 1`.
#[derive(Debug, Clone, Copy)]
struct Turn<T> {
    row: usize,
    c: f64,
    s: T,
}

impl<T: Scalar> Turn<T> {
    /// The turn that takes (x, y) to (r, 0), and r, which has the phase of x.
    fn new(row: usize, x: T, y: T) -> (Turn<T>, T) {
        let (size, other) = (x.modulus(), y.modulus());
        if other == 0.0 {
            return (Turn { row, c: 1.0, s: T::ZERO }, x);
        } else if size == 0.0 {
            let s = y.conjugate().over(T::of(other));
            return (Turn { row, c: 0.0, s }, T::of(other));
        }
        let norm = size.hypot(other);
        let phase = x.over(T::of(size));
        let s = phase * y.conjugate().over(T::of(norm));
        (Turn { row, c: size / norm, s }, phase.scaled(norm))
    }

    fn apply(self, x: T, y: T) -> (T, T) {
        (x.scaled(self.c) + self.s * y, y.scaled(self.c) - self.s.conjugate() * x)
    }

    fn apply_to(self, column: &mut [T]) {
        let (x, y) = self.apply(column[self.row], column[self.row + 1]);
        (column[self.row], column[self.row + 1]) = (x, y);
    }
}

/// Turns the entries of a vector below `top` into its entry `top`, from the last one up.
fn fold_up<T: Scalar>(spike: &mut [T], top: usize) -> Vec<Turn<T>> {
    let rows = (top..spike.len().saturating_sub(1)).rev();
    let fold = |row: usize| {
        let (turn, head) = Turn::new(row, spike[row], spike[row + 1]);
        (spike[row], spike[row + 1]) = (head, T::ZERO);
        turn
    };
    rows.map(fold).collect()
}

/// Makes a matrix that has entries just below its diagonal, from column `first` on, triangular again.
fn restore<T: Scalar>(r: &mut Dense<T>, first: usize) -> Vec<Turn<T>> {
    let mut turns: Vec<Turn<T>> = Vec::new();
    for j in first..r.cols() {
        let column = r.col_mut(j);
        turns.iter().for_each(|turn| turn.apply_to(column));
        if j + 1 < column.len() {
            let (turn, head) = Turn::new(j, column[j], column[j + 1]);
            (column[j], column[j + 1]) = (head, T::ZERO);
            turns.push(turn);
        }
    }
    turns
}

/// Turns the rows of R in the columns from `first` on.
fn turn_rows<T: Scalar>(r: &mut Dense<T>, first: usize, turns: &[Turn<T>]) {
    for j in first..r.cols() {
        let column = r.col_mut(j);
        turns.iter().for_each(|turn| turn.apply_to(column));
    }
}

/// `Q*G'` for the turns G, so that `Q*R` stays what it is when R becomes `G*R`.
fn turn_basis<T: Scalar>(q: &mut Dense<T>, turns: &[Turn<T>]) {
    let m = q.rows();
    for turn in turns {
        let pair = &mut q.as_mut_slice()[turn.row * m..(turn.row + 2) * m];
        let (left, right) = pair.split_at_mut(m);
        for (x, y) in left.iter_mut().zip(right) {
            let (a, b) = (*x, *y);
            *x = a.scaled(turn.c) + turn.s.conjugate() * b;
            *y = b.scaled(turn.c) - turn.s * a;
        }
    }
}

/// A matrix with a column put before column `at`.
fn with_column<T: Scalar>(a: &Dense<T>, at: usize, column: &[T]) -> Dense<T> {
    Dense::from_fn(column.len(), a.cols() + 1, |i, j| match j.cmp(&at) {
        std::cmp::Ordering::Equal => column[i],
        // A column that is longer than those of the matrix leaves zeros below them.
        _ if i >= a.rows() => T::ZERO,
        std::cmp::Ordering::Less => a[(i, j)],
        std::cmp::Ordering::Greater => a[(i, j - 1)],
    })
}

/// A matrix without the column `at`.
fn without_column<T: Scalar>(a: &Dense<T>, at: usize) -> Dense<T> {
    Dense::from_fn(a.rows(), a.cols() - 1, |i, j| a[(i, j + usize::from(j >= at))])
}

/// The leading rows and columns of a matrix.
fn leading<T: Scalar>(a: &Dense<T>, rows: usize, cols: usize) -> Dense<T> {
    Dense::from_fn(rows, cols, |i, j| a[(i, j)])
}

/// Refuses a place outside `0..length`.
fn require_place(
    function: &'static str,
    name: &'static str,
    at: usize,
    length: usize,
) -> Result<()> {
    if at < length {
        return Ok(());
    }
    let range = match length {
        0 => "there is nothing to choose from".to_string(),
        _ => format!("{name} must be between 1 and {length}, not {}", at + 1),
    };
    Err(Error::argument(name, format!("{function}: {range}")))
}

/// Refuses a vector that is not of the length that the factors ask for.
fn require_length(
    function: &'static str,
    name: &'static str,
    found: usize,
    wanted: usize,
) -> Result<()> {
    if found == wanted {
        return Ok(());
    }
    let message = format!("{function}: {name} needs {wanted} entries, and has {found}");
    Err(Error::argument(name, message))
}
