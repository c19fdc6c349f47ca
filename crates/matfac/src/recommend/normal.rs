//! Small symmetric systems in single precision: sums of outer products, and their solution by Cholesky.
//!
//! A matrix of order 16 m is kept as rows of m [`Line`]s of which the upper triangle counts. Both the sums and the
//! Cholesky factorization `A = U'U` (blocked by 16 rows; Golub and Van Loan 2013, §4.2) are updates `A += W'G` of
//! tiles held in registers, which run at the speed of the processor's fused multiplications.

use super::lanes::Lanes;
use super::line::{Line, WIDTH, flat, flat_mut};

/// `A += W'G` for the tiles of the upper triangle from line `from` on; `w` and `g` have rows of `lines` lines, and
/// the rows of `a` begin with number `16 · from` of the matrix.
#[inline(always)]
pub(super) fn add_products<L: Lanes, const T: usize>(
    a: &mut [Line],
    lines: usize,
    from: usize,
    w: &[Line],
    g: &[Line],
) {
    for column in from..lines {
        for top in (from * WIDTH..(column + 1) * WIDTH).step_by(T) {
            let at = |t: usize| (top - from * WIDTH + t) * lines + column;
            let mut sums: [L; T] = std::array::from_fn(|t| L::load(&a[at(t)]));
            for (w, g) in w.chunks_exact(lines).zip(g.chunks_exact(lines)) {
                let y = L::load(&g[column]);
                let w = &flat(w)[top..top + T];
                for t in 0..T {
                    sums[t] = L::splat(w[t]).times_plus(y, sums[t]);
                }
            }
            for (t, sum) in sums.into_iter().enumerate() {
                sum.store(&mut a[at(t)]);
            }
        }
    }
}

/// The factor U of `A = U'U` in place of the upper triangle, and `1 / U_ii` in `inverse`.
///
/// Without a penalty A may be singular. A vanishing pivot then drops its unknown: row and inverse are zero.
#[inline(always)]
pub(super) fn factor<L: Lanes, const T: usize>(
    a: &mut [Line],
    lines: usize,
    inverse: &mut [Line],
    room: &mut [Line],
) {
    /// A pivot is nothing when this fraction of it is left.
    const NOTHING: f32 = 2e-6;
    let inverse = flat_mut(inverse);
    for (n, size) in inverse[..lines * WIDTH].iter_mut().enumerate() {
        *size = flat(&a[n * lines..(n + 1) * lines])[n];
    }
    for block in 0..lines {
        let first = block * WIDTH;
        for p in first..first + WIDTH {
            let (done, below) = a.split_at_mut((p + 1) * lines);
            let row = &mut done[p * lines + block..];
            let pivot = row[0].0[p - first];
            let scale = if pivot > NOTHING * inverse[p] { 1.0 / pivot.sqrt() } else { 0.0 };
            inverse[p] = scale;
            for line in row.iter_mut() {
                L::load(line).times_plus(L::splat(scale), L::splat(0.0)).store(line);
            }
            row[0].0[..p - first].fill(0.0);
            for (n, other) in below.chunks_exact_mut(lines).take(first + WIDTH - p - 1).enumerate()
            {
                let by = L::splat(-row[0].0[p + 1 + n - first]);
                for (line, x) in other[block..].iter_mut().zip(row.iter()) {
                    L::load(x).times_plus(by, L::load(line)).store(line);
                }
            }
        }
        let (panel, rest) = a.split_at_mut((first + WIDTH) * lines);
        let panel = &panel[first * lines..];
        let negative = &mut room[..panel.len()];
        for (x, y) in negative.iter_mut().zip(panel) {
            L::load(y).times_plus(L::splat(-1.0), L::splat(0.0)).store(x);
        }
        add_products::<L, T>(rest, lines, block + 1, negative, panel);
    }
}

/// Solves `U'U x = b` in place of `b`.
#[inline(always)]
pub(super) fn solve<L: Lanes>(u: &[Line], lines: usize, inverse: &[Line], b: &mut [Line]) {
    let inverse = flat(inverse);
    for (p, row) in u.chunks_exact(lines).enumerate() {
        let block = p / WIDTH;
        let x = flat(b)[p] * inverse[p];
        let by = L::splat(-x);
        for (line, y) in b[block..].iter_mut().zip(&row[block..]) {
            L::load(y).times_plus(by, L::load(line)).store(line);
        }
        flat_mut(b)[p] = x;
    }
    for (p, row) in u.chunks_exact(lines).enumerate().rev() {
        let block = p / WIDTH;
        let mut rest = L::splat(0.0);
        for (line, y) in b[block + 1..].iter().zip(&row[block + 1..]) {
            rest = L::load(y).times_plus(L::load(line), rest);
        }
        let own = p % WIDTH;
        let (line, y) = (&b[block].0, &row[block].0);
        let near: f32 = (own + 1..WIDTH).map(|n| line[n] * y[n]).sum();
        b[block].0[own] = (line[own] - near - rest.sum()) * inverse[p];
    }
}

/// The sum of products of two rows.
#[inline(always)]
pub(super) fn dot<L: Lanes>(x: &[Line], y: &[Line]) -> f32 {
    let mut sum = L::splat(0.0);
    for (x, y) in x.iter().zip(y) {
        sum = L::load(x).times_plus(L::load(y), sum);
    }
    sum.sum()
}

#[cfg(test)]
mod tests {
    use super::super::widest::widest;
    use super::*;
    use crate::linalg::Random;

    #[inline(always)]
    fn solved<L: Lanes, const T: usize>(a: &mut [Line], lines: usize, b: &mut [Line]) {
        let mut inverse = vec![Line::ZERO; lines];
        let mut room = vec![Line::ZERO; WIDTH * lines];
        factor::<L, T>(a, lines, &mut inverse, &mut room);
        solve::<L>(a, lines, &inverse, b);
    }
    #[inline(always)]
    fn summed<L: Lanes, const T: usize>(a: &mut [Line], lines: usize, g: &[Line]) {
        add_products::<L, T>(a, lines, 0, g, g);
    }
    widest! { fn solve_widest(a: &mut [Line], lines: usize, b: &mut [Line]) = solved; }
    widest! { fn sum_widest(a: &mut [Line], lines: usize, g: &[Line]) = summed; }

    /// `G'G + I` for a random G, the vector of all ones times it, and the two solutions.
    fn check(
        sum: impl Fn(&mut [Line], usize, &[Line]),
        solve: impl Fn(&mut [Line], usize, &mut [Line]),
    ) {
        let (lines, count) = (3, 70);
        let n = lines * WIDTH;
        let mut random = Random::seeded(1);
        let mut g = vec![Line::ZERO; count * lines];
        flat_mut(&mut g).iter_mut().for_each(|x| *x = random.normal() as f32);
        let mut a = vec![Line::ZERO; n * lines];
        sum(&mut a, lines, &g);
        let value = |i: usize, j: usize| -> f64 {
            flat(&g).chunks(n).map(|row| f64::from(row[i]) * f64::from(row[j])).sum()
        };
        for (i, j) in [(0, 0), (3, 40), (17, 18), (47, 47)] {
            assert!((f64::from(flat(&a)[i * n + j]) - value(i, j)).abs() < 1e-3);
        }
        (0..n).for_each(|i| flat_mut(&mut a)[i * n + i] += 1.0);
        let mut b = vec![Line::ZERO; lines];
        for i in 0..n {
            flat_mut(&mut b)[i] = (0..n).map(|j| value(i, j) as f32).sum::<f32>() + 1.0;
        }
        solve(&mut a, lines, &mut b);
        assert!(flat(&b).iter().all(|x| (x - 1.0).abs() < 1e-3), "{b:?}");
    }

    #[test]
    fn sums_and_solutions_of_every_kind_of_register() {
        use super::super::lanes::Plain;
        check(sum_widest, solve_widest);
        check(summed::<Plain, 2>, solved::<Plain, 2>);
    }

    #[test]
    fn a_vanishing_pivot_drops_its_unknown() {
        let mut a = vec![Line::ZERO; WIDTH];
        for (i, j) in [(0, 0), (0, 1), (1, 1)] {
            a[i].0[j] = 4.0;
        }
        a[2].0[2] = 2.0;
        let mut b = vec![Line::ZERO; 1];
        b[0].0[..3].copy_from_slice(&[8.0, 8.0, 6.0]);
        solve_widest(&mut a, 1, &mut b);
        let expected = [2.0, 0.0, 3.0, 0.0];
        assert!(b[0].0.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-5), "{b:?}");
    }
}
