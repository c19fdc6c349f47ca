//! Estimating ‖A⁻¹‖₁ from a few solves with a factored A.
//!
//! Method: Hager's ascent on ‖A⁻¹x‖₁ over the unit 1-ball, with Higham's safeguard vector.
//! Reference: Higham (1988), ACM TOMS 14(4), algorithm 4.1. Cost: at most 11 solves, O(n²) each. The
//! estimate is a lower bound, in practice within a factor of 3.

/// A lower bound of ‖A⁻¹‖₁; `solve` overwrites x with `A⁻¹x`, `solve_transposed` with `A⁻ᵀx`.
pub fn inverse_one_norm(
    n: usize,
    mut solve: impl FnMut(&mut [f64]),
    mut solve_transposed: impl FnMut(&mut [f64]),
) -> f64 {
    if n == 0 {
        return 0.0;
    }
    let sum = |x: &[f64]| x.iter().map(|v| v.abs()).sum::<f64>();
    let sign = |v: f64| if v < 0.0 { -1.0 } else { 1.0 };
    let mut x = vec![1.0 / n as f64; n];
    solve(&mut x);
    let mut estimate = sum(&x);
    if n == 1 {
        return estimate;
    }
    let mut signs: Vec<f64> = x.iter().map(|&v| sign(v)).collect();
    x.copy_from_slice(&signs);
    solve_transposed(&mut x);
    let mut previous = usize::MAX;
    for _ in 0..4 {
        let best = largest(&x);
        if previous != usize::MAX && x[previous].abs() >= x[best].abs() {
            break;
        }
        previous = best;
        x.fill(0.0);
        x[best] = 1.0;
        solve(&mut x);
        let norm = sum(&x);
        let repeated = x.iter().zip(&signs).all(|(&v, &s)| sign(v) == s);
        if repeated || norm <= estimate || norm.is_nan() {
            estimate = if norm.is_nan() { f64::INFINITY } else { estimate.max(norm) };
            break;
        }
        estimate = norm;
        signs.iter_mut().zip(&x).for_each(|(s, &v)| *s = sign(v));
        x.copy_from_slice(&signs);
        solve_transposed(&mut x);
    }
    for (i, v) in x.iter_mut().enumerate() {
        let size = 1.0 + i as f64 / (n - 1) as f64;
        *v = if i % 2 == 0 { size } else { -size };
    }
    solve(&mut x);
    let safeguard = 2.0 * sum(&x) / (3.0 * n as f64);
    if safeguard.is_nan() { f64::INFINITY } else { estimate.max(safeguard) }
}

fn largest(x: &[f64]) -> usize {
    let mut best = 0;
    for (i, v) in x.iter().enumerate() {
        if v.abs() > x[best].abs() {
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
    use crate::linalg::norm::one_norm;

    #[test]
    fn the_estimate_is_a_close_lower_bound() {
        for seed in 0..30 {
            let n = 1 + seed as usize;
            let a = random(n, n, seed);
            let f = PackedLu::new(a.clone()).unwrap();
            let exact = 1.0 / (one_norm(&a) * one_norm(&f.solve(&Matrix::identity(n))));
            let ratio = f.rcond() / exact;
            assert!((0.999..4.0).contains(&ratio), "n = {n}: {ratio}");
        }
    }
}
