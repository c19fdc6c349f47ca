//! Non-negative matrix factorization: `A ≈ W*H` with W, H ≥ 0, an additive model of parts.
//!
//! Methods: accelerated HALS (Gillis & Glineur 2012), which updates one column of a factor at a time in
//! closed form and repeats the cheap inner sweeps while they pay; and the multiplicative updates of Lee
//! & Seung (2001), which never increase the error but converge slowly. Starting points: NNDSVD
//! (Boutsidis & Gallopoulos 2008) or random. The iteration stops when the projected gradient, taken as
//! the sweep meets it, has fallen by `tol`. Cost per iteration: 4mnk flops in two products plus
//! (m + n)k² per inner sweep. The problem is not convex: a local minimum is found.

mod start;

use self::start::start;
use crate::data::{End, Monitor, Step};
use crate::error::{Error, Result};
use crate::linalg::norm::{euclidean, frobenius, max_abs};
use crate::linalg::par::{Op, order, par};
use crate::linalg::product::{dot, multiply, multiply_into};
use crate::linalg::simd::clean;
use crate::linalg::{Matrix, Random};
use faer::{MatMut, MatRef, Par};
use rayon::prelude::*;

/// The starting point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Init {
    /// The positive parts of the leading singular vectors; deterministic.
    #[default]
    Nndsvd,
    /// As `Nndsvd`, with the mean of A in place of zeros, which multiplicative updates cannot leave.
    Nndsvda,
    /// Random, of the scale of A.
    Random,
}

/// The update rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Solver {
    /// Accelerated hierarchical alternating least squares.
    #[default]
    Hals,
    /// Multiplicative updates; NNDSVD zeros are filled as by [`Init::Nndsvda`].
    Multiplicative,
}

/// Options with their defaults.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NmfOptions {
    /// Number of parts (2).
    pub k: usize,
    /// Starting point.
    pub init: Init,
    /// Update rule.
    pub solver: Solver,
    /// Stop when the projected gradient is this fraction of the first one (1e-4).
    pub tol: f64,
    /// Iteration limit (500).
    pub max_iter: usize,
    /// Seed of random starting points (0).
    pub seed: u64,
    /// Number of starting points (1); all but the first are random, and the best result is kept.
    pub restarts: usize,
    /// Weight of the sum of all entries of W and H in the objective (0): sparser parts. HALS only.
    pub l1: f64,
    /// Weight of half the sum of their squares (0): smaller parts. HALS only.
    pub l2: f64,
}

impl Default for NmfOptions {
    fn default() -> NmfOptions {
        NmfOptions {
            k: 2,
            init: Init::default(),
            solver: Solver::default(),
            tol: 1e-4,
            max_iter: 500,
            seed: 0,
            restarts: 1,
            l1: 0.0,
            l2: 0.0,
        }
    }
}

/// A fitted model of an m×n matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Nmf {
    /// The parts as columns of 2-norm 1 (or 0), m×k, heaviest first.
    pub w: Matrix,
    /// How much of each part each column of A has, k×n.
    pub h: Matrix,
    /// The weight of each part, the 2-norm of its row of H; descending.
    pub weights: Vec<f64>,
    /// ‖A - W*H‖ in the Frobenius norm.
    pub residual: f64,
    /// `residual`/‖A‖; 0 for a matrix of zeros.
    pub error: f64,
    /// The relative error after each iteration.
    pub history: Vec<f64>,
    /// Number of iterations of the start that was kept.
    pub iterations: usize,
    /// Whether the tolerance was met, the iteration limit came first, or an interrupt.
    pub end: End,
}

impl Nmf {
    /// `W*H`.
    pub fn product(&self) -> Result<Matrix> {
        multiply(&self.w, &self.h)
    }
}

/// Factors a non-negative m×n matrix into k parts.
///
/// The monitor hears of every iteration; when its flag is raised the last iterate is returned. Errors:
/// [`Error::NonFinite`] and [`Error::Negative`], which name the entry, and [`Error::Argument`].
///
/// ```
/// use matfac::{Matrix, data::Monitor, models::{NmfOptions, nmf}};
/// let a = Matrix::from_rows(&[&[1.0, 2.0], &[2.0, 4.0]]);
/// let m = nmf(&a, NmfOptions { k: 1, ..Default::default() }, &Monitor::default()).unwrap();
/// assert!(m.residual < 1e-12 && m.end == matfac::data::End::Converged);
/// assert!(nmf(&a.map(|x| -x), NmfOptions::default(), &Monitor::default()).is_err());
/// ```
pub fn nmf(a: &Matrix, options: NmfOptions, monitor: &Monitor) -> Result<Nmf> {
    check(a, &options)?;
    let largest = max_abs(a.as_slice());
    if a.is_empty() || largest == 0.0 {
        return Ok(Nmf {
            w: Matrix::filled(a.rows(), options.k, 0.0)?,
            h: Matrix::filled(options.k, a.cols(), 0.0)?,
            weights: vec![0.0; options.k],
            residual: 0.0,
            error: 0.0,
            history: Vec::new(),
            iterations: 0,
            end: End::Converged,
        });
    }
    // Entries of at most 1, so that the floor below which an entry counts as zero means the same for
    // every input.
    let scaled = a.map(|x| x / largest);
    let scaled_options =
        NmfOptions { l1: options.l1 / largest.powf(1.5), l2: options.l2 / largest, ..options };
    let mut random = Random::seeded(options.seed);
    let mut best: Option<Run> = None;
    for attempt in 0..options.restarts.max(1) {
        let init = if attempt == 0 { options.init } else { Init::Random };
        let init = match (init, options.solver) {
            (Init::Nndsvd, Solver::Multiplicative) => Init::Nndsvda,
            (init, _) => init,
        };
        let (w, ht) = start(&scaled, options.k, init, &mut random)?;
        let run = Run::new(&scaled, w, ht).iterate(&scaled, &scaled_options, monitor)?;
        let better = best.as_ref().is_none_or(|b| run.history.last() < b.history.last());
        let is_interrupted = run.end == End::Interrupted;
        if better {
            best = Some(run);
        }
        if is_interrupted {
            break;
        }
    }
    let run = best.expect("at least one start");
    finish(a, largest, run)
}

fn check(a: &Matrix, options: &NmfOptions) -> Result<()> {
    a.require_finite("nmf")?;
    if let Some(p) = a.as_slice().iter().position(|&x| x < 0.0) {
        let (row, col) = (p % a.rows() + 1, p / a.rows() + 1);
        return Err(Error::Negative { operation: "nmf", row, col, value: a.as_slice()[p] });
    }
    if options.k == 0 {
        return Err(Error::argument("k", "nmf needs at least one part; k is 0"));
    }
    let named = [("tol", options.tol), ("l1", options.l1), ("l2", options.l2)];
    for (name, value) in named {
        if value.is_nan() || value < 0.0 {
            return Err(Error::argument(
                name,
                format!("{name} must not be negative; it is {value}"),
            ));
        }
    }
    Ok(())
}

/// Entries at or below this, of data scaled to 1, are zeros that a later update may still raise.
const FLOOR: f64 = 1e-16;
/// Rows per block of a sweep: a block of both operands then stays in the first-level cache.
const BLOCK: usize = 128;

/// The state of one descent. H is kept transposed, so that both factors are tall.
struct Run {
    w: Matrix,
    ht: Matrix,
    /// `A*H'`, and for the other factor `A'*W`.
    product_w: Matrix,
    product_h: Matrix,
    gram: Matrix,
    norm: f64,
    history: Vec<f64>,
    end: End,
}

impl Run {
    fn new(a: &Matrix, w: Matrix, ht: Matrix) -> Run {
        let k = w.cols();
        Run {
            product_w: Matrix::zeros(a.rows(), k),
            product_h: Matrix::zeros(a.cols(), k),
            gram: Matrix::zeros(k, k),
            norm: frobenius(a),
            history: Vec::new(),
            end: End::Limit,
            w,
            ht,
        }
    }

    fn iterate(mut self, a: &Matrix, options: &NmfOptions, monitor: &Monitor) -> Result<Run> {
        let (m, n, k) = (a.rows() as f64, a.cols() as f64, options.k as f64);
        // How many sweeps cost as much as the products before them, halved (Gillis & Glineur).
        let sweeps_w = (1.5 + 0.5 * n * (m + k) / (m * (k + 1.0))).min(100.0) as usize;
        let sweeps_h = (1.5 + 0.5 * m * (n + k) / (n * (k + 1.0))).min(100.0) as usize;
        let mut first_gradient = 0.0;
        for iteration in 1..=options.max_iter {
            multiply_into(&mut self.product_w, 0.0, 1.0, a, false, &self.ht, false);
            multiply_into(&mut self.gram, 0.0, 1.0, &self.ht, true, &self.ht, false);
            let gradient_w = update(&mut self.w, &self.product_w, &self.gram, sweeps_w, options);
            multiply_into(&mut self.product_h, 0.0, 1.0, a, true, &self.w, false);
            multiply_into(&mut self.gram, 0.0, 1.0, &self.w, true, &self.w, false);
            let gradient_h = update(&mut self.ht, &self.product_h, &self.gram, sweeps_h, options);
            let error = self.relative_error();
            self.history.push(error);
            let (task, max_iter) = ("nmf", options.max_iter);
            if !monitor.goes_on(Step { task, iteration, max_iter, objective: error }) {
                self.end = End::Interrupted;
                break;
            }
            let gradient = gradient_w + gradient_h;
            if iteration == 1 {
                first_gradient = gradient;
            }
            if gradient <= options.tol * options.tol * first_gradient {
                self.end = End::Converged;
                break;
            }
        }
        Ok(self)
    }

    /// ‖A - W*H‖/‖A‖ from the products at hand: `‖A‖² - 2⟨A'W, H'⟩ + ⟨W'W, HH'⟩`.
    fn relative_error(&self) -> f64 {
        let k = self.ht.cols();
        let cross = dot(self.product_h.as_slice(), self.ht.as_slice());
        let mut square = 0.0;
        for j in 0..k {
            for i in 0..k {
                square += self.gram[(i, j)] * dot(self.ht.col(i), self.ht.col(j));
            }
        }
        let residual = self.norm * self.norm - 2.0 * cross + square;
        residual.max(0.0).sqrt() / self.norm
    }
}

/// Improves one factor (r×k) given `product` (r×k) and `gram` (k×k); the squared projected gradient.
fn update(
    factor: &mut Matrix,
    product: &Matrix,
    gram: &Matrix,
    sweeps: usize,
    options: &NmfOptions,
) -> f64 {
    let (rows, k) = (factor.rows(), factor.cols());
    // The same blocks whatever the number of threads, for the same result.
    let mut parts = Vec::with_capacity(rows.div_ceil(BLOCK));
    let mut rest = factor.view_mut();
    while rest.nrows() > 0 {
        let (first, size) = (rows - rest.nrows(), BLOCK.min(rest.nrows()));
        let (head, tail) = rest.split_at_row_mut(size);
        parts.push((head, product.view().subrows(first, size)));
        rest = tail;
    }
    let block = |(f, p): (MatMut<'_, f64>, MatRef<'_, f64>)| {
        clean();
        match options.solver {
            Solver::Hals => hals(f, p, gram, sweeps, options),
            Solver::Multiplicative => multiplicative(f, p, gram),
        }
    };
    let sums: Vec<f64> = if par(Op::Product, 2 * order(&[rows, k, k])) == Par::Seq {
        parts.into_iter().map(block).collect()
    } else {
        parts.into_par_iter().map(block).collect()
    };
    sums.iter().sum()
}

/// [`hals_sweeps`], compiled for wider vectors as well; the results are the same bits.
fn hals(
    factor: MatMut<'_, f64>,
    product: MatRef<'_, f64>,
    gram: &Matrix,
    sweeps: usize,
    options: &NmfOptions,
) -> f64 {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn wide(
            factor: MatMut<'_, f64>,
            product: MatRef<'_, f64>,
            gram: &Matrix,
            sweeps: usize,
            options: &NmfOptions,
        ) -> f64 {
            hals_sweeps(factor, product, gram, sweeps, options)
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the instructions, as just checked.
            return unsafe { wide(factor, product, gram, sweeps, options) };
        }
    }
    hals_sweeps(factor, product, gram, sweeps, options)
}

/// Sweeps over the columns of a block of rows, which do not depend on other rows.
#[inline(always)]
fn hals_sweeps(
    mut factor: MatMut<'_, f64>,
    product: MatRef<'_, f64>,
    gram: &Matrix,
    sweeps: usize,
    options: &NmfOptions,
) -> f64 {
    let (rows, k) = (factor.nrows(), factor.ncols());
    let mut x = Matrix::from_view(factor.as_ref());
    let mut step = [0.0; BLOCK];
    let step = &mut step[..rows];
    let (mut gradient, mut first_change) = (0.0, 0.0);
    for sweep in 0..sweeps {
        let mut change = 0.0;
        for j in 0..k {
            let column = product.col(j).try_as_col_major().expect("contiguous").as_slice();
            for (s, p) in step.iter_mut().zip(column) {
                *s = p - options.l1;
            }
            for l in 0..k {
                let g = gram[(l, j)] + if l == j { options.l2 } else { 0.0 };
                for (s, x) in step.iter_mut().zip(x.col(l)) {
                    *s -= g * x;
                }
            }
            let curvature = gram[(j, j)] + options.l2;
            if curvature <= 0.0 {
                continue;
            }
            for (s, x) in step.iter().zip(x.col_mut(j)) {
                if sweep == 0 && (*x > FLOOR || *s > 0.0) {
                    gradient += s * s;
                }
                let next = (*x + s / curvature).max(FLOOR);
                change += (next - *x) * (next - *x);
                *x = next;
            }
        }
        if sweep == 0 {
            first_change = change;
        } else if change <= 0.01 * first_change {
            break;
        }
    }
    for j in 0..k {
        let column = factor.as_mut().col_mut(j).try_as_col_major_mut().expect("contiguous");
        column.as_slice_mut().copy_from_slice(x.col(j));
    }
    gradient
}

/// One multiplicative update of a block of rows: `x .* product ./ (x*gram)`.
fn multiplicative(mut factor: MatMut<'_, f64>, product: MatRef<'_, f64>, gram: &Matrix) -> f64 {
    let (rows, k) = (factor.nrows(), factor.ncols());
    let x = Matrix::from_view(factor.as_ref());
    let mut gradient = 0.0;
    let mut denominator = vec![0.0; rows];
    for j in 0..k {
        denominator.fill(0.0);
        for l in 0..k {
            let g = gram[(l, j)];
            denominator.iter_mut().zip(x.col(l)).for_each(|(d, x)| *d += g * x);
        }
        for i in 0..rows {
            let (p, d, x) = (product[(i, j)], denominator[i], x[(i, j)]);
            let slope = p - d;
            if x > FLOOR || slope > 0.0 {
                gradient += slope * slope;
            }
            factor[(i, j)] = if d > 0.0 { x * (p / d) } else { x };
        }
    }
    gradient
}

/// Undoes the scaling, moves the size of each part into H, and sorts the parts by it.
fn finish(a: &Matrix, largest: f64, run: Run) -> Result<Nmf> {
    let Run { mut w, mut ht, history, end, .. } = run;
    let k = w.cols();
    let clean = |x: &mut f64| {
        if *x <= FLOOR {
            *x = 0.0;
        }
    };
    w.as_mut_slice().iter_mut().for_each(clean);
    ht.as_mut_slice().iter_mut().for_each(clean);
    let mut weights = vec![0.0; k];
    for (j, weight) in weights.iter_mut().enumerate() {
        let size = euclidean(w.col(j));
        if size > 0.0 {
            w.col_mut(j).iter_mut().for_each(|x| *x /= size);
        }
        ht.col_mut(j).iter_mut().for_each(|x| *x *= size * largest);
        *weight = euclidean(ht.col(j));
    }
    let by_weight = crate::linalg::order::argsort(&weights, true);
    let w = Matrix::from_fn(w.rows(), k, |i, j| w[(i, by_weight[j])]);
    let h = Matrix::from_fn(k, ht.rows(), |i, j| ht[(j, by_weight[i])]);
    let weights: Vec<f64> = by_weight.iter().map(|&j| weights[j]).collect();
    let mut rest = a.clone();
    multiply_into(&mut rest, 1.0, -1.0, &w, false, &h, false);
    let (residual, norm) = (frobenius(&rest), frobenius(a));
    let iterations = history.len();
    Ok(Nmf { w, h, weights, residual, error: residual / norm, history, iterations, end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Interrupt;
    use crate::factor::svd::singular_values;
    use crate::factor::testdata::{csv, random};

    fn positive(m: usize, n: usize, k: usize, seed: u64) -> Matrix {
        let abs = |a: Matrix| a.map(f64::abs);
        multiply(&abs(random(m, k, seed)), &abs(random(k, n, seed + 1))).unwrap()
    }

    fn fit(a: &Matrix, options: NmfOptions) -> Nmf {
        let model = nmf(a, options, &Monitor::default()).unwrap();
        assert!(model.w.as_slice().iter().chain(model.h.as_slice()).all(|&x| x >= 0.0));
        assert!(model.weights.windows(2).all(|w| w[0] >= w[1]));
        model
    }

    #[test]
    fn digits_reach_the_published_error() {
        let Some(digits) = csv("tabular/sklearn/digits.csv.gz") else { return };
        let x = digits.columns(0, 64);
        let model = fit(&x, NmfOptions { k: 16, ..Default::default() });
        eprintln!("{} {} {:?}", model.residual, model.iterations, model.end);
        assert!(model.residual <= 681.88, "{}", model.residual);
        assert!((model.error - model.history.last().unwrap()).abs() < 1e-9);
        let optimum = euclidean(&singular_values(&x).unwrap()[16..]);
        assert!((optimum - 572.96).abs() < 0.01 && model.residual > optimum);
        let mu = NmfOptions {
            k: 16,
            solver: Solver::Multiplicative,
            max_iter: 200,
            ..Default::default()
        };
        assert!(fit(&x, mu).residual < 760.0);
    }

    #[test]
    fn the_error_never_increases() {
        let a = positive(300, 170, 7, 3).map(|x| x + 0.1);
        for solver in [Solver::Hals, Solver::Multiplicative] {
            for init in [Init::Nndsvd, Init::Nndsvda, Init::Random] {
                let options = NmfOptions { k: 5, init, solver, max_iter: 60, ..Default::default() };
                let model = fit(&a, options);
                assert!(
                    model.history.windows(2).all(|w| w[1] <= w[0] + 1e-9),
                    "{init:?} {solver:?}"
                );
                assert_eq!(model, fit(&a, options), "same seed, same result");
            }
        }
    }

    #[test]
    fn planted_parts_are_recovered() {
        // Disjoint blocks: the exact factorization is unique up to order and scale.
        let a = Matrix::from_fn(
            12,
            9,
            |i, j| if i / 4 == j / 3 { (1 + i % 4 + j) as f64 } else { 0.0 },
        );
        let (b, k) = (a.map(|x| if x > 0.0 { 1.0 } else { 0.0 }), 3);
        let model = fit(&b, NmfOptions { k, restarts: 5, tol: 1e-8, ..Default::default() });
        assert!(model.error < 1e-6, "{}", model.error);
        let optimum = euclidean(&singular_values(&a).unwrap()[2..]);
        assert!(fit(&a, NmfOptions { k: 2, ..Default::default() }).residual >= optimum - 1e-12);
    }

    #[test]
    fn poor_matrices_are_factored_too() {
        let mut a = positive(20, 10, 3, 1);
        a.col_mut(4).fill(0.0);
        (0..10).for_each(|j| a[(7, j)] = 0.0);
        let model = fit(&a, NmfOptions { k: 3, max_iter: 2000, tol: 1e-7, ..Default::default() });
        assert!(model.error < 1e-2 && model.w[(7, 0)] == 0.0 && model.h[(0, 4)] == 0.0);
        assert_eq!(fit(&Matrix::zeros(4, 3), NmfOptions::default()).residual, 0.0);
        assert_eq!(fit(&Matrix::zeros(0, 3), NmfOptions::default()).h.cols(), 3);
        let many = fit(&positive(3, 4, 2, 5), NmfOptions { k: 9, ..Default::default() });
        assert!(many.error < 1e-2 && many.w.cols() == 9);
        let tiny = fit(&positive(9, 8, 2, 5).map(|x| x * 1e-200), NmfOptions::default());
        assert!(tiny.error < 1e-2 && tiny.weights[0] > 0.0);
        assert!(
            fit(&Matrix::from_rows(&[&[3.0]]), NmfOptions { k: 1, ..Default::default() }).error
                < 1e-12
        );
    }

    #[test]
    fn penalties_shrink_the_factors() {
        let a = positive(30, 20, 4, 2);
        let plain = fit(&a, NmfOptions { k: 4, ..Default::default() });
        let sparse = fit(&a, NmfOptions { k: 4, l1: 2.0, l2: 0.5, ..Default::default() });
        assert!(sparse.error > plain.error);
    }

    #[test]
    fn bad_input_is_named() {
        let bad =
            |a: Matrix, options: NmfOptions| nmf(&a, options, &Monitor::default()).unwrap_err();
        let negative = bad(Matrix::from_rows(&[&[1.0, 2.0], &[0.0, -1.0]]), NmfOptions::default());
        assert_eq!(negative.to_string(), "nmf needs non-negative entries; entry (2,2) is -1");
        let nan = bad(Matrix::from_rows(&[&[f64::NAN]]), NmfOptions::default());
        assert!(matches!(nan, Error::NonFinite { row: 1, col: 1, .. }));
        let k = bad(Matrix::zeros(2, 2), NmfOptions { k: 0, ..Default::default() });
        assert!(matches!(k, Error::Argument { name: "k", .. }));
    }

    #[test]
    fn an_interrupt_keeps_the_last_iterate() {
        let interrupt = Interrupt::new();
        let flag = interrupt.clone();
        let monitor = Monitor::new(interrupt, move |step| {
            if step.iteration == 3 {
                flag.trigger();
            }
        });
        let options = NmfOptions { k: 3, tol: 0.0, ..Default::default() };
        let model = nmf(&positive(20, 20, 5, 1), options, &monitor).unwrap();
        assert_eq!((model.end, model.iterations), (End::Interrupted, 3));
        let full = fit(&positive(20, 20, 5, 1), NmfOptions { max_iter: 3, ..options });
        assert_eq!((full.w, full.history), (model.w, model.history));
    }
}
