//! Every item as a linear combination of all others, in closed form.
//!
//! Steck (2019), "Embarrassingly shallow autoencoders for sparse data": of all B with a zero diagonal the one that
//! minimises `‖X - X B‖² + λ ‖B‖²` is `B = I - P diag(1 / diag P)` with `P = (X'X + λ I)^-1`. Scores are `x_u B`. Dense:
//! `O(items³)` to fit, once, whatever the number of users, and items² numbers to keep.

use super::fit::{Aim, Fit, Setting, check_confidences, check_positive};
use super::ranking::top;
use super::recommender::{Axis, Ranked, Recommender, no_similarity, popularity_of, warm};
use crate::data::{Monitor, Ratings, Step};
use crate::error::{Error, Result};
use crate::linalg::par::{Op, par};
use crate::linalg::simd::Clean;
use crate::linalg::{Matrix, memory};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::cholesky::llt::inverse::{inverse, inverse_scratch};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// How [`ease`] fits.
#[derive(Debug, Clone, PartialEq)]
pub struct EaseOptions {
    /// Penalty; about the number of common users at which two items are compared with half belief.
    pub lambda: f64,
}

impl Default for EaseOptions {
    fn default() -> EaseOptions {
        EaseOptions { lambda: 200.0 }
    }
}

/// The weights with which items speak for one another.
#[derive(Debug, Clone)]
pub struct Ease {
    /// How it was fitted.
    pub fit: Fit,
    /// B row after row: what having an item adds to the score of every item.
    weights: Arc<Vec<f32>>,
}

/// Fits the weights.
///
/// # Errors
/// When nothing is observed, a weight is negative, λ is not above 0, items² numbers do not fit in memory, or the
/// monitor interrupts.
pub fn ease(ratings: &Arc<Ratings>, options: &EaseOptions, monitor: &Monitor) -> Result<Ease> {
    check_confidences("ease", ratings)?;
    check_positive("lambda", options.lambda)?;
    let n = ratings.items().len();
    // The factor of the Gram matrix, the inverse of that and P are there at a time.
    memory::entries::<[f64; 3]>(n, n).map_err(|_| {
        let need = 3.0 * 8.0 * (n as f64).powi(2) / 1e9;
        let message = format!("ease needs about {need:.1} GB for {n} items, more than is free");
        let hint = "leave out rare items (min_item=), or use ials or itemknn";
        Error::argument_hint("R", message, hint)
    })?;
    let report = |iteration| {
        let objective = f64::NAN;
        monitor.step(Step { task: "ease", iteration, max_iter: 3, objective })
    };
    let mut gram = gram(ratings)?;
    (0..n).for_each(|i| gram[(i, i)] += options.lambda);
    report(1)?;
    let p = inverted(gram).ok_or_else(|| {
        let message = format!("lambda={} is lost beside weights this large", options.lambda);
        Error::argument_hint("lambda", message, "try a larger lambda, or weights near 1")
    })?;
    report(2)?;
    let weights = weights(&p);
    report(3)?;
    let settings = vec![("lambda", Setting::Number(options.lambda))];
    let fit = Fit { settings, ..Fit::new("ease", Aim::Ranking, ratings.clone()) };
    Ok(Ease { fit, weights: Arc::new(weights) })
}

/// `X'X`, a column at a time: `O(Σ n_u²)`.
fn gram(ratings: &Ratings) -> Result<Matrix> {
    let n = ratings.items().len();
    let mut gram = Matrix::filled(n, n, 0.0)?;
    ratings.by_item();
    gram.as_mut_slice().par_chunks_mut(n.max(1)).enumerate().for_each(|(i, column)| {
        let (users, values) = ratings.item_col(i);
        for (&u, &x) in users.iter().zip(values) {
            let (items, others) = ratings.user_row(u as usize);
            items.iter().zip(others).for_each(|(&j, &y)| column[j as usize] += x * y);
        }
    });
    Ok(gram)
}

/// The lower triangle of the inverse of a symmetric positive definite matrix, by Cholesky: n³ operations.
fn inverted(mut a: Matrix) -> Option<Matrix> {
    let n = a.cols();
    let _clean = Clean;
    let threads = par(Op::Cholesky, n);
    let need = cholesky_in_place_scratch::<f64>(n, threads, Default::default());
    let need = need.or(inverse_scratch::<f64>(n, threads));
    let mut room = MemBuffer::try_new(need).ok()?;
    let mut p = Matrix::zeros(n, n);
    let stack = MemStack::new(&mut room);
    cholesky_in_place(a.view_mut(), Default::default(), threads, stack, Default::default()).ok()?;
    inverse(p.view_mut(), a.view(), threads, MemStack::new(&mut room));
    Some(p)
}

/// `I - P diag(1 / diag P)` row after row, from the lower triangle of P. `O(items²)`, by tiles.
fn weights(p: &Matrix) -> Vec<f32> {
    const TILE: usize = 64;
    let n = p.cols();
    let scale: Vec<f64> = (0..n).map(|i| -1.0 / p[(i, i)]).collect();
    let mut weights = vec![0.0f32; n * n];
    weights.par_chunks_mut((TILE * n).max(1)).enumerate().for_each(|(block, rows)| {
        for (j, row) in rows.chunks_exact_mut(n).enumerate() {
            // Below the diagonal of column j, which is beyond it in row j.
            let j = block * TILE + j;
            let own = p.col(j)[j + 1..].iter().zip(&scale[j + 1..]);
            row[j + 1..].iter_mut().zip(own).for_each(|(x, (p, scale))| *x = (p * scale) as f32);
        }
        let last = ((block + 1) * TILE).min(n);
        for first in (0..last).step_by(TILE) {
            for i in first..(first + TILE).min(last) {
                for j in (block * TILE).max(i + 1)..last {
                    rows[(j - block * TILE) * n + i] = (p[(j, i)] * scale[i]) as f32;
                }
            }
        }
    });
    weights
}

impl Ease {
    /// What having item `j` adds to the score of every item, per unit of weight.
    pub fn weights(&self, j: usize) -> &[f32] {
        let n = self.items().len();
        &self.weights[j * n..(j + 1) * n]
    }

    fn row(&self, user: usize, scores: &mut [f32]) {
        let (items, values) = self.seen().user_row(user);
        scores.fill(0.0);
        if items.is_empty() {
            let all = scores.iter_mut().enumerate();
            return all.for_each(|(i, x)| *x = popularity_of(self.seen(), Some(i)) as f32);
        }
        for (&j, &r) in items.iter().zip(values) {
            let r = r as f32;
            scores.iter_mut().zip(self.weights(j as usize)).for_each(|(x, w)| *x += r * w);
        }
    }
}

impl Recommender for Ease {
    fn fit(&self) -> &Fit {
        &self.fit
    }

    fn raw(&self, user: Option<usize>, item: Option<usize>) -> f64 {
        let (Some(user), _) = warm(self.seen(), user, item) else {
            return popularity_of(self.seen(), item);
        };
        let Some(item) = item else { return 0.0 };
        let (items, values) = self.seen().user_row(user);
        let terms = items.iter().zip(values);
        terms.map(|(&j, &r)| r * f64::from(self.weights(j as usize)[item])).sum()
    }

    fn scores(&self, user: usize) -> Vec<f64> {
        let mut scores = vec![0.0; self.items().len()];
        let (items, values) = self.seen().user_row(user);
        if items.is_empty() {
            return (0..scores.len()).map(|i| self.raw(None, Some(i))).collect();
        }
        for (&j, &r) in items.iter().zip(values) {
            let weights = self.weights(j as usize);
            scores.iter_mut().zip(weights).for_each(|(x, &w)| *x += r * f64::from(w));
        }
        scores
    }

    fn score_rows(&self, users: Range<usize>, out: &mut [f32]) {
        let items = self.items().len().max(1);
        for (user, row) in users.zip(out.chunks_exact_mut(items)) {
            self.row(user, row);
        }
    }

    /// By the weight with which having the one speaks for the other.
    fn similar_at(&self, axis: Axis, position: usize, n: usize) -> Result<Vec<Ranked>> {
        if axis == Axis::Users {
            return Err(no_similarity("ease", axis));
        }
        let all = self.weights(position).iter().enumerate();
        let others = all.filter(|&(i, _)| i != position && !self.seen().item_col(i).0.is_empty());
        Ok(top(n, others.map(|(position, &x)| Ranked { position, score: f64::from(x) })))
    }

    fn contributions(&self, user: usize, item: usize) -> Option<Vec<Ranked>> {
        let (items, values) = self.seen().user_row(user);
        if items.is_empty() {
            return None;
        }
        let shares = items.iter().zip(values).map(|(&j, &r)| {
            let weight = f64::from(self.weights(j as usize)[item]);
            Ranked { position: j as usize, score: r * weight }
        });
        Some(top(items.len(), shares))
    }

    fn refitted(
        &self,
        seen: Arc<Ratings>,
        _changed: &[usize],
        _monitor: &Monitor,
    ) -> Result<Arc<dyn Recommender>> {
        Ok(Arc::new(Ease { fit: self.fit.over(&seen), weights: self.weights.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::product::multiply;

    #[test]
    fn the_weights_solve_the_normal_equations() {
        let n = f64::NAN;
        let a = Matrix::from_rows(&[&[1.0, 1.0, n, n], &[1.0, n, 2.0, n], &[n, 1.0, 1.0, n]]);
        let ratings = Arc::new(Ratings::from_dense(&a).unwrap());
        let lambda = 0.5;
        let m = ease(&ratings, &EaseOptions { lambda }, &Monitor::default()).unwrap();
        // The gradient X'(X B - X) + λ B vanishes off the diagonal, where B is free.
        let b = Matrix::from_fn(4, 4, |j, i| f64::from(m.weights(j)[i]));
        let whole = gram(&ratings).unwrap();
        let product = multiply(&whole, &b).unwrap();
        for j in 0..4 {
            assert_eq!(b[(j, j)], 0.0);
            for i in (0..4).filter(|&i| i != j) {
                let slope = product[(j, i)] - whole[(j, i)] + lambda * b[(j, i)];
                assert!(slope.abs() < 1e-6, "{slope}");
            }
        }
        for u in 0..3 {
            let sum: f64 = m.contributions(u, 2).unwrap().iter().map(|share| share.score).sum();
            assert!((sum - m.raw(Some(u), Some(2))).abs() < 1e-12);
            assert!((sum - m.scores(u)[2]).abs() < 1e-12);
        }
        assert_eq!(m.similar_items("1", 9).unwrap().len(), 2);
        assert!(ease(&ratings, &EaseOptions { lambda: 0.0 }, &Monitor::default()).is_err());
    }
}
