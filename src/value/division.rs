//! `A \ B` and `B / A`.

use super::{Array, Fault, FieldMatrix, Host, Numeric, Precision, Result, Value};
use super::{flops, format_scalar, structured, uninterruptible};
use matfac::Matrix;
use matfac::factor::solve::{self, Solution, Warning};
use std::sync::Arc;

/// `A \ B`, where A is no number.
pub(super) fn left_divide(host: &mut dyn Host, a: Value, b: Value) -> Result<Value> {
    if let Value::Object(object) = a {
        let (class, shape) = (object.class(), object.shape());
        let work = flops(shape.0, shape.1, b.shape().1);
        let b = b.into_numeric()?;
        return match uninterruptible(host, work, 0, move || Ok(object.solve(&b)))? {
            Some(x) => Ok(x?.into()),
            None => Err(cannot_solve(class)),
        };
    }
    match (a.into_numeric()?, b.into_numeric()?) {
        (a, b) if is_complex(&a) || is_complex(&b) => {
            solved(host, a.to_complex(), b.to_complex(), solve::solve)
        }
        (a, b) => {
            let (a, b) = (array(a)?, array(b)?);
            match structured::left_divide(host, &a, &b)? {
                Some(x) => Ok(x.into()),
                None => solved(host, a, b, solve::solve),
            }
        }
    }
}

/// `B / A`, where A is no number.
pub(super) fn right_divide(host: &mut dyn Host, b: Value, a: Value) -> Result<Value> {
    if let Value::Object(object) = a {
        let (class, shape) = (object.class(), object.shape());
        let work = flops(shape.0, shape.1, b.shape().0);
        let b = b.into_numeric()?;
        return match uninterruptible(host, work, 0, move || Ok(object.right_solve(&b)))? {
            Some(x) => Ok(x?.into()),
            None => Err(cannot_solve(class)),
        };
    }
    match (a.into_numeric()?, b.into_numeric()?) {
        (a, b) if is_complex(&a) || is_complex(&b) => {
            solved(host, a.to_complex(), b.to_complex(), |a, b| solve::right_divide(b, a))
        }
        (a, b) => {
            let (a, b) = (array(a)?, array(b)?);
            match structured::right_divide(host, &b, &a)? {
                Some(x) => Ok(x.into()),
                None => solved(host, a, b, |a, b| solve::right_divide(b, a)),
            }
        }
    }
}

fn cannot_solve(class: &str) -> Box<Fault> {
    Fault::new(format!("a {class} cannot solve systems"))
        .hint("factorize(A) gives a value that can")
}

fn is_complex(x: &Numeric) -> bool {
    matches!(x, Numeric::Complex(_))
}

fn array(x: Numeric) -> Result<Arc<Array>> {
    match x {
        Numeric::Scalar(x) => Ok(Arc::new(Array::from(Matrix::from_vec(1, 1, vec![x])))),
        other => other.to_real(),
    }
}

/// Runs a division and reports what deserves little trust.
fn solved<M: FieldMatrix>(
    host: &mut dyn Host,
    a: M,
    b: M,
    divide: fn(
        &matfac::linalg::Dense<M::Entry>,
        &matfac::linalg::Dense<M::Entry>,
    ) -> matfac::Result<Solution<M::Entry>>,
) -> Result<Value> {
    let (m, n) = (a.dense().rows(), a.dense().cols());
    let right_hand_sides = b.dense().len() / m.max(1);
    let work = M::WORK * (flops(m, n, n.min(m)) + flops(m, n, right_hand_sides));
    let bytes = 8 * M::WORK as usize * m * n;
    let run = move || divide(a.dense(), b.dense());
    let solution = uninterruptible(host, work, bytes, run)?;
    warn_conditioning(host, solution.warning)?;
    Ok(M::value(solution.x))
}

/// Reports an ill-conditioned or singular matrix as Octave does.
pub fn warn_conditioning(host: &mut dyn Host, warning: Option<Warning>) -> Result<()> {
    match warning {
        None => Ok(()),
        Some(Warning::Singular { rcond, pivot }) => host.warn(
            "Octave:singular-matrix",
            &format!("the matrix is singular to working precision: pivot {pivot} vanishes (rcond = {}); this is the least-squares solution of smallest norm", format_scalar(rcond, Precision::SHORT)),
        ),
        Some(Warning::RankDeficient { rank }) => host.warn(
            "Octave:rank-deficient-matrix",
            &format!("the matrix has rank {rank} only; this is the least-squares solution of smallest norm"),
        ),
    }
}
