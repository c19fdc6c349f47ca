//! The operators on values. Operands are taken by value, so that a buffer nobody else holds is reused.

use super::division::{left_divide, right_divide};
use super::sparse_elementwise::{Entrywise, entrywise, mapped};
use super::{
    Array, Factor, Fault, Host, Known, KnownOperand, Numeric, Result, Value, sparse_operators,
    truth, uninterruptible,
};
use crate::syntax::{BinaryOp, UnaryOp};
use matfac::factor::solve::right_divide as quotient;
use matfac::factor::{EigOptions, MaybeComplex, Parlett, eig_complex, eig_symmetric};
use matfac::linalg::elementwise::{self, Arith, Compare, Logic, Unary};
use matfac::linalg::{complex, product};
use matfac::{BoolMatrix, ComplexMatrix, Matrix, c64};
use std::sync::Arc;

/// `a op b`.
pub fn binary(host: &mut dyn Host, op: BinaryOp, a: Value, b: Value) -> Result<Value> {
    if let (Value::Number(x), Value::Number(y)) = (&a, &b)
        && let Some(z) = scalar(op, *x, *y)
    {
        return Ok(z);
    }
    if either_is_sparse(&a, &b) {
        return sparse_operators::binary(host, op, a, b);
    }
    full(host, op, a, b)
}

fn either_is_sparse(a: &Value, b: &Value) -> bool {
    matches!(a, Value::Sparse(_)) || matches!(b, Value::Sparse(_))
}

/// `a op b` of what is not sparse; with a sparse operand what works entry by entry.
pub(super) fn full(host: &mut dyn Host, op: BinaryOp, a: Value, b: Value) -> Result<Value> {
    use BinaryOp::*;
    match op {
        AndAnd => Ok(Value::Bool(truth(&a)? && truth(&b)?)),
        OrOr => Ok(Value::Bool(truth(&a)? || truth(&b)?)),
        And => logic(Logic::And, a, b),
        Or => logic(Logic::Or, a, b),
        Eq => compare(Compare::Eq, a, b),
        Ne => compare(Compare::Ne, a, b),
        Lt => compare(Compare::Lt, a, b),
        Le => compare(Compare::Le, a, b),
        Gt => compare(Compare::Gt, a, b),
        Ge => compare(Compare::Ge, a, b),
        Add => arithmetic(Arith::Add, a, b),
        Sub => arithmetic(Arith::Sub, a, b),
        ElMul => arithmetic(Arith::Mul, a, b),
        ElDiv => arithmetic(Arith::Div, a, b),
        ElLeftDiv => arithmetic(Arith::LeftDiv, a, b),
        ElPow => arithmetic(Arith::Pow, a, b),
        Mul if a.numel() == 1 || b.numel() == 1 => arithmetic(Arith::Mul, a, b),
        Mul => multiply(host, a, b),
        Div if b.numel() == 1 && b.is_array() => arithmetic(Arith::Div, a, b),
        Div => right_divide(host, a, b),
        LeftDiv if a.numel() == 1 && a.is_array() => arithmetic(Arith::LeftDiv, a, b),
        LeftDiv => left_divide(host, a, b),
        Pow if a.numel() == 1 && b.numel() == 1 => arithmetic(Arith::Pow, a, b),
        Pow => matrix_power(host, a, b),
    }
}

/// The operators on two real numbers, where the result is real.
pub fn scalar(op: BinaryOp, x: f64, y: f64) -> Option<Value> {
    use BinaryOp::*;
    Some(match op {
        Add => Value::Number(x + y),
        Sub => Value::Number(x - y),
        Mul | ElMul => Value::Number(x * y),
        Div | ElDiv => Value::Number(x / y),
        LeftDiv | ElLeftDiv => Value::Number(y / x),
        Pow | ElPow if x < 0.0 && y.fract() != 0.0 => return None,
        Pow | ElPow => Value::Number(elementwise::arith(Arith::Pow, x, y)),
        Eq => Value::Bool(x == y),
        Ne => Value::Bool(x != y),
        Lt => Value::Bool(x < y),
        Le => Value::Bool(x <= y),
        Gt => Value::Bool(x > y),
        Ge => Value::Bool(x >= y),
        And | Or | AndAnd | OrOr => return None,
    })
}

fn one(x: f64) -> Matrix {
    Matrix::from_vec(1, 1, vec![x])
}

/// The matrix itself when nobody else holds it, else a reference.
enum Buffer {
    Owned(Matrix),
    Shared(Arc<Array>),
}

impl Buffer {
    fn of(array: Arc<Array>) -> Buffer {
        match Arc::try_unwrap(array) {
            Ok(array) => Buffer::Owned(array.into_matrix()),
            Err(array) => Buffer::Shared(array),
        }
    }

    fn matrix(&self) -> &Matrix {
        match self {
            Buffer::Owned(data) => data,
            Buffer::Shared(array) => &array.data,
        }
    }
}

/// An elementwise operation with broadcasting.
pub fn arithmetic(op: Arith, a: Value, b: Value) -> Result<Value> {
    if either_is_sparse(&a, &b) {
        return entrywise(Entrywise::Arith(op), a, b);
    }
    let (a, b) = (a.into_numeric()?, b.into_numeric()?);
    let known = known_of(op, &a, &b);
    Ok(match (a, b) {
        (Numeric::Complex(a), Numeric::Complex(b)) => {
            complex::broadcast_complex(op, &a, &b)?.into()
        }
        (Numeric::Complex(a), b) => {
            complex::broadcast_with_real(op, &a, &b.to_real()?.data)?.into()
        }
        (a, Numeric::Complex(b)) => {
            complex::broadcast_real_with(op, &a.to_real()?.data, &b)?.into()
        }
        (a, b) if op == Arith::Pow && leaves_reals(&a, &b) => {
            complex::broadcast_complex(op, &a.to_complex(), &b.to_complex())?.into()
        }
        (Numeric::Scalar(x), Numeric::Scalar(y)) => Value::Number(elementwise::arith(op, x, y)),
        (Numeric::Scalar(x), Numeric::Real(b)) => match Buffer::of(b) {
            Buffer::Owned(b) => elementwise::broadcast_scalar_into(op, b, x, true).into(),
            Buffer::Shared(b) => elementwise::broadcast_scalar(op, &b.data, x, true).into(),
        },
        (Numeric::Real(a), Numeric::Scalar(y)) => match Buffer::of(a) {
            Buffer::Owned(a) => elementwise::broadcast_scalar_into(op, a, y, false).into(),
            Buffer::Shared(a) => elementwise::broadcast_scalar(op, &a.data, y, false).into(),
        },
        (Numeric::Real(a), Numeric::Real(b)) => match (Buffer::of(a), Buffer::of(b)) {
            (Buffer::Owned(a), b) => elementwise::broadcast_into(op, a, b.matrix())?.into(),
            (a, Buffer::Owned(b)) => elementwise::broadcast_into_right(op, a.matrix(), b)?.into(),
            (a, b) => elementwise::broadcast(op, a.matrix(), b.matrix())?.into(),
        },
    }
    .knowing(known))
}

/// What is known of an elementwise operation's result.
fn known_of(op: Arith, a: &Numeric, b: &Numeric) -> Known {
    let known = |n: &Numeric| match n {
        Numeric::Real(a) => a.data.known(),
        _ => Known::NOTHING,
    };
    if known(a).is_nothing() && known(b).is_nothing() {
        return Known::NOTHING;
    }
    let shape = a.shape().max(b.shape());
    let part = |n: &Numeric| match n {
        Numeric::Scalar(x) => KnownOperand::Scalar(*x),
        Numeric::Real(a) if n.shape() == shape => KnownOperand::Matrix(a.data.known()),
        _ => KnownOperand::Other,
    };
    Known::of_elementwise(op, part(a), part(b))
}

fn leaves_reals(a: &Numeric, b: &Numeric) -> bool {
    let real = |n: &Numeric| match n {
        Numeric::Scalar(x) => one(*x),
        Numeric::Real(a) => a.data.clone(),
        Numeric::Complex(_) => Matrix::zeros(0, 0),
    };
    match (a, b) {
        (Numeric::Scalar(x), _) if *x >= 0.0 => false,
        (_, Numeric::Scalar(y)) if y.fract() == 0.0 => false,
        (Numeric::Real(a), Numeric::Real(b)) => elementwise::pow_is_complex(&a.data, &b.data),
        _ => elementwise::pow_is_complex(&real(a), &real(b)),
    }
}

pub(super) fn compare(op: Compare, a: Value, b: Value) -> Result<Value> {
    if either_is_sparse(&a, &b) {
        return entrywise(Entrywise::Compare(op), a, b);
    }
    if let (Value::Function(f), Value::Function(g), Compare::Eq | Compare::Ne) = (&a, &b, op) {
        return Ok(Value::Bool(f.same(g) == (op == Compare::Eq)));
    }
    let (a, b) = (a.into_numeric()?, b.into_numeric()?);
    Ok(match (&a, &b) {
        (Numeric::Complex(_), _) | (_, Numeric::Complex(_)) => {
            complex::compare_complex(op, &a.to_complex(), &b.to_complex())?.into()
        }
        (Numeric::Scalar(x), Numeric::Scalar(y)) => {
            Value::Bool(elementwise::compare_scalars(op, *x, *y))
        }
        (Numeric::Scalar(x), Numeric::Real(b)) => {
            elementwise::compare_scalar(op, &b.data, *x, true).into()
        }
        (Numeric::Real(a), Numeric::Scalar(y)) => {
            elementwise::compare_scalar(op, &a.data, *y, false).into()
        }
        (Numeric::Real(a), Numeric::Real(b)) => elementwise::compare(op, &a.data, &b.data)?.into(),
    })
}

/// The entries of an array as logicals; NaN is neither.
pub fn to_logical(value: Value) -> Result<BoolMatrix> {
    match value {
        Value::Bool(b) => Ok(BoolMatrix::from_vec(1, 1, vec![b])),
        Value::Bools(b) => Ok(Arc::unwrap_or_clone(b)),
        other => Ok(match other.into_numeric()? {
            Numeric::Scalar(x) => elementwise::to_logical("logical", &one(x))?,
            Numeric::Real(a) => elementwise::to_logical("logical", &a.data)?,
            Numeric::Complex(a) => a.map(|z| z.re != 0.0 || z.im != 0.0),
        }),
    }
}

/// `a & b` and its like.
pub fn logic(op: Logic, a: Value, b: Value) -> Result<Value> {
    if either_is_sparse(&a, &b) {
        return entrywise(Entrywise::Logic(op), a, b);
    }
    Ok(elementwise::logic(op, &to_logical(a)?, &to_logical(b)?)?.into())
}

/// `-a`, `!a`, `a'` and their like.
pub fn unary(op: UnaryOp, a: Value) -> Result<Value> {
    match op {
        UnaryOp::Not => match a {
            Value::Bool(b) => Ok(Value::Bool(!b)),
            Value::Sparse(s) => mapped(s, |a| unary(op, a)),
            a => Ok(elementwise::not(&to_logical(a)?).into()),
        },
        UnaryOp::Transpose | UnaryOp::ConjTranspose => transpose(op, a),
        UnaryOp::Plus | UnaryOp::Neg => signed(op, a),
    }
}

fn signed(op: UnaryOp, a: Value) -> Result<Value> {
    if let Value::Sparse(s) = a {
        return mapped(s, |a| signed(op, a));
    }
    Ok(match (op, a.into_numeric()?) {
        (UnaryOp::Neg, Numeric::Scalar(x)) => Value::Number(-x),
        (_, Numeric::Scalar(x)) => Value::Number(x),
        (UnaryOp::Neg, Numeric::Real(a)) => {
            let known = a.data.known().negated();
            let negated = match Buffer::of(a) {
                Buffer::Owned(a) => elementwise::map1_into(Unary::Neg, a),
                Buffer::Shared(a) => elementwise::map1(Unary::Neg, &a.data),
            };
            Value::from(negated).knowing(known)
        }
        (_, Numeric::Real(a)) => Value::Matrix(a),
        (UnaryOp::Neg, Numeric::Complex(a)) => complex::map1_complex(Unary::Neg, &a).into(),
        (_, Numeric::Complex(a)) => Value::Complex(a),
    })
}

fn transpose(op: UnaryOp, a: Value) -> Result<Value> {
    Ok(match a {
        Value::Number(_) | Value::Bool(_) => a,
        Value::Matrix(a) => Value::from(a.transposed()),
        Value::Bools(b) => b.transposed().into(),
        Value::Range(r) => Matrix::column_vector(r.to_matrix()?.into_vec()).into(),
        Value::Complex(z) => {
            let flipped = z.transposed();
            if op == UnaryOp::ConjTranspose {
                complex::conj(&flipped).into()
            } else {
                flipped.into()
            }
        }
        Value::Sparse(s) => s.transposed(op == UnaryOp::ConjTranspose).into(),
        Value::Text(t) if t.len() <= 1 => Value::Text(t),
        Value::Text(_) => {
            return Err(Fault::unsupported("a column of characters")
                .hint("use a cell of strings (cellstr), or double(s)'"));
        }
        Value::Cell(cells) => Value::cell(cells.transposed()),
        Value::Struct(s) => s.transposed().into(),
        other => return Err(Fault::new(format!("cannot transpose a {}", other.describe()))),
    })
}

/// Floating-point operations of an m×k by k×n product.
pub fn flops(m: usize, k: usize, n: usize) -> f64 {
    2.0 * m as f64 * k as f64 * n as f64
}

fn multiply(host: &mut dyn Host, a: Value, b: Value) -> Result<Value> {
    match (a.into_numeric()?, b.into_numeric()?) {
        (Numeric::Real(a), Numeric::Real(b)) => Factor::from(a).times(host, &Factor::from(b)),
        (a, b) => {
            let (a, b) = (a.to_complex(), b.to_complex());
            let work = 4.0 * flops(a.rows(), a.cols(), b.cols());
            let bytes = 16 * a.rows() * b.cols();
            let run = move || product::multiply_complex(&a, &b);
            Ok(uninterruptible(host, work, bytes, run)?.into())
        }
    }
}

fn real_operand(value: Numeric) -> std::result::Result<Arc<Array>, Arc<ComplexMatrix>> {
    match value {
        Numeric::Scalar(x) => Ok(Arc::new(one(x).into())),
        Numeric::Real(a) => Ok(a),
        Numeric::Complex(z) => Err(z),
    }
}

/// `A ^ p`: for a whole p by repeated squaring, else by the eigenvalues, as `p ^ A`.
fn matrix_power(host: &mut dyn Host, a: Value, p: Value) -> Result<Value> {
    let (rows, cols) = a.shape();
    if a.is_array()
        && p.is_array()
        && (a.numel() == 0 && p.numel() == 1 || p.numel() == 0 && rows * cols == 1)
    {
        return Ok(Value::empty());
    }
    if rows * cols == 1 && p.is_array() {
        return scalar_power(host, a, p);
    }
    let exponent = match p.clone().into_numeric()? {
        Numeric::Scalar(x) => x,
        Numeric::Complex(z) if z.len() == 1 => {
            return eigen_power(host, a, move |x| complex::power(x, z.as_slice()[0]));
        }
        _ => {
            return Err(Fault::new("a matrix power needs a number as exponent")
                .hint("A .^ B raises entry by entry"));
        }
    };
    if rows != cols {
        return Err(Fault::new(format!(
            "only a square matrix has powers; this one is {rows}×{cols}"
        ))
        .hint("A .^ p raises entry by entry"));
    }
    if exponent.fract() != 0.0 || exponent.abs() > 1e9 {
        return eigen_power(host, a, move |x| complex::power(x, c64::new(exponent, 0.0)));
    }
    let identity = || Value::from(Array::known(Matrix::identity(rows), Known::IDENTITY));
    let mut base = if exponent < 0.0 { left_divide(host, a, identity())? } else { a };
    let mut left = exponent.abs() as u64;
    let mut result = identity();
    while left > 0 {
        if left & 1 == 1 {
            result = binary(host, BinaryOp::Mul, result, base.clone())?;
        }
        left >>= 1;
        if left > 0 {
            base = binary(host, BinaryOp::Mul, base.clone(), base)?;
        }
    }
    Ok(result)
}

/// `s ^ A`.
fn scalar_power(host: &mut dyn Host, s: Value, a: Value) -> Result<Value> {
    let base = s.into_numeric()?.to_complex().as_slice()[0];
    eigen_power(host, a, move |x| complex::power(base, x))
}

/// A function of a square matrix: of a symmetric one by its eigenvalues, `V * diag(f(λ)) * V'`; of others by the
/// recurrence of Schur and Parlett, and where that fails, since f is not smooth around close eigenvalues, by
/// `V * diag(f(λ)) / V`, of which little is left when eigenvectors are missing, as in Octave.
fn eigen_power(
    host: &mut dyn Host,
    a: Value,
    f: impl Fn(c64) -> c64 + Send + 'static,
) -> Result<Value> {
    let (rows, cols) = a.shape();
    if rows != cols {
        return Err(Fault::new(format!(
            "only a square matrix has powers; this one is {rows}×{cols}"
        ))
        .hint("A .^ p raises entry by entry"));
    }
    let a = real_operand(a.into_numeric()?);
    let work = 60.0 * (rows as f64).powi(3);
    let run = move || {
        let parlett = match &a {
            Err(z) => Parlett::new_complex(z, 0.1)?,
            Ok(a) if a.data.is_hermitian() => {
                let e = eig_symmetric(&a.data, true)?;
                let scaled = ComplexMatrix::from_fn(rows, rows, |i, j| {
                    f(c64::new(e.values[j], 0.0)) * e.vectors[(i, j)]
                });
                let vectors = elementwise::to_complex(&e.vectors);
                return product::multiply_complex_with(&scaled, false, &vectors, true);
            }
            Ok(a) => Parlett::new(&a.data, 0.1)?,
        };
        let values: Vec<c64> = parlett.points().into_iter().map(&f).collect();
        match parlett.finish(&values) {
            Ok(MaybeComplex::Real(x)) => Ok(elementwise::to_complex(&x)),
            Ok(MaybeComplex::Complex(x)) => Ok(x),
            Err(_) => match &a {
                Err(z) => by_eigenvectors(z, f),
                Ok(a) => by_eigenvectors(&elementwise::to_complex(&a.data), f),
            },
        }
    };
    Ok(uninterruptible(host, work, 48 * rows * rows, run)?.into())
}

fn by_eigenvectors(a: &ComplexMatrix, f: impl Fn(c64) -> c64) -> matfac::Result<ComplexMatrix> {
    let n = a.cols();
    let e = eig_complex(a, EigOptions { right: true, left: false, balance: true })?;
    let scaled = ComplexMatrix::from_fn(n, n, |i, j| e.vectors[(i, j)] * f(e.values[j]));
    Ok(quotient(&scaled, &e.vectors)?.x)
}

/// `f(a)` entry by entry, complex where the real line is left.
pub fn map(fun: Unary, a: Value) -> Result<Value> {
    if let Value::Sparse(s) = a {
        return mapped(s, |a| map(fun, a));
    }
    Ok(match a.into_numeric()? {
        Numeric::Scalar(x) if !elementwise::unary_is_complex(fun, &one(x)) => {
            Value::Number(elementwise::unary(fun, x))
        }
        Numeric::Scalar(x) => {
            let z: ComplexMatrix = elementwise::to_complex(&one(x));
            complex::map1_complex(fun, &z).into()
        }
        Numeric::Real(a) if elementwise::unary_is_complex(fun, &a.data) => {
            complex::map1_complex(fun, &elementwise::to_complex(&a.data)).into()
        }
        Numeric::Real(a) => {
            let known = a.data.known() & Known::SYMMETRIC;
            let mapped = match Buffer::of(a) {
                Buffer::Owned(a) => elementwise::map1_into(fun, a),
                Buffer::Shared(a) => elementwise::map1(fun, &a.data),
            };
            Value::from(mapped).knowing(known)
        }
        Numeric::Complex(z) if fun == Unary::Abs => complex::abs(&z).into(),
        Numeric::Complex(z) => complex::map1_complex(fun, &z).into(),
    })
}
