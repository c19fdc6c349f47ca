//! The QR iteration for large Hessenberg matrices: many shifts in one sweep, and early deflation.
//!
//! Method: chains of bulges, three rows apart, are chased through windows along the diagonal; the rotations of a window
//! are collected in a small orthogonal matrix, which is then applied to the rest by products. Before each sweep the
//! Schur form of the last rows shows which eigenvalues have converged long before the subdiagonal does, and gives the
//! next shifts. References: Braman, Byers & Mathias (2002), SIAM J. Matrix Anal. Appl. 23, parts I and II. Cost: about
//! 20n³ flops with vectors, most of them in products.

use super::blocks::{Blocks, exchange, householder, reflect_columns, reflect_rows};
use super::francis::{self, Reflection, Shifts, TINY, eliminate, exceptional, is_negligible};
use crate::linalg::Dense;
use crate::linalg::par::{Op, order, par};
use faer::linalg::matmul::matmul_with_conj;
use faer::{Accum, Conj, MatMut};

/// Up to this order the plain iteration is faster.
const SMALL: usize = 75;

/// Makes the Hessenberg matrix T (quasi-)triangular, as [`francis::triangularize`] does, and multiplies the columns of
/// U by the same rotations; false when the iteration does not converge. Without rows in U only the diagonal blocks of T
/// come out right, in half the time.
pub(crate) fn triangularize<T: Blocks>(t: &mut Dense<T>, u: &mut Dense<T>) -> bool {
    let n = t.cols();
    if n <= SMALL {
        return francis::triangularize(t, u);
    }
    let mut end = n;
    let mut stagnation = 0;
    let mut steps = 0;
    while end > 0 {
        let start = (1..end).rev().find(|&k| is_negligible(t, k)).unwrap_or(0);
        if start > 0 {
            t[(start, start - 1)] = T::ZERO;
        }
        let size = end - start;
        if size <= SMALL {
            let mut window = Window::new(t, start, end);
            if !francis::triangularize(&mut window.h, &mut window.q) {
                return false;
            }
            window.put_back(t, u, start, end);
            (end, stagnation) = (start, 0);
            continue;
        }
        steps += 1;
        if steps > 30 * n {
            return false;
        }
        let pairs = pairs_for(size);
        // A wider look where narrow ones found nothing.
        let width = (2 * pairs + pairs / 2) << (stagnation / 5).min(3);
        let Some((deflated, mut shifts)) = deflate(t, u, start, end, width.min(size / 3)) else {
            return false;
        };
        end -= deflated;
        stagnation = if deflated > 0 { 0 } else { stagnation + 1 };
        if 100 * deflated > 14 * width || end - start <= SMALL {
            continue;
        }
        if stagnation > 0 && stagnation % 6 == 0 {
            shifts = (0..pairs).map(|k| exceptional(t, end - 1 - 2 * k)).collect();
        }
        let last = shifts.len().saturating_sub(pairs);
        sweep(t, u, start, end, &shifts[last..]);
    }
    true
}

/// How many bulges a sweep has.
fn pairs_for(size: usize) -> usize {
    match size {
        0..150 => 5,
        150..300 => 8,
        300..600 => 16,
        600..1500 => 24,
        1500..3000 => 32,
        _ => 64,
    }
}

/// Rows and columns `start..end` of a matrix, worked on apart, and the similarity collected.
struct Window<T> {
    h: Dense<T>,
    q: Dense<T>,
    start: usize,
}

impl<T: Blocks> Window<T> {
    fn new(t: &Dense<T>, start: usize, end: usize) -> Window<T> {
        let n = end - start;
        let h = Dense::from_view(t.view().submatrix(start, start, n, n));
        Window { h, q: Dense::identity(n), start }
    }

    /// Writes the block back and applies the similarity to the rest of T and to U; to the rows and columns
    /// `first..last` of T only, when no U is wanted.
    fn put_back(self, t: &mut Dense<T>, u: &mut Dense<T>, first: usize, last: usize) {
        let (start, size) = (self.start, self.h.cols());
        let (first, last) = if u.rows() == 0 { (first, last) } else { (0, t.cols()) };
        let end = start + size;
        let q = &self.q;
        times_left(q, t.view_mut().submatrix_mut(start, end, size, last - end));
        times_right(t.view_mut().submatrix_mut(first, start, start - first, size), q);
        let rows = u.rows();
        times_right(u.view_mut().submatrix_mut(0, start, rows, size), q);
        t.view_mut().submatrix_mut(start, start, size, size).copy_from(self.h.view());
    }
}

/// `A ← Q'*A`
fn times_left<T: Blocks>(q: &Dense<T>, a: MatMut<'_, T>) {
    let old = Dense::from_view(a.as_ref());
    let threads = par(Op::Product, order(&[a.nrows(), a.nrows(), a.ncols()]));
    let left = q.view().transpose();
    matmul_with_conj(a, Accum::Replace, left, Conj::Yes, old.view(), Conj::No, T::ONE, threads);
}

/// `A ← A*Q`
fn times_right<T: Blocks>(a: MatMut<'_, T>, q: &Dense<T>) {
    let old = Dense::from_view(a.as_ref());
    let threads = par(Op::Product, order(&[a.nrows(), a.ncols(), a.ncols()]));
    matmul_with_conj(a, Accum::Replace, old.view(), Conj::No, q.view(), Conj::No, T::ONE, threads);
}

/// One sweep of as many bulges as there are pairs of shifts, through the rows `start..end`.
fn sweep<T: Blocks>(
    t: &mut Dense<T>,
    u: &mut Dense<T>,
    start: usize,
    end: usize,
    shifts: &[Shifts<T>],
) {
    // A bulge is where its next reflection begins; those that wait are at `start`, those that are through at `end - 1`.
    let count = shifts.len();
    let mut places = vec![start; count];
    let mut started = 0;
    let length = 6 * count + 8;
    while places.last().is_some_and(|&p| p < end - 1) {
        let first = places[count - 1];
        // The column before the last bulge belongs to it.
        let top = if started < count { start } else { first - 1 };
        let bottom = (top + length).min(end);
        let mut window = Window::new(t, top, bottom);
        let (h, q) = (&mut window.h, &mut window.q);
        for i in 0..count {
            while places[i] < end - 1 {
                let here = places[i];
                let is_free = i == 0 || places[i - 1] == end - 1 || here + 4 <= places[i - 1];
                if !is_free || (here + 4 > bottom && bottom < end) {
                    break;
                }
                let k = here - top;
                let reflection = if i >= started {
                    started = i + 1;
                    Reflection::of(&shifts[i].first_column(h, k)).0
                } else {
                    eliminate(h, k)
                };
                let (size, rows) = (h.cols(), h.rows());
                reflection.rows(h, k, k, size);
                reflection.columns(h, k, 0, (k + 4).min(rows));
                reflection.columns(q, k, 0, rows);
                places[i] += 1;
            }
        }
        window.put_back(t, u, start, end);
    }
}

/// Deflates what has converged in the last `width` rows of `start..end`: how many eigenvalues, and shifts from those
/// that have not. Nothing when their iteration does not converge.
fn deflate<T: Blocks>(
    t: &mut Dense<T>,
    u: &mut Dense<T>,
    start: usize,
    end: usize,
    width: usize,
) -> Option<(usize, Vec<Shifts<T>>)> {
    let top = end - width;
    let spike = if top == start { T::ZERO } else { t[(top, top - 1)] };
    let mut window = Window::new(t, top, end);
    if !francis::triangularize(&mut window.h, &mut window.q) {
        return None;
    }
    let left = separate(&mut window, spike.modulus());
    let shifts = T::all_shifts(&window.h, left);
    if left == width && spike != T::ZERO {
        return Some((0, shifts));
    }
    if left > 1 && spike != T::ZERO {
        restore(&mut window, left);
    }
    if top > start {
        t[(top, top - 1)] = if left == 0 { T::ZERO } else { spike * window.q[(0, 0)].conjugate() };
    }
    window.put_back(t, u, start, end);
    Some((width - left, shifts))
}

/// Moves the eigenvalues that have not converged to the top, and counts them.
fn separate<T: Blocks>(window: &mut Window<T>, spike: f64) -> usize {
    let (h, q) = (&mut window.h, &mut window.q);
    let mut left = h.cols();
    let mut kept = 0;
    while kept < left {
        let j = left - 1;
        let order = if j > 0 && h[(j, j - 1)] != T::ZERO { 2 } else { 1 };
        let mut size = h[(j, j)].modulus();
        let mut reach = q[(0, j)].modulus();
        if order == 2 {
            size += h[(j, j - 1)].modulus().sqrt() * h[(j - 1, j)].modulus().sqrt();
            reach = reach.max(q[(0, j - 1)].modulus());
        }
        let size = if size == 0.0 { spike } else { size };
        if spike * reach <= TINY.max(f64::EPSILON * size) {
            left -= order;
        } else if raise(h, q, left - order, order, kept) {
            kept += order;
        } else {
            // Too close to its neighbour to pass it: what is above stays.
            break;
        }
    }
    left
}

/// Moves the block of this order at row j up to row `to`.
fn raise<T: Blocks>(h: &mut Dense<T>, q: &mut Dense<T>, j: usize, order: usize, to: usize) -> bool {
    let mut j = j;
    while j > to {
        let above = if j >= 2 && h[(j - 1, j - 2)] != T::ZERO { 2 } else { 1 };
        if !exchange(h, q, j - above, above, order) {
            return false;
        }
        // Rounding may have made two numbers of a pair, which then are not moved further.
        if order == 2 && h[(j - above + 1, j - above)] == T::ZERO {
            return j - above <= to;
        }
        j -= above;
    }
    true
}

/// Hessenberg form again, after the first `left` rows lost it to the spike.
fn restore<T: Blocks>(window: &mut Window<T>, left: usize) {
    let (h, q) = (&mut window.h, &mut window.q);
    let n = h.cols();
    let spike: Vec<T> = (0..left).map(|j| q[(0, j)].conjugate()).collect();
    let mut reflect = |h: &mut Dense<T>, v: &[T], tau: f64, k: usize, from: usize| {
        reflect_rows(h, v, tau, k, from..n);
        reflect_columns(h, v, tau, k, 0..left);
        reflect_columns(q, v, tau, k, 0..n);
    };
    let (v, tau, _) = householder(&spike);
    reflect(h, &v, tau, 0, 0);
    for k in 1..left.saturating_sub(1) {
        let (v, tau, beta) = householder(&h.col(k - 1)[k..left]);
        reflect(h, &v, tau, k, k);
        h[(k, k - 1)] = beta;
        h.col_mut(k - 1)[k + 1..left].fill(T::ZERO);
    }
}
