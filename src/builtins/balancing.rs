//! Balancing: permutations and scalings that make eigenvalues more accurate.

use super::argument::options;
use super::entry::builtins;
use super::operand::{operand, positions, run_either};
use super::spectral::{on_pair, second};
use crate::value::{Host, Result, Value};
use matfac::Matrix;
use matfac::factor::{self, Balanced, MaybeComplex};
use matfac::linalg::Dense;

options! {
    /// What `balance` leaves undone.
    Part { NoPermutation = "noperm", NoScaling = "noscal" }
}

builtins! { "eigenvalues";
    /// A balanced matrix `AA = DD \ A * DD`, whose eigenvalues are those of A and often come out more accurate.
    ///
    /// DD is a permuted diagonal matrix of powers of two. One output is AA; with three, the scale and the permutation are
    /// vectors, and DD is `eye(n)(:,P) * diag(S)`. "noperm" or "noscal" leaves out one of the two. Of a pair,
    /// `AA = CC*A*DD` and `BB = CC*B*DD` have rows and columns of about the same size.
    ///
    /// >>> [DD, AA] = balance([1 1024; 1/1024 2]); DD
    /// DD = 2×2
    ///    128.0000          0
    ///           0     0.2500
    ///
    /// See also: eig, hess
    /// Reference: Parlett & Reinsch (1969), Numerische Mathematik 13.
    fn balance(cx, /** Square, n×n, real or complex. */ A: Value, /** "noperm" or "noscal". */ part: Option<Part>) -> [S, P, AA] { balanced(cx.host, A, part, cx.nargout) }
    or (cx, /** Square, n×n, real or complex. */ A: Value, /** The second matrix of the pair, n×n. */ B: Value, /** "noperm" or "noscal". */ part: Option<Part>) -> [CC, DD, AA, BB] {
        balanced_pair(cx.host, A, B, part)
    }
}

fn balanced(
    host: &mut dyn Host,
    a: Value,
    part: Option<Part>,
    nargout: usize,
) -> Result<Vec<Value>> {
    let a = operand("balance", a)?;
    let permute = part != Some(Part::NoPermutation);
    let scale = part != Some(Part::NoScaling);
    let work = 20.0 * (a.cols() as f64).powi(2);
    let (scale, p, matrix) = run_either(
        host,
        &a,
        work,
        move |a| factor::balance(a, permute, scale).map(parts),
        move |a| factor::balance_complex(a, permute, scale).map(parts),
    )?;
    Ok(match nargout {
        0 | 1 => vec![matrix.into()],
        2 => {
            let mut d = Matrix::zeros(p.len(), p.len());
            p.iter().zip(scale).enumerate().for_each(|(i, (&k, scale))| d[(k, i)] = scale);
            vec![d.into(), matrix.into()]
        }
        _ => {
            let scale = Matrix::column_vector(scale);
            vec![scale.into(), positions(&p).transposed().into(), matrix.into()]
        }
    })
}

fn parts<T>(b: Balanced<T>) -> (Vec<f64>, Vec<usize>, MaybeComplex)
where
    MaybeComplex: From<Dense<T>>,
{
    (b.scale, b.p, b.matrix.into())
}

fn balanced_pair(
    host: &mut dyn Host,
    a: Value,
    b: Value,
    part: Option<Part>,
) -> Result<Vec<Value>> {
    let (a, b) = (operand("balance", a)?, second("balance", b)?);
    let scale = part != Some(Part::NoScaling);
    let diagonal =
        |d: &[f64]| Matrix::from_fn(d.len(), d.len(), |i, j| if i == j { d[i] } else { 0.0 });
    let (left, right, a, b) = on_pair(
        host,
        a,
        b,
        0.0,
        move |a, b| {
            let f = factor::balance_pair(a, b, scale)?;
            Ok((f.left, f.right, MaybeComplex::from(f.a), MaybeComplex::from(f.b)))
        },
        move |a, b| {
            let f = factor::balance_pair_complex(a, b, scale)?;
            Ok((f.left, f.right, MaybeComplex::from(f.a), MaybeComplex::from(f.b)))
        },
    )?;
    Ok(vec![diagonal(&left).into(), diagonal(&right).into(), a.into(), b.into()])
}
