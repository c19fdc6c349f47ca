//! Norms of vectors, and those norms of a matrix that need no factorization.
//!
//! Sums of squares are rescaled when they overflow or underflow (as in Blue 1978), so that
//! `norm([3e200 4e200])` is 5e200. The 2-norm and the nuclear norm of a matrix need singular values:
//! `factor::matrix_norm`. Cost: one pass over the entries.

use super::{Matrix, product};

/// Which norm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Norm {
    /// Vector: Σ|x|. Matrix: the largest column sum.
    One,
    /// Vector: Euclid's. Matrix: the largest singular value.
    Two,
    /// Vector: max |x|. Matrix: the largest row sum.
    Inf,
    /// Vector: min |x|.
    NegInf,
    /// Vector: (Σ|x|ᵖ)^(1/p); p = 0 counts the entries that are not zero.
    P(f64),
    /// Frobenius: Euclid's norm of all entries.
    Fro,
    /// Nuclear: the sum of the singular values.
    Nuc,
}

/// Euclid's norm, without overflow or underflow; NaN and infinite entries give NaN and infinity.
///
/// ```
/// let norm = matfac::linalg::norm::euclidean(&[3e200, 4e200]);
/// assert!((norm / 5e200 - 1.0).abs() < 1e-15);
/// ```
pub fn euclidean(x: &[f64]) -> f64 {
    let squares = product::dot(x, x);
    // Outside this range squares have overflowed, or small ones were lost.
    if squares > 1e-250 && squares < 1e300 {
        return squares.sqrt();
    }
    let largest = max_abs(x);
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    let sum: f64 = x.iter().map(|v| (v / largest) * (v / largest)).sum();
    largest * sum.sqrt()
}

/// max |x|; NaN when there is one; 0 of nothing.
pub fn max_abs(x: &[f64]) -> f64 {
    let mut largest = 0.0f64;
    for v in x {
        let v = v.abs();
        if v > largest || v.is_nan() {
            largest = v;
        }
        if v.is_nan() {
            return v;
        }
    }
    largest
}

/// The norm of a vector. `Nuc` and `Fro` are Euclid's; every norm of nothing is 0.
pub fn vector_norm(x: &[f64], norm: Norm) -> f64 {
    if x.is_empty() {
        return 0.0;
    }
    match norm {
        Norm::One => x.iter().map(|v| v.abs()).sum(),
        Norm::Two | Norm::Fro | Norm::Nuc => euclidean(x),
        Norm::Inf => max_abs(x),
        Norm::NegInf => {
            x.iter().fold(f64::INFINITY, |m, v| if m.is_nan() { m } else { v.abs().min(m) })
        }
        Norm::P(0.0) => x.iter().filter(|&&v| v != 0.0).count() as f64,
        Norm::P(1.0) => vector_norm(x, Norm::One),
        Norm::P(2.0) => euclidean(x),
        Norm::P(f64::INFINITY) => max_abs(x),
        Norm::P(f64::NEG_INFINITY) => vector_norm(x, Norm::NegInf),
        Norm::P(p) => {
            let largest = max_abs(x);
            if largest == 0.0 || !largest.is_finite() {
                return largest;
            }
            largest * x.iter().map(|v| (v.abs() / largest).powf(p)).sum::<f64>().powf(1.0 / p)
        }
    }
}

/// The Frobenius norm of a matrix.
pub fn frobenius(a: &Matrix) -> f64 {
    euclidean(a.as_slice())
}

/// The largest row sum of |A|.
pub fn inf_norm(a: &Matrix) -> f64 {
    let mut sums = vec![0.0; a.rows()];
    for j in 0..a.cols() {
        for (s, v) in sums.iter_mut().zip(a.col(j)) {
            *s += v.abs();
        }
    }
    max_abs(&sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_norms() {
        let x = [3.0, -4.0, 0.0];
        assert_eq!(vector_norm(&x, Norm::One), 7.0);
        assert_eq!(vector_norm(&x, Norm::Two), 5.0);
        assert_eq!(vector_norm(&x, Norm::Inf), 4.0);
        assert_eq!(vector_norm(&x, Norm::NegInf), 0.0);
        assert_eq!(vector_norm(&x, Norm::P(0.0)), 2.0);
        assert!((vector_norm(&x, Norm::P(3.0)) - 91f64.cbrt()).abs() < 1e-14);
        assert_eq!(vector_norm(&[], Norm::NegInf), 0.0);
    }

    #[test]
    fn extreme_entries_survive() {
        assert!((euclidean(&[3e-200, 4e-200]) / 5e-200 - 1.0).abs() < 1e-15);
        assert_eq!(euclidean(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(euclidean(&[f64::NAN, f64::INFINITY]).is_nan());
        assert!((vector_norm(&[1e300, 1e300], Norm::P(3.0)) / 1e300 - 2f64.cbrt()).abs() < 1e-15);
    }

    #[test]
    fn matrix_norms() {
        let a = Matrix::from_rows(&[&[1.0, -2.0], &[3.0, 4.0]]);
        assert_eq!((a.one_norm(), inf_norm(&a)), (6.0, 7.0));
        assert_eq!(frobenius(&a), 30f64.sqrt());
        assert_eq!(Matrix::zeros(3, 0).one_norm(), 0.0);
    }
}
