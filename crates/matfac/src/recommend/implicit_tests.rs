//! What every implicit model has to satisfy.

use super::tests::stopping_after;
use super::*;
use crate::data::{Duplicates, End, Interrupt, Monitor, Ratings};
use crate::error::{Error, Result};
use crate::linalg::{Matrix, Random};
use std::sync::Arc;

type Fit = fn(&Arc<Ratings>, u64, &Monitor) -> Result<Arc<dyn Recommender>>;

fn least_squares(
    r: &Arc<Ratings>,
    solver: IalsSolver,
    seed: u64,
    m: &Monitor,
) -> Result<FactorModel> {
    let options = IalsOptions {
        k: Some(r.items().len().min(r.users().len()).min(4)),
        solver,
        seed,
        block: 16,
        lambda: 5.0,
        alpha: 1.0,
        ..Default::default()
    };
    ials(r, &options, m)
}

const FITS: [(&str, Fit); 6] = [
    ("ials cg", |r, seed, m| Ok(Arc::new(least_squares(r, IalsSolver::Cg, seed, m)?))),
    ("ials cholesky", |r, seed, m| Ok(Arc::new(least_squares(r, IalsSolver::Cholesky, seed, m)?))),
    ("ials block", |r, seed, m| Ok(Arc::new(least_squares(r, IalsSolver::Block, seed, m)?))),
    ("bpr", |r, seed, m| {
        let options = BprOptions { max_iter: 60, seed, ..Default::default() };
        Ok(Arc::new(bpr(r, &options, m)?))
    }),
    ("itemknn", |r, _, m| Ok(Arc::new(itemknn(r, &ItemKnnOptions::default(), m)?))),
    ("ease", |r, _, m| Ok(Arc::new(ease(r, &EaseOptions { lambda: 200.0 }, m)?))),
];

/// Users of four tastes who have three tenths of the items of theirs and a few of the others'.
fn tastes(users: usize, items: usize) -> Arc<Ratings> {
    let mut random = Random::seeded(4);
    let a = Matrix::from_fn(users, items, |u, i| {
        let share = if u % 4 == i % 4 { 0.3 } else { 0.02 };
        if random.uniform() < share { (1.0 + 3.0 * random.uniform()).floor() } else { f64::NAN }
    });
    Arc::new(Ratings::from_dense(&a).unwrap())
}

fn all_scores(m: &dyn Recommender) -> Vec<f64> {
    (0..m.users().len()).flat_map(|u| m.scores(u)).collect()
}

#[test]
fn every_fit_finds_the_tastes_and_recommends_the_unseen() {
    let ratings = tastes(120, 80);
    for (name, fit) in FITS {
        let m = fit(&ratings, 5, &Monitor::default()).unwrap();
        let again = fit(&ratings, 5, &Monitor::default()).unwrap();
        assert_eq!(all_scores(&*m), all_scores(&*again), "{name}");
        let mut hits = 0;
        for u in 0..120 {
            let list = m.recommend_at(u, 5, true);
            assert!(list.len() == 5 && list.iter().all(|r| ratings.get(u, r.position).is_none()));
            assert!(list.windows(2).all(|w| w[0].score >= w[1].score), "{name}");
            hits += list.iter().filter(|r| r.position % 4 == u % 4).count();
            for (i, score) in m.scores(u).into_iter().enumerate() {
                assert!((m.raw(Some(u), Some(i)) - score).abs() < 1e-9, "{name}");
            }
        }
        assert!(hits > 500, "{name}: {hits} of 600");
        let near = m.similar_at(Axis::Items, 0, 5).unwrap();
        assert!(near.iter().filter(|r| r.position % 4 == 0).count() >= 4, "{name}: {near:?}");
        assert!(m.raw(None, Some(3)) == popularity_of(&ratings, Some(3)), "{name}");
    }
}

#[test]
fn every_fit_gives_the_same_bits_on_any_number_of_threads() {
    // Large enough for bpr to work in blocks.
    let ratings = tastes(250, 1100);
    assert!(ratings.nnz() > 20_000);
    for (name, fit) in FITS {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| all_scores(&*fit(&ratings, 1, &Monitor::default()).unwrap()))
        };
        assert!(on(1) == on(3) || name == "ease", "{name}");
    }
}

#[test]
fn new_users_are_folded_in_like_old_ones() {
    let ratings = tastes(120, 80);
    for (name, fit) in FITS {
        let m = fit(&ratings, 2, &Monitor::default()).unwrap();
        // User 7 once more, as user 120.
        let (items, values) = ratings.user_row(7);
        let labels: Vec<&str> = items.iter().map(|&i| ratings.items().name(i as usize)).collect();
        let users = vec!["new"; items.len()];
        let new = Ratings::from_triplets(&users, &labels, values, None, Duplicates::Last).unwrap();
        let folded = fold_in(&*m, &new, &Monitor::default()).unwrap().model;
        let place = folded.users().position("new").unwrap();
        let close = match name {
            "ials cholesky" => 1e-4,
            "ials cg" | "ials block" => 0.02,
            // The descent is another one.
            "bpr" => f64::INFINITY,
            _ => 1e-9,
        };
        for (a, b) in folded.scores(place).iter().zip(m.scores(7)) {
            assert!((a - b).abs() < close, "{name}: {a} {b}");
        }
        let list = folded.recommend("new", 5, true).unwrap();
        assert!(list.iter().filter(|r| r.position % 4 == 3).count() >= 4, "{name}");
        assert!(list.iter().all(|r| ratings.get(7, r.position).is_none()), "{name}");
    }
}

#[test]
fn objectives_are_what_the_model_says_and_never_rise() {
    let ratings = tastes(120, 80);
    let quiet = Monitor::default();
    for solver in [IalsSolver::Cg, IalsSolver::Cholesky, IalsSolver::Block] {
        for (nu, unobserved) in [(0.0, 1.0), (1.0, 0.3), (0.5, 3.0)] {
            let options = IalsOptions {
                k: Some(40),
                solver,
                nu,
                unobserved,
                alpha: 2.0,
                block: 16,
                lambda: 0.3,
                ..Default::default()
            };
            let m = ials(&ratings, &options, &quiet).unwrap();
            let last = m.fit.history.last().unwrap().objective;
            assert!((m.objective() / last - 1.0).abs() < 1e-6, "{} {last}", m.objective());
            let steps = m.fit.history.windows(2);
            assert!(steps.into_iter().all(|w| w[1].objective <= w[0].objective * (1.0 + 1e-7)));
            assert!(m.gradient_error().unwrap() < 1e-4, "{:?}", m.gradient_error());
        }
    }
}

#[test]
fn all_solvers_reach_a_stationary_point() {
    let ratings = tastes(60, 40);
    for solver in [IalsSolver::Cg, IalsSolver::Cholesky, IalsSolver::Block] {
        let options = IalsOptions {
            k: Some(20),
            solver,
            block: 16,
            lambda: 3.0,
            max_iter: 3000,
            ..Default::default()
        };
        let m = ials(&ratings, &options, &Monitor::default()).unwrap();
        let (dp, dq) = m.gradient();
        let largest = dp.as_slice().iter().chain(dq.as_slice()).fold(0.0f64, |a, x| a.max(x.abs()));
        assert!(
            largest < 2e-3 * m.objective().sqrt(),
            "{solver:?}: {largest} of {}",
            m.objective()
        );
    }
}

#[test]
fn reasons_add_up_to_the_score() {
    let ratings = tastes(120, 80);
    for (name, fit) in FITS {
        let m = fit(&ratings, 0, &Monitor::default()).unwrap();
        let close = match name {
            "ials cg" | "ials cholesky" | "ials block" => 0.02,
            // Its shares are the nearest there are.
            "bpr" => f64::INFINITY,
            _ => 1e-6,
        };
        let shares = m.contributions(3, 4).unwrap();
        let sum: f64 = shares.iter().map(|r| r.score).sum();
        assert!((sum - m.raw(Some(3), Some(4))).abs() < close, "{name}: {sum}");
        assert!(shares.windows(2).all(|w| w[0].score >= w[1].score), "{name}");
    }
}

#[test]
fn interrupted_fits_keep_their_last_iterate() {
    let ratings = tastes(60, 40);
    for (name, fit) in &FITS[..4] {
        let m = fit(&ratings, 0, &stopping_after(2)).unwrap();
        assert_eq!((m.fit().end, m.fit().history.len()), (End::Interrupted, 2), "{name}");
        assert!(all_scores(&*m).iter().all(|x| x.is_finite()), "{name}");
    }
    for (name, fit) in &FITS[4..] {
        let interrupt = Interrupt::new();
        interrupt.trigger();
        let stopped = fit(&ratings, 0, &Monitor::new(interrupt, |_| {}));
        assert!(matches!(stopped, Err(Error::Interrupted)), "{name}");
    }
}

#[test]
fn degenerate_observations_have_sound_answers() {
    let rated = |rows: &[&[f64]]| Arc::new(Ratings::from_dense(&Matrix::from_rows(rows)).unwrap());
    let empty =
        Arc::new(Ratings::from_triplets::<&str>(&[], &[], &[], None, Duplicates::Last).unwrap());
    let (nan, quiet) = (f64::NAN, Monitor::default());
    for (name, fit) in FITS {
        let none = fit(&empty, 0, &quiet).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(none.contains("there is none"), "{name}");
        let negative = fit(&rated(&[&[1.0, -2.0]]), 0, &quiet).err().map(|e| e.to_string());
        assert!(negative.unwrap_or_default().contains("-2"), "{name}");
        for few in [
            rated(&[&[4.0]]),
            rated(&[&[1.0, 2.0, nan]]),
            rated(&[&[1.0], &[nan], &[3.0]]),
            rated(&[&[1.0, 1.0], &[1.0, 1.0]]),
            rated(&[&[0.0, 1.0, nan], &[nan, 0.0, nan]]),
        ] {
            let m = fit(&few, 0, &quiet).unwrap();
            assert!(all_scores(&*m).iter().all(|x| x.is_finite()), "{name} {few:?}");
            assert_eq!(recommend_all(&*m, &[0], 3, false, &quiet).unwrap().len(), 1, "{name}");
        }
    }
}

#[test]
fn senseless_options_are_refused() {
    let (ratings, quiet) = (tastes(30, 20), Monitor::default());
    let usual = IalsOptions::default;
    for options in [
        IalsOptions { k: Some(21), ..usual() },
        IalsOptions { k: Some(0), ..usual() },
        IalsOptions { lambda: -1.0, ..usual() },
        IalsOptions { alpha: f64::NAN, ..usual() },
        IalsOptions { unobserved: -0.1, ..usual() },
        IalsOptions { nu: f64::INFINITY, ..usual() },
        IalsOptions { cg_steps: 0, ..usual() },
        IalsOptions { block: 0, ..usual() },
        IalsOptions { max_iter: 0, ..usual() },
    ] {
        let refused = matches!(ials(&ratings, &options, &quiet), Err(Error::Argument { .. }));
        assert!(refused, "{options:?}");
    }
    let usual = BprOptions::default;
    for options in [
        BprOptions { lr: 0.0, ..usual() },
        BprOptions { lambda: -1.0, ..usual() },
        BprOptions { max_iter: 0, ..usual() },
        BprOptions { k: Some(21), ..usual() },
        BprOptions { lr: 1e30, ..usual() },
    ] {
        let refused = matches!(bpr(&ratings, &options, &quiet), Err(Error::Argument { .. }));
        assert!(refused, "{options:?}");
    }
    let free = IalsOptions {
        lambda: 0.0,
        solver: IalsSolver::Cholesky,
        k: Some(20),
        ..Default::default()
    };
    let m = ials(&ratings, &free, &quiet).unwrap();
    assert!(m.fit.history.iter().all(|epoch| epoch.objective.is_finite()));
}
