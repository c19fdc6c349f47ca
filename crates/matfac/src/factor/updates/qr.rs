//! The QR factorization of a matrix that gained or lost a low-rank term, columns or a row, or had a column moved.
//!
//! Full (Q m×m, R m×n) or economy-sized (Q m×n, R n×n with m > n). An economy-sized basis is widened by the direction
//! that a new vector adds, found by Gram-Schmidt done twice (Daniel, Gragg, Kaufman & Stewart 1976), and cut again.
//! Cost: O(m² + mn) flops for each vector, O(mn) when economy-sized.

use super::{
    fold_up, leading, require_length, require_place, restore, turn_basis, turn_rows, with_column,
    without_column,
};
use crate::error::{Error, Result};
use crate::linalg::{ComplexMatrix, Dense, Matrix, Scalar, c64};

/// What happens to `A = Q*R`, m×n; places count from 0.
#[derive(Debug, Clone, PartialEq)]
pub enum QrChange<T> {
    /// `A + u*v'`, u m×k and v n×k.
    Add {
        /// m×k.
        u: Dense<T>,
        /// n×k.
        v: Dense<T>,
    },
    /// Columns come in, so that column `at[i]` of the changed matrix is column i of `columns`.
    InsertColumns {
        /// Places in the changed matrix, all different.
        at: Vec<usize>,
        /// m×k.
        columns: Dense<T>,
    },
    /// A row comes in before the row `at`.
    InsertRow {
        /// From 0 to m.
        at: usize,
        /// n entries.
        row: Vec<T>,
    },
    /// These columns, all different, go.
    DeleteColumns(Vec<usize>),
    /// This row goes.
    DeleteRow(usize),
    /// The column at `from` goes to the place `to`; those between close up.
    Move {
        /// The old place.
        from: usize,
        /// The new place.
        to: usize,
    },
}

/// Q and R of the changed matrix, economy-sized if they were.
///
/// Errors: [`Error::Shapes`] for factors that do not fit each other, [`Error::Argument`] for a place or a length that
/// does not fit them, [`Error::NonFinite`].
///
/// ```
/// use matfac::{Matrix, factor::updates::{qr_change, QrChange}};
/// let (q, r) = (Matrix::identity(2), Matrix::from_rows(&[&[1.0, 2.0], &[0.0, 3.0]]));
/// let (q, r) = qr_change(&q, &r, &QrChange::DeleteColumns(vec![0])).unwrap();
/// assert!((q[(0, 0)] * r[(0, 0)] - 2.0).abs() < 1e-15 && (q[(1, 0)] * r[(0, 0)] - 3.0).abs() < 1e-15);
/// ```
pub fn qr_change(q: &Matrix, r: &Matrix, change: &QrChange<f64>) -> Result<(Matrix, Matrix)> {
    changed(q, r, change)
}

/// As [`qr_change`], for a complex matrix.
pub fn qr_change_complex(
    q: &ComplexMatrix,
    r: &ComplexMatrix,
    change: &QrChange<c64>,
) -> Result<(ComplexMatrix, ComplexMatrix)> {
    changed(q, r, change)
}

fn changed<T: Scalar>(
    q: &Dense<T>,
    r: &Dense<T>,
    change: &QrChange<T>,
) -> Result<(Dense<T>, Dense<T>)> {
    let function = change.function();
    let mut f = Factors { q: q.clone(), r: r.clone() };
    f.require_sound(function)?;
    match change {
        QrChange::Add { u, v } => {
            f.require_terms(u, v)?;
            (0..u.cols()).for_each(|k| f.add(u.col(k), v.col(k)));
        }
        QrChange::InsertColumns { at, columns } => {
            for (at, k) in f.insertions(at, columns)? {
                f.insert_column(at, columns.col(k));
            }
        }
        QrChange::DeleteColumns(at) => {
            for at in f.deletions(at)? {
                f.delete_column(at);
            }
        }
        QrChange::InsertRow { at, row } => {
            f.require_full(function)?;
            require_place(function, "j", *at, q.rows() + 1)?;
            require_length(function, "x", row.len(), r.cols())?;
            Dense::from_vec(1, row.len(), row.clone()).require_finite(function)?;
            f.insert_row(*at, row);
        }
        QrChange::DeleteRow(at) => {
            f.require_full(function)?;
            require_place(function, "j", *at, q.rows())?;
            f.delete_row(*at);
        }
        QrChange::Move { from, to } => {
            require_place(function, "i", *from, r.cols())?;
            require_place(function, "j", *to, r.cols())?;
            f.move_column(*from, *to);
        }
    }
    Ok((f.q, f.r))
}

impl<T> QrChange<T> {
    fn function(&self) -> &'static str {
        match self {
            QrChange::Add { .. } => "qrupdate",
            QrChange::InsertColumns { .. } | QrChange::InsertRow { .. } => "qrinsert",
            QrChange::DeleteColumns(_) | QrChange::DeleteRow(_) => "qrdelete",
            QrChange::Move { .. } => "qrshift",
        }
    }
}

struct Factors<T> {
    q: Dense<T>,
    r: Dense<T>,
}

impl<T: Scalar> Factors<T> {
    fn require_sound(&self, function: &'static str) -> Result<()> {
        let (q, r) = (self.q.shape(), self.r.shape());
        let is_full = self.q.is_square();
        let is_economy = self.q.rows() > self.q.cols() && self.r.is_square();
        if self.q.cols() != self.r.rows() || !(is_full || is_economy) {
            let message = format!("{function}: Q is {q} and R is {r}, which are no QR factors");
            let hint = "Q is m×m and R m×n, or, economy-sized, Q m×n and R n×n";
            return Err(Error::argument_hint("R", message, hint));
        }
        self.q.require_finite(function)?;
        self.r.require_finite(function)
    }

    fn require_full(&self, function: &'static str) -> Result<()> {
        if self.q.is_square() {
            return Ok(());
        }
        let message = format!(
            "{function}: a change of rows needs the full factorization, and Q is {}",
            self.q.shape()
        );
        Err(Error::argument_hint("Q", message, "[Q, R] = qr(A) is full"))
    }

    fn require_terms(&self, u: &Dense<T>, v: &Dense<T>) -> Result<()> {
        if u.rows() != self.q.rows() || v.rows() != self.r.cols() || u.cols() != v.cols() {
            let (m, n) = (self.q.rows(), self.r.cols());
            let message = format!(
                "qrupdate: u needs {m} rows, v {n}, and both as many columns; they are {} and {}",
                u.shape(),
                v.shape()
            );
            return Err(Error::argument("u", message));
        }
        u.require_finite("qrupdate")?;
        v.require_finite("qrupdate")
    }

    /// Places and columns in ascending order of the places, which then are where each column goes when its turn comes.
    fn insertions(&self, at: &[usize], columns: &Dense<T>) -> Result<Vec<(usize, usize)>> {
        require_length("qrinsert", "j", at.len(), columns.cols())?;
        if !columns.is_empty() {
            require_length("qrinsert", "x", columns.rows(), self.q.rows())?;
        }
        columns.require_finite("qrinsert")?;
        let mut places: Vec<(usize, usize)> = at.iter().copied().zip(0..).collect();
        places.sort_unstable();
        let total = self.r.cols() + at.len();
        at.iter().try_for_each(|&at| require_place("qrinsert", "j", at, total))?;
        require_different("qrinsert", places.iter().map(|p| p.0))?;
        Ok(places)
    }

    /// Places in descending order, so that each is still where it was when its turn comes.
    fn deletions(&self, at: &[usize]) -> Result<Vec<usize>> {
        at.iter().try_for_each(|&at| require_place("qrdelete", "j", at, self.r.cols()))?;
        let mut places = at.to_vec();
        places.sort_unstable();
        require_different("qrdelete", places.iter().copied())?;
        places.reverse();
        Ok(places)
    }

    /// `Q'*x`, after giving an economy-sized Q the direction of what is left of x, and R a row of zeros.
    fn coordinates(&mut self, x: &[T]) -> Vec<T> {
        let mut w = adjoint_product(&self.q, x);
        if self.q.is_square() {
            return w;
        }
        let n = self.q.cols();
        let mut rest = x.to_vec();
        subtract_product(&mut rest, &self.q, &w);
        // Once more: what rounding left of the span of Q in the rest.
        let again = adjoint_product(&self.q, &rest);
        subtract_product(&mut rest, &self.q, &again);
        w.iter_mut().zip(&again).for_each(|(w, a)| *w += *a);
        let size = norm(&rest);
        // A rest of rounding errors has no direction.
        if size > f64::EPSILON * norm(&w) {
            rest.iter_mut().for_each(|x| *x = x.over(T::of(size)));
            w.push(T::of(size));
        } else {
            rest = self.another_direction();
            w.push(T::ZERO);
        }
        self.q = with_column(&self.q, n, &rest);
        let r = &self.r;
        self.r = Dense::from_fn(n + 1, r.cols(), |i, j| if i < n { r[(i, j)] } else { T::ZERO });
        w
    }

    /// A unit vector orthogonal to the columns of Q, which has fewer of them than rows.
    fn another_direction(&self) -> Vec<T> {
        // Of the unit vectors the one that is farthest from the span of Q.
        let share = |i: usize| -> f64 {
            (0..self.q.cols()).map(|j| self.q[(i, j)].modulus().powi(2)).sum()
        };
        let shares: Vec<f64> = (0..self.q.rows()).map(share).collect();
        let best = (0..shares.len()).fold(0, |b, i| if shares[i] < shares[b] { i } else { b });
        let mut x = vec![T::ZERO; shares.len()];
        x[best] = T::ONE;
        for _ in 0..2 {
            let w = adjoint_product(&self.q, &x);
            subtract_product(&mut x, &self.q, &w);
        }
        let size = norm(&x);
        x.iter_mut().for_each(|x| *x = x.over(T::of(size)));
        x
    }

    /// The triangle in the columns from `first` on, and the basis with it.
    fn restore(&mut self, first: usize) {
        let turns = restore(&mut self.r, first);
        turn_basis(&mut self.q, &turns);
    }

    fn add(&mut self, u: &[T], v: &[T]) {
        let is_full = self.q.is_square();
        let mut w = self.coordinates(u);
        if w.is_empty() {
            return;
        }
        let turns = fold_up(&mut w, 0);
        turn_rows(&mut self.r, 0, &turns);
        turn_basis(&mut self.q, &turns);
        for (j, v) in v.iter().enumerate() {
            self.r.col_mut(j)[0] += w[0] * v.conjugate();
        }
        self.restore(0);
        if !is_full {
            self.cut();
        }
    }

    /// Economy-sized again: as many columns of Q as R has.
    fn cut(&mut self) {
        let n = self.r.cols();
        self.q = leading(&self.q, self.q.rows(), n);
        self.r = leading(&self.r, n, n);
    }

    fn insert_column(&mut self, at: usize, x: &[T]) {
        let mut w = self.coordinates(x);
        let turns = fold_up(&mut w, at);
        turn_rows(&mut self.r, at, &turns);
        turn_basis(&mut self.q, &turns);
        self.r = with_column(&self.r, at, &w);
    }

    fn delete_column(&mut self, at: usize) {
        let is_full = self.q.is_square();
        self.r = without_column(&self.r, at);
        self.restore(at);
        if !is_full {
            self.cut();
        }
    }

    fn move_column(&mut self, from: usize, to: usize) {
        let column = self.r.col(from).to_vec();
        let rest = without_column(&self.r, from);
        if from < to {
            self.r = with_column(&rest, to, &column);
            self.restore(from);
            return;
        }
        let mut column = column;
        let bottom = (from + 1).min(column.len());
        let turns = fold_up(&mut column[..bottom], to.min(bottom));
        self.r = with_column(&rest, to, &column);
        turn_rows(&mut self.r, to + 1, &turns);
        turn_basis(&mut self.q, &turns);
    }

    fn insert_row(&mut self, at: usize, row: &[T]) {
        let (m, n) = (self.q.rows(), self.r.cols());
        let (q, r) = (&self.q, &self.r);
        let widened = Dense::from_fn(m + 1, m + 1, |i, j| match (i == at, j) {
            (true, 0) => T::ONE,
            (true, _) | (false, 0) => T::ZERO,
            (false, j) => q[(i - usize::from(i > at), j - 1)],
        });
        self.r = Dense::from_fn(m + 1, n, |i, j| if i == 0 { row[j] } else { r[(i - 1, j)] });
        self.q = widened;
        self.restore(0);
    }

    fn delete_row(&mut self, at: usize) {
        let m = self.q.rows();
        // The coordinates of the unit vector that belongs to the row.
        let mut w: Vec<T> = (0..m).map(|j| self.q[(at, j)].conjugate()).collect();
        let turns = fold_up(&mut w, 0);
        turn_rows(&mut self.r, 0, &turns);
        turn_basis(&mut self.q, &turns);
        let (q, r) = (&self.q, &self.r);
        let q = Dense::from_fn(m - 1, m - 1, |i, j| q[(i + usize::from(i >= at), j + 1)]);
        self.r = Dense::from_fn(m - 1, r.cols(), |i, j| r[(i + 1, j)]);
        self.q = q;
    }
}

fn require_different(
    function: &'static str,
    sorted: impl Iterator<Item = usize> + Clone,
) -> Result<()> {
    match sorted.clone().zip(sorted.skip(1)).find(|(a, b)| a == b) {
        None => Ok(()),
        Some((at, _)) => {
            Err(Error::argument("j", format!("{function}: j has {} more than once", at + 1)))
        }
    }
}

fn adjoint_product<T: Scalar>(q: &Dense<T>, x: &[T]) -> Vec<T> {
    let dot = |j| q.col(j).iter().zip(x).map(|(q, x)| q.conjugate() * *x).sum();
    (0..q.cols()).map(dot).collect()
}

/// `x -= Q*w`.
fn subtract_product<T: Scalar>(x: &mut [T], q: &Dense<T>, w: &[T]) {
    for (j, w) in w.iter().enumerate() {
        x.iter_mut().zip(q.col(j)).for_each(|(x, q)| *x -= *q * *w);
    }
}

/// The Euclidean norm, without overflow.
fn norm<T: Scalar>(x: &[T]) -> f64 {
    x.iter().fold(0.0, |norm: f64, x| norm.hypot(x.modulus()))
}

#[cfg(test)]
mod tests {
    use super::super::super::lu::{Pivot, lu};
    use super::super::super::testdata::{assert_unitary, distance, random_complex as complex};
    use super::*;
    use crate::linalg::product::multiply_complex;

    /// A pair of factors, grown column by column from the identity.
    fn factors(m: usize, n: usize, seed: u64) -> (ComplexMatrix, ComplexMatrix) {
        let start = (ComplexMatrix::identity(m), ComplexMatrix::from_vec(m, 0, vec![]));
        let change = QrChange::InsertColumns { at: (0..n).collect(), columns: complex(m, n, seed) };
        qr_change_complex(&start.0, &start.1, &change).unwrap()
    }

    #[track_caller]
    fn check(f: &(ComplexMatrix, ComplexMatrix), wanted: &ComplexMatrix) {
        let (q, r) = f;
        assert!(distance(&multiply_complex(q, r).unwrap(), wanted) < 1e-12);
        assert_unitary(q, 1e-12);
        for j in 0..r.cols() {
            assert!(r.col(j).iter().skip(j + 1).all(|x| x.norm() == 0.0));
        }
    }

    fn check_columns(f: &(ComplexMatrix, ComplexMatrix), a: &ComplexMatrix) {
        let (m, n) = (a.rows(), a.cols());
        check(f, a);
        let run = |f: &(_, _), change| qr_change_complex(&f.0, &f.1, &change).unwrap();
        let (u, v) = (complex(m, 2, 7), complex(n, 2, 8));
        let sum = multiply_complex(&u, &v.adjoint()).unwrap();
        let sum = ComplexMatrix::from_fn(m, n, |i, j| a[(i, j)] + sum[(i, j)]);
        check(&run(f, QrChange::Add { u, v }), &sum);
        for from in 0..n {
            let less = run(f, QrChange::DeleteColumns(vec![from]));
            check(&less, &without_column(a, from));
            let columns = a.columns(from, 1);
            check(&run(&less, QrChange::InsertColumns { at: vec![from], columns }), a);
            for to in 0..n {
                let shifted = with_column(&without_column(a, from), to, a.col(from));
                check(&run(f, QrChange::Move { from, to }), &shifted);
            }
        }
    }

    #[test]
    fn every_change_gives_the_factors_of_the_changed_matrix() {
        for (m, n) in [(0, 0), (1, 1), (4, 4), (6, 3), (3, 6), (3, 1), (1, 3), (4, 0)] {
            let f = factors(m, n, 1);
            let a = complex(m, n, 1);
            check_columns(&f, &a);
            for at in 0..m {
                let less = qr_change_complex(&f.0, &f.1, &QrChange::DeleteRow(at)).unwrap();
                let rest = without_column(&a.transposed(), at).transposed();
                check(&less, &rest);
                let row = (0..n).map(|j| a[(at, j)]).collect();
                let insert = QrChange::InsertRow { at, row };
                check(&qr_change_complex(&less.0, &less.1, &insert).unwrap(), &a);
            }
            if m > n {
                check_columns(&(leading(&f.0, m, n), leading(&f.1, n, n)), &a);
            }
        }
    }

    #[test]
    fn a_dependent_column_keeps_the_basis_orthonormal() {
        let f = factors(6, 2, 1);
        let f = (leading(&f.0, 6, 2), leading(&f.1, 2, 2));
        let a = complex(6, 2, 1);
        let change = QrChange::InsertColumns { at: vec![1], columns: a.columns(0, 1) };
        let grown = qr_change_complex(&f.0, &f.1, &change).unwrap();
        check(&grown, &with_column(&a, 1, a.col(0)));
        assert!(lu(&grown.1, Pivot::Partial).unwrap().u[(2, 2)].norm() < 1e-14);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let (q, r) = (Matrix::identity(3), Matrix::zeros(3, 2));
        let column = |m| Matrix::zeros(m, 1);
        for wrong in [
            QrChange::Add { u: column(2), v: column(2) },
            QrChange::Add { u: column(3), v: Matrix::zeros(2, 2) },
            QrChange::InsertColumns { at: vec![3], columns: column(3) },
            QrChange::InsertColumns { at: vec![1, 1], columns: Matrix::zeros(3, 2) },
            QrChange::InsertColumns { at: vec![0], columns: column(2) },
            QrChange::InsertRow { at: 4, row: vec![0.0; 2] },
            QrChange::InsertRow { at: 0, row: vec![0.0; 3] },
            QrChange::DeleteColumns(vec![2]),
            QrChange::DeleteRow(3),
            QrChange::Move { from: 0, to: 2 },
        ] {
            assert!(qr_change(&q, &r, &wrong).is_err(), "{wrong:?}");
        }
        assert!(qr_change(&q, &Matrix::zeros(2, 2), &QrChange::DeleteColumns(vec![0])).is_err());
        let thin = Matrix::from_fn(3, 2, |i, j| f64::from(u8::from(i == j)));
        assert!(qr_change(&thin, &Matrix::identity(2), &QrChange::DeleteRow(0)).is_err());
    }
}
