//! Orders of rows and columns that keep factors sparse, and what the places of the entries tell of factors.

use super::argument::options;
use super::entry::builtins;
use super::factorization::Side;
use crate::value::{Fault, Numeric, Result, SparseArray, Value};
use matfac::Matrix;
use matfac::linalg::sparse::Sparse;
use matfac::sparse::dulmage::dmperm;
use matfac::sparse::etree::{
    ROOT, column_counts, column_etree, etree, factor_pattern, height, postorder,
};
use matfac::sparse::matching::{NONE, maximum_matching};
use matfac::sparse::ordering;
use matfac::sparse::permute::pattern;

options! {
    /// Of which matrix the elimination tree is.
    Tree { Symmetric = "sym", Sym = "symmetric", Columns = "col", Column = "column", Rows = "row", Lower = "lo" }
}

builtins! { "sparse matrices";
    /// Approximate minimum degree order of a square matrix, by the places of A + A'.
    ///
    /// Cholesky of `S(p,p)` fills much less than of S.
    ///
    /// >>> S = sparse([4 1 1 1; 1 4 0 0; 1 0 4 0; 1 0 0 4]); p = amd(S); nnz(chol(S(p, p))) < nnz(chol(S))
    /// ans = 1
    ///
    /// See also: colamd, symrcm, chol
    /// Reference: Amestoy, Davis & Duff (1996), SIAM J. Matrix Anal. Appl. 17.
    fn amd(cx, /** Square, sparse. */ S: Value) -> [p] { Ok(row(&ordering::amd(&places("amd", S)?)?)) }

    /// Approximate minimum degree order of a symmetric matrix: amd by its other name.
    ///
    /// >>> sort(symamd(sparse([4 1; 1 4])))
    /// ans = 1×2
    ///    1   2
    ///
    /// See also: amd, symrcm
    fn symamd(cx, /** Square, sparse. */ S: Value) -> [p] { Ok(row(&ordering::amd(&places("symamd", S)?)?)) }

    /// Column approximate minimum degree order: LU and QR of `S(:,q)` fill little.
    ///
    /// >>> sort(colamd(sparse([1 0 2; 0 3 0])))
    /// ans = 1×3
    ///    1   2   3
    ///
    /// See also: amd, colperm, lu, qr
    /// Reference: Davis, Gilbert, Larimore & Ng (2004), ACM TOMS 30.
    fn colamd(cx, /** m×n, sparse. */ S: Value) -> [q] { Ok(row(&ordering::colamd(&places("colamd", S)?)?)) }

    /// Columns by their number of entries, the fewest first.
    ///
    /// >>> colperm(sparse([1 1 0; 1 0 0; 1 0 1]))
    /// ans = 1×3
    ///    2   3   1
    ///
    /// See also: colamd
    fn colperm(cx, /** m×n, sparse. */ S: Value) -> [q] { Ok(row(&ordering::colperm(&places("colperm", S)?))) }

    /// Reverse Cuthill-McKee order of a square matrix, by the places of A + A': `S(p,p)` has a narrow band.
    ///
    /// >>> symrcm(sparse([2 0 1; 0 2 1; 1 1 2]))
    /// ans = 1×3
    ///    1   3   2
    ///
    /// See also: amd, bandwidth
    /// Reference: Cuthill & McKee (1969); George & Liu (1981), chapter 4.
    fn symrcm(cx, /** Square, sparse. */ S: Value) -> [p] { Ok(row(&ordering::symrcm(&places("symrcm", S)?)?)) }

    /// Dulmage-Mendelsohn decomposition: `S(p,q)` is block upper triangular, block k has the rows `r(k)` to `r(k+1)-1` and
    /// the columns `s(k)` to `s(k+1)-1`.
    ///
    /// An underdetermined block comes first, then square ones, then an overdetermined one, as far as there are any. One
    /// output is a maximum matching: p(j) is the row that column j is matched with, or 0.
    ///
    /// >>> dmperm(sparse([1 1 0; 0 0 1; 0 0 1]))
    /// ans = 1×3
    ///    1   0   2
    /// >>> [p, q, r, s] = dmperm(sparse([1 0 1; 0 1 0; 1 0 0])); numel(r) - 1
    /// ans = 3
    ///
    /// See also: sprank, amd
    /// Reference: Pothen & Fan (1990), ACM TOMS 16.
    fn dmperm(cx, /** m×n, sparse. */ S: Value) -> [p, q, r, s] { decomposition(&places("dmperm", S)?, cx.nargout) }

    /// The structural rank: the largest rank that entries in these places can have.
    ///
    /// >>> sprank(sparse([1 1 0; 0 0 1; 0 0 1]))
    /// ans = 2
    ///
    /// See also: dmperm, rank
    fn sprank(cx, /** m×n, sparse. */ S: Value) -> [r] { Ok(maximum_matching(&places("sprank", S)?).size()) }

    /// The elimination tree: p(j) is the parent of column j, 0 at a root; q is a postorder.
    ///
    /// Of a symmetric matrix, whose upper triangle is read, or with "col" of S'*S.
    ///
    /// >>> etree(sparse([4 1 0; 1 4 1; 0 1 4]))
    /// ans = 1×3
    ///    2   3   0
    ///
    /// See also: symbfact, amd
    /// Reference: Liu (1990), SIAM J. Matrix Anal. Appl. 11.
    fn etree(cx, /** Sparse; square for "sym". */ S: Value, /** "sym", or "col". */ kind: Tree = "sym") -> [p, q] { tree(&places("etree", S)?, kind) }

    /// What the Cholesky factor will look like: entries of each column, height of the elimination tree, parents, a postorder,
    /// and the places of R, or of R' with "lower" as the last argument.
    ///
    /// Of a symmetric matrix, whose upper triangle is read ("lo": the lower one), or with "col" of S'*S, with "row" of S*S'.
    ///
    /// >>> symbfact(sparse([4 1 0; 1 4 1; 0 1 4]))'
    /// ans = 1×3
    ///    2   2   1
    ///
    /// See also: etree, chol
    fn symbfact(cx, /** Sparse. */ S: Value, /** "sym", "lo", "col" or "row". */ kind: Tree = "sym", /** "lower": the last output is L. */ mode: Option<Side>) -> [count, h, parent, post, R] { symbolic(&places("symbfact", S)?, kind, mode) }
}

/// Where entries are; a full matrix is taken for a sparse one.
fn places(function: &str, s: Value) -> Result<Sparse<bool>> {
    Ok(match s {
        Value::Sparse(array) => match &*array {
            SparseArray::Real(s) => pattern(s),
            SparseArray::Complex(s) => pattern(s),
            SparseArray::Bool(s) => s.clone(),
        },
        Value::Text(_) | Value::Cell(_) | Value::Struct(_) | Value::Function(_) => {
            let what = s.describe();
            return Err(Fault::new(format!("{function} needs a matrix, and this is a {what}")));
        }
        full => match full.into_numeric()? {
            Numeric::Complex(z) => pattern(&Sparse::from_dense(&z)?),
            real => pattern(&Sparse::from_dense(&real.to_real()?.data)?),
        },
    })
}

/// Positions from 0 as a row of positions from 1.
fn row(p: &[u32]) -> Value {
    Matrix::row_vector(p.iter().map(|&i| f64::from(i) + 1.0).collect()).into()
}

/// Positions from 0, of which some are `none`, as a row of positions from 1 and zeros.
fn row_or_zero(p: &[u32], none: u32) -> Value {
    let position = |&i: &u32| if i == none { 0.0 } else { f64::from(i) + 1.0 };
    Matrix::row_vector(p.iter().map(position).collect()).into()
}

fn decomposition(s: &Sparse<bool>, nargout: usize) -> Result<Vec<Value>> {
    if nargout < 2 {
        return Ok(vec![row_or_zero(&maximum_matching(s).row_of, NONE)]);
    }
    let d = dmperm(s);
    Ok([d.p, d.q, d.r, d.s].iter().map(|list| row(list)).collect())
}

fn require_square(s: &Sparse<bool>, operation: &'static str) -> Result<()> {
    if s.is_square() {
        return Ok(());
    }
    Err(matfac::Error::NotSquare { operation, shape: s.shape() }.into())
}

fn tree(s: &Sparse<bool>, kind: Tree) -> Result<Vec<Value>> {
    let parent = match kind {
        Tree::Columns | Tree::Column => column_etree(s),
        Tree::Rows => column_etree(&s.transposed()),
        Tree::Symmetric | Tree::Sym | Tree::Lower => {
            require_square(s, "etree")?;
            let upper = if kind == Tree::Lower { s.transposed() } else { s.clone() };
            etree(&upper)
        }
    };
    Ok(vec![row_or_zero(&parent, ROOT), row(&postorder(&parent))])
}

fn symbolic(s: &Sparse<bool>, kind: Tree, mode: Option<Side>) -> Result<Vec<Value>> {
    let symmetric = match kind {
        Tree::Columns | Tree::Column => gram(s)?,
        Tree::Rows => gram(&s.transposed())?,
        Tree::Symmetric | Tree::Sym | Tree::Lower => {
            require_square(s, "symbfact")?;
            if kind == Tree::Lower { s.transposed() } else { s.clone() }
        }
    };
    let parent = etree(&symmetric);
    let column = |list: Vec<f64>| Value::from(Matrix::column_vector(list));
    let counts = column_counts(&symmetric, &parent).into_iter().map(f64::from).collect();
    let position = |&i: &u32| if i == ROOT { 0.0 } else { f64::from(i) + 1.0 };
    let post = postorder(&parent).iter().map(|&i| f64::from(i) + 1.0).collect();
    let lower = factor_pattern(&symmetric, &parent);
    let is_lower = mode == Some(Side::Lower);
    let factor = if is_lower { lower } else { lower.transposed() };
    Ok(vec![
        column(counts),
        height(&parent).into(),
        column(parent.iter().map(position).collect()),
        column(post),
        factor.into(),
    ])
}

/// The places of S'*S, upper triangle and all.
fn gram(s: &Sparse<bool>) -> Result<Sparse<bool>> {
    let back = s.transposed();
    let (mut rows, mut cols) = (Vec::new(), Vec::new());
    let mut mark = vec![u32::MAX; s.cols()];
    for j in 0..s.cols() {
        for &i in s.col(j).0 {
            for &k in back.col(i as usize).0 {
                if std::mem::replace(&mut mark[k as usize], j as u32) != j as u32 {
                    rows.push(k);
                    cols.push(j as u32);
                }
            }
        }
    }
    let entries = vec![true; rows.len()];
    let last = matfac::linalg::sparse::Duplicates::Last;
    let n = s.cols();
    Ok(Sparse::from_triplets(n, n, &rows, &cols, &entries, last, |_, b| b)?)
}
