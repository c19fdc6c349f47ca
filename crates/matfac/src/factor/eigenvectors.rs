//! Eigenvectors from a Schur form, `T*X = X*D`, by back substitution.
//!
//! Method: all vectors together, a block of rows after the other from the bottom, so that most of the work is products.
//! A divisor that vanishes, as those of defective matrices do, is replaced by one of the size of rounding errors, and a
//! vector that grows too much is scaled down on the way. Conjugate pairs of a real form take two real columns, real and
//! imaginary part. References: Golub & Van Loan (2013), §7.6.4; Gates, Haidar & Dongarra (2014), VECPAR, for the
//! blocking. Cost: n³/3 flops.

use super::blocks::{Blocks, orders};
use super::francis::TINY;
use crate::linalg::par::{self, Op, par};
use crate::linalg::{Dense, Scalar, c64};
use faer::Accum;
use faer::linalg::matmul::matmul;

/// Rows of a block.
const ROWS: usize = 32;
/// A component beyond this makes its vector be scaled down.
const LARGE: f64 = 1e100;

/// A vector in progress: its eigenvalue, the row of its diagonal block, and its columns (1, or 2 for a pair).
struct Target {
    value: c64,
    first: usize,
    order: usize,
}

/// The eigenvectors of an upper (quasi-)triangular matrix with entries of ordinary size. Column j, or the columns j and
/// j+1 of a pair, belong to the diagonal block there, and to its eigenvalue with positive imaginary part.
pub(crate) fn right<T: Blocks>(t: &Dense<T>) -> Dense<T> {
    let n = t.cols();
    let mut x = Dense::from_fn(n, n, |_, _| T::ZERO);
    let values = T::values(t);
    let mut targets: Vec<Target> = Vec::new();
    for order in orders(t) {
        let first = targets.last().map_or(0, |b| b.first + b.order);
        targets.push(Target { value: values[first], first, order });
    }
    // A vector and a diagonal block of T for each entry of `targets`.
    let mut last = targets.len();
    while last > 0 {
        let bottom = targets[last - 1].first + targets[last - 1].order;
        let mut block = last;
        while block > 0 && bottom - targets[block - 1].first <= ROWS {
            block -= 1;
        }
        let top = targets[block].first;
        for (k, target) in targets.iter().enumerate().skip(block) {
            if k < last {
                start(t, &mut x, target, top);
            }
            for row in targets[block..last.min(k)].iter().rev() {
                solve_row(t, &mut x, target, row, top);
            }
        }
        if top > 0 {
            let (rows, cols) = (bottom - top, n - top);
            let known = Dense::from_view(x.view().submatrix(top, top, rows, cols));
            matmul(
                x.view_mut().submatrix_mut(0, top, top, cols),
                Accum::Add,
                t.view().submatrix(0, top, top, rows),
                known.view(),
                -T::ONE,
                par(Op::Product, par::order(&[top, rows, cols])),
            );
        }
        last = block;
    }
    x
}

/// The left eigenvectors, `Y'*T = D*Y'`: those of the transposed matrix, read from below.
pub(crate) fn left<T: Blocks>(t: &Dense<T>) -> Dense<T> {
    let n = t.cols();
    let reversed = Dense::from_fn(n, n, |i, j| t[(n - 1 - j, n - 1 - i)].conjugate());
    let x = right(&reversed);
    let mut y = Dense::from_fn(n, n, |i, j| x[(n - 1 - i, n - 1 - j)]);
    let mut j = 0;
    for order in orders(t) {
        if order == 2 {
            // The columns of a pair change places; the eigenvalue of T' is the conjugate one.
            let data = &mut y.as_mut_slice()[j * n..(j + 2) * n];
            let (re, im) = data.split_at_mut(n);
            re.swap_with_slice(im);
            im.iter_mut().for_each(|x| *x = -*x);
        }
        j += order;
    }
    y
}

/// The components of a vector in the rows of its own diagonal block.
fn start<T: Blocks>(t: &Dense<T>, x: &mut Dense<T>, target: &Target, top: usize) {
    let j = target.first;
    if target.order == 1 {
        x[(j, j)] = T::ONE;
    } else {
        let at = |r: usize, c: usize| t[(j + r, j + c)].complex();
        let above = [at(0, 1), target.value - at(0, 0)];
        let below = [target.value - at(1, 1), at(1, 0)];
        let size = |v: [c64; 2]| v[0].modulus() + v[1].modulus();
        let v = if size(above) >= size(below) { above } else { below };
        put(x, target, j, v[0].scaled(1.0 / size(v)));
        put(x, target, j + 1, v[1].scaled(1.0 / size(v)));
    }
    spread(t, x, target, target, top);
}

/// Takes the part of the components in the rows of `row` from the rows between `top` and those.
fn spread<T: Blocks>(t: &Dense<T>, x: &mut Dense<T>, target: &Target, row: &Target, top: usize) {
    let n = x.rows();
    for i in row.first..row.first + row.order {
        let column = &t.col(i)[top..row.first];
        for j in target.first..target.first + target.order {
            let part = x[(i, j)];
            let above = &mut x.as_mut_slice()[j * n..][top..row.first];
            above.iter_mut().zip(column).for_each(|(x, &t)| *x -= t * part);
        }
    }
}

/// Solves for the components in the rows of `row`.
fn solve_row<T: Blocks>(t: &Dense<T>, x: &mut Dense<T>, target: &Target, row: &Target, top: usize) {
    let (i, value) = (row.first, target.value);
    let floor = (f64::EPSILON * (value.re.abs() + value.im.abs())).max(TINY);
    let known = [get(x, target, i), get(x, target, i + row.order - 1)];
    let size = known[0].modulus().max(known[1].modulus());
    let at =
        |r: usize, c: usize| t[(i + r, i + c)].complex() - if r == c { value } else { c64::ZERO };
    let (solution, divisor) = if row.order == 1 {
        let divisor = at_least(at(0, 0), floor);
        ([known[0], c64::ZERO], divisor)
    } else {
        solve_pair([at(0, 0), at(0, 1), at(1, 0), at(1, 1)], known, floor)
    };
    // The quotient must not overflow.
    let limit = LARGE * divisor.modulus().min(1.0);
    let factor = if size > limit { limit / size } else { 1.0 };
    if factor < 1.0 {
        for j in target.first..target.first + target.order {
            x.col_mut(j).iter_mut().for_each(|x| *x = x.scaled(factor));
        }
    }
    for (r, z) in solution.into_iter().take(row.order).enumerate() {
        put(x, target, i + r, z.scaled(factor).over(divisor));
    }
    spread(t, x, target, row, top);
}

pub(crate) fn at_least(z: c64, floor: f64) -> c64 {
    if z.modulus() < floor { c64::new(floor, 0.0) } else { z }
}

/// The solution of `[a b; c d]*z = r`, times the divisor that is returned with it, by elimination from the larger row.
pub(crate) fn solve_pair([a, b, c, d]: [c64; 4], r: [c64; 2], floor: f64) -> ([c64; 2], c64) {
    let (pivot, other, r) = if a.modulus() >= c.modulus() {
        ([a, b], [c, d], r)
    } else {
        ([c, d], [a, b], [r[1], r[0]])
    };
    let head = at_least(pivot[0], floor);
    let ratio = other[0].over(head);
    let divisor = at_least(other[1] - ratio * pivot[1], floor);
    let second = r[1] - ratio * r[0];
    ([(r[0] * divisor - pivot[1] * second).over(head), second], divisor)
}

fn get<T: Blocks>(x: &Dense<T>, target: &Target, i: usize) -> c64 {
    let re = x[(i, target.first)].complex();
    if target.order == 1 { re } else { c64::new(re.re, x[(i, target.first + 1)].real_part()) }
}

fn put<T: Blocks>(x: &mut Dense<T>, target: &Target, i: usize, value: c64) {
    if target.order == 1 {
        x[(i, target.first)] = T::narrowed(value);
    } else {
        x[(i, target.first)] = T::of(value.re);
        x[(i, target.first + 1)] = T::of(value.im);
    }
}

#[cfg(test)]
mod tests {
    use super::super::schur::{schur, schur_complex};
    use super::super::testdata::{distance, random, random_complex};
    use super::*;
    use crate::linalg::product::times;

    #[test]
    fn vectors_of_triangles() {
        for n in [0, 1, 2, 3, 33, 80] {
            let t = schur_complex(&random_complex(n, n, 4)).unwrap().t;
            let (x, y) = (right(&t), left(&t));
            let tx = times(&t, false, &x, false).unwrap();
            let ty = times(&t, true, &y, false).unwrap();
            let xd = Dense::from_fn(n, n, |i, j| x[(i, j)] * t[(j, j)]);
            let yd = Dense::from_fn(n, n, |i, j| y[(i, j)] * t[(j, j)].conj());
            assert!(distance(&tx, &xd) <= 1e-13 * x.largest() * (n + 1) as f64);
            assert!(distance(&ty, &yd) <= 1e-13 * y.largest() * (n + 1) as f64);
        }
    }

    #[test]
    fn a_conjugate_pair_takes_two_columns() {
        let f = schur(&random(8, 8, 1)).unwrap();
        let (x, values) = (right(&f.t), f.values());
        let j = values.iter().position(|z| z.im > 0.0).unwrap();
        for i in 0..8 {
            let tx = |c: usize| (0..8).map(|k| f.t[(i, k)] * x[(k, c)]).sum::<f64>();
            let (re, im) = (values[j].re, values[j].im);
            assert!((tx(j) - re * x[(i, j)] + im * x[(i, j + 1)]).abs() < 1e-12);
            assert!((tx(j + 1) - re * x[(i, j + 1)] - im * x[(i, j)]).abs() < 1e-12);
        }
    }

    #[test]
    fn long_jordan_blocks_do_not_overflow() {
        for diagonal in [0.0, 1.0] {
            let n = 100;
            let t = crate::Matrix::from_fn(n, n, |i, j| match j.wrapping_sub(i) {
                0 => diagonal,
                1 => 1.0,
                _ => 0.0,
            });
            for x in [right(&t), left(&t)] {
                assert!(x.as_slice().iter().all(|v| v.is_finite()));
                assert!((0..n).all(|j| x.col(j).iter().any(|&v| v != 0.0)));
            }
        }
    }
}
