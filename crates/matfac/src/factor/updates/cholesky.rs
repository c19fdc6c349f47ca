//! The Cholesky factor of a matrix that gained or lost a rank-one term, a row and column, or had them moved.
//!
//! R is upper triangular with `A = R'*R`. A term is added by rotating its row into R, and taken away by the same
//! rotations found from `R'*p = x` (LINPACK's method: Dongarra, Bunch, Moler & Stewart 1979, chapter 10).
//! The diagonal of the result is positive. Cost: about 3n² flops.

use super::{
    Turn, fold_up, leading, require_length, require_place, restore, turn_rows, with_column,
    without_column,
};
use crate::error::{Error, Result};
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};

/// What happens to `A = R'*R`; places count from 0.
#[derive(Debug, Clone, PartialEq)]
pub enum CholChange<T> {
    /// `A + x*x'`.
    Add(Vec<T>),
    /// `A - x*x'`.
    Subtract(Vec<T>),
    /// A row and column, of n + 1 entries, before the place `at`.
    Insert {
        /// From 0 to n.
        at: usize,
        /// The new column.
        column: Vec<T>,
    },
    /// The row and column at this place go.
    Delete(usize),
    /// The row and column at `from` go to the place `to`; those between close up.
    Move {
        /// The old place.
        from: usize,
        /// The new place.
        to: usize,
    },
}

/// How a change ended.
#[derive(Debug, Clone, PartialEq)]
pub enum CholOutcome<T> {
    /// The new factor.
    Done(Dense<T>),
    /// The changed matrix is not positive definite.
    NotPositiveDefinite,
    /// R has a zero on its diagonal.
    Singular,
}

/// The factor of the changed matrix. Only the upper triangle of R is read.
///
/// Errors: [`Error::NotSquare`], [`Error::NonFinite`], and [`Error::Argument`] for a place or a length that does not
/// fit R.
///
/// ```
/// use matfac::{Matrix, factor::updates::{chol_change, CholChange, CholOutcome}};
/// let r = Matrix::from_rows(&[&[3.0]]);
/// let changed = chol_change(&r, &CholChange::Add(vec![4.0])).unwrap();
/// assert_eq!(changed, CholOutcome::Done(Matrix::from_rows(&[&[5.0]])));
/// ```
pub fn chol_change(r: &Matrix, change: &CholChange<f64>) -> Result<CholOutcome<f64>> {
    changed(r, change)
}

/// As [`chol_change`], for a complex Hermitian matrix.
pub fn chol_change_complex(
    r: &ComplexMatrix,
    change: &CholChange<c64>,
) -> Result<CholOutcome<c64>> {
    changed(r, change)
}

fn changed<T: Scalar>(r: &Dense<T>, change: &CholChange<T>) -> Result<CholOutcome<T>> {
    let function = change.function();
    r.require_square(function)?;
    r.require_finite(function)?;
    let n = r.cols();
    let r = Dense::from_fn(n, n, |i, j| if i <= j { r[(i, j)] } else { T::ZERO });
    change.require_fit(n)?;
    let outcome = match change {
        CholChange::Add(x) => CholOutcome::Done(added(r, x)),
        CholChange::Subtract(x) => subtracted(r, x),
        CholChange::Insert { at, column } => inserted(&r, *at, column),
        CholChange::Delete(at) => {
            let mut r = without_column(&r, *at);
            restore(&mut r, *at);
            CholOutcome::Done(leading(&r, n - 1, n - 1))
        }
        CholChange::Move { from, to } => CholOutcome::Done(moved(&r, *from, *to)),
    };
    Ok(match outcome {
        CholOutcome::Done(mut r) => {
            make_diagonal_positive(&mut r);
            CholOutcome::Done(r)
        }
        failed => failed,
    })
}

impl<T: Scalar> CholChange<T> {
    fn function(&self) -> &'static str {
        match self {
            CholChange::Add(_) | CholChange::Subtract(_) => "cholupdate",
            CholChange::Insert { .. } => "cholinsert",
            CholChange::Delete(_) => "choldelete",
            CholChange::Move { .. } => "cholshift",
        }
    }

    fn require_fit(&self, n: usize) -> Result<()> {
        let function = self.function();
        match self {
            CholChange::Add(x) | CholChange::Subtract(x) => {
                require_length(function, "x", x.len(), n)?;
                Dense::from_vec(n, 1, x.clone()).require_finite(function)
            }
            CholChange::Insert { at, column } => {
                require_place(function, "j", *at, n + 1)?;
                require_length(function, "x", column.len(), n + 1)?;
                Dense::from_vec(n + 1, 1, column.clone()).require_finite(function)?;
                if column[*at].complex().im != 0.0 {
                    let message = "cholinsert: the diagonal entry x(j) must be real";
                    return Err(Error::argument("x", message));
                }
                Ok(())
            }
            CholChange::Delete(at) => require_place(function, "j", *at, n),
            CholChange::Move { from, to } => {
                require_place(function, "i", *from, n)?;
                require_place(function, "j", *to, n)
            }
        }
    }
}

/// The row x' is rotated into R, column by column.
fn added<T: Scalar>(mut r: Dense<T>, x: &[T]) -> Dense<T> {
    let mut turns: Vec<Turn<T>> = Vec::with_capacity(x.len());
    for (j, x) in x.iter().enumerate() {
        let mut below = x.conjugate();
        let column = r.col_mut(j);
        for (entry, turn) in column.iter_mut().zip(&turns) {
            (*entry, below) = turn.apply(*entry, below);
        }
        let (turn, head) = Turn::new(j, column[j], below);
        column[j] = head;
        turns.push(turn);
    }
    r
}

/// The rotations that turn `[p; sqrt(1 - p'*p)]` into the last unit vector take the row x' out of R.
fn subtracted<T: Scalar>(mut r: Dense<T>, x: &[T]) -> CholOutcome<T> {
    let Some(p) = solve_adjoint(&r, x) else { return CholOutcome::Singular };
    let left = 1.0 - square_norm(&p);
    // The negation catches NaN, too.
    if !(left > 0.0) {
        return CholOutcome::NotPositiveDefinite;
    }
    let mut alpha = T::of(left.sqrt());
    let mut turns = Vec::with_capacity(p.len());
    for (i, entry) in p.into_iter().enumerate().rev() {
        let (turn, head) = Turn::new(i, alpha, entry);
        alpha = head;
        turns.push(turn);
    }
    let n = turns.len();
    for j in 0..n {
        let mut below = T::ZERO;
        let column = r.col_mut(j);
        for turn in &turns[n - 1 - j..] {
            (below, column[turn.row]) = turn.apply(below, column[turn.row]);
        }
    }
    CholOutcome::Done(r)
}

fn inserted<T: Scalar>(r: &Dense<T>, at: usize, column: &[T]) -> CholOutcome<T> {
    let mut others = column.to_vec();
    let diagonal = others.remove(at).real_part();
    let Some(mut spike) = solve_adjoint(r, &others) else { return CholOutcome::Singular };
    let left = diagonal - square_norm(&spike);
    // The negation catches NaN, too.
    if !(left > 0.0) {
        return CholOutcome::NotPositiveDefinite;
    }
    spike.push(T::of(left.sqrt()));
    let turns = fold_up(&mut spike, at);
    let mut r = with_column(r, at, &spike);
    turn_rows(&mut r, at + 1, &turns);
    CholOutcome::Done(r)
}

fn moved<T: Scalar>(r: &Dense<T>, from: usize, to: usize) -> Dense<T> {
    let mut spike = r.col(from).to_vec();
    let rest = without_column(r, from);
    if from < to {
        let mut r = with_column(&rest, to, &spike);
        restore(&mut r, from);
        return r;
    }
    // Nothing stands below the diagonal of the column that moves to the left.
    let turns = fold_up(&mut spike[..=from], to);
    let mut r = with_column(&rest, to, &spike);
    turn_rows(&mut r, to + 1, &turns);
    r
}

/// p with `R'*p = x`; `None` when R has a zero on its diagonal.
fn solve_adjoint<T: Scalar>(r: &Dense<T>, x: &[T]) -> Option<Vec<T>> {
    let mut p: Vec<T> = Vec::with_capacity(x.len());
    for (j, &x) in x.iter().enumerate() {
        let column = r.col(j);
        if column[j] == T::ZERO {
            return None;
        }
        let known: T = column.iter().zip(&p).map(|(r, p)| r.conjugate() * *p).sum();
        p.push((x - known).over(column[j].conjugate()));
    }
    Some(p)
}

fn square_norm<T: Scalar>(x: &[T]) -> f64 {
    x.iter().map(|x| x.modulus().powi(2)).sum()
}

/// Rows times the phase that makes their diagonal entry positive: `R'*R` stays what it is.
fn make_diagonal_positive<T: Scalar>(r: &mut Dense<T>) {
    let phase = |d: T| match d.modulus() {
        0.0 => T::ONE,
        size => d.conjugate().over(T::of(size)),
    };
    let phases: Vec<T> = (0..r.cols()).map(|i| phase(r[(i, i)])).collect();
    if phases.iter().all(|p| *p == T::ONE) {
        return;
    }
    for j in 0..r.cols() {
        r.col_mut(j).iter_mut().zip(&phases).for_each(|(x, p)| *x *= *p);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testdata::{distance, random_complex};
    use super::*;

    fn gram<T: Scalar>(r: &Dense<T>) -> Dense<T> {
        let n = r.cols();
        let dot = |i: usize, j: usize| {
            r.col(i).iter().zip(r.col(j)).map(|(x, y)| x.conjugate() * *y).sum()
        };
        Dense::from_fn(n, n, dot)
    }

    fn triangle(n: usize, seed: u64) -> ComplexMatrix {
        let a = random_complex(n, n, seed);
        ComplexMatrix::from_fn(n, n, |i, j| match i.cmp(&j) {
            std::cmp::Ordering::Less => a[(i, j)],
            std::cmp::Ordering::Equal => c64::new(1.0 + a[(i, j)].norm(), 0.0),
            std::cmp::Ordering::Greater => c64::new(0.0, 0.0),
        })
    }

    #[track_caller]
    fn check(outcome: CholOutcome<c64>, wanted: &ComplexMatrix) -> ComplexMatrix {
        let CholOutcome::Done(r) = outcome else { panic!("{outcome:?}") };
        assert!(distance(&gram(&r), wanted) < 1e-12);
        for j in 0..r.cols() {
            assert!(r[(j, j)].re > 0.0 && r[(j, j)].im.abs() < 1e-14);
            assert!(r.col(j)[j + 1..].iter().all(|x| x.norm() == 0.0));
        }
        r
    }

    #[test]
    fn every_change_is_the_factor_of_the_changed_matrix() {
        for n in 0..7 {
            let r = triangle(n, 3);
            let a = gram(&r);
            let x: Vec<c64> = triangle(n + 1, 9).col(n)[..n].to_vec();
            let plus = ComplexMatrix::from_fn(n, n, |i, j| a[(i, j)] + x[i] * x[j].conj());
            let up = chol_change_complex(&r, &CholChange::Add(x.clone())).unwrap();
            let up = check(up, &plus);
            check(chol_change_complex(&up, &CholChange::Subtract(x)).unwrap(), &a);
            for at in 0..n {
                let rest: Vec<usize> = (0..n).filter(|&i| i != at).collect();
                let small = ComplexMatrix::from_fn(n - 1, n - 1, |i, j| a[(rest[i], rest[j])]);
                let less = chol_change_complex(&r, &CholChange::Delete(at)).unwrap();
                let less = check(less, &small);
                let insert = CholChange::Insert { at, column: a.col(at).to_vec() };
                check(chol_change_complex(&less, &insert).unwrap(), &a);
                for to in 0..n {
                    let mut order = rest.clone();
                    order.insert(to, at);
                    let shifted = ComplexMatrix::from_fn(n, n, |i, j| a[(order[i], order[j])]);
                    let change = CholChange::Move { from: at, to };
                    check(chol_change_complex(&r, &change).unwrap(), &shifted);
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_is_told() {
        let r = Matrix::from_rows(&[&[2.0, 1.0], &[0.0, 1.0]]);
        let change = |change| chol_change(&r, &change).unwrap();
        assert_eq!(change(CholChange::Subtract(vec![3.0, 0.0])), CholOutcome::NotPositiveDefinite);
        let insert = CholChange::Insert { at: 1, column: vec![1.0, 0.0, 1.0] };
        assert_eq!(change(insert), CholOutcome::NotPositiveDefinite);
        let flat = Matrix::zeros(2, 2);
        let outcome = chol_change(&flat, &CholChange::Subtract(vec![1.0, 0.0]));
        assert_eq!(outcome.unwrap(), CholOutcome::Singular);
        for wrong in [
            CholChange::Add(vec![1.0]),
            CholChange::Add(vec![1.0, f64::NAN]),
            CholChange::Delete(2),
            CholChange::Move { from: 0, to: 2 },
            CholChange::Insert { at: 3, column: vec![1.0; 3] },
        ] {
            assert!(chol_change(&r, &wrong).is_err(), "{wrong:?}");
        }
        assert!(chol_change(&Matrix::zeros(2, 3), &CholChange::Delete(0)).is_err());
    }
}
