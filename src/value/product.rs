//! Products of real matrices, in which a transpose is a flag and what is known of the factors saves work.
//!
//! | known of a factor | method | flops of n×n by n×n |
//! |---|---|---|
//! | permutation | rows or columns gathered | n² entries moved |
//! | diagonal | rows or columns scaled | n² |
//! | `A'*A`, `A*A'` | one triangle | n³ |
//! | triangular, from order 64 on | one triangle read | n³ |
//! | nothing | dense | 2n³ |
//!
//! The entries are those of the dense product: where a factor's zeros would meet NaN or Inf, nothing is skipped.

use super::known::is_still_orthogonal;
use super::{Array, Entries, Host, Known, Result, flops, uninterruptible};
use matfac::Matrix;
use matfac::linalg::product;
use matfac::linalg::structured::{self, Pattern};
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
}

impl Side {
    /// An m×n matrix of which nothing is known.
    pub fn plain(rows: usize, cols: usize) -> Side {
        Side { rows, cols, known: Known::NOTHING }
    }

    /// Its transpose.
    pub fn transposed(self) -> Side {
        Side { rows: self.cols, cols: self.rows, known: self.known.transposed() }
    }

    /// Of the product.
    pub fn times(self, other: Side) -> Side {
        Side { rows: self.rows, cols: other.cols, known: self.known.times(other.known) }
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
            Method::Dense => "",
        }
    }
}

/// A factor of a product: a matrix, read transposed without a copy when its flag is set.
#[derive(Debug, Clone)]
pub struct Factor {
    /// The matrix as it is stored.
    pub matrix: Arc<Array>,
    /// Whether its transpose is meant.
    pub is_transposed: bool,
}

impl From<Arc<Array>> for Factor {
    fn from(matrix: Arc<Array>) -> Factor {
        Factor { matrix, is_transposed: false }
    }
}

impl Factor {
    /// Rows and columns of what is meant.
    pub fn shape(&self) -> (usize, usize) {
        let side = self.side();
        (side.rows, side.cols)
    }

    /// What the cost of a product depends on.
    pub fn side(&self) -> Side {
        let data = &self.matrix.data;
        let stored = Side { rows: data.rows(), cols: data.cols(), known: data.known() };
        if self.is_transposed { stored.transposed() } else { stored }
    }

    /// Whether `self * other` is `A' * A` or `A * A'`, of which one triangle is enough.
    pub fn is_symmetric_with(&self, other: &Factor) -> bool {
        let (rows, cols) = self.shape();
        rows > 1
            && cols > 1
            && self.is_transposed != other.is_transposed
            && Arc::ptr_eq(&self.matrix, &other.matrix)
    }

    /// `self * other`, whose inner sizes agree or which is an error.
    pub fn times(&self, host: &mut dyn Host, other: &Factor) -> Result<Array> {
        let (left, right) = usable(self, other);
        let is_symmetric = self.is_symmetric_with(other);
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
fn usable(a: &Factor, b: &Factor) -> (Side, Side) {
    let (mut left, mut right) = (a.side(), b.side());
    if left.known.is_nothing() && right.known.is_nothing() {
        return (left, right);
    }
    if left.cols != right.rows {
        return (Side::plain(left.rows, left.cols), Side::plain(right.rows, right.cols));
    }
    let is_finite = |factor: &Factor, side: Side| {
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
    (a, left): (&Factor, Side),
    (b, right): (&Factor, Side),
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
        Method::Dense => {}
    }
    product::multiply_with(x, tx, y, ty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use matfac::linalg::norm;

    fn side(n: usize, known: Known) -> Side {
        Side { rows: n, cols: n, known }
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
            let mut factors: Vec<Factor> = Vec::new();
            for sample in super::super::structured::samples(n) {
                let mut plain = sample.clone();
                plain.data.as_mut_slice();
                for array in [sample, plain] {
                    let matrix = Arc::new(array);
                    factors.push(Factor { matrix: matrix.clone(), is_transposed: false });
                    factors.push(Factor { matrix, is_transposed: true });
                }
            }
            for a in &factors {
                for b in &factors {
                    let (left, right) = usable(a, b);
                    let method = Method::of(left, right, a.is_symmetric_with(b));
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
