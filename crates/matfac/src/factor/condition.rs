//! Estimating ‖A⁻¹‖₁ from a few solves with a factored A.
//!
//! Method: Hager's ascent on ‖A⁻¹x‖₁ over the unit 1-ball, with Higham's safeguard vector.
//! Reference: Higham (1988), ACM TOMS 14(4), algorithm 4.1. Cost: at most 11 solves, O(n²) each. The
//! estimate is a lower bound, in practice within a factor of 3.

use crate::linalg::Scalar;

/// A lower bound of ‖A⁻¹‖₁; `solve` overwrites x with `A⁻¹x`, `solve_adjoint` with the conjugate transpose's `A⁻ᴴx`.
pub(crate) fn inverse_one_norm<T: Scalar>(
    n: usize,
    mut solve: impl FnMut(&mut [T]),
    mut solve_adjoint: impl FnMut(&mut [T]),
) -> f64 {
    if n == 0 {
        return 0.0;
    }
    let sum = |x: &[T]| x.iter().map(|v| v.modulus()).sum::<f64>();
    let mut x = vec![T::of(1.0 / n as f64); n];
    solve(&mut x);
    let mut estimate = sum(&x);
    if n == 1 {
        return estimate;
    }
    let mut signs: Vec<T> = x.iter().map(|&v| v.sign()).collect();
    x.copy_from_slice(&signs);
    solve_adjoint(&mut x);
    let mut previous = usize::MAX;
    for _ in 0..4 {
        let best = largest(&x);
        if previous != usize::MAX && x[previous].modulus() >= x[best].modulus() {
            break;
        }
        previous = best;
        x.fill(T::ZERO);
        x[best] = T::ONE;
        solve(&mut x);
        let norm = sum(&x);
        let repeated = x.iter().zip(&signs).all(|(&v, &s)| v.sign() == s);
        if repeated || norm <= estimate || norm.is_nan() {
            estimate = if norm.is_nan() { f64::INFINITY } else { estimate.max(norm) };
            break;
        }
        estimate = norm;
        signs.iter_mut().zip(&x).for_each(|(s, &v)| *s = v.sign());
        x.copy_from_slice(&signs);
        solve_adjoint(&mut x);
    }
    for (i, v) in x.iter_mut().enumerate() {
        let size = 1.0 + i as f64 / (n - 1) as f64;
        *v = T::of(if i % 2 == 0 { size } else { -size });
    }
    solve(&mut x);
    let safeguard = 2.0 * sum(&x) / (3.0 * n as f64);
    if safeguard.is_nan() { f64::INFINITY } else { estimate.max(safeguard) }
}

fn largest<T: Scalar>(x: &[T]) -> usize {
    let mut best = 0;
    for (i, v) in x.iter().enumerate() {
        if v.modulus() > x[best].modulus() {
            best = i;
        }
    }
    best
}

/// `1 / (‖A‖ ‖A⁻¹‖)`: infinite for a matrix without entries, as in Octave.
pub(crate) fn rcond_from(n: usize, norm: f64, inverse_norm: f64) -> f64 {
    if n == 0 {
        return f64::INFINITY;
    }
    let rcond = (1.0 / norm) / inverse_norm;
    if rcond.is_finite() { rcond.min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::lu::PackedLu;
    use super::super::testdata::random;
    use crate::Matrix;

    #[test]
    fn the_estimate_is_a_close_lower_bound() {
        for seed in 0..30 {
            let n = 1 + seed as usize;
            let a = random(n, n, seed);
            let f = PackedLu::new(a.clone());
            let mut inverse = Matrix::identity(n);
            f.solve_in_place(inverse.view_mut());
            let exact = 1.0 / (a.one_norm() * inverse.one_norm());
            let ratio = f.rcond() / exact;
            assert!((0.999..4.0).contains(&ratio), "n = {n}: {ratio}");
        }
    }
}
