//! Factorizations of a matrix and the solvers built on them (layer 1).
//!
//! One noun, one file: the result type (plain data), its options, its function, its references.

pub mod balance;
pub(crate) mod band;
pub mod bidiag;
mod bidiagonal;
mod blocks;
pub mod chol;
mod complete;
pub(crate) mod condition;
pub mod determinant;
mod dqds;
pub mod eig;
pub mod eig_pair;
pub mod eig_symmetric;
mod eigenvectors;
pub mod expm;
pub mod factors;
pub mod field;
mod francis;
pub mod funm;
pub mod hess;
pub mod inverse;
pub mod known;
pub mod ldl;
mod least_squares;
pub mod logm;
pub mod lowrank;
pub mod lu;
mod multishift;
pub mod qr;
pub mod qz;
pub mod refine;
pub mod schur;
pub mod solve;
pub mod sqrtm;
pub(crate) mod structure;
pub mod svd;
pub mod sylvester;
pub(crate) mod triangle;
mod tridiagonal;
pub mod updates;

#[cfg(test)]
pub(crate) mod testdata;

pub use balance::{
    Balanced, BalancedPair, balance, balance_complex, balance_pair, balance_pair_complex,
};
pub use bidiag::{Bidiagonal, bidiag, bidiag_complex};
pub use chol::{Chol, chol, is_positive_definite};
pub use determinant::Determinant;
pub use eig::{Eig, EigOptions, eig, eig_complex, eig_with};
pub use eig_pair::{PairMethod, eig_pair, eig_pair_complex, qz_vectors, qz_vectors_complex};
pub use eig_symmetric::{SymmetricEig, eig_hermitian, eig_symmetric};
pub use expm::{expm, expm_complex};
pub use factors::Factors;
pub use field::Field;
pub use funm::Parlett;
pub use hess::{Hess, hess, hess_complex};
pub use inverse::{cond, det, inv, logdet, null, orth, pinv, rank, rcond, trace};
pub use ldl::{Ldl, ldl};
pub use logm::{logm, logm_complex};
pub use lowrank::{LowRank, lowrank};
pub use lu::{Lu, Pivot, lu};
pub use qr::{Qr, QrOptions, qr};
pub use qz::{Qz, qz, qz_complex};
pub use refine::{Refined, solve_refined};
pub use schur::{Schur, ordeig, schur, schur_complex};
pub use solve::{Factorized, Solution, factorize, factorize_by, right_divide, solve};
pub use sqrtm::{MaybeComplex, SquareRoot, sqrtm, sqrtm_complex};
pub use svd::{Svd, SvdForm, matrix_norm, singular_values, svd};
pub use sylvester::{dlyap, dlyap_complex, lyap, lyap_complex, sylvester, sylvester_complex};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::norm::Norm;
    use crate::linalg::{Matrix, Random};

    /// Matrices of awkward numbers in awkward shapes: no routine may panic or invent a NaN.
    #[test]
    fn nothing_panics() {
        let pool =
            [0.0, 0.0, 1.0, -1.0, 2.0, 1e-8, 1e8, 1e-160, 1e160, 1e-300, 1e300, f64::MIN_POSITIVE];
        let shapes =
            [(0, 0), (0, 2), (2, 0), (1, 1), (1, 4), (4, 1), (2, 2), (3, 3), (5, 3), (3, 5)];
        for seed in 0..400 {
            let mut random = Random::seeded(seed);
            let (m, n) = shapes[random.below(shapes.len())];
            let width = 2 + random.below(pool.len() - 1);
            let mut a = Matrix::from_fn(m, n, |_, _| pool[random.below(width)]);
            if seed % 4 == 1 && m == n {
                a = Matrix::from_fn(n, n, |i, j| a[(i.min(j), i.max(j))]);
            }
            if seed % 17 == 0 && !a.is_empty() {
                a.as_mut_slice()[0] = f64::NAN;
            }
            let b = Matrix::from_fn(m, 2, |_, _| pool[random.below(4)]);
            for pivot in [Pivot::Partial, Pivot::Full, Pivot::None] {
                let _ = lu(&a, pivot);
            }
            for k in 0..8 {
                let options =
                    QrOptions { economy: k & 1 > 0, pivot: k & 2 > 0, positive: k & 4 > 0 };
                if let Ok(f) = qr(&a, options) {
                    assert!(!f.q.as_slice().iter().any(|x| x.is_nan()), "qr {options:?} of {a:?}");
                }
            }
            for form in [SvdForm::Full, SvdForm::Economy] {
                if let Ok(f) = svd(&a, form) {
                    assert!(f.s.iter().all(|x| !x.is_nan()), "svd of {a:?}");
                }
            }
            let _ = (chol(&a, chol::Triangle::Upper), chol::try_chol(&a, chol::Triangle::Lower));
            let _ = (eig(&a, true), eig(&a, false), ldl(&a));
            let _ = (hess(&a), schur(&a), balance(&a, true, true), balance_pair(&a, &a, true));
            let _ = (qz(&a, &a), eig_pair(&a, &a, PairMethod::Qz));
            let _ =
                (expm(&a), logm(&a), sqrtm(&a), sylvester(&a, &a, &a), lyap(&a, &a), dlyap(&a, &a));
            if let Ok(p) = funm::Parlett::new(&a, 0.1) {
                let values: Vec<_> = p.points().iter().map(|z| z.sqrt()).collect();
                let _ = p.finish(&values);
            }
            let _ = (solve(&a, &b), right_divide(&b.transposed(), &a), factorize(&a));
            let _ = (inv(&a), det(&a), pinv(&a, None), rank(&a, None), cond(&a), trace(&a));
            let _ = (null(&a, None), orth(&a, None), lowrank(&a, 1));
            let _ = (bidiag(&a, true), bidiag(&a, false));
            let _ = (matrix_norm(&a, Norm::Two), matrix_norm(&a, Norm::P(0.5)));
        }
    }
}
