//! The double-shift QR iteration: a Hessenberg matrix becomes (quasi-)triangular by orthogonal (unitary) similarities.
//!
//! Method: a bulge of two shifts, made by a reflection of three rows at the top, is chased to the bottom; small
//! subdiagonal entries are found by the conservative test of Ahues & Tisseur. References: Francis (1961), The Computer
//! Journal 4; Golub & Van Loan (2013), §7.5; Ahues & Tisseur (1997), LAPACK Working Note 122. Cost: about 25n³ flops
//! with vectors; meant for orders up to some hundred (see [`super::multishift`]).

use super::blocks::Blocks;
use crate::linalg::Dense;

/// The smallest number whose reciprocal is far from overflow.
pub(crate) const TINY: f64 = f64::MIN_POSITIVE / f64::EPSILON;

/// Two shifts: `(h - first)*(h - second) + im²`, where `im` is not zero for a conjugate pair of a real matrix, whose
/// real part both shifts then are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shifts<T> {
    pub first: T,
    pub second: T,
    pub im: f64,
}

impl<T: Blocks> Shifts<T> {
    /// The direction of the first column of `(H - s₁)(H - s₂)` for the Hessenberg block that begins at row k.
    pub(crate) fn first_column(&self, h: &Dense<T>, k: usize) -> [T; 3] {
        let (h00, h10, h01) = (h[(k, k)], h[(k + 1, k)], h[(k, k + 1)]);
        let (h11, h21) =
            (h[(k + 1, k + 1)], if k + 2 < h.rows() { h[(k + 2, k + 1)] } else { T::ZERO });
        let size = (h00 - self.first).modulus() + self.im.abs() + h10.modulus();
        if size == 0.0 {
            return [T::ZERO; 3];
        }
        let s = 1.0 / size;
        let head =
            (h00 - self.first) * (h00 - self.second).scaled(s) + T::of(self.im * (self.im * s));
        [
            head + h10.scaled(s) * h01,
            h10.scaled(s) * (h00 + h11 - self.first - self.second),
            h10.scaled(s) * h21,
        ]
    }
}

/// A Hermitian reflection `I - τ*v*v'` of two or three neighbouring rows, v(1) = 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reflection<T> {
    v: [T; 2],
    tau: f64,
    order: usize,
}

impl<T: Blocks> Reflection<T> {
    /// The reflection that maps `x` to a multiple β of the first unit vector, and β. A third entry may be missing.
    pub(crate) fn of(x: &[T]) -> (Reflection<T>, T) {
        let order = x.len().min(3);
        let size = x.iter().map(|x| x.modulus()).fold(0.0, f64::max);
        let third = if order == 3 { x[2] } else { T::ZERO };
        if order < 2 || (x[1] == T::ZERO && third == T::ZERO) || size < f64::MIN_POSITIVE {
            return (Reflection { v: [T::ZERO; 2], tau: 0.0, order }, x[0]);
        }
        // Twice, so that the reciprocal of a tiny size cannot overflow.
        let unit = |x: T| x.scaled(1.0 / size.sqrt()).scaled(1.0 / size.sqrt());
        let parts = [unit(x[0]), unit(x[1]), unit(third)];
        let norm = parts.iter().map(|x| x.modulus() * x.modulus()).sum::<f64>().sqrt();
        let head = parts[0].modulus();
        let phase = if head == 0.0 { T::ONE } else { parts[0].scaled(1.0 / head) };
        let pivot = phase.scaled(head + norm);
        let v = [parts[1].over(pivot), parts[2].over(pivot)];
        (Reflection { v, tau: (head + norm) / norm, order }, -phase.scaled(norm * size))
    }

    /// Applies it to the rows from `k` on, in the columns `from..to`.
    pub(crate) fn rows(&self, a: &mut Dense<T>, k: usize, from: usize, to: usize) {
        let (m, tau) = (a.rows(), self.tau);
        if tau == 0.0 {
            return;
        }
        let (v1, v2) = (self.v[0], self.v[1]);
        let (w1, w2) = (v1.conjugate().scaled(tau), v2.conjugate().scaled(tau));
        let data = a.as_mut_slice();
        if self.order == 3 {
            for j in from..to {
                let x = &mut data[j * m + k..][..3];
                let sum = x[0].scaled(tau) + w1 * x[1] + w2 * x[2];
                x[0] -= sum;
                x[1] -= v1 * sum;
                x[2] -= v2 * sum;
            }
        } else {
            for j in from..to {
                let x = &mut data[j * m + k..][..2];
                let sum = x[0].scaled(tau) + w1 * x[1];
                x[0] -= sum;
                x[1] -= v1 * sum;
            }
        }
    }

    /// Applies it to the columns from `k` on, in the rows `from..to`.
    pub(crate) fn columns(&self, a: &mut Dense<T>, k: usize, from: usize, to: usize) {
        let (m, tau) = (a.rows(), self.tau);
        if tau == 0.0 {
            return;
        }
        let (v1, v2) = (self.v[0], self.v[1]);
        let (w1, w2) = (v1.conjugate(), v2.conjugate());
        let (x, rest) = a.as_mut_slice()[k * m..].split_at_mut(m);
        let (y, z) = rest.split_at_mut(m);
        let pairs = x[from..to].iter_mut().zip(&mut y[from..to]);
        if self.order == 3 {
            for ((x, y), z) in pairs.zip(&mut z[from..to]) {
                let sum = (*x + v1 * *y + v2 * *z).scaled(tau);
                *x -= sum;
                *y -= w1 * sum;
                *z -= w2 * sum;
            }
        } else {
            for (x, y) in pairs {
                let sum = (*x + v1 * *y).scaled(tau);
                *x -= sum;
                *y -= w1 * sum;
            }
        }
    }
}

/// Whether the subdiagonal entry (k, k-1) can be taken for zero.
pub(crate) fn is_negligible<T: Blocks>(h: &Dense<T>, k: usize) -> bool {
    let n = h.cols();
    let (above, here) = (h[(k - 1, k - 1)], h[(k, k)]);
    let sub = h[(k, k - 1)].modulus();
    if sub <= TINY {
        return true;
    }
    let mut size = above.modulus() + here.modulus();
    if size == 0.0 {
        size += if k >= 2 { h[(k - 1, k - 2)].modulus() } else { 0.0 };
        size += if k + 1 < n { h[(k + 1, k)].modulus() } else { 0.0 };
    }
    if sub > f64::EPSILON * size {
        return false;
    }
    let other = h[(k - 1, k)].modulus();
    let (large, small) = (sub.max(other), sub.min(other));
    let gap = (above - here).modulus();
    let (far, near) = (here.modulus().max(gap), here.modulus().min(gap));
    let sum = far + large;
    small * (large / sum) <= TINY.max(f64::EPSILON * (near * (far / sum)))
}

/// Makes the Hessenberg matrix H triangular, or quasi-triangular with standard blocks of order 2, and multiplies the
/// columns of U (as many as H has) by the same rotations; false when the iteration does not converge.
pub(crate) fn triangularize<T: Blocks>(h: &mut Dense<T>, u: &mut Dense<T>) -> bool {
    let n = h.cols();
    let mut end = n;
    let mut steps = 0;
    while end > 0 {
        let start = (1..end).rev().find(|&k| is_negligible(h, k)).unwrap_or(0);
        if start > 0 {
            h[(start, start - 1)] = T::ZERO;
        }
        if end - start <= 2 {
            if end - start == 2 {
                T::standardize(h, u, start);
            }
            end = start;
            steps = 0;
            continue;
        }
        steps += 1;
        // Three per eigenvalue are usual.
        if steps > 30 * n.max(10) {
            return false;
        }
        let shifts = choose(h, start, end, steps);
        chase(h, u, start, end, shifts);
    }
    true
}

/// The eigenvalues of the last block of order 2; now and then others, which break cycles.
fn choose<T: Blocks>(h: &Dense<T>, start: usize, end: usize, steps: usize) -> Shifts<T> {
    let at = |i: usize, j: usize| h[(i, j)];
    if steps.is_multiple_of(10) {
        let k = if steps.is_multiple_of(20) { start + 2 } else { end - 1 };
        return exceptional(h, k);
    }
    T::shifts(
        at(end - 2, end - 2),
        at(end - 2, end - 1),
        at(end - 1, end - 2),
        at(end - 1, end - 1),
    )
}

/// Shifts of about the size of the entries around row k, and unrelated to the eigenvalues there.
pub(crate) fn exceptional<T: Blocks>(h: &Dense<T>, k: usize) -> Shifts<T> {
    let size = h[(k, k - 1)].modulus() + h[(k - 1, k - 2)].modulus();
    let centre = T::of(0.75 * size) + h[(k, k)];
    T::shifts(centre, T::of(-0.4375 * size), T::of(size), centre)
}

/// One double step on the rows `start..end`.
fn chase<T: Blocks>(
    h: &mut Dense<T>,
    u: &mut Dense<T>,
    start: usize,
    end: usize,
    shifts: Shifts<T>,
) {
    let n = h.cols();
    // The bulge may begin where two small subdiagonal entries in a row keep what is above from noticing.
    let mut first = end - 3;
    let mut column = shifts.first_column(h, first);
    while first > start {
        let neighbours = h[(first - 1, first - 1)].modulus()
            + h[(first, first)].modulus()
            + h[(first + 1, first + 1)].modulus();
        let leak = h[(first, first - 1)].modulus() * (column[1].modulus() + column[2].modulus());
        if leak <= f64::EPSILON * column[0].modulus() * neighbours {
            break;
        }
        first -= 1;
        column = shifts.first_column(h, first);
    }
    for k in first..end - 1 {
        let order = (end - k).min(3);
        let reflection = if k == first {
            let (reflection, _) = Reflection::of(&column[..order]);
            if k > start {
                h[(k, k - 1)] = h[(k, k - 1)].scaled(1.0 - reflection.tau);
            }
            reflection
        } else {
            eliminate(h, k)
        };
        reflection.rows(h, k, k, n);
        reflection.columns(h, k, 0, (k + 4).min(end));
        let rows = u.rows();
        reflection.columns(u, k, 0, rows);
    }
}

/// The reflection that clears column k-1 below row k, which is cleared.
pub(crate) fn eliminate<T: Blocks>(h: &mut Dense<T>, k: usize) -> Reflection<T> {
    let below = &mut h.col_mut(k - 1)[k..];
    let order = below.len().min(3);
    let (reflection, beta) = Reflection::of(&below[..order]);
    below[0] = beta;
    below[1..order].fill(T::ZERO);
    reflection
}
