//! What every fit has to satisfy, the worked examples, and MovieLens.

use super::*;
use crate::data::{Duplicates, Interrupt, Monitor, Ratings};
use crate::error::{Error, Result};
use crate::linalg::{Matrix, Random};
use std::sync::Arc;

type Fit = fn(&Arc<Ratings>, u64, &Monitor) -> Result<FactorModel>;

const FITS: [(&str, Fit); 5] = [
    ("als", |r, seed, m| als(r, &AlsOptions { seed, ..Default::default() }, m)),
    ("als weighted", |r, seed, m| {
        let options = AlsOptions { weighted: true, biases: false, lambda: 0.1, seed, ..Default::default() };
        als(r, &options, m)
    }),
    ("funksvd", |r, seed, m| funksvd(r, &FunkSvdOptions { seed, ..Default::default() }, m)),
    ("funksvd full", |r, seed, m| {
        let options = FunkSvdOptions { batch: Batch::Full, lr: 1e-3, seed, ..Default::default() };
        funksvd(r, &options, m)
    }),
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

#[test]
fn every_fit_is_deterministic_descends_and_recommends_the_unseen() {
    let ratings = synthetic();
    for (name, fit) in FITS {
        let m = fit(&ratings, 5, &Monitor::default()).unwrap();
        let again = fit(&ratings, 5, &Monitor::default()).unwrap();
        assert!(m.p == again.p && m.q == again.q && m.history == again.history, "{name}");
        let last = m.history.last().unwrap();
        assert!((m.objective() - last.objective).abs() < 1e-9 * last.objective || name == "funksvd", "{name}");
        assert!((m.train_rmse() - last.rmse).abs() < 1e-9, "{name}");
        if name != "funksvd" {
            let descends = m.history.windows(2).all(|w| w[1].objective <= w[0].objective * (1.0 + 1e-12));
            assert!(descends, "{name}");
        }
        let list = m.recommend("1", 5, true).unwrap();
        assert!(!list.is_empty() && list.iter().all(|r| ratings.get(0, r.position).is_none()));
        assert!(list.windows(2).all(|w| w[0].score >= w[1].score), "{name}");
        let (low, high) = ratings.scale().unwrap();
        let all = m.predictions().unwrap();
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
        assert!(one.p == three.p && one.q == three.q && one.history == three.history, "{name}");
    }
}

#[test]
fn every_fit_stops_when_asked_and_reports_each_iteration() {
    let ratings = synthetic();
    for (name, fit) in FITS {
        let interrupt = Interrupt::new();
        let flag = interrupt.clone();
        let monitor = Monitor::new(interrupt, move |step| {
            assert!(step.objective.is_finite());
            if step.iteration == 2 {
                flag.trigger();
            }
        });
        assert_eq!(fit(&ratings, 0, &monitor).unwrap_err(), Error::Interrupted, "{name}");
    }
}

#[test]
fn degenerate_ratings_have_sound_answers() {
    let rated = |rows: &[&[f64]]| Arc::new(Ratings::from_dense(&Matrix::from_rows(rows)).unwrap());
    let empty = Arc::new(Ratings::from_triplets::<&str>(&[], &[], &[], None, Duplicates::Last).unwrap());
    let nan = f64::NAN;
    for (name, fit) in FITS {
        let quiet = Monitor::default();
        assert!(fit(&empty, 0, &quiet).unwrap_err().to_string().contains("there is none"), "{name}");
        for one in [rated(&[&[4.0]]), rated(&[&[4.0, 2.0, nan]]), rated(&[&[4.0], &[nan], &[1.0]])] {
            let m = fit(&one, 0, &quiet).unwrap();
            assert!(m.predictions().unwrap().as_slice().iter().all(|v| v.is_finite()), "{name}");
        }
        let m = fit(&rated(&[&[3.0, nan], &[3.0, 3.0]]), 0, &quiet).unwrap();
        assert!(m.predictions().unwrap().as_slice().iter().all(|&v| v == 3.0), "{name}");
    }
}

#[test]
fn senseless_options_are_refused() {
    let ratings = synthetic();
    let quiet = Monitor::default();
    let usual = AlsOptions::default;
    let bad = [
        AlsOptions { lambda: -1.0, ..usual() },
        AlsOptions { lambda: f64::NAN, ..usual() },
        AlsOptions { bias_lambda: f64::INFINITY, ..usual() },
        AlsOptions { k: Some(0), ..usual() },
        AlsOptions { k: Some(21), ..usual() },
        AlsOptions { max_iter: 0, ..usual() },
        AlsOptions { clip: Clip::To(5.0, 1.0), ..usual() },
    ];
    for options in bad {
        assert!(matches!(als(&ratings, &options, &quiet), Err(Error::Argument { .. })), "{options:?}");
    }
    let usual = FunkSvdOptions::default;
    let bad = [
        FunkSvdOptions { lr: 0.0, ..usual() },
        FunkSvdOptions { lr: 50.0, ..usual() },
        FunkSvdOptions { holdout: 1.0, ..usual() },
    ];
    for options in bad {
        assert!(matches!(funksvd(&ratings, &options, &quiet), Err(Error::Argument { .. })), "{options:?}");
    }
    let free = AlsOptions { lambda: 0.0, bias_lambda: 0.0, k: Some(20), max_iter: 3, ..AlsOptions::default() };
    let m = als(&ratings, &free, &quiet).unwrap();
    assert!(m.history.last().unwrap().rmse < 0.1 && m.objective().is_finite());
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
        lambda: 0.1,
        biases: false,
        weighted: false,
        restarts: 20,
        ..Default::default()
    };
    let m = als(&ratings, &options, &Monitor::default()).unwrap();
    assert!((m.objective() - 5.093902).abs() < 1e-6, "{:.8} {:?}", m.objective(), m.starts);
    assert!(m.starts.iter().filter(|&&o| o < 5.1).count() >= 14, "{:?}", m.starts);

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
    assert!((m.train_rmse() - 0.114716).abs() < 1e-5, "{}", m.train_rmse());
    let all = m.predictions().unwrap();
    let near = |x: f64, y: f64| assert!((x - y).abs() < 0.05 + 1e-9, "{x} is not {y}");
    assert!((all[(0, 2)] - 0.78).abs() < 0.005 && (all[(0, 4)] - 2.27).abs() < 0.005);
    [5.0, 2.9, 0.8, 1.0, 2.3].iter().enumerate().for_each(|(j, &y)| near(all[(0, j)], y));
    [1.1, 0.9, 5.7, 4.9, 6.3].iter().enumerate().for_each(|(j, &y)| near(all[(2, j)], y));
}

#[test]
#[ignore]
fn tuning() {
    use crate::io::*;
    let Some(d) = crate::testdata::shared("ratings/ml-latest-small") else { return };
    let t = std::time::Instant::now();
    let r = read_ratings(d.join("ratings.csv"), &RatingsOptions::default()).unwrap();
    eprintln!("read {:?}", t.elapsed());
    let (train, test) = split(&r, &SplitOptions { seed: 1, ..Default::default() }).unwrap();
    let train = Arc::new(train);
    let quiet = Monitor::default();
    let m = baseline(&train, &BaselineOptions { biases: false, ..Default::default() }, &quiet).unwrap();
    eprintln!("mean {:.4}", rmse(&m, &test).unwrap());
    for (ul, il) in [(15.0, 10.0), (5.0, 5.0), (3.0, 3.0), (3.0, 5.0), (5.0, 3.0)] {
        let o = BaselineOptions { user_lambda: ul, item_lambda: il, ..Default::default() };
        let t = std::time::Instant::now();
        let m = baseline(&train, &o, &quiet).unwrap();
        eprintln!("bias {ul} {il} {:.4} it {} {:?}", rmse(&m, &test).unwrap(), m.history.len(), t.elapsed());
    }
    for (k, lambda, bias_lambda, tol) in [
        (20, 12.0, 4.0, 1e-3), (20, 12.0, 4.0, 1e-4), (20, 14.0, 4.0, 1e-4), (20, 16.0, 4.0, 1e-4), (20, 20.0, 4.0, 1e-4),
        (20, 14.0, 1.5, 1e-4), (20, 14.0, 8.0, 1e-4), (50, 14.0, 3.0, 1e-4), (50, 17.0, 3.0, 1e-4),
        (50, 14.0, 3.0, 1e-3),
        ] {
        let o = AlsOptions { k: Some(k), lambda, bias_lambda, tol, ..Default::default() };
        let t = std::time::Instant::now();
        let m = als(&train, &o, &quiet).unwrap();
        let e = m.history.last().unwrap();
        eprintln!("als k {k} l {lambda} bl {bias_lambda} tol {tol}: test {:.4} train {:.4} it {} {} {:?}", rmse(&m, &test).unwrap(), e.rmse, m.history.len(), m.converged, t.elapsed());
    }
}
