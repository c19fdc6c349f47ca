//! Principal components by every way against each other and against published numbers.

use super::*;
use crate::data::{Interrupt, Step};
use crate::factor::svd::{SvdForm, svd};
use crate::factor::testdata::{assert_close, assert_orthonormal, csv, random};
use crate::linalg::elementwise::{Arith, broadcast};
use crate::linalg::{Random, product};

fn fit(x: &Matrix, options: PcaOptions) -> Pca {
    pca(x, &options, &Monitor::default()).unwrap()
}

fn plain(k: usize) -> PcaOptions {
    PcaOptions { k: Some(k), ..PcaOptions::default() }
}

#[track_caller]
fn close(x: &[f64], y: &[f64], tol: f64) {
    assert_eq!(x.len(), y.len());
    assert!(x.iter().zip(y).all(|(a, b)| (a - b).abs() <= tol), "{x:?} {y:?}");
}

/// Data with a few strong directions, means, and noise.
fn planted(n: usize, d: usize, rank: usize, noise: f64, seed: u64) -> Matrix {
    let mut r = Random::seeded(seed);
    let (z, w) = (r.normals(n * rank), r.normals(d * rank));
    let mut r2 = Random::seeded(seed + 1);
    Matrix::from_fn(n, d, |i, j| {
        let part: f64 = (0..rank).map(|a| (rank - a) as f64 * z[i + n * a] * w[j + d * a]).sum();
        part + 0.5 * j as f64 + noise * r2.normal()
    })
}

#[test]
fn iris_as_published() {
    let Some(iris) = csv("tabular/sklearn/iris.csv") else { return };
    let model = fit(&iris.columns(0, 4), PcaOptions::default());
    close(&model.variance, &[4.228242, 0.242671, 0.078210, 0.023835], 5e-7);
    close(&model.ratio, &[0.924619, 0.053066, 0.017103, 0.005212], 5e-7);
    close(model.components.col(0), &[0.361387, -0.084523, 0.856671, 0.358289], 5e-7);
}

#[test]
fn digits_as_published() {
    let Some(digits) = csv("tabular/sklearn/digits.csv.gz") else { return };
    let x = digits.columns(0, 64);
    assert_eq!(x.rows(), 1797);
    let raw = fit(&x, PcaOptions::default());
    assert_eq!([raw.components_for(0.95), raw.components_for(0.99)], [Ok(29), Ok(41)]);
    let z = standardize(&x, Normalization::Population).unwrap();
    assert_eq!(z.scale.iter().filter(|&&s| s == 1.0).count(), 3);
    let model = fit(&z.x, PcaOptions::default());
    let counts = [0.90, 0.95, 0.99].map(|t| model.components_for(t).unwrap());
    assert_eq!(counts, [31, 40, 54]);
    let expected = [0.12033916, 0.09561054, 0.08444415, 0.06498408, 0.04860155];
    close(&model.ratio[..5], &expected, 5e-9);
    let scaled = fit(&x, PcaOptions { scale: true, ..Default::default() });
    close(&scaled.ratio, &model.ratio, 1e-12);
    for (k, error) in [(5, 0.76552), (20, 0.45482), (40, 0.22186), (64, 0.0)] {
        let model = fit(&z.x, plain(k));
        let back = model.inverse_transform(&model.scores).unwrap();
        let rest = broadcast(Arith::Sub, &z.x, &back).unwrap();
        let norm = crate::linalg::norm::frobenius;
        assert!((norm(&rest) / norm(&z.x) - error).abs() < 5e-6);
    }
}

#[test]
fn the_identities_hold_by_every_solver() {
    for (n, d) in [(30, 12), (12, 30), (200, 6)] {
        let x = random(n, d, 8);
        for solver in [Solver::Auto, Solver::Full, Solver::Covariance, Solver::Krylov] {
            let model = fit(&x, PcaOptions { solver, ..Default::default() });
            assert_orthonormal(&model.components, 1e-13);
            assert_close(&model.transform(&x).unwrap(), &model.scores, 1e-7);
            assert_close(&model.inverse_transform(&model.scores).unwrap(), &x, 1e-12);
            let part = fit(&x, PcaOptions { solver, ..plain(3) });
            let back = part.inverse_transform(&part.scores).unwrap();
            let rest = broadcast(Arith::Sub, &x, &back).unwrap();
            let tail = part.noise_variance * ((n - 1) * (n.min(d) - 3)) as f64;
            let error = crate::linalg::norm::frobenius(&rest).powi(2);
            assert!((error - tail).abs() < 1e-10 * error.max(1.0));
        }
    }
    let x = random(200, 6, 8);
    let centred = standardize(&x, Normalization::Sample).unwrap();
    let wide = svd(&centred.x, SvdForm::Economy).unwrap();
    let model = fit(&x, PcaOptions { scale: true, ..Default::default() });
    close(&model.singular_values, &wide.s, 1e-12);
    assert_close(&model.components, &wide.v, 1e-12);
}

#[test]
fn large_data_by_every_solver() {
    for (n, d) in [(900, 400), (400, 900)] {
        let x = planted(n, d, 30, 5.0, 4);
        let exact = fit(&x, PcaOptions { solver: Solver::Full, ..plain(8) });
        for (solver, name, tol) in [
            (Solver::Auto, "covariance", 1e-12),
            (Solver::Covariance, "covariance", 1e-12),
            (Solver::Krylov, "krylov", 1e-12),
            (Solver::Randomized, "randomized", 1e-7),
        ] {
            let model = fit(&x, PcaOptions { solver, ..plain(8) });
            assert_eq!((model.solver, model.end), (name, crate::data::End::Converged));
            close(&model.variance, &exact.variance, tol * exact.variance[0]);
            close(&[model.noise_variance], &[exact.noise_variance], tol * exact.variance[0]);
            close(model.components.col(0), exact.components.col(0), tol.sqrt());
        }
        let all = fit(&x, PcaOptions::default());
        let full = fit(&x, PcaOptions { solver: Solver::Full, ..Default::default() });
        // Centring takes one dimension of the wide one.
        assert_eq!(all.solver, "covariance");
        assert_orthonormal(&all.components, 1e-11);
        close(&all.variance, &full.variance, 1e-12 * full.variance[0]);
        let share =
            fit(&x, PcaOptions { energy: Some(0.9), solver: Solver::Krylov, ..Default::default() });
        let same = fit(&x, PcaOptions { energy: Some(0.9), ..Default::default() });
        assert_eq!(share.variance.len(), same.variance.len());
    }
    // Singular values that squares would lose are found by the singular values themselves.
    let graded = Matrix::from_fn(500, 220, |i, j| {
        ((i * 7 + j * j * 3) % 101) as f64 * 10f64.powf(-(j as f64) / 22.0)
    });
    assert_eq!(fit(&graded, PcaOptions::default()).solver, "full");
}

#[test]
fn sparse_as_the_model_of_the_full_matrix() {
    let mut r = Random::seeded(3);
    for (n, d) in [(40, 12), (400, 150), (150, 300)] {
        let x = Matrix::from_fn(n, d, |_, j| match r.uniform() < 0.1 + 0.5 / (1.0 + j as f64) {
            true => r.normal() * (1.0 + 20.0 / (1.0 + j as f64)) + 1.0,
            false => 0.0,
        });
        let sparse = Sparse::from_dense(&x).unwrap();
        let of_sparse = |options: &PcaOptions| pca(&sparse, options, &Monitor::default());
        for (scale, solver) in [
            (false, Solver::Auto),
            (true, Solver::Krylov),
            (true, Solver::Covariance),
            (false, Solver::Randomized),
        ] {
            let options = PcaOptions { scale, solver, ..plain(4) };
            let expected = fit(&x, PcaOptions { solver: Solver::Full, ..options.clone() });
            let model = of_sparse(&options).unwrap();
            assert_eq!(model.end, crate::data::End::Converged);
            let close = |a: &[f64], b: &[f64]| {
                let size = b.iter().fold(1e-300f64, |m, x| m.max(x.abs()));
                close(a, b, 1e-6 * size);
            };
            close(&model.variance, &expected.variance);
            close(&model.ratio, &expected.ratio);
            close(&model.mean, &expected.mean);
            close(&[model.noise_variance], &[expected.noise_variance]);
            close(&[model.total_variance], &[expected.total_variance]);
            if solver != Solver::Randomized {
                close(model.components.col(0), expected.components.col(0));
                close(model.scores.col(0), expected.scores.col(0));
                close(
                    &model.log_likelihood(&sparse).unwrap(),
                    &expected.log_likelihood(&x).unwrap(),
                );
            }
            assert_eq!(model.components_for(model.ratio[0] - 1e-3), Ok(1));
        }
        let share = PcaOptions { energy: Some(0.5), ..Default::default() };
        assert_eq!(of_sparse(&share).unwrap().variance.len(), fit(&x, share).variance.len());
        assert!(of_sparse(&PcaOptions { solver: Solver::Full, ..plain(2) }).is_err());
        let grown = update(None, &sparse, None, false, &Monitor::default()).unwrap();
        let whole = fit(&x, PcaOptions::default());
        super::tests::close(&grown.variance, &whole.variance, 1e-11 * whole.variance[0]);
        assert_close(&grown.transform(&x).unwrap(), &grown.scores, 1e-10);
    }
    let wide = Sparse::<f64>::zeros(1000, 800).unwrap();
    assert!(pca(&wide, &PcaOptions::default(), &Monitor::default()).is_err());
}

#[test]
fn whitened_scores_have_variance_one() {
    let x = planted(50, 6, 3, 0.3, 2);
    let model = fit(&x, PcaOptions { whiten: true, ..plain(4) });
    let gram = product::gram(&model.scores).unwrap().map(|v| v / 49.0);
    assert_close(&gram, &Matrix::identity(4), 1e-12);
    assert_close(&model.transform(&x).unwrap(), &model.scores, 1e-12);
    let straight = fit(&x, plain(4));
    let back = straight.inverse_transform(&straight.scores).unwrap();
    assert_close(&model.inverse_transform(&model.scores).unwrap(), &back, 1e-12);
    close(&[model.score(&x).unwrap()], &[straight.score(&x).unwrap()], 1e-12);
}

#[test]
fn blocks_give_the_model_of_all_rows() {
    let x = planted(90, 7, 4, 0.3, 6);
    let whole = fit(&x, PcaOptions::default());
    let monitor = Monitor::default();
    let rows = |first: usize, count: usize| Matrix::from_fn(count, 7, |i, j| x[(first + i, j)]);
    let mut model = update(None, &rows(0, 1), None, false, &monitor).unwrap();
    for (first, count) in [(1, 2), (3, 30), (33, 57)] {
        model = update(Some(&model), &rows(first, count), None, false, &monitor).unwrap();
        assert_eq!(model.n, first + count);
    }
    close(&model.variance, &whole.variance, 1e-12 * whole.variance[0]);
    close(&model.mean, &whole.mean, 1e-12);
    close(&model.ratio, &whole.ratio, 1e-12);
    assert_close(&model.components, &whole.components, 1e-10);
    // A part of the components: close, with the exact total.
    let mut part = update(None, &rows(0, 30), Some(4), true, &monitor).unwrap();
    part = update(Some(&part), &rows(30, 60), None, false, &monitor).unwrap();
    close(&part.variance, &whole.variance[..4], 1e-2 * whole.variance[0]);
    close(&[part.total_variance], &[whole.total_variance], 1e-11 * whole.total_variance);
    assert!(part.whiten && part.variance.len() == 4 && part.scores.rows() == 60);
    assert!(update(Some(&part), &random(3, 5, 1), None, false, &monitor).is_err());
    let scaled = fit(&x, PcaOptions { scale: true, ..Default::default() });
    assert!(update(Some(&scaled), &x, None, false, &monitor).is_err());
    assert!(update(None, &Matrix::zeros(0, 3), None, false, &monitor).is_err());
}

/// Some cells, by a rule, are missing.
fn holed(x: &Matrix, every: usize) -> Matrix {
    let place = |i: usize, j: usize| (7 * i + 11 * j + i * j).is_multiple_of(every);
    Matrix::from_fn(x.rows(), x.cols(), |i, j| if place(i, j) { f64::NAN } else { x[(i, j)] })
}

#[test]
fn missing_cells_are_estimated() {
    let x = planted(300, 8, 2, 0.2, 9);
    let exact = fit(&x, plain(2));
    let holes = holed(&x, 6);
    let options = PcaOptions { missing: true, ..plain(2) };
    assert!(matches!(
        pca(&holes, &plain(2), &Monitor::default()),
        Err(Error::NonFinite { operation: "pca", value, .. }) if value.is_nan()
    ));
    let model = fit(&holes, options.clone());
    assert_eq!((model.solver, model.end), ("em", crate::data::End::Converged));
    assert!(
        model.history.windows(2).all(|w| w[1] <= w[0] + 1e-9 * w[0].abs()),
        "{:?}",
        model.history
    );
    assert_orthonormal(&model.components, 1e-12);
    close(&model.variance, &exact.variance, 0.05 * exact.variance[0]);
    close(&[model.noise_variance], &[0.04], 0.005);
    // Hidden cells are predicted to about the noise.
    let filled = model.completed.clone().unwrap();
    let hidden: Vec<usize> = (0..x.len()).filter(|&p| holes.as_slice()[p].is_nan()).collect();
    let square = |p: &usize| (filled.as_slice()[*p] - x.as_slice()[*p]).powi(2);
    let error = (hidden.iter().map(square).sum::<f64>() / hidden.len() as f64).sqrt();
    assert!(error < 0.3, "{error}");
    assert_close(&model.transform(&holes).unwrap(), &model.scores, 1e-6);
    assert_close(&model.transform(&filled).unwrap(), &model.scores, 1e-6);
    // With few iterations the last iterate is kept, and an interrupt does so too.
    let short = fit(&holes, PcaOptions { max_iter: 2, ..options.clone() });
    assert_eq!((short.end, short.history.len()), (crate::data::End::Limit, 2));
    let flag = Interrupt::new();
    flag.trigger();
    let stopped = pca(&holes, &options, &Monitor::new(flag, |_: &Step| ())).unwrap();
    assert_eq!(stopped.end, crate::data::End::Interrupted);
    // The start of large data is an iteration itself; stopped there, nothing half-made comes out.
    let mut large = planted(500, 500, 2, 0.2, 5);
    large[(3, 4)] = f64::NAN;
    let flag = Interrupt::new();
    flag.trigger();
    let stopped = pca(&large, &options, &Monitor::new(flag, |_: &Step| ()));
    assert_eq!(stopped, Err(Error::Interrupted));
    // A Krylov space that has k vectors when it is stopped gives the components it has.
    let noise = planted(1500, 400, 2, 5.0, 6);
    let krylov = PcaOptions { solver: Solver::Krylov, ..plain(10) };
    let flag = Interrupt::new();
    let raised = flag.clone();
    let monitor = Monitor::new(flag, move |_: &Step| raised.trigger());
    let stopped = pca(&noise, &krylov, &monitor).unwrap();
    assert_eq!((stopped.end, stopped.history.len()), (crate::data::End::Interrupted, 1));
    assert_orthonormal(&stopped.components, 1e-10);
    let whole = fit(&noise, krylov.clone());
    assert!(stopped.variance[0] > 0.99 * whole.variance[0]);
    let flag = Interrupt::new();
    flag.trigger();
    let stopped = pca(&noise, &krylov, &Monitor::new(flag, |_: &Step| ()));
    assert_eq!(stopped, Err(Error::Interrupted));
    assert!(pca(&noise, &PcaOptions { tol: -1.0, ..plain(2) }, &Monitor::default()).is_err());
    let scaled = fit(&holes, PcaOptions { scale: true, whiten: true, ..options });
    let like = fit(&x, PcaOptions { scale: true, ..plain(2) });
    close(&scaled.ratio, &like.ratio, 0.03);
}

#[test]
fn without_holes_estimation_finds_the_closed_form() {
    // One hole in many cells: the estimate is close to that of complete data.
    let x = planted(400, 6, 2, 0.4, 12);
    let exact = fit(&x, plain(2));
    let mut holes = x.clone();
    holes[(5, 3)] = f64::NAN;
    let options = PcaOptions { missing: true, tol: 1e-12, max_iter: 5000, ..plain(2) };
    let model = fit(&holes, options.clone());
    close(&model.variance, &exact.variance, 2e-3 * exact.variance[0]);
    close(&[model.noise_variance], &[exact.noise_variance], 2e-3);
    close(model.components.col(0), exact.components.col(0), 1e-2);
    // Complete data need no estimation.
    assert_eq!(fit(&x, options).variance, exact.variance);
}

#[test]
fn what_missing_cells_do_not_allow() {
    let x = holed(&planted(30, 5, 2, 0.3, 1), 6);
    let refused = |x: &Matrix, options: PcaOptions| {
        let options = PcaOptions { missing: true, ..options };
        pca(x, &options, &Monitor::default()).unwrap_err().to_string()
    };
    assert!(refused(&x, PcaOptions::default()).contains("needs k"));
    assert!(refused(&x, plain(5)).contains("between 1 and 4"));
    assert!(refused(&x, PcaOptions { solver: Solver::Full, ..plain(2) }).contains("leave solver"));
    let mut gap = x.clone();
    gap.col_mut(2).fill(f64::NAN);
    assert!(refused(&gap, plain(2)).contains("column 3"));
    let mut gap = x.clone();
    (0..5).for_each(|j| gap[(4, j)] = f64::NAN);
    assert!(refused(&gap, plain(2)).contains("row 5"));
    let mut gap = x;
    gap[(1, 1)] = f64::INFINITY;
    assert!(refused(&gap, plain(2)).contains("(2,2) is Inf"));
}

#[test]
fn hidden_cells_choose_the_planted_number() {
    let x = planted(120, 20, 4, 0.5, 3);
    let options = HeldOutOptions { ks: (1..=10).collect(), ..Default::default() };
    let tried = held_out(&x, &options, &Monitor::default()).unwrap();
    assert_eq!((tried.best, tried.by_fold.shape()), (4, crate::error::Shape(10, 5)));
    assert!(
        tried.errors[3] < 0.65 && tried.baseline > 3.0,
        "{:?} {}",
        tried.errors,
        tried.baseline
    );
    assert_eq!(tried, held_out(&x, &options, &Monitor::default()).unwrap());
    let holes = held_out(&holed(&x, 9), &options, &Monitor::default()).unwrap();
    assert_eq!(holes.best, 4);
    let flag = Interrupt::new();
    flag.trigger();
    let stopped = held_out(&x, &options, &Monitor::new(flag, |_: &Step| ()));
    assert_eq!(stopped, Err(Error::Interrupted));
    for ks in [vec![], vec![0], vec![21]] {
        let options = HeldOutOptions { ks, ..Default::default() };
        assert!(held_out(&x, &options, &Monitor::default()).is_err());
    }
}

#[test]
fn the_most_probable_number() {
    let x = planted(200, 10, 3, 0.3, 5);
    let model = fit(&x, PcaOptions { likely: true, ..Default::default() });
    assert_eq!(model.variance.len(), 3);
    let low = planted(50, 6, 2, 0.0, 5);
    assert_eq!(fit(&low, PcaOptions { likely: true, ..Default::default() }).variance.len(), 2);
    let likely = PcaOptions { likely: true, ..Default::default() };
    assert!(pca(&x.transposed(), &likely, &Monitor::default()).is_err());
    let krylov = PcaOptions { solver: Solver::Krylov, ..likely };
    assert!(pca(&x, &krylov, &Monitor::default()).is_err());
    assert_eq!(most_probable(&[], 3), 1);
    assert_eq!(most_probable(&[0.0, 0.0], 3), 1);
}

#[test]
fn the_likelihood_is_that_of_the_normal_distribution() {
    // With all components: the covariance of the data.
    let x = planted(40, 3, 2, 0.5, 7);
    let model = fit(&x, PcaOptions::default());
    let covariance = product::gram(&model.centred(&x)).unwrap().map(|v| v / 39.0);
    let inverse = crate::factor::inv(&covariance).unwrap().x;
    let (log_det, _) = crate::factor::logdet(&covariance).unwrap();
    let z = model.centred(&x);
    let each = model.log_likelihood(&x).unwrap();
    for (i, l) in each.iter().enumerate() {
        let row = Matrix::from_fn(3, 1, |j, _| z[(i, j)]);
        let weighted = product::multiply(&inverse, &row).unwrap();
        let q = product::dot(row.as_slice(), weighted.as_slice());
        let expected = -0.5 * (q + log_det + 3.0 * (2.0 * std::f64::consts::PI).ln());
        assert!((l - expected).abs() < 1e-10);
    }
    // Scaling changes no likelihood.
    let scaled = fit(&x, PcaOptions { scale: true, ..Default::default() });
    close(&[scaled.score(&x).unwrap()], &[model.score(&x).unwrap()], 1e-10);
    let flat = fit(&planted(20, 3, 1, 0.0, 7), plain(1));
    assert!(flat.score(&x).is_err());
}

#[test]
fn bad_input_is_refused_and_poor_input_is_not() {
    let monitor = Monitor::default();
    let mut x = random(5, 3, 1);
    x[(2, 1)] = f64::NAN;
    let error = pca(&x, &PcaOptions::default(), &monitor).unwrap_err();
    assert!(matches!(error, Error::NonFinite { operation: "pca", row: 3, col: 2, .. }));
    assert!(pca(&Matrix::zeros(0, 3), &PcaOptions::default(), &monitor).is_err());
    assert!(pca(&random(5, 3, 1), &plain(5), &monitor).is_err());
    let one = fit(&Matrix::from_rows(&[&[1.0, 2.0]]), PcaOptions::default());
    assert_eq!((one.variance[0], one.ratio[0]), (0.0, 0.0));
    let share = PcaOptions { energy: Some(0.5), ..Default::default() };
    let part = fit(&random(50, 3, 1), share);
    assert_eq!(part.components.cols(), part.components_for(0.5).unwrap());
    assert!(part.ratio.iter().sum::<f64>() >= 0.5);
    assert!(fit(&random(50, 3, 1), PcaOptions::default()).transform(&x.transposed()).is_err());
    let constant = Matrix::from_fn(6, 3, |i, j| if j == 1 { 0.1 } else { (i * (j + 1)) as f64 });
    let model = fit(&constant, PcaOptions { scale: true, whiten: true, ..Default::default() });
    assert!(model.scores.as_slice().iter().all(|v| v.is_finite()));
    assert_eq!(model.scale.unwrap()[1], 1.0);
}
