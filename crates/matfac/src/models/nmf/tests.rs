//! What holds of every solver and loss: factors are non-negative, the objective never increases, sparse data are the same
//! as full ones, scale does not matter; and the numbers of scikit-learn.

use super::*;
use crate::data::Interrupt;
use crate::factor::svd::singular_values;
use crate::factor::testdata::{csv, random};
use crate::linalg::Sparse;
use crate::linalg::norm::frobenius;

fn positive(m: usize, n: usize, k: usize, seed: u64) -> Matrix {
    let abs = |a: Matrix| a.map(f64::abs);
    multiply(&abs(random(m, k, seed)), &abs(random(k, n, seed + 1))).unwrap()
}

#[track_caller]
fn fit<'a>(a: impl Into<Data<'a>>, options: &NmfOptions) -> Nmf {
    let model = nmf(a, options, &Monitor::default()).unwrap();
    let mut entries = model.w.as_slice().iter().chain(model.h.as_slice());
    assert!(entries.all(|&x| x >= 0.0 && x.is_finite()), "{options:?}");
    assert!(model.weights.windows(2).all(|w| w[0] >= w[1]));
    model
}

fn with(k: usize, solver: Solver) -> NmfOptions {
    NmfOptions { k, solver, ..Default::default() }
}

fn mu(k: usize, beta: f64) -> NmfOptions {
    NmfOptions { loss: Loss::of_beta(beta).unwrap(), ..with(k, Solver::Multiplicative) }
}

const SOLVERS: [Solver; 3] = [Solver::Hals, Solver::Multiplicative, Solver::Anls];
const BETAS: [f64; 8] = [-0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0];

#[test]
fn digits_reach_the_published_errors() {
    let Some(digits) = csv("tabular/sklearn/digits.csv.gz") else { return };
    let x = digits.columns(0, 64);
    for solver in [Solver::Hals, Solver::Anls] {
        let model = fit(&x, &with(16, solver));
        eprintln!("{solver:?} {} {} {:?}", model.residual, model.iterations, model.end);
        assert!(model.residual <= 681.88, "{}", model.residual);
        assert!((model.error - model.errors.last().unwrap()).abs() < 1e-9);
        let optimum = euclidean(&singular_values(&x).unwrap()[16..]);
        assert!((optimum - 572.96).abs() < 0.01 && model.residual > optimum);
    }
    for (beta, published) in [(2.0, 728.60), (1.0, 345.06)] {
        let model = fit(&x, &mu(16, beta));
        eprintln!("mu {beta} {} {} {:?}", model.residual, model.iterations, model.end);
        assert!(model.residual <= published, "{beta}: {}", model.residual);
    }
}

#[test]
fn the_objective_never_increases() {
    let a = positive(120, 70, 7, 3).map(|x| x + 0.1);
    let mut cases: Vec<NmfOptions> = Vec::new();
    for init in [Init::Nndsvd, Init::Nndsvda, Init::Nndsvdar, Init::Random] {
        cases.extend([Solver::Hals, Solver::Anls].map(|solver| with(5, solver)));
        cases.extend(BETAS.map(|beta| NmfOptions { init: init.clone(), ..mu(5, beta) }));
    }
    for case in cases {
        for (l1, l2) in [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1), (0.2, 0.2)] {
            let options = NmfOptions { l1, l2, max_iter: 40, tol: 0.0, ..case.clone() };
            let model = fit(&a, &options);
            assert_eq!((model.iterations, model.history.len()), (40, 40));
            assert!(model.history.windows(2).all(|w| w[1] <= w[0]), "{options:?}");
            // The history is what it says: the objective of the factors.
            let monotone = (1..40).step_by(13).map(|max_iter| {
                let short = fit(&a, &NmfOptions { max_iter, ..options.clone() });
                assert_eq!(short.history[..], model.history[..max_iter]);
                short.error
            });
            let mut errors: Vec<f64> = monotone.collect();
            errors.push(model.error);
            if l1 + l2 == 0.0 {
                let falls = errors.windows(2).all(|w| w[1] <= w[0] + 1e-12);
                assert!(falls, "{options:?} {errors:?}");
                assert!((model.error - model.history[39]).abs() < 1e-9, "{options:?}");
            }
            assert_eq!(model, fit(&a, &options), "same seed, same result");
        }
    }
}

#[test]
fn threads_do_not_change_the_bits() {
    let a = positive(700, 300, 6, 1).map(|x| x + 0.01);
    let s = Sparse::from_dense(&a.map(|x| if x > 9.0 { x } else { 0.0 })).unwrap();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let two = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let cases = [with(4, Solver::Hals), with(4, Solver::Anls), mu(4, 1.0), mu(4, 0.5), mu(4, 2.0)];
    for options in cases {
        let options = NmfOptions { max_iter: 6, tol: 0.0, ..options };
        let run = || (fit(&a, &options), fit(&s, &options));
        assert_eq!(one.install(run), two.install(run), "{options:?}");
    }
}

#[test]
fn sparse_data_are_the_same_as_full_ones() {
    for (m, n, seed) in [(60, 40, 1), (40, 90, 2)] {
        let mut random = Random::seeded(seed);
        let a = positive(m, n, 4, seed).map(|x| if random.uniform() < 0.3 { x } else { 0.0 });
        let s = Sparse::from_dense(&a).unwrap();
        let mut cases: Vec<NmfOptions> = SOLVERS.map(|solver| with(4, solver)).to_vec();
        cases.extend([0.5, 1.0, 1.5, 2.5, 3.0].map(|beta| mu(4, beta)));
        for k in [1, 4, 9, 23] {
            for case in &cases {
                let options = NmfOptions { k, max_iter: 12, tol: 0.0, ..case.clone() };
                let (full, sparse) = (fit(&a, &options), fit(&s, &options));
                let close = |x: &[f64], y: &[f64]| {
                    let scale = max(x).max(1e-300);
                    x.iter().zip(y).all(|(x, y)| (x - y).abs() <= 1e-9 * scale)
                };
                assert!(close(&full.history, &sparse.history), "{options:?}");
                assert!(close(full.w.as_slice(), sparse.w.as_slice()), "{options:?}");
                assert!(close(full.h.as_slice(), sparse.h.as_slice()), "{options:?}");
                assert!((full.residual / sparse.residual - 1.0).abs() < 1e-9, "{options:?}");
            }
        }
    }
}

fn max(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |m, x| m.max(x.abs()))
}

#[test]
fn scale_does_not_matter() {
    let a = positive(30, 20, 3, 5).map(|x| x + 0.05);
    let mut cases: Vec<NmfOptions> = SOLVERS.map(|solver| with(3, solver)).to_vec();
    cases.extend([0.0, 0.5, 1.0, 1.5, 3.0].map(|beta| mu(3, beta)));
    for case in cases {
        let options = NmfOptions { max_iter: 30, tol: 0.0, ..case };
        let plain = fit(&a, &options);
        for power in [-660, -300, 300, 660, 1000] {
            let factor = 2f64.powi(power);
            let model = fit(&a.map(|x| x * factor), &options);
            assert!((model.error - plain.error).abs() < 1e-9, "{power} {options:?}");
            let ratio = model.weights[0] / factor / plain.weights[0];
            assert!((ratio - 1.0).abs() < 1e-6, "{power} {ratio} {options:?}");
            if options.loss == Loss::FROBENIUS {
                let ratio = model.residual / factor / plain.residual;
                assert!((ratio - 1.0).abs() < 1e-6, "{power}");
            }
        }
    }
}

#[test]
fn planted_parts_are_recovered() {
    // Strokes: each part is a line of a 6×6 picture; 60 pictures of a few strokes each.
    let parts = Matrix::from_fn(36, 8, |p, s| {
        let (i, j) = (p % 6, p / 6);
        let on = if s < 4 { i == s + s / 2 } else { j == s - 4 + (s - 4) / 2 };
        f64::from(u8::from(on))
    });
    let mut random = Random::seeded(4);
    let how =
        Matrix::from_fn(
            8,
            60,
            |_, _| {
                if random.uniform() < 0.35 { 0.5 + random.uniform() } else { 0.0 }
            },
        );
    let a = multiply(&parts, &how).unwrap();
    for solver in [Solver::Hals, Solver::Anls] {
        let options = NmfOptions { restarts: 10, tol: 1e-8, max_iter: 2000, ..with(8, solver) };
        let model = fit(&a, &options);
        assert!(model.error < 1e-4, "{solver:?} {}", model.error);
        for s in 0..8 {
            let cosine = |j: usize| {
                let dot: f64 = parts.col(s).iter().zip(model.w.col(j)).map(|(x, y)| x * y).sum();
                dot / euclidean(parts.col(s))
            };
            let best = (0..8).map(cosine).fold(0.0, f64::max);
            assert!(best > 0.99, "{solver:?} stroke {s}: {best}");
        }
        // Too few parts smear, and no product of that rank beats the singular values.
        let few = fit(&a, &NmfOptions { k: 5, ..options });
        let optimum = euclidean(&singular_values(&a).unwrap()[5..]);
        assert!(few.residual >= optimum - 1e-12 && few.error > 0.05);
    }
}

#[test]
fn missing_cells_are_left_out() {
    let whole = positive(80, 50, 3, 9);
    let mut random = Random::seeded(2);
    let holed = whole.map(|x| if random.uniform() < 0.3 { f64::NAN } else { x });
    let missing = |options: NmfOptions| NmfOptions { missing: true, ..options };
    let norm = frobenius(&whole);
    for options in [with(3, Solver::Hals), with(3, Solver::Anls), mu(3, 2.0), mu(3, 1.0)] {
        let slow = options.solver == Solver::Multiplicative;
        let options =
            NmfOptions { tol: if slow { 1e-9 } else { 1e-6 }, max_iter: 3000, ..missing(options) };
        let model = fit(&holed, &options);
        let mut rest = model.product().unwrap();
        rest.as_mut_slice().iter_mut().zip(whole.as_slice()).for_each(|(y, x)| *y -= x);
        // What is not there is predicted, which no imputation by a mean does.
        let error = frobenius(&rest) / norm;
        assert!(error < if slow { 0.05 } else { 0.01 }, "{options:?} {error}");
        assert!(model.history.windows(2).all(|w| w[1] <= w[0]));
        let known =
            Matrix::from_fn(80, 50, |i, j| if holed[(i, j)].is_nan() { 0.0 } else { rest[(i, j)] });
        if options.loss == Loss::FROBENIUS {
            assert!((frobenius(&known) - model.residual).abs() < 1e-9 * norm);
        }
        // Without a hole the two ways are one.
        let short = NmfOptions { max_iter: 5, ..options };
        let plain = NmfOptions { missing: false, ..short.clone() };
        assert!((fit(&whole, &short).error - fit(&whole, &plain).error).abs() < 1e-10);
    }
    // A few known cells, and none.
    let mut few = holed.clone();
    few.as_mut_slice().iter_mut().enumerate().for_each(|(p, x)| {
        if p % 80 == 7 || p / 80 == 4 || (p % 80 == 11 && p / 80 > 2) {
            *x = f64::NAN;
        }
    });
    for options in [with(3, Solver::Hals), with(3, Solver::Anls), mu(3, 2.0), mu(3, 0.5)] {
        let model = fit(&few, &missing(options));
        assert!((0..3).all(|j| model.w[(7, j)] == 0.0 && model.h[(j, 4)] == 0.0));
        assert!(model.error < 0.2, "{}", model.error);
    }
    let none = fit(&holed.map(|_| f64::NAN), &missing(with(2, Solver::Hals)));
    assert_eq!((none.residual, none.end), (0.0, End::Converged));
}

#[test]
fn stored_nan_of_sparse_data_are_missing_cells() {
    let mut random = Random::seeded(7);
    let whole = positive(90, 70, 3, 4);
    let holed = whole.map(|x| match random.uniform() {
        u if u < 0.1 => f64::NAN,
        u if u < 0.6 => 0.0,
        _ => x,
    });
    let s = Sparse::from_dense(&holed).unwrap();
    let (hals, anls) = (with(3, Solver::Hals), with(3, Solver::Anls));
    for options in [hals, anls, mu(3, 2.0), mu(3, 1.0), mu(3, 1.5)] {
        // A start that both ways have: NNDSVD imputes full data alone.
        let options =
            NmfOptions { missing: true, init: Init::Random, max_iter: 15, tol: 0.0, ..options };
        let (full, sparse) = (fit(&holed, &options), fit(&s, &options));
        let gap = |x: &Matrix, y: &Matrix| {
            let gaps = x.as_slice().iter().zip(y.as_slice()).map(|(x, y)| (x - y).abs());
            gaps.fold(0.0, f64::max)
        };
        assert!(gap(&full.w, &sparse.w) < 1e-9 && gap(&full.h, &sparse.h) < 1e-6, "{options:?}");
        assert!((full.residual / sparse.residual - 1.0).abs() < 1e-9, "{options:?}");
        let monitor = Monitor::default();
        let ways = [Data::from(&holed), Data::from(&s)]
            .map(|x| transform(&full.h, x, options.loss, true, &monitor).unwrap().value);
        assert!(gap(&ways[0], &ways[1]) < 1e-6, "{options:?}");
    }
    // NNDSVD of both, small and large.
    for (data, most) in [(&s, 0.9), (&Sparse::from_dense(&positive(300, 200, 3, 1)).unwrap(), 1.0)]
    {
        let data = data.map(|x| if x > 5.0 && x < 6.0 { f64::NAN } else { x });
        let model = fit(&data, &NmfOptions { missing: true, ..with(3, Solver::Hals) });
        assert!(model.error < most, "{}", model.error);
    }
}

#[test]
fn an_interrupt_keeps_the_last_coordinates() {
    let a = positive(40, 30, 3, 8);
    let h = fit(&a, &with(3, Solver::Hals)).h;
    let at = |wanted: usize| {
        let interrupt = Interrupt::new();
        let flag = interrupt.clone();
        Monitor::new(interrupt, move |step| {
            if step.iteration == wanted {
                flag.trigger();
            }
        })
    };
    let kl = Loss::KULLBACK_LEIBLER;
    let some = transform(&h, Data::from(&a), kl, false, &at(4)).unwrap();
    assert_eq!((some.end, some.iterations), (End::Interrupted, 4));
    assert!(some.value.as_slice().iter().all(|x| *x >= 0.0 && x.is_finite()));
    let all = score(&h, Data::from(&a), kl, false, &Monitor::default()).unwrap();
    let some = score(&h, Data::from(&a), kl, false, &at(4)).unwrap();
    assert!(some.end == End::Interrupted && all.end != End::Interrupted);
    assert!(some.value < all.value && all.iterations > 4);
    // Least squares are one step: there is no iterate to keep.
    let none = transform(&h, Data::from(&a), Loss::FROBENIUS, false, &at(1));
    assert!(matches!(none, Err(Error::Interrupted)));
}

#[test]
fn poor_matrices_are_factored_too() {
    let mut a = positive(20, 10, 3, 1);
    a.col_mut(4).fill(0.0);
    (0..10).for_each(|j| a[(7, j)] = 0.0);
    for options in [with(3, Solver::Hals), with(3, Solver::Anls), mu(3, 2.0), mu(3, 1.0)] {
        let model = fit(&a, &NmfOptions { max_iter: 2000, tol: 1e-7, ..options });
        assert!(model.error < 3e-2, "{} {:?}", model.error, model.end);
        assert!((0..3).all(|j| model.w[(7, j)] < 1e-10 && model.h[(j, 4)] < 1e-9));
    }
    for solver in SOLVERS {
        let options = with(2, solver);
        assert_eq!(fit(&Matrix::zeros(4, 3), &options).residual, 0.0);
        assert_eq!(fit(&Matrix::zeros(0, 3), &options).h.cols(), 3);
        assert_eq!(fit(&Sparse::zeros(4, 3).unwrap(), &options).residual, 0.0);
        let many = fit(&positive(3, 4, 2, 5), &with(9, solver));
        assert!(many.error < 5e-2 && many.w.cols() == 9, "{}", many.error);
        let one = fit(&Matrix::from_rows(&[&[3.0]]), &with(1, solver));
        assert!(one.error < 1e-6, "{}", one.error);
        let row = fit(&Matrix::from_rows(&[&[3.0, 0.0, 1.0]]), &with(1, solver));
        assert!(row.error < 1e-6 && row.w.rows() == 1, "{}", row.error);
        let start = fit(&positive(9, 8, 2, 5), &NmfOptions { max_iter: 0, ..options });
        assert!(start.iterations == 0 && start.residual.is_finite() && start.error < 0.5);
    }
}

#[test]
fn a_given_start_is_where_it_begins() {
    let a = positive(12, 9, 2, 3);
    let exact = fit(&a, &NmfOptions { tol: 1e-9, max_iter: 3000, ..with(2, Solver::Hals) });
    let given = Init::Given(Box::new((exact.w.clone(), exact.h.clone())));
    for solver in SOLVERS {
        let options = NmfOptions { init: given.clone(), max_iter: 3, ..with(2, solver) };
        assert!(fit(&a, &options).error <= exact.error + 1e-8);
        let large = a.map(|x| x * 2f64.powi(600));
        let scaled = (exact.w.map(|x| x * 2f64.powi(600)), exact.h.clone());
        let options = NmfOptions { init: Init::Given(Box::new(scaled)), ..options };
        assert!(fit(&large, &options).error <= exact.error + 1e-8);
    }
    let nndsvd = NmfOptions { max_iter: 0, ..with(2, Solver::Hals) };
    let random = NmfOptions { init: Init::Random, ..nndsvd.clone() };
    assert!(fit(&a, &nndsvd).error < fit(&a, &random).error);
}

#[test]
fn penalties_shrink_the_factors() {
    let a = positive(30, 20, 4, 2);
    for solver in SOLVERS {
        let plain = fit(&a, &with(4, solver));
        let sparse = fit(&a, &NmfOptions { l1: 2.0, l2: 0.5, ..with(4, solver) });
        assert!(sparse.error > plain.error, "{solver:?}");
    }
}

#[test]
fn new_rows_find_their_parts() {
    let a = positive(60, 30, 3, 8);
    let model = fit(&a, &NmfOptions { tol: 1e-7, max_iter: 5000, ..with(3, Solver::Hals) });
    let new = multiply(&positive(9, 3, 2, 30), &model.h).unwrap();
    let holed =
        Matrix::from_fn(9, 30, |i, j| if (i + j) % 4 == 0 { f64::NAN } else { new[(i, j)] });
    let monitor = Monitor::default();
    for beta in [2.0, 1.0, 0.0, 1.5] {
        let loss = Loss::of_beta(beta).unwrap();
        let tol = if beta == 2.0 { 1e-10 } else { 1e-3 };
        let sparse = Sparse::from_dense(&new).unwrap();
        for data in [Data::from(&new), Data::from(&sparse), Data::from(&holed)] {
            let z = transform(&model.h, data, loss, true, &monitor).unwrap().value;
            let mut rest = multiply(&z, &model.h).unwrap();
            rest.as_mut_slice().iter_mut().zip(new.as_slice()).for_each(|(y, x)| *y -= x);
            assert!(frobenius(&rest) <= tol * frobenius(&new), "{beta}: {}", frobenius(&rest));
            let share = score(&model.h, data, loss, true, &monitor).unwrap().value;
            assert!((share - 1.0).abs() < tol, "{share}");
        }
    }
    let loss = Loss::FROBENIUS;
    let huge = new.map(|x| x * 2f64.powi(900));
    let z = transform(&model.h, Data::from(&huge), loss, false, &monitor).unwrap().value;
    assert!(z.as_slice().iter().all(|x| x.is_finite() && *x >= 0.0));
    let zeros = Matrix::zeros(2, 30);
    let z = transform(&model.h, Data::from(&zeros), loss, false, &monitor).unwrap().value;
    assert_eq!(z, Matrix::zeros(2, 3));
    let narrow = transform(&model.h, Data::from(&Matrix::zeros(2, 7)), loss, false, &monitor);
    assert!(narrow.unwrap_err().to_string().contains("30 columns"));
    assert!(transform(&model.h, Data::from(&holed), loss, false, &monitor).is_err());
}

#[test]
fn bad_input_is_named() {
    #[track_caller]
    fn bad<'a>(a: impl Into<Data<'a>>, options: NmfOptions, part: &str) {
        let error = nmf(a, &options, &Monitor::default()).unwrap_err();
        let text = format!("{error} {}", error.hint().unwrap_or_default());
        assert!(text.contains(part), "{text}");
    }
    let plain = NmfOptions::default;
    let negative = Matrix::from_rows(&[&[1.0, 2.0], &[0.0, -1.0]]);
    bad(&negative, plain(), "non-negative entries; entry (2,2) is -1");
    let nan = Matrix::from_rows(&[&[1.0, f64::NAN]]);
    bad(&nan, plain(), "entry (1,2) is NaN");
    bad(&nan, plain(), "missing=true");
    bad(&Sparse::from_dense(&nan).unwrap(), plain(), "missing=true");
    let infinite = Matrix::from_rows(&[&[1.0, f64::NAN, f64::INFINITY]]);
    bad(&infinite, NmfOptions { missing: true, ..plain() }, "(1,3)");
    let zero = Matrix::from_rows(&[&[1.0, 2.0], &[3.0, 0.0]]);
    bad(&zero, mu(1, 0.0), "entry (2,2) is 0");
    bad(&zero, mu(1, -1.0), "positive");
    bad(&Sparse::from_dense(&zero).unwrap(), mu(1, 0.0), "entry (2,2) is 0");
    bad(&zero, NmfOptions { k: 0, ..plain() }, "at least one part");
    bad(&zero, NmfOptions { tol: -1.0, ..plain() }, "tol must not be negative");
    let kl = NmfOptions { loss: Loss::KULLBACK_LEIBLER, ..plain() };
    bad(&zero, kl, "solver=\"mu\"");
    let given = |w: Matrix, h: Matrix| NmfOptions {
        init: Init::Given(Box::new((w, h))),
        ..with(1, Solver::Hals)
    };
    let one = |m: usize, n: usize| Matrix::from_fn(m, n, |_, _| 1.0);
    bad(&zero, given(one(2, 2), one(1, 2)), "W 2×1");
    bad(&zero, given(one(2, 1), one(1, 3)), "H 1×2");
    bad(&zero, given(one(2, 1).map(|x| -x), one(1, 2)), "W(1,1) is -1");
}

#[test]
fn an_interrupt_keeps_the_last_iterate() {
    for options in [with(3, Solver::Hals), with(3, Solver::Anls), mu(3, 1.0)] {
        let interrupt = Interrupt::new();
        let flag = interrupt.clone();
        let monitor = Monitor::new(interrupt, move |step| {
            if step.iteration == 3 {
                flag.trigger();
            }
        });
        let options = NmfOptions { tol: 0.0, ..options };
        let a = positive(20, 20, 5, 1);
        let model = nmf(&a, &options, &monitor).unwrap();
        assert_eq!((model.end, model.iterations), (End::Interrupted, 3));
        let full = fit(&a, &NmfOptions { max_iter: 3, ..options });
        assert_eq!((full.w, full.history), (model.w, model.history));
    }
}

/// Awkward numbers in awkward shapes: nothing panics, nothing is NaN.
#[test]
fn nothing_panics() {
    let pool = [0.0, 0.0, 1.0, 2.0, 1e-8, 1e8, 1e-160, 1e160, 1e-300, 1e300, f64::NAN];
    let shapes = [(0, 2), (1, 1), (1, 4), (4, 1), (2, 2), (5, 3), (3, 5)];
    for seed in 0..300 {
        let mut random = Random::seeded(seed);
        let (m, n) = shapes[random.below(shapes.len())];
        let width = 2 + random.below(pool.len() - 1);
        let a = Matrix::from_fn(m, n, |_, _| pool[random.below(width)]);
        let mut cases: Vec<NmfOptions> = SOLVERS.map(|solver| with(2, solver)).to_vec();
        cases.extend([0.0, 0.7, 1.0, 3.0].map(|beta| mu(2, beta)));
        for case in cases {
            let options = NmfOptions { missing: seed % 2 == 0, max_iter: 12, ..case };
            for data in [Data::from(&a), Data::from(&Sparse::from_dense(&a).unwrap())] {
                let Ok(model) = nmf(data, &options, &Monitor::default()) else { continue };
                let parts = model.w.as_slice().iter().chain(model.h.as_slice());
                assert!(parts.copied().all(|x| x >= 0.0 && x.is_finite()), "{options:?} {a:?}");
                assert!(!model.error.is_nan() && !model.residual.is_nan(), "{options:?} {a:?}");
            }
        }
    }
}
