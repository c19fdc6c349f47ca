//! Products of real matrices, in which a transpose is a flag and what is known of the factors saves work.
//!
//! | known of a factor | method | flops of n×n by n×n |
//! |---|---|---|
//! | permutation | rows or columns gathered | n² entries moved |
//! | diagonal | rows or columns scaled | n² |
//! | `A'*A`, `A*A'` | one triangle | n³ |
//! | triangular, from order 64 on | one triangle read | n³ |
//! | sparse | entries that are stored | 2·nnz·n, see [`super::sparse_product`] |
//! | nothing | dense | 2n³ |
//!
//! The entries are those of the dense product: where a factor's zeros would meet NaN or Inf, nothing is skipped.

use super::known::is_still_orthogonal;
use super::{
    Array, Entries, Fault, Host, Known, Result, SparseArray, Value, flops, sparse_product,
};
use super::{Numeric, arithmetic, unary, uninterruptible};
use crate::syntax::UnaryOp;
use matfac::linalg::elementwise::Arith;
use matfac::linalg::product;
use matfac::linalg::structured::{self, Pattern};
use matfac::{ComplexMatrix, Matrix};
use std::sync::Arc;

/// The order from which half the flops of a triangular factor outweigh the smaller blocks they come in.
const TRIANGULAR: usize = 64;

/// What the cost of a product depends on, of one factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub cols: usize,
    /// What is known of the entries.
    pub known: Known,
    /// How many entries are stored, when it is sparse.
    pub stored: Option<f64>,
}

impl Side {
    /// An m×n matrix of which nothing is known.
    pub fn plain(rows: usize, cols: usize) -> Side {
        Side { rows, cols, known: Known::NOTHING, stored: None }
    }

    /// Its transpose.
    pub fn transposed(self) -> Side {
        Side { rows: self.cols, cols: self.rows, known: self.known.transposed(), ..self }
    }

    /// Of the product.
    pub fn times(self, other: Side) -> Side {
        let stored = match (self.stored, other.stored) {
            (Some(a), Some(b)) => Some(sparse_product::expected(
                a * b / self.cols.max(1) as f64,
                self.rows,
                other.cols,
            )),
            _ => None,
        };
        Side { rows: self.rows, cols: other.cols, known: self.known.times(other.known), stored }
    }

    fn is_triangle(self) -> bool {
        let is_large = self.rows == self.cols && self.rows >= TRIANGULAR;
        is_large && (self.known.is_upper() || self.known.is_lower())
    }

    fn pattern(self) -> Pattern {
        match self.is_triangle() {
            true if self.known.is_upper() => Pattern::Upper,
            true => Pattern::Lower,
            false => Pattern::Full,
        }
    }
}

/// How a product is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The left factor orders the rows of the right one.
    RowsGathered,
    /// The right factor orders the columns of the left one.
    ColumnsGathered,
    /// The left factor scales the rows of the right one.
    RowsScaled,
    /// The right factor scales the columns of the left one.
    ColumnsScaled,
    /// A matrix and its transpose: one triangle, and its mirror image.
    Symmetric,
    /// A triangular factor, or two.
    Triangular,
    /// A sparse factor, or two.
    Sparse,
    /// Entry by entry.
    Dense,
}

impl Method {
    /// The cheapest way to multiply these, whose inner sizes agree; `is_symmetric` when they are each other's
    /// transposes.
    pub fn of(left: Side, right: Side, is_symmetric: bool) -> Method {
        // A vector is gathered or multiplied at the speed of memory in any case.
        let is_wide = left.rows >= TRIANGULAR && right.cols >= TRIANGULAR;
        match (left.known, right.known) {
            _ if left.stored.is_some() || right.stored.is_some() => Method::Sparse,
            (known, _) if known.is_permutation() => Method::RowsGathered,
            (_, known) if known.is_permutation() => Method::ColumnsGathered,
            (known, _) if known.is_diagonal() => Method::RowsScaled,
            (_, known) if known.is_diagonal() => Method::ColumnsScaled,
            _ if is_symmetric => Method::Symmetric,
            _ if is_wide && (left.is_triangle() || right.is_triangle()) => Method::Triangular,
            _ => Method::Dense,
        }
    }

    /// Its flops; an entry that is moved counts as one.
    pub fn flops(self, left: Side, right: Side) -> f64 {
        let dense = flops(left.rows, left.cols, right.cols);
        match self {
            Method::RowsGathered | Method::RowsScaled => right.rows as f64 * right.cols as f64,
            Method::ColumnsGathered | Method::ColumnsScaled => left.rows as f64 * left.cols as f64,
            Method::Symmetric => dense / 2.0,
            Method::Triangular => match (left.pattern(), right.pattern()) {
                (Pattern::Full, _) | (_, Pattern::Full) => dense / 2.0,
                (l, r) if l == r => dense / 6.0,
                _ => dense / 3.0,
            },
            Method::Sparse => sparse_product::flops(left, right),
            Method::Dense => dense,
        }
    }

    /// What it does, in words; nothing of the dense product.
    pub fn describe(self) -> &'static str {
        match self {
            Method::RowsGathered => "rows gathered",
            Method::ColumnsGathered => "columns gathered",
            Method::RowsScaled => "rows scaled",
            Method::ColumnsScaled => "columns scaled",
            Method::Symmetric => "symmetric: one triangle",
            Method::Triangular => "triangular: zeros skipped",
            Method::Sparse => "sparse",
            Method::Dense => "",
        }
    }
}

/// A factor of a product: a matrix, read transposed without a copy when its flag is set.
#[derive(Debug, Clone)]
pub struct Factor {
    /// The matrix as it is stored.
    pub matrix: Stored,
    /// Whether its transpose is meant.
    pub is_transposed: bool,
    /// Whether its conjugate is meant.
    pub is_conjugated: bool,
}

/// The matrix of a [`Factor`].
#[derive(Debug, Clone)]
pub enum Stored {
    /// A full real one.
    Full(Arc<Array>),
    /// A full complex one.
    Complex(Arc<ComplexMatrix>),
    /// A sparse one.
    Sparse(Arc<SparseArray>),
}

impl From<Arc<Array>> for Factor {
    fn from(matrix: Arc<Array>) -> Factor {
        Factor { matrix: Stored::Full(matrix), is_transposed: false, is_conjugated: false }
    }
}

impl From<Arc<SparseArray>> for Factor {
    fn from(matrix: Arc<SparseArray>) -> Factor {
        Factor { matrix: Stored::Sparse(matrix), is_transposed: false, is_conjugated: false }
    }
}

impl TryFrom<Value> for Factor {
    type Error = Box<Fault>;
    fn try_from(value: Value) -> Result<Factor> {
        let matrix = match value {
            Value::Sparse(s) => Stored::Sparse(s),
            full => match full.into_numeric()? {
                Numeric::Complex(z) => Stored::Complex(z),
                real => Stored::Full(real.to_real()?),
            },
        };
        Ok(Factor { matrix, is_transposed: false, is_conjugated: false })
    }
}

impl Factor {
    /// Its transpose, perhaps conjugated.
    pub fn transposed(self, is_conjugated: bool) -> Factor {
        Factor {
            is_transposed: !self.is_transposed,
            is_conjugated: self.is_conjugated != is_conjugated,
            ..self
        }
    }

    /// Whether it is stored sparse.
    pub fn is_sparse(&self) -> bool {
        matches!(self.matrix, Stored::Sparse(_))
    }

    /// The matrix times a number.
    pub fn scaled(&self, scale: f64) -> Result<Factor> {
        let scaled = arithmetic(Arith::Mul, self.stored(), scale.into())?;
        Ok(Factor { matrix: Factor::try_from(scaled)?.matrix, ..self.clone() })
    }

    /// The matrix as it is stored.
    fn stored(&self) -> Value {
        match &self.matrix {
            Stored::Full(a) => Value::Matrix(a.clone()),
            Stored::Complex(z) => Value::Complex(z.clone()),
            Stored::Sparse(s) => Value::Sparse(s.clone()),
        }
    }

    /// What is meant, as a value.
    pub fn value(self) -> Result<Value> {
        let flip = if self.is_conjugated { UnaryOp::ConjTranspose } else { UnaryOp::Transpose };
        if self.is_transposed { unary(flip, self.stored()) } else { Ok(self.stored()) }
    }

    /// Rows and columns of what is meant.
    pub fn shape(&self) -> (usize, usize) {
        let side = self.side();
        (side.rows, side.cols)
    }

    /// What the cost of a product depends on.
    pub fn side(&self) -> Side {
        let stored = match &self.matrix {
            Stored::Full(a) => {
                Side { known: a.data.known(), ..Side::plain(a.data.rows(), a.data.cols()) }
            }
            Stored::Complex(z) => Side::plain(z.rows(), z.cols()),
            Stored::Sparse(s) => {
                let (m, n) = s.shape();
                Side { stored: Some(s.nnz() as f64), ..Side::plain(m, n) }
            }
        };
        if self.is_transposed { stored.transposed() } else { stored }
    }

    /// Whether `self * other` is `A' * A` or `A * A'`, of which one triangle is enough.
    pub fn is_symmetric_with(&self, other: &Factor) -> bool {
        let (rows, cols) = self.shape();
        rows > 1
            && cols > 1
            && self.is_transposed != other.is_transposed
            && match (&self.matrix, &other.matrix) {
                (Stored::Full(a), Stored::Full(b)) => Arc::ptr_eq(a, b),
                (Stored::Sparse(a), Stored::Sparse(b)) => Arc::ptr_eq(a, b),
                _ => false,
            }
    }

    /// `self * other`, whose inner sizes agree or which is an error.
    pub fn times(&self, host: &mut dyn Host, other: &Factor) -> Result<Value> {
        let (Stored::Full(x), Stored::Full(y)) = (&self.matrix, &other.matrix) else {
            return sparse_product::times(host, self, other);
        };
        let dense = |matrix: &Arc<Array>, factor: &Factor| DenseFactor {
            matrix: matrix.clone(),
            is_transposed: factor.is_transposed,
        };
        let array = dense(x, self).times(host, &dense(y, other), self.is_symmetric_with(other))?;
        Ok(array.into())
    }
}

/// A full real factor.
#[derive(Debug, Clone)]
struct DenseFactor {
    matrix: Arc<Array>,
    is_transposed: bool,
}

impl DenseFactor {
    fn side(&self) -> Side {
        let data = &self.matrix.data;
        let stored = Side { known: data.known(), ..Side::plain(data.rows(), data.cols()) };
        if self.is_transposed { stored.transposed() } else { stored }
    }

    fn times(&self, host: &mut dyn Host, other: &DenseFactor, is_symmetric: bool) -> Result<Array> {
        let (left, right) = usable(self, other);
        let method = Method::of(left, right, is_symmetric);
        let mut known = left.known.times(right.known);
        if is_symmetric {
            known = known | Known::SYMMETRIC;
        }
        let (work, bytes) = (method.flops(left, right), 8 * left.rows * right.cols);
        let (a, b) = (self.clone(), other.clone());
        let run = move || {
            let product = multiply(method, (&a, left), (&b, right))?;
            let is_exact = !known.is_orthogonal() || known.is_permutation();
            if !is_exact && !is_still_orthogonal(&product) {
                known = known.without(Known::ORTHOGONAL);
            }
            Ok(Entries::knowing(product, known))
        };
        Ok(uninterruptible(host, work, bytes, run)?.into())
    }

    /// The rows that `P*A` gathers from A, or the columns that `A*P` gathers, for this P.
    fn order(&self, of_rows: bool) -> Option<Vec<usize>> {
        let rows = structured::permutation(&self.matrix.data)?;
        let as_stored = of_rows == self.is_transposed;
        Some(if as_stored { rows } else { structured::inverse_permutation(&rows) })
    }
}

/// The factors with what may be used of them: zeros that meet NaN or Inf in the other factor are not to be skipped.
fn usable(a: &DenseFactor, b: &DenseFactor) -> (Side, Side) {
    let (mut left, mut right) = (a.side(), b.side());
    if left.known.is_nothing() && right.known.is_nothing() {
        return (left, right);
    }
    if left.cols != right.rows {
        return (Side::plain(left.rows, left.cols), Side::plain(right.rows, right.cols));
    }
    let is_finite = |factor: &DenseFactor, side: Side| {
        side.known.is_permutation() || structured::is_finite(&factor.matrix.data)
    };
    let known = (left.known, right.known);
    if !known.0.is_nothing() && !is_finite(b, right) {
        left.known = Known::NOTHING;
    }
    if !known.1.is_nothing() && !is_finite(a, left) {
        right.known = Known::NOTHING;
    }
    (left, right)
}

fn multiply(
    method: Method,
    (a, left): (&DenseFactor, Side),
    (b, right): (&DenseFactor, Side),
) -> matfac::Result<Matrix> {
    let (x, tx, y, ty) = (&a.matrix.data, a.is_transposed, &b.matrix.data, b.is_transposed);
    match method {
        Method::RowsGathered => {
            if let Some(rows) = a.order(true) {
                return Ok(structured::gather_rows(y, ty, &rows));
            }
        }
        Method::ColumnsGathered => {
            if let Some(columns) = b.order(false) {
                return Ok(structured::gather_columns(x, tx, &columns));
            }
        }
        Method::RowsScaled => {
            return structured::scale_rows(&structured::diagonal(x), left.rows, y, ty);
        }
        Method::ColumnsScaled => {
            return structured::scale_columns(x, tx, &structured::diagonal(y), right.cols);
        }
        Method::Symmetric if tx => return product::gram(x),
        Method::Symmetric => return product::gram_rows(x),
        Method::Triangular => {
            return structured::multiply_triangular(
                (x, tx, left.pattern()),
                (y, ty, right.pattern()),
            );
        }
        Method::Sparse | Method::Dense => {}
    }
    product::multiply_with(x, tx, y, ty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use matfac::linalg::norm;

    fn side(n: usize, known: Known) -> Side {
        Side { known, ..Side::plain(n, n) }
    }

    #[test]
    fn what_is_known_chooses_the_method() {
        let plain = Side::plain(100, 100);
        let of = |l, r| {
            let (l, r) = (side(100, l), side(100, r));
            let method = Method::of(l, r, false);
            (method, method.flops(l, r))
        };
        assert_eq!(Method::of(plain, plain, true), Method::Symmetric);
        assert_eq!(of(Known::NOTHING, Known::ORTHOGONAL), (Method::Dense, 2e6));
        assert_eq!(of(Known::DIAGONAL, Known::NOTHING), (Method::RowsScaled, 1e4));
        assert_eq!(of(Known::UPPER, Known::IDENTITY), (Method::ColumnsGathered, 1e4));
        assert_eq!(of(Known::UPPER, Known::NOTHING), (Method::Triangular, 1e6));
        assert_eq!(of(Known::UPPER, Known::UPPER), (Method::Triangular, 2e6 / 6.0));
        assert_eq!(of(Known::UPPER, Known::LOWER), (Method::Triangular, 2e6 / 3.0));
        let small = side(10, Known::UPPER);
        assert_eq!(Method::of(small, Side::plain(10, 100), false), Method::Dense);
    }

    #[test]
    fn every_pair_multiplies_as_if_nothing_were_known() {
        for n in [2, 5, 80] {
            let mut factors: Vec<DenseFactor> = Vec::new();
            for sample in super::super::structured::samples(n) {
                let mut plain = sample.clone();
                plain.data.as_mut_slice();
                for array in [sample, plain] {
                    let matrix = Arc::new(array);
                    factors.push(DenseFactor { matrix: matrix.clone(), is_transposed: false });
                    factors.push(DenseFactor { matrix, is_transposed: true });
                }
            }
            for a in &factors {
                for b in &factors {
                    let (left, right) = usable(a, b);
                    let is_symmetric =
                        a.is_transposed != b.is_transposed && Arc::ptr_eq(&a.matrix, &b.matrix);
                    let method = Method::of(left, right, is_symmetric);
                    let c = multiply(method, (a, left), (b, right)).unwrap();
                    let (x, y) = (&a.matrix.data, &b.matrix.data);
                    let dense =
                        product::multiply_with(x, a.is_transposed, y, b.is_transposed).unwrap();
                    let size = norm::frobenius(&dense);
                    let pairs = c.as_slice().iter().zip(dense.as_slice());
                    assert!(
                        pairs.clone().all(|(x, y)| (x - y).abs() <= 1e-13 * size),
                        "{method:?}"
                    );
                    // Entries checks the claim.
                    Entries::knowing(c, left.known.times(right.known));
                }
            }
        }
    }
}
