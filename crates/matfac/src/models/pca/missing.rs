//! Probabilistic principal components of data with missing cells.
//!
//! Method: expectation-maximization for x = W*z + μ + noise of variance σ², each row with the cells that it has: the expected z
//! and their covariances, then W, μ and σ² by regression of each column on them. After each step W and μ absorb what mean and
//! covariance the z have (parameter expansion: Liu, Rubin & Wu 1998), which makes it much faster and keeps the likelihood
//! from falling. The components are the singular vectors of W, the variances their squares plus σ². References: Tipping &
//! Bishop (1999), J. R. Statist. Soc. B 61; Ilin & Raiko (2010), JMLR 11. Cost: an iteration takes 2k² flops for each cell
//! and k³ for each row and column, and n·k²/2 numbers are kept.

use super::columns::Columns;
use super::model::{Found, Pca};
use super::options::{PcaOptions, Solver};
use super::pca;
use crate::data::{End, Monitor, Step};
use crate::error::{Error, Result};
use crate::factor::svd::{SvdForm, scale_columns, svd};
use crate::linalg::product::{dot, multiply, multiply_with};
use crate::linalg::simd::clean;
use crate::linalg::{Matrix, memory};
use rayon::prelude::*;
use std::f64::consts::PI;

/// The smallest noise beside the mean variance of a column.
const FLOOR: f64 = 1e-10;

/// Fits a model of `options.k` components to data in which NaN is a missing cell, and some is.
///
/// An interrupt keeps the last iterate; one that stops the start leaves nothing: [`Error::Interrupted`].
pub(super) fn fit(x: &Matrix, options: &PcaOptions, monitor: &Monitor) -> Result<Pca> {
    let (n, d) = (x.rows(), x.cols());
    let k = checked(x, options)?;
    let columns = Columns::of_observed(x, options.scale);
    if !columns.total().is_finite() {
        let message = "pca: the squares of these numbers overflow";
        return Err(Error::argument_hint("X", message, "divide X by its largest entry"));
    }
    let scale = |j: usize| columns.scale.as_ref().map_or(1.0, |s| s[j]);
    let centred = Matrix::from_fn(n, d, |i, j| (x[(i, j)] - columns.mean[j]) / scale(j));
    let cells = Cells::of(&centred);
    memory::entries::<f64>(n, packed(k))?;
    let mut state = State::start(&centred, k, &columns, monitor)?;
    let mut history: Vec<f64> = Vec::new();
    let (expected, end) = loop {
        let expected = state.expect(&cells);
        let objective = -expected.log_likelihoods.iter().sum::<f64>() / n as f64;
        let gain = history.last().map_or(f64::INFINITY, |before| before - objective);
        history.push(objective);
        let iteration = history.len();
        let step = Step { task: "pca", iteration, max_iter: options.max_iter, objective };
        if !monitor.goes_on(step) {
            break (expected, End::Interrupted);
        }
        if gain * n as f64 <= options.tol * cells.count as f64 {
            break (expected, End::Converged);
        }
        if iteration >= options.max_iter {
            break (expected, End::Limit);
        }
        state.maximise(&cells, &expected);
        state.absorb(&expected);
    };
    let filled = filled_with(&centred, &state.predicted(&expected.z)?, &state.mean);
    let model = state.model(&filled, &columns, end, history)?;
    let completed = Matrix::from_fn(n, d, |i, j| match x[(i, j)].is_nan() {
        true => (filled[(i, j)] + state.mean[j]) * scale(j) + columns.mean[j],
        false => x[(i, j)],
    });
    Ok(Pca { completed: Some(completed), limit: Some(k), ..model }.whitened(options.whiten))
}

/// The number of components; errors of what leaves nothing to estimate from.
fn checked(x: &Matrix, options: &PcaOptions) -> Result<usize> {
    if let Some(place) = x.as_slice().iter().position(|x| x.is_infinite()) {
        let (row, col) = (place % x.rows() + 1, place / x.rows() + 1);
        return Err(Error::NonFinite { operation: "pca", row, col, value: x.as_slice()[place] });
    }
    if options.solver != Solver::Auto {
        let message = "missing=\"em\" has its own iteration; leave solver away";
        return Err(Error::argument("solver", message));
    }
    let (n, d) = (x.rows(), x.cols());
    let Some(k) = options.k else {
        let message = "pca of data with missing cells needs k";
        let hint = "pca_cv tries numbers of components on hidden cells";
        return Err(Error::argument_hint("k", message, hint));
    };
    let most = n.min(d).saturating_sub(1);
    if k == 0 || k > most {
        let message = format!(
            "k must lie between 1 and {most} for {} data with missing cells, so that there is noise; it is {k}",
            x.shape()
        );
        return Err(Error::argument("k", message));
    }
    let nothing = |what: &str, place: usize| {
        let message = format!("pca: {what} {} of X has no cell that is there", place + 1);
        Err(Error::argument_hint("X", message, format!("leave that {what} out")))
    };
    if let Some(j) = (0..d).find(|&j| x.col(j).iter().all(|x| x.is_nan())) {
        return nothing("column", j);
    }
    match (0..n).find(|&i| (0..d).all(|j| x[(i, j)].is_nan())) {
        Some(i) => nothing("row", i),
        None => Ok(k),
    }
}

/// Missing cells of new rows as a fitted model expects them.
pub(super) fn filled(model: &Pca, x: &Matrix) -> Result<Matrix> {
    let state = State::of(model);
    let expected = state.expect(&Cells::of(&model.centred(x)));
    let predicted = state.predicted(&expected.z)?;
    let scale = |j: usize| model.scale.as_ref().map_or(1.0, |s| s[j]);
    Ok(Matrix::from_fn(x.rows(), x.cols(), |i, j| match x[(i, j)].is_nan() {
        true => predicted[(i, j)] * scale(j) + model.mean[j],
        false => x[(i, j)],
    }))
}

/// The log-likelihood of the cells that each new row has, in the units of the data.
pub(super) fn log_likelihood(model: &Pca, x: &Matrix) -> Vec<f64> {
    let cells = Cells::of(&model.centred(x));
    let mut each = State::of(model).expect(&cells).log_likelihoods;
    if let Some(scale) = &model.scale {
        for (value, row) in each.iter_mut().zip(&cells.rows) {
            *value -= row.iter().map(|&(j, _)| scale[j as usize].ln()).sum::<f64>();
        }
    }
    each
}

/// Cells less μ, with `W*z` where there is none.
fn filled_with(centred: &Matrix, predicted: &Matrix, mean: &[f64]) -> Matrix {
    Matrix::from_fn(centred.rows(), centred.cols(), |i, j| match centred[(i, j)] {
        x if x.is_nan() => predicted[(i, j)],
        x => x - mean[j],
    })
}

/// Numbers of a symmetric k×k matrix, by rows of its lower triangle.
fn packed(k: usize) -> usize {
    k * (k + 1) / 2
}

/// The cells that are there, by rows and by columns.
struct Cells {
    rows: Vec<Vec<(u32, f64)>>,
    columns: Vec<Vec<(u32, f64)>>,
    count: usize,
}

impl Cells {
    fn of(x: &Matrix) -> Cells {
        let mut rows = vec![Vec::new(); x.rows()];
        let mut columns = vec![Vec::new(); x.cols()];
        for (j, column) in columns.iter_mut().enumerate() {
            for (i, &v) in x.col(j).iter().enumerate().filter(|(_, v)| !v.is_nan()) {
                rows[i].push((j as u32, v));
                column.push((i as u32, v));
            }
        }
        let count = columns.iter().map(Vec::len).sum();
        Cells { rows, columns, count }
    }
}

/// The parameters.
struct State {
    /// W', k×d.
    w: Matrix,
    /// μ, beside the means of the cells that are there.
    mean: Vec<f64>,
    /// σ².
    noise: f64,
    /// The smallest σ².
    floor: f64,
}

/// What is expected of z.
struct Expected {
    /// k×n.
    z: Matrix,
    /// E(z*z'), packed, a column for each row of the data.
    squares: Matrix,
    /// Of each row.
    log_likelihoods: Vec<f64>,
}

impl State {
    /// From the components of the data with means in their holes.
    fn start(centred: &Matrix, k: usize, columns: &Columns, monitor: &Monitor) -> Result<State> {
        let d = centred.cols();
        let filled = centred.map(|x| if x.is_nan() { 0.0 } else { x });
        let all = pca(&filled, &PcaOptions { k: Some(k), ..PcaOptions::default() }, monitor)?;
        let typical = (columns.total() / d as f64).max(f64::MIN_POSITIVE);
        let floor = FLOOR * typical;
        let noise = all.noise_variance.max(1e-3 * typical);
        let weight = |v: &f64| (v - noise).max(0.01 * typical).sqrt();
        let weights: Vec<f64> = all.variance.iter().map(weight).collect();
        let w = scale_columns(all.components, &weights).transposed();
        Ok(State { w, mean: vec![0.0; d], noise, floor })
    }

    /// That of a fitted model, for cells less its means.
    fn of(model: &Pca) -> State {
        let noise = model.noise_variance.max(f64::MIN_POSITIVE);
        let weights: Vec<f64> =
            model.variance.iter().map(|v| (v - noise).max(0.0).sqrt()).collect();
        let w = scale_columns(model.components.clone(), &weights).transposed();
        State { w, mean: vec![0.0; model.mean.len()], noise, floor: noise }
    }

    fn k(&self) -> usize {
        self.w.rows()
    }

    /// The expected z of each row, and the likelihood of all.
    fn expect(&self, cells: &Cells) -> Expected {
        let (k, n) = (self.k(), cells.rows.len());
        let (mut z, mut squares) = (Matrix::zeros(k, n), Matrix::zeros(packed(k), n));
        let each = z
            .as_mut_slice()
            .par_chunks_mut(k)
            .zip(squares.as_mut_slice().par_chunks_mut(packed(k)));
        let log_likelihoods: Vec<f64> = each
            .zip(&cells.rows)
            .with_min_len(16)
            .map(|((z, squares), row)| {
                clean();
                self.expect_row(row, z, squares)
            })
            .collect();
        Expected { z, squares, log_likelihoods }
    }

    fn expect_row(&self, row: &[(u32, f64)], z: &mut [f64], squares: &mut [f64]) -> f64 {
        let k = self.k();
        let (mut m, mut b) = (vec![0.0; packed(k)], vec![0.0; k]);
        (0..k).for_each(|a| m[packed(a) + a] = self.noise);
        let mut rest = 0.0;
        for &(j, x) in row {
            let (w, r) = (self.w.col(j as usize), x - self.mean[j as usize]);
            add_square(&mut m, w, 1.0);
            b.iter_mut().zip(w).for_each(|(b, w)| *b += w * r);
            rest += r * r;
        }
        let log_det = factor(&mut m, k);
        z.copy_from_slice(&b);
        solve(&m, z);
        rest -= dot(&b, z);
        invert(&m, k, squares);
        squares.iter_mut().for_each(|s| *s *= self.noise);
        add_square(squares, z, 1.0);
        let count = row.len() as f64;
        let spread = count * (2.0 * PI).ln() + (count - k as f64) * self.noise.ln() + log_det;
        -0.5 * (spread + rest.max(0.0) / self.noise)
    }

    /// W, μ and σ² from what is expected of z.
    fn maximise(&mut self, cells: &Cells, expected: &Expected) {
        let k = self.k();
        let mean = &self.mean;
        let column = |(j, column): (usize, &Vec<(u32, f64)>)| {
            clean();
            let (mut a, mut b) = (vec![0.0; packed(k + 1)], vec![0.0; k + 1]);
            let mut total = 0.0;
            for &(i, x) in column {
                let (z, r) = (expected.z.col(i as usize), x - mean[j]);
                let squares = expected.squares.col(i as usize);
                a.iter_mut().zip(squares).for_each(|(a, s)| *a += s);
                a[packed(k)..].iter_mut().zip(z).for_each(|(a, z)| *a += z);
                b.iter_mut().zip(z).for_each(|(b, z)| *b += z * r);
                b[k] += r;
                total += r * r;
            }
            a[packed(k) + k] = column.len() as f64;
            let right = b.clone();
            factor(&mut a, k + 1);
            solve(&a, &mut b);
            (total - dot(&right, &b), b)
        };
        let found: Vec<(f64, Vec<f64>)> =
            cells.columns.par_iter().enumerate().map(column).collect();
        let mut rest = 0.0;
        for (j, (off, b)) in found.iter().enumerate() {
            self.w.col_mut(j).copy_from_slice(&b[..k]);
            self.mean[j] += b[k];
            rest += off;
        }
        self.noise = (rest / cells.count as f64).max(self.floor);
    }

    /// Takes mean and covariance of the z into μ and W.
    fn absorb(&mut self, expected: &Expected) {
        let (k, n) = (self.k(), expected.z.cols());
        let mut centre = vec![0.0; k];
        let mut spread = vec![0.0; packed(k)];
        for i in 0..n {
            centre.iter_mut().zip(expected.z.col(i)).for_each(|(c, z)| *c += z / n as f64);
            let squares = expected.squares.col(i);
            spread.iter_mut().zip(squares).for_each(|(s, q)| *s += q / n as f64);
        }
        add_square(&mut spread, &centre, -1.0);
        factor(&mut spread, k);
        for j in 0..self.w.cols() {
            let w = self.w.col_mut(j);
            self.mean[j] += dot(w, &centre);
            // w'*L, in place from the front.
            for a in 0..k {
                w[a] = (a..k).map(|b| w[b] * spread[packed(b) + a]).sum();
            }
        }
    }

    /// `W*z`, n×d.
    fn predicted(&self, z: &Matrix) -> Result<Matrix> {
        multiply_with(z, true, &self.w, false)
    }

    /// The model, of data less μ whose missing cells are filled.
    fn model(
        &self,
        filled: &Matrix,
        columns: &Columns,
        end: End,
        history: Vec<f64>,
    ) -> Result<Pca> {
        let (n, d, k) = (filled.rows(), filled.cols(), self.k());
        // Likelihood divides by n where an estimate of a variance divides by n - 1.
        let unbiased = n as f64 / (n.max(2) - 1) as f64;
        let f = svd(&self.w, SvdForm::Economy)?;
        let axes = f.v;
        let spectrum: Vec<f64> = f.s.iter().map(|s| (s * s + self.noise) * unbiased).collect();
        let noise = self.noise * unbiased;
        let total = spectrum.iter().sum::<f64>() + noise * (d - k) as f64;
        let scores = multiply(filled, &axes)?;
        let scale = |j: usize| columns.scale.as_ref().map_or(1.0, |s| s[j]);
        let mean = (0..d).map(|j| columns.mean[j] + self.mean[j] * scale(j)).collect();
        let found = Found { axes, scores, spectrum, total, solver: "em", end, history };
        let model = Pca::assembled(found, mean, columns.scale.clone(), n);
        Ok(Pca { noise_variance: noise, ..model })
    }
}

/// `a += factor*x*x'`, packed.
fn add_square(a: &mut [f64], x: &[f64], factor: f64) {
    let mut first = 0;
    for (i, &v) in x.iter().enumerate() {
        let v = factor * v;
        a[first..first + i + 1].iter_mut().zip(x).for_each(|(a, x)| *a += v * x);
        first += i + 1;
    }
}

/// The Cholesky factor of a packed matrix in its place; the logarithm of the determinant. A pivot that rounding left without a
/// sign counts as the smallest that it could be.
fn factor(a: &mut [f64], k: usize) -> f64 {
    let mut log_det = 0.0;
    for i in 0..k {
        let (done, row) = a.split_at_mut(packed(i));
        for j in 0..i {
            let sum = dot(&row[..j], &done[packed(j)..packed(j) + j]);
            row[j] = (row[j] - sum) / done[packed(j) + j];
        }
        let whole = row[i];
        let floor = (f64::EPSILON * whole.abs()).max(f64::MIN_POSITIVE);
        let pivot = (whole - dot(&row[..i], &row[..i])).max(floor);
        row[i] = pivot.sqrt();
        log_det += pivot.ln();
    }
    log_det
}

/// `x = A \ x` for the packed factor of A.
fn solve(l: &[f64], x: &mut [f64]) {
    let k = x.len();
    for i in 0..k {
        let row = &l[packed(i)..];
        x[i] = (x[i] - dot(&row[..i], &x[..i])) / row[i];
    }
    for i in (0..k).rev() {
        x[i] /= l[packed(i) + i];
        let (before, xi) = (&mut x[..=i], packed(i));
        let value = before[i];
        before[..i].iter_mut().zip(&l[xi..]).for_each(|(x, l)| *x -= l * value);
    }
}

/// The inverse of A, packed, from its factor.
fn invert(l: &[f64], k: usize, out: &mut [f64]) {
    // The columns of inv(L), of which `inv(A) = inv(L)'*inv(L)` is made.
    let mut inverse = vec![0.0; k * k];
    for j in 0..k {
        let column = &mut inverse[j * k..(j + 1) * k];
        column[j] = 1.0 / l[packed(j) + j];
        for i in j + 1..k {
            let row = &l[packed(i)..];
            column[i] = -dot(&row[j..i], &column[j..i]) / row[i];
        }
    }
    for i in 0..k {
        for j in 0..=i {
            out[packed(i) + j] =
                dot(&inverse[i * k + i..(i + 1) * k], &inverse[j * k + i..(j + 1) * k]);
        }
    }
}
