//! Symmetric matrices to tridiagonal form, `Q'*A*Q = T`, and the eigenvalues of T.
//!
//! The reduction is by Householder reflections in panels: within a panel the trailing matrix is only read, once a step,
//! for its product with the new reflection, and what the panel does to it is applied at the panel's end as one product
//! of matrices (Dongarra, Hammarling & Sorensen 1989; Golub & Van Loan 2013, §8.3). faer's own reduction updates the
//! matrix at each step, which moves twice as much memory. Cost: 4n³/3 flops, half of them at the speed of memory.
//!
//! The eigenvalues alone come from QL iteration without square roots (Pal, Walker & Kahan; Parlett 1998, §8.15),
//! about 1.7 passes over the matrix that is left for each value.

use crate::error::{Error, Result};
use crate::linalg::Matrix;
use crate::linalg::columns::{self, reflect};
use crate::linalg::par::{Op, WALK, par};
use crate::linalg::product::dot;
use crate::linalg::simd::{Clean, clean};
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, Par};
use rayon::prelude::*;

/// Steps whose effect on the rest of the matrix is applied together.
const PANEL: usize = 32;

/// The eigenvalues of a symmetric matrix, ascending; the lower triangle is read.
///
/// Errors: in theory [`Error::NoConvergence`]. The matrix is square and its entries are finite.
pub(super) fn eigenvalues(a: &Matrix) -> Result<Vec<f64>> {
    let (scaled, scale) = a.rescaled();
    let t = Tridiagonal::new(scaled.unwrap_or_else(|| a.clone()), par(Op::Eig, a.cols()));
    let mut values = tridiagonal_values(t.diagonal, &t.below)?;
    values.iter_mut().for_each(|x| *x *= scale);
    Ok(values)
}

/// T of `A = Q*T*Q'` for a symmetric n×n matrix; Q is not kept.
#[derive(Debug, Clone, PartialEq)]
struct Tridiagonal {
    /// The diagonal of T, n numbers.
    diagonal: Vec<f64>,
    /// The diagonal below it, n - 1 numbers.
    below: Vec<f64>,
}

/// What a panel will take from the trailing matrix: `V*W' + W*V'`, as one product `[V W]*[W V]'`.
struct Panel {
    left: Matrix,
    right: Matrix,
}

impl Panel {
    fn new(n: usize) -> Panel {
        Panel { left: Matrix::zeros(n, 2 * PANEL), right: Matrix::zeros(n, 2 * PANEL) }
    }

    /// Column `step` of V and W, whose first nonzero row is `from`.
    fn store(&mut self, step: usize, from: usize, v: &[f64], w: &[f64]) {
        for (matrix, first, second) in [(&mut self.left, v, w), (&mut self.right, w, v)] {
            matrix.col_mut(step)[from..].copy_from_slice(first);
            matrix.col_mut(PANEL + step)[from..].copy_from_slice(second);
        }
    }

    /// `y -= V*(W'*x) + W*(V'*x)` on the rows from `from` on, with the first `steps` columns.
    fn subtract(&self, steps: usize, from: usize, x: &[f64], y: &mut [f64]) {
        for (v, w) in self.quartets(steps, from) {
            let (p, q) = (columns::dots(w, x), columns::dots(v, x));
            columns::add(y, v, p.map(|x| -x));
            columns::add(y, w, q.map(|x| -x));
        }
    }

    /// `y -= V*W(k,:)' + W*V(k,:)'`, y being column k from the diagonal on.
    fn subtract_row(&self, steps: usize, k: usize, y: &mut [f64]) {
        for (v, w) in self.quartets(steps, k) {
            columns::add(y, v, w.map(|w| -w[0]));
            columns::add(y, w, v.map(|v| -v[0]));
        }
    }

    /// The first `steps` columns of V and of W, in fours; those past the last step are zero.
    fn quartets(
        &self,
        steps: usize,
        from: usize,
    ) -> impl Iterator<Item = (columns::Four<'_>, columns::Four<'_>)> {
        (0..steps).step_by(4).map(move |j| {
            let four = |first: usize| [0, 1, 2, 3].map(|k| &self.left.col(first + k)[from..]);
            (four(j), four(PANEL + j))
        })
    }

    fn clear(&mut self) {
        self.left.as_mut_slice().fill(0.0);
        self.right.as_mut_slice().fill(0.0);
    }
}

impl Tridiagonal {
    /// Reduces a symmetric matrix, of which the lower triangle is read, in its own memory.
    fn new(mut a: Matrix, threads: Par) -> Tridiagonal {
        let _clean = Clean;
        let n = a.cols();
        let mut t = Tridiagonal { diagonal: vec![0.0; n], below: vec![0.0; n.saturating_sub(1)] };
        if threads.degree() > 1 {
            // Inside the pool: from outside, every division of work would have to wake it.
            rayon::scope(|_| t.reduce(&mut a, threads));
        } else {
            t.reduce(&mut a, threads);
        }
        t
    }

    fn reduce(&mut self, a: &mut Matrix, threads: Par) {
        let n = a.cols();
        let mut panel = Panel::new(n);
        let mut v = vec![0.0; n];
        let mut w = vec![0.0; n];
        for first in (0..n).step_by(PANEL) {
            panel.clear();
            let end = (first + PANEL).min(n);
            for k in first..end {
                let step = k - first;
                let column = &mut a.col_mut(k)[k..];
                panel.subtract_row(step, k, column);
                self.diagonal[k] = column[0];
                if k + 1 == n {
                    break;
                }
                let tau = reflect(&mut column[1..]);
                self.below[k] = column[1];
                let (v, w) = (&mut v[k + 1..], &mut w[k + 1..]);
                if tau.is_infinite() {
                    v.fill(0.0);
                    w.fill(0.0);
                } else {
                    v.copy_from_slice(&column[1..]);
                    v[0] = 1.0;
                    multiply_symmetric(a, k + 1, v, w, threads);
                    panel.subtract(step, k + 1, v, w);
                    w.iter_mut().for_each(|w| *w /= tau);
                    let half = dot(w, v) / (2.0 * tau);
                    w.iter_mut().zip(&*v).for_each(|(w, v)| *w -= half * v);
                }
                panel.store(step, k + 1, v, w);
            }
            if end < n {
                triangular::matmul(
                    a.view_mut().submatrix_mut(end, end, n - end, n - end),
                    BlockStructure::TriangularLower,
                    Accum::Add,
                    panel.left.view().subrows(end, n - end),
                    BlockStructure::Rectangular,
                    panel.right.view().subrows(end, n - end).transpose(),
                    BlockStructure::Rectangular,
                    -1.0,
                    if n - end < 128 { Par::Seq } else { threads },
                );
                clean();
            }
        }
    }
}

/// `w = S*v`, where S is the trailing symmetric matrix from row and column `from` on, given by its lower triangle.
fn multiply_symmetric(a: &Matrix, from: usize, v: &[f64], w: &mut [f64], threads: Par) {
    let n = v.len();
    let parts = if n * n / 2 < WALK { 1 } else { threads.degree() };
    if parts == 1 {
        w.fill(0.0);
        sweep(a, from, n, v, w);
        return;
    }
    // Trapezoids of equal area.
    let bound = |part: usize| {
        let left = 1.0 - (1.0 - part as f64 / parts as f64).sqrt();
        ((left * n as f64) as usize).next_multiple_of(4).min(n)
    };
    let sums: Vec<(usize, Vec<f64>)> = (0..parts)
        .into_par_iter()
        .map(|part| {
            clean();
            let (start, end) = (bound(part), if part + 1 == parts { n } else { bound(part + 1) });
            let mut sum = vec![0.0; n - start];
            sweep(a, from + start, end - start, &v[start..], &mut sum);
            (start, sum)
        })
        .collect();
    w.fill(0.0);
    for (start, sum) in sums {
        w[start..].iter_mut().zip(sum).for_each(|(w, s)| *w += s);
    }
}

/// Adds to w what the first `count` columns of the trailing triangle, and the rows that mirror them, give of `S*v`.
fn sweep(a: &Matrix, from: usize, count: usize, v: &[f64], w: &mut [f64]) {
    for j in (0..count).step_by(4) {
        let width = (count - j).min(4);
        let column = |k: usize| &a.col(from + j + k)[from..];
        // The triangle on the diagonal.
        let corner = if width == 4 { 4 } else { v.len() - j };
        for k in 0..width {
            let c = column(k);
            w[j + k] += c[j + k] * v[j + k];
            for i in k + 1..corner {
                w[j + i] += c[j + i] * v[j + k];
                w[j + k] += c[j + i] * v[j + i];
            }
        }
        if width == 4 {
            let four = [0, 1, 2, 3].map(|k| &column(k)[j + 4..]);
            let f = [v[j], v[j + 1], v[j + 2], v[j + 3]];
            let sums = columns::add_and_dots(&mut w[j + 4..], four, f, &v[j + 4..]);
            w[j..j + 4].iter_mut().zip(sums).for_each(|(w, s)| *w += s);
        }
    }
}

/// The eigenvalues, ascending, of the symmetric tridiagonal matrix with these diagonals.
///
/// Errors: in theory [`Error::NoConvergence`].
fn tridiagonal_values(mut d: Vec<f64>, below: &[f64]) -> Result<Vec<f64>> {
    let n = d.len();
    let largest = d.iter().chain(below).fold(0.0f64, |m, x| m.max(x.abs()));
    if largest == 0.0 {
        return Ok(d);
    }
    d.iter_mut().for_each(|x| *x /= largest);
    let mut squares: Vec<f64> = below.iter().map(|e| (e / largest) * (e / largest)).collect();
    let mut start = 0;
    while start < n {
        let end = (start..n - 1).find(|&k| is_negligible(squares[k], d[k], d[k + 1]));
        let end = end.map_or(n, |k| k + 1);
        let (d, squares) = (&mut d[start..end], &mut squares[start..end - 1]);
        // QL takes the small values first where they stand at the top.
        if d[0].abs() > d[d.len() - 1].abs() {
            d.reverse();
            squares.reverse();
        }
        iterate(d, squares)?;
        start = end;
    }
    d.iter_mut().for_each(|x| *x *= largest);
    d.sort_by(f64::total_cmp);
    Ok(d)
}

/// Whether the square of an off-diagonal entry is nothing beside its neighbours on the diagonal.
///
/// Far below the rounding of the largest entry, which is 1, it is nothing in any case: squares of squares must not
/// underflow.
fn is_negligible(square: f64, above: f64, below: f64) -> bool {
    const EPS: f64 = f64::EPSILON / 2.0;
    square <= (EPS * EPS * above.abs()) * below.abs() || square < 1e-120
}

/// QL iteration in place: d becomes the eigenvalues, in no order.
fn iterate(d: &mut [f64], squares: &mut [f64]) -> Result<()> {
    let n = d.len();
    let mut left = 30 * n;
    for l in 0..n {
        loop {
            let end = (l..n - 1).find(|&k| is_negligible(squares[k], d[k], d[k + 1]));
            let end = end.unwrap_or(n - 1);
            if end < n - 1 {
                squares[end] = 0.0;
            }
            if end == l {
                break;
            }
            if left == 0 {
                return Err(Error::NoConvergence { operation: "eig" });
            }
            left -= 1;
            let shift = wilkinson(d[l], d[l + 1], squares[l]);
            pass(&mut d[l..=end], &mut squares[l..end], shift);
        }
    }
    Ok(())
}

/// The eigenvalue of `[a e; e b]` nearer to a, with e given squared.
fn wilkinson(a: f64, b: f64, square: f64) -> f64 {
    let e = square.sqrt();
    let half = (b - a) / (2.0 * e);
    let root = half.hypot(1.0);
    a - e / (half + root.copysign(half))
}

/// One QL pass with a shift, on the squares of the off-diagonal.
fn pass(d: &mut [f64], squares: &mut [f64], shift: f64) {
    let n = d.len();
    let (mut c, mut s) = (1.0, 0.0);
    let mut gamma = d[n - 1] - shift;
    let mut p = gamma * gamma;
    for i in (0..n - 1).rev() {
        let square = squares[i];
        let r = p + square;
        if i + 2 < n {
            squares[i + 1] = s * r;
        }
        let (old_c, old_gamma, alpha) = (c, gamma, d[i]);
        // The quotient r/p stands for 1/c: it does not wait for c. Where p is next to nothing, so is what is left out
        // beside old_c*square.
        let inverse = r / p;
        c = p / r;
        s = square / r;
        gamma = c * (alpha - shift) - s * old_gamma;
        d[i + 1] = old_gamma + (alpha - gamma);
        p = if inverse.is_finite() { (gamma * gamma) * inverse } else { old_c * square };
    }
    squares[0] = s * p;
    d[0] = shift + gamma;
}

#[cfg(test)]
mod tests {
    use super::super::testdata::random;
    use super::*;
    use faer::Side;

    fn symmetric(n: usize, seed: u64) -> Matrix {
        let a = random(n, n, seed);
        Matrix::from_fn(n, n, |i, j| a[(i, j)] + a[(j, i)])
    }

    fn assert_near(values: &[f64], expected: &[f64], tol: f64) {
        assert_eq!(values.len(), expected.len());
        let scale = expected.iter().fold(f64::MIN_POSITIVE, |m, x| m.max(x.abs()));
        for (x, y) in values.iter().zip(expected) {
            assert!((x - y).abs() <= tol * scale, "{x} {y}");
        }
    }

    #[test]
    fn values_are_those_of_another_algorithm() {
        for n in [1, 2, 3, 4, 5, 31, 32, 33, 34, 70, 150] {
            let a = symmetric(n, 1);
            let expected = a.view().self_adjoint_eigenvalues(Side::Lower).unwrap();
            assert_near(&eigenvalues(&a).unwrap(), &expected, 1e-15 * (n + 10) as f64);
        }
    }

    #[test]
    fn threads_change_rounding_alone() {
        let a = symmetric(600, 2);
        let values = |threads| {
            let t = Tridiagonal::new(a.clone(), threads);
            tridiagonal_values(t.diagonal, &t.below).unwrap()
        };
        assert_near(&values(Par::rayon(3)), &values(Par::Seq), 1e-13);
        assert_eq!(values(Par::rayon(2)), values(Par::rayon(2)));
    }

    #[test]
    fn published_values() {
        // The second difference: 2 - 2cos(kπ/(n+1)).
        let n = 200;
        let expected: Vec<f64> = (1..=n)
            .map(|k| 2.0 - 2.0 * (k as f64 * std::f64::consts::PI / (n + 1) as f64).cos())
            .collect();
        let values = tridiagonal_values(vec![2.0; n], &vec![-1.0; n - 1]).unwrap();
        assert_near(&values, &expected, 1e-14);
        // Wilkinson's W21+ has pairs that agree to 14 digits (Wilkinson 1965, p. 309).
        let diagonal = (-10..=10).map(|i: i32| f64::from(i.abs())).collect();
        let values = tridiagonal_values(diagonal, &[1.0; 20]).unwrap();
        assert_near(&values[19..], &[10.746194182903322, 10.746194182903393], 1e-15);
        assert_near(&values[..1], &[-1.125441522119984], 1e-14);
    }

    #[test]
    fn zeros_blocks_and_extreme_scales() {
        assert_eq!(eigenvalues(&Matrix::zeros(5, 5)).unwrap(), [0.0; 5]);
        assert_eq!(eigenvalues(&Matrix::identity(40)).unwrap(), [1.0; 40]);
        let rank_one = Matrix::from_fn(40, 40, |_, _| 1.0);
        let mut expected = [0.0; 40];
        expected[39] = 40.0;
        assert_near(&eigenvalues(&rank_one).unwrap(), &expected, 1e-14);
        // Sizes that leave nothing of their squares.
        let sizes = [1.0, 1e-140, 1e-300, 1e-155, 0.0];
        let mixed = Matrix::from_fn(25, 25, |i, j| sizes[(i * j + i + j) % 5]);
        assert!(eigenvalues(&mixed).is_ok());
        // A shift that meets an eigenvalue to the last bit but one.
        let values = tridiagonal_values(vec![1.0, -1e-156, 0.0], &[-1.0, 1.0]).unwrap();
        assert!((values.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        let a = symmetric(50, 3);
        let expected = eigenvalues(&a).unwrap();
        for scale in [1e-300, 1e300] {
            let values = eigenvalues(&a.map(|x| x * scale)).unwrap();
            let values: Vec<f64> = values.iter().map(|x| x / scale).collect();
            assert_near(&values, &expected, 1e-14);
        }
    }
}
