//! Non-negative least squares with many right-hand sides, exactly: block principal pivoting.
//!
//! The optimality conditions of `min ‖C*x - b‖, x ≥ 0` split the variables into passive ones, which are free, and active
//! ones, which are zero. All variables that violate their condition change sides at once; when that does not reduce their
//! number, the last of them alone does. Right-hand sides with the same passive set share one Cholesky factorization of the
//! normal equations. Cost: about k³/3 flops for each passive set and k² for each right-hand side, a few rounds. Reference:
//! Kim & Park (2011), SIAM Journal on Scientific Computing 33.

use super::hals::Terms;
use crate::linalg::Matrix;
use crate::linalg::simd::clean;
use rayon::prelude::*;

/// Rows of a task.
const TASK: usize = 256;
/// Exchanges of whole blocks that may fail to help before variables change sides one at a time.
const PATIENCE: u32 = 3;
/// What counts as a violation, relative to the largest number of its kind.
const SLACK: f64 = 1e-12;

/// Replaces each row x of a factor (r×k) by the minimizer of `x*G*x'/2 - p*x'` with the terms, p the row of `product`; the
/// squared projected gradient before.
pub(super) fn update(factor: &mut Matrix, product: &Matrix, gram: &Matrix, terms: Terms) -> f64 {
    let k = factor.cols();
    if k == 0 {
        return 0.0;
    }
    let (mut x, p) = (rows_of(factor), rows_of(product));
    let work = |(x, p): (&mut [f64], &[f64])| {
        clean();
        solve(gram.as_slice(), p, x, k, terms)
    };
    let parts = x.par_chunks_mut(TASK * k).zip(p.par_chunks(TASK * k));
    let gradients: Vec<f64> = parts.map(work).collect();
    for j in 0..k {
        let rows = x.chunks_exact(k);
        factor.col_mut(j).iter_mut().zip(rows).for_each(|(to, row)| *to = row[j]);
    }
    gradients.iter().sum()
}

/// Row after row.
pub(super) fn rows_of(a: &Matrix) -> Vec<f64> {
    a.transposed().into_vec()
}

/// Of rows of k numbers; the starts tell which variables are passive at first. Returns the squared projected gradient there.
pub(super) fn solve(gram: &[f64], p: &[f64], x: &mut [f64], k: usize, terms: Terms) -> f64 {
    let mut gram = gram.to_vec();
    (0..k).for_each(|j| gram[j * k + j] += terms.l2);
    let p: Vec<f64> = p.iter().map(|p| p - terms.l1).collect();
    let gradient = projected_gradient(&gram, &p, x, k, terms.floor);
    let rows = x.len() / k;
    let mut search = Search {
        k,
        gram,
        passive: x.iter().map(|x| *x > terms.floor).collect(),
        patience: vec![PATIENCE; rows],
        fewest: vec![k + 1; rows],
    };
    let mut open: Vec<usize> = (0..rows).collect();
    // A bound that is never met in exact arithmetic; rounding could make a set come back.
    for _ in 0..20 + 10 * k {
        open = search.round(&open, &p, x);
        if open.is_empty() {
            break;
        }
    }
    x.iter_mut().for_each(|x| *x = x.max(terms.floor));
    gradient
}

fn projected_gradient(gram: &[f64], p: &[f64], x: &[f64], k: usize, floor: f64) -> f64 {
    let mut sum = 0.0;
    for (x, p) in x.chunks_exact(k).zip(p.chunks_exact(k)) {
        for j in 0..k {
            let image: f64 = gram[j * k..][..k].iter().zip(x).map(|(g, x)| g * x).sum();
            let slope = p[j] - image;
            if x[j] > floor || slope > 0.0 {
                sum += slope * slope;
            }
        }
    }
    sum
}

/// Where the search for the passive sets stands.
struct Search {
    k: usize,
    gram: Vec<f64>,
    /// For each row its k variables.
    passive: Vec<bool>,
    patience: Vec<u32>,
    /// The fewest violations so far.
    fewest: Vec<usize>,
}

impl Search {
    /// Solves the rows `open` with their passive sets and exchanges variables; the rows that are not settled.
    fn round(&mut self, open: &[usize], p: &[f64], x: &mut [f64]) -> Vec<usize> {
        let k = self.k;
        let mut order = open.to_vec();
        let set = |i: usize| &self.passive[i * k..(i + 1) * k];
        order.sort_by(|&i, &j| set(i).cmp(set(j)).then(i.cmp(&j)));
        let mut unsettled = Vec::new();
        let mut first = 0;
        while first < order.len() {
            let set = self.passive[order[first] * k..][..k].to_vec();
            let same = |i: &&usize| self.passive[**i * k..][..k] == set[..];
            let count = order[first..].iter().take_while(same).count();
            let free: Vec<usize> = (0..k).filter(|&j| set[j]).collect();
            let factor = Cholesky::new(&self.gram, k, &free);
            for &i in &order[first..first + count] {
                let (x, p) = (&mut x[i * k..][..k], &p[i * k..][..k]);
                factor.solve(&free, p, x);
                if !self.exchange(i, p, x) {
                    unsettled.push(i);
                }
            }
            first += count;
        }
        unsettled
    }

    /// Lets what violates its condition change sides; whether nothing does.
    fn exchange(&mut self, i: usize, p: &[f64], x: &[f64]) -> bool {
        let k = self.k;
        let set = &mut self.passive[i * k..][..k];
        let largest = |v: &[f64]| v.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let (least_x, least_slope) = (-SLACK * largest(x), SLACK * largest(p));
        let violates = |j: usize| match set[j] {
            true => x[j] < least_x,
            false => {
                let image: f64 = self.gram[j * k..][..k].iter().zip(x).map(|(g, x)| g * x).sum();
                p[j] - image > least_slope
            }
        };
        let wrong: Vec<usize> = (0..k).filter(|&j| violates(j)).collect();
        let Some(&last) = wrong.last() else { return true };
        if wrong.len() < self.fewest[i] {
            (self.fewest[i], self.patience[i]) = (wrong.len(), PATIENCE);
        } else if self.patience[i] > 0 {
            self.patience[i] -= 1;
        } else {
            set[last] = !set[last];
            return false;
        }
        wrong.into_iter().for_each(|j| set[j] = !set[j]);
        false
    }
}

/// The factor of the passive part of a Gram matrix. Variables that depend on those before them are left out: zero.
struct Cholesky {
    /// Row after row of the lower triangle, as a square.
    lower: Vec<f64>,
    size: usize,
}

impl Cholesky {
    fn new(gram: &[f64], k: usize, free: &[usize]) -> Cholesky {
        let size = free.len();
        let mut lower = vec![0.0; size * size];
        for r in 0..size {
            for c in 0..=r {
                let (above, below) = lower.split_at_mut(r * size);
                let known = if c < r { &above[c * size..][..c] } else { &[] };
                let mut sum = gram[free[r] * k + free[c]];
                if c < r {
                    let pivot = above[c * size + c];
                    sum -= known.iter().zip(&below[..c]).map(|(x, y)| x * y).sum::<f64>();
                    below[c] = if pivot > 0.0 { sum / pivot } else { 0.0 };
                } else {
                    let rest = sum - below[..c].iter().map(|x| x * x).sum::<f64>();
                    below[c] = if rest > 1e-14 * sum { rest.sqrt() } else { 0.0 };
                }
            }
        }
        Cholesky { lower, size }
    }

    /// The passive entries of x by the normal equations, the others zero.
    fn solve(&self, free: &[usize], p: &[f64], x: &mut [f64]) {
        let n = self.size;
        let mut y = [0.0; 64];
        let mut long = Vec::new();
        let y = match n <= y.len() {
            true => &mut y[..n],
            false => {
                long.resize(n, 0.0);
                &mut long[..]
            }
        };
        for r in 0..n {
            let row = &self.lower[r * n..][..=r];
            let sum: f64 = row[..r].iter().zip(&y[..r]).map(|(l, y)| l * y).sum();
            y[r] = if row[r] > 0.0 { (p[free[r]] - sum) / row[r] } else { 0.0 };
        }
        for r in (0..n).rev() {
            let pivot = self.lower[r * n + r];
            let sum: f64 = (r + 1..n).map(|c| self.lower[c * n + r] * y[c]).sum();
            y[r] = if pivot > 0.0 { (y[r] - sum) / pivot } else { 0.0 };
        }
        x.fill(0.0);
        free.iter().zip(y.iter()).for_each(|(&j, y)| x[j] = *y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factor::testdata::random;
    use crate::linalg::product::{gram, multiply_with};

    const PLAIN: Terms = Terms { l1: 0.0, l2: 0.0, floor: 0.0 };

    #[test]
    fn solutions_satisfy_their_conditions() {
        for (seed, k) in [(1, 1), (2, 3), (3, 8), (4, 20), (5, 70)] {
            let (c, b) = (random(k + 30, k, seed), random(k + 30, 300, seed + 100));
            let (g, p) = (gram(&c).unwrap(), multiply_with(&b, true, &c, false).unwrap());
            let mut x = Matrix::zeros(300, k);
            update(&mut x, &p, &g, PLAIN);
            let image = multiply_with(&x, false, &g, false).unwrap();
            let scale = p.as_slice().iter().fold(0.0f64, |m, x| m.max(x.abs()));
            for ((x, p), image) in x.as_slice().iter().zip(p.as_slice()).zip(image.as_slice()) {
                let slope = p - image;
                assert!(*x >= 0.0 && slope <= 1e-9 * scale && (x * slope).abs() <= 1e-9 * scale);
            }
            assert!(x.as_slice().iter().any(|x| *x > 0.0) && x.as_slice().contains(&0.0));
        }
    }

    #[test]
    fn dependent_columns_do_not_stop_it() {
        let mut c = random(20, 6, 1).map(f64::abs);
        let copy = c.col(1).to_vec();
        c.col_mut(4).copy_from_slice(&copy);
        c.col_mut(5).fill(0.0);
        let b = random(20, 40, 2).map(f64::abs);
        let (g, p) = (gram(&c).unwrap(), multiply_with(&b, true, &c, false).unwrap());
        let mut x = Matrix::zeros(40, 6);
        update(&mut x, &p, &g, PLAIN);
        assert!(x.as_slice().iter().all(|x| *x >= 0.0 && x.is_finite()));
        let rest = projected_gradient(g.as_slice(), &rows_of(&p), &rows_of(&x), 6, 0.0);
        assert!(rest < 1e-16 * p.as_slice().iter().map(|p| p * p).sum::<f64>(), "{rest}");
    }
}
