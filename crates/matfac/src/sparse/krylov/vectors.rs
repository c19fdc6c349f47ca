//! Passes over vectors that iterative methods are made of, without allocation.
//!
//! Where one pass needs what another has just written, both go block by block, so that the second reads the
//! first-level cache. Sums are of blocks in their order: results do not depend on threads.

use crate::linalg::Scalar;

/// Numbers of a block: 16 kilobytes of real ones.
const BLOCK: usize = 2048;

/// `y = y + a*x`.
pub(super) fn axpy<T: Scalar>(y: &mut [T], a: T, x: &[T]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// `y = x + a*y`.
pub(super) fn xpay<T: Scalar>(y: &mut [T], x: &[T], a: T) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = x + a * *y;
    }
}

/// `y = y/a` for a real number a other than 0.
pub(super) fn divide<T: Scalar>(y: &mut [T], a: f64) {
    let factor = 1.0 / a;
    if factor.is_finite() {
        y.iter_mut().for_each(|y| *y = y.scaled(factor));
    } else {
        y.iter_mut().for_each(|y| *y = y.over(T::of(a)));
    }
}

/// `y = y + a*x`, and the norm of y.
pub(super) fn axpy_norm<T: Scalar>(y: &mut [T], a: T, x: &[T]) -> f64 {
    let mut squares = 0.0;
    for (y, x) in y.chunks_mut(BLOCK).zip(x.chunks(BLOCK)) {
        axpy(y, a, x);
        squares += T::inner(y, y).real_part();
    }
    root(squares, y)
}

/// `x = x + a*p`, and whether x did not notice: `‖a*p‖ ≤ eps*‖x‖`.
pub(super) fn advance<T: Scalar>(x: &mut [T], a: T, p: &[T]) -> bool {
    let (mut before, mut step) = (0.0, 0.0);
    for (x, p) in x.chunks_mut(BLOCK).zip(p.chunks(BLOCK)) {
        axpy(x, a, p);
        before += T::inner(x, x).real_part();
        step += T::inner(p, p).real_part();
    }
    let step = step.sqrt() * a.modulus();
    step <= f64::EPSILON * before.sqrt()
}

/// The root of a sum of squares, summed again with care when it is too large or too small for them.
fn root<T: Scalar>(squares: f64, y: &[T]) -> f64 {
    if squares > 1e-250 && squares < 1e300 { squares.sqrt() } else { T::euclidean(y) }
}

/// `h[j] = v_j'*w` for the columns `v_j` of `basis`.
pub(super) fn project<T: Scalar>(basis: &[Vec<T>], w: &[T], h: &mut [T]) {
    h.fill(T::ZERO);
    for from in (0..w.len()).step_by(BLOCK) {
        let range = from..(from + BLOCK).min(w.len());
        for (v, h) in basis.iter().zip(h.iter_mut()) {
            *h += T::inner(&v[range.clone()], &w[range.clone()]);
        }
    }
}

/// `w = w - Σ h[j]*v_j`, then `again[j] = v_j'*w`, and the norm of w.
pub(super) fn remove<T: Scalar>(basis: &[Vec<T>], h: &[T], w: &mut [T], again: &mut [T]) -> f64 {
    again.fill(T::ZERO);
    let (n, mut squares) = (w.len(), 0.0);
    for from in (0..n).step_by(BLOCK) {
        let range = from..(from + BLOCK).min(n);
        let block = &mut w[range.clone()];
        for (v, &h) in basis.iter().zip(h) {
            axpy(block, -h, &v[range.clone()]);
        }
        for (v, again) in basis.iter().zip(again.iter_mut()) {
            *again += T::inner(&v[range.clone()], block);
        }
        squares += T::inner(block, block).real_part();
    }
    root(squares, w)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Random;

    #[test]
    fn blocks_are_one_pass() {
        let mut random = Random::seeded(3);
        for n in [0, 1, BLOCK - 1, BLOCK, 3 * BLOCK + 7] {
            let (x, mut y) = (random.normals(n), random.normals(n));
            let expected: Vec<f64> = x.iter().zip(&y).map(|(x, y)| y - 0.5 * x).collect();
            let norm = axpy_norm(&mut y, -0.5, &x);
            assert_eq!(y, expected);
            assert!((norm - f64::euclidean(&y)).abs() <= 1e-13 * norm);
        }
    }

    #[test]
    fn a_step_below_rounding_is_noticed() {
        let mut x = vec![1.0; 5000];
        assert!(advance(&mut x, 1e-17, &vec![1.0; 5000]));
        assert!(!advance(&mut x, 1e-10, &vec![1.0; 5000]));
    }

    #[test]
    fn removal_leaves_what_is_orthogonal() {
        let mut random = Random::seeded(9);
        let basis: Vec<Vec<f64>> = (0..3)
            .map(|k| {
                (0..5000).map(|i| if i % 3 == k { 1.0 / 1667f64.sqrt() } else { 0.0 }).collect()
            })
            .collect();
        let mut w = random.normals(5000);
        let (mut h, mut again) = ([0.0; 3], [1.0; 3]);
        project(&basis, &w, &mut h);
        let norm = remove(&basis, &h, &mut w, &mut again);
        assert!((norm - f64::euclidean(&w)).abs() < 1e-10);
        assert!(again.iter().all(|a| a.abs() < 0.1 * norm));
    }
}
