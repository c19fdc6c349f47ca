//! The singular value decomposition.

use super::entry::builtins;
use super::factorization::{Economy, suggest_economy};
use super::operand::{either, operand, run, sides, singular_values_flops, svd_flops};
use crate::value::{FieldMatrix, Host, Known, Result, Value};
use matfac::Matrix;
use matfac::factor::{self, SvdForm, svd};

builtins! { "factorizations";
    /// Singular value decomposition: `A = U*S*V'`; one output is the column of singular values, descending.
    ///
    /// U is m×m, S m×n and V n×n; with "econ" or 0, U and V have min(m,n) columns. In each column of V the entry
    /// of largest magnitude is positive (the first of equal ones); the column of U follows.
    ///
    /// >>> s = svd([3 0; 0 -4])
    /// s = 2×1
    ///    4
    ///    3
    /// >>> [U, S, V] = svd([2 0; 0 1; 0 0], "econ"); size(U)
    /// ans = 1×2
    ///    3   2
    ///
    /// See also: rank, lowrank, pinv, pca
    /// Reference: Golub & Van Loan (2013), Matrix Computations, §8.6.
    fn svd(cx, /** m×n, real or complex. */ A: Value, /** "econ" or 0: the thin decomposition. */ econ: Option<Economy>) -> [U, S, V] {
        singular(cx.host, A, econ, cx.nargout)
    }
}

fn singular(
    host: &mut dyn Host,
    a: Value,
    econ: Option<Economy>,
    nargout: usize,
) -> Result<Vec<Value>> {
    either!(operand("svd", a)?, |a| singular_of(host, &a, econ, nargout))
}

fn singular_of<M: FieldMatrix>(
    host: &mut dyn Host,
    a: &M,
    econ: Option<Economy>,
    nargout: usize,
) -> Result<Vec<Value>> {
    if nargout < 2 {
        let s = run(host, a, singular_values_flops(a.dense()), svd::singular_values)?;
        return Ok(vec![Matrix::column_vector(s).into()]);
    }
    let form = if econ.is_some() { SvdForm::Economy } else { SvdForm::Full };
    let (m, n, r) = sides(a.dense());
    // The full bases cost as much again for every column beyond min(m, n).
    let extra = if econ.is_some() { 0.0 } else { 4.0 * (m.max(n) - r) * m.max(n) * r };
    let f = run(host, a, svd_flops(a.dense()) + extra, move |a| factor::svd(a, form))
        .map_err(|fault| suggest_economy(fault, "[U, S, V] = svd(A, \"econ\")"))?;
    let s = Value::from(f.s_matrix()).knowing(Known::DIAGONAL);
    // Rows of U are rows of A, rows of V its columns.
    let (rows, cols) = a.labels();
    let basis = |data, labels| M::labelled(data, labels, None).knowing(Known::ORTHOGONAL);
    Ok(vec![basis(f.u, rows), s, basis(f.v, cols)])
}
