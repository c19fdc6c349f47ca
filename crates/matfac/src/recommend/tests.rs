//! What every fit has to satisfy, the worked examples, and MovieLens.

use super::*;
use crate::data::{Duplicates, End, Interrupt, Monitor, Ratings};
use crate::error::{Error, Result};
use crate::io::{
    CsvContent, CsvOptions, RatingsOptions, attach_titles, read_csv, read_ratings, read_titles,
};
use crate::linalg::{Matrix, Random};
use std::sync::Arc;

type Fit = fn(&Arc<Ratings>, u64, &Monitor) -> Result<FactorModel>;

const FITS: [(&str, Fit); 8] = [
    ("als", |r, seed, m| als(r, &AlsOptions { seed, ..Default::default() }, m)),
    ("als without biases", |r, seed, m| {
        let options = AlsOptions {
            weighted: false,
            biases: false,
            lambda: Some(1.0),
            seed,
            ..Default::default()
        };
        als(r, &options, m)
    }),
    ("als by cg", |r, seed, m| {
        als(r, &AlsOptions { solver: RowSolver::Cg(3), seed, ..Default::default() }, m)
    }),
    ("als non-negative", |r, seed, m| {
        als(r, &AlsOptions { solver: RowSolver::NonNegative, seed, ..Default::default() }, m)
    }),
    ("funksvd", |r, seed, m| funksvd(r, &FunkSvdOptions { seed, ..Default::default() }, m)),
    ("funksvd full", |r, seed, m| {
        let options = FunkSvdOptions { batch: Batch::Full, lr: 1e-3, seed, ..Default::default() };
        funksvd(r, &options, m)
    }),
    ("svdpp", |r, seed, m| svdpp(r, &SvdppOptions { seed, ..Default::default() }, m)),
    ("baseline", |r, _, m| baseline(r, &BaselineOptions::default(), m)),
];

/// 30 users, 20 items, two factors, a third of the ratings known.
fn synthetic() -> Arc<Ratings> {
    let mut random = Random::seeded(3);
    let (p, q) = (random.normals(60), random.normals(40));
    let a = Matrix::from_fn(30, 20, |i, j| {
        let value = 3.0 + p[i] * q[j] + p[i + 30] * q[j + 20] + 0.1 * random.normal();
        if random.uniform() < 0.4 { value.clamp(1.0, 5.0) } else { f64::NAN }
    });
    Arc::new(Ratings::from_dense(&a).unwrap())
}

/// Interrupts after some iterations, up to which the objective must be finite.
pub(super) fn stopping_after(iterations: usize) -> Monitor {
    let interrupt = Interrupt::new();
    let flag = interrupt.clone();
    Monitor::new(interrupt, move |step| {
        assert!(step.objective.is_finite());
        if step.iteration == iterations {
            flag.trigger();
        }
    })
}

#[test]
fn every_fit_is_deterministic_descends_and_recommends_the_unseen() {
    let ratings = synthetic();
    for (name, fit) in FITS {
        let m = fit(&ratings, 5, &Monitor::default()).unwrap();
        let again = fit(&ratings, 5, &Monitor::default()).unwrap();
        assert!(m.p == again.p && m.q == again.q && m.fit.history == again.fit.history, "{name}");
        let last = m.fit.history.last().unwrap();
        // Errors of factors in single precision are taken in single precision during the fit.
        let stochastic = ["funksvd", "svdpp"].contains(&name);
        let rounding = if stochastic { 1e-6 } else { 1e-9 };
        assert!(
            (m.train_rmse(&Monitor::default()).unwrap().unwrap() - last.rmse.unwrap()).abs()
                < rounding,
            "{name}"
        );
        if !stochastic {
            let off = (m.objective() - last.objective).abs();
            assert!(off < 1e-9 * last.objective, "{name}");
            let descends =
                m.fit.history.windows(2).all(|w| w[1].objective <= w[0].objective * (1.0 + 1e-12));
            assert!(descends, "{name}");
        }
        let list = m.recommend("1", 5, true).unwrap();
        assert!(!list.is_empty() && list.iter().all(|r| ratings.get(0, r.position).is_none()));
        assert!(list.windows(2).all(|w| w[0].score >= w[1].score), "{name}");
        let (low, high) = ratings.scale().unwrap();
        let all = m.predictions(&Monitor::default()).unwrap();
        assert!(all.as_slice().iter().all(|v| (low..=high).contains(v)), "{name}");
    }
}

#[test]
fn every_fit_gives_the_same_bits_on_any_number_of_threads() {
    let ratings = synthetic();
    for (name, fit) in FITS {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fit(&ratings, 1, &Monitor::default()).unwrap())
        };
        let (one, three) = (on(1), on(3));
        assert!(
            one.p == three.p && one.q == three.q && one.fit.history == three.fit.history,
            "{name}"
        );
    }
}

#[test]
fn every_fit_reports_and_keeps_its_last_iterate_when_stopped() {
    let ratings = synthetic();
    for (name, fit) in FITS {
        let m = fit(&ratings, 0, &stopping_after(2)).unwrap();
        assert_eq!((m.fit.end, m.fit.history.len()), (End::Interrupted, 2), "{name}");
        assert!(
            m.predictions(&Monitor::default()).unwrap().as_slice().iter().all(|v| v.is_finite()),
            "{name}"
        );
    }
}

#[test]
fn degenerate_ratings_have_sound_answers() {
    let rated = |rows: &[&[f64]]| Arc::new(Ratings::from_dense(&Matrix::from_rows(rows)).unwrap());
    let empty =
        Arc::new(Ratings::from_triplets::<&str>(&[], &[], &[], None, Duplicates::Last).unwrap());
    let nan = f64::NAN;
    for (name, fit) in FITS {
        let quiet = Monitor::default();
        assert!(
            fit(&empty, 0, &quiet).unwrap_err().to_string().contains("there is none"),
            "{name}"
        );
        for one in [rated(&[&[4.0]]), rated(&[&[4.0, 2.0, nan]]), rated(&[&[4.0], &[nan], &[1.0]])]
        {
            let m = fit(&one, 0, &quiet).unwrap();
            assert!(
                m.predictions(&Monitor::default())
                    .unwrap()
                    .as_slice()
                    .iter()
                    .all(|v| v.is_finite()),
                "{name}"
            );
        }
        let m = fit(&rated(&[&[3.0, nan], &[3.0, 3.0]]), 0, &quiet).unwrap();
        assert!(
            m.predictions(&Monitor::default()).unwrap().as_slice().iter().all(|&v| v == 3.0),
            "{name}"
        );
    }
}

#[test]
fn senseless_options_are_refused() {
    let ratings = synthetic();
    let quiet = Monitor::default();
    let usual = AlsOptions::default;
    let bad = [
        AlsOptions { lambda: Some(-1.0), ..usual() },
        AlsOptions { lambda: Some(f64::NAN), ..usual() },
        AlsOptions { bias_lambda: f64::INFINITY, ..usual() },
        AlsOptions { k: Some(0), ..usual() },
        AlsOptions { k: Some(21), ..usual() },
        AlsOptions { max_iter: 0, ..usual() },
        AlsOptions { solver: RowSolver::Cg(0), ..usual() },
        AlsOptions { clip: Clip::To(5.0, 1.0), ..usual() },
    ];
    for options in bad {
        assert!(
            matches!(als(&ratings, &options, &quiet), Err(Error::Argument { .. })),
            "{options:?}"
        );
    }
    let usual = FunkSvdOptions::default;
    let bad = [
        FunkSvdOptions { lr: 0.0, ..usual() },
        FunkSvdOptions { lr: 50.0, ..usual() },
        FunkSvdOptions { holdout: 1.0, ..usual() },
        FunkSvdOptions { schedule: Schedule::Decay(1.5), ..usual() },
    ];
    for options in bad {
        assert!(
            matches!(funksvd(&ratings, &options, &quiet), Err(Error::Argument { .. })),
            "{options:?}"
        );
    }
    let free = AlsOptions {
        lambda: Some(0.0),
        bias_lambda: 0.0,
        k: Some(20),
        max_iter: 3,
        ..AlsOptions::default()
    };
    let m = als(&ratings, &free, &quiet).unwrap();
    assert!(m.fit.history.last().unwrap().rmse.unwrap() < 0.1 && m.objective().is_finite());
}

#[test]
fn als_ends_where_the_gradient_vanishes() {
    for weighted in [false, true] {
        let lambda = Some(if weighted { 0.1 } else { 1.0 });
        let options = AlsOptions {
            k: Some(3),
            lambda,
            weighted,
            tol: 1e-14,
            max_iter: 20_000,
            ..Default::default()
        };
        let m = als(&synthetic(), &options, &Monitor::default()).unwrap();
        let (dp, dq) = m.gradient();
        let largest = dp.as_slice().iter().chain(dq.as_slice()).fold(0.0f64, |a, x| a.max(x.abs()));
        assert!(m.fit.converged() && largest < 1e-4, "{largest} after {}", m.fit.history.len());
    }
}

/// Six users, five films, 19 ratings.
fn six_by_five() -> Arc<Ratings> {
    let n = f64::NAN;
    let a = Matrix::from_rows(&[
        &[5.0, 3.0, n, 1.0, n],
        &[4.0, n, n, 1.0, 2.0],
        &[1.0, 1.0, n, 5.0, n],
        &[1.0, n, n, 4.0, 5.0],
        &[n, 1.0, 5.0, 4.0, n],
        &[2.0, 1.0, 4.0, n, 5.0],
    ]);
    Arc::new(Ratings::from_dense(&a).unwrap())
}

#[test]
fn six_by_five_reaches_the_published_objective() {
    let ratings = six_by_five();
    let options = AlsOptions {
        k: Some(2),
        lambda: Some(0.1),
        biases: false,
        weighted: false,
        restarts: 20,
        ..Default::default()
    };
    let m = als(&ratings, &options, &Monitor::default()).unwrap();
    assert!((m.objective() - 5.093902).abs() < 1e-6, "{:.8} {:?}", m.objective(), m.fit.starts);
    assert!(m.fit.starts.iter().filter(|&&o| o < 5.2).count() >= 10, "{:?}", m.fit.starts);

    let options = FunkSvdOptions {
        k: Some(2),
        lr: 0.02,
        lambda: 0.1,
        max_iter: 4000,
        biases: false,
        batch: Batch::Full,
        clip: Clip::Off,
        ..Default::default()
    };
    let m = funksvd(&ratings, &options, &Monitor::default()).unwrap();
    let error = m.train_rmse(&Monitor::default()).unwrap().unwrap();
    assert!((error - 0.114716).abs() < 5e-5, "{error}");
    let all = m.predictions(&Monitor::default()).unwrap();
    let near = |x: f64, y: f64| assert!((x - y).abs() < 0.05 + 1e-9, "{x} is not {y}");
    assert!((all[(0, 2)] - 0.78).abs() < 0.005 && (all[(0, 4)] - 2.27).abs() < 0.005);
    [5.0, 2.9, 0.8, 1.0, 2.3].iter().enumerate().for_each(|(j, &y)| near(all[(0, j)], y));
    [1.1, 0.9, 5.7, 4.9, 6.3].iter().enumerate().for_each(|(j, &y)| near(all[(2, j)], y));
}

/// 20 000 ratings by 200 users, of which `rec_mask` is fitted to and `rec_testmask` tested on.
fn sampled() -> Option<(Arc<Ratings>, Ratings)> {
    let csv = |name: &str| -> Option<Matrix> {
        let path = crate::testdata::shared(&format!("worked-examples/{name}"))?;
        match read_csv(path, &CsvOptions::default()).unwrap() {
            CsvContent::Matrix(m) => Some(m.values),
            CsvContent::Table(_) => panic!("{name} holds text"),
        }
    };
    let (all, train, test) = (csv("rec_Rn.csv")?, csv("rec_mask.csv")?, csv("rec_testmask.csv")?);
    let masked = |mask: &Matrix| {
        let entry = |i, j| if mask[(i, j)] == 1.0 { all[(i, j)] } else { f64::NAN };
        Ratings::from_dense(&Matrix::from_fn(all.rows(), all.cols(), entry)).unwrap()
    };
    Some((Arc::new(masked(&train)), masked(&test)))
}

#[test]
fn plain_sgd_over_fits_the_sample_as_published() {
    let Some((train, test)) = sampled() else { return };
    assert_eq!((train.nnz(), test.nnz()), (1979, 840));
    let quiet = Monitor::default();
    let usual = BaselineOptions { biases: false, ..Default::default() };
    let mean = baseline(&train, &usual, &quiet).unwrap();
    assert!((rmse(&mean, &test, &Monitor::default()).unwrap() - 0.6670).abs() < 5e-5);
    // The published run has .5414 .4793 .4257 .3768 at epochs 20 to 50 and a test error of .7788; start and
    // shuffles are another generator's, so it is to lie in the spread of the seeds (.77 to .85 here).
    let published = [(19, 0.5414), (29, 0.4793), (39, 0.4257), (49, 0.3768)];
    for seed in 0..4 {
        let options = FunkSvdOptions {
            k: Some(10),
            lr: 0.01,
            lambda: 0.02,
            max_iter: 50,
            biases: false,
            seed,
            ..Default::default()
        };
        let m = funksvd(&train, &options, &quiet).unwrap();
        for (epoch, error) in published {
            assert!(
                (m.fit.history[epoch].rmse.unwrap() - error).abs() < 0.025,
                "{seed} {:?}",
                m.fit.history[epoch]
            );
        }
        assert!((rmse(&m, &test, &Monitor::default()).unwrap() - 0.80).abs() < 0.06);
    }
}

#[test]
fn blocks_of_ratings_give_the_same_bits_on_any_number_of_threads() {
    let mut random = Random::seeded(8);
    let a = Matrix::from_fn(250, 100, |_, _| (5.0 * random.uniform()).ceil());
    let ratings = Arc::new(Ratings::from_dense(&a).unwrap());
    let on = |threads| {
        let options = FunkSvdOptions { max_iter: 3, ..Default::default() };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| funksvd(&ratings, &options, &Monitor::default()).unwrap())
    };
    let (one, three) = (on(1), on(3));
    assert!(one.p == three.p && one.q == three.q && one.fit.history == three.fit.history);
    assert!(one.fit.history[2].objective < one.fit.history[0].objective);
    // Fewer rows than blocks along a side.
    for a in [a.clone().reshaped(1, 25_000), a.reshaped(25_000, 1)] {
        let ratings = Arc::new(Ratings::from_dense(&a).unwrap());
        let options = FunkSvdOptions { max_iter: 3, ..Default::default() };
        let m = funksvd(&ratings, &options, &Monitor::default()).unwrap();
        let error = m.train_rmse(&Monitor::default()).unwrap().unwrap();
        assert!(error < 1.5, "{error}");
    }
}

#[test]
fn learning_rates_change_as_told() {
    let ratings = synthetic();
    let last = |schedule| {
        let options = FunkSvdOptions { schedule, lr: 0.05, max_iter: 30, ..Default::default() };
        let m = funksvd(&ratings, &options, &Monitor::default()).unwrap();
        let [.., a, b] = m.fit.history[..] else { panic!() };
        (a.objective - b.objective).abs()
    };
    let (constant, decayed) = (last(Schedule::Constant), last(Schedule::Decay(0.7)));
    assert!(decayed < 0.05 * constant, "{decayed} {constant}");
    assert_ne!(last(Schedule::BoldDriver), constant);
    assert_eq!(last(Schedule::Decay(1.0)), constant);
}

#[test]
fn non_negative_factors_are() {
    let options = AlsOptions { solver: RowSolver::NonNegative, k: Some(3), ..Default::default() };
    let m = als(&synthetic(), &options, &Monitor::default()).unwrap();
    assert!(m.p.as_slice().iter().chain(m.q.as_slice()).all(|x| *x >= 0.0));
    assert!(m.q.as_slice().iter().any(|x| *x > 0.0));
    let again = m.refitted(m.fit.seen.clone(), &[0, 4], &Monitor::default()).unwrap();
    let off = m.raw(Some(4), Some(1)) - again.raw(Some(4), Some(1));
    assert!(off.abs() < 0.02, "{off}");
    let shares: f64 = again.contributions(4, 1).unwrap().iter().map(|r| r.score).sum();
    let rest = m.mean + m.item_bias[1];
    assert!((rest + shares - again.raw(Some(4), Some(1))).abs() < 1e-6);
}

#[test]
fn early_stopping_keeps_the_best_epoch() {
    let Some((train, test)) = sampled() else { return };
    let quiet = Monitor::default();
    let usual = FunkSvdOptions { k: Some(10), max_iter: 200, lambda: 0.02, ..Default::default() };
    let late = funksvd(&train, &usual, &quiet).unwrap();
    let early = funksvd(&train, &FunkSvdOptions { holdout: 0.1, ..usual }, &quiet).unwrap();
    assert!(early.fit.converged() && early.fit.history.len() < late.fit.history.len());
    let held: Vec<f64> = early.fit.history.iter().filter_map(|e| e.held_out).collect();
    assert!(held.iter().all(|e| e >= held.last().unwrap()));
    assert!(
        rmse(&early, &test, &Monitor::default()).unwrap()
            < rmse(&late, &test, &Monitor::default()).unwrap()
    );
}

#[test]
fn movielens_by_default_beats_mean_and_biases() {
    let Some(directory) = crate::testdata::shared("ratings/ml-latest-small") else { return };
    let all = read_ratings(directory.join("ratings.csv"), &RatingsOptions::default()).unwrap();
    let all = attach_titles(&all, &read_titles(directory.join("movies.csv")).unwrap()).unwrap();
    let (train, test) = split(&all, &SplitOptions { seed: 1, ..Default::default() }).unwrap();
    assert_eq!(test.nnz(), 20_167);
    let (train, quiet) = (Arc::new(train), Monitor::default());
    let error = |m: &FactorModel| rmse(m, &test, &Monitor::default()).unwrap();
    let usual = BaselineOptions::default();
    let mean = baseline(&train, &BaselineOptions { biases: false, ..usual }, &quiet).unwrap();
    let biases = baseline(&train, &usual, &quiet).unwrap();
    let fitted = als(&train, &AlsOptions::default(), &quiet).unwrap();
    let descent = funksvd(&train, &FunkSvdOptions::default(), &quiet).unwrap();
    let errors = [&mean, &biases, &fitted, &descent].map(error);
    eprintln!("test RMSE of mean, biases, als, funksvd: {errors:.4?}");
    assert!(errors[0] > 1.04 && errors[1] < 0.866);
    assert!(errors[2] < 0.854 && errors[3] < 0.856, "{errors:?}");
    let implied = svdpp(&train, &SvdppOptions::default(), &quiet).unwrap();
    let near = knn(&train, &KnnOptions::default(), &quiet).unwrap();
    let slopes = slopeone(&train, &SlopeOneOptions::default(), &quiet).unwrap();
    let others: [&dyn Recommender; 3] = [&implied, &near, &slopes];
    let others = others.map(|m| rmse(m, &test, &Monitor::default()).unwrap());
    eprintln!("of svdpp, knn, slopeone: {others:.4?}");
    assert!(others[0] < 0.864 && others[1] < 0.854 && others[2] < 0.881, "{others:?}");
    assert!(
        fitted.fit.converged()
            && fitted.fit.history.windows(2).all(|w| w[1].objective <= w[0].objective)
    );
    let cold = test.iter().find(|&(_, i, _)| train.item_col(i).0.is_empty()).unwrap();
    assert!(fitted.predict_at(Some(cold.0), Some(cold.1)).cold_item);
    let ranked = ranking_metrics(&fitted, &test, &RankingOptions::default(), &quiet).unwrap();
    assert!((0.0..=1.0).contains(&ranked.ndcg) && ranked.users > 500, "{ranked:?}");
    let Err(Error::UnknownLabel { nearest, .. }) = fitted.predict("1", "Shawshank") else {
        panic!()
    };
    assert_eq!(nearest, ["318 (Shawshank Redemption, The (1994))"]);
}
