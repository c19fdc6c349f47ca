//! `A \ B` and `B / A`.

use super::{Fault, FieldMatrix, Host, Numeric, Object, Precision, Result, Value};
use super::{flops, format_scalar, structured, uninterruptible};
use matfac::factor::solve::{self, Method, Solution, Warning};
use matfac::linalg::Dense;
use std::sync::Arc;

/// `A \ B`, where A is no number.
pub(super) fn left_divide(host: &mut dyn Host, a: Value, b: Value) -> Result<Value> {
    if let Value::Object(object) = a {
        let columns = b.shape().1;
        return by_object(host, &object, b, columns, |object, b| object.solve(b));
    }
    let (a, b) = (a.into_numeric()?, b.into_numeric()?);
    if is_complex(&a) || is_complex(&b) {
        return solved(host, a.to_complex(), b.to_complex(), solve::solve);
    }
    let (a, b) = (a.to_real()?, b.to_real()?);
    match structured::left_divide(host, &a, &b)? {
        Some(x) => Ok(x.into()),
        None => solved(host, a, b, solve::solve),
    }
}

/// `B / A`, where A is no number.
pub(super) fn right_divide(host: &mut dyn Host, b: Value, a: Value) -> Result<Value> {
    if let Value::Object(object) = a {
        let rows = b.shape().0;
        return by_object(host, &object, b, rows, |object, b| object.right_solve(b));
    }
    let (a, b) = (a.into_numeric()?, b.into_numeric()?);
    if is_complex(&a) || is_complex(&b) {
        return solved(host, a.to_complex(), b.to_complex(), |a, b| solve::right_divide(b, a));
    }
    let (a, b) = (a.to_real()?, b.to_real()?);
    match structured::right_divide(host, &b, &a)? {
        Some(x) => Ok(x.into()),
        None => solved(host, a, b, |a, b| solve::right_divide(b, a)),
    }
}

/// A system solved with a value that holds its factors, for `count` right-hand sides.
fn by_object(
    host: &mut dyn Host,
    object: &Arc<Box<dyn Object>>,
    b: Value,
    count: usize,
    solve: fn(&dyn Object, &Numeric) -> Option<Result<Numeric>>,
) -> Result<Value> {
    let (rows, cols) = object.shape();
    let (held, b) = (object.clone(), b.into_numeric()?);
    let run = move || Ok(solve(&**held, &b));
    match uninterruptible(host, flops(rows, cols, count), 0, run)? {
        Some(x) => Ok(x?.into()),
        None => Err(cannot_solve(object.class())),
    }
}

fn cannot_solve(class: &str) -> Box<Fault> {
    Fault::new(format!("a {class} cannot solve systems"))
        .hint("factorize(A) gives a value that can")
}

fn is_complex(x: &Numeric) -> bool {
    matches!(x, Numeric::Complex(_))
}

/// A division of dense matrices.
type Divide<T> = fn(&Dense<T>, &Dense<T>) -> matfac::Result<Solution<T>>;

/// Runs a division and reports what deserves little trust.
fn solved<M: FieldMatrix>(
    host: &mut dyn Host,
    a: M,
    b: M,
    divide: Divide<M::Entry>,
) -> Result<Value> {
    let (m, n) = (a.dense().rows(), a.dense().cols());
    let right_hand_sides = b.dense().len() / m.max(1);
    let work = M::WORK * (flops(m, n, n.min(m)) + flops(m, n, right_hand_sides));
    let bytes = 8 * M::WORK as usize * m * n;
    let run = move || divide(a.dense(), b.dense());
    let solution = uninterruptible(host, work, bytes, run)?;
    warn_conditioning(host, solution.warning, solution.method)?;
    Ok(M::value(solution.x))
}

/// Reports an ill-conditioned or singular matrix as Octave does.
pub fn warn_conditioning(
    host: &mut dyn Host,
    warning: Option<Warning>,
    method: Method,
) -> Result<()> {
    match warning {
        None => Ok(()),
        Some(Warning::Singular { rcond, pivot }) => {
            let result = match method {
                Method::CompleteOrthogonal => {
                    "this is the least-squares solution of smallest norm"
                }
                _ => "the result may mean little",
            };
            let rcond = format_scalar(rcond, Precision::SHORT);
            let message = format!("the matrix is singular to working precision: pivot {pivot} vanishes (rcond = {rcond}); {result}");
            host.warn("Octave:singular-matrix", &message)
        }
        Some(Warning::RankDeficient { rank }) => host.warn(
            "Octave:rank-deficient-matrix",
            &format!("the matrix has rank {rank} only; this is the least-squares solution of smallest norm"),
        ),
    }
}
