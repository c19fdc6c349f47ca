//! What is known of a matrix's entries because of where they came from, and entries that forget it when written.
//!
//! A triangular factor, an orthogonal basis or `A'*A` is a matrix like any other, but products, `\`, `inv` and `det` of
//! it are cheaper. What is known is never looked for: it comes from the operation that made the matrix. Every mutable
//! access through [`Entries`] forgets it, so that it cannot outlive a write. Cost: one byte.
//!
//! Zeros are exact, and so are the symmetry and the 0 and 1 of a permutation. Orthogonal means up to the rounding of
//! the factorization that made it.

use matfac::Matrix;
use matfac::linalg::elementwise::Arith;
use matfac::linalg::{norm, product};
use std::ops::{BitAnd, BitOr, Deref, DerefMut};

/// What is known of a matrix; `|` joins claims.
///
/// ```
/// use mf::value::Known;
/// assert!(Known::DIAGONAL.is_upper() && !Known::UPPER.is_diagonal());
/// assert_eq!(Known::UPPER.transposed(), Known::LOWER);
/// assert_eq!(Known::UPPER.times(Known::DIAGONAL), Known::UPPER);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known(u8);

impl BitOr for Known {
    type Output = Known;
    /// Both claims.
    fn bitor(self, other: Known) -> Known {
        Known(self.0 | other.0)
    }
}

impl BitAnd for Known {
    type Output = Known;
    /// What both claim.
    fn bitand(self, other: Known) -> Known {
        Known(self.0 & other.0)
    }
}

/// An operand of an elementwise operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KnownOperand {
    /// The same number everywhere.
    Scalar(f64),
    /// A matrix of the result's shape.
    Matrix(Known),
    /// Anything else.
    Other,
}

impl Known {
    /// Nothing.
    pub const NOTHING: Known = Known(0);
    /// Zeros below the diagonal; the matrix need not be square.
    pub const UPPER: Known = Known(1);
    /// Zeros above the diagonal; the matrix need not be square.
    pub const LOWER: Known = Known(2);
    /// Zeros off the diagonal; the matrix need not be square.
    pub const DIAGONAL: Known = Known(3);
    /// Square, and exactly its own transpose.
    pub const SYMMETRIC: Known = Known(4);
    /// Square, and its transpose is its inverse up to rounding.
    pub const ORTHOGONAL: Known = Known(8);
    /// Square, with a single 1 in each row and each column, and zeros.
    pub const PERMUTATION: Known = Known(8 | 16);
    /// The square identity.
    pub const IDENTITY: Known = Known(31);

    fn has(self, claim: Known) -> bool {
        self.0 & claim.0 == claim.0
    }

    /// Whether nothing is known.
    pub fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// Zeros below the diagonal.
    pub fn is_upper(self) -> bool {
        self.has(Known::UPPER)
    }

    /// Zeros above the diagonal.
    pub fn is_lower(self) -> bool {
        self.has(Known::LOWER)
    }

    /// Zeros off the diagonal.
    pub fn is_diagonal(self) -> bool {
        self.has(Known::DIAGONAL)
    }

    /// Its own transpose.
    pub fn is_symmetric(self) -> bool {
        self.has(Known::SYMMETRIC)
    }

    /// Its transpose is its inverse.
    pub fn is_orthogonal(self) -> bool {
        self.has(Known::ORTHOGONAL)
    }

    /// The identity with its rows in another order.
    pub fn is_permutation(self) -> bool {
        self.has(Known::PERMUTATION)
    }

    /// What is left when a claim is withdrawn.
    pub fn without(self, claim: Known) -> Known {
        Known(self.0 & !claim.0)
    }

    /// Of the transpose.
    pub fn transposed(self) -> Known {
        let triangles = (self.0 & 1) << 1 | (self.0 & 2) >> 1;
        Known(self.0 & !3 | triangles)
    }

    /// Of `A * B`, when both are finite (0 times Inf is not 0).
    pub fn times(self, other: Known) -> Known {
        match (self, other) {
            (Known::IDENTITY, other) => other,
            (known, Known::IDENTITY) => known,
            (a, b) => a & b & (Known::DIAGONAL | Known::PERMUTATION),
        }
    }

    /// Of the inverse, when it is finite.
    pub fn inverted(self) -> Known {
        if self.is_orthogonal() { self.transposed() } else { self & Known::DIAGONAL }
    }

    /// Of `-A`.
    pub fn negated(self) -> Known {
        // A permutation is orthogonal; negated it is that still.
        self & (Known::DIAGONAL | Known::SYMMETRIC | Known::ORTHOGONAL)
    }

    /// Of the upper triangle from diagonal `k` on, of a matrix of which this is known.
    pub fn upper_part(self, k: f64) -> Known {
        let rest = self & Known::DIAGONAL;
        if k >= 0.0 { rest | Known::UPPER } else { rest }
    }

    /// Of the lower triangle up to diagonal `k`, of a matrix of which this is known.
    pub fn lower_part(self, k: f64) -> Known {
        let rest = self & Known::DIAGONAL;
        if k <= 0.0 { rest | Known::LOWER } else { rest }
    }

    /// Of an elementwise operation's result.
    pub fn of_elementwise(op: Arith, a: KnownOperand, b: KnownOperand) -> Known {
        let zeros_and_symmetry = Known::DIAGONAL | Known::SYMMETRIC;
        match (op, a, b) {
            // 0 op 0 is 0.
            (
                Arith::Add | Arith::Sub | Arith::Mul,
                KnownOperand::Matrix(a),
                KnownOperand::Matrix(b),
            ) => a & b & zeros_and_symmetry,
            (Arith::Mul, KnownOperand::Scalar(x), KnownOperand::Matrix(a))
            | (Arith::Mul, KnownOperand::Matrix(a), KnownOperand::Scalar(x))
                if x.is_finite() =>
            {
                a & zeros_and_symmetry
            }
            (Arith::Div, KnownOperand::Matrix(a), KnownOperand::Scalar(x))
            | (Arith::LeftDiv, KnownOperand::Scalar(x), KnownOperand::Matrix(a))
                if x != 0.0 && !x.is_nan() =>
            {
                a & zeros_and_symmetry
            }
            // Whatever one number does to equal entries, they stay equal.
            (_, KnownOperand::Matrix(a), KnownOperand::Scalar(_))
            | (_, KnownOperand::Scalar(_), KnownOperand::Matrix(a)) => a & Known::SYMMETRIC,
            (_, KnownOperand::Matrix(a), KnownOperand::Matrix(b)) => a & b & Known::SYMMETRIC,
            _ => Known::NOTHING,
        }
    }

    /// What makes sense for an m×n matrix; of a square one, what follows as well.
    fn of_shape(self, is_square: bool) -> Known {
        match self {
            known if !is_square => known & Known::DIAGONAL,
            known if known.is_permutation() && (known.is_upper() || known.is_lower()) => {
                Known::IDENTITY
            }
            known if known.is_diagonal() => known | Known::SYMMETRIC,
            known if known.is_symmetric() && (known.is_upper() || known.is_lower()) => {
                known | Known::DIAGONAL
            }
            known => known,
        }
    }

    /// Whether the entries are as claimed, as far as that is exact: what debug builds check of every claim.
    fn holds_for(self, a: &Matrix) -> bool {
        let same = |x: f64, y: f64| x == y || x.is_nan() && y.is_nan();
        let ones = |slice: &[f64]| {
            slice.iter().filter(|x| **x == 1.0).count() == 1
                && slice.iter().filter(|x| **x != 0.0).count() == 1
        };
        let n = a.cols();
        (!self.is_upper() || (0..n).all(|j| a.col(j).iter().skip(j + 1).all(|x| *x == 0.0)))
            && (!self.is_lower() || (0..n).all(|j| a.col(j).iter().take(j).all(|x| *x == 0.0)))
            && (!self.is_symmetric() || (0..n).all(|j| (0..j).all(|i| same(a[(i, j)], a[(j, i)]))))
            && (!self.is_permutation()
                || (0..n).all(|j| ones(a.col(j)))
                    && product::multiply(a, &Matrix::filled(n, 1, 1.0).unwrap_or_default())
                        .is_ok_and(|sums| sums.as_slice().iter().all(|x| *x == 1.0)))
    }
}

/// Whether `Q'*(Q*x)` is x for a vector that favours nothing: rounding adds up in long products of orthogonal
/// matrices, and what has strayed is not orthogonal any more. O(n²).
pub fn is_still_orthogonal(q: &Matrix) -> bool {
    let n = q.cols();
    let entry = |i: usize| ((i + 1) as f64 * 0.618_033_988_749_894_9).fract() - 0.5;
    let x = Matrix::column_vector((0..n).map(entry).collect());
    let back = product::multiply(q, &x).and_then(|y| product::multiply_with(q, true, &y, false));
    back.is_ok_and(|z| {
        let difference = z.as_slice().iter().zip(x.as_slice()).map(|(z, x)| z - x).collect();
        let error = norm::frobenius(&Matrix::column_vector(difference));
        error <= 4.0 * n as f64 * f64::EPSILON * norm::frobenius(&x)
    })
}

/// The numbers of a matrix, read as a [`Matrix`], with what is known of them until they are written.
///
/// `a.data.clone()` reaches through to the matrix: a copy of the numbers alone.
#[derive(Debug, Default)]
pub struct Entries {
    matrix: Matrix,
    known: Known,
}

impl Entries {
    /// Entries of which something is known; the caller vouches for it.
    pub fn knowing(matrix: Matrix, known: Known) -> Entries {
        let known = known.of_shape(matrix.is_square());
        debug_assert!(known.holds_for(&matrix), "{known:?} of a {:?}", matrix.shape());
        Entries { matrix, known }
    }

    /// What is known.
    pub fn known(&self) -> Known {
        self.known
    }

    /// The matrix alone.
    pub fn into_matrix(self) -> Matrix {
        self.matrix
    }

    /// The buffer, column after column.
    pub fn into_vec(self) -> Vec<f64> {
        self.matrix.into_vec()
    }

    /// A copy that knows as much.
    pub fn copied(&self) -> Entries {
        Entries { matrix: self.matrix.clone(), known: self.known }
    }
}

impl From<Matrix> for Entries {
    fn from(matrix: Matrix) -> Entries {
        Entries { matrix, known: Known::NOTHING }
    }
}

impl Deref for Entries {
    type Target = Matrix;
    fn deref(&self) -> &Matrix {
        &self.matrix
    }
}

impl DerefMut for Entries {
    /// The way to write, which forgets what is known.
    fn deref_mut(&mut self) -> &mut Matrix {
        self.known = Known::NOTHING;
        &mut self.matrix
    }
}

impl PartialEq for Entries {
    /// Of the numbers alone.
    fn eq(&self, other: &Entries) -> bool {
        self.matrix == other.matrix
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_forgets_and_a_read_does_not() {
        let mut entries = Entries::knowing(Matrix::identity(3), Known::IDENTITY);
        assert_eq!((entries[(0, 0)], entries.col(1)[1]), (1.0, 1.0));
        assert_eq!(entries.known(), Known::IDENTITY);
        assert_eq!(entries.copied().known(), Known::IDENTITY);
        entries.as_mut_slice();
        assert!(entries.known().is_nothing());
    }

    #[test]
    fn claims_are_trimmed_to_the_shape_and_completed() {
        let known = |m, n, known| Entries::knowing(Matrix::zeros(m, n), known).known();
        assert_eq!(known(2, 3, Known::IDENTITY), Known::DIAGONAL);
        assert_eq!(known(2, 2, Known::DIAGONAL), Known::DIAGONAL | Known::SYMMETRIC);
        assert_eq!(known(2, 2, Known::SYMMETRIC | Known::UPPER), known(2, 2, Known::DIAGONAL));
        let eye = Entries::knowing(Matrix::identity(2), Known::PERMUTATION | Known::UPPER);
        assert_eq!(eye.known(), Known::IDENTITY);
    }

    #[test]
    fn products_and_inverses_keep_what_they_can() {
        let square = Known::DIAGONAL | Known::SYMMETRIC;
        assert_eq!(square.times(square), Known::DIAGONAL);
        assert_eq!(Known::SYMMETRIC.times(Known::SYMMETRIC), Known::NOTHING);
        assert_eq!(Known::PERMUTATION.times(Known::ORTHOGONAL), Known::ORTHOGONAL);
        assert_eq!(Known::IDENTITY.times(Known::SYMMETRIC), Known::SYMMETRIC);
        assert_eq!(Known::UPPER.times(Known::LOWER), Known::NOTHING);
        assert_eq!(Known::UPPER.inverted(), Known::UPPER);
        assert_eq!((Known::ORTHOGONAL | Known::UPPER).inverted(), Known::ORTHOGONAL | Known::LOWER);
        assert_eq!(Known::IDENTITY.negated(), square | Known::ORTHOGONAL);
    }

    #[test]
    fn elementwise_operations_keep_zeros_where_zero_stays_zero() {
        let of = Known::of_elementwise;
        let (upper, symmetric) =
            (KnownOperand::Matrix(Known::UPPER), KnownOperand::Matrix(Known::SYMMETRIC));
        assert_eq!(of(Arith::Add, upper, upper), Known::UPPER);
        assert_eq!(of(Arith::Div, upper, upper), Known::NOTHING);
        assert_eq!(of(Arith::Mul, upper, KnownOperand::Scalar(2.0)), Known::UPPER);
        assert_eq!(of(Arith::Mul, upper, KnownOperand::Scalar(f64::INFINITY)), Known::NOTHING);
        assert_eq!(of(Arith::Div, upper, KnownOperand::Scalar(0.0)), Known::NOTHING);
        assert_eq!(of(Arith::Add, symmetric, KnownOperand::Scalar(f64::NAN)), Known::SYMMETRIC);
        assert_eq!(of(Arith::Pow, symmetric, symmetric), Known::SYMMETRIC);
        assert_eq!(of(Arith::Mul, upper, KnownOperand::Other), Known::NOTHING);
    }

    #[test]
    fn strayed_bases_are_noticed() {
        let (s, c) = 0.3f64.sin_cos();
        let mut q = Matrix::from_rows(&[&[c, s], &[-s, c]]);
        assert!(is_still_orthogonal(&q) && is_still_orthogonal(&Matrix::zeros(0, 0)));
        q[(0, 0)] += 1e-13;
        assert!(!is_still_orthogonal(&q));
    }
}
