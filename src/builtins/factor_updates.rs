//! Cholesky and QR factorizations brought up to date, in Octave's calling forms; and bidiagonalization.

use super::argument::{Argument, options};
use super::entry::builtins;
use super::factorization::Economy;
use super::operand::{Operand, operand};
use crate::value::{Blame, Fault, Host, Result, Value, uninterruptible};
use matfac::factor::updates::{
    CholChange, CholOutcome, QrChange, chol_change, chol_change_complex, qr_change,
    qr_change_complex,
};
use matfac::factor::{bidiag as bidiag_real, bidiag_complex};
use matfac::linalg::Dense;
use matfac::{ComplexMatrix, Matrix, c64};

options! {
    /// Whether a term is added or taken away.
    Sign { Plus = "+", Minus = "-" }
}

options! {
    /// What is inserted or deleted.
    Orientation { Column = "col", Row = "row" }
}

/// A place, counted from 1.
#[derive(Debug, Clone, Copy)]
pub struct Place(usize);

impl Argument for Place {
    const KIND: &'static str = "a place: a whole number, 1 or more";
    fn from_value(value: Value) -> std::result::Result<Self, String> {
        match usize::from_value(value)? {
            0 => Err("0".into()),
            place => Ok(Place(place - 1)),
        }
    }
}

builtins! { "factorizations";
    /// The Cholesky factor of `R'*R + x*x'`, or with "-" of `R'*R - x*x'`.
    ///
    /// With two outputs a failure is no error: `info` is then 1 when the matrix is not positive definite, 2 when R is
    /// singular, and R1 is R; else 0.
    ///
    /// >>> R = chol([4 2; 2 5]); R1 = cholupdate(R, [1; 2]); norm(R1'*R1 - [5 4; 4 9]) < 1e-14
    /// ans = 1
    /// >>> [R1, info] = cholupdate(chol([4 2; 2 5]), [3; 0], "-"); info
    /// info = 1
    ///
    /// See also: chol, choldowndate, cholinsert, choldelete, cholshift
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §6.5.4.
    fn cholupdate(cx, /** Upper triangular, n×n. */ R: Value, /** A column of n numbers. */ x: Value, /** "+" or "-". */ op: Sign = "+") -> [R1, info] {
        let change = match op { Sign::Plus => Term::Add, Sign::Minus => Term::Subtract };
        change_chol("cholupdate", R, Some(x), change, cx.nargout)
    }

    /// The Cholesky factor of `R'*R - x*x'`: `cholupdate(R, x, "-")`.
    ///
    /// >>> R = choldowndate(chol([5 4; 4 9]), [1; 2]); norm(R'*R - [4 2; 2 5]) < 1e-14
    /// ans = 1
    ///
    /// See also: cholupdate, chol
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §6.5.4.
    fn choldowndate(cx, /** Upper triangular, n×n. */ R: Value, /** A column of n numbers. */ x: Value) -> [R1, info] {
        change_chol("choldowndate", R, Some(x), Term::Subtract, cx.nargout)
    }

    /// The Cholesky factor of a matrix that has got a new row and column.
    ///
    /// `A1(:,j)` is x and A1 without row and column j is `R'*R`. The second output is that of `cholupdate`.
    ///
    /// >>> R = cholinsert(chol(4), 2, [2; 5])
    /// R = 2×2
    ///    2   1
    ///    0   2
    ///
    /// See also: choldelete, cholupdate, cholshift, chol
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §6.5.4.
    fn cholinsert(cx, /** Upper triangular, n×n. */ R: Value, /** Where, 1 to n+1. */ j: Place, /** The new column, n+1 numbers. */ x: Value) -> [R1, info] {
        change_chol("cholinsert", R, Some(x), Term::Insert(j.0), cx.nargout)
    }

    /// The Cholesky factor of a matrix that has lost row and column j.
    ///
    /// >>> choldelete(chol([4 2; 2 5]), 2)
    /// ans = 2
    ///
    /// See also: cholinsert, cholupdate, cholshift, chol
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §6.5.4.
    fn choldelete(cx, /** Upper triangular, n×n. */ R: Value, /** Which, 1 to n. */ j: Place) -> [R1] {
        change_chol("choldelete", R, None, Term::Delete(j.0), cx.nargout)
    }

    /// The Cholesky factor of a matrix whose row and column i went to the place j.
    ///
    /// >>> R = cholshift(chol([4 2; 2 5]), 1, 2); norm(R'*R - [5 2; 2 4]) < 1e-14
    /// ans = 1
    ///
    /// See also: cholinsert, choldelete, cholupdate, chol
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §6.5.4.
    fn cholshift(cx, /** Upper triangular, n×n. */ R: Value, /** The old place. */ i: Place, /** The new place. */ j: Place) -> [R1] {
        change_chol("cholshift", R, None, Term::Move(i.0, j.0), cx.nargout)
    }

    /// The QR factorization of `Q*R + u*v'`.
    ///
    /// Q and R are full, or economy-sized; u and v are columns, or matrices with as many columns as each other.
    ///
    /// >>> [Q, R] = qr([1 2; 3 4]); [Q1, R1] = qrupdate(Q, R, [1; 1], [0; 1]); norm(Q1*R1 - [1 3; 3 5]) < 1e-14
    /// ans = 1
    ///
    /// See also: qr, qrinsert, qrdelete, qrshift
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §6.5.1.
    fn qrupdate(cx, /** m×m or m×n. */ Q: Value, /** m×n or n×n. */ R: Value, /** m×k. */ u: Value, /** n×k. */ v: Value) -> [Q1, R1] {
        update_qr(cx.host, Q, R, u, v)
    }

    /// The QR factorization of a matrix that has got a new column, or with "row" a new row, at the place j.
    ///
    /// With a vector j and several columns x, column `j(i)` of the new matrix is `x(:,i)`. A new row needs the full
    /// factorization.
    ///
    /// >>> [Q, R] = qr([1; 3]); [Q1, R1] = qrinsert(Q, R, 2, [2; 4]); norm(Q1*R1 - [1 2; 3 4]) < 1e-14
    /// ans = 1
    ///
    /// See also: qr, qrdelete, qrupdate, qrshift
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §6.5.2 and §6.5.3.
    fn qrinsert(cx, /** m×m or m×n. */ Q: Value, /** m×n or n×n. */ R: Value, /** The place, or several. */ j: Value, /** The new column or row. */ x: Value, /** "col" or "row". */ orient: Orientation = "col") -> [Q1, R1] {
        insert_qr(cx.host, Q, R, j, x, orient)
    }

    /// The QR factorization of a matrix that has lost column j, or several, or with "row" row j.
    ///
    /// The loss of a row needs the full factorization.
    ///
    /// >>> [Q, R] = qr([1 2; 3 4]); [Q1, R1] = qrdelete(Q, R, 1); norm(Q1*R1 - [2; 4]) < 1e-14
    /// ans = 1
    ///
    /// See also: qr, qrinsert, qrupdate, qrshift
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §6.5.2 and §6.5.3.
    fn qrdelete(cx, /** m×m or m×n. */ Q: Value, /** m×n or n×n. */ R: Value, /** Which, or several. */ j: Value, /** "col" or "row". */ orient: Orientation = "col") -> [Q1, R1] {
        delete_qr(cx.host, Q, R, j, orient)
    }

    /// The QR factorization of a matrix whose column i went to the place j.
    ///
    /// >>> [Q, R] = qr([1 2; 3 4]); [Q1, R1] = qrshift(Q, R, 1, 2); norm(Q1*R1 - [2 1; 4 3]) < 1e-14
    /// ans = 1
    ///
    /// See also: qr, qrinsert, qrdelete, qrupdate
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §6.5.2.
    fn qrshift(cx, /** m×m or m×n. */ Q: Value, /** m×n or n×n. */ R: Value, /** The old place. */ i: Place, /** The new place. */ j: Place) -> [Q1, R1] {
        shift_qr(cx.host, Q, R, i.0, j.0)
    }

    /// Bidiagonalization: `A = U*B*V'`, U and V orthogonal, B real with entries on two diagonals.
    ///
    /// B is upper bidiagonal, or lower bidiagonal for a wide matrix; it has the singular values of A. U is m×m, B m×n and
    /// V n×n; with "econ" or 0 they have min(m,n) columns. One output is B.
    ///
    /// >>> [U, B, V] = bidiag([1 2; 3 4; 5 6]); norm(U*B*V' - [1 2; 3 4; 5 6]) < 1e-14
    /// ans = 1
    /// >>> size(bidiag([1 2; 3 4; 5 6], "econ"))
    /// ans = 1×2
    ///    2   2
    ///
    /// See also: svd, qr
    /// Reference: Golub & Kahan (1965), SIAM Journal on Numerical Analysis 2(2).
    fn bidiag(cx, /** m×n. */ A: Value, /** "econ" or 0: the thin form. */ econ: Option<Economy>) -> [U, B, V] {
        bidiagonal(cx.host, A, econ.is_some(), cx.nargout)
    }
}

/// A change of a Cholesky factorization, before its vector is known to be real or complex.
#[derive(Debug, Clone, Copy)]
enum Term {
    Add,
    Subtract,
    Insert(usize),
    Delete(usize),
    Move(usize, usize),
}

impl Term {
    fn with<T>(self, x: Vec<T>) -> CholChange<T> {
        match self {
            Term::Add => CholChange::Add(x),
            Term::Subtract => CholChange::Subtract(x),
            Term::Insert(at) => CholChange::Insert { at, column: x },
            Term::Delete(at) => CholChange::Delete(at),
            Term::Move(from, to) => CholChange::Move { from, to },
        }
    }
}

/// The arguments of a function, all real or all complex.
enum Matrices<const N: usize> {
    Real([Matrix; N]),
    Complex([ComplexMatrix; N]),
}

fn matrices<const N: usize>(function: &str, values: [Value; N]) -> Result<Matrices<N>> {
    let mut operands = Vec::with_capacity(N);
    for (i, value) in values.into_iter().enumerate() {
        operands.push(operand(function, value).map_err(|mut fault| {
            fault.blame = Blame::Positional(i);
            fault
        })?);
    }
    let is_real = operands.iter().all(|a| matches!(a, Operand::Real(_)));
    let mut operands = operands.into_iter();
    let mut next = || operands.next().expect("N of them were pushed");
    if is_real {
        return Ok(Matrices::Real(std::array::from_fn(|_| match next() {
            Operand::Real(a) => a.data.clone(),
            Operand::Complex(z) => z.map(|z| z.re),
        })));
    }
    Ok(Matrices::Complex(std::array::from_fn(|_| match next() {
        Operand::Real(a) => a.data.map(c64::from),
        Operand::Complex(z) => (*z).clone(),
    })))
}

fn change_chol(
    function: &str,
    r: Value,
    x: Option<Value>,
    term: Term,
    nargout: usize,
) -> Result<Vec<Value>> {
    let x = x.unwrap_or_else(|| Matrix::zeros(0, 1).into());
    match matrices(function, [r, x])? {
        Matrices::Real([r, x]) => {
            let outcome = chol_change(&r, &term.with(column(function, x)?))?;
            chol_outputs(function, outcome, r, nargout)
        }
        Matrices::Complex([r, x]) => {
            let outcome = chol_change_complex(&r, &term.with(column(function, x)?))?;
            chol_outputs(function, outcome, r, nargout)
        }
    }
}

fn column<T>(function: &str, x: Dense<T>) -> Result<Vec<T>> {
    if x.cols() == 1 {
        return Ok(x.into_vec());
    }
    Err(Fault::new(format!("{function}: x must be a column, and is {}", x.shape()))
        .hint("x(:) is a column, x' the conjugate transpose"))
}

fn chol_outputs<T>(
    function: &str,
    outcome: CholOutcome<T>,
    unchanged: Dense<T>,
    nargout: usize,
) -> Result<Vec<Value>>
where
    Value: From<Dense<T>>,
{
    let (what, info) = match outcome {
        CholOutcome::Done(r) => return Ok(vec![r.into(), 0.0.into()]),
        CholOutcome::NotPositiveDefinite => ("the changed matrix is not positive definite", 1.0),
        CholOutcome::Singular => ("R is singular: its diagonal has a zero", 2.0),
    };
    if nargout > 1 {
        return Ok(vec![unchanged.into(), info.into()]);
    }
    Err(Fault::new(format!("{function}: {what}"))
        .hint("with a second output, info, this is no error"))
}

fn update_qr(host: &mut dyn Host, q: Value, r: Value, u: Value, v: Value) -> Result<Vec<Value>> {
    match matrices("qrupdate", [q, r, u, v])? {
        Matrices::Real([q, r, u, v]) => real_qr(host, q, r, QrChange::Add { u, v }),
        Matrices::Complex([q, r, u, v]) => complex_qr(host, q, r, QrChange::Add { u, v }),
    }
}

fn insert_qr(
    host: &mut dyn Host,
    q: Value,
    r: Value,
    j: Value,
    x: Value,
    orient: Orientation,
) -> Result<Vec<Value>> {
    let at = places("qrinsert", &j)?;
    match matrices("qrinsert", [q, r, x])? {
        Matrices::Real([q, r, x]) => real_qr(host, q, r, insertion(at, x, orient)?),
        Matrices::Complex([q, r, x]) => complex_qr(host, q, r, insertion(at, x, orient)?),
    }
}

fn insertion<T: Clone>(at: Vec<usize>, x: Dense<T>, orient: Orientation) -> Result<QrChange<T>> {
    match (orient, &at[..]) {
        (Orientation::Column, _) => Ok(QrChange::InsertColumns { at, columns: x }),
        (Orientation::Row, &[at]) if x.rows() == 1 => {
            Ok(QrChange::InsertRow { at, row: x.into_vec() })
        }
        (Orientation::Row, _) => {
            Err(Fault::new("qrinsert: with \"row\", j is one place and x one row"))
        }
    }
}

fn delete_qr(
    host: &mut dyn Host,
    q: Value,
    r: Value,
    j: Value,
    orient: Orientation,
) -> Result<Vec<Value>> {
    let at = places("qrdelete", &j)?;
    if orient == Orientation::Row && at.len() != 1 {
        return Err(Fault::new("qrdelete: with \"row\", j is one place"));
    }
    match matrices("qrdelete", [q, r])? {
        Matrices::Real([q, r]) => real_qr(host, q, r, deletion(at, orient)),
        Matrices::Complex([q, r]) => complex_qr(host, q, r, deletion(at, orient)),
    }
}

fn deletion<T>(at: Vec<usize>, orient: Orientation) -> QrChange<T> {
    match (orient, &at[..]) {
        (Orientation::Row, &[at]) => QrChange::DeleteRow(at),
        _ => QrChange::DeleteColumns(at),
    }
}

fn shift_qr(host: &mut dyn Host, q: Value, r: Value, from: usize, to: usize) -> Result<Vec<Value>> {
    match matrices("qrshift", [q, r])? {
        Matrices::Real([q, r]) => real_qr(host, q, r, QrChange::Move { from, to }),
        Matrices::Complex([q, r]) => complex_qr(host, q, r, QrChange::Move { from, to }),
    }
}

/// Places, counted from 1 as given, from 0 as returned.
fn places(function: &str, j: &Value) -> Result<Vec<usize>> {
    let refuse = || {
        Fault::new(format!("{function}: j is whole numbers, 1 or more, not {}", j.describe()))
            .blame(Blame::Positional(2))
    };
    let list = j.to_array().map_err(|_| refuse())?;
    let is_place = |x: &&f64| **x >= 1.0 && x.fract() == 0.0 && **x < 1e15;
    if list.data.as_slice().iter().any(|x| !is_place(&x)) {
        return Err(refuse());
    }
    Ok(list.data.as_slice().iter().map(|x| *x as usize - 1).collect())
}

fn real_qr(host: &mut dyn Host, q: Matrix, r: Matrix, change: QrChange<f64>) -> Result<Vec<Value>> {
    let (work, bytes) = cost(&q, &r);
    let (q, r) = uninterruptible(host, work, bytes, move || qr_change(&q, &r, &change))?;
    Ok(vec![q.into(), r.into()])
}

fn complex_qr(
    host: &mut dyn Host,
    q: ComplexMatrix,
    r: ComplexMatrix,
    change: QrChange<c64>,
) -> Result<Vec<Value>> {
    let (work, bytes) = cost(&q, &r);
    let run = move || qr_change_complex(&q, &r, &change);
    let (q, r) = uninterruptible(host, 4.0 * work, bytes, run)?;
    Ok(vec![q.into(), r.into()])
}

/// Flops for a vector that comes or goes, and bytes.
fn cost<T>(q: &Dense<T>, r: &Dense<T>) -> (f64, usize) {
    let entries = q.len() + r.len();
    (6.0 * entries as f64, 3 * size_of::<T>() * entries)
}

fn bidiagonal(host: &mut dyn Host, a: Value, economy: bool, nargout: usize) -> Result<Vec<Value>> {
    let outputs = |u: Value, b: Matrix, v: Value| match nargout {
        0 | 1 => vec![b.into()],
        _ => vec![u, b.into(), v],
    };
    let flops = |m: usize, n: usize| 4.0 * (m * n) as f64 * m.max(n) as f64;
    match operand("bidiag", a)? {
        Operand::Real(a) => {
            let (m, n) = (a.data.rows(), a.data.cols());
            let work = move || bidiag_real(&a.data, economy);
            let f = uninterruptible(host, flops(m, n), 24 * m * n, work)?;
            Ok(outputs(f.u.into(), f.b, f.v.into()))
        }
        Operand::Complex(z) => {
            let (m, n) = (z.rows(), z.cols());
            let work = move || bidiag_complex(&z, economy);
            let f = uninterruptible(host, 4.0 * flops(m, n), 48 * m * n, work)?;
            Ok(outputs(f.u.into(), f.b, f.v.into()))
        }
    }
}
